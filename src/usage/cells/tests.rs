//! Sums of cells.

use super::super::record::{Bucket, TokenSums, Tokens};
use super::*;

fn entry(tokens: u64) -> Entry {
    Entry {
        requests: Some(1),
        failed: false,
        tokens: Tokens::default().with(Bucket::CacheRead, tokens),
        logged: None,
    }
}

fn sums(tokens: u128) -> TokenSums {
    let mut sums = TokenSums::default();
    sums.set(Bucket::CacheRead, tokens);
    sums
}

#[test]
fn a_sum_beyond_its_word_carries_and_stays_right_when_merged() {
    let mut cells = Cells::default();
    let class = cells.class(Class::default());
    for _ in 0..3 {
        cells.add(0, class, Some(5), &entry(u64::MAX));
    }
    let cell = cells.cell(0);
    assert_eq!(cell.tokens, sums(3 * u128::from(u64::MAX)));
    let at = cells.at(0, class, Some(6));
    assert!(cells.add_sums(at, &cell));
    assert!(cells.without_days());
    assert_eq!(cells.len(), 1);
    assert_eq!(cells.cell(0).tokens, sums(6 * u128::from(u64::MAX)));
    assert_eq!((cells.cell(0).rows, cells.cell(0).requests), (6, 6));
}

#[test]
fn numbers_that_come_late_count_from_the_first_row() {
    let mut cells = Cells::default();
    let class = cells.class(Class::default());
    cells.add(0, class, None, &entry(1));
    cells.add(1, class, None, &entry(1));
    let usd = Money::parse("-0.25");
    let late = Entry {
        requests: Some(7),
        failed: true,
        logged: usd,
        ..entry(0)
    };
    assert!(cells.add(0, class, None, &late));
    cells.add(
        0,
        class,
        None,
        &Entry {
            requests: None,
            ..entry(0)
        },
    );
    let found = [0, 1].map(|at| {
        let cell = cells.cell(at);
        (
            cell.rows,
            cell.requests,
            cell.uncounted,
            cell.failed,
            cell.logged,
        )
    });
    // 1 + 7 calls in three rows, one of which does not tell.
    assert_eq!(
        found,
        [(3, 8, 1, 1, usd.unwrap()), (1, 1, 0, 0, Money::ZERO)]
    );
}

#[test]
fn an_amount_beyond_any_magnitude_is_told() {
    let mut cells = Cells::default();
    let class = cells.class(Class::default());
    let most = Money::of_words([u64::MAX, i64::MAX as u64]);
    let much = Entry {
        logged: Some(most),
        ..entry(0)
    };
    assert!(cells.add(0, class, None, &much));
    assert!(!cells.add(0, class, None, &much));
}

/// Rows from numbers that look random, in cells of their own; `rare` says whether they have numbers that few rows have.
fn rows(seed: u64, rare: bool) -> Vec<(u32, Entry)> {
    let mut state = seed;
    let mut next = move |below: u64| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) % below
    };
    let mut row = || {
        let large = next(9) == 0;
        let tokens = if large {
            u64::MAX - next(3)
        } else {
            next(1000)
        };
        let other = if rare { next(40) } else { 0 };
        let entry = Entry {
            requests: (other != 5).then_some(1 + other),
            failed: next(10) == 0,
            tokens: Tokens::default()
                .with(Bucket::InputUncached, tokens)
                .with(Bucket::Reasoning, next(2) * tokens / 2),
            logged: (other == 7).then(|| Money::of_parts(next(10), next(10))),
        };
        (next(4) as u32, entry)
    };
    (0..200).map(|_| row()).collect()
}

fn summed(rows: &[(u32, Entry)]) -> Cells {
    let mut cells = Cells::default();
    let class = cells.class(Class::default());
    for (group, entry) in rows {
        assert!(cells.add(*group, class, None, entry));
    }
    cells
}

fn all(cells: &Cells) -> Vec<(CellKey, Cell)> {
    cells.iter().collect()
}

#[test]
fn cells_of_parts_add_up_to_those_of_the_whole() {
    for (seed, rare) in (0..40).flat_map(|seed| [(seed, [false, true]), (seed, [true, false])]) {
        let parts = [0, 1].map(|part| rows(2 * seed + part, rare[part as usize]));
        let whole = summed(&parts.concat());
        let mut sum = summed(&parts[0]);
        let other = summed(&parts[1]);
        let class = sum.class(Class::default());
        let cells = (0..other.len()).map(|at| sum.at(other.group(at), class, None) as u32);
        let cells: Vec<u32> = cells.collect();
        assert!(sum.merge(&other, &cells, 1 + seed as usize % 6));
        let (mut sum, mut whole) = (all(&sum), all(&whole));
        sum.sort_by_key(|(key, _)| *key);
        whole.sort_by_key(|(key, _)| *key);
        assert_eq!(sum, whole, "{seed} {rare:?}");
    }
}

#[test]
fn rows_in_batches_are_the_rows_one_by_one() {
    for (seed, rare) in (0..40).flat_map(|seed| [(seed, false), (seed, true)]) {
        let mut rows = rows(seed, rare);
        // Rows of a batch always tell their calls.
        for (_, entry) in &mut rows {
            entry.requests = entry.requests.or(Some(0));
        }
        let mut cells = Cells::default();
        let class = cells.class(Class::default());
        for part in rows.chunks(64) {
            let (odd, _): (Vec<u32>, Vec<u32>) = (0..part.len() as u32).partition(|n| n % 2 == 1);
            let even: Vec<u32> = (0..part.len() as u32).filter(|n| n % 2 == 0).collect();
            let column = |bucket| {
                part.iter()
                    .map(|(_, entry)| entry.tokens.get(bucket))
                    .collect()
            };
            let buckets = [Bucket::InputUncached, Bucket::Reasoning, Bucket::CacheRead];
            let requests = part.iter().map(|(_, entry)| entry.requests.unwrap());
            let failed = part.iter().map(|(_, entry)| entry.failed);
            let logged = part.iter().map(|(_, entry)| entry.logged);
            for chosen in [odd, even] {
                let of = |row: &u32| cells.at(part[*row as usize].0, class, None) as u32;
                let places: Vec<u32> = chosen.iter().map(of).collect();
                let fits = cells.add_rows(
                    &places,
                    Batch {
                        rows: &chosen,
                        requests: &requests.clone().collect::<Vec<_>>(),
                        failed: &failed.clone().collect::<Vec<_>>(),
                        tokens: &buckets.map(|bucket| (bucket, column(bucket))),
                        logged: &logged.clone().collect::<Vec<_>>(),
                    },
                );
                assert!(fits);
            }
        }
        let (mut found, mut wanted) = (all(&cells), all(&summed(&rows)));
        found.sort_by_key(|(key, _)| *key);
        wanted.sort_by_key(|(key, _)| *key);
        assert_eq!(found, wanted, "{seed} {rare}");
    }
}
