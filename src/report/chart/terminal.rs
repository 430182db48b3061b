//! A picture as text: lines as braille dots, bars and maps as letters, all of it as ASCII where asked for.
//!
//! Every line, filling and region has a letter, so that nothing depends on color.

mod ascii;
mod bars;
mod dots;
mod grid;
mod hills;
mod lines;
mod regions;

use super::axis::Axis;
use super::description::{Chart, Mark, Picture};
use crate::report::format;
use ascii::{ascii, plain};
use grid::{Cell, Grid};

/// How text may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// Columns.
    pub width: usize,
    /// Rows that the plot may take.
    pub height: usize,
    /// Whether escape sequences for colors are understood.
    pub color: bool,
    /// Whether letters beyond ASCII are.
    pub unicode: bool,
}

/// Colors of 256-color terminals that are near those of `look::Theme`.
const COLORS: [u8; 7] = [32, 166, 36, 175, 214, 74, 245];

/// The letter of the k-th line, filling or region.
fn letter(k: usize) -> char {
    char::from(b'A' + (k % 26) as u8)
}

/// Draws a picture as text.
pub fn draw(picture: &Picture, terminal: Terminal) -> String {
    match picture {
        Picture::One(chart) => chart_text(chart, terminal, true),
        Picture::Several(sheet) => {
            let lines = |text: &str| -> String {
                let lines = wrapped(text, terminal.width).into_iter();
                lines.map(|line| format!("{line}\n")).collect()
            };
            let mut text = lines(&sheet.title) + &lines(&sheet.question) + "\n";
            for chart in &sheet.charts {
                text.push_str(&chart_text(chart, terminal, false));
                text.push('\n');
            }
            text.push_str(&lines(&sheet.footer));
            tidied(&text, terminal)
        }
    }
}

fn chart_text(chart: &Chart, terminal: Terminal, with_footer: bool) -> String {
    let in_ascii;
    let chart = if terminal.unicode {
        chart
    } else {
        in_ascii = plain(chart);
        &in_ascii
    };
    let bold = |text: &str| match (terminal.color, text.is_empty()) {
        (true, false) => format!("\x1b[1m{text}\x1b[0m"),
        _ => text.to_owned(),
    };
    let mut text = String::new();
    for line in wrapped(&chart.title, terminal.width) {
        text.push_str(&format!("{}\n", bold(&line)));
    }
    for line in wrapped(&chart.question, terminal.width) {
        text.push_str(&format!("{line}\n"));
    }
    text.push('\n');
    let plot = if !chart.bars.is_empty() {
        bars::draw(chart, terminal)
    } else if dots::has_some(chart) {
        dots::draw(chart, terminal)
    } else if hills::has_some(chart) {
        hills::draw(chart, terminal)
    } else if regions::has_some(chart) {
        regions::draw(chart, terminal)
    } else {
        lines::draw(chart, terminal)
    };
    text.push_str(&plot);
    if with_footer {
        for line in wrapped(&chart.footer, terminal.width) {
            text.push_str(&format!("{line}\n"));
        }
    }
    tidied(&text, terminal)
}

/// Without spaces at line ends, and in ASCII where asked for.
fn tidied(text: &str, terminal: Terminal) -> String {
    let lines = text.lines().map(|line| format!("{}\n", line.trim_end()));
    let text: String = lines.collect();
    if terminal.unicode { text } else { ascii(&text) }
}

/// A text in lines of so many letters.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// A text of at most so many letters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let begin: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", begin.trim_end())
}

/// A text in the k-th color.
fn colored(text: &str, k: usize, terminal: Terminal) -> String {
    if terminal.color {
        format!("\x1b[38;5;{}m{text}\x1b[0m", COLORS[k % COLORS.len()])
    } else {
        text.to_owned()
    }
}

/// The plot with its axes around it: labels of the vertical axis at the left, of the horizontal one below,
/// and texts at the right of some rows.
fn framed(chart: &Chart, grid: &Grid, at_right: &[String], terminal: Terminal) -> String {
    let labels = row_labels(&chart.y, grid.rows());
    let wide = labels.iter().map(|label| label.chars().count()).max();
    let wide = wide.unwrap_or(0);
    let [side, tick, corner, base, mark] = if terminal.unicode {
        ['│', '┤', '└', '─', '┬']
    } else {
        ['|', '+', '+', '-', '+']
    };
    let mut text = String::new();
    if !chart.y.title.is_empty() {
        text.push_str(&format!("{}\n", cut(&chart.y.title, terminal.width)));
    }
    for (row, label) in labels.iter().enumerate() {
        let edge = if label.is_empty() { side } else { tick };
        let right = at_right.get(row).map_or("", String::as_str);
        let drawn = grid.row(row, terminal);
        text.push_str(&format!("{label:>wide$} {edge}{drawn} {right}\n"));
    }
    let (marks, below) = column_labels(&chart.x, grid.columns(), [base, mark]);
    text.push_str(&format!("{:>wide$} {corner}{marks}\n", ""));
    text.push_str(&format!("{:>wide$}  {below}\n", ""));
    let title = cut(&chart.x.title, grid.columns());
    let columns = grid.columns();
    text.push_str(&format!("{:>wide$}  {title:>columns$}\n", ""));
    text
}

/// Room that the labels of the vertical axis and the edge take.
fn margin(axis: &Axis) -> usize {
    let widths = axis.ticks.iter().map(|tick| tick.label.chars().count());
    widths.max().unwrap_or(0) + 2
}

/// The label of each row, as far as ticks have one.
fn row_labels(axis: &Axis, rows: usize) -> Vec<String> {
    let mut labels = vec![String::new(); rows];
    for tick in axis.ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let row = ((1.0 - axis.share(tick.value)) * (rows as f64 - 1.0)).round();
        let free = |at: usize| labels[at].is_empty();
        let at = (row.max(0.0) as usize).min(rows - 1);
        if free(at) {
            labels[at] = tick.label.clone();
        }
    }
    labels
}

/// The horizontal axis with its marks, and the labels below it as far as they do not meet.
fn column_labels(axis: &Axis, columns: usize, [base, mark]: [char; 2]) -> (String, String) {
    let mut line = vec![base; columns];
    let mut below = vec![' '; columns + 4];
    let mut free_from = 0;
    for tick in axis.ticks.iter().filter(|tick| !tick.label.is_empty()) {
        let at = (axis.share(tick.value) * (columns as f64 - 1.0)).round() as usize;
        let letters: Vec<char> = tick.label.chars().collect();
        let begin = at.saturating_sub(letters.len() / 2);
        if at >= columns || begin < free_from || begin + letters.len() > below.len() {
            continue;
        }
        line[at] = mark;
        below[begin..begin + letters.len()].copy_from_slice(&letters);
        free_from = begin + letters.len() + 2;
    }
    (line.into_iter().collect(), below.into_iter().collect())
}

/// Marked points in words, the deciding ones first, in order of the axis.
fn notes(marks: &[Mark], terminal: Terminal) -> String {
    const MOST: usize = 8;
    let mut shown: Vec<&Mark> = marks.iter().filter(|mark| mark.decides).collect();
    shown.extend(marks.iter().filter(|mark| !mark.decides));
    shown.truncate(MOST);
    shown.sort_by(|a, b| a.at[0].total_cmp(&b.at[0]));
    let mut text = String::new();
    for mark in shown {
        let sign = sign(mark, terminal.unicode);
        let label = mark.label.join(": ");
        text.push_str(&cut(&format!("{sign} {label}"), terminal.width));
        text.push('\n');
    }
    if marks.len() > MOST {
        let more = marks.len() - MOST;
        text.push_str(&format!(
            "  and {more} more break-even{}\n",
            format::plural(more)
        ));
    }
    text
}

fn sign(mark: &Mark, unicode: bool) -> char {
    match (mark.decides, unicode) {
        (true, true) => '●',
        (false, true) => '○',
        (true, false) => '*',
        (false, false) => 'o',
    }
}

/// Puts marked points on a plot.
fn put_marks(chart: &Chart, grid: &mut Grid, terminal: Terminal) {
    for mark in chart.marks.iter().rev() {
        let at = [chart.x.share(mark.at[0]), chart.y.share(mark.at[1])];
        grid.put(at, Cell::sign(sign(mark, terminal.unicode)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_and_wrapped_to_the_width() {
        assert_eq!(cut("on-premises", 5), "on-p…");
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    }
}
