//! Every page of the desk in a browser, wide and as on a phone.

use super::*;

#[test]
fn the_desk_fits_on_a_wide_screen_and_on_a_phone() {
    browser::run(async |site, browser| {
        let (directory, _removed) = browser::pictures();
        let mislaid = std::cell::RefCell::new(Vec::new());
        let look = async |path: &str, name: &str| {
            for (screen, phone) in [("wide", false), ("phone", true)] {
                if phone {
                    browser.be_phone().await
                } else {
                    browser.resize(1280, 900).await
                }
                site.open(browser, path).await;
                browser.shoot(&directory.join(format!("{name}-{screen}.png"))).await;
                // A bracket is swiped through, round by round.
                let script = browser::MISLAID.replace("closest('svg')", "closest('svg, .drawing')");
                for script in [script.as_str(), browser::SMALL] {
                    let found = browser.execute(script, Vec::new()).await.expect("it can be measured").json().clone();
                    if found != serde_json::json!([]) {
                        mislaid.borrow_mut().push(format!("{name} on a {screen} screen: {found}"));
                    }
                }
            }
        };
        let game = site.a_game().await;
        let olga = site.member("olga");
        site.coins_for(site.profile_of("olga").await, 5_000).await;
        sign_in_as(site, browser, "olga").await;
        look("/organize", "desk-home-empty").await;
        look("/organize/new", "desk-game").await;
        look(&format!("/organize/new?game={game}"), "desk-new").await;
        let desk = made(
            &olga,
            game,
            &[("name", "The Great Spring Cup of Efootball in Dhaka 2026"), ("max_participants", "8")],
        );
        let at = |part: &str| format!("{desk}/{part}");
        look(&desk, "desk-draft").await;
        look(&at("step/publish"), "desk-ask").await;
        assert_eq!(confirm(&olga, &olga.get(&at("step/publish")).expect(200), &at("step/publish"), "").status(), 303);
        let cup = site.tournament(desk.trim_start_matches("/organize/")).await;
        let mut paid = Vec::new();
        let mut entries = Vec::new();
        for (number, name) in
            ["ann", "Bartholomew_the_Unreasonably_Long_Named_Player", "cyd", "dan", "eve", "fay", "gus", "hal", "ivy"]
                .iter()
                .enumerate()
        {
            let player = site.player(name).await;
            let entry = site.enters(&player, cup.id).await;
            if number < 8 {
                let reference = if number == 4 { "TRX00001".to_owned() } else { format!("TRX0000{number}") };
                paid.push(site.sends_money(&player, entry, &reference, 50_000).await);
                entries.push((player, entry));
            }
        }
        for name in ["referee_rita", "verifier_vic"] {
            site.player(name).await;
            let role = if name.starts_with("ref") { "referee" } else { "payment_verifier" };
            assert_eq!(fill(&olga, &at("staff"), &at("staff"), &[("username", name), ("role", role)]).status(), 303);
        }
        look(&desk, "desk-open").await;
        look(&at("payments"), "desk-payments").await;
        for id in &paid {
            let token = token(&olga, &at("payments"));
            assert_eq!(
                olga.post(&at(&format!("payments/{id}/verify")), &[("csrf", &token), ("although", "on")]).status(),
                303
            );
        }
        look(&at("entries"), "desk-entries").await;
        look(&at(&format!("entries/{}", entries[1].1)), "desk-entry").await;
        look(&at("settings"), "desk-settings").await;
        look(&at("fields"), "desk-fields").await;
        look(&at("staff"), "desk-staff").await;
        look(&at("versions"), "desk-versions").await;
        look(&at("pictures"), "desk-pictures").await;
        assert_eq!(submit(&olga, &desk, &at("step/close_registration"), &[]).status(), 303);
        assert_eq!(submit(&olga, &at("seeding"), &at("seeding/by"), &[("method", "slot_order")]).status(), 303);
        look(&at("seeding"), "desk-seeding").await;
        assert_eq!(submit(&olga, &desk, &at("step/open_check_in"), &[]).status(), 303);
        for (_, entry) in &entries {
            assert_eq!(submit(&olga, &at("entries"), &at(&format!("entries/{entry}/check-in")), &[]).status(), 303);
        }
        assert_eq!(submit(&olga, &at("draw"), &at("draw"), &[("method", "manual")]).status(), 303);
        look(&at("draw"), "desk-draw").await;
        assert_eq!(submit(&olga, &at("draw/publish"), &at("draw/publish"), &[]).status(), 303);
        assert_eq!(submit(&olga, &at("step/start"), &at("step/start"), &[]).status(), 303);
        look(&at("matches"), "desk-matches").await;
        let first = site.matches_of(cup.id).await[0].id;
        let page = at(&format!("matches/{first}"));
        look(&page, "desk-match").await;
        let action = format!("{page}/decide");
        let ask = fill(&olga, &page, &action, &[("game_1_a", "3"), ("game_1_b", "1")]).expect(200);
        assert_eq!(confirm(&olga, &ask, &action, "Both told me").status(), 303);
        let first = site.matches_of(cup.id).await[0].clone();
        let loser = entries.iter().find(|(_, entry)| Some(*entry) == first.loser_id).expect("somebody lost");
        let (meeting, actor) = (first.id, loser.0.actor());
        let disputed = act!(site, actor, |tx, cx| service::dispute::open(
            tx,
            cx,
            meeting,
            Reason::Cheating,
            "They lagged all the time, and the score was another one."
        ))
        .id;
        look(&at("disputes"), "desk-disputes").await;
        look(&at(&format!("disputes/{meeting}/{disputed}")), "desk-dispute").await;
        look(&desk, "desk-live").await;
        look(&at("prizes"), "desk-prizes").await;
        look(&at("audit"), "desk-audit").await;
        look("/organize", "desk-home").await;
        let errors = browser.console_errors().await;
        assert!(errors.is_empty(), "{errors:?}");
        let mislaid = mislaid.into_inner();
        assert!(mislaid.is_empty(), "{}", mislaid.join("\n"));
    });
}
