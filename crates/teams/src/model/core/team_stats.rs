//! A snapshot of a team's record.

use sea_orm::entity::prelude::*;

/// A snapshot of a team's matches, wins and losses. A team has many; the newest counts.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_teamstats")]
#[seadrift(
    app = "teams",
    model = "TeamStats",
    label = "record snapshot",
    plural = "record snapshots",
    ordering("-updated_at"),
    list("team_id", "matches_played", "wins", "losses", "win_rate", "streak", "updated_at"),
    date = "updated_at",
    check(name = "ck_teams_teamstats_wins_and_losses_were_played", sql = "wins + losses <= matches_played"),
    index(columns("team_id", "-updated_at")),
    index(columns("updated_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// The team.
    #[seadrift(label = "team")]
    pub team_id: i64,
    /// Matches played.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "matches", min = 0)]
    pub matches_played: i32,
    /// Matches won.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "wins", min = 0)]
    pub wins: i32,
    /// Matches lost.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "losses", min = 0)]
    pub losses: i32,
    /// Percentage of matches won, 0 to 100.
    #[sea_orm(default_value = 0.0)]
    #[seadrift(label = "win rate", help = "Per cent of the matches played.", min = 0, max = 100, readonly)]
    pub win_rate: f64,
    /// Wins in a row; losses in a row when negative.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "streak", help = "Wins in a row; negative for losses in a row.")]
    pub streak: i32,
    /// When it was taken.
    #[seadrift(label = "taken", readonly)]
    pub updated_at: DateTimeUtc,
    /// The team.
    #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
    pub team: BelongsTo<super::team::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
