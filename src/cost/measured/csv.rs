//! A table of measurements: its columns by name, its rows one by one, and what cannot be used with the
//! reason.

use std::collections::HashMap;

use super::names::{Names, engine, precision};
use super::{Case, Deployment};
use crate::catalog::Catalog;
use crate::cost::capacity::Shape;
use crate::cost::sizing::{gpu_peaks, model_shape};

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

/// InferenceX draws lengths between 0.8 and 1 of the label.
const INFERENCEX_LENGTH: f64 = 0.9;
/// GPUs of a node; on more of them attention is data-parallel and not split.
const NODE: u32 = 8;
/// A rate below this share of what was offered was set by the GPUs.
const SATURATED: f64 = 0.9;

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
    let columns: HashMap<String, usize> = header
        .iter()
        .enumerate()
        .map(|(at, name)| (name.trim().trim_start_matches('\u{feff}').to_owned(), at))
        .collect();
    let width = header.len();
    if let Some(missing) = REQUIRED.iter().find(|name| !columns.contains_key(**name)) {
        return Err(Unreadable {
            line: 1,
            message: format!("no column `{missing}`"),
            hint: format!("needed are {}", REQUIRED.join(", ")),
        });
    }
    let mut builder = Builder {
        names: Names::of(catalog),
        catalog,
        rows: HashMap::new(),
    };
    let mut table = Table {
        cases: Vec::new(),
        left_out: Vec::new(),
    };
    for record in reader.records() {
        let (line, found) = match record {
            Ok(record) => {
                let line = record.position().map_or(0, ::csv::Position::line);
                let row = Row {
                    record: &record,
                    columns: &columns,
                };
                let case = if record.len() == width {
                    builder.case(&row)
                } else {
                    Err(Why::new(
                        "torn row",
                        format!("{} fields where the header has {width}", record.len()),
                    ))
                };
                (line, case)
            }
            Err(error) => {
                let line = error.position().map_or(0, ::csv::Position::line);
                (line, Err(Why::new("torn row", error.to_string())))
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

/// Why a row is left out.
struct Why {
    reason: String,
    found: String,
}

impl Why {
    fn new(reason: &str, found: impl Into<String>) -> Self {
        Self {
            reason: reason.to_owned(),
            found: found.into(),
        }
    }
}

/// A row by the names of its columns.
struct Row<'a> {
    record: &'a ::csv::StringRecord,
    columns: &'a HashMap<String, usize>,
}

impl Row<'_> {
    fn text(&self, column: &str) -> &str {
        let at = self.columns.get(column);
        at.and_then(|at| self.record.get(*at)).unwrap_or_default()
    }

    /// A number above zero; none where the field is empty.
    fn number(&self, column: &str) -> Result<Option<f64>, Why> {
        let text = self.text(column).trim();
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && number > 0.0 => Ok(Some(number)),
            _ => Err(Why::new(
                "impossible number",
                format!("{column} is `{text}`"),
            )),
        }
    }

    fn needed(&self, column: &str) -> Result<f64, Why> {
        self.number(column)?
            .ok_or_else(|| Why::new("number missing", column))
    }

    fn count(&self, column: &str) -> Result<u32, Why> {
        let number = self.needed(column)?;
        if number.fract() == 0.0 && number <= 4_096.0 {
            return Ok(number as u32);
        }
        let found = format!("{column} is `{}`", self.text(column));
        Err(Why::new("impossible number", found))
    }
}

/// Makes cases of rows; a deployment's rows of the catalog are looked up once.
struct Builder<'a> {
    names: Names,
    catalog: &'a Catalog,
    rows: HashMap<(String, String), Option<(super::ModelShape, super::GpuPeaks)>>,
}

impl Builder<'_> {
    fn case(&mut self, row: &Row<'_>) -> Result<Case, Why> {
        let deployment = self.deployment(row)?;
        let note = row.text("note");
        let share = if note.contains("InferenceX") {
            INFERENCEX_LENGTH
        } else {
            1.0
        };
        let shape = Shape::new(share * row.needed("isl")?, share * row.needed("osl")?);
        let (mut rate, mut tpot) = (row.number("output_tok_per_s")?, row.number("tpot_ms")?);
        let mut concurrency = row.number("concurrency")?;
        if row.text("scenario") == "server" {
            let load = OpenLoop::of(note);
            concurrency = concurrency.or(load.requests);
            if load.offered.is_some() {
                tpot = None;
            }
            if !load.saturated() {
                rate = None;
            }
        }
        if speculates(note) {
            let why = "speculative decoding, whose accepted tokens a step are not published";
            return Err(Why::new(why, note));
        }
        if rate.is_none() && tpot.is_none() {
            let why = "no throughput that the GPUs set";
            return Err(Why::new(why, row.text("scenario")));
        }
        let case = Case {
            deployment,
            shape,
            concurrency,
            output_tokens_per_second: rate,
            tpot_s: tpot.map(|ms| ms / 1e3),
            source: row.text("source").to_owned(),
            as_of: row.text("date").to_owned(),
            engine_version: row.text("engine").to_owned(),
        };
        possible(case)
    }

    fn deployment(&mut self, row: &Row<'_>) -> Result<Deployment, Why> {
        let unknown = |what: &str, found: &str| Why::new(&format!("unknown {what}"), found);
        let name = row.text("model");
        let model_id = self.names.model(name);
        let model_id = model_id.ok_or_else(|| unknown("model", name))?.to_owned();
        let name = row.text("gpu");
        let gpu_id = self.names.gpu(name);
        let gpu_id = gpu_id.ok_or_else(|| unknown("GPU", name))?.to_owned();
        let precision_text = row.text("precision");
        let precision_name =
            precision(precision_text).ok_or_else(|| unknown("precision", precision_text))?;
        let engine =
            engine(row.text("engine")).ok_or_else(|| unknown("engine", row.text("engine")))?;
        let shapes = self.shapes(&model_id, &gpu_id);
        let (model, gpu) = shapes.ok_or_else(|| unknown("model", row.text("model")))?;
        let (gpus, tensor_parallel) = (row.count("n_gpus")?, row.count("tp")?);
        let (tensor_parallel, data_parallel) = split(gpus, tensor_parallel, row.text("note"));
        if tensor_parallel * data_parallel > gpus {
            let found = format!("{tensor_parallel} x {data_parallel} on {gpus} GPUs");
            return Err(Why::new("impossible number", found));
        }
        Ok(Deployment {
            precision: Deployment::precision_of(precision_name, &model, &gpu, engine),
            model_id,
            gpu_id,
            model,
            gpu,
            precision_name,
            engine,
            gpus,
            tensor_parallel,
            data_parallel,
        })
    }

    fn shapes(&mut self, model: &str, gpu: &str) -> Option<(super::ModelShape, super::GpuPeaks)> {
        let key = (model.to_owned(), gpu.to_owned());
        *self.rows.entry(key).or_insert_with(|| {
            let (model, gpu) = Names::rows(self.catalog, model, gpu)?;
            Some((model_shape(&model), gpu_peaks(&gpu)))
        })
    }
}

/// A case within what memory and the peaks of the data sheet allow.
fn possible(case: Case) -> Result<Case, Why> {
    if let Err(misfit) = case.estimate(super::Constants::FITTED) {
        return Err(Why::new("does not fit in memory", misfit.to_string()));
    }
    let bound = case.bound();
    match case.output_tokens_per_second {
        Some(rate) if rate > bound => Err(Why::new(
            "above what memory bandwidth and arithmetic allow",
            format!("{rate:.0} output tokens/s, at most {bound:.0}"),
        )),
        _ => Ok(case),
    }
}

/// GPUs that split a layer, and copies of attention: `DEP4` and `attention-DP` in a note, and more
/// GPUs than a node has, mean that attention is copied and experts are shared.
fn split(gpus: u32, tensor_parallel: u32, note: &str) -> (u32, u32) {
    if let Some(copies) = after(note, "DEP").and_then(|text| leading(text).parse().ok()) {
        return (tensor_parallel, copies);
    }
    if note.contains("attention-DP") || gpus > NODE {
        return (1, gpus);
    }
    (tensor_parallel, 1)
}

fn speculates(note: &str) -> bool {
    let note = note.to_lowercase();
    [
        "speculative",
        "eagle",
        "_mtp",
        "mtp_",
        " mtp",
        "draft model",
    ]
    .iter()
    .any(|word| note.contains(word))
}

/// The load of an open loop, as its note tells.
#[derive(Debug, PartialEq)]
struct OpenLoop {
    requests: Option<f64>,
    offered: Option<f64>,
    achieved: Option<f64>,
}

impl OpenLoop {
    fn of(note: &str) -> Self {
        let number = |text: &str| leading(text).parse::<f64>().ok();
        Self {
            requests: number(note),
            offered: after(note, "offered qps=").and_then(number),
            achieved: after(note, "achieved req/s=").and_then(number),
        }
    }

    /// Whether the GPUs set the rate and not those who ask.
    fn saturated(&self) -> bool {
        match (self.offered, self.achieved) {
            (Some(offered), Some(achieved)) => achieved < SATURATED * offered,
            (None, Some(_)) => true,
            _ => false,
        }
    }
}

fn after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.split_once(word).map(|(_, rest)| rest)
}

/// The number at the start of a text.
fn leading(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    &text[..end]
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

    #[test]
    fn an_open_loop_counts_where_the_gpus_could_not_keep_up() {
        let slow = OpenLoop::of("500 requests; offered qps=32; achieved req/s=16");
        assert!(slow.saturated() && slow.requests == Some(500.0));
        let easy = OpenLoop::of("500 requests; offered qps=2; achieved req/s=2");
        assert!(!easy.saturated());
        assert!(OpenLoop::of("500 requests; offered qps=INF; achieved req/s=16").saturated());
        assert!(!OpenLoop::of("").saturated());
    }

    #[test]
    fn experts_are_shared_where_the_note_says_so() {
        assert_eq!(split(4, 1, "max load; DEP4; doc gives 6430"), (1, 4));
        assert_eq!(split(4, 1, "max load; DEP2PP2"), (1, 2));
        assert_eq!(split(72, 72, "multi-node"), (1, 72));
        assert_eq!(split(8, 8, ""), (8, 1));
    }
}
