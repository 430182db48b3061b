//! A way to serve, written back into the scenario: only the keys that change, comments and layout kept.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::super::args::Common;
use super::super::input::{self, Inputs};
use super::super::output;
use super::SizeArgs;
use crate::analysis::compare::compare;
use crate::analysis::size::{KEPT_OUT, Row, of_hardware};
use crate::diagnostic::{Problems, Sources};
use crate::document::{self, Edits, Node, Value};
use crate::scenario::{Settings, load};

/// Writes a row into the scenario, or a copy of it.
///
/// # Errors
/// A scenario that is no file, keeps the option elsewhere, or cannot be written.
pub fn back(
    args: &SizeArgs,
    common: &Common,
    inputs: &Inputs,
    option: &str,
    row: &Row,
) -> Result<()> {
    let target: PathBuf = match args.write.clone().flatten() {
        Some(path) => path,
        None if args.scenario == "-" => {
            bail!("--write needs a file where the scenario is standard input")
        }
        None => PathBuf::from(&args.scenario),
    };
    let text = input::read(&args.scenario)?;
    let (new, dropped) = edited(&text, option, row)?;
    check(&args.scenario, &new, option, row, inputs)?;
    output::replace(&target, new.as_bytes())?;
    if !common.quiet {
        tell(&target, option, row, &dropped);
    }
    Ok(())
}

fn tell(target: &Path, option: &str, row: &Row, dropped: &[String]) {
    let mut text = format!(
        "{}: {option} now runs on {} x {} in {}",
        target.display(),
        row.gpus_per_replica,
        row.gpu,
        row.precision
    );
    if !dropped.is_empty() {
        text.push_str(&format!("; commented out: {}", dropped.join(", ")));
    }
    eprintln!("{text}");
}

/// The text with the row's keys, and the keys that no longer hold, which have become comments.
fn edited(text: &str, option: &str, row: &Row) -> Result<(String, Vec<String>)> {
    let mut problems = Problems::default();
    let tree = document::parse(text, 0, &mut problems);
    let node = find(&tree, option).with_context(|| {
        format!("`{option}` does not stand in this file, so nothing can be written there\nhint: write into the file it extends")
    })?;
    let same = node.get("gpu").and_then(Node::text) == Some(&row.gpu);
    let precision = node.get("precision").and_then(Node::text);
    let mut edits = Edits::default();
    let mut dropped = Vec::new();
    for entry in node.entries() {
        let key = entry.key.as_str();
        let fixed = KEPT_OUT.contains(&key) && key != "gpus_per_replica";
        let other = !same && of_hardware(key);
        let measured = key == "measured" && precision.is_none_or(|it| it != row.precision);
        if fixed || other || measured {
            edits.comment(text, entry).with_context(|| {
                format!("`{key}` does not stand on lines of its own\nhint: take it out by hand, it holds for other hardware")
            })?;
            dropped.push(key.to_owned());
        }
    }
    let anchor = ["gpu", "model", "model_config", "name"]
        .iter()
        .find_map(|key| node.entries().iter().find(|entry| entry.key == **key));
    let anchor = anchor.with_context(|| format!("`{option}` has no key to write beside"))?;
    for (key, value) in [
        ("gpus_per_replica", row.gpus_per_replica.to_string()),
        ("precision", format!("\"{}\"", row.precision)),
        ("gpu", format!("\"{}\"", row.gpu)),
    ] {
        match node.entries().iter().find(|entry| entry.key == key) {
            Some(entry) => edits.replace(entry.node.place, value),
            None => edits.line_after(text, anchor, &format!("{key} = {value}")).with_context(|| {
                format!("`{option}` is not written with a key on each line\nhint: add {key} = {value} by hand")
            })?,
        }
    }
    Ok((edits.apply(text), dropped))
}

fn find<'a>(tree: &'a Node, option: &str) -> Option<&'a Node> {
    let Value::List(list) = &tree.get("self_host")?.value else {
        return None;
    };
    let named = |node: &&Node| node.get("name").and_then(Node::text) == Some(option);
    list.iter().find(named)
}

/// The new text has to give what the row says, to the last digit.
fn check(path: &str, text: &str, option: &str, row: &Row, inputs: &Inputs) -> Result<()> {
    let mut sources = Sources::default();
    let settings: &Settings = &inputs.settings;
    let found = load(path, text, settings, &inputs.catalog, &mut sources)
        .ok()
        .and_then(|loaded| compare(&loaded.scenario).ok())
        .and_then(|result| result.options.into_iter().find(|it| it.name == option));
    if found.is_none_or(|it| it.monthly_usd != row.monthly_usd) {
        bail!(
            "the scenario with this row would not cost what the row says, so nothing is written\nhint: set gpu, precision and gpus_per_replica by hand"
        );
    }
    Ok(())
}
