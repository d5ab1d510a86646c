//! Lists of tournaments and entries, for pages.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LikeExpr, Query},
};

use crate::{
    model::{entry_player, game, payment, registration, staff_member, tournament},
    rules::{entry::EntryStatus, payment::PaymentStatus, status::Status},
    service::query::Search,
};

/// A tournament with its game.
pub(crate) type WithGame = (tournament::Model, Option<game::Model>);

fn words(states: &[Status]) -> Vec<&'static str> {
    states.iter().map(|state| state.as_str()).collect()
}

/// Tournaments that all may see and that fit, in the order of their starts.
pub(crate) async fn public(
    db: &impl ConnectionTrait,
    search: &Search,
    after: Option<(DateTime<Utc>, i64)>,
    limit: u64,
) -> Result<Vec<WithGame>, DbErr> {
    use tournament::Column as C;
    let mut query = tournament::Entity::find()
        .find_also_related(game::Entity)
        .filter(C::IsDeleted.eq(false))
        .filter(C::PublishedAt.is_not_null())
        .filter(C::Status.is_in(words(search.group.states())))
        .limit(limit);
    let text = kernel::text::fold(&search.text);
    if !text.is_empty() {
        let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        query = query.filter(
            Expr::col((tournament::Entity, C::NameCi)).like(LikeExpr::new(format!("%{escaped}%")).escape('\\')),
        );
    }
    if let Some(game) = search.game {
        query = query.filter(C::GameId.eq(game));
    }
    if let Some(format) = search.format {
        query = query.filter(C::Format.eq(format.as_str()));
    }
    if let Some(entrants) = search.entrants {
        query = query.filter(C::ParticipationType.eq(entrants.as_str()));
    }
    if let Some(free) = search.free {
        query = query.filter(C::HasEntryFee.eq(!free));
    }
    if search.open_places {
        let column = |column| Expr::col((tournament::Entity, column));
        query = query.filter(column(C::TotalRegistrations).lt(column(C::MaxParticipants)));
    }
    if search.official {
        query = query.filter(C::IsOfficial.eq(true));
    }
    if let Some(organizer) = search.organizer {
        query = query.filter(C::OrganizerId.eq(organizer));
    }
    let soonest_first = search.group.soonest_first();
    if let Some((at, id)) = after {
        let (beyond, same) = if soonest_first {
            (C::TournamentStart.gt(at), C::Id.gt(id))
        } else {
            (C::TournamentStart.lt(at), C::Id.lt(id))
        };
        let tied = Condition::all().add(C::TournamentStart.eq(at)).add(same);
        query = query.filter(Condition::any().add(beyond).add(tied));
    }
    query = if soonest_first {
        query.order_by_asc(C::TournamentStart).order_by_asc(C::Id)
    } else {
        query.order_by_desc(C::TournamentStart).order_by_desc(C::Id)
    };
    query.all(db).await
}

pub(crate) async fn by_slug(db: &impl ConnectionTrait, slug: &str) -> Result<Option<WithGame>, DbErr> {
    tournament::Entity::find()
        .filter(tournament::Column::Slug.eq(slug))
        .filter(tournament::Column::IsDeleted.eq(false))
        .find_also_related(game::Entity)
        .one(db)
        .await
}

/// How many entries stand where.
pub(crate) async fn counts(db: &impl ConnectionTrait, tournament: i64) -> Result<Vec<(String, i64)>, DbErr> {
    registration::Entity::find()
        .select_only()
        .column(registration::Column::Status)
        .column_as(registration::Column::Id.count(), "entries")
        .filter(registration::Column::TournamentId.eq(tournament))
        .filter(registration::Column::IsDeleted.eq(false))
        .group_by(registration::Column::Status)
        .into_tuple()
        .all(db)
        .await
}

/// Names of accounts.
pub(crate) async fn usernames(db: &impl ConnectionTrait, ids: Vec<i64>) -> Result<BTreeMap<i64, String>, DbErr> {
    use accounts::model::user::{Column, Entity};
    let rows: Vec<(i64, String)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Username])
        .filter(Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Entries in one of these states: by seed where there is one, then in the order in which they were made.
pub(crate) async fn entries(
    db: &impl ConnectionTrait,
    tournament: i64,
    states: &[EntryStatus],
    after: Option<i64>,
    limit: u64,
) -> Result<Vec<registration::Model>, DbErr> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let mut query = registration::Entity::find()
        .filter(registration::Column::TournamentId.eq(tournament))
        .filter(registration::Column::IsDeleted.eq(false))
        .filter(registration::Column::Status.is_in(states))
        .order_by_asc(registration::Column::Id)
        .limit(limit);
    if let Some(after) = after {
        query = query.filter(registration::Column::Id.gt(after));
    }
    query.all(db).await
}

/// Players of these entries, by entry.
pub(crate) async fn players(
    db: &impl ConnectionTrait,
    entries: Vec<i64>,
) -> Result<BTreeMap<i64, Vec<entry_player::Model>>, DbErr> {
    let rows = entry_player::Entity::find()
        .filter(entry_player::Column::RegistrationId.is_in(entries))
        .order_by_asc(entry_player::Column::Id)
        .all(db)
        .await?;
    let mut players: BTreeMap<i64, Vec<entry_player::Model>> = BTreeMap::new();
    for row in rows {
        players.entry(row.registration_id).or_default().push(row);
    }
    Ok(players)
}

/// Entries that somebody plays for, made, or speaks for by one of these teams, newest first.
pub(crate) async fn of_person(
    db: &impl ConnectionTrait,
    user: i64,
    teams: Vec<i64>,
    below: Option<i64>,
    limit: u64,
) -> Result<Vec<(registration::Model, Option<tournament::Model>)>, DbErr> {
    use registration::Column as C;
    let plays = Query::select()
        .column(entry_player::Column::RegistrationId)
        .from(entry_player::Entity)
        .and_where(entry_player::Column::UserId.eq(user))
        .to_owned();
    let own = Condition::any()
        .add(C::UserId.eq(user))
        .add(C::RegisteredById.eq(user))
        .add(C::TeamId.is_in(teams))
        .add(C::Id.in_subquery(plays));
    let mut query = registration::Entity::find()
        .filter(own)
        .filter(C::IsDeleted.eq(false))
        .find_also_related(tournament::Entity)
        .order_by_desc(C::Id)
        .limit(limit);
    if let Some(below) = below {
        query = query.filter(C::Id.lt(below));
    }
    query.all(db).await
}

/// Tournaments that somebody holds or helps with, newest first, drafts as well.
pub(crate) async fn organized_by(
    db: &impl ConnectionTrait,
    user: i64,
    below: Option<i64>,
    limit: u64,
) -> Result<Vec<WithGame>, DbErr> {
    use tournament::Column as C;
    let helps = Query::select()
        .column(staff_member::Column::TournamentId)
        .from(staff_member::Entity)
        .and_where(staff_member::Column::UserId.eq(user))
        .and_where(staff_member::Column::AcceptedAt.is_not_null())
        .to_owned();
    let mut query = tournament::Entity::find()
        .filter(Condition::any().add(C::OrganizerId.eq(user)).add(C::Id.in_subquery(helps)))
        .filter(C::IsDeleted.eq(false))
        .find_also_related(game::Entity)
        .order_by_desc(C::Id)
        .limit(limit);
    if let Some(below) = below {
        query = query.filter(C::Id.lt(below));
    }
    query.all(db).await
}

/// Tournaments in this state, oldest first: what waits for approval.
pub(crate) async fn in_state(db: &impl ConnectionTrait, state: Status, limit: u64) -> Result<Vec<WithGame>, DbErr> {
    tournament::Entity::find()
        .filter(tournament::Column::Status.eq(state.as_str()))
        .filter(tournament::Column::IsDeleted.eq(false))
        .find_also_related(game::Entity)
        .order_by_asc(tournament::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// How many payments of these tournaments somebody has to look for.
pub(crate) async fn payments_to_check(
    db: &impl ConnectionTrait,
    tournaments: Vec<i64>,
) -> Result<BTreeMap<i64, i64>, DbErr> {
    let rows: Vec<(i64, i64)> = payment::Entity::find()
        .select_only()
        .column(registration::Column::TournamentId)
        .column_as(payment::Column::Id.count(), "payments")
        .inner_join(registration::Entity)
        .filter(registration::Column::TournamentId.is_in(tournaments))
        .filter(payment::Column::Status.eq(PaymentStatus::Submitted.as_str()))
        .group_by(registration::Column::TournamentId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// How many confirmed entries of these tournaments are checked in, and how many are not.
pub(crate) async fn there(db: &impl ConnectionTrait, tournaments: Vec<i64>) -> Result<Vec<(i64, bool, i64)>, DbErr> {
    registration::Entity::find()
        .select_only()
        .column(registration::Column::TournamentId)
        .column(registration::Column::CheckedIn)
        .column_as(registration::Column::Id.count(), "entries")
        .filter(registration::Column::TournamentId.is_in(tournaments))
        .filter(registration::Column::IsDeleted.eq(false))
        .filter(registration::Column::Status.eq(EntryStatus::Confirmed.as_str()))
        .group_by(registration::Column::TournamentId)
        .group_by(registration::Column::CheckedIn)
        .into_tuple()
        .all(db)
        .await
}

/// Active games, by name.
pub(crate) async fn games(db: &impl ConnectionTrait) -> Result<Vec<game::Model>, DbErr> {
    game::Entity::find().filter(game::Column::IsActive.eq(true)).order_by_asc(game::Column::Name).all(db).await
}
