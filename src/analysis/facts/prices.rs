//! The prices of a row: which one a list shows, and which are past, in force or announced.

use super::Price;
use super::figures::{figures, inline, origin};
use crate::catalog::browse::{self, Document};
use crate::catalog::rows::{ApiRow, TIERS};
use crate::date::Date;
use crate::diagnostic::Problems;
use crate::document::{Node, Value};
use crate::scenario::{PriceBook, PriceStep};
use crate::table::{Key, Table, keys_at};

/// The price that a list shows: in force, of the standard tier where there is one; without dates the first.
pub(super) fn headline_price(row: &Document, day: Date) -> Option<&Node> {
    let prices = price_nodes(row);
    let Some(book) = book(row) else {
        return prices.first();
    };
    let tier = TIERS.iter().find(|tier| !book.on(day, tier).is_empty())?;
    let base: &PriceStep = book.on(day, tier).into_iter().next()?;
    let at = book
        .steps
        .iter()
        .position(|step| std::ptr::eq(step, base))?;
    prices.get(at)
}

fn price_nodes(row: &Document) -> &[Node] {
    row.node.get("price").map_or(&[], browse::list)
}

pub(super) fn price_keys(row: &Document) -> &'static [Key] {
    keys_at(row.keys, "price")
}

/// The dated prices of an API row, one step per price of the file.
fn book(row: &Document) -> Option<PriceBook> {
    if row.kind != "api" {
        return None;
    }
    let book = PriceBook::of(&ApiRow::read(&row.node, &mut Problems::default()), row.own);
    (book.steps.len() == price_nodes(row).len()).then_some(book)
}

/// The prices in order: tier, long prompts, hours, then date.
pub(super) fn prices(row: &Document, day: Date) -> Vec<Price> {
    let statuses = book(row).map(|book| statuses(&book, day));
    let mut list: Vec<(&Node, Option<&'static str>)> = price_nodes(row)
        .iter()
        .enumerate()
        .map(|(at, node)| (node, statuses.as_ref().map(|list| list[at])))
        .collect();
    if statuses.is_some() {
        list.sort_by_key(|(node, _)| place_in_order(node));
    }
    let price = |(node, status): (&Node, Option<&'static str>)| Price {
        figures: figures(node, price_keys(row)),
        origin: origin(node, day),
        status,
    };
    list.into_iter().map(price).collect()
}

fn place_in_order(node: &Node) -> (Option<usize>, u64, String, Option<Date>) {
    let text = |key: &str| node.get(key).and_then(Node::text).unwrap_or_default();
    let above = match node.get("above_prompt_tokens").map(|node| &node.value) {
        Some(Value::Number(number)) => *number as u64,
        _ => 0,
    };
    let tier = TIERS.iter().position(|tier| *tier == text("tier"));
    let from = node.get("from").and_then(|from| Date::parse(&inline(from)));
    (tier, above, text("hours_utc").to_owned(), from)
}

/// Whether each price counts on a day, in the order of the file.
fn statuses(book: &PriceBook, day: Date) -> Vec<&'static str> {
    let status = |step: &PriceStep| {
        if step.from.is_some_and(|from| from > day) {
            "announced"
        } else if book
            .on(day, &step.tier)
            .into_iter()
            .any(|chosen| std::ptr::eq(chosen, step))
        {
            "in force"
        } else {
            "past"
        }
    };
    book.steps.iter().map(status).collect()
}
