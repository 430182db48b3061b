//! What the figures of the catalog must be: prices, data sheets, shapes of models.

use std::collections::BTreeMap;

use llmcost::catalog::rows::{ApiRow, GpuRow, ModelRow};
use llmcost::catalog::{AS_OF, Row};
use llmcost::cost::{gpu_peaks, model_shape};
use llmcost::date::Date;
use llmcost::scenario::PriceBook;

use super::files::{all, none, prices, text, value};

/// Steps of one price in the order of the file: what a later `from` replaces.
type StepKey = (String, Option<u32>, String);

#[test]
fn later_prices_of_one_key_begin_later() {
    let mut wrong = Vec::new();
    for row in all::<ApiRow>() {
        let mut last: BTreeMap<StepKey, Option<Date>> = BTreeMap::new();
        for price in prices(&row) {
            let hours = text(price.hours_utc.as_ref()).to_owned();
            let key = (
                text(price.tier.as_ref()).to_owned(),
                price.above_prompt_tokens,
                hours,
            );
            if last.get(&key).is_some_and(|before| *before >= price.from) {
                wrong.push(format!(
                    "{} {key:?}: {:?} does not follow",
                    row.id(),
                    price.from
                ));
            }
            last.insert(key, price.from);
        }
        if !prices(&row)
            .iter()
            .any(|price| text(price.tier.as_ref()) == "standard")
        {
            wrong.push(format!("{} has no standard price", row.id()));
        }
    }
    none(&wrong);
}

#[test]
fn a_price_of_long_prompts_or_peak_hours_stands_beside_a_base_price() {
    let mut wrong = Vec::new();
    for row in all::<ApiRow>() {
        for price in prices(&row) {
            let special = price.above_prompt_tokens.is_some() || price.hours_utc.is_some();
            let base = prices(&row).iter().any(|other| {
                let same = text(other.tier.as_ref()) == text(price.tier.as_ref());
                let starts = other.from <= price.from || price.from.is_none();
                same && starts && other.above_prompt_tokens.is_none() && other.hours_utc.is_none()
            });
            if special && !base {
                wrong.push(format!("{} {:?}", row.id(), price.tier));
            }
        }
    }
    none(&wrong);
}

#[test]
fn a_cache_read_or_a_batch_costs_at_most_what_it_replaces() {
    let mut wrong = Vec::new();
    for row in all::<ApiRow>() {
        for price in prices(&row) {
            let input = value(price.input_usd_per_mtok.as_ref()).expect("an input price");
            let read = value(price.cache_read_usd_per_mtok.as_ref());
            let output = value(price.output_usd_per_mtok.as_ref());
            if read.is_some_and(|read| read > input) {
                wrong.push(format!(
                    "{}: reading a cache costs {read:?}, input {input}",
                    row.id()
                ));
            }
            // Output is never sold far below input, nor at more than a hundred times its price.
            if output.is_some_and(|output| !(0.5 * input..=100.0 * input).contains(&output)) {
                wrong.push(format!(
                    "{}: output costs {output:?}, input {input}",
                    row.id()
                ));
            }
        }
        let book = PriceBook::of(&row, false);
        let (batch, base) = (book.on(AS_OF, "batch"), book.on(AS_OF, "standard"));
        for step in &batch {
            let same = base
                .iter()
                .find(|other| other.above == step.above && other.window.is_none());
            if same.is_some_and(|base| {
                step.input.value > base.input.value || step.output.value > base.output.value
            }) {
                wrong.push(format!("{}: a batch costs more than at once", row.id()));
            }
        }
    }
    none(&wrong);
}

#[test]
fn data_sheets_of_gpus_agree_with_themselves() {
    let mut wrong = Vec::new();
    for row in all::<GpuRow>() {
        let peaks = gpu_peaks(&row);
        let mut rule = |holds: bool, what: &str| {
            if !holds {
                wrong.push(format!("{}: {what}", row.id()));
            }
        };
        rule(
            (1e10..=1e12).contains(&peaks.memory_bytes),
            "memory of 10 GB to 1 TB",
        );
        rule(
            (1e11..=5e13).contains(&peaks.bandwidth_bytes_per_s),
            "0.1 to 50 TB/s",
        );
        rule(
            (1e10..=1e13).contains(&peaks.link_bytes_per_s),
            "a link of 10 GB/s to 10 TB/s",
        );
        rule(
            (1e13..=1e16).contains(&peaks.bf16_flops),
            "10 to 10,000 TFLOP/s in BF16",
        );
        let faster = |half: f64, full: Option<f64>| {
            full.is_none_or(|full| full >= half && full <= 4.1 * half)
        };
        rule(
            faster(peaks.bf16_flops, peaks.fp8_flops),
            "FP8 at 1 to 4 times BF16",
        );
        rule(
            faster(peaks.fp8_flops.unwrap_or(0.0), peaks.fp4_flops),
            "FP4 at 1 to 4 times FP8",
        );
        let server = value(row.server_w.as_ref()).zip(value(row.tdp_w.as_ref()));
        rule(
            server.is_none_or(|(server, tdp)| server >= tdp),
            "a server draws more than its GPU",
        );
    }
    none(&wrong);
}

#[test]
fn shapes_of_models_add_up_to_their_parameters() {
    let mut wrong = Vec::new();
    for row in all::<ModelRow>() {
        let shape = model_shape(&row);
        let total = value(row.total_params.as_ref()).expect("all parameters");
        let active = value(row.active_params.as_ref()).expect("active parameters");
        let read = shape.rest_params + shape.experts_per_token * shape.expert_params;
        let held = shape.rest_params + shape.experts * shape.expert_params;
        // Not in the shape: embedding table, router, norms, biases, towers for images, draft heads.
        let embedding = shape.vocab * shape.hidden;
        if (active / read - 1.0).abs() > 0.02 {
            wrong.push(format!(
                "{}: {active:e} active, {read:e} by its shape",
                row.id()
            ));
        }
        if !(0.98 * held..=1.05 * (held + embedding)).contains(&total) {
            wrong.push(format!(
                "{}: {total:e} in all, {held:e} + {embedding:e} by its shape",
                row.id()
            ));
        }
        if shape.experts_per_token > shape.experts || shape.kv_elements_per_token <= 0.0 {
            wrong.push(format!("{}: experts or cache", row.id()));
        }
    }
    none(&wrong);
}
