//! Places of sums that were met a short while ago, known by one look.

use super::rows::NOT_TOLD;

/// Words of a key.
pub const WORDS: usize = 4;

/// The class of a row and its words; those for which there is no room stand together for one.
pub type Key = [u32; WORDS];

/// The group and the cell of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot {
    /// Group.
    pub group: u32,
    /// Cell.
    pub cell: u32,
}

/// The spots of rows.
#[derive(Debug, Default)]
pub struct Found {
    /// Group of each row.
    pub groups: Vec<u32>,
    /// Cell of each row.
    pub cells: Vec<u32>,
    /// Places among the rows of those that were not met a short while ago: their group and cell say nothing yet.
    pub far: Vec<u32>,
}

/// A key as one number.
pub trait Number: Copy + Eq {
    /// The number of no key.
    const NONE: Self;

    /// The number of a key.
    fn of(key: Key) -> Self;

    /// Upper bits that look random.
    fn mixed(self) -> u64;
}

/// Bits of a class, and of any other word, in a narrow number.
const CLASS: u32 = 10;
const WORD: u32 = 18;

/// Factors that spread the bits of a number.
const FACTORS: [u64; 3] = [
    0x9e37_79b9_7f4a_7c15,
    0xbf58_476d_1ce4_e5b9,
    0x94d0_49bb_1331_11eb,
];

/// A word in which [`NOT_TOLD`] is a small number, too.
#[inline]
fn turned(word: u32) -> u32 {
    const { assert!(NOT_TOLD.rotate_left(1) == 1) };
    word.rotate_left(1)
}

/// Whether all of these keys have room in one word: there are some thousand names and classes, and times are days.
pub fn are_narrow(keys: &[Key]) -> bool {
    let any = keys.iter().fold([0; WORDS], |[a, b, c, d]: Key, key| {
        let [class, rest @ ..] = key;
        let [e, f, g] = rest.map(turned);
        [a.max(*class), b | e, c | f, d | g]
    });
    // A class of ones alone is none, so that no number is that of no key.
    any[0] < (1 << CLASS) - 1 && (any[1] | any[2] | any[3]) < 1 << WORD
}

/// Narrow keys.
impl Number for u64 {
    const NONE: Self = u64::MAX;

    #[inline]
    fn of([class, rest @ ..]: Key) -> Self {
        let [a, b, c] = rest.map(|word| u64::from(turned(word)));
        u64::from(class) | a << CLASS | b << (CLASS + WORD) | c << (CLASS + 2 * WORD)
    }

    #[inline]
    fn mixed(self) -> u64 {
        (self ^ self >> 29).wrapping_mul(FACTORS[0])
    }
}

/// All keys.
impl Number for u128 {
    const NONE: Self = u128::MAX;

    #[inline]
    fn of(key: Key) -> Self {
        let [a, b, c, d] = key.map(u128::from);
        a | b << 32 | c << 64 | d << 96
    }

    #[inline]
    fn mixed(self) -> u64 {
        let [low, high] = [self as u64, (self >> 64) as u64];
        let mixed = low.wrapping_mul(FACTORS[0]) ^ high.wrapping_mul(FACTORS[1]);
        (mixed ^ mixed >> 29).wrapping_mul(FACTORS[2])
    }
}

/// Sets of spots: two to this power. All of them stay within the caches of a core, and hold the groups of some days.
const POWER: u32 = 12;

/// Spots of a set: with narrow keys one line of the caches.
const WAYS: usize = 4;

/// Spots whose keys have the same place.
#[repr(align(64))]
#[derive(Clone, Copy, Debug)]
struct Set<N> {
    keys: [N; WAYS],
    groups: [u32; WAYS],
    cells: [u32; WAYS],
}

impl<N: Number> Set<N> {
    const EMPTY: Self = Self {
        keys: [N::NONE; WAYS],
        groups: [0; WAYS],
        cells: [0; WAYS],
    };
}

/// What was met.
pub struct Near<N> {
    sets: Vec<Set<N>>,
}

impl<N: Number> Near<N> {
    /// Nothing yet.
    pub fn new() -> Self {
        Self { sets: Vec::new() }
    }

    /// Forgets all of it.
    pub fn clear(&mut self) {
        self.sets.clear();
    }

    #[inline]
    fn place(number: N) -> usize {
        (number.mixed() >> (64 - POWER)) as usize
    }

    /// Finds the spots of rows. They are taken without a jump, so that the memory of many is on its way at once.
    pub fn find(&mut self, keys: &[Key], rows: &[u32], found: &mut Found) {
        self.sets.resize(1 << POWER, Set::EMPTY);
        found.groups.clear();
        found.cells.clear();
        found.far.clear();
        let sets = &self.sets[..1 << POWER];
        for (at, row) in rows.iter().enumerate() {
            let number = N::of(keys[*row as usize]);
            let set = &sets[Self::place(number)];
            let way = way(set, number);
            found.groups.push(set.groups[way % WAYS]);
            found.cells.push(set.cells[way % WAYS]);
            if way == WAYS {
                found.far.push(at as u32);
            }
        }
    }

    /// The spot of a key.
    pub fn get(&self, key: Key) -> Option<Spot> {
        let number = N::of(key);
        let set = self.sets.get(Self::place(number))?;
        let way = way(set, number);
        let (group, cell) = (*set.groups.get(way)?, *set.cells.get(way)?);
        Some(Spot { group, cell })
    }

    /// Takes in the spot of a key that is not near, for the one that was taken in before the others.
    pub fn insert(&mut self, key: Key, spot: Spot) {
        let number = N::of(key);
        if let Some(set) = self.sets.get_mut(Self::place(number)) {
            set.keys.rotate_right(1);
            set.groups.rotate_right(1);
            set.cells.rotate_right(1);
            (set.keys[0], set.groups[0], set.cells[0]) = (number, spot.group, spot.cell);
        }
    }
}

/// The way of a set that has a number; none of them is as many as there are.
#[inline]
fn way<N: Number>(set: &Set<N>, number: N) -> usize {
    let mut way = WAYS;
    for (at, known) in set.keys.iter().enumerate() {
        way = if *known == number { at } else { way };
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words at the bounds of what is narrow, and some between.
    const WORDS_OF: [u32; 5] = [0, 1, 77, (1 << (WORD - 1)) - 1, NOT_TOLD];

    fn keys() -> Vec<Key> {
        let classes = [0, 1, (1 << CLASS) - 2];
        let with = |class| {
            WORDS_OF.map(move |a| WORDS_OF.map(move |b| WORDS_OF.map(|c| [class, a, b, c])))
        };
        classes
            .map(with)
            .as_flattened()
            .as_flattened()
            .as_flattened()
            .to_vec()
    }

    #[test]
    fn narrow_numbers_tell_all_keys_apart() {
        let keys = keys();
        assert!(are_narrow(&keys));
        let numbers: Vec<u64> = keys.iter().map(|key| u64::of(*key)).collect();
        for (at, number) in numbers.iter().enumerate() {
            assert_ne!(*number, u64::NONE);
            assert!(!numbers[..at].contains(number), "{:?}", keys[at]);
        }
    }

    #[test]
    fn a_key_with_any_larger_word_is_not_narrow() {
        let last = 1 << (WORD - 1);
        let days_before_1970 = -1_i32 as u32;
        for word in [last, days_before_1970] {
            for place in 1..WORDS {
                let mut key = [0; WORDS];
                key[place] = word;
                assert!(!are_narrow(&[[0; WORDS], key]), "{key:?}");
            }
        }
        assert!(!are_narrow(&[[(1 << CLASS) - 1, 0, 0, 0]]));
    }

    fn holds_what_was_taken_in_last<N: Number>() {
        let (keys, mut near) = (keys(), Near::<N>::new());
        let rows: Vec<u32> = (0..keys.len() as u32).rev().collect();
        let mut found = Found::default();
        near.find(&keys, &rows, &mut found);
        assert_eq!(found.far.len(), keys.len());
        for (at, key) in (0..).zip(&keys) {
            near.insert(
                *key,
                Spot {
                    group: at,
                    cell: 2 * at,
                },
            );
            assert_eq!(
                near.get(*key),
                Some(Spot {
                    group: at,
                    cell: 2 * at
                })
            );
        }
        near.find(&keys, &rows, &mut found);
        for (at, row) in rows.iter().enumerate() {
            if !found.far.contains(&(at as u32)) {
                assert_eq!((found.groups[at], found.cells[at]), (*row, 2 * row));
            }
        }
        // No more than four of them have the same place.
        assert!(found.far.len() < keys.len() / 8, "{}", found.far.len());
        near.clear();
        assert_eq!(near.get(keys[0]), None);
        near.find(&keys, &rows, &mut found);
        assert_eq!(found.far.len(), keys.len());
    }

    #[test]
    fn spots_are_found_by_either_number() {
        holds_what_was_taken_in_last::<u64>();
        holds_what_was_taken_in_last::<u128>();
    }

    #[test]
    fn the_spot_that_was_taken_in_first_makes_room() {
        let mut near = Near::<u64>::new();
        near.find(&[], &[], &mut Found::default());
        let place = |class| Near::place(u64::of([class, 0, 0, 0]));
        let same: Vec<Key> = (0..200_000)
            .filter(|class| place(*class) == place(0))
            .map(|class| [class, 0, 0, 0])
            .take(WAYS + 1)
            .collect();
        for (at, key) in (0..).zip(&same) {
            near.insert(
                *key,
                Spot {
                    group: at,
                    cell: at,
                },
            );
        }
        let known: Vec<bool> = same.iter().map(|key| near.get(*key).is_some()).collect();
        assert_eq!(known, [false, true, true, true, true]);
    }
}
