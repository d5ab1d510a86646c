//! What can be wrong with entities, each alone and together. Every text begins with the model or
//! column concerned and ends with what to do.

use thiserror::Error;

use crate::schema::{ColumnType, DefaultValue};

/// Why entities do not make a schema.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EntityError {
    /// The table is in a named schema of the database.
    #[error("{model}: schema_name = {schema:?} is not supported; leave it out, and set the connection's search_path")]
    SchemaName {
        /// The model.
        model: String,
        /// The schema.
        schema: String,
    },
    /// A column type that both databases do not share.
    #[error("{model}.{column}: the type {ty} is not in both databases; {advice}")]
    UnsupportedType {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The type as SeaORM spells it.
        ty: String,
        /// What to write instead.
        advice: &'static str,
    },
    /// A default that cannot be kept in the schema.
    #[error("{model}.{column}: the default {default} {reason}")]
    UnsupportedDefault {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The default as SeaORM spells it.
        default: String,
        /// Why not, and what to do.
        reason: &'static str,
    },
    /// A default that does not fit the type.
    #[error("{model}.{column}: the default {default} does not fit the type {ty}; correct default_value or the type")]
    DefaultType {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The default, as in a migration file.
        default: String,
        /// The column's type.
        ty: ColumnType,
    },
    /// A default that the column's own choices refuse.
    #[error("{model}.{column}: the default {default} is not among the values allowed: {allowed}")]
    DefaultNotAllowed {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The default, as in a migration file.
        default: String,
        /// The values allowed.
        allowed: String,
    },
    /// SQL behind the column that the schema has no place for.
    #[error("{model}.{column}: extra = {sql:?} cannot be kept in the schema; write #[seadrift(check(…))] for a check")]
    ExtraSql {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The SQL.
        sql: String,
    },
    /// A name in the declaration that SeaORM does not know.
    #[error("{model}: the declaration names the column {column:?}, which SeaORM calls otherwise; write column_name")]
    UnknownColumn {
        /// The model.
        model: String,
        /// The column.
        column: String,
    },
    /// Choices that the column cannot hold.
    #[error("{model}.{column}: the value {value} does not fit the type {ty}; correct the choices or the type")]
    ChoiceType {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The value.
        value: String,
        /// The column's type.
        ty: ColumnType,
    },
    /// Choices that are not the values of the field's enumeration.
    #[error("{model}.{column}: the choices are {choices}, but the enumeration of the field has {enumeration}")]
    ChoicesDiffer {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The values of the choices.
        choices: String,
        /// The values of the enumeration.
        enumeration: String,
    },
    /// Bounds on what is not a number.
    #[error("{model}.{column}: min and max are for numbers, not for the type {ty}; write #[seadrift(check(…))]")]
    BoundType {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The column's type.
        ty: ColumnType,
    },
    /// A soft reference that is not an integer.
    #[error("{model}.{column}: a soft reference is an integer, not {ty}")]
    SoftReferenceType {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The column's type.
        ty: ColumnType,
    },
    /// A column that points twice, softly and by a foreign key.
    #[error("{model}.{column}: is a soft reference and a foreign key; take soft_ref or the relation away")]
    SoftAndForeignKey {
        /// The model.
        model: String,
        /// The column.
        column: String,
    },
    /// An action that the column cannot follow.
    #[error(
        "{model}.{column}: {action} would make it NULL, but it is not nullable; make it an Option or change the action"
    )]
    ActionNeedsNull {
        /// The model.
        model: String,
        /// The column.
        column: String,
        /// The action in the words of SQL.
        action: &'static str,
    },
    /// An action that came with a newer SeaORM.
    #[error("{model}.{columns}: the action {action} of the relation is not known here; choose another")]
    UnknownAction {
        /// The model.
        model: String,
        /// The columns that point.
        columns: String,
        /// The action as SeaORM spells it.
        action: String,
    },
    /// Two relations of the same columns that contradict each other.
    #[error("{model}: two relations make different foreign keys of ({columns}); mark one of them skip_fk")]
    ForeignKeysDiffer {
        /// The model.
        model: String,
        /// The columns.
        columns: String,
    },
    /// Two different things of one table with one name.
    #[error("{model}: two different {kind} are named {name:?}; give one of them another name")]
    NamedTwice {
        /// The model.
        model: String,
        /// `indexes`, `checks` or `foreign keys`.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// Two entities of one table.
    #[error("{first} and {second} both have the table {table:?}; register one entity a table")]
    TwoEntities {
        /// The table.
        table: String,
        /// One model.
        first: String,
        /// The other.
        second: String,
    },
    /// Two models of one name.
    #[error("{model} is the name of two models, with the tables {first:?} and {second:?}; rename one of them")]
    TwoModels {
        /// The model.
        model: String,
        /// The table of one.
        first: String,
        /// The table of the other.
        second: String,
    },
    /// Two apps of one name.
    #[error("the app {app:?} is added to the project twice; add it once, with all of its models")]
    TwoApps {
        /// The app.
        app: String,
    },
    /// A model registered in an app that it does not declare.
    #[error("{model} is registered in the app {app:?}; register it in {declared:?}, or declare app = {app:?}")]
    WrongApp {
        /// The model as it declares itself.
        model: String,
        /// The app that it declares.
        declared: String,
        /// The app that registers it.
        app: String,
    },
    /// A foreign key to a table that nobody declares.
    #[error(
        "{model}.{columns}: points at the table {missing:?}, which no registered entity declares{}; register its \
         entity in its app, correct the relation, or make the column a soft_ref",
        meant(nearest)
    )]
    MissingTable {
        /// The model.
        model: String,
        /// The columns that point.
        columns: String,
        /// The table that is not there.
        missing: String,
        /// The table whose name is most like it.
        nearest: Option<String>,
    },
    /// A foreign key to a column that its table does not have.
    #[error("{model}.{columns}: points at {target}, which has no column {missing:?}; correct `to` of the relation")]
    MissingColumn {
        /// The model.
        model: String,
        /// The columns that point.
        columns: String,
        /// The model pointed at.
        target: String,
        /// The column that is not there.
        missing: String,
    },
    /// A foreign key to columns that do not identify a row.
    #[error(
        "{model}.{columns}: points at {target} ({referenced}), which is neither its primary key nor unique; point at \
         the primary key, or make it unique"
    )]
    TargetNotUnique {
        /// The model.
        model: String,
        /// The columns that point.
        columns: String,
        /// The model pointed at.
        target: String,
        /// The columns pointed at.
        referenced: String,
    },
    /// A foreign key whose two sides have different types.
    #[error("{model}.{column}: is {ty}, but points at {target}, which is {target_ty}; give both one type")]
    TypesDiffer {
        /// The model.
        model: String,
        /// The column that points.
        column: String,
        /// Its type.
        ty: ColumnType,
        /// The model and column pointed at.
        target: String,
        /// Its type.
        target_ty: ColumnType,
    },
    /// An index named like another, or like a table.
    #[error("{model}: the index {name:?} is named like {other}; names of tables and indexes are one set, rename one")]
    NameTaken {
        /// The model.
        model: String,
        /// The index.
        name: String,
        /// What has the name already.
        other: String,
    },
}

fn meant(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or_else(String::new, |name| format!(" (did you mean {name:?}?)"))
}

impl EntityError {
    /// The object concerned: `app.Model`, `app.Model.column` or an app.
    pub fn object(&self) -> String {
        match self {
            Self::UnsupportedType { model, column, .. }
            | Self::UnsupportedDefault { model, column, .. }
            | Self::DefaultType { model, column, .. }
            | Self::DefaultNotAllowed { model, column, .. }
            | Self::ExtraSql { model, column, .. }
            | Self::UnknownColumn { model, column }
            | Self::ChoiceType { model, column, .. }
            | Self::ChoicesDiffer { model, column, .. }
            | Self::BoundType { model, column, .. }
            | Self::SoftReferenceType { model, column, .. }
            | Self::SoftAndForeignKey { model, column }
            | Self::ActionNeedsNull { model, column, .. }
            | Self::TypesDiffer { model, column, .. } => format!("{model}.{column}"),
            Self::UnknownAction { model, columns, .. }
            | Self::MissingTable { model, columns, .. }
            | Self::MissingColumn { model, columns, .. }
            | Self::TargetNotUnique { model, columns, .. } => format!("{model}.{columns}"),
            Self::SchemaName { model, .. }
            | Self::ForeignKeysDiffer { model, .. }
            | Self::NamedTwice { model, .. }
            | Self::TwoModels { model, .. }
            | Self::WrongApp { model, .. }
            | Self::NameTaken { model, .. } => model.clone(),
            Self::TwoEntities { table, .. } => table.clone(),
            Self::TwoApps { app } => app.clone(),
        }
    }
}

/// A default as a migration file writes it.
pub(super) fn shown(default: &DefaultValue) -> String {
    use crate::schema::Literal;
    match default {
        DefaultValue::Literal(Literal::Bool(value)) => value.to_string(),
        DefaultValue::Literal(Literal::Int(value)) => value.to_string(),
        DefaultValue::Literal(Literal::Text(value)) => format!("{value:?}"),
        DefaultValue::Sql { sql } => format!("{{ sql = {:?} }}", sql.as_str()),
    }
}
