//! Logs in Parquet where the feature is off: what to do about them.

use std::fs::File as OnDisk;
use std::io::Read;

use super::super::parquet::NOT_BUILT;
use super::Ingest;

impl Ingest<'_> {
    /// Reads a log in Parquet; `done` is told bytes that were read.
    ///
    /// # Errors
    /// Always: this build reads no Parquet.
    pub fn parquet(
        &mut self,
        name: &str,
        _file: OnDisk,
        _done: &mut dyn FnMut(u64),
    ) -> Result<(), String> {
        self.streamed(name, &mut std::io::empty())
    }

    /// Reads a log in Parquet from a stream.
    #[expect(clippy::unused_self)] // as where the feature is on
    pub(super) fn streamed(&mut self, name: &str, _bytes: &mut dyn Read) -> Result<(), String> {
        Err(format!("{name}: {NOT_BUILT}"))
    }
}
