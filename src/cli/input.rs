//! Files in: scenarios, patterns, standard input, the user's own catalog.

use std::fmt;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};

use super::args::Common;
use super::locks::{self, Catalogs};
use crate::analysis::vary::Varied;
use crate::catalog::{Catalog, lock};
use crate::date::Date;
use crate::diagnostic::{Place, Problem, Sources, did_you_mean};
use crate::report::format::significant;
use crate::scenario::file::key_at;
use crate::scenario::{Loaded, Scenario, Settings, load};

/// Most problems that are shown of a run: a log that was taken for a scenario has one in every line.
const MOST: usize = 50;

/// Problems of a file, as text.
#[derive(Debug)]
pub struct Rejected(String);

impl Rejected {
    /// Problems that were rendered.
    pub fn of(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Rejected {}

/// What a command works with.
pub struct Inputs {
    /// Facts: those of the scenario that was read last.
    pub catalog: Arc<Catalog>,
    /// Facts of every scenario.
    pub catalogs: Catalogs,
    /// Texts that places point into.
    pub sources: Sources,
    /// What the command line adds to files.
    pub settings: Settings,
}

impl Inputs {
    /// Reads the catalog overlays and the flags.
    ///
    /// # Errors
    /// A file that cannot be read, or its problems.
    pub fn new(common: &Common) -> Result<Self> {
        let mut sources = Sources::default();
        let catalogs = Catalogs::new(common, &mut sources)?;
        let prices_as_of = match &common.prices_as_of {
            Some(text) => Some(Date::parse(text).with_context(|| {
                format!("--prices-as-of: `{text}` is not a date (expected YYYY-MM or YYYY-MM-DD)")
            })?),
            None => None,
        };
        let settings = Settings {
            assignments: common.set.clone(),
            prices_as_of,
            reader: Some(|path| read(path).map_err(|error| format!("{error:#}"))),
            ..Settings::default()
        };
        Ok(Self {
            catalog: Arc::clone(&catalogs.base),
            catalogs,
            sources,
            settings,
        })
    }

    /// The same without locks that lie beside scenarios, and with a catalog that takes note of what is asked
    /// for.
    ///
    /// # Errors
    /// A file that cannot be read, or its problems.
    pub fn traced(common: &Common) -> Result<Self> {
        let mut inputs = Self::new(common)?;
        inputs.catalogs = Catalogs::traced(common, &mut inputs.sources)?;
        inputs.catalog = Arc::clone(&inputs.catalogs.base);
        Ok(inputs)
    }

    /// Reads one scenario.
    ///
    /// # Errors
    /// A file that cannot be read, or its problems.
    pub fn scenario(&mut self, path: &str) -> Result<Loaded> {
        let text = read(path)?;
        self.scenario_text(path, &text)
    }

    /// Reads one scenario from a text that was read from a path.
    ///
    /// # Errors
    /// Its problems.
    pub fn scenario_text(&mut self, path: &str, text: &str) -> Result<Loaded> {
        let name = if path == "-" { "standard input" } else { path };
        self.catalog = self.catalogs.of(path)?;
        let loaded = load(name, text, &self.settings, &self.catalog, &mut self.sources);
        locks::complete(&self.catalog, name)?;
        loaded.map_err(|problems| self.rejected(&problems))
    }

    /// A scenario whose inputs can be varied.
    pub fn varied<'a>(&'a self, loaded: &'a Loaded) -> Varied<'a> {
        Varied {
            tree: &loaded.tree,
            scenario: &loaded.scenario,
            settings: &self.settings,
            catalog: &self.catalog,
        }
    }

    /// Refuses a path that names no key, at the place where it goes wrong.
    ///
    /// # Errors
    /// What is wrong with the path.
    pub fn check_path(&self, varied: &Varied<'_>, path: &str, place: Place) -> Result<()> {
        if key_at(path).is_none() {
            // Any value will do to have the path refused.
            varied
                .totals(path, place, 1.0)
                .map_err(|problems| self.rejected(&problems))?;
        }
        Ok(())
    }

    /// Problems as an error.
    pub fn rejected(&self, problems: &[Problem]) -> anyhow::Error {
        Rejected(texts(problems, &self.sources).join("\n")).into()
    }

    /// The error of values of the inputs at which the scenario has no price.
    pub fn unpriced(&self, at: &[(String, f64)], problems: &[Problem]) -> anyhow::Error {
        let values: Vec<String> = at
            .iter()
            .map(|(path, value)| format!("{path} = {}", significant(*value, 6)))
            .collect();
        anyhow::anyhow!(
            "the scenario cannot be priced where {}\n{}",
            values.join(", "),
            self.rejected(problems)
        )
    }

    /// A place for a path that was given on the command line.
    pub fn argument(&mut self, name: &str, text: &str) -> Place {
        let source = self.sources.add(name, text);
        Place {
            source,
            start: 0,
            end: text.len() as u32,
        }
    }
}

/// Problems as stderr shows them, of very many the first.
pub fn texts(problems: &[Problem], sources: &Sources) -> Vec<String> {
    let shown = problems.iter().take(MOST);
    let mut texts: Vec<String> = shown.map(|p| p.render(sources)).collect();
    if problems.len() > MOST {
        let more = problems.len() - MOST;
        texts.push(format!(
            "{more} more problems are not shown\n   hint: is this a scenario or catalog file?\n"
        ));
    }
    texts
}

/// Reads a text file, or standard input.
///
/// # Errors
/// A file that cannot be read, or is no UTF-8.
pub fn read(path: &str) -> Result<String> {
    let mut bytes = Vec::new();
    if path == "-" {
        std::io::stdin()
            .lock()
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
    } else {
        bytes = std::fs::read(path).with_context(|| format!("cannot read `{path}`"))?;
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow::anyhow!("`{path}` is not UTF-8 text (byte {at})\nhint: save it as UTF-8")
    })
}

/// Files of the arguments: folders and patterns that no shell expanded are expanded here, in order.
///
/// # Errors
/// A folder or pattern that holds no scenario.
pub fn files(arguments: &[String]) -> Result<Vec<String>> {
    expanded(arguments, &in_folder)
}

/// Files of the arguments, where `in_folder` tells those of a folder.
///
/// # Errors
/// A pattern that matches nothing, and what `in_folder` returns.
pub fn expanded(
    arguments: &[String],
    in_folder: &dyn Fn(&str) -> Result<Vec<String>>,
) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for argument in arguments {
        if argument != "-" && Path::new(argument).is_dir() {
            files.extend(in_folder(argument)?);
            continue;
        }
        let is_pattern = argument.contains(['*', '?', '[']) && !Path::new(argument).exists();
        if !is_pattern {
            files.push(argument.clone());
            continue;
        }
        let found =
            glob::glob(argument).with_context(|| format!("`{argument}` is not a pattern"))?;
        let mut names: Vec<String> = found
            .filter_map(Result::ok)
            .filter(|path| !is_lock(path))
            .map(|path| path.display().to_string())
            .collect();
        if names.is_empty() {
            bail!("no file matches `{argument}`");
        }
        names.sort();
        files.append(&mut names);
    }
    if files.iter().filter(|file| *file == "-").count() > 1 {
        bail!("standard input can be read only once");
    }
    Ok(files)
}

/// The TOML files of a folder and of those in it, hidden ones left out.
fn in_folder(folder: &str) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(folder).to_path_buf()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .with_context(|| format!("cannot read `{}`", next.display()))?;
        for entry in entries {
            let path = entry
                .with_context(|| format!("cannot read `{}`", next.display()))?
                .path();
            let hidden = path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if hidden {
                continue;
            }
            // A link to a folder may lead back to where it stands.
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "toml") && !is_lock(&path) {
                files.push(path.display().to_string());
            }
        }
    }
    if files.is_empty() {
        bail!("no scenario (*.toml) in the folder `{folder}`");
    }
    files.sort();
    Ok(files)
}

/// Whether a file lies among scenarios as their lock.
fn is_lock(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == lock::FILE)
}

/// Checks the names after `--option`.
///
/// # Errors
/// A name that no option of the scenario has.
pub fn check_options(common: &Common, scenario: &Scenario) -> Result<()> {
    for wanted in &common.options {
        option_named("--option", wanted, scenario)?;
    }
    Ok(())
}

/// Index of the option that a flag names.
///
/// # Errors
/// A name that no option of the scenario has.
pub fn option_named(flag: &str, wanted: &str, scenario: &Scenario) -> Result<usize> {
    let known: Vec<&str> = scenario
        .options
        .iter()
        .map(|spec| spec.name.as_str())
        .collect();
    if let Some(at) = known.iter().position(|name| *name == wanted) {
        return Ok(at);
    }
    let hint = match did_you_mean(wanted, &known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known: {}", known.join(", ")),
    };
    bail!("{flag}: no option is named `{wanted}`\nhint: {hint}")
}

/// Whether an option is to be shown.
pub fn shown(common: &Common, name: &str) -> bool {
    common.options.is_empty() || common.options.iter().any(|wanted| wanted == name)
}

/// Ends a run over several files with everything that is wrong with any of them.
///
/// # Errors
/// The errors, joined.
pub fn all_or_nothing(errors: Vec<anyhow::Error>) -> Result<()> {
    let mut errors = errors;
    match errors.len() {
        0 => Ok(()),
        1 => Err(errors.remove(0)),
        _ => {
            let texts: Vec<String> = errors
                .iter()
                .map(|error| match error.downcast_ref::<Rejected>() {
                    Some(rejected) => rejected.0.clone(),
                    None => format!("error: {error:#}\n"),
                })
                .collect();
            Err(Rejected(texts.join("\n")).into())
        }
    }
}

/// Flags that only an answer from a scenario or the catalog has a use for.
pub const OF_ANSWERS: [&str; 8] = [
    "--format",
    "--set",
    "--option",
    "--catalog",
    "--prices-as-of",
    "--strict",
    "--locked",
    "--no-lock",
];

/// Refuses flags of [`Common`] that a command has no use for, so that none is ignored in silence.
///
/// # Errors
/// The first of these flags that was given.
pub fn refuse(common: &Common, command: &str, flags: &[&str]) -> Result<()> {
    let given = [
        ("--format", common.format.is_some()),
        ("--output", common.output.is_some()),
        ("--set", !common.set.is_empty()),
        ("--option", !common.options.is_empty()),
        ("--catalog", !common.catalog.is_empty()),
        ("--prices-as-of", common.prices_as_of.is_some()),
        ("--strict", common.strict),
        ("--locked", common.locked),
        ("--no-lock", common.no_lock),
    ];
    match given
        .iter()
        .find(|(flag, given)| *given && flags.contains(flag))
    {
        Some((flag, _)) => bail!("`llmcost {command}` has no use for {flag}"),
        None => Ok(()),
    }
}
