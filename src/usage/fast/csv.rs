//! Rows of columns: quotes, delimiters and ends of lines are found sixty-four bytes at a time.

use super::super::group::Grouping;
use super::columns::Block;
use super::marks::{Ends, Marks};
use super::plan::Plan;
use super::rows::{ROWS, Rows, after};
use super::sink::{Sink, Told};
use super::{Blocked, Work, is_text};

/// Reads blocks of rows.
pub struct Table<'a> {
    plan: &'a Plan<'a>,
    sink: Sink<'a>,
    delimiter: u8,
    ends: Ends,
    marks: Marks,
    rows: Rows,
    /// Cells of a row whose quotes are odd.
    cells: Vec<(u32, u32)>,
}

impl<'a> Table<'a> {
    /// A reader for rows with this delimiter.
    pub fn new(plan: &'a Plan<'a>, sink: Sink<'a>, delimiter: u8) -> Self {
        Self {
            plan,
            sink,
            delimiter,
            rows: Rows::of(plan.read),
            ends: Ends::new(delimiter),
            marks: Marks::new(delimiter),
            cells: Vec::new(),
        }
    }
}

impl Work for Table<'_> {
    fn block(&mut self, bytes: &[u8]) -> Blocked {
        let by_ends = self.ends.find(bytes);
        let seen = self.ends.seen();
        let clean = !seen.beyond || is_text(bytes);
        let mut blocked = Blocked::of(seen.lines);
        if by_ends {
            self.by_ends(bytes, clean, &mut blocked);
        } else {
            self.marks.find(bytes);
            self.by_marks(bytes, clean, &mut blocked);
        }
        count(&mut self.sink, &mut self.rows, bytes, &mut blocked);
        blocked.claims = self.sink.end_block();
        blocked
    }

    fn settle(&mut self, copies: &[u32]) {
        self.sink.settle(copies);
    }

    fn end(self) -> (Grouping, Told) {
        self.sink.end()
    }
}

impl Table<'_> {
    /// Reads rows whose cells end where their delimiters and lines end.
    fn by_ends(&mut self, bytes: &[u8], clean: bool, blocked: &mut Blocked) {
        let (width, ends, rows) = (self.plan.width, self.ends.cells(), self.ends.rows());
        // The row that is looked at, the end of the cell before it, and where what belongs to it begins.
        let (mut row, mut before, mut begin) = (0, 0, 0);
        while row < rows.len() {
            let room = ROWS - self.rows.len();
            let most = &rows[row..rows.len().min(row + room)];
            let joins = clean && begin == after(ends[before]);
            let plain = if joins {
                plain_rows(bytes, ends, most, before, width)
            } else {
                0
            };
            if plain > 0 {
                let last = before + plain * width;
                let cells = &ends[before..=last];
                self.rows.extend(bytes, &self.plan.slots, cells);
                row += plain;
                before = last;
                begin = after(ends[last]).min(bytes.len());
            } else {
                let last = rows[row] as usize;
                let row_ends = Row {
                    bytes,
                    ends: &ends[before..=last],
                    clean,
                };
                row_ends.read(self.plan, &mut self.rows, &mut begin, blocked);
                row += 1;
                before = last;
            }
            if self.rows.len() == ROWS {
                count(&mut self.sink, &mut self.rows, bytes, blocked);
            }
        }
    }

    /// Reads rows mark by mark.
    fn by_marks(&mut self, bytes: &[u8], clean: bool, blocked: &mut Blocked) {
        let (mut mark, mut begin) = (0, 0);
        while begin < bytes.len() {
            let record = self.record(bytes, begin, &mut mark);
            let right = record.is_plain
                && self.cells.len() == self.plan.width
                && (clean || is_text(&bytes[begin..record.end]));
            if right && !record.is_empty {
                let (at, columns) = self.rows.next();
                for (slot, cell) in self.plan.slots.iter().zip(&self.cells) {
                    columns[*slot][at] = *cell;
                }
                self.rows.push(begin, record.end);
                if self.rows.len() == ROWS {
                    count(&mut self.sink, &mut self.rows, bytes, blocked);
                }
            } else if !record.is_empty {
                blocked.add(begin, record.end);
            }
            begin = record.end;
        }
    }

    /// Finds the cells of the row that begins at a place, with `mark` the first mark from there on. Empty lines
    /// before a row belong to it, as for the general reader.
    fn record(&mut self, bytes: &[u8], begin: usize, mark: &mut usize) -> Record {
        self.cells.clear();
        let mut record = Record {
            end: bytes.len(),
            is_plain: true,
            is_empty: false,
        };
        let mut from = begin;
        while matches!(bytes.get(from), Some(b'\n' | b'\r')) {
            from += 1;
            *mark += 1;
        }
        if from == bytes.len() {
            record.is_empty = true;
            return record;
        }
        loop {
            let quoted = bytes.get(from) == Some(&b'"');
            let mut cell = (from as u32, bytes.len() as u32);
            if quoted {
                let closed = self.closing(bytes, mark, &mut record.is_plain);
                cell = (from as u32 + 1, closed as u32);
                // What follows a closing quote belongs to the cell.
                let next = bytes.get(closed + 1).copied();
                record.is_plain &= next.is_none_or(|byte| byte != b'"' && self.ends(byte));
            }
            while let Some(at) = self.marks.get().get(*mark)
                && bytes[*at as usize] == b'"'
            {
                *mark += 1;
            }
            let end = self.marks.get().get(*mark).copied();
            *mark += 1;
            if !quoted {
                cell.1 = end.unwrap_or(cell.1);
            }
            self.cells.push(cell);
            let Some(end) = end.map(|end| end as usize) else {
                return record;
            };
            if bytes[end] == self.delimiter {
                from = end + 1;
                continue;
            }
            // The end of line after a carriage return belongs to the next row, as for the general reader.
            record.end = end + 1;
            return record;
        }
    }

    fn ends(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == b'\n' || byte == b'\r'
    }

    /// The quote that closes a field whose opening one is the next mark. A field with quotes inside is not plain.
    fn closing(&self, bytes: &[u8], mark: &mut usize, is_plain: &mut bool) -> usize {
        *mark += 1;
        while let Some(at) = self.marks.get().get(*mark).map(|at| *at as usize) {
            *mark += 1;
            if bytes[at] != b'"' {
                continue;
            }
            if bytes.get(at + 1) != Some(&b'"') {
                return at;
            }
            *is_plain = false;
            *mark += 1;
        }
        *is_plain = false;
        bytes.len()
    }
}

/// How many of these rows have `width` cells, of which the first follows on the one at `before`, something in them, and
/// an end of line without a carriage return.
fn plain_rows(bytes: &[u8], ends: &[u32], rows: &[u32], before: usize, width: usize) -> usize {
    let mut last = before;
    let is_plain = |row: &&u32| {
        let from = after(ends[last]);
        last += width;
        let line = ends[**row as usize] as usize;
        **row as usize == last && from < line && bytes[line - 1] != b'\r'
    };
    rows.iter().take_while(is_plain).count()
}

/// A row of which it is not known whether it is plain.
struct Row<'a> {
    bytes: &'a [u8],
    /// The end of the cell before it, and those of its cells.
    ends: &'a [u32],
    clean: bool,
}

impl Row<'_> {
    /// Adds it to the rows. What belongs to it begins at `begin`, from now on that of the next row.
    fn read(self, plan: &Plan<'_>, rows: &mut Rows, begin: &mut usize, blocked: &mut Blocked) {
        let (bytes, cells) = (self.bytes, self.ends.len() - 1);
        let (from, line) = (after(self.ends[0]), self.ends[cells] as usize);
        let returns = line > from && bytes[line - 1] == b'\r';
        let to = line - usize::from(returns);
        if from >= to {
            return;
        }
        // The end of line after a carriage return belongs to the next row, as for the general reader.
        let end = (to + 1).min(bytes.len());
        if cells == plan.width && (self.clean || is_text(&bytes[from..to])) {
            let (at, columns) = rows.next();
            let mut first = from as u32;
            for (slot, end) in plan.slots.iter().zip(&self.ends[1..]) {
                let last = (*end).min(to as u32);
                let quote = u32::from(bytes.get(first as usize) == Some(&b'"'));
                columns[*slot][at] = (first + quote, last - quote);
                first = last + 1;
            }
            rows.push(*begin, end);
        } else {
            blocked.add(*begin, end);
        }
        *begin = end;
    }
}

/// Counts the rows that are held; those that are not plain are blocked.
fn count(sink: &mut Sink<'_>, rows: &mut Rows, bytes: &[u8], blocked: &mut Blocked) {
    let held = Block { bytes, rows };
    sink.rows(held, |row| {
        let (begin, end) = rows.range(row);
        blocked.add(begin, end);
    });
    rows.clear();
}

/// A row.
struct Record {
    end: usize,
    is_plain: bool,
    is_empty: bool,
}
