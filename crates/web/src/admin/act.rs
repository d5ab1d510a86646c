//! Acts of the domains that staff runs from lists and rows: each runs its app's service, once for
//! every row, and never a bare update. An app that has a new service for staff adds its acts to
//! [`ALL`]. Not here: adding, changing and deleting rows.

use std::pin::Pin;

use accounts::Act as Right;

use super::{
    acts::{accounts_acts, notifications_acts},
    catalogue::Model,
    save::Refusal,
    sent::Sent,
    staff::Staff,
};
use crate::site::Shared;

/// What an act is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Any number of rows.
    Rows,
    /// One row.
    Row,
    /// No row: it makes one.
    Table,
}

/// Something that an act asks for.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// The type of the input.
    pub(crate) kind: &'static str,
    pub(crate) help: &'static str,
    pub(crate) autocomplete: &'static str,
}

/// What an act is run with.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) staff: &'a Staff,
    pub(crate) model: &'static Model,
    /// The answers to the act's questions.
    pub(crate) sent: &'a Sent,
    /// The id of the row; 0 for none.
    pub(crate) id: i64,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    /// It was so already.
    Same,
    /// A row was made.
    Made(i64),
}

/// What an act's questions got for an answer that it refuses: by name; without a name about the row.
pub(crate) type Wrong = Vec<(Option<&'static str>, String)>;

/// Why an act was not done.
pub(crate) enum Failure {
    Wrong(Wrong),
    Refused(Refusal),
}

impl<E: Into<Refusal>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Outcome, Failure>> + Send + 'a>>;

/// An act.
pub(crate) struct Act {
    /// The table of its rows.
    pub(crate) table: &'static str,
    /// The name in addresses and in the history, at most 40 characters.
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// What it does, for whoever confirms it.
    pub(crate) help: &'static str,
    pub(crate) scope: Scope,
    /// The right on the app that it needs.
    pub(crate) needs: Right,
    pub(crate) questions: &'static [Question],
    pub(crate) run: for<'a> fn(Context<'a>) -> Running<'a>,
}

/// Every act, by app.
pub(crate) const ALL: &[&[Act]] = &[accounts_acts::ACTS, notifications_acts::ACTS];

fn of(model: &Model) -> impl Iterator<Item = &'static Act> {
    let table = model.table;
    ALL.iter().copied().flatten().filter(move |act| act.table == table)
}

/// The act of this name, when this person may run it.
pub(crate) fn find(staff: &Staff, model: &Model, name: &str) -> Option<&'static Act> {
    of(model).find(|act| act.name == name && staff.access.may(model.app, act.needs))
}

/// An act that is offered.
pub(crate) struct Offered {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// Whether it makes a row.
    pub(crate) makes: bool,
}

fn offer(staff: &Staff, model: &Model, wanted: impl Fn(Scope) -> bool) -> Vec<Offered> {
    of(model)
        .filter(|act| wanted(act.scope) && staff.access.may(model.app, act.needs))
        .map(|act| Offered { name: act.name, label: act.label, makes: act.scope == Scope::Table })
        .collect()
}

/// What a list offers: acts on several rows, acts that make one, and deleting.
pub(crate) fn offered(staff: &Staff, model: &Model) -> Vec<Offered> {
    let mut offered = offer(staff, model, |scope| scope != Scope::Row);
    if staff.may(model, Right::Delete) {
        offered.push(Offered { name: super::bulk::DELETE, label: "Delete", makes: false });
    }
    offered
}

/// What the page of a row offers.
pub(crate) fn offered_for_row(staff: &Staff, model: &Model) -> Vec<Offered> {
    offer(staff, model, |scope| scope != Scope::Table)
}
