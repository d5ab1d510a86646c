use super::*;

fn columns(sql: &str) -> Vec<(String, String)> {
    table(sql).unwrap().columns.into_iter().map(|c| (c.name, c.declared)).collect()
}

fn pairs(of: &[(&str, &str)]) -> Vec<(String, String)> {
    of.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

#[test]
fn reads_names_and_types_in_any_dress() {
    let sql = "CREATE TABLE IF NOT EXISTS main.[od d] ( -- first (\n `a``b` , \"c \"\"d\"  VARCHAR ( 30 ) /* ) */,\n\
               'e' double  precision NOT NULL, f decimal(10 , 2) DEFAULT (1 + (2)), g unsigned big int)";
    let expected = [
        ("a`b", ""),
        ("c \"d", "VARCHAR(30)"),
        ("e", "double precision"),
        ("f", "decimal(10,2)"),
        ("g", "unsigned big int"),
    ];
    assert_eq!(columns(sql), pairs(&expected));
}

#[test]
fn reads_every_constraint_of_a_column() {
    let sql = "CREATE TABLE t (id integer CONSTRAINT p PRIMARY KEY ASC AUTOINCREMENT, \
               a text CONSTRAINT nn NOT NULL DEFAULT 'x, (' COLLATE nocase UNIQUE ON CONFLICT IGNORE \
               CONSTRAINT ck CHECK (a <> ')') REFERENCES p(b) ON DELETE SET NULL ON UPDATE CASCADE MATCH full \
               NOT DEFERRABLE INITIALLY DEFERRED, b int DEFAULT -5 NOT NULL, \
               c int REFERENCES q DEFERRABLE INITIALLY DEFERRED NOT NULL, \
               d int GENERATED ALWAYS AS (b * (2)) STORED, e int AS (b) )";
    let table = table(sql).unwrap();
    let [id, a, b, c, d, e] = table.columns.as_slice() else { panic!("{:?}", table.columns) };
    assert!(id.autoincrement && id.oddities.is_empty());
    assert_eq!((a.not_null, a.default.as_deref()), (true, Some("'x, ('")));
    assert_eq!(a.oddities, ["collate nocase", "unique on conflict ignore"]);
    assert_eq!((b.not_null, b.default.as_deref()), (true, Some("-5")));
    assert_eq!(c.oddities, ["deferrable initially deferred"]);
    assert!(c.not_null);
    assert_eq!(d.oddities, ["generated always as (b * (2)) stored"]);
    assert!(d.generated && e.generated);
    let texts: Vec<_> = table.constraints.iter().map(|c| (c.name.as_deref(), c.text.as_str())).collect();
    let expected = [
        (Some("p"), "PRIMARY KEY (\"id\")"),
        (None, "UNIQUE (\"a\") ON CONFLICT IGNORE"),
        (Some("ck"), "CHECK (a <> ')')"),
        (
            None,
            "FOREIGN KEY (\"a\") REFERENCES p(b) ON DELETE SET NULL ON UPDATE CASCADE MATCH full \
             NOT DEFERRABLE INITIALLY DEFERRED",
        ),
        (None, "FOREIGN KEY (\"c\") REFERENCES q DEFERRABLE INITIALLY DEFERRED"),
    ];
    assert_eq!(texts, expected);
    let ConstraintKind::ForeignKey(key) = &table.constraints[3].kind else { panic!() };
    assert_eq!((key.on_delete, key.on_update), (ReferentialAction::SetNull, ReferentialAction::Cascade));
}

#[test]
fn reads_constraints_of_the_table_with_and_without_commas() {
    let sql = "create table t (a int, b int, c int, primary key (b desc, a), constraint u unique (a collate nocase) \
               check (a in (1, 2)) foreign key (a, \"b\") references p on delete no action not deferrable, \
               constraint k check (b > 0)) strict, without rowid;";
    let table = table(sql).unwrap();
    assert!(table.strict && table.without_rowid);
    let kinds: Vec<_> = table.constraints.iter().map(|c| (c.name.as_deref(), c.kind.clone())).collect();
    let names = |of: &[&str]| of.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
    let key = ForeignKeyText { columns: names(&["a", "b"]), references: "p".into(), ..ForeignKeyText::default() };
    let expected = [
        (None, ConstraintKind::PrimaryKey { columns: names(&["b", "a"]) }),
        (Some("u"), ConstraintKind::Unique { columns: names(&["a"]) }),
        (None, ConstraintKind::Check { expression: "a in (1, 2)".into() }),
        (None, ConstraintKind::ForeignKey(key)),
        (Some("k"), ConstraintKind::Check { expression: "b > 0".into() }),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(table.columns[1].oddities, ["primary key desc"]);
    assert_eq!(table.columns[0].oddities, ["unique collate", "unique nocase"]);
}

#[test]
fn reads_indexes() {
    let sql = "CREATE UNIQUE INDEX \"i\" ON \"t\" (\"a\" DESC, b asc, (lower(c)) desc, lower(d), (e), f COLLATE nocase) \
               WHERE a > 0 AND (b < 1) -- only\n";
    let index = index(sql).unwrap();
    assert!(index.unique);
    assert_eq!(index.predicate.as_deref(), Some("a > 0 AND (b < 1)"));
    let keys: Vec<_> = index.keys.iter().map(|k| (k.column.as_deref(), k.text.as_str(), k.descending)).collect();
    let expected = [
        (Some("a"), "\"a\"", true),
        (Some("b"), "b", false),
        (None, "lower(c)", true),
        (None, "lower(d)", false),
        (None, "e", false),
        (None, "f COLLATE nocase", false),
    ];
    assert_eq!(keys, expected);
}

#[test]
fn says_where_it_stopped_understanding() {
    let error = table("CREATE TABLE t (a int, CHECK a > 0)").unwrap_err();
    assert_eq!(error.to_string(), "cannot read this definition: expected ( at …a > 0)");
}
