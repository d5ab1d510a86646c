//! Rosters: everything that can be wrong with one, at its edges.

use kernel::plugin::GamePlugin;
use teams::{
    game::by_code,
    rules::roster::{self, Member, Role, RosterIssue as Issue},
};

fn game(code: &str) -> &'static dyn GamePlugin {
    by_code(code).unwrap_or_else(|| panic!("no {code}"))
}

fn member(role: Role, game_role: &'static str) -> Member<'static> {
    Member { role, game_role, is_captain: false }
}

/// So many players and substitutes, the first of whom is captain, and an owner who does not play.
fn team(players: usize, substitutes: usize) -> Vec<Member<'static>> {
    let mut members = vec![member(Role::Player, ""); players];
    members.extend(vec![member(Role::Substitute, ""); substitutes]);
    if let Some(first) = members.first_mut() {
        first.is_captain = true;
    }
    members.push(member(Role::Owner, ""));
    members
}

#[test]
fn sizes_are_decided_at_their_edges() {
    let few = |have, min| Issue::TooFewStarters { have, min };
    let many = |have, max| Issue::TooManyStarters { have, max };
    let bench = |have, max| Issue::TooManySubstitutes { have, max };
    let all = |have, max| Issue::TooMany { have, max };
    for (code, players, substitutes, expected) in [
        ("valorant", 5, 0, vec![]),
        ("valorant", 5, 2, vec![]),
        ("valorant", 4, 2, vec![few(4, 5)]),
        ("valorant", 6, 1, vec![many(6, 5)]),
        ("valorant", 5, 3, vec![bench(3, 2), all(8, 7)]),
        ("valorant", 4, 3, vec![few(4, 5), bench(3, 2)]),
        ("valorant", 7, 2, vec![many(7, 5), all(9, 7)]),
        ("pubg", 4, 2, vec![]),
        ("pubg", 5, 0, vec![many(5, 4)]),
        ("efootball", 1, 0, vec![]),
        ("efootball", 2, 1, vec![]),
        ("efootball", 3, 0, vec![many(3, 2)]),
        ("fc26", 1, 1, vec![]),
        ("fc26", 0, 1, vec![few(0, 1)]),
        ("fc26", 2, 0, vec![many(2, 1)]),
    ] {
        let found = roster::issues(Some(game(code)), &team(players, substitutes));
        assert_eq!(found, expected, "{code}: {players} and {substitutes}");
    }
    assert_eq!(roster::issues(None, &team(30, 30)), [], "without a game nothing is counted");
}

#[test]
fn an_owner_plays_by_having_a_role_in_the_game() {
    let mut members = team(4, 0);
    assert_eq!(roster::issues(Some(game("valorant")), &members), [Issue::TooFewStarters { have: 4, min: 5 }]);
    members.last_mut().expect("the owner").game_role = "Duelist";
    assert_eq!(roster::issues(Some(game("valorant")), &members), []);
}

#[test]
fn roles_within_the_game_are_known_and_where_they_must_be_different() {
    let carry = "Position 1 (Carry)";
    let mut members = team(5, 2);
    for (position, role) in [(0, carry), (1, carry), (2, carry), (5, carry), (6, "Position 2 (Mid)")] {
        members[position].game_role = role;
    }
    let taken = Issue::RoleTaken { role: carry.to_owned() };
    assert_eq!(roster::issues(Some(game("dota2")), &members), [taken], "told once; substitutes may double");
    members[1].game_role = "";
    members[2].game_role = "Position 2 (Mid)";
    assert_eq!(roster::issues(Some(game("dota2")), &members), []);

    let mut members = team(5, 0);
    members[0].game_role = "Duelist";
    members[1].game_role = "Duelist";
    assert_eq!(roster::issues(Some(game("valorant")), &members), [], "two duelists are welcome");
    members[1].game_role = "AWPer";
    let issues = roster::issues(Some(game("valorant")), &members);
    assert!(matches!(issues.as_slice(), [Issue::UnknownRole { role, .. }] if role == "AWPer"), "{issues:?}");
    assert!(issues[0].to_string().contains("Duelist, Controller"), "{}", issues[0]);
    members[1] = member(Role::Player, "");
    members.push(member(Role::Coach, "Duelist"));
    let expected = Issue::DoesNotPlay { role: "COACH", game_role: "Duelist".to_owned() };
    assert_eq!(roster::issues(Some(game("valorant")), &members), [expected]);
}

#[test]
fn a_team_has_one_captain_who_plays() {
    let valorant = game("valorant");
    let mut members = team(5, 1);
    assert_eq!(roster::readiness(Some(valorant), &members), []);
    members[0].is_captain = false;
    assert_eq!(roster::issues(Some(valorant), &members), [], "a team may be without for a while");
    assert_eq!(roster::readiness(Some(valorant), &members), [Issue::NoCaptain]);
    members[5].is_captain = true;
    assert_eq!(roster::readiness(Some(valorant), &members), [], "a substitute may lead");
    members[1].is_captain = true;
    assert_eq!(roster::readiness(Some(valorant), &members), [Issue::Captains { have: 2 }]);
    members[1].is_captain = false;
    members[5].is_captain = false;
    for (role, expected) in [(Role::Owner, "OWNER"), (Role::Manager, "MANAGER"), (Role::Coach, "COACH")] {
        members[6] = Member { is_captain: true, ..member(role, "") };
        let expected = [Issue::CaptainDoesNotPlay { role: expected }];
        assert_eq!(roster::readiness(Some(valorant), &members), expected);
        assert_eq!(roster::readiness(None, &members), expected, "whatever the game");
    }
    members.remove(0);
    let playing = |role| Member { is_captain: true, ..member(role, "Duelist") };
    members[5] = playing(Role::Owner);
    assert_eq!(roster::readiness(Some(valorant), &members), [], "an owner who plays may lead");
    for role in [Role::Manager, Role::Coach] {
        members[5] = playing(role);
        let issues = roster::issues(None, &members);
        assert!(matches!(issues[..], [Issue::CaptainDoesNotPlay { .. }]), "{role:?}: {issues:?}");
    }
}

#[test]
fn room_is_what_neither_players_nor_invitations_take() {
    let rule = game("valorant").roster_rule();
    for (on_roster, pending, expected) in [(0, 0, 7), (5, 1, 1), (5, 2, 0), (7, 0, 0), (7, 3, 0), (0, u32::MAX, 0)] {
        assert_eq!(roster::room(&rule, on_roster, pending), expected, "{on_roster} and {pending}");
    }
    let wide = kernel::plugin::RosterRule { max_starters: 10, max_substitutes: 5, ..rule };
    assert_eq!(roster::capacity(&wide), roster::MOST_PLAYERS, "no game makes a team larger");
}

#[test]
fn ranks_go_from_the_most_say_to_the_least() {
    let mut sorted = Role::ALL;
    sorted.sort_unstable();
    assert_eq!(sorted, Role::ALL);
    assert_eq!(Role::ALL.map(Role::may_play), [true, false, false, true, true]);
}
