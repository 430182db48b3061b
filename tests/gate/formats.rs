//! JUnit and SARIF against what their published schemas ask, the escapes of GitHub, and reports as files.

use serde_json::Value;

use super::{PLAN, Repository, stderr, stdout};

/// A run whose names hold everything that a format must escape, with a finding of each kind.
fn nasty(name: &str) -> Repository {
    let repository = Repository::folder(name);
    let title = "a <b> & \\\"c\\\" | 100 % of,\\nd: ]]> \\u001b[31m é";
    let plan = PLAN
        .replace("assistant", title)
        .replace("\"small\"", "\"sm<a>ll & \\\"x\\\"\"");
    repository.write("a plan, 100%.toml", &plan.replace("30_000", "40_000"));
    repository.write("broken.toml", "name = 1\n");
    repository.write("limitless.toml", PLAN.split("[budget]").next().unwrap());
    repository
}

const FILES: [&str; 3] = ["a plan, 100%.toml", "broken.toml", "limitless.toml"];

fn report(repository: &Repository, format: &str) -> String {
    stdout(&repository.run(&[&["check", "-q", "--format", format][..], &FILES].concat()))
}

/// What Ant's `JUnit.xsd` and Jenkins' `junit-10.xsd` both admit: elements in their order, with the
/// attributes that the stricter of the two requires.
fn check_junit(text: &str) {
    let document = roxmltree::Document::parse(text).unwrap();
    let root = document.root_element();
    assert_eq!(
        (root.tag_name().name(), root.attributes().count()),
        ("testsuites", 0)
    );
    for (at, suite) in root
        .children()
        .filter(roxmltree::Node::is_element)
        .enumerate()
    {
        assert_eq!(suite.tag_name().name(), "testsuite");
        let attribute = |name: &str| {
            suite
                .attribute(name)
                .unwrap_or_else(|| panic!("no {name}: {text}"))
        };
        assert_eq!(attribute("id"), at.to_string());
        assert!(
            !attribute("package").is_empty()
                && !attribute("name").is_empty()
                && !attribute("hostname").is_empty()
        );
        let stamp = attribute("timestamp");
        assert!(stamp.len() == 19 && stamp.as_bytes()[10] == b'T', "{stamp}");
        assert!(attribute("time").parse::<f64>().is_ok());
        let parts: Vec<roxmltree::Node> = suite
            .children()
            .filter(roxmltree::Node::is_element)
            .collect();
        let names: Vec<&str> = parts.iter().map(|node| node.tag_name().name()).collect();
        let cases = names.len() - 3;
        assert_eq!(names[0], "properties");
        assert!(
            names[1..=cases].iter().all(|name| *name == "testcase"),
            "{names:?}"
        );
        assert_eq!(names[cases + 1..], ["system-out", "system-err"]);
        for property in parts[0].children().filter(roxmltree::Node::is_element) {
            assert!(property.attribute("name").is_some() && property.attribute("value").is_some());
        }
        let mut wrong = (0, 0);
        for case in &parts[1..=cases] {
            for name in ["name", "classname", "time"] {
                assert!(
                    case.attribute(name).is_some_and(|value| !value.is_empty()),
                    "{name}"
                );
            }
            let inner: Vec<roxmltree::Node> = case
                .children()
                .filter(roxmltree::Node::is_element)
                .collect();
            assert!(inner.len() <= 1);
            for node in inner {
                match node.tag_name().name() {
                    "failure" => wrong.0 += 1,
                    "error" => wrong.1 += 1,
                    other => panic!("<{other}> in a case"),
                }
                assert!(node.attribute("type").is_some() && node.attribute("message").is_some());
            }
        }
        let count = |name: &str| attribute(name).parse::<usize>().unwrap();
        assert_eq!(
            (count("tests"), count("failures"), count("errors")),
            (cases, wrong.0, wrong.1)
        );
    }
}

#[test]
fn junit_keeps_to_its_published_schemas_whatever_the_names_hold() {
    let repository = nasty("junit");
    let text = report(&repository, "junit");
    check_junit(&text);
    let document = roxmltree::Document::parse(&text).unwrap();
    let suites: Vec<roxmltree::Node> = document
        .descendants()
        .filter(|node| node.has_tag_name("testsuite"))
        .collect();
    assert_eq!(suites.len(), 3);
    assert_eq!(
        suites[0].attribute("name"),
        Some("a <b> & \"c\" | 100 % of,\nd: ]]> \u{fffd}[31m é")
    );
}

/// What the schema of SARIF 2.1.0 (OASIS) requires of the objects that are written here.
fn check_sarif(value: &Value) {
    assert_eq!(value["version"], "2.1.0");
    let known = ["$schema", "version", "runs"];
    assert!(
        value
            .as_object()
            .unwrap()
            .keys()
            .all(|key| known.contains(&key.as_str()))
    );
    for run in value["runs"].as_array().unwrap() {
        let driver = &run["tool"]["driver"];
        assert!(driver["name"].is_string());
        let rules = driver["rules"].as_array().unwrap();
        for rule in rules {
            assert!(rule["id"].is_string() && rule["shortDescription"]["text"].is_string());
        }
        for invocation in run["invocations"].as_array().unwrap() {
            assert!(invocation["executionSuccessful"].is_boolean());
        }
        assert!(
            ["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().unwrap())
        );
        for result in run["results"].as_array().unwrap() {
            assert!(
                result["message"]["text"]
                    .as_str()
                    .is_some_and(|text| text.ends_with('.'))
            );
            assert!(
                ["none", "note", "warning", "error"].contains(&result["level"].as_str().unwrap())
            );
            let at = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(rules[at]["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            let admitted = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
            assert!(!uri.is_empty() && uri.chars().all(admitted), "{uri}");
            for key in ["startLine", "startColumn"] {
                assert!(place["region"][key].as_u64().unwrap() >= 1);
            }
        }
    }
}

#[test]
fn sarif_keeps_to_its_published_schema_whatever_the_names_hold() {
    let repository = nasty("sarif");
    let value: Value = serde_json::from_str(&report(&repository, "sarif")).unwrap();
    check_sarif(&value);
    let results = value["runs"][0]["results"].as_array().unwrap();
    let of_month = |result: &&Value| result["ruleId"] == "monthly_usd";
    let month = results.iter().find(of_month).unwrap();
    let first = &month["locations"][0]["physicalLocation"];
    assert_eq!(
        first["artifactLocation"]["uri"],
        "a%20plan%2C%20100%25.toml"
    );
    // Line 25 of the plan limits the month.
    assert_eq!(first["region"]["startLine"], 25);
}

#[test]
fn annotations_stay_on_their_lines_whatever_the_names_hold() {
    let repository = nasty("github");
    let text = report(&repository, "github");
    for line in text.lines() {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').unwrap();
            assert!(
                ["file", "line", "col", "title"].contains(&name) && !value.contains(':'),
                "{line}"
            );
        }
        assert!(!message.is_empty());
    }
    assert!(
        text.contains("file=a plan%2C 100%25.toml,line=25,col=15,"),
        "{text}"
    );
}

#[test]
fn several_reports_are_written_beside_the_answer() {
    let repository = Repository::new("reports");
    repository.change("30_000", "40_000");
    let reports = [
        "text=a.txt",
        "json=a.json",
        "markdown=a.md",
        "csv=a.csv",
        "junit=a.xml",
        "sarif=a.sarif",
        "github=a.github",
    ];
    let flags: Vec<String> = reports
        .iter()
        .map(|report| format!("--report={report}"))
        .collect();
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let output = repository.check(&[&["-q"], &flags[..]].concat());
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert_eq!(stdout(&output), repository.read("a.txt"));
    for (format, file) in [
        ("json", "a.json"),
        ("csv", "a.csv"),
        ("junit", "a.xml"),
        ("sarif", "a.sarif"),
        ("github", "a.github"),
        ("markdown", "a.md"),
    ] {
        assert_eq!(
            stdout(&repository.check(&["-q", "--format", format])),
            repository.read(file),
            "{format}"
        );
    }
    let endings = [("b.xml", "a.xml"), ("b.sarif", "a.sarif")];
    for (name, same) in endings {
        repository.check(&["-q", "-o", name]);
        assert_eq!(repository.read(name), repository.read(same));
    }
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_and_leaves_nothing_half_written() {
    let repository = Repository::new("unwritable");
    let output = repository.check(&["--report", "junit=no/such/folder/out.xml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot write `no/such/folder/out.xml`"));
    let left = std::fs::read_dir(&repository.0).unwrap().flatten();
    assert!(
        left.map(|entry| entry.file_name())
            .all(|name| !name.to_string_lossy().contains(".tmp"))
    );
}

#[test]
fn a_narrow_terminal_a_closed_pipe_and_no_color_change_no_verdict() {
    let repository = Repository::new("terminal");
    repository.change("30_000", "40_000");
    let mut command = repository.command(&[
        "check",
        "-q",
        "plan.toml",
        "--baseline",
        "baseline.json",
        "--format",
        "json",
    ]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let colored = repository.check(&["--color", "always"]);
    assert!(stdout(&colored).contains("\x1b["));
    let plain = repository
        .command(&["check", "plan.toml", "--baseline", "baseline.json"])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(!stdout(&plain).contains("\x1b[") && plain.status.code() == Some(1));
}
