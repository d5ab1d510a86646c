//! A place in a bracket where two meet, and where they go from there.

use sea_orm::entity::prelude::*;

/// A place in a bracket where two meet, and where they go from there: the winner to one node, in
/// double elimination the loser to another.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, seadrift::Declare)]
#[sea_orm(table_name = "tournament_engine_bracket_bracketnode")]
#[seadrift(
    app = "tournaments",
    model = "BracketNode",
    label = "bracket node",
    plural = "bracket nodes",
    ordering("bracket_id", "position"),
    list("bracket", "position", "code", "participant1_name", "participant2_name", "winner", "is_bye"),
    search("code", "participant1_name", "participant2_name"),
    filter("bracket_type", "round_number", "is_bye", "bracket_id"),
    name("code", "participant1_name", "participant2_name"),
    check(name = "chk_bracketnode_participants_differ", sql = "participant1_id <> participant2_id"),
    check(
        name = "chk_bracketnode_winner_takes_part",
        sql = "winner_id IS NULL OR winner_id IS NOT DISTINCT FROM participant1_id OR winner_id IS NOT DISTINCT FROM participant2_id"
    ),
    check(
        name = "chk_bracketnode_bye_is_not_played",
        sql = "NOT is_bye OR (match_id IS NULL AND (participant1_id IS NULL OR participant2_id IS NULL))"
    ),
    check(name = "chk_bracketnode_group_has_number", sql = "(bracket_type = 'group') = (group_number IS NOT NULL)"),
    check(name = "chk_bracketnode_parent_has_slot", sql = "parent_node_id IS NULL OR parent_slot IS NOT NULL"),
    check(name = "chk_bracketnode_loser_has_slot", sql = "loser_node_id IS NULL OR loser_slot IS NOT NULL"),
    check(name = "chk_bracketnode_parent_is_another", sql = "parent_node_id <> id"),
    check(name = "chk_bracketnode_loser_is_another", sql = "loser_node_id <> id"),
    index(columns("bracket_id", "position"), unique, name = "uq_bracketnode_bracket_position"),
    index(columns("bracket_id", "code"), unique, filter = "code <> ''", name = "uq_bracketnode_bracket_code"),
    index(columns("parent_node_id", "parent_slot"), unique),
    index(columns("loser_node_id", "loser_slot"), unique),
    index(columns("bracket_id", "round_number")),
    index(columns("participant1_id", "participant2_id"))
)]
#[allow(clippy::duplicated_attributes)]
pub struct Model {
    /// Id.
    #[sea_orm(primary_key)]
    #[seadrift(label = "id")]
    pub id: i64,
    /// The bracket.
    #[seadrift(label = "bracket")]
    pub bracket_id: i64,
    /// Counts from 1 through the whole bracket, first round first.
    #[seadrift(label = "position", help = "Counts from 1 through the whole bracket.", min = 1)]
    pub position: i32,
    /// The match's role, as `brackets` names it: `W2.3`, `L4.1`, `GF`.
    #[sea_orm(column_type = "String(StringLen::N(32))", default_value = "")]
    #[seadrift(label = "role", help = "The role of the match, e.g. W2.3, L4.1 or GF; once a bracket.")]
    pub code: String,
    /// The part of the bracket.
    #[sea_orm(column_type = "String(StringLen::N(50))", default_value = "main")]
    #[seadrift(
        label = "part",
        choices(
            "main" = "Main bracket",
            "losers" = "Losers bracket",
            "grand_final" = "Grand final",
            "third_place" = "Third place",
            "consolation" = "Consolation",
            "group" = "Group",
            "swiss" = "Swiss"
        )
    )]
    pub bracket_type: String,
    /// The group, from 1, in group stages.
    #[seadrift(label = "group", help = "Number of the group, from 1; empty outside of group stages.", min = 1)]
    pub group_number: Option<i32>,
    /// Round, from 1.
    #[seadrift(label = "round", min = 1)]
    pub round_number: i32,
    /// Number within the round, from 1.
    #[seadrift(label = "number", help = "Number within the round, from 1.", min = 1)]
    pub match_number_in_round: i32,
    /// The match that is played here, once it is known who meets.
    #[sea_orm(unique)]
    #[seadrift(label = "match", section = "Meeting")]
    pub match_id: Option<i64>,
    /// One side.
    #[seadrift(label = "first entrant")]
    pub participant1_id: Option<i64>,
    /// Its name.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "first name")]
    pub participant1_name: String,
    /// The other side.
    #[seadrift(label = "second entrant")]
    pub participant2_id: Option<i64>,
    /// Its name.
    #[sea_orm(column_type = "String(StringLen::N(100))", default_value = "")]
    #[seadrift(label = "second name")]
    pub participant2_name: String,
    /// Who won.
    #[seadrift(label = "winner", help = "One of the two.")]
    pub winner_id: Option<i64>,
    /// Whether one side has nobody to meet.
    #[sea_orm(default_value = false)]
    #[seadrift(label = "bye", help = "One side has nobody to meet and goes on without a match.")]
    pub is_bye: bool,
    /// Where the winner goes.
    #[seadrift(label = "next", section = "Links", help = "Where the winner goes; empty at the end.")]
    pub parent_node_id: Option<i64>,
    /// On which side.
    #[seadrift(label = "next side", choices(1 = "First", 2 = "Second"))]
    pub parent_slot: Option<i16>,
    /// Where the loser goes.
    #[seadrift(label = "next of the loser", help = "Where the loser goes; empty when out.")]
    pub loser_node_id: Option<i64>,
    /// On which side.
    #[seadrift(label = "next side of the loser", choices(1 = "First", 2 = "Second"))]
    pub loser_slot: Option<i16>,
    /// Where the first side came from.
    #[seadrift(label = "first from")]
    pub child1_node_id: Option<i64>,
    /// Where the second side came from.
    #[seadrift(label = "second from")]
    pub child2_node_id: Option<i64>,
    /// The bracket.
    #[sea_orm(belongs_to, from = "bracket_id", to = "id", on_delete = "Cascade")]
    pub bracket: BelongsTo<super::bracket::Entity>,
    /// The match that is played here.
    #[sea_orm(belongs_to, from = "match_id", to = "id", on_delete = "SetNull")]
    pub played_match: BelongsTo<Option<super::r#match::Entity>>,
    /// One side.
    #[sea_orm(belongs_to, relation_enum = "Participant1", from = "participant1_id", to = "id")]
    pub participant1: BelongsTo<Option<super::registration::Entity>>,
    /// The other side.
    #[sea_orm(belongs_to, relation_enum = "Participant2", from = "participant2_id", to = "id")]
    pub participant2: BelongsTo<Option<super::registration::Entity>>,
    /// Who won.
    #[sea_orm(belongs_to, relation_enum = "Winner", from = "winner_id", to = "id")]
    pub winner: BelongsTo<Option<super::registration::Entity>>,
    /// Where the winner goes.
    #[sea_orm(self_ref, relation_enum = "ParentNode", from = "parent_node_id", to = "id", on_delete = "SetNull")]
    pub parent_node: BelongsTo<Option<Entity>>,
    /// Where the loser goes.
    #[sea_orm(self_ref, relation_enum = "LoserNode", from = "loser_node_id", to = "id", on_delete = "SetNull")]
    pub loser_node: BelongsTo<Option<Entity>>,
    /// Where the first side came from.
    #[sea_orm(self_ref, relation_enum = "Child1Node", from = "child1_node_id", to = "id", on_delete = "SetNull")]
    pub child1_node: BelongsTo<Option<Entity>>,
    /// Where the second side came from.
    #[sea_orm(self_ref, relation_enum = "Child2Node", from = "child2_node_id", to = "id", on_delete = "SetNull")]
    pub child2_node: BelongsTo<Option<Entity>>,
}

impl ActiveModelBehavior for ActiveModel {}
