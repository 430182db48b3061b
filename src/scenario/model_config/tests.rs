use std::sync::Arc;

use super::*;
use crate::document::{Attached, Node, parse_json};

fn file(text: &str) -> FileText {
    let root: Node = parse_json(text, 0).unwrap();
    FileText {
        file: Arc::new(Attached {
            path: "config.json".into(),
            roots: vec![root],
        }),
        place: Place::default(),
    }
}

fn shape(text: &str) -> ModelRow {
    let mut problems = Problems::default();
    let row = read(&file(text), false, &mut problems);
    row.unwrap_or_else(|| panic!("{:?}", problems.sorted()))
}

fn problems(text: &str) -> Vec<String> {
    let mut problems = Problems::default();
    assert!(read(&file(text), false, &mut problems).is_none());
    let list = problems.sorted();
    list.into_iter().map(|it| it.message).collect()
}

fn value(num: Option<&Num>) -> f64 {
    num.expect("a number").input.median()
}

const DENSE: &str = r#""num_hidden_layers": 2, "hidden_size": 8, "vocab_size": 100,
    "num_attention_heads": 4, "num_key_value_heads": 2, "intermediate_size": 16"#;

#[test]
fn a_dense_model_is_counted_matrix_by_matrix() {
    // Head width 8/4 = 2. A layer: query 8 x 8, key and value 2 x 8 x 4, output 8 x 8 = 192, MLP
    // 3 x 8 x 16 = 384; two layers 1,152 and head 8 x 100: rest 1,952; embedding 800, norms 5 x 8.
    let row = shape(&format!(r#"{{ "model_type": "llama", {DENSE} }}"#));
    assert_eq!(value(row.head_dim.as_ref()), 2.0);
    assert_eq!(value(row.rest_params.as_ref()), 1_952.0);
    assert_eq!(value(row.total_params.as_ref()), 2_792.0);
    assert_eq!(value(row.active_params.as_ref()), 1_952.0);
    assert_eq!(value(row.attention_layers.as_ref()), 2.0);
    assert_eq!(row.experts, None);
    assert_eq!(row.native_precision.unwrap().value, "bf16");
}

#[test]
fn a_tied_head_counts_once_and_an_mlp_without_gate_has_two_matrices() {
    // Two matrices: MLP 2 x 8 x 16 = 256; rest 2 x (192 + 256) + 800 = 1,696; tied: total + norms 40.
    let text = format!(r#"{{ "model_type": "nemotron", "tie_word_embeddings": true, {DENSE} }}"#);
    let row = shape(&text);
    assert_eq!(value(row.rest_params.as_ref()), 1_696.0);
    assert_eq!(value(row.total_params.as_ref()), 1_736.0);
}

#[test]
fn a_mixture_routes_after_its_dense_layers_and_shares_an_expert() {
    // Layer 0 dense: MLP 3 x 8 x 16 = 384; layer 1 with 4 experts of 3 x 8 x 4 = 96 and one shared of
    // 96, router 32. Attention with key and value of every head: 8 x 8 x 4 = 256 each.
    // Rest 512 + 384 + 96 + 800 = 1,792; active + 2 x 96; total + 384 - 192 + 800 + 32 + 40.
    let text = r#"{ "model_type": "glm4_moe", "num_hidden_layers": 2, "hidden_size": 8,
        "vocab_size": 100, "num_attention_heads": 4, "num_key_value_heads": 4, "head_dim": 2,
        "intermediate_size": 16, "moe_intermediate_size": 4, "n_routed_experts": 4,
        "n_shared_experts": 1, "num_experts_per_tok": 2, "first_k_dense_replace": 1 }"#;
    let row = shape(text);
    assert_eq!(value(row.rest_params.as_ref()), 1_792.0);
    assert_eq!(value(row.expert_params.as_ref()), 96.0);
    assert_eq!(value(row.active_params.as_ref()), 1_984.0);
    assert_eq!(
        value(row.total_params.as_ref()),
        1_792.0 + 384.0 + 800.0 + 32.0 + 40.0
    );
}

#[test]
fn latent_attention_keeps_its_ranks() {
    // Query 8 x 3 + 3 x 4 x (2 + 1) = 60; down 8 x (4 + 1) = 40; up 4 x 4 x (2 + 2) = 64; output
    // 4 x 2 x 8 = 64: 228 a layer. MLP 384. Rest 2 x 612 + 800.
    let text = r#"{ "model_type": "deepseek_v3", "num_hidden_layers": 2, "hidden_size": 8,
        "vocab_size": 100, "num_attention_heads": 4, "q_lora_rank": 3, "kv_lora_rank": 4,
        "qk_nope_head_dim": 2, "qk_rope_head_dim": 1, "v_head_dim": 2, "intermediate_size": 16,
        "n_routed_experts": 0 }"#;
    let row = shape(text);
    assert_eq!(value(row.rest_params.as_ref()), 2.0 * 612.0 + 800.0);
    assert_eq!(value(row.kv_lora_rank.as_ref()), 4.0);
    assert_eq!(value(row.rope_dim.as_ref()), 1.0);
    assert_eq!(value(row.head_dim.as_ref()), 2.5);
}

#[test]
fn a_gated_linear_state_has_matrices_of_its_own() {
    // One full layer of four: query and gate 2 x 8 x 8, key and value 2 x 8 x 4, output 64 = 256.
    // Three linear ones: keys 2 x 2 = 4, values 4 x 2 = 8: in 8 x (8 + 16 + 8) = 256, convolution
    // (8 + 8) x 3 = 48, out 8 x 8 = 64: 368. MLP 4 x 384.
    let text = r#"{ "model_type": "qwen3_5", "text_config": { "model_type": "qwen3_5_text",
        "num_hidden_layers": 4, "hidden_size": 8, "vocab_size": 100, "num_attention_heads": 4,
        "num_key_value_heads": 2, "head_dim": 2, "intermediate_size": 16,
        "linear_num_key_heads": 2, "linear_num_value_heads": 4, "linear_key_head_dim": 2,
        "linear_value_head_dim": 2, "linear_conv_kernel_dim": 3 } }"#;
    let row = shape(text);
    let expected = 256.0 + 3.0 * 368.0 + 4.0 * 384.0 + 800.0;
    assert_eq!(value(row.rest_params.as_ref()), expected);
    assert_eq!(value(row.attention_layers.as_ref()), 1.0);
    assert_eq!(row.low_confidence.unwrap().value, "hybrid linear attention");
}

#[test]
fn a_pattern_of_letters_counts_state_spaces_and_mlps() {
    // M: inner 2 x 4 = 8, groups 2 x 1 x 3 = 6: in 8 x (16 + 6 + 2) = 192, convolution (8 + 6) x 4 = 56,
    // out 64: 312. *: 192. -: two matrices, 2 x 8 x 16 = 256. Rest 2 x 312 + 192 + 256 + 800.
    let text = r#"{ "model_type": "nemotron_h", "hybrid_override_pattern": "M*M-",
        "num_hidden_layers": 4, "hidden_size": 8, "vocab_size": 100, "num_attention_heads": 4,
        "num_key_value_heads": 2, "head_dim": 2, "intermediate_size": 16, "mamba_num_heads": 2,
        "mamba_head_dim": 4, "n_groups": 1, "ssm_state_size": 3, "conv_kernel": 4 }"#;
    let row = shape(text);
    assert_eq!(
        value(row.rest_params.as_ref()),
        624.0 + 192.0 + 256.0 + 800.0
    );
    assert_eq!(value(row.attention_layers.as_ref()), 1.0);
}

#[test]
fn narrow_windows_are_no_full_attention_and_wide_ones_are() {
    let gemma = |window: u32| {
        let text = format!(
            r#"{{ "model_type": "gemma3_text", "num_hidden_layers": 12, "hidden_size": 8,
            "intermediate_size": 16, "sliding_window": {window} }}"#
        );
        value(shape(&text).attention_layers.as_ref())
    };
    // Every sixth of twelve.
    assert_eq!(gemma(1_024), 2.0);
    assert_eq!(gemma(4_096), 12.0);
    // Where all layers have a window, all count.
    let all = format!(r#"{{ "model_type": "mistral", "sliding_window": 128, {DENSE} }}"#);
    assert_eq!(value(shape(&all).attention_layers.as_ref()), 2.0);
}

#[test]
fn every_second_layer_has_experts_and_one_that_all_share() {
    // Llama 4: attention 192; of 2 layers one with 3 x 8 x 4 = 96 shared and 4 x 96 routed, one dense
    // of 3 x 8 x 16 = 384. Rest 2 x 192 + 96 + 384 + 800.
    let text = r#"{ "model_type": "llama4_text", "num_hidden_layers": 2, "hidden_size": 8,
        "vocab_size": 100, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 2,
        "intermediate_size": 4, "intermediate_size_mlp": 16, "num_local_experts": 4,
        "num_experts_per_tok": 1, "interleave_moe_layer_step": 2 }"#;
    let row = shape(text);
    assert_eq!(
        value(row.rest_params.as_ref()),
        384.0 + 96.0 + 384.0 + 800.0
    );
    assert_eq!(value(row.expert_params.as_ref()), 96.0);
}

#[test]
fn quantized_weights_name_their_precision() {
    let of = |config: &str| {
        let text =
            format!(r#"{{ "model_type": "llama", "quantization_config": {config}, {DENSE} }}"#);
        shape(&text).native_precision.unwrap().value
    };
    assert_eq!(of(r#"{ "quant_method": "fp8" }"#), "fp8");
    assert_eq!(of(r#"{ "quant_method": "awq", "bits": 4 }"#), "int4");
    assert_eq!(
        of(r#"{ "quant_method": "modelopt", "quant_algo": "NVFP4" }"#),
        "fp4"
    );
    let group = r#"{ "quant_method": "compressed-tensors", "config_groups": { "group_0": {
        "weights": { "num_bits": 8, "type": "float" } } } }"#;
    assert_eq!(of(group), "fp8");
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    assert_eq!(
        problems(r#"{ "model_type": "mamba" }"#),
        ["unknown architecture `mamba`"]
    );
    assert_eq!(
        problems(r#"{ "hidden_size": 8 }"#),
        ["this is no configuration of a model"]
    );
    let int8 = r#"{ "quant_method": "gptq", "bits": 8 }"#;
    let text = format!(r#"{{ "model_type": "llama", "quantization_config": {int8}, {DENSE} }}"#);
    assert_eq!(
        problems(&text),
        ["the precision of these weights is not one that is known"]
    );
    let latent = format!(r#"{{ "model_type": "llama", "moe_latent_size": 8, {DENSE} }}"#);
    assert_eq!(problems(&latent), ["`moe_latent_size` is not understood"]);
}

#[test]
fn missing_keys_wrong_kinds_and_contradictions_are_told_together() {
    let text = r#"{ "model_type": "qwen3", "num_hidden_layers": "two", "vocab_size": -3,
        "num_attention_heads": 4, "num_key_value_heads": 8, "head_dim": 2 }"#;
    let mut found = problems(text);
    found.sort();
    assert_eq!(
        found,
        [
            "`num_hidden_layers` is no count",
            "`num_key_value_heads` contradicts `num_attention_heads`",
            "`vocab_size` is no count",
            "this configuration has no `hidden_size`",
        ]
    );
    let words =
        r#"{ "model_type": "gpt_oss", "num_hidden_layers": 2, "layer_types": ["full_attention"] }"#;
    assert!(problems(words).contains(&"`layer_types` contradicts `num_hidden_layers`".to_owned()));
}
