//! What SeaORM says about an entity: the only code here that is generic over entities, so that a
//! hundred of them do not make a hundred copies of the rest.

use sea_orm::{
    DbBackend, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn, PrimaryKeyTrait, RelationDef, RelationTrait,
    Schema,
    sea_query::{ColumnDef, IndexCreateStatement},
};

/// An entity's table as SeaORM describes it.
pub(super) struct Facts {
    pub table: &'static str,
    /// The schema of the database that the entity names.
    pub schema: Option<String>,
    pub columns: Vec<ColumnFacts>,
    /// Columns of the primary key, in key order.
    pub primary_key: Vec<&'static str>,
    /// Whether the primary key is one column that the database fills.
    pub auto_increment: bool,
    /// Relations of both directions.
    pub relations: Vec<RelationDef>,
    /// What `indexed` and `unique_key` ask for.
    pub indexes: Vec<IndexCreateStatement>,
}

/// A column as SeaORM describes it.
pub(super) struct ColumnFacts {
    pub name: &'static str,
    pub definition: ColumnDef,
}

impl Facts {
    /// Asks SeaORM about the entity.
    pub fn of<E: EntityTrait>() -> Self {
        // SQLite is the backend for which SeaORM leaves column types as they are.
        let schema = Schema::new(DbBackend::Sqlite);
        let entity = E::default();
        let primary_key: Vec<_> = E::PrimaryKey::iter().map(|key| key.into_column().as_str()).collect();
        Self {
            table: entity.table_name(),
            schema: entity.schema_name().map(str::to_owned),
            columns: E::Column::iter()
                .map(|column| ColumnFacts { name: column.as_str(), definition: schema.get_column_def::<E>(column) })
                .collect(),
            auto_increment: primary_key.len() == 1 && E::PrimaryKey::auto_increment(),
            primary_key,
            relations: E::Relation::iter().map(|relation| relation.def()).collect(),
            indexes: schema.create_index_from_entity(entity),
        }
    }
}

impl ColumnFacts {
    /// The former name that `renamed_from` gives. SeaORM hands it out only inside the comment.
    pub fn renamed_from(&self) -> Option<&str> {
        let comment = self.definition.get_column_spec().comment.as_deref()?;
        let (before, name) = comment.strip_suffix('"')?.rsplit_once("renamed_from \"")?;
        (before.is_empty() || before.ends_with("; ")).then_some(name)
    }
}
