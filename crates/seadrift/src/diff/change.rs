//! What changed between two schemas once names are settled, in phases that can run one after another.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    order::creation_order,
    question::{Answers, Question},
    rename::Renames,
};
use crate::{
    operation::{Operation, same_columns, unique_columns},
    schema::{Column, ColumnType, DefaultValue, ForeignKey, Schema, Table},
};

pub(super) fn changes(renames: &Renames<'_>, after: &Schema, answers: &Answers) -> (Vec<Operation>, Vec<Question>) {
    let before: &Schema = &renames.before;
    let mut changes = Changes::new(answers, &renames.questions);
    for (name, table) in &after.tables {
        match before.table(name) {
            Some(old) if old == table => {}
            Some(old) => changes.compare(old, table),
            None => {
                changes.created.insert(name, table);
            }
        }
    }
    for (name, table) in &before.tables {
        if !after.tables.contains_key(name) {
            changes.dropped.insert(name, table);
        }
    }
    changes.create_and_drop();
    changes.free_index_names();
    changes.settle_foreign_keys(before, after);
    (changes.phases.into_operations(), changes.questions)
}

/// The operations by the phase in which they can run.
#[derive(Default)]
struct Phases {
    models: Vec<Operation>,
    drop_foreign_keys: Vec<Operation>,
    drop_checks: Vec<Operation>,
    drop_indexes: Vec<Operation>,
    add_columns: Vec<Operation>,
    alter_columns: Vec<Operation>,
    primary_keys: Vec<Operation>,
    /// A column that leaves the primary key can allow NULL only then.
    alter_former_keys: Vec<Operation>,
    add_indexes: Vec<Operation>,
    add_checks: Vec<Operation>,
    create_tables: Vec<Operation>,
    add_foreign_keys: Vec<Operation>,
    drop_tables: Vec<Operation>,
    drop_columns: Vec<Operation>,
}

impl Phases {
    fn into_operations(self) -> Vec<Operation> {
        [
            self.models,
            self.drop_foreign_keys,
            self.drop_checks,
            self.drop_indexes,
            self.add_columns,
            self.alter_columns,
            self.primary_keys,
            self.alter_former_keys,
            self.add_indexes,
            self.add_checks,
            self.create_tables,
            self.add_foreign_keys,
            self.drop_tables,
            self.drop_columns,
        ]
        .concat()
    }
}

struct Changes<'a> {
    answers: &'a Answers,
    /// Questions about names: what they are about cannot be asked about otherwise yet.
    open: &'a [Question],
    phases: Phases,
    questions: Vec<Question>,
    created: BTreeMap<&'a str, &'a Table>,
    dropped: BTreeMap<&'a str, &'a Table>,
    /// Columns whose values a foreign key cannot compare with the old ones.
    retyped: BTreeSet<(&'a str, &'a str)>,
    /// Foreign keys of the tables that are on both sides and differ, in canonical form.
    foreign_keys: BTreeMap<&'a str, (Vec<ForeignKey>, Vec<ForeignKey>)>,
    /// Tables and the column sets that are a key there no longer, or not all the time.
    lost_keys: Vec<(&'a str, Vec<&'a str>)>,
}

impl<'a> Changes<'a> {
    fn new(answers: &'a Answers, open: &'a [Question]) -> Self {
        Self {
            answers,
            open,
            phases: Phases::default(),
            questions: Vec::new(),
            created: BTreeMap::new(),
            dropped: BTreeMap::new(),
            retyped: BTreeSet::new(),
            foreign_keys: BTreeMap::new(),
            lost_keys: Vec::new(),
        }
    }

    /// Everything of a table but its foreign keys.
    fn compare(&mut self, before: &'a Table, after: &'a Table) {
        let table = || after.name.clone();
        if before.app != after.app {
            let model = format!("{}.{}", after.app, after.model);
            self.phases.models.push(Operation::AlterModel { table: table(), model });
        } else if before.model != after.model {
            self.phases.models.push(Operation::AlterModel { table: table(), model: after.model.clone() });
        }
        let (old, new) = (before.canonical(), after.canonical());
        self.columns((before, &old), (after, &new));
        if before.primary_key != after.primary_key {
            let columns = after.primary_key.clone();
            self.phases.primary_keys.push(Operation::AlterPrimaryKey { table: table(), columns });
            self.lost_keys.push((&after.name, before.primary_key.iter().map(String::as_str).collect()));
        }
        let (gone, come) = changed(&old.indexes, &new.indexes, |index| &index.name);
        for name in gone {
            let index = name.to_owned();
            self.phases.drop_indexes.push(Operation::DropIndex { table: table(), index });
            let key = before.index(name).and_then(unique_columns);
            self.lost_keys.extend(key.map(|columns| (after.name.as_str(), columns)));
        }
        for name in come {
            let index = after.index(name).expect("named by this table").clone();
            self.phases.add_indexes.push(Operation::AddIndex { table: table(), index });
        }
        self.foreign_keys.insert(&after.name, (old.foreign_keys, new.foreign_keys));
        let (gone, come) = changed(&old.checks, &new.checks, |check| &check.name);
        for name in gone {
            self.phases.drop_checks.push(Operation::DropCheck { table: table(), check: name.to_owned() });
        }
        for name in come {
            let check = after.check(name).expect("named by this table").clone();
            self.phases.add_checks.push(Operation::AddCheck { table: table(), check });
        }
    }

    /// The columns of both tables, each as written and in canonical form.
    fn columns(&mut self, (before, old_form): (&'a Table, &Table), (after, new_form): (&'a Table, &Table)) {
        for new in &after.columns {
            let Some(old) = before.column(&new.name) else {
                let fill = self.fill(after, new, true);
                let (table, column) = (after.name.clone(), new.clone());
                self.phases.add_columns.push(Operation::AddColumn { table, column, fill });
                continue;
            };
            if old_form.column(&old.name) == new_form.column(&new.name) {
                continue;
            }
            if !comparable(&old.ty, &new.ty) {
                self.retyped.insert((&after.name, &new.name));
            }
            let fill = if old.nullable { self.fill(after, new, false) } else { None };
            let operation = Operation::AlterColumn { table: after.name.clone(), column: new.clone(), fill };
            let leaves_key = before.primary_key.contains(&new.name) && !after.primary_key.contains(&new.name);
            if leaves_key {
                self.phases.alter_former_keys.push(operation);
            } else {
                self.phases.alter_columns.push(operation);
            }
        }
        for old in before.columns.iter().filter(|old| after.column(&old.name).is_none()) {
            let (table, column) = (after.name.clone(), old.name.clone());
            self.phases.drop_columns.push(Operation::DropColumn { table, column });
        }
    }

    /// What existing rows get in a column, asked for when only a person can know.
    fn fill(&mut self, table: &Table, column: &Column, added: bool) -> Option<DefaultValue> {
        let filled_by_itself = column.identity || added && column.default.is_some();
        if column.nullable || filled_by_itself {
            return None;
        }
        if let Some(answer) = self.answers.fill(&table.name, &column.name) {
            return answer.value();
        }
        let maybe_renamed = |question: &Question| matches!(question, Question::RenamedColumn { table: t, to, .. } if *t == table.name && *to == column.name);
        if !self.open.iter().any(maybe_renamed) {
            let (table, name) = (table.name.clone(), column.name.clone());
            self.questions.push(Question::Fill { table, column: name, ty: column.ty.clone(), added });
        }
        None
    }

    fn create_and_drop(&mut self) {
        let created = creation_order(&self.created);
        for table in created.tables {
            let mut whole = table.clone();
            whole.foreign_keys.retain(|key| {
                let waits = created.closing.contains(&(&table.name, &key.name));
                if waits {
                    let (table, foreign_key) = (table.name.clone(), key.clone());
                    self.phases.add_foreign_keys.push(Operation::AddForeignKey { table, foreign_key });
                }
                !waits
            });
            self.phases.create_tables.push(Operation::create(whole));
        }
        let dropped = creation_order(&self.dropped);
        for table in dropped.tables.iter().rev() {
            self.phases.drop_tables.push(Operation::DropTable { table: table.name.clone() });
        }
        for (table, foreign_key) in dropped.closing {
            self.drop_foreign_key(table, foreign_key);
        }
    }

    /// Drops a foreign key unless that is done already.
    fn drop_foreign_key(&mut self, table: &str, foreign_key: &str) -> bool {
        let operation = Operation::DropForeignKey { table: table.to_owned(), foreign_key: foreign_key.to_owned() };
        let first = !self.phases.drop_foreign_keys.contains(&operation);
        if first {
            self.phases.drop_foreign_keys.push(operation);
        }
        first
    }

    /// Foreign keys that go, come or change; and those that must step aside while what they rest on changes.
    fn settle_foreign_keys(&mut self, before: &'a Schema, after: &'a Schema) {
        for (name, (old, new)) in std::mem::take(&mut self.foreign_keys) {
            for key in old.iter().filter(|key| !new.contains(key)) {
                self.drop_foreign_key(name, &key.name);
            }
            for key in new.iter().filter(|key| !old.contains(key)) {
                self.add_foreign_key(&after.tables[name], &key.name);
            }
        }
        if self.retyped.is_empty() && self.lost_keys.is_empty() {
            return;
        }
        for (name, old) in &before.tables {
            for key in old.foreign_keys.iter().filter(|key| self.disturbs(name, key)).collect::<Vec<_>>() {
                let dropped = self.drop_foreign_key(name, &key.name);
                // One that was dropped already is gone or changed, and so is one of a dropped table.
                if let Some(new) = after.table(name).filter(|_| dropped) {
                    self.add_foreign_key(new, &key.name);
                }
            }
        }
    }

    fn add_foreign_key(&mut self, table: &Table, name: &str) {
        let foreign_key = table.foreign_key(name).expect("named by this table").clone();
        self.phases.add_foreign_keys.push(Operation::AddForeignKey { table: table.name.clone(), foreign_key });
    }

    /// Whether a change takes away what this foreign key rests on.
    fn disturbs(&self, table: &str, key: &ForeignKey) -> bool {
        let retyped = |table: &str, columns: &[String]| {
            columns.iter().any(|column| self.retyped.iter().any(|(t, c)| *t == table && c == column))
        };
        retyped(table, &key.columns)
            || retyped(&key.references, &key.referenced_columns)
            || self
                .lost_keys
                .iter()
                .any(|(t, columns)| *t == key.references && same_columns(columns, &key.referenced_columns))
    }

    /// Index names are one space in a database: a dropped table must give up those that are wanted elsewhere.
    fn free_index_names(&mut self) {
        let added = self.phases.add_indexes.iter().filter_map(|operation| match operation {
            Operation::AddIndex { index, .. } => Some(index.name.as_str()),
            _ => None,
        });
        let created = self.created.values().flat_map(|table| &table.indexes).map(|index| index.name.as_str());
        let wanted: BTreeSet<String> = added.chain(created).map(str::to_owned).collect();
        for &table in self.dropped.values() {
            for index in table.indexes.iter().filter(|index| wanted.contains(&index.name)) {
                let operation = Operation::DropIndex { table: table.name.clone(), index: index.name.clone() };
                self.phases.drop_indexes.push(operation);
                self.lost_keys.extend(unique_columns(index).map(|columns| (table.name.as_str(), columns)));
            }
        }
    }
}

/// The names of the parts that go (because they are gone or changed) and that come.
fn changed<'t, T: PartialEq>(
    before: &'t [T],
    after: &'t [T],
    name: impl Fn(&T) -> &String,
) -> (Vec<&'t str>, Vec<&'t str>) {
    let missing = |from: &'t [T], other: &[T]| -> Vec<&'t str> {
        from.iter().filter(|part| !other.contains(part)).map(|part| name(part).as_str()).collect()
    };
    (missing(before, after), missing(after, before))
}

/// Whether a foreign key can hold between columns of these types, as it must while only one side has changed.
fn comparable(a: &ColumnType, b: &ColumnType) -> bool {
    use ColumnType as T;
    let family = |ty: &ColumnType| match ty {
        T::SmallInt | T::Integer | T::BigInt => 1,
        T::Varchar(_) | T::Text => 2,
        _ => 0,
    };
    a == b || family(a) != 0 && family(a) == family(b)
}
