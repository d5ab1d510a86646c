//! Which settings may change in which state, and what differs between two settings.

use serde_json::Value;

use super::{settings::Settings, status::Status};
use crate::error::settings::Field;

/// The states in which a field may change.
pub const fn changes_in(field: Field) -> &'static [Status] {
    use Status::{CheckIn, Completed, Draft, Live, Published, RegistrationClosed, RegistrationOpen};
    match field {
        // What entrants decided by, before there are any.
        Field::Game
        | Field::ParticipationType
        | Field::HasEntryFee
        | Field::EntryFeeAmount
        | Field::EntryFeeCurrency
        | Field::EntryFeeDeltacoin
        | Field::PaymentMethods
        | Field::EnableFeeWaiver
        | Field::FeeWaiverTopNTeams
        | Field::RegistrationStart => &[Draft, Published],
        Field::AllowedRegions | Field::MinRankingPoints | Field::MaxRankingPoints => {
            &[Draft, Published, RegistrationOpen]
        }
        // How it is played, until entrants come for it.
        Field::Format
        | Field::BestOf
        | Field::BestOfFinal
        | Field::ThirdPlaceMatch
        | Field::GrandFinalReset
        | Field::SwissRounds
        | Field::GroupCount
        | Field::GroupQualifiers
        | Field::EnableDynamicSeeding
        | Field::RegistrationEnd
        | Field::EnableCheckIn
        | Field::CheckInMinutesBefore => &[Draft, Published, RegistrationOpen, RegistrationClosed],
        // Until play: places, the start, which can be put off, and prizes, which can be raised.
        Field::MaxParticipants
        | Field::MinParticipants
        | Field::WaitlistEnabled
        | Field::TournamentStart
        | Field::PaymentAccounts
        | Field::PaymentDeadlineHours
        | Field::PrizePool
        | Field::PrizeCurrency
        | Field::PrizeDeltacoin
        | Field::PrizeDistribution => &[Draft, Published, RegistrationOpen, RegistrationClosed, CheckIn],
        // What guides play.
        Field::RoundMinutes
        | Field::ResultConfirmMinutes
        | Field::DisputeWindowMinutes
        | Field::TournamentEnd
        | Field::EnableLiveUpdates => &[Draft, Published, RegistrationOpen, RegistrationClosed, CheckIn, Live],
        // Words and pictures.
        Field::Name
        | Field::Description
        | Field::IsOfficial
        | Field::RulesText
        | Field::RulesPdf
        | Field::BannerImage
        | Field::ThumbnailImage
        | Field::PromoVideoUrl
        | Field::StreamYoutubeUrl
        | Field::StreamTwitchUrl
        | Field::MetaDescription
        | Field::MetaKeywords
        | Field::EnableCertificates
        | Field::EnableChallenges
        | Field::EnableFanVoting => &[Draft, Published, RegistrationOpen, RegistrationClosed, CheckIn, Live, Completed],
    }
}

/// Whether a field may change in a state.
pub fn may_change(field: Field, status: Status) -> bool {
    changes_in(field).contains(&status)
}

/// Whether a draw is made from this field.
pub const fn decides_draw(field: Field) -> bool {
    matches!(
        field,
        Field::Format
            | Field::BestOf
            | Field::BestOfFinal
            | Field::ThirdPlaceMatch
            | Field::GrandFinalReset
            | Field::SwissRounds
            | Field::GroupCount
            | Field::GroupQualifiers
    )
}

/// One field that differs.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What it was.
    pub before: Value,
    /// What it is.
    pub after: Value,
}

/// What differs between two settings, in the order of the form.
pub fn changes(before: &Settings, after: &Settings) -> Vec<Change> {
    let (before, after) = (as_value(before), as_value(after));
    Field::ALL
        .iter()
        .filter_map(|field| {
            let (before, after) = (before.get(field.name()), after.get(field.name()));
            (before != after).then(|| Change {
                field: *field,
                before: before.cloned().unwrap_or_default(),
                after: after.cloned().unwrap_or_default(),
            })
        })
        .collect()
}

/// The settings as a version keeps them.
pub fn as_value(settings: &Settings) -> Value {
    serde_json::to_value(settings).unwrap_or_default() // plain fields: it cannot fail
}

/// The settings of a version, on top of others: what the version does not tell stays as it is there. The old
/// platform's versions tell some fields only, and money as decimal text.
///
/// # Errors
/// When a field cannot be read.
pub fn from_version(version: &Value, now: &Settings) -> Result<Settings, serde_json::Error> {
    let told = version.get("settings").unwrap_or(version);
    let mut value = as_value(now);
    if let (Some(fields), Some(told)) = (value.as_object_mut(), told.as_object()) {
        for field in Field::ALL {
            if let Some(told) = told.get(field.name()) {
                fields.insert(field.name().to_owned(), old_money(*field, told));
            }
        }
    }
    serde_json::from_value(value)
}

/// `"100.50"` as 10050; everything else as it is.
fn old_money(field: Field, value: &Value) -> Value {
    let text = match (field, value) {
        (Field::PrizePool | Field::EntryFeeAmount, Value::String(text)) => text,
        _ => return value.clone(),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let minor = format!("{whole}{:0<2}", fraction.chars().take(2).collect::<String>());
    minor.parse::<i64>().map(Value::from).unwrap_or_else(|_| value.clone())
}
