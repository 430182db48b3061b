//! Scenarios whose options cost nearly the same at every volume, so that their curves cross many times.

use proptest::prelude::*;

use super::scenarios::{Draft, Draw};

/// An API against own GPUs that ask `factor` times its price for a full replica of `rate` requests a
/// second, with more keys for the fleet and a third option.
pub fn contest(factor: f64, rate: f64, fleet: &str, third: &str) -> Draft {
    // 1,000 tokens in at 1 USD/Mtok and 250 out at 4: 0.002 USD a request.
    let per_hour = factor * 0.002 * rate * 3_600.0;
    let own = format!(
        "throughput.requests_per_second = {rate}\ntarget_utilization = 1\n\
         usd_per_gpu_hour = {per_hour}\n{fleet}"
    );
    let mut options = vec![
        Draw::new(
            "api",
            "a",
            &["input_usd_per_mtok = 1", "output_usd_per_mtok = 4"],
        ),
        Draw::new("self_host", "own", &[&own]),
    ];
    if let Some((kind, keys)) = third.split_once(": ") {
        let kind = if kind == "api" { "api" } else { "hybrid" };
        options.push(Draw::new(kind, "third", &[keys]));
    }
    Draft {
        frame: vec!["hours_per_month = 720\nvolume_range = [1, 1e8]".into()],
        workload: vec![
            "requests_per_day = 1e5\ninput_tokens = 1_000\noutput_tokens = 250\npeak_to_mean = 1"
                .into(),
        ],
        features: Vec::new(),
        quality: Vec::new(),
        options,
    }
}

/// Contests of any closeness, with nodes, autoscaling, people, or a third option.
pub fn contested() -> BoxedStrategy<Draft> {
    let fleet = prop_oneof![
        Just(String::new()),
        Just("gpus_per_node = 4".to_owned()),
        Just("spare_replicas = 1".to_owned()),
        Just("autoscale = true".to_owned()),
        (1.0f64..40.0).prop_map(|gpus| {
            format!(
                "staff = [{{ role = \"sre\", fte = 0.1, per_gpus = {gpus:.1}, usd_per_year = 9_000 }}]"
            )
        }),
    ];
    // A unit carries 1,250 tokens a second of requests worth 2,000: 0.625 requests for 4.5 USD an hour.
    let units = "api: input_usd_per_mtok = 1\noutput_usd_per_mtok = 4\nprovisioned = { \
                 usd_per_unit_hour = 4.4, tokens_per_minute_per_unit = 75_000, output_weight = 4 }";
    let mix = "hybrid: base = \"own\"\noverflow = \"a\"\nbase_requests_per_day = 250_000";
    let third = prop_oneof![Just(""), Just(units), Just(mix)];
    (0.8f64..1.1, 0.05f64..2.0, fleet, third)
        .prop_map(|(factor, rate, fleet, third)| contest(factor, rate, &fleet, third))
        .boxed()
}
