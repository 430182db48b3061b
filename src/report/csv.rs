//! Grids as CSV: one tidy table per command, amounts in US dollars with all their digits.

use std::borrow::Cow;
use std::io::{self, Write};

use super::block::{Grid, Row};

/// Renders a grid.
///
/// # Errors
/// Writing to memory does not fail; the error is the writer's.
pub fn render(grid: &Grid) -> io::Result<String> {
    let mut bytes = Vec::new();
    let rows = grid.rows.iter().map(|row| Ok(Cow::Borrowed(row)));
    write(&mut bytes, &grid.heads, rows)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes rows below their heads. A text that a spreadsheet would take for a formula is quoted with an apostrophe.
///
/// # Errors
/// What cannot be written, and why there is no row.
pub fn write<'a>(
    out: impl Write,
    heads: &[String],
    rows: impl Iterator<Item = io::Result<Cow<'a, Row>>>,
) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer
        .write_record(heads.iter().map(|head| safe(head).into_owned()))
        .map_err(inner)?;
    for row in rows {
        for cell in &row?.cells {
            let text = if cell.left {
                safe(&cell.text)
            } else {
                Cow::Borrowed(&*cell.text)
            };
            writer.write_field(&*text).map_err(inner)?;
        }
        writer.write_record(None::<&[u8]>).map_err(inner)?;
    }
    writer.flush()
}

/// What could not be written, by its own kind: a pipe that was closed is no failure.
fn inner(error: csv::Error) -> io::Error {
    if !error.is_io_error() {
        return io::Error::other(error);
    }
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn safe(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commas_are_quoted_and_formulas_defused() {
        let mut grid = Grid::new(["option", "usd"]);
        grid.row("=cmd, x", ["1.5".to_owned()]);
        assert_eq!(render(&grid).unwrap(), "option,usd\n\"'=cmd, x\",1.5\n");
    }
}
