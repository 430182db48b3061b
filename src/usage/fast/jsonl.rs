//! Objects of text and numbers, one on a line. Most rows of a log have the keys of the row before in the same
//! order, so that only their values are looked at; a row with other keys is taken apart key by key. What is not
//! as simple as that, such as an escape in a text or an object in an object, is for the general reader.

use super::super::group::Grouping;
use super::columns::Block;
use super::flat::{self, Value};
use super::marks::Quotes;
use super::plan::Plan;
use super::rows::{ABSENT, Cell, ROWS, Rows};
use super::sink::{Sink, Told};
use super::{Blocked, Work, is_text};

/// A key with what stands around it, from the value before on.
struct Part {
    text: Vec<u8>,
    /// Quotes in it, and tabs between them.
    quotes: usize,
    /// The head of its key, and the place of its column; none where nobody reads it.
    head: Option<(usize, usize)>,
}

impl Part {
    /// Whether it stands at a place: compared by its first and last bytes, which mostly are all of it.
    #[inline]
    fn stands(&self, bytes: &[u8], at: usize) -> bool {
        let own = &self.text[..];
        let Some(text) = bytes.get(at..at + own.len()) else {
            return false;
        };
        match own.len() {
            8..16 => {
                text.first_chunk::<8>() == own.first_chunk()
                    && text.last_chunk::<8>() == own.last_chunk()
            }
            16..=32 => {
                text.first_chunk::<16>() == own.first_chunk()
                    && text.last_chunk::<16>() == own.last_chunk()
            }
            _ => text == own,
        }
    }
}

/// Reads blocks of lines.
pub struct Lines<'a> {
    plan: &'a Plan<'a>,
    heads: &'a [String],
    sink: Sink<'a>,
    quotes: Quotes,
    rows: Rows,
    /// The keys of the row before; empty where there is none like it.
    parts: Vec<Part>,
    /// Whether they hold tokens or cost.
    needed: bool,
    /// Places of columns that they do not fill.
    absent: Vec<usize>,
    cells: Vec<Cell>,
}

impl<'a> Lines<'a> {
    /// A reader for rows with these keys, and others that nobody reads.
    pub fn new(plan: &'a Plan<'a>, heads: &'a [String], sink: Sink<'a>) -> Self {
        Self {
            plan,
            heads,
            sink,
            quotes: Quotes::default(),
            rows: Rows::of(plan.read),
            parts: Vec::new(),
            needed: false,
            absent: Vec::new(),
            cells: Vec::new(),
        }
    }
}

impl Work for Lines<'_> {
    fn block(&mut self, bytes: &[u8]) -> Blocked {
        self.quotes.find(bytes);
        let seen = self.quotes.seen();
        let mut blocked = Blocked::of(seen.lines);
        let clean = !seen.beyond || is_text(bytes);
        let (mut begin, mut mark) = (0, 0);
        while begin < bytes.len() {
            let like = if clean {
                self.like_before(bytes, begin, &mut mark)
            } else {
                None
            };
            let end = like.unwrap_or_else(|| line_end(bytes, begin));
            let line = &bytes[begin..end];
            if like.is_some() {
                self.rows.push(begin, end);
            } else if (clean || is_text(line)) && self.taken_apart(line, begin) {
                self.push(begin, end);
            } else if !line.trim_ascii().is_empty() {
                blocked.add(begin, end);
            }
            if self.rows.len() == ROWS {
                self.count(bytes, &mut blocked);
            }
            let marks = self.quotes.get();
            while marks.get(mark).is_some_and(|at| (*at as usize) < end) {
                mark += 1;
            }
            begin = end;
        }
        self.count(bytes, &mut blocked);
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

fn line_end(bytes: &[u8], begin: usize) -> usize {
    memchr::memchr(b'\n', &bytes[begin..]).map_or(bytes.len(), |at| begin + at + 1)
}

impl Lines<'_> {
    fn push(&mut self, begin: usize, end: usize) {
        let (at, columns) = self.rows.next();
        for (slot, cell) in self.plan.slots.iter().zip(&self.cells) {
            columns[*slot][at] = *cell;
        }
        self.rows.push(begin, end);
    }

    fn count(&mut self, bytes: &[u8], blocked: &mut Blocked) {
        let (sink, rows) = (&mut self.sink, &self.rows);
        sink.rows(Block { bytes, rows }, |row| {
            let (begin, end) = rows.range(row);
            blocked.add(begin, end);
        });
        self.rows.clear();
    }

    /// Fills the next row with the line that begins at a place, where its keys are those of the row before; `mark` is
    /// the first quote from there on. The end of the row with its line.
    #[inline]
    fn like_before(&mut self, bytes: &[u8], begin: usize, mark: &mut usize) -> Option<usize> {
        if self.parts.is_empty() || !self.needed {
            return None;
        }
        let marks = self.quotes.get();
        let (row, columns) = self.rows.next();
        let (mut at, mut next) = (begin, *mark);
        for part in &self.parts {
            let after = at + part.text.len();
            if !part.stands(bytes, at) {
                return None;
            }
            next += part.quotes;
            let (cell, end, value) = if bytes.get(after) == Some(&b'"') {
                let close = *marks.get(next + 1)? as usize;
                if bytes[close] != b'"' {
                    return None;
                }
                next += 2;
                ((after as u32 + 1, close as u32), close + 1, Value::Text)
            } else {
                flat::scalar(bytes, after)?
            };
            if let Some((head, slot)) = part.head {
                if !self.plan.takes(head, value) {
                    return None;
                }
                columns[slot][row] = cell;
            }
            at = end;
        }
        for slot in &self.absent {
            columns[*slot][row] = ABSENT;
        }
        let end = match bytes.get(at..)? {
            [b'}', b'\n', ..] => at + 2,
            [b'}', b'\r', b'\n', ..] => {
                next += 1;
                at + 3
            }
            [b'}'] => at + 1,
            _ => return None,
        };
        // An escape or a control character would stand between the quotes.
        if marks.get(next).is_some_and(|mark| (*mark as usize) < end) {
            return None;
        }
        *mark = next;
        Some(end)
    }

    /// Reads a line into `cells`, whatever its keys are, and keeps them for the next one. False where it is not
    /// plain.
    fn taken_apart(&mut self, line: &[u8], begin: usize) -> bool {
        self.parts.clear();
        self.needed = false;
        self.cells.clear();
        self.cells.resize(self.heads.len(), ABSENT);
        let mut from = 0;
        let plan = self.plan;
        let (parts, cells, heads) = (&mut self.parts, &mut self.cells, self.heads);
        let mut needed = false;
        let whole = flat::object(line, |key, value, (first, last)| {
            let head = heads.iter().position(|head| head.as_bytes() == key);
            if head.is_none() && plan.knows(key) {
                // Nobody expected it after the first rows of the log.
                return false;
            }
            let text = line[from..first - usize::from(value == Value::Text)].to_vec();
            let is_mark = |byte: &&u8| matches!(byte, b'"' | 0..0x20);
            let quotes = text.iter().filter(is_mark).count();
            let head = head.map(|head| (head, plan.slots[head]));
            parts.push(Part { text, quotes, head });
            from = last + usize::from(value == Value::Text);
            let Some((head, _)) = head else { return true };
            needed |= plan.needed[head];
            cells[head] = match value {
                Value::Null => ABSENT,
                _ => ((begin + first) as u32, (begin + last) as u32),
            };
            plan.takes(head, value)
        });
        self.needed = needed;
        let filled = |slot: &usize| {
            let mut heads = self.parts.iter().filter_map(|part| part.head);
            heads.any(|(_, filled)| filled == *slot)
        };
        let slots = plan.slots.iter().copied();
        self.absent.clear();
        self.absent.extend(slots.filter(|slot| !filled(slot)));
        if !whole || !needed {
            self.parts.clear();
        }
        whole && needed
    }
}
