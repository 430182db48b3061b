//! A scenario that is valid by construction: what formulas work on.
//!
//! [`load`] reads the shape ([`mod@file`]) and the meaning (`resolve`) of a file and either returns a
//! [`Scenario`] or every problem of the file.

mod attach;
mod budget;
mod choices;
mod extends;
pub mod file;
mod measured;
mod model_config;
mod prices;
mod resolve;
mod size;
mod supply;

use std::sync::Arc;

pub use budget::{At, Budget, Level, Limit, Measure, Rule, Whose};
pub use choices::{BatchChoice, Choices, Complexity, DataChoice, Oversight, PromptOrTune, Storage};
pub use extends::{Reader, plain_path};
pub use file::ScenarioFile;
pub use measured::Measured;
pub use prices::{PriceBook, PriceStep};
pub use resolve::{Loaded, Settings, load, load_tree, read_tree};
pub use size::{DayShape, MAX_P95_RATIO, Size};
pub use supply::{
    Api, Common, Cost, CostBasis, FineTune, Hybrid, Migration, Provisioned, Purchase, Quality,
    Rent, SelfHost, Serving, Staff, StaffGrowth, THROUGHPUT_ERROR, Throughput, TrainOn,
    TrainingRun,
};

use crate::catalog::Fact;
use crate::date::Date;
use crate::diagnostic::Place;
use crate::input::Input;
use crate::real::Real;
use crate::warning::Warning;

/// Where a number comes from.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// The scenario file (or `--set`).
    Scenario(Place),
    /// A row of the catalog.
    Catalog(Arc<Fact>),
    /// A stated default.
    Default,
    /// An equation, named by its section in `docs/model.md`.
    Computed,
}

/// A number and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The value (the median, where the input is uncertain).
    pub value: Real,
    /// Its origin.
    pub from: Origin,
}

impl Given {
    /// A stated default.
    pub fn default(value: impl Into<Real>) -> Self {
        Self {
            value: value.into(),
            from: Origin::Default,
        }
    }

    /// Where it stands in a file, if it does.
    pub fn place(&self) -> Option<Place> {
        match self.from {
            Origin::Scenario(place) => Some(place),
            _ => None,
        }
    }

    /// A computed number.
    pub fn computed(value: impl Into<Real>) -> Self {
        Self {
            value: value.into(),
            from: Origin::Computed,
        }
    }
}

/// What a file says, ready to be priced.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Title.
    pub name: String,
    /// The question it answers.
    pub description: Option<String>,
    /// Currency of the tables.
    pub currency: Currency,
    /// First day of the plan.
    pub start: Date,
    /// One date for all prices instead of the months' own.
    pub prices_as_of: Option<Date>,
    /// Months of the plan.
    pub horizon_months: u32,
    /// Discount rate per year.
    pub discount_rate: Given,
    /// Hours of use in a month.
    pub hours_per_month: Given,
    /// Days with traffic in a month.
    pub days_per_month: Given,
    /// Range of volumes for break-evens [requests/day].
    pub volume_range: (f64, f64),
    /// The demand.
    pub workload: Workload,
    /// The options in the order of the file.
    pub options: Vec<OptionSpec>,
    /// Limits.
    pub budget: Budget,
    /// Inputs of the six choices.
    pub choices: Choices,
    /// What to know.
    pub warnings: Vec<Warning>,
    /// Paths of inputs that are ranges, of which the median is used.
    pub medians: Vec<String>,
    /// The inputs that are ranges.
    pub ranges: Vec<Range>,
    /// Rank correlations between inputs.
    pub correlations: Vec<Correlation>,
    /// The catalog rows that were used.
    pub facts: Vec<Arc<Fact>>,
    /// Day for which the catalog was compiled.
    pub catalog_as_of: Date,
}

/// An input of which a range is known rather than a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// Its path: table, name, key.
    pub path: String,
    /// Where it stands.
    pub place: Place,
    /// What is known of it.
    pub input: Input,
    /// Least and greatest number that its key allows.
    pub limits: (f64, f64),
}

/// How two inputs move together.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// Their paths.
    pub inputs: [String; 2],
    /// Rank correlation (Spearman), -1 to 1.
    pub rank: f64,
    /// Where it stands.
    pub place: Place,
}

/// Currency of the tables; amounts are kept in US dollars.
#[derive(Clone, Debug, PartialEq)]
pub struct Currency {
    /// ISO 4217 code.
    pub code: String,
    /// Units per US dollar.
    pub per_usd: f64,
}

/// Volume of the first month.
#[derive(Clone, Debug, PartialEq)]
pub enum Volume {
    /// Requests a day.
    PerDay(Given),
    /// What an option (by its index) can serve at full load.
    AtCapacityOf(usize),
}

/// How the volume moves over the months.
#[derive(Clone, Debug, PartialEq)]
pub struct Growth {
    /// Growth per month, compounded.
    pub per_month: Given,
    /// Volume at which it saturates.
    pub cap: Option<Given>,
    /// Explicit volumes, which win.
    pub list: Vec<Real>,
}

impl Growth {
    /// Volume of a month [requests/day], from that of month 0.
    pub fn volume<N: Into<Real> + From<Real>>(&self, first: N, month: u32) -> N {
        self.grown(first.into(), month).into()
    }

    fn grown(&self, first: Real, month: u32) -> Real {
        if let Some(last) = self.list.last() {
            return *self.list.get(month as usize).unwrap_or(last);
        }
        let grown = first * (1.0 + self.per_month.value).powi(month as i32);
        self.cap
            .as_ref()
            .map_or(grown, |cap| grown.min(cap.value.max(first)))
    }
}

/// The demand.
#[derive(Clone, Debug)]
pub struct Workload {
    /// Volume of the first month.
    pub volume: Volume,
    /// Its growth.
    pub growth: Growth,
    /// The day's 24 hours.
    pub shape: DayShape,
    /// Busiest minute over the mean of its hour.
    pub peak_inside_hour: Given,
    /// Billed over useful requests, minus one.
    pub retry_share: Given,
    /// Whether written cache entries live an hour (else five minutes).
    pub long_cache: bool,
    /// Parts of the traffic; at least one, shares add up to 1.
    pub features: Vec<Feature>,
}

/// A part of the traffic with its mix.
#[derive(Clone, Debug)]
pub struct Feature {
    /// Its name; `None` where the scenario has no parts.
    pub name: Option<String>,
    /// Share of the requests.
    pub share: Given,
    /// Prompt.
    pub input: Size,
    /// Visible output.
    pub output: Size,
    /// Hidden reasoning per request.
    pub reasoning: Given,
    /// Share of the prompt read from a cache.
    pub cached: Given,
    /// Share of the prompt written to a cache.
    pub written: Given,
    /// Share of the requests that may wait.
    pub batch: Given,
}

/// Kind of an option, as JSON names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OptionKind {
    /// Bought per token.
    Api,
    /// A tuned model.
    FineTune,
    /// Own stack.
    SelfHost,
    /// A mix.
    Hybrid,
}

impl OptionKind {
    /// `api`, `fine-tune`, `self-host`, `hybrid`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::FineTune => "fine-tune",
            Self::SelfHost => "self-host",
            Self::Hybrid => "hybrid",
        }
    }
}

/// One way to supply the workload.
#[derive(Clone, Debug)]
pub struct OptionSpec {
    /// Its name.
    pub name: String,
    /// Where its table stands.
    pub place: Place,
    /// How it is supplied.
    pub supply: Supply,
    /// What every option has.
    pub common: Common,
}

impl OptionSpec {
    /// Its kind.
    pub fn kind(&self) -> OptionKind {
        match self.supply {
            Supply::Api(_) => OptionKind::Api,
            Supply::FineTune(_) => OptionKind::FineTune,
            Supply::SelfHost(_) => OptionKind::SelfHost,
            Supply::Hybrid(_) => OptionKind::Hybrid,
        }
    }
}

/// How an option is supplied.
#[derive(Clone, Debug)]
pub enum Supply {
    /// Per token, or as provisioned throughput.
    Api(Box<Api>),
    /// A tuned model.
    FineTune(Box<FineTune>),
    /// Own GPUs.
    SelfHost(Box<SelfHost>),
    /// A mix of other options, by index.
    Hybrid(Hybrid),
}
