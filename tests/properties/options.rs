//! Random options of every kind.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::keys::{Lines, all, and, count, fixed, log, one_of, rare, share, word};
use super::scenarios::Draw;

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
    let mix = (0.1f64..6.0, 0.1f64..12.0, select(&["spot", "on-demand"][..])).prop_map(
        |(reserved, flexible, tier)| {
            format!(
                "purchase = [{{ purchase = \"reserved-1y\", share = 0.6, usd_per_gpu_hour = {reserved:.2} }}, \
                 {{ purchase = \"{tier}\", share = 0.4, usd_per_gpu_hour = {flexible:.2} }}]"
            )
        },
    );
    all(vec![
        log("usd_per_gpu_hour", 0.1, 12.0),
        rare(prop_oneof![mix, Just("purchase = \"spot\"".to_owned())].boxed()),
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

/// An option of any kind, without a name.
pub fn option() -> BoxedStrategy<Draw> {
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
