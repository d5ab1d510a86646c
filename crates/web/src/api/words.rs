//! Choices of the services in JSON: the spelling that the database has, listed in the schema.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use tournaments::{
    audit::Action,
    rules::{access::Duty, answers, dispute, entry::EntryStatus, match_state, seeding, settings},
};

/// A choice.
pub(crate) trait Words: Copy + 'static {
    fn all() -> Vec<Self>;
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($kind:ty;)*) => {$(
        impl Words for $kind {
            fn all() -> Vec<Self> {
                Self::ALL.to_vec()
            }

            fn word(self) -> &'static str {
                self.as_str()
            }
        }
    )*};
}

words! {
    Action;
    Duty;
    EntryStatus;
    answers::Kind;
    dispute::Reason;
    match_state::State;
    seeding::Method;
    settings::Entrants;
    settings::Format;
    settings::Method;
}

/// One of the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Word<T>(pub(crate) T);

impl<T: Words> Serialize for Word<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.0.word())
    }
}

impl<'de, T: Words> Deserialize<'de> for Word<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let found = T::all().into_iter().find(|one| one.word() == text);
        found.map(Self).ok_or_else(|| {
            let known: Vec<&str> = T::all().into_iter().map(Words::word).collect();
            D::Error::custom(format!("choose one of {}", known.join(", ")))
        })
    }
}

impl<T: Words> JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let known: Vec<&str> = T::all().into_iter().map(Words::word).collect();
        json_schema!({ "type": "string", "enum": known })
    }
}
