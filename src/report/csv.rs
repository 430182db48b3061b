//! Grids as CSV: one tidy table per command, amounts in US dollars with all their digits.

use super::block::Grid;

/// Renders a grid. A text that a spreadsheet would take for a formula is quoted with an apostrophe.
///
/// # Errors
/// Writing to memory does not fail; the error is the writer's.
pub fn render(grid: &Grid) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(grid.heads.iter().map(|head| safe(head)))?;
    for row in &grid.rows {
        writer.write_record(row.cells.iter().map(|cell| {
            if cell.left {
                safe(&cell.text)
            } else {
                cell.text.clone()
            }
        }))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
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
