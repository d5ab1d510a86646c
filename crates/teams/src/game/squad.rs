//! The two tables of a game's squads, declared once for all games: a squad is a line-up that plays
//! one game under its own name, a membership is a player in it.

/// Declares the tables of a game's squads, with the columns that all games share and those of its
/// own, and the game's roles and regions as constants.
///
/// In the module where it stands there are then `team` and `membership`, two entities; `ROLES` and
/// `REGIONS`, for a [`Game`](crate::game::Game) to answer with; and `register`, which adds the
/// entities to an app. `app` is the app whose migrations make the tables. Names of tables, models
/// and people's words are written out, since attributes take only texts.
///
/// ```text
/// teams::game_squad! {
///     app: "rocket",
///     code: "rocket",
///     team: "teams_rocket_team" "RocketTeam" ("Rocket squad", "Rocket squads") {},
///     membership: "teams_rocket_membership" "RocketPlayerMembership" ("player of Rocket", "players of Rocket") {
///         /// Points in ranked matches.
///         #[seadrift(label = "rating", min = 0)]
///         pub rating: Option<i32>,
///     },
///     roles: { "Striker" = "Scores.", "Keeper" = "Keeps the goal." },
///     regions: { "EU" = "Europe" },
/// }
/// ```
///
/// Attributes in square brackets before the columns go on the struct: a further index of one game, say.
///
/// The crate that calls it depends on `profiles`, `sea-orm` and `seadrift`.
#[macro_export]
macro_rules! game_squad {
    (
        app: $app:tt,
        code: $code:tt,
        team: $team_table:tt $team_model:tt ($team_label:tt, $team_plural:tt) $([$(#[$team_attribute:meta])*])? { $($team_column:tt)* },
        membership: $member_table:tt $member_model:tt ($member_label:tt, $member_plural:tt) $([$(#[$member_attribute:meta])*])? { $($member_column:tt)* },
        roles: { $($role:tt = $role_help:tt),+ $(,)? },
        regions: { $($region:tt = $region_name:tt),+ $(,)? } $(,)?
    ) => {
        /// The roles within the game.
        pub const ROLES: &[$crate::game::GameRole] =
            &[$($crate::game::GameRole { name: $role, help: $role_help }),+];

        /// The regions that the game is played in.
        pub const REGIONS: &[$crate::game::GameRegion] =
            &[$($crate::game::GameRegion { code: $region, name: $region_name }),+];

        /// The app with the tables of this game's squads.
        pub fn register(app: ::seadrift::project::App) -> ::seadrift::project::App {
            app.model::<team::Entity>().model::<membership::Entity>()
        }

        pub mod team {
            //! A squad of this game.

            use ::sea_orm::entity::prelude::*;

            /// A squad: a line-up that plays this one game under its own name.
            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, ::seadrift::Declare)]
            #[sea_orm(table_name = $team_table)]
            #[seadrift(
                app = $app,
                model = $team_model,
                label = $team_label,
                plural = $team_plural,
                ordering("name"),
                list("name", "tag", "region", "is_recruiting", "is_verified", "is_active"),
                search("name", "tag", "slug"),
                filter("region", "is_active", "is_recruiting", "is_verified", "is_public"),
                name("name", "tag"),
                date = "created_at"
            )]
            $($(#[$team_attribute])*)?
            pub struct Model {
                /// Id.
                #[sea_orm(primary_key)]
                #[seadrift(readonly)]
                pub id: i64,
                /// What the squad is called.
                #[sea_orm(column_type = "String(StringLen::N(100))")]
                #[seadrift(label = "name", help = "No other squad of this game may have it, in whatever case.")]
                pub name: String,
                /// The folded name; folding can lengthen it.
                #[sea_orm(column_type = "Text", unique)]
                #[seadrift(label = "name, folded", help = "Computed; makes names unique within the game.", readonly)]
                pub name_ci: String,
                /// The short name in brackets and tables.
                #[sea_orm(column_type = "String(StringLen::N(10))")]
                #[seadrift(
                    label = "tag",
                    help = "2 to 10 capital letters and digits. No other squad of this game may have it."
                )]
                pub tag: String,
                /// The folded tag.
                #[sea_orm(column_type = "Text", unique)]
                #[seadrift(label = "tag, folded", help = "Computed; makes tags unique within the game.", readonly)]
                pub tag_ci: String,
                /// The last part of the address of the squad's page.
                #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
                #[seadrift(label = "address", help = "Made from the name; the end of the page's address.")]
                pub slug: String,
                /// About the squad.
                #[sea_orm(column_type = "Text", default_value = "")]
                #[seadrift(label = "description", help = "At most 500 characters.", multiline)]
                pub description: String,
                /// The code of the game.
                #[sea_orm(column_type = "String(StringLen::N(20))", default_value = $code)]
                #[seadrift(label = "game", choices($code), readonly)]
                pub game: String,
                /// The captain's profile; follows the membership with the badge.
                #[seadrift(label = "captain", help = "Follows the membership with the badge.", readonly)]
                pub captain_id: Option<i64>,
                /// Storage path of the logo.
                #[sea_orm(column_type = "String(StringLen::N(100))")]
                #[seadrift(label = "logo", format = "image", section = "Pictures and place")]
                pub logo: Option<String>,
                /// Storage path of the banner.
                #[sea_orm(column_type = "String(StringLen::N(100))")]
                #[seadrift(label = "banner", format = "image")]
                pub banner_image: Option<String>,
                /// Where the squad plays, one of the game's regions.
                #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
                #[seadrift(label = "region", choices("" = "Not said", $($region = $region_name),+))]
                pub region: String,
                /// Where the squad comes from.
                #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
                #[seadrift(label = "country")]
                pub country: String,
                /// Address on Twitter.
                #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
                #[seadrift(label = "Twitter", format = "url", section = "Links")]
                pub twitter: String,
                /// Address on Instagram.
                #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
                #[seadrift(label = "Instagram", format = "url")]
                pub instagram: String,
                /// Invitation to the Discord server.
                #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
                #[seadrift(label = "Discord", format = "url")]
                pub discord: String,
                /// Channel on YouTube.
                #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
                #[seadrift(label = "YouTube", format = "url")]
                pub youtube: String,
                /// Channel on Twitch.
                #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
                #[seadrift(label = "Twitch", format = "url")]
                pub twitch: String,
                /// The squad's own site.
                #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
                #[seadrift(label = "site", format = "url")]
                pub website: String,
                /// Whether the squad is there for others at all.
                #[sea_orm(default_value = true)]
                #[seadrift(label = "active", help = "Switch off instead of deleting.", section = "Settings")]
                pub is_active: bool,
                /// Whether strangers see the squad's page.
                #[sea_orm(default_value = true)]
                #[seadrift(label = "public", help = "Whether people outside the squad see its page.")]
                pub is_public: bool,
                /// Whether staff have verified the squad.
                #[sea_orm(default_value = false)]
                #[seadrift(label = "verified", help = "A badge that only staff give.")]
                pub is_verified: bool,
                /// Whether the squad looks for players.
                #[sea_orm(default_value = true)]
                #[seadrift(label = "recruiting", help = "Shown as a badge: the squad looks for players.")]
                pub is_recruiting: bool,
                /// Whether others may ask to join.
                #[sea_orm(default_value = true)]
                #[seadrift(label = "join requests allowed")]
                pub allow_join_requests: bool,
                /// Whether who asks to join waits for an answer.
                #[sea_orm(default_value = true)]
                #[seadrift(label = "join requests need approval", help = "Otherwise who asks is in at once.")]
                pub require_approval: bool,
                /// When it was made.
                #[seadrift(label = "created", readonly)]
                pub created_at: DateTimeUtc,
                /// When it last changed.
                #[seadrift(label = "updated", readonly)]
                pub updated_at: DateTimeUtc,
                $($team_column)*
                /// The captain's profile.
                #[sea_orm(belongs_to, from = "captain_id", to = "id", on_delete = "SetNull")]
                pub captain: BelongsTo<Option<profiles::model::user_profile::Entity>>,
            }

            impl ActiveModelBehavior for ActiveModel {}
        }

        pub mod membership {
            //! A player in a squad of this game.

            use ::sea_orm::entity::prelude::*;

            /// A player in a squad, now or formerly. A player is in one squad of the game.
            #[sea_orm::model]
            #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, ::seadrift::Declare)]
            #[sea_orm(table_name = $member_table)]
            #[seadrift(
                app = $app,
                model = $member_model,
                label = $member_label,
                plural = $member_plural,
                ordering("-is_captain", "-is_starter", "role", "joined_at"),
                list("team_id", "profile_id", "in_game_name", "role", "is_starter", "is_captain", "status"),
                search("in_game_name"),
                filter("status", "role", "is_starter", "is_captain"),
                name("in_game_name"),
                date = "joined_at",
                index(columns("team_id", "profile_id"), unique),
                index(columns("profile_id"), unique, filter = "status IN ('ACTIVE', 'SUBSTITUTE')"),
                index(columns("team_id"), unique, filter = "is_captain AND status = 'ACTIVE'"),
                index(
                    columns("team_id", "in_game_name_ci"),
                    unique,
                    filter = "in_game_name_ci <> '' AND status IN ('ACTIVE', 'SUBSTITUTE')"
                ),
                index(columns("team_id", "status"))
            )]
            $($(#[$member_attribute])*)?
            pub struct Model {
                /// Id.
                #[sea_orm(primary_key)]
                #[seadrift(readonly)]
                pub id: i64,
                /// The squad.
                #[seadrift(label = "squad")]
                pub team_id: i64,
                /// Who plays in it.
                #[seadrift(label = "player", help = "A player is in one squad of the game.")]
                pub profile_id: i64,
                /// The role within the game.
                #[sea_orm(column_type = "String(StringLen::N(50))")]
                #[seadrift(label = "role", choices($($role = $role),+))]
                pub role: String,
                /// A second role within the game.
                #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
                #[seadrift(label = "second role", choices("" = "None", $($role = $role),+))]
                pub secondary_role: String,
                /// Whether the membership is in force.
                #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "PENDING")]
                #[seadrift(
                    label = "status",
                    choices(
                        "ACTIVE" = "Active",
                        "SUBSTITUTE" = "Substitute",
                        "INACTIVE" = "Inactive",
                        "PENDING" = "Pending",
                        "REMOVED" = "Removed"
                    )
                )]
                pub status: String,
                /// Whether this player leads the squad.
                #[sea_orm(default_value = false)]
                #[seadrift(label = "captain", help = "One player of a squad.")]
                pub is_captain: bool,
                /// Whether this player starts, and does not sit on the bench.
                #[sea_orm(default_value = true)]
                #[seadrift(label = "starter", help = "Otherwise the player sits on the bench.")]
                pub is_starter: bool,
                /// The name in the game.
                #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
                #[seadrift(label = "name in the game", help = "No two players of a squad may have the same.")]
                pub in_game_name: String,
                /// The folded name in the game; folding can lengthen it.
                #[sea_orm(column_type = "Text", default_value = "")]
                #[seadrift(
                    label = "name in the game, folded",
                    help = "Computed; makes names in the game unique within the squad.",
                    readonly
                )]
                pub in_game_name_ci: String,
                /// The number on the back.
                #[seadrift(label = "jersey number", min = 0)]
                pub jersey_number: Option<i32>,
                /// How many matches this player played for the squad.
                #[sea_orm(default_value = 0)]
                #[seadrift(label = "matches", min = 0, readonly)]
                pub games_played: i32,
                /// When this player joined.
                #[seadrift(label = "joined", readonly)]
                pub joined_at: DateTimeUtc,
                /// When this player left.
                #[seadrift(label = "left", readonly)]
                pub left_at: Option<DateTimeUtc>,
                /// What else the game knows of this player.
                #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
                #[seadrift(label = "further facts")]
                pub game_specific_data: Json,
                $($member_column)*
                /// The squad.
                #[sea_orm(belongs_to, from = "team_id", to = "id", on_delete = "Cascade")]
                pub team: BelongsTo<super::team::Entity>,
                /// The player.
                #[sea_orm(belongs_to, from = "profile_id", to = "id", on_delete = "Cascade")]
                pub profile: BelongsTo<profiles::model::user_profile::Entity>,
            }

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}
