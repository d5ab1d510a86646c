//! Acts of the domains that staff runs from lists and rows: each runs its app's service, once for
//! every row, and never a bare update. An app that has a new service for staff adds its acts to
//! [`ALL`]. Not here: adding, changing and deleting rows.

use std::pin::Pin;

use accounts::Act as Right;

use super::{
    acts::{accounts_acts, economy_acts, entries_acts, matches_acts, notifications_acts, teams_acts, tournaments_acts},
    catalogue::Model,
    save::{Refusal, Row},
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
    /// How it is answered: the type of an input, or [`AREA`], [`CHOICE`], [`BOX`], [`ONCE`], [`SEEN`].
    pub(crate) kind: &'static str,
    pub(crate) help: &'static str,
    pub(crate) autocomplete: &'static str,
    /// Values and words of a choice; the first is chosen.
    pub(crate) choices: &'static [(&'static str, &'static str)],
}

/// Several lines.
pub(crate) const AREA: &str = "area";
/// One of the choices.
pub(crate) const CHOICE: &str = "choice";
/// Yes or no.
pub(crate) const BOX: &str = "box";
/// Asks nobody: a word made by chance, so that a form that is sent twice does its act once.
pub(crate) const ONCE: &str = "once";
/// Asks nobody: the value of the row's column of this name when the form was made.
pub(crate) const SEEN: &str = "seen";

impl Question {
    pub(crate) const fn new(name: &'static str, label: &'static str, kind: &'static str) -> Self {
        Self { name, label, kind, help: "", autocomplete: "off", choices: &[] }
    }

    pub(crate) const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// Whether nobody is asked.
    pub(crate) fn is_hidden(&self) -> bool {
        matches!(self.kind, ONCE | SEEN)
    }
}

/// What an act is run with.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) act: &'static Act,
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
    /// On the page of a row it is offered only while this column has one of these values. Whether it can be done, the
    /// service says.
    pub(crate) when: Option<(&'static str, &'static [&'static str])>,
    /// Whether the domain leaves it to its own people and superusers, so that it is not offered to other staff.
    pub(crate) for_superusers: bool,
    /// Whether it cannot be undone.
    pub(crate) danger: bool,
    pub(crate) run: Run,
}

pub(crate) type Run = for<'a> fn(Context<'a>) -> Running<'a>;

impl Act {
    /// An act on any number of rows, for those who may change them.
    pub(crate) const fn new(
        table: &'static str,
        name: &'static str,
        label: &'static str,
        help: &'static str,
        run: Run,
    ) -> Self {
        let (scope, needs) = (Scope::Rows, Right::Change);
        Self {
            table,
            name,
            label,
            help,
            scope,
            needs,
            questions: &[],
            when: None,
            for_superusers: false,
            danger: false,
            run,
        }
    }

    /// The same, on one row at a time.
    pub(crate) const fn one(self) -> Self {
        Self { scope: Scope::Row, ..self }
    }

    /// The same, for a new row.
    pub(crate) const fn makes(self) -> Self {
        Self { scope: Scope::Table, needs: Right::Add, ..self }
    }

    /// The same, asking this.
    pub(crate) const fn asking(self, questions: &'static [Question]) -> Self {
        Self { questions, ..self }
    }

    /// The same, while the row is so.
    pub(crate) const fn when(self, column: &'static str, values: &'static [&'static str]) -> Self {
        Self { when: Some((column, values)), ..self }
    }

    /// The same, for superusers.
    pub(crate) const fn for_superusers(self) -> Self {
        Self { for_superusers: true, ..self }
    }

    /// The same, which cannot be undone.
    pub(crate) const fn danger(self) -> Self {
        Self { danger: true, ..self }
    }

    fn is_open_to(&self, staff: &Staff, model: &Model) -> bool {
        staff.access.may(model.app, self.needs) && (!self.for_superusers || staff.access.is_everything())
    }

    fn fits(&self, model: &Model, row: &Row) -> bool {
        self.when.is_none_or(|(column, values)| {
            let value = model.position(column).and_then(|at| row.get(&at)).map(super::value::Cell::plain);
            value.is_some_and(|value| values.contains(&value.as_str()))
        })
    }
}

/// Every act, by app.
pub(crate) const ALL: &[&[Act]] = &[
    accounts_acts::ACTS,
    notifications_acts::ACTS,
    economy_acts::ACTS,
    teams_acts::ACTS,
    tournaments_acts::ACTS,
    entries_acts::ACTS,
    matches_acts::ACTS,
];

fn of<'a>(staff: &'a Staff, model: &'a Model) -> impl Iterator<Item = &'static Act> + 'a {
    ALL.iter().copied().flatten().filter(move |act| act.table == model.table && act.is_open_to(staff, model))
}

/// The act of this name, when this person may run it.
pub(crate) fn find(staff: &Staff, model: &Model, name: &str) -> Option<&'static Act> {
    of(staff, model).find(|act| act.name == name)
}

/// An act that is offered.
pub(crate) struct Offered {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    /// Whether it makes a row.
    pub(crate) makes: bool,
    /// Whether it cannot be undone.
    pub(crate) danger: bool,
}

impl From<&Act> for Offered {
    fn from(act: &Act) -> Self {
        Self { name: act.name, label: act.label, makes: act.scope == Scope::Table, danger: act.danger }
    }
}

/// What a list offers: acts on several rows, acts that make one, and deleting.
pub(crate) fn offered(staff: &Staff, model: &Model) -> Vec<Offered> {
    let mut offered: Vec<Offered> = of(staff, model).filter(|act| act.scope != Scope::Row).map(Offered::from).collect();
    if staff.may(model, Right::Delete) {
        offered.push(Offered { name: super::bulk::DELETE, label: "Delete", makes: false, danger: true });
    }
    offered
}

/// What the page of a row offers.
pub(crate) fn offered_for_row(staff: &Staff, model: &Model, row: &Row) -> Vec<Offered> {
    let fits = |act: &&Act| act.scope != Scope::Table && act.fits(model, row);
    of(staff, model).filter(fits).map(Offered::from).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::catalogue::catalogue, *};

    #[test]
    fn every_act_is_about_something_that_exists() {
        for act in ALL.iter().copied().flatten() {
            let model = catalogue().models.iter().find(|model| model.table == act.table).expect(act.table);
            assert!(act.name.len() <= 40, "{}", act.name);
            let seen = act.questions.iter().filter(|question| question.kind == SEEN).map(|question| question.name);
            for column in seen.clone().chain(act.when.map(|(column, _)| column)) {
                assert!(model.position(column).is_some(), "{}.{column} of {}", act.table, act.name);
            }
            assert!(seen.count() == 0 || act.scope == Scope::Row, "{}: what was seen is of one row", act.name);
            if let Some((column, values)) = act.when {
                let field = &model.fields[model.position(column).expect(column)];
                for value in values {
                    assert!(field.choices.is_empty() || field.choice(value).is_some(), "{} {column} {value}", act.name);
                }
            }
            let same = ALL.iter().copied().flatten().filter(|other| (other.table, other.name) == (act.table, act.name));
            assert_eq!(same.count(), 1, "{} {}", act.table, act.name);
        }
    }
}
