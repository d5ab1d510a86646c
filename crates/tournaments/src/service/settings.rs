//! Making a tournament and changing its settings; what it was set to, and going back.

use std::collections::BTreeSet;

use kernel::{DbError, PluginRegistry, Tx, db::Constraint, event::catalogue};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::json;

use super::{board, clock, desk, matches, place};
use crate::{
    audit::{self, Action},
    context::Context,
    error::settings::{CreateRefusal, EditRefusal, Field, Invalid, RollbackRefusal},
    event,
    model::{tournament, tournament_version},
    rules::{
        access::Act,
        edit::{self, Change},
        entry::EntryStatus,
        settings::{self, Facts, Settings},
        status::Status,
    },
    store,
};

/// Versions on one page.
pub const PAGE: u64 = 20;

/// Makes a tournament, as a draft of whoever acts.
///
/// # Errors
/// See [`CreateRefusal`]: every wrong field at once.
pub async fn create(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    settings: Settings,
) -> Result<tournament::Model, CreateRefusal> {
    let organizer = cx.user().ok_or(CreateRefusal::NotSignedIn)?;
    let settings = settings.tidy();
    let invalid = check(tx, cx, games, &settings).await?;
    if !invalid.is_empty() {
        return Err(CreateRefusal::Invalid(invalid));
    }
    let now = cx.now();
    let row = tournament::ActiveModel {
        organizer_id: Set(organizer),
        status: Set(Status::Draft.as_str().to_owned()),
        total_registrations: Set(0),
        total_matches: Set(0),
        completed_matches: Set(0),
        current_version: Set(0),
        cancel_reason: Set(String::new()),
        created_at: Set(now),
        updated_at: Set(now),
        is_deleted: Set(false),
        ..row_of(&settings)
    };
    let made = insert(tx, row, &settings.name).await?;
    let made = desk::keep_version(tx, cx, &made, "Tournament created", None).await?;
    event::tell(tx, cx, made.id, catalogue::TournamentCreated { tournament_id: made.id }).await?;
    Ok(made)
}

/// Changes the settings of a tournament. `seen` is the version that whoever acts has looked at; `summary` says what
/// changed, and is made from the fields when it is empty. Without a change nothing happens.
///
/// # Errors
/// See [`EditRefusal`]: every field that is wrong or cannot change any more, at once.
pub async fn edit(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    id: i64,
    settings: Settings,
    seen: i32,
    summary: &str,
) -> Result<tournament::Model, EditRefusal> {
    let (tournament, standing) = desk::open(tx, cx, id).await?.ok_or(EditRefusal::NoSuchTournament(id))?;
    standing.require(Act::Edit)?;
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    if seen != tournament.current_version {
        return Err(EditRefusal::Stale { seen, current: tournament.current_version });
    }
    let summary = summary.trim().to_owned();
    change(tx, cx, games, tournament, settings.tidy(), Kind::Edit { summary }).await
}

/// Goes back to what a version says. What it does not tell stays as it is; a new version names it.
///
/// # Errors
/// See [`RollbackRefusal`].
pub async fn rollback(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    id: i64,
    number: i32,
    seen: i32,
) -> Result<tournament::Model, RollbackRefusal> {
    let (tournament, standing) = desk::open(tx, cx, id).await?.ok_or(EditRefusal::NoSuchTournament(id))?;
    standing.require(Act::Edit).map_err(EditRefusal::from)?;
    let tournament = clock::advance_locked(tx, cx, tournament).await?;
    if !desk::status(&tournament).is_before_play() {
        return Err(RollbackRefusal::TooLate(desk::status(&tournament)));
    }
    if seen != tournament.current_version {
        return Err(EditRefusal::Stale { seen, current: tournament.current_version }.into());
    }
    let version = store::cup::version(tx, id, number).await.map_err(DbError::from)?;
    let version = version.ok_or(RollbackRefusal::NoSuchVersion(number))?;
    let settings = edit::from_version(&version.version_data, &Settings::from(&tournament))
        .map_err(|error| RollbackRefusal::Unreadable { version: number, reason: error.to_string() })?;
    let kind = Kind::Rollback { version: version.id, number };
    Ok(change(tx, cx, games, tournament, settings.tidy(), kind).await?)
}

/// Why settings change.
enum Kind {
    Edit { summary: String },
    Rollback { version: i64, number: i32 },
}

async fn change(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    tournament: tournament::Model,
    settings: Settings,
    kind: Kind,
) -> Result<tournament::Model, EditRefusal> {
    let before = Settings::from(&tournament).tidy();
    let changes = edit::changes(&before, &settings);
    if changes.is_empty() && matches!(kind, Kind::Edit { .. }) {
        return Ok(tournament);
    }
    let wrong = invalid_changes(tx, cx, games, &tournament, &before, &settings, &changes).await?;
    if !wrong.is_empty() {
        return Err(EditRefusal::Invalid(wrong));
    }
    let id = tournament.id;
    let row = tournament::ActiveModel { updated_at: Set(cx.now()), ..row_of(&settings) };
    let changed = store::cup::update(tx, id, row).await.map_err(DbError::from)?;
    if changed.tournament_start != tournament.tournament_start || changed.round_minutes != tournament.round_minutes {
        board::plan_anew(tx, cx, &tournament, &changed).await?;
        if desk::status(&changed) == Status::Live {
            matches::set_clocks(tx, cx, &changed).await?;
        }
    }
    let names: Vec<&str> = changes.iter().map(|change| change.field.label()).collect();
    let (summary, restores, action) = match &kind {
        Kind::Edit { summary } if summary.is_empty() => {
            (format!("Changed: {}", names.join(", ")), None, Action::TournamentEdit)
        }
        Kind::Edit { summary } => (summary.clone(), None, Action::TournamentEdit),
        Kind::Rollback { version, number } => {
            (format!("Went back to version {number}"), Some(*version), Action::TournamentRollback)
        }
    };
    let changed = desk::keep_version(tx, cx, &changed, &summary, restores).await?;
    event::tell(tx, cx, id, catalogue::TournamentUpdated { tournament_id: id }).await?;
    // More places may be what somebody waits for, and other dates are due at other times.
    place::fill(tx, &desk::as_system(cx), &changed).await?;
    let changed = clock::advance_locked(tx, cx, changed).await?;
    let details = json!({
        "tournament_id": id,
        "version": changed.current_version,
        "summary": summary,
        "changes": changes,
    });
    audit::record(tx, cx, action, Some(id), details).await?;
    Ok(changed)
}

/// Every field that is wrong, or that cannot change so, in the order of the form.
async fn invalid_changes(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    tournament: &tournament::Model,
    before: &Settings,
    settings: &Settings,
    changes: &[Change],
) -> Result<Vec<(Field, Invalid)>, DbError> {
    let status = desk::status(tournament);
    let changed: BTreeSet<Field> = changes.iter().map(|change| change.field).collect();
    let mut wrong: Vec<(Field, Invalid)> = changed
        .iter()
        .filter(|field| !edit::may_change(**field, status))
        .map(|field| (*field, Invalid::Locked(status)))
        .collect();
    let concerns_play = changed.iter().any(|field| edit::decides_draw(*field));
    if concerns_play && store::cup::is_drawn(tx, tournament.id).await? {
        let drawn = changed.iter().filter(|field| edit::decides_draw(**field));
        wrong.extend(drawn.map(|field| (*field, Invalid::Drawn)));
    }
    // What was right when it was written and has not changed is not held against a later change.
    let invalid = check(tx, cx, games, settings).await?;
    wrong.extend(invalid.into_iter().filter(|(field, invalid)| {
        let timely = matches!(invalid, Invalid::Past | Invalid::StaffOnly | Invalid::NoSuchGame);
        !timely || changed.contains(field)
    }));
    let held = store::entry::count(tx, tournament.id, &EntryStatus::HOLDING).await?;
    if i64::from(settings.max_participants) < held {
        wrong.push((Field::MaxParticipants, Invalid::BelowEntries { held }));
    }
    if held > 0 && settings.prize_pool < before.prize_pool {
        wrong.push((Field::PrizePool, Invalid::Lowered));
    }
    if held > 0 && settings.prize_deltacoin < before.prize_deltacoin {
        wrong.push((Field::PrizeDeltacoin, Invalid::Lowered));
    }
    wrong.sort_by_key(|(field, _)| *field);
    wrong.dedup_by_key(|(field, _)| *field);
    Ok(wrong)
}

/// Every wrong field of a form.
pub(crate) async fn check(
    tx: &Tx,
    cx: &Context<'_>,
    games: &PluginRegistry,
    settings: &Settings,
) -> Result<Vec<(Field, Invalid)>, DbError> {
    let game = store::cup::game(tx, settings.game_id).await?;
    let plugin = game.as_ref().and_then(|game| games.get(game.code.as_deref()?));
    let facts = Facts {
        now: cx.now(),
        game_is_active: game.is_some_and(|game| game.is_active),
        plugin: plugin.as_deref(),
        may_be_official: cx.actor().is_staff(),
    };
    Ok(settings.invalid(&facts))
}

/// Inserts the row with a free word in addresses. The unique index is the guard: somebody else may take it first.
async fn insert(tx: &Tx, row: tournament::ActiveModel, name: &str) -> Result<tournament::Model, DbError> {
    let mut attempts = 0;
    loop {
        let row = tournament::ActiveModel { slug: Set(free_slug(tx, name).await?), ..row.clone() };
        let part = |tx: Tx| async move { Ok::<_, DbError>(store::cup::insert(&tx, row).await?) };
        match tx.savepoint(part).await {
            Err(error) if error.constraint() == Some(Constraint::Unique) && attempts < 5 => attempts += 1,
            outcome => return outcome,
        }
    }
}

/// The name's word in addresses, with a number when a page or a live tournament has it.
async fn free_slug(tx: &Tx, name: &str) -> Result<String, DbError> {
    let base = settings::slug(name);
    let taken = store::cup::taken_slugs(tx, &base).await?.into_iter().collect();
    Ok(settings::free_slug(&base, &taken))
}

/// The settings as columns.
fn row_of(settings: &Settings) -> tournament::ActiveModel {
    let settings = settings.clone();
    tournament::ActiveModel {
        name_ci: Set(kernel::text::fold(&settings.name)),
        name: Set(settings.name),
        description: Set(settings.description),
        is_official: Set(settings.is_official),
        game_id: Set(settings.game_id),
        format: Set(settings.format.as_str().to_owned()),
        participation_type: Set(settings.participation_type.as_str().to_owned()),
        max_participants: Set(settings.max_participants),
        min_participants: Set(settings.min_participants),
        enable_dynamic_seeding: Set(settings.enable_dynamic_seeding),
        best_of: Set(settings.best_of),
        best_of_final: Set(settings.best_of_final),
        third_place_match: Set(settings.third_place_match),
        grand_final_reset: Set(settings.grand_final_reset),
        swiss_rounds: Set(settings.swiss_rounds),
        group_count: Set(settings.group_count),
        group_qualifiers: Set(settings.group_qualifiers),
        rules_text: Set(settings.rules_text),
        rules_pdf: Set(settings.rules_pdf),
        registration_start: Set(settings.registration_start),
        registration_end: Set(settings.registration_end),
        tournament_start: Set(settings.tournament_start),
        tournament_end: Set(settings.tournament_end),
        enable_check_in: Set(settings.enable_check_in),
        check_in_minutes_before: Set(settings.check_in_minutes_before),
        round_minutes: Set(settings.round_minutes),
        result_confirm_minutes: Set(settings.result_confirm_minutes),
        dispute_window_minutes: Set(settings.dispute_window_minutes),
        allowed_regions: Set(json!(settings.allowed_regions)),
        min_ranking_points: Set(settings.min_ranking_points),
        max_ranking_points: Set(settings.max_ranking_points),
        waitlist_enabled: Set(settings.waitlist_enabled),
        prize_pool: Set(settings.prize_pool),
        prize_currency: Set(settings.prize_currency),
        prize_deltacoin: Set(settings.prize_deltacoin),
        prize_distribution: Set(settings.prize_distribution),
        has_entry_fee: Set(settings.has_entry_fee),
        entry_fee_amount: Set(settings.entry_fee_amount),
        entry_fee_currency: Set(settings.entry_fee_currency),
        entry_fee_deltacoin: Set(settings.entry_fee_deltacoin),
        payment_methods: Set(json!(settings.payment_methods)),
        payment_accounts: Set(json!(settings.payment_accounts)),
        payment_deadline_hours: Set(settings.payment_deadline_hours),
        enable_fee_waiver: Set(settings.enable_fee_waiver),
        fee_waiver_top_n_teams: Set(settings.fee_waiver_top_n_teams),
        banner_image: Set(settings.banner_image),
        thumbnail_image: Set(settings.thumbnail_image),
        promo_video_url: Set(settings.promo_video_url),
        stream_youtube_url: Set(settings.stream_youtube_url),
        stream_twitch_url: Set(settings.stream_twitch_url),
        meta_description: Set(settings.meta_description),
        meta_keywords: Set(json!(settings.meta_keywords)),
        enable_live_updates: Set(settings.enable_live_updates),
        enable_certificates: Set(settings.enable_certificates),
        enable_challenges: Set(settings.enable_challenges),
        enable_fan_voting: Set(settings.enable_fan_voting),
        ..Default::default()
    }
}

/// Versions of a tournament, newest first; further pages begin below a number.
///
/// # Errors
/// When the database fails.
pub async fn versions(
    db: &impl ConnectionTrait,
    tournament: i64,
    below: Option<i32>,
) -> Result<Vec<tournament_version::Model>, DbError> {
    Ok(store::cup::versions(db, tournament, below, PAGE).await?)
}

/// What differs between two versions, field by field; nothing when one of them is not there or cannot be read.
///
/// # Errors
/// When the database fails.
pub async fn diff(
    db: &impl ConnectionTrait,
    tournament: &tournament::Model,
    before: i32,
    after: i32,
) -> Result<Option<Vec<Change>>, DbError> {
    let now = Settings::from(tournament);
    let mut told = Vec::new();
    for number in [before, after] {
        let Some(version) = store::cup::version(db, tournament.id, number).await? else { return Ok(None) };
        let Ok(settings) = edit::from_version(&version.version_data, &now) else { return Ok(None) };
        told.push(settings);
    }
    Ok(Some(edit::changes(&told[0], &told[1])))
}
