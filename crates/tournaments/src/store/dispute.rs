//! Queries of disputes and of what is brought forward in them.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationTrait,
};

use super::draw::Stored;
use crate::{
    model::{dispute, dispute_evidence as evidence, r#match as meeting, tournament},
    rules::{
        access::Duty,
        dispute::{Deed, State},
        status::Status,
    },
    store::{matches::stood_for, staff::tournaments_of},
};

/// The states of disputes that wait for a decision.
pub(crate) const OPEN: [&str; 3] = [State::Open.as_str(), State::UnderReview.as_str(), State::Escalated.as_str()];

/// The dispute.
pub(crate) async fn find(db: &impl ConnectionTrait, id: i64) -> Stored<Option<dispute::Model>> {
    Ok(dispute::Entity::find_by_id(id).one(db).await?)
}

/// The dispute, locked until the unit's end.
pub(crate) async fn lock(db: &impl ConnectionTrait, id: i64) -> Stored<Option<dispute::Model>> {
    Ok(dispute::Entity::find_by_id(id).lock_exclusive().one(db).await?)
}

/// The dispute about a match that waits for a decision.
pub(crate) async fn open_of(db: &impl ConnectionTrait, match_id: i64) -> Stored<Option<dispute::Model>> {
    let query = dispute::Entity::find()
        .filter(dispute::Column::MatchId.eq(match_id))
        .filter(dispute::Column::Status.is_in(OPEN));
    Ok(query.one(db).await?)
}

/// All disputes about a match, newest first.
pub(crate) async fn of_match(db: &impl ConnectionTrait, match_id: i64) -> Stored<Vec<dispute::Model>> {
    let query = dispute::Entity::find().filter(dispute::Column::MatchId.eq(match_id));
    Ok(query.order_by_desc(dispute::Column::Id).all(db).await?)
}

/// Opens a dispute.
pub(crate) async fn insert(db: &impl ConnectionTrait, row: dispute::ActiveModel) -> Stored<dispute::Model> {
    Ok(dispute::Entity::insert(row).exec_with_returning(db).await?)
}

/// Changes a dispute that stands in this state; answers whether it did.
pub(crate) async fn update(db: &impl ConnectionTrait, id: i64, from: State, row: dispute::ActiveModel) -> Stored<bool> {
    let there = Condition::all().add(dispute::Column::Id.eq(id)).add(dispute::Column::Status.eq(from.as_str()));
    Ok(dispute::Entity::update_many().set(row).filter(there).exec(db).await?.rows_affected == 1)
}

/// Closes what disputes a match has because the match is no longer what they were about.
pub(crate) async fn moot(db: &impl ConnectionTrait, match_id: i64, notes: &str, now: DateTime<Utc>) -> Stored<u64> {
    let row = dispute::ActiveModel {
        status: Set(State::Dismissed.as_str().to_owned()),
        resolution_notes: Set(notes.to_owned()),
        resolved_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    let these = Condition::all().add(dispute::Column::MatchId.eq(match_id)).add(dispute::Column::Status.is_in(OPEN));
    Ok(dispute::Entity::update_many().set(row).filter(these).exec(db).await?.rows_affected)
}

/// Stores what somebody brings forward.
pub(crate) async fn insert_evidence(db: &impl ConnectionTrait, row: evidence::ActiveModel) -> Stored<evidence::Model> {
    Ok(evidence::Entity::insert(row).exec_with_returning(db).await?)
}

/// What was brought forward in these disputes, oldest first.
pub(crate) async fn evidence(db: &impl ConnectionTrait, disputes: &[i64]) -> Stored<Vec<evidence::Model>> {
    if disputes.is_empty() {
        return Ok(Vec::new());
    }
    let query = evidence::Entity::find().filter(evidence::Column::DisputeId.is_in(disputes.iter().copied()));
    Ok(query.order_by_asc(evidence::Column::Id).all(db).await?)
}

/// Disputes with their matches, oldest first: of one tournament or of all, in these states, after one of them.
pub(crate) async fn queue(
    db: &impl ConnectionTrait,
    tournament: Option<i64>,
    states: &[State],
    after: Option<i64>,
    limit: u64,
) -> Stored<Vec<(dispute::Model, meeting::Model)>> {
    let wanted = Condition::all()
        .add(dispute::Column::Status.is_in(states.iter().map(|state| state.as_str())))
        .add_option(tournament.map(|id| meeting::Column::TournamentId.eq(id)))
        .add_option(after.map(|id| dispute::Column::Id.gt(id)));
    let query = dispute::Entity::find()
        .inner_join(meeting::Entity)
        .select_also(meeting::Entity)
        .filter(wanted)
        .order_by_asc(dispute::Column::Id)
        .limit(limit);
    let rows = query.all(db).await?;
    Ok(rows.into_iter().filter_map(|(dispute, meeting)| Some((dispute, meeting?))).collect())
}

/// Disputes of a tournament that are closed, with their matches, newest first, from below an id.
pub(crate) async fn closed(
    db: &impl ConnectionTrait,
    tournament: i64,
    below: Option<i64>,
    limit: u64,
) -> Stored<Vec<(dispute::Model, meeting::Model)>> {
    let wanted = Condition::all()
        .add(dispute::Column::Status.is_not_in(OPEN))
        .add(meeting::Column::TournamentId.eq(tournament))
        .add_option(below.map(|id| dispute::Column::Id.lt(id)));
    let query = dispute::Entity::find()
        .inner_join(meeting::Entity)
        .select_also(meeting::Entity)
        .filter(wanted)
        .order_by_desc(dispute::Column::Id)
        .limit(limit);
    let rows = query.all(db).await?;
    Ok(rows.into_iter().filter_map(|(dispute, meeting)| Some((dispute, meeting?))).collect())
}

/// Disputes that somebody has to settle, with their matches, oldest first: by a duty in the tournament; those that were
/// handed to the platform by its staff, of whom only a superuser does so in a tournament that they help with. Nobody
/// judges a match of their own.
pub(crate) async fn to_settle(
    db: &impl ConnectionTrait,
    user: i64,
    (staff, superuser): (bool, bool),
    limit: u64,
) -> Stored<Vec<(dispute::Model, meeting::Model)>> {
    let by_duty = [State::Open, State::UnderReview].map(|state| {
        let duties = Deed::Resolve.act(state).map_or(&[][..], |act| act.duties());
        Condition::all()
            .add(dispute::Column::Status.eq(state.as_str()))
            .add(meeting::Column::TournamentId.in_subquery(tournaments_of(user, duties)))
    });
    let mut mine = by_duty.into_iter().fold(Condition::any(), Condition::add);
    if staff {
        let inside = tournaments_of(user, &Duty::ALL);
        let outside = (!superuser).then(|| meeting::Column::TournamentId.not_in_subquery(inside));
        let handed_over = dispute::Column::Status.eq(State::Escalated.as_str());
        mine = mine.add(Condition::all().add(handed_over).add_option(outside));
    }
    let query = dispute::Entity::find()
        .inner_join(meeting::Entity)
        .select_also(meeting::Entity)
        .join(JoinType::InnerJoin, meeting::Relation::Tournament.def())
        .filter(mine)
        // Whoever disputes a match has an opponent: both sides are known.
        .filter(meeting::Column::Participant1Id.not_in_subquery(stood_for(user)))
        .filter(meeting::Column::Participant2Id.not_in_subquery(stood_for(user)))
        .filter(tournament::Column::IsDeleted.eq(false))
        .filter(tournament::Column::Status.is_in([Status::Live, Status::Completed].map(Status::as_str)))
        .order_by_asc(dispute::Column::Id)
        .limit(limit);
    let rows = query.all(db).await?;
    Ok(rows.into_iter().filter_map(|(dispute, meeting)| Some((dispute, meeting?))).collect())
}
