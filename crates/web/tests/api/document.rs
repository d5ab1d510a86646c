//! The document of the API: committed, true, and shown to people.

use std::path::Path;

use serde_json::{Value, json};
use testkit::TestDatabase;

use crate::served::{Served, migrated, serve};

/// An operation of the document.
#[derive(Clone, Debug)]
pub struct Operation {
    pub name: String,
    pub method: String,
    /// Below `/api/v1`.
    pub path: String,
    pub access: String,
    pub body: Option<Value>,
    pub has_key: bool,
}

/// The document and its operations.
pub fn operations(site: &Served) -> (Value, Vec<Operation>) {
    let document = site.stranger().get("/openapi.json").expect(200).json();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, told) in methods.as_object().expect("methods") {
            let schema = &told["requestBody"]["content"]["application/json"]["schema"];
            let parameters = told["parameters"].as_array().cloned().unwrap_or_default();
            all.push(Operation {
                name: told["operationId"].as_str().expect("a name").to_owned(),
                method: method.to_uppercase(),
                path: path.strip_prefix("/api/v1").expect("below it").to_owned(),
                access: told["x-access"].as_str().expect("who may").to_owned(),
                body: (!schema.is_null()).then(|| schema.clone()),
                has_key: parameters.iter().any(|parameter| parameter["name"] == "Idempotency-Key"),
            });
        }
    }
    (document, all)
}

/// A small value that a schema allows.
pub fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.rsplit('/').next().expect("a name");
        return sample(document, &document["components"]["schemas"][name]);
    }
    if let Some(first) = schema["enum"].as_array().and_then(|all| all.first()) {
        return first.clone();
    }
    if let Some(constant) = schema.get("const") {
        return constant.clone();
    }
    for many in ["oneOf", "anyOf"] {
        if let Some(first) = schema[many].as_array().and_then(|all| all.first()) {
            return sample(document, first);
        }
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.first().cloned().unwrap_or_default(),
        kind => kind.clone(),
    };
    match kind.as_str() {
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(false),
        Some("array") => {
            let item = if schema["prefixItems"].is_array() { &schema["prefixItems"][0] } else { &schema["items"] };
            let least = usize::try_from(schema["minItems"].as_u64().unwrap_or(1)).expect("small");
            Value::Array(vec![sample(document, item); least])
        }
        Some("object") => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let field = |name: &Value| {
                let name = name.as_str().expect("a name").to_owned();
                (name.clone(), sample(document, &schema["properties"][&name]))
            };
            Value::Object(required.iter().map(field).collect())
        }
        Some("string") if schema["format"] == "date-time" => json!("2026-03-05T12:00:00Z"),
        Some("string") => json!("river lamp"),
        _ => json!({}),
    }
}

testkit::on_both! {
    from migrated;

    async fn the_committed_document_is_the_served_one(database: &TestDatabase) {
        let site = serve(database).await;
        let served = site.stranger().get("/openapi.json").expect(200);
        assert_eq!(served.header("content-type"), Some("application/json"));
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&file, served.text()).expect("docs can be written");
        }
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        assert!(
            committed == served.text(),
            "docs/openapi.json is old: UPDATE_DOCS=1 cargo nextest run -p web --test api document"
        );
    }

    async fn people_read_every_operation_and_problem(database: &TestDatabase) {
        let site = serve(database).await;
        let page = site.client().get("/api/docs").expect(200).text();
        let (document, operations) = operations(&site);
        for operation in &operations {
            let row = format!("<code>{} {}</code>", operation.method, operation.path);
            assert!(page.contains(&row), "{row}");
        }
        let kinds = document["x-problems"].as_object().expect("kinds");
        assert!(kinds.len() > 60, "{}", kinds.len());
        for kind in kinds.keys() {
            assert!(page.contains(&format!("id=\"problem-{kind}\"")), "{kind}");
        }
        assert_eq!(site.client().get("/problems/not-found").header("location"), Some("/api/docs#problem-not-found"));
        assert_eq!(site.client().get("/problems/nonsense").status(), 404);
    }
}
