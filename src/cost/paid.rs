//! When the cash of a line is paid (`docs/model.md` section 8), in months since its option began.

use crate::real::Real;

/// The months in which a line is paid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Paid {
    /// Every month, from this one on.
    Monthly {
        /// First month.
        after: u32,
    },
    /// Once.
    Once {
        /// The month.
        after: u32,
    },
    /// Once, in equal parts over the first months of people who are new.
    Over {
        /// First month.
        after: u32,
        /// Number of months, which need not be whole.
        months: Real,
    },
    /// Every so many months; a steady month holds the mean.
    Every {
        /// Months between two payments.
        months: Real,
        /// Whether the first one is paid when the option begins, or only after these months.
        at_once: bool,
    },
    /// Bought when the option begins, when more is needed, and again at the end of its life.
    Bought {
        /// Life.
        life_months: Real,
        /// Share of the price that is left at its end.
        residual_share: Real,
    },
}

impl Paid {
    /// Every month from the first.
    pub const MONTHLY: Self = Self::Monthly { after: 0 };

    /// How many times what the line says is paid in the month of this age: of the amount of a month for
    /// lines that are paid monthly or every so many months, of the cash paid once for the others.
    pub fn times(self, age: u32) -> Real {
        let if_so = |so: bool| Real::constant(f64::from(u8::from(so)));
        match self {
            Self::Monthly { after } => if_so(age >= after),
            Self::Once { after } => if_so(age == after),
            Self::Over { after, months } => {
                let part = |age: f64| months.min(age.max(0.0)) / months;
                let since = f64::from(age) - f64::from(after);
                part(since + 1.0) - part(since)
            }
            Self::Every { months, at_once } => {
                let first = if at_once { 0.0 } else { 1.0 };
                let before = |age: u32| ((Real::from(age) / months).whole() - first).max(0.0);
                months * (before(age + 1) - before(age))
            }
            Self::Bought { .. } => if_so(age == 0),
        }
    }

    /// Whether it is paid at the start of a month rather than over its course.
    pub fn at_the_start(self) -> bool {
        matches!(self, Self::Once { .. } | Self::Bought { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn over_a_year(paid: Paid) -> Vec<f64> {
        (0..12).map(|age| paid.times(age).get()).collect()
    }

    #[test]
    fn a_retraining_every_four_months_is_paid_three_times_a_year() {
        // Months 0, 4 and 8; four monthly means each.
        let paid = over_a_year(Paid::Every {
            months: Real::constant(4.0),
            at_once: true,
        });
        let mut expected = vec![0.0; 12];
        for at in [0, 4, 8] {
            expected[at] = 4.0;
        }
        assert_eq!(paid, expected);
    }

    #[test]
    fn what_is_repeated_only_later_skips_the_first_time() {
        let paid = over_a_year(Paid::Every {
            months: Real::constant(5.0),
            at_once: false,
        });
        let at: Vec<usize> = (0..12).filter(|at| paid[*at] > 0.0).collect();
        assert_eq!(at, [5, 10]);
    }

    #[test]
    fn months_between_payments_need_not_be_whole() {
        // At 0, 2.5, 5, 7.5 and 10: five payments of 2.5 monthly means.
        let paid = over_a_year(Paid::Every {
            months: Real::constant(2.5),
            at_once: true,
        });
        let at: Vec<usize> = (0..12).filter(|at| paid[*at] > 0.0).collect();
        assert_eq!(at, [0, 2, 5, 7, 10]);
        assert!((paid.iter().sum::<f64>() - 12.5).abs() < 1e-12);
    }

    #[test]
    fn a_ramp_up_is_paid_in_equal_parts_and_whole() {
        // 2.5 months from month 1: 0.4, 0.4, 0.2.
        let paid = over_a_year(Paid::Over {
            after: 1,
            months: Real::constant(2.5),
        });
        for (at, part) in [(0, 0.0), (1, 0.4), (2, 0.4), (3, 0.2), (4, 0.0)] {
            assert!((paid[at] - part).abs() < 1e-12, "{at}: {}", paid[at]);
        }
    }

    #[test]
    fn people_who_come_later_are_paid_from_then_on() {
        let paid = over_a_year(Paid::Monthly { after: 10 });
        assert_eq!(paid.iter().sum::<f64>(), 2.0);
        assert_eq!(over_a_year(Paid::Once { after: 3 })[3], 1.0);
    }
}
