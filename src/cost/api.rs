//! Per-token charges (`docs/model.md` section 3): price in force x tokens, per bucket, tier and part.

use super::line::{Category, Line};
use super::load::Load;
use super::mix::Mix;
use super::{Month, OptionModel};
use crate::curve::Curve;
use crate::date::Date;
use crate::scenario::{Api, Common, DayShape, Feature, Given, PriceStep};
use crate::units::{
    DAYS_PER_MONTH, REQUESTS_PER_DAY, TOKENS_PER_REQUEST, USD_PER_MONTH, USD_PER_MTOK,
    USD_PER_REQUEST,
};
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
        let waiting = if batched { batch } else { 0.0 };
        for (tier, share) in [(api.tier.as_str(), 1.0 - waiting), ("batch", waiting)] {
            if share > 0.0 {
                tier_lines(api, feature, &mix, tier, share, load, month, out);
            }
        }
    }
    request_fee(api, load, month, out);
    commitment(api, first, out);
}

fn warn_no_batch(api: &Api, out: &mut OptionModel) {
    let message = format!("{} has no batch price: the batch share pays the {} price", api.model, api.tier);
    out.warn(Warning::new("no-batch-price", message, "give batch_input_usd_per_mtok and batch_output_usd_per_mtok"));
}

/// The prices of one length of prompt: of the base hours, blended with a peak window.
struct Prices<'a> {
    above: Option<u32>,
    base: &'a PriceStep,
    window: Option<(&'a PriceStep, f64)>,
}

impl Prices<'_> {
    fn price(&self, pick: impl Fn(&PriceStep) -> Given) -> Given {
        let base = pick(self.base);
        let Some((peak, share)) = &self.window else { return base };
        Given { value: base.value * (1.0 - share) + pick(peak).value * share, from: base.from }
    }
}

fn prices<'a>(api: &'a Api, tier: &str, day: Date, shape: &DayShape) -> Vec<Prices<'a>> {
    let steps = api.prices.on(day, tier);
    let windows: Vec<&&PriceStep> = steps.iter().filter(|step| step.window.is_some()).collect();
    steps
        .iter()
        .filter(|step| step.window.is_none())
        .map(|base| {
            let window = windows.iter().find(|step| step.above == base.above).and_then(|step| {
                let (hours, working_days) = step.window.as_ref()?;
                let share = api
                    .peak_window_share
                    .as_ref()
                    .map_or_else(|| shape.share_within(hours, *working_days), |share| share.value);
                Some((**step, share))
            });
            Prices { above: base.above, base, window }
        })
        .collect()
}

#[allow(clippy::too_many_arguments)] // one call site; a struct would only rename them
fn tier_lines(
    api: &Api,
    feature: &Feature,
    mix: &Mix,
    tier: &str,
    share: f64,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) {
    let workload = &month.scenario.workload;
    let lengths = prices(api, tier, month.day, &workload.shape);
    for (at, prices) in lengths.iter().enumerate() {
        let above = |prices: Option<&Prices<'_>>| match prices.map(|prices| prices.above) {
            None => (0.0, 0.0),
            Some(None) => (1.0, 1.0),
            Some(Some(threshold)) => feature.input.share_above(f64::from(threshold), mix.prompt),
        };
        let (here, next) = (above(Some(prices)), above(lengths.get(at + 1)));
        let (requests, tokens) = ((here.0 - next.0).max(0.0), (here.1 - next.1).max(0.0));
        let long = workload.long_cache;
        let buckets: [(&str, f64, f64, Given); 5] = [
            ("input tokens", mix.uncached, tokens, prices.price(|step| step.input.clone())),
            ("cache reads", mix.read, tokens, prices.price(cache_read)),
            ("cache writes", mix.written, tokens, prices.price(|step| cache_write(step, long))),
            ("output tokens", mix.visible, requests, prices.price(|step| step.output.clone())),
            ("reasoning tokens", mix.reasoning, requests, prices.price(|step| step.output.clone())),
        ];
        for (label, per_request, part, price) in buckets {
            if per_request * part > 0.0 {
                let label = bucket_label(label, tier, prices, feature);
                let line = Line::new(label, Category::Usage, SECTION)
                    .part(feature.name.clone())
                    .by_curve("requests", &load.mean, REQUESTS_PER_DAY)
                    .by("days", &month.scenario.days_per_month, DAYS_PER_MONTH)
                    .by_number_unless_one("billed over useful requests", 1.0 + workload.retry_share.value)
                    .by_unless_one("share of the traffic", &feature.share)
                    .by_number_unless_one(format!("share of requests in tier {tier}"), share)
                    .by_number("tokens", per_request, TOKENS_PER_REQUEST)
                    .by_number_unless_one(length_name(prices), part)
                    .by(price_name(tier, prices), &price, USD_PER_MTOK)
                    .by_number_unless_one("after discount", 1.0 - api.discount.value)
                    .by_unless_one("regional multiplier", &api.region_multiplier)
                    .by_number_unless_one("price trend", trend(api, tier, month));
                out.lines.push(line.monthly());
            }
        }
    }
}

fn cache_read(step: &PriceStep) -> Given {
    step.cache_read.clone().unwrap_or_else(|| step.input.clone())
}

fn cache_write(step: &PriceStep, long: bool) -> Given {
    let short = step.cache_write.clone().unwrap_or_else(|| step.input.clone());
    if long { step.cache_write_long.clone().unwrap_or(short) } else { short }
}

fn bucket_label(label: &str, tier: &str, prices: &Prices<'_>, feature: &Feature) -> String {
    let mut text = label.to_owned();
    if tier != "standard" {
        text = format!("{text}, {tier}");
    }
    if let Some(above) = prices.above {
        text = format!("{text}, prompts over {}k", above / 1000);
    }
    match &feature.name {
        Some(name) => format!("{text} ({name})"),
        None => text,
    }
}

fn length_name(prices: &Prices<'_>) -> String {
    match prices.above {
        Some(above) => format!("share of them in prompts over {above}"),
        None => "share of them in shorter prompts".to_owned(),
    }
}

fn price_name(tier: &str, prices: &Prices<'_>) -> String {
    match &prices.window {
        Some((_, share)) => format!("{tier} price, {:.1} % of it in peak hours", share * 100.0),
        None => format!("{tier} price"),
    }
}

/// The trend counts from the last known step of the price, or from the plan's start if that is later.
fn trend(api: &Api, tier: &str, month: &Month<'_>) -> f64 {
    if api.trend.value == 0.0 {
        return 1.0;
    }
    let start = month.scenario.start;
    let from = api.prices.last_step(tier).map_or(start, |step| step.max(start));
    let years = month.day.days_since(from).max(0) as f64 / 365.25;
    (1.0 + api.trend.value).powf(years)
}

fn request_fee(api: &Api, load: &Load, month: &Month<'_>, out: &mut OptionModel) {
    if api.usd_per_request.value == 0.0 {
        return;
    }
    let line = Line::new("request fee", Category::Usage, SECTION)
        .by_curve("requests", &load.mean, REQUESTS_PER_DAY)
        .by("days", &month.scenario.days_per_month, DAYS_PER_MONTH)
        .by_number_unless_one(
            "billed over useful requests",
            1.0 + month.scenario.workload.retry_share.value,
        )
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
    let unused = usage.max(&Curve::constant(api.committed.value)).minus(&usage);
    let line = Line::new("unused commitment", Category::Usage, SECTION)
        .by_curve("commitment above usage", &unused, USD_PER_MONTH);
    out.lines.push(line.monthly());
}

