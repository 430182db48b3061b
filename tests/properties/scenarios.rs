//! Random valid scenarios, as the text of a file: every kind of option, in combinations nobody would
//! think of. A case that breaks a law shrinks to the keys that matter, because each key may be absent.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};

/// A strategy for lines of text.
type Lines = BoxedStrategy<Vec<String>>;

/// A scenario in parts, so that laws can take it apart.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Keys before the first table.
    pub frame: Vec<String>,
    /// Keys of `[workload]`.
    pub workload: Vec<String>,
    /// Parts of the traffic.
    pub features: Vec<Vec<String>>,
    /// Keys of `[quality]`.
    pub quality: Vec<String>,
    /// `a`, an API; `own`, a self-hosted option; then others.
    pub options: Vec<Draw>,
}

/// One option.
#[derive(Clone, Debug)]
pub struct Draw {
    /// `api`, `fine_tune`, `self_host` or `hybrid`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its keys.
    pub keys: Vec<String>,
}

impl Draw {
    /// An option of these keys.
    pub fn new(kind: &'static str, name: &str, keys: &[&str]) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        }
    }
}

impl Draft {
    /// The file.
    pub fn text(&self) -> String {
        let mut lines = self.frame.clone();
        lines.push("[workload]".into());
        lines.extend(self.workload.clone());
        for (at, feature) in self.features.iter().enumerate() {
            lines.push(format!("[[workload.feature]]\nname = \"part {at}\""));
            lines.extend(feature.clone());
        }
        lines.push("[quality]".into());
        lines.extend(self.quality.clone());
        for option in &self.options {
            lines.push(format!("[[{}]]\nname = \"{}\"", option.kind, option.name));
            lines.extend(option.keys.clone());
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n") + "\n"
    }
}

/// How many cases a law is held to; the seed is fixed, and `PROPTEST_RNG_SEED` draws others.
pub fn cases(number: u32) -> Config {
    let mut config = Config::with_cases(number);
    config.failure_persistence = None;
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2_027);
    }
    config
}

/// A key with a value that is spread evenly over the orders of magnitude.
fn log(key: &'static str, low: f64, high: f64) -> BoxedStrategy<String> {
    (low.ln()..high.ln())
        .prop_map(move |x| format!("{key} = {:.3e}", x.exp()))
        .boxed()
}

/// A key with a share.
fn share(key: &'static str, most: f64) -> BoxedStrategy<String> {
    (0.0..=most)
        .prop_map(move |x| format!("{key} = {x:.3}"))
        .boxed()
}

fn count(key: &'static str, low: u32, high: u32) -> BoxedStrategy<String> {
    (low..=high)
        .prop_map(move |n| format!("{key} = {n}"))
        .boxed()
}

fn word(key: &'static str, words: &'static [&'static str]) -> BoxedStrategy<String> {
    select(words)
        .prop_map(move |word| format!("{key} = \"{word}\""))
        .boxed()
}

fn fixed(text: &'static str) -> BoxedStrategy<String> {
    Just(text.to_owned()).boxed()
}

/// A key that is there in one case of three.
fn rare(key: BoxedStrategy<String>) -> BoxedStrategy<String> {
    prop_oneof![2 => Just(String::new()), 1 => key].boxed()
}

fn all(parts: Vec<BoxedStrategy<String>>) -> Lines {
    parts.boxed()
}

/// Lines of the first, then of the second.
fn and(first: Lines, second: Lines) -> Lines {
    (first, second).prop_map(|(a, b)| [a, b].concat()).boxed()
}

fn one_of(choices: Vec<Lines>) -> Lines {
    proptest::strategy::Union::new(choices).boxed()
}

fn frame() -> Lines {
    all(vec![
        fixed("start = \"2026-12\""),
        rare(count("horizon_months", 1, 60)),
        rare(log("hours_per_month", 100.0, 744.0)),
        rare(share("discount_rate", 0.5)),
        fixed("volume_range = [1, 1e7]"),
    ])
}

fn workload() -> Lines {
    let shape = vec(0u32..=9, 24).prop_map(|hours| {
        let busy = hours.iter().any(|hour| *hour > 0);
        if busy {
            format!("day_shape = {hours:?}")
        } else {
            String::new()
        }
    });
    let peak = prop_oneof![log("peak_to_mean", 1.0, 12.0), shape.boxed()];
    let spread = (200.0f64..3_000.0, 1.01f64..3.5).prop_map(|(mean, ratio)| {
        format!(
            "input_tokens = {{ mean = {mean:.0}, p95 = {:.0} }}",
            mean.round() * ratio
        )
    });
    all(vec![
        log("requests_per_day", 1.0, 1e7),
        prop_oneof![log("input_tokens", 200.0, 10_000.0), spread.boxed()].boxed(),
        log("output_tokens", 1.0, 2_000.0),
        rare(peak.boxed()),
        rare(share("batch_share", 1.0)),
        rare(share("retry_share", 0.5)),
        rare(log("reasoning_tokens", 1.0, 3_000.0)),
        rare(share("cached_input_share", 0.6)),
        rare(share("cache_write_share", 0.4)),
    ])
}

fn features() -> BoxedStrategy<Vec<Vec<String>>> {
    let feature = all(vec![
        share("share", 0.4),
        rare(log("input_tokens", 200.0, 10_000.0)),
        rare(log("output_tokens", 1.0, 2_000.0)),
        rare(share("batch_share", 1.0)),
    ]);
    prop_oneof![3 => Just(Vec::new()), 1 => vec(feature, 1..=2)].boxed()
}

fn quality() -> Lines {
    all(vec![
        rare(share("review_share", 0.2)),
        rare(share("error_rate", 0.1)),
        rare(log("cost_per_error_usd", 0.01, 10.0)),
        rare(fixed("whole_reviewers = true")),
        rare(share("caught_by_review", 1.0)),
    ])
}

/// Keys of every option but hybrids.
fn common() -> Lines {
    let people = vec(person(), 1..=2).prop_map(|list| format!("staff = [{}]", list.join(", ")));
    let costs = vec(cost(), 1..=2).prop_map(|list| format!("costs = [{}]", list.join(", ")));
    let staff = prop_oneof![people.boxed(), share("staff_share", 0.9)].boxed();
    all(vec![
        rare(log("token_ratio", 0.8, 1.3)),
        rare(log("prompt_tokens_added", 1.0, 2_000.0)),
        rare(log("prompt_tokens_saved", 1.0, 199.0)),
        rare(share("prompt_change_cached_share", 1.0)),
        rare(staff),
        rare(share("error_rate", 0.1)),
        rare(share("review_share", 0.2)),
        rare(log("build_usd", 1e3, 1e6)),
        rare(share("maintenance_share_per_year", 0.5)),
        rare(fixed("incidents_per_year = 6\nhours_per_incident = 8")),
        rare(log("switching_usd", 1e3, 1e5)),
        rare(fixed(
            "migration = { probability_per_year = 0.2, weeks = 6 }",
        )),
        rare(share("overhead_share", 0.5)),
        rare(costs.boxed()),
    ])
}

fn person() -> BoxedStrategy<String> {
    let growth = prop_oneof![
        fixed(""),
        log("per_gpus", 1.0, 64.0)
            .prop_map(|key| format!(", {key}"))
            .boxed(),
        fixed(", per_models = 5, models = 12"),
    ];
    let extra = prop_oneof![
        fixed(""),
        fixed(", on_call_people = 4"),
        fixed(", new_hires = 2, hiring_usd = 30_000, ramp_up_months = 3"),
        fixed(", minimum_fte = 0.5"),
    ];
    (share("fte", 3.0), growth, extra)
        .prop_map(|(fte, growth, extra)| format!("{{ role = \"sre\", {fte}{growth}{extra} }}"))
        .boxed()
}

fn cost() -> BoxedStrategy<String> {
    let amount = prop_oneof![
        log("usd_per_month", 1.0, 1e4),
        log("usd_once", 1.0, 1e5),
        log("usd_per_request", 1e-6, 1e-2),
        log("usd_per_mtok", 1e-3, 10.0),
        log("usd_per_gpu_hour", 0.01, 2.0),
        share("share", 0.5),
    ];
    let category = select(&["platform", "data", "usage", "training"][..]);
    (amount, category, "[a-z]{3}")
        .prop_map(|(amount, category, name)| {
            format!("{{ label = \"{name}\", category = \"{category}\", {amount} }}")
        })
        .boxed()
}

/// Prices of the scenario's own.
fn prices() -> Lines {
    all(vec![
        log("input_usd_per_mtok", 0.02, 20.0),
        log("output_usd_per_mtok", 0.1, 90.0),
        rare(log("cache_read_usd_per_mtok", 0.01, 5.0)),
        rare(fixed(
            "batch_input_usd_per_mtok = 0.5\nbatch_output_usd_per_mtok = 2.5",
        )),
        rare(share("discount", 0.9)),
        rare(log("region_multiplier", 0.5, 2.0)),
    ])
}

/// What an API is bought for.
pub fn api() -> Lines {
    // Long prompts, peak hours, batches, announced steps.
    const MODELS: &[&str] = &[
        "openai/gpt-6-luna",
        "deepseek/deepseek-flash",
        "google/gemini-3.8-flash",
        "anthropic/claude-haiku-5-5",
        "x-ai/grok-4.7",
    ];
    let own = and(
        prices(),
        all(vec![
            rare(log("usd_per_request", 1e-6, 1e-2)),
            rare(log("committed_usd_per_month", 10.0, 1e5)),
        ]),
    );
    let units = all(vec![
        log("provisioned.usd_per_unit_hour", 0.1, 50.0),
        log("provisioned.tokens_per_minute_per_unit", 1e3, 1e6),
        log("provisioned.output_weight", 1.0, 8.0),
        rare(share("provisioned.cached_weight", 1.0)),
        rare(count("provisioned.minimum_units", 1, 50)),
        rare(count("provisioned.unit_step", 1, 25)),
    ]);
    let bought = one_of(vec![
        all(vec![fixed("")]),
        units.clone(),
        and(units, all(vec![count("provisioned.units", 1, 50)])),
    ]);
    let catalog = all(vec![word("model", MODELS)]);
    let tokens = one_of(vec![own.clone(), own, catalog]);
    and(and(tokens, bought), common())
}

fn fine_tune() -> Lines {
    let training = all(vec![
        fixed("model = \"mine\"\ntokens_per_example = 900"),
        log("examples", 10.0, 1e5),
        log("training_usd_per_mtok", 0.5, 50.0),
        rare(log("usd_per_example", 0.01, 5.0)),
        rare(count("retrain_every_months", 1, 12)),
        rare(share("failed_run_share", 2.0)),
        rare(share("relabel_share", 1.0)),
    ]);
    let hosted = and(
        prices(),
        all(vec![rare(log("hosting_usd_per_hour", 0.5, 5.0))]),
    );
    let own = all(vec![fixed("served_by = \"own\"")]);
    and(and(training, one_of(vec![hosted, own])), common())
}

/// Own GPUs.
pub fn self_host() -> Lines {
    let rate = prop_oneof![
        log("throughput.requests_per_second", 0.02, 50.0),
        log("throughput.total_tokens_per_second", 100.0, 1e5),
        fixed("model = \"llama-3.1-8b\"\ngpu = \"h100-sxm\""),
    ];
    let size = prop_oneof![
        2 => fixed(""),
        1 => fixed("autoscale = true"),
        1 => fixed("autoscale = true\nscale_up_minutes = 60"),
        1 => fixed("whole_units = false"),
        1 => count("replicas", 1, 40),
    ];
    let fleet = all(vec![
        rate.boxed(),
        size.boxed(),
        count("gpus_per_replica", 1, 8),
        rare(count("gpus_per_node", 2, 8)),
        rare(count("min_replicas", 0, 5)),
        rare(count("spare_replicas", 0, 3)),
        rare(
            (0.05f64..=1.0)
                .prop_map(|x| format!("target_utilization = {x:.3}"))
                .boxed(),
        ),
        rare(log("software_usd_per_gpu_year", 10.0, 5_000.0)),
        rare(log("platform_usd_per_month", 10.0, 5_000.0)),
    ]);
    and(and(fleet, one_of(vec![rented(), bought()])), common())
}

fn rented() -> Lines {
    let mix = fixed(
        "purchase = [{ purchase = \"reserved-1y\", share = 0.6, usd_per_gpu_hour = 2 }, \
         { purchase = \"spot\", share = 0.4, usd_per_gpu_hour = 1 }]",
    );
    all(vec![
        log("usd_per_gpu_hour", 0.1, 12.0),
        rare(prop_oneof![mix, fixed("purchase = \"spot\"")].boxed()),
    ])
}

fn bought() -> Lines {
    let power = prop_oneof![
        all(vec![
            log("watts_per_gpu", 100.0, 2_000.0),
            rare(share("load_factor", 1.0)),
            rare(log("facility_usd_per_kw_month", 50.0, 300.0)),
        ]),
        all(vec![log("opex_usd_per_hour", 0.1, 50.0)]),
    ];
    let hardware = all(vec![
        fixed("purchase = \"buy\""),
        prop_oneof![log("usd_per_gpu", 1e3, 5e4), log("capex_usd", 1e4, 1e7)].boxed(),
        rare(log("server_usd_per_gpu", 100.0, 1e4)),
        rare(log("life_years", 1.0, 10.0)),
        rare(share("residual_share", 1.0)),
        rare(share("cost_of_capital", 0.3)),
        rare(share("hardware_spare_share", 0.2)),
        rare(share("maintenance_share_of_hardware", 0.2)),
    ]);
    and(hardware, power.boxed())
}

fn hybrid() -> Lines {
    let shares = (0.0f64..=1.0).prop_map(|x| {
        let own = (x * 100.0).round() / 100.0;
        let parts = format!(
            "parts = [{{ option = \"own\", share = {own:.2} }}, {{ option = \"a\", share = {:.2} }}]",
            1.0 - own
        );
        vec![parts]
    });
    let overflow = all(vec![
        fixed("base = \"own\"\noverflow = \"a\""),
        log("base_requests_per_day", 10.0, 1e6),
    ]);
    let own = all(vec![
        rare(share("overhead_share", 0.5)),
        rare(log("switching_usd", 1e3, 1e5)),
        rare(fixed("staff = [{ role = \"sre\", fte = 1.5 }]")),
    ]);
    and(one_of(vec![shares.boxed(), overflow]), own)
}

fn option() -> BoxedStrategy<Draw> {
    let named = |kind: &'static str, keys: Lines| {
        keys.prop_map(move |keys| Draw {
            kind,
            name: String::new(),
            keys,
        })
        .boxed()
    };
    prop_oneof![
        named("api", api()),
        named("fine_tune", fine_tune()),
        named("self_host", self_host()),
        named("hybrid", hybrid()),
    ]
    .boxed()
}

/// A scenario: an API, own GPUs, and up to three options of any kind.
pub fn scenario() -> BoxedStrategy<Draft> {
    (
        frame(),
        workload(),
        features(),
        quality(),
        (api(), self_host(), vec(option(), 0..=3)),
    )
        .prop_map(|(frame, workload, features, quality, (api, own, others))| {
            let mut options = vec![
                Draw {
                    kind: "api",
                    name: "a".into(),
                    keys: api,
                },
                Draw {
                    kind: "self_host",
                    name: "own".into(),
                    keys: own,
                },
            ];
            for (at, mut other) in others.into_iter().enumerate() {
                other.name = format!("{} {at}", other.kind);
                options.push(other);
            }
            Draft {
                frame,
                workload,
                features,
                quality,
                options,
            }
        })
        .boxed()
}
