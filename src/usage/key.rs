//! Keys of groups: one part per dimension, texts by their index, times as numbers.

use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::record::Record;
use super::semantics::Source;
use crate::date::Date;

/// What can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// Who is to pay.
    Tenant,
    /// What it was for.
    Feature,
    /// Prompt with its version.
    Prompt,
    /// Model as served.
    Model,
    /// Who served it.
    Provider,
    /// Service tier.
    Tier,
    /// Conversation.
    Session,
    /// Success or failure.
    Status,
    /// Source of the row.
    Source,
    /// Hour.
    Hour,
    /// Day.
    Day,
    /// Week, from Monday.
    Week,
    /// Month.
    Month,
}

/// Dimensions with their names after `--by`.
pub const DIMENSIONS: [(&str, Dimension); 13] = [
    ("tenant", Dimension::Tenant),
    ("feature", Dimension::Feature),
    ("prompt", Dimension::Prompt),
    ("model", Dimension::Model),
    ("provider", Dimension::Provider),
    ("tier", Dimension::Tier),
    ("session", Dimension::Session),
    ("status", Dimension::Status),
    ("source", Dimension::Source),
    ("hour", Dimension::Hour),
    ("day", Dimension::Day),
    ("week", Dimension::Week),
    ("month", Dimension::Month),
];

/// Parts of a key, one per dimension; `None` where the row does not tell.
pub type Part = Option<u32>;

/// A part that is not told, within stored keys: no index of a text, and no time that an instant lies in.
const NOT_TOLD: u32 = 1 << 31;

/// Keys by index, in one list.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    parts: Vec<u32>,
    dimensions: usize,
    len: usize,
    index: HashTable<u32>,
}

impl Keys {
    /// No keys of so many dimensions.
    pub fn of(dimensions: usize) -> Self {
        Self {
            dimensions,
            ..Self::default()
        }
    }

    /// Keys that are known to differ, by their parts one after another. They are only looked at: none is found again.
    pub fn listed(dimensions: usize, parts: impl Iterator<Item = Part>) -> Self {
        let parts: Vec<u32> = parts.map(|part| part.unwrap_or(NOT_TOLD)).collect();
        Self {
            len: parts.len() / dimensions.max(1),
            parts,
            dimensions,
            index: HashTable::new(),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A part of a key.
    pub fn part(&self, key: usize, place: usize) -> Part {
        let part = self.parts[key * self.dimensions + place];
        (part != NOT_TOLD).then_some(part)
    }

    /// The index of a key that is known.
    pub fn find(&self, key: impl IntoIterator<Item = Part>) -> Option<u32> {
        let mut parts = [NOT_TOLD; DIMENSIONS.len()];
        let parts = &mut parts[..self.dimensions];
        for (part, told) in parts.iter_mut().zip(key) {
            *part = told.unwrap_or(NOT_TOLD);
        }
        let of = |at: u32| &self.parts[at as usize * self.dimensions..][..self.dimensions];
        let same = |at: &u32| of(*at).iter().eq(&*parts);
        self.index
            .find(hash_parts(parts.iter().copied()), same)
            .copied()
    }

    /// The index of a key.
    pub fn index(&mut self, key: impl IntoIterator<Item = Part>) -> u32 {
        let (parts, dimensions) = (&mut self.parts, self.dimensions);
        let end = parts.len();
        parts.reserve(dimensions);
        let hashed = hash_parts(key.into_iter().map(|part| {
            let part = part.unwrap_or(NOT_TOLD);
            parts.push(part);
            part
        }));
        let of = |at: u32| at as usize * dimensions..(at as usize + 1) * dimensions;
        // Part by part: the few words of a key are not worth a call.
        let same = |at: &u32| parts[of(*at)].iter().eq(&parts[end..]);
        if let Some(at) = self.index.find(hashed, same).copied() {
            parts.truncate(end);
            return at;
        }
        let at = self.len as u32;
        self.len += 1;
        self.index
            .insert_unique(hashed, at, |at| hash_parts(parts[of(*at)].iter().copied()));
        at
    }
}

/// The hash of a key, word by word: those that were just written are not read back as longer ones.
fn hash_parts(parts: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    for part in parts {
        hasher.write_u32(part);
    }
    hasher.finish()
}

fn hash<T: Hash + ?Sized>(value: &T) -> u64 {
    FixedState::default().hash_one(value)
}

/// Texts by index, one after another in one text.
#[derive(Clone, Debug, Default)]
pub struct Names {
    text: String,
    ends: Vec<usize>,
    index: HashTable<u32>,
}

impl Names {
    /// The index of a text.
    pub fn index(&mut self, text: &str) -> u32 {
        let hashed = hash(text.as_bytes());
        if let Some(at) = self.known(hashed, text.as_bytes()) {
            return at;
        }
        let at = self.ends.len() as u32;
        self.text.push_str(text);
        self.ends.push(self.text.len());
        let (text, ends) = (&self.text, &self.ends);
        self.index
            .insert_unique(hashed, at, |at| hash(name(text, ends, *at).as_bytes()));
        at
    }

    /// The index of a text that may be none; only where it is known already.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        self.known(hash(text), text)
    }

    fn known(&self, hashed: u64, wanted: &[u8]) -> Option<u32> {
        let same = |at: &u32| name(&self.text, &self.ends, *at).as_bytes() == wanted;
        self.index.find(hashed, same).copied()
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text of an index.
    pub fn name(&self, at: u32) -> &str {
        name(&self.text, &self.ends, at)
    }
}

fn name<'a>(text: &'a str, ends: &[usize], at: u32) -> &'a str {
    let at = at as usize;
    let begin = at
        .checked_sub(1)
        .map_or(0, |before| ends.get(before).copied().unwrap_or(0));
    ends.get(at).map_or("", |end| &text[begin..*end])
}

impl Dimension {
    /// Its name after `--by`.
    pub fn name(self) -> &'static str {
        DIMENSIONS[self as usize].0
    }

    /// The dimension of a name.
    pub fn named(name: &str) -> Option<Self> {
        DIMENSIONS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, dimension)| *dimension)
    }

    /// Whether its parts are indices of texts.
    pub fn is_name(self) -> bool {
        !self.is_time()
    }

    /// Whether its parts are times.
    pub fn is_time(self) -> bool {
        matches!(self, Self::Hour | Self::Day | Self::Week | Self::Month)
    }

    /// The part of a record; `local` is its day since 1970 and hour in the zone of the plan.
    pub fn part(
        self,
        record: &Record,
        source: Source,
        local: Option<(i32, u32)>,
        names: &mut Names,
    ) -> Option<u32> {
        let text = match self {
            Self::Tenant => record.tenant.as_deref(),
            Self::Feature => record.feature.as_deref(),
            Self::Prompt => record.prompt.as_deref(),
            Self::Model => record.model.as_deref(),
            Self::Provider => record.provider.as_deref(),
            Self::Tier => Some(record.tier.as_deref().unwrap_or("standard")),
            Self::Session => record.session.as_deref(),
            Self::Status => Some(record.status.name()),
            Self::Source => Some(source.name()),
            _ => return local.map(|(day, hour)| self.moment(day, hour)),
        };
        text.map(|text| names.index(text))
    }

    /// A time as a number that sorts by time; negative ones by their bits.
    pub fn moment(self, day: i32, hour: u32) -> u32 {
        let number = match self {
            Self::Hour => day.wrapping_mul(24).wrapping_add(hour as i32),
            // 1970-01-01 was a Thursday.
            Self::Week => day - (day + 3).rem_euclid(7),
            Self::Month => {
                let date = Date::of_unix_day(day);
                date.year * 12 + date.month as i32 - 1
            }
            _ => day,
        };
        number as u32
    }

    /// The part as text; `None` where there is none.
    pub fn text(self, part: Option<u32>, names: &Names) -> Option<String> {
        let part = part?;
        let number = part as i32;
        Some(match self {
            Self::Hour => {
                let day = Date::of_unix_day(number.div_euclid(24));
                format!("{day}T{:02}", number.rem_euclid(24))
            }
            Self::Day | Self::Week => Date::of_unix_day(number).to_string(),
            Self::Month => format!(
                "{:04}-{:02}",
                number.div_euclid(12),
                number.rem_euclid(12) + 1
            ),
            _ => names.name(part).to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimensions_stand_in_their_own_order() {
        for (at, (name, dimension)) in DIMENSIONS.iter().enumerate() {
            assert_eq!(*dimension as usize, at, "{name}");
        }
    }

    #[test]
    fn times_are_named_by_their_beginning() {
        // 2026-11-01 was a Sunday; its week began on Monday, 2026-10-26.
        let day = Date::parse("2026-11-01").unwrap().unix_day();
        let text = |dimension: Dimension| {
            dimension
                .text(Some(dimension.moment(day, 7)), &Names::default())
                .unwrap()
        };
        assert_eq!(text(Dimension::Hour), "2026-11-01T07");
        assert_eq!(text(Dimension::Week), "2026-10-26");
        assert_eq!(text(Dimension::Month), "2026-11");
        let before = Dimension::Hour.text(Some(Dimension::Hour.moment(-1, 23)), &Names::default());
        assert_eq!(before.as_deref(), Some("1969-12-31T23"));
    }
}
