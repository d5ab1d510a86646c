//! The acts of accounts.

pub mod access;
pub mod history;
pub mod idempotency;
pub mod people;

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, Clock, Db, DbError, Random, Tx, db::Constraint, text};
use sea_orm::ActiveValue::Set;
use sha2::{Digest, Sha256};

use crate::{
    error::{Busy, Field, Invalid, SignInRefusal, SignUpRefusal},
    model::{session, user},
    password,
    rules::SignUp,
    store,
};

/// How long a session lasts at most.
pub const SESSION_LIFE: TimeDelta = TimeDelta::days(30);
/// How long a session lasts without being used.
pub const SESSION_IDLE: TimeDelta = TimeDelta::days(14);
/// How exactly the last use of a session is kept, so that reading a page does not always write.
const SEEN_EXACTNESS: TimeDelta = TimeDelta::minutes(5);

/// A form that is right in itself, with its password hashed; ready for the database.
pub struct Prepared {
    form: SignUp,
    hash: String,
}

/// Checks a form and hashes its password, outside of any transaction.
///
/// # Errors
/// Every wrong field at once.
pub async fn prepare(form: SignUp) -> Result<Prepared, SignUpRefusal> {
    let invalid = form.invalid();
    if !invalid.is_empty() {
        return Err(SignUpRefusal::Invalid(invalid));
    }
    let hash = password::hash(&form.password).await?;
    Ok(Prepared { form, hash })
}

/// What a new account may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A person like all others.
    Person,
    /// May do everything; made at the command line, with a verified address.
    Superuser,
}

/// Makes the account, in the caller's unit of work.
///
/// # Errors
/// When name or address are taken; the unit of work can go on.
pub async fn create_user(
    tx: &Tx,
    clock: &dyn Clock,
    prepared: &Prepared,
    standing: Standing,
) -> Result<user::Model, SignUpRefusal> {
    let form = &prepared.form;
    let (username_ci, email_ci) = (text::fold_name(&form.username), text::fold(&form.email));
    let now = clock.now();
    let superuser = standing == Standing::Superuser;
    let row = user::ActiveModel {
        password: Set(prepared.hash.clone()),
        is_superuser: Set(superuser),
        username: Set(form.username.trim().to_owned()),
        username_ci: Set(username_ci.clone()),
        first_name: Set(String::new()),
        last_name: Set(String::new()),
        is_staff: Set(superuser),
        is_active: Set(true),
        date_joined: Set(now),
        email: Set(form.email.trim().to_owned()),
        email_ci: Set(email_ci.clone()),
        is_verified: Set(superuser),
        email_verified_at: Set(superuser.then_some(now)),
        ..Default::default()
    };
    let insert = |part: Tx| async move { Ok::<_, DbError>(store::insert_user(&part, row).await?) };
    match tx.savepoint(insert).await {
        Ok(user) => Ok(user),
        // The unique indexes are the guard; asking which of them it was comes after.
        Err(error) if error.constraint() == Some(Constraint::Unique) => {
            Err(SignUpRefusal::Invalid(taken(tx, &username_ci, &email_ci).await?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn taken(tx: &Tx, username_ci: &str, email_ci: &str) -> Result<Vec<(Field, Invalid)>, DbError> {
    let mut fields = Vec::new();
    if store::username_taken(tx, username_ci).await? {
        fields.push((Field::Username, Invalid::UsernameTaken));
    }
    if store::email_taken(tx, email_ci).await? {
        fields.push((Field::Email, Invalid::EmailTaken));
    }
    Ok(fields)
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// Who.
    pub user: user::Model,
    /// Row of the session.
    pub session: i64,
}

impl SignedIn {
    /// The actor that services are told.
    pub fn actor(&self) -> Actor {
        Actor::User { id: self.user.id, staff: self.user.is_staff, superuser: self.user.is_superuser }
    }
}

fn token_hash(token: &str) -> String {
    Sha256::digest(token).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Opens a session for a user, in the caller's unit of work; answers its token, which is kept
/// nowhere but in the answer.
///
/// # Errors
/// When the database fails.
pub async fn open_session(
    tx: &Tx,
    clock: &dyn Clock,
    random: &dyn Random,
    user: i64,
    user_agent: &str,
) -> Result<String, DbError> {
    let (token, now) = (random.token(), clock.now());
    store::note_sign_in(tx, user, now).await?;
    store::delete_ended(tx, now, now - SESSION_IDLE).await?;
    let row = session::ActiveModel {
        token_hash: Set(token_hash(&token)),
        user_id: Set(user),
        created_at: Set(now),
        last_seen_at: Set(now),
        expires_at: Set(now + SESSION_LIFE),
        user_agent: Set(user_agent.chars().filter(|c| !c.is_control()).take(300).collect()),
        ..Default::default()
    };
    store::insert_session(tx, row).await?;
    Ok(token)
}

/// Signs somebody in by username or address; answers the token of a new session.
///
/// # Errors
/// [`SignInRefusal::Wrong`] whatever was wrong, after the same time.
pub async fn sign_in(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    name: &str,
    password: &str,
    user_agent: &str,
) -> Result<String, SignInRefusal> {
    let long = password.chars().count() > crate::rules::PASSWORD_MAX || name.chars().count() > crate::rules::EMAIL_MAX;
    // PostgreSQL keeps no text with this character, and refuses to look for one.
    if long || name.contains('\0') {
        return Err(SignInRefusal::Wrong);
    }
    let (username_ci, email_ci) = (text::fold_name(name), text::fold(name));
    let people = store::find_by_name(db.read(), &username_ci, &email_ci).await.map_err(DbError::from)?;
    let Some(id) = whose(password, &people).await? else { return Err(SignInRefusal::Wrong) };
    let token = db.write(|tx| async move { open_session(&tx, clock, random, id, user_agent).await }).await?;
    Ok(token)
}

/// Of those whom a name may mean, the one who may sign in and has this password. They are two when
/// a username has the shape of somebody else's address: it must not shut that person out.
async fn whose(password: &str, people: &[user::Model]) -> Result<Option<i64>, Busy> {
    if people.is_empty() {
        password::matches(password, None).await?;
    }
    for person in people {
        if password::matches(password, Some(&person.password)).await? && person.is_active {
            return Ok(Some(person.id));
        }
    }
    Ok(None)
}

/// Who holds this token, if the session is still good.
///
/// # Errors
/// When the database fails.
pub async fn resume(db: &Db, clock: &dyn Clock, token: &str) -> Result<Option<SignedIn>, DbError> {
    let now = clock.now();
    let Some((session, user)) = store::find_session(db.read(), &token_hash(token)).await? else { return Ok(None) };
    if !good(&session, &user, now) {
        return Ok(None);
    }
    if now - session.last_seen_at >= SEEN_EXACTNESS {
        let id = session.id;
        db.write(|tx| async move { Ok::<_, DbError>(store::touch_session(&tx, id, now).await?) }).await?;
    }
    Ok(Some(SignedIn { user, session: session.id }))
}

fn good(session: &session::Model, user: &user::Model, now: DateTime<Utc>) -> bool {
    user.is_active && now < session.expires_at && now - session.last_seen_at < SESSION_IDLE
}

/// Ends the session of this token.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(db: &Db, token: &str) -> Result<(), DbError> {
    let hash = token_hash(token);
    let hash = &hash;
    db.write(|tx| async move { Ok(store::delete_session(&tx, hash).await?) }).await
}

/// Ends every session of this user; answers how many there were.
///
/// # Errors
/// When the database fails.
pub async fn sign_out_everywhere(db: &Db, user: i64) -> Result<u64, DbError> {
    db.write(|tx| async move { end_sessions(&tx, user).await }).await
}

/// How many accounts may sign in.
///
/// # Errors
/// When the database fails.
pub async fn count_people(db: &Db) -> Result<u64, DbError> {
    Ok(store::count_active(db.read()).await?)
}

/// Gives somebody a new password and ends all their sessions, in the caller's unit of work. `hash`
/// is what [`hash_password`] answered.
///
/// # Errors
/// When the database fails.
pub async fn set_password(tx: &Tx, user: i64, hash: &PasswordHash) -> Result<(), DbError> {
    store::set_password(tx, user, &hash.0).await?;
    store::delete_sessions_of(tx, user).await?;
    Ok(())
}

/// A checked and hashed password; see [`hash_password`].
pub struct PasswordHash(String);

/// Why a password was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PasswordRefusal {
    /// It is not good enough.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// Too many passwords are hashed at this moment.
    #[error(transparent)]
    Busy(#[from] Busy),
}

/// Checks a password for this person and hashes it, outside of any unit of work.
///
/// # Errors
/// When it is too short, too long, easy to guess, or too many wait.
pub async fn hash_password(user: &user::Model, text: &str) -> Result<PasswordHash, PasswordRefusal> {
    if let Some(invalid) = crate::rules::password(text, &[&user.username, &user.email]) {
        return Err(invalid.into());
    }
    Ok(PasswordHash(password::hash(text).await?))
}

/// Lets somebody sign in or no longer, in the caller's unit of work; switching off ends all their
/// sessions. Answers whether it changed.
///
/// # Errors
/// When the database fails.
pub async fn set_active(tx: &Tx, user: i64, active: bool) -> Result<bool, DbError> {
    let changed = store::set_active(tx, user, active).await?;
    if !active {
        store::delete_sessions_of(tx, user).await?;
    }
    Ok(changed)
}

/// Ends every session of this user, in the caller's unit of work; answers how many there were.
///
/// # Errors
/// When the database fails.
pub async fn end_sessions(tx: &Tx, user: i64) -> Result<u64, DbError> {
    Ok(store::delete_sessions_of(tx, user).await?)
}

/// Ends one session, in the caller's unit of work; answers whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn end_session(tx: &Tx, session: i64) -> Result<bool, DbError> {
    Ok(store::delete_session_by_id(tx, session).await?)
}

/// Whose session this is, in the caller's unit of work.
///
/// # Errors
/// When the database fails.
pub async fn session_user(tx: &Tx, session: i64) -> Result<Option<i64>, DbError> {
    Ok(store::user_of_session(tx, session).await?)
}

/// The user of this id.
///
/// # Errors
/// When the database fails.
pub async fn user(db: &Db, id: i64) -> Result<Option<user::Model>, DbError> {
    Ok(store::access::user(db.read(), id).await?)
}
