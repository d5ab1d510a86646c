//! The differences that are told once for all tables, each as a rule with its reason.

use seadrift::{entity::ColumnDeclaration, schema::Table};

use super::{
    compare::{Comparison, Difference, Kind, Ours, Place},
    reasons::Declarations,
};

/// A difference of this kind needs no reason of its own.
pub struct Rule {
    /// What people call it.
    pub name: &'static str,
    /// Why it is so.
    pub reason: &'static str,
    covers: fn(&Difference, &Case) -> bool,
}

/// What a rule may ask about a difference.
struct Case<'a> {
    ours: &'a Table,
    declared: Option<&'static ColumnDeclaration>,
}

/// The rules; the first that covers a difference counts it.
pub const RULES: &[Rule] = &[
    Rule {
        name: "Whole numbers became wider",
        reason: "Ids, counts and coins are 64 bits wide, so that none of them runs out; no value changes.",
        covers: |d, _| {
            let width = |ty: &str| ["smallint", "integer", "bigint"].iter().position(|word| *word == ty);
            d.kind == Kind::Type && matches!((width(&d.was), width(&d.is)), (Some(was), Some(is)) if was < is)
        },
    },
    Rule {
        name: "Money is in minor units",
        reason: "An amount of real money is a whole number of the currency's smallest unit, with its ISO 4217 code \
                 in a column beside it: nothing is rounded, and SQLite, which has no decimals, keeps it exactly.",
        covers: |d, case| {
            let money = case.declared.is_some_and(|column| column.money.is_some());
            d.kind == Kind::Type && d.was.starts_with("decimal(") && d.is == "bigint" && money
        },
    },
    Rule {
        name: "Ratings and percentages are floating-point numbers",
        reason: "No money hangs on them, and SQLite has no decimals.",
        covers: |d, _| d.kind == Kind::Type && d.was.starts_with("decimal(") && d.is == "double",
    },
    Rule {
        name: "Lists are JSON",
        reason: "SQLite has no arrays.",
        covers: |d, _| d.kind == Kind::Type && d.was.ends_with("[])") && d.is == "json",
    },
    Rule {
        name: "Network addresses are text",
        reason: "SQLite has no type for them; the longest that there is has 45 characters.",
        covers: |d, _| d.kind == Kind::Type && d.was == "other(inet)" && d.is == "varchar(45)",
    },
    Rule {
        name: "No indexes for `LIKE` alone",
        reason: "The old database had a second index beside many an indexed text, for searches by its beginning, \
                 which nothing here does.",
        covers: |d, _| d.kind == Kind::Removed && names(d).iter().any(|name| name.ends_with("_like")),
    },
    Rule {
        name: "No index that another one serves",
        reason: "An index that a longer or a unique one begins with costs every write and saves no read.",
        covers: |d, case| d.kind == Kind::Removed && is_index(d) && served(case.ours, columns(d)),
    },
    Rule {
        name: "References have an index",
        reason: "Without one, each row that is pointed at costs a reading of the whole table when it goes.",
        covers: |d, case| {
            let points = |columns: &[String]| {
                case.ours.foreign_keys.iter().any(|key| key.columns == columns)
                    || matches!(columns, [only] if case.ours.column(only).is_some_and(|c| c.soft_ref.is_some()))
            };
            d.kind == Kind::Added && is_index(d) && points(columns(d))
        },
    },
    Rule {
        name: "Bounds of numbers are checked",
        reason: "What only forms refused, such as a price below nothing, the database refuses too; a bound that it \
                 had already is there still, or a closer one.",
        covers: |d, case| {
            let [column] = columns(d) else { return false };
            let Some(declared) = case.declared.filter(|c| c.min.is_some() || c.max.is_some()) else { return false };
            match d.kind {
                Kind::Added => names(d).contains(&seadrift::schema::name::check(&d.table, column)),
                Kind::Changed | Kind::Removed => {
                    least(&d.was, column).is_some_and(|was| declared.min.is_some_and(|min| number(min) >= was))
                }
                _ => false,
            }
        },
    },
];

/// The rule that covers a difference.
pub fn rule_for(difference: &Difference, ours: &Ours, declarations: &Declarations) -> Option<usize> {
    let table = ours.schema.table(&difference.table)?;
    let declared = match &difference.place {
        Place::Column(name) => declarations.column(&difference.table, name),
        Place::Constraint { columns, .. } => match columns.as_slice() {
            [only] => declarations.column(&difference.table, only),
            _ => None,
        },
        Place::Table => None,
    };
    let case = Case { ours: table, declared };
    RULES.iter().position(|rule| (rule.covers)(difference, &case))
}

/// What is the same in both, but was kept by the application and is kept by the database.
pub fn moved(seen: &Comparison) -> [(&'static str, &'static str, usize); 3] {
    [
        (
            "Defaults are in the database",
            "The application filled them in; a row that comes another way has them now, too.",
            seen.defaults_moved,
        ),
        (
            "Enumerations are checked",
            "A text that may only have certain values has a check of these values.",
            seen.choices_checked,
        ),
        (
            "What becomes of rows that point",
            "The application deleted them or cleared their columns, in memory and one by one; the database does it \
             now, at once and for every program. Keys are checked with each statement and not at the commit.",
            seen.actions_moved,
        ),
    ]
}

fn is_index(difference: &Difference) -> bool {
    matches!(difference.place, Place::Constraint { word: "index", .. })
}

fn names(difference: &Difference) -> &[String] {
    match &difference.place {
        Place::Constraint { names, .. } => names,
        _ => &[],
    }
}

fn columns(difference: &Difference) -> &[String] {
    match &difference.place {
        Place::Constraint { columns, .. } => columns,
        _ => &[],
    }
}

/// Whether an index or the primary key begins with these columns.
fn served(table: &Table, columns: &[String]) -> bool {
    let begins = |keys: Vec<Option<&str>>| {
        keys.len() >= columns.len() && keys.iter().zip(columns).all(|(key, column)| *key == Some(column.as_str()))
    };
    begins(table.primary_key.iter().map(|c| Some(c.as_str())).collect())
        || table
            .indexes
            .iter()
            .filter(|index| index.predicate.is_none())
            .any(|index| begins(index.keys.iter().map(seadrift::schema::IndexKey::column).collect()))
}

/// The least whole number that a check of the form `column >= 1` or `column > 0` allows.
fn least(check: &str, column: &str) -> Option<f64> {
    let (name, bound) = check.split_once(" > ").or_else(|| check.split_once(" >= "))?;
    let bound: f64 = bound.parse().ok()?;
    (name.trim_matches('"') == column).then_some(if check.contains(" > ") { bound + 1.0 } else { bound })
}

fn number(number: seadrift::entity::Number) -> f64 {
    match number {
        seadrift::entity::Number::Int(number) => number as f64,
        seadrift::entity::Number::Float(number) => number,
    }
}
