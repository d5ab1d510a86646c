//! Prizes: funded when a tournament is published, held when its last match is decided, paid when nothing can change
//! them any more, and each exactly once.
//!
//! - Coins come out of the tournament's escrow. The treasury funds official tournaments, the organizer's wallet all
//!   others.
//! - A team's coins are divided over the players of its entry; an entry without players gets them into the team's
//!   wallet.
//! - What is left in the escrow afterwards, entry fees among it, goes to whoever funds: the organizer, or the treasury
//!   for official tournaments.
//! - Money is handed over by the organizer, who says so.
//! - The awards of the coin policy go to the player, or to a team's captain.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use economy::{About, Facts, Holder, NewTransfer, Reason, service::Award, split};
use kernel::{DbError, Tx};
use notifications::service::Notice;
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::json;

use crate::{
    audit::{self, Action},
    context::Context,
    error::prize::{AwardRefusal, FundRefusal, HandOverRefusal, PayRefusal},
    event, jobs,
    model::{prize_award as award, registration, tournament},
    news, people,
    rules::{
        access::Act,
        prize::{BadDistribution, Pool, Won, by_place, placement, won},
        structure::Structure,
    },
    service::{access, board, notices},
    store,
};

/// What everybody has won by a bracket as it stands.
pub(crate) fn computed(tournament: &tournament::Model, structure: &Structure) -> Result<Vec<Won>, BadDistribution> {
    if !structure.is_finished() {
        return Ok(Vec::new());
    }
    let pool = Pool { coins: tournament.prize_deltacoin, money: tournament.prize_pool };
    let by_place = by_place(&tournament.prize_distribution, pool)?;
    let seeds: Vec<_> = structure.registrations().iter().filter_map(|id| structure.entrant(*id)).collect();
    Ok(won(&structure.standings(), &by_place, &seeds))
}

/// Whose wallet funds a tournament, and gets what is left.
async fn funder(db: &impl ConnectionTrait, tournament: &tournament::Model) -> Result<Holder, FundRefusal> {
    if tournament.is_official {
        return Ok(Holder::Treasury);
    }
    let profiles = store::prize::profiles(db, &[tournament.organizer_id]).await?;
    profiles.first().map(|(_, profile)| Holder::Player(*profile)).ok_or(FundRefusal::NoProfile)
}

/// Puts the prize coins of a tournament into its escrow, once: from the treasury for official ones, else from the
/// organizer's wallet.
///
/// # Errors
/// See [`FundRefusal`]; among others when the organizer does not have that many.
pub async fn fund(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), FundRefusal> {
    let coins = tournament.prize_deltacoin;
    if coins == 0 {
        return Ok(());
    }
    let from = funder(tx, tournament).await?;
    if from == Holder::Treasury {
        economy::service::fund_prizes(tx, cx.clock, tournament.id, coins, cx.user()).await?;
        return Ok(());
    }
    let funding = NewTransfer {
        from,
        to: Holder::Escrow(tournament.id),
        amount: coins,
        reason: Reason::PrizeFunding,
        key: &format!("tournament_funding_{}", tournament.id),
        about: About { tournament: Some(tournament.id), ..About::default() },
        note: "",
        operator: cx.user(),
    };
    economy::service::transfer(tx, cx.clock, &funding).await?;
    Ok(())
}

/// Gives what is in a tournament's escrow back to whoever funded it. Entry fees are given back before, by whoever
/// cancels: what is left then is the funding.
///
/// # Errors
/// See [`FundRefusal`].
pub async fn unfund(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), FundRefusal> {
    let to = funder(tx, tournament).await?;
    economy::service::close_escrow(tx, cx.clock, tournament.id, to, cx.user()).await?;
    Ok(())
}

/// Holds the prizes of a finished bracket; those that were held for others are withdrawn. Nothing once they are paid.
pub(crate) async fn hold(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    structure: &Structure,
) -> Result<(), DbError> {
    match award_by(tx, cx, tournament, structure).await {
        Ok(()) => Ok(()),
        Err(AwardRefusal::Database(error)) => Err(error),
        // A result counts whatever the distribution says; who pays hears what is wrong with it.
        Err(AwardRefusal::Distribution(why)) => {
            tracing::warn!(tournament = tournament.id, %why, "prizes are not held");
            Ok(())
        }
    }
}

async fn award_by(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    structure: &Structure,
) -> Result<(), AwardRefusal> {
    if tournament.prizes_paid_at.is_some() {
        return Ok(());
    }
    let now = cx.now();
    let place = |place: u32| i32::try_from(place).unwrap_or(i32::MAX);
    let mut entries = Vec::new();
    let mut rows = Vec::new();
    for won in computed(tournament, structure)? {
        let Some(registration) = structure.registration(won.entrant) else { continue };
        entries.push(registration);
        rows.push(award::ActiveModel {
            tournament_id: Set(tournament.id),
            registration_id: Set(registration),
            place: Set(place(won.place.0)),
            through: Set(place(won.place.1)),
            coins: Set(won.coins),
            amount: Set(won.money),
            currency: Set(tournament.prize_currency.clone()),
            status: Set("held".to_owned()),
            reference: Set(String::new()),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        });
    }
    store::prize::withdraw_held(tx, tournament.id, &entries, now).await?;
    store::prize::hold(tx, rows).await?;
    Ok(())
}

/// Withdraws what is held: the tournament is not over after all.
pub(crate) async fn unhold(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), DbError> {
    store::prize::withdraw_held(tx, tournament.id, &[], cx.now()).await.map(drop)
}

/// Until when prizes are held, so that results can be disputed.
async fn held_until(
    db: &impl ConnectionTrait,
    tournament: &tournament::Model,
) -> Result<Option<DateTime<Utc>>, DbError> {
    let window = Duration::minutes(i64::from(tournament.dispute_window_minutes));
    let last = store::matches::last_completed(db, tournament.id).await?;
    Ok(last.and_then(|last| last.checked_add_signed(window)))
}

/// Asks for the prizes to be paid when they are no longer held.
pub(crate) async fn ask_to_pay(tx: &Tx, cx: &Context<'_>, tournament: &tournament::Model) -> Result<(), DbError> {
    let when = held_until(tx, tournament).await?.unwrap_or_else(|| cx.now());
    jobs::at(tx, cx, jobs::PRIZES_PAY, "tournament_id", tournament.id, when).await
}

/// Works out the prizes of a completed tournament again and holds them; they are worked out by themselves when the
/// last match is decided, so this is for after the distribution was put right.
///
/// # Errors
/// See [`PayRefusal`].
pub async fn award(tx: &Tx, cx: &Context<'_>, tournament: i64) -> Result<Vec<award::Model>, PayRefusal> {
    let tournament = completed(tx, cx, tournament).await?;
    if let Some(drawn) = board::lock(tx, tournament.id).await? {
        award_by(tx, cx, &tournament, &drawn.structure).await?;
    }
    Ok(store::prize::of_tournament(tx, tournament.id).await?)
}

/// A completed tournament, locked, for somebody who may pay its prizes.
async fn completed(tx: &Tx, cx: &Context<'_>, tournament: i64) -> Result<tournament::Model, PayRefusal> {
    let found = store::lock_tournament(tx, tournament).await.map_err(DbError::from)?;
    let tournament = found.ok_or(PayRefusal::NoSuchTournament(tournament))?;
    access::standing(tx, &cx.actor(), &tournament).await?.require(Act::PayPrizes)?;
    if !matches!(tournament.status.as_str(), "completed" | "archived") {
        return Err(PayRefusal::NotCompleted);
    }
    Ok(tournament)
}

/// What was paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// Coins that were paid as prizes.
    pub coins: i64,
    /// Prizes of which money is to be handed over.
    pub to_hand_over: usize,
    /// Coins that were left and went to the organizer, or for official tournaments to the treasury.
    pub rest: i64,
    /// Whether all of it had been done before, so that nothing happened this time.
    pub replayed: bool,
}

/// Pays the prizes of a tournament, exactly once: when no dispute waits and no result can be disputed any more.
///
/// # Errors
/// See [`PayRefusal`]; nobody has got anything then.
pub async fn pay(tx: &Tx, cx: &Context<'_>, tournament: i64) -> Result<Paid, PayRefusal> {
    let tournament = completed(tx, cx, tournament).await?;
    let mut paid = Paid { coins: 0, to_hand_over: 0, rest: 0, replayed: false };
    if tournament.prizes_paid_at.is_some() {
        return Ok(Paid { replayed: true, ..paid });
    }
    let disputes = store::matches::open_disputes(tx, tournament.id).await?;
    if disputes > 0 {
        return Err(PayRefusal::Disputed(disputes));
    }
    if let Some(until) = held_until(tx, &tournament).await?.filter(|until| *until > cx.now()) {
        return Err(PayRefusal::Held(until));
    }
    let drawn = board::lock(tx, tournament.id).await?;
    if let Some(drawn) = &drawn {
        award_by(tx, cx, &tournament, &drawn.structure).await?;
    }
    let awards = store::prize::lock(tx, tournament.id).await?;
    let awards: Vec<_> = awards.into_iter().filter(|award| award.status == "held").collect();
    let placed = drawn.as_ref().map(|drawn| placed(&drawn.structure)).unwrap_or_default();
    let people =
        People::of(tx, awards.iter().map(|award| award.registration_id).chain(placed.iter().map(|one| one.0))).await?;
    for award in &awards {
        pay_one(tx, cx, &tournament, award, &people).await?;
        paid.coins = paid.coins.saturating_add(award.coins);
        paid.to_hand_over += usize::from(award.amount > 0);
    }
    for (registration, place) in placed {
        let Some(placement) = placement(place) else { continue };
        let Some((captain, profile)) = people.captain(registration) else { continue };
        let awards =
            economy::service::award_placement(tx, cx.clock, tournament.id, registration, placement, &[profile]).await?;
        for award in awards {
            tell_of_award(tx, cx, &tournament, captain, award).await?;
        }
    }
    let rest =
        economy::service::close_escrow(tx, cx.clock, tournament.id, funder(tx, &tournament).await?, None).await?;
    paid.rest = rest.map_or(0, |receipt| receipt.facts.amount);
    store::prize::note_paid(tx, tournament.id, cx.now()).await?;
    event::tell(tx, cx, tournament.id, news::PrizesPaid { tournament_id: tournament.id }).await?;
    let facts = json!({ "coins": paid.coins, "to_hand_over": paid.to_hand_over, "rest": paid.rest });
    audit::record(tx, cx, Action::PrizePay, Some(tournament.id), facts).await?;
    Ok(paid)
}

/// Registrations with their places.
fn placed(structure: &Structure) -> Vec<(i64, (u32, u32))> {
    if !structure.is_finished() {
        return Vec::new();
    }
    let rows = structure.standings().rows;
    rows.iter()
        .filter_map(|row| Some((structure.registration(row.entrant)?, (row.rank, row.through))))
        .filter(|(_, place)| placement(*place).is_some())
        .collect()
}

/// Pays one prize; its money is left to be handed over.
async fn pay_one(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    award: &award::Model,
    people: &People,
) -> Result<(), PayRefusal> {
    let (now, place) = (cx.now(), u32::try_from(award.place).unwrap_or(1));
    if award.coins > 0 {
        match people.to(award.registration_id) {
            To::Players(profiles) => {
                let amounts = split(award.coins, profiles.len()).unwrap_or_default();
                let shares: Vec<(i64, i64)> = profiles.iter().copied().zip(amounts).collect();
                let (tournament, registration) = (tournament.id, award.registration_id);
                economy::service::pay_prize(tx, cx.clock, tournament, registration, place, &shares).await?;
            }
            To::Team(team) => {
                let prize = NewTransfer {
                    from: Holder::Escrow(tournament.id),
                    to: Holder::Team(team),
                    amount: award.coins,
                    reason: Reason::Prize,
                    key: &format!("tournament_prize_{}_team_{team}_{place}", tournament.id),
                    about: About {
                        tournament: Some(tournament.id),
                        registration: Some(award.registration_id),
                        match_id: None,
                    },
                    note: "",
                    operator: None,
                };
                economy::service::transfer(tx, cx.clock, &prize).await?;
            }
            // Whoever won has no wallet any more: it goes back with the rest.
            To::Nobody => {}
        }
    }
    let money = award.amount > 0;
    let status = if money { "to_hand_over" } else { "paid" };
    let row = award::ActiveModel {
        status: Set(status.to_owned()),
        paid_at: Set((!money).then_some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    store::prize::update(tx, award.id, "held", row).await?;
    if let Some(entry) = people.entries.get(&award.registration_id) {
        let body = match (award.coins, money) {
            (coins, false) => format!("{coins} coins were paid."),
            (0, true) => "The organizer hands the money over.".to_owned(),
            (coins, true) => format!("{coins} coins were paid, and the organizer hands the money over."),
        };
        let notice = Notice {
            kind: "payout_received",
            event: "prizes.paid",
            title: format!("Your prize in {}", tournament.name),
            body,
            url: notices::tournament_path(tournament),
        };
        people::notify_entry(tx, cx, entry, notice).await?;
    }
    Ok(())
}

/// Tells who got an award of the platform, unless they had it before.
async fn tell_of_award(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    user: i64,
    award: Award,
) -> Result<(), DbError> {
    let Award::Paid(receipt) = award else { return Ok(()) };
    if receipt.replayed {
        return Ok(());
    }
    let Facts { reason, amount, .. } = receipt.facts;
    let notice = Notice {
        kind: "payout_received",
        event: "award.paid",
        title: format!("{} in {}", reason.label(), tournament.name),
        body: format!("The platform gave you {amount} coins for it."),
        url: "/wallet".to_owned(),
    };
    people::notify_user(tx, cx, user, notice).await
}

/// Who gets a prize.
enum To {
    Players(Vec<i64>),
    Team(i64),
    Nobody,
}

/// The people behind entries.
struct People {
    entries: BTreeMap<i64, registration::Model>,
    /// Accounts of the players of each entry, the captain first.
    players: BTreeMap<i64, Vec<i64>>,
    profiles: BTreeMap<i64, i64>,
}

impl People {
    async fn of(tx: &Tx, entries: impl Iterator<Item = i64>) -> Result<Self, DbError> {
        let mut ids: Vec<i64> = entries.collect();
        ids.sort_unstable();
        ids.dedup();
        let entries: BTreeMap<i64, registration::Model> =
            store::matches::entries(tx, &ids).await?.into_iter().map(|entry| (entry.id, entry)).collect();
        let mut players: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (entry, user) in store::prize::players(tx, &ids).await? {
            players.entry(entry).or_default().push(user);
        }
        let users: Vec<i64> =
            players.values().flatten().copied().chain(entries.values().filter_map(|entry| entry.user_id)).collect();
        let profiles = store::prize::profiles(tx, &users).await?.into_iter().collect();
        Ok(Self { entries, players, profiles })
    }

    /// Who plays for an entry, the captain first: accounts with their profiles.
    fn players(&self, entry: i64) -> impl Iterator<Item = (i64, i64)> {
        let alone = self.entries.get(&entry).and_then(|entry| entry.user_id);
        let users = match alone {
            Some(user) => vec![user],
            None => self.players.get(&entry).cloned().unwrap_or_default(),
        };
        users.into_iter().filter_map(|user| Some((user, *self.profiles.get(&user)?)))
    }

    fn to(&self, entry: i64) -> To {
        let profiles: Vec<i64> = self.players(entry).map(|(_, profile)| profile).collect();
        match self.entries.get(&entry).and_then(|entry| entry.team_id) {
            _ if !profiles.is_empty() => To::Players(profiles),
            Some(team) => To::Team(team),
            None => To::Nobody,
        }
    }

    fn captain(&self, entry: i64) -> Option<(i64, i64)> {
        self.players(entry).next()
    }
}

/// Notes that the money of a prize was handed over, and how.
///
/// # Errors
/// See [`HandOverRefusal`].
pub async fn hand_over(tx: &Tx, cx: &Context<'_>, prize: i64, reference: &str) -> Result<(), HandOverRefusal> {
    let unknown = HandOverRefusal::NoSuchPrize;
    let found = store::prize::find(tx, prize).await?.ok_or(unknown(prize))?;
    let tournament = store::lock_tournament(tx, found.tournament_id).await.map_err(DbError::from)?;
    let tournament = tournament.ok_or(unknown(prize))?;
    access::standing(tx, &cx.actor(), &tournament).await?.require(Act::PayPrizes)?;
    let reference = reference.trim();
    if reference.is_empty() {
        return Err(HandOverRefusal::NoReference);
    }
    let row = award::ActiveModel {
        status: Set("paid".to_owned()),
        paid_at: Set(Some(cx.now())),
        paid_by_id: Set(cx.user()),
        reference: Set(reference.chars().take(200).collect()),
        updated_at: Set(cx.now()),
        ..Default::default()
    };
    if !store::prize::update(tx, prize, "to_hand_over", row).await? {
        let now = store::prize::find(tx, prize).await?.ok_or(unknown(prize))?;
        return Err(HandOverRefusal::NotNow(now.status));
    }
    if let Some(entry) = store::matches::entries(tx, &[found.registration_id]).await?.first() {
        let notice = Notice {
            kind: "payout_received",
            event: "prize.handed_over",
            title: format!("Your prize money from {} was handed over", tournament.name),
            body: format!("The organizer notes: {reference}"),
            url: notices::tournament_path(&tournament),
        };
        people::notify_entry(tx, cx, entry, notice).await?;
    }
    let facts = json!({ "prize": prize, "registration": found.registration_id, "reference": reference });
    audit::record(tx, cx, Action::PrizePay, Some(tournament.id), facts).await?;
    Ok(())
}

/// Pays prizes that are due: the job's act. Prizes that are held still are asked for again later; without harm when
/// there is nothing to pay.
///
/// # Errors
/// See [`PayRefusal`], but for what only waits.
pub async fn pay_when_due(tx: &Tx, cx: &Context<'_>, tournament: i64) -> Result<Option<Paid>, PayRefusal> {
    match pay(tx, cx, tournament).await {
        Ok(paid) => Ok(Some(paid)),
        Err(PayRefusal::Held(until)) => {
            jobs::at(tx, cx, jobs::PRIZES_PAY, "tournament_id", tournament, until).await?;
            Ok(None)
        }
        Err(PayRefusal::Disputed(_)) => {
            // The dispute's end may be far: look again now and then.
            jobs::at(tx, cx, jobs::PRIZES_PAY, "tournament_id", tournament, cx.now() + Duration::hours(1)).await?;
            Ok(None)
        }
        Err(PayRefusal::NotCompleted | PayRefusal::NoSuchTournament(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
