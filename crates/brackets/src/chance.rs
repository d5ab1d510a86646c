//! Chance from a stored seed. The generator is fixed for ever, so that a seed kept with a tournament
//! reproduces its draw: SplitMix64 (Steele, Lea, Flood 2014).

/// A stream of pseudo-random numbers.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number below `bound` (0 for a bound of 0), without bias.
    pub fn below(&mut self, bound: usize) -> usize {
        let Ok(bound @ 1..) = u64::try_from(bound) else { return 0 };
        // Values from the incomplete last stretch would favour small results: draw again.
        let fair = u64::MAX - u64::MAX % bound;
        loop {
            let value = self.next_u64();
            if value < fair {
                return usize::try_from(value % bound).unwrap_or(0);
            }
        }
    }

    /// True or false with equal chances.
    pub fn coin(&mut self) -> bool {
        self.next_u64() >> 63 == 1
    }

    /// Shuffles in place (Fisher, Yates).
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// A well-spread number for a pair of numbers and a seed, the same for both orders of the pair.
pub(crate) fn pair_lot(seed: u64, a: u32, b: u32) -> u64 {
    let (low, high) = if a < b { (a, b) } else { (b, a) };
    mix(mix(seed ^ (u64::from(low) << 32 | u64::from(high))).wrapping_add(0x9E37_79B9_7F4A_7C15))
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_never_changes() {
        // Reference values of SplitMix64 for seed 1234567.
        let mut chance = Chance::new(1_234_567);
        assert_eq!(chance.next_u64(), 6_457_827_717_110_365_317);
        assert_eq!(chance.next_u64(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn every_order_comes_up() {
        let mut chance = Chance::new(7);
        let mut seen = std::collections::HashMap::new();
        for _ in 0..6000 {
            let mut items = [1, 2, 3];
            chance.shuffle(&mut items);
            *seen.entry(items).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 6);
        assert!(seen.values().all(|count| (850..1150).contains(count)), "{seen:?}");
    }
}
