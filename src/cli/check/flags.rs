//! The flags of `check`, and the limits that they set.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use super::super::input::Inputs;
use crate::analysis::check::Demands;
use crate::analysis::sweep::number;
use crate::diagnostic::Place;
use crate::scenario::{At, Level, Limit, Measure, Rule, Whose};

/// `check`.
#[derive(Args, Debug)]
#[command(
    after_help = "A limit of a flag holds beside those of [budget] in the file: neither loosens the other. \
                  --format also takes junit, sarif and github. Exit codes: 0 pass or warn, 1 fail, \
                  2 wrong input or nothing compared, 3 with --strict."
)]
pub struct CheckArgs {
    /// Scenario files, folders, patterns, or - for standard input.
    #[arg(required = true, value_name = "SCENARIO")]
    pub scenarios: Vec<String>,
    /// The option that the plan stands for; without it the file's, or the cheapest.
    #[arg(long, value_name = "NAME")]
    pub choose: Option<String>,
    /// Which value of uncertain costs counts.
    #[arg(long, value_enum, value_name = "VALUE")]
    pub at: Option<AtArg>,
    /// Who uses how much: JSON of `llmcost attribute --by tenant`, for limits of tenants.
    #[arg(long, value_name = "FILE")]
    pub usage: Option<PathBuf>,
    /// Another report besides the answer, such as junit=out.xml.
    #[arg(long, value_name = "KIND=FILE")]
    pub report: Vec<String>,
    /// Limits.
    #[command(flatten)]
    pub limits: LimitArgs,
    /// The baseline.
    #[command(flatten)]
    pub baseline: BaselineArgs,
}

/// Limits of flags.
#[derive(Args, Debug)]
#[command(next_help_heading = "Limits")]
pub struct LimitArgs {
    /// Most for a steady month.
    #[arg(long, value_name = "USD")]
    pub max_monthly: Option<String>,
    /// Most for a year of steady months.
    #[arg(long, value_name = "USD")]
    pub max_yearly: Option<String>,
    /// Most for a billed request.
    #[arg(long, value_name = "USD")]
    pub max_per_request: Option<String>,
    /// Most for a month of one option.
    #[arg(long, value_name = "NAME=USD")]
    pub max_option: Vec<String>,
    /// Most for a month of one feature's own lines.
    #[arg(long, value_name = "NAME=USD")]
    pub max_feature: Vec<String>,
    /// Most for a month of one tenant.
    #[arg(long, value_name = "NAME=USD")]
    pub max_tenant: Vec<String>,
    /// Most that the plan may cost more than the cheapest option.
    #[arg(long, value_name = "PERCENT")]
    pub within: Option<String>,
    /// Least by which it must be cheaper than the next option, such as 500 or 5%.
    #[arg(long, value_name = "USD|PERCENT")]
    pub min_margin: Option<String>,
    /// Band of the staff share, such as 60%..85%.
    #[arg(long, value_name = "LOW..HIGH")]
    pub staff_share: Option<String>,
    /// Greatest age of a catalog row that is used, counted to the plan's start.
    #[arg(long, value_name = "DAYS")]
    pub max_catalog_age: Option<String>,
    /// Most that a month may cost more than in the baseline, such as 500 or 10%.
    #[arg(long, value_name = "USD|PERCENT")]
    pub max_increase: Option<String>,
    /// Increases below this are ignored.
    #[arg(long, value_name = "USD")]
    pub ignore_below: Option<String>,
    /// Any of these limits as a warning, such as max-monthly=20000.
    #[arg(long, value_name = "LIMIT=VALUE")]
    pub warn: Vec<String>,
}

/// What increases are counted from.
#[derive(Args, Debug)]
#[command(next_help_heading = "Baseline")]
pub struct BaselineArgs {
    /// What the plans cost before.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// A plan that the baseline does not know only warns.
    #[arg(long)]
    pub allow_missing_baseline: bool,
    /// Take down what the plans cost now.
    #[arg(long, value_name = "FILE")]
    pub save_baseline: Option<PathBuf>,
}

/// `--at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AtArg {
    /// Every uncertain input at its median.
    Median,
    /// What nine of ten draws stay within.
    P90,
}

impl AtArg {
    /// What it stands for.
    pub fn at(self) -> At {
        match self {
            Self::Median => At::Median,
            Self::P90 => At::P90,
        }
    }
}

impl CheckArgs {
    /// What the flags ask of every scenario.
    ///
    /// # Errors
    /// A flag whose value cannot be read.
    pub fn demands(&self, inputs: &mut Inputs) -> Result<Demands> {
        let ignore_below_usd = match &self.limits.ignore_below {
            Some(text) => Some(usd("--ignore-below", text)?),
            None => None,
        };
        Ok(Demands {
            limits: self.limits.limits(inputs)?,
            chosen: self.choose.clone(),
            at: self.at.map(AtArg::at),
            ignore_below_usd,
            allow_missing_baseline: self.baseline.allow_missing_baseline,
            saving: self.baseline.save_baseline.is_some(),
            ..Demands::default()
        })
    }
}

impl LimitArgs {
    fn limits(&self, inputs: &mut Inputs) -> Result<Vec<Limit>> {
        let mut limits = Vec::new();
        for (flag, text) in self.given() {
            let place = inputs.argument(&format!("--{flag}"), text);
            add(flag, text, Level::Deny, place, &mut limits)?;
        }
        for text in &self.warn {
            let Some((flag, value)) = text.split_once('=') else {
                bail!(
                    "--warn: `{text}` is no limit\n\
                     hint: write LIMIT=VALUE, such as --warn max-monthly=20000 or --warn max-option=own=9000"
                );
            };
            let place = inputs.argument("--warn", text);
            add(flag.trim(), value, Level::Warn, place, &mut limits)?;
        }
        Ok(limits)
    }

    /// The flags that were given, in the order of the help.
    fn given(&self) -> Vec<(&'static str, &str)> {
        let one = [
            ("max-monthly", &self.max_monthly),
            ("max-yearly", &self.max_yearly),
            ("max-per-request", &self.max_per_request),
            ("within", &self.within),
            ("min-margin", &self.min_margin),
            ("staff-share", &self.staff_share),
            ("max-catalog-age", &self.max_catalog_age),
            ("max-increase", &self.max_increase),
        ];
        let many = [
            ("max-option", &self.max_option),
            ("max-feature", &self.max_feature),
            ("max-tenant", &self.max_tenant),
        ];
        let one = one
            .into_iter()
            .filter_map(|(flag, text)| Some((flag, text.as_deref()?)));
        let many = many
            .into_iter()
            .flat_map(|(flag, texts)| texts.iter().map(move |text| (flag, text.as_str())));
        one.chain(many).collect()
    }
}

/// Adds the limits of one flag, by its name without dashes.
fn add(flag: &str, text: &str, level: Level, place: Place, out: &mut Vec<Limit>) -> Result<()> {
    for (rule, value) in rules(flag, text)? {
        out.push(Limit {
            rule,
            level,
            value,
            place,
        });
    }
    Ok(())
}

/// The rules of a flag with their limits.
fn rules(flag: &str, text: &str) -> Result<Vec<(Rule, f64)>> {
    let named = format!("--{flag}");
    let cost = |measure| Rule::Cost(Whose::Chosen, measure);
    let one = |rule: Rule, value: f64| Ok(vec![(rule, value)]);
    let is_share = text.trim().ends_with('%');
    match flag {
        "max-monthly" => one(cost(Measure::Monthly), positive(&named, text)?),
        "max-yearly" => one(cost(Measure::Yearly), positive(&named, text)?),
        "max-per-request" => one(cost(Measure::PerRequest), positive(&named, text)?),
        "within" => one(Rule::OverCheapest, percent(&named, text)?),
        "max-catalog-age" => one(Rule::CatalogAge, usd(&named, text)?),
        "min-margin" if is_share => one(Rule::MarginShare, percent(&named, text)?),
        "min-margin" => one(Rule::MarginUsd, positive(&named, text)?),
        "max-increase" if is_share => one(Rule::IncreaseShare, percent(&named, text)?),
        "max-increase" => one(Rule::IncreaseUsd, usd(&named, text)?),
        "staff-share" => band(&named, text),
        "max-option" => of_name(&named, text, Whose::Option),
        "max-feature" => of_name(&named, text, Whose::Feature),
        "max-tenant" => of_name(&named, text, |name| Whose::Tenant { name, share: None }),
        _ => bail!(
            "--warn: no limit is named `{flag}`\nhint: it is the name of a flag without --, such as max-monthly"
        ),
    }
}

fn of_name(flag: &str, text: &str, whose: impl Fn(String) -> Whose) -> Result<Vec<(Rule, f64)>> {
    let Some((name, usd)) = text.rsplit_once('=') else {
        bail!("{flag}: `{text}` names nobody\nhint: write NAME=USD, such as {flag} own=9000");
    };
    let rule = Rule::Cost(whose(name.trim().to_owned()), Measure::Monthly);
    Ok(vec![(rule, positive(flag, usd)?)])
}

fn band(flag: &str, text: &str) -> Result<Vec<(Rule, f64)>> {
    let ends = text.split_once("..");
    let Some((low, high)) = ends else {
        bail!("{flag}: `{text}` is no band\nhint: write LOW..HIGH, such as {flag} 60%..85%");
    };
    let (low, high) = (percent(flag, low)?, percent(flag, high)?);
    if low > high || high > 1.0 {
        bail!("{flag}: the band {text} is empty\nhint: a share is from 0 % to 100 %");
    }
    Ok(vec![
        (Rule::StaffShareMin, low),
        (Rule::StaffShareMax, high),
    ])
}

/// An amount that may be 0.
fn usd(flag: &str, text: &str) -> Result<f64> {
    match number(text) {
        Some(value) if value >= 0.0 => Ok(value),
        _ => bail!(
            "{flag}: `{text}` is no amount\nhint: a number of at least 0, in US dollars or days as the help says, such as 25_000"
        ),
    }
}

fn positive(flag: &str, text: &str) -> Result<f64> {
    match usd(flag, text)? {
        0.0 => bail!("{flag}: a limit of 0 lets nothing pass"),
        value => Ok(value),
    }
}

/// `10%` as a share; a bare number would leave open whether 0.1 or 10 is meant.
fn percent(flag: &str, text: &str) -> Result<f64> {
    let value = text.trim().strip_suffix('%').and_then(number);
    match value {
        Some(value) if value >= 0.0 => Ok(value / 100.0),
        _ => bail!("{flag}: `{text}` is no percentage\nhint: write it with its sign, such as 10%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_increase_is_money_or_a_share_by_its_sign() {
        assert_eq!(
            rules("max-increase", "10%").unwrap(),
            [(Rule::IncreaseShare, 0.1)]
        );
        assert_eq!(
            rules("max-increase", "1_500").unwrap(),
            [(Rule::IncreaseUsd, 1_500.0)]
        );
        assert_eq!(
            rules("max-increase", "0").unwrap(),
            [(Rule::IncreaseUsd, 0.0)]
        );
    }

    #[test]
    fn a_name_may_hold_an_equals_sign() {
        let rule = Rule::Cost(Whose::Option("a=b".into()), Measure::Monthly);
        assert_eq!(rules("max-option", "a=b=9").unwrap(), [(rule, 9.0)]);
    }

    #[test]
    fn a_percentage_has_its_sign_and_a_band_its_order() {
        assert!(rules("within", "10").is_err());
        assert!(rules("staff-share", "85%..60%").is_err());
        assert!(rules("staff-share", "60%..185%").is_err());
        assert!(rules("max-monthly", "0").is_err() && rules("max-monthly", "-1").is_err());
        assert!(rules("max-mothly", "1").is_err());
    }
}
