//! Roles, badges, ownership, and leaving.

use teams::{
    Role, Team,
    error::{BadgeRefusal, HandOverRefusal, LeaveRefusal, RemoveRefusal, RoleRefusal},
    service::{self, entry},
};
use testkit::TestDatabase;

use crate::{
    support::migrated,
    world::{Person, World, act},
};

fn is(role: &str, game_role: &str, captain: bool) -> Option<(String, String, bool)> {
    Some((role.to_owned(), game_role.to_owned(), captain))
}

impl World {
    async fn change_role(&self, by: &Person, team: &Team, whom: &Person, role: Role) -> Result<(), RoleRefusal> {
        let (clock, games, actor) = (&self.clock, &self.games, &by.actor());
        act!(self, |tx| service::member::change_role(&tx, clock, games, actor, team.id, whom.profile, role))
    }

    async fn hand_over(&self, by: &Person, team: &Team, whom: &Person) -> Result<(), HandOverRefusal> {
        let (clock, actor) = (&self.clock, &by.actor());
        act!(self, |tx| service::member::hand_over(&tx, clock, actor, team.id, whom.profile))
    }

    async fn leave(&self, by: &Person, team: &Team) -> Result<(), LeaveRefusal> {
        let (clock, actor) = (&self.clock, &by.actor());
        act!(self, |tx| service::member::leave(&tx, clock, actor, team.id))
    }

    async fn remove(&self, by: &Person, team: &Team, whom: &Person) -> Result<(), RemoveRefusal> {
        let (clock, actor) = (&self.clock, &by.actor());
        act!(self, |tx| service::member::remove(&tx, clock, actor, team.id, whom.profile))
    }
}

testkit::on_both! {
    from migrated;

    async fn a_new_role_takes_along_what_it_can_have(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob) = (world.person("ann").await, world.person("bob").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.change_game_role(&ann, &team, &bob, "Duelist").await.expect("known");
        world.make_captain(&ann, &team, &bob).await;
        for (role, expected) in [
            (Role::Substitute, is("SUBSTITUTE", "Duelist", true)),
            (Role::Player, is("PLAYER", "Duelist", true)),
            (Role::Player, is("PLAYER", "Duelist", true)),
            (Role::Coach, is("COACH", "", false)),
            (Role::Manager, is("MANAGER", "", false)),
            (Role::Player, is("PLAYER", "", false)),
        ] {
            world.change_role(&ann, &team, &bob, role).await.expect("changed");
            assert_eq!(world.role_of(&team, &bob).await, expected, "{role:?}");
        }
        let titles: Vec<String> = world.told(&bob).await.into_iter().map(|(_, title, _)| title).collect();
        assert_eq!(
            titles[1..],
            [
                "You play as Duelist in Lions",
                "You are captain of Lions",
                "You are substitute of Lions",
                "You are player of Lions",
                "You are coach of Lions",
                "You are manager of Lions",
                "You are player of Lions",
            ]
        );
    }

    async fn roles_in_the_game_are_the_games(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd, dan) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await, world.person("dan").await);
        let team = world.team(&ann, "Lions", "dota2").await;
        for (person, role) in [(&bob, Role::Player), (&cyd, Role::Player), (&dan, Role::Coach)] {
            world.join(&ann, &team, person, role).await;
        }
        let carry = "Position 1 (Carry)";
        for (whom, role, expected) in [
            (&bob, carry, ""),
            (&cyd, carry, "more than one player is Position 1 (Carry)"),
            (&cyd, "Duelist", "Dota 2 has no role"),
            (&dan, "Position 2 (Mid)", "does not play"),
            (&cyd, "Position 2 (Mid)", ""),
            (&ann, "Position 2 (Mid)", "more than one player is Position 2 (Mid)"),
            (&ann, "Position 3 (Offlane)", ""),
            (&bob, "", ""),
            (&cyd, carry, ""),
        ] {
            match world.change_game_role(&ann, &team, whom, role).await {
                Ok(()) => assert_eq!(expected, "", "{} as {role}", whom.name),
                Err(refusal) => assert!(!expected.is_empty() && refusal.contains(expected), "{} as {role}: {refusal}", whom.name),
            }
        }
        assert_eq!(world.role_of(&team, &ann).await, is("OWNER", "Position 3 (Offlane)", false));
        assert_eq!(world.role_of(&team, &cyd).await, is("PLAYER", carry, false));
    }

    /// A coach who is to play needs a place like everybody else.
    async fn a_role_that_plays_needs_a_place(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd, dan) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await, world.person("dan").await);
        let team = world.team(&ann, "Keepers", "fc26").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.join(&ann, &team, &cyd, Role::Coach).await;
        let held = world.invite(&ann, &team, &dan, Role::Player).await.expect("the last place");
        assert!(matches!(world.change_role(&ann, &team, &cyd, Role::Player).await, Err(RoleRefusal::Full(_))));
        world.accept(&dan, held.id).await.expect("it was held");
        assert!(matches!(world.change_role(&ann, &team, &cyd, Role::Substitute).await, Err(RoleRefusal::Full(_))));
        world.change_role(&ann, &team, &dan, Role::Substitute).await.expect("no further place");
        world.leave(&dan, &team).await.expect("gone");
        world.change_role(&ann, &team, &cyd, Role::Substitute).await.expect("a place");
    }

    async fn a_team_has_one_captain_who_plays(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd, dan) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await, world.person("dan").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        for (person, role) in [(&bob, Role::Player), (&cyd, Role::Substitute), (&dan, Role::Coach)] {
            world.join(&ann, &team, person, role).await;
        }
        world.make_captain(&ann, &team, &bob).await;
        world.make_captain(&ann, &team, &cyd).await;
        let captains: Vec<i64> = world.members(team.id).await.into_iter().filter(|member| member.3).map(|member| member.0).collect();
        assert_eq!(captains, [cyd.profile]);
        assert_eq!(world.told(&bob).await.last().expect("told").1, "You are no longer captain of Lions");
        let (clock, actor) = (&world.clock, &ann.actor());
        let refused = async |whom: &Person| {
            act!(world, |tx| service::member::make_captain(&tx, clock, actor, team.id, whom.profile)).expect_err("no player")
        };
        assert!(matches!(refused(&dan).await, BadgeRefusal::DoesNotPlay("coach")));
        assert!(matches!(refused(&ann).await, BadgeRefusal::OwnerDoesNotPlay));
        let wrong = act!(world, |tx| service::member::take_badge(&tx, clock, actor, team.id, bob.profile)).expect_err("not he");
        assert!(matches!(wrong, BadgeRefusal::NotMember), "{wrong}");
        act!(world, |tx| service::member::take_badge(&tx, clock, actor, team.id, cyd.profile)).expect("taken");
        assert!(world.members(team.id).await.iter().all(|member| !member.3));
        // Whoever leaves leaves the badge.
        world.make_captain(&ann, &team, &cyd).await;
        world.leave(&cyd, &team).await.expect("gone");
        world.make_captain(&ann, &team, &bob).await;
    }

    /// Most founders play and lead. Without the role in the game the badge goes back.
    async fn an_owner_who_plays_can_lead(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.join(&ann, &team, &cyd, Role::Substitute).await;
        world.change_game_role(&ann, &team, &ann, "IGL").await.expect("her own");
        world.make_captain(&ann, &team, &bob).await;
        world.make_captain(&ann, &team, &ann).await;
        assert_eq!(world.role_of(&team, &bob).await, is("PLAYER", "", false));
        assert_eq!(world.role_of(&team, &ann).await, is("OWNER", "IGL", true));
        world.change_game_role(&ann, &team, &ann, "Duelist").await.expect("another one");
        assert_eq!(world.role_of(&team, &ann).await, is("OWNER", "Duelist", true), "she leads on");
        let (clock, games, staff) = (&world.clock, &world.games, &cyd.staff());
        act!(world, |tx| service::member::change_game_role(&tx, clock, games, staff, team.id, ann.profile, "")).expect("staff may");
        assert_eq!(world.role_of(&team, &ann).await, is("OWNER", "", false), "who does not play does not lead");
        let page = notifications::service::list(&world.db, ann.user, None).await.expect("readable");
        assert!(page.notices.iter().any(|notice| notice.body.ends_with("You are no longer captain.")), "{:?}", page.notices);

        // A player needs no role in the game to lead; to lead as owner, one does.
        world.make_captain(&ann, &team, &bob).await;
        for (game_role, leads) in [("Duelist", true), ("", false)] {
            world.change_game_role(&ann, &team, &bob, game_role).await.expect("known");
            assert_eq!(world.role_of(&team, &bob).await, is("PLAYER", game_role, true));
            world.hand_over(&ann, &team, &bob).await.expect("his");
            assert_eq!(world.role_of(&team, &bob).await, is("OWNER", game_role, leads));
            world.hand_over(&bob, &team, &ann).await.expect("hers");
            let expected = if leads { is("PLAYER", "Duelist", true) } else { is("MANAGER", "", false) };
            assert_eq!(world.role_of(&team, &bob).await, expected);
        }
        // What is disbanded ends whole.
        world.change_game_role(&ann, &team, &ann, "IGL").await.expect("her own");
        world.make_captain(&ann, &team, &ann).await;
        let (clock, actor) = (&world.clock, &ann.actor());
        act!(world, |tx| service::team::disband(&tx, clock, actor, team.id)).expect("hers");
        assert!(world.members(team.id).await.is_empty());
    }

    async fn ownership_is_handed_over_whole(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Player).await;
        world.change_game_role(&ann, &team, &bob, "Duelist").await.expect("known");
        world.make_captain(&ann, &team, &bob).await;
        assert!(matches!(world.leave(&ann, &team).await, Err(LeaveRefusal::Owner)));
        assert!(matches!(world.hand_over(&ann, &team, &cyd).await, Err(HandOverRefusal::NotMember)));
        assert!(matches!(world.hand_over(&ann, &team, &ann).await, Err(HandOverRefusal::Owner)));
        world.hand_over(&ann, &team, &bob).await.expect("handed over");
        assert_eq!(world.role_of(&team, &bob).await, is("OWNER", "Duelist", true), "he plays on, and leads");
        assert_eq!(world.role_of(&team, &ann).await, is("MANAGER", "", false));
        assert_eq!(world.stored(team.id).await.captain_id, Some(bob.profile));
        assert_eq!(world.told(&bob).await.last().expect("told").1, "Lions is yours now");
        assert!(matches!(world.hand_over(&ann, &team, &ann).await, Err(HandOverRefusal::Denied(_))), "she may no more");
        // An owner who plays goes on playing.
        world.hand_over(&bob, &team, &ann).await.expect("back");
        assert_eq!(world.role_of(&team, &bob).await, is("PLAYER", "Duelist", true));
        assert_eq!(world.role_of(&team, &ann).await, is("OWNER", "", false));
        // Staff hand over the team of an owner who is away.
        let (clock, staff) = (&world.clock, &cyd.staff());
        act!(world, |tx| service::member::hand_over(&tx, clock, staff, team.id, bob.profile)).expect("staff may");
        assert_eq!(world.told(&ann).await.last().expect("told").1, "Lions has a new owner");
    }

    async fn members_leave_and_are_removed(database: &TestDatabase) {
        let world = World::on(database).await;
        let (ann, bob, cyd) = (world.person("ann").await, world.person("bob").await, world.person("cyd").await);
        let team = world.team(&ann, "Lions", "valorant").await;
        world.join(&ann, &team, &bob, Role::Manager).await;
        world.join(&ann, &team, &cyd, Role::Player).await;
        world.remove(&bob, &team, &cyd).await.expect("below him");
        assert_eq!(world.told(&cyd).await.last().expect("told").1, "You are no longer a member of Lions");
        assert!(matches!(world.remove(&bob, &team, &cyd).await, Err(RemoveRefusal::NotMember)));
        assert!(matches!(world.leave(&cyd, &team).await, Err(LeaveRefusal::NotMember)));
        assert!(matches!(world.remove(&ann, &team, &ann).await, Err(RemoveRefusal::Owner)));
        world.leave(&bob, &team).await.expect("managers may");
        assert_eq!(world.told(&ann).await.last().expect("told").1, "bob left Lions");
        assert_eq!(entry::members_user_ids(world.db.read(), team.id).await.expect("readable"), [ann.user]);
    }
}
