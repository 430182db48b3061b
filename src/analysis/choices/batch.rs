//! Batch or real time (`docs/model.md` section 10.4).

use super::result::{Choice, Series, Written};
use super::{Depth, Priced, billed, number};
use crate::diagnostic::Problem;
use crate::scenario::{BatchChoice, Given, Scenario};

/// Cells between shares that are looked at; in each the last step is closed in.
const CELLS: u32 = 32;
/// Halvings with which the begin of a step is closed in.
const HALVINGS: u32 = 40;

/// How much of the traffic should wait.
///
/// # Errors
/// An option that cannot be priced.
pub fn answer(scenario: &Scenario, depth: Depth) -> Result<Choice, Vec<Problem>> {
    let given = scenario.choices.batch.as_ref();
    let Some(most) = most_share(scenario, given) else {
        return Ok(Choice::without(
            "batch",
            &[
                "choices.batch.can_wait_share",
                "choices.batch.usd_per_waiting_request",
            ],
        ));
    };
    let penalty = billed(scenario)? * per_waiting(given);
    let mut rows = Vec::new();
    let mut waiting = Waiting::of(scenario);
    for at in 0..scenario.options.len() {
        rows.push(Row::of(&mut waiting, at, most, penalty)?);
    }
    let Some(best) = rows.iter().min_by(|a, b| a.best.1.total_cmp(&b.best.1)) else {
        return Ok(Choice::without("batch", &["an option"]));
    };
    let mut choice = Choice::new("batch");
    let gain = best.real_time - best.best.1;
    let pays = best.best.0 > 0.0 && gain > 1e-9 * best.real_time;
    choice.answer = if pays { "batch" } else { "real-time" };
    if depth == Depth::Answer {
        return Ok(choice);
    }
    figures(
        &mut waiting,
        scenario,
        given,
        best,
        (most, penalty),
        &mut choice,
    )?;
    if depth == Depth::Figures {
        return Ok(choice);
    }
    for row in &rows {
        choice.series.push(Series {
            plot: "share",
            label: scenario.options[row.at].name.clone(),
            x: "share that waits",
            y: "cost with the loss by waiting (USD/month)",
            points: row.points.clone(),
        });
    }
    choice.series.extend(over_loss(
        scenario,
        &rows,
        billed(scenario)?,
        per_waiting(given),
    ));
    choice.notes.push(
        "Batch prices are the catalog's; own GPUs take waiting work into the trough of the day, so it costs nothing until the mean outgrows the peak of what cannot wait."
            .into(),
    );
    Ok(choice)
}

/// Most that could wait: the choice's own share, else the workload's.
fn most_share(scenario: &Scenario, given: Option<&BatchChoice>) -> Option<f64> {
    if let Some(share) = given.and_then(|given| given.can_wait_share.as_ref()) {
        return Some(number(share));
    }
    let parts = &scenario.workload.features;
    let share = parts
        .iter()
        .map(|part| number(&part.share) * number(&part.batch))
        .sum::<f64>();
    (share > 0.0).then_some(share)
}

/// What a waiting request loses (USD): by coming late within the deadline, and by missing it.
fn per_waiting(given: Option<&BatchChoice>) -> f64 {
    given.map_or(0.0, |given| {
        number(&given.usd_per_waiting_request)
            + number(&given.late_share) * number(&given.usd_per_late_request)
    })
}

/// What each option's best share saves along the loss of a waiting request, to beyond all that it earns.
fn over_loss(scenario: &Scenario, rows: &[Row], requests: f64, present: f64) -> Vec<Series> {
    let waits = || rows.iter().filter(|row| row.best.0 > 0.0);
    // What it saves of the price, before what waiting loses.
    let of_price = |row: &Row| row.real_time - row.best.1 + requests * row.best.0 * present;
    let even = waits().map(|row| of_price(row) / (requests * row.best.0));
    let most = 1.5 * even.fold(present, f64::max);
    if most.is_nan() || most <= 0.0 {
        return Vec::new();
    }
    let list = waits().map(|row| Series {
        plot: "loss",
        label: scenario.options[row.at].name.clone(),
        x: "loss of a waiting request (USD)",
        y: "saved by waiting (USD/month)",
        points: [0.0, most]
            .map(|loss| [loss, of_price(row) - requests * row.best.0 * loss])
            .into(),
    });
    list.collect()
}

/// A scenario of which a share of every part of the traffic waits.
struct Waiting(Scenario);

impl Waiting {
    fn of(scenario: &Scenario) -> Self {
        Self(scenario.clone())
    }

    /// An option where this share waits: copied once and changed often, as a copy takes longer than a price.
    fn priced(&mut self, at: usize, share: f64) -> Result<Priced, Vec<Problem>> {
        for feature in &mut self.0.workload.features {
            feature.batch = Given::computed(share);
        }
        Priced::of(&self.0, at)
    }
}

/// One option over the share that waits.
struct Row {
    at: usize,
    real_time: f64,
    /// The best share, and the cost with it.
    best: (f64, f64),
    points: Vec<[f64; 2]>,
}

impl Row {
    fn of(waiting: &mut Waiting, at: usize, most: f64, penalty: f64) -> Result<Self, Vec<Problem>> {
        let mut cost = |share: f64| -> Result<f64, Vec<Problem>> {
            Ok(waiting.priced(at, share)?.total() + penalty * share)
        };
        let mut points: Vec<[f64; 2]> = Vec::new();
        for cell in 0..=CELLS {
            let share = most * f64::from(cell) / f64::from(CELLS);
            points.push([share, cost(share)?]);
        }
        let mut best = (points[0][0], points[0][1]);
        for pair in points.windows(2) {
            let found = begin_of_step(&mut cost, pair[0], pair[1], penalty)?;
            if found.1 < best.1 - 1e-12 * best.1.abs() {
                best = found;
            }
        }
        Ok(Self {
            at,
            real_time: points[0][1],
            best,
            points,
        })
    }
}

/// The best share of a cell at whose right end a lower step is reached: what costs least begins where the
/// step does, as waiting itself costs. Where nothing steps, the right end.
fn begin_of_step(
    cost: &mut impl FnMut(f64) -> Result<f64, Vec<Problem>>,
    [from, at_from]: [f64; 2],
    [to, at_to]: [f64; 2],
    penalty: f64,
) -> Result<(f64, f64), Vec<Problem>> {
    let step = |share: f64, cost: f64| cost - penalty * share;
    let after = step(to, at_to);
    let straight = step(from, at_from) - after;
    if penalty == 0.0 || straight <= penalty * (to - from) {
        return Ok((to, at_to));
    }
    // A price per token falls evenly: its least is the right end.
    let middle = f64::midpoint(from, to);
    let even = f64::midpoint(at_from, at_to);
    if (cost(middle)? - even).abs() <= 1e-9 * even.abs() {
        return Ok((to, at_to));
    }
    let (mut low, mut high) = (from, to);
    let mut found = (to, at_to);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        let here = cost(middle)?;
        if step(middle, here) <= after + 1e-9 * after.abs() {
            high = middle;
            found = (middle, here);
        } else {
            low = middle;
        }
    }
    Ok(if found.1 <= at_to { found } else { (to, at_to) })
}

fn figures(
    waiting: &mut Waiting,
    scenario: &Scenario,
    given: Option<&BatchChoice>,
    best: &Row,
    (most, penalty): (f64, f64),
    choice: &mut Choice,
) -> Result<(), Vec<Problem>> {
    let name = &scenario.options[best.at].name;
    choice.put("can_wait_share", "could wait", most, Written::Share);
    choice.put(
        "best_share",
        format!("should wait, on {name}"),
        best.best.0,
        Written::Share,
    );
    choice.put(
        "real_time_usd_per_month",
        "nothing waits",
        best.real_time,
        Written::UsdPerMonth,
    );
    choice.put(
        "best_usd_per_month",
        "the best share waits",
        best.best.1,
        Written::UsdPerMonth,
    );
    let saved = best.real_time - best.best.1;
    choice.put("saved_usd_per_month", "saved", saved, Written::UsdPerMonth);
    let hours = given.map_or(24.0, |given| number(&given.wait_hours));
    choice.put(
        "latency_given_up_hours",
        "given up: an answer comes within",
        hours,
        Written::Of("hours"),
    );
    gpus(waiting, best, choice)?;
    let risk = given.map_or(0.0, |given| {
        number(&given.late_share) * number(&given.usd_per_late_request)
    });
    let requests = billed(scenario)?;
    if risk > 0.0 {
        let label = "of it paid for missed deadlines";
        choice.put(
            "deadline_usd_per_month",
            label,
            requests * best.best.0 * risk,
            Written::UsdPerMonth,
        );
    }
    choice.put(
        "loss_usd_per_waiting_request",
        "a waiting request loses, missed deadlines included",
        per_waiting(given),
        Written::Usd,
    );
    // The loss per waiting request at which the best share earns nothing any more.
    let of_price = saved + penalty * best.best.0;
    let even = (best.best.0 > 0.0).then(|| of_price / (requests * best.best.0));
    choice.put(
        "break_even_usd_per_waiting_request",
        "loss per waiting request up to which it pays",
        even,
        Written::Usd,
    );
    Ok(())
}

/// What waiting leaves of an own stack.
fn gpus(waiting: &mut Waiting, best: &Row, choice: &mut Choice) -> Result<(), Vec<Problem>> {
    let before = waiting.priced(best.at, 0.0)?.gpus();
    if before > 0.0 {
        let after = waiting.priced(best.at, best.best.0)?.gpus();
        let of = Written::Of("GPUs");
        choice.put("gpus_real_time", "GPUs where nothing waits", before, of);
        choice.put("gpus_best", "GPUs where the best share waits", after, of);
    }
    Ok(())
}
