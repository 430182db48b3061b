//! What another catalog changes: figures of the rows that both have, and the cost of scenarios.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::diff::Diff;
use crate::catalog::browse::list;
use crate::catalog::rows::{ApiRow, TIERS};
use crate::catalog::{Asked, Catalog, KINDS, Row};
use crate::date::Date;
use crate::document::{Node, Value};
use crate::scenario::{Given, PriceBook, PriceStep};

/// The answer of `llmcost catalog diff`.
#[derive(Clone, Debug, Serialize)]
pub struct CatalogDiff {
    /// `llmcost/catalog-diff/1`.
    pub schema: &'static str,
    /// The old catalog.
    pub old: String,
    /// The new one.
    pub new: String,
    /// Day at which prices are compared.
    pub day: String,
    /// Rows that both have.
    pub shared: usize,
    /// Of these, rows of which a figure differs that both have.
    pub changed: usize,
    /// Figures of shared rows that one of the two does not have.
    pub one_sided: usize,
    /// Rows of the new catalog alone.
    pub only_new: usize,
    /// Every figure that differs.
    pub figures: Vec<FigureChange>,
    /// Each scenario's difference; its causes are prices alone.
    pub scenarios: Vec<Diff>,
}

/// A figure that differs.
#[derive(Clone, Debug, Serialize)]
pub struct FigureChange {
    /// Kind of the row.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// The figure: tier, condition and key.
    pub figure: String,
    /// Its old value; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<f64>,
    /// Its new value; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<f64>,
    /// The difference over the old value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
}

/// Figures by their names.
type Figures = BTreeMap<String, f64>;

/// Compares the rows of two catalogs at a day; of a catalog with own rows these alone, and where `wanted`
/// is given the rows that scenarios ask for alone.
pub fn rows(
    old: &Catalog,
    new: &Catalog,
    day: Date,
    wanted: Option<&BTreeSet<Asked>>,
) -> CatalogDiff {
    let mut diff = CatalogDiff {
        schema: "llmcost/catalog-diff/1",
        old: String::new(),
        new: String::new(),
        day: day.to_string(),
        shared: 0,
        changed: 0,
        one_sided: 0,
        only_new: 0,
        figures: Vec::new(),
        scenarios: Vec::new(),
    };
    let is_own = |kind: &&'static str| new.documents(kind).iter().any(|row| row.own);
    let own = wanted.is_none() && KINDS.iter().any(is_own);
    for kind in KINDS {
        let is_wanted = |id: &str| wanted.is_none_or(|ids| ids.contains(&(*kind, id.to_owned())));
        let before: BTreeMap<String, Figures> = figures(old, kind, day)
            .into_iter()
            .flat_map(|row| {
                row.names
                    .into_iter()
                    .map(move |name| (name, row.figures.clone()))
            })
            .collect();
        let after = figures(new, kind, day);
        for row in after.iter().filter(|row| row.own || !own) {
            if row.names.iter().any(|name| is_wanted(name)) {
                diff.row(kind, row, &before);
            }
        }
    }
    diff
}

/// A row with its figures.
struct Figured {
    names: Vec<String>,
    own: bool,
    figures: Figures,
}

impl CatalogDiff {
    fn row(&mut self, kind: &'static str, row: &Figured, before: &BTreeMap<String, Figures>) {
        let Some(old) = row.names.iter().find_map(|name| before.get(name)) else {
            self.only_new += 1;
            return;
        };
        self.shared += 1;
        let keys: BTreeSet<&String> = old.keys().chain(row.figures.keys()).collect();
        let mut changed = false;
        for key in keys {
            let (a, b) = (old.get(key).copied(), row.figures.get(key).copied());
            if a == b {
                continue;
            }
            if a.is_none() || b.is_none() {
                self.one_sided += 1;
            } else {
                changed = true;
            }
            let share = a
                .zip(b)
                .filter(|(a, _)| *a != 0.0)
                .map(|(a, b)| b / a - 1.0);
            self.figures.push(FigureChange {
                kind,
                id: row.names[0].clone(),
                figure: key.clone(),
                old: a,
                new: b,
                share,
            });
        }
        self.changed += usize::from(changed);
    }
}

fn figures(catalog: &Catalog, kind: &'static str, day: Date) -> Vec<Figured> {
    if kind != ApiRow::KIND {
        return catalog
            .documents(kind)
            .iter()
            .map(|row| {
                let mut figures = Figures::new();
                numbers(&row.node, "", &mut figures);
                Figured {
                    names: vec![row.id().to_owned()],
                    own: row.own,
                    figures,
                }
            })
            .collect();
    }
    let rows = catalog.all::<ApiRow>(|_| true).into_iter();
    rows.map(|(row, own)| {
        let aliases = row.aliases().iter().map(|alias| alias.value.clone());
        Figured {
            names: std::iter::once(row.id().to_owned())
                .chain(aliases)
                .collect(),
            own,
            figures: prices(&PriceBook::of(&row, own), day),
        }
    })
    .collect()
}

/// The prices that are in force on a day.
fn prices(book: &PriceBook, day: Date) -> Figures {
    let mut figures = Figures::new();
    for tier in TIERS {
        for step in book.on(day, tier) {
            let condition = condition(step);
            let mut put = |key: &str, price: Option<&Given>| {
                if let Some(price) = price {
                    figures.insert(format!("{tier}{condition} {key}"), f64::from(price.value));
                }
            };
            put("input_usd_per_mtok", Some(&step.input));
            put("output_usd_per_mtok", Some(&step.output));
            put("cache_read_usd_per_mtok", step.cache_read.as_ref());
            put("cache_write_5m_usd_per_mtok", step.cache_write.as_ref());
            put(
                "cache_write_1h_usd_per_mtok",
                step.cache_write_long.as_ref(),
            );
        }
    }
    figures
}

fn condition(step: &PriceStep) -> String {
    let above = step
        .above
        .map_or_else(String::new, |tokens| format!(" above {tokens}"));
    let hours = step.window.as_ref().map_or_else(String::new, |(hours, _)| {
        let spans: Vec<String> = hours.iter().map(|(a, b)| format!("{a}-{b} h")).collect();
        format!(" at {}", spans.join(","))
    });
    format!("{above}{hours}")
}

/// Numbers of a row; those of tables in it under the words that tell these apart.
fn numbers(node: &Node, path: &str, out: &mut Figures) {
    for entry in node.entries() {
        match &entry.node.value {
            Value::Number(number) => {
                out.insert(format!("{path}{}", entry.key), *number);
            }
            Value::List(_) => {
                for part in list(&entry.node) {
                    let words = part.entries().iter().filter_map(|entry| {
                        let told = ["source", "note", "confidence", "as_of"];
                        (!told.contains(&entry.key.as_str())).then(|| entry.node.text())?
                    });
                    let words: Vec<&str> = words.collect();
                    if !words.is_empty() && !part.entries().is_empty() {
                        numbers(part, &format!("{path}{} ", words.join(" ")), out);
                    }
                }
            }
            _ => {}
        }
    }
}
