//! The arithmetic of every line: factors with units, inputs and sources.

use serde::Serialize;

use super::compare;
use crate::cost::{self, Capacity, Figures, Line, Month, OptionModel};
use crate::diagnostic::{Problem, Sources};
use crate::scenario::{Origin, Scenario};

/// The answer of `llmcost explain`.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// `llmcost/explain/1`.
    pub schema: &'static str,
    /// Title of the scenario.
    pub scenario: String,
    /// Volume [requests/day].
    pub requests_per_day: f64,
    /// Each option.
    pub options: Vec<ExplainedOption>,
}

/// One option.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedOption {
    /// Its name.
    pub name: String,
    /// Total [USD/month].
    pub monthly_usd: f64,
    /// Quantities behind the lines: throughput, replicas, GPUs.
    pub workings: Vec<Working>,
    /// Each line.
    pub lines: Vec<ExplainedLine>,
}

/// A quantity behind the lines.
#[derive(Clone, Debug, Serialize)]
pub struct Working {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// How it comes about.
    pub how: String,
}

/// One line.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedLine {
    /// Its name.
    pub label: String,
    /// Its category.
    pub category: &'static str,
    /// How it moves with the volume.
    pub behaviour: &'static str,
    /// Amount [USD/month].
    pub monthly_usd: f64,
    /// Section of `docs/model.md`.
    pub section: &'static str,
    /// The factors whose product it is.
    pub factors: Vec<ExplainedFactor>,
    /// Factor between the units (tokens and Mtok, years and months).
    pub scale: f64,
}

/// One factor.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedFactor {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
    /// Place in the file, catalog row with source and date, default, or `computed`.
    pub from: String,
}

/// Explains the lines of every option, or those whose label contains `wanted`.
///
/// # Errors
/// The options that cannot be priced.
pub fn explain(
    scenario: &Scenario,
    sources: &Sources,
    wanted: Option<&str>,
) -> Result<Explanation, Vec<Problem>> {
    let models = compare::models(&Month::of(scenario, 0))?;
    let volume = cost::volume(scenario).map_err(|problem| vec![problem])?;
    let options = scenario
        .options
        .iter()
        .zip(&models)
        .map(|(spec, model)| ExplainedOption {
            name: spec.name.clone(),
            monthly_usd: model.lines.iter().map(|line| line.amount.at(volume)).sum(),
            workings: workings(model, volume),
            lines: model
                .lines
                .iter()
                .filter(|line| wanted.is_none_or(|wanted| matches(line, wanted)))
                .map(|line| explained(line, sources, volume))
                .collect(),
        })
        .collect();
    Ok(Explanation {
        schema: "llmcost/explain/1",
        scenario: scenario.name.clone(),
        requests_per_day: volume,
        options,
    })
}

fn matches(line: &Line, wanted: &str) -> bool {
    let wanted = wanted.to_lowercase();
    line.label.to_lowercase().contains(&wanted) || line.category.name() == wanted
}

fn explained(line: &Line, sources: &Sources, volume: f64) -> ExplainedLine {
    let factors: Vec<ExplainedFactor> = line
        .factors
        .iter()
        .map(|factor| ExplainedFactor {
            name: factor.name.to_string(),
            value: factor.value.at(volume),
            unit: factor.unit.name,
            from: origin(&factor.from, sources),
        })
        .collect();
    ExplainedLine {
        label: line.label.clone(),
        category: line.category.name(),
        behaviour: line.behaviour().name(),
        monthly_usd: line.amount.at(volume),
        section: line.section,
        scale: line
            .factors
            .iter()
            .map(|factor| factor.unit.scale)
            .product(),
        factors,
    }
}

fn origin(from: &Origin, sources: &Sources) -> String {
    match from {
        Origin::Scenario(place) => sources.locate(*place),
        Origin::Catalog(fact) => fact.line(),
        Origin::Default => "default".to_owned(),
        Origin::Computed => "computed".to_owned(),
    }
}

fn workings(model: &OptionModel, volume: f64) -> Vec<Working> {
    let mut list: Vec<Working> = model
        .capacity
        .iter()
        .flat_map(|own| fleet(own, volume))
        .collect();
    if let Some(units) = &model.units {
        let bought = units.units.at(volume);
        list.push(working("provisioned units", bought, "units", "section 3"));
    }
    if let Some(tune) = &model.fine_tune {
        let with = "with failed runs and evaluation";
        list.push(working(
            "one training run",
            tune.run_usd,
            "USD",
            "section 4",
        ));
        list.push(working("one (re)training", tune.training_usd, "USD", with));
    }
    list
}

fn working(name: &str, value: f64, unit: &'static str, how: &str) -> Working {
    Working {
        name: name.to_owned(),
        value,
        unit,
        how: how.to_owned(),
    }
}

/// From the load over the rate of a replica to the GPUs of a fleet.
fn fleet(own: &Capacity, volume: f64) -> Vec<Working> {
    let band = own
        .rate
        .band_text()
        .map_or_else(String::new, |band| format!(" ({band})"));
    let basis = own.rate.basis.name();
    let replica = format!(
        "{basis}{band}, {} on {} x {}",
        own.precision, own.rate.gpus, own.gpu
    );
    let (load, rate) = (own.load.at(volume), own.rate.requests_per_second.get());
    let mut list = vec![
        working(
            "requests of the mean hour",
            load,
            "requests/s",
            "billed requests over the hours of use",
        ),
        working("one replica", rate, "requests/s", &replica),
    ];
    if let Some(figures) = &own.rate.figures {
        list.extend(behind(figures));
        list.extend(measured(own, figures.measured_ratio));
    }
    list.extend(assumed(own));
    let (replicas, gpus) = (own.fleet.replicas.at(volume), own.fleet.gpus.at(volume));
    list.extend([
        working("planned load", own.target_utilization, "", planned(own)),
        working(
            "replicas",
            replicas,
            "replicas",
            "section 5.1, spares included",
        ),
        working(
            "GPUs",
            gpus,
            "GPUs",
            "replicas x GPUs of each, in whole nodes",
        ),
        working(
            "utilization",
            own.utilization(volume),
            "",
            "mean load over paid capacity",
        ),
    ]);
    list
}

/// How the planned load is meant.
fn planned(own: &Capacity) -> &'static str {
    if own.latency_percentile == "p99" {
        "of a replica in the busiest hour, so that 99 of 100 requests keep the limits"
    } else {
        "of a replica in the busiest hour"
    }
}

/// What a load and a rate are scaled by, where they are.
fn assumed(own: &Capacity) -> impl Iterator<Item = Working> {
    let factors = [
        (
            "peak inside the hour",
            own.peak_inside_hour,
            "busiest moment over the mean of its hour, for what cannot wait",
        ),
        (
            "error of the throughput",
            own.throughput_error,
            "in the rate of a replica, as the scenario takes it",
        ),
    ];
    let not_one = factors.into_iter().filter(|(_, value, _)| *value != 1.0);
    not_one.map(|(name, value, how)| working(name, value, "", how))
}

/// What measurements say of the estimate, and where they stand.
fn measured(own: &Capacity, ratio: f64) -> Option<Working> {
    let name = "measured over estimated";
    let Some(nearest) = &own.rate.published else {
        return (ratio != 1.0).then(|| working(name, ratio, "", "own measurements at this load"));
    };
    let [input, output, load, gpus] = nearest.place;
    let version = match nearest.engine_version.as_str() {
        "" => String::new(),
        version => format!(", engine version {version}"),
    };
    let how = format!(
        "{} published points of this model, GPU, precision and engine; the nearest: {input:.0} + {output:.0} \
         tokens, {load:.0} in flight on {gpus} GPUs{version}; {}",
        nearest.points,
        nearest.fact.line()
    );
    Some(working(name, ratio, "", &how))
}

/// What stands behind an estimated rate: its batch, memory and times, and what it was scaled by.
fn behind(figures: &Figures) -> Vec<Working> {
    let batch = format!("equation (10), limited by {}", figures.limit);
    let weights = format!(
        "equation (2), of {:.0} GB usable on {} GPUs",
        figures.usable_bytes / 1e9,
        figures.tensor_parallel * figures.nodes
    );
    let mut list = vec![
        working(
            "requests in flight in it",
            figures.batch,
            "requests",
            &batch,
        ),
        working("weights in it", figures.weights_bytes / 1e9, "GB", &weights),
        working(
            "KV cache in it",
            figures.cache_bytes / 1e9,
            "GB",
            "of the requests in flight at their end",
        ),
        working(
            "time per output token",
            figures.tpot_s * 1e3,
            "ms",
            "equation (7), rough",
        ),
        working(
            "time to first token",
            figures.ttft_s * 1e3,
            "ms",
            "equation (9), rough",
        ),
    ];
    let scaled = [
        (
            "engine",
            figures.engine_factor,
            "throughput over the estimate's",
        ),
        (
            "several nodes",
            figures.node_share,
            "throughput that is left, node_efficiency for each beyond the first",
        ),
    ];
    let not_one = scaled.iter().filter(|(_, value, _)| *value != 1.0);
    list.extend(not_one.map(|(name, value, how)| working(name, *value, "", how)));
    list
}
