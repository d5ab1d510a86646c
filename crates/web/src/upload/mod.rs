//! Files that people send: read as they come and never beyond their bound, taken for what they are and not for
//! what they say, pictures drawn anew; and served so that no browser runs them.
//!
//! A page takes one like this; its route stands among those of [`crate::site`] that take files:
//!
//! ```text
//! async fn give(State(shared): State<Shared>, person: Person, FileForm { fields, files }: FileForm<Fields>)
//!     -> Result<Response, Trouble>
//! {
//!     let Some(file) = files.into_iter().find(|file| file.field == "proof") else { … };
//!     match upload::accept(file, Kinds::PicturesAndPdf).await {
//!         Ok(file) => {
//!             let new = file.into_upload("payment_proof", Some(person.0.user.id));
//!             shared.db.write(|tx| async move {
//!                 let token = kernel::upload::store(&tx, clock, random, new.clone()).await?;
//!                 … the row that names the token
//!             }).await?;
//!         }
//!         Err(refusal) => … refusal.to_string() beside the field
//!     }
//! }
//! ```
//!
//! Not here: where files are kept (`kernel::upload`), and who may see which (`doors`).

mod form;
mod kind;
mod picture;
mod serve;
#[cfg(test)]
mod tests;

use std::time::Duration;

use kernel::upload::NewUpload;
use tokio::sync::Semaphore;

pub(crate) use form::{FileForm, Given};
pub(crate) use kind::Kinds;
pub(crate) use serve::{hand_out, serve};

use kind::Kind;
use picture::PictureRefusal;

/// Longest file, in bytes.
pub(crate) const FILE_LIMIT: usize = 5 * 1024 * 1024;
/// One picture is drawn at a time: each may take tens of mebibytes while it is.
static STUDIO: Semaphore = Semaphore::const_new(1);
/// How long to wait for one's turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FileRefusal {
    /// Nothing was chosen.
    #[error("Choose a file.")]
    Empty,
    /// Its content is of no kind that is taken here.
    #[error("This is no {0}. Choose another file.")]
    Unknown(&'static str),
    /// It says it is something else than it is.
    #[error("This file says it is {said} but is {is}. Save it as what it is and send it again.")]
    Disguised { said: String, is: &'static str },
    /// A picture that cannot be drawn.
    #[error(transparent)]
    Picture(#[from] PictureRefusal),
    /// Something hangs on the end of it.
    #[error("This PDF is damaged or holds something else besides. Save it anew and send it again.")]
    BadPdf,
    /// Too many pictures are being drawn.
    #[error("Too many files are being sent at this moment. Please try again in a few seconds.")]
    Busy,
}

/// A file that was taken: what is stored of it.
#[derive(Debug, Clone)]
pub(crate) struct Accepted {
    content_type: &'static str,
    content: Vec<u8>,
    file_name: String,
}

impl Accepted {
    /// For `kernel::upload::store`, in the unit of work of the row that names the token.
    pub(crate) fn into_upload(self, purpose: &str, owner_id: Option<i64>) -> NewUpload {
        NewUpload {
            purpose: purpose.to_owned(),
            content_type: self.content_type.to_owned(),
            content: self.content,
            file_name: self.file_name,
            owner_id,
        }
    }
}

/// Takes a file for what it is, if that is taken here; a picture is drawn anew, so that nothing but the picture
/// is left of it: no place, no camera, no second file behind it.
///
/// # Errors
/// [`FileRefusal`], with what to do next.
pub(crate) async fn accept(given: Given, kinds: Kinds) -> Result<Accepted, FileRefusal> {
    if given.bytes.is_empty() {
        return Err(FileRefusal::Empty);
    }
    let kind = Kind::sniff(&given.bytes).filter(|kind| kinds.take(*kind));
    let kind = kind.ok_or(FileRefusal::Unknown(kinds.words()))?;
    if !kind.is_called(&given.declared) {
        return Err(FileRefusal::Disguised { said: given.declared, is: kind.media() });
    }
    let (name, bytes) = (given.file_name, given.bytes);
    if kind == Kind::Pdf {
        let file_name = kind::file_name(&name, "pdf");
        return if kind::is_whole_pdf(&bytes) {
            Ok(Accepted { content_type: kind.media(), content: bytes, file_name })
        } else {
            Err(FileRefusal::BadPdf)
        };
    }
    let turn = tokio::time::timeout(PATIENCE, STUDIO.acquire()).await;
    let Ok(Ok(_turn)) = turn else { return Err(FileRefusal::Busy) };
    let drawn = tokio::task::spawn_blocking(move || picture::draw_anew(&bytes, kind)).await;
    // Decoders of strangers' bytes: one that panics has met a broken picture.
    let (kind, content) = drawn.unwrap_or(Err(PictureRefusal::Broken))?;
    Ok(Accepted { content_type: kind.media(), content, file_name: kind::file_name(&name, kind.extension()) })
}
