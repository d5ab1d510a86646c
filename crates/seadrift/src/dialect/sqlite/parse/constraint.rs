//! Constraints within a CREATE TABLE statement.

use super::{
    ColumnText, ConstraintKind, ConstraintText, ForeignKeyText, TableText,
    cursor::{Cursor, Unreadable},
};
use crate::{
    dialect::{
        quote,
        sqlite::token::{Token, tokens},
    },
    schema::ReferentialAction,
};

/// Whether a column's type ends here.
pub(super) fn begins(token: Token<'_>) -> bool {
    const BEGIN: [&str; 13] = [
        "CONSTRAINT",
        "PRIMARY",
        "NOT",
        "NULL",
        "UNIQUE",
        "CHECK",
        "DEFAULT",
        "COLLATE",
        "REFERENCES",
        "GENERATED",
        "AS",
        "DEFERRABLE",
        "ON",
    ];
    BEGIN.iter().any(|w| token.is(w))
}

/// Reads one constraint behind a column's type; false when there is none.
pub(super) fn of_column(
    cursor: &mut Cursor<'_>,
    column: &mut ColumnText,
    table: &mut TableText,
) -> Result<bool, Unreadable> {
    let name = if cursor.take("CONSTRAINT") { Some(cursor.name()?) } else { None };
    let start = cursor.offset();
    if cursor.take("PRIMARY") {
        cursor.expect("KEY")?;
        if cursor.take("DESC") {
            column.oddities.push("primary key desc".to_owned());
        }
        cursor.take("ASC");
        on_conflict(cursor, "primary key", &mut column.oddities)?;
        column.autoincrement |= cursor.take("AUTOINCREMENT");
        let kind = ConstraintKind::PrimaryKey { columns: vec![column.name.clone()] };
        let text = format!("PRIMARY KEY ({})", quote(&column.name));
        add(table, name, Some(column), kind, text);
    } else if cursor.take("NOT") {
        if cursor.take("DEFERRABLE") {
            initially(cursor)?;
            return Ok(true);
        }
        cursor.expect("NULL")?;
        column.not_null = true;
        on_conflict(cursor, "not null", &mut column.oddities)?;
    } else if cursor.take("NULL") {
        on_conflict(cursor, "null", &mut column.oddities)?;
    } else if cursor.take("UNIQUE") {
        let mut oddities = Vec::new();
        let conflict = on_conflict(cursor, "unique", &mut oddities)?;
        column.oddities.append(&mut oddities);
        let text = format!("UNIQUE ({}){conflict}", quote(&column.name));
        let kind = ConstraintKind::Unique { columns: vec![column.name.clone()] };
        add(table, name, Some(column), kind, text);
    } else if cursor.take("CHECK") {
        let expression = cursor.group()?.trim().to_owned();
        on_conflict(cursor, "check", &mut column.oddities)?;
        let text = cursor.text_from(start);
        add(table, name, Some(column), ConstraintKind::Check { expression }, text);
    } else if cursor.peek().is_some_and(|t| t.is("REFERENCES")) {
        let foreign_key = references(cursor, vec![column.name.clone()], &mut column.oddities)?;
        let text = format!("FOREIGN KEY ({}) {}", quote(&column.name), cursor.text_from(start));
        add(table, name, Some(column), ConstraintKind::ForeignKey(foreign_key), text);
    } else {
        return of_value(cursor, column);
    }
    Ok(true)
}

/// DEFAULT, COLLATE and computed values.
fn of_value(cursor: &mut Cursor<'_>, column: &mut ColumnText) -> Result<bool, Unreadable> {
    if cursor.take("DEFAULT") {
        let start = cursor.offset();
        if cursor.peek().is_some_and(|t| t.symbol("(")) {
            cursor.group()?;
        } else {
            let _ = cursor.take_symbol("-") || cursor.take_symbol("+");
            cursor.next();
        }
        column.default = Some(cursor.text_from(start));
    } else if cursor.take("COLLATE") {
        let collation = cursor.name()?;
        if !collation.eq_ignore_ascii_case("binary") {
            column.oddities.push(format!("collate {}", collation.to_ascii_lowercase()));
        }
    } else if cursor.take("DEFERRABLE") {
        if initially(cursor)? {
            column.oddities.push("deferrable initially deferred".to_owned());
        }
    } else if cursor.peek().is_some_and(|t| t.is("GENERATED") || t.is("AS")) {
        if cursor.take("GENERATED") {
            cursor.expect("ALWAYS")?;
        }
        cursor.expect("AS")?;
        let expression = cursor.group()?.trim();
        let stored = cursor.take("STORED");
        cursor.take("VIRTUAL");
        let kind = if stored { "stored" } else { "virtual" };
        column.oddities.push(format!("generated always as ({expression}) {kind}"));
        column.generated = true;
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// Reads one constraint of the table.
pub(super) fn of_table(cursor: &mut Cursor<'_>, table: &mut TableText) -> Result<(), Unreadable> {
    let name = if cursor.take("CONSTRAINT") { Some(cursor.name()?) } else { None };
    let start = cursor.offset();
    let mut oddities = Vec::new();
    let kind = if cursor.take("PRIMARY") {
        cursor.expect("KEY")?;
        let (columns, autoincrement) = key_columns(cursor, "primary key", &mut oddities)?;
        on_conflict(cursor, "primary key", &mut oddities)?;
        if autoincrement && let Some(column) = column_of(table, columns.first()) {
            column.autoincrement = true;
        }
        ConstraintKind::PrimaryKey { columns }
    } else if cursor.take("UNIQUE") {
        let (columns, _) = key_columns(cursor, "unique", &mut oddities)?;
        on_conflict(cursor, "unique", &mut oddities)?;
        ConstraintKind::Unique { columns }
    } else if cursor.take("CHECK") {
        let expression = cursor.group()?.trim().to_owned();
        let _ = on_conflict(cursor, "check", &mut oddities)?;
        ConstraintKind::Check { expression }
    } else {
        cursor.expect("FOREIGN")?;
        cursor.expect("KEY")?;
        let columns = cursor.group_parts()?.into_iter().filter_map(first_name).collect();
        ConstraintKind::ForeignKey(references(cursor, columns, &mut oddities)?)
    };
    let text = cursor.text_from(start);
    let first = match &kind {
        ConstraintKind::PrimaryKey { columns } | ConstraintKind::Unique { columns } => columns.first(),
        ConstraintKind::ForeignKey(foreign_key) => foreign_key.columns.first(),
        ConstraintKind::Check { .. } => None,
    };
    if let Some(column) = column_of(table, first) {
        column.oddities.append(&mut oddities);
    }
    add(table, name, None, kind, text);
    Ok(())
}

fn column_of<'t>(table: &'t mut TableText, name: Option<&String>) -> Option<&'t mut ColumnText> {
    let name = name?;
    table.columns.iter_mut().find(|c| c.name.eq_ignore_ascii_case(name))
}

fn add(table: &mut TableText, name: Option<String>, column: Option<&ColumnText>, kind: ConstraintKind, text: String) {
    let column = column.map(|c| c.name.clone());
    table.constraints.push(ConstraintText { name, column, kind, text });
}

/// The columns of a key, and whether AUTOINCREMENT stands among them.
fn key_columns(
    cursor: &mut Cursor<'_>,
    what: &str,
    oddities: &mut Vec<String>,
) -> Result<(Vec<String>, bool), Unreadable> {
    let (mut columns, mut autoincrement) = (Vec::new(), false);
    for part in cursor.group_parts()? {
        columns.extend(first_name(part));
        for token in tokens(part).iter().skip(1).filter(|t| !t.is("ASC")) {
            if token.is("AUTOINCREMENT") {
                autoincrement = true;
            } else {
                oddities.push(format!("{what} {}", token.text.to_ascii_lowercase()));
            }
        }
    }
    Ok((columns, autoincrement))
}

fn first_name(part: &str) -> Option<String> {
    tokens(part).first().and_then(Token::name)
}

/// Reads `ON CONFLICT …`; the text of it, empty when there is none.
fn on_conflict(cursor: &mut Cursor<'_>, what: &str, oddities: &mut Vec<String>) -> Result<String, Unreadable> {
    if !cursor.take("ON") {
        return Ok(String::new());
    }
    cursor.expect("CONFLICT")?;
    let answer = cursor.name()?.to_ascii_uppercase();
    if answer != "ABORT" {
        oddities.push(format!("{what} on conflict {}", answer.to_ascii_lowercase()));
    }
    Ok(format!(" ON CONFLICT {answer}"))
}

/// Reads `INITIALLY …`, and whether it says DEFERRED.
fn initially(cursor: &mut Cursor<'_>) -> Result<bool, Unreadable> {
    if !cursor.take("INITIALLY") {
        return Ok(false);
    }
    Ok(cursor.name()?.eq_ignore_ascii_case("deferred"))
}

fn references(
    cursor: &mut Cursor<'_>,
    columns: Vec<String>,
    oddities: &mut Vec<String>,
) -> Result<ForeignKeyText, Unreadable> {
    cursor.expect("REFERENCES")?;
    let mut key = ForeignKeyText { columns, references: cursor.name()?, ..ForeignKeyText::default() };
    if cursor.peek().is_some_and(|t| t.symbol("(")) {
        key.referenced = cursor.group_parts()?.into_iter().filter_map(first_name).collect();
    }
    loop {
        if cursor.take("ON") {
            let event = cursor.name()?;
            let action = action(cursor)?;
            match event.to_ascii_uppercase().as_str() {
                "DELETE" => key.on_delete = action,
                "UPDATE" => key.on_update = action,
                _ => {}
            }
        } else if cursor.take("MATCH") {
            // SQLite reads the word and does nothing with it.
            cursor.name()?;
        } else if cursor.take("DEFERRABLE") {
            if initially(cursor)? {
                oddities.push("deferrable initially deferred".to_owned());
            }
        } else if cursor.peek().is_some_and(|t| t.is("NOT")) && cursor.second().is_some_and(|t| t.is("DEFERRABLE")) {
            cursor.next();
            cursor.next();
            initially(cursor)?;
        } else {
            return Ok(key);
        }
    }
}

fn action(cursor: &mut Cursor<'_>) -> Result<ReferentialAction, Unreadable> {
    if cursor.take("CASCADE") {
        return Ok(ReferentialAction::Cascade);
    }
    if cursor.take("RESTRICT") {
        return Ok(ReferentialAction::Restrict);
    }
    if cursor.take("NO") {
        cursor.expect("ACTION")?;
        return Ok(ReferentialAction::NoAction);
    }
    cursor.expect("SET")?;
    if cursor.take("NULL") {
        return Ok(ReferentialAction::SetNull);
    }
    cursor.expect("DEFAULT")?;
    Ok(ReferentialAction::SetDefault)
}
