//! One's own wallet: the balance and how it came about.

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use economy::Transaction;
use serde::Deserialize;

use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::{Layout, cursor, machine, moment, number, position},
    session::Person,
    site::Shared,
};

#[derive(Deserialize)]
pub(crate) struct At {
    after: Option<String>,
}

struct Row {
    when: String,
    when_machine: String,
    reason: String,
    note: String,
    amount: String,
    credit: bool,
}

impl Row {
    fn of(entry: &Transaction) -> Self {
        let sign = if entry.amount > 0 { "+" } else { "" };
        Self {
            when: moment(&entry.created_at),
            when_machine: machine(&entry.created_at),
            reason: economy::service::reason_label(&entry.reason).to_owned(),
            note: entry.note.clone(),
            amount: format!("{sign}{}", number(entry.amount)),
            credit: entry.amount > 0,
        }
    }
}

#[derive(Template)]
#[template(path = "wallet.html")]
struct Page {
    layout: Layout,
    balance: String,
    rows: Vec<Row>,
    next: Option<String>,
    first: bool,
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Query(at): Query<At>,
) -> Result<Response, Trouble> {
    let (db, clock) = (&shared.db, &*shared.clock);
    let profile = profiles::service::of_user(db, clock, &person.0.user).await?;
    let after = position(at.after.as_deref());
    let statement = economy::service::statement(db, clock, profile.id, after).await?;
    Ok(super::show(&Page {
        layout: Layout::of(&shared, Some(&person), &csrf, "wallet").await?,
        balance: number(statement.wallet.cached_balance),
        rows: statement.entries.iter().map(Row::of).collect(),
        next: statement.next.map(cursor),
        first: after.is_none(),
    }))
}
