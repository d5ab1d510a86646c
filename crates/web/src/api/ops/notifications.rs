//! What one has been told.

use ::notifications::{Notification, service};
use kernel::Tx;

use super::{Changed, Nothing, input, output};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::Problem,
    table::{Operation, get, post},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("notifications.list", "/notifications", "What one has been told, newest first.").alone(list),
        get("notifications.count", "/notifications/unread", "How much of it one has not read.").alone(count),
        post("notifications.read", "/notifications/{id}/read", "Marks one notice as read.").within(read),
        post("notifications.read_all", "/notifications/read", "Marks all notices as read.").within(read_all),
    ]
}

output! {
    /// A notice.
    Notice {
        /// Id.
        id: i64,
        /// Its kind.
        kind: String,
        /// One line.
        title: String,
        /// The rest.
        body: String,
        /// A path of the site that it leads to, or empty.
        url: String,
        /// Whether it has been read.
        is_read: bool,
        /// When it was told.
        at: Moment,
    }
    /// How much has not been read.
    Unread {
        /// How many notices.
        unread: u64,
    }
}

input! {
    ListNotices {
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    OneNotice {
        /// Id of the notice.
        id: i64,
    }
}

async fn list(ask: &Ask, input: ListNotices) -> Result<Page<Notice>, Problem> {
    let person = ask.person()?;
    let more = |after| async move {
        let page = service::list(ask.db(), person, after).await?;
        Ok((page.notices, page.next))
    };
    let place = |notice: &Notification| (notice.created_at, notice.id);
    let found = page::gather("notifications.list", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(|notice| Notice {
        id: notice.id,
        kind: notice.r#type,
        title: notice.title,
        body: notice.body,
        url: notice.url,
        is_read: notice.is_read,
        at: notice.created_at.into(),
    }))
}

async fn count(ask: &Ask, _: Nothing) -> Result<Unread, Problem> {
    Ok(Unread { unread: service::count_unread(ask.db(), ask.person()?).await? })
}

async fn read(tx: &Tx, ask: &Ask, input: OneNotice) -> Result<(), Problem> {
    if service::read_one(tx, ask.person()?, input.id).await? { Ok(()) } else { Err(Problem::not_found("notice")) }
}

async fn read_all(tx: &Tx, ask: &Ask, _: Nothing) -> Result<Changed, Problem> {
    Ok(Changed { changed: service::read_all(tx, ask.person()?).await? })
}
