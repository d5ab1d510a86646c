//! Files on their way out: to those who may have them, and never as a page of this site.

use std::fmt::Write as _;

use axum::{
    extract::{Path, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{error::Trouble, session::Person, site::Shared};

/// Nothing at all: no script, no style, no frame, no origin.
const POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

pub(crate) async fn serve(
    State(shared): State<Shared>,
    Path(token): Path<String>,
    person: Option<Person>,
) -> Result<Response, Trouble> {
    let who = person.map(|Person(signed_in)| signed_in.user.id);
    // Not there, and not for you, are one answer.
    let missing = || Ok(StatusCode::NOT_FOUND.into_response());
    let Some(head) = kernel::upload::head(&shared.db, &token).await? else { return missing() };
    if !shared.doors.may_fetch(&shared.db, who, &head).await? {
        return missing();
    }
    hand_out(&shared, &token).await
}

/// The file itself, to somebody who may have it: whoever calls has asked that.
pub(crate) async fn hand_out(shared: &Shared, token: &str) -> Result<Response, Trouble> {
    let Some(file) = kernel::upload::load(&shared.db, token).await? else {
        return Ok(StatusCode::NOT_FOUND.into_response());
    };
    let head = file.head;
    // Pictures were drawn anew and may be looked at; what was not is for the disk.
    let shown = matches!(&*head.content_type, "image/png" | "image/jpeg");
    let media =
        if shown || head.content_type == "application/pdf" { &head.content_type } else { "application/octet-stream" };
    let text = |value: &str| HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("attachment"));
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::CONTENT_TYPE, text(media)),
        (header::CONTENT_DISPOSITION, text(&disposition(if shown { "inline" } else { "attachment" }, &head.file_name))),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        // A right may be taken back.
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300")),
    ];
    Ok((headers, file.content).into_response())
}

/// `attachment; filename="…"; filename*=UTF-8''…`
fn disposition(how: &str, name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' }).collect();
    let mut text = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a String does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_break_no_header() {
        let given = "Fakturá \"1\"\r\n.pdf";
        let text = disposition("attachment", given);
        assert_eq!(
            text,
            "attachment; filename=\"Faktur_ _1___.pdf\"; filename*=UTF-8''Faktur%C3%A1%20%221%22%0D%0A.pdf"
        );
        assert!(HeaderValue::from_str(&text).is_ok());
    }
}
