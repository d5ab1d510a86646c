//! The last steps of entering: what the organizer asks, the rules, and looking over it all before it counts.

use std::collections::BTreeMap;

use ::tournaments::{
    error::entry::{EnterRefusal, Ineligible},
    model::custom_field,
    rules::{answers::Kind, entry::EntryStatus},
    service::{
        enter::{Form as Entering, blank},
        query::Facts,
        upload::ANSWER,
    },
};
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use economy::Holder;
use serde_json::Value;

use super::{
    Acting, attempt, below,
    enter::{Chosen, Frame, blocked, by_team, players_page},
    facts, fee_words, keep, money, own, see_other, status, unprocessable,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, moment, number},
    pages,
    session::{Origin, Person},
    site::Shared,
    upload::FileForm,
};

/// What was typed, by the names of the fields.
type Fields = BTreeMap<String, String>;

/// What was typed into the form, and what is wrong with it.
#[derive(Default)]
struct Typed {
    team: Option<i64>,
    fields: Fields,
    errors: BTreeMap<String, String>,
}

impl Typed {
    fn new(fields: Fields) -> Self {
        let team = fields.get("team").and_then(|team| team.parse().ok());
        Self { team, fields, errors: BTreeMap::new() }
    }

    fn text(&self, name: &str) -> String {
        self.fields.get(name).cloned().unwrap_or_default()
    }

    fn agrees(&self) -> bool {
        self.fields.contains_key("rules")
    }

    /// What the service is told.
    fn form(&self, questions: &[custom_field::Model]) -> Entering {
        let answer = |question: &custom_field::Model| {
            let typed = self.fields.get(&format!("q-{}", question.field_key));
            // A box that is not ticked is not sent, and is an answer.
            let answer = match Kind::parse(&question.field_type)? {
                Kind::Toggle => Value::Bool(typed.is_some()),
                _ => Value::String(typed?.clone()),
            };
            Some((question.field_key.clone(), answer))
        };
        Entering {
            team: self.team,
            game_ids: BTreeMap::new(),
            phone: self.text("phone"),
            discord: self.text("discord"),
            answers: questions.iter().filter_map(answer).collect(),
            pay_with_coins: self.fields.get("pay").is_some_and(|pay| pay == "coins"),
        }
    }

    /// Takes the reasons that belong to fields; answers those that do not.
    fn place(&mut self, reasons: Vec<Ineligible>) -> Vec<Ineligible> {
        let mut others = Vec::new();
        for reason in reasons {
            match reason {
                Ineligible::Answer { key, invalid, .. } => {
                    self.errors.entry(format!("q-{key}")).or_insert_with(|| invalid.to_string());
                }
                Ineligible::Contact { field } => {
                    self.errors.insert(field.to_owned(), "Use at most 100 visible characters.".to_owned());
                }
                other => others.push(other),
            }
        }
        others
    }
}

/// A question of the organizer as a field.
struct Field {
    name: String,
    label: String,
    help: String,
    kind: Kind,
    required: bool,
    value: String,
    on: bool,
    options: Vec<(String, bool)>,
    /// Bounds of the answer, as a browser checks them.
    bounds: Vec<(&'static str, String)>,
    /// The name of the file that was given before.
    kept: Option<String>,
    error: Option<String>,
}

impl Field {
    fn is(&self, kind: &str) -> bool {
        self.kind.as_str() == kind
    }

    fn input_type(&self) -> &'static str {
        match self.kind {
            Kind::Number => "number",
            Kind::Date => "date",
            Kind::Url => "url",
            _ => "text",
        }
    }
}

#[derive(Template)]
#[template(path = "entry/details.html")]
struct DetailsPage {
    layout: Layout,
    csrf: String,
    frame: Frame,
    team: Option<i64>,
    phone: String,
    discord: String,
    questions: Vec<Field>,
    rules: String,
    agrees: bool,
    typed: Typed,
}

impl DetailsPage {
    fn error(&self, field: &str) -> Option<&str> {
        self.typed.errors.get(field).map(String::as_str)
    }

    /// Every error with its field and the field's words, in the order of the form.
    fn wrong(&self) -> Vec<(String, String, String)> {
        let questions = self.questions.iter().map(|question| (question.name.as_str(), question.label.as_str()));
        let fields =
            [("phone", "Phone"), ("discord", "Discord")].into_iter().chain(questions).chain([("rules", "Rules")]);
        let wrong = |(name, label): (&str, &str)| {
            Some((name.to_owned(), label.to_owned(), self.typed.errors.get(name)?.clone()))
        };
        fields.filter_map(wrong).collect()
    }
}

/// The file of this token, if this person gave it.
async fn file_name(shared: &Shared, person: &Person, token: &str) -> Result<Option<String>, Trouble> {
    if token.is_empty() {
        return Ok(None);
    }
    let head = kernel::upload::head(&shared.db, token).await?;
    Ok(head.filter(|head| head.owner_id == Some(person.0.user.id)).map(|head| head.file_name))
}

async fn field(
    shared: &Shared,
    person: &Person,
    question: &custom_field::Model,
    typed: &Typed,
) -> Result<Option<Field>, Trouble> {
    let Some(kind) = Kind::parse(&question.field_type) else { return Ok(None) };
    let name = format!("q-{}", question.field_key);
    let value = typed.text(&name);
    let config = &question.field_config;
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let bound = |setting: &str, attribute: &'static str| Some((attribute, plain(config.get(setting)?)));
    let bounds = match kind {
        Kind::Text => vec![bound("min_length", "minlength"), bound("max_length", "maxlength")],
        Kind::Number => {
            let whole = config.get("integer").and_then(Value::as_bool).unwrap_or(false);
            let step = ("step", if whole { "1" } else { "any" }.to_owned());
            vec![bound("min", "min"), bound("max", "max"), Some(step)]
        }
        Kind::Date => vec![bound("earliest", "min"), bound("latest", "max")],
        _ => Vec::new(),
    };
    let options = config.get("options").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let options = options.iter().filter_map(Value::as_str);
    let kept = if kind == Kind::Media { file_name(shared, person, &value).await? } else { None };
    Ok(Some(Field {
        label: question.field_name.clone(),
        help: question.help_text.clone(),
        required: question.is_required || config.get("must_be_on").and_then(Value::as_bool).unwrap_or(false),
        on: !value.is_empty(),
        options: options.map(|option| (option.to_owned(), option == value)).collect(),
        bounds: bounds.into_iter().flatten().collect(),
        kept,
        error: typed.errors.get(&name).cloned(),
        kind,
        value,
        name,
    }))
}

async fn page(shared: &Shared, person: &Person, csrf: &Csrf, facts: &Facts, typed: Typed) -> Result<Response, Trouble> {
    let tournament = &facts.card.tournament;
    let mut questions = Vec::new();
    for question in &facts.questions {
        questions.extend(field(shared, person, question, &typed).await?);
    }
    let refused = !typed.errors.is_empty();
    let page = pages::show(&DetailsPage {
        layout: Layout::of(shared, Some(person), csrf, "tournaments").await?,
        csrf: csrf.token().to_owned(),
        frame: Frame::of(tournament),
        team: typed.team,
        phone: typed.text("phone"),
        discord: typed.text("discord"),
        questions,
        rules: tournament.rules_text.clone(),
        agrees: typed.agrees(),
        typed,
    });
    Ok(if refused { unprocessable(page) } else { page })
}

pub(crate) async fn form(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Response, Trouble> {
    let facts = facts(&shared, &person, &slug).await?;
    let tournament = &facts.card.tournament;
    if by_team(tournament) != chosen.id().is_some() {
        return Ok(see_other(&format!("/tournaments/{slug}/enter")));
    }
    let known = blank(shared.db.read(), &shared.games, &person.0.actor(), tournament).await?;
    let discord = known.map(|blank| blank.form.discord).unwrap_or_default();
    let typed = Typed { team: chosen.id(), ..Typed::new(Fields::from([("discord".to_owned(), discord)])) };
    page(&shared, &person, &csrf, &facts, typed).await
}

/// Back from looking over it, with all that was typed.
pub(crate) async fn again(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let facts = facts(&shared, &person, &slug).await?;
    page(&shared, &person, &csrf, &facts, Typed::new(fields)).await
}

/// What is looked over has no address of its own.
pub(crate) async fn back(Path(slug): Path<String>) -> Response {
    see_other(&format!("/tournaments/{slug}/enter"))
}

#[derive(Template)]
#[template(path = "entry/review.html")]
struct ReviewPage {
    layout: Layout,
    csrf: String,
    frame: Frame,
    entrant: String,
    /// Question and answer.
    answers: Vec<(String, String)>,
    players: Vec<String>,
    /// What becomes of the entry.
    outcome: String,
    fee: Option<String>,
    waiver: String,
    coins: Option<Coins>,
    other_ways: Vec<&'static str>,
    hidden: Vec<(String, String)>,
    pays_coins: bool,
    error: Option<String>,
}

/// The fee in coins, and what a wallet holds before and after it.
pub(super) struct Coins {
    pub(super) price: String,
    pub(super) before: String,
    /// Nothing when there are too few.
    pub(super) after: Option<String>,
    pub(super) missing: String,
}

pub(super) async fn coins(shared: &Shared, person: &Person, price: i64) -> Result<Coins, Trouble> {
    let profile = profiles::service::of_user(&shared.db, &*shared.clock, &person.0.user).await?;
    let balance = economy::service::balance(&shared.db, Holder::Player(profile.id)).await?;
    let after = balance.checked_sub(price).filter(|after| *after >= 0);
    Ok(Coins {
        price: number(price),
        before: number(balance),
        after: after.map(number),
        missing: number(price.saturating_sub(balance)),
    })
}

async fn review_page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    facts: &Facts,
    typed: &Typed,
    would: &::tournaments::model::registration::Model,
    error: Option<String>,
) -> Result<Response, Trouble> {
    let tournament = &facts.card.tournament;
    let mut answers = Vec::new();
    for question in &facts.questions {
        let Some(field) = field(shared, person, question, typed).await? else { continue };
        let answer = match field.kind {
            Kind::Toggle => if field.on { "Yes" } else { "No" }.to_owned(),
            Kind::Media => field.kept.unwrap_or_default(),
            _ => field.value,
        };
        answers.push((field.label, answer));
    }
    for (label, name) in [("Phone", "phone"), ("Discord", "discord")] {
        answers.push((label.to_owned(), typed.text(name)));
    }
    answers.retain(|(_, answer)| !answer.is_empty());
    let owes = status(would) == EntryStatus::Pending;
    let outcome = match (status(would), would.payment_due_at) {
        (EntryStatus::Waitlisted, _) => {
            let ahead = if tournament.has_entry_fee && !would.has_fee_waiver {
                " Nothing is paid now; you can pay ahead on the page of your entry."
            } else {
                ""
            };
            format!(
                "All places are taken at this moment: you will be number {} on the waiting list.{ahead}",
                facts.counts.waiting + 1
            )
        }
        (EntryStatus::Pending, Some(due)) => {
            format!("You get a place at once. It is held until {}; by then the fee is to be paid.", moment(&due))
        }
        _ => "You get a place at once, and it is yours.".to_owned(),
    };
    let price = facts.ways_to_pay.iter().find(|way| way.coins > 0 && !way.method.is_money());
    let others = facts.ways_to_pay.iter().filter(|way| way.method.is_money());
    let waits = status(would) == EntryStatus::Waitlisted;
    let fees: Vec<String> = [
        (tournament.entry_fee_amount > 0).then(|| money(tournament.entry_fee_amount, &tournament.entry_fee_currency)),
        price.map(|way| format!("{} coins", number(way.coins))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let roster = would.registration_data.pointer("/team_info/roster").and_then(Value::as_array);
    let players = roster.map(Vec::as_slice).unwrap_or_default().iter();
    let players = players.filter_map(|player| {
        let name = player.get("name")?.as_str()?;
        let substitute = player.get("substitute").and_then(Value::as_bool).unwrap_or(false);
        Some(if substitute { format!("{name} (substitute)") } else { name.to_owned() })
    });
    let mut hidden: Vec<(String, String)> = typed
        .fields
        .iter()
        .filter(|(name, _)| !["csrf", "pay"].contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    hidden.retain(|(name, _)| !name.starts_with("kept-"));
    let refused = error.is_some();
    let page = pages::show(&ReviewPage {
        layout: Layout::of(shared, Some(person), csrf, "tournaments").await?,
        csrf: csrf.token().to_owned(),
        frame: Frame::of(tournament),
        entrant: would.display_name.clone(),
        players: players.collect(),
        answers,
        outcome,
        fee: (tournament.has_entry_fee && !would.has_fee_waiver).then(|| fees.join(" or ")),
        waiver: would.waiver_reason.clone(),
        coins: match price {
            Some(way) if owes => Some(coins(shared, person, way.coins).await?),
            _ => None,
        },
        other_ways: if waits { Vec::new() } else { others.map(|way| way.method.label()).collect() },
        pays_coins: typed.fields.get("pay").is_some_and(|pay| pay == "coins"),
        hidden,
        error,
    });
    Ok(if refused { unprocessable(page) } else { page })
}

/// Checks what was typed; shows it once more when all is right.
pub(crate) async fn review(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    FileForm { fields, files }: FileForm<Fields>,
) -> Result<Response, Trouble> {
    let facts = facts(&shared, &person, &slug).await?;
    let mut typed = Typed::new(fields);
    for question in facts.questions.iter().filter(|question| question.field_type == Kind::Media.as_str()) {
        let name = format!("q-{}", question.field_key);
        if let Some(kept) = typed.fields.remove(&format!("kept-{name}")) {
            typed.fields.insert(name, kept);
        }
    }
    for file in files {
        let name = file.field.clone();
        let asked = |question: &custom_field::Model| {
            question.field_type == Kind::Media.as_str() && name == format!("q-{}", question.field_key)
        };
        if !facts.questions.iter().any(asked) {
            continue;
        }
        match keep(&shared, &person, file, ANSWER).await? {
            Ok(token) => drop(typed.fields.insert(name, token)),
            Err(refusal) => drop(typed.errors.insert(name, refusal.to_string())),
        }
    }
    check(&shared, &Acting::new(&shared, &person, origin), (&person, &csrf), &facts, typed).await
}

/// The page after trying: the form or the players with what is wrong, or all of it to look over.
async fn check(
    shared: &Shared,
    acting: &Acting,
    (person, csrf): (&Person, &Csrf),
    facts: &Facts,
    mut typed: Typed,
) -> Result<Response, Trouble> {
    let tournament = &facts.card.tournament;
    if !typed.agrees() {
        typed.errors.insert("rules".to_owned(), "Agree to the rules to enter.".to_owned());
    }
    let form = Entering { pay_with_coins: false, ..typed.form(&facts.questions) };
    match attempt(shared, acting, tournament.id, &form).await? {
        Ok(would) if typed.errors.is_empty() => review_page(shared, person, csrf, facts, &typed, &would, None).await,
        Ok(_) => page(shared, person, csrf, facts, typed).await,
        Err(EnterRefusal::Ineligible(reasons)) => {
            let others = typed.place(reasons);
            if others.is_empty() {
                return page(shared, person, csrf, facts, typed).await;
            }
            let tried = Err(EnterRefusal::Ineligible(others));
            Ok(unprocessable(players_page(shared, person, csrf, facts, typed.team, tried).await?))
        }
        Err(refusal) => blocked(shared, person, csrf, tournament, &refusal).await,
    }
}

/// Enters.
pub(crate) async fn enter(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Trouble> {
    let facts = facts(&shared, &person, &slug).await?;
    let typed = Typed::new(fields);
    if own(&facts).is_some_and(|(entry, _)| status(entry).is_live()) {
        return Ok(see_other(&format!("/tournaments/{slug}/entry")));
    }
    let (acting, games, id) = (&Acting::new(&shared, &person, origin), &*shared.games, facts.card.tournament.id);
    if !typed.agrees() {
        return check(&shared, acting, (&person, &csrf), &facts, typed).await;
    }
    let form = typed.form(&facts.questions);
    let wanted = &form;
    let entered = shared.db.write(|tx| async move {
        ::tournaments::service::enter::enter(&tx, &acting.cx(), games, id, wanted.clone()).await
    });
    match entered.await {
        Ok(_) => Ok(see_other(&format!("/tournaments/{slug}/entry?done=entered"))),
        Err(EnterRefusal::Fee(refusal)) => {
            let form = Entering { pay_with_coins: false, ..form };
            match attempt(&shared, acting, id, &form).await? {
                Ok(would) => {
                    let error = Some(fee_words(&refusal));
                    review_page(&shared, &person, &csrf, &facts, &typed, &would, error).await
                }
                Err(refusal) => blocked(&shared, &person, &csrf, &facts.card.tournament, &refusal).await,
            }
        }
        Err(EnterRefusal::Trouble(trouble)) => Err(below(trouble)),
        // What was right a moment ago is not any more: said where it is mended.
        Err(EnterRefusal::Ineligible(_)) => check(&shared, acting, (&person, &csrf), &facts, typed).await,
        Err(refusal) => blocked(&shared, &person, &csrf, &facts.card.tournament, &refusal).await,
    }
}
