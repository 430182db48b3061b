//! Causes that only several rows together show: days that begin at another hour, names that differ, one
//! proportion on all days.

use std::collections::{BTreeMap, BTreeSet};

use super::causes::Cause;
use super::fitted::missing_calls;
use super::price::{Change, Part, Parts, cost, counts};
use super::result::day_text;
use super::sheet::{Line, RowKey, Sheet};
use super::sides::{Basis, Sides};
use crate::usage::group::Cell;
use crate::usage::money::Money;
use crate::usage::price::Prices;
use crate::usage::read::is_charge;
use crate::usage::shape::Shapes;
use crate::usage::time::Instant;

/// What rows show together.
#[derive(Debug, Default)]
pub struct Patterns {
    /// Both amounts of each row.
    pub sides: BTreeMap<RowKey, Sides>,
    /// All days of each model as one row.
    pub models: BTreeMap<RowKey, (Line, Sides)>,
    /// Models that the other side has under another name, with the sentence that says so.
    pub renamed: BTreeMap<String, String>,
    /// Rows that agree where days begin at another hour, or together with their neighbors.
    pub boundaries: BTreeMap<RowKey, Cause>,
    /// Rows of models whose bill is the same multiple of the log on every day.
    pub proportions: BTreeMap<RowKey, Vec<Cause>>,
}

impl Patterns {
    /// Looks for them.
    ///
    /// # Errors
    /// Sums beyond any magnitude.
    pub fn of(sheet: &Sheet, basis: &Basis<'_>) -> Result<Self, String> {
        let mut patterns = Self::default();
        for (key, line) in &sheet.lines {
            let sides = basis.sides(line, sheet.amounts)?;
            patterns.sides.insert(key.clone(), sides);
        }
        for (key, line) in sheet.by_models()? {
            let sides = basis.sides(&line, sheet.amounts)?;
            patterns.models.insert(key, (line, sides));
        }
        patterns.names(sheet, basis);
        let models: Vec<Option<String>> = patterns.models.keys().map(|key| key.0.clone()).collect();
        for model in &models {
            let model = model.as_deref();
            let rows = patterns.rows(model);
            if !patterns.shifted(sheet, basis, model, &rows) {
                patterns.neighbors(&rows);
            }
            patterns.proportion(sheet, &rows);
        }
        Ok(patterns)
    }

    /// The dated rows of a model, in the order of days.
    fn rows(&self, model: Option<&str>) -> Vec<(RowKey, Sides)> {
        let own = |key: &RowKey| key.0.as_deref() == model && key.1.is_some();
        let rows = self.sides.iter().filter(|(key, _)| own(key));
        rows.map(|(key, sides)| (key.clone(), *sides)).collect()
    }

    /// Models of one side that cost the same as one of the other side, also at that one's prices.
    fn names(&mut self, sheet: &Sheet, basis: &Basis<'_>) {
        let one_sided = |bill: bool| {
            let wanted =
                move |line: &Line| line.log.is_empty() == bill && line.bill.is_empty() != bill;
            let models = self
                .models
                .iter()
                .filter(move |(_, (line, _))| wanted(line));
            models.filter_map(|(key, (line, sides))| {
                let name = key.0.as_deref().filter(|name| !is_charge(name))?;
                Some((name.to_owned(), line, sides))
            })
        };
        let mut renamed = BTreeMap::new();
        for (billed, on_bill, sides) in one_sided(true).filter(|(_, _, sides)| !sides.agrees()) {
            for (called, in_log, _) in one_sided(false) {
                let as_billed = under_name(sheet, &called, &on_bill.bill, basis.prices);
                let costs =
                    [&in_log.log, &as_billed].map(|parts| cost(parts, basis.prices, Change::None));
                let same = costs.iter().flatten().any(|cost| {
                    cost.unpriced.is_zero() && cost.usd != Money::ZERO && sides.is_near(cost.usd)
                });
                if same {
                    let [shown, bill] = [&called, &billed].map(|key| sheet.names[key].as_str());
                    let what = format!(
                        "the log's `{shown}` is the bill's `{bill}`: --alias {shown}={bill}"
                    );
                    renamed.insert(called, what.clone());
                    renamed.insert(billed.clone(), what);
                }
            }
        }
        self.renamed = renamed;
    }

    /// Whether all days of a model agree where a day begins at another hour.
    fn shifted(
        &mut self,
        sheet: &Sheet,
        basis: &Basis<'_>,
        model: Option<&str>,
        rows: &[(RowKey, Sides)],
    ) -> bool {
        if rows.len() < 2 || rows.iter().all(|(_, sides)| sides.agrees()) {
            return false;
        }
        let hours = hourly(sheet, basis, model);
        let shifts = (1..=14).flat_map(|hours| [-hours, hours]);
        for shift in shifts.filter(|shift| *shift >= -12) {
            let days = by_day(&hours, shift);
            let known: BTreeSet<Option<i32>> = rows.iter().map(|(key, _)| key.1).collect();
            let at = |key: &RowKey| {
                key.1
                    .and_then(|day| days.get(&day))
                    .copied()
                    .unwrap_or_default()
            };
            // A day that the shift makes has to be on the bill.
            let all_known = days.keys().all(|day| known.contains(&Some(*day)));
            if !all_known || !rows.iter().all(|(key, sides)| sides.is_near(at(key))) {
                continue;
            }
            let when = if shift < 0 { "after" } else { "before" };
            let what = format!(
                "the days of the bill begin {} hour(s) {when} those of the log",
                shift.abs()
            );
            for (key, sides) in rows.iter().filter(|(_, sides)| !sides.agrees()) {
                if let Some(cause) = sides.explained_by("day-boundary", &what, at(key)) {
                    self.boundaries.insert(key.clone(), cause);
                }
            }
            return true;
        }
        false
    }

    /// Days whose difference the next day takes back.
    fn neighbors(&mut self, rows: &[(RowKey, Sides)]) {
        for pair in rows.windows(2) {
            let [(first, a), (second, b)] = pair else {
                continue;
            };
            let next = first.1.map(|day| day + 1) == second.1;
            let cancels = a.residual.plus(b.residual).is_some_and(|left| {
                super::absolute(left).is_some_and(|left| left <= a.limit.max(b.limit))
            });
            if !next || a.agrees() || b.agrees() || !cancels {
                continue;
            }
            for (key, sides, other) in [(first, a, second), (second, b, first)] {
                let what = format!(
                    "it cancels with {}: calls around midnight are on the other day of the bill",
                    other.1.map(day_text).unwrap_or_default()
                );
                self.boundaries
                    .insert(key.clone(), Cause::whole("day-boundary", what, sides));
            }
        }
    }

    /// A model whose bill is the same multiple of the log on at least two days.
    fn proportion(&mut self, sheet: &Sheet, rows: &[(RowKey, Sides)]) {
        let both: Vec<&(RowKey, Sides)> = rows
            .iter()
            .filter(|(_, sides)| sides.expected > Money::ZERO && sides.billed > Money::ZERO)
            .collect();
        let sum =
            |amount: fn(&Sides) -> Money| both.iter().map(|row| amount(&row.1).usd()).sum::<f64>();
        let times = sum(|sides| sides.billed) / sum(|sides| sides.expected);
        let holds = |sides: &Sides| {
            (sides.billed.usd() - times * sides.expected.usd()).abs() <= sides.limit.usd()
        };
        if both.len() < 2 || !both.iter().all(|row| holds(&row.1)) {
            return;
        }
        let told = format!(
            "the bill is {times:.4} times the log on each of {} days",
            both.len()
        );
        for (key, sides) in both.into_iter().filter(|row| !row.1.agrees()) {
            let causes = if times < 1.0 {
                let what = format!("{told}: a discount of {:.2} %", (1.0 - times) * 100.0);
                vec![Cause::whole("discount", what, sides)]
            } else {
                let calls = missing_calls(&sheet.lines[key].log, sides).map(|mut cause| {
                    cause.what = format!("{told}: {}", cause.what);
                    cause
                });
                let what = format!(
                    "{told}: a surcharge or tax of {:.2} %",
                    (times - 1.0) * 100.0
                );
                calls
                    .into_iter()
                    .chain([Cause::whole("surcharge", what, sides)])
                    .collect()
            };
            self.proportions.insert(key.clone(), causes);
        }
    }

    /// Why only one side has a row.
    pub fn one_sided(
        &self,
        sheet: &Sheet,
        key: &RowKey,
        line: &Line,
        basis: &Basis<'_>,
        sides: &Sides,
    ) -> Vec<Cause> {
        let model = key.0.as_deref().unwrap_or_default();
        if is_charge(model) {
            let what = format!(
                "the bill charges {} beside usage",
                model.trim_matches(['(', ')'])
            );
            return vec![Cause::whole("other-charge", what, sides)];
        }
        if let Some(what) = self.renamed.get(model) {
            return vec![Cause::whole("model-name", what, sides)];
        }
        let billed = line.log.is_empty();
        let (span, code, of) = if billed {
            (sheet.log_days, "outside-log", "log")
        } else {
            (sheet.bill_days, "outside-bill", "bill")
        };
        if let (Some(day), Some((first, last))) = (key.1, span)
            && !(first..=last).contains(&day)
        {
            let what = format!(
                "the day is outside the {of}, which has {} to {}",
                day_text(first),
                day_text(last)
            );
            return vec![Cause::whole(code, what, sides)];
        }
        let (_, tokens) = counts(&line.bill);
        let no_model = tokens.is_zero() && basis.prices.book(None, model).is_none();
        let (code, what) = match (billed, no_model) {
            (true, true) => (
                "other-charge",
                "no model of the price list, and no tokens: a fee, a tool or storage",
            ),
            (true, false) => ("unlogged-calls", "the log has no such call"),
            (false, _) => (
                "unbilled-calls",
                "the bill has no such charge: another account's, or free",
            ),
        };
        vec![Cause::whole(code, what, sides)]
    }
}

/// Calls of a model under the name and provider that the bill has. Steps, lengths and hours of one price list say
/// nothing about another, so each call takes its place in the other one anew.
fn under_name(sheet: &Sheet, called: &str, bill: &Parts, prices: &Prices<'_>) -> Parts {
    let Some(named) = bill.keys().next() else {
        return Parts::new();
    };
    let (model, provider) = (named.model.as_deref().unwrap_or_default(), &named.provider);
    let theirs = prices.shape(provider.as_deref(), model);
    let mut renamed = Parts::new();
    for (at, part, cell) in calls_of(sheet, called) {
        let own = prices.shape(
            part.provider.as_deref(),
            part.model.as_deref().unwrap_or_default(),
        );
        let (_, length, ..) = own.stands_for(part.slot);
        let part = Part {
            model: named.model.clone(),
            provider: provider.clone(),
            slot: theirs.slot(at, u128::from(length)),
            ..part.clone()
        };
        renamed.entry(part).or_default().merge(cell);
    }
    renamed
}

/// Calls of a model with the hour in which they began.
fn calls_of<'a>(
    sheet: &'a Sheet,
    model: &str,
) -> impl Iterator<Item = (Option<Instant>, &'a Part, &'a Cell)> {
    let key = Some(model.to_owned());
    let timed = sheet
        .hours
        .range((key.clone(), i32::MIN)..=(key.clone(), i32::MAX));
    let timed =
        timed.map(|((_, hour), parts)| (Instant::of_seconds(i64::from(*hour) * 3_600, 0), parts));
    let untimed = sheet.untimed.get(&key).map(|parts| (None, parts));
    timed
        .chain(untimed)
        .flat_map(|(at, parts)| parts.iter().map(move |(part, cell)| (at, part, cell)))
}

/// What a model cost in each hour since 1970.
fn hourly(sheet: &Sheet, basis: &Basis<'_>, model: Option<&str>) -> Vec<(i32, Money)> {
    let from = (model.map(str::to_owned), i32::MIN);
    let own = sheet
        .hours
        .range(from..)
        .take_while(|((name, _), _)| name.as_deref() == model);
    own.filter_map(|((_, hour), parts)| Some((*hour, cost(parts, basis.prices, Change::None)?.usd)))
        .collect()
}

/// Costs by day, where a day begins so many hours earlier.
fn by_day(hours: &[(i32, Money)], shift: i32) -> BTreeMap<i32, Money> {
    let mut days: BTreeMap<i32, Money> = BTreeMap::new();
    for (hour, usd) in hours {
        let day = days.entry((hour + shift).div_euclid(24)).or_default();
        *day = day.plus(*usd).unwrap_or(*day);
    }
    days
}
