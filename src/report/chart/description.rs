//! What a chart shows, apart from where it stands: areas, bars, lines, dots, marks, axes and texts.

use serde::Serialize;

use super::axis::Axis;

/// A chart over two axes. What a kind has no use for is empty.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// What kind it is, as on the command line.
    pub kind: &'static str,
    /// Title.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// Filled areas behind everything else: ranges, bands, regions.
    pub areas: Vec<Area>,
    /// Bars, in the order in which they are drawn.
    pub bars: Vec<Bar>,
    /// Texts beside bars.
    pub tags: Vec<Tag>,
    /// Each line, at most [`MOST_LINES`].
    pub lines: Vec<Line>,
    /// Measured points, one series each.
    pub dots: Vec<Dots>,
    /// Lines to read the others against.
    pub guides: Vec<Guide>,
    /// Points to note, the most important first.
    pub marks: Vec<Mark>,
    /// Places of the horizontal axis to note, such as the present one.
    pub rules: Vec<Rule>,
    /// What colors mean, where labels beside the things themselves do not fit.
    pub key: Vec<Key>,
    /// Where it comes from: dates and the scenario's digest.
    pub footer: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
}

impl Chart {
    /// A chart with axes and nothing between them.
    pub fn empty(kind: &'static str, x: Axis, y: Axis) -> Self {
        Self {
            kind,
            title: String::new(),
            question: String::new(),
            x,
            y,
            areas: Vec::new(),
            bars: Vec::new(),
            tags: Vec::new(),
            lines: Vec::new(),
            dots: Vec::new(),
            guides: Vec::new(),
            marks: Vec::new(),
            rules: Vec::new(),
            key: Vec::new(),
            footer: String::new(),
            alt: String::new(),
        }
    }

    /// The chart with its texts: title, question, footer, alt text.
    #[must_use]
    pub fn said(self, title: &str, question: String, footer: String, alt: String) -> Self {
        Self {
            title: title.to_owned(),
            question,
            footer,
            alt,
            ..self
        }
    }
}

/// Several charts on one page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sheet {
    /// What kind it is, as on the command line.
    pub kind: &'static str,
    /// Title of the page.
    pub title: String,
    /// The question it answers.
    pub question: String,
    /// The charts, row by row; each brings its own title and question.
    pub charts: Vec<Chart>,
    /// How many stand side by side, at most; fewer where the page is narrow.
    pub columns: usize,
    /// Where it comes from.
    pub footer: String,
    /// What it shows, for those who cannot see it.
    pub alt: String,
}

/// What is drawn on a page.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Picture {
    /// One chart that fills it.
    One(Box<Chart>),
    /// Several.
    Several(Sheet),
}

impl Picture {
    /// What it shows, for those who cannot see it.
    pub fn alt(&self) -> &str {
        match self {
            Self::One(chart) => &chart.alt,
            Self::Several(sheet) => &sheet.alt,
        }
    }
}

impl From<Chart> for Picture {
    fn from(chart: Chart) -> Self {
        Self::One(Box::new(chart))
    }
}

impl From<Sheet> for Picture {
    fn from(sheet: Sheet) -> Self {
        Self::Several(sheet)
    }
}

/// More lines than this cannot be told apart.
pub const MOST_LINES: usize = 12;

/// How an area or bar is filled. Numbers choose a color and, where colors repeat or are absent, a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Paint {
    /// The faint color of the k-th line: a range around it.
    Range(usize),
    /// The light color of the k-th line: a region where it wins.
    Region(usize),
    /// The k-th filling of bars.
    Fill(usize),
    /// A faint gray: a band to read values against.
    Band,
}

/// A filled area.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Area {
    /// Its corners; the last is joined to the first.
    pub points: Vec<[f64; 2]>,
    /// How it is filled.
    pub paint: Paint,
    /// Its name, written in it where there is room.
    pub label: String,
}

/// A bar, or a segment of one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// Two opposite corners.
    pub corners: [[f64; 2]; 2],
    /// How it is filled.
    pub paint: Paint,
    /// Text on it, where it fits.
    pub label: String,
}

/// A text beside a bar.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tag {
    /// The end of the bar.
    pub at: [f64; 2],
    /// On which side of it.
    pub side: Side,
    /// What it says first.
    pub text: String,
    /// What it adds: below, or behind it where rows are low.
    pub note: String,
    /// The bar whose text is put before the note if it does not fit on the bar.
    pub spilled: Option<usize>,
}

/// A side of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Above.
    Above,
}

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

/// A series of measured points.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dots {
    /// Its name, which the key explains.
    pub name: String,
    /// The points.
    pub points: Vec<[f64; 2]>,
}

/// A line to read others against.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Guide {
    /// Its points.
    pub points: Vec<[f64; 2]>,
    /// Its name, at its last point where there is room.
    pub label: String,
    /// How it is drawn.
    pub style: GuideStyle,
}

/// How a guide is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum GuideStyle {
    /// Thin.
    Thin,
    /// Thin and dashed.
    Dashed,
    /// As strong as a line, in the color of texts: a border.
    Border,
    /// Thin, with a bar at both ends: a stretch.
    Bracket,
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

/// A place of the horizontal axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rule {
    /// Where it stands.
    pub x: f64,
    /// Lines of its label.
    pub label: Vec<String>,
}

/// What a color or a stroke means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Key {
    /// Its sample.
    pub sample: Sample,
    /// What it means.
    pub text: String,
}

/// A sample of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sample {
    /// A filling.
    Paint(Paint),
    /// The k-th marker.
    Dot(usize),
    /// The k-th line.
    Line(usize),
    /// A guide.
    Guide(GuideStyle),
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
