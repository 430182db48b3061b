//! What plans cost when somebody last agreed to it, as a file that is kept in a repository.

use serde::{Deserialize, Serialize};

use super::ScenarioCheck;
use crate::scenario::{At, plain_path};

/// Schema of the file.
pub const SCHEMA: &str = "llmcost/baseline/1";

/// A baseline: rows in a stable order with rounded figures, so that a change is a small difference.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    /// `llmcost/baseline/1`.
    pub schema: String,
    /// Who accepted changes, when and why, oldest first.
    pub accepted: Vec<Accepted>,
    /// Plans by title and file.
    pub scenarios: Vec<BaselineScenario>,
}

/// One acceptance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accepted {
    /// Who.
    pub by: String,
    /// Day, `YYYY-MM-DD`.
    pub date: String,
    /// Why.
    pub reason: String,
    /// What changed.
    pub changes: Vec<Change>,
}

/// What an acceptance changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Title of the scenario.
    pub scenario: String,
    /// Cost of the chosen option before [USD/month]; absent for a new scenario.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_usd: Option<f64>,
    /// Cost of the chosen option since [USD/month].
    pub to_usd: f64,
}

/// One plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineScenario {
    /// Title.
    pub name: String,
    /// File, as it was named.
    pub file: String,
    /// Which value of uncertain costs it holds.
    pub at: At,
    /// The chosen option.
    pub chosen: String,
    /// Options by name.
    pub options: Vec<BaselineOption>,
}

/// One option of a plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineOption {
    /// Its name.
    pub name: String,
    /// Cost of a steady month (USD), as [`recorded`].
    pub monthly_usd: f64,
    /// Cost of a billed request (USD), to six significant digits.
    pub usd_per_request: f64,
}

impl BaselineOption {
    /// An option with its cost of a month and of a request.
    pub fn of(name: &str, (monthly_usd, usd_per_request): (f64, f64)) -> Self {
        Self {
            name: name.to_owned(),
            monthly_usd: recorded(monthly_usd),
            usd_per_request: significant(usd_per_request),
        }
    }
}

/// An amount as a baseline keeps it: to the cent, and below 1,000 to six significant digits.
pub fn recorded(usd: f64) -> f64 {
    if usd.abs() >= 1_000.0 {
        (usd * 100.0).round() / 100.0
    } else {
        significant(usd)
    }
}

fn significant(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

impl Baseline {
    /// A baseline of what was just checked, after the acceptances so far.
    ///
    /// # Errors
    /// What has no cost to take down, in words.
    pub fn of(checks: &[ScenarioCheck], accepted: Vec<Accepted>) -> Result<Self, String> {
        let mut scenarios = Vec::new();
        for check in checks {
            if !check.monthly_usd.is_some_and(|usd| usd > 0.0) {
                return Err(format!(
                    "`{}` ({}) has no cost to take down: nothing of its chosen option `{}` is priced",
                    check.name, check.file, check.chosen
                ));
            }
            scenarios.push(BaselineScenario::of(check));
        }
        let mut baseline = Self {
            schema: SCHEMA.to_owned(),
            accepted,
            scenarios,
        };
        baseline.sort();
        baseline.all_told_apart()?;
        Ok(baseline)
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// What is wrong with it, with its line and column where it is not the right JSON.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let at = |error: &serde_json::Error| {
            format!(
                "{name}:{}:{}: not a baseline: {error}",
                error.line(),
                error.column()
            )
        };
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| at(&error))?;
        match value.get("schema").and_then(serde_json::Value::as_str) {
            Some(SCHEMA) => {}
            Some(other) => {
                return Err(format!(
                    "{name}: a baseline of another version\n   found: {other}\n   expected: {SCHEMA}\n\
                     hint: write it anew with `llmcost check --save-baseline {name}`"
                ));
            }
            None => {
                return Err(format!(
                    "{name}: not a baseline: it names no schema\n   expected: \"schema\": \"{SCHEMA}\"\n\
                     hint: `llmcost check --save-baseline {name}` writes one"
                ));
            }
        }
        serde_json::from_str(text).map_err(|error| at(&error))
    }

    /// The file's text.
    ///
    /// # Errors
    /// A number that JSON cannot hold.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The plan of a title; of several with the same title that of the same file.
    pub fn find(&self, name: &str, file: &str) -> Option<&BaselineScenario> {
        let named: Vec<&BaselineScenario> = self
            .scenarios
            .iter()
            .filter(|plan| plan.name == name)
            .collect();
        if let [one] = named[..] {
            return Some(one);
        }
        let file = plain_path(file);
        let mut same = self.scenarios.iter().filter(|plan| plan.file == file);
        same.find(|plan| named.is_empty() || plan.name == name)
    }

    /// Takes in what was checked, and says who accepted it; other plans stay as they are.
    ///
    /// # Errors
    /// What has no cost to take down, in words.
    pub fn accept(
        &mut self,
        checks: &[ScenarioCheck],
        by: String,
        date: String,
        reason: String,
    ) -> Result<&Accepted, String> {
        let fresh = Self::of(checks, Vec::new())?;
        let mut changes = Vec::new();
        for plan in fresh.scenarios {
            let known = self.find(&plan.name, &plan.file).cloned();
            if known.as_ref() == Some(&plan) {
                continue;
            }
            changes.push(Change {
                scenario: plan.name.clone(),
                from_usd: known.as_ref().and_then(BaselineScenario::chosen_usd),
                to_usd: plan.chosen_usd().unwrap_or_default(),
            });
            self.scenarios.retain(|old| Some(old) != known.as_ref());
            self.scenarios.push(plan);
        }
        self.sort();
        self.all_told_apart()?;
        let at = self.accepted.len();
        self.accepted.push(Accepted {
            by,
            date,
            reason,
            changes,
        });
        Ok(&self.accepted[at])
    }

    fn sort(&mut self) {
        self.scenarios
            .sort_by(|a, b| (&a.name, &a.file).cmp(&(&b.name, &b.file)));
    }

    fn all_told_apart(&self) -> Result<(), String> {
        let same = |pair: &&[BaselineScenario]| {
            pair[0].name == pair[1].name && pair[0].file == pair[1].file
        };
        match self.scenarios.windows(2).find(same) {
            Some(pair) => Err(format!(
                "`{}` ({}) stands twice in this run",
                pair[0].name, pair[0].file
            )),
            None => Ok(()),
        }
    }
}

impl BaselineScenario {
    fn of(check: &ScenarioCheck) -> Self {
        let mut options = check.options.clone();
        options.sort_by(|a, b| a.name.cmp(&b.name));
        Self {
            name: check.name.clone(),
            file: plain_path(&check.file),
            at: check.at,
            chosen: check.chosen.clone(),
            options,
        }
    }

    /// The chosen option.
    pub fn chosen_option(&self) -> Option<&BaselineOption> {
        self.options
            .iter()
            .find(|option| option.name == self.chosen)
    }

    fn chosen_usd(&self) -> Option<f64> {
        self.chosen_option().map(|option| option.monthly_usd)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_recorded_to_the_cent_and_small_ones_to_six_digits() {
        assert_eq!(recorded(12_345.678_9), 12_345.68);
        assert_eq!(recorded(0.001_234_567_8), 0.001_234_57);
        assert_eq!(recorded(-999.999_999), -1_000.0);
        assert_eq!(recorded(0.0), 0.0);
    }

    #[test]
    fn a_baseline_of_another_version_or_of_none_is_refused_in_words() {
        let refused = |text: &str| Baseline::parse("b.json", text).unwrap_err();
        assert!(refused("{\"schema\": \"llmcost/baseline/2\"}").contains("another version"));
        assert!(refused("{}").contains("it names no schema"));
        assert!(refused("{\n \"schema\" 1}").starts_with("b.json:2:11: not a baseline"));
        let surplus =
            "{\"schema\": \"llmcost/baseline/1\", \"accepted\": [], \"scenarios\": [], \"x\": 1}";
        assert!(refused(surplus).contains("unknown field `x`"));
    }
}
