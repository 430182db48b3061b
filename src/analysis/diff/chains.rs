//! How much of a difference each cause makes: the Shapley value over the orders in which causes can
//! change (`docs/diff.md`, `docs/decisions.md`).

/// Money in units of 1e-9 US dollars: sums of it are exact.
pub type Nano = i128;

/// US dollars as nano-dollars, rounded to the nearest.
pub fn nano(usd: f64) -> Nano {
    (usd * 1e9).round() as Nano
}

/// Nano-dollars as US dollars.
pub fn usd(nano: Nano) -> f64 {
    nano as f64 / 1e9
}

/// What each cause makes of a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// One amount per cause, in their order; their sum is the difference.
    pub amounts: Vec<Nano>,
    /// Causes that can only change together, with their amount.
    pub together: Vec<(Vec<usize>, Nano)>,
}

/// Splits `values[all] - values[none]` over the causes; a value belongs to a set of causes that have
/// changed (bit i for cause i) and is absent where no valid scenario has just these.
///
/// Every order in which one cause after the other can change counts the same; the amount of a cause is
/// the mean of what its step makes. Where no such order exists, the orders with the most steps count,
/// and a step of several causes is told as such.
pub fn split(values: &[Option<Nano>], causes: usize) -> Parts {
    let full = (1usize << causes) - 1;
    let ahead = longest(values, full, |from, to| from & to == from);
    let back = longest(values, full, |from, to| from & to == to);
    let steps = ahead[full].0;
    let total = ahead[full].1;
    let mut sums = vec![0; causes];
    let mut together: Vec<(usize, Nano)> = Vec::new();
    for (from, to) in subsets(full) {
        let (Some(before), Some(after)) = (values[from], values[to]) else {
            continue;
        };
        if ahead[from].1 == 0 || back[to].1 == 0 || ahead[from].0 + 1 + back[to].0 != steps {
            continue;
        }
        let weighted = ahead[from].1 * back[to].1 * (after - before);
        let step = to & !from;
        if step.is_power_of_two() {
            sums[step.trailing_zeros() as usize] += weighted;
        } else {
            match together.iter_mut().find(|(known, _)| *known == step) {
                Some((_, sum)) => *sum += weighted,
                None => together.push((step, weighted)),
            }
        }
    }
    together.sort_by_key(|(step, _)| *step);
    let groups = together.iter().map(|(_, sum)| *sum);
    let rounded = rounded(
        &sums.iter().copied().chain(groups).collect::<Vec<_>>(),
        total,
    );
    Parts {
        amounts: rounded[..causes].to_vec(),
        together: together
            .iter()
            .zip(&rounded[causes..])
            .map(|((step, _), amount)| (members(*step), *amount))
            .collect(),
    }
}

fn members(set: usize) -> Vec<usize> {
    (0..usize::BITS as usize)
        .filter(|at| set & (1 << at) != 0)
        .collect()
}

/// Every pair of different sets of which the first is part of the second.
fn subsets(full: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..=full).flat_map(|to| {
        let parts = (0..to).filter(move |from| from & to == *from);
        parts.map(move |from| (from, to))
    })
}

/// For each set, the most steps of a path that reaches it (from none, or backwards from all), and how
/// many such paths there are.
fn longest(
    values: &[Option<Nano>],
    full: usize,
    before: impl Fn(usize, usize) -> bool,
) -> Vec<(u32, Nano)> {
    let forward = before(0, full);
    let mut best = vec![(0, 0); full + 1];
    let order = |at: usize| if forward { at } else { full - at };
    best[order(0)] = (0, 1);
    for at in (1..=full).map(order).filter(|at| values[*at].is_some()) {
        for from in (0..=full).filter(|from| *from != at && before(*from, at)) {
            let (steps, paths): (u32, Nano) = best[from];
            if values[from].is_none() || paths == 0 {
                continue;
            }
            if steps + 1 > best[at].0 {
                best[at] = (steps + 1, paths);
            } else if steps + 1 == best[at].0 {
                best[at].1 += paths;
            }
        }
    }
    best
}

/// Sums over all paths as means, each rounded to the nearest; what rounding leaves goes to the largest.
fn rounded(sums: &[Nano], total: Nano) -> Vec<Nano> {
    let total = total.max(1);
    let nearest = |sum: &Nano| (2 * sum.abs() + total) / (2 * total) * sum.signum();
    let mut means: Vec<Nano> = sums.iter().map(nearest).collect();
    let rest = sums.iter().sum::<Nano>() / total - means.iter().sum::<Nano>();
    let largest = (0..means.len()).rev().max_by_key(|at| sums[*at].abs());
    if let Some(at) = largest {
        means[at] += rest;
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Price 2 -> 3, volume 10 -> 20: 20 -> 60. Price first: +10, then volume +30. Volume first: +20,
    /// then price +20. The means: price (10 + 20) / 2 = 15, volume (30 + 20) / 2 = 25.
    #[test]
    fn two_causes_share_what_they_make_together_half_and_half() {
        let values = [20, 30, 40, 60].map(Some);
        let parts = split(&values, 2);
        assert_eq!(parts.amounts, [15, 25]);
        assert!(parts.together.is_empty());
    }

    /// Three causes a, b, c with values 0, a 6, b 0, ab 12, c 0, ac 6, bc 0, abc 24. Six orders:
    /// abc: a 6, b 6, c 12; acb: a 6, c 0, b 18; bac: b 0, a 12, c 12; bca: b 0, c 0, a 24;
    /// cab: c 0, a 6, b 18; cba: c 0, b 0, a 24. Means: a 78/6 = 13, b 42/6 = 7, c 24/6 = 4.
    #[test]
    fn three_causes_have_the_mean_over_six_orders() {
        let values = [0, 6, 0, 12, 0, 6, 0, 24].map(Some);
        assert_eq!(split(&values, 3).amounts, [13, 7, 4]);
    }

    /// Without a scenario in which only the second cause has changed, only the order first-second counts.
    #[test]
    fn an_order_that_passes_through_no_valid_scenario_does_not_count() {
        let values = [Some(20), Some(30), None, Some(60)];
        assert_eq!(split(&values, 2).amounts, [10, 30]);
    }

    /// Neither of two causes can change alone: their 40 are told together.
    #[test]
    fn causes_that_change_only_together_are_told_together() {
        let values = [Some(20), None, None, Some(60)];
        let parts = split(&values, 2);
        assert_eq!(parts.amounts, [0, 0]);
        assert_eq!(parts.together, [(vec![0, 1], 40)]);
    }

    /// 1 nano-dollar over two causes of the same weight: 0.5 each rounds to 1 and 1, and the first of
    /// the largest gives back the one too many.
    #[test]
    fn rounding_never_loses_a_nano_dollar() {
        let values = [0, 0, 0, 1].map(Some);
        assert_eq!(split(&values, 2).amounts, [0, 1]);
        let negative = [0, 0, 0, -1].map(Some);
        assert_eq!(split(&negative, 2).amounts, [0, -1]);
    }
}
