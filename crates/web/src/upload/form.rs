//! Forms with files: the token first, then fields and files, read as they come.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, BodyDataStream, Bytes},
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request},
    http::{StatusCode, header},
};
use futures_util::{Stream, stream};
use serde::de::DeserializeOwned;

use super::FILE_LIMIT;
use crate::{csrf, error::Trouble, site::Shared};

/// Longest form: its files and the rest of it.
const FORM_LIMIT: usize = FILE_LIMIT + 128 * 1024;
/// Longest text of a field.
const FIELD_LIMIT: usize = 64 * 1024;
const MOST_FIELDS: usize = 100;
/// How much of a form that is too long is read on, so that the browser hears why it was refused, and for how long.
const PATIENCE_BYTES: usize = 48 * 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);

/// A file as it was sent. What it says of itself is not to be believed: see [`super::accept`].
#[derive(Debug, Clone)]
pub(crate) struct Given {
    /// The form's field.
    pub(crate) field: String,
    /// What the sender calls it.
    pub(crate) file_name: String,
    /// What the sender says it is.
    pub(crate) declared: String,
    pub(crate) bytes: Vec<u8>,
}

/// A form with files whose token belongs to the browser that sends it. The token stands first in the form.
/// A file that nobody chose is not among the files.
pub(crate) struct FileForm<T> {
    pub(crate) fields: T,
    pub(crate) files: Vec<Given>,
}

impl<T: DeserializeOwned + Send> FromRequest<Shared> for FileForm<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Trouble> {
        let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if !media.is_some_and(|media| media.starts_with("multipart/form-data")) {
            return Err(Trouble::refused(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "This address takes forms with files only.",
            ));
        }
        let expected = csrf::expected(request.headers(), shared);
        let (parts, body) = request.into_parts();
        let source = Arc::new(Mutex::new(Source { body: body.into_data_stream(), read: 0, limit: FORM_LIMIT }));
        let tap = Arc::clone(&source);
        let bounded = Body::from_stream(stream::poll_fn(move |context| locked(&tap).poll(context)));
        let mut request = Request::from_parts(parts, bounded);
        // The bound is ours.
        DefaultBodyLimit::disable().apply(&mut request);
        let form = Multipart::from_request(request, shared).await.map_err(|_| unreadable());
        let read = match form {
            Ok(form) => read(form, expected.as_deref()).await,
            Err(trouble) => Err(trouble),
        };
        match read {
            Ok((fields, files)) => Ok(Self { fields, files }),
            Err(trouble) => {
                let too_long = { locked(&source).read > FORM_LIMIT };
                exhaust(&source).await;
                Err(if too_long { too_large() } else { trouble })
            }
        }
    }
}

/// The body, counted.
struct Source {
    body: BodyDataStream,
    read: usize,
    limit: usize,
}

fn locked(source: &Mutex<Source>) -> std::sync::MutexGuard<'_, Source> {
    source.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Source {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, axum::Error>>> {
        if self.read > self.limit {
            return Poll::Ready(Some(Err(axum::Error::new("too long"))));
        }
        let polled = Pin::new(&mut self.body).poll_next(context);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.read = self.read.saturating_add(bytes.len());
            if self.read > self.limit {
                return Poll::Ready(Some(Err(axum::Error::new("too long"))));
            }
        }
        polled
    }
}

/// Reads what is still coming and keeps nothing of it: a browser that is cut off while it sends shows no page.
async fn exhaust(source: &Mutex<Source>) {
    locked(source).limit = PATIENCE_BYTES;
    let rest = async { while let Some(Ok(_)) = std::future::poll_fn(|context| locked(source).poll(context)).await {} };
    // Whoever is slower than that has to do without the page.
    let _ = tokio::time::timeout(PATIENCE, rest).await;
}

async fn read<T: DeserializeOwned>(mut form: Multipart, expected: Option<&str>) -> Result<(T, Vec<Given>), Trouble> {
    let (mut fields, mut files) = (Vec::<(String, String)>::new(), Vec::new());
    let mut proven = false;
    let mut count = 0;
    while let Some(mut part) = form.next_field().await.map_err(|_| unreadable())? {
        count += 1;
        if count > MOST_FIELDS {
            return Err(unreadable());
        }
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let declared = part.content_type().unwrap_or_default().to_owned();
        // Nothing is kept of a form before its token is known.
        if !proven && name != "csrf" {
            return Err(Trouble::foreign());
        }
        let limit = if file_name.is_some() { FILE_LIMIT } else { FIELD_LIMIT };
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|_| unreadable())? {
            if bytes.len() + chunk.len() > limit {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        match file_name {
            Some(file_name) if !(file_name.is_empty() && bytes.is_empty()) => {
                files.push(Given { field: name, file_name, declared, bytes });
            }
            Some(_) => {}
            None => {
                let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
                if !proven {
                    proven = expected.is_some_and(|expected| csrf::same(expected, &text));
                    if !proven {
                        return Err(Trouble::foreign());
                    }
                }
                fields.push((name, text));
            }
        }
    }
    if !proven {
        return Err(Trouble::foreign());
    }
    // The same reading of fields as in forms without files.
    let encoded = serde_urlencoded::to_string(&fields).map_err(|_| unreadable())?;
    let fields = serde_urlencoded::from_str(&encoded).map_err(|_| unreadable())?;
    Ok((fields, files))
}

fn unreadable() -> Trouble {
    Trouble::refused(
        StatusCode::UNPROCESSABLE_ENTITY,
        "The form could not be read, or was cut off. Please send it again.",
    )
}

fn too_large() -> Trouble {
    let text = "A file may have 5 MiB at most. Go back, choose a smaller one and send it again.";
    Trouble::refused(StatusCode::PAYLOAD_TOO_LARGE, text)
}
