//! A team.

use sea_orm::entity::prelude::*;

/// A team: its name, its page, its settings, and the totals that others keep of it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "teams_team")]
#[seadrift(
    app = "teams",
    model = "Team",
    label = "team",
    plural = "teams",
    ordering("name"),
    list("name", "tag", "game", "region", "total_points", "is_verified", "is_active"),
    search("name", "tag", "slug", "tagline"),
    filter("game", "is_verified", "is_featured", "is_recruiting", "is_active", "is_public"),
    name("name", "tag"),
    date = "created_at",
    check(name = "ck_teams_team_name_not_blank", sql = "name <> ''"),
    check(name = "ck_teams_team_tag_not_blank", sql = "tag <> ''"),
    check(name = "ck_teams_team_slug_not_blank", sql = "slug <> ''"),
    // What a membership's copy of the game points at.
    index(columns("id", "game"), unique),
    index(columns("-total_points", "name")),
    index(columns("game", "-total_points")),
    index(columns("-created_at"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(readonly)]
    pub id: i64,
    /// What the team is called.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "name", help = "3 to 50 characters. No other team may have it, in whatever case.")]
    pub name: String,
    /// The short name in brackets and tables.
    #[sea_orm(column_type = "String(StringLen::N(10))")]
    #[seadrift(label = "tag", help = "2 to 10 capital letters and digits. No other team may have it.")]
    pub tag: String,
    /// About the team.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "description", help = "At most 500 characters.", multiline)]
    pub description: String,
    /// Token of the logo; of older data a path.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "logo", format = "image")]
    pub logo: Option<String>,
    /// The folded name; folding can lengthen it.
    #[sea_orm(column_type = "Text", unique)]
    #[seadrift(
        label = "name, folded",
        help = "Computed; makes names unique over the platform without regard to case or look-alikes.",
        readonly
    )]
    pub name_ci: String,
    /// The folded tag.
    #[sea_orm(column_type = "Text", unique)]
    #[seadrift(label = "tag, folded", help = "Computed; makes tags unique over the platform.", readonly)]
    pub tag_ci: String,
    /// The profile of the owner, a copy of the owner's membership.
    #[seadrift(
        label = "leader",
        help = "The owner's profile; follows the membership with the role of owner.",
        readonly
    )]
    pub captain_id: Option<i64>,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// Code of the game that the team plays; empty for a team of older data without one. Which codes
    /// there are, the game plugins say.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "")]
    #[seadrift(label = "game", help = "The game that this team plays. It stays when the team has members.")]
    pub game: String,
    /// Storage path of the banner.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(
        label = "banner",
        help = "Shown across the top of the team's page.",
        format = "image",
        section = "Pictures and place"
    )]
    pub banner_image: Option<String>,
    /// Storage path of the picture of the roster.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "roster picture", format = "image")]
    pub roster_image: Option<String>,
    /// Where the team plays.
    #[sea_orm(column_type = "String(StringLen::N(48))", default_value = "")]
    #[seadrift(label = "region")]
    pub region: String,
    /// Address on Twitter.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(
        label = "Twitter",
        help = "A whole address, beginning with https://.",
        format = "url",
        section = "Links"
    )]
    pub twitter: String,
    /// Address on Instagram.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "Instagram", help = "A whole address, beginning with https://.", format = "url")]
    pub instagram: String,
    /// Invitation to the Discord server.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "Discord", help = "A whole address, beginning with https://.", format = "url")]
    pub discord: String,
    /// Channel on YouTube.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "YouTube", help = "A whole address, beginning with https://.", format = "url")]
    pub youtube: String,
    /// Channel on Twitch.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "Twitch", help = "A whole address, beginning with https://.", format = "url")]
    pub twitch: String,
    /// Page of links.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "Linktree", help = "A whole address, beginning with https://.", format = "url")]
    pub linktree: String,
    /// The last part of the address of the team's page.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(
        label = "address",
        help = "Made from the name. The team's page stands at /teams/ and this.",
        section = "Page"
    )]
    pub slug: String,
    /// How many follow the team; a copy.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "followers", help = "Counted from the followers.", min = 0, readonly)]
    pub followers_count: i32,
    /// How many posts the team has; a copy.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "posts", help = "Counted from the posts.", min = 0, readonly)]
    pub posts_count: i32,
    /// Whether staff have verified the team.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "verified", help = "A badge that only staff give.")]
    pub is_verified: bool,
    /// Whether the team is shown first.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "featured", help = "Shown first; only staff choose.")]
    pub is_featured: bool,
    /// Whether the team's page has posts at all.
    #[sea_orm(default_value = true)]
    #[seadrift(
        label = "posts allowed",
        help = "Whether anything can be posted on the team's page.",
        section = "Posts, followers and privacy"
    )]
    pub allow_posts: bool,
    /// Whether others may follow.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "followers allowed")]
    pub allow_followers: bool,
    /// The older of two switches with one meaning.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "posts need approval (older)", help = "From older data; \"posts need approval\" decides.")]
    pub posts_require_approval: bool,
    /// Whether the team is there for others at all.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "active", help = "Switch off instead of deleting.")]
    pub is_active: bool,
    /// Whether strangers see the team's page.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "public", help = "Whether people outside the team see its page.")]
    pub is_public: bool,
    /// Whether others may ask to join.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "join requests allowed")]
    pub allow_join_requests: bool,
    /// The older of two switches with one meaning.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "show statistics (older)", help = "From older data; \"show statistics\" decides.")]
    pub show_statistics: bool,
    /// A game named in older data beside the team's game.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "")]
    #[seadrift(label = "main game (older)", help = "From older data; the game decides.")]
    pub primary_game: String,
    /// The older of two banners.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(
        label = "banner (older)",
        help = "From older data; shown only where there is no banner.",
        format = "image"
    )]
    pub banner: Option<String>,
    /// Ranking points, a copy of the breakdown's total.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "ranking points", help = "The total of the ranking breakdown.", min = 0, readonly)]
    pub total_points: i32,
    /// Points by hand in older data; the breakdown keeps them now.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "adjustment (older)", help = "From older data; the ranking breakdown decides.")]
    pub adjust_points: i32,
    /// How the top of the team's page looks.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "default")]
    #[seadrift(
        label = "page header",
        help = "How the top of the team's page looks.",
        choices(
            "default" = "Default",
            "centered" = "Centred",
            "split" = "Split",
            "minimal" = "Minimal",
            "championship" = "Championship"
        )
    )]
    pub hero_template: String,
    /// A motto.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "motto")]
    pub tagline: String,
    /// Whether the team looks for players.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "recruiting", help = "Shown as a badge: the team looks for players.")]
    pub is_recruiting: bool,
    /// Whether strangers see who plays.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "show roster", help = "Whether people outside the team see who plays.")]
    pub show_roster_publicly: bool,
    /// Whether strangers see the statistics.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "show statistics", help = "Whether people outside the team see its statistics.")]
    pub show_statistics_publicly: bool,
    /// Whether strangers see the tournaments.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "show tournaments", help = "Whether people outside the team see its tournaments.")]
    pub show_tournaments_publicly: bool,
    /// Whether strangers see the achievements.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "show achievements", help = "Whether people outside the team see its achievements.")]
    pub show_achievements_publicly: bool,
    /// Whether members without a say may post.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "members may post", help = "Otherwise only owner, managers and captain post.")]
    pub members_can_post: bool,
    /// Whether a post waits for the owner or a manager.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "posts need approval", help = "A member's post waits until owner or manager approves.")]
    pub require_post_approval: bool,
    /// Whether members without a say may invite.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "members may invite", help = "Otherwise only owner and managers invite.")]
    pub members_can_invite: bool,
    /// Whether who asks to join is in at once.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "accept join requests at once", help = "As long as the roster has room.")]
    pub auto_accept_join_requests: bool,
    /// Whether who asks to join must say something.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "join requests need a message")]
    pub require_application_message: bool,
    /// What rank who asks to join should have, in words.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "")]
    #[seadrift(label = "wanted rank", help = "Shown to people who ask to join.")]
    pub min_rank_requirement: String,
    /// Whether the statistics of members are hidden.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "hide members' statistics")]
    pub hide_member_stats: bool,
    /// Whether the addresses elsewhere are hidden.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "hide links", help = "Whether the team's addresses elsewhere are hidden.")]
    pub hide_social_links: bool,
    /// Whether strangers see the captain alone.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "show the captain only", help = "People outside the team see no other member.")]
    pub show_captain_only: bool,
    /// The profile of the owner.
    #[sea_orm(belongs_to, from = "captain_id", to = "id", on_delete = "SetNull")]
    pub captain: BelongsTo<Option<profiles::model::user_profile::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
