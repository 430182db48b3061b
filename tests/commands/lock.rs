//! `llmcost catalog lock`, and plans that are run with a lock.

use std::path::{Path, PathBuf};

use llmcost::analysis::compare::compare;
use llmcost::catalog::{Catalog, Lock, lock};
use llmcost::diagnostic::{Problems, Sources};
use llmcost::scenario::{Settings, load};

use super::{answer, complaint, json, llmcost, scratch, written};

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    files
}

/// The whole answer of a scenario as JSON.
fn compared(path: &Path, catalog: &Catalog) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let mut sources = Sources::default();
    let name = path.display().to_string();
    let loaded = match load(&name, &text, &Settings::default(), catalog, &mut sources) {
        Ok(loaded) => loaded,
        Err(problems) => {
            let told: Vec<String> = problems.iter().map(|p| p.render(&sources)).collect();
            panic!("{}", told.join("\n"))
        }
    };
    let result = compare(&loaded.scenario).expect("options that can be priced");
    serde_json::to_string(&result).unwrap()
}

fn read(text: &str) -> Catalog {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let lock = Lock::read("lock.toml", text, &mut sources, &mut problems);
    assert!(problems.is_empty(), "{:?}", problems.sorted());
    Catalog::locked(lock.expect("a lock"))
}

/// A lock with another text of its rows, as a later version would have written it.
fn with(text: &str, change: impl Fn(&str) -> String) -> String {
    let at = text.find("\n[[").unwrap() + 1;
    let (head, rows) = text.split_at(at);
    let changed = change(rows);
    head.replace(&lock::digest(rows), &lock::digest(&changed)) + &changed
}

/// The catalog of a lock has nothing but the lock's rows, whatever the embedded files say: each scenario
/// gives the bytes that it gave when it was locked.
#[test]
fn every_shipped_scenario_gives_the_same_bytes_with_its_lock_alone() {
    for path in shipped() {
        let name = path.display().to_string();
        let text = answer(&["catalog", "lock", &name, "--quiet"]);
        assert!(text.len() < 60_000, "{name}: {} bytes", text.len());
        let now = compared(&path, &Catalog::embedded());
        let catalog = read(&text);
        assert_eq!(now, compared(&path, &catalog), "{name}");
        assert_eq!(catalog.take_missing(), [], "{name}");
    }
}

/// The answer follows the lock and not the embedded catalog: twice the price is twice the cost, and the
/// date of the catalog is that of the lock.
#[test]
fn what_the_lock_says_counts_and_not_what_the_embedded_catalog_says() {
    let folder = scratch("lock_counts");
    let plan = "[workload]\nrequests_per_day = 1_000\ninput_tokens = 1_000\noutput_tokens = 0\n\
                [[api]]\nname = \"a\"\nmodel = \"openai/gpt-4.1\"\n";
    let path = written(&folder, "plan.toml", plan);
    let lock = folder.join(lock::FILE).display().to_string();
    answer(&["catalog", "lock", &path, "-o", &lock, "--quiet"]);
    let text = std::fs::read_to_string(&lock).unwrap();
    let dearer = with(&text, |rows| {
        rows.replace("input_usd_per_mtok = 2.0", "input_usd_per_mtok = 4.0")
    });
    assert_ne!(text, dearer);
    let older = dearer.replace(
        "as_of = \"2026-11-23\"\ndigest",
        "as_of = \"2025-06-01\"\ndigest",
    );
    std::fs::write(&lock, older).unwrap();
    let compare = |more: &[&str]| {
        let args = [&["compare", &path, "--format", "json", "--quiet"][..], more].concat();
        let result = json(&args);
        let usd = result["options"][0]["monthly_usd"].as_f64().unwrap();
        (
            usd,
            result["catalog"]["as_of"].as_str().unwrap().to_owned(),
            result["scenario"]["start"].clone(),
        )
    };
    // 365/12 days x 1,000 requests x 1,000 tokens are 30.4167 Mtok: at 4 USD instead of 2.
    let (usd, as_of, start) = compare(&[]);
    assert!((usd - 4.0 * 365.0 / 12.0).abs() < 1e-9, "{usd}");
    assert_eq!(
        (as_of.as_str(), start.as_str().unwrap()),
        ("2025-06-01", "2025-06-01")
    );
    let (usd, _, _) = compare(&["--no-lock"]);
    assert!((usd - 2.0 * 365.0 / 12.0).abs() < 1e-9, "{usd}");
    // Named after --catalog it counts as well, and one's own facts stand on top of it.
    assert_eq!(compare(&["--catalog", &lock]).0, compare(&[]).0);
    let diff = json(&["catalog", "diff", &path, "--format", "json"]);
    let delta = diff["scenarios"][0]["options"][0]["delta_usd"]
        .as_f64()
        .unwrap();
    assert!((delta + 2.0 * 365.0 / 12.0).abs() < 1e-8, "{delta}");
}

#[test]
fn a_scenario_that_needs_more_than_its_lock_is_refused_with_what_to_do() {
    let folder = scratch("lock_misses");
    let plan = |model: &str, more: &str| {
        format!(
            "[workload]\nrequests_per_day = 1_000\ninput_tokens = 1_000\noutput_tokens = 10\n\
             [[api]]\nname = \"a\"\nmodel = \"{model}\"\n{more}"
        )
    };
    let path = written(&folder, "plan.toml", &plan("openai/gpt-4.1", ""));
    let lock = folder.join(lock::FILE).display().to_string();
    answer(&["catalog", "lock", &path, "-o", &lock]);
    let own = "[[self_host]]\nname = \"own\"\nmodel = \"llama-3.1-8b\"\ngpu = \"h100-sxm\"\n";
    for (model, more, row) in [
        ("openai/gpt-6-luna", "", "api openai/gpt-6-luna"),
        ("openai/gpt-4.1", own, "gpu h100-sxm"),
        ("openai/gpt-4.1", own, "model llama-3.1-8b"),
    ] {
        std::fs::write(&path, plan(model, more)).unwrap();
        for command in ["compare", "check"] {
            let output = llmcost(&[command, &path]);
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{command}: {said}");
            assert!(
                said.contains("does not have: ") && said.contains(row),
                "{said}"
            );
            assert!(said.contains("run `llmcost catalog lock` again"), "{said}");
        }
        answer(&["compare", &path, "--no-lock", "--quiet"]);
    }
    // An id that nobody knows is still an unknown id.
    std::fs::write(&path, plan("openai/gpt-9", "")).unwrap();
    assert!(complaint(&["compare", &path]).contains("unknown model `openai/gpt-9`"));
}

/// The median of all providers does not become that of the one provider that was asked for when the lock
/// was made.
#[test]
fn a_lock_has_every_price_of_a_gpu() {
    let folder = scratch("lock_gpu");
    let plan = |provider: &str| {
        format!(
            "[workload]\nrequests_per_day = 1_000\ninput_tokens = 1_000\noutput_tokens = 10\n\
             [[self_host]]\nname = \"own\"\nmodel = \"llama-3.1-8b\"\ngpu = \"h100-sxm\"\n{provider}"
        )
    };
    let path = written(&folder, "plan.toml", &plan("provider = \"lambda\"\n"));
    let lock = folder.join(lock::FILE).display().to_string();
    answer(&["catalog", "lock", &path, "-o", &lock]);
    std::fs::write(&path, plan("")).unwrap();
    let locked = answer(&["compare", &path, "--format", "json", "--quiet"]);
    let present = answer(&["compare", &path, "--format", "json", "--quiet", "--no-lock"]);
    assert_eq!(locked, present);
}

/// Own facts are locked with the rest, and are told as one's own.
#[test]
fn ones_own_facts_are_locked_with_the_rest() {
    let folder = scratch("lock_own");
    let plan = "[workload]\nrequests_per_day = 1_000\ninput_tokens = 1_000\noutput_tokens = 10\n\
                [[api]]\nname = \"a\"\nmodel = \"house/model\"\n\
                [[api]]\nname = \"b\"\nmodel = \"nobody/knows\"\ninput_usd_per_mtok = 1\noutput_usd_per_mtok = 1\n";
    let path = written(&folder, "plan.toml", plan);
    let own = "[[api]]\nid = \"house/model\"\naliases = [\"the \\\"house\\\"\"]\nsource = \"offer\"\n\
               as_of = \"2026-11-01\"\nconfidence = \"seen\"\n[[api.price]]\ntier = \"standard\"\n\
               input_usd_per_mtok = 0.75\nsource = \"offer\"\nas_of = \"2026-11-01\"\nconfidence = \"seen\"\n";
    let own = written(&folder, "own.toml", own);
    let with_own = answer(&[
        "compare",
        &path,
        "--catalog",
        &own,
        "--format",
        "json",
        "--quiet",
    ]);
    let lock = folder.join(lock::FILE).display().to_string();
    answer(&["catalog", "lock", &path, "--catalog", &own, "-o", &lock]);
    let text = std::fs::read_to_string(&lock).unwrap();
    assert!(text.contains("own = [\"api house/model\"]"), "{text}");
    assert!(text.contains("absent = [\"api nobody/knows\"]"), "{text}");
    assert_eq!(
        answer(&["compare", &path, "--format", "json", "--quiet"]),
        with_own
    );
    assert!(with_own.contains("own catalog house/model"), "{with_own}");
    let output = llmcost(&["compare", &path]);
    let note = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(note.contains("note: prices are locked by "), "{note}");
}

#[test]
fn locks_are_used_as_they_are_asked_for() {
    let folder = scratch("lock_usage");
    let one = include_str!("../misuse/one.toml");
    let path = written(&folder, "plan.toml", one);
    assert!(
        complaint(&["compare", &path, "--locked"])
            .contains("--locked, and no llmcost.lock.toml lies beside")
    );
    let lock = folder.join(lock::FILE).display().to_string();
    answer(&["catalog", "lock", &path, "-o", &lock]);
    answer(&["compare", &path, "--locked"]);
    // A folder's lock is no scenario of it, and many scenarios are checked with it.
    let all = folder.display().to_string();
    assert!(json(&["compare", &all, "--format", "json", "--locked"])["options"].is_array());
    answer(&["compare", &path, "--catalog", &lock, "--locked"]);
    let said = complaint(&["compare", &path, "--catalog", &lock, "--catalog", &lock]);
    assert!(said.contains("are both locks"), "{said}");
    let said = complaint(&["compare", &path, "--catalog", &lock, "--no-lock"]);
    assert!(said.contains("--no-lock, and"), "{said}");
    assert!(
        complaint(&["compare", &path, "--locked", "--no-lock"]).contains("cannot be used with")
    );
    assert!(
        complaint(&["catalog", "lock", &path, "--format", "json"]).contains("no use for --format")
    );
    std::fs::write(&lock, "name = \"a scenario\"\n").unwrap();
    assert!(complaint(&["compare", &path]).contains("it has no [lock] table"));
    std::fs::write(&lock, "[lock]\nversion = 9\n").unwrap();
    let said = complaint(&["compare", &path]);
    assert!(
        said.contains("llmcost.lock.toml:2:") && said.contains("`digest` is missing"),
        "{said}"
    );
}

/// Line ends of another system are no change of the rows.
#[test]
fn a_lock_survives_other_line_ends_and_tells_a_changed_row() {
    let path = shipped().remove(0);
    let name = path.display().to_string();
    let text = answer(&["catalog", "lock", &name, "--quiet"]);
    let other = read(&text.replace('\n', "\r\n"));
    assert_eq!(compared(&path, &other), compared(&path, &read(&text)));
    assert_eq!(
        text,
        answer(&["catalog", "lock", &name, "--quiet"]),
        "not the same bytes"
    );
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let changed = text.replacen("usd_per_mtok = 0.1", "usd_per_mtok = 0.2", 1);
    assert_ne!(changed, text);
    Lock::read("lock.toml", &changed, &mut sources, &mut problems);
    let told = problems.sorted();
    assert_eq!(told[0].message, "the rows are not those that were locked");
}
