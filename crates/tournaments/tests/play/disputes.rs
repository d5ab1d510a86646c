//! Disputes from their opening to their end.

use brackets::{Game, Outcome, Side};
use chrono::TimeDelta;
use kernel::{Actor, upload};
use testkit::TestDatabase;
use tournaments::{
    Match,
    error::dispute::{DisputeRefusal, EvidenceRefusal, OpenDisputeRefusal, ResolveRefusal},
    rules::{
        access::Duty,
        dispute::{NotDone, Reason},
    },
    service::{
        correction::CorrectionPreview,
        dispute::{self, Evidence, Resolution},
        duty, staff,
        upload::{EVIDENCE, forget_orphans},
    },
};

use crate::scene::{Person, Scene, act, migrated, pair};

async fn decided(database: &TestDatabase) -> (Scene, Match) {
    let scene = Scene::new(database, 4, |row| row).await;
    scene.begin().await;
    let row = scene.play("W1.1", Side::A).await;
    (scene, row)
}

async fn open(scene: &Scene, row: &Match, by: Side) -> Result<i64, OpenDisputeRefusal> {
    let (id, who) = (row.id, scene.player(pair(row)[by.index()]).actor());
    let opened = act!(scene.world, who, |tx, cx| dispute::open(tx, cx, id, Reason::Cheating, "He used a bot."));
    opened.map(|dispute| dispute.id)
}

/// Asks somebody to help; answers the request.
async fn ask(scene: &Scene, whom: &Person, duty: Duty) -> i64 {
    let (user, cup) = (whom.user, scene.cup);
    let asked = act!(scene.world, scene.organizer(), |tx, cx| staff::invite(tx, cx, cup, user, duty));
    asked.expect("the organizer asks").id
}

/// Somebody agrees to help.
async fn helps(scene: &Scene, who: &Person, duty: Duty) {
    let id = ask(scene, who, duty).await;
    act!(scene.world, who.actor(), |tx, cx| staff::accept(tx, cx, id)).expect("agreed");
}

/// Somebody new who has agreed to help.
async fn helper(scene: &Scene, name: &str, duty: Duty) -> Person {
    let person = scene.world.person(name).await;
    helps(scene, &person, duty).await;
    person
}

/// The disputes that wait for somebody.
async fn due(scene: &Scene, who: &Actor) -> Vec<i64> {
    let due = duty::due(scene.world.db.read(), who, 10).await.expect("readable");
    assert!(due.disputes.iter().all(|(_, row)| due.tournaments.contains_key(&row.tournament_id)));
    due.disputes.iter().map(|(dispute, _)| dispute.id).collect()
}

async fn resolve(scene: &Scene, id: i64, by: Actor, resolution: Resolution) -> Result<(), ResolveRefusal> {
    let resolution = &resolution;
    act!(scene.world, by, |tx, cx| dispute::resolve(tx, cx, id, resolution, "We looked."))
}

fn other_way() -> Resolution {
    other_way_as_seen(None)
}

fn other_way_as_seen(seen: Option<i32>) -> Resolution {
    Resolution::Result { outcome: OTHER_WAY, anew: false, seen }
}

const OTHER_WAY: Outcome = Outcome::Ruling { winner: Some(Side::B), score: [0, 1] };

/// What somebody is told that a result would change.
async fn look(scene: &Scene, id: i64, by: Actor, outcome: Outcome) -> Result<CorrectionPreview, ResolveRefusal> {
    let (by, db) = (&by.into(), &scene.world.db);
    dispute::preview(db, &scene.world.context(by), id, &outcome, false).await
}

async fn preview(scene: &Scene, id: i64, by: Actor, outcome: Outcome) -> Result<Vec<String>, ResolveRefusal> {
    Ok(look(scene, id, by, outcome).await?.lines())
}

testkit::on_both! {
    from migrated;

    async fn a_result_is_disputed_and_turned_round(database: &TestDatabase) {
        let (scene, row) = decided(database).await;
        let id = open(&scene, &row, Side::B).await.expect("opened");
        assert_eq!(scene.the("W1.1").await.state, "disputed");
        let twice = open(&scene, &row, Side::A).await;
        assert!(matches!(twice, Err(OpenDisputeRefusal::DisputedAlready { dispute }) if dispute == id), "{twice:?}");
        let looked = look(&scene, id, scene.organizer(), OTHER_WAY).await.expect("it may be").revision;
        // What follows waits.
        let next = scene.play("W1.2", Side::A).await;
        let last = scene.the("W2.1").await;
        let early = scene.report(&last, Side::A, &scene.won(&last, Side::A)).await;
        assert!(matches!(early, Err(tournaments::error::play::ReportRefusal::Disputed(of)) if of == row.id), "{early:?}");
        // Everything that it changes is told before, to those who may do it.
        let [one, other] = pair(&row).map(|entry| scene.player(entry).name.clone());
        let seen = look(&scene, id, scene.organizer(), OTHER_WAY).await.expect("it may be");
        let told = seen.lines();
        let begins = [format!("Semi-final 1: {one} against {other} 1:0 → {one} against {other} 0:1 by a ruling"), format!("Final: {one} against")];
        assert!(begins.iter().all(|begins| told.iter().any(|line| line.starts_with(begins))), "{told:#?}");
        let same = Outcome::Played(scene.won(&row, Side::A).games);
        let same = look(&scene, id, scene.organizer(), same).await.expect("it may be");
        assert_eq!((same.lines(), same.revision), (vec![], seen.revision));
        // An equal score by a referee's word is told as what it is.
        let ruled = preview(&scene, id, scene.organizer(), Outcome::Ruling { winner: Some(Side::A), score: [1, 0] }).await;
        let line = format!("Semi-final 1: {one} against {other} 1:0 → {one} against {other} 1:0 by a ruling");
        assert_eq!(ruled.expect("it may be"), [line]);
        let played = preview(&scene, id, scene.organizer(), Outcome::Played(vec![Game::scored(13, 12)])).await;
        let line = format!("Semi-final 1: {one} against {other} 1:0 → {one} against {other} 1:0 (13:12)");
        assert_eq!(played.expect("it may be"), [line]);
        let own = preview(&scene, id, scene.player(pair(&row)[1]).actor(), OTHER_WAY).await;
        assert!(matches!(own, Err(ResolveRefusal::Dispute(DisputeRefusal::NotDone(NotDone::NotYours { .. })))), "{own:?}");
        // It is bound to what was looked at.
        assert!(looked < seen.revision);
        let before = (scene.the("W1.1").await, scene.dispute(id).await, scene.bracket().await);
        let stale = resolve(&scene, id, scene.organizer(), other_way_as_seen(Some(looked))).await;
        assert!(matches!(stale, Err(ResolveRefusal::Outdated { seen: was, now }) if (was, now) == (looked, seen.revision)), "{stale:?}");
        assert_eq!((scene.the("W1.1").await, scene.dispute(id).await, scene.bracket().await), before);
        resolve(&scene, id, scene.organizer(), other_way_as_seen(Some(seen.revision))).await.expect("resolved");
        let done = scene.the("W1.1").await;
        assert_eq!((done.state.as_str(), done.decided_by.as_str(), done.winner_id), ("completed", "dispute", row.participant2_id));
        let last = scene.the("W2.1").await;
        assert_eq!([last.participant1_id, last.participant2_id], [row.participant2_id, next.winner_id]);
        let closed = scene.dispute(id).await;
        assert_eq!((closed.status.as_str(), closed.final_participant1_score, closed.final_participant2_score), ("resolved", Some(0), Some(1)));
        let again = resolve(&scene, id, scene.organizer(), Resolution::Stands).await;
        assert!(matches!(again, Err(ResolveRefusal::Dispute(DisputeRefusal::NotDone(NotDone::NotNow { .. })))), "{again:?}");
    }

    async fn a_result_stands_or_the_dispute_is_withdrawn(database: &TestDatabase) {
        let (scene, row) = decided(database).await;
        let id = open(&scene, &row, Side::B).await.expect("opened");
        resolve(&scene, id, scene.organizer(), Resolution::Stands).await.expect("resolved");
        assert_eq!(scene.the("W1.1").await.state, "completed");
        let id = open(&scene, &row, Side::B).await.expect("opened again");
        let other = scene.player(pair(&row)[0]).actor();
        let not_mine = act!(scene.world, other, |tx, cx| dispute::withdraw(tx, cx, id));
        assert!(matches!(not_mine, Err(ResolveRefusal::Dispute(DisputeRefusal::NotDone(NotDone::NotYours { .. })))), "{not_mine:?}");
        let opener = scene.player(pair(&row)[1]).actor();
        act!(scene.world, opener, |tx, cx| dispute::withdraw(tx, cx, id)).expect("withdrawn");
        assert_eq!((scene.the("W1.1").await.state.as_str(), scene.dispute(id).await.status.as_str()), ("completed", "withdrawn"));
        let id = open(&scene, &row, Side::B).await.expect("opened once more");
        act!(scene.world, scene.organizer(), |tx, cx| dispute::dismiss(tx, cx, id, "Nothing was found.")).expect("dismissed");
        assert_eq!(scene.dispute(id).await.status, "dismissed");
        assert_eq!(scene.the("W1.1").await, Match { updated_at: scene.the("W1.1").await.updated_at, ..row });
    }

    async fn the_window_closes(database: &TestDatabase) {
        let (scene, row) = decided(database).await;
        scene.world.at(scene.later(60));
        let in_time = open(&scene, &row, Side::B).await.expect("the last minute");
        act!(scene.world, scene.player(pair(&row)[1]).actor(), |tx, cx| dispute::withdraw(tx, cx, in_time)).expect("withdrawn");
        scene.world.at(scene.later(1));
        let late = open(&scene, &row, Side::B).await;
        assert!(matches!(late, Err(OpenDisputeRefusal::TooLate(_))), "{late:?}");
    }

    async fn two_reports_that_disagree_need_a_result(database: &TestDatabase) {
        let scene = Scene::new(database, 4, |row| row).await;
        scene.begin().await;
        let (rita, vera) = (helper(&scene, "rita", Duty::Referee).await, helper(&scene, "vera", Duty::PaymentVerifier).await);
        let ivo = scene.world.person("ivo").await;
        ask(&scene, &ivo, Duty::Referee).await;
        let row = scene.the("W1.1").await;
        scene.report(&row, Side::A, &scene.won(&row, Side::A)).await.expect("taken");
        scene.report(&row, Side::B, &scene.won(&row, Side::B)).await.expect("taken");
        let open = tournaments::service::play::dispute_queue(
            &scene.world.db, &scene.world.context(&scene.staff.staff().into()), None, None, 10,
        ).await.expect("readable");
        assert_eq!(open.len(), 1);
        let id = open[0].0.id;
        for (who, hears) in [(&scene.world.organizer, true), (&rita, true), (&vera, false), (&ivo, false)] {
            let told = scene.world.told(who).await;
            assert_eq!(told.iter().any(|title| title.starts_with("Disputed: ")), hears, "{}: {told:?}", who.name);
        }
        let stands = resolve(&scene, id, scene.organizer(), Resolution::Stands).await;
        assert!(matches!(stands, Err(ResolveRefusal::NothingStands)), "{stands:?}");
        let tie = Resolution::Result { outcome: Outcome::Ruling { winner: None, score: [0, 0] }, anew: false, seen: None };
        let tied = resolve(&scene, id, scene.organizer(), tie).await;
        assert!(matches!(tied, Err(ResolveRefusal::Games(_))), "nobody is given a win by a tie: {tied:?}");
        let tied = preview(&scene, id, scene.organizer(), Outcome::Ruling { winner: None, score: [0, 0] }).await;
        assert!(tied.is_err(), "{tied:?}");
        let [one, other] = pair(&row).map(|entry| scene.player(entry).name.clone());
        let told = preview(&scene, id, scene.organizer(), OTHER_WAY).await.expect("it may be");
        let line = format!("Semi-final 1: {one} against {other}, to be played → {one} against {other} 0:1 by a ruling");
        assert!(told.contains(&line) && told.iter().any(|line| line.starts_with("Final: nobody yet against nobody yet → nobody yet against ") || line.starts_with(&format!("Final: nobody yet against nobody yet → {other} against nobody yet"))), "{told:#?}");
        resolve(&scene, id, scene.organizer(), other_way()).await.expect("resolved");
        let done = scene.the("W1.1").await;
        assert_eq!((done.state.as_str(), done.winner_id), ("completed", row.participant2_id));
        assert_eq!(scene.the("W2.1").await.participant1_id, row.participant2_id);
    }

    async fn an_escalated_dispute_is_for_the_platform(database: &TestDatabase) {
        let (scene, row) = decided(database).await;
        let id = open(&scene, &row, Side::B).await.expect("opened");
        act!(scene.world, scene.organizer(), |tx, cx| dispute::review(tx, cx, id)).expect("taken up");
        act!(scene.world, scene.organizer(), |tx, cx| dispute::escalate(tx, cx, id, "We know both.")).expect("escalated");
        let own = resolve(&scene, id, scene.organizer(), Resolution::Stands).await;
        assert!(matches!(own, Err(ResolveRefusal::Dispute(DisputeRefusal::NotDone(NotDone::NotYours { .. })))), "{own:?}");
        let text = |text: &str| Evidence { text: text.to_owned(), ..Evidence::default() };
        let said = &text("Here is how it was.");
        act!(scene.world, scene.player(pair(&row)[0]).actor(), |tx, cx| dispute::add_evidence(tx, cx, id, said)).expect("added");
        let stranger = act!(scene.world, scene.player(pair(&scene.the("W1.2").await)[0]).actor(), |tx, cx| dispute::add_evidence(tx, cx, id, said));
        assert!(matches!(stranger, Err(EvidenceRefusal::NotDone(_))), "{stranger:?}");
        let [mine, theirs] = pair(&row).map(|entry| scene.player(entry));
        let picture = scene.world.file(mine, EVIDENCE, "image/png").await;
        let shown = &Evidence { upload: Some(picture.clone()), ..Evidence::default() };
        act!(scene.world, mine.actor(), |tx, cx| dispute::add_evidence(tx, cx, id, shown)).expect("added");
        let foreign = act!(scene.world, theirs.actor(), |tx, cx| dispute::add_evidence(tx, cx, id, shown));
        assert!(matches!(foreign, Err(EvidenceRefusal::FileGone)), "{foreign:?}");
        let unused = scene.world.file(mine, EVIDENCE, "image/png").await;
        scene.world.clock.advance(TimeDelta::days(3));
        assert_eq!(forget_orphans(&scene.world.db, &scene.world.clock).await.expect("forgotten"), 1);
        for (token, there) in [(&picture, true), (&unused, false)] {
            assert_eq!(upload::head(&scene.world.db, token).await.expect("readable").is_some(), there);
        }
        let nothing = &Evidence::default();
        let empty = act!(scene.world, scene.player(pair(&row)[0]).actor(), |tx, cx| dispute::add_evidence(tx, cx, id, nothing));
        assert!(matches!(empty, Err(EvidenceRefusal::NothingSaid)));
        resolve(&scene, id, scene.staff.staff(), other_way()).await.expect("resolved");
        assert_eq!(scene.the("W1.1").await.winner_id, row.participant2_id);
    }

    async fn disputes_wait_for_those_who_may_settle_them(database: &TestDatabase) {
        let (scene, row) = decided(database).await;
        let other = scene.play("W1.2", Side::A).await;
        let (rita, cora) = (helper(&scene, "rita", Duty::Referee).await, helper(&scene, "cora", Duty::CoOrganizer).await);
        let (vera, ivo) = (helper(&scene, "vera", Duty::PaymentVerifier).await, scene.world.person("ivo").await);
        ask(&scene, &ivo, Duty::Referee).await;
        let (playing, watching) = (scene.player(pair(&row)[0]), scene.player(pair(&other)[0]));
        for player in [playing, watching] {
            helps(&scene, player, Duty::Referee).await;
        }
        let stefan = &scene.staff;
        let root = Actor::superuser(scene.world.organizer.user);
        assert!(due(&scene, &rita.actor()).await.is_empty());
        let id = open(&scene, &row, Side::B).await.expect("opened");
        let opener = scene.player(pair(&row)[1]).actor();
        let see = async |mine: &[i64], others: &[i64], inside: &[(&str, Actor)], outside: &[(&str, Actor)]| {
            for (whom, wanted) in [(inside, mine), (outside, others)] {
                for (name, who) in whom {
                    assert_eq!(due(&scene, who).await, wanted, "{name}");
                }
            }
        };
        let referees = [("the organizer", scene.organizer()), ("a referee", rita.actor()), ("a co-organizer", cora.actor()), ("a referee of another match", watching.actor())];
        let nobody = [("a verifier", vera.actor()), ("one who was only asked", ivo.actor()), ("one who plays it", playing.actor()), ("who opened it", opener), ("no one", Actor::Anonymous)];
        let platform = [("staff", stefan.staff())];
        see(&[id], &[], &referees, &[&nobody[..], &platform].concat()).await;
        act!(scene.world, rita.actor(), |tx, cx| dispute::review(tx, cx, id)).expect("taken up");
        see(&[id], &[], &referees, &nobody).await;

        // A second one costs no further statement, and the oldest stands first.
        let statements = async || {
            let before = scene.world.db.statements();
            due(&scene, &rita.actor()).await;
            scene.world.db.statements() - before
        };
        let one = statements().await;
        let second = open(&scene, &other, Side::B).await.expect("opened");
        assert_eq!((due(&scene, &rita.actor()).await, statements().await), (vec![id, second], one));
        assert_eq!(duty::due(scene.world.db.read(), &rita.actor(), 1).await.expect("readable").disputes.len(), 1);
        assert_eq!((due(&scene, &playing.actor()).await, due(&scene, &watching.actor()).await), (vec![second], vec![id]));
        resolve(&scene, second, rita.actor(), Resolution::Stands).await.expect("resolved");
        assert_eq!(due(&scene, &rita.actor()).await, [id]);

        // What was handed to the platform waits for its staff, but for those who help there.
        act!(scene.world, rita.actor(), |tx, cx| dispute::escalate(tx, cx, id, "We know both.")).expect("handed over");
        see(&[id], &[], &[&platform[..], &[("a superuser who holds it", root)]].concat(), &[&referees[..], &nobody].concat()).await;
        helps(&scene, stefan, Duty::Moderator).await;
        see(&[], &[], &platform, &[]).await;

        // Nobody settles anything in a tournament that was called off.
        scene.set_status("cancelled").await;
        see(&[], &[], &[("a superuser", root)], &[]).await;
    }
}
