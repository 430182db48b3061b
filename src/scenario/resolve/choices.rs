//! The meaning of `[choices]`: names that exist, keys that need each other.

use super::super::file::{
    BatchChoiceFile, ComplexityFile, DataChoiceFile, OversightFile, PromptOrTuneFile, ScenarioFile,
};
use super::super::{
    BatchChoice, Choices, Complexity, DataChoice, OptionKind, OptionSpec, Oversight, PromptOrTune,
    Storage,
};
use super::context::Context;
use super::{options, word};
use crate::diagnostic::Problem;
use crate::table::Text;

/// Resolves the table; absent choices stay absent.
pub fn resolve(file: &ScenarioFile, known: &[OptionSpec], cx: &mut Context<'_>) -> Choices {
    let Some(choices) = &file.choices else {
        return Choices::default();
    };
    let table = &choices.0;
    Choices {
        complexity: table.complexity.as_ref().and_then(|t| complexity(&t.0, cx)),
        data: table.data.as_ref().and_then(|t| data(&t.0, cx)),
        batch: table.batch.as_ref().map(|t| batch(&t.0, cx)),
        prompt_or_tune: table
            .prompt_or_tune
            .as_ref()
            .map(|t| prompt_or_tune(&t.0, known, cx)),
        oversight: table.oversight.as_ref().map(|t| oversight(&t.0, known, cx)),
    }
}

fn complexity(file: &ComplexityFile, cx: &mut Context<'_>) -> Option<Complexity> {
    let unclear_owner = word(file.owner.as_ref(), "named") == "unclear";
    if unclear_owner && (file.departures_per_year.is_none() || file.relearning_hours.is_none()) {
        let place = file.owner.as_ref().map_or(file.place, |owner| owner.place);
        cx.problem(
            Problem::new(place, "an unclear owner without what a departure costs")
                .expected("departures_per_year = ... and relearning_hours = ..."),
        );
    }
    Some(Complexity {
        simple: word(file.simple.as_ref(), "simple"),
        complex: word(file.complex.as_ref(), "complex"),
        gain_points: cx.maybe(file.gain_points.as_ref())?,
        usd_per_point_month: cx.maybe(file.usd_per_point_month.as_ref())?,
        build_usd: cx.or(file.build_usd.as_ref(), 0.0),
        debugging_hours_per_month: cx.or(file.debugging_hours_per_month.as_ref(), 0.0),
        engineer_usd_per_hour: cx.or(file.engineer_usd_per_hour.as_ref(), 120.0),
        retraining_runs_per_year: cx.or(file.retraining_runs_per_year.as_ref(), 0.0),
        usd_per_retraining_run: cx.or(file.usd_per_retraining_run.as_ref(), 0.0),
        running_usd_per_month: cx.or(file.running_usd_per_month.as_ref(), 0.0),
        unclear_owner,
        departures_per_year: cx.or(file.departures_per_year.as_ref(), 0.0),
        relearning_hours: cx.or(file.relearning_hours.as_ref(), 0.0),
        life_months: cx.or(file.life_months.as_ref(), 18.0),
    })
}

fn data(file: &DataChoiceFile, cx: &mut Context<'_>) -> Option<DataChoice> {
    let label_noise = cx.maybe(file.label_noise.as_ref())?;
    Some(DataChoice {
        examples: cx.maybe(file.examples.as_ref())?,
        concentrated: word(file.noise_kind.as_ref(), "spread") == "concentrated",
        cleaned_per_hour: cx.maybe(file.cleaned_per_hour.as_ref())?,
        fixed_share: cx.or(file.fixed_share.as_ref(), 1.0),
        cleaning_usd_per_hour: cx.maybe(file.cleaning_usd_per_hour.as_ref())?,
        collected_per_day: cx.maybe(file.collected_per_day.as_ref())?,
        collected_noise: cx
            .maybe(file.collected_noise.as_ref())
            .unwrap_or_else(|| label_noise.clone()),
        collecting_usd_per_day: cx.maybe(file.collecting_usd_per_day.as_ref())?,
        budget_usd: cx.maybe(file.budget_usd.as_ref()),
        error_rate: cx.maybe(file.error_rate.as_ref()),
        learning_exponent: cx.maybe(file.learning_exponent.as_ref()),
        usd_per_point_month: cx.maybe(file.usd_per_point_month.as_ref()),
        storage: storage(file, cx),
        label_noise,
    })
}

/// What keeping the data costs, where the file says how much is kept.
fn storage(file: &DataChoiceFile, cx: &mut Context<'_>) -> Option<Storage> {
    let stored = file.stored_gb.as_ref()?;
    if file.usd_per_gb_month.is_none() {
        cx.problem(
            Problem::new(stored.place, "stored data without a price")
                .expected("usd_per_gb_month = ..."),
        );
    }
    Some(Storage {
        stored_gb: cx.given(stored),
        growth_gb_per_month: cx.or(file.growth_gb_per_month.as_ref(), 0.0),
        usd_per_gb_month: cx.maybe(file.usd_per_gb_month.as_ref())?,
        pipeline_usd_per_month: cx.or(file.pipeline_usd_per_month.as_ref(), 0.0),
        useful_share: cx.or(file.useful_share.as_ref(), 1.0),
    })
}

fn batch(file: &BatchChoiceFile, cx: &mut Context<'_>) -> BatchChoice {
    BatchChoice {
        can_wait_share: cx.maybe(file.can_wait_share.as_ref()),
        wait_hours: cx.or(file.wait_hours.as_ref(), 24.0),
        usd_per_waiting_request: cx.or(file.usd_per_waiting_request.as_ref(), 0.0),
        late_share: cx.or(file.late_share.as_ref(), 0.0),
        usd_per_late_request: cx.or(file.usd_per_late_request.as_ref(), 0.0),
    }
}

fn prompt_or_tune(
    file: &PromptOrTuneFile,
    known: &[OptionSpec],
    cx: &mut Context<'_>,
) -> PromptOrTune {
    let tune = named(file.tune.as_ref(), known, cx);
    if let (Some(at), Some(name)) = (tune, &file.tune)
        && known[at].kind() != OptionKind::FineTune
    {
        let message = format!("`{}` is not a tuned model", name.value);
        cx.problem(Problem::new(name.place, message).expected("the name of a [[fine_tune]]"));
    }
    PromptOrTune {
        prompt: named(file.prompt.as_ref(), known, cx),
        tune,
        prompt_hours: cx.or(file.prompt_hours.as_ref(), 0.0),
        prompt_hours_per_month: cx.or(file.prompt_hours_per_month.as_ref(), 0.0),
        engineer_usd_per_hour: cx.or(file.engineer_usd_per_hour.as_ref(), 120.0),
    }
}

fn oversight(file: &OversightFile, known: &[OptionSpec], cx: &mut Context<'_>) -> Oversight {
    let one = file.small.as_ref().or(file.large.as_ref());
    if let (Some(name), true) = (one, file.small.is_none() || file.large.is_none()) {
        cx.problem(
            Problem::new(name.place, "half of a cascade")
                .expected("small = ... and large = ..., both names of options"),
        );
    }
    let small = named(file.small.as_ref(), known, cx);
    let large = named(file.large.as_ref(), known, cx);
    let cascade = small.zip(large);
    if let (Some((small, large)), Some(name)) = (cascade, &file.large)
        && small == large
    {
        cx.problem(
            Problem::new(name.place, "a cascade of one model")
                .found(format!("\"{}\" twice", name.value))
                .expected("two options"),
        );
    }
    Oversight {
        option: named(file.option.as_ref(), known, cx),
        confidence_concentration: cx.maybe(file.confidence_concentration.as_ref()),
        max_wait_minutes: cx.maybe(file.max_wait_minutes.as_ref()),
        cascade,
    }
}

/// The index of the option that a text names.
fn named(name: Option<&Text>, known: &[OptionSpec], cx: &mut Context<'_>) -> Option<usize> {
    let name = name?;
    let found = known.iter().position(|option| option.name == name.value);
    if found.is_none() {
        cx.problem(options::no_option(name, known));
    }
    found
}
