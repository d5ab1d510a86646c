//! The administration as staff has it: every model through its lists and forms (`every`), what it must never allow
//! (`rules`), the services that it runs (`acts`), rows that are edited with the row that they belong to (`lines`), and in a
//! `browser`. `rows` makes rows of any table.

mod acts;
mod browser;
mod every;
mod lines;
mod rows;
mod rules;

use accounts::{
    Act,
    model::user,
    service::access::{Rights, set_user_rights},
};
use kernel::DbError;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use testkit::http::{Client, Response};

use crate::served::Served;

/// Somebody who has signed up and was then made staff, or a superuser.
async fn staff(site: &Served, username: &str, superuser: bool) -> Client {
    let visitor = site.member(username);
    promote(site, username, superuser).await;
    visitor
}

/// Makes somebody staff, or a superuser.
async fn promote(site: &Served, username: &str, superuser: bool) {
    let id = site.id(username).await;
    let made: Result<(), DbError> = site
        .db
        .write(|tx| async move {
            let row = user::ActiveModel {
                id: Set(id),
                is_staff: Set(true),
                is_superuser: Set(superuser),
                ..Default::default()
            };
            row.update(&tx).await?;
            Ok(())
        })
        .await;
    made.expect("it is written");
}

/// Gives somebody these grants and no others.
async fn grant(site: &Served, user: &str, grants: &[(&str, Act)]) {
    let (root, user) = (site.id("root").await, site.id(user).await);
    let grants = grants.iter().map(|(app, act)| ((*app).to_owned(), *act)).collect();
    let wanted = &Rights { grants, ..Rights::default() };
    site.db.write(|tx| async move { set_user_rights(&tx, root, user, wanted).await }).await.expect("root may");
}

/// Sends the form of a page: its token, its prints, the boxes that are ticked, and these fields.
fn send(visitor: &Client, page: &str, action: &str, fields: &[(String, String)]) -> Response {
    let shown = visitor.get(page).expect(200);
    let mut all: Vec<(String, String)> = Vec::new();
    for name in ["csrf", "version"] {
        if let Some(value) = shown.hidden(name) {
            all.push((name.to_owned(), value));
        }
    }
    for part in shown.text().split("name=\"v.").skip(1) {
        let (column, rest) = part.split_once('"').unwrap_or_default();
        let name = format!("v.{column}");
        let ticked = rest.split('>').next().unwrap_or_default().contains(" checked");
        if ticked && !fields.iter().any(|(field, _)| *field == name) {
            all.push((name, "true".to_owned()));
        }
    }
    all.extend_from_slice(fields);
    let pairs: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(action, &pairs)
}
