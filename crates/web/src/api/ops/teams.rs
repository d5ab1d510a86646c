//! Teams: finding, founding and running them. Who joins and leaves is in `members`.

use ::teams::{
    error::{DisbandRefusal, LogoRefusal, TeamRefusal},
    model::core::team::Model as Team,
    rules::{
        form::{TeamForm, TeamSettings},
        permission::sees_team,
    },
    service::{logo as logos, query, team as service},
};
use kernel::Tx;
use sea_orm::ConnectionTrait;

use super::{Nothing, input, output};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::{NOT_FOUND, Problem},
    table::{Operation, delete, get, patch, post, put},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("teams.list", "/teams", "Public teams, those with most points first.").public().alone(list),
        get("teams.mine", "/me/teams", "The teams of the person who asks.").alone(mine),
        get("teams.get", "/teams/{team}", "A team and what one may see of its roster.").public().alone(show),
        post("teams.create", "/teams", "Founds a team; whoever asks is its owner.")
            .creates()
            .refuses::<TeamRefusal>()
            .within(create),
        patch("teams.edit", "/teams/{team}", "Changes what a team says of itself; what is left out stays.")
            .refuses::<TeamRefusal>()
            .within(edit),
        patch("teams.settings", "/teams/{team}/settings", "Changes how a team deals with others.")
            .refuses::<TeamRefusal>()
            .within(settings),
        put("teams.logo", "/teams/{team}/logo", "Gives a team another logo, or takes it away.")
            .refuses::<LogoRefusal>()
            .within(logo),
        delete("teams.disband", "/teams/{team}", "Disbands a team.").refuses::<DisbandRefusal>().within(disband),
    ]
}

output! {
    /// A team in a list.
    TeamSummary {
        /// Id.
        id: i64,
        /// Its name in addresses.
        slug: String,
        /// Its name.
        name: String,
        /// Its short name.
        tag: String,
        /// Code of its game, or empty.
        game: String,
        /// Code of its region, or empty.
        region: String,
        /// Its motto.
        tagline: String,
        /// Whether the platform has verified it.
        is_verified: bool,
        /// Whether it looks for players.
        is_recruiting: bool,
        /// Its ranking points.
        points: i32,
    }
    /// A team with its roster.
    TeamDetail {
        /// The team.
        team: TeamSummary,
        /// About it.
        description: String,
        /// Address on Twitter, or empty.
        twitter: String,
        /// Address on Instagram, or empty.
        instagram: String,
        /// Invitation to Discord, or empty.
        discord: String,
        /// Channel on YouTube, or empty.
        youtube: String,
        /// Channel on Twitch, or empty.
        twitch: String,
        /// Page of links, or empty.
        linktree: String,
        /// Whether others may ask to join.
        allow_join_requests: bool,
        /// When it was founded.
        created_at: Moment,
        /// What the person who asks is in it; null for none.
        my_role: Option<String>,
        /// Address of its logo on this site.
        logo: Option<String>,
        /// What one may see of its roster.
        roster: Vec<TeamMember>,
    }
    /// A member of a team.
    TeamMember {
        /// Id of the profile.
        profile_id: i64,
        /// The name others see.
        display_name: String,
        /// The name of the account.
        username: String,
        /// OWNER, MANAGER, COACH, PLAYER or SUBSTITUTE.
        role: String,
        /// The role in the game, or empty.
        game_role: String,
        /// Whether this is the captain.
        is_captain: bool,
        /// Since when.
        joined_at: Moment,
        /// The ids by which the game knows this person, as far as they are shown.
        game_ids: Vec<PlayerId>,
    }
    /// An id by which a game knows a person.
    PlayerId {
        /// What it is.
        kind: String,
        /// What people call it.
        label: String,
        /// The id; empty when none was given.
        value: String,
    }
    /// A team of the person who asks.
    MyTeam {
        /// The team.
        team: TeamSummary,
        /// What one is in it.
        role: String,
        /// The role in the game, or empty.
        game_role: String,
        /// Whether one is the captain.
        is_captain: bool,
        /// Since when.
        joined_at: Moment,
    }
    /// How a team deals with others.
    TeamRules {
        /// Whether people outside see it.
        is_public: bool,
        /// Whether it looks for players.
        is_recruiting: bool,
        /// Whether others may ask to join.
        allow_join_requests: bool,
        /// Whether who asks is in at once while there is room.
        auto_accept_join_requests: bool,
        /// Whether who asks must say something.
        require_application_message: bool,
        /// What rank who asks should have.
        min_rank_requirement: String,
        /// Whether members without a say may invite players.
        members_can_invite: bool,
        /// Whether people outside see who plays.
        show_roster_publicly: bool,
        /// Whether people outside see the captain alone.
        show_captain_only: bool,
        /// Whether people outside see its statistics.
        show_statistics_publicly: bool,
        /// Whether people outside see its tournaments.
        show_tournaments_publicly: bool,
    }
}

input! {
    ListTeams {
        /// Code of a game.
        game: Option<String>,
        /// Part of a name or tag.
        q: Option<String>,
        /// Only teams that look for players.
        recruiting: Option<bool>,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    OneTeam {
        /// The team's name in addresses.
        team: String,
    }
    TeamLogo {
        /// The team's name in addresses.
        team: String,
        /// Token of an uploaded picture; null for none.
        file: Option<String>,
    }
    NewTeam {
        /// Its name.
        name: String,
        /// Its short name.
        tag: String,
        /// Code of its game.
        game: String,
        /// The owner's role in the game, for an owner who plays.
        #[serde(default)]
        game_role: String,
        /// Whether the owner, who has a role in the game then, is captain at once; false when left out.
        #[serde(default)]
        captain: bool,
        /// Code of one of the game's regions.
        #[serde(default)]
        region: String,
        /// About it.
        #[serde(default)]
        description: String,
        /// A motto.
        #[serde(default)]
        tagline: String,
        /// Address on Twitter.
        #[serde(default)]
        twitter: String,
        /// Address on Instagram.
        #[serde(default)]
        instagram: String,
        /// Invitation to Discord.
        #[serde(default)]
        discord: String,
        /// Channel on YouTube.
        #[serde(default)]
        youtube: String,
        /// Channel on Twitch.
        #[serde(default)]
        twitch: String,
        /// Page of links.
        #[serde(default)]
        linktree: String,
    }
    EditTeam {
        /// The team's name in addresses.
        team: String,
        /// Its name.
        name: Option<String>,
        /// Its short name.
        tag: Option<String>,
        /// Code of its game, for a team without one.
        game: Option<String>,
        /// Code of one of the game's regions.
        region: Option<String>,
        /// About it.
        description: Option<String>,
        /// A motto.
        tagline: Option<String>,
        /// Address on Twitter; empty for none.
        twitter: Option<String>,
        /// Address on Instagram; empty for none.
        instagram: Option<String>,
        /// Invitation to Discord; empty for none.
        discord: Option<String>,
        /// Channel on YouTube; empty for none.
        youtube: Option<String>,
        /// Channel on Twitch; empty for none.
        twitch: Option<String>,
        /// Page of links; empty for none.
        linktree: Option<String>,
    }
    EditTeamRules {
        /// The team's name in addresses.
        team: String,
        /// Whether people outside see it.
        is_public: Option<bool>,
        /// Whether it looks for players.
        is_recruiting: Option<bool>,
        /// Whether others may ask to join.
        allow_join_requests: Option<bool>,
        /// Whether who asks is in at once while there is room.
        auto_accept_join_requests: Option<bool>,
        /// Whether who asks must say something.
        require_application_message: Option<bool>,
        /// What rank who asks should have.
        min_rank_requirement: Option<String>,
        /// Whether members without a say may invite players.
        members_can_invite: Option<bool>,
        /// Whether people outside see who plays.
        show_roster_publicly: Option<bool>,
        /// Whether people outside see the captain alone.
        show_captain_only: Option<bool>,
        /// Whether people outside see its statistics.
        show_statistics_publicly: Option<bool>,
        /// Whether people outside see its tournaments.
        show_tournaments_publicly: Option<bool>,
    }
}

/// The team at this address, if whoever asks may see it.
pub(super) async fn find(db: &impl ConnectionTrait, ask: &Ask, slug: &str) -> Result<Team, Problem> {
    let missing = || Problem::new(NOT_FOUND, "There is no such team, or it is not for you to see.");
    let team = query::by_slug(db, slug).await?.ok_or_else(missing)?;
    let standing = query::standing(db, ask.actor(), team.id).await?;
    if sees_team(&team, standing) { Ok(team) } else { Err(missing()) }
}

pub(super) fn summary(team: Team) -> TeamSummary {
    TeamSummary {
        id: team.id,
        slug: team.slug,
        name: team.name,
        tag: team.tag,
        game: team.game,
        region: team.region,
        tagline: team.tagline,
        is_verified: team.is_verified,
        is_recruiting: team.is_recruiting,
        points: team.total_points,
    }
}

async fn list(ask: &Ask, input: ListTeams) -> Result<Page<TeamSummary>, Problem> {
    let search = &query::Search {
        game: input.game.unwrap_or_default(),
        text: input.q.unwrap_or_default(),
        recruiting_only: input.recruiting.unwrap_or_default(),
    };
    let more = |after| async move {
        let page = query::list(ask.db().read(), search, after).await?;
        Ok((page.teams, page.next))
    };
    let place = |team: &Team| (team.total_points, team.id);
    Ok(page::gather("teams.list", input.cursor.as_deref(), input.limit, more, place).await?.map(summary))
}

async fn mine(ask: &Ask, _: Nothing) -> Result<Page<MyTeam>, Problem> {
    let profile = ask.profile().await?;
    let teams = query::teams_of(ask.db().read(), profile.id).await?;
    Ok(Page::whole(teams.into_iter().map(|own| MyTeam {
        team: summary(own.team),
        role: own.role.as_str().to_owned(),
        game_role: own.game_role,
        is_captain: own.is_captain,
        joined_at: own.joined_at.into(),
    })))
}

async fn logo(tx: &Tx, ask: &Ask, input: TeamLogo) -> Result<TeamDetail, Problem> {
    let team = find(tx, ask, &input.team).await?;
    let team = logos::change(tx, ask.clock(), ask.actor(), team.id, input.file.as_deref()).await?;
    detail(tx, ask, team).await
}

async fn show(ask: &Ask, input: OneTeam) -> Result<TeamDetail, Problem> {
    let team = find(ask.db().read(), ask, &input.team).await?;
    detail(ask.db().read(), ask, team).await
}

pub(super) async fn detail(db: &impl ConnectionTrait, ask: &Ask, team: Team) -> Result<TeamDetail, Problem> {
    let standing = query::standing(db, ask.actor(), team.id).await?;
    let roster = query::seen(&team, standing, query::roster(db, ask.games(), &team).await?);
    Ok(TeamDetail {
        description: team.description.clone(),
        twitter: team.twitter.clone(),
        instagram: team.instagram.clone(),
        discord: team.discord.clone(),
        youtube: team.youtube.clone(),
        twitch: team.twitch.clone(),
        linktree: team.linktree.clone(),
        allow_join_requests: team.allow_join_requests,
        created_at: team.created_at.into(),
        my_role: standing.role.map(|role| role.as_str().to_owned()),
        logo: crate::pages::teams::logo(&team),
        roster: roster.into_iter().map(member).collect(),
        team: summary(team),
    })
}

fn member(member: query::RosterMember) -> TeamMember {
    TeamMember {
        profile_id: member.profile_id,
        display_name: member.display_name,
        username: member.username,
        role: member.role.as_str().to_owned(),
        game_role: member.game_role,
        is_captain: member.is_captain,
        joined_at: member.joined_at.into(),
        game_ids: ids(member.game_ids),
    }
}

pub(super) fn ids(ids: Vec<query::GameId>) -> Vec<PlayerId> {
    let id = |id: query::GameId| PlayerId { kind: id.column.to_owned(), label: id.label.to_owned(), value: id.value };
    ids.into_iter().map(id).collect()
}

async fn create(tx: &Tx, ask: &Ask, input: NewTeam) -> Result<TeamDetail, Problem> {
    let form = TeamForm {
        name: input.name,
        tag: input.tag,
        game: input.game,
        game_role: input.game_role,
        captain: input.captain,
        region: input.region,
        description: input.description,
        tagline: input.tagline,
        twitter: input.twitter,
        instagram: input.instagram,
        discord: input.discord,
        youtube: input.youtube,
        twitch: input.twitch,
        linktree: input.linktree,
    };
    let team = service::create(tx, ask.clock(), ask.games(), ask.actor(), &form).await?;
    detail(tx, ask, team).await
}

async fn edit(tx: &Tx, ask: &Ask, input: EditTeam) -> Result<TeamDetail, Problem> {
    let old = find(tx, ask, &input.team).await?;
    let form = TeamForm {
        name: input.name.unwrap_or(old.name),
        tag: input.tag.unwrap_or(old.tag),
        game: input.game.unwrap_or(old.game),
        game_role: String::new(),
        captain: false,
        region: input.region.unwrap_or(old.region),
        description: input.description.unwrap_or(old.description),
        tagline: input.tagline.unwrap_or(old.tagline),
        twitter: input.twitter.unwrap_or(old.twitter),
        instagram: input.instagram.unwrap_or(old.instagram),
        discord: input.discord.unwrap_or(old.discord),
        youtube: input.youtube.unwrap_or(old.youtube),
        twitch: input.twitch.unwrap_or(old.twitch),
        linktree: input.linktree.unwrap_or(old.linktree),
    };
    let team = service::edit(tx, ask.clock(), ask.games(), ask.actor(), old.id, &form).await?;
    detail(tx, ask, team).await
}

async fn settings(tx: &Tx, ask: &Ask, input: EditTeamRules) -> Result<TeamRules, Problem> {
    let team = find(tx, ask, &input.team).await?;
    let old = TeamSettings::from(&team);
    let new = TeamSettings {
        is_public: input.is_public.unwrap_or(old.is_public),
        is_recruiting: input.is_recruiting.unwrap_or(old.is_recruiting),
        allow_join_requests: input.allow_join_requests.unwrap_or(old.allow_join_requests),
        auto_accept_join_requests: input.auto_accept_join_requests.unwrap_or(old.auto_accept_join_requests),
        require_application_message: input.require_application_message.unwrap_or(old.require_application_message),
        min_rank_requirement: input.min_rank_requirement.unwrap_or(old.min_rank_requirement),
        members_can_invite: input.members_can_invite.unwrap_or(old.members_can_invite),
        show_roster_publicly: input.show_roster_publicly.unwrap_or(old.show_roster_publicly),
        show_captain_only: input.show_captain_only.unwrap_or(old.show_captain_only),
        show_statistics_publicly: input.show_statistics_publicly.unwrap_or(old.show_statistics_publicly),
        show_tournaments_publicly: input.show_tournaments_publicly.unwrap_or(old.show_tournaments_publicly),
    };
    let team = service::change_settings(tx, ask.clock(), ask.actor(), team.id, &new).await?;
    let now = TeamSettings::from(&team);
    Ok(TeamRules {
        is_public: now.is_public,
        is_recruiting: now.is_recruiting,
        allow_join_requests: now.allow_join_requests,
        auto_accept_join_requests: now.auto_accept_join_requests,
        require_application_message: now.require_application_message,
        min_rank_requirement: now.min_rank_requirement,
        members_can_invite: now.members_can_invite,
        show_roster_publicly: now.show_roster_publicly,
        show_captain_only: now.show_captain_only,
        show_statistics_publicly: now.show_statistics_publicly,
        show_tournaments_publicly: now.show_tournaments_publicly,
    })
}

async fn disband(tx: &Tx, ask: &Ask, input: OneTeam) -> Result<(), Problem> {
    let team = find(tx, ask, &input.team).await?;
    Ok(service::disband(tx, ask.clock(), ask.actor(), team.id).await?)
}
