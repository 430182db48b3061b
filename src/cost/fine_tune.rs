//! Tuning a model: runs, data, hosting (`docs/model.md` section 4 and 5.6).

use std::sync::Arc;

use super::api;
use super::capacity::{
    TrainedModel, TrainingMethod, TrainingRun as Compute, UP_SHARE, fewest_training_gpus,
    training_gpu_hours, training_memory,
};
use super::line::{Category, Line};
use super::load::Load;
use super::sizing::gpu_peaks;
use super::{FineTuneFigures, Month, OptionModel};
use crate::diagnostic::Problem;
use crate::real::{self, Real};
use crate::scenario::{Api, Common, FineTune, Given, TrainOn, TrainingRun};
use crate::units::{
    HOURS, HOURS_PER_MONTH, ONE, THINGS, USD, USD_EACH, USD_EACH_PER_HOUR, USD_PER_HOUR,
};

const SECTION: &str = "4";

/// Training and data.
pub fn lines(tune: &FineTune, month: &Month<'_>, out: &mut OptionModel) {
    let run = run_usd(&tune.run);
    let runs = tune.runs_per_retrain.value * (1.0 + tune.failed_run_share.value);
    out.fine_tune = Some(FineTuneFigures {
        run_usd: run.value.get(),
        training_usd: (runs * run.value + tune.evaluation_usd.value).get(),
        gpu_hours: tune
            .run
            .gpus
            .as_ref()
            .map(|gpus| gpu_hours(&tune.run, gpus).get()),
    });
    training(tune, &run, month, out);
    data(tune, month, out);
}

/// One run: tokens x epochs x price, or hours x price, or GPU hours x rent; and a grader's tokens.
pub fn run_usd(run: &TrainingRun) -> Given {
    let tokens = run
        .usd_per_mtok
        .as_ref()
        .filter(|_| run.gpus.is_none() && run.hours.is_none());
    let per_token = tokens.map_or(Real::ZERO, |price| {
        run.mtok.value * run.epochs.value * price.value
    });
    let per_hour = run
        .hours
        .as_ref()
        .map_or(Real::ZERO, |(hours, price)| hours.value * price.value);
    let own = run.gpus.as_ref().map_or(Real::ZERO, |gpus| {
        gpu_hours(run, gpus) * gpus.usd_per_gpu_hour.value
    });
    let grader: Real = run
        .grader
        .iter()
        .map(|(mtok, price)| mtok.value * price.value)
        .sum();
    Given::computed(per_token + per_hour + own + grader)
}

fn method(on: &TrainOn) -> TrainingMethod {
    match on.method.as_str() {
        "full" => TrainingMethod::Full,
        "qlora" => TrainingMethod::Qlora,
        _ => TrainingMethod::Lora,
    }
}

/// Whether a run fits the GPUs it names (`docs/model.md` section 5.6).
///
/// # Errors
/// What fills the memory, and how many GPUs would do.
pub fn check_memory(tune: &FineTune) -> Result<(), Problem> {
    let Some(on) = &tune.run.gpus else {
        return Ok(());
    };
    let (Some(gpus), Some([total_params, layers, vocab])) = (on.gpus, on.size) else {
        return Ok(());
    };
    let run = Compute {
        method: method(on),
        tokens: 0.0,
        epochs: 0.0,
        active_params: on.parameters.value.get(),
        hidden: on.hidden.unwrap_or(0.0),
        sequence_tokens: on.sequence.get(),
        peak_flops: 1.0,
        mfu: 1.0,
        up: 1.0,
    };
    let model = TrainedModel {
        total_params,
        layers,
        vocab,
    };
    let memory_bytes = gpu_peaks(&on.gpu).memory_bytes;
    let found = training_memory(&run, &model, gpus, memory_bytes);
    if found.fits() {
        return Ok(());
    }
    let name = on.gpu.id.as_ref().map_or("", |id| &id.value);
    let fewest = fewest_training_gpus(&run, &model, memory_bytes);
    let hint = hint(run.method, fewest);
    Err(
        Problem::new(on.place, "the training run does not fit its GPUs")
            .found(format!("{gpus} x {name}: {found}"))
            .hint(hint),
    )
}

/// What to do about a run that does not fit: more GPUs, if so many would do, or a method that takes less.
fn hint(method: TrainingMethod, fewest: Option<u32>) -> String {
    let (less, or) = match method {
        TrainingMethod::Full => ("; LoRA and QLoRA take less", ", or LoRA or QLoRA"),
        TrainingMethod::Lora => ("; QLoRA takes less", ", or QLoRA"),
        TrainingMethod::Qlora => ("", ""),
    };
    match fewest {
        Some(fewest) => format!("gpus = {fewest} would do{less}"),
        None => format!("choose a GPU with more memory or shorter examples{or}"),
    }
}

/// GPU hours of a run on own GPUs (`docs/model.md` section 5.6).
pub fn gpu_hours(run: &TrainingRun, on: &TrainOn) -> Real {
    let peaks = gpu_peaks(&on.gpu);
    let method = method(on);
    let published = method.published_mfu(&peaks);
    let mfu = on.mfu.as_ref().map(|mfu| mfu.value);
    let given = [
        run.mtok.value * 1e6,
        run.epochs.value,
        on.parameters.value,
        on.sequence,
        mfu.unwrap_or(Real::constant(published)),
    ];
    // Without a known width the attention term, a few percent, is left out.
    let (hidden, peak_flops) = (on.hidden.unwrap_or(f64::INFINITY), peaks.bf16_flops);
    let hours: real::Function = Arc::new(move |given, out| {
        out[0] = training_gpu_hours(&Compute {
            method,
            tokens: given[0],
            epochs: given[1],
            active_params: given[2],
            hidden,
            sequence_tokens: given[3],
            peak_flops,
            mfu: given[4],
            up: UP_SHARE,
        });
    });
    let name = || format!("training hours {} {hidden} {peak_flops}", on.method);
    real::answer(name, &given, 1, hours)[0]
}

fn training(tune: &FineTune, run: &Given, month: &Month<'_>, out: &mut OptionModel) {
    let months = f64::from(month.scenario.horizon_months);
    let runs = Line::begin("training runs", Category::Training, SECTION)
        .by("successful runs", &tune.runs_per_retrain, THINGS)
        .by_number_unless_one("with failed runs", 1.0 + tune.failed_run_share.value)
        .by("one run", run, USD_EACH);
    let evaluation = Line::begin("evaluation", Category::Training, SECTION).by(
        "evaluation",
        &tune.evaluation_usd,
        USD,
    );
    for (line, amount) in [(runs, run.value), (evaluation, tune.evaluation_usd.value)] {
        if amount > 0.0 {
            out.lines.push(match &tune.retrain_every_months {
                Some(every) => line.every(every, true),
                None => line.once(months),
            });
        }
    }
}

fn data(tune: &FineTune, month: &Month<'_>, out: &mut OptionModel) {
    let months = f64::from(month.scenario.horizon_months);
    let labeling = Line::begin("labeled examples", Category::Data, SECTION)
        .by("examples", &tune.examples, THINGS)
        .by("labeling", &tune.usd_per_example, USD_EACH);
    let cleaning = Line::begin("data cleaning", Category::Data, SECTION)
        .by("working time", &tune.cleaning_hours, HOURS)
        .by("rate", &tune.cleaning_usd_per_hour, USD_PER_HOUR);
    let labeled = tune.examples.value * tune.usd_per_example.value;
    let cleaned = tune.cleaning_hours.value * tune.cleaning_usd_per_hour.value;
    for (line, amount) in [(labeling, labeled), (cleaning, cleaned)] {
        if amount > 0.0 {
            out.lines.push(line.once(months));
        }
    }
    if let Some(every) = &tune.retrain_every_months
        && tune.relabel_share.value * (labeled + cleaned) > 0.0
    {
        let whole = Given::computed(labeled + cleaned);
        let line = Line::begin("data of retrainings", Category::Data, SECTION)
            .by("data cost", &whole, USD)
            .by("taken again", &tune.relabel_share, ONE);
        out.lines.push(line.every(every, false));
    }
}

/// Inference and hosting at a provider.
#[allow(clippy::too_many_arguments)] // the parts of one enum variant
pub fn hosted(
    tokens: &Api,
    deployments: &Given,
    hosting: &Given,
    option: &Common,
    load: &Load,
    month: &Month<'_>,
    out: &mut OptionModel,
) {
    api::usage(tokens, option, load, month, out);
    if deployments.value * hosting.value > 0.0 {
        let line = Line::begin("hosting of the tuned model", Category::Usage, SECTION)
            .by("deployments", deployments, THINGS)
            .by("hosting", hosting, USD_EACH_PER_HOUR)
            .by("hours", &month.scenario.hours_per_month, HOURS_PER_MONTH);
        out.lines.push(line.monthly());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> TrainingRun {
        let zero = || (Given::default(0.0), Given::default(0.0));
        TrainingRun {
            mtok: Given::default(4.5),
            epochs: Given::default(3.0),
            usd_per_mtok: Some(Given::default(5.0)),
            hours: None,
            grader: [zero(), zero()],
            gpus: None,
        }
    }

    #[test]
    fn a_hosted_run_is_tokens_times_epochs_times_price() {
        // 4.5 Mtok x 3 x 5 USD/Mtok = 67.50 USD.
        assert!((run_usd(&run()).value - 67.5).abs() < 1e-12);
    }

    #[test]
    fn a_run_billed_by_the_hour_adds_its_grader() {
        // 4 h x 100 + 5 Mtok x 1.1 + 4.9 Mtok x 4.4 = 427.06 USD.
        let given = |value| Given::default(value);
        let run = TrainingRun {
            hours: Some((given(4.0), given(100.0))),
            grader: [(given(5.0), given(1.1)), (given(4.9), given(4.4))],
            ..run()
        };
        assert!((run_usd(&run).value - 427.06).abs() < 1e-9);
    }

    #[test]
    fn a_method_is_not_advised_to_those_who_use_it() {
        let lora = hint(TrainingMethod::Lora, Some(4));
        assert_eq!(lora, "gpus = 4 would do; QLoRA takes less");
        assert_eq!(hint(TrainingMethod::Qlora, Some(2)), "gpus = 2 would do");
        let none = hint(TrainingMethod::Qlora, None);
        assert_eq!(none, "choose a GPU with more memory or shorter examples");
    }
}
