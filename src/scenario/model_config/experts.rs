//! Experts, shared experts, and the layers without any.

use super::family::{ExpertKeys, Family};
use super::keys::Keys;
use super::layers::Layers;

/// The experts of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Experts {
    /// Layers with experts.
    pub layers: f64,
    /// Experts of a layer to route among.
    pub number: f64,
    /// Experts each token is routed to.
    pub per_token: f64,
    /// Width of an expert.
    pub width: f64,
    /// Width of what every token passes through beside its experts; 0 without shared experts.
    pub shared_width: f64,
}

/// Names of the number of experts.
pub const NUMBER: &[&str] = &["num_local_experts", "num_experts", "n_routed_experts"];
const PER_TOKEN: &[&str] = &["num_experts_per_tok", "experts_per_token"];

/// What is wrong has been told of.
#[derive(Debug)]
pub struct Told;

/// Reads the experts; none of a dense model.
///
/// # Errors
/// Where they are wrong, which has become a problem.
pub fn read(
    family: &Family,
    layers: &Layers,
    keys: &mut Keys<'_>,
) -> Result<Option<Experts>, Told> {
    let letters = layers.routed == Some(0.0);
    if family.experts == ExpertKeys::No || letters {
        return Ok(None);
    }
    // A mixture may be configured without experts, as the small models of a family are.
    if keys.number(NUMBER) == Some(0.0) {
        return Ok(None);
    }
    let number = keys.whole(NUMBER);
    let per_token = keys.whole(PER_TOKEN);
    let width = match family.experts {
        ExpertKeys::Plain | ExpertKeys::Interleaved => keys.whole(&["intermediate_size"]),
        _ => keys.whole(&["moe_intermediate_size"]),
    };
    let (Some(number), Some(per_token), Some(width)) = (number, per_token, width) else {
        return Err(Told);
    };
    if per_token > number {
        let key = |names: &[&'static str]| {
            let found = names.iter().find(|name| keys.node.get(name).is_some());
            found.copied().unwrap_or_default()
        };
        let (few, many) = (key(PER_TOKEN), key(NUMBER));
        keys.contradiction(few, per_token, many, number);
        return Err(Told);
    }
    Ok(Some(Experts {
        layers: routed_layers(family, layers, keys).ok_or(Told)?,
        number,
        per_token,
        width,
        shared_width: shared_width(family, width, keys),
    }))
}

fn shared_width(family: &Family, width: f64, keys: &mut Keys<'_>) -> f64 {
    match family.experts {
        ExpertKeys::No => 0.0,
        ExpertKeys::Plain => keys.number(&["shared_intermediate_size"]).unwrap_or(0.0),
        ExpertKeys::Sparse => {
            let key = "shared_expert_intermediate_size";
            keys.number(&[key]).unwrap_or(0.0)
        }
        ExpertKeys::Routed => keys.number(&["n_shared_experts"]).unwrap_or(0.0) * width,
        ExpertKeys::Interleaved => width,
        ExpertKeys::Letters => {
            let each = keys.number(&["moe_shared_expert_intermediate_size"]);
            keys.number(&["n_shared_experts"]).unwrap_or(0.0) * each.unwrap_or(width)
        }
    }
}

fn routed_layers(family: &Family, layers: &Layers, keys: &mut Keys<'_>) -> Option<f64> {
    let all = layers.all;
    Some(match family.experts {
        ExpertKeys::No | ExpertKeys::Plain => all,
        ExpertKeys::Letters => layers.routed.unwrap_or(0.0),
        ExpertKeys::Sparse => {
            let step = keys.maybe(&["decoder_sparse_step"]).unwrap_or(1.0);
            let dense = keys.list("mlp_only_layers").map_or(0, <[_]>::len);
            (all / step).floor() - dense as f64
        }
        ExpertKeys::Routed => {
            let first = keys.number(&["first_k_dense_replace"]).unwrap_or(0.0);
            let every = keys.maybe(&["moe_layer_freq"]).unwrap_or(1.0);
            if first > all {
                keys.contradiction("first_k_dense_replace", first, "num_hidden_layers", all);
                return None;
            }
            // Layers whose index is a multiple of the step, from the first that may have experts on.
            (all / every).ceil() - (first / every).ceil()
        }
        ExpertKeys::Interleaved => match keys.list("moe_layers") {
            Some(list) if !list.is_empty() => list.len() as f64,
            _ => {
                let step = keys.maybe(&["interleave_moe_layer_step"]).unwrap_or(1.0);
                (all / step).floor()
            }
        },
    })
}
