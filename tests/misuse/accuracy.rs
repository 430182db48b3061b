//! Tables of measurements that are wrong, as a whole or in rows.

use super::{folder, refused, run, stderr};

const HEADER: &str = "engine,model,precision,gpu,n_gpus,tp,isl,osl,concurrency,output_tok_per_s\n";
const ROW: &str = "vllm,Qwen3-32B,fp8,H100,2,2,1000,500,8,390\n";
const COMMAND: [&str; 3] = ["catalog", "accuracy", "--measurements"];

fn table(name: &str, text: &str) -> std::path::PathBuf {
    let folder = folder(name);
    std::fs::write(folder.join("table.csv"), text).unwrap();
    folder
}

fn with_table() -> Vec<&'static str> {
    COMMAND.into_iter().chain(["table.csv"]).collect()
}

#[test]
fn a_table_without_a_column_is_refused_with_its_name() {
    let folder = table("column", "engine,model\nvllm,x\n");
    refused(&folder, &with_table(), &["table.csv:1: no column `gpu`"]);
}

#[test]
fn a_table_without_rows_is_nothing_to_compare() {
    let folder = table("rows", HEADER);
    refused(&folder, &with_table(), &["`table.csv` has no rows"]);
}

#[test]
fn a_table_of_which_no_row_counts_says_why() {
    let text = format!("{HEADER}{}", ROW.replace("Qwen3-32B", "Qwen9-32B"));
    let words = ["no row of `table.csv`", "table.csv:2: unknown model: Qwen9"];
    refused(&table("none", &text), &with_table(), &words);
}

#[test]
fn a_missing_table_is_named() {
    let words = ["cannot read `nowhere.csv`"];
    refused(
        &folder("nowhere"),
        &["catalog", "accuracy", "--measurements", "nowhere.csv"],
        &words,
    );
}

#[test]
fn torn_and_impossible_rows_are_counted_and_the_others_kept() {
    let torn = "vllm,Qwen3-32B,fp8\n";
    let text = format!("{HEADER}{ROW}{torn}{}", ROW.replace("390", "-1"));
    let output = run(&table("torn", &text), &with_table());
    assert_eq!(output.status.code(), Some(0));
    let said = stderr(&output);
    assert!(said.contains("2 rows left out"), "{said}");
    assert!(said.contains("table.csv:3"), "{said}");
}
