//! What short texts stand for: a table that is asked with the bytes of a cell and compares whole words.

/// Bytes of the longest text that is held.
const LONGEST: usize = 32;

/// Words of a text.
const WORDS: usize = LONGEST / 8;

/// Bytes of the longest text that two words hold.
const SHORT: u32 = 16;

/// Texts of either length that are held at most, so that names which hardly ever come again do not fill the memory.
const MOST: usize = 1 << 14;

/// The length of no text: the place is free.
const FREE: u32 = u32::MAX;

/// For each length the bits of the words that belong to the text.
const MASKS: [[u64; WORDS]; LONGEST + 1] = masks();

const fn masks() -> [[u64; WORDS]; LONGEST + 1] {
    let mut masks = [[0; WORDS]; LONGEST + 1];
    let mut byte = 0;
    while byte < LONGEST {
        let mut length = byte + 1;
        while length <= LONGEST {
            masks[length][byte / 8] |= 0xff << (byte % 8 * 8);
            length += 1;
        }
        byte += 1;
    }
    masks
}

/// A text of less than eight bytes as one number, with its length in the upper byte.
#[inline]
pub fn code(bytes: &[u8], (begin, end): (u32, u32)) -> Option<u64> {
    let length = end.wrapping_sub(begin);
    if length >= 8 {
        return None;
    }
    let eight = bytes.get(begin as usize..)?.first_chunk()?;
    let text = u64::from_le_bytes(*eight) & MASKS[length as usize][0];
    Some(text | u64::from(length) << 56)
}

/// A short text by so many words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Short<const N: usize> {
    words: [u64; N],
    length: u32,
}

impl<const N: usize> Short<N> {
    /// The text between two places; none where it is too long.
    #[inline]
    fn of(bytes: &[u8], (begin, end): (u32, u32)) -> Option<Self> {
        let (begin, length) = (begin as usize, end.wrapping_sub(begin));
        let mask = MASKS.get(length as usize)?;
        // What stands behind the text is read with it and masked, so that its length decides over no jump.
        let mut words = match bytes.get(begin..begin + 8 * N) {
            Some(chunk) => words(chunk),
            None => last_words(bytes.get(begin..)?),
        };
        words
            .iter_mut()
            .zip(mask)
            .for_each(|(word, mask)| *word &= mask);
        Some(Self { words, length })
    }

    /// Whether it is the same, found by no jumps.
    #[inline]
    fn is(&self, other: &Self) -> bool {
        let length = u64::from(self.length ^ other.length);
        let words = self.words.iter().zip(&other.words);
        words.fold(length, |differ, (a, b)| differ | (a ^ b)) == 0
    }

    #[inline]
    fn hash(self) -> u64 {
        const FACTORS: [u64; WORDS] = [
            0x9e37_79b9_7f4a_7c15,
            0xbf58_476d_1ce4_e5b9,
            0x94d0_49bb_1331_11eb,
            0xd6e8_feb8_6659_fd93,
        ];
        let mut hash = u64::from(self.length);
        for (word, factor) in self.words.iter().zip(FACTORS) {
            hash ^= word.wrapping_mul(factor).rotate_left(29);
        }
        (hash ^ hash >> 32).wrapping_mul(FACTORS[0])
    }
}

#[inline]
fn words<const N: usize>(bytes: &[u8]) -> [u64; N] {
    let mut words = [0; N];
    for (word, eight) in words.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*eight);
    }
    words
}

/// The words at the end of some bytes.
#[cold]
#[inline(never)]
fn last_words<const N: usize>(bytes: &[u8]) -> [u64; N] {
    let mut last = [0; LONGEST];
    let length = bytes.len().min(LONGEST);
    last[..length].copy_from_slice(&bytes[..length]);
    words(&last)
}

#[derive(Clone, Copy, Debug)]
struct Slot<const N: usize> {
    text: Short<N>,
    value: u32,
}

impl<const N: usize> Slot<N> {
    const EMPTY: Self = Self {
        text: Short {
            words: [0; N],
            length: FREE,
        },
        value: 0,
    };
}

/// Values of texts of so many words.
#[derive(Clone, Debug)]
struct Table<const N: usize> {
    slots: Vec<Slot<N>>,
    held: usize,
}

impl<const N: usize> Default for Table<N> {
    fn default() -> Self {
        Self {
            slots: vec![Slot::EMPTY; 64],
            held: 0,
        }
    }
}

impl<const N: usize> Table<N> {
    /// The value of a text.
    #[inline]
    fn get(&self, text: &Short<N>) -> Option<u32> {
        let slot = &self.slots[self.place(text)];
        (slot.text.length != FREE).then_some(slot.value)
    }

    /// The place of a text, or the free one where it would stand.
    #[inline]
    fn place(&self, text: &Short<N>) -> usize {
        let last = self.slots.len() - 1;
        let mut at = (text.hash() >> 40) as usize & last;
        loop {
            let slot = &self.slots[at];
            if slot.text.is(text) || slot.text.length == FREE {
                return at;
            }
            at = (at + 1) & last;
        }
    }

    /// Holds the value of a text, unless there are too many.
    fn insert(&mut self, text: Short<N>, value: u32) {
        if self.held == MOST {
            return;
        }
        self.held += 1;
        if self.held * 4 > self.slots.len() {
            let larger = vec![Slot::EMPTY; self.slots.len() * 2];
            let slots = std::mem::replace(&mut self.slots, larger);
            for slot in slots {
                if slot.text.length != FREE {
                    let at = self.place(&slot.text);
                    self.slots[at] = slot;
                }
            }
        }
        let at = self.place(&text);
        self.slots[at] = Slot { text, value };
    }
}

/// Values of short texts: most names have no more than sixteen bytes, and are compared by two words.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    short: Table<2>,
    long: Table<WORDS>,
}

impl Texts {
    /// The value of the text between two places.
    #[inline(always)]
    #[allow(clippy::inline_always)] // for each cell of a text
    pub fn get(&self, bytes: &[u8], cell: (u32, u32)) -> Option<u32> {
        if cell.1.wrapping_sub(cell.0) <= SHORT {
            self.short.get(&Short::of(bytes, cell)?)
        } else {
            self.long.get(&Short::of(bytes, cell)?)
        }
    }

    /// Holds the value of a text that is not held, unless it is too long or there are too many.
    pub fn insert(&mut self, bytes: &[u8], cell: (u32, u32), value: u32) {
        if cell.1.wrapping_sub(cell.0) <= SHORT {
            if let Some(text) = Short::of(bytes, cell) {
                self.short.insert(text, value);
            }
        } else if let Some(text) = Short::of(bytes, cell) {
            self.long.insert(text, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_told_apart_by_every_byte_and_by_their_length() {
        let bytes: Vec<u8> = (0..80).collect();
        let mut texts = Texts::default();
        let parts = (0..48)
            .flat_map(|begin| (0..=LONGEST as u32).map(move |length| (begin, begin + length)));
        let parts: Vec<_> = parts.filter(|(begin, end)| begin < end).collect();
        for (at, cell) in parts.iter().enumerate() {
            assert_eq!(texts.get(&bytes, *cell), None);
            texts.insert(&bytes, *cell, at as u32);
            // At the end of the bytes, where nothing stands behind it, it is the same text.
            let ending = &bytes[..cell.1 as usize];
            assert_eq!(texts.get(ending, *cell), Some(at as u32));
        }
        for (at, cell) in parts.iter().enumerate() {
            assert_eq!(texts.get(&bytes, *cell), Some(at as u32));
        }
    }

    #[test]
    fn codes_are_told_apart_by_every_byte_and_by_their_length() {
        let code = |text: &str, end| code(format!("{text}........").as_bytes(), (0, end));
        assert_eq!(code("200", 3), code("200,", 3));
        assert_ne!(code("200", 3), code("201", 3));
        assert_ne!(code("200", 3), code("2000", 4));
        assert_ne!(code("\0", 1), code("", 0));
        assert!(code("1234567", 7).is_some());
        assert_eq!(code("12345678", 8), None);
        // Too near to the end of the bytes to be read at once.
        assert_eq!(super::code(b"200", (0, 3)), None);
    }

    #[test]
    fn no_text_is_not_the_text_of_a_zero() {
        let mut texts = Texts::default();
        texts.insert(b"ab", (1, 1), 7);
        assert_eq!(texts.get(b"\0", (0, 1)), None);
        assert_eq!(texts.get(b"ab", (2, 2)), Some(7));
    }

    #[test]
    fn texts_that_are_too_long_or_end_before_they_begin_are_not_held() {
        let bytes = [b'x'; 80];
        let mut texts = Texts::default();
        for cell in [(0, LONGEST as u32 + 1), (2, 1), (1, 0)] {
            texts.insert(&bytes, cell, 1);
            assert_eq!(texts.get(&bytes, cell), None);
        }
    }

    #[test]
    fn no_more_texts_are_held_than_there_is_room_for() {
        let mut texts = Texts::default();
        (0..2 * MOST).for_each(|n| texts.insert(&n.to_le_bytes(), (0, 8), n as u32));
        let get = |n: usize| texts.get(&n.to_le_bytes(), (0, 8));
        assert_eq!(get(MOST - 1), Some(MOST as u32 - 1));
        assert_eq!(get(MOST), None);
        assert!(texts.short.slots.len() <= 4 * MOST);
    }
}
