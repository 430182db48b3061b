//! A cost line: a named amount of one option in one month, as a product of factors with units.

use std::borrow::Cow;

use super::Month;
use super::load::Load;
use super::paid::Paid;
use crate::curve::Curve;
use crate::real::Real;
use crate::scenario::{Given, Origin, Volume};
use crate::units::{DAYS_PER_MONTH, ONE, REQUESTS_PER_DAY, USD_PER_MONTH, Unit};

/// What a line is for; the order is the order of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Per-token charges.
    Usage,
    /// Rented GPUs.
    Compute,
    /// Bought hardware, written off.
    Hardware,
    /// Electricity.
    Power,
    /// Racks and rooms.
    Facility,
    /// Storage, network, licenses, observability.
    Platform,
    /// Training runs.
    Training,
    /// Labeling and cleaning.
    Data,
    /// People.
    Staff,
    /// Human review.
    Oversight,
    /// Wrong answers.
    Errors,
    /// Moving, planned or forced.
    Migration,
}

impl Category {
    /// All, in order.
    pub const ALL: [Self; 12] = [
        Self::Usage,
        Self::Compute,
        Self::Hardware,
        Self::Power,
        Self::Facility,
        Self::Platform,
        Self::Training,
        Self::Data,
        Self::Staff,
        Self::Oversight,
        Self::Errors,
        Self::Migration,
    ];

    /// Its name, as in files.
    pub fn name(self) -> &'static str {
        crate::scenario::file::CATEGORIES[self as usize]
    }

    /// The category of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|category| category.name() == name)
    }
}

/// How a line moves with the volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Behaviour {
    /// With the volume.
    Variable,
    /// In whole units.
    Step,
    /// Not at all.
    Fixed,
    /// Once; in a steady month spread over the plan.
    OneOff,
}

impl Behaviour {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Step => "step",
            Self::Fixed => "fixed",
            Self::OneOff => "one-off",
        }
    }
}

/// A factor of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// What it is.
    pub name: Cow<'static, str>,
    /// Its value, which may depend on the volume.
    pub value: Curve,
    /// Its unit.
    pub unit: Unit,
    /// Where it comes from.
    pub from: Origin,
}

/// One named amount.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub label: String,
    /// What it is for.
    pub category: Category,
    /// Whether it is paid once.
    pub one_off: bool,
    /// Amount [USD/month] over the volume [requests/day].
    pub amount: Curve,
    /// Cash paid at the start for it (USD), over the volume; the monthly amount is then its share.
    pub upfront: Option<Curve>,
    /// When its cash is paid.
    pub paid: Paid,
    /// The factors whose product the amount is.
    pub factors: Vec<Factor>,
    /// Section of `docs/model.md`.
    pub section: &'static str,
    /// Part of the traffic or option that it belongs to.
    pub part: Option<String>,
}

impl Line {
    /// How it moves with the volume.
    pub fn behaviour(&self) -> Behaviour {
        if self.one_off {
            Behaviour::OneOff
        } else if self.amount.as_constant().is_some() {
            Behaviour::Fixed
        } else if self.amount.has_steps() {
            Behaviour::Step
        } else {
            Behaviour::Variable
        }
    }

    /// Begins a line.
    pub fn begin(label: impl Into<String>, category: Category, section: &'static str) -> Build {
        Build {
            line: Self {
                label: label.into(),
                category,
                one_off: false,
                amount: Curve::constant(1.0),
                upfront: None,
                paid: Paid::MONTHLY,
                factors: Vec::new(),
                section,
                part: None,
            },
            unit: ONE,
        }
    }
}

/// A line in the making: the product of the factors so far, and of their units.
#[derive(Clone, Debug)]
pub struct Build {
    line: Line,
    unit: Unit,
}

impl Build {
    /// Times a number with its origin.
    #[must_use]
    pub fn by(self, name: impl Into<Cow<'static, str>>, given: &Given, unit: Unit) -> Self {
        self.factor(
            name.into(),
            Curve::constant(given.value),
            unit,
            given.from.clone(),
        )
    }

    /// Times a number with its origin, unless it is a plain 1.
    #[must_use]
    pub fn by_unless_one(self, name: &'static str, given: &Given) -> Self {
        if given.value.is_always(1.0) {
            self
        } else {
            self.by(name, given, ONE)
        }
    }

    /// Times a computed number.
    #[must_use]
    pub fn by_number(
        self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Real>,
        unit: Unit,
    ) -> Self {
        self.factor(name.into(), Curve::constant(value), unit, Origin::Computed)
    }

    /// Times a computed pure number, unless it is 1.
    #[must_use]
    pub fn by_number_unless_one(
        self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<Real>,
    ) -> Self {
        let value = value.into();
        if value.is_always(1.0) {
            self
        } else {
            self.by_number(name, value, ONE)
        }
    }

    /// Times a quantity that depends on the volume.
    #[must_use]
    pub fn by_curve(self, name: impl Into<Cow<'static, str>>, value: &Curve, unit: Unit) -> Self {
        self.factor(name.into(), value.clone(), unit, Origin::Computed)
    }

    /// Times a quantity that depends on the volume and comes from an input.
    #[must_use]
    pub fn by_curve_from(
        self,
        name: impl Into<Cow<'static, str>>,
        value: &Curve,
        unit: Unit,
        from: &Origin,
    ) -> Self {
        self.factor(name.into(), value.clone(), unit, from.clone())
    }

    /// Times the billed requests of a month under a load: the volume, the days, the retries.
    #[must_use]
    pub fn by_requests(self, load: &Load, month: &Month<'_>) -> Self {
        let workload = &month.scenario.workload;
        let from = match &workload.volume {
            Volume::PerDay(given) if load.mean == Curve::volume() => given.from.clone(),
            _ => Origin::Computed,
        };
        let billed = Given {
            value: 1.0 + workload.retry_share.value,
            from: workload.retry_share.from.clone(),
        };
        self.by_curve_from("requests", &load.mean, REQUESTS_PER_DAY, &from)
            .by("days", &month.scenario.days_per_month, DAYS_PER_MONTH)
            .by_unless_one("billed over useful requests", &billed)
    }

    fn factor(mut self, name: Cow<'static, str>, value: Curve, unit: Unit, from: Origin) -> Self {
        self.line.amount = product(&self.line.amount, &value);
        self.unit = self.unit.times(unit);
        self.line.factors.push(Factor {
            name,
            value,
            unit,
            from,
        });
        self
    }

    /// The part of the traffic it belongs to.
    #[must_use]
    pub fn part(mut self, part: Option<String>) -> Self {
        self.line.part = part;
        self
    }

    /// A line paid every month.
    pub fn monthly(mut self) -> Line {
        debug_assert!(
            self.unit.same_dimension(USD_PER_MONTH),
            "{}: the factors do not come to USD/month",
            self.line.label
        );
        self.line.amount = self.line.amount.times(self.unit.scale);
        self.line
    }

    /// A line paid once: the factors come to USD, spread evenly over the months.
    pub fn once(self, months: f64) -> Line {
        let paid = self.line.amount.times(self.unit.scale);
        let mut line = self
            .by_number(
                "spread over the plan",
                1.0 / months,
                crate::units::PER_MONTH,
            )
            .monthly();
        line.one_off = true;
        line.upfront = Some(paid);
        line.paid = Paid::Once { after: 0 };
        line
    }

    /// A line paid every so many months: the factors come to USD each time; a month holds the mean.
    pub fn every(self, months: &Given, at_once: bool) -> Line {
        let label = format!("every {} months", months.value);
        let mut line = self
            .by_number(label, 1.0 / months.value, crate::units::PER_MONTH)
            .monthly();
        line.paid = Paid::Every {
            months: months.value,
            at_once,
        };
        line
    }
}

impl Line {
    /// The same line, paid in these months.
    #[must_use]
    pub fn when(mut self, paid: Paid) -> Self {
        self.paid = paid;
        self
    }
}

/// Product of two curves of which at most one depends on the volume.
fn product(a: &Curve, b: &Curve) -> Curve {
    match (a.as_constant(), b.as_constant()) {
        (_, Some(number)) => a.times(number),
        (Some(number), None) => b.times(number),
        (None, None) => {
            debug_assert!(false, "two factors of a line depend on the volume");
            a.times(b.at(Real::ONE))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{TOKENS_PER_REQUEST, USD_PER_MTOK};

    #[test]
    fn a_line_is_the_product_of_its_factors_in_dollars_a_month() {
        // 1000 requests/day x 30 days x 500 tokens x 2 USD/Mtok = 30 USD/month.
        let line = Line::begin("input tokens", Category::Usage, "3")
            .by_curve("requests", &Curve::volume(), REQUESTS_PER_DAY)
            .by("days", &Given::default(30.0), DAYS_PER_MONTH)
            .by("tokens", &Given::default(500.0), TOKENS_PER_REQUEST)
            .by("price", &Given::default(2.0), USD_PER_MTOK)
            .monthly();
        assert!((line.amount.at(1000.0) - 30.0).abs() < 1e-9);
        assert_eq!(line.behaviour(), Behaviour::Variable);
    }

    #[test]
    fn a_one_off_line_keeps_its_cash() {
        let line = Line::begin("hiring", Category::Staff, "5.5")
            .by("cost", &Given::default(36_000.0), crate::units::USD)
            .once(36.0);
        assert!((line.amount.at(1.0) - 1000.0).abs() < 1e-9);
        assert_eq!(line.upfront.unwrap().as_constant(), Some(36_000.0.into()));
    }
}
