//! What the derive refuses, where its errors stand, and what they say.

use syn::DeriveInput;

use crate::expand::declare;

/// Each error as the first token that it stands at, and its text.
fn refused(source: &str) -> Vec<String> {
    let input: DeriveInput = syn::parse_str(source).expect("a struct");
    let errors = declare(&input).expect_err("refused");
    let at = |error: &syn::Error| error.span().source_text().unwrap_or_default();
    errors.into_iter().map(|error| format!("{} … {error}", at(&error))).collect()
}

fn model(attribute: &str, field: &str) -> String {
    format!(
        "#[seadrift({attribute})]\npub struct Model {{\n pub id: i64,\n {field}\n pub status: String,\n \
         pub created_at: DateTimeUtc,\n}}"
    )
}

const SAID: &str = "app = \"shop\", model = \"Order\"";

#[test]
fn errors_on_the_struct_stand_at_their_word() {
    let known = "app, model, label, plural, was, ordering, list, search, filter, name, date, append_only, check, index";
    for (attribute, expected) in [
        ("colour = \"x\"", format!("colour … unknown word `colour`; known: {known}")),
        ("lable = \"x\"", format!("lable … unknown word `lable`; did you mean `label`? Known: {known}")),
        ("app = \"a\", app = \"b\"", "app … `app` is said twice".to_owned()),
        ("label = \"\"", "\"\" … `label` must not be empty".to_owned()),
        ("label = 3", "3 … expected string literal".to_owned()),
        ("append_only = true", "append_only … `append_only` has no value; leave it out when it does not hold".to_owned()),
        ("append_only, append_only", "append_only … `append_only` is said twice".to_owned()),
        ("list()", "list … write list(\"first\", \"second\")".to_owned()),
        ("check(name = \"a\")", "check … write check(name = \"…\", sql = \"…\")".to_owned()),
        ("check(nme = \"a\")", "nme … unknown word of check(…) `nme`; did you mean `name`? Known: name, sql".to_owned()),
        ("index(unique)", "index … an index has either columns(\"a\", \"-b\") or sql = \"lower(a)\"".to_owned()),
        (
            "index(columns(\"id\"), sql = \"id\")",
            "index … an index has either columns(\"a\", \"-b\") or sql = \"lower(a)\"".to_owned(),
        ),
        (
            "index(columns(\"id\"), uniqe)",
            "uniqe … unknown word of index(…) `uniqe`; did you mean `unique`? Known: columns, sql, unique, filter, name"
                .to_owned(),
        ),
    ] {
        assert_eq!(refused(&model(attribute, "")), [expected], "{attribute}");
    }
    // A key that is no name stands for itself.
    assert!(refused(&model("index(columns(\"id\"), where = \"x\")", ""))[0].starts_with("where … "));
}

#[test]
fn app_and_model_are_required_and_names() {
    let say = |word: &str, example: &str| {
        format!("#[seadrift(list(\"id\"))] … #[seadrift(…)] must say `{word} = \"…\"`, such as {word} = {example:?}")
    };
    let expected = [say("app", "tournaments"), say("model", "Registration")];
    assert_eq!(refused(&model("list(\"id\")", "")), expected);
    assert_eq!(refused("struct Model { id: i64 }")[0].split(" … ").next(), Some("Model"));
    for (attribute, expected) in [
        ("app = \"a b\", model = \"B\"", "\"a b\" … `a b` is no name for `app`: letters, digits and _ only"),
        ("app = \"a\", model = \"2nd\"", "\"2nd\" … `2nd` is no name for `model`: letters, digits and _ only"),
    ] {
        assert_eq!(refused(&model(attribute, "")), [expected]);
    }
}

#[test]
fn names_must_exist_on_the_struct() {
    let columns = "id, user_id, status, created_at";
    let field = "pub user_id: i64, pub user: BelongsTo<super::user::Entity>,";
    for (attribute, at, wrong, meant) in [
        ("ordering(\"-createdat\")", "-createdat", "createdat", Some("created_at")),
        ("search(\"user\")", "user", "user", None),
        ("filter(\"state\")", "state", "state", Some("status")),
        ("name(\"statu\")", "statu", "statu", Some("status")),
        ("date = \"createdat\"", "createdat", "createdat", Some("created_at")),
        ("index(columns(\"id\", \"-state\"))", "-state", "state", Some("status")),
        ("index(columns(\"id\"), filter = \"statu IS NULL\")", "statu IS NULL", "statu", Some("status")),
        ("index(sql = \"lower(nmae)\")", "lower(nmae)", "nmae", None),
        ("check(name = \"x\", sql = \"use_id > 0\")", "use_id > 0", "use_id", Some("user_id")),
    ] {
        let source = model(&format!("{SAID}, {attribute}"), field).replace("Model", "ModelEx");
        let expected = match meant {
            Some(meant) => format!("\"{at}\" … unknown column `{wrong}`; did you mean `{meant}`? Known: {columns}"),
            None => format!("\"{at}\" … unknown column `{wrong}`; known: {columns}"),
        };
        assert_eq!(refused(&source), [expected], "{attribute}");
    }
    let lists = |name: &str| model(&format!("{SAID}, list(\"{name}\")"), field).replace("Model", "ModelEx");
    let expected = format!("\"usr\" … unknown column `usr`; did you mean `user`? Known: {columns}, user");
    assert_eq!(refused(&lists("usr")), [expected]);
    let relation = syn::parse_str(&lists("user")).expect("a struct");
    assert!(declare(&relation).is_ok());
}

#[test]
fn names_are_given_once() {
    let checks = "check(name = \"c\", sql = \"id > 0\"), check(name = \"c\", sql = \"id > 1\")";
    assert_eq!(refused(&model(&format!("{SAID}, {checks}"), "")), ["\"c\" … two checks are named `c`"]);
    let indexes = "index(columns(\"id\"), name = \"i\"), index(columns(\"status\"), name = \"i\")";
    assert_eq!(refused(&model(&format!("{SAID}, {indexes}"), "")), ["\"i\" … two indexes are named `i`"]);
}

#[test]
fn errors_on_a_column_stand_at_their_word() {
    let known = "label, help, choices, soft_ref, was, min, max, secret, readonly, multiline, format, money, section";
    let softref = format!("softref … unknown word on a column `softref`; did you mean `soft_ref`? Known: {known}");
    for (attribute, expected) in [
        ("softref = \"a.B\"", softref.as_str()),
        ("soft_ref = \"Cup\"", "\"Cup\" … `Cup` is not a model; write \"app.Model\""),
        ("choices()", "choices … write choices(\"value\", \"other\" = \"Label\")"),
        ("choices(1.5)", "1.5 … a choice is a text or a whole number"),
        ("choices(\"a\", 1)", "\"a\" … choices are either all texts or all whole numbers"),
        ("choices(\"a\", \"a\")", "\"a\" … this choice is there twice"),
        ("choices(1), min = 0", "1 … a column has either choices or min and max"),
        ("min = 2, max = 1", "amount … min of `amount` is greater than its max"),
        ("min = 99999999999999999999", "99999999999999999999 … does not fit into 64 bits"),
        ("was = \"status\"", "\"status\" … `status` cannot be a former name: the struct still has that column"),
    ] {
        let source = model(SAID, &format!("#[seadrift({attribute})]\npub amount: i64,"));
        assert_eq!(refused(&source), [expected], "{attribute}");
    }
}

#[test]
fn words_for_forms_and_lists_fit_their_columns() {
    for (attribute, column, ty, expected) in [
        ("multiline", "", "i64", "multiline … `note` must be `String` or `Option<String>` for multiline"),
        ("format = \"url\"", "", "i64", "\"url\" … `note` must be `String` or `Option<String>` for format"),
        (
            "format = \"ulr\"",
            "",
            "Option<String>",
            "\"ulr\" … unknown format `ulr`; did you mean `url`? Known: email, url, image, file",
        ),
        ("money = \"status\"", "", "f64", "\"status\" … `note` must be `i64` or `Option<i64>` for money"),
        (
            "money = \"created_at\"",
            "",
            "i64",
            "\"created_at\" … `created_at` must be `String` or `Option<String>` for the currency of money",
        ),
        (
            "money = \"stats\"",
            "",
            "i64",
            "\"stats\" … unknown column `stats`; did you mean `status`? Known: id, note, status, created_at",
        ),
        ("secret, readonly", "", "String", "readonly … `note` is secret, so nobody edits it anyway"),
        ("secret = 1", "", "String", "secret … `secret` has no value; leave it out when it does not hold"),
        ("section = \"\"", "", "String", "\"\" … `section` must not be empty"),
        ("secret", "list(\"id\", \"note\")", "String", "\"note\" … `note` is secret and cannot be in list(…)"),
        ("secret", "search(\"note\")", "String", "\"note\" … `note` is secret and cannot be in search(…)"),
        ("secret", "filter(\"note\")", "String", "\"note\" … `note` is secret and cannot be in filter(…)"),
        ("secret", "name(\"note\")", "String", "\"note\" … `note` is secret and cannot be in name(…)"),
        ("secret", "ordering(\"-note\")", "String", "\"-note\" … `-note` is secret and cannot be in ordering(…)"),
        ("label = \"x\"", "date = \"note\"", "String", "\"note\" … `note` is not a date; `date` drills down by one"),
    ] {
        let source = model(&format!("{SAID}, {column}"), &format!("#[seadrift({attribute})]\npub note: {ty},"));
        assert_eq!(refused(&source), [expected], "{attribute} {column}");
    }
}

#[test]
fn integers_that_one_database_lacks_are_refused() {
    for (ty, word, instead) in [("u32", "u32", "i64"), ("Option<i8>", "i8", "i16")] {
        let expected = format!("{word} … SeaORM cannot keep `{word}` in PostgreSQL; use `{instead}`");
        assert_eq!(refused(&model(SAID, &format!("pub amount: {ty},"))), [expected]);
    }
}

#[test]
fn attributes_on_relations_point_to_the_column() {
    for (relation, expected) in [
        (
            "#[sea_orm(belongs_to, from = \"user_id\", to = \"id\")]\n#[seadrift(label = \"x\")]\n\
             pub user: BelongsTo<super::user::Entity>,",
            "`user` is a relation: put #[seadrift(…)] on its column `user_id`",
        ),
        (
            "#[sea_orm(has_many)]\n#[seadrift(label = \"x\")]\npub parts: HasMany<super::part::Entity>,",
            "`parts` is a relation, not a column: #[seadrift(…)] goes on columns",
        ),
    ] {
        let source = model(SAID, &format!("pub user_id: i64,\n{relation}")).replace("Model", "ModelEx");
        assert_eq!(refused(&source), [format!("#[seadrift(label = \"x\")] … {expected}")]);
    }
}

#[test]
fn all_errors_are_shown_at_once() {
    assert_eq!(refused(&model("model = \"2nd\", list(\"x\"), search(\"y\")", "")).len(), 4);
}

#[test]
fn only_models_declare_and_only_once() {
    let input: DeriveInput = syn::parse_str("#[sea_orm(model_ex)] pub struct Model { pub id: i64 }").expect("a struct");
    assert!(declare(&input).expect("nothing to say").is_empty());
    for (source, expected) in [
        ("struct User { id: i64 }", "User … seadrift::Declare goes on the struct `Model` of an entity"),
        ("enum Model { A }", "Model … seadrift::Declare goes on the struct `Model` of an entity"),
        ("struct Model(i64);", "Model … seadrift::Declare needs named fields"),
    ] {
        assert_eq!(refused(source), [expected]);
    }
}
