//! Tournaments: finding them, and moving them on from draft to archive. Their settings are in `settings`.

use ::tournaments::{
    Tournament,
    error::lifecycle::MoveRefusal,
    rules::{access::Standing, entry::Next},
    service::{
        enter::WayToPay,
        lifecycle,
        query::{self, Card, Group, Search},
    },
};
use chrono::{DateTime, Utc};
use kernel::Tx;
use schemars::JsonSchema;
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::{
    Nothing,
    entries::{EntrySummary, summary as entry_summary},
    input, output,
    questions::{QuestionView, view as question},
};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::Problem,
    table::{Operation, get, post},
    words::{Word, Words as _},
};
use ::tournaments::rules::settings::{Entrants, Format};

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        get("games.list", "/games", "Games that tournaments can be held in, by name.").public().alone(games),
        get("tournaments.list", "/tournaments", "Tournaments that all may see.").public().alone(list),
        get(
            "tournaments.mine",
            "/me/tournaments",
            "Tournaments that one holds or helps with, newest first; drafts too.",
        )
        .alone(mine),
        get("tournaments.get", "/tournaments/{tournament}", "A tournament, and what there is to do for who asks.")
            .public()
            .alone(show),
    ];
    all.extend(steps());
    all
}

fn steps() -> Vec<Operation> {
    let step = |name, path, summary| post(name, path, summary).refuses::<MoveRefusal>();
    vec![
        step("tournaments.publish", "/tournaments/{tournament}/publish", "Publishes a draft, or asks for approval.")
            .within(publish),
        step("tournaments.approve", "/tournaments/{tournament}/approve", "Lets a large tournament pass.")
            .within(approve),
        step("tournaments.send_back", "/tournaments/{tournament}/send-back", "Sends it back to be changed.")
            .within(send_back),
        step("tournaments.recall", "/tournaments/{tournament}/recall", "Takes it back from approval.").within(recall),
        step(
            "tournaments.open_registration",
            "/tournaments/{tournament}/open-registration",
            "Takes entries from now on.",
        )
        .within(open_registration),
        step(
            "tournaments.close_registration",
            "/tournaments/{tournament}/close-registration",
            "Takes no more entries.",
        )
        .within(close_registration),
        step(
            "tournaments.reopen_registration",
            "/tournaments/{tournament}/reopen-registration",
            "Takes entries again, after all.",
        )
        .within(reopen_registration),
        step("tournaments.open_check_in", "/tournaments/{tournament}/open-check-in", "Begins the check-in.")
            .within(open_check_in),
        step("tournaments.start", "/tournaments/{tournament}/start", "Begins play.").within(start),
        step("tournaments.archive", "/tournaments/{tournament}/archive", "Puts a finished tournament away.")
            .within(archive),
        step("tournaments.cancel", "/tournaments/{tournament}/cancel", "Cancels it; fees are given back.")
            .within(cancel),
    ]
}

output! {
    /// A game.
    Game {
        /// Id.
        id: i64,
        /// Its name.
        name: String,
        /// Its name in addresses.
        slug: String,
        /// Its code, as teams have it; null for none.
        code: Option<String>,
        /// How many play in a team.
        team_size: i32,
    }
    /// A tournament in a list.
    TournamentSummary {
        /// Id.
        id: i64,
        /// Its name in addresses.
        slug: String,
        /// Its name.
        name: String,
        /// Where it stands.
        status: String,
        /// Id of its game.
        game_id: i64,
        /// How the winner is found.
        format: String,
        /// Who enters: team or solo.
        participation_type: String,
        /// Whether it is the platform's own.
        is_official: bool,
        /// Places.
        max_participants: i32,
        /// Entries that hold a place.
        entries: i32,
        /// When registration opens.
        registration_start: Moment,
        /// When registration closes.
        registration_end: Moment,
        /// When play begins.
        starts_at: Moment,
        /// Whether there is a fee.
        has_entry_fee: bool,
        /// The fee in minor units.
        entry_fee_amount: i64,
        /// Its currency.
        entry_fee_currency: String,
        /// The fee in coins.
        entry_fee_deltacoin: i64,
        /// Prize money in minor units.
        prize_pool: i64,
        /// Its currency.
        prize_currency: String,
        /// Prize coins.
        prize_deltacoin: i64,
    }
    /// A tournament in a list, with what stands beside it.
    TournamentCard {
        /// The tournament.
        tournament: TournamentSummary,
        /// Name of its game.
        game: String,
        /// Name of its organizer.
        organizer: String,
        /// Places that are free.
        places_left: i32,
    }
    /// A tournament that one holds or helps with.
    OrganizedTournament {
        /// The tournament.
        card: TournamentCard,
        /// Payments that somebody has to look for.
        payments_to_check: i64,
        /// Confirmed entries.
        confirmed: i64,
        /// Confirmed entries that are checked in.
        checked_in: i64,
    }
    /// A tournament, and what there is to do.
    TournamentDetail {
        /// The tournament.
        card: TournamentCard,
        /// About it.
        description: String,
        /// Its rules.
        rules_text: String,
        /// Matches so far, and how many of them are over.
        matches: [i32; 2],
        /// Number of its settings; send it with a change.
        version: i32,
        /// When check-in opens; null when there is none.
        check_in_opens: Option<Moment>,
        /// When all was decided.
        completed_at: Option<Moment>,
        /// Why it does not take place, or empty.
        cancel_reason: String,
        /// Entries that hold a place.
        held: i64,
        /// Entries that wait for one.
        waiting: i64,
        /// The ways to pay the fee.
        ways_to_pay: Vec<PaymentWay>,
        /// The questions of its form.
        questions: Vec<QuestionView>,
        /// One's own duty in it; null for none.
        my_duty: Option<String>,
        /// What one may do in it.
        may: Vec<String>,
        /// One's own entries.
        my_entries: Vec<MyEntryHere>,
    }
    /// A way to pay a fee.
    PaymentWay {
        /// How.
        method: String,
        /// How much, in minor units.
        amount: i64,
        /// Its currency.
        currency: String,
        /// How many coins.
        coins: i64,
        /// Where money goes to.
        account: String,
    }
    /// One's own entry of a tournament.
    MyEntryHere {
        /// The entry.
        entry: EntrySummary,
        /// What to do next.
        next: NextStep,
    }
    /// What those who stand for an entry have to do next.
    NextStep {
        /// pay, payment_is_checked, wait_for_place, check_in_opens, check_in, starts, play or nothing.
        what: String,
        /// When, or until when.
        at: Option<Moment>,
    }
}

/// How far tournaments have come.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum TournamentGroup {
    Current,
    Open,
    Upcoming,
    Live,
    Finished,
    Cancelled,
}

impl From<TournamentGroup> for Group {
    fn from(group: TournamentGroup) -> Self {
        match group {
            TournamentGroup::Current => Self::Current,
            TournamentGroup::Open => Self::Open,
            TournamentGroup::Upcoming => Self::Upcoming,
            TournamentGroup::Live => Self::Live,
            TournamentGroup::Finished => Self::Finished,
            TournamentGroup::Cancelled => Self::Cancelled,
        }
    }
}

input! {
    ListTournaments {
        /// Part of the name.
        q: Option<String>,
        /// How far they have come; current unless said.
        group: Option<TournamentGroup>,
        /// Of this game.
        game_id: Option<i64>,
        /// Of this format.
        format: Option<Word<Format>>,
        /// For teams or single players.
        participation_type: Option<Word<Entrants>>,
        /// Free, or with a fee.
        free: Option<bool>,
        /// With free places only.
        open_places: Option<bool>,
        /// The platform's own only.
        official: Option<bool>,
        /// Of this organizer.
        organizer_id: Option<i64>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    ListMine {
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    OneTournament {
        /// The tournament's name in addresses.
        tournament: String,
    }
    SendBack {
        /// The tournament's name in addresses.
        tournament: String,
        /// What is to be changed.
        feedback: String,
    }
    CancelTournament {
        /// The tournament's name in addresses.
        tournament: String,
        /// Why.
        reason: String,
    }
}

/// The tournament at this address and how whoever asks stands to it, if they may see it.
pub(super) async fn find(db: &impl ConnectionTrait, ask: &Ask, slug: &str) -> Result<(Tournament, Standing), Problem> {
    query::seen(db, ask.actor(), slug).await?.ok_or_else(|| Problem::not_found("tournament"))
}

pub(super) fn summary(tournament: &Tournament) -> TournamentSummary {
    TournamentSummary {
        id: tournament.id,
        slug: tournament.slug.clone(),
        name: tournament.name.clone(),
        status: tournament.status.clone(),
        game_id: tournament.game_id,
        format: tournament.format.clone(),
        participation_type: tournament.participation_type.clone(),
        is_official: tournament.is_official,
        max_participants: tournament.max_participants,
        entries: tournament.total_registrations,
        registration_start: tournament.registration_start.into(),
        registration_end: tournament.registration_end.into(),
        starts_at: tournament.tournament_start.into(),
        has_entry_fee: tournament.has_entry_fee,
        entry_fee_amount: tournament.entry_fee_amount,
        entry_fee_currency: tournament.entry_fee_currency.clone(),
        entry_fee_deltacoin: tournament.entry_fee_deltacoin,
        prize_pool: tournament.prize_pool,
        prize_currency: tournament.prize_currency.clone(),
        prize_deltacoin: tournament.prize_deltacoin,
    }
}

fn card(card: Card) -> TournamentCard {
    TournamentCard {
        tournament: summary(&card.tournament),
        game: card.game.map(|game| game.name).unwrap_or_default(),
        organizer: card.organizer,
        places_left: card.places_left,
    }
}

pub(super) fn next_step(next: Next) -> NextStep {
    let (what, at): (&str, Option<DateTime<Utc>>) = match next {
        Next::Pay { by } => ("pay", by),
        Next::PaymentIsChecked => ("payment_is_checked", None),
        Next::WaitForPlace => ("wait_for_place", None),
        Next::CheckInOpens { at } => ("check_in_opens", Some(at)),
        Next::CheckIn { by } => ("check_in", Some(by)),
        Next::Starts { at } => ("starts", Some(at)),
        Next::Play => ("play", None),
        Next::Nothing => ("nothing", None),
    };
    NextStep { what: what.to_owned(), at: at.map(Moment) }
}

async fn games(ask: &Ask, _: Nothing) -> Result<Page<Game>, Problem> {
    let games = query::games(ask.db().read()).await?;
    Ok(Page::whole(games.into_iter().map(|game| Game {
        id: game.id,
        name: game.name,
        slug: game.slug,
        code: game.code,
        team_size: game.default_team_size,
    })))
}

async fn list(ask: &Ask, input: ListTournaments) -> Result<Page<TournamentCard>, Problem> {
    let search = &Search {
        text: input.q.unwrap_or_default(),
        group: input.group.map(Into::into).unwrap_or_default(),
        game: input.game_id,
        format: input.format.map(|word| word.0),
        entrants: input.participation_type.map(|word| word.0),
        free: input.free,
        open_places: input.open_places.unwrap_or_default(),
        official: input.official.unwrap_or_default(),
        organizer: input.organizer_id,
    };
    let more = |after| async move {
        let list = query::list(ask.db().read(), search, after).await?;
        Ok((list.cards, list.next))
    };
    let place = |card: &Card| (card.tournament.tournament_start, card.tournament.id);
    Ok(page::gather("tournaments.list", input.cursor.as_deref(), input.limit, more, place).await?.map(card))
}

async fn mine(ask: &Ask, input: ListMine) -> Result<Page<OrganizedTournament>, Problem> {
    let person = ask.person()?;
    let more = |below| async move {
        let found = query::organized_by(ask.db().read(), person, below).await?;
        let next = (found.len() >= query::PAGE as usize).then(|| found.last().map(|one| one.card.tournament.id));
        Ok((found, next.flatten()))
    };
    let place = |one: &query::Organized| one.card.tournament.id;
    let found = page::gather("tournaments.mine", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(|one| OrganizedTournament {
        card: card(one.card),
        payments_to_check: one.waiting.payments,
        confirmed: one.waiting.there.of,
        checked_in: one.waiting.there.there,
    }))
}

async fn show(ask: &Ask, input: OneTournament) -> Result<TournamentDetail, Problem> {
    use ::tournaments::rules::access::Act;

    let db = ask.db().read();
    let found = query::facts(db, ask.actor(), ask.clock().now(), &input.tournament).await?;
    let facts = found.ok_or_else(|| Problem::not_found("tournament"))?;
    let may = Act::ALL.into_iter().filter(|act| facts.standing.may(*act)).map(|act| crate::api::problem::code_of(&act));
    let may = may.collect();
    let tournament = facts.card.tournament.clone();
    let way = |way: WayToPay| PaymentWay {
        method: way.method.word().to_owned(),
        amount: way.amount,
        currency: way.currency,
        coins: way.coins,
        account: way.account,
    };
    let own = facts.own.into_iter();
    Ok(TournamentDetail {
        description: tournament.description,
        rules_text: tournament.rules_text,
        matches: [tournament.total_matches, tournament.completed_matches],
        version: tournament.current_version,
        check_in_opens: facts.check_in_opens.map(Moment),
        completed_at: tournament.completed_at.map(Moment),
        cancel_reason: tournament.cancel_reason,
        held: facts.counts.held,
        waiting: facts.counts.waiting,
        ways_to_pay: facts.ways_to_pay.into_iter().map(way).collect(),
        questions: facts.questions.into_iter().map(question).collect(),
        my_duty: facts.standing.duty.map(|duty| duty.as_str().to_owned()),
        may,
        my_entries: own
            .map(|(entry, next)| MyEntryHere { entry: entry_summary(&entry), next: next_step(next) })
            .collect(),
        card: card(facts.card),
    })
}

async fn publish(tx: &Tx, ask: &Ask, input: OneTournament) -> Result<TournamentSummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(summary(&lifecycle::publish(tx, &ask.cx(), ask.games(), tournament.id).await?))
}

async fn approve(tx: &Tx, ask: &Ask, input: OneTournament) -> Result<TournamentSummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(summary(&lifecycle::approve(tx, &ask.cx(), ask.games(), tournament.id).await?))
}

async fn send_back(tx: &Tx, ask: &Ask, input: SendBack) -> Result<TournamentSummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(summary(&lifecycle::send_back(tx, &ask.cx(), tournament.id, &input.feedback).await?))
}

async fn cancel(tx: &Tx, ask: &Ask, input: CancelTournament) -> Result<TournamentSummary, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    Ok(summary(&lifecycle::cancel(tx, &ask.cx(), tournament.id, &input.reason).await?))
}

/// Steps that are told nothing but the tournament.
macro_rules! plain_steps {
    ($($step:ident)*) => {$(
        async fn $step(tx: &Tx, ask: &Ask, input: OneTournament) -> Result<TournamentSummary, Problem> {
            let (tournament, _) = find(tx, ask, &input.tournament).await?;
            Ok(summary(&lifecycle::$step(tx, &ask.cx(), tournament.id).await?))
        }
    )*};
}

plain_steps! { recall open_registration close_registration reopen_registration open_check_in start archive }
