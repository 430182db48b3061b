//! Data quantity or quality (`docs/model.md` section 10.3).

use super::number;
use super::result::{Choice, Series, Written};
use crate::cost::choice::data::{
    Cleaning, Collecting, Examples, after, best_split, break_even_noise, effective, error_cut,
    of_next_day, of_next_hour,
};
use crate::scenario::{DataChoice, Scenario, Storage};

/// Points of the curve of splits.
const POINTS: u32 = 40;

/// Whether the next dollar goes into cleaning or collecting.
pub fn answer(scenario: &Scenario) -> Choice {
    let Some(given) = &scenario.choices.data else {
        return Choice::without(
            "data",
            &[
                "choices.data.examples and label_noise",
                "choices.data.cleaned_per_hour and cleaning_usd_per_hour",
                "choices.data.collected_per_day and collecting_usd_per_day",
            ],
        );
    };
    let (set, cleaning, collecting) = parts(given);
    let mut choice = Choice::new("data");
    let hour = of_next_hour(set, cleaning);
    let day = of_next_day(set, collecting);
    let (of_cleaning, of_collecting) = (hour / cleaning.usd_per_hour, day / collecting.usd_per_day);
    choice.answer = if of_cleaning > of_collecting {
        "clean"
    } else {
        "collect"
    };
    choice.put(
        "effective_examples",
        "effective examples now",
        effective(set),
        Written::Of("examples"),
    );
    choice.put(
        "of_next_cleaning_hour",
        "the next hour of cleaning adds",
        hour,
        Written::Of("effective examples"),
    );
    choice.put(
        "of_next_collecting_day",
        "the next day of collecting adds",
        day,
        Written::Of("effective examples"),
    );
    choice.put(
        "of_cleaning_per_1000_usd",
        "$1,000 of cleaning adds",
        1e3 * of_cleaning,
        Written::Of("effective examples"),
    );
    choice.put(
        "of_collecting_per_1000_usd",
        "$1,000 of collecting adds",
        1e3 * of_collecting,
        Written::Of("effective examples"),
    );
    choice.put("label_noise", "label noise", set.noise, Written::Share);
    let same = Collecting {
        noise: set.noise,
        ..collecting
    };
    choice.put(
        "break_even_noise",
        "noise from which cleaning pays more, new examples being as noisy",
        break_even_noise(cleaning, same),
        Written::Share,
    );
    choice.series = over_noise(cleaning, same);
    split(given, set, cleaning, collecting, &mut choice);
    if let Some(storage) = &given.storage {
        swamp(storage, f64::from(scenario.horizon_months), &mut choice);
    }
    notes(given, &mut choice);
    choice
}

fn parts(given: &DataChoice) -> (Examples, Cleaning, Collecting) {
    (
        Examples {
            count: number(&given.examples),
            noise: number(&given.label_noise),
        },
        Cleaning {
            per_hour: number(&given.cleaned_per_hour),
            fixed_share: number(&given.fixed_share),
            usd_per_hour: number(&given.cleaning_usd_per_hour),
        },
        Collecting {
            per_day: number(&given.collected_per_day),
            noise: number(&given.collected_noise),
            usd_per_day: number(&given.collecting_usd_per_day),
        },
    )
}

/// What 1,000 USD of either add to a set at each noise, new examples being as noisy.
fn over_noise(cleaning: Cleaning, collecting: Collecting) -> Vec<Series> {
    let noises = (0..=POINTS).map(|step| 0.5 * f64::from(step) / f64::from(POINTS));
    let set = |noise| Examples { count: 1.0, noise };
    let of_cleaning = |noise: f64| of_next_hour(set(noise), cleaning) / cleaning.usd_per_hour;
    let of_collecting = |noise: f64| {
        let same = Collecting {
            noise,
            ..collecting
        };
        of_next_day(set(noise), same) / collecting.usd_per_day
    };
    let series = |label: &str, of: &dyn Fn(f64) -> f64| Series {
        plot: "noise",
        label: label.to_owned(),
        x: "label noise",
        y: "effective examples that 1,000 USD add",
        points: noises
            .clone()
            .map(|noise| [noise, 1e3 * of(noise)])
            .collect(),
    };
    vec![
        series("cleaning", &of_cleaning),
        series("collecting", &of_collecting),
    ]
}

/// The best split of a budget, and what it is worth.
fn split(
    given: &DataChoice,
    set: Examples,
    cleaning: Cleaning,
    collecting: Collecting,
    choice: &mut Choice,
) {
    let Some(budget) = given.budget_usd.as_ref().map(number) else {
        return;
    };
    let best = best_split(set, cleaning, collecting, budget);
    choice.put("budget_usd", "budget", budget, Written::Usd);
    choice.put(
        "best_collecting_usd",
        "of it best spent on collecting",
        best.collecting_usd,
        Written::Usd,
    );
    choice.put(
        "best_cleaning_usd",
        "and on cleaning",
        budget - best.collecting_usd,
        Written::Usd,
    );
    choice.put(
        "best_effective_examples",
        "effective examples then",
        best.effective,
        Written::Of("examples"),
    );
    let at = |usd| after(set, cleaning, collecting, budget, usd);
    choice.put(
        "all_cleaning_effective_examples",
        "all of it on cleaning",
        at(0.0),
        Written::Of("examples"),
    );
    choice.put(
        "all_collecting_effective_examples",
        "all of it on collecting",
        at(budget),
        Written::Of("examples"),
    );
    choice.series.push(Series {
        plot: "split",
        label: "effective examples".into(),
        x: "spent on collecting (USD)",
        y: "effective examples",
        points: (0..=POINTS)
            .map(|step| budget * f64::from(step) / f64::from(POINTS))
            .map(|usd| [usd, at(usd)])
            .collect(),
    });
    let (Some(error), Some(exponent)) = (&given.error_rate, &given.learning_exponent) else {
        return;
    };
    let cut = error_cut(effective(set), best.effective, number(exponent));
    let points = 100.0 * number(error) * cut;
    choice.put(
        "points_gained",
        "accuracy won by it",
        points,
        Written::Of("points"),
    );
    if let Some(value) = &given.usd_per_point_month {
        let value = points * number(value);
        choice.put("value_usd_per_month", "worth", value, Written::UsdPerMonth);
        let months = (value > 0.0).then(|| budget / value);
        choice.put(
            "payback_months",
            "months until it has earned the budget",
            months,
            Written::Of("months"),
        );
    }
}

/// What keeping everything costs over the plan, and what of it is never used.
fn swamp(storage: &Storage, months: f64, choice: &mut Choice) {
    // Month m keeps stored + m x growth: the sum over m = 0 .. months - 1.
    let gb_months = months * number(&storage.stored_gb)
        + number(&storage.growth_gb_per_month) * months * (months - 1.0) / 2.0;
    let kept = gb_months * number(&storage.usd_per_gb_month);
    let total = kept + months * number(&storage.pipeline_usd_per_month);
    choice.put(
        "keeping_usd",
        format!("keeping everything for {months} months"),
        total,
        Written::Usd,
    );
    let unused = total * (1.0 - number(&storage.useful_share));
    choice.put(
        "unused_usd",
        "of it for data that training does not use",
        unused,
        Written::Usd,
    );
}

fn notes(given: &DataChoice, choice: &mut Choice) {
    choice.notes.push(
        "n (1 - 2e)^2 is a heuristic for noise that is spread evenly; networks have borne a hundred random labels for each clean one where data were plenty (Rolnick 2017, arXiv 1705.10694), so it may undervalue quantity."
            .into(),
    );
    if given.concentrated {
        choice.notes.push(
            "The noise is concentrated: it does more harm than the measure says, and cleaning the classes where it gathers is worth more than this figure."
                .into(),
        );
    }
    if number(&given.examples) > 1e4 {
        choice.notes.push(
            "For instruction tuning 1,000 curated examples matched 52 times as many (LIMA 2023): quantity may not be what is missing."
                .into(),
        );
    }
}
