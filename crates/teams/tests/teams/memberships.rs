//! Teams and memberships: what is unique, and which memberships there cannot be.

use kernel::{Db, DbError, db::Constraint};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use teams::model::core::{
    team::{self, Model as Team},
    team_membership::{self, ActiveModel},
};
use testkit::TestDatabase;

use crate::support::{assert_outcome, broken, insert, made, migrated, now, open, player, team};

/// An active player of this team.
fn member(team: &Team, profile: i64) -> ActiveModel {
    ActiveModel {
        team_id: Set(team.id),
        profile_id: Set(profile),
        game: Set(team.game.clone()),
        joined_at: Set(now()),
        ..Default::default()
    }
}

fn with_role(row: ActiveModel, role: &str) -> ActiveModel {
    let may = matches!(role, "OWNER" | "MANAGER");
    ActiveModel {
        role: Set(role.to_owned()),
        can_manage_roster: Set(may),
        can_edit_team: Set(may),
        can_register_tournaments: Set(may),
        ..row
    }
}

async fn change_game(db: &Db, team: &Team, game: &str) -> Result<(), DbError> {
    let (id, game) = (team.id, game.to_owned());
    let game = &game;
    db.write(|tx| async move {
        let row = team::ActiveModel { game: Set(game.clone()), ..Default::default() };
        team::Entity::update_many().set(row).filter(team::Column::Id.eq(id)).exec(&tx).await?;
        Ok(())
    })
    .await
}

testkit::on_both! {
    from migrated;

    async fn names_tags_and_addresses_are_nobody_elses(database: &TestDatabase) {
        let db = open(database).await;
        insert(&db, team("Dhaka Lions", "valorant")).await.expect("the first");
        let other = || team("Chittagong Kings", "cs2");
        let copied = |from: &str| team(from, "cs2");
        for (case, row, expected) in [
            ("another case", team::ActiveModel { name_ci: copied("DHAKA LIONS").name_ci, ..other() }, Some(Constraint::Unique)),
            ("look-alikes", team::ActiveModel { name_ci: copied("Dhaka Li0ns").name_ci, ..other() }, Some(Constraint::Unique)),
            ("a tag in another case", team::ActiveModel { tag_ci: copied("dhakaLIONS").tag_ci, ..other() }, Some(Constraint::Unique)),
            ("an address in another game", team::ActiveModel { slug: copied("Dhaka Lions").slug, ..other() }, Some(Constraint::Unique)),
            ("no name", team::ActiveModel { name: Set(String::new()), ..other() }, Some(Constraint::Check)),
            ("no tag", team::ActiveModel { tag: Set(String::new()), ..other() }, Some(Constraint::Check)),
            ("no address", team::ActiveModel { slug: Set(String::new()), ..other() }, Some(Constraint::Check)),
            ("points below zero", team::ActiveModel { total_points: Set(-1), ..other() }, Some(Constraint::Check)),
            ("a header that there is not", team::ActiveModel { hero_template: Set("loud".to_owned()), ..other() }, Some(Constraint::Check)),
            ("a leader that there is not", team::ActiveModel { captain_id: Set(Some(99)), ..other() }, Some(Constraint::ForeignKey)),
            ("another name, tag and address", other(), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn a_person_is_active_in_one_team_a_game(database: &TestDatabase) {
        let db = open(database).await;
        let ann = player(&db, "ann").await;
        let lions = made(&db, "Lions", "valorant").await;
        let (kings, tigers, crows) =
            (made(&db, "Kings", "valorant").await, made(&db, "Tigers", "cs2").await, made(&db, "Crows", "").await);
        let doves = made(&db, "Doves", "").await;
        insert(&db, member(&lions, ann)).await.expect("the first");
        let pending = ActiveModel { status: Set("PENDING".to_owned()), ..member(&kings, ann) };
        let pretended = |game: &str| ActiveModel { game: Set(game.to_owned()), ..member(&kings, ann) };
        for (case, row, expected) in [
            ("another team of the game", member(&kings, ann), Some(Constraint::Unique)),
            ("the same, as if it played another game", pretended("cs2"), Some(Constraint::ForeignKey)),
            ("the same, as if it played none", pretended(""), Some(Constraint::ForeignKey)),
            ("the same, not yet active", pending, None),
            ("a team of another game", member(&tigers, ann), None),
            ("a team without a game", member(&crows, ann), None),
            ("another team without a game", member(&doves, ann), None),
            ("the same team again", member(&lions, ann), Some(Constraint::Unique)),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    /// A team that changes its game takes its memberships along, unless somebody would be in two teams of it.
    async fn memberships_follow_the_game_of_their_team(database: &TestDatabase) {
        let db = open(database).await;
        let ann = player(&db, "ann").await;
        let (lions, tigers) = (made(&db, "Lions", "valorant").await, made(&db, "Tigers", "cs2").await);
        insert(&db, member(&lions, ann)).await.expect("sound");
        insert(&db, member(&tigers, ann)).await.expect("sound");
        assert_eq!(broken(change_game(&db, &tigers, "valorant").await), Some(Constraint::Unique));
        change_game(&db, &tigers, "dota2").await.expect("she plays it nowhere else");
        let games = team_membership::Entity::find().all(db.read()).await.expect("readable");
        let mut games: Vec<&str> = games.iter().map(|membership| membership.game.as_str()).collect();
        games.sort_unstable();
        assert_eq!(games, ["dota2", "valorant"]);
    }

    async fn roles_badges_and_rights_agree(database: &TestDatabase) {
        let db = open(database).await;
        let (lions, kings) = (made(&db, "Lions", "valorant").await, made(&db, "Kings", "cs2").await);
        let (ann, bob, cyd, dan) =
            (player(&db, "ann").await, player(&db, "bob").await, player(&db, "cyd").await, player(&db, "dan").await);
        let captain = |row: ActiveModel| ActiveModel { is_captain: Set(true), ..row };
        let gone = |row: ActiveModel| ActiveModel { status: Set("REMOVED".to_owned()), ..row };
        let someone = || member(&lions, dan);
        for (case, row, expected) in [
            ("an owner", with_role(member(&lions, ann), "OWNER"), None),
            ("a captain", captain(member(&lions, bob)), None),
            ("a captain who left", gone(captain(member(&lions, cyd))), None),
            ("a second owner", with_role(someone(), "OWNER"), Some(Constraint::Unique)),
            ("an owner who left", gone(with_role(someone(), "OWNER")), Some(Constraint::Check)),
            ("a second captain", captain(someone()), Some(Constraint::Unique)),
            ("an owner as captain who does not play", captain(with_role(member(&kings, dan), "OWNER")), Some(Constraint::Check)),
            ("an owner as captain who plays", ActiveModel { player_role: Set("IGL".to_owned()), ..captain(with_role(member(&kings, dan), "OWNER")) }, None),
            ("a coach as captain with a role in the game", ActiveModel { player_role: Set("IGL".to_owned()), ..captain(with_role(someone(), "COACH")) }, Some(Constraint::Check)),
            ("a coach as captain", captain(with_role(someone(), "COACH")), Some(Constraint::Check)),
            ("a manager as captain", captain(with_role(someone(), "MANAGER")), Some(Constraint::Check)),
            ("captain as a role", with_role(someone(), "CAPTAIN"), Some(Constraint::Check)),
            ("a short word for a role", with_role(someone(), "SUB"), Some(Constraint::Check)),
            ("a status that there is not", ActiveModel { status: Set("active".to_owned()), ..someone() }, Some(Constraint::Check)),
            ("a player with rights", ActiveModel { can_edit_team: Set(true), ..someone() }, Some(Constraint::Check)),
            ("a manager without rights", ActiveModel { role: Set("MANAGER".to_owned()), ..someone() }, Some(Constraint::Check)),
            ("a manager", with_role(someone(), "MANAGER"), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn a_team_takes_its_memberships_with_it(database: &TestDatabase) {
        let db = open(database).await;
        let ann = player(&db, "ann").await;
        let lions = made(&db, "Lions", "valorant").await;
        insert(&db, member(&lions, ann)).await.expect("sound");
        let id = lions.id;
        let done: Result<_, DbError> =
            db.write(|tx| async move { Ok(team::Entity::delete_by_id(id).exec(&tx).await?.rows_affected) }).await;
        assert_eq!(done.expect("it can go"), 1);
        assert_eq!(team_membership::Entity::find().count(db.read()).await.expect("countable"), 0);
    }
}

/// What the rules call a role is what the table takes, no more and no less.
#[test]
fn the_table_and_the_rules_know_the_same_roles() {
    use seadrift::{entity::Declared, schema::Literal};
    use teams::rules::roster::Role;

    let column = team_membership::Entity::declaration().column("role").expect("it is there");
    let roles: Vec<Literal> = Role::ALL.iter().map(|role| Literal::Text(role.as_str().to_owned())).collect();
    assert_eq!(column.allowed(), roles);
    for role in Role::ALL {
        assert_eq!(Role::parse(role.as_str()), Some(role));
    }
    assert_eq!(Role::parse("CAPTAIN"), None);
}
