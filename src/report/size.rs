//! `size`: ways to serve with the cheapest first, what does not serve, and the front of cost and speed.

use super::block::{Block, Cell, Grid, Row as GridRow};
use super::format::{amount, count, exact, money, percent, plural, significant, volume};
use crate::analysis::size::{Failure, ParetoPoint, Row, Sized, Sizing};
use crate::scenario::Currency;

/// What of an answer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Ways of each option, at most.
    pub top: usize,
}

/// GPUs that do not serve of which reasons are listed.
const REASONS: usize = 12;

/// The report.
pub fn blocks(result: &Sizing, currency: &Currency, shown: Shown) -> Vec<Block> {
    let mut blocks = vec![Block::Title(result.scenario.clone())];
    for option in &result.options {
        blocks.extend(sized(result, option, currency, shown));
    }
    blocks
}

fn sized(result: &Sizing, option: &Sized, currency: &Currency, shown: Shown) -> Vec<Block> {
    let mut blocks = vec![
        Block::Title(format!("{}: {}", option.name, option.model)),
        Block::Text(frame(result, option)),
    ];
    blocks.extend(now(option, currency).map(Block::Text));
    if let Some(points) = &option.pareto {
        blocks.push(Block::Text(
            "Cost against the speed that one user sees, from the fastest to the cheapest; every other way is slower and dearer than one of these."
                .into(),
        ));
        blocks.push(Block::Grid(front(points, currency, shown)));
        return blocks;
    }
    if !option.rows.is_empty() {
        blocks.push(Block::Grid(ways(option, currency, shown)));
        blocks.extend(rest(option, shown).map(Block::Text));
    }
    let reasons = reasons(option);
    if !reasons.is_empty() {
        blocks.push(Block::Title("What does not serve".into()));
        blocks.push(Block::List(reasons));
    }
    blocks
}

fn frame(result: &Sizing, option: &Sized) -> String {
    let limit = |name: &str, limit: Option<f64>| {
        limit.map(|limit| format!("{name} up to {} ms", exact(limit)))
    };
    let limits: Vec<String> = [
        limit("TTFT", option.max_ttft_ms),
        limit("TPOT", option.max_tpot_ms),
    ]
    .into_iter()
    .flatten()
    .collect();
    let limits = if limits.is_empty() {
        "no latency limit".to_owned()
    } else {
        limits.join(", ")
    };
    let ways = option.ways;
    format!(
        "{} requests a day, {limits}; {ways} way{} to serve, catalog of {}.",
        volume(result.requests_per_day),
        plural(ways),
        result.catalog
    )
}

/// The scenario's own choice beside the best.
fn now(option: &Sized, currency: &Currency) -> Option<String> {
    let present = option.present.as_ref()?;
    let head = format!(
        "Now: {} ({}) at {} a month",
        hardware(present),
        present.basis,
        money(present.monthly_usd, currency)
    );
    let best = option.rows.first()?;
    let saved = present.monthly_usd - best.monthly_usd;
    Some(if saved > 0.005 {
        format!(
            "{head}; the first way costs {} less.",
            money(saved, currency)
        )
    } else {
        format!("{head}; no way costs less.")
    })
}

/// `2 x h100-sxm, fp8`: one replica.
fn hardware(row: &Row) -> String {
    format!(
        "{} x {}, {}",
        count(row.gpus_per_replica),
        row.gpu,
        row.precision
    )
}

fn ways(option: &Sized, currency: &Currency, shown: Shown) -> Grid {
    let mut grid = Grid::new([
        "replica".to_owned(),
        "GPUs".to_owned(),
        format!("{} a month", currency.code),
        "full, per Mtok".to_owned(),
        "load".to_owned(),
        "TTFT ms".to_owned(),
        "TPOT ms".to_owned(),
        "memory".to_owned(),
    ]);
    let bases = bases(option);
    if bases.len() > 1 {
        grid.heads.push("basis".to_owned());
    }
    for row in option.rows.iter().take(shown.top) {
        let mut cells = vec![
            Cell::label(format!("{}. {}", row.rank, hardware(row))),
            Cell::number(gpus(row)),
            Cell::number(amount(row.monthly_usd, currency)),
            Cell::number(amount(row.usd_per_mtok_at_full_load, currency)),
            Cell::number(percent(row.utilization)),
            Cell::number(coarse(row.ttft_ms, row.band_80)),
            Cell::number(coarse(row.tpot_ms, row.band_80)),
            Cell::number(memory(row)),
        ];
        if bases.len() > 1 {
            cells.push(Cell::number(row.basis));
        }
        grid.rows.push(GridRow {
            cells,
            strong: false,
        });
    }
    grid
}

/// `4 (3 to 6)`: the number, and what it is if the rate is off by its band.
fn gpus(row: &Row) -> String {
    super::compare::gpus(row.gpus, row.gpus_range)
}

/// A time as the range in which four of five lie; never a figure.
fn coarse(ms: Option<f64>, band: Option<f64>) -> String {
    match (ms, band) {
        (Some(ms), Some(band)) => {
            format!("{} to {}", two_digits(ms / band), two_digits(ms * band))
        }
        (Some(ms), None) => two_digits(ms),
        _ => String::new(),
    }
}

/// Two significant digits, also before the point: 1,125 is 1100.
fn two_digits(number: f64) -> String {
    if number < 100.0 {
        return significant(number, 2);
    }
    let unit = 10f64.powf(number.log10().floor() - 1.0);
    format!("{:.0}", (number / unit).round() * unit)
}

/// The share of the usable memory that weights and cache take.
fn memory(row: &Row) -> String {
    row.memory.map_or_else(String::new, |memory| {
        percent((memory.weights_gb + memory.kv_cache_gb) / memory.usable_gb)
    })
}

fn bases(option: &Sized) -> Vec<&'static str> {
    let mut bases: Vec<&'static str> = option.rows.iter().map(|row| row.basis).collect();
    bases.sort_unstable();
    bases.dedup();
    bases
}

/// What the rows leave unsaid: how many more there are, and how sure they are.
fn rest(option: &Sized, shown: Shown) -> Option<String> {
    let more = option.ways.saturating_sub(shown.top);
    let hidden = if more > 0 {
        format!(
            "{more} more way{}: --top, or JSON, has them. ",
            plural(more)
        )
    } else {
        String::new()
    };
    // Where rows stand on different things, the widest band holds for all of them.
    let bands = option.rows.iter().filter_map(|row| row.band_80);
    let band = bands.max_by(f64::total_cmp)?;
    let basis = bases(option).join(" or ");
    Some(format!(
        "{hidden}Times and numbers of GPUs are {basis}: 80 % lie within x/{band} of a measurement, which the ranges show. A smaller precision may change what the model answers."
    ))
}

/// One reason of each GPU that does not serve at all: that of the most GPUs in each precision.
fn reasons(option: &Sized) -> Vec<String> {
    let out = &option.gpus_out;
    let mut items: Vec<String> = out
        .iter()
        .take(REASONS)
        .map(|gpu| format!("{gpu}: {}", reason(option, gpu)))
        .collect();
    let more = out.len().saturating_sub(REASONS);
    if more > 0 {
        items.push(format!(
            "{more} more GPU{}: JSON has all reasons",
            plural(more)
        ));
    }
    items
}

fn reason(option: &Sized, gpu: &str) -> String {
    let mut last: Vec<&Failure> = Vec::new();
    for failure in option.failures.iter().filter(|it| it.gpu == gpu) {
        match last.iter_mut().find(|it| it.precision == failure.precision) {
            Some(known) => *known = failure,
            None => last.push(failure),
        }
    }
    let texts: Vec<String> = last
        .iter()
        .map(|it| match &it.precision {
            Some(precision) => format!("in {precision} {}", it.why),
            None => it.why.clone(),
        })
        .collect();
    texts.join("; ")
}

fn front(points: &[ParetoPoint], currency: &Currency, shown: Shown) -> Grid {
    let mut grid = Grid::new([
        "replica".to_owned(),
        "tok/s per user".to_owned(),
        format!("{} a month", currency.code),
        "per Mtok".to_owned(),
        "GPUs".to_owned(),
        "in flight".to_owned(),
    ]);
    for point in points.iter().take(shown.top) {
        let replica = format!(
            "{} x {}, {}",
            count(point.gpus_per_replica),
            point.gpu,
            point.precision
        );
        grid.row(
            replica,
            [
                significant(point.tokens_per_second_per_user, 2),
                amount(point.monthly_usd, currency),
                amount(point.usd_per_mtok, currency),
                count(point.gpus),
                count(point.batch),
            ],
        );
    }
    grid
}

/// Columns of the tidy rows.
const COLUMNS: [&str; 18] = [
    "option",
    "rank",
    "gpu",
    "precision",
    "gpus_per_replica",
    "replicas",
    "gpus",
    "utilization",
    "monthly_usd",
    "usd_per_mtok",
    "batch",
    "ttft_ms",
    "tpot_ms",
    "weights_gb",
    "kv_cache_gb",
    "usable_gb",
    "basis",
    "why_not",
];

/// One row per way, then one per way that does not serve; with the front its points instead.
pub fn tidy(result: &Sizing, shown: Shown) -> Grid {
    if result.options.iter().any(|option| option.pareto.is_some()) {
        return tidy_front(result, shown);
    }
    let mut grid = Grid::new(COLUMNS);
    for option in &result.options {
        for row in option.rows.iter().take(shown.top) {
            push(&mut grid, tidy_row(&option.name, row));
        }
        for failure in &option.failures {
            let mut cells = vec![String::new(); COLUMNS.len()];
            cells[0].clone_from(&option.name);
            cells[2].clone_from(&failure.gpu);
            cells[3] = failure.precision.clone().unwrap_or_default();
            cells[4] = failure
                .gpus_per_replica
                .map_or_else(String::new, |it| it.to_string());
            cells[17].clone_from(&failure.why);
            push(&mut grid, cells);
        }
    }
    grid
}

fn push(grid: &mut Grid, cells: Vec<String>) {
    grid.rows.push(GridRow {
        cells: cells.into_iter().map(Cell::label).collect(),
        strong: false,
    });
}

fn tidy_row(option: &str, row: &Row) -> Vec<String> {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| value.to_string());
    vec![
        option.to_owned(),
        row.rank.to_string(),
        row.gpu.clone(),
        row.precision.clone(),
        row.gpus_per_replica.to_string(),
        row.replicas.to_string(),
        row.gpus.to_string(),
        row.utilization.to_string(),
        row.monthly_usd.to_string(),
        row.usd_per_mtok.to_string(),
        number(row.batch),
        number(row.ttft_ms),
        number(row.tpot_ms),
        number(row.memory.map(|it| it.weights_gb)),
        number(row.memory.map(|it| it.kv_cache_gb)),
        number(row.memory.map(|it| it.usable_gb)),
        row.basis.to_owned(),
        String::new(),
    ]
}

fn tidy_front(result: &Sizing, shown: Shown) -> Grid {
    let mut grid = Grid::new([
        "option",
        "gpu",
        "precision",
        "gpus_per_replica",
        "gpus",
        "batch",
        "tokens_per_second_per_user",
        "monthly_usd",
        "usd_per_mtok",
    ]);
    for option in &result.options {
        for point in option.pareto.iter().flatten().take(shown.top) {
            push(
                &mut grid,
                vec![
                    option.name.clone(),
                    point.gpu.clone(),
                    point.precision.clone(),
                    point.gpus_per_replica.to_string(),
                    point.gpus.to_string(),
                    point.batch.to_string(),
                    point.tokens_per_second_per_user.to_string(),
                    point.monthly_usd.to_string(),
                    point.usd_per_mtok.to_string(),
                ],
            );
        }
    }
    grid
}
