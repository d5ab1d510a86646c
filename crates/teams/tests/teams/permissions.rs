//! Who may do what: the rule for every standing and act, and every act of the services for everybody.

use kernel::{Actor, SystemRandom};
use teams::{
    Act, Role, Standing, Team, TeamSettings,
    error::{
        BadgeRefusal, CancelRefusal, DisbandRefusal, GameRoleRefusal, HandOverRefusal, InviteRefusal, LeaveRefusal,
        RemoveRefusal, ReviewRefusal, RoleRefusal, TeamRefusal,
    },
    service::{self, entry, invitation::InviteForm, request::Asked},
};
use testkit::TestDatabase;

use crate::{
    support::migrated,
    world::{Person, Undone, World, act, form},
};

/// The rule, written out: owner, manager, coach, player, substitute, captain (a player), stranger, staff.
#[test]
fn every_standing_may_what_the_table_says() {
    use Role::{Coach, Manager, Owner, Player, Substitute};

    let role = |role| Standing { role: Some(role), ..Standing::default() };
    let standings = [
        role(Owner),
        role(Manager),
        role(Coach),
        role(Player),
        role(Substitute),
        Standing { is_captain: true, ..role(Player) },
        Standing::default(),
        Standing { is_staff: true, ..Standing::default() },
    ];
    let invite = |role, members_may| Act::Invite { role, members_may };
    let change = |from, to| Act::ChangeRole { from, to };
    let game_role = |of, own| Act::ChangeGameRole { of, own };
    for (act, expected) in [
        (Act::Edit, "yy-----y"),
        (Act::SeeSettings, "yyy----y"),
        (Act::Disband, "y------y"),
        (Act::HandOver, "y------y"),
        (Act::CancelInvitation, "yy-----y"),
        (Act::Review, "yy-----y"),
        (Act::Badge, "yy-----y"),
        (Act::Represent, "yy---y-y"),
        (Act::SeeRoster, "yyyyyy-y"),
        (Act::Leave, "-yyyyy--"),
        (invite(Owner, true), "--------"),
        (invite(Manager, false), "y------y"),
        (invite(Manager, true), "y------y"),
        (invite(Coach, false), "yy-----y"),
        (invite(Coach, true), "yy-----y"),
        (invite(Player, false), "yy-----y"),
        (invite(Player, true), "yyyyyy-y"),
        (invite(Substitute, true), "yyyyyy-y"),
        (Act::Remove { of: Owner }, "--------"),
        (Act::Remove { of: Manager }, "y------y"),
        (Act::Remove { of: Coach }, "yy-----y"),
        (Act::Remove { of: Player }, "yy-----y"),
        (Act::Remove { of: Substitute }, "yy-----y"),
        (game_role(Owner, true), "yy-----y"),
        (game_role(Owner, false), "-------y"),
        (game_role(Manager, false), "y------y"),
        (game_role(Player, false), "yy-----y"),
        (game_role(Player, true), "yy-----y"),
    ] {
        let found: String = standings.iter().map(|standing| if standing.may(act) { 'y' } else { '-' }).collect();
        assert_eq!(found, expected, "{act:?}");
    }
    for from in Role::ALL {
        for to in Role::ALL {
            let expected = match (from, to) {
                (Owner, _) | (_, Owner) => "--------",
                (Manager, _) | (_, Manager) => "y------y",
                _ => "yy-----y",
            };
            let found: String =
                standings.iter().map(|standing| if standing.may(change(from, to)) { 'y' } else { '-' }).collect();
            assert_eq!(found, expected, "{from:?} to {to:?}");
        }
    }
}

/// Runs an act and undoes it: `y` it was done, `-` whoever acts may not, `r` it was refused for another reason.
macro_rules! attempt {
    ($world:expr, $refusal:ident, |$tx:ident| $call:expr) => {{
        let undone: Result<(), Undone> = $world
            .db
            .write(|$tx| async move {
                Err(Undone::Done(match $call.await {
                    Ok(_) => 'y',
                    Err($refusal::Denied(_)) => '-',
                    Err($refusal::Database(error)) => return Err(error.into()),
                    #[allow(unreachable_patterns)]
                    Err(_) => 'r',
                }))
            })
            .await;
        match undone {
            Err(Undone::Done(mark)) => mark,
            Err(Undone::Database(error)) => panic!("{error}"),
            Ok(()) => unreachable!("it is always undone"),
        }
    }};
}

/// A team with somebody of every kind.
struct Cast {
    team: Team,
    owner: Person,
    manager: Person,
    other_manager: Person,
    coach: Person,
    player: Person,
    captain: Person,
    substitute: Person,
    free: Person,
    invitation: i64,
    request: i64,
}

impl Cast {
    async fn of(world: &World) -> Self {
        let owner = world.person("owner").await;
        let team = world.team(&owner, "Lions", "valorant").await;
        let mut people = Vec::new();
        for (name, role) in [
            ("manager", Role::Manager),
            ("deputy", Role::Manager),
            ("coach", Role::Coach),
            ("player", Role::Player),
            ("captain", Role::Player),
            ("substitute", Role::Substitute),
        ] {
            let person = world.person(name).await;
            world.join(&owner, &team, &person, role).await;
            people.push(person);
        }
        let [manager, other_manager, coach, player, captain, substitute] = people.try_into().expect("six");
        world.make_captain(&owner, &team, &captain).await;
        let (invited, asking, free) =
            (world.person("invited").await, world.person("asking").await, world.person("free").await);
        let invitation = world.invite(&owner, &team, &invited, Role::Player).await.expect("room").id;
        let (clock, games, actor) = (&world.clock, &world.games, &asking.actor());
        let asked = act!(world, |tx| service::request::ask(&tx, clock, games, actor, team.id, "Me")).expect("asked");
        let Asked::Waits(request) = asked else { panic!("the team answers by hand") };
        let request = request.id;
        Self { team, owner, manager, other_manager, coach, player, captain, substitute, free, invitation, request }
    }
}

testkit::on_both! {
    from migrated;

    /// Columns: owner, manager, coach, player, substitute, captain, stranger, former member, staff, nobody.
    async fn every_act_asks_who_acts(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cast = &Cast::of(world).await;
        let former = world.person("former").await;
        world.join(&cast.owner, &cast.team, &former, Role::Manager).await;
        let (clock, games, team) = (&world.clock, &world.games, cast.team.id);
        let leaver = &former.actor();
        act!(world, |tx| service::member::leave(&tx, clock, leaver, team)).expect("gone");
        let (stranger, staff) = (world.person("stranger").await, world.person("staff").await);
        let actors = [
            cast.owner.actor(), cast.manager.actor(), cast.coach.actor(), cast.player.actor(), cast.substitute.actor(),
            cast.captain.actor(), stranger.actor(), former.actor(), staff.staff(), Actor::Anonymous,
        ];
        let change = &form("Tigers", "TIGERS", "valorant");
        let settings = &TeamSettings::from(&cast.team);
        let offer = |role| InviteForm { username: cast.free.name.clone(), role, message: String::new() };
        let (offered_player, offered_manager, offered_owner) = (&offer(Role::Player), &offer(Role::Manager), &offer(Role::Owner));
        let mut expected: Vec<(&str, &str)> = Vec::new();
        let mut found: Vec<(&str, String)> = Vec::new();
        macro_rules! row {
            ($name:literal, $expected:literal, $refusal:ident, |$tx:ident, $actor:ident| $call:expr) => {{
                let mut marks = String::new();
                for $actor in &actors {
                    marks.push(attempt!(world, $refusal, |$tx| $call));
                }
                expected.push(($name, $expected));
                found.push(($name, marks));
            }};
        }
        let profile = |person: &Person| person.profile;
        let (owner, manager, other_manager, coach, player, captain, substitute) = (
            profile(&cast.owner), profile(&cast.manager), profile(&cast.other_manager), profile(&cast.coach),
            profile(&cast.player), profile(&cast.captain), profile(&cast.substitute),
        );
        row!("edit", "yy------y-", TeamRefusal, |tx, actor| service::team::edit(&tx, clock, games, actor, team, change));
        row!("settings", "yy------y-", TeamRefusal, |tx, actor| service::team::change_settings(&tx, clock, actor, team, settings));
        row!("disband", "y-------y-", DisbandRefusal, |tx, actor| service::team::disband(&tx, clock, actor, team));
        row!("invite a player", "yy------y-", InviteRefusal, |tx, actor| service::invitation::invite(&tx, clock, &SystemRandom, games, actor, team, offered_player));
        row!("invite a manager", "y-------y-", InviteRefusal, |tx, actor| service::invitation::invite(&tx, clock, &SystemRandom, games, actor, team, offered_manager));
        row!("invite an owner", "----------", InviteRefusal, |tx, actor| service::invitation::invite(&tx, clock, &SystemRandom, games, actor, team, offered_owner));
        row!("cancel", "yy------y-", CancelRefusal, |tx, actor| service::invitation::cancel(&tx, clock, actor, cast.invitation));
        row!("approve", "yy------y-", ReviewRefusal, |tx, actor| service::request::approve(&tx, clock, games, actor, cast.request));
        row!("reject", "yy------y-", ReviewRefusal, |tx, actor| service::request::reject(&tx, clock, actor, cast.request));
        row!("leave", "ryyyyyrrr-", LeaveRefusal, |tx, actor| service::member::leave(&tx, clock, actor, team));
        row!("remove the owner", "r-------r-", RemoveRefusal, |tx, actor| service::member::remove(&tx, clock, actor, team, owner));
        row!("remove a manager", "y-------y-", RemoveRefusal, |tx, actor| service::member::remove(&tx, clock, actor, team, other_manager));
        row!("remove the coach", "yy------y-", RemoveRefusal, |tx, actor| service::member::remove(&tx, clock, actor, team, coach));
        row!("remove a player", "yy------y-", RemoveRefusal, |tx, actor| service::member::remove(&tx, clock, actor, team, player));
        row!("remove nobody", "rr------r-", RemoveRefusal, |tx, actor| service::member::remove(&tx, clock, actor, team, -1));
        row!("demote the owner", "----------", RoleRefusal, |tx, actor| service::member::change_role(&tx, clock, games, actor, team, owner, Role::Player));
        row!("crown a player", "----------", RoleRefusal, |tx, actor| service::member::change_role(&tx, clock, games, actor, team, player, Role::Owner));
        row!("promote a player", "y-------y-", RoleRefusal, |tx, actor| service::member::change_role(&tx, clock, games, actor, team, player, Role::Manager));
        row!("demote a manager", "y-------y-", RoleRefusal, |tx, actor| service::member::change_role(&tx, clock, games, actor, team, manager, Role::Player));
        row!("bench a player", "yy------y-", RoleRefusal, |tx, actor| service::member::change_role(&tx, clock, games, actor, team, player, Role::Substitute));
        row!("make a coach", "yy------y-", RoleRefusal, |tx, actor| service::member::change_role(&tx, clock, games, actor, team, substitute, Role::Coach));
        row!("the owner's game role", "y-------y-", GameRoleRefusal, |tx, actor| service::member::change_game_role(&tx, clock, games, actor, team, owner, "Flex"));
        row!("a manager's game role", "rr------r-", GameRoleRefusal, |tx, actor| service::member::change_game_role(&tx, clock, games, actor, team, manager, "Flex"));
        row!("a player's game role", "yy------y-", GameRoleRefusal, |tx, actor| service::member::change_game_role(&tx, clock, games, actor, team, player, "Flex"));
        row!("badge", "yy------y-", BadgeRefusal, |tx, actor| service::member::make_captain(&tx, clock, actor, team, player));
        row!("take the badge", "yy------y-", BadgeRefusal, |tx, actor| service::member::take_badge(&tx, clock, actor, team, captain));
        row!("hand over", "y-------y-", HandOverRefusal, |tx, actor| service::member::hand_over(&tx, clock, actor, team, player));
        let found: Vec<(&str, &str)> = found.iter().map(|(name, marks)| (*name, marks.as_str())).collect();
        assert_eq!(found, expected);

        let mut may_enter = String::new();
        for actor in &actors {
            let may = entry::may_enter(world.db.read(), actor, team).await.expect("readable");
            may_enter.push(if may { 'y' } else { '-' });
        }
        assert_eq!(may_enter, "yy---y--y-");
        let speak = entry::representatives(world.db.read(), team).await.expect("readable");
        assert_eq!(speak, [cast.owner.user, cast.manager.user, cast.other_manager.user, cast.captain.user]);
        for person in [&cast.owner, &cast.manager, &cast.coach, &cast.player, &cast.captain, &stranger, &former] {
            let is = entry::is_representative(world.db.read(), person.user, team).await.expect("readable");
            assert_eq!(is, speak.contains(&person.user), "{}", person.name);
        }
        // Nothing of all this was kept.
        assert_eq!(world.members(team).await.len(), 7);
    }

    async fn members_invite_where_the_team_lets_them(database: &TestDatabase) {
        let world = &World::on(database).await;
        let cast = &Cast::of(world).await;
        let (clock, actor, team) = (&world.clock, &cast.owner.actor(), cast.team.id);
        let settings = &TeamSettings { members_can_invite: true, ..TeamSettings::from(&cast.team) };
        act!(world, |tx| service::team::change_settings(&tx, clock, actor, team, settings)).expect("changed");
        for (by, role, expected) in [
            (&cast.player, Role::Coach, false),
            (&cast.player, Role::Manager, false),
            (&cast.coach, Role::Coach, false),
            (&cast.coach, Role::Substitute, true),
        ] {
            let sent = world.invite(by, &cast.team, &cast.free, role).await;
            assert_eq!(sent.is_ok(), expected, "{} invites as {role:?}", by.name);
        }
    }
}
