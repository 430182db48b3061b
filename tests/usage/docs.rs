//! The page prints the table by which the readers convert.

use std::fs;

use llmcost::usage::semantics::page;

use super::root;

const BEGIN: &str = "<!-- semantics -->\n";
const END: &str = "<!-- end of semantics -->";

/// `UPDATE=1` rewrites the table.
#[test]
fn the_documentation_prints_the_table_of_the_code() {
    let path = root().join("docs/usage.md");
    let text = fs::read_to_string(&path).expect("docs/usage.md");
    let (before, rest) = text.split_once(BEGIN).expect("the begin of the table");
    let (table, after) = rest.split_once(END).expect("the end of the table");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, [before, BEGIN, &page(), END, after].concat()).expect("a page");
        return;
    }
    assert_eq!(table, page());
}
