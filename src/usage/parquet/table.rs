//! A file as a table: its columns, its groups of rows, and its rows as values.

use std::ops::Range;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder, RowSelection,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::Length;
use arrow::array::RecordBatch;
use arrow::datatypes::DataType;
use serde_json::{Map, Value};

use super::{Store, cell, check};

/// Rows of a batch that is read as values, where they are short.
const ROWS: usize = 1024;

/// Bytes that such a batch should not be larger than.
const BATCH: u64 = 4 << 20;

/// Rows that one thread reads at a time.
const PIECE: usize = 1 << 18;

/// A file.
pub struct Table {
    store: Store,
    told: ArrowReaderMetadata,
    heads: Vec<String>,
}

/// Rows of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The group.
    pub group: usize,
    /// Rows of the file before the group.
    pub before: u64,
    /// Rows within the group.
    pub rows: Range<usize>,
    /// Bytes of the file that are done with it.
    pub bytes: u64,
}

impl Table {
    /// Opens a file.
    ///
    /// # Errors
    /// What is wrong with it, and what to do.
    pub fn open(store: Store) -> Result<Self, String> {
        check::ends(&store)?;
        // The types are those that the file has, whatever its writer had in memory.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let told = ArrowReaderMetadata::load(&store, options)
            .map_err(|error| format!("its footer cannot be read: {}", why(&error)))?;
        check::footer(told.metadata(), store.len())?;
        let fields = told.schema().fields().iter();
        let heads = fields.map(|field| field.name().trim().to_owned()).collect();
        Ok(Self { store, told, heads })
    }

    /// Bytes of the file.
    pub fn bytes(&self) -> u64 {
        self.store.len()
    }

    /// The names of its columns.
    pub fn heads(&self) -> &[String] {
        &self.heads
    }

    /// The type of a column.
    pub fn kind(&self, column: usize) -> &DataType {
        self.told.schema().field(column).data_type()
    }

    /// All rows from one on, in pieces.
    pub fn pieces(&self, from: u64) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut before = 0;
        for (group, told) in self.told.metadata().row_groups().iter().enumerate() {
            let rows = told.num_rows() as usize;
            let first = from.saturating_sub(before).min(rows as u64) as usize;
            for begin in (first..rows).step_by(PIECE) {
                let last = begin + PIECE >= rows;
                let packed = told.compressed_size().max(0) as u64;
                pieces.push(Piece {
                    group,
                    before,
                    rows: begin..rows.min(begin + PIECE),
                    bytes: if last { packed } else { 0 },
                });
            }
            before += rows as u64;
        }
        pieces
    }

    /// Calls `visit` with some rows of a piece and their numbers, which begin with 1.
    ///
    /// # Errors
    /// A file that cannot be read, and what `visit` returns.
    pub fn walk(
        &self,
        piece: &Piece,
        rows: &[Range<usize>],
        visit: &mut dyn FnMut(u64, Value) -> Result<(), String>,
    ) -> Result<(), String> {
        let group = self.told.metadata().row_group(piece.group);
        let each = group.total_byte_size().max(0) as u64 / group.num_rows().max(1) as u64;
        let batch = (BATCH / each.max(1)).clamp(1, ROWS as u64) as usize;
        let mut numbers = rows.iter().flat_map(Clone::clone);
        for batch in self.reader(&self.told, piece, rows, ProjectionMask::all(), batch)? {
            let batch = batch.map_err(|error| torn(&error.into()))?;
            for row in 0..batch.num_rows() {
                let number = numbers.next().unwrap_or_default() as u64;
                visit(piece.before + number + 1, self.row(&batch, row))?;
            }
        }
        Ok(())
    }

    fn row(&self, batch: &RecordBatch, row: usize) -> Value {
        let cells = self.heads.iter().zip(batch.columns());
        let cells = cells.map(|(head, column)| (head.clone(), cell::value(column, row)));
        Value::Object(cells.collect::<Map<_, _>>())
    }

    /// Batches of some rows and columns.
    fn reader(
        &self,
        told: &ArrowReaderMetadata,
        piece: &Piece,
        rows: &[Range<usize>],
        columns: ProjectionMask,
        batch: usize,
    ) -> Result<ParquetRecordBatchReader, String> {
        let all = told.metadata().row_group(piece.group).num_rows() as usize;
        let mut reader =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.store.clone(), told.clone())
                .with_row_groups(vec![piece.group])
                .with_projection(columns)
                .with_batch_size(batch);
        if rows != [0..all] {
            let rows = rows.iter().cloned();
            reader = reader.with_row_selection(RowSelection::from_consecutive_ranges(rows, all));
        }
        reader.build().map_err(|error| torn(&error))
    }
}

/// What is wrong with the inside of a file.
fn torn(error: &ParquetError) -> String {
    format!("its rows cannot be read: {}", why(error))
}

/// What the reader says, with what to do about it.
fn why(error: &ParquetError) -> String {
    let text = match error {
        ParquetError::General(text) | ParquetError::EOF(text) | ParquetError::ArrowError(text) => {
            text.clone()
        }
        ParquetError::NYI(text) => {
            return format!("{text}\nhint: write it with another encoding or codec");
        }
        other => other.to_string(),
    };
    format!("{}\n{}", text.trim(), check::DAMAGED)
}
