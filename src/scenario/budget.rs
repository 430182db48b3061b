//! Limits of a plan: what is limited, whose it is, and what breaking it means.

use serde::{Deserialize, Serialize};

use crate::diagnostic::Place;

/// What a plan is held against (`docs/gate.md`).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Budget {
    /// Name of the option that the limits are about; the cheapest without it.
    pub chosen: Option<String>,
    /// Which value of an uncertain cost counts.
    pub at: Option<At>,
    /// Increases below this are ignored [USD/month].
    pub ignore_below_usd: Option<f64>,
    /// Every limit, in the order of the file's keys, those that deny first.
    pub limits: Vec<Limit>,
}

/// Which value of an uncertain cost counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum At {
    /// Every uncertain input at its median.
    #[default]
    Median,
    /// The cost that nine of ten draws stay within.
    P90,
}

/// What breaking a limit means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It is told, and the gate stays open.
    Warn,
    /// The gate closes.
    Deny,
}

/// One limit.
#[derive(Clone, Debug, PartialEq)]
pub struct Limit {
    /// What is limited.
    pub rule: Rule,
    /// What breaking it means.
    pub level: Level,
    /// The limit, in the unit of the rule.
    pub value: f64,
    /// Where it stands: in the file, or in a flag.
    pub place: Place,
}

/// A span over which a cost is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A steady month (USD/month).
    Monthly,
    /// Twelve of them (USD/year).
    Yearly,
    /// A billed request (USD/request).
    PerRequest,
}

/// Whose cost is limited.
#[derive(Clone, Debug, PartialEq)]
pub enum Whose {
    /// The chosen option's.
    Chosen,
    /// That of an option, by name.
    Option(String),
    /// That of a feature's own lines in the chosen option, by name.
    Feature(String),
    /// A tenant's part of the chosen option's cost.
    Tenant {
        /// Its name.
        name: String,
        /// Its part of the cost, where the file says it.
        share: Option<f64>,
    },
}

impl Whose {
    /// The name, where it is not the chosen option.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Chosen => None,
            Self::Option(name) | Self::Feature(name) | Self::Tenant { name, .. } => Some(name),
        }
    }
}

/// What is limited.
#[derive(Clone, Debug, PartialEq)]
pub enum Rule {
    /// A cost, from above.
    Cost(Whose, Measure),
    /// Increase over the baseline (USD/month), from above.
    IncreaseUsd,
    /// Increase over the baseline as a share of it, from above.
    IncreaseShare,
    /// What the chosen option costs over the cheapest, as a share of that, from above.
    OverCheapest,
    /// How much cheaper it is than the next option (USD/month), from below.
    MarginUsd,
    /// The same as a share of the next option's cost, from below.
    MarginShare,
    /// Staff over total, from below.
    StaffShareMin,
    /// Staff over total, from above.
    StaffShareMax,
    /// Age of the oldest catalog row that is used (days), from above.
    CatalogAge,
}

impl Rule {
    /// The rules about the chosen option, in the order of the keys of `[budget]`.
    pub const OF_CHOSEN: [Self; 11] = [
        Self::Cost(Whose::Chosen, Measure::Monthly),
        Self::Cost(Whose::Chosen, Measure::Yearly),
        Self::Cost(Whose::Chosen, Measure::PerRequest),
        Self::IncreaseUsd,
        Self::IncreaseShare,
        Self::OverCheapest,
        Self::MarginUsd,
        Self::MarginShare,
        Self::StaffShareMin,
        Self::StaffShareMax,
        Self::CatalogAge,
    ];

    /// Its name in results: the key of `[budget]` that sets it.
    pub fn name(&self) -> String {
        match self {
            Self::Cost(whose, measure) => {
                let table = match whose {
                    Whose::Chosen => "",
                    Whose::Option(_) => "option.",
                    Whose::Feature(_) => "feature.",
                    Whose::Tenant { .. } => "tenant.",
                };
                format!("{table}{}", measure.key())
            }
            Self::IncreaseUsd => "max_increase_usd".into(),
            Self::IncreaseShare => "max_increase_share".into(),
            Self::OverCheapest => "max_over_cheapest_share".into(),
            Self::MarginUsd => "min_margin_usd".into(),
            Self::MarginShare => "min_margin_share".into(),
            Self::StaffShareMin => "min_staff_share".into(),
            Self::StaffShareMax => "max_staff_share".into(),
            Self::CatalogAge => "max_catalog_age_days".into(),
        }
    }

    /// Unit of the limit and of what is held against it; empty for a share.
    pub fn unit(&self) -> &'static str {
        match self {
            Self::Cost(_, measure) => measure.unit(),
            Self::IncreaseUsd | Self::MarginUsd => "USD/month",
            Self::IncreaseShare
            | Self::OverCheapest
            | Self::MarginShare
            | Self::StaffShareMin
            | Self::StaffShareMax => "",
            Self::CatalogAge => "days",
        }
    }

    /// Whether a value keeps a limit; a relative 1e-9 is rounding.
    pub fn keeps(&self, actual: f64, limit: f64) -> bool {
        let slack = 1e-9 * limit.abs().max(1e-9);
        match self {
            Self::MarginUsd | Self::MarginShare | Self::StaffShareMin => actual >= limit - slack,
            _ => actual <= limit + slack,
        }
    }

    /// Whether it needs a baseline.
    pub fn of_baseline(&self) -> bool {
        matches!(self, Self::IncreaseUsd | Self::IncreaseShare)
    }
}

impl Measure {
    /// All, in the order of the keys.
    pub const ALL: [Self; 3] = [Self::Monthly, Self::Yearly, Self::PerRequest];

    /// Its key.
    pub fn key(self) -> &'static str {
        match self {
            Self::Monthly => "monthly_usd",
            Self::Yearly => "yearly_usd",
            Self::PerRequest => "usd_per_request",
        }
    }

    /// Its unit.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Monthly => "USD/month",
            Self::Yearly => "USD/year",
            Self::PerRequest => "USD/request",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_kept_at_the_limit_and_rounding_does_not_break_it() {
        let most = Rule::Cost(Whose::Chosen, Measure::Monthly);
        assert!(most.keeps(25_000.0, 25_000.0) && most.keeps(25_000.000_001, 25_000.0));
        assert!(!most.keeps(25_000.01, 25_000.0));
        // (110 - 100) / 100 is 0.1 and a rounding error.
        assert!(Rule::IncreaseShare.keeps((110.0 - 100.0) / 100.0, 0.1));
        assert!(!Rule::IncreaseUsd.keeps(0.01, 0.0) && Rule::IncreaseUsd.keeps(0.0, 0.0));
        assert!(Rule::StaffShareMin.keeps(0.7, 0.7) && !Rule::StaffShareMin.keeps(0.69, 0.7));
    }

    #[test]
    fn every_rule_is_named_by_a_key_of_the_budget() {
        let keys = crate::scenario::file::BudgetFile::KEYS;
        let first = keys
            .iter()
            .position(|key| key.name == "monthly_usd")
            .unwrap();
        for (at, rule) in Rule::OF_CHOSEN.iter().enumerate() {
            assert_eq!(keys[first + at].name, rule.name());
            assert_eq!(keys[first + at].unit, rule.unit(), "{}", rule.name());
        }
    }
}
