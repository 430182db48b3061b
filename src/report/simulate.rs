//! Simulations in words and grids: what is likely, what a wrong choice costs, what to find out first.

use super::block::{Block, Cell, Grid, Row};
use super::choices;
use super::format::{amount, money, percent, plural, thousands, volume};
use crate::analysis::simulate::{OptionOutcome, PairOutcome, Quantiles, Simulation};
use crate::scenario::Currency;

/// The report.
pub fn blocks(result: &Simulation) -> Vec<Block> {
    let currency = &currency(result);
    let mut blocks = vec![
        Block::Title(title(result)),
        Block::List(verdict(result, currency)),
        Block::Text(format!(
            "Present value of {} months, {}: quantiles of {} sample{}; below each its Monte Carlo error",
            result.horizon_months,
            result.currency,
            thousands(result.samples as f64),
            plural(result.samples as usize)
        )),
        Block::Grid(values(result, currency)),
        Block::Text(format!(
            "Cash of a month, {}, of {} samples",
            result.currency,
            thousands(result.months_samples as f64)
        )),
        Block::Grid(months(result, currency)),
    ];
    if result.options.len() > 1 {
        blocks.extend([
            Block::Text(format!(
                "Break-evens of the first month [requests/day], of {} samples: shares are known to {}",
                thousands(result.break_even.samples as f64),
                choices::known_to(result.break_even.samples)
            )),
            Block::Grid(pairs(result)),
            Block::Text("Cheapest along the volume [requests/day], in the first month, of the same samples".into()),
            Block::Grid(axis(result)),
        ]);
    }
    if !result.inputs.is_empty() && result.options.len() > 1 {
        blocks.extend([
            Block::Text(format!(
                "What it is worth to know an input before choosing, {}, of {} samples",
                result.currency,
                thousands(result.evppi_samples as f64)
            )),
            Block::Grid(information(result, currency)),
        ]);
    }
    if let Some(samples) = result.choices_samples {
        blocks.extend(choices::drawn(&result.choices, samples, currency));
    }
    blocks
}

fn currency(result: &Simulation) -> Currency {
    Currency {
        code: result.currency.clone(),
        per_usd: result.currency_per_usd,
    }
}

fn title(result: &Simulation) -> String {
    let cut = if result.complete {
        ""
    } else {
        " (interrupted: what was finished)"
    };
    format!(
        "{}: {} requests a day, {} uncertain input{}{cut}",
        result.scenario,
        volume(result.requests_per_day),
        result.inputs.len(),
        plural(result.inputs.len())
    )
}

/// The answer in words: who is the cheapest how often, what a wrong choice costs, what decides.
pub fn verdict(result: &Simulation, currency: &Currency) -> Vec<String> {
    let named = |name: &str| result.options.iter().find(|option| option.name == name);
    let Some(best) = named(&result.best_on_average) else {
        return Vec::new();
    };
    if result.inputs.is_empty() {
        return vec![format!(
            "No input is a range: {} costs {} in present value, for certain",
            best.name,
            money(best.npv_usd.p50, currency)
        )];
    }
    if result.options.len() < 2 {
        return vec![spread(best, currency)];
    }
    let mut list = vec![choice(best, currency)];
    if result.most_often_cheapest != best.name
        && let Some(often) = named(&result.most_often_cheapest)
    {
        list.push(format!(
            "{} is the cheapest more often, in {} of the cases, but costs {} more on average",
            often.name,
            percent(often.probability_cheapest),
            money(often.regret_usd - best.regret_usd, currency)
        ));
    }
    list.push(first_to_find_out(result, currency));
    list
}

fn spread(option: &OptionOutcome, currency: &Currency) -> String {
    format!(
        "{} costs {} to {} in 9 of 10 cases",
        option.name,
        money(option.npv_usd.p5, currency),
        money(option.npv_usd.p95, currency)
    )
}

fn choice(best: &OptionOutcome, currency: &Currency) -> String {
    match best.regret_where_wrong_usd {
        Some(wrong) => format!(
            "{} costs the least on average and is the cheapest in {} of the cases; choosing it now and being wrong costs {} on average",
            best.name,
            percent(best.probability_cheapest),
            money(wrong, currency)
        ),
        None => format!("{} is the cheapest in every case", best.name),
    }
}

/// Below this part of the best option's cost, knowing something is worth nothing that counts.
const WORTH: f64 = 1e-3;

fn first_to_find_out(result: &Simulation, currency: &Currency) -> String {
    let all = money(result.evpi_usd, currency);
    let size = result
        .options
        .iter()
        .filter_map(|option| option.npv_usd.mean)
        .fold(f64::INFINITY, f64::min);
    let most = result.evppi_usd.iter().max_by(|a, b| a.1.total_cmp(b.1));
    match most {
        Some((path, usd)) if *usd > WORTH * size => format!(
            "{path} decides: measure it first, which is worth up to {}; knowing everything would be worth {all}",
            money(*usd, currency)
        ),
        _ if result.evpi_usd > WORTH * size => {
            format!("no single input decides; knowing everything would be worth {all}")
        }
        _ => format!("choose now: knowing everything would be worth {all}"),
    }
}

fn values(result: &Simulation, currency: &Currency) -> Grid {
    let mut grid = Grid::new(["", "P5", "P50", "P95", "mean", "cheapest in", "mean regret"]);
    for option in &result.options {
        let of = &option.npv_usd;
        let [p5, _, p50, _, p95] = of.list();
        grid.row(
            option.name.clone(),
            [p5, p50, p95, of.mean.unwrap_or_default()]
                .map(|usd| amount(usd, currency))
                .into_iter()
                .chain([
                    percent(option.probability_cheapest),
                    amount(option.regret_usd, currency),
                ]),
        );
        if option.name == result.best_on_average
            && let Some(row) = grid.rows.last_mut()
        {
            row.cells[4].best = true;
        }
        if let (Some(errors), Some(share)) = (
            &option.npv_standard_error_usd,
            option.probability_cheapest_standard_error,
        ) {
            let regret = option.regret_standard_error_usd.unwrap_or_default();
            grid.row("  ±", errors_row(errors, share, regret, currency));
        }
    }
    grid
}

fn errors_row(errors: &Quantiles, share: f64, regret: f64, currency: &Currency) -> Vec<String> {
    let [p5, _, p50, _, p95] = errors.list();
    let mut cells: Vec<String> = [p5, p50, p95, errors.mean.unwrap_or_default()]
        .iter()
        .map(|usd| amount(*usd, currency))
        .collect();
    cells.push(format!("{:.2} %", 100.0 * share));
    cells.push(amount(regret, currency));
    cells
}

/// The steady month, then the first month of each year of the plan and its last one.
fn months(result: &Simulation, currency: &Currency) -> Grid {
    let mut grid = Grid::new(["", "month", "P5", "P10", "P50", "P90", "P95"]);
    let cells = |of: &Quantiles| of.list().map(|usd| Cell::number(amount(usd, currency)));
    for option in &result.options {
        let mut add = |month: &str, of: &Quantiles| {
            let mut row = vec![Cell::label(option.name.clone()), Cell::label(month)];
            row.extend(cells(of));
            grid.rows.push(Row {
                cells: row,
                strong: false,
            });
        };
        add("steady", &option.monthly_usd);
        let last = option.months.len().saturating_sub(1);
        for (at, month) in option.months.iter().enumerate() {
            if at % 12 == 0 || at == last {
                add(&month.month, &month.cash_usd);
            }
        }
    }
    grid
}

fn pairs(result: &Simulation) -> Grid {
    let mut grid = Grid::new([
        "",
        "none",
        "one",
        "several",
        "P5",
        "P50",
        "P95",
        "then cheaper",
    ]);
    for pair in &result.break_even.pairs {
        let mut cells = vec![Cell::label(format!("{} / {}", pair.a, pair.b))];
        let shares = [
            pair.probability_none,
            pair.probability_one,
            pair.probability_several,
        ];
        cells.extend(shares.map(|share| Cell::number(percent(share))));
        let volumes = pair.requests_per_day.map(|of| [of.p5, of.p50, of.p95]);
        cells.extend(
            (0..3)
                .map(|at| Cell::number(volumes.map_or_else(String::new, |list| volume(list[at])))),
        );
        cells.push(Cell::label(after(pair)));
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    }
    grid
}

fn after(pair: &PairOutcome) -> String {
    match (&pair.cheaper_after, pair.probability_cheaper_after) {
        (Some(option), Some(share)) => format!("{option} ({})", percent(share)),
        _ => String::new(),
    }
}

/// Every other point of the axis.
fn axis(result: &Simulation) -> Grid {
    let names = result.options.iter().map(|option| option.name.clone());
    let mut grid = Grid::new([String::new()].into_iter().chain(names));
    for point in result.volume_axis.iter().step_by(2) {
        grid.row(
            volume(point.requests_per_day),
            point
                .probability_cheapest
                .iter()
                .map(|share| percent(*share)),
        );
    }
    grid
}

/// Inputs with what knowing them is worth, the most first.
fn information(result: &Simulation, currency: &Currency) -> Grid {
    let mut grid = Grid::new(["", "worth", "±"]);
    let mut inputs: Vec<_> = result.inputs.iter().collect();
    let worth = |path: &str| result.evppi_usd.get(path).copied().unwrap_or_default();
    inputs.sort_by(|a, b| worth(&b.path).total_cmp(&worth(&a.path)));
    for input in inputs {
        let error = result.evppi_standard_error_usd.get(&input.path);
        let error = error.map_or_else(String::new, |usd| amount(*usd, currency));
        grid.row(
            input.path.clone(),
            [amount(worth(&input.path), currency), error],
        );
    }
    let error = result.evpi_standard_error_usd;
    let error = error.map_or_else(String::new, |usd| amount(usd, currency));
    grid.strong("everything", [amount(result.evpi_usd, currency), error]);
    grid
}

/// One row per option and figure, amounts in US dollars with all their digits.
pub fn tidy(result: &Simulation) -> Grid {
    let mut grid = Grid::new([
        "option", "figure", "month", "mean", "p5", "p10", "p50", "p90", "p95",
    ]);
    let mut add = |option: &str, figure: &str, month: &str, of: &Quantiles| {
        let mean = of.mean.map_or_else(String::new, |mean| mean.to_string());
        let numbers = of.list().map(|number| Cell::number(number.to_string()));
        let mut cells = vec![
            Cell::label(option),
            Cell::label(figure),
            Cell::label(month),
            Cell::number(mean),
        ];
        cells.extend(numbers);
        grid.rows.push(Row {
            cells,
            strong: false,
        });
    };
    for option in &result.options {
        add(&option.name, "npv_usd", "", &option.npv_usd);
        if let Some(errors) = &option.npv_standard_error_usd {
            add(&option.name, "npv_standard_error_usd", "", errors);
        }
        add(&option.name, "monthly_usd", "", &option.monthly_usd);
        for month in &option.months {
            add(&option.name, "cash_usd", &month.month, &month.cash_usd);
        }
    }
    grid.rows.extend(choices::drawn_rows(&result.choices));
    grid
}
