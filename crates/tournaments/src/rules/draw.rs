//! From the settings of a tournament to the plan of its bracket.
//!
//! Not here: who has which seed (`seeding`), what becomes of a bracket once it is drawn (`structure`).

use brackets::{
    Elimination, Entrant, Final, Format, Lengths, Plan, PlannedStage, RoundRobin, Section, Source, Swiss, SwissLength,
    swiss::enough_rounds,
};
use thiserror::Error;

use crate::model::tournament;

/// Entries of a group when the organizer does not say how many groups there are.
const GROUP_OF: usize = 4;

/// How a tournament is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One loss and out.
    Single,
    /// Two losses and out.
    Double,
    /// Everyone meets everyone.
    RoundRobin,
    /// Rounds of equal scores.
    Swiss,
    /// Groups, then a bracket of the best of each.
    Groups,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Single, Self::Double, Self::RoundRobin, Self::Swiss, Self::Groups];

    /// Its spelling in the column `format`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Single => "single_elimination",
            Self::Double => "double_elimination",
            Self::RoundRobin => "round_robin",
            Self::Swiss => "swiss",
            Self::Groups => "group_playoff",
        }
    }

    /// The kind of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What of a tournament's settings decides its bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How it is played.
    pub kind: Kind,
    /// Games of a match at the most.
    pub best_of: u8,
    /// Games of the final at the most.
    pub best_of_final: u8,
    /// Whether those who lost the semi-finals meet.
    pub third_place: bool,
    /// Whether a grand final won from the losers bracket is played once more.
    pub reset: bool,
    /// Swiss rounds; nothing for as many as single out a winner.
    pub swiss_rounds: Option<u16>,
    /// Groups; nothing for groups of four.
    pub groups: Option<u16>,
    /// How many of each group go on.
    pub qualifiers: usize,
}

/// Why there is no bracket with these settings and so many entries.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unplayable {
    /// The format is not one that can be drawn.
    #[error("The format {0:?} is not one that can be drawn. Choose another one in the settings.")]
    Format(String),
    /// Nobody to play against.
    #[error("{0} entries are ready to play; a bracket needs at least 2.")]
    TooFew(usize),
    /// Groups of one.
    #[error("{groups} groups need at least {} entries, and there are {entries}. Lower the number of groups.", .groups * 2)]
    Groups {
        /// Groups asked for.
        groups: usize,
        /// Entries.
        entries: usize,
    },
    /// More go on than are there.
    #[error("{qualifiers} of each group go on, but the smallest group has {smallest}. Lower one of the two numbers.")]
    Qualifiers {
        /// How many of each group go on.
        qualifiers: usize,
        /// Entries of the smallest group.
        smallest: usize,
    },
    /// A playoff of one.
    #[error("Only one entry would reach the playoffs. Let more go on, or make more groups.")]
    NoPlayoffs,
    /// The bracket's mathematics refuses it.
    #[error("These settings make no bracket: {0}.")]
    Brackets(String),
}

impl Settings {
    /// The settings of this tournament.
    ///
    /// # Errors
    /// [`Unplayable::Format`].
    pub fn of(tournament: &tournament::Model) -> Result<Self, Unplayable> {
        let kind = Kind::parse(&tournament.format).ok_or_else(|| Unplayable::Format(tournament.format.clone()))?;
        let games = |games: i32| u8::try_from(games).unwrap_or(1);
        Ok(Self {
            kind,
            best_of: games(tournament.best_of),
            best_of_final: games(tournament.best_of_final),
            third_place: tournament.third_place_match,
            reset: tournament.grand_final_reset,
            swiss_rounds: tournament.swiss_rounds.and_then(|rounds| u16::try_from(rounds).ok()),
            groups: tournament.group_count.and_then(|groups| u16::try_from(groups).ok()),
            qualifiers: usize::try_from(tournament.group_qualifiers).unwrap_or(1),
        })
    }

    /// Whether matches of a table, as opposed to those of a bracket, may end level: only a single game can.
    const fn draws(&self) -> bool {
        self.best_of == 1
    }

    fn elimination(&self, entries: usize) -> Format {
        let rounds = enough_rounds(entries);
        let plain = Lengths::best_of(self.best_of);
        let (kind, lengths) = match self.kind {
            Kind::Double => {
                let grand_final = if self.reset { Final::Reset } else { Final::Single };
                (Elimination::Double { grand_final }, plain.but(Section::GrandFinal, None, self.best_of_final))
            }
            _ => (
                Elimination::Single { third_place: self.third_place && entries > 3, consolation: false },
                plain.but(Section::Winners, Some(rounds), self.best_of_final),
            ),
        };
        Format::Elimination { kind, lengths, places: None }
    }

    fn table(&self, groups: u16) -> RoundRobin {
        let lengths = Lengths::best_of(self.best_of);
        RoundRobin { groups, draws: self.draws(), lengths, ..RoundRobin::default() }
    }

    /// How many groups so many entries make, and how many of each go on.
    ///
    /// # Errors
    /// Groups of one; more going on than there are.
    pub fn groups_of(&self, entries: usize) -> Result<(u16, usize), Unplayable> {
        let groups = self.groups.map_or_else(|| entries.div_ceil(GROUP_OF), usize::from).max(1);
        if groups * 2 > entries {
            return Err(Unplayable::Groups { groups, entries });
        }
        let smallest = entries / groups;
        if self.qualifiers == 0 || self.qualifiers > smallest {
            return Err(Unplayable::Qualifiers { qualifiers: self.qualifiers, smallest });
        }
        if groups * self.qualifiers < 2 {
            return Err(Unplayable::NoPlayoffs);
        }
        let groups = u16::try_from(groups).map_err(|_| Unplayable::Groups { groups, entries })?;
        Ok((groups, self.qualifiers))
    }

    /// Rounds of a Swiss of so many entries: as set, but no more than there are opponents.
    pub fn rounds_of(&self, entries: usize) -> u16 {
        let most = u16::try_from(entries.saturating_sub(1)).unwrap_or(u16::MAX).max(1);
        self.swiss_rounds.unwrap_or_else(|| enough_rounds(entries)).clamp(1, most)
    }

    /// The plan of a bracket of these entrants, best seed first.
    ///
    /// # Errors
    /// [`Unplayable`] when the settings do not fit so many entries.
    pub fn plan(&self, entrants: Vec<Entrant>) -> Result<Plan, Unplayable> {
        let entries = entrants.len();
        if entries < 2 {
            return Err(Unplayable::TooFew(entries));
        }
        let one = |name: &str, format: Format, entrants: Vec<Entrant>| Plan {
            stages: vec![PlannedStage {
                name: name.to_owned(),
                format,
                sources: vec![Source::Direct(entrants)],
                keep_apart: false,
            }],
        };
        Ok(match self.kind {
            Kind::Single | Kind::Double => one("Bracket", self.elimination(entries), entrants),
            Kind::RoundRobin => one("Round robin", Format::RoundRobin(self.table(1)), entrants),
            Kind::Swiss => {
                let swiss = Swiss {
                    length: SwissLength::Rounds(self.rounds_of(entries)),
                    draws: self.draws(),
                    lengths: Lengths::best_of(self.best_of),
                    ..Swiss::default()
                };
                one("Swiss", Format::Swiss(swiss), entrants)
            }
            Kind::Groups => {
                let (groups, through) = self.groups_of(entries)?;
                let playoffs = self.elimination(usize::from(groups) * through);
                Plan::groups_to_playoffs(entrants, self.table(groups), through, playoffs)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Settings = Settings {
        kind: Kind::Groups,
        best_of: 1,
        best_of_final: 3,
        third_place: false,
        reset: true,
        swiss_rounds: None,
        groups: None,
        qualifiers: 2,
    };

    #[test]
    fn groups_by_the_number_of_entries() {
        let with = |groups, qualifiers| Settings { groups, qualifiers, ..PLAIN };
        for (settings, entries, expected) in [
            (PLAIN, 2, Ok((1, 2))),
            (PLAIN, 5, Ok((2, 2))),
            (PLAIN, 16, Ok((4, 2))),
            (PLAIN, 17, Ok((5, 2))),
            (with(Some(4), 2), 8, Ok((4, 2))),
            (with(Some(4), 2), 7, Err(Unplayable::Groups { groups: 4, entries: 7 })),
            (with(Some(2), 3), 5, Err(Unplayable::Qualifiers { qualifiers: 3, smallest: 2 })),
            (with(Some(1), 1), 5, Err(Unplayable::NoPlayoffs)),
        ] {
            assert_eq!(settings.groups_of(entries), expected, "{settings:?} {entries}");
        }
    }

    #[test]
    fn a_swiss_has_no_more_rounds_than_opponents() {
        let with = |swiss_rounds| Settings { kind: Kind::Swiss, swiss_rounds, ..PLAIN };
        for (set, entries, expected) in
            [(None, 2, 1), (None, 8, 3), (None, 9, 4), (Some(5), 64, 5), (Some(9), 4, 3), (Some(1), 64, 1)]
        {
            assert_eq!(with(set).rounds_of(entries), expected, "{set:?} of {entries}");
        }
    }

    #[test]
    fn the_final_is_longer_and_tables_may_be_level() {
        let lengths = |settings: Settings, entries: u32, stage: usize| {
            let plan = settings.plan(brackets::entrants(entries)).expect("it can be played");
            plan.stages[stage].format.clone()
        };
        let Format::Elimination { kind, lengths: single, .. } =
            lengths(Settings { kind: Kind::Single, third_place: true, ..PLAIN }, 5, 0)
        else {
            panic!("an elimination")
        };
        assert_eq!(kind, Elimination::Single { third_place: true, consolation: false });
        assert_eq!(single, Lengths::best_of(1).but(Section::Winners, Some(3), 3));
        let Format::RoundRobin(table) = lengths(PLAIN, 8, 0) else { panic!("a round robin") };
        assert!(table.draws && table.groups == 2);
        let Format::RoundRobin(table) = lengths(Settings { best_of: 3, ..PLAIN }, 8, 0) else { panic!("a table") };
        assert!(!table.draws, "a best of three has a winner");
        assert_eq!(PLAIN.plan(brackets::entrants(1)), Err(Unplayable::TooFew(1)));
    }
}
