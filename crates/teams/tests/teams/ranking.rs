//! Ranking points: sums that hold, awards given once, one set of weights.

use kernel::db::Constraint;
use sea_orm::ActiveValue::Set;
use teams::model::ranking::{breakdown, criteria, history, settings};
use testkit::TestDatabase;

use crate::support::{assert_outcome, insert, made, migrated, now, open};

testkit::on_both! {
    from migrated;

    async fn a_breakdown_adds_up(database: &TestDatabase) {
        let db = open(database).await;
        let mut teams = Vec::new();
        for name in ["Aa", "Bb", "Cc", "Dd", "Ee", "Ff", "Gg"] {
            teams.push(made(&db, name, "valorant").await.id);
        }
        let row = |team: usize, manual: i32, calculated: i32, total: i32| breakdown::ActiveModel {
            team_id: Set(teams[team]),
            tournament_winner_points: Set(500),
            member_count_points: Set(20),
            manual_adjustment_points: Set(manual),
            calculated_total: Set(calculated),
            final_total: Set(total),
            last_calculated: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("a sum", row(0, 0, 520, 520), None),
            ("a sum and a bonus", row(1, 30, 520, 550), None),
            ("a sum less a penalty", row(2, -520, 520, 0), None),
            ("a penalty below zero", row(3, -600, 520, 0), None),
            ("a wrong sum", row(4, 0, 521, 521), Some(Constraint::Check)),
            ("a total without the bonus", row(4, 30, 520, 520), Some(Constraint::Check)),
            ("a total of zero without a penalty", row(4, 0, 520, 0), Some(Constraint::Check)),
            ("a total below zero", row(4, -600, 520, -80), Some(Constraint::Check)),
            ("a second breakdown", row(0, 0, 520, 520), Some(Constraint::Unique)),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn an_award_is_entered_once_and_adds_up(database: &TestDatabase) {
        let db = open(database).await;
        let (lions, kings) = (made(&db, "Lions", "valorant").await.id, made(&db, "Kings", "valorant").await.id);
        let change = |team: i64, points: (i32, i32, i32)| history::ActiveModel {
            team_id: Set(team),
            points_before: Set(points.0),
            points_change: Set(points.1),
            points_after: Set(points.2),
            source: Set("tournament_winner".to_owned()),
            created_at: Set(now()),
            ..Default::default()
        };
        let of = |row, tournament: i64| history::ActiveModel {
            related_object_type: Set("tournament".to_owned()),
            related_object_id: Set(Some(tournament)),
            ..row
        };
        let nameless = history::ActiveModel { related_object_id: Set(Some(7)), ..change(kings, (0, 1, 1)) };
        let odd = history::ActiveModel { source: Set("luck".to_owned()), ..change(kings, (0, 1, 1)) };
        for (case, row, expected) in [
            ("an award", of(change(lions, (0, 500, 500)), 7), None),
            ("the same award", of(change(lions, (500, 500, 1000)), 7), Some(Constraint::Unique)),
            ("of another tournament", of(change(lions, (500, 500, 1000)), 8), None),
            ("of another team", of(change(kings, (0, 500, 500)), 7), None),
            ("of nothing in particular", change(kings, (500, -100, 400)), None),
            ("of nothing in particular again", change(kings, (400, -100, 300)), None),
            ("that does not add up", change(kings, (300, 10, 300)), Some(Constraint::Check)),
            ("that ends below zero", change(kings, (10, -20, -10)), Some(Constraint::Check)),
            ("of a thing of no kind", nameless, Some(Constraint::Check)),
            ("from a source that there is not", odd, Some(Constraint::Check)),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn one_set_of_weights_is_active(database: &TestDatabase) {
        let db = open(database).await;
        let criteria = |active: bool| criteria::ActiveModel {
            is_active: Set(active),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        };
        let settings = |active: bool| settings::ActiveModel {
            is_active: Set(active),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        };
        for (active, expected) in [(true, None), (false, None), (false, None), (true, Some(Constraint::Unique))] {
            assert_outcome(insert(&db, criteria(active)).await, expected, "criteria");
            assert_outcome(insert(&db, settings(active)).await, expected, "settings");
        }
        let first = insert(&db, criteria(false)).await.expect("sound");
        let weights = (first.tournament_participation, first.tournament_winner, first.tournament_runner_up);
        assert_eq!((weights, first.tournament_top_4), ((50, 500, 300), 150));
        assert_eq!((first.points_per_member, first.points_per_month_age, first.achievement_points), (10, 30, 100));
        let less = settings::ActiveModel { verified_team_multiplier: Set(0.9), ..settings(false) };
        assert_outcome(insert(&db, less).await, Some(Constraint::Check), "a factor below one");
        let usual = insert(&db, settings(false)).await.expect("sound");
        assert!((usual.verified_team_multiplier - 1.1).abs() < 1e-9, "{usual:?}");
    }
}
