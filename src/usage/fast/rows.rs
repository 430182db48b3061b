//! Rows that are read together, column by column: what is done for a column is done for some hundred rows at
//! once, with next to nothing to decide between one row and the next.

use super::numbers;
use super::texts::{self, Texts};

/// Rows that are read together.
pub const ROWS: usize = 256;

/// Where a cell begins and ends in the bytes of its block.
pub type Cell = (u32, u32);

/// A cell that a row does not have.
pub const ABSENT: Cell = (1, 0);

/// No text.
pub const NOT_TOLD: u32 = 1 << 31;

/// No count.
pub const NO_COUNT: u64 = u64::MAX;

/// Where the cell after an end of one begins.
pub fn after(end: u32) -> usize {
    end.wrapping_add(1) as usize
}

/// Cells of rows, column by column.
pub struct Rows {
    cells: Vec<Cell>,
    /// Where the rows begin and end, with what belongs to them.
    ranges: Vec<(usize, usize)>,
}

impl Rows {
    /// Room for rows of so many columns, and for one more that takes what nobody reads.
    pub fn of(width: usize) -> Self {
        Self {
            cells: vec![ABSENT; (width + 1) * ROWS],
            ranges: Vec::with_capacity(ROWS),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ranges.len()
    }

    /// The place of the next row where there is room for it, and all columns, in which it may be filled.
    #[inline]
    pub fn next(&mut self) -> (usize, &mut [[Cell; ROWS]]) {
        (self.ranges.len() % ROWS, self.cells.as_chunks_mut().0)
    }

    /// Adds the row that is filled.
    #[inline]
    pub fn push(&mut self, begin: usize, end: usize) {
        self.ranges.push((begin, end));
    }

    /// Adds rows that stand one after another, with a cell for each of `slots`: `ends` are the ends of their cells after
    /// that of the cell before them.
    pub fn extend(&mut self, bytes: &[u8], slots: &[usize], ends: &[u32]) {
        let columns: &mut [[Cell; ROWS]] = self.cells.as_chunks_mut().0;
        let mut begin = after(ends[0]);
        for cells in ends.windows(slots.len() + 1).step_by(slots.len()) {
            let row = self.ranges.len() % ROWS;
            for (slot, pair) in slots.iter().zip(cells.windows(2)) {
                let (first, end) = (pair[0].wrapping_add(1), pair[1]);
                let quote = u32::from(bytes.get(first as usize) == Some(&b'"'));
                columns[*slot][row] = (first + quote, end - quote);
            }
            let end = after(cells[slots.len()]).min(bytes.len());
            self.ranges.push((begin, end));
            begin = end;
        }
    }

    /// Where a row begins and ends.
    pub fn range(&self, row: usize) -> (usize, usize) {
        self.ranges[row]
    }

    /// Removes all rows.
    pub fn clear(&mut self) {
        self.ranges.clear();
    }

    /// A column of these rows.
    pub fn column<'a>(&'a self, bytes: &'a [u8], at: usize) -> Column<'a> {
        let cells = &self.cells[at * ROWS..][..self.len()];
        Column { bytes, cells }
    }
}

/// One column.
#[derive(Clone, Copy)]
pub struct Column<'a> {
    bytes: &'a [u8],
    cells: &'a [Cell],
}

/// The text between two places, trimmed; none where it is empty.
#[inline]
pub fn text(bytes: &[u8], (begin, end): Cell) -> Option<&[u8]> {
    let text = bytes.get(begin as usize..end as usize)?;
    let (first, last) = (text.first()?, text.last()?);
    if first.is_ascii_graphic() && last.is_ascii_graphic() {
        return Some(text);
    }
    let text = std::str::from_utf8(text).ok()?.trim().as_bytes();
    (!text.is_empty()).then_some(text)
}

impl<'a> Column<'a> {
    /// The text of a row.
    pub fn text(self, row: usize) -> Option<&'a [u8]> {
        text(self.bytes, self.cells[row])
    }

    /// Where its cells begin and end.
    pub fn cells(self) -> &'a [Cell] {
        self.cells
    }

    /// Whether a row has the column.
    pub fn has(self, row: usize) -> bool {
        self.cells[row] != ABSENT
    }

    /// The index of each text, where there is none yet; `bad` are rows whose text has none. In a column of codes, such as
    /// those of HTTP, most rows have that of the row before.
    #[inline]
    pub fn index<const CODES: bool>(
        self,
        ids: &mut [u32],
        bad: &mut [bool],
        known: &mut Texts,
        mut index: impl FnMut(&[u8]) -> Option<u32>,
    ) {
        let mut latest = (None, NOT_TOLD);
        for ((cell, id), bad) in self.cells.iter().zip(ids).zip(bad) {
            if *id != NOT_TOLD || cell.0 >= cell.1 {
                continue;
            }
            let code = if CODES {
                texts::code(self.bytes, *cell)
            } else {
                None
            };
            if CODES && code.is_some() && code == latest.0 {
                *id = latest.1;
                continue;
            }
            if let Some(value) = known.get(self.bytes, *cell) {
                (*id, latest) = (value, (code, value));
                continue;
            }
            let value = match text(self.bytes, *cell) {
                Some(text) => index(text),
                None => Some(NOT_TOLD),
            };
            match value {
                Some(value) => known.insert(self.bytes, *cell, value),
                None => *bad = true,
            }
            *id = value.unwrap_or(NOT_TOLD);
        }
    }

    /// The count of each row, where there is none yet; `bad` are rows whose text is none.
    #[inline]
    pub fn counts(self, counts: &mut [u64], bad: &mut [bool]) {
        for ((cell, count), bad) in self.cells.iter().zip(counts).zip(bad) {
            if *count != NO_COUNT || cell.0 >= cell.1 {
                continue;
            }
            if let Some(short) = numbers::short(self.bytes, *cell) {
                *count = short;
            } else if let Some(text) = text(self.bytes, *cell) {
                let read = numbers::count(text).filter(|count| *count != NO_COUNT);
                *bad |= read.is_none();
                *count = read.unwrap_or(NO_COUNT);
            }
        }
    }

    /// The time of each row as it is kept, from milliseconds; `bad` are rows whose text is none.
    #[inline]
    pub fn milliseconds(self, times: &mut [Option<u32>], bad: &mut [bool]) {
        for ((cell, time), bad) in self.cells.iter().zip(times).zip(bad) {
            if let Some(short) = numbers::short(self.bytes, *cell) {
                *time = Some(short as u32 * 10);
            } else if let Some(text) = text(self.bytes, *cell) {
                *time = numbers::milliseconds(text);
                *bad |= time.is_none();
            }
        }
    }
}
