//! Which layers attend to everything, to a window, or keep a state instead.

use super::family::{Family, LayerRule};
use super::keys::Keys;
use crate::diagnostic::Problem;
use crate::document::Node;

/// Windows from this many tokens on count as full attention: few requests are longer, and a cache that
/// is counted too small would promise too much.
pub const WIDE_WINDOW: f64 = 4_096.0;

/// The layers of a model by what they do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Layers {
    /// All of them, as `num_hidden_layers` counts.
    pub all: f64,
    /// With attention to the whole context.
    pub full: f64,
    /// With attention to a window.
    pub window: f64,
    /// Tokens of that window.
    pub window_tokens: Option<f64>,
    /// With a gated linear state (delta rule) instead of attention.
    pub linear: f64,
    /// With a state space (Mamba 2) instead of attention.
    pub state: f64,
    /// With an MLP or experts.
    pub feed_forward: f64,
    /// With experts, where the pattern of layers says so.
    pub routed: Option<f64>,
}

impl Layers {
    /// Layers whose cache grows with the context. Where every layer has a window, all count.
    pub fn attending(&self) -> f64 {
        match self.narrow_window() {
            Some(_) => self.full,
            None => self.full + self.window,
        }
    }

    /// Tokens of the window of the other layers, where there are such beside full ones.
    pub fn narrow_window(&self) -> Option<f64> {
        let some = self.window > 0.0 && self.full > 0.0;
        self.window_tokens
            .filter(|tokens| some && *tokens < WIDE_WINDOW)
    }
}

/// Reads the layers of a configuration.
pub fn read(family: &Family, keys: &mut Keys<'_>) -> Option<Layers> {
    let all = keys.whole(&["num_hidden_layers"])?;
    let window_tokens = keys.maybe(&["sliding_window"]);
    let plain = Layers {
        all,
        window_tokens,
        feed_forward: all,
        ..Layers::default()
    };
    if let (LayerRule::Letters, Some(pattern)) =
        (family.layers, keys.node.get("hybrid_override_pattern"))
    {
        return letters(pattern, plain, keys);
    }
    if keys.list("layer_types").is_some() {
        return listed(plain, keys);
    }
    match family.layers {
        LayerRule::Letters => {
            let _ = keys.whole(&["hybrid_override_pattern"]);
            None
        }
        LayerRule::Listed if window_tokens.is_some() => {
            let _ = keys.whole(&["layer_types"]);
            None
        }
        rule => by_rule(rule, plain, keys),
    }
}

fn by_rule(rule: LayerRule, plain: Layers, keys: &mut Keys<'_>) -> Option<Layers> {
    let all = plain.all;
    let windowed = match rule {
        LayerRule::Window if plain.window_tokens.is_some() => all,
        LayerRule::WindowFrom if keys.flag("use_sliding_window") == Some(true) => {
            all - keys.whole(&["max_window_layers"])?.min(all)
        }
        LayerRule::Every(every, key) => all - (all / period(every, key, keys)).floor(),
        LayerRule::LinearExcept(every, key) => {
            let full = (all / period(every, key, keys)).floor();
            return Some(Layers {
                full,
                linear: all - full,
                ..plain
            });
        }
        _ => 0.0,
    };
    Some(Layers {
        full: all - windowed,
        window: windowed,
        ..plain
    })
}

fn period(every: u32, key: &str, keys: &mut Keys<'_>) -> f64 {
    keys.maybe(&[key]).unwrap_or(f64::from(every))
}

/// `layer_types`: one word a layer.
fn listed(plain: Layers, keys: &mut Keys<'_>) -> Option<Layers> {
    let words: Vec<Node> = keys.list("layer_types")?.to_vec();
    let mut layers = plain;
    for node in &words {
        let count = match node.text() {
            // A chunk of Llama 4 is wider than most requests are long.
            Some("full_attention" | "attention" | "chunked_attention") => &mut layers.full,
            Some("sliding_attention") => &mut layers.window,
            Some("linear_attention") => &mut layers.linear,
            Some("mamba" | "mamba2") => &mut layers.state,
            _ => {
                unknown(node, "layer_types", keys);
                return None;
            }
        };
        *count += 1.0;
    }
    as_many(words.len(), plain.all, "layer_types", keys)?;
    Some(layers)
}

/// `hybrid_override_pattern`: one letter a layer, each with a mixer or an MLP of its own.
fn letters(pattern: &Node, plain: Layers, keys: &mut Keys<'_>) -> Option<Layers> {
    let text = pattern.text().unwrap_or_default();
    let count = |letter: char| text.chars().filter(|c| *c == letter).count() as f64;
    if text.is_empty() || text.chars().any(|c| !"M*-E".contains(c)) {
        unknown(pattern, "hybrid_override_pattern", keys);
        return None;
    }
    as_many(text.len(), plain.all, "hybrid_override_pattern", keys)?;
    Some(Layers {
        full: count('*'),
        state: count('M'),
        feed_forward: count('-') + count('E'),
        routed: Some(count('E')),
        ..plain
    })
}

fn unknown(node: &Node, key: &str, keys: &mut Keys<'_>) {
    keys.problems.push(
        Problem::new(
            node.place,
            format!("`{key}` names a kind of layer that is not known"),
        )
        .found(node.describe())
        .expected("full, sliding or linear attention, or Mamba 2"),
    );
}

fn as_many(found: usize, all: f64, key: &str, keys: &mut Keys<'_>) -> Option<()> {
    if found as f64 == all {
        return Some(());
    }
    let place = keys.node.get(key).map_or(keys.node.place, |it| it.place);
    keys.problems.push(
        Problem::new(place, format!("`{key}` contradicts `num_hidden_layers`"))
            .found(format!("{found} layers"))
            .expected(format!("{all}")),
    );
    None
}
