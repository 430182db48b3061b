//! A file as a table: its columns, its groups of rows, and its rows as values.

use std::ops::Range;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder, RowSelection,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::Length;
use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Field, Schema};
use serde_json::{Map, Value};

use super::guard::guarded;
use super::{Store, cell, check};

/// Rows of a batch that is read as values, where they are short.
const ROWS: usize = 1024;

/// Bytes that such a batch should not be larger than.
const BATCH: u64 = 4 << 20;

/// A file.
pub struct Table {
    name: String,
    store: Store,
    told: ArrowReaderMetadata,
    heads: Vec<String>,
}

/// Columns that are read as columns.
pub struct Columns {
    told: ArrowReaderMetadata,
    read: ProjectionMask,
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
    pub fn open(name: &str, store: Store) -> Result<Self, String> {
        guarded(name, || Self::read(name, store))
    }

    fn read(name: &str, store: Store) -> Result<Self, String> {
        check::ends(&store)?;
        // The types are those that the file has, whatever its writer had in memory.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let told = ArrowReaderMetadata::load(&store, options)
            .map_err(|error| format!("its footer cannot be read: {}", why(&error)))?;
        check::footer(told.metadata(), store.len())?;
        let fields = told.schema().fields().iter();
        let heads = fields.map(|field| field.name().trim().to_owned()).collect();
        Ok(Self {
            name: name.to_owned(),
            store,
            told,
            heads,
        })
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

    /// All rows from one on, in pieces of so many rows at most.
    pub fn pieces(&self, from: u64, most: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut before = 0;
        for (group, told) in self.told.metadata().row_groups().iter().enumerate() {
            let rows = told.num_rows() as usize;
            let first = from.saturating_sub(before).min(rows as u64) as usize;
            for begin in (first..rows).step_by(most) {
                let last = begin + most >= rows;
                let packed = told.compressed_size().max(0) as u64;
                pieces.push(Piece {
                    group,
                    before,
                    rows: begin..rows.min(begin + most),
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
            let batch = batch?;
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

    /// Some columns; those of `texts` as indices of the texts that a group of rows has, where the file holds them
    /// that way.
    ///
    /// # Errors
    /// Columns that cannot be read so.
    pub fn columns(&self, read: &[usize], texts: &[usize]) -> Result<Columns, String> {
        let fields = self.told.schema().fields().iter().enumerate();
        let field = |(at, field): (usize, &Arc<Field>)| {
            if *field.data_type() == DataType::Utf8 && texts.contains(&at) && self.repeats(at) {
                let kind = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
                return Field::new(field.name(), kind, field.is_nullable());
            }
            Field::clone(field)
        };
        let schema = Arc::new(Schema::new(fields.map(field).collect::<Vec<_>>()));
        let options = ArrowReaderOptions::new().with_schema(schema);
        let told = ArrowReaderMetadata::try_new(Arc::clone(self.told.metadata()), options);
        Ok(Columns {
            told: told.map_err(|error| torn(&error))?,
            read: ProjectionMask::roots(self.told.parquet_schema(), read.iter().copied()),
        })
    }

    /// Whether every group of rows holds a list of the texts of a column.
    fn repeats(&self, column: usize) -> bool {
        let schema = self.told.parquet_schema();
        let leaf =
            (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == column);
        let mut groups = self.told.metadata().row_groups().iter();
        leaf.is_some_and(|leaf| {
            groups.all(|group| group.column(leaf).dictionary_page_offset().is_some())
        })
    }

    /// Batches of columns of a piece.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn batches(
        &self,
        columns: &Columns,
        piece: &Piece,
        batch: usize,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, String>>, String> {
        let rows = std::slice::from_ref(&piece.rows);
        self.reader(&columns.told, piece, rows, columns.read.clone(), batch)
    }

    /// Batches of some rows and columns.
    fn reader(
        &self,
        told: &ArrowReaderMetadata,
        piece: &Piece,
        rows: &[Range<usize>],
        columns: ProjectionMask,
        batch: usize,
    ) -> Result<impl Iterator<Item = Result<RecordBatch, String>>, String> {
        let all = told.metadata().row_group(piece.group).num_rows() as usize;
        let mut reader =
            ParquetRecordBatchReaderBuilder::new_with_metadata(self.store.clone(), told.clone())
                .with_row_groups(vec![piece.group])
                .with_projection(columns)
                .with_batch_size(batch);
        let whole = 0..all;
        if rows != std::slice::from_ref(&whole) {
            let rows = rows.iter().cloned();
            reader = reader.with_row_selection(RowSelection::from_consecutive_ranges(rows, all));
        }
        let build = || reader.build().map_err(|error| torn(&error));
        let mut batches = guarded(&self.name, build)?;
        let mut left: usize = rows.iter().map(Range::len).sum();
        let mut next = move || {
            let next = guarded(&self.name, || {
                let next = batches.next().transpose();
                next.map_err(|error| torn(&error.into()))
            });
            let found = match &next {
                Ok(Some(batch)) => batch.num_rows(),
                _ => 0,
            };
            left = left.saturating_sub(found);
            match next {
                Ok(None) if left > 0 => Err(format!(
                    "row group {} ends {} rows before its footer says\n{}",
                    piece.group,
                    std::mem::take(&mut left),
                    check::DAMAGED
                )),
                next => next,
            }
        };
        Ok(std::iter::from_fn(move || next().transpose()))
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
