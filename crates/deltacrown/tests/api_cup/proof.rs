//! What must hold when it is over: everything that was answered is there, once, and every coin is where it belongs.

use std::collections::BTreeMap;

use serde_json::Value;
use testkit::TestDatabase;

use crate::{
    api::Person,
    play::{self, better},
    story::{Cup, FEE, GIVEN, MONEY, PRIZES},
    support::on,
};

/// Through the API, and the ledger by its verb.
pub fn all_is_well(cup: &Cup<'_>, db: &TestDatabase) {
    teams_and_entries(cup);
    payments(cup);
    matches(cup);
    prizes(cup);
    notices(cup);
    let held = wallets(cup);
    ledger(db, held);
}

fn teams_and_entries(cup: &Cup<'_>) {
    let teams = cup.api.list(&cup.organizer, "/teams?limit=100");
    assert_eq!(teams.len(), cup.teams.len());
    for team in &cup.teams {
        let shown = cup.api.get(&team.captain, &format!("/teams/{}", team.slug));
        let roster: Vec<&str> =
            shown["roster"].as_array().expect("a roster").iter().filter_map(|one| one["username"].as_str()).collect();
        assert_eq!(roster, [&team.owner.name, &team.captain.name], "{}", team.name);
    }
    let mut entries: Vec<(i64, Value)> = Vec::new();
    for status in
        ["pending", "payment_submitted", "confirmed", "waitlisted", "rejected", "cancelled", "no_show", "disqualified"]
    {
        let found = cup.api.list(&cup.organizer, &cup.path(&format!("/entries?status={status}")));
        entries.extend(found.iter().map(|one| (crate::api::id(&one["entry"]), one["entry"]["status"].clone())));
    }
    entries.sort_by_key(|(id, _)| *id);
    let expected = cup
        .teams
        .iter()
        .map(|team| (team.entry, Value::from(if team.name == "Harbour 8" { "cancelled" } else { "confirmed" })));
    assert_eq!(entries, expected.collect::<Vec<_>>());
}

fn payments(cup: &Cup<'_>) {
    let all = cup.api.list(&cup.organizer, &cup.path("/payments?filter=all"));
    let mut found: Vec<(i64, String, String, i64, i64)> = Vec::new();
    for row in &all {
        let payment = &row["payment"];
        let text = |name: &str| payment[name].as_str().expect("text").to_owned();
        let number = |name: &str| payment[name].as_i64().expect("a number");
        found.push((number("entry_id"), text("method"), text("status"), number("amount"), number("coins")));
        if payment["method"] == "bkash" {
            cup.api.get(&cup.organizer, &format!("/payments/{}/receipt", crate::api::id(payment)));
        }
    }
    found.sort();
    let money = |status: &str| ("bkash".to_owned(), status.to_owned(), FEE.1, 0);
    let mut expected = Vec::new();
    for (number, team) in cup.teams.iter().enumerate() {
        let statuses: &[(String, String, i64, i64)] = &match number {
            0 => vec![("deltacoin".to_owned(), "verified".to_owned(), 0, FEE.0)],
            1 => vec![money("rejected"), money("verified")],
            7 => vec![money("refunded")],
            _ => vec![money("verified")],
        };
        let row = |(method, status, amount, coins): &(String, String, i64, i64)| {
            (team.entry, method.clone(), status.clone(), *amount, *coins)
        };
        expected.extend(statuses.iter().map(row));
    }
    assert_eq!(found, expected);
}

/// Eight teams that lose twice before they are out play 14 matches, or 15 when the final is played again.
fn matches(cup: &Cup<'_>) {
    let all = play::matches(cup);
    let played: Vec<&Value> = all.iter().filter(|one| one["state"] == "completed").collect();
    assert_eq!(played.len(), 14, "{all:?}");
    for meeting in played {
        assert_eq!(meeting["winner_id"], meeting["entries"][better(meeting)], "{meeting}");
        let shown = cup.api.get(&cup.organizer, &format!("/matches/{}", crate::api::id(meeting)));
        let (reports, disputes) =
            (shown["reports"].as_array().expect("a list"), shown["disputes"].as_array().expect("a list"));
        assert_eq!(reports.len(), 2, "{shown}");
        let disputed = usize::from(meeting["code"] == "W1.2");
        assert_eq!(disputes.len(), disputed, "{shown}");
        assert!(disputes.iter().all(|dispute| dispute["evidence"].as_array().map(Vec::len) == Some(1)), "{shown}");
    }
    assert!(cup.api.list(&cup.organizer, &cup.path("/disputes")).is_empty());
}

fn prizes(cup: &Cup<'_>) {
    let prizes = cup.api.list(&cup.organizer, &cup.path("/prizes"));
    let found: Vec<(i64, i64, i64, i64, &str)> = prizes
        .iter()
        .map(|prize| {
            let number = |name: &str| prize[name].as_i64().expect("a number");
            (
                number("place"),
                number("entry_id"),
                number("coins"),
                number("amount"),
                prize["status"].as_str().expect("text"),
            )
        })
        .collect();
    let expected = (1..).zip(cup.playing().zip(PRIZES)).map(|(place, (team, coins))| {
        let money = MONEY.get(place as usize - 1).copied().unwrap_or(0);
        (place, team.entry, coins, money, "paid")
    });
    assert_eq!(found, expected.collect::<Vec<_>>());
}

/// Nobody was told the same thing twice.
fn notices(cup: &Cup<'_>) {
    for team in &cup.teams {
        let all = cup.api.list(&team.captain, "/notifications?limit=100");
        let mut told: BTreeMap<(String, String), usize> = BTreeMap::new();
        for notice in &all {
            let text = |name: &str| notice[name].as_str().expect("text").to_owned();
            *told.entry((text("title"), text("url"))).or_default() += 1;
        }
        let twice: Vec<_> = told.iter().filter(|(_, times)| **times > 1).collect();
        assert!(twice.is_empty(), "{} was told twice: {twice:?}", team.name);
        let count = |title: &str| all.iter().filter(|notice| notice["title"] == title).count();
        assert_eq!(count(&format!("{} is in Harbour Cup", team.name)), 1, "{}: {all:?}", team.name);
    }
}

/// What everybody has, and that their entries add up to it; answers all of it together.
fn wallets(cup: &Cup<'_>) -> i64 {
    let mut held = 0;
    let mut check = |who: &Person, expected: i64| {
        let balance = cup.api.get(who, "/wallet")["balance"].as_i64().expect("coins");
        let entries = cup.api.list(who, "/wallet/entries?limit=100");
        let sum: i64 = entries.iter().map(|entry| entry["amount"].as_i64().expect("coins")).sum();
        assert_eq!((balance, sum), (expected, expected), "{}: {entries:?}", who.name);
        held += balance;
    };
    // The fee that was paid in coins is what is left in the escrow, and goes to the organizer.
    check(&cup.organizer, GIVEN.0 - PRIZES.iter().sum::<i64>() + FEE.0);
    check(&cup.staff, 0);
    let places: Vec<i64> = cup.playing().map(|team| team.entry).collect();
    for (number, team) in cup.teams.iter().enumerate() {
        let place = places.iter().position(|entry| *entry == team.entry);
        let share = place.and_then(|place| PRIZES.get(place)).map_or(0, |coins| coins / 2);
        check(&team.captain, share + if number == 0 { GIVEN.1 - FEE.0 } else { 0 });
        check(&team.owner, share);
    }
    held
}

/// Coins are where the wallets say, in no more transfers than there were reasons: two gifts, the funding, one fee, a share
/// for each of eight winners, and the rest of the escrow.
fn ledger(db: &TestDatabase, held: i64) {
    let report = on(db.url(), &["ledger", "verify", "--json"]).success();
    let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
    assert_eq!((&report["sound"], &report["transfers"]), (&Value::Bool(true), &Value::from(13)), "{report}");
    assert_eq!(report["entries"], 26, "{report}");
    // All that the people hold is all that is held: nothing is left in an escrow.
    assert_eq!(report["held"], held.to_string(), "{report}");
}

/// What an operator asks when the program does not run.
pub fn the_books_are_sound(db: &TestDatabase) {
    on(db.url(), &["ledger", "verify"]).success();
    on(db.url(), &["verify-schema"]).success();
    on(db.url(), &["doctor"]).success();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("audit.jsonl");
    let path = file.to_str().expect("text");
    on(db.url(), &["audit", "export", "--output", path]).success();
    for check in [&["audit", "verify"][..], &["audit", "verify", path], &["audit", "verify", "--against", path]] {
        let sound = on(db.url(), check).success();
        assert!(sound.stdout.contains("The log is sound."), "{sound}");
    }
}
