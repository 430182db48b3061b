//! What a chart shows, apart from where it stands: lines, marks, axes and texts.

use serde::Serialize;

use super::axis::Axis;

/// A chart of lines over an axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// Title.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Each line, at most [`MOST_LINES`].
    pub lines: Vec<Line>,
    /// Points to note, the most important first.
    pub marks: Vec<Mark>,
    /// The present point of the horizontal axis.
    pub now: Option<Now>,
    /// Where it comes from: dates and the scenario's digest.
    pub footer: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
}

/// More lines than this cannot be told apart.
pub const MOST_LINES: usize = 12;

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// A second, smaller text, shown where there is room.
    pub note: String,
    /// Its points from left to right; a step is two points at one place.
    pub points: Vec<[f64; 2]>,
    /// Whether it ends before the axis does, and why.
    pub ends: Option<String>,
}

/// A point to note.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// Where it stands.
    pub at: [f64; 2],
    /// Whether it decides (filled) or informs (hollow).
    pub decides: bool,
    /// Lines of its label.
    pub label: Vec<String>,
}

/// The present point.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Now {
    /// Where it stands.
    pub x: f64,
    /// Lines of its label.
    pub label: Vec<String>,
}

/// A short digest (FNV-1a, 64 bits, of which 32 are shown) by which a picture is traced to its input.
#[derive(Clone, Copy, Debug)]
pub struct Digest(u64);

impl Digest {
    /// Of texts, each apart from the next.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        // Offset basis and prime of the 64-bit FNV-1a hash (Fowler, Noll and Vo).
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for (at, text) in texts.into_iter().enumerate() {
            let gap = (at > 0).then_some(0);
            for byte in gap.into_iter().chain(text.bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        Self(hash)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:08x}", (self.0 >> 32) ^ (self.0 & 0xffff_ffff))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_fnv_1a() {
        // The published vectors of the 64-bit FNV-1a hash.
        assert_eq!(Digest::of([""]).0, 0xcbf2_9ce4_8422_2325);
        assert_eq!(Digest::of(["a"]).0, 0xaf63_dc4c_8601_ec8c);
        assert_eq!(Digest::of(["foobar"]).0, 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_changed_text_has_another_digest() {
        let texts = [vec!["ab"], vec!["a", "b"], vec!["ab", ""], vec!["aB"]];
        let mut digests: Vec<String> = texts.map(|texts| Digest::of(texts).to_string()).to_vec();
        digests.sort();
        digests.dedup();
        assert_eq!(digests.len(), 4);
        assert!(digests.iter().all(|digest| digest.len() == 8));
    }
}
