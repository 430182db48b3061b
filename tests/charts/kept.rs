//! Each kind as it was looked at and kept: what it shows, and its SVG.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test charts kept` writes both anew; look at them before you keep them.

use std::path::PathBuf;

use llmcost::report::chart::attribution::{self, Spending};
use llmcost::report::chart::{Digest, Kind, Look, Medium, Picture, render};
use serde_json::{Value, json};

use super::drawn::{Read, look, root};
use super::golden::kept;

fn file(name: &str) -> PathBuf {
    root().join("tests/charts/golden/kinds").join(name)
}

/// The scenario of a kind: one that has what it takes.
fn scenario(kind: Kind) -> &'static str {
    match kind {
        Kind::Curves | Kind::Tornado | Kind::Risk | Kind::Dashboard => "uncertain-inputs",
        Kind::Cumulative => "switch-later",
        Kind::Map => "article-1m",
        Kind::Choice => "six-choices",
        _ => "on-premises",
    }
}

fn page(kind: &str) -> Look {
    match kind {
        "dashboard" | "risk" | "choice" => look(1000, 600),
        _ => look(800, 450),
    }
}

/// Every picture that can be drawn, with its page.
fn pictures() -> Vec<(&'static str, Picture, Look)> {
    let of_kind = |kind: Kind| {
        let path = root().join(format!("scenarios/{}.toml", scenario(kind)));
        let text = std::fs::read_to_string(path).expect("a scenario");
        let look = page(kind.name());
        let picture = Read::of(&text).picture(kind, &look);
        (kind.name(), picture.expect("a picture"), look)
    };
    let mut all: Vec<_> = Kind::ALL.into_iter().map(of_kind).collect();
    let look = look(800, 450);
    let usage = std::fs::read_to_string(root().join("examples/logs/usage.json"));
    let usage = usage.expect("an attribution");
    let spending = Spending::from_json(&usage).expect("an attribution");
    let digest = Digest::of([&usage[..]]);
    let spent = attribution::describe(&spending, digest, &look).into();
    all.push(("attribution", spent, look.clone()));
    let accuracy = super::accuracy::picture(&look).into();
    all.push(("accuracy", accuracy, look));
    all
}

/// Numbers to six digits, and long lists of points by their ends: what a reader can hold against a picture.
fn readable(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(number) => json!(format!("{number:.5e}").parse::<f64>().expect("a number")),
            None => Value::Number(number),
        },
        Value::Array(list) if list.len() > 8 && list.iter().all(is_point) => {
            let ends = [&list[0], &list[list.len() - 1]].map(|end| readable(end.clone()));
            json!({ "points": list.len(), "first": ends[0], "last": ends[1] })
        }
        Value::Array(list) => list.into_iter().map(readable).collect(),
        Value::Object(map) => map.into_iter().map(|(k, v)| (k, readable(v))).collect(),
        other => other,
    }
}

fn is_point(value: &Value) -> bool {
    let list = value.as_array();
    list.is_some_and(|list| list.iter().all(Value::is_number))
}

/// The kept text is this one; else the first line that differs.
fn assert_kept(name: &str, now: &str) {
    let kept = String::from_utf8(kept(&file(name), now.as_bytes())).expect("text");
    let mut pairs = now.lines().zip(kept.lines());
    assert_eq!(pairs.find(|(now, kept)| now != kept), None, "{name}");
    assert_eq!(now.lines().count(), kept.lines().count(), "{name}");
}

#[test]
fn every_kind_shows_what_was_kept() {
    for (name, picture, _) in pictures() {
        let shown = readable(serde_json::to_value(&picture).expect("JSON"));
        let text = serde_json::to_string_pretty(&shown).expect("JSON") + "\n";
        assert_kept(&format!("{name}.json"), &text);
    }
}

#[test]
fn every_kind_is_the_svg_that_was_kept() {
    for (name, picture, look) in pictures() {
        let svg = render(&picture, &look, Medium::Svg).expect("a picture");
        assert_kept(
            &format!("{name}.svg"),
            &String::from_utf8(svg).expect("text"),
        );
    }
}
