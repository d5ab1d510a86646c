//! Every query about grants, groups and the history of the administration.

use std::collections::BTreeSet;

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, sea_query::UnionType,
};

use crate::{
    access::{Act, Grant},
    model::{admin_entry, group, group_grant, group_member, user, user_grant},
};

fn grants(rows: Vec<(String, String)>) -> BTreeSet<Grant> {
    rows.into_iter().filter_map(|(app, act)| Some((app, Act::of(&act)?))).collect()
}

/// All that a person holds, of their own or through groups, in one statement.
pub(crate) async fn held(db: &impl ConnectionTrait, user: i64) -> Result<BTreeSet<Grant>, DbErr> {
    let groups = group_member::Entity::find()
        .select_only()
        .column(group_member::Column::GroupId)
        .filter(group_member::Column::UserId.eq(user))
        .into_query();
    let through_groups = group_grant::Entity::find()
        .select_only()
        .columns([group_grant::Column::App, group_grant::Column::Act])
        .filter(group_grant::Column::GroupId.in_subquery(groups))
        .into_query();
    let mut own = user_grant::Entity::find()
        .select_only()
        .columns([user_grant::Column::App, user_grant::Column::Act])
        .filter(user_grant::Column::UserId.eq(user))
        .into_query();
    let rows = db.query_all(own.union(UnionType::Distinct, through_groups)).await?;
    let rows = rows.iter().map(|row| Ok((row.try_get("", "app")?, row.try_get("", "act")?)));
    Ok(grants(rows.collect::<Result<_, DbErr>>()?))
}

pub(crate) async fn of_user(db: &impl ConnectionTrait, user: i64) -> Result<BTreeSet<Grant>, DbErr> {
    let query = user_grant::Entity::find().select_only();
    let query = query.columns([user_grant::Column::App, user_grant::Column::Act]);
    Ok(grants(query.filter(user_grant::Column::UserId.eq(user)).into_tuple().all(db).await?))
}

pub(crate) async fn of_groups(db: &impl ConnectionTrait, groups: &BTreeSet<i64>) -> Result<BTreeSet<Grant>, DbErr> {
    let query = group_grant::Entity::find().select_only();
    let query = query.columns([group_grant::Column::App, group_grant::Column::Act]);
    let these = group_grant::Column::GroupId.is_in(groups.iter().copied());
    Ok(grants(query.filter(these).into_tuple().all(db).await?))
}

pub(crate) async fn groups_of(db: &impl ConnectionTrait, user: i64) -> Result<BTreeSet<i64>, DbErr> {
    let query = group_member::Entity::find().select_only().column(group_member::Column::GroupId);
    let found: Vec<i64> = query.filter(group_member::Column::UserId.eq(user)).into_tuple().all(db).await?;
    Ok(found.into_iter().collect())
}

pub(crate) async fn groups(db: &impl ConnectionTrait) -> Result<Vec<group::Model>, DbErr> {
    group::Entity::find().order_by_asc(group::Column::Name).all(db).await
}

pub(crate) async fn group(db: &impl ConnectionTrait, id: i64) -> Result<Option<group::Model>, DbErr> {
    group::Entity::find_by_id(id).one(db).await
}

pub(crate) async fn user(db: &impl ConnectionTrait, id: i64) -> Result<Option<user::Model>, DbErr> {
    user::Entity::find_by_id(id).one(db).await
}

/// The ids of those who may do everything and may sign in; their rows stay locked.
pub(crate) async fn lock_superusers(db: &impl ConnectionTrait) -> Result<Vec<i64>, DbErr> {
    user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::IsSuperuser.eq(true))
        .filter(user::Column::IsActive.eq(true))
        .order_by_asc(user::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(db)
        .await
}

pub(crate) async fn add_user_grants(
    db: &impl ConnectionTrait,
    user: i64,
    grants: impl IntoIterator<Item = &Grant>,
) -> Result<(), DbErr> {
    let row = |(app, act): &Grant| user_grant::ActiveModel {
        user_id: Set(user),
        app: Set(app.clone()),
        act: Set(act.word().to_owned()),
        ..Default::default()
    };
    let rows: Vec<_> = grants.into_iter().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    user_grant::Entity::insert_many(rows).exec_without_returning(db).await.map(drop)
}

pub(crate) async fn take_user_grant(db: &impl ConnectionTrait, user: i64, (app, act): &Grant) -> Result<(), DbErr> {
    user_grant::Entity::delete_many()
        .filter(user_grant::Column::UserId.eq(user))
        .filter(user_grant::Column::App.eq(app))
        .filter(user_grant::Column::Act.eq(act.word()))
        .exec(db)
        .await
        .map(drop)
}

pub(crate) async fn add_group_grants(
    db: &impl ConnectionTrait,
    group: i64,
    grants: impl IntoIterator<Item = &Grant>,
) -> Result<(), DbErr> {
    let row = |(app, act): &Grant| group_grant::ActiveModel {
        group_id: Set(group),
        app: Set(app.clone()),
        act: Set(act.word().to_owned()),
        ..Default::default()
    };
    let rows: Vec<_> = grants.into_iter().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    group_grant::Entity::insert_many(rows).exec_without_returning(db).await.map(drop)
}

pub(crate) async fn take_group_grant(db: &impl ConnectionTrait, group: i64, (app, act): &Grant) -> Result<(), DbErr> {
    group_grant::Entity::delete_many()
        .filter(group_grant::Column::GroupId.eq(group))
        .filter(group_grant::Column::App.eq(app))
        .filter(group_grant::Column::Act.eq(act.word()))
        .exec(db)
        .await
        .map(drop)
}

pub(crate) async fn join_group(db: &impl ConnectionTrait, user: i64, group: i64) -> Result<(), DbErr> {
    let row = group_member::ActiveModel { user_id: Set(user), group_id: Set(group), ..Default::default() };
    group_member::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

pub(crate) async fn leave_group(db: &impl ConnectionTrait, user: i64, group: i64) -> Result<(), DbErr> {
    group_member::Entity::delete_many()
        .filter(group_member::Column::UserId.eq(user))
        .filter(group_member::Column::GroupId.eq(group))
        .exec(db)
        .await
        .map(drop)
}

pub(crate) async fn insert_entry(db: &impl ConnectionTrait, row: admin_entry::ActiveModel) -> Result<(), DbErr> {
    admin_entry::Entity::insert(row).exec_without_returning(db).await.map(drop)
}

/// The newest entries about one object that come before this one.
pub(crate) async fn entries_of(
    db: &impl ConnectionTrait,
    app: &str,
    model: &str,
    object_id: &str,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<admin_entry::Model>, DbErr> {
    admin_entry::Entity::find()
        .filter(admin_entry::Column::App.eq(app))
        .filter(admin_entry::Column::Model.eq(model))
        .filter(admin_entry::Column::ObjectId.eq(object_id))
        .apply_if(before, |query, before| query.filter(admin_entry::Column::Id.lt(before)))
        .order_by_desc(admin_entry::Column::Id)
        .limit(limit)
        .all(db)
        .await
}

/// The newest entries about these apps.
pub(crate) async fn latest_entries(
    db: &impl ConnectionTrait,
    apps: &[&str],
    limit: u64,
) -> Result<Vec<admin_entry::Model>, DbErr> {
    admin_entry::Entity::find()
        .filter(admin_entry::Column::App.is_in(apps.iter().copied()))
        .order_by_desc(admin_entry::Column::Id)
        .limit(limit)
        .all(db)
        .await
}
