//! Managing a team: its roster, who is invited, who asks, its page and its settings, on one page.

use ::teams::{
    Act, Role, Standing, Team, TeamForm, TeamSettings,
    error::Denied,
    rules::roster,
    service::{
        self, entry,
        invitation::InviteForm,
        query::{self, RosterMember},
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use kernel::plugin::GamePlugin;
use serde::Deserialize;

use super::{
    Choice, Done, Errors, Nothing, Stop, found, game_name, initials, logo, new, role_label, see_other, unprocessable,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, machine, moment},
    pages,
    session::Person,
    site::Shared,
};

struct Row {
    profile: i64,
    name: String,
    username: String,
    role: &'static str,
    game_role: String,
    captain: bool,
    me: bool,
    /// The roles that whoever looks may give; empty where none.
    roles: Vec<Choice>,
    /// The roles in the game that whoever looks may give; empty where none.
    game_roles: Vec<Choice>,
    /// Label, and the id or that it is missing.
    ids: Vec<(&'static str, Option<String>)>,
    may_captain: bool,
    may_remove: bool,
}

impl Row {
    fn changes(&self) -> bool {
        !self.roles.is_empty() || !self.game_roles.is_empty()
    }
}

struct Sent {
    id: i64,
    whom: String,
    role: &'static str,
    until: String,
    until_machine: String,
    may_cancel: bool,
}

struct Request {
    id: i64,
    name: String,
    username: String,
    message: String,
    ids: Vec<(&'static str, String)>,
    when: String,
    when_machine: String,
}

/// What was typed into the form of an invitation.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct InviteFields {
    username: String,
    role: String,
    message: String,
}

#[derive(Template)]
#[template(path = "teams/manage.html")]
struct Page {
    layout: Layout,
    csrf: String,
    slug: String,
    name: String,
    tag: String,
    initials: String,
    logo: Option<String>,
    game: String,
    members: Vec<Row>,
    issues: Vec<String>,
    invitations: Vec<Sent>,
    requests: Vec<Request>,
    form: TeamForm,
    regions: Vec<Choice>,
    /// For a team of older data that has no game yet.
    games: Vec<Choice>,
    settings: TeamSettings,
    invite: InviteFields,
    invite_roles: Vec<Choice>,
    heirs: Vec<Choice>,
    edits: bool,
    reviews: bool,
    badges: bool,
    owns: bool,
    errors: Errors,
    said: Option<&'static str>,
}

/// What was typed and refused, in the place of what is stored.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) form: Option<TeamForm>,
    pub(super) settings: Option<TeamSettings>,
    pub(super) invite: InviteFields,
    /// Profile, role and role in the game of a member.
    pub(super) member: Option<(i64, String, String)>,
}

fn said(done: Option<&str>) -> Option<&'static str> {
    Some(match done? {
        "founded" => "Your team is founded. Invite its players now.",
        "saved" => "Saved.",
        "same" => "Nothing had changed, so nothing was saved.",
        "invited" => "The invitation is sent. It can be accepted for seven days.",
        "cancelled" => "The invitation is cancelled.",
        "accepted" => "The request is accepted.",
        "rejected" => "The request is rejected.",
        "removed" => "The member is removed and has been told.",
        "no-captain" => {
            "Saved. Only who plays can be captain: the badge was given back, and the team has no captain now."
        }
        "captain" => "The captain's badge is given.",
        "badge-taken" => "The team has no captain now.",
        _ => return None,
    })
}

fn form_of(team: &Team) -> TeamForm {
    TeamForm {
        name: team.name.clone(),
        tag: team.tag.clone(),
        game: team.game.clone(),
        game_role: String::new(),
        captain: false,
        region: team.region.clone(),
        description: team.description.clone(),
        tagline: team.tagline.clone(),
        twitter: team.twitter.clone(),
        instagram: team.instagram.clone(),
        discord: team.discord.clone(),
        youtube: team.youtube.clone(),
        twitch: team.twitch.clone(),
        linktree: team.linktree.clone(),
    }
}

/// Who may see this page: those who see the settings, and those who may invite.
fn manages(team: &Team, standing: Standing) -> bool {
    standing.may(Act::SeeSettings) || !offered(team, standing).is_empty()
}

fn offered(team: &Team, standing: Standing) -> Vec<Role> {
    let members_may = team.members_can_invite;
    Role::ALL.into_iter().filter(|role| standing.may(Act::Invite { role: *role, members_may })).collect()
}

fn row(
    member: RosterMember,
    standing: Standing,
    own: i64,
    game: Option<&dyn GamePlugin>,
    typed: Option<&(i64, String, String)>,
) -> Row {
    let me = member.user_id == own;
    let typed = typed.filter(|(profile, ..)| *profile == member.profile_id);
    let role = typed.map_or(member.role.as_str(), |(_, role, _)| role.as_str());
    let game_role = typed.map_or(member.game_role.as_str(), |(.., game_role)| game_role.as_str());
    let other = |to: &Role| *to != member.role && standing.may(Act::ChangeRole { from: member.role, to: *to });
    let mut roles: Vec<Choice> =
        Role::ALL.into_iter().filter(other).map(|to| Choice::new(to.as_str(), role_label(to), role)).collect();
    if !roles.is_empty() {
        roles.insert(0, Choice::new(member.role.as_str(), role_label(member.role), role));
    }
    let known = game.map(|game| game.roles()).unwrap_or_default();
    let plays_now = roster::Member { role: member.role, game_role: &member.game_role, is_captain: member.is_captain };
    let plays_now = plays_now.is_on_roster();
    let plays = member.role.may_play() || roles.iter().any(|to| Role::parse(&to.value).is_some_and(Role::may_play));
    let may = plays && standing.may(Act::ChangeGameRole { of: member.role, own: me }) && !known.is_empty();
    let mut game_roles = Vec::new();
    if may {
        let none = if member.role == Role::Owner { "Does not play" } else { "None" };
        game_roles.push(Choice::new("", none, game_role));
        game_roles.extend(known.iter().map(|role| Choice::new(role.name, role.name, game_role)));
    }
    let required = |column: &str| {
        game.is_some_and(|game| game.id_fields().iter().any(|field| field.column == column && field.required))
    };
    let ids = member.game_ids.iter().filter(|id| !id.value.is_empty() || required(id.column));
    Row {
        ids: ids.map(|id| (id.label, Some(id.value.clone()).filter(|id| !id.is_empty()))).collect(),
        may_captain: standing.may(Act::Badge) && plays_now && !member.is_captain,
        may_remove: !me && standing.may(Act::Remove { of: member.role }),
        roles,
        game_roles,
        profile: member.profile_id,
        role: role_label(member.role),
        captain: member.is_captain,
        me,
        name: member.display_name,
        username: member.username,
        game_role: member.game_role,
    }
}

async fn answers(shared: &Shared, team: &Team, standing: Standing) -> Result<Vec<Request>, Trouble> {
    if !standing.may(Act::Review) {
        return Ok(Vec::new());
    }
    let waiting = query::requests_of_team(shared.db.read(), &shared.games, team).await?;
    let request = |received: query::ReceivedRequest| Request {
        id: received.request.id,
        name: received.display_name,
        username: received.username,
        ids: received.game_ids.into_iter().filter(|id| !id.value.is_empty()).map(|id| (id.label, id.value)).collect(),
        when: moment(&received.request.created_at),
        when_machine: machine(&received.request.created_at),
        message: received.request.message,
    };
    Ok(waiting.into_iter().map(request).collect())
}

pub(super) async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    (team, standing): (Team, Standing),
    typed: Typed,
    errors: Errors,
    said: Option<&'static str>,
) -> Result<Response, Trouble> {
    if !manages(&team, standing) {
        return Err(Stop::Denied(Denied::NotAllowed(Act::SeeSettings)).into());
    }
    let (db, clock) = (shared.db.read(), &*shared.clock);
    let own = person.0.user.id;
    let game = service::game_of(&shared.games, &team.game);
    let roster = query::roster(db, &shared.games, &team).await?;
    let profile = roster.iter().find(|member| member.user_id == own).map(|member| member.profile_id);
    let heirs = roster.iter().filter(|member| member.role != Role::Owner);
    let heirs = heirs.map(|member| Choice::new(member.profile_id.to_string(), &member.display_name, "")).collect();
    let issues = entry::entry_team(db, &shared.games, team.id).await?.map(|entry| entry.issues).unwrap_or_default();
    let invitations = query::invitations_of_team(db, clock, team.id).await?;
    let cancels = standing.may(Act::CancelInvitation);
    let sent = |sent: query::SentInvitation| Sent {
        id: sent.invitation.id,
        whom: sent.invited.map_or(sent.invitation.invited_email, |(username, name)| format!("{name} (@{username})")),
        role: Role::parse(&sent.invitation.role).map_or("Member", role_label),
        until: moment(&sent.invitation.expires_at),
        until_machine: machine(&sent.invitation.expires_at),
        may_cancel: cancels || (profile.is_some() && sent.invitation.inviter_id == profile),
    };
    let form = typed.form.unwrap_or_else(|| form_of(&team));
    let chosen = if typed.invite.role.is_empty() { Role::Player.as_str() } else { &typed.invite.role };
    let invite_roles = offered(&team, standing).into_iter();
    let invite_roles = invite_roles.map(|role| Choice::new(role.as_str(), role_label(role), chosen)).collect();
    let games = if team.game.is_empty() {
        shared.games.choices().into_iter().map(|(code, name)| Choice::new(code, name, &form.game)).collect()
    } else {
        Vec::new()
    };
    let refused = !errors.is_empty();
    let page = pages::show(&Page {
        layout: Layout::of(shared, Some(person), csrf, "teams").await?,
        csrf: csrf.token().to_owned(),
        initials: initials(&team.tag),
        logo: logo(&team),
        game: game_name(shared, &team.game),
        requests: answers(shared, &team, standing).await?,
        members: roster
            .into_iter()
            .map(|member| row(member, standing, own, game.as_deref(), typed.member.as_ref()))
            .collect(),
        issues: issues.iter().map(ToString::to_string).collect(),
        invitations: invitations.into_iter().map(sent).collect(),
        regions: new::regions(game.as_deref(), &form.region),
        games,
        form,
        settings: typed.settings.unwrap_or_else(|| TeamSettings::from(&team)),
        invite: typed.invite,
        invite_roles,
        heirs,
        edits: standing.may(Act::Edit),
        reviews: standing.may(Act::Review),
        badges: standing.may(Act::Badge),
        owns: standing.may(Act::HandOver),
        slug: team.slug,
        name: team.name,
        tag: team.tag,
        errors,
        said,
    });
    Ok(if refused { unprocessable(page) } else { page })
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Query(Done { done }): Query<Done>,
) -> Result<Response, Trouble> {
    let team = found(&shared, &slug, &person.0.actor()).await?;
    page(&shared, &person, &csrf, team, Typed::default(), Errors::default(), said(done.as_deref())).await
}

pub(crate) async fn edit(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(fields): Form<new::Fields>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, standing) = found(&shared, &slug, actor).await?;
    let mut form = TeamForm::from(fields);
    if !team.game.is_empty() {
        form.game.clone_from(&team.game);
    }
    let (clock, games, id, wanted) = (&*shared.clock, &*shared.games, team.id, &form);
    let done = shared
        .db
        .write(|tx| async move { service::team::edit(&tx, clock, games, actor, id, wanted).await.map_err(Stop::from) });
    match done.await {
        Ok(_) => Ok(see_other(&format!("/teams/{slug}/manage?done=saved#page"))),
        Err(Stop::Invalid(fields)) => {
            let typed = Typed { form: Some(form), ..Typed::default() };
            page(&shared, &person, &csrf, (team, standing), typed, Errors::of(fields), None).await
        }
        Err(stop) => Err(stop.into()),
    }
}

/// Boxes that are not ticked are not sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct SettingsFields {
    is_public: Option<String>,
    is_recruiting: Option<String>,
    allow_join_requests: Option<String>,
    auto_accept_join_requests: Option<String>,
    require_application_message: Option<String>,
    min_rank_requirement: String,
    members_can_invite: Option<String>,
    show_roster_publicly: Option<String>,
    show_captain_only: Option<String>,
    show_statistics_publicly: Option<String>,
    show_tournaments_publicly: Option<String>,
}

impl From<SettingsFields> for TeamSettings {
    fn from(fields: SettingsFields) -> Self {
        Self {
            is_public: fields.is_public.is_some(),
            is_recruiting: fields.is_recruiting.is_some(),
            allow_join_requests: fields.allow_join_requests.is_some(),
            auto_accept_join_requests: fields.auto_accept_join_requests.is_some(),
            require_application_message: fields.require_application_message.is_some(),
            min_rank_requirement: fields.min_rank_requirement,
            members_can_invite: fields.members_can_invite.is_some(),
            show_roster_publicly: fields.show_roster_publicly.is_some(),
            show_captain_only: fields.show_captain_only.is_some(),
            show_statistics_publicly: fields.show_statistics_publicly.is_some(),
            show_tournaments_publicly: fields.show_tournaments_publicly.is_some(),
        }
    }
}

pub(crate) async fn settings(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(fields): Form<SettingsFields>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, standing) = found(&shared, &slug, actor).await?;
    let wanted = TeamSettings::from(fields);
    let (clock, id, settings) = (&*shared.clock, team.id, &wanted);
    let done = shared.db.write(|tx| async move {
        service::team::change_settings(&tx, clock, actor, id, settings).await.map_err(Stop::from)
    });
    match done.await {
        Ok(_) => Ok(see_other(&format!("/teams/{slug}/manage?done=saved#settings"))),
        Err(Stop::Invalid(fields)) => {
            let typed = Typed { settings: Some(wanted), ..Typed::default() };
            page(&shared, &person, &csrf, (team, standing), typed, Errors::of(fields), None).await
        }
        Err(stop) => Err(stop.into()),
    }
}

pub(crate) async fn invite(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(fields): Form<InviteFields>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let team = found(&shared, &slug, actor).await?;
    let again = |place: &'static str, text: String, invite: InviteFields, team: (Team, Standing)| {
        let typed = Typed { invite, ..Typed::default() };
        page(&shared, &person, &csrf, team, typed, Errors::one(place, text), None)
    };
    if fields.username.trim().is_empty() {
        return again("username", "Write the username of whom you want to invite.".to_owned(), fields, team).await;
    }
    let Some(role) = Role::parse(&fields.role) else {
        return again("invite-role", "Choose one of the list.".to_owned(), fields, team).await;
    };
    let form = InviteForm { username: fields.username.clone(), role, message: fields.message.clone() };
    let (clock, random, games, id, wanted) = (&*shared.clock, &*shared.random, &*shared.games, team.0.id, &form);
    let sent = shared.db.write(|tx| async move {
        service::invitation::invite(&tx, clock, random, games, actor, id, wanted).await.map(drop)
    });
    match sent.await {
        Ok(()) => Ok(see_other(&format!("/teams/{slug}/manage?done=invited#invitations"))),
        Err(::teams::error::InviteRefusal::Message(invalid)) => {
            again("message", invalid.to_string(), fields, team).await
        }
        Err(refusal) => match Stop::from(refusal) {
            Stop::Said(text) => again("username", text, fields, team).await,
            stop => Err(stop.into()),
        },
    }
}

/// The page after an act on a row, or the page again with the refusal beside that row.
pub(super) async fn after_row(
    shared: &Shared,
    (person, csrf, slug): (&Person, &Csrf, &str),
    (kind, id): (&str, i64),
    done: Result<&str, Stop>,
) -> Result<Response, Trouble> {
    let text = match done {
        Ok(place) => return Ok(see_other(&format!("/teams/{slug}/manage?done={place}"))),
        Err(Stop::Said(text)) => text,
        Err(stop) => return Err(stop.into()),
    };
    let team = found(shared, slug, &person.0.actor()).await?;
    let there = match kind {
        "invitation" => {
            let sent = query::invitations_of_team(shared.db.read(), &*shared.clock, team.0.id).await?;
            sent.iter().any(|sent| sent.invitation.id == id)
        }
        "request" => {
            let waiting = query::requests_of_team(shared.db.read(), &shared.games, &team.0).await?;
            waiting.iter().any(|received| received.request.id == id)
        }
        _ => {
            let roster = query::roster(shared.db.read(), &shared.games, &team.0).await?;
            roster.iter().any(|member| member.profile_id == id)
        }
    };
    let place = if there { format!("{kind}-{id}") } else { "page".to_owned() };
    page(shared, person, csrf, team, Typed::default(), Errors::one(place, text), None).await
}

pub(crate) async fn cancel(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, id)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let (clock, actor) = (&*shared.clock, &person.0.actor());
    let done = shared
        .db
        .write(|tx| async move { service::invitation::cancel(&tx, clock, actor, id).await.map_err(Stop::from) });
    let done = done.await.map(|()| "cancelled#invitations");
    after_row(&shared, (&person, &csrf, &slug), ("invitation", id), done).await
}

pub(crate) async fn accept(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, id)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let (clock, games, actor) = (&*shared.clock, &*shared.games, &person.0.actor());
    let done = shared
        .db
        .write(|tx| async move { service::request::approve(&tx, clock, games, actor, id).await.map_err(Stop::from) });
    let done = done.await.map(|_| "accepted#requests");
    after_row(&shared, (&person, &csrf, &slug), ("request", id), done).await
}

pub(crate) async fn reject(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path((slug, id)): Path<(String, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let (clock, actor) = (&*shared.clock, &person.0.actor());
    let done =
        shared.db.write(|tx| async move { service::request::reject(&tx, clock, actor, id).await.map_err(Stop::from) });
    let done = done.await.map(|()| "rejected#requests");
    after_row(&shared, (&person, &csrf, &slug), ("request", id), done).await
}
