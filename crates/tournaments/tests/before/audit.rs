//! The audit log: damage of every kind is found, and the chain holds when many write at once.

use kernel::{Actor, DbError};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};
use serde_json::json;
use testkit::TestDatabase;
use tournaments::{
    audit::{self, Action, GENESIS, Head, Problem, verify},
    model::audit_log,
    service::log,
};

use crate::support::{World, act, migrated};

/// A log of so many entries, as it is in memory.
fn chain(count: i64) -> Vec<audit_log::Model> {
    let mut previous = GENESIS.to_owned();
    (1..=count)
        .map(|id| {
            let mut row = audit_log::Model {
                id,
                user_id: Some(id % 3),
                action: Action::ALL[usize::try_from(id).expect("small") % Action::ALL.len()].as_str().to_owned(),
                tournament_id: (id % 2 == 0).then_some(id),
                timestamp: chrono::DateTime::from_timestamp_micros(1_772_000_000_000_000 + id).expect("a moment"),
                metadata: json!({ "b": id, "a": { "x": [1, null, true], "y": "text" } }),
                ip_address: Some("10.0.0.1".to_owned()),
                user_agent: None,
                previous_hash: Some(previous.clone()),
                hash: None,
            };
            previous = audit::hash(&row);
            row.hash = Some(previous.clone());
            row
        })
        .collect()
}

#[test]
fn a_sound_log_is_sound_and_its_end_is_in_it() {
    let rows = chain(50);
    let report = verify(&rows, None);
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!((report.rows, report.older, report.head.count), (50, 0, 50));
    for cut in 0..=50 {
        let head = verify(&rows[..cut], None).head;
        assert!(verify(&rows, Some(head)).is_sound(), "the end of {cut}");
    }
    assert!(verify(&[], Some(Head::empty())).is_sound());
}

/// Every change of every field of every row shows.
#[test]
fn every_single_edit_is_found() {
    type Edit = fn(&mut audit_log::Model);
    let edits: &[(&str, Edit)] = &[
        ("user", |row| row.user_id = Some(99)),
        ("no user", |row| row.user_id = None),
        ("action", |row| row.action.push('x')),
        ("tournament", |row| row.tournament_id = Some(99)),
        ("time", |row| row.timestamp += chrono::TimeDelta::microseconds(1)),
        ("a detail", |row| row.metadata["a"]["x"][2] = json!(false)),
        ("a further detail", |row| row.metadata["c"] = json!(null)),
        ("a number as text", |row| row.metadata["b"] = json!(row.id.to_string())),
        ("address", |row| row.ip_address = None),
        ("an empty browser", |row| row.user_agent = Some(String::new())),
        ("previous hash", |row| row.previous_hash = Some("f".repeat(64))),
        ("hash", |row| row.hash = Some("f".repeat(64))),
        ("no hash", |row| row.hash = None),
    ];
    let rows = chain(40);
    for (what, edit) in edits {
        for at in 0..rows.len() {
            let mut damaged = rows.clone();
            edit(&mut damaged[at]);
            let report = verify(&damaged, None);
            assert!(!report.is_sound(), "{what} of row {at}");
            let id = damaged[at].id;
            let named = report.problems.iter().any(|problem| match problem {
                Problem::Changed { id: found } | Problem::Broken { id: found } | Problem::Unchained { id: found } => {
                    *found == id || *found == id + 1
                }
                Problem::HeadMissing { .. } => false,
            });
            assert!(named || (what == &"no hash" && at == 0), "{what} of row {at}: {:?}", report.problems);
        }
    }
}

#[test]
fn what_is_removed_put_in_moved_or_cut_off_is_found() {
    let rows = chain(30);
    let head = verify(&rows, None).head;
    for at in 0..rows.len() - 1 {
        let mut removed = rows.clone();
        removed.remove(at);
        assert!(!verify(&removed, None).is_sound(), "without row {at}");
        let mut twice = rows.clone();
        twice.insert(at, rows[at].clone());
        assert!(!verify(&twice, None).is_sound(), "row {at} twice");
        let mut moved = rows.clone();
        moved.swap(at, at + 1);
        assert!(!verify(&moved, None).is_sound(), "row {at} after the next");
    }
    for left in 0..rows.len() {
        let cut = verify(&rows[..left], Some(head.clone()));
        assert_eq!(cut.problems, [Problem::HeadMissing { count: 30 }], "{left} rows left");
    }
    // All written anew, and sound in itself: the exported end tells.
    let mut anew = chain(29);
    anew.push(chain(31).pop().expect("a row"));
    assert!(!verify(&anew, Some(head)).is_sound());
}

testkit::on_both! {
    from migrated;

    async fn the_log_is_read_taken_elsewhere_and_checked(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cup = world.cup(&world.solo(4)).await;
        let other = world.cup(&world.solo(4)).await;
        for number in 0..5 {
            let by = tournaments::By {
                actor: world.organizer.actor(),
                ip: Some("2001:db8::1".to_owned()),
                user_agent: Some("A browser\nof \u{0} mine".to_owned()),
            };
            let by = &by;
            world.db.write(|tx| async move {
                let details = json!({ "z": number, "a": { "share": 0.1, "big": i64::MAX, "text": "ঢাকা\u{0}" }, "m": null });
                audit::record(&tx, &world.context(by), Action::PrizePay, Some(cup.id), details).await
            }).await.expect("recorded");
        }
        let report = log::verify(world.db.read(), None).await.expect("readable");
        assert!(report.is_sound(), "{:?}", report.problems);
        let mut lines = Vec::new();
        let head = log::export(world.db.read(), |line| lines.push(line.to_owned())).await.expect("readable");
        assert_eq!(head, report.head);
        let (rows, read) = log::read(&lines.join("\n")).expect("its own lines");
        assert_eq!(read, Some(head.clone()));
        assert_eq!(verify(&rows, read), report);
        assert!(log::read("{\"id\": 1}").is_err());
        let by = world.organizer.actor();
        let page = log::of_tournament(world.db.read(), &by, &cup, log::Filter::default(), None).await.expect("hers");
        assert_eq!(page.entries.len(), 7);
        assert!(page.entries.windows(2).all(|pair| pair[0].id > pair[1].id));
        let only = log::Filter { action: Some(Action::PrizePay), ..log::Filter::default() };
        let page = log::of_tournament(world.db.read(), &by, &cup, only.clone(), None).await.expect("hers");
        assert_eq!(page.entries.len(), 5);
        let counts = log::counts(world.db.read(), &only).await.expect("readable");
        assert_eq!(counts, [("prize_pay".to_owned(), 5)]);
        let eve = world.person("eve").await;
        let strange = log::of_tournament(world.db.read(), &eve.actor(), &other, only, None).await;
        assert!(matches!(strange, Err(log::LogRefusal::NotAllowed(_))));
        // Behind the program's back: a changed row, then the end cut off.
        if !guarded(world).await {
            let last = audit_log::Entity::find().order_by_desc(audit_log::Column::Id).one(world.db.read()).await;
            let last = last.expect("readable").expect("the last");
            change(world, audit_log::ActiveModel { action: Set("x".to_owned()), ..last.clone().into_active_model() }).await;
            let report = log::verify(world.db.read(), None).await.expect("readable");
            assert_eq!(report.problems, [Problem::Changed { id: last.id }]);
            let id = last.id;
            world.db.write(|tx| async move {
                audit_log::Entity::delete_by_id(id).exec(&tx).await?;
                Ok::<_, DbError>(())
            }).await.expect("deleted");
            assert!(log::verify(world.db.read(), None).await.expect("readable").is_sound(), "by itself it is");
            let report = log::verify(world.db.read(), Some(head.clone())).await.expect("readable");
            assert_eq!(report.problems, [Problem::HeadMissing { count: head.count }]);
        }
    }

    /// Many tournaments write at once: there is one chain, without forks.
    async fn the_chain_holds_when_many_write(database: &TestDatabase) {
        let world = &World::on(database).await;
        let writers = 8;
        for _ in 0..3 {
            let many = (0..writers).map(|number| async move {
                act!(world, Actor::System, |tx, cx| {
                    audit::record(tx, cx, Action::MatchReset, None, json!({ "writer": number }))
                })
            });
            for outcome in join(many).await {
                outcome.expect("recorded");
            }
        }
        let report = log::verify(world.db.read(), None).await.expect("readable");
        assert!(report.is_sound(), "{:?}", report.problems);
        assert_eq!(report.head.count, 24);
    }
}

/// Runs all of them at once, in this task.
pub async fn join<F: Future>(futures: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(move |context| {
        let mut all = true;
        for (future, done) in &mut waiting {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *done = Some(value),
                    std::task::Poll::Pending => all = false,
                }
            }
        }
        if !all {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(waiting.iter_mut().filter_map(|(_, done)| done.take()).collect())
    })
    .await
}

/// Whether the database itself refuses to change an entry.
async fn guarded(world: &World) -> bool {
    let row = &audit_log::ActiveModel { action: Set("on trial".to_owned()), ..Default::default() };
    let tried = world.db.write(|tx| async move {
        audit_log::Entity::update_many().set(row.clone()).filter(audit_log::Column::Id.eq(-1)).exec(&tx).await?;
        Ok::<_, DbError>(())
    });
    tried.await.is_err()
}

async fn change(world: &World, row: audit_log::ActiveModel) {
    let row = &row;
    let done = world.db.write(|tx| async move {
        row.clone().update(&tx).await?;
        Ok::<_, DbError>(())
    });
    done.await.expect("changed");
}
