//! Chance, passed in: tokens, ids and draws come from a [`Random`], so a test can replay them.
//!
//! Not here: hashing of what is stored (a token is stored hashed, by the app that owns it).

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Bytes in a token: 192 bits, half as much again as the 128 that guessing is hopeless against.
const TOKEN_BYTES: usize = 24;

/// A source of random bytes.
pub trait Random: Send + Sync {
    /// Fills the whole slice.
    fn fill(&self, bytes: &mut [u8]);

    /// A random number over the whole range, for example to seed a draw.
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A fresh token of 192 random bits: 48 lower-case hexadecimal digits, safe in a URL, a file
    /// name, a cookie and a log line's search box alike.
    fn token(&self) -> String {
        let mut bytes = [0; TOKEN_BYTES];
        self.fill(&mut bytes);
        bytes.iter().fold(String::with_capacity(2 * TOKEN_BYTES), |mut text, byte| {
            let _ = write!(text, "{byte:02x}"); // writing to a String cannot fail
            text
        })
    }
}

/// Unpredictable bytes: a generator seeded, and seeded anew now and then, by the operating system.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// The same bytes for the same seed: for tests and replays, never for secrets.
#[derive(Debug)]
pub struct SeededRandom {
    generator: Mutex<StdRng>,
}

impl SeededRandom {
    /// Starts the sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self { generator: Mutex::new(StdRng::seed_from_u64(seed)) }
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.generator.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_token_is_url_safe_and_carries_at_least_128_bits() {
        let token = SystemRandom.token();
        assert!(token.len() * 4 >= 128, "{token}");
        assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
    }

    #[test]
    fn tokens_do_not_repeat() {
        let seeded = SeededRandom::new(1);
        let tokens: HashSet<String> = (0..1_000).flat_map(|_| [SystemRandom.token(), seeded.token()]).collect();
        assert_eq!(tokens.len(), 2_000);
    }

    #[test]
    fn one_seed_is_one_sequence() {
        let draw = |seed| {
            let random = SeededRandom::new(seed);
            (random.token(), random.number(), random.number())
        };
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
        let (_, first, second) = draw(7);
        assert_ne!(first, second);
    }
}
