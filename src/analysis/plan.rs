//! The cash of every option in every month of a plan (`docs/model.md` section 8): the one definition of
//! what a month costs, what is left at the end, and what all of it is worth today.

use super::compare;
use super::payback::monthly_rate;
use crate::cost::{self, Category, Line, Month, OptionModel, Paid};
use crate::date::Date;
use crate::diagnostic::Problem;
use crate::real::Real;
use crate::scenario::Scenario;

/// All months of a plan, every option priced in each.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its first day.
    pub start: Date,
    /// Volume of each month [requests/day].
    pub volumes: Vec<Real>,
    /// Discount rate of a month.
    pub monthly_rate: Real,
    /// The accounts of each option.
    pub options: Vec<Vec<Account>>,
    /// By month, the ledgers of the options that were priced, in their order.
    pub models: Vec<Vec<OptionModel>>,
}

/// One line of an option over all months of the plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// Its name.
    pub label: String,
    /// Part of the traffic or option that it belongs to.
    pub part: Option<String>,
    /// What it is for.
    pub category: Category,
    /// When it is paid.
    pub paid: Paid,
    /// What it comes to in each month (USD): the amount of the month where it is paid monthly or every so
    /// many months, else the cash that is due if it is paid in that month.
    pub usd: Vec<Real>,
}

/// What one line takes from a month of use on.
#[derive(Clone, Debug, PartialEq)]
pub struct Payments {
    /// Paid in each month (USD); negative where hardware at the end of its life is worth more than is bought.
    pub months: Vec<Real>,
    /// Value left at the end (USD).
    pub left: Real,
}

/// The cash of an option over a stretch of use, by the time at which it counts (USD).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Flows {
    /// Month of the plan in which the stretch begins.
    pub from: usize,
    /// Paid at the start of each month: what is paid once, and hardware.
    pub start: Vec<Real>,
    /// Paid over each month, which counts at its end.
    pub end: Vec<Real>,
    /// Value left at the end of the last month.
    pub left: Real,
}

impl Plan {
    /// Prices every option in every month.
    ///
    /// # Errors
    /// The options that cannot be priced.
    pub fn of(scenario: &Scenario) -> Result<Self, Vec<Problem>> {
        let all: Vec<usize> = (0..scenario.options.len()).collect();
        Self::of_some(scenario, &all)
    }

    /// Prices some options, by index, in every month; the others have no accounts.
    ///
    /// # Errors
    /// The options that cannot be priced.
    pub fn of_some(scenario: &Scenario, options: &[usize]) -> Result<Self, Vec<Problem>> {
        let first = cost::demand(scenario).map_err(|problem| vec![problem])?;
        let growth = &scenario.workload.growth;
        let mut plan = Self {
            start: scenario.start,
            volumes: Vec::new(),
            monthly_rate: monthly_rate(scenario.discount_rate.value),
            options: vec![Vec::new(); scenario.options.len()],
            models: Vec::new(),
        };
        for index in 0..scenario.horizon_months {
            let month = Month::of(scenario, index);
            let volume = growth.volume(first, index);
            let models = compare::models_of(&month, options)?;
            for (option, model) in options.iter().zip(&models) {
                for line in &model.lines {
                    book(&mut plan.options[*option], line, index as usize, volume);
                }
            }
            plan.volumes.push(volume);
            plan.models.push(models);
        }
        let months = plan.months();
        for account in plan.options.iter_mut().flatten() {
            account.usd.resize(months, Real::ZERO);
        }
        Ok(plan)
    }

    /// Number of its months.
    pub fn months(&self) -> usize {
        self.volumes.len()
    }

    /// A month of the plan as `YYYY-MM`.
    pub fn name(&self, index: usize) -> String {
        self.start.first_of_month_after(index as u32).month_text()
    }

    /// What an option takes, or some of its accounts, if it is used from the start of month `from` up to the
    /// start of month `to`.
    pub fn flows(
        &self,
        option: usize,
        from: usize,
        to: usize,
        which: impl Fn(&Account) -> bool,
    ) -> Flows {
        let mut flows = Flows {
            from,
            start: vec![Real::ZERO; to - from],
            end: vec![Real::ZERO; to - from],
            left: Real::ZERO,
        };
        for account in self.options[option].iter().filter(|account| which(account)) {
            let payments = account.payments(from, to);
            let months = if account.paid.at_the_start() {
                &mut flows.start
            } else {
                &mut flows.end
            };
            for (sum, usd) in months.iter_mut().zip(&payments.months) {
                *sum += *usd;
            }
            flows.left += payments.left;
        }
        flows
    }
}

impl Flows {
    /// Everything paid, less what is left at the end.
    pub fn total(&self) -> Real {
        self.start.iter().sum::<Real>() + self.end.iter().sum::<Real>() - self.left
    }

    /// Present value of a month at the start of the plan.
    pub fn present_of(&self, at: usize, monthly_rate: Real) -> Real {
        let month = (self.from + at) as i32;
        self.start[at] * discount(monthly_rate, month)
            + self.end[at] * discount(monthly_rate, month + 1)
    }

    /// Present value of what is left at the end.
    pub fn present_of_left(&self, monthly_rate: Real) -> Real {
        self.left * discount(monthly_rate, (self.from + self.end.len()) as i32)
    }

    /// Present value of all of it.
    pub fn present(&self, monthly_rate: Real) -> Real {
        let months = (0..self.end.len()).map(|at| self.present_of(at, monthly_rate));
        months.sum::<Real>() - self.present_of_left(monthly_rate)
    }
}

/// Adds a line of a month to the account of its name; lines of one name are one account.
fn book(accounts: &mut Vec<Account>, line: &Line, month: usize, volume: Real) {
    let usd = line.upfront.as_ref().unwrap_or(&line.amount).at(volume);
    let same = |account: &&mut Account| {
        account.label == line.label
            && account.part == line.part
            && account.category == line.category
            && account.paid == line.paid
    };
    if let Some(account) = accounts.iter_mut().find(same) {
        account
            .usd
            .resize(account.usd.len().max(month + 1), Real::ZERO);
        account.usd[month] += usd;
        return;
    }
    let mut months = vec![Real::ZERO; month];
    months.push(usd);
    accounts.push(Account {
        label: line.label.clone(),
        part: line.part.clone(),
        category: line.category,
        paid: line.paid,
        usd: months,
    });
}

impl Account {
    /// What is paid if the option is used from the start of month `from` up to the start of month `to`.
    pub fn payments(&self, from: usize, to: usize) -> Payments {
        if let Paid::Bought {
            life_months,
            residual_share,
        } = self.paid
        {
            return bought(&self.usd[from..to], life_months, residual_share);
        }
        let paid = |age: usize| self.usd[from + age] * self.paid.times(age as u32);
        Payments {
            months: (0..to - from).map(paid).collect(),
            left: Real::ZERO,
        }
    }
}

/// Value today of a dollar after so many months.
pub fn discount(monthly_rate: Real, months: i32) -> Real {
    (1.0 / (1.0 + monthly_rate)).powi(months)
}

/// Hardware for a need that moves [USD of price]: bought when the need exceeds what is held, replaced at
/// the end of its life, when the residual share of its price comes back. At the end each purchase is worth
/// what straight-line writing off leaves of it.
fn bought(need: &[Real], life: Real, residual: Real) -> Payments {
    // 1 in every month that begins within the life.
    let held_at = |age: f64| (life - age).whole().min(1.0);
    let mut purchases: Vec<Real> = Vec::with_capacity(need.len());
    let mut months = Vec::with_capacity(need.len());
    for (month, need) in need.iter().enumerate() {
        let (mut held, mut returned) = (Real::ZERO, Real::ZERO);
        for (at, usd) in purchases.iter().enumerate() {
            let age = (month - at) as f64;
            held += *usd * held_at(age);
            returned += *usd * residual * (held_at(age - 1.0) - held_at(age));
        }
        let more = (*need - held).max(0.0);
        purchases.push(more);
        months.push(more - returned);
    }
    let end = need.len();
    let left = purchases.iter().enumerate().map(|(at, usd)| {
        let age = (end - at) as f64;
        *usd * held_at(age - 1.0) * (1.0 - (1.0 - residual) * (age / life).min(1.0))
    });
    Payments {
        left: left.sum(),
        months,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reals(list: &[f64]) -> Vec<Real> {
        list.iter().map(|usd| Real::constant(*usd)).collect()
    }

    fn account(paid: Paid, usd: &[f64]) -> Account {
        Account {
            label: "x".into(),
            part: None,
            category: Category::Hardware,
            paid,
            usd: reals(usd),
        }
    }

    fn written_off(need: &[f64], life: f64, residual: f64) -> Payments {
        bought(&reals(need), life.into(), residual.into())
    }

    fn total(payments: &Payments) -> f64 {
        (payments.months.iter().sum::<Real>() - payments.left).get()
    }

    #[test]
    fn hardware_is_bought_replaced_and_worth_its_book_value_at_the_end() {
        // 120 for 4 months, a tenth left: bought at 0 and 4, where 12 come back; after 6 months the second
        // one is half written off: 120 - 108/2 = 66.
        let payments = written_off(&[120.0; 6], 4.0, 0.1);
        assert_eq!(payments.months, reals(&[120.0, 0.0, 0.0, 0.0, 108.0, 0.0]));
        assert!((payments.left.get() - 66.0).abs() < 1e-12);
        // Six months of straight line: 6 x 108/4 = 162.
        assert!((total(&payments) - 162.0).abs() < 1e-12);
    }

    #[test]
    fn a_growing_need_buys_what_is_missing_and_a_falling_one_sells_nothing() {
        let payments = written_off(&[100.0, 150.0, 50.0, 200.0], 12.0, 0.0);
        assert_eq!(payments.months, reals(&[100.0, 50.0, 0.0, 50.0]));
        // 100 x 8/12 + 50 x 9/12 + 50 x 11/12 = 66.67 + 37.5 + 45.83 = 150.
        assert!((payments.left.get() - 150.0).abs() < 1e-12);
    }

    #[test]
    fn a_steady_need_costs_its_write_off_over_any_stretch() {
        // Straight line is linear in time, so the sum over n months is n x (1 - residual)/life.
        for months in 1..40 {
            let payments = written_off(&vec![1_000.0; months], 7.0, 0.2);
            let expected = months as f64 * 800.0 / 7.0;
            assert!((total(&payments) - expected).abs() < 1e-9, "{months}");
        }
    }

    #[test]
    fn a_present_value_counts_the_start_of_a_month_and_its_end() {
        // 100 at once, and 50 over each of two months at 10 % a month: 100 + 50/1.1 + 50/1.21 = 186.777.
        let flows = Flows {
            from: 0,
            start: reals(&[100.0, 0.0]),
            end: reals(&[50.0; 2]),
            left: Real::ZERO,
        };
        assert!((flows.present(Real::constant(0.1)).get() - 186.776_859_504).abs() < 1e-9);
        // The same a month later, with 12.1 left at its end: 186.777/1.1 - 12.1/1.331 = 160.706.
        let later = Flows {
            from: 1,
            left: Real::constant(12.1),
            ..flows
        };
        let expected = 186.776_859_504 / 1.1 - 12.1 / 1.331;
        assert!((later.present(Real::constant(0.1)).get() - expected).abs() < 1e-9);
    }

    #[test]
    fn a_month_in_which_an_option_begins_later_takes_its_own_prices() {
        // Begun in month 1: the once amount of month 1, and the amounts of months 1 and 2.
        let once = account(Paid::Once { after: 0 }, &[100.0, 90.0, 80.0]);
        let monthly = account(Paid::MONTHLY, &[5.0, 4.0, 3.0]);
        assert_eq!(once.payments(1, 3).months, reals(&[90.0, 0.0]));
        assert_eq!(monthly.payments(1, 3).months, reals(&[4.0, 3.0]));
    }
}
