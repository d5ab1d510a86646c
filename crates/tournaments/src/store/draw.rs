//! Queries of brackets: the stored value, its nodes, and the matches that are made of it all at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::DbError;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::OnConflict,
};

use crate::model::{bracket, bracket_node as node, r#match as meeting};

/// What a query answers.
pub(crate) type Stored<T> = Result<T, DbError>;

/// Rows a statement writes, so that its values fit below SQLite's limit.
const BLOCK: usize = 700;

/// The bracket of a tournament.
pub(crate) async fn of_tournament(db: &impl ConnectionTrait, tournament: i64) -> Stored<Option<bracket::Model>> {
    Ok(bracket::Entity::find().filter(bracket::Column::TournamentId.eq(tournament)).one(db).await?)
}

/// These brackets.
pub(crate) async fn of_ids(db: &impl ConnectionTrait, ids: &[i64]) -> Stored<Vec<bracket::Model>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(bracket::Entity::find().filter(bracket::Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// The bracket of a tournament, locked until the unit's end.
pub(crate) async fn lock(db: &impl ConnectionTrait, tournament: i64) -> Stored<Option<bracket::Model>> {
    let found = bracket::Entity::find().filter(bracket::Column::TournamentId.eq(tournament));
    Ok(found.lock_exclusive().one(db).await?)
}

/// Makes the bracket of a tournament.
pub(crate) async fn insert(db: &impl ConnectionTrait, row: bracket::ActiveModel) -> Stored<bracket::Model> {
    Ok(bracket::Entity::insert(row).exec_with_returning(db).await?)
}

/// Changes a bracket that is at this revision; answers whether it was.
pub(crate) async fn update(
    db: &impl ConnectionTrait,
    id: i64,
    revision: i32,
    row: bracket::ActiveModel,
) -> Stored<bool> {
    let of = Condition::all().add(bracket::Column::Id.eq(id)).add(bracket::Column::Revision.eq(revision));
    Ok(bracket::Entity::update_many().set(row).filter(of).exec(db).await?.rows_affected == 1)
}

/// Takes all nodes and matches of a bracket away: of one that was never played.
pub(crate) async fn clear(db: &impl ConnectionTrait, bracket: i64) -> Stored<()> {
    node::Entity::delete_many().filter(node::Column::BracketId.eq(bracket)).exec(db).await?;
    meeting::Entity::delete_many().filter(meeting::Column::BracketId.eq(bracket)).exec(db).await?;
    Ok(())
}

/// Makes matches, many at once.
pub(crate) async fn insert_matches(db: &impl ConnectionTrait, rows: Vec<meeting::ActiveModel>) -> Stored<()> {
    for block in rows.chunks(BLOCK) {
        meeting::Entity::insert_many(block.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The ids of a bracket's matches, by role.
pub(crate) async fn match_ids(db: &impl ConnectionTrait, bracket: i64) -> Stored<BTreeMap<String, i64>> {
    let rows: Vec<(String, i64)> = meeting::Entity::find()
        .select_only()
        .columns([meeting::Column::Code, meeting::Column::Id])
        .filter(meeting::Column::BracketId.eq(bracket))
        .filter(meeting::Column::IsDeleted.eq(false))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The matches of these roles, locked until the unit's end, by id.
pub(crate) async fn lock_matches(
    db: &impl ConnectionTrait,
    bracket: i64,
    codes: &[String],
) -> Stored<Vec<meeting::Model>> {
    use sea_orm::QueryOrder;
    let mut found = Vec::new();
    for block in codes.chunks(BLOCK) {
        let query = meeting::Entity::find()
            .filter(meeting::Column::BracketId.eq(bracket))
            .filter(meeting::Column::IsDeleted.eq(false))
            .filter(meeting::Column::Code.is_in(block.iter().map(String::as_str)))
            .order_by_asc(meeting::Column::Id);
        found.extend(query.lock_exclusive().all(db).await?);
    }
    found.sort_by_key(|row| row.id);
    Ok(found)
}

/// Marks matches as deleted: they came of a round or a stage that was withdrawn.
pub(crate) async fn delete_matches(db: &impl ConnectionTrait, ids: &[i64], now: DateTime<Utc>) -> Stored<()> {
    let row = meeting::ActiveModel {
        is_deleted: Set(true),
        deleted_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    };
    for block in ids.chunks(BLOCK) {
        let these = meeting::Column::Id.is_in(block.iter().copied());
        meeting::Entity::update_many().set(row.clone()).filter(these).exec(db).await?;
    }
    Ok(())
}

/// Makes nodes, many at once, without links.
pub(crate) async fn insert_nodes(db: &impl ConnectionTrait, rows: Vec<node::ActiveModel>) -> Stored<()> {
    for block in rows.chunks(BLOCK) {
        node::Entity::insert_many(block.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// The nodes of a bracket.
pub(crate) async fn nodes(db: &impl ConnectionTrait, bracket: i64) -> Stored<Vec<node::Model>> {
    Ok(node::Entity::find().filter(node::Column::BracketId.eq(bracket)).all(db).await?)
}

/// The nodes of these roles.
pub(crate) async fn nodes_of(db: &impl ConnectionTrait, bracket: i64, codes: &[String]) -> Stored<Vec<node::Model>> {
    let mut found = Vec::new();
    for block in codes.chunks(BLOCK) {
        let query = node::Entity::find()
            .filter(node::Column::BracketId.eq(bracket))
            .filter(node::Column::Code.is_in(block.iter().map(String::as_str)));
        found.extend(query.all(db).await?);
    }
    Ok(found)
}

/// Writes nodes that exist over what they were, many at once.
pub(crate) async fn overwrite_nodes(db: &impl ConnectionTrait, rows: Vec<node::ActiveModel>) -> Stored<()> {
    let all = OnConflict::column(node::Column::Id)
        .update_columns([
            node::Column::MatchId,
            node::Column::Participant1Id,
            node::Column::Participant1Name,
            node::Column::Participant2Id,
            node::Column::Participant2Name,
            node::Column::WinnerId,
            node::Column::IsBye,
            node::Column::ParentNodeId,
            node::Column::ParentSlot,
            node::Column::LoserNodeId,
            node::Column::LoserSlot,
            node::Column::Child1NodeId,
            node::Column::Child2NodeId,
        ])
        .to_owned();
    for block in rows.chunks(BLOCK) {
        node::Entity::insert_many(block.to_vec()).on_conflict(all.clone()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Takes nodes away.
pub(crate) async fn delete_nodes(db: &impl ConnectionTrait, bracket: i64, codes: &[String]) -> Stored<()> {
    for block in codes.chunks(BLOCK) {
        let these = Condition::all()
            .add(node::Column::BracketId.eq(bracket))
            .add(node::Column::Code.is_in(block.iter().map(String::as_str)));
        node::Entity::delete_many().filter(these).exec(db).await?;
    }
    Ok(())
}
