//! `--kind tornado`: how far each uncertain input moves the answer, the strongest on top.

use super::axis::{Axis, Scale};
use super::description::{Bar, Chart, Digest, Guide, GuideStyle, Key, Paint, Sample, Side, Tag};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::report::format::money;
use crate::report::verdict;

/// What one input does to a figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Swing {
    /// The input.
    pub input: String,
    /// Its low value in words, and the figure there (USD).
    pub low: (String, f64),
    /// Its high value in words, and the figure there (USD).
    pub high: (String, f64),
}

impl Swing {
    /// How far the figure moves (USD).
    fn width(&self) -> f64 {
        (self.high.1 - self.low.1).abs()
    }
}

/// A figure and what moves it.
#[derive(Clone, Debug, PartialEq)]
pub struct Tornado {
    /// What the figure is: `own: monthly cost`.
    pub figure: String,
    /// Its value at the medians (USD).
    pub base_usd: f64,
    /// What each input does to it.
    pub swings: Vec<Swing>,
    /// Whether `low` and `high` are the ends of what is known (P10 and P90), and not a fixed step.
    pub ends: String,
}

/// More bars than this are not read.
const MOST: usize = 12;
const HALF: f64 = 0.32;

/// Describes a tornado.
pub fn describe(comparison: &Comparison, tornado: &Tornado, digest: Digest, look: &Look) -> Chart {
    let currency = verdict::currency(comparison);
    let mut sorted: Vec<&Swing> = tornado.swings.iter().collect();
    sorted.sort_by(|a, b| b.width().total_cmp(&a.width()));
    sorted.truncate(MOST);
    // Rows are counted from below.
    sorted.reverse();
    let shown = |usd: f64| usd * currency.per_usd;
    let values = || sorted.iter().flat_map(|swing| [swing.low.1, swing.high.1]).chain([tornado.base_usd]);
    let (least, most) = values().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), usd| {
        (low.min(usd), high.max(usd))
    });
    // Values of the inputs are written beside the bars.
    let room = if most > least { 0.16 * (most - least) } else { 0.1 * most.abs().max(1.0) };
    let x = Axis::new(
        format!("{} [{}]", tornado.figure, currency.code),
        Scale::Linear,
        [shown(least - room), shown(most + room)],
        ticks_along(look.width, 130),
    );
    let y = Axis::of_names(String::new(), sorted.iter().map(|swing| &swing.input[..]));
    let mut chart = Chart::empty("tornado", x, y);
    for (row, swing) in sorted.iter().enumerate() {
        add(&mut chart, row as f64 + 0.5, swing, [tornado.base_usd, currency.per_usd]);
    }
    let base = shown(tornado.base_usd);
    chart.guides.push(Guide {
        points: vec![[base, 0.0], [base, chart.y.high]],
        label: String::new(),
        style: GuideStyle::Border,
    });
    chart.key = key(tornado, &money(tornado.base_usd, &currency));
    chart.said(
        &comparison.scenario.name,
        format!("Which input moves {} most?", tornado.figure),
        footer(comparison, digest),
        alt(tornado, &sorted, &|usd| money(usd, &currency)),
    )
}

/// The bar of an input on both sides of the base, with its values at the ends.
fn add(chart: &mut Chart, row: f64, swing: &Swing, [base, per_usd]: [f64; 2]) {
    let ends = [(&swing.low, 0), (&swing.high, 1)];
    for ((text, usd), fill) in ends {
        let at = usd * per_usd;
        chart.bars.push(Bar {
            corners: [[base * per_usd, row - HALF], [at, row + HALF]],
            paint: Paint::Fill(fill),
            label: String::new(),
        });
        let other = if fill == 0 { swing.high.1 } else { swing.low.1 };
        // Both ends may lie on one side of the base: the nearer one is not written then.
        let hidden = (usd - base) * (other - base) > 0.0 && (usd - base).abs() < (other - base).abs();
        if hidden || (*usd == other && fill == 1) {
            continue;
        }
        chart.tags.push(Tag {
            at: [at, row],
            side: if *usd < base { Side::Left } else { Side::Right },
            text: text.clone(),
            note: String::new(),
            spilled: None,
        });
    }
}

fn key(tornado: &Tornado, base: &str) -> Vec<Key> {
    let entry = |sample, text: String| Key { sample, text };
    vec![
        entry(Sample::Paint(Paint::Fill(0)), format!("at the low value ({})", tornado.ends)),
        entry(Sample::Paint(Paint::Fill(1)), "at the high value".into()),
        entry(Sample::Guide(GuideStyle::Border), format!("at the medians: {base}")),
    ]
}

fn alt(tornado: &Tornado, sorted: &[&Swing], money: &dyn Fn(f64) -> String) -> String {
    let swings: Vec<String> = sorted
        .iter()
        .rev()
        .map(|swing| {
            format!(
                "{} from {} ({}) to {} ({})",
                swing.input,
                swing.low.0,
                money(swing.low.1),
                swing.high.0,
                money(swing.high.1)
            )
        })
        .collect();
    format!(
        "What moves {}, which is {} at the medians, one input at a time, the strongest first: {}.",
        tornado.figure,
        money(tornado.base_usd),
        swings.join("; ")
    )
}
