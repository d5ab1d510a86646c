//! Accounts: made, switched off and on, given a new password, signed out.

use accounts::{
    Field, SignUp, SignUpRefusal,
    service::{self, PasswordRefusal, Standing, access::AccountChange},
};
use kernel::Tx;
use serde_json::json;

use crate::admin::{
    act::{Act, Context, Failure, Outcome, Question, Wrong},
    save::{Refusal, note, note_named},
    value::Cell,
};

pub(crate) const ACTS: &[Act] = &[
    Act::new(
        "accounts_user",
        "new_account",
        "New account",
        "Makes an account with its profile. Give the password to its owner, who can change it.",
        |context| Box::pin(new_account(context)),
    )
    .makes()
    .asking(&[
        Question::new("username", "Username", "text").help("Letters, digits and @ . + - _"),
        Question::new("email", "E-mail", "email"),
        PASSWORD,
        AGAIN,
    ]),
    Act::new(
        "accounts_user",
        "sign_out",
        "Sign out everywhere",
        "Ends every session; the person can sign in again.",
        |context| Box::pin(sign_out(context)),
    ),
    Act::new(
        "accounts_user",
        "switch_off",
        "Switch off",
        "Ends every session and refuses to let the person sign in. Nothing is deleted.",
        |context| Box::pin(switch(context, false)),
    )
    .when("is_active", &["true"]),
    Act::new("accounts_user", "switch_on", "Switch on", "Lets the person sign in again.", |context| {
        Box::pin(switch(context, true))
    })
    .when("is_active", &["false"]),
    Act::new(
        "accounts_user",
        "set_password",
        "Set password",
        "Gives a new password and ends every session. The old password is good for nothing from then on.",
        |context| Box::pin(set_password(context)),
    )
    .one()
    .asking(&[PASSWORD, AGAIN]),
    Act::new("accounts_session", "end", "End session", "Signs this browser out.", |context| {
        Box::pin(end_session(context))
    }),
];

const PASSWORD: Question = Question {
    autocomplete: "new-password",
    ..Question::new("password", "Password", "password").help("At least 8 characters; a few unrelated words are best.")
};
const AGAIN: Question =
    Question { autocomplete: "new-password", ..Question::new("password_again", "Password again", "password") };

async fn new_account(context: Context<'_>) -> Result<Outcome, Failure> {
    let Context { shared, staff, model, sent, .. } = context;
    let text = |name: &str| sent.get(name).unwrap_or_default().to_owned();
    let form = SignUp {
        username: text("username"),
        email: text("email"),
        password: text("password"),
        password_again: text("password_again"),
    };
    let prepared = match service::prepare(form).await {
        Ok(prepared) => prepared,
        Err(refusal) => return Err(refused(refusal)),
    };
    let prepared = &prepared;
    let unit = |tx: Tx| async move {
        let user = profiles::service::join(&tx, &*shared.clock, prepared, Standing::Person).await?;
        let changes = json!({ "username": [null, user.username], "email": [null, user.email] });
        let named = (&Cell::Int(user.id), user.username.clone());
        note_named(&tx, shared, staff, model, named, ("new_account", changes)).await?;
        Ok::<_, SignUpRefusal>(user.id)
    };
    shared.db.write(unit).await.map(Outcome::Made).map_err(refused)
}

fn refused(refusal: SignUpRefusal) -> Failure {
    match refusal {
        SignUpRefusal::Invalid(fields) => Failure::Wrong(
            fields
                .into_iter()
                .map(|(field, invalid)| {
                    let name = match field {
                        Field::Username => "username",
                        Field::Email => "email",
                        Field::Password => "password",
                        Field::PasswordAgain => "password_again",
                    };
                    (Some(name), invalid.to_string())
                })
                .collect(),
        ),
        SignUpRefusal::Busy(busy) => Failure::Wrong(vec![(None, busy.to_string())]),
        SignUpRefusal::Database(error) => Refusal::Database(error).into(),
    }
}

/// Only superusers touch staff, and nobody locks themselves out.
async fn guard(tx: &Tx, context: Context<'_>, change: AccountChange) -> Result<(), Refusal> {
    Ok(service::access::guard_account(tx, context.staff.user().id, context.id, change).await?)
}

async fn sign_out(context: Context<'_>) -> Result<Outcome, Failure> {
    let Context { shared, staff, model, id, .. } = context;
    let unit = |tx: Tx| async move {
        guard(&tx, context, AccountChange::default()).await?;
        if service::end_sessions(&tx, id).await? == 0 {
            return Ok(Outcome::Same);
        }
        note(&tx, shared, staff, model, &Cell::Int(id), ("sign_out", &[])).await?;
        Ok::<_, Refusal>(Outcome::Done)
    };
    Ok(shared.db.write(unit).await?)
}

async fn switch(context: Context<'_>, on: bool) -> Result<Outcome, Failure> {
    let Context { shared, staff, model, id, .. } = context;
    let unit = |tx: Tx| async move {
        guard(&tx, context, AccountChange { active: Some(on), ..AccountChange::default() }).await?;
        if !service::set_active(&tx, id, on).await? {
            return Ok(Outcome::Same);
        }
        let at = model.position("is_active");
        let changes: Vec<_> = at.map(|at| (at, Cell::Bool(!on), Cell::Bool(on))).into_iter().collect();
        let name = if on { "switch_on" } else { "switch_off" };
        note(&tx, shared, staff, model, &Cell::Int(id), (name, &changes)).await?;
        Ok::<_, Refusal>(Outcome::Done)
    };
    Ok(shared.db.write(unit).await?)
}

async fn set_password(context: Context<'_>) -> Result<Outcome, Failure> {
    let Context { shared, staff, model, sent, id, .. } = context;
    let (password, again) = (sent.get("password").unwrap_or_default(), sent.get("password_again").unwrap_or_default());
    let wrong = |name, text: String| -> Wrong { vec![(Some(name), text)] };
    if password != again {
        return Err(Failure::Wrong(wrong("password_again", accounts::Invalid::PasswordsDiffer.to_string())));
    }
    let user = service::user(&shared.db, id).await?.ok_or(Refusal::Gone)?;
    let hash = match service::hash_password(&user, password).await {
        Ok(hash) => hash,
        Err(PasswordRefusal::Invalid(invalid)) => return Err(Failure::Wrong(wrong("password", invalid.to_string()))),
        Err(PasswordRefusal::Busy(busy)) => return Err(Failure::Wrong(vec![(None, busy.to_string())])),
    };
    let hash = &hash;
    let unit = |tx: Tx| async move {
        guard(&tx, context, AccountChange::default()).await?;
        service::set_password(&tx, id, hash).await?;
        note(&tx, shared, staff, model, &Cell::Int(id), ("set_password", &[])).await?;
        Ok::<_, Refusal>(Outcome::Done)
    };
    Ok(shared.db.write(unit).await?)
}

async fn end_session(context: Context<'_>) -> Result<Outcome, Failure> {
    let Context { shared, staff, model, id, .. } = context;
    let unit = |tx: Tx| async move {
        let Some(user) = service::session_user(&tx, id).await? else { return Err(Refusal::Gone) };
        service::access::guard_account(&tx, staff.user().id, user, AccountChange::default()).await?;
        note(&tx, shared, staff, model, &Cell::Int(id), ("end", &[])).await?;
        service::end_session(&tx, id).await?;
        Ok::<_, Refusal>(Outcome::Done)
    };
    Ok(shared.db.write(unit).await?)
}
