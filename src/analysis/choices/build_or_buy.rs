//! Build or buy: the verdict of `compare` beside the thresholds of the source article
//! (`docs/model.md` section 10.1).

use super::super::crossings::crossings;
use super::super::curves::{Window, traced};
use super::result::{Choice, Series, Written};
use super::{Depth, Priced, cheapest, number};
use crate::cost::{self, Category, Month};
use crate::curve::Curve;
use crate::diagnostic::Problem;
use crate::scenario::{Given, OptionKind, Scenario, Serving, Supply};

/// The source article's volumes [requests/day]: below the first an API, above the second an own stack.
pub const ARTICLE_VOLUMES: (f64, f64) = (100_000.0, 1_000_000.0);
/// What the article's claim is reproduced with (`scenarios/article-1m.toml`): tokens of a request, the
/// staff share in the middle of its band, and gpt-4o-mini's price [USD/Mtok] of 2024-07-18.
const ARTICLE_TOKENS: (f64, f64) = (1_000.0, 300.0);
const ARTICLE_STAFF_SHARE: f64 = 0.75;
const ARTICLE_PRICE: (f64, f64) = (0.15, 0.60);

/// Whether an own stack or a bought model costs less, and from which volume that changes.
///
/// # Errors
/// The options that cannot be priced.
pub fn answer(scenario: &Scenario, depth: Depth) -> Result<Choice, Vec<Problem>> {
    let (Some(buy), Some(build)) = (best(scenario, false)?, best(scenario, true)?) else {
        return Ok(Choice::without(
            "build-or-buy",
            &["an [[api]] option", "a [[self_host]] option"],
        ));
    };
    let mut choice = Choice::new("build-or-buy");
    choice.answer = if build.1 < buy.1 { "build" } else { "buy" };
    if depth == Depth::Answer {
        return Ok(choice);
    }
    let name = |at: usize| &scenario.options[at].name;
    let volume = cost::volume(scenario).map_err(|problem| vec![problem])?;
    choice.put("requests_per_day", "volume", volume, Written::PerDay);
    choice.put(
        "buy_usd_per_month",
        format!("{}, the cheapest bought", name(buy.0)),
        buy.1,
        Written::UsdPerMonth,
    );
    choice.put(
        "build_usd_per_month",
        format!("{}, the cheapest own", name(build.0)),
        build.1,
        Written::UsdPerMonth,
    );
    let own = Priced::of(scenario, build.0)?;
    let staff = own.model.of_category(Category::Staff).at(own.volume);
    let share = if build.1 > 0.0 { staff / build.1 } else { 0.0 };
    choice.put(
        "build_staff_share",
        "of the own stack's cost is staff",
        share,
        Written::Share,
    );
    choice.put(
        "build_pays_from_per_day",
        "volume from which building is cheaper for good",
        threshold(scenario)?,
        Written::PerDay,
    );
    if depth == Depth::Figures {
        return Ok(choice);
    }
    choice.put(
        "article_buy_below_per_day",
        "the article: buy below",
        ARTICLE_VOLUMES.0,
        Written::PerDay,
    );
    choice.put(
        "article_build_above_per_day",
        "the article: build above",
        ARTICLE_VOLUMES.1,
        Written::PerDay,
    );
    reasons(scenario, &mut choice)?;
    choice.series = series(scenario, volume)?;
    choice.notes.push(
        "The article names volumes alone. What a request holds, who runs the stack and what the model costs move them by orders of magnitude: each line above changes one of these to the article's."
            .into(),
    );
    Ok(choice)
}

/// Whether an option runs on own GPUs; none for mixes, which are both.
fn is_own(scenario: &Scenario, at: usize) -> Option<bool> {
    match &scenario.options[at].supply {
        Supply::Api(_) => Some(false),
        Supply::SelfHost(_) => Some(true),
        Supply::FineTune(tune) => Some(matches!(tune.serving, Serving::Own(_))),
        Supply::Hybrid(_) => None,
    }
}

fn best(scenario: &Scenario, own: bool) -> Result<Option<(usize, f64)>, Vec<Problem>> {
    cheapest(scenario, |at| is_own(scenario, at) == Some(own))
}

/// The least of the totals of the bought, or of the own options, over the volume.
fn envelope(scenario: &Scenario, own: bool) -> Result<Option<Curve>, Vec<Problem>> {
    let month = Month::of(scenario, 0);
    let mut least: Option<Curve> = None;
    for at in (0..scenario.options.len()).filter(|at| is_own(scenario, *at) == Some(own)) {
        let total = cost::model(&month, at)
            .map_err(|problem| vec![problem])?
            .total();
        least = Some(least.map_or_else(|| total.clone(), |curve| curve.min(&total)));
    }
    Ok(least)
}

/// The volume from which the cheapest own option stays below the cheapest bought one; none where it
/// never does.
fn threshold(scenario: &Scenario) -> Result<Option<f64>, Vec<Problem>> {
    let (Some(buy), Some(build)) = (envelope(scenario, false)?, envelope(scenario, true)?) else {
        return Ok(None);
    };
    let (low, high) = scenario.volume_range;
    let found = crossings(&build, &buy, low, high);
    Ok(match found.list.last() {
        Some(last) => last.first_after.then_some(last.volume),
        None => (found.first_at_start == Some(true)).then_some(low),
    })
}

/// Columns of the picture over the volume.
const COLUMNS: u32 = 400;

/// Both envelopes over the volume, from a tenth of the least to ten times the greatest volume of interest:
/// the present one, the article's, and where building pays.
fn series(scenario: &Scenario, volume: f64) -> Result<Vec<Series>, Vec<Problem>> {
    let pays_from = threshold(scenario)?;
    let listed = [volume, ARTICLE_VOLUMES.0, ARTICLE_VOLUMES.1];
    let of_interest = listed.into_iter().chain(pays_from).filter(|at| *at > 0.0);
    let (least, most) = of_interest.fold((f64::INFINITY, 0.0_f64), |(least, most), at| {
        (least.min(at), most.max(at))
    });
    let (low, high) = scenario.volume_range;
    let window = Window {
        low: (least / 10.0).max(low),
        high: (most * 10.0).min(high),
        logarithmic: true,
        columns: COLUMNS,
    };
    if window.low >= window.high {
        return Ok(Vec::new());
    }
    let mut list = Vec::new();
    for (own, label) in [(false, "the cheapest bought"), (true, "the cheapest own")] {
        let total = envelope(scenario, own)?;
        list.extend(total.map(|total| Series {
            plot: "volume",
            label: label.into(),
            x: "volume (requests a day)",
            y: "cost (USD/month)",
            points: traced(&total, &window),
        }));
    }
    Ok(list)
}

/// The threshold with one circumstance of the article's at a time.
fn reasons(scenario: &Scenario, choice: &mut Choice) -> Result<(), Vec<Problem>> {
    let tokens = with_article_tokens(scenario);
    let label = "with the article's 1,000 + 300 tokens a request";
    choice.put(
        "pays_from_with_article_tokens_per_day",
        label,
        threshold(&tokens)?,
        Written::PerDay,
    );
    let staff = with_article_staff(scenario);
    let label = "with 75 % of the own stack's cost as staff";
    choice.put(
        "pays_from_with_article_staff_per_day",
        label,
        threshold(&staff)?,
        Written::PerDay,
    );
    if let Some(price) = with_article_price(scenario)? {
        let label = "with the price of gpt-4o-mini";
        choice.put(
            "pays_from_with_article_price_per_day",
            label,
            threshold(&price)?,
            Written::PerDay,
        );
    }
    Ok(())
}

fn with_article_tokens(scenario: &Scenario) -> Scenario {
    let mut other = scenario.clone();
    for feature in &mut other.workload.features {
        feature.input.mean = Given::computed(ARTICLE_TOKENS.0);
        feature.output.mean = Given::computed(ARTICLE_TOKENS.1);
        feature.reasoning = Given::computed(0.0);
    }
    other
}

fn with_article_staff(scenario: &Scenario) -> Scenario {
    let mut other = scenario.clone();
    for option in &mut other.options {
        if option.kind() == OptionKind::SelfHost {
            option.common.staff = Vec::new();
            option.common.staff_given = false;
            option.common.staff_share = Some(Given::computed(ARTICLE_STAFF_SHARE));
        }
    }
    other
}

/// The bought options at gpt-4o-mini's price for this mix of tokens; none where the cheapest has no price
/// per token.
fn with_article_price(scenario: &Scenario) -> Result<Option<Scenario>, Vec<Problem>> {
    let Some((at, _)) = best(scenario, false)? else {
        return Ok(None);
    };
    let priced = Priced::of(scenario, at)?;
    let usage = priced.model.of_category(Category::Usage).at(priced.volume);
    let article: f64 = scenario
        .workload
        .features
        .iter()
        .map(|part| {
            let output = number(&part.output.mean) + number(&part.reasoning);
            number(&part.share)
                * (number(&part.input.mean) * ARTICLE_PRICE.0 + output * ARTICLE_PRICE.1)
        })
        .sum::<f64>()
        * cost::billed_requests(scenario, priced.volume)
        / 1e6;
    if usage <= 0.0 || article <= 0.0 {
        return Ok(None);
    }
    let mut other = scenario.clone();
    if let Supply::Api(api) = &mut other.options[at].supply {
        let dearer = number(&api.region_multiplier) * article / usage;
        api.region_multiplier = Given::computed(dearer);
        return Ok(Some(other));
    }
    Ok(None)
}
