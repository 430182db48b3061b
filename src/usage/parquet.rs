//! Logs in Parquet, with the feature of that name: a table by columns, in groups of rows. Its columns are named
//! as those of a CSV are, and every row means what the same row of JSON would mean.

#[cfg(feature = "parquet")]
mod cell;
#[cfg(feature = "parquet")]
mod check;
#[cfg(feature = "parquet")]
mod guard;
#[cfg(feature = "parquet")]
mod store;
#[cfg(feature = "parquet")]
mod table;

use std::fs::File;
use std::io::{self, Read, Seek};

#[cfg(feature = "parquet")]
pub use cell::{nanos, ticks, value};
#[cfg(feature = "parquet")]
pub use guard::watch_panics;
#[cfg(feature = "parquet")]
pub use store::Store;
#[cfg(feature = "parquet")]
pub use table::{Columns, Piece, Table};

/// What a file begins and ends with.
const MAGIC: &[u8] = b"PAR1";

/// The same where its footer is encrypted.
const ENCRYPTED: &[u8] = b"PARE";

/// Bytes of a stream that are held, since the footer of a file stands at its end.
pub const MOST_HELD: usize = 256 << 20;

/// Whether bytes are those of Parquet, by their beginning.
pub fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(MAGIC) || head.starts_with(ENCRYPTED)
}

/// Whether an open file is Parquet; it is left where it was. A pipe is none: it cannot be read twice.
///
/// # Errors
/// A file that cannot be read, and one that is none though its name says so.
pub fn is_file(name: &str, file: &mut File) -> io::Result<bool> {
    if !file.metadata()?.is_file() {
        return Ok(false);
    }
    let mut head = Vec::new();
    file.take(MAGIC.len() as u64).read_to_end(&mut head)?;
    file.rewind()?;
    let is = is_parquet(&head);
    if !is && name.to_ascii_lowercase().ends_with(".parquet") {
        return Err(io::Error::other(format!(
            "begins with `{}`, where a Parquet file begins with `PAR1`\n\
             hint: is it a pointer of Git LFS, an error page, or a log of another kind? Rename it if it is a log",
            head.escape_ascii()
        )));
    }
    Ok(is)
}

/// What to do where Parquet is not read.
#[cfg(not(feature = "parquet"))]
pub const NOT_BUILT: &str = "is a Parquet file, and this build of llmcost reads none\n\
     hint: cargo install llmcost --features parquet, or export it as CSV";

/// What to do about a stream that is too long.
#[cfg(feature = "parquet")]
pub fn too_long() -> String {
    format!(
        "is more than {} MiB of Parquet from a stream, and its footer stands at the end\n\
         hint: save it to a file and give that file's name",
        MOST_HELD >> 20
    )
}
