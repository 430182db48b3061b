//! A stream of rows whose last one can be read again: a quote that is not closed makes one row of all that follow, or of
//! those up to the next such quote, and only the line that it stands on is wrong.

use std::cell::RefCell;
use std::io::{self, Read};

use super::LONGEST;

/// Bytes of rows that are done with, from which on they are forgotten.
const DONE: usize = 256 * 1024;

/// The stream.
pub struct Again<R> {
    inner: R,
    /// What is read again before the stream goes on.
    first: io::Cursor<Vec<u8>>,
    given: RefCell<Given>,
}

/// What the parser was given since a place in the stream.
#[derive(Default)]
struct Given {
    bytes: Vec<u8>,
    /// The place of the first of them.
    from: u64,
    /// The place where the row begins that is read.
    row: u64,
    too_long: bool,
}

impl Given {
    fn since(&self, place: u64) -> usize {
        between(self.from, place)
    }
}

impl<R: Read> Read for Again<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = match self.first.read(buffer)? {
            0 => self.inner.read(buffer)?,
            count => count,
        };
        let given = self.given.get_mut();
        given.bytes.extend_from_slice(&buffer[..count]);
        let row = given.since(given.row);
        if given.bytes.len() - row.min(given.bytes.len()) > LONGEST {
            given.too_long = true;
            return Err(io::Error::other("row too long"));
        }
        Ok(count)
    }
}

impl<R: Read> Again<R> {
    /// A stream that begins here.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            first: io::Cursor::default(),
            given: RefCell::default(),
        }
    }

    /// A row begins at a place: what stands before it is done with.
    pub fn row(&self, place: u64) {
        let mut given = self.given.borrow_mut();
        given.row = place;
        let done = given.since(place).min(given.bytes.len());
        if done > DONE {
            given.bytes.drain(..done);
            given.from = place;
        }
    }

    /// Whether the row is longer than any may be.
    pub fn is_too_long(&self) -> bool {
        self.given.borrow().too_long
    }

    /// What was read from one place to another, where its quotes are not in order.
    pub fn disorder(
        &self,
        delimiter: u8,
        row: &csv::ByteRecord,
        begin: u64,
        end: u64,
    ) -> Option<Vec<u8>> {
        if is_on_one_line(row) {
            return None;
        }
        let given = self.given.borrow();
        let (begin, end) = (given.since(begin), given.since(end));
        let bytes = given.bytes.get(begin..end.min(given.bytes.len()))?;
        let bytes = &bytes[newlines(bytes)..];
        (!is_one_row(delimiter, row, bytes)).then(|| bytes.to_vec())
    }

    /// The stream behind the line that begins at a place, and whether that line ends with two characters.
    pub fn behind_line(mut self, begin: u64) -> io::Result<(Self, bool)> {
        let given = self.given.take();
        let mut left = given.bytes;
        let place = between(given.from, begin).min(left.len());
        left.drain(..place + newlines(&left[place..]));
        let end = loop {
            if let Some(end) = memchr::memchr(b'\n', &left) {
                break end + 1;
            }
            // A line that is longer than any row is not held.
            left.resize(DONE, 0);
            let count = match self.first.read(&mut left)? {
                0 => self.inner.read(&mut left)?,
                count => count,
            };
            left.truncate(count);
            if count == 0 {
                break 0;
            }
        };
        let crlf = left[..end].ends_with(b"\r\n");
        left.drain(..end);
        self.first.read_to_end(&mut left)?;
        let mut again = Self::new(self.inner);
        again.first = io::Cursor::new(left);
        Ok((again, crlf))
    }
}

/// How many characters that end lines stand first: of a line before, or empty ones.
pub fn newlines(bytes: &[u8]) -> usize {
    let ends = |byte: &&u8| matches!(byte, b'\r' | b'\n');
    bytes.iter().take_while(ends).count()
}

/// What stands behind the first line.
pub fn behind_line(bytes: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', bytes).map_or(&[], |end| &bytes[end + 1..])
}

/// Whether bytes are a row: on one line, or with all quotes in order.
pub fn is_one_row(delimiter: u8, row: &csv::ByteRecord, bytes: &[u8]) -> bool {
    is_on_one_line(row) || is_in_order(bytes, delimiter)
}

fn is_on_one_line(row: &csv::ByteRecord) -> bool {
    memchr::memchr(b'\n', row.as_slice()).is_none()
}

fn between(from: u64, place: u64) -> usize {
    usize::try_from(place.saturating_sub(from)).unwrap_or(usize::MAX)
}

/// Whether each quote that opens a cell is closed at its end.
fn is_in_order(row: &[u8], delimiter: u8) -> bool {
    let mut at = newlines(row);
    while at < row.len() {
        if row[at] == b'"' {
            at += 1;
            loop {
                let Some(quote) = memchr::memchr(b'"', &row[at..]) else {
                    return false;
                };
                at += quote + 1;
                if row.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
            let ends = |byte: &u8| *byte == delimiter || matches!(byte, b'\r' | b'\n');
            if !row.get(at).is_none_or(ends) {
                return false;
            }
        }
        let end = memchr::memchr3(delimiter, b'\r', b'\n', &row[at..]);
        at += end.map_or(row.len() - at, |end| end + 1);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_in_order_where_each_cell_closes_its_own() {
        for (row, expected) in [
            ("a,\"b\nc\",d\n", true),
            ("\"a\"\"\nb\",c", true),
            ("\r\n\"a\nb\",c\r", true),
            ("a,5\" pipe,c\n", true),
            ("a,\"b\nc,d\n", false),
            ("a,\"b\nc,\"d,e\n", false),
            ("\"a\"b\n,c\n", false),
        ] {
            assert_eq!(is_in_order(row.as_bytes(), b','), expected, "{row:?}");
        }
    }
}
