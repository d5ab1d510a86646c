//! Corrections: seen before they are made, made as they were seen, and never against paid prizes.

use brackets::{Outcome, Side};
use kernel::Actor;
use sea_orm::ActiveValue::Set;
use serde_json::json;
use testkit::TestDatabase;
use tournaments::{
    Match,
    error::play::{CorrectRefusal, ReportRefusal, Unreachable},
    model::tournament::ActiveModel as Row,
    service::{
        correction::{self, Corrected, CorrectionPreview},
        prize,
    },
};

use crate::scene::{Scene, act, migrated};

fn ruling(winner: Side) -> Outcome {
    let score = if winner == Side::A { [1, 0] } else { [0, 1] };
    Outcome::Ruling { winner: Some(winner), score }
}

async fn preview(scene: &Scene, row: &Match, outcome: Option<&Outcome>, anew: bool) -> CorrectionPreview {
    let by = scene.organizer().into();
    let cx = scene.world.context(&by);
    correction::preview_correction(&scene.world.db, &cx, row.id, outcome, anew).await.expect("it can be corrected")
}

async fn correct(
    scene: &Scene,
    row: &Match,
    revision: i32,
    outcome: Option<&Outcome>,
    anew: bool,
) -> Result<Corrected, CorrectRefusal> {
    let id = row.id;
    act!(scene.world, scene.organizer(), |tx, cx| correction::correct(tx, cx, id, revision, outcome, anew, "wrong"))
}

testkit::on_both! {
    from migrated;

    async fn a_correction_does_what_its_preview_said(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| Row { prize_pool: Set(10_000), ..row }).await;
        scene.begin().await;
        scene.play_all(Scene::better).await;
        let (first, last) = (scene.the("W1.1").await, scene.the("W2.1").await);
        assert_eq!(scene.tournament().await.status, "completed");
        assert_eq!(scene.awards().await[0].registration_id, scene.entries[0]);
        let other = &ruling(Side::B);
        let seen = preview(&scene, &first, Some(other), false).await;
        let lines = seen.lines().join("\n");
        for expected in [
            "player0001 against player0004 1:0 → player0001 against player0004 0:1",
            "player0001 against player0002 1:0 → player0004 against player0002, to be played",
            "Winner of the tournament: player0001 → open",
            "Prize of player0001: 100.00 → 0 coins",
        ] {
            assert!(lines.contains(expected), "{expected:?} is missing in\n{lines}");
        }
        let stale = correct(&scene, &first, seen.revision - 1, Some(other), false).await;
        assert!(matches!(stale, Err(CorrectRefusal::Outdated { .. })), "{stale:?}");
        let done = correct(&scene, &first, seen.revision, Some(other), false).await.expect("corrected");
        let mut matches: Vec<i64> = seen.matches.iter().filter_map(|change| change.match_id).collect();
        matches.sort_unstable();
        let mut changed = done.matches.clone();
        changed.sort_unstable();
        assert_eq!(matches, changed, "exactly the matches of the preview");
        // Who fell out of the final hears it; who stays in it does not hear that they left.
        let fell = "player0001 against player0002 no longer stands".to_owned();
        assert!(scene.world.told(scene.player(scene.entries[0])).await.contains(&fell));
        assert!(!scene.world.told(scene.player(scene.entries[1])).await.contains(&fell));
        let again = scene.the("W2.1").await;
        assert_eq!((again.state.as_str(), again.winner_id, again.participant1_id), ("ready", None, first.participant2_id));
        assert!(again.revision > last.revision);
        let cup = scene.tournament().await;
        assert_eq!((cup.status.as_str(), cup.completed_at, cup.completed_matches), ("live", None, 2));
        assert!(scene.awards().await.iter().all(|award| award.status == "withdrawn"));
        scene.play_all(|_| Side::A).await;
        let log = scene.world.audited(cup.id).await;
        let moves = log.iter().filter(|row| row.action == "tournament_status");
        let moves: Vec<_> = moves.map(|row| (row.metadata["from"].clone(), row.metadata["to"].clone())).collect();
        let over = (json!("live"), json!("completed"));
        assert_eq!(moves[moves.len() - 3..], [over.clone(), (json!("completed"), json!("live")), over]);
        let held: Vec<_> = scene.awards().await.into_iter().filter(|award| award.status == "held").collect();
        assert_eq!((held.len(), held[0].registration_id), (1, first.participant2_id.expect("known")));
        let same = correct(&scene, &first, scene.bracket().await.revision, Some(other), false).await;
        assert!(matches!(same, Err(CorrectRefusal::NoChange)), "{same:?}");
    }

    async fn a_result_can_be_taken_back(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        scene.begin().await;
        let row = scene.play("W1.1", Side::A).await;
        let seen = preview(&scene, &row, None, false).await;
        correct(&scene, &row, seen.revision, None, false).await.expect("taken back");
        let open = scene.the("W1.1").await;
        assert_eq!((open.state.as_str(), open.winner_id, open.completed_at), ("ready", None, None));
        assert_eq!(scene.the("W2.1").await.participant1_id, None);
        scene.play("W1.1", Side::B).await;
        assert_eq!(scene.the("W2.1").await.participant1_id, row.participant2_id);
    }

    /// A report about who met before the correction never counts for who meets now.
    async fn a_report_from_before_never_confirms_another_match(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        scene.begin().await;
        let first = scene.play("W1.1", Side::A).await;
        scene.play("W1.2", Side::A).await;
        let before = scene.the("W2.1").await;
        let report = scene.won(&before, Side::B);
        scene.report(&before, Side::B, &report).await.expect("taken");
        let other = &ruling(Side::B);
        let revision = scene.bracket().await.revision;
        correct(&scene, &first, revision, Some(other), false).await.expect("corrected");
        assert_eq!(scene.reports(before.id).await, [(2, "void".to_owned())]);
        let late = scene.report(&before, Side::B, &report).await;
        assert!(matches!(late, Err(ReportRefusal::Unreachable(Unreachable::Outdated(_)))), "{late:?}");
        let now = scene.the("W2.1").await;
        assert_eq!((now.state.as_str(), now.winner_id), ("ready", None));
        // Put right again, the pair is the old one, and the old report still does not count.
        let revision = scene.bracket().await.revision;
        correct(&scene, &first, revision, Some(&ruling(Side::A)), false).await.expect("corrected");
        let late = scene.report(&before, Side::A, &report).await;
        assert!(matches!(late, Err(ReportRefusal::Unreachable(Unreachable::Outdated(_)))), "{late:?}");
        assert_eq!(scene.the("W2.1").await.winner_id, None);
    }

    async fn paid_prizes_stay_paid(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| Row { prize_pool: Set(10_000), ..row }).await;
        scene.begin().await;
        scene.play_all(Scene::better).await;
        let (cup, last) = (scene.cup, scene.the("W2.1").await);
        scene.world.at(scene.later(61));
        act!(scene.world, Actor::System, |tx, cx| prize::pay(tx, cx, cup)).expect("paid");
        let revision = scene.bracket().await.revision;
        let refused = correct(&scene, &last, revision, Some(&ruling(Side::B)), false).await;
        assert!(matches!(&refused, Err(CorrectRefusal::PrizesPaid(names)) if names.len() == 2), "{refused:?}");
        assert_eq!(scene.bracket().await.revision, revision);
    }

    async fn swiss_rounds_stand_or_are_paired_anew(database: &TestDatabase) {
        for anew in [false, true] {
            let Some(database) = migrated(database.kind()).await else { return };
            let scene = Scene::new(&database, 4, |row| Row { format: Set("swiss".to_owned()), ..row }).await;
            scene.begin().await;
            let first = scene.play("S1.1", Side::A).await;
            scene.play("S1.2", Side::A).await;
            let second = scene.the("S2.1").await;
            let other = &ruling(Side::B);
            let seen = preview(&scene, &first, Some(other), anew).await;
            correct(&scene, &first, seen.revision, Some(other), anew).await.expect("corrected");
            let now = scene.the("S2.1").await;
let sides = |row: &Match| [row.participant1_id, row.participant2_id];
            assert_eq!(sides(&now) == sides(&second), !anew, "anew {anew}: the old round stands or is paired anew");
            assert!(!anew || sides(&now).contains(&first.participant2_id), "the one who really won is at the first table");
            assert_eq!(scene.the("S1.1").await.winner_id, first.participant2_id);
            scene.play_all(Scene::better).await;
            assert_eq!(scene.tournament().await.status, "completed", "anew {anew}");
        }
    }

    async fn playoffs_keep_whom_they_have_or_are_drawn_anew(database: &TestDatabase) {
        for anew in [false, true] {
            let Some(database) = migrated(database.kind()).await else { return };
            let scene = Scene::new(&database, 4, |row| Row {
                format: Set("group_playoff".to_owned()),
                group_count: Set(Some(1)),
                ..row
            })
            .await;
            scene.begin().await;
            loop {
                let open = scene.matches().await.into_iter().find(|row| row.stage == 1 && row.state == "ready");
                let Some(row) = open else { break };
                scene.agree(&row, Scene::better(&row)).await;
            }
            let playoff = scene.the("W1.1").await;
            assert_eq!([playoff.participant1_id, playoff.participant2_id], [Some(scene.entries[0]), Some(scene.entries[1])]);
            // The second lost to the third after all, so the third has as many points and the better comparison.
            let row = scene.matches().await.into_iter().find(|row| {
                let sides = [row.participant1_id, row.participant2_id];
                row.stage == 1 && sides.contains(&Some(scene.entries[1])) && sides.contains(&Some(scene.entries[2]))
            });
            let row = row.expect("they met");
            let side = if row.participant1_id == Some(scene.entries[2]) { Side::A } else { Side::B };
            let other = &ruling(side);
            let seen = preview(&scene, &row, Some(other), anew).await;
            assert!(seen.qualifiers.iter().any(|change| change.kept != anew), "{:?}", seen.qualifiers);
            correct(&scene, &row, seen.revision, Some(other), anew).await.expect("corrected");
            let now = scene.the("W1.1").await;
            let second = if anew { scene.entries[2] } else { scene.entries[1] };
            assert!([now.participant1_id, now.participant2_id].contains(&Some(second)), "anew {anew}");
        }
    }
}
