//! Hashing and checking passwords with Argon2id.
//!
//! The parameters are the library's defaults (19 MiB, two passes), which are the OWASP
//! recommendation. Hashing runs on its own threads, as many at once as there are cores, and only
//! so many more may wait: a rush of sign-ins takes neither all memory nor the server's breath.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::error::Busy;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(2);

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    Arc::new(Semaphore::new(cores))
});

/// A hash of no password, for names that do not exist: so that they take as long as those that do.
static NOBODY: LazyLock<String> = LazyLock::new(|| hash_now(b"nobody has this password"));

fn hash_now(password: &[u8]) -> String {
    // With the default parameters and a salt from the operating system, hashing fails only
    // where there is no randomness at all; then nothing secret can be kept.
    Argon2::default().hash_password(password).map(|hash| hash.to_string()).unwrap_or_default()
}

async fn in_turn<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
    let turn = tokio::time::timeout(PATIENCE, Arc::clone(&TURNS).acquire_owned()).await;
    let Ok(Ok(turn)) = turn else { return Err(Busy) };
    tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    })
    .await
    .map_err(|_| Busy)
}

/// The hash of a password, in PHC form.
///
/// # Errors
/// [`Busy`] after waiting two seconds for a turn.
pub async fn hash(password: &str) -> Result<String, Busy> {
    let password = password.to_owned();
    let hash = in_turn(move || hash_now(password.as_bytes())).await?;
    if hash.is_empty() { Err(Busy) } else { Ok(hash) }
}

/// Whether the password belongs to the hash. Without a hash the answer is no, and takes as long.
///
/// # Errors
/// [`Busy`] after waiting two seconds for a turn.
pub async fn matches(password: &str, hash: Option<&str>) -> Result<bool, Busy> {
    let password = password.to_owned();
    let known = hash.is_some();
    let hash = hash.map(str::to_owned);
    in_turn(move || {
        let hash = hash.as_deref().unwrap_or(&NOBODY);
        let right = PasswordHash::new(hash)
            .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
        right && known
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let stored = hash("river lamp cactus").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(stored.len() <= 128, "it must fit its column: {}", stored.len());
        assert!(matches("river lamp cactus", Some(&stored)).await.unwrap());
        for wrong in ["river lamp cactu", "river lamp cactus ", "River lamp cactus", ""] {
            assert!(!matches(wrong, Some(&stored)).await.unwrap(), "{wrong:?}");
        }
        assert!(!matches("nobody has this password", None).await.unwrap(), "no hash, no entry");
        assert!(!matches("x", Some("not a hash")).await.unwrap());
        assert_ne!(stored, hash("river lamp cactus").await.unwrap(), "every hash has its own salt");
    }

    #[tokio::test]
    async fn nothing_is_cut_off() {
        let long = "a".repeat(73);
        let stored = hash(&long).await.unwrap();
        assert!(!matches(&long[..72], Some(&stored)).await.unwrap());
        let nul = hash("ab\0cd").await.unwrap();
        assert!(!matches("ab\0ce", Some(&nul)).await.unwrap());
    }
}
