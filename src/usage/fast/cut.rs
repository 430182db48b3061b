//! A stream cut into blocks of whole records.

use std::io::{self, Read};

use super::super::split::LONGEST;
use super::border::{self, Records};

/// What was cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Whole records.
    Block,
    /// Nothing: the stream has ended.
    End,
    /// The begin of a record that is longer than any may be.
    TooLong,
}

/// Cuts blocks off a stream.
pub struct Cutter<'a> {
    records: Records,
    bytes: &'a mut (dyn Read + Send),
    /// Bytes that were read beyond the last block.
    kept: Vec<u8>,
    longest: usize,
}

impl<'a> Cutter<'a> {
    /// Cuts a stream that begins with a record.
    pub fn new(records: Records, bytes: &'a mut (dyn Read + Send)) -> Self {
        Self {
            records,
            bytes,
            kept: Vec::new(),
            longest: LONGEST,
        }
    }

    /// Cuts a block of about so many bytes off, into `block`.
    ///
    /// # Errors
    /// Bytes that cannot be read.
    pub fn next(&mut self, block: &mut Vec<u8>, size: usize) -> io::Result<Cut> {
        let mut size = size;
        let mut filled = self.kept.len();
        // What the block held before is written over, so that no memory is cleared for nothing.
        block.resize(size.max(filled), 0);
        block[..filled].copy_from_slice(&self.kept);
        self.kept.clear();
        loop {
            filled += fill(self.bytes, &mut block[filled..])?;
            if filled < block.len() {
                block.truncate(filled);
                return Ok(if block.is_empty() {
                    Cut::End
                } else {
                    Cut::Block
                });
            }
            if let Some(end) = border::last(self.records, block) {
                self.kept.extend_from_slice(&block[end..]);
                block.truncate(end);
                return Ok(Cut::Block);
            }
            if size >= self.longest {
                return Ok(Cut::TooLong);
            }
            size *= 2;
            block.resize(size.max(filled), 0);
        }
    }

    /// What is left: the bytes that were read already, and the stream.
    pub fn rest(self) -> (Vec<u8>, &'a mut (dyn Read + Send)) {
        (self.kept, self.bytes)
    }
}

/// Reads until there is no more room, or the stream has ended; how many bytes.
fn fill(bytes: &mut dyn Read, room: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < room.len() {
        match bytes.read(&mut room[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_whole_rows_and_together_the_stream() {
        let text = "a,\"b\nc\"\nd,e\n\"f\n\n\",\"g\"\"\n\"\nh,i";
        for size in 1..40 {
            let mut bytes = text.as_bytes();
            let mut cutter = Cutter::new(Records::Columns(b','), &mut bytes);
            let (mut block, mut all) = (Vec::new(), Vec::new());
            while cutter.next(&mut block, size).unwrap() == Cut::Block {
                all.extend_from_slice(&block);
                let rows = ["a,\"b\nc\"\n", "d,e\n", "\"f\n\n\",\"g\"\"\n\"\n", "h,i"];
                let mut left = std::str::from_utf8(&block).unwrap();
                while !left.is_empty() {
                    let row = rows.iter().find_map(|row| left.strip_prefix(row));
                    left = row.unwrap_or_else(|| panic!("{size}: {left:?} is no row"));
                }
            }
            assert_eq!(all, text.as_bytes());
        }
    }

    #[test]
    fn a_record_that_does_not_end_is_given_up() {
        let text = format!("a,b\n\"{}", "x\n".repeat(100));
        let mut bytes = text.as_bytes();
        let mut cutter = Cutter::new(Records::Columns(b','), &mut bytes);
        cutter.longest = 64;
        let mut block = Vec::new();
        assert_eq!(cutter.next(&mut block, 16).unwrap(), Cut::Block);
        assert_eq!(cutter.next(&mut block, 16).unwrap(), Cut::TooLong);
        let (kept, rest) = cutter.rest();
        let mut left = [block, kept].concat();
        rest.read_to_end(&mut left).unwrap();
        assert_eq!(left, &text.as_bytes()[4..]);
    }
}
