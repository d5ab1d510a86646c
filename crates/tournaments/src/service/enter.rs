//! Entering a tournament: the form as it is filled beforehand, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::{Actor, DbError, PluginRegistry, Tx, db::Constraint, event::catalogue, plugin::GamePlugin};
use profiles::model::user_profile;
use sea_orm::{ActiveValue::Set, ConnectionTrait, IdenStatic as _, Iterable as _, ModelTrait as _};
use serde_json::{Value, json};
use teams::service::entry::{self as team_entry, EntryMember, EntryTeam};

use super::{clock, desk, payment, place};
use crate::{
    context::Context,
    error::entry::{EnterRefusal, Ineligible},
    event, jobs,
    model::{custom_field, entry_player, game, registration, tournament},
    rules::{
        access::Act,
        answers::{self, File, Kind, Question},
        entry::{self, EntryStatus},
        settings::{Entrants, Method, Settings},
        status::Status,
    },
    store,
};

/// What somebody fills in to enter.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// The team that enters; nothing when a single player does.
    pub team: Option<i64>,
    /// Ids of the game, by the profile's column; an empty or missing one is taken from the profile. Single players only:
    /// those of a team stand with its members.
    pub game_ids: BTreeMap<String, String>,
    /// Phone number, for the organizer.
    pub phone: String,
    /// Name on Discord, for the organizer.
    pub discord: String,
    /// Answers to the tournament's own questions, by their keys.
    pub answers: BTreeMap<String, Value>,
    /// Whether the fee is paid at once, with coins of whoever fills in the form.
    pub pay_with_coins: bool,
}

/// A form filled beforehand, with all that it needs to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Blank {
    /// What can be known beforehand.
    pub form: Form,
    /// The ids that the game knows players by: column, words, help, and whether it is needed.
    pub game_ids: Vec<(String, String, String, bool)>,
    /// The tournament's own questions.
    pub questions: Vec<custom_field::Model>,
    /// Teams of this game that the person speaks for: id and name.
    pub teams: Vec<(i64, String)>,
    /// The live entry that the person has, or that a team of theirs has.
    pub entered: Option<i64>,
}

/// The form of a tournament, filled from the profile of whoever asks; nothing for visitors.
///
/// # Errors
/// When the database fails.
pub async fn blank(
    db: &impl ConnectionTrait,
    games: &PluginRegistry,
    actor: &Actor,
    tournament: &tournament::Model,
) -> Result<Option<Blank>, DbError> {
    let Some(user) = actor.user_id() else { return Ok(None) };
    let Some((_, profile)) = store::people::person(db, user).await? else { return Ok(None) };
    let game = store::cup::game(db, tournament.game_id).await?;
    let ids = id_fields(games, game.as_ref());
    let game_ids = ids
        .iter()
        .map(|id| {
            (id.column.clone(), profile.as_ref().map(|profile| in_column(profile, &id.column)).unwrap_or_default())
        })
        .collect();
    let discord = profile.as_ref().map(|profile| profile.discord_id.clone()).unwrap_or_default();
    let form = Form { game_ids, discord, ..Form::default() };
    let mut teams = Vec::new();
    let mut entered = None;
    if tournament.participation_type == Entrants::Team.as_str() {
        let code = game.as_ref().and_then(|game| game.code.as_deref()).unwrap_or_default();
        let own = match &profile {
            Some(profile) => teams::service::query::teams_of(db, profile.id).await?,
            None => Vec::new(),
        };
        for team in own.into_iter().map(|own| own.team).filter(|team| code.is_empty() || team.game == code) {
            if !team_entry::is_representative(db, user, team.id).await? {
                continue;
            }
            if entered.is_none() {
                let live = store::entry::live_of(db, tournament.id, None, Some(team.id)).await?;
                entered = live.map(|entry| entry.id);
            }
            teams.push((team.id, team.name));
        }
    } else {
        entered = store::entry::live_of(db, tournament.id, Some(user), None).await?.map(|entry| entry.id);
    }
    let questions = store::question::of(db, tournament.id).await?;
    let game_ids = ids.into_iter().map(|id| (id.column, id.label, id.help, id.required)).collect();
    Ok(Some(Blank { form, game_ids, questions, teams, entered }))
}

/// Who would enter, as far as it is known.
struct Entrant {
    user: Option<i64>,
    team: Option<i64>,
    name: String,
    game_ids: BTreeMap<String, String>,
    players: Vec<Player>,
    waived: Option<String>,
}

struct Player {
    user: i64,
    name: String,
    game_id: String,
    role: String,
    is_captain: bool,
    is_substitute: bool,
}

/// Enters a player or a team. A free place is taken; without one the entry waits, when there is a waiting list. What
/// owes nothing is confirmed at once, and so is what is paid with coins here; all else has the time to pay.
///
/// # Errors
/// See [`EnterRefusal`]: all that keeps an entrant out, at once.
pub async fn enter(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    id: i64,
    form: Form,
) -> Result<registration::Model, EnterRefusal> {
    let user = cx.user().ok_or(EnterRefusal::NotSignedIn)?;
    let none = EnterRefusal::NoSuchTournament(id);
    let Some((tournament, standing)) = desk::open(tx, cx, id).await? else { return Err(none) };
    if !standing.may(Act::View) {
        return Err(none);
    }
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    match desk::status(&tournament) {
        Status::RegistrationOpen => {}
        Status::Draft | Status::PendingApproval | Status::Published => {
            return Err(EnterRefusal::NotYet { opens: tournament.registration_start });
        }
        status => return Err(EnterRefusal::Closed { status }),
    }
    let game = store::cup::game(tx, tournament.game_id).await.map_err(DbError::from)?;
    let mut reasons = Vec::new();
    let entrant = match (tournament.participation_type == Entrants::Team.as_str(), form.team) {
        (true, Some(team)) => a_team(tx, cx, games, &tournament, game.as_ref(), team, &mut reasons).await?,
        (false, None) => a_player(tx, games, game.as_ref(), user, &form, &mut reasons).await?,
        (true, None) => return Err(EnterRefusal::TeamsOnly),
        (false, Some(_)) => return Err(EnterRefusal::SoloOnly),
    };
    let live = store::entry::live_of(tx, id, entrant.user, entrant.team).await.map_err(DbError::from)?;
    if let Some(entry) = live {
        return Err(EnterRefusal::AlreadyEntered { name: entry.display_name, registration: entry.id });
    }
    check_players(tx, &tournament, &entrant, &mut reasons).await?;
    let data = fill_in(tx, &tournament, &entrant, &form, user, &mut reasons).await?;
    if !reasons.is_empty() {
        return Err(EnterRefusal::Ineligible(reasons));
    }
    take(tx, cx, &tournament, entrant, data, user, form.pay_with_coins).await
}

/// Takes a place or waits for one.
async fn take(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entrant: Entrant,
    data: Value,
    user: i64,
    pay_with_coins: bool,
) -> Result<registration::Model, EnterRefusal> {
    let owes = tournament.has_entry_fee && entrant.waived.is_none();
    if pay_with_coins && owes && !payment::takes_coins(tournament) {
        return Err(EnterRefusal::NoCoins);
    }
    let held = store::entry::count(tx, tournament.id, &EntryStatus::HOLDING).await.map_err(DbError::from)?;
    let has_place = held < i64::from(tournament.max_participants);
    if !has_place && !tournament.waitlist_enabled {
        return Err(EnterRefusal::Full { places: tournament.max_participants });
    }
    let now = cx.now();
    let due = (has_place && owes && !pay_with_coins).then(|| entry::payment_due(tournament, now));
    let status = if has_place { EntryStatus::Pending } else { EntryStatus::Waitlisted };
    let row = registration::ActiveModel {
        tournament_id: Set(tournament.id),
        user_id: Set(entrant.user),
        team_id: Set(entrant.team),
        display_name: Set(entrant.name.chars().take(100).collect()),
        registered_by_id: Set(Some(user)),
        registration_data: Set(data),
        status: Set(status.as_str().to_owned()),
        registered_at: Set(now),
        payment_due_at: Set(due),
        has_fee_waiver: Set(entrant.waived.is_some()),
        waiver_reason: Set(entrant.waived.clone().unwrap_or_default()),
        checked_in: Set(false),
        notes: Set(String::new()),
        created_at: Set(now),
        updated_at: Set(now),
        is_deleted: Set(false),
        ..Default::default()
    };
    let entry = insert(tx, tournament, row, &entrant).await?;
    let news = catalogue::RegistrationCreated {
        registration_id: entry.id,
        tournament_id: tournament.id,
        team_id: entry.team_id,
    };
    event::tell(tx, cx, tournament.id, news).await?;
    let entry = if !has_place {
        waits(tx, cx, tournament, &entry).await?;
        entry
    } else if owes && !pay_with_coins {
        holds(tx, cx, tournament, &entry).await?;
        entry
    } else {
        if owes {
            payment::charge(tx, cx, tournament, &entry, user).await?;
        }
        place::confirm(tx, cx, tournament, &entry).await?
    };
    store::entry::recount(tx, tournament.id, now).await.map_err(DbError::from)?;
    Ok(entry)
}

async fn waits(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: &registration::Model,
) -> Result<(), DbError> {
    let position = store::entry::waiting_before(tx, entry).await? + 1;
    let title = format!("{} waits for a place in {}", entry.display_name, tournament.name);
    let mut body = format!("Number {position} on the waiting list. You are told when a place is free.");
    if entry::owes(tournament, entry) {
        body.push_str(" You can pay ahead; without a place by the start all of it comes back.");
    }
    place::tell(tx, cx, tournament, entry, ("tournament_registered", "registration.waitlisted"), title, body).await
}

async fn holds(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: &tournament::Model,
    entry: &registration::Model,
) -> Result<(), DbError> {
    let Some(due) = entry.payment_due_at else { return Ok(()) };
    jobs::at(tx, cx, jobs::TOURNAMENT_CLOCK, "tournament_id", tournament.id, due).await?;
    let title = format!("{} has a place in {}: pay the fee", entry.display_name, tournament.name);
    let body = format!("It is held until {}.", due.format("%-d %B %Y at %H:%M UTC"));
    place::tell(tx, cx, tournament, entry, ("tournament_registered", "registration.pending"), title, body).await
}

/// Inserts the entry with its players. The unique indexes are the last guard.
async fn insert(
    tx: &Tx,
    tournament: &tournament::Model,
    row: registration::ActiveModel,
    entrant: &Entrant,
) -> Result<registration::Model, EnterRefusal> {
    let part = |tx: Tx| async move {
        let entry = store::entry::insert(&tx, row).await?;
        let players = entrant.players.iter().map(|player| entry_player::ActiveModel {
            tournament_id: Set(entry.tournament_id),
            registration_id: Set(entry.id),
            user_id: Set(player.user),
            display_name: Set(player.name.chars().take(100).collect()),
            game_id: Set(player.game_id.chars().take(100).collect()),
            player_role: Set(player.role.chars().take(50).collect()),
            is_captain: Set(player.is_captain),
            is_substitute: Set(player.is_substitute),
            is_live: Set(true),
            ..Default::default()
        });
        store::entry::insert_players(&tx, players.collect()).await?;
        Ok::<_, DbError>(entry)
    };
    match tx.savepoint(part).await {
        Err(error) if error.constraint() == Some(Constraint::Unique) => {
            let live = store::entry::live_of(tx, tournament.id, entrant.user, entrant.team).await;
            match live.map_err(DbError::from)? {
                Some(entry) => Err(EnterRefusal::AlreadyEntered { name: entry.display_name, registration: entry.id }),
                None => {
                    let mut reasons = Vec::new();
                    check_players(tx, tournament, entrant, &mut reasons).await?;
                    if reasons.is_empty() { Err(error.into()) } else { Err(EnterRefusal::Ineligible(reasons)) }
                }
            }
        }
        outcome => Ok(outcome?),
    }
}

struct IdField {
    column: String,
    label: String,
    help: String,
    required: bool,
}

/// The ids that the game knows players by: its plugin's, or the one that its row names.
fn id_fields(games: &PluginRegistry, game: Option<&game::Model>) -> Vec<IdField> {
    let Some(game) = game else { return Vec::new() };
    if let Some(plugin) = plugin_of(games, game) {
        let field = |id: kernel::plugin::GameIdField| IdField {
            column: id.column.to_owned(),
            label: id.label.to_owned(),
            help: id.help.to_owned(),
            required: id.required,
        };
        return plugin.id_fields().into_iter().map(field).collect();
    }
    if game.profile_id_field.is_empty() {
        return Vec::new();
    }
    let label = format!("{} id", game.name);
    vec![IdField { column: game.profile_id_field.clone(), label, help: String::new(), required: true }]
}

fn plugin_of(games: &PluginRegistry, game: &game::Model) -> Option<Arc<dyn GamePlugin>> {
    game.code.as_deref().and_then(|code| games.get(code))
}

/// The text in a column of the profile; nothing where there is none of this name.
fn in_column(profile: &user_profile::Model, column: &str) -> String {
    let Some(column) = user_profile::Column::iter().find(|known| known.as_str() == column) else {
        return String::new();
    };
    match profile.get(column) {
        sea_orm::Value::String(Some(text)) => text.trim().to_owned(),
        _ => String::new(),
    }
}

async fn a_player(
    tx: &Tx,
    games: &PluginRegistry,
    game: Option<&game::Model>,
    user: i64,
    form: &Form,
    reasons: &mut Vec<Ineligible>,
) -> Result<Entrant, EnterRefusal> {
    let found = store::people::person(tx, user).await.map_err(DbError::from)?;
    let (account, profile) = found.ok_or(EnterRefusal::NotSignedIn)?;
    let shown = profile.as_ref().map(|profile| profile.display_name.trim()).filter(|name| !name.is_empty());
    let name = shown.unwrap_or(&account.username).to_owned();
    let plugin = game.and_then(|game| plugin_of(games, game));
    let mut game_ids = BTreeMap::new();
    let mut main = String::new();
    for field in id_fields(games, game) {
        let written = form.game_ids.get(&field.column).map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        let id =
            written.or_else(|| profile.as_ref().map(|profile| in_column(profile, &field.column))).unwrap_or_default();
        let refusal = match &plugin {
            Some(plugin) => plugin.validate_id(&field.column, &id).err(),
            None => id.is_empty().then(|| kernel::plugin::GameIdRefusal::Missing {
                label: field.label.clone(),
                help: field.help.clone(),
            }),
        };
        if let Some(refusal) = refusal {
            reasons.push(Ineligible::GameId { player: name.clone(), column: field.column.clone(), refusal });
        }
        if main.is_empty() && field.required {
            main.clone_from(&id);
        }
        if !id.is_empty() {
            game_ids.insert(field.column, id);
        }
    }
    let player =
        Player { user, name: name.clone(), game_id: main, role: String::new(), is_captain: true, is_substitute: false };
    Ok(Entrant { user: Some(user), team: None, name, game_ids, players: vec![player], waived: None })
}

async fn a_team(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    tournament: &tournament::Model,
    game: Option<&game::Model>,
    id: i64,
    reasons: &mut Vec<Ineligible>,
) -> Result<Entrant, EnterRefusal> {
    // Who belongs to it stays as it is read here until the entry stands.
    team_entry::hold(tx, &[id]).await?;
    let team = team_entry::entry_team(tx, games, id).await?.ok_or(EnterRefusal::NoSuchTeam(id))?;
    if !team_entry::may_enter(tx, &cx.actor(), id).await? {
        return Err(EnterRefusal::NotRepresentative(id));
    }
    let code = game.and_then(|game| game.code.as_deref()).unwrap_or_default();
    if !code.is_empty() && team.team.game != code {
        reasons.push(Ineligible::OtherGame);
    }
    check_team(tournament, &team, reasons);
    let players: Vec<Player> = team.members.iter().filter(|member| member.plays()).map(as_player).collect();
    if players.is_empty() {
        reasons.push(Ineligible::NoPlayers);
    }
    let waived = if tournament.has_entry_fee && tournament.enable_fee_waiver {
        let rank = team_entry::rank_in_game(tx, id).await?;
        let most = u64::try_from(tournament.fee_waiver_top_n_teams).unwrap_or(0);
        rank.filter(|rank| *rank <= most)
            .map(|rank| format!("Number {rank} of the ranking: the best {most} enter free"))
    } else {
        None
    };
    Ok(Entrant { user: None, team: Some(id), name: team.team.name, game_ids: BTreeMap::new(), players, waived })
}

fn as_player(member: &EntryMember) -> Player {
    let name = if member.display_name.is_empty() { &member.username } else { &member.display_name };
    let game_id = member.game_ids.iter().map(|id| id.value.clone()).find(|id| !id.is_empty()).unwrap_or_default();
    Player {
        user: member.user_id,
        name: name.clone(),
        game_id,
        role: member.game_role.clone(),
        is_captain: member.is_captain,
        is_substitute: !member.starts,
    }
}

fn check_team(tournament: &tournament::Model, team: &EntryTeam, reasons: &mut Vec<Ineligible>) {
    reasons.extend(team.issues.iter().cloned().map(Ineligible::Roster));
    for member in team.members.iter().filter(|member| member.plays()) {
        let player = as_player(member).name;
        reasons.extend(member.id_issues.iter().map(|refusal| Ineligible::GameId {
            player: player.clone(),
            column: String::new(),
            refusal: refusal.clone(),
        }));
    }
    let allowed = Settings::from(tournament).allowed_regions;
    if !allowed.is_empty() && !allowed.contains(&team.team.region) {
        let region = team.team.region.clone();
        reasons.push(Ineligible::Region { region, allowed: allowed.join(", ") });
    }
    let points = team.team.total_points;
    if let Some(least) = tournament.min_ranking_points.filter(|least| points < *least) {
        reasons.push(Ineligible::TooFewPoints { points, least });
    }
    if let Some(most) = tournament.max_ranking_points.filter(|most| points > *most) {
        reasons.push(Ineligible::TooManyPoints { points, most });
    }
}

/// Whether all who would play can, and play for no other entry.
async fn check_players(
    tx: &Tx,
    tournament: &tournament::Model,
    entrant: &Entrant,
    reasons: &mut Vec<Ineligible>,
) -> Result<(), DbError> {
    let users: Vec<i64> = entrant.players.iter().map(|player| player.user).collect();
    let active: BTreeSet<i64> = store::people::active(tx, &users).await?.into_iter().collect();
    let playing = store::entry::playing(tx, tournament.id, &users).await?;
    for player in &entrant.players {
        if !active.contains(&player.user) {
            reasons.push(Ineligible::InactivePlayer { player: player.name.clone() });
        }
        if let Some((registration, entry)) = playing.get(&player.user) {
            reasons.push(Ineligible::PlaysElsewhere {
                player: player.name.clone(),
                entry: entry.clone(),
                registration: *registration,
            });
        }
    }
    Ok(())
}

/// The form as it is kept.
async fn fill_in(
    tx: &Tx,
    tournament: &tournament::Model,
    entrant: &Entrant,
    form: &Form,
    user: i64,
    reasons: &mut Vec<Ineligible>,
) -> Result<Value, DbError> {
    for (field, text) in [("phone", &form.phone), ("discord", &form.discord)] {
        if crate::rules::settings::text(text.trim(), 100, false).is_some() {
            reasons.push(Ineligible::Contact { field });
        }
    }
    let questions = store::question::of(tx, tournament.id).await?;
    let tokens: Vec<String> = questions
        .iter()
        .filter(|question| question.field_type == Kind::Media.as_str())
        .filter_map(|question| Some(form.answers.get(&question.field_key)?.as_str()?.trim().to_owned()))
        .collect();
    let files: BTreeMap<String, File> = store::file::known(tx, tokens).await?;
    let mut kept = serde_json::Map::new();
    for question in &questions {
        // The column's check lets no other word in.
        let Some(kind) = Kind::parse(&question.field_type) else { continue };
        let asked = Question { kind, config: &question.field_config, required: question.is_required };
        match answers::check(&asked, form.answers.get(&question.field_key), &files, user) {
            Ok(Some(answer)) => drop(kept.insert(question.field_key.clone(), answer)),
            Ok(None) => {}
            Err(invalid) => reasons.push(Ineligible::Answer {
                key: question.field_key.clone(),
                question: question.field_name.clone(),
                invalid,
            }),
        }
    }
    let roster: Vec<Value> = entrant
        .players
        .iter()
        .map(|player| {
            json!({
                "user_id": player.user,
                "name": player.name,
                "game_id": player.game_id,
                "role": player.role,
                "captain": player.is_captain,
                "substitute": player.is_substitute,
            })
        })
        .collect();
    let team = entrant.team.map(|id| json!({ "team_id": id, "team_name": entrant.name, "roster": roster }));
    Ok(json!({
        "participant_type": if entrant.team.is_some() { "team" } else { "solo" },
        "display_name": entrant.name,
        "game_ids": entrant.game_ids,
        "contact": { "phone": form.phone.trim(), "discord": form.discord.trim() },
        "custom_fields": kept,
        "team_info": team,
    }))
}

/// How an entry can be paid for: the method, how much, and where money is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayToPay {
    /// How.
    pub method: Method,
    /// Money, in minor units; 0 for coins.
    pub amount: i64,
    /// Of which currency.
    pub currency: String,
    /// Coins; 0 for money.
    pub coins: i64,
    /// Where it is sent; empty for coins.
    pub account: String,
}

/// The ways to pay the fee of a tournament.
pub fn ways_to_pay(tournament: &tournament::Model) -> Vec<WayToPay> {
    if !tournament.has_entry_fee {
        return Vec::new();
    }
    let settings = Settings::from(tournament);
    let way = |method: Method| WayToPay {
        method,
        amount: if method.is_money() { settings.entry_fee_amount } else { 0 },
        currency: settings.entry_fee_currency.clone(),
        coins: if method.is_money() { 0 } else { settings.entry_fee_deltacoin },
        account: settings.payment_accounts.get(&method).cloned().unwrap_or_default(),
    };
    settings.payment_methods.iter().copied().map(way).collect()
}
