//! `--kind accuracy`: estimated against measured throughput, with the lines of no error, 25 % and 50 %.

use super::axis::{Axis, Scale, span};
use super::description::{Chart, Digest, Dots, Guide, GuideStyle, Key, Sample};
use super::frame::ticks_along;
use super::look::Look;
use crate::analysis::accuracy::{Accuracy, Errors, Point};
use crate::date::Date;
use crate::report::format::{percent, plural, thousands};

/// Where the measurements come from.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    /// The catalog of a day.
    Catalog(Date),
    /// A table.
    Table(Digest),
}

/// Describes how far estimates are from measurements.
pub fn describe(accuracy: &Accuracy, origin: Origin, look: &Look) -> Chart {
    let points = accuracy.points.iter();
    let ends = span(
        Scale::Log,
        points.flat_map(|point| [point.measured, point.estimated]),
    );
    let axis = |what: &str, ticks| {
        let title = format!("{what} [output tokens/s of a replica]");
        Axis::new(title, Scale::Log, ends, ticks)
    };
    let (x, y) = (
        axis("measured", ticks_along(look.width, 110)),
        axis("estimated", ticks_along(look.height, 75)),
    );
    // Smaller groups lie on larger ones.
    let mut kinds: Vec<(&String, &Errors)> = accuracy.by.kind.iter().collect();
    kinds.sort_by_key(|(_, errors)| std::cmp::Reverse(errors.n));
    Chart {
        dots: kinds
            .iter()
            .map(|(kind, _)| dots(kind, &accuracy.points))
            .collect(),
        guides: guides(ends),
        key: key(&kinds),
        ..Chart::empty("accuracy", x, y)
    }
    .said(
        &title(origin),
        question(&accuracy.overall),
        footer(accuracy, origin),
        alt(accuracy, origin),
    )
}

fn dots(kind: &str, points: &[Point]) -> Dots {
    let points = points.iter().filter(|point| point.kind == kind);
    Dots {
        name: kind.to_owned(),
        points: points
            .map(|point| [point.measured, point.estimated])
            .collect(),
    }
}

/// Factors of the lines to read points against, and how they are drawn.
const LINES: [(f64, GuideStyle); 5] = [
    (1.5, GuideStyle::Dashed),
    (1.25, GuideStyle::Thin),
    (1.0, GuideStyle::Border),
    (0.75, GuideStyle::Thin),
    (0.5, GuideStyle::Dashed),
];

/// The lines, from where they enter the frame to where they leave it.
fn guides([low, high]: [f64; 2]) -> Vec<Guide> {
    let line = |(factor, style): (f64, GuideStyle)| Guide {
        points: [low.max(low / factor), high.min(high / factor)]
            .map(|x| [x, factor * x])
            .to_vec(),
        label: String::new(),
        style,
    };
    LINES.map(line).to_vec()
}

/// Kinds of models, then the lines: names beside them would lie on points.
fn key(kinds: &[(&String, &Errors)]) -> Vec<Key> {
    let dots = kinds.iter().enumerate().map(|(k, (kind, errors))| Key {
        sample: Sample::Dot(k),
        text: format!("{kind}: {}", summary(errors)),
    });
    let lines = [
        (GuideStyle::Border, "as measured"),
        (GuideStyle::Thin, "25 % off"),
        (GuideStyle::Dashed, "50 % off"),
    ];
    let lines = lines.map(|(style, text)| Key {
        sample: Sample::Guide(style),
        text: text.to_owned(),
    });
    dots.chain(lines).collect()
}

fn summary(errors: &Errors) -> String {
    format!(
        "{} point{}, median error {}",
        thousands(errors.n as f64),
        plural(errors.n),
        percent(errors.median_error)
    )
}

fn title(origin: Origin) -> String {
    match origin {
        Origin::Catalog(_) => "Estimated against measured throughput".into(),
        Origin::Table(_) => "Estimated against measured throughput of a table".into(),
    }
}

fn question(overall: &Errors) -> String {
    format!(
        "How far is the estimate off? By {} in the median of {} point{}; {} are within 25 %, {} within 50 %.",
        percent(overall.median_error),
        thousands(overall.n as f64),
        plural(overall.n),
        percent(overall.within_25),
        percent(overall.within_50)
    )
}

fn footer(accuracy: &Accuracy, origin: Origin) -> String {
    let from = match origin {
        Origin::Catalog(day) => format!("measurements of the catalog of {day}"),
        Origin::Table(digest) => format!("measurements of {} {digest}", accuracy.measurements),
    };
    let fit = match accuracy.used_in_fit {
        "yes" => " · the constants were fitted on them",
        _ => "",
    };
    format!("{from}{fit} · llmcost {}", env!("CARGO_PKG_VERSION"))
}

fn alt(accuracy: &Accuracy, origin: Origin) -> String {
    let kinds = accuracy.by.kind.iter();
    let kinds = kinds.map(|(kind, errors)| {
        let within = percent(errors.within_25);
        format!("{kind}: {}, {within} within 25 %", summary(errors))
    });
    let kinds: Vec<String> = kinds.collect();
    let bias = accuracy.overall.bias;
    let bias = format!("{}{}", if bias > 0.0 { "+" } else { "" }, percent(bias));
    format!(
        "Output tokens a second, estimated against measured, both axes logarithmic, with the lines of no error, of 25 % and of 50 % ({}). {} Bias {bias}. By kind of model: {}.",
        footer(accuracy, origin),
        question(&accuracy.overall),
        kinds.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_between_the_axes() {
        // From 10 to 1,000: 1.5 times as much leaves the frame above at 666.7, half as much enters it at 20.
        let guides = guides([10.0, 1_000.0]);
        assert_eq!(guides[0].points[0], [10.0, 15.0]);
        assert!((guides[0].points[1][0] - 666.67).abs() < 0.01);
        assert_eq!(guides[2].points, [[10.0, 10.0], [1_000.0, 1_000.0]]);
        assert_eq!(guides[4].points, [[20.0, 10.0], [1_000.0, 500.0]]);
    }
}
