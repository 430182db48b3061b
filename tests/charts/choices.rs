//! The pictures of the six choices: what is marked on them is what the cards say.

use llmcost::analysis::choices::{Choice, Depth, choice};
use llmcost::report::chart::{Chart, Line, Mark, Picture};

use super::drawn::{Read, look, root};

fn shipped() -> Read {
    let path = root().join("scenarios/six-choices.toml");
    Read::of(&std::fs::read_to_string(path).expect("a scenario"))
}

/// The card of a choice and its charts.
fn both(name: &str) -> (Choice, Vec<Chart>) {
    let read = shipped();
    let card = choice(&read.loaded.scenario, name, Depth::Whole).expect("options that are priced");
    let charts = match read.choice(name, &look(1600, 900)).expect("a picture") {
        Picture::One(chart) => vec![*chart],
        Picture::Several(sheet) => sheet.charts,
    };
    (card, charts)
}

/// The value of a line, straight between its points.
fn on(line: &Line, x: f64) -> f64 {
    let mut pairs = line.points.windows(2);
    let pair = pairs.find(|pair| pair[0][0] <= x && x <= pair[1][0]);
    let pair = pair.unwrap_or_else(|| panic!("{} has no value at {x}", line.name));
    let share = (x - pair[0][0]) / (pair[1][0] - pair[0][0]);
    pair[0][1] + share * (pair[1][1] - pair[0][1])
}

fn close(found: f64, expected: f64, tolerance: f64) {
    let apart = (found - expected).abs();
    assert!(
        apart <= tolerance * expected.abs().max(1e-9),
        "{found}, not {expected}"
    );
}

/// The mark that decides, on a figure of the card.
fn decides<'a>(chart: &'a Chart, card: &Choice, figure: &str) -> &'a Mark {
    let mark = chart
        .marks
        .iter()
        .find(|mark| mark.decides)
        .expect("a mark");
    close(mark.at[0], card.figure(figure).expect("a figure"), 1e-6);
    mark
}

#[test]
fn two_lines_meet_at_the_mark_that_decides() {
    for (name, chart, figure, tolerance) in [
        ("build-or-buy", 0, "build_pays_from_per_day", 2e-3),
        ("data", 0, "break_even_noise", 2e-3),
    ] {
        let (card, charts) = both(name);
        let chart = &charts[chart];
        let mark = decides(chart, &card, figure);
        for line in &chart.lines {
            close(on(line, mark.at[0]), mark.at[1], tolerance);
        }
    }
}

#[test]
fn what_is_earned_first_is_earned_back_at_the_mark() {
    for (name, chart, figure) in [
        ("prompt-or-tune", 0, "break_even_requests_per_day"),
        ("prompt-or-tune", 1, "payback_months"),
        ("batch", 1, "break_even_usd_per_waiting_request"),
    ] {
        let (card, charts) = both(name);
        let mark = decides(&charts[chart], &card, figure);
        assert_eq!(mark.at[1], 0.0, "{name}");
    }
    // The card names the month in which it turns, the picture the time.
    let (card, charts) = both("complexity");
    let turns = charts[0].marks[0].at;
    assert_eq!(turns[1], 0.0);
    assert_eq!(card.figure("turns_in_month"), Some(turns[0].ceil()));
}

#[test]
fn no_point_of_a_line_is_better_than_the_best_that_is_marked() {
    for (name, chart, figure, least) in [
        ("data", 1, "best_collecting_usd", false),
        ("batch", 0, "best_share", false),
        ("oversight", 1, "best_review_share", true),
        ("oversight", 2, "cascade_escalated_share", true),
    ] {
        let (card, charts) = both(name);
        let chart = &charts[chart];
        let [_, best] = decides(chart, &card, figure).at;
        for [x, y] in chart.lines.iter().flat_map(|line| &line.points) {
            let no_better = if least {
                *y >= best - 1e-9 * best
            } else {
                *y <= best + 1e-9 * best
            };
            assert!(no_better, "{name}: {y} at {x}, best {best}");
        }
    }
}

#[test]
fn reviews_begin_to_pay_where_confidence_leaves_no_review() {
    let (card, charts) = both("oversight");
    let chart = &charts[0];
    let [nothing, all, by_confidence] = &chart.lines[..] else {
        panic!("{} lines", chart.lines.len());
    };
    let from = decides(chart, &card, "automation_stops_at_usd").at[0];
    close(on(by_confidence, from / 2.0), on(nothing, from / 2.0), 1e-9);
    assert!(on(by_confidence, 2.0 * from) < on(nothing, 2.0 * from));
    let hollow = chart
        .marks
        .iter()
        .find(|mark| !mark.decides)
        .expect("a mark");
    close(on(all, hollow.at[0]), on(nothing, hollow.at[0]), 2e-2);
}

#[test]
fn the_present_state_is_marked() {
    for (name, chart, now) in [
        ("build-or-buy", 0, "now: 60,000 a day"),
        ("complexity", 0, "its life: 18 months"),
        ("data", 0, "now: 12 %"),
        ("batch", 1, "now: $0.0002"),
        ("prompt-or-tune", 0, "now: 60,000 a day"),
        ("oversight", 0, "now: $1.50"),
    ] {
        let (_, charts) = both(name);
        assert_eq!(charts[chart].rules[0].label, [now], "{name}");
    }
}
