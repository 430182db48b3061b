//! `diff`: the verdict first, then what each option costs more or less and why, then what changed.

use serde_json::Value;

use super::block::{Block, Cell, Grid, Row};
use super::format::{exact, money, percent, plural, signed, volume};
use crate::analysis::diff::{
    BreakEvenChange, Bridge, Cause, Crossings, Diff, InputChange, NpvDiff, OptionDiff, Status, usd,
};
use crate::scenario::Currency;

/// The report of a difference.
pub fn blocks(diff: &Diff) -> Vec<Block> {
    let currency = currency(diff);
    let mut blocks = vec![Block::Text(verdict(diff, &currency))];
    blocks.push(Block::Grid(grid(diff, &currency, "a month", monthly)));
    if diff.options.iter().any(|option| option.npv.is_some()) {
        blocks.push(Block::Title("Present value of the whole plan".into()));
        blocks.push(Block::Grid(grid(diff, &currency, "in all", present)));
    }
    let together: Vec<String> = diff
        .options
        .iter()
        .filter_map(|option| together(option, &currency))
        .collect();
    if !together.is_empty() {
        blocks.push(Block::List(together));
    }
    if diff.of == "results" {
        blocks.extend(lines(diff, &currency));
    }
    if !diff.inputs.is_empty() {
        blocks.push(Block::Title("What changed in the inputs".into()));
        blocks.push(Block::List(diff.inputs.iter().map(input).collect()));
    }
    if !diff.facts.is_empty() {
        blocks.push(Block::Title("Catalog rows of only one side".into()));
        let fact =
            |fact: &crate::analysis::diff::FactChange| format!("{}: {}", fact.side, fact.fact);
        blocks.push(Block::List(diff.facts.iter().map(fact).collect()));
    }
    if !diff.break_even.is_empty() {
        blocks.push(Block::Title("Break-even volumes [requests a day]".into()));
        blocks.push(Block::List(break_evens(diff)));
    }
    if !diff.cannot_tell.is_empty() {
        blocks.push(Block::Title("What this cannot tell".into()));
        blocks.push(Block::List(diff.cannot_tell.clone()));
    }
    blocks
}

/// The verdict and the table alone.
pub fn money_blocks(diff: &Diff) -> Vec<Block> {
    let currency = currency(diff);
    vec![
        Block::Text(verdict(diff, &currency)),
        Block::Grid(grid(diff, &currency, "a month", monthly)),
    ]
}

fn currency(diff: &Diff) -> Currency {
    Currency {
        code: diff.currency.clone(),
        per_usd: diff.currency_per_usd,
    }
}

/// "own stays cheapest: +$1,204 a month (+3.1 %, $38,800 to $40,004), of which price +$900, ..."
pub fn verdict(diff: &Diff, currency: &Currency) -> String {
    let verdict = &diff.verdict;
    let of = |name: &str| diff.options.iter().find(|option| option.name == name);
    let (old, new) = (
        money(verdict.old_usd, currency),
        money(verdict.new_usd, currency),
    );
    if verdict.cheapest_old != verdict.cheapest_new {
        let gone = match of(&verdict.cheapest_old) {
            Some(option) if option.status != Status::Removed => {
                format!("{}: {}", option.name, change(option, currency))
            }
            _ => format!("{} is gone", verdict.cheapest_old),
        };
        return format!(
            "The cheapest option changes from {} ({old} a month) to {} ({new} a month, {}); {gone}.",
            verdict.cheapest_old,
            verdict.cheapest_new,
            signed(verdict.delta_usd, currency),
        );
    }
    match of(&verdict.cheapest_new) {
        Some(option) => format!(
            "{} stays cheapest: {}.",
            option.name,
            change(option, currency)
        ),
        None => String::new(),
    }
}

/// "+$1,204 a month (+3.1 %, $38,800 to $40,004), of which price +$900, staffing +$304"
fn change(option: &OptionDiff, currency: &Currency) -> String {
    let (Some(old), Some(new), Some(delta)) = (option.old_usd, option.new_usd, option.delta_usd)
    else {
        return "no cost on one side".into();
    };
    if option.status == Status::Same {
        return format!("the same {} a month", money(new, currency));
    }
    let share = option
        .delta_share
        .map_or_else(String::new, |share| format!("{}, ", signed_percent(share)));
    let mut text = format!(
        "{} a month ({share}{} to {})",
        signed(delta, currency),
        money(old, currency),
        money(new, currency)
    );
    let causes = causes(option, currency);
    if !causes.is_empty() {
        text.push_str(&format!(", of which {}", causes.join(", ")));
    }
    text
}

/// The causes of a difference, the largest first.
fn causes(option: &OptionDiff, currency: &Currency) -> Vec<String> {
    let Some(bridge) = &option.bridge else {
        return Vec::new();
    };
    let mut parts: Vec<_> = bridge.causes.iter().filter(|p| p.nano_usd != 0).collect();
    parts.sort_by_key(|part| -part.nano_usd.abs());
    parts
        .iter()
        .map(|part| format!("{} {}", part.cause.name(), signed(part.usd, currency)))
        .collect()
}

fn signed_percent(share: f64) -> String {
    let sign = if share > 0.0 { "+" } else { "" };
    format!("{sign}{}", percent(share))
}

/// What a row of the table is made of: costs before and after, their difference, its bridge.
type Costs<'a> = (Option<f64>, Option<f64>, Option<f64>, Option<&'a Bridge>);

fn monthly(option: &OptionDiff) -> Costs<'_> {
    let bridge = option.bridge.as_ref();
    (option.old_usd, option.new_usd, option.delta_usd, bridge)
}

fn present(option: &OptionDiff) -> Costs<'_> {
    let npv = option.npv.as_ref();
    let of = |pick: fn(&NpvDiff) -> f64| npv.map(pick);
    (
        of(|npv| npv.old_usd),
        of(|npv| npv.new_usd),
        of(|npv| npv.delta_usd),
        npv.map(|npv| &npv.bridge),
    )
}

/// One row per option; of the causes only those that move any of them.
fn grid(
    diff: &Diff,
    currency: &Currency,
    what: &str,
    costs: for<'a> fn(&'a OptionDiff) -> Costs<'a>,
) -> Grid {
    let moves = |cause: &Cause| {
        let amounts = diff
            .options
            .iter()
            .map(|option| amount(costs(option).3, *cause));
        amounts.into_iter().any(|nano| nano != 0)
    };
    let shown: Vec<Cause> = Cause::ALL.into_iter().filter(moves).collect();
    let heads = [
        format!("{} {what}", currency.code),
        "before".into(),
        "after".into(),
        "change".into(),
    ];
    let causes = shown.iter().map(|cause| cause.name().to_owned());
    let mut grid = Grid::new(heads.into_iter().chain(causes));
    for option in &diff.options {
        let (old, new, delta, bridge) = costs(option);
        let usd_or = |usd: Option<f64>| usd.map_or_else(|| "-".into(), |usd| money(usd, currency));
        let change = match option.status {
            Status::Added => "new".to_owned(),
            Status::Removed => "gone".to_owned(),
            _ => signed(delta.unwrap_or_default(), currency),
        };
        let mut cells = vec![usd_or(old), usd_or(new), change];
        cells.extend(shown.iter().map(|cause| match amount(bridge, *cause) {
            0 => String::new(),
            nano => signed(usd(nano), currency),
        }));
        let label = match &option.renamed_from {
            Some(old) => format!("{} (was {old})", option.name),
            None => option.name.clone(),
        };
        grid.row(label, cells);
    }
    grid
}

fn amount(bridge: Option<&Bridge>, cause: Cause) -> i128 {
    let parts = bridge.into_iter().flat_map(|bridge| &bridge.causes);
    parts
        .filter(|part| part.cause == cause)
        .map(|part| part.nano_usd)
        .sum()
}

fn together(option: &OptionDiff, currency: &Currency) -> Option<String> {
    let groups = &option.bridge.as_ref()?.together;
    let texts: Vec<String> = groups
        .iter()
        .map(|group| {
            let names: Vec<&str> = group.causes.iter().map(|cause| cause.name()).collect();
            format!("{} {}", names.join(" and "), signed(group.usd, currency))
        })
        .collect();
    (!texts.is_empty()).then(|| {
        format!(
            "{}: under other, because no valid scenario has one without the other: {}",
            option.name,
            texts.join("; ")
        )
    })
}

/// The lines that differ, where they are all that is known.
fn lines(diff: &Diff, currency: &Currency) -> Vec<Block> {
    let mut grid = Grid::new(["line", "before", "after", "change"]);
    for option in &diff.options {
        for line in option.lines.iter().filter(|_| option.delta_usd.is_some()) {
            grid.row(
                format!("{}: {}, {}", option.name, line.category, line.label),
                [
                    money(line.old_usd, currency),
                    money(line.new_usd, currency),
                    signed(line.delta_usd, currency),
                ],
            );
        }
    }
    if grid.rows.is_empty() {
        return Vec::new();
    }
    vec![Block::Title("Lines that differ".into()), Block::Grid(grid)]
}

fn input(change: &InputChange) -> String {
    let value = |value: &Option<Value>| match value {
        Some(Value::Number(number)) => exact(number.as_f64().unwrap_or_default()),
        Some(value) => value.to_string(),
        None => "not given".to_owned(),
    };
    let cause = change.cause.map_or("moves no cost", Cause::name);
    let place = change.new_place.as_ref().or(change.old_place.as_ref());
    let place = place.map_or_else(String::new, |place| format!("; {place}"));
    format!(
        "{}: {} -> {} ({cause}{place})",
        change.path,
        value(&change.old),
        value(&change.new)
    )
}

fn break_evens(diff: &Diff) -> Vec<String> {
    let changed = diff.break_even.iter().filter(|pair| pair.changed);
    let mut items: Vec<String> = changed.map(break_even).collect();
    let same = diff.break_even.len() - items.len();
    if same > 0 {
        items.push(format!("{same} pair{} as before", plural(same)));
    }
    items
}

fn break_even(pair: &BreakEvenChange) -> String {
    format!(
        "{} and {}: {}; before: {}",
        pair.a,
        pair.b,
        crossings(&pair.new, pair),
        crossings(&pair.old, pair)
    )
}

/// "own cheaper from 3.91 M", or which one is cheaper throughout.
fn crossings(of: &Crossings, pair: &BreakEvenChange) -> String {
    match of.verdict.as_str() {
        "never" => format!("{} is never cheaper", pair.b),
        "always" => format!("{} is always cheaper", pair.b),
        _ => changes(of),
    }
}

/// Every change of the cheaper option; of many the first and the last.
fn changes(of: &Crossings) -> String {
    const MANY: usize = 3;
    let texts: Vec<String> = of
        .crossings
        .iter()
        .map(|crossing| {
            let at = volume(crossing.requests_per_day);
            format!("{} cheaper from {at}", crossing.cheaper_after)
        })
        .collect();
    match &texts[..] {
        [first, .., last] if texts.len() >= MANY => {
            let between = texts.len() - 2;
            format!(
                "{first}, to and fro {between} more time{}, {last}",
                plural(between)
            )
        }
        _ => texts.join(", "),
    }
}

/// One row per amount: totals, causes and lines of each option, in US dollars.
pub fn tidy(diff: &Diff) -> Grid {
    let mut grid = Grid::new([
        "option",
        "status",
        "part",
        "name",
        "old_usd",
        "new_usd",
        "delta_usd",
    ]);
    for option in &diff.options {
        let texts = |part: &str, name: &str| {
            let status = serde_json::to_value(option.status).unwrap_or_default();
            let status = status.as_str().unwrap_or_default().to_owned();
            [option.name.clone(), status, part.into(), name.into()].map(Cell::label)
        };
        let mut row = |part: &str, name: &str, amounts: [Option<f64>; 3]| {
            let numbers = amounts
                .map(|usd| Cell::number(usd.map_or_else(String::new, |usd| usd.to_string())));
            grid.rows.push(Row {
                cells: texts(part, name).into_iter().chain(numbers).collect(),
                strong: part == "total",
            });
        };
        row(
            "total",
            "total",
            [option.old_usd, option.new_usd, option.delta_usd],
        );
        for part in option.bridge.iter().flat_map(|bridge| &bridge.causes) {
            row("cause", part.cause.name(), [None, None, Some(part.usd)]);
        }
        if let Some(npv) = &option.npv {
            let amounts = [npv.old_usd, npv.new_usd, npv.delta_usd];
            row("npv", "total", amounts.map(Some));
            for part in &npv.bridge.causes {
                row("npv cause", part.cause.name(), [None, None, Some(part.usd)]);
            }
        }
        for line in &option.lines {
            let name = format!("{}: {}", line.category, line.label);
            let amounts = [line.old_usd, line.new_usd, line.delta_usd];
            row("line", &name, amounts.map(Some));
        }
    }
    grid
}
