//! The plain result: rows per model and day, models, the total. Every format is rendered from it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::absolute;
use super::causes::{Cause, computed, quantities};
use super::fitted::possible;
use super::pattern::Patterns;
use super::price::{Change, cost, counts, logged};
use super::sheet::{Line, RowKey, Sheet};
use super::sides::{Basis, Sides};
use crate::analysis::attribute::sums::{Overflow, fits};
use crate::date::Date;
use crate::usage::money::Money;
use crate::usage::read::is_charge;
use crate::usage::record::TokenSums;
use crate::warning::Warning;

/// The answer of `llmcost reconcile`.
#[derive(Clone, Debug, Serialize)]
pub struct Reconciliation {
    /// `llmcost/reconcile/1`.
    pub schema: &'static str,
    /// Whether every row and the total agree.
    pub agrees: bool,
    /// What the rows are told apart by.
    pub by: Vec<&'static str>,
    /// Share of the billed amount that may be left.
    pub tolerance_share: f64,
    /// Amount that may be left, where it is the greater (USD).
    pub tolerance_usd: Money,
    /// Rows; they add up to the total.
    pub rows: Vec<Entry>,
    /// The rows of each model as one, where days are told apart.
    pub models: Vec<Entry>,
    /// All rows.
    pub total: Entry,
    /// How many rows each cause may explain, and their residuals.
    pub causes: Vec<CauseSum>,
    /// Calls of other providers than the bill's; they are not compared.
    pub left_out: Option<LeftOut>,
    /// What a reader should know.
    pub warnings: Vec<Warning>,
}

/// Rows that a cause may explain.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CauseSum {
    /// Code of the cause.
    pub code: &'static str,
    /// Rows that it explains.
    pub rows: usize,
    /// Sum of their residuals (USD).
    pub residual_usd: Money,
}

/// Calls that are not on the bill because it is another provider's.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOut {
    /// Calls.
    pub requests: Option<u64>,
    /// Their cost by the price list (USD).
    pub cost_usd: Money,
}

/// Whether a row agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The difference is within the tolerance.
    Agrees,
    /// It is not, and at least one cause explains it.
    Explained,
    /// It is not, and nothing computed explains it.
    Unexplained,
}

/// A row.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// Model; null where the row has none.
    pub model: Option<String>,
    /// Day; null where days are not told (apart).
    pub day: Option<String>,
    /// Calls of the log.
    pub requests: Option<u64>,
    /// Tokens of the log.
    pub tokens: TokenSums,
    /// What the log costs by the price list (USD); as logged where it has no price.
    pub repriced_usd: Money,
    /// What the log says that it cost (USD).
    pub logged_cost_usd: Option<Money>,
    /// What was billed (USD).
    pub billed_usd: Money,
    /// Calls of the bill, where it tells them.
    pub billed_requests: Option<u64>,
    /// Tokens of the bill, where it tells them.
    pub billed_tokens: Option<TokenSums>,
    /// Billed minus repriced (USD).
    pub residual_usd: Money,
    /// Its share of the billed amount.
    pub residual_share: Option<f64>,
    /// How much may be left (USD).
    pub tolerance_usd: Money,
    /// Whether it agrees.
    pub verdict: Verdict,
    /// Causes that explain the difference; with several it cannot be told which.
    pub causes: Vec<Cause>,
    /// Causes that would explain any difference, where nothing else does.
    pub possible: Vec<Cause>,
    /// Tokens of the log without a price.
    #[serde(skip_serializing_if = "TokenSums::is_zero")]
    pub unpriced: TokenSums,
}

/// A day as text.
pub fn day_text(day: i32) -> String {
    Date::of_unix_day(day).to_string()
}

/// Compares all rows.
///
/// # Errors
/// Sums beyond any magnitude.
pub fn entries(
    sheet: &Sheet,
    basis: &Basis<'_>,
    patterns: &Patterns,
) -> Result<Reconciliation, Overflow> {
    let row = |(key, line): (&RowKey, &Line)| {
        let sides = patterns.sides[key];
        entry(
            sheet,
            key,
            line,
            &sides,
            explain(sheet, basis, patterns, key, line, &sides),
        )
    };
    let rows: Vec<Entry> = sheet.lines.iter().map(row).collect();
    let of_model = |(key, (line, sides)): (&RowKey, &(Line, Sides))| {
        entry(
            sheet,
            key,
            line,
            sides,
            explain(sheet, basis, patterns, key, line, sides),
        )
    };
    let apart = sheet.by_day && sheet.lines.keys().any(|(model, _)| model.is_some());
    let models = if apart {
        patterns.models.iter().map(of_model).collect()
    } else {
        Vec::new()
    };
    let mut total = total(sheet, basis, patterns)?;
    let explained = rows.iter().all(|row| row.verdict != Verdict::Unexplained);
    let differs = rows.iter().any(|row| row.verdict == Verdict::Explained);
    if total.verdict == Verdict::Unexplained && explained && differs {
        total.verdict = Verdict::Explained;
    }
    let agrees = rows
        .iter()
        .chain([&total])
        .all(|row| row.verdict == Verdict::Agrees);
    let by = [("model", sheet.by_model), ("day", sheet.by_day)];
    Ok(Reconciliation {
        schema: "llmcost/reconcile/1",
        agrees,
        by: by
            .iter()
            .filter(|(_, told)| *told)
            .map(|(name, _)| *name)
            .collect(),
        tolerance_share: basis.query.tolerance.share(),
        tolerance_usd: basis.query.tolerance.usd,
        causes: summed(&rows)?,
        rows,
        models,
        total,
        left_out: left_out(sheet, basis)?,
        warnings: Vec::new(),
    })
}

/// Causes of a row, and those that are only possible.
fn explain(
    sheet: &Sheet,
    basis: &Basis<'_>,
    patterns: &Patterns,
    key: &RowKey,
    line: &Line,
    sides: &Sides,
) -> (Vec<Cause>, Vec<Cause>) {
    if sides.agrees() {
        return Default::default();
    }
    let named = key.0.as_deref().unwrap_or_default();
    if is_charge(named) || line.log.is_empty() || line.bill.is_empty() {
        return (
            patterns.one_sided(sheet, key, line, basis, sides),
            Vec::new(),
        );
    }
    if !sides.unpriced.is_zero() {
        return (unpriced(sides).into_iter().collect(), Vec::new());
    }
    let mut causes = computed(&line.log, sides, basis);
    if let Some(other) = quantities(&line.log, &line.bill, sides, basis) {
        // The tokens differ, so it is not the price of the same tokens.
        causes.retain(|cause| cause.code.ends_with("-counted-twice"));
        if causes.is_empty() && !patterns.boundaries.contains_key(key) {
            causes.push(other);
        }
    }
    causes.extend(patterns.boundaries.get(key).cloned());
    causes.sort_by_key(|cause| absolute(cause.left_usd));
    if causes.is_empty() {
        causes.extend(patterns.proportions.get(key).into_iter().flatten().cloned());
    }
    let fitted = if causes.is_empty() {
        possible(&line.log, &line.bill, sides, basis)
    } else {
        Vec::new()
    };
    (causes, fitted)
}

/// Tokens without a price are what the difference may be.
fn unpriced(sides: &Sides) -> Option<Cause> {
    let tokens = sides
        .unpriced
        .input()
        .saturating_add(sides.unpriced.output());
    let per_mtok = sides.residual.usd() / tokens as f64 * 1e6;
    let what = format!(
        "{tokens} tokens of the log have no price; the bill would make it {per_mtok:.4} USD/Mtok on average"
    );
    (sides.residual > Money::ZERO).then(|| Cause::whole("unpriced", what, sides))
}

fn entry(
    sheet: &Sheet,
    key: &RowKey,
    line: &Line,
    sides: &Sides,
    (causes, possible): (Vec<Cause>, Vec<Cause>),
) -> Entry {
    let (requests, tokens) = counts(&line.log);
    let (billed_requests, billed_tokens) = counts(&line.bill);
    let share = sides.residual.usd() / sides.billed.usd();
    Entry {
        model: sheet.name(key),
        day: key.1.map(day_text),
        requests,
        tokens,
        repriced_usd: sides.expected,
        logged_cost_usd: logged(&line.log),
        billed_usd: sides.billed,
        billed_requests: billed_requests.filter(|_| !line.bill.is_empty()),
        billed_tokens: (!billed_tokens.is_zero()).then_some(billed_tokens),
        residual_usd: sides.residual,
        residual_share: (sides.billed != Money::ZERO).then_some(share),
        tolerance_usd: sides.limit,
        verdict: match (sides.agrees(), causes.is_empty()) {
            (true, _) => Verdict::Agrees,
            (false, false) => Verdict::Explained,
            (false, true) => Verdict::Unexplained,
        },
        causes,
        possible,
        unpriced: sides.unpriced,
    }
}

/// The sum of all rows. It is explained where all rows that differ are.
fn total(sheet: &Sheet, basis: &Basis<'_>, patterns: &Patterns) -> Result<Entry, Overflow> {
    let (mut all, mut unpriced) = (Line::default(), TokenSums::default());
    let (mut expected, mut billed) = (Money::ZERO, Money::ZERO);
    for (key, line) in &sheet.lines {
        super::sheet::merge(&mut all.log, &line.log)?;
        super::sheet::merge(&mut all.bill, &line.bill)?;
        let sides = &patterns.sides[key];
        expected = fits(expected.plus(sides.expected))?;
        billed = fits(billed.plus(sides.billed))?;
        unpriced.merge(&sides.unpriced);
    }
    let sides = basis.compared(expected, billed, unpriced)?;
    Ok(entry(
        sheet,
        &(None, None),
        &all,
        &sides,
        Default::default(),
    ))
}

fn summed(rows: &[Entry]) -> Result<Vec<CauseSum>, Overflow> {
    let mut sums: BTreeMap<&'static str, (usize, Money)> = BTreeMap::new();
    for row in rows {
        let mut codes: Vec<&'static str> = row.causes.iter().map(|cause| cause.code).collect();
        codes.sort_unstable();
        codes.dedup();
        for code in codes {
            let sum = sums.entry(code).or_default();
            *sum = (sum.0 + 1, fits(sum.1.plus(row.residual_usd))?);
        }
    }
    let one = |(code, (rows, residual_usd))| CauseSum {
        code,
        rows,
        residual_usd,
    };
    Ok(sums.into_iter().map(one).collect())
}

fn left_out(sheet: &Sheet, basis: &Basis<'_>) -> Result<Option<LeftOut>, Overflow> {
    if sheet.left_out.is_empty() {
        return Ok(None);
    }
    let usd = cost(&sheet.left_out, basis.prices, Change::None).map(|cost| cost.usd);
    Ok(Some(LeftOut {
        requests: counts(&sheet.left_out).0,
        cost_usd: fits(usd)?,
    }))
}
