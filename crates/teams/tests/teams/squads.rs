//! Squads: what their tables forbid, and that each table is what its game says.

use kernel::{db::Constraint, plugin::GamePlugin, text::fold_name};
use sea_orm::{ActiveValue::Set, EntityName};
use seadrift::{entity::Declared, schema::Literal};
use teams::game::{GAMES, dota2, valorant};
use testkit::TestDatabase;

use crate::support::{assert_outcome, insert, migrated, now, open, player, project};

fn squad(name: &str) -> valorant::team::ActiveModel {
    valorant::team::ActiveModel {
        name: Set(name.to_owned()),
        name_ci: Set(fold_name(name)),
        tag: Set(name.to_uppercase()),
        tag_ci: Set(fold_name(name)),
        slug: Set(name.to_lowercase()),
        created_at: Set(now()),
        updated_at: Set(now()),
        ..Default::default()
    }
}

fn member(team: i64, profile: i64, status: &str) -> valorant::membership::ActiveModel {
    valorant::membership::ActiveModel {
        team_id: Set(team),
        profile_id: Set(profile),
        role: Set("Duelist".to_owned()),
        status: Set(status.to_owned()),
        joined_at: Set(now()),
        ..Default::default()
    }
}

testkit::on_both! {
    from migrated;

    async fn a_squad_has_a_name_of_its_own_and_its_own_game(database: &TestDatabase) {
        let db = open(database).await;
        let lions = insert(&db, squad("Lions")).await.expect("the first");
        assert_eq!((lions.game.as_str(), lions.region.as_str(), lions.is_recruiting), ("valorant", "", true));
        type Row = valorant::team::ActiveModel;
        for (case, row, expected) in [
            ("the name in another case", Row { name_ci: squad("LIONS").name_ci, ..squad("Kings") }, Some(Constraint::Unique)),
            ("the tag in another case", Row { tag_ci: squad("lions").tag_ci, ..squad("Kings") }, Some(Constraint::Unique)),
            ("the same address", Row { slug: squad("lions").slug, ..squad("Kings") }, Some(Constraint::Unique)),
            ("another game", Row { game: Set("cs2".to_owned()), ..squad("Kings") }, Some(Constraint::Check)),
            ("a region of another game", Row { region: Set("EU_W".to_owned()), ..squad("Kings") }, Some(Constraint::Check)),
            ("a region of the game", Row { region: Set("EMEA".to_owned()), ..squad("Kings") }, None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn a_player_is_in_one_squad_under_a_name_of_their_own(database: &TestDatabase) {
        let db = open(database).await;
        let (ann, bob, cyd) = (player(&db, "ann").await, player(&db, "bob").await, player(&db, "cyd").await);
        let lions = insert(&db, squad("Lions")).await.expect("a squad").id;
        let kings = insert(&db, squad("Kings")).await.expect("a squad").id;
        type Row = valorant::membership::ActiveModel;
        let named = |row, name: &str| Row { in_game_name: Set(name.to_owned()), in_game_name_ci: Set(fold_name(name)), ..row };
        let captain = |row| Row { is_captain: Set(true), ..row };
        for (case, row, expected) in [
            ("a captain", captain(named(member(lions, ann, "ACTIVE"), "Storm")), None),
            ("in another squad", member(kings, ann, "ACTIVE"), Some(Constraint::Unique)),
            ("in another squad as substitute", member(kings, ann, "SUBSTITUTE"), Some(Constraint::Unique)),
            ("formerly in another squad", member(kings, ann, "REMOVED"), None),
            ("the same squad again", member(lions, ann, "REMOVED"), Some(Constraint::Unique)),
            ("a second captain", captain(member(lions, bob, "ACTIVE")), Some(Constraint::Unique)),
            ("the same name in the game", named(member(lions, bob, "ACTIVE"), "STORM"), Some(Constraint::Unique)),
            ("a role of another game", Row { role: Set("AWPer".to_owned()), ..member(lions, bob, "ACTIVE") }, Some(Constraint::Check)),
            ("captain as a role", Row { role: Set("Captain".to_owned()), ..member(lions, bob, "ACTIVE") }, Some(Constraint::Check)),
            ("a second role of another game", Row { secondary_role: Set("AWPer".to_owned()), ..member(lions, bob, "ACTIVE") }, Some(Constraint::Check)),
            ("a jersey below zero", Row { jersey_number: Set(Some(-1)), ..member(lions, bob, "ACTIVE") }, Some(Constraint::Check)),
            ("another name in the game", named(member(lions, bob, "ACTIVE"), "Rain"), None),
            ("no name in the game", member(lions, cyd, "PENDING"), None),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }

    async fn a_position_of_dota_has_one_starter(database: &TestDatabase) {
        use dota2::membership::ActiveModel;
        let db = open(database).await;
        let lions = insert(&db, dota2::team::ActiveModel {
            name: Set("Lions".to_owned()),
            name_ci: Set("lions".to_owned()),
            tag: Set("LIO".to_owned()),
            tag_ci: Set("lio".to_owned()),
            slug: Set("lions".to_owned()),
            created_at: Set(now()),
            updated_at: Set(now()),
            ..Default::default()
        });
        let lions = lions.await.expect("a squad").id;
        let mut plays = Vec::new();
        for name in ["ann", "bob", "cyd", "dan"] {
            plays.push(player(&db, name).await);
        }
        let carry = |who: usize, starts: bool, status: &str| ActiveModel {
            team_id: Set(lions),
            profile_id: Set(plays[who]),
            role: Set("Position 1 (Carry)".to_owned()),
            status: Set(status.to_owned()),
            is_starter: Set(starts),
            joined_at: Set(now()),
            ..Default::default()
        };
        for (case, row, expected) in [
            ("a starter", carry(0, true, "ACTIVE"), None),
            ("a second starter", carry(1, true, "ACTIVE"), Some(Constraint::Unique)),
            ("on the bench", carry(1, false, "ACTIVE"), None),
            ("not yet in", carry(2, true, "PENDING"), None),
            ("a rating below zero", ActiveModel { mmr: Set(Some(-1)), ..carry(3, false, "ACTIVE") }, Some(Constraint::Check)),
        ] {
            assert_outcome(insert(&db, row).await, expected, case);
        }
    }
}

/// The tables of every game take the roles and regions that the game names, and no others.
#[test]
fn every_squads_table_is_what_its_game_says() {
    let app = teams::app();
    let declared = |table: &str| {
        let model = app.models.iter().find(|model| model.table_name == table);
        model.and_then(|model| model.declaration).unwrap_or_else(|| panic!("no {table}"))
    };
    let texts = |names: Vec<&str>| names.into_iter().map(|name| Literal::Text(name.to_owned())).collect::<Vec<_>>();
    for game in GAMES {
        let code = game.code;
        let (team, membership) =
            (declared(&format!("teams_{code}_team")), declared(&format!("teams_{code}_membership")));
        let allowed = |column: &str| team.column(column).unwrap_or_else(|| panic!("no {column}")).allowed();
        assert_eq!(allowed("game"), texts(vec![code]), "{code}");
        let regions = std::iter::once("").chain(game.regions().iter().map(|region| region.code)).collect();
        assert_eq!(allowed("region"), texts(regions), "{code}");
        let roles: Vec<&str> = game.roles().iter().map(|role| role.name).collect();
        let of_member = |column: &str| membership.column(column).unwrap_or_else(|| panic!("no {column}")).allowed();
        assert_eq!(of_member("role"), texts(roles.clone()), "{code}");
        let second = std::iter::once("").chain(roles).collect();
        assert_eq!(of_member("secondary_role"), texts(second), "{code}");
    }
    assert_eq!(valorant::team::Entity.table_name(), "teams_valorant_team");
    assert_eq!(valorant::team::Entity::declaration().name(), "teams.ValorantTeam");
    assert!(project().schema().is_ok(), "all entities fit together");
}
