//! A scenario's chart, through the library.

use std::path::{Path, PathBuf};

use llmcost::analysis::compare::{Comparison, compare, models};
use llmcost::analysis::curves::{Curves, View, curves};
use llmcost::catalog::Catalog;
use llmcost::cost::{Month, OptionModel};
use llmcost::diagnostic::Sources;
use llmcost::report::chart::curves::describe;
use llmcost::report::chart::{Chart, Digest, Look, Theme};
use llmcost::scenario::{Settings, load};

/// Everything between a scenario and its chart.
pub struct Drawn {
    pub comparison: Comparison,
    pub models: Vec<(String, OptionModel)>,
    pub curves: Curves,
    pub chart: Chart,
}

/// A light look of some size.
pub fn look(width: u32, height: u32) -> Look {
    Look {
        width,
        height,
        scale: 1.0,
        theme: Theme::Light,
    }
}

/// The chart of a scenario's text, on logarithmic axes.
pub fn drawn(text: &str, look: &Look) -> Drawn {
    on_axes(text, look, true)
}

/// The chart of a scenario's text; a problem fails the test with its text.
pub fn on_axes(text: &str, look: &Look, logarithmic: bool) -> Drawn {
    let mut sources = Sources::default();
    let catalog = Catalog::embedded();
    let loaded = load("s.toml", text, &Settings::default(), &catalog, &mut sources);
    let shown = |problems: Vec<llmcost::diagnostic::Problem>, sources: &Sources| -> String {
        problems
            .iter()
            .map(|problem| problem.render(sources))
            .collect()
    };
    let scenario = loaded
        .unwrap_or_else(|problems| panic!("{}\n{text}", shown(problems, &sources)))
        .scenario;
    let comparison = compare(&scenario)
        .unwrap_or_else(|problems| panic!("{}\n{text}", shown(problems, &sources)));
    let priced = models(&Month::of(&scenario, 0)).expect("options that were compared");
    let names = scenario.options.iter().map(|spec| spec.name.clone());
    let models: Vec<(String, OptionModel)> = names.zip(priced).collect();
    let view = View {
        searched: scenario.volume_range,
        logarithmic,
        columns: look.width,
    };
    let curves = curves(&comparison, &models, view);
    let chart = describe(&comparison, &curves, Digest::of(sources.texts()), look);
    Drawn {
        comparison,
        models,
        curves,
        chart,
    }
}

/// The project's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every shipped scenario: its path and its text.
pub fn shipped() -> Vec<(PathBuf, String)> {
    let entries = std::fs::read_dir(root().join("scenarios")).expect("scenarios/");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 10, "{} scenarios", paths.len());
    paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a readable file");
            (path, text)
        })
        .collect()
}

/// Two API models without staff: prices of their own, so that no catalog moves them.
pub fn two_apis(first_usd: f64, second_usd: f64) -> String {
    format!(
        r#"
name = "two"
[workload]
requests_per_day = 1_000
input_tokens = 1_000
output_tokens = 0

[[api]]
name = "first"
input_usd_per_mtok = {first_usd:?}
output_usd_per_mtok = {first_usd:?}

[[api]]
name = "second"
input_usd_per_mtok = {second_usd:?}
output_usd_per_mtok = {second_usd:?}
"#
    )
}
