//! Who belongs to a team, and as what.

use sea_orm::entity::prelude::*;

/// One person in one team, now or formerly. A profile is active in one team a game: the membership
/// carries its team's game, kept equal by a foreign key, so that an index can say so.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teammembership")]
#[seadrift(
    app = "teams",
    model = "TeamMembership",
    label = "membership",
    plural = "memberships",
    ordering("team_id", "role", "-joined_at"),
    list("team_id", "profile_id", "role", "player_role", "is_captain", "status", "joined_at"),
    search("player_role"),
    filter("role", "status", "game", "is_captain"),
    date = "joined_at",
    check(
        name = "ck_teams_teammembership_captain_plays",
        sql = "NOT is_captain OR role IN ('PLAYER', 'SUBSTITUTE') OR (role = 'OWNER' AND player_role <> '')"
    ),
    check(name = "ck_teams_teammembership_owner_is_active", sql = "role <> 'OWNER' OR status = 'ACTIVE'"),
    check(
        name = "ck_teams_teammembership_rights_follow_role",
        sql = "can_manage_roster = (role IN ('OWNER', 'MANAGER')) AND can_edit_team = can_manage_roster AND can_register_tournaments = can_manage_roster"
    ),
    index(columns("team_id", "profile_id"), unique),
    index(
        columns("profile_id", "game"),
        unique,
        filter = "status = 'ACTIVE' AND game <> ''",
        name = "uq_teams_teammembership_one_active_team_a_game"
    ),
    index(
        columns("team_id"),
        unique,
        filter = "role = 'OWNER' AND status = 'ACTIVE'",
        name = "uq_teams_teammembership_one_owner"
    ),
    index(
        columns("team_id"),
        unique,
        filter = "is_captain AND status = 'ACTIVE'",
        name = "uq_teams_teammembership_one_captain"
    ),
    index(columns("team_id", "game")),
    index(columns("team_id", "status")),
    index(columns("profile_id", "status")),
    index(columns("team_id", "role"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Who belongs to it.
    #[seadrift(label = "player")]
    pub profile_id: i64,
    /// The team's game; follows the team.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "")]
    #[seadrift(label = "game", help = "The team's game. A person is active in one team a game.", readonly)]
    pub game: String,
    /// What this person is in the team, which decides the rights.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "PLAYER")]
    #[seadrift(
        label = "role",
        help = "Decides what this person may do in the team.",
        choices(
            "OWNER" = "Owner",
            "MANAGER" = "Manager",
            "COACH" = "Coach",
            "PLAYER" = "Player",
            "SUBSTITUTE" = "Substitute"
        )
    )]
    pub role: String,
    /// Whether the membership is in force.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "ACTIVE")]
    #[seadrift(label = "status", choices("ACTIVE" = "Active", "PENDING" = "Pending", "REMOVED" = "Removed"))]
    pub status: String,
    /// When this person joined.
    #[seadrift(label = "joined")]
    pub joined_at: DateTimeUtc,
    /// The role within the game, one of the game's roles.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(
        label = "role in the game",
        help = "Such as duelist or jungler; players, substitutes, and an owner who plays."
    )]
    pub player_role: String,
    /// Whether this person leads the players in a match.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "captain", help = "A badge for one who plays for the team.")]
    pub is_captain: bool,
    /// Whether this person may invite and remove members; a copy of what the role says.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "may manage the roster", help = "Follows from the role: owners and managers may.", readonly)]
    pub can_manage_roster: bool,
    /// Whether this person may change the team's page; a copy of what the role says.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "may edit the team", help = "Follows from the role: owners and managers may.", readonly)]
    pub can_edit_team: bool,
    /// Whether this person may enter the team into tournaments; a copy of what the role says.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "may enter tournaments", help = "Follows from the role: owners and managers may.", readonly)]
    pub can_register_tournaments: bool,
    /// The team.
    #[sea_orm(belongs_to, relation_enum = "Team", from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<super::team::Entity>,
    /// The team again, with its game: what keeps the copy of the game true.
    #[sea_orm(
        belongs_to,
        relation_enum = "TeamOfGame",
        from = "(TeamId, Game)",
        to = "(Id, Game)",
        on_delete = "Cascade",
        on_update = "Cascade"
    )]
    pub team_of_game: BelongsTo<super::team::Entity>,
    /// The profile.
    #[sea_orm(belongs_to, from = "profile_id", to = "id", on_delete = "Cascade")]
    pub profile: BelongsTo<profiles::model::user_profile::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

/// Of the two ways to the team, the plain one is meant.
impl Related<super::team::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Team.def()
    }
}
