//! Who is in a team: roles, invitations and requests to join.

use ::teams::{
    error::{
        AcceptRefusal, AskRefusal, BadgeRefusal, CancelRefusal, DeclineRefusal, Denied, GameRoleRefusal,
        HandOverRefusal, InviteRefusal, LeaveRefusal, RemoveRefusal, ReviewRefusal, RoleRefusal, WithdrawRefusal,
    },
    model::core::{team_invite::Model as Invitation, team_join_request::Model as Request},
    rules::{permission::Act, roster::Role},
    service::{
        invitation::{self, InviteForm},
        member, query,
        request::{self, Asked},
    },
};
use kernel::Tx;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Nothing, input, output,
    teams::{PlayerId, TeamDetail, TeamSummary, detail, find, ids, summary},
};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::Page,
    problem::Problem,
    table::{Operation, delete, get, post, put},
};

pub(super) fn operations() -> Vec<Operation> {
    let mut all = vec![
        post("teams.leave", "/teams/{team}/leave", "Leaves a team.").refuses::<LeaveRefusal>().within(leave),
        post("teams.hand_over", "/teams/{team}/owner", "Hands a team over to one of its members.")
            .refuses::<HandOverRefusal>()
            .within(hand_over),
        delete("teams.remove", "/teams/{team}/members/{profile_id}", "Removes a member.")
            .refuses::<RemoveRefusal>()
            .within(remove),
        put("teams.role", "/teams/{team}/members/{profile_id}/role", "Gives a member another role.")
            .refuses::<RoleRefusal>()
            .within(role),
        put("teams.game_role", "/teams/{team}/members/{profile_id}/game-role", "Gives a member a role in the game.")
            .refuses::<GameRoleRefusal>()
            .within(game_role),
        put("teams.captain", "/teams/{team}/members/{profile_id}/captain", "Makes a member the captain.")
            .refuses::<BadgeRefusal>()
            .within(captain),
        delete("teams.no_captain", "/teams/{team}/members/{profile_id}/captain", "Takes the captain's badge away.")
            .refuses::<BadgeRefusal>()
            .within(no_captain),
    ];
    all.extend(joining());
    all
}

fn joining() -> Vec<Operation> {
    vec![
        get("invitations.of_team", "/teams/{team}/invitations", "Invitations of a team that wait, newest first.")
            .refuses::<Denied>()
            .alone(sent),
        post("invitations.create", "/teams/{team}/invitations", "Invites somebody into a team.")
            .creates()
            .refuses::<InviteRefusal>()
            .within(invite),
        get("invitations.mine", "/me/invitations", "Invitations that one can accept, newest first.").alone(received),
        post("invitations.accept", "/invitations/{id}/accept", "Accepts an invitation.")
            .refuses::<AcceptRefusal>()
            .within(accept),
        post("invitations.decline", "/invitations/{id}/decline", "Declines an invitation.")
            .refuses::<DeclineRefusal>()
            .within(decline),
        delete("invitations.cancel", "/invitations/{id}", "Cancels an invitation of one's team.")
            .refuses::<CancelRefusal>()
            .within(cancel),
        get("requests.of_team", "/teams/{team}/requests", "Requests to join that wait at a team, oldest first.")
            .refuses::<Denied>()
            .alone(waiting),
        post("requests.create", "/teams/{team}/requests", "Asks to join a team.")
            .creates()
            .refuses::<AskRefusal>()
            .within(ask_to_join),
        get("requests.mine", "/me/requests", "One's own requests that wait, newest first.").alone(mine),
        delete("requests.withdraw", "/requests/{id}", "Withdraws one's own request.")
            .refuses::<WithdrawRefusal>()
            .within(withdraw),
        post("requests.approve", "/requests/{id}/approve", "Takes who asked into the team.")
            .refuses::<ReviewRefusal>()
            .within(approve),
        post("requests.reject", "/requests/{id}/reject", "Rejects a request.")
            .refuses::<ReviewRefusal>()
            .within(reject),
    ]
}

/// What somebody is in a team.
#[derive(Clone, Copy, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum TeamRole {
    Owner,
    Manager,
    Coach,
    Player,
    Substitute,
}

impl From<TeamRole> for Role {
    fn from(role: TeamRole) -> Self {
        match role {
            TeamRole::Owner => Self::Owner,
            TeamRole::Manager => Self::Manager,
            TeamRole::Coach => Self::Coach,
            TeamRole::Player => Self::Player,
            TeamRole::Substitute => Self::Substitute,
        }
    }
}

input! {
    OneTeam {
        /// The team's name in addresses.
        team: String,
    }
    OneMember {
        /// The team's name in addresses.
        team: String,
        /// Id of the member's profile.
        profile_id: i64,
    }
    NewOwner {
        /// The team's name in addresses.
        team: String,
        /// Id of the profile of the new owner.
        profile_id: i64,
    }
    NewRole {
        /// The team's name in addresses.
        team: String,
        /// Id of the member's profile.
        profile_id: i64,
        /// The role.
        role: TeamRole,
    }
    NewGameRole {
        /// The team's name in addresses.
        team: String,
        /// Id of the member's profile.
        profile_id: i64,
        /// The role in the game; empty for none.
        game_role: String,
    }
    NewInvitation {
        /// The team's name in addresses.
        team: String,
        /// Who is invited.
        username: String,
        /// As what.
        role: TeamRole,
        /// A word to them.
        #[serde(default)]
        message: String,
    }
    OneInvitation {
        /// Id of the invitation.
        id: i64,
    }
    NewRequest {
        /// The team's name in addresses.
        team: String,
        /// A word to the team.
        #[serde(default)]
        message: String,
    }
    OneRequest {
        /// Id of the request.
        id: i64,
    }
}

output! {
    /// An invitation.
    TeamInvitation {
        /// Id.
        id: i64,
        /// The team, for who is invited; null for the team's own list.
        team: Option<TeamSummary>,
        /// Username of who is invited, for the team's own list.
        username: Option<String>,
        /// As what.
        role: String,
        /// A word to them.
        message: String,
        /// PENDING, ACCEPTED, DECLINED, EXPIRED or CANCELLED.
        status: String,
        /// When it runs out.
        expires_at: Moment,
        /// When it was sent.
        created_at: Moment,
    }
    /// A request to join a team.
    JoinRequest {
        /// Id.
        id: i64,
        /// The team, for who asks; null for the team's own list.
        team: Option<TeamSummary>,
        /// Username of who asks, for the team's own list.
        username: Option<String>,
        /// Ids by which the game knows who asks, for the team's own list.
        game_ids: Vec<PlayerId>,
        /// A word to the team.
        message: String,
        /// PENDING, APPROVED, REJECTED or WITHDRAWN.
        status: String,
        /// When it was sent.
        created_at: Moment,
    }
}

async fn leave(tx: &Tx, ask: &Ask, input: OneTeam) -> Result<(), Problem> {
    let team = find(tx, ask, &input.team).await?;
    Ok(member::leave(tx, ask.clock(), ask.actor(), team.id).await?)
}

async fn remove(tx: &Tx, ask: &Ask, input: OneMember) -> Result<(), Problem> {
    let team = find(tx, ask, &input.team).await?;
    Ok(member::remove(tx, ask.clock(), ask.actor(), team.id, input.profile_id).await?)
}

/// The team as it is now.
async fn after(tx: &Tx, ask: &Ask, slug: &str) -> Result<TeamDetail, Problem> {
    detail(tx, ask, find(tx, ask, slug).await?).await
}

async fn hand_over(tx: &Tx, ask: &Ask, input: NewOwner) -> Result<TeamDetail, Problem> {
    let team = find(tx, ask, &input.team).await?;
    member::hand_over(tx, ask.clock(), ask.actor(), team.id, input.profile_id).await?;
    after(tx, ask, &input.team).await
}

async fn role(tx: &Tx, ask: &Ask, input: NewRole) -> Result<TeamDetail, Problem> {
    let team = find(tx, ask, &input.team).await?;
    let role = input.role.into();
    member::change_role(tx, ask.clock(), ask.games(), ask.actor(), team.id, input.profile_id, role).await?;
    after(tx, ask, &input.team).await
}

async fn game_role(tx: &Tx, ask: &Ask, input: NewGameRole) -> Result<TeamDetail, Problem> {
    let team = find(tx, ask, &input.team).await?;
    let (profile, role) = (input.profile_id, input.game_role.as_str());
    member::change_game_role(tx, ask.clock(), ask.games(), ask.actor(), team.id, profile, role).await?;
    after(tx, ask, &input.team).await
}

async fn captain(tx: &Tx, ask: &Ask, input: OneMember) -> Result<TeamDetail, Problem> {
    let team = find(tx, ask, &input.team).await?;
    member::make_captain(tx, ask.clock(), ask.actor(), team.id, input.profile_id).await?;
    after(tx, ask, &input.team).await
}

async fn no_captain(tx: &Tx, ask: &Ask, input: OneMember) -> Result<TeamDetail, Problem> {
    let team = find(tx, ask, &input.team).await?;
    member::take_badge(tx, ask.clock(), ask.actor(), team.id, input.profile_id).await?;
    after(tx, ask, &input.team).await
}

fn told(invitation: Invitation, team: Option<TeamSummary>, username: Option<String>) -> TeamInvitation {
    TeamInvitation {
        id: invitation.id,
        team,
        username,
        role: invitation.role,
        message: invitation.message,
        status: invitation.status,
        expires_at: invitation.expires_at.into(),
        created_at: invitation.created_at.into(),
    }
}

async fn sent(ask: &Ask, input: OneTeam) -> Result<Page<TeamInvitation>, Problem> {
    let db = ask.db().read();
    let team = find(db, ask, &input.team).await?;
    if !query::standing(db, ask.actor(), team.id).await?.is_member() && !ask.actor().is_staff() {
        return Err(Denied::NotAllowed(Act::CancelInvitation).into());
    }
    let found = query::invitations_of_team(db, ask.clock(), team.id).await?;
    let one = |sent: query::SentInvitation| told(sent.invitation, None, sent.invited.map(|(username, _)| username));
    Ok(Page::whole(found.into_iter().map(one)))
}

async fn invite(tx: &Tx, ask: &Ask, input: NewInvitation) -> Result<TeamInvitation, Problem> {
    let team = find(tx, ask, &input.team).await?;
    let form = InviteForm { username: input.username.clone(), role: input.role.into(), message: input.message };
    let (clock, random) = (ask.clock(), ask.random());
    let sent = invitation::invite(tx, clock, random, ask.games(), ask.actor(), team.id, &form).await?;
    Ok(told(sent.invitation, None, Some(input.username)))
}

async fn received(ask: &Ask, _: Nothing) -> Result<Page<TeamInvitation>, Problem> {
    let profile = ask.profile().await?;
    let found = query::invitations_of(ask.db().read(), ask.clock(), profile.id).await?;
    Ok(Page::whole(found.into_iter().map(|one| told(one.invitation, Some(summary(one.team)), None))))
}

async fn accept(tx: &Tx, ask: &Ask, input: OneInvitation) -> Result<TeamInvitation, Problem> {
    let accepted = invitation::accept(tx, ask.clock(), ask.games(), ask.actor(), input.id).await?;
    let team = query::by_id(tx, accepted.team_id).await?.map(summary);
    Ok(told(accepted, team, None))
}

async fn decline(tx: &Tx, ask: &Ask, input: OneInvitation) -> Result<(), Problem> {
    Ok(invitation::decline(tx, ask.clock(), ask.actor(), input.id).await?)
}

async fn cancel(tx: &Tx, ask: &Ask, input: OneInvitation) -> Result<(), Problem> {
    Ok(invitation::cancel(tx, ask.clock(), ask.actor(), input.id).await?)
}

fn asked(
    request: Request,
    team: Option<TeamSummary>,
    username: Option<String>,
    game_ids: Vec<PlayerId>,
) -> JoinRequest {
    JoinRequest {
        id: request.id,
        team,
        username,
        game_ids,
        message: request.message,
        status: request.status,
        created_at: request.created_at.into(),
    }
}

async fn waiting(ask: &Ask, input: OneTeam) -> Result<Page<JoinRequest>, Problem> {
    let db = ask.db().read();
    let team = find(db, ask, &input.team).await?;
    if !query::standing(db, ask.actor(), team.id).await?.may(Act::Review) {
        return Err(Denied::NotAllowed(Act::Review).into());
    }
    let found = query::requests_of_team(db, ask.games(), &team).await?;
    let one = |one: query::ReceivedRequest| asked(one.request, None, Some(one.username), ids(one.game_ids));
    Ok(Page::whole(found.into_iter().map(one)))
}

async fn ask_to_join(tx: &Tx, ask: &Ask, input: NewRequest) -> Result<JoinRequest, Problem> {
    let team = find(tx, ask, &input.team).await?;
    let came = request::ask(tx, ask.clock(), ask.games(), ask.actor(), team.id, &input.message).await?;
    let (Asked::Waits(request) | Asked::Joined(request)) = came;
    Ok(asked(request, Some(summary(team)), None, Vec::new()))
}

async fn mine(ask: &Ask, _: Nothing) -> Result<Page<JoinRequest>, Problem> {
    let profile = ask.profile().await?;
    let found = query::requests_of(ask.db().read(), profile.id).await?;
    Ok(Page::whole(found.into_iter().map(|(request, team)| asked(request, Some(summary(team)), None, Vec::new()))))
}

async fn withdraw(tx: &Tx, ask: &Ask, input: OneRequest) -> Result<(), Problem> {
    Ok(request::withdraw(tx, ask.clock(), ask.actor(), input.id).await?)
}

async fn approve(tx: &Tx, ask: &Ask, input: OneRequest) -> Result<JoinRequest, Problem> {
    let request = request::approve(tx, ask.clock(), ask.games(), ask.actor(), input.id).await?;
    Ok(asked(request, None, None, Vec::new()))
}

async fn reject(tx: &Tx, ask: &Ask, input: OneRequest) -> Result<(), Problem> {
    Ok(request::reject(tx, ask.clock(), ask.actor(), input.id).await?)
}
