//! A tournament from its draft to its prizes, by requests alone; what is typed and refused.

use super::*;

testkit::on_both! {
    from migrated;

    async fn a_tournament_is_held_from_its_draft_to_its_prizes(database: &TestDatabase) {
        let site = serve(database).await;
        let olga = site.member("olga");
        let game = site.a_game().await;
        contains(&olga.get("/organize").expect(200).text(), &["You hold no tournament yet.", "href=\"/organize/new\""]);
        contains(&olga.get("/organize/new").expect(200).text(), &[&format!("href=\"/organize/new?game={game}\""), "eFootball"]);

        // What is wrong stands beside its field, and nothing typed is lost.
        let form = format!("/organize/new?game={game}");
        let wrong = [("name", "Spring <Cup>"), ("max_participants", "many"), ("prize_pool", "1,50"), ("tournament_start", "2026-03-02T18:00"), ("pay_bkash", "on"), ("has_entry_fee", "on"), ("entry_fee_amount", "500.00"), ("prize_distribution", "half")];
        let refused = fill(&olga, &form, "/organize/new", &wrong).expect(422).text();
        contains(&refused, &["fields are not right yet", "Write a whole number.", "Write an amount such as 1,500.00.", "Line 1:", "value=\"Spring &#60;Cup&#62;\"", "value=\"many\"", "value=\"1,50\"", ">half</textarea>", "Say where entrants send money by bKash.", "This must be after"]);
        assert!(tournament::Entity::find().one(site.db.read()).await.expect("readable").is_none());

        let desk = made(&olga, game, &[]);
        assert_eq!(desk, "/organize/spring-cup");
        let cup = site.tournament("spring-cup").await;
        assert_eq!((cup.entry_fee_amount, cup.prize_pool, cup.prize_deltacoin), (50_000, 150_000, 300));
        assert_eq!(cup.prize_distribution, serde_json::json!({ "1": { "coins": 200, "money": 100_000 }, "2": { "coins": 100, "money": 50_000 } }));
        let at = |part: &str| format!("{desk}/{part}");
        contains(&olga.get(&format!("{desk}?done=made")).expect(200).text(), &["is a draft that only you see", "Publish…"]);
        contains(&olga.get("/organize").text(), &["Drafts", "Spring Cup", "then publish it"]);

        // Publishing takes the prize coins; without them it is refused and nothing happens.
        let ask = olga.get(&at("step/publish")).expect(200);
        contains(&ask.text(), &["300 coins leave your wallet"]);
        let broke = confirm(&olga, &ask, &at("step/publish"), "");
        assert_eq!(broke.status(), 422, "{}", broke.text());
        assert_eq!(site.tournament("spring-cup").await.status, "draft");
        site.coins_for(site.profile_of("olga").await, 1_000).await;
        goes_to(&confirm(&olga, &ask, &at("step/publish"), ""), &format!("{desk}?done=publish"));
        assert_eq!(site.tournament("spring-cup").await.status, "registration_open");

        // Entries and payments.
        let mut players = Vec::new();
        for name in ["ann", "=bob", "cyd", "dan", "eve"] {
            let player = site.player(name).await;
            let entry = site.enters(&player, cup.id).await;
            players.push((player, entry));
        }
        contains(&olga.get(&at("entries")).expect(200).text(), &["=bob", "Pending", "place 1", "On the waiting list"]);
        let mut paid = Vec::new();
        for (at, (player, entry)) in players.iter().take(4).enumerate() {
            site.clock.advance(TimeDelta::seconds(60));
            let reference = if at == 3 { "TRX00001".to_owned() } else { format!("TRX0000{}", at + 1) };
            paid.push(site.sends_money(player, *entry, &reference, 50_000).await);
        }
        let queue = olga.get(&at("payments")).expect(200);
        contains(&olga.get("/").expect(200).text(), &["Check a payment", "500.00 BDT for Spring Cup, sent", &format!("href=\"{desk}/payments?open={}#payment\"", paid[3])]);
        contains(&olga.get(&at(&format!("payments?open={}", paid[3]))).expect(200).text(), &[&format!("payments/{}/verify", paid[3])]);
        contains(&olga.get("/notifications").text(), &["ann paid for Spring Cup", &format!("href=\"{desk}/payments\"")]);
        contains(&queue.text(), &["id=\"payment\"", "TRX00001", "The same reference stands in other payments", &format!("/entries/{}/receipt/{}", players[0].1, paid[0])]);
        let receipt = olga.get(&at(&format!("entries/{}/receipt/{}", players[0].1, paid[0]))).expect(200);
        assert_eq!(receipt.header("content-type"), Some("image/png"));
        assert_eq!(olga.get(&at(&format!("entries/{}/receipt/{}", players[1].1, paid[0]))).status(), 404);
        let verify = |id: i64| at(&format!("payments/{id}/verify"));
        let first = fill(&olga, &at("payments"), &verify(paid[0]), &[("notes", "seen")]);
        goes_to(&first, &format!("{desk}/payments?show=&done=verified&open={}#payment", paid[1]));
        contains(&olga.follow(first).expect(200).text(), &["The payment is verified.", "TRX00002"]);
        let second = fill(&olga, &at("payments"), &verify(paid[1]), &[]);
        assert_eq!(second.status(), 303);
        let reject = at(&format!("payments/{}/reject", paid[2]));
        let page = fill(&olga, &at("payments"), &reject, &[("reason", " ")]).expect(422).text();
        contains(&page, &["Write why", "TRX00003"]);
        assert_eq!(fill(&olga, &at("payments"), &reject, &[("reason", "not there")]).status(), 303);
        assert_eq!(site.entry(players[2].1).await.status, "pending");
        let again = site.sends_money(&players[2].0, players[2].1, "TRX00009", 50_000).await;
        // The same reference was verified for another entry: only on purpose.
        let double = fill(&olga, &at(&format!("payments?open={}", paid[3])), &verify(paid[3]), &[("notes", "both there")]).expect(422).text();
        contains(&double, &["was verified before, for ann", "There were two transfers", "value=\"both there\""]);
        let fields = [("csrf", &*token(&olga, &at("payments"))), ("although", "on")];
        assert_eq!(olga.post(&verify(paid[3]), &fields).status(), 303);
        assert_eq!(fill(&olga, &at("payments"), &verify(again), &[]).status(), 303);
        contains(&olga.get(&at("payments")).text(), &["No payments here."]);

        // A file that no spreadsheet takes for formulas.
        let file = olga.get(&at("entries.csv?status=confirmed")).expect(200);
        assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"spring-cup-entries.csv\""));
        contains(&file.text(), &["Entry,Name,Status", "'=bob,Confirmed"]);
        assert!(!file.text().contains("eve"), "{}", file.text());
        contains(&olga.get(&at("entries?q=CYD")).text(), &["1 entry", "cyd"]);

        // One goes, who waits gets the place, and it has to be paid.
        let out = at(&format!("entries/{}/do/reject", players[3].1));
        let ask = olga.get(&out).expect(200);
        assert_eq!(confirm(&olga, &ask, &out, "").status(), 422);
        goes_to(&confirm(&olga, &ask, &out, "Two accounts"), &format!("{desk}/entries/{}?done=reject", players[3].1));
        assert_eq!(site.entry(players[4].1).await.status, "pending");
        contains(&olga.get(&at("payments?show=refunds")).text(), &["it is to be given back", "Give it back…"]);
        let refund = at(&format!("payments/{}/refund", paid[3]));
        let ask = olga.get(&refund).expect(200);
        contains(&ask.text(), &["The program moves no money."]);
        assert_eq!(confirm(&olga, &ask, &refund, "sent back").status(), 303);
        let last = site.sends_money(&players[4].0, players[4].1, "TRX00010", 50_000).await;
        assert_eq!(fill(&olga, &at("payments"), &verify(last), &[]).status(), 303);

        // Closed, seeded by numbers and by buttons, checked in, drawn.
        goes_to(&submit(&olga, &desk, &at("step/close_registration"), &[]), &format!("{desk}?done=close_registration"));
        let seed = |at: usize| format!("seed_{}", players[at].1);
        let wrong = fill(&olga, &at("seeding"), &at("seeding"), &[(&seed(0), "1"), (&seed(1), "1")]).expect(422).text();
        contains(&wrong, &["Seed 1 is given twice."]);
        let seeds = [(&*seed(0), "40"), (&*seed(1), "30"), (&*seed(2), "20"), (&*seed(4), "10"), ("up", &*players[0].1.to_string())];
        let saved = fill(&olga, &at("seeding"), &at("seeding"), &[&seeds[..], &[("down", "-")]].concat());
        goes_to(&saved, &format!("{desk}/seeding?done=seeded#entry-{}", players[0].1));
        let mut order = Vec::new();
        for player in [0, 1, 2, 4] {
            order.push(site.entry(players[player].1).await.seed);
        }
        assert_eq!(order, [Some(3), Some(4), Some(2), Some(1)]);
        goes_to(&submit(&olga, &desk, &at("step/open_check_in"), &[]), &format!("{desk}?done=open_check_in"));
        contains(&submit(&olga, &at("draw"), &at("draw"), &[]).expect(422).text(), &["Choose how to seed.", "4 entries can be drawn now."]);
        for player in [0, 1, 2, 4] {
            let check_in = at(&format!("entries/{}/check-in", players[player].1));
            let back = fill(&olga, &at("entries"), &check_in, &[]);
            goes_to(&back, &format!("{desk}/entries?status=&q=&done=checked-in#entry-{}", players[player].1));
        }
        let out = at(&format!("entries/{}/check-out", players[0].1));
        assert_eq!(submit(&olga, &at("entries"), &out, &[]).status(), 303);
        assert!(!site.entry(players[0].1).await.checked_in);
        assert_eq!(submit(&olga, &at("entries"), &at(&format!("entries/{}/check-in", players[0].1)), &[]).status(), 303);
        goes_to(&submit(&olga, &at("draw"), &at("draw"), &[("method", "manual")]), &format!("{desk}/draw?done=drawn#bracket"));
        contains(&olga.get(&at("draw")).expect(200).text(), &["A draft of the bracket", "Publish the bracket…", "by the seeds given by hand", "=bob"]);
        contains(&olga.get(&at("matches")).expect(200).text(), &["There are no matches before the bracket is published."]);
        let ask = olga.get(&at("draw/publish")).expect(200);
        goes_to(&confirm(&olga, &ask, &at("draw/publish"), ""), &format!("{desk}/draw?done=draw-published"));
        contains(&olga.get(&desk).expect(200).text(), &["4 of 4 checked in. Start once everybody is there and the bracket is published."]);
        let ask = olga.get(&at("step/start")).expect(200);
        goes_to(&confirm(&olga, &ask, &at("step/start"), ""), &format!("{desk}?done=start"));

        // Matches.
        let matches = site.matches_of(cup.id).await;
        assert_eq!(matches.len(), 3);
        contains(&olga.get(&at("matches")).expect(200).text(), &["Semi-finals", "Semi-final 1", "<h2>Final", &format!("/matches/{}", matches[0].id)]);
        let page = at(&format!("matches/{}", matches[0].id));
        let on = |act: &str| format!("{page}/{act}");
        let wrong = fill(&olga, &page, &on("schedule"), &[("at", "soon")]).expect(422).text();
        contains(&wrong, &["Write a day and a time", "value=\"soon\""]);
        let later = (site.clock.now() + TimeDelta::hours(1)).format("%Y-%m-%dT%H:%M").to_string();
        goes_to(&fill(&olga, &page, &on("schedule"), &[("at", &later)]), &format!("{page}?done=scheduled"));
        goes_to(&fill(&olga, &page, &on("lobby"), &[("code", "ROOM-7"), ("password", "hush")]), &format!("{page}?done=furnished"));
        contains(&olga.get(&page).text(), &["value=\"ROOM-7\""]);
        let wrong = fill(&olga, &page, &on("stream"), &[("stream", "javascript:alert(1)")]).expect(422).text();
        contains(&wrong, &["must be an address that begins with https://"]);
        goes_to(&fill(&olga, &page, &on("stream"), &[("stream", "https://www.twitch.tv/delta")]), &format!("{page}?done=stream"));
        for side in ["a", "b"] {
            goes_to(&submit(&olga, &page, &on("check-in"), &[("side", side)]), &format!("{page}?done=checked-in"));
        }
        goes_to(&submit(&olga, &page, &on("start"), &[]), &format!("{page}?done=started"));
        let wrong = fill(&olga, &page, &on("decide"), &[("game_1_a", "3")]).expect(422).text();
        contains(&wrong, &["write both scores", "value=\"3\""]);
        let decide = |page: &str, a: &str, b: &str| {
            let action = format!("{page}/decide");
            let ask = fill(&olga, page, &action, &[("game_1_a", a), ("game_1_b", b)]).expect(200);
            (ask, action)
        };
        let (ask, action) = decide(&page, "3", "1");
        contains(&ask.text(), &["beats", "(3:1)"]);
        let refused = confirm(&olga, &ask, &action, "").expect(422).text();
        contains(&refused, &["Say why"]);
        goes_to(&confirm(&olga, &ask, &action, "Both told me"), &format!("{page}?done=decided"));
        let first = site.matches_of(cup.id).await[0].clone();
        assert_eq!((first.participant1_score, first.participant2_score, &*first.state), (1, 0, "completed"));
        let other = at(&format!("matches/{}", matches[1].id));
        let (ask, action) = decide(&other, "0", "2");
        assert_eq!(confirm(&olga, &ask, &action, "Seen").status(), 303);
        // What was looked at has changed: the match is decided already.
        assert_eq!(confirm(&olga, &ask, &action, "Seen").status(), 422);

        // The loser disputes; it is taken up and resolved as it stands.
        let loser = players.iter().find(|(_, entry)| Some(*entry) == first.loser_id).expect("somebody lost");
        let disputed = act!(site, loser.0.actor(), |tx, cx| service::dispute::open(tx, cx, first.id, Reason::Cheating, "They lagged.")).id;
        contains(&olga.get(&desk).text(), &["1 dispute waits."]);
        contains(&olga.get(&at("disputes")).expect(200).text(), &["Semi-final 1 · Cheating", &format!("/disputes/{}/{disputed}", first.id)]);
        let dispute = at(&format!("disputes/{}/{disputed}", first.id));
        contains(&olga.get("/").expect(200).text(), &["Settle a dispute", "Cheating, in Spring Cup, Semi-final 1, since", &format!("href=\"{dispute}\"")]);
        contains(&olga.get(&dispute).expect(200).text(), &["They lagged.", "Take it up"]);
        let on = |act: &str| format!("{dispute}/{act}");
        goes_to(&submit(&olga, &dispute, &on("review"), &[]), &format!("{dispute}?done=review"));
        contains(&fill(&olga, &dispute, &on("evidence"), &[("text", "")]).expect(422).text(), &["Write something"]);
        goes_to(&fill(&olga, &dispute, &on("evidence"), &[("text", "I watched it.")]), &format!("{dispute}?done=evidence"));
        // What a result changes is shown, and resolving is bound to what was shown.
        let turned = fill(&olga, &dispute, &on("resolve"), &[("kind", "forfeit_a")]).expect(200);
        contains(&turned.text(), &["Resolve this dispute?", "Everything that changes:", " by forfeit", "seen_revision"]);
        let action = format!("{other}/correct");
        let ask = fill(&olga, &other, &action, &[("kind", "ruling"), ("ruling_a", "0"), ("ruling_b", "1")]).expect(200);
        contains(&ask.text(), &["Semi-final 2: ", " 0:1 → ", " 0:1 by a ruling"]);
        goes_to(&confirm(&olga, &ask, &action, "By the film"), &format!("{other}?done=corrected"));
        let stale = confirm(&olga, &turned, &on("resolve"), "They left").expect(422);
        contains(&stale.text(), &["The bracket has changed since you looked at it.", "Resolve this dispute?", "Everything that changes:", "They left"]);
        let seen = |page: &Response| page.hidden("seen_revision").and_then(|seen| seen.parse::<i32>().ok()).expect("a revision");
        assert!(seen(&stale) > seen(&turned));
        assert_eq!(site.matches_of(cup.id).await[0].winner_id, first.winner_id);
        let ask = fill(&olga, &dispute, &on("resolve"), &[("kind", "stands")]).expect(200);
        goes_to(&confirm(&olga, &ask, &on("resolve"), "It stands."), &format!("{dispute}?done=resolve"));
        contains(&olga.get(&dispute).text(), &["Resolved", "It stands.", "I watched it."]);
        assert!(!olga.get("/").expect(200).text().contains("Waiting for you"));
        contains(&olga.get(&at("disputes")).expect(200).text(), &["No dispute waits."]);
        contains(&olga.get(&at("disputes?show=closed")).expect(200).text(), &["Resolved", &format!("/disputes/{}/{disputed}", first.id)]);
        contains(&olga.get(&at(&format!("disputes?show=closed&below={disputed}"))).expect(200).text(), &["No dispute is closed."]);

        // A correction shows all that changes, and is bound to what was shown.
        let action = format!("{page}/correct");
        let ask = fill(&olga, &page, &action, &[("kind", "forfeit_a")]).expect(200);
        contains(&ask.text(), &["forfeits", "Everything that changes:", " → ", "seen_revision"]);
        goes_to(&confirm(&olga, &ask, &action, "They left"), &format!("{page}?done=corrected"));
        let corrected = site.matches_of(cup.id).await[0].clone();
        assert_eq!((corrected.winner_id, &*corrected.state), (first.loser_id, "forfeit"));
        let stale = confirm(&olga, &ask, &action, "Again");
        assert_eq!(stale.status(), 422, "{}", stale.text());

        // The final, and the prizes.
        let last = at(&format!("matches/{}", matches[2].id));
        let (ask, action) = decide(&last, "2", "0");
        goes_to(&confirm(&olga, &ask, &action, "Seen by all"), &format!("{last}?done=decided"));
        assert_eq!(site.tournament("spring-cup").await.status, "completed");
        contains(&olga.get(&at("prizes")).expect(200).text(), &["prizes are held until then", "200 coins and 1,000.00 BDT"]);
        let ask = olga.get(&at("prizes/pay")).expect(200);
        contains(&ask.text(), &["gets 200 coins and 1,000.00 BDT"]);
        contains(&confirm(&olga, &ask, &at("prizes/pay"), "").expect(422).text(), &["Results can be disputed until"]);
        site.clock.advance(TimeDelta::hours(2));
        goes_to(&confirm(&olga, &ask, &at("prizes/pay"), ""), &format!("{desk}/prizes?done=paid"));
        let prizes = prize_award::Entity::find().order_by_asc(prize_award::Column::Place).all(site.db.read()).await.expect("readable");
        let hand = at(&format!("prizes/{}/hand-over", prizes[0].id));
        contains(&fill(&olga, &at("prizes"), &hand, &[("reference", "")]).expect(422).text(), &["Say how it was handed over"]);
        goes_to(&fill(&olga, &at("prizes"), &hand, &[("reference", "BKASH-77")]), &format!("{desk}/prizes?done=handed-over"));
        contains(&olga.get(&at("prizes")).text(), &["BKASH-77", "Money to be handed over"]);
        let winner = site.entry(prizes[0].registration_id).await.user_id;
        let winner = players.iter().find(|(player, _)| Some(player.user) == winner).expect("one of them");
        let wallet = economy::service::wallet_of(&site.db, &*site.clock, winner.0.profile).await.expect("a wallet");
        assert!(wallet.cached_balance >= 200, "{}", wallet.cached_balance);

        // All of it stands in the log, whose chain is whole.
        let log = olga.get(&at("audit")).expect(200).text();
        contains(&log, &["Prizes paid", "by olga", "Result", "Check the chain"].map(|text| if text == "Result" { "Dispute resolved" } else { text }));
        contains(&olga.get(&at("audit?action=payment_verify&who=OLGA")).text(), &["Payment verified"]);
        assert!(!olga.get(&at("audit?action=payment_verify")).text().contains("<b>Prizes paid</b>"));
        contains(&olga.get(&at("audit?who=nobody")).text(), &["There is nobody with the name nobody."]);
        let lines = olga.get(&at("audit/export")).expect(200).text();
        let count = audit_log::Entity::find().filter(audit_log::Column::TournamentId.eq(cup.id)).all(site.db.read()).await.expect("readable").len();
        assert_eq!(lines.lines().count(), count);
        contains(&submit(&olga, &at("audit"), &at("audit/verify"), &[]).expect(200).text(), &["The chain is whole"]);
        let damage = audit_log::ActiveModel { action: Set("prize_pay".to_owned()), ..Default::default() };
        let damage = &damage;
        let done: Result<(), DbError> = site.db.write(|tx| async move {
            audit_log::Entity::update_many().set(damage.clone()).filter(audit_log::Column::Action.eq("payment_verify")).exec(&tx).await?;
            Ok(())
        }).await;
        done.expect("it is written");
        contains(&submit(&olga, &at("audit"), &at("audit/verify"), &[]).expect(200).text(), &["The log was tampered with.", "was changed after it was written"]);

        contains(&olga.get("/organize").expect(200).text(), &["Archive it; the prizes are paid."]);
        let ask = olga.get(&at("step/archive")).expect(200);
        goes_to(&confirm(&olga, &ask, &at("step/archive"), ""), &format!("{desk}?done=archive"));
        contains(&olga.get("/organize").text(), &["Archived"]);
    }
}
