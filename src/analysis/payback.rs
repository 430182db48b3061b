//! When has the cash paid up front been earned back? (`docs/model.md` section 8)

use serde::Serialize;

use crate::cost::OptionModel;
use crate::real::Real;
use crate::scenario::Scenario;

/// Payback of one option against another, from cash: capex when it is paid, never its write-off.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Payback {
    /// The option that pays more up front.
    pub option: String,
    /// The option it is held against.
    pub against: String,
    /// Extra cash up front (USD).
    pub upfront_usd: f64,
    /// Cash saved per month afterwards (USD); negative where it never pays.
    pub monthly_saving_usd: f64,
    /// Months until the savings have paid it; absent: never.
    pub simple_months: Option<f64>,
    /// The same in hours of use.
    pub simple_hours: Option<f64>,
    /// Months until the discounted savings have paid it; absent: never.
    pub discounted_months: Option<f64>,
}

/// Every option against each that pays less cash up front, at a steady volume.
pub fn all(scenario: &Scenario, models: &[OptionModel], volume: f64) -> Vec<Payback> {
    let upfront: Vec<f64> = models
        .iter()
        .map(|model| model.upfront().at(volume))
        .collect();
    let running: Vec<f64> = models
        .iter()
        .map(|model| model.running().at(volume))
        .collect();
    let monthly = monthly_rate(scenario.discount_rate.value.get());
    let mut list = Vec::new();
    for (at, spec) in scenario.options.iter().enumerate() {
        for (other, against) in scenario.options.iter().enumerate() {
            let paid = upfront[at] - upfront[other];
            if paid > 0.0 {
                let saving = running[other] - running[at];
                let simple = simple(paid, saving);
                list.push(Payback {
                    option: spec.name.clone(),
                    against: against.name.clone(),
                    upfront_usd: paid,
                    monthly_saving_usd: saving,
                    simple_months: simple,
                    simple_hours: simple
                        .map(|months| months * scenario.hours_per_month.value.get()),
                    discounted_months: discounted(paid, saving, monthly),
                });
            }
        }
    }
    list
}

/// Discount rate of a month: the twelfth root of the year's.
pub fn monthly_rate<N: Into<Real> + From<Real>>(yearly: N) -> N {
    ((1.0 + yearly.into()).powf(1.0 / 12.0) - 1.0).into()
}

/// paid / saving; `None` where nothing is saved.
pub fn simple(paid: f64, saving: f64) -> Option<f64> {
    (saving > 0.0).then(|| paid / saving)
}

/// The n for which paid = saving x (1 - (1+m)^-n)/m: n = -ln(1 - paid m/saving)/ln(1+m). `None` where
/// the savings of all time do not reach it.
pub fn discounted(paid: f64, saving: f64, monthly: f64) -> Option<f64> {
    if monthly == 0.0 {
        return simple(paid, saving);
    }
    // In logarithms beside one, so that what is paid may be next to nothing.
    let part = paid * monthly / saving;
    (saving > 0.0 && part < 1.0).then(|| -(-part).ln_1p() / monthly.ln_1p())
}

/// Part of the months in which `paid` has been earned back by `saving` a month: simple at a rate of 0.
/// The caller knows that it is earned back.
pub fn annuity_months(paid: f64, saving: f64, monthly: f64) -> f64 {
    discounted(paid, saving, monthly).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simple_payback_is_cash_over_savings() {
        assert_eq!(simple(240_000.0, 10_000.0), Some(24.0));
        assert_eq!(simple(240_000.0, -1.0), None);
    }

    #[test]
    fn next_to_nothing_is_paid_back_as_without_discounting() {
        let (paid, saving) = (2.92e-19, 1_000.0);
        let months = discounted(paid, saving, 0.005).unwrap();
        let simple = simple(paid, saving).unwrap();
        // i / ln(1 + i) = 0.005 / 0.00498754 = 1.0024979
        assert!(
            (months / simple - 1.002_497_9).abs() < 1e-6,
            "{months} {simple}"
        );
    }

    #[test]
    fn discounting_makes_payback_later() {
        // 1 % a month, 1,000 saved: after 12 months they are worth 1,000 (1 - 1.01^-12)/0.01 = 11,255.08.
        let months = discounted(11_255.077_473, 1_000.0, 0.01).unwrap();
        assert!((months - 12.0).abs() < 1e-6);
    }

    #[test]
    fn savings_below_the_interest_never_pay() {
        assert_eq!(discounted(100_000.0, 999.0, 0.01), None);
        assert!(discounted(100_000.0, 1_001.0, 0.01).is_some());
    }
}
