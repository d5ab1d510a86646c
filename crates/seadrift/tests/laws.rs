//! The laws of the differ over generated schemas. No database here.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use seadrift::{
    diff::{Answers, Hints, diff},
    operation::Operation,
    schema::Schema,
};

fn fold(mut schema: Schema, operations: &[Operation]) -> Schema {
    for operation in operations {
        operation
            .apply(&mut schema)
            .unwrap_or_else(|misfit| panic!("{}: {misfit}\nin {operations:#?}", operation.describe()));
    }
    schema
}

/// The same schema with everything whose order has no meaning turned round.
fn reordered(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        table.columns.reverse();
        table.indexes.reverse();
        table.foreign_keys.reverse();
        table.checks.reverse();
    }
    schema
}

fn nothing_between_equals(schema: &Schema) {
    for other in [schema.clone(), schema.canonical(), reordered(schema)] {
        let operations = diff(schema, &other, &Hints::default(), &Answers::default());
        assert_eq!(operations, Ok(Vec::new()));
    }
}

fn diff_leads_there(before: &Schema, after: &Schema, renamed: bool) {
    let operations = support::operations(before, after, |_| renamed);
    let reached = fold(before.clone(), &operations);
    assert_eq!(reached.canonical(), after.canonical(), "{operations:#?}");
}

fn inverses_lead_back(before: &Schema, after: &Schema, renamed: bool) {
    let mut schema = before.clone();
    let mut states = Vec::new();
    for operation in support::operations(before, after, |_| renamed) {
        let inverse = operation.inverse(&schema).expect("operations of a diff can be undone");
        states.push((operation.clone(), schema.canonical(), inverse));
        operation.apply(&mut schema).expect("a diff can be applied");
    }
    for (operation, state, inverse) in states.into_iter().rev() {
        inverse.apply(&mut schema).unwrap_or_else(|m| panic!("undo {operation:?} by {inverse:?}: {m}"));
        assert_eq!(schema.canonical(), state, "undo {operation:?} by {inverse:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn l1_nothing_lies_between_equals(schema in support::schema()) {
        nothing_between_equals(&schema);
    }

    #[test]
    fn l2_diff_leads_from_one_to_the_other((before, after) in support::schema_pair()) {
        for renamed in [false, true] {
            diff_leads_there(&before, &after, renamed);
            diff_leads_there(&after, &before, renamed);
        }
        diff_leads_there(&Schema::default(), &after, false);
        diff_leads_there(&before, &Schema::default(), false);
    }

    #[test]
    fn l3_inverses_undo_in_reverse((before, after) in support::schema_pair()) {
        inverses_lead_back(&before, &after, false);
        inverses_lead_back(&before, &after, true);
        inverses_lead_back(&before, &Schema::default(), false);
    }
}

/// The generator must reach what the laws are about; a law over empty schemas proves nothing.
#[test]
fn generated_schemas_hold_every_kind_of_part() {
    let schemas = support::sample(&support::schema(), 1, 300);
    let tables: Vec<_> = schemas.iter().flat_map(|s| s.tables.values()).collect();
    let types: BTreeSet<String> =
        tables.iter().flat_map(|t| &t.columns).map(|c| c.ty.to_string().replace(char::is_numeric, "")).collect();
    assert_eq!(types.len(), 16, "{types:?}");
    let keys: Vec<_> = tables.iter().flat_map(|t| t.foreign_keys.iter().map(move |f| (t, f))).collect();
    assert!(keys.iter().any(|(t, f)| t.name == f.references), "a table that points at itself");
    assert!(keys.iter().any(|(_, f)| f.columns.len() == 2), "a composite foreign key");
    assert!(keys.iter().any(|(_, f)| f.referenced_columns == ["token"]), "a key on a unique index");
    let cyclic = |schema: &Schema| {
        let points = |a: &str, b: &str| schema.tables[a].foreign_keys.iter().any(|f| f.references == b);
        schema.tables.keys().any(|a| schema.tables.keys().any(|b| a != b && points(a, b) && points(b, a)))
    };
    assert!(schemas.iter().any(cyclic), "two tables that point at each other");
    let indexes: Vec<_> = tables.iter().flat_map(|t| &t.indexes).collect();
    assert!(indexes.iter().any(|i| i.unique && i.predicate.is_some()));
    assert!(indexes.iter().any(|i| i.keys.iter().any(|k| k.column().is_none())));
    assert!(tables.iter().any(|t| !t.checks.is_empty()));
    assert!(tables.iter().any(|t| t.columns.iter().any(|c| c.soft_ref.is_some())));
}
