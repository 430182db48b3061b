//! Rows of CSV.

use std::cell::Cell;
use std::collections::HashSet;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use serde_json::{Map, Value};

use super::{Broken, LONGEST, Visit};

/// A reader that refuses to give more than a number of bytes between two marks.
struct Limited<R> {
    inner: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        match self.left.get().checked_sub(count) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::other("row too long")),
        }
        Ok(count)
    }
}

/// Rows of CSV as objects of text.
pub fn rows(delimiter: u8, bytes: &mut dyn BufRead, visit: Visit<'_>) -> io::Result<()> {
    let left = Rc::new(Cell::new(LONGEST));
    let mut reader = reader(delimiter, true, bytes, &left);
    let Some((heads, late)) = read_heads(&mut reader) else {
        return visit(
            1,
            Err(Broken::Wrong("the first line holds no column names".into())),
        );
    };
    if let Some(twice) = twice(&heads) {
        let why = format!("two columns are named `{twice}`: the last one counts");
        visit(1, Err(Broken::Wrong(why)))?;
    }
    body(&mut reader, &left, &heads, late, visit)
}

/// A name that two columns have.
fn twice(heads: &[String]) -> Option<&str> {
    let mut known = HashSet::new();
    let mut named = heads.iter().filter(|head| !head.is_empty());
    named.find(|head| !known.insert(*head)).map(String::as_str)
}

/// The names of columns on the first line, and how many lines the parser's places lie behind.
pub fn heads(delimiter: u8, bytes: &[u8]) -> Option<(Vec<String>, u64)> {
    let left = Rc::new(Cell::new(LONGEST));
    read_heads(&mut reader(delimiter, true, bytes, &left))
}

/// Further rows under the same names, after so many lines.
pub fn more(
    delimiter: u8,
    heads: &[String],
    lines: u64,
    bytes: &mut dyn BufRead,
    visit: Visit<'_>,
) -> io::Result<()> {
    let left = Rc::new(Cell::new(LONGEST));
    let mut reader = reader(delimiter, false, bytes, &left);
    body(&mut reader, &left, heads, lines, visit)
}

fn reader<R: Read>(
    delimiter: u8,
    with_heads: bool,
    bytes: R,
    left: &Rc<Cell<usize>>,
) -> csv::Reader<Limited<R>> {
    let limited = Limited {
        inner: bytes,
        left: Rc::clone(left),
    };
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(with_heads)
        .flexible(true)
        .from_reader(limited)
}

fn read_heads<R: Read>(reader: &mut csv::Reader<Limited<R>>) -> Option<(Vec<String>, u64)> {
    let heads = reader.byte_headers().ok()?;
    let text = |head| String::from_utf8_lossy(head).trim().to_owned();
    let names: Vec<String> = heads.iter().map(text).collect();
    let late = behind(&names, reader.position().line());
    Some((names, late))
}

/// Rows below the names; so many lines stand before what is read here.
fn body<R: Read>(
    reader: &mut csv::Reader<Limited<R>>,
    left: &Rc<Cell<usize>>,
    heads: &[String],
    lines: u64,
    visit: Visit<'_>,
) -> io::Result<()> {
    let mut row = csv::ByteRecord::new();
    loop {
        left.set(LONGEST);
        let line = lines + reader.position().line();
        match reader.read_byte_record(&mut row) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let line = row.position().map_or(line, |at| lines + at.line());
                visit(line, columns_of(heads, &row))?;
            }
            Err(_) if left.get() < LONGEST => {
                let why = format!(
                    "the row is longer than {} MiB (a quote that is not closed?); what follows was not read",
                    LONGEST >> 20
                );
                return visit(line, Err(Broken::Wrong(why)));
            }
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

/// How many lines the parser's place of a row lies behind: where lines end with CR and LF it is that of the LF before.
fn behind(heads: &[String], line: u64) -> u64 {
    let within = heads.iter().map(|head| head.matches('\n').count() as u64);
    (2 + within.sum::<u64>()).saturating_sub(line)
}

fn columns_of(heads: &[String], row: &csv::ByteRecord) -> Result<Value, Broken> {
    if row.len() != heads.len() {
        let why = format!(
            "{} columns, where the first line names {}",
            row.len(),
            heads.len()
        );
        return Err(if row.len() < heads.len() {
            Broken::Torn(why)
        } else {
            Broken::Wrong(why)
        });
    }
    let mut map = Map::with_capacity(heads.len());
    for (head, cell) in heads.iter().zip(row) {
        let cell = std::str::from_utf8(cell)
            .map_err(|_| Broken::Wrong(format!("`{head}` is not UTF-8 text")))?;
        if cell.contains('\0') {
            return Err(Broken::Wrong(format!("`{head}` contains NUL bytes")));
        }
        map.insert(head.clone(), Value::String(cell.to_owned()));
    }
    Ok(Value::Object(map))
}
