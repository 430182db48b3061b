//! Nothing overlaps and nothing is cut off: over all shipped scenarios, and over random ones.

use llmcost::analysis::choices::QUESTIONS;
use llmcost::report::chart::scene::Rect;
use llmcost::report::chart::{Kind, Look, Picture, Scene, Shape, Theme, Words, scene};
use proptest::prelude::*;

use super::drawn::{Read, drawn, look, on_axes, shipped};
use super::random::scenario;

const SIZES: [(u32, u32); 5] = [
    (1600, 900),
    (1200, 675),
    (800, 450),
    (400, 300),
    (600, 1200),
];

/// What is wrong with where the texts of a page stand.
pub fn faults(scene: &Scene, look: &Look) -> Vec<String> {
    let words: Vec<&Words> = scene.words().collect();
    let page = Rect {
        left: 0.0,
        top: 0.0,
        right: scene.width,
        bottom: scene.height,
    };
    let mut faults = Vec::new();
    for (at, one) in words.iter().enumerate() {
        if !page.holds(&one.rect) {
            faults.push(format!("`{}` leaves the page: {:?}", one.text, one.rect));
        }
        for other in &words[at + 1..] {
            if one.rect.overlaps(&other.rect) {
                faults.push(format!("`{}` overlaps `{}`", one.text, other.text));
            }
        }
        for point in marked(scene, look) {
            if one.rect.overlaps(&point) {
                faults.push(format!("`{}` covers a break-even", one.text));
            }
        }
    }
    faults
}

/// Boxes of the break-evens: the disks in the color of the text, which no line has on a light ground.
fn marked(scene: &Scene, look: &Look) -> Vec<Rect> {
    assert_eq!(look.theme, Theme::Light);
    let disks = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Disk {
            center: [x, y],
            radius,
            color,
        } if *color == look.theme.ink() => Some(Rect {
            left: x - radius,
            top: y - radius,
            right: x + radius,
            bottom: y + radius,
        }),
        _ => None,
    });
    disks.collect()
}

fn assert_clean(text: &str, look: &Look, logarithmic: bool) {
    let chart = on_axes(text, look, logarithmic).chart;
    assert_free(&chart.into(), text, look);
}

fn assert_free(picture: &Picture, text: &str, look: &Look) {
    let scene = scene(picture, look);
    let faults = faults(&scene, look);
    assert!(
        faults.is_empty(),
        "{} of {}x{}\n{}\n{text}",
        scene.kind,
        look.width,
        look.height,
        faults.join("\n")
    );
}

/// Every kind that the scenario has what it takes for, on a page that is large enough for it.
fn assert_all_kinds_clean(text: &str, look: &Look) -> usize {
    let read = Read::of(text);
    let mut drawn = 0;
    for kind in Kind::ALL {
        let (width, height) = kind.least_size();
        if look.width < width || look.height < height {
            continue;
        }
        if let Ok(picture) = read.picture(kind, look) {
            assert_free(&picture, text, look);
            drawn += 1;
        }
    }
    drawn
}

/// Every choice that the scenario answers, one on a page; how many there are.
fn assert_choices_clean(text: &str, look: &Look) -> usize {
    let read = Read::of(text);
    let mut drawn = 0;
    for question in QUESTIONS {
        if let Ok(picture) = read.choice(question.name, look) {
            assert_free(&picture, text, look);
            drawn += 1;
        }
    }
    drawn
}

#[test]
fn no_texts_overlap_in_the_charts_of_choices() {
    let mut drawn = 0;
    for (_, text) in shipped() {
        for (width, height) in [(1600, 900), (1000, 600), (800, 500), (600, 450)] {
            drawn += assert_choices_clean(&text, &look(width, height));
        }
    }
    // Any scenario with an own and a bought option asks whether to build or buy.
    assert!(drawn >= 4 * (6 + 5), "{drawn}");
}

#[test]
fn no_texts_overlap_in_the_charts_of_shipped_scenarios() {
    for (_, text) in shipped() {
        for (width, height) in SIZES {
            assert!(assert_all_kinds_clean(&text, &look(width, height)) >= 3);
        }
        assert_clean(&text, &look(1600, 900), false);
    }
}

proptest! {
    #![proptest_config(super::random::cases(200))]

    #[test]
    fn no_texts_overlap_in_the_charts_of_random_scenarios(
        text in scenario(),
        size in prop::sample::select(&SIZES[..]),
        logarithmic in any::<bool>(),
    ) {
        assert_all_kinds_clean(&text, &look(size.0, size.1));
        if !logarithmic {
            assert_clean(&text, &look(size.0, size.1), false);
        }
    }

}

proptest! {
    #![proptest_config(super::random::cases(50))]

    #[test]
    fn every_line_has_its_name_on_the_page(text in scenario(), size in prop::sample::select(&SIZES[..])) {
        let look = look(size.0, size.1);
        let chart = drawn(&text, &look).chart;
        let scene = scene(&chart.clone().into(), &look);
        // Names are wrapped and shortened, but begin as they are; each stands for one line.
        let mut texts: Vec<&str> = scene.words().map(|words| words.text.trim_end_matches('…')).collect();
        let mut lines: Vec<&str> = chart.lines.iter().map(|line| line.name.as_str()).collect();
        lines.sort_by_key(|name| std::cmp::Reverse(name.len()));
        for name in lines {
            let begins = texts.iter().enumerate().filter(|(_, text)| text.len() > 2 && name.starts_with(**text));
            let found = begins.max_by_key(|(_, text)| text.len()).map(|(at, _)| at);
            prop_assert!(found.is_some(), "no label of `{name}` in {texts:?}\n{text}");
            texts.remove(found.unwrap_or_default());
        }
    }
}

#[test]
fn what_hides_the_pattern_behind_a_text_stays_on_its_bar() {
    let api = |k: u32| {
        format!("[[api]]\nname = \"a{k}\"\ninput_usd_per_mtok = {k}\noutput_usd_per_mtok = 1\n")
    };
    let apis: String = (1..=12).map(api).collect();
    let workload = "requests_per_day = 1_000\ninput_tokens = 1_000\noutput_tokens = 100\n";
    let read = Read::of(&format!("name = \"many\"\n[workload]\n{workload}{apis}"));
    let look = look(1600, 900);
    let picture = read.picture(Kind::Dashboard, &look).expect("a picture");
    let scene = scene(&picture, &look);
    let mut on_bars = 0;
    for (at, pair) in scene.shapes.windows(2).enumerate() {
        let [Shape::Area { points: behind, .. }, Shape::Words(words)] = pair else {
            continue;
        };
        if words.text != "100 %" {
            continue;
        }
        // The bar is the last area before that.
        let bar = scene.shapes[..at]
            .iter()
            .rev()
            .find_map(|shape| match shape {
                Shape::Area { points, .. } => Some(points),
                _ => None,
            });
        let ends = |points: &[[f64; 2]]| {
            let rows = points.iter().map(|point| point[1]);
            (
                rows.clone().fold(f64::INFINITY, f64::min),
                rows.fold(0.0, f64::max),
            )
        };
        let (bar, behind) = (ends(bar.expect("a bar")), ends(behind));
        assert!(bar.0 <= behind.0 && behind.1 <= bar.1, "{bar:?} {behind:?}");
        on_bars += 1;
    }
    assert!(on_bars >= 10, "{on_bars}");
}

/// The scenario `twelve-ranges`.
fn ranges() -> Read {
    let shipped = shipped();
    let found = shipped
        .iter()
        .find(|(path, _)| path.ends_with("twelve-ranges.toml"));
    Read::of(&found.expect("a scenario").1)
}

#[test]
fn dashes_leave_out_the_texts_at_the_ends_of_bars() {
    let look = look(800, 450);
    let picture = ranges().picture(Kind::Tornado, &look).expect("a picture");
    let scene = scene(&picture, &look);
    let words: Vec<&Words> = scene.words().collect();
    let (mut dashes, mut zero) = (0, 0.0);
    for shape in &scene.shapes {
        let Shape::Path { points, .. } = shape else {
            continue;
        };
        let [[x, from], [end, to]] = points[..] else {
            continue;
        };
        if x != end || (to - from).abs() > 5.0 + 1e-9 {
            continue;
        }
        let dash = Rect {
            left: x - 0.5,
            right: x + 0.5,
            top: from.min(to),
            bottom: from.max(to),
        };
        for words in &words {
            assert!(!words.rect.overlaps(&dash), "through `{}`", words.text);
        }
        (dashes, zero) = (dashes + 1, x);
    }
    // The line is there, and a text stands in its way.
    assert!(dashes > 20, "{dashes}");
    let crossed = |words: &&Words| words.rect.left < zero && zero < words.rect.right;
    let inside = words.iter().copied().filter(crossed);
    assert!(inside.filter(|words| words.text == "0.603").count() == 1);
}

#[test]
fn names_that_begin_alike_are_told_apart_on_a_page_of_six() {
    let look = look(1600, 900);
    let picture = ranges().picture(Kind::Dashboard, &look).expect("a picture");
    let scene = scene(&picture, &look);
    let texts: Vec<&str> = scene.words().map(|words| &words.text[..]).collect();
    // `own: staff engineer fte` and `own: staff engineer usd per year`.
    for end in ["fte", "usd per year"] {
        assert!(texts.contains(&end), "{texts:?}");
    }
}

#[test]
fn a_step_of_prices_is_named_beside_its_point() {
    let shipped = shipped();
    let later = shipped
        .iter()
        .find(|(path, _)| path.ends_with("switch-later.toml"));
    let read = Read::of(&later.expect("a scenario").1);
    for (width, height) in [(1600, 900), (1000, 562)] {
        let look = look(width, height);
        let picture = read.picture(Kind::Cumulative, &look).expect("a picture");
        let scene = scene(&picture, &look);
        let mut words = scene.words();
        assert!(
            words.any(|words| words.text == "flash: prices x 2"),
            "{width}x{height}"
        );
    }
}

#[test]
fn two_labels_on_one_spot_are_found() {
    let look = look(1600, 900);
    let (_, text) = &shipped()[0];
    let mut scene = scene(&drawn(text, &look).chart.into(), &look);
    let double = scene.words().next().expect("a title").clone();
    scene.shapes.push(Shape::Words(double));
    assert_eq!(faults(&scene, &look).len(), 1);
}

#[test]
fn a_label_beyond_the_page_is_found() {
    let look = look(1600, 900);
    let (_, text) = &shipped()[0];
    let mut scene = scene(&drawn(text, &look).chart.into(), &look);
    scene.width = scene
        .words()
        .map(|words| words.rect.right)
        .fold(0.0, f64::max)
        - 1.0;
    assert_ne!(faults(&scene, &look), Vec::<String>::new());
}
