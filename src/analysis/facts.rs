//! The catalog as a reader sees it: lists with the headline figures, and rows with everything.

mod figures;
mod prices;

use serde::Serialize;

use crate::catalog::browse::{self, Document};
use crate::catalog::{Catalog, KINDS};
use crate::date::Date;
use crate::document::Node;
use figures::{figures, origin};
use prices::{headline_price, price_keys, prices};

/// `catalog list`.
#[derive(Debug, Serialize)]
pub struct Listing {
    /// Name of this shape.
    pub schema: &'static str,
    /// Day whose prices are shown.
    pub as_of: String,
    /// Kinds in the order of the files.
    pub kinds: Vec<KindList>,
    /// Rows of all kinds.
    pub rows: usize,
}

/// The rows of a kind.
#[derive(Debug, Serialize)]
pub struct KindList {
    /// Name of the kind.
    pub kind: &'static str,
    /// What it is.
    pub says: &'static str,
    /// The rows.
    pub rows: Vec<Listed>,
}

/// A row of a list.
#[derive(Debug, Serialize)]
pub struct Listed {
    /// Its id.
    pub id: String,
    /// What it is listed under: the GPU of a rent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether it stands in a user's own file.
    pub own: bool,
    /// Headline figures; those that the row does not have are left out.
    pub figures: Vec<Figure>,
    /// Where the shown figures come from: those of the price where there is one.
    #[serde(flatten)]
    pub origin: Origin,
}

/// `catalog show`.
#[derive(Debug, Serialize)]
pub struct Shown {
    /// Name of this shape.
    pub schema: &'static str,
    /// Day for which prices are in force or not.
    pub as_of: String,
    /// Rows of all kinds that have one of the names.
    pub rows: Vec<Row>,
}

/// A whole row.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Its kind.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Whether it stands in a user's own file.
    pub own: bool,
    /// Every figure.
    pub figures: Vec<Figure>,
    /// Where they come from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Its prices: by tier and threshold, then by date.
    pub prices: Vec<Price>,
}

/// A price of a row.
#[derive(Debug, Serialize)]
pub struct Price {
    /// Every figure.
    pub figures: Vec<Figure>,
    /// Where they come from.
    #[serde(flatten)]
    pub origin: Origin,
    /// Whether it counts on the day asked for; absent where prices have no dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<&'static str>,
}

/// Where figures come from.
#[derive(Debug, Serialize)]
pub struct Origin {
    /// Source as the row names it.
    pub source: String,
    /// Day for which they hold.
    pub as_of: String,
    /// How sure they are.
    pub confidence: String,
    /// Whether they are older than warnings allow.
    pub stale: bool,
    /// Remark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A key and its value.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// The key, as in the file.
    pub key: &'static str,
    /// Its value.
    pub value: Given,
    /// Its unit; empty for texts and pure numbers.
    pub unit: &'static str,
    /// What it is.
    pub says: &'static str,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Given {
    /// A number.
    Number(f64),
    /// Anything else, as written.
    Text(String),
}

/// The figures of a list, of the row or of its price in force, with their short names.
pub const HEADLINES: &[(&str, &[(&str, &str)])] = &[
    (
        "api",
        &[
            ("input_usd_per_mtok", "input"),
            ("output_usd_per_mtok", "output"),
            ("cache_read_usd_per_mtok", "cached"),
        ],
    ),
    (
        "tuning",
        &[
            ("training_usd_per_mtok", "train"),
            ("input_usd_per_mtok", "input"),
            ("output_usd_per_mtok", "output"),
            ("hosting_usd_per_hour", "host"),
        ],
    ),
    (
        "provisioned",
        &[
            ("tokens_per_minute_per_unit", "capacity"),
            ("usd_per_unit_hour", "unit"),
        ],
    ),
    (
        "gpu",
        &[
            ("memory_gb", "memory"),
            ("bandwidth_gb_per_s", "bandw."),
            ("bf16_tflops", "bf16"),
            ("fp8_tflops", "fp8"),
        ],
    ),
    ("gpu_price", &[("usd_per_gpu_hour", "rent")]),
    (
        "gpu_purchase",
        &[("usd", "price"), ("usd_low", "low"), ("usd_high", "high")],
    ),
    (
        "gpu_discount",
        &[("off", "off"), ("off_low", "low"), ("off_high", "high")],
    ),
    (
        "model",
        &[
            ("total_params", "all"),
            ("active_params", "active"),
            ("max_context", "context"),
        ],
    ),
    (
        "measured",
        &[
            ("gpus", "GPUs"),
            ("concurrency", "in flight"),
            ("output_tokens_per_second", "output"),
        ],
    ),
    (
        "role",
        &[
            ("usd_per_year", "cost"),
            ("usd_low", "low"),
            ("usd_high", "high"),
        ],
    ),
    ("electricity", &[("usd_per_kwh", "price")]),
    ("pue", &[("pue", "pue")]),
];

/// The rows of some kinds whose id, alias or text figures contain a text, whatever its case.
pub fn list(catalog: &Catalog, kinds: &[&'static str], filter: Option<&str>, day: Date) -> Listing {
    let wanted = filter.map(str::to_lowercase);
    let mut lists: Vec<KindList> = Vec::new();
    for kind in KINDS.iter().filter(|kind| kinds.contains(kind)) {
        let rows = catalog.documents(kind);
        let kept = rows
            .iter()
            .filter(|row| wanted.as_deref().is_none_or(|text| mentions(row, text)));
        let mut rows: Vec<Listed> = kept.map(|row| listed(row, day)).collect();
        regroup(&mut rows);
        if !rows.is_empty() {
            lists.push(KindList {
                kind,
                says: browse::says(kind),
                rows,
            });
        }
    }
    let rows = lists.iter().map(|list| list.rows.len()).sum();
    Listing {
        schema: "llmcost/catalog-list/1",
        as_of: day.to_string(),
        kinds: lists,
        rows,
    }
}

/// Rows of a group together, groups in the order of their first row.
fn regroup(rows: &mut [Listed]) {
    let mut order: Vec<Option<String>> = Vec::new();
    for row in rows.iter() {
        if !order.contains(&row.group) {
            order.push(row.group.clone());
        }
    }
    rows.sort_by_key(|row| order.iter().position(|group| *group == row.group));
}

/// Whether the id, an alias or a text (GPU, provider, region, ...) contains a text in lower case.
fn mentions(row: &Document, text: &str) -> bool {
    let figures = figures(&row.node, row.keys);
    let texts = figures.iter().filter_map(|figure| match &figure.value {
        Given::Text(text) => Some(text.as_str()),
        Given::Number(_) => None,
    });
    std::iter::once(row.id())
        .chain(row.aliases())
        .chain(texts)
        .any(|name| name.to_lowercase().contains(text))
}

fn listed(row: &Document, day: Date) -> Listed {
    let price = headline_price(row, day);
    let keys = price_keys(row);
    let mut all = figures(&row.node, row.keys);
    all.extend(price.iter().flat_map(|price| figures(price, keys)));
    let wanted = HEADLINES
        .iter()
        .find(|(kind, _)| *kind == row.kind)
        .map_or(&[][..], |(_, keys)| *keys);
    let pick = |(key, _): &(&str, &str)| all.iter().find(|figure| figure.key == *key).cloned();
    Listed {
        id: row.id().to_owned(),
        group: row.node.get("gpu").and_then(Node::text).map(str::to_owned),
        own: row.own,
        figures: wanted.iter().filter_map(pick).collect(),
        origin: origin(price.unwrap_or(&row.node), day),
    }
}

/// Every row of any kind that has one of the names; the names that no row has are the error.
///
/// # Errors
/// The unknown names.
pub fn show(catalog: &Catalog, names: &[String], day: Date) -> Result<Shown, Vec<String>> {
    let (mut rows, mut unknown): (Vec<Row>, Vec<String>) = (Vec::new(), Vec::new());
    for name in names {
        let found = catalog.named(name);
        if found.is_empty() {
            unknown.push(name.clone());
        }
        for row in found.iter().map(|document| whole(document, day)) {
            if !rows
                .iter()
                .any(|known| known.kind == row.kind && known.id == row.id)
            {
                rows.push(row);
            }
        }
    }
    if !unknown.is_empty() {
        return Err(unknown);
    }
    Ok(Shown {
        schema: "llmcost/catalog-show/1",
        as_of: day.to_string(),
        rows,
    })
}

fn whole(row: &Document, day: Date) -> Row {
    Row {
        kind: row.kind,
        id: row.id().to_owned(),
        aliases: row.aliases().map(str::to_owned).collect(),
        own: row.own,
        figures: figures(&row.node, row.keys),
        origin: origin(&row.node, day),
        prices: prices(row, day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::CatalogFile;
    use crate::table::keys_at;

    #[test]
    fn every_kind_has_headlines_that_are_keys_of_its_rows_or_prices() {
        let kinds: Vec<&str> = HEADLINES.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, KINDS);
        for (kind, headlines) in HEADLINES {
            let row = keys_at(CatalogFile::KEYS, kind);
            let known = |name: &str| {
                row.iter()
                    .chain(keys_at(row, "price"))
                    .any(|key| key.name == name)
            };
            let unknown = headlines.iter().filter(|(key, _)| !known(key));
            assert_eq!(unknown.count(), 0, "{kind}");
        }
    }

    #[test]
    fn a_filter_looks_into_texts_whatever_their_case() {
        let day = crate::catalog::AS_OF;
        let list = list(&Catalog::embedded(), &["gpu_price"], Some("LAMBDA"), day);
        let rows = &list.kinds[0].rows;
        assert!(!rows.is_empty() && rows.iter().all(|row| row.id.contains("/lambda/")));
    }
}
