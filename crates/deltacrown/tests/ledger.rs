//! `ledger` as an operator runs it: proven where it is sound, where it is damaged and where nothing can be told; coins
//! given and taken.

mod support;

use economy::{Holder, NewTransfer, Reason, TransferRefusal, service};
use kernel::{Db, DbOptions, SystemClock};
use support::{on, program};
use testkit::TestDatabase;

async fn pay(db: &Db, from: Holder, to: Holder, amount: i64, key: &str) {
    let new = &NewTransfer {
        from,
        to,
        amount,
        reason: Reason::Transfer,
        key,
        about: Default::default(),
        note: "",
        operator: None,
    };
    let done: Result<(), TransferRefusal> =
        db.write(|tx| async move { service::transfer(&tx, &SystemClock, new).await.map(drop) }).await;
    done.expect("it is covered");
}

testkit::on_both! {
    async fn a_ledger_is_sound_or_it_is_not(database: &TestDatabase) {
        let unbuilt = on(database.url(), &["ledger", "verify"]).expect_code(2);
        assert!(unbuilt.stderr.contains("`deltacrown migrate` first"), "{unbuilt}");
        on(database.url(), &["migrate"]).success();
        let empty = on(database.url(), &["ledger", "verify"]).success();
        assert!(empty.stdout.starts_with("0 transfers with 0 entries in 0 wallets") && empty.stdout.contains("The ledger is sound."), "{empty}");

        let db = Db::connect(database.url(), DbOptions::default()).await.expect("it opens");
        pay(&db, Holder::Treasury, Holder::Team(1), 10, "one").await;
        pay(&db, Holder::Team(1), Holder::Escrow(2), 4, "two").await;
        db.close().await;
        let sound = on(database.url(), &["ledger", "verify", "--json"]).success();
        let told: serde_json::Value = serde_json::from_str(&sound.stdout).expect("JSON");
        assert_eq!((&told["sound"], &told["transfers"], &told["entries"], &told["wallets"], &told["held"]),
            (&true.into(), &2.into(), &4.into(), &3.into(), &"10".into()), "{sound}");
        // The guards of the ledger are no drift.
        assert!(on(database.url(), &["verify-schema"]).success().stdout.contains("agrees with the history"));

        database.execute("UPDATE economy_deltacrownwallet SET cached_balance = cached_balance + 1 WHERE kind = 'team'").await;
        let damaged = on(database.url(), &["ledger", "verify"]).expect_code(1);
        for part in ["wrong_balance: wallet", "says 7 coins, and its entries sum to 6", "wrong_total", "The ledger is NOT sound: 2 findings"] {
            assert!(damaged.stdout.contains(part), "{part}: {damaged}");
        }
        let damaged = on(database.url(), &["ledger", "verify", "--json"]).expect_code(1);
        let told: serde_json::Value = serde_json::from_str(&damaged.stdout).expect("JSON");
        assert_eq!((&told["sound"], &told["findings"][0]["code"], &told["more"]), (&false.into(), &"wrong_balance".into(), &0.into()), "{damaged}");
    }

    async fn coins_are_given_and_taken(database: &TestDatabase) {
        let give = |arguments: &[&str]| on(database.url(), &[&["ledger", "adjust"], arguments].concat());
        assert!(give(&["olga", "5"]).expect_code(2).stderr.contains("`deltacrown migrate` first"));
        on(database.url(), &["migrate"]).success();
        assert!(give(&["olga", "5"]).expect_code(1).stderr.contains("nobody has the username olga"));
        let mut make = program(&["createsuperuser", "--username", "Olga", "--email", "olga@example.org", "--password-stdin"]);
        testkit::process::run_with_input(make.args(["--database", database.url()]), "river lamp cactus\n").success();
        assert!(give(&["olga", "500", "--note", "Season budget"]).success().stdout.contains("olga has 500 coins now"));
        assert!(give(&["OLGA", "-200"]).success().stdout.contains("has 300 coins now"));
        for (coins, why) in [("-301", "300"), ("0", "at least 1")] {
            let refused = give(&["olga", coins]).expect_code(1);
            assert!(refused.stderr.contains(why), "{refused}");
        }
        let told = on(database.url(), &["ledger", "verify", "--json"]).success();
        let told: serde_json::Value = serde_json::from_str(&told.stdout).expect("JSON");
        assert_eq!((&told["transfers"], &told["held"]), (&2.into(), &"300".into()));
    }
}

#[test]
fn what_cannot_be_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("none.db");
    let missing = on(&format!("sqlite://{}", file.display()), &["ledger", "verify"]).expect_code(2);
    assert!(missing.stderr.contains("does not exist") && missing.stderr.contains("migrate"), "{missing}");
    assert!(!file.exists());
    let unreachable = on("postgres://nobody@127.0.0.1:1/none", &["ledger", "verify"]).expect_code(2);
    assert!(unreachable.stderr.contains("127.0.0.1:1"), "{unreachable}");
    let help = on("sqlite://x", &["ledger", "verify", "--help"]).success();
    assert!(help.stdout.contains("deltacrown ledger verify --json"), "{help}");
}
