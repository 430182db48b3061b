//! What each rule is held against: figures of the plan, or why there is none.

use super::risk::{Amount, Risk};
use super::{BaselineOption, Demands, Outcome, recorded};
use crate::analysis::compare::OptionResult;
use crate::catalog::Fact;
use crate::scenario::{At, Measure, Rule, Scenario, Whose};
use crate::table::rounded;

/// A scenario with its costs, as the rules see it.
pub struct Plan<'a> {
    pub scenario: &'a Scenario,
    pub file: &'a str,
    pub options: &'a [OptionResult],
    /// The chosen option, where its name is known.
    pub chosen: Option<&'a OptionResult>,
    pub at: At,
    /// The P90 where it counts and anything is uncertain, or why there is none.
    pub risk: Option<Result<Risk, String>>,
    pub demands: &'a Demands,
}

/// Why a rule has nothing to be held against.
pub enum Unmeasured {
    /// It should have been measured and was not.
    CannotTell(String),
    /// It does not concern this scenario.
    NotApplicable(String),
    /// A missing baseline that the run allows.
    Allowed(String),
}

impl Unmeasured {
    pub fn text(&self) -> &str {
        match self {
            Self::CannotTell(text) | Self::NotApplicable(text) | Self::Allowed(text) => text,
        }
    }

    pub fn outcome(&self) -> Outcome {
        match self {
            Self::CannotTell(_) => Outcome::CannotTell,
            Self::NotApplicable(_) => Outcome::NotApplicable,
            Self::Allowed(_) => Outcome::Warn,
        }
    }
}

type Figure = Result<f64, Unmeasured>;

fn cannot_tell<T>(why: impl Into<String>) -> Result<T, Unmeasured> {
    Err(Unmeasured::CannotTell(why.into()))
}

impl Plan<'_> {
    /// The figure that a rule limits.
    pub fn measure(&self, rule: &Rule) -> Figure {
        match rule {
            Rule::Cost(whose, measure) => self.cost(whose, *measure),
            Rule::IncreaseUsd => self.increase_usd(),
            Rule::IncreaseShare => self.increase_share(),
            Rule::OverCheapest => self.over_cheapest(),
            Rule::MarginUsd => self.margin().map(|(margin, _)| margin),
            Rule::MarginShare => self.margin().map(|(margin, next)| margin / next),
            Rule::StaffShareMin | Rule::StaffShareMax => {
                self.priced_choice().map(|option| option.staff_share)
            }
            Rule::CatalogAge => self.catalog_age(),
        }
    }

    fn priced_choice(&self) -> Result<&OptionResult, Unmeasured> {
        match self.chosen {
            Some(option) => priced(option),
            None => cannot_tell("the chosen option does not exist in this scenario"),
        }
    }

    fn cost(&self, whose: &Whose, measure: Measure) -> Figure {
        let amount = match whose {
            Whose::Chosen => self.of_option(self.priced_choice()?)?,
            Whose::Option(name) => match self.options.iter().find(|own| own.name == *name) {
                Some(option) => self.of_option(priced(option)?)?,
                None => return not_here(&format!("no option is named `{name}` here")),
            },
            Whose::Feature(name) => self.feature(name)?,
            Whose::Tenant { name, share } => self.tenant(name, *share)?,
        };
        match (measure, amount.usd_per_request) {
            (Measure::Monthly, _) => Ok(amount.monthly_usd),
            (Measure::Yearly, _) => Ok(12.0 * amount.monthly_usd),
            (Measure::PerRequest, Some(usd)) => Ok(usd),
            (Measure::PerRequest, None) => cannot_tell("there are no requests"),
        }
    }

    fn index(&self, option: &OptionResult) -> usize {
        let mut specs = self.scenario.options.iter();
        specs.position(|spec| spec.name == option.name).unwrap_or(0)
    }

    /// What counts of an option's cost.
    pub fn of_option(&self, option: &OptionResult) -> Result<Amount, Unmeasured> {
        match &self.risk {
            Some(Ok(risk)) => Ok(risk.option(self.index(option))),
            Some(Err(why)) => cannot_tell(why),
            None => Ok(Amount {
                monthly_usd: option.monthly_usd,
                usd_per_request: Some(option.usd_per_request).filter(|usd| *usd > 0.0),
            }),
        }
    }

    /// Cost of the lines that are a feature's own in the chosen option.
    fn feature(&self, name: &str) -> Result<Amount, Unmeasured> {
        let parts = &self.scenario.workload.features;
        let Some(at) = parts
            .iter()
            .position(|part| part.name.as_deref() == Some(name))
        else {
            return not_here(&format!("no feature is named `{name}` here"));
        };
        let option = self.priced_choice()?;
        let mut own = option
            .lines
            .iter()
            .filter(|line| line.feature.as_deref() == Some(name))
            .map(|line| line.monthly_usd)
            .peekable();
        if own.peek().is_none() {
            return cannot_tell(format!(
                "`{}` has no cost lines of the feature alone",
                option.name
            ));
        }
        let whole = self.of_option(option)?;
        if let Some(Ok(risk)) = &self.risk {
            return Ok(risk.feature(self.index(option), at));
        }
        let monthly_usd: f64 = own.sum();
        let share = parts[at].share.value.get();
        let requests = whole
            .usd_per_request
            .map(|usd| share * whole.monthly_usd / usd);
        Ok(Amount {
            monthly_usd,
            usd_per_request: requests
                .filter(|count| *count > 0.0)
                .map(|count| monthly_usd / count),
        })
    }

    /// A tenant's part of the chosen option's cost, and of the requests: by the usage log, or as the file
    /// states it.
    fn tenant(&self, name: &str, share: Option<f64>) -> Result<Amount, Unmeasured> {
        let whole = self.of_option(self.priced_choice()?)?;
        if let Some(tenants) = &self.demands.tenants {
            let (own, _) = tenants.find(name).map_err(Unmeasured::CannotTell)?;
            let requests = own.requests.filter(|part| *part > 0.0);
            let each = whole.usd_per_request.zip(requests);
            return Ok(Amount {
                monthly_usd: own.cost * whole.monthly_usd,
                usd_per_request: each.map(|(usd, requests)| usd * own.cost / requests),
            });
        }
        match share {
            Some(share) => Ok(Amount {
                monthly_usd: share * whole.monthly_usd,
                ..whole
            }),
            None => cannot_tell(format!(
                "nothing measures the tenant `{name}`: no usage log, and no share in the file"
            )),
        }
    }

    /// What a tenant may cost at most because a part of the log names nobody, and that in words.
    pub fn most(&self, rule: &Rule, actual: f64) -> Option<(f64, String)> {
        let Rule::Cost(Whose::Tenant { name, .. }, _) = rule else {
            return None;
        };
        let (own, open) = self.demands.tenants.as_ref()?.find(name).ok()?;
        let most = if own.cost > 0.0 {
            actual * (own.cost + open) / own.cost
        } else {
            f64::INFINITY
        };
        let why = format!(
            "{} % of the cost of the usage log name no tenant, and could break it",
            rounded(100.0 * open)
        );
        (open > 0.0).then_some((most, why))
    }

    /// What the baseline holds of this plan.
    pub fn baseline(&self) -> Result<BaselineOption, Unmeasured> {
        let missing = |why: String| {
            Err(if self.demands.saving {
                Unmeasured::NotApplicable("the baseline is being taken down".into())
            } else if self.demands.allow_missing_baseline {
                Unmeasured::Allowed(why)
            } else {
                Unmeasured::CannotTell(why)
            })
        };
        let Some(baseline) = &self.demands.baseline else {
            let why = self.demands.no_baseline.clone();
            return missing(why.unwrap_or_else(|| "there is no baseline".into()));
        };
        let Some(entry) = baseline.find(&self.scenario.name, self.file) else {
            return missing(format!(
                "the baseline does not know `{}`",
                self.scenario.name
            ));
        };
        if entry.at != self.at {
            return cannot_tell("the baseline was taken at another value of the uncertain costs");
        }
        match entry.chosen_option() {
            Some(option) => Ok(option.clone()),
            None => cannot_tell("the baseline has no cost of its chosen option"),
        }
    }

    /// The smallest increase that counts [USD/month].
    pub fn floor_usd(&self) -> f64 {
        let own = self.scenario.budget.ignore_below_usd;
        self.demands.ignore_below_usd.or(own).unwrap_or(0.0)
    }

    /// Increase of the chosen option over that of the baseline, both as a baseline records them.
    pub fn increase_usd(&self) -> Figure {
        let before = self.baseline()?;
        let now = self.of_option(self.priced_choice()?)?.monthly_usd;
        Ok(recorded(recorded(now) - before.monthly_usd))
    }

    fn increase_share(&self) -> Figure {
        let before = self.baseline()?.monthly_usd;
        if before <= 0.0 {
            return cannot_tell("the baseline is 0, of which no share can be taken");
        }
        Ok(self.increase_usd()? / before)
    }

    fn over_cheapest(&self) -> Figure {
        let chosen = self.priced_choice()?;
        let least = self.other_least(chosen)?;
        let cheapest = least.min(chosen.monthly_usd);
        Ok((chosen.monthly_usd - cheapest) / cheapest)
    }

    /// How much cheaper the chosen option is than the next [USD/month], and what that one costs.
    fn margin(&self) -> Result<(f64, f64), Unmeasured> {
        let chosen = self.priced_choice()?;
        let next = self.other_least(chosen)?;
        Ok((next - chosen.monthly_usd, next))
    }

    /// The least that another option costs.
    fn other_least(&self, chosen: &OptionResult) -> Figure {
        let others = self.options.iter().filter(|own| own.name != chosen.name);
        let mut least = None;
        for other in others {
            let usd = priced(other)?.monthly_usd;
            least = Some(least.map_or(usd, |known: f64| known.min(usd)));
        }
        match least {
            Some(usd) => Ok(usd),
            None => cannot_tell("there is no other option to compare with"),
        }
    }

    fn catalog_age(&self) -> Figure {
        match self.oldest() {
            Some((days, _)) => Ok(days.max(0) as f64),
            None => not_here("no catalog row is used"),
        }
    }

    /// The oldest catalog row that is used; of several the first by name.
    fn oldest(&self) -> Option<(i64, &Fact)> {
        let start = self.scenario.start;
        let facts = self
            .scenario
            .facts
            .iter()
            .map(|fact| (start.days_since(fact.as_of), &**fact));
        facts.max_by(|a, b| a.0.cmp(&b.0).then_with(|| b.1.id.cmp(&a.1.id)))
    }

    /// What exactly a rule measured, where its figure does not say it.
    pub fn note(&self, rule: &Rule) -> Option<String> {
        let (_, fact) = self.oldest().filter(|_| *rule == Rule::CatalogAge)?;
        Some(format!("{}, as of {}", fact.id, fact.as_of))
    }
}

fn not_here<T>(why: &str) -> Result<T, Unmeasured> {
    Err(Unmeasured::NotApplicable(why.to_owned()))
}

/// An option that costs something: one that costs nothing was not priced.
fn priced(option: &OptionResult) -> Result<&OptionResult, Unmeasured> {
    if option.monthly_usd > 0.0 && option.monthly_usd.is_finite() {
        return Ok(option);
    }
    cannot_tell(format!(
        "nothing of `{}` is priced: it comes to 0",
        option.name
    ))
}
