//! Models of a published file as rows: ids in the form of this catalog, other names as aliases, text.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{Found, Step};
use crate::catalog::write;
use crate::date::Date;

/// What became of a model.
pub enum Added {
    /// A row of its own.
    Row,
    /// Another name of a row with the same prices.
    Name,
    /// Nothing, because of this.
    Not(String),
}

/// A row and the entry that it was made of.
struct Made {
    entry: String,
    aliases: Vec<String>,
    found: Found,
}

/// Rows by their ids.
pub struct Rows {
    known: BTreeMap<String, String>,
    file: String,
    as_of: Date,
    made: BTreeMap<String, Made>,
    names: BTreeMap<String, String>,
}

impl Rows {
    /// No rows yet; `known` are names of the catalog with their ids.
    pub fn new(known: BTreeMap<String, String>, file: &str, as_of: Date) -> Self {
        Self {
            known,
            file: file.to_owned(),
            as_of,
            made: BTreeMap::new(),
            names: BTreeMap::new(),
        }
    }

    /// Adds a model under the id that the catalog has for it, else under provider and model.
    pub fn add(&mut self, entry: &str, found: Found) -> Added {
        let id = self.id(entry, &found);
        if let Some(made) = self.made.get_mut(&id) {
            if made.found.steps != found.steps {
                return Added::Not(format!(
                    "has the id `{id}` of the entry `{}`, at other prices",
                    made.entry
                ));
            }
            self.alias(entry, &id);
            return Added::Name;
        }
        let made = Made {
            entry: entry.to_owned(),
            aliases: Vec::new(),
            found,
        };
        self.made.insert(id.clone(), made);
        self.alias(entry, &id);
        Added::Row
    }

    fn id(&self, entry: &str, found: &Found) -> String {
        let own = format!("{}/{}", found.provider, found.model);
        let provider = format!("{}/", found.provider);
        let known = [entry, own.as_str()]
            .into_iter()
            .filter_map(|name| self.known.get(name))
            .find(|id| id.starts_with(&provider));
        known.cloned().unwrap_or(own)
    }

    /// The entry's own name, unless it is the name of something else.
    fn alias(&mut self, entry: &str, id: &str) {
        let other = |names: &BTreeMap<String, String>| names.get(entry).is_some_and(|of| of != id);
        if entry == id || other(&self.known) || other(&self.names) {
            return;
        }
        self.names.insert(entry.to_owned(), id.to_owned());
        if let Some(made) = self.made.get_mut(id) {
            made.aliases.push(entry.to_owned());
        }
    }

    /// The rows as a catalog file.
    pub fn text(&self) -> String {
        let mut out = format!(
            "# Rows from {}, as of {}. Written by `llmcost catalog import`; use it after --catalog.\n",
            self.file.replace(['\n', '\r'], " "),
            self.as_of
        );
        for (id, made) in &self.made {
            self.row(id, made, &mut out);
        }
        out
    }

    fn row(&self, id: &str, made: &Made, out: &mut String) {
        let found = &made.found;
        let _ = write!(out, "\n[[api]]\nid = {}\n", write::text(id));
        if !made.aliases.is_empty() {
            let names: Vec<String> = made.aliases.iter().map(|name| write::text(name)).collect();
            let _ = writeln!(out, "aliases = [{}]", names.join(", "));
        }
        if let Some(tokens) = found.context_tokens.filter(|tokens| *tokens > 0.0) {
            let _ = writeln!(out, "context_tokens = {tokens}");
        }
        if let Some(day) = found.retires {
            let _ = writeln!(out, "retires = \"{day}\"");
        }
        let source = match &found.url {
            Some(url) => format!("{}: {url}", self.file),
            None => self.file.clone(),
        };
        let provenance = format!(
            "source = {}\nas_of = \"{}\"\nconfidence = \"third-party\"\n",
            write::text(&source),
            self.as_of
        );
        out.push_str(&provenance);
        for step in &found.steps {
            out.push_str("\n[[api.price]]\n");
            price(step, out);
            out.push_str(&provenance);
        }
    }
}

fn price(step: &Step, out: &mut String) {
    if let Some(from) = step.from {
        let _ = writeln!(out, "from = \"{from}\"");
    }
    let _ = writeln!(out, "tier = \"{}\"", step.tier);
    let prices = [
        ("input_usd_per_mtok", step.input),
        (
            "output_usd_per_mtok",
            step.output.filter(|price| *price > 0.0),
        ),
        ("cache_read_usd_per_mtok", step.cache_read),
        ("cache_write_5m_usd_per_mtok", step.cache_write),
        ("cache_write_1h_usd_per_mtok", step.cache_write_long),
    ];
    for (key, price) in prices {
        if let Some(price) = price {
            let _ = writeln!(out, "{key} = {price}");
        }
    }
    if let Some(tokens) = step.above {
        let _ = writeln!(out, "above_prompt_tokens = {tokens}");
    }
    if let Some(hours) = &step.hours {
        let _ = writeln!(out, "hours_utc = {}", write::text(hours));
    }
}
