//! Entities to schema.
//!
//! Plain SeaORM entities are read as they are; an entity that derives [`Declare`](crate::Declare)
//! also has a [`Declaration`], which says what SeaORM's attributes have no words for.

mod declaration;
pub mod enumeration;

pub use declaration::{
    CheckDeclaration, Choice, ChoiceValue, ColumnDeclaration, Declaration, Declared, IndexDeclaration, Number,
    RelationDeclaration, SortKey,
};
