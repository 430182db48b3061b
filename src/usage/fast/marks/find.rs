//! Bytes looked for sixty-four at a time, by the best instructions of the machine.

/// Finds the bits of a byte among sixty-four.
pub trait Find: Copy {
    /// The bits of a byte.
    fn bits(self, chunk: &[u8; 64], wanted: u8) -> u64;

    /// The bits of all bytes below one of at most 128.
    fn below(self, chunk: &[u8; 64], most: u8) -> u64;

    /// Whether all bytes are ASCII without NUL.
    fn is_plain(self, chunk: &[u8; 64]) -> bool;
}

#[cfg(target_arch = "x86_64")]
impl Find for pulp::x86::V3 {
    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn bits(self, chunk: &[u8; 64], wanted: u8) -> u64 {
        let (avx, avx2) = (self.avx, self.avx2);
        let wanted = avx._mm256_set1_epi8(wanted as i8);
        let half = |half: usize| {
            let bytes = pulp::cast(chunk.as_chunks::<32>().0[half]);
            let equal = avx2._mm256_cmpeq_epi8(bytes, wanted);
            u64::from(avx2._mm256_movemask_epi8(equal) as u32)
        };
        half(0) | half(1) << 32
    }

    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn is_plain(self, chunk: &[u8; 64]) -> bool {
        let (avx, avx2) = (self.avx, self.avx2);
        let [low, high] = [0, 1].map(|half| pulp::cast(chunk.as_chunks::<32>().0[half]));
        // As signed numbers those beyond ASCII are less than zero.
        let least = avx2._mm256_min_epi8(low, high);
        let plain = avx2._mm256_cmpgt_epi8(least, avx._mm256_setzero_si256());
        avx2._mm256_movemask_epi8(plain) == -1
    }

    #[inline(always)]
    #[allow(clippy::inline_always)]
    fn below(self, chunk: &[u8; 64], most: u8) -> u64 {
        let (avx, avx2) = (self.avx, self.avx2);
        let last = avx._mm256_set1_epi8(most as i8 - 1);
        let half = |half: usize| {
            let bytes = pulp::cast(chunk.as_chunks::<32>().0[half]);
            let below = avx2._mm256_cmpeq_epi8(avx2._mm256_min_epu8(bytes, last), bytes);
            u64::from(avx2._mm256_movemask_epi8(below) as u32)
        };
        half(0) | half(1) << 32
    }
}

/// Eight bytes at a time, on any machine.
#[derive(Clone, Copy)]
pub struct Words;

impl Find for Words {
    #[inline]
    fn bits(self, chunk: &[u8; 64], wanted: u8) -> u64 {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let wanted = u64::from_ne_bytes([wanted; 8]);
        let mut bits = 0;
        for (at, part) in chunk.as_chunks::<8>().0.iter().enumerate() {
            // The upper bit of each byte that does not equal the wanted one.
            let rest = u64::from_le_bytes(*part) ^ wanted;
            let other = ((rest & LOW) + LOW) | rest;
            let upper = (!other & !LOW) >> 7;
            bits |= (upper.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (at * 8);
        }
        bits
    }

    #[inline]
    fn is_plain(self, chunk: &[u8; 64]) -> bool {
        chunk.iter().all(|byte| byte.is_ascii() && *byte != 0)
    }

    #[inline]
    fn below(self, chunk: &[u8; 64], most: u8) -> u64 {
        let bits = chunk.iter().enumerate();
        bits.fold(0, |bits, (at, byte)| bits | u64::from(*byte < most) << at)
    }
}
