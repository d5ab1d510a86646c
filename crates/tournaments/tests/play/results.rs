//! Results of two sides: agreeing, disagreeing, silence, and what is refused.

use brackets::{Game, Outcome, Side};
use kernel::Actor;
use sea_orm::ActiveValue::Set;
use testkit::TestDatabase;
use tournaments::{
    error::play::{DecideRefusal, ReportRefusal, Unreachable},
    rules::match_state::{Deed, NotDone},
    service::{
        matches::{self, Advanced},
        result::{self, Report, Reported},
        upload::EVIDENCE,
    },
};

use crate::scene::{Scene, act, migrated, pair};

async fn four(database: &TestDatabase) -> Scene {
    let scene = Scene::new(database, 4, |row| tournaments::model::tournament::ActiveModel {
        best_of: Set(3),
        best_of_final: Set(3),
        ..row
    })
    .await;
    scene.begin().await;
    scene
}

testkit::on_both! {
    from migrated;

    async fn equal_reports_confirm_and_the_winner_goes_on(database: &TestDatabase) {
        let scene = four(database).await;
        let first = scene.the("W1.1").await;
        let report = Report {
            games: vec![Game::scored(13, 9), Game::scored(7, 13), Game::scored(13, 11)],
            ..scene.won(&first, Side::A)
        };
        let picture = scene.world.file(scene.player(pair(&first)[0]), EVIDENCE, "image/png").await;
        let report = Report { screenshot: Some(picture), ..report };
        let foreign = scene.report(&first, Side::B, &report).await;
        assert!(matches!(foreign, Err(ReportRefusal::PictureGone)), "{foreign:?}");
        let waits = scene.report(&first, Side::A, &report).await.expect("taken");
        let report = Report { screenshot: None, ..report };
        assert_eq!(waits, Reported::Waiting { until: scene.later(15) });
        let pending = scene.the("W1.1").await;
        assert_eq!((pending.state.as_str(), pending.confirm_by), ("pending_result", Some(scene.later(15))));
        assert_eq!(scene.report(&first, Side::B, &report).await.expect("taken"), Reported::Confirmed);
        let done = scene.the("W1.1").await;
        assert_eq!((done.state.as_str(), done.decided_by.as_str()), ("completed", "agreement"));
        assert_eq!((done.participant1_score, done.participant2_score), (2, 1));
        assert_eq!(done.games, serde_json::json!([[13, 9], [7, 13], [13, 11]]));
        assert_eq!((done.winner_id, done.loser_id), (first.participant1_id, first.participant2_id));
        assert_eq!(done.revision, first.revision + 1);
        assert_eq!(scene.the("W2.1").await.participant1_id, first.participant1_id);
        assert_eq!(scene.reports(first.id).await, [(1, "agreed".to_owned()), (2, "agreed".to_owned())]);
        let cup = scene.tournament().await;
        assert_eq!((cup.completed_matches, cup.total_matches), (1, 3));
        // People read the name that the match has everywhere.
        let told = notifications::service::list(&scene.world.db, scene.player(pair(&first)[1]).user, None).await;
        let told: Vec<String> = told.expect("readable").notices.into_iter().map(|notice| notice.body).collect();
        let line = format!("Semi-final 1 of {}: {} won.", cup.name, done.participant1_name);
        assert!(told.contains(&line), "{told:?}");
    }

    async fn different_reports_open_a_dispute_with_both(database: &TestDatabase) {
        let scene = four(database).await;
        let row = scene.the("W1.1").await;
        scene.report(&row, Side::A, &scene.won(&row, Side::A)).await.expect("taken");
        let other = scene.report(&row, Side::B, &scene.won(&row, Side::B)).await.expect("taken");
        let Reported::Disputed { dispute } = other else { panic!("{other:?}") };
        let dispute = scene.dispute(dispute).await;
        assert_eq!((dispute.reason.as_str(), dispute.initiated_by_id), ("score_mismatch", None));
        assert_eq!(scene.the("W1.1").await.state, "disputed");
        assert_eq!(scene.reports(row.id).await, [(1, "disputed".to_owned()), (2, "disputed".to_owned())]);
        let late = scene.report(&row, Side::A, &scene.won(&row, Side::B)).await;
        assert!(matches!(late, Err(ReportRefusal::Unreachable(Unreachable::NotDone(NotDone::NotNow { .. })))), "{late:?}");
    }

    async fn silence_agrees_after_the_time_to_answer(database: &TestDatabase) {
        let scene = four(database).await;
        let row = scene.the("W1.2").await;
        scene.report(&row, Side::B, &scene.won(&row, Side::A)).await.expect("taken");
        // The reporter changes their mind before anybody answers.
        scene.world.at(scene.later(10));
        scene.report(&row, Side::B, &scene.won(&row, Side::B)).await.expect("taken");
        assert_eq!(scene.reports(row.id).await, [(2, "replaced".to_owned()), (2, "open".to_owned())]);
        let id = row.id;
        let advance = async || act!(scene.world, Actor::System, |tx, cx| matches::advance(tx, cx, id)).expect("done");
        scene.world.at(scene.later(14));
        assert_eq!(advance().await, Advanced::Nothing, "the second report has its own time");
        scene.world.at(scene.later(1));
        assert_eq!(advance().await, Advanced::Stands);
        assert_eq!(advance().await, Advanced::Nothing, "once is enough");
        let done = scene.the("W1.2").await;
        assert_eq!((done.state.as_str(), done.decided_by.as_str()), ("completed", "timeout"));
        assert_eq!(done.winner_id, row.participant2_id);
    }

    async fn what_cannot_be_is_refused(database: &TestDatabase) {
        let scene = four(database).await;
        let row = scene.the("W1.1").await;
        let (a, b) = (Game::won_by(Side::A), Game::won_by(Side::B));
        let drawn = Game { winner: None, points: None };
        for games in [vec![], vec![a], vec![a, b], vec![a, a, b], vec![a, drawn, a], vec![a, b, a, a]] {
            let report = Report { games, ..scene.won(&row, Side::A) };
            let refused = scene.report(&row, Side::A, &report).await;
            assert!(matches!(refused, Err(ReportRefusal::Games(_))), "{:?}: {refused:?}", report.games);
        }
        let report = &scene.won(&row, Side::A);
        let id = row.id;
        let stranger = scene.player(pair(&scene.the("W1.2").await)[0]).actor();
        for who in [stranger, scene.organizer(), Actor::Anonymous] {
            let refused = act!(scene.world, who, |tx, cx| result::report(tx, cx, id, report));
            let expected = Err(NotDone::NotYours(Deed::Report));
            let got = refused.map_err(|no| match no {
                ReportRefusal::Unreachable(Unreachable::NotDone(no)) => no,
                other => panic!("{other:?}"),
            });
            assert_eq!(got, expected, "{who}");
        }
        let swapped = Report { between: [pair(&row)[1], pair(&row)[0]], ..report.clone() };
        let older = Report { revision: row.revision - 1, ..report.clone() };
        for report in [swapped, older] {
            let refused = scene.report(&row, Side::A, &report).await;
            let Err(ReportRefusal::Unreachable(Unreachable::Outdated(present))) = refused else { panic!("{refused:?}") };
            assert_eq!((present.match_id, present.revision), (row.id, row.revision));
        }
        assert!(scene.reports(row.id).await.is_empty(), "nothing was kept");
        assert_eq!(scene.the("W1.1").await, row);
    }

    async fn giving_up_and_deciding(database: &TestDatabase) {
        let scene = four(database).await;
        let (one, other) = (scene.the("W1.1").await, scene.the("W1.2").await);
        let (id, revision) = (one.id, one.revision);
        let loser = scene.player(pair(&one)[0]).actor();
        let for_the_other = act!(scene.world, loser, |tx, cx| result::forfeit(tx, cx, id, revision, Some(Side::B), ""));
        assert!(matches!(for_the_other, Err(DecideRefusal::WhichSide)), "{for_the_other:?}");
        act!(scene.world, loser, |tx, cx| result::forfeit(tx, cx, id, revision, None, "ill")).expect("given up");
        let done = scene.the("W1.1").await;
        assert_eq!((done.state.as_str(), done.decided_by.as_str(), done.winner_id), ("forfeit", "forfeit", one.participant2_id));

        let (id, revision) = (other.id, other.revision);
        let ruling = &Outcome::Ruling { winner: Some(Side::B), score: [0, 1] };
        let player = scene.player(pair(&other)[0]).actor();
        let own = act!(scene.world, player, |tx, cx| result::decide(tx, cx, id, revision, ruling, "because"));
        assert!(matches!(own, Err(DecideRefusal::Unreachable(Unreachable::NotDone(NotDone::NotReferee(_))))), "{own:?}");
        let silent = act!(scene.world, scene.organizer(), |tx, cx| result::decide(tx, cx, id, revision, ruling, " "));
        assert!(matches!(silent, Err(DecideRefusal::NoReason)));
        let wrong = &Outcome::Ruling { winner: None, score: [1, 1] };
        let level = act!(scene.world, scene.organizer(), |tx, cx| result::decide(tx, cx, id, revision, wrong, "draw"));
        assert!(matches!(level, Err(DecideRefusal::Games(_))), "a bracket has no draws: {level:?}");
        act!(scene.world, scene.organizer(), |tx, cx| result::decide(tx, cx, id, revision, ruling, "because")).expect("decided");
        let done = scene.the("W1.2").await;
        assert_eq!((done.state.as_str(), done.decided_by.as_str(), done.winner_id), ("completed", "organizer", other.participant2_id));
        let last = scene.the("W2.1").await;
        assert_eq!([last.participant1_id, last.participant2_id], [one.participant2_id, other.participant2_id]);
    }

    async fn a_round_robin_may_end_level(database: &TestDatabase) {
        let scene = Scene::new(database, 2, |row| tournaments::model::tournament::ActiveModel {
            format: Set("round_robin".to_owned()),
            ..row
        })
        .await;
        scene.begin().await;
        let row = scene.matches().await.remove(0);
        let report = Report { games: vec![Game::scored(2, 2)], ..scene.won(&row, Side::A) };
        scene.report(&row, Side::A, &report).await.expect("taken");
        assert_eq!(scene.report(&row, Side::B, &report).await.expect("taken"), Reported::Confirmed);
        let done = scene.matches().await.remove(0);
        assert_eq!((done.state.as_str(), done.is_draw, done.winner_id), ("completed", true, None));
        assert_eq!(scene.tournament().await.status, "completed", "two share the first place");
    }
}
