//! The places of quotes, delimiters and ends of lines in a table.

mod find;
#[cfg(test)]
mod tests;

use find::{Find, Words};

/// Something that is done with each sixty-four bytes; of the last ones some may not be there.
trait Visit {
    fn chunk(&mut self, find: impl Find, chunk: &[u8; 64], there: u64);
}

/// Goes through bytes by the best instructions of the machine.
fn walk(bytes: &[u8], visit: &mut impl Visit) {
    #[cfg(target_arch = "x86_64")]
    if let Some(machine) = pulp::x86::V3::try_new() {
        machine.vectorize(Whole {
            machine,
            bytes,
            visit,
        });
        return;
    }
    all(Words, bytes, visit);
}

/// The walk by the vector instructions of a machine.
#[cfg(target_arch = "x86_64")]
struct Whole<'a, V> {
    machine: pulp::x86::V3,
    bytes: &'a [u8],
    visit: &'a mut V,
}

#[cfg(target_arch = "x86_64")]
impl<V: Visit> pulp::NullaryFnOnce for Whole<'_, V> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn call(self) {
        all(self.machine, self.bytes, self.visit);
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the vector instructions of its caller
fn all(find: impl Find, bytes: &[u8], visit: &mut impl Visit) {
    let (chunks, rest) = bytes.as_chunks::<64>();
    for chunk in chunks {
        visit.chunk(find, chunk, u64::MAX);
    }
    // What is not there is a text, too.
    let mut last = [b' '; 64];
    last[..rest.len()].copy_from_slice(rest);
    visit.chunk(find, &last, (1 << rest.len()) - 1);
}

/// Gives the places of a byte in their order.
pub fn each(wanted: u8, bytes: &[u8], visit: impl FnMut(usize)) {
    walk(
        bytes,
        &mut Each {
            wanted,
            base: 0,
            visit,
        },
    );
}

struct Each<F> {
    wanted: u8,
    base: usize,
    visit: F,
}

impl<F: FnMut(usize)> Visit for Each<F> {
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn chunk(&mut self, find: impl Find, chunk: &[u8; 64], there: u64) {
        let mut bits = find.bits(chunk, self.wanted) & there;
        while bits != 0 {
            (self.visit)(self.base + bits.trailing_zeros() as usize);
            bits &= bits - 1;
        }
        self.base += 64;
    }
}

/// Places, in memory that is kept for the next block.
#[derive(Default)]
struct Places {
    list: Vec<u32>,
    count: usize,
}

impl Places {
    /// Adds the places of bits.
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn push(&mut self, mut bits: u64, base: u32) {
        if self.list.len() < self.count + 64 {
            self.list.resize(2 * self.count + 64, 0);
        }
        let room = &mut self.list[self.count..self.count + 64];
        self.count += bits.count_ones() as usize;
        // Eight at a time, some of them for nothing, so that their number hardly ever decides over a jump.
        for eight in room.as_chunks_mut::<8>().0 {
            for place in eight {
                *place = base.wrapping_add(bits.trailing_zeros());
                bits &= bits.wrapping_sub(1);
            }
            if bits == 0 {
                return;
            }
        }
    }

    /// Forgets all places but this one.
    fn begin_with(&mut self, place: u32) {
        self.list.resize(self.list.len().max(1), 0);
        (self.list[0], self.count) = (place, 1);
    }

    fn get(&self) -> &[u32] {
        &self.list[..self.count]
    }
}

/// What is seen of a block on the way.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    /// Ends of lines, be they within quotes.
    pub lines: u64,
    /// Whether there are bytes beyond ASCII, or NUL.
    pub beyond: bool,
}

impl Seen {
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn chunk(&mut self, lines: u64, is_plain: bool) {
        self.lines += u64::from(lines.count_ones());
        self.beyond |= !is_plain;
    }
}

/// All quotes, delimiters and ends of lines, whatever they mean.
pub struct Marks {
    delimiter: u8,
    base: u32,
    places: Places,
}

impl Marks {
    /// Marks of a table with this delimiter.
    pub fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            base: 0,
            places: Places::default(),
        }
    }

    /// Finds them in a block.
    pub fn find(&mut self, bytes: &[u8]) {
        (self.base, self.places.count) = (0, 0);
        walk(bytes, self);
    }

    /// Their places, ascending.
    pub fn get(&self) -> &[u32] {
        self.places.get()
    }
}

impl Visit for Marks {
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn chunk(&mut self, find: impl Find, chunk: &[u8; 64], there: u64) {
        let wanted = [self.delimiter, b'\n', b'\r', b'"'];
        let bits = wanted.map(|byte| find.bits(chunk, byte));
        let any = bits.iter().fold(0, |any, bits| any | bits);
        self.places.push(any & there, self.base);
        self.base += 64;
    }
}

/// The place where a block begins, as the end of a cell before it.
pub const BEFORE: u32 = u32::MAX;

/// Ends of cells, in a block where each quote opens or closes a whole cell.
pub struct Ends {
    delimiter: u8,
    base: u32,
    places: Places,
    /// The index of the last cell of each row.
    rows: Vec<u32>,
    /// All bits, where a quote is open.
    open: u64,
    /// Whether the byte before ended a cell, closed a quote, was a carriage return.
    ended: u64,
    closed: u64,
    returned: u64,
    /// Quotes and carriage returns at other places.
    odd: u64,
    seen: Seen,
}

impl Ends {
    /// Ends of a table with this delimiter.
    pub fn new(delimiter: u8) -> Self {
        Self {
            delimiter,
            base: 0,
            places: Places::default(),
            rows: Vec::new(),
            open: 0,
            ended: 1,
            closed: 0,
            returned: 0,
            odd: 0,
            seen: Seen::default(),
        }
    }

    /// Finds them in a block, with the end of the block as that of its last row; false where a quote stands within
    /// a cell or a carriage return ends a row by itself, and ends are not told by quotes alone.
    pub fn find(&mut self, bytes: &[u8]) -> bool {
        self.base = 0;
        self.places.begin_with(BEFORE);
        (self.open, self.ended, self.closed, self.returned, self.odd) = (0, 1, 0, 0, 0);
        self.rows.clear();
        self.seen = Seen::default();
        walk(bytes, self);
        if bytes.last().is_some_and(|last| *last != b'\n') {
            self.places.push(1, bytes.len() as u32);
            self.rows.push(self.places.count as u32 - 1);
        }
        self.odd == 0 && self.open == 0
    }

    /// The places: delimiters and ends of lines that end a cell, ascending after [`BEFORE`].
    pub fn cells(&self) -> &[u32] {
        self.places.get()
    }

    /// The index of the last cell of each row among these places.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// What the block is like.
    pub fn seen(&self) -> Seen {
        self.seen
    }
}

impl Visit for Ends {
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn chunk(&mut self, find: impl Find, chunk: &[u8; 64], there: u64) {
        let quotes = find.bits(chunk, b'"') & there;
        let lines = find.bits(chunk, b'\n') & there;
        let returns = find.bits(chunk, b'\r') & there;
        let delimiters = find.bits(chunk, self.delimiter) & there;
        self.seen.chunk(lines, find.is_plain(chunk));
        // From each opening quote to the byte before the closing one.
        let inside = before(quotes) ^ self.open;
        let ends = (lines | returns | delimiters) & !inside;
        let (opening, closing) = (quotes & inside, quotes & !inside);
        let returns = returns & !inside;
        self.odd |= opening & !(ends << 1 | self.ended);
        self.odd |= (closing << 1 | self.closed) & !ends & there;
        self.odd |= (returns << 1 | self.returned) & !lines & there;
        (self.open, self.ended) = ((inside as i64 >> 63) as u64, ends >> 63);
        (self.closed, self.returned) = (closing >> 63, returns >> 63);
        let cells = ends & !returns;
        let mut lines = lines & !inside;
        while lines != 0 {
            let up_to = lines ^ lines.wrapping_sub(1);
            let count = (cells & up_to).count_ones();
            self.rows.push(self.places.count as u32 + count - 1);
            lines &= lines - 1;
        }
        self.places.push(cells, self.base);
        self.base += 64;
    }
}

/// Quotes of JSON, and what has no place in a plain text: backslashes and control characters but ends of lines.
#[derive(Default)]
pub struct Quotes {
    base: u32,
    places: Places,
    seen: Seen,
}

impl Quotes {
    /// Finds them in a block.
    pub fn find(&mut self, bytes: &[u8]) {
        (self.base, self.places.count) = (0, 0);
        self.seen = Seen::default();
        walk(bytes, self);
    }

    /// Their places, ascending.
    pub fn get(&self) -> &[u32] {
        self.places.get()
    }

    /// What the block is like.
    pub fn seen(&self) -> Seen {
        self.seen
    }
}

impl Visit for Quotes {
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn chunk(&mut self, find: impl Find, chunk: &[u8; 64], there: u64) {
        let quotes = find.bits(chunk, b'"') | find.bits(chunk, b'\\');
        let lines = find.bits(chunk, b'\n') & there;
        self.seen.chunk(lines, find.is_plain(chunk));
        let controls = find.below(chunk, b' ') & !lines;
        self.places.push((quotes | controls) & there, self.base);
        self.base += 64;
    }
}

/// Bits with an odd number of bits up to and with them.
#[inline(always)]
#[allow(clippy::inline_always)]
fn before(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32]
        .iter()
        .fold(bits, |odd, by| odd ^ odd << by)
}
