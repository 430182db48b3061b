//! The catalogs of a run: the embedded one or a lock in its place, the user's own facts on top, and the locks
//! that lie beside scenarios.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Result, bail};

use super::args::Common;
use super::input::{Rejected, read, texts};
use crate::catalog::{Catalog, Lock, lock};
use crate::diagnostic::{Problems, Sources};

/// Which catalog a scenario is read with.
pub struct Catalogs {
    /// The catalog of scenarios without a lock.
    pub base: Arc<Catalog>,
    overlays: Vec<(String, String)>,
    beside: Mutex<BTreeMap<PathBuf, Arc<Catalog>>>,
    /// Whether locks that lie beside scenarios count.
    looks: bool,
    required: bool,
    quiet: bool,
}

impl Catalogs {
    /// Reads the files after `--catalog`: own facts, and at most one lock.
    ///
    /// # Errors
    /// A file that cannot be read, or its problems.
    pub fn new(common: &Common, sources: &mut Sources) -> Result<Self> {
        let mut overlays = Vec::new();
        let mut locks = Vec::new();
        for path in &common.catalog {
            let name = path.display().to_string();
            let text = read(&name)?;
            if lock::is_lock(&text) {
                locks.push((name, text));
            } else {
                overlays.push((name, text));
            }
        }
        if common.no_lock && !locks.is_empty() {
            bail!("--no-lock, and `{}` after --catalog is a lock", locks[0].0);
        }
        if let [(one, _), (other, _), ..] = &locks[..] {
            bail!(
                "`{one}` and `{other}` are both locks\n\
                 hint: `llmcost catalog lock` of all scenarios writes one"
            );
        }
        let lock = locks
            .first()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        Ok(Self {
            base: Arc::new(catalog(lock, &overlays, sources)?),
            overlays,
            beside: Mutex::default(),
            looks: lock.is_none() && !common.no_lock,
            required: common.locked && lock.is_none(),
            quiet: common.quiet,
        })
    }

    /// The same with a catalog that takes note of what is asked for, and without locks beside scenarios.
    ///
    /// # Errors
    /// A file that cannot be read, or its problems.
    pub fn traced(common: &Common, sources: &mut Sources) -> Result<Self> {
        let mut all = Self::new(common, sources)?;
        let lock = all.base.lock().map(|lock| lock.name.clone());
        let text = lock.as_ref().map(|name| read(name)).transpose()?;
        let lock = lock.as_deref().zip(text.as_deref());
        all.base = Arc::new(catalog(lock, &all.overlays, sources)?.traced());
        all.looks = false;
        all.required = false;
        Ok(all)
    }

    /// The catalog of a scenario: the lock that lies beside it, else the one of the run.
    ///
    /// # Errors
    /// A lock that cannot be read, or none with `--locked`.
    pub fn of(&self, scenario: &str) -> Result<Arc<Catalog>> {
        if !self.looks || scenario == "-" {
            if self.required {
                bail!("--locked, and no lock is given\nhint: name it after --catalog");
            }
            return Ok(Arc::clone(&self.base));
        }
        let folder = Path::new(scenario).parent().unwrap_or(Path::new(""));
        let file = folder.join(lock::FILE);
        if !file.is_file() {
            if self.required {
                bail!(
                    "--locked, and no {} lies beside `{scenario}`\n\
                     hint: `llmcost catalog lock {scenario} -o {}` writes it",
                    lock::FILE,
                    file.display()
                );
            }
            return Ok(Arc::clone(&self.base));
        }
        let mut beside = self.beside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = beside.get(&file) {
            return Ok(Arc::clone(known));
        }
        let name = file.display().to_string();
        let text = read(&name)?;
        if !lock::is_lock(&text) {
            bail!("`{name}` is no lock: it has no [lock] table\nhint: {AGAIN}");
        }
        let found = Arc::new(catalog(
            Some((&name, &text)),
            &self.overlays,
            &mut Sources::default(),
        )?);
        if !self.quiet {
            eprintln!(
                "note: prices are locked by {name}, catalog of {}",
                found.as_of()
            );
        }
        beside.insert(file, Arc::clone(&found));
        Ok(found)
    }
}

const AGAIN: &str = "run `llmcost catalog lock` again, or say --no-lock for the present catalog";

fn catalog(
    lock: Option<(&str, &str)>,
    overlays: &[(String, String)],
    sources: &mut Sources,
) -> Result<Catalog> {
    let mut problems = Problems::default();
    let lock = lock.and_then(|(name, text)| Lock::read(name, text, sources, &mut problems));
    let mut catalog = lock.map_or_else(Catalog::embedded, Catalog::locked);
    for (name, text) in overlays {
        catalog.overlay(name, text, sources, &mut problems);
    }
    if problems.is_empty() {
        return Ok(catalog);
    }
    Err(Rejected::of(texts(&problems.sorted(), sources).join("\n")).into())
}

/// Refuses an answer for which a lock lacks rows that the catalog of today has.
///
/// # Errors
/// The rows.
pub fn complete(catalog: &Catalog, scenario: &str) -> Result<()> {
    let missing = catalog.take_missing();
    let Some(lock) = catalog.lock().filter(|_| !missing.is_empty()) else {
        return Ok(());
    };
    let rows: Vec<String> = missing
        .iter()
        .map(|(kind, id)| format!("{kind} {id}"))
        .collect();
    bail!(
        "`{scenario}` needs what {} does not have: {}\nhint: {AGAIN}",
        lock.name,
        rows.join(", ")
    )
}
