//! The head of a tournament's page: what it is, where it stands, and the one thing for this visitor to do next.

use ::tournaments::{
    Tournament,
    model::registration,
    rules::{
        access::Act,
        entry::{EntryStatus, Next},
        status::Status,
    },
    service::{
        play::{self, Filter},
        query::{self, Facts},
    },
};
use chrono::{DateTime, Utc};

use super::{
    card::{by_team, class_of, fee, format, initials, picture, places_left, prize, timely, words},
    gone,
    visit::Visit,
    when::When,
};
use crate::{
    error::Trouble,
    layout::{Layout, moment, number},
    pages::entry,
    site::Shared,
};

/// What a button does.
pub(crate) enum Action {
    None,
    /// Leads somewhere.
    Link {
        words: &'static str,
        href: String,
    },
    /// Sends a form that has nothing but its token.
    Form {
        words: &'static str,
        action: String,
    },
}

/// What there is for this visitor to do.
pub(crate) struct Call {
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) action: Action,
    /// Whether something is lost when nothing is done.
    pub(crate) urgent: bool,
    /// Less important ways on.
    pub(crate) also: Vec<(&'static str, String)>,
    /// The state of one's own entry: its words and the shape of its badge.
    pub(crate) entry: Option<(&'static str, &'static str)>,
}

/// A part of a tournament's pages.
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) count: Option<String>,
    pub(crate) here: bool,
}

/// What all pages of a tournament have in common.
pub(crate) struct Frame {
    pub(crate) id: i64,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) here: &'static str,
    pub(crate) path: String,
    pub(crate) description: String,
    pub(crate) game: String,
    pub(crate) initials: String,
    pub(crate) picture: Option<String>,
    pub(crate) banner: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) class: &'static str,
    pub(crate) official: bool,
    pub(crate) hidden: bool,
    pub(crate) organizer: String,
    pub(crate) timely: String,
    pub(crate) starts: When,
    pub(crate) format: &'static str,
    pub(crate) entrants: &'static str,
    pub(crate) fee: String,
    pub(crate) prize: String,
    pub(crate) held: String,
    pub(crate) held_value: i64,
    pub(crate) places: i32,
    /// Places that are left, while that matters.
    pub(crate) left: String,
    pub(crate) waiting: i64,
    pub(crate) cancelled: Option<String>,
    /// Whether open pages hear of changes.
    pub(crate) live: bool,
    /// Whether all parts are as everybody sees them: the script then asks for them without saying who asks, and gets
    /// what is kept.
    pub(crate) shared: bool,
    pub(crate) call: Call,
    pub(crate) tabs: Vec<Tab>,
    pub(crate) csrf: String,
}

/// The tournament of an address, as far as the visitor may see it.
pub(super) async fn find(shared: &Shared, visit: &Visit, slug: &str) -> Result<Facts, Trouble> {
    let found = query::facts(shared.db.read(), &visit.actor(), shared.clock.now(), slug).await?;
    found.ok_or_else(gone)
}

/// The parts: path and label.
const PARTS: [(&str, &str); 7] = [
    ("", "Overview"),
    ("rules", "Rules"),
    ("entrants", "Entrants"),
    ("bracket", "Bracket"),
    ("matches", "Matches"),
    ("standings", "Standings"),
    ("prizes", "Prizes"),
];

/// The layout and the frame of one of the parts.
pub(super) async fn frame(
    shared: &Shared,
    visit: &Visit,
    facts: &Facts,
    part: &'static str,
) -> Result<(Layout, Frame), Trouble> {
    let (tournament, status, now) = (&facts.card.tournament, facts.card.status, shared.clock.now());
    let game = facts.card.game.as_ref().map(|game| game.name.clone()).unwrap_or_default();
    let before = status.is_before_play();
    let held = facts.counts.held;
    let count = |part: &str| match part {
        "entrants" if held > 0 => Some(number(held)),
        "matches" if tournament.total_matches > 0 => Some(number(tournament.total_matches)),
        _ => None,
    };
    let path = |part: &str| address(&tournament.slug, part);
    let tabs =
        PARTS.iter().map(|(word, label)| Tab { href: path(word), label, count: count(word), here: *word == part });
    let kind = if by_team(tournament) { "teams" } else { "players" };
    let mut call = call(shared, visit, facts, now).await?;
    // Nobody is led to where they are.
    if matches!(&call.action, Action::Link { href, .. } if *href == path(part)) {
        call.action = Action::None;
    }
    let frame = Frame {
        id: tournament.id,
        slug: tournament.slug.clone(),
        name: tournament.name.clone(),
        here: PARTS.iter().find(|(word, _)| *word == part).map_or("", |(_, label)| label),
        path: path(part),
        description: description(tournament, &game),
        initials: initials(&game),
        game,
        picture: tournament.thumbnail_image.as_deref().and_then(picture),
        banner: tournament.banner_image.as_deref().and_then(picture),
        status: words(status),
        class: class_of(status),
        official: tournament.is_official,
        hidden: !facts.standing.public,
        organizer: facts.card.organizer.clone(),
        timely: timely(tournament, status, now),
        starts: When::new(&tournament.tournament_start, now),
        format: format(tournament),
        entrants: kind,
        fee: fee(tournament),
        prize: prize(tournament),
        held: number(held),
        held_value: held,
        places: tournament.max_participants,
        left: if before { places_left(left(facts)) } else { String::new() },
        waiting: facts.counts.waiting,
        cancelled: (status == Status::Cancelled).then(|| tournament.cancel_reason.clone()),
        live: tournament.enable_live_updates && !matches!(status, Status::Archived | Status::Cancelled),
        shared: facts.standing.public && facts.own.is_empty() && !helps(visit, facts),
        call,
        tabs: tabs.collect(),
        csrf: visit.token(),
    };
    Ok((Layout::of(shared, visit.person.as_ref(), &visit.csrf, "tournaments").await?, frame))
}

/// The address of a part of a tournament's pages.
pub(super) fn address(slug: &str, part: &str) -> String {
    if part.is_empty() { format!("/tournaments/{slug}") } else { format!("/tournaments/{slug}/{part}") }
}

fn left(facts: &Facts) -> i32 {
    let held = i32::try_from(facts.counts.held).unwrap_or(i32::MAX);
    facts.card.tournament.max_participants.saturating_sub(held).max(0)
}

/// What search engines and shared links show.
fn description(tournament: &Tournament, game: &str) -> String {
    let said = tournament.meta_description.trim();
    if !said.is_empty() {
        return said.to_owned();
    }
    let kind = if by_team(tournament) { "teams" } else { "players" };
    let prize = prize(tournament);
    let prize = if prize.is_empty() { String::new() } else { format!(" Prizes: {prize}.") };
    format!(
        "{game} tournament for {} {kind}, {}, from {}. Entry: {}.{prize}",
        tournament.max_participants,
        format(tournament).to_lowercase(),
        moment(&tournament.tournament_start),
        fee(tournament),
    )
}

/// The visitor's entry that counts, else their last one.
pub(super) fn own(facts: &Facts) -> Option<&(registration::Model, Next)> {
    entry::own(facts)
}

/// The entries of the visitor that play, by registration.
pub(super) fn own_ids(facts: &Facts) -> Vec<i64> {
    facts.own.iter().map(|(entry, _)| entry.id).collect()
}

/// States of matches that are not decided.
pub(super) const OPEN: [&str; 6] = ["scheduled", "check_in", "ready", "live", "pending_result", "disputed"];

async fn call(shared: &Shared, visit: &Visit, facts: &Facts, now: DateTime<Utc>) -> Result<Call, Trouble> {
    let tournament = &facts.card.tournament;
    let here = |part: &str| address(&tournament.slug, part);
    let mut call = match own(facts) {
        Some((entry, next)) if entry::status(entry).is_live() => entered(shared, visit, facts, entry, *next).await?,
        gone => {
            let mut call = stranger(facts, now);
            if let Some((entry, _)) = gone {
                let status = entry::status(entry);
                call.entry = Some((entry::status_words(status), entry::badge(status)));
            }
            call
        }
    };
    if helps(visit, facts) {
        call.also.push(("Open the organizer's desk", format!("/organize/{}", tournament.slug)));
    }
    if matches!(call.action, Action::None) && call.also.is_empty() && facts.card.status == Status::Live {
        call.also.push(("All matches", here("matches")));
    }
    Ok(call)
}

/// Whether the visitor has a part in holding it.
fn helps(visit: &Visit, facts: &Facts) -> bool {
    let standing = &facts.standing;
    visit.person.is_some() && (standing.duty.is_some() || standing.superuser || standing.may(Act::SeeEntries))
}

/// For somebody who has an entry that counts.
async fn entered(
    shared: &Shared,
    visit: &Visit,
    facts: &Facts,
    row: &registration::Model,
    next: Next,
) -> Result<Call, Trouble> {
    let tournament = &facts.card.tournament;
    let here = |part: &str| address(&tournament.slug, part);
    let status = entry::status(row);
    let todo = entry::todo(tournament, row, next);
    let mut call = Call {
        title: todo.title,
        text: todo.text,
        action: Action::Link { words: "See your entry", href: here("entry") },
        urgent: todo.urgent,
        also: Vec::new(),
        entry: Some((entry::status_words(status), entry::badge(status))),
    };
    let mut speaks = true;
    if todo.urgent {
        speaks = ::tournaments::people::stands_for(shared.db.read(), &visit.actor(), row).await?;
    }
    match next {
        Next::Pay { .. } if speaks => {
            call.action = Action::Link { words: "Pay the fee", href: here("entry/pay") };
            call.also.push(("See your entry", here("entry")));
        }
        Next::CheckIn { .. } if speaks => {
            call.action = Action::Form { words: "Check in", action: here("entry/check-in") };
            call.also.push(("See your entry", here("entry")));
        }
        Next::Pay { .. } | Next::CheckIn { .. } => {
            call.text.push_str(" Your team's owner, managers and captain can do it.");
        }
        Next::Play => {
            call.entry = None;
            let filter = Filter {
                tournament: Some(tournament.id),
                entry: Some(row.id),
                states: OPEN.map(str::to_owned).to_vec(),
                ..Filter::default()
            };
            let own = play::matches(&shared.db, &filter, None, 4).await?.matches;
            let known = own.iter().find(|row| row.participant1_id.is_some() && row.participant2_id.is_some());
            let upcoming = known.or_else(|| own.first());
            match upcoming {
                Some(meeting) => {
                    let first = meeting.participant1_id == Some(row.id);
                    let other = if first { &meeting.participant2_name } else { &meeting.participant1_name };
                    call.title = if other.is_empty() {
                        "Your next match waits for its other side".to_owned()
                    } else {
                        format!("Your match against {other}")
                    };
                    call.text =
                        meeting.scheduled_time.map(|at| format!("It is set for {}.", moment(&at))).unwrap_or_default();
                    call.urgent = !other.is_empty();
                    call.action = Action::Link { words: "Go to your match", href: format!("/matches/{}", meeting.id) };
                }
                None => {
                    call.title = "No match waits for you".to_owned();
                    call.text = "When you have another one, it stands here, and you are told.".to_owned();
                    call.action = Action::Link { words: "See the bracket", href: here("bracket") };
                }
            }
        }
        _ => {}
    }
    let withdraws = speaks && facts.card.status.takes_changes_of_entries() && status != EntryStatus::NoShow;
    if withdraws {
        call.also.push(("Withdraw…", here("entry/withdraw")));
    }
    Ok(call)
}

/// For everybody else.
fn stranger(facts: &Facts, now: DateTime<Utc>) -> Call {
    let tournament = &facts.card.tournament;
    let here = |part: &str| address(&tournament.slug, part);
    let left = left(facts);
    let enter = |words| Action::Link { words, href: here("enter") };
    let (title, text, action) = match facts.card.status {
        Status::Draft | Status::PendingApproval => {
            ("Not public yet".to_owned(), "Only those who organize it see this page.".to_owned(), Action::None)
        }
        Status::Published => (
            "Registration is not open yet".to_owned(),
            format!("It opens on {}.", moment(&tournament.registration_start)),
            Action::None,
        ),
        Status::RegistrationOpen if now < tournament.registration_start || now > tournament.registration_end => {
            ("Registration is closed".to_owned(), String::new(), Action::None)
        }
        Status::RegistrationOpen if left > 0 => (
            if by_team(tournament) { "Enter your team".to_owned() } else { "Take your place".to_owned() },
            format!("{}, until {}.", capital(&places_left(left)), moment(&tournament.registration_end)),
            enter("Enter"),
        ),
        Status::RegistrationOpen if tournament.waitlist_enabled => (
            "All places are taken".to_owned(),
            "Who waits gets the next place that becomes free.".to_owned(),
            enter("Join the waiting list"),
        ),
        Status::RegistrationOpen => {
            ("All places are taken".to_owned(), "There is no waiting list.".to_owned(), Action::None)
        }
        Status::RegistrationClosed | Status::CheckIn => (
            "Registration is closed".to_owned(),
            format!("Play begins on {}.", moment(&tournament.tournament_start)),
            Action::Link { words: "See who plays", href: here("entrants") },
        ),
        Status::Live => (
            "It is being played".to_owned(),
            "Every result stands in the bracket at once.".to_owned(),
            Action::Link { words: "Watch the bracket", href: here("bracket") },
        ),
        Status::Completed | Status::Archived => (
            "It is over".to_owned(),
            "See how it went, match by match.".to_owned(),
            Action::Link { words: "See the bracket", href: here("bracket") },
        ),
        Status::Cancelled => (
            "It was called off".to_owned(),
            "Paid fees were given back.".to_owned(),
            Action::Link { words: "Find another one", href: "/tournaments".to_owned() },
        ),
    };
    Call { title, text, action, urgent: false, also: Vec::new(), entry: None }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}
