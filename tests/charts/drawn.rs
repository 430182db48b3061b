//! A scenario's chart, through the library.

use std::path::{Path, PathBuf};

use llmcost::analysis::compare::{Comparison, compare, models};
use llmcost::analysis::curves::{Curves, View, curves};
use llmcost::analysis::vary::Varied;
use llmcost::catalog::Catalog;
use llmcost::cost::{Month, OptionModel};
use llmcost::diagnostic::Sources;
use llmcost::report::chart::curves::describe;
use llmcost::report::chart::{Ask, Chart, Digest, Kind, Look, Picture, Subject, Theme, picture};
use llmcost::scenario::{Loaded, Settings, load};

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
    let read = Read::of(text);
    let view = View {
        searched: read.loaded.scenario.volume_range,
        logarithmic,
        columns: look.width,
    };
    let curves = curves(&read.comparison, &read.models, view);
    let chart = describe(&read.comparison, &curves, None, read.digest, look);
    Drawn {
        comparison: read.comparison,
        models: read.models,
        curves,
        chart,
    }
}

/// A scenario's text, read and priced.
pub struct Read {
    pub loaded: Loaded,
    pub comparison: Comparison,
    pub models: Vec<(String, OptionModel)>,
    digest: Digest,
    settings: Settings,
    catalog: Catalog,
}

impl Read {
    /// A problem fails the test with its text.
    pub fn of(text: &str) -> Self {
        let mut sources = Sources::default();
        let catalog = Catalog::embedded();
        let settings = Settings::default();
        let loaded = load("s.toml", text, &settings, &catalog, &mut sources);
        let shown = |problems: Vec<llmcost::diagnostic::Problem>, sources: &Sources| -> String {
            problems
                .iter()
                .map(|problem| problem.render(sources))
                .collect()
        };
        let loaded =
            loaded.unwrap_or_else(|problems| panic!("{}\n{text}", shown(problems, &sources)));
        let scenario = &loaded.scenario;
        let comparison = compare(scenario)
            .unwrap_or_else(|problems| panic!("{}\n{text}", shown(problems, &sources)));
        let priced = models(&Month::of(scenario, 0)).expect("options that were compared");
        let names = scenario.options.iter().map(|spec| spec.name.clone());
        Self {
            models: names.zip(priced).collect(),
            digest: Digest::of(sources.texts()),
            comparison,
            loaded,
            settings,
            catalog,
        }
    }

    /// The picture of a kind, with its default axes; why there is none. A map looks at few values: enough
    /// to see how it is laid out, in tests that are not optimized.
    pub fn picture(&self, kind: Kind, look: &Look) -> Result<Picture, String> {
        let few = Ask {
            cells: 12,
            draws: 16,
            samples: 64,
            ..Ask::default()
        };
        self.asked(kind, &few, look)
    }

    /// The picture as the command draws it.
    pub fn whole_picture(&self, kind: Kind, look: &Look) -> Result<Picture, String> {
        self.asked(kind, &Ask::default(), look)
    }

    /// The picture of one of the six choices.
    pub fn choice(&self, name: &str, look: &Look) -> Result<Picture, String> {
        let ask = Ask {
            only: Some(name.to_owned()),
            ..Ask::default()
        };
        self.asked(Kind::Choice, &ask, look)
    }

    /// The picture of a kind as it is asked for; why there is none.
    pub fn asked(&self, kind: Kind, ask: &Ask, look: &Look) -> Result<Picture, String> {
        let subject = Subject {
            varied: Varied {
                tree: &self.loaded.tree,
                scenario: &self.loaded.scenario,
                settings: &self.settings,
                catalog: &self.catalog,
            },
            comparison: &self.comparison,
            models: &self.models,
            digest: self.digest,
        };
        picture(kind, &subject, ask, look).map_err(|why| format!("{why:?}"))
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
