//! Queries about games.

use sea_orm::{ConnectionTrait, DbErr, EntityTrait, QuerySelect, sea_query::OnConflict};

use crate::model::game;

/// Codes of the plugins that have a row.
pub(crate) async fn codes(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let found: Vec<Option<String>> =
        game::Entity::find().select_only().column(game::Column::Code).into_tuple().all(db).await?;
    Ok(found.into_iter().flatten().collect())
}

/// Inserts those rows whose name, slug or code nobody has; another node may do the same at this moment.
pub(crate) async fn insert_missing(db: &impl ConnectionTrait, rows: Vec<game::ActiveModel>) -> Result<usize, DbErr> {
    let mut made = 0;
    for row in rows {
        let once = OnConflict::new().do_nothing().to_owned();
        made += game::Entity::insert(row).on_conflict(once).exec_without_returning(db).await?;
    }
    Ok(usize::try_from(made).unwrap_or(usize::MAX))
}
