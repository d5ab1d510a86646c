//! Files: receipts, answers to questions, evidence. They are sent and answered in Base64, so that they are JSON as
//! everything else.
//!
//! What is taken, and what becomes of pictures, says `crate::upload`.

use base64ct::{Base64, Encoding as _};
use kernel::{Tx, upload::NewUpload};
use schemars::JsonSchema;
use serde::Deserialize;
use teams::service::logo::LOGO;
use tournaments::service::upload::{ANSWER, EVIDENCE, RECEIPT};

use super::{input, output};
use crate::{
    api::{
        ask::Ask,
        problem::Problem,
        table::{Operation, post},
    },
    upload::{self, FileRefusal, Given, Kinds},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        post("uploads.create", "/uploads", "Stores a file, to be named by its token.")
            .creates()
            .takes_file()
            .refuses::<FileRefusal>()
            .prepared(accept, store),
    ]
}

/// What a file is for, and by that who may see it.
#[derive(Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum FilePurpose {
    PaymentProof,
    EntryAnswer,
    MatchEvidence,
    TeamLogo,
}

impl FilePurpose {
    const fn word(self) -> &'static str {
        match self {
            Self::PaymentProof => RECEIPT,
            Self::EntryAnswer => ANSWER,
            Self::MatchEvidence => EVIDENCE,
            Self::TeamLogo => LOGO,
        }
    }
}

input! {
    NewFile {
        /// What it is for.
        purpose: FilePurpose,
        /// What it is called.
        #[serde(default)]
        file_name: String,
        /// What it is: image/png, image/jpeg, image/webp or application/pdf.
        content_type: String,
        /// The file, of 5 MiB at most, in Base64.
        content: String,
    }
}

output! {
    /// A file that was stored.
    UploadedFile {
        /// Its token.
        token: String,
    }
    /// A file.
    StoredFile {
        /// What it is called.
        file_name: String,
        /// What it is.
        content_type: String,
        /// The file, in Base64.
        content: String,
    }
}

async fn accept(ask: &Ask, input: NewFile) -> Result<NewUpload, Problem> {
    let wrong = |_| Problem::field("content", "base64", "This is not Base64 with its padding.");
    let bytes = Base64::decode_vec(&input.content).map_err(wrong)?;
    if bytes.len() > upload::FILE_LIMIT {
        return Err(Problem::field("content", "long", "A file may have 5 MiB at most."));
    }
    let given = Given { field: "content".to_owned(), file_name: input.file_name, declared: input.content_type, bytes };
    let kinds = if matches!(input.purpose, FilePurpose::TeamLogo) { Kinds::Pictures } else { Kinds::PicturesAndPdf };
    let accepted = upload::accept(given, kinds).await?;
    Ok(accepted.into_upload(input.purpose.word(), Some(ask.person()?)))
}

async fn store(tx: &Tx, ask: &Ask, new: NewUpload) -> Result<UploadedFile, Problem> {
    Ok(UploadedFile { token: kernel::upload::store(tx, ask.clock(), ask.random(), new).await? })
}

/// The file of a token, for somebody who may have it: whoever calls has asked that.
pub(super) async fn load(ask: &Ask, token: &str) -> Result<StoredFile, Problem> {
    let found = kernel::upload::load(ask.db(), token).await?.ok_or_else(|| Problem::not_found("file"))?;
    Ok(StoredFile {
        file_name: found.head.file_name,
        content_type: found.head.content_type,
        content: Base64::encode_string(&found.content),
    })
}
