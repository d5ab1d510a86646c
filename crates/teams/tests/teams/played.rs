//! What tournaments ask of a team, and the matches that they tell it of.

use chrono::TimeDelta;
use kernel::DbError;
use profiles::model::user_profile;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use teams::{
    Role,
    model::analytics::match_record,
    rules::roster::RosterIssue,
    service::{
        entry, query,
        record::{self, PlayedMatch, Side},
    },
};
use testkit::TestDatabase;

use crate::{
    support::{migrated, now},
    world::{World, act},
};

async fn give_id(world: &World, profile: i64, row: user_profile::ActiveModel) {
    let row = &row;
    let done: Result<(), DbError> = world
        .db
        .write(|tx| async move {
            let this = user_profile::Entity::update_many().set(row.clone());
            this.filter(user_profile::Column::Id.eq(profile)).exec(&tx).await?;
            Ok(())
        })
        .await;
    done.expect("changed");
}

/// A match of two teams, the first of which won unless nobody did.
fn played(match_id: i64, minutes: i64, one: i64, other: i64, scores: (i32, i32)) -> PlayedMatch {
    let winner = match scores.0.cmp(&scores.1) {
        std::cmp::Ordering::Greater => Some(one),
        std::cmp::Ordering::Less => Some(other),
        std::cmp::Ordering::Equal => None,
    };
    PlayedMatch {
        match_id,
        tournament_id: Some(1),
        game: "valorant".to_owned(),
        played_at: now() + TimeDelta::minutes(minutes),
        sides: [Side { team_id: one, score: scores.0 }, Side { team_id: other, score: scores.1 }],
        winner,
    }
}

impl World {
    async fn record(&self, played: &PlayedMatch) -> bool {
        let clock = &self.clock;
        let done: Result<bool, DbError> = act!(self, |tx| record::record_match(&tx, clock, played));
        done.expect("recorded")
    }

    async fn forget(&self, match_id: i64) -> bool {
        let clock = &self.clock;
        let done: Result<bool, DbError> = act!(self, |tx| record::forget_match(&tx, clock, match_id));
        done.expect("undone")
    }

    /// Matches, won, lost, drawn, streak and best streak.
    async fn figures(&self, team: i64) -> Option<[i32; 6]> {
        let row = record::figures_of(self.db.read(), team, "valorant").await.expect("readable")?;
        let (won, lost, drawn) = (row.matches_won, row.matches_lost, row.matches_drawn);
        Some([row.total_matches, won, lost, drawn, row.current_streak, row.best_win_streak])
    }
}

testkit::on_both! {
    from migrated;

    async fn a_tournament_reads_who_would_play(database: &TestDatabase) {
        let world = World::on(database).await;
        let ann = world.person("ann").await;
        let team = world.team(&ann, "Lions", "valorant").await;
        let mut players = Vec::new();
        for number in 1..=4 {
            let player = world.person(&format!("p{number}")).await;
            world.join(&ann, &team, &player, Role::Player).await;
            players.push(player);
        }
        let coach = world.person("coach").await;
        world.join(&ann, &team, &coach, Role::Coach).await;
        let read = || async { entry::entry_team(world.db.read(), &world.games, team.id).await.expect("readable").expect("there") };
        let issues = read().await.issues;
        assert_eq!(issues, [RosterIssue::TooFewStarters { have: 4, min: 5 }, RosterIssue::NoCaptain]);
        world.change_game_role(&ann, &team, &ann, "Flex").await.expect("she plays");
        world.make_captain(&ann, &team, &players[0]).await;
        for (player, name, tag) in [(&players[0], "Lion", "BD1"), (&players[1], "Lion#BD2", ""), (&players[2], "x", "BD3")] {
            let row = user_profile::ActiveModel { riot_id: Set(name.into()), riot_tagline: Set(tag.into()), ..Default::default() };
            give_id(&world, player.profile, row).await;
        }
        let row = user_profile::ActiveModel { riot_id: Set("Ann#1234".into()), is_private: Set(true), ..Default::default() };
        give_id(&world, ann.profile, row).await;
        let found = read().await;
        assert_eq!((found.team.id, found.issues.as_slice()), (team.id, &[][..]));
        let told: Vec<(String, Role, bool, bool, String, usize)> = found
            .members
            .iter()
            .map(|member| {
                let id = member.game_ids.iter().find(|id| id.column == "riot_id").expect("asked for").value.clone();
                (member.username.clone(), member.role, member.starts, member.plays(), id, member.id_issues.len())
            })
            .collect();
        let line = |name: &str, role, plays, id: &str, issues| (name.to_owned(), role, plays, plays, id.to_owned(), issues);
        assert_eq!(
            told,
            [
                line("ann", Role::Owner, true, "Ann#1234", 0),
                line("coach", Role::Coach, false, "", 0),
                line("p1", Role::Player, true, "Lion#BD1", 0),
                line("p2", Role::Player, true, "Lion#BD2", 0),
                line("p3", Role::Player, true, "x#BD3", 1),
                line("p4", Role::Player, true, "", 1),
            ]
        );
        assert!(found.members.iter().any(|member| member.is_captain && member.user_id == players[0].user));
        assert_eq!(entry::representatives(world.db.read(), team.id).await.expect("readable"), [ann.user, players[0].user]);
        // A stranger sees no ids of who hides them.
        let roster = query::roster(world.db.read(), &world.games, &team).await.expect("readable");
        let seen = query::seen(&team, teams::Standing::default(), roster);
        assert!(seen[0].game_ids.is_empty() && !seen[2].game_ids.is_empty());
        assert_eq!(entry::entry_team(world.db.read(), &world.games, -1).await.expect("readable"), None);
    }

    async fn a_match_counts_once_for_each_side(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let (lions, kings) = (world.team(&ann, "Lions", "valorant").await.id, world.team(&bob, "Kings", "valorant").await.id);
        assert_eq!(world.figures(lions).await, None);
        let first = played(1, 0, lions, kings, (13, 7));
        assert!(world.record(&first).await);
        assert!(!world.record(&first).await, "told again");
        let reversed = PlayedMatch { winner: Some(kings), ..first.clone() };
        assert!(!world.record(&reversed).await, "told otherwise: a result is undone first");
        assert!(world.record(&played(2, 10, kings, lions, (5, 13))).await);
        assert!(world.record(&played(3, 20, lions, kings, (12, 12))).await);
        assert!(world.record(&played(4, 30, lions, kings, (13, 1))).await);
        assert_eq!(world.figures(lions).await, Some([4, 3, 0, 1, 1, 2]));
        assert_eq!(world.figures(kings).await, Some([4, 0, 3, 1, -1, 0]));
        let row = record::figures_of(world.db.read(), lions, "valorant").await.expect("readable").expect("there");
        assert_eq!((row.win_rate, row.last_match_date), (75.0, Some(now() + TimeDelta::minutes(30))));
        let matches = record::matches_of(world.db.read(), kings, 2).await.expect("readable");
        let told: Vec<(&str, &str, &str)> = matches.iter().map(|row| (row.opponent_name.as_str(), row.result.as_str(), row.score.as_str())).collect();
        assert_eq!(told, [("Lions", "loss", "1-13"), ("Lions", "draw", "12-12")]);
        // A team that is gone is passed over.
        assert!(world.record(&played(5, 40, lions, -1, (13, 0))).await);
        assert_eq!(world.figures(lions).await, Some([5, 4, 0, 1, 2, 2]));
    }

    async fn a_match_that_is_undone_was_never_played(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let (lions, kings) = (world.team(&ann, "Lions", "valorant").await.id, world.team(&bob, "Kings", "valorant").await.id);
        for (match_id, scores) in [(1, (13, 7)), (2, (13, 7)), (3, (7, 13)), (4, (13, 7))] {
            world.record(&played(match_id, match_id, lions, kings, scores)).await;
        }
        assert_eq!(world.figures(lions).await, Some([4, 3, 1, 0, 1, 2]));
        assert!(world.forget(3).await);
        assert!(!world.forget(3).await);
        assert_eq!(world.figures(lions).await, Some([3, 3, 0, 0, 3, 3]));
        assert_eq!(world.figures(kings).await, Some([3, 0, 3, 0, -3, 0]));
        assert!(world.record(&played(3, 3, lions, kings, (13, 12))).await, "and is told anew");
        assert_eq!(match_record::Entity::find().count(world.db.read()).await.expect("countable"), 8);
    }
}
