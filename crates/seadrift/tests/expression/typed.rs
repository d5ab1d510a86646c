//! Random conditions in the portable subset that make sense over a table
//! `sample (n integer, b bigint, s varchar(20), x text, ok boolean)`, as people write them.

use proptest::prelude::*;

/// The table's columns, for both databases.
pub const COLUMNS: &str = "n integer, b bigint, s varchar(20), x text, ok boolean";

/// Rows that meet each other's values, and NULL.
pub const ROWS: &str = "(NULL, NULL, NULL, NULL, NULL), (0, 0, '', '', true), (1, -1, 'a', 'a', false), \
    (2, 3, 'b', 'A', true), (5, 1, 'abc', '', NULL), (-3, NULL, ' a', 'it''s', false), (NULL, 7, 'A', NULL, true), \
    (2, 2, NULL, 'b', false), (9, -9, 'a%', 'aaa', NULL), (1, 1, 'b', 'b', true)";

fn pick(words: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(words).prop_map(str::to_owned)
}

fn number() -> BoxedStrategy<String> {
    let leaf = prop_oneof![pick(&["n", "b", "\"n\"", "N"]), (-3_i64..10).prop_map(|n| n.to_string())];
    leaf.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), pick(&["+", "-", "*"]), inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (inner.clone(), pick(&["+", "-", "*"]), inner.clone()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
            (inner.clone(), pick(&["/", "%"]), 2_i64..5).prop_map(|(a, op, b)| format!("({a}) {op} {b}")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("abs({a})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            text().prop_map(|a| format!("length({a})")),
        ]
    })
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    let leaf = prop_oneof![pick(&["s", "x", "S", "\"x\""]), pick(&["''", "'a'", "'b'", "'A'", "'it''s'"])];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (pick(&["lower", "upper", "trim"]), inner.clone()).prop_map(|(name, a)| format!("{name}({a})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} || {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("COALESCE({a}, {b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("nullif({a}, {b})")),
        ]
    })
    .boxed()
}

/// Any condition.
pub fn condition() -> BoxedStrategy<String> {
    let compare = || pick(&["=", "<>", "!=", "<", "<=", ">", ">="]);
    let texts = || prop::collection::vec(pick(&["'a'", "'b'", "'A'", "''"]), 1..4).prop_map(|v| v.join(", "));
    let numbers = || prop::collection::vec((-2_i64..6).prop_map(|n| n.to_string()), 1..4).prop_map(|v| v.join(","));
    let leaf = prop_oneof![
        (number(), compare(), number()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (text(), compare(), text()).prop_map(|(a, op, b)| format!("{a} {op} {b}")),
        (text(), pick(&["in", "NOT IN"]), texts()).prop_map(|(a, op, list)| format!("{a} {op} ({list})")),
        (number(), pick(&["in", "NOT IN"]), numbers()).prop_map(|(a, op, list)| format!("{a} {op} ({list})")),
        (number(), pick(&["between", "not between"]), number(), number())
            .prop_map(|(a, op, low, high)| format!("{a} {op} {low} and {high}")),
        (text(), pick(&["'a%'", "'%b'", "'_'", "''"])).prop_map(|(a, p)| format!("({a}) like {p}")),
        (text(), pick(&["is null", "IS NOT NULL"])).prop_map(|(a, op)| format!("({a}) {op}")),
        (number(), number()).prop_map(|(a, b)| format!("({a}) is not distinct from ({b})")),
        pick(&["ok", "ok = true", "ok is not true", "ok IS FALSE", "true"]),
    ];
    leaf.prop_recursive(4, 20, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("not ({a})")),
            inner.clone().prop_map(|a| format!("( {a} )")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} AND {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} or {b}")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("case when {a} then {b} else {c} end")),
        ]
    })
    .boxed()
}

/// The first conditions of a seed.
pub fn conditions(seed: u8, count: usize) -> Vec<String> {
    use proptest::{
        strategy::ValueTree,
        test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
    };
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]));
    (0..count).map(|_| condition().new_tree(&mut runner).expect("a condition is made").current()).collect()
}
