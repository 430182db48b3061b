//! Real traces and sessions, where the collection is at hand.

use llmcost::analysis::attribute::CostMode;
use llmcost::catalog::Catalog;
use llmcost::usage::key::Dimension;
use llmcost::usage::map::Map;
use llmcost::usage::money::Money;
use llmcost::usage::read::Options;
use serde_json::Value;

use super::collection;
use super::shared::{answer, by_key, read_with};

#[test]
fn real_traces_are_read_to_the_last_row() {
    let Some(logs) = collection() else { return };
    let stats: Value =
        serde_json::from_str(&std::fs::read_to_string(logs.join("real/stats.json")).unwrap())
            .unwrap();
    let catalog = Catalog::embedded();
    for name in ["code", "conv"] {
        let file = logs.join(format!("real/AzureLLMInferenceTrace_{name}.csv"));
        let result = answer(&[file], &[Dimension::Hour], CostMode::Auto, &catalog);
        let known = &stats["azure2023"][name];
        assert_eq!(result.total.requests, known["rows"].as_u64());
        assert_eq!(
            result.total.tokens.input(),
            u128::from(known["sum_in"].as_u64().unwrap())
        );
        assert_eq!(
            result.total.tokens.output(),
            u128::from(known["sum_out"].as_u64().unwrap())
        );
    }
    let mooncake = logs.join("real/mooncake_conversation_trace.jsonl");
    let result = answer(&[mooncake], &[Dimension::Source], CostMode::Auto, &catalog);
    assert_eq!(result.total.requests, Some(12_031));
}

#[test]
fn every_real_session_is_priced_also_those_of_retired_models() {
    let Some(folder) = collection() else { return };
    let path = folder.join("real/claude_code_weka_requests.csv");
    let text = std::fs::read_to_string(path).expect("sessions");
    let options = Options {
        map: Map::parse(
            "input=input_tokens_total,cache_read=prefix_cached_tokens_max,output=output_tokens,model=model",
        )
        .unwrap(),
        ..Options::default()
    };
    let catalog = Catalog::embedded();
    let by = [Dimension::Model];
    let result = read_with(&text, &by, CostMode::Auto, &catalog, None, &options);
    assert_eq!(result.total.requests, Some(45_020));
    assert!(result.unpriced.is_empty(), "{:?}", result.unpriced);
    let (mut opus, mut sonnet) = (0_u64, 0_u64);
    for row in text.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let count = |at: usize| cells[at].parse::<u64>().unwrap();
        let (input, cached, output) = (count(4), count(5), count(6));
        // In tenths of a millionth of a dollar per token: 15, 1.5, 75 USD/Mtok; 3, 0.3, 15, and twice (1.5 times) that
        // for prompts above 200k.
        let cost =
            |price: [u64; 3]| (input - cached) * price[0] + cached * price[1] + output * price[2];
        match cells[2] {
            "claude-opus-4-1-20250805" => opus += cost([150, 15, 750]),
            "claude-sonnet-4-20250514" if input > 200_000 => sonnet += cost([60, 6, 225]),
            "claude-sonnet-4-20250514" => sonnet += cost([30, 3, 150]),
            _ => {}
        }
    }
    let rows = by_key(&result);
    for (model, tenths) in [
        ("claude-opus-4-1-20250805", opus),
        ("claude-sonnet-4-20250514", sonnet),
    ] {
        let expected = Money::parse(&format!(
            "{}.{:07}",
            tenths / 10_000_000,
            tenths % 10_000_000
        ));
        assert_eq!(Some(rows[model].cost_usd), expected, "{model}");
    }
}
