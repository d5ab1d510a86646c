//! The desk follows what happens, in a browser: nothing is reloaded, and what is typed or selected stays.

use testkit::browser::Browser;

use super::*;

/// Opens a page of the desk and waits until it listens.
async fn watch(site: &Served, browser: &Browser, path: &str) {
    site.open(browser, path).await;
    browser.find("main[data-live-state=on]").await;
    browser.execute("window.opened = true", Vec::new()).await.expect("it can be marked");
}

async fn is_the_same_page(browser: &Browser) {
    let marked = browser.execute("return window.opened === true", Vec::new()).await.expect("it can be asked");
    assert_eq!(marked.json(), true, "the page was loaded anew");
}

async fn value(browser: &Browser, selector: &str) -> String {
    let script = format!("return document.querySelector('{selector}').value");
    let value = browser.execute(&script, Vec::new()).await.expect("it can be asked");
    value.json().as_str().expect("a text").to_owned()
}

#[test]
fn an_organizer_sees_what_happens_without_reloading() {
    browser::run(async |site, browser| {
        let game = site.a_game().await;
        let olga = site.member("olga");
        site.coins_for(site.profile_of("olga").await, 5_000).await;
        sign_in_as(site, browser, "olga").await;
        let desk = made(&olga, game, &[]);
        let at = |part: &str| format!("{desk}/{part}");
        let publish = at("step/publish");
        assert_eq!(confirm(&olga, &olga.get(&publish).expect(200), &publish, "").status(), 303);
        let cup = site.tournament("spring-cup").await.id;
        let (ann, bob) = (site.player("ann").await, site.player("bob").await);

        watch(site, browser, &at("entries")).await;
        browser.wait_for_text("[data-live-part=entries]", "Nobody has entered yet.").await;
        let anns = site.enters(&ann, cup).await;
        browser.wait_for_text("[data-live-part=entries]", "ann").await;
        is_the_same_page(browser).await;

        // A payment comes, and a second one while somebody writes about the first.
        watch(site, browser, &at("payments")).await;
        browser.wait_for_text("[data-live-part=queue]", "No payments here.").await;
        let first = site.sends_money(&ann, anns, "TRX000001", 50_000).await;
        browser.wait_for_text("#payment", "TRX000001").await;
        browser.wait_for_text("[data-live-part=desk-tabs]", "Payments1").await;
        browser.fill("#reason", "Not on my phone").await;
        let bobs = site.enters(&bob, cup).await;
        let second = site.sends_money(&bob, bobs, "TRX000002", 50_000).await;
        browser.wait_for_text("[data-live-part=queue]", "bob").await;
        assert_eq!(value(browser, "#reason").await, "Not on my phone");
        // Somebody else decides the first: what is written stays until it is not wanted any more.
        let verify = at(&format!("payments/{first}/verify"));
        assert_eq!(submit(&olga, &at("payments"), &verify, &[]).status(), 303);
        browser.wait_for_text("[role=status]", "There is news.").await;
        assert_eq!(value(browser, "#reason").await, "Not on my phone");
        browser.wait_for_text("#payment", "TRX000001").await;
        browser.fill("#reason", "").await;
        browser.click("h1").await;
        browser.wait_for_text("#payment", "TRX000002").await;
        // So does what is selected.
        browser
            .execute("getSelection().selectAllChildren(document.querySelector('#payment dl'))", Vec::new())
            .await
            .expect("selected");
        let verify = at(&format!("payments/{second}/verify"));
        assert_eq!(submit(&olga, &at("payments"), &verify, &[]).status(), 303);
        browser.wait_for_text("[role=status]", "There is news.").await;
        browser.wait_for_text("#payment", "TRX000002").await;
        browser.execute("getSelection().removeAllRanges()", Vec::new()).await.expect("let go");
        browser.wait_for_text("[data-live-part=queue]", "No payments here.").await;
        is_the_same_page(browser).await;

        // Who is there.
        assert_eq!(submit(&olga, &desk, &at("step/close_registration"), &[]).status(), 303);
        assert_eq!(submit(&olga, &desk, &at("step/open_check_in"), &[]).status(), 303);
        contains(&olga.get("/organize").expect(200).text(), &["0 of 2 checked in. Draw once everybody is there"]);
        watch(site, browser, &desk).await;
        browser.wait_for_text("[data-live-part=next]", "0 of 2 checked in.").await;
        let check_in = async |who: &Player, entry| {
            let actor = who.actor();
            act!(site, actor, |tx, cx| service::check_in::check_in(tx, cx, entry));
        };
        check_in(&ann, anns).await;
        browser.wait_for_text("[data-live-part=next]", "1 of 2 checked in.").await;
        browser.wait_for_text("[data-live-part=glance]", "1 of 2").await;
        check_in(&bob, bobs).await;
        browser.wait_for_text("[data-live-part=next]", "2 of 2 checked in.").await;

        // Matches and disputes.
        assert_eq!(submit(&olga, &at("draw"), &at("draw"), &[("method", "slot_order")]).status(), 303);
        assert_eq!(submit(&olga, &at("draw/publish"), &at("draw/publish"), &[]).status(), 303);
        watch(site, browser, &at("matches")).await;
        assert_eq!(submit(&olga, &at("step/start"), &at("step/start"), &[]).status(), 303);
        let meeting = site.matches_of(cup).await[0].id;
        let page = at(&format!("matches/{meeting}"));
        let action = format!("{page}/decide");
        let ask = fill(&olga, &page, &action, &[("game_1_a", "3"), ("game_1_b", "1")]).expect(200);
        assert_eq!(confirm(&olga, &ask, &action, "Both told me").status(), 303);
        browser.wait_for_text("[data-live-part=matches]", "Over").await;
        is_the_same_page(browser).await;
        watch(site, browser, &at("disputes")).await;
        browser.wait_for_text("[data-live-part=disputes]", "No dispute waits.").await;
        let actor = ann.actor();
        act!(site, actor, |tx, cx| service::dispute::open(tx, cx, meeting, Reason::Cheating, "He lags on purpose."));
        browser.wait_for_text("[data-live-part=disputes]", "ann against bob").await;
        is_the_same_page(browser).await;
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
    });
}
