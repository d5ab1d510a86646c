//! A small named town of players, teams and cups, made by calling services as people would: for
//! `serve --demo`, for tests and for screenshots.
//!
//! Everything in it happened at some time before `now`: a cup was played last week and paid, one is in
//! play, some take entries. Nothing is written past the services, so what it shows is true.
//!
//! Not here: rules (the apps), and when the town is built (the program).

mod cups;
mod people;
mod play;
mod squads;
mod town;

pub use town::{Login, Stuck, Town};

use chrono::{DateTime, Utc};
use kernel::{Db, Random};

/// Builds the town in a database that nobody has signed up to; answers who can sign in, and with which password.
///
/// # Errors
/// [`Stuck`] when people are there already, or a service refused what the town wants; it names the act.
/// What was done until then stays.
pub async fn build(db: &Db, random: &dyn Random, now: DateTime<Utc>) -> Result<Town, Stuck> {
    if accounts::service::count_people(db).await.map_err(|error| Stuck::new("counting people", error))? > 0 {
        return Err(Stuck::inhabited());
    }
    let site = town::Site::new(db, random, now)?;
    let crowd = Box::pin(people::arrive(&site)).await?;
    let squads = Box::pin(squads::found(&site, &crowd)).await?;
    Box::pin(cups::hold(&site, &crowd, &squads)).await?;
    Ok(crowd.town(site.password))
}
