//! Writing a transfer down: itself, the balances of its wallets and its two entries, all in one journey to the database,
//! which takes longer than most statements work.
//!
//! An entry is made from the rows of its transfer and of its wallet, so that it cannot say anything else. Each step
//! asks whether the step before did what it must: PostgreSQL looks at the rows that it gave back, SQLite counts them.

use chrono::{DateTime, Utc};
use kernel::{Tx, db::DbKind};
use sea_orm::{ConnectionTrait, DbErr, Statement};

use crate::{model::wallet, rules::Facts};

/// What a new transfer has besides its facts.
pub(crate) struct Words<'a> {
    pub(crate) key: &'a str,
    pub(crate) note: &'a str,
    pub(crate) operator: Option<i64>,
}

/// The transfer, unless its key has been used, by another one or by an entry of the old platform.
macro_rules! transfer {
    () => {
        r#"INSERT INTO "economy_transfer" ("reason", "idempotency_key", "from_wallet_id", "to_wallet_id", "amount", "tournament_id", "registration_id", "match_id", "note", "created_by_id", "reverses_id", "created_at")
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12
WHERE NOT EXISTS (SELECT 1 FROM "economy_deltacrowntransaction" WHERE "idempotency_key" = $2)
ON CONFLICT ("idempotency_key") DO NOTHING"#
    };
}

/// The balances of the two wallets, as they were read.
macro_rules! balances {
    ($made:literal) => {
        concat!(
            r#"UPDATE "economy_deltacrownwallet" SET "cached_balance" = CASE "id" WHEN $3 THEN $13 ELSE $14 END, "version" = "version" + 1, "updated_at" = $12
WHERE "#,
            $made,
            r#" AND (("id" = $3 AND "version" = $15) OR ("id" = $4 AND "version" = $16))"#
        )
    };
}

/// Its two entries, of whoever pays first.
macro_rules! entries {
    ($from:literal) => {
        concat!(
            r#"INSERT INTO "economy_deltacrowntransaction" ("wallet_id", "amount", "balance_after", "version", "transfer_id", "reason", "tournament_id", "registration_id", "match_id", "note", "created_by_id", "created_at")
SELECT changed."id", CASE changed."id" WHEN made."from_wallet_id" THEN -made."amount" ELSE made."amount" END, changed."cached_balance", changed."version", made."id", made."reason", made."tournament_id", made."registration_id", made."match_id", made."note", made."created_by_id", made."created_at"
FROM "#,
            $from,
            " ORDER BY 2"
        )
    };
}

/// Answers the transfer's id, if it is made, and then how many entries.
const SQLITE: &str = concat!(
    transfer!(),
    r#" RETURNING "id"; "#,
    balances!("changes() = 1"),
    "; ",
    entries!(
        r#""economy_transfer" AS made JOIN "economy_deltacrownwallet" AS changed ON changed."id" IN (made."from_wallet_id", made."to_wallet_id")
WHERE made."idempotency_key" = $2 AND changes() = 2"#
    ),
    "; SELECT changes()"
);

/// Answers the transfer's id and how many entries; nothing if it is not made.
const POSTGRES: &str = concat!(
    "WITH made AS (",
    transfer!(),
    " RETURNING *), changed AS (",
    balances!("EXISTS (SELECT 1 FROM made)"),
    r#" RETURNING "id", "cached_balance", "version"), entered AS ("#,
    entries!("made, changed"),
    r#" RETURNING 1) SELECT "id", (SELECT count(*) FROM entered) FROM made"#
);

/// Writes a transfer down, with its wallets as they are after it; they have been locked and read before. Answers its id,
/// or nothing when its key has been used.
pub(crate) async fn record(
    tx: &Tx,
    facts: &Facts,
    words: &Words<'_>,
    [from, to]: [&wallet::Model; 2],
    now: DateTime<Utc>,
) -> Result<Option<i64>, DbErr> {
    let text = match tx.kind() {
        DbKind::Sqlite => SQLITE,
        DbKind::Postgres => POSTGRES,
    };
    let values = [
        facts.reason.as_str().into(),
        words.key.into(),
        from.id.into(),
        to.id.into(),
        facts.amount.into(),
        facts.about.tournament.into(),
        facts.about.registration.into(),
        facts.about.match_id.into(),
        words.note.into(),
        words.operator.into(),
        facts.reverses.into(),
        now.into(),
        from.cached_balance.into(),
        to.cached_balance.into(),
        from.version.saturating_sub(1).into(),
        to.version.saturating_sub(1).into(),
    ];
    let rows = tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), text, values)).await?;
    let number = |row: usize, column: usize| rows[row].try_get_by_index::<i64>(column);
    let (id, entries) = match (tx.kind(), rows.len()) {
        (DbKind::Sqlite, 1) | (DbKind::Postgres, 0) => return Ok(None),
        (DbKind::Sqlite, _) => (number(0, 0)?, number(1, 0)?),
        (DbKind::Postgres, _) => (number(0, 0)?, number(0, 1)?),
    };
    if entries == 2 { Ok(Some(id)) } else { Err(DbErr::RecordNotUpdated) }
}
