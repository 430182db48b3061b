//! Labels at the ends of lines: a column at the right of the frame, each label beside the end of its line
//! as far as the others leave room. The line runs on to its label, which needs no legend then.

use super::text::{first_parts, wrapped};
use super::{Page, lines};
use crate::report::chart::description::Line;
use crate::report::chart::scene::{ASCENT, Align, Point, Rect};

/// The labels at the right.
pub struct Column {
    /// Room that it takes.
    pub width: f64,
    entries: Vec<Entry>,
    fonts: Fonts,
}

struct Entry {
    /// Which line.
    line: usize,
    name: Vec<String>,
    note: String,
}

#[derive(Clone, Copy)]
struct Fonts {
    name: f64,
    note: f64,
}

/// Height of a line of text over its size.
const PITCH: f64 = 1.2;
/// Gap between labels over the size of their text.
const GAP: f64 = 0.3;

/// Whether a line runs to the end of the axis; others are labeled where they end, if there is room.
pub fn runs_through(line: &Line) -> bool {
    line.ends.is_none()
}

/// Room for a line's way to its label: a bend, a sample with its marker, a gap.
fn lead(page: &Page<'_>) -> f64 {
    3.0 * page.sizes.text
}

/// Chooses texts that fit beside a frame of so many pixels: wrapped names with notes, else names in one
/// line, else without notes, else smaller.
pub fn column(page: &Page<'_>, beside: &[bool], height: f64) -> Column {
    let text = page.sizes.text;
    let least = text.min(9.5);
    let tries = [
        (2, true, text),
        (1, true, text),
        (1, false, text),
        (1, false, least),
    ];
    let made = tries.map(|(rows, notes, size)| entries(page, beside, rows, notes, size));
    let fits = made.iter().position(|column| column.height() <= height);
    let mut made = Vec::from(made);
    made.swap_remove(fits.unwrap_or(made.len() - 1))
}

fn entries(page: &Page<'_>, beside: &[bool], rows: usize, notes: bool, size: f64) -> Column {
    let m = page.measure;
    let fonts = Fonts {
        name: size,
        note: 0.82 * size,
    };
    let room = (0.2 * page.area.width()).clamp(70.0, 20.0 * size);
    let through = page.chart.lines.iter().enumerate();
    let entries: Vec<Entry> = through
        .filter(|(at, _)| beside[*at])
        .map(|(at, line)| Entry {
            line: at,
            name: wrapped(&line.name, (size, false), room, rows, m),
            note: if notes {
                let note = line.ends.as_ref().unwrap_or(&line.note);
                first_parts(note, (fonts.note, false), room, m)
            } else {
                String::new()
            },
        })
        .collect();
    let widths = entries.iter().flat_map(|entry| {
        let names = entry.name.iter().map(|name| m.width(name, size, false));
        names.chain([m.width(&entry.note, fonts.note, false)])
    });
    let widest = widths.fold(0.0, f64::max);
    Column {
        width: if entries.is_empty() {
            page.sizes.text
        } else {
            widest + lead(page)
        },
        entries,
        fonts,
    }
}

impl Column {
    fn height_of(&self, entry: &Entry) -> f64 {
        let note = if entry.note.is_empty() {
            0.0
        } else {
            self.fonts.note
        };
        PITCH * (entry.name.len() as f64 * self.fonts.name + note) + GAP * self.fonts.name
    }

    fn height(&self) -> f64 {
        self.entries.iter().map(|entry| self.height_of(entry)).sum()
    }
}

/// Draws the labels and the way of each line to its label.
pub fn draw(page: &mut Page<'_>, frame: &Rect, column: &Column, paths: &[Vec<Point>]) {
    let ends: Vec<f64> = column
        .entries
        .iter()
        .map(|entry| paths[entry.line].last().map_or(frame.bottom, |end| end[1]))
        .collect();
    let heights: Vec<f64> = column.entries.iter().map(|e| column.height_of(e)).collect();
    let middles = spread(&ends, &heights, frame.top, frame.bottom);
    for ((entry, end), middle) in column.entries.iter().zip(ends).zip(middles) {
        let stroke = page.theme.stroke(entry.line);
        let bend = frame.right + 0.25 * lead(page);
        let sample = frame.right + 0.85 * lead(page);
        let way = [[frame.right, end], [bend, middle], [sample, middle]];
        // A line that ends early has a sample of its stroke, as in a legend.
        let short = paths[entry.line]
            .last()
            .is_none_or(|end| end[0] < frame.right - 1.0);
        let early = short || !runs_through(&page.chart.lines[entry.line]);
        lines::stroke(page, &way[usize::from(early)..], &stroke);
        lines::marker(page, [f64::midpoint(bend, sample), middle], &stroke);
        label(page, column, entry, [frame.right + lead(page), middle]);
    }
}

fn label(page: &mut Page<'_>, column: &Column, entry: &Entry, [left, middle]: Point) {
    let Fonts { name, note } = column.fonts;
    let mut y = middle - (column.height_of(entry) - GAP * name) / 2.0;
    for text in &entry.name {
        let at = [left, y + ASCENT * name + 0.1 * name];
        page.words(text, at, Align::Left, (name, false), page.theme.ink());
        y += PITCH * name;
    }
    if !entry.note.is_empty() {
        let at = [left, y + ASCENT * note + 0.1 * note];
        page.words(
            &entry.note,
            at,
            Align::Left,
            (note, false),
            page.theme.muted(),
        );
    }
}

/// Middles of boxes that stand below each other in the order of their wishes, each as near to its wish as
/// the others let it: boxes that would overlap form a group around the mean of their wishes.
fn spread(wishes: &[f64], heights: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by(|a, b| wishes[*a].total_cmp(&wishes[*b]));
    // Each group: its first box, its height, and the sum of where its boxes want its top to be.
    let mut groups: Vec<(usize, f64, f64)> = Vec::new();
    let place = |first: usize, next: usize, height: f64, sum: f64| -> f64 {
        (sum / (next - first) as f64).min(bottom - height).max(top)
    };
    for (k, at) in order.iter().enumerate() {
        let mut group = (k, heights[*at], wishes[*at] - heights[*at] / 2.0);
        while let Some(above) = groups.last().copied() {
            let upper = place(above.0, group.0, above.1, above.2);
            let lower = place(group.0, k + 1, group.1, group.2);
            if upper + above.1 <= lower {
                break;
            }
            let count = (k + 1 - group.0) as f64;
            group = (
                above.0,
                above.1 + group.1,
                above.2 + group.2 - count * above.1,
            );
            groups.pop();
        }
        groups.push(group);
    }
    let mut middles = vec![0.0; wishes.len()];
    for (g, group) in groups.iter().enumerate() {
        let next = groups.get(g + 1).map_or(order.len(), |group| group.0);
        let mut y = place(group.0, next, group.1, group.2);
        for at in &order[group.0..next] {
            middles[*at] = y + heights[*at] / 2.0;
            y += heights[*at];
        }
    }
    middles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_do_not_meet_stand_where_they_wish() {
        assert_eq!(
            spread(&[50.0, 20.0], &[10.0, 10.0], 0.0, 100.0),
            [50.0, 20.0]
        );
    }

    #[test]
    fn labels_that_meet_share_the_difference() {
        // Wishes 50, 52 and 20: the first two, 10 high, stand around their mean 51.
        let middles = spread(&[50.0, 52.0, 20.0], &[10.0; 3], 0.0, 100.0);
        assert_eq!(middles, [46.0, 56.0, 20.0]);
    }

    #[test]
    fn labels_stay_in_their_column_and_apart() {
        let wishes = [1.0, 99.0, 98.0, 2.0, 97.0, 50.0];
        let heights = [10.0, 20.0, 15.0, 10.0, 5.0, 12.0];
        let middles = spread(&wishes, &heights, 0.0, 100.0);
        let mut boxes: Vec<(f64, f64)> = middles
            .iter()
            .zip(heights)
            .map(|(middle, height)| (middle - height / 2.0, middle + height / 2.0))
            .collect();
        boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(boxes[0].0 >= 0.0 && boxes[5].1 <= 100.0, "{boxes:?}");
        assert!(boxes.windows(2).all(|pair| pair[0].1 <= pair[1].0 + 1e-9));
    }
}
