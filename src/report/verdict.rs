//! The answer in a sentence or two.

use super::format::{money, percent, volume};
use crate::analysis::breakeven::{BreakEven, Verdict};
use crate::analysis::compare::{Comparison, OptionResult, STAFF_BAND, StaffBand};
use crate::cost::Category;
use crate::scenario::Currency;

/// "luna is cheapest: $4,210 a month, $31,800 less than own; own becomes cheaper from 3.9 M requests a
/// day and stays so."
pub fn sentence(result: &Comparison) -> String {
    let currency = currency(result);
    let mut sorted: Vec<&OptionResult> = result.options.iter().collect();
    sorted.sort_by(|a, b| a.monthly_usd.total_cmp(&b.monthly_usd));
    let [best, others @ ..] = &sorted[..] else {
        return "There is no option.".into();
    };
    let cost = money(best.monthly_usd, &currency);
    let Some(next) = others.first() else {
        return format!(
            "{} costs {cost} a month; there is nothing to compare it with.",
            best.name
        );
    };
    let less = next.monthly_usd - best.monthly_usd;
    let tie = less <= 1e-9 * best.monthly_usd;
    let mut text = if tie {
        format!(
            "{} and {} cost the same and least: {cost} a month",
            best.name, next.name
        )
    } else {
        let less = money(less, &currency);
        format!(
            "{} is cheapest: {cost} a month, {less} less than {}",
            best.name, next.name
        )
    };
    let others = &others[usize::from(tie)..];
    for clause in outlooks(result, &best.name, others) {
        text.push_str(&format!("; {clause}"));
    }
    text.push('.');
    text
}

/// Options beside the cheapest one that the verdict speaks of.
const SPOKEN_OF: usize = 3;

/// What other volumes would do: one clause for each option, one for all that never win.
fn outlooks(result: &Comparison, best: &str, others: &[&OptionResult]) -> Vec<String> {
    let now = result.scenario.requests_per_day;
    let mut clauses = Vec::new();
    let mut never: Vec<(String, Vec<&str>)> = Vec::new();
    for other in others.iter().take(SPOKEN_OF) {
        let Some(pair) = pair(result, best, &other.name) else {
            continue;
        };
        if pair.verdict == Verdict::Crosses {
            clauses.push(outlook(pair, best, &other.name, now));
            continue;
        }
        let top = super::breakeven::top(pair);
        match never.iter_mut().find(|(known, _)| *known == top) {
            Some((_, names)) => names.push(&other.name),
            None => never.push((top, vec![&other.name])),
        }
    }
    clauses.extend(never.iter().map(|(top, names)| match &names[..] {
        [one] => format!("{one} never becomes cheaper, up to {top}"),
        [first @ .., last] => {
            format!(
                "{} and {last} never become cheaper, up to {top}",
                first.join(", ")
            )
        }
        [] => String::new(),
    }));
    clauses
}

fn pair<'a>(result: &'a Comparison, a: &str, b: &str) -> Option<&'a BreakEven> {
    let is = |pair: &&BreakEven| (pair.a == a && pair.b == b) || (pair.a == b && pair.b == a);
    result.break_even.iter().find(is)
}

/// What growing or shrinking volume does to a pair, seen from the present volume.
fn outlook(pair: &BreakEven, best: &str, other: &str, now: f64) -> String {
    let above: Vec<_> = pair
        .crossings
        .iter()
        .filter(|crossing| crossing.requests_per_day > now)
        .collect();
    match (&above[..], &pair.cheaper_from) {
        ([], Some(from)) => format!(
            "{best} is cheaper than {other} from {} requests a day on",
            volume(from.requests_per_day)
        ),
        ([first, ..], Some(from)) if from.option == other => {
            let stays = volume(from.requests_per_day);
            if above.len() == 1 {
                format!("{other} becomes cheaper from {stays} requests a day and stays so")
            } else {
                format!(
                    "{other} first becomes cheaper at {} requests a day, and stays so from {stays}",
                    volume(first.requests_per_day)
                )
            }
        }
        ([first, ..], _) => format!(
            "{other} becomes cheaper at {} requests a day but does not stay so",
            volume(first.requests_per_day)
        ),
        ([], None) => String::new(),
    }
}

/// On which side of the 70-80 % band the staff share of a self-hosted option lies, and why.
pub fn staff_sentence(option: &OptionResult, currency: &Currency) -> Option<String> {
    let band = option.staff_band?;
    let share = percent(option.staff_share);
    let rest = option.monthly_usd - option.staff_usd;
    let name = &option.name;
    let people = option.fte.map_or_else(String::new, |fte| {
        format!(" ({} FTE)", super::format::significant(fte, 3))
    });
    let diluted = matches!(largest_of_rest(option), Some(("oversight" | "errors", _)));
    let reason = if diluted {
        "which dilutes its share"
    } else {
        "which is large for this head count"
    };
    let most = largest_of_rest(option).map_or_else(String::new, |(category, usd)| {
        format!(", most of it {category} ({})", money(usd, currency))
    });
    let staff = format!("{}{people}", money(option.staff_usd, currency));
    Some(match band {
        StaffBand::Inside => {
            format!(
                "{name}: staff is {share} of the cost, inside the 70-80 % band that is often quoted."
            )
        }
        StaffBand::Below if option.staff_usd == 0.0 => format!(
            "{name}: no staff is counted, so its share is 0 %, below the 70-80 % band that is often quoted; a stack that nobody runs is not free of engineers: add `staff` or `staff_share`."
        ),
        StaffBand::Below => format!(
            "{name}: staff is {share} of the cost, below the 70-80 % band that is often quoted: {staff} of staff against {} of everything else a month{most}, {reason}; 70 % would be {} of staff.",
            money(rest, currency),
            money(rest * STAFF_BAND.0 / (1.0 - STAFF_BAND.0), currency)
        ),
        StaffBand::Above => format!(
            "{name}: staff is {share} of the cost, above the 70-80 % band that is often quoted: {staff} of staff against only {} of everything else a month{most}, which is little for this head count; 80 % would be {} of staff.",
            money(rest, currency),
            money(rest * STAFF_BAND.1 / (1.0 - STAFF_BAND.1), currency)
        ),
    })
}

/// The category besides staff that costs most, if it is more than half of what staff is held against.
fn largest_of_rest(option: &OptionResult) -> Option<(&'static str, f64)> {
    let rest = option.monthly_usd - option.staff_usd;
    let sum = |category: Category| -> f64 {
        let lines = option.lines.iter().filter(|line| line.category == category);
        lines.map(|line| line.monthly_usd).sum()
    };
    Category::ALL
        .into_iter()
        .filter(|category| *category != Category::Staff)
        .map(|category| (category.name(), sum(category)))
        .find(|(_, usd)| *usd > rest / 2.0)
}

/// The currency of a result.
pub fn currency(result: &Comparison) -> Currency {
    Currency {
        code: result.scenario.currency.clone(),
        per_usd: result.scenario.currency_per_usd,
    }
}
