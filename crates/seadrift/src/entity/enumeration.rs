//! Whether a field's type is an `ActiveEnum`, and its values: asked by the code that
//! `#[derive(seadrift::Declare)]` writes, which sees types but not what they implement.
//!
//! The compiler prefers the method that needs one reference less, so [`IsEnumeration`]
//! answers where it applies and [`IsNoEnumeration`] everywhere else.

use std::marker::PhantomData;

use sea_orm::{ActiveEnum, Value};

use crate::schema::Literal;

/// Stands for the type of a field.
pub struct Probe<T>(PhantomData<T>);

impl<T> Probe<T> {
    /// A probe of this type.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

/// Answers for types that are enumerations.
pub trait IsEnumeration {
    /// The values in the database, in the order of the variants.
    fn values(&self) -> Vec<Literal>;
}

impl<T: ActiveEnum> IsEnumeration for Probe<T> {
    fn values(&self) -> Vec<Literal> {
        T::values().into_iter().filter_map(|value| literal(value.into())).collect()
    }
}

/// Answers for all other types.
pub trait IsNoEnumeration {
    /// Nothing.
    fn values(&self) -> Vec<Literal>;
}

impl<T> IsNoEnumeration for &Probe<T> {
    fn values(&self) -> Vec<Literal> {
        Vec::new()
    }
}

fn literal(value: Value) -> Option<Literal> {
    Some(match value {
        Value::String(Some(text)) => Literal::Text(text),
        Value::Enum(value) => match value {
            sea_orm::sea_query::OptionEnum::Some(value) => Literal::Text(value.value.to_string()),
            sea_orm::sea_query::OptionEnum::None(_) => return None,
        },
        Value::TinyInt(Some(n)) => Literal::Int(n.into()),
        Value::SmallInt(Some(n)) => Literal::Int(n.into()),
        Value::Int(Some(n)) => Literal::Int(n.into()),
        Value::BigInt(Some(n)) => Literal::Int(n),
        Value::TinyUnsigned(Some(n)) => Literal::Int(n.into()),
        Value::SmallUnsigned(Some(n)) => Literal::Int(n.into()),
        Value::Unsigned(Some(n)) => Literal::Int(n.into()),
        Value::BigUnsigned(Some(n)) => Literal::Int(i64::try_from(n).ok()?),
        _ => return None,
    })
}
