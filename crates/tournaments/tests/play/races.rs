//! Two at once: one does it, the other is told, and nothing happens twice.

use brackets::{Outcome, Side};
use sea_orm::ActiveValue::Set;
use testkit::TestDatabase;
use tournaments::{
    error::{
        dispute::{DisputeRefusal, ResolveRefusal},
        play::{CorrectRefusal, ReportRefusal, Unreachable},
    },
    model::tournament::ActiveModel as Row,
    rules::{dispute::Reason, match_state::NotDone},
    service::{
        correction,
        dispute::{self, Resolution},
        prize,
        result::{self, Reported},
    },
};

use crate::scene::{Scene, act, migrated, pair};

/// How often each race is run.
const TIMES: usize = 8;

fn ruling(winner: Side) -> Outcome {
    Outcome::Ruling { winner: Some(winner), score: if winner == Side::A { [1, 0] } else { [0, 1] } }
}

testkit::on_both! {
    from migrated;

    async fn two_referees_on_one_dispute(database: &TestDatabase) {
        let scene = Scene::new(database, 2 * TIMES, |row| row).await;
        scene.begin().await;
        for row in scene.matches().await.into_iter().filter(|row| row.round_number == 1) {
            let row = scene.play(&row.code, Side::A).await;
            let (id, loser) = (row.id, scene.player(pair(&row)[1]).actor());
            let opened = act!(scene.world, loser, |tx, cx| dispute::open(tx, cx, id, Reason::Other, "No."));
            let dispute = opened.expect("opened").id;
            let stands = &Resolution::Stands;
            let turned = &Resolution::Result { outcome: ruling(Side::B), anew: false, seen: None };
            let (organizer, staff) = (scene.organizer(), scene.staff.staff());
            let one = async { act!(scene.world, organizer, |tx, cx| dispute::resolve(tx, cx, dispute, stands, "so")) };
            let other = async { act!(scene.world, staff, |tx, cx| dispute::resolve(tx, cx, dispute, turned, "so")) };
            let (one, other) = tokio::join!(one, other);
            let told = |outcome: &Result<(), ResolveRefusal>| {
                matches!(outcome, Err(ResolveRefusal::Dispute(DisputeRefusal::NotDone(tournaments::rules::dispute::NotDone::NotNow { .. }))))
            };
            assert!(one.is_ok() && told(&other) || other.is_ok() && told(&one), "{one:?} {other:?}");
            let winner = if one.is_ok() { row.participant1_id } else { row.participant2_id };
            assert_eq!(scene.the(&row.code).await.winner_id, winner);
        }
    }

    async fn equal_reports_at_once_confirm_once(database: &TestDatabase) {
        let scene = Scene::new(database, 2 * TIMES, |row| row).await;
        scene.begin().await;
        for row in scene.matches().await.into_iter().filter(|row| row.round_number == 1) {
            let report = scene.won(&row, Side::B);
            let (one, other) = tokio::join!(scene.report(&row, Side::A, &report), scene.report(&row, Side::B, &report));
            let (one, other) = (one.expect("taken"), other.expect("taken"));
            let confirmed = [one, other].iter().filter(|reported| **reported == Reported::Confirmed).count();
            assert_eq!(confirmed, 1, "{one:?} {other:?}");
            let done = scene.the(&row.code).await;
            assert_eq!((done.state.as_str(), done.winner_id, done.revision), ("completed", row.participant2_id, row.revision + 1));
        }
        assert_eq!(usize::try_from(scene.tournament().await.completed_matches).expect("few"), TIMES);
    }

    /// The final is reported while the semi-final before it is corrected: either the report was in time and is void,
    /// or it comes too late; never does it count for the new pair.
    async fn a_report_against_a_correction(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        scene.begin().await;
        scene.play("W1.1", Side::A).await;
        scene.play("W1.2", Side::A).await;
        let mut winner = Side::B;
        for _ in 0..TIMES {
            let (first, last) = (scene.the("W1.1").await, scene.the("W2.1").await);
            let report = &scene.won(&last, Side::A);
            scene.report(&last, Side::A, report).await.expect("taken");
            let (revision, id, semi) = (scene.bracket().await.revision, last.id, first.id);
            let (opponent, outcome) = (scene.player(pair(&last)[1]).actor(), &ruling(winner));
            let organizer = scene.organizer();
            let confirm = async { act!(scene.world, opponent, |tx, cx| result::report(tx, cx, id, report)) };
            let correct = async {
                act!(scene.world, organizer, |tx, cx| correction::correct(tx, cx, semi, revision, Some(outcome), false, "so"))
            };
            let (confirmed, corrected) = tokio::join!(confirm, correct);
            let now = scene.the("W2.1").await;
            match (&confirmed, &corrected) {
                (Ok(Reported::Confirmed), Err(CorrectRefusal::Outdated { .. })) => {
                    assert_eq!(now.winner_id, last.participant1_id);
                    // Open it again for the next time.
                    let revision = scene.bracket().await.revision;
                    act!(scene.world, organizer, |tx, cx| correction::correct(tx, cx, id, revision, None, false, "so")).expect("opened");
                }
                (Err(ReportRefusal::Unreachable(Unreachable::Outdated(_) | Unreachable::NotDone(NotDone::NotNow { .. }))), Ok(_)) => {
                    assert_eq!(now.winner_id, None, "the report was about another pair");
                    assert_ne!(now.participant1_id, last.participant1_id);
                    winner = if winner == Side::A { Side::B } else { Side::A };
                }
                other => panic!("both or neither: {other:?}"),
            }
        }
    }

    async fn prizes_are_paid_once_however_often(database: &TestDatabase) {
        let scene = Scene::new(database, 2, |row| Row { prize_deltacoin: Set(77), ..row }).await;
        let (world, cup) = (&scene.world, scene.cup);
        world.give(&world.organizer, 77).await;
        let tournament = &scene.tournament().await;
        act!(world, scene.organizer(), |tx, cx| prize::fund(tx, cx, tournament)).expect("funded");
        scene.begin().await;
        scene.play("W1.1", Side::A).await;
        world.at(scene.later(61));
        let organizer = scene.organizer();
        let pay = || async { act!(world, organizer, |tx, cx| prize::pay(tx, cx, cup)).expect("paid") };
        let paid: [prize::Paid; 4] = tokio::join!(pay(), pay(), pay(), pay()).into();
        assert_eq!(paid.iter().filter(|paid| !paid.replayed).count(), 1, "{paid:?}");
        assert_eq!(world.coins(&scene.players[0]).await, 77);
        world.assert_ledger_is_sound().await;
    }
}
