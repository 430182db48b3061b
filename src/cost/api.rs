//! Per-token charges (`docs/model.md` section 3): price in force x tokens, per bucket, tier and part.

use super::line::{Category, Line};
use super::load::Load;
use super::mix::Mix;
use super::{Month, OptionModel};
use crate::curve::Curve;
use crate::date::Date;
use crate::real::Real;
use crate::scenario::{Api, Common, DayShape, Feature, Given, Origin, PriceStep};
use crate::units::{TOKENS_PER_REQUEST, USD_PER_MONTH, USD_PER_MTOK, USD_PER_REQUEST};
use crate::warning::Warning;

const SECTION: &str = "3";

/// The per-token lines of a load.
pub fn usage(api: &Api, option: &Common, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    let first = out.lines.len();
    for feature in &month.scenario.workload.features {
        let mix = Mix::of(feature, option);
        let batch = feature.batch.value;
        let batched = !api.prices.on(month.day, "batch").is_empty();
        if batch > 0.0 && !batched {
            warn_no_batch(api, out);
        }
        let waiting = if batched { batch } else { Real::ZERO };
        for (tier, share) in [(api.tier.as_str(), 1.0 - waiting), ("batch", waiting)] {
            if share > 0.0 {
                tier_lines(
                    api,
                    (feature, &mix, option),
                    (tier, share),
                    load,
                    month,
                    out,
                );
            }
        }
    }
    request_fee(api, load, month, out);
    commitment(api, first, out);
}

fn warn_no_batch(api: &Api, out: &mut OptionModel) {
    let message = format!(
        "{} has no batch price: the batch share pays the {} price",
        api.model, api.tier
    );
    out.warn(Warning::new(
        "no-batch-price",
        message,
        "give batch_input_usd_per_mtok and batch_output_usd_per_mtok",
    ));
}

/// The prices of one length of prompt: of the base hours, blended with a peak window.
struct Prices<'a> {
    above: Option<u32>,
    base: &'a PriceStep,
    window: Option<(&'a PriceStep, Real)>,
}

impl Prices<'_> {
    fn price(&self, pick: impl Fn(&PriceStep) -> Given) -> Given {
        let base = pick(self.base);
        let Some((peak, share)) = &self.window else {
            return base;
        };
        Given {
            value: base.value * (1.0 - *share) + pick(peak).value * *share,
            from: base.from,
        }
    }
}

fn prices<'a>(api: &'a Api, tier: &str, day: Date, shape: &DayShape) -> Vec<Prices<'a>> {
    let steps = api.prices.on(day, tier);
    let windows: Vec<&&PriceStep> = steps.iter().filter(|step| step.window.is_some()).collect();
    steps
        .iter()
        .filter(|step| step.window.is_none())
        .map(|base| {
            let window = windows
                .iter()
                .find(|step| step.above == base.above)
                .and_then(|step| {
                    let (hours, working_days) = step.window.as_ref()?;
                    let share = api.peak_window_share.as_ref().map_or_else(
                        || shape.share_within(hours, *working_days),
                        |share| share.value,
                    );
                    Some((**step, share))
                });
            Prices {
                above: base.above,
                base,
                window,
            }
        })
        .collect()
}

/// A bucket of tokens: its name, how many a request has, its price in one step, and whether it is part
/// of the prompt.
type Bucket = (&'static str, Real, fn(&PriceStep, bool) -> Given, bool);

/// The lines of a part of the traffic in one tier: each bucket at the mean price over the lengths of
/// prompts, weighted by the tokens that lie in them.
fn tier_lines(
    api: &Api,
    (feature, mix, option): (&Feature, &Mix, &Common),
    (tier, share): (&str, Real),
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) {
    let workload = &month.scenario.workload;
    let lengths = prices(api, tier, month.day, &workload.shape);
    let buckets: [Bucket; 5] = [
        (
            "input tokens",
            mix.uncached,
            |step, _| step.input.clone(),
            true,
        ),
        ("cache reads", mix.read, |step, _| cache_read(step), true),
        ("cache writes", mix.written, cache_write, true),
        (
            "output tokens",
            mix.visible,
            |step, _| step.output.clone(),
            false,
        ),
        (
            "reasoning tokens",
            mix.reasoning,
            |step, _| step.output.clone(),
            false,
        ),
    ];
    for (label, per_request, pick, of_prompt) in buckets {
        if per_request <= 0.0 {
            continue;
        }
        let tokens = Given {
            value: per_request,
            from: bucket_origin(label, feature),
        };
        let shares = length_shares(&lengths, feature, mix.prompt, of_prompt);
        let (price, name) = mean_price(tier, &lengths, &shares, |step| {
            pick(step, workload.long_cache)
        });
        let line = Line::begin(bucket_label(label, tier, feature), Category::Usage, SECTION)
            .part(feature.name.clone())
            .by_requests(load, month)
            .by_unless_one("share of the traffic", &feature.share)
            .by_number_unless_one(format!("share of requests in tier {tier}"), share)
            .by(
                tokens_name(of_prompt, mix, option),
                &tokens,
                TOKENS_PER_REQUEST,
            )
            .by(name, &price, USD_PER_MTOK)
            .by_number_unless_one("after discount", 1.0 - api.discount.value)
            .by_unless_one("regional multiplier", &api.region_multiplier)
            .by_number_unless_one("price trend", trend(api, tier, month));
        out.lines.push(line.monthly());
    }
}

/// The input that a bucket's tokens follow from.
fn bucket_origin(label: &str, feature: &Feature) -> Origin {
    let given = match label {
        "output tokens" => &feature.output.mean,
        "reasoning tokens" => &feature.reasoning,
        _ => &feature.input.mean,
    };
    given.from.clone()
}

/// What the number of tokens is a part of, and whether the option changed it.
fn tokens_name(of_prompt: bool, mix: &Mix, option: &Common) -> String {
    let mut name = "tokens".to_owned();
    if of_prompt && mix.prompt > 0.0 && mix.uncached < mix.prompt {
        name = format!(
            "tokens: of a prompt of {:.0}, {:.1} % is read from and {:.1} % written to a cache",
            mix.prompt,
            mix.read / mix.prompt * 100.0,
            mix.written / mix.prompt * 100.0
        );
    }
    let changed =
        option.prompt_tokens_added.value != 0.0 || option.prompt_tokens_saved.value != 0.0;
    if of_prompt && changed {
        name.push_str(", with what the option adds or saves");
    }
    if option.token_ratio.value != 1.0 {
        name.push_str(&format!(
            ", x {} for its tokenizer",
            option.token_ratio.value
        ));
    }
    name
}

/// Share of a bucket's tokens at each length of prompt: of the prompt's own tokens more lie in long
/// prompts than of the output's, which follows the number of requests.
fn length_shares(
    lengths: &[Prices<'_>],
    feature: &Feature,
    prompt: Real,
    of_prompt: bool,
) -> Vec<Real> {
    let above = |prices: Option<&Prices<'_>>| match prices.map(|prices| prices.above) {
        None => Real::ZERO,
        Some(None) => Real::ONE,
        Some(Some(threshold)) => {
            let (requests, tokens) = feature.input.share_above(f64::from(threshold), prompt);
            if of_prompt { tokens } else { requests }
        }
    };
    (0..lengths.len())
        .map(|at| (above(lengths.get(at)) - above(lengths.get(at + 1))).max(0.0))
        .collect()
}

fn mean_price(
    tier: &str,
    lengths: &[Prices<'_>],
    shares: &[Real],
    pick: impl Fn(&PriceStep) -> Given,
) -> (Given, String) {
    let mut name = format!("{tier} price");
    let mut mean: Option<Given> = None;
    for (prices, share) in lengths.iter().zip(shares) {
        let price = prices.price(&pick);
        let weighted = price.value * *share;
        mean = Some(match mean {
            Some(sum) => Given {
                value: sum.value + weighted,
                from: sum.from,
            },
            None => Given {
                value: weighted,
                from: price.from,
            },
        });
        if let (Some((_, peak)), None) = (&prices.window, prices.above) {
            name.push_str(&format!(", {:.1} % in peak hours", *peak * 100.0));
        }
        if let (Some(above), true) = (prices.above, *share > 0.0) {
            name.push_str(&format!(
                ", {:.4} % of it in prompts over {above}",
                *share * 100.0
            ));
        }
    }
    (mean.unwrap_or_else(|| Given::default(0.0)), name)
}

fn cache_read(step: &PriceStep) -> Given {
    step.cache_read
        .clone()
        .unwrap_or_else(|| step.input.clone())
}

fn cache_write(step: &PriceStep, long: bool) -> Given {
    let short = step
        .cache_write
        .clone()
        .unwrap_or_else(|| step.input.clone());
    if long {
        step.cache_write_long.clone().unwrap_or(short)
    } else {
        short
    }
}

fn bucket_label(label: &str, tier: &str, feature: &Feature) -> String {
    let mut text = label.to_owned();
    if tier != "standard" {
        text = format!("{text}, {tier}");
    }
    match &feature.name {
        Some(name) => format!("{text} ({name})"),
        None => text,
    }
}

/// The trend counts from the last known step of the price, or from the plan's start if that is later.
fn trend(api: &Api, tier: &str, month: &Month<'_>) -> Real {
    if api.trend.value == 0.0 {
        return Real::ONE;
    }
    let start = month.scenario.start;
    let from = api
        .prices
        .last_step(tier)
        .map_or(start, |step| step.max(start));
    let years = month.day.days_since(from).max(0) as f64 / 365.25;
    (1.0 + api.trend.value).powf(years)
}

fn request_fee(api: &Api, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    if api.usd_per_request.value == 0.0 {
        return;
    }
    let line = Line::begin("request fee", Category::Usage, SECTION)
        .by_requests(load, month)
        .by("fee", &api.usd_per_request, USD_PER_REQUEST);
    out.lines.push(line.monthly());
}

/// What of a committed amount the usage does not reach: max(usage, commitment) - usage.
fn commitment(api: &Api, first: usize, out: &mut OptionModel) {
    if api.committed.value == 0.0 {
        return;
    }
    let mut usage = Curve::default();
    for line in &out.lines[first..] {
        usage.add(&line.amount, 1.0);
    }
    let unused = usage
        .max(&Curve::constant(api.committed.value))
        .minus(&usage);
    let line = Line::begin("unused commitment", Category::Usage, SECTION).by_curve(
        "commitment above usage",
        &unused,
        USD_PER_MONTH,
    );
    out.lines.push(line.monthly());
}
