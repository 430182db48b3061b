//! `llmcost size`.

use serde_json::Value;

use super::{complaint, json, llmcost, scratch, written};

const PLAN: &str = "\
# our plan
name = \"plan\"

[workload]
requests_per_day = 250_000
input_tokens = 1_200   # whole prompt
output_tokens = 250

[[self_host]]
name = \"own\"
model = \"llama-3.1-70b\"
gpu = \"h100-sxm\"     # as we have it
usd_per_gpu_hour = 2.0
max_tpot_ms = 60
staff = [{ role = \"sre\", fte = 1 }]
";

fn sized(path: &str, more: &[&str]) -> Value {
    json(&[&["size", path, "--format", "json"], more].concat())
}

fn rows(result: &Value) -> Vec<Value> {
    result["options"][0]["rows"]
        .as_array()
        .expect("rows")
        .clone()
}

fn number(row: &Value, key: &str) -> f64 {
    row[key]
        .as_f64()
        .unwrap_or_else(|| panic!("{key} of {row}"))
}

fn word<'a>(row: &'a Value, key: &str) -> &'a str {
    row[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key} of {row}"))
}

#[test]
fn how_many_are_shown_changes_neither_the_count_nor_the_reasons() {
    let folder = scratch("size_top");
    let path = written(&folder, "plan.toml", PLAN);
    let (all, one) = (sized(&path, &[]), sized(&path, &["--top", "1"]));
    assert_eq!(rows(&one).len(), 1);
    for key in ["ways", "gpus_out", "failures"] {
        assert_eq!(all["options"][0][key], one["options"][0][key], "{key}");
    }
    assert_eq!(all["options"][0]["ways"], rows(&all).len());
}

#[test]
fn an_engine_is_sized_on_gpus_that_it_runs_on() {
    let folder = scratch("size_engine");
    let plan = PLAN.replace("max_tpot_ms", "engine = \"tensorrt-llm\"\nmax_tpot_ms");
    let result = sized(&written(&folder, "plan.toml", &plan), &[]);
    let amd = |row: &Value| word(row, "gpu").starts_with("mi");
    assert!(!rows(&result).iter().any(amd));
    let failures = result["options"][0]["failures"]
        .as_array()
        .expect("failures");
    let why = failures
        .iter()
        .find(|it| it["gpu"] == "mi300x")
        .expect("mi300x");
    assert_eq!(
        why["why"],
        "the engine `tensorrt-llm` does not run on `mi300x`"
    );
    let without = sized(&written(&folder, "none.toml", PLAN), &[]);
    assert!(rows(&without).iter().any(amd));
}

#[test]
fn a_row_costs_what_compare_says_of_the_same_hardware() {
    let folder = scratch("size_compare");
    let plan = PLAN.replace("usd_per_gpu_hour = 2.0\n", "");
    let path = written(&folder, "plan.toml", &plan);
    let rows = rows(&sized(&path, &[]));
    assert!(rows.len() > 60, "{} ways", rows.len());
    // The cheapest, the dearest, and some between them.
    for row in rows.iter().step_by(rows.len() / 6) {
        let set = [
            format!("self_host.own.gpu={}", word(row, "gpu")),
            format!("self_host.own.precision={}", word(row, "precision")),
            format!("self_host.own.gpus_per_replica={}", row["gpus_per_replica"]),
        ];
        let [gpu, precision, size] = [0, 1, 2].map(|at| set[at].as_str());
        let compared = json(&[
            "compare", &path, "--format", "json", "--set", gpu, "--set", precision, "--set", size,
        ]);
        let own = &compared["options"][0];
        assert_eq!(own["monthly_usd"], row["monthly_usd"], "{row}");
        for key in [
            "gpus",
            "gpus_range",
            "replicas",
            "utilization",
            "tpot_ms",
            "memory",
        ] {
            assert_eq!(own["capacity"][key], row[key], "{key} of {row}");
        }
    }
}

#[test]
fn rows_are_ranked_by_cost_and_keep_the_limits() {
    let folder = scratch("size_ranked");
    let path = written(&folder, "plan.toml", PLAN);
    let result = sized(&path, &[]);
    let rows = rows(&result);
    let costs: Vec<f64> = rows.iter().map(|row| number(row, "monthly_usd")).collect();
    assert!(costs.is_sorted());
    for (at, row) in rows.iter().enumerate() {
        assert_eq!(row["rank"], at + 1);
        assert!(number(row, "tpot_ms") <= 60.0);
        let memory = &row["memory"];
        let taken = number(memory, "weights_gb") + number(memory, "kv_cache_gb");
        assert!(taken <= number(memory, "usable_gb") * (1.0 + 1e-9), "{row}");
        let range = row["gpus_range"].as_array().expect("a range");
        let (low, high) = (range[0].as_f64().unwrap(), range[1].as_f64().unwrap());
        assert!(low <= number(row, "gpus") && number(row, "gpus") <= high);
    }
    // 141 GB of weights in BF16 do not fit one GPU of 80 GB.
    let failures = result["options"][0]["failures"].as_array().unwrap();
    let one = failures.iter().find(|it| {
        it["gpu"] == "h100-sxm" && it["precision"] == "bf16" && it["gpus_per_replica"] == 1
    });
    let why = word(one.expect("a reason"), "why");
    assert!(
        why.starts_with("weights of 141 GB do not fit 1 x 80 GB"),
        "{why}"
    );
}

#[test]
fn the_own_price_holds_for_the_own_gpu_alone() {
    let folder = scratch("size_own_price");
    let path = written(&folder, "plan.toml", PLAN);
    let dear = written(&folder, "dear.toml", &PLAN.replace("= 2.0", "= 4.0"));
    let cost = |path: &str, gpu: &str| {
        let result = sized(path, &["--gpu", gpu, "--precision", "fp8"]);
        number(&rows(&result)[0], "monthly_usd")
    };
    assert!(cost(&dear, "h100-sxm") > cost(&path, "h100-sxm"));
    assert_eq!(cost(&dear, "h200"), cost(&path, "h200"));
}

#[test]
fn the_front_is_never_slower_for_more() {
    let folder = scratch("size_front");
    let path = written(&folder, "plan.toml", PLAN);
    let result = sized(&path, &["--pareto"]);
    let front = result["options"][0]["pareto"].as_array().expect("a front");
    assert!(front.len() > 5);
    for pair in front.windows(2) {
        let speed = |at: usize| number(&pair[at], "tokens_per_second_per_user");
        assert!(speed(0) >= speed(1));
        assert!(number(&pair[0], "monthly_usd") > number(&pair[1], "monthly_usd"));
    }
}

#[test]
fn a_row_is_written_back_and_nothing_else_changes() {
    let folder = scratch("size_write");
    let path = written(&folder, "plan.toml", PLAN);
    let wanted = ["--gpu", "b200", "--precision", "fp8", "--write"];
    let rows = rows(&sized(&path, &wanted));
    let text = std::fs::read_to_string(&path).unwrap();
    let expected = PLAN
        .replace("\"h100-sxm\"", "\"b200\"")
        .replace(
            "# as we have it\n",
            &format!(
                "# as we have it\nprecision = \"fp8\"\ngpus_per_replica = {}\n",
                rows[0]["gpus_per_replica"]
            ),
        )
        .replace("usd_per_gpu_hour", "# usd_per_gpu_hour");
    // Whole numbers are written as such.
    assert_eq!(
        text,
        expected.replace(".0\nusd", "\nusd").replace(".0\n#", "\n#")
    );
    let compared = json(&["compare", &path, "--format", "json"]);
    assert_eq!(
        compared["options"][0]["monthly_usd"],
        rows[0]["monthly_usd"]
    );
    // Into a copy, another row; the scenario stays.
    let copy = folder.join("copy.toml").display().to_string();
    let again = ["--gpu", "h200", "--row", "2", "--write", copy.as_str()];
    sized(&path, &again);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert!(
        std::fs::read_to_string(&copy)
            .unwrap()
            .contains("gpu = \"h200\"")
    );
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_the_file_alone() {
    let folder = scratch("size_unwritten");
    let inline = PLAN.replace(
        "gpu = \"h100-sxm\"     # as we have it\nusd_per_gpu_hour = 2.0\n",
        "gpu = \"h100-sxm\"\nthroughput = { requests_per_second = 3 }\n",
    );
    let path = written(&folder, "plan.toml", &inline);
    let beyond = llmcost(&["size", &path, "--gpu", "b200", "--write", "--row", "900"]);
    assert_eq!(beyond.status.code(), Some(2));
    let said = String::from_utf8_lossy(&beyond.stderr).into_owned();
    assert!(said.contains("--row: there is no row 900 of "), "{said}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), inline);
    let one_line = "workload = { requests_per_day = 1_000, input_tokens = 100, output_tokens = 10 }\n\
                    self_host = [{ name = \"own\", model = \"llama-3.1-8b\", gpu = \"l4\" }]\n";
    let path = written(&folder, "line.toml", one_line);
    let output = llmcost(&["size", &path, "--gpu", "h100-sxm", "--write"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("is not written with a key on each line"),
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), one_line);
}

#[test]
fn limits_that_no_gpu_meets_are_told_with_their_reasons() {
    let folder = scratch("size_none");
    let path = written(&folder, "plan.toml", &PLAN.replace("= 60", "= 2"));
    let output = llmcost(&["size", &path]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("no GPU serves `own` within its limits"),
        "{said}"
    );
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("time per output token"), "{shown}");
    assert!(shown.contains("over the limit of 2.0 ms"), "{shown}");
}

#[test]
fn what_is_not_there_is_named() {
    let folder = scratch("size_wrong");
    let path = written(&folder, "plan.toml", PLAN);
    let said = complaint(&["size", &path, "--gpu", "h100-sxn"]);
    assert!(said.contains("the catalog has no GPU `h100-sxn`"), "{said}");
    assert!(said.contains("did you mean"), "{said}");
    let api = "workload = { requests_per_day = 1, input_tokens = 1, output_tokens = 1 }\n\
               [[api]]\nname = \"a\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 1\n";
    let path = written(&folder, "api.toml", api);
    let said = complaint(&["size", &path]);
    assert!(
        said.contains("no [[self_host]] option with a model to size"),
        "{said}"
    );
}
