//! A tournament as one card of a list, and the words that lists and pages share.

use ::tournaments::{
    model::tournament,
    rules::{
        settings::{Entrants, Format},
        status::Status,
    },
    service::query,
};
use chrono::{DateTime, Utc};

use super::when::{When, relative};
use crate::{layout::number, pages::entry::money};

/// A tournament in a list.
pub(crate) struct Card {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) game: String,
    pub(crate) initials: String,
    pub(crate) picture: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) class: &'static str,
    pub(crate) official: bool,
    pub(crate) organizer: String,
    /// What the time is of, and how far away it is: "Registration closes in 2 days".
    pub(crate) timely: String,
    pub(crate) starts: When,
    pub(crate) format: &'static str,
    pub(crate) entrants: &'static str,
    pub(crate) fee: String,
    pub(crate) prize: String,
    pub(crate) held: i32,
    pub(crate) places: i32,
    /// "3 places left", "full", or nothing once that matters no more.
    pub(crate) left: String,
    /// Who won, where it is known.
    pub(crate) winner: Option<String>,
}

impl Card {
    pub(crate) fn of(card: &query::Card, now: DateTime<Utc>) -> Self {
        let tournament = &card.tournament;
        let game = card.game.as_ref().map(|game| game.name.clone()).unwrap_or_default();
        let before = card.status.is_before_play();
        Self {
            slug: tournament.slug.clone(),
            name: tournament.name.clone(),
            initials: initials(&game),
            game,
            picture: tournament.thumbnail_image.as_ref().and_then(|token| picture(token)),
            status: words(card.status),
            class: class_of(card.status),
            official: tournament.is_official,
            organizer: card.organizer.clone(),
            timely: timely(tournament, card.status, now),
            starts: When::new(&tournament.tournament_start, now),
            format: format(tournament),
            entrants: if by_team(tournament) { "teams" } else { "players" },
            fee: fee(tournament),
            prize: prize(tournament),
            held: tournament.total_registrations,
            places: tournament.max_participants,
            left: if before { places_left(card.places_left) } else { String::new() },
            winner: None,
        }
    }
}

pub(crate) fn by_team(tournament: &tournament::Model) -> bool {
    tournament.participation_type == Entrants::Team.as_str()
}

/// The address of a stored picture. Of the old platform's files only their paths are known.
pub(crate) fn picture(token: &str) -> Option<String> {
    let stored = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    stored.then(|| format!("/uploads/{token}"))
}

/// Two letters that stand for a game without a picture.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().next());
    match (words.next(), words.next()) {
        (Some(one), Some(two)) => format!("{one}{two}").to_uppercase(),
        _ => name.chars().take(2).collect::<String>().to_uppercase(),
    }
}

pub(crate) fn places_left(left: i32) -> String {
    match left {
        0 => "full".to_owned(),
        1 => "1 place left".to_owned(),
        left => format!("{left} places left"),
    }
}

/// A state, for those who might play or watch.
pub(crate) const fn words(status: Status) -> &'static str {
    match status {
        Status::Published => "Announced",
        Status::RegistrationClosed => "Starts soon",
        Status::CheckIn => "Checking in",
        Status::Live => "Live",
        Status::Completed | Status::Archived => "Finished",
        other => other.label(),
    }
}

/// The shape of a state's badge.
pub(crate) const fn class_of(status: Status) -> &'static str {
    match status {
        Status::Draft => "off",
        Status::PendingApproval | Status::CheckIn => "wait",
        Status::Published | Status::RegistrationClosed => "info",
        Status::RegistrationOpen => "open",
        Status::Live => "live",
        Status::Completed | Status::Archived => "done",
        Status::Cancelled => "bad",
    }
}

/// What comes next, and when.
pub(crate) fn timely(tournament: &tournament::Model, status: Status, now: DateTime<Utc>) -> String {
    let start = &tournament.tournament_start;
    match status {
        Status::Published => format!("Registration opens {}", relative(&tournament.registration_start, now)),
        Status::RegistrationOpen => format!("Registration closes {}", relative(&tournament.registration_end, now)),
        Status::Live => match (tournament.completed_matches, tournament.total_matches) {
            (_, 0) => format!("Began {}", relative(start, now)),
            (played, all) => format!("{played} of {all} matches played"),
        },
        Status::Completed | Status::Archived => {
            format!("Ended {}", relative(&tournament.completed_at.unwrap_or(*start), now))
        }
        Status::Cancelled => "Called off".to_owned(),
        _ if *start > now => format!("Starts {}", relative(start, now)),
        _ => "About to start".to_owned(),
    }
}

pub(crate) fn format(tournament: &tournament::Model) -> &'static str {
    Format::parse(&tournament.format).map_or("Other format", Format::label)
}

/// What entering costs.
pub(crate) fn fee(tournament: &tournament::Model) -> String {
    if !tournament.has_entry_fee {
        return "Free".to_owned();
    }
    let coins =
        (tournament.entry_fee_deltacoin > 0).then(|| format!("{} coins", number(tournament.entry_fee_deltacoin)));
    let cash =
        (tournament.entry_fee_amount > 0).then(|| money(tournament.entry_fee_amount, &tournament.entry_fee_currency));
    [cash, coins].into_iter().flatten().collect::<Vec<_>>().join(" or ")
}

/// Money and coins, as they are written beside each other; empty for none.
pub(crate) fn amounts(minor: i64, currency: &str, coins: i64) -> String {
    let cash = (minor > 0).then(|| money(minor, currency));
    let coins = (coins > 0).then(|| format!("{} coins", number(coins)));
    [cash, coins].into_iter().flatten().collect::<Vec<_>>().join(" + ")
}

/// All that a tournament gives; empty for nothing.
pub(crate) fn prize(tournament: &tournament::Model) -> String {
    amounts(tournament.prize_pool, &tournament.prize_currency, tournament.prize_deltacoin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stored_pictures_have_an_address() {
        assert_eq!(picture("0a-_Z").as_deref(), Some("/uploads/0a-_Z"));
        for other in ["", "tournaments/banner.png", "../x", "a b", "x?y"] {
            assert_eq!(picture(other), None, "{other:?}");
        }
    }

    #[test]
    fn letters_and_places() {
        for (name, letters) in [("Valorant", "VA"), ("Mobile Legends", "ML"), ("FC 26", "F2"), ("", "")] {
            assert_eq!(initials(name), letters);
        }
        for (left, text) in [(0, "full"), (1, "1 place left"), (12, "12 places left")] {
            assert_eq!(places_left(left), text);
        }
    }

    #[test]
    fn sums_of_prizes() {
        for (minor, coins, text) in [
            (0, 0, ""),
            (5_000_000, 0, "50,000 BDT"),
            (0, 800, "800 coins"),
            (50_050, 1_000, "500.50 BDT + 1,000 coins"),
        ] {
            assert_eq!(amounts(minor, "BDT", coins), text);
        }
    }
}
