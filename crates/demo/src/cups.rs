//! The cups of the town: one played and paid, one in play, three that take or will take entries.

use brackets::Side;
use chrono::{DateTime, TimeDelta, Utc};
use economy::service::Policy;
use kernel::{Actor, Clock, upload::NewUpload};
use serde_json::json;
use tournaments::{
    Tournament,
    model::game,
    rules::{
        payment::Submission,
        settings::{Entrants, Format, Method, Settings},
    },
    service::{self, enter::Form},
};

use crate::{
    people::{Crowd, Person},
    play::{self, Until},
    squads::Squad,
    town::{Site, Stuck, act},
};

pub(crate) async fn hold(site: &Site<'_>, crowd: &Crowd, squads: &[Squad]) -> Result<(), Stuck> {
    site.ago(TimeDelta::days(20));
    let installed = service::game::install(site.db, &site.clock).await;
    installed.map_err(|error| Stuck::new("installing the games", error))?;
    let games = service::query::games(site.db.read()).await.map_err(|error| Stuck::new("reading the games", error))?;
    let policy = &Policy::default();
    act!(site, Actor::System, "saying what tournaments pay", |tx, cx| {
        economy::service::set_policy(tx, cx.clock, &Actor::System, None, policy)
    })?;
    Box::pin(played(site, crowd, squads, game(&games, "valorant")?)).await?;
    Box::pin(in_play(site, crowd, squads, game(&games, "valorant")?)).await?;
    Box::pin(open_to_players(site, crowd, game(&games, "efootball")?)).await?;
    Box::pin(open_to_teams(site, crowd, squads, game(&games, "valorant")?)).await?;
    Box::pin(announced(site, crowd, game(&games, "mlbb")?)).await?;
    site.at(site.now);
    Ok(())
}

fn game(games: &[game::Model], code: &str) -> Result<i64, Stuck> {
    let found = games.iter().find(|game| game.code.as_deref() == Some(code));
    found.map(|game| game.id).ok_or_else(|| Stuck::new("the games", format!("there is no {code}")))
}

/// Rules that a captain would want to read before entering.
const RULES: &str = "Be in the lobby ten minutes before the match.\n\
    Both captains report the result; when the reports differ, a referee decides.\n\
    A side that is not there ten minutes after the start loses the match.\n\
    Cheating, and abuse in the chat, end the entry.";

/// Last week's cup: double elimination of eight, with a disputed match, played to the end and paid.
async fn played(site: &Site<'_>, crowd: &Crowd, squads: &[Squad], game: i64) -> Result<(), Stuck> {
    let start = noon(site.now - TimeDelta::days(8)) + TimeDelta::hours(12);
    site.at(start - TimeDelta::days(6));
    let settings = Settings {
        description:
            "Eight teams from all over Bangladesh, two lives each, one crown. The autumn season's first major."
                .to_owned(),
        format: Format::DoubleElimination,
        min_participants: 4,
        best_of_final: 3,
        registration_end: start - TimeDelta::hours(2),
        tournament_start: start,
        round_minutes: 45,
        prize_deltacoin: 2_000,
        prize_distribution: json!({ "1": "50%", "2": "30%", "3": "20%" }),
        has_entry_fee: true,
        entry_fee_deltacoin: 40,
        payment_methods: vec![Method::Deltacoin],
        rules_text: RULES.to_owned(),
        stream_twitch_url: "https://www.twitch.tv/dhakaarena".to_owned(),
        ..Settings::new("Dhaka Autumn Masters", game, 8, site.clock.now())
    };
    let cup = publish(site, &crowd.organizer, &settings).await?;
    for (number, squad) in squads.iter().enumerate() {
        site.at(start - TimeDelta::days(5) + TimeDelta::hours(9 * number as i64));
        enter_team(site, &cup, squad, true).await?;
    }
    begin(site, crowd, squads, &cup, 8).await?;
    Box::pin(play::play(site, crowd, squads, &cup, Until::Over { disputed: Some(3) })).await?;
    site.at(site.clock.now() + TimeDelta::hours(3));
    act!(site, Actor::System, "paying the prizes", |tx, cx| service::prize::pay(tx, cx, cup.id))?;
    Ok(())
}

/// Tonight's cup: single elimination of eight with a match for the third place, in its first rounds.
async fn in_play(site: &Site<'_>, crowd: &Crowd, squads: &[Squad], game: i64) -> Result<(), Stuck> {
    let start = site.now - TimeDelta::minutes(95);
    site.at(start - TimeDelta::days(5));
    let settings = Settings {
        description: "A weeknight cup: best of three from the first round, done before midnight.".to_owned(),
        min_participants: 4,
        best_of: 3,
        best_of_final: 5,
        third_place_match: true,
        registration_end: start - TimeDelta::hours(1),
        tournament_start: start,
        prize_deltacoin: 800,
        prize_distribution: json!({ "1": "60%", "2": "25%", "3": "15%" }),
        rules_text: RULES.to_owned(),
        stream_youtube_url: "https://www.youtube.com/@dhakaarena".to_owned(),
        ..Settings::new("Monsoon Night Cup", game, 8, site.clock.now())
    };
    let cup = publish(site, &crowd.organizer, &settings).await?;
    let (organizer, referee) = (crowd.organizer.actor(), &crowd.referee);
    let asked = act!(site, organizer, "asking the referee", |tx, cx| {
        service::staff::invite(tx, cx, cup.id, referee.user, tournaments::rules::access::Duty::Referee)
    })?;
    act!(site, referee.actor(), "the referee agreeing", |tx, cx| service::staff::accept(tx, cx, asked.id))?;
    for (number, squad) in squads.iter().enumerate() {
        site.at(start - TimeDelta::days(4) + TimeDelta::hours(7 * number as i64));
        enter_team(site, &cup, squad, false).await?;
    }
    begin(site, crowd, squads, &cup, 8).await?;
    Box::pin(play::play(site, crowd, squads, &cup, Until::Matches(4))).await
}

/// Takes entries of single players now: what a newcomer can enter at once.
async fn open_to_players(site: &Site<'_>, crowd: &Crowd, game: i64) -> Result<(), Stuck> {
    site.ago(TimeDelta::days(3));
    let start = noon(site.now + TimeDelta::days(2)) + TimeDelta::hours(3);
    let settings = Settings {
        description:
            "One against one, everybody plays every round: five rounds of Swiss, then the standings decide. Free, \
                      for beginners too."
                .to_owned(),
        format: Format::Swiss,
        participation_type: Entrants::Solo,
        swiss_rounds: Some(5),
        registration_end: start - TimeDelta::hours(1),
        tournament_start: start,
        prize_deltacoin: 300,
        prize_distribution: json!({ "1": 150, "2": 100, "3": 50 }),
        rules_text: RULES.to_owned(),
        ..Settings::new("Friday eFootball Open", game, 32, site.clock.now())
    };
    let cup = publish(site, &crowd.organizer, &settings).await?;
    for (number, player) in crowd.players.iter().rev().step_by(3).take(11).enumerate() {
        site.ago(TimeDelta::days(3) - TimeDelta::hours(5 * number as i64 + 1));
        enter(site, &cup, player, Form::default()).await?;
    }
    Ok(())
}

/// Takes entries of teams now, for coins or money.
async fn open_to_teams(site: &Site<'_>, crowd: &Crowd, squads: &[Squad], game: i64) -> Result<(), Stuck> {
    site.ago(TimeDelta::days(2));
    let start = noon(site.now + TimeDelta::days(9)) + TimeDelta::hours(2);
    let settings = Settings {
        description: "Groups of four, the best two of each into the playoffs. Cash for the first three.".to_owned(),
        format: Format::GroupPlayoff,
        min_participants: 8,
        group_count: Some(4),
        best_of_final: 3,
        registration_end: start - TimeDelta::days(1),
        tournament_start: start,
        prize_pool: 5_000_000,
        prize_distribution: json!({ "1": "50%", "2": "30%", "3": "20%" }),
        has_entry_fee: true,
        entry_fee_amount: 50_000,
        entry_fee_deltacoin: 50,
        payment_methods: vec![Method::Bkash, Method::Nagad, Method::Deltacoin],
        payment_accounts: [
            (Method::Bkash, "01711000000 (personal)".to_owned()),
            (Method::Nagad, "01811000000 (merchant)".to_owned()),
        ]
        .into(),
        rules_text: RULES.to_owned(),
        ..Settings::new("Winter Invitational", game, 16, site.clock.now())
    };
    let cup = publish(site, &crowd.organizer, &settings).await?;
    for (number, squad) in squads.iter().take(5).enumerate() {
        site.ago(TimeDelta::days(2) - TimeDelta::hours(8 * number as i64 + 1));
        let coins = number % 2 == 0;
        let entry = enter_team(site, &cup, squad, coins).await?;
        if !coins {
            pay_with_money(site, squad.owner(), entry, number).await?;
        }
    }
    Ok(())
}

/// Money was sent, says the owner of a team; the organizer has to look.
async fn pay_with_money(site: &Site<'_>, owner: &Person, entry: i64, number: usize) -> Result<(), Stuck> {
    let receipt = &NewUpload {
        purpose: "payment".to_owned(),
        content_type: "image/png".to_owned(),
        file_name: "receipt.png".to_owned(),
        owner_id: Some(owner.user),
        content: include_bytes!("../receipt.png").to_vec(),
    };
    let proof = act!(site, owner.actor(), "uploading a receipt", |tx, cx| {
        kernel::upload::store(tx, cx.clock, cx.random, receipt.clone())
    })?;
    let submission = &Submission {
        method: if number == 1 { Method::Bkash } else { Method::Nagad },
        amount: 50_000,
        transaction_id: format!("9J{}K2M{number}", 41_700 + number * 13),
        payer_account: format!("0171{:07}", 2_340_000 + number * 711),
        proof,
    };
    act!(site, owner.actor(), "paying", |tx, cx| service::payment::submit(tx, cx, entry, submission.clone())).map(drop)
}

/// Told of, not open yet.
async fn announced(site: &Site<'_>, crowd: &Crowd, game: i64) -> Result<(), Stuck> {
    site.ago(TimeDelta::hours(20));
    let start = noon(site.now + TimeDelta::days(20));
    let settings = Settings {
        description: "Five on five in the Land of Dawn. Registration opens next week.".to_owned(),
        format: Format::DoubleElimination,
        registration_start: site.now + TimeDelta::days(6),
        registration_end: start - TimeDelta::days(2),
        tournament_start: start,
        best_of: 3,
        prize_pool: 2_500_000,
        prize_distribution: json!({ "1": "70%", "2": "30%" }),
        rules_text: RULES.to_owned(),
        ..Settings::new("Chattogram Mobile Legends Series", game, 32, site.clock.now())
    };
    publish(site, &crowd.organizer, &settings).await.map(drop)
}

fn noon(moment: DateTime<Utc>) -> DateTime<Utc> {
    moment.date_naive().and_hms_opt(12, 0, 0).map_or(moment, |noon| noon.and_utc())
}

async fn publish(site: &Site<'_>, organizer: &Person, settings: &Settings) -> Result<Tournament, Stuck> {
    let games = &site.games;
    let what = || format!("announcing {}", settings.name);
    let draft =
        act!(site, organizer.actor(), what(), |tx, cx| service::settings::create(tx, cx, games, settings.clone()))?;
    act!(site, organizer.actor(), what(), |tx, cx| service::lifecycle::publish(tx, cx, games, draft.id))
}

async fn enter(site: &Site<'_>, cup: &Tournament, who: &Person, form: Form) -> Result<i64, Stuck> {
    let games = &site.games;
    let (form, what) = (&form, format!("{} entering {}", who.name, cup.name));
    let entry = act!(site, who.actor(), what, |tx, cx| service::enter::enter(tx, cx, games, cup.id, form.clone()))?;
    Ok(entry.id)
}

async fn enter_team(site: &Site<'_>, cup: &Tournament, squad: &Squad, coins: bool) -> Result<i64, Stuck> {
    let form = Form { team: Some(squad.team), pay_with_coins: coins, ..Form::default() };
    enter(site, cup, squad.owner(), form).await
}

/// Registration closes, everybody checks in, the bracket is drawn, play begins.
async fn begin(
    site: &Site<'_>,
    crowd: &Crowd,
    squads: &[Squad],
    cup: &Tournament,
    entrants: usize,
) -> Result<(), Stuck> {
    let (organizer, id) = (crowd.organizer.actor(), cup.id);
    site.at(cup.tournament_start - TimeDelta::minutes(i64::from(cup.check_in_minutes_before)));
    act!(site, Actor::System, "the clock", |tx, cx| service::clock::advance(tx, cx, id))?;
    let entries = play::entries(site, id).await?;
    if entries.len() != entrants {
        return Err(Stuck::new(&cup.name, format!("{} entries instead of {entrants}", entries.len())));
    }
    for (entry, team) in entries {
        let Some(squad) = squads.iter().find(|squad| Some(squad.team) == team) else { continue };
        act!(site, squad.captain().actor(), "checking in", |tx, cx| service::check_in::check_in(tx, cx, entry))?;
    }
    site.at(cup.tournament_start);
    act!(site, Actor::System, "the clock", |tx, cx| service::clock::advance(tx, cx, id))?;
    act!(site, organizer, "drawing", |tx, cx| {
        service::draw::generate(tx, cx, id, tournaments::rules::seeding::Method::Random)
    })?;
    act!(site, organizer, "publishing the draw", |tx, cx| service::draw::publish(tx, cx, id))?;
    act!(site, organizer, "starting", |tx, cx| service::lifecycle::start(tx, cx, id)).map(drop)
}

/// The side that is ahead on paper: a team that was founded earlier is a little stronger.
pub(crate) fn stronger(squads: &[Squad], teams: [Option<i64>; 2], chance: u64) -> Side {
    let rank = |team: Option<i64>| squads.iter().position(|squad| Some(squad.team) == team).unwrap_or(squads.len());
    let favourite = if rank(teams[0]) <= rank(teams[1]) { Side::A } else { Side::B };
    if chance % 10 < 7 { favourite } else { favourite.other() }
}
