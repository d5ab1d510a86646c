//! What becomes of a place: paid for, waited for, checked in, given up.

use super::*;

testkit::on_both! {
    from migrated;

    async fn money_is_sent_rejected_sent_again_and_found(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        site.cup(&site.paid(4).await, Vec::new()).await;
        let ann = player(&site, "ann");
        let entered = enter(&ann, "friday-cup", &[("pay", "later")]);
        goes_to(&entered, "/tournaments/friday-cup/entry?done=entered");
        contains(&ann.follow(entered).text(), &["You have a place. Pay the fee to keep it.", "href=\"/tournaments/friday-cup/entry/pay\"", "until 2 Mar 2026"]);
        contains(&ann.get("/me/entries").text(), &["To do now", "href=\"/tournaments/friday-cup/entry/pay\""]);
        let (pay, send) = ("/tournaments/friday-cup/entry/pay", "/tournaments/friday-cup/entry/pay/money");
        let id = site.entries().await[0].id;
        contains(&ann.get(pay).expect(200).text(), &["exactly 500 BDT", "01711111111 (personal)", "City Bank 1234567890", &format!("DC-{id}"), "value=\"500\"", "50 are missing"]);
        goes_to(&ann.get(send), pay);

        let png = picture();
        let wrong = [("payment_method", "bkash"), ("amount", "499.99"), ("transaction_id", "12"), ("payer_account", "12345")];
        let page = give(&ann, pay, send, &wrong, receipt(&png)).expect(422);
        contains(&page.text(), &["Send exactly the fee, 500.00.", "at least 6 letters and digits", "01712345678", "value=\"499.99\"", "value=\"12\"", "value=\"12345\"", "value=\"bkash\" checked", "Given: <b>receipt.png</b>"]);
        let kept = page.hidden("kept_proof").expect("its token");
        contains(&give(&ann, pay, send, &[("amount", "500")], NO_FILE).expect(422).text(), &["Choose one of the ways to pay", "Add a picture of the receipt."]);
        contains(&give(&ann, pay, send, &wrong, receipt(b"GIF89a")).expect(422).text(), &["This is no PNG", "Send exactly the fee"]);
        let right = [("payment_method", "bkash"), ("amount", "500.00"), ("transaction_id", "trx9a8b7c"), ("payer_account", "01712 345678"), ("kept_proof", &kept)];
        goes_to(&give(&ann, pay, send, &right, NO_FILE), "/tournaments/friday-cup/entry?done=paid");
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["Your payment is being checked", "500 BDT by bKash", "TRX9A8B7C"]);
        goes_to(&ann.get(pay), "/tournaments/friday-cup/entry");

        let (olga, first) = (site.actor("olga").await, site.payments().await[0].id);
        act!(site, olga, |tx, cx| service::payment::reject(tx, cx, first, "Nothing came from <this> number."));
        let page = ann.get(pay).expect(200);
        contains(&page.text(), &["Nothing came from &#60;this&#62; number.", "value=\"TRX9A8B7C\"", "value=\"01712345678\"", "value=\"bkash\" checked", "Given: <b>receipt.png</b>"]);
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["Not found", "Nothing came from"]);
        let mut again = right;
        again[2] = ("transaction_id", "TRX000111");
        goes_to(&give(&ann, pay, send, &again, NO_FILE), "/tournaments/friday-cup/entry?done=paid");
        let second = site.payments().await[1].id;
        act!(site, olga, |tx, cx| service::payment::verify(tx, cx, second, "", false));
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["Confirmed", "Check in before play"]);
        assert_eq!(site.states().await, ["confirmed"]);

        // A stranger pays for nobody, and sees no receipt.
        let bob = player(&site, "bob");
        goes_to(&bob.get(pay), "/tournaments/friday-cup/enter");
        goes_to(&give(&bob, "/me/teams", send, &right, NO_FILE), "/tournaments/friday-cup/enter");
        assert_eq!(bob.get(&format!("/uploads/{kept}")).status(), 404);
        assert_eq!(site.payments().await.len(), 2);
    }

    async fn coins_are_paid_and_come_back(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        site.cup(&site.paid(4).await, Vec::new()).await;
        let ann = player(&site, "ann");
        let (details, review) = ("/tournaments/friday-cup/enter/details", "/tournaments/friday-cup/enter/review");
        let page = give(&ann, details, review, &[("rules", "on")], NO_FILE).expect(200);
        contains(&page.text(), &["You have 0: 50 are missing.", "value=\"coins\" disabled"]);
        // A form that pays all the same is refused, and nothing is kept of it.
        let refused = send_on(&ann, &page, "/tournaments/friday-cup/enter", &[("pay", "coins")]).expect(422).text();
        contains(&refused, &["You have 0 coins; 50 more are needed."]);
        assert!(site.entries().await.is_empty());
        site.give_coins("ann", 120).await;
        let page = give(&ann, details, review, &[("rules", "on")], NO_FILE).expect(200);
        contains(&page.text(), &["You have 120, and 70 afterwards."]);
        goes_to(&send_on(&ann, &page, "/tournaments/friday-cup/enter", &[("pay", "coins")]), "/tournaments/friday-cup/entry?done=entered");
        assert_eq!(site.states().await, ["confirmed"]);
        contains(&ann.get("/wallet").text(), &["70 <small>DeltaCoins"]);

        let withdraw = "/tournaments/friday-cup/entry/withdraw";
        contains(&ann.get(withdraw).expect(200).text(), &["Withdraw ann from Friday Cup?", "The 50 coins that were paid go back"]);
        assert_eq!(site.states().await, ["confirmed"], "asking changes nothing");
        let gone = submit(&ann, withdraw, withdraw, &[("note", "I am ill.")]);
        goes_to(&gone, "/tournaments/friday-cup/entry?done=withdrawn");
        contains(&ann.follow(gone).text(), &["Your entry is withdrawn.", "Withdrawn", "Enter again"]);
        contains(&ann.get("/wallet").text(), &["120 <small>DeltaCoins"]);
        goes_to(&ann.get(withdraw), "/tournaments/friday-cup/entry");
        contains(&submit(&ann, "/me/teams", withdraw, &[]).expect(422).text(), &["Nobody can withdraw an entry"]);

        // Entering again is another entry; this time coins are paid afterwards.
        goes_to(&enter(&ann, "friday-cup", &[("pay", "later")]), "/tournaments/friday-cup/entry?done=entered");
        contains(&ann.get("/tournaments/friday-cup/entry/pay").text(), &["<dd>120</dd>", "<dd>70</dd>", "Pay 50 coins"]);
        let coins = "/tournaments/friday-cup/entry/pay/coins";
        goes_to(&submit(&ann, "/tournaments/friday-cup/entry/pay", coins, &[]), "/tournaments/friday-cup/entry?done=paid");
        goes_to(&submit(&ann, "/me/teams", coins, &[]), "/tournaments/friday-cup/entry");
        assert_eq!(site.states().await, ["cancelled", "confirmed"]);
        contains(&ann.get("/wallet").text(), &["70 <small>DeltaCoins"]);
        contains(&ann.get("/me/entries").text(), &["Over", "Withdrawn", "Confirmed"]);
    }

    async fn who_waits_moves_up_and_checks_in(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let cup = site.cup(&site.solo(2).await, Vec::new()).await;
        let people: Vec<Client> = ["ann", "bob", "cyd", "dan"].iter().map(|name| player(&site, name)).collect();
        for person in &people[..2] {
            enter(person, "friday-cup", &[]);
        }
        let details = "/tournaments/friday-cup/enter/details";
        contains(&give(&people[2], details, "/tournaments/friday-cup/enter/review", &[("rules", "on")], NO_FILE).text(), &["you will be number 1 on the waiting list"]);
        for (person, text) in [(&people[2], "You are number 1 on the waiting list."), (&people[3], "You are number 2 on the waiting list.")] {
            let entered = enter(person, "friday-cup", &[]);
            contains(&person.follow(entered).expect(200).text(), &[text, "You are told as soon as a place is free."]);
        }
        submit(&people[0], "/tournaments/friday-cup/entry/withdraw", "/tournaments/friday-cup/entry/withdraw", &[]);
        assert_eq!(site.states().await, ["cancelled", "confirmed", "confirmed", "waitlisted"]);
        contains(&people[2].get("/tournaments/friday-cup/entry").text(), &["Confirmed"]);
        contains(&people[3].get("/tournaments/friday-cup/entry").text(), &["You are number <b>1</b>"]);

        let check_in = "/tournaments/friday-cup/entry/check-in";
        contains(&submit(&people[1], "/me/teams", check_in, &[]).expect(422).text(), &["Check-in opens on"]);
        site.clock.set(cup.tournament_start - TimeDelta::minutes(10));
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, cup.id));
        contains(&people[1].get("/me/entries").text(), &["To do now", "Check in now"]);
        contains(&people[1].get("/tournaments/friday-cup/entry").text(), &["Say that you are there", &format!("action=\"{check_in}\"")]);
        goes_to(&submit(&people[1], "/tournaments/friday-cup/entry", check_in, &[]), "/tournaments/friday-cup/entry?done=checked-in");
        assert!(site.entries().await[1].checked_in);
        contains(&people[1].get("/tournaments/friday-cup/entry").text(), &["You are checked in.", "/check-in/undo"]);
        goes_to(&submit(&people[1], "/tournaments/friday-cup/entry", "/tournaments/friday-cup/entry/check-in/undo", &[]), "/tournaments/friday-cup/entry?done=not-checked-in");
        assert!(!site.entries().await[1].checked_in);
        let late = site.member("eve");
        contains(&late.get("/tournaments/friday-cup/enter/players").expect(200).text(), &["You cannot enter Friday Cup now", "Registration is closed"]);
        let blocked = give(&late, details, "/tournaments/friday-cup/enter/review", &[("rules", "on")], NO_FILE).text();
        contains(&blocked, &["Registration is closed"]);
    }

    /// Whoever runs the tournament checks in late, which stands in the log: with the address that it came from.
    async fn the_log_knows_where_an_act_on_the_page_of_an_entry_came_from(database: &TestDatabase) {
        let site = serve(database).await;
        let olga = player(&site, "olga");
        let cup = site.cup(&site.solo(2).await, Vec::new()).await;
        enter(&olga, "friday-cup", &[]);
        site.clock.set(cup.tournament_start);
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, cup.id));
        let check_in = "/tournaments/friday-cup/entry/check-in";
        goes_to(&submit(&olga, "/tournaments/friday-cup/entry", check_in, &[]), "/tournaments/friday-cup/entry?done=checked-in");
        let log = audit_log::Entity::find().filter(audit_log::Column::Action.eq("registration_force_checkin"));
        let row = log.one(site.db.read()).await.expect("readable").expect("it is written");
        assert_eq!((row.user_id, row.ip_address.as_deref()), (Some(site.id("olga").await), Some("127.0.0.1")));
    }

    /// Who waits pays ahead if they like; the clock fills the cup, and who got no place has all back.
    async fn who_waits_pays_ahead(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let settings = Settings { enable_check_in: false, ..site.paid(2).await };
        let cup = site.cup(&settings, Vec::new()).await;
        let people: Vec<Client> = ["ann", "bob", "cyd", "dan"].iter().map(|name| player(&site, name)).collect();
        for name in ["ann", "bob", "cyd", "dan"] {
            site.give_coins(name, 50).await;
        }
        for person in &people[..2] {
            enter(person, "friday-cup", &[("pay", "coins")]);
        }
        let (details, review) = ("/tournaments/friday-cup/enter/details", "/tournaments/friday-cup/enter/review");
        contains(&give(&people[2], details, review, &[("rules", "on")], NO_FILE).text(), &["Nothing is paid now; you can pay ahead on the page of your entry."]);
        let (entry, pay) = ("/tournaments/friday-cup/entry", "/tournaments/friday-cup/entry/pay");
        for person in &people[2..] {
            enter(person, "friday-cup", &[]);
            contains(&person.get(entry).expect(200).text(), &["You can pay ahead", &format!("href=\"{pay}\""), "once you have a place, or ahead"]);
            contains(&person.get(pay).expect(200).text(), &["You wait for a place.", "Pay 50 coins", "With money"]);
        }
        let coins = format!("{pay}/coins");
        for person in &people[2..] {
            let paid = submit(person, pay, &coins, &[]);
            goes_to(&paid, "/tournaments/friday-cup/entry?done=paid");
            let page = person.follow(paid).text();
            contains(&page, &["You have paid ahead. Without a place you get all of it back.", "50 coins by"]);
            assert!(!page.contains("Pay ahead"), "once");
            goes_to(&person.get(pay), entry);
        }
        contains(&people[3].get("/tournaments/friday-cup/entry/withdraw").text(), &["You wait for a place no more.", "The 50 coins that were paid go back"]);
        assert_eq!(site.states().await, ["confirmed", "confirmed", "waitlisted", "waitlisted"]);
        submit(&people[0], "/tournaments/friday-cup/entry/withdraw", "/tournaments/friday-cup/entry/withdraw", &[]);
        assert_eq!(site.states().await, ["cancelled", "confirmed", "confirmed", "waitlisted"], "at once, and owing nothing");
        let (olga, id) = (site.actor("olga").await, cup.id);
        site.clock.set(cup.registration_end);
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, id));
        act!(site, olga, |tx, cx| service::draw::generate(tx, cx, id, tournaments::rules::seeding::Method::SlotOrder));
        act!(site, olga, |tx, cx| service::draw::publish(tx, cx, id));
        site.clock.set(cup.tournament_start);
        act!(site, Actor::System, |tx, cx| service::clock::advance(tx, cx, id));
        contains(&people[3].get("/wallet").text(), &["50 <small>DeltaCoins"]);
        contains(&people[3].get("/notifications").text(), &["No place in Friday Cup came free for dan", "What you paid ahead goes back to you"]);
        contains(&people[2].get("/wallet").text(), &["0 <small>DeltaCoins"]);
    }
}
