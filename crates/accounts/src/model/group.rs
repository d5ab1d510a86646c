//! A group of staff.

use sea_orm::entity::prelude::*;

/// A group of staff. Who is in it holds its grants.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "auth_group")]
#[seadrift(
    app = "accounts",
    model = "Group",
    label = "group",
    plural = "groups",
    ordering("name"),
    list("name"),
    search("name"),
    name("name")
)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// What it is called.
    #[sea_orm(column_type = "String(StringLen::N(150))", unique)]
    #[seadrift(label = "name", help = "What its members do, for example: Support.")]
    pub name: String,
}

impl ActiveModelBehavior for ActiveModel {}
