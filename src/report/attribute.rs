//! `attribute`: who spends what, as rows that add up.

mod tidy;

pub use tidy::write_csv;

use super::block::{Block, Cell, Grid, Row};
use super::format::{percent, plain, plural, significant, thousands, volume};
use crate::analysis::attribute::{Attribution, CostMode, Entries, Entry, Finding, Per, Trend};
use crate::date::Date;
use crate::usage::record::Bucket;

/// What stands in place of a part of a key that rows do not tell.
const NOT_TOLD: &str = "(unattributed)";

/// The report.
///
/// # Errors
/// An amount beyond any magnitude.
pub fn blocks<G: Entries>(result: &Attribution<G>) -> Result<Vec<Block>, String> {
    let mut blocks = vec![
        Block::Title(format!("Cost by {}", result.by.join(", "))),
        Block::Text(frame(result)),
        Block::Grid(grid(result)?),
    ];
    if result.cost == CostMode::Both && !result.models.is_empty() {
        blocks.push(Block::Title("Logged against repriced cost [USD]".into()));
        blocks.push(Block::Grid(models(result)));
    }
    if let Some(budget) = &result.budget {
        blocks.push(Block::Title(format!("Budget: {}", budget.verdict)));
        blocks.push(Block::List(budget.findings.iter().map(limit).collect()));
    }
    let lists = [
        ("Not counted", dropped(result)),
        ("Without a price", unpriced(result)),
        ("Days that stand out", spikes(result)),
    ];
    for (title, items) in lists {
        if !items.is_empty() {
            blocks.push(Block::Title(title.into()));
            blocks.push(Block::List(items));
        }
    }
    Ok(blocks)
}

fn limit(finding: &Finding) -> String {
    let level = if finding.warns { " (warns)" } else { "" };
    let whose = match &finding.name {
        Some(name) => format!("{} {name}", finding.of),
        None => finding.of.to_owned(),
    };
    let verdict = format!("{}{level}: {whose}", finding.verdict);
    let most = plain(finding.limit_usd);
    let period = match (finding.per, &finding.period) {
        (Per::Request, _) | (_, None) => {
            let cost = plain(finding.projected_usd);
            return match finding.verdict {
                "unknown" => {
                    format!("{verdict}, per request: the log does not tell it, of {most} USD")
                }
                _ => format!("{verdict}, per request: {cost} of {most} USD"),
            };
        }
        (_, Some(period)) => period,
    };
    let projected = if finding.days == finding.of_days {
        String::new()
    } else {
        format!(
            ", {} at the end of the {} ({} of {} days so far)",
            plain(finding.projected_usd),
            if finding.per == Per::Year {
                "year"
            } else {
                "month"
            },
            finding.days,
            finding.of_days
        )
    };
    let spent = plain(finding.spent_usd.usd());
    format!("{verdict}, {period}: {spent} of {most} USD{projected}")
}

fn frame<G>(result: &Attribution<G>) -> String {
    let total = &result.total;
    let requests = match total.requests {
        Some(count) => format!(
            "{} request{}",
            thousands(count as f64),
            plural(count as usize)
        ),
        None => format!(
            "{} rows that do not tell how many requests they sum",
            total.rows
        ),
    };
    let sources: Vec<&str> = result.sources.keys().copied().collect();
    let period = match &result.period {
        Some(period) => format!(", {} to {}", period.from, period.to),
        None => String::new(),
    };
    let basis = match result.cost {
        CostMode::Auto => "as logged where the rows have a cost, else by the price list",
        CostMode::Logged => "as logged",
        CostMode::Repriced | CostMode::Both => "by the price list at the date of each call",
    };
    let trend = result
        .trend
        .map_or_else(String::new, |trend| format!(" {}", periods(trend)));
    let off = total.latency_ms.and_then(|times| times.relative_error);
    let times = off.map_or_else(String::new, |off| {
        format!(" Times are within {} of the exact ones.", percent(off))
    });
    format!(
        "{requests} from {}{period}. Cost in USD, {basis}.{trend}{times}",
        sources.join(", ")
    )
}

fn periods(trend: Trend) -> String {
    format!(
        "Trend: {} day{} from {} to {} against the {} before.",
        trend.days,
        plural(trend.days as usize),
        trend.from(),
        Date::of_unix_day(trend.last),
        trend.days,
    )
}

/// Columns that have something to say.
#[allow(clippy::struct_excessive_bools)] // one per group of columns
struct Columns {
    failures: bool,
    latency: bool,
    trend: bool,
    logged: bool,
}

fn grid<G: Entries>(result: &Attribution<G>) -> Result<Grid, String> {
    let columns = Columns {
        failures: result.total.failed > 0,
        latency: result.total.latency_ms.is_some(),
        trend: result.trend.is_some(),
        logged: result.cost == CostMode::Both,
    };
    let mut grid = Grid::new(heads(result, &columns));
    let mut add = |entry: &Entry, label: String, strong| {
        grid.rows.push(row(entry, label, &columns, strong));
    };
    for entry in result.groups.entries() {
        let entry = entry?;
        add(&entry, label(&entry), false);
    }
    if let Some(others) = &result.others {
        let count = others.groups.unwrap_or_default();
        add(others, format!("({count} other{})", plural(count)), false);
    }
    if result.partly.is_empty() && result.unattributed.rows > 0 {
        add(&result.unattributed, NOT_TOLD.into(), false);
    }
    result
        .partly
        .iter()
        .for_each(|entry| add(entry, label(entry), false));
    add(&result.total, "total".into(), true);
    Ok(grid)
}

fn heads<G>(result: &Attribution<G>, columns: &Columns) -> Vec<String> {
    let key = result.by.join(" / ");
    let mut heads = vec![key.as_str()];
    heads.extend([
        "requests",
        "input",
        "cached",
        "output",
        "USD",
        "share",
        "per request",
    ]);
    if columns.logged {
        heads.push("logged USD");
    }
    if columns.trend {
        heads.push("trend");
    }
    if columns.failures {
        heads.extend(["per success", "errors"]);
    }
    if columns.latency {
        heads.extend(["p50 ms", "p95 ms", "p99 ms"]);
    }
    heads.into_iter().map(str::to_owned).collect()
}

/// The key of a row in one cell: a wide table is split, and each part keeps its first column.
fn label(entry: &Entry) -> String {
    if let Some(count) = entry.groups {
        return format!("({count} other{}, unattributed)", plural(count));
    }
    let parts = entry.key.iter().flat_map(|key| &key.0);
    let parts: Vec<&str> = parts
        .map(|(_, value)| value.as_deref().unwrap_or(NOT_TOLD))
        .collect();
    parts.join(" / ")
}

fn row(entry: &Entry, label: String, columns: &Columns, strong: bool) -> Row {
    let unknown = || "unknown".to_owned();
    let or = |number: Option<f64>, text: fn(f64) -> String| number.map_or_else(unknown, text);
    let tokens = &entry.tokens;
    let mut cells = vec![Cell::label(label)];
    let mut number = |text: String| cells.push(Cell::number(text));
    number(
        entry
            .requests
            .map_or_else(unknown, |count| thousands(count as f64)),
    );
    number(volume(tokens.input() as f64));
    number(cached(entry));
    number(volume(tokens.output() as f64));
    number(usd(entry));
    number(or(entry.share, percent));
    number(or(entry.usd_per_request, plain));
    if columns.logged {
        number(
            entry
                .logged_cost_usd
                .map_or_else(unknown, |usd| plain(usd.usd())),
        );
    }
    if columns.trend {
        number(trend(entry));
    }
    if columns.failures {
        number(or(entry.usd_per_success, plain));
        number(or(entry.error_rate, percent));
    }
    if columns.latency {
        let times = entry
            .latency_ms
            .map(|times| [times.p50, times.p95, times.p99]);
        for at in 0..3 {
            number(times.map_or_else(String::new, |times| thousands(times[at])));
        }
    }
    Row { cells, strong }
}

/// The cost; with a mark where it leaves tokens out.
fn usd(entry: &Entry) -> String {
    let text = plain(entry.cost_usd.usd());
    if entry.unpriced_requests > 0 {
        format!("{text} + unpriced")
    } else {
        text
    }
}

/// Share of the input that was read from a cache.
fn cached(entry: &Entry) -> String {
    let input = entry.tokens.input();
    if input == 0 {
        return String::new();
    }
    percent(entry.tokens.get(Bucket::CacheRead) as f64 / input as f64)
}

fn trend(entry: &Entry) -> String {
    match entry.trend {
        Some(trend) => match trend.relative {
            Some(change) if change >= 0.0 => format!("+{}", percent(change)),
            Some(change) => percent(change),
            None => "new".into(),
        },
        None => String::new(),
    }
}

fn models<G>(result: &Attribution<G>) -> Grid {
    let mut grid = Grid::new(["model", "rows", "logged", "repriced", "difference", "ratio"]);
    for model in &result.models {
        let ratio = model
            .ratio
            .map_or_else(String::new, |ratio| significant(ratio, 4));
        grid.row(
            model.model.clone(),
            [
                thousands(model.rows as f64),
                model.logged_usd.to_string(),
                model.repriced_usd.to_string(),
                model.difference_usd.to_string(),
                ratio,
            ],
        );
    }
    grid
}

fn dropped<G>(result: &Attribution<G>) -> Vec<String> {
    let d = &result.dropped;
    let all = [
        (d.duplicate, "copies of calls that were counted"),
        (
            d.cache_hit,
            "answers of a proxy's own cache, which cost nothing",
        ),
        (d.failed, "failed calls that were not billed"),
        (d.torn, "torn rows"),
        (d.rejected, "rows that are wrong"),
        (d.not_billable, "rows that are no billable calls"),
        (d.outside, "calls outside --since and --until"),
    ];
    let told = all.iter().filter(|(count, _)| *count > 0);
    told.map(|(count, what)| format!("{what}: {}", thousands(*count as f64)))
        .collect()
}

fn unpriced<G>(result: &Attribution<G>) -> Vec<String> {
    let one = |u: &crate::analysis::attribute::Unpriced| {
        let model = u.model.as_deref().unwrap_or("(no model)");
        let tier = u
            .tier
            .as_deref()
            .map_or_else(String::new, |tier| format!(", tier {tier}"));
        format!(
            "{model}{tier}: {} rows, {} input and {} output tokens: {}",
            thousands(u.rows as f64),
            volume(u.tokens.input() as f64),
            volume(u.tokens.output() as f64),
            u.reason
        )
    };
    result.unpriced.iter().map(one).collect()
}

fn spikes<G>(result: &Attribution<G>) -> Vec<String> {
    let one = |spike: &crate::analysis::attribute::Spike| {
        format!(
            "{} on {}: {} USD, {} times the median day of {}",
            spike.key,
            spike.day,
            plain(spike.usd.usd()),
            significant(spike.times, 3),
            plain(spike.median_usd),
        )
    };
    result.spikes.iter().map(one).collect()
}
