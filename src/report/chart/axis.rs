//! Axes: what they span and where their ticks stand.

use serde::Serialize;

use crate::report::format;

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scale {
    /// Equal ratios are equally far apart.
    Log,
    /// Equal differences are.
    Linear,
    /// Things with names: the k-th stands at k + 0.5.
    Names,
}

/// An axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Axis {
    /// What it shows, with its unit.
    pub title: String,
    /// How values are spread.
    pub scale: Scale,
    /// Value at its beginning.
    pub low: f64,
    /// Value at its end.
    pub high: f64,
    /// Marked values in order.
    pub ticks: Vec<Tick>,
}

/// A marked value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tick {
    /// The value.
    pub value: f64,
    /// Its text; empty for a mark without one.
    pub label: String,
}

impl Axis {
    /// An axis with at most so many labeled ticks.
    pub fn new(title: String, scale: Scale, [low, high]: [f64; 2], most: usize) -> Self {
        let ticks = match scale {
            Scale::Log => log_ticks(low, high, most),
            Scale::Linear | Scale::Names => linear_ticks(low, high, most),
        };
        Self {
            title,
            scale,
            low,
            high,
            ticks,
        }
    }

    /// An axis of shares between two of them, marked in percent.
    pub fn of_shares(title: String, ends: [f64; 2], most: usize) -> Self {
        let mut axis = Self::new(title, Scale::Linear, ends, most);
        for tick in &mut axis.ticks {
            tick.label = format::percent_plain(tick.value);
        }
        axis
    }

    /// An axis of things with names.
    pub fn of_names<'a>(title: String, names: impl Iterator<Item = &'a str>) -> Self {
        let places = (0..).map(|k| f64::from(k) + 0.5);
        let ticks: Vec<Tick> = places
            .zip(names)
            .map(|(place, name)| tick(place, name.to_owned()))
            .collect();
        Self {
            title,
            scale: Scale::Names,
            low: 0.0,
            high: ticks.len().max(1) as f64,
            ticks,
        }
    }

    /// Where a value stands: 0 at the beginning, 1 at the end. What a logarithmic axis cannot show (zero)
    /// stands at its beginning.
    pub fn share(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Linear | Scale::Names => (value - self.low) / (self.high - self.low),
            Scale::Log if value <= self.low => 0.0,
            Scale::Log => (value / self.low).ln() / (self.high / self.low).ln(),
        }
    }

    /// The value that stands at a share of the way.
    pub fn value(&self, share: f64) -> f64 {
        match self.scale {
            Scale::Log => self.low * (self.high / self.low).powf(share),
            Scale::Linear | Scale::Names => self.low + (self.high - self.low) * share,
        }
    }
}

/// Some room below and above what is shown; a logarithmic axis spans a decade at least, a linear one
/// begins at zero.
pub fn span(scale: Scale, values: impl Iterator<Item = f64>) -> [f64; 2] {
    let (mut low, mut high) = (f64::INFINITY, 0.0_f64);
    for value in values.filter(|value| value.is_finite()) {
        high = high.max(value);
        if value > 0.0 {
            low = low.min(value);
        }
    }
    if high <= 0.0 {
        return match scale {
            Scale::Log => [1.0, 10.0],
            Scale::Linear | Scale::Names => [0.0, 1.0],
        };
    }
    if scale != Scale::Log {
        return [0.0, high * 1.06];
    }
    let room = (high / low).powf(0.05).max(1.02);
    let (low, high) = (low / room, high * room);
    let missing = (10.0 / (high / low)).max(1.0).sqrt();
    [low / missing, high * missing]
}

/// 1, 2 and 5 of each decade where there is room, else the decades, else every second, third, ... one;
/// between decades that are all labeled, marks without text. Within a decade, round steps.
fn log_ticks(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let most = most.max(2);
    let decades = (low.log10().floor() as i32)..=(high.log10().ceil() as i32);
    let of = |factors: &[f64], step: usize| -> Vec<f64> {
        decades
            .clone()
            .filter(|power| power.rem_euclid(step as i32) == 0)
            .flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)))
            .filter(|value| within(*value, low, high))
            .collect()
    };
    let fine = of(&[1.0, 2.0, 5.0], 1);
    let labeled = if fine.len() <= most {
        if fine.len() < 3 {
            return linear_ticks(low, high, most);
        }
        fine
    } else {
        let fits = |step: &usize| of(&[1.0], *step).len() <= most;
        let decades = of(&[1.0], (1..40).find(fits).unwrap_or(40));
        // One value alone does not say how far it is to another.
        if decades.len() < 2 {
            of(&[1.0, 3.0], 1)
        } else {
            decades
        }
    };
    let every: Vec<f64> = of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], 1);
    let minor = if every.len() <= 6 * most {
        every
    } else {
        of(&[1.0], 1)
    };
    let mut ticks: Vec<Tick> = minor
        .into_iter()
        .filter(|value| !labeled.contains(value))
        .map(|value| tick(value, String::new()))
        .chain(
            labeled
                .iter()
                .map(|value| tick(*value, format::short(*value))),
        )
        .collect();
    ticks.sort_by(|a, b| a.value.total_cmp(&b.value));
    ticks
}

/// Steps of 1, 2, 2.5 or 5 times a power of ten; so fine that two values are marked.
fn linear_ticks(low: f64, high: f64, most: usize) -> Vec<Tick> {
    let least = (high - low) / most.max(2) as f64;
    let power = 10f64.powi(least.log10().floor() as i32);
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|factor| factor * power);
    let first_at_least = steps.iter().position(|step| *step >= least * (1.0 - 1e-9));
    let coarse = first_at_least.unwrap_or(steps.len() - 1);
    let finer = steps[..coarse].iter().rev().copied();
    let all = std::iter::once(steps[coarse])
        .chain(finer)
        .map(|step| multiples(step, low, high));
    let mut all = all.skip_while(|values| values.len() < 2);
    let values = all
        .next()
        .unwrap_or_else(|| multiples(steps[coarse], low, high));
    let labeled = values.into_iter();
    labeled
        .map(|value| tick(value, format::short(value)))
        .collect()
}

/// The multiples of a step between two values.
fn multiples(step: f64, low: f64, high: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|k| k as f64 * step).collect()
}

fn within(value: f64, low: f64, high: f64) -> bool {
    value >= low * (1.0 - 1e-9) && value <= high * (1.0 + 1e-9)
}

fn tick(value: f64, label: String) -> Tick {
    Tick { value, label }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, ends: [f64; 2], most: usize) -> Vec<String> {
        let ticks = Axis::new(String::new(), scale, ends, most).ticks;
        let labels = ticks.into_iter().map(|tick| tick.label);
        labels.filter(|label| !label.is_empty()).collect()
    }

    #[test]
    fn decades_are_divided_where_there_is_room() {
        assert_eq!(
            labels(Scale::Log, [2e4, 2e6], 12),
            ["20k", "50k", "100k", "200k", "500k", "1M", "2M"]
        );
        assert_eq!(labels(Scale::Log, [2e4, 2e6], 6), ["100k", "1M"]);
        assert_eq!(
            labels(Scale::Log, [1.0, 1e9], 5),
            ["1", "100", "10k", "1M", "100M"]
        );
        assert_eq!(labels(Scale::Log, [1.0, 1e9], 4), ["1", "1k", "1M", "1B"]);
    }

    #[test]
    fn less_than_a_decade_takes_round_steps() {
        assert_eq!(
            labels(Scale::Log, [1.1e4, 1.9e4], 5),
            ["12k", "14k", "16k", "18k"]
        );
    }

    #[test]
    fn a_linear_axis_begins_at_zero_and_takes_round_steps() {
        let [low, high] = span(Scale::Linear, [3_000.0, 9_500.0].into_iter());
        assert_eq!((low, high), (0.0, 10_070.0));
        assert_eq!(
            labels(Scale::Linear, [low, high], 6),
            ["0", "2k", "4k", "6k", "8k", "10k"]
        );
    }

    #[test]
    fn an_axis_has_two_values_even_where_there_is_hardly_room() {
        // A third of the width is 11k: steps of 20k would leave zero alone.
        assert_eq!(
            labels(Scale::Linear, [-1.5e4, 1.8e4], 3),
            ["-10k", "0", "10k"]
        );
        // 1, 2 and 5 are five values, and there is one decade.
        assert_eq!(labels(Scale::Log, [1.5e5, 9e6], 3), ["300k", "1M", "3M"]);
        for (low, high) in [(0.3, 0.9), (11.0, 99.0), (4.1, 260.0), (7.0, 8.0)] {
            for scale in [Scale::Linear, Scale::Log] {
                let found = labels(scale, [low, high], 2);
                assert!((2..=5).contains(&found.len()), "{low} {high} {found:?}");
            }
        }
    }

    #[test]
    fn zero_stands_at_the_beginning_of_a_logarithmic_axis() {
        let axis = Axis::new(String::new(), Scale::Log, [1.0, 100.0], 5);
        assert_eq!(
            (axis.share(0.0), axis.share(10.0), axis.share(100.0)),
            (0.0, 0.5, 1.0)
        );
    }

    #[test]
    fn nothing_but_zeros_has_an_axis_too() {
        assert_eq!(span(Scale::Log, [0.0, 0.0].into_iter()), [1.0, 10.0]);
        let [low, high] = span(Scale::Log, [500.0].into_iter());
        assert!(low > 0.0 && low < 500.0 && high > 500.0 && high / low >= 9.999);
    }
}
