//! A team's page: who plays, how it did, and what the visitor can do.

use ::teams::{
    Act, Role, Standing, Team,
    service::{
        self,
        query::{self, RosterMember},
        record,
        request::Asked,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{Done, Stop, actor, found, game_name, initials, logo, region_name, role_label, see_other, unprocessable};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, machine, moment, number},
    pages,
    session::Person,
    site::Shared,
};

/// Matches on the page.
const MATCHES: u64 = 10;

pub(super) struct Member {
    pub(super) name: String,
    pub(super) username: String,
    pub(super) role: &'static str,
    pub(super) game_role: String,
    pub(super) captain: bool,
    pub(super) me: bool,
    /// Label and value of the ids that may be seen.
    pub(super) ids: Vec<(&'static str, String)>,
    pub(super) since: String,
    pub(super) since_machine: String,
}

struct Played {
    opponent: String,
    score: String,
    outcome: &'static str,
    class: &'static str,
    when: String,
    when_machine: String,
}

struct Record {
    played: String,
    won: String,
    lost: String,
    drawn: String,
    rate: String,
    streak: String,
}

/// What the visitor can do about belonging to the team.
enum Offer {
    SignIn,
    /// Accept or decline an invitation: id, role, who sent it, message, until when.
    Invited {
        id: i64,
        role: &'static str,
        inviter: Option<String>,
        message: String,
        until: String,
    },
    /// Withdraw a wish that waits.
    Asked {
        id: i64,
        when: String,
    },
    Member {
        role: &'static str,
        may_leave: bool,
    },
    /// In another team of the game.
    Elsewhere {
        name: String,
        slug: String,
    },
    /// Ask to join.
    Ask {
        needs_message: bool,
        at_once: bool,
        rank: String,
    },
    Closed,
}

#[derive(Template)]
#[template(path = "teams/show.html")]
struct Page {
    layout: Layout,
    csrf: String,
    team: Team,
    initials: String,
    logo: Option<String>,
    game: String,
    region: String,
    founded: String,
    founded_machine: String,
    points: String,
    rank: Option<String>,
    members: Vec<Member>,
    /// Whether the roster is hidden from this visitor, and not empty.
    roster_hidden: bool,
    record: Option<Record>,
    matches: Vec<Played>,
    links: Vec<(&'static str, String)>,
    offer: Offer,
    manages: bool,
    enters: bool,
    message: String,
    error: Option<String>,
    said: Option<&'static str>,
}

fn said(done: Option<&str>) -> Option<&'static str> {
    Some(match done? {
        "asked" => "Your request is on its way. The team's owner and managers have been told.",
        "joined" => "You are a member of this team now.",
        "accepted" => "Welcome. You are a member of this team now.",
        "withdrawn" => "Your request is withdrawn.",
        "left" => "You have left this team.",
        "declined" => "You declined the invitation.",
        "handed-over" => "The team is handed over. Its new owner has been told.",
        _ => return None,
    })
}

pub(super) fn member(own: Option<i64>, member: RosterMember) -> Member {
    let ids = member.game_ids.into_iter().filter(|id| !id.value.is_empty());
    Member {
        ids: ids.map(|id| (id.label, id.value)).collect(),
        me: own == Some(member.user_id),
        name: member.display_name,
        username: member.username,
        role: role_label(member.role),
        game_role: member.game_role,
        captain: member.is_captain,
        since: member.joined_at.format("%-d %b %Y").to_string(),
        since_machine: machine(&member.joined_at),
    }
}

async fn offer(shared: &Shared, person: Option<&Person>, team: &Team, standing: Standing) -> Result<Offer, Trouble> {
    let (db, clock) = (&shared.db, &*shared.clock);
    let Some(person) = person else { return Ok(Offer::SignIn) };
    if let Some(role) = standing.role {
        return Ok(Offer::Member { role: role_label(role), may_leave: standing.may(Act::Leave) });
    }
    let profile = profiles::service::of_user(db, clock, &person.0.user).await?.id;
    let invitations = query::invitations_of(db.read(), clock, profile).await?;
    if let Some(received) = invitations.into_iter().find(|received| received.team.id == team.id) {
        let invitation = received.invitation;
        return Ok(Offer::Invited {
            id: invitation.id,
            role: Role::parse(&invitation.role).map_or("Member", role_label),
            inviter: received.inviter,
            message: invitation.message,
            until: moment(&invitation.expires_at),
        });
    }
    let requests = query::requests_of(db.read(), profile).await?;
    if let Some((request, _)) = requests.into_iter().find(|(_, of)| of.id == team.id) {
        return Ok(Offer::Asked { id: request.id, when: moment(&request.created_at) });
    }
    let own = query::teams_of(db.read(), profile).await?;
    let rival = own.into_iter().find(|own| !team.game.is_empty() && own.team.game == team.game);
    if let Some(rival) = rival {
        return Ok(Offer::Elsewhere { name: rival.team.name, slug: rival.team.slug });
    }
    if !team.allow_join_requests || !team.is_active {
        return Ok(Offer::Closed);
    }
    Ok(Offer::Ask {
        needs_message: team.require_application_message,
        at_once: team.auto_accept_join_requests,
        rank: team.min_rank_requirement.clone(),
    })
}

fn played(row: ::teams::model::analytics::match_record::Model) -> Played {
    let (outcome, class) = match row.result.as_str() {
        "win" => ("Won", "open"),
        "loss" => ("Lost", "bad"),
        _ => ("Drawn", "done"),
    };
    let score = if row.score.is_empty() { format!("{} : {}", row.team_score, row.opponent_score) } else { row.score };
    Played {
        opponent: row.opponent_name,
        score,
        outcome,
        class,
        when: row.match_date.format("%-d %b %Y").to_string(),
        when_machine: machine(&row.match_date),
    }
}

async fn page(
    shared: &Shared,
    person: Option<&Person>,
    csrf: &Csrf,
    (team, standing): (Team, Standing),
    said: Option<&'static str>,
    (message, error): (String, Option<String>),
) -> Result<Response, Trouble> {
    let db = shared.db.read();
    let whole = query::roster(db, &shared.games, &team).await?;
    let any = !whole.is_empty();
    let own = person.map(|person| person.0.user.id);
    let members: Vec<Member> = query::seen(&team, standing, whole).into_iter().map(|row| member(own, row)).collect();
    let statistics = team.show_statistics_publicly || standing.is_member() || standing.is_staff;
    let figures = if statistics { record::figures_of(db, team.id, &team.game).await? } else { None };
    let matches = if statistics { record::matches_of(db, team.id, MATCHES).await? } else { Vec::new() };
    let rank = service::entry::rank_in_game(db, team.id).await?;
    let links = [
        ("Discord", &team.discord),
        ("YouTube", &team.youtube),
        ("Twitch", &team.twitch),
        ("Twitter", &team.twitter),
        ("Instagram", &team.instagram),
        ("Linktree", &team.linktree),
    ];
    let shown = |(name, link): (&'static str, &String)| {
        (link.starts_with("https://") && !team.hide_social_links).then(|| (name, link.clone()))
    };
    let record = figures.map(|figures| Record {
        played: number(figures.total_matches),
        won: number(figures.matches_won),
        lost: number(figures.matches_lost),
        drawn: number(figures.matches_drawn),
        rate: format!("{:.0} %", figures.win_rate),
        streak: match figures.current_streak {
            0 => "–".to_owned(),
            won if won > 0 => format!("{won} won"),
            lost => format!("{} lost", lost.unsigned_abs()),
        },
    });
    Ok(pages::show(&Page {
        layout: Layout::of(shared, person, csrf, "teams").await?,
        // Nobody without an account gets a form.
        csrf: person.map(|_| csrf.token().to_owned()).unwrap_or_default(),
        initials: initials(&team.tag),
        logo: logo(&team),
        game: game_name(shared, &team.game),
        region: region_name(shared, &team.game, &team.region),
        founded: team.created_at.format("%-d %b %Y").to_string(),
        founded_machine: machine(&team.created_at),
        points: number(team.total_points),
        rank: rank.map(number),
        roster_hidden: any && members.is_empty(),
        members,
        record,
        matches: matches.into_iter().map(played).collect(),
        links: links.into_iter().filter_map(shown).collect(),
        offer: offer(shared, person, &team, standing).await?,
        manages: standing.may(Act::SeeSettings) || standing.may(Act::Edit),
        enters: standing.is_member() && standing.may(Act::Represent),
        message,
        error,
        said,
        team,
    }))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Option<Person>,
    csrf: Csrf,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let found = found(&shared, &slug, &actor(person.as_ref())).await?;
    page(&shared, person.as_ref(), &csrf, found, said(done.as_deref()), (String::new(), None)).await
}

#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    message: String,
}

pub(crate) async fn ask(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(Wish { message }): Form<Wish>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, standing) = found(&shared, &slug, actor).await?;
    let (clock, games, id, text) = (&*shared.clock, &*shared.games, team.id, &message);
    let asked = shared
        .db
        .write(|tx| async move { service::request::ask(&tx, clock, games, actor, id, text).await.map_err(Stop::from) });
    match asked.await {
        Ok(Asked::Waits(_)) => Ok(see_other(&format!("/teams/{slug}?done=asked"))),
        Ok(Asked::Joined(_)) => Ok(see_other(&format!("/teams/{slug}?done=joined"))),
        Err(Stop::Said(error)) => {
            let typed = (message, Some(error));
            Ok(unprocessable(page(&shared, Some(&person), &csrf, (team, standing), None, typed).await?))
        }
        Err(stop) => Err(stop.into()),
    }
}
