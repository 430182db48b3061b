//! What charts show of inputs that are ranges.

use llmcost::report::chart::description::{Area, GuideStyle, Paint, Sample, Sheet};
use llmcost::report::chart::{Ask, Chart, Kind, Look, Picture, Shape, Theme, scene};

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

#[test]
fn the_strongest_input_is_on_top() {
    let path = root().join("scenarios/twelve-ranges.toml");
    let text = std::fs::read_to_string(path).expect("a scenario");
    let found = Read::of(&text).picture(Kind::Tornado, &look(1600, 900));
    let Ok(Picture::One(chart)) = found else {
        panic!("{found:?}");
    };
    // Two bars for each input, from the base to either end; rows are counted from below.
    let ends: Vec<f64> = chart.bars.iter().map(|bar| bar.corners[1][0]).collect();
    let widths: Vec<f64> = ends
        .chunks(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .collect();
    assert!(widths.len() > 5 && widths.is_sorted(), "{widths:?}");
}

/// The charts of a picture of risk.
fn risk(text: &str) -> Sheet {
    match Read::of(text).asked(Kind::Risk, &Ask::default(), &look(1600, 900)) {
        Ok(Picture::Several(sheet)) => sheet,
        other => panic!("{other:?}"),
    }
}

#[test]
fn hills_stand_where_the_draws_are() {
    let sheet = risk(&one_range());
    let [present, steady, cheapest] = &sheet.charts[..] else {
        panic!("{} charts", sheet.charts.len());
    };
    // The first API costs 30.4167 USD a month for each USD of its price, which is evenly between 1 and 3: half of
    // the cases lie below 60.83, a tenth below 36.5 and a tenth above 85.17.
    let brackets = steady
        .guides
        .iter()
        .filter(|g| g.style == GuideStyle::Bracket);
    let brackets: Vec<_> = brackets.collect();
    let ends: Vec<f64> = brackets
        .iter()
        .flat_map(|g| &g.points)
        .map(|p| p[0])
        .collect();
    // Both have a median of 2 USD; the second one has nothing else.
    let mut expected = vec![36.5, 85.167, 60.833, 60.833];
    if ends[0] > 40.0 {
        expected.rotate_left(2);
    }
    for (found, expected) in ends.iter().zip(&expected) {
        assert!(
            (found / expected - 1.0).abs() < 2e-3,
            "{ends:?} {expected:?}"
        );
    }
    // Every price is equally likely: the hill is a plateau.
    let wide = |area: &&Area| area.paint == Paint::Region(0);
    for chart in [present, steady] {
        let hill = chart.areas.iter().find(wide).expect("a hill");
        let [first, inner @ .., last] = &hill.points[..] else {
            panic!("no hill");
        };
        assert_eq!(first[1], last[1]);
        for point in inner {
            let height = (point[1] - first[1]) / 0.6;
            assert!((0.9..=1.0 + 1e-9).contains(&height), "{height}");
        }
        assert!(inner.is_sorted_by(|a, b| a[0] < b[0]));
    }
    // Either is the cheaper one in half of the cases, at any volume.
    assert_eq!(present.tags[0].note, "cheapest in 50 %");
    assert_eq!(cheapest.lines.len(), 2);
    for line in &cheapest.lines {
        assert!(
            line.points.iter().all(|p| (p[1] - 0.5).abs() < 0.01),
            "{line:?}"
        );
    }
    assert!(
        sheet.alt.contains("first $36.5 to $85.2; second $60.8")
            || sheet.alt.contains("second $60.8; first $36.5 to $85.2"),
        "{}",
        sheet.alt
    );
    assert!(sheet.footer.starts_with("4,096 draws, seed 1 · prices at"));
}

#[test]
fn a_picture_of_risk_shows_the_figures_of_simulate() {
    let path = root().join("scenarios/uncertain-inputs.toml");
    let text = std::fs::read_to_string(&path).expect("a scenario");
    let command = std::process::Command::new(env!("CARGO_BIN_EXE_llmcost"))
        .args(["simulate", "-q", "--samples=4096", "--format=json"])
        .arg(path)
        .output()
        .expect("the command runs");
    let answer: serde_json::Value = serde_json::from_slice(&command.stdout).expect("JSON");
    let chart = &risk(&text).charts[0];
    let brackets: Vec<_> = chart
        .guides
        .iter()
        .filter(|g| g.style == GuideStyle::Bracket)
        .collect();
    for (option, row) in answer["options"]
        .as_array()
        .expect("options")
        .iter()
        .zip([1, 0])
    {
        let tick = &chart.y.ticks[row];
        assert_eq!(option["name"], tick.label[..]);
        let ends = brackets
            .iter()
            .find(|g| g.points[0][1].floor() == row as f64);
        let ends: Vec<f64> = ends
            .expect("a bracket")
            .points
            .iter()
            .map(|p| p[0])
            .collect();
        let npv = &option["npv_usd"];
        assert_eq!(
            ends,
            [&npv["p10"], &npv["p90"]].map(|usd| usd.as_f64().expect("a number"))
        );
    }
}

#[test]
fn without_ranges_a_picture_of_risk_says_what_it_needs() {
    let missing = |text: &str| {
        let found = Read::of(text).picture(Kind::Risk, &look(800, 450));
        found.expect_err("no risk")
    };
    let error = missing(&two_apis(1.0, 3.0));
    assert!(
        error.contains("a picture of risk needs inputs that are ranges"),
        "{error}"
    );
}

/// A range that moves no steady month: how fast a price falls over the plan.
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
        kinds.contains(&"curves") && kinds.contains(&"risk") && !kinds.contains(&"tornado"),
        "{kinds:?}"
    );
    let path = root().join("scenarios/uncertain-inputs.toml");
    let read = Read::of(&std::fs::read_to_string(path).expect("a scenario"));
    let Ok(Picture::Several(sheet)) = read.picture(Kind::Dashboard, &look(1600, 900)) else {
        panic!("no dashboard");
    };
    // Of seven parts the share of staff is left out, which the breakdown says, too.
    let kinds: Vec<&str> = sheet.charts.iter().map(|chart| chart.kind).collect();
    let expected = [
        "curves",
        "breakdown",
        "cumulative",
        "risk",
        "tornado",
        "map",
    ];
    assert_eq!(kinds, expected);
    assert!(!sheet.alt.contains("Share of staff."), "{}", sheet.alt);
    let Ok(Picture::Several(sheet)) =
        Read::of(&two_apis(1.0, 3.0)).picture(Kind::Dashboard, &look(1600, 900))
    else {
        panic!("no dashboard");
    };
    let drawn = |kind: &str| sheet.charts.iter().any(|chart| chart.kind == kind);
    assert!(drawn("staff") && !drawn("risk") && !drawn("tornado"));
}

#[test]
fn a_hill_is_seen_in_print() {
    let read = Read::of(&one_range());
    let print = Look {
        theme: Theme::Print,
        ..look(1000, 600)
    };
    let picture = read.picture(Kind::Risk, &print).expect("a picture");
    let scene = scene(&picture, &print);
    // The first option is white in print: its hill, of more than forty corners, has an outline that is not.
    let outlines = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Path { points, color, .. } if points.len() > 40 => Some(*color),
        _ => None,
    });
    let outlines: Vec<_> = outlines.collect();
    assert!(
        !outlines.is_empty() && !outlines.contains(&[255; 3]),
        "{outlines:?}"
    );
}
