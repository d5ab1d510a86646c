//! What the database itself forbids: rows of the ledger stay as they are, whoever asks.

use economy::Holder;
use kernel::db::Constraint;
use testkit::TestDatabase;

use crate::support::{give, migrated, open, plain, raw, sound, transfer};

const ENTRIES: &str = "economy_deltacrowntransaction";

testkit::on_both! {
    from migrated;

    async fn no_row_of_the_ledger_changes_or_goes(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, Holder::Team(1), 10).await;
        transfer(&db, plain(Holder::Team(1), Holder::Team(2), 3, "k")).await.expect("it is covered");
        let before = sound(&db).await;
        for table in ["economy_transfer", ENTRIES] {
            for statement in [
                format!("UPDATE {table} SET note = 'x'"),
                format!("UPDATE {table} SET amount = amount WHERE id = 1"),
                format!("DELETE FROM {table}"),
                format!("DELETE FROM {table} WHERE id = 1"),
            ] {
                let refusal = raw(&db, &statement).await.expect_err("rows are kept").to_string();
                assert!(refusal.contains("only ever added"), "{statement}: {refusal}");
            }
        }
        if database.kind() == testkit::Kind::Postgres {
            let refusal = raw(&db, "TRUNCATE economy_transfer, economy_deltacrowntransaction").await;
            assert!(refusal.expect_err("rows are kept").to_string().contains("only ever added"));
        }
        assert_eq!(sound(&db).await, before);
    }

    /// An entry is a side of its transfer, and each side is there once.
    async fn no_entry_says_something_else_than_its_transfer(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, Holder::Team(1), 10).await;
        transfer(&db, plain(Holder::Team(1), Holder::Team(2), 3, "k")).await.expect("it is covered");
        transfer(&db, plain(Holder::Team(1), Holder::Team(3), 3, "l")).await.expect("it is covered");
        for (wallet, amount) in
            [("team_id = 2", "4"), ("team_id = 2", "-3"), ("team_id = 1", "3"), ("team_id = 3", "3"), ("kind = 'treasury'", "-3")]
        {
            let refusal = raw(&db, &format!(
                "INSERT INTO {ENTRIES} (wallet_id, amount, reason, note, created_at, transfer_id, balance_after, version) \
                 SELECT w.id, {amount}, 'transfer', '', w.created_at, t.id, 1, 9 \
                 FROM economy_deltacrownwallet w, economy_transfer t WHERE w.{wallet} AND t.idempotency_key = 'k'"
            )).await;
            let refusal = refusal.expect_err("it is no side").to_string();
            assert!(refusal.contains("says what its transfer says"), "{wallet} {amount}: {refusal}");
        }
        let twice = raw(&db, &format!(
            "INSERT INTO {ENTRIES} (wallet_id, amount, reason, note, created_at, transfer_id, balance_after, version) \
             SELECT wallet_id, amount, reason, note, created_at, transfer_id, balance_after, 9 FROM {ENTRIES} WHERE amount = 3"
        )).await;
        assert_eq!(twice.expect_err("each side is there").constraint(), Some(Constraint::Unique));
        sound(&db).await;
    }

    async fn a_wallet_is_somebodys_once(database: &TestDatabase) {
        let db = open(database).await;
        give(&db, Holder::Team(1), 10).await;
        give(&db, Holder::Escrow(1), 10).await;
        let insert = async |columns: &str, values: &str| {
            let sql = format!(
                "INSERT INTO economy_deltacrownwallet (created_at, updated_at, {columns}) \
                 SELECT created_at, created_at, {values} FROM economy_deltacrownwallet WHERE kind = 'treasury'"
            );
            raw(&db, &sql).await.err().map(|error| error.constraint())
        };
        for (columns, values, expected) in [
            ("kind", "'treasury'", Some(Constraint::Unique)),
            ("kind, team_id", "'team', 1", Some(Constraint::Unique)),
            ("kind, tournament_id", "'escrow', 1", Some(Constraint::Unique)),
            ("kind", "'player'", Some(Constraint::Check)),
            ("kind", "'team'", Some(Constraint::Check)),
            ("kind", "'escrow'", Some(Constraint::Check)),
            ("kind", "'bank'", Some(Constraint::Check)),
            ("kind, team_id, tournament_id", "'team', 2, 2", Some(Constraint::Check)),
            ("kind, team_id", "'escrow', 2", Some(Constraint::Check)),
            ("kind, team_id, cached_balance", "'team', 2, -1", Some(Constraint::Check)),
            ("kind, team_id, allow_overdraft", "'team', 2, true", Some(Constraint::Check)),
        ] {
            assert_eq!(insert(columns, values).await, Some(expected), "{columns} {values}");
        }
        assert_eq!(insert("kind, team_id", "'team', 2").await, None);
        sound(&db).await;
    }
}
