//! The histories of the incident: four apps with 2, 6, 56 and 10 migrations between two that stay. The benchmark of
//! `regenerate` reads them too.

use seadrift::{
    migration::Migration,
    operation::Operation,
    schema::{Check, Column, ColumnType, Index},
};

use super::project::{add, create, id, migration};

/// All apps.
pub const APPS: [&str; 6] = ["accounts", "tournaments", "economy", "teams", "notifications", "siteui"];
/// Those that are regenerated, with how many migrations each has.
pub const REGENERATED: [(&str, usize); 4] = [("tournaments", 2), ("economy", 6), ("teams", 56), ("notifications", 10)];

/// One more step for a table: every kind of operation comes in turn.
fn step(at: usize, table: &str) -> Operation {
    let (table, name) = (table.to_owned(), |kind: &str| format!("{kind}_{at}"));
    let column = |number: usize| format!("extra_{number}");
    match at % 8 {
        0 => add(&table, &column(at)),
        1 => Operation::AddIndex { index: Index::on(format!("ix_{table}_{at}"), [column(at - 1)]), table },
        2 => Operation::RenameColumn { table, from: column(at - 2), to: name("renamed") },
        3 => Operation::AlterColumn {
            table,
            column: Column::new(format!("renamed_{}", at - 1), ColumnType::BigInt).null().default(7),
            fill: None,
        },
        4 => Operation::AddCheck { table, check: Check::new(name("ck"), format!("renamed_{} >= 0", at - 2)) },
        5 => add(&table, &name("short_lived")),
        6 => Operation::DropColumn { table, column: format!("short_lived_{}", at - 1) },
        _ => Operation::DropCheck { table, check: format!("ck_{}", at - 3) },
    }
}

/// So many migrations of an app: the first ones create its tables, the others change the first of them.
fn app_history(app: &str, count: usize, first: &[&str], tables: &[(&str, &[&str])]) -> Vec<Migration> {
    let mut made: Vec<Migration> = Vec::new();
    for at in 1..=count {
        let (name, operation) = match tables.get(at - 1) {
            Some((model, points_at)) => (format!("{at:04}_{}", model.to_lowercase()), create(app, model, points_at)),
            None => {
                let operation = step(at - tables.len() - 1, &format!("{app}_{}", tables[0].0.to_lowercase()));
                (format!("{at:04}_step"), operation)
            }
        };
        let name = if at == 1 { "0001_initial".to_owned() } else { name };
        let mut one = migration(&format!("{app}.{name}"), if at == 1 { first } else { &[] }, vec![operation]);
        one.dependencies.extend(made.last().map(|previous| previous.id.clone()));
        made.push(one);
    }
    made
}

fn depend(history: &mut [Migration], at: usize, on: &str) {
    history[at - 1].dependencies.push(id(on));
}

/// The histories of the incident, with dependencies to and fro between the apps.
pub fn histories() -> Vec<Migration> {
    let teams: &[(&str, &[&str])] =
        &[("Team", &["accounts_user"]), ("Seat", &["teams_team", "accounts_user"]), ("Invite", &["teams_team"])];
    let mut teams = app_history("teams", 56, &["accounts.0001_initial"], teams);
    let mut tournaments = app_history(
        "tournaments",
        2,
        &["accounts.0001_initial", "teams.0010_step"],
        &[("Tournament", &["accounts_user", "teams_team"]), ("Match", &["tournaments_tournament", "teams_team"])],
    );
    let mut economy = app_history(
        "economy",
        6,
        &["accounts.0001_initial"],
        &[("Wallet", &["accounts_user"]), ("Transfer", &["economy_wallet", "tournaments_tournament"])],
    );
    let mut notifications = app_history(
        "notifications",
        10,
        &["accounts.0001_initial", "tournaments.0002_match"],
        &[("Notification", &["accounts_user", "tournaments_tournament"]), ("Digest", &["notifications_notification"])],
    );
    depend(&mut economy, 2, "tournaments.0001_initial");
    depend(&mut notifications, 3, "economy.0004_step");
    depend(&mut notifications, 3, "teams.0020_step");
    // Dependencies that go up and mean nothing any more: with them no order of whole apps would do.
    depend(&mut teams, 45, "notifications.0005_step");
    depend(&mut tournaments, 2, "economy.0001_initial");
    let mut all = vec![migration("accounts.0001_initial", &[], vec![create("accounts", "User", &[])])];
    all.extend(teams.into_iter().chain(tournaments).chain(economy).chain(notifications));
    let banner = create("siteui", "Banner", &["teams_team", "tournaments_tournament"]);
    all.push(migration(
        "siteui.0001_initial",
        &["teams.0030_step", "teams.0002_seat", "tournaments.0002_match"],
        vec![banner],
    ));
    all.push(migration("siteui.0002_order", &["siteui.0001_initial"], vec![add("siteui_banner", "place")]));
    all
}
