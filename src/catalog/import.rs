//! Published price files as rows of this catalog's form: what they say is checked row by row, and whatever is
//! not taken over is counted with its reason.

mod check;
mod genai;
mod litellm;
mod rows;

use std::collections::BTreeMap;

use serde::Serialize;

use super::rows::ApiRow;
use super::{Catalog, Row};
use crate::date::Date;

/// A published format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// `model_prices_and_context_window.json` of litellm: an object of models, prices per token.
    Litellm,
    /// The data of genai-prices: a list of providers, prices per million tokens.
    GenaiPrices,
}

/// What became of a file.
#[derive(Clone, Debug, Serialize)]
pub struct Import {
    /// `llmcost/catalog-import/1`.
    pub schema: &'static str,
    /// Its format.
    pub format: Format,
    /// Its name.
    pub file: String,
    /// Day for which its prices are taken to hold.
    pub as_of: String,
    /// Entries of the file: accepted, merged, zero-priced, not priced by the token, and refused together.
    pub entries: usize,
    /// Entries that became a row.
    pub accepted: usize,
    /// Entries that became another name of a row with the same prices.
    pub merged: usize,
    /// Entries that are implausible, each with the reason.
    pub refused: Vec<Told>,
    /// Entries at a price of zero or without any price: never taken for free.
    pub zero_priced: Vec<Told>,
    /// Entries that are sold by something else than text tokens.
    pub not_by_token: Vec<Told>,
    /// Prices of accepted entries that a row has no place for, by their key.
    pub not_mapped: Vec<Count>,
    /// The rows as a catalog file.
    #[serde(skip)]
    pub text: String,
}

/// An entry and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// As the file names it.
    pub entry: String,
    /// Why.
    pub reason: String,
}

/// How often a key of the file was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The key.
    pub key: String,
    /// How many entries have it.
    pub entries: usize,
}

/// Prices of one tier from a day on, for prompts of a length, at some hours [USD/Mtok].
#[derive(Clone, Debug, Default, PartialEq)]
struct Step {
    from: Option<Date>,
    tier: &'static str,
    above: Option<u32>,
    hours: Option<String>,
    input: Option<f64>,
    output: Option<f64>,
    cache_read: Option<f64>,
    cache_write: Option<f64>,
    cache_write_long: Option<f64>,
}

/// A model as a file has it.
#[derive(Clone, Debug, Default)]
struct Found {
    provider: String,
    model: String,
    url: Option<String>,
    context_tokens: Option<f64>,
    retires: Option<Date>,
    /// Whether it writes text, so that its output needs a price.
    writes: bool,
    steps: Vec<Step>,
}

/// What an entry turned out to be.
#[derive(Clone, Debug)]
enum Outcome {
    Model(Box<Found>),
    Zero(String),
    NotByToken(String),
    Refused(String),
}

/// An entry with what was left out of it.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    outcome: Outcome,
    not_mapped: Vec<String>,
}

/// Reads a published file.
///
/// # Errors
/// What is wrong with the file as a whole: line, column and the reason.
pub fn import(
    format: Format,
    file: &str,
    text: &str,
    as_of: Date,
    catalog: &Catalog,
) -> Result<Import, String> {
    let text = text.trim_start_matches('\u{feff}');
    let entries = match format {
        Format::Litellm => litellm::entries(text),
        Format::GenaiPrices => genai::entries(text),
    }?;
    if entries.is_empty() {
        return Err("it has no entry".into());
    }
    let mut import = Import {
        schema: "llmcost/catalog-import/1",
        format,
        file: file.to_owned(),
        as_of: as_of.to_string(),
        entries: entries.len(),
        accepted: 0,
        merged: 0,
        refused: Vec::new(),
        zero_priced: Vec::new(),
        not_by_token: Vec::new(),
        not_mapped: Vec::new(),
        text: String::new(),
    };
    let mut rows = rows::Rows::new(known(catalog), file, as_of);
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for entry in entries {
        import.take(entry, &mut rows, &mut left);
    }
    import.not_mapped = left
        .into_iter()
        .map(|(key, entries)| Count { key, entries })
        .collect();
    import.text = rows.text();
    Ok(import)
}

impl Import {
    fn take(&mut self, entry: Entry, rows: &mut rows::Rows, left: &mut BTreeMap<String, usize>) {
        let told = |reason: String| Told {
            entry: entry.name.clone(),
            reason,
        };
        let found = match entry.outcome {
            Outcome::Zero(reason) => return self.zero_priced.push(told(reason)),
            Outcome::NotByToken(reason) => return self.not_by_token.push(told(reason)),
            Outcome::Refused(reason) => return self.refused.push(told(reason)),
            Outcome::Model(found) => found,
        };
        if let Some(reason) = check::implausible(&found) {
            return self.refused.push(told(reason));
        }
        match rows.add(&entry.name, *found) {
            rows::Added::Row => self.accepted += 1,
            rows::Added::Name => self.merged += 1,
            rows::Added::Not(reason) => return self.refused.push(told(reason)),
        }
        for key in entry.not_mapped {
            *left.entry(key).or_default() += 1;
        }
    }
}

/// Ids and aliases of the catalog's models, each with the id.
fn known(catalog: &Catalog) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for (row, _) in catalog.all::<ApiRow>(|_| true) {
        let aliases = row.aliases().iter().map(|alias| alias.value.clone());
        for name in aliases.chain([row.id().to_owned()]) {
            names.insert(name, row.id().to_owned());
        }
    }
    names
}

/// A price per million tokens without the digits that binary fractions add.
fn rounded(number: f64) -> f64 {
    format!("{number:.9e}").parse().unwrap_or(number)
}
