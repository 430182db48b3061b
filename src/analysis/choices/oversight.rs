//! Automation or oversight (`docs/model.md` section 10.6).

use super::result::{Choice, Written};
use super::{Depth, Priced, billed, cascade, cheapest, number, reviewed};
use crate::cost::Category;
use crate::cost::choice::confidence::{Confidence, Review, error_price};
use crate::cost::choice::queue::Queue;
use crate::diagnostic::Problem;
use crate::scenario::{Quality, Scenario};

/// How much of the answers people should look at.
///
/// # Errors
/// An option that cannot be priced.
pub fn answer(scenario: &Scenario, depth: Depth) -> Result<Choice, Vec<Problem>> {
    let named = scenario.choices.oversight.as_ref();
    let at = match named.and_then(|named| named.option) {
        Some(at) => at,
        None => cheapest(scenario, |at| errs(&scenario.options[at].common.quality))?
            .map_or(0, |(at, _)| at),
    };
    let quality = &scenario.options[at].common.quality;
    if !errs(quality) {
        return Ok(Choice::without(
            "oversight",
            &[
                "quality.error_rate of an option",
                "quality.cost_per_error_usd",
                "choices.oversight.confidence_concentration",
            ],
        ));
    }
    let answers = billed(scenario)?;
    let mut choice = Choice::new("oversight");
    let concentration = named
        .and_then(|named| named.confidence_concentration.as_ref())
        .map(number);
    let review = review(quality);
    policies(scenario, at, &review, concentration, answers, &mut choice);
    if depth == Depth::Answer {
        return Ok(choice);
    }
    prices(scenario, at, &review, answers, &mut choice)?;
    people(scenario, quality, &mut choice);
    if depth == Depth::Figures {
        return Ok(choice);
    }
    let confidence = confidence(quality, concentration);
    let by_confidence = concentration.is_some();
    if by_confidence {
        let name = &scenario.options[at].name;
        let curve = reviewed::over_share(name, &review, &confidence, answers);
        choice.series.push(curve);
    }
    let curves = reviewed::over_price(&review, &confidence, by_confidence, answers);
    choice.series.extend(curves);
    let error_usd = number(&quality.cost_per_error_usd);
    let found = cascade::add(scenario, concentration, answers, error_usd, &mut choice)?;
    outcomes(scenario, answers, found.as_ref(), &mut choice)?;
    if concentration.is_none() {
        choice.notes.push(
            "Without choices.oversight.confidence_concentration only all or nothing can be told apart: reviews by confidence cost less than both."
                .into(),
        );
    }
    Ok(choice)
}

fn errs(quality: &Quality) -> bool {
    number(&quality.error_rate) > 0.0 && number(&quality.cost_per_error_usd) > 0.0
}

fn review(quality: &Quality) -> Review {
    Review {
        usd: number(&quality.review_minutes) / 60.0 * number(&quality.reviewer_usd_per_hour),
        caught: number(&quality.caught_by_review),
        error_usd: number(&quality.cost_per_error_usd),
    }
}

fn confidence(quality: &Quality, concentration: Option<f64>) -> Confidence {
    Confidence {
        error_rate: number(&quality.error_rate),
        // All answers alike: only the ends of the threshold are used then.
        concentration: concentration.unwrap_or(1.0),
    }
}

/// Review nothing, everything, or by confidence; the least is the answer.
fn policies(
    scenario: &Scenario,
    at: usize,
    review: &Review,
    concentration: Option<f64>,
    answers: f64,
    choice: &mut Choice,
) {
    let confidence = confidence(&scenario.options[at].common.quality, concentration);
    let of = |threshold: f64| answers * review.cost(&confidence, threshold);
    let (nothing, all) = (of(1.0), of(0.0));
    choice.answer = if nothing <= all {
        "automate"
    } else {
        "review-all"
    };
    let name = &scenario.options[at].name;
    choice.put(
        "review_nothing_usd_per_month",
        format!("{name}, errors where nothing is reviewed"),
        nothing,
        Written::UsdPerMonth,
    );
    choice.put(
        "review_all_usd_per_month",
        "reviews and errors left where everything is",
        all,
        Written::UsdPerMonth,
    );
    if concentration.is_none() {
        choice.put(
            "best_review_share",
            "best share to review",
            f64::from(u8::from(all < nothing)),
            Written::Share,
        );
        return;
    }
    let best = review.best_threshold();
    let share = confidence.share_above(best);
    if best > 0.0 && best < 1.0 {
        choice.answer = "review-by-confidence";
    }
    choice.put(
        "best_review_usd_per_month",
        "reviewed by confidence",
        of(best),
        Written::UsdPerMonth,
    );
    choice.put(
        "best_review_share",
        "best share to review",
        share,
        Written::Share,
    );
    choice.put(
        "best_review_threshold",
        "review from an error probability of",
        best,
        Written::Share,
    );
    choice.put(
        "errors_left_share",
        "wrong answers left then",
        review.errors_left(&confidence, best),
        Written::Share,
    );
}

/// The prices of an error that change the answer.
fn prices(
    scenario: &Scenario,
    at: usize,
    review: &Review,
    answers: f64,
    choice: &mut Choice,
) -> Result<(), Vec<Problem>> {
    let error_rate = number(&scenario.options[at].common.quality.error_rate);
    choice.put(
        "cost_per_error_usd",
        "an error costs",
        review.error_usd,
        Written::Usd,
    );
    choice.put(
        "automation_stops_at_usd",
        "automating everything stops paying from an error's cost of",
        review.automation_stops_at_usd(),
        Written::Usd,
    );
    choice.put(
        "review_all_pays_from_usd",
        "reviewing everything beats nothing from",
        review.all_or_nothing_usd(error_rate),
        Written::Usd,
    );
    let serving = |at: usize| -> Result<f64, Vec<Problem>> {
        let priced = Priced::of(scenario, at)?;
        let apart = [Category::Oversight, Category::Errors];
        let sum = priced
            .model
            .sum(&priced.model.lines, |line| !apart.contains(&line.category));
        Ok(sum.at(priced.volume) / answers)
    };
    let mine = (serving(at)?, error_rate);
    let mut better: Option<(f64, usize)> = None;
    for other in 0..scenario.options.len() {
        let rate = number(&scenario.options[other].common.quality.error_rate);
        if other == at || rate <= 0.0 {
            continue;
        }
        if let Some(price) = error_price(mine, (serving(other)?, rate))
            && better.is_none_or(|(least, _)| price < least)
        {
            better = Some((price, other));
        }
    }
    if let Some((price, other)) = better {
        let label = format!(
            "{} pays from an error's cost of",
            scenario.options[other].name
        );
        choice.put("better_model_pays_from_usd", label, price, Written::Usd);
    }
    Ok(())
}

/// Reviewers for the best share: head count, and how long a review waits.
fn people(scenario: &Scenario, quality: &Quality, choice: &mut Choice) {
    let Some(share) = choice
        .figure("best_review_share")
        .filter(|share| *share > 0.0)
    else {
        return;
    };
    let Ok(volume) = crate::cost::volume(scenario) else {
        return;
    };
    let billed = 1.0 + number(&scenario.workload.retry_share);
    let reviews = volume * billed * share;
    let hours = number(&quality.reviewer_hours_per_day);
    let queue = Queue {
        per_hour: reviews / hours,
        person_per_hour: 60.0 / number(&quality.review_minutes),
    };
    let people = queue.people();
    choice.put("reviews_per_day", "reviews", reviews, Written::PerDay);
    choice.put(
        "reviewers",
        format!("people whose {hours} hours a day hold them"),
        people,
        Written::Of("people"),
    );
    let wait = queue.mean_wait_hours(people).map(|wait| wait * 60.0);
    choice.put(
        "mean_wait_minutes",
        "mean wait for a review then",
        wait,
        Written::Of("minutes"),
    );
    let limit = scenario
        .choices
        .oversight
        .as_ref()
        .and_then(|oversight| oversight.max_wait_minutes.as_ref());
    if let Some(limit) = limit {
        let minutes = number(limit);
        let needed = queue.people_for_wait(minutes / 60.0);
        choice.put(
            "reviewers_for_wait",
            format!("people for a mean wait of {minutes} minutes at most"),
            needed,
            Written::Of("people"),
        );
    }
    choice.notes.push(
        "Waits are those of an M/M/c queue in the reviewers' hours: reviews at random times, no priorities."
            .into(),
    );
}

/// Cost per correct outcome of each option, and of the cascade.
fn outcomes(
    scenario: &Scenario,
    answers: f64,
    cascade: Option<&cascade::Best>,
    choice: &mut Choice,
) -> Result<(), Vec<Problem>> {
    let mut points = Vec::new();
    for (at, spec) in scenario.options.iter().enumerate() {
        let quality = &spec.common.quality;
        let uncaught = number(&quality.error_rate)
            * (1.0 - number(&quality.review_share) * number(&quality.caught_by_review));
        let total = Priced::of(scenario, at)?.total();
        points.push((spec.name.clone(), total / (answers * (1.0 - uncaught))));
    }
    if let Some(best) = cascade {
        points.push((
            "the cascade".into(),
            best.usd / (answers * (1.0 - best.errors)),
        ));
    }
    points.sort_by(|a, b| a.1.total_cmp(&b.1));
    for (rank, (name, usd)) in points.into_iter().take(RANKS.len()).enumerate() {
        choice.put(
            RANKS[rank],
            format!("a correct outcome costs with {name}"),
            usd,
            Written::Usd,
        );
    }
    Ok(())
}

/// Names of the figures of the options with the cheapest correct outcomes.
const RANKS: [&str; 3] = [
    "usd_per_correct_outcome",
    "usd_per_correct_outcome_second",
    "usd_per_correct_outcome_third",
];
