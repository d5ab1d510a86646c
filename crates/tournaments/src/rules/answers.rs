//! The questions that a tournament asks of its own, and whether an answer fits.
//!
//! What bounds an answer stands in the question's settings, by kind:
//! text `min_length`, `max_length`; number `min`, `max`, `integer`; media `types`, `max_bytes`; toggle `must_be_on`;
//! date `earliest`, `latest`; url `hosts`; dropdown `options`. All are optional but `options`.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Number, Value};

use super::{
    settings::{self, is_link},
    status::words,
};
use crate::error::{entry::AnswerInvalid, settings::QuestionInvalid};

words! {
    /// What an answer is.
    Kind {
        /// Text.
        Text "text" "Text";
        /// A number.
        Number "number" "Number";
        /// A picture or a film, given before.
        Media "media" "Picture or video";
        /// Yes or no.
        Toggle "toggle" "Yes or no";
        /// A day.
        Date "date" "Date";
        /// A link.
        Url "url" "Link";
        /// One of a list.
        Dropdown "dropdown" "One of a list";
    }
}

/// The longest answer, in characters.
pub const ANSWER_MAX: usize = 2_000;
/// The most choices of a list.
pub const OPTIONS_MAX: usize = 100;
/// The most questions of a form.
pub const QUESTIONS_MAX: usize = 50;

/// A question, as far as an answer must fit.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// What an answer is.
    pub kind: Kind,
    /// What bounds it.
    pub config: &'a Value,
    /// Whether there must be one.
    pub required: bool,
}

/// What is known of a file that was given before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its media type.
    pub content_type: String,
    /// Its bytes.
    pub byte_size: i64,
    /// The account that gave it.
    pub owner_id: Option<i64>,
}

/// The key of a question: small Latin letters, digits and underscores; `question` for words in other letters.
pub fn key(name: &str) -> String {
    let slug = settings::slug(name);
    if slug == "tournament" && !name.to_lowercase().contains("tournament") {
        return "question".to_owned();
    }
    slug.replace('-', "_").chars().take(100).collect()
}

/// Checks the settings of a question.
///
/// # Errors
/// The first that is wrong.
pub fn check_config(kind: Kind, config: &Value) -> Result<(), QuestionInvalid> {
    let Some(fields) = config.as_object() else { return Err(QuestionInvalid::Setting("settings".to_owned())) };
    let known: &[&str] = match kind {
        Kind::Text => &["min_length", "max_length"],
        Kind::Number => &["min", "max", "integer"],
        Kind::Media => &["types", "max_bytes"],
        Kind::Toggle => &["must_be_on"],
        Kind::Date => &["earliest", "latest"],
        Kind::Url => &["hosts"],
        Kind::Dropdown => &["options"],
    };
    if let Some(unknown) = fields.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(QuestionInvalid::UnknownSetting(unknown.clone()));
    }
    let bad = |name: &str| QuestionInvalid::Setting(name.to_owned());
    for (name, value) in fields {
        let good = match name.as_str() {
            "min_length" | "max_length" => value.as_u64().is_some_and(|length| length <= ANSWER_MAX as u64),
            "min" | "max" => value.as_f64().is_some(),
            "integer" | "must_be_on" => value.is_boolean(),
            "max_bytes" => value.as_i64().is_some_and(|bytes| bytes > 0),
            "earliest" | "latest" => value.as_str().is_some_and(|text| day(text).is_some()),
            _ => strings(value).is_some_and(|list| !list.is_empty()),
        };
        if !good {
            return Err(bad(name));
        }
    }
    for (least, most) in [("min_length", "max_length"), ("min", "max"), ("earliest", "latest")] {
        if let (Some(low), Some(high)) = (fields.get(least), fields.get(most))
            && above(low, high)
        {
            return Err(QuestionInvalid::Contradiction(plain(low), plain(high)));
        }
    }
    if kind == Kind::Dropdown {
        let options = fields.get("options").and_then(strings).ok_or(QuestionInvalid::Options(OPTIONS_MAX))?;
        let mut different: Vec<&&str> = options.iter().collect();
        different.sort_unstable();
        different.dedup();
        let fits = |option: &&str| !option.trim().is_empty() && option.chars().count() <= 100;
        if options.len() < 2
            || options.len() > OPTIONS_MAX
            || different.len() < options.len()
            || !options.iter().all(fits)
        {
            return Err(QuestionInvalid::Options(OPTIONS_MAX));
        }
    }
    Ok(())
}

/// Checks an answer; answers it as it is kept, or nothing when there is none and need not be one.
///
/// Forms send text; so `"12"` is a number and `"on"` is yes. `files` holds the files that the answers name, and `by`
/// is who answers: only one's own files are answers.
///
/// # Errors
/// What is wrong with it.
pub fn check(
    question: &Question<'_>,
    answer: Option<&Value>,
    files: &BTreeMap<String, File>,
    by: i64,
) -> Result<Option<Value>, AnswerInvalid> {
    let answer = match answer {
        Some(Value::String(text)) if text.trim().is_empty() => None,
        Some(Value::Null) | None => None,
        Some(answer) => Some(answer),
    };
    let Some(answer) = answer else {
        return match question.kind {
            _ if question.required => Err(AnswerInvalid::Missing),
            // What is not ticked is not sent.
            Kind::Toggle => toggle(question.config, false).map(Some),
            _ => Ok(None),
        };
    };
    let bound = |name: &str| question.config.get(name);
    let kept = match question.kind {
        Kind::Text => Value::String(words_of(answer, bound("min_length"), bound("max_length"))?),
        Kind::Number => number(answer, question.config)?,
        Kind::Media => media(answer, question.config, files, by)?,
        Kind::Toggle => {
            let on = match answer {
                Value::Bool(on) => *on,
                Value::String(word) => match word.trim() {
                    "on" | "true" | "yes" | "1" => true,
                    "off" | "false" | "no" | "0" => false,
                    _ => return Err(AnswerInvalid::Toggle),
                },
                _ => return Err(AnswerInvalid::Toggle),
            };
            toggle(question.config, on)?
        }
        Kind::Date => {
            let date = answer.as_str().and_then(|text| day(text.trim())).ok_or(AnswerInvalid::Date)?;
            let bound_day = |name| bound(name).and_then(Value::as_str).and_then(day);
            if let Some(earliest) = bound_day("earliest").filter(|earliest| date < *earliest) {
                return Err(AnswerInvalid::Early(earliest));
            }
            if let Some(latest) = bound_day("latest").filter(|latest| date > *latest) {
                return Err(AnswerInvalid::Late(latest));
            }
            Value::String(date.to_string())
        }
        Kind::Url => {
            let link = answer.as_str().map(str::trim).filter(|link| is_link(link)).ok_or(AnswerInvalid::Link)?;
            let hosts = bound("hosts").and_then(strings).unwrap_or_default();
            let host = link.trim_start_matches("https://").split(['/', '?', '#']).next().unwrap_or_default();
            let here = |known: &&str| host == *known || host.strip_suffix(*known).is_some_and(|sub| sub.ends_with('.'));
            if !hosts.is_empty() && !hosts.iter().any(here) {
                return Err(AnswerInvalid::Host(hosts.join(", ")));
            }
            Value::String(link.to_owned())
        }
        Kind::Dropdown => {
            let options = bound("options").and_then(strings).unwrap_or_default();
            let chosen = answer.as_str().filter(|chosen| options.contains(chosen)).ok_or(AnswerInvalid::Choice)?;
            Value::String(chosen.to_owned())
        }
    };
    Ok(Some(kept))
}

fn toggle(config: &Value, on: bool) -> Result<Value, AnswerInvalid> {
    let must = config.get("must_be_on").and_then(Value::as_bool).unwrap_or(false);
    if must && !on { Err(AnswerInvalid::NotOn) } else { Ok(Value::Bool(on)) }
}

fn words_of(answer: &Value, least: Option<&Value>, most: Option<&Value>) -> Result<String, AnswerInvalid> {
    let text = answer.as_str().ok_or(AnswerInvalid::Text)?.trim();
    let length = |bound: Option<&Value>| bound.and_then(Value::as_u64).and_then(|length| usize::try_from(length).ok());
    let (least, most) = (length(least).unwrap_or(0), length(most).unwrap_or(ANSWER_MAX));
    let count = text.chars().count();
    if count > most {
        return Err(AnswerInvalid::Long(most));
    }
    if count < least {
        return Err(AnswerInvalid::Short(least));
    }
    if settings::text(text, most, true).is_some() {
        return Err(AnswerInvalid::Invisible);
    }
    Ok(text.to_owned())
}

fn number(answer: &Value, config: &Value) -> Result<Value, AnswerInvalid> {
    let number = match answer {
        Value::Number(number) => number.clone(),
        Value::String(text) => {
            let text = text.trim();
            let whole = text.parse::<i64>().ok().map(Number::from);
            whole.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64)).ok_or(AnswerInvalid::Number)?
        }
        _ => return Err(AnswerInvalid::Number),
    };
    if config.get("integer").and_then(Value::as_bool).unwrap_or(false) && number.as_i64().is_none() {
        return Err(AnswerInvalid::Whole);
    }
    let value = Value::Number(number);
    if let Some(least) = config.get("min").filter(|least| above(least, &value)) {
        return Err(AnswerInvalid::Below(plain(least)));
    }
    if let Some(most) = config.get("max").filter(|most| above(&value, most)) {
        return Err(AnswerInvalid::Above(plain(most)));
    }
    Ok(value)
}

fn media(answer: &Value, config: &Value, files: &BTreeMap<String, File>, by: i64) -> Result<Value, AnswerInvalid> {
    let token = answer.as_str().ok_or(AnswerInvalid::File)?.trim();
    let file = files.get(token).filter(|file| file.owner_id == Some(by)).ok_or(AnswerInvalid::File)?;
    let types = config.get("types").and_then(strings).unwrap_or_default();
    // `image` means every kind of picture, `image/png` one.
    let fits = |wanted: &&str| {
        file.content_type == *wanted || file.content_type.split('/').next().is_some_and(|kind| kind == *wanted)
    };
    if !types.is_empty() && !types.iter().any(fits) {
        return Err(AnswerInvalid::FileType(types.join(", ")));
    }
    match config.get("max_bytes").and_then(Value::as_i64) {
        Some(most) if file.byte_size > most => Err(AnswerInvalid::FileSize(most)),
        _ => Ok(Value::String(token.to_owned())),
    }
}

/// `2026-03-01`.
fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}

fn strings(value: &Value) -> Option<Vec<&str>> {
    value.as_array()?.iter().map(Value::as_str).collect()
}

/// Whether the first is more than the second: exactly for whole numbers, by text for days.
fn above(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one > other,
        _ => match (one.as_i64(), other.as_i64()) {
            (Some(one), Some(other)) => one > other,
            _ => one.as_f64() > other.as_f64(),
        },
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
