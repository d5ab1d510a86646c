//! A question that a tournament asks beyond those that all ask.

use sea_orm::entity::prelude::*;

/// A question that a tournament asks beyond those that all ask.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournaments_customfield")]
#[seadrift(
    app = "tournaments",
    model = "CustomField",
    label = "custom field",
    plural = "custom fields",
    ordering("order", "field_name", "id"),
    list("tournament", "order", "field_name", "field_type", "is_required"),
    search("field_name", "field_key"),
    filter("field_type", "is_required", "tournament_id"),
    name("field_name"),
    check(name = "customfield_name_not_empty", sql = "field_name <> ''"),
    check(name = "customfield_key_not_empty", sql = "field_key <> ''"),
    index(columns("tournament_id", "field_key"), unique),
    index(columns("tournament_id", "order"))
)]
#[allow(clippy::duplicated_attributes)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The tournament.
    #[seadrift(label = "tournament")]
    pub tournament_id: i64,
    /// The question.
    #[sea_orm(column_type = "String(StringLen::N(100))")]
    #[seadrift(label = "question", help = "What the form asks, e.g. Jersey number.")]
    pub field_name: String,
    /// Its word in the answers.
    #[sea_orm(column_type = "String(StringLen::N(120))")]
    #[seadrift(label = "key", help = "Its word in the answers, made from the question; once a tournament.")]
    pub field_key: String,
    /// What an answer is.
    #[sea_orm(column_type = "String(StringLen::N(20))", default_value = "text")]
    #[seadrift(
        label = "kind",
        help = "What an answer is.",
        choices(
            "text" = "Text",
            "number" = "Number",
            "media" = "Picture or video",
            "toggle" = "Yes or no",
            "date" = "Date",
            "url" = "Link",
            "dropdown" = "One of a list"
        )
    )]
    pub field_type: String,
    /// What bounds an answer.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(
        label = "settings",
        help = "What bounds an answer, e.g. {\"min\": 0, \"max\": 99} or {\"options\": [\"S\", \"M\", \"L\"]}."
    )]
    pub field_config: Json,
    /// The answer of the tournament itself.
    #[sea_orm(column_type = "JsonBinary", default_value = "{}")]
    #[seadrift(label = "value", help = "The tournament's own answer; those of entrants are with their registrations.")]
    pub field_value: Json,
    /// Where it stands in the form.
    #[sea_orm(default_value = 0)]
    #[seadrift(label = "position", help = "Smaller stands higher.", min = 0)]
    pub order: i32,
    /// Whether it must be answered.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "required", help = "Nobody enters without an answer.")]
    pub is_required: bool,
    /// What the form explains.
    #[sea_orm(column_type = "String(StringLen::N(200))", default_value = "")]
    #[seadrift(label = "help", help = "What the form explains below the question.")]
    pub help_text: String,
    /// The tournament.
    #[sea_orm(belongs_to, from = "tournament_id", to = "id", on_delete = "Cascade")]
    pub tournament: BelongsTo<super::tournament::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
