//! What calls cost by the price list, as they are or under a supposition: every supposition is a change of the
//! prices, or of how tokens fall into buckets, with nothing to fit.

use std::collections::BTreeMap;

use crate::usage::group::Cell;
use crate::usage::money::{Money, TokenPrices};
use crate::usage::price::Prices;
use crate::usage::record::{BUCKETS, Bucket, TokenSums, is_output};
use crate::usage::shape::{Shapes, Slot};

/// Calls that cost the same per token.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// Model as the rows name it.
    pub model: Option<String>,
    /// Who served it.
    pub provider: Option<String>,
    /// Tier; the standard one is none.
    pub tier: Option<String>,
    /// Step, length and hour of the price list.
    pub slot: Slot,
    /// Whether it costs more for being bound to a region.
    pub regional: bool,
    /// Whether the rows carry a cost of their own.
    pub logged: bool,
}

/// Calls of a row.
pub type Parts = BTreeMap<Part, Cell>;

/// A supposition about how calls were billed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// As the log says.
    None,
    /// Cache reads at the price of other input.
    ReadsAsInput,
    /// Cache writes at the price of other input.
    WritesAsInput,
    /// All cache writes as those for an hour.
    WritesForAnHour,
    /// All cache writes as those for five minutes.
    WritesForFiveMinutes,
    /// All calls in this tier.
    Tier(&'static str),
    /// All calls bound to a region, or none.
    Region(bool),
    /// All prompts in this class of length.
    Length(u8),
    /// Cache reads are inside the input that the log counts as not cached.
    ReadsCountedTwice,
    /// Reasoning is inside the output that the log counts as visible.
    ReasoningCountedTwice,
    /// Nothing but answers.
    OutputOnly,
    /// All input read from a cache.
    AllRead,
}

/// A cost.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cost {
    /// Amount.
    pub usd: Money,
    /// Tokens that it leaves out, for want of a price.
    pub unpriced: TokenSums,
    /// Whether a price of batches was taken as half of the standard price.
    pub half: bool,
}

/// The cost of parts under a supposition; none where it has no price or goes beyond any magnitude.
///
/// Without a price the logged cost counts, where there is one.
pub fn cost(parts: &Parts, prices: &Prices<'_>, change: Change) -> Option<Cost> {
    let mut sum = Cost::default();
    for (part, cell) in parts {
        let one = part_cost(part, cell, prices, change)?;
        sum.usd = sum.usd.plus(one.usd)?;
        sum.unpriced.merge(&one.unpriced);
        sum.half |= one.half;
    }
    Some(sum)
}

fn part_cost(part: &Part, cell: &Cell, prices: &Prices<'_>, change: Change) -> Option<Cost> {
    if cell.tokens.is_zero() {
        return Some(Cost {
            usd: cell.logged,
            ..Cost::default()
        });
    }
    let model = part.model.as_deref().unwrap_or_default();
    let book = prices.book(part.provider.as_deref(), model);
    let own = part.tier.as_deref().unwrap_or("standard");
    let tier = match change {
        Change::Tier(tier) => tier,
        _ => own,
    };
    let slot = Slot {
        length: match change {
            Change::Length(length) => length.min(lengths(part, prices).len() as u8),
            _ => part.slot.length,
        },
        ..part.slot
    };
    let regional = match change {
        Change::Region(regional) => regional,
        _ => part.regional,
    };
    let found = book
        .as_ref()
        .and_then(|book| prices.price(book, tier, slot, regional));
    let Some(priced) = found else {
        // A tier that is only supposed has to have a price.
        let supposed = book.is_some() && tier != own;
        return (!supposed).then(|| as_logged(part, cell));
    };
    let tokens = moved(&cell.tokens, change)?;
    let token_prices = changed(priced.prices, change);
    let (usd, _) = token_prices.cost(&tokens)?;
    let unpriced = token_prices.unpriced(&tokens);
    let usd = if unpriced.is_zero() || !part.logged {
        usd
    } else {
        cell.logged
    };
    Some(Cost {
        usd,
        unpriced: if part.logged {
            TokenSums::default()
        } else {
            unpriced
        },
        half: priced.half,
    })
}

fn as_logged(part: &Part, cell: &Cell) -> Cost {
    Cost {
        usd: cell.logged,
        unpriced: if part.logged {
            TokenSums::default()
        } else {
            cell.tokens
        },
        half: false,
    }
}

/// Lengths of prompts beyond which a model costs otherwise (tokens).
pub fn lengths(part: &Part, prices: &Prices<'_>) -> Vec<u64> {
    let model = part.model.as_deref().unwrap_or_default();
    prices.shape(part.provider.as_deref(), model).above.clone()
}

fn changed(mut prices: TokenPrices, change: Change) -> TokenPrices {
    let writes = [
        Bucket::CacheWrite5m,
        Bucket::CacheWrite1h,
        Bucket::CacheWriteUnknown,
    ];
    let price = |prices: &TokenPrices, bucket: Bucket| prices.0[bucket as usize];
    match change {
        Change::ReadsAsInput => {
            prices.0[Bucket::CacheRead as usize] = price(&prices, Bucket::InputUncached);
        }
        Change::WritesAsInput | Change::WritesForAnHour | Change::WritesForFiveMinutes => {
            let as_what = match change {
                Change::WritesForAnHour => Bucket::CacheWrite1h,
                Change::WritesForFiveMinutes => Bucket::CacheWrite5m,
                _ => Bucket::InputUncached,
            };
            for bucket in writes {
                prices.0[bucket as usize] = price(&prices, as_what);
            }
        }
        Change::AllRead => {
            prices.0[Bucket::InputUncached as usize] = price(&prices, Bucket::CacheRead);
        }
        _ => {}
    }
    prices
}

/// Tokens as the supposition counts them; none where it cannot be so.
fn moved(tokens: &TokenSums, change: Change) -> Option<TokenSums> {
    let mut sums = *tokens;
    let mut subtract = |from: Bucket, part: Bucket| {
        let rest = tokens.get(from).checked_sub(tokens.get(part))?;
        sums.set(from, rest);
        Some(())
    };
    match change {
        Change::ReadsCountedTwice => subtract(Bucket::InputUncached, Bucket::CacheRead)?,
        Change::ReasoningCountedTwice => subtract(Bucket::OutputVisible, Bucket::Reasoning)?,
        Change::OutputOnly => {
            for (bucket, _) in BUCKETS.iter().filter(|(bucket, _)| !is_output(*bucket)) {
                sums.set(*bucket, 0);
            }
        }
        _ => {}
    }
    Some(sums)
}

/// The amounts that parts carry themselves; none where they carry none.
pub fn logged(parts: &Parts) -> Option<Money> {
    let mut with_cost = parts.iter().filter(|(part, _)| part.logged).peekable();
    with_cost.peek()?;
    with_cost.try_fold(Money::ZERO, |sum, (_, cell)| sum.plus(cell.logged))
}

/// Calls and tokens of parts; calls are none where no row tells them.
pub fn counts(parts: &Parts) -> (Option<u64>, TokenSums) {
    let (mut requests, mut told, mut tokens) = (0_u64, parts.is_empty(), TokenSums::default());
    for cell in parts.values() {
        requests = requests.saturating_add(cell.requests);
        told |= cell.requests > 0;
        tokens.merge(&cell.tokens);
    }
    (told.then_some(requests), tokens)
}
