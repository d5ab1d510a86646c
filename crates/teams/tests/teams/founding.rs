//! Teams made, edited, found and disbanded.

use kernel::{Actor, DbError};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use teams::{
    Role, TeamForm, TeamSettings,
    error::{Denied, DisbandRefusal, Field, Invalid, TeamRefusal},
    model::core::team,
    rules::permission::{Sees, sees_roster, sees_team},
    service::{
        self, entry,
        query::{self, Search},
    },
};
use testkit::TestDatabase;

use crate::{
    support::migrated,
    world::{World, act, form},
};

fn invalid<T: std::fmt::Debug>(outcome: Result<T, TeamRefusal>) -> Vec<(Field, Invalid)> {
    match outcome.expect_err("the form is refused") {
        TeamRefusal::Invalid(fields) => fields,
        refusal => panic!("{refusal}"),
    }
}

/// Changes a row as older data or staff might.
async fn force(world: &World, id: i64, row: team::ActiveModel) {
    let row = &row;
    let done: Result<(), DbError> = world
        .db
        .write(|tx| async move {
            team::Entity::update_many().set(row.clone()).filter(team::Column::Id.eq(id)).exec(&tx).await?;
            Ok(())
        })
        .await;
    done.expect("changed");
}

testkit::on_both! {
    from migrated;

    async fn whoever_makes_a_team_owns_it(database: &TestDatabase) {
        let world = World::on(database).await;
        let ann = world.person("ann").await;
        let about = "  Dhaka's own.\n".to_owned();
        let wanted = TeamForm { game_role: "Flex".into(), description: about, ..form("  Dhaka   Lions ", "dl", "valorant") };
        let team = world.create(&ann, &wanted).await.expect("a team");
        assert_eq!((team.name.as_str(), team.tag.as_str(), team.slug.as_str()), ("Dhaka Lions", "DL", "dhaka-lions"));
        assert_eq!((team.captain_id, team.game.as_str(), team.description.as_str()), (Some(ann.profile), "valorant", "Dhaka's own."));
        assert!(team.is_active && team.is_public);
        assert_eq!(world.members(team.id).await, [(ann.profile, "OWNER".into(), "Flex".into(), false)]);
        let found = query::by_slug(world.db.read(), "dhaka-lions").await.expect("readable").expect("it is there");
        assert_eq!(found, team);
        let (clock, games, form) = (&world.clock, &world.games, &form("Nobody's", "NN", "valorant"));
        let refusal = act!(world, |tx| service::team::create(&tx, clock, games, &Actor::Anonymous, form)).expect_err("nobody");
        assert!(matches!(refusal, TeamRefusal::Denied(Denied::SignedOut)), "{refusal}");
        let refusal = act!(world, |tx| service::team::create(&tx, clock, games, &Actor::System, form)).expect_err("no person");
        assert!(matches!(refusal, TeamRefusal::Denied(Denied::SignedOut)), "{refusal}");
    }

    async fn an_owner_who_plays_may_be_captain_at_once(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let wanted = TeamForm { captain: true, ..form("Dhaka Lions", "DL", "valorant") };
        assert_eq!(invalid(world.create(&ann, &wanted).await), [(Field::GameRole, Invalid::Empty)], "a captain plays");
        let team = world.create(&ann, &TeamForm { game_role: "Flex".into(), ..wanted }).await.expect("a team");
        assert_eq!(world.members(team.id).await, [(ann.profile, "OWNER".into(), "Flex".into(), true)]);
        // Who joins is no captain beside her.
        world.join(&ann, &team, &bob, Role::Player).await;
        let members = world.members(team.id).await;
        assert!(members.len() == 2 && members.iter().all(|(profile, _, _, captain)| *captain == (*profile == ann.profile)), "{members:?}");
    }

    async fn a_form_names_all_that_is_wrong(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        world.create(&ann, &form("Dhaka Lions", "LIONS", "valorant")).await.expect("a team");
        for (case, by, wanted, expected) in [
            ("the same", &bob, form("DHAKA LI0NS", "lions", "cs2"), vec![(Field::Name, Invalid::NameTaken), (Field::Tag, Invalid::TagTaken)]),
            ("a tag that looks the same", &bob, form("Kings", "LI0NS", "cs2"), vec![(Field::Tag, Invalid::TagTaken)]),
            ("a second team of the game", &ann, form("Kings", "KK", "valorant"), vec![(Field::Game, Invalid::InTeam)]),
            ("a game that there is not", &bob, form("Kings", "KK", "chess"), vec![(Field::Game, Invalid::Choice)]),
            ("the old code of a game", &bob, form("Kings", "KK", "csgo"), vec![(Field::Game, Invalid::Choice)]),
            (
                "everything",
                &ann,
                TeamForm { twitch: "twitch.tv/x".into(), region: "XX".into(), ..form("LI0NS ] ", "!", "valorant") },
                vec![
                    (Field::Name, Invalid::NameCharacters),
                    (Field::Tag, Invalid::TagCharacters),
                    (Field::Region, Invalid::Choice),
                    (Field::Twitch, Invalid::Link),
                    (Field::Game, Invalid::InTeam),
                ],
            ),
        ] {
            assert_eq!(invalid(world.create(by, &wanted).await), expected, "{case}");
        }
        // Addresses that would be the same get a number.
        let kings = world.create(&bob, &form("Dhaka Lions!", "KK", "cs2")).await.expect("another name");
        assert_eq!(kings.slug, "dhaka-lions-2");
        world.create(&ann, &form("Tigers", "TT", "cs2")).await.expect("another game");
    }

    async fn an_edited_team_keeps_its_address_and_game(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.team(&bob, "Kings", "cs2").await;
        let (clock, games, actor) = (&world.clock, &world.games, &ann.actor());
        let change = form("Tigers", "TIGERS", "cs2");
        let change = &TeamForm { region: "EMEA".into(), tagline: "Roar.".into(), ..change };
        let after = act!(world, |tx| service::team::edit(&tx, clock, games, actor, team.id, change)).expect("edited");
        assert_eq!((after.name.as_str(), after.slug.as_str(), after.game.as_str()), ("Tigers", "lions", "valorant"));
        assert_eq!((after.region.as_str(), after.tagline.as_str()), ("EMEA", "Roar."));
        let same = act!(world, |tx| service::team::edit(&tx, clock, games, actor, team.id, change)).expect("its own name is free");
        assert_eq!(same.name_ci, after.name_ci);
        let taken = &form("KINGS", "TIGERS", "valorant");
        let refused = act!(world, |tx| service::team::edit(&tx, clock, games, actor, team.id, taken));
        assert_eq!(invalid(refused), [(Field::Name, Invalid::NameTaken)]);
    }

    /// A team of older data without a game gets one, unless a member plays it elsewhere.
    async fn a_team_without_a_game_can_be_given_one(database: &TestDatabase) {
        let world = World::on(database).await;
        let ann = world.person("ann").await;
        let old = world.team(&ann, "Lions", "valorant").await;
        let id = old.id;
        force(&world, id, team::ActiveModel { game: Set(String::new()), ..Default::default() }).await;
        world.team(&ann, "Kings", "cs2").await;
        let (clock, games, actor) = (&world.clock, &world.games, &ann.actor());
        let (cs2, none, dota) = (&form("Lions", "LIONS", "cs2"), &TeamForm { region: "SA".into(), ..form("Lions", "LIONS", "") }, &form("Lions", "LIONS", "dota2"));
        let refused = act!(world, |tx| service::team::edit(&tx, clock, games, actor, id, cs2));
        assert_eq!(invalid(refused), [(Field::Game, Invalid::MemberInTeam)]);
        act!(world, |tx| service::team::edit(&tx, clock, games, actor, id, none)).expect("it goes on without");
        let after = act!(world, |tx| service::team::edit(&tx, clock, games, actor, id, dota)).expect("free");
        assert_eq!(after.game, "dota2");
    }

    async fn a_disbanded_team_sets_everybody_free(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd, dan) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await, world.person("dan").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.make_captain(&ann, &team, &bob).await;
        let waits = world.invite(&ann, &team, &cyd, Role::Player).await.expect("invited");
        let (clock, games, asks) = (&world.clock, &world.games, &dan.actor());
        act!(world, |tx| service::request::ask(&tx, clock, games, asks, team.id, "Please")).expect("asked");
        let (owner, member) = (&ann.actor(), &bob.actor());
        let refused = act!(world, |tx| service::team::disband(&tx, clock, member, team.id)).expect_err("he may not");
        assert!(matches!(refused, DisbandRefusal::Denied(Denied::NotAllowed(_))), "{refused}");
        act!(world, |tx| service::team::disband(&tx, clock, owner, team.id)).expect("disbanded");
        assert_eq!(world.members(team.id).await, []);
        let after = world.stored(team.id).await;
        assert!(!after.is_active && after.captain_id == Some(ann.profile));
        assert!(world.accept(&cyd, waits.id).await.is_err(), "the invitation is over");
        assert!(query::requests_of_team(world.db.read(), games, &team).await.expect("readable").is_empty());
        assert_eq!(world.told(&bob).await.last().expect("told").1, "Lions was disbanded");
        assert!(!world.told(&ann).await.iter().any(|(_, title, _)| title.contains("disbanded")), "she did it herself");
        let again = act!(world, |tx| service::team::disband(&tx, clock, owner, team.id)).expect_err("gone");
        assert!(matches!(again, DisbandRefusal::Denied(Denied::NoTeam)), "{again}");
        assert_eq!(entry::entry_team(world.db.read(), games, team.id).await.expect("readable"), None);
        assert_eq!(entry::rank_in_game(world.db.read(), team.id).await.expect("readable"), None);
        assert_eq!(entry::representatives(world.db.read(), team.id).await.expect("readable"), [0; 0]);
        // All are free, and nobody takes the name.
        world.team(&bob, "Kings", "valorant").await;
        assert_eq!(invalid(world.create(&ann, &form("Lions", "LL", "valorant")).await), [(Field::Name, Invalid::NameTaken)]);
    }

    /// Sixty teams, ten of a name and half of a game; private and disbanded ones are on no page.
    async fn public_teams_are_found_page_by_page(database: &TestDatabase) {
        let world = World::on(database).await;
        let mut shown = Vec::new();
        for number in 0..60 {
            let owner = world.person(&format!("p{number}")).await;
            let name = if number % 6 == 0 { format!("100% Wolf_ {number}") } else { format!("Bear {number}") };
            let team = world.create(&owner, &form(&name, &format!("T{number}"), if number % 2 == 0 { "valorant" } else { "cs2" })).await.expect("a team");
            let row = team::ActiveModel {
                total_points: Set(number % 5),
                is_public: Set(number != 7),
                is_active: Set(number != 8),
                ..Default::default()
            };
            force(&world, team.id, row).await;
            if number != 7 && number != 8 {
                shown.push((number % 5, team.id, name, number % 2 == 0));
            }
        }
        shown.sort_by_key(|(points, id, ..)| (-points, *id));
        for (case, search, wanted) in [
            ("all", Search::default(), shown.iter().map(|(_, id, ..)| *id).collect::<Vec<i64>>()),
            ("of a game", Search { game: "valorant".into(), ..Search::default() }, shown.iter().filter(|(.., valorant)| *valorant).map(|(_, id, ..)| *id).collect()),
            ("by a part of the name", Search { text: "wOLF".into(), ..Search::default() }, shown.iter().filter(|(_, _, name, _)| name.contains("Wolf")).map(|(_, id, ..)| *id).collect()),
            ("by a sign that is none in a pattern", Search { text: "0%".into(), ..Search::default() }, shown.iter().filter(|(_, _, name, _)| name.contains('%')).map(|(_, id, ..)| *id).collect()),
            ("by an underscore", Search { text: "f_".into(), ..Search::default() }, shown.iter().filter(|(_, _, name, _)| name.contains('_')).map(|(_, id, ..)| *id).collect()),
            ("by tag", Search { text: "t59".into(), ..Search::default() }, shown.iter().filter(|(_, _, name, _)| name == "Bear 59").map(|(_, id, ..)| *id).collect()),
            ("recruiting", Search { recruiting_only: true, ..Search::default() }, vec![]),
        ] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = query::list(world.db.read(), &search, after).await.expect("readable");
                assert!(page.teams.len() <= 24, "{case}");
                found.extend(page.teams.iter().map(|team| team.id));
                after = page.next;
                if after.is_none() { break }
            }
            assert_eq!(found, wanted, "{case}");
        }
        let places = |id: i64| { let db = world.db.clone(); async move { entry::rank_in_game(db.read(), id).await.expect("readable") } };
        let valorant: Vec<&(i32, i64, String, bool)> = shown.iter().filter(|(.., valorant)| *valorant).collect();
        for (points, id, ..) in &valorant {
            let better = valorant.iter().filter(|(other, ..)| other > points).count() as u64;
            assert_eq!(places(*id).await, Some(better + 1), "equal points share a place");
        }
        assert_eq!(places(-1).await, None);
    }

    async fn settings_decide_what_strangers_see(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.make_captain(&ann, &team, &bob).await;
        let (clock, actor) = (&world.clock, &ann.actor());
        let open = TeamSettings::from(&team);
        let roster = query::roster(world.db.read(), &world.games, &team).await.expect("readable");
        let member = query::standing(world.db.read(), &bob.actor(), team.id).await.expect("readable");
        let stranger = query::standing(world.db.read(), &cyd.actor(), team.id).await.expect("readable");
        let staff = query::standing(world.db.read(), &cyd.staff(), team.id).await.expect("readable");
        for (case, settings, page, sees, names) in [
            ("open", open.clone(), true, Sees::All, vec!["ann", "bob"]),
            ("captain only", TeamSettings { show_captain_only: true, ..open.clone() }, true, Sees::Captain, vec!["bob"]),
            ("no roster", TeamSettings { show_roster_publicly: false, ..open.clone() }, true, Sees::Nothing, vec![]),
            ("private", TeamSettings { is_public: false, ..open.clone() }, false, Sees::Nothing, vec![]),
        ] {
            let settings = &settings;
            let team = act!(world, |tx| service::team::change_settings(&tx, clock, actor, team.id, settings)).expect("changed");
            assert_eq!(TeamSettings::from(&team), *settings, "{case}");
            assert_eq!((sees_team(&team, stranger), sees_roster(&team, stranger)), (page, sees), "{case}");
            let seen = query::seen(&team, stranger, roster.clone());
            assert_eq!(seen.iter().map(|member| member.username.as_str()).collect::<Vec<&str>>(), names, "{case}");
            for insider in [member, staff] {
                assert_eq!(query::seen(&team, insider, roster.clone()), roster, "{case}");
                assert!(sees_team(&team, insider), "{case}");
            }
        }
        let long = &TeamSettings { min_rank_requirement: "x".repeat(51), ..open };
        let refused = act!(world, |tx| service::team::change_settings(&tx, clock, actor, team.id, long));
        assert_eq!(invalid(refused), [(Field::WantedRank, Invalid::Long(50))]);
    }

    /// Facts are told after the commit, and those of an act that was refused never.
    async fn what_happened_is_told(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.create(&bob, &form("Lions", "XX", "valorant")).await.expect_err("taken");
        world.join(&ann, &team, &bob, Role::Player).await;
        let (clock, actor) = (&world.clock, &bob.actor());
        act!(world, |tx| service::member::leave(&tx, clock, actor, team.id)).expect("gone");
        let mut heard: Vec<String> = Vec::new();
        for record in world.db.events().history(None, 100) {
            heard.push(record.header.event_type.to_owned());
        }
        assert_eq!(
            heard,
            ["team.created", "team.member_joined", "team.invite_sent", "team.invite_accepted", "team.member_joined", "team.member_left"]
        );
    }
}
