//! The questions of a form and their answers: every kind, good and bad.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use tournaments::{
    error::{entry::AnswerInvalid, settings::QuestionInvalid},
    rules::answers::{File, Kind, Question, check, check_config, key},
};

const ME: i64 = 7;

fn files() -> BTreeMap<String, File> {
    let file = |content_type: &str, owner| File {
        content_type: content_type.to_owned(),
        byte_size: 1_000,
        owner_id: Some(owner),
    };
    [("mine", file("image/png", ME)), ("film", file("video/mp4", ME)), ("theirs", file("image/png", ME + 1))]
        .map(|(token, file)| (token.to_owned(), file))
        .into()
}

fn answer(kind: Kind, config: &Value, required: bool, answer: Option<Value>) -> Result<Option<Value>, AnswerInvalid> {
    check_config(kind, config).unwrap_or_else(|invalid| panic!("{kind:?} {config}: {invalid}"));
    check(&Question { kind, config, required }, answer.as_ref(), &files(), ME)
}

#[test]
fn answers_that_fit_are_kept_as_what_they_are() {
    for (kind, config, given, kept) in [
        (Kind::Text, json!({}), json!("  Lions  "), json!("Lions")),
        (Kind::Text, json!({ "min_length": 3, "max_length": 3 }), json!("অআই"), json!("অআই")),
        (Kind::Number, json!({}), json!("12"), json!(12)),
        (Kind::Number, json!({}), json!(-4), json!(-4)),
        (Kind::Number, json!({}), json!("1.5"), json!(1.5)),
        (Kind::Number, json!({ "min": 1, "max": 99, "integer": true }), json!("99"), json!(99)),
        (Kind::Number, json!({ "min": 1, "max": 99 }), json!(1), json!(1)),
        (Kind::Media, json!({}), json!("mine"), json!("mine")),
        (Kind::Media, json!({ "types": ["image"] }), json!("mine"), json!("mine")),
        (Kind::Media, json!({ "types": ["video/mp4"], "max_bytes": 1_000 }), json!("film"), json!("film")),
        (Kind::Toggle, json!({}), json!(true), json!(true)),
        (Kind::Toggle, json!({}), json!("on"), json!(true)),
        (Kind::Toggle, json!({}), json!("off"), json!(false)),
        (Kind::Date, json!({}), json!("2024-02-29"), json!("2024-02-29")),
        (
            Kind::Date,
            json!({ "earliest": "2000-01-01", "latest": "2010-12-31" }),
            json!(" 2010-12-31 "),
            json!("2010-12-31"),
        ),
        (Kind::Url, json!({}), json!("https://x.example/a?b"), json!("https://x.example/a?b")),
        (
            Kind::Url,
            json!({ "hosts": ["youtube.com"] }),
            json!("https://www.youtube.com/watch"),
            json!("https://www.youtube.com/watch"),
        ),
        (Kind::Dropdown, json!({ "options": ["S", "M", "L"] }), json!("M"), json!("M")),
    ] {
        let case = format!("{kind:?} {config} {given}");
        assert_eq!(answer(kind, &config, true, Some(given)), Ok(Some(kept)), "{case}");
    }
}

#[test]
fn answers_that_do_not_fit_are_told_why() {
    use AnswerInvalid as No;
    let day = |text: &str| text.parse().expect("a day");
    for (kind, config, given, invalid) in [
        (Kind::Text, json!({}), json!(5), No::Text),
        (Kind::Text, json!({ "max_length": 3 }), json!("four"), No::Long(3)),
        (Kind::Text, json!({ "min_length": 3 }), json!("ab"), No::Short(3)),
        (Kind::Text, json!({}), json!("a\u{202e}b"), No::Invisible),
        (Kind::Number, json!({}), json!("twelve"), No::Number),
        (Kind::Number, json!({}), json!("NaN"), No::Number),
        (Kind::Number, json!({}), json!([1]), No::Number),
        (Kind::Number, json!({ "integer": true }), json!("1.5"), No::Whole),
        (Kind::Number, json!({ "min": 1 }), json!(0), No::Below("1".to_owned())),
        (Kind::Number, json!({ "max": 99 }), json!("99.5"), No::Above("99".to_owned())),
        (Kind::Media, json!({}), json!("nothing"), No::File),
        (Kind::Media, json!({}), json!("theirs"), No::File),
        (Kind::Media, json!({ "types": ["image"] }), json!("film"), No::FileType("image".to_owned())),
        (Kind::Media, json!({ "max_bytes": 999 }), json!("mine"), No::FileSize(999)),
        (Kind::Toggle, json!({}), json!("perhaps"), No::Toggle),
        (Kind::Toggle, json!({ "must_be_on": true }), json!(false), No::NotOn),
        (Kind::Date, json!({}), json!("2023-02-29"), No::Date),
        (Kind::Date, json!({}), json!("1.3.2026"), No::Date),
        (Kind::Date, json!({ "earliest": "2000-01-01" }), json!("1999-12-31"), No::Early(day("2000-01-01"))),
        (Kind::Date, json!({ "latest": "2010-12-31" }), json!("2011-01-01"), No::Late(day("2010-12-31"))),
        (Kind::Url, json!({}), json!("http://x.example"), No::Link),
        (Kind::Url, json!({}), json!("https://me@x.example"), No::Link),
        (
            Kind::Url,
            json!({ "hosts": ["youtube.com"] }),
            json!("https://notyoutube.com/"),
            No::Host("youtube.com".to_owned()),
        ),
        (Kind::Dropdown, json!({ "options": ["S", "M"] }), json!("XL"), No::Choice),
        (Kind::Dropdown, json!({ "options": ["S", "M"] }), json!("s"), No::Choice),
    ] {
        let case = format!("{kind:?} {config} {given}");
        assert_eq!(answer(kind, &config, true, Some(given)), Err(invalid), "{case}");
    }
}

#[test]
fn what_is_not_answered_is_missing_only_when_it_is_required() {
    for kind in Kind::ALL {
        let config = if *kind == Kind::Dropdown { json!({ "options": ["S", "M"] }) } else { json!({}) };
        for nothing in [None, Some(json!(null)), Some(json!("  "))] {
            let kept = (*kind == Kind::Toggle).then(|| json!(false));
            assert_eq!(answer(*kind, &config, true, nothing.clone()), Err(AnswerInvalid::Missing), "{kind:?}");
            assert_eq!(answer(*kind, &config, false, nothing), Ok(kept), "{kind:?}");
        }
    }
    assert_eq!(answer(Kind::Toggle, &json!({ "must_be_on": true }), false, None), Err(AnswerInvalid::NotOn));
}

#[test]
fn bounds_that_cannot_be_are_refused() {
    use QuestionInvalid as No;
    let setting = |name: &str| No::Setting(name.to_owned());
    for (kind, config, invalid) in [
        (Kind::Text, json!([]), setting("settings")),
        (Kind::Text, json!({ "min": 1 }), No::UnknownSetting("min".to_owned())),
        (Kind::Text, json!({ "max_length": "long" }), setting("max_length")),
        (Kind::Text, json!({ "max_length": 2_001 }), setting("max_length")),
        (Kind::Text, json!({ "min_length": 5, "max_length": 4 }), No::Contradiction("5".to_owned(), "4".to_owned())),
        (Kind::Number, json!({ "min": 10, "max": 9.5 }), No::Contradiction("10".to_owned(), "9.5".to_owned())),
        (Kind::Number, json!({ "integer": "yes" }), setting("integer")),
        (Kind::Media, json!({ "max_bytes": 0 }), setting("max_bytes")),
        (Kind::Media, json!({ "types": [] }), setting("types")),
        (Kind::Toggle, json!({ "must_be_on": 1 }), setting("must_be_on")),
        (Kind::Date, json!({ "earliest": "soon" }), setting("earliest")),
        (
            Kind::Date,
            json!({ "earliest": "2010-01-02", "latest": "2010-01-01" }),
            No::Contradiction("2010-01-02".to_owned(), "2010-01-01".to_owned()),
        ),
        (Kind::Url, json!({ "hosts": "x" }), setting("hosts")),
        (Kind::Dropdown, json!({}), No::Options(100)),
        (Kind::Dropdown, json!({ "options": ["S"] }), No::Options(100)),
        (Kind::Dropdown, json!({ "options": ["S", "S"] }), No::Options(100)),
        (Kind::Dropdown, json!({ "options": ["S", " "] }), No::Options(100)),
    ] {
        assert_eq!(check_config(kind, &config), Err(invalid), "{kind:?} {config}");
    }
}

#[test]
fn a_key_is_made_of_the_words() {
    for (name, made) in [("Jersey number", "jersey_number"), ("T-shirt?", "t_shirt"), ("আপনার নাম", "question")]
    {
        assert_eq!(key(name), made, "{name}");
    }
}
