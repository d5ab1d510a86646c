//! Operations into migrations: dependencies, cycles between apps, names; and the law that every
//! order which keeps the dependencies ends in the same schema.

mod support;

use std::collections::BTreeSet;

use proptest::prelude::*;
use seadrift::{
    diff::{ArrangeError, ArrangeInput, arrange},
    migration::{Migration, MigrationId},
    operation::{Misfit, Operation, SqlPerDialect},
    schema::{Check, Column, ColumnType as T, ForeignKey, Index, Schema, Table},
};

fn table(app: &str, model: &str, points_at: &[&str]) -> Table {
    let name = format!("{app}_{}", model.to_lowercase());
    let mut table = Table::new(app, model, &name);
    table.columns.push(Column::new("id", T::BigInt).identity());
    table.primary_key = vec!["id".into()];
    for target in points_at {
        point(&mut table, target);
    }
    table
}

fn point(table: &mut Table, target: &str) {
    let column = format!("{target}_id");
    table.columns.push(Column::new(&column, T::BigInt).null());
    table.foreign_keys.push(ForeignKey {
        name: format!("fk_{}_{column}", table.name),
        columns: vec![column],
        references: target.into(),
        referenced_columns: vec!["id".into()],
        on_delete: Default::default(),
        on_update: Default::default(),
    });
}

fn extend(history: &mut Vec<Migration>, before: &Schema, after: &Schema, renamed: bool) -> Vec<Migration> {
    let known: Vec<&Migration> = history.iter().collect();
    let operations = support::operations(before, after, |_| renamed);
    let input = ArrangeInput { history: &known, name: None };
    let new = arrange(operations.clone(), &input).expect("a diff can be arranged");
    assert_eq!(arrange(operations, &input).as_ref(), Ok(&new), "the same again");
    history.extend(new.clone());
    new
}

/// `app.name: [dependencies] operations`, one a line.
fn shown(migrations: &[Migration]) -> String {
    let line = |migration: &Migration| {
        let dependencies: Vec<String> = migration.dependencies.iter().map(MigrationId::to_string).collect();
        let operations: Vec<String> = migration.operations.iter().map(short).collect();
        format!("{}: [{}] {}", migration.id, dependencies.join(", "), operations.join(", "))
    };
    migrations.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn short(operation: &Operation) -> String {
    match operation {
        Operation::CreateTable(table) => {
            let keys: Vec<&str> = table.foreign_keys.iter().map(|key| key.references.as_str()).collect();
            format!("create {}({})", table.name, keys.join(" "))
        }
        Operation::DropTable { table } => format!("drop {table}"),
        Operation::AddForeignKey { table, foreign_key } => format!("{table} -> {}", foreign_key.references),
        Operation::DropForeignKey { table, foreign_key } => format!("{table} -x {foreign_key}"),
        Operation::AddColumn { table, column, .. } => format!("{table}.{}", column.name),
        Operation::DropColumn { table, column } => format!("{table}.{column} x"),
        Operation::RenameTable { from, to } => format!("{from} => {to}"),
        other => other.describe(),
    }
}

#[test]
fn dependencies_follow_references() {
    let first = Schema::of([
        table("accounts", "User", &[]),
        table("teams", "Team", &["accounts_user"]),
        table("teams", "Seat", &["teams_team", "accounts_user"]),
    ]);
    let mut history = Vec::new();
    let new = extend(&mut history, &Schema::default(), &first, false);
    assert_eq!(
        shown(&new),
        "accounts.0001_initial: [] create accounts_user()\n\
         teams.0001_initial: [accounts.0001_initial] create teams_team(accounts_user), \
         create teams_seat(teams_team accounts_user)"
    );

    // A later migration of accounts is not needed by what does not use it; one that is used is.
    let mut second = first.clone();
    let user = second.tables.get_mut("accounts_user").expect("user");
    user.columns.push(Column::new("code", T::Integer).default(0));
    user.indexes.push(Index::on("uq_accounts_user_code", ["code"]).unique());
    extend(&mut history, &first, &second, false);
    let mut third = second.clone();
    third.tables.insert("cups_cup".into(), table("cups", "Cup", &["accounts_user"]));
    let mut by_code = table("shop", "Order", &["accounts_user"]);
    by_code.foreign_keys[0].referenced_columns = vec!["code".into()];
    third.tables.insert("shop_order".into(), by_code);
    let new = extend(&mut history, &second, &third, false);
    assert_eq!(
        shown(&new),
        "cups.0001_initial: [accounts.0001_initial] create cups_cup(accounts_user)\n\
         shop.0001_initial: [accounts.0002_user_code] create shop_order(accounts_user)"
    );

    // What drops a table waits for every app that ever pointed at it.
    let mut fourth = third.clone();
    for name in ["teams_team", "teams_seat", "cups_cup", "shop_order"] {
        let table = fourth.tables.get_mut(name).expect("table");
        table.foreign_keys.retain(|key| key.references != "accounts_user");
    }
    extend(&mut history, &third, &fourth, false);
    let mut fifth = fourth.clone();
    fifth.tables.remove("accounts_user");
    let new = extend(&mut history, &fourth, &fifth, false);
    assert_eq!(
        shown(&new),
        "accounts.0003_delete_user: [accounts.0002_user_code, \
         cups.0002_remove_cup_accounts_user_id_fk, shop.0002_remove_order_accounts_user_id_fk, \
         teams.0002_remove_seat_accounts_user_id_fk_and_more] drop accounts_user"
    );
}

#[test]
fn a_drop_in_the_same_change_waits_too() {
    let first = Schema::of([table("zeta", "Old", &[]), table("alpha", "User", &["zeta_old"])]);
    let second = Schema::of([table("alpha", "User", &[])]);
    let mut history = Vec::new();
    extend(&mut history, &Schema::default(), &first, false);
    let new = extend(&mut history, &first, &second, false);
    assert_eq!(
        shown(&new),
        "alpha.0002_remove_user_zeta_old_id: [alpha.0001_initial, zeta.0001_initial] \
         alpha_user -x fk_alpha_user_zeta_old_id, alpha_user.zeta_old_id x\n\
         zeta.0002_delete_old: [zeta.0001_initial, alpha.0002_remove_user_zeta_old_id] drop zeta_old"
    );
}

#[test]
fn a_rename_waits_for_those_that_use_the_old_name() {
    let first = Schema::of([table("a", "User", &[])]);
    let mut second = first.clone();
    second.tables.insert("b_team".into(), table("b", "Team", &["a_user"]));
    let mut third = second.clone();
    let mut user = third.tables.remove("a_user").expect("user");
    user.name = "a_person".into();
    third.tables.insert("a_person".into(), user);
    third.tables.get_mut("b_team").expect("team").foreign_keys[0].references = "a_person".into();
    let mut history = Vec::new();
    extend(&mut history, &Schema::default(), &first, false);
    extend(&mut history, &first, &second, false);
    let new = extend(&mut history, &second, &third, true);
    assert_eq!(shown(&new), "a.0002_rename_a_user_to_a_person: [a.0001_initial, b.0001_initial] a_user => a_person");
    let mut fourth = third.clone();
    fourth.tables.insert("c_log".into(), table("c", "Log", &["a_person"]));
    let new = extend(&mut history, &third, &fourth, false);
    assert_eq!(shown(&new), "c.0001_initial: [a.0002_rename_a_user_to_a_person] create c_log(a_person)");
}

#[test]
fn apps_in_a_cycle_are_split_where_least_waits() {
    let cases: [(&str, Vec<Table>, &str); 4] = [
        (
            "two tables that point at each other",
            vec![table("accounts", "User", &["teams_team"]), table("teams", "Team", &["accounts_user"])],
            "teams.0001_initial: [] create teams_team()\n\
             accounts.0001_initial: [teams.0001_initial] create accounts_user(teams_team)\n\
             teams.0002_team_accounts_user_id: [teams.0001_initial, accounts.0001_initial] teams_team -> accounts_user",
        ),
        (
            "apps in a cycle without tables in a cycle",
            vec![
                table("a", "One", &[]),
                table("a", "Two", &["b_one"]),
                table("b", "One", &["a_one"]),
                table("b", "Two", &[]),
            ],
            "a.0001_initial: [] create a_one()\n\
             b.0001_initial: [a.0001_initial] create b_one(a_one), create b_two()\n\
             a.0002_two: [a.0001_initial, b.0001_initial] create a_two(b_one)",
        ),
        (
            "three apps in a ring",
            vec![table("a", "T", &["b_t"]), table("b", "T", &["c_t"]), table("c", "T", &["a_t"])],
            "c.0001_initial: [] create c_t()\n\
             b.0001_initial: [c.0001_initial] create b_t(c_t)\n\
             a.0001_initial: [b.0001_initial] create a_t(b_t)\n\
             c.0002_t_a_t_id: [c.0001_initial, a.0001_initial] c_t -> a_t",
        ),
        (
            "a table that points at itself needs no second migration",
            vec![table("a", "Node", &["a_node"])],
            "a.0001_initial: [] create a_node(a_node)",
        ),
    ];
    for (what, tables, expected) in cases {
        let new = extend(&mut Vec::new(), &Schema::default(), &Schema::of(tables), false);
        assert_eq!(shown(&new), expected, "{what}");
    }
}

#[test]
fn a_table_moves_to_another_app_without_a_statement() {
    let first = Schema::of([table("old", "Item", &[])]);
    let mut second = first.clone();
    second.tables.get_mut("old_item").expect("item").app = "new".into();
    let mut history = Vec::new();
    extend(&mut history, &Schema::default(), &first, false);
    let new = extend(&mut history, &first, &second, false);
    assert_eq!(shown(&new), "new.0001_initial: [old.0001_initial] Let table old_item belong to model new.Item");
}

#[test]
fn names_tell_what_happens() {
    let base = || {
        let mut table = table("a", "PlayerRole", &[]);
        table.columns.push(Column::new("title", T::Varchar(40)));
        table.checks.push(Check::new("ck_title", "title <> ''"));
        table
    };
    let changed = |change: &dyn Fn(&mut Table)| {
        let mut table = base();
        change(&mut table);
        table
    };
    let long = "a_very_long_column_name_that_goes_on_and_on_and_on".to_owned();
    let cases: Vec<(Vec<Table>, &str)> = vec![
        (vec![changed(&|t| t.columns.push(Column::new("Größe cm", T::Integer).null()))], "0002_player_role_gr_e_cm"),
        (vec![changed(&|t| t.columns[1].ty = T::Text)], "0002_alter_player_role_title"),
        (vec![changed(&|t| t.columns[1].name = "name".into())], "0002_player_role_name_remove_player_role_title"),
        (vec![changed(&|t| t.indexes.push(Index::on("i", ["title", "id"])))], "0002_player_role_title_id_index"),
        (vec![changed(&|t| t.checks.clear())], "0002_remove_ck_title"),
        (vec![changed(&|t| t.model = "Role".into())], "0002_rename_player_role_role"),
        (vec![changed(&|t| point(t, "a_playerrole"))], "0002_player_role_a_playerrole_id"),
        (vec![base(), table("a", "Log", &[]), table("a", "Tag", &[])], "0002_log_tag"),
        (vec![], "0002_delete_player_role"),
        (
            vec![changed(&|t| t.columns.push(Column::new(&long, T::Integer).null()))],
            "0002_player_role_a_very_long_column_name_that_goes_o",
        ),
        (
            vec![changed(&|t| {
                t.columns.push(Column::new(&long, T::Integer).null());
                t.columns.push(Column::new("b", T::Integer).null());
            })],
            "0002_player_role_a_very_long_column_name_th_and_more",
        ),
    ];
    for (tables, expected) in cases {
        let first = Schema::of([base()]);
        let mut history = Vec::new();
        extend(&mut history, &Schema::default(), &first, false);
        let mut second = Schema::of(tables);
        if let Some(column) =
            second.tables.get_mut("a_playerrole").and_then(|t| t.columns.iter_mut().find(|c| c.name == "name"))
        {
            column.nullable = true;
            second.tables.get_mut("a_playerrole").expect("role").checks.clear();
        }
        let new = extend(&mut history, &first, &second, false);
        assert_eq!(new[0].id.name, expected);
        assert!(new[0].id.name.len() <= 52);
    }
}

#[test]
fn numbers_and_given_names() {
    let create = |name: &str| Operation::create(table("a", name, &[]));
    let squashed = Migration {
        replaces: vec![MigrationId::new("a", "0007_last").into(), MigrationId::new("b", "0042_other").into()],
        ..Migration::new(MigrationId::new("a", "0001_squashed"), vec![create("One")])
    };
    let input = ArrangeInput { history: &[&squashed], name: Some("Add Twos!") };
    let new = arrange(vec![create("Two")], &input).expect("fits");
    assert_eq!(shown(&new), "a.0008_add_twos: [a.0001_squashed] create a_two()");
    let new = arrange(vec![create("Two")], &ArrangeInput { history: &[], name: Some("start") }).expect("fits");
    assert_eq!(new[0].id.name, "0001_start");
}

#[test]
fn data_steps_stay_where_they_were() {
    let step = Operation::RunSql { about: String::new(), forward: SqlPerDialect::default(), backward: None };
    let add = |column: &str| Operation::AddColumn {
        table: "a_t".into(),
        column: Column::new(column, T::Integer).null(),
        fill: None,
    };
    let operations = vec![
        Operation::create(table("a", "T", &[])),
        step.clone(),
        add("x"),
        Operation::create(table("b", "U", &["a_t"])),
    ];
    let new = arrange(operations, &ArrangeInput::default()).expect("fits");
    assert_eq!(
        shown(&new),
        "a.0001_initial: [] create a_t(), Run SQL, a_t.x\nb.0001_initial: [a.0001_initial] create b_u(a_t)"
    );
    let refused = arrange(vec![step], &ArrangeInput::default());
    assert_eq!(refused, Err(ArrangeError::NoApp("Run SQL".into())));
    let refused = arrange(vec![add("x")], &ArrangeInput::default());
    assert_eq!(refused, Err(ArrangeError::Misfit(Misfit::NoTable("a_t".into()))));
}

/// Runs the migrations in an order that keeps the dependencies and is otherwise decided by `picks`.
fn run_in_some_order(history: &[Migration], picks: &[u8]) -> Schema {
    let mut schema = Schema::default();
    let mut done: BTreeSet<&MigrationId> = BTreeSet::new();
    for turn in 0..history.len() {
        let ready: Vec<&Migration> = history
            .iter()
            .filter(|m| !done.contains(&m.id) && m.dependencies.iter().all(|dependency| done.contains(dependency)))
            .collect();
        let next = ready[usize::from(picks[turn % picks.len()]) % ready.len()];
        for operation in &next.operations {
            let order = || done.iter().map(|id| id.to_string()).collect::<Vec<_>>().join(" ");
            operation.apply(&mut schema).unwrap_or_else(|misfit| {
                panic!("{} after {}: {misfit}\n{}", next.id, order(), shown(history));
            });
        }
        done.insert(&next.id);
    }
    schema
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_order_that_keeps_the_dependencies_ends_the_same(
        (first, second) in support::schema_pair(),
        (third, fourth) in support::schema_pair(),
        orders in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 40), 6),
        renamed in any::<bool>(),
    ) {
        let mut history = Vec::new();
        let mut before = Schema::default();
        for after in [&first, &second, &third, &fourth] {
            extend(&mut history, &before, after, renamed);
            before = after.clone();
        }
        let ids: BTreeSet<&MigrationId> = history.iter().map(|m| &m.id).collect();
        prop_assert_eq!(ids.len(), history.len());
        for picks in &orders {
            prop_assert_eq!(run_in_some_order(&history, picks).canonical(), before.canonical());
        }
    }
}
