//! Logs in Parquet: rows as values through the same readers.

use std::fs::File as OnDisk;
use std::io::{self, Read};
use std::ops::Range;

use super::super::parquet::{MOST_HELD, Piece, Store, Table, too_long};
use super::super::semantics::Source;
use super::super::split::Layout;
use super::{File, Ingest, in_file};

impl Ingest<'_> {
    /// Reads a log in Parquet; `done` is told bytes that were read.
    ///
    /// # Errors
    /// As [`Ingest::file`], and a file that is damaged, encrypted, or packed in a way that is not known.
    pub fn parquet(
        &mut self,
        name: &str,
        file: OnDisk,
        done: &mut dyn FnMut(u64),
    ) -> Result<(), String> {
        let store = Store::of_file(file).map_err(|error| in_file(name, &error))?;
        self.stored(name, store, done)
    }

    /// Reads a log in Parquet from a stream, which is held, since its footer stands at the end.
    pub(super) fn streamed(&mut self, name: &str, bytes: &mut dyn Read) -> Result<(), String> {
        let mut held = Vec::new();
        let read = bytes.take(MOST_HELD as u64 + 1).read_to_end(&mut held);
        let read = read.map_err(|error| in_file(name, &error))?;
        if read > MOST_HELD {
            return Err(in_file(name, &io::Error::other(too_long())));
        }
        self.stored(name, Store::of_bytes(held), &mut |_| {})
    }

    fn stored(
        &mut self,
        name: &str,
        store: Store,
        done: &mut dyn FnMut(u64),
    ) -> Result<(), String> {
        let in_file = |why| in_file(name, &io::Error::other::<String>(why));
        let table = Table::open(store).map_err(in_file)?;
        let mut file = File {
            name,
            source: self.from,
            layout: Layout::Lines,
            generic: Source::Table,
            waiting: Vec::new(),
        };
        self.usage.files += 1;
        if let Some(source) = file.source {
            self.reader(source).file(name);
        }
        for piece in table.pieces(0) {
            let rows = [piece.rows.clone()];
            self.rows_of(&mut file, &table, &piece, &rows)
                .map_err(in_file)?;
            done(piece.bytes);
        }
        self.settle(&mut file)
    }

    /// Some rows of a piece, as the general readers read them.
    fn rows_of(
        &mut self,
        file: &mut File<'_>,
        table: &Table,
        piece: &Piece,
        rows: &[Range<usize>],
    ) -> Result<(), String> {
        table.walk(piece, rows, &mut |number, row| {
            self.row(file, number, Ok(row))
        })
    }
}
