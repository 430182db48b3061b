//! A lock: the rows that some scenarios rely on, in the place of the embedded catalog, so that a plan gives
//! the same answer with every later version.
//!
//! Its rows stand as they stood in the files that they were taken from; a digest tells whether they still do.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Catalog, CatalogFile, KINDS, check_all_unique, write};
use crate::date::Date;
use crate::diagnostic::{Problem, Problems, Sources};
use crate::document::{self, Node, Value};
use crate::table;
use crate::table::{Key, Kind, Table, Text, count, date, text};

/// The name under which a lock is looked for beside a scenario.
pub const FILE: &str = "llmcost.lock.toml";

table! {
    /// `[lock]`.
    LockTable {
        version: u32 = count("", "Version of this format.").between(1.0, 1.0).required(),
        as_of: Date = date("Day for which the catalog was compiled.").required(),
        digest: Text = text("SHA-256 of the rows in hexadecimal digits.").required(),
        own: Vec<Text> = Key::new(Kind::Texts, "Rows that stood in a user's own file: kind and id."),
        absent: Vec<Text> = Key::new(Kind::Texts, "Ids that were asked for and not known: kind and id."),
    }
}

/// A lock that was read.
#[derive(Clone, Debug)]
pub struct Lock {
    /// File that it was read from.
    pub name: String,
    /// Day for which the locked catalog was compiled.
    pub as_of: Date,
    /// Digest of its rows.
    pub digest: String,
    pub(super) rows: Arc<str>,
    own: BTreeSet<String>,
    absent: BTreeSet<String>,
}

/// Whether a text is a lock: it has a `[lock]` table.
pub fn is_lock(text: &str) -> bool {
    text.lines().any(|line| line.trim_end() == "[lock]")
}

/// The digest of rows: SHA-256 of their text, whatever ends its lines.
pub fn digest(rows: &str) -> String {
    let hash = Sha256::digest(rows.replace('\r', "").as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Lock {
    /// Reads a lock; what is wrong with it becomes a problem.
    pub fn read(
        name: &str,
        text: &str,
        sources: &mut Sources,
        problems: &mut Problems,
    ) -> Option<Self> {
        let text = document::without_mark(text).replace("\r\n", "\n");
        let source = sources.add(name, &text);
        let before = problems.count();
        let tree = document::parse(&text, source, problems);
        if problems.count() > before {
            return None;
        }
        let head = LockTable::read(tree.get("lock").unwrap_or(&tree), problems);
        let entries = tree.entries().iter().filter(|entry| entry.key != "lock");
        let rows = Node {
            place: tree.place,
            value: Value::Table(entries.cloned().collect()),
        };
        check_all_unique(&CatalogFile::read(&rows, problems), problems);
        let rows = &text[text.find("\n[[").map_or(text.len(), |at| at + 1)..];
        if let Some(known) = &head.digest
            && known.value != digest(rows)
        {
            let problem = Problem::new(known.place, "the rows are not those that were locked")
                .found(digest(rows))
                .hint("take back what was changed by hand, or run `llmcost catalog lock` again");
            problems.push(problem);
        }
        let texts = |list: Option<&Vec<Text>>| -> BTreeSet<String> {
            let texts = list.into_iter().flatten();
            texts.map(|text| text.value.clone()).collect()
        };
        Some(Self {
            name: name.to_owned(),
            as_of: head.as_of?,
            digest: head.digest.as_ref()?.value.clone(),
            rows: rows.into(),
            own: texts(head.own.as_ref()),
            absent: texts(head.absent.as_ref()),
        })
    }

    /// Whether a row stood in a user's own file.
    pub(super) fn is_own(&self, kind: &str, id: &str) -> bool {
        self.own.contains(&format!("{kind} {id}"))
    }

    /// Whether an id was not known when the lock was made.
    pub(super) fn is_absent(&self, kind: &str, id: &str) -> bool {
        self.absent.contains(&format!("{kind} {id}"))
    }

    /// Whether anything of a GPU or model was locked: then all its prices were.
    pub(super) fn covers(&self, block: &str) -> bool {
        let subject = subject(block);
        subject.is_none_or(|line| self.rows.contains(&quoted(line)))
    }
}

/// The line of a price that names what it is a price of.
fn subject(block: &str) -> Option<&str> {
    let subjects = ["gpu = ", "model = "];
    block
        .lines()
        .find(|line| subjects.iter().any(|key| line.starts_with(key)))
}

fn quoted(line: &str) -> String {
    line.split('"')
        .nth(1)
        .map_or_else(String::new, |id| format!("\"{id}\""))
}

/// The id of a row's text.
pub(super) fn id_of(block: &str) -> &str {
    let line = block.lines().nth(1).unwrap_or_default();
    line.split('"').nth(1).unwrap_or_default()
}

impl Catalog {
    /// The rows that were asked for as a lock, with every price of the GPUs among them: a median over
    /// providers is one over all of them.
    pub fn locked_text(&self) -> String {
        let trace = self.trace();
        let mut own = Vec::new();
        let mut rows = Vec::new();
        for kind in KINDS {
            let is_used = |id: &str| trace.used.contains(&(*kind, id.to_owned()));
            let mut given: Vec<String> = Vec::new();
            for document in self.own_documents(kind) {
                let id = document.id().to_owned();
                if is_used(&id) && !given.contains(&id) {
                    own.push(format!("{kind} {id}"));
                    rows.push(write::row(kind, &document.node));
                    given.push(id);
                }
            }
            let blocks: Vec<&str> = self.store.blocks(kind).collect();
            let subjects: BTreeSet<&str> = blocks
                .iter()
                .filter(|block| is_used(id_of(block)))
                .filter_map(|block| subject(block))
                .collect();
            let shares = |block: &str| subject(block).is_some_and(|line| subjects.contains(line));
            for block in blocks
                .iter()
                .filter(|block| is_used(id_of(block)) || shares(block))
            {
                let id = id_of(block).to_owned();
                if given.contains(&id) {
                    continue;
                }
                if self
                    .lock
                    .as_ref()
                    .is_some_and(|lock| lock.is_own(kind, &id))
                {
                    own.push(format!("{kind} {id}"));
                }
                rows.push(without_remarks(block));
            }
        }
        let absent = trace.absent.iter().map(|(kind, id)| format!("{kind} {id}"));
        head(
            self.as_of(),
            &rows.join("\n"),
            &own,
            &absent.collect::<Vec<_>>(),
        )
    }
}

/// A row's text without the remarks that stand before the next row of its file.
fn without_remarks(block: &str) -> String {
    let lines: Vec<&str> = block
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    lines.join("\n").trim_end().to_owned() + "\n"
}

fn head(as_of: Date, rows: &str, own: &[String], absent: &[String]) -> String {
    let texts = |list: &[String]| -> String {
        let texts: Vec<String> = list.iter().map(|text| write::text(text)).collect();
        format!("[{}]", texts.join(", "))
    };
    format!(
        "# The catalog rows that some scenarios rely on, with their dates and sources.\n\
         # Written by `llmcost catalog lock`. Rows that were changed by hand are refused: lock again.\n\n\
         [lock]\nversion = 1\nas_of = \"{as_of}\"\ndigest = \"{}\"\nown = {}\nabsent = {}\n\n{rows}",
        digest(rows),
        texts(own),
        texts(absent),
    )
}
