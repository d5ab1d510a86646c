//! Queries of teams.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::LikeExpr,
};

use super::Stored;
use crate::model::core::team::{ActiveModel, Column, Entity, Model};

pub(crate) async fn by_id(db: &impl ConnectionTrait, id: i64) -> Stored<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

pub(crate) async fn by_slug(db: &impl ConnectionTrait, slug: &str) -> Stored<Option<Model>> {
    Ok(Entity::find().filter(Column::Slug.eq(slug)).one(db).await?)
}

/// The teams of these ids, in no order.
pub(crate) async fn of_ids(db: &impl ConnectionTrait, ids: &[i64]) -> Stored<Vec<Model>> {
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(db).await?)
}

/// The teams of these ids, by id, to be changed or to keep their rosters still.
pub(crate) async fn locked(db: &impl ConnectionTrait, ids: &[i64]) -> Stored<Vec<Model>> {
    let wanted = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
    Ok(wanted.order_by_asc(Column::Id).lock_exclusive().all(db).await?)
}

/// Whether a team other than this has the folded name.
pub(crate) async fn name_taken(db: &impl ConnectionTrait, name_ci: &str, but: Option<i64>) -> Stored<bool> {
    taken(db, Column::NameCi.eq(name_ci).into(), but).await
}

/// Whether a team other than this has the folded tag.
pub(crate) async fn tag_taken(db: &impl ConnectionTrait, tag_ci: &str, but: Option<i64>) -> Stored<bool> {
    taken(db, Column::TagCi.eq(tag_ci).into(), but).await
}

async fn taken(db: &impl ConnectionTrait, what: Condition, but: Option<i64>) -> Stored<bool> {
    let mut query = Entity::find().filter(what);
    if let Some(id) = but {
        query = query.filter(Column::Id.ne(id));
    }
    Ok(query.count(db).await? > 0)
}

/// The slugs that begin like this one.
pub(crate) async fn slugs_like(db: &impl ConnectionTrait, base: &str) -> Stored<Vec<String>> {
    let alike = Condition::any().add(Column::Slug.eq(base)).add(Column::Slug.starts_with(format!("{base}-")));
    Ok(Entity::find().select_only().column(Column::Slug).filter(alike).into_tuple().all(db).await?)
}

pub(crate) async fn insert(db: &impl ConnectionTrait, row: ActiveModel) -> Stored<Model> {
    Ok(Entity::insert(row).exec_with_returning(db).await?)
}

pub(crate) async fn update(db: &impl ConnectionTrait, id: i64, row: ActiveModel) -> Stored<()> {
    Entity::update_many().set(row).filter(Column::Id.eq(id)).exec(db).await?;
    Ok(())
}

/// What is looked for among the public teams.
pub(crate) struct Wanted<'a> {
    /// Code of the game; empty for all.
    pub(crate) game: &'a str,
    /// Part of a name or tag, folded; empty for all.
    pub(crate) text: &'a str,
    pub(crate) recruiting_only: bool,
}

/// Public teams, those with most points first, that come after this one (points and id).
pub(crate) async fn list(
    db: &impl ConnectionTrait,
    wanted: &Wanted<'_>,
    after: Option<(i32, i64)>,
    limit: u64,
) -> Stored<Vec<Model>> {
    let mut query = Entity::find().filter(Column::IsActive.eq(true)).filter(Column::IsPublic.eq(true));
    if !wanted.game.is_empty() {
        query = query.filter(Column::Game.eq(wanted.game));
    }
    if wanted.recruiting_only {
        query = query.filter(Column::IsRecruiting.eq(true));
    }
    if !wanted.text.is_empty() {
        let part = || LikeExpr::new(format!("%{}%", escaped(wanted.text))).escape('!');
        query = query.filter(Condition::any().add(Column::NameCi.like(part())).add(Column::TagCi.like(part())));
    }
    if let Some((points, id)) = after {
        let same = Condition::all().add(Column::TotalPoints.eq(points)).add(Column::Id.gt(id));
        query = query.filter(Condition::any().add(Column::TotalPoints.lt(points)).add(same));
    }
    let ordered = query.order_by_desc(Column::TotalPoints).order_by_asc(Column::Id);
    Ok(ordered.limit(limit).all(db).await?)
}

/// A text that stands for itself within a pattern.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, c| {
        if matches!(c, '%' | '_' | '!') {
            escaped.push('!');
        }
        escaped.push(c);
        escaped
    })
}

/// How many active teams of a game have more points.
pub(crate) async fn count_better(db: &impl ConnectionTrait, game: &str, points: i32) -> Stored<u64> {
    let better = Entity::find()
        .filter(Column::IsActive.eq(true))
        .filter(Column::Game.eq(game))
        .filter(Column::TotalPoints.gt(points));
    Ok(better.count(db).await?)
}
