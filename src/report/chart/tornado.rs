//! `--kind tornado`: how far each uncertain input moves the answer, the strongest on top.

use super::axis::{Axis, Scale};
use super::description::{Bar, Chart, Digest, Guide, GuideStyle, Key, Paint, Sample, Side, Tag};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::analysis::sensitivity::{Swing, Swings};
use crate::report::format::{money, short, significant};
use crate::report::verdict;
use crate::scenario::Currency;

/// More bars than this are not read.
const MOST: usize = 12;
/// And at least, however low the page is.
const LEAST: u32 = 5;
/// Height of a row in which a name has two lines (px).
const ROW: u32 = 28;
const HALF: f64 = 0.32;

/// Describes what moves the answer: a bar for each input on both sides of the figure at the medians.
pub fn describe(comparison: &Comparison, swings: &Swings, digest: Digest, look: &Look) -> Chart {
    let currency = verdict::currency(comparison);
    let moving = swings.inputs.iter().filter(|swing| moving(swings, swing));
    let most = (look.height * 6 / 10 / ROW).clamp(LEAST, MOST as u32);
    let mut shown: Vec<&Swing> = moving.take(most as usize).collect();
    // Rows are counted from below.
    shown.reverse();
    let names: Vec<String> = shown.iter().map(|swing| named(&swing.path)).collect();
    let y = Axis::of_names(String::new(), names.iter().map(String::as_str));
    let mut chart = Chart::empty("tornado", axis(swings, &shown, &currency, look), y);
    let base = swings.base_usd * currency.per_usd;
    for (row, swing) in shown.iter().enumerate() {
        add(
            &mut chart,
            row as f64 + 0.5,
            swing,
            [swings.base_usd, currency.per_usd],
        );
    }
    let upright = |at: f64, style| Guide {
        points: vec![[at, 0.0], [at, chart.y.high]],
        label: String::new(),
        style,
    };
    let turns = chart.x.low < 0.0 && swings.against.is_some();
    let mut guides = vec![upright(base, GuideStyle::Border)];
    if turns {
        guides.push(upright(0.0, GuideStyle::Dashed));
    }
    chart.guides = guides;
    chart.key = key(swings, turns, &money(swings.base_usd, &currency));
    chart.said(
        &comparison.scenario.name,
        question(swings, swings.inputs.len() - shown.len()),
        footer(comparison, digest),
        alt(swings, &|usd| money(usd, &currency)),
    )
}

/// Whether an input moves the figure by more than rounding does.
fn moving(swings: &Swings, swing: &Swing) -> bool {
    let most = swings.inputs.first().map_or(0.0, Swing::width);
    swing.width() > 1e-9 * most.max(swings.base_usd.abs())
}

/// Whether there is anything to draw.
pub fn moves(swings: &Swings) -> bool {
    swings.inputs.iter().any(|swing| moving(swings, swing))
}

/// From below the least to above the greatest value, with room for the values of inputs beside the bars.
fn axis(swings: &Swings, shown: &[&Swing], currency: &Currency, look: &Look) -> Axis {
    let values = shown
        .iter()
        .flat_map(|swing| swing.usd)
        .chain([swings.base_usd]);
    let (least, most) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), usd| {
        (low.min(usd), high.max(usd))
    });
    let room = if most > least {
        0.2 * (most - least)
    } else {
        0.1 * most.abs().max(1.0)
    };
    Axis::new(
        format!("{} [{} a month]", figure(swings), currency.code),
        Scale::Linear,
        [least - room, most + room].map(|usd| usd * currency.per_usd),
        ticks_along(look.width, 130),
    )
}

fn figure(swings: &Swings) -> String {
    match &swings.against {
        Some(next) => format!("{next} less {}", swings.option),
        None => format!("cost of {}", swings.option),
    }
}

fn question(swings: &Swings, others: usize) -> String {
    let others = match others {
        0 => String::new(),
        1 => " One more input moves it less or not at all.".into(),
        many => format!(" {many} more inputs move it less or not at all."),
    };
    match &swings.against {
        Some(next) => format!(
            "Which input moves the lead of {} over {next} most, and can it turn?{others}",
            swings.option
        ),
        None => format!(
            "Which input moves the cost of {} most?{others}",
            swings.option
        ),
    }
}

/// An input as its option and key in words: `own: staff engineer fte`, `peak to mean`.
fn named(path: &str) -> String {
    let segments = crate::document::segments(path).unwrap_or_else(|| vec![path.to_owned()]);
    let words = |keys: &[String]| keys.join(" ").replace('_', " ");
    match &segments[..] {
        [table, keys @ ..] if table == "workload" && !keys.is_empty() => words(keys),
        [_, name, keys @ ..] if !keys.is_empty() => format!("{name}: {}", words(keys)),
        keys => words(keys),
    }
}

/// The bar of an input on both sides of the base, with its values at the ends.
fn add(chart: &mut Chart, row: f64, swing: &Swing, [base, per_usd]: [f64; 2]) {
    for side in [0, 1] {
        let (usd, other) = (swing.usd[side], swing.usd[1 - side]);
        chart.bars.push(Bar {
            corners: [[base * per_usd, row - HALF], [usd * per_usd, row + HALF]],
            paint: Paint::Fill(side),
            label: String::new(),
        });
        // Where both ends lie on one side of the base only the further one has room for its value.
        let together = (usd - base) * (other - base) > 0.0;
        if (together && (usd - base).abs() < (other - base).abs()) || (usd == other && side == 1) {
            continue;
        }
        let left = usd < base || (usd == base && other > base);
        let value = exact_short(swing.values[side]);
        chart.tags.push(Tag {
            at: [usd * per_usd, row],
            side: if left { Side::Left } else { Side::Right },
            text: if left { value.clone() } else { String::new() },
            note: if left { String::new() } else { value },
            spilled: None,
        });
    }
}

/// Three digits of an input are enough to recognize it.
fn exact_short(value: f64) -> String {
    if value.abs() >= 1_000.0 {
        short(value)
    } else {
        significant(value, 3)
    }
}

fn key(swings: &Swings, turns: bool, base: &str) -> Vec<Key> {
    let entry = |sample, text: &str| Key {
        sample,
        text: text.to_owned(),
    };
    let mut key = vec![
        entry(Sample::Paint(Paint::Fill(0)), "at its P10"),
        entry(Sample::Paint(Paint::Fill(1)), "at its P90"),
        entry(
            Sample::Guide(GuideStyle::Border),
            &format!("all at their medians: {base}"),
        ),
    ];
    if turns {
        let next = swings.against.clone().unwrap_or_default();
        let text = format!("left of it {next} is cheaper");
        key.push(entry(Sample::Guide(GuideStyle::Dashed), &text));
    }
    key
}

fn alt(swings: &Swings, money: &dyn Fn(f64) -> String) -> String {
    let inputs: Vec<String> = swings
        .inputs
        .iter()
        .take(MOST)
        .map(|swing| {
            let [low, high] = swing.values.map(exact_short);
            let [at_low, at_high] = swing.usd.map(money);
            format!("{} from {low} ({at_low}) to {high} ({at_high})", swing.path)
        })
        .collect();
    format!(
        "{} in a month is {} with all inputs at their medians. One input at a time from its P10 to its P90, the strongest first: {}.",
        figure(swings),
        money(swings.base_usd),
        inputs.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_named_by_option_and_key() {
        assert_eq!(
            named("self_host.own.staff.engineer.fte"),
            "own: staff engineer fte"
        );
        assert_eq!(named("workload.peak_to_mean"), "peak to mean");
        assert_eq!(named("discount_rate"), "discount rate");
    }

    #[test]
    fn values_stand_at_the_ends_of_bars_and_once_where_both_lie_on_one_side() {
        let swing = |usd| Swing {
            path: "x".into(),
            values: [2.0, 3_000.0],
            usd,
        };
        let texts = |usd| {
            let axis = || Axis::new(String::new(), Scale::Linear, [0.0, 10.0], 5);
            let mut chart = Chart::empty("tornado", axis(), axis());
            add(&mut chart, 0.5, &swing(usd), [5.0, 1.0]);
            let tags = chart.tags.into_iter();
            tags.map(|tag| (tag.text + &tag.note, tag.side))
                .collect::<Vec<_>>()
        };
        let both = [("2".to_owned(), Side::Left), ("3k".to_owned(), Side::Right)];
        assert_eq!(texts([4.0, 9.0]), both);
        assert_eq!(texts([6.0, 9.0]), [("3k".to_owned(), Side::Right)]);
    }
}
