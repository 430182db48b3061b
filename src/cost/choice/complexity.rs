//! What a more complex variant is worth over its life (`docs/model.md` section 10.2).

/// What the complex variant has more than the simple one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extra {
    /// Gain in accuracy (percentage points).
    pub points: f64,
    /// Value of a point [USD/month].
    pub usd_per_point_month: f64,
    /// Building it (USD, once).
    pub build_usd: f64,
    /// Debugging [h/month].
    pub debugging_hours: f64,
    /// Rate of an engineer [USD/h].
    pub usd_per_hour: f64,
    /// Retraining runs [per year].
    pub runs_per_year: f64,
    /// Cost of a run (USD).
    pub usd_per_run: f64,
    /// Running it [USD/month].
    pub running_usd: f64,
    /// Departures of people who know it [per year]; 0 where a named owner hands it over.
    pub departures_per_year: f64,
    /// Learning it again at a departure (h).
    pub relearning_hours: f64,
}

impl Extra {
    /// Value of the gain [USD/month].
    pub fn value(&self) -> f64 {
        self.points * self.usd_per_point_month
    }

    /// Upkeep [USD/month]: debugging, retraining, running, and what is learned again when people leave.
    pub fn upkeep(&self) -> f64 {
        self.debugging_hours * self.usd_per_hour
            + self.runs_per_year / 12.0 * self.usd_per_run
            + self.running_usd
            + self.relearning()
    }

    /// Expected cost of learning it again [USD/month].
    pub fn relearning(&self) -> f64 {
        self.departures_per_year / 12.0 * self.relearning_hours * self.usd_per_hour
    }

    /// Net value after so many months (USD): months x (value - upkeep) - build.
    pub fn net(&self, months: f64) -> f64 {
        months * (self.value() - self.upkeep()) - self.build_usd
    }

    /// The same discounted monthly at a yearly rate (USD).
    pub fn net_present(&self, months: u32, yearly_rate: f64) -> f64 {
        let monthly = (1.0 + yearly_rate).powf(1.0 / 12.0);
        let surplus = self.value() - self.upkeep();
        let sum: f64 = (1..=months)
            .map(|month| surplus / monthly.powi(month as i32))
            .sum();
        sum - self.build_usd
    }

    /// The gain at which it just pays over a life (percentage points): (upkeep + build/life) / value of a
    /// point; none where a point is worth nothing.
    pub fn break_even_points(&self, months: f64) -> Option<f64> {
        (self.usd_per_point_month > 0.0)
            .then(|| (self.upkeep() + self.build_usd / months) / self.usd_per_point_month)
    }

    /// The month in which the gain has paid for the build; none where upkeep eats it.
    pub fn turns_in_month(&self) -> Option<f64> {
        let surplus = self.value() - self.upkeep();
        (surplus > 0.0).then(|| (self.build_usd / surplus).ceil().max(1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTRA: Extra = Extra {
        points: 2.0,
        usd_per_point_month: 3_000.0,
        build_usd: 24_000.0,
        debugging_hours: 20.0,
        usd_per_hour: 100.0,
        runs_per_year: 6.0,
        usd_per_run: 800.0,
        running_usd: 100.0,
        departures_per_year: 0.0,
        relearning_hours: 160.0,
    };

    #[test]
    fn net_value_by_hand() {
        // 6,000 - (2,000 + 400 + 100) = 3,500 a month; 18 months: 63,000 - 24,000 = 39,000.
        assert!((EXTRA.net(18.0) - 39_000.0).abs() < 1e-9);
        // 24,000/3,500 = 6.86: month 7.
        assert_eq!(EXTRA.turns_in_month(), Some(7.0));
        // (2,500 + 24,000/18)/3,000 = 1.2778 points.
        assert!((EXTRA.break_even_points(18.0).unwrap() - 1.277_777_8).abs() < 1e-6);
    }

    #[test]
    fn at_the_break_even_gain_the_net_value_is_zero() {
        let points = EXTRA.break_even_points(18.0).unwrap();
        let even = Extra { points, ..EXTRA };
        assert!(even.net(18.0).abs() < 1e-9);
    }

    #[test]
    fn an_unclear_owner_costs_a_learning_at_each_departure() {
        // 0.3 a year x 160 h x 100 = 4,800 a year = 400 a month.
        let unclear = Extra {
            departures_per_year: 0.3,
            ..EXTRA
        };
        assert!((unclear.relearning() - 400.0).abs() < 1e-9);
        assert!((EXTRA.net(18.0) - unclear.net(18.0) - 7_200.0).abs() < 1e-9);
    }

    #[test]
    fn upkeep_above_the_gain_never_turns() {
        let small = Extra {
            points: 0.5,
            ..EXTRA
        };
        assert_eq!(small.turns_in_month(), None);
        assert!(small.net(18.0) < 0.0);
    }

    #[test]
    fn without_interest_the_present_value_is_the_net_value() {
        assert!((EXTRA.net_present(18, 0.0) - EXTRA.net(18.0)).abs() < 1e-6);
        assert!(EXTRA.net_present(18, 0.1) < EXTRA.net(18.0));
    }
}
