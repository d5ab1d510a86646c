//! L5 and L7 over generated schemas: what is created reads back as it was declared, and after any
//! sequence of operations the database is what replay says, with its rows.

use proptest::prelude::*;
use seadrift::{
    dialect::sqlite::{inspect, render},
    operation::Operation,
    schema::{
        Check, Column, ColumnType, DefaultValue, Expression, ForeignKey, Index, IndexKey, ReferentialAction, Schema,
        Table,
    },
    sqlx::SqliteConnection,
};

use crate::support::{applied, bare, create, open, rows, run, sql};

const TYPES: [ColumnType; 14] = [
    ColumnType::SmallInt,
    ColumnType::Integer,
    ColumnType::BigInt,
    ColumnType::Real,
    ColumnType::Double,
    ColumnType::Decimal(9, 3),
    ColumnType::Boolean,
    ColumnType::Varchar(40),
    ColumnType::Text,
    ColumnType::Bytes,
    ColumnType::Date,
    ColumnType::TimestampTz,
    ColumnType::Json,
    ColumnType::Uuid,
];
const NAMES: [&str; 8] = ["a", "name", "Big", "order", "with space", "it's", "ünï", "q\"t"];

fn constant(ty: &ColumnType) -> DefaultValue {
    match ty {
        ColumnType::Boolean => true.into(),
        // A row of this id is there to be pointed at.
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt => 3.into(),
        ColumnType::Real | ColumnType::Double | ColumnType::Decimal(..) => Expression::from("2.5").into(),
        ColumnType::Date => "2026-01-31".into(),
        ColumnType::TimestampTz => "2026-01-31T10:00:00+00:00".into(),
        ColumnType::Json => "{}".into(),
        ColumnType::Uuid => "6fa459ea-ee8a-3ca4-894e-db77e160355e".into(),
        _ => "it's".into(),
    }
}

fn column(name: &'static str) -> impl Strategy<Value = Column> {
    (0..TYPES.len(), any::<bool>(), any::<bool>()).prop_map(move |(ty, nullable, default)| {
        let ty = TYPES[ty].clone();
        let default = default.then(|| constant(&ty));
        Column { nullable, default, ..Column::new(name, ty) }
    })
}

fn index(table: &str, number: usize, columns: &[Column], (shape, pick): (u8, usize)) -> Index {
    let name = columns[pick % columns.len()].name.clone();
    let quoted = seadrift::dialect::quote(&name);
    let mut index = Index::on(format!("ix_{table}_{number}"), [name.clone()]);
    match shape % 4 {
        0 => {}
        1 => index.keys.push(IndexKey::Descending { desc: "id".into() }),
        2 => index.predicate = Some(Expression::from(format!("{quoted} IS NOT NULL"))),
        _ => {
            let sql = Expression::from(format!("coalesce({quoted}, '')"));
            index.keys = vec![IndexKey::Expression { sql, descending: pick % 2 == 0 }];
        }
    }
    index
}

fn tables(count: usize) -> impl Strategy<Value = Schema> {
    let names = ["team", "Player One", "cup"];
    let one = (
        proptest::sample::subsequence(NAMES.to_vec(), 1..NAMES.len())
            .prop_flat_map(|names| names.into_iter().map(column).collect::<Vec<_>>()),
        proptest::collection::vec((any::<u8>(), any::<usize>()), 0..4),
        proptest::collection::vec((0..count, 0..5_usize), 0..3),
        any::<bool>(),
    );
    proptest::collection::vec(one, count).prop_map(move |tables| {
        Schema::of(tables.into_iter().enumerate().map(|(number, (columns, indexes, keys, checked))| {
            let mut table = Table::new("", "", names[number]);
            table.columns = vec![Column::new("id", ColumnType::BigInt).identity()];
            table.primary_key = vec!["id".into()];
            table.indexes =
                indexes.iter().enumerate().map(|(i, pick)| index(names[number], i, &columns, *pick)).collect();
            if checked {
                let quoted = seadrift::dialect::quote(&columns[0].name);
                table.checks.push(Check::new(format!("ck {number}"), format!("id > 0 OR {quoted} IS NULL")));
            }
            table.columns.extend(columns);
            for (i, (target, action)) in keys.into_iter().enumerate() {
                let column = format!("to_{i}");
                table.columns.push(Column::new(&column, ColumnType::BigInt).null());
                table.foreign_keys.push(foreign_key(names[number], &column, names[target], action));
            }
            table
        }))
    })
}

fn foreign_key(table: &str, column: &str, references: &str, action: usize) -> ForeignKey {
    use ReferentialAction::{Cascade, NoAction, Restrict, SetDefault, SetNull};
    let action = [NoAction, Restrict, Cascade, SetNull, SetDefault][action];
    ForeignKey {
        name: format!("fk_{table}_{column}"),
        columns: vec![column.to_owned()],
        references: references.to_owned(),
        referenced_columns: vec!["id".to_owned()],
        on_delete: action,
        on_update: action,
    }
}

/// What an operation is made of, before the schema that it must fit is known.
type Seed = (u8, usize, usize, Column);

fn seeds() -> impl Strategy<Value = Vec<Seed>> {
    let seed = (any::<u8>(), any::<usize>(), any::<usize>(), column("new"));
    proptest::collection::vec(seed, 1..12)
}

/// An operation that fits the schema and every row, if the seed can become one.
fn operation(schema: &Schema, number: usize, (kind, table, part, new): &Seed) -> Option<Operation> {
    let tables: Vec<&Table> = schema.tables.values().collect();
    let of = *tables.get(table % tables.len().max(1))?;
    let table = of.name.clone();
    let free: Vec<&Column> = of.columns.iter().filter(|c| c.name != "id").collect();
    let picked = || free.get(part % free.len().max(1)).map(|c| (*c).clone());
    let fresh = format!("{}_{number}", NAMES[part % NAMES.len()]);
    let pointing = |c: &Column| of.foreign_keys.iter().any(|f| f.columns.contains(&c.name));
    Some(match kind % 13 {
        0 => Operation::AddColumn {
            table,
            fill: (!new.nullable || part % 2 == 0).then(|| constant(&new.ty)),
            column: Column { name: fresh, ..new.clone() },
        },
        1 => Operation::DropColumn { table, column: picked()?.name },
        2 => Operation::RenameColumn { table, from: picked()?.name, to: fresh },
        3 => {
            let column = picked().filter(|c| !pointing(c))?;
            let fill = column.nullable.then(|| constant(&column.ty));
            Operation::AlterColumn { table, column: Column { nullable: !column.nullable, ..column }, fill }
        }
        4 => {
            let column = picked()?;
            let default = if column.default.is_some() { None } else { Some(constant(&column.ty)) };
            let default = default.filter(|_| !pointing(&column));
            Operation::AlterColumn { table, column: Column { default, ..column }, fill: None }
        }
        5 => {
            let column = picked().filter(|c| matches!(c.ty, ColumnType::Varchar(_) | ColumnType::SmallInt))?;
            let (ty, default) = match column.ty {
                ColumnType::Varchar(_) => (ColumnType::Text, column.default.clone()),
                _ => (ColumnType::BigInt, column.default.clone()),
            };
            Operation::AlterColumn { table, column: Column { ty, default, ..column }, fill: None }
        }
        6 => Operation::AddIndex { table, index: index("more", number, &of.columns, (*kind, *part)) },
        7 => Operation::DropIndex { table, index: of.indexes.get(part % of.indexes.len().max(1))?.name.clone() },
        8 => {
            let target = tables[part % tables.len()];
            let column =
                picked().filter(|c| c.ty == ColumnType::BigInt && c.nullable && c.default.is_none() && !pointing(c))?;
            let mut foreign_key = foreign_key(&format!("more_{number}"), &column.name, &target.name, part % 5);
            foreign_key.referenced_columns.clone_from(&target.primary_key);
            Operation::AddForeignKey { table, foreign_key }
        }
        9 => {
            let foreign_key = of.foreign_keys.get(part % of.foreign_keys.len().max(1))?.name.clone();
            Operation::DropForeignKey { table, foreign_key }
        }
        10 => Operation::AddCheck { table, check: Check::new(format!("ck more {number}"), "id > 0") },
        11 => Operation::DropCheck { table, check: of.checks.get(part % of.checks.len().max(1))?.name.clone() },
        _ => Operation::RenameTable { from: table, to: format!("{fresh} table") },
    })
}

/// The operations of the seeds that fit, one after the other.
fn operations(schema: &Schema, seeds: &[Seed]) -> Vec<Operation> {
    let mut schema = schema.clone();
    let mut fitting = Vec::new();
    for (number, seed) in seeds.iter().enumerate() {
        if let Some(operation) = operation(&schema, number, seed)
            && operation.apply(&mut schema).is_ok()
        {
            fitting.push(operation);
        }
    }
    fitting
}

/// Three rows in each table: one of NULLs where they may be, two of values.
async fn fill(connection: &mut SqliteConnection, schema: &Schema) {
    sql(connection, "PRAGMA foreign_keys = OFF").await;
    for table in schema.tables.values() {
        for row in 1..=3 {
            let value = |c: &Column| {
                let points = table.foreign_keys.iter().any(|f| f.columns.contains(&c.name));
                match &c.ty {
                    _ if c.identity => row.to_string(),
                    _ if points => (4 - row).to_string(),
                    _ if c.nullable && row == 1 => "NULL".to_owned(),
                    ColumnType::Bytes => "x'00ff'".to_owned(),
                    ColumnType::Uuid => "x'6fa459eaee8a3ca4894edb77e160355e'".to_owned(),
                    ty => match constant(ty) {
                        DefaultValue::Sql { sql } => sql.0,
                        DefaultValue::Literal(seadrift::schema::Literal::Bool(b)) => b.to_string(),
                        DefaultValue::Literal(seadrift::schema::Literal::Int(n)) => n.to_string(),
                        DefaultValue::Literal(seadrift::schema::Literal::Text(t)) => seadrift::dialect::quote_text(&t),
                    },
                }
            };
            let values = table.columns.iter().map(value).collect::<Vec<_>>().join(", ");
            let name = seadrift::dialect::quote(&table.name);
            sql(connection, &format!("INSERT INTO {name} VALUES ({values})")).await;
        }
    }
    sql(connection, "PRAGMA foreign_keys = ON").await;
}

/// What a column's values become, when it was named so before: no value changes but by a fill.
async fn values(connection: &mut SqliteConnection, table: &str, column: &str) -> Vec<String> {
    let (table, column) = (seadrift::dialect::quote(table), seadrift::dialect::quote(column));
    rows(connection, &format!("SELECT id, quote({column}) FROM {table} ORDER BY id")).await
}

/// Where each column of the old schema is now, followed through renamings; dropped ones are gone.
fn survivors(before: &Schema, operations: &[Operation]) -> Vec<(String, String, String, String, bool)> {
    let mut places: Vec<_> = before
        .tables
        .values()
        .flat_map(|t| t.columns.iter().map(|c| (t.name.clone(), c.name.clone(), t.name.clone(), c.name.clone(), false)))
        .collect();
    for operation in operations {
        match operation {
            Operation::RenameTable { from, to } => {
                places.iter_mut().filter(|p| p.2 == *from).for_each(|p| p.2.clone_from(to));
            }
            Operation::RenameColumn { table, from, to } => {
                places.iter_mut().filter(|p| p.2 == *table && p.3 == *from).for_each(|p| p.3.clone_from(to));
            }
            Operation::DropColumn { table, column } => places.retain(|p| p.2 != *table || p.3 != *column),
            Operation::AlterColumn { table, column, fill: Some(_) } => {
                places.iter_mut().filter(|p| p.2 == *table && p.3 == column.name).for_each(|p| p.4 = true);
            }
            _ => {}
        }
    }
    places
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn l5_what_is_created_reads_back(schema in tables(3)) {
        block_on(async {
            let mut connection = open().await;
            create(&mut connection, &schema).await;
            assert_eq!(bare(&inspect(&mut connection).await.unwrap()), bare(&schema));
        });
    }

    #[test]
    fn l5_l7_any_operations_end_where_replay_says(schema in tables(3), seeds in seeds()) {
        let operations = operations(&schema, &seeds);
        block_on(async {
            let mut connection = open().await;
            create(&mut connection, &schema).await;
            fill(&mut connection, &schema).await;
            let places = survivors(&schema, &operations);
            let mut old = Vec::new();
            for (table, column, ..) in &places {
                old.push(values(&mut connection, table, column).await);
            }
            let after = applied(&operations, &schema);
            let steps = render(&operations, &schema).unwrap();
            run(&mut connection, &operations, &schema).await.unwrap_or_else(|e| panic!("{e}\n{operations:#?}\n{steps:#?}"));
            let live = bare(&inspect(&mut connection).await.unwrap());
            assert_eq!(live, bare(&after), "{operations:#?}\n{steps:#?}");
            for ((_, _, table, column, filled), old) in places.iter().zip(old) {
                let new = values(&mut connection, table, column).await;
                let same = |(old, new): (&String, &String)| old == new || *filled && old.ends_with(",NULL");
                assert!(old.len() == new.len() && old.iter().zip(&new).all(same), "{table}.{column}: {old:?} {new:?}");
            }
        });
    }
}
