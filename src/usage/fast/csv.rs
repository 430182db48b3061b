//! Rows of columns: quotes, delimiters and ends of lines are found sixty-four bytes at a time.

use super::super::group::Grouping;
use super::plan::Plan;
use super::sink::Told;
use super::sink::{Row, Sink};
use super::{Blocked, Work, marks};

/// Reads blocks of rows.
pub struct Table<'a> {
    sink: Sink<'a>,
    delimiter: u8,
    width: usize,
    marks: Vec<u32>,
    cells: Vec<(u32, u32)>,
}

impl<'a> Table<'a> {
    /// A reader for rows with this delimiter.
    pub fn new(plan: &'a Plan<'a>, sink: Sink<'a>, delimiter: u8) -> Self {
        Self {
            sink,
            delimiter,
            width: plan.width,
            marks: Vec::new(),
            cells: Vec::new(),
        }
    }
}

impl Work for Table<'_> {
    fn block(&mut self, bytes: &[u8]) -> Blocked {
        self.marks.clear();
        marks::find(bytes, self.delimiter, &mut self.marks);
        let clean = is_text(bytes);
        let mut blocked = Blocked::default();
        let (mut mark, mut begin) = (0, 0);
        while begin < bytes.len() {
            let record = self.record(bytes, begin, &mut mark);
            if !record.is_empty {
                let right = record.is_plain
                    && self.cells.len() == self.width
                    && (clean || is_text(&bytes[begin..record.end]));
                let row = Row {
                    bytes,
                    cells: &self.cells,
                };
                if !right || self.sink.row(row).is_err() {
                    blocked.add(begin, record.end);
                }
            }
            begin = record.end;
        }
        blocked
    }

    fn end(self) -> (Grouping, Told) {
        (self.sink.grouping, self.sink.told)
    }
}

impl Table<'_> {
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
            while let Some(at) = self.marks.get(*mark)
                && bytes[*at as usize] == b'"'
            {
                *mark += 1;
            }
            let end = self.marks.get(*mark).copied();
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
        while let Some(at) = self.marks.get(*mark).map(|at| *at as usize) {
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

/// A row.
struct Record {
    end: usize,
    is_plain: bool,
    is_empty: bool,
}

/// Whether bytes are text as the general reader takes it: UTF-8 without NUL.
fn is_text(bytes: &[u8]) -> bool {
    memchr::memchr(0, bytes).is_none() && std::str::from_utf8(bytes).is_ok()
}
