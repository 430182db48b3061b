//! The answer and the reports beside it: all are rendered from the same result.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::super::args::{Common, Format};
use super::super::output;
use super::CheckArgs;
use crate::analysis::check::Gate;
use crate::report::{check, table};
use crate::warning::Warning;

/// A report that goes to a file.
pub struct Report {
    format: Format,
    path: PathBuf,
}

/// Kinds of `--report`.
const KINDS: [(&str, Format); 8] = [
    ("text", Format::Table),
    ("table", Format::Table),
    ("json", Format::Json),
    ("csv", Format::Csv),
    ("markdown", Format::Markdown),
    ("junit", Format::Junit),
    ("sarif", Format::Sarif),
    ("github", Format::Github),
];

/// The reports of the flags.
///
/// # Errors
/// A kind that does not exist, or a file that two reports would go to.
pub fn wanted(args: &CheckArgs, common: &Common) -> Result<Vec<Report>> {
    output::format(common)?;
    let mut reports: Vec<Report> = Vec::new();
    for text in &args.report {
        let report = one(text)?;
        let taken = reports.iter().any(|known| known.path == report.path);
        if taken || common.output.as_ref() == Some(&report.path) {
            bail!("--report: two reports go to `{}`", report.path.display());
        }
        reports.push(report);
    }
    Ok(reports)
}

fn one(text: &str) -> Result<Report> {
    let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    let Some((kind, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
        bail!("--report: `{text}` names no file\nhint: write KIND=FILE, such as junit=out.xml");
    };
    match KINDS.iter().find(|(name, _)| *name == kind) {
        Some((_, format)) => Ok(Report {
            format: *format,
            path: PathBuf::from(path),
        }),
        None => bail!(
            "--report: `{kind}` is no kind of report\nhint: {}",
            names.join(", ")
        ),
    }
}

/// Writes the reports, then the answer.
///
/// # Errors
/// A file that cannot be written.
pub fn write(gate: &Gate, reports: &[Report], warnings: &[Warning], common: &Common) -> Result<()> {
    let format = output::format(common)?;
    if !common.quiet && format != Format::Markdown {
        output::warn(warnings, common);
    }
    let plain = table::Style {
        width: 80,
        color: false,
    };
    for report in reports {
        let text = rendered(gate, report.format, warnings, plain)?;
        output::replace(&report.path, text.as_bytes())?;
    }
    output::put(
        &rendered(gate, format, warnings, output::style(common))?,
        common,
    )
}

fn rendered(
    gate: &Gate,
    format: Format,
    warnings: &[Warning],
    style: table::Style,
) -> Result<String> {
    let blocks = || check::blocks(gate);
    let tidy = || check::tidy(gate);
    match format {
        Format::Junit => Ok(check::junit::render(gate)),
        Format::Github => Ok(check::github::render(gate)),
        Format::Sarif => {
            let value = check::sarif::render(gate);
            Ok(serde_json::to_string_pretty(&value).context("cannot write JSON")? + "\n")
        }
        format => output::rendered(format, gate, &blocks, &tidy, warnings, style),
    }
}
