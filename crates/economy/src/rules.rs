//! What coins may do, told without a database: who holds them, why they move, and how a sum is divided.

use std::fmt;

use chrono::{DateTime, Days, NaiveDate, Utc};
use thiserror::Error;

/// The most coins that one transfer moves.
pub const MOST: i64 = 1_000_000_000_000_000;
/// The longest key, in bytes.
pub const KEY_MAX: usize = 128;
/// The longest note, in characters.
pub const NOTE_MAX: usize = 255;

/// Who or what has a wallet; at most one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    /// A player, by the id of the profile.
    Player(i64),
    /// A team, by its id.
    Team(i64),
    /// A tournament, for which coins are held until they are paid out, by its id.
    Escrow(i64),
    /// The platform. It issues coins and takes them back, and may be overdrawn.
    Treasury,
}

impl Holder {
    /// What the wallet's column `kind` says.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Player(_) => "player",
            Self::Team(_) => "team",
            Self::Escrow(_) => "escrow",
            Self::Treasury => "treasury",
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Player(profile) => write!(f, "the wallet of player {profile}"),
            Self::Team(team) => write!(f, "the wallet of team {team}"),
            Self::Escrow(tournament) => write!(f, "the escrow of tournament {tournament}"),
            Self::Treasury => f.write_str("the treasury"),
        }
    }
}

/// Declares the reasons, each with its spelling in the database and its words for people.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $spelling:literal $label:literal;)+) => {
        /// Why coins move.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Reason { $($(#[$doc])* $name,)+ }

        impl Reason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its spelling in the database.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $spelling,)+ }
            }

            /// Its words for people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }
    };
}

reasons! {
    /// An award for taking part.
    Participation "participation" "Participation";
    /// An award for a lost semi-final.
    Top4 "top4" "Top 4";
    /// An award for a lost final.
    RunnerUp "runner_up" "Runner-up";
    /// An award for the title.
    Winner "winner" "Winner";
    /// What an entry into a tournament costs.
    EntryFee "entry_fee_debit" "Entry fee";
    /// An entry fee that is given back.
    Refund "refund" "Refund";
    /// Moved by staff.
    ManualAdjust "manual_adjust" "Manual adjustment";
    /// Takes a transfer back.
    Correction "correction" "Correction";
    /// Prize money.
    Prize "prize" "Prize";
    /// Coins that the platform puts into a tournament's prizes.
    PrizeFunding "prize_funding" "Prize funding";
    /// What is left when a tournament is over.
    EscrowClose "escrow_close" "Rest of a tournament";
    /// One gives to another.
    Transfer "transfer" "Transfer";
}

impl Reason {
    /// The reason of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.as_str() == text)
    }

    /// Whether it is an award by the coin policy.
    pub const fn is_award(self) -> bool {
        matches!(self, Self::Participation | Self::Top4 | Self::RunnerUp | Self::Winner)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a transfer is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct About {
    /// Id of a tournament.
    pub tournament: Option<i64>,
    /// Id of a registration.
    pub registration: Option<i64>,
    /// Id of a match.
    pub match_id: Option<i64>,
}

/// What a key stands for: two requests with one key must agree on all of this. Who asked, and the note, may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Facts {
    /// Who pays.
    pub from: Holder,
    /// Who gets.
    pub to: Holder,
    /// Coins, at least 1.
    pub amount: i64,
    /// Why.
    pub reason: Reason,
    /// What it is about.
    pub about: About,
    /// The transfer that it takes back.
    pub reverses: Option<i64>,
}

impl fmt::Display for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to, amount, reason, about, reverses } = self;
        write!(f, "{amount} coins from {from} to {to} for {reason}")?;
        let facts = [
            (", tournament ", about.tournament),
            (", registration ", about.registration),
            (", match ", about.match_id),
            (", taking back transfer ", *reverses),
        ];
        facts.iter().try_for_each(|(word, id)| id.map_or(Ok(()), |id| write!(f, "{word}{id}")))
    }
}

/// A transfer that somebody asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTransfer<'a> {
    /// Who pays.
    pub from: Holder,
    /// Who gets.
    pub to: Holder,
    /// Coins, from 1 to [`MOST`].
    pub amount: i64,
    /// Why.
    pub reason: Reason,
    /// Names this movement for all time: asked for again, it is not made again. Names of what is paid make good
    /// keys, such as `tournament_entry_7`; a form that a person sends carries a random one.
    pub key: &'a str,
    /// What it is about.
    pub about: About,
    /// A line for people; may be empty.
    pub note: &'a str,
    /// The account of whoever makes it by hand.
    pub operator: Option<i64>,
}

/// What is wrong with a transfer in itself, whatever the wallets hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Misfit {
    /// Nothing, or less than nothing, would move.
    #[error("{0} coins cannot be moved: a transfer moves at least 1, and the other way round is another transfer")]
    NotPositive(i64),
    /// More than any transfer moves.
    #[error("{0} coins are too many: a transfer moves at most {MOST}")]
    TooMany(i64),
    /// From a wallet to itself.
    #[error("coins cannot be moved from {0} to itself: name another wallet to pay or to get")]
    SameWallet(Holder),
    /// No key, or one that is too long.
    #[error("a key has 1 to {KEY_MAX} bytes, and this one has {0}")]
    Key(usize),
    /// The note does not fit.
    #[error("a note has at most {NOTE_MAX} characters, and this one has {0}: shorten it")]
    Note(usize),
}

/// Looks at a transfer without looking at wallets.
///
/// # Errors
/// The first thing that is wrong.
pub fn fit(facts: &Facts, key: &str, note: &str) -> Result<(), Misfit> {
    match facts.amount {
        ..=0 => return Err(Misfit::NotPositive(facts.amount)),
        1..=MOST => {}
        _ => return Err(Misfit::TooMany(facts.amount)),
    }
    if facts.from == facts.to {
        return Err(Misfit::SameWallet(facts.from));
    }
    if key.is_empty() || key.len() > KEY_MAX {
        return Err(Misfit::Key(key.len()));
    }
    match note.chars().count() {
        ..=NOTE_MAX => Ok(()),
        long => Err(Misfit::Note(long)),
    }
}

/// Divides coins among `among` shares so that nothing is lost: all get the same, and the rest goes to the first ones,
/// one coin more each. Nothing when there are no shares, or fewer than no coins.
pub fn split(coins: i64, among: usize) -> Option<Vec<i64>> {
    let shares = i64::try_from(among).ok().filter(|shares| *shares > 0)?;
    if coins < 0 {
        return None;
    }
    let (each, rest) = (coins / shares, coins % shares);
    Some((0..shares).map(|place| each + i64::from(place < rest)).collect())
}

/// How far somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// Won the final.
    Winner,
    /// Lost the final.
    RunnerUp,
    /// Lost a semi-final.
    Top4,
}

impl Placement {
    /// The reason of its award.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Winner => Reason::Winner,
            Self::RunnerUp => Reason::RunnerUp,
            Self::Top4 => Reason::Top4,
        }
    }
}

/// Narrows a statement. The default keeps everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only entries of this reason.
    pub reason: Option<Reason>,
    /// Only entries of this moment or later.
    pub since: Option<DateTime<Utc>>,
    /// Only entries before this moment.
    pub before: Option<DateTime<Utc>>,
}

impl Filter {
    /// From the beginning of the first day to the end of the last one, in UTC.
    pub fn days(self, first: Option<NaiveDate>, last: Option<NaiveDate>) -> Self {
        let begins = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
        let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).map(begins);
        Self { since: first.map(begins), before: last.and_then(after), ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FINE: Facts = Facts {
        from: Holder::Player(1),
        to: Holder::Team(1),
        amount: 1,
        reason: Reason::Transfer,
        about: About { tournament: None, registration: None, match_id: None },
        reverses: None,
    };

    #[test]
    fn what_does_not_fit_is_named() {
        let amount = |amount| Facts { amount, ..FINE };
        let (long_key, long_note) = ("k".repeat(KEY_MAX + 1), "\u{e9}".repeat(NOTE_MAX + 1));
        let cases: [(Facts, &str, &str, Result<(), Misfit>); 14] = [
            (FINE, "k", "", Ok(())),
            (amount(MOST), "k", "", Ok(())),
            (amount(MOST + 1), "k", "", Err(Misfit::TooMany(MOST + 1))),
            (amount(i64::MAX), "k", "", Err(Misfit::TooMany(i64::MAX))),
            (amount(0), "k", "", Err(Misfit::NotPositive(0))),
            (amount(-1), "k", "", Err(Misfit::NotPositive(-1))),
            (amount(i64::MIN), "k", "", Err(Misfit::NotPositive(i64::MIN))),
            (Facts { to: FINE.from, ..FINE }, "k", "", Err(Misfit::SameWallet(FINE.from))),
            (Facts { to: Holder::Escrow(1), from: Holder::Treasury, ..FINE }, "k", "", Ok(())),
            (FINE, "", "", Err(Misfit::Key(0))),
            (FINE, &long_key[1..], "", Ok(())),
            (FINE, &long_key, "", Err(Misfit::Key(KEY_MAX + 1))),
            (FINE, "k", &long_note[2..], Ok(())),
            (FINE, "k", &long_note, Err(Misfit::Note(NOTE_MAX + 1))),
        ];
        for (facts, key, note, expected) in cases {
            assert_eq!(fit(&facts, key, note), expected, "{facts}");
        }
    }

    #[test]
    fn shares_by_rule() {
        for (coins, among, expected) in [
            (10, 3, Some(vec![4, 3, 3])),
            (11, 3, Some(vec![4, 4, 3])),
            (2, 5, Some(vec![1, 1, 0, 0, 0])),
            (0, 2, Some(vec![0, 0])),
            (7, 1, Some(vec![7])),
            (7, 0, None),
            (-7, 2, None),
        ] {
            assert_eq!(split(coins, among), expected, "{coins} among {among}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_by_dividing(coins in 0..=i64::MAX, among in 1..200_usize) {
            let shares = split(coins, among).expect("there are shares");
            prop_assert_eq!(shares.len(), among);
            prop_assert_eq!(shares.iter().map(|share| i128::from(*share)).sum::<i128>(), i128::from(coins));
            prop_assert!(shares.is_sorted_by(|one, next| one >= next) && shares[0] - shares[among - 1] <= 1);
        }
    }

    #[test]
    fn days_are_inclusive() {
        let day = |text: &str| text.parse().expect("a day");
        let filter = Filter::default().days(Some(day("2024-02-28")), Some(day("2024-02-29")));
        let at = |text: &str| text.parse().ok();
        assert_eq!((filter.since, filter.before), (at("2024-02-28T00:00:00Z"), at("2024-03-01T00:00:00Z")));
        assert_eq!(Filter::default().days(None, None), Filter::default());
        assert_eq!(Filter::default().days(None, Some(NaiveDate::MAX)).before, None, "no day is later");
    }
}
