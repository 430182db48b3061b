//! Whether a file can be read, before anything of it is: it is whole, not encrypted, packed as we can unpack, and
//! its footer speaks of bytes that are there.

use ::parquet::basic::Compression;
use ::parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData};
use ::parquet::file::reader::{ChunkReader, Length};

use super::{ENCRYPTED, MAGIC, Store};

/// What is to be done about a file that is not whole.
pub const DAMAGED: &str = "hint: the file is damaged or not whole; write or copy it again";

/// Bytes at the end: the length of the footer and the word that a file ends with.
const END: usize = 8;

/// Checks the ends of a file.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn ends(store: &Store) -> Result<(), String> {
    let end = (store.len() as usize).min(END);
    let tail = store.get_bytes(store.len() - end as u64, end);
    let tail = tail.map_err(|error| format!("cannot be read: {error}"))?;
    let word = &tail[end.saturating_sub(MAGIC.len())..];
    if word == ENCRYPTED {
        return Err("is encrypted: it ends with `PARE`, not with `PAR1`\n\
                    hint: write it without encryption"
            .into());
    }
    if word != MAGIC || store.len() < (MAGIC.len() + END) as u64 {
        return Err(format!(
            "ends with `{}` after {} bytes, where a Parquet file ends with its footer and `PAR1`\n{DAMAGED}",
            word.escape_ascii(),
            store.len()
        ));
    }
    Ok(())
}

/// Checks what the footer says.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn footer(footer: &ParquetMetaData, len: u64) -> Result<(), String> {
    let mut rows = 0_i64;
    for (at, group) in footer.row_groups().iter().enumerate() {
        rows = rows.saturating_add(group.num_rows());
        let values = group.columns().iter().map(ColumnChunkMetaData::num_values);
        if group.num_rows() < 0 || values.min().is_some_and(|fewest| fewest < group.num_rows()) {
            return Err(format!(
                "row group {at} is to have {} rows, which its columns do not have\n{DAMAGED}",
                group.num_rows()
            ));
        }
        for column in group.columns() {
            if let Err(why) = chunk(column, len) {
                let name = column.column_path().string();
                return Err(format!("row group {at}, column `{name}`: {why}"));
            }
        }
    }
    let whole = footer.file_metadata().num_rows();
    if rows != whole {
        return Err(format!(
            "its row groups have {rows} rows, where its footer says {whole}\n{DAMAGED}"
        ));
    }
    Ok(())
}

fn chunk(column: &ColumnChunkMetaData, len: u64) -> Result<(), String> {
    if column.compression() == Compression::LZO {
        return Err(
            "is packed with LZO; expected snappy, gzip, brotli, lz4, zstd, or none\n\
                    hint: write the file again with one of these"
                .into(),
        );
    }
    let starts = [
        Some(column.data_page_offset()),
        column.dictionary_page_offset(),
    ];
    let begin = starts.into_iter().flatten().min().unwrap_or(0);
    let end = begin.checked_add(column.compressed_size());
    let within = begin >= 0
        && column.compressed_size() >= 0
        && column.num_values() >= 0
        && end.is_some_and(|end| end as u64 <= len);
    if within {
        return Ok(());
    }
    Err(format!(
        "stands at byte {begin} with {} bytes, where the file has {len}\n{DAMAGED}",
        column.compressed_size()
    ))
}
