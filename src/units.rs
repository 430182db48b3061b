//! Units of measure, checked when factors are multiplied.
//!
//! A cost line is a product of factors (`docs/model.md` section 1), and each factor carries a [`Unit`]:
//! a scale and the exponents of a few base dimensions. The product of a line's units must be
//! [`USD_PER_MONTH`]; [`crate::cost::Line`] checks it, so a price per token that is multiplied by
//! requests is found the first time the line is built.

/// Base dimensions; their order is the index into [`Unit::exponents`].
const DIMENSIONS: usize = 10;

/// A unit: what one of it is worth in base units, and its dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// As printed: `USD/Mtok`.
    pub name: &'static str,
    /// Worth of one in base units (1 Mtok = 1e6 tokens, 1 year = 12 months).
    pub scale: f64,
    exponents: [i8; DIMENSIONS],
}

impl Unit {
    /// Product of two units; it has no name of its own.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        let mut exponents = self.exponents;
        for (left, right) in exponents.iter_mut().zip(other.exponents) {
            *left += right;
        }
        Self {
            name: "",
            scale: self.scale * other.scale,
            exponents,
        }
    }

    /// Whether both measure the same thing, whatever their scale.
    #[must_use]
    pub fn same_dimension(self, other: Self) -> bool {
        self.exponents == other.exponents
    }
}

/// Declares the units: name, scale, then the exponents of
/// usd, token, request, gpu, hour, day, month, person, kilowatt, thing (example, run, deployment, unit).
macro_rules! units {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $scale:expr,
        [$($exponent:literal),* $(,)?];)*) => {
        $($(#[$doc])* pub const $id: Unit =
            Unit { name: $name, scale: $scale, exponents: [$($exponent),*] };)*

        #[cfg(test)]
        const ALL: &[Unit] = &[$($id),*];
    };
}

units! {
    //                                            usd tok req gpu  h   d  mon per kW thing
    /// A pure number or share.
    ONE = "", 1.0,                               [0,  0,  0,  0,  0,  0,  0,  0, 0, 0];
    /// US dollars.
    USD = "USD", 1.0,                            [1,  0,  0,  0,  0,  0,  0,  0, 0, 0];
    /// US dollars per month: what every cost line comes to.
    USD_PER_MONTH = "USD/month", 1.0,            [1,  0,  0,  0,  0,  0, -1,  0, 0, 0];
    /// US dollars per year of twelve months.
    USD_PER_YEAR = "USD/year", 1.0 / 12.0,       [1,  0,  0,  0,  0,  0, -1,  0, 0, 0];
    /// US dollars per hour.
    USD_PER_HOUR = "USD/h", 1.0,                 [1,  0,  0,  0, -1,  0,  0,  0, 0, 0];
    /// US dollars per million tokens.
    USD_PER_MTOK = "USD/Mtok", 1e-6,             [1, -1,  0,  0,  0,  0,  0,  0, 0, 0];
    /// US dollars per request.
    USD_PER_REQUEST = "USD/request", 1.0,        [1,  0, -1,  0,  0,  0,  0,  0, 0, 0];
    /// US dollars per GPU and hour.
    USD_PER_GPU_HOUR = "USD/GPU-h", 1.0,         [1,  0,  0, -1, -1,  0,  0,  0, 0, 0];
    /// US dollars per GPU.
    USD_PER_GPU = "USD/GPU", 1.0,                [1,  0,  0, -1,  0,  0,  0,  0, 0, 0];
    /// US dollars per GPU and month.
    USD_PER_GPU_MONTH = "USD/GPU-month", 1.0,    [1,  0,  0, -1,  0,  0, -1,  0, 0, 0];
    /// US dollars per GPU and year.
    USD_PER_GPU_YEAR = "USD/GPU-year", 1.0 / 12.0, [1, 0,  0, -1,  0,  0, -1,  0, 0, 0];
    /// US dollars per person and year.
    USD_PER_PERSON_YEAR = "USD/person-year", 1.0 / 12.0, [1, 0, 0, 0, 0, 0, -1, -1, 0, 0];
    /// US dollars per person, once.
    USD_PER_PERSON = "USD/person", 1.0,          [1,  0,  0,  0,  0,  0,  0, -1, 0, 0];
    /// US dollars per kilowatt hour.
    USD_PER_KWH = "USD/kWh", 1.0,                [1,  0,  0,  0, -1,  0,  0,  0, -1, 0];
    /// US dollars per kilowatt and month (colocation).
    USD_PER_KW_MONTH = "USD/kW-month", 1.0,      [1,  0,  0,  0,  0,  0, -1,  0, -1, 0];
    /// US dollars per thing: a labeled example, a training run.
    USD_EACH = "USD each", 1.0,                  [1,  0,  0,  0,  0,  0,  0,  0, 0, -1];
    /// US dollars per thing and hour: a deployment, a provisioned unit.
    USD_EACH_PER_HOUR = "USD/h each", 1.0,       [1,  0,  0,  0, -1,  0,  0,  0, 0, -1];
    /// US dollars per thing and month: a provisioned unit bought by the month.
    USD_EACH_PER_MONTH = "USD/month each", 1.0,  [1,  0,  0,  0,  0,  0, -1,  0, 0, -1];
    /// Millions of tokens.
    MTOK = "Mtok", 1e6,                          [0,  1,  0,  0,  0,  0,  0,  0, 0, 0];
    /// Millions of tokens per thing (training run).
    MTOK_EACH = "Mtok each", 1e6,                [0,  1,  0,  0,  0,  0,  0,  0, 0, -1];
    /// Tokens per request.
    TOKENS_PER_REQUEST = "tokens/request", 1.0,  [0,  1, -1,  0,  0,  0,  0,  0, 0, 0];
    /// Requests per day: the volume.
    REQUESTS_PER_DAY = "requests/day", 1.0,      [0,  0,  1,  0,  0, -1,  0,  0, 0, 0];
    /// Requests per month.
    REQUESTS_PER_MONTH = "requests/month", 1.0,  [0,  0,  1,  0,  0,  0, -1,  0, 0, 0];
    /// Days per month.
    DAYS_PER_MONTH = "days/month", 1.0,          [0,  0,  0,  0,  0,  1, -1,  0, 0, 0];
    /// Hours per month.
    HOURS_PER_MONTH = "h/month", 1.0,            [0,  0,  0,  0,  1,  0, -1,  0, 0, 0];
    /// Hours.
    HOURS = "h", 1.0,                            [0,  0,  0,  0,  1,  0,  0,  0, 0, 0];
    /// Hours per request.
    HOURS_PER_REQUEST = "h/request", 1.0,        [0,  0, -1,  0,  1,  0,  0,  0, 0, 0];
    /// Minutes per request.
    MINUTES_PER_REQUEST = "min/request", 1.0 / 60.0, [0, 0, -1, 0, 1, 0, 0, 0, 0, 0];
    /// GPUs.
    GPUS = "GPUs", 1.0,                          [0,  0,  0,  1,  0,  0,  0,  0, 0, 0];
    /// People at full time.
    PEOPLE = "FTE", 1.0,                         [0,  0,  0,  0,  0,  0,  0,  1, 0, 0];
    /// Watts per GPU.
    WATTS_PER_GPU = "W/GPU", 1e-3,               [0,  0,  0, -1,  0,  0,  0,  0, 1, 0];
    /// Things: examples, runs, deployments, provisioned units.
    THINGS = "", 1.0,                            [0,  0,  0,  0,  0,  0,  0,  0, 0, 1];
    /// Things per month: training runs.
    THINGS_PER_MONTH = "per month", 1.0,         [0,  0,  0,  0,  0,  0, -1,  0, 0, 1];
    /// Hours per thing: GPU-less training job.
    HOURS_EACH = "h each", 1.0,                  [0,  0,  0,  0,  1,  0,  0,  0, 0, -1];
    /// GPU hours per thing: a training run.
    GPU_HOURS_EACH = "GPU-h each", 1.0,          [0,  0,  0,  1,  1,  0,  0,  0, 0, -1];
    /// One part in so many months: spreading a one-off amount.
    PER_MONTH = "per month", 1.0,                [0,  0,  0,  0,  0,  0, -1,  0, 0, 0];
    /// A share per year.
    PER_YEAR = "per year", 1.0 / 12.0,           [0,  0,  0,  0,  0,  0, -1,  0, 0, 0];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_times_a_token_price_is_dollars_a_month() {
        // requests/day x days/month x tokens/request x USD/Mtok: 10 x 30 x 1e6 x 2 USD/Mtok = 600 USD.
        let product = REQUESTS_PER_DAY
            .times(DAYS_PER_MONTH)
            .times(TOKENS_PER_REQUEST)
            .times(USD_PER_MTOK);
        assert!(product.same_dimension(USD_PER_MONTH));
        assert!((10.0 * 30.0 * 1e6 * 2.0 * product.scale - 600.0).abs() < 1e-9);
    }

    #[test]
    fn requests_times_a_token_price_is_not_dollars() {
        assert!(
            !REQUESTS_PER_MONTH
                .times(USD_PER_MTOK)
                .same_dimension(USD_PER_MONTH)
        );
    }

    #[test]
    fn every_unit_has_a_positive_scale() {
        assert!(ALL.iter().all(|unit| unit.scale > 0.0));
    }
}
