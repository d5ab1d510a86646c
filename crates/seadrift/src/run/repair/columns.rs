//! Which columns of a table that was moved aside can be carried into the new one. Pure.
//!
//! A column is carried when it has the same name, means the same, and its values come into the new
//! type without loss. It does not mean the same when its foreign key points at another table: the
//! number of a profile is not that of a person, however well it would fit.

use crate::{
    dialect::{Carried, Dialect, RenderError},
    diff::Answers,
    schema::{Column, ForeignKey, Schema, Table},
};

/// A column that stays behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Left {
    pub column: String,
    pub why: String,
}

/// What is carried, what stays behind, and what makes carrying impossible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Matching {
    /// Columns of the new table, each with its value.
    pub carried: Vec<(Column, Carried)>,
    /// Columns of the old table whose values stay behind.
    pub left: Vec<Left>,
    /// Columns that every row of the new table needs, and that nothing fills.
    pub unfilled: Vec<Left>,
}

impl Matching {
    /// How well the tables fit: the number of columns carried, none where no row can be.
    pub fn score(&self) -> usize {
        if self.unfilled.is_empty() { self.carried.len() } else { 0 }
    }
}

/// Matches the columns of the table that was, `old`, with those of `new`, a table of `schema`.
pub(super) fn matching(
    dialect: Dialect,
    old: &Table,
    new: &Table,
    schema: &Schema,
    answers: &Answers,
) -> Result<Matching, RenderError> {
    let mut matching = Matching::default();
    for column in &new.columns {
        if let Some(answer) = answers.fill(&new.name, &column.name).and_then(|fill| fill.value()) {
            let sql = dialect.value_sql(&column.ty, &answer)?;
            let value = format!("CAST({sql} AS {})", dialect.staging_type(new, column));
            // SQLite's cast would turn any text into a number; there the column's own affinity decides.
            let value = if dialect == Dialect::Sqlite { sql } else { value };
            matching.carried.push((column.clone(), Carried { value, fits: None }));
            continue;
        }
        let refusal = match old.column(&column.name) {
            None => "the old table has no such column".to_owned(),
            Some(found) => match other_meaning(old, new, column, schema) {
                Some(why) => why,
                None => match dialect.carry(&found.ty, &column.ty, &crate::dialect::quote(&column.name)) {
                    Some(carried) => {
                        matching.carried.push((column.clone(), or_default(dialect, column, carried)?));
                        continue;
                    }
                    None => format!("{} does not become {} without loss", found.ty, column.ty),
                },
            },
        };
        let left = Left { column: column.name.clone(), why: refusal };
        if !column.nullable && !column.identity && column.default.is_none() {
            matching.unfilled.push(left.clone());
        }
        if old.column(&column.name).is_some() {
            matching.left.push(left);
        }
    }
    for column in old.columns.iter().filter(|c| new.column(&c.name).is_none()) {
        let why = "the new table has no such column".to_owned();
        matching.left.push(Left { column: column.name.clone(), why });
    }
    Ok(matching)
}

/// NULL becomes the default where the new column does not allow NULL.
fn or_default(dialect: Dialect, column: &Column, carried: Carried) -> Result<Carried, RenderError> {
    match &column.default {
        Some(default) if !column.nullable => {
            let default = dialect.value_sql(&column.ty, default)?;
            Ok(Carried { value: format!("COALESCE({}, {default})", carried.value), ..carried })
        }
        _ => Ok(carried),
    }
}

/// Why the numbers in a column of the old table are not those that the new one means.
fn other_meaning(old: &Table, new: &Table, column: &Column, schema: &Schema) -> Option<String> {
    let key = |table: &Table| -> Option<ForeignKey> {
        table.foreign_keys.iter().find(|key| key.columns.contains(&column.name)).cloned()
    };
    let before = key(old)?.references;
    let soft = || column.soft_ref.as_ref().and_then(|soft| schema.model(&soft.0)).map(|table| table.name.clone());
    let after = key(new).map(|key| key.references).or_else(soft)?;
    // A key of the table onto itself goes with the table.
    let same = before == after || before == old.name && after == new.name;
    (!same).then(|| format!("it points at {before}, and in the new table at {after}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        diff::Fill,
        schema::{ColumnType, Expression, SoftReference},
    };

    fn table(columns: &[(&str, &str)], references: Option<&str>) -> Table {
        let mut table = Table::new("news", "Note", "news_note");
        for (name, ty) in columns {
            table.columns.push(Column::new(*name, ty.parse().unwrap()));
        }
        if let Some(target) = references {
            table.foreign_keys.push(ForeignKey {
                name: "fk".to_owned(),
                columns: vec!["who".to_owned()],
                references: target.to_owned(),
                referenced_columns: vec!["id".to_owned()],
                on_delete: Default::default(),
                on_update: Default::default(),
            });
        }
        table
    }

    fn of(old: &Table, new: &Table, answers: &Answers) -> Matching {
        let schema = Schema::of([new.clone(), Table::new("people", "Person", "people_person")]);
        matching(Dialect::Postgres, old, new, &schema, answers).unwrap()
    }

    fn names(left: &[Left]) -> Vec<&str> {
        left.iter().map(|l| l.column.as_str()).collect()
    }

    #[test]
    fn equal_names_are_carried_and_others_stay() {
        let old = table(&[("id", "bigint"), ("who", "bigint"), ("gone", "text"), ("raw", "bytes")], None);
        let mut new = table(&[("id", "bigint"), ("who", "bigint"), ("fresh", "text"), ("raw", "text")], None);
        new.columns[2].nullable = true;
        new.columns[3].nullable = true;
        let found = of(&old, &new, &Answers::default());
        assert_eq!(found.carried.iter().map(|(c, _)| c.name.as_str()).collect::<Vec<_>>(), ["id", "who"]);
        assert_eq!(names(&found.left), ["raw", "gone"]);
        assert!(found.unfilled.is_empty());
        new.columns[2].nullable = false;
        assert_eq!(names(&of(&old, &new, &Answers::default()).unfilled), ["fresh"]);
        assert_eq!(of(&old, &new, &Answers::default()).score(), 0);
    }

    #[test]
    fn a_key_to_another_table_is_another_meaning() {
        let new = table(&[("who", "bigint")], Some("accounts_user"));
        for (target, carried) in [(Some("user_profile"), false), (Some("accounts_user"), true), (None, true)] {
            let old = table(&[("who", "bigint")], target);
            let found = of(&old, &new, &Answers::default());
            assert_eq!(found.carried.len(), usize::from(carried), "{target:?}");
            assert_eq!(found.unfilled.is_empty(), carried, "{target:?}");
        }
        // A soft reference means its table just as well.
        let mut soft = table(&[("who", "bigint")], None);
        soft.columns[0].soft_ref = Some(SoftReference("people.Person".to_owned()));
        assert!(of(&table(&[("who", "bigint")], Some("people_person")), &soft, &Answers::default()).left.is_empty());
        assert_eq!(
            names(&of(&table(&[("who", "bigint")], Some("accounts_user")), &soft, &Answers::default()).left),
            ["who"]
        );
    }

    #[test]
    fn an_answer_says_what_a_column_gets() {
        let old = table(&[("who", "bigint")], Some("user_profile"));
        let new = table(&[("who", "bigint")], Some("accounts_user"));
        let map = Expression::from("(SELECT user_id FROM user_profile p WHERE p.id = who)");
        let answers = Answers::default().filled("news_note", "who", Fill::Value(map.into()));
        let found = of(&old, &new, &answers);
        assert!(found.carried[0].1.value.contains("SELECT user_id"), "{found:?}");
        assert!(found.unfilled.is_empty());
        assert_eq!(new.columns[0].ty, ColumnType::BigInt);
    }
}
