//! What must be refused: each constraint is broken by a change of a row that is in the database, with
//! everything else kept, and the refusal must name that constraint.

use kernel::{DbError, db::Constraint};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use seadrift::{
    entity::rows::Row,
    schema::{Check, ForeignKey, ReferentialAction, Table},
};

use super::{
    acceptance::key,
    build::{Builder, Draft, Fill, by_width, column, is_null},
    catalogue::Catalogue,
    solver::{Condition, Solver, passing},
    unique, values,
};

/// A full row in the database, and all that is needed to break its rules.
pub struct Subject<'a> {
    pub builder: Builder<'a>,
    pub table: &'a Table,
    /// The row as it stands.
    pub draft: Draft,
    /// What identifies it.
    pub key: Row,
}

/// What is not refused, or for another reason than it should be.
pub async fn faults(catalogue: &Catalogue, solver: &Solver, db: &DatabaseConnection, table: &Table) -> Vec<String> {
    let tx = db.begin().await.expect("a transaction");
    let faults = match Subject::insert(Builder::new(catalogue, solver, &tx), table).await {
        Err(fault) => vec![format!("a row to try refusals with: {fault}")],
        Ok(subject) => {
            let mut faults = subject.missing_values().await;
            for check in &table.checks {
                faults.extend(subject.check(check).await);
            }
            for key in &table.foreign_keys {
                faults.extend(subject.dangling(key).await);
                faults.extend(subject.deletion(key).await);
            }
            faults.extend(unique::primary_key(&subject).await);
            for index in table.indexes.iter().filter(|index| index.unique) {
                faults.extend(unique::faults(&subject, index).await);
            }
            faults
        }
    };
    tx.rollback().await.expect("a rollback");
    faults
}

impl<'a> Subject<'a> {
    async fn insert(builder: Builder<'a>, table: &'a Table) -> Result<Self, String> {
        let mut draft = builder.draft(table, Fill::Full, &Row::new()).await?;
        let row = builder.catalogue.rows(&table.name).insert(builder.tx, &draft.said).await;
        let row = row.map_err(|error| format!("{error}; it was {:?}", draft.said))?;
        let key = key(table, &row);
        draft.said.extend(key.clone());
        draft.whole.extend(key.clone());
        Ok(Self { builder, table, draft, key })
    }

    /// Every column that may not be NULL.
    async fn missing_values(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for column in self.table.columns.iter().filter(|c| !c.nullable && !c.identity) {
            let change = Row::from([(column.name.clone(), values::null(&column.ty))]);
            faults.extend(self.refuses(&change, Constraint::NotNull, &[&column.name]).await);
        }
        faults
    }

    /// One check, the others holding; when they imply it, together with those that it takes along.
    async fn check(&self, check: &Check) -> Option<String> {
        let refused = Condition::Refused(check.expression.clone());
        let others: Vec<Check> = self.table.checks.iter().filter(|c| c.name != check.name).cloned().collect();
        let mut conditions = passing(&others);
        conditions.push(refused.clone());
        let about = std::slice::from_ref(&refused);
        let mut row = None;
        for wanted in [conditions.as_slice(), about] {
            if row.is_none() {
                row = self.builder.search(self.table, &self.draft, &Row::new(), about, wanted).await;
            }
        }
        let Some(row) = row else {
            let Check { name, expression } = check;
            return Some(format!(
                "no row is found that breaks {name} ({expression}): teach `values` what the expression asks for"
            ));
        };
        let mut whole = self.draft.whole.clone();
        whole.extend(row);
        let mut broken = Vec::new();
        for check in &self.table.checks {
            let refused = [Condition::Refused(check.expression.clone())];
            if self.builder.solver.solve(&whole, &[], &refused).await.is_some() {
                broken.push(check.name.as_str());
            }
        }
        self.refuses(&self.change_to(&whole), Constraint::Check, &broken).await
    }

    /// A foreign key that points at nothing, where it can be with others that point right.
    async fn dangling(&self, key: &ForeignKey) -> Option<String> {
        let shared = |name: &&String| {
            self.table.foreign_keys.iter().any(|other| other.name != key.name && other.columns.contains(name))
        };
        let name = key.columns.iter().find(|name| !shared(name)).unwrap_or(&key.columns[0]);
        let conditions = passing(&self.table.checks);
        let mut draft =
            Draft { said: Row::new(), whole: self.draft.whole.clone(), parents: self.draft.parents.clone() };
        let broken = if key.columns.len() == 1 {
            let absent = values::absent(&column(self.table, name).ty);
            let absent = absent.unwrap_or_else(|| panic!("{}.{name}: a value that no row has", self.table.name));
            draft.whole.insert(name.clone(), absent.clone());
            // Others may have to follow, because checks tie them to it.
            draft.parents.insert(name.clone(), absent.clone());
            let given = Row::from([(name.clone(), absent)]);
            self.held(&draft, &given, &conditions).await
        } else {
            let differs = Condition::Differs(name.clone(), self.draft.whole[name].clone());
            let about = [differs, Condition::Present(name.clone())];
            let wanted = [conditions.as_slice(), &about].concat();
            self.builder.search(self.table, &draft, &Row::new(), &about, &wanted).await
        };
        let Some(broken) = broken else {
            return Some(format!("no row is found in which {} points at nothing and the checks hold", key.name));
        };
        let change = self.change_to(&broken);
        let touched = self.table.foreign_keys.iter().filter(|key| key.columns.iter().any(|c| change.contains_key(c)));
        let names: Vec<&str> = touched.map(|key| key.name.as_str()).collect();
        self.refuses(&change, Constraint::ForeignKey, &names).await
    }

    /// The row, with other columns changed until the conditions hold.
    async fn held(&self, draft: &Draft, given: &Row, conditions: &[Condition]) -> Option<Row> {
        match self.builder.solver.solve(&draft.whole, &[], conditions).await {
            Some(row) => Some(row),
            None => {
                let near = |condition: &&Condition| given.keys().any(|name| condition.mentions(name));
                let about: Vec<Condition> = conditions.iter().filter(near).cloned().collect();
                self.builder.search(self.table, draft, given, &about, conditions).await
            }
        }
    }

    /// What becomes of the row when the one that it points at goes.
    async fn deletion(&self, key: &ForeignKey) -> Option<String> {
        let target: Row = key
            .columns
            .iter()
            .zip(&key.referenced_columns)
            .map(|(c, r)| (r.clone(), self.draft.whole[c].clone()))
            .collect();
        if target.values().any(is_null) {
            return None;
        }
        // Other keys may point at the same row and have a say as well.
        let together: Vec<&ForeignKey> = by_width(self.table)
            .filter(|other| other.references == key.references)
            .filter(|other| {
                other
                    .columns
                    .iter()
                    .zip(&other.referenced_columns)
                    .all(|(c, r)| target.get(r).is_none_or(|v| *v == self.draft.whole[c]))
            })
            .collect();
        let has = |actions: &[ReferentialAction]| together.iter().any(|key| actions.contains(&key.on_delete));
        let savepoint = self.builder.tx.begin().await.expect("a savepoint");
        let deleted = delete(&savepoint, &key.references, &target).await;
        let left = if deleted.is_ok() { self.rows(&savepoint).await } else { Vec::new() };
        savepoint.rollback().await.expect("a rollback");
        let name = &key.name;
        if has(&[ReferentialAction::Restrict, ReferentialAction::NoAction]) {
            return match deleted.map_err(|error| DbError::from(error).constraint()) {
                Err(Some(Constraint::ForeignKey)) => None,
                other => Some(format!("{name}: the row pointed at could go ({other:?})")),
            };
        }
        if let Err(error) = deleted {
            return Some(format!("{name}: the row pointed at could not go: {error}"));
        }
        if has(&[ReferentialAction::Cascade]) {
            return (!left.is_empty()).then(|| format!("{name}: the row did not go with the one it points at"));
        }
        let cleared = left.first().is_some_and(|row| key.columns.iter().any(|c| is_null(&row[c])));
        (!cleared).then(|| format!("{name}: the columns that point are not NULL after what they point at has gone"))
    }

    async fn rows(&self, tx: &DatabaseTransaction) -> Vec<Row> {
        self.builder.catalogue.rows(&self.table.name).find(tx, &self.key).await.expect("readable")
    }

    /// What differs from the row as it stands.
    pub fn change_to(&self, row: &Row) -> Row {
        row.iter()
            .filter(|(name, value)| self.draft.whole.get(*name) != Some(value))
            .map(|(n, v)| (n.clone(), v.clone()))
            .collect()
    }

    /// Changes the row and tells when that is not refused by one of these constraints.
    async fn refuses(&self, change: &Row, kind: Constraint, names: &[&str]) -> Option<String> {
        let savepoint = self.builder.tx.begin().await.expect("a savepoint");
        let answer = update(&savepoint, &self.table.name, &self.key, change).await;
        savepoint.rollback().await.expect("a rollback");
        refusal(answer, kind, names).map(|fault| format!("{}: {fault}, for {change:?}", names.join(", ")))
    }
}

/// What is wrong with an answer that should be a refusal of this kind that has these words.
pub fn refusal(answer: Result<(), DbErr>, kind: Constraint, words: &[&str]) -> Option<String> {
    let error = match answer {
        Ok(()) => return Some("not refused".to_owned()),
        Err(error) => DbError::from(error),
    };
    let text = error.to_string();
    if error.constraint() != Some(kind) {
        return Some(format!("refused, but not as {kind:?}: {text}"));
    }
    // SQLite does not say which foreign key it is.
    let named = words.iter().any(|word| text.contains(word)) || text.contains("FOREIGN KEY constraint failed");
    (!named).then(|| format!("refused by another rule: {text}"))
}

/// `UPDATE` without an entity, so that any column can become NULL.
pub async fn update(tx: &DatabaseTransaction, table: &str, like: &Row, change: &Row) -> Result<(), DbErr> {
    let mut statement = Query::update();
    statement.table(Alias::new(table));
    for (name, value) in change {
        statement.value(Alias::new(name), Expr::val(value.clone()));
    }
    for (name, value) in like {
        statement.and_where(Expr::col(Alias::new(name)).eq(value.clone()));
    }
    let done = tx.execute(&statement).await?;
    assert_eq!(done.rows_affected(), 1, "the row is there once");
    Ok(())
}

async fn delete(tx: &DatabaseTransaction, table: &str, like: &Row) -> Result<(), DbErr> {
    let mut statement = Query::delete();
    statement.from_table(Alias::new(table));
    for (name, value) in like {
        statement.and_where(Expr::col(Alias::new(name)).eq(value.clone()));
    }
    let done = tx.execute(&statement).await?;
    assert_eq!(done.rows_affected(), 1, "the row is there once");
    Ok(())
}
