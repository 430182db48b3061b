//! Two ways to spend: much at first and little per request, or the other way round
//! (`docs/model.md` section 10.5).

/// What a way costs, as a straight line over requests and months.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Paid at first (USD).
    pub once_usd: f64,
    /// Paid every month whatever the volume [USD/month].
    pub monthly_usd: f64,
    /// Paid with each billed request (USD).
    pub per_request_usd: f64,
}

impl Way {
    /// Cost after so many months with so many requests in each (USD).
    pub fn after(&self, months: f64, requests_per_month: f64) -> f64 {
        self.once_usd + months * (self.monthly_usd + requests_per_month * self.per_request_usd)
    }
}

/// Requests after which the second way, dearer at first, has paid for itself by its cheaper requests
/// alone: (F2 - F1)/(c1 - c2). None where its requests are not cheaper; 0 where it costs no more at first.
pub fn break_even_requests(first: &Way, second: &Way) -> Option<f64> {
    let (more, saved) = (
        second.once_usd - first.once_usd,
        first.per_request_usd - second.per_request_usd,
    );
    if more <= 0.0 {
        return (saved >= 0.0).then_some(0.0);
    }
    (saved > 0.0).then(|| more / saved)
}

/// Requests a month from which the second way costs less over the whole plan, everything counted:
/// ((F2 - F1)/months + m2 - m1)/(c1 - c2). None where its requests are not cheaper; 0 where it is
/// cheaper at any volume.
pub fn break_even_per_month(first: &Way, second: &Way, months: f64) -> Option<f64> {
    let more = (second.once_usd - first.once_usd) / months + second.monthly_usd - first.monthly_usd;
    let saved = first.per_request_usd - second.per_request_usd;
    if more <= 0.0 {
        return (saved >= 0.0).then_some(0.0);
    }
    (saved > 0.0).then(|| more / saved)
}

/// Months after which the second way has paid for itself at a volume. None where it saves nothing a month.
pub fn payback_months(first: &Way, second: &Way, requests_per_month: f64) -> Option<f64> {
    let monthly = |way: &Way| way.monthly_usd + requests_per_month * way.per_request_usd;
    let (more, saved) = (
        second.once_usd - first.once_usd,
        monthly(first) - monthly(second),
    );
    if more <= 0.0 {
        return (saved >= 0.0).then_some(0.0);
    }
    (saved > 0.0).then(|| more / saved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(once_usd: f64, monthly_usd: f64, per_request_usd: f64) -> Way {
        Way {
            once_usd,
            monthly_usd,
            per_request_usd,
        }
    }

    #[test]
    fn four_tenths_of_a_cent_saved_earn_25_dollars_in_6250_requests() {
        let (few_shot, tuned) = (way(0.0, 0.0, 0.007), way(25.0, 0.0, 0.003));
        let requests = break_even_requests(&few_shot, &tuned).unwrap();
        assert!((requests - 6_250.0).abs() < 1e-6);
    }

    #[test]
    fn hosting_asks_for_a_volume_each_month() {
        // (6,000/12 + 1,241)/0.001 = 1.741 M requests a month.
        let (few_shot, tuned) = (way(0.0, 0.0, 0.002), way(6_000.0, 1_241.0, 0.001));
        let requests = break_even_per_month(&few_shot, &tuned, 12.0).unwrap();
        assert!((requests - 1_741_000.0).abs() < 1e-3);
        assert!(
            (few_shot.after(12.0, requests) - tuned.after(12.0, requests)).abs() < 1e-6,
            "both cost the same there"
        );
    }

    #[test]
    fn a_premium_above_the_saving_never_pays() {
        let (few_shot, tuned) = (way(0.0, 0.0, 0.002), way(100.0, 0.0, 0.0025));
        assert_eq!(break_even_requests(&few_shot, &tuned), None);
        assert_eq!(break_even_per_month(&few_shot, &tuned, 12.0), None);
        assert_eq!(payback_months(&few_shot, &tuned, 1e9), None);
    }

    #[test]
    fn payback_by_hand() {
        // 2 M x 0.001 - 500 = 1,500 a month; 6,000/1,500 = 4 months.
        let (first, second) = (way(0.0, 0.0, 0.002), way(6_000.0, 500.0, 0.001));
        let months = payback_months(&first, &second, 2e6).unwrap();
        assert!((months - 4.0).abs() < 1e-9);
        assert!((first.after(4.0, 2e6) - second.after(4.0, 2e6)).abs() < 1e-6);
    }

    #[test]
    fn what_costs_no_more_at_first_and_less_later_pays_at_once() {
        let (first, second) = (way(10.0, 0.0, 0.002), way(10.0, 0.0, 0.001));
        assert_eq!(break_even_requests(&first, &second), Some(0.0));
        assert_eq!(break_even_per_month(&first, &second, 3.0), Some(0.0));
    }
}
