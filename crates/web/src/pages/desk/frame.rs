//! What all pages of a desk have around them: the tournament's name and state, and the parts that one may enter.

use ::tournaments::rules::{access::Act, status::Status};

use super::{Desk, Visit};
use crate::{error::Trouble, layout::Layout, site::Shared};

/// A part of the desk.
pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: &'static str,
    pub(super) count: Option<i64>,
    pub(super) here: bool,
}

pub(super) struct Frame {
    pub(super) id: i64,
    /// Whether the page follows what happens. One that answers a form does not: it cannot be asked for again.
    pub(super) live: bool,
    pub(super) csrf: String,
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) status: &'static str,
    pub(super) class: &'static str,
    pub(super) here: &'static str,
    pub(super) tabs: Vec<Tab>,
    pub(super) said: Option<&'static str>,
    /// Whether the tournament has a page that all see.
    pub(super) public: bool,
}

/// The shape of a state's badge.
pub(super) const fn class_of(status: Status) -> &'static str {
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

/// The parts of a desk: path, label, and the acts of which one is needed; none for all who help.
const PARTS: [(&str, &str, &[Act]); 13] = [
    ("", "Overview", &[]),
    ("entries", "Entries", &[Act::SeeEntries]),
    ("payments", "Payments", &[Act::VerifyPayments]),
    ("seeding", "Seeding", &[Act::Seed]),
    ("draw", "Draw", &[Act::Draw]),
    ("matches", "Matches", &[Act::RunMatches, Act::Schedule, Act::DecideMatch]),
    ("disputes", "Disputes", &[Act::ReviewDispute]),
    ("prizes", "Prizes", &[Act::PayPrizes]),
    ("settings", "Settings", &[Act::Edit]),
    ("fields", "Form", &[Act::Edit]),
    ("staff", "Staff", &[Act::ManageStaff]),
    ("versions", "Versions", &[Act::Edit]),
    ("audit", "Audit log", &[Act::SeeAudit]),
];

/// The acts of which one is needed for a part of the desk.
pub(super) fn acts_of(part: &str) -> &'static [Act] {
    PARTS.iter().find(|(path, ..)| *path == part).map_or(&[], |(.., acts)| acts)
}

/// The layout and the frame of a page in one of the parts.
pub(super) async fn frame(
    shared: &Shared,
    visit: &Visit,
    desk: &Desk,
    part: &'static str,
    done: Option<&str>,
) -> Result<(Layout, Frame), Trouble> {
    let layout = Layout::of(shared, Some(&visit.person), &visit.csrf, "organize").await?;
    let tournament = desk.tournament();
    let count = |path: &str| match path {
        "entries" => Some(desk.facts.counts.held),
        "payments" => Some(desk.waiting.payments).filter(|waiting| *waiting > 0),
        "matches" => Some(i64::from(tournament.total_matches)).filter(|matches| *matches > 0),
        _ => None,
    };
    let wanted = |path: &str| path != "payments" || tournament.has_entry_fee;
    let tabs = PARTS
        .iter()
        .filter(|(path, _, acts)| wanted(path) && (acts.is_empty() || acts.iter().any(|act| desk.may(*act))));
    let tabs =
        tabs.map(|(path, label, _)| Tab { href: desk.path(path), label, count: count(path), here: *path == part });
    let frame = Frame {
        id: desk.id(),
        live: false,
        csrf: visit.token().to_owned(),
        slug: tournament.slug.clone(),
        name: tournament.name.clone(),
        status: desk.status().label(),
        class: class_of(desk.status()),
        here: PARTS.iter().find(|(path, ..)| *path == part).map_or("Overview", |(_, label, _)| label),
        tabs: tabs.collect(),
        said: done.and_then(said),
        public: desk.standing().public,
    };
    Ok((layout, frame))
}

/// What a page says once after an act.
fn said(done: &str) -> Option<&'static str> {
    Some(match done {
        "made" => "Your tournament is a draft that only you see. Look at what is below, then publish it.",
        "saved" => "Saved.",
        "same" => "Nothing had changed, so nothing was saved.",
        "publish" => "It is published: all can see it now.",
        "sent" => "It was sent to the platform, which looks at large tournaments before all see them.",
        "approve" => "It is approved, and all can see it now.",
        "send_back" => "It was sent back to its organizer, who has been told why.",
        "recall" => "It is a draft again.",
        "open_registration" | "reopen_registration" => "Registration is open.",
        "close_registration" => "Registration is closed.",
        "open_check_in" => "Check-in is open. Everybody who plays has been told.",
        "start" => "Play has begun.",
        "archive" => "It is archived.",
        "cancel" => "It is cancelled. Everybody concerned has been told.",
        "restored" => "The settings went back to that version.",
        "added" => "The question is added.",
        "removed" => "It is removed.",
        "moved" => "The order is saved.",
        "invited" => "The invitation is sent. The duty counts once it is accepted.",
        "changed" => "The duty is changed.",
        "reject" => "The entry is rejected, and its people have been told why.",
        "disqualify" => "The entry is disqualified, and its people have been told why.",
        "withdraw" => "The entry is withdrawn.",
        "reinstate" => "The entry is let in again.",
        "checked-in" => "Checked in.",
        "checked-out" => "The check-in is taken back.",
        "verified" => "The payment is verified.",
        "rejected" => "The payment is rejected; the entrant has been told why.",
        "refunded" => "The payment is refunded.",
        "seeded" => "The seeds are saved.",
        "drawn" => "The bracket is drawn. Only those who draw see it until it is published.",
        "draw-published" => "The bracket is published, and every entrant has been told.",
        "draw-unpublished" => "The bracket is taken back; nobody else sees it now.",
        "paired" => "The round is paired.",
        "tie" => "The tie is broken.",
        "scheduled" => "The match has its time; both sides have been told.",
        "furnished" => "The room is saved; both sides have been told that there is one.",
        "stream" => "The stream is saved.",
        "started" => "The match has begun.",
        "decided" => "The match is decided.",
        "corrected" => "The result is corrected.",
        "review" => "You have taken the dispute up.",
        "escalate" => "The dispute is handed to the platform.",
        "resolve" => "The dispute is resolved; both sides have been told why.",
        "dismiss" => "The dispute is dismissed; the result stands.",
        "evidence" => "It is added to the dispute.",
        "awarded" => "The prizes are worked out again.",
        "paid" => "The prizes are paid.",
        "handed-over" => "It is noted that the money was handed over.",
        _ => return None,
    })
}
