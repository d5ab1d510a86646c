//! The first steps of entering: who enters, and whether those who would play can.

use ::tournaments::{
    error::entry::{EnterRefusal, Ineligible},
    model::tournament,
    rules::settings::Entrants,
    service::{
        enter::{Form, blank},
        query::Facts,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;
use teams::service::{entry as team_entry, query as team_query};

use super::{Acting, Tried, attempt, facts, own, see_other, status};
use crate::{
    csrf::Csrf,
    error::Trouble,
    layout::Layout,
    pages,
    pages::game_ids::{sentence, stopped},
    session::{Origin, Person},
    site::Shared,
};

/// A reason why somebody cannot enter, and where it is mended.
pub(super) struct Problem {
    pub(super) text: String,
    /// Words and address.
    pub(super) mend: Option<(&'static str, String)>,
}

/// What every step shows of the tournament.
pub(super) struct Frame {
    pub(super) slug: String,
    pub(super) name: String,
    pub(super) teams: bool,
}

impl Frame {
    pub(super) fn of(tournament: &tournament::Model) -> Self {
        Self { slug: tournament.slug.clone(), name: tournament.name.clone(), teams: by_team(tournament) }
    }
}

pub(super) fn by_team(tournament: &tournament::Model) -> bool {
    tournament.participation_type == Entrants::Team.as_str()
}

/// Which team enters; nothing for a single player.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    team: String,
}

impl Chosen {
    pub(super) fn id(&self) -> Option<i64> {
        self.team.parse().ok()
    }
}

/// A team that could enter.
struct Candidate {
    id: i64,
    name: String,
    slug: String,
    /// What is in the way.
    problems: Vec<Problem>,
    /// Whether the visitor speaks for it.
    speaks: bool,
}

#[derive(Template)]
#[template(path = "entry/who.html")]
struct WhoPage {
    layout: Layout,
    frame: Frame,
    game: String,
    code: String,
    candidates: Vec<Candidate>,
}

struct Player {
    name: String,
    username: String,
    role: &'static str,
    game_role: String,
    captain: bool,
    /// Starts, substitutes, or does not play.
    part: &'static str,
    ids: Vec<(&'static str, String)>,
    me: bool,
}

#[derive(Template)]
#[template(path = "entry/players.html")]
struct PlayersPage {
    layout: Layout,
    frame: Frame,
    entrant: String,
    team: Option<i64>,
    team_slug: String,
    players: Vec<Player>,
    problems: Vec<Problem>,
    ids_link: String,
}

#[derive(Template)]
#[template(path = "entry/blocked.html")]
struct BlockedPage {
    layout: Layout,
    frame: Frame,
    text: String,
}

/// The page of whoever cannot enter at all, whatever they change.
pub(super) async fn blocked(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    tournament: &tournament::Model,
    refusal: &EnterRefusal,
) -> Result<Response, Trouble> {
    if let EnterRefusal::AlreadyEntered { .. } = refusal {
        return Ok(see_other(&format!("/tournaments/{}/entry", tournament.slug)));
    }
    Ok(pages::show(&BlockedPage {
        layout: Layout::of(shared, Some(person), csrf, "tournaments").await?,
        frame: Frame::of(tournament),
        text: sentence(&refusal.to_string()),
    }))
}

/// Problems of who would play; those of the form come later.
fn problems(
    reasons: Vec<Ineligible>,
    tournament: &tournament::Model,
    (code, team, own_name): (&str, Option<&str>, &str),
) -> Vec<Problem> {
    let back = format!("/tournaments/{}/enter", tournament.slug);
    let ids = || format!("/profile/game-ids?game={code}&next={back}");
    let roster = |part: &str| team.map(|slug| format!("/teams/{slug}/manage#{part}"));
    let problem = |reason: Ineligible| {
        let mend = match &reason {
            Ineligible::Answer { .. } | Ineligible::Contact { .. } => return None,
            Ineligible::GameId { player, .. } if team.is_none() || player == own_name => Some(("Your game ids", ids())),
            Ineligible::GameId { .. } | Ineligible::TooFewPoints { .. } | Ineligible::TooManyPoints { .. } => None,
            Ineligible::Region { .. } => roster("page").map(|link| ("The team's region", link)),
            Ineligible::OtherGame => Some(("Find a team", "/teams".to_owned())),
            _ => roster("roster").map(|link| ("The team's roster", link)),
        };
        let hint = match &reason {
            Ineligible::GameId { .. } if mend.is_none() => " Only this player can add it, under Profile, Game ids.",
            _ => "",
        };
        // A name is written as its owner writes it.
        let text = match &reason {
            Ineligible::Roster(_) => sentence(&reason.to_string()),
            _ => stopped(&reason.to_string()),
        };
        Some(Problem { text: format!("{text}{hint}"), mend })
    };
    reasons.into_iter().filter_map(problem).collect()
}

pub(super) fn code(facts: &Facts) -> String {
    facts.card.game.as_ref().and_then(|game| game.code.clone()).unwrap_or_default()
}

pub(crate) async fn who(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    let facts = facts(&shared, &person, &slug).await?;
    let tournament = &facts.card.tournament;
    if own(&facts).is_some_and(|(entry, _)| status(entry).is_live()) {
        return Ok(see_other(&format!("/tournaments/{slug}/entry")));
    }
    if !by_team(tournament) {
        return Ok(see_other(&format!("/tournaments/{slug}/enter/players")));
    }
    let acting = Acting::new(&shared, &person, origin);
    let known = blank(shared.db.read(), &shared.games, &person.0.actor(), tournament).await?;
    let speaks: Vec<i64> = known.into_iter().flat_map(|blank| blank.teams).map(|(id, _)| id).collect();
    let profile = profiles::service::of_user(&shared.db, &*shared.clock, &person.0.user).await?;
    let name = profile.display_name;
    let code = code(&facts);
    let mut candidates = Vec::new();
    for own in team_query::teams_of(shared.db.read(), profile.id).await? {
        if !code.is_empty() && own.team.game != code {
            continue;
        }
        let mut candidate = Candidate {
            id: own.team.id,
            speaks: speaks.contains(&own.team.id),
            name: own.team.name,
            slug: own.team.slug,
            problems: Vec::new(),
        };
        if candidate.speaks {
            let form = Form { team: Some(candidate.id), ..Form::default() };
            match attempt(&shared, &acting, tournament.id, &form).await? {
                Ok(_) => {}
                Err(EnterRefusal::Ineligible(reasons)) => {
                    candidate.problems = problems(reasons, tournament, (&code, Some(&candidate.slug), &name));
                }
                Err(refusal) => return blocked(&shared, &person, &csrf, tournament, &refusal).await,
            }
        }
        candidates.push(candidate);
    }
    if candidates.iter().all(|candidate| !candidate.speaks) {
        // Nothing was tried; whether anybody can enter now is to be known before somebody founds a team for it.
        if let Err(refusal @ (EnterRefusal::NotYet { .. } | EnterRefusal::Closed { .. })) =
            attempt(&shared, &acting, tournament.id, &Form::default()).await?
        {
            return blocked(&shared, &person, &csrf, tournament, &refusal).await;
        }
    }
    Ok(pages::show(&WhoPage {
        layout: Layout::of(&shared, Some(&person), &csrf, "tournaments").await?,
        frame: Frame::of(tournament),
        game: facts.card.game.as_ref().map(|game| game.name.clone()).unwrap_or_default(),
        code,
        candidates,
    }))
}

pub(crate) async fn players(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Trouble> {
    let facts = facts(&shared, &person, &slug).await?;
    let tournament = &facts.card.tournament;
    let team = chosen.id();
    if by_team(tournament) != team.is_some() {
        return Ok(see_other(&format!("/tournaments/{slug}/enter")));
    }
    let form = Form { team, ..Form::default() };
    let tried = attempt(&shared, &Acting::new(&shared, &person, origin), tournament.id, &form).await?;
    players_page(&shared, &person, &csrf, &facts, team, tried).await
}

/// Who would play, with all that is in the way.
pub(super) async fn players_page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    facts: &Facts,
    team: Option<i64>,
    tried: Tried,
) -> Result<Response, Trouble> {
    let tournament = &facts.card.tournament;
    let profile = profiles::service::of_user(&shared.db, &*shared.clock, &person.0.user).await?;
    let name = profile.display_name.clone();
    let code = code(facts);
    let entry = match team {
        Some(team) => team_entry::entry_team(shared.db.read(), &shared.games, team).await?,
        None => None,
    };
    let team_slug = entry.as_ref().map(|entry| entry.team.slug.clone()).unwrap_or_default();
    let about = (code.as_str(), entry.as_ref().map(|_| team_slug.as_str()), name.as_str());
    let problems = match tried {
        Ok(_) => Vec::new(),
        Err(EnterRefusal::Ineligible(reasons)) => problems(reasons, tournament, about),
        Err(refusal) => return blocked(shared, person, csrf, tournament, &refusal).await,
    };
    let filled = |ids: Vec<team_query::GameId>| {
        ids.into_iter().filter(|id| !id.value.is_empty()).map(|id| (id.label, id.value)).collect()
    };
    let (entrant, players) = match entry {
        Some(entry) => {
            let own = person.0.user.id;
            let player = |member: team_entry::EntryMember| Player {
                part: match (member.starts, member.plays()) {
                    (true, _) => "Starts",
                    (false, true) => "Substitute",
                    (false, false) => "Does not play",
                },
                me: member.user_id == own,
                name: member.display_name,
                username: member.username,
                role: pages::teams::role_label(member.role),
                game_role: member.game_role,
                captain: member.is_captain,
                ids: filled(member.game_ids),
            };
            (entry.team.name, entry.members.into_iter().map(player).collect())
        }
        None => {
            let ids = filled(team_query::game_ids(&shared.games, &code, &profile));
            let me = Player {
                name: name.clone(),
                username: person.0.user.username.clone(),
                role: "",
                game_role: String::new(),
                captain: false,
                part: "Plays",
                ids,
                me: true,
            };
            (name, vec![me])
        }
    };
    Ok(pages::show(&PlayersPage {
        layout: Layout::of(shared, Some(person), csrf, "tournaments").await?,
        frame: Frame::of(tournament),
        ids_link: format!("/profile/game-ids?game={code}&next=/tournaments/{}/enter", tournament.slug),
        entrant,
        team,
        team_slug,
        players,
        problems,
    }))
}
