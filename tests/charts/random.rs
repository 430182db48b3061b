//! Random scenarios with one to twelve options.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// Words of names, short and long.
const WORDS: [&str; 8] = [
    "own",
    "luna",
    "provider",
    "reserved for three years",
    "on-premises",
    "Überlauf",
    "the-cluster-in-the-basement-of-the-old-building",
    "fp8",
];
const MODELS: [&str; 5] = [
    "openai/gpt-6-luna",
    "openai/gpt-4o-mini",
    "openai/gpt-6.1-terra",
    "openai/gpt-6-sol",
    "google/gemini-3.8-flash",
];
const GPUS: [&str; 4] = ["h100-sxm", "l40s", "h200", "l4"];

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 1..4).prop_map(|words| words.join(" "))
}

fn api() -> impl Strategy<Value = String> {
    let model = prop::sample::select(&MODELS[..]);
    (name(), model, 0.2_f64..4.0, 0..3_u32).prop_map(|(name, model, multiplier, staff)| {
        format!(
            "[[api]]\nname = \"{name} NUMBER\"\nmodel = \"{model}\"\nregion_multiplier = {multiplier:.2}\nstaff = [{{ role = \"ml-engineer\", fte = 0.{staff} }}]\n"
        )
    })
}

fn own() -> impl Strategy<Value = String> {
    let gpu = prop::sample::select(&GPUS[..]);
    let fixed = prop::option::of(1..20_u32);
    (name(), gpu, fixed, 0..9_u32).prop_map(|(name, gpu, fixed, share)| {
        let fixed = fixed.map_or(String::new(), |count| format!("replicas = {count}\n"));
        format!(
            "[[self_host]]\nname = \"{name} NUMBER\"\nmodel = \"llama-3.1-8b\"\ngpu = \"{gpu}\"\nstaff_share = 0.{share}\n{fixed}"
        )
    })
}

/// The text of a scenario.
pub fn scenario() -> impl Strategy<Value = String> {
    let options = prop::collection::vec(prop_oneof![api(), own()], 1..13);
    let volume = 1.0_f64..7.5;
    let question = prop::option::of(prop::collection::vec(name(), 1..20));
    (options, volume, question, name()).prop_map(|(options, power, question, title)| {
        let question = question.map_or(String::new(), |names| {
            format!("description = \"{}?\"\n", names.join(", "))
        });
        let volume = 10f64.powf(power).round();
        let mut text = format!(
            "name = \"{title}\"\n{question}[workload]\nrequests_per_day = {volume}\ninput_tokens = 900\noutput_tokens = 150\n"
        );
        for (at, option) in options.iter().enumerate() {
            text.push_str(&option.replace("NUMBER", &at.to_string()));
        }
        text
    })
}

/// So many cases; the seed is fixed, and `PROPTEST_RNG_SEED` draws others.
pub fn cases(number: u32) -> ProptestConfig {
    let mut config = ProptestConfig {
        cases: number,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2_027);
    }
    config
}
