//! One test body on both databases.
//!
//! Not here: how a database is made.

use std::fmt::Debug;
use std::future::Future;
use std::time::Duration;

use super::{Kind, TestDatabase};

/// What a test body may return: nothing, or a result whose error fails the test.
pub trait Outcome {
    /// Fails the test if the body did.
    fn check(self);
}

impl Outcome for () {
    fn check(self) {}
}

impl<E: Debug> Outcome for Result<(), E> {
    #[track_caller]
    fn check(self) {
        if let Err(error) = self {
            panic!("the test returned an error: {error:?}");
        }
    }
}

/// Runs a test body with a fresh database of one kind on a multi-thread runtime of its own.
///
/// Returns without running it where there is no database of that kind, which is then said on standard error.
///
/// # Panics
/// If the body does or returns an error, if the database cannot be made, and where `CI` is set and a kind is missing.
pub fn run<O: Outcome>(kind: Kind, body: impl AsyncFnOnce(&TestDatabase) -> O) {
    run_on(async || TestDatabase::new(kind), body);
}

/// Runs a test body with the database that `source` makes, for instance a prepared one; otherwise as [`run`].
///
/// # Panics
/// As [`run`].
pub fn run_on<O: Outcome>(
    source: impl AsyncFnOnce() -> Option<TestDatabase>,
    body: impl AsyncFnOnce(&TestDatabase) -> O,
) {
    let ran = on_runtime(async {
        let db = source().await?;
        let outcome = body(&db).await;
        Some((db, outcome))
    });
    // Pools and tasks have ended before their database does.
    let Some((db, outcome)) = ran else { return };
    drop(db);
    outcome.check();
}

/// An empty database: the source of tests that name no other.
pub async fn fresh(kind: Kind) -> Option<TestDatabase> {
    TestDatabase::new(kind)
}

/// Runs a future to its end; what it spawned ends with it.
pub(crate) fn on_runtime<T>(future: impl Future<Output = T>) -> T {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime starts");
    let outcome = runtime.block_on(future);
    runtime.shutdown_timeout(Duration::from_secs(5));
    outcome
}

/// Writes each test once and runs it on both databases: `NAME::sqlite` and `NAME::postgres`.
///
/// Several functions may stand in one call. A body returns nothing or `Result<(), E: Debug>`.
/// Attributes (`#[cfg(…)]`, docs) apply to both tests.
///
/// A call may begin with `from SOURCE;`, an `async fn(Kind) -> Option<TestDatabase>` that makes the databases of its
/// tests; see [`TestDatabase::prepared`].
///
/// ```no_run
/// use testkit::{Kind, TestDatabase};
///
/// async fn with_table(kind: Kind) -> Option<TestDatabase> {
///     TestDatabase::prepared(kind, "one table", async |db: &TestDatabase| db.execute("CREATE TABLE t (a int)").await).await
/// }
///
/// testkit::on_both! {
///     from with_table;
///
///     async fn keeps_a_row(db: &TestDatabase) -> Result<(), sea_orm::DbErr> {
///         assert_eq!(db.tables().await, ["t"]);
///         Ok(())
///     }
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! on_both {
    (from $source:path; $($tests:tt)+) => {
        $crate::on_both! { @ $source; $($tests)+ }
    };
    (@ $source:path;
        $( $(#[$attribute:meta])* async fn $name:ident($db:ident : $type:ty $(,)?) $(-> $return:ty)? $body:block )+
    ) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[allow(dead_code)]
            async fn body($db: $type) $(-> $return)? $body

            $(#[$attribute])*
            #[test]
            fn sqlite() {
                let source = async || $source($crate::Kind::Sqlite).await;
                $crate::database::run_on(source, async |db: &$crate::TestDatabase| body(db).await);
            }

            $(#[$attribute])*
            #[test]
            fn postgres() {
                let source = async || $source($crate::Kind::Postgres).await;
                $crate::database::run_on(source, async |db: &$crate::TestDatabase| body(db).await);
            }
        }
    )+};
    ($($tests:tt)+) => {
        $crate::on_both! { @ $crate::database::fresh; $($tests)+ }
    };
}
