//! The history of the administration: who did what to what, written with the change itself.

use kernel::{Clock, Db, DbError, Tx};
use sea_orm::{ActiveValue::Set, prelude::Json};

use crate::{
    model::{admin_entry, user},
    store::access as store,
};

/// What was done to an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// `add`, `change`, `delete`, `export`, or the name of a domain's act; at most 40 characters.
    pub act: String,
    /// The app of the object.
    pub app: String,
    /// The model of the object.
    pub model: String,
    /// Its primary key as text; empty when it is about many.
    pub object_id: String,
    /// What it is called now; cut to 200 characters.
    pub object: String,
    /// Fields with their values before and after. The caller leaves secrets out.
    pub changes: Json,
}

/// Writes an entry, in the unit of work of the change that it tells of.
///
/// # Errors
/// When the database fails.
pub async fn note(tx: &Tx, clock: &dyn Clock, by: &user::Model, entry: Entry) -> Result<(), DbError> {
    let row = admin_entry::ActiveModel {
        created_at: Set(clock.now()),
        user_id: Set(Some(by.id)),
        username: Set(by.username.clone()),
        act: Set(entry.act),
        app: Set(entry.app),
        model: Set(entry.model),
        object_id: Set(entry.object_id),
        object: Set(entry.object.chars().take(200).collect()),
        changes: Set(entry.changes),
        ..Default::default()
    };
    Ok(store::insert_entry(tx, row).await?)
}

/// The newest entries about one object, those before `before` where it is given.
///
/// # Errors
/// When the database fails.
pub async fn of_object(
    db: &Db,
    (app, model, object_id): (&str, &str, &str),
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<admin_entry::Model>, DbError> {
    Ok(store::entries_of(db.read(), app, model, object_id, before, limit).await?)
}

/// The newest entries about these apps.
///
/// # Errors
/// When the database fails.
pub async fn latest(db: &Db, apps: &[&str], limit: u64) -> Result<Vec<admin_entry::Model>, DbError> {
    Ok(store::latest_entries(db.read(), apps, limit).await?)
}
