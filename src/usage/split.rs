//! A log as single values: lines of JSON, elements of JSON documents, rows of CSV, samples of a scrape.
//! Each has its line, and none takes more memory than [`LONGEST`].

mod again;
pub mod columns;
mod samples;

use std::io::{self, BufRead, Read};

use serde_json::Value;

/// Longest line, or element of a document (bytes): bodies with pictures have some megabytes.
pub const LONGEST: usize = 64 << 20;

/// Longest document that is one object, such as a usage report [bytes].
const LONGEST_DOCUMENT: usize = 256 << 20;

/// How a text is made of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A JSON value on each line.
    Lines,
    /// JSON over several lines: a list, an object, or several.
    Document,
    /// Columns with this delimiter, names on the first line.
    Columns(u8),
    /// Samples of `/metrics`.
    Samples,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// It ends too early or is no valid JSON: written when a process died.
    Torn(String),
    /// It is whole and wrong.
    Wrong(String),
}

/// What is done with each value and its line; an error stops the reading.
pub type Visit<'a> = &'a mut dyn FnMut(u64, Result<Value, Broken>) -> io::Result<()>;

/// The same for lines that are not parsed yet.
type VisitLine<'a> = &'a mut dyn FnMut(u64, Result<&[u8], Broken>) -> io::Result<()>;

/// How a text is laid out, by its head.
pub fn layout(head: &[u8]) -> Layout {
    let text = head.trim_ascii_start();
    match text.first() {
        Some(b'[') if is_torn(text) => Layout::Lines,
        Some(b'[') => Layout::Document,
        Some(b'{') if is_document(text) => Layout::Document,
        Some(b'{') => Layout::Lines,
        _ if text.split(|byte| *byte == b'\n').any(is_object) => Layout::Lines,
        _ => table(text),
    }
}

/// Whether JSON runs over lines: the first line is not whole, and the head is right as far as it goes. Where an
/// object ends within the first line, several stand on it; it is a damaged line if others are whole.
fn is_document(head: &[u8]) -> bool {
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if first.len() == head.len() {
        return false;
    }
    let whole = || {
        let mut values = serde_json::Deserializer::from_slice(head).into_iter::<Value>();
        match values.next() {
            Some(Ok(_)) if values.byte_offset() <= first.len() => {
                !head.split(|byte| *byte == b'\n').any(is_object)
            }
            Some(Ok(_)) | None => true,
            Some(Err(error)) => error.is_eof(),
        }
    };
    serde_json::from_slice::<Value>(first).is_err() && whole()
}

/// Whether a list is none: it is wrong, and the next line is a whole object without the comma of a list.
fn is_torn(head: &[u8]) -> bool {
    let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(head) else {
        return false;
    };
    let mut lines = head.split(|byte| *byte == b'\n').skip(1);
    !error.is_eof()
        && lines
            .next()
            .is_some_and(|line| is_object(line.trim_ascii_end()))
}

/// Whether a line is an object of JSON: then what stands before it is a torn line.
fn is_object(line: &[u8]) -> bool {
    line.starts_with(b"{") && serde_json::from_slice::<Value>(line).is_ok()
}

fn table(head: &[u8]) -> Layout {
    let first = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let is_sample = |line: &[u8]| {
        line.starts_with(b"# HELP") || line.starts_with(b"# TYPE") || line.starts_with(b"vllm:")
    };
    if is_sample(first) {
        return Layout::Samples;
    }
    let count = |wanted: u8| first.split(|byte| *byte == wanted).count();
    let most = [b',', b';', b'\t']
        .into_iter()
        .max_by_key(|byte| (count(*byte), *byte == b','));
    Layout::Columns(most.unwrap_or(b','))
}

/// Walks through all values of a log.
///
/// # Errors
/// Bytes that cannot be read, and what `visit` returns.
pub fn walk(layout: Layout, bytes: &mut dyn BufRead, visit: Visit<'_>) -> io::Result<()> {
    match layout {
        Layout::Lines => more_lines(0, bytes, visit),
        Layout::Document => document(bytes, visit),
        Layout::Columns(delimiter) => columns::rows(delimiter, bytes, visit),
        Layout::Samples => lines(bytes, &mut |line, text| match text {
            Ok(text) => samples::sample(text).map_or(Ok(()), |value| visit(line, value)),
            Err(broken) => visit(line, Err(broken)),
        }),
    }
}

/// Further lines of JSON, after so many lines.
///
/// # Errors
/// Bytes that cannot be read, and what `visit` returns.
pub fn more_lines(before: u64, bytes: &mut dyn BufRead, visit: Visit<'_>) -> io::Result<()> {
    lines(bytes, &mut |line, text| visit(before + line, json(text)))
}

/// Lines that are not empty; of one that is too long only its place is told.
fn lines(bytes: &mut dyn BufRead, visit: VisitLine<'_>) -> io::Result<()> {
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = bytes.take(LONGEST as u64).read_until(b'\n', &mut line)?;
        if read == 0 {
            break;
        }
        if read == LONGEST && !line.ends_with(b"\n") {
            bytes.skip_until(b'\n')?;
            visit(number, Err(too_long("line", LONGEST)))?;
            continue;
        }
        let text = line.trim_ascii();
        if !text.is_empty() {
            visit(number, Ok(text))?;
        }
    }
    Ok(())
}

fn too_long(what: &str, most: usize) -> Broken {
    Broken::Wrong(format!("the {what} is longer than {} MiB", most >> 20))
}

fn json(text: Result<&[u8], Broken>) -> Result<Value, Broken> {
    let text = text?;
    serde_json::from_slice(text).map_err(|error| {
        if std::str::from_utf8(text).is_err() {
            return Broken::Wrong("not UTF-8 text".into());
        }
        if text.contains(&0) {
            return Broken::Wrong("contains NUL bytes".into());
        }
        Broken::Torn(format!("not valid JSON: {}", reason(&error)))
    })
}

/// What the parser says, without its own line.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    format!(
        "{} (byte {})",
        text.trim_end_matches(&place),
        error.column()
    )
}

/// The state of a scan through JSON that may run over lines.
#[derive(Default)]
struct Scan {
    element: Vec<u8>,
    depth: usize,
    in_text: bool,
    escaped: bool,
    line: u64,
    begin: u64,
    too_long: bool,
}

impl Scan {
    /// Takes a byte; true where an object ends with it.
    fn take(&mut self, byte: u8) -> bool {
        self.line += u64::from(byte == b'\n');
        if self.depth == 0 && byte != b'{' {
            return false;
        }
        if self.depth == 0 {
            self.begin = self.line;
        }
        if self.element.len() < LONGEST_DOCUMENT {
            self.element.push(byte);
        } else {
            self.too_long = true;
        }
        if self.in_text {
            let ends = byte == b'"' && !self.escaped;
            self.escaped = byte == b'\\' && !self.escaped;
            self.in_text = !ends;
            return false;
        }
        match byte {
            b'"' => self.in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth -= 1,
            _ => {}
        }
        self.depth == 0
    }

    /// The object that has ended.
    fn element(&mut self) -> Result<Value, Broken> {
        let long = std::mem::take(&mut self.too_long);
        let value = if long {
            Err(too_long("object", LONGEST_DOCUMENT))
        } else {
            json(Ok(&self.element))
        };
        self.element.clear();
        value
    }
}

/// Objects of a list, or one after another. What stands between them (commas, brackets) has no meaning.
fn document(bytes: &mut dyn BufRead, visit: Visit<'_>) -> io::Result<()> {
    let mut scan = Scan {
        line: 1,
        ..Scan::default()
    };
    loop {
        let chunk = bytes.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        let chunk_length = chunk.len();
        let mut ended = Vec::new();
        for byte in chunk {
            if scan.take(*byte) {
                ended.push((scan.begin, scan.element()));
            }
        }
        bytes.consume(chunk_length);
        for (line, value) in ended {
            visit(line, value)?;
        }
    }
    if scan.depth > 0 {
        visit(
            scan.begin,
            Err(Broken::Torn("the file ends inside an object".into())),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8]) -> Vec<(u64, Result<Value, Broken>)> {
        let mut list = Vec::new();
        let layout = layout(text);
        walk(layout, &mut &text[..], &mut |line, value| {
            list.push((line, value));
            Ok(())
        })
        .unwrap();
        list
    }

    fn right(text: &str) -> Vec<u64> {
        let all = all(text.as_bytes());
        all.iter()
            .filter(|(_, value)| value.is_ok())
            .map(|(line, _)| *line)
            .collect()
    }

    #[test]
    fn json_is_read_as_lines_lists_and_documents() {
        assert_eq!(right("{\"a\":1}\n\n{\"a\":2}\n"), [1, 3]);
        assert_eq!(right("[{\"a\":1},\n {\"a\":\"}\\\"\"}]"), [1, 2]);
        assert_eq!(right("{\n \"data\": [\n {\"a\":1}\n ]\n}\n"), [1]);
        assert_eq!(right("{\n \"a\": 1\n}\n{\n \"a\": 2\n}"), [1, 4]);
        assert_eq!(right("{\"a\":1}"), [1]);
    }

    #[test]
    fn a_torn_line_does_not_take_its_neighbors_with_it() {
        let values = all(b"{\"a\":1}\n{\"type\":\"assi\n{\"a\":2}\n{\"a\"");
        let torn: Vec<u64> = values
            .iter()
            .filter(|(_, value)| matches!(value, Err(Broken::Torn(_))))
            .map(|(line, _)| *line)
            .collect();
        assert_eq!((values.len(), torn), (4, vec![2, 4]));
        assert_eq!(right("{\"torn\":\"\n{\"a\":2}\n"), [2]);
        assert_eq!(right("ens\":5}\n{\"a\":2}\n"), [2]);
        assert_eq!(right("{\"a\":[]},\"b\":[[\n{\"a\":2}\n"), [2]);
        assert_eq!(right("[[{\n{\"a\":2}\n{\"a\":3}\n"), [2, 3]);
        assert_eq!(right("[\n{\"a\":2}\n,{\"a\":3}\n]"), [2, 3]);
        assert_eq!(right("[{\"a\":1},\n{\"a\":x},\n{\"a\":3}]"), [1, 3]);
        assert_eq!(right("{\"a\":1} {\"a\":2}\n{\n\"a\":3}\n"), [1, 1, 2]);
    }

    #[test]
    fn rows_know_their_line_also_after_a_newline_in_quotes() {
        let values = all(b"a;b\n\"x\ny\";1\n2;3\n4\n");
        assert_eq!(values[0].1, Ok(serde_json::json!({"a": "x\ny", "b": "1"})));
        assert_eq!(values[1].0, 4);
        let torn = Broken::Torn("1 columns, where the first line names 2".into());
        assert_eq!(values[2], (5, Err(torn)));
    }

    #[test]
    fn a_quote_that_is_not_closed_spoils_its_own_line_alone() {
        let wrong = |text: &[u8]| {
            let values = all(text);
            let wrong = values.iter().filter(|(_, value)| value.is_err());
            let lines: Vec<u64> = wrong.map(|(line, _)| *line).collect();
            (values.len(), lines)
        };
        assert_eq!(wrong(b"a,b\n1,2\n\"3,4\n5,6\n7,8\n"), (4, vec![3]));
        // Two of them would make one row of the right number of columns.
        assert_eq!(
            wrong(b"a,b,c\n1,\"2,3\n4,5,6\n7,\"8,9\n1,2,3\n"),
            (4, vec![2, 4])
        );
        assert_eq!(
            wrong(b"a,b\r\n1,2\r\n\"3,4\r\n5,6\r\n\"7,8\r\n"),
            (4, vec![3, 5])
        );
        assert_eq!(wrong(b"a,b\n\"3,4"), (1, vec![2]));
        assert_eq!(wrong(b"a,b\n\"x\ny\",2\n3,4\n"), (2, vec![]));
    }

    #[test]
    fn rows_know_their_line_also_where_lines_end_with_two_characters() {
        let lines = |text: &[u8]| all(text).iter().map(|row| row.0).collect::<Vec<_>>();
        assert_eq!(lines(b"a;b\r\n1;2\r\n3;4\r\n5;6"), [2, 3, 4]);
        assert_eq!(lines(b"a;\"b\r\nc\"\r\n1;2\r\n3;4\r\n"), [3, 4]);
        assert_eq!(lines(b"a;\"b\nc\"\n1;2\n3;4\n"), [3, 4]);
    }

    #[test]
    fn bytes_that_are_no_text_make_one_row_wrong() {
        let values = all(b"a,b\nM\xfcller,1\nx\0,2\nx,3\n");
        let wrong = values.iter().filter(|(_, value)| value.is_err()).count();
        assert_eq!((values.len(), wrong), (3, 2));
        let values = all(b"{\"a\":\"M\xfcller\"}\n{\"a\":1}\n");
        assert_eq!(values[0].1, Err(Broken::Wrong("not UTF-8 text".into())));
    }

    #[test]
    fn a_sample_has_its_labels() {
        let values =
            all(b"# HELP x y\nvllm:prompt_tokens_total{engine=\"0\",model_name=\"a/b\"} 3.5\n");
        let value = values[0].1.as_ref().unwrap();
        assert_eq!(value["name"], "vllm:prompt_tokens_total");
        assert_eq!(
            (&value["label.model_name"], &value["value"]),
            (&"a/b".into(), &"3.5".into())
        );
    }
}
