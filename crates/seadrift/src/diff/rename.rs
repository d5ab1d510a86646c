//! Which tables and columns are the same ones under new names: by declared fact or by answer,
//! else a question. Never a guess, and never a silent drop and add of what looks alike.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use super::question::{Answers, Hints, Question};
use crate::{
    operation::Operation,
    schema::{Schema, Table},
};

/// What is known about names.
pub(super) struct Renames<'a> {
    /// The schema before, under its new names.
    pub before: Cow<'a, Schema>,
    /// The operations that rename.
    pub operations: Vec<Operation>,
    /// What could not be known.
    pub questions: Vec<Question>,
}

pub(super) fn renames<'a>(before: &'a Schema, after: &Schema, hints: &Hints, answers: &Answers) -> Renames<'a> {
    let mut found = Renames { before: Cow::Borrowed(before), operations: Vec::new(), questions: Vec::new() };
    let sides = Sides {
        before: before.tables.keys().map(String::as_str).collect(),
        after: after.tables.keys().map(String::as_str).collect(),
    };
    let pairs = settle(
        &sides,
        &hints.tables,
        |from, to| alike(&before.tables[from], &after.tables[to]),
        |from, to| answers.table_renamed(from, to),
    );
    found.questions.extend(pairs.open.into_iter().map(|(from, to)| Question::RenamedTable { from, to }));
    for (from, to) in pairs.renamed {
        found.rename(Operation::RenameTable { from, to });
    }
    for (name, after) in &after.tables {
        rename_columns(&mut found, name, after, hints, answers);
    }
    found
}

impl Renames<'_> {
    fn rename(&mut self, operation: Operation) {
        operation.apply(self.before.to_mut()).expect("the old name is there and the new one is free");
        self.operations.push(operation);
    }
}

fn rename_columns(found: &mut Renames<'_>, name: &str, after: &Table, hints: &Hints, answers: &Answers) {
    let Some(before) = found.before.table(name) else { return };
    if before.columns.iter().map(|c| &c.name).eq(after.columns.iter().map(|c| &c.name)) {
        return;
    }
    let sides = Sides {
        before: before.columns.iter().map(|c| c.name.as_str()).collect(),
        after: after.columns.iter().map(|c| c.name.as_str()).collect(),
    };
    let none = BTreeMap::new();
    let type_of = |table: &Table, column: &str| table.column(column).map(|c| c.ty.clone());
    let pairs = settle(
        &sides,
        hints.columns.get(name).unwrap_or(&none),
        |from, to| type_of(before, from) == type_of(after, to),
        |from, to| answers.column_renamed(name, from, to),
    );
    let table = || name.to_owned();
    found.questions.extend(pairs.open.into_iter().map(|(from, to)| Question::RenamedColumn {
        table: table(),
        from,
        to,
    }));
    for (from, to) in pairs.renamed {
        found.rename(Operation::RenameColumn { table: table(), from, to });
    }
}

/// Whether one table may well be the other: the same model, or at least half of the columns of
/// the larger one are in the other with the same name and type.
fn alike(a: &Table, b: &Table) -> bool {
    if !a.model.is_empty() && a.label() == b.label() {
        return true;
    }
    let shared = a.columns.iter().filter(|c| b.column(&c.name).is_some_and(|other| other.ty == c.ty)).count();
    shared * 2 >= a.columns.len().max(b.columns.len())
}

/// The names on both sides.
struct Sides<'a> {
    before: BTreeSet<&'a str>,
    after: BTreeSet<&'a str>,
}

#[derive(Default)]
struct Pairs {
    /// Old and new name, in an order in which each new name is free when its turn comes.
    renamed: Vec<(String, String)>,
    /// Pairs that need an answer.
    open: Vec<(String, String)>,
}

fn settle(
    sides: &Sides<'_>,
    hints: &BTreeMap<String, Vec<String>>,
    alike: impl Fn(&str, &str) -> bool,
    answer: impl Fn(&str, &str) -> Option<bool>,
) -> Pairs {
    let mut pairs = Pairs::default();
    let (mut added, mut dropped, contested) = facts(sides, hints, &mut pairs.renamed);
    let mut yes = Vec::new();
    for &from in &dropped {
        for &to in &added {
            match answer(from, to) {
                Some(true) => yes.push((from, to)),
                Some(false) => {}
                None if contested.contains(&(from, to)) || alike(from, to) => {
                    pairs.open.push((from.to_owned(), to.to_owned()));
                }
                None => {}
            }
        }
    }
    for &(from, to) in &yes {
        let pair = (from.to_owned(), to.to_owned());
        // Two answers that contradict each other are none.
        if yes.iter().any(|other| *other != (from, to) && (other.0 == from || other.1 == to)) {
            pairs.open.push(pair);
        } else {
            dropped.remove(from);
            added.remove(to);
            pairs.renamed.push(pair);
        }
    }
    pairs.open.retain(|(from, to)| dropped.contains(from.as_str()) && added.contains(to.as_str()));
    pairs
}

type Names<'a> = BTreeSet<&'a str>;

/// Renames that are declared. A hint speaks when its new name is not there yet and its old one is;
/// taking an old name that is still used afterwards makes that one new in its turn, so that
/// `a → b` and `b → c` in one change work. Two claims to one old name are contested: a question.
fn facts<'a>(
    sides: &Sides<'a>,
    hints: &'a BTreeMap<String, Vec<String>>,
    renamed: &mut Vec<(String, String)>,
) -> (Names<'a>, Names<'a>, BTreeSet<(&'a str, &'a str)>) {
    let mut added: Names = sides.after.difference(&sides.before).copied().collect();
    let mut dropped: Names = sides.before.difference(&sides.after).copied().collect();
    let mut contested = BTreeSet::new();
    let mut left = sides.before.clone();
    let mut fresh = added.clone();
    while !fresh.is_empty() {
        let mut claims: BTreeMap<&'a str, Vec<&'a str>> = BTreeMap::new();
        for &to in &fresh {
            let was = hints.get(to).into_iter().flatten().rev().map(String::as_str).find(|was| left.contains(was));
            if let Some(from) = was {
                claims.entry(from).or_default().push(to);
            }
        }
        fresh.clear();
        for (from, claimants) in claims {
            let [to] = claimants[..] else {
                dropped.insert(from);
                contested.extend(claimants.into_iter().map(|to| (from, to)));
                continue;
            };
            left.remove(from);
            added.remove(to);
            dropped.remove(from);
            renamed.push((from.to_owned(), to.to_owned()));
            if sides.after.contains(from) {
                added.insert(from);
                fresh.insert(from);
            }
        }
    }
    (added, dropped, contested)
}
