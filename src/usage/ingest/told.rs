//! Which rows count, which did not, and what was wrong with them.

use std::fmt;

use serde::Serialize;

use crate::usage::time::Instant;

/// Which rows count.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // one per rule
pub struct Rules {
    /// Count copies of a call as calls.
    pub keep_duplicates: bool,
    /// Count answers of a proxy's own cache as requests (they cost nothing).
    pub keep_cache_hits: bool,
    /// Count failed calls that were not billed as requests.
    pub keep_failed: bool,
    /// Only calls from here on.
    pub since: Option<Instant>,
    /// Only calls before.
    pub until: Option<Instant>,
    /// End at the first row that is wrong.
    pub strict: bool,
}

/// Rows that were not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dropped {
    /// Copies of a call that was counted.
    pub duplicate: u64,
    /// Answers of a proxy's own cache.
    pub cache_hit: u64,
    /// Failed calls that were not billed.
    pub failed: u64,
    /// Rows that end too early or are no valid JSON.
    pub torn: u64,
    /// Rows that are whole and wrong.
    pub rejected: u64,
    /// Rows that nothing is paid for, or that repeat others: agent spans, purchases.
    pub not_billable: u64,
    /// Calls outside --since and --until.
    pub outside: u64,
}

/// What was wrong with some rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// File and line of the first of them.
    pub place: String,
    /// What is wrong.
    pub message: String,
    /// How many rows it is.
    pub rows: u64,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)?;
        match self.rows {
            1 => Ok(()),
            rows => write!(f, " (and {} more such rows)", rows - 1),
        }
    }
}
