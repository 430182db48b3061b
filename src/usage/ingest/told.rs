//! Which rows count, which did not, and what was wrong with them.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::usage::group::Grouping;
use crate::usage::profile::Profile;
use crate::usage::semantics::Source;
use crate::usage::time::Instant;

/// What was read.
#[derive(Debug)]
pub struct Usage {
    /// Sums.
    pub grouping: Grouping,
    /// Rows that were not counted.
    pub dropped: Dropped,
    /// Rows of each source that were counted.
    pub sources: BTreeMap<Source, u64>,
    /// What was wrong with rows, each with its place; the first ones.
    pub complaints: Vec<Complaint>,
    /// Rows whose parts do not add up to their own total, and the first of them.
    pub mismatched: (u64, Option<String>),
    /// Rows that end before they begin, since the clock went backwards, or that take longer than is kept: they have no
    /// latency.
    pub backwards: u64,
    /// Calls with usage below another call with usage.
    pub nested: u64,
    /// What should be told beside.
    pub notes: Notes,
    /// Files that were read.
    pub files: u64,
    /// What the workload looks like, where it was asked for.
    pub profile: Option<Profile>,
}

impl Usage {
    /// Nothing but what was grouped.
    pub fn of(grouping: Grouping) -> Self {
        Self {
            grouping,
            dropped: Dropped::default(),
            sources: BTreeMap::new(),
            complaints: Vec::new(),
            mismatched: (0, None),
            backwards: 0,
            nested: 0,
            notes: Notes::default(),
            files: 0,
            profile: None,
        }
    }

    /// Rows that were counted.
    pub fn rows(&self) -> u64 {
        self.sources.values().sum()
    }
}

/// What should be told of logs although their rows are right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Whether rows without a time count although a period was to be cut out.
    pub untimed: bool,
    /// Files that were named again and not read again.
    pub repeated: u64,
    /// Reports of which the last page is missing.
    pub unfinished: Vec<Source>,
    /// Operations of spans with usage that do not count, as the conventions do not name them.
    pub operations: Vec<String>,
    /// Tables that have tokens of prompts or of answers alone, with what to do.
    pub one_sided: Vec<String>,
}

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
