//! From which month on does moving to another option give the least total? (`docs/model.md` section 8)
//!
//! Every month is tried: the base option up to its start, the other from then on.

use super::super::plan::{Account, Plan};
use super::result::{Leaving, Switch};
use crate::cost::Paid;

/// Moving from one option to another.
pub fn switch(plan: &Plan, base: usize, to: usize, name: &str) -> Switch {
    let recurring =
        |account: &Account| !matches!(account.paid, Paid::Once { .. } | Paid::Over { .. });
    let totals = totals(plan, base, to, |_| true);
    let leave = |list: &[f64]| leaving(list, |month| plan.name(month));
    Switch {
        to: name.to_owned(),
        with_switching_cost: leave(&totals.usd),
        without_switching_cost: leave(&self::totals(plan, base, to, recurring).usd),
        by_npv: leave(&totals.present),
        totals_usd: totals.usd,
    }
}

/// Total and present value of the plan for each month of moving, and last for never.
struct Totals {
    usd: Vec<f64>,
    present: Vec<f64>,
}

fn totals(plan: &Plan, base: usize, to: usize, which: impl Fn(&Account) -> bool) -> Totals {
    let end = plan.months();
    let mut totals = Totals {
        usd: Vec::with_capacity(end + 1),
        present: Vec::with_capacity(end + 1),
    };
    for month in 0..=end {
        let before = plan.flows(base, 0, month, &which);
        let after = plan.flows(to, month, end, &which);
        totals.usd.push((before.total() + after.total()).get());
        let rate = plan.monthly_rate;
        totals
            .present
            .push((before.present(rate) + after.present(rate)).get());
    }
    totals
}

/// Months of a quarter.
const QUARTER: usize = 3;

/// The earliest month with the least total, where the last entry stands for never moving; `name` names months.
pub fn leaving(totals: &[f64], name: impl Fn(usize) -> String) -> Leaving {
    let never = totals.len() - 1;
    let mut best = 0;
    for month in 1..totals.len() {
        if totals[month] < totals[best] - 1e-12 * totals[best].abs() {
            best = month;
        }
    }
    let moves = best < never;
    let later = (best + QUARTER).min(never);
    Leaving {
        month: moves.then_some(best as u32),
        date: moves.then(|| name(best)),
        total_usd: totals[best],
        saving_usd: totals[never] - totals[best],
        now_costs_usd: totals[0] - totals[best],
        quarter_later_costs_usd: moves.then(|| totals[later] - totals[best]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_total_names_its_month_and_what_waiting_costs() {
        let found = leaving(&[10.0, 8.0, 9.0, 9.5, 12.0, 11.0], |month| {
            format!("m{month}")
        });
        assert_eq!((found.month, found.date.as_deref()), (Some(1), Some("m1")));
        assert_eq!(
            (found.total_usd, found.saving_usd, found.now_costs_usd),
            (8.0, 3.0, 2.0)
        );
        assert_eq!(found.quarter_later_costs_usd, Some(4.0));
    }

    #[test]
    fn where_never_moving_is_best_there_is_no_month() {
        let found = leaving(&[10.0, 9.0, 8.0], |_| String::new());
        assert_eq!((found.month, found.quarter_later_costs_usd), (None, None));
        assert_eq!((found.saving_usd, found.now_costs_usd), (0.0, 2.0));
    }

    #[test]
    fn of_equal_totals_the_earliest_counts_and_a_quarter_ends_with_the_plan() {
        let found = leaving(&[9.0, 7.0, 7.0, 8.0], |_| String::new());
        assert_eq!(found.month, Some(1));
        assert_eq!(found.quarter_later_costs_usd, Some(1.0));
    }
}
