//! The precision of the published weights, by what `quantization_config` says.

use super::keys::Keys;
use crate::diagnostic::Problem;
use crate::document::{Node, Value};

/// The name of the precision as a scenario has it. One that has no such name is a problem, unless the
/// scenario gives a precision of its own.
pub fn native(keys: &mut Keys<'_>, given: bool) -> Option<&'static str> {
    let config = keys
        .node
        .get("quantization_config")
        .or_else(|| keys.root.get("quantization_config"));
    let Some(config) = config else {
        return Some("bf16");
    };
    let found = named(config);
    if found.is_none() && !given {
        let place = config
            .get("quant_method")
            .map_or(config.place, |it| it.place);
        keys.problems.push(
            Problem::new(
                place,
                "the precision of these weights is not one that is known",
            )
            .found(words(config))
            .expected("fp8, mxfp4, nvfp4, or 4-bit awq, gptq or compressed-tensors")
            .hint("say `precision` in the scenario, for the nearest one that is"),
        );
    }
    found
}

fn words(config: &Node) -> String {
    let method = config.get("quant_method").and_then(Node::text);
    let bits = number(config, "bits").map_or_else(String::new, |bits| format!(", {bits} bits"));
    format!("{}{bits}", method.unwrap_or("no `quant_method`"))
}

fn named(config: &Node) -> Option<&'static str> {
    match config.get("quant_method").and_then(Node::text)? {
        "fp8" | "fbgemm_fp8" => Some("fp8"),
        "mxfp4" => Some("mxfp4"),
        "awq" | "gptq" => (number(config, "bits") == Some(4.0)).then_some("int4"),
        "bitsandbytes" => {
            let four = config.get("load_in_4bit").map(|it| &it.value);
            (four == Some(&Value::Flag(true))).then_some("int4")
        }
        "compressed-tensors" => compressed(config),
        "modelopt" | "modelopt_fp4" => modelopt(config),
        _ => None,
    }
}

/// The weights of the first group of tensors.
fn compressed(config: &Node) -> Option<&'static str> {
    let groups = config.get("config_groups")?.entries();
    let weights = groups.first()?.node.get("weights")?;
    let kind = weights.get("type").and_then(Node::text);
    match (kind?, number(weights, "num_bits")? as u32) {
        ("float", 8) => Some("fp8"),
        ("float", 4) => Some("fp4"),
        ("int", 4) => Some("int4"),
        _ => None,
    }
}

fn modelopt(config: &Node) -> Option<&'static str> {
    let inner = config.get("quantization").unwrap_or(config);
    match inner.get("quant_algo").and_then(Node::text)? {
        "FP8" | "FP8_PB_WO" => Some("fp8"),
        "NVFP4" => Some("fp4"),
        _ => None,
    }
}

fn number(node: &Node, key: &str) -> Option<f64> {
    match node.get(key)?.value {
        Value::Number(number) => Some(number),
        _ => None,
    }
}
