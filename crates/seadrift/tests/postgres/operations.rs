//! Every operation: the database that it changes is the value that it changes, and rows stay.

use seadrift::{
    dialect::{Step, postgres},
    operation::{Misfit, Operation as O, SqlPerDialect},
    schema::{
        Check, Column, ColumnType as T, DefaultValue, Expression, ForeignKey, Index, IndexKey, ReferentialAction,
        Schema, SoftReference, Table,
    },
};

use crate::bench::{on_bench, town};

const ROWS: &str = "INSERT INTO person (name, code, age, status, mentor_id) VALUES \
    ('Ada', 'a', 36, 'old', NULL), ('Bob', 'b', NULL, 'new', 1), ('Cy', 'c', 9, 'new', 1); \
    INSERT INTO seat (person_id, place, person_code) VALUES (1, 1, 'a'), (2, 1, 'b')";

fn s(text: &str) -> String {
    text.to_owned()
}

fn sql(text: &str) -> DefaultValue {
    DefaultValue::from(Expression::from(text))
}

fn add(table: &str, column: Column, fill: Option<DefaultValue>) -> O {
    O::AddColumn { table: s(table), column, fill }
}

fn alter(table: &str, column: Column) -> O {
    O::AlterColumn { table: s(table), column, fill: None }
}

fn alter_filled(table: &str, column: Column, fill: DefaultValue) -> O {
    O::AlterColumn { table: s(table), column, fill: Some(fill) }
}

fn add_index(table: &str, index: Index) -> O {
    O::AddIndex { table: s(table), index }
}

fn drop_index(table: &str, index: &str) -> O {
    O::DropIndex { table: s(table), index: s(index) }
}

fn key(name: &str, columns: &[&str], references: &str, pointed_at: &[&str], action: ReferentialAction) -> ForeignKey {
    ForeignKey {
        name: s(name),
        columns: columns.iter().map(|c| s(c)).collect(),
        references: s(references),
        referenced_columns: pointed_at.iter().map(|c| s(c)).collect(),
        on_delete: action,
        on_update: action,
    }
}

fn add_key(table: &str, foreign_key: ForeignKey) -> O {
    O::AddForeignKey { table: s(table), foreign_key }
}

fn drop_key(table: &str, key: &str) -> O {
    O::DropForeignKey { table: s(table), foreign_key: s(key) }
}

fn primary_key(table: &str, columns: &[&str]) -> O {
    O::AlterPrimaryKey { table: s(table), columns: columns.iter().map(|c| s(c)).collect() }
}

/// A small table of its own.
fn pet() -> Table {
    let mut pet = Table::new("zoo", "Pet", "pet");
    pet.primary_key = vec![s("id")];
    pet.columns = vec![Column::new("id", T::BigInt).identity(), Column::new("owner_id", T::BigInt).null()];
    pet
}

/// A table with every type, every kind of default, and names that need quotes.
fn everything() -> Table {
    let types = [
        (T::SmallInt, Some(DefaultValue::from(3))),
        (T::Integer, Some((-3).into())),
        (T::BigInt, Some(5_000_000_000.into())),
        (T::Real, Some(sql("0.25"))),
        (T::Double, Some(sql("-1.5"))),
        (T::Decimal(12, 4), Some(sql("0.5"))),
        (T::Boolean, Some(true.into())),
        (T::Varchar(150), Some("it's \\ \"odd\"".into())),
        (T::Text, Some("5".into())),
        (T::Bytes, Some("\\x00ff".into())),
        (T::Date, Some("2024-02-29".into())),
        (T::Time, Some("10:30".into())),
        (T::Timestamp, Some("2024-02-29T10:30:00".into())),
        (T::TimestampTz, Some(sql("CURRENT_TIMESTAMP"))),
        (T::Json, Some("{\"a\":[1, 2],\"b\":null}".into())),
        (T::Uuid, Some(sql("gen_random_uuid()"))),
        (T::Other(s("inet")), Some("127.0.0.1".into())),
        (T::Other(s("varchar(9)[]")), Some("{}".into())),
        (T::Other(s("timestamptz(3)")), Some(sql("now() - interval '1 day'"))),
    ];
    let mut table = Table::new("zoo", "Every", "Every \"Thing\"");
    for (place, (ty, default)) in types.into_iter().enumerate() {
        let column = Column::new(format!("Col {place}"), ty);
        table.columns.push(Column { name: format!("bare_{place}"), ..column.clone() });
        table.columns.push(Column { default, nullable: true, ..column });
    }
    table.columns.push(Column::new("order", T::BigInt));
    table.columns.push(Column::new("parent", T::BigInt).null());
    table.columns.push(Column::new("top", T::BigInt).null());
    table.primary_key = vec![s("order"), s("bare_2")];
    table.indexes = vec![
        Index::on("Uq \"order\"", ["order"]).unique(),
        Index::on("ix_two", ["Col 0", "Col 1"]),
        Index {
            name: s("ix_keys"),
            keys: vec![
                IndexKey::Descending { desc: s("order") },
                IndexKey::Expression { sql: "\"order\" + bare_0".into(), descending: true },
                IndexKey::Expression { sql: "coalesce(bare_7, bare_8)".into(), descending: false },
            ],
            unique: true,
            predicate: Some("\"Col 6\" AND bare_7 LIKE 'a%' AND NOT \"order\" IN (1, 2)".into()),
        },
    ];
    table.checks = vec![
        Check::new("ck price", "bare_5 >= 0 AND bare_5 < 99.5"),
        Check::new("ck_choice", "bare_7 IN ('a', 'b', 'it''s')"),
        Check::new("ck_logic", "(bare_6 OR NOT \"Col 6\") AND (bare_0 > 1 OR (bare_1 < 2 AND bare_2 <> -1))"),
        Check::new("ck_case", "CASE WHEN bare_6 THEN trim(bare_7) <> '' ELSE length(bare_8) BETWEEN 1 AND 9 END"),
        Check::new("ck_pair", "(parent IS NULL) = (top IS NULL)"),
        Check::new("ck_mod", "bare_0 % 2 = 0 AND bare_2 % 2 = 0"),
    ];
    table.foreign_keys = vec![
        key("fk_self_unique", &["parent"], "Every \"Thing\"", &["order"], ReferentialAction::Cascade),
        key("fk_self_pk", &["parent", "top"], "Every \"Thing\"", &["order", "bare_2"], ReferentialAction::NoAction),
        key("fk_person", &["top"], "person", &["id"], ReferentialAction::SetNull),
    ];
    table
}

struct Case {
    name: &'static str,
    operations: Vec<O>,
    /// What a query then answers.
    answers: &'static [(&'static str, &'static str)],
}

fn case(name: &'static str, operations: Vec<O>, answers: &'static [(&'static str, &'static str)]) -> Case {
    Case { name, operations, answers }
}

fn tables() -> Vec<Case> {
    vec![
        case("nothing", vec![], &[("SELECT count(*)::text FROM person", "3")]),
        case("create a table with everything", vec![O::create(everything())], &[]),
        case("drop a table", vec![O::DropTable { table: s("seat") }], &[]),
        case(
            "rename a table, and give its name to another",
            vec![
                O::RenameTable { from: s("person"), to: s("Human") },
                O::create(Table { name: s("person"), ..pet() }),
                add_key("person", key("fk_p", &["owner_id"], "Human", &["id"], ReferentialAction::Cascade)),
            ],
            &[
                ("SELECT string_agg(name, ',' ORDER BY id) FROM \"Human\"", "Ada,Bob,Cy"),
                (
                    "SELECT conname::text FROM pg_constraint WHERE conrelid = '\"Human\"'::regclass AND contype = 'p'",
                    "pk_Human",
                ),
            ],
        ),
        case(
            "rename a table without a key",
            vec![O::create(Table { primary_key: vec![], ..pet() }), O::RenameTable { from: s("pet"), to: s("beast") }],
            &[],
        ),
        case(
            "create after create",
            vec![
                O::create(pet()),
                O::create(Table {
                    name: s("toy"),
                    foreign_keys: vec![key("fk_toy", &["owner_id"], "pet", &["id"], ReferentialAction::Restrict)],
                    ..pet()
                }),
            ],
            &[],
        ),
        case("a long name", vec![O::create(Table { name: "n".repeat(63), ..pet() })], &[]),
        case("no columns", vec![O::create(Table::new("zoo", "Void", "void"))], &[]),
    ]
}

fn columns() -> Vec<Case> {
    vec![
        case("add a nullable column", vec![add("person", Column::new("email", T::Text).null(), None)], &[]),
        case(
            "add a column with a default",
            vec![add("person", Column::new("rank", T::Integer).default(7), None)],
            &[("SELECT sum(rank)::text FROM person", "21")],
        ),
        case(
            "add a column filled with a constant",
            vec![
                add("person", Column::new("nick", T::Varchar(9)), Some("x'y".into())),
                add("person", Column::new("prefs", T::Json), Some("{}".into())),
                add("person", Column::new("ratio", T::Decimal(5, 2)), Some(sql("0.25"))),
            ],
            &[("SELECT string_agg(nick || prefs || ratio, ',') FROM person", "x'y{}0.25,x'y{}0.25,x'y{}0.25")],
        ),
        case(
            "add a column filled from others",
            vec![add("person", Column::new("slug", T::Text), Some(sql("lower(name) || '-' || id")))],
            &[("SELECT string_agg(slug, ',' ORDER BY id) FROM person", "ada-1,bob-2,cy-3")],
        ),
        case(
            "add a column whose fill is not its default",
            vec![
                add("person", Column::new("rank", T::Integer).default(7), Some(1.into())),
                add("person", Column::new("tag", T::Text).null().default("t"), Some(sql("upper(code)"))),
            ],
            &[
                ("SELECT string_agg(rank || tag, ',' ORDER BY id) FROM person", "1A,1B,1C"),
                ("INSERT INTO person (code) VALUES ('d') RETURNING rank || tag", "7t"),
            ],
        ),
        case(
            "add an identity column",
            vec![
                primary_key("seat", &[]),
                add("seat", Column::new("id", T::BigInt).identity(), None),
                primary_key("seat", &["id"]),
            ],
            &[("SELECT string_agg(id::text, ',' ORDER BY id) FROM seat", "1,2")],
        ),
        case("drop a column", vec![O::DropColumn { table: s("person"), column: s("data") }], &[]),
        case(
            "rename columns that keys, checks, indexes and foreign keys use",
            vec![
                O::RenameColumn { table: s("person"), from: s("status"), to: s("state") },
                O::RenameColumn { table: s("person"), from: s("age"), to: s("Years") },
                O::RenameColumn { table: s("person"), from: s("name"), to: s("order") },
                O::RenameColumn { table: s("person"), from: s("id"), to: s("no") },
                O::RenameColumn { table: s("person"), from: s("code"), to: s("key") },
                O::RenameColumn { table: s("seat"), from: s("person_id"), to: s("who") },
            ],
            &[(
                "SELECT string_agg(\"order\" || state || \"Years\", ',' ORDER BY no) FROM person WHERE \"Years\" > 0",
                "Adaold36,Cynew9",
            )],
        ),
        case(
            "become not null with a fill, and null again",
            vec![
                alter_filled("person", Column::new("age", T::Integer), 18.into()),
                alter("person", Column::new("name", T::Varchar(40)).default("nobody").null()),
            ],
            &[("SELECT string_agg(age::text, ',' ORDER BY id) FROM person", "36,18,9")],
        ),
        case(
            "defaults come, change and go",
            vec![
                alter("person", Column::new("name", T::Varchar(40))),
                alter("person", Column::new("code", T::Varchar(8)).default("zz")),
                alter("person", Column::new("status", T::Varchar(10)).default(sql("'o' || 'ld'"))),
            ],
            &[("INSERT INTO person (name) VALUES ('Di') RETURNING code || status", "zzold")],
        ),
        case(
            "type, default and nullability at once",
            vec![
                // The check and the predicate are about a number.
                O::DropCheck { table: s("person"), check: s("ck_person_age") },
                drop_index("person", "ix_person_name"),
                alter_filled("person", Column::new("age", T::Text).default("many"), "none".into()),
                alter("person", Column::new("name", T::Text).default("nobody")),
            ],
            &[("SELECT string_agg(age, ',' ORDER BY id) FROM person", "36,none,9")],
        ),
        case(
            "a type under an index, a check and a foreign key",
            vec![
                alter("person", Column::new("status", T::Text).default("new")),
                alter("person", Column::new("code", T::Varchar(30))),
                alter("seat", Column::new("person_code", T::Varchar(30))),
                alter("seat", Column::new("place", T::BigInt)),
            ],
            &[("SELECT count(*)::text FROM seat", "2")],
        ),
        case(
            "identity goes and comes",
            vec![
                alter("person", Column::new("id", T::BigInt)),
                alter("person", Column::new("id", T::BigInt).identity()),
            ],
            &[("INSERT INTO person (code) VALUES ('d') RETURNING id::text", "4")],
        ),
        case(
            "identity on an empty table begins at one",
            vec![
                O::create(Table {
                    columns: vec![Column::new("id", T::Integer), Column::new("owner_id", T::BigInt).null()],
                    ..pet()
                }),
                alter("pet", Column::new("id", T::Integer).identity()),
                alter("pet", Column::new("id", T::BigInt).identity()),
            ],
            &[("INSERT INTO pet DEFAULT VALUES RETURNING id::text", "1")],
        ),
    ]
}

fn parts() -> Vec<Case> {
    use ReferentialAction as A;
    let mut cases: Vec<Case> = [A::NoAction, A::Restrict, A::Cascade, A::SetNull, A::SetDefault]
        .into_iter()
        .map(|action| {
            let added = add_key("pet", key("fk_pet", &["owner_id"], "person", &["id"], action));
            case(action.sql(), vec![O::create(pet()), added], &[])
        })
        .collect();
    cases.extend([
        case("drop a foreign key", vec![drop_key("seat", "fk_seat_person_id")], &[]),
        case(
            "add and drop indexes",
            vec![
                drop_index("person", "ix_person_lower"),
                drop_index("person", "ix_person_name"),
                add_index("person", Index::on("Ix \"Age\"", ["age"])),
                add_index("person", Index::on("uq_person_name", ["name"]).unique().filtered("mentor_id IS NULL")),
            ],
            &[],
        ),
        case(
            "drop a unique index that a foreign key rests on, where the key carries it as well",
            vec![
                drop_key("person", "fk_person_mentor_id"),
                drop_key("seat", "fk_seat_person_id"),
                primary_key("person", &["code"]),
                drop_index("person", "uq_person_code"),
            ],
            &[("SELECT count(*)::text FROM seat JOIN person ON code = person_code", "2")],
        ),
        case(
            "another primary key under foreign keys",
            vec![
                add_index("person", Index::on("uq_person_id", ["id"]).unique()),
                primary_key("person", &["code", "id"]),
                primary_key("seat", &["place", "person_id"]),
            ],
            &[],
        ),
        case("no primary key", vec![primary_key("seat", &[])], &[]),
        case(
            "checks come and go",
            vec![
                O::DropCheck { table: s("person"), check: s("ck_person_status") },
                O::AddCheck {
                    table: s("person"),
                    check: Check::new(
                        "ck \"odd\"",
                        "(age IS NULL OR age > 5) AND name <> '' AND code NOT IN ('x', 'y')",
                    ),
                },
            ],
            &[],
        ),
        case(
            "hand-written statements",
            vec![O::RunSql {
                about: s("grow"),
                forward: SqlPerDialect {
                    postgres: vec![s("UPDATE person SET age = age + 1"), s("DELETE FROM seat")],
                    sqlite: vec![s("never")],
                },
                backward: None,
            }],
            &[("SELECT sum(age)::text || (SELECT count(*) FROM seat) FROM person", "470")],
        ),
    ]);
    cases
}

fn try_all(cases: Vec<Case>) {
    on_bench(async |bench| {
        for case in cases {
            let before = town();
            bench.create(&before).await;
            bench.sql(ROWS).await;
            let after = bench.run(&case.operations, &before).await;
            bench.expect(&after, case.name).await;
            for (query, answer) in case.answers {
                assert_eq!(bench.text(query).await, *answer, "{}: {query}", case.name);
            }
        }
    });
}

#[test]
fn tables_are_changed_as_their_values() {
    try_all(tables());
}

#[test]
fn columns_are_changed_as_their_values() {
    try_all(columns());
}

#[test]
fn indexes_keys_and_checks_are_changed_as_their_values() {
    try_all(parts());
}

/// What another tool made has other names and forms: unique constraints, `serial`, `…_pkey`.
#[test]
fn what_another_tool_made_can_be_changed() {
    on_bench(async |bench| {
        bench.clear().await;
        bench
            .sql(
                "CREATE TABLE team (id serial PRIMARY KEY, tag varchar(8) NOT NULL UNIQUE); \
                 CREATE TABLE fan (id serial PRIMARY KEY, team_id integer NOT NULL REFERENCES team); \
                 INSERT INTO team (tag) VALUES ('a'), ('b'); INSERT INTO fan (team_id) VALUES (2)",
            )
            .await;
        let before = postgres::inspect(&mut bench.connection).await.unwrap();
        assert!(before.table("team").unwrap().column("id").unwrap().identity);
        assert_eq!(before.table("team").unwrap().indexes, [Index::on("team_tag_key", ["tag"]).unique()]);
        let after = bench
            .run(
                &[
                    drop_index("team", "team_tag_key"),
                    alter("team", Column::new("id", T::BigInt).identity()),
                    alter("fan", Column::new("team_id", T::BigInt)),
                    alter("fan", Column::new("id", T::Integer)),
                    alter("fan", Column::new("id", T::BigInt).identity()),
                    primary_key("fan", &["team_id", "id"]),
                    O::RenameTable { from: s("team"), to: s("club") },
                ],
                &before,
            )
            .await;
        bench.expect(&after, "what another tool made").await;
        assert_eq!(bench.text("INSERT INTO fan (team_id) VALUES (1) RETURNING id::text").await, "2");
        assert_eq!(bench.text("INSERT INTO club (tag) VALUES ('c') RETURNING id::text").await, "3");
        // A serial of integers would end where integers do.
        let sequences = "SELECT string_agg(seqtypid::regtype::text, ',') FROM pg_sequence";
        assert_eq!(bench.text(sequences).await, "bigint,bigint");
    });
}

#[test]
fn what_is_no_change_of_the_database_gives_no_statement() {
    let soft =
        |label: &str| Column { soft_ref: Some(SoftReference(s(label))), ..Column::new("age", T::Integer).null() };
    for operation in [
        alter("person", soft("tournaments.Match")),
        alter("person", Column::new("name", T::Varchar(40)).default("nobody")),
        O::AlterModel { table: s("person"), model: s("Human") },
        primary_key("person", &["id"]),
    ] {
        assert_eq!(postgres::render(std::slice::from_ref(&operation), &town()).unwrap(), [], "{operation:?}");
    }
}

#[test]
fn functions_are_called_in_their_place() {
    let operations = [
        O::DropTable { table: s("seat") },
        O::Run { forward: s("count_people"), backward: None },
        O::DropColumn { table: s("person"), column: s("data") },
    ];
    let steps = postgres::render(&operations, &town()).unwrap();
    assert_eq!(
        steps,
        [
            Step::Sql(s("DROP TABLE \"seat\"")),
            Step::Run(s("count_people")),
            Step::Sql(s("ALTER TABLE \"person\" DROP COLUMN \"data\"")),
        ]
    );
}

#[test]
fn what_does_not_fit_is_refused_before_a_statement() {
    let missing = postgres::render(&[O::DropTable { table: s("no") }], &Schema::default()).unwrap_err();
    assert_eq!(missing, Misfit::NoTable(s("no")).into());
    let operations = [O::create(pet()), O::create(pet())];
    assert_eq!(postgres::render(&operations, &Schema::default()).unwrap_err(), Misfit::TableExists(s("pet")).into());
}

/// What people read in `sqlmigrate`.
#[test]
fn statements_read_well() {
    let mut before = town();
    before.tables.remove("seat");
    let seat = town().tables["seat"].clone();
    let text = |operation: O, before: &Schema| -> String {
        let statement = |step: Step| match step {
            Step::Sql(statement) => statement,
            other => panic!("{other:?}"),
        };
        let steps = postgres::render(&[operation], before).unwrap();
        steps.into_iter().map(statement).collect::<Vec<_>>().join(";\n")
    };
    let person = |name: &str| town().tables["person"].index(name).unwrap().clone();
    let empty = Schema::of([Table { indexes: vec![], ..town().tables["person"].clone() }]);
    for (operation, before, expected) in [
        (
            O::create(seat),
            &before,
            "CREATE TABLE \"seat\" (\n    \"person_id\" bigint NOT NULL,\n    \"place\" smallint NOT NULL,\n    \
             \"person_code\" varchar(8) NOT NULL,\n    \"price\" numeric(10,2) NOT NULL DEFAULT (0.5),\n    \
             CONSTRAINT \"pk_seat\" PRIMARY KEY (\"person_id\", \"place\"),\n    \
             CONSTRAINT \"fk_seat_person_id\" FOREIGN KEY (\"person_id\") REFERENCES \"person\" (\"id\") ON DELETE CASCADE,\n    \
             CONSTRAINT \"fk_seat_person_code\" FOREIGN KEY (\"person_code\") REFERENCES \"person\" (\"code\") ON DELETE RESTRICT\n)",
        ),
        (
            add("person", Column::new("data2", T::Json), Some("{}".into())),
            &before,
            "ALTER TABLE \"person\" ADD COLUMN \"data2\" jsonb NOT NULL DEFAULT '{}'::jsonb;\n\
             ALTER TABLE \"person\" ALTER COLUMN \"data2\" DROP DEFAULT",
        ),
        (
            alter_filled("person", Column::new("age", T::Text), "none".into()),
            &before,
            "ALTER TABLE \"person\" ALTER COLUMN \"age\" TYPE text USING \"age\"::text;\n\
             UPDATE \"person\" SET \"age\" = 'none' WHERE \"age\" IS NULL;\n\
             ALTER TABLE \"person\" ALTER COLUMN \"age\" SET NOT NULL",
        ),
        (
            add_index("person", person("ix_person_lower")),
            &empty,
            "CREATE INDEX \"ix_person_lower\" ON \"person\" ((lower(name)), \"age\" DESC)",
        ),
        (drop_index("person", "ix_person_name"), &before, "DROP INDEX \"ix_person_name\""),
    ] {
        assert_eq!(text(operation, before), expected);
    }
}
