//! `--kind map`: two inputs against each other, colored by the cheapest option, with the border between
//! options and the present point.

use super::axis::{Axis, Scale};
use super::description::{Area, Chart, Digest, Guide, GuideStyle, Key, Mark, Paint, Sample};
use super::frame::{footer, ticks_along};
use super::look::Look;
use crate::analysis::compare::Comparison;
use crate::analysis::map::{Map, MapAxis, VOLUME};
use crate::report::format::{exact, money, volume};
use crate::report::verdict;
use crate::scenario::file::key_at;

/// What is said where no option can serve the volume.
const NOBODY: &str = "no option can serve this";

/// Describes a map.
pub fn describe(comparison: &Comparison, map: &Map, digest: Digest, look: &Look) -> Chart {
    let x = axis(&map.x, ticks_along(look.width, 110));
    let y = axis(&map.y, ticks_along(look.height, 75));
    let mut chart = Chart::empty("map", x, y);
    chart.areas = areas(map);
    chart.guides = map
        .borders
        .iter()
        .map(|points| Guide {
            points: points.clone(),
            label: String::new(),
            style: GuideStyle::Border,
        })
        .collect();
    chart.marks = present(comparison, map).into_iter().collect();
    chart.key = key(map);
    let [of_x, of_y] = [&map.x, &map.y].map(|axis| words(&axis.path));
    let question = format!("Which option is cheapest, over {of_x} and {of_y}?");
    let alt = alt(comparison, map);
    let [question, alt] = match no_present(map) {
        Some(missing) => [question, alt].map(|text| format!("{text} {missing}")),
        None => [question, alt],
    };
    chart.said(
        &comparison.scenario.name,
        question,
        footer(comparison, digest),
        alt,
    )
}

/// Why there is no present point, where an input has no single value.
fn no_present(map: &Map) -> Option<String> {
    let axes = [&map.x, &map.y].into_iter();
    let unknown = axes.filter(|axis| axis.present.is_none());
    let unknown: Vec<String> = unknown.map(|axis| words(&axis.path)).collect();
    let unknown = (!unknown.is_empty()).then(|| unknown.join(" and "))?;
    Some(format!(
        "There is no present point: no single value of {unknown} is known."
    ))
}

fn axis(axis: &MapAxis, most: usize) -> Axis {
    // The mean of a size has the unit of the size.
    let path = axis.path.strip_suffix(".mean").unwrap_or(&axis.path);
    let unit = key_at(path).map_or("", |key| key.unit);
    let title = if axis.path == VOLUME {
        "volume [requests a day]".to_owned()
    } else if unit.is_empty() {
        axis.path.clone()
    } else {
        format!("{path} [{unit}]")
    };
    let scale = if axis.log { Scale::Log } else { Scale::Linear };
    Axis::new(title, scale, [axis.from, axis.to], most)
}

/// An input in words: `output tokens`, `usd per gpu hour of own`, `staff sre fte of own`.
fn words(path: &str) -> String {
    if path == VOLUME {
        return "the volume".into();
    }
    let segments = crate::document::segments(path).unwrap_or_else(|| vec![path.to_owned()]);
    match &segments[..] {
        [table, key, last] if table == "workload" && last == "mean" => spaced(key),
        [table, keys @ ..] if table == "workload" && !keys.is_empty() => spaced(&keys.join(" ")),
        [_, name, keys @ ..] if !keys.is_empty() => {
            format!("{} of {name}", spaced(&keys.join(" ")))
        }
        keys => spaced(&keys.join(" ")),
    }
}

fn spaced(key: &str) -> String {
    key.replace('_', " ")
}

/// The regions; the largest one of each option has its name.
fn areas(map: &Map) -> Vec<Area> {
    let size = |points: &[[f64; 2]]| {
        // Where axes are logarithmic, that is how they are seen.
        let seen = |[x, y]: [f64; 2]| [share(&map.x, x), share(&map.y, y)];
        let next = points.iter().cycle().skip(1);
        let cross = points.iter().zip(next).map(|(a, b)| {
            let (a, b) = (seen(*a), seen(*b));
            a[0] * b[1] - b[0] * a[1]
        });
        cross.sum::<f64>().abs()
    };
    let sizes: Vec<f64> = map
        .regions
        .iter()
        .map(|region| size(&region.points))
        .collect();
    let largest = |at: usize| {
        let of = map.regions[at].option;
        let same = (0..sizes.len()).filter(|other| map.regions[*other].option == of);
        same.max_by(|a, b| sizes[*a].total_cmp(&sizes[*b])) == Some(at)
    };
    let areas = map.regions.iter().enumerate().map(|(at, region)| Area {
        points: region.points.clone(),
        paint: region.option.map_or(Paint::Band, Paint::Region),
        label: match region.option {
            _ if !largest(at) => String::new(),
            Some(option) => map.options[option].clone(),
            None => NOBODY.into(),
        },
    });
    areas.collect()
}

fn share(axis: &MapAxis, value: f64) -> f64 {
    if axis.log {
        (value / axis.from).ln() / (axis.to / axis.from).ln()
    } else {
        (value - axis.from) / (axis.to - axis.from)
    }
}

/// Options that win somewhere, in order.
fn winners(map: &Map) -> Vec<usize> {
    let mut winners: Vec<usize> = map.regions.iter().filter_map(|r| r.option).collect();
    winners.sort_unstable();
    winners.dedup();
    winners
}

fn key(map: &Map) -> Vec<Key> {
    let mut key: Vec<Key> = winners(map)
        .into_iter()
        .map(|option| Key {
            sample: Sample::Paint(Paint::Region(option)),
            text: format!("{} cheapest", map.options[option]),
        })
        .collect();
    if map.regions.iter().any(|region| region.option.is_none()) {
        key.push(Key {
            sample: Sample::Paint(Paint::Band),
            text: NOBODY.into(),
        });
    }
    key
}

/// The present point, if both inputs have a value and it is on the map.
fn present(comparison: &Comparison, map: &Map) -> Option<Mark> {
    let on = |axis: &MapAxis| {
        let value = axis.present?;
        (axis.from..=axis.to).contains(&value).then_some(value)
    };
    let at = [on(&map.x)?, on(&map.y)?];
    let currency = verdict::currency(comparison);
    let best = comparison
        .options
        .iter()
        .find(|o| o.name == comparison.cheapest)?;
    let [x, y] = [(&map.x, at[0]), (&map.y, at[1])].map(|(axis, value)| said(axis, value));
    Some(Mark {
        at,
        decides: true,
        label: vec![
            format!("now: {x}, {y}"),
            format!(
                "{} cheapest: {}",
                best.name,
                money(best.monthly_usd, &currency)
            ),
        ],
    })
}

/// A value of an input with what it is.
fn said(axis: &MapAxis, value: f64) -> String {
    if axis.path == VOLUME {
        format!("{} a day", volume(value))
    } else {
        format!("{} {}", exact(value), words(&axis.path))
    }
}

fn alt(comparison: &Comparison, map: &Map) -> String {
    let [x, y] = [&map.x, &map.y].map(|axis| {
        format!(
            "{} from {} to {}",
            axis.path,
            exact(axis.from),
            exact(axis.to)
        )
    });
    let cells = shares_of_options(map);
    let shares: Vec<String> = winners(map)
        .into_iter()
        .map(|option| {
            let share = crate::report::format::percent(cells[option]);
            format!("{} on {share} of it", map.options[option])
        })
        .collect();
    let shares = if shares.is_empty() {
        "none can serve anywhere on it".to_owned()
    } else {
        shares.join(", ")
    };
    format!(
        "Map of the cheapest option over {x} (horizontal) and {y} (vertical): {shares}. {}",
        verdict::sentence(comparison)
    )
}

/// Share of the map's area that each option has.
fn shares_of_options(map: &Map) -> Vec<f64> {
    let mut shares = vec![0.0; map.options.len()];
    for region in &map.regions {
        let Some(option) = region.option else {
            continue;
        };
        let seen: Vec<[f64; 2]> = region
            .points
            .iter()
            .map(|[x, y]| [share(&map.x, *x), share(&map.y, *y)])
            .collect();
        let next = seen.iter().cycle().skip(1);
        let cross = seen
            .iter()
            .zip(next)
            .map(|(a, b)| a[0] * b[1] - b[0] * a[1]);
        shares[option] += cross.sum::<f64>().abs() / 2.0;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_said_in_words() {
        assert_eq!(words(VOLUME), "the volume");
        assert_eq!(words("workload.output_tokens"), "output tokens");
        assert_eq!(words("workload.output_tokens.mean"), "output tokens");
        assert_eq!(
            words("self_host.own.usd_per_gpu_hour"),
            "usd per gpu hour of own"
        );
        assert_eq!(
            words("self_host.\"own, tuned\".staff.ml-engineer.fte"),
            "staff ml-engineer fte of own, tuned"
        );
        assert_eq!(words("role.sre.usd_per_year"), "usd per year of sre");
        assert_eq!(words("discount_rate"), "discount rate");
    }
}
