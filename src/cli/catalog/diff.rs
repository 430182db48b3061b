//! `llmcost catalog diff`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};
use clap::Args;

use super::super::args::Common;
use super::super::diff::Plan;
use super::super::input::{self, Inputs};
use super::super::{Exit, output};
use crate::analysis::catalog_diff::{self, CatalogDiff};
use crate::catalog::{KINDS, lock};
use crate::diagnostic::Problems;
use crate::document;
use crate::report;

/// `catalog diff`.
#[derive(Args, Debug)]
pub struct CatalogDiffArgs {
    /// Up to two catalog files or locks (old, new), then scenarios whose cost is compared.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// The old catalog: a lock, or a file of own facts.
    #[arg(long, value_name = "FILE")]
    pub against: Option<PathBuf>,
}

/// The two catalogs, by name and the files that make them.
struct Sides {
    old: (String, Vec<PathBuf>),
    new: (String, Vec<PathBuf>),
}

/// Runs the command.
///
/// # Errors
/// Wrong input, or nothing to compare.
pub fn run(args: &CatalogDiffArgs, common: &Common) -> Result<Exit> {
    input::refuse(
        common,
        "catalog diff",
        &["--strict", "--option", "--locked", "--no-lock"],
    )?;
    let (catalogs, scenarios) = sorted(&args.files)?;
    let sides = sides(args, &catalogs, &scenarios, common)?;
    let with = |catalog: &[PathBuf]| Common {
        catalog: catalog.to_vec(),
        ..common.clone()
    };
    let mut old = Inputs::traced(&with(&sides.old.1))?;
    let mut new = Inputs::traced(&with(&sides.new.1))?;
    let mut differences = Vec::new();
    let mut rejected = Vec::new();
    for path in &scenarios {
        match (Plan::read(path, &mut old), Plan::read(path, &mut new)) {
            (Ok(before), Ok(after)) => {
                differences.push(before.against(&after, &[], true, false, &new));
            }
            (before, after) => rejected.extend([before.err(), after.err()].into_iter().flatten()),
        }
    }
    input::all_or_nothing(rejected)?;
    let day = common_day(&new);
    let mut used = old.catalog.trace().used;
    used.extend(new.catalog.trace().used);
    let wanted = (!scenarios.is_empty()).then_some(&used);
    let (before, after) = (
        Arc::clone(&old.catalogs.base),
        Arc::clone(&new.catalogs.base),
    );
    let result = CatalogDiff {
        old: sides.old.0,
        new: sides.new.0,
        scenarios: differences,
        ..catalog_diff::rows(&before, &after, day, wanted)
    };
    let blocks = || report::catalog_diff::blocks(&result);
    let tidy = || report::catalog_diff::tidy(&result);
    output::write(&result, &blocks, &tidy, &[], common)
}

fn common_day(inputs: &Inputs) -> crate::date::Date {
    let as_of = inputs.catalogs.base.as_of();
    inputs.settings.prices_as_of.unwrap_or(as_of)
}

/// The difference of two files that are both catalogs; `None` where one of them is not.
pub fn two_catalogs(old: &str, new: &str, common: &Common) -> Option<Result<Exit>> {
    let both = [old, new].iter().all(|file| {
        let text = (*file != "-" && Path::new(file).is_file()).then(|| input::read(file).ok());
        text.flatten().is_some_and(|text| is_catalog(&text))
    });
    let args = CatalogDiffArgs {
        files: vec![old.to_owned(), new.to_owned()],
        against: None,
    };
    both.then(|| run(&args, common))
}

/// Files of catalogs, and files of scenarios.
fn sorted(files: &[String]) -> Result<(Vec<String>, Vec<String>)> {
    let (mut catalogs, mut rest) = (Vec::new(), Vec::new());
    for file in files {
        let is_file = file != "-" && Path::new(file).is_file();
        if is_file && is_catalog(&input::read(file)?) {
            catalogs.push(file.clone());
        } else {
            rest.push(file.clone());
        }
    }
    Ok((catalogs, input::files(&rest)?))
}

/// Whether a text is a catalog or a lock: whatever has no `[workload]` and does not extend another file.
fn is_catalog(text: &str) -> bool {
    let tree = document::parse(document::without_mark(text), 0, &mut Problems::default());
    let kinds = |key: &&str| tree.get(key).is_some();
    let scenario = ["workload", "extends"].iter().any(kinds);
    lock::is_lock(text) || (!scenario && KINDS.iter().any(kinds))
}

fn sides(
    args: &CatalogDiffArgs,
    catalogs: &[String],
    scenarios: &[String],
    common: &Common,
) -> Result<Sides> {
    let present = ("the present catalog".to_owned(), common.catalog.clone());
    let of = |file: &str| (file.to_owned(), vec![PathBuf::from(file)]);
    let over = |file: &str| {
        let mut files = common.catalog.clone();
        files.push(PathBuf::from(file));
        (file.to_owned(), files)
    };
    match (&args.against, catalogs) {
        (Some(old), []) => Ok(Sides {
            old: of(&old.display().to_string()),
            new: present,
        }),
        (Some(old), [new]) => Ok(Sides {
            old: of(&old.display().to_string()),
            new: of(new),
        }),
        (None, [old, new]) => Ok(Sides {
            old: of(old),
            new: of(new),
        }),
        (None, [new]) => Ok(Sides {
            old: present,
            new: over(new),
        }),
        (None, []) => match beside(scenarios) {
            Some(lock) => Ok(Sides {
                old: of(&lock),
                new: present,
            }),
            None => bail!(
                "nothing to compare the catalog with\nhint: name a lock after --against, or a catalog \
                 file before the scenarios"
            ),
        },
        _ => bail!("more than two catalogs: {}", catalogs.join(", ")),
    }
}

/// The lock beside the first scenario.
fn beside(scenarios: &[String]) -> Option<String> {
    let folder = Path::new(scenarios.first()?).parent()?;
    let file = folder.join(lock::FILE);
    file.is_file().then(|| file.display().to_string())
}
