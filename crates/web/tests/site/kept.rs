//! What is kept of pages: one look for many who look at once, never an old page after news, and never somebody else's.

use std::{
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

use brackets::Side;
use chrono::TimeDelta;
use kernel::{Actor, DbError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use testkit::{TestDatabase, http::Client};
use tournaments::{model::tournament, rules::access::Duty, service};

use crate::{
    browser,
    served::{Served, migrated, serve},
    support,
    teams::sign_in_as,
    tournaments::{Cup, act, as_, contains, person},
};

/// How many statements it takes when so many ask for a page at once.
fn at_once(site: &Served, visitors: &[Client], path: &str) -> u64 {
    let (before, gate) = (site.db.statements(), Arc::new(Barrier::new(visitors.len())));
    thread::scope(|scope| {
        for visitor in visitors {
            let gate = Arc::clone(&gate);
            scope.spawn(move || {
                gate.wait();
                drop(visitor.get(path).expect(200));
            });
        }
    });
    site.db.statements() - before
}

/// What is inside of the page's frame but the tip to sign in, which is in no live part; and whether the script asks for
/// it as anybody.
fn shared(page: &str) -> (String, bool) {
    let main = &page[page.find("<main").expect("a main part")..];
    let (tag, rest) = main.split_once('>').expect("its end");
    let text = match rest.split_once("<p class=\"tip\">Do you play in this match?") {
        Some((before, tip)) => before.to_owned() + tip.split_once("</p>").expect("its end").1,
        None => rest.to_owned(),
    };
    (text, tag.contains(" data-live-shared"))
}

testkit::on_both! {
    from migrated;

    async fn who_has_no_part_in_it_sees_what_everybody_sees(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 4, |cup| cup).await;
        let (fan, visitor) = (as_(site, person(site, "fan").await).await, site.visitor());
        let (player, organizer) = (as_(site, cup.players[0]).await, as_(site, cup.organizer).await);
        let parts = ["", "rules", "entrants", "bracket", "matches", "standings", "prizes"].map(|part| cup.path(part));
        let (mut own, mut others) = (parts.to_vec(), Vec::new());
        for stage in ["open", "begun", "reported", "disputed", "over"] {
            if stage == "begun" {
                cup.begin().await;
                for row in cup.matches().await {
                    let plays = [row.participant1_id, row.participant2_id].contains(&Some(cup.entries[0]));
                    let rooms = if plays { &mut own } else { &mut others };
                    rooms.push(format!("/matches/{}", row.id));
                }
                assert_eq!((own.len() - parts.len(), others.len()), (1, 2));
            }
            if stage == "reported" || stage == "disputed" {
                let row = cup.the("W1.1").await;
                let (entry, winner) = if stage == "reported" { (row.participant1_id, Side::A) } else { (row.participant2_id, Side::B) };
                cup.say(&row, entry, winner).await;
            }
            if stage == "over" {
                let (id, organizer) = (cup.row.id, Actor::user(cup.organizer));
                act!(site, organizer, |tx, cx| service::lifecycle::cancel(tx, cx, id, "The hall is flooded."));
            }
            let live = stage != "over";
            for path in own.iter().chain(&others) {
                let pages = [&fan, &visitor, &player, &organizer].map(|who| who.get(path).expect(200).text());
                let [fan, visitor, player, organizer] = [0, 1, 2, 3].map(|who| shared(&pages[who]));
                assert_eq!(fan, visitor, "{path}, {stage}");
                assert_eq!([visitor.1, player.1, organizer.1], [live, live && others.contains(path), false], "{path}, {stage}");
            }
        }
    }

    async fn many_who_look_at_once_cost_one_look(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        let visitors: Vec<Client> = (0..24).map(|_| site.visitor()).collect();
        let members: Vec<Client> = {
            let mut members = Vec::new();
            for number in 0..24 {
                members.push(as_(site, person(site, &format!("fan{number}")).await).await);
            }
            members
        };
        for part in ["", "bracket", "matches", "standings", "entrants", "prizes", "rules"] {
            let path = &cup.path(part);
            site.clock.advance(TimeDelta::seconds(1));
            let one = at_once(site, &visitors[..1], path);
            site.clock.advance(TimeDelta::seconds(1));
            let many = at_once(site, &visitors, path);
            // A second may end meanwhile, and news is looked for.
            assert!(one > 2 && many <= 3 * one, "{path}: {many} statements for 24, {one} for one");
        }
        // Whoever is signed in gets a page of their own around the one bracket.
        let path = &cup.path("bracket");
        site.clock.advance(TimeDelta::seconds(1));
        let one = at_once(site, &members[..1], path);
        site.clock.advance(TimeDelta::seconds(1));
        let many = at_once(site, &members, path);
        assert!(many <= 24 * (one - 3) + 3 * one, "{many} statements for 24, {one} for one");
    }

    async fn no_page_is_older_than_the_last_change(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        let (visitor, fan) = (site.visitor(), as_(site, person(site, "fan").await).await);
        let bracket = &cup.path("bracket");
        for code in ["W1.1", "W1.2"] {
            let before = [&visitor, &fan].map(|who| who.get(bracket).expect(200).text());
            assert_eq!(before[0].matches("class=\"side won").count(), before[1].matches("class=\"side won").count());
            cup.agree(&cup.the(code).await, Side::A).await;
            for (who, before) in [&visitor, &fan].into_iter().zip(before) {
                let after = who.get(bracket).expect(200).text();
                let drawn = |page: &str| page[page.find("data-live-part=\"bracket\"").expect("a bracket")..].to_owned();
                assert_ne!(drawn(&before), drawn(&after), "{code}");
            }
        }
        // What is called off or hidden is so at once, for everybody.
        let (id, organizer) = (cup.row.id, Actor::user(cup.organizer));
        act!(site, organizer, |tx, cx| service::lifecycle::cancel(tx, cx, id, "The hall is flooded."));
        contains(&visitor.get(&cup.path("")).expect(200).text(), &["The hall is flooded."]);
    }

    async fn what_another_process_changes_is_seen_within_a_second_or_two(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 2, |cup| cup).await;
        let visitor = site.visitor();
        contains(&visitor.get(&cup.path("")).expect(200).text(), &["Friday Cup"]);
        let other = support::open(database).await;
        let changed: Result<_, DbError> = other
            .write(|tx| async move {
                let renamed = tournament::Entity::update_many()
                    .col_expr(tournament::Column::Name, Expr::value("Saturday Cup"))
                    .filter(tournament::Column::Id.eq(cup.row.id));
                Ok(renamed.exec(&tx).await?)
            })
            .await;
        changed.expect("it is written");
        // The clock of the site stands still; the machine's does not.
        let begun = Instant::now();
        while !visitor.get(&cup.path("")).expect(200).text().contains("Saturday Cup") {
            assert!(begun.elapsed() < Duration::from_secs(5), "the old name is still there");
            thread::sleep(Duration::from_millis(50));
        }
    }

    async fn nobody_gets_what_was_made_for_somebody_else(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        let (visitor, one) = (site.visitor(), as_(site, cup.players[0]).await);
        let fan = as_(site, person(site, "zuleika").await).await;
        for part in ["", "bracket", "matches", "entrants"] {
            let path = &cup.path(part);
            // Whoever comes first.
            for _ in 0..2 {
                let pages = [&one, &fan, &visitor, &fan, &one].map(|who| who.get(path).expect(200).text());
                for (page, own, name) in [(0, true, false), (1, false, true), (2, false, false), (3, false, true), (4, true, false)] {
                    let page = &pages[page];
                    assert_eq!(page.contains("<span class=\"who\">zuleika</span>"), name, "{path}");
                    assert_eq!(page.contains("<span class=\"who\">player1</span>"), own, "{path}");
                    assert_eq!(page.contains("href=\"/sign-in\""), !own && !name, "{path}");
                }
                assert_eq!(pages[0], pages[4], "{path}");
                site.clock.advance(TimeDelta::seconds(1));
            }
        }
        let marked = |page: &str| page.matches(" me\">").count();
        let bracket = &cup.path("bracket");
        let pages = [&one, &fan, &visitor].map(|who| marked(&who.get(bracket).expect(200).text()));
        assert_eq!(pages, [1, 0, 0], "one's own entry is marked");
        // A page with a form for a visitor has a token of that visitor's own.
        let tokens = [(); 2].map(|()| site.visitor().get("/sign-in").expect(200).hidden("csrf").expect("a token"));
        assert_ne!(tokens[0], tokens[1]);
        // And no page that is kept gives anybody a cookie.
        for path in [&cup.path(""), bracket, "/", "/tournaments", "/teams"] {
            assert_eq!(site.visitor().get(path).expect(200).header("set-cookie"), None, "{path}");
        }
    }

    async fn a_page_is_packed_as_the_browser_wants_it(database: &TestDatabase) {
        let site = &serve(database).await;
        let cup = Cup::new(site, 4, |cup| cup).await;
        let path = &cup.path("");
        for wanted in ["identity", "gzip", "br"] {
            for _ in 0..2 {
                let answer = site.visitor().send(testkit::http::Method::GET, path, &[("accept-encoding", wanted)], None);
                let expected = Some(wanted).filter(|wanted| *wanted != "identity");
                assert_eq!((answer.status(), answer.header("content-encoding")), (200, expected));
                assert_eq!(answer.header("cache-control"), Some("no-store"));
                assert!(answer.header("vary").is_some_and(|vary| vary.eq_ignore_ascii_case("accept-encoding")));
                assert_eq!(answer.bytes().starts_with(b"<!doctype html>"), wanted == "identity");
            }
        }
    }
}

#[test]
fn a_spectator_with_an_account_asks_for_news_as_anybody() {
    browser::run(async |site, browser| {
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        site.member("fan");
        sign_in_as(site, browser, "fan").await;
        site.open(browser, &cup.path("bracket")).await;
        browser.find("main[data-live-state=on]").await;
        let listen = "window.asked = []; const real = window.fetch; \
                      window.fetch = (address, how) => { window.asked.push(how.credentials); return real(address, how); }";
        browser.execute(listen, Vec::new()).await.expect("it can be heard");
        for (code, winner) in [("W1.1", "player1"), ("W1.2", "player2")] {
            cup.agree(&cup.the(code).await, Side::A).await;
            browser.wait_for_text("[data-live-part=bracket] .round:last-child", winner).await;
        }
        let asked = browser.execute("return window.asked", Vec::new()).await.expect("it can be asked").json().clone();
        let asked: Vec<String> = serde_json::from_value(asked).expect("words");
        assert!(!asked.is_empty() && asked.iter().all(|how| how == "omit"), "{asked:?}");
        browser.wait_for_text(".who", "fan").await;
    });
}

#[test]
fn who_comes_to_take_part_in_another_tab_sees_it_in_the_first() {
    browser::run(async |site, browser| {
        let cup = Cup::new(site, 4, |cup| cup).await;
        cup.begin().await;
        site.member("fan");
        let fan = site.id("fan").await;
        sign_in_as(site, browser, "fan").await;
        site.open(browser, &cup.path("bracket")).await;
        browser.find("main[data-live-state=on][data-live-shared]").await;
        let listen = "window.asked = []; const real = window.fetch; \
                      window.fetch = (address, how) => { window.asked.push(how.credentials); return real(address, how); }";
        browser.execute(listen, Vec::new()).await.expect("it can be heard");
        let asked = async || -> Vec<String> {
            let asked = browser.execute("return window.asked", Vec::new()).await.expect("it can be asked");
            serde_json::from_value(asked.json().clone()).expect("words")
        };
        let first = browser.window().await.expect("a tab");
        let elsewhere = async || {
            let other = browser.new_tab().await.expect("another tab");
            browser.switch_to_window(other).await.expect("it is shown");
            site.open(browser, "/").await;
        };
        let back = async || {
            browser.close_window().await.expect("it can be closed");
            browser.switch_to_window(first.clone()).await.expect("it is still there");
        };
        // Who comes back as before is asked for once as oneself, and as anybody from then on.
        elsewhere().await;
        back().await;
        let last = async |how: &str| {
            let begun = Instant::now();
            while asked().await.last().is_none_or(|last| last != how) {
                assert!(begun.elapsed() < Duration::from_secs(30), "nothing is asked for with {how}");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        last("same-origin").await;
        cup.agree(&cup.the("W1.1").await, Side::A).await;
        browser.wait_for_text("[data-live-part=bracket] .round:last-child", "player1").await;
        last("omit").await;
        let heard = asked().await;
        assert_eq!(heard.iter().filter(|how| *how == "same-origin").count(), 1, "{heard:?}");

        elsewhere().await;
        let (id, organizer) = (cup.row.id, Actor::user(cup.organizer));
        let help = act!(site, organizer, |tx, cx| service::staff::invite(tx, cx, id, fan, Duty::Referee));
        act!(site, Actor::user(fan), |tx, cx| service::staff::accept(tx, cx, help.id));
        back().await;
        browser.wait_for_text("[data-live-part=call]", "Open the organizer's desk").await;
        browser.find("main:not([data-live-shared])").await;
        cup.agree(&cup.the("W1.2").await, Side::A).await;
        browser.wait_for_text("[data-live-part=bracket] .round:last-child", "player2").await;
        let later = asked().await.split_off(heard.len());
        assert!(!later.is_empty() && later.iter().all(|how| how == "same-origin"), "{later:?}");
        browser.wait_for_text("[data-live-part=call]", "Open the organizer's desk").await;
    });
}
