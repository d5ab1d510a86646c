//! Reads the text of a CREATE TABLE or CREATE INDEX statement, whoever wrote it.
//!
//! SQLite keeps these statements as they were written, and tells names of constraints, checks and
//! expressions nowhere else. What the schema value has no word for becomes an oddity in words.

mod constraint;
mod cursor;

use cursor::Cursor;
pub(super) use cursor::Unreadable;

use super::token::{Kind, Token};
use crate::schema::ReferentialAction;

/// A table as its definition says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct TableText {
    pub columns: Vec<ColumnText>,
    pub constraints: Vec<ConstraintText>,
    pub strict: bool,
    pub without_rowid: bool,
}

/// One column as its definition says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ColumnText {
    pub name: String,
    /// The type's words, evenly spaced; empty without a type.
    pub declared: String,
    /// The whole definition as written.
    pub definition: String,
    pub not_null: bool,
    /// The text behind DEFAULT, with its parentheses.
    pub default: Option<String>,
    pub autoincrement: bool,
    /// Whether its values are computed, so that none can be inserted.
    pub generated: bool,
    /// What the schema value has no word for.
    pub oddities: Vec<String>,
}

/// A constraint, of a column or of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ConstraintText {
    pub name: Option<String>,
    /// The column in whose definition it stands.
    pub column: Option<String>,
    pub kind: ConstraintKind,
    /// The constraint, without its name, as it can stand at the end of a table's definition.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ConstraintKind {
    PrimaryKey { columns: Vec<String> },
    Unique { columns: Vec<String> },
    Check { expression: String },
    ForeignKey(ForeignKeyText),
}

/// A foreign key as written; without `referenced` it points at the primary key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ForeignKeyText {
    pub columns: Vec<String>,
    pub references: String,
    pub referenced: Vec<String>,
    pub on_delete: ReferentialAction,
    pub on_update: ReferentialAction,
}

/// An index as its statement says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct IndexText {
    pub unique: bool,
    pub keys: Vec<KeyText>,
    pub predicate: Option<String>,
}

/// One part of an index's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyText {
    /// The column, when it is nothing but a name.
    pub column: Option<String>,
    /// The text without outer parentheses and direction.
    pub text: String,
    pub descending: bool,
}

/// Reads a CREATE TABLE statement.
pub(super) fn table(sql: &str) -> Result<TableText, Unreadable> {
    let mut cursor = Cursor::new(sql);
    cursor.expect("CREATE")?;
    let _ = cursor.take("TEMP") || cursor.take("TEMPORARY");
    cursor.expect("TABLE")?;
    skip_if_not_exists(&mut cursor)?;
    qualified_name(&mut cursor)?;
    let mut table = TableText::default();
    cursor.expect_symbol("(")?;
    loop {
        if is_constraint(cursor.peek()) {
            constraint::of_table(&mut cursor, &mut table)?;
        } else {
            column(&mut cursor, &mut table)?;
        }
        // The comma between constraints of a table may be left out.
        if !cursor.take_symbol(",") && !is_constraint(cursor.peek()) {
            break;
        }
    }
    cursor.expect_symbol(")")?;
    while let Some(token) = cursor.next() {
        if token.is("STRICT") {
            table.strict = true;
        } else if token.is("WITHOUT") {
            cursor.expect("ROWID")?;
            table.without_rowid = true;
        } else if !token.symbol(",") && !token.symbol(";") {
            return Err(cursor.unreadable("a table option"));
        }
    }
    Ok(table)
}

/// Reads a CREATE INDEX statement.
pub(super) fn index(sql: &str) -> Result<IndexText, Unreadable> {
    let mut cursor = Cursor::new(sql);
    cursor.expect("CREATE")?;
    let mut index = IndexText { unique: cursor.take("UNIQUE"), ..IndexText::default() };
    cursor.expect("INDEX")?;
    skip_if_not_exists(&mut cursor)?;
    qualified_name(&mut cursor)?;
    cursor.expect("ON")?;
    cursor.name()?;
    for part in cursor.group_parts()? {
        index.keys.push(key(part));
    }
    if cursor.take("WHERE") {
        index.predicate = Some(cursor.rest().trim_end_matches(';').trim().to_owned());
    }
    Ok(index)
}

/// One part of an index's key.
fn key(part: &str) -> KeyText {
    let tokens = super::token::tokens(part);
    let (mut text, mut descending) = (part.trim(), false);
    let mut used = tokens.as_slice();
    if let [rest @ .., last] = used
        && (last.is("ASC") || last.is("DESC"))
        && !rest.is_empty()
    {
        descending = last.is("DESC");
        text = part[..last.start].trim();
        used = rest;
    }
    let column = match used {
        [only] if matches!(only.kind, Kind::Word | Kind::Quoted) => only.name(),
        _ => None,
    };
    KeyText { column, text: without_parentheses(text).to_owned(), descending }
}

/// The text inside, when one pair of parentheses is around all of it.
fn without_parentheses(text: &str) -> &str {
    let mut cursor = Cursor::new(text);
    match cursor.group() {
        Ok(inner) if cursor.peek().is_none() => inner.trim(),
        _ => text,
    }
}

fn skip_if_not_exists(cursor: &mut Cursor<'_>) -> Result<(), Unreadable> {
    if cursor.take("IF") {
        cursor.expect("NOT")?;
        cursor.expect("EXISTS")?;
    }
    Ok(())
}

fn qualified_name(cursor: &mut Cursor<'_>) -> Result<(), Unreadable> {
    cursor.name()?;
    if cursor.take_symbol(".") {
        cursor.name()?;
    }
    Ok(())
}

fn is_constraint(token: Option<Token<'_>>) -> bool {
    const BEGIN: [&str; 5] = ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"];
    token.is_some_and(|t| BEGIN.iter().any(|w| t.is(w)))
}

/// One column with its constraints.
fn column(cursor: &mut Cursor<'_>, table: &mut TableText) -> Result<(), Unreadable> {
    let start = cursor.offset();
    let mut column = ColumnText { name: cursor.name()?, ..ColumnText::default() };
    let mut words: Vec<String> = Vec::new();
    while let Some(token) = cursor.peek() {
        if token.symbol("(") && !words.is_empty() {
            let inner = cursor.group()?;
            let inner = super::token::normal(inner).replace(" , ", ",");
            if let Some(last) = words.last_mut() {
                last.push_str(&format!("({inner})"));
            }
        } else if matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Text) && !constraint::begins(token) {
            words.push(cursor.name()?);
        } else {
            break;
        }
    }
    column.declared = words.join(" ");
    while constraint::of_column(cursor, &mut column, table)? {}
    column.definition = cursor.text_from(start);
    table.columns.push(column);
    Ok(())
}

#[cfg(test)]
mod tests;
