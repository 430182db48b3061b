//! Keys of groups: one part per dimension, texts by their index, times as numbers.

use std::collections::HashMap;

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

/// A key: a part per dimension; `None` where the row does not tell.
pub type Key = Box<[Option<u32>]>;

/// Texts by index.
#[derive(Clone, Debug, Default)]
pub struct Names {
    index: HashMap<Box<str>, u32>,
    list: Vec<Box<str>>,
}

impl Names {
    /// The index of a text.
    pub fn index(&mut self, text: &str) -> u32 {
        if let Some(at) = self.index.get(text) {
            return *at;
        }
        let at = self.list.len() as u32;
        self.list.push(text.into());
        self.index.insert(text.into(), at);
        at
    }

    /// The text of an index.
    pub fn name(&self, at: u32) -> &str {
        self.list.get(at as usize).map_or("", |name| name)
    }
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
    fn moment(self, day: i32, hour: u32) -> u32 {
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
