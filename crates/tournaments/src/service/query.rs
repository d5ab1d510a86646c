//! What pages and the API show of tournaments and entries. Each query takes a fixed number of statements, however much
//! it finds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{Actor, DbError};
use sea_orm::ConnectionTrait;

use super::{access, desk, place};
use crate::{
    model::{custom_field, entry_player, game, payment, registration, tournament},
    people,
    rules::{
        access::{Act, Standing},
        entry::{EntryStatus, Next, next, owes},
        settings::{Entrants, Format},
        status::Status,
    },
    store,
};

/// Tournaments on one page.
pub const PAGE: u64 = 24;
/// Entries on one page.
pub const ENTRIES: u64 = 100;

/// How far tournaments have come, for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Group {
    /// All that are announced or being played.
    #[default]
    Current,
    /// Those that take entries.
    Open,
    /// Those whose registration has not begun or is over, before play.
    Upcoming,
    /// Those that are being played.
    Live,
    /// Those that are over.
    Finished,
    /// Those that were called off.
    Cancelled,
}

impl Group {
    /// The states that belong to it.
    pub const fn states(self) -> &'static [Status] {
        use Status::{Archived, Cancelled, CheckIn, Completed, Live, Published, RegistrationClosed, RegistrationOpen};
        match self {
            Self::Current => &[Published, RegistrationOpen, RegistrationClosed, CheckIn, Live],
            Self::Open => &[RegistrationOpen],
            Self::Upcoming => &[Published, RegistrationClosed, CheckIn],
            Self::Live => &[Live],
            Self::Finished => &[Completed, Archived],
            Self::Cancelled => &[Cancelled],
        }
    }

    /// Whether the next to start stands first; else the last that started.
    pub const fn soonest_first(self) -> bool {
        matches!(self, Self::Current | Self::Open | Self::Upcoming)
    }
}

/// What is looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Part of the name, in whatever case; empty for all.
    pub text: String,
    /// How far they have come.
    pub group: Group,
    /// Of this game.
    pub game: Option<i64>,
    /// Of this format.
    pub format: Option<Format>,
    /// For teams or single players.
    pub entrants: Option<Entrants>,
    /// Free, or with a fee.
    pub free: Option<bool>,
    /// With free places only.
    pub open_places: bool,
    /// Those of the platform only.
    pub official: bool,
    /// Of this organizer.
    pub organizer: Option<i64>,
}

/// A tournament in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The tournament.
    pub tournament: tournament::Model,
    /// Where it stands.
    pub status: Status,
    /// Its game.
    pub game: Option<game::Model>,
    /// The name of its organizer.
    pub organizer: String,
    /// Places that are free.
    pub places_left: i32,
}

/// A page of tournaments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The tournaments.
    pub cards: Vec<Card>,
    /// Where the next page begins, if there is one.
    pub next: Option<(DateTime<Utc>, i64)>,
}

async fn cards(db: &impl ConnectionTrait, found: Vec<store::list::WithGame>) -> Result<Vec<Card>, DbError> {
    let mut organizers: Vec<i64> = found.iter().map(|(tournament, _)| tournament.organizer_id).collect();
    organizers.sort_unstable();
    organizers.dedup();
    let names = store::list::usernames(db, organizers).await?;
    let card = |(tournament, game): store::list::WithGame| Card {
        status: desk::status(&tournament),
        organizer: names.get(&tournament.organizer_id).cloned().unwrap_or_default(),
        places_left: (tournament.max_participants - tournament.total_registrations).max(0),
        game,
        tournament,
    };
    Ok(found.into_iter().map(card).collect())
}

/// Tournaments that all may see and that fit.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    search: &Search,
    after: Option<(DateTime<Utc>, i64)>,
) -> Result<List, DbError> {
    let mut found = store::list::public(db, search, after, PAGE + 1).await?;
    let more = found.len() > PAGE as usize;
    found.truncate(PAGE as usize);
    let next = found.last().filter(|_| more).map(|(last, _)| (last.tournament_start, last.id));
    Ok(List { cards: cards(db, found).await?, next })
}

/// Games that tournaments can be held in, by name.
///
/// # Errors
/// When the database fails.
pub async fn games(db: &impl ConnectionTrait) -> Result<Vec<game::Model>, DbError> {
    Ok(store::list::games(db).await?)
}

/// Entries by where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// By state; a state without entries is left out.
    pub by_state: BTreeMap<EntryStatus, i64>,
    /// Those that hold a place.
    pub held: i64,
    /// Those that wait.
    pub waiting: i64,
    /// Places that are taken, in hundredths of a percent.
    pub filled: i64,
}

/// How many entries of a tournament stand where.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: &impl ConnectionTrait, tournament: &tournament::Model) -> Result<Counts, DbError> {
    let rows = store::list::counts(db, tournament.id).await?;
    let by_state: BTreeMap<EntryStatus, i64> =
        rows.into_iter().filter_map(|(word, count)| Some((EntryStatus::parse(&word)?, count))).collect();
    let of = |state: &EntryStatus| by_state.get(state).copied().unwrap_or(0);
    let held = EntryStatus::HOLDING.iter().map(of).sum::<i64>();
    let waiting = of(&EntryStatus::Waitlisted);
    let filled = held.saturating_mul(10_000) / i64::from(tournament.max_participants.max(1));
    Ok(Counts { held, waiting, filled, by_state })
}

/// All that a tournament's page is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// The tournament with its game and organizer.
    pub card: Card,
    /// How whoever looks stands to it.
    pub standing: Standing,
    /// Its entries by where they stand.
    pub counts: Counts,
    /// When check-in opens, if there is one.
    pub check_in_opens: Option<DateTime<Utc>>,
    /// The ways to pay its fee, with the accounts that money goes to.
    pub ways_to_pay: Vec<super::enter::WayToPay>,
    /// Its own questions.
    pub questions: Vec<custom_field::Model>,
    /// Entries of whoever looks, over or not, newest first, each with what to do next.
    pub own: Vec<(registration::Model, Next)>,
}

/// A tournament by its word in addresses, for whoever looks; nothing when there is none that they may see.
///
/// # Errors
/// When the database fails.
pub async fn facts(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: DateTime<Utc>,
    slug: &str,
) -> Result<Option<Facts>, DbError> {
    let Some(found) = store::list::by_slug(db, slug).await? else { return Ok(None) };
    let standing = access::standing(db, actor, &found.0).await?;
    if !standing.may(Act::View) {
        return Ok(None);
    }
    let Some(card) = cards(db, vec![found]).await?.pop() else { return Ok(None) };
    let tournament = &card.tournament;
    let own = match actor.user_id() {
        Some(user) => own_entries(db, user, now, None).await?,
        None => Vec::new(),
    };
    let own = own.into_iter().filter(|own| own.tournament.id == tournament.id).map(|own| (own.entry, own.next));
    Ok(Some(Facts {
        standing,
        counts: counts(db, tournament).await?,
        check_in_opens: tournament.enable_check_in.then(|| crate::rules::entry::check_in_opens(tournament)),
        ways_to_pay: super::enter::ways_to_pay(tournament),
        questions: store::question::of(db, tournament.id).await?,
        own: own.collect(),
        card,
    }))
}

/// A tournament by its word in addresses, and how whoever asks stands to it; nothing when there is none that they
/// may see.
///
/// # Errors
/// When the database fails.
pub async fn seen(
    db: &impl ConnectionTrait,
    actor: &Actor,
    slug: &str,
) -> Result<Option<(tournament::Model, Standing)>, DbError> {
    let Some((tournament, _)) = store::list::by_slug(db, slug).await? else { return Ok(None) };
    let standing = access::standing(db, actor, &tournament).await?;
    Ok(standing.may(Act::View).then_some((tournament, standing)))
}

/// An entry in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    /// The entry. What its people wrote in the form is for those who may see it; see [`Act::SeeEntries`].
    pub entry: registration::Model,
    /// Where it stands.
    pub status: EntryStatus,
    /// Who plays for it.
    pub players: Vec<entry_player::Model>,
}

/// Entries of a tournament in these states, in the order in which they were made, from after an id.
///
/// # Errors
/// When the database fails.
pub async fn entries(
    db: &impl ConnectionTrait,
    tournament: i64,
    states: &[EntryStatus],
    after: Option<i64>,
) -> Result<(Vec<EntryRow>, Option<i64>), DbError> {
    let mut found = store::list::entries(db, tournament, states, after, ENTRIES + 1).await?;
    let more = found.len() > ENTRIES as usize;
    found.truncate(ENTRIES as usize);
    let next = found.last().filter(|_| more).map(|entry| entry.id);
    let mut players = store::list::players(db, found.iter().map(|entry| entry.id).collect()).await?;
    let row = |entry: registration::Model| EntryRow {
        status: place::status(&entry),
        players: players.remove(&entry.id).unwrap_or_default(),
        entry,
    };
    Ok((found.into_iter().map(row).collect(), next))
}

/// An entry with all that whoever looks may see of it.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryFacts {
    /// The tournament.
    pub tournament: tournament::Model,
    /// The entry; without the answers of its form and the organizer's notes for those who may not see them.
    pub row: EntryRow,
    /// Whether whoever looks stands for it.
    pub own: bool,
    /// How they stand to the tournament.
    pub standing: Standing,
    /// What its people have to do next.
    pub next: Next,
    /// Its place on the waiting list, from 1.
    pub waiting: Option<i64>,
    /// Whether whoever looks can pay its fee ahead while it waits for a place.
    pub pays_ahead: bool,
    /// Its payments, for its own people and those who check them.
    pub payments: Vec<payment::Model>,
}

/// An entry, for whoever looks; nothing when there is none that they may see.
///
/// # Errors
/// When the database fails.
pub async fn entry(
    db: &impl ConnectionTrait,
    actor: &Actor,
    now: DateTime<Utc>,
    id: i64,
) -> Result<Option<EntryFacts>, DbError> {
    let Some(mut entry) = store::entry::by_id(db, id).await? else { return Ok(None) };
    let Some(tournament) = store::tournament(db, entry.tournament_id).await? else { return Ok(None) };
    let standing = access::standing(db, actor, &tournament).await?;
    let own = people::stands_for(db, actor, &entry).await?;
    if !own && !standing.may(Act::View) {
        return Ok(None);
    }
    let waiting = match place::status(&entry) {
        EntryStatus::Waitlisted => Some(store::entry::waiting_before(db, &entry).await? + 1),
        _ => None,
    };
    let payments =
        if own || standing.may(Act::VerifyPayments) { store::payment::of_entry(db, id).await? } else { Vec::new() };
    if !own && !standing.may(Act::SeeEntries) {
        entry.registration_data = serde_json::Value::Null;
    }
    if !standing.may(Act::SeeEntries) {
        entry.notes.clear();
    }
    let pays_ahead = own
        && waiting.is_some()
        && super::payment::takes_payments(Status::parse(&tournament.status).unwrap_or(Status::Archived))
        && owes(&tournament, &entry)
        && !store::payment::paid(db, &[id]).await?.contains_key(&id);
    let next = next(&tournament, &entry, now);
    let players = store::entry::players(db, id).await?;
    let row = EntryRow { status: place::status(&entry), entry, players };
    Ok(Some(EntryFacts { tournament, row, own, standing, next, waiting, pays_ahead, payments }))
}

/// An entry of a person.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnEntry {
    /// The entry.
    pub entry: registration::Model,
    /// Its tournament.
    pub tournament: tournament::Model,
    /// What there is to do next.
    pub next: Next,
}

/// Entries that somebody plays for, made or speaks for, newest first, from below an id.
///
/// # Errors
/// When the database fails.
pub async fn own_entries(
    db: &impl ConnectionTrait,
    user: i64,
    now: DateTime<Utc>,
    below: Option<i64>,
) -> Result<Vec<OwnEntry>, DbError> {
    let profiles = store::people::profiles(db, &[user]).await?;
    let teams = match profiles.first() {
        Some((_, profile)) => teams::service::query::teams_of(db, *profile).await?,
        None => Vec::new(),
    };
    let speaks = |own: &teams::service::query::OwnTeam| own.is_captain || own.role.runs_team();
    let teams = teams.iter().filter(|own| speaks(own)).map(|own| own.team.id).collect();
    let found = store::list::of_person(db, user, teams, below, ENTRIES).await?;
    let own = |(entry, tournament): (registration::Model, Option<tournament::Model>)| {
        let tournament = tournament.filter(|tournament| !tournament.is_deleted)?;
        Some(OwnEntry { next: next(&tournament, &entry, now), tournament, entry })
    };
    Ok(found.into_iter().filter_map(own).collect())
}

/// How many of those who play say that they are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct There {
    /// Confirmed entries that are checked in.
    pub there: i64,
    /// Confirmed entries.
    pub of: i64,
}

async fn there(db: &impl ConnectionTrait, tournaments: Vec<i64>) -> Result<BTreeMap<i64, There>, DbError> {
    let mut all: BTreeMap<i64, There> = BTreeMap::new();
    for (tournament, there, count) in store::list::there(db, tournaments).await? {
        let found = all.entry(tournament).or_default();
        found.of += count;
        if there {
            found.there += count;
        }
    }
    Ok(all)
}

/// What waits at the desk of a tournament.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Payments that somebody has to look for, also those of entries that wait for a place.
    pub payments: i64,
    /// Who is there.
    pub there: There,
}

/// What waits at the desk of a tournament, for those who work there.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &impl ConnectionTrait, tournament: i64) -> Result<Waiting, DbError> {
    let payments = store::list::payments_to_check(db, vec![tournament]).await?;
    let there = there(db, vec![tournament]).await?;
    Ok(Waiting {
        payments: payments.get(&tournament).copied().unwrap_or(0),
        there: there.get(&tournament).copied().unwrap_or_default(),
    })
}

/// A tournament that somebody holds or helps with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organized {
    /// The tournament.
    pub card: Card,
    /// What waits at its desk.
    pub waiting: Waiting,
}

/// Tournaments that somebody holds or helps with, newest first, from below an id; drafts as well.
///
/// # Errors
/// When the database fails.
pub async fn organized_by(db: &impl ConnectionTrait, user: i64, below: Option<i64>) -> Result<Vec<Organized>, DbError> {
    let cards = cards(db, store::list::organized_by(db, user, below, PAGE).await?).await?;
    let ids: Vec<i64> = cards.iter().map(|card| card.tournament.id).collect();
    let there = there(db, ids.clone()).await?;
    let payments = store::list::payments_to_check(db, ids).await?;
    let waiting = |id: &i64| Waiting {
        payments: payments.get(id).copied().unwrap_or(0),
        there: there.get(id).copied().unwrap_or_default(),
    };
    let organized = |card: Card| Organized { waiting: waiting(&card.tournament.id), card };
    Ok(cards.into_iter().map(organized).collect())
}

/// Tournaments that wait for approval, oldest first: for staff of the platform.
///
/// # Errors
/// When the database fails.
pub async fn waiting_for_approval(db: &impl ConnectionTrait) -> Result<Vec<Card>, DbError> {
    cards(db, store::list::in_state(db, Status::PendingApproval, PAGE).await?).await
}

/// A tournament by its id.
///
/// # Errors
/// When the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: i64) -> Result<Option<tournament::Model>, DbError> {
    Ok(store::tournament(db, id).await?)
}
