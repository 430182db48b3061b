//! Where the present point of a map stands.

use llmcost::analysis::sweep::Axis;
use llmcost::diagnostic::Place;
use llmcost::report::chart::kinds::Ask;
use llmcost::report::chart::{Chart, Kind, Picture};
use llmcost::scenario::Supply;

use super::drawn::{Read, look};

const SCENARIO: &str = r#"
name = "present"
[workload]
requests_per_day = 400_000
input_tokens = 1_500
output_tokens = 350
[[api]]
name = "hosted"
model = "groq/llama-3.3-70b"
[[self_host]]
name = "rented"
model = "llama-3.3-70b"
gpu = "h100-sxm"
provider = "lambda"
staff = [{ role = "sre", fte = 0.5 }]
[[self_host]]
name = "two prices"
model = "llama-3.3-70b"
gpu = "h100-sxm"
purchase = [
  { purchase = "on-demand", share = 0.5, usd_per_gpu_hour = 4 },
  { purchase = "spot", share = 0.5, usd_per_gpu_hour = 2 },
]
"#;

fn map(x: &str, from: f64, to: f64) -> Chart {
    let axis = Axis {
        path: x.into(),
        from,
        to,
        points: 8,
        log: false,
    };
    let ask = Ask {
        axes: [Some((axis, Place::default())), None],
        cells: 8,
        ..Ask::default()
    };
    match Read::of(SCENARIO).asked(Kind::Map, &ask, &look(1600, 900)) {
        Ok(Picture::One(chart)) => *chart,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_price_of_the_catalog_is_the_present_one() {
    let read = Read::of(SCENARIO);
    let Supply::SelfHost(own) = &read.loaded.scenario.options[1].supply else {
        panic!("an own stack");
    };
    let rent = own.rents[0].usd_per_gpu_hour.value.get();
    let chart = map("self_host.rented.usd_per_gpu_hour", 0.5, 8.0);
    let [now] = &chart.marks[..] else {
        panic!("one present point: {:?}", chart.marks);
    };
    assert!(rent > 0.5 && now.at[0] == rent, "{now:?}, {rent}");
    assert!(
        now.label[0].contains("usd per gpu hour of rented"),
        "{now:?}"
    );
    assert!(chart.question.ends_with('?'), "{}", chart.question);
}

#[test]
fn a_default_is_the_present_value() {
    let chart = map("self_host.rented.target_utilization", 0.3, 1.0);
    assert_eq!(chart.marks.len(), 1);
    assert_eq!(chart.marks[0].at[0], 0.8);
    let chart = map("self_host.rented.spare_replicas", 0.0, 4.0);
    assert_eq!(chart.marks[0].at[0], 0.0);
}

#[test]
fn an_input_with_several_values_has_no_present_point_and_the_map_says_so() {
    let chart = map("self_host.two prices.usd_per_gpu_hour", 0.5, 8.0);
    assert!(chart.marks.is_empty(), "{:?}", chart.marks);
    let says =
        "There is no present point: no single value of usd per gpu hour of two prices is known.";
    assert!(chart.question.ends_with(says), "{}", chart.question);
    assert!(chart.alt.ends_with(says), "{}", chart.alt);
}

#[test]
fn a_head_count_says_whose_it_is() {
    let chart = map("self_host.rented.staff.sre.fte", 0.1, 4.0);
    assert!(
        chart.question.contains("staff sre fte of rented"),
        "{}",
        chart.question
    );
    assert!(
        chart.x.title.contains("rented") && chart.x.title.contains("sre"),
        "{}",
        chart.x.title
    );
    assert_eq!(chart.marks[0].at[0], 0.5);
}
