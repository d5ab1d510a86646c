//! Rows that the database must accept: parents first, values by type, and where checks relate columns
//! to each other, values that the solver finds.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::atomic::{AtomicI64, Ordering},
};

use sea_orm::{DatabaseTransaction, TransactionTrait, Value};
use seadrift::{
    entity::rows::Row,
    schema::{Column, Expression, ForeignKey, Table},
};

use super::{
    catalogue::Catalogue,
    solver::{Condition, Solver, passing},
    values,
};

/// How many fuller rows are tried where the least one is there already.
const FULLER: usize = 8;

/// How much of a row is said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Only what must be.
    Least,
    /// Every column.
    Full,
}

/// A row on its way into the database.
pub struct Draft {
    /// What an insert says; the rest is left to the database.
    pub said: Row,
    /// All columns, as far as they are known; an identity that is not is NULL.
    pub whole: Row,
    /// The keys of rows that were made for columns that point, used or not.
    pub parents: BTreeMap<String, Value>,
}

/// Makes rows in one transaction.
pub struct Builder<'a> {
    pub catalogue: &'a Catalogue,
    pub solver: &'a Solver,
    pub tx: &'a DatabaseTransaction,
    number: AtomicI64,
}

type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, String>> + Send + 'a>>;

impl<'a> Builder<'a> {
    /// In this transaction, whose database has no rows of the models.
    pub fn new(catalogue: &'a Catalogue, solver: &'a Solver, tx: &'a DatabaseTransaction) -> Self {
        Self { catalogue, solver, tx, number: AtomicI64::new(0) }
    }

    /// Drafts a row with these values, and inserts the rows that it points at.
    pub async fn draft(&self, table: &Table, fill: Fill, given: &Row) -> Result<Draft, String> {
        let number = self.number.fetch_add(1, Ordering::Relaxed) + 1;
        let mut said = given.clone();
        let mut parents = BTreeMap::new();
        for key in by_width(table) {
            let (set, open): (Vec<&String>, Vec<&String>) = key.columns.iter().partition(|c| said.contains_key(*c));
            let needed = key.columns.iter().all(|c| !column(table, c).nullable);
            if open.is_empty() || (fill == Fill::Least && !needed) {
                continue;
            }
            let known = key.columns.iter().zip(&key.referenced_columns).filter(|(c, _)| set.contains(c));
            let known: Row = known.map(|(c, referenced)| (referenced.clone(), said[c].clone())).collect();
            let parent = self.parent(key, &known).await?;
            for (column, referenced) in key.columns.iter().zip(&key.referenced_columns) {
                said.insert(column.clone(), parent[referenced].clone());
                parents.insert(column.clone(), parent[referenced].clone());
            }
        }
        for column in table.columns.iter().filter(|c| !c.identity) {
            let required = !column.nullable && column.default.is_none();
            if (fill == Fill::Full || required) && !said.contains_key(&column.name) {
                let declared = self.catalogue.declared(&table.name, &column.name);
                said.insert(column.name.clone(), values::fit(column, declared, number));
            }
        }
        let mut draft = Draft { whole: whole(table, &said), said, parents };
        let conditions = passing(&table.checks);
        if self.settle(table, &mut draft, given, &conditions).await.is_err() {
            self.add_parents(table, &mut draft).await?;
            self.settle(table, &mut draft, given, &conditions).await?;
        }
        Ok(draft)
    }

    /// Rows for the columns that point and may be NULL, for the case that a check asks for one of them.
    async fn add_parents(&self, table: &Table, draft: &mut Draft) -> Result<(), String> {
        for key in table.foreign_keys.iter().filter(|key| key.columns.len() == 1) {
            let column = &key.columns[0];
            if !draft.parents.contains_key(column) && table.checks.iter().any(|check| check.expression.mentions(column))
            {
                let parent = self.parent(key, &Row::new()).await?;
                draft.parents.insert(column.clone(), parent[&key.referenced_columns[0]].clone());
            }
        }
        Ok(())
    }

    /// A row that a foreign key can point at: one that has the known values, or a new one.
    async fn parent(&self, key: &ForeignKey, known: &Row) -> Result<Row, String> {
        let table = self.catalogue.table(&key.references);
        if !known.is_empty() {
            let like = self.catalogue.rows(&table.name).find(self.tx, known).await;
            let exists = like.map_err(|error| format!("reading {}: {error}", table.name))?;
            let is_key = known.keys().any(|c| table.primary_key.contains(c));
            if let Some(row) = exists.into_iter().next().filter(|_| is_key) {
                return Ok(row);
            }
        }
        let mut made = self.insert(table, Fill::Least, known.clone()).await;
        // The least row may be one that there is once, and it is there: fuller ones, which differ by their
        // numbers, are tried until one is another.
        let once = table.indexes.iter().any(|index| index.unique && index.predicate.is_some());
        for _ in 0..if once { FULLER } else { 0 } {
            if made.is_err() {
                made = self.insert(table, Fill::Full, known.clone()).await;
            }
        }
        made
    }

    /// Drafts a row and inserts it.
    pub fn insert<'b>(&'b self, table: &'b Table, fill: Fill, given: Row) -> Answer<'b, Row> {
        Box::pin(async move {
            let draft = self.draft(table, fill, &given).await?;
            let savepoint = self.tx.begin().await.map_err(|error| error.to_string())?;
            let inserted = self.catalogue.rows(&table.name).insert(&savepoint, &draft.said).await;
            let ended = if inserted.is_ok() { savepoint.commit().await } else { savepoint.rollback().await };
            ended.map_err(|error| error.to_string())?;
            inserted.map_err(|error| format!("a row of {} is refused: {error}; it was {:?}", table.name, draft.said))
        })
    }

    /// Changes the columns of a draft that are not given until the conditions hold.
    pub async fn settle(
        &self,
        table: &Table,
        draft: &mut Draft,
        given: &Row,
        conditions: &[Condition],
    ) -> Result<(), String> {
        if self.solver.solve(&draft.whole, &[], conditions).await.is_some() {
            return Ok(());
        }
        let mut broken = Vec::new();
        for condition in conditions {
            if self.solver.solve(&draft.whole, &[], std::slice::from_ref(condition)).await.is_none() {
                broken.push(condition.clone());
            }
        }
        let mut solved = self.search(table, draft, given, &broken, conditions).await;
        if solved.is_none() {
            solved = self.mend(table, draft, given, conditions).await;
        }
        let Some(solved) = solved else {
            return Err(format!(
                "no values of {} are found for which {broken:?} hold; they were {:?}",
                table.name, draft.whole
            ));
        };
        let changed: Vec<&String> =
            solved.iter().filter(|(name, value)| draft.whole.get(*name) != Some(value)).map(|(name, _)| name).collect();
        let mut said = draft.said.clone();
        for name in &changed {
            said.insert((*name).clone(), solved[*name].clone());
        }
        for key in by_width(table).filter(|key| key.columns.len() > 1) {
            let moved: Row = key
                .columns
                .iter()
                .zip(&key.referenced_columns)
                .filter(|(c, _)| changed.contains(c))
                .map(|(c, r)| (r.clone(), said[c].clone()))
                .collect();
            if moved.is_empty() || key.columns.iter().any(|c| is_null(&said[c])) {
                continue;
            }
            let parent = self.parent(key, &moved).await?;
            for (column, referenced) in key.columns.iter().zip(&key.referenced_columns) {
                said.insert(column.clone(), parent[referenced].clone());
            }
        }
        draft.whole = whole(table, &said);
        draft.said = said;
        match self.solver.solve(&draft.whole, &[], conditions).await {
            Some(_) => Ok(()),
            None => Err(format!("the values of {} that hold {conditions:?} break its foreign keys", table.name)),
        }
    }

    /// Values for the columns that these conditions relate, near ones first and then those related to
    /// them; as few changes as can be.
    pub async fn search(
        &self,
        table: &Table,
        draft: &Draft,
        given: &Row,
        about: &[Condition],
        conditions: &[Condition],
    ) -> Option<Row> {
        let mut free: Vec<&Column> = Vec::new();
        let mut about: Vec<&Condition> = about.iter().collect();
        loop {
            let more: Vec<&Column> = table
                .columns
                .iter()
                .filter(|c| !c.identity && !given.contains_key(&c.name) && !free.iter().any(|f| f.name == c.name))
                .filter(|c| about.iter().any(|condition| condition.mentions(&c.name)))
                .collect();
            if more.is_empty() {
                return None;
            }
            free.extend(more);
            let mut choices: Vec<(String, Vec<Value>)> = Vec::new();
            for column in &free {
                choices.push((column.name.clone(), self.choices(table, draft, column).await));
            }
            for few in subsets(choices.len()) {
                let few: Vec<_> = few.iter().map(|at| choices[*at].clone()).collect();
                if let Some(found) = self.solver.solve(&draft.whole, &few, conditions).await {
                    return Some(found);
                }
            }
            about = conditions.iter().filter(|condition| free.iter().any(|c| condition.mentions(&c.name))).collect();
        }
    }

    /// Changes that mend one condition after the other, for those that follow from each other, such as sums.
    async fn mend(&self, table: &Table, draft: &Draft, given: &Row, conditions: &[Condition]) -> Option<Row> {
        let mut draft = Draft { said: Row::new(), whole: draft.whole.clone(), parents: draft.parents.clone() };
        for _ in conditions {
            let Some(broken) = self.first_broken(&draft.whole, conditions).await else { return Some(draft.whole) };
            let broken = std::slice::from_ref(broken);
            let mut kept = broken.to_vec();
            for condition in conditions {
                if self.solver.solve(&draft.whole, &[], std::slice::from_ref(condition)).await.is_some() {
                    kept.push(condition.clone());
                }
            }
            draft.whole = match self.search(table, &draft, given, broken, &kept).await {
                Some(row) => row,
                None => self.search(table, &draft, given, broken, broken).await?,
            };
        }
        None
    }

    async fn first_broken<'c>(&self, row: &Row, conditions: &'c [Condition]) -> Option<&'c Condition> {
        for condition in conditions {
            if self.solver.solve(row, &[], std::slice::from_ref(condition)).await.is_none() {
                return Some(condition);
            }
        }
        None
    }

    /// What a column may become, its present value first. A column that points may only point at rows
    /// that there are.
    async fn choices(&self, table: &Table, draft: &Draft, column: &Column) -> Vec<Value> {
        let mut found: Vec<Value> = draft.whole.get(&column.name).into_iter().cloned().collect();
        let mut add = |value: &Value| {
            if !found.contains(value) {
                found.push(value.clone());
            }
        };
        let points: Vec<&ForeignKey> =
            table.foreign_keys.iter().filter(|key| key.columns.contains(&column.name)).collect();
        let alone = points.iter().find(|key| key.columns.len() == 1);
        if let Some(key) = alone {
            let same = table
                .foreign_keys
                .iter()
                .filter(|other| other.references == key.references && other.columns.len() == 1);
            draft.parents.get(&column.name).into_iter().for_each(&mut add);
            same.filter_map(|other| draft.parents.get(&other.columns[0])).for_each(&mut add);
            if key.references == table.name {
                draft.whole.get(&key.referenced_columns[0]).filter(|id| !is_null(id)).into_iter().for_each(&mut add);
            }
            if column.nullable {
                add(&values::null(&column.ty));
            }
            return found;
        }
        let expressions: Vec<&Expression> = table
            .checks
            .iter()
            .map(|check| &check.expression)
            .chain(table.indexes.iter().filter_map(|index| index.predicate.as_ref()))
            .filter(|expression| expression.mentions(&column.name))
            .collect();
        values::candidates(column, self.catalogue.declared(&table.name, &column.name), &expressions)
            .iter()
            .for_each(&mut add);
        // Columns that an expression compares hold each other's values, and both sides of its equations.
        for other in table.columns.iter().filter(|o| o.name != column.name && o.ty == column.ty) {
            if expressions.iter().any(|e| e.mentions(&other.name)) {
                draft.whole.get(&other.name).into_iter().for_each(&mut add);
            }
        }
        for expression in expressions {
            for side in self.solver.sides(&draft.whole, expression).await {
                values::from_text(&column.ty, &side).iter().for_each(&mut add);
            }
        }
        found
    }
}

/// The positions of one, two and three of so many; where these are few, of all.
fn subsets(count: usize) -> Vec<Vec<usize>> {
    let mut found: Vec<Vec<usize>> = (0..count).map(|a| vec![a]).collect();
    for size in 2..=3 {
        let smaller: Vec<Vec<usize>> = found.iter().filter(|set| set.len() == size - 1).cloned().collect();
        for set in smaller {
            found.extend((set[size - 2] + 1..count).map(|next| [set.as_slice(), &[next]].concat()));
        }
    }
    if (4..=6).contains(&count) {
        found.push((0..count).collect());
    }
    found
}

/// All columns as the database will have them, as far as that is known; an identity that is not is NULL.
pub fn whole(table: &Table, said: &Row) -> Row {
    let known = |column: &Column| said.get(&column.name).cloned().or_else(|| values::left_out(column));
    table.columns.iter().filter_map(|c| Some((c.name.clone(), known(c)?))).collect()
}

/// The foreign keys, those of several columns first.
pub fn by_width(table: &Table) -> impl Iterator<Item = &ForeignKey> {
    let mut keys: Vec<&ForeignKey> = table.foreign_keys.iter().collect();
    keys.sort_by_key(|key| std::cmp::Reverse(key.columns.len()));
    keys.into_iter()
}

/// The column of this name, which there must be.
pub fn column<'t>(table: &'t Table, name: &str) -> &'t Column {
    table.column(name).unwrap_or_else(|| panic!("{} has no column {name}", table.name))
}

/// Whether the value is NULL.
pub fn is_null(value: &Value) -> bool {
    *value == value.as_null()
}
