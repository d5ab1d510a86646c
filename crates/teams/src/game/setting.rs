//! The settings of a match, declared as data: which there are in a game, what they may be, and what
//! they are when nobody says.

use std::collections::BTreeSet;

use kernel::plugin::ConfigRefusal;
use serde_json::{Map, Value};

/// One setting of a match.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it may be.
    pub rule: Rule,
}

/// What a setting may be, and what it is when nobody says.
#[derive(Clone, Copy, Debug)]
pub enum Rule {
    /// One of these numbers; the first when nobody says.
    Numbers(&'static [i64]),
    /// A number from the first to the second; the third when nobody says.
    Between(i64, i64, i64),
    /// One of these words; the first when nobody says.
    Words(&'static [&'static str]),
    /// Yes or no; this when nobody says.
    Switch(bool),
    /// A list of different names, such as maps, at least one; these when nobody says. Others may be
    /// named, since games get new ones.
    Names(&'static [&'static str]),
}

/// Whether each setting of a configuration is one of these, and may be what it is. What is not
/// said is what it is when nobody says.
///
/// # Errors
/// The first that does not fit.
pub fn validate(settings: &[Setting], config: &Value) -> Result<(), ConfigRefusal> {
    let Some(said) = config.as_object() else {
        return Err(refusal("", format!("it is {config}, and should be an object of settings")));
    };
    for (name, value) in said {
        let Some(setting) = settings.iter().find(|setting| setting.name == name) else {
            let known: Vec<&str> = settings.iter().map(|setting| setting.name).collect();
            return Err(refusal(name, format!("there is no such setting; there are {}", known.join(", "))));
        };
        if !setting.rule.allows(value) {
            return Err(refusal(name, format!("it is {value}, and should be {}", setting.rule.expected())));
        }
    }
    Ok(())
}

/// The configuration when nobody says anything.
pub fn defaults(settings: &[Setting]) -> Value {
    let pairs = settings.iter().map(|setting| (setting.name.to_owned(), setting.rule.default()));
    Value::Object(pairs.collect::<Map<String, Value>>())
}

fn refusal(field: &str, reason: String) -> ConfigRefusal {
    ConfigRefusal { field: field.to_owned(), reason }
}

impl Rule {
    fn allows(self, value: &Value) -> bool {
        match self {
            Self::Numbers(allowed) => value.as_i64().is_some_and(|number| allowed.contains(&number)),
            Self::Between(min, max, _) => value.as_i64().is_some_and(|number| (min..=max).contains(&number)),
            Self::Words(allowed) => value.as_str().is_some_and(|word| allowed.contains(&word)),
            Self::Switch(_) => value.is_boolean(),
            Self::Names(_) => value.as_array().is_some_and(|names| are_names(names)),
        }
    }

    fn default(self) -> Value {
        match self {
            Self::Numbers(allowed) => allowed.first().copied().into(),
            Self::Between(_, _, default) => default.into(),
            Self::Words(allowed) => allowed.first().copied().into(),
            Self::Switch(default) => default.into(),
            Self::Names(default) => default.into(),
        }
    }

    fn expected(self) -> String {
        match self {
            Self::Numbers(allowed) => {
                let allowed: Vec<String> = allowed.iter().map(i64::to_string).collect();
                format!("one of {}", allowed.join(", "))
            }
            Self::Between(min, max, _) => format!("a whole number from {min} to {max}"),
            Self::Words(allowed) => format!("one of {}", allowed.join(", ")),
            Self::Switch(_) => "true or false".to_owned(),
            Self::Names(_) => "a list of different names, at least one".to_owned(),
        }
    }
}

fn are_names(names: &[Value]) -> bool {
    let mut seen = BTreeSet::new();
    let mut is_new = |name: &Value| {
        name.as_str().is_some_and(|name| !name.trim().is_empty() && seen.insert(name.trim().to_lowercase()))
    };
    !names.is_empty() && names.iter().all(&mut is_new)
}
