//! Refusals about a tournament's settings, its form and its versions.

use kernel::DbError;
use serde::Serialize;
use thiserror::Error;

use super::Trouble;
use crate::rules::{
    access::NotAllowed,
    prize::BadDistribution,
    settings::{Format, Method},
    status::Status,
};

macro_rules! fields {
    ($($name:ident $column:literal $label:literal;)+) => {
        /// A field of the settings; its name is that of the column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "they are the columns of the tournament, which tell")]
        pub enum Field { $($name,)+ }

        impl Field {
            /// All of them, in the order of the form.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The name of the field in a form.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $column,)+ }
            }

            /// Its words for people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }
        }

        impl Serialize for Field {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }
    };
}

fields! {
    Name "name" "name";
    Description "description" "description";
    IsOfficial "is_official" "official";
    Game "game_id" "game";
    Format "format" "format";
    ParticipationType "participation_type" "entries";
    MaxParticipants "max_participants" "places";
    MinParticipants "min_participants" "least entries";
    EnableDynamicSeeding "enable_dynamic_seeding" "seed by ranking";
    BestOf "best_of" "best of";
    BestOfFinal "best_of_final" "best of, final";
    ThirdPlaceMatch "third_place_match" "third-place match";
    GrandFinalReset "grand_final_reset" "bracket reset";
    SwissRounds "swiss_rounds" "Swiss rounds";
    GroupCount "group_count" "groups";
    GroupQualifiers "group_qualifiers" "go on from a group";
    RulesText "rules_text" "rules";
    RulesPdf "rules_pdf" "rules (PDF)";
    RegistrationStart "registration_start" "registration opens";
    RegistrationEnd "registration_end" "registration closes";
    TournamentStart "tournament_start" "start";
    TournamentEnd "tournament_end" "end";
    EnableCheckIn "enable_check_in" "check-in";
    CheckInMinutesBefore "check_in_minutes_before" "check-in opens";
    RoundMinutes "round_minutes" "round length";
    ResultConfirmMinutes "result_confirm_minutes" "time to answer a result";
    DisputeWindowMinutes "dispute_window_minutes" "time to dispute";
    AllowedRegions "allowed_regions" "regions";
    MinRankingPoints "min_ranking_points" "least ranking points";
    MaxRankingPoints "max_ranking_points" "most ranking points";
    WaitlistEnabled "waitlist_enabled" "waiting list";
    PrizePool "prize_pool" "prize money";
    PrizeCurrency "prize_currency" "currency of the prizes";
    PrizeDeltacoin "prize_deltacoin" "prize coins";
    PrizeDistribution "prize_distribution" "distribution";
    HasEntryFee "has_entry_fee" "entry fee";
    EntryFeeAmount "entry_fee_amount" "fee";
    EntryFeeCurrency "entry_fee_currency" "currency of the fee";
    EntryFeeDeltacoin "entry_fee_deltacoin" "fee in coins";
    PaymentMethods "payment_methods" "payment methods";
    PaymentAccounts "payment_accounts" "receiving accounts";
    PaymentDeadlineHours "payment_deadline_hours" "time to pay";
    EnableFeeWaiver "enable_fee_waiver" "fee waiver";
    FeeWaiverTopNTeams "fee_waiver_top_n_teams" "waived teams";
    BannerImage "banner_image" "banner";
    ThumbnailImage "thumbnail_image" "thumbnail";
    PromoVideoUrl "promo_video_url" "promotion video";
    StreamYoutubeUrl "stream_youtube_url" "YouTube stream";
    StreamTwitchUrl "stream_twitch_url" "Twitch stream";
    MetaDescription "meta_description" "search description";
    MetaKeywords "meta_keywords" "search words";
    EnableLiveUpdates "enable_live_updates" "live updates";
    EnableCertificates "enable_certificates" "certificates";
    EnableChallenges "enable_challenges" "challenges";
    EnableFanVoting "enable_fan_voting" "fan voting";
}

/// What is wrong with one field of the settings.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Invalid {
    /// Nothing was written.
    #[error("Please fill this in.")]
    Empty,
    /// Too long.
    #[error("Use at most {0} characters.")]
    Long(usize),
    /// Too many.
    #[error("Use at most {0} of them.")]
    TooMany(usize),
    /// Characters that nobody can see.
    #[error("Remove the characters that cannot be seen.")]
    Invisible,
    /// Out of bounds.
    #[error("Use a number from {least} to {most}.")]
    Between {
        /// The least.
        least: i64,
        /// The most.
        most: i64,
    },
    /// An even number of games.
    #[error("Use an odd number, so that somebody wins.")]
    Even,
    /// More entries needed than there are places.
    #[error("This is more than there are places.")]
    MoreThanPlaces,
    /// Another format's option.
    #[error("This is for the format \"{}\" only.", .0.label())]
    OnlyFor(Format),
    /// Groups of less than two.
    #[error("Every group needs two entries at least: use fewer groups or more places.")]
    TooManyGroups,
    /// The game is not there, or no new tournaments are held in it.
    #[error("Choose a game from the list.")]
    NoSuchGame,
    /// A date that is not after another.
    #[error("This must be after \"{}\".", .0.label())]
    NotAfter(Field),
    /// A date that is over.
    #[error("This is over already: choose a later time.")]
    Past,
    /// A code that the game does not know.
    #[error("The game has no region \"{0}\".")]
    UnknownRegion(String),
    /// Single players have no such thing.
    #[error("This is for tournaments of teams only.")]
    TeamsOnly,
    /// A number that is less than another.
    #[error("This must not be less than \"{}\".", .0.label())]
    LessThan(Field),
    /// No currency.
    #[error("Use the three letters of a currency, e.g. BDT.")]
    Currency,
    /// No distribution.
    #[error(transparent)]
    Distribution(BadDistribution),
    /// A fee of nothing.
    #[error("Say how much the fee is, in money or in coins.")]
    NeedsAmount,
    /// A waiver of nothing.
    #[error("There is no entry fee that could be waived.")]
    NeedsFee,
    /// No way to pay.
    #[error("Choose at least one way to pay the fee.")]
    NeedsMethod,
    /// A way to pay and no price.
    #[error("Say how much the fee is when it is paid by {}, or leave that way out.", .0.label())]
    MethodWithoutPrice(Method),
    /// A price and no way to pay.
    #[error("There is a fee in {}: choose a way to pay it.", if *.coins { "coins" } else { "money" })]
    PriceWithoutMethod {
        /// Whether it is the one in coins.
        coins: bool,
    },
    /// A way to pay and nowhere to send it.
    #[error("Say where entrants send money by {}.", .0.label())]
    NeedsAccount(Method),
    /// No link.
    #[error("Write a whole link that begins with https://.")]
    Link,
    /// What only staff set.
    #[error("Only staff of the platform set this.")]
    StaffOnly,
    /// Fewer places than are taken.
    #[error("{held} entries hold a place already: use that many places at least.")]
    BelowEntries {
        /// How many.
        held: i64,
    },
    /// A prize that shrinks under those who entered for it.
    #[error("Entrants came for this prize: it can only be raised.")]
    Lowered,
    /// It stays in this state.
    #[error("This cannot be changed any more in the state \"{}\".", .0.label())]
    Locked(Status),
    /// It stays because the draw was made from it.
    #[error("The draw was made from this: take the draw back first.")]
    Drawn,
}

/// Why no tournament was made.
#[derive(Debug, Error)]
pub enum CreateRefusal {
    /// Visitors make no tournaments.
    #[error("Sign in first: a tournament has an organizer who answers for it.")]
    NotSignedIn,
    /// Fields are wrong; all of them at once.
    #[error("the form has {} wrong fields", .0.len())]
    Invalid(Vec<(Field, Invalid)>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Why settings were not changed.
#[derive(Debug, Error)]
pub enum EditRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// They may not.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Somebody else changed them meanwhile.
    #[error(
        "Somebody changed these settings while you were at it (version {current} is newer than {seen}). Look at them and change them again."
    )]
    Stale {
        /// The version that they saw.
        seen: i32,
        /// The version that there is.
        current: i32,
    },
    /// Fields are wrong; all of them at once.
    #[error("the form has {} wrong fields", .0.len())]
    Invalid(Vec<(Field, Invalid)>),
    /// Coins could not be moved, or the database failed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<DbError> for EditRefusal {
    fn from(error: DbError) -> Self {
        Self::Trouble(error.into())
    }
}

/// Why nobody went back to a version.
#[derive(Debug, Error)]
pub enum RollbackRefusal {
    /// There is no such version.
    #[error("This tournament has no version {0}.")]
    NoSuchVersion(i32),
    /// Play has begun, or is over.
    #[error("A tournament in the state \"{}\" keeps its settings: nobody goes back to a version once play began.", .0.label())]
    TooLate(Status),
    /// What it says cannot be read.
    #[error("Version {version} cannot be read: {reason}. Change the settings by hand.")]
    Unreadable {
        /// The version.
        version: i32,
        /// What is wrong.
        reason: String,
    },
    /// The settings cannot be changed so.
    #[error(transparent)]
    Edit(#[from] EditRefusal),
}

impl From<DbError> for RollbackRefusal {
    fn from(error: DbError) -> Self {
        Self::Edit(error.into())
    }
}

impl From<Trouble> for RollbackRefusal {
    fn from(trouble: Trouble) -> Self {
        Self::Edit(trouble.into())
    }
}

/// What is wrong with a question of the form.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QuestionInvalid {
    /// No words.
    #[error("Write the question.")]
    Empty,
    /// Too long.
    #[error("Use at most {0} characters.")]
    Long(usize),
    /// Another question has the same key.
    #[error("There is a question with this name already.")]
    Taken,
    /// A bound that its kind does not know.
    #[error("\"{0}\" is no setting of this kind of question.")]
    UnknownSetting(String),
    /// A bound that cannot be read.
    #[error("The setting \"{0}\" cannot be read.")]
    Setting(String),
    /// Bounds that nothing fits.
    #[error("No answer fits from \"{0}\" to \"{1}\".")]
    Contradiction(String, String),
    /// A list of nothing.
    #[error("A list needs at least two different choices, at most {0}.")]
    Options(usize),
    /// Too many questions.
    #[error("A form has at most {0} questions of its own.")]
    TooMany(usize),
}

/// Why the form was not changed.
#[derive(Debug, Error)]
pub enum QuestionRefusal {
    /// There is no such tournament.
    #[error("There is no tournament {0}.")]
    NoSuchTournament(i64),
    /// There is no such question.
    #[error("There is no such question in this form any more. Look at it again.")]
    NoSuchQuestion(i64),
    /// They may not.
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    /// Somebody has answered it.
    #[error("Somebody has filled in this form already: its questions stay as they are.")]
    Answered,
    /// It is too late for questions.
    #[error("The form of a tournament in the state \"{}\" stays as it is.", .0.label())]
    TooLate(Status),
    /// The question is wrong.
    #[error(transparent)]
    Invalid(#[from] QuestionInvalid),
    /// The new order leaves questions out or has some twice.
    #[error("The new order must name every question once. Look at the form again.")]
    Order,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbError),
}
