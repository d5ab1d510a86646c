//! The organizer's desk. Here is what its tests share.

use chrono::TimeDelta;
use economy::Holder;
use kernel::{Actor, Clock, DbError, SystemRandom, text::fold_name, upload::NewUpload};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use testkit::{
    TestDatabase,
    http::{Client, Response, Upload},
};
use tournaments::{
    model::{
        audit_log, custom_field, dispute, game, r#match as meeting, payment, prize_award, registration, staff_member,
        tournament,
    },
    rules::{
        access::{Act, Duty},
        dispute::Reason,
        payment::Submission,
        settings::Method,
    },
    service::{self, enter::Form},
};

use crate::{
    browser,
    served::{Served, migrated, serve, submit, token},
    teams::{contains, goes_to, sign_in_as},
    tournaments::{act, games},
};

/// A player who is only rows: signing up has its own tests.
pub struct Player {
    pub user: i64,
    pub profile: i64,
}

impl Player {
    fn actor(&self) -> Actor {
        Actor::user(self.user)
    }
}

impl Served {
    async fn a_game(&self) -> i64 {
        let row = &game::ActiveModel {
            name: Set("eFootball".to_owned()),
            slug: Set("efootball".to_owned()),
            code: Set(Some("efootball".to_owned())),
            icon: Set(String::new()),
            profile_id_field: Set("efootball_id".to_owned()),
            is_active: Set(true),
            created_at: Set(self.clock.now()),
            ..Default::default()
        };
        let made: Result<game::Model, DbError> = self
            .db
            .write(|tx| async move { Ok(game::Entity::insert(row.clone()).exec_with_returning(&tx).await?) })
            .await;
        made.expect("it is written").id
    }

    async fn player(&self, name: &str) -> Player {
        let now = self.clock.now();
        let made: Result<Player, DbError> = self
            .db
            .write(|tx| async move {
                let user = accounts::model::user::ActiveModel {
                    password: Set("unusable".to_owned()),
                    username: Set(name.to_owned()),
                    username_ci: Set(fold_name(name)),
                    email: Set(format!("{name}@example.org")),
                    email_ci: Set(format!("{}@example.org", fold_name(name))),
                    is_active: Set(true),
                    date_joined: Set(now),
                    ..Default::default()
                };
                let user = accounts::model::user::Entity::insert(user).exec_with_returning(&tx).await?;
                let profile = profiles::model::user_profile::ActiveModel {
                    user_id: Set(user.id),
                    display_name: Set(name.to_owned()),
                    efootball_id: Set(format!("{:09}", 100_000_000 + user.id)),
                    created_at: Set(now),
                    ..Default::default()
                };
                let profile = profiles::model::user_profile::Entity::insert(profile).exec_with_returning(&tx).await?;
                Ok(Player { user: user.id, profile: profile.id })
            })
            .await;
        made.expect("it is written")
    }

    async fn enters(&self, player: &Player, cup: i64) -> i64 {
        let games = &games();
        act!(self, player.actor(), |tx, cx| service::enter::enter(tx, cx, games, cup, Form::default())).id
    }

    pub async fn sends_money(&self, player: &Player, entry: i64, reference: &str, amount: i64) -> i64 {
        let new = &NewUpload {
            purpose: "payment_proof".to_owned(),
            content_type: "image/png".to_owned(),
            content: picture(),
            file_name: "receipt.png".to_owned(),
            owner_id: Some(player.user),
        };
        let site = self;
        let stored: Result<String, DbError> = self
            .db
            .write(|tx| async move { kernel::upload::store(&tx, &*site.clock, &SystemRandom, new.clone()).await })
            .await;
        let submission = &Submission {
            method: Method::Bkash,
            amount,
            transaction_id: reference.to_owned(),
            payer_account: "01712345678".to_owned(),
            proof: stored.expect("it is stored"),
        };
        act!(self, player.actor(), |tx, cx| service::payment::submit(tx, cx, entry, submission.clone())).id
    }

    pub async fn coins_for(&self, profile: i64, coins: i64) {
        let site = self;
        let done = self.db.write(|tx| async move {
            let holder = Holder::Player(profile);
            economy::service::adjust(&tx, &*site.clock, &Actor::System, holder, coins, "for a test", None)
                .await
                .map(drop)
        });
        done.await.expect("the treasury gives");
    }

    pub async fn profile_of(&self, username: &str) -> i64 {
        use profiles::model::user_profile::{Column, Entity};
        let id = self.id(username).await;
        Entity::find().filter(Column::UserId.eq(id)).one(self.db.read()).await.expect("readable").expect("there").id
    }

    async fn tournament(&self, slug: &str) -> tournament::Model {
        let found = tournament::Entity::find().filter(tournament::Column::Slug.eq(slug)).one(self.db.read()).await;
        found.expect("readable").expect("there is one")
    }

    async fn entry(&self, id: i64) -> registration::Model {
        registration::Entity::find_by_id(id).one(self.db.read()).await.expect("readable").expect("there is one")
    }

    async fn matches_of(&self, cup: i64) -> Vec<meeting::Model> {
        let found = meeting::Entity::find().filter(meeting::Column::TournamentId.eq(cup));
        let found = found.order_by_asc(meeting::Column::RoundNumber).order_by_asc(meeting::Column::MatchNumber);
        found.all(self.db.read()).await.expect("readable")
    }

    /// Everything of tournaments that acts of the desk change.
    async fn desk_state(&self) -> String {
        let db = self.db.read();
        let tournaments = tournament::Entity::find().all(db).await.expect("readable");
        let entries =
            registration::Entity::find().order_by_asc(registration::Column::Id).all(db).await.expect("readable");
        let payments = payment::Entity::find().order_by_asc(payment::Column::Id).all(db).await.expect("readable");
        let matches = meeting::Entity::find().order_by_asc(meeting::Column::Id).all(db).await.expect("readable");
        let staff =
            staff_member::Entity::find().order_by_asc(staff_member::Column::Id).all(db).await.expect("readable");
        let fields = custom_field::Entity::find().all(db).await.expect("readable");
        let disputes = dispute::Entity::find().all(db).await.expect("readable");
        let prizes = prize_award::Entity::find().all(db).await.expect("readable");
        let audit = audit_log::Entity::find().all(db).await.expect("readable");
        format!("{tournaments:?}{entries:?}{payments:?}{matches:?}{staff:?}{fields:?}{disputes:?}{prizes:?}{audit:?}")
    }
}

/// A small picture.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(48, 64, |x, y| image::Rgb([x as u8 * 4, y as u8 * 3, 120]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}

/// A form as a page holds it: every field that it would send.
pub fn form_of(page: &Response, action: &str) -> Vec<(String, String)> {
    page.form(action).fields
}

/// Sends a form of a page as it is, with these changes; a value of `-` takes a field away.
fn fill(visitor: &Client, page: &str, action: &str, changes: &[(&str, &str)]) -> Response {
    let mut fields = form_of(&visitor.get(page).expect(200), action);
    for (name, value) in changes {
        fields.retain(|(other, _)| other != name);
        if *value != "-" {
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(action, &fields)
}

/// Sends the question of a page on, with a reason.
fn confirm(visitor: &Client, page: &Response, action: &str, reason: &str) -> Response {
    let mut fields = form_of(page, action);
    fields.retain(|(name, _)| name != "reason");
    fields.push(("reason".to_owned(), reason.to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(action, &fields)
}

/// What makes the default form a solo cup with a fee and prizes.
const CUP: &[(&str, &str)] = &[
    ("name", "Spring Cup"),
    ("participation_type", "solo"),
    ("max_participants", "4"),
    ("has_entry_fee", "on"),
    ("entry_fee_amount", "500.00"),
    ("pay_bkash", "on"),
    ("account_bkash", "01711111111"),
    ("prize_pool", "1,500.00"),
    ("prize_deltacoin", "300"),
    ("prize_distribution", "1: 200 coins + 1,000.00\n2: 100 coins + 500.00"),
    ("check_in_minutes_before", "30"),
];

fn made(olga: &Client, game: i64, changes: &[(&str, &str)]) -> String {
    let changes = [CUP, changes].concat();
    let answer = fill(olga, &format!("/organize/new?game={game}"), "/organize/new", &changes);
    assert_eq!(answer.status(), 303, "{}", answer.text());
    let path = answer.header("location").unwrap_or_default();
    path.trim_end_matches("?done=made").to_owned()
}

mod change;
mod held;
mod live;
mod looks;
mod rights;
