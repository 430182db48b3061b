//! Rows that were searched for: a map or a break-even over any input resolves a file hundreds of times, and
//! asks for the same rows each time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::{Asked, CatalogFile, guard};

/// The kind of some rows, and the texts that they hold.
type Texts = (&'static str, Vec<String>);

/// What a search found, by what was asked.
#[derive(Debug, Default)]
pub struct Found {
    named: Mutex<HashMap<Asked, Option<Arc<CatalogFile>>>>,
    holding: Mutex<HashMap<Texts, Vec<Arc<CatalogFile>>>>,
}

impl Found {
    /// The row of an id or alias.
    pub fn named(
        &self,
        kind: &'static str,
        id: &str,
        search: impl FnOnce() -> Option<Arc<CatalogFile>>,
    ) -> Option<Arc<CatalogFile>> {
        let mut known = guard(&self.named);
        let row = known.entry((kind, id.to_owned())).or_insert_with(search);
        row.clone()
    }

    /// The rows whose text holds some texts.
    pub fn holding(
        &self,
        kind: &'static str,
        texts: &[&str],
        search: impl FnOnce() -> Vec<Arc<CatalogFile>>,
    ) -> Vec<Arc<CatalogFile>> {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let mut known = guard(&self.holding);
        let rows = known.entry((kind, texts)).or_insert_with(search);
        rows.clone()
    }
}
