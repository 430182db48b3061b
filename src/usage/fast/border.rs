//! Where records end, so that a log can be cut into blocks that are read apart from each other.

use memchr::{memchr, memrchr};

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
    // Stretches outside of quotes; the end of a row is in the last of them that holds an end of line.
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    let mut begin = 0;
    while let Some((open, close)) = quoted(delimiter, bytes, begin) {
        stretches.push((begin, open));
        let Some(close) = close else {
            begin = bytes.len();
            break;
        };
        begin = close + 1;
    }
    stretches.push((begin, bytes.len()));
    stretches.iter().rev().find_map(|(begin, end)| {
        let at = begin + memrchr(b'\n', &bytes[*begin..*end])?;
        // Of several ends of lines the first ends the row, and the others belong to the next one.
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        let row = bytes[..at].iter().rposition(|byte| !is_end(byte))?;
        Some(row + 2)
    })
}

/// The next field in quotes from a place outside of quotes on: its quotes, the second of which may be missing.
fn quoted(delimiter: u8, bytes: &[u8], mut from: usize) -> Option<(usize, Option<usize>)> {
    loop {
        let open = from + memchr(b'"', &bytes[from..])?;
        // Within a field a quote is a letter like any other.
        let opens = open == 0 || is_end(delimiter, bytes[open - 1]);
        if opens {
            return Some((open, closing(bytes, open + 1)));
        }
        from = open + 1;
    }
}

/// The quote that ends a field; two of them stand for one that does not.
fn closing(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let quote = from + memchr(b'"', bytes.get(from..)?)?;
        if bytes.get(quote + 1) != Some(&b'"') {
            return Some(quote);
        }
        from = quote + 2;
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
