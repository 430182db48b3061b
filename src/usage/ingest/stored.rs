//! Logs in Parquet: rows as values through the same readers; of large tables the first ones, and those that are not
//! plain, while the others are read column by column.

use std::fs::File as OnDisk;
use std::io::{self, Read};
use std::ops::Range;

use super::super::fast::pieces::Pieces;
use super::super::fast::{Plan, Sink};
use super::super::parquet::{MOST_HELD, Piece, Store, Table, too_long};
use super::super::semantics::Source;
use super::super::split::Layout;
use super::{File, Ingest, in_file};

/// Rows of a large table that the general readers read first: more than are looked at to tell the source.
const FIRST: u64 = 64;

/// Rows that one thread reads at a time.
const PIECE: usize = 1 << 18;

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
        let table = Table::open(name, store).map_err(in_file)?;
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
        self.table(&mut file, &table, done).map_err(in_file)?;
        self.settle(&mut file)
    }

    fn table(
        &mut self,
        file: &mut File<'_>,
        table: &Table,
        done: &mut dyn FnMut(u64),
    ) -> Result<(), String> {
        let is_large = self.threads > 0 && table.bytes() >= self.large as u64;
        let first = if is_large { FIRST } else { u64::MAX };
        let mut read = 0;
        for mut piece in table.pieces(0, PIECE) {
            if read >= first {
                break;
            }
            let rows = (piece.rows.len() as u64).min(first - read);
            piece.rows.end = piece.rows.start + rows as usize;
            self.rows_of(file, table, &piece, std::slice::from_ref(&piece.rows))?;
            read += rows;
            if !is_large {
                done(piece.bytes);
            }
        }
        if is_large {
            self.by_columns(file, table, read, done)?;
        }
        Ok(())
    }

    /// Reads the rows behind the first ones: by columns, where they mean nothing else so.
    fn by_columns(
        &mut self,
        file: &mut File<'_>,
        table: &Table,
        from: u64,
        done: &mut dyn FnMut(u64),
    ) -> Result<(), String> {
        let (options, rules) = (self.options.clone(), self.rules.clone());
        let (grouped, shapes) = (self.usage.grouping.plan.clone(), self.shapes);
        let heads = table.heads();
        let plan = file
            .source
            .filter(|_| self.profile.is_none())
            .and_then(|source| Plan::new(source, heads, &options, &rules, &grouped, shapes));
        let Some(plan) = plan.filter(|plan| !plan.tells_copies() && !reads_inside(plan, table))
        else {
            return table.pieces(from, PIECE).iter().try_for_each(|piece| {
                self.rows_of(file, table, piece, std::slice::from_ref(&piece.rows))?;
                done(piece.bytes);
                Ok(())
            });
        };
        let pieces = table.pieces(from, self.block.clamp(1, PIECE));
        let pieces = Pieces::new(table, &plan, pieces, self.block)?;
        let sink = |_| Sink::new(&plan, self.usage.grouping.like());
        let sinks = (0..self.threads).map(sink).collect();
        let sums = pieces.run(sinks, &mut |piece, left| {
            self.rows_of(file, table, piece, left)?;
            done(piece.bytes);
            Ok(())
        })?;
        self.take(plan.source, sums);
        Ok(())
    }

    /// Some rows of a piece, as the general readers read them.
    fn rows_of(
        &mut self,
        file: &mut File<'_>,
        table: &Table,
        piece: &Piece,
        rows: &[Range<usize>],
    ) -> Result<(), String> {
        if rows.is_empty() {
            return Ok(());
        }
        table.walk(piece, rows, &mut |number, row| {
            self.row(file, number, Ok(row))
        })
    }
}

/// Whether something is asked for that may stand inside of a column: it is found by a path, of which a plan knows
/// nothing.
fn reads_inside(plan: &Plan<'_>, table: &Table) -> bool {
    let mut heads = table.heads().iter().enumerate();
    heads.any(|(at, head)| table.kind(at).is_nested() && plan.knows(head.as_bytes()))
}
