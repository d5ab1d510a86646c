//! Queries of the reports of results.

use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::draw::Stored;
use crate::model::result_submission as report;

/// Reports about a match in one of its revisions that wait for an answer.
pub(crate) async fn open(db: &impl ConnectionTrait, match_id: i64, revision: i32) -> Stored<Vec<report::Model>> {
    let query = report::Entity::find()
        .filter(report::Column::MatchId.eq(match_id))
        .filter(report::Column::Revision.eq(revision))
        .filter(report::Column::Status.eq("open"));
    Ok(query.order_by_asc(report::Column::Id).all(db).await?)
}

/// All reports about a match, newest first.
pub(crate) async fn of_match(db: &impl ConnectionTrait, match_id: i64) -> Stored<Vec<report::Model>> {
    let query = report::Entity::find().filter(report::Column::MatchId.eq(match_id));
    Ok(query.order_by_desc(report::Column::Id).all(db).await?)
}

/// Reports about a match in one of its revisions that the dispute is about.
pub(crate) async fn disputed(db: &impl ConnectionTrait, match_id: i64, revision: i32) -> Stored<Vec<report::Model>> {
    let query = report::Entity::find()
        .filter(report::Column::MatchId.eq(match_id))
        .filter(report::Column::Revision.eq(revision))
        .filter(report::Column::Status.eq("disputed"));
    Ok(query.order_by_asc(report::Column::Id).all(db).await?)
}

/// Stores a report.
pub(crate) async fn insert(db: &impl ConnectionTrait, row: report::ActiveModel) -> Stored<report::Model> {
    Ok(report::Entity::insert(row).exec_with_returning(db).await?)
}

/// Moves the reports about a match from one status to another; answers how many.
pub(crate) async fn move_on(db: &impl ConnectionTrait, match_id: i64, from: &str, to: &str) -> Stored<u64> {
    let row = report::ActiveModel { status: Set(to.to_owned()), ..Default::default() };
    let these = Condition::all().add(report::Column::MatchId.eq(match_id)).add(report::Column::Status.eq(from));
    Ok(report::Entity::update_many().set(row).filter(these).exec(db).await?.rows_affected)
}

/// Moves one report to another status.
pub(crate) async fn set_status(db: &impl ConnectionTrait, id: i64, to: &str) -> Stored<()> {
    let row = report::ActiveModel { status: Set(to.to_owned()), ..Default::default() };
    report::Entity::update_many().set(row).filter(report::Column::Id.eq(id)).exec(db).await?;
    Ok(())
}
