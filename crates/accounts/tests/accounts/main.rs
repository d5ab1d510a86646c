//! The acts of accounts on real databases: `access` says who may do what, `idempotency` keeps acts from happening twice, `joining` makes accounts, `sessions` lets people in and out,
//! `tables` tells what the database itself refuses.

mod access;
mod idempotency;
mod joining;
mod sessions;
#[path = "../support/mod.rs"]
mod support;
mod tables;

use accounts::{
    SignUp, SignUpRefusal, User,
    service::{self, Standing},
};
use kernel::{Clock, Db, TestClock};
use seadrift::project::Project;
use testkit::{Kind, TestDatabase};

const PASSWORD: &str = "river lamp cactus";

async fn migrated(kind: Kind) -> Option<TestDatabase> {
    support::migrated(kind, Project::new().app(accounts::app())).await
}

fn clock() -> TestClock {
    TestClock::at_text("2026-03-01T18:00:00Z")
}

fn form(username: &str, email: &str) -> SignUp {
    SignUp {
        username: username.to_owned(),
        email: email.to_owned(),
        password: PASSWORD.to_owned(),
        password_again: PASSWORD.to_owned(),
    }
}

async fn join(db: &Db, clock: &dyn Clock, form: SignUp, standing: Standing) -> Result<User, SignUpRefusal> {
    let prepared = service::prepare(form).await?;
    let prepared = &prepared;
    db.write(|tx| async move { service::create_user(&tx, clock, prepared, standing).await }).await
}

/// Ann, with an address of capital letters too.
async fn ann(db: &Db, clock: &dyn Clock) -> User {
    join(db, clock, form("Ann", "Ann@Example.org"), Standing::Person).await.expect("nobody has these yet")
}
