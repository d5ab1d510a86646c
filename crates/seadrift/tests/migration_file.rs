//! The file format: what is refused and in which words, what is written, and law L4.

mod support;

use std::path::Path;

use proptest::prelude::*;
use seadrift::{
    migration::{Migration, MigrationId, Replaced, file},
    operation::{Operation, SqlPerDialect},
    schema::{Check, Column, ColumnType, Expression, ForeignKey, Index, IndexKey, ReferentialAction, Schema, Table},
};

const PATH: &str = "teams/migrations/0002_motto.toml";

fn refused(text: &str) -> Vec<String> {
    let errors = file::parse(text, Path::new(PATH), "teams").expect_err(text);
    errors.iter().map(|e| e.to_string().replace(&format!("{PATH}:"), "")).collect()
}

#[test]
fn heads_that_are_refused() {
    let cases: &[(&str, &[&str])] = &[
        ("", &["1: the key \"app\" is missing; write app = \"teams\""]),
        ("# all\n\n# comment\n", &["1: the key \"app\" is missing; write app = \"teams\""]),
        ("app = 3", &["1: app must be a text: app = \"teams\""]),
        (
            "\napp = \"cups\"",
            &[
                "2: app = \"cups\", but the file lies in the folder of \"teams\"; move the file or write app = \"teams\"",
            ],
        ),
        (
            "app = \"teams\"\nap = 1\ndependency = []\natomic = \"no\"",
            &[
                "2: unknown key `ap`, expected one of `app`, `dependencies`, `replaces`, `atomic`, `acknowledged`, `operations`; did you mean `app`?",
                "3: unknown key `dependency`, expected one of `app`, `dependencies`, `replaces`, `atomic`, `acknowledged`, `operations`; did you mean `dependencies`?",
                "4: atomic must be true or false",
            ],
        ),
        (
            "app = \"teams\"\ndependencies = \"accounts.0001_initial\"",
            &["2: dependencies must be a list of migrations: dependencies = [\"accounts.0001_initial\"]"],
        ),
        (
            "app = \"teams\"\ndependencies = [\n  \"accounts.0001_initial\",\n  \"accounts\",\n  7,\n]",
            &[
                "4: dependencies: \"accounts\" is not a migration; write app.name, such as accounts.0001_initial",
                "5: dependencies must hold texts such as \"accounts.0001_initial\"",
            ],
        ),
        (
            "app = \"teams\"\nreplaces = [\"teams.__first__\"]",
            &["2: replaces must name migrations by their own names, which teams.__first__ is not"],
        ),
        (
            "app = \"teams\"\nreplaces = [\n  { migration = \"teams.0001_x\" },\n  \"x\",\n]",
            &[
                "3: replaces: write \"accounts.0001_initial\", or { migration = \"accounts.0001_initial\", hash = \"…\" } \
                 with the 32 hexadecimal digits of what it did",
                "4: replaces: \"x\" is not a migration; write app.name, such as accounts.0001_initial",
            ],
        ),
        (
            "app = \"teams\"\nreplaces = \"teams.0001_x\"",
            &["2: replaces must be a list of migrations: replaces = [\"accounts.0001_initial\"]"],
        ),
        ("app = \"teams\"\napp = \"teams\"", &["2: duplicate key"]),
        ("app = \"teams\"\n\n[[operations]\n", &["3: unclosed array table, expected `]`"]),
        ("app = \"teams\ndependencies = []", &["1: invalid basic string, expected `\"`"]),
        (
            "app = \"teams\"\noperations = 1",
            &["2: operations must be a list; begin each operation with [[operations]]"],
        ),
        (
            "app = \"teams\"\n[operations]\nop = \"run\"",
            &["2: operations must be a list; begin each operation with [[operations]]"],
        ),
        (
            "app = \"teams\"\noperations = [1]",
            &["2: operations must hold tables; begin each operation with [[operations]]"],
        ),
    ];
    for (text, messages) in cases {
        assert_eq!(refused(text), *messages, "{text}");
    }
}

const OPS: &str = "`create_table`, `drop_table`, `rename_table`, `alter_model`, `add_column`, `drop_column`, \
    `rename_column`, `alter_column`, `alter_primary_key`, `add_index`, `drop_index`, `add_foreign_key`, \
    `drop_foreign_key`, `add_check`, `drop_check`, `run_sql`, `run`";

#[test]
fn operations_that_are_refused() {
    let column = |column: &str| {
        format!(
            "op = \"create_table\"\nname = \"teams_team\"\ncolumns = [\n  {{ name = \"id\", type = \"bigint\" }},\n  {column},\n]"
        )
    };
    let keys = "`name`, `type`, `nullable`, `identity`, `default`, `soft_ref`";
    let key_forms = "6: index.keys: expected \"column\", { desc = \"column\" } or { sql = \"…\", descending = true }";
    let types = "smallint, integer, bigint, real, double, decimal(p,s), boolean, varchar(n), text, bytes, date, time, \
        timestamp, timestamptz, json, uuid, other(…)";
    // The operation begins on line 3.
    let cases = [
        (
            "table = \"t\"".to_owned(),
            "3: the key \"op\" is missing; write what the operation does, such as op = \"add_column\"".to_owned(),
        ),
        ("op = 1".into(), "4: op must be a text, such as op = \"add_column\"".into()),
        (
            "op = \"add_colum\"\ntable = \"t\"".into(),
            format!("4: unknown word `add_colum`, expected one of {OPS}; did you mean `add_column`?"),
        ),
        ("op = \"paint\"".into(), format!("4: unknown word `paint`, expected one of {OPS}")),
        ("op = \"drop_table\"".into(), "3: missing key `table`".into()),
        (
            "op = \"drop_table\"\ntable = \"t\"\ntabel = 2".into(),
            "6: unknown key `tabel`, expected `table`; did you mean `table`?".into(),
        ),
        ("op = \"drop_table\"\ntable = 1".into(), "5: table: invalid type: integer `1`, expected a string".into()),
        (
            "op = \"add_column\"\ntable = \"t\"\ncolumn = \"x\"".into(),
            "6: column: invalid type: string \"x\", expected a table".into(),
        ),
        (
            column("{ name = \"x\", type = \"varchr(3)\" }"),
            format!("8: columns.type: unknown type \"varchr(3)\"; known: {types}"),
        ),
        (
            column("{ name = \"x\", type = \"varchar(many)\" }"),
            "8: columns.type: type \"varchar(many)\": the length must be a whole number".into(),
        ),
        (
            column("{ name = \"x\", typ = \"text\" }"),
            format!("8: unknown key `typ`, expected one of {keys}; did you mean `type`?"),
        ),
        (column("{ name = \"x\" }"), "8: missing key `type`".into()),
        (
            column("{ name = \"x\", type = \"text\", nullable = 1 }"),
            "8: columns.nullable: invalid type: integer `1`, expected a boolean".into(),
        ),
        (
            column("{ name = \"x\", type = \"double\", default = 0.5 }"),
            "8: columns.default: expected a text, a whole number, true, false or { sql = \"…\" }".into(),
        ),
        (
            column("{ name = \"x\", type = \"double\", default = { sql = \"0.5\", kept = true } }"),
            "8: columns.default: expected a text, a whole number, true, false or { sql = \"…\" }".into(),
        ),
        (
            "op = \"create_table\"\nname = \"t\"\napp = \"cups\"\ncolumns = []".into(),
            "3: table \"t\" has app = \"cups\"; a table belongs to the app of its file, \"teams\": leave the key out".into(),
        ),
        (
            "op = \"add_index\"\ntable = \"t\"\nindex = { name = \"i\", keys = [\"a\", { dsc = \"b\" }] }".into(),
            key_forms.into(),
        ),
        (
            "op = \"add_index\"\ntable = \"t\"\nindex = { name = \"i\", keys = [{ desc = \"b\", descending = true }] }".into(),
            key_forms.into(),
        ),
        (
            "op = \"add_foreign_key\"\ntable = \"t\"\n[operations.foreign_key]\nname = \"f\"\ncolumns = [\"a\"]\n\
             references = \"u\"\nreferenced_columns = [\"id\"]\non_delete = \"cascad\""
                .into(),
            "11: unknown word `cascad`, expected one of `no_action`, `restrict`, `cascade`, `set_null`, `set_default`; \
             did you mean `cascade`?"
                .into(),
        ),
        (
            "op = \"run_sql\"\nforward.postgres = \"SELECT 1\"".into(),
            "5: forward.postgres: invalid type: string \"SELECT 1\", expected a list".into(),
        ),
        (
            "op = \"run_sql\"\nforward.mysql = [\"SELECT 1\"]".into(),
            "5: unknown key `mysql`, expected one of `postgres`, `sqlite`".into(),
        ),
    ];
    for (operation, message) in cases {
        let text = format!("app = \"teams\"\ndependencies = []\n[[operations]]\n{operation}\n");
        assert_eq!(refused(&text), [message], "{text}");
    }
}

#[test]
fn every_wrong_operation_is_reported() {
    let text =
        "app = \"teams\"\n\n[[operations]]\nop = \"drop_table\"\n\n[[operations]]\nop = \"drop_index\"\ntable = 5\n";
    let messages = ["3: missing key `table`", "8: table: invalid type: integer `5`, expected a string"];
    assert_eq!(refused(text), messages);
}

#[test]
fn names_of_files_and_apps() {
    for good in ["0001_initial", "0002_2fa_codes", "10000_x", "0007_a_b_c"] {
        file::check_name(good).expect(good);
    }
    let bad = [
        "",
        "initial",
        "001_initial",
        "0001",
        "0001_",
        "0001__x",
        "0001_Initial",
        "0001-initial",
        "0001_x.y",
        "x0001_y",
    ];
    for bad in bad {
        let message = format!(
            "{bad:?} is not the name of a migration; write four digits and lower-case words, such as 0002_add_motto"
        );
        assert_eq!(file::check_name(bad), Err(message));
    }
    for good in ["teams", "match_chat", "x2"] {
        file::check_app(good).expect(good);
    }
    for bad in ["", "Teams", "2x", "match-chat", "_x", "a.b"] {
        file::check_app(bad).expect_err(bad);
    }
    let errors =
        file::parse("app = \"teams\"", Path::new("teams/migrations/motto.toml"), "teams").expect_err("a bad name");
    assert_eq!(
        errors[0].to_string(),
        "teams/migrations/motto.toml: \"motto\" is not the name of a migration; \
         write four digits and lower-case words, such as 0002_add_motto"
    );
}

/// One migration with everything in it.
fn full() -> Migration {
    let mut team = Table::new("teams", "Team", "teams_team");
    team.primary_key = vec!["id".into()];
    team.columns = vec![
        Column::new("id", ColumnType::BigInt).identity(),
        Column::new("name", ColumnType::Varchar(80)).default("it's \"x\"\n\ttab\\"),
        Column::new("rating", ColumnType::Double).default(Expression::from("0.5")),
        Column::new("owner_id", ColumnType::BigInt).null(),
    ];
    team.indexes = vec![
        Index::on("uq_teams_team_name", ["name"]).unique().filtered("owner_id IS NOT NULL"),
        Index {
            name: "ix_teams_team_x".into(),
            keys: vec![
                IndexKey::Descending { desc: "rating".into() },
                IndexKey::Expression { sql: "lower(name)".into(), descending: true },
            ],
            unique: false,
            predicate: None,
        },
    ];
    team.foreign_keys = vec![ForeignKey {
        name: "fk_teams_team_owner_id".into(),
        columns: vec!["owner_id".into()],
        references: "accounts_user".into(),
        referenced_columns: vec!["id".into()],
        on_delete: ReferentialAction::SetNull,
        on_update: ReferentialAction::NoAction,
    }];
    team.checks = vec![Check::new("ck_teams_team_rating", "rating >= 0")];
    let sql = |text: &str| SqlPerDialect { postgres: vec![text.into()], sqlite: vec![] };
    let operations = vec![
        Operation::create(team),
        Operation::AddColumn {
            table: "teams_team".into(),
            column: Column::new("motto", ColumnType::Text),
            fill: Some("".into()),
        },
        Operation::AlterPrimaryKey { table: "teams_team".into(), columns: vec!["id".into(), "name".into()] },
        Operation::RunSql {
            about: "fill mottos".into(),
            forward: sql("UPDATE teams_team SET motto = 'x'"),
            backward: Some(sql("SELECT 1")),
        },
        Operation::Run { forward: "fill".into(), backward: None },
    ];
    Migration {
        id: MigrationId::new("teams", "0002_motto"),
        dependencies: vec![MigrationId::new("accounts", "0001_initial"), MigrationId::new("teams", "__first__")],
        replaces: vec![
            MigrationId::new("teams", "0002_old").into(),
            Replaced { id: MigrationId::new("teams", "0002_motto"), hash: Some("0123456789abcdef".repeat(2)) },
        ],
        atomic: false,
        acknowledged: [("SD602", "never read"), ("SD613 teams_team.uq", "merged by hand")]
            .map(|(lint, reason)| (lint.to_owned(), reason.to_owned()))
            .into(),
        operations,
    }
}

#[test]
fn written_for_people() {
    assert_eq!(file::print(&full()), include_str!("fixtures/full.toml"));
    let empty = Migration::new(MigrationId::new("teams", "0003_merge"), vec![]);
    assert_eq!(
        file::print(&empty),
        "# Generated by makemigrations; may be edited.\napp = \"teams\"\ndependencies = []\n"
    );
}

#[test]
fn everything_keeps_its_line() {
    let loaded = file::parse(&file::print(&full()), Path::new(PATH), "teams").expect("a good file");
    assert_eq!(loaded.migration, full());
    assert_eq!(loaded.lines.dependencies, [4, 5]);
    assert_eq!(loaded.lines.replaces, [8, 9]);
    let starts: Vec<u32> = loaded.lines.operations.iter().map(|o| o.start).collect();
    assert_eq!(starts, [15, 39, 45, 50, 62]);
    assert_eq!(loaded.lines.operations[0].foreign_keys, [33]);
    assert_eq!(loaded.foreign_key_place(0, 0).to_string(), format!("{PATH}:33"));
    assert_eq!(loaded.operation_place(4).to_string(), format!("{PATH}:62"));
}

#[test]
fn tables_may_be_written_out() {
    let text = "app = 'teams'\n[[operations]]\nop = 'add_foreign_key'\ntable = 'teams_team'\n\
                [operations.foreign_key]\nname = 'f'\ncolumns = ['a']\nreferences = 'u'\nreferenced_columns = ['id']\n";
    let loaded = file::parse(text, Path::new(PATH), "teams").expect("a good file");
    assert!(loaded.migration.atomic && loaded.migration.dependencies.is_empty());
    assert_eq!(loaded.lines.operations[0].foreign_keys, [5]);
    assert_eq!(loaded.migration.operations[0].references(), ["u"]);
}

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,12}",
        "[a-z\"'\\\\\n\r\t# ]{0,12}",
        Just("'''\"\"\"".to_owned()),
        Just("\u{0}\u{7f}é\u{feff}".to_owned())
    ]
}

/// Operations over a random schema: every kind, with texts that need quoting.
fn operations(schema: &Schema, texts: &[String], app: &str) -> Vec<Operation> {
    let mut operations = Vec::new();
    let word = |i: usize| texts[i % texts.len()].clone();
    for (i, table) in schema.tables.values().enumerate() {
        let name = table.name.clone();
        operations.push(Operation::create(Table { app: app.to_owned(), ..table.clone() }));
        operations.push(Operation::RenameTable { from: name.clone(), to: word(i) });
        operations.push(Operation::AlterModel { table: name.clone(), model: word(i + 1) });
        operations.push(Operation::AlterPrimaryKey { table: name.clone(), columns: texts.to_vec() });
        for column in &table.columns {
            let (table, fill) = (name.clone(), Some(word(i).as_str().into()));
            operations.push(Operation::AlterColumn { table: table.clone(), column: column.clone(), fill: None });
            operations.push(Operation::RenameColumn { table: table.clone(), from: word(i), to: column.name.clone() });
            operations.push(Operation::DropColumn { table: table.clone(), column: column.name.clone() });
            operations.push(Operation::AddColumn { table, column: column.clone(), fill });
        }
        for index in &table.indexes {
            operations.push(Operation::AddIndex { table: name.clone(), index: index.clone() });
            operations.push(Operation::DropIndex { table: name.clone(), index: index.name.clone() });
        }
        for foreign_key in &table.foreign_keys {
            operations.push(Operation::DropForeignKey { table: name.clone(), foreign_key: foreign_key.name.clone() });
            operations.push(Operation::AddForeignKey { table: name.clone(), foreign_key: foreign_key.clone() });
        }
        for check in &table.checks {
            operations.push(Operation::AddCheck { table: name.clone(), check: check.clone() });
            operations.push(Operation::DropCheck { table: name.clone(), check: check.name.clone() });
        }
        operations.push(Operation::DropTable { table: name });
    }
    let sql = SqlPerDialect { postgres: texts.to_vec(), sqlite: texts[1..].to_vec() };
    operations.push(Operation::RunSql { about: word(0), forward: sql.clone(), backward: None });
    operations.push(Operation::RunSql { about: String::new(), forward: SqlPerDialect::default(), backward: Some(sql) });
    operations.push(Operation::Run { forward: word(0), backward: Some(word(1)) });
    operations
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    /// L4: what is printed is read as it was.
    #[test]
    fn l4_parse_of_print_is_identity(
        schema in support::schema(),
        texts in proptest::collection::vec(texts(), 1..4),
        atomic in any::<bool>(),
        dependencies in proptest::collection::vec("[a-z]{1,5}\\.(__first__|__latest__|[0-9]{4}_[a-z]{1,5})", 0..4),
        reasons in proptest::option::of("[a-zé\"\\\\]{1,9}"),
        replaces in proptest::collection::vec("[a-z]{1,5}\\.[0-9]{4}_[a-z]{1,5}", 0..3),
        hashes in proptest::collection::vec(proptest::option::of("[0-9a-f]{32}"), 3),
    ) {
        let ids = |texts: Vec<String>| texts.iter().map(|t| t.parse().unwrap()).collect::<Vec<MigrationId>>();
        let migration = Migration {
            id: MigrationId::new("teams", "0002_motto"),
            dependencies: ids(dependencies),
            replaces: ids(replaces).into_iter().zip(hashes).map(|(id, hash)| Replaced { id, hash }).collect(),
            atomic,
            acknowledged: reasons.map(|reason| ("SD602 a.\"b\"".to_owned(), reason)).into_iter().collect(),
            operations: operations(&schema, &texts, "teams"),
        };
        let text = file::print(&migration);
        let loaded = file::parse(&text, Path::new(PATH), "teams").map_err(|e| TestCaseError::fail(format!("{e:?}\n{text}")))?;
        prop_assert_eq!(&loaded.migration, &migration, "{}", text);
        prop_assert_eq!(&file::print(&loaded.migration), &text);
        for (lines, operation) in loaded.lines.operations.iter().zip(&migration.operations) {
            let line = text.lines().nth(lines.start as usize - 1);
            prop_assert_eq!(line, Some("[[operations]]"));
            if let Operation::CreateTable(table) = operation {
                prop_assert_eq!(lines.foreign_keys.len(), table.foreign_keys.len());
            }
        }
    }
}
