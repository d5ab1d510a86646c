//! Seeding, drawing, publishing, and what waits for a decision.

use std::time::Instant;

use brackets::{Side, TieDecision};
use kernel::Actor;
use sea_orm::ActiveValue::Set;
use testkit::{Kind, TestDatabase};
use tournaments::{
    error::draw::{DrawRefusal, GoOnRefusal, PublishDrawRefusal, SeedRefusal},
    model::tournament::ActiveModel as Row,
    rules::{draw::Unplayable, seeding::Method, structure::HeldUp},
    service::{
        draw::{self, Seeds},
        play,
    },
};

use crate::scene::{Scene, act, migrated, pair};

async fn seeds(scene: &Scene) -> Vec<Option<i32>> {
    let mut seeds = vec![];
    for entry in &scene.entries {
        seeds.push(scene.world.entry(*entry).await.seed);
    }
    seeds
}

testkit::on_both! {
    from migrated;

    async fn seeds_are_given_without_collisions(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        let (cup, e) = (scene.cup, scene.entries.clone());
        let seed = async |seeds: &Seeds| act!(scene.world, scene.organizer(), |tx, cx| draw::seed(tx, cx, cup, seeds.clone()));
        seed(&Seeds::By(Method::SlotOrder)).await.expect("seeded");
        assert_eq!(seeds(&scene).await, [1, 2, 3, 4].map(Some));
        seed(&Seeds::Listed(vec![e[3], e[2], e[1], e[0]])).await.expect("seeded");
        assert_eq!(seeds(&scene).await, [4, 3, 2, 1].map(Some));
        seed(&Seeds::Moved { registration: e[0], seed: 1 }).await.expect("seeded");
        assert_eq!(seeds(&scene).await, [1, 4, 3, 2].map(Some));
        assert!(matches!(seed(&Seeds::Listed(vec![e[0]])).await, Err(SeedRefusal::Unordered(_))));
        let player = scene.players[0].actor();
        let not_his = act!(scene.world, player, |tx, cx| draw::seed(tx, cx, cup, Seeds::By(Method::Random)));
        assert!(matches!(not_his, Err(SeedRefusal::NotAllowed(_))));
    }

    async fn a_draw_is_seen_published_and_taken_back(database: &TestDatabase) {
        let scene = Scene::new(database, 5, |row| row).await;
        let cup = scene.cup;
        let draw = async || act!(scene.world, scene.organizer(), |tx, cx| draw::generate(tx, cx, cup, Method::Random));
        let publish = async || act!(scene.world, scene.organizer(), |tx, cx| draw::publish(tx, cx, cup));
        assert!(matches!(publish().await, Err(PublishDrawRefusal::NotDrawn)));
        draw().await.expect("drawn");
        let first = scene.matches().await;
        let seen = async |who: Actor| {
            let (by, cup) = (who.into(), scene.tournament().await);
            play::drawing(&scene.world.db, &scene.world.context(&by), &cup).await.expect("readable").is_some()
        };
        assert_eq!((seen(scene.organizer()).await, seen(scene.players[0].actor()).await), (true, false));
        draw().await.expect("drawn again");
        assert!(scene.matches().await.iter().all(|row| first.iter().all(|old| old.id != row.id)), "nothing of the first is left");
        // Somebody leaves: the draw no longer fits.
        let gone = scene.entries[0];
        act!(scene.world, scene.players[0].actor(), |tx, cx| tournaments::service::entry::withdraw(tx, cx, gone, "")).expect("withdrawn");
        assert!(matches!(publish().await, Err(PublishDrawRefusal::EntriesChanged { gone, .. }) if gone == [scene.entries[0]]));
        draw().await.expect("drawn");
        publish().await.expect("published");
        assert_eq!((seen(scene.players[1].actor()).await, seen(Actor::Anonymous).await), (true, true));
        assert!(scene.world.told(&scene.players[1]).await.contains(&"The bracket of Cup is ready".to_owned()));
        assert!(matches!(draw().await, Err(DrawRefusal::Published)));
        assert!(matches!(publish().await, Err(PublishDrawRefusal::Published)));
        act!(scene.world, scene.organizer(), |tx, cx| draw::unpublish(tx, cx, cup)).expect("taken back");
        publish().await.expect("published again");
        scene.go_live().await;
        let late = act!(scene.world, scene.organizer(), |tx, cx| draw::unpublish(tx, cx, cup));
        assert!(matches!(late, Err(PublishDrawRefusal::NotNow(_))), "{late:?}");
        let actions: Vec<String> = scene.world.audited(cup).await.into_iter().map(|row| row.action).collect();
        for expected in ["bracket_generate", "bracket_regenerate", "bracket_finalize", "bracket_unfinalize"] {
            assert!(actions.contains(&expected.to_owned()), "{expected} is missing in {actions:?}");
        }
    }

    async fn settings_that_do_not_fit_are_named(database: &TestDatabase) {
        let scene = Scene::new(database, 5, |row| Row {
            format: Set("group_playoff".to_owned()),
            group_count: Set(Some(3)),
            ..row
        })
        .await;
        let cup = scene.cup;
        let refused = act!(scene.world, scene.organizer(), |tx, cx| draw::generate(tx, cx, cup, Method::Snake));
        assert!(matches!(refused, Err(DrawRefusal::Unplayable(Unplayable::Groups { groups: 3, entries: 5 }))), "{refused:?}");
    }

    async fn an_entry_that_leaves_loses_what_is_left(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        scene.begin().await;
        let (gone, row) = (scene.entries[0], scene.the("W1.1").await);
        act!(scene.world, scene.organizer(), |tx, cx| tournaments::service::entry::disqualify(tx, cx, gone, "A bot.")).expect("out");
        let done = scene.the("W1.1").await;
        assert_eq!((done.state.as_str(), done.winner_id), ("forfeit", row.participant2_id));
        assert_eq!(scene.the("W2.1").await.participant1_id, row.participant2_id);
    }

    async fn an_entry_that_is_let_in_again_plays(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        let (cup, gone) = (scene.cup, scene.entries[0]);
        scene.draw().await;
        act!(scene.world, scene.organizer(), |tx, cx| draw::publish(tx, cx, cup)).expect("published");
        let drawn = scene.the("W1.1").await;
        act!(scene.world, scene.organizer(), |tx, cx| tournaments::service::entry::disqualify(tx, cx, gone, "A bot."))
            .expect("out");
        assert_eq!(scene.the("W1.1").await.state, "forfeit");
        act!(scene.world, scene.organizer(), |tx, cx| tournaments::service::entry::reinstate(tx, cx, gone, "No bot."))
            .expect("in again");
        let now = scene.the("W1.1").await;
        assert_eq!((now.state.as_str(), now.winner_id, pair(&now)), ("ready", None, pair(&drawn)));
        assert_eq!(scene.the("W2.1").await.participant1_id, None);
        scene.go_live().await;
        scene.play_all(Scene::better).await;
        assert_eq!(scene.the("W2.1").await.winner_id, Some(gone));
    }

    async fn a_tie_on_the_line_waits_for_a_decision(database: &TestDatabase) {
        let scene = Scene::new(database, 3, |row| Row {
            format: Set("group_playoff".to_owned()),
            group_count: Set(Some(1)),
            ..row
        })
        .await;
        scene.begin().await;
        // Each beats one: nobody is better.
        let e = scene.entries.clone();
        scene.play_all(|row| {
            let beats = |one: i64| e[(e.iter().position(|entry| *entry == one).expect("known") + 1) % 3];
            let [one, other] = pair(row);
            if beats(one) == other { Side::A } else { Side::B }
        })
        .await;
        let by = scene.organizer().into();
        let (cx, cup) = (scene.world.context(&by), scene.tournament().await);
        let drawing = play::drawing(&scene.world.db, &cx, &cup).await.expect("readable").expect("published");
        let [HeldUp::Tie { tied, .. }] = drawing.waits.as_slice() else { panic!("{:?}", drawing.waits) };
        assert_eq!(tied.len(), 3);
        let id = scene.cup;
        let order = &vec![e[2], e[0], e[1]];
        let few = &vec![e[2], e[0]];
        let wrong = act!(scene.world, scene.organizer(), |tx, cx| draw::break_tie(tx, cx, id, few.clone(), TieDecision::Ruling));
        assert!(matches!(wrong, Err(GoOnRefusal::NothingWaits)), "{wrong:?}");
        act!(scene.world, scene.organizer(), |tx, cx| draw::break_tie(tx, cx, id, order.clone(), TieDecision::Ruling)).expect("broken");
        let playoff = scene.the("W1.1").await;
        assert_eq!([playoff.participant1_id, playoff.participant2_id], [Some(e[2]), Some(e[0])]);
    }

    async fn swiss_pairings_are_explained(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| Row { format: Set("swiss".to_owned()), ..row }).await;
        scene.begin().await;
        let why = play::explain_pairing(&scene.world.db, scene.cup, 1, scene.entries[0]).await.expect("readable");
        assert!(why.is_some_and(|why| why.contains("player0003")), "the top half meets the bottom half");
        let cup = scene.cup;
        let nothing = act!(scene.world, scene.organizer(), |tx, cx| draw::pair_round(tx, cx, cup, false));
        assert!(matches!(nothing, Err(GoOnRefusal::NothingWaits)), "{nothing:?}");
    }

    /// A thousand entrants: few statements to draw, few for a result.
    async fn large_draws_are_quick(database: &TestDatabase) {
        let entries = if database.kind() == Kind::Sqlite { 1_024 } else { 256 };
        let scene = Scene::new(database, entries, |row| Row { format: Set("double_elimination".to_owned()), ..row }).await;
        let (before, begun) = (scene.world.db.statements(), Instant::now());
        scene.draw().await;
        let statements = scene.world.db.statements() - before;
        assert!(statements < 60, "{statements} statements to draw {entries}");
        eprintln!("{entries} entrants drawn in {:?} with {statements} statements", begun.elapsed());
        let cup = scene.cup;
        act!(scene.world, scene.organizer(), |tx, cx| draw::publish(tx, cx, cup)).expect("published");
        scene.go_live().await;
        let row = scene.the("W1.1").await;
        scene.report(&row, Side::A, &scene.won(&row, Side::A)).await.expect("taken");
        let (before, begun) = (scene.world.db.statements(), Instant::now());
        scene.report(&row, Side::B, &scene.won(&row, Side::A)).await.expect("taken");
        let statements = scene.world.db.statements() - before;
        assert!(statements < 60, "{statements} statements for a result");
        eprintln!("a result took {:?} with {statements} statements", begun.elapsed());
    }
}
