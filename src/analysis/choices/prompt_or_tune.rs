//! Prompt or fine-tune (`docs/model.md` section 10.5).

use super::result::{Choice, Series, Written};
use super::{Depth, Priced, billed, number};
use crate::cost;
use crate::cost::choice::invest::{Way, break_even_per_month, break_even_requests, payback_months};
use crate::diagnostic::Problem;
use crate::scenario::{Given, OptionKind, Scenario};

/// Cached shares of the prefix at which the break-even is told.
const CACHED: [(f64, &str, &str, &str); 3] = [
    (
        0.0,
        "break_even_uncached_per_day",
        "break-even with no prefix cached",
        "none cached",
    ),
    (
        0.5,
        "break_even_half_cached_per_day",
        "with half of it cached",
        "half cached",
    ),
    (
        0.9,
        "break_even_cached_per_day",
        "with 90 % of it cached",
        "90 % cached",
    ),
];

/// Whether tuning earns what it costs first.
///
/// # Errors
/// An option that cannot be priced.
pub fn answer(scenario: &Scenario, depth: Depth) -> Result<Choice, Vec<Problem>> {
    let Some((prompt, tune)) = pair(scenario) else {
        return Ok(Choice::without(
            "prompt-or-tune",
            &[
                "[[api]] with prompt_tokens_added",
                "[[fine_tune]] with examples and usd_per_example",
            ],
        ));
    };
    let months = f64::from(scenario.horizon_months);
    let days = number(&scenario.days_per_month) * (1.0 + number(&scenario.workload.retry_share));
    let (first, second) = (way(scenario, prompt, true)?, way(scenario, tune, false)?);
    let requests = billed(scenario)?;
    let (prompting, tuning) = (
        first.after(months, requests),
        second.after(months, requests),
    );
    let mut choice = Choice::new("prompt-or-tune");
    choice.answer = if tuning < prompting {
        "fine-tune"
    } else {
        "prompt"
    };
    if depth == Depth::Answer {
        return Ok(choice);
    }
    let name = |at: usize| &scenario.options[at].name;
    choice.put(
        "prompting_usd",
        format!("{} over {months} months", name(prompt)),
        prompting,
        Written::Usd,
    );
    choice.put(
        "tuning_usd",
        format!("{} over {months} months", name(tune)),
        tuning,
        Written::Usd,
    );
    choice.put(
        "extra_first_usd",
        "paid more at first for tuning",
        second.once_usd - first.once_usd,
        Written::Usd,
    );
    choice.put(
        "saved_per_1000_requests_usd",
        "saved with each 1,000 requests",
        1e3 * (first.per_request_usd - second.per_request_usd),
        Written::Usd,
    );
    choice.put(
        "extra_monthly_usd",
        "paid more every month, whatever the volume",
        second.monthly_usd - first.monthly_usd,
        Written::UsdPerMonth,
    );
    choice.put(
        "break_even_requests",
        "requests that earn what is paid first",
        break_even_requests(&first, &second),
        Written::Of("requests"),
    );
    let even = break_even_per_month(&first, &second, months).map(|monthly| monthly / days);
    choice.put(
        "break_even_requests_per_day",
        "volume from which tuning pays over the plan",
        even,
        Written::PerDay,
    );
    let payback = payback_months(&first, &second, requests);
    choice.put(
        "payback_months",
        "months until it has paid for itself",
        payback,
        Written::Of("months"),
    );
    if depth == Depth::Figures {
        return Ok(choice);
    }
    choice.series = [(prompt, &first), (tune, &second)]
        .map(|(at, way)| curve(name(at), way, scenario.horizon_months, requests))
        .into();
    let most = 2.5 * even.unwrap_or(0.0).max(requests / days);
    let saving = Saving { months, days, most };
    choice
        .series
        .push(saving.series("as the file says", &first, &second));
    caching(scenario, [prompt, tune], &saving, &mut choice)?;
    choice.notes.push(
        "A prompt is worth some hundred labeled examples on the tasks that were measured (Le Scao and Rush 2021, arXiv 2103.08493): count the labels that prompting saves."
            .into(),
    );
    Ok(choice)
}

/// The options that are named, or the first of each kind.
fn pair(scenario: &Scenario) -> Option<(usize, usize)> {
    let of_kind = |kind| scenario.options.iter().position(|spec| spec.kind() == kind);
    let named = scenario.choices.prompt_or_tune.as_ref();
    let prompt = named
        .and_then(|named| named.prompt)
        .or_else(|| of_kind(OptionKind::Api))?;
    let tune = named
        .and_then(|named| named.tune)
        .or_else(|| of_kind(OptionKind::FineTune))?;
    Some((prompt, tune))
}

/// An option as a straight line at the scenario's volume: what is paid once, every month, per request.
fn way(scenario: &Scenario, at: usize, prompts: bool) -> Result<Way, Vec<Problem>> {
    let priced = Priced::of(scenario, at)?;
    let volume = priced.volume;
    let running = priced.model.running();
    let around = running.pieces(volume, volume * (1.0 + 1e-9) + 1e-9);
    let slope = around.last().map_or(0.0, |piece| piece.slope);
    let labor = scenario
        .choices
        .prompt_or_tune
        .as_ref()
        .filter(|_| prompts)
        .map_or((0.0, 0.0), |labor| {
            let rate = number(&labor.engineer_usd_per_hour);
            (
                rate * number(&labor.prompt_hours),
                rate * number(&labor.prompt_hours_per_month),
            )
        });
    Ok(Way {
        once_usd: priced.model.upfront().at(volume) + labor.0,
        monthly_usd: running.at(volume) - slope * volume + labor.1,
        per_request_usd: slope / cost::billed_requests(scenario, 1.0),
    })
}

/// The break-even with other shares of the prefix in a cache: what a cached prefix costs little, tuning
/// saves little of.
fn caching(
    scenario: &Scenario,
    [prompt, tune]: [usize; 2],
    saving: &Saving,
    choice: &mut Choice,
) -> Result<(), Vec<Problem>> {
    let (months, days) = (saving.months, saving.days);
    let changes = |at: usize| {
        let common = &scenario.options[at].common;
        number(&common.prompt_tokens_added) > 0.0 || number(&common.prompt_tokens_saved) > 0.0
    };
    if !changes(prompt) && !changes(tune) {
        choice.notes.push(
            "Neither option says how much prompt tuning saves: give the prompting option prompt_tokens_added, or the tuned one prompt_tokens_saved."
                .into(),
        );
        return Ok(());
    }
    for (share, key, label, short) in CACHED {
        let mut other = scenario.clone();
        for at in [prompt, tune] {
            other.options[at].common.prompt_change_cached_share = Some(Given::computed(share));
        }
        let (first, second) = (way(&other, prompt, true)?, way(&other, tune, false)?);
        let even = break_even_per_month(&first, &second, months);
        choice.put(
            key,
            label,
            even.map(|monthly| monthly / days),
            Written::PerDay,
        );
        choice.series.push(saving.series(short, &first, &second));
    }
    Ok(())
}

/// Points of a line over the volume.
const POINTS: u32 = 20;

/// What tuning saves over the plan, along the volume at the prices per request of the volume at hand.
struct Saving {
    months: f64,
    /// Days of a month, retries counted.
    days: f64,
    /// Greatest volume that is looked at [requests/day].
    most: f64,
}

impl Saving {
    fn series(&self, label: &str, first: &Way, second: &Way) -> Series {
        let saved = |volume: f64| {
            let requests = volume * self.days;
            first.after(self.months, requests) - second.after(self.months, requests)
        };
        Series {
            plot: "requests",
            label: label.to_owned(),
            x: "volume (requests a day)",
            y: "saved by tuning over the plan (USD)",
            points: (0..=POINTS)
                .map(|step| self.most * f64::from(step) / f64::from(POINTS))
                .map(|volume| [volume, saved(volume)])
                .collect(),
        }
    }
}

fn curve(name: &str, way: &Way, months: u32, requests: f64) -> Series {
    Series {
        plot: "months",
        label: name.to_owned(),
        x: "month",
        y: "cumulated cost (USD)",
        points: (0..=months)
            .map(|month| [f64::from(month), way.after(f64::from(month), requests)])
            .collect(),
    }
}
