//! A table of measurements: its columns by name, its rows one by one, and what cannot be used with the
//! reason.

mod builder;
mod notes;
mod row;

use std::collections::HashMap;

use super::Case;
use crate::catalog::Catalog;
use builder::Builder;
use row::Why;

/// Columns that a table has to have.
const REQUIRED: &[&str] = &[
    "model",
    "gpu",
    "precision",
    "engine",
    "n_gpus",
    "tp",
    "isl",
    "osl",
    "output_tok_per_s",
];

/// A row that was not used, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its line in the file.
    pub line: u64,
    /// The reason, the same words for all rows that share it.
    pub reason: String,
    /// What was found.
    pub found: String,
}

/// What a table holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Rows that can be estimated, with their lines.
    pub cases: Vec<(u64, Case)>,
    /// Rows that cannot.
    pub left_out: Vec<LeftOut>,
}

/// Why a file is no table of measurements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// Line where that shows.
    pub line: u64,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

/// Reads a table. A row that is torn or impossible is left out and told of; the others count.
///
/// # Errors
/// There is no header, or one without a column that is needed.
pub fn read(text: &str, catalog: &Catalog) -> Result<Table, Unreadable> {
    let mut reader = ::csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| Unreadable {
        line: 1,
        message: error.to_string(),
        hint: "the first line names the columns".into(),
    })?;
    let (columns, width) = (columns(header)?, header.len());
    let mut builder = Builder::new(catalog);
    let mut table = Table {
        cases: Vec::new(),
        left_out: Vec::new(),
    };
    for record in reader.records() {
        let (line, found) = match record {
            Ok(record) => (
                line(record.position()),
                builder.read(&record, &columns, width),
            ),
            Err(error) => {
                let torn = Why::new("torn row", error.to_string());
                (line(error.position()), Err(torn))
            }
        };
        match found {
            Ok(case) => table.cases.push((line, case)),
            Err(Why { reason, found }) => table.left_out.push(LeftOut {
                line,
                reason,
                found,
            }),
        }
    }
    Ok(table)
}

/// Where each column stands, by its name.
fn columns(header: &::csv::StringRecord) -> Result<HashMap<String, usize>, Unreadable> {
    let columns: HashMap<String, usize> = header
        .iter()
        .enumerate()
        .map(|(at, name)| (name.trim().trim_start_matches('\u{feff}').to_owned(), at))
        .collect();
    match REQUIRED.iter().find(|name| !columns.contains_key(**name)) {
        None => Ok(columns),
        Some(missing) => Err(Unreadable {
            line: 1,
            message: format!("no column `{missing}`"),
            hint: format!("needed are {}", REQUIRED.join(", ")),
        }),
    }
}

fn line(position: Option<&::csv::Position>) -> u64 {
    position.map_or(0, ::csv::Position::line)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "source,date,engine,model,precision,gpu,n_gpus,tp,isl,osl,scenario,concurrency,tpot_ms,output_tok_per_s,note\n";

    fn table(rows: &str) -> Table {
        read(&format!("{HEADER}{rows}"), &Catalog::embedded()).expect("a table")
    }

    fn reasons(rows: &str) -> Vec<(u64, String)> {
        let list = table(rows).left_out.into_iter();
        list.map(|it| (it.line, it.reason)).collect()
    }

    #[test]
    fn a_row_becomes_a_deployment_with_its_load() {
        let found = table(
            "x,2026,vllm-0.12,Qwen3-32B,fp8,H100,2,2,1000,500,concurrency,8,20,390,plain\n\
             x,2026,trtllm,DeepSeek-R1,fp8,H200,8,8,1024,1024,concurrency,64,30,1200,InferenceX; attention-DP 8\n",
        );
        assert_eq!(found.left_out, []);
        let (line, first) = &found.cases[0];
        assert_eq!((*line, first.deployment.tensor_parallel), (2, 2));
        assert_eq!(first.deployment.precision.kv_bytes, 2.0);
        assert_eq!(first.tpot_s, Some(0.02));
        let second = &found.cases[1].1;
        assert_eq!(second.deployment.data_parallel, 8);
        // 0.9 x 1,024
        assert!((second.shape.input_tokens - 921.6).abs() < 1e-9);
        assert_eq!(second.deployment.precision.kv_bytes, 1.0);
    }

    #[test]
    fn what_cannot_be_used_is_left_out_with_its_line_and_reason() {
        let left = reasons(
            "x,2026,vllm,Qwen3-32B,fp8,H100,2,2,1000,500,concurrency,8,20,390,fine\n\
             x,2026,vllm,Qwen9-32B,fp8,H100,2,2,1000,500,concurrency,8,20,390,\n\
             x,2026,vllm,Qwen3-32B,fp8,Z100,2,2,1000,500,concurrency,8,20,390,\n\
             x,2026,vllm,Qwen3-32B,fp8,H100,2,2,1000,500,concurrency,8,20,-390,\n\
             x,2026,vllm,Qwen3-32B,fp8,H100,2,2,1000\n\
             x,2026,vllm,Qwen3-32B,fp8,H100,2,2,1000,500,concurrency,8,,,\n\
             x,2026,vllm,DeepSeek-R1,fp8,H100,1,1,1000,500,concurrency,8,20,390,\n\
             x,2026,vllm,Qwen3-32B,fp8,H100,2,2,1000,500,concurrency,1,20,99999,\n\
             x,2026,vllm,Qwen3-32B,fp8,H100,2,4,1000,500,concurrency,8,20,390,\n",
        );
        let expected = [
            (3, "unknown model"),
            (4, "unknown GPU"),
            (5, "impossible number"),
            (6, "torn row"),
            (7, "no throughput that the GPUs set"),
            (8, "does not fit in memory"),
            (9, "above what memory bandwidth and arithmetic allow"),
            (10, "impossible number"),
        ];
        let expected = expected.map(|(line, reason)| (line, reason.to_owned()));
        assert_eq!(left, expected);
    }

    #[test]
    fn a_table_without_a_column_names_it() {
        let error = read("model,gpu\n", &Catalog::embedded()).unwrap_err();
        assert_eq!(error.message, "no column `precision`");
    }
}
