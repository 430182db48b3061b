//! Lists of words by group.

use super::words::{Series, Words};

/// Times by group in one store.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// Their words.
    pub words: Words,
    /// Lists by group.
    pub groups: Vec<Series>,
}

impl Lists {
    /// The list of a group.
    pub fn of(&self, group: u32) -> Series {
        self.groups.get(group as usize).copied().unwrap_or_default()
    }

    /// Adds a word to the list of a group.
    #[inline]
    pub fn push(&mut self, group: u32, word: u32) {
        let at = group as usize;
        if at >= self.groups.len() {
            self.groups.resize(at + 1, Series::default());
        }
        self.words.push(&mut self.groups[at], word);
    }

    /// Gives a group another list.
    pub fn replace(&mut self, group: u32, list: &[u32]) {
        let old = std::mem::take(&mut self.groups[group as usize]);
        self.words.free(old);
        for word in list {
            self.push(group, *word);
        }
    }

    /// The same lists under other groups.
    #[must_use]
    pub fn moved(mut self, groups: &[u32]) -> Self {
        let most = groups.iter().max().map_or(0, |most| *most as usize + 1);
        let old = std::mem::replace(&mut self.groups, vec![Series::default(); most]);
        for (series, group) in old.into_iter().zip(groups) {
            self.groups[*group as usize] = series;
        }
        self
    }
}
