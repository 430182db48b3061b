//! The bytes of a file, read at any place by several threads.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::reader::{ChunkReader, Length};
use bytes::Bytes;

/// Bytes that are read ahead of the head of a page.
const AHEAD: usize = 1 << 12;

/// A file, or what was held of a stream.
#[derive(Clone)]
pub struct Store {
    kept: Arc<Kept>,
    len: u64,
}

enum Kept {
    File(Mutex<File>),
    Bytes(Bytes),
}

impl Store {
    /// A file on disk.
    ///
    /// # Errors
    /// One whose length is unknown.
    pub fn of_file(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let kept = Arc::new(Kept::File(Mutex::new(file)));
        Ok(Self { kept, len })
    }

    /// Bytes in memory.
    pub fn of_bytes(bytes: Vec<u8>) -> Self {
        Self {
            len: bytes.len() as u64,
            kept: Arc::new(Kept::Bytes(bytes.into())),
        }
    }

    /// Reads bytes from a place on, as many as there are.
    fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        match &*self.kept {
            Kept::File(file) => {
                // One file has one place: nobody else may move it between the two.
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                file.seek(SeekFrom::Start(at))?;
                file.read(buffer)
            }
            Kept::Bytes(bytes) => {
                let rest = bytes.get(at as usize..).unwrap_or_default();
                let count = rest.len().min(buffer.len());
                buffer[..count].copy_from_slice(&rest[..count]);
                Ok(count)
            }
        }
    }

    fn rest(&self, at: u64) -> Rest {
        Rest {
            store: self.clone(),
            at,
        }
    }
}

impl Length for Store {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Store {
    type T = BufReader<Rest>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::with_capacity(AHEAD, self.rest(start)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        // A damaged length must not ask for more memory than there is.
        let end = start.checked_add(length as u64);
        if end.is_none_or(|end| end > self.len) {
            return Err(ParquetError::EOF(format!(
                "{length} bytes at byte {start}, where the file has {}",
                self.len
            )));
        }
        if let Kept::Bytes(bytes) = &*self.kept {
            return Ok(bytes.slice(start as usize..start as usize + length));
        }
        let mut buffer = vec![0; length];
        self.rest(start).read_exact(&mut buffer)?;
        Ok(buffer.into())
    }
}

/// The bytes from a place on.
pub struct Rest {
    store: Store,
    at: u64,
}

impl Read for Rest {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.store.read_at(self.at, buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}
