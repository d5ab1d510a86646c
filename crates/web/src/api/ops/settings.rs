//! What a tournament is set to: making and changing it, its versions.

use std::collections::BTreeMap;

use ::tournaments::{
    Tournament,
    error::settings::{CreateRefusal, EditRefusal, RollbackRefusal},
    model::tournament_version::Model as Version,
    rules::{
        access::Act,
        settings::{Entrants, Format, Method, Settings},
    },
    service::settings as service,
};
use chrono::{DateTime, Utc};
use kernel::Tx;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{
    input, output,
    tournaments::{TournamentSummary, find, summary},
};
use crate::api::{
    ask::Ask,
    moment::Moment,
    page::{self, Page},
    problem::Problem,
    table::{Operation, get, patch, post},
    words::Word,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        get("tournaments.settings", "/tournaments/{tournament}/settings", "All that its organizer has set.")
            .alone(show),
        post("tournaments.create", "/tournaments", "Makes a draft; what is left out has a usual value.")
            .creates()
            .refuses::<CreateRefusal>()
            .within(create),
        patch("tournaments.edit", "/tournaments/{tournament}", "Changes settings; what is left out stays.")
            .refuses::<EditRefusal>()
            .within(edit),
        get("versions.list", "/tournaments/{tournament}/versions", "Every change of its settings, newest first.")
            .alone(versions),
        get("versions.diff", "/tournaments/{tournament}/versions/diff", "What differs between two versions.")
            .alone(diff),
        post("versions.rollback", "/tournaments/{tournament}/versions/rollback", "Sets it to an earlier version.")
            .refuses::<RollbackRefusal>()
            .within(rollback),
    ]
}

/// The services' value of a field that the API writes otherwise.
trait Plain<T> {
    fn plain(self) -> T;
}

macro_rules! same {
    ($($kind:ty),*) => {$(impl Plain<$kind> for $kind { fn plain(self) -> $kind { self } })*};
}

same!(String, bool, i32, i64, Value, Option<i32>, Option<String>, Vec<String>);

impl Plain<DateTime<Utc>> for Moment {
    fn plain(self) -> DateTime<Utc> {
        self.0
    }
}

impl Plain<Option<DateTime<Utc>>> for Option<Moment> {
    fn plain(self) -> Option<DateTime<Utc>> {
        self.map(|at| at.0)
    }
}

impl<T> Plain<T> for Word<T> {
    fn plain(self) -> T {
        self.0
    }
}

impl Plain<Vec<Method>> for Vec<Word<Method>> {
    fn plain(self) -> Vec<Method> {
        self.into_iter().map(|word| word.0).collect()
    }
}

impl Plain<BTreeMap<Method, String>> for BTreeMap<Word<Method>, String> {
    fn plain(self) -> BTreeMap<Method, String> {
        self.into_iter().map(|(method, account)| (method.0, account)).collect()
    }
}

/// A field that was sent; `null` is something else than nothing.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

macro_rules! settings {
    ($($field:ident: $kind:ty,)*) => {
        /// All that its organizer has set.
        #[derive(JsonSchema)]
        #[allow(dead_code, reason = "the shape that `Shown` tells")]
        struct TournamentSettings {
            /// Number of these settings; send it with a change.
            version: i32,
            name: String,
            game_id: i64,
            max_participants: i32,
            rules_pdf: Option<String>,
            banner_image: Option<String>,
            thumbnail_image: Option<String>,
            $($field: $kind,)*
        }

        #[derive(Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        struct NewTournament {
            /// Its name.
            name: String,
            /// Id of its game.
            game_id: i64,
            /// Places.
            max_participants: i32,
            $(#[serde(default, deserialize_with = "present")] $field: Option<$kind>,)*
        }

        #[derive(Clone, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        struct EditTournament {
            /// The tournament's name in addresses.
            tournament: String,
            /// Number of the settings that were looked at; when there are newer ones the change is refused.
            version: i32,
            /// What was changed and why, in words.
            #[serde(default)]
            summary: String,
            #[serde(default, deserialize_with = "present")]
            name: Option<String>,
            #[serde(default, deserialize_with = "present")]
            game_id: Option<i64>,
            #[serde(default, deserialize_with = "present")]
            max_participants: Option<i32>,
            $(#[serde(default, deserialize_with = "present")] $field: Option<$kind>,)*
        }

        impl NewTournament {
            fn settings(self, now: DateTime<Utc>) -> Settings {
                let mut settings = Settings::new(self.name, self.game_id, self.max_participants, now);
                $(if let Some(value) = self.$field { settings.$field = value.plain(); })*
                settings
            }
        }

        impl EditTournament {
            fn change(self, settings: &mut Settings) {
                if let Some(value) = self.name { settings.name = value; }
                if let Some(value) = self.game_id { settings.game_id = value; }
                if let Some(value) = self.max_participants { settings.max_participants = value; }
                $(if let Some(value) = self.$field { settings.$field = value.plain(); })*
            }
        }
    };
}

settings! {
    description: String,
    is_official: bool,
    format: Word<Format>,
    participation_type: Word<Entrants>,
    min_participants: i32,
    enable_dynamic_seeding: bool,
    best_of: i32,
    best_of_final: i32,
    third_place_match: bool,
    grand_final_reset: bool,
    swiss_rounds: Option<i32>,
    group_count: Option<i32>,
    group_qualifiers: i32,
    rules_text: String,
    registration_start: Moment,
    registration_end: Moment,
    tournament_start: Moment,
    tournament_end: Option<Moment>,
    enable_check_in: bool,
    check_in_minutes_before: i32,
    round_minutes: i32,
    result_confirm_minutes: i32,
    dispute_window_minutes: i32,
    allowed_regions: Vec<String>,
    min_ranking_points: Option<i32>,
    max_ranking_points: Option<i32>,
    waitlist_enabled: bool,
    prize_pool: i64,
    prize_currency: String,
    prize_deltacoin: i64,
    prize_distribution: Value,
    has_entry_fee: bool,
    entry_fee_amount: i64,
    entry_fee_currency: String,
    entry_fee_deltacoin: i64,
    payment_methods: Vec<Word<Method>>,
    payment_accounts: BTreeMap<Word<Method>, String>,
    payment_deadline_hours: i32,
    enable_fee_waiver: bool,
    fee_waiver_top_n_teams: i32,
    promo_video_url: String,
    stream_youtube_url: String,
    stream_twitch_url: String,
    meta_description: String,
    meta_keywords: Vec<String>,
    enable_live_updates: bool,
    enable_certificates: bool,
    enable_challenges: bool,
    enable_fan_voting: bool,
}

/// [`TournamentSettings`] as the services write them.
struct Shown(Value);

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl JsonSchema for Shown {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        TournamentSettings::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        TournamentSettings::json_schema(generator)
    }
}

input! {
    OneTournament {
        /// The tournament's name in addresses.
        tournament: String,
    }
    ListVersions {
        /// The tournament's name in addresses.
        tournament: String,
        /// Where to go on: `next` of the page before.
        cursor: Option<String>,
        /// How many at most, up to 100.
        limit: Option<u32>,
    }
    Compare {
        /// The tournament's name in addresses.
        tournament: String,
        /// Number of the earlier version.
        before: i32,
        /// Number of the later version.
        after: i32,
    }
    Rollback {
        /// The tournament's name in addresses.
        tournament: String,
        /// Number of the version to go back to.
        number: i32,
        /// Number of the settings that were looked at.
        version: i32,
    }
}

output! {
    /// A version of a tournament's settings.
    TournamentVersion {
        /// Its number.
        number: i32,
        /// What was changed and why, in words.
        summary: String,
        /// The account that changed it.
        changed_by_id: Option<i64>,
        /// When.
        changed_at: Moment,
        /// Whether it restores an earlier one.
        is_rollback: bool,
    }
    /// A setting that differs.
    SettingChange {
        /// Which.
        field: String,
        /// What it was.
        before: Value,
        /// What it is.
        after: Value,
    }
}

fn shown(tournament: &Tournament) -> Result<Shown, Problem> {
    let mut settings = serde_json::to_value(Settings::from(tournament)).map_err(Problem::internal)?;
    settings["version"] = Value::from(tournament.current_version);
    Ok(Shown(settings))
}

async fn show(ask: &Ask, input: OneTournament) -> Result<Shown, Problem> {
    let (tournament, standing) = find(ask.db().read(), ask, &input.tournament).await?;
    standing.require(Act::Edit)?;
    shown(&tournament)
}

async fn create(tx: &Tx, ask: &Ask, input: NewTournament) -> Result<TournamentSummary, Problem> {
    let settings = input.settings(ask.clock().now());
    Ok(summary(&service::create(tx, &ask.cx(), ask.games(), settings).await?))
}

async fn edit(tx: &Tx, ask: &Ask, input: EditTournament) -> Result<Shown, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    let mut settings = Settings::from(&tournament);
    let (seen, why) = (input.version, input.summary.clone());
    input.change(&mut settings);
    shown(&service::edit(tx, &ask.cx(), ask.games(), tournament.id, settings, seen, &why).await?)
}

async fn versions(ask: &Ask, input: ListVersions) -> Result<Page<TournamentVersion>, Problem> {
    let db = ask.db().read();
    let (tournament, standing) = find(db, ask, &input.tournament).await?;
    standing.require(Act::Edit)?;
    let id = tournament.id;
    let more = |below| async move {
        let found = service::versions(db, id, below).await?;
        let next = (found.len() >= service::PAGE as usize).then(|| found.last().map(|one| one.version_number));
        Ok((found, next.flatten()))
    };
    let place = |version: &Version| version.version_number;
    let found = page::gather("versions.list", input.cursor.as_deref(), input.limit, more, place).await?;
    Ok(found.map(|version| TournamentVersion {
        number: version.version_number,
        summary: version.change_summary,
        changed_by_id: version.changed_by_id,
        changed_at: version.changed_at.into(),
        is_rollback: version.restores_id.is_some(),
    }))
}

async fn diff(ask: &Ask, input: Compare) -> Result<Page<SettingChange>, Problem> {
    let db = ask.db().read();
    let (tournament, standing) = find(db, ask, &input.tournament).await?;
    standing.require(Act::Edit)?;
    let changes = service::diff(db, &tournament, input.before, input.after).await?;
    let changes = changes.ok_or_else(|| Problem::not_found("version"))?;
    Ok(Page::whole(changes.into_iter().map(|change| SettingChange {
        field: change.field.name().to_owned(),
        before: change.before,
        after: change.after,
    })))
}

async fn rollback(tx: &Tx, ask: &Ask, input: Rollback) -> Result<Shown, Problem> {
    let (tournament, _) = find(tx, ask, &input.tournament).await?;
    let id = tournament.id;
    shown(&service::rollback(tx, &ask.cx(), ask.games(), id, input.number, input.version).await?)
}
