//! A tuned model: what a run costs, and who serves it.

use std::sync::Arc;

use super::super::file::{FineTuneFile, TrainOnFile};
use super::super::{
    Api, FineTune, Given, PriceBook, PriceStep, Serving, Supply, TrainOn, TrainingRun,
};
use super::context::Context;
use super::own_prices::{OwnPrices, flat};
use super::rent;
use super::word;
use crate::catalog::Fact;
use crate::catalog::rows::{GpuRow, ModelRow, TuningPriceRow, TuningRow};
use crate::date::Date;
use crate::diagnostic::Problem;
use crate::real::Real;
use crate::table::Num;
use crate::warning::Warning;

/// Resolves a `[[fine_tune]]`; a `served_by` is linked when all options are known.
pub fn fine_tune(file: &FineTuneFile, day: Date, horizon: u32, cx: &mut Context<'_>) -> Supply {
    let row = tuning_row(file, cx);
    let price = row
        .as_ref()
        .and_then(|(row, fact)| Some((tuning_price(row, file, cx)?, fact)));
    if let Some((row, _)) = &row {
        warn_of_tuning(row, day, horizon, cx);
    }
    let price = price.as_ref().map(|(price, fact)| (price, *fact));
    let run = run(file, price, cx);
    let serving = if file.served_by.is_some() {
        Serving::Own(0)
    } else {
        hosted_serving(file, price, cx)
    };
    Supply::FineTune(Box::new(FineTune {
        serving,
        run,
        runs_per_retrain: cx.or(file.runs_per_retrain.as_ref(), 1.0),
        failed_run_share: cx.or(file.failed_run_share.as_ref(), 0.0),
        evaluation_usd: cx.or(file.evaluation_usd.as_ref(), 0.0),
        retrain_every_months: cx.maybe(file.retrain_every_months.as_ref()),
        examples: cx.or(file.examples.as_ref(), 0.0),
        usd_per_example: cx.or(file.usd_per_example.as_ref(), 0.0),
        cleaning_hours: cx.or(file.cleaning_hours.as_ref(), 0.0),
        cleaning_usd_per_hour: cx.or(file.cleaning_usd_per_hour.as_ref(), 80.0),
        relabel_share: cx.or(file.relabel_share.as_ref(), 0.0),
    }))
}

/// The catalog row of the tuned model; optional where the scenario states the prices.
fn tuning_row(file: &FineTuneFile, cx: &mut Context<'_>) -> Option<(TuningRow, Arc<Fact>)> {
    let model = file.model.as_ref()?;
    let inference = file.served_by.is_some()
        || (file.input_usd_per_mtok.is_some() && file.output_usd_per_mtok.is_some());
    let training = file.training_usd_per_mtok.is_some()
        || file.training_usd_per_hour.is_some()
        || file.train_on.is_some();
    if inference && training && cx.catalog.find::<TuningRow>(&model.value).is_none() {
        return None;
    }
    cx.row::<TuningRow>(model, "tunable model")
}

fn tuning_price(
    row: &TuningRow,
    file: &FineTuneFile,
    cx: &mut Context<'_>,
) -> Option<TuningPriceRow> {
    let prices = row.price.as_ref().map_or(&[][..], |many| &many.0);
    let Some(variant) = &file.variant else {
        return prices.first().cloned();
    };
    let is = |price: &&TuningPriceRow| {
        price
            .variant
            .as_ref()
            .is_some_and(|v| v.value == variant.value)
    };
    let found = prices.iter().find(is).cloned();
    if found.is_none() {
        let known: Vec<&str> = prices
            .iter()
            .filter_map(|price| Some(price.variant.as_ref()?.value.as_str()))
            .collect();
        cx.problem(
            Problem::new(variant.place, "no training price for this variant")
                .found(format!("\"{}\"", variant.value))
                .expected(format!("one of: {}", known.join(", "))),
        );
    }
    found
}

fn warn_of_tuning(row: &TuningRow, day: Date, horizon: u32, cx: &mut Context<'_>) {
    let id = row.id.as_ref().map_or("", |id| id.value.as_str());
    let end = day.first_of_month_after(horizon);
    if let Some(closes) = row.no_new_jobs_from.filter(|closes| *closes < end) {
        let message = format!("{id} accepts no new training jobs from {closes}");
        cx.warn(Warning::new(
            "tuning-closes",
            message,
            "plan retraining elsewhere: another provider or own GPUs",
        ));
    }
    if let Some(retires) = row.retires.filter(|retires| *retires < end) {
        let message = format!(
            "{id} retires in {}, before the plan ends",
            retires.month_text()
        );
        cx.warn(Warning::new(
            "model-retires",
            message,
            "plan the move, or choose a model that stays",
        ));
    }
}

type Price<'a> = Option<(&'a TuningPriceRow, &'a Arc<Fact>)>;

fn of_price(price: Price<'_>, pick: fn(&TuningPriceRow) -> Option<&Num>) -> Option<Given> {
    price.and_then(|(row, fact)| Context::of(pick(row), fact))
}

fn run(file: &FineTuneFile, price: Price<'_>, cx: &mut Context<'_>) -> TrainingRun {
    let usd_per_mtok = cx
        .maybe(file.training_usd_per_mtok.as_ref())
        .or_else(|| of_price(price, |row| row.training_usd_per_mtok.as_ref()));
    let usd_per_hour = cx
        .maybe(file.training_usd_per_hour.as_ref())
        .or_else(|| of_price(price, |row| row.training_usd_per_hour.as_ref()));
    let hours = cx.maybe(file.training_hours.as_ref());
    let grader = |tokens: Option<&Num>, usd: Option<&Num>, cx: &mut Context<'_>| {
        (cx.or(tokens, 0.0), cx.or(usd, 0.0))
    };
    let run = TrainingRun {
        mtok: training_mtok(file, cx),
        epochs: cx.or(file.epochs.as_ref(), 3.0),
        usd_per_mtok,
        hours: hours.zip(usd_per_hour),
        grader: [
            grader(
                file.grader_input_mtok.as_ref(),
                file.grader_input_usd_per_mtok.as_ref(),
                cx,
            ),
            grader(
                file.grader_output_mtok.as_ref(),
                file.grader_output_usd_per_mtok.as_ref(),
                cx,
            ),
        ],
        gpus: file
            .train_on
            .as_ref()
            .and_then(|nested| train_on(&nested.0, file, cx)),
    };
    check_run(file, &run, cx);
    run
}

fn check_run(file: &FineTuneFile, run: &TrainingRun, cx: &mut Context<'_>) {
    for (tokens, usd, key) in [
        (
            &file.grader_input_mtok,
            &file.grader_input_usd_per_mtok,
            "grader_input_usd_per_mtok",
        ),
        (
            &file.grader_output_mtok,
            &file.grader_output_usd_per_mtok,
            "grader_output_usd_per_mtok",
        ),
    ] {
        if let (Some(tokens), None) = (tokens, usd) {
            cx.problem(
                Problem::new(tokens.place, "grader tokens without a price")
                    .unless_another()
                    .expected(key),
            );
        }
    }
    if run.mtok.value > 0.0
        && run.usd_per_mtok.is_none()
        && run.hours.is_none()
        && file.train_on.is_none()
    {
        let place = file.name.as_ref().map_or(file.place, |name| name.place);
        cx.problem(
            Problem::new(place, "training without a price").unless_another().expected(
                "a tunable model of the catalog, training_usd_per_mtok, training_hours with training_usd_per_hour, or train_on",
            ),
        );
    }
}

fn training_mtok(file: &FineTuneFile, cx: &mut Context<'_>) -> Given {
    if let Some(mtok) = cx.maybe(file.training_mtok.as_ref()) {
        return mtok;
    }
    let examples = cx.or(file.examples.as_ref(), 0.0);
    let tokens = cx.or(file.tokens_per_example.as_ref(), 0.0);
    if file.tokens_per_example.is_none() && file.examples.is_some() && file.training_hours.is_none()
    {
        let place = file.examples.as_ref().map_or(file.place, |num| num.place);
        cx.problem(
            Problem::new(place, "examples of unknown length")
                .unless_another()
                .expected("tokens_per_example, or training_mtok"),
        );
    }
    if file.examples.is_none() && file.training_hours.is_none() {
        let place = file.name.as_ref().map_or(file.place, |name| name.place);
        cx.problem(
            Problem::new(place, "nothing to train on")
                .unless_another()
                .expected("examples and tokens_per_example, training_mtok, or training_hours"),
        );
    }
    Given {
        value: examples.value * tokens.value / 1e6,
        from: examples.from,
    }
}

fn train_on(file: &TrainOnFile, tune: &FineTuneFile, cx: &mut Context<'_>) -> Option<TrainOn> {
    let (gpu, _) = cx.row::<GpuRow>(file.gpu.as_ref()?, "GPU")?;
    let row = file
        .model
        .as_ref()
        .and_then(|model| cx.row::<ModelRow>(model, "open model"));
    let of_row = row
        .as_ref()
        .and_then(|(row, fact)| Context::of(row.active_params.as_ref(), fact));
    let Some(parameters) = cx.maybe(file.parameters.as_ref()).or(of_row) else {
        if file.model.is_none() {
            cx.problem(
                Problem::new(file.place, "the size of the trained model is not known")
                    .unless_another()
                    .expected("model = \"an open model of the catalog\", or parameters"),
            );
        }
        return None;
    };
    let id = gpu.id.as_ref()?.value.clone();
    let usd_per_gpu_hour = match &file.usd_per_gpu_hour {
        Some(num) => cx.given(num),
        None => rent::price(
            &id,
            "on-demand",
            file.provider.as_ref(),
            None,
            file.place,
            cx,
        )?,
    };
    let hidden = row
        .as_ref()
        .and_then(|(row, _)| row.hidden.as_ref())
        .map(|n| n.input.median());
    let size = row.as_ref().and_then(|(row, _)| {
        let number = |num: &Option<Num>| num.as_ref().map(|num| num.input.median());
        Some([
            number(&row.total_params)?,
            number(&row.layers)?,
            number(&row.vocab)?,
        ])
    });
    Some(TrainOn {
        gpu,
        parameters,
        hidden,
        method: word(file.method.as_ref(), "lora"),
        gpus: file.gpus,
        size,
        place: file.place,
        mfu: cx.maybe(file.mfu.as_ref()),
        usd_per_gpu_hour,
        sequence: tune
            .tokens_per_example
            .as_ref()
            .map_or(Real::constant(2_048.0), |num| cx.given(num).value),
    })
}

fn hosted_serving(file: &FineTuneFile, price: Price<'_>, cx: &mut Context<'_>) -> Serving {
    let input = of_price(price, |row| row.input_usd_per_mtok.as_ref());
    let output = of_price(price, |row| row.output_usd_per_mtok.as_ref());
    let mut book = PriceBook::default();
    if let (Some(input), Some(output)) = (input, output) {
        let cache_read = of_price(price, |row| row.cache_read_usd_per_mtok.as_ref());
        book.steps.push(PriceStep {
            cache_read,
            ..flat("standard", input, output)
        });
    }
    let batch_input = of_price(price, |row| row.batch_input_usd_per_mtok.as_ref());
    let batch_output = of_price(price, |row| row.batch_output_usd_per_mtok.as_ref());
    if let (Some(input), Some(output)) = (batch_input, batch_output) {
        book.steps.push(flat("batch", input, output));
    }
    let own = OwnPrices {
        input: file.input_usd_per_mtok.as_ref(),
        output: file.output_usd_per_mtok.as_ref(),
        cache_read: file.cache_read_usd_per_mtok.as_ref(),
        cache_write: None,
        batch_input: file.batch_input_usd_per_mtok.as_ref(),
        batch_output: file.batch_output_usd_per_mtok.as_ref(),
    };
    if !own.complete() && book.steps.iter().all(|step| step.tier != "standard") {
        let known = file.model.as_ref().is_none_or(|_| price.is_some());
        if known {
            let place = file
                .model
                .as_ref()
                .or(file.name.as_ref())
                .map_or(file.place, |t| t.place);
            cx.problem(
                Problem::new(place, "the tuned model has no price per token").unless_another().expected(
                    "input_usd_per_mtok and output_usd_per_mtok, or served_by = \"a self_host option\"",
                ),
            );
        }
    }
    let hosting = cx
        .maybe(file.hosting_usd_per_hour.as_ref())
        .or_else(|| of_price(price, |row| row.hosting_usd_per_hour.as_ref()))
        .unwrap_or_else(|| Given::default(0.0));
    let api = Api {
        model: word(file.model.as_ref(), "tuned model"),
        tier: "standard".into(),
        prices: own.over(book, "standard", cx),
        usd_per_request: Given::default(0.0),
        discount: cx.or(file.discount.as_ref(), 0.0),
        region_multiplier: cx.or(file.region_multiplier.as_ref(), 1.0),
        committed: Given::default(0.0),
        trend: cx.or(file.price_change_per_year.as_ref(), 0.0),
        peak_window_share: None,
        provisioned: None,
    };
    Serving::Hosted {
        api: Box::new(api),
        deployments: cx.or(file.deployments.as_ref(), 1.0),
        hosting_usd_per_hour: hosting,
    }
}
