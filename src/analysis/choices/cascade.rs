//! A cascade as an option of its own: the small model answers everything, the large one what is least
//! certain (`docs/model.md` section 10.6).

use super::number;
use super::result::{Choice, Series, Written};
use crate::cost::choice::best_on;
use crate::cost::choice::cascade::Cascade;
use crate::cost::choice::confidence::Confidence;
use crate::cost::{self, Category, Month, OptionModel};
use crate::diagnostic::Problem;
use crate::scenario::{Given, Hybrid, OptionSpec, Scenario, Supply};

/// Points of its curve.
const POINTS: u32 = 40;

/// What a cascade costs at its best, and its two models alone (USD/month, errors included).
pub struct Best {
    /// Cost at the best threshold.
    pub usd: f64,
    /// Errors per answer there.
    pub errors: f64,
}

/// Adds the figures of the cascade that the scenario names, if it names one.
///
/// # Errors
/// An option that cannot be priced.
pub fn add(
    scenario: &Scenario,
    concentration: Option<f64>,
    answers: f64,
    error_usd: f64,
    choice: &mut Choice,
) -> Result<Option<Best>, Vec<Problem>> {
    let named = scenario.choices.oversight.as_ref().and_then(|o| o.cascade);
    let (Some((small, large)), Some(concentration)) = (named, concentration) else {
        return Ok(None);
    };
    let rate = |at: usize| number(&scenario.options[at].common.quality.error_rate);
    let cascade = Cascade {
        small: Confidence {
            error_rate: rate(small),
            concentration,
        },
        large_error_rate: rate(large),
    };
    let own = Ledger::new(scenario, small, large);
    let cost = |threshold: f64| -> Result<f64, Vec<Problem>> {
        let serving = own.serving(cascade.escalated(threshold))?;
        Ok(serving + answers * cascade.errors(threshold) * error_usd)
    };
    // A first pricing tells whether it can be priced at all; the search then cannot fail.
    cost(0.0)?;
    let (threshold, usd) = best_on(&|t| cost(t).unwrap_or(f64::INFINITY), 0.0, 1.0);
    let share = cascade.escalated(threshold);
    let names = format!(
        "{} first, {} for the least certain",
        scenario.options[small].name, scenario.options[large].name
    );
    choice.put(
        "cascade_usd_per_month",
        names.clone(),
        usd,
        Written::UsdPerMonth,
    );
    choice.put(
        "cascade_escalated_share",
        "of the answers go on to the large model",
        share,
        Written::Share,
    );
    choice.put(
        "cascade_threshold",
        "from an error probability of",
        threshold,
        Written::Share,
    );
    let errors = cascade.errors(threshold);
    choice.put(
        "cascade_error_rate",
        "errors of the cascade",
        errors,
        Written::Share,
    );
    for (line, amount) in own.lines(share)? {
        choice.put(line, line_label(line), amount, Written::UsdPerMonth);
    }
    choice.put(
        "cascade_errors_usd_per_month",
        line_label("errors"),
        answers * errors * error_usd,
        Written::UsdPerMonth,
    );
    let mut points = Vec::new();
    for step in 0..=POINTS {
        // Thresholds near zero lie far apart along the share.
        let t = (f64::from(step) / f64::from(POINTS)).powi(3);
        points.push([cascade.escalated(t), cost(t)?]);
    }
    points.push([share, usd]);
    points.sort_by(|a, b| a[0].total_cmp(&b[0]));
    points.dedup();
    choice.series.push(Series {
        plot: "cascade",
        label: names,
        x: "share that goes on",
        y: "cost with errors (USD/month)",
        points,
    });
    choice.notes.push(
        "The cascade takes the large model to err on the hard answers in the proportion of the two error rates: a heuristic; measure it on the answers that would go on."
            .into(),
    );
    Ok(Some(Best { usd, errors }))
}

fn line_label(line: &str) -> String {
    match line {
        "cascade_small_usd_per_month" => "of it the small model",
        "cascade_large_usd_per_month" => "of it the large model",
        _ => "of it errors",
    }
    .to_owned()
}

/// The two models with a share of the traffic on the second.
struct Ledger<'a> {
    scenario: &'a Scenario,
    small: usize,
    large: usize,
}

impl<'a> Ledger<'a> {
    fn new(scenario: &'a Scenario, small: usize, large: usize) -> Self {
        Self {
            scenario,
            small,
            large,
        }
    }

    /// The ledger: a mix in which the small model takes everything and the large one a share of it again.
    fn model(&self, share: f64) -> Result<(OptionModel, f64), Vec<Problem>> {
        let one = |problem| vec![problem];
        let mut scenario = self.scenario.clone();
        let mut common = scenario.options[self.small].common.clone();
        common.staff = Vec::new();
        common.staff_given = false;
        common.staff_share = None;
        scenario.options.push(OptionSpec {
            name: "cascade".into(),
            place: scenario.options[self.small].place,
            supply: Supply::Hybrid(Hybrid::Shares(vec![
                (self.small, Given::computed(1.0)),
                (self.large, Given::computed(share)),
            ])),
            common: bare(common),
        });
        let volume = cost::volume(&scenario).map_err(one)?;
        let at = scenario.options.len() - 1;
        let model = cost::model(&Month::of(&scenario, 0), at).map_err(one)?;
        Ok((model, volume))
    }

    /// Cost of both models without their errors and reviews [USD/month].
    fn serving(&self, share: f64) -> Result<f64, Vec<Problem>> {
        let (model, volume) = self.model(share)?;
        Ok(model
            .sum(&model.lines, |line| is_serving(line.category))
            .at(volume))
    }

    /// The same, apart.
    fn lines(&self, share: f64) -> Result<[(&'static str, f64); 2], Vec<Problem>> {
        let (model, volume) = self.model(share)?;
        let of = |at: usize| {
            let name = Some(self.scenario.options[at].name.as_str());
            model
                .sum(&model.lines, |line| {
                    is_serving(line.category) && line.part.as_deref() == name
                })
                .at(volume)
        };
        Ok([
            ("cascade_small_usd_per_month", of(self.small)),
            ("cascade_large_usd_per_month", of(self.large)),
        ])
    }
}

fn is_serving(category: Category) -> bool {
    !matches!(category, Category::Oversight | Category::Errors)
}

/// What an option has beside its supply, without anything that costs on its own.
fn bare(mut common: crate::scenario::Common) -> crate::scenario::Common {
    let nothing = || Given::computed(0.0);
    common.build_usd = nothing();
    common.incidents_per_year = nothing();
    common.switching_usd = nothing();
    common.overhead_share = nothing();
    common.migration = None;
    common.costs = Vec::new();
    common
}
