//! The acts of profiles.

use accounts::{
    SignUp, SignUpRefusal, User,
    service::{self as accounts_service, Standing},
};
use kernel::{Clock, Db, DbError, PluginRegistry, Random, Tx};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{Set, Unchanged},
    IdenStatic, Iterable,
    prelude::Json,
};

use crate::{
    error::{GameIdsRefusal, ProfileRefusal},
    model::user_profile as profile,
    rules::{DISPLAY_NAME_MAX, ProfileForm, invalid_game_ids},
    store,
};

/// A new person: account, profile and first session at once. Answers the session's token.
///
/// # Errors
/// Every wrong field at once; nothing is kept then.
pub async fn sign_up(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    form: SignUp,
    user_agent: &str,
) -> Result<String, SignUpRefusal> {
    let prepared = accounts_service::prepare(form).await?;
    let prepared = &prepared;
    db.write(|tx| async move {
        let user = join(&tx, clock, prepared, Standing::Person).await?;
        Ok(accounts_service::open_session(&tx, clock, random, user.id, user_agent).await?)
    })
    .await
}

/// A new superuser with a profile, made by whoever holds the server.
///
/// # Errors
/// Every wrong field at once; nothing is kept then.
pub async fn create_superuser(db: &Db, clock: &dyn Clock, form: SignUp) -> Result<User, SignUpRefusal> {
    let prepared = accounts_service::prepare(form).await?;
    let prepared = &prepared;
    db.write(|tx| async move { join(&tx, clock, prepared, Standing::Superuser).await }).await
}

/// A new person in the caller's unit of work: account and profile.
///
/// # Errors
/// When name or address are taken; the unit of work can go on.
pub async fn join(
    tx: &Tx,
    clock: &dyn Clock,
    prepared: &accounts_service::Prepared,
    standing: Standing,
) -> Result<User, SignUpRefusal> {
    let user = accounts_service::create_user(tx, clock, prepared, standing).await?;
    ensure(tx, clock, &user).await?;
    Ok(user)
}

/// The profile of a user, in the caller's unit of work; made when there is none yet.
///
/// # Errors
/// When the database fails.
pub async fn ensure(tx: &Tx, clock: &dyn Clock, user: &User) -> Result<profile::Model, DbError> {
    if let Some(profile) = store::of_user(tx, user.id).await? {
        return Ok(profile);
    }
    let row = profile::ActiveModel {
        user_id: Set(user.id),
        display_name: Set(user.username.chars().take(DISPLAY_NAME_MAX).collect()),
        preferred_games: Set(Json::Array(Vec::new())),
        created_at: Set(clock.now()),
        ..Default::default()
    };
    store::insert_missing(tx, row).await?;
    let made = store::of_user(tx, user.id).await?;
    made.ok_or_else(|| DbError::from(sea_orm::DbErr::RecordNotFound(format!("profile of user {}", user.id))))
}

/// The profile of a user; made when there is none yet.
///
/// # Errors
/// When the database fails.
pub async fn of_user(db: &Db, clock: &dyn Clock, user: &User) -> Result<profile::Model, DbError> {
    if let Some(profile) = store::of_user(db.read(), user.id).await? {
        return Ok(profile);
    }
    db.write(|tx| async move { ensure(&tx, clock, user).await }).await
}

/// Changes one's own profile.
///
/// # Errors
/// Every wrong field at once; nothing is changed then.
pub async fn edit(
    db: &Db,
    clock: &dyn Clock,
    user: &User,
    form: &ProfileForm,
) -> Result<profile::Model, ProfileRefusal> {
    db.write(|tx| async move { edit_within(&tx, clock, user, form).await }).await
}

/// [`edit`] in the caller's unit of work.
///
/// # Errors
/// Every wrong field at once; nothing is changed then, and the unit of work can go on.
pub async fn edit_within(
    tx: &Tx,
    clock: &dyn Clock,
    user: &User,
    form: &ProfileForm,
) -> Result<profile::Model, ProfileRefusal> {
    let invalid = form.invalid();
    if !invalid.is_empty() {
        return Err(ProfileRefusal::Invalid(invalid));
    }
    let profile = ensure(tx, clock, user).await?;
    let row = profile::ActiveModel {
        id: Unchanged(profile.id),
        display_name: Set(form.display_name.trim().to_owned()),
        region: Set(form.region.clone()),
        bio: Set(form.bio.trim().to_owned()),
        youtube_link: Set(form.youtube_link.trim().to_owned()),
        twitch_link: Set(form.twitch_link.trim().to_owned()),
        is_private: Set(form.is_private),
        show_socials: Set(form.show_socials),
        ..Default::default()
    };
    Ok(store::update(tx, row).await.map_err(DbError::from)?)
}

/// Changes the ids by which games know a person: column of the profile and id, an empty one for none. What is
/// not told stays. A Riot ID is one to people, and stands in two columns.
///
/// # Errors
/// Every wrong id at once; nothing is changed then.
pub async fn change_game_ids(
    db: &Db,
    clock: &dyn Clock,
    games: &PluginRegistry,
    user: &User,
    ids: &[(String, String)],
) -> Result<profile::Model, GameIdsRefusal> {
    db.write(|tx| async move { change_game_ids_within(&tx, clock, games, user, ids).await }).await
}

/// [`change_game_ids`] in the caller's unit of work.
///
/// # Errors
/// Every wrong id at once; nothing is changed then, and the unit of work can go on.
pub async fn change_game_ids_within(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    user: &User,
    ids: &[(String, String)],
) -> Result<profile::Model, GameIdsRefusal> {
    let invalid = invalid_game_ids(&games.list(false), ids);
    if !invalid.is_empty() {
        return Err(GameIdsRefusal::Invalid(invalid));
    }
    let profile = ensure(tx, clock, user).await?;
    let mut row = profile::ActiveModel { id: Unchanged(profile.id), ..Default::default() };
    for (column, value) in ids {
        let value = value.trim();
        if column == "riot_id" {
            let (name, tag) = value.split_once('#').unwrap_or((value, ""));
            row.riot_id = Set(name.to_owned());
            row.riot_tagline = Set(tag.to_owned());
            continue;
        }
        let known = profile::Column::iter().find(|known| known.as_str() == column);
        if let Some(known) = known {
            row.set(known, value.into());
        }
    }
    if !row.is_changed() {
        return Ok(profile);
    }
    Ok(store::update(tx, row).await.map_err(DbError::from)?)
}
