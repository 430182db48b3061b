//! `check`: the verdict first, then what breaks it, then a small table.

pub mod baseline;
pub mod github;
pub mod junit;
pub mod sarif;
pub mod sentence;

use super::block::{Block, Cell, Grid, Row};
use super::format::{money, plural};
use crate::analysis::check::{Check, Finding, FindingLevel, Gate, Outcome, ScenarioCheck, Verdict};
use crate::scenario::{At, Currency};
use sentence::{figure, sentence};

/// The verdict in a line: `FAIL: 1 of 3 scenarios breaks a limit`.
pub fn headline(gate: &Gate) -> String {
    let all = gate.scenarios.len() + gate.unread.len();
    let limits: usize = gate.scenarios.iter().map(|plan| plan.checks.len()).sum();
    let with = |verdict: Verdict| {
        let plans = gate.scenarios.iter().filter(|plan| plan.verdict == verdict);
        plans.count()
    };
    let of = |count: usize| match all {
        1 => "the scenario".to_owned(),
        _ => format!("{count} of {all} scenarios"),
    };
    let s = |count: usize| if count == 1 { "s" } else { "" };
    match gate.verdict {
        Verdict::Pass => format!(
            "PASS: {} {} within {limits} limit{}",
            if all == 1 {
                "the scenario".into()
            } else {
                format!("{all} scenarios")
            },
            if all == 1 { "is" } else { "are" },
            plural(limits)
        ),
        Verdict::Warn => {
            let count = with(Verdict::Warn);
            format!("WARN: {} break{} a limit that warns", of(count), s(count))
        }
        Verdict::Fail => {
            let count = with(Verdict::Fail);
            format!("FAIL: {} break{} a limit", of(count), s(count))
        }
        Verdict::NothingCompared => {
            let count = with(Verdict::NothingCompared) + gate.unread.len();
            format!(
                "NOTHING COMPARED: {} could not be held against every limit",
                of(count)
            )
        }
    }
}

/// The report.
pub fn blocks(gate: &Gate) -> Vec<Block> {
    let mut blocks = vec![Block::Title(headline(gate))];
    let found: Vec<String> = gate.findings.iter().map(|f| told(gate, f)).collect();
    if !found.is_empty() {
        blocks.push(Block::List(found));
    }
    match &gate.scenarios[..] {
        [] => {}
        [one] if gate.unread.is_empty() => {
            blocks.push(Block::Text(frame(one)));
            if !one.checks.is_empty() {
                blocks.push(Block::Grid(checks(one)));
            }
        }
        many => blocks.push(Block::Grid(summary(many))),
    }
    blocks.extend(gate.bases.iter().map(|base| {
        Block::Text(format!(
            "{base} is extended by others and is no scenario by itself; it is checked through them."
        ))
    }));
    blocks
}

/// A finding in a line: its level, its place, what is so.
pub fn told(gate: &Gate, finding: &Finding) -> String {
    format!(
        "{}: {}: {} [{}]",
        level(finding.level),
        finding.place,
        message(gate, finding),
        finding.rule
    )
}

/// The word of a level.
pub fn level(level: FindingLevel) -> &'static str {
    match level {
        FindingLevel::Warn => "warn",
        FindingLevel::Deny => "deny",
        FindingLevel::CannotTell => "cannot tell",
        FindingLevel::Error => "error",
    }
}

/// A finding in a sentence; among several scenarios it names its own.
pub fn message(gate: &Gate, finding: &Finding) -> String {
    let text = alone(gate, finding);
    if gate.scenarios.len() > 1 && finding.level != FindingLevel::Error {
        return format!("{}: {text}", finding.scenario);
    }
    text
}

fn alone(gate: &Gate, finding: &Finding) -> String {
    let check = finding.check.and_then(|(plan, check)| {
        let plan = gate.scenarios.get(plan)?;
        Some((plan, plan.checks.get(check)?))
    });
    match check {
        Some((plan, check)) => sentence(plan, check),
        None => finding.why.clone().unwrap_or_default(),
    }
}

/// What a scenario's limits are about.
fn frame(plan: &ScenarioCheck) -> String {
    let currency = currency(plan);
    let cost = plan.monthly_usd.map_or_else(String::new, |usd| {
        format!(": {} a month", money(usd, &currency))
    });
    let before = plan.baseline_usd.map_or_else(String::new, |usd| {
        format!(", {} in the baseline", money(usd, &currency))
    });
    let at = match plan.at {
        At::Median => "",
        At::P90 => "; uncertain costs count with their P90",
    };
    let cheapest = if plan.chosen == plan.cheapest {
        ", the cheapest".to_owned()
    } else {
        format!(", not {}, the cheapest", plan.cheapest)
    };
    format!(
        "{}: the plan is {}{cheapest}{cost}{before}{at}.",
        plan.name, plan.chosen
    )
}

/// One row for each limit.
fn checks(plan: &ScenarioCheck) -> Grid {
    let mut grid = Grid::new(["rule", "of", "actual", "limit", "outcome"]);
    for check in &plan.checks {
        let currency = currency(plan);
        let actual = check.actual.map_or_else(
            || "?".to_owned(),
            |value| figure(value, check.unit, &currency),
        );
        grid.rows.push(Row {
            cells: vec![
                Cell::label(&check.rule),
                Cell::label(check.of.clone().unwrap_or_else(|| plan.chosen.clone())),
                Cell::number(actual),
                Cell::number(figure(check.limit, check.unit, &currency)),
                Cell::label(outcome(check)),
            ],
            strong: false,
        });
    }
    grid
}

fn outcome(check: &Check) -> String {
    match check.outcome {
        Outcome::Fail => "FAIL".into(),
        Outcome::Warn => "WARN".into(),
        Outcome::CannotTell => "cannot tell".into(),
        Outcome::NotApplicable => "not applicable".into(),
        other => other.name().into(),
    }
}

/// One row for each scenario.
fn summary(plans: &[ScenarioCheck]) -> Grid {
    let mut grid = Grid::new([
        "scenario", "verdict", "plan", "a month", "baseline", "limits",
    ]);
    for plan in plans {
        let currency = currency(plan);
        let amount = |usd: Option<f64>| usd.map_or_else(String::new, |usd| money(usd, &currency));
        grid.rows.push(Row {
            cells: vec![
                Cell::label(&plan.name),
                Cell::label(match plan.verdict {
                    Verdict::Fail => "FAIL",
                    Verdict::Warn => "WARN",
                    other => other.name(),
                }),
                Cell::label(&plan.chosen),
                Cell::number(amount(plan.monthly_usd)),
                Cell::number(amount(plan.baseline_usd)),
                Cell::number(plan.checks.len().to_string()),
            ],
            strong: false,
        });
    }
    grid
}

/// The currency that a scenario's amounts are shown in.
pub fn currency(plan: &ScenarioCheck) -> Currency {
    Currency {
        code: plan.currency.clone(),
        per_usd: plan.currency_per_usd,
    }
}

/// One row for each limit of each scenario, in US dollars, and for each file that was not checked.
pub fn tidy(gate: &Gate) -> Grid {
    let heads = [
        "verdict", "scenario", "file", "chosen", "rule", "of", "level", "outcome", "limit",
        "actual", "unit", "place",
    ];
    let mut grid = Grid::new(heads);
    let verdict = gate.verdict.name().to_owned();
    for plan in &gate.scenarios {
        for check in &plan.checks {
            let level = serde_json::to_value(check.level).ok();
            grid.texts([
                verdict.clone(),
                plan.name.clone(),
                plan.file.clone(),
                plan.chosen.clone(),
                check.rule.clone(),
                check.of.clone().unwrap_or_default(),
                level
                    .and_then(|v| v.as_str().map(str::to_owned))
                    .unwrap_or_default(),
                check.outcome.name().to_owned(),
                check.limit.to_string(),
                check
                    .actual
                    .map_or_else(String::new, |value| value.to_string()),
                check.unit.to_owned(),
                check.place.clone(),
            ]);
        }
    }
    let open = gate
        .findings
        .iter()
        .filter(|finding| finding.limit.is_none());
    for finding in open {
        let outcome = if finding.level == FindingLevel::Error {
            "error"
        } else {
            "cannot-tell"
        };
        let mut row = vec![String::new(); heads.len()];
        row[0].clone_from(&verdict);
        row[1].clone_from(&finding.scenario);
        row[4].clone_from(&finding.rule);
        row[7] = outcome.to_owned();
        row[11].clone_from(&finding.place);
        grid.texts(row);
    }
    grid
}

/// A place as its file, line and column; line and column are 1 where it has none.
pub fn parts(place: &str) -> (&str, u32, u32) {
    let split = |text: &str| -> Option<(usize, u32)> {
        let (head, number) = text.rsplit_once(':')?;
        Some((head.len(), number.parse().ok()?))
    };
    let Some((before_column, column)) = split(place) else {
        return (place, 1, 1);
    };
    match split(&place[..before_column]) {
        Some((before_line, line)) => (&place[..before_line], line, column),
        None => (place, 1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_apart_from_its_end() {
        assert_eq!(parts("a:b.toml:12:3"), ("a:b.toml", 12, 3));
        assert_eq!(parts("nowhere.toml"), ("nowhere.toml", 1, 1));
        assert_eq!(parts("x:7"), ("x:7", 1, 1));
    }
}
