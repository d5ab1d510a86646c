//! A wish to join a team.

use sea_orm::entity::prelude::*;

/// A wish to join a team, and what became of it. A person has one open wish a team.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teamjoinrequest")]
#[seadrift(
    app = "teams",
    model = "TeamJoinRequest",
    label = "join request",
    plural = "join requests",
    ordering("-created_at"),
    list("team_id", "profile_id", "status", "created_at"),
    search("message"),
    filter("status"),
    date = "created_at",
    check(
        name = "ck_teams_teamjoinrequest_review_is_dated",
        sql = "status NOT IN ('ACCEPTED', 'REJECTED') OR reviewed_at IS NOT NULL"
    ),
    index(
        columns("team_id", "profile_id"),
        unique,
        filter = "status = 'PENDING'",
        name = "uq_teams_teamjoinrequest_one_pending"
    ),
    index(columns("team_id", "status", "-created_at")),
    index(columns("profile_id", "status"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Who wants to join.
    #[seadrift(label = "player")]
    pub profile_id: i64,
    /// Why.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "message", help = "Why this person wants to join.", multiline)]
    pub message: String,
    /// What became of it.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "PENDING")]
    #[seadrift(label = "status", choices("PENDING" = "Pending", "ACCEPTED" = "Accepted", "REJECTED" = "Rejected", "WITHDRAWN" = "Withdrawn"))]
    pub status: String,
    /// Who accepted or rejected it.
    #[seadrift(label = "reviewed by", readonly)]
    pub reviewed_by_id: Option<i64>,
    /// When it was accepted or rejected.
    #[seadrift(label = "reviewed", readonly)]
    pub reviewed_at: Option<DateTimeUtc>,
    /// When it was made.
    #[seadrift(label = "asked", readonly)]
    pub created_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<super::team::Entity>,
    /// Who wants to join.
    #[sea_orm(belongs_to, relation_enum = "Profile", from = "profile_id", to = "id", on_delete = "Cascade")]
    pub profile: BelongsTo<profiles::model::user_profile::Entity>,
    /// Who accepted or rejected it.
    #[sea_orm(belongs_to, relation_enum = "ReviewedBy", from = "reviewed_by_id", to = "id", on_delete = "SetNull")]
    pub reviewed_by: BelongsTo<Option<profiles::model::user_profile::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
