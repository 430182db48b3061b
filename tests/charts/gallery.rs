//! The gallery: pictures of shipped scenarios, as `docs/charts.md` shows them.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test charts gallery` draws it anew; look at it before you keep it.

use std::path::PathBuf;

use llmcost::analysis::choices::QUESTIONS;
use llmcost::report::chart::attribution::{self, Spending};
use llmcost::report::chart::{Digest, Kind, Look, Medium, Picture, Theme, render, scene};

use super::drawn::{Read, look, root};
use super::golden::{MOST_DIFFERENT, different, kept, pixels};
use super::overlap::faults;

/// Each picture: its kind, its scenario, its theme.
const GALLERY: [(Kind, &str, Theme); 9] = [
    (Kind::Curves, "agentic-coding", Theme::Light),
    (Kind::Breakdown, "on-premises", Theme::Light),
    (Kind::Staff, "chat-assistant", Theme::Print),
    (Kind::Cumulative, "switch-later", Theme::Light),
    (Kind::Map, "on-premises", Theme::Light),
    (Kind::Tornado, "uncertain-inputs", Theme::Light),
    (Kind::Choice, "six-choices", Theme::Light),
    (Kind::Risk, "uncertain-inputs", Theme::Light),
    (Kind::Dashboard, "twelve-ranges", Theme::Light),
];

/// Most bytes of a picture, and of all of them.
const MOST: (usize, usize) = (180_000, 1_500_000);

fn file(name: &str) -> PathBuf {
    root().join(format!("docs/gallery/{name}.png"))
}

/// The picture of the page of a kind: a page of several charts is higher.
fn page(kind: Kind, theme: Theme) -> Look {
    let (width, height) = match kind {
        Kind::Dashboard | Kind::Choice | Kind::Risk => (1000, 600),
        _ => (1000, 562),
    };
    Look {
        theme,
        ..look(width, height)
    }
}

/// The picture of one choice; one that has several curves has a higher page.
fn of_choice(name: &str, look: &Look) -> Picture {
    let path = root().join("scenarios/six-choices.toml");
    let text = std::fs::read_to_string(path).expect("a scenario");
    let picture = Read::of(&text).choice(name, look);
    picture.unwrap_or_else(|why| panic!("{name}: {why}"))
}

/// A picture that is not of a scenario.
fn attribution_picture(look: &Look) -> Picture {
    let text = std::fs::read_to_string(root().join("tests/charts/usage.json")).expect("a sample");
    let spending = Spending::from_json(&text).expect("an attribution");
    attribution::describe(&spending, Digest::of([&text[..]]), look).into()
}

fn read(scenario: &str) -> Read {
    let path = root().join(format!("scenarios/{scenario}.toml"));
    Read::of(&std::fs::read_to_string(path).expect("a scenario"))
}

fn drawn(kind: Kind, scenario: &str, look: &Look, medium: Medium) -> Vec<u8> {
    let picture = read(scenario).whole_picture(kind, look);
    let picture = picture.unwrap_or_else(|why| panic!("{} of {scenario}: {why}", kind.name()));
    render(&picture, look, medium).expect("a picture")
}

/// The kept picture is this one; its size in bytes.
fn assert_kept(name: &str, now: &[u8]) -> usize {
    let kept = kept(&file(name), now);
    let share = different(&pixels(now).2, &pixels(&kept).2);
    assert!(
        share <= MOST_DIFFERENT,
        "{name}: {:.2} % of the pixels differ",
        100.0 * share
    );
    assert!(kept.len() < MOST.0, "{name} has {} bytes", kept.len());
    kept.len()
}

#[test]
fn the_gallery_is_what_the_command_draws() {
    let mut total = 0;
    for (kind, scenario, theme) in GALLERY {
        let now = drawn(kind, scenario, &page(kind, theme), Medium::Png);
        total += assert_kept(kind.name(), &now);
    }
    let look = look(1000, 562);
    let now = render(&attribution_picture(&look), &look, Medium::Png).expect("a picture");
    total += assert_kept("attribution", &now);
    for question in QUESTIONS {
        let look = page(Kind::Choice, Theme::Light);
        let picture = of_choice(question.name, &look);
        let now = render(&picture, &look, Medium::Png).expect("a picture");
        total += assert_kept(&format!("choice-{}", question.name), &now);
    }
    let accuracy = super::accuracy::picture(&look).into();
    let now = render(&accuracy, &look, Medium::Png).expect("a picture");
    total += assert_kept("accuracy", &now);
    assert!(total < MOST.1, "{total} bytes");
}

#[test]
fn every_kind_has_a_picture_in_the_gallery_and_on_its_page() {
    let page = std::fs::read_to_string(root().join("docs/charts.md")).expect("docs/charts.md");
    let readme = std::fs::read_to_string(root().join("README.md")).expect("README.md");
    let names = Kind::ALL.map(Kind::name);
    for question in QUESTIONS {
        let shown = format!("(gallery/choice-{}.png)", question.name);
        assert!(page.contains(&shown), "{shown} is not shown");
    }
    for name in names.into_iter().chain(["attribution", "accuracy"]) {
        assert!(file(name).exists(), "no picture of {name}");
        assert!(
            page.contains(&format!("(gallery/{name}.png)")),
            "{name} is not shown"
        );
        assert!(
            name == "curves" || readme.contains(&format!("(docs/charts.md#{name})")),
            "{name} is not shown in the README"
        );
        assert!(
            page.contains(&format!("\n## {name}\n")),
            "{name} is not explained"
        );
    }
}

#[test]
fn pictures_of_every_kind_are_the_same_bytes_every_time() {
    for (kind, scenario, theme) in GALLERY {
        for medium in [Medium::Png, Medium::Svg] {
            let look = page(kind, theme);
            let read = read(scenario);
            // Fewer draws and cells are laid out in the same way.
            let picture = || read.picture(kind, &look).expect("a picture");
            let draw = || render(&picture(), &look, medium).expect("a file");
            assert!(draw() == draw(), "{} as {medium:?}", kind.name());
        }
    }
}

#[test]
fn nothing_overlaps_in_an_attribution() {
    for (width, height) in [(1000, 562), (1600, 900), (500, 400)] {
        let look = look(width, height);
        let faults = faults(&scene(&attribution_picture(&look), &look), &look);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
