//! A file that somebody gave.

use sea_orm::entity::prelude::*;

/// A file that somebody gave, with its bytes: every node, checkpoint and backup has it.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "kernel_upload")]
#[seadrift(
    app = "kernel",
    model = "Upload",
    label = "upload",
    plural = "uploads",
    ordering("-created_at", "-id"),
    list("purpose", "content_type", "byte_size", "owner_id", "created_at"),
    search("token", "file_name"),
    filter("purpose", "content_type"),
    name("purpose", "token"),
    date = "created_at",
    check(name = "upload_purpose_not_empty", sql = "purpose <> ''"),
    index(columns("purpose", "created_at")),
    index(columns("owner_id"))
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// Its name in addresses; random, so that nobody finds a file by guessing.
    #[sea_orm(column_type = "String(StringLen::N(64))", unique)]
    #[seadrift(label = "name", help = "Its random name in addresses.", readonly)]
    pub token: String,
    /// What it is for, e.g. `avatar`.
    #[sea_orm(column_type = "String(StringLen::N(40))")]
    #[seadrift(label = "purpose", help = "What it is for, e.g. avatar.", readonly)]
    pub purpose: String,
    /// Its media type, as the program found it to be.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "type", help = "Its media type, as the program found it to be.", readonly)]
    pub content_type: String,
    /// How many bytes it has.
    #[seadrift(label = "size", help = "In bytes.", min = 0, readonly)]
    pub byte_size: i64,
    /// SHA-256 of the bytes, in hexadecimal.
    #[sea_orm(column_type = "String(StringLen::N(64))")]
    #[seadrift(label = "SHA-256", help = "Of the bytes, in hexadecimal.", readonly)]
    pub sha256: String,
    /// The bytes.
    #[seadrift(label = "content", secret)]
    pub content: Vec<u8>,
    /// What its giver called it; for attachments.
    #[sea_orm(column_type = "String(StringLen::N(255))", default_value = "")]
    #[seadrift(label = "file name", help = "What its giver called it; empty for pictures.", readonly)]
    pub file_name: String,
    /// Who gave it.
    #[seadrift(label = "owner", help = "Who gave it.", soft_ref = "accounts.User", readonly)]
    pub owner_id: Option<i64>,
    /// When it was given.
    #[seadrift(label = "created", readonly)]
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
