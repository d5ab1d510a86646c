//! The acts of granting: who may do what, and who is staff.

use std::collections::BTreeSet;

use kernel::{Db, DbError, Tx};

use crate::{
    access::{Access, AccessRefusal, Act, Grant},
    model::{group, user},
    store::access as store,
};

/// The app whose `change` lets somebody hand on what they hold.
const APP: &str = "accounts";

/// What a person may do. One statement, and none for a superuser.
///
/// # Errors
/// When the database fails.
pub async fn of(db: &Db, user: &user::Model) -> Result<Access, DbError> {
    if user.is_superuser {
        return Ok(Access::everything());
    }
    if !user.is_staff {
        return Ok(Access::default());
    }
    Ok(Access::of(store::held(db.read(), user.id).await?))
}

/// The same within a unit of work, as things stand there.
async fn current(tx: &Tx, user: i64) -> Result<Access, AccessRefusal> {
    let user = store::user(tx, user).await.map_err(DbError::from)?.ok_or(AccessRefusal::NotAllowed)?;
    match (user.is_active, user.is_superuser, user.is_staff) {
        (true, true, _) => Ok(Access::everything()),
        (true, false, true) => Ok(Access::of(store::held(tx, user.id).await.map_err(DbError::from)?)),
        _ => Err(AccessRefusal::NotAllowed),
    }
}

/// Somebody's own rights: grants and groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Personal grants.
    pub grants: BTreeSet<Grant>,
    /// Ids of the groups.
    pub groups: BTreeSet<i64>,
}

/// The user and the rights of their own.
///
/// # Errors
/// When the database fails.
pub async fn rights_of_user(db: &Db, user: i64) -> Result<Option<(user::Model, Rights)>, DbError> {
    let db = db.read();
    let Some(found) = store::user(db, user).await? else { return Ok(None) };
    let rights = Rights { grants: store::of_user(db, user).await?, groups: store::groups_of(db, user).await? };
    Ok(Some((found, rights)))
}

/// The group and what it gives its members.
///
/// # Errors
/// When the database fails.
pub async fn rights_of_group(db: &Db, group: i64) -> Result<Option<(group::Model, BTreeSet<Grant>)>, DbError> {
    let db = db.read();
    let Some(found) = store::group(db, group).await? else { return Ok(None) };
    Ok(Some((found, store::of_groups(db, &BTreeSet::from([group])).await?)))
}

/// All groups, by name.
///
/// # Errors
/// When the database fails.
pub async fn groups(db: &Db) -> Result<Vec<group::Model>, DbError> {
    Ok(store::groups(db.read()).await?)
}

/// Gives a person exactly these rights of their own; answers those before. Whoever does it must
/// hold all that they give or take.
///
/// # Errors
/// Every rule of [`AccessRefusal`].
pub async fn set_user_rights(tx: &Tx, by: i64, user: i64, wanted: &Rights) -> Result<Rights, AccessRefusal> {
    let access = current(tx, by).await?;
    if !access.may(APP, Act::Change) {
        return Err(AccessRefusal::NotAllowed);
    }
    let target = store::user(tx, user).await.map_err(DbError::from)?.ok_or(AccessRefusal::Gone)?;
    if by == user && !access.is_everything() {
        return Err(AccessRefusal::Own);
    }
    if target.is_superuser && !access.is_everything() {
        return Err(AccessRefusal::SuperuserOnly);
    }
    let grants = store::of_user(tx, user).await.map_err(DbError::from)?;
    let before = Rights { grants, groups: store::groups_of(tx, user).await.map_err(DbError::from)? };
    let moved: BTreeSet<i64> = before.groups.symmetric_difference(&wanted.groups).copied().collect();
    let through_groups = store::of_groups(tx, &moved).await.map_err(DbError::from)?;
    held(&access, before.grants.symmetric_difference(&wanted.grants).chain(&through_groups))?;
    write_user_rights(tx, user, &before, wanted).await?;
    Ok(before)
}

fn held<'a>(access: &Access, grants: impl IntoIterator<Item = &'a Grant>) -> Result<(), AccessRefusal> {
    match access.lacks(grants) {
        None => Ok(()),
        Some((app, act)) => Err(AccessRefusal::NotHeld { app: app.clone(), act: *act }),
    }
}

async fn write_user_rights(tx: &Tx, user: i64, before: &Rights, wanted: &Rights) -> Result<(), DbError> {
    store::add_user_grants(tx, user, wanted.grants.difference(&before.grants)).await?;
    for grant in before.grants.difference(&wanted.grants) {
        store::take_user_grant(tx, user, grant).await?;
    }
    for group in wanted.groups.difference(&before.groups) {
        store::join_group(tx, user, *group).await?;
    }
    for group in before.groups.difference(&wanted.groups) {
        store::leave_group(tx, user, *group).await?;
    }
    Ok(())
}

/// Gives the members of a group exactly these grants; answers those before.
///
/// # Errors
/// Every rule of [`AccessRefusal`]; a member cannot change the own group.
pub async fn set_group_grants(
    tx: &Tx,
    by: i64,
    group: i64,
    wanted: &BTreeSet<Grant>,
) -> Result<BTreeSet<Grant>, AccessRefusal> {
    let access = current(tx, by).await?;
    if !access.may(APP, Act::Change) {
        return Err(AccessRefusal::NotAllowed);
    }
    store::group(tx, group).await.map_err(DbError::from)?.ok_or(AccessRefusal::Gone)?;
    if !access.is_everything() && store::groups_of(tx, by).await.map_err(DbError::from)?.contains(&group) {
        return Err(AccessRefusal::Own);
    }
    let before = store::of_groups(tx, &BTreeSet::from([group])).await.map_err(DbError::from)?;
    held(&access, before.symmetric_difference(wanted))?;
    store::add_group_grants(tx, group, wanted.difference(&before)).await.map_err(DbError::from)?;
    for grant in before.difference(wanted) {
        store::take_group_grant(tx, group, grant).await.map_err(DbError::from)?;
    }
    Ok(before)
}

/// What is about to happen to an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// The new value of the superuser flag, where it changes.
    pub superuser: Option<bool>,
    /// The new value of the staff flag, where it changes.
    pub staff: Option<bool>,
    /// The new value of the active flag, where it changes.
    pub active: Option<bool>,
    /// Whether the account goes.
    pub deleted: bool,
}

/// Whether somebody of the staff may do this to an account: only superusers touch staff, nobody
/// locks themselves out, and the last superuser stays. Locks the superusers where it must count them.
///
/// # Errors
/// Every rule of [`AccessRefusal`].
pub async fn guard_account(tx: &Tx, by: i64, user: i64, change: AccountChange) -> Result<(), AccessRefusal> {
    let access = current(tx, by).await?;
    let target = store::user(tx, user).await.map_err(DbError::from)?.ok_or(AccessRefusal::Gone)?;
    let standing = change.superuser.is_some() || change.staff.is_some();
    let somebody_elses = by != user && (target.is_staff || target.is_superuser);
    if !access.is_everything() && (standing || somebody_elses) {
        return Err(AccessRefusal::SuperuserOnly);
    }
    let loses = change.deleted || change.active == Some(false);
    if by == user && (loses || change.superuser == Some(false) || change.staff == Some(false)) {
        return Err(AccessRefusal::OwnAccount);
    }
    if target.is_superuser && target.is_active && (loses || change.superuser == Some(false)) {
        let superusers = store::lock_superusers(tx).await.map_err(DbError::from)?;
        if superusers.iter().all(|id| *id == user) {
            return Err(AccessRefusal::LastSuperuser);
        }
    }
    Ok(())
}
