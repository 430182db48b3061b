//! Random valid scenarios, as the text of a file: every kind of option, in combinations nobody would
//! think of. A case that breaks a law shrinks to the keys that matter, because each key may be absent.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

use super::keys::{Lines, all, count, fixed, log, rare, share};
use super::options::{api, option, self_host};

/// A scenario in parts, so that laws can take it apart.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Keys before the first table.
    pub frame: Vec<String>,
    /// Keys of `[workload]`.
    pub workload: Vec<String>,
    /// Parts of the traffic.
    pub features: Vec<Vec<String>>,
    /// Keys of `[quality]`.
    pub quality: Vec<String>,
    /// `a`, an API; `own`, a self-hosted option; then others.
    pub options: Vec<Draw>,
}

/// One option.
#[derive(Clone, Debug)]
pub struct Draw {
    /// `api`, `fine_tune`, `self_host` or `hybrid`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its keys.
    pub keys: Vec<String>,
}

impl Draw {
    /// An option of these keys.
    pub fn new(kind: &'static str, name: &str, keys: &[&str]) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        }
    }
}

impl Draft {
    /// The file.
    pub fn text(&self) -> String {
        let mut lines = self.frame.clone();
        lines.push("[workload]".into());
        lines.extend(self.workload.clone());
        for (at, feature) in self.features.iter().enumerate() {
            lines.push(format!("[[workload.feature]]\nname = \"part {at}\""));
            lines.extend(feature.clone());
        }
        lines.push("[quality]".into());
        lines.extend(self.quality.clone());
        for option in &self.options {
            lines.push(format!("[[{}]]\nname = \"{}\"", option.kind, option.name));
            lines.extend(option.keys.clone());
        }
        lines.retain(|line| !line.is_empty());
        lines.join("\n") + "\n"
    }
}

/// How many cases a law is held to; the seed is fixed, and `PROPTEST_RNG_SEED` draws others.
pub fn cases(number: u32) -> Config {
    let mut config = Config::with_cases(number);
    config.failure_persistence = None;
    if config.rng_seed == RngSeed::Random {
        config.rng_seed = RngSeed::Fixed(2_027);
    }
    config
}

fn frame() -> Lines {
    all(vec![
        fixed("start = \"2026-12\""),
        rare(count("horizon_months", 1, 60)),
        rare(log("hours_per_month", 100.0, 744.0)),
        rare(share("discount_rate", 0.5)),
        fixed("volume_range = [1, 1e7]"),
    ])
}

fn workload() -> Lines {
    let shape = vec(0u32..=9, 24).prop_map(|hours| {
        let busy = hours.iter().any(|hour| *hour > 0);
        if busy {
            format!("day_shape = {hours:?}")
        } else {
            String::new()
        }
    });
    let peak = prop_oneof![log("peak_to_mean", 1.0, 12.0), shape.boxed()];
    let spread = (200.0f64..3_000.0, 1.01f64..3.5).prop_map(|(mean, ratio)| {
        format!(
            "input_tokens = {{ mean = {mean:.0}, p95 = {:.0} }}",
            mean.round() * ratio
        )
    });
    all(vec![
        log("requests_per_day", 1.0, 1e7),
        prop_oneof![log("input_tokens", 200.0, 10_000.0), spread.boxed()].boxed(),
        log("output_tokens", 1.0, 2_000.0),
        rare(peak.boxed()),
        rare(share("batch_share", 1.0)),
        rare(share("retry_share", 0.5)),
        rare(log("reasoning_tokens", 1.0, 3_000.0)),
        rare(share("cached_input_share", 0.6)),
        rare(share("cache_write_share", 0.4)),
    ])
}

fn features() -> BoxedStrategy<Vec<Vec<String>>> {
    let feature = all(vec![
        share("share", 0.4),
        rare(log("input_tokens", 200.0, 10_000.0)),
        rare(log("output_tokens", 1.0, 2_000.0)),
        rare(share("batch_share", 1.0)),
    ]);
    prop_oneof![3 => Just(Vec::new()), 1 => vec(feature, 1..=2)].boxed()
}

fn quality() -> Lines {
    all(vec![
        rare(share("review_share", 0.2)),
        rare(share("error_rate", 0.1)),
        rare(log("cost_per_error_usd", 0.01, 10.0)),
        rare(fixed("whole_reviewers = true")),
        rare(share("caught_by_review", 1.0)),
    ])
}

/// A scenario: an API, own GPUs, and up to three options of any kind.
pub fn scenario() -> BoxedStrategy<Draft> {
    (
        frame(),
        workload(),
        features(),
        quality(),
        (api(), self_host(), vec(option(), 0..=3)),
    )
        .prop_map(|(frame, workload, features, quality, (api, own, others))| {
            let mut options = vec![
                Draw {
                    kind: "api",
                    name: "a".into(),
                    keys: api,
                },
                Draw {
                    kind: "self_host",
                    name: "own".into(),
                    keys: own,
                },
            ];
            for (at, mut other) in others.into_iter().enumerate() {
                other.name = format!("{} {at}", other.kind);
                options.push(other);
            }
            Draft {
                frame,
                workload,
                features,
                quality,
                options,
            }
        })
        .boxed()
}
