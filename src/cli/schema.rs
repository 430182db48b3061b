//! `llmcost schema`.

use anyhow::{Context, Result, bail};

use super::args::{Common, Format, SchemaArgs, SchemaOf};
use super::{Exit, input, output};
use crate::report::{reference, schema};

/// Runs the command.
///
/// # Errors
/// A format that a schema does not have, or output that cannot be written.
pub fn run(args: &SchemaArgs, common: &Common) -> Result<Exit> {
    // A schema has formats; of the other flags of answers it has none.
    input::refuse(common, "schema", &input::OF_ANSWERS[1..])?;
    let text = match (format(common), args.of) {
        (Format::Json, of) => json(of)?,
        (Format::Markdown, SchemaOf::Scenario) => reference::scenario(),
        (Format::Markdown, SchemaOf::Catalog) => reference::catalog(),
        _ => bail!("a schema is JSON or Markdown\nhint: say --format json or --format markdown"),
    };
    output::put(&text, common)?;
    Ok(Exit::Answered)
}

/// JSON, unless Markdown is asked for by name or by the ending of the file.
fn format(common: &Common) -> Format {
    let ending = common
        .output
        .as_ref()
        .and_then(|path| path.extension()?.to_str());
    match (common.format, ending) {
        (Some(format), _) => format,
        (None, Some("md" | "markdown")) => Format::Markdown,
        _ => Format::Json,
    }
}

fn json(of: SchemaOf) -> Result<String> {
    let schema = match of {
        SchemaOf::Scenario => schema::scenario(),
        SchemaOf::Catalog => schema::catalog(),
    };
    Ok(serde_json::to_string_pretty(&schema).context("cannot write JSON")? + "\n")
}
