//! The table as an OpenAPI 3.1 document, and what is known of an input from its schema.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
};

use axum::{
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use kernel::gateway::Access;
use schemars::{SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    input::Shape,
    ops,
    problem::{Details, GENERAL, Kind, title},
    table::{Operation, Run},
};

/// The document, as it is served and committed.
static TEXT: LazyLock<String> = LazyLock::new(|| {
    let mut text = serde_json::to_string_pretty(&document(&ops::all())).unwrap_or_default();
    text.push('\n');
    text
});

pub(crate) async fn serve() -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], TEXT.as_str()).into_response()
}

fn generator() -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = "/components/schemas".into();
    settings.meta_schema = None;
    settings.into_generator()
}

/// The fields that an operation takes.
pub(crate) fn shape(operation: &Operation) -> Shape {
    Shape::of((operation.input)(&mut generator()).as_value())
}

/// Names in the braces of a path.
pub(crate) fn named(path: &str) -> Vec<&str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect()
}

fn document(operations: &[Arc<Operation>]) -> Value {
    let mut generator = generator();
    let details = generator.subschema_for::<Details>();
    let mut paths: Map<String, Value> = Map::new();
    let mut tags: Vec<&str> = Vec::new();
    for operation in operations {
        let tag = tag(operation.name);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
        let entry = paths.entry(format!("/api/v1{}", operation.path)).or_insert_with(|| json!({}));
        entry[operation.method.as_str().to_lowercase()] = told(operation, tag, &mut generator);
    }
    let schemas = generator.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "DeltaCrown",
            "version": "1",
            "description": "Everything that the pages do. Sign in with POST /api/v1/sessions and send the token as \
                `Authorization: Bearer TOKEN`. Coins and money are whole numbers; money is in minor units. Moments are \
                RFC 3339, UTC. Lists come in pages: send `next` as `cursor`. Unknown fields are refused. What is wrong \
                is told as problem details (RFC 9457). An act with the header `Idempotency-Key` is done once: the same \
                key with the same request gets the first answer again for a day, and refusals are not kept.",
        },
        "tags": tags.iter().map(|tag| json!({ "name": tag })).collect::<Vec<_>>(),
        "paths": paths,
        "x-problems": problems(operations),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "cookie": { "type": "apiKey", "in": "cookie", "name": "session" },
            },
            "responses": {
                "Problem": {
                    "description": "Problem details; see x-problems for the kinds.",
                    "content": { "application/problem+json": { "schema": details } },
                },
            },
        },
    })
}

/// What the name of an operation begins with.
pub(crate) fn tag(name: &str) -> &str {
    name.split_once('.').map_or(name, |(tag, _)| tag)
}

fn told(operation: &Operation, tag: &str, generator: &mut SchemaGenerator) -> Value {
    let input = (operation.input)(generator).to_value();
    let output = (operation.output)(generator).to_value();
    let in_path = named(operation.path);
    let empty = Map::new();
    let properties = input["properties"].as_object().unwrap_or(&empty);
    let required = |name: &str| input["required"].as_array().is_some_and(|all| all.iter().any(|one| one == name));
    let reads = operation.method == Method::GET;
    let mut parameters: Vec<Value> =
        in_path.iter().map(|name| parameter("path", name, properties.get(*name), true)).collect();
    let rest = properties.iter().filter(|(name, _)| !in_path.contains(&name.as_str()));
    let mut told = json!({
        "operationId": operation.name,
        "tags": [tag],
        "summary": operation.summary,
        "x-access": operation.access,
        "x-limit": limits(operation),
        "security": security(operation.access),
    });
    if reads {
        parameters.extend(rest.map(|(name, schema)| parameter("query", name, Some(schema), required(name))));
    } else {
        let body: Map<String, Value> = rest.map(|(name, schema)| (name.clone(), schema.clone())).collect();
        let needed: Vec<&String> = body.keys().filter(|name| required(name)).collect();
        if matches!(operation.run, Run::Within(_) | Run::Prepared(_)) && operation.access != Access::Public {
            let schema = json!({ "type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$" });
            parameters.push(parameter("header", "Idempotency-Key", Some(&schema), false));
        }
        if !body.is_empty() {
            told["requestBody"] = json!({
                "required": !needed.is_empty(),
                "content": { "application/json": { "schema": {
                    "type": "object", "properties": body, "required": needed, "additionalProperties": false,
                } } },
            });
        }
    }
    if !parameters.is_empty() {
        told["parameters"] = Value::Array(parameters);
    }
    told["responses"] = responses(operation, output);
    told
}

fn parameter(place: &str, name: &str, schema: Option<&Value>, required: bool) -> Value {
    let mut schema = schema.cloned().unwrap_or_else(|| json!({ "type": "string" }));
    let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
    let mut parameter = json!({ "in": place, "name": name, "required": required, "schema": schema });
    if let Some(description) = description {
        parameter["description"] = description;
    }
    parameter
}

fn security(access: Access) -> Value {
    match access {
        Access::Public => json!([{}, { "token": [] }, { "cookie": [] }]),
        Access::User | Access::Staff => json!([{ "token": [] }, { "cookie": [] }]),
    }
}

/// How often one may ask, in words.
pub(crate) fn limits(operation: &Operation) -> String {
    let words = |person: bool| {
        let each = operation.budget.limits(person).iter();
        each.map(|(_, limit)| format!("{} in {} s", limit.burst, limit.per.as_secs())).collect::<Vec<_>>().join(" and ")
    };
    match operation.access {
        Access::Public => format!("{}; strangers {}", words(true), words(false)),
        Access::User | Access::Staff => words(true),
    }
}

/// What an operation may refuse with, each once, by status and code.
pub(crate) fn kinds(operation: &Operation) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = operation.kinds.iter().chain(GENERAL).copied().collect();
    kinds.sort_by_key(|kind| (kind.status, kind.code));
    kinds.dedup();
    kinds
}

/// What an operation may refuse with of its own, each once, by status and code.
fn own(operation: &Operation) -> Vec<Kind> {
    let mut kinds = operation.kinds.clone();
    kinds.sort_by_key(|kind| (kind.status, kind.code));
    kinds.dedup();
    kinds
}

/// The answer when all is well, its own problems by status, and the general ones as the default.
fn responses(operation: &Operation, output: Value) -> Value {
    let nothing = output["type"] == "null";
    let done = if nothing {
        json!({ "description": "Done." })
    } else {
        json!({ "description": "Done.", "content": { "application/json": { "schema": output } } })
    };
    let status = if nothing { 204 } else { operation.status };
    let mut responses = Map::from_iter([(status.to_string(), done)]);
    let mut codes: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for kind in own(operation) {
        codes.entry(kind.status).or_default().push(kind.code);
    }
    for (status, codes) in codes {
        let problem = json!({ "$ref": "#/components/responses/Problem", "description": codes.join(", ") });
        responses.insert(status.to_string(), problem);
    }
    responses.insert("default".to_owned(), json!({ "$ref": "#/components/responses/Problem" }));
    Value::Object(responses)
}

/// Every kind of problem with its status and title, and whether any operation may answer it.
fn problems(operations: &[Arc<Operation>]) -> Value {
    let all = operations.iter().flat_map(|operation| own(operation)).chain(GENERAL.iter().copied());
    let told = |kind: Kind| {
        let general = GENERAL.contains(&kind);
        (kind.code.to_owned(), json!({ "status": kind.status, "title": title(kind.code), "general": general }))
    };
    Value::Object(all.map(told).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let operations = ops::all();
        let mut seen = std::collections::BTreeSet::new();
        for operation in &operations {
            let name = operation.name;
            assert!(seen.insert(name.to_owned()), "{name} stands twice");
            assert!(
                seen.insert(format!("{} {}", operation.method, operation.path)),
                "{name}: its address stands twice"
            );
            assert!(!matches!(operation.run, Run::Nothing), "{name} does nothing");
            assert!(name.len() <= 100 && name.contains('.'), "{name} is a scope of idempotency keys");
            let input = (operation.input)(&mut generator()).to_value();
            for part in named(operation.path) {
                assert!(input["properties"].get(part).is_some(), "{name}: {part} is no field of its input");
            }
            let closed = input.get("additionalProperties") == Some(&Value::Bool(false)) || input["type"] == "null";
            assert!(closed, "{name}: its input must deny unknown fields");
            assert!(operation.summary.ends_with('.'), "{name}: {}", operation.summary);
        }
    }

    #[test]
    fn a_code_of_a_problem_has_one_status() {
        let mut statuses = BTreeMap::new();
        for kind in ops::all().iter().flat_map(|operation| kinds(operation)) {
            let before = statuses.insert(kind.code, kind.status);
            assert!(
                before.is_none_or(|before| before == kind.status),
                "{} is {before:?} and {}",
                kind.code,
                kind.status
            );
            let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
            assert!(kind.code.bytes().all(plain) && (400..600).contains(&kind.status), "{kind:?}");
        }
    }

    #[test]
    fn every_reference_of_the_document_leads_somewhere() {
        let document = document(&ops::all());
        let schemas = document["components"]["schemas"].as_object().expect("schemas");
        for name in schemas.keys() {
            assert!(!name.ends_with(|c: char| c.is_ascii_digit()), "two schemas are called alike: {name}");
        }
        let text = document.to_string();
        for reference in text.split("\"$ref\":\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let place = reference.strip_prefix('#').map(|place| document.pointer(place));
            assert!(place.flatten().is_some(), "{reference}");
        }
    }
}
