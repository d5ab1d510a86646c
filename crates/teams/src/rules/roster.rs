//! Who makes a roster: how many start and sit on the bench, in which roles, and who leads.
//!
//! A roster is judged as a whole, so that a captain reads everything that is wrong at once. What
//! somebody may do to a roster is not here.

use std::collections::BTreeSet;

use kernel::plugin::{GamePlugin, RosterRule};
use thiserror::Error;

/// The most players of a team, whatever the game says.
pub const MOST_PLAYERS: u32 = 8;

/// What a person is in a team, from the most say to the least. The captain is no role but a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Whose team it is.
    Owner,
    /// Who runs it.
    Manager,
    /// Who trains it.
    Coach,
    /// Who plays.
    Player,
    /// Who plays when a player cannot.
    Substitute,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Manager, Self::Coach, Self::Player, Self::Substitute];

    /// The role as it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Manager => "MANAGER",
            Self::Coach => "COACH",
            Self::Player => "PLAYER",
            Self::Substitute => "SUBSTITUTE",
        }
    }

    /// The role that is stored so.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// The word for people, within a sentence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Manager => "manager",
            Self::Coach => "coach",
            Self::Player => "player",
            Self::Substitute => "substitute",
        }
    }

    /// Whether this role runs the team.
    pub const fn runs_team(self) -> bool {
        matches!(self, Self::Owner | Self::Manager)
    }

    /// Whether this role takes a place on the roster by itself.
    pub const fn takes_place(self) -> bool {
        matches!(self, Self::Player | Self::Substitute)
    }

    /// Whether this role may have a role within the game: an owner plays by having one.
    pub const fn may_play(self) -> bool {
        matches!(self, Self::Owner | Self::Player | Self::Substitute)
    }
}

/// An active member of a team, as far as the roster goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// The role in the team.
    pub role: Role,
    /// The role within the game; empty for none.
    pub game_role: &'a str,
    /// Whether this member is the captain.
    pub is_captain: bool,
}

impl Member<'_> {
    /// Whether this member starts: a player does, and an owner with a role within the game.
    pub fn starts(&self) -> bool {
        self.role == Role::Player || (self.role == Role::Owner && !self.game_role.is_empty())
    }

    fn substitutes(&self) -> bool {
        self.role == Role::Substitute
    }

    /// Whether this member takes a place on the roster. Who does may lead the players, as captain.
    pub fn is_on_roster(&self) -> bool {
        self.starts() || self.substitutes()
    }
}

/// What is wrong with a roster. The text is for who runs the team.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RosterIssue {
    /// Too few start.
    #[error("{have} of at least {min} players: invite more, or make a substitute a player")]
    TooFewStarters {
        /// How many start.
        have: u32,
        /// The fewest that the game allows.
        min: u32,
    },
    /// Too many start.
    #[error("{have} players where {max} start: make some of them substitutes")]
    TooManyStarters {
        /// How many start.
        have: u32,
        /// The most that the game allows.
        max: u32,
    },
    /// Too many substitutes.
    #[error("{have} substitutes where {max} are allowed: remove some of them")]
    TooManySubstitutes {
        /// How many substitutes there are.
        have: u32,
        /// The most that the game allows.
        max: u32,
    },
    /// Too many altogether.
    #[error("{have} players and substitutes where a team has {max} at most: remove some of them")]
    TooMany {
        /// How many there are.
        have: u32,
        /// The most of a team.
        max: u32,
    },
    /// Two starters in a role of which a game has one.
    #[error("more than one player is {role}: give all but one of them another role")]
    RoleTaken {
        /// The role within the game.
        role: String,
    },
    /// A role that the game does not know.
    #[error("{game} has no role {role:?}; choose one of {known}")]
    UnknownRole {
        /// The game's display name.
        game: String,
        /// The role that was given.
        role: String,
        /// The roles that there are.
        known: String,
    },
    /// A role within the game for somebody who does not play.
    #[error("somebody who is {role} does not play and cannot be {game_role}")]
    DoesNotPlay {
        /// The role in the team.
        role: &'static str,
        /// The role within the game.
        game_role: String,
    },
    /// Nobody leads.
    #[error(
        "the team has no captain: give the badge to somebody who plays; an owner plays by having a role in the game"
    )]
    NoCaptain,
    /// More than one leads.
    #[error("the team has {have} captains: leave the badge to one of them")]
    Captains {
        /// How many.
        have: u32,
    },
    /// Somebody leads who does not play.
    #[error(
        "somebody who is {role} and does not play cannot be captain: give the badge to a player, a substitute, or an owner with a role in the game"
    )]
    CaptainDoesNotPlay {
        /// The role in the team.
        role: &'static str,
    },
}

/// The most players and substitutes of a team that plays by this rule.
pub fn capacity(rule: &RosterRule) -> u32 {
    rule.max_size().min(MOST_PLAYERS)
}

/// Nobody more can play for a team. The text is for who runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "There is no place left: the team may have {capacity} players and substitutes, {on_roster} are in it and {pending} are invited. Remove somebody or cancel an invitation first."
)]
pub struct Full {
    /// The most players and substitutes.
    pub capacity: u32,
    /// How many there are.
    pub on_roster: u32,
    /// How many invitations hold a place.
    pub pending: u32,
}

/// Whether one more can play for a team, pending invitations counted as taken. A team without a game has the
/// places that every team has.
///
/// # Errors
/// How full it is.
pub fn room_for_one(game: Option<&dyn GamePlugin>, on_roster: u32, pending: u32) -> Result<(), Full> {
    let capacity = game.map_or(MOST_PLAYERS, |game| capacity(&game.roster_rule()));
    if on_roster.saturating_add(pending) < capacity { Ok(()) } else { Err(Full { capacity, on_roster, pending }) }
}

/// How many members take a place on the roster.
pub fn on_roster(members: &[Member<'_>]) -> u32 {
    count(members, |member| member.is_on_roster())
}

/// As what somebody joins who was offered no role: as a player while a starter is missing, then as a
/// substitute, so that a team that is ready stays ready.
pub fn joins_as(game: Option<&dyn GamePlugin>, members: &[Member<'_>]) -> Role {
    let most = game.map_or(MOST_PLAYERS, |game| game.roster_rule().max_starters);
    if count(members, |member| member.starts()) < most { Role::Player } else { Role::Substitute }
}

/// How many more players or substitutes a team can invite, pending invitations counted as taken.
pub fn room(rule: &RosterRule, on_roster: u32, pending_invitations: u32) -> u32 {
    capacity(rule).saturating_sub(on_roster.saturating_add(pending_invitations))
}

/// Everything that is wrong with a team's active members. Sizes and roles are the game's to judge; a team
/// without a game has only its captain judged.
pub fn issues(game: Option<&dyn GamePlugin>, members: &[Member<'_>]) -> Vec<RosterIssue> {
    let mut issues = captain_issues(members);
    let Some(game) = game else { return issues };
    issues.extend(size_issues(&game.roster_rule(), members));
    issues.extend(role_issues(game, members));
    issues
}

/// What keeps a team from a tournament: the [`issues`] of its roster, and a missing captain.
pub fn readiness(game: Option<&dyn GamePlugin>, members: &[Member<'_>]) -> Vec<RosterIssue> {
    let mut issues = issues(game, members);
    if !members.iter().any(|member| member.is_captain) {
        issues.push(RosterIssue::NoCaptain);
    }
    issues
}

fn count(members: &[Member<'_>], wanted: impl Fn(&Member<'_>) -> bool) -> u32 {
    let found = members.iter().filter(|member| wanted(member)).count();
    u32::try_from(found).unwrap_or(u32::MAX)
}

fn captain_issues(members: &[Member<'_>]) -> Vec<RosterIssue> {
    let mut issues = Vec::new();
    let have = count(members, |member| member.is_captain);
    if have > 1 {
        issues.push(RosterIssue::Captains { have });
    }
    let wrong = members.iter().filter(|member| member.is_captain && !member.is_on_roster());
    issues.extend(wrong.map(|member| RosterIssue::CaptainDoesNotPlay { role: member.role.as_str() }));
    issues
}

fn size_issues(rule: &RosterRule, members: &[Member<'_>]) -> Vec<RosterIssue> {
    let (starters, substitutes) =
        (count(members, |member| member.starts()), count(members, |member| member.substitutes()));
    let all = starters.saturating_add(substitutes);
    let (min, max, bench, most) = (rule.min_starters, rule.max_starters, rule.max_substitutes, capacity(rule));
    let found = [
        (starters < min).then_some(RosterIssue::TooFewStarters { have: starters, min }),
        (starters > max).then_some(RosterIssue::TooManyStarters { have: starters, max }),
        (substitutes > bench).then_some(RosterIssue::TooManySubstitutes { have: substitutes, max: bench }),
        (all > most).then_some(RosterIssue::TooMany { have: all, max: most }),
    ];
    found.into_iter().flatten().collect()
}

fn role_issues(game: &dyn GamePlugin, members: &[Member<'_>]) -> Vec<RosterIssue> {
    let (mut issues, mut taken, mut told) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
    let known: Vec<&str> = game.roles().iter().map(|role| role.name).collect();
    for member in members.iter().filter(|member| !member.game_role.is_empty()) {
        let role = member.game_role;
        if !member.role.may_play() {
            issues.push(RosterIssue::DoesNotPlay { role: member.role.as_str(), game_role: role.to_owned() });
        } else if !known.contains(&role) {
            let known = known.join(", ");
            issues.push(RosterIssue::UnknownRole { game: game.display_name(), role: role.to_owned(), known });
        } else if game.roster_rule().unique_roles && member.starts() && !taken.insert(role) && told.insert(role) {
            issues.push(RosterIssue::RoleTaken { role: role.to_owned() });
        }
    }
    issues
}
