//! The readers of usage logs never panic and never lose a row in silence: on arbitrary bytes, on texts made of
//! their own words, and on rows of every source with pieces cut, copied and exchanged.

#[path = "never_panics_logs/damage.rs"]
mod damage;
#[path = "never_panics_logs/seeds.rs"]
mod seeds;

use llmcost::analysis::attribute::{Attribution, CostMode, Query, attribute};
use llmcost::catalog::Catalog;
use llmcost::usage::group::Plan;
use llmcost::usage::ingest::{Ingest, Rules};
use llmcost::usage::key::Dimension;
use llmcost::usage::money::Money;
use llmcost::usage::price::Prices;
use llmcost::usage::read::Options;
use llmcost::usage::semantics::{Source, TABLE};
use llmcost::usage::time::Zone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use seeds::{SEEDS, WORDS};

/// Reads bytes as logs of a source, or of whatever they look like; refusing them is an answer too.
fn read(bytes: &[u8], from: Option<Source>) -> Option<Attribution> {
    let catalog = Catalog::embedded();
    let prices = Prices::new(&catalog, None);
    let by = vec![Dimension::Tenant, Dimension::Day];
    let plan = Plan {
        by: by.clone(),
        zone: Zone::utc(),
        daily: true,
    };
    let mut ingest = Ingest::new(plan, from, Options::default(), Rules::default(), &prices);
    ingest.file("any", bytes).ok()?;
    let usage = ingest.finish().ok()?;
    let query = Query {
        by,
        cost: CostMode::Auto,
        top: Some(2),
        trend_days: None,
        spike: 4.4,
        limits: None,
        redact: None,
    };
    let result = attribute(&usage, &prices, &query).ok()?;
    adds_up(&result);
    Some(result)
}

/// Groups, the others and what is unattributed add up to the total.
fn adds_up(result: &Attribution) {
    let rows = result
        .groups
        .iter()
        .chain(&result.others)
        .chain([&result.unattributed]);
    let mut sum = (0, 0, Money::ZERO);
    for row in rows {
        sum.0 += row.requests.unwrap_or(0);
        sum.1 += row.tokens.input() + row.tokens.output();
        sum.2 = sum.2.plus(row.cost_usd).expect("a sum that fits");
    }
    let total = &result.total;
    let whole = total.tokens.input() + total.tokens.output();
    assert_eq!(sum, (total.requests.unwrap_or(0), whole, total.cost_usd));
}

/// So many cases; the seed is fixed, and `PROPTEST_RNG_SEED` draws others.
fn cases(number: u32) -> ProptestConfig {
    let mut config = ProptestConfig {
        cases: number,
        ..ProptestConfig::default()
    };
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(20_261_125);
    }
    config
}

fn source() -> impl Strategy<Value = Option<Source>> {
    let all: Vec<Option<Source>> = TABLE
        .iter()
        .map(|row| Some(row.source))
        .chain([None])
        .collect();
    proptest::sample::select(all)
}

/// A text with pieces cut, copied and exchanged.
fn mutated() -> impl Strategy<Value = (Vec<u8>, Option<Source>)> {
    let edit = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        proptest::sample::select(WORDS),
    );
    let edits = proptest::collection::vec((edit, 0..4_u8), 1..6);
    let seed = proptest::sample::select(SEEDS);
    (seed, edits, any::<bool>()).prop_map(|((source, text), edits, told)| {
        let mut bytes = text.as_bytes().to_vec();
        for ((at, to, word), kind) in edits {
            let (a, b) = (at.index(bytes.len() + 1), to.index(bytes.len() + 1));
            let (low, high) = (a.min(b), a.max(b));
            let piece = match kind {
                0 => Vec::new(),
                1 => bytes[low..high].repeat(2),
                _ => word.as_bytes().to_vec(),
            };
            let end = if kind == 2 { low } else { high.min(low + 12) };
            bytes.splice(low..end, piece);
        }
        (
            bytes,
            told.then(|| Source::named(source).expect("a source")),
        )
    })
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn arbitrary_bytes_are_read_or_refused(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        from in source(),
    ) {
        read(&bytes, from);
    }

    #[test]
    fn a_soup_of_the_words_of_logs_is_read_or_refused(
        words in proptest::collection::vec(proptest::sample::select(WORDS), 0..60),
        from in source(),
    ) {
        read(words.concat().as_bytes(), from);
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn damaged_rows_of_every_source_are_read_or_refused((bytes, from) in mutated()) {
        read(&bytes, from);
    }
}

#[test]
fn every_source_has_a_row_that_is_read_by_its_own_reader() {
    // A table has rows on an engine alone.
    for row in TABLE.iter().filter(|row| row.source != Source::Table) {
        let (_, text) = SEEDS
            .iter()
            .find(|(name, _)| *name == row.name)
            .expect(row.name);
        let result = read(text.as_bytes(), None).expect(row.name);
        let sources: Vec<&str> = result.sources.keys().copied().collect();
        assert_eq!(
            sources,
            [row.name],
            "{:?} {:?}",
            result.dropped,
            result.warnings
        );
        let forced = read(text.as_bytes(), Some(row.source)).expect(row.name);
        assert_eq!(forced.total.tokens, result.total.tokens, "{}", row.name);
    }
}

/// Bodies of three providers may stand in one log; any other row of another source is none of this one.
#[test]
fn a_row_of_another_source_is_refused() {
    let lines = || {
        let json = SEEDS.iter().filter(|(_, text)| text.starts_with('{'));
        json.filter(|(name, _)| !matches!(*name, "jsonl"))
    };
    // Read by one reader, by the same rules.
    let alike = [
        &["openai", "anthropic", "gemini"][..],
        &["litellm", "litellm-standard"],
    ];
    // Sessions have lines of many kinds, most of which say nothing about usage.
    let sessions = ["claude-code", "codex"];
    let mut wrong = Vec::new();
    for (name, text) in lines().filter(|(name, _)| !sessions.contains(name)) {
        for (other, foreign) in lines().filter(|(other, _)| other != name) {
            let together = |group: &&[&str]| group.contains(name) && group.contains(other);
            if alike.iter().any(together) {
                continue;
            }
            let result = read(format!("{text}\n{foreign}\n").as_bytes(), None).expect(name);
            if result.dropped.rejected != 1 {
                wrong.push(format!("{other} in {name}: {:?}", result.warnings));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_row_without_its_tail_is_counted_as_torn_or_read_and_never_lost() {
    for (name, text) in SEEDS
        .iter()
        .filter(|(_, text)| text.starts_with('{') && !text.contains('\n'))
    {
        for end in (1..text.len())
            .step_by(7)
            .filter(|end| text.is_char_boundary(*end))
        {
            let Some(result) = read(&text.as_bytes()[..end], Some(Source::named(name).unwrap()))
            else {
                continue;
            };
            assert_eq!(result.dropped.torn, 1, "{name} {end}");
        }
    }
}
