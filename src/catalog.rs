//! Dated facts: prices, GPUs, open models, wages, power; embedded, with a user's own file on top.
//!
//! Embedded files are searched as text and only the rows that a command needs are parsed, by the same
//! reader as a user's file (`docs/decisions.md`, "Parse what is asked for").

pub mod browse;
mod found;
pub mod import;
pub mod lock;
pub mod rows;
mod store;
mod trace;
pub mod write;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use found::Found;
pub use lock::Lock;
pub use rows::CatalogFile;
use rows::{
    ApiRow, ElectricityRow, GpuDiscountRow, GpuPriceRow, GpuPurchaseRow, GpuRow, MeasuredRow,
    ModelRow, ProvisionedRow, PueRow, RoleRow, TuningRow,
};
pub use store::KINDS;
use store::Store;
pub use trace::Trace;

use crate::date::Date;
use crate::diagnostic::{Place, Problem, Problems, Sources};
use crate::document;
use crate::table::{Table, Text};

/// Day for which the embedded catalog was compiled: its newest row (a test holds it to that).
pub const AS_OF: Date = Date {
    year: 2026,
    month: 11,
    day: 23,
};

/// Rows older than this many days raise a warning.
pub const STALE_DAYS: i64 = 90;

/// Where a figure comes from, for warnings and explanations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Row: `openai/gpt-6-luna`.
    pub id: String,
    /// Source as the row names it.
    pub source: String,
    /// Day for which it holds.
    pub as_of: Date,
    /// How sure it is.
    pub confidence: String,
    /// Whether it stands in a user's own file.
    pub own: bool,
}

impl Fact {
    /// One line: `catalog openai/gpt-6-luna, genai-prices 0.2.3, as of 2026-11-23 (seen)`.
    pub fn line(&self) -> String {
        let whose = if self.own { "own catalog" } else { "catalog" };
        format!(
            "{whose} {}, {}, as of {} ({})",
            self.id, self.source, self.as_of, self.confidence
        )
    }
}

/// A kind of row, with its list in a file.
pub trait Row: Clone + Sized {
    /// Name of the table array.
    const KIND: &'static str;
    /// The rows of this kind in a file.
    fn list(file: &CatalogFile) -> &[Self];
    /// Its id.
    fn id(&self) -> &str;
    /// Where its id stands.
    fn place(&self) -> Place;
    /// Its other names.
    fn aliases(&self) -> &[Text];
    /// Source, date and confidence.
    fn provenance(&self) -> (Option<&Text>, Option<Date>, Option<&Text>);
}

macro_rules! row {
    ($($row:ident, $field:ident $(, $aliases:ident)?;)*) => {
        /// An id stands for one row of its kind.
        fn check_all_unique(file: &CatalogFile, problems: &mut Problems) {
            $(check_unique::<$row>(file, problems);)*
        }

        $(
        impl Row for $row {
            const KIND: &'static str = stringify!($field);
            fn list(file: &CatalogFile) -> &[Self] {
                file.$field.as_ref().map_or(&[], |many| &many.0)
            }
            fn id(&self) -> &str {
                self.id.as_ref().map_or("", |id| &id.value)
            }
            fn place(&self) -> Place {
                self.id.as_ref().map_or(self.place, |id| id.place)
            }
            fn aliases(&self) -> &[Text] {
                $(if let Some(list) = &self.$aliases { return list; })?
                &[]
            }
            fn provenance(&self) -> (Option<&Text>, Option<Date>, Option<&Text>) {
                (self.source.as_ref(), self.as_of, self.confidence.as_ref())
            }
        }
        )*
    };
}

row! {
    ApiRow, api, aliases;
    TuningRow, tuning, aliases;
    ProvisionedRow, provisioned;
    GpuRow, gpu, aliases;
    GpuPriceRow, gpu_price;
    GpuPurchaseRow, gpu_purchase;
    GpuDiscountRow, gpu_discount;
    ModelRow, model, aliases;
    MeasuredRow, measured;
    RoleRow, role;
    ElectricityRow, electricity;
    PueRow, pue;
}

/// The embedded facts, and a user's own on top of them.
#[derive(Debug, Default)]
pub struct Catalog {
    store: Store,
    lock: Option<Lock>,
    own: Vec<CatalogFile>,
    trees: Vec<document::Node>,
    parsed: Mutex<BTreeMap<usize, Arc<CatalogFile>>>,
    found: Found,
    trace: Option<Mutex<Trace>>,
    missing: Mutex<HashMap<ThreadId, BTreeSet<Asked>>>,
}

/// The kind of a row, and the id or alias that was asked for.
pub type Asked = (&'static str, String);

impl Catalog {
    /// The embedded catalog alone.
    pub fn embedded() -> Self {
        Self::default()
    }

    /// The rows of a lock in the place of the embedded ones.
    pub fn locked(lock: Lock) -> Self {
        Self {
            store: Store::Locked(Arc::clone(&lock.rows)),
            lock: Some(lock),
            ..Self::default()
        }
    }

    /// Adds a user's file; its rows beat embedded rows of the same id everywhere.
    pub fn overlay(
        &mut self,
        name: &str,
        text: &str,
        sources: &mut Sources,
        problems: &mut Problems,
    ) {
        let text = document::without_mark(text);
        let source = sources.add(name, text);
        let before = problems.count();
        let node = document::parse(text, source, problems);
        // A torn file reads as a file with half of its keys: what is missing then is not worth telling.
        if problems.count() > before {
            return;
        }
        let file = CatalogFile::read(&node, problems);
        check_all_unique(&file, problems);
        self.own.insert(0, file);
        self.trees.insert(0, node);
    }

    /// The row of an id or alias with whether it is the user's own.
    pub fn find<R: Row>(&self, id: &str) -> Option<(R, bool)> {
        let found = self.search::<R>(id);
        self.note(R::KIND, id, found.as_ref().map(|(row, _)| row.id()));
        found
    }

    fn search<R: Row>(&self, id: &str) -> Option<(R, bool)> {
        let own = self
            .own
            .iter()
            .flat_map(|file| R::list(file))
            .find(|row| answers(*row, id));
        if let Some(row) = own {
            return Some((row.clone(), true));
        }
        let file = self.found.named(R::KIND, id, || {
            let block = self.store.find(R::KIND, id);
            block.map(|block| self.parse(block))
        })?;
        let row = R::list(&file).first()?.clone();
        let own = self.is_own(R::KIND, row.id());
        Some((row, own))
    }

    /// All rows of a kind whose text passes a filter, own rows first; own rows hide embedded ones of
    /// the same id.
    pub fn all<R: Row>(&self, filter: impl Fn(&str) -> bool) -> Vec<(R, bool)> {
        let blocks = self.store.blocks(R::KIND).filter(|block| filter(block));
        let files = blocks.map(|block| self.parse(block)).collect();
        self.of_files(files, filter)
    }

    /// All rows of a kind whose text holds some texts: searched once, however often a file is resolved.
    pub fn holding<R: Row>(&self, texts: &[&str]) -> Vec<(R, bool)> {
        let filter = |block: &str| texts.iter().all(|text| block.contains(text));
        let files = self.found.holding(R::KIND, texts, || {
            let blocks = self.store.blocks(R::KIND).filter(|block| filter(block));
            blocks.map(|block| self.parse(block)).collect()
        });
        self.of_files(files, filter)
    }

    /// The rows of the user's own files, then those of embedded ones that passed a filter.
    fn of_files<R: Row>(
        &self,
        files: Vec<Arc<CatalogFile>>,
        filter: impl Fn(&str) -> bool,
    ) -> Vec<(R, bool)> {
        let mut list: Vec<(R, bool)> = self
            .own
            .iter()
            .flat_map(|file| R::list(file))
            .map(|row| (row.clone(), true))
            .collect();
        let own: Vec<String> = list.iter().map(|(row, _)| row.id().to_owned()).collect();
        for file in files {
            list.extend(
                R::list(&file)
                    .iter()
                    .filter(|row| !own.iter().any(|id| id == row.id()))
                    .map(|row| (row.clone(), self.is_own(R::KIND, row.id()))),
            );
        }
        self.note_all(&list, filter);
        list
    }

    /// Ids and aliases of a kind, for suggestions.
    pub fn names<R: Row>(&self) -> Vec<String> {
        let own = self
            .own
            .iter()
            .flat_map(|file| R::list(file))
            .flat_map(|row| {
                std::iter::once(row.id().to_owned())
                    .chain(row.aliases().iter().map(|alias| alias.value.clone()))
            });
        own.chain(self.store.names(R::KIND)).collect()
    }

    /// A problem that names an unknown id, with the nearest known one.
    pub fn unknown<R: Row>(&self, text: &Text, what: &str) -> Problem {
        let names = self.names::<R>();
        let problem = Problem::new(text.place, format!("unknown {what} `{}`", text.value))
            .suggest(&text.value, names.iter().map(String::as_str));
        match problem.hint {
            Some(_) => problem,
            None => problem.hint(format!(
                "`llmcost catalog list {}` shows the known ones",
                R::KIND
            )),
        }
    }

    /// The row of a text of the store, which keeps its place in memory as long as the catalog lives.
    fn parse(&self, block: &str) -> Arc<CatalogFile> {
        let key = block.as_ptr() as usize;
        let mut parsed = guard(&self.parsed);
        Arc::clone(parsed.entry(key).or_insert_with(|| {
            // The embedded rows are held to be free of problems by tests/catalog.rs.
            let mut problems = Problems::default();
            let node = document::parse(block, 0, &mut problems);
            Arc::new(CatalogFile::read(&node, &mut problems))
        }))
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answers<R: Row>(row: &R, id: &str) -> bool {
    row.id() == id || row.aliases().iter().any(|alias| alias.value == id)
}

fn check_unique<R: Row>(file: &CatalogFile, problems: &mut Problems) {
    let mut seen = Vec::new();
    for row in R::list(file) {
        if !row.id().is_empty() && seen.contains(&row.id()) {
            let message = format!("`{}` stands twice in this catalog", row.id());
            problems.push(Problem::new(row.place(), message).expected("unique ids"));
        }
        seen.push(row.id());
    }
}

/// The fact behind a row.
pub fn fact<R: Row>(row: &R, own: bool) -> Fact {
    let (source, as_of, confidence) = row.provenance();
    Fact {
        id: row.id().to_owned(),
        source: source.map_or_else(String::new, |text| text.value.clone()),
        as_of: as_of.unwrap_or(AS_OF),
        confidence: confidence.map_or_else(String::new, |text| text.value.clone()),
        own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_row_beats_the_embedded_one() {
        let mut catalog = Catalog::embedded();
        let (embedded, own) = catalog.find::<RoleRow>("ml-engineer").unwrap();
        assert!(!own && embedded.usd_per_year.is_some());
        let text = "[[role]]\nid = \"ml-engineer\"\nusd_per_year = 300_000\nsource = \"HR\"\n\
                    as_of = \"2026-12-01\"\nconfidence = \"seen\"\n";
        let (mut sources, mut problems) = (Sources::default(), Problems::default());
        catalog.overlay("own.toml", text, &mut sources, &mut problems);
        assert!(problems.is_empty());
        let (row, own) = catalog.find::<RoleRow>("ml-engineer").unwrap();
        assert!(own);
        assert_eq!(row.usd_per_year.unwrap().input.median(), 300_000.0);
    }

    #[test]
    fn an_alias_finds_the_row_and_an_unknown_id_suggests_one() {
        let catalog = Catalog::embedded();
        assert_eq!(
            catalog.find::<ApiRow>("gpt-6-luna").unwrap().0.id(),
            "openai/gpt-6-luna"
        );
        assert!(catalog.find::<ApiRow>("openai/gpt-6-lunar").is_none());
        let text = Text {
            value: "openai/gpt-6-lunar".into(),
            place: crate::diagnostic::Place::default(),
        };
        let problem = catalog.unknown::<ApiRow>(&text, "model");
        assert_eq!(
            problem.hint.as_deref(),
            Some("did you mean `openai/gpt-6-luna`?")
        );
    }

    #[test]
    fn a_price_that_is_a_thousand_times_off_is_refused() {
        let text = "[[gpu_price]]\nid = \"x\"\ngpu = \"h100-sxm\"\nprovider = \"p\"\ntier = \"spot\"\n\
                    usd_per_gpu_hour = 2_350\nsource = \"s\"\nas_of = \"2026-12-01\"\nconfidence = \"seen\"\n";
        let (mut sources, mut problems) = (Sources::default(), Problems::default());
        Catalog::embedded().overlay("own.toml", text, &mut sources, &mut problems);
        assert_eq!(
            problems.sorted()[0].message,
            "`usd_per_gpu_hour` is out of range"
        );
    }
}
