//! The canonical form of expressions: what PostgreSQL deparses and what people write meet in it.

use proptest::prelude::*;
use seadrift::schema::{Expression, Literal};

fn canonical(text: &str) -> String {
    Expression::from(text).canonical().0
}

/// What a person writes, and what PostgreSQL 15's `pg_get_expr` makes of it. The columns are
/// `s varchar(20)`, `x text`, `n integer`, `b bigint`, `d numeric(10,2)`, `f double precision`,
/// `ok boolean`, `at timestamptz`, `dt date`, `j jsonb`, `u uuid`.
const DEPARSED: &[(&str, &str)] = &[
    ("s IN ('a', 'b')", "((s)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"),
    ("s not in ('b','a')", "((s)::text <> ALL ((ARRAY['a'::character varying, 'b'::character varying])::text[]))"),
    ("s in ('a')", "((s)::text = 'a'::text)"),
    ("x in ('a','b')", "(x = ANY (ARRAY['a'::text, 'b'::text]))"),
    ("n in (1,2)", "(n = ANY (ARRAY[1, 2]))"),
    ("b in (1,2)", "(b = ANY (ARRAY[(1)::bigint, (2)::bigint]))"),
    ("d in (1,0.5)", "(d = ANY (ARRAY[(1)::numeric, 0.5]))"),
    ("b not in (1,2)", "(b <> ALL (ARRAY[(1)::bigint, (2)::bigint]))"),
    ("n in (1,2)", "(n = ANY ('{1,2}'::integer[]))"),
    ("x in ('a','b c')", "(x = ANY ('{a,\"b c\"}'::text[]))"),
    ("n between 1 and 5", "((n >= 1) AND (n <= 5))"),
    ("n NOT BETWEEN 1 AND 5", "((n < 1) OR (n > 5))"),
    ("d between 0 and 100", "((d >= (0)::numeric) AND (d <= (100)::numeric))"),
    ("f between 0 and 1", "((f >= (0)::double precision) AND (f <= (1)::double precision))"),
    ("n > -1", "(n > '-1'::integer)"),
    ("d > -1.5", "(d > '-1.5'::numeric)"),
    ("d >= 0", "(d >= (0)::numeric)"),
    ("f > .5", "(f > (0.5)::double precision)"),
    ("n > 0.5", "((n)::numeric > 0.5)"),
    ("b != 3000000000", "(b <> '3000000000'::bigint)"),
    ("b % 2 == 0", "((b % (2)::bigint) = 0)"),
    ("not n is null", "(NOT (n IS NULL))"),
    ("n is not null", "(NOT (n IS NULL))"),
    ("n is not null and (s = 'x' or ok)", "((n IS NOT NULL) AND (((s)::text = 'x'::text) OR ok))"),
    ("not (n = 1)", "(NOT (n = 1))"),
    ("NOT ok", "(NOT ok)"),
    ("ok = TRUE", "(ok = true)"),
    ("ok is not true", "(ok IS NOT TRUE)"),
    ("s like 'a%'", "((s)::text ~~ 'a%'::text)"),
    ("s NOT LIKE 'a%' ESCAPE '\\'", "((s)::text !~~ like_escape('a%'::text, '\\'::text))"),
    ("x ilike 'a'", "(x ~~* 'a'::text)"),
    ("trim(s) <> ''", "(TRIM(BOTH FROM s) <> ''::text)"),
    ("btrim(x) <> ''", "(TRIM(BOTH FROM x) <> ''::text)"),
    ("length(s) <= 5", "(length((s)::text) <= 5)"),
    ("LOWER(s) = s", "(lower((s)::text) = (s)::text)"),
    ("coalesce(s, x) <> ''", "((COALESCE(s, (x)::character varying))::text <> ''::text)"),
    ("coalesce(s,'z') = 'q'", "((COALESCE(s, 'z'::character varying))::text = 'q'::text)"),
    ("nullif(s,'') is not null", "(NULLIF((s)::text, ''::text) IS NOT NULL)"),
    ("case when n = 1 then ok else true end", "\nCASE\n    WHEN (n = 1) THEN ok\n    ELSE true\nEND"),
    ("case when n = 1 then ok end", "\nCASE\n    WHEN (n = 1) THEN ok\n    ELSE NULL::boolean\nEND"),
    ("CASE s WHEN 'a' THEN true END", "\nCASE s\n    WHEN 'a'::text THEN true\n    ELSE NULL::boolean\nEND"),
    ("at > now()", "(at > CURRENT_TIMESTAMP)"),
    ("at > current_timestamp", "(at > now())"),
    ("dt > '2020-01-01'", "(dt > '2020-01-01'::date)"),
    ("dt > date '2020-01-01'", "(dt > '2020-01-01'::date)"),
    ("j <> '{}'", "(j <> '{}'::jsonb)"),
    ("j ->> 'a' = 'b'", "((j ->> 'a'::text) = 'b'::text)"),
    ("u <> '00000000-0000-0000-0000-000000000000'", "(u <> '00000000-0000-0000-0000-000000000000'::uuid)"),
    ("n is not distinct from b", "(NOT (n IS DISTINCT FROM b))"),
    ("time > 0", "(\"time\" > 0)"),
    ("\"order\" > 0", "(\"order\" > 0)"),
    ("x || s = 'q'", "((x || (s)::text) = 'q'::text)"),
    ("n+b*2 > 5 and n-b-1 < 3", "(((n + (b * 2)) > 5) AND (((n - b) - 1) < 3))"),
    ("-n < 5", "((- n) < 5)"),
    ("at > now() - interval '1 day'", "(at > (now() - '1 day'::interval))"),
    ("t.n > 7", "(n > 7)"),
    ("n / 2 = 1", "((n / 2) = 1)"),
    ("d / 2 = 1", "((d / (2)::numeric) = (1)::numeric)"),
    ("(n = 1) = ok", "((n = 1) = ok)"),
    ("n=1 or n=2 and n=3 or n=4", "((n = 1) OR ((n = 2) AND (n = 3)) OR (n = 4))"),
    ("s > 'a' COLLATE \"C\"", "((s)::text > ('a'::text COLLATE \"C\"))"),
    ("x COLLATE \"C\" > 'a'", "((x COLLATE \"C\") > 'a'::text)"),
    ("n & 1 = 0", "((n & 1) = 0)"),
    ("not (n in (1,2))", "(NOT (n = ANY (ARRAY[1, 2])))"),
    ("cast(dt as text) = 'a'", "((CAST(dt AS TEXT)) = 'a'::text)"),
    ("(n is null) <> (b is null)", "((n IS NULL) <> (b IS NULL))"),
    (
        "s = 'a' and n is not null and b is null or s <> 'a' and n is null",
        "((((s)::text = 'a'::text) AND (n IS NOT NULL) AND (b IS NULL)) OR (((s)::text <> 'a'::text) AND (n IS NULL)))",
    ),
];

#[test]
fn what_postgres_deparses_equals_what_was_written() {
    for (written, deparsed) in DEPARSED {
        assert_eq!(canonical(written), canonical(deparsed), "{written}  |  {deparsed}");
    }
}

#[test]
fn the_canonical_form_is_its_own() {
    for (written, deparsed) in DEPARSED {
        for text in [written, deparsed] {
            assert_eq!(canonical(&canonical(text)), canonical(text), "{text}");
        }
    }
}

#[test]
fn the_canonical_form_reads_well() {
    for (text, expected) in [
        ("((s)::text = ANY ((ARRAY['b'::character varying, 'a'::character varying])::text[]))", "s IN ('a', 'b')"),
        ("n IN (10, 9, -1, 9)", "n IN (-1, 9, 10)"),
        ("( ( a=1 ) AND ( b=2 OR c=3 ) )", "a = 1 AND (b = 2 OR c = 3)"),
        ("\"status\"<>''", "status <> ''"),
        ("\"Status\" = 1 and \"end\" = 2", "\"Status\" = 1 AND \"end\" = 2"),
        ("now()", "CURRENT_TIMESTAMP"),
        ("a || b * c", "a || (b * c)"),
        ("a - (b - c)", "a - (b - c)"),
        ("dt::date", "CAST(dt AS date)"),
        ("n  ->  'a' -- why", "n  ->  'a' -- why"),
        ("EXISTS  (SELECT 1)", "EXISTS ( SELECT 1 )"),
        ("007.50", "7.50"),
        ("- 0", "0"),
        ("- - 5", "5"),
        ("coalesce(s, (lower(x))::character varying)", "coalesce(s, lower(x))"),
        ("NOT (a AND NOT b)", "NOT (a AND NOT b)"),
    ] {
        assert_eq!(canonical(text), expected, "{text}");
    }
}

/// Pairs that can differ on some row and so must stay apart.
#[test]
fn what_differs_stays_apart() {
    for (one, other) in [
        ("a = 1", "a = 2"),
        ("a = 1", "b = 1"),
        ("a = 1", "a = '1'"),
        ("a < 1", "a <= 1"),
        ("a AND b OR c", "a AND (b OR c)"),
        ("NOT a AND b", "NOT (a AND b)"),
        ("a - b - c", "a - (b - c)"),
        ("s IN ('a', 'b')", "s IN ('a', 'b', 'c')"),
        ("s IN ('a', 'b')", "s NOT IN ('a', 'b')"),
        ("s IN ('a', 'b')", "s = ALL (ARRAY['a', 'b'])"),
        ("s = 'A'", "s = 'a'"),
        ("s = 'a '", "s = 'a'"),
        ("\"Name\" = 1", "name = 1"),
        ("n / 2 > 1", "n::numeric / 2 > 1"),
        ("n::integer = 1", "n = 1"),
        ("s::varchar(2) = 'ab'", "s = 'ab'"),
        ("'abc'::varchar(2) = s", "'abc' = s"),
        ("CAST(s AS integer) > 1", "s > 1"),
        ("s LIKE 'a'", "s NOT LIKE 'a'"),
        ("s LIKE 'a'", "s ILIKE 'a'"),
        ("s LIKE 'a'", "s = 'a'"),
        ("a IS NULL", "a IS NOT NULL"),
        ("a IS TRUE", "a"),
        ("n BETWEEN 1 AND 5", "n NOT BETWEEN 1 AND 5"),
        ("x COLLATE \"C\" = 'a'", "x = 'a'"),
        ("lower(x) = 'a'", "upper(x) = 'a'"),
        ("CASE WHEN a THEN b END", "CASE WHEN a THEN b ELSE c END"),
        ("E'a\\n'", "'a\\n'"),
        ("n > 5.7::integer", "n > 5.7"),
        ("(j -> 'a')::text = 'b'", "j -> 'a' = 'b'"),
        ("a IS DISTINCT FROM b", "a <> b"),
        ("s = ''", "s = ''''"),
    ] {
        assert_ne!(canonical(one), canonical(other), "{one}  |  {other}");
    }
}

#[test]
fn constants_are_known() {
    let text = |t: &str| Some(Literal::Text(t.to_owned()));
    for (expression, literal) in [
        ("'draft'::character varying", text("draft")),
        ("'it''s \\ x'::text", text("it's \\ x")),
        ("'5'::text", text("5")),
        ("'5'::bigint", Some(Literal::Int(5))),
        ("'-5'::integer", Some(Literal::Int(-5))),
        ("- 5", Some(Literal::Int(-5))),
        ("(0)::numeric", Some(Literal::Int(0))),
        ("TRUE", Some(Literal::Bool(true))),
        ("'[]'::jsonb", text("[]")),
        ("'\\x01'::bytea", text("\\x01")),
        ("'2020-01-01 00:00:00+00'::timestamp with time zone", text("2020-01-01 00:00:00+00")),
        ("0.5", None),
        ("'10000000000000000000'::numeric", None),
        ("now()", None),
        ("NULL::character varying", None),
        ("nextval('t_id_seq'::regclass)", None),
        ("1 + 2", None),
    ] {
        assert_eq!(Expression::from(expression).literal(), literal, "{expression}");
    }
    assert!(Expression::from("NULL::character varying").is_null());
    assert!(!Expression::from("'NULL'").is_null());
}

#[test]
fn columns_are_found_and_renamed_and_nothing_else() {
    for (text, from, to, renamed) in [
        ("status IN ('status', 'b')", "status", "state", "state IN ('status', 'b')"),
        ("Status = 1", "status", "state", "state = 1"),
        ("\"Status\" = 1", "Status", "state", "state = 1"),
        ("status_at > 1 AND astatus", "status", "state", "status_at > 1 AND astatus"),
        ("a = 1", "a", "end", "\"end\" = 1"),
        ("a = 1", "a", "Big\"A", "\"Big\"\"A\" = 1"),
        ("lower(lower) = 'x'", "lower", "name", "lower(name) = 'x'"),
        ("t.t > 1", "t", "u", "t.u > 1"),
        ("text::text = 'text'", "text", "body", "body::text = 'text'"),
        ("CAST(date AS date) > date '2020-01-01'", "date", "day", "CAST(day AS date) > date '2020-01-01'"),
        ("a = 1 -- a\n AND a > 0", "a", "b", "b = 1 -- a\n AND b > 0"),
        ("EXISTS (SELECT a.a FROM a)", "a", "b", "EXISTS (SELECT a.b FROM b)"),
        ("a -> 'a' ->> 'b' = 'a'", "a", "doc", "doc -> 'a' ->> 'b' = 'a'"),
    ] {
        let expression = Expression::from(text);
        assert_eq!(expression.with_column_renamed(from, to).0, renamed, "{text}");
        assert_eq!(expression.mentions(from), renamed != text, "{text}");
    }
}

#[test]
fn text_that_nests_without_end_is_refused_not_followed() {
    let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    assert!(canonical(&deep).contains('a'));
    let long = vec!["a = 1"; 2_000].join(" AND ");
    assert_eq!(canonical(&long), long);
}

/// An expression of the portable subset, and its two spellings.
#[derive(Clone, Debug)]
enum Tree {
    Column(&'static str),
    Text(String),
    Number(i64),
    Compare(&'static str, Box<Self>, Box<Self>),
    Arithmetic(char, Box<Self>, Box<Self>),
    In(Box<Self>, Vec<String>),
    Between(Box<Self>, i64, i64),
    Like(Box<Self>, String),
    IsNull(Box<Self>, bool),
    Call(&'static str, Box<Self>),
    Not(Box<Self>),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Case(Box<Self>, Box<Self>),
}

fn sql(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Tree {
    /// As a person writes it: words in small letters, a parenthesis only where it is needed.
    fn written(&self) -> String {
        match self {
            Self::Column(name) => (*name).to_owned(),
            Self::Text(text) => sql(text),
            Self::Number(n) => n.to_string(),
            Self::Compare(op, a, b) => format!("{} {op} {}", a.written(), b.written()),
            Self::Arithmetic(op, a, b) => format!("({} {op} {})", a.written(), b.written()),
            Self::In(a, list) => {
                let items: Vec<_> = list.iter().map(|t| sql(t)).collect();
                format!("{} in ({})", a.written(), items.join(","))
            }
            Self::Between(a, low, high) => format!("{} between {low} and {high}", a.written()),
            Self::Like(a, pattern) => format!("{} like {}", a.written(), sql(pattern)),
            Self::IsNull(a, not) => format!("{} is {}null", a.written(), if *not { "not " } else { "" }),
            Self::Call(name, a) => format!("{name}({})", a.written()),
            Self::Not(a) => format!("not ({})", a.written()),
            Self::And(a, b) => {
                let side =
                    |t: &Self| if matches!(t, Self::Or(..)) { format!("({})", t.written()) } else { t.written() };
                format!("{} and {}", side(a), side(b))
            }
            Self::Or(a, b) => format!("{} or {}", a.written(), b.written()),
            Self::Case(a, b) => format!("case when {} then {} end", a.written(), b.written()),
        }
    }

    /// As PostgreSQL deparses it.
    fn deparsed(&self) -> String {
        match self {
            Self::Column(name) => format!("({name})::text"),
            Self::Text(text) => format!("{}::character varying", sql(text)),
            Self::Number(n) if *n < 0 => format!("'{n}'::integer"),
            Self::Number(n) => format!("({n})::numeric"),
            Self::Compare(op, a, b) => {
                format!("({} {} {})", a.deparsed(), if *op == "!=" { "<>" } else { op }, b.deparsed())
            }
            Self::Arithmetic(op, a, b) => format!("({} {op} {})", a.deparsed(), b.deparsed()),
            Self::In(a, list) => {
                let items: Vec<_> = list.iter().map(|t| format!("{}::character varying", sql(t))).collect();
                format!("({} = ANY ((ARRAY[{}])::text[]))", a.deparsed(), items.join(", "))
            }
            Self::Between(a, low, high) => {
                format!("(({0} >= '{low}'::bigint) AND ({0} <= '{high}'::bigint))", a.deparsed())
            }
            Self::Like(a, pattern) => format!("({} ~~ {}::text)", a.deparsed(), sql(pattern)),
            Self::IsNull(a, not) => format!("({} IS {}NULL)", a.deparsed(), if *not { "NOT " } else { "" }),
            Self::Call(name, a) => format!("{}({})", name.to_uppercase(), a.deparsed()),
            Self::Not(a) => format!("(NOT {})", a.deparsed()),
            Self::And(a, b) => format!("({} AND {})", a.deparsed(), b.deparsed()),
            Self::Or(a, b) => format!("({} OR {})", a.deparsed(), b.deparsed()),
            Self::Case(a, b) => {
                format!("\nCASE\n    WHEN {} THEN {}\n    ELSE NULL::boolean\nEND", a.deparsed(), b.deparsed())
            }
        }
    }
}

fn value() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        prop::sample::select(vec!["a", "status", "\"order\"", "\"Big\"", "x1"]).prop_map(Tree::Column),
        "[a-z'% ]{0,5}".prop_map(Tree::Text),
        (-3_i64..4_000_000_000).prop_map(Tree::Number),
    ];
    leaf.prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            (prop::sample::select(vec!['+', '-', '*', '/', '%']), inner.clone(), inner.clone())
                .prop_map(|(op, a, b)| Tree::Arithmetic(op, Box::new(a), Box::new(b))),
            (prop::sample::select(vec!["lower", "length", "coalesce", "abs"]), inner)
                .prop_map(|(name, a)| Tree::Call(name, Box::new(a))),
        ]
    })
}

fn condition() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        (prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]), value(), value())
            .prop_map(|(op, a, b)| Tree::Compare(op, Box::new(a), Box::new(b))),
        (value(), prop::collection::vec("[a-z']{1,3}", 1..4)).prop_map(|(a, list)| Tree::In(Box::new(a), list)),
        (value(), -5_i64..5, 5_i64..9).prop_map(|(a, low, high)| Tree::Between(Box::new(a), low, high)),
        (value(), "[a-z%_]{0,4}").prop_map(|(a, pattern)| Tree::Like(Box::new(a), pattern)),
        (value(), any::<bool>()).prop_map(|(a, not)| Tree::IsNull(Box::new(a), not)),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| Tree::Not(Box::new(a))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::And(Box::new(a), Box::new(b))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| Tree::Or(Box::new(a), Box::new(b))),
            (inner.clone(), inner).prop_map(|(a, b)| Tree::Case(Box::new(a), Box::new(b))),
        ]
    })
}

proptest! {
    #[test]
    fn both_spellings_are_equal(tree in condition()) {
        prop_assert_eq!(canonical(&tree.written()), canonical(&tree.deparsed()));
    }

    #[test]
    fn canonical_is_idempotent(tree in condition()) {
        let once = canonical(&tree.written());
        prop_assert_eq!(canonical(&once), once);
    }

    #[test]
    fn canonical_is_idempotent_on_any_text(text in "[a-z0-9'\"().,:<>=!|~\\[\\]{}*/+ -]{0,24}") {
        let once = canonical(&text);
        prop_assert_eq!(canonical(&once), once);
    }

    #[test]
    fn renaming_there_and_back_changes_nothing(tree in condition()) {
        let before = Expression(tree.written()).canonical();
        let after = before.with_column_renamed("status", "zz").with_column_renamed("zz", "status");
        prop_assert_eq!(after.canonical(), before);
    }
}
