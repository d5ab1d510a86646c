//! Every damage that is done behind the program's back is found, and named with its rows.

use economy::{
    About, Holder, NewTransfer,
    service::{Finding, SHOWN},
};
use kernel::Db;
use testkit::{Kind, TestDatabase};

use crate::support::{give, migrated, open, plain, raw, reverse, sound, transfer, verify};

/// Takes the guards away that would not let the damage happen.
fn lift(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => {
            "DROP TRIGGER economy_transfer_keeps_rows; DROP TRIGGER economy_transfer_loses_no_row;
             DROP TRIGGER economy_entry_keeps_rows; DROP TRIGGER economy_entry_loses_no_row;
             DROP TRIGGER economy_entry_of_its_transfer; PRAGMA foreign_keys = OFF;
             PRAGMA ignore_check_constraints = ON;"
        }
        Kind::Postgres => {
            "DROP TRIGGER economy_transfer_keeps_rows ON economy_transfer;
             DROP TRIGGER economy_entry_keeps_rows ON economy_deltacrowntransaction;
             DROP TRIGGER economy_entry_of_its_transfer ON economy_deltacrowntransaction;
             SET session_replication_role = replica;
             ALTER TABLE economy_deltacrownwallet DROP CONSTRAINT ck_economy_deltacrownwallet_no_overdraft;
             ALTER TABLE economy_deltacrownwallet DROP CONSTRAINT ck_economy_deltacrownwallet_issuer;
             ALTER TABLE economy_deltacrownwallet DROP CONSTRAINT ck_economy_deltacrownwallet_team;"
        }
    }
}

/// A small ledger: transfer 1 gives team 1 ten coins; 2 pays six of them to team 2, 3 takes that back; 4 pays two to
/// team 3, and 5 one.
async fn ledger(db: &Db) {
    give(db, Holder::Team(1), 10).await;
    let about = About { tournament: Some(7), ..About::default() };
    let first = NewTransfer { about, note: "n", ..plain(Holder::Team(1), Holder::Team(2), 6, "first") };
    let first = transfer(db, first).await.expect("it is covered").transfer;
    reverse(db, first, "back").await.expect("it is there");
    for (amount, key) in [(2, "second"), (1, "third")] {
        transfer(db, plain(Holder::Team(1), Holder::Team(3), amount, key)).await.expect("it is covered");
    }
    assert_eq!(sound(db).await.transfers, 5);
}

const ENTRY: &str = "economy_deltacrowntransaction";
const WALLET: &str = "economy_deltacrownwallet";

testkit::on_both! {
    from migrated;

    async fn every_damage_is_found(database: &TestDatabase) {
        let second = "transfer_id = (SELECT id FROM economy_transfer WHERE idempotency_key = 'second')";
        let cases: &[(String, &[&str])] = &[
            // An entry that says something else.
            (format!("UPDATE {ENTRY} SET amount = 3 WHERE {second} AND amount = 2"), &["broken_chain", "entry_differs", "unbalanced_transfer", "wrong_balance"]),
            (format!("UPDATE {ENTRY} SET reason = 'prize' WHERE {second} AND amount = 2"), &["entry_differs"]),
            (format!("UPDATE {ENTRY} SET tournament_id = 1 WHERE {second} AND amount = 2"), &["entry_differs"]),
            (format!("UPDATE {ENTRY} SET registration_id = 1 WHERE {second} AND amount = 2"), &["entry_differs"]),
            (format!("UPDATE {ENTRY} SET match_id = 1 WHERE {second} AND amount = 2"), &["entry_differs"]),
            (format!("UPDATE {ENTRY} SET note = 'x' WHERE {second} AND amount = 2"), &["entry_differs"]),
            (format!("UPDATE {ENTRY} SET created_by_id = 1 WHERE {second} AND amount = 2"), &["entry_differs"]),
            (format!("UPDATE {ENTRY} SET created_at = '2027-01-01T00:00:00+00:00' WHERE {second} AND amount = 2"), &["entry_differs"]),
            (format!("DROP INDEX uq_economy_deltacrowntransaction_wallet_id_version; UPDATE {ENTRY} SET wallet_id = (SELECT id FROM {WALLET} WHERE team_id = 2) WHERE {second} AND amount = 2"),
                &["broken_chain", "broken_count", "entry_differs", "wrong_balance", "wrong_count"]),
            (format!("UPDATE {ENTRY} SET balance_after = 5 WHERE {second} AND amount = 2"), &["broken_chain"]),
            (format!("UPDATE {ENTRY} SET version = 7 WHERE {second} AND amount = 2"), &["broken_count"]),
            (format!("UPDATE {ENTRY} SET wallet_id = 404 WHERE {second} AND amount = 2"),
                &["broken_chain", "broken_count", "entry_differs", "no_wallet", "wrong_balance", "wrong_count"]),
            // One that is lost, from the middle and from the end.
            (format!("DELETE FROM {ENTRY} WHERE {second} AND amount = 2"), &["broken_chain", "broken_count", "unbalanced_transfer", "wrong_balance", "wrong_count"]),
            (format!("DELETE FROM {ENTRY} WHERE id = (SELECT max(id) FROM {ENTRY})"), &["unbalanced_transfer", "wrong_balance", "wrong_count"]),
            // A transfer that says something else, or is lost.
            ("UPDATE economy_transfer SET amount = 3 WHERE idempotency_key = 'second'".to_owned(), &["entry_differs"]),
            ("DELETE FROM economy_transfer WHERE idempotency_key = 'second'".to_owned(), &["no_transfer"]),
            ("UPDATE economy_transfer SET amount = 5 WHERE idempotency_key = 'back'".to_owned(), &["entry_differs", "wrong_reversal"]),
            ("UPDATE economy_transfer SET reverses_id = 404 WHERE idempotency_key = 'back'".to_owned(), &["wrong_reversal"]),
            ("UPDATE economy_transfer SET reverses_id = (SELECT id FROM economy_transfer WHERE idempotency_key = 'second') WHERE idempotency_key = 'third'".to_owned(), &["wrong_reversal"]),
            ("DROP INDEX uq_economy_transfer_reverses_id; UPDATE economy_transfer SET reverses_id = (SELECT id FROM economy_transfer WHERE idempotency_key = 'first') WHERE idempotency_key = 'third'".to_owned(), &["reversed_twice", "wrong_reversal"]),
            // An entry of nothing, and one more.
            (format!("INSERT INTO {ENTRY} (wallet_id, amount, reason, note, created_at, transfer_id, balance_after, version) SELECT id, 4, 'winner', '', created_at, 404, cached_balance + 4, version + 1 FROM {WALLET} WHERE team_id = 3"),
                &["no_transfer", "wrong_balance", "wrong_count"]),
            // A wallet that says something else.
            (format!("UPDATE {WALLET} SET cached_balance = cached_balance + 1 WHERE team_id = 1"), &["wrong_balance", "wrong_total"]),
            (format!("UPDATE {WALLET} SET version = version + 1 WHERE team_id = 1"), &["wrong_count"]),
            (format!("UPDATE {WALLET} SET cached_balance = -1 WHERE team_id = 2"), &["overdrawn", "wrong_balance", "wrong_total"]),
            (format!("UPDATE {WALLET} SET allow_overdraft = true WHERE team_id = 1"), &["odd_wallet"]),
            (format!("UPDATE {WALLET} SET allow_overdraft = false WHERE kind = 'treasury'"), &["odd_wallet"]),
            (format!("UPDATE {WALLET} SET team_id = NULL WHERE team_id = 1"), &["odd_wallet"]),
            (format!("DELETE FROM {WALLET} WHERE team_id = 3"), &["no_wallet", "wrong_total"]),
            // Coins are moved to where they never were, with balances to match.
            (format!("UPDATE {WALLET} SET cached_balance = cached_balance - 1 WHERE team_id = 1; UPDATE {WALLET} SET cached_balance = cached_balance + 1 WHERE team_id = 3"), &["wrong_balance"]),
        ];
        for (sql, expected) in cases {
            let damaged = migrated(database.kind()).await.expect("one was made before");
            let db = open(&damaged).await;
            ledger(&db).await;
            damaged.execute(&format!("{}\n{sql}", lift(damaged.kind()))).await;
            let report = verify(&db).await;
            let mut found: Vec<&str> = report.findings.iter().map(Finding::code).collect();
            found.sort_unstable();
            found.dedup();
            let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
            assert_eq!(found, *expected, "{sql}\n{}", told.join("\n"));
            assert!(!report.is_sound());
            db.close().await;
        }
    }

    /// A lost entry is told as what it is: once, with its place.
    async fn the_rows_are_named(database: &TestDatabase) {
        let db = open(database).await;
        ledger(&db).await;
        let ids = "SELECT id FROM economy_deltacrowntransaction ORDER BY id";
        database.execute(&format!("{}\nDELETE FROM {ENTRY} WHERE id = ({ids} LIMIT 1 OFFSET 4)", lift(database.kind()))).await;
        let report = verify(&db).await;
        let told: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
        // Wallet 3 is team 2's: six coins came, and that they went back is lost.
        for part in [
            "wallet 3 says 0 coins, and its entries sum to 6",
            "wallet 3 has counted 2 entries of transfers, and 1 are there",
            "transfer 3 must have two entries that sum to zero, and has [6] with the sum 6",
        ] {
            assert!(told.iter().any(|text| text.contains(part)), "{part}: {told:#?}");
        }
        assert_eq!(report.more, 0);
    }

    /// Entries of the old platform have one side: they are counted apart, and are no fault.
    async fn what_the_old_platform_left_is_counted_apart(database: &TestDatabase) {
        let db = open(database).await;
        for team in 1..=3 {
            raw(&db, &format!("INSERT INTO {WALLET} (kind, team_id, cached_balance, created_at, updated_at) VALUES ('team', {team}, 40, '2024-01-01T00:00:00+00:00', '2024-01-01T00:00:00+00:00')")).await.expect("a wallet");
            for amount in [50, -10] {
                raw(&db, &format!("INSERT INTO {ENTRY} (wallet_id, amount, reason, note, created_at) SELECT id, {amount}, 'winner', '', created_at FROM {WALLET} WHERE team_id = {team}")).await.expect("an entry");
            }
        }
        transfer(&db, plain(Holder::Team(1), Holder::Team(2), 15, "k")).await.expect("it is covered");
        let report = sound(&db).await;
        assert_eq!((report.adopted.entries, report.adopted.coins, report.held, report.entries), (6, 120, 120, 2));
        give(&db, Holder::Team(3), 5).await;
        assert_eq!(sound(&db).await.held, 125);
        // And what it left wrong is told.
        raw(&db, &format!("UPDATE {WALLET} SET cached_balance = 41 WHERE team_id = 3")).await.expect("it is a number");
        let codes: Vec<&str> = verify(&db).await.findings.iter().map(Finding::code).collect();
        assert_eq!(codes, ["wrong_balance", "wrong_total"]);
    }

    /// More rows than are read at once, and the damage in the last of them.
    async fn a_long_ledger_is_read_to_its_end(database: &TestDatabase) {
        let db = open(database).await;
        fill(&db, LONG).await;
        let report = sound(&db).await;
        assert_eq!((report.transfers, report.entries, report.held), (LONG, 2 * LONG, i128::from(LONG)));
        let last = "(SELECT max(id) FROM economy_deltacrowntransaction)";
        database.execute(&format!("{}\nUPDATE {ENTRY} SET note = 'x', balance_after = 0 WHERE id = {last}", lift(database.kind()))).await;
        let codes: Vec<&str> = verify(&db).await.findings.iter().map(Finding::code).collect();
        assert_eq!(codes, ["broken_chain", "entry_differs"]);
        // No more findings are listed than anybody reads.
        database.execute(&format!("UPDATE {ENTRY} SET note = 'x' WHERE note = ''")).await;
        let report = verify(&db).await;
        assert_eq!((report.findings.len(), report.more), (SHOWN, 2 * LONG + 1 - SHOWN as u64));
    }
}

const LONG: u64 = 5_500;

/// That many transfers of one coin from the treasury to a team, by bare statements.
async fn fill(db: &Db, transfers: u64) {
    let at = "'2026-03-01T18:00:00+00:00'";
    let numbers = format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {transfers})");
    for sql in [
        format!(
            "INSERT INTO {WALLET} (id, kind, team_id, cached_balance, allow_overdraft, version, created_at, updated_at) \
             VALUES (1, 'treasury', NULL, -{transfers}, true, {transfers}, {at}, {at}), \
             (2, 'team', 1, {transfers}, false, {transfers}, {at}, {at})"
        ),
        format!(
            "{numbers} INSERT INTO economy_transfer (id, reason, idempotency_key, from_wallet_id, to_wallet_id, amount, note, created_at) \
             SELECT i, 'winner', 'key ' || i, 1, 2, 1, '', w.created_at FROM n, {WALLET} w WHERE w.id = 1"
        ),
        format!(
            "{numbers} INSERT INTO {ENTRY} (id, wallet_id, amount, reason, note, created_at, transfer_id, balance_after, version) \
             SELECT 2 * i - 1, 1, -1, 'winner', '', w.created_at, i, -i, i FROM n, {WALLET} w WHERE w.id = 1 UNION ALL \
             SELECT 2 * i, 2, 1, 'winner', '', w.created_at, i, i, i FROM n, {WALLET} w WHERE w.id = 1"
        ),
    ] {
        raw(db, &sql).await.expect("it is sound");
    }
}
