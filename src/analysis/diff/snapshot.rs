//! A result of `compare` as JSON has it: what a difference is taken of.

use std::collections::BTreeSet;

use serde_json::Value;

use super::chains::{Nano, nano, usd};

/// One scenario's result.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Name of the scenario.
    pub name: String,
    /// Volume [requests/day]; not known of a baseline.
    pub requests_per_day: Option<f64>,
    /// Whether only the totals of its options are known.
    pub totals_only: bool,
    /// Currency of the tables.
    pub currency: String,
    /// Its units per US dollar.
    pub currency_per_usd: f64,
    /// Cheapest option.
    pub cheapest: String,
    /// Every option.
    pub options: Vec<Priced>,
    /// Every pair of options over the volume.
    pub pairs: Vec<Pair>,
    /// The facts used, as lines.
    pub facts: Vec<String>,
}

/// One option.
#[derive(Clone, Debug, Default)]
pub struct Priced {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its total [USD/month].
    pub monthly_usd: f64,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it is for.
    pub category: String,
    /// Its name.
    pub label: String,
    /// Its amount [USD/month].
    pub monthly_usd: f64,
}

/// Two options over the volume.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pair {
    /// First option.
    pub a: String,
    /// Second option.
    pub b: String,
    /// `crosses`, `never` or `always`.
    pub verdict: String,
    /// Volume [requests/day] and the option that is cheaper after it.
    pub crossings: Vec<(f64, String)>,
}

impl Snapshot {
    /// Reads the result of one scenario.
    ///
    /// # Errors
    /// What is missing or twice, with its path.
    pub fn read(value: &Value) -> Result<Self, String> {
        let scenario = &value["scenario"];
        let options = array(value, "options", "")?;
        let read = Self {
            name: text(scenario, "name", "scenario.")?,
            requests_per_day: Some(number(scenario, "requests_per_day", "scenario.")?),
            totals_only: false,
            currency: scenario["currency"].as_str().unwrap_or("USD").to_owned(),
            currency_per_usd: scenario["currency_per_usd"].as_f64().unwrap_or(1.0),
            cheapest: text(value, "cheapest", "")?,
            options: numbered(options, "options", Priced::read)?,
            pairs: numbered(list(value, "break_even"), "break_even", Pair::read)?,
            facts: list(&value["catalog"], "facts")
                .iter()
                .filter_map(|fact| fact.as_str().map(str::to_owned))
                .collect(),
        };
        let names: BTreeSet<&str> = read.options.iter().map(|o| o.name.as_str()).collect();
        if read.options.is_empty() {
            return Err("there is no option in it".into());
        }
        if names.len() < read.options.len() {
            return Err("two options have the same name".into());
        }
        Ok(read)
    }

    /// One plan of a baseline of `llmcost check`: the totals of its options.
    ///
    /// # Errors
    /// What is missing, or another measure than medians.
    pub fn of_baseline(plan: &Value) -> Result<Self, String> {
        if plan["at"].as_str() != Some("median") {
            return Err(format!(
                "it has costs at {}, and not the medians",
                plan["at"]
            ));
        }
        let total = |value: &Value, path: &str| {
            let monthly_usd = number(value, "monthly_usd", path)?;
            Ok(Priced {
                name: text(value, "name", path)?,
                kind: String::new(),
                monthly_usd,
                lines: vec![Line {
                    category: "total".into(),
                    label: "total".into(),
                    monthly_usd,
                }],
            })
        };
        let options = numbered(array(plan, "options", "")?, "options", total)?;
        let least = options
            .iter()
            .min_by(|a, b| a.monthly_usd.total_cmp(&b.monthly_usd))
            .ok_or("there is no option in it")?;
        Ok(Self {
            name: text(plan, "name", "")?,
            totals_only: true,
            currency: "USD".into(),
            currency_per_usd: 1.0,
            cheapest: least.name.clone(),
            options,
            ..Self::default()
        })
    }

    /// An option, by name.
    pub fn option(&self, name: &str) -> Option<&Priced> {
        self.options.iter().find(|option| option.name == name)
    }

    /// The pair of two options, in any order.
    pub fn pair(&self, a: &str, b: &str) -> Option<&Pair> {
        let same = |pair: &&Pair| (pair.a == a && pair.b == b) || (pair.a == b && pair.b == a);
        self.pairs.iter().find(same)
    }
}

impl Priced {
    fn read(value: &Value, path: &str) -> Result<Self, String> {
        let lines = array(value, "lines", path)?;
        let read = Self {
            name: text(value, "name", path)?,
            kind: text(value, "kind", path)?,
            monthly_usd: number(value, "monthly_usd", path)?,
            lines: numbered(lines, &format!("{path}lines"), Line::read)?,
        };
        let sum = usd(read.nano());
        if (sum - read.monthly_usd).abs() > 1e-6 * read.monthly_usd.abs() + 1e-6 {
            return Err(format!(
                "the lines of `{}` add up to {sum}, and not to its `monthly_usd` of {}",
                read.name, read.monthly_usd
            ));
        }
        Ok(read)
    }

    /// The sum of its lines in nano-dollars, in which all differences are taken.
    pub fn nano(&self) -> Nano {
        self.lines.iter().map(|line| nano(line.monthly_usd)).sum()
    }
}

impl Line {
    fn read(value: &Value, path: &str) -> Result<Self, String> {
        Ok(Self {
            category: text(value, "category", path)?,
            label: text(value, "label", path)?,
            monthly_usd: number(value, "monthly_usd", path)?,
        })
    }
}

impl Pair {
    fn read(value: &Value, path: &str) -> Result<Self, String> {
        let crossing = |value: &Value, path: &str| {
            Ok((
                number(value, "requests_per_day", path)?,
                text(value, "cheaper_after", path)?,
            ))
        };
        Ok(Self {
            a: text(value, "a", path)?,
            b: text(value, "b", path)?,
            verdict: text(value, "verdict", path)?,
            crossings: numbered(
                list(value, "crossings"),
                &format!("{path}crossings"),
                crossing,
            )?,
        })
    }
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn array<'a>(value: &'a Value, key: &str, path: &str) -> Result<&'a [Value], String> {
    value[key]
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| format!("`{path}{key}` is no list"))
}

fn numbered<T>(
    list: &[Value],
    path: &str,
    read: impl Fn(&Value, &str) -> Result<T, String>,
) -> Result<Vec<T>, String> {
    list.iter()
        .enumerate()
        .map(|(at, value)| read(value, &format!("{path}[{at}].")))
        .collect()
}

fn text(value: &Value, key: &str, path: &str) -> Result<String, String> {
    value[key]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| format!("`{path}{key}` is no text"))
}

/// The greatest amount of a result: sums of a million such amounts stay exact in nano-dollars.
const GREATEST: f64 = 1e18;

fn number(value: &Value, key: &str, path: &str) -> Result<f64, String> {
    value[key]
        .as_f64()
        .filter(|number| number.abs() <= GREATEST)
        .ok_or_else(|| format!("`{path}{key}` is no number, or is beyond {GREATEST:e}"))
}
