//! Reading logs through the library, with the prices of a collection.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use llmcost::analysis::attribute::{Attribution, CostMode, Entry, Query, attribute};
use llmcost::catalog::Catalog;
use llmcost::diagnostic::{Problems, Sources};
use llmcost::usage::group::Plan;
use llmcost::usage::ingest::{Ingest, Rules};
use llmcost::usage::key::Dimension;
use llmcost::usage::price::Prices;
use llmcost::usage::read::Options;
use llmcost::usage::semantics::Source;
use llmcost::usage::time::Zone;
use serde_json::Value;

/// A catalog with the prices of `prices.json` (USD per token) on top.
pub fn catalog(prices: &Value) -> Catalog {
    overlay(&price_file(prices))
}

/// The prices of `prices.json` (USD per token) as a catalog file.
pub fn price_file(prices: &Value) -> String {
    let mut text = String::new();
    let provenance = "source = \"test\"\nas_of = \"2026-11-23\"\nconfidence = \"seen\"\n";
    for (model, price) in prices["models"].as_object().expect("models") {
        text +=
            &format!("[[api]]\nid = \"{model}\"\n{provenance}[[api.price]]\ntier = \"standard\"\n");
        for (key, name) in [
            ("in", "input_usd_per_mtok"),
            ("cr", "cache_read_usd_per_mtok"),
            ("cw5", "cache_write_5m_usd_per_mtok"),
            ("cw1", "cache_write_1h_usd_per_mtok"),
            ("out", "output_usd_per_mtok"),
        ] {
            if let Some(usd) = price[key].as_str() {
                let per_mtok = usd.parse::<f64>().expect("a number") * 1e6;
                text += &format!("{name} = {:?}\n", (per_mtok * 1e9).round() / 1e9);
            }
        }
        text += provenance;
    }
    text
}

/// The embedded catalog with a text on top.
pub fn overlay(text: &str) -> Catalog {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let mut catalog = Catalog::embedded();
    catalog.overlay("prices.toml", text, &mut sources, &mut problems);
    let told: Vec<String> = problems
        .sorted()
        .iter()
        .map(|p| p.render(&sources))
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
    catalog
}

/// The answer for some files.
pub fn answer(
    files: &[PathBuf],
    by: &[Dimension],
    cost: CostMode,
    catalog: &Catalog,
) -> Attribution {
    let prices = Prices::new(catalog, None);
    let plan = Plan {
        by: by.to_vec(),
        zone: Zone::utc(),
        daily: true,
    };
    let mut ingest = Ingest::new(plan, None, Options::default(), Rules::default(), &prices);
    for file in files {
        let name = file.display().to_string();
        ingest
            .file(&name, File::open(file).expect("a log"))
            .expect("a log that can be read");
    }
    finish(ingest, &prices, by, cost)
}

/// The answer for a text.
pub fn read(text: &str, by: &[Dimension], cost: CostMode, catalog: &Catalog) -> Attribution {
    read_with(text, by, cost, catalog, None, &Options::default())
}

/// The same with a source and options.
pub fn read_with(
    text: &str,
    by: &[Dimension],
    cost: CostMode,
    catalog: &Catalog,
    from: Option<Source>,
    options: &Options,
) -> Attribution {
    let prices = Prices::new(catalog, None);
    let plan = Plan {
        by: by.to_vec(),
        zone: Zone::utc(),
        daily: true,
    };
    let mut ingest = Ingest::new(plan, from, options.clone(), Rules::default(), &prices);
    ingest
        .file("log", text.as_bytes())
        .expect("a log that can be read");
    finish(ingest, &prices, by, cost)
}

fn finish(
    ingest: Ingest<'_>,
    prices: &Prices<'_>,
    by: &[Dimension],
    cost: CostMode,
) -> Attribution {
    let usage = ingest.finish().expect("sums that fit");
    let query = Query {
        by: by.to_vec(),
        cost,
        top: None,
        trend_days: None,
        spike: 4.4,
        limits: None,
        redact: None,
    };
    attribute(&usage, prices, &query).expect("sums that fit")
}

/// All files of a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut list = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            list.extend(files(&path));
        } else {
            list.push(path);
        }
    }
    list.sort();
    list
}

/// Requests and cost by the one key of each row.
pub fn by_key(result: &Attribution) -> BTreeMap<String, &Entry> {
    let name = |entry: &Entry| {
        entry
            .key
            .as_ref()
            .and_then(|key| key.0[0].1.clone())
            .expect("a name")
    };
    result
        .groups
        .iter()
        .map(|entry| (name(entry), entry))
        .collect()
}
