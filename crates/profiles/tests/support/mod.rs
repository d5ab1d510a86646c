//! People, on top of what the tests of `accounts` share.

#[path = "../../../accounts/tests/support/mod.rs"]
mod base;

use accounts::{SignUp, SignUpRefusal, User, service};
pub use base::{migrated, open};
use kernel::{Clock, Db, SystemRandom};

/// A password that is good enough.
pub const PASSWORD: &str = "river lamp cactus";

/// A form that is right.
pub fn form(username: &str, email: &str) -> SignUp {
    let (username, email) = (username.to_owned(), email.to_owned());
    SignUp { username, email, password: PASSWORD.to_owned(), password_again: PASSWORD.to_owned() }
}

/// Somebody who has signed up, and the token of the session.
pub async fn person(db: &Db, clock: &dyn Clock, username: &str) -> (User, String) {
    let token = loop {
        let form = form(username, &format!("{username}@example.org"));
        match profiles::service::sign_up(db, clock, &SystemRandom, form, "a test").await {
            Ok(token) => break token,
            // Many tests hash at once.
            Err(SignUpRefusal::Busy(_)) => {}
            Err(refusal) => panic!("{refusal}"),
        }
    };
    let signed_in = service::resume(db, clock, &token).await.expect("readable").expect("just opened");
    (signed_in.user, token)
}
