//! A team's logo: given, replaced, taken away.

use ::teams::{
    Act,
    service::logo::{self, LOGO},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    Errors, Stop, found,
    manage::{self, Typed},
    see_other,
};
use crate::{
    csrf::Csrf,
    error::Trouble,
    session::Person,
    site::Shared,
    upload::{FileForm, Kinds, accept},
};

#[derive(Deserialize)]
pub(crate) struct Fields {
    /// Whether the present one is taken away.
    remove: Option<String>,
}

/// The form stands on the page of managing.
pub(crate) async fn back(Path(slug): Path<String>) -> Response {
    see_other(&format!("/teams/{slug}/manage#logo"))
}

pub(crate) async fn save(
    State(shared): State<Shared>,
    person: Person,
    csrf: Csrf,
    Path(slug): Path<String>,
    FileForm { fields, files }: FileForm<Fields>,
) -> Result<Response, Trouble> {
    let actor = &person.0.actor();
    let (team, standing) = found(&shared, &slug, actor).await?;
    if !standing.may(Act::Edit) {
        return Err(Stop::Denied(::teams::error::Denied::NotAllowed(Act::Edit)).into());
    }
    let mut new = None;
    if let Some(file) = files.into_iter().find(|file| file.field == "logo") {
        match accept(file, Kinds::Pictures).await {
            Ok(file) => new = Some(file.into_upload(LOGO, Some(person.0.user.id))),
            Err(refusal) => {
                let errors = Errors::one("logo", refusal.to_string());
                return manage::page(&shared, &person, &csrf, (team, standing), Typed::default(), errors, None).await;
            }
        }
    }
    let to = |done: &str| see_other(&format!("/teams/{slug}/manage?done={done}#logo"));
    if new.is_none() && fields.remove.is_none() {
        return Ok(to("same"));
    }
    let (clock, random, new, id) = (&*shared.clock, &*shared.random, &new, team.id);
    let done = shared.db.write(|tx| async move {
        let token = match new {
            Some(new) => Some(kernel::upload::store(&tx, clock, random, new.clone()).await?),
            None => None,
        };
        logo::change(&tx, clock, actor, id, token.as_deref()).await.map_err(Stop::from)
    });
    done.await.map(|_| to("saved")).map_err(Trouble::from)
}
