//! A plot of letters, each of which can hold two by four braille dots.

use super::{COLORS, Terminal};

/// One letter.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// What stands there, if no dots.
    letter: Option<char>,
    /// Braille dots.
    dots: u8,
    /// Its color, by number.
    color: Option<usize>,
}

impl Cell {
    /// A sign without color.
    pub fn sign(letter: char) -> Self {
        Self {
            letter: Some(letter),
            ..Self::default()
        }
    }

    /// A letter in the k-th color.
    pub fn of(letter: char, k: usize) -> Self {
        Self {
            letter: Some(letter),
            dots: 0,
            color: Some(k),
        }
    }
}

/// The plot.
pub struct Grid {
    columns: usize,
    cells: Vec<Cell>,
}

/// Dots of a braille letter, from above, left and right (Unicode 6.0, section 15.11).
const DOTS: [[u8; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
const BRAILLE: u32 = 0x2800;

impl Grid {
    /// An empty plot.
    pub fn new(columns: usize, rows: usize) -> Self {
        Self {
            columns,
            cells: vec![Cell::default(); columns * rows],
        }
    }

    /// Columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows.
    pub fn rows(&self) -> usize {
        self.cells.len() / self.columns
    }

    fn index(&self, [x, y]: [f64; 2]) -> Option<usize> {
        let inside = |share: f64| (0.0..=1.0).contains(&share);
        if !inside(x) || !inside(y) {
            return None;
        }
        let column = (x * (self.columns as f64 - 1.0)).round() as usize;
        let row = ((1.0 - y) * (self.rows() as f64 - 1.0)).round() as usize;
        Some(row * self.columns + column)
    }

    /// Puts a letter at shares of both axes.
    pub fn put(&mut self, at: [f64; 2], cell: Cell) {
        if let Some(at) = self.index(at) {
            self.cells[at] = cell;
        }
    }

    /// Puts a letter at a column and row.
    pub fn set(&mut self, column: usize, row: usize, cell: Cell) {
        if column < self.columns && row < self.rows() {
            self.cells[row * self.columns + column] = cell;
        }
    }

    /// Writes over a row from a column on, as far as it reaches.
    pub fn write(&mut self, column: usize, row: usize, text: &str) {
        for (letter, at) in text.chars().zip(column..) {
            self.set(at, row, Cell::sign(letter));
        }
    }

    /// Whether nothing stands on a stretch of a row, but for rules.
    pub fn is_free(&self, column: usize, row: usize, length: usize) -> bool {
        let begin = row * self.columns + column;
        column + length <= self.columns
            && self.cells[begin..begin + length]
                .iter()
                .all(|cell| cell.color.is_none())
    }

    /// Draws a line between two points with the dots of braille, in the k-th color.
    pub fn line(&mut self, ends: [[f64; 2]; 2], k: usize) {
        let (wide, high) = (2 * self.columns, 4 * self.rows());
        let place = |[x, y]: [f64; 2]| [x * (wide as f64 - 1.0), (1.0 - y) * (high as f64 - 1.0)];
        let [from, to] = ends.map(place);
        let steps = (to[0] - from[0])
            .abs()
            .max((to[1] - from[1]).abs())
            .ceil()
            .max(1.0);
        for step in 0..=steps as u32 {
            let share = f64::from(step) / steps;
            let [x, y] = [0, 1].map(|axis| (from[axis] + share * (to[axis] - from[axis])).round());
            if x < 0.0 || y < 0.0 || x >= wide as f64 || y >= high as f64 {
                continue;
            }
            self.dot(x as usize, y as usize, k);
        }
    }

    fn dot(&mut self, x: usize, y: usize, k: usize) {
        let cell = &mut self.cells[y / 4 * self.columns + x / 2];
        cell.dots |= DOTS[y % 4][x % 2];
        cell.color = Some(k);
        cell.letter = None;
    }

    /// A row as text.
    pub fn row(&self, row: usize, terminal: Terminal) -> String {
        let mut text = String::new();
        let mut now: Option<usize> = None;
        for cell in &self.cells[row * self.columns..(row + 1) * self.columns] {
            let letter = match (cell.letter, cell.dots) {
                (Some(letter), _) => letter,
                (None, 0) => ' ',
                (None, dots) => char::from_u32(BRAILLE + u32::from(dots)).unwrap_or(' '),
            };
            if terminal.color && cell.color != now {
                text.push_str(&match cell.color {
                    Some(k) => format!("\x1b[38;5;{}m", COLORS[k % COLORS.len()]),
                    None => "\x1b[0m".to_owned(),
                });
                now = cell.color;
            }
            text.push(letter);
        }
        if now.is_some() {
            text.push_str("\x1b[0m");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Terminal = Terminal {
        width: 80,
        height: 20,
        color: false,
        unicode: true,
    };

    #[test]
    fn a_line_is_drawn_with_two_by_four_dots_a_letter() {
        let mut grid = Grid::new(2, 1);
        // From the lower left to the upper right dot: one dot in each of the four columns.
        grid.line([[0.0, 0.0], [1.0, 1.0]], 0);
        assert_eq!(grid.row(0, PLAIN), "⡠⠊");
    }

    #[test]
    fn colors_begin_and_end_where_they_change() {
        let mut grid = Grid::new(3, 1);
        grid.set(1, 0, Cell::of('A', 0));
        let color = Terminal {
            color: true,
            ..PLAIN
        };
        assert_eq!(grid.row(0, color), " \x1b[38;5;32mA\x1b[0m ");
        assert_eq!(grid.row(0, PLAIN), " A ");
    }
}
