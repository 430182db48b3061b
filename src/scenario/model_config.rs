//! The shape of an open model from its Hugging Face `config.json`.
//!
//! Layers, widths and experts are read by the keys that the configuration classes of `transformers`
//! give them, and the parameters are counted from the matrices that each architecture has
//! (`docs/sizing.md`). An architecture that is not listed in [`family`] is refused by its name: a count
//! for the wrong matrices would look just as sure as a right one.
//!
//! | file | what it holds |
//! |---|---|
//! | `family` | the architectures, with what tells them apart |
//! | `keys` | values of the file with their places and problems |
//! | `layers` | which layers attend to everything, to a window, or keep a state instead |
//! | `experts` | experts, shared experts, and the layers without any |
//! | `params` | parameters of each matrix |
//! | `precision` | the precision of the published weights |

mod experts;
mod family;
mod keys;
mod layers;
mod params;
mod precision;

use crate::catalog::rows::ModelRow;
use crate::diagnostic::{Place, Problem, Problems};
use crate::document::Node;
use crate::input::Input;
use crate::table::{FileText, Num, Text};
use experts::Experts;
use family::{Derives, Family};
use keys::Keys;
use layers::Layers;
use params::Mixers;

/// What a configuration says of a model, before it is a row.
struct Model {
    family: &'static Family,
    hidden: f64,
    vocab: f64,
    tied: bool,
    attention: Attention,
    layers: Layers,
    mixers: Mixers,
    experts: Option<Experts>,
    /// Width of the MLP of layers without experts.
    dense_width: f64,
}

/// The attention of a layer.
struct Attention {
    heads: f64,
    kv_heads: f64,
    head_dim: f64,
    latent: Option<Latent>,
    /// Whether the query projection also makes a gate of its own size.
    gated: bool,
}

/// Multi-head latent attention.
struct Latent {
    /// Width that queries are compressed to; none where they are not.
    query_rank: Option<f64>,
    kv_rank: f64,
    nope: f64,
    rope: f64,
    value: f64,
}

/// Reads the row of a model from the file of its configuration.
///
/// The precision is that of the published weights; where it is one that the estimate does not know and
/// the scenario names none (`precision_given`), that is a problem too.
pub fn read(file: &FileText, precision_given: bool, problems: &mut Problems) -> Option<ModelRow> {
    let before = problems.count();
    // A file that could not be read has been told of.
    let root = file.file.roots.first()?;
    let (text, family) = language_part(root, problems)?;
    let mut keys = Keys {
        node: text,
        root,
        problems,
    };
    refuse_unknown(family, &mut keys);
    let model = model(family, &mut keys)?;
    let precision = precision::native(&mut keys, precision_given);
    let max_context = keys.maybe(&["max_position_embeddings"]);
    (keys.problems.count() == before).then(|| row(&model, file, precision, max_context))
}

/// The part that holds the language model, and its family.
fn language_part<'a>(
    root: &'a Node,
    problems: &mut Problems,
) -> Option<(&'a Node, &'static Family)> {
    let nested = ["text_config", "llm_config", "language_config"]
        .iter()
        .find_map(|key| root.get(key).filter(|node| !node.entries().is_empty()));
    let text = nested.unwrap_or(root);
    let Some(named) = text.get("model_type").or_else(|| root.get("model_type")) else {
        problems.push(
            Problem::new(start(text), "this is no configuration of a model")
                .expected("a Hugging Face config.json with `model_type`"),
        );
        return None;
    };
    let name = named.text().unwrap_or_default();
    let found = family::find(name);
    if found.is_none() {
        problems.push(
            Problem::new(named.place, format!("unknown architecture `{name}`"))
                .expected("an architecture whose parameters can be counted")
                .hint("give the shape as a [[model]] row of your own --catalog, or a measured throughput"),
        );
    }
    Some((text, found?))
}

/// A key that changes the count in a way nobody told us is no reason to go on without it.
fn refuse_unknown(family: &Family, keys: &mut Keys<'_>) {
    let dense = family.experts == family::ExpertKeys::No;
    let experts = experts::NUMBER.iter().filter(|_| dense);
    for name in family::UNKNOWN.iter().chain(experts) {
        if let Some(node) = keys.node.get(name) {
            keys.problems.push(
                Problem::new(node.place, format!("`{name}` is not understood"))
                    .expected("an architecture whose parameters can be counted"),
            );
        }
    }
}

/// The place where an object begins, for what is missing in it.
fn start(node: &Node) -> Place {
    Place {
        end: node.place.start + 1,
        ..node.place
    }
}

fn model(family: &'static Family, keys: &mut Keys<'_>) -> Option<Model> {
    let layers = layers::read(family, keys);
    let hidden = keys.whole(&["hidden_size"]);
    let vocab = keys
        .maybe(&["vocab_size"])
        .or(family.defaults.map(|it| it.vocab));
    let vocab = vocab.or_else(|| keys.whole(&["vocab_size"]));
    let attention = attention(family, hidden, keys);
    let layers = layers?;
    let (linear, state) = (layers.linear > 0.0, layers.state > 0.0);
    let mixers = hidden.and_then(|hidden| params::mixers(hidden, linear, state, keys));
    let experts = experts::read(family, &layers, keys).ok()?;
    let every_layer_routed = experts
        .as_ref()
        .is_some_and(|it| it.layers >= layers.feed_forward);
    let dense_width = if every_layer_routed || layers.feed_forward == 0.0 {
        Some(0.0)
    } else {
        keys.whole(family.dense_width)
    };
    Some(Model {
        family,
        hidden: hidden?,
        vocab: vocab?,
        tied: keys.flag("tie_word_embeddings").unwrap_or(family.tied),
        attention: attention?,
        layers,
        mixers: mixers?,
        experts,
        dense_width: dense_width?,
    })
}

fn attention(family: &Family, hidden: Option<f64>, keys: &mut Keys<'_>) -> Option<Attention> {
    let defaults = family.defaults;
    let heads = keys
        .maybe(&["num_attention_heads"])
        .or(defaults.map(|it| it.heads));
    let heads = heads.or_else(|| keys.whole(&["num_attention_heads"]));
    if keys.node.get("kv_lora_rank").is_some() && family.latent {
        return latent(heads, keys);
    }
    let kv_heads = keys
        .maybe(&["num_key_value_heads"])
        .or(defaults.map(|it| it.kv_heads));
    let kv_heads = match kv_heads {
        None if family.derives >= Derives::Heads => heads,
        None => keys.whole(&["num_key_value_heads"]),
        some => some,
    };
    let head_dim = keys
        .maybe(&["head_dim", "attention_head_dim"])
        .or(defaults.map(|it| it.head_dim));
    let head_dim = match (head_dim, hidden, heads) {
        (None, Some(hidden), Some(heads)) if family.derives >= Derives::HeadWidth => {
            Some(hidden / heads)
        }
        (None, _, _) => keys.whole(&["head_dim"]),
        (some, _, _) => some,
    };
    let gated = family.gate && keys.flag("attn_output_gate").unwrap_or(true);
    let (heads, kv_heads) = (heads?, kv_heads?);
    if kv_heads > heads {
        keys.contradiction(
            "num_key_value_heads",
            kv_heads,
            "num_attention_heads",
            heads,
        );
        return None;
    }
    Some(Attention {
        heads,
        kv_heads,
        head_dim: head_dim?,
        latent: None,
        gated,
    })
}

fn latent(heads: Option<f64>, keys: &mut Keys<'_>) -> Option<Attention> {
    let kv_rank = keys.whole(&["kv_lora_rank"]);
    let nope = keys.whole(&["qk_nope_head_dim"]);
    let rope = keys.whole(&["qk_rope_head_dim"]);
    let value = keys.whole(&["v_head_dim"]);
    let latent = Latent {
        query_rank: keys.maybe(&["q_lora_rank"]),
        kv_rank: kv_rank?,
        nope: nope?,
        rope: rope?,
        value: value?,
    };
    Some(Attention {
        heads: heads?,
        kv_heads: 1.0,
        // Queries and values differ in width: the mean counts for the arithmetic of attention.
        head_dim: f64::midpoint(latent.nope + latent.rope, latent.value),
        latent: Some(latent),
        gated: false,
    })
}

fn row(
    model: &Model,
    file: &FileText,
    precision: Option<&'static str>,
    max_context: Option<f64>,
) -> ModelRow {
    let place = file.place;
    let num = |value: f64| {
        Some(Num {
            input: Input::Exact(value),
            place,
            limits: (0.0, f64::INFINITY),
        })
    };
    let text = |value: &str| {
        Some(Text {
            value: value.to_owned(),
            place,
        })
    };
    let counts = params::count(model);
    let kept = model.layers.linear * model.mixers.linear_kept
        + model.layers.state * model.mixers.state_kept;
    let latent = model.attention.latent.as_ref();
    let experts = model.experts.as_ref();
    ModelRow {
        place,
        id: text(&file.file.path),
        layers: num(model.layers.all),
        hidden: num(model.hidden),
        vocab: num(model.vocab),
        heads: num(model.attention.heads),
        kv_heads: num(model.attention.kv_heads),
        head_dim: num(model.attention.head_dim),
        attention_layers: num(model.layers.attending()),
        window_tokens: model.layers.narrow_window().and_then(num),
        state_elements: (kept > 0.0).then_some(kept).and_then(num),
        kv_lora_rank: latent.and_then(|it| num(it.kv_rank)),
        rope_dim: latent.and_then(|it| num(it.rope)),
        rest_params: num(counts.rest),
        experts: experts.and_then(|it| num(it.number)),
        experts_per_token: experts.and_then(|it| num(it.per_token)),
        expert_params: experts.and_then(|_| num(counts.expert)),
        total_params: num(counts.total),
        active_params: num(counts.active),
        max_context: max_context.and_then(num),
        native_precision: precision.and_then(text),
        low_confidence: model.family.weak.and_then(text),
        source: text("config.json"),
        confidence: text("derived"),
        ..ModelRow::default()
    }
}

#[cfg(test)]
mod tests;
