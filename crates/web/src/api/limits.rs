//! How often somebody may ask: by address for strangers, by account for people who have signed in.
//! The counts are rows of the database, so that neither a restart nor a second node resets them.

use std::{net::IpAddr, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use kernel::{
    Clock, Db,
    rate::{self, Limit, RateRefusal},
    text::fold_name,
};

use super::problem::{Problem, TOO_OFTEN};

const MINUTE: u64 = 60;

/// What an operation draws on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Budget {
    /// Looking.
    Read,
    /// Acting.
    Act,
    /// Entering tournaments, beside acting.
    Enter,
}

impl Budget {
    /// Name and limit of what is drawn on. What is tighter comes first.
    pub(crate) const fn limits(self, person: bool) -> &'static [(&'static str, Limit)] {
        const READ: (&str, Limit) = ("api-read", Limit::new(600, Duration::from_secs(MINUTE)));
        const ACT: (&str, Limit) = ("api-act", Limit::new(120, Duration::from_secs(MINUTE)));
        const ENTER: (&str, Limit) = ("api-enter", Limit::new(10, Duration::from_secs(60 * MINUTE)));
        const STRANGER: (&str, Limit) = ("api-stranger", Limit::new(120, Duration::from_secs(MINUTE)));
        match (person, self) {
            (false, _) => &[STRANGER],
            (true, Self::Read) => &[READ],
            (true, Self::Act) => &[ACT],
            (true, Self::Enter) => &[ENTER, ACT],
        }
    }
}

/// How a limit stands, for the headers of the answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stand {
    limit: Limit,
    remaining: u32,
    /// Seconds until all of it is there again.
    reset: u64,
}

impl Stand {
    fn of(limit: Limit, remaining: u32) -> Self {
        let used = u64::from(limit.burst.saturating_sub(remaining));
        let reset = (limit.per.as_secs() * used).div_ceil(u64::from(limit.burst.max(1)));
        Self { limit, remaining, reset }
    }

    /// The headers of draft-ietf-httpapi-ratelimit-headers, in the spelling that clients know.
    pub(crate) fn tell(self, headers: &mut HeaderMap) {
        for (name, value) in [
            ("ratelimit-limit", u64::from(self.limit.burst)),
            ("ratelimit-remaining", u64::from(self.remaining)),
            ("ratelimit-reset", self.reset),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
    }
}

/// Takes one of each limit of the budget; answers how the first of them stands.
pub(crate) async fn take(
    db: &Db,
    clock: &dyn Clock,
    budget: Budget,
    person: Option<i64>,
    address: IpAddr,
) -> Result<Stand, (Problem, Option<Stand>)> {
    let who = person.map_or_else(|| address.to_string(), |id| format!("user-{id}"));
    let mut first = None;
    for (name, limit) in budget.limits(person.is_some()) {
        match rate::take(db, clock, &format!("{name}:{who}"), *limit).await {
            Ok(allowed) => {
                first.get_or_insert_with(|| Stand::of(*limit, allowed.remaining));
            }
            Err(RateRefusal::Limited { retry_after }) => {
                return Err((too_often(retry_after), Some(Stand::of(*limit, 0))));
            }
            Err(RateRefusal::Db(error)) => return Err((error.into(), None)),
        }
    }
    first.ok_or_else(|| (Problem::internal("an operation without a limit"), None))
}

/// Whole seconds to wait, never none.
fn seconds(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(1)
}

fn too_often(retry_after: Duration) -> Problem {
    let seconds = seconds(retry_after);
    Problem::new(TOO_OFTEN, format!("Too many requests. Try again in {seconds} s.")).retry_after(seconds)
}

/// Wrong passwords for one name from one address. Elsewhere the name has all of its tries: nobody can
/// shut a person out.
const PER_NAME: Limit = Limit::new(10, Duration::from_secs(15 * MINUTE));
/// Sign-ins from one address; a hall full of players has one address.
const PER_ADDRESS: Limit = Limit::new(120, Duration::from_secs(15 * MINUTE));

fn sign_in_key(name: &str, address: IpAddr) -> String {
    // A name from a page may hold what PostgreSQL does not keep.
    format!("sign-in:{address}:{}", fold_name(name).replace('\0', " "))
}

/// Takes one try to sign in under this name from this address, for the page and the API alike.
///
/// # Errors
/// When there were too many.
pub(crate) async fn sign_in(db: &Db, clock: &dyn Clock, name: &str, address: IpAddr) -> Result<(), RateRefusal> {
    rate::take(db, clock, &format!("sign-in:{address}"), PER_ADDRESS).await?;
    rate::take(db, clock, &sign_in_key(name, address), PER_NAME).await?;
    Ok(())
}

/// The password was right: the tries are given back.
///
/// # Errors
/// When the database fails.
pub(crate) async fn signed_in(db: &Db, name: &str, address: IpAddr) -> Result<(), kernel::DbError> {
    let key = &sign_in_key(name, address);
    db.write(|tx| async move { rate::forget(&tx, key).await }).await
}

impl From<RateRefusal> for Problem {
    fn from(refusal: RateRefusal) -> Self {
        match refusal {
            RateRefusal::Limited { retry_after } => too_often(retry_after),
            RateRefusal::Db(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reset_is_when_all_of_it_is_there_again() {
        let limit = Limit::new(10, Duration::from_secs(3_600));
        for (remaining, reset) in [(10, 0), (9, 360), (0, 3_600)] {
            assert_eq!(Stand::of(limit, remaining).reset, reset);
        }
    }
}
