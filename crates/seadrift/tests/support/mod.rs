//! Random schemas for property tests: every column type, identity, natural and composite
//! keys, partial and expression indexes, checks, foreign keys to others, to oneself and in
//! cycles, names that need quotes, several apps.
//!
//! A schema is built from a string of bytes, one byte a decision, always at the same place:
//! so it shrinks (a zero leaves a part out), and a pair that shares most bytes is a schema
//! before and after a change. Types change only within a family that both databases can
//! cast, so that a pair can be run on a real database. Not here: rows.
#![allow(dead_code)]

use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use seadrift::diff::{Answers, Fill, Hints, Question, diff};
use seadrift::operation::Operation;
use seadrift::schema::{
    Check, Column, ColumnType, DefaultValue, Expression, ForeignKey, Index, IndexKey, ReferentialAction, Schema,
    SoftReference, Table,
};

/// Any schema of up to eight tables.
pub fn schema() -> impl Strategy<Value = Schema> {
    vec(any::<u8>(), GENES).prop_map(|genes| build(&genes))
}

/// A schema before and after some changes: most parts are equal, some added, dropped or altered.
pub fn schema_pair() -> impl Strategy<Value = (Schema, Schema)> {
    let gene = || vec(any::<u8>(), GENES);
    (gene(), gene(), gene(), any::<u8>()).prop_map(|(before, other, mask, rate)| {
        let after: Vec<u8> = (0..GENES).map(|i| if mask[i] < rate / 3 { other[i] } else { before[i] }).collect();
        (build(&before), build(&after))
    })
}

/// The first `count` values of a strategy, the same for equal seeds; for tests that hold a
/// database open and want no shrinking.
pub fn sample<T: std::fmt::Debug>(strategy: &impl Strategy<Value = T>, seed: u8, count: usize) -> Vec<T> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    (0..count).map(|_| strategy.new_tree(&mut runner).expect("strategy gives a value").current()).collect()
}

/// The operations between two schemas where no row holds NULL, and whatever may have been renamed
/// was renamed if `renamed` says so.
pub fn operations(before: &Schema, after: &Schema, mut renamed: impl FnMut(&Question) -> bool) -> Vec<Operation> {
    let mut answers = Answers::default();
    for _ in 0..1000 {
        let questions = match diff(before, after, &Hints::default(), &answers) {
            Ok(operations) => return operations,
            Err(questions) => questions,
        };
        for question in &questions {
            let Question::Fill { table, column, .. } = question else {
                let yes = renamed(question);
                answers = answers.renamed(question, yes);
                if yes {
                    break; // It may settle others.
                }
                continue;
            };
            answers = answers.filled(table, column, Fill::NONE);
        }
    }
    panic!("questions without end");
}

/// Table, app, model and the kind of key that it usually has.
const TABLES: [(&str, &str, &str, Key); 8] = [
    ("accounts_user", "accounts", "User", Key::Identity),
    ("accounts_session", "accounts", "Session", Key::Uuid),
    ("teams_team", "teams", "Team", Key::Identity),
    ("teams_seat", "teams", "Seat", Key::Pair),
    ("tournaments_match", "tournaments", "Match", Key::Identity),
    ("tournaments_game", "tournaments", "Game", Key::Code),
    ("order", "shop", "Order", Key::Identity),
    ("Odd Name", "shop", "OddName", Key::Identity),
];

#[derive(Clone, Copy, PartialEq)]
enum Key {
    /// `id`, filled from a sequence.
    Identity,
    /// `key`, a UUID.
    Uuid,
    /// `code`, text.
    Code,
    /// `left_id`, `right_id`.
    Pair,
}

const COLUMNS: usize = 17;
const INDEXES: usize = 12;
const CHECKS: usize = 7;
const FOREIGN_KEYS: usize = 7;
const GENES_PER_TABLE: usize = 2 + COLUMNS * 3 + INDEXES + CHECKS + FOREIGN_KEYS * 3;
/// Bytes that a schema is built from.
pub const GENES: usize = TABLES.len() * GENES_PER_TABLE;

/// Name, the family of types, and a default that fits all of them.
fn vocabulary() -> [(&'static str, Vec<ColumnType>, Option<DefaultValue>); COLUMNS] {
    use ColumnType as T;
    let sql = |text: &str| Some(DefaultValue::from(Expression::from(text)));
    [
        ("count", vec![T::SmallInt, T::Integer, T::BigInt], Some(0.into())),
        ("title", vec![T::Varchar(40), T::Varchar(200), T::Text], Some("it's \"odd\"".into())),
        ("status", vec![T::Varchar(20)], Some("open".into())),
        ("is_open", vec![T::Boolean], Some(true.into())),
        ("rating", vec![T::Real, T::Double], sql("0.5")),
        ("price", vec![T::Decimal(10, 2), T::Decimal(12, 4)], sql("1.25")),
        ("payload", vec![T::Json], Some("{}".into())),
        ("starts_at", vec![T::TimestampTz], sql("CURRENT_TIMESTAMP")),
        ("local_at", vec![T::Timestamp], None),
        ("day", vec![T::Date], Some("2024-02-29".into())),
        ("at", vec![T::Time], None),
        ("token", vec![T::Uuid], None),
        ("raw", vec![T::Bytes], None),
        ("order", vec![T::Integer, T::BigInt], Some((-7).into())),
        ("Mixed Case", vec![T::Text], None),
        ("code", vec![T::Varchar(20)], None),
        ("prize_id", vec![T::BigInt], None),
    ]
}

/// The schema that these bytes mean; at least [`GENES`] of them.
pub fn build(genes: &[u8]) -> Schema {
    let mut genes = genes.iter().copied();
    let mut next = || genes.next().expect("enough genes");
    let mut tables = Vec::new();
    let mut wishes = Vec::new();
    for (name, app, model, usual) in TABLES {
        let present = next() > 60;
        let mut table = Table::new(app, model, name);
        add_key(&mut table, usual, next());
        add_columns(&mut table, &mut next);
        add_indexes(&mut table, &mut next);
        add_checks(&mut table, &mut next);
        let wanted: Vec<[u8; 3]> = (0..FOREIGN_KEYS).map(|_| [next(), next(), next()]).collect();
        if present {
            tables.push(table);
            wishes.push(wanted);
        }
    }
    let targets = tables.clone();
    for (table, wanted) in tables.iter_mut().zip(wishes) {
        for (place, [gene, target, action]) in wanted.into_iter().enumerate() {
            if gene > 150 {
                add_foreign_key(table, &targets, place, gene, target, action);
            }
        }
    }
    Schema::of(tables)
}

fn add_key(table: &mut Table, usual: Key, gene: u8) {
    let key = match gene {
        0..236 => usual,
        236..246 => Key::Code,
        _ => Key::Pair,
    };
    let (columns, names): (Vec<Column>, Vec<&str>) = match key {
        Key::Identity => (vec![Column::new("id", ColumnType::BigInt).identity()], vec!["id"]),
        Key::Uuid => (vec![Column::new("key", ColumnType::Uuid)], vec!["key"]),
        Key::Code => (vec![Column::new("code", ColumnType::Varchar(20))], vec!["code"]),
        Key::Pair => (
            ["left_id", "right_id"].map(|name| Column::new(name, ColumnType::BigInt)).to_vec(),
            vec!["left_id", "right_id"],
        ),
    };
    table.columns.extend(columns);
    table.primary_key = names.into_iter().map(str::to_owned).collect();
}

fn add_columns(table: &mut Table, next: &mut impl FnMut() -> u8) {
    for (name, family, default) in vocabulary() {
        let (present, kind, shape) = (next() > 140, next(), next());
        if !present || table.column(name).is_some() {
            continue;
        }
        let mut column = Column::new(name, family[kind as usize * family.len() / 256].clone());
        column.nullable = shape & 1 == 1;
        column.default = default.filter(|_| shape & 2 == 2);
        if name == "prize_id" && shape & 4 == 4 {
            column.soft_ref = Some(SoftReference("tournaments.Match".to_owned()));
        }
        table.columns.push(column);
    }
}

/// Columns that an index needs, its keys, whether it is unique, its predicate.
type IndexTemplate<'a> = (&'a [&'a str], Vec<IndexKey>, bool, Option<&'a str>);

fn add_indexes(table: &mut Table, next: &mut impl FnMut() -> u8) {
    let column = |name: &str| IndexKey::Column(name.to_owned());
    let desc = |name: &str| IndexKey::Descending { desc: name.to_owned() };
    let sql = |text: &str, descending| IndexKey::Expression { sql: text.into(), descending };
    let templates: [IndexTemplate<'_>; INDEXES] = [
        (&["count"], vec![column("count")], false, None),
        (&["title", "count"], vec![column("title"), desc("count")], false, None),
        (&["code"], vec![column("code")], true, None),
        (&["token"], vec![column("token")], true, None),
        (&["title", "status"], vec![column("title")], true, Some("status = 'open'")),
        (&["starts_at", "is_open"], vec![desc("starts_at")], false, Some("is_open")),
        (&["title"], vec![sql("lower(title)", false)], false, None),
        (&["title", "count"], vec![sql("lower(title)", false), column("count")], true, None),
        (&["count"], vec![column("count")], false, Some("count > 0 AND count IS NOT NULL")),
        (&["order", "Mixed Case"], vec![column("order"), column("Mixed Case")], true, None),
        (&["count", "order"], vec![sql("count + \"order\"", true)], false, Some("\"order\" <> 3")),
        (&["prize_id"], vec![column("prize_id")], false, None),
    ];
    for (place, (needs, keys, unique, predicate)) in templates.into_iter().enumerate() {
        if next() > 150 && needs.iter().all(|name| table.column(name).is_some()) {
            let prefix = if unique { "uq" } else { "ix" };
            let name = format!("{prefix}_{}_{}_{place}", table.name, needs.join("_"));
            table.indexes.push(Index { name, keys, unique, predicate: predicate.map(Expression::from) });
        }
    }
}

fn add_checks(table: &mut Table, next: &mut impl FnMut() -> u8) {
    let templates: [(&[&str], &str); CHECKS] = [
        (&["count"], "count >= 0"),
        (&["status"], "status IN ('open', 'done', 'it''s')"),
        (&["title"], "length(title) > 0"),
        (&["count", "is_open"], "count < 100 OR is_open"),
        (&["starts_at", "day"], "starts_at IS NOT NULL OR day IS NULL"),
        (&["rating"], "rating BETWEEN 0 AND 10"),
        (&["order", "count"], "NOT (\"order\" > 5 AND count = 1)"),
    ];
    for (place, (needs, expression)) in templates.into_iter().enumerate() {
        if next() > 150 && needs.iter().all(|name| table.column(name).is_some()) {
            table.checks.push(Check::new(format!("ck_{}_{place}", table.name), expression));
        }
    }
}

/// The columns that a foreign key may point at, with their types: the primary key, or a
/// column under a whole unique index.
fn target_of(table: &Table) -> Vec<(String, ColumnType)> {
    let unique = table.indexes.iter().find(|i| i.unique && i.predicate.is_none() && i.keys.len() == 1);
    let by_index = unique.and_then(|i| i.keys[0].column()).filter(|_| table.primary_key != ["id"]);
    let columns = by_index.map_or(table.primary_key.clone(), |name| vec![name.to_owned()]);
    columns.iter().map(|name| (name.clone(), table.column(name).expect("key column").ty.clone())).collect()
}

fn add_foreign_key(table: &mut Table, targets: &[Table], place: usize, gene: u8, target: u8, action: u8) {
    let target = &targets[target as usize * targets.len() / 256];
    let mut columns = Vec::new();
    for (pointed_at, ty) in target_of(target) {
        // Named after the target's column, so that the name has the same type in every schema.
        let name = format!("ref{place}_{pointed_at}");
        let mut column = Column::new(&name, ty);
        column.nullable = gene & 1 == 1;
        table.columns.push(column);
        columns.push(name);
    }
    if gene & 2 == 2 {
        table.indexes.push(Index::on(format!("ix_{}_ref{place}", table.name), columns.clone()));
    }
    let nullable = gene & 1 == 1;
    table.foreign_keys.push(ForeignKey {
        name: format!("fk_{}_ref{place}", table.name),
        columns,
        references: target.name.clone(),
        referenced_columns: target_of(target).into_iter().map(|(name, _)| name).collect(),
        on_delete: match action % 4 {
            0 => ReferentialAction::NoAction,
            1 => ReferentialAction::Cascade,
            2 if nullable => ReferentialAction::SetNull,
            _ => ReferentialAction::Restrict,
        },
        on_update: if action > 200 { ReferentialAction::Cascade } else { ReferentialAction::NoAction },
    });
}
