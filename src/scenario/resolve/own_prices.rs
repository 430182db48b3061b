//! Prices that a scenario states itself, over those of the catalog.

use super::super::{Given, PriceBook, PriceStep};
use super::context::Context;
use crate::table::Num;

/// Prices that a scenario may state itself.
pub struct OwnPrices<'a> {
    pub input: Option<&'a Num>,
    pub output: Option<&'a Num>,
    pub cache_read: Option<&'a Num>,
    pub cache_write: Option<&'a Num>,
    pub batch_input: Option<&'a Num>,
    pub batch_output: Option<&'a Num>,
}

impl OwnPrices<'_> {
    pub fn complete(&self) -> bool {
        self.input.is_some() && self.output.is_some()
    }

    fn any(&self) -> bool {
        [
            self.input,
            self.output,
            self.cache_read,
            self.cache_write,
            self.batch_input,
            self.batch_output,
        ]
        .iter()
        .any(Option::is_some)
    }

    /// Puts the stated prices over those of the catalog: a stated price holds at every date, prompt
    /// length and hour; a component that is not stated keeps the catalog's.
    pub fn over(&self, mut book: PriceBook, tier: &str, cx: &mut Context<'_>) -> PriceBook {
        if !self.any() {
            return book;
        }
        if self.complete() {
            book.steps.retain(|step| step.tier == "batch");
            let (Some(input), Some(output)) = (cx.maybe(self.input), cx.maybe(self.output)) else {
                return book;
            };
            book.steps.push(flat(tier, input, output));
        }
        let batch = (cx.maybe(self.batch_input), cx.maybe(self.batch_output));
        if self.complete() || batch.0.is_some() {
            book.steps.retain(|step| step.tier != "batch");
        }
        if let (Some(input), Some(output)) = batch {
            book.steps.push(flat("batch", input, output));
        }
        for step in book.steps.iter_mut().filter(|step| step.tier != "batch") {
            step.input = cx.maybe(self.input).unwrap_or_else(|| step.input.clone());
            step.output = cx.maybe(self.output).unwrap_or_else(|| step.output.clone());
            step.cache_read = cx.maybe(self.cache_read).or_else(|| step.cache_read.take());
            if let Some(write) = cx.maybe(self.cache_write) {
                step.cache_write_long = Some(write.clone());
                step.cache_write = Some(write);
            }
        }
        book
    }
}

pub fn flat(tier: &str, input: Given, output: Given) -> PriceStep {
    PriceStep {
        from: None,
        tier: tier.to_owned(),
        above: None,
        window: None,
        input,
        output,
        cache_read: None,
        cache_write: None,
        cache_write_long: None,
    }
}
