//! `catalog import`: what became of the entries of a published file, counted.

use std::collections::BTreeMap;

use super::block::Block;
use crate::catalog::import::{Format, Import, Told};

/// The project that publishes a format.
pub fn format(format: Format) -> &'static str {
    match format {
        Format::Litellm => "litellm",
        Format::GenaiPrices => "genai-prices",
    }
}

/// What a file of a format is.
pub fn expected(format: Format) -> &'static str {
    match format {
        Format::Litellm => "an object of models: model_prices_and_context_window.json",
        Format::GenaiPrices => "a list of providers, each with its models",
    }
}

/// Refused entries that are told one by one.
const TOLD: usize = 40;

/// The counts, the refused entries, and what has no place in a row.
pub fn blocks(import: &Import) -> Vec<Block> {
    let mut blocks = vec![Block::Text(sentence(import))];
    if !import.refused.is_empty() {
        blocks.push(Block::Title("Refused".into()));
        blocks.push(Block::List(refused(import)));
    }
    for (title, list) in [
        ("At zero or without a price", &import.zero_priced),
        ("Not sold by text tokens", &import.not_by_token),
    ] {
        if !list.is_empty() {
            blocks.push(Block::Title(title.into()));
            blocks.push(Block::List(by_reason(list)));
        }
    }
    if !import.not_mapped.is_empty() {
        blocks.push(Block::Title("Prices that a row has no place for".into()));
        let counts = import.not_mapped.iter();
        let counts = counts.map(|count| format!("{} of {}", count.key, entries(count.entries)));
        blocks.push(Block::Text(counts.collect::<Vec<_>>().join("; ") + "."));
    }
    blocks
}

fn entries(count: usize) -> String {
    if count == 1 {
        "1 entry".into()
    } else {
        format!("{count} entries")
    }
}

fn sentence(import: &Import) -> String {
    format!(
        "{} of {}: {} accepted as rows, {} merged as other names of them at the same prices, {} refused \
         as implausible, {} at zero or without a price (never taken for free), {} not sold by text tokens.",
        entries(import.entries),
        import.file,
        import.accepted,
        import.merged,
        import.refused.len(),
        import.zero_priced.len(),
        import.not_by_token.len()
    )
}

fn refused(import: &Import) -> Vec<String> {
    let told = import.refused.iter().take(TOLD);
    let mut items: Vec<String> = told.map(|t| format!("{}: {}", t.entry, t.reason)).collect();
    let more = import.refused.len() - items.len();
    if more > 0 {
        items.push(format!(
            "{more} more entr{} in --report",
            if more == 1 { "y" } else { "ies" }
        ));
    }
    items
}

fn by_reason(list: &[Told]) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for told in list {
        reasons.entry(&told.reason).or_default().push(&told.entry);
    }
    let mut counted: Vec<(&str, Vec<&str>)> = reasons.into_iter().collect();
    counted.sort_by_key(|(_, entries)| std::cmp::Reverse(entries.len()));
    counted
        .iter()
        .map(|(reason, names)| format!("{}: {reason}, such as {}", entries(names.len()), names[0]))
        .collect()
}
