//! What a tournament can be set to: the form, what is wrong with it, and its default values.
//!
//! Not here: what may be changed when ([`edit`](super::edit)).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use kernel::plugin::GamePlugin;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    prize::{self, Pool},
    status::words,
};
use crate::{
    error::settings::{Field, Invalid},
    model::tournament,
};

words! {
    /// How the winner is found.
    Format {
        /// Who loses is out.
        SingleElimination "single_elimination" "Single elimination";
        /// Who loses twice is out.
        DoubleElimination "double_elimination" "Double elimination";
        /// All meet all.
        RoundRobin "round_robin" "Round robin";
        /// Those who did as well meet.
        Swiss "swiss" "Swiss";
        /// Groups first, then elimination.
        GroupPlayoff "group_playoff" "Groups, then playoffs";
    }
}

words! {
    /// Who can enter.
    Entrants {
        /// Teams.
        Team "team" "Teams";
        /// Single players.
        Solo "solo" "Single players";
    }
}

words! {
    /// How a fee is paid.
    Method {
        /// Coins of the platform, at once.
        Deltacoin "deltacoin" "DeltaCoin";
        /// bKash.
        Bkash "bkash" "bKash";
        /// Nagad.
        Nagad "nagad" "Nagad";
        /// Rocket.
        Rocket "rocket" "Rocket";
        /// Bank transfer.
        BankTransfer "bank_transfer" "Bank transfer";
    }
}

impl Method {
    /// Whether money is sent, which somebody has to look for.
    pub const fn is_money(self) -> bool {
        !matches!(self, Self::Deltacoin)
    }

    /// Whether it goes from one phone number to another.
    pub const fn is_mobile(self) -> bool {
        matches!(self, Self::Bkash | Self::Nagad | Self::Rocket)
    }
}

/// The longest name, in characters.
pub const NAME_MAX: usize = 200;
/// The longest text, in characters.
pub const TEXT_MAX: usize = 20_000;
/// The longest link, in characters.
pub const LINK_MAX: usize = 200;
/// The longest name of a file, in characters.
pub const FILE_MAX: usize = 100;
/// The most money or coins that a tournament deals with.
pub const AMOUNT_MAX: i64 = 1_000_000_000_000;

/// Everything about a tournament that its organizer sets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "they are the columns of the tournament, which tell")]
pub struct Settings {
    pub name: String,
    pub description: String,
    pub is_official: bool,
    pub game_id: i64,
    pub format: Format,
    pub participation_type: Entrants,
    pub max_participants: i32,
    pub min_participants: i32,
    pub enable_dynamic_seeding: bool,
    pub best_of: i32,
    pub best_of_final: i32,
    pub third_place_match: bool,
    pub grand_final_reset: bool,
    pub swiss_rounds: Option<i32>,
    pub group_count: Option<i32>,
    pub group_qualifiers: i32,
    pub rules_text: String,
    pub rules_pdf: Option<String>,
    pub registration_start: DateTime<Utc>,
    pub registration_end: DateTime<Utc>,
    pub tournament_start: DateTime<Utc>,
    pub tournament_end: Option<DateTime<Utc>>,
    pub enable_check_in: bool,
    pub check_in_minutes_before: i32,
    pub round_minutes: i32,
    pub result_confirm_minutes: i32,
    pub dispute_window_minutes: i32,
    pub allowed_regions: Vec<String>,
    pub min_ranking_points: Option<i32>,
    pub max_ranking_points: Option<i32>,
    pub waitlist_enabled: bool,
    pub prize_pool: i64,
    pub prize_currency: String,
    pub prize_deltacoin: i64,
    pub prize_distribution: Value,
    pub has_entry_fee: bool,
    pub entry_fee_amount: i64,
    pub entry_fee_currency: String,
    pub entry_fee_deltacoin: i64,
    pub payment_methods: Vec<Method>,
    pub payment_accounts: BTreeMap<Method, String>,
    pub payment_deadline_hours: i32,
    pub enable_fee_waiver: bool,
    pub fee_waiver_top_n_teams: i32,
    pub banner_image: Option<String>,
    pub thumbnail_image: Option<String>,
    pub promo_video_url: String,
    pub stream_youtube_url: String,
    pub stream_twitch_url: String,
    pub meta_description: String,
    pub meta_keywords: Vec<String>,
    pub enable_live_updates: bool,
    pub enable_certificates: bool,
    pub enable_challenges: bool,
    pub enable_fan_voting: bool,
}

/// What there is beside the form when it is checked.
pub struct Facts<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// The game that is asked for, if there is one and new tournaments can be held in it.
    pub game_is_active: bool,
    /// Its plugin, if it has one.
    pub plugin: Option<&'a dyn GamePlugin>,
    /// Whether the actor may call a tournament official.
    pub may_be_official: bool,
}

impl Settings {
    /// A free tournament of teams with the default values: registration opens now, for a week, and play begins an
    /// hour after its end.
    pub fn new(name: impl Into<String>, game_id: i64, max_participants: i32, now: DateTime<Utc>) -> Self {
        Self {
            name: name.into(),
            description: String::new(),
            is_official: false,
            game_id,
            format: Format::SingleElimination,
            participation_type: Entrants::Team,
            max_participants,
            min_participants: 2,
            enable_dynamic_seeding: false,
            best_of: 1,
            best_of_final: 1,
            third_place_match: false,
            grand_final_reset: true,
            swiss_rounds: None,
            group_count: None,
            group_qualifiers: 2,
            rules_text: String::new(),
            rules_pdf: None,
            registration_start: now,
            registration_end: now + TimeDelta::days(7),
            tournament_start: now + TimeDelta::days(7) + TimeDelta::hours(1),
            tournament_end: None,
            enable_check_in: true,
            check_in_minutes_before: 15,
            round_minutes: 55,
            result_confirm_minutes: 15,
            dispute_window_minutes: 60,
            allowed_regions: Vec::new(),
            min_ranking_points: None,
            max_ranking_points: None,
            waitlist_enabled: true,
            prize_pool: 0,
            prize_currency: "BDT".to_owned(),
            prize_deltacoin: 0,
            prize_distribution: Value::Object(Map::new()),
            has_entry_fee: false,
            entry_fee_amount: 0,
            entry_fee_currency: "BDT".to_owned(),
            entry_fee_deltacoin: 0,
            payment_methods: Vec::new(),
            payment_accounts: BTreeMap::new(),
            payment_deadline_hours: 48,
            enable_fee_waiver: false,
            fee_waiver_top_n_teams: 0,
            banner_image: None,
            thumbnail_image: None,
            promo_video_url: String::new(),
            stream_youtube_url: String::new(),
            stream_twitch_url: String::new(),
            meta_description: String::new(),
            meta_keywords: Vec::new(),
            enable_live_updates: true,
            enable_certificates: true,
            enable_challenges: false,
            enable_fan_voting: false,
        }
    }

    /// The form with what means nothing removed: spaces around texts, empty names of files, accounts of methods that
    /// are not used.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        for text in [
            &mut self.name,
            &mut self.description,
            &mut self.rules_text,
            &mut self.promo_video_url,
            &mut self.stream_youtube_url,
            &mut self.stream_twitch_url,
            &mut self.meta_description,
        ] {
            *text = text.trim().to_owned();
        }
        for currency in [&mut self.prize_currency, &mut self.entry_fee_currency] {
            *currency = currency.trim().to_uppercase();
        }
        for file in [&mut self.rules_pdf, &mut self.banner_image, &mut self.thumbnail_image] {
            *file = file.take().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
        }
        let mut keywords: Vec<String> = self.meta_keywords.iter().map(|word| word.trim().to_owned()).collect();
        keywords.retain(|word| !word.is_empty());
        self.meta_keywords = keywords;
        self.allowed_regions = self.allowed_regions.iter().map(|code| code.trim().to_owned()).collect();
        self.allowed_regions.retain(|code| !code.is_empty());
        self.payment_methods.sort_unstable();
        self.payment_methods.dedup();
        self.payment_accounts = std::mem::take(&mut self.payment_accounts)
            .into_iter()
            .map(|(method, account)| (method, account.trim().to_owned()))
            .filter(|(_, account)| !account.is_empty())
            .collect();
        self
    }

    /// The prizes that there are.
    pub const fn pool(&self) -> Pool {
        Pool { money: self.prize_pool, coins: self.prize_deltacoin }
    }

    /// Every field that is wrong, in the order of the form.
    pub fn invalid(&self, facts: &Facts<'_>) -> Vec<(Field, Invalid)> {
        let mut wrong = Vec::new();
        self.check_identity(facts, &mut wrong);
        self.check_play(&mut wrong);
        self.check_dates(facts, &mut wrong);
        self.check_entering(facts, &mut wrong);
        self.check_prizes(&mut wrong);
        self.check_fee(&mut wrong);
        self.check_presentation(&mut wrong);
        wrong
    }

    fn check_identity(&self, facts: &Facts<'_>, wrong: &mut Vec<(Field, Invalid)>) {
        let mut say = |field, invalid: Option<Invalid>| wrong.extend(invalid.map(|invalid| (field, invalid)));
        let empty = self.name.trim().is_empty();
        say(Field::Name, if empty { Some(Invalid::Empty) } else { text(&self.name, NAME_MAX, false) });
        say(Field::Description, text(&self.description, TEXT_MAX, true));
        say(Field::IsOfficial, (self.is_official && !facts.may_be_official).then_some(Invalid::StaffOnly));
        say(Field::Game, (!facts.game_is_active).then_some(Invalid::NoSuchGame));
        say(Field::RulesText, text(&self.rules_text, TEXT_MAX, true));
    }

    fn check_play(&self, wrong: &mut Vec<(Field, Invalid)>) {
        let mut say = |field, invalid: Option<Invalid>| wrong.extend(invalid.map(|invalid| (field, invalid)));
        say(Field::MaxParticipants, between(self.max_participants, 2, 4096));
        say(
            Field::MinParticipants,
            between(self.min_participants, 2, 4096)
                .or_else(|| (self.min_participants > self.max_participants).then_some(Invalid::MoreThanPlaces)),
        );
        say(Field::BestOf, odd(self.best_of));
        say(Field::BestOfFinal, odd(self.best_of_final));
        let third = self.third_place_match && self.format != Format::SingleElimination;
        say(Field::ThirdPlaceMatch, third.then_some(Invalid::OnlyFor(Format::SingleElimination)));
        if let Some(rounds) = self.swiss_rounds {
            let other = (self.format != Format::Swiss).then_some(Invalid::OnlyFor(Format::Swiss));
            say(Field::SwissRounds, other.or_else(|| between(rounds, 1, 32)));
        }
        if let Some(groups) = self.group_count {
            let other = (self.format != Format::GroupPlayoff).then_some(Invalid::OnlyFor(Format::GroupPlayoff));
            let empty = (i64::from(groups) * 2 > i64::from(self.max_participants)).then_some(Invalid::TooManyGroups);
            say(Field::GroupCount, other.or_else(|| between(groups, 1, 64)).or(empty));
        }
        say(Field::GroupQualifiers, between(self.group_qualifiers, 1, 64));
        say(Field::RoundMinutes, between(self.round_minutes, 5, 10_080));
        say(Field::ResultConfirmMinutes, between(self.result_confirm_minutes, 1, 1_440));
        say(Field::DisputeWindowMinutes, between(self.dispute_window_minutes, 0, 10_080));
    }

    fn check_dates(&self, facts: &Facts<'_>, wrong: &mut Vec<(Field, Invalid)>) {
        let mut say = |field, invalid: Option<Invalid>| wrong.extend(invalid.map(|invalid| (field, invalid)));
        say(
            Field::RegistrationEnd,
            (self.registration_end <= self.registration_start).then_some(Invalid::NotAfter(Field::RegistrationStart)),
        );
        let early =
            (self.tournament_start <= self.registration_end).then_some(Invalid::NotAfter(Field::RegistrationEnd));
        say(Field::TournamentStart, early.or_else(|| (self.tournament_start <= facts.now).then_some(Invalid::Past)));
        let early = self.tournament_end.is_some_and(|end| end <= self.tournament_start);
        say(Field::TournamentEnd, early.then_some(Invalid::NotAfter(Field::TournamentStart)));
        say(Field::CheckInMinutesBefore, between(self.check_in_minutes_before, 1, 1_440));
    }

    fn check_entering(&self, facts: &Facts<'_>, wrong: &mut Vec<(Field, Invalid)>) {
        let mut say = |field, invalid: Option<Invalid>| wrong.extend(invalid.map(|invalid| (field, invalid)));
        let solo = self.participation_type == Entrants::Solo;
        let unknown = facts.plugin.and_then(|game| {
            let known = |code: &String| game.regions().iter().any(|region| region.code == code);
            self.allowed_regions.iter().find(|code| !known(code)).cloned()
        });
        let teams_only = (solo && !self.allowed_regions.is_empty()).then_some(Invalid::TeamsOnly);
        say(Field::AllowedRegions, teams_only.or(unknown.map(Invalid::UnknownRegion)));
        for (field, points) in
            [(Field::MinRankingPoints, self.min_ranking_points), (Field::MaxRankingPoints, self.max_ranking_points)]
        {
            if let Some(points) = points {
                say(field, solo.then_some(Invalid::TeamsOnly).or_else(|| between(points, 0, i32::MAX)));
            }
        }
        if let (Some(least), Some(most)) = (self.min_ranking_points, self.max_ranking_points) {
            say(Field::MaxRankingPoints, (least > most).then_some(Invalid::LessThan(Field::MinRankingPoints)));
        }
    }

    fn check_prizes(&self, wrong: &mut Vec<(Field, Invalid)>) {
        let mut say = |field, invalid: Option<Invalid>| wrong.extend(invalid.map(|invalid| (field, invalid)));
        say(Field::PrizePool, amount(self.prize_pool));
        say(Field::PrizeCurrency, currency(&self.prize_currency));
        say(Field::PrizeDeltacoin, amount(self.prize_deltacoin));
        let places = usize::try_from(self.max_participants).unwrap_or(0);
        let invalid = match prize::by_place(&self.prize_distribution, self.pool()) {
            Err(bad) => Some(Invalid::Distribution(bad)),
            Ok(shares) => (shares.coins.len().max(shares.money.len()) > places).then_some(Invalid::MoreThanPlaces),
        };
        say(Field::PrizeDistribution, invalid);
    }

    fn check_fee(&self, wrong: &mut Vec<(Field, Invalid)>) {
        let mut say = |field, invalid: Option<Invalid>| wrong.extend(invalid.map(|invalid| (field, invalid)));
        say(Field::EntryFeeAmount, amount(self.entry_fee_amount));
        say(Field::EntryFeeCurrency, currency(&self.entry_fee_currency));
        say(Field::EntryFeeDeltacoin, amount(self.entry_fee_deltacoin));
        say(Field::PaymentDeadlineHours, between(self.payment_deadline_hours, 1, 720));
        let long = self.payment_accounts.values().any(|account| account.chars().count() > 200);
        say(Field::PaymentAccounts, long.then_some(Invalid::Long(200)));
        if self.enable_fee_waiver {
            let solo = self.participation_type == Entrants::Solo;
            let free = !self.has_entry_fee;
            let few = between(self.fee_waiver_top_n_teams, 1, 4096);
            say(Field::EnableFeeWaiver, solo.then_some(Invalid::TeamsOnly).or(free.then_some(Invalid::NeedsFee)));
            say(Field::FeeWaiverTopNTeams, few);
        } else {
            say(Field::FeeWaiverTopNTeams, between(self.fee_waiver_top_n_teams, 0, 4096));
        }
        if !self.has_entry_fee {
            return;
        }
        let (money, coins) = (self.entry_fee_amount > 0, self.entry_fee_deltacoin > 0);
        say(Field::HasEntryFee, (!money && !coins).then_some(Invalid::NeedsAmount));
        let takes_coins = self.payment_methods.contains(&Method::Deltacoin);
        let takes_money = self.payment_methods.iter().any(|method| method.is_money());
        let methods = if self.payment_methods.is_empty() {
            Some(Invalid::NeedsMethod)
        } else if takes_coins && !coins {
            Some(Invalid::MethodWithoutPrice(Method::Deltacoin))
        } else if takes_money && !money {
            self.payment_methods.iter().copied().find(|method| method.is_money()).map(Invalid::MethodWithoutPrice)
        } else if coins && !takes_coins {
            Some(Invalid::PriceWithoutMethod { coins: true })
        } else if money && !takes_money {
            Some(Invalid::PriceWithoutMethod { coins: false })
        } else {
            None
        };
        say(Field::PaymentMethods, methods);
        let nowhere = |method: &&Method| method.is_money() && !self.payment_accounts.contains_key(method);
        let missing = self.payment_methods.iter().find(nowhere).copied();
        say(Field::PaymentAccounts, missing.map(Invalid::NeedsAccount));
    }

    fn check_presentation(&self, wrong: &mut Vec<(Field, Invalid)>) {
        let mut say = |field, invalid: Option<Invalid>| wrong.extend(invalid.map(|invalid| (field, invalid)));
        for (field, link) in [
            (Field::PromoVideoUrl, &self.promo_video_url),
            (Field::StreamYoutubeUrl, &self.stream_youtube_url),
            (Field::StreamTwitchUrl, &self.stream_twitch_url),
        ] {
            say(field, (!link.is_empty()).then(|| is_link(link)).and_then(|good| (!good).then_some(Invalid::Link)));
        }
        for (field, file) in [
            (Field::RulesPdf, &self.rules_pdf),
            (Field::BannerImage, &self.banner_image),
            (Field::ThumbnailImage, &self.thumbnail_image),
        ] {
            let long = file.as_ref().is_some_and(|file| file.chars().count() > FILE_MAX);
            say(field, long.then_some(Invalid::Long(FILE_MAX)));
        }
        say(Field::MetaDescription, text(&self.meta_description, 320, true));
        let words = &self.meta_keywords;
        let many = (words.len() > 20).then_some(Invalid::TooMany(20));
        say(Field::MetaKeywords, many.or_else(|| words.iter().find_map(|word| text(word, 50, false))));
    }
}

impl From<&tournament::Model> for Settings {
    fn from(row: &tournament::Model) -> Self {
        let list = |value: &Value| -> Vec<String> { serde_json::from_value(value.clone()).unwrap_or_default() };
        let accounts: BTreeMap<String, String> =
            serde_json::from_value(row.payment_accounts.clone()).unwrap_or_default();
        Self {
            name: row.name.clone(),
            description: row.description.clone(),
            is_official: row.is_official,
            game_id: row.game_id,
            // The column's check lets no other word in.
            format: Format::parse(&row.format).unwrap_or(Format::SingleElimination),
            participation_type: Entrants::parse(&row.participation_type).unwrap_or(Entrants::Team),
            max_participants: row.max_participants,
            min_participants: row.min_participants,
            enable_dynamic_seeding: row.enable_dynamic_seeding,
            best_of: row.best_of,
            best_of_final: row.best_of_final,
            third_place_match: row.third_place_match,
            grand_final_reset: row.grand_final_reset,
            swiss_rounds: row.swiss_rounds,
            group_count: row.group_count,
            group_qualifiers: row.group_qualifiers,
            rules_text: row.rules_text.clone(),
            rules_pdf: row.rules_pdf.clone(),
            registration_start: row.registration_start,
            registration_end: row.registration_end,
            tournament_start: row.tournament_start,
            tournament_end: row.tournament_end,
            enable_check_in: row.enable_check_in,
            check_in_minutes_before: row.check_in_minutes_before,
            round_minutes: row.round_minutes,
            result_confirm_minutes: row.result_confirm_minutes,
            dispute_window_minutes: row.dispute_window_minutes,
            allowed_regions: list(&row.allowed_regions),
            min_ranking_points: row.min_ranking_points,
            max_ranking_points: row.max_ranking_points,
            waitlist_enabled: row.waitlist_enabled,
            prize_pool: row.prize_pool,
            prize_currency: row.prize_currency.clone(),
            prize_deltacoin: row.prize_deltacoin,
            prize_distribution: row.prize_distribution.clone(),
            has_entry_fee: row.has_entry_fee,
            entry_fee_amount: row.entry_fee_amount,
            entry_fee_currency: row.entry_fee_currency.clone(),
            entry_fee_deltacoin: row.entry_fee_deltacoin,
            payment_methods: list(&row.payment_methods).iter().filter_map(|word| Method::parse(word)).collect(),
            payment_accounts: accounts
                .into_iter()
                .filter_map(|(word, account)| Some((Method::parse(&word)?, account)))
                .collect(),
            payment_deadline_hours: row.payment_deadline_hours,
            enable_fee_waiver: row.enable_fee_waiver,
            fee_waiver_top_n_teams: row.fee_waiver_top_n_teams,
            banner_image: row.banner_image.clone(),
            thumbnail_image: row.thumbnail_image.clone(),
            promo_video_url: row.promo_video_url.clone(),
            stream_youtube_url: row.stream_youtube_url.clone(),
            stream_twitch_url: row.stream_twitch_url.clone(),
            meta_description: row.meta_description.clone(),
            meta_keywords: list(&row.meta_keywords),
            enable_live_updates: row.enable_live_updates,
            enable_certificates: row.enable_certificates,
            enable_challenges: row.enable_challenges,
            enable_fan_voting: row.enable_fan_voting,
        }
    }
}

/// Words that stand for pages in the place of a tournament's own word.
const RESERVED: [&str; 2] = ["invitations", "new"];

/// The first of `base`, `base-2`, `base-3` and so on that no page and none of these tournaments has.
pub fn free_slug(base: &str, taken: &BTreeSet<String>) -> String {
    let free = |slug: &String| !taken.contains(slug) && !RESERVED.contains(&slug.as_str());
    let numbered = (2_u64..).map(|number| format!("{base}-{number}"));
    // There are more numbers than tournaments.
    std::iter::once(base.to_owned()).chain(numbered).find(free).unwrap_or_default()
}

/// A word in addresses: small Latin letters and digits with hyphens between them; nothing of a name in other letters.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for c in kernel::text::fold(name).chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(200).collect();
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "tournament".to_owned() } else { slug.to_owned() }
}

fn between(number: i32, least: i32, most: i32) -> Option<Invalid> {
    (!(least..=most).contains(&number)).then_some(Invalid::Between { least: i64::from(least), most: i64::from(most) })
}

fn odd(number: i32) -> Option<Invalid> {
    between(number, 1, 9).or_else(|| (number % 2 == 0).then_some(Invalid::Even))
}

fn amount(number: i64) -> Option<Invalid> {
    (!(0..=AMOUNT_MAX).contains(&number)).then_some(Invalid::Between { least: 0, most: AMOUNT_MAX })
}

fn currency(code: &str) -> Option<Invalid> {
    let good = code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    (!good).then_some(Invalid::Currency)
}

/// Whether a text is a link to the web that is short enough.
pub fn is_link(link: &str) -> bool {
    let Some(rest) = link.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let hidden = link.chars().any(|c| c.is_whitespace() || c.is_control());
    host.contains('.') && !host.contains('@') && !hidden && link.chars().count() <= LINK_MAX
}

/// What is wrong with a text, apart from being empty.
pub fn text(text: &str, longest: usize, lines: bool) -> Option<Invalid> {
    // Zero-width and direction-changing characters make one name look like another.
    let hidden = |c: char| {
        (c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t')))
            || matches!(c, '\u{200b}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(hidden) {
        return Some(Invalid::Invisible);
    }
    (text.chars().count() > longest).then_some(Invalid::Long(longest))
}
