//! A table read as a file in Parquet and as its lines of JSON: the same is told.

use crate::made::{Column, Form, file, lines};
use crate::told::{Reading, equal, told};

/// Compares the table with its lines of JSON; gives what is told of them.
#[track_caller]
pub fn same(columns: &[Column], form: &Form, reading: &Reading) -> String {
    let expected = told([&lines(columns); 2], reading, 0, 0);
    let bytes = file(columns, form);
    for (threads, block) in [(0, 0), (1, 7), (3, 64), (2, 1 << 19)] {
        let found = told([&bytes; 2], reading, threads, block);
        let how = format!("{threads} threads, {block} rows, {form:?}");
        equal(&found, &expected, &how);
    }
    expected
}
