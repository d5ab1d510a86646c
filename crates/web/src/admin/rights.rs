//! The rights of a person or a group: a table of apps and acts to tick. Services of accounts decide
//! who may hand on what.

use std::collections::BTreeSet;

use accounts::{
    Act,
    access::Grant,
    service::access::{Rights, groups, rights_of_group, rights_of_user, set_group_grants, set_user_rights},
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use kernel::Tx;
use serde_json::{Value as Json, json};

use super::{
    catalogue::{Model, catalogue},
    frame::{Frame, Theme},
    link::Pairs,
    list::nothing,
    save::{Refusal, note_named},
    sent::Sent,
    staff::Staff,
    value::Cell,
};
use crate::{
    csrf::{Csrf, Form},
    error::Trouble,
    pages,
    site::Shared,
};

/// One box to tick.
struct Tick {
    name: String,
    label: String,
    on: bool,
    /// Whether this person may neither give nor take it.
    fixed: bool,
}

#[derive(Template)]
#[template(path = "admin/rights.html")]
struct RightsPage {
    frame: Frame,
    model: &'static Model,
    name: String,
    path: String,
    row: String,
    acts: Vec<&'static str>,
    /// Label of the app, its boxes.
    apps: Vec<(String, Vec<Tick>)>,
    groups: Option<Vec<Tick>>,
    error: Option<String>,
    /// Why the boxes change nothing.
    note: Option<&'static str>,
}

/// Whose rights they are.
struct Subject {
    model: &'static Model,
    id: i64,
    name: String,
    rights: Rights,
    /// A person, not a group.
    person: bool,
    note: Option<&'static str>,
}

async fn subject(shared: &Shared, kind: &str, id: &str) -> Result<Subject, Trouble> {
    let missing = || nothing(format!("There is no {} of this number.", if kind == "group" { "group" } else { "user" }));
    let id: i64 = id.parse().map_err(|_| missing())?;
    let model = |name: &str| catalogue().named("accounts", name).ok_or_else(missing);
    match kind {
        "user" => {
            let (user, rights) = rights_of_user(&shared.db, id).await?.ok_or_else(missing)?;
            let note = match (user.is_superuser, user.is_staff) {
                (true, _) => Some("This is a superuser, who may do everything; the grants count only when that ends."),
                (_, false) => Some("This is nobody of the staff; the grants count only for staff."),
                _ => None,
            };
            Ok(Subject { model: model("User")?, id, name: user.username, rights, person: true, note })
        }
        "group" => {
            let (group, grants) = rights_of_group(&shared.db, id).await?.ok_or_else(missing)?;
            let rights = Rights { grants, groups: BTreeSet::new() };
            Ok(Subject { model: model("Group")?, id, name: group.name, rights, person: false, note: None })
        }
        _ => Err(nothing("Rights belong to users and groups.".to_owned())),
    }
}

async fn page(
    shared: &Shared,
    (staff, csrf, theme): (&Staff, &Csrf, Theme),
    subject: Subject,
    (error, done): (Option<String>, Option<&str>),
) -> Result<Response, Trouble> {
    let tick = |app: &str, act: Act| Tick {
        name: format!("g.{app}.{act}"),
        label: format!("{act} {app}"),
        on: subject.rights.grants.contains(&(app.to_owned(), act)),
        fixed: !staff.access.may(app, act),
    };
    let apps = catalogue().apps.iter();
    let apps = apps.map(|app| (app.label.clone(), Act::ALL.into_iter().map(|act| tick(app.name, act)).collect()));
    let groups = if subject.person {
        let all = groups(&shared.db).await?.into_iter().map(|group| Tick {
            name: format!("group.{}", group.id),
            on: subject.rights.groups.contains(&group.id),
            label: group.name,
            fixed: false,
        });
        Some(all.collect())
    } else {
        None
    };
    let kind = if subject.person { "user" } else { "group" };
    let path = format!("/admin/rights/{kind}/{}", subject.id);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let page = RightsPage {
        frame: Frame::of(staff, csrf, theme, Some(subject.model), path.clone()).saying(done),
        model: subject.model,
        row: subject.model.row_path(&subject.id.to_string()),
        name: subject.name,
        path,
        acts: Act::ALL.into_iter().map(Act::word).collect(),
        apps: apps.collect(),
        groups,
        error,
        note: subject.note,
    };
    Ok((status, pages::show(&page)).into_response())
}

fn allowed(staff: &Staff) -> Result<(), Trouble> {
    if staff.access.may("accounts", Act::Change) {
        return Ok(());
    }
    let text = "You may not change accounts. Ask a superuser for the grant \u{201c}change\u{201d} on accounts.";
    Err(Trouble::refused(StatusCode::FORBIDDEN, text))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((kind, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Trouble> {
    allowed(&staff)?;
    let subject = subject(&shared, &kind, &id).await?;
    let pairs = Pairs::parse(query.as_deref().unwrap_or_default());
    page(&shared, (&staff, &csrf, theme), subject, (None, pairs.get("done"))).await
}

/// What was ticked; what this person could not tick stays as it is.
fn wanted(staff: &Staff, subject: &Subject, sent: &Sent) -> Rights {
    let on = |name: &str| sent.typed(name).is_some();
    let mut grants: BTreeSet<Grant> = BTreeSet::new();
    for app in &catalogue().apps {
        for act in Act::ALL {
            let grant = (app.name.to_owned(), act);
            let kept = !staff.access.may(app.name, act) && subject.rights.grants.contains(&grant);
            if kept || on(&format!("g.{}.{act}", app.name)) {
                grants.insert(grant);
            }
        }
    }
    // Grants on apps that are gone are nobody's to give any more.
    let groups = sent.0.iter().filter_map(|(name, _)| name.strip_prefix("group.")?.parse().ok()).collect();
    Rights { grants, groups }
}

pub(crate) async fn change(
    State(shared): State<Shared>,
    staff: Staff,
    csrf: Csrf,
    theme: Theme,
    Path((kind, id)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Trouble> {
    allowed(&staff)?;
    let subject = subject(&shared, &kind, &id).await?;
    let wanted = wanted(&staff, &subject, &Sent(fields));
    let (this, wanted, staff_ref, shared_ref) = (&subject, &wanted, &staff, &shared);
    let unit = |tx: Tx| async move {
        let by = staff_ref.user().id;
        let before = if this.person {
            set_user_rights(&tx, by, this.id, wanted).await?
        } else {
            Rights { grants: set_group_grants(&tx, by, this.id, &wanted.grants).await?, groups: BTreeSet::new() }
        };
        if before != *wanted {
            let changes = json!({ "rights": [told(&before), told(wanted)] });
            let named = (&Cell::Int(this.id), this.name.clone());
            note_named(&tx, shared_ref, staff_ref, this.model, named, ("rights", changes)).await?;
        }
        Ok::<_, Refusal>(before != *wanted)
    };
    match shared.db.write(unit).await {
        Ok(changed) => {
            let done = if changed { "saved" } else { "same" };
            Ok(Redirect::to(&format!("/admin/rights/{kind}/{}?done={done}", subject.id)).into_response())
        }
        Err(Refusal::Wrong(wrong)) => {
            let text = wrong.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ");
            page(&shared, (&staff, &csrf, theme), subject, (Some(text), None)).await
        }
        Err(Refusal::Gone | Refusal::Changed(_)) => Err(nothing("It was deleted in the meantime.".to_owned())),
        Err(Refusal::Database(error)) => Err(error.into()),
    }
}

/// Rights as the history keeps them.
fn told(rights: &Rights) -> Json {
    let grants = rights.grants.iter().map(|(app, act)| format!("{act} {app}"));
    let groups = rights.groups.iter().map(|group| format!("group {group}"));
    Json::from(grants.chain(groups).collect::<Vec<_>>().join(", "))
}
