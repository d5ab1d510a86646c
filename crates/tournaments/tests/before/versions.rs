//! Versions: every change is kept, differences are told field by field, and one can go back.

use serde_json::json;
use testkit::TestDatabase;
use tournaments::{
    error::settings::{EditRefusal, Field, Invalid, RollbackRefusal},
    rules::{edit, settings::Settings, status::Status},
    service,
};

use crate::{
    settings::set_status,
    support::{World, act, migrated},
};

testkit::on_both! {
    from migrated;

    async fn every_change_is_a_version_and_one_can_go_back(database: &TestDatabase) {
        let world = &World::on(database).await;
        let games = &world.games;
        let cup = world.draft(&world.solo(8)).await;
        let first = Settings::from(&cup);
        let second = &Settings { max_participants: 16, name: "Big Cup".to_owned(), ..first.clone() };
        let edited = act!(world, world.organizer.actor(), |tx, cx| {
            service::settings::edit(tx, cx, games, cup.id, second.clone(), 1, "Larger")
        });
        assert_eq!(edited.expect("a draft").current_version, 2);
        let back = act!(world, world.organizer.actor(), |tx, cx| service::settings::rollback(tx, cx, games, cup.id, 1, 2));
        let back = back.expect("a draft");
        assert_eq!((back.current_version, Settings::from(&back)), (3, first));
        let versions = service::settings::versions(world.db.read(), cup.id, None).await.expect("readable");
        let told: Vec<(i32, &str, bool)> = versions
            .iter()
            .map(|version| (version.version_number, version.change_summary.as_str(), version.restores_id.is_some()))
            .collect();
        assert_eq!(told, [(3, "Went back to version 1", true), (2, "Larger", false), (1, "Tournament created", false)]);
        assert_eq!(versions[0].restores_id, Some(versions[2].id));
        let below = service::settings::versions(world.db.read(), cup.id, Some(3)).await.expect("readable");
        assert_eq!(below.len(), 2);
        let diff = service::settings::diff(world.db.read(), &back, 1, 2).await.expect("readable").expect("both");
        let told: Vec<(Field, String, String)> =
            diff.iter().map(|change| (change.field, change.before.to_string(), change.after.to_string())).collect();
        assert_eq!(told, [
            (Field::Name, "\"Friday Cup\"".to_owned(), "\"Big Cup\"".to_owned()),
            (Field::MaxParticipants, "8".to_owned(), "16".to_owned()),
        ]);
        let none = service::settings::diff(world.db.read(), &back, 1, 3).await.expect("readable").expect("both");
        assert!(none.is_empty());
        assert!(service::settings::diff(world.db.read(), &back, 1, 9).await.expect("readable").is_none());
    }

    async fn nobody_goes_back_where_it_does_not_fit(database: &TestDatabase) {
        let world = &World::on(database).await;
        let games = &world.games;
        let cup = world.cup(&world.solo(2)).await; // version 2: published
        let larger = &Settings { max_participants: 4, ..Settings::from(&cup) };
        let edited = act!(world, world.organizer.actor(), |tx, cx| {
            service::settings::edit(tx, cx, games, cup.id, larger.clone(), 2, "")
        });
        edited.expect("before entries");
        for who in world.people("ann", 3).await {
            world.enter(&who, cup.id).await;
        }
        let back = async |number: i32, seen: i32| {
            act!(world, world.organizer.actor(), |tx, cx| {
                service::settings::rollback(tx, cx, games, cup.id, number, seen)
            })
        };
        let expected = [(Field::MaxParticipants, Invalid::BelowEntries { held: 3 })];
        assert!(matches!(back(2, 3).await, Err(RollbackRefusal::Edit(EditRefusal::Invalid(wrong))) if wrong == expected));
        assert!(matches!(back(9, 3).await, Err(RollbackRefusal::NoSuchVersion(9))));
        assert!(matches!(back(3, 2).await, Err(RollbackRefusal::Edit(EditRefusal::Stale { .. }))));
        for status in [Status::Live, Status::Completed, Status::Archived, Status::Cancelled] {
            set_status(world, cup.id, status).await;
            assert!(matches!(back(3, 3).await, Err(RollbackRefusal::TooLate(found)) if found == status), "{status:?}");
        }
    }
}

/// Versions of the old platform tell some fields only, and money as text.
#[test]
fn an_old_version_stands_on_what_there_is() {
    let now = Settings::new("New", 3, 16, chrono::DateTime::UNIX_EPOCH);
    let old = json!({
        "name": "Old", "game_id": 3, "format": "swiss", "max_participants": 8, "prize_pool": "1000.50",
        "entry_fee_amount": "25", "status": "draft", "payment_methods": ["bkash"],
    });
    let then = edit::from_version(&old, &now).expect("readable");
    assert_eq!((then.name.as_str(), then.format.as_str(), then.max_participants), ("Old", "swiss", 8));
    assert_eq!((then.prize_pool, then.entry_fee_amount), (100_050, 2_500));
    assert_eq!(then.round_minutes, now.round_minutes);
    assert!(edit::from_version(&json!({ "format": "chess" }), &now).is_err());
}
