//! Matches before they are decided: times, rooms, check-in, and what the clock does.

use brackets::Side;
use chrono::TimeDelta;
use kernel::Actor;
use sea_orm::ActiveValue::Set;
use testkit::TestDatabase;
use tournaments::{
    error::play::{FurnishRefusal, MatchCheckInRefusal, ScheduleRefusal, Unreachable},
    model::tournament::ActiveModel as Row,
    rules::match_state::Deed,
    service::{
        matches::{self, Advanced, Lobby},
        play,
    },
};

use crate::scene::{Scene, act, migrated, pair};

async fn with_check_in(database: &TestDatabase) -> Scene {
    let scene = Scene::new(database, 4, |row| Row { enable_check_in: Set(true), ..row }).await;
    scene.begin().await;
    scene
}

async fn advance(scene: &Scene, id: i64) -> Advanced {
    act!(scene.world, Actor::System, |tx, cx| matches::advance(tx, cx, id)).expect("done")
}

testkit::on_both! {
    from migrated;

    async fn who_is_not_there_loses(database: &TestDatabase) {
        let scene = with_check_in(database).await;
        let row = scene.the("W1.1").await;
        let id = row.id;
        let start = scene.tournament().await.tournament_start;
        assert_eq!((row.scheduled_time, row.check_in_deadline), (Some(start), Some(start)));
        // Play begins with the check-in over before it was open: it is opened now, and closed.
        let later = start + TimeDelta::hours(1);
        let again = act!(scene.world, scene.organizer(), |tx, cx| matches::schedule(tx, cx, id, row.revision, later, false));
        again.expect("scheduled");
        let (one, other) = (scene.player(pair(&row)[0]).actor(), scene.player(pair(&row)[1]).actor());
        let early = act!(scene.world, one, |tx, cx| matches::check_in(tx, cx, id, None));
        assert!(matches!(early, Err(MatchCheckInRefusal::NotOpen { .. })), "{early:?}");
        assert_eq!(advance(&scene, id).await, Advanced::Nothing);
        scene.world.at(later - TimeDelta::minutes(15));
        assert_eq!(advance(&scene, id).await, Advanced::CheckInOpened);
        let stranger = scene.player(pair(&scene.the("W1.2").await)[0]).actor();
        let not_his = act!(scene.world, stranger, |tx, cx| matches::check_in(tx, cx, id, None));
        assert!(matches!(not_his, Err(MatchCheckInRefusal::Unreachable(Unreachable::NotDone(_)))), "a stranger changes nothing: {not_his:?}");
        act!(scene.world, other, |tx, cx| matches::check_in(tx, cx, id, None)).expect("there");
        scene.world.at(later + TimeDelta::seconds(1));
        let late = act!(scene.world, one, |tx, cx| matches::check_in(tx, cx, id, None));
        assert!(matches!(late, Err(MatchCheckInRefusal::Ended(_))), "{late:?}");
        assert_eq!(advance(&scene, id).await, Advanced::NoShow);
        let done = scene.the("W1.1").await;
        assert_eq!((done.state.as_str(), done.decided_by.as_str(), done.winner_id), ("forfeit", "no_show", row.participant2_id));
        assert_eq!(advance(&scene, id).await, Advanced::Nothing);
    }

    async fn both_are_there_or_neither(database: &TestDatabase) {
        let scene = with_check_in(database).await;
        let (row, empty) = (scene.the("W1.1").await, scene.the("W1.2").await);
        assert_eq!(advance(&scene, row.id).await, Advanced::CheckInOpened);
        let id = row.id;
        for side in Side::BOTH {
            let who = scene.player(pair(&row)[side.index()]).actor();
            act!(scene.world, who, |tx, cx| matches::check_in(tx, cx, id, None)).expect("there");
        }
        assert_eq!(scene.the("W1.1").await.state, "ready");
        let who = scene.player(pair(&row)[0]).actor();
        let started = act!(scene.world, who, |tx, cx| matches::start(tx, cx, id)).expect("started");
        assert_eq!((started.state.as_str(), started.started_at), ("live", Some(scene.world.now())));
        advance(&scene, empty.id).await;
        scene.world.at(scene.later(1));
        assert_eq!(advance(&scene, empty.id).await, Advanced::NobodyCame);
        assert_eq!(scene.the("W1.2").await.state, "check_in", "the organizer decides");
        let told = scene.world.told(&scene.world.organizer).await;
        assert!(told.iter().any(|title| title.starts_with("Nobody came")), "{told:?}");
        // The next match is late enough for both to check in.
        let id = empty.id;
        let staff = scene.organizer();
        let outcome = &brackets::Outcome::Forfeit { by: Side::A, no_show: true };
        act!(scene.world, staff, |tx, cx| tournaments::service::result::decide(tx, cx, id, empty.revision, outcome, "gone")).expect("decided");
        scene.world.at(scene.later(180));
        let row = scene.the("W1.1").await;
        scene.agree(&row, Side::A).await;
        assert_eq!(scene.the("W2.1").await.scheduled_time, Some(scene.later(15)));
    }

    async fn nobody_plays_two_at_once(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| Row { format: Set("round_robin".to_owned()), ..row }).await;
        scene.begin().await;
        let rows = scene.matches().await;
        let (first, second) = (&rows[0], rows.iter().find(|row| row.round_number == 2).expect("a second round"));
        let (id, revision, at) = (second.id, second.revision, first.scheduled_time.expect("planned"));
        let set = async |at, anyway| act!(scene.world, scene.organizer(), |tx, cx| matches::schedule(tx, cx, id, revision, at, anyway));
        let overlap = set(at + TimeDelta::minutes(30), false).await;
        assert!(matches!(overlap, Err(ScheduleRefusal::Overlap { .. })), "{overlap:?}");
        set(at + TimeDelta::minutes(30), true).await.expect("all the same");
        assert!(matches!(set(at - TimeDelta::minutes(1), false).await, Err(ScheduleRefusal::Past)));
        let player = scene.player(pair(first)[0]).actor();
        let not_his = act!(scene.world, player, |tx, cx| matches::schedule(tx, cx, id, revision, at, false));
        assert!(matches!(not_his, Err(ScheduleRefusal::Unreachable(Unreachable::NotDone(_)))));
    }

    async fn a_room_is_for_those_who_play_in_it(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        scene.begin().await;
        let row = scene.the("W1.1").await;
        let id = row.id;
        let lobby = &Lobby { code: "AB12".to_owned(), password: "secret".to_owned(), ..Lobby::default() };
        act!(scene.world, scene.organizer(), |tx, cx| matches::set_lobby(tx, cx, id, lobby)).expect("given");
        let own = scene.player(pair(&row)[0]).actor();
        let others = scene.player(pair(&scene.the("W1.2").await)[0]).actor();
        for (who, sees) in [(own, true), (scene.organizer(), true), (others, false), (Actor::Anonymous, false)] {
            let by = who.into();
            let cx = scene.world.context(&by);
            let page = play::match_page(&scene.world.db, &cx, id).await.expect("readable").expect("all may see the match");
            assert_eq!(page.lobby.as_ref() == Some(lobby), sees, "{who}");
            assert_eq!(page.row.lobby_info, serde_json::json!({}), "{who}: not by the back door");
            assert_eq!(page.can.do_(Deed::Report), who == own, "{who}");
        }
        let all = &play::Filter { tournament: Some(scene.cup), ..Default::default() };
        let list = play::matches(&scene.world.db, all, None, 2);
        let list = list.await.expect("readable");
        assert_eq!((list.matches.len(), list.next.is_some()), (2, true));
        assert!(list.matches.iter().all(|row| row.lobby_info == serde_json::json!({})));
        let rest = play::matches(&scene.world.db, all, list.next, 2);
        assert_eq!(rest.await.expect("readable").matches.len(), 1);
        let bad = act!(scene.world, scene.organizer(), |tx, cx| matches::set_stream(tx, cx, id, "javascript:alert(1)"));
        assert!(matches!(bad, Err(FurnishRefusal::NotAnAddress)));
        let mine = play::my_open_matches(&scene.world.db, scene.player(pair(&row)[0]).user).await.expect("readable");
        assert_eq!(mine.iter().map(|row| row.id).collect::<Vec<_>>(), [id]);
        let names = play::titles(&scene.world.db, &mine.iter().collect::<Vec<_>>()).await.expect("readable");
        assert_eq!(names.into_iter().collect::<Vec<_>>(), [(id, "Semi-final 1".to_owned())]);
    }
}
