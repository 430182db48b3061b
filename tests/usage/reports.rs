//! A few rows of each report, bill, trace and table, written by us. They run always.

use llmcost::analysis::attribute::CostMode;
use llmcost::catalog::Catalog;
use llmcost::usage::key::Dimension;
use llmcost::usage::read::Options;
use llmcost::usage::record::Bucket::{
    CacheRead, CacheWrite5m, CacheWriteUnknown, InputUncached, OutputVisible,
};
use llmcost::usage::semantics::Source;

use super::samples::{check, costs, sums, tenants, tokens};
use super::shared::read_with;

#[test]
fn reports_sum_calls_without_the_price_of_long_prompts_unless_they_say_so() {
    let row = |window: &str| {
        format!(
            r#"{{"uncached_input_tokens":1000000,"cache_read_input_tokens":0,"output_tokens":0,"workspace_id":"wrkspc_acme","model":"claude-sonnet-4-5-20250929","context_window":"{window}"}}"#
        )
    };
    let page = |window: &str| {
        format!(
            r#"{{"data":[{{"starting_at":"2026-11-01T00:00:00Z","results":[{}]}}],"has_more":false}}"#,
            row(window)
        )
    };
    let result = check(
        &page("0-200k"),
        Source::AnthropicUsage,
        None,
        &[(InputUncached, 1_000_000)],
    );
    // The catalog: 3 USD/Mtok, and 6 above 200k.
    costs(&result, "3");
    tenants(&result, &["acme"]);
    costs(&sums(&page("200k-1M")), "6");
}

#[test]
fn amounts_of_anthropic_are_cents_and_those_of_openai_are_dollars() {
    let text = r#"{"data":[{"starting_at":"2026-11-01T00:00:00Z","results":[{"currency":"USD","amount":"123.45","workspace_id":"wrkspc_a","model":"m"}]}]}"#;
    costs(&check(text, Source::AnthropicCost, None, &[]), "1.2345");
    let text = r#"{"object":"page","data":[{"object":"bucket","start_time":1793491200,"results":[{"amount":{"value":0.06,"currency":"usd"},"project_id":"proj_a"}]}]}"#;
    costs(&check(text, Source::OpenaiCosts, None, &[]), "0.06");
    let foreign = sums(&text.replace("usd", "eur"));
    assert_eq!(
        (foreign.dropped.rejected, foreign.total.cost_usd.to_string()),
        (1, "0".into())
    );
}

#[test]
fn the_usage_api_includes_the_cache_and_its_splits_are_not_added() {
    let text = r#"{"data":[{"start_time":1793491200,"results":[{"input_tokens":100,"input_cached_tokens":30,"input_cache_write_tokens":20,"input_uncached_tokens":50,"input_text_tokens":50,"output_tokens":9,"output_text_tokens":9,"num_model_requests":2,"project_id":"proj_acme","model":"gpt-5-mini","batch":false}]}]}"#;
    let expected = [
        (InputUncached, 50),
        (CacheRead, 30),
        (CacheWrite5m, 20),
        (OutputVisible, 9),
    ];
    check(text, Source::OpenaiUsage, Some(2), &expected);
    let csv = "start_time,end_time,start_time_iso,end_time_iso,num_model_requests,project_id,model,input_tokens,output_tokens,input_cached_tokens\n\
        1793491200,1793577600,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,3.0,proj_a,gpt-5-mini,100,9,30\n";
    let expected = [(InputUncached, 70), (CacheRead, 30), (OutputVisible, 9)];
    check(csv, Source::OpenaiDashboard, Some(3), &expected);
}

#[test]
fn the_console_csv_has_old_and_new_columns() {
    let text = "usage_date_utc,model_version,workspace,usage_type,context_window,usage_input_tokens_no_cache,usage_input_tokens_cache_write,usage_input_tokens_cache_read,usage_output_tokens\n\
        2026-11-01T00:00:00Z,claude-haiku-4-5-20251001,acme,standard,≤ 200k,10,5,20,7\n";
    let expected = [
        (InputUncached, 10),
        (CacheRead, 20),
        (CacheWriteUnknown, 5),
        (OutputVisible, 7),
    ];
    check(text, Source::AnthropicConsole, None, &expected);
}

#[test]
fn of_a_bill_only_usage_counts_at_its_effective_cost() {
    let text = "BilledCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ConsumedQuantity,ConsumedUnit,EffectiveCost,SkuMeter,ResourceName,SubAccountName,Tags\n\
        500,USD,Purchase,4/1/25,,,0,,credits,acme,{}\n\
        0,USD,Usage,4/1/25,2,1000 Tokens,0.25,cache_read,m,acme,\"{\"\"tenant\"\": \"\"x\"\"}\"\n\
        0,USD,Usage,2025-04-01T00:00:00Z,30,Tokens,0.5,output,m,acme,\n";
    let result = check(
        text,
        Source::Focus,
        None,
        &[(CacheRead, 2_000), (OutputVisible, 30)],
    );
    costs(&result, "0.75");
    tenants(&result, &["acme", "x"]);
    assert_eq!(result.dropped.not_billable, 1);
}

#[test]
fn traces_of_three_kinds_are_known_by_their_columns() {
    let azure = "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n";
    check(
        azure,
        Source::AzureTrace,
        Some(1),
        &[(InputUncached, 4_808), (OutputVisible, 10)],
    );
    let burst = "Timestamp,Model,Request tokens,Response tokens,Total tokens,Log Type\n5,ChatGPT,472,18,490,Conversation log\n";
    check(
        burst,
        Source::Burstgpt,
        Some(1),
        &[(InputUncached, 472), (OutputVisible, 18)],
    );
    let mooncake = "{\"timestamp\": 27482, \"input_length\": 6955, \"output_length\": 52, \"hash_ids\": [46, 47]}\n";
    check(
        mooncake,
        Source::Mooncake,
        Some(1),
        &[(InputUncached, 6_955), (OutputVisible, 52)],
    );
}

#[test]
fn counters_of_two_scrapes_in_one_file_count_their_growth() {
    let scrape = |prompt: u64, hits: u64| {
        format!(
            "# TYPE vllm:prompt_tokens_total counter\nvllm:prompt_tokens_total{{engine=\"0\",model_name=\"m\"}} {prompt}.0\n\
             vllm:prefix_cache_hits_total{{engine=\"0\",model_name=\"m\"}} {hits}\n\
             vllm:request_success_total{{engine=\"0\",finished_reason=\"stop\",model_name=\"m\"}} {hits}\n\
             vllm:num_requests_running{{engine=\"0\",model_name=\"m\"}} 3\n"
        )
    };
    // 1,000 to 1,600, then a restart: 600 + 50 prompt tokens, of which 40 + 2 were in the cache.
    let text = [scrape(1_000, 10), scrape(1_600, 50), scrape(50, 2)].concat();
    let result = check(
        &text,
        Source::Vllm,
        Some(42),
        &[(InputUncached, 608), (CacheRead, 42)],
    );
    assert_eq!(result.unpriced[0].model.as_deref(), Some("m"));
}

#[test]
fn a_table_of_ones_own_is_read_by_a_map() {
    let text = "when;who;in;cached;out;usd\n2026-11-01 10:00;acme;100;30;20;\"0.5\"\n";
    let options = Options {
        map: llmcost::usage::map::Map::parse(
            "time=when,tenant=who,input=in,cache_read=cached,output=out,cost=usd,cache=outside",
        )
        .unwrap(),
        ..Options::default()
    };
    let catalog = Catalog::embedded();
    let result = read_with(
        text,
        &[Dimension::Tenant],
        CostMode::Auto,
        &catalog,
        None,
        &options,
    );
    assert_eq!(
        tokens(&result),
        [(InputUncached, 100), (CacheRead, 30), (OutputVisible, 20)]
    );
    costs(&result, "0.5");
    tenants(&result, &["acme"]);
}
