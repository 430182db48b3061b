//! What short texts stand for: a table that is asked with the bytes of a cell and compares whole words.

/// Bytes of the longest text that is held.
const LONGEST: usize = 32;

/// Words of a text.
const WORDS: usize = LONGEST / 8;

/// Texts that are held at most, so that names which hardly ever come again do not fill the memory.
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

/// A short text by its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    words: [u64; WORDS],
    length: u32,
}

impl Short {
    /// The text between two places; none where it is too long.
    #[inline]
    pub fn of(bytes: &[u8], (begin, end): (u32, u32)) -> Option<Self> {
        let (begin, length) = (begin as usize, end.wrapping_sub(begin));
        let mask = MASKS.get(length as usize)?;
        // What stands behind the text is read with it and masked, so that its length decides over no jump.
        let words = match bytes.get(begin..begin + LONGEST) {
            Some(chunk) => words(chunk.try_into().ok()?),
            None => last_words(bytes.get(begin..)?),
        };
        let words = [0, 1, 2, 3].map(|at| words[at] & mask[at]);
        Some(Self { words, length })
    }

    /// Whether it is the same, found by no jumps.
    #[inline]
    fn is(&self, other: &Self) -> bool {
        let [a, b, c, d] = [0, 1, 2, 3].map(|at| self.words[at] ^ other.words[at]);
        let length = u64::from(self.length ^ other.length);
        (a | b) | (c | d) | length == 0
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
fn words(bytes: &[u8; LONGEST]) -> [u64; WORDS] {
    let eight = bytes.as_chunks::<8>().0;
    [0, 1, 2, 3].map(|at| u64::from_le_bytes(eight[at]))
}

/// The words at the end of some bytes.
#[cold]
fn last_words(bytes: &[u8]) -> [u64; WORDS] {
    let mut last = [0; LONGEST];
    last[..bytes.len()].copy_from_slice(bytes);
    words(&last)
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    text: Short,
    value: u32,
}

const EMPTY: Slot = Slot {
    text: Short {
        words: [0; WORDS],
        length: FREE,
    },
    value: 0,
};

/// Values of texts.
#[derive(Clone, Debug)]
pub struct Texts {
    slots: Vec<Slot>,
    held: usize,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            slots: vec![EMPTY; 64],
            held: 0,
        }
    }
}

impl Texts {
    /// The value of a text.
    #[inline]
    pub fn get(&self, text: &Short) -> Option<u32> {
        let slot = &self.slots[self.place(text)];
        (slot.text.length != FREE).then_some(slot.value)
    }

    /// The place of a text, or the free one where it would stand.
    #[inline]
    fn place(&self, text: &Short) -> usize {
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
    pub fn insert(&mut self, text: Short, value: u32) {
        if self.held == MOST {
            return;
        }
        self.held += 1;
        if self.held * 4 > self.slots.len() {
            let larger = vec![EMPTY; self.slots.len() * 2];
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
        for (at, (begin, end)) in parts.iter().enumerate() {
            let text = Short::of(&bytes, (*begin, *end)).unwrap();
            assert_eq!(texts.get(&text), None);
            texts.insert(text, at as u32);
            // At the end of the bytes, where nothing stands behind it, it is the same text.
            assert_eq!(
                Short::of(&bytes[..*end as usize], (*begin, *end)),
                Some(text)
            );
        }
        for (at, (begin, end)) in parts.iter().enumerate() {
            let text = Short::of(&bytes, (*begin, *end)).unwrap();
            assert_eq!(texts.get(&text), Some(at as u32));
        }
        assert_eq!(Short::of(&bytes, (0, LONGEST as u32 + 1)), None);
        assert_eq!(Short::of(&bytes, (2, 1)), None);
        let nothing = [Short::of(&bytes, (1, 1)), Short::of(b"\0", (0, 1))].map(Option::unwrap);
        assert_ne!(nothing[0], nothing[1]);
    }

    #[test]
    fn no_more_texts_are_held_than_there_is_room_for() {
        let mut texts = Texts::default();
        let text = |n: usize| Short::of(&n.to_le_bytes(), (0, 8)).unwrap();
        (0..2 * MOST).for_each(|n| texts.insert(text(n), n as u32));
        assert_eq!(texts.get(&text(MOST - 1)), Some(MOST as u32 - 1));
        assert_eq!(texts.get(&text(MOST)), None);
        assert!(texts.slots.len() <= 4 * MOST);
    }
}
