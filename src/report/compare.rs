//! `compare`: lines by category with the options as columns, then the verdict and what stands behind it.

use super::block::{Block, Cell, Grid, Row};
use super::breakeven;
use super::format::{
    amount, count, money, months, percent, plain, plural, significant, thousands, volume,
};
use super::verdict;
use crate::analysis::breakeven::BreakEven;
use crate::analysis::compare::{Comparison, LineResult, OptionResult};
use crate::analysis::payback::Payback;
use crate::cost::Category;
use crate::scenario::Currency;

/// The report of one scenario.
pub fn blocks(result: &Comparison) -> Vec<Block> {
    let currency = verdict::currency(result);
    let mut blocks = opening(result);
    blocks.push(Block::Grid(grid(result, &currency)));
    blocks.push(Block::Text(verdict::sentence(result)));
    let staff: Vec<String> = result
        .options
        .iter()
        .filter_map(|o| verdict::staff_sentence(o, &currency))
        .collect();
    if !staff.is_empty() {
        blocks.push(Block::List(staff));
    }
    if !result.break_even.is_empty() {
        blocks.push(Block::Title("Break-even volumes [requests a day]".into()));
        blocks.push(Block::List(break_evens(result, &currency)));
    }
    if !result.payback.is_empty() {
        blocks.push(Block::Title("Payback of what is paid up front".into()));
        blocks.push(Block::List(paybacks(result, &currency)));
    }
    blocks
}

/// What is asked, and of what the answer is: the frame of every report on a scenario.
pub fn opening(result: &Comparison) -> Vec<Block> {
    let mut blocks = vec![Block::Title(result.scenario.name.clone())];
    if let Some(question) = &result.scenario.description {
        blocks.push(Block::Text(question.clone()));
    }
    blocks.push(Block::Text(frame(result)));
    if let Some(medians) = result.warnings.iter().find(|w| w.code == "medians-used") {
        blocks.push(Block::Text(format!(
            "A point, not a range: {}.",
            medians.message
        )));
    }
    blocks
}

/// Pairs of options up to which all are told; of more, those with the cheapest option.
const PAIRS: usize = 10;

fn break_evens(result: &Comparison, currency: &Currency) -> Vec<String> {
    let all = &result.break_even;
    let told: Vec<BreakEven> = all
        .iter()
        .filter(|pair| all.len() <= PAIRS || [&pair.a, &pair.b].contains(&&result.cheapest))
        .cloned()
        .collect();
    let mut items = breakeven::sentences(&told, currency);
    items.extend(untold(
        all.len() - told.len(),
        "`llmcost breakeven` has all of them",
    ));
    items
}

fn paybacks(result: &Comparison, currency: &Currency) -> Vec<String> {
    let all = &result.payback;
    let told = all
        .iter()
        .filter(|p| all.len() <= PAIRS || [&p.option, &p.against].contains(&&result.cheapest));
    let mut items: Vec<String> = told.map(|one| payback(one, currency)).collect();
    items.extend(untold(all.len() - items.len(), "JSON has all of them"));
    items
}

fn untold(count: usize, hint: &str) -> Option<String> {
    (count > 0).then(|| {
        format!(
            "{count} more pair{} without the cheapest option: {hint}",
            plural(count)
        )
    })
}

/// Several scenarios side by side: one row each, the cheapest option and its cost.
pub fn summary(results: &[Comparison]) -> Vec<Block> {
    let mut grid = Grid::new([
        "scenario",
        "requests a day",
        "cheapest",
        "a month",
        "next",
        "more",
    ]);
    for result in results {
        let currency = verdict::currency(result);
        let mut sorted: Vec<&OptionResult> = result.options.iter().collect();
        sorted.sort_by(|a, b| a.monthly_usd.total_cmp(&b.monthly_usd));
        let best = sorted.first();
        let next = sorted.get(1);
        let gap = next
            .zip(best)
            .map(|(next, best)| next.monthly_usd - best.monthly_usd);
        grid.rows.push(Row {
            cells: vec![
                Cell::label(result.scenario.name.clone()),
                Cell::number(volume(result.scenario.requests_per_day)),
                Cell::label(result.cheapest.clone()),
                Cell::number(best.map_or_else(String::new, |o| money(o.monthly_usd, &currency))),
                Cell::label(next.map_or_else(String::new, |o| o.name.clone())),
                Cell::number(gap.map_or_else(String::new, |gap| money(gap, &currency))),
            ],
            strong: false,
        });
    }
    vec![Block::Title("Side by side".into()), Block::Grid(grid)]
}

fn frame(result: &Comparison) -> String {
    let facts = &result.scenario;
    format!(
        "{} requests a day, {} Mtok a month; a month of {} h and {} days; plan of {} months from {}; prices at {}, catalog of {}.",
        thousands(facts.requests_per_day),
        plain(facts.mtok_per_month),
        significant(facts.hours_per_month, 6),
        significant(facts.days_per_month, 4),
        facts.horizon_months,
        facts.start,
        facts.prices_as_of.as_ref().unwrap_or(&facts.start),
        result.catalog.as_of,
    )
}

fn grid(result: &Comparison, currency: &Currency) -> Grid {
    let mut grid = Grid::new(
        std::iter::once(format!("{} a month", currency.code))
            .chain(result.options.iter().map(|option| option.name.clone())),
    );
    for category in Category::ALL {
        let of = |option: &OptionResult| -> f64 {
            option
                .lines
                .iter()
                .filter(|line| line.category == category)
                .map(|line| line.monthly_usd)
                .sum()
        };
        if result
            .options
            .iter()
            .any(|o| o.lines.iter().any(|line| line.category == category))
        {
            grid.row(
                category.name(),
                result.options.iter().map(|o| or_blank(of(o), currency)),
            );
            lines(&mut grid, result, category, currency);
        }
    }
    figures(&mut grid, result, currency);
    grid
}

fn or_blank(usd: f64, currency: &Currency) -> String {
    if usd == 0.0 {
        String::new()
    } else {
        amount(usd, currency)
    }
}

/// The lines of a category; where it has one line of the same name, the category's row already says it.
fn lines(grid: &mut Grid, result: &Comparison, category: Category, currency: &Currency) {
    let mut labels: Vec<String> = Vec::new();
    for option in &result.options {
        for line in option.lines.iter().filter(|line| line.category == category) {
            let label = label(line);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
    }
    for wanted in labels {
        let cells = result.options.iter().map(|option| {
            let same = option
                .lines
                .iter()
                .filter(|l| l.category == category && label(l) == wanted);
            let values: Vec<f64> = same.map(|line| line.monthly_usd).collect();
            if values.is_empty() {
                String::new()
            } else {
                amount(values.iter().sum(), currency)
            }
        });
        grid.row(format!("  {wanted}"), cells.collect::<Vec<_>>());
    }
}

fn label(line: &LineResult) -> String {
    match line.upfront_usd {
        Some(_) if line.behaviour == crate::cost::Behaviour::OneOff => format!("{} *", line.label),
        _ => line.label.clone(),
    }
}

fn figures(grid: &mut Grid, result: &Comparison, currency: &Currency) {
    let each = |f: &dyn Fn(&OptionResult) -> String| -> Vec<String> {
        result.options.iter().map(f).collect()
    };
    grid.strong("total", each(&|o| amount(o.monthly_usd, currency)));
    mark_best(grid, result);
    grid.row(
        "per request",
        each(&|o| amount(o.usd_per_request, currency)),
    );
    grid.row("per Mtok", each(&|o| amount(o.usd_per_mtok, currency)));
    grid.row("staff share", each(&|o| percent(o.staff_share)));
    for (label, figure) in FIGURES {
        let cells: Vec<Option<String>> = result
            .options
            .iter()
            .map(|option| figure(option, currency))
            .collect();
        if cells.iter().any(Option::is_some) {
            grid.row(
                label,
                cells
                    .into_iter()
                    .map(Option::unwrap_or_default)
                    .collect::<Vec<_>>(),
            );
        }
    }
    let once = |option: &OptionResult| option.lines.iter().any(|line| label(line).ends_with(" *"));
    if result.options.iter().any(once) {
        let months = result.scenario.horizon_months;
        grid.row(
            format!("* once, over {months} months"),
            each(&|_| String::new()),
        );
    }
}

/// `4`, or `4 (3 to 6)`: a number of GPUs, and what it is if the rate is off by its band.
pub fn gpus(number: f64, range: Option<[f64; 2]>) -> String {
    match range {
        Some([low, high]) if low != high => {
            format!("{} ({} to {})", count(number), count(low), count(high))
        }
        _ => count(number),
    }
}

type Figure = fn(&OptionResult, &Currency) -> Option<String>;

/// Rows that only some options have.
const FIGURES: [(&str, Figure); 9] = [
    ("paid up front", |o, c| {
        (o.upfront_usd > 0.0).then(|| amount(o.upfront_usd, c))
    }),
    ("GPUs", |o, _| {
        o.capacity
            .as_ref()
            .map(|own| format!("{} {}", gpus(own.gpus, own.gpus_range), own.gpu))
    }),
    ("utilization", |o, _| {
        o.capacity.as_ref().map(|own| percent(own.utilization))
    }),
    ("capacity basis", |o, _| {
        o.capacity.as_ref().map(|own| own.basis.to_owned())
    }),
    ("provisioned units", |o, _| {
        o.provisioned.as_ref().map(|units| count(units.units))
    }),
    ("unit utilization", |o, _| {
        o.provisioned
            .as_ref()
            .map(|units| percent(units.utilization))
    }),
    ("a unit pays from", |o, _| {
        o.provisioned.as_ref()?.break_even_utilization.map(percent)
    }),
    ("reviewers", |o, _| o.reviewers.map(count)),
    ("within budget", |o, _| {
        o.within_budget
            .map(|yes| if yes { "yes" } else { "NO" }.to_owned())
    }),
];

fn mark_best(grid: &mut Grid, result: &Comparison) {
    let at = result
        .options
        .iter()
        .position(|option| option.name == result.cheapest);
    if let (Some(at), Some(row)) = (at, grid.rows.last_mut())
        && let Some(cell) = row.cells.get_mut(at + 1)
    {
        cell.best = true;
    }
}

fn payback(payback: &Payback, currency: &Currency) -> String {
    let head = format!("{} against {}", payback.option, payback.against);
    let paid = money(payback.upfront_usd, currency);
    match (payback.simple_months, payback.discounted_months) {
        (Some(simple), discounted) => format!(
            "{head}: {paid} more up front, {} saved a month: {} simple, {} discounted",
            money(payback.monthly_saving_usd, currency),
            months(simple),
            discounted.map_or_else(|| "never".to_owned(), months)
        ),
        (None, _) => format!(
            "{head}: never; {paid} more up front and {} more a month",
            money(-payback.monthly_saving_usd, currency)
        ),
    }
}

/// One row per line of each option, in US dollars.
pub fn tidy(results: &[Comparison]) -> Grid {
    let mut grid = Grid::new([
        "scenario",
        "option",
        "kind",
        "category",
        "line",
        "behaviour",
        "monthly_usd",
        "upfront_usd",
    ]);
    for result in results {
        for option in &result.options {
            let texts = |category: &str, line: &str, behaviour: &str| {
                [
                    result.scenario.name.as_str(),
                    &option.name,
                    option.kind.name(),
                    category,
                    line,
                    behaviour,
                ]
                .map(Cell::label)
                .to_vec()
            };
            for line in &option.lines {
                let mut cells = texts(line.category.name(), &line.label, line.behaviour.name());
                cells.push(Cell::number(line.monthly_usd.to_string()));
                cells.push(Cell::number(
                    line.upfront_usd
                        .map_or_else(String::new, |usd| usd.to_string()),
                ));
                grid.rows.push(Row {
                    cells,
                    strong: false,
                });
            }
            let mut cells = texts("total", "total", "");
            cells.push(Cell::number(option.monthly_usd.to_string()));
            cells.push(Cell::number(option.upfront_usd.to_string()));
            grid.rows.push(Row {
                cells,
                strong: true,
            });
        }
    }
    grid
}
