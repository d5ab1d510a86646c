//! What happened in a team, line by line.

use sea_orm::entity::prelude::*;

/// One line of a team's history, as its page shows it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teamactivity")]
#[seadrift(
    app = "teams",
    model = "TeamActivity",
    label = "activity",
    plural = "activities",
    ordering("-created_at", "id"),
    list("team_id", "activity_type", "actor_id", "description", "is_public", "created_at"),
    search("description"),
    filter("activity_type", "is_public"),
    name("description"),
    date = "created_at",
    index(columns("team_id", "-created_at")),
    index(columns("activity_type", "-created_at")),
    index(columns("is_public", "-created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// What happened.
    #[sea_orm(column_type = "String(StringLen::N(30))")]
    #[seadrift(label = "kind", choices("team_created" = "Team created", "member_joined" = "Member joined", "member_left" = "Member left", "member_removed" = "Member removed", "captain_changed" = "Captain changed", "captain_transferred" = "Captaincy handed over", "post_published" = "Post published", "post_liked" = "Post liked", "comment_created" = "Comment written", "team_followed" = "Team followed", "banner_updated" = "Banner changed", "match_scheduled" = "Match scheduled", "match_completed" = "Match completed", "achievement_earned" = "Achievement earned", "tournament_registration" = "Tournament entered", "tournament_joined" = "Tournament joined", "tournament_won" = "Tournament won"))]
    pub activity_type: String,
    /// Who did it.
    #[seadrift(label = "actor")]
    pub actor_id: Option<i64>,
    /// A line for people.
    #[sea_orm(column_type = "String(StringLen::N(500))")]
    #[seadrift(label = "description")]
    pub description: String,
    /// The post that it is about.
    #[seadrift(label = "related post")]
    pub related_post_id: Option<i64>,
    /// Whom it is about.
    #[seadrift(label = "related profile")]
    pub related_user_id: Option<i64>,
    /// What else is known, an object.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "details", readonly)]
    pub metadata: Json,
    /// When it happened.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// Whether everybody may see it.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "public", help = "Otherwise only members of the team see it.")]
    pub is_public: bool,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<crate::model::core::team::Entity>,
    /// Who did it.
    #[sea_orm(belongs_to, relation_enum = "Actor", from = "actor_id", to = "id", on_delete = "SetNull")]
    pub actor: BelongsTo<Option<profiles::model::user_profile::Entity>>,
    /// The post that it is about.
    #[sea_orm(belongs_to, from = "related_post_id", to = "id", on_delete = "Cascade")]
    pub related_post: BelongsTo<Option<super::post::Entity>>,
    /// Whom it is about.
    #[sea_orm(belongs_to, relation_enum = "RelatedUser", from = "related_user_id", to = "id", on_delete = "Cascade")]
    pub related_user: BelongsTo<Option<profiles::model::user_profile::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
