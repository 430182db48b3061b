//! Reports: one file that needs nothing else, the same figures as `compare`, and a page that works in a browser.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("a directory");
    path
}

fn llmcost(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .current_dir(root())
        .args(arguments)
        .output()
        .expect("the binary runs")
}

/// Writes a report and reads it back.
fn report(scenario: &str, file: &Path) -> String {
    let path = file.display().to_string();
    let output = llmcost(&["report", scenario, "-q", "-o", &path]);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{complaint}");
    assert!(output.stdout.is_empty());
    std::fs::read_to_string(file).expect("a report")
}

const SCENARIO: &str = "scenarios/switch-later.toml";

#[test]
fn a_page_needs_nothing_but_itself() {
    let page = report(SCENARIO, &scratch("report-alone").join("r.html"));
    for outside in [
        "src=", "href=", "<link", "@import", "url(", "fetch(", "XMLHttp",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    assert_eq!(
        page.matches("<svg ").count(),
        page.matches("<figure").count()
    );
    assert!(page.matches("<svg ").count() >= 4);
}

#[test]
fn a_page_says_everything_without_its_script() {
    let page = report(SCENARIO, &scratch("report-plain").join("r.html"));
    let body = page.split("<script").next().expect("a body");
    let text = llmcost(&["compare", SCENARIO, "-q", "--format", "json"]);
    let result: Value = serde_json::from_slice(&text.stdout).expect("JSON");
    let cheapest = result["cheapest"].as_str().expect("a name");
    assert!(body.contains(&format!("<p class=\"verdict\">{cheapest} is cheapest")));
    for heading in [
        "A steady month",
        "Over the months of the plan",
        "Assumptions",
        "Facts of the catalog",
    ] {
        assert!(body.contains(heading), "{heading}");
    }
    for fact in result["catalog"]["facts"].as_array().expect("facts") {
        let line = fact.as_str().expect("a line");
        let line = line.strip_prefix("catalog ").unwrap_or(line);
        let id = line.split(',').next().expect("an id");
        assert!(body.contains(id), "{id}");
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = scratch("report-bytes");
    assert_eq!(
        report(SCENARIO, &folder.join("a.html")),
        report(SCENARIO, &folder.join("b.html"))
    );
}

#[test]
fn every_shipped_scenario_has_a_report() {
    let folder = scratch("report-shipped");
    for entry in std::fs::read_dir(root().join("scenarios")).expect("scenarios") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            let page = report(
                &path.display().to_string(),
                &folder.join(format!("{name}.html")),
            );
            assert!(page.ends_with("</html>\n"), "{name}");
        }
    }
}

#[test]
fn a_markdown_report_has_its_pictures_beside_it() {
    let folder = scratch("report-markdown");
    let text = report(SCENARIO, &folder.join("plan.md"));
    let pictures: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            line.strip_prefix("![")?
                .rsplit_once("](")?
                .1
                .strip_suffix(')')
        })
        .collect();
    assert!(
        pictures.contains(&"plan-curves.png") && pictures.len() >= 4,
        "{pictures:?}"
    );
    for picture in pictures {
        let bytes = std::fs::read(folder.join(picture)).expect("a picture");
        assert!(bytes.starts_with(b"\x89PNG"), "{picture}");
    }
    assert!(text.contains("**flash is cheapest"));
}

#[test]
fn what_is_no_report_is_refused_and_nothing_is_written() {
    let folder = scratch("report-refused");
    let file = |name: &str| folder.join(name).display().to_string();
    for (arguments, said) in [
        (vec!["report", SCENARIO], "-o report.html"),
        (
            vec!["report", SCENARIO, "-o", &file("r.pdf")],
            "names no report",
        ),
        (
            vec![
                "report",
                SCENARIO,
                "--format",
                "json",
                "-o",
                &file("r.html"),
            ],
            "no --format",
        ),
        (
            vec!["report", "missing.toml", "-o", &file("r.html")],
            "missing.toml",
        ),
        (
            vec!["report", SCENARIO, "-o", &file("no/such/r.md")],
            "cannot write",
        ),
    ] {
        let output = llmcost(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let complaint = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(complaint.contains(said), "{arguments:?}: {complaint}");
    }
    assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 0);
}

/// A browser, where one is installed; where one is asked for (`REQUIRE_CHROMIUM=1`) it has to be there.
fn browser() -> Option<String> {
    let found = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| {
            Command::new(name)
                .arg("--version")
                .output()
                .is_ok_and(|output| output.status.success())
        });
    let required = std::env::var_os("REQUIRE_CHROMIUM").is_some_and(|value| value == "1");
    assert!(found.is_some() || !required, "no Chromium is installed");
    if found.is_none() {
        eprintln!("left out: no Chromium is installed");
    }
    found.map(str::to_owned)
}

/// Runs the browser on a page, with what it does after loading.
fn browse(browser: &str, profile: &Path, arguments: &[&str], page: &str) -> Output {
    Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            "--virtual-time-budget=4000",
        ])
        .arg(format!("--user-data-dir={}", profile.display()))
        .args(arguments)
        .arg(page)
        .output()
        .expect("the browser runs")
}

fn complaints(output: &Output) -> Vec<String> {
    String::from_utf8_lossy(&output.stderr)
        .lines()
        .filter(|line| line.contains("CONSOLE") || line.contains("Uncaught"))
        .map(str::to_owned)
        .collect()
}

/// The figures in the slider's table, in the order of the options (USD).
fn figures(dom: &str) -> Vec<f64> {
    dom.split("data-usd=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next()?.parse().ok())
        .collect()
}

fn priced_at(volume: &str) -> Vec<f64> {
    let set = format!("workload.requests_per_day={volume}");
    let output = llmcost(&["compare", SCENARIO, "-q", "--format", "json", "--set", &set]);
    let result: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let options = result["options"].as_array().expect("options");
    options
        .iter()
        .map(|option| option["monthly_usd"].as_f64().expect("a cost"))
        .collect()
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 1e-9 * expected,
            "{found} is not {expected}"
        );
    }
}

#[test]
fn in_a_browser_the_page_loads_its_slider_moves_the_figures_and_it_prints() {
    let Some(browser) = browser() else { return };
    let folder = scratch("report-browser");
    let (file, profile) = (folder.join("r.html"), folder.join("profile"));
    let text = report(SCENARIO, &file);
    let address = |file: &Path, hash: &str| format!("file://{}{hash}", file.display());

    let loaded = browse(&browser, &profile, &["--dump-dom"], &address(&file, ""));
    assert_eq!(complaints(&loaded), Vec::<String>::new());
    let dom = String::from_utf8_lossy(&loaded.stdout).into_owned();
    assert_close(&figures(&dom), &priced_at("120_000"));

    // A link names a volume; the page evaluates the tool's own curves there.
    let linked = browse(
        &browser,
        &profile,
        &["--dump-dom"],
        &address(&file, "#volume=777777"),
    );
    let dom = String::from_utf8_lossy(&linked.stdout).into_owned();
    assert_close(&figures(&dom), &priced_at("777_777"));

    // Moving the slider to its end shows the highest volume.
    let moved = text.replace(
        "</body>",
        "<script>const r = document.getElementById('range'); r.value = r.max; r.dispatchEvent(new Event('input'));</script></body>",
    );
    let other = folder.join("moved.html");
    std::fs::write(&other, moved).expect("a page");
    let moved = browse(&browser, &profile, &["--dump-dom"], &address(&other, ""));
    assert_eq!(complaints(&moved), Vec::<String>::new());
    let dom = String::from_utf8_lossy(&moved.stdout).into_owned();
    assert_close(&figures(&dom), &priced_at("12_000_000"));
    assert!(dom.contains("12,000,000 requests a day"));

    let paper = folder.join("r.pdf");
    let print = format!("--print-to-pdf={}", paper.display());
    browse(&browser, &profile, &[&print], &address(&file, ""));
    let bytes = std::fs::read(paper).expect("a PDF");
    assert!(
        bytes.starts_with(b"%PDF") && bytes.len() > 20_000,
        "{}",
        bytes.len()
    );
}
