//! The home page: what this is, how much life is in it, and the way in.

use std::{
    sync::Mutex,
    time::{Duration, Instant},
};

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};

use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::{Layout, number},
    session::Person,
    site::Shared,
};

/// How old the numbers of the home page may be: a full house must not count itself at every look.
const FRESH: Duration = Duration::from_secs(5);

/// The numbers of the home page, counted in the database, kept for a few seconds.
#[derive(Default)]
pub(crate) struct Numbers(Mutex<Option<(Instant, Counted)>>);

#[derive(Clone, Copy)]
struct Counted {
    players: u64,
    coins: i64,
    awards: u64,
}

impl Numbers {
    async fn get(&self, shared: &Shared) -> Result<Counted, Trouble> {
        let kept = self.0.lock().ok().and_then(|kept| *kept);
        if let Some((_, counted)) = kept.filter(|(at, _)| at.elapsed() < FRESH) {
            return Ok(counted);
        }
        let economy = economy::service::totals(&shared.db).await?;
        let players = accounts::service::count_people(&shared.db).await?;
        let counted = Counted { players, coins: economy.coins, awards: economy.awards };
        if let Ok(mut kept) = self.0.lock() {
            *kept = Some((Instant::now(), counted));
        }
        Ok(counted)
    }
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    layout: Layout,
    players: String,
    coins: String,
    awards: String,
}

pub(crate) async fn show(State(shared): State<Shared>, person: Option<Person>, csrf: Csrf) -> Response {
    page(&shared, person.as_ref(), &csrf).await.unwrap_or_else(IntoResponse::into_response)
}

async fn page(shared: &Shared, person: Option<&Person>, csrf: &Csrf) -> Result<Response, Trouble> {
    let counted = shared.home.get(shared).await?;
    Ok(super::show(&Page {
        layout: Layout::of(shared, person, csrf, "home").await?,
        players: number(counted.players),
        coins: number(counted.coins),
        awards: number(counted.awards),
    }))
}
