//! A tournament: what is played, by whom, when, and for what.

use sea_orm::entity::prelude::*;

/// A tournament. It is taken back by marking it deleted, never by deleting the row.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_tournament")]
#[seadrift(
    app = "tournaments",
    model = "Tournament",
    label = "tournament",
    plural = "tournaments",
    ordering("-tournament_start", "-id"),
    list(
        "name",
        "game",
        "status",
        "format",
        "tournament_start",
        "total_registrations",
        "max_participants",
        "organizer"
    ),
    search("name", "slug"),
    filter(
        "status",
        "game_id",
        "format",
        "participation_type",
        "is_official",
        "has_entry_fee",
        "organizer_id",
        "is_deleted"
    ),
    name("name"),
    date = "tournament_start",
    check(name = "tournament_name_not_empty", sql = "name <> ''"),
    check(name = "tournament_slug_not_empty", sql = "slug <> ''"),
    check(name = "max_participants_gte_min_participants", sql = "max_participants >= min_participants"),
    check(name = "tournament_registration_ends_after_start", sql = "registration_end > registration_start"),
    check(name = "tournament_starts_after_registration", sql = "tournament_start > registration_end"),
    check(name = "tournament_ends_after_start", sql = "tournament_end > tournament_start"),
    check(
        name = "tournament_prize_currency_iso",
        sql = "length(prize_currency) = 3 AND prize_currency = upper(prize_currency)"
    ),
    check(
        name = "tournament_entry_fee_currency_iso",
        sql = "length(entry_fee_currency) = 3 AND entry_fee_currency = upper(entry_fee_currency)"
    ),
    check(
        name = "tournament_entry_fee_has_amount",
        sql = "NOT has_entry_fee OR entry_fee_amount > 0 OR entry_fee_deltacoin > 0"
    ),
    check(name = "tournament_best_of_is_odd", sql = "best_of % 2 = 1 AND best_of_final % 2 = 1"),
    check(
        name = "tournament_ranking_limits_in_order",
        sql = "min_ranking_points IS NULL OR max_ranking_points IS NULL OR min_ranking_points <= max_ranking_points"
    ),
    check(name = "tournament_completed_matches_exist", sql = "completed_matches <= total_matches"),
    check(name = "tournament_deleted_has_time", sql = "is_deleted = (deleted_at IS NOT NULL)"),
    index(columns("slug"), unique, filter = "NOT is_deleted", name = "uq_tournaments_tournament_slug_live"),
    index(columns("status", "tournament_start")),
    index(columns("game_id", "status")),
    index(columns("organizer_id", "status")),
    index(columns("is_official", "tournament_start")),
    index(columns("tournament_start"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// What it is called.
    #[sea_orm(column_type = "String(StringLen::N(200))")]
    #[seadrift(label = "name", help = "Short names read best: up to 60 characters fit on a card.")]
    pub name: String,
    /// The name, folded, for searches.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "name, folded", help = "Computed; searches look here.", readonly)]
    pub name_ci: String,
    /// Its word in addresses.
    #[sea_orm(column_type = "String(StringLen::N(250))")]
    #[seadrift(
        label = "slug",
        help = "Its word in addresses, made from the name; free again when the tournament is deleted."
    )]
    pub slug: String,
    /// What players should know.
    #[sea_orm(column_type = "Text")]
    #[seadrift(label = "description", help = "What players should know before they enter.", multiline)]
    pub description: String,
    /// Who holds it.
    #[seadrift(label = "organizer", help = "Who holds it and answers for it.")]
    pub organizer_id: i64,
    /// Whether the platform itself holds it.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "official", help = "Held by the platform itself; carries the badge.")]
    pub is_official: bool,
    /// Where it stands.
    #[sea_orm(column_type = "String(StringLen::N(30))", default_value = "draft")]
    #[seadrift(
        label = "status",
        help = "Changed by publishing, starting, completing or cancelling, not by hand.",
        readonly,
        choices(
            "draft" = "Draft",
            "pending_approval" = "Waiting for approval",
            "published" = "Published",
            "registration_open" = "Registration open",
            "registration_closed" = "Registration closed",
            "check_in" = "Check-in",
            "live" = "Live",
            "completed" = "Completed",
            "cancelled" = "Cancelled",
            "archived" = "Archived"
        )
    )]
    pub status: String,
    /// When it was published.
    #[seadrift(label = "published", readonly)]
    pub published_at: Option<DateTimeUtc>,
    /// The game.
    #[seadrift(label = "game", section = "Play")]
    pub game_id: i64,
    /// How the winner is found.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "single_elimination")]
    #[seadrift(
        label = "format",
        help = "How the winner is found.",
        choices(
            "single_elimination" = "Single elimination",
            "double_elimination" = "Double elimination",
            "round_robin" = "Round robin",
            "swiss" = "Swiss",
            "group_playoff" = "Groups, then playoffs"
        )
    )]
    pub format: String,
    /// Who can enter.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "team")]
    #[seadrift(label = "entries", help = "Who can enter.", choices("team" = "Teams", "solo" = "Single players"))]
    pub participation_type: String,
    /// Places.
    #[seadrift(label = "places", help = "Entries at the most; 2 to 4096.", min = 2, max = 4096)]
    pub max_participants: i32,
    /// Entries without which it is not played.
    #[sea_orm(default_value = 2)]
    #[seadrift(label = "least entries", help = "With fewer entries it is not played; at least 2.", min = 2)]
    pub min_participants: i32,
    /// Whether seeds come from the rankings.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "seed by ranking", help = "Seeds come from the rankings, not from the draw.")]
    pub enable_dynamic_seeding: bool,
    /// Games of a match, at the most.
    #[sea_orm(default_value = 1)]
    #[seadrift(label = "best of", help = "Games of a match at the most; an odd number, 1 to 9.", min = 1, max = 9)]
    pub best_of: i32,
    /// Games of the final, at the most.
    #[sea_orm(default_value = 1)]
    #[seadrift(
        label = "best of, final",
        help = "Games of the final at the most; an odd number, 1 to 9.",
        min = 1,
        max = 9
    )]
    pub best_of_final: i32,
    /// Whether those who lost the semi-finals meet.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "third-place match", help = "Those who lost the semi-finals meet; single elimination only.")]
    pub third_place_match: bool,
    /// Whether a grand final won from the losers bracket is played again.
    #[sea_orm(default_value = true)]
    #[seadrift(
        label = "bracket reset",
        help = "A grand final won from the losers bracket is played once more; double elimination only."
    )]
    pub grand_final_reset: bool,
    /// Rounds of a Swiss tournament; nothing for as many as are enough.
    #[seadrift(label = "Swiss rounds", help = "Empty for as many as single out a winner.", min = 1, max = 32)]
    pub swiss_rounds: Option<i32>,
    /// Groups of a tournament with groups.
    #[seadrift(label = "groups", help = "Groups before the playoffs; empty for groups of four.", min = 1, max = 64)]
    pub group_count: Option<i32>,
    /// Entries that go on from each group.
    #[sea_orm(default_value = 2)]
    #[seadrift(
        label = "go on from a group",
        help = "Entries of each group that reach the playoffs.",
        min = 1,
        max = 64
    )]
    pub group_qualifiers: i32,
    /// The rules, written out.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "rules", multiline)]
    pub rules_text: String,
    /// Storage path of the rules as a document.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "rules (PDF)", format = "file")]
    pub rules_pdf: Option<String>,
    /// When registration opens.
    #[seadrift(label = "registration opens", section = "Dates", help = "UTC.")]
    pub registration_start: DateTimeUtc,
    /// When registration closes.
    #[seadrift(label = "registration closes", help = "UTC; after it opens.")]
    pub registration_end: DateTimeUtc,
    /// When play begins.
    #[seadrift(label = "starts", help = "UTC; after registration closes.")]
    pub tournament_start: DateTimeUtc,
    /// When it ended, or is to end.
    #[seadrift(label = "ends", help = "UTC; empty while nobody knows.")]
    pub tournament_end: Option<DateTimeUtc>,
    /// Whether entrants must say that they are there.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "check-in", help = "Entrants must say that they are there before a match.")]
    pub enable_check_in: bool,
    /// Length of the check-in window, in minutes.
    #[sea_orm(default_value = 15)]
    #[seadrift(label = "check-in opens", help = "Minutes before the match; 1 to 1440.", min = 1, max = 1440)]
    pub check_in_minutes_before: i32,
    /// Time between the starts of two rounds, in minutes.
    #[sea_orm(default_value = 55)]
    #[seadrift(
        label = "round length",
        help = "Minutes from one round's start to the next one's.",
        min = 5,
        max = 10080
    )]
    pub round_minutes: i32,
    /// How long the other side may look at a reported result, in minutes.
    #[sea_orm(default_value = 15)]
    #[seadrift(
        label = "time to answer a result",
        help = "Minutes after which a result that one side reported stands; 1 to 1440.",
        min = 1,
        max = 1440
    )]
    pub result_confirm_minutes: i32,
    /// How long a result can be disputed, in minutes; prizes wait for it.
    #[sea_orm(default_value = 60)]
    #[seadrift(
        label = "time to dispute",
        help = "Minutes after a match in which its result can be disputed; prizes are held until then.",
        min = 0,
        max = 10080
    )]
    pub dispute_window_minutes: i32,
    /// Codes of the regions that may enter, a list; all when it is empty.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(
        label = "regions",
        section = "Entering",
        help = "Codes of the game's regions whose teams may enter, e.g. [\"SA\"]; empty for all."
    )]
    pub allowed_regions: Json,
    /// Fewest ranking points that a team may have.
    #[seadrift(label = "least ranking points", help = "Teams with fewer may not enter; empty for no limit.", min = 0)]
    pub min_ranking_points: Option<i32>,
    /// Most ranking points that a team may have.
    #[seadrift(label = "most ranking points", help = "Teams with more may not enter; empty for no limit.", min = 0)]
    pub max_ranking_points: Option<i32>,
    /// Whether entries beyond the places wait for one.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "waiting list", help = "Entries beyond the places wait for one to become free.")]
    pub waitlist_enabled: bool,
    /// Prize money, in minor units.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "prize money", section = "Prizes", money = "prize_currency", min = 0)]
    pub prize_pool: i64,
    /// ISO 4217 code of the prize money.
    #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "BDT")]
    #[seadrift(label = "currency of the prizes", help = "Three letters, e.g. BDT.")]
    pub prize_currency: String,
    /// Prize coins.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "prize coins", help = "DeltaCoins to be won.", min = 0)]
    pub prize_deltacoin: i64,
    /// Place to share.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(
        label = "distribution",
        help = "Place to share, e.g. {\"1\": \"50%\", \"2\": \"30%\", \"3\": \"20%\"}."
    )]
    pub prize_distribution: Json,
    /// Whether entering costs something.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "entry fee", section = "Entry fee", help = "Entering costs something.")]
    pub has_entry_fee: bool,
    /// The fee, in minor units.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "fee", money = "entry_fee_currency", min = 0)]
    pub entry_fee_amount: i64,
    /// ISO 4217 code of the fee.
    #[sea_orm(column_type = "String(StringLen::N(3))", default_value = "BDT")]
    #[seadrift(label = "currency of the fee", help = "Three letters, e.g. BDT.")]
    pub entry_fee_currency: String,
    /// The fee in coins.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "fee in coins", help = "DeltaCoins that enter instead of money; 0 when they do not.", min = 0)]
    pub entry_fee_deltacoin: i64,
    /// How it can be paid, a list of the methods of payments.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "payment methods", help = "Any of deltacoin, bkash, nagad, rocket, bank_transfer.")]
    pub payment_methods: Json,
    /// Where money is sent, by method.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(
        label = "receiving accounts",
        help = "Where entrants send money, by method, e.g. {\"bkash\": \"01711111111 (personal)\"}."
    )]
    pub payment_accounts: Json,
    /// How long an unpaid entry holds its place, in hours.
    #[sea_orm(default_value = 48)]
    #[seadrift(
        label = "time to pay",
        help = "Hours for which an unpaid entry holds its place; 1 to 720.",
        min = 1,
        max = 720
    )]
    pub payment_deadline_hours: i32,
    /// Whether the best teams enter free.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "fee waiver", help = "The best teams of the ranking enter free.")]
    pub enable_fee_waiver: bool,
    /// How many of them.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "waived teams", help = "How many of the best teams enter free.", min = 0)]
    pub fee_waiver_top_n_teams: i32,
    /// Storage path of the wide picture.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "banner", section = "Presentation", format = "image")]
    pub banner_image: Option<String>,
    /// Storage path of the small picture.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "thumbnail", format = "image")]
    pub thumbnail_image: Option<String>,
    /// A film about it.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "promotion video", format = "url")]
    pub promo_video_url: String,
    /// Stream on YouTube.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "YouTube stream", format = "url")]
    pub stream_youtube_url: String,
    /// Stream on Twitch.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "Twitch stream", format = "url")]
    pub stream_twitch_url: String,
    /// What search engines show.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "search description", help = "What search engines show below the name.", multiline)]
    pub meta_description: String,
    /// Words for search engines, a list.
    #[sea_orm(column_type = "JsonBinary", default_value = "[]")]
    #[seadrift(label = "search words", help = "A list, e.g. [\"valorant\", \"dhaka\"].")]
    pub meta_keywords: Json,
    /// Whether spectators see changes at once.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "live updates", section = "Features", help = "Spectators see scores as they come in.")]
    pub enable_live_updates: bool,
    /// Whether certificates are issued.
    #[sea_orm(default_value = true)]
    #[seadrift(label = "certificates", help = "Entrants get a certificate at the end.")]
    pub enable_certificates: bool,
    /// Whether there are challenges.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "challenges", help = "Side tasks with rewards of their own.")]
    pub enable_challenges: bool,
    /// Whether fans vote.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "fan voting", help = "Fans vote for the most valuable player.")]
    pub enable_fan_voting: bool,
    /// Entries that hold a place.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "entries so far", section = "Record", min = 0, readonly)]
    pub total_registrations: i32,
    /// Matches drawn.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "matches", min = 0, readonly)]
    pub total_matches: i32,
    /// Matches played.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "matches played", min = 0, readonly)]
    pub completed_matches: i32,
    /// Number of its newest version.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "version", help = "Number of the newest version of its settings.", min = 0, readonly)]
    pub current_version: i32,
    /// When the last match was decided.
    #[seadrift(label = "completed", readonly)]
    pub completed_at: Option<DateTimeUtc>,
    /// When the prizes were paid.
    #[seadrift(label = "prizes paid", readonly)]
    pub prizes_paid_at: Option<DateTimeUtc>,
    /// Why it was cancelled.
    #[sea_orm(column_type = "Text", default_value = "")]
    #[seadrift(label = "reason of the cancellation", readonly)]
    pub cancel_reason: String,
    /// When it was made.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
    /// When it last changed.
    #[seadrift(label = "updated", readonly)]
    pub updated_at: DateTimeUtc,
    /// Whether it was taken back.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "deleted", readonly)]
    pub is_deleted: bool,
    /// When it was taken back.
    #[seadrift(label = "deleted at", readonly)]
    pub deleted_at: Option<DateTimeUtc>,
    /// Who took it back.
    #[seadrift(label = "deleted by", readonly)]
    pub deleted_by_id: Option<i64>,
    /// Who holds it.
    #[sea_orm(belongs_to, relation_enum = "Organizer", from = "organizer_id", to = "id", on_delete = "Restrict")]
    pub organizer: BelongsTo<accounts::model::user::Entity>,
    /// The game.
    #[sea_orm(belongs_to, from = "game_id", to = "id", on_delete = "Restrict")]
    pub game: BelongsTo<super::game::Entity>,
    /// Who took it back.
    #[sea_orm(belongs_to, relation_enum = "DeletedBy", from = "deleted_by_id", to = "id", on_delete = "SetNull")]
    pub deleted_by: BelongsTo<Option<accounts::model::user::Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
