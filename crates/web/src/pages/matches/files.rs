//! Pictures and documents of reports and disputes: taken, and shown to those who see what they belong to.

use ::tournaments::service::upload::EVIDENCE;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::DbError;

use super::{find, gone};
use crate::{
    error::Trouble,
    pages::tournaments::visit::Visit,
    site::Shared,
    upload::{FileRefusal, Given, Kinds, accept, hand_out},
};

/// A file of a form, stored; or what is wrong with it.
pub(super) async fn keep(
    shared: &Shared,
    visit: &Visit,
    given: Given,
    kinds: Kinds,
) -> Result<Result<String, FileRefusal>, Trouble> {
    let accepted = match accept(given, kinds).await {
        Ok(accepted) => accepted,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let new = &accepted.into_upload(EVIDENCE, visit.user());
    let (clock, random) = (&*shared.clock, &*shared.random);
    let token: Result<String, DbError> =
        shared.db.write(|tx| async move { kernel::upload::store(&tx, clock, random, new.clone()).await }).await;
    Ok(Ok(token?))
}

/// A file that was stored when the form was sent before, if it is the visitor's own.
pub(super) async fn kept(shared: &Shared, visit: &Visit, token: &str) -> Result<Option<String>, Trouble> {
    if token.is_empty() || visit.user().is_none() {
        return Ok(None);
    }
    let head = kernel::upload::head(&shared.db, token).await?;
    let own = head.filter(|head| head.purpose == EVIDENCE && head.owner_id == visit.user());
    Ok(own.map(|head| head.token))
}

pub(crate) async fn show(
    State(shared): State<Shared>,
    visit: Visit,
    Path((id, token)): Path<(i64, String)>,
) -> Result<Response, Trouble> {
    let page = find(&shared, &visit, id).await?;
    let reports = page.reports.iter().filter_map(|report| report.screenshot.as_ref());
    let evidence = page.disputes.iter().flat_map(|(_, evidence)| evidence).filter_map(|one| one.upload.as_ref());
    let opened = page.disputes.iter().filter_map(|(dispute, _)| dispute.evidence_screenshot.as_ref());
    if reports.chain(evidence).chain(opened).all(|known| *known != token) {
        return Err(gone());
    }
    hand_out(&shared, &token).await
}
