//! The laws of the differ over every pair of small schemas: two tables of two apps, each absent or
//! with a column of one of two types or without it, a unique index or a check on it, and a foreign
//! key to itself, to the other's primary key or to the other's unique column. No database here.

mod support;

use seadrift::{
    diff::{Answers, Hints, diff, reduce},
    operation::Operation,
    schema::{Check, Column, ColumnType as T, ForeignKey, Index, Schema, Table},
};

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Nothing,
    Unique,
    Check,
}

#[derive(Clone, Copy, PartialEq)]
enum Points {
    Nowhere,
    AtItself,
    AtOther,
    AtOtherColumn,
}

/// What a table is made of: its column `x` with what hangs on it, and where it points.
#[derive(Clone, Copy)]
struct Shape {
    column: Option<(bool, Part)>,
    points: Points,
}

fn shapes() -> Vec<Option<Shape>> {
    let mut columns = vec![None];
    for text in [false, true] {
        columns.extend([Part::Nothing, Part::Unique, Part::Check].map(|part| Some((text, part))));
    }
    let mut shapes = vec![None];
    for column in columns {
        for points in [Points::Nowhere, Points::AtItself, Points::AtOther, Points::AtOtherColumn] {
            shapes.push(Some(Shape { column, points }));
        }
    }
    shapes
}

/// The schema of these shapes, unless one points at what is not there.
fn schema(shapes: [Option<Shape>; 2]) -> Option<Schema> {
    let names = ["first", "second"];
    let mut tables = Vec::new();
    for (at, shape) in shapes.iter().enumerate() {
        let Some(shape) = shape else { continue };
        let (name, other) = (names[at], names[1 - at]);
        let mut table = Table::new(name, "Model", name);
        table.columns.push(Column::new("id", T::BigInt).identity());
        table.primary_key = vec!["id".into()];
        if let Some((text, part)) = shape.column {
            table.columns.push(if text { Column::new("x", T::Text).null() } else { Column::new("x", T::BigInt) });
            match part {
                Part::Nothing => {}
                Part::Unique => table.indexes.push(Index::on(format!("uq_{name}_x"), ["x"]).unique()),
                Part::Check => table.checks.push(Check::new(format!("ck_{name}_x"), "x IS NOT NULL")),
            }
        }
        let target = match shape.points {
            Points::Nowhere => None,
            Points::AtItself => Some((name, "id", T::BigInt)),
            Points::AtOther => shapes[1 - at].map(|_| Some((other, "id", T::BigInt)))?,
            Points::AtOtherColumn => match shapes[1 - at]?.column? {
                (text, Part::Unique) => Some((other, "x", if text { T::Text } else { T::BigInt })),
                _ => return None,
            },
        };
        if let Some((references, column, ty)) = target {
            table.columns.push(Column::new("r", ty).null());
            table.foreign_keys.push(ForeignKey {
                name: format!("fk_{name}_r"),
                columns: vec!["r".into()],
                references: references.into(),
                referenced_columns: vec![column.into()],
                on_delete: Default::default(),
                on_update: Default::default(),
            });
        }
        tables.push(table);
    }
    Some(Schema::of(tables))
}

fn every_schema() -> Vec<Schema> {
    let shapes = shapes();
    shapes.iter().flat_map(|first| shapes.iter().filter_map(|second| schema([*first, *second]))).collect()
}

/// L2 and L3; gives the operations.
fn check_pair(before: &Schema, after: &Schema, renamed: bool) -> Vec<Operation> {
    let operations = support::operations(before, after, |_| renamed);
    let mut schema = before.clone();
    let mut undo = Vec::new();
    for operation in &operations {
        let context = || format!("{operation:?}\nin {operations:#?}\nfrom {before:#?}\nto {after:#?}");
        undo.push(operation.inverse(&schema).unwrap_or_else(|misfit| panic!("{misfit}: {}", context())));
        operation.apply(&mut schema).unwrap_or_else(|misfit| panic!("{misfit}: {}", context()));
    }
    assert!(schema.same_as(after), "{operations:#?}\nfrom {before:#?}\nto {after:#?}\ngives {schema:#?}");
    for inverse in undo.iter().rev() {
        inverse.apply(&mut schema).unwrap_or_else(|misfit| panic!("{misfit}: {inverse:?} of {operations:#?}"));
    }
    assert!(schema.same_as(before), "{undo:#?} do not lead back");
    operations
}

#[test]
fn every_small_schema_differs_in_nothing_from_itself() {
    let schemas = every_schema();
    assert!(schemas.len() > 400, "{}", schemas.len());
    for schema in &schemas {
        assert_eq!(diff(schema, schema, &Hints::default(), &Answers::default()), Ok(vec![]));
        check_pair(&Schema::default(), schema, false);
        check_pair(schema, &Schema::default(), false);
    }
}

/// Every schema with every 41st other one, another 41st each time: thousands of pairs.
#[test]
fn laws_hold_between_small_schemas() {
    let schemas = every_schema();
    let mut pairs = 0;
    for (at, before) in schemas.iter().enumerate() {
        for (to, after) in schemas.iter().enumerate().skip(at % 41).step_by(41) {
            let there = check_pair(before, after, (at + to) % 2 == 0);
            let back = check_pair(after, before, to % 2 == 0);
            // L6, where the most can be reduced: there and back again.
            let both: Vec<Operation> = there.into_iter().chain(back).collect();
            let reduced = reduce(both.clone(), before);
            assert!(reduced.len() <= both.len());
            let mut schema = before.clone();
            for operation in &reduced {
                operation.apply(&mut schema).unwrap_or_else(|misfit| panic!("{misfit}: {reduced:#?} of {both:#?}"));
            }
            assert!(schema.same_as(before), "{reduced:#?} of {both:#?}");
            pairs += 1;
        }
    }
    assert!(pairs > 4_000, "{pairs}");
}
