//! Tables that tests write, as Parquet and as the lines of JSON that mean the same.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{WriterProperties, WriterVersion};
use serde_json::{Map, Value};

/// A column: its name, its cells for Parquet, and the same for JSON.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: String,
    pub array: ArrayRef,
    pub cells: Vec<Value>,
}

impl Column {
    pub fn new(name: &str, array: impl Into<ArrayRef>, cells: Vec<Value>) -> Self {
        let array = array.into();
        assert_eq!(array.len(), cells.len(), "{name}");
        Self {
            name: name.to_owned(),
            array,
            cells,
        }
    }
}

/// How a file is written.
#[derive(Clone, Debug)]
pub struct Form {
    pub group: usize,
    pub page: usize,
    pub dictionary: bool,
    /// Bytes of a dictionary beyond which texts are written as they stand.
    pub most: usize,
    pub codec: Compression,
    pub version: WriterVersion,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            group: 100,
            page: 32,
            dictionary: true,
            most: 1 << 20,
            codec: Compression::SNAPPY,
            version: WriterVersion::PARQUET_1_0,
        }
    }
}

/// The bytes of a file.
pub fn file(columns: &[Column], form: &Form) -> Vec<u8> {
    let arrays = columns.iter().map(|column| {
        let array = Arc::clone(&column.array);
        (column.name.clone(), array, true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(arrays).expect("columns of one length");
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(form.group))
        .set_data_page_row_count_limit(form.page)
        .set_write_batch_size(form.page)
        .set_dictionary_enabled(form.dictionary)
        .set_dictionary_page_size_limit(form.most)
        .set_compression(form.codec)
        .set_writer_version(form.version)
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))
        .expect("types that can be written");
    writer.write(&batch).expect("it is written");
    writer.into_inner().expect("it is ended")
}

/// The same rows as lines of JSON.
pub fn lines(columns: &[Column]) -> Vec<u8> {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let mut text = String::new();
    for row in 0..rows {
        let cells = columns.iter();
        let cells = cells.map(|column| (column.name.clone(), column.cells[row].clone()));
        let row = Value::Object(cells.collect::<Map<_, _>>());
        text.push_str(&format!("{row}\n"));
    }
    text.into_bytes()
}

/// The same rows as CSV: nothing where there is nothing.
pub fn csv(columns: &[Column]) -> Vec<u8> {
    let rows = columns.first().map_or(0, |column| column.cells.len());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let heads = columns.iter().map(|column| &column.name);
    writer.write_record(heads).expect("heads");
    for row in 0..rows {
        let cells = columns.iter().map(|column| match &column.cells[row] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
        writer.write_record(cells).expect("a row");
    }
    writer.into_inner().expect("CSV")
}
