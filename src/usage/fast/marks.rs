//! The places of quotes, delimiters and ends of lines in a table.

/// Finds the bits of the marks among sixty-four bytes.
trait Find: Copy {
    fn bits(self, chunk: &[u8; 64], wanted: [u8; 4]) -> u64;
}

/// The places of marks, ascending, are added to `marks`.
pub fn find(bytes: &[u8], delimiter: u8, marks: &mut Vec<u32>) {
    let wanted = [delimiter, b'\n', b'\r', b'"'];
    #[cfg(target_arch = "x86_64")]
    if let Some(machine) = pulp::x86::V3::try_new() {
        machine.vectorize(Whole {
            machine,
            bytes,
            wanted,
            marks,
        });
        return;
    }
    all(Words, bytes, wanted, marks);
}

/// The search in bytes by the vector instructions of a machine.
#[cfg(target_arch = "x86_64")]
struct Whole<'a> {
    machine: pulp::x86::V3,
    bytes: &'a [u8],
    wanted: [u8; 4],
    marks: &'a mut Vec<u32>,
}

#[cfg(target_arch = "x86_64")]
impl pulp::NullaryFnOnce for Whole<'_> {
    type Output = ();

    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn call(self) {
        all(self.machine, self.bytes, self.wanted, self.marks);
    }
}

#[inline(always)]
#[allow(clippy::inline_always)] // so that it is compiled for the vector instructions of its caller
fn all(find: impl Find, bytes: &[u8], wanted: [u8; 4], marks: &mut Vec<u32>) {
    let (chunks, rest) = bytes.as_chunks::<64>();
    let mut base = 0;
    for chunk in chunks {
        push(find.bits(chunk, wanted), base, marks);
        base += 64;
    }
    let mut last = [0; 64];
    last[..rest.len()].copy_from_slice(rest);
    let within = (1 << rest.len()) - 1;
    push(find.bits(&last, wanted) & within, base, marks);
}

#[inline(always)]
#[allow(clippy::inline_always)]
fn push(mut bits: u64, base: u32, marks: &mut Vec<u32>) {
    marks.reserve(64);
    while bits != 0 {
        marks.push(base + bits.trailing_zeros());
        bits &= bits - 1;
    }
}

#[cfg(target_arch = "x86_64")]
impl Find for pulp::x86::V3 {
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn bits(self, chunk: &[u8; 64], wanted: [u8; 4]) -> u64 {
        let (avx, avx2) = (self.avx, self.avx2);
        let mut bits = 0;
        for half in 0..2 {
            let bytes = pulp::cast(chunk.as_chunks::<32>().0[half]);
            let mut any = avx._mm256_setzero_si256();
            for byte in wanted {
                let equal = avx2._mm256_cmpeq_epi8(bytes, avx._mm256_set1_epi8(byte as i8));
                any = avx2._mm256_or_si256(any, equal);
            }
            bits |= u64::from(avx2._mm256_movemask_epi8(any) as u32) << (32 * half);
        }
        bits
    }
}

/// Eight bytes at a time, on any machine.
#[derive(Clone, Copy)]
struct Words;

impl Find for Words {
    #[inline]
    fn bits(self, chunk: &[u8; 64], wanted: [u8; 4]) -> u64 {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let wanted = wanted.map(|byte| u64::from_ne_bytes([byte; 8]));
        let mut bits = 0;
        for (at, part) in chunk.as_chunks::<8>().0.iter().enumerate() {
            let word = u64::from_le_bytes(*part);
            // The upper bit of each byte that equals none of the wanted ones.
            let none = wanted.iter().fold(u64::MAX, |none, wanted| {
                let rest = word ^ wanted;
                none & (((rest & LOW) + LOW) | rest)
            });
            let upper = (!none & !LOW) >> 7;
            bits |= (upper.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (at * 8);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_found_wherever_they_stand() {
        let text: Vec<u8> = (0..=255)
            .chain((0..90).map(|n| b"a,\"\r\n;|"[n * n % 7]))
            .collect();
        for shift in 0..70 {
            let text = &text[shift..];
            let marked = text.iter().enumerate();
            let marked = marked.filter(|(_, byte)| b",\"\r\n".contains(byte));
            let wanted: Vec<u32> = marked.map(|(at, _)| at as u32).collect();
            let (mut found, mut slowly) = (Vec::new(), Vec::new());
            find(text, b',', &mut found);
            all(Words, text, *b",\n\r\"", &mut slowly);
            assert_eq!(found, wanted);
            assert_eq!(slowly, wanted);
        }
    }
}
