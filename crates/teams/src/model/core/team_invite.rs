//! An invitation into a team.

use sea_orm::entity::prelude::*;

/// An invitation into a team: to a profile, or to an address whose owner has not signed up yet. It
/// opens with the secret of its link, of which only a hash is kept.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teaminvite")]
#[seadrift(
    app = "teams",
    model = "TeamInvite",
    label = "invitation",
    plural = "invitations",
    ordering("-created_at"),
    list("team_id", "invited_user_id", "invited_email", "role", "status", "expires_at"),
    search("invited_email"),
    filter("status", "role"),
    date = "created_at",
    index(
        columns("team_id", "invited_user_id"),
        unique,
        filter = "status = 'PENDING'",
        name = "uq_teams_teaminvite_one_pending_a_player"
    ),
    index(
        columns("team_id", "invited_email_ci"),
        unique,
        filter = "status = 'PENDING' AND invited_email_ci <> ''",
        name = "uq_teams_teaminvite_one_pending_an_address"
    ),
    index(columns("team_id", "status")),
    index(columns("status", "expires_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team that invites.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Who invites.
    #[seadrift(label = "invited by")]
    pub inviter_id: Option<i64>,
    /// Who is invited, when that is known.
    #[seadrift(label = "player")]
    pub invited_user_id: Option<i64>,
    /// The address that the invitation went to; empty when a profile was invited.
    #[sea_orm(column_type = "String(StringLen::N(254))", default_value = "")]
    #[seadrift(label = "e-mail", help = "For people who have not signed up yet.", format = "email")]
    pub invited_email: String,
    /// The folded address.
    #[sea_orm(column_type = "String(StringLen::N(254))", default_value = "")]
    #[seadrift(label = "e-mail, folded", help = "Computed; one pending invitation a team and address.", readonly)]
    pub invited_email_ci: String,
    /// The role that comes with accepting.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "PLAYER")]
    #[seadrift(label = "role", help = "The role that comes with accepting. Ownership is handed over, not offered.", choices("MANAGER" = "Manager", "COACH" = "Coach", "PLAYER" = "Player", "SUBSTITUTE" = "Substitute"))]
    pub role: String,
    /// A word with the invitation.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "message", help = "A word to whoever is invited.", multiline)]
    pub message: String,
    /// SHA-256 of the secret in the link, in hexadecimal. The secret itself is only in the message that
    /// went out.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(label = "token hash", secret)]
    pub token: String,
    /// What became of it.
    #[sea_orm(column_type = "String(StringLen::N(16))", default_value = "PENDING")]
    #[seadrift(label = "status", choices("PENDING" = "Pending", "ACCEPTED" = "Accepted", "DECLINED" = "Declined", "EXPIRED" = "Expired", "CANCELLED" = "Cancelled"))]
    pub status: String,
    /// From when on it cannot be accepted.
    #[seadrift(label = "expires", help = "Seven days after it was sent.")]
    pub expires_at: DateTimeUtc,
    /// When it was made.
    #[seadrift(label = "sent", readonly)]
    pub created_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<super::team::Entity>,
    /// Who invites.
    #[sea_orm(belongs_to, relation_enum = "Inviter", from = "inviter_id", to = "id", on_delete = "Restrict")]
    pub inviter: BelongsTo<Option<profiles::model::user_profile::Entity>>,
    /// Who is invited.
    #[sea_orm(belongs_to, relation_enum = "InvitedUser", from = "invited_user_id", to = "id", on_delete = "SetNull")]
    pub invited_user: BelongsTo<Option<profiles::model::user_profile::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
