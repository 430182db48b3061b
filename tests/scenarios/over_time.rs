//! The scenario that is about time: its answer, and its months as they were kept.

use llmcost::analysis::time::{OverTime, default_base, over_time};
use serde_json::Value;

use super::run::{compared, loaded, root, shipped};
use super::snapshots::differences;

fn plan() -> OverTime {
    let file = shipped()
        .into_iter()
        .find(|file| file.name == "switch-later");
    let file = file.expect("it is shipped");
    let base = default_base(&compared(&file.name, &file.text));
    over_time(&loaded(&file.name, &file.text), base).expect("every month can be priced")
}

#[test]
fn the_growing_assistant_moves_after_the_price_has_doubled_and_not_at_once() {
    let plan = plan();
    assert_eq!(plan.base, "flash");
    for switch in &plan.switches {
        let best = &switch.with_switching_cost;
        let month = best.month.expect("moving pays");
        assert!((6..30).contains(&month), "{}: {month}", switch.to);
        assert!(best.now_costs_usd > 100_000.0 && best.saving_usd > 200_000.0);
        // Present values make what is spent late cheaper; what moving takes once keeps it from coming sooner.
        assert!(switch.by_npv.month >= best.month);
        assert!(switch.without_switching_cost.month <= best.month);
    }
}

/// The plan without the lines of its months, which the ledger of `compare` holds.
fn short(plan: &OverTime) -> Value {
    let mut value = serde_json::to_value(plan).expect("results serialize");
    let options = value["options"].as_array_mut().expect("options");
    for month in options
        .iter_mut()
        .flat_map(|option| option["months"].as_array_mut().expect("months"))
    {
        month.as_object_mut().expect("a month").remove("lines");
    }
    value
}

#[test]
fn the_plan_is_the_one_that_was_kept() {
    let now = short(&plan());
    let path = root().join("tests/snapshots/over-time/switch-later.json");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let text = serde_json::to_string_pretty(&now).expect("values serialize");
        std::fs::write(&path, text + "\n").expect("a folder to write to");
        return;
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let kept: Value = serde_json::from_str(&kept).unwrap_or(Value::Null);
    let found = differences("switch-later", &kept, &now);
    assert!(
        found.is_empty(),
        "{}\nif that is meant: UPDATE_SNAPSHOTS=1 cargo test --test scenarios",
        found.join("\n")
    );
}
