//! The live schema of a PostgreSQL database.
//!
//! What a [`Schema`] has no word for (a deferrable foreign key, a `gin` index, a generated column)
//! is written into the nearest text that is compared, so that it is a visible difference and
//! never equal by omission. Not here: whether the server's spelling of an expression means what
//! was written; see `settle`.

use std::collections::BTreeMap;

use sea_orm::sqlx::{self, PgConnection};

use crate::schema::{
    Check, Column, ColumnType, DefaultValue, Expression, ForeignKey, Index, IndexKey, ReferentialAction, Schema, Table,
};

use super::catalogue::{self, ColumnRow, ConstraintRow, IndexRow, Scope};

/// Reads the schema that is first in the search path, usually `public`, by three queries.
///
/// Apps, models and soft references are empty: the database does not know them. Left out are
/// tables whose name begins with `seadrift_`, tables of extensions, and the indexes of primary keys.
/// A unique constraint is read as a unique index of its name; an index that a failed build left
/// behind has a last key `INVALID`.
///
/// # Errors
/// When the connection fails or the catalogue may not be read.
pub async fn inspect(connection: &mut PgConnection) -> Result<Schema, sqlx::Error> {
    read(connection, Scope::Current).await
}

/// Reads the tables of this scope.
pub(super) async fn read(connection: &mut PgConnection, scope: Scope) -> Result<Schema, sqlx::Error> {
    let mut tables = BTreeMap::new();
    for row in catalogue::columns(connection, scope).await? {
        add_column(&mut tables, row);
    }
    for row in catalogue::constraints(connection, scope).await? {
        if let Some(table) = tables.get_mut(&row.table) {
            add_constraint(table, row);
        }
    }
    for row in catalogue::indexes(connection, scope).await? {
        if let Some(table) = tables.get_mut(&row.table) {
            add_index_key(table, row);
        }
    }
    Ok(Schema { tables })
}

fn add_column(tables: &mut BTreeMap<String, Table>, row: ColumnRow) {
    let table = tables.entry(row.table.clone()).or_insert_with(|| {
        let mut table = Table::new("", "", row.table);
        if row.unlogged {
            table.checks.push(Check::new("UNLOGGED", "UNLOGGED"));
        }
        table
    });
    let Some(name) = row.name else { return };
    let ty = match row.extras.as_str() {
        "" => column_type(&row.ty),
        extras => ColumnType::Other(format!("{} {extras}", row.ty)),
    };
    table.columns.push(Column {
        name,
        ty,
        nullable: !row.not_null,
        identity: row.identity,
        default: row.default.and_then(default_value),
        soft_ref: None,
    });
}

/// The type that `format_type` names.
fn column_type(native: &str) -> ColumnType {
    let (word, arguments) = match native.split_once('(') {
        Some((word, rest)) => (word, rest.strip_suffix(')')),
        None => (native, None),
    };
    let number = |text: &str| text.trim().parse::<u32>().ok();
    let known = match (word, arguments) {
        ("smallint", None) => Some(ColumnType::SmallInt),
        ("integer", None) => Some(ColumnType::Integer),
        ("bigint", None) => Some(ColumnType::BigInt),
        ("real", None) => Some(ColumnType::Real),
        ("double precision", None) => Some(ColumnType::Double),
        ("boolean", None) => Some(ColumnType::Boolean),
        ("text", None) => Some(ColumnType::Text),
        ("bytea", None) => Some(ColumnType::Bytes),
        ("date", None) => Some(ColumnType::Date),
        ("time without time zone", None) => Some(ColumnType::Time),
        ("timestamp without time zone", None) => Some(ColumnType::Timestamp),
        ("timestamp with time zone", None) => Some(ColumnType::TimestampTz),
        ("jsonb", None) => Some(ColumnType::Json),
        ("uuid", None) => Some(ColumnType::Uuid),
        ("character varying", Some(length)) => number(length).map(ColumnType::Varchar),
        ("numeric", Some(arguments)) => arguments
            .split_once(',')
            .and_then(|(precision, scale)| Some(ColumnType::Decimal(number(precision)?, number(scale)?))),
        _ => None,
    };
    known.unwrap_or_else(|| ColumnType::Other(native.to_owned()))
}

/// A default as it is compared; a default of NULL is none.
fn default_value(text: String) -> Option<DefaultValue> {
    let expression = Expression(text);
    if expression.is_null() {
        return None;
    }
    Some(match expression.literal() {
        Some(literal) => DefaultValue::Literal(literal),
        None => DefaultValue::Sql { sql: expression.canonical() },
    })
}

fn add_constraint(table: &mut Table, row: ConstraintRow) {
    let with_extras = |text: String| if row.extras.is_empty() { text } else { format!("{text} {}", row.extras) };
    match row.kind.as_str() {
        "p" => {
            table.primary_key = row.columns;
            if let Some(last) = table.primary_key.pop() {
                table.primary_key.push(with_extras(last));
            }
        }
        "f" => table.foreign_keys.push(ForeignKey {
            name: row.name,
            columns: row.columns,
            references: with_extras(row.references.unwrap_or_default()),
            referenced_columns: row.referenced_columns,
            on_delete: action(&row.on_delete),
            on_update: action(&row.on_update),
        }),
        _ => {
            let expression = Expression(row.expression.unwrap_or_default());
            let expression = if row.kind == "c" { expression.canonical().0 } else { expression.0 };
            table.checks.push(Check::new(row.name, with_extras(expression)));
        }
    }
}

fn action(letter: &str) -> ReferentialAction {
    match letter {
        "r" => ReferentialAction::Restrict,
        "c" => ReferentialAction::Cascade,
        "n" => ReferentialAction::SetNull,
        "d" => ReferentialAction::SetDefault,
        _ => ReferentialAction::NoAction,
    }
}

fn add_index_key(table: &mut Table, row: IndexRow) {
    let begun = table.indexes.last().is_some_and(|index| index.name == row.name);
    if !begun {
        let predicate = row.predicate.map(|text| Expression(text).canonical());
        table.indexes.push(Index { name: row.name, keys: Vec::new(), unique: row.unique, predicate });
    }
    let Some(index) = table.indexes.last_mut() else { return };
    // What the index has as a whole stands behind its keys, as one more.
    if begun && !row.extras.is_empty() {
        index.keys.pop();
    }
    index.keys.push(match row.column {
        Some(name) if row.key_extras.is_empty() && row.descending => IndexKey::Descending { desc: name },
        Some(name) if row.key_extras.is_empty() => IndexKey::Column(name),
        _ if row.key_extras.is_empty() => {
            IndexKey::Expression { sql: Expression(row.expression).canonical(), descending: row.descending }
        }
        _ => IndexKey::Expression {
            sql: Expression(format!("{} {}", row.expression, row.key_extras)),
            descending: row.descending,
        },
    });
    if !row.extras.is_empty() {
        index.keys.push(IndexKey::Expression { sql: Expression(row.extras), descending: false });
    }
}
