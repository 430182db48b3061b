//! Parameters of each matrix. Biases are left out; norms and routers count in the total alone, because
//! no token's arithmetic notices them.

use super::keys::Keys;
use super::{Attention, Model};

/// Parameters of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Attention, dense and shared MLP, and output head.
    pub rest: f64,
    /// One expert, summed over the layers.
    pub expert: f64,
    /// Everything, embedding table included.
    pub total: f64,
    /// What one token passes through.
    pub active: f64,
}

/// Widths of layers that keep a state instead of attending.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mixers {
    /// Parameters of a layer with a gated linear state.
    pub linear: f64,
    /// Parameters of a layer with a state space.
    pub state: f64,
    /// Elements that a sequence keeps in a layer with a gated linear state.
    pub linear_kept: f64,
    /// Elements that a sequence keeps in a layer with a state space.
    pub state_kept: f64,
}

/// Counts the parameters.
pub fn count(model: &Model) -> Counts {
    let (d, layers) = (model.hidden, &model.layers);
    let attending = layers.full + layers.window;
    let mixers = attending * attention(&model.attention, d)
        + layers.linear * model.mixers.linear
        + layers.state * model.mixers.state;
    let mlp = |width: f64| model.family.mlp_matrices * d * width;
    let (mut dense, mut expert, mut router) = (layers.feed_forward, 0.0, 0.0);
    let mut feed_forward = 0.0;
    if let Some(experts) = &model.experts {
        dense -= experts.layers;
        feed_forward += experts.layers * mlp(experts.shared_width);
        expert = experts.layers * mlp(experts.width);
        router = experts.layers * d * experts.number;
    }
    feed_forward += dense * mlp(model.dense_width);
    let head = d * model.vocab;
    let rest = mixers + feed_forward + head;
    let (number, per_token) = model
        .experts
        .as_ref()
        .map_or((0.0, 0.0), |it| (it.number, it.per_token));
    let embedding = if model.tied { 0.0 } else { head };
    let norms = (2.0 * layers.all + 1.0) * d;
    Counts {
        rest,
        expert,
        total: rest + number * expert + embedding + router + norms,
        active: rest + per_token * expert,
    }
}

/// Query, key, value and output projections of a layer.
fn attention(attention: &Attention, hidden: f64) -> f64 {
    let heads = attention.heads;
    if let Some(latent) = &attention.latent {
        let query_width = heads * (latent.nope + latent.rope);
        let query = match latent.query_rank {
            Some(rank) => hidden * rank + rank * query_width,
            None => hidden * query_width,
        };
        let down = hidden * (latent.kv_rank + latent.rope);
        let up = latent.kv_rank * heads * (latent.nope + latent.value);
        return query + down + up + heads * latent.value * hidden;
    }
    let width = heads * attention.head_dim;
    let gate = if attention.gated { width } else { 0.0 };
    let key_value = 2.0 * attention.kv_heads * attention.head_dim;
    hidden * (width + gate + key_value) + width * hidden
}

/// Reads the widths of layers without attention.
pub fn mixers(model_hidden: f64, linear: bool, state: bool, keys: &mut Keys<'_>) -> Option<Mixers> {
    let mut mixers = Mixers::default();
    if linear {
        (mixers.linear, mixers.linear_kept) = delta_rule(model_hidden, keys)?;
    }
    if state {
        (mixers.state, mixers.state_kept) = state_space(model_hidden, keys)?;
    }
    Some(mixers)
}

/// A gated delta rule: query, key, value and gate in, two scalars a head, a short convolution, out.
fn delta_rule(hidden: f64, keys: &mut Keys<'_>) -> Option<(f64, f64)> {
    let key_heads = keys.whole(&["linear_num_key_heads"]);
    let value_heads = keys.whole(&["linear_num_value_heads"]);
    let key_dim = keys.whole(&["linear_key_head_dim"]);
    let value_dim = keys.whole(&["linear_value_head_dim"]);
    let kernel = keys.whole(&["linear_conv_kernel_dim"]);
    let value_heads = value_heads?;
    let (key_dim, value_dim) = (key_dim?, value_dim?);
    let (key, value) = (key_heads? * key_dim, value_heads * value_dim);
    let into = hidden * (2.0 * key + 2.0 * value + 2.0 * value_heads);
    let params = into + (2.0 * key + value) * kernel? + value * hidden;
    Some((params, value_heads * key_dim * value_dim))
}

/// Mamba 2: state, gate, groups and steps in, a short convolution, out.
fn state_space(hidden: f64, keys: &mut Keys<'_>) -> Option<(f64, f64)> {
    let heads = keys.whole(&["mamba_num_heads", "mamba_n_heads"]);
    let head_dim = keys.whole(&["mamba_head_dim", "mamba_d_head"]);
    let groups = keys.whole(&["n_groups", "mamba_n_groups"]);
    let state = keys.whole(&["ssm_state_size", "mamba_d_state"]);
    let kernel = keys.whole(&["conv_kernel", "mamba_d_conv"]);
    let heads = heads?;
    let state = state?;
    let (inner, grouped) = (heads * head_dim?, 2.0 * groups? * state);
    let into = hidden * (2.0 * inner + grouped + heads);
    let params = into + (inner + grouped) * kernel? + inner * hidden;
    Some((params, inner * state))
}
