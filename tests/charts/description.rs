//! What charts show.

use llmcost::report::chart::{Axis, Chart};
use proptest::prelude::*;

use super::drawn::{Drawn, drawn, look, on_axes, shipped, two_apis};
use super::random::scenario;

/// Between the ends; zero has no place on a logarithmic axis and lies at its beginning.
fn inside(axis: &Axis, value: f64) -> bool {
    let room = 1e-9 * axis.high;
    value == 0.0 || (axis.low - room..=axis.high + room).contains(&value)
}

fn assert_whole(drawn: &Drawn, text: &str) {
    let chart = &drawn.chart;
    let names: Vec<&str> = chart.lines.iter().map(|line| line.name.as_str()).collect();
    let options: Vec<&str> = drawn
        .comparison
        .options
        .iter()
        .map(|o| o.name.as_str())
        .collect();
    assert_eq!(names, options, "{text}");
    for line in &chart.lines {
        assert!(line.points.len() > 1, "{} has no line\n{text}", line.name);
        let on_page = |point: &[f64; 2]| inside(&chart.x, point[0]) && inside(&chart.y, point[1]);
        assert!(
            line.points.iter().all(on_page),
            "{} leaves its axes\n{text}",
            line.name
        );
        let in_order = line.points.windows(2).all(|pair| pair[0][0] <= pair[1][0]);
        assert!(in_order, "{} turns back\n{text}", line.name);
    }
    let now = drawn.comparison.scenario.requests_per_day;
    assert_eq!(chart.rules.first().map(|rule| rule.x), Some(now), "{text}");
    for axis in [&chart.x, &chart.y] {
        let labeled = axis
            .ticks
            .iter()
            .filter(|tick| !tick.label.is_empty())
            .count();
        assert!(labeled >= 2, "{axis:?}\n{text}");
    }
}

#[test]
fn every_option_of_a_shipped_scenario_has_a_line() {
    for (_, text) in shipped() {
        for logarithmic in [true, false] {
            assert_whole(&on_axes(&text, &look(1600, 900), logarithmic), &text);
        }
    }
}

proptest! {
    #![proptest_config(super::random::cases(40))]

    #[test]
    fn every_option_of_a_random_scenario_has_a_line(text in scenario(), logarithmic in any::<bool>()) {
        assert_whole(&on_axes(&text, &look(1600, 900), logarithmic), &text);
    }

    #[test]
    fn points_of_a_line_are_costs_of_its_option(text in scenario()) {
        let drawn = drawn(&text, &look(800, 450));
        for (line, (name, model)) in drawn.curves.lines.iter().zip(&drawn.models) {
            prop_assert_eq!(&line.option, name);
            let total = model.total();
            for [volume, usd] in &line.points {
                // At a step the point is the cost on either side of it.
                let near = [1.0 - 1e-7, 1.0, 1.0 + 1e-7].map(|factor| total.at(volume * factor));
                let fits = near.iter().any(|cost| (cost - usd).abs() <= 1e-6 * usd.abs().max(1e-9));
                prop_assert!(fits, "{name}: {usd} at {volume}, not {near:?}\n{text}");
            }
        }
    }

    #[test]
    fn marks_are_the_break_evens_of_the_comparison(text in scenario()) {
        let drawn = drawn(&text, &look(800, 450));
        let found: Vec<f64> = drawn.comparison.break_even.iter()
            .flat_map(|pair| &pair.crossings)
            .map(|crossing| crossing.requests_per_day)
            .filter(|volume| (drawn.chart.x.low..=drawn.chart.x.high).contains(volume))
            .collect();
        for volume in &found {
            prop_assert!(drawn.chart.marks.iter().any(|mark| mark.at[0] == *volume), "{volume} is not marked\n{text}");
        }
        for mark in &drawn.chart.marks {
            prop_assert!(found.contains(&mark.at[0]), "{mark:?} is no break-even\n{text}");
            let totals: Vec<f64> = drawn.models.iter()
                .filter(|(_, model)| model.max_volume.is_none_or(|most| mark.at[0] <= most.get()))
                .map(|(_, model)| model.total().at(mark.at[0] * (1.0 + 1e-8)))
                .collect();
            let least = totals.iter().copied().fold(f64::INFINITY, f64::min);
            // What decides is the cheapest option's cost; a jump away from it may lie below others.
            if mark.decides {
                prop_assert!((mark.at[1] - least).abs() <= 1e-6 * least, "{mark:?}, least {least}\n{text}");
            }
        }
    }
}

fn chart(text: &str) -> Chart {
    drawn(text, &look(1600, 900)).chart
}

fn texts(chart: &Chart) -> Vec<String> {
    chart
        .marks
        .iter()
        .map(|mark| mark.label.join("; "))
        .collect()
}

#[test]
fn options_that_never_cross_have_no_marks() {
    let chart = chart(&two_apis(1.0, 3.0));
    assert_eq!(texts(&chart), Vec::<String>::new());
    // 1,000 requests a day x 30.4167 days x 1,000 tokens at 1 and 3 dollars per million.
    let notes: Vec<&str> = chart.lines.iter().map(|line| line.note.as_str()).collect();
    assert_eq!(notes, ["now $30.42", "now $91.25"]);
    let now = chart.rules[0].label.clone();
    assert_eq!(now, ["now: 1,000 a day", "first cheapest: $30.42"]);
}

#[test]
fn nothing_is_shown_beyond_the_volumes_that_were_searched() {
    let ends = |range: &str, logarithmic: bool| {
        let text = format!("volume_range = {range}\n{}", two_apis(1.0, 3.0));
        let chart = on_axes(&text, &look(1600, 900), logarithmic).chart;
        assert!(
            chart.lines.iter().all(|line| line.points.len() > 1),
            "{range}"
        );
        ([chart.x.low, chart.x.high], !chart.rules.is_empty())
    };
    // The present volume is 1,000 requests a day.
    assert_eq!(ends("[1, 1e9]", true), ([100.0, 1e4], true));
    assert_eq!(ends("[300, 3e3]", true), ([300.0, 3e3], true));
    assert_eq!(ends("[1e5, 2e5]", true), ([1e5, 2e5], false));
    assert_eq!(ends("[1, 20]", true), ([1.0, 20.0], false));
    assert_eq!(ends("[1, 1e9]", false), ([0.0, 2e3], true));
    assert_eq!(ends("[500, 1_500]", false), ([500.0, 1_500.0], true));
    assert_eq!(ends("[1e5, 2e5]", false), ([1e5, 2e5], false));
}

#[test]
fn what_costs_nothing_lies_on_the_axis() {
    let chart = chart(&two_apis(0.0, 3.0));
    let free = &chart.lines[0];
    assert!(free.points.iter().all(|point| point[1] == 0.0));
    assert_eq!((free.note.as_str(), chart.y.share(0.0)), ("now $0", 0.0));
    assert!(chart.y.low > 0.0);
}

#[test]
fn a_break_even_is_marked_where_both_cost_the_same_and_says_who_is_cheaper() {
    // 3 dollars per million tokens against 1 and 365 dollars a month: 2 x 1,000 tokens x 30.41667 days x
    // r = 365e6, so r = 6,000 requests a day, at 182.5 + 365 = 547.5 dollars.
    let gateway = "costs = [{ label = \"gateway\", usd_per_month = 365 }]\n";
    let text = format!("{}{gateway}", two_apis(3.0, 1.0));
    let chart = chart(&text);
    assert_eq!(texts(&chart), ["6,000 a day; second stays cheaper"]);
    let [volume, usd] = chart.marks[0].at;
    assert!((volume - 6_000.0).abs() < 1e-6 * volume, "{volume}");
    assert!((usd - 547.5).abs() < 1e-6 * usd, "{usd}");
}

#[test]
fn amounts_are_in_the_currency_of_the_scenario() {
    let euro = "currency = \"EUR\"\ncurrency_per_usd = 0.5\n";
    let chart = chart(&format!("{euro}{}", two_apis(2.0, 3.0)));
    assert_eq!(chart.y.title, "cost [EUR a month]");
    assert_eq!(chart.lines[0].note, "now €30.42");
    let at_now = chart.lines[0]
        .points
        .iter()
        .rfind(|point| point[0] <= 1_000.0);
    let [volume, euros] = at_now.expect("points up to the present volume");
    // 2 dollars per million at half a euro per dollar: 0.0304167 euros a month per request a day.
    assert!((euros / volume - 0.030_416_67).abs() < 1e-6);
}

#[test]
fn the_footer_names_the_dates_and_the_digest_of_the_scenario() {
    let text = format!("start = \"2027-03\"\n{}", two_apis(2.0, 3.0));
    let footer = chart(&text).footer;
    assert!(
        footer.starts_with("prices at 2027-03-01 · catalog of 20"),
        "{footer}"
    );
    let other = chart(&text.replace("1_000", "1_001")).footer;
    assert_ne!(footer, other);
    assert_eq!(footer.len(), other.len());
}
