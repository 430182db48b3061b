//! The shape of a model's price list: at which dates, prompt lengths and hours its prices change. Grouping
//! tells calls apart by it without knowing any price.

use std::sync::Arc;

use super::time::Instant;

/// Where prices of a model change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// First days of new prices since 1970 in UTC, ascending.
    pub days: Vec<i32>,
    /// A prompt longer than this costs otherwise (tokens), ascending.
    pub above: Vec<u64>,
    /// Minutes of the day in UTC at which peak hours begin or end, ascending.
    pub minutes: Vec<u32>,
}

/// Which step, length and part of the day a call falls into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// Steps of the price list that have begun.
    pub step: u16,
    /// Lengths that the prompt exceeds.
    pub length: u8,
    /// Part of the day.
    pub part: u8,
    /// Saturday or Sunday, where the part of the day matters.
    pub weekend: bool,
}

/// Gives shapes of models.
pub trait Shapes: Sync {
    /// The shape of a model at a provider.
    fn shape(&self, provider: Option<&str>, model: &str) -> Arc<Shape>;
}

/// Prices that never change.
pub struct NoShapes;

impl Shapes for NoShapes {
    fn shape(&self, _provider: Option<&str>, _model: &str) -> Arc<Shape> {
        Arc::new(Shape::default())
    }
}

impl Shape {
    /// The slot of a call. A call without an instant has the last prices.
    pub fn slot(&self, at: Option<Instant>, prompt: u128) -> Slot {
        let day = at.map(Instant::utc_day);
        let begun = |first: &&i32| day.is_none_or(|day| **first <= day);
        let minute = at.map_or(0, Instant::utc_minute);
        let part = self
            .minutes
            .iter()
            .filter(|begin| **begin <= minute)
            .count();
        Slot {
            step: self.days.iter().filter(begun).count() as u16,
            length: self
                .above
                .iter()
                .filter(|most| prompt > u128::from(**most))
                .count() as u8,
            part: part as u8,
            // 1970-01-01 was a Thursday.
            weekend: !self.minutes.is_empty()
                && day.is_some_and(|day| (day + 3).rem_euclid(7) >= 5),
        }
    }

    /// Whether nothing but the day decides over the slot.
    pub fn is_by_day(&self) -> bool {
        self.above.is_empty() && self.minutes.is_empty()
    }

    /// A day, prompt length, minute of the day and kind of day that stand for a slot.
    pub fn stands_for(&self, slot: Slot) -> (i32, u64, u32, bool) {
        let before = |index: u16| usize::from(index).checked_sub(1);
        let day = match before(slot.step) {
            Some(at) => self.days[at],
            None => self.days.first().map_or(0, |first| first - 1),
        };
        let length = before(u16::from(slot.length)).map_or(0, |at| self.above[at] + 1);
        let minute = before(u16::from(slot.part)).map_or(0, |at| self.minutes[at]);
        (day, length, minute, slot.weekend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_falls_into_the_slot_of_its_date_length_and_hour() {
        let day = Instant::parse("2026-11-02").unwrap().utc_day();
        let shape = Shape {
            days: vec![day],
            above: vec![200_000],
            minutes: vec![60, 240],
        };
        let slot = |at: &str, prompt| shape.slot(Instant::parse(at), prompt);
        // 2026-11-01 is a Sunday.
        let before = slot("2026-11-01T00:30:00Z", 200_000);
        assert_eq!(
            before,
            Slot {
                step: 0,
                length: 0,
                part: 0,
                weekend: true
            }
        );
        let after = slot("2026-11-02T04:00:00Z", 200_001);
        assert_eq!(
            after,
            Slot {
                step: 1,
                length: 1,
                part: 2,
                weekend: false
            }
        );
        assert_eq!(shape.stands_for(before), (day - 1, 0, 0, true));
        assert_eq!(shape.stands_for(after), (day, 200_001, 240, false));
    }
}
