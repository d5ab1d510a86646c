//! Entering a tournament, and what there is to do with an entry: pay, check in, withdraw.
//!
//! Whether somebody can enter is asked of the service by trying: the entry is made in a unit of work that is undone,
//! so that a page never has rules of its own and says all that is in the way at once.

mod details;
mod enter;
mod mine;
mod pay;
mod show;

use ::tournaments::{
    By, Context,
    error::{self, entry::EnterRefusal},
    model::{registration, tournament},
    rules::entry::{EntryStatus, Next},
    service::{
        self,
        query::{self, Facts},
    },
};
use axum::{
    Router,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use economy::{EntryFeeRefusal, TransferRefusal};
use kernel::{DbError, upload::NewUpload};

use crate::{
    error::Trouble,
    layout::{moment, number},
    session::{Origin, Person},
    site::Shared,
    upload::{Accepted, FileRefusal, Given, Kinds, accept},
};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/tournaments/{slug}/enter", get(enter::who).post(details::enter))
        .route("/tournaments/{slug}/enter/players", get(enter::players))
        .route("/tournaments/{slug}/enter/details", get(details::form).post(details::again))
        .route("/tournaments/{slug}/entry", get(show::show))
        .route("/tournaments/{slug}/entry/check-in", post(show::check_in))
        .route("/tournaments/{slug}/entry/check-in/undo", post(show::undo_check_in))
        .route("/tournaments/{slug}/entry/withdraw", get(show::withdraw_form).post(show::withdraw))
        .route("/tournaments/{slug}/entry/pay", get(pay::show))
        .route("/tournaments/{slug}/entry/pay/coins", post(pay::coins))
        .route("/me/entries", get(mine::show))
}

/// Those whose forms carry files. Who opens such an address without a form is led to the page of the form.
pub(crate) fn file_routes() -> Router<Shared> {
    Router::new()
        .route("/tournaments/{slug}/enter/review", get(details::back).post(details::review))
        .route("/tournaments/{slug}/entry/pay/money", get(pay::back).post(pay::money))
}

/// What every act is told, on behalf of a visitor.
pub(super) struct Acting {
    by: By,
    shared: Shared,
}

impl Acting {
    pub(super) fn new(shared: &Shared, person: &Person, origin: Origin) -> Self {
        Self { by: origin.by(person.0.actor()), shared: shared.clone() }
    }

    pub(super) fn cx(&self) -> Context<'_> {
        Context::new(&*self.shared.clock, &*self.shared.random, &self.by)
    }
}

/// The tournament of an address, as far as the visitor may see it.
pub(super) async fn facts(shared: &Shared, person: &Person, slug: &str) -> Result<Facts, Trouble> {
    let found = query::facts(shared.db.read(), &person.0.actor(), shared.clock.now(), slug).await?;
    found.ok_or_else(|| Trouble::refused(StatusCode::NOT_FOUND, "There is no such tournament, or it is not public."))
}

/// The entry of a visitor in a tournament: the one that counts, else the last one.
pub(super) fn own(facts: &Facts) -> Option<&(registration::Model, Next)> {
    let live = |entry: &&(registration::Model, Next)| status(&entry.0).is_live();
    facts.own.iter().find(live).or_else(|| facts.own.first())
}

pub(super) fn status(entry: &registration::Model) -> EntryStatus {
    EntryStatus::parse(&entry.status).unwrap_or(EntryStatus::Cancelled)
}

/// What became of trying to enter: the entry as it would be, or why not.
pub(super) type Tried = Result<registration::Model, EnterRefusal>;

enum Undone {
    Would(Box<registration::Model>),
    Refused(EnterRefusal),
}

impl From<DbError> for Undone {
    fn from(error: DbError) -> Self {
        Self::Refused(error.into())
    }
}

/// Tries to enter, and undoes it.
pub(super) async fn attempt(
    shared: &Shared,
    acting: &Acting,
    tournament: i64,
    form: &service::enter::Form,
) -> Result<Tried, Trouble> {
    let games = &*shared.games;
    let tried: Result<(), Undone> = shared
        .db
        .write(|tx| async move {
            match service::enter::enter(&tx, &acting.cx(), games, tournament, form.clone()).await {
                Ok(entry) => Err(Undone::Would(Box::new(entry))),
                Err(refusal) => Err(Undone::Refused(refusal)),
            }
        })
        .await;
    match tried {
        Err(Undone::Would(entry)) => Ok(Ok(*entry)),
        Err(Undone::Refused(EnterRefusal::Trouble(trouble))) => Err(below(trouble)),
        Err(Undone::Refused(refusal)) => Ok(Err(refusal)),
        Ok(()) => Err(Trouble::internal("an attempt that was neither done nor undone")),
    }
}

/// What went wrong below an act.
pub(super) fn below(trouble: error::Trouble) -> Trouble {
    match trouble {
        error::Trouble::Database(error) => error.into(),
        other => Trouble::internal(other),
    }
}

/// Why a fee was not paid, for whoever should have.
pub(super) fn fee_words(refusal: &EntryFeeRefusal) -> String {
    match refusal {
        EntryFeeRefusal::Transfer(TransferRefusal::InsufficientFunds { balance, amount, .. }) => {
            let (balance, missing) = (number(*balance), number(amount - balance));
            format!("You have {balance} coins; {missing} more are needed. Nothing was paid.")
        }
        other => super::game_ids::sentence(&other.to_string()),
    }
}

/// An amount of money: `500 BDT`, `500.50 BDT`.
pub(super) fn money(minor: i64, currency: &str) -> String {
    let cents = minor.unsigned_abs() % 100;
    let whole = number(minor / 100);
    if cents == 0 { format!("{whole} {currency}") } else { format!("{whole}.{cents:02} {currency}") }
}

/// A file of a form, stored; or what is wrong with it.
pub(super) async fn keep(
    shared: &Shared,
    person: &Person,
    given: Given,
    purpose: &'static str,
) -> Result<Result<String, FileRefusal>, Trouble> {
    let accepted: Accepted = match accept(given, Kinds::PicturesAndPdf).await {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let new: NewUpload = accepted.into_upload(purpose, Some(person.0.user.id));
    let (clock, random, new) = (&*shared.clock, &*shared.random, &new);
    let token: Result<String, DbError> =
        shared.db.write(|tx| async move { kernel::upload::store(&tx, clock, random, new.clone()).await }).await;
    Ok(Ok(token?))
}

/// What there is to do next, for a person: a sentence, and by when.
pub(super) struct Todo {
    pub(super) title: String,
    pub(super) text: String,
    /// Words and address of the button that does it.
    pub(super) link: Option<(&'static str, String)>,
    /// Whether somebody has to do something now.
    pub(super) urgent: bool,
}

pub(super) fn todo(tournament: &tournament::Model, entry: &registration::Model, next: Next) -> Todo {
    let here = format!("/tournaments/{}/entry", tournament.slug);
    let by = |at: &DateTime<Utc>| moment(at);
    let new = |title: &str, text: String| Todo { title: title.to_owned(), text, link: None, urgent: false };
    match next {
        Next::Pay { by: due } => Todo {
            link: Some(("Pay the fee", format!("{here}/pay"))),
            urgent: true,
            ..new(
                "Pay the entry fee",
                match due {
                    Some(due) => format!("Your place is held until {}. Then it goes to others.", by(&due)),
                    None => "Your place is held until you have paid or the tournament begins.".to_owned(),
                },
            )
        },
        Next::PaymentIsChecked => new(
            "Your payment is being checked",
            "The organizer looks for it, and you are told. There is nothing to do until then.".to_owned(),
        ),
        Next::WaitForPlace => new("You are on the waiting list", "You are told as soon as a place is free.".to_owned()),
        Next::CheckInOpens { at } => {
            new("Check in before play", format!("Check-in opens on {}. Who is not there loses the place.", by(&at)))
        }
        Next::CheckIn { by: closes } => Todo {
            link: Some(("Check in", here)),
            urgent: true,
            ..new("Check in now", format!("Say that you are there, until {}.", by(&closes)))
        },
        Next::Starts { at } => {
            let text = if entry.checked_in { "You are checked in. " } else { "" };
            new("All is done", format!("{text}Play begins on {}.", by(&at)))
        }
        Next::Play => Todo {
            link: Some(("See your matches", format!("/tournaments/{}", tournament.slug))),
            ..new("Play", "The tournament is being played.".to_owned())
        },
        Next::Nothing => new("Nothing to do", ended(status(entry)).to_owned()),
    }
}

fn ended(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::Rejected => "The organizer did not let this entry in.",
        EntryStatus::Cancelled => "This entry was given up.",
        EntryStatus::NoShow => "This entry was not there when play began.",
        EntryStatus::Disqualified => "This entry was disqualified.",
        _ => "The tournament is over for this entry.",
    }
}

/// The class of the badge of a state.
pub(super) const fn badge(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::Confirmed => "open",
        EntryStatus::Pending | EntryStatus::Waitlisted => "wait",
        EntryStatus::PaymentSubmitted => "info",
        EntryStatus::Rejected | EntryStatus::Disqualified | EntryStatus::NoShow => "bad",
        EntryStatus::Cancelled => "off",
    }
}

/// The words of a state, for whoever's entry it is.
pub(super) const fn status_words(status: EntryStatus) -> &'static str {
    match status {
        EntryStatus::Pending => "To be paid",
        EntryStatus::PaymentSubmitted => "Payment is checked",
        EntryStatus::Confirmed => "Confirmed",
        EntryStatus::Waitlisted => "Waiting list",
        EntryStatus::Rejected => "Not let in",
        EntryStatus::Cancelled => "Withdrawn",
        EntryStatus::NoShow => "Did not show up",
        EntryStatus::Disqualified => "Disqualified",
    }
}

pub(super) fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}

pub(super) fn unprocessable(page: Response) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}
