//! Asks the server whether two spellings of an expression are one.
//!
//! Where an expression that was expected and the one that was found differ in canonical form,
//! the expected one is given to a temporary table and read back, all in a transaction that is
//! rolled back. If the server spells it as it spells the found one, the two are the same, on
//! every version of the server, whatever the canonical form knows of it.

use std::collections::BTreeMap;

use sea_orm::sqlx::{self, AssertSqlSafe, Executor, PgConnection};

use crate::{
    dialect::quote,
    schema::{Check, Column, ColumnType, Index, Schema, Table},
};

use super::{catalogue::Scope, ddl, inspect::read};

/// Replaces in `found` each type, default, check and index by the expected one that the server
/// spells alike. Does nothing where all canonical forms are equal.
///
/// Inside a transaction it works under a savepoint; otherwise it opens one and rolls it back.
///
/// # Errors
/// When the connection fails, or the server lets no temporary table be made (a read-only
/// standby): then it could not be told whether the spellings are equal.
pub async fn settle(connection: &mut PgConnection, expected: &Schema, found: &mut Schema) -> Result<(), sqlx::Error> {
    let doubts = doubts(&expected.canonical(), &found.canonical());
    if doubts.is_empty() {
        return Ok(());
    }
    let way_back = open(connection).await?;
    let asked = ask(connection, expected, &doubts).await;
    connection.execute(way_back).await?;
    let asked = asked?.canonical();
    let spelled = found.canonical();
    for (name, doubt) in &doubts {
        let tables = (expected.table(name), spelled.table(name), asked.table(name), found.tables.get_mut(name));
        if let (Some(expected), Some(spelled), Some(asked), Some(found)) = tables {
            adopt(doubt, expected, spelled, asked, found);
        }
    }
    Ok(())
}

/// The parts of one table whose spellings differ, by name.
#[derive(Debug, Default)]
struct Doubt {
    columns: Vec<String>,
    checks: Vec<String>,
    indexes: Vec<String>,
}

/// What differs, by table; both schemas are canonical.
fn doubts(expected: &Schema, found: &Schema) -> BTreeMap<String, Doubt> {
    let mut doubts = BTreeMap::new();
    for (name, expected) in &expected.tables {
        let Some(found) = found.table(name) else { continue };
        let column = |c: &&Column| {
            let other = found.column(&c.name);
            other.is_some_and(|o| (o.default != c.default && c.default.is_some()) || is_doubtful_type(&c.ty, &o.ty))
        };
        let check = |c: &&Check| found.check(&c.name).is_some_and(|other| other != *c);
        let index = |i: &&Index| found.index(&i.name).is_some_and(|other| other != *i);
        let doubt = Doubt {
            columns: expected.columns.iter().filter(column).map(|c| c.name.clone()).collect(),
            checks: expected.checks.iter().filter(check).map(|c| c.name.clone()).collect(),
            indexes: expected.indexes.iter().filter(index).map(|i| i.name.clone()).collect(),
        };
        if !(doubt.columns.is_empty() && doubt.checks.is_empty() && doubt.indexes.is_empty()) {
            doubts.insert(name.clone(), doubt);
        }
    }
    doubts
}

/// Only types in the database's own words have more than one spelling.
fn is_doubtful_type(expected: &ColumnType, found: &ColumnType) -> bool {
    expected != found && matches!(expected, ColumnType::Other(_))
}

/// Begins what can be rolled back, and returns the statement that does.
async fn open(connection: &mut PgConnection) -> Result<&'static str, sqlx::Error> {
    match connection.execute("SAVEPOINT seadrift_settle").await {
        Ok(_) => Ok("ROLLBACK TO SAVEPOINT seadrift_settle; RELEASE SAVEPOINT seadrift_settle"),
        // no_active_sql_transaction
        Err(error) if code(&error) == "25P01" => {
            connection.execute("BEGIN").await?;
            Ok("ROLLBACK")
        }
        Err(error) => Err(error),
    }
}

/// The expected parts as the server spells them.
async fn ask(
    connection: &mut PgConnection,
    expected: &Schema,
    doubts: &BTreeMap<String, Doubt>,
) -> Result<Schema, sqlx::Error> {
    for (name, doubt) in doubts {
        let Some(table) = expected.table(name) else { continue };
        let statements = statements(table, doubt);
        // All at once, and only where that fails one by one.
        if !attempt(connection, &statements).await? {
            for statement in &statements {
                attempt(connection, std::slice::from_ref(statement)).await?;
            }
        }
    }
    read(connection, Scope::Temporary).await
}

/// The temporary table, then one statement for each doubtful part, so that one that the server
/// refuses does not keep the others from being asked.
fn statements(table: &Table, doubt: &Doubt) -> Vec<String> {
    let name = format!("pg_temp.{}", quote(&table.name));
    let plain = |c: &Column| format!("{} {}", quote(&c.name), ddl::type_name(&c.ty));
    let (doubtful, sure): (Vec<&Column>, Vec<&Column>) =
        table.columns.iter().partition(|c| matches!(c.ty, ColumnType::Other(_)));
    let columns = sure.into_iter().map(plain).collect::<Vec<_>>().join(", ");
    let mut statements = vec![format!("CREATE TEMPORARY TABLE {} ({columns})", quote(&table.name))];
    statements.extend(doubtful.into_iter().map(|c| format!("ALTER TABLE {name} ADD COLUMN {}", plain(c))));
    for column in doubt.columns.iter().filter_map(|c| table.column(c)) {
        if let Some(default) = &column.default {
            let default = ddl::value(default, &column.ty);
            statements.push(format!("ALTER TABLE {name} ALTER COLUMN {} SET DEFAULT {default}", quote(&column.name)));
        }
    }
    for check in doubt.checks.iter().filter_map(|c| table.check(c)) {
        statements.push(format!("ALTER TABLE {name} ADD {}", ddl::check(check)));
    }
    for index in doubt.indexes.iter().filter_map(|i| table.index(i)) {
        statements.push(ddl::create_index(&name, index));
    }
    statements
}

/// Runs statements; `false`, and as if none had run, where the server does not understand one.
async fn attempt(connection: &mut PgConnection, statements: &[String]) -> Result<bool, sqlx::Error> {
    connection.execute("SAVEPOINT seadrift_ask").await?;
    for statement in statements {
        // Prepared, so that no text can hold a second statement.
        let query = sqlx::query(AssertSqlSafe(statement.as_str())).persistent(false);
        match query.execute(&mut *connection).await {
            Ok(_) => {}
            Err(error) if is_about_the_statement(&error) => {
                connection.execute("ROLLBACK TO SAVEPOINT seadrift_ask; RELEASE SAVEPOINT seadrift_ask").await?;
                return Ok(false);
            }
            Err(error) => return Err(error),
        }
    }
    connection.execute("RELEASE SAVEPOINT seadrift_ask").await?;
    Ok(true)
}

/// Whether the server refuses what the statement says, not that it is run at all: feature not
/// supported, bad data, bad syntax or unknown name; but not a missing privilege.
fn is_about_the_statement(error: &sqlx::Error) -> bool {
    let code = code(error);
    ["0A", "22", "42"].iter().any(|class| code.starts_with(class)) && code != "42501"
}

fn code(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned()
}

/// Takes over what the server spells alike; all but `found` and `expected` are canonical.
fn adopt(doubt: &Doubt, expected: &Table, spelled: &Table, asked: &Table, found: &mut Table) {
    for name in &doubt.columns {
        let columns = (expected.column(name), spelled.column(name), asked.column(name));
        let (Some(expected), Some(spelled), Some(asked)) = columns else { continue };
        let Some(found) = found.columns.iter_mut().find(|c| c.name == *name) else { continue };
        if asked.default == spelled.default && asked.default.is_some() {
            found.default.clone_from(&expected.default);
        }
        if asked.ty == spelled.ty {
            found.ty.clone_from(&expected.ty);
        }
    }
    for name in &doubt.checks {
        if asked.check(name).is_some() && asked.check(name) == spelled.check(name) {
            replace(&mut found.checks, expected.check(name), |c| c.name == *name);
        }
    }
    for name in &doubt.indexes {
        if asked.index(name).is_some() && asked.index(name) == spelled.index(name) {
            replace(&mut found.indexes, expected.index(name), |i| i.name == *name);
        }
    }
}

fn replace<T: Clone>(parts: &mut [T], by: Option<&T>, is_it: impl Fn(&T) -> bool) {
    if let (Some(part), Some(by)) = (parts.iter_mut().find(|part| is_it(part)), by) {
        part.clone_from(by);
    }
}
