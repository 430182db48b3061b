//! Kinds of rows: what is told of each of them depends on whether it has calls and tells every dimension.

use super::rows::Rows;

/// Rows by kind, each list in the order of the rows.
#[derive(Default)]
pub struct Kinds {
    /// All.
    pub all: Vec<u32>,
    /// With calls, and every dimension told.
    pub groups: Vec<u32>,
    /// With calls, and some dimension not told.
    pub partly: Vec<u32>,
    /// Without calls that count: all of them failed and were not billed.
    pub failed_only: Vec<u32>,
    /// With some dimension not told, be there calls or not.
    pub untold: Vec<u32>,
    /// All but the groups.
    pub unlisted: Vec<u32>,
}

impl Kinds {
    /// Those of some rows.
    pub fn of(rows: &Rows<'_>) -> Self {
        let mut kinds = Self {
            all: (0..rows.len()).collect(),
            ..Self::default()
        };
        for row in 0..rows.len() {
            let (has_calls, is_told) = (rows.has_calls(row), rows.is_told(row));
            let kind = match (has_calls, is_told) {
                (true, true) => &mut kinds.groups,
                (true, false) => &mut kinds.partly,
                (false, _) => &mut kinds.failed_only,
            };
            kind.push(row);
            if !is_told {
                kinds.untold.push(row);
            }
            if !has_calls || !is_told {
                kinds.unlisted.push(row);
            }
        }
        kinds
    }
}
