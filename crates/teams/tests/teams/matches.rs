//! Matches and the figures that come from them.

use kernel::db::Constraint;
use sea_orm::ActiveValue::Set;
use teams::model::analytics::{match_participation, match_record, player_stats, team_analytics};
use testkit::TestDatabase;

use crate::support::{assert_outcome, insert, made, migrated, now, open, player};

testkit::on_both! {
    from migrated;

    async fn a_match_is_recorded_once_a_team(database: &TestDatabase) {
        let db = open(database).await;
        let (ann, bob) = (player(&db, "ann").await, player(&db, "bob").await);
        let (lions, kings) = (made(&db, "Lions", "valorant").await.id, made(&db, "Kings", "valorant").await.id);
        type Row = match_record::ActiveModel;
        let played = |team: i64, id: Option<i64>, result: &str| Row {
            team_id: Set(team),
            match_id: Set(id),
            opponent_name: Set("Storm".to_owned()),
            match_date: Set(now()),
            game: Set("valorant".to_owned()),
            result: Set(result.to_owned()),
            score: Set("13-7".to_owned()),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("a match", played(lions, Some(1), "win"), None),
            ("the same match", played(lions, Some(1), "loss"), Some(Constraint::Unique)),
            ("the same match of the other team", played(kings, Some(1), "loss"), None),
            ("a friendly match", played(lions, None, "draw"), None),
            ("another friendly match", played(lions, None, "win"), None),
            ("a result that there is not", played(lions, None, "WIN"), Some(Constraint::Check)),
            ("against oneself", Row { opponent_team_id: Set(Some(lions)), ..played(lions, None, "win") }, Some(Constraint::Check)),
            ("against the other", Row { opponent_team_id: Set(Some(kings)), ..played(lions, None, "win") }, None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
        let record = insert(&db, played(lions, None, "win")).await.expect("sound").id;
        let took_part = |player: i64, best: bool| match_participation::ActiveModel {
            match_id: Set(record),
            player_id: Set(player),
            role_played: Set("Duelist".to_owned()),
            was_mvp: Set(best),
            created_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("the best player", took_part(ann, true), None),
            ("a second best player", took_part(bob, true), Some(Constraint::Unique)),
            ("the same player", took_part(ann, false), Some(Constraint::Unique)),
            ("another player", took_part(bob, false), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn figures_add_up(database: &TestDatabase) {
        let db = open(database).await;
        let ann = player(&db, "ann").await;
        let (lions, kings) = (made(&db, "Lions", "valorant").await.id, made(&db, "Kings", "valorant").await.id);
        type Row = team_analytics::ActiveModel;
        let figures = |team: i64, total: i32, won: i32, lost: i32, drawn: i32| Row {
            team_id: Set(team),
            game: Set("valorant".to_owned()),
            total_matches: Set(total),
            matches_won: Set(won),
            matches_lost: Set(lost),
            matches_drawn: Set(drawn),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("figures", figures(lions, 6, 3, 2, 1), None),
            ("of the same game", figures(lions, 0, 0, 0, 0), Some(Constraint::Unique)),
            ("a match too many", figures(kings, 7, 3, 2, 1), Some(Constraint::Check)),
            ("less than none", figures(kings, 0, 1, -1, 0), Some(Constraint::Check)),
            ("more than always won", Row { win_rate: Set(100.5), ..figures(kings, 0, 0, 0, 0) }, Some(Constraint::Check)),
            ("more titles than tournaments", Row { tournaments_won: Set(1), ..figures(kings, 0, 0, 0, 0) }, Some(Constraint::Check)),
            ("a streak above the best", Row { current_streak: Set(2), best_win_streak: Set(1), ..figures(kings, 2, 2, 0, 0) }, Some(Constraint::Check)),
            ("losses in a row", Row { current_streak: Set(-2), win_rate: Set(0.0), ..figures(kings, 2, 0, 2, 0) }, None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
        let stats = |played: i32, won: i32, game: &str| player_stats::ActiveModel {
            player_id: Set(ann),
            team_id: Set(lions),
            game: Set(game.to_owned()),
            matches_played: Set(played),
            matches_won: Set(won),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("a player's figures", stats(3, 3, "valorant"), None),
            ("of the same game", stats(1, 0, "valorant"), Some(Constraint::Unique)),
            ("more won than played", stats(1, 2, "cs2"), Some(Constraint::Check)),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
        let fresh = insert(&db, stats(0, 0, "cs2")).await.expect("sound");
        assert_eq!((fresh.attendance_rate, fresh.individual_rating), (100.0, 1000.0));
    }
}
