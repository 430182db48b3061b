//! What the note of a row tells beside its columns.

/// GPUs of a node; on more of them attention is data-parallel and not split.
const NODE: u32 = 8;
/// A rate below this share of what was offered was set by the GPUs.
const SATURATED: f64 = 0.9;

/// GPUs that split a layer, and copies of attention: `DEP4` and `attention-DP` in a note, and more
/// GPUs than a node has, mean that attention is copied and experts are shared.
pub fn split(gpus: u32, tensor_parallel: u32, note: &str) -> (u32, u32) {
    if let Some(copies) = after(note, "DEP").and_then(|text| leading(text).parse().ok()) {
        return (tensor_parallel, copies);
    }
    if note.contains("attention-DP") || gpus > NODE {
        return (1, gpus);
    }
    (tensor_parallel, 1)
}

/// Whether a note tells of speculative decoding.
pub fn speculates(note: &str) -> bool {
    let note = note.to_lowercase();
    [
        "speculative",
        "eagle",
        "_mtp",
        "mtp_",
        " mtp",
        "draft model",
    ]
    .iter()
    .any(|word| note.contains(word))
}

/// The load of an open loop, as its note tells.
#[derive(Debug, PartialEq)]
pub struct OpenLoop {
    /// Requests in flight.
    pub requests: Option<f64>,
    /// Requests a second that were sent.
    pub offered: Option<f64>,
    achieved: Option<f64>,
}

impl OpenLoop {
    /// As a note tells it.
    pub fn of(note: &str) -> Self {
        let number = |text: &str| leading(text).parse::<f64>().ok();
        Self {
            requests: number(note),
            offered: after(note, "offered qps=").and_then(number),
            achieved: after(note, "achieved req/s=").and_then(number),
        }
    }

    /// Whether the GPUs set the rate and not those who ask.
    pub fn saturated(&self) -> bool {
        match (self.offered, self.achieved) {
            (Some(offered), Some(achieved)) => achieved < SATURATED * offered,
            (None, Some(_)) => true,
            _ => false,
        }
    }
}

fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.split_once(word).map(|(_, rest)| rest)
}

/// The number at the start of a text.
fn leading(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_loop_counts_where_the_gpus_could_not_keep_up() {
        let slow = OpenLoop::of("500 requests; offered qps=32; achieved req/s=16");
        assert!(slow.saturated() && slow.requests == Some(500.0));
        let easy = OpenLoop::of("500 requests; offered qps=2; achieved req/s=2");
        assert!(!easy.saturated());
        assert!(OpenLoop::of("500 requests; offered qps=INF; achieved req/s=16").saturated());
        assert!(!OpenLoop::of("").saturated());
    }

    #[test]
    fn experts_are_shared_where_the_note_says_so() {
        assert_eq!(split(4, 1, "max load; DEP4; doc gives 6430"), (1, 4));
        assert_eq!(split(4, 1, "max load; DEP2PP2"), (1, 2));
        assert_eq!(split(72, 72, "multi-node"), (1, 72));
        assert_eq!(split(8, 8, ""), (8, 1));
    }
}
