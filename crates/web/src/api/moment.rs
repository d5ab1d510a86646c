//! A moment in JSON: RFC 3339, UTC, within the years that both databases keep in order.

use chrono::{DateTime, Datelike, Utc};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A moment of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) DateTime<Utc>);

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let wrong = || D::Error::custom("write a moment like 2026-03-01T18:00:00Z, of the years 1970 to 9999");
        let at = DateTime::parse_from_rfc3339(&text).map_err(|_| wrong())?.with_timezone(&Utc);
        if (1970..=9999).contains(&at.year()) { Ok(Self(kernel::clock::to_microseconds(at))) } else { Err(wrong()) }
    }
}

impl JsonSchema for Moment {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_utc_and_of_our_times() {
        let read = |text: &str| serde_json::from_value::<Moment>(serde_json::json!(text)).ok();
        let written = |text: &str| read(text).and_then(|moment| serde_json::to_value(moment).ok());
        assert_eq!(written("2026-03-01T20:00:00+02:00"), Some(serde_json::json!("2026-03-01T18:00:00Z")));
        assert_eq!(written("2026-03-01T18:00:00.1234567Z"), Some(serde_json::json!("2026-03-01T18:00:00.123456Z")));
        for wrong in ["", "2026-03-01", "1969-12-31T23:59:59Z", "+10000-01-01T00:00:00Z", "2026-02-30T00:00:00Z"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
