//! The prices of one model over time, per service tier, prompt length and hour.

use std::sync::Arc;

use super::{Given, Origin};
use crate::catalog::Fact;
use crate::catalog::rows::{ApiPriceRow, ApiRow};
use crate::date::Date;
use crate::table::{Num, Text};

/// One price of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct PriceStep {
    /// First day; `None` since launch.
    pub from: Option<Date>,
    /// Service tier.
    pub tier: String,
    /// Only for requests whose prompt exceeds this (tokens).
    pub above: Option<u32>,
    /// Only in these hours (UTC) and, if the flag is set, only on working days.
    pub window: Option<(Vec<(f64, f64)>, bool)>,
    /// Uncached input [USD/Mtok].
    pub input: Given,
    /// Output [USD/Mtok].
    pub output: Given,
    /// Cached input; absent: the input price.
    pub cache_read: Option<Given>,
    /// Written for five minutes; absent: the input price.
    pub cache_write: Option<Given>,
    /// Written for an hour; absent: the five-minute price.
    pub cache_write_long: Option<Given>,
}

impl PriceStep {
    /// Whether it holds for all prompts at all hours, unless another step says otherwise.
    fn is_base(&self) -> bool {
        self.above.is_none() && self.window.is_none()
    }
}

/// All prices of a model, appended and never overwritten.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PriceBook {
    /// In no particular order.
    pub steps: Vec<PriceStep>,
    /// Last day of the model.
    pub retires: Option<Date>,
}

impl PriceBook {
    /// From a catalog row; each price keeps the source and date of its own row.
    pub fn of(row: &ApiRow, own: bool) -> Self {
        let id = row.id.as_ref().map_or("", |id| id.value.as_str());
        let prices = row.price.as_ref().map_or(&[][..], |many| &many.0);
        let steps = prices
            .iter()
            .filter_map(|price| step(price, id, own))
            .collect();
        Self {
            steps,
            retires: row.retires,
        }
    }

    /// The prices in force on a day in a tier: the base price first, then windows and long prompts.
    ///
    /// Where every price of the tier begins later, the first of them counts (a model that starts within
    /// the month). Empty where the tier is not sold.
    pub fn on(&self, day: Date, tier: &str) -> Vec<&PriceStep> {
        let mut chosen: Vec<&PriceStep> = Vec::new();
        for step in self.steps.iter().filter(|step| step.tier == tier) {
            let same =
                |other: &&PriceStep| other.above == step.above && other.window == step.window;
            match chosen.iter().position(same) {
                Some(at) if replaces(step, chosen[at], day) => chosen[at] = step,
                Some(_) => {}
                None => chosen.push(step),
            }
        }
        // Long prompts and peak hours whose price begins later cost the base price until then.
        let begun = |step: &&PriceStep| step.from.is_none_or(|from| from <= day);
        if chosen.iter().any(|step| step.is_base() && begun(step)) {
            chosen.retain(|step| step.is_base() || begun(step));
        }
        chosen.sort_by_key(|step| (step.above, step.window.is_some()));
        chosen
    }

    /// The day from which no later price of a tier is known.
    pub fn last_step(&self, tier: &str) -> Option<Date> {
        self.steps
            .iter()
            .filter(|step| step.tier == tier)
            .filter_map(|step| step.from)
            .max()
    }
}

/// Whether a price beats the one chosen so far: the later of those in force; else the earlier one.
fn replaces(step: &PriceStep, chosen: &PriceStep, day: Date) -> bool {
    let in_force = |step: &PriceStep| step.from.is_none_or(|from| from <= day);
    match (in_force(step), in_force(chosen)) {
        (true, true) => step.from > chosen.from,
        (mine, theirs) if mine != theirs => mine,
        _ => step.from < chosen.from,
    }
}

fn step(row: &ApiPriceRow, id: &str, own: bool) -> Option<PriceStep> {
    let text = |field: &Option<Text>| field.as_ref().map_or_else(String::new, |t| t.value.clone());
    let fact = Arc::new(Fact {
        id: id.to_owned(),
        source: text(&row.source),
        as_of: row.as_of?,
        confidence: text(&row.confidence),
        own,
    });
    let given = |num: &Option<Num>| {
        num.as_ref().map(|num| Given {
            value: num.input.median().into(),
            from: Origin::Catalog(Arc::clone(&fact)),
        })
    };
    let input = given(&row.input_usd_per_mtok)?;
    Some(PriceStep {
        from: row.from,
        tier: text(&row.tier),
        above: row.above_prompt_tokens,
        window: row
            .hours_utc
            .as_ref()
            .map(|hours| (parse_hours(&hours.value), text(&row.days) == "mon-fri")),
        output: given(&row.output_usd_per_mtok).unwrap_or_else(|| input.clone()),
        input,
        cache_read: given(&row.cache_read_usd_per_mtok),
        cache_write: given(&row.cache_write_5m_usd_per_mtok),
        cache_write_long: given(&row.cache_write_1h_usd_per_mtok),
    })
}

/// `01:00-04:00,06:00-10:00` as hours of the day; what cannot be read is left out.
fn parse_hours(text: &str) -> Vec<(f64, f64)> {
    let hour = |part: &str| -> Option<f64> {
        let (hours, minutes) = part.trim().split_once(':')?;
        Some(hours.parse::<f64>().ok()? + minutes.parse::<f64>().ok()? / 60.0)
    };
    text.split(',')
        .filter_map(|span| span.split_once('-'))
        .filter_map(|(from, to)| Some((hour(from)?, hour(to)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(from: Option<&str>, input: f64, above: Option<u32>) -> PriceStep {
        PriceStep {
            from: from.and_then(Date::parse),
            tier: "standard".into(),
            above,
            window: None,
            input: Given::default(input),
            output: Given::default(2.0 * input),
            cache_read: None,
            cache_write: None,
            cache_write_long: None,
        }
    }

    fn input_on(book: &PriceBook, day: &str) -> f64 {
        book.on(Date::parse(day).unwrap(), "standard")[0]
            .input
            .value
            .get()
    }

    #[test]
    fn a_price_dated_tomorrow_is_not_used_today() {
        let steps = vec![price(Some("2026-12-01"), 4.0, None), price(None, 2.0, None)];
        let book = PriceBook {
            steps,
            retires: None,
        };
        assert_eq!(input_on(&book, "2026-11-30"), 2.0);
        assert_eq!(input_on(&book, "2026-12-01"), 4.0);
    }

    #[test]
    fn a_model_that_starts_later_has_its_first_price() {
        let steps = vec![
            price(Some("2027-03-01"), 5.0, None),
            price(Some("2027-01-10"), 4.0, None),
        ];
        let book = PriceBook {
            steps,
            retires: None,
        };
        assert_eq!(input_on(&book, "2027-01-01"), 4.0);
    }

    #[test]
    fn long_prompts_stand_beside_the_base_price() {
        let steps = vec![price(None, 4.0, Some(200_000)), price(None, 2.0, None)];
        let book = PriceBook {
            steps,
            retires: None,
        };
        let day = Date::parse("2027-01-01").unwrap();
        let found: Vec<_> = book
            .on(day, "standard")
            .iter()
            .map(|step| step.above)
            .collect();
        assert_eq!(found, [None, Some(200_000)]);
        assert!(book.on(day, "batch").is_empty());
    }

    #[test]
    fn hours_are_read_with_their_minutes() {
        assert_eq!(
            parse_hours("01:00-04:30, 16:30-24:00"),
            [(1.0, 4.5), (16.5, 24.0)]
        );
    }
}
