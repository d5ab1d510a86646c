//! Values as pages show them: words of choices, names of what is referred to, money, marks for yes
//! and no. Not here: forms.

use std::collections::{BTreeSet, HashMap};

use accounts::Act;
use kernel::DbError;
use sea_orm::ConnectionTrait;

use super::{
    catalogue::{Model, catalogue},
    field::{Field, Kind},
    naming,
    staff::Staff,
    value::{Cell, money},
};

/// The most characters of a text in a list.
const IN_LIST: usize = 90;

/// A value, ready for a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    /// A class of the style sheet.
    pub(crate) class: &'static str,
    pub(crate) text: String,
    pub(crate) href: Option<String>,
    /// What a mark means, for those who do not see it; nothing where the text says it.
    pub(crate) title: String,
}

/// The names of what the fields of some rows refer to: by field, by key.
#[derive(Debug, Default)]
pub(crate) struct Names(HashMap<usize, HashMap<String, String>>);

/// The rows whose names some values need: by field, the keys.
pub(crate) type Wanted = HashMap<usize, BTreeSet<String>>;

/// What these values of fields refer to.
pub(crate) fn wanted<'a>(model: &Model, values: impl IntoIterator<Item = (usize, &'a Cell)>) -> Wanted {
    let mut wanted = Wanted::new();
    for (at, cell) in values {
        if model.fields[at].target.is_some_and(|target| target.model.is_some()) && !cell.is_null() {
            wanted.entry(at).or_default().insert(cell.plain());
        }
    }
    wanted
}

impl Names {
    /// Fetches names: one statement a field that refers to something.
    pub(crate) async fn of(db: &impl ConnectionTrait, model: &'static Model, wanted: Wanted) -> Result<Self, DbError> {
        let mut names = HashMap::new();
        for (at, keys) in wanted {
            if let Some(target) = target(&model.fields[at]) {
                names.insert(at, naming::names(db, target, &keys).await?);
            }
        }
        Ok(Self(names))
    }

    /// The name behind a reference, when the row exists.
    pub(crate) fn get(&self, field: usize, key: &str) -> Option<&str> {
        self.0.get(&field)?.get(key).map(String::as_str)
    }
}

/// The model that a field points at, when there is one.
pub(crate) fn target(field: &Field) -> Option<&'static Model> {
    field.target.and_then(|target| target.model).map(|at| &catalogue().models[at])
}

/// A value of a row. `whole`: all of a long text, as a page of its own has room for.
pub(crate) fn show(
    staff: &Staff,
    model: &Model,
    at: usize,
    cell: &Cell,
    (names, currency): (&Names, Option<&Cell>),
    whole: bool,
) -> Shown {
    let field = &model.fields[at];
    let plain = cell.plain();
    if cell.is_null() {
        return Shown { class: "none", text: "\u{2014}".to_owned(), title: "nothing".to_owned(), ..Shown::default() };
    }
    if let Some(target) = field.target {
        return reference(staff, field, target.label, &plain, names.get(at, &plain));
    }
    match (cell, field.kind) {
        (Cell::Bool(value), _) => {
            let (class, text, title) = if *value { ("yes", "\u{2713}", "Yes") } else { ("no", "\u{2013}", "No") };
            Shown { class, text: text.to_owned(), title: title.to_owned(), ..Shown::default() }
        }
        (Cell::Int(minor), _) if field.money.is_some() => {
            let text = money(*minor, &currency.map(Cell::plain).unwrap_or_default());
            Shown { class: "number", text, ..Shown::default() }
        }
        (_, kind) if field.choice(&plain).is_none() && kind.is_number() => {
            Shown { class: "number", text: cell.shown(field), ..Shown::default() }
        }
        (_, Kind::Json) if whole => Shown { class: "code", text: cell.typed(), ..Shown::default() },
        (_, Kind::Json) => Shown { class: "code", text: naming::short(&plain, IN_LIST), ..Shown::default() },
        (_, Kind::Moment | Kind::Local | Kind::Date | Kind::Time) => {
            Shown { class: "moment", text: cell.shown(field), title: plain, ..Shown::default() }
        }
        _ if field.choice(&plain).is_some() => Shown { class: "choice", text: cell.shown(field), ..Shown::default() },
        _ if plain.is_empty() => {
            Shown { class: "none", text: "\u{2014}".to_owned(), title: "empty".to_owned(), ..Shown::default() }
        }
        _ if whole => Shown { class: "text", text: plain, ..Shown::default() },
        _ => Shown { class: "text", text: naming::short(&plain, IN_LIST), ..Shown::default() },
    }
}

fn reference(staff: &Staff, field: &Field, label: &str, key: &str, name: Option<&str>) -> Shown {
    match (target(field), name) {
        (Some(target), Some(name)) => {
            let href = staff.access.may(target.app, Act::View).then(|| target.row_path(key));
            Shown { class: "reference", text: name.to_owned(), href, ..Shown::default() }
        }
        (Some(target), None) => Shown {
            class: "gone",
            text: format!("{} {key} \u{b7} missing", target.label),
            title: "What this refers to does not exist any more.".to_owned(),
            ..Shown::default()
        },
        (None, _) => Shown { class: "soft", text: format!("{label} {key}"), ..Shown::default() },
    }
}

/// The currency beside an amount, where the model has it.
pub(crate) fn currency_field(model: &Model, at: usize) -> Option<usize> {
    model.fields[at].money.and_then(|column| model.position(column))
}
