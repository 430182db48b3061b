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
