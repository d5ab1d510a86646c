//! Paying the fee of an entry: with coins at once, or with money that somebody looks for.

use std::collections::BTreeMap;

use ::tournaments::{
    error::payment::{PayRefusal, PaymentField, PaymentInvalid},
    rules::{
        entry::{EntryStatus, owes},
        payment::{PaymentStatus, Submission},
        settings::Method,
    },
    service::{
        payment,
        query::{EntryFacts, Facts},
        upload::RECEIPT,
    },
};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    Acting, below,
    details::{Coins, coins as coins_of},
    enter::Frame,
    fee_words, keep, money as words_of_money, see_other,
    show::spoken_for,
    unprocessable,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    layout::{Layout, moment},
    pages,
    pages::{game_ids::sentence, teams::Nothing},
    session::{Origin, Person},
    site::Shared,
    upload::FileForm,
};

/// A way to send money.
struct Way {
    value: &'static str,
    label: &'static str,
    account: String,
    chosen: bool,
}

/// What was typed about money that was sent.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct Fields {
    payment_method: String,
    amount: String,
    transaction_id: String,
    payer_account: String,
    /// A receipt that was given before.
    kept_proof: String,
}

#[derive(Template)]
#[template(path = "entry/pay.html")]
struct Page {
    layout: Layout,
    csrf: String,
    frame: Frame,
    name: String,
    due: Option<String>,
    /// Whether it waits for a place.
    ahead: bool,
    fee: String,
    amount_help: String,
    /// What to write with the money.
    reference: String,
    coins: Option<Coins>,
    coins_error: Option<String>,
    ways: Vec<Way>,
    fields: Fields,
    kept: Option<String>,
    errors: BTreeMap<&'static str, String>,
    /// Why the last payment was rejected.
    rejected: Option<String>,
    error: Option<String>,
}

impl Page {
    fn at(&self, field: &str) -> Option<&str> {
        self.errors.get(field).map(String::as_str)
    }
}

/// What is wrong, and where.
#[derive(Default)]
struct Wrong {
    fields: BTreeMap<&'static str, String>,
    coins: Option<String>,
    page: Option<String>,
}

impl Wrong {
    fn any(&self) -> bool {
        !self.fields.is_empty() || self.coins.is_some() || self.page.is_some()
    }
}

/// An amount as a field shows it: `500` or `500.50`.
fn plain(minor: i64) -> String {
    if minor % 100 == 0 {
        (minor / 100).to_string()
    } else {
        format!("{}.{:02}", minor / 100, minor.unsigned_abs() % 100)
    }
}

/// The minor units of an amount as people write it; nothing when it is none.
fn minor(text: &str) -> Option<i64> {
    let text: String = text.chars().filter(|c| !matches!(c, ' ' | ',')).collect();
    let (whole, cents) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(cents) || cents.len() > 2 {
        return None;
    }
    let cents: i64 = format!("{cents:0<2}").parse().ok()?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// What the last payment said, for the form after a rejection.
fn before(entry: &EntryFacts) -> (Fields, Option<String>) {
    let last = entry.payments.iter().rev().find(|payment| payment.coin_amount == 0);
    let Some(last) = last.filter(|last| last.status == PaymentStatus::Rejected.as_str()) else {
        return (Fields::default(), None);
    };
    let fields = Fields {
        payment_method: last.payment_method.clone(),
        amount: plain(last.amount),
        transaction_id: last.transaction_id.clone(),
        payer_account: last.payer_account.clone(),
        kept_proof: last.payment_proof.clone(),
    };
    (fields, Some(last.admin_notes.clone()))
}

async fn page(
    shared: &Shared,
    person: &Person,
    csrf: &Csrf,
    (facts, entry): &(Facts, EntryFacts),
    fields: Option<Fields>,
    wrong: Wrong,
) -> Result<Response, Trouble> {
    let tournament = &entry.tournament;
    let (old, rejected) = before(entry);
    let mut fields = fields.unwrap_or(old);
    if fields.amount.is_empty() {
        fields.amount = plain(tournament.entry_fee_amount);
    }
    let coins_way = facts.ways_to_pay.iter().find(|way| !way.method.is_money() && way.coins > 0);
    let ways = facts.ways_to_pay.iter().filter(|way| way.method.is_money()).map(|way| Way {
        value: way.method.as_str(),
        label: way.method.label(),
        account: way.account.clone(),
        chosen: fields.payment_method == way.method.as_str(),
    });
    let mut ways: Vec<Way> = ways.collect();
    if let [only] = ways.as_mut_slice() {
        only.chosen = true;
    }
    let head = match fields.kept_proof.as_str() {
        "" => None,
        token => kernel::upload::head(&shared.db, token).await?,
    };
    let kept = head.filter(|head| head.owner_id == Some(person.0.user.id)).map(|head| head.file_name);
    let refused = wrong.any();
    let page = pages::show(&Page {
        layout: Layout::of(shared, Some(person), csrf, "entries").await?,
        csrf: csrf.token().to_owned(),
        frame: Frame::of(tournament),
        name: entry.row.entry.display_name.clone(),
        due: entry.row.entry.payment_due_at.map(|due| moment(&due)),
        ahead: entry.pays_ahead,
        fee: words_of_money(tournament.entry_fee_amount, &tournament.entry_fee_currency),
        amount_help: format!("Exactly the fee, in {}.", tournament.entry_fee_currency),
        reference: format!("DC-{}", entry.row.entry.id),
        coins: match coins_way {
            Some(way) => Some(coins_of(shared, person, way.coins).await?),
            None => None,
        },
        coins_error: wrong.coins,
        ways,
        kept,
        fields,
        errors: wrong.fields,
        rejected,
        error: wrong.page,
    });
    Ok(if refused { unprocessable(page) } else { page })
}

/// The entry, if its fee is to be paid; else the page to go on to.
async fn to_pay(
    shared: &Shared,
    person: &Person,
    slug: &str,
) -> Result<Result<(Facts, EntryFacts), Response>, Trouble> {
    let Some(found) = spoken_for(shared, person, slug).await? else {
        return Ok(Err(see_other(&format!("/tournaments/{slug}/enter"))));
    };
    let entry = &found.1;
    let holds = entry.row.status == EntryStatus::Pending && owes(&entry.tournament, &entry.row.entry);
    if !holds && !entry.pays_ahead {
        return Ok(Err(see_other(&format!("/tournaments/{slug}/entry"))));
    }
    Ok(Ok(found))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
) -> Result<Response, Trouble> {
    match to_pay(&shared, &person, &slug).await? {
        Ok(found) => page(&shared, &person, &csrf, &found, None, Wrong::default()).await,
        Err(elsewhere) => Ok(elsewhere),
    }
}

/// The form stands on the page of paying.
pub(crate) async fn back(Path(slug): Path<String>) -> Response {
    see_other(&format!("/tournaments/{slug}/entry/pay"))
}

pub(crate) async fn coins(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Trouble> {
    let found = match to_pay(&shared, &person, &slug).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let (acting, id) = (&Acting::new(&shared, &person, origin), found.1.row.entry.id);
    let paid = shared.db.write(|tx| async move { payment::pay_with_coins(&tx, &acting.cx(), id).await });
    let text = match paid.await {
        Ok(_) => return Ok(see_other(&format!("/tournaments/{slug}/entry?done=paid"))),
        Err(PayRefusal::Trouble(trouble)) => return Err(below(trouble)),
        Err(PayRefusal::Fee(refusal)) => fee_words(&refusal),
        Err(refusal) => sentence(&refusal.to_string()),
    };
    let wrong = Wrong { coins: Some(text), ..Wrong::default() };
    page(&shared, &person, &csrf, &found, None, wrong).await
}

pub(crate) async fn money(
    State(shared): State<Shared>,
    person: Person,
    origin: Origin,
    csrf: Csrf,
    Path(slug): Path<String>,
    FileForm { mut fields, files }: FileForm<Fields>,
) -> Result<Response, Trouble> {
    let found = match to_pay(&shared, &person, &slug).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let mut wrong = Wrong::default();
    if let Some(file) = files.into_iter().find(|file| file.field == PaymentField::Proof.name()) {
        match keep(&shared, &person, file, RECEIPT).await? {
            Ok(token) => fields.kept_proof = token,
            Err(refusal) => drop(wrong.fields.insert(PaymentField::Proof.name(), refusal.to_string())),
        }
    }
    let submission = Submission {
        // The service says that coins are no way to send money.
        method: Method::parse(&fields.payment_method).unwrap_or(Method::Deltacoin),
        amount: minor(&fields.amount).unwrap_or(-1),
        transaction_id: fields.transaction_id.clone(),
        payer_account: fields.payer_account.clone(),
        proof: fields.kept_proof.clone(),
    };
    if !wrong.fields.is_empty() {
        // A new receipt that is none: nothing is sent in place of it.
        let tournament = &found.1.tournament;
        let methods = ::tournaments::rules::settings::Settings::from(tournament).payment_methods;
        let submission = submission.tidy();
        add(&mut wrong, submission.invalid(tournament.entry_fee_amount, &methods));
        return page(&shared, &person, &csrf, &found, Some(fields), wrong).await;
    }
    let (acting, id, sent) = (&Acting::new(&shared, &person, origin), found.1.row.entry.id, &submission);
    let paid = shared.db.write(|tx| async move { payment::submit(&tx, &acting.cx(), id, sent.clone()).await });
    match paid.await {
        Ok(_) => return Ok(see_other(&format!("/tournaments/{slug}/entry?done=paid"))),
        Err(PayRefusal::Trouble(trouble)) => return Err(below(trouble)),
        Err(PayRefusal::Invalid(invalid)) => {
            if invalid.iter().any(|(_, wrong)| *wrong == PaymentInvalid::ProofGone) {
                fields.kept_proof.clear();
            }
            add(&mut wrong, invalid);
        }
        Err(refusal) => wrong.page = Some(sentence(&refusal.to_string())),
    }
    page(&shared, &person, &csrf, &found, Some(fields), wrong).await
}

fn add(wrong: &mut Wrong, invalid: Vec<(PaymentField, PaymentInvalid)>) {
    for (field, invalid) in invalid {
        wrong.fields.entry(field.name()).or_insert_with(|| invalid.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_write_them() {
        for (text, expected) in [
            ("500", Some(50_000)),
            ("500.00", Some(50_000)),
            ("500.5", Some(50_050)),
            ("0.05", Some(5)),
            (" 1,500 ", Some(150_000)),
            ("", None),
            (".5", None),
            ("5.123", None),
            ("-5", None),
            ("five", None),
            ("5e3", None),
            ("99999999999999999999", None),
            ("92233720368547758", Some(9_223_372_036_854_775_800)),
            ("92233720368547759", None),
        ] {
            assert_eq!(minor(text), expected, "{text}");
        }
        for (amount, text) in [(50_000, "500"), (50_050, "500.50"), (5, "0.05")] {
            assert_eq!(plain(amount), text);
            assert_eq!(minor(text), Some(amount));
        }
    }
}
