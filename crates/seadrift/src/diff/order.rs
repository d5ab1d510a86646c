//! The order in which tables can be created, and which foreign keys must wait because they close a cycle.

use std::collections::BTreeMap;

use crate::schema::Table;

/// Tables, each after those that it points at, but for the foreign keys that close a cycle.
#[derive(Debug, Default)]
pub(super) struct CreationOrder<'a> {
    pub tables: Vec<&'a Table>,
    /// Table and foreign key: those that point at a table which comes later.
    pub closing: Vec<(&'a str, &'a str)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Visit {
    Open,
    Done,
}

/// Orders these tables by their foreign keys among each other; equal input gives equal output.
pub(super) fn creation_order<'a>(tables: &BTreeMap<&'a str, &'a Table>) -> CreationOrder<'a> {
    let mut order = CreationOrder::default();
    let mut visits = BTreeMap::new();
    for table in tables.values() {
        visit(table, tables, &mut visits, &mut order);
    }
    order
}

/// Depth first, with the path on a stack of its own: a chain of tables may be longer than the
/// thread's stack allows.
fn visit<'a>(
    start: &'a Table,
    tables: &BTreeMap<&'a str, &'a Table>,
    visits: &mut BTreeMap<&'a str, Visit>,
    order: &mut CreationOrder<'a>,
) {
    if visits.contains_key(start.name.as_str()) {
        return;
    }
    visits.insert(&start.name, Visit::Open);
    let mut path = vec![(start, start.foreign_keys.iter())];
    while let Some((table, keys)) = path.last_mut() {
        let table: &'a Table = table;
        let Some(key) = keys.next() else {
            visits.insert(&table.name, Visit::Done);
            order.tables.push(table);
            path.pop();
            continue;
        };
        let Some(target) = tables.get(key.references.as_str()).filter(|target| target.name != table.name) else {
            continue;
        };
        match visits.get(target.name.as_str()) {
            Some(Visit::Done) => {}
            Some(Visit::Open) => order.closing.push((&table.name, &key.name)),
            None => {
                visits.insert(&target.name, Visit::Open);
                path.push((target, target.foreign_keys.iter()));
            }
        }
    }
}
