//! Prizes: funded, held, divided over teams, handed over.

use brackets::Side;
use economy::{
    Holder,
    service::{Policy, set_policy},
};
use kernel::Actor;
use sea_orm::ActiveValue::Set;
use testkit::TestDatabase;
use tournaments::{
    error::prize::{HandOverRefusal, PayRefusal},
    model::tournament::ActiveModel as Row,
    rules::dispute::Reason,
    service::{dispute, play, prize},
};

use crate::scene::{Scene, act, migrated, pair};

testkit::on_both! {
    from migrated;

    async fn prizes_are_held_while_anything_is_disputed(database: &TestDatabase) {
        let scene = Scene::new(database, 2, |row| Row { prize_pool: Set(10_001), ..row }).await;
        scene.begin().await;
        let row = scene.play("W1.1", Side::A).await;
        let (cup, id) = (scene.cup, row.id);
        let pay = async || act!(scene.world, scene.organizer(), |tx, cx| prize::pay(tx, cx, cup));
        assert!(matches!(pay().await, Err(PayRefusal::Held(_))));
        let loser = scene.player(pair(&row)[1]).actor();
        let opened = act!(scene.world, loser, |tx, cx| dispute::open(tx, cx, id, Reason::Other, "No."));
        let opened = opened.expect("opened").id;
        scene.world.at(scene.later(120));
        assert!(matches!(pay().await, Err(PayRefusal::Disputed(1))));
        act!(scene.world, scene.organizer(), |tx, cx| dispute::dismiss(tx, cx, opened, "Yes.")).expect("dismissed");
        let policy = &Policy { winner: 70, runner_up: 0, ..Policy::default() };
        act!(scene.world, Actor::System, |tx, cx| set_policy(tx, cx.clock, &Actor::System, None, policy)).expect("set");
        let paid = pay().await.expect("paid");
        assert_eq!((paid.coins, paid.to_hand_over), (0, 1));
        let told = |titles: Vec<String>| titles.into_iter().filter(|title| title.ends_with(" Cup")).collect::<Vec<_>>();
        let winner = scene.player(pair(&row)[0]);
        assert_eq!(told(scene.world.told(winner).await), ["Your prize in Cup", "Winner in Cup"]);
        let prizes = play::prizes(&scene.world.db, cup).await.expect("readable");
        assert_eq!((prizes[0].name.as_str(), prizes[0].award.amount, prizes[0].award.status.as_str()), ("player0001", 10_001, "to_hand_over"));
        let prize = prizes[0].award.id;
        let hand = async |who: Actor, how: &str| act!(scene.world, who, |tx, cx| prize::hand_over(tx, cx, prize, how));
        assert!(matches!(hand(loser, "bKash 1").await, Err(HandOverRefusal::NotAllowed(_))));
        assert!(matches!(hand(scene.organizer(), " ").await, Err(HandOverRefusal::NoReference)));
        hand(scene.organizer(), "bKash 8FK2").await.expect("handed over");
        let last = scene.world.told(winner).await.pop();
        assert_eq!(last.as_deref(), Some("Your prize money from Cup was handed over"));
        assert!(matches!(hand(scene.organizer(), "bKash 8FK2").await, Err(HandOverRefusal::NotNow(_))));
    }

    async fn a_teams_coins_are_divided_over_its_players(database: &TestDatabase) {
        let scene = Scene::new(database, 2, |row| Row { prize_deltacoin: Set(100), is_official: Set(true), ..row }).await;
        let (world, cup) = (&scene.world, scene.cup);
        let (team, people) = world.team("Reds").await;
        // The first entry is the team's.
        let row = tournaments::model::registration::ActiveModel {
            user_id: Set(None),
            team_id: Set(Some(team.id)),
            ..Default::default()
        };
        let (row, id) = (&row, scene.entries[0]);
        world.db.write(|tx| async move {
            use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
            use tournaments::model::registration::{Column, Entity};
            Entity::update_many().set(row.clone()).filter(Column::Id.eq(id)).exec(&tx).await?;
            Ok::<_, kernel::DbError>(())
        }).await.expect("a team's");
        scene.line_up(id, &[&people[1], &people[0], &people[2]]).await;
        let tournament = &scene.tournament().await;
        for _ in 0..2 {
            act!(world, scene.organizer(), |tx, cx| prize::fund(tx, cx, tournament)).expect("funded once");
        }
        scene.begin().await;
        let row = &scene.the("W1.1").await;
        let report = &scene.won(row, Side::A);
        let match_id = row.id;
        // The team's captain reports for it.
        act!(world, people[1].actor(), |tx, cx| tournaments::service::result::report(tx, cx, match_id, report)).expect("taken");
        scene.report(row, Side::B, report).await.expect("taken");
        world.at(scene.later(61));
        act!(world, Actor::System, |tx, cx| prize::pay(tx, cx, cup)).expect("paid");
        let mut got = vec![];
        for person in &people {
            got.push(world.coins(person).await);
        }
        assert_eq!(got, [33, 34, 33, 0, 0], "the captain gets the coin that does not divide");
        assert_eq!(economy::service::balance(&world.db, Holder::Escrow(cup)).await.expect("readable"), 0);
        assert_eq!(economy::service::balance(&world.db, Holder::Treasury).await.expect("readable"), -100);
        world.assert_ledger_is_sound().await;
    }

    async fn what_is_not_given_goes_back(database: &TestDatabase) {
        let scene = Scene::new(database, 2, |row| Row {
            prize_deltacoin: Set(100),
            prize_distribution: Set(serde_json::json!({"1": "50%"})),
            ..row
        })
        .await;
        let world = &scene.world;
        let tournament = &scene.tournament().await;
        let poor = act!(world, scene.organizer(), |tx, cx| prize::fund(tx, cx, tournament));
        assert!(poor.is_err(), "the organizer has no coins: {poor:?}");
        world.give(&world.organizer, 100).await;
        act!(world, scene.organizer(), |tx, cx| prize::fund(tx, cx, tournament)).expect("funded");
        assert_eq!(world.coins(&world.organizer).await, 0);
        act!(world, scene.organizer(), |tx, cx| prize::unfund(tx, cx, tournament)).expect("given back");
        assert_eq!(world.coins(&world.organizer).await, 100);
        world.assert_ledger_is_sound().await;
    }
}
