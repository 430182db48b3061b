//! `--top`: what is told of the other groups is what their rows add up to, though it is found by taking those that
//! are told away from everything.

use std::fmt::Write;

use llmcost::analysis::attribute::{Attribution, CostMode, Query, attribute};
use llmcost::catalog::Catalog;
use llmcost::usage::group::Plan;
use llmcost::usage::ingest::{Ingest, Rules};
use llmcost::usage::key::Dimension;
use llmcost::usage::money::Money;
use llmcost::usage::price::Prices;
use llmcost::usage::read::Options;
use llmcost::usage::time::Zone;

fn told(text: &str, by: &[Dimension], top: Option<usize>) -> Attribution {
    let catalog = Catalog::embedded();
    let prices = Prices::new(&catalog, None);
    let plan = Plan {
        by: by.to_vec(),
        zone: Zone::utc(),
        daily: true,
    };
    let (options, rules) = (Options::default(), Rules::default());
    let mut ingest = Ingest::new(plan, None, options, rules, &prices);
    ingest.file("log", text.as_bytes()).unwrap();
    let query = Query {
        by: by.to_vec(),
        cost: CostMode::Auto,
        top,
        trend_days: Some(2),
        spike: 4.4,
        limits: None,
        redact: None,
    };
    attribute(&ingest.finish().unwrap(), &prices, &query).unwrap()
}

/// The tenant of a row; none for some.
fn tenant(n: u32) -> Option<u32> {
    (!n.is_multiple_of(11)).then_some(n * n % 13)
}

/// The time of a row (ms), longer the larger the tenant's number.
fn latency(n: u32) -> u32 {
    n.wrapping_mul(2_654_435_761) % 3_000 + n * n % 13 * 50
}

fn log(rows: u32) -> String {
    let mut text =
        "timestamp,tenant,feature,model,input_tokens,output_tokens,latency_ms,status,cost\n"
            .to_owned();
    for n in 0..rows {
        let tenant = tenant(n).map_or_else(String::new, |tenant| format!("t{tenant}"));
        // Some groups have a cost of their own, some models no price, and some calls fail without tokens.
        let cost = if n * n % 13 == 4 { "0.5" } else { "" };
        let model = if n * n % 13 == 9 {
            "unheard-of"
        } else {
            "gpt-5-mini"
        };
        let (input, status) = if n % 17 == 0 {
            (0, 500)
        } else {
            (n % 900 + 1, 200)
        };
        let feature = if n % 34 == 0 { "broken" } else { "chat" };
        let day = 1 + n % 6;
        let _ = writeln!(
            text,
            "2026-10-0{day}T07:12:12Z,{tenant},{feature},{model},{input},0,{},{status},{cost}",
            latency(n)
        );
    }
    text
}

#[test]
fn the_other_groups_are_what_their_rows_add_up_to() {
    let (text, by) = (log(3_000), [Dimension::Tenant, Dimension::Feature]);
    let all = told(&text, &by, None);
    assert!(!all.failed_only.is_empty() && all.unattributed.rows > 0);
    for top in 0..all.groups.len() {
        let answer = told(&text, &by, Some(top));
        assert_eq!(answer.total, all.total);
        let (kept, left) = all.groups.split_at(top);
        assert_eq!(answer.groups, kept);
        let others = answer.others.unwrap();
        let sum = |of: &dyn Fn(&_) -> u64| left.iter().map(of).sum::<u64>();
        assert_eq!(others.groups, Some(left.len()));
        assert_eq!(others.rows, sum(&|entry| entry.rows), "{top}");
        assert_eq!(others.requests, Some(sum(&|entry| entry.requests.unwrap())));
        assert_eq!(others.failed, sum(&|entry| entry.failed));
        assert_eq!(
            others.unpriced_requests,
            sum(&|entry| entry.unpriced_requests)
        );
        assert_eq!(
            others.tokens.input(),
            left.iter().map(|entry| entry.tokens.input()).sum::<u128>()
        );
        let logged = left.iter().filter_map(|entry| entry.logged_cost_usd);
        let logged = logged.reduce(|a, b| a.plus(b).unwrap());
        assert_eq!(others.logged_cost_usd, logged);
        let repriced = left.iter().filter_map(|entry| entry.repriced_cost_usd);
        let repriced = repriced.reduce(|a, b| a.plus(b).unwrap());
        assert_eq!(others.repriced_cost_usd, repriced);
        let last = left.iter().filter_map(|entry| Some(entry.trend?.usd));
        let last = last.reduce(|a, b| a.plus(b).unwrap());
        assert_eq!(others.trend.map(|trend| trend.usd), last);
    }
}

#[test]
fn groups_that_do_not_tell_everything_are_cut_as_the_others_are() {
    let (text, by) = (
        log(3_000),
        [Dimension::Tenant, Dimension::Model, Dimension::Day],
    );
    let all = told(&text, &by, None);
    assert!(all.partly.len() > 4, "{}", all.partly.len());
    for top in 1..=all.partly.len() {
        let partly = told(&text, &by, Some(top)).partly;
        let (kept, left) = all.partly.split_at(top);
        assert_eq!(partly[..top], *kept);
        let rest = partly.get(top);
        assert_eq!(
            rest.and_then(|rest| rest.groups),
            Some(left.len()).filter(|left| *left > 0)
        );
        let requests: u64 = left.iter().filter_map(|entry| entry.requests).sum();
        assert_eq!(rest.and_then(|rest| rest.requests).unwrap_or(0), requests);
        let cost = left
            .iter()
            .fold(Money::ZERO, |sum, entry| sum.plus(entry.cost_usd).unwrap());
        assert_eq!(rest.map_or(Money::ZERO, |rest| rest.cost_usd), cost);
    }
}

#[test]
fn times_of_the_other_groups_are_exact_where_all_are_counted() {
    let rows = 40_000;
    let answer = told(&log(rows), &[Dimension::Tenant], Some(2));
    let name =
        |entry: &llmcost::analysis::attribute::Entry| entry.key.clone().unwrap().0[0].1.clone();
    let kept: Vec<_> = answer.groups.iter().map(name).collect();
    let is_other = |n: &u32| {
        let of = tenant(*n).map(|tenant| format!("t{tenant}"));
        // A call that failed without tokens is no request and has no time.
        of.is_some() && !kept.contains(&of) && !n.is_multiple_of(17)
    };
    let mut times: Vec<u32> = (0..rows).filter(is_other).map(latency).collect();
    times.sort_unstable();
    let found = answer.others.unwrap().latency_ms.unwrap();
    assert_eq!(found.calls, times.len());
    for (share, found) in [(0.5, found.p50), (0.95, found.p95), (0.99, found.p99)] {
        let at = share * (times.len() - 1) as f64;
        let (low, next) = (times[at as usize], times[at as usize + 1]);
        let wanted = f64::from(low) + f64::from(next - low) * at.fract();
        assert!((found - wanted).abs() < 1e-6, "{share}: {found} {wanted}");
    }
}
