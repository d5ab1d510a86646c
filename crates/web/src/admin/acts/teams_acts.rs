//! Teams: disbanded; members, invitations and requests dealt with, as an owner could.

use teams::{
    rules::roster::Role,
    service::{invitation, member, request, team},
};

use super::run::through;
use crate::admin::act::{Act, CHOICE, Context, Failure, Outcome, Question};

const TEAM: &str = "teams_team";
const MEMBER: &str = "teams_teammembership";
const ASKS: &str = "teams_teamjoinrequest";

/// Every role that can be given; ownership is handed over.
const ROLES: &[(&str, &str)] = &[
    (Role::Manager.as_str(), "Manager"),
    (Role::Coach.as_str(), "Coach"),
    (Role::Player.as_str(), "Player"),
    (Role::Substitute.as_str(), "Substitute"),
];

pub(crate) const ACTS: &[Act] = &[
    Act::new(
        TEAM,
        "disband",
        "Disband",
        "Closes the team down: its members are free and told, what waited is over. Its name and its past stay its own.",
        |context| Box::pin(disband(context)),
    )
    .when("is_active", &["true"])
    .danger(),
    Act::new(MEMBER, "change_role", "Change role", "Gives the member another role, and tells them.", |context| {
        Box::pin(change_role(context))
    })
    .one()
    .asking(&[Question { choices: ROLES, ..Question::new("new_role", "Role", CHOICE) }])
    .when("status", &["ACTIVE"]),
    Act::new(
        MEMBER,
        "make_captain",
        "Make captain",
        "The captain speaks for the team in tournaments and reports its results.",
        |context| Box::pin(make_captain(context)),
    )
    .one()
    .when("is_captain", &["false"]),
    Act::new(MEMBER, "take_badge", "Take the captain's badge", "The team is then without a captain.", |context| {
        Box::pin(take_badge(context))
    })
    .one()
    .when("is_captain", &["true"]),
    Act::new(
        MEMBER,
        "hand_over",
        "Make owner",
        "Hands the team over to this member; whoever owned it stays in it.",
        |context| Box::pin(hand_over(context)),
    )
    .one()
    .when("status", &["ACTIVE"]),
    Act::new(
        MEMBER,
        "remove",
        "Remove from the team",
        "Takes the member out of the team, and tells them.",
        |context| Box::pin(remove(context)),
    )
    .when("status", &["ACTIVE"]),
    Act::new(
        "teams_teaminvite",
        "cancel",
        "Cancel invitation",
        "Takes back an invitation that waits for an answer.",
        |context| Box::pin(cancel(context)),
    )
    .when("status", &["PENDING"]),
    Act::new(ASKS, "accept", "Accept", "Whoever asked becomes a member, and is told.", |context| {
        Box::pin(accept(context))
    })
    .when("status", &["PENDING"]),
    Act::new(ASKS, "reject", "Reject", "Whoever asked is told.", |context| Box::pin(reject(context)))
        .when("status", &["PENDING"]),
];

async fn disband(context: Context<'_>) -> Result<Outcome, Failure> {
    let (clock, actor, id) = (&*context.shared.clock, context.staff.person.actor(), context.id);
    through!(context, |tx, _, _| team::disband(tx, clock, &actor, id))
}

/// Runs a service on a member of a team: team and profile of the membership.
macro_rules! on_member {
    ($context:expr, |$tx:ident, $clock:ident, $actor:ident, $team:ident, $profile:ident| $call:expr) => {{
        let context: Context<'_> = $context;
        let ($clock, $actor) = (&*context.shared.clock, context.staff.person.actor());
        through!(context, |$tx, _, before| async {
            let $actor = &$actor;
            let ($team, $profile) = (before.number(context, "team_id"), before.number(context, "profile_id"));
            $call.await
        })
    }};
}

async fn change_role(context: Context<'_>) -> Result<Outcome, Failure> {
    let role = context.sent.get("new_role").and_then(Role::parse).filter(|role| *role != Role::Owner);
    let Some(role) = role else {
        return Err(Failure::Wrong(vec![(Some("new_role"), "Choose one of the list.".to_owned())]));
    };
    let games = &*context.shared.games;
    on_member!(context, |tx, clock, actor, team, profile| member::change_role(
        tx, clock, games, actor, team, profile, role
    ))
}

async fn make_captain(context: Context<'_>) -> Result<Outcome, Failure> {
    on_member!(context, |tx, clock, actor, team, profile| member::make_captain(tx, clock, actor, team, profile))
}

async fn take_badge(context: Context<'_>) -> Result<Outcome, Failure> {
    on_member!(context, |tx, clock, actor, team, profile| member::take_badge(tx, clock, actor, team, profile))
}

async fn hand_over(context: Context<'_>) -> Result<Outcome, Failure> {
    on_member!(context, |tx, clock, actor, team, profile| member::hand_over(tx, clock, actor, team, profile))
}

async fn remove(context: Context<'_>) -> Result<Outcome, Failure> {
    on_member!(context, |tx, clock, actor, team, profile| member::remove(tx, clock, actor, team, profile))
}

async fn cancel(context: Context<'_>) -> Result<Outcome, Failure> {
    let (clock, actor, id) = (&*context.shared.clock, context.staff.person.actor(), context.id);
    through!(context, |tx, _, _| invitation::cancel(tx, clock, &actor, id))
}

async fn accept(context: Context<'_>) -> Result<Outcome, Failure> {
    let (clock, actor, id) = (&*context.shared.clock, context.staff.person.actor(), context.id);
    let games = &*context.shared.games;
    through!(context, |tx, _, _| request::approve(tx, clock, games, &actor, id))
}

async fn reject(context: Context<'_>) -> Result<Outcome, Failure> {
    let (clock, actor, id) = (&*context.shared.clock, context.staff.person.actor(), context.id);
    through!(context, |tx, _, _| request::reject(tx, clock, &actor, id))
}
