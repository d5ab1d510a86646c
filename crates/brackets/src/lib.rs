//! Tournament mathematics as pure values: no I/O, no clock, no database.
//!
//! A [`Stage`] is a [`Setup`] and a log of [`Command`]s. [`Stage::apply`] gives the next value and what
//! changed, or a [`Refusal`] that names what is wrong and changes nothing. Stored, a stage is its setup
//! and log; reading it back replays the log. Time and chance are passed in: draws take a seed.
//!
//! | to do | look at |
//! | --- | --- |
//! | order, draw and group entrants | [`seeding`] |
//! | report, forfeit, withdraw, correct, undo | [`Command`] |
//! | see a change before it is made, and the way back | [`Stage::preview`], [`correction`] |
//! | rank, cut and pay | [`Stage::standings`], [`standings`] |
//! | pair a Swiss round and say why | [`Command::Pair`], [`Stage::explain`] |
//! | several stages in a row | [`graph`] |
//! | draw | [`Stage::board`], [`view`] |
//!
//! # Single elimination
//!
//! ```
//! use brackets::*;
//!
//! let mut cup = Stage::new(Setup { entrants: entrants(3), format: Format::single_elimination() })?;
//! // Three entrants, four places: the best seed has a bye and waits in the final.
//! let semi = cup.fixture(MatchId::Winners { round: 1, number: 2 }).unwrap();
//! let between = semi.pair().unwrap();
//! cup.apply_mut(Command::Report { at: semi.id, between, games: vec![Game::won_by(Side::B)] })?;
//! let last = cup.fixture("W2.1".parse()?).unwrap();
//! assert_eq!(last.slots, [Slot::Entrant(EntrantId(1)), Slot::Entrant(EntrantId(3))]);
//! assert_eq!(last.status, Status::Ready);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Double elimination
//!
//! ```
//! use brackets::*;
//!
//! let mut cup = Stage::new(Setup { entrants: entrants(2), format: Format::double_elimination() })?;
//! let between = [EntrantId(1), EntrantId(2)];
//! let won = |side| vec![Game::won_by(side)];
//! cup.apply_mut(Command::Report { at: "W1.1".parse()?, between, games: won(Side::A) })?;
//! cup.apply_mut(Command::Report { at: "GF".parse()?, between, games: won(Side::B) })?;
//! // Both have lost once: only now is the reset ready.
//! assert_eq!(cup.fixture(MatchId::GrandFinalReset).unwrap().status, Status::Ready);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Round robin
//!
//! ```
//! use brackets::*;
//!
//! let format = Format::RoundRobin(RoundRobin { groups: 2, ..RoundRobin::default() });
//! let mut league = Stage::new(Setup { entrants: entrants(6), format })?;
//! let open: Vec<Fixture> = league.fixtures().collect();
//! for fixture in open {
//!     let between = fixture.pair().unwrap();
//!     let side = if between[0] < between[1] { Side::A } else { Side::B };
//!     league.apply_mut(Command::Report { at: fixture.id, between, games: vec![Game::won_by(side)] })?;
//! }
//! // The snake made the groups 1 4 5 and 2 3 6.
//! assert_eq!(league.tables()[0].order(), [1, 4, 5].map(EntrantId));
//! // Both winners are level: they never met.
//! assert!(matches!(league.standings().cut(1), Err(Refusal::TieOnCut { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Swiss
//!
//! ```
//! use brackets::*;
//!
//! let mut event = Stage::new(Setup { entrants: entrants(8), format: Format::Swiss(Swiss::rounds(3)) })?;
//! event.apply_mut(Command::Pair { seed: 2024, rematches: false })?;
//! let first = event.fixture("S1.1".parse()?).unwrap();
//! assert_eq!(first.pair(), Some([EntrantId(1), EntrantId(5)]));
//! let why = event.explain(1, EntrantId(1))?.text(|who| format!("Team {}", who.0));
//! assert!(why.contains("this is the opponent the top half against bottom half pattern gives"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Free-for-all
//!
//! ```
//! use brackets::*;
//!
//! let rules = FreeForAll { by_place: vec![10, 6, 3], per_kill: 1, ..FreeForAll::default() };
//! let mut royale = Stage::new(Setup { entrants: entrants(3), format: Format::FreeForAll(rules) })?;
//! let row = |id, place, kills| HeatRow { entrant: EntrantId(id), place: Some(place), kills };
//! let rows = vec![row(1, 2, 1), row(2, 1, 0), row(3, 3, 9)];
//! royale.apply_mut(Command::Heat { at: "H1.1".parse()?, rows })?;
//! assert_eq!(royale.standings().order(), [3, 2, 1].map(EntrantId));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Groups to playoffs
//!
//! ```
//! use brackets::*;
//!
//! let groups = RoundRobin { groups: 2, ..RoundRobin::default() };
//! let mut event = Event::new(Plan::groups_to_playoffs(entrants(8), groups, 2, Format::single_elimination()))?;
//! event.begin(0)?;
//! while let Some(open) = event.stage(0).and_then(|s| s.stage.fixtures().find(|f| f.status == Status::Ready)) {
//!     let between = open.pair().unwrap();
//!     let side = if between[0] < between[1] { Side::A } else { Side::B };
//!     event.apply(0, Command::Report { at: open.id, between, games: vec![Game::won_by(side)] })?;
//! }
//! let playoffs = &event.begin(1)?.stage;
//! // Group winners meet runners-up of the other group first.
//! assert_eq!(playoffs.fixture("W1.1".parse()?).unwrap().pair(), Some([1, 3].map(EntrantId)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod chance;
mod command;
pub mod correction;
pub mod elimination;
mod entrant;
pub mod ffa;
mod fixture;
pub mod graph;
mod lengths;
mod match_id;
pub mod matching;
mod outcome;
mod refusal;
pub mod round_robin;
pub mod seeding;
mod setup;
mod slot;
mod stage;
pub mod standings;
mod state;
pub mod swiss;
pub mod view;

pub use command::{Command, Frozen, Later, TieDecision};
pub use correction::{Correction, Preview, Stakes};
pub use elimination::{Elimination, Final};
pub use entrant::{Entrant, entrants};
pub use ffa::{FreeForAll, HeatRow};
pub use fixture::{Change, Fixture, Status};
pub use graph::{Event, EventRefusal, Plan, PlannedStage, Source, Take};
pub use lengths::{Lengths, SpecialLength};
pub use match_id::{MatchId, NotAMatch, Section};
pub use outcome::{Game, How, Outcome, Series, Verdict};
pub use refusal::{BadSeries, BadSetup, Refusal};
pub use round_robin::{RoundRobin, Withdrawals};
pub use setup::{Format, Setup};
pub use slot::{EntrantId, Side, Slot};
pub use stage::Stage;
pub use standings::{Scoring, Table, TieBreak};
pub use swiss::{Pattern, Swiss, SwissLength};

/// The README's example is a test too.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
