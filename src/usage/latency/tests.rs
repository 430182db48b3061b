//! Times and their quantiles.

use super::*;

fn times(most: u64, list: impl IntoIterator<Item = (u32, u32)>) -> Latencies {
    let mut times = Latencies::holding(most);
    for (group, time) in list {
        times.add(group, time);
    }
    times
}

#[test]
fn a_quantile_lies_between_its_neighbors() {
    let times = times(9, [(1, 400), (1, 100), (0, 7), (1, 300), (1, 200)]);
    // At 0.5 x 3 = 1.5: between 20 and 30; at 0.95 x 3 = 2.85: 30 + 0.85 x 10.
    let found = times.quantiles([1].into_iter(), [0.0, 0.5, 0.95, 1.0]);
    let found = found.unwrap();
    assert_eq!((found.calls, found.ms), (4, [10.0, 25.0, 38.5, 40.0]));
    assert_eq!(times.quantiles([2].into_iter(), [0.5]), None);
    assert!(times.is_exact());
}

#[test]
fn times_of_parts_are_those_of_the_whole_whatever_their_groups_are_called() {
    let list: Vec<(u32, u32)> = numbers(3_000).map(|time| (time % 5, time)).collect();
    let whole = times(1 << 20, list.iter().copied());
    let mut merged = Latencies::holding(1 << 20);
    for part in list.chunks(250) {
        // In the part the groups are called by the numbers from four down.
        let part = times(1 << 20, part.iter().map(|(group, time)| (4 - group, *time)));
        merged.merge(part, &[4, 3, 2, 1, 0]);
    }
    let shares = [0.0, 0.3, 0.5, 1.0];
    for groups in [0..1, 2..4, 0..5] {
        let found = merged.quantiles(groups.clone(), shares);
        assert_eq!(found, whole.quantiles(groups, shares));
    }
    assert!(merged.parts.len() <= MOST_PARTS && merged.is_exact());
    // Once there are too many of them all become buckets.
    merged.most = 3_000;
    merged.add(0, 7);
    assert!(!merged.is_exact() && merged.parts.is_empty());
    assert_eq!(merged.quantiles(0..5, shares).unwrap().calls, 3_001);
}

/// Numbers that look random.
fn numbers(count: u32) -> impl Iterator<Item = u32> + Clone {
    (1..=count).map(|n| n.wrapping_mul(2_654_435_761) >> (n % 23))
}

#[test]
fn counting_finds_the_same_quantiles_as_sorting() {
    let count = 70_000;
    let mut sorted: Vec<u32> = numbers(count).collect();
    let times = times(1 << 20, numbers(count).map(|time| (time % 300, time)));
    sorted.sort_unstable();
    let found = times.quantiles(0..300, [0.0, 0.25, 1.0]).unwrap();
    let at = |share: f64| {
        let (low, rest) = place(share, u64::from(count));
        let (low, next) = (sorted[low as usize], sorted[(low as usize + 1).min(69_999)]);
        (f64::from(low) + f64::from(next - low) * rest) / PARTS
    };
    assert_eq!(found.ms, [at(0.0), at(0.25), at(1.0)]);
}

#[test]
fn beyond_the_bound_quantiles_are_within_a_hundredth_in_any_order_of_merging() {
    let list: Vec<(u32, u32)> = numbers(50_000).map(|time| (time % 7, time)).collect();
    let exact = times(1 << 20, list.iter().copied());
    let sketch = times(1_000, list.iter().copied());
    let (a, b) = list.split_at(20_000);
    let mut merged = times(1_000, a.iter().copied());
    let other = times(40_000, b.iter().copied());
    merged.merge(other, &[0, 1, 2, 3, 4, 5, 6]);
    let shares = [0.0, 0.5, 0.95, 0.99, 1.0];
    for groups in [0..1, 3..4, 0..7] {
        let exact = exact.quantiles(groups.clone(), shares).unwrap();
        let near = sketch.quantiles(groups.clone(), shares).unwrap();
        assert_eq!(exact.calls, near.calls);
        assert_eq!(Some(near), merged.quantiles(groups, shares));
        for (exact, near) in exact.ms.iter().zip(near.ms) {
            assert!((near - exact).abs() <= 0.01 * exact, "{near} {exact}");
        }
    }
    assert!(!sketch.is_exact() && !merged.is_exact());
}

#[test]
fn buckets_do_not_grow_with_calls() {
    let mut times = Latencies::holding(0);
    numbers(10_000).for_each(|time| times.add(0, time));
    let before = times.own.words.size();
    for _ in 0..20 {
        numbers(10_000).for_each(|time| times.add(0, time));
    }
    assert!(
        times.own.words.size() <= 2 * before,
        "{}",
        times.own.words.size()
    );
}
