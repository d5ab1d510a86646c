//! Entries into tournaments: one live entry a tournament, locks and payments that are dated.

use kernel::{DbError, db::Constraint};
use sea_orm::{ActiveValue::Set, EntityTrait};
use teams::model::integration::{tournament_participation, tournament_registration, tournament_roster_lock};
use testkit::TestDatabase;

use crate::support::{assert_outcome, broken, insert, made, migrated, now, open, player};

fn entry(team: i64, player: i64, tournament: Option<i64>, status: &str) -> tournament_registration::ActiveModel {
    tournament_registration::ActiveModel {
        team_id: Set(team),
        tournament_id: Set(tournament),
        registered_by_id: Set(player),
        status: Set(status.to_owned()),
        registered_at: Set(now()),
        updated_at: Set(now()),
        ..Default::default()
    }
}

testkit::on_both! {
    from migrated;

    async fn a_team_has_one_live_entry_a_tournament(database: &TestDatabase) {
        let db = open(database).await;
        let ann = player(&db, "ann").await;
        let (lions, kings) = (made(&db, "Lions", "valorant").await.id, made(&db, "Kings", "valorant").await.id);
        type Row = tournament_registration::ActiveModel;
        let base = || entry(kings, ann, Some(8), "pending");
        for (case, row, expected) in [
            ("rejected", entry(lions, ann, Some(7), "rejected"), None),
            ("tried again", entry(lions, ann, Some(7), "pending"), None),
            ("tried twice", entry(lions, ann, Some(7), "pending"), Some(Constraint::Unique)),
            ("confirmed beside it", entry(lions, ann, Some(7), "confirmed"), Some(Constraint::Unique)),
            ("cancelled beside it", entry(lions, ann, Some(7), "cancelled"), None),
            ("another tournament", entry(lions, ann, Some(8), "approved"), None),
            ("another team", entry(kings, ann, Some(7), "approved"), None),
            ("an unknown tournament", entry(kings, ann, None, "approved"), None),
            ("another unknown tournament", entry(kings, ann, None, "approved"), None),
            ("a status that there is not", entry(kings, ann, Some(8), "open"), Some(Constraint::Check)),
            ("locked at no time", Row { is_roster_locked: Set(true), ..base() }, Some(Constraint::Check)),
            ("paid at no time", Row { payment_verified: Set(true), ..base() }, Some(Constraint::Check)),
            (
                "more starters than players",
                Row { min_starters: Set(Some(6)), max_roster_size: Set(Some(5)), ..base() },
                Some(Constraint::Check),
            ),
            ("no starters", Row { min_starters: Set(Some(0)), ..base() }, Some(Constraint::Check)),
            ("by nobody", entry(kings, ann + 99, Some(8), "pending"), Some(Constraint::ForeignKey)),
            ("locked", Row { is_roster_locked: Set(true), locked_at: Set(Some(now())), ..base() }, None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
        // Who entered a team stays known.
        let forget: Result<_, DbError> = db
            .write(|tx| async move { Ok(profiles::model::user_profile::Entity::delete_by_id(ann).exec(&tx).await?) })
            .await;
        assert_eq!(broken(forget), Some(Constraint::ForeignKey));
    }

    async fn players_of_an_entry_and_its_locks(database: &TestDatabase) {
        let db = open(database).await;
        let (ann, bob) = (player(&db, "ann").await, player(&db, "bob").await);
        let lions = made(&db, "Lions", "valorant").await.id;
        let entry = insert(&db, entry(lions, ann, Some(7), "approved")).await.expect("sound").id;
        let plays = |player: i64, role: &str| tournament_participation::ActiveModel {
            registration_id: Set(entry),
            player_id: Set(player),
            role: Set(role.to_owned()),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("a player", plays(ann, "PLAYER"), None),
            ("the same player", plays(ann, "SUBSTITUTE"), Some(Constraint::Unique)),
            ("a role that there is not", plays(bob, "CAPTAIN"), Some(Constraint::Check)),
            ("a substitute", plays(bob, "SUBSTITUTE"), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
        let turn = |unlock: bool, by_system: bool, reason: &str| tournament_roster_lock::ActiveModel {
            registration_id: Set(entry),
            is_unlock: Set(unlock),
            locked_by_system: Set(by_system),
            reason: Set(reason.to_owned()),
            created_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("locked by the platform", turn(false, true, ""), None),
            ("unlocked with a reason", turn(true, false, "ann is ill"), None),
            ("unlocked without a reason", turn(true, false, ""), Some(Constraint::Check)),
            ("unlocked by the platform", turn(true, true, "why not"), Some(Constraint::Check)),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }
}
