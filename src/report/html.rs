//! Blocks as HTML, and the page that a report is: one file, no network, legible without its script.

use super::block::{Block, Grid, Row};

/// The style of the page, for screens in the light and in the dark, and for paper.
const STYLE: &str = include_str!("html/page.css");
/// The script of the slider; the page says the same without it.
const SCRIPT: &str = include_str!("html/page.js");

/// A page.
pub struct Page<'a> {
    /// Its title.
    pub title: &'a str,
    /// What stands in its body, as HTML.
    pub body: &'a str,
    /// Data of the script, as JSON.
    pub data: &'a str,
}

/// The whole file.
pub fn page(page: &Page<'_>) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n<title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{}</main>\n<script id=\"data\" type=\"application/json\">{}</script>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
        escaped(page.title),
        page.body,
        in_script(page.data)
    )
}

/// JSON inside a script element: nothing in it may end the element.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Renders blocks; titles are headings of this level.
pub fn render(blocks: &[Block], level: u8) -> String {
    blocks.iter().map(|one| block(one, level)).collect()
}

fn block(block: &Block, level: u8) -> String {
    match block {
        Block::Title(text) => format!("<h{level}>{}</h{level}>\n", escaped(text)),
        Block::Text(text) => format!("<p>{}</p>\n", escaped(text)),
        Block::List(items) => {
            let items: String = items
                .iter()
                .map(|item| format!("<li>{}</li>\n", escaped(item)))
                .collect();
            format!("<ul>\n{items}</ul>\n")
        }
        Block::Grid(grid) => table(grid),
        Block::Drawing(text) => format!("<pre>{}</pre>\n", escaped(text)),
    }
}

fn table(grid: &Grid) -> String {
    let first = grid
        .rows
        .iter()
        .find(|row| row.cells.len() == grid.heads.len());
    let left = |at: usize| first.is_none_or(|row| row.cells[at].left);
    let heads: String = grid
        .heads
        .iter()
        .enumerate()
        .map(|(at, head)| format!("<th scope=\"col\"{}>{}</th>", side(left(at)), escaped(head)))
        .collect();
    let rows: String = grid
        .rows
        .iter()
        .map(|row| table_row(row, grid.heads.len()))
        .collect();
    format!(
        "<div class=\"wide\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn table_row(row: &Row, columns: usize) -> String {
    let cells: String = (0..columns)
        .map(|at| {
            let cell = row.cells.get(at);
            let text = cell.map_or("", |cell| cell.text.as_str());
            let indent = if text.starts_with("  ") {
                " class=\"line\""
            } else {
                ""
            };
            let text = escaped(text.trim());
            match (at, cell) {
                (0, _) => format!("<th scope=\"row\"{indent}>{text}</th>"),
                (_, Some(cell)) => format!("<td{}>{text}</td>", side(cell.left)),
                _ => "<td></td>".to_owned(),
            }
        })
        .collect();
    let strong = if row.strong { " class=\"strong\"" } else { "" };
    format!("<tr{strong}>{cells}</tr>\n")
}

fn side(left: bool) -> &'static str {
    if left { " class=\"left\"" } else { "" }
}

/// Text in which no tag begins.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_become_a_tag() {
        let html = render(&[Block::Title("<script>alert(1)</script>".into())], 2);
        assert_eq!(html, "<h2>&lt;script&gt;alert(1)&lt;/script&gt;</h2>\n");
    }

    #[test]
    fn data_cannot_end_their_element() {
        let whole = page(&Page {
            title: "t",
            body: "",
            data: r#"{"name":"</script><b>"}"#,
        });
        assert!(whole.contains(r#"{"name":"\u003c/script>\u003cb>"}"#));
    }

    #[test]
    fn numbers_stand_to_the_right_and_totals_stand_out() {
        let mut grid = Grid::new(["USD", "a"]);
        grid.row("  input", ["1".to_owned()]);
        grid.strong("total", ["1".to_owned()]);
        let html = render(&[Block::Grid(grid)], 2);
        assert!(html.contains("<th scope=\"row\" class=\"line\">input</th><td>1</td>"));
        assert!(html.contains("<tr class=\"strong\"><th scope=\"row\">total</th>"));
    }
}
