//! From what a client sent to one JSON object as an operation's schema wants it, or every wrong field at once.
//!
//! Path and query hold text only, so their values are read as the type that the schema names. Not here: the
//! rules of the services, which have the last word.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Number, Value};

use super::problem::{FieldError, MALFORMED, NOT_FOUND, Problem};

/// What an operation takes: the fields of its input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shape {
    fields: BTreeMap<String, Field>,
}

#[derive(Clone, Debug)]
struct Field {
    /// JSON types; empty when the schema says it in another way.
    types: Vec<String>,
    required: bool,
}

impl Shape {
    /// The fields of an object's schema.
    pub(crate) fn of(schema: &Value) -> Self {
        let required = |name: &str| schema["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
        let fields = schema["properties"].as_object().into_iter().flatten().map(|(name, property)| {
            let types = match &property["type"] {
                Value::String(one) => vec![one.clone()],
                Value::Array(more) => more.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect(),
                _ => Vec::new(),
            };
            (name.clone(), Field { types, required: required(name) })
        });
        Self { fields: fields.collect() }
    }

    /// A part of the path. What cannot be read is the address of nothing.
    pub(crate) fn path(&self, name: &str, text: &str) -> Result<Value, Problem> {
        self.text(name, text).map_err(|_| Problem::new(NOT_FOUND, "There is nothing at this address."))
    }

    /// A value of the query.
    pub(crate) fn query(&self, name: &str, text: &str) -> Result<Value, FieldError> {
        self.text(name, text).map_err(|wanted| wrong(name, "type", format!("Write {wanted}.")))
    }

    /// Text read as the type of the field; the error is what is wanted.
    fn text(&self, name: &str, text: &str) -> Result<Value, &'static str> {
        if text.contains('\0') {
            return Err("text without the character NUL");
        }
        let Some(field) = self.fields.get(name) else { return Ok(Value::from(text)) };
        let is = |kind: &str| field.types.iter().any(|one| one == kind);
        if is("integer") {
            let digits = text.strip_prefix('-').unwrap_or(text);
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse::<i64>().ok().filter(|_| plain);
            return number.map(Value::from).ok_or("a whole number");
        }
        if is("boolean") {
            return match text {
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err("true or false"),
            };
        }
        if is("number") {
            let number = text.parse::<f64>().ok().and_then(Number::from_f64);
            return number.map(Value::Number).ok_or("a number");
        }
        Ok(Value::from(text))
    }

    /// All of it put together: unknown and missing fields, wrong types.
    pub(crate) fn check(&self, data: &Map<String, Value>) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (name, value) in data {
            match self.fields.get(name) {
                None => errors.push(wrong(name, "unknown-field", "There is no such field; leave it out.")),
                Some(field) if !field.takes(value) => {
                    errors.push(wrong(name, "type", format!("This must be {}.", words(&field.types))));
                }
                Some(_) if has_nul(value) => {
                    errors.push(wrong(name, "characters", "Leave out the character NUL."));
                }
                Some(_) => {}
            }
        }
        for (name, field) in &self.fields {
            if field.required && !data.contains_key(name) {
                errors.push(wrong(name, "required", "This is missing."));
            }
        }
        errors
    }
}

impl Field {
    fn takes(&self, value: &Value) -> bool {
        self.types.is_empty()
            || self.types.iter().any(|kind| match kind.as_str() {
                "null" => value.is_null(),
                "boolean" => value.is_boolean(),
                "integer" => value.is_i64() || value.is_u64(),
                "number" => value.is_number(),
                "string" => value.is_string(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                _ => true,
            })
    }
}

fn words(types: &[String]) -> String {
    let word = |kind: &String| match kind.as_str() {
        "null" => "null",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "text",
        "array" => "a list",
        _ => "an object",
    };
    types.iter().map(word).collect::<Vec<_>>().join(" or ")
}

fn wrong(field: &str, code: &str, message: impl Into<String>) -> FieldError {
    // A stranger chooses the name of an unknown field.
    let field = field.chars().take(100).collect();
    FieldError { field, code: code.to_owned(), message: message.into() }
}

/// PostgreSQL keeps no text with this character.
fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// A body as a JSON object; no body is an empty one.
pub(crate) fn body(bytes: &[u8]) -> Result<Map<String, Value>, Problem> {
    if bytes.is_empty() {
        return Ok(Map::new());
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(Problem::new(MALFORMED, "The body must be a JSON object.")),
        Err(error) => {
            let place = format!("line {}, column {}", error.line(), error.column());
            Err(Problem::new(MALFORMED, format!("The body is not JSON that can be read: {place}.")))
        }
    }
}

/// The input of an operation.
pub(crate) fn read<I: DeserializeOwned>(data: Value) -> Result<I, Problem> {
    serde_path_to_error::deserialize(data).map_err(|error| {
        let field = error.path().to_string();
        let field = if field == "." { String::new() } else { field };
        let text: String = error.inner().to_string().chars().take(300).collect();
        Problem::field(&field, "value", text)
    })
}
