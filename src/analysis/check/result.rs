//! The plain result of a gate: every format is rendered from it.

use serde::Serialize;

use super::BaselineOption;
use crate::scenario::{At, Level};
use crate::warning::Warning;

/// The answer of `llmcost check`.
#[derive(Clone, Debug, Serialize)]
pub struct Gate {
    /// `llmcost/check/1`.
    pub schema: &'static str,
    /// The verdict over all scenarios.
    pub verdict: Verdict,
    /// What is wrong, over all scenarios, in their order.
    pub findings: Vec<Finding>,
    /// Each scenario in the order of the files.
    pub scenarios: Vec<ScenarioCheck>,
    /// Files that could not be checked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
    /// Files that are only there to be extended by others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bases: Vec<String>,
}

/// A file that could not be checked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unread {
    /// The file.
    pub file: String,
    /// Each problem: `S.toml:3:1` and what is wrong there.
    pub problems: Vec<(String, String)>,
}

/// How a gate ends; later ones are worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every limit is kept.
    Pass,
    /// Only limits that warn are broken.
    Warn,
    /// Something that must be measured was not.
    NothingCompared,
    /// A limit that denies is broken.
    Fail,
}

impl Verdict {
    /// `pass`, `warn`, `nothing-compared`, `fail`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::NothingCompared => "nothing-compared",
            Self::Fail => "fail",
        }
    }

    /// The verdict of one scenario's checks: broken beats unmeasured, and unmeasured is never green.
    pub fn of(checks: &[Check]) -> Self {
        let measured = checks.iter().any(|check| check.actual.is_some());
        let worst = checks.iter().map(Check::verdict).max();
        match worst {
            Some(Self::Fail) => Self::Fail,
            Some(worst) if measured => worst,
            _ => Self::NothingCompared,
        }
    }
}

/// What became of one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is kept.
    Pass,
    /// It is broken, and warns.
    Warn,
    /// It is broken, and denies.
    Fail,
    /// It is broken by less than what counts.
    Ignored,
    /// It does not concern this scenario.
    NotApplicable,
    /// Nothing was there to hold it against.
    CannotTell,
}

impl Outcome {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
            Self::Ignored => "ignored",
            Self::NotApplicable => "not-applicable",
            Self::CannotTell => "cannot-tell",
        }
    }
}

/// One limit of one scenario.
#[derive(Clone, Debug, Serialize)]
pub struct Check {
    /// The key of `[budget]` that sets it: `monthly_usd`, `option.monthly_usd`.
    pub rule: String,
    /// The option, feature or tenant, where it is not about the chosen option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// What breaking it means.
    pub level: Level,
    /// What became of it.
    pub outcome: Outcome,
    /// The limit, in `unit`.
    pub limit: f64,
    /// The figure that is held against it, in `unit`; absent where there is none.
    pub actual: Option<f64>,
    /// `USD/month`, `days`; empty for a share.
    pub unit: &'static str,
    /// Why it was not measured, does not count, or what exactly was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The line of the scenario: of the limit, or of the option that breaks a flag's limit.
    pub place: String,
    /// The flag, where the limit is not the file's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag: Option<String>,
}

impl Check {
    fn verdict(&self) -> Verdict {
        match (self.outcome, self.level) {
            (Outcome::Fail, _) => Verdict::Fail,
            (Outcome::CannotTell, Level::Deny) => Verdict::NothingCompared,
            (Outcome::Warn, _) | (Outcome::CannotTell, Level::Warn) => Verdict::Warn,
            (Outcome::Pass | Outcome::Ignored | Outcome::NotApplicable, _) => Verdict::Pass,
        }
    }
}

/// One scenario held against its limits.
#[derive(Clone, Debug, Serialize)]
pub struct ScenarioCheck {
    /// Its title.
    pub name: String,
    /// Its file.
    pub file: String,
    /// First day of the plan.
    pub start: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// The option that the limits are about.
    pub chosen: String,
    /// The cheapest option.
    pub cheapest: String,
    /// Which value of uncertain costs counts.
    pub at: At,
    /// Cost of the chosen option in a steady month (USD).
    pub monthly_usd: Option<f64>,
    /// The same per billed request (USD).
    pub usd_per_request: Option<f64>,
    /// Cost of the baseline's chosen option in a steady month (USD).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_usd: Option<f64>,
    /// Every option, as a baseline records it.
    pub options: Vec<BaselineOption>,
    /// Currency of the tables.
    pub currency: String,
    /// Its units per US dollar.
    pub currency_per_usd: f64,
    /// Every limit, in the order of the file and the flags.
    pub checks: Vec<Check>,
    /// What to know.
    pub warnings: Vec<Warning>,
}

/// Something that keeps a gate from a plain pass.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// How bad it is.
    pub level: FindingLevel,
    /// Title of the scenario, or its file where it could not be read.
    pub scenario: String,
    /// The rule, `scenario` for a file that cannot be checked, `limits` for one without any.
    pub rule: String,
    /// The option, feature or tenant, where it is not the chosen option.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The limit, in the unit of the rule.
    pub limit: Option<f64>,
    /// What is held against it.
    pub actual: Option<f64>,
    /// In a sentence, where there is no figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// `S.toml:12:1`.
    pub place: String,
    /// The scenario and the check that it stands for, by their places in the result.
    #[serde(skip)]
    pub check: Option<(usize, usize)>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingLevel {
    /// A limit that warns is broken, or was not measured.
    Warn,
    /// A limit that denies is broken.
    Deny,
    /// A limit that denies was not measured.
    CannotTell,
    /// A file cannot be checked.
    Error,
}

impl Gate {
    /// The verdict over everything that was asked for.
    ///
    /// A file that cannot be checked leaves the question open whatever the others say.
    pub fn new(scenarios: Vec<ScenarioCheck>, unread: Vec<Unread>, bases: Vec<String>) -> Self {
        let worst = scenarios.iter().map(|scenario| scenario.verdict).max();
        let verdict = match worst {
            Some(worst) if unread.is_empty() => worst,
            _ => Verdict::NothingCompared,
        };
        let checked = scenarios.iter().enumerate().flat_map(findings);
        Self {
            schema: "llmcost/check/1",
            verdict,
            findings: unread.iter().flat_map(unreadable).chain(checked).collect(),
            scenarios,
            unread,
            bases,
        }
    }
}

fn unreadable(file: &Unread) -> Vec<Finding> {
    let finding = |(place, message): &(String, String)| Finding {
        level: FindingLevel::Error,
        scenario: file.file.clone(),
        rule: "scenario".into(),
        of: None,
        limit: None,
        actual: None,
        why: Some(message.clone()),
        place: place.clone(),
        check: None,
    };
    file.problems.iter().map(finding).collect()
}

/// What is wrong with a scenario, by its place in the result.
fn findings((at, scenario): (usize, &ScenarioCheck)) -> Vec<Finding> {
    let numbered = scenario.checks.iter().enumerate();
    let mut list: Vec<Finding> = numbered
        .filter_map(|(number, check)| finding(scenario, check, (at, number)))
        .collect();
    let open = |finding: &Finding| finding.level == FindingLevel::CannotTell;
    if scenario.verdict == Verdict::NothingCompared && !list.iter().any(open) {
        list.push(Finding {
            level: FindingLevel::CannotTell,
            scenario: scenario.name.clone(),
            rule: "limits".into(),
            of: None,
            limit: None,
            actual: None,
            why: Some("no limit is held against this scenario".into()),
            place: format!("{}:1:1", scenario.file),
            check: None,
        });
    }
    list
}

fn finding(scenario: &ScenarioCheck, check: &Check, at: (usize, usize)) -> Option<Finding> {
    let level = match check.outcome {
        Outcome::Fail => FindingLevel::Deny,
        Outcome::CannotTell if check.level == Level::Deny => FindingLevel::CannotTell,
        Outcome::Warn | Outcome::CannotTell => FindingLevel::Warn,
        Outcome::Pass | Outcome::Ignored | Outcome::NotApplicable => return None,
    };
    Some(Finding {
        level,
        scenario: scenario.name.clone(),
        rule: check.rule.clone(),
        of: check.of.clone(),
        limit: Some(check.limit),
        actual: check.actual,
        why: check.why.clone(),
        place: check.place.clone(),
        check: Some(at),
    })
}
