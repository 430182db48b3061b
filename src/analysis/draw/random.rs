//! Random bits from a seed: the same on every machine.

/// A generator: `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014). Its n-th number can be had without the ones before it.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    /// A generator of its own for each seed.
    pub fn new(seed: u64) -> Self {
        Self { state: mix(seed) }
    }

    /// A generator of its own for a seed and two numbers.
    pub fn of(seed: u64, a: u64, b: u64) -> Self {
        let first = mix(seed.wrapping_add(STEP));
        let second = mix(first ^ mix(a.wrapping_add(1).wrapping_mul(STEP)));
        Self {
            state: mix(second ^ mix(b.wrapping_add(1).wrapping_mul(STEP))),
        }
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// The next 32 bits.
    pub fn bits(&mut self) -> u32 {
        (self.draw() >> 32) as u32
    }

    /// The number `at` places on, as 32 bits; the generator stays where it is.
    pub fn bits_at(&self, at: u64) -> u32 {
        let state = self
            .state
            .wrapping_add(STEP.wrapping_mul(at.wrapping_add(1)));
        (mix(state) >> 32) as u32
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_its_published_numbers() {
        // splitmix64.c of S. Vigna from state 1234567: 6457827717110365317, 3203168211198807973.
        let mut random = Random { state: 1_234_567 };
        assert_eq!(random.draw(), 6_457_827_717_110_365_317);
        assert_eq!(random.draw(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn a_number_can_be_had_without_those_before_it() {
        let mut random = Random::of(5, 1, 2);
        let third = random.bits_at(2);
        random.bits();
        random.bits();
        assert_eq!(random.bits(), third);
    }
}
