//! The way in: the wizard with all that can be in the way.

use super::*;

testkit::on_both! {
    from migrated;

    async fn a_player_is_led_from_what_is_missing_to_a_place(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let cup = site.cup(&site.solo(8).await, Vec::new()).await;
        assert_eq!(cup.slug, "friday-cup");
        let ann = site.member("ann");
        goes_to(&site.visitor().get("/tournaments/friday-cup/enter"), "/sign-in?next=/tournaments/friday-cup/enter");
        assert_eq!(ann.get("/tournaments/monday-cup/enter").status(), 404);
        goes_to(&ann.get("/tournaments/friday-cup/enter"), "/tournaments/friday-cup/enter/players");
        let page = ann.get("/tournaments/friday-cup/enter/players").expect(200).text();
        let mend = "/profile/game-ids?game=efootball&next=/tournaments/friday-cup/enter";
        contains(&page, &["One thing is in the way", "User ID is missing", &format!("href=\"{}\"", mend.replace('&', "&#38;"))]);
        assert!(!page.contains("/enter/details"), "there is no way past it");
        // Nor by going there: what is in the way is said again.
        let past = give(&ann, "/tournaments/friday-cup/enter/details", "/tournaments/friday-cup/enter/review", &[("rules", "on")], NO_FILE);
        contains(&past.expect(422).text(), &["User ID is missing"]);
        let form = ann.get(mend).expect(200);
        let next = form.hidden("next").expect("a way back");
        let saved = submit(&ann, mend, "/profile/game-ids", &[("efootball_id", "123456789"), ("next", &next)]);
        goes_to(&saved, "/tournaments/friday-cup/enter");
        contains(&ann.get("/tournaments/friday-cup/enter/players").text(), &["123456789", "href=\"/tournaments/friday-cup/enter/details\""]);

        let details = "/tournaments/friday-cup/enter/details";
        contains(&ann.get(details).expect(200).text(), &["Be kind.", "name=\"rules\""]);
        let long = "x".repeat(101);
        let page = give(&ann, details, "/tournaments/friday-cup/enter/review", &[("phone", &long), ("discord", "ann.q")], NO_FILE).expect(422).text();
        contains(&page, &["Agree to the rules to enter.", "at most 100 visible characters", "value=\"ann.q\"", &long]);
        assert_eq!(ann.post("/tournaments/friday-cup/enter", &[("csrf", &token(&ann, details))]).status(), 422, "the rules are not skipped");
        let review = give(&ann, details, "/tournaments/friday-cup/enter/review", &[("phone", "01700"), ("rules", "on")], NO_FILE).expect(200);
        contains(&review.text(), &["Is this right?", "You get a place at once, and it is yours.", "<dd>01700</dd>"]);
        assert!(site.entries().await.is_empty(), "nothing counts before one enters");
        let back = send_on(&ann, &review, details, &[]).expect(200).text();
        contains(&back, &["value=\"01700\"", "name=\"rules\" value=\"on\" checked"]);

        let entered = send_on(&ann, &review, "/tournaments/friday-cup/enter", &[]);
        goes_to(&entered, "/tournaments/friday-cup/entry?done=entered");
        contains(&ann.follow(entered).expect(200).text(), &["You are in.", "Confirmed", "Check in before play", "123456789", "<dd>01700</dd>"]);
        assert_eq!(site.states().await, ["confirmed"]);
        goes_to(&send_on(&ann, &review, "/tournaments/friday-cup/enter", &[]), "/tournaments/friday-cup/entry");
        goes_to(&ann.get("/tournaments/friday-cup/enter"), "/tournaments/friday-cup/entry");
        assert_eq!(site.entries().await.len(), 1);
        contains(&ann.get("/me/entries").expect(200).text(), &["Friday Cup", "Check in before play", "/tournaments/friday-cup/entry"]);
        // An address without its form leads to where it is.
        goes_to(&site.member("bob").get("/tournaments/friday-cup/enter/review"), "/tournaments/friday-cup/enter");
    }

    async fn every_kind_of_question_is_answered(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let cup = site.cup(&site.solo(8).await, questions()).await;
        let ann = player(&site, "ann");
        let (details, review) = ("/tournaments/friday-cup/enter/details", "/tournaments/friday-cup/enter/review");
        let png = picture();
        let photo = |bytes| Upload { field: "q-photo", name: "me & you.png", content_type: "image/png", bytes };
        contains(&ann.get(details).expect(200).text(), &["type=\"file\"", "type=\"date\"", "type=\"number\"", "<option>M</option>", "About Nickname."]);

        let wrong = [("q-nickname", "ab"), ("q-jersey_number", "100"), ("q-birthday", "2020-01-01"), ("q-channel", "https://evil.example/ann"), ("q-shirt", "XXL")];
        let page = give(&ann, details, review, &wrong, photo(b"no picture at all")).expect(422).text();
        contains(&page, &["Use at least 3 characters.", "Write 99 or less.", "This is no PNG", "Agree to this to enter.", "2010-01-01", "The link must lead to twitch.tv.", "Choose one of the list.", "Agree to the rules"]);
        contains(&page, &[">ab</textarea>", "value=\"100\"", "value=\"2020-01-01\"", "value=\"https://evil.example/ann\"", "8 answers need another look", "href=\"#q-photo\""]);

        // A good file among wrong answers is kept.
        let page = give(&ann, details, review, &wrong, photo(&png)).expect(422);
        contains(&page.text(), &["Given: <b>me  you.png</b>"]);
        let kept = page.hidden("kept-q-photo").expect("its token");
        let mut fields = ANSWERS.to_vec();
        fields.push(("kept-q-photo", &kept));
        let page = give(&ann, details, review, &fields, NO_FILE).expect(200);
        contains(&page.text(), &["<dd>Quick &#60;3</dd>", "<dd>7</dd>", "<dd>me  you.png</dd>", "<dd>Yes</dd>", "<dd>M</dd>", "<dd>ann.q</dd>"]);
        let back = send_on(&ann, &page, details, &[]).expect(200).text();
        contains(&back, &[">Quick &#60;3</textarea>", "Given: <b>me  you.png</b>", "<option selected>M</option>", "name=\"q-adult\" value=\"on\" checked"]);
        goes_to(&send_on(&ann, &page, "/tournaments/friday-cup/enter", &[]), "/tournaments/friday-cup/entry?done=entered");
        let data = &site.entries().await[0].registration_data;
        let expected = json!({ "nickname": "Quick <3", "jersey_number": 7, "photo": kept, "adult": true, "birthday": "2001-02-03", "channel": "https://www.twitch.tv/ann", "shirt": "M" });
        assert_eq!(data["custom_fields"], expected);
        contains(&ann.get("/tournaments/friday-cup/entry").text(), &["<dd>Quick &#60;3</dd>", "A file was given."]);
        assert_eq!(ann.get(&format!("/uploads/{kept}")).status(), 200, "who gave a file sees it");
        assert_eq!(site.member("eve").get(&format!("/uploads/{kept}")).status(), 404);

        // Somebody else's file answers nothing.
        let bob = player(&site, "bob");
        let page = give(&bob, details, review, &fields, NO_FILE).expect(422).text();
        contains(&page, &["Give the file again."]);
        assert!(!page.contains("me  you.png"), "whose it was is not told");
        assert_eq!(cup.max_participants, 8);
    }

    async fn a_team_enters_once_its_roster_is_ready(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let game = site.game("Valorant", "valorant", "riot_id").await;
        let solo = site.solo(4).await;
        site.cup(&Settings { participation_type: Entrants::Team, game_id: game, ..solo }, Vec::new()).await;
        let people: Vec<Client> = ["ann", "bob", "cyd", "dan", "eve"].iter().map(|name| site.member(name)).collect();
        let enter = "/tournaments/friday-cup/enter";
        contains(&people[0].get(enter).expect(200).text(), &["You are in no team that plays Valorant.", "href=\"/teams/new?game=valorant\""]);
        found(&people[0], "Lions", "LION", "valorant", "SA", "Duelist");
        let page = people[0].get(enter).expect(200).text();
        contains(&page, &["3 things are in the way", "1 of at least 5 players", "no captain", "Riot ID is missing", "href=\"/teams/lions/manage#roster\"", "game=valorant"]);
        for (name, person) in ["bob", "cyd", "dan", "eve"].iter().zip(&people[1..]) {
            submit(&people[0], "/teams/lions/manage", "/teams/lions/invitations", &[("username", name), ("role", "PLAYER")]);
            let page = person.get("/me/teams").expect(200).text();
            let id: String = page.split("/me/invitations/").nth(1).expect("one").chars().take_while(char::is_ascii_digit).collect();
            goes_to(&submit(person, "/me/teams", &format!("/me/invitations/{id}/accept"), &[]), "/teams/lions?done=accepted");
        }
        for (number, person) in people.iter().enumerate().skip(1) {
            submit(person, "/profile/game-ids", "/profile/game-ids", &[("riot_id", &format!("Player{number}#SA1"))]);
        }
        let page = people[0].get("/teams/lions/manage").text();
        let bob: String = page.split("aria-label=\"Make bob captain\"").next().and_then(|before| before.rsplit("/members/").next()).expect("one").chars().take_while(char::is_ascii_digit).collect();
        submit(&people[0], "/teams/lions/manage", &format!("/teams/lions/members/{bob}/captain"), &[]);
        contains(&people[0].get(enter).text(), &["One thing is in the way", "ann: Riot ID is missing"]);
        submit(&people[0], "/profile/game-ids", "/profile/game-ids", &[("riot_id", "Ann#SA1")]);
        let page = people[0].get(enter).text();
        contains(&page, &["Everything is ready."]);
        let players: String = page.split("href=\"").find(|part| part.contains("/enter/players?team=")).expect("a link").split('"').next().expect("it ends").to_owned();
        let team = players.rsplit('=').next().expect("an id").to_owned();
        contains(&people[2].get(enter).text(), &["do not speak for it"]);
        contains(&people[2].get(&players).text(), &["You cannot enter this team."]);
        contains(&people[0].get(&players).expect(200).text(), &["Who plays for Lions?", "Player4#SA1", "Starts", "/enter/details?team="]);

        let details = format!("{enter}/details?team={team}");
        let review = give(&people[0], &details, &format!("{enter}/review"), &[("team", &team), ("rules", "on")], NO_FILE).expect(200);
        contains(&review.text(), &["<dt>Players</dt>", "cyd"]);
        goes_to(&send_on(&people[0], &review, enter, &[]), "/tournaments/friday-cup/entry?done=entered");
        // Its captain speaks for it; a player sees it.
        contains(&people[1].get("/tournaments/friday-cup/entry").expect(200).text(), &["Lions", "/entry/withdraw"]);
        let page = people[2].get("/tournaments/friday-cup/entry").expect(200).text();
        contains(&page, &["Lions", "You play for this entry."]);
        assert!(!page.contains("/entry/withdraw"), "{page}");
        assert_eq!(people[2].get("/tournaments/friday-cup/entry/withdraw").status(), 403);
        assert_eq!(submit(&people[2], "/me/teams", "/tournaments/friday-cup/entry/withdraw", &[]).status(), 403);
        assert_eq!(site.states().await, ["confirmed"]);
        goes_to(&people[1].get(enter), "/tournaments/friday-cup/entry");
    }

    async fn what_is_not_open_says_so(database: &TestDatabase) {
        let site = serve(database).await;
        site.member("olga");
        let later = site.solo(2).await;
        let now = site.clock.now();
        site.cup(&Settings { registration_start: now + TimeDelta::hours(2), ..later.clone() }, Vec::new()).await;
        let full = Settings { name: "Full Cup".to_owned(), waitlist_enabled: false, ..later };
        site.cup(&full, Vec::new()).await;
        let people: Vec<Client> = ["ann", "bob", "cyd"].iter().map(|name| player(&site, name)).collect();
        contains(&people[0].get("/tournaments/friday-cup/enter/players").expect(200).text(), &["Registration opens on 1 March 2026 at 20:00 UTC"]);
        for person in &people[..2] {
            enter(person, "full-cup", &[]);
        }
        contains(&people[2].get("/tournaments/full-cup/enter/players").text(), &["All 2 places are taken, and there is no waiting list."]);
        goes_to(&people[2].get("/tournaments/full-cup/entry"), "/tournaments/full-cup/enter");
        for path in ["check-in", "check-in/undo", "withdraw", "pay/coins"] {
            goes_to(&submit(&people[2], "/me/teams", &format!("/tournaments/full-cup/entry/{path}"), &[]), "/tournaments/full-cup/enter");
            goes_to(&submit(&site.visitor(), "/sign-in", &format!("/tournaments/full-cup/entry/{path}"), &[]), "/sign-in?next=/");
        }
        assert_eq!(site.states().await, ["confirmed", "confirmed"]);
        contains(&people[2].get("/me/entries").text(), &["You have entered no tournament yet."]);
    }
}

/// The whole way in a browser: what is missing, every kind of question, a file, paying.
#[test]
fn a_player_clicks_through_the_wizard() {
    browser::run(async |site, browser| {
        let (directory, _removed) = browser::pictures();
        let look = async |path: &str, name: &str| browser::look(site, browser, path, name, &directory).await;
        site.member("olga");
        site.give_coins("olga", 1).await;
        let settings = Settings { name: "Dhaka Friday Night Cup of eFootball".to_owned(), ..site.paid(16).await };
        let cup = site.cup(&settings, questions()).await;
        let base = format!("/tournaments/{}", cup.slug);
        let photo = directory.join("photo.png");
        std::fs::create_dir_all(&directory).expect("a directory");
        std::fs::write(&photo, picture()).expect("a file");

        site.sign_up(browser, "ann").await;
        look(&format!("{base}/enter"), "enter-missing").await;
        browser.click(".error-list a").await;
        browser.fill("#efootball_id", "123456789").await;
        look("", "enter-id").await;
        browser.click("main form .actions button").await;
        browser.wait_for_text("h1", "You enter as ann").await;
        look("", "enter-player").await;
        browser.click("main .actions a.button:not(.ghost)").await;
        browser.wait_for_text("h1", "Details").await;
        look("", "enter-details").await;
        browser.fill("#q-nickname", "ab").await;
        browser.click("#rules").await;
        browser.click("main form .actions button").await;
        browser.wait_for_text(".error-list h2", "6 answers").await;
        look("", "enter-errors").await;
        browser.fill("#q-nickname", "Ann the Quick").await;
        browser.fill("#q-jersey_number", "7").await;
        browser.find("#q-photo").await.send_keys(photo.to_string_lossy()).await.expect("a file is chosen");
        browser.click("#q-adult").await;
        let date = "document.querySelector('#q-birthday').value = '2001-02-03'; return 1;";
        browser.execute(date, Vec::new()).await.expect("it can be set");
        browser.click("#q-shirt option:nth-child(3)").await;
        browser.click("main form .actions button").await;
        browser.wait_for_text("h1", "Is this right?").await;
        look("", "enter-review").await;
        browser.click("main form .actions button:not(.ghost)").await;
        browser.wait_for_text("[role=status]", "You have a place.").await;
        look("", "entry-to-pay").await;
        browser.click(".next-step a.button").await;
        browser.wait_for_text("h1", "Pay the entry fee").await;
        look("", "pay").await;
        browser.click("input[value=bkash]").await;
        browser.fill("#transaction_id", "TRX9A8B7C").await;
        browser.fill("#payer_account", "01712345678").await;
        browser.find("#payment_proof").await.send_keys(photo.to_string_lossy()).await.expect("a file is chosen");
        browser.click("form[action$='/pay/money'] button").await;
        browser.wait_for_text("[role=status]", "Your payment is sent.").await;
        look("", "entry-checked").await;
        let (olga, first) = (site.actor("olga").await, site.payments().await[0].id);
        act!(site, olga, |tx, cx| service::payment::reject(
            tx,
            cx,
            first,
            "This reference is not in our statement. Look for the ten letters below the amount."
        ));
        site.give_coins("ann", 1_250).await;
        look(&format!("{base}/entry/pay"), "pay-rejected").await;
        look("/me/entries", "entries").await;
        look(&format!("{base}/entry/withdraw"), "withdraw").await;
        browser.click("main form button.danger").await;
        browser.wait_for_text("[role=status]", "Your entry is withdrawn.").await;
        look("", "entry-withdrawn").await;
        let told = browser.console_errors().await;
        assert!(told.iter().all(|error| error.contains("422")), "{told:?}");

        // A team with much in the way.
        let game = site.game("Valorant", "valorant", "riot_id").await;
        let solo =
            Settings { name: "Team Cup".to_owned(), participation_type: Entrants::Team, game_id: game, ..settings };
        site.cup(
            &Settings {
                has_entry_fee: false,
                entry_fee_amount: 0,
                entry_fee_deltacoin: 0,
                payment_methods: Vec::new(),
                payment_accounts: Default::default(),
                ..solo
            },
            Vec::new(),
        )
        .await;
        let bob = site.member("bob");
        found(&bob, "Lions", "LION", "valorant", "SA", "Duelist");
        sign_in_as(site, browser, "bob").await;
        look("/tournaments/team-cup/enter", "enter-team").await;
        browser.click(".card .actions a.ghost").await;
        browser.wait_for_text("h1", "Who plays for Lions?").await;
        look("", "enter-players").await;
    });
}
