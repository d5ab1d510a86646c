//! Acts in a unit of work of their own, and rows to start from.

use economy::{
    About, AdjustRefusal, Holder, NewTransfer, Reason, Receipt, ReverseRefusal, TransferRefusal,
    service::{self, LedgerReport},
};
use kernel::{Actor, Db, DbError, TestClock};
use seadrift::project::Project;
use testkit::{Kind, TestDatabase};

use crate::people;
pub use crate::people::open;

pub async fn migrated(kind: Kind) -> Option<TestDatabase> {
    let below = Project::new().app(accounts::app()).app(profiles::app()).app(notifications::app());
    people::migrated(kind, below.app(economy::app())).await
}

pub fn clock() -> TestClock {
    TestClock::at_text("2026-03-01T18:00:00Z")
}

/// The profile of a new person.
pub async fn player(db: &Db, clock: &TestClock, username: &str) -> i64 {
    let (user, _) = people::person(db, clock, username).await;
    profiles::service::of_user(db, clock, &user).await.expect("readable").id
}

pub fn plain(from: Holder, to: Holder, amount: i64, key: &str) -> NewTransfer<'_> {
    NewTransfer { from, to, amount, reason: Reason::Transfer, key, about: About::default(), note: "", operator: None }
}

pub async fn transfer(db: &Db, new: NewTransfer<'_>) -> Result<Receipt, TransferRefusal> {
    let (clock, new) = (&clock(), &new);
    db.write(|tx| async move { service::transfer(&tx, clock, new).await }).await
}

pub async fn reverse(db: &Db, transfer: i64, key: &str) -> Result<Receipt, ReverseRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::reverse(&tx, clock, transfer, key, "a mistake", None).await }).await
}

pub async fn adjust(db: &Db, actor: Actor, holder: Holder, amount: i64) -> Result<Receipt, AdjustRefusal> {
    let clock = &clock();
    db.write(|tx| async move { service::adjust(&tx, clock, &actor, holder, amount, "", None).await }).await
}

/// Gives coins of the treasury.
pub async fn give(db: &Db, holder: Holder, coins: i64) -> Receipt {
    adjust(db, Actor::System, holder, coins).await.expect("the treasury has no end")
}

pub async fn balance(db: &Db, holder: Holder) -> i64 {
    service::balance(db, holder).await.expect("readable")
}

pub async fn verify(db: &Db) -> LedgerReport {
    service::verify(db).await.expect("readable")
}

/// Fails with every finding when something is wrong.
pub async fn sound(db: &Db) -> LedgerReport {
    let report = verify(db).await;
    let findings: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    assert!(report.is_sound(), "{}", findings.join("\n"));
    report
}

/// Runs a raw statement through the program's own connection.
pub async fn raw(db: &Db, sql: &str) -> Result<(), DbError> {
    use sea_orm::ConnectionTrait;
    db.write(|tx| async move { Ok(tx.execute_unprepared(sql).await.map(drop)?) }).await
}
