//! Whether every row will fit, asked of the database before anything changes: each rule of ours that the
//! live table does not have already, over the rows as they will be. Only reads.

use std::collections::BTreeMap;

use sea_orm::sqlx;

use super::{
    plan::{Plan, TablePlan},
    rows::{Future, Source, units},
    value::{ValueFunctions, read},
};
use crate::{
    adopt::answers::{Convert, Minor},
    dialect::quote,
    report::{Code, Finding},
    run::{Connection, connection},
    schema::{Check, ColumnType, ForeignKey, Index, IndexKey},
};

/// How many examples a finding shows.
const EXAMPLES: usize = 5;

/// Every rule that rows would break.
pub(super) async fn prove(
    connection: &mut Connection,
    plan: &Plan,
    values: &ValueFunctions,
) -> Result<Vec<Finding>, sqlx::Error> {
    let mut found = Vec::new();
    for table in plan.tables.iter().filter(|table| table.from.is_some()) {
        let mut prover = Prover { connection, plan, table, found: Vec::new() };
        if !prover.any().await? {
            continue;
        }
        prover.columns().await;
        for check in &table.ours.checks {
            prover.check(check).await;
        }
        for index in table.ours.indexes.iter().filter(|index| index.unique) {
            prover.unique(index).await;
        }
        for key in &table.ours.foreign_keys {
            prover.foreign_key(key).await;
        }
        prover.computed(values).await?;
        found.append(&mut prover.found);
    }
    Ok(found)
}

struct Prover<'a> {
    connection: &'a mut Connection,
    plan: &'a Plan,
    table: &'a TablePlan,
    found: Vec<Finding>,
}

impl TablePlan {
    /// The live rows, columns under their new names.
    pub(super) fn live_rows(&self) -> String {
        let columns = self.live.columns.iter().map(|column| {
            let old = self.names.get(&column.name).unwrap_or(&column.name);
            format!("{} AS {}", quote(old), quote(&column.name))
        });
        let from = quote(self.from.as_deref().unwrap_or_default());
        format!("SELECT {} FROM {from}", columns.collect::<Vec<_>>().join(", "))
    }

    /// The rows as they will be, but for what functions compute and what the database numbers.
    fn future_rows(&self) -> String {
        let value = |future: &Future| match &future.source {
            Source::Sql(sql) => Some(format!("{sql} AS {}", quote(&future.column.name))),
            Source::Function(_) | Source::Identity => None,
        };
        let columns: Vec<String> = self.future.iter().filter_map(value).collect();
        format!("SELECT {} FROM ({}) AS live", columns.join(", "), self.live_rows())
    }

    fn future(&self, column: &str) -> Option<&Future> {
        self.future.iter().find(|future| future.column.name == column)
    }

    /// Whether the values of the column are those of the live one, in the same type.
    fn stays(&self, column: &str) -> bool {
        self.future(column).is_some_and(|future| !future.changes && future.from.as_ref() == Some(&future.column.ty))
    }

    fn is_computed(&self, column: &str) -> bool {
        self.future(column).is_some_and(|future| matches!(future.source, Source::Function(_)))
    }
}

impl Prover<'_> {
    async fn any(&mut self) -> Result<bool, sqlx::Error> {
        let from = quote(self.table.from.as_deref().unwrap_or_default());
        Ok(!self.connection.rows(&format!("SELECT '1' FROM {from} LIMIT 1")).await?.is_empty())
    }

    fn object(&self, part: &str) -> String {
        format!("{}.{part}", self.table.ours.name)
    }

    /// How many rows there will be for which this holds, and the keys of some; a finding where it cannot be asked.
    async fn rows_where(&mut self, object: &str, rows: &str, condition: &str) -> Option<(i64, String)> {
        let key = self.table.ours.primary_key.iter().filter(|name| !self.table.is_computed(name));
        let keys: Vec<String> = key.map(|name| quote(name)).collect();
        let count = format!("SELECT CAST(count(*) AS text) FROM ({rows}) AS future WHERE {condition}");
        let number = match self.connection.rows(&count).await {
            Ok(found) => found[0][0].as_ref().and_then(|text| text.parse::<i64>().ok()).unwrap_or_default(),
            Err(error) => {
                self.unproven(object, &error);
                return None;
            }
        };
        if number == 0 {
            return None;
        }
        let mut examples = Vec::new();
        if !keys.is_empty() {
            // Under names of their own: ORDER BY would take the texts for the keys.
            let texts = keys.iter().enumerate().map(|(at, key)| format!("CAST({key} AS text) AS shown{at}"));
            let texts: Vec<String> = texts.collect();
            let list = keys.join(", ");
            let sql = format!(
                "SELECT {} FROM ({rows}) AS future WHERE {condition} ORDER BY {list} LIMIT {EXAMPLES}",
                texts.join(", ")
            );
            for row in self.connection.rows(&sql).await.unwrap_or_default() {
                examples.push(row.into_iter().flatten().collect::<Vec<_>>().join("/"));
            }
        }
        let names = self.table.ours.primary_key.join(", ");
        Some((number, if examples.is_empty() { String::new() } else { format!("; {names} {}", examples.join(", ")) }))
    }

    fn unproven(&mut self, object: &str, error: &sqlx::Error) {
        let finding = Finding::new(Code::NotProven, object).cause(connection::explain(error));
        self.found.push(finding.mend("nothing, if it is not refused when it runs; else name a convert for the column"));
    }

    async fn columns(&mut self) {
        let rows = self.table.future_rows();
        for future in &self.table.future {
            let (name, object) = (quote(&future.column.name), self.object(&future.column.name));
            if matches!(future.source, Source::Function(_) | Source::Identity) {
                continue;
            }
            if !future.column.nullable
                && future.maybe_null
                && let Some((number, examples)) = self.rows_where(&object, &rows, &format!("{name} IS NULL")).await
            {
                let finding = Finding::new(Code::HoldsNothing, &object)
                    .evidence(format!("{} not null", future.column.ty), format!("{number} rows hold NULL{examples}"))
                    .mend(format!("fill.\"{object}\" = …"));
                self.found.push(finding);
            }
            if let Some(condition) = too_large(future, &name)
                && let Some((number, examples)) = self.rows_where(&object, &rows, &condition).await
            {
                let finding = Finding::new(Code::TooLarge, &object)
                    .evidence(future.column.ty.to_string(), format!("{number} rows hold more{examples}"))
                    .mend(format!("convert.\"{object}\" = {{ sql = \"…\" }}, or make the column of ours larger"));
                self.found.push(finding);
            }
        }
        self.money().await;
    }

    /// Sums whose smallest unit is not the smallest.
    async fn money(&mut self) {
        let (live, conversions) = (self.table.live_rows(), self.plan.conversions.clone());
        for (key, convert) in &conversions {
            let Convert::Minor(Minor { minor, of }) = convert else { continue };
            let Some((table, _)) = key.split_once('.').filter(|(table, _)| *table == self.table.ours.name) else {
                continue;
            };
            let object = format!("{table}.{of}");
            let whole = format!("{} * {}", quote(of), units(*minor));
            // A float of SQLite's is never quite what it says.
            let condition = format!("abs({whole} - round({whole})) > 0.0001");
            if let Some((number, examples)) = self.rows_where(&object, &live, &condition).await {
                let finding = Finding::new(Code::TooLarge, key)
                    .evidence(format!("at most {minor} decimal places"), format!("{number} rows have more{examples}"))
                    .mend(format!("convert.\"{key}\" = {{ sql = \"…\" }} says how to round"));
                self.found.push(finding);
            }
        }
    }

    async fn check(&mut self, check: &Check) {
        let mentioned: Vec<&Future> =
            self.table.future.iter().filter(|future| check.expression.mentions(&future.column.name)).collect();
        let mentioned: Vec<Future> = mentioned.into_iter().cloned().collect();
        let form = check.expression.canonical();
        let held = self.table.live.checks.iter().any(|live| live.expression.canonical() == form);
        if held && mentioned.iter().all(|future| self.table.stays(&future.column.name)) {
            return;
        }
        // Of computed values the run proves it.
        if mentioned.iter().any(|future| matches!(future.source, Source::Function(_) | Source::Identity)) {
            return;
        }
        let (object, rows) = (self.object(&check.name), self.table.future_rows());
        let condition = format!("NOT ({})", check.expression);
        let Some((number, examples)) = self.rows_where(&object, &rows, &condition).await else { return };
        let values = self.values_of(&mentioned, &rows, &condition).await;
        let shown: Vec<String> = values.iter().map(|(value, count)| format!("{value} ({count})")).collect();
        let mend = match mentioned.as_slice() {
            [one] if one.column.ty != ColumnType::Boolean => {
                let skeleton: Vec<String> = values.iter().map(|(value, _)| format!("{value:?} = \"…\"")).collect();
                format!("map.\"{}\" = {{ {} }}", self.object(&one.column.name), skeleton.join(", "))
            }
            several => {
                let names: Vec<String> = several.iter().map(|f| self.object(&f.column.name)).collect();
                format!("map or convert {}", names.join(", "))
            }
        };
        let finding = Finding::new(Code::Disallowed, &object)
            .evidence(check.expression.to_string(), format!("{number} rows: {}{examples}", shown.join(", ")))
            .mend(mend);
        self.found.push(finding);
    }

    /// The values that break a rule, each with its rows, most rows first.
    async fn values_of(&mut self, columns: &[Future], rows: &str, condition: &str) -> Vec<(String, String)> {
        let texts: Vec<String> =
            columns.iter().map(|f| format!("coalesce(CAST({} AS text), 'NULL')", quote(&f.column.name))).collect();
        if texts.is_empty() {
            return Vec::new();
        }
        let value = texts.join(" || ' / ' || ");
        let sql = format!(
            "SELECT {value}, CAST(count(*) AS text) FROM ({rows}) AS future WHERE {condition} \
             GROUP BY {value} ORDER BY count(*) DESC, 1 LIMIT 20"
        );
        let found = self.connection.rows(&sql).await.unwrap_or_default();
        let pair = |row: Vec<Option<String>>| {
            let mut row = row.into_iter().map(Option::unwrap_or_default);
            (row.next().unwrap_or_default(), row.next().unwrap_or_default())
        };
        found.into_iter().map(pair).collect()
    }

    async fn unique(&mut self, index: &Index) {
        let canonical = index_form(index);
        let held = self.table.live.indexes.iter().any(|live| live.unique && index_form(live) == canonical);
        let columns: Vec<&str> = index.keys.iter().filter_map(IndexKey::column).collect();
        if held && columns.len() == index.keys.len() && columns.iter().all(|name| self.table.stays(name)) {
            return;
        }
        if self.table.future.iter().any(|f| {
            crate::operation::index_uses(index, &f.column.name)
                && matches!(f.source, Source::Function(_) | Source::Identity)
        }) {
            return;
        }
        let key = |key: &IndexKey| match key {
            IndexKey::Expression { sql, .. } => format!("({sql})"),
            other => quote(other.column().unwrap_or_default()),
        };
        let keys: Vec<String> = index.keys.iter().map(key).collect();
        let given = keys.iter().map(|key| format!("{key} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let only = index.predicate.as_ref().map(|predicate| format!(" AND ({predicate})")).unwrap_or_default();
        let texts: Vec<String> = keys.iter().map(|key| format!("CAST({key} AS text)")).collect();
        let list = keys.join(", ");
        let sql = format!(
            "SELECT {}, CAST(count(*) AS text) FROM ({}) AS future WHERE {given}{only} \
             GROUP BY {list} HAVING count(*) > 1 ORDER BY count(*) DESC, {list} LIMIT {EXAMPLES}",
            texts.join(" || ' / ' || "),
            self.table.future_rows()
        );
        let object = self.object(&index.name);
        match self.connection.rows(&sql).await {
            Err(error) => self.unproven(&object, &error),
            Ok(rows) if rows.is_empty() => {}
            Ok(rows) => {
                let shown = rows.into_iter().map(|row| {
                    let mut row = row.into_iter().map(Option::unwrap_or_default);
                    format!("{} ({} rows)", row.next().unwrap_or_default(), row.next().unwrap_or_default())
                });
                let finding = Finding::new(Code::NotDistinct, &object)
                    .evidence(format!("unique ({list}){only}"), shown.collect::<Vec<_>>().join(", "))
                    .mend(
                        "make the rows distinct or merge them with the old program, or give them values by a convert",
                    );
                self.found.push(finding);
            }
        }
    }

    async fn foreign_key(&mut self, key: &ForeignKey) {
        let word = |references: &str| references.split(' ').next().unwrap_or_default().to_owned();
        let target = self.plan.tables.iter().find(|table| table.ours.name == key.references);
        let live_target = target.and_then(|table| table.from.clone());
        let held = self.table.live.foreign_keys.iter().any(|live| {
            live.columns == key.columns
                && live.referenced_columns == key.referenced_columns
                && Some(word(&live.references)) == live_target
                // One that was never validated says nothing about the rows.
                && !live.references.contains("NOT VALID")
        });
        let stays = key.columns.iter().all(|name| self.table.future(name).is_some_and(|future| !future.changes));
        let computed = key.columns.iter().any(|name| self.table.is_computed(name));
        if held && stays && self.plan.before_is_enforced || computed {
            return;
        }
        let object = self.object(&key.name);
        let given = key.columns.iter().map(|c| format!("{} IS NOT NULL", quote(c))).collect::<Vec<_>>().join(" AND ");
        let nowhere = match target.filter(|table| table.from.is_some()) {
            None => given,
            Some(target) => {
                let equal: Vec<String> = (key.columns.iter().zip(&key.referenced_columns))
                    .map(|(from, to)| format!("target.{} = future.{}", quote(to), quote(from)))
                    .collect();
                format!(
                    "{given} AND NOT EXISTS (SELECT 1 FROM ({}) AS target WHERE {})",
                    target.future_rows(),
                    equal.join(" AND ")
                )
            }
        };
        let rows = self.table.future_rows();
        if let Some((number, examples)) = self.rows_where(&object, &rows, &nowhere).await {
            let finding = Finding::new(Code::PointsNowhere, &object)
                .evidence(
                    format!(
                        "({}) in {} ({})",
                        key.columns.join(", "),
                        key.references,
                        key.referenced_columns.join(", ")
                    ),
                    format!("{number} rows point nowhere{examples}"),
                )
                .mend("correct the rows with the old program, or give them values by a convert");
            self.found.push(finding);
        }
    }

    /// What functions compute: that they can, that it fits, and that it is distinct where it must be.
    async fn computed(&mut self, values: &ValueFunctions) -> Result<(), sqlx::Error> {
        for future in &self.table.future {
            let Source::Function(function) = &future.source else { continue };
            let object = self.object(&future.column.name);
            let compute = match values.get(&function.function) {
                Ok(compute) => compute,
                Err(why) => {
                    let finding = Finding::new(Code::NotComputed, &object).evidence("", why);
                    self.found.push(finding.mend(format!("correct convert.\"{object}\"")));
                    continue;
                }
            };
            let alone = |index: &&Index| {
                index.unique
                    && index.predicate.is_none()
                    && matches!(index.keys.as_slice(), [IndexKey::Column(name)] if *name == future.column.name)
            };
            let unique = self.table.ours.indexes.iter().any(|index| alone(&index));
            let mut seen: BTreeMap<String, String> = BTreeMap::new();
            let mut wrong: BTreeMap<Code, Vec<String>> = BTreeMap::new();
            let mut after = None;
            loop {
                let page =
                    read(self.connection, &self.table.live_rows(), &self.table.live.primary_key, &function.of, after)
                        .await?;
                let Some(last) = page.last() else { break };
                after = Some(last.key.clone());
                for row in page {
                    let id = row.key.join("/");
                    let mut note = |code, text: String| wrong.entry(code).or_default().push(text);
                    match compute(&row.values) {
                        Err(why) => note(Code::NotComputed, format!("{id}: {why}")),
                        Ok(None) if !future.column.nullable => note(Code::HoldsNothing, id),
                        Ok(None) => {}
                        Ok(Some(value)) => {
                            if matches!(&future.column.ty, ColumnType::Varchar(n) if value.chars().count() > *n as usize)
                            {
                                note(Code::TooLarge, id.clone());
                            }
                            if let Some(first) = seen.get(&value).filter(|_| unique) {
                                note(Code::NotDistinct, format!("{first} and {id} ({value})"));
                            }
                            if unique {
                                seen.entry(value).or_insert(id);
                            }
                        }
                    }
                }
            }
            for (code, rows) in wrong {
                let shown = rows.iter().take(EXAMPLES).cloned().collect::<Vec<_>>().join(", ");
                let names = self.table.live.primary_key.join(", ");
                let finding = Finding::new(code, &object)
                    .evidence(format!("{} from {}", function.function, function.of.join(", ")), {
                        format!("{} rows; {names} {shown}", rows.len())
                    })
                    .mend("correct or rename the rows with the old program");
                self.found.push(finding);
            }
        }
        Ok(())
    }
}

/// The condition of values that the column does not take; nothing where its type lets none be.
fn too_large(future: &Future, name: &str) -> Option<String> {
    use ColumnType as T;
    let bound = |ty: &T| match ty {
        T::SmallInt => 1,
        T::Integer => 2,
        _ => 3,
    };
    match (&future.column.ty, &future.from) {
        (T::Varchar(n), Some(T::Varchar(m))) if m <= n => None,
        (T::Varchar(n), _) => Some(format!("length({name}) > {n}")),
        (ty @ (T::SmallInt | T::Integer), Some(from @ (T::SmallInt | T::Integer))) if bound(from) <= bound(ty) => None,
        (T::SmallInt, _) => Some(format!("{name} NOT BETWEEN -32768 AND 32767")),
        (T::Integer, _) => Some(format!("{name} NOT BETWEEN -2147483648 AND 2147483647")),
        _ => None,
    }
}

/// What two indexes have in common that let the same rows be.
fn index_form(index: &Index) -> (Vec<String>, Option<String>) {
    let key = |key: &IndexKey| match key {
        IndexKey::Expression { sql, .. } => format!("({})", sql.canonical()),
        other => other.column().unwrap_or_default().to_owned(),
    };
    let mut keys: Vec<String> = index.keys.iter().map(key).collect();
    keys.sort();
    (keys, index.predicate.as_ref().map(|predicate| predicate.canonical().0))
}
