//! What does each option cost at this volume, line by line, and which is cheapest?

mod fleet;
mod result;

use super::bands::Ends;
use super::{breakeven, payback};
use crate::cost::{self, Category, FineTuneFigures, Line, Month, OptionModel, UnitFigures};
use crate::curve::whole;
use crate::diagnostic::Problem;
use crate::real::Real;
use crate::scenario::{Level, Measure, OptionSpec, Rule, Scenario, Supply, Whose};
use crate::units;
use crate::warning::Warning;
use fleet::capacity;
pub use result::{
    CapacityResult, CatalogFacts, Comparison, FineTuneResult, LineResult, Memory, OptionResult,
    PublishedResult, ScenarioFacts, StaffBand, UnitsResult,
};

/// The band that the source article gives for the staff share of self-hosting.
pub const STAFF_BAND: (f64, f64) = (0.70, 0.80);

impl Comparison {
    /// Keeps some options, by name, and what is said about them.
    pub fn keep(&mut self, wanted: impl Fn(&str) -> bool) {
        self.options.retain(|option| wanted(&option.name));
        self.break_even
            .retain(|pair| wanted(&pair.a) && wanted(&pair.b));
        self.payback
            .retain(|payback| wanted(&payback.option) && wanted(&payback.against));
        self.cheapest = cheapest(&self.options);
        if let Some(over_time) = &mut self.over_time {
            over_time.keep(wanted);
        }
    }
}

/// Compares the options of a scenario in a steady month.
///
/// # Errors
/// The options that cannot be priced.
pub fn compare(scenario: &Scenario) -> Result<Comparison, Vec<Problem>> {
    let (models, volume) = priced(scenario)?;
    let mut options = results(scenario, &models, volume);
    let mut break_even = breakeven::pairs(scenario, &models);
    if let Some(ends) = Ends::of(scenario, &models) {
        ends.widen(scenario, &models, &mut break_even);
        for (at, option) in options.iter_mut().enumerate() {
            if let Some(own) = &mut option.capacity {
                own.gpus_range = ends.gpus(at, volume);
            }
        }
    }
    let cheapest = cheapest(&options);
    Ok(Comparison {
        schema: "llmcost/compare/1",
        scenario: facts(scenario, volume),
        break_even,
        payback: payback::all(scenario, &models, volume),
        over_time: None,
        warnings: warnings(scenario, &models, volume),
        catalog: CatalogFacts {
            as_of: scenario.catalog_as_of.to_string(),
            facts: scenario.facts.iter().map(|fact| fact.line()).collect(),
        },
        options,
        cheapest,
    })
}

/// The options alone, without break-evens and payback, and what to know: what a gate needs of a
/// comparison.
///
/// # Errors
/// The options that cannot be priced.
pub fn options(scenario: &Scenario) -> Result<(Vec<OptionResult>, Vec<Warning>), Vec<Problem>> {
    let (models, volume) = priced(scenario)?;
    let results = results(scenario, &models, volume);
    Ok((results, warnings(scenario, &models, volume)))
}

fn priced(scenario: &Scenario) -> Result<(Vec<OptionModel>, f64), Vec<Problem>> {
    let models = models(&Month::of(scenario, 0))?;
    let volume = cost::volume(scenario).map_err(|problem| vec![problem])?;
    Ok((models, volume))
}

fn results(scenario: &Scenario, models: &[OptionModel], volume: f64) -> Vec<OptionResult> {
    let specs = scenario.options.iter().zip(models).enumerate();
    specs
        .map(|(at, (spec, model))| option(scenario, at, spec, model, volume))
        .collect()
}

/// Name of the cheapest option; of several that cost the same, the first in the file.
pub fn cheapest(options: &[OptionResult]) -> String {
    let least = options
        .iter()
        .min_by(|a, b| a.monthly_usd.total_cmp(&b.monthly_usd));
    least.map_or_else(String::new, |option| option.name.clone())
}

/// Every option priced in a month.
///
/// # Errors
/// All options that cannot be priced.
pub fn models(month: &Month<'_>) -> Result<Vec<OptionModel>, Vec<Problem>> {
    let all: Vec<usize> = (0..month.scenario.options.len()).collect();
    models_of(month, &all)
}

/// Some options, by index, priced in a month.
///
/// # Errors
/// All of them that cannot be priced.
pub fn models_of(month: &Month<'_>, options: &[usize]) -> Result<Vec<OptionModel>, Vec<Problem>> {
    let mut models = Vec::new();
    let mut problems = Vec::new();
    for at in options {
        match cost::model(month, *at) {
            Ok(model) => models.push(model),
            Err(problem) => problems.push(problem),
        }
    }
    problems.dedup();
    if problems.is_empty() {
        Ok(models)
    } else {
        Err(problems)
    }
}

fn facts(scenario: &Scenario, volume: f64) -> ScenarioFacts {
    let requests = cost::billed_requests(scenario, volume);
    ScenarioFacts {
        name: scenario.name.clone(),
        description: scenario.description.clone(),
        requests_per_day: volume,
        requests_per_month: requests,
        mtok_per_month: requests * cost::scenario_tokens(&scenario.workload).get() / 1e6,
        hours_per_month: scenario.hours_per_month.value.get(),
        days_per_month: scenario.days_per_month.value.get(),
        currency: scenario.currency.code.clone(),
        currency_per_usd: scenario.currency.per_usd,
        start: scenario.start.to_string(),
        prices_as_of: scenario.prices_as_of.map(|day| day.to_string()),
        horizon_months: scenario.horizon_months,
        discount_rate: scenario.discount_rate.value.get(),
    }
}

/// A priced option at a volume.
pub(super) fn option(
    scenario: &Scenario,
    at: usize,
    spec: &OptionSpec,
    model: &OptionModel,
    volume: f64,
) -> OptionResult {
    let facts = facts(scenario, volume);
    let lines: Vec<LineResult> = model
        .lines
        .iter()
        .map(|line| line_result(line, spec, volume))
        .collect();
    // The total is the sum of the printed lines, in their order, and nothing else.
    let monthly_usd: f64 = lines.iter().fold(0.0, |sum, line| sum + line.monthly_usd);
    let of_staff = |line: &&LineResult| line.category == Category::Staff;
    let staff_usd: f64 = lines
        .iter()
        .filter(of_staff)
        .fold(0.0, |sum, line| sum + line.monthly_usd);
    let staff_share = if monthly_usd > 0.0 {
        staff_usd / monthly_usd
    } else {
        0.0
    };
    OptionResult {
        name: spec.name.clone(),
        kind: spec.kind(),
        monthly_usd,
        usd_per_request: per(monthly_usd, facts.requests_per_month),
        usd_per_mtok: per(monthly_usd, facts.mtok_per_month),
        usd_per_hour: monthly_usd / facts.hours_per_month,
        yearly_usd: 12.0 * monthly_usd,
        staff_share,
        staff_usd,
        fte: fte(model, volume),
        staff_band: matches!(spec.supply, Supply::SelfHost(_)).then(|| band(staff_share)),
        upfront_usd: model.upfront().at(volume),
        marginal_usd_per_request: marginal(scenario, model, volume),
        capacity: model
            .capacity
            .first()
            .map(|own| capacity(own, &facts, volume, monthly_usd)),
        provisioned: model.units.as_ref().map(|figures| units(figures, volume)),
        fine_tune: model.fine_tune.as_ref().map(fine_tune),
        reviewers: model
            .reviewers
            .as_ref()
            .map(|people| whole(people.at(volume))),
        within_budget: within_budget(
            scenario,
            at,
            monthly_usd,
            per(monthly_usd, facts.requests_per_month),
        ),
        lines,
    }
}

fn units(figures: &UnitFigures, volume: f64) -> UnitsResult {
    let units = figures.units.at(volume);
    UnitsResult {
        units,
        usd_per_unit_month: figures.usd_per_unit_month,
        utilization: per(figures.load.at(volume), units),
        break_even_utilization: figures.break_even_utilization,
    }
}

fn fine_tune(figures: &FineTuneFigures) -> FineTuneResult {
    FineTuneResult {
        run_usd: figures.run_usd,
        training_usd: figures.training_usd,
        gpu_hours: figures.gpu_hours,
    }
}

fn per(amount: f64, of: f64) -> f64 {
    if of > 0.0 { amount / of } else { 0.0 }
}

fn line_result(line: &Line, spec: &OptionSpec, volume: f64) -> LineResult {
    // The parts of a mix are its options.
    let of_feature = !matches!(spec.supply, Supply::Hybrid(_));
    LineResult {
        feature: line.part.clone().filter(|_| of_feature),
        label: line.label.clone(),
        category: line.category,
        behaviour: line.behaviour(),
        monthly_usd: line.amount.at(volume),
        upfront_usd: line.upfront.as_ref().map(|paid| paid.at(volume)),
    }
}

/// Slope of the total per billed request, between steps.
fn marginal(scenario: &Scenario, model: &OptionModel, volume: f64) -> f64 {
    let around = model.total().pieces(volume, volume * (1.0 + 1e-9) + 1e-9);
    let slope = around.last().map_or(0.0, |piece| piece.slope);
    per(slope, cost::billed_requests(scenario, 1.0))
}

/// People of the staff lines: FTE times shares charged; none where staff is a share of the cost.
fn fte(model: &OptionModel, volume: f64) -> Option<f64> {
    let of_line = |line: &Line| -> Option<f64> {
        let people = line
            .factors
            .iter()
            .find(|factor| factor.unit == units::PEOPLE)?;
        let shares = line
            .factors
            .iter()
            .filter(|factor| factor.unit == units::ONE);
        Some(
            shares
                .map(|factor| factor.value.at(volume))
                .product::<f64>()
                * people.value.at(volume),
        )
    };
    let staff = model
        .lines
        .iter()
        .filter(|line| line.category == Category::Staff && !line.one_off);
    let people: Vec<f64> = staff.filter_map(of_line).collect();
    (!people.is_empty()).then(|| people.iter().sum())
}

fn band(share: f64) -> StaffBand {
    match share {
        share if share < STAFF_BAND.0 - 1e-12 => StaffBand::Below,
        share if share > STAFF_BAND.1 + 1e-12 => StaffBand::Above,
        _ => StaffBand::Inside,
    }
}

/// Whether an option keeps the limits of cost that deny: those of the chosen one, and its own.
fn within_budget(scenario: &Scenario, at: usize, monthly: f64, per_request: f64) -> Option<bool> {
    let name = &scenario.options[at].name;
    let checks: Vec<bool> = scenario
        .budget
        .limits
        .iter()
        .filter(|limit| limit.level == Level::Deny)
        .filter_map(|limit| {
            let Rule::Cost(whose, measure) = &limit.rule else {
                return None;
            };
            let mine = match whose {
                Whose::Chosen => true,
                Whose::Option(of) => of == name,
                _ => false,
            };
            let actual = match measure {
                Measure::Monthly => monthly,
                Measure::Yearly => 12.0 * monthly,
                Measure::PerRequest => per_request,
            };
            mine.then(|| limit.rule.keeps(actual, limit.value))
        })
        .collect();
    (!checks.is_empty()).then(|| checks.iter().all(|within| *within))
}

fn warnings(scenario: &Scenario, models: &[OptionModel], volume: f64) -> Vec<Warning> {
    let mut list = scenario.warnings.clone();
    list.extend(without_error_rate(scenario));
    for (spec, model) in scenario.options.iter().zip(models) {
        for warning in model
            .warnings
            .iter()
            .cloned()
            .chain(over_capacity(spec, model, volume))
        {
            if !list.contains(&warning) {
                list.push(warning);
            }
        }
    }
    list
}

fn over_capacity(spec: &OptionSpec, model: &OptionModel, volume: f64) -> Option<Warning> {
    let most = model
        .max_volume
        .map(Real::get)
        .filter(|most| volume > most * (1.0 + 1e-9))?;
    let message = format!(
        "{} serves at most {most:.0} requests a day with its fixed hardware, and {volume:.0} are asked for",
        spec.name
    );
    Some(Warning::new(
        "over-capacity",
        message,
        "raise `replicas` or `gpus`, or leave them out to have them sized",
    ))
}

/// Options whose errors count as none because nobody said how many there are, beside others that pay.
fn without_error_rate(scenario: &Scenario) -> Option<Warning> {
    let quality = |spec: &OptionSpec| spec.common.quality.clone();
    let mixed = |spec: &OptionSpec| matches!(spec.supply, Supply::Hybrid(_));
    let own = || scenario.options.iter().filter(|spec| !mixed(spec));
    let pays = own().any(|spec| {
        quality(spec).error_rate.value > 0.0 && quality(spec).cost_per_error_usd.value > 0.0
    });
    let silent: Vec<&str> = own()
        .filter(|spec| quality(spec).error_rate.from == crate::scenario::Origin::Default)
        .map(|spec| spec.name.as_str())
        .collect();
    (pays && !silent.is_empty()).then(|| {
        let message = format!(
            "errors are priced, but {} no error_rate: their wrong answers count as none",
            match &silent[..] {
                [one] => format!("{one} has"),
                many => format!("{} have", many.join(", ")),
            }
        );
        Warning::new(
            "error-rate-missing",
            message,
            "measure each option's error rate on the same test set",
        )
    })
}
