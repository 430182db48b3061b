//! Answers out: formats, files, warnings, closed pipes.

use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, IsTerminal, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::Exit;
use super::args::{Color, Common, Format};
use crate::report::chart::terminal::Terminal;
use crate::report::{Block, Grid, csv, markdown, table};
use crate::warning::Warning;

/// Bytes that are written at once.
const PIECE: usize = 64 * 1024;

/// Writes a text piece by piece.
pub type Pieces<'a> = &'a dyn Fn(&mut dyn Write) -> io::Result<()>;

/// Writes an answer and its warnings: the canonical result, its blocks for people, its tidy rows for
/// spreadsheets. Text is made only for the format that is asked for.
///
/// # Errors
/// A format that is not known, or a file that cannot be written.
pub fn write<T: Serialize>(
    result: &T,
    blocks: &dyn Fn() -> Vec<Block>,
    tidy: &dyn Fn() -> Grid,
    warnings: &[Warning],
    common: &Common,
) -> Result<Exit> {
    let format = format(common)?;
    match format {
        Format::Json => write_json(result, warnings, common),
        Format::Csv => put_text(
            &rendered(format, result, blocks, tidy, warnings, style(common))?,
            warnings,
            common,
        ),
        _ => write_blocks(blocks(), warnings, common),
    }
}

/// Writes a canonical result and its warnings.
///
/// # Errors
/// What cannot be written.
pub fn write_json<T: Serialize>(result: &T, warnings: &[Warning], common: &Common) -> Result<Exit> {
    stream(warnings, common, &|out| {
        serde_json::to_writer_pretty(&mut *out, result)?;
        out.write_all(b"\n")
    })
}

/// Writes an answer for people and its warnings.
///
/// # Errors
/// A format that is not for people, or a file that cannot be written.
pub fn write_blocks(blocks: Vec<Block>, warnings: &[Warning], common: &Common) -> Result<Exit> {
    let format = format(common)?;
    let text = in_words(format, blocks, warnings, style(common))?;
    // In Markdown the warnings are part of the document.
    if !common.quiet && format != Format::Markdown {
        warn(warnings, common);
    }
    put(&text, common)?;
    Ok(exit(warnings, common))
}

/// Writes an answer piece by piece, so that a large one is never held as a text, and its warnings.
///
/// # Errors
/// What cannot be written; a closed pipe is none.
pub fn stream(warnings: &[Warning], common: &Common, write: Pieces<'_>) -> Result<Exit> {
    let exit = warned(warnings, common);
    match &common.output {
        Some(path) => replace_by(path, write)?,
        None => print_by(write)?,
    }
    Ok(exit)
}

/// The text of an answer in a format that every command has.
///
/// # Errors
/// A format that only the gate has.
pub fn rendered<T: Serialize>(
    format: Format,
    result: &T,
    blocks: &dyn Fn() -> Vec<Block>,
    tidy: &dyn Fn() -> Grid,
    warnings: &[Warning],
    style: table::Style,
) -> Result<String> {
    Ok(match format {
        Format::Json => serde_json::to_string_pretty(result).context("cannot write JSON")? + "\n",
        Format::Csv => csv::render(&tidy()).context("cannot write CSV")?,
        _ => in_words(format, blocks(), warnings, style)?,
    })
}

fn in_words(
    format: Format,
    blocks: Vec<Block>,
    warnings: &[Warning],
    style: table::Style,
) -> Result<String> {
    Ok(match format {
        Format::Markdown => markdown::render(&with_warnings(blocks, warnings)),
        Format::Table => table::render(&blocks, style),
        Format::Json | Format::Csv => bail!("JSON and CSV are not written in words"),
        Format::Junit | Format::Sarif | Format::Github => {
            bail!("junit, sarif and github are formats of `llmcost check` alone")
        }
    })
}

/// Refuses a flag that only a table or Markdown has a use for.
///
/// # Errors
/// Another format.
pub fn needs_text(flag: &str, common: &Common) -> Result<()> {
    match format(common)? {
        Format::Table | Format::Markdown => Ok(()),
        _ => {
            bail!(
                "{flag} draws with letters, for which only tables and Markdown have room\nhint: leave out {flag}, or say --format markdown"
            )
        }
    }
}

fn with_warnings(mut blocks: Vec<Block>, warnings: &[Warning]) -> Vec<Block> {
    if !warnings.is_empty() {
        blocks.push(Block::Title("Warnings".into()));
        let items = warnings
            .iter()
            .map(|w| format!("{} ({}): {}", w.message, w.code, w.hint));
        blocks.push(Block::List(items.collect()));
    }
    blocks
}

/// The format that is asked for: by name, or by the ending of the file.
///
/// # Errors
/// An ending that names none.
pub fn format(common: &Common) -> Result<Format> {
    if let Some(format) = common.format {
        return Ok(format);
    }
    let Some(path) = &common.output else {
        return Ok(Format::Table);
    };
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    Ok(match ending.to_ascii_lowercase().as_str() {
        "json" => Format::Json,
        "csv" => Format::Csv,
        "md" | "markdown" => Format::Markdown,
        "txt" | "" => Format::Table,
        "xml" => Format::Junit,
        "sarif" => Format::Sarif,
        _ => bail!(
            "the ending of `{}` names no format\nhint: use .json, .csv, .md or .txt, or say --format",
            path.display()
        ),
    })
}

/// How text may look on the terminal at hand; on anything else 80 columns without color.
pub fn style(common: &Common) -> table::Style {
    let terminal = common.output.is_none() && std::io::stdout().is_terminal();
    let width = terminal
        .then(terminal_size::terminal_size)
        .flatten()
        .map_or(80, |(width, _)| usize::from(width.0).clamp(40, 200));
    table::Style {
        width,
        color: colored(common, terminal),
    }
}

/// What a plot may use of the terminal at hand: letters beyond ASCII where its locale has them.
pub fn terminal(common: &Common, ascii: bool) -> Terminal {
    let style = style(common);
    let into_file = common.output.is_some();
    Terminal {
        width: style.width,
        height: (style.width / 4).clamp(14, 30),
        color: style.color,
        unicode: !ascii && (into_file || speaks_utf8()),
    }
}

/// Whether the locale is one of UTF-8: the first of these variables that is set decides (POSIX, 8.2).
fn speaks_utf8() -> bool {
    let set = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(std::env::var_os)
        .find(|value| !value.is_empty());
    let locale = set.map(|value| value.to_string_lossy().to_ascii_lowercase());
    locale.is_some_and(|locale| locale.contains("utf-8") || locale.contains("utf8"))
}

fn colored(common: &Common, terminal: bool) -> bool {
    match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        }
    }
}

/// Shows warnings on stderr.
pub fn warn(warnings: &[Warning], common: &Common) {
    let color = colored(common, std::io::stderr().is_terminal());
    let (begin, end) = if color {
        ("\x1b[33m", "\x1b[0m")
    } else {
        ("", "")
    };
    let mut text = String::new();
    for warning in warnings {
        text.push_str(&table::wrap(
            &format!(
                "{begin}warning{end}: {} [{}]",
                table::printable(&warning.message),
                warning.code
            ),
            100,
            "",
            "  ",
        ));
        text.push_str(&table::wrap(
            &format!("hint: {}", warning.hint),
            100,
            "  ",
            "    ",
        ));
    }
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Writes a text that is the answer as it is, and its warnings.
///
/// # Errors
/// A file that cannot be written.
pub fn put_text(text: &str, warnings: &[Warning], common: &Common) -> Result<Exit> {
    if !common.quiet {
        warn(warnings, common);
    }
    put(text, common)?;
    Ok(exit(warnings, common))
}

/// Writes text to stdout or the output file.
///
/// # Errors
/// A file that cannot be written; a closed pipe is none.
pub fn put(text: &str, common: &Common) -> Result<()> {
    match &common.output {
        Some(path) => replace(path, text.as_bytes()),
        None => print(text),
    }
}

/// Writes text to stdout.
///
/// # Errors
/// What keeps it from being written; a closed pipe is none.
pub fn print(text: &str) -> Result<()> {
    print_by(&|out| out.write_all(text.as_bytes()))
}

fn print_by(write: Pieces<'_>) -> Result<()> {
    let mut out = BufWriter::with_capacity(PIECE, std::io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot write to stdout")
        }
        _ => Ok(()),
    }
}

/// Writes a picture to its file, and the warnings of what it shows.
///
/// # Errors
/// A file that cannot be written.
pub fn put_bytes(path: &Path, bytes: &[u8], warnings: &[Warning], common: &Common) -> Result<Exit> {
    let exit = warned(warnings, common);
    replace(path, bytes)?;
    Ok(exit)
}

/// Says the warnings; how the run ends with them.
pub fn warned(warnings: &[Warning], common: &Common) -> Exit {
    if !common.quiet {
        warn(warnings, common);
    }
    exit(warnings, common)
}

/// How an answered run ends: `--strict` asks about its warnings.
pub fn exit(warnings: &[Warning], common: &Common) -> Exit {
    if common.strict && warnings.iter().any(Warning::is_strict) {
        Exit::Strict
    } else {
        Exit::Answered
    }
}

/// Writes beside the file and renames, so that it is never half written.
///
/// # Errors
/// A file that cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    replace_by(path, &|out| out.write_all(bytes))
}

fn replace_by(path: &Path, write: Pieces<'_>) -> Result<()> {
    let create = |path: &Path| {
        let mut out = BufWriter::with_capacity(PIECE, File::create(path)?);
        write(&mut out)?;
        out.flush()
    };
    // A pipe or device (such as /dev/stdout) is written as it is.
    if path.exists() && !path.is_file() {
        return create(path).with_context(|| format!("cannot write `{}`", path.display()));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = path.with_file_name(name);
    let written = create(&beside).and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write `{}`", path.display()))
}
