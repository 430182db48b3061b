//! Where records end, so that a log can be cut into blocks that are read apart from each other.

use memchr::memrchr;

use super::marks;

/// What records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// Lines.
    Lines,
    /// Rows of columns with this delimiter, where a field in quotes may hold ends of lines.
    Columns(u8),
}

/// The end of the last whole record in bytes that begin with one; `None` where none ends in them.
pub fn last(records: Records, bytes: &[u8]) -> Option<usize> {
    match records {
        Records::Lines => memrchr(b'\n', bytes).map(|at| at + 1),
        Records::Columns(delimiter) => last_row(delimiter, bytes),
    }
}

fn last_row(delimiter: u8, bytes: &[u8]) -> Option<usize> {
    let mut quoted = Quoted::new(delimiter);
    marks::each(b'"', bytes, |at| quoted.quote(bytes, at));
    let stretches = quoted.stretches_until(bytes.len());
    // The end of a row is in the last stretch that holds an end of line.
    stretches.iter().rev().find_map(|(begin, end)| {
        let at = begin + memrchr(b'\n', &bytes[*begin..*end])?;
        // Of several ends of lines the first ends the row, and the others belong to the next one.
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let row = bytes[..at].iter().rposition(|byte| !is_end(byte))?;
        Some(row + 2)
    })
}

/// Fields in quotes, by the quotes of some bytes in their order.
struct Quoted {
    delimiter: u8,
    /// Stretches outside of quotes.
    stretches: Vec<(usize, usize)>,
    /// Where the present stretch begins; none within quotes.
    begin: Option<usize>,
    /// A quote that the one before made a letter.
    letter: Option<usize>,
}

impl Quoted {
    fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            stretches: Vec::new(),
            begin: Some(0),
            letter: None,
        }
    }

    /// Takes in the next quote.
    #[inline]
    fn quote(&mut self, bytes: &[u8], at: usize) {
        if let Some(begin) = self.begin {
            // Within a field a quote is a letter like any other.
            if at == 0 || is_end(self.delimiter, bytes[at - 1]) {
                self.stretches.push((begin, at));
                self.begin = None;
            }
        } else if self.letter == Some(at) {
            self.letter = None;
        } else if bytes.get(at + 1) == Some(&b'"') {
            // Two quotes stand for one that does not end the field.
            self.letter = Some(at + 1);
        } else {
            self.begin = Some(at + 1);
        }
    }

    fn stretches_until(mut self, end: usize) -> Vec<(usize, usize)> {
        self.stretches.extend(self.begin.map(|begin| (begin, end)));
        self.stretches
    }
}

/// Whether a byte ends a field outside of quotes.
fn is_end(delimiter: u8, byte: u8) -> bool {
    byte == delimiter || byte == b'\n' || byte == b'\r'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_ends_at_an_end_of_line_outside_of_quotes() {
        let end = |text: &str| last(Records::Columns(b','), text.as_bytes());
        assert_eq!(end("a,b\nc,d"), Some(4));
        assert_eq!(end("a,\"b\nc\"\nd,\"e\nf"), Some(8));
        assert_eq!(end("a,\"b\"\"\nc\"\nd"), Some(10));
        // A quote within a field is a letter.
        assert_eq!(end("5\" pipe,b\nc"), Some(10));
        assert_eq!(end("\"a\"b\"c,d\ne"), Some(9));
        assert_eq!(end("a\r\nb"), Some(2));
        assert_eq!(end("a\n\n\nb"), Some(2));
        assert_eq!(end("\n\nb"), None);
        assert_eq!(end("\"a\nb"), None);
        assert_eq!(end("a,\"b\"\"\n"), None);
        assert_eq!(last(Records::Lines, b"a\nb\"\nc"), Some(5));
    }
}
