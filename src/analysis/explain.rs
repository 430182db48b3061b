//! The arithmetic of every line: factors with units, inputs and sources.

use serde::Serialize;

use super::compare;
use crate::cost::{self, Line, Month, OptionModel};
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
    let mut list = Vec::new();
    for own in &model.capacity {
        let mut add = |name: &str, value: f64, unit: &'static str, how: String| {
            list.push(Working {
                name: name.to_owned(),
                value,
                unit,
                how,
            });
        };
        let rate = own.rate.requests_per_second;
        let basis = match own.rate.band_text() {
            Some(band) => format!("{} ({band})", own.rate.basis.name()),
            None => own.rate.basis.name().to_owned(),
        };
        add(
            "requests of the mean hour",
            own.load.at(volume),
            "requests/s",
            "billed requests over the hours of use".into(),
        );
        add(
            "one replica",
            rate,
            "requests/s",
            format!(
                "{basis}, {} on {} x {}",
                own.precision, own.rate.gpus, own.gpu
            ),
        );
        if let Some((batch, tpot, ttft)) = own.rate.latency {
            add(
                "requests in flight in it",
                batch,
                "requests",
                "equation (10)".into(),
            );
            add(
                "time per output token",
                tpot * 1e3,
                "ms",
                "equation (7), rough".into(),
            );
            add(
                "time to first token",
                ttft * 1e3,
                "ms",
                "equation (9), rough".into(),
            );
        }
        add(
            "planned load",
            own.target_utilization,
            "",
            "of a replica in the busiest hour".into(),
        );
        add(
            "replicas",
            own.fleet.replicas.at(volume),
            "replicas",
            "section 5.1, spares included".into(),
        );
        add(
            "GPUs",
            own.fleet.gpus.at(volume),
            "GPUs",
            "replicas x GPUs of each, in whole nodes".into(),
        );
        add(
            "utilization",
            own.utilization(volume),
            "",
            "mean load over bought capacity".into(),
        );
    }
    if let Some(units) = &model.units {
        list.push(Working {
            name: "provisioned units".into(),
            value: units.units.at(volume),
            unit: "units",
            how: "section 3".into(),
        });
    }
    if let Some(tune) = &model.fine_tune {
        list.push(Working {
            name: "one training run".into(),
            value: tune.run_usd,
            unit: "USD",
            how: "section 4".into(),
        });
        list.push(Working {
            name: "one (re)training".into(),
            value: tune.training_usd,
            unit: "USD",
            how: "with failed runs and evaluation".into(),
        });
    }
    list
}
