//! The catalog as tables: lists with headline figures, and whole rows.

use super::block::{Block, Cell, Grid, Row as Line};
use super::format::{exact, plural, thousands, volume};
use crate::analysis::facts::{
    Figure, Given, HEADLINES, KindList, Listed, Listing, Origin, Price, Row, Shown,
};
use crate::catalog::STALE_DAYS;

/// Sources that a table names by number.
#[derive(Default)]
struct Sources(Vec<String>);

impl Sources {
    fn number(&mut self, origin: &Origin) -> String {
        let text = format!("{} ({})", origin.source, origin.confidence);
        let at = self
            .0
            .iter()
            .position(|known| *known == text)
            .unwrap_or_else(|| {
                self.0.push(text);
                self.0.len() - 1
            });
        (at + 1).to_string()
    }

    fn items(&self) -> impl Iterator<Item = String> {
        self.0
            .iter()
            .enumerate()
            .map(|(at, text)| format!("src {}: {text}", at + 1))
    }
}

/// Lists, each with its sources, and the counts.
pub fn list_blocks(listing: &Listing) -> Vec<Block> {
    let mut blocks = Vec::new();
    for list in &listing.kinds {
        blocks.push(Block::Title(format!("{}: {}", list.kind, list.says)));
        let mut sources = Sources::default();
        blocks.push(Block::Grid(list_grid(list, &mut sources)));
        blocks.push(Block::List(sources.items().collect()));
    }
    blocks.push(Block::Text(counts(listing)));
    blocks
}

/// `615 rows as they stand on 2026-11-23: 235 api, 38 tuning.`
fn counts(listing: &Listing) -> String {
    let rows = format!("{} row{}", listing.rows, plural(listing.rows));
    let kinds = listing
        .kinds
        .iter()
        .map(|list| format!("{} {}", list.rows.len(), list.kind));
    let kinds = match listing.kinds.len() {
        1 => String::new(),
        _ => format!(": {}", kinds.collect::<Vec<_>>().join(", ")),
    };
    let stale = listing
        .kinds
        .iter()
        .flat_map(|list| &list.rows)
        .any(|row| row.origin.stale);
    format!(
        "{rows} as they stand on {}{kinds}.{}",
        listing.as_of,
        legend(stale)
    )
}

fn legend(stale: bool) -> String {
    if stale {
        format!(" ! marks what is more than {STALE_DAYS} days older than that.")
    } else {
        String::new()
    }
}

fn list_grid(list: &KindList, sources: &mut Sources) -> Grid {
    let columns = HEADLINES
        .iter()
        .find(|(kind, _)| *kind == list.kind)
        .map_or(&[][..], |(_, keys)| *keys);
    let heads = columns.iter().map(|(_, label)| *label);
    let mut grid = Grid::new(std::iter::once("id").chain(heads).chain(["as of", "src"]));
    let units: Vec<String> = columns.iter().map(|(key, _)| unit_of(list, key)).collect();
    if units.iter().any(|unit| !unit.is_empty()) {
        grid.row("", units.into_iter().chain([String::new(), String::new()]));
    }
    let mut group = &None;
    for row in &list.rows {
        if row.group != *group {
            group = &row.group;
            let members = list.rows.iter().filter(|other| other.group == *group);
            grid.strong(
                heading(group.as_deref().unwrap_or_default(), members),
                blanks(columns.len() + 2),
            );
        }
        let values = columns.iter().map(|(key, _)| brief(&row.figures, key));
        let origin = [dated(&row.origin), sources.number(&row.origin)];
        grid.row(name(row), values.chain(origin));
    }
    grid
}

fn blanks(count: usize) -> impl Iterator<Item = String> {
    std::iter::repeat_n(String::new(), count)
}

/// `h100-sxm: 14 prices`.
fn heading<'a>(group: &str, members: impl Iterator<Item = &'a Listed>) -> String {
    let count = members.count();
    format!("{group}: {count} price{}", plural(count))
}

fn name(row: &Listed) -> String {
    if row.own {
        format!("{} (own)", row.id)
    } else {
        row.id.clone()
    }
}

fn unit_of(list: &KindList, key: &str) -> String {
    let figures = list.rows.iter().flat_map(|row| &row.figures);
    let unit = figures
        .filter(|figure| figure.key == key)
        .map(|figure| figure.unit)
        .next();
    unit.unwrap_or_default().replace("USD", "$")
}

fn value_of(figures: &[Figure], key: &str) -> String {
    figures
        .iter()
        .find(|figure| figure.key == key)
        .map_or_else(String::new, |figure| text(&figure.value))
}

/// A value of a list: billions shortened.
fn brief(figures: &[Figure], key: &str) -> String {
    let figure = figures.iter().find(|figure| figure.key == key);
    match figure.map(|figure| &figure.value) {
        Some(Given::Number(number)) if *number >= 1e8 => volume(*number),
        _ => value_of(figures, key),
    }
}

fn text(value: &Given) -> String {
    match value {
        Given::Number(number) if number.fract() == 0.0 => thousands(*number),
        Given::Number(number) => exact(*number),
        Given::Text(text) => text.clone(),
    }
}

fn dated(origin: &Origin) -> String {
    if origin.stale {
        format!("!{}", origin.as_of)
    } else {
        origin.as_of.clone()
    }
}

/// Whole rows.
pub fn show_blocks(shown: &Shown) -> Vec<Block> {
    let mut blocks: Vec<Block> = shown
        .rows
        .iter()
        .flat_map(|row| row_blocks(row, &shown.as_of))
        .collect();
    let origins = shown.rows.iter().flat_map(|row| {
        std::iter::once(&row.origin).chain(row.prices.iter().map(|price| &price.origin))
    });
    let legend = legend(origins.into_iter().any(|origin| origin.stale));
    if !legend.is_empty() {
        blocks.push(Block::Text(format!(
            "Prices in force on {}.{legend}",
            shown.as_of
        )));
    }
    blocks
}

fn row_blocks(row: &Row, day: &str) -> Vec<Block> {
    let own = if row.own { ", own catalog" } else { "" };
    let mut blocks = vec![Block::Title(format!("{} ({}{own})", row.id, row.kind))];
    let mut about = Vec::new();
    if !row.aliases.is_empty() {
        about.push(format!("also: {}", row.aliases.join(", ")));
    }
    let origin = &row.origin;
    about.push(format!(
        "source: {}, as of {} ({})",
        origin.source,
        dated(origin),
        origin.confidence
    ));
    about.extend(origin.note.iter().map(|note| format!("note: {note}")));
    blocks.push(Block::List(about));
    if !row.figures.is_empty() {
        blocks.push(Block::Grid(figures_grid(&row.figures)));
    }
    if !row.prices.is_empty() {
        blocks.extend(price_blocks(&row.prices, day));
    }
    blocks
}

fn figures_grid(figures: &[Figure]) -> Grid {
    let mut grid = Grid::new(["figure", "value", "unit", "what it is"]);
    for figure in figures {
        let value = Cell {
            text: text(&figure.value),
            left: matches!(figure.value, Given::Text(_)),
            best: false,
        };
        let cells = [
            Cell::label(figure.key),
            value,
            Cell::label(figure.unit),
            Cell::label(figure.says),
        ];
        grid.rows.push(Line {
            cells: cells.to_vec(),
            strong: false,
        });
    }
    grid
}

/// Prices as columns, because they have more figures than a line holds.
fn price_blocks(prices: &[Price], day: &str) -> Vec<Block> {
    let mut sources = Sources::default();
    let heads = (1..=prices.len()).map(|at| format!("#{at}"));
    let mut grid = Grid::new(std::iter::once("price".to_owned()).chain(heads));
    if prices.iter().any(|price| price.status.is_some()) {
        let statuses = prices
            .iter()
            .map(|price| price.status.unwrap_or_default().to_owned());
        grid.row(format!("on {day}"), statuses);
    }
    for (key, unit) in keys(prices) {
        let label = if unit.is_empty() {
            key.to_owned()
        } else {
            format!("{key} [{unit}]")
        };
        grid.row(
            label,
            prices.iter().map(|price| value_of(&price.figures, key)),
        );
    }
    grid.row("as of", prices.iter().map(|price| dated(&price.origin)));
    grid.row(
        "confidence",
        prices.iter().map(|price| price.origin.confidence.clone()),
    );
    grid.row(
        "src",
        prices.iter().map(|price| sources.number(&price.origin)),
    );
    let notes = prices.iter().enumerate().filter_map(|(at, price)| {
        price
            .origin
            .note
            .as_ref()
            .map(|note| format!("note on #{}: {note}", at + 1))
    });
    let items = sources.items().chain(notes).collect();
    vec![Block::Grid(grid), Block::List(items)]
}

/// Keys that any price has with their units; those that say which price it is stand first.
fn keys(prices: &[Price]) -> Vec<(&'static str, &'static str)> {
    let mut keys: Vec<(&'static str, &'static str)> = Vec::new();
    for figure in prices.iter().flat_map(|price| &price.figures) {
        if !keys.iter().any(|(key, _)| *key == figure.key) {
            keys.push((figure.key, figure.unit));
        }
    }
    keys.sort_by_key(|(key, _)| key.contains("usd_per"));
    keys
}

/// One row per headline figure.
pub fn list_tidy(listing: &Listing) -> Grid {
    let mut grid = Grid::new(TIDY);
    for list in &listing.kinds {
        for row in &list.rows {
            let line = |figure| tidy_line(list.kind, &row.id, "", "", figure, &row.origin);
            grid.rows.extend(row.figures.iter().map(line));
        }
    }
    grid
}

/// One row per figure; those of prices carry the number of the price and whether it is in force.
pub fn show_tidy(shown: &Shown) -> Grid {
    let mut grid = Grid::new(TIDY);
    for row in &shown.rows {
        let line = |figure| tidy_line(row.kind, &row.id, "", "", figure, &row.origin);
        grid.rows.extend(row.figures.iter().map(line));
        for (at, price) in row.prices.iter().enumerate() {
            let number = (at + 1).to_string();
            let status = price.status.unwrap_or_default();
            let line =
                |figure| tidy_line(row.kind, &row.id, &number, status, figure, &price.origin);
            grid.rows.extend(price.figures.iter().map(line));
        }
    }
    grid
}

const TIDY: [&str; 10] = [
    "kind",
    "id",
    "price",
    "status",
    "figure",
    "value",
    "unit",
    "as_of",
    "confidence",
    "source",
];

fn tidy_line(
    kind: &str,
    id: &str,
    price: &str,
    status: &str,
    figure: &Figure,
    origin: &Origin,
) -> Line {
    let value = match &figure.value {
        Given::Number(number) => Cell::number(number.to_string()),
        Given::Text(text) => Cell::label(text.clone()),
    };
    let mut cells = [kind, id, price, status, figure.key]
        .map(Cell::label)
        .to_vec();
    cells.push(value);
    cells.extend(
        [
            figure.unit,
            &origin.as_of,
            &origin.confidence,
            &origin.source,
        ]
        .map(Cell::label),
    );
    Line {
        cells,
        strong: false,
    }
}
