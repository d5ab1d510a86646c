//! Streams of news to browsers, as server-sent events: that something has changed, not what. The page then
//! fetches itself again, so that nobody learns here what the page would not show.
//!
//! | event | means |
//! | --- | --- |
//! | `hello` | the stream is open |
//! | `message` | news; its data is `{"id": …, "type": …}`, its id is where to go on from |
//! | `reload` | more happened than is told: the page itself is the truth |
//!
//! Not here: how news comes to this process (`kernel::live`), who may watch (`doors`).

mod seats;

use std::{collections::VecDeque, convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, Path, Query, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::{
        IntoResponse, Response,
        sse::{Event, Sse},
    },
};
use axum_extra::extract::cookie::CookieJar;
use futures_util::stream;
use kernel::live::{LiveEvent, Resume, Subscription};
use serde::Deserialize;
use tokio::{sync::watch, time::Instant};

use crate::{
    error::Trouble,
    session::{self, Person},
    site::Shared,
};

use seats::Seat;
pub(crate) use seats::{Seats, address};

/// A sign of life after so long a silence, so that proxies keep the stream open.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How old the last look at the watcher's right may be when news is handed out.
const TRUST: Duration = Duration::from_secs(4);
/// How much a watcher who comes back is told one by one.
const MISSED: usize = 200;
/// How long the browser waits before it comes back.
const RETRY: Duration = Duration::from_secs(2);

/// Where the watcher was, when it cannot say it in a header.
#[derive(Deserialize)]
pub(crate) struct From {
    from: Option<String>,
}

/// News of a tournament.
pub(crate) async fn tournament(
    State(shared): State<Shared>,
    Path(id): Path<i64>,
    Query(from): Query<From>,
    person: Option<Person>,
    parts: Parts,
) -> Result<Response, Trouble> {
    let who = person.as_ref().map(|person| person.0.user.id);
    if !may_watch(&shared, who, id).await? {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    open(shared, format!("tournament:{id}"), Some(id), who, from, &parts).await
}

/// News of the person who asks.
pub(crate) async fn me(
    State(shared): State<Shared>,
    Query(from): Query<From>,
    person: Option<Person>,
    parts: Parts,
) -> Result<Response, Trouble> {
    let Some(Person(person)) = person else {
        return Err(Trouble::refused(StatusCode::UNAUTHORIZED, "Sign in first."));
    };
    open(shared, format!("user:{}", person.user.id), None, Some(person.user.id), from, &parts).await
}

/// Whether somebody may hear of a tournament.
async fn may_watch(shared: &Shared, who: Option<i64>, tournament: i64) -> Result<bool, kernel::DbError> {
    Ok(everybody_may_watch(shared, tournament).await?
        || (who.is_some() && shared.doors.may_watch(&shared.db, who, tournament).await?))
}

/// Whether everybody may hear of a tournament. Asked once a generation, for thousands may hear of the same result.
async fn everybody_may_watch(shared: &Shared, tournament: i64) -> Result<bool, kernel::DbError> {
    let ask = shared.doors.may_watch(&shared.db, None, tournament);
    shared.watched.get_or_insert_async(&(tournament, shared.generation()), ask).await
}

async fn open(
    shared: Shared,
    topic: String,
    tournament: Option<i64>,
    who: Option<i64>,
    from: From,
    parts: &Parts,
) -> Result<Response, Trouble> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let Some(seat) = shared.seats.take(&shared.doors.limits, address(peer, &parts.headers), who) else {
        let text = "Too many streams are open from here. Close some of the pages.";
        let mut refused = Trouble::refused(StatusCode::TOO_MANY_REQUESTS, text).into_response();
        refused.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("30"));
        return Ok(refused);
    };
    let place = place(&parts.headers).or(from.from).and_then(|text| text.parse::<Resume>().ok());
    let (missed, truncated, news) = match place {
        Some(place) => {
            let resumed = shared.live.resume([topic], place, MISSED).await?;
            (resumed.missed.into_iter().map(Arc::new).collect(), resumed.truncated, resumed.stream)
        }
        None => (VecDeque::new(), false, shared.live.subscribe([topic])),
    };
    let token = session::token(&CookieJar::from_headers(&parts.headers), shared.secure);
    let stopping = shared.seats.stopping();
    let watcher = Watcher {
        greeted: false,
        missed,
        truncated,
        news,
        tournament,
        who,
        token: token.filter(|_| who.is_some()),
        checked: Instant::now(),
        stopping,
        shared,
        _seat: seat,
    };
    let events = stream::unfold(watcher, async |mut watcher| {
        let event = watcher.next().await?;
        Some((Ok::<_, Infallible>(event), watcher))
    });
    let mut response = Sse::new(events).into_response();
    // A proxy that gathers an answer before it hands it on would keep all news.
    response.headers_mut().insert("x-accel-buffering", header::HeaderValue::from_static("no"));
    Ok(response)
}

fn place(headers: &HeaderMap) -> Option<String> {
    let last = headers.get("last-event-id")?.to_str().ok()?;
    Some(last.to_owned())
}

/// One open stream.
struct Watcher {
    shared: Shared,
    greeted: bool,
    missed: VecDeque<Arc<LiveEvent>>,
    truncated: bool,
    news: Subscription,
    tournament: Option<i64>,
    who: Option<i64>,
    /// The session that the watcher came with.
    token: Option<String>,
    checked: Instant,
    stopping: watch::Receiver<bool>,
    _seat: Seat,
}

impl Watcher {
    /// The next event; `None` ends the stream.
    async fn next(&mut self) -> Option<Event> {
        if !self.greeted {
            self.greeted = true;
            return Some(Event::default().event("hello").retry(RETRY).data("{}"));
        }
        if let Some(event) = self.missed.pop_front() {
            return self.tell(&event).await;
        }
        if std::mem::take(&mut self.truncated) {
            return self.allowed().await.then(reload);
        }
        let heard = tokio::select! {
            biased;
            // True, or the site is gone.
            _ = self.stopping.wait_for(|stopping| *stopping) => return None,
            news = self.news.next() => Some(news?),
            () = tokio::time::sleep(HEARTBEAT) => None,
        };
        match heard {
            Some(Ok(event)) => self.tell(&event).await,
            Some(Err(lagged)) => {
                tracing::debug!("a watcher lagged by {} items", lagged.missed);
                self.allowed().await.then(reload)
            }
            None => self.allowed().await.then(|| Event::default().comment("")),
        }
    }

    async fn tell(&mut self, event: &LiveEvent) -> Option<Event> {
        if !self.allowed().await {
            return None;
        }
        // The id says which news it is; the event's own id where to go on from, which several may share.
        let data = serde_json::json!({ "id": event.id, "type": event.event_type }).to_string();
        Some(Event::default().id(event.resume.to_string()).data(data))
    }

    /// Whether the watcher still is who it was, and still may watch. When that cannot be told, the stream ends:
    /// the browser comes back, and is asked anew.
    async fn allowed(&mut self) -> bool {
        if self.checked.elapsed() < TRUST {
            return true;
        }
        let allowed = self.look().await.unwrap_or_else(|error| {
            tracing::warn!("a stream ends because its watcher's right cannot be told: {error}");
            false
        });
        self.checked = Instant::now();
        allowed
    }

    async fn look(&self) -> Result<bool, kernel::DbError> {
        if let Some(tournament) = self.tournament
            && everybody_may_watch(&self.shared, tournament).await?
        {
            return Ok(true);
        }
        let (db, clock) = (&self.shared.db, &*self.shared.clock);
        if let Some(token) = &self.token {
            let signed_in = accounts::service::resume(db, clock, token).await?;
            if signed_in.map(|signed_in| signed_in.user.id) != self.who {
                return Ok(false);
            }
        }
        match self.tournament {
            Some(tournament) => self.shared.doors.may_watch(db, self.who, tournament).await,
            None => Ok(true),
        }
    }
}

fn reload() -> Event {
    Event::default().event("reload").data("{}")
}
