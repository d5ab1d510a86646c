//! Each lint has a case that it must catch and one that it must not; then the rows of a database decide.

use seadrift::{
    history::History,
    migration::{Graph, file},
    report::{
        Severity,
        lint::{self, Lint},
    },
    run::{Connection, Record, record},
};
use testkit::TestDatabase;

/// A club and its members, as the first migration makes them.
const BEGIN: &str = r#"
app = "club"

[[operations]]
op = "create_table"
name = "club"
model = "Club"
primary_key = ["id"]
columns = [
    { name = "id", type = "bigint", identity = true },
    { name = "city", type = "varchar(20)", nullable = true },
]

[[operations]]
op = "create_table"
name = "member"
model = "Member"
primary_key = ["id"]
columns = [
    { name = "id", type = "bigint", identity = true },
    { name = "nick", type = "varchar(40)" },
    { name = "motto", type = "text", nullable = true },
    { name = "age", type = "bigint", nullable = true },
    { name = "fee", type = "decimal(10,2)", nullable = true },
    { name = "club_id", type = "bigint", nullable = true },
]
indexes = [{ name = "ix_member_club_id", keys = ["club_id"] }]
"#;

fn history(second: &str) -> History {
    let path = |name: &str| format!("club/migrations/{name}.toml");
    let read = |text: &str, name: &str| match file::parse(text, path(name).as_ref(), "club") {
        Ok(loaded) => loaded,
        Err(errors) => panic!("{errors:?}"),
    };
    let second = format!("app = \"club\"\ndependencies = [\"club.0001_initial\"]\n{second}");
    let graph = Graph::build(vec![read(BEGIN, "0001_initial"), read(&second, "0002_change")]).expect("a sound graph");
    History::of(graph).unwrap_or_else(|report| panic!("{report}"))
}

fn operation(fields: &str) -> String {
    format!("[[operations]]\n{fields}\n")
}

/// The lints of the second migration, from operations alone: severity, code and object.
fn found(second: &str) -> Vec<String> {
    let lints = lint::lint(&history(second), |id| id.name.starts_with("0002"));
    lints.iter().map(shown).collect()
}

fn shown(lint: &Lint) -> String {
    let finding = &lint.finding;
    let letter = match finding.severity {
        Severity::Error => 'E',
        Severity::Warning => 'W',
        Severity::Note => 'N',
    };
    let acknowledged = if lint.acknowledged.is_some() { " ok" } else { "" };
    format!("{letter} {} {}{acknowledged}", finding.code, finding.object)
}

#[test]
fn every_lint_catches_its_case_and_no_other() {
    let key = r#"{ name = "fk", columns = ["club_id"], references = "club", referenced_columns = ["id"] }"#;
    let cases: &[(&str, &str, &[&str])] = &[
        ("nothing", "", &[]),
        ("a dropped table", "op = \"drop_table\"\ntable = \"member\"", &["E SD601 member"]),
        ("a dropped column", "op = \"drop_column\"\ntable = \"member\"\ncolumn = \"motto\"", &["E SD602 member.motto"]),
        (
            "cents cut off",
            "op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"fee\", type = \"bigint\", nullable = true }",
            &["E SD603 member.fee"],
        ),
        (
            "a required column without a value",
            "op = \"add_column\"\ntable = \"member\"\ncolumn = { name = \"rank\", type = \"integer\" }",
            &["W SD611 member.rank", "W SD622 member.rank"],
        ),
        (
            "a required column with a fill",
            "op = \"add_column\"\ntable = \"member\"\ncolumn = { name = \"rank\", type = \"integer\" }\nfill = 0",
            &["W SD622 member.rank"],
        ),
        (
            "a required column with a default",
            "op = \"add_column\"\ntable = \"member\"\ncolumn = { name = \"rank\", type = \"integer\", default = 0 }",
            &[],
        ),
        (
            "a column that may be empty",
            "op = \"add_column\"\ntable = \"member\"\ncolumn = { name = \"rank\", type = \"integer\", nullable = true }",
            &[],
        ),
        (
            "a column that begins to refuse NULL",
            "op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"age\", type = \"bigint\" }",
            &["W SD611 member.age", "W SD622 member.age"],
        ),
        (
            "a column that begins to refuse NULL, filled and with a default",
            "op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"age\", type = \"bigint\", default = 0 }\nfill = 0",
            &[],
        ),
        (
            "a narrower column",
            "op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"nick\", type = \"varchar(10)\" }",
            &["W SD612 member.nick"],
        ),
        (
            "a wider column",
            "op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"nick\", type = \"varchar(80)\" }",
            &[],
        ),
        (
            "a unique index",
            "op = \"add_index\"\ntable = \"member\"\nindex = { name = \"uq\", keys = [\"nick\"], unique = true }",
            &["W SD613 member.uq"],
        ),
        ("a plain index", "op = \"add_index\"\ntable = \"member\"\nindex = { name = \"ix\", keys = [\"nick\"] }", &[]),
        (
            "a foreign key",
            &format!("op = \"add_foreign_key\"\ntable = \"member\"\nforeign_key = {key}"),
            &["W SD614 member.fk"],
        ),
        (
            "a foreign key without an index",
            &format!("op = \"add_foreign_key\"\ntable = \"member\"\nforeign_key = {}", key.replace("club_id", "age")),
            &["W SD641 member.fk", "W SD614 member.fk"],
        ),
        (
            "a check",
            "op = \"add_check\"\ntable = \"member\"\ncheck = { name = \"ck\", expression = \"age > 0\" }",
            &["W SD615 member.ck"],
        ),
        ("a renamed table", "op = \"rename_table\"\nfrom = \"member\"\nto = \"person\"", &["W SD621 member"]),
        (
            "a renamed column",
            "op = \"rename_column\"\ntable = \"member\"\nfrom = \"nick\"\nto = \"name\"",
            &["W SD621 member.nick"],
        ),
        (
            "a step without a way back",
            "op = \"run_sql\"\nabout = \"tidy\"\nforward.postgres = []\nforward.sqlite = []",
            &["W SD642 Run SQL: tidy"],
        ),
        ("a step with a way back", "op = \"run\"\nforward = \"tidy\"\nbackward = \"nothing\"", &[]),
        (
            "a new table with a key that has no index",
            "op = \"create_table\"\nname = \"guest\"\nmodel = \"Guest\"\nprimary_key = [\"id\"]\ncolumns = [\
             { name = \"id\", type = \"bigint\", identity = true }, { name = \"club_id\", type = \"bigint\" }]\n\
             foreign_keys = [{ name = \"fk_guest\", columns = [\"club_id\"], references = \"club\", referenced_columns = [\"id\"] }]",
            &["W SD641 guest.fk_guest"],
        ),
    ];
    for (name, fields, expected) in cases {
        let second = if fields.is_empty() { String::new() } else { operation(fields) };
        assert_eq!(found(&second), *expected, "{name}");
    }
}

#[test]
fn a_data_step_waits_for_locks_only_behind_a_change_of_tables() {
    let step = operation("op = \"run\"\nforward = \"tidy\"\nbackward = \"nothing\"");
    let change = operation("op = \"drop_index\"\ntable = \"member\"\nindex = \"ix_member_club_id\"");
    assert_eq!(found(&format!("{change}{step}")), ["W SD634 Run function tidy"]);
    assert_eq!(found(&format!("{step}{change}")), [""; 0]);
}

#[test]
fn an_index_under_a_foreign_key_goes_only_with_another_in_its_place() {
    let key = operation(
        "op = \"add_foreign_key\"\ntable = \"member\"\nforeign_key = \
         { name = \"fk\", columns = [\"club_id\"], references = \"club\", referenced_columns = [\"id\"] }",
    );
    let drop = operation("op = \"drop_index\"\ntable = \"member\"\nindex = \"ix_member_club_id\"");
    let wide =
        operation("op = \"add_index\"\ntable = \"member\"\nindex = { name = \"ix\", keys = [\"club_id\", \"nick\"] }");
    let part = operation(
        "op = \"add_index\"\ntable = \"member\"\nindex = { name = \"ix\", keys = [\"club_id\"], where = \"club_id IS NOT NULL\" }",
    );
    let other =
        operation("op = \"add_index\"\ntable = \"member\"\nindex = { name = \"ix\", keys = [\"nick\", \"club_id\"] }");
    assert_eq!(found(&format!("{key}{drop}")), ["W SD641 member.fk", "W SD614 member.fk"]);
    assert_eq!(found(&format!("{key}{drop}{wide}")), ["W SD614 member.fk"]);
    assert_eq!(found(&format!("{key}{drop}{part}")), ["W SD614 member.fk"]);
    assert_eq!(found(&format!("{key}{drop}{other}")), ["W SD641 member.fk", "W SD614 member.fk"]);
}

#[test]
fn a_reason_in_the_file_lets_a_lint_be() {
    let drop = operation("op = \"drop_column\"\ntable = \"member\"\ncolumn = \"motto\"");
    let second = |key: &str| format!("acknowledged.{key} = \"nobody has a motto\"\n{drop}");
    assert_eq!(found(&second("SD602")), ["E SD602 member.motto ok"]);
    assert_eq!(found(&second("\"SD602 member.motto\"")), ["E SD602 member.motto ok"]);
    assert_eq!(found(&second("\"SD602 member.nick\"")), ["E SD602 member.motto", "W SD643 SD602 member.nick"]);
    assert_eq!(found(&second("SD601")), ["E SD602 member.motto", "W SD643 SD601"]);
    let lints = lint::lint(&history(&second("SD602")), |_| true);
    assert!(lints.iter().all(|lint| !lint.stops()));
    assert!(lints[0].to_string().contains("acknowledged: nobody has a motto"), "{}", lints[0]);
}

#[test]
fn an_acknowledgement_has_a_code_and_a_reason() {
    for (entry, message) in [
        ("SD602 = \"\"", "write the reason why SD602 may stay"),
        ("SD602 = 1", "write the reason why SD602 may stay"),
        ("SD999 = \"so\"", "\"SD999\" is not the code of a lint"),
        ("SD201 = \"so\"", "\"SD201\" is not the code of a lint"),
    ] {
        let text = format!("app = \"club\"\n\nacknowledged.{entry}\n");
        let errors = file::parse(&text, "club/migrations/0001_a.toml".as_ref(), "club").expect_err(entry);
        assert!(errors[0].to_string().starts_with("club/migrations/0001_a.toml:3: "), "{}", errors[0]);
        assert!(errors[0].message.contains(message), "{}", errors[0]);
    }
}

async fn run(db: &TestDatabase, history: &History) -> Connection {
    let mut connection = Connection::open(&db.url().parse().expect("a URL"), false).await.expect("it opens");
    let first = history.graph().order().next().expect("a migration");
    record::create_table(&mut connection).await.expect("a record");
    let steps = connection.dialect().render(&first.migration.operations, &Default::default()).expect("it renders");
    for step in steps {
        if let seadrift::dialect::Step::Sql(sql) = step {
            connection.execute(&sql).await.expect("it runs");
        }
    }
    connection.execute(&record::insert(first.id(), &first.hash, "now")).await.expect("recorded");
    connection
}

async fn live(db: &TestDatabase, second: &str) -> Vec<String> {
    let history = history(second);
    let mut connection = Connection::open(&db.url().parse().expect("a URL"), false).await.expect("it opens");
    let record = Record::read(&mut connection).await.expect("a record");
    let lints = lint::lint_live(&history, &mut connection, &record, |id| !record.has(id)).await;
    connection.close().await.expect("closed");
    lints.iter().map(|lint| format!("{}: {}", shown(lint), lint.finding.found)).collect()
}

testkit::on_both! {
    /// The same operations, over no rows, over rows that fit and over rows that do not.
    async fn rows_decide(db: &TestDatabase) {
        let connection = run(db, &history("")).await;
        connection.close().await.expect("closed");
        let key = r#"{ name = "fk", columns = ["club_id"], references = "club", referenced_columns = ["id"] }"#;
        let cases = [
            ("op = \"drop_table\"\ntable = \"member\"".to_owned(),
                "W SD621 member: no rows, nothing is lost", "E SD601 member: 3 rows would go"),
            ("op = \"drop_column\"\ntable = \"member\"\ncolumn = \"motto\"".to_owned(),
                "W SD621 member.motto: no rows, nothing is lost", "E SD602 member.motto: 1 rows hold a value"),
            ("op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"age\", type = \"smallint\", nullable = true }".to_owned(),
                "", "E SD612 member.age: 1 rows do not fit"),
            ("op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"nick\", type = \"varchar(3)\" }".to_owned(),
                "", "E SD612 member.nick: 1 rows do not fit"),
            ("op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"fee\", type = \"bigint\", nullable = true }".to_owned(),
                "", "E SD603 member.fee: 1 rows hold a value"),
            ("op = \"alter_column\"\ntable = \"member\"\ncolumn = { name = \"motto\", type = \"text\", default = \"\" }".to_owned(),
                "", "E SD611 member.motto: 2 rows hold NULL"),
            ("op = \"add_column\"\ntable = \"member\"\ncolumn = { name = \"rank\", type = \"integer\" }".to_owned(),
                "W SD622 member.rank: ", "E SD611 member.rank: 3 rows would hold nothing"),
            ("op = \"add_index\"\ntable = \"member\"\nindex = { name = \"uq\", keys = [\"nick\"], unique = true }".to_owned(),
                "", "E SD613 member.uq: 2 rows share their keys with another row"),
            ("op = \"add_index\"\ntable = \"member\"\nindex = { name = \"uq\", keys = [\"motto\"], unique = true }".to_owned(),
                "", ""),
            ("op = \"add_index\"\ntable = \"member\"\nindex = { name = \"uq\", keys = [\"nick\"], unique = true, where = \"age > 100\" }".to_owned(),
                "", ""),
            (format!("op = \"add_foreign_key\"\ntable = \"member\"\nforeign_key = {key}"),
                "", "E SD614 member.fk: 1 rows point nowhere"),
            ("op = \"add_check\"\ntable = \"member\"\ncheck = { name = \"ck\", expression = \"age < 200\" }".to_owned(),
                "", "E SD615 member.ck: 1 rows do not keep it"),
        ];
        for (fields, empty, _) in &cases {
            assert_eq!(live(db, &operation(fields)).await.join("\n"), *empty, "without rows: {fields}");
        }
        db.execute("INSERT INTO club (id, city) VALUES (1, 'Oslo')").await;
        db.execute("INSERT INTO member (nick, motto, age, fee, club_id) VALUES ('ann', 'go', 30, 1.50, 1)").await;
        db.execute("INSERT INTO member (nick, age, club_id) VALUES ('ann', 70000, 2)").await;
        db.execute("INSERT INTO member (nick) VALUES ('bertram')").await;
        for (fields, _, full) in &cases {
            let found = live(db, &operation(fields)).await;
            assert_eq!(found.first().map_or("", String::as_str), *full, "with rows: {fields}");
        }
        // A rename before it: the rows stand under the old name today.
        let renamed = operation("op = \"rename_table\"\nfrom = \"member\"\nto = \"person\"")
            + operation("op = \"rename_column\"\ntable = \"person\"\nfrom = \"nick\"\nto = \"name\"").as_str();
        let unique = operation("op = \"add_index\"\ntable = \"person\"\nindex = { name = \"uq\", keys = [\"name\"], unique = true }");
        let found = live(db, &format!("{renamed}{unique}")).await;
        assert_eq!(found[2], "E SD613 person.uq: 2 rows share their keys with another row");
        // A data step before it may mend the rows: no longer certain.
        let step = operation("op = \"run\"\nforward = \"tidy\"\nbackward = \"nothing\"");
        let unique = operation("op = \"add_index\"\ntable = \"member\"\nindex = { name = \"uq\", keys = [\"nick\"], unique = true }");
        assert_eq!(
            live(db, &format!("{step}{unique}")).await,
            ["W SD613 member.uq: 2 rows share their keys with another row today; a data step before may change that"]
        );
        // Values that are made on the way cannot be counted.
        let added = operation("op = \"add_column\"\ntable = \"member\"\ncolumn = { name = \"rank\", type = \"integer\", default = 0 }");
        let unique = operation("op = \"add_index\"\ntable = \"member\"\nindex = { name = \"uq\", keys = [\"rank\"], unique = true }");
        assert_eq!(live(db, &format!("{added}{unique}")).await, ["W SD613 member.uq: not there yet to be counted"]);
    }

    /// What takes long is told where a table is large: each database by its own ways.
    async fn large_tables_are_not_locked_unawares(db: &TestDatabase) {
        let connection = run(db, &history("")).await;
        connection.close().await.expect("closed");
        let check = operation("op = \"add_check\"\ntable = \"club\"\ncheck = { name = \"ck\", expression = \"id > 0\" }");
        let index = operation("op = \"add_index\"\ntable = \"club\"\nindex = { name = \"ix\", keys = [\"city\"] }");
        let fill = operation("op = \"add_column\"\ntable = \"club\"\ncolumn = { name = \"n\", type = \"text\", nullable = true }\nfill = { sql = \"upper(city)\" }");
        let slow = format!("atomic = false\n{index}");
        let many = "INSERT INTO club (city) SELECT 'x' FROM (WITH RECURSIVE n (i) AS \
                    (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n) AS numbers";
        db.execute(&many.replace("{}", "99999")).await;
        for second in [&check, &index, &fill] {
            assert_eq!(live(db, second).await.join("; "), "", "{second}");
        }
        db.execute(&many.replace("{}", "1")).await;
        let expected = match db.kind() {
            testkit::Kind::Sqlite => ["SD633: 100000 rows are copied", "", "SD633: 100000 rows are copied", ""],
            testkit::Kind::Postgres => {
                ["SD632: 100000 rows are read", "SD632: 100000 rows are read", "SD631: 100000 rows are written anew", ""]
            }
        };
        for (second, expected) in [&check, &index, &fill, &slow].into_iter().zip(expected) {
            let found = live(db, second).await.join("; ");
            assert_eq!(found.replace("W ", "").replace(" club", ""), expected, "{second}");
        }
    }
}
