//! The months of an option: every line that is paid in them, and their sums.

use super::super::plan::{Account, Flows, Plan};
use super::result::{MonthLine, MonthResult, OptionTime};
use crate::cost::{Category, Paid};
use crate::real::Real;

/// An option over the whole plan.
pub fn option(plan: &Plan, at: usize, name: &str) -> OptionTime {
    let mut months: Vec<MonthResult> = (0..plan.months())
        .map(|index| empty(plan, at, index))
        .collect();
    for account in &plan.options[at] {
        let payments = account.payments(0, plan.months());
        for (month, usd) in months.iter_mut().zip(&payments.months) {
            pay(month, account, usd.get());
        }
        let left = payments.left.get();
        if let (Some(last), true) = (months.last_mut(), left != 0.0) {
            last.value_left_usd += left;
            last.lines.push(MonthLine {
                label: format!("value left of {}", account.label),
                category: account.category,
                usd: -left,
            });
        }
    }
    let flows = plan.flows(at, 0, plan.months(), |_| true);
    total(&mut months, &flows, plan.monthly_rate);
    let staff: f64 = months.iter().map(|month| month.staff_usd).sum();
    let last = months.last();
    let cumulated_usd = last.map_or(0.0, |month| month.cumulated_usd);
    OptionTime {
        name: name.to_owned(),
        cumulated_usd,
        npv_usd: last.map_or(0.0, |month| month.cumulated_npv_usd),
        staff_share: if cumulated_usd > 0.0 {
            staff / cumulated_usd
        } else {
            0.0
        },
        value_left_usd: flows.left.get(),
        payback: None,
        irr: None,
        months,
    }
}

fn empty(plan: &Plan, at: usize, index: usize) -> MonthResult {
    let model = &plan.models[index][at];
    let volume = plan.volumes[index].get();
    MonthResult {
        index: index as u32,
        month: plan.name(index),
        requests_per_day: volume,
        gpus: (!model.capacity.is_empty()).then(|| model.gpus.at(volume)),
        running_usd: 0.0,
        once_usd: 0.0,
        hardware_usd: 0.0,
        value_left_usd: 0.0,
        total_usd: 0.0,
        staff_usd: 0.0,
        cumulated_usd: 0.0,
        cumulated_npv_usd: 0.0,
        lines: Vec::new(),
    }
}

fn pay(month: &mut MonthResult, account: &Account, usd: f64) {
    if usd == 0.0 {
        return;
    }
    match account.paid {
        Paid::Monthly { .. } => month.running_usd += usd,
        Paid::Once { .. } | Paid::Over { .. } | Paid::Every { .. } => month.once_usd += usd,
        Paid::Bought { .. } => month.hardware_usd += usd,
    }
    if account.category == Category::Staff {
        month.staff_usd += usd;
    }
    month.lines.push(MonthLine {
        label: account.label.clone(),
        category: account.category,
        usd,
    });
}

/// The sums of the months: a total is the sum of its lines, and what is cumulated the sum of the totals.
fn total(months: &mut [MonthResult], flows: &Flows, monthly_rate: Real) {
    let (mut cumulated, mut present) = (0.0, 0.0);
    for (at, month) in months.iter_mut().enumerate() {
        month.total_usd = month.lines.iter().map(|line| line.usd).sum();
        cumulated += month.total_usd;
        month.cumulated_usd = cumulated;
        present += flows.present_of(at, monthly_rate).get();
        month.cumulated_npv_usd = present;
    }
    if let Some(last) = months.last_mut() {
        last.cumulated_npv_usd -= flows.present_of_left(monthly_rate).get();
    }
}
