//! The questions that a tournament asks beyond those that all ask. They stay once somebody has answered them.

use kernel::{DbError, Tx};
use sea_orm::{ActiveValue::Set, ConnectionTrait};
use serde_json::{Value, json};

use super::desk;
use crate::{
    context::Context,
    error::settings::{QuestionInvalid, QuestionRefusal},
    model::{custom_field, tournament},
    rules::{
        access::Act,
        answers::{self, Kind, QUESTIONS_MAX},
        status::Status,
    },
    store,
};

/// A question as the organizer writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewQuestion {
    /// The words.
    pub name: String,
    /// What an answer is.
    pub kind: Kind,
    /// What bounds it, see [`answers`].
    pub config: Value,
    /// Whether nobody enters without an answer.
    pub required: bool,
    /// What the form explains.
    pub help: String,
}

/// All questions, in the order of the form.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait, tournament: i64) -> Result<Vec<custom_field::Model>, DbError> {
    Ok(store::question::of(db, tournament).await?)
}

/// Adds a question, at the end of the form.
///
/// # Errors
/// See [`QuestionRefusal`].
pub async fn add(
    tx: &Tx,
    cx: &Context<'_>,
    tournament: i64,
    new: NewQuestion,
) -> Result<custom_field::Model, QuestionRefusal> {
    let tournament = open(tx, cx, tournament).await?;
    let questions = store::question::of(tx, tournament.id).await.map_err(DbError::from)?;
    if questions.len() >= QUESTIONS_MAX {
        return Err(QuestionInvalid::TooMany(QUESTIONS_MAX).into());
    }
    let row = check(new, &questions)?;
    let order = questions.last().map_or(0, |last| last.order.saturating_add(1));
    let row = custom_field::ActiveModel {
        tournament_id: Set(tournament.id),
        field_value: Set(json!({})),
        order: Set(order),
        ..row
    };
    Ok(store::question::insert(tx, row).await.map_err(DbError::from)?)
}

/// Changes a question.
///
/// # Errors
/// See [`QuestionRefusal`].
pub async fn edit(tx: &Tx, cx: &Context<'_>, id: i64, new: NewQuestion) -> Result<(), QuestionRefusal> {
    let (tournament, question) = find(tx, cx, id).await?;
    let mut questions = store::question::of(tx, tournament.id).await.map_err(DbError::from)?;
    questions.retain(|other| other.id != question.id);
    let row = check(new, &questions)?;
    Ok(store::question::update(tx, id, row).await.map_err(DbError::from)?)
}

/// Removes a question.
///
/// # Errors
/// See [`QuestionRefusal`].
pub async fn remove(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<(), QuestionRefusal> {
    find(tx, cx, id).await?;
    Ok(store::question::delete(tx, id).await.map_err(DbError::from)?)
}

/// Puts the questions into this order.
///
/// # Errors
/// See [`QuestionRefusal`].
pub async fn reorder(tx: &Tx, cx: &Context<'_>, tournament: i64, order: &[i64]) -> Result<(), QuestionRefusal> {
    let tournament = open(tx, cx, tournament).await?;
    let mut known: Vec<i64> =
        store::question::of(tx, tournament.id).await.map_err(DbError::from)?.iter().map(|field| field.id).collect();
    let mut asked = order.to_vec();
    known.sort_unstable();
    asked.sort_unstable();
    if known != asked {
        return Err(QuestionRefusal::Order);
    }
    for (place, id) in (0_i32..).zip(order) {
        let row = custom_field::ActiveModel { order: Set(place), ..Default::default() };
        store::question::update(tx, *id, row).await.map_err(DbError::from)?;
    }
    Ok(())
}

async fn find(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<(tournament::Model, custom_field::Model), QuestionRefusal> {
    let none = QuestionRefusal::NoSuchQuestion(id);
    let Some(question) = store::question::by_id(tx, id).await.map_err(DbError::from)? else { return Err(none) };
    let tournament = open(tx, cx, question.tournament_id).await?;
    // Read again: it was not locked before.
    let question = store::question::by_id(tx, id).await.map_err(DbError::from)?.ok_or(none)?;
    Ok((tournament, question))
}

/// The tournament, locked, if its form can change.
async fn open(tx: &Tx, cx: &Context<'_>, id: i64) -> Result<tournament::Model, QuestionRefusal> {
    let (tournament, standing) = desk::open(tx, cx, id).await?.ok_or(QuestionRefusal::NoSuchTournament(id))?;
    standing.require(Act::Edit)?;
    let status = desk::status(&tournament);
    if !matches!(status, Status::Draft | Status::Published | Status::RegistrationOpen) {
        return Err(QuestionRefusal::TooLate(status));
    }
    if store::question::is_answered(tx, id).await.map_err(DbError::from)? {
        return Err(QuestionRefusal::Answered);
    }
    Ok(tournament)
}

fn check(new: NewQuestion, others: &[custom_field::Model]) -> Result<custom_field::ActiveModel, QuestionInvalid> {
    let (name, help) = (new.name.trim().to_owned(), new.help.trim().to_owned());
    if name.is_empty() {
        return Err(QuestionInvalid::Empty);
    }
    if name.chars().count() > 100 {
        return Err(QuestionInvalid::Long(100));
    }
    if help.chars().count() > 200 {
        return Err(QuestionInvalid::Long(200));
    }
    if others.iter().any(|other| kernel::text::fold(&other.field_name) == kernel::text::fold(&name)) {
        return Err(QuestionInvalid::Taken);
    }
    answers::check_config(new.kind, &new.config)?;
    let base = answers::key(&name);
    let free = |key: &String| others.iter().all(|other| other.field_key != *key);
    let numbered = (2_u32..).map(|number| format!("{base}_{number}"));
    let key = std::iter::once(base.clone()).chain(numbered).find(free).unwrap_or(base); // others are finite
    Ok(custom_field::ActiveModel {
        field_name: Set(name),
        field_key: Set(key),
        field_type: Set(new.kind.as_str().to_owned()),
        field_config: Set(new.config),
        is_required: Set(new.required),
        help_text: Set(help),
        ..Default::default()
    })
}
