//! The settings of a tournament as a form: from what is stored to what is typed, and back.
//!
//! Not here: how it looks (`form_view`), and what is wrong beyond what cannot be read at all (`tournaments`).

use std::collections::BTreeSet;

use ::tournaments::{
    Game,
    error::settings::{Field, Invalid},
    rules::settings::{Entrants, Facts, Format, Method, Settings},
};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use super::{Errors, Typed, money};

/// What `datetime-local` fields hold.
const MOMENT: &str = "%Y-%m-%dT%H:%M";

/// What is stored, as a form.
pub(super) fn fill(settings: &Settings) -> Typed {
    let mut typed = Typed::default();
    let optional = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    for (field, text) in [
        (Field::Name, settings.name.clone()),
        (Field::Description, settings.description.clone()),
        (Field::Game, settings.game_id.to_string()),
        (Field::Format, settings.format.as_str().to_owned()),
        (Field::ParticipationType, settings.participation_type.as_str().to_owned()),
        (Field::MaxParticipants, settings.max_participants.to_string()),
        (Field::MinParticipants, settings.min_participants.to_string()),
        (Field::BestOf, settings.best_of.to_string()),
        (Field::BestOfFinal, settings.best_of_final.to_string()),
        (Field::SwissRounds, optional(settings.swiss_rounds)),
        (Field::GroupCount, optional(settings.group_count)),
        (Field::GroupQualifiers, settings.group_qualifiers.to_string()),
        (Field::RulesText, settings.rules_text.clone()),
        (Field::RegistrationStart, moment(&settings.registration_start)),
        (Field::RegistrationEnd, moment(&settings.registration_end)),
        (Field::TournamentStart, moment(&settings.tournament_start)),
        (Field::TournamentEnd, settings.tournament_end.as_ref().map(moment).unwrap_or_default()),
        (Field::CheckInMinutesBefore, settings.check_in_minutes_before.to_string()),
        (Field::RoundMinutes, settings.round_minutes.to_string()),
        (Field::ResultConfirmMinutes, settings.result_confirm_minutes.to_string()),
        (Field::DisputeWindowMinutes, settings.dispute_window_minutes.to_string()),
        (Field::MinRankingPoints, optional(settings.min_ranking_points)),
        (Field::MaxRankingPoints, optional(settings.max_ranking_points)),
        (Field::PrizePool, money::show(settings.prize_pool)),
        (Field::PrizeCurrency, settings.prize_currency.clone()),
        (Field::PrizeDeltacoin, settings.prize_deltacoin.to_string()),
        (Field::PrizeDistribution, money::show_distribution(&settings.prize_distribution, settings.pool())),
        (Field::EntryFeeAmount, money::show(settings.entry_fee_amount)),
        (Field::EntryFeeCurrency, settings.entry_fee_currency.clone()),
        (Field::EntryFeeDeltacoin, settings.entry_fee_deltacoin.to_string()),
        (Field::PaymentDeadlineHours, settings.payment_deadline_hours.to_string()),
        (Field::FeeWaiverTopNTeams, settings.fee_waiver_top_n_teams.to_string()),
        (Field::PromoVideoUrl, settings.promo_video_url.clone()),
        (Field::StreamYoutubeUrl, settings.stream_youtube_url.clone()),
        (Field::StreamTwitchUrl, settings.stream_twitch_url.clone()),
        (Field::MetaDescription, settings.meta_description.clone()),
        (Field::MetaKeywords, settings.meta_keywords.join(", ")),
    ] {
        typed.set(field.name(), text);
    }
    for (field, on) in switches(settings) {
        if on {
            typed.set(field.name(), "on");
        }
    }
    for code in &settings.allowed_regions {
        typed.set(region(code), "on");
    }
    for method in &settings.payment_methods {
        typed.set(pays(*method), "on");
    }
    for (method, account) in &settings.payment_accounts {
        typed.set(account_of(*method), account.clone());
    }
    typed
}

fn switches(settings: &Settings) -> [(Field, bool); 12] {
    [
        (Field::IsOfficial, settings.is_official),
        (Field::EnableDynamicSeeding, settings.enable_dynamic_seeding),
        (Field::ThirdPlaceMatch, settings.third_place_match),
        (Field::GrandFinalReset, settings.grand_final_reset),
        (Field::EnableCheckIn, settings.enable_check_in),
        (Field::WaitlistEnabled, settings.waitlist_enabled),
        (Field::HasEntryFee, settings.has_entry_fee),
        (Field::EnableFeeWaiver, settings.enable_fee_waiver),
        (Field::EnableLiveUpdates, settings.enable_live_updates),
        (Field::EnableCertificates, settings.enable_certificates),
        (Field::EnableChallenges, settings.enable_challenges),
        (Field::EnableFanVoting, settings.enable_fan_voting),
    ]
}

/// The name of the box of a region.
pub(super) fn region(code: &str) -> String {
    format!("region_{code}")
}

/// The name of the box of a way to pay.
pub(super) fn pays(method: Method) -> String {
    format!("pay_{}", method.as_str())
}

/// The name of the field of an account.
pub(super) fn account_of(method: Method) -> String {
    format!("account_{}", method.as_str())
}

/// `2026-03-01T18:00`
pub(super) fn moment(at: &DateTime<Utc>) -> String {
    at.format(MOMENT).to_string()
}

/// A moment that was typed, in UTC.
pub(super) fn parse_moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let read = |format| NaiveDateTime::parse_from_str(text, format).ok();
    let local = read(MOMENT).or_else(|| read("%Y-%m-%dT%H:%M:%S")).or_else(|| read("%Y-%m-%d %H:%M"))?;
    Some(local.and_utc())
}

/// Reads a form on top of what is stored; what cannot be read stays as it is stored, with a word of why. Fields that
/// are `fixed` cannot be typed into, and stay.
pub(super) struct Reading<'a> {
    typed: &'a Typed,
    fixed: &'a BTreeSet<Field>,
    errors: Errors,
}

/// The settings that a form amounts to, and what in it cannot be read.
pub(super) fn read(typed: &Typed, base: &Settings, fixed: &BTreeSet<Field>) -> (Settings, Errors) {
    let mut reading = Reading { typed, fixed, errors: Errors::default() };
    let settings = reading.settings(base);
    (settings, reading.errors)
}

impl<'a> Reading<'a> {
    /// What stands in a field, if it can be typed into and is there.
    fn field(&self, field: Field) -> Option<&'a str> {
        if self.fixed.contains(&field) { None } else { self.typed.find(field.name()) }
    }

    fn text(&self, field: Field, base: &str) -> String {
        self.field(field).map_or_else(|| base.to_owned(), |text| text.replace("\r\n", "\n"))
    }

    fn switch(&self, field: Field, base: bool) -> bool {
        if self.fixed.contains(&field) { base } else { self.typed.on(field.name()) }
    }

    fn number<T: std::str::FromStr + Copy>(&mut self, field: Field, base: T) -> T {
        let Some(text) = self.field(field) else { return base };
        text.trim().parse().unwrap_or_else(|_| {
            self.errors.say(field.name(), "Write a whole number.");
            base
        })
    }

    fn optional(&mut self, field: Field, base: Option<i32>) -> Option<i32> {
        match self.field(field) {
            Some(text) if text.trim().is_empty() => None,
            Some(_) => Some(self.number(field, base.unwrap_or(0))),
            None => base,
        }
    }

    fn money(&mut self, field: Field, base: i64) -> i64 {
        match self.field(field) {
            Some(text) if text.trim().is_empty() => 0,
            Some(text) => money::parse(text).unwrap_or_else(|| {
                self.errors.say(field.name(), "Write an amount such as 1,500.00.");
                base
            }),
            None => base,
        }
    }

    fn coins(&mut self, field: Field, base: i64) -> i64 {
        match self.field(field) {
            Some(text) if text.trim().is_empty() => 0,
            Some(text) => money::parse_whole(text).unwrap_or_else(|| {
                self.errors.say(field.name(), "Write a whole number of coins, such as 1,500.");
                base
            }),
            None => base,
        }
    }

    /// A field shows minutes; what was not touched keeps its seconds.
    fn moment(&mut self, field: Field, base: DateTime<Utc>) -> DateTime<Utc> {
        let Some(text) = self.field(field) else { return base };
        if text.trim() == moment(&base) {
            return base;
        }
        parse_moment(text).unwrap_or_else(|| {
            self.errors.say(field.name(), "Write a day and a time (UTC), such as 2026-03-01T18:00.");
            base
        })
    }

    fn settings(&mut self, base: &Settings) -> Settings {
        let format = match self.field(Field::Format).map(Format::parse) {
            None => base.format,
            Some(Some(format)) => format,
            Some(None) => {
                self.errors.say(Field::Format.name(), "Choose one from the list.");
                base.format
            }
        };
        let participation_type = match self.field(Field::ParticipationType).map(Entrants::parse) {
            None => base.participation_type,
            Some(Some(entrants)) => entrants,
            Some(None) => {
                self.errors.say(Field::ParticipationType.name(), "Choose one from the list.");
                base.participation_type
            }
        };
        let teams = participation_type == Entrants::Team;
        let has_entry_fee = self.switch(Field::HasEntryFee, base.has_entry_fee);
        let mut settings = Settings {
            name: self.text(Field::Name, &base.name),
            description: self.text(Field::Description, &base.description),
            is_official: self.switch(Field::IsOfficial, base.is_official),
            game_id: self.number(Field::Game, base.game_id),
            format,
            participation_type,
            max_participants: self.number(Field::MaxParticipants, base.max_participants),
            min_participants: self.number(Field::MinParticipants, base.min_participants),
            enable_dynamic_seeding: self.switch(Field::EnableDynamicSeeding, base.enable_dynamic_seeding),
            best_of: self.number(Field::BestOf, base.best_of),
            best_of_final: self.number(Field::BestOfFinal, base.best_of_final),
            // What belongs to another format is not asked for in this one.
            third_place_match: format == Format::SingleElimination
                && self.switch(Field::ThirdPlaceMatch, base.third_place_match),
            grand_final_reset: if format == Format::DoubleElimination {
                self.switch(Field::GrandFinalReset, base.grand_final_reset)
            } else {
                base.grand_final_reset
            },
            swiss_rounds: self.optional(Field::SwissRounds, base.swiss_rounds).filter(|_| format == Format::Swiss),
            group_count: self.optional(Field::GroupCount, base.group_count).filter(|_| format == Format::GroupPlayoff),
            group_qualifiers: if format == Format::GroupPlayoff {
                self.number(Field::GroupQualifiers, base.group_qualifiers)
            } else {
                base.group_qualifiers
            },
            rules_text: self.text(Field::RulesText, &base.rules_text),
            registration_start: self.moment(Field::RegistrationStart, base.registration_start),
            registration_end: self.moment(Field::RegistrationEnd, base.registration_end),
            tournament_start: self.moment(Field::TournamentStart, base.tournament_start),
            enable_check_in: self.switch(Field::EnableCheckIn, base.enable_check_in),
            check_in_minutes_before: self.number(Field::CheckInMinutesBefore, base.check_in_minutes_before),
            round_minutes: self.number(Field::RoundMinutes, base.round_minutes),
            result_confirm_minutes: self.number(Field::ResultConfirmMinutes, base.result_confirm_minutes),
            dispute_window_minutes: self.number(Field::DisputeWindowMinutes, base.dispute_window_minutes),
            min_ranking_points: self.optional(Field::MinRankingPoints, base.min_ranking_points).filter(|_| teams),
            max_ranking_points: self.optional(Field::MaxRankingPoints, base.max_ranking_points).filter(|_| teams),
            waitlist_enabled: self.switch(Field::WaitlistEnabled, base.waitlist_enabled),
            prize_pool: self.money(Field::PrizePool, base.prize_pool),
            prize_currency: self.text(Field::PrizeCurrency, &base.prize_currency),
            prize_deltacoin: self.coins(Field::PrizeDeltacoin, base.prize_deltacoin),
            has_entry_fee,
            entry_fee_amount: self.money(Field::EntryFeeAmount, base.entry_fee_amount),
            entry_fee_currency: self.text(Field::EntryFeeCurrency, &base.entry_fee_currency),
            entry_fee_deltacoin: self.coins(Field::EntryFeeDeltacoin, base.entry_fee_deltacoin),
            payment_deadline_hours: self.number(Field::PaymentDeadlineHours, base.payment_deadline_hours),
            enable_fee_waiver: has_entry_fee && teams && self.switch(Field::EnableFeeWaiver, base.enable_fee_waiver),
            fee_waiver_top_n_teams: self.number(Field::FeeWaiverTopNTeams, base.fee_waiver_top_n_teams),
            promo_video_url: self.text(Field::PromoVideoUrl, &base.promo_video_url),
            stream_youtube_url: self.text(Field::StreamYoutubeUrl, &base.stream_youtube_url),
            stream_twitch_url: self.text(Field::StreamTwitchUrl, &base.stream_twitch_url),
            meta_description: self.text(Field::MetaDescription, &base.meta_description),
            enable_live_updates: self.switch(Field::EnableLiveUpdates, base.enable_live_updates),
            enable_certificates: self.switch(Field::EnableCertificates, base.enable_certificates),
            enable_challenges: self.switch(Field::EnableChallenges, base.enable_challenges),
            enable_fan_voting: self.switch(Field::EnableFanVoting, base.enable_fan_voting),
            ..base.clone()
        };
        settings.tournament_end = match self.field(Field::TournamentEnd) {
            Some(text) if text.trim().is_empty() => None,
            Some(_) => Some(self.moment(Field::TournamentEnd, base.tournament_end.unwrap_or(base.tournament_start))),
            None => base.tournament_end,
        };
        if let Some(words) = self.field(Field::MetaKeywords) {
            settings.meta_keywords = words.split(',').map(|word| word.trim().to_owned()).collect();
        }
        if !self.fixed.contains(&Field::AllowedRegions) {
            let ticked = self.typed.iter().filter_map(|(name, _)| name.strip_prefix("region_"));
            settings.allowed_regions = ticked.filter(|_| teams).map(str::to_owned).collect();
        }
        if !self.fixed.contains(&Field::PaymentMethods) {
            settings.payment_methods =
                Method::ALL.iter().copied().filter(|method| self.typed.on(&pays(*method))).collect();
        }
        if !self.fixed.contains(&Field::PaymentAccounts) {
            let account = |method: &Method| {
                let typed = self.typed.find(&account_of(*method)).map(str::to_owned);
                typed.or_else(|| base.payment_accounts.get(method).cloned()).map(|account| (*method, account))
            };
            settings.payment_accounts = Method::ALL.iter().filter_map(account).collect();
        }
        if let Some(lines) = self.field(Field::PrizeDistribution) {
            match money::parse_distribution(lines, settings.pool()) {
                Ok(distribution) => settings.prize_distribution = distribution,
                Err(why) => self.errors.say(Field::PrizeDistribution.name(), why),
            }
        }
        settings.tidy()
    }
}

/// What is wrong with the settings of a form apart from what could not be read, so that all of it is told at once.
pub(super) fn also_wrong(errors: &mut Errors, settings: &Settings, now: DateTime<Utc>) {
    let facts = Facts { now, game_is_active: true, plugin: None, may_be_official: true };
    add(errors, settings.invalid(&facts).into_iter().filter(|(_, invalid)| *invalid != Invalid::Past));
}

/// Puts refused fields beside the others.
pub(super) fn add(errors: &mut Errors, wrong: impl IntoIterator<Item = (Field, Invalid)>) {
    for (field, invalid) in wrong {
        errors.say(field.name(), invalid.to_string());
    }
}

/// A value of the settings, as people read it.
pub(super) fn shown(field: Field, value: &Value, games: &[Game]) -> String {
    let text = match (field, value) {
        (Field::Game, Value::Number(number)) => {
            let id = number.as_i64();
            games.iter().find(|game| Some(game.id) == id).map_or_else(|| number.to_string(), |game| game.name.clone())
        }
        (Field::PrizePool | Field::EntryFeeAmount, Value::Number(number)) => {
            number.as_i64().map_or_else(|| number.to_string(), money::show)
        }
        (Field::Format, Value::String(word)) => {
            Format::parse(word).map_or_else(|| word.clone(), |format| format.label().to_owned())
        }
        (Field::ParticipationType, Value::String(word)) => {
            Entrants::parse(word).map_or_else(|| word.clone(), |entrants| entrants.label().to_owned())
        }
        (
            Field::RegistrationStart | Field::RegistrationEnd | Field::TournamentStart | Field::TournamentEnd,
            Value::String(at),
        ) => DateTime::parse_from_rfc3339(at)
            .map_or_else(|_| at.clone(), |at| crate::layout::moment(&at.with_timezone(&Utc))),
        _ => plain(value),
    };
    if text.is_empty() { "—".to_owned() } else { text }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(of) => {
            of.iter().map(|(name, value)| format!("{name}: {}", plain(value))).collect::<Vec<_>>().join("\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Settings {
        let now = DateTime::parse_from_rfc3339("2026-03-01T18:00:30.5Z").expect("a time").with_timezone(&Utc);
        Settings {
            description: "Two\nlines".to_owned(),
            format: Format::GroupPlayoff,
            group_count: Some(4),
            allowed_regions: vec!["EU".to_owned(), "SA".to_owned()],
            min_ranking_points: Some(10),
            prize_pool: 123_456,
            prize_deltacoin: 500,
            prize_distribution: serde_json::json!({ "1": "70%", "2": { "coins": 10, "money": 2_050 } }),
            has_entry_fee: true,
            entry_fee_amount: 15_050,
            payment_methods: vec![Method::Bkash, Method::BankTransfer],
            payment_accounts: [(Method::Bkash, "0171".to_owned()), (Method::BankTransfer, "IBAN 1".to_owned())].into(),
            enable_fee_waiver: true,
            fee_waiver_top_n_teams: 3,
            banner_image: Some("token".to_owned()),
            meta_keywords: vec!["cup".to_owned(), "spring".to_owned()],
            enable_challenges: true,
            ..Settings::new("Spring Cup", 7, 16, now)
        }
    }

    #[test]
    fn a_form_that_nobody_changed_changes_nothing() {
        for settings in [full(), Settings::new("Bare", 1, 8, DateTime::UNIX_EPOCH)] {
            let settings = settings.tidy();
            let (read, errors) = read(&fill(&settings), &settings, &BTreeSet::new());
            assert_eq!((read, errors), (settings, Errors::default()));
        }
    }

    #[test]
    fn all_that_cannot_be_read_is_told_at_once_and_the_rest_is_kept() {
        let base = full();
        let mut typed = fill(&base);
        for (name, text) in [
            ("name", "Summer Cup"),
            ("max_participants", "many"),
            ("registration_end", "tomorrow"),
            ("prize_pool", "1,50"),
            ("entry_fee_deltacoin", "1.5"),
            ("prize_distribution", "half"),
            ("format", "knockout"),
        ] {
            typed.set(name, text);
        }
        let (read, errors) = read(&typed, &base, &BTreeSet::new());
        assert_eq!(read.name, "Summer Cup");
        assert_eq!(read.max_participants, base.max_participants);
        for field in [
            "max_participants",
            "registration_end",
            "prize_pool",
            "entry_fee_deltacoin",
            "prize_distribution",
            "format",
        ] {
            assert!(errors.at(field).is_some(), "{field}");
        }
        assert!(errors.at("name").is_none());
    }

    #[test]
    fn options_of_another_format_are_dropped_and_fixed_fields_stay() {
        let base = full();
        let mut typed = fill(&base);
        typed.set("format", "swiss");
        typed.set("swiss_rounds", "5");
        typed.set("participation_type", "solo");
        let (changed, _) = read(&typed, &base, &BTreeSet::new());
        assert_eq!((changed.group_count, changed.swiss_rounds), (None, Some(5)));
        assert!(
            changed.allowed_regions.is_empty() && changed.min_ranking_points.is_none() && !changed.enable_fee_waiver
        );
        // A browser does not send what it does not let anybody type into.
        let fixed: BTreeSet<Field> = Field::ALL.iter().copied().collect();
        let (same, errors) = read(&Typed::default(), &base.clone().tidy(), &fixed);
        assert_eq!((same, errors), (base.tidy(), Errors::default()));
    }
}
