//! A team's own life: made, changed, disbanded.

use kernel::{
    Actor, Clock, DbError, PluginRegistry, Tx,
    db::Constraint,
    event::catalogue::{TeamCreated, TeamMemberJoined, TeamMemberLeft, TeamUpdated},
    text::fold_name,
};
use sea_orm::ActiveValue::Set;

use super::{
    desk::{NotJoined, enter, game_of, join, who},
    notices::{About, tell},
};
use crate::{
    error::{Denied, DisbandRefusal, Field, Invalid, TeamRefusal},
    model::core::{
        team::{ActiveModel, Model as Team},
        team_membership as membership,
    },
    rules::{
        form::{self, TeamForm, TeamSettings},
        permission::Act,
        roster::Role,
    },
    store,
};

/// How often a new address is tried that somebody else takes at the same moment.
const SLUG_TRIES: u32 = 5;

/// A new team, whose owner is whoever acts. With a role in the game, the owner plays, and is captain if the form says so.
///
/// # Errors
/// Every wrong field at once; the unit of work can go on.
pub async fn create(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    actor: &Actor,
    form: &TeamForm,
) -> Result<Team, TeamRefusal> {
    let who = who(tx, clock, actor).await?;
    let (user, profile) = who.person()?;
    let game = games.get(&form.game);
    let mut invalid = form.invalid(game.as_deref(), None);
    invalid.extend(taken(tx, form, None).await?);
    if store::member::plays(tx, profile.id, &form.game).await? {
        invalid.push((Field::Game, Invalid::InTeam));
    }
    if !invalid.is_empty() {
        return Err(TeamRefusal::Invalid(invalid));
    }
    let row = ActiveModel {
        game: Set(form.game.clone()),
        captain_id: Set(Some(profile.id)),
        created_at: Set(clock.now()),
        ..columns(clock, form)
    };
    let base = form::slug(&form.clean_name(), &form.clean_tag());
    for _ in 0..SLUG_TRIES {
        let slug = form::free_slug(&base, &store::team::slugs_like(tx, &base).await?);
        let row = ActiveModel { slug: Set(slug), ..row.clone() };
        let made = tx
            .savepoint(|part| async move {
                let team = store::team::insert(&part, row).await?;
                join(&part, clock, &team, profile.id, Role::Owner, &form.game_role, form.captain).await?;
                Ok::<_, NotJoined>(team)
            })
            .await;
        match made {
            Ok(team) => {
                tx.emit(TeamCreated { team_id: team.id, captain_id: user.id });
                tx.emit(TeamMemberJoined { team_id: team.id, user_id: user.id });
                return Ok(team);
            }
            Err(NotJoined::Member | NotJoined::InAnotherTeam) => {
                return Err(TeamRefusal::Invalid(vec![(Field::Game, Invalid::InTeam)]));
            }
            // The unique indexes are the guard; asking which of them it was comes after.
            Err(NotJoined::Database(error)) if error.constraint() == Some(Constraint::Unique) => {
                let invalid = taken(tx, form, None).await?;
                if !invalid.is_empty() {
                    return Err(TeamRefusal::Invalid(invalid));
                }
            }
            Err(NotJoined::Database(error)) => return Err(error.into()),
        }
    }
    Err(TeamRefusal::Invalid(vec![(Field::Name, Invalid::NameTaken)]))
}

async fn taken(tx: &Tx, form: &TeamForm, but: Option<i64>) -> Result<Vec<(Field, Invalid)>, DbError> {
    let mut fields = Vec::new();
    if store::team::name_taken(tx, &fold_name(&form.clean_name()), but).await? {
        fields.push((Field::Name, Invalid::NameTaken));
    }
    if store::team::tag_taken(tx, &fold_name(&form.clean_tag()), but).await? {
        fields.push((Field::Tag, Invalid::TagTaken));
    }
    Ok(fields)
}

/// The columns that a form decides, for a new team and for a changed one.
fn columns(clock: &dyn Clock, form: &TeamForm) -> ActiveModel {
    let (name, tag) = (form.clean_name(), form.clean_tag());
    let trimmed = |text: &str| Set(text.trim().to_owned());
    ActiveModel {
        name_ci: Set(fold_name(&name)),
        name: Set(name),
        tag_ci: Set(fold_name(&tag)),
        tag: Set(tag),
        description: trimmed(&form.description),
        tagline: trimmed(&form.tagline),
        region: Set(form.region.clone()),
        twitter: trimmed(&form.twitter),
        instagram: trimmed(&form.instagram),
        discord: trimmed(&form.discord),
        youtube: trimmed(&form.youtube),
        twitch: trimmed(&form.twitch),
        linktree: trimmed(&form.linktree),
        updated_at: Set(clock.now()),
        ..Default::default()
    }
}

/// Changes what a team is called and says of itself. The address stays, so that links do; the game stays,
/// except that a team of older data without one can be given one.
///
/// # Errors
/// Every wrong field at once; nothing is changed then.
pub async fn edit(
    tx: &Tx,
    clock: &dyn Clock,
    games: &PluginRegistry,
    actor: &Actor,
    team: i64,
    form: &TeamForm,
) -> Result<Team, TeamRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    room.allow(&who, Act::Edit)?;
    let before = &room.team;
    let form = &TeamForm { game_role: String::new(), ..form.clone() };
    let game = if before.game.is_empty() { games.get(&form.game) } else { game_of(games, &before.game) };
    let mut invalid = form.invalid(game.as_deref(), Some(&before.region));
    // Without a game a team can go on, and so can one whose game is no longer there.
    if before.game == form.game || !before.game.is_empty() {
        invalid.retain(|(field, _)| *field != Field::Game);
    }
    invalid.extend(taken(tx, form, Some(before.id)).await?);
    if !invalid.is_empty() {
        return Err(TeamRefusal::Invalid(invalid));
    }
    let mut row = columns(clock, form);
    if before.game.is_empty() {
        row.game = Set(form.game.clone());
    }
    let id = before.id;
    match tx.savepoint(|part| async move { store::team::update(&part, id, row).await }).await {
        Ok(()) => {}
        Err(error) if error.constraint() == Some(Constraint::Unique) => {
            let mut invalid = taken(tx, form, Some(id)).await?;
            if invalid.is_empty() {
                invalid.push((Field::Game, Invalid::MemberInTeam));
            }
            return Err(TeamRefusal::Invalid(invalid));
        }
        Err(error) => return Err(error.into()),
    }
    tx.emit(TeamUpdated { team_id: id });
    Ok(store::team::by_id(tx, id).await?.ok_or(Denied::NoTeam)?)
}

/// Changes how a team deals with others.
///
/// # Errors
/// Every wrong field at once; nothing is changed then.
pub async fn change_settings(
    tx: &Tx,
    clock: &dyn Clock,
    actor: &Actor,
    team: i64,
    settings: &TeamSettings,
) -> Result<Team, TeamRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    room.allow(&who, Act::Edit)?;
    let invalid = settings.invalid();
    if !invalid.is_empty() {
        return Err(TeamRefusal::Invalid(invalid));
    }
    let row = ActiveModel {
        is_public: Set(settings.is_public),
        is_recruiting: Set(settings.is_recruiting),
        allow_join_requests: Set(settings.allow_join_requests),
        auto_accept_join_requests: Set(settings.auto_accept_join_requests),
        require_application_message: Set(settings.require_application_message),
        min_rank_requirement: Set(settings.min_rank_requirement.trim().to_owned()),
        members_can_invite: Set(settings.members_can_invite),
        show_roster_publicly: Set(settings.show_roster_publicly),
        show_captain_only: Set(settings.show_captain_only),
        show_statistics_publicly: Set(settings.show_statistics_publicly),
        show_tournaments_publicly: Set(settings.show_tournaments_publicly),
        updated_at: Set(clock.now()),
        ..Default::default()
    };
    store::team::update(tx, team, row).await?;
    tx.emit(TeamUpdated { team_id: team });
    Ok(store::team::by_id(tx, team).await?.ok_or(Denied::NoTeam)?)
}

/// Closes a team down: it is switched off, its members are free, what waited is over. Its name stays its
/// own, so that nobody passes for it, and so does its past.
///
/// # Errors
/// When there is no such team, or whoever acts may not.
pub async fn disband(tx: &Tx, clock: &dyn Clock, actor: &Actor, team: i64) -> Result<(), DisbandRefusal> {
    let who = who(tx, clock, actor).await?;
    let room = enter(tx, team).await?;
    room.allow(&who, Act::Disband)?;
    for member in &room.members {
        if Role::parse(&member.role) == Some(Role::Owner) {
            // An owner is active by definition; who it was, the team's leader still says.
            store::member::update(tx, member.id, store::member::role_columns(Role::Player)).await?;
        }
        store::member::remove(tx, member.id).await?;
    }
    store::invitation::cancel_all(tx, team).await?;
    let review = store::request::Review { by: who.profile_id(), at: clock.now() };
    store::request::reject_all(tx, team, review).await?;
    let row = ActiveModel {
        is_active: Set(false),
        is_recruiting: Set(false),
        updated_at: Set(clock.now()),
        ..Default::default()
    };
    store::team::update(tx, team, row).await?;
    let profiles: Vec<i64> = room.members.iter().map(|member: &membership::Model| member.profile_id).collect();
    let title = format!("{} was disbanded", room.team.name);
    let notice = (About::Disbanded, title, "You are free to join another team.");
    tell(tx, clock, &who, &room.team, profiles.iter().copied(), notice).await?;
    for user_id in store::member::user_ids(tx, &profiles).await? {
        tx.emit(TeamMemberLeft { team_id: team, user_id });
    }
    tx.emit(TeamUpdated { team_id: team });
    Ok(())
}
