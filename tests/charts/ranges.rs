//! What charts show of inputs that are ranges.

use llmcost::report::chart::description::{Area, Paint, Sample};
use llmcost::report::chart::{Ask, Chart, Kind, Picture};

use super::drawn::{Read, look, root, shipped, two_apis};

/// The curves of a scenario as the command draws them.
fn curves(text: &str) -> Chart {
    match Read::of(text).whole_picture(Kind::Curves, &look(1600, 900)) {
        Ok(Picture::One(chart)) => *chart,
        other => panic!("{other:?}"),
    }
}

/// The first API costs between 1 and 3 USD for a million tokens, evenly; the second 2 USD.
fn one_range() -> String {
    let range = "{ dist = \"uniform\", min = 1, max = 3 }";
    two_apis(7.0, 2.0).replace("usd_per_mtok = 7.0", &format!("usd_per_mtok = {range}"))
}

/// The lower and upper edge of an area at one of its places.
fn edges(area: &Area, x: f64) -> [f64; 2] {
    let at: Vec<f64> = area
        .points
        .iter()
        .filter(|p| p[0] == x)
        .map(|p| p[1])
        .collect();
    let [low, high] = at[..] else {
        panic!("{at:?} at {x}");
    };
    [low, high]
}

#[test]
fn a_band_spans_the_middle_eight_tenths_of_the_draws() {
    let chart = curves(&one_range());
    // The second option depends on no range: it has no band.
    let [band] = &chart.areas[..] else {
        panic!("{:?}", chart.areas);
    };
    assert_eq!(band.paint, Paint::Range(0));
    // A thousand requests of a thousand tokens a day: 1 M tokens, 30.4167 M in a month, of which the price is
    // 1 + 2 x 0.1 and 1 + 2 x 0.9 USD at P10 and P90. Of 256 draws the 26th stands for a tenth: to half a percent.
    let [low, high] = edges(band, 1_000.0);
    for (found, price) in [(low, 1.2), (high, 2.8)] {
        let expected = 30.4167 * price;
        assert!((found / expected - 1.0).abs() < 5e-3, "{found} {expected}");
    }
    // The line stays that of the median, 2 USD.
    let line = &chart.lines[0].points;
    let at = line
        .iter()
        .find(|point| point[0] >= 1_000.0)
        .expect("a point");
    let expected = 2.0 * 30.4167 * at[0] / 1_000.0;
    assert!((at[1] / expected - 1.0).abs() < 1e-5, "{at:?}");
    assert_eq!(chart.key[0].sample, Sample::Paint(Paint::Range(0)));
    assert!(
        chart.key[0]
            .text
            .starts_with("band: P10 to P90 of 256 draws")
    );
    let said = "At 1,000 requests a day, P10 to P90 of 256 draws of the inputs that are ranges: first $36.";
    assert!(chart.alt.contains(said), "{}", chart.alt);
}

#[test]
fn bands_change_no_line_and_stay_between_the_axes() {
    for (path, text) in shipped() {
        let read = Read::of(&text);
        let chart = |draws| {
            let ask = Ask {
                draws,
                ..Ask::default()
            };
            match read.asked(Kind::Curves, &ask, &look(800, 450)) {
                Ok(Picture::One(chart)) => *chart,
                other => panic!("{other:?}"),
            }
        };
        let (with, without) = (chart(32), chart(0));
        assert_eq!(with.lines, without.lines, "{}", path.display());
        assert_eq!(with.marks, without.marks);
        assert!(without.areas.is_empty() && without.key.is_empty());
        assert_eq!(with.areas.is_empty(), with.key.is_empty());
        let all = with.areas.iter().flat_map(|area| &area.points);
        for [x, y] in all {
            assert!((with.x.low..=with.x.high).contains(x), "{x}");
            assert!((with.y.low..=with.y.high).contains(y), "{y}");
        }
    }
}

#[test]
fn a_scenario_of_numbers_has_no_band() {
    let chart = curves(&two_apis(1.0, 3.0));
    assert!(chart.areas.is_empty() && chart.key.is_empty());
    assert!(!chart.alt.contains("draws"));
}

#[test]
fn a_chart_whose_ranges_have_no_price_says_that_it_has_no_band() {
    // A limit that hardly any draw can meet: an option that has no price there.
    let path = root().join("scenarios/article-1m.toml");
    let text = std::fs::read_to_string(path).expect("a scenario");
    let limit = "{ dist = \"uniform\", min = 0.01, max = 60 }";
    let text = text.replacen(
        "name = \"own, 75 % staff\"\n",
        &format!("name = \"own, 75 % staff\"\nmax_tpot_ms = {limit}\n"),
        1,
    );
    let chart = curves(&text);
    assert!(chart.areas.is_empty() && chart.lines.len() == 3);
    assert!(chart.footer.starts_with("no band: "), "{}", chart.footer);
    assert!(chart.alt.contains("no band: "));
}

#[test]
fn without_ranges_a_tornado_says_what_it_needs() {
    let error = Read::of(&two_apis(1.0, 3.0))
        .whole_picture(Kind::Tornado, &look(800, 450))
        .expect_err("no range");
    assert!(
        error.contains("every input of this scenario is a number"),
        "{error}"
    );
}

/// A range that moves nothing: the wear of a rented GPU's price over months that a steady month does not see.
fn idle_range() -> String {
    two_apis(1.0, 3.0).replacen(
        "[[api]]\n",
        "[[api]]\nprice_change_per_year = \"-0.3 to -0.1\"\n",
        1,
    )
}

#[test]
fn a_tornado_that_nothing_moves_is_none_and_a_dashboard_goes_without_it() {
    let read = Read::of(&idle_range());
    let error = read
        .whole_picture(Kind::Tornado, &look(800, 450))
        .expect_err("nothing moves");
    assert!(
        error.contains("a tornado would be empty: no range moves the lead of first over second"),
        "{error}"
    );
    let Ok(Picture::Several(sheet)) = read.picture(Kind::Dashboard, &look(1600, 900)) else {
        panic!("no dashboard");
    };
    let kinds: Vec<&str> = sheet.charts.iter().map(|chart| chart.kind).collect();
    assert!(
        kinds.contains(&"curves") && !kinds.contains(&"tornado"),
        "{kinds:?}"
    );
    let path = root().join("scenarios/uncertain-inputs.toml");
    let read = Read::of(&std::fs::read_to_string(path).expect("a scenario"));
    let Ok(Picture::Several(sheet)) = read.picture(Kind::Dashboard, &look(1600, 900)) else {
        panic!("no dashboard");
    };
    assert!(sheet.charts.iter().any(|chart| chart.kind == "tornado"));
}
