//! Lines: the rows that belong to a row, edited on its page in the same form and saved in the same unit of work.
//!
//! A line is a small form of its own within the form: its fields have a prefix, `c.TABLE.COLUMN.KEY.`, and behind it
//! the names of any form of a row. Not here: showing them (`inline`).

use std::collections::BTreeMap;

use accounts::Act;
use kernel::{DbError, Tx};
use seadrift::schema::ReferentialAction;

use super::{
    catalogue::{Child, Model, catalogue},
    delete::remove_within,
    field::Kind,
    hooks::Change,
    save::{self, Edit, New, Refusal, Saved, addable, current},
    sent::{Sent, canonical, is_box},
    staff::Staff,
    value::Cell,
};
use crate::site::Shared;

/// The word in the place of the key of a line for a new row.
pub(crate) const FRESH: &str = "new";

/// Rows of one kind that belong to the row of a page, and may be changed there by this person.
#[derive(Clone)]
pub(crate) struct Owned {
    pub(crate) of: &'static Model,
    /// Position of the field that points to the owner.
    pub(crate) field: usize,
    /// Positions of the columns: those of lists that can be typed, and what a new row cannot do without.
    pub(crate) columns: Vec<usize>,
    pub(crate) adds: bool,
    pub(crate) deletes: bool,
    /// Whether there can be only one of them.
    pub(crate) single: bool,
}

/// Whether no two rows point to the same one.
fn is_single(of: &Model, field: usize) -> bool {
    of.uniques.iter().any(|unique| unique.only.is_none() && unique.fields == [field])
}

impl Owned {
    /// What this person may change of the rows of a child: they cannot be without their owner, go with it, and are of
    /// its app, or there is only one of them. Nothing where they are only looked at.
    pub(crate) fn of(staff: &Staff, model: &Model, child: &Child) -> Option<Self> {
        let of = &catalogue().models[child.model];
        let pointing = &of.fields[child.field];
        let single = is_single(of, child.field);
        let owned = child.on_delete == ReferentialAction::Cascade && !pointing.nullable;
        let near = of.app == model.app || single;
        let countable = matches!(of.key_field().kind, Kind::Int(_)) && of.key != child.field;
        if !owned || !near || !countable || !staff.may(of, Act::Change) {
            return None;
        }
        let typed = |at: &usize| *at != child.field && of.fields[*at].editable();
        let mut columns: Vec<usize> = of.list.iter().copied().filter(typed).collect();
        if columns.is_empty() {
            return None;
        }
        let needed = |at: &usize| {
            let field = &of.fields[*at];
            *at != child.field && addable(field) && field.required() && field.default.is_none()
        };
        for at in (0..of.fields.len()).filter(needed) {
            if !columns.contains(&at) {
                columns.push(at);
            }
        }
        let (adds, deletes) = (staff.may(of, Act::Add), staff.may(of, Act::Delete));
        Some(Self { of, field: child.field, columns, adds, deletes, single })
    }

    /// What the names of the fields of all its lines begin with.
    fn kind_prefix(&self) -> String {
        format!("c.{}.{}.", self.of.table, self.of.fields[self.field].column)
    }

    /// What the names of the fields of a line begin with.
    pub(crate) fn prefix(&self, key: &str) -> String {
        format!("{}{key}.", self.kind_prefix())
    }

    /// The keys of the lines that were sent.
    pub(crate) fn sent(&self, sent: &Sent) -> Vec<String> {
        let start = self.kind_prefix();
        let key = |(name, _): &(String, String)| {
            name.strip_prefix(&start).and_then(|rest| rest.strip_suffix(".version")).map(str::to_owned)
        };
        sent.0.iter().filter_map(key).collect()
    }
}

/// Whether nothing was typed into the line for a new row.
pub(crate) fn is_blank(owned: &Owned, sent: &Sent) -> bool {
    owned.columns.iter().all(|at| {
        let field = &owned.of.fields[*at];
        let blank = field.default.clone().unwrap_or_default();
        let blank = if is_box(field) && blank.is_empty() { "false".to_owned() } else { blank };
        sent.column(field).is_none_or(|typed| canonical(field, &typed) == canonical(field, &blank))
    })
}

enum Deed {
    Delete(Cell, Edit),
    Change(Cell, Edit),
    Add(New),
}

struct Line {
    prefix: String,
    of: &'static Model,
    owner: Change,
    deed: Deed,
}

/// Why nothing of a form was saved.
pub(crate) enum Refused {
    /// About the row itself, and about lines, by their prefixes.
    Form(Option<Refusal>, BTreeMap<String, Refusal>),
    Database(DbError),
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Database(error)
    }
}

/// What was typed into the lines: only those into which something was. All that is wrong is told by line.
fn read(
    shared: &Shared,
    staff: &Staff,
    (model, key): (&'static Model, &Cell),
    sent: &Sent,
) -> (Vec<Line>, BTreeMap<String, Refusal>) {
    let (mut lines, mut wrong) = (Vec::new(), BTreeMap::new());
    for owned in model.children.iter().filter_map(|child| Owned::of(staff, model, child)) {
        for word in owned.sent(sent) {
            let prefix = owned.prefix(&word);
            match line(shared, staff, &owned, key, &word, &sent.within(&prefix)) {
                Ok(Some(deed)) => {
                    lines.push(Line { prefix, of: owned.of, owner: (owned.field, key.clone()), deed });
                }
                Ok(None) => {}
                Err(refusal) => drop(wrong.insert(prefix, refusal)),
            }
        }
    }
    // What goes makes room for what comes.
    lines.sort_by_key(|line| match line.deed {
        Deed::Delete(..) => 0,
        Deed::Change(..) => 1,
        Deed::Add(_) => 2,
    });
    (lines, wrong)
}

fn line(
    shared: &Shared,
    staff: &Staff,
    owned: &Owned,
    owner: &Cell,
    word: &str,
    sent: &Sent,
) -> Result<Option<Deed>, Refusal> {
    let of = owned.of;
    let may = |act: Act| match staff.why_not(of, act) {
        Some(why) => Err(Refusal::Wrong(vec![(None, why)])),
        None => Ok(()),
    };
    if word == FRESH {
        if is_blank(owned, sent) {
            return Ok(None);
        }
        may(Act::Add)?;
        let new = save::new(shared, staff, of, sent, &owned.columns, Some((owned.field, owner.clone())))?;
        return Ok(Some(Deed::Add(new)));
    }
    let key = Cell::from_plain(of.key_field().kind, word).ok_or(Refusal::Gone)?;
    if sent.get("delete").is_some() {
        may(Act::Delete)?;
        // What was typed into a line that goes is of no matter.
        return Ok(Some(Deed::Delete(key, Edit::untouched(of, sent))));
    }
    let edit = save::edit(shared, staff, of, sent, &owned.columns)?;
    Ok((!edit.is_empty()).then_some(Deed::Change(key, edit)))
}

/// Saves a row together with its lines: everything, or nothing.
///
/// # Errors
/// All that is wrong or was changed by somebody else, by row and line.
pub(crate) async fn save(
    shared: &Shared,
    staff: &Staff,
    model: &'static Model,
    key: &Cell,
    sent: &Sent,
) -> Result<Saved, Refused> {
    let fields: Vec<usize> = (0..model.fields.len()).collect();
    let edit = save::edit(shared, staff, model, sent, &fields);
    let (lines, wrong) = read(shared, staff, (model, key), sent);
    let edit = match edit {
        Ok(edit) if wrong.is_empty() => edit,
        edit => return Err(Refused::Form(edit.err(), wrong)),
    };
    let (edit, lines) = (&edit, &lines);
    let unit = |tx: Tx| async move {
        let mut saved = Saved::Same;
        let (mut row, mut wrong) = (None, BTreeMap::new());
        match save::write_edit(&tx, shared, staff, model, key, (edit, None)).await.map_err(|no| no.explained(model)) {
            Ok(done) => saved = done,
            Err(Refusal::Database(error)) => return Err(Refused::Database(error)),
            Err(refusal) => row = Some(refusal),
        }
        // After a statement has failed nothing more can be asked; what was merely refused is gathered.
        if !matches!(row, Some(Refusal::Wrong(_))) {
            for line in lines {
                match write(&tx, shared, staff, line).await.map_err(|no| no.explained(line.of)) {
                    Ok(()) => saved = Saved::Changed,
                    Err(Refusal::Database(error)) => return Err(Refused::Database(error)),
                    Err(refusal) => {
                        let over = matches!(refusal, Refusal::Wrong(_));
                        wrong.insert(line.prefix.clone(), refusal);
                        if over {
                            break;
                        }
                    }
                }
            }
        }
        if row.is_none() && wrong.is_empty() { Ok(saved) } else { Err(Refused::Form(row, wrong)) }
    };
    shared.db.write(unit).await
}

async fn write(tx: &Tx, shared: &Shared, staff: &Staff, line: &Line) -> Result<(), Refusal> {
    let of = line.of;
    match &line.deed {
        Deed::Add(new) => save::write_new(tx, shared, staff, of, new).await.map(drop),
        Deed::Change(key, edit) => {
            save::write_edit(tx, shared, staff, of, key, (edit, Some(&line.owner))).await.map(drop)
        }
        Deed::Delete(key, edit) => {
            let row = current(tx, of, key, true).await?.ok_or(Refusal::Gone)?;
            if row.get(&line.owner.0) != Some(&line.owner.1) {
                return Err(Refusal::Gone);
            }
            if edit.is_stale(&row) {
                return Err(Refusal::Changed(Box::new(row)));
            }
            remove_within(tx, shared, staff, of, key, &row).await
        }
    }
}
