//! The administration's list of a table with a million rows: what a person waits for.
//!
//! Each figure is the median of whole requests, signed in, body read, beside a list of the same table
//! narrowed to a few rows: what the page costs by itself.

use std::{net::SocketAddr, sync::Arc};

use bench::{alone, median, site};
use kernel::SystemClock;
use testkit::{Kind, TestDatabase, http::Client};
use tokio::runtime::Runtime;

const ROWS: u32 = 1_000_000;
const RUNS: usize = 9;
const LIST: &str = "/admin/notifications/notification";
const PASSWORD: &str = "river lamp cactus";

fn main() {
    let runtime = Runtime::new().expect("a runtime");
    for db in [Some(TestDatabase::sqlite()), TestDatabase::postgres()].into_iter().flatten() {
        let address = runtime.block_on(async { site::serve(site::open(&db).await, Arc::new(SystemClock)).await });
        let staff = sign_up(address);
        runtime.block_on(fill(&db));
        let kind = db.kind();
        for (what, path, aim) in [
            ("five rows of one type", format!("{LIST}?is.type=invite_sent"), "the page by itself"),
            ("first page", LIST.to_owned(), "< 50 ms"),
            ("last page", last_page(&staff), "< 50 ms"),
            ("search by number", format!("{LIST}?q={}", ROWS / 2), "< 50 ms"),
            ("home page of somebody with as many unread", "/".to_owned(), "< 50 ms"),
            ("search within titles, found", format!("{LIST}?q=aurora"), "no index can serve"),
            ("search within titles, nothing there", format!("{LIST}?q=zzzz"), "no index can serve"),
        ] {
            let took = median(RUNS, || (), |()| drop(staff.get(&path).expect(200)));
            alone(&format!("{kind:?}, {ROWS} rows: {what}"), took, aim);
        }
    }
}

/// The address that the first page gives for the last one.
fn last_page(staff: &Client) -> String {
    let page = staff.get(LIST).expect(200).text();
    let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut last = links.filter(|link| link.contains("last="));
    let query = last.next().expect("a link to the last page").replace("&amp;", "&").replace("&#38;", "&");
    assert!(query.starts_with('?'), "the link is within the list: {query}");
    format!("{LIST}{query}")
}

/// The first person of the site.
fn sign_up(address: SocketAddr) -> Client {
    let visitor = Client::new(address);
    let token = visitor.get("/sign-up").expect(200).hidden("csrf").expect("a token");
    let person = [("csrf", &*token), ("username", "ann"), ("email", "ann@example.org")];
    let fields = [&person[..], &[("password", PASSWORD), ("password_again", PASSWORD)]].concat();
    let _welcome = visitor.post("/sign-up", &fields).expect(303);
    visitor
}

/// Makes that person a superuser with a million notifications.
async fn fill(db: &TestDatabase) {
    db.execute("UPDATE accounts_user SET is_staff = TRUE, is_superuser = TRUE").await;
    let (numbers, moment) = match db.kind() {
        Kind::Sqlite => (
            format!(
                "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) SELECT i FROM n)"
            ),
            "strftime('%Y-%m-%dT%H:%M:%S', 1700000000 + i * 60, 'unixepoch') || '.000000+00:00'",
        ),
        Kind::Postgres => (format!("(SELECT generate_series(1, {ROWS}) AS i)"), "to_timestamp(1700000000 + i * 60)"),
    };
    db.execute(&format!(
        "INSERT INTO notifications_notification (type, title, created_at, recipient_id) \
         SELECT CASE WHEN i % 200000 = 0 THEN 'invite_sent' ELSE 'generic' END, \
         'Round ' || i || ': you play against Team Aurora', {moment}, 1 FROM {numbers} AS numbers"
    ))
    .await;
    db.execute(if db.kind() == Kind::Sqlite { "ANALYZE" } else { "VACUUM ANALYZE notifications_notification" }).await;
}
