//! The reference check and replay: what is refused, with which words, and what is not.

mod fixtures;

use fixtures::{graph, id, read};
use seadrift::migration::{Graph, LoadedMigration};

/// A file with these dependencies; its first operation begins on line 3.
fn file(name: &str, dependencies: &[&str], operations: &str) -> LoadedMigration {
    let app = name.split('.').next().unwrap_or_default();
    read(name, &format!("app = {app:?}\ndependencies = {dependencies:?}\n{operations}"))
}

/// A table with a key; four lines.
fn table(name: &str) -> String {
    format!(
        "[[operations]]\nop = \"create_table\"\nname = \"{name}\"\nprimary_key = [\"id\"]\ncolumns = [{{ name = \"id\", type = \"bigint\", identity = true }}]\n"
    )
}

/// A table with a column that points at another; line 6 of it is the foreign key.
fn pointing(name: &str, to: &str, column: &str) -> String {
    format!(
        "[[operations]]\nop = \"create_table\"\nname = \"{name}\"\nprimary_key = [\"id\"]\n\
         columns = [{{ name = \"id\", type = \"bigint\" }}, {{ name = \"to_id\", type = \"bigint\" }}]\n\
         foreign_keys = [{{ name = \"fk_{name}\", columns = [\"to_id\"], references = \"{to}\", referenced_columns = [\"{column}\"] }}]\n"
    )
}

fn op(text: &str) -> String {
    format!("[[operations]]\n{text}\n")
}

fn add_column(table: &str, column: &str) -> String {
    op(&format!(
        "op = \"add_column\"\ntable = \"{table}\"\ncolumn = {{ name = \"{column}\", type = \"bigint\", nullable = true }}"
    ))
}

fn found(graph: &Graph) -> Vec<(String, String)> {
    let errors = graph.replay().err().unwrap_or_default();
    errors.iter().map(|e| (e.to_string(), e.finding().mend)).collect()
}

fn check(files: Vec<LoadedMigration>, expected: &[(&str, &str)]) {
    let found = found(&graph(files));
    let found: Vec<(&str, &str)> = found.iter().map(|(e, m)| (e.as_str(), m.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn references_that_resolve() {
    let users = || file("u.0001_x", &[], &table("u_user"));
    let cases = [
        ("itself", vec![file("a.0001_x", &[], &pointing("a_tree", "a_tree", "id"))]),
        ("above in the file", vec![file("a.0001_x", &[], &(table("a_one") + &pointing("a_two", "a_one", "id")))]),
        ("a parent", vec![users(), file("a.0001_x", &["u.0001_x"], &pointing("a_one", "u_user", "id"))]),
        (
            "an ancestor by another app",
            vec![
                users(),
                file("m.0001_x", &["u.0001_x"], &table("m_one")),
                file("a.0001_x", &["m.0001_x"], &pointing("a_one", "u_user", "id")),
            ],
        ),
        (
            "a table that was renamed",
            vec![
                users(),
                file("u.0002_x", &["u.0001_x"], &op("op = \"rename_table\"\nfrom = \"u_user\"\nto = \"u_person\"")),
                file("a.0001_x", &["u.0002_x"], &pointing("a_one", "u_person", "id")),
            ],
        ),
        (
            "a name that was taken again",
            vec![
                users(),
                file("u.0002_x", &["u.0001_x"], &(op("op = \"drop_table\"\ntable = \"u_user\"") + &table("u_user"))),
                file("a.0001_x", &["u.0002_x"], &pointing("a_one", "u_user", "id")),
            ],
        ),
        (
            "a column that was renamed, in a table that was renamed",
            vec![
                users(),
                file(
                    "u.0002_x",
                    &["u.0001_x"],
                    &(op("op = \"rename_table\"\nfrom = \"u_user\"\nto = \"u_person\"")
                        + &op("op = \"rename_column\"\ntable = \"u_person\"\nfrom = \"id\"\nto = \"key\"")),
                ),
                file("a.0001_x", &["u.__latest__"], &pointing("a_one", "u_person", "key")),
            ],
        ),
        (
            "a column of the table's older name, whose own name is taken again later",
            vec![
                file("a.0001_x", &[], &(table("a_one") + &add_column("a_one", "more"))),
                file(
                    "a.0002_x",
                    &["a.0001_x"],
                    &(op("op = \"rename_table\"\nfrom = \"a_one\"\nto = \"a_two\"")
                        + &op("op = \"rename_column\"\ntable = \"a_two\"\nfrom = \"more\"\nto = \"less\"")),
                ),
                file("a.0003_x", &["a.0002_x"], &add_column("a_two", "more")),
            ],
        ),
    ];
    for (what, files) in cases {
        assert_eq!(found(&graph(files)), [], "{what}");
    }
}

#[test]
fn misspelt_and_unknown_tables() {
    check(
        vec![
            file("u.0001_x", &[], &table("u_user")),
            file("a.0001_x", &["u.0001_x"], &pointing("a_one", "u_usr", "id")),
        ],
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_one.to_id → u_usr: no migration creates table u_usr; did you mean u_user?",
            "write \"u_user\" at a/migrations/0001_x.toml:8",
        )],
    );
    check(
        vec![file("a.0001_x", &[], &pointing("a_one", "ledger", "id"))],
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_one.to_id → ledger: no migration creates table ledger",
            "remove foreign key fk_a_one at a/migrations/0001_x.toml:8, or create table ledger in a migration before it",
        )],
    );
    check(
        vec![
            file("u.0001_x", &[], &table("u_user")),
            file("a.0001_x", &["u.0001_x"], &pointing("a_one", "u_user", "ids")),
        ],
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_one.to_id → u_user: no migration creates column ids of u_user; did you mean id?",
            "write \"id\" at a/migrations/0001_x.toml:8",
        )],
    );
}

#[test]
fn tables_that_are_gone() {
    let users = file("u.0001_x", &[], &table("u_user"));
    check(
        vec![
            users.clone(),
            file("u.0002_x", &["u.0001_x"], &op("op = \"drop_table\"\ntable = \"u_user\"")),
            file("a.0001_x", &["u.0002_x"], &pointing("a_one", "u_user", "id")),
        ],
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_one.to_id → u_user: u.0002_x has dropped table u_user before (u/migrations/0002_x.toml:3)",
            "remove foreign key fk_a_one at a/migrations/0001_x.toml:8, or create table u_user in a migration before it",
        )],
    );
    check(
        vec![
            users,
            file("u.0002_x", &["u.0001_x"], &op("op = \"rename_table\"\nfrom = \"u_user\"\nto = \"u_person\"")),
            file("a.0001_x", &["u.0002_x"], &pointing("a_one", "u_user", "id")),
        ],
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_one.to_id → u_user: u.0002_x has renamed table u_user to u_person before (u/migrations/0002_x.toml:3)",
            "write \"u_person\" at a/migrations/0001_x.toml:8",
        )],
    );
}

#[test]
fn tables_that_come_later() {
    check(
        vec![file("a.0001_x", &[], &(pointing("a_two", "a_one", "id") + &table("a_one")))],
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_two.to_id → a_one: table a_one is created only further down in the same file (a/migrations/0001_x.toml:9)",
            "move what stands at a/migrations/0001_x.toml:9 above a/migrations/0001_x.toml:8",
        )],
    );
    check(
        vec![
            file("a.0001_x", &[], &pointing("a_one", "b_one", "id")),
            file("b.0001_x", &["a.0001_x"], &pointing("b_one", "a_one", "id")),
        ],
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_one.to_id → b_one: b.0001_x creates table b_one (b/migrations/0001_x.toml:3), and itself depends on a.0001_x",
            "take foreign key fk_a_one out of a/migrations/0001_x.toml, and add it in a new migration that depends on b.0001_x",
        )],
    );
}

/// Each edge alone would do; both would be a circle. Only one is offered.
#[test]
fn edges_that_exclude_each_other() {
    let files = vec![
        file("a.0001_x", &[], &pointing("a_one", "b_one", "id")),
        file("b.0001_x", &[], &pointing("b_one", "a_one", "id")),
    ];
    let graph = graph(files);
    let edges: Vec<String> =
        graph.missing_edges().iter().map(|e| format!("{} → {}", e.migration, e.dependency)).collect();
    assert_eq!(edges, ["a.0001_x → b.0001_x"]);
    let found = found(&graph);
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].0.ends_with("the edge a.0001_x → b.0001_x is missing"), "{}", found[0].0);
    assert!(
        found[1].0.ends_with("creates table a_one (a/migrations/0001_x.toml:3), and itself depends on b.0001_x"),
        "{}",
        found[1].0
    );
}

#[test]
fn a_column_that_another_migration_adds() {
    let files = |edge: &str| {
        vec![
            file("u.0001_x", &[], &table("u_user")),
            file(
                "u.0002_x",
                &["u.0001_x"],
                &(add_column("u_user", "code")
                    + &op(
                        "op = \"add_index\"\ntable = \"u_user\"\nindex = { name = \"uq\", keys = [\"code\"], unique = true }",
                    )),
            ),
            file("a.0001_x", &[edge], &pointing("a_one", "u_user", "code")),
        ]
    };
    assert_eq!(found(&graph(files("u.0002_x"))), []);
    check(
        files("u.0001_x"),
        &[(
            "a/migrations/0001_x.toml:8: a.0001_x: a_one.to_id → u_user: u.0002_x creates column code of u_user (u/migrations/0002_x.toml:3), and no dependency leads there: the edge a.0001_x → u.0002_x is missing",
            "add \"u.0002_x\" to dependencies of a/migrations/0001_x.toml, or run doctor --fix",
        )],
    );
}

#[test]
fn operations_on_tables_of_others() {
    check(
        vec![file("u.0001_x", &[], &table("u_user")), file("z.0001_x", &[], &add_column("u_user", "motto"))],
        &[(
            "z/migrations/0001_x.toml:3: z.0001_x: Add column motto bigint null to u_user: u.0001_x creates table u_user (u/migrations/0001_x.toml:3), and no dependency leads there: the edge z.0001_x → u.0001_x is missing",
            "add \"u.0001_x\" to dependencies of z/migrations/0001_x.toml, or run doctor --fix",
        )],
    );
    check(
        vec![file("u.0001_x", &[], &table("u_user")), file("z.0001_x", &["u.0001_x"], &add_column("u_usre", "motto"))],
        &[(
            "z/migrations/0001_x.toml:3: z.0001_x: Add column motto bigint null to u_usre: no migration creates table u_usre; did you mean u_user?",
            "write \"u_user\" at z/migrations/0001_x.toml:3",
        )],
    );
}

/// Two branches of one app, joined later: what one adds, the other may not use.
#[test]
fn branches_do_not_see_each_other() {
    let files = vec![
        file("a.0001_x", &[], &table("a_one")),
        file("a.0002_left", &["a.0001_x"], &add_column("a_one", "left")),
        file(
            "a.0002_right",
            &["a.0001_x"],
            &(op("op = \"rename_column\"\ntable = \"a_one\"\nfrom = \"left\"\nto = \"right\"")
                + &op("op = \"add_index\"\ntable = \"a_one\"\nindex = { name = \"ix\", keys = [\"left\"] }")),
        ),
        file("a.0003_merge", &["a.0002_left", "a.0002_right"], ""),
    ];
    let found = found(&graph(files));
    let edge = "a.0002_left creates column left of a_one (a/migrations/0002_left.toml:3), and no dependency leads there: the edge a.0002_right → a.0002_left is missing";
    assert_eq!(
        found[0].0,
        format!("a/migrations/0002_right.toml:3: a.0002_right: Rename column left of a_one to right: {edge}")
    );
    // With the edge, the index is over a column that has just been renamed.
    let misfit = "a/migrations/0002_right.toml:8: a.0002_right: Add index ix on a_one (left): table \"a_one\" has no column \"left\" at this point of the history";
    assert_eq!(found.last().map(|f| f.0.as_str()), Some(misfit));
}

#[test]
fn operations_that_do_not_fit() {
    let mend = "correct the operation; if it has been edited by hand, restore the file";
    check(
        vec![
            file("a.0001_x", &[], &(table("a_one") + &add_column("a_one", "id") + &add_column("a_one", "more"))),
            file("a.0002_x", &["a.0001_x"], &op("op = \"drop_check\"\ntable = \"a_one\"\ncheck = \"ck\"")),
            file("b.0001_x", &[], &op("op = \"drop_index\"\ntable = \"a_two\"\nindex = \"i\"")),
            file("c.0001_x", &[], &(table("c_one") + &table("c_one"))),
        ],
        &[
            (
                "b/migrations/0001_x.toml:3: b.0001_x: Drop index i of a_two: no migration creates table a_two",
                "remove the operation at b/migrations/0001_x.toml:3, or create table a_two in a migration before it",
            ),
            (
                "a/migrations/0001_x.toml:8: a.0001_x: Add column id bigint null to a_one: table \"a_one\" has a column \"id\" already at this point of the history",
                mend,
            ),
            (
                "c/migrations/0001_x.toml:8: c.0001_x: Create table c_one (1 columns): table \"c_one\" exists already at this point of the history",
                mend,
            ),
        ],
    );
}

#[test]
fn the_schema_at_any_point() {
    let graph = graph([
        file("a.0001_x", &[], &table("a_one")),
        file("a.0002_x", &["a.0001_x"], &add_column("a_one", "more")),
        file("b.0001_x", &["a.0001_x"], &pointing("b_one", "a_one", "id")),
        file("b.0002_x", &["b.0001_x"], &op("op = \"rename_table\"\nfrom = \"b_one\"\nto = \"b_two\"")),
        file("b.0003_x", &["b.0002_x"], &op("op = \"drop_table\"\ntable = \"b_two\"")),
    ]);
    let tables = |schema: &seadrift::schema::Schema| schema.tables.keys().cloned().collect::<Vec<_>>().join(" ");
    let expected = ["", "a_one", "a_one", "a_one b_one", "a_one b_two"];
    let mut walked = Vec::new();
    let end = graph.walk(|before, loaded| walked.push((loaded.id().clone(), before.clone()))).expect("all fits");
    assert_eq!(walked.iter().map(|(_, schema)| tables(schema)).collect::<Vec<_>>(), expected);
    for (id, schema) in &walked {
        assert_eq!(&graph.before(id).expect("all fits"), schema, "{id}");
    }
    let replay = graph.replay().expect("all fits");
    assert_eq!((replay.schema(), tables(&end).as_str()), (&end, "a_one"));
    assert_eq!(end.table("a_one").map(|t| t.app.as_str()), Some("a"));
    assert_eq!(replay.creators().len(), 1);

    let some = graph.schema_of(|m| m.app == "a" && m.number() == Some(1)).expect("all fits");
    assert_eq!(some.table("a_one").map(|t| t.columns.len()), Some(1));
    let error = graph.schema_of(|m| m.app == "b").expect_err("a is left out");
    assert!(error.to_string().starts_with("b/migrations/0001_x.toml:3: b.0001_x: Create table b_one"), "{error}");
    assert_eq!(graph.before(&id("b.0003_x")).map(|s| tables(&s)).as_deref(), Ok("a_one b_two"));
}

/// A table belongs to the app whose migration creates it, and its creator is who gave it its name.
#[test]
fn creators() {
    let replay = graph([
        file("a.0001_x", &[], &(table("a_one") + &table("a_two"))),
        file("a.0002_x", &["a.0001_x"], &op("op = \"rename_table\"\nfrom = \"a_one\"\nto = \"a_three\"")),
    ])
    .replay()
    .expect("all fits");
    assert_eq!(replay.creator("a_two"), Some(&id("a.0001_x")));
    assert_eq!(replay.creator("a_three"), Some(&id("a.0002_x")));
    assert_eq!(replay.creator("a_one"), None);
}
