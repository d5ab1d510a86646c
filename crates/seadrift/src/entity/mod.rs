//! Entities to schema.
//!
//! Plain SeaORM entities are read as they are: columns, types, defaults, keys, `unique`, `indexed`,
//! `unique_key`, relations. An entity that derives [`Declare`](crate::Declare) also has a
//! [`Declaration`], which says what SeaORM's attributes have no words for. Every foreign key and
//! every soft reference gets an index unless there is one that serves it. What the entities of a
//! project must keep among each other is in [`project`](crate::project).

mod checks;
mod declaration;
mod default;
pub mod enumeration;
mod error;
mod facts;
mod indexes;
mod relations;
pub mod rows;
mod table;
mod types;

pub use declaration::{
    CheckDeclaration, Choice, ChoiceValue, ColumnDeclaration, Declaration, Declared, Format, IndexDeclaration, Number,
    RelationDeclaration, SortKey,
};
pub use error::EntityError;
pub(crate) use table::hints;
pub use table::{declared_table, plain_table};
