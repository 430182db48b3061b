//! The gallery: pictures of shipped scenarios, as `docs/charts.md` shows them.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test charts gallery` draws it anew; look at it before you keep it.

use std::path::PathBuf;

use llmcost::report::chart::{Kind, Look, Medium, Theme, render};

use super::drawn::{Read, look, root};
use super::golden::{MOST_DIFFERENT, different, kept, pixels};

/// Each picture: its kind, its scenario, its theme.
const GALLERY: [(Kind, &str, Theme); 6] = [
    (Kind::Curves, "agentic-coding", Theme::Light),
    (Kind::Breakdown, "on-premises", Theme::Light),
    (Kind::Staff, "chat-assistant", Theme::Print),
    (Kind::Cumulative, "switch-later", Theme::Light),
    (Kind::Map, "on-premises", Theme::Light),
    (Kind::Dashboard, "chat-assistant", Theme::Dark),
];

/// Most bytes of a picture, and of all of them.
const MOST: (usize, usize) = (120_000, 1_000_000);

fn file(kind: Kind) -> PathBuf {
    root().join(format!("docs/gallery/{}.png", kind.name()))
}

fn drawn(kind: Kind, scenario: &str, look: &Look, medium: Medium) -> Vec<u8> {
    let path = root().join(format!("scenarios/{scenario}.toml"));
    let text = std::fs::read_to_string(path).expect("a scenario");
    let picture = Read::of(&text).whole_picture(kind, look);
    let picture = picture.unwrap_or_else(|why| panic!("{} of {scenario}: {why}", kind.name()));
    render(&picture, look, medium).expect("a picture")
}

#[test]
fn the_gallery_is_what_the_command_draws() {
    let mut total = 0;
    for (kind, scenario, theme) in GALLERY {
        let look = Look {
            theme,
            ..look(1000, 562)
        };
        let now = drawn(kind, scenario, &look, Medium::Png);
        let kept = kept(&file(kind), &now);
        let share = different(&pixels(&now).2, &pixels(&kept).2);
        let name = kind.name();
        assert!(
            share <= MOST_DIFFERENT,
            "{name}: {:.2} % of the pixels differ",
            100.0 * share
        );
        assert!(kept.len() < MOST.0, "{name} has {} bytes", kept.len());
        total += kept.len();
    }
    assert!(total < MOST.1, "{total} bytes");
}

#[test]
fn every_kind_has_a_picture_in_the_gallery_and_on_its_page() {
    let page = std::fs::read_to_string(root().join("docs/charts.md")).expect("docs/charts.md");
    for kind in Kind::ALL {
        let name = kind.name();
        assert!(file(kind).exists(), "no picture of {name}");
        assert!(
            page.contains(&format!("(gallery/{name}.png)")),
            "{name} is not shown"
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
            let look = Look {
                theme,
                ..look(1000, 562)
            };
            let draw = || drawn(kind, scenario, &look, medium);
            assert!(draw() == draw(), "{} as {medium:?}", kind.name());
        }
    }
}
