//! Rows of every source, damaged by a seeded generator: bits turned, tails cut, pieces doubled, and NUL bytes,
//! quotes or huge numbers put in. `LLMCOST_FUZZ_ROUNDS` says how many for each source, `LLMCOST_FUZZ_SEED` which.

use std::io::Write as _;

use llmcost::usage::group::Plan;
use llmcost::usage::ingest::{Ingest, Rules, Usage};
use llmcost::usage::key::Dimension;
use llmcost::usage::open;
use llmcost::usage::read::Options;
use llmcost::usage::semantics::Source;
use llmcost::usage::shape::NoShapes;
use llmcost::usage::split::{self, Layout};
use llmcost::usage::time::Zone;
use llmcost::usage::{expand, money::Money};

use super::seeds::SEEDS;

/// Rounds for each source, unless the environment says otherwise: some seconds in all.
const ROUNDS: u64 = 500;

/// Rows of a log that is damaged.
const ROWS: usize = 4;

/// What is put in. A line break is not among them, so that damage stays within a line.
const PIECES: &[&[u8]] = &[
    b"\0",
    b"\"",
    b"\\",
    b"'",
    b"{",
    b"}",
    b"[[[[",
    b"]",
    b",",
    b";",
    b":",
    b"null",
    b"-1",
    b"-0",
    b"1e999",
    b"-1e-999",
    b"18446744073709551615",
    b"18446744073709551616",
    b"99999999999999999999999999999999999999999",
    b"0.0000000000000000000000000000001",
    b"NaN",
    b"\xff\xfe",
    b"\xf0\x9f",
    b"\xc3\xa9",
    b"\xef\xbb\xbf",
    b"\x1f\x8b",
    b"9999-12-31T23:59:59Z",
    b"-9223372036854775808",
];

fn number(name: &str, default: u64) -> u64 {
    let Ok(text) = std::env::var(name) else {
        return default;
    };
    text.parse()
        .unwrap_or_else(|_| panic!("{name}: `{text}` is no whole number"))
}

/// Numbers that look random and are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn generator() -> Random {
    Random(number("LLMCOST_FUZZ_SEED", 20_261_126))
}

/// A number below a limit.
fn below(random: &mut Random, limit: usize) -> usize {
    (random.next_u64() % limit.max(1) as u64) as usize
}

/// Damages bytes in one to three places.
fn damage(random: &mut Random, bytes: &mut Vec<u8>) {
    for _ in 0..=below(random, 3) {
        let at = below(random, bytes.len());
        let end = (at + 1 + below(random, 30)).min(bytes.len());
        match below(random, 6) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << below(random, 8),
            1 => bytes.truncate(at),
            2 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            3 => drop(bytes.drain(at..end)),
            _ => {
                let piece = PIECES[below(random, PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    // A line stays a line.
    bytes.retain(|byte| !matches!(byte, b'\n' | b'\r'));
}

/// A log of equal rows: a head where it has columns, and lines.
fn log(text: &str, source: Source) -> (Vec<u8>, Vec<u8>) {
    let text = text.trim_start_matches('\u{feff}');
    match text.split_once('\n') {
        Some((head, row)) if source.may_be_a_table() && !text.starts_with('{') => (
            format!("{head}\n").into_bytes(),
            row.lines().next().unwrap_or_default().into(),
        ),
        _ => (Vec::new(), text.trim_end().into()),
    }
}

fn ingested(bytes: &[u8], source: Option<Source>) -> Option<Usage> {
    let plan = Plan {
        by: vec![Dimension::Tenant, Dimension::Model],
        zone: Zone::utc(),
        daily: true,
    };
    // Copies count, so that equal rows are as many calls.
    let rules = Rules {
        keep_duplicates: true,
        ..Rules::default()
    };
    let mut ingest = Ingest::new(plan, source, Options::default(), rules, &NoShapes);
    ingest.file("any", bytes).ok()?;
    ingest.finish().ok()
}

/// Rows that were counted, replaced by others, or dropped with a reason.
fn accounted(usage: &Usage) -> u64 {
    let dropped = &usage.dropped;
    let reasons = [
        dropped.duplicate,
        dropped.cache_hit,
        dropped.failed,
        dropped.torn,
        dropped.rejected,
        dropped.not_billable,
        dropped.outside,
    ];
    usage.rows() + reasons.iter().sum::<u64>()
}

/// Values of a log, counted without any reader.
fn values(bytes: &[u8], source: Source) -> u64 {
    let mut opened = open::open(bytes).expect("bytes that were read before");
    let layout = match split::layout(&opened.head) {
        Layout::Columns(_) if !source.may_be_a_table() => Layout::Lines,
        layout => layout,
    };
    let mut count = 0;
    split::walk(layout, &mut *opened.bytes, &mut |_, value| {
        match value {
            Ok(value) => expand::rows(value, &mut |_| count += 1),
            Err(_) => count += 1,
        }
        Ok(())
    })
    .expect("bytes that were read before");
    count
}

/// Sources whose rows may be parts of calls, or say nothing about usage: fewer of them are accounted for.
fn may_be_parts(source: Source) -> bool {
    use Source as S;
    matches!(
        source,
        S::Openai
            | S::Anthropic
            | S::Gemini
            | S::ClaudeCode
            | S::Codex
            | S::Vllm
            | S::Otlp
            | S::Apim
            | S::Deepseek
            | S::OpenaiUsage
            | S::OpenaiDashboard
            | S::OpenaiCosts
            | S::AnthropicUsage
            | S::AnthropicCost
            | S::AnthropicConsole
    )
}

fn told(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| std::ascii::escape_default(*byte))
        .map(char::from)
        .collect()
}

/// Each row of a damaged log is counted or dropped with a reason, and a complaint has a place.
#[test]
fn damaged_rows_of_every_source_are_counted_or_dropped_with_a_reason() {
    let mut random = generator();
    let rounds = number("LLMCOST_FUZZ_ROUNDS", ROUNDS);
    for (name, text) in SEEDS {
        let source = Source::named(name).expect("a source");
        let (head, row) = log(text, source);
        let mut answered = 0;
        for _ in 0..rounds {
            let mut row = row.clone();
            damage(&mut random, &mut row);
            let bytes = [&head[..], &row, b"\n"].concat();
            let Some(usage) = ingested(&bytes, Some(source)) else {
                continue;
            };
            answered += 1;
            let (seen, known) = (values(&bytes, source), accounted(&usage));
            // One scrape alone is a complaint about all of its samples.
            let most = seen + u64::from(source == Source::Vllm);
            let right = known == seen || (may_be_parts(source) && known <= most);
            assert!(
                right,
                "{name}: {known} of {seen} rows are accounted for: {}",
                told(&bytes)
            );
            let wrong = usage.dropped.torn + usage.dropped.rejected;
            let complaints: u64 = usage
                .complaints
                .iter()
                .map(|complaint| complaint.rows)
                .sum();
            assert_eq!(complaints, wrong, "{name}: {}", told(&bytes));
        }
        assert!(
            answered * 2 >= rounds,
            "{name}: {answered} of {rounds} logs were read"
        );
    }
}

/// Damage to one row costs that row alone: its neighbors count as if nothing had happened.
#[test]
fn damage_to_one_row_does_not_take_its_neighbors_with_it() {
    let mut random = generator();
    let rounds = number("LLMCOST_FUZZ_ROUNDS", ROUNDS);
    // The rows of these hang together: growth of totals, chunks of one call.
    let apart = |source: Source| !matches!(source, Source::Vllm | Source::Codex);
    for (name, text) in SEEDS {
        let source = Source::named(name).expect("a source");
        let (head, row) = log(text, source);
        if !apart(source) {
            continue;
        }
        for _ in 0..rounds {
            let mut rows = vec![row.clone(); ROWS];
            let at = below(&mut random, ROWS);
            damage(&mut random, &mut rows[at]);
            if !head.is_empty() && rows[at].contains(&b'"') {
                // A quote that is not closed takes the next lines into its cell; the row is then too wide.
                continue;
            }
            let bytes = [&head[..], &rows.join(&b'\n')].concat();
            let Some(usage) = ingested(&bytes, Some(source)) else {
                continue;
            };
            let whole = usage.rows() + usage.dropped.duplicate;
            assert!(
                whole >= ROWS as u64 - 1,
                "{name}: {whole}: {}",
                told(&bytes)
            );
        }
    }
}

/// Packed logs are damaged as bytes: unpacking them never panics.
#[test]
fn damaged_gzip_and_zstd_are_read_or_refused() {
    let mut random = generator();
    let text = format!("{}\n", SEEDS[1].1).repeat(50);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).expect("memory");
    let gzip = gzip.finish().expect("memory");
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    let zstd = ruzstd::encoding::compress_to_vec(text.as_bytes(), level);
    for packed in [gzip, zstd] {
        let whole = ingested(&packed, None).expect("a packed log");
        assert_eq!(accounted(&whole), 50);
        for _ in 0..number("LLMCOST_FUZZ_ROUNDS", ROUNDS) * 2 {
            let mut bytes = packed.clone();
            let at = below(&mut random, bytes.len());
            match below(&mut random, 3) {
                0 => bytes.truncate(at),
                1 => bytes[at] ^= 1 << below(&mut random, 8),
                _ => bytes[at] = random.next_u64() as u8,
            }
            ingested(&bytes, None);
        }
    }
}

/// Amounts that no total can hold end the run; they are never added up wrongly.
#[test]
fn amounts_beyond_any_magnitude_end_the_run() {
    let most = "170141183460469231731";
    assert!(Money::parse(most).is_none_or(|usd| usd.plus(usd).is_none()));
    let row = format!("{{\"tenant\":\"a\",\"input_tokens\":1,\"cost\":{most}}}\n");
    let usage = ingested(row.repeat(2).as_bytes(), None);
    assert!(usage.is_none_or(|usage| usage.dropped.rejected == 2));
}
