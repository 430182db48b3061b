//! Calls that are older than the first price of their model.

use std::collections::{BTreeSet, HashSet};

use super::Prices;
use crate::usage::group::{Class, Grouping};
use crate::warning::Warning;

impl Prices<'_> {
    /// A warning where calls are older than the first price that is known of their model and tier: that price was
    /// taken. Only calls of which `asked` says that they were priced are looked at.
    pub fn older(&self, grouping: &Grouping, asked: impl Fn(&Class) -> bool) -> Option<Warning> {
        let mut known = HashSet::new();
        let mut models = BTreeSet::new();
        let classes = grouping.cells.keys().map(|key| key.class);
        for class in classes.filter(|class| asked(class)) {
            if known.insert(class) && self.is_older(grouping, &class) {
                models.extend(class.model.map(|at| grouping.names.name(at)));
            }
        }
        if models.is_empty() {
            return None;
        }
        let names: Vec<&str> = models.into_iter().collect();
        let message = format!(
            "calls are older than the first known price of {}: that price was taken",
            names.join(", ")
        );
        let hint = "list the prices of that time in a file of your own: --prices FILE";
        Some(Warning::new("older-than-prices", message, hint))
    }

    fn is_older(&self, grouping: &Grouping, class: &Class) -> bool {
        let name = |at: u32| grouping.names.name(at);
        let book = class
            .model
            .and_then(|model| self.book(class.provider.map(name), name(model)));
        let tier = class.tier.map_or("standard", name);
        book.is_some_and(|book| {
            let step = self.step(&book, tier, class.slot);
            let from = step.and_then(|(step, _)| step.from);
            from.is_some_and(|from| from > self.day(&book, class.slot))
        })
    }
}
