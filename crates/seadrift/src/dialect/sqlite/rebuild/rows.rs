//! Which rows do not fit a table's new definition, and how many.

use std::fmt;

use sea_orm::sqlx::{self, AssertSqlSafe, Row, SqliteConnection};

use super::{LiveExtras, Rebuild};
use crate::{
    dialect::{
        quote,
        sqlite::{ddl::quoted, types::implied_check},
    },
    schema::{Index, IndexKey},
};

/// A rule of the new table that rows break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offence {
    /// The rule, in words.
    pub rule: String,
    /// How many rows break it.
    pub rows: i64,
    /// Up to three of them, by the table's key.
    pub examples: Vec<String>,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = if self.rows == 1 { "row" } else { "rows" };
        write!(f, "{} {rows}: {}", self.rows, self.rule)?;
        if !self.examples.is_empty() {
            write!(f, " (for example {})", self.examples.join(", "))?;
        }
        Ok(())
    }
}

impl Rebuild {
    /// What keeps the rows from being copied: they are put into a table that has the new types and
    /// no rules, and every rule is asked there.
    pub(super) async fn offences(
        &self,
        connection: &mut SqliteConnection,
        live: &LiveExtras,
    ) -> Result<Vec<Offence>, sqlx::Error> {
        let bare = format!("seadrift_rows_{}", self.after.name);
        let mut columns: Vec<String> = self.declared().map(|(name, word)| format!("{} {word}", quote(name))).collect();
        columns.extend(live.columns.iter().map(|c| quote(&c.name)));
        for sql in [format!("CREATE TABLE {} ({})", quote(&bare), columns.join(", ")), self.copy_sql(live, &bare)] {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *connection).await?;
        }
        let mut found = Vec::new();
        for (rule, condition) in self.rules() {
            found.extend(self.ask(connection, &bare, rule, &condition).await?);
        }
        if !self.after.primary_key.is_empty() {
            let key = Index::on("primary key", self.after.primary_key.clone()).unique();
            found.extend(self.duplicates(connection, &bare, &key).await?);
        }
        sqlx::raw_sql(AssertSqlSafe(format!("DROP TABLE {}", quote(&bare)))).execute(connection).await?;
        Ok(found)
    }

    /// Every rule on single rows, with the condition of the rows that break it.
    fn rules(&self) -> Vec<(String, String)> {
        let mut rules = Vec::new();
        for column in &self.after.columns {
            let name = quote(&column.name);
            // A column without values of its own gets its default and is not null by that.
            let filled = self.copy.iter().any(|(c, _)| *c == column.name) || column.default.is_none();
            if !column.nullable && !column.identity && filled {
                let advice = "give the migration a fill";
                rules.push((format!("column {name} would be null; {advice}"), format!("{name} IS NULL")));
            }
            if let Some(check) = implied_check(column) {
                rules.push((format!("column {name} holds what is no {}", column.ty), format!("NOT ({check})")));
            }
        }
        for check in &self.after.checks {
            let rule = format!("check {:?} ({})", check.name, check.expression);
            rules.push((rule, format!("NOT ({})", check.expression)));
        }
        rules
    }

    async fn ask(
        &self,
        connection: &mut SqliteConnection,
        bare: &str,
        rule: String,
        condition: &str,
    ) -> Result<Option<Offence>, sqlx::Error> {
        let count = format!("SELECT count(*) FROM {} WHERE {condition}", quote(bare));
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(&mut *connection).await?;
        if rows == 0 {
            return Ok(None);
        }
        let mut examples = Vec::new();
        if !self.after.primary_key.is_empty() {
            let key = self.after.primary_key.iter().map(|c| format!("quote({})", quote(c))).collect::<Vec<_>>();
            let sql = format!(
                "SELECT {} FROM {} WHERE {condition} ORDER BY {} LIMIT 3",
                key.join(" || ', ' || "),
                quote(bare),
                quoted(&self.after.primary_key)
            );
            let names = self.after.primary_key.join(", ");
            for row in sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await? {
                examples.push(format!("{names} = {}", row.try_get::<String, _>(0)?));
            }
        }
        Ok(Some(Offence { rule, rows, examples }))
    }

    /// Rows of the table `rows` whose keys in this unique index are those of another row.
    pub(super) async fn duplicates(
        &self,
        connection: &mut SqliteConnection,
        rows: &str,
        index: &Index,
    ) -> Result<Option<Offence>, sqlx::Error> {
        let keys: Vec<String> = index
            .keys
            .iter()
            .map(|key| match key {
                IndexKey::Column(name) | IndexKey::Descending { desc: name } => quote(name),
                IndexKey::Expression { sql, .. } => format!("({sql})"),
            })
            .collect();
        let given = keys.iter().map(|k| format!("{k} IS NOT NULL")).collect::<Vec<_>>().join(" AND ");
        let predicate = index.predicate.as_ref().map(|p| format!(" AND ({p})")).unwrap_or_default();
        let sql = format!(
            "SELECT coalesce(sum(n), 0) FROM (SELECT count(*) AS n FROM {} WHERE {given}{predicate} \
             GROUP BY {} HAVING count(*) > 1)",
            quote(rows),
            keys.join(", ")
        );
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await?;
        let rule = format!("not unique in {:?} ({})", index.name, keys.join(", "));
        Ok((rows > 0).then_some(Offence { rule, rows, examples: Vec::new() }))
    }
}
