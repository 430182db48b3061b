//! Rows of CSV.

use std::collections::HashSet;
use std::io::{self, BufRead, Read};

use serde_json::{Map, Value};

use super::again::{self, Again, behind_line, newlines};
use super::{Broken, LONGEST, Visit};

/// Rows of CSV as objects of text.
pub fn rows(delimiter: u8, bytes: &mut dyn BufRead, visit: Visit<'_>) -> io::Result<()> {
    let mut reader = reader(delimiter, true, Again::new(bytes));
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
    body(reader, delimiter, &heads, late, visit)
}

/// A name that two columns have.
fn twice(heads: &[String]) -> Option<&str> {
    let mut known = HashSet::new();
    let mut named = heads.iter().filter(|head| !head.is_empty());
    named.find(|head| !known.insert(*head)).map(String::as_str)
}

/// The names of columns on the first line, and how many lines the parser's places lie behind.
pub fn heads(delimiter: u8, bytes: &[u8]) -> Option<(Vec<String>, u64)> {
    read_heads(&mut reader(delimiter, true, Again::new(bytes)))
}

/// Further rows under the same names, after so many lines.
pub fn more(
    delimiter: u8,
    heads: &[String],
    lines: u64,
    bytes: &mut dyn BufRead,
    visit: Visit<'_>,
) -> io::Result<()> {
    let reader = reader(delimiter, false, Again::new(bytes));
    body(reader, delimiter, heads, lines, visit)
}

fn reader<R: Read>(delimiter: u8, with_heads: bool, bytes: Again<R>) -> csv::Reader<Again<R>> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(with_heads)
        .flexible(true)
        .from_reader(bytes)
}

fn read_heads<R: Read>(reader: &mut csv::Reader<Again<R>>) -> Option<(Vec<String>, u64)> {
    let heads = reader.byte_headers().ok()?;
    let text = |head| String::from_utf8_lossy(head).trim().to_owned();
    let names: Vec<String> = heads.iter().map(text).collect();
    let late = behind(&names, reader.position().line());
    Some((names, late))
}

/// Rows below the names; so many lines stand before what is read here.
fn body<R: Read>(
    mut reader: csv::Reader<Again<R>>,
    delimiter: u8,
    heads: &[String],
    mut lines: u64,
    visit: Visit<'_>,
) -> io::Result<()> {
    let mut row = csv::ByteRecord::new();
    let mut budget = Budget::default();
    // How far the places of a parser that begins within the text lie behind after its first row.
    let mut late = 0;
    loop {
        let begin = reader.position().byte();
        reader.get_ref().row(begin);
        let line = lines + reader.position().line();
        let read = reader.read_byte_record(&mut row);
        let line = row.position().map_or(line, |at| lines + at.line());
        match read {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let end = reader.position().byte();
                let disorder = reader.get_ref().disorder(delimiter, &row, begin, end);
                match disorder {
                    None => visit(line, columns_of(heads, &row))?,
                    Some(bytes) => apart(delimiter, heads, line, &bytes, &mut budget, visit)?,
                }
                lines += std::mem::take(&mut late);
            }
            Err(_) if reader.get_ref().is_too_long() => {
                let why = format!("the row is longer than {} MiB: {NOT_CLOSED}", LONGEST >> 20);
                visit(line, Err(Broken::Wrong(why)))?;
                let (again, crlf) = reader.into_inner().behind_line(begin)?;
                if !budget.has(LONGEST) {
                    return visit(line, Err(Broken::Wrong(GIVEN_UP.into())));
                }
                (lines, late) = (line, u64::from(crlf));
                row = csv::ByteRecord::new();
                reader = self::reader(delimiter, false, again);
            }
            Err(error) => return Err(io::Error::other(error)),
        }
    }
}

/// Why a line is no row.
const NOT_CLOSED: &str = "a quote is not closed in its cell";

/// Too much was read anew.
const GIVEN_UP: &str = "too many quotes are not closed: what follows was not read";

/// How much may be read anew: a text of nothing but quotes must not take for ever.
struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(16 * LONGEST)
    }
}

impl Budget {
    fn has(&mut self, bytes: usize) -> bool {
        let left = self.0.checked_sub(bytes);
        self.0 = left.unwrap_or(0);
        left.is_some()
    }
}

/// Lines that a quote made one row of: the one on which it stands is wrong, and those behind it are read anew.
fn apart(
    delimiter: u8,
    heads: &[String],
    mut line: u64,
    mut bytes: &[u8],
    budget: &mut Budget,
    visit: Visit<'_>,
) -> io::Result<()> {
    let mut row = csv::ByteRecord::new();
    loop {
        visit(line, Err(Broken::Torn(NOT_CLOSED.into())))?;
        bytes = behind_line(bytes);
        line += 1;
        if !budget.has(bytes.len()) {
            return visit(line, Err(Broken::Wrong(GIVEN_UP.into())));
        }
        let mut reader = reader(delimiter, false, Again::new(bytes));
        let mut counted = 0;
        let rest = loop {
            let begin = reader.position().byte() as usize;
            if !reader
                .read_byte_record(&mut row)
                .map_err(io::Error::other)?
            {
                return Ok(());
            }
            let end = reader.position().byte() as usize;
            let begin = begin + newlines(&bytes[begin..]);
            line += memchr::memchr_iter(b'\n', &bytes[counted..begin]).count() as u64;
            counted = begin;
            if !again::is_one_row(delimiter, &row, &bytes[begin..end]) {
                break &bytes[begin..];
            }
            visit(line, columns_of(heads, &row))?;
        };
        bytes = rest;
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
