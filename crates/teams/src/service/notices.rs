//! Telling people what happened in their team, in the unit of work in which it happens.

use std::collections::BTreeSet;

use kernel::{Clock, DbError, Tx};
use notifications::service::{Notice, notify};

use super::desk::Who;
use crate::{model::core::team::Model as Team, store};

/// Where a person finds the invitations that wait.
const INVITATIONS: &str = "/teams/invitations";
/// Most characters of a title.
const TITLE_MAX: usize = 140;

/// What a notice is about; its kind decides by which channels people hear.
#[derive(Clone, Copy)]
pub(super) enum About {
    Invited,
    Accepted,
    Declined,
    Roster,
    Asked,
    Answered,
    Disbanded,
}

impl About {
    const fn kind(self) -> &'static str {
        match self {
            Self::Invited => "invite_sent",
            Self::Accepted => "invite_accepted",
            Self::Roster => "roster_changed",
            Self::Declined | Self::Asked | Self::Answered | Self::Disbanded => "generic",
        }
    }

    const fn event(self) -> &'static str {
        match self {
            Self::Invited => "team_invite",
            Self::Accepted => "team_invite_accepted",
            Self::Declined => "team_invite_declined",
            Self::Roster => "team_roster",
            Self::Asked => "team_join_request",
            Self::Answered => "team_join_request_answered",
            Self::Disbanded => "team_disbanded",
        }
    }

    fn url(self, team: &Team) -> String {
        match self {
            Self::Invited => INVITATIONS.to_owned(),
            Self::Disbanded => String::new(),
            _ => format!("/teams/{}", team.slug),
        }
    }
}

/// Tells the people behind these profiles, each once, except whoever acts.
pub(super) async fn tell(
    tx: &Tx,
    clock: &dyn Clock,
    who: &Who,
    team: &Team,
    profiles: impl IntoIterator<Item = i64> + Send,
    (about, title, body): (About, String, &str),
) -> Result<(), DbError> {
    let own = who.profile_id();
    let profiles: BTreeSet<i64> = profiles.into_iter().filter(|profile| Some(*profile) != own).collect();
    if profiles.is_empty() {
        return Ok(());
    }
    let profiles: Vec<i64> = profiles.into_iter().collect();
    for user in store::member::user_ids(tx, &profiles).await? {
        let notice = Notice {
            kind: about.kind(),
            event: about.event(),
            title: shortened(&title),
            body: body.to_owned(),
            url: about.url(team),
        };
        notify(tx, clock, user, notice).await?;
    }
    Ok(())
}

/// A title that fits: names of older data can be long.
fn shortened(title: &str) -> String {
    if title.chars().count() <= TITLE_MAX {
        return title.to_owned();
    }
    title.chars().take(TITLE_MAX - 1).chain(['…']).collect()
}
