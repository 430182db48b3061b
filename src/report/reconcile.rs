//! `reconcile`: the log against the bill, row by row, with the causes that would explain what is left.

use super::block::{Block, Cell, Grid, Row};
use super::format::{percent, plain, plural, thousands};
use crate::analysis::reconcile::{Cause, Entry, Reconciliation, Verdict};
use crate::usage::money::Money;
use crate::usage::record::TokenSums;

/// The report; `all` shows each row that agrees by itself.
pub fn blocks(result: &Reconciliation, all: bool) -> Vec<Block> {
    let word = if result.agrees { "agrees" } else { "differs" };
    let mut blocks = vec![
        Block::Title(format!("Log against bill [USD]: {word}")),
        Block::Text(frame(result)),
        Block::Grid(grid(result, all)),
    ];
    let lists = [
        ("What would explain it", causes(result)),
        ("Not compared", left_out(result)),
    ];
    for (title, items) in lists {
        if !items.is_empty() {
            blocks.push(Block::Title(title.into()));
            blocks.push(Block::List(items));
        }
    }
    blocks
}

fn frame(result: &Reconciliation) -> String {
    let total = &result.total;
    let agreeing = count(&result.rows, Verdict::Agrees);
    format!(
        "{agreeing} of {} row{} agree. The log costs {} USD by the price list, {} USD were billed; the residual is \
         billed minus repriced. A row agrees within {} of the billed amount or {} USD, whichever is more.",
        result.rows.len(),
        plural(result.rows.len()),
        plain(total.repriced_usd.usd()),
        plain(total.billed_usd.usd()),
        percent(result.tolerance_share),
        plain(result.tolerance_usd.usd()),
    )
}

fn count(rows: &[Entry], verdict: Verdict) -> usize {
    rows.iter().filter(|row| row.verdict == verdict).count()
}

fn grid(result: &Reconciliation, all: bool) -> Grid {
    let mut grid = Grid::new([
        label_head(result).as_str(),
        "requests",
        "repriced",
        "billed",
        "residual",
        "of billed",
        "cause",
    ]);
    let (mut hidden, mut agreeing) = (0, Sum::default());
    for entry in &result.rows {
        if all || entry.verdict != Verdict::Agrees {
            grid.rows
                .push(row(label(entry), &Sum::of(entry), cause(entry), false));
        } else {
            hidden += 1;
            agreeing.add(entry);
        }
    }
    if hidden > 0 {
        let name = format!(
            "({hidden} row{} that agree{})",
            plural(hidden),
            if hidden == 1 { "s" } else { "" }
        );
        grid.rows.push(row(name, &agreeing, "agrees".into(), false));
    }
    let total = Sum::of(&result.total);
    grid.rows.push(row(
        "total".into(),
        &total,
        verdict(&result.total).into(),
        true,
    ));
    grid
}

fn label_head(result: &Reconciliation) -> String {
    if result.by.is_empty() {
        "all".into()
    } else {
        result.by.join(" / ")
    }
}

fn label(entry: &Entry) -> String {
    let parts = [entry.model.as_deref(), entry.day.as_deref()];
    let told: Vec<&str> = parts.into_iter().flatten().collect();
    if told.is_empty() {
        "(all)".into()
    } else {
        told.join(" / ")
    }
}

/// What a row shows.
#[derive(Default)]
struct Sum {
    requests: Option<u64>,
    repriced: Money,
    billed: Money,
    residual: Money,
}

impl Sum {
    fn of(entry: &Entry) -> Self {
        let mut sum = Self::default();
        sum.add(entry);
        sum
    }

    fn add(&mut self, entry: &Entry) {
        let plus = |a: Money, b: Money| a.plus(b).unwrap_or(a);
        self.requests = match (self.requests, entry.requests) {
            (Some(a), Some(b)) => Some(a.saturating_add(b)),
            (a, b) => a.or(b),
        };
        self.repriced = plus(self.repriced, entry.repriced_usd);
        self.billed = plus(self.billed, entry.billed_usd);
        self.residual = plus(self.residual, entry.residual_usd);
    }
}

fn row(label: String, sum: &Sum, cause: String, strong: bool) -> Row {
    let share = if sum.billed == Money::ZERO {
        String::new()
    } else {
        percent(sum.residual.usd() / sum.billed.usd())
    };
    let requests = sum
        .requests
        .map_or_else(|| "unknown".into(), |count| thousands(count as f64));
    let numbers = [
        requests,
        plain(sum.repriced.usd()),
        plain(sum.billed.usd()),
        plain(sum.residual.usd()),
        share,
    ];
    let mut cells = vec![Cell::label(label)];
    cells.extend(numbers.into_iter().map(Cell::number));
    cells.push(Cell::label(cause));
    Row { cells, strong }
}

fn verdict(entry: &Entry) -> &'static str {
    match entry.verdict {
        Verdict::Agrees => "agrees",
        Verdict::Explained => "explained",
        Verdict::Unexplained => "unexplained",
    }
}

/// The causes of a row by their codes; with several it cannot be told which.
fn cause(entry: &Entry) -> String {
    let codes = codes(&entry.causes);
    match entry.verdict {
        Verdict::Explained => codes.join(" or "),
        _ => verdict(entry).into(),
    }
}

fn codes(causes: &[Cause]) -> Vec<&'static str> {
    let mut codes: Vec<&'static str> = Vec::new();
    for cause in causes {
        if !codes.contains(&cause.code) {
            codes.push(cause.code);
        }
    }
    codes
}

/// Rows of one model with the same causes are told together, by the first of them.
fn causes(result: &Reconciliation) -> Vec<String> {
    type Alike<'a> = (Option<&'a str>, Vec<&'static str>, Vec<&'static str>);
    let mut groups: Vec<(Alike<'_>, Vec<&Entry>)> = Vec::new();
    let differing = result
        .rows
        .iter()
        .filter(|row| row.verdict != Verdict::Agrees);
    for entry in differing {
        let key = (
            entry.model.as_deref(),
            codes(&entry.causes),
            codes(&entry.possible),
        );
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, rows)) => rows.push(entry),
            None => groups.push((key, vec![entry])),
        }
    }
    groups.iter().map(|(_, rows)| told(rows)).collect()
}

fn told(rows: &[&Entry]) -> String {
    let first = rows[0];
    let more = match rows.len() {
        1 => String::new(),
        many => format!(" and {} more row{}", many - 1, plural(many - 1)),
    };
    let named = &first.causes;
    let list = |causes: &[Cause]| {
        let one = |cause: &Cause| format!("{}: {}", cause.code, cause.what);
        causes.iter().map(one).collect::<Vec<_>>().join("; or ")
    };
    let text = match (named.len(), first.possible.is_empty()) {
        (0, true) => "unexplained".to_owned(),
        (0, false) => format!("unexplained; it would take {}", list(&first.possible)),
        (1, _) => {
            let cause = &named[0];
            format!(
                "{}: {}; that makes {} of {} USD",
                cause.code,
                cause.what,
                plain(cause.effect_usd.usd()),
                plain(first.residual_usd.usd())
            )
        }
        (_, _) => format!("cannot tell which: {}", list(named)),
    };
    format!("{}{more}: {text}", label(first))
}

fn left_out(result: &Reconciliation) -> Vec<String> {
    let one = |left: &crate::analysis::reconcile::LeftOut| {
        let requests = left
            .requests
            .map_or_else(|| "an unknown number of".into(), |n| thousands(n as f64));
        format!(
            "{requests} calls of providers that the bill is not from: {} USD by the price list",
            plain(left.cost_usd.usd())
        )
    };
    result.left_out.iter().map(one).collect()
}

/// One row per row, model and total, amounts with all their digits.
pub fn tidy(result: &Reconciliation) -> Grid {
    let mut grid = Grid::new([
        "row",
        "model",
        "day",
        "requests",
        "input_tokens",
        "output_tokens",
        "repriced_usd",
        "logged_cost_usd",
        "billed_usd",
        "billed_requests",
        "billed_input_tokens",
        "billed_output_tokens",
        "residual_usd",
        "residual_share",
        "tolerance_usd",
        "verdict",
        "causes",
        "possible",
    ]);
    let mut add = |kind: &str, entry: &Entry| grid.rows.push(tidy_row(kind, entry));
    result.rows.iter().for_each(|entry| add("row", entry));
    result.models.iter().for_each(|entry| add("model", entry));
    add("total", &result.total);
    grid
}

fn tidy_row(kind: &str, entry: &Entry) -> Row {
    fn text<T: ToString>(of: Option<T>) -> String {
        of.map_or_else(String::new, |of| of.to_string())
    }
    let billed = entry.billed_tokens.as_ref();
    let labels = [
        kind.to_owned(),
        text(entry.model.as_ref()),
        text(entry.day.as_ref()),
    ];
    let numbers = [
        text(entry.requests),
        entry.tokens.input().to_string(),
        entry.tokens.output().to_string(),
        entry.repriced_usd.to_string(),
        text(entry.logged_cost_usd),
        entry.billed_usd.to_string(),
        text(entry.billed_requests),
        text(billed.map(TokenSums::input)),
        text(billed.map(TokenSums::output)),
        entry.residual_usd.to_string(),
        text(entry.residual_share),
        entry.tolerance_usd.to_string(),
    ];
    let words = [
        verdict(entry).to_owned(),
        codes(&entry.causes).join(" "),
        codes(&entry.possible).join(" "),
    ];
    let mut cells: Vec<Cell> = labels.into_iter().map(Cell::label).collect();
    cells.extend(numbers.into_iter().map(Cell::number));
    cells.extend(words.into_iter().map(Cell::label));
    Row {
        cells,
        strong: false,
    }
}
