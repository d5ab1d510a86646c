//! The laws of the differ over generated schemas. No database here.

mod support;

use std::collections::BTreeSet;

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
    let cyclic = |schema: &seadrift::schema::Schema| {
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
