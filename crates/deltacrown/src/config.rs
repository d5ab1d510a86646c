//! Settings: defaults, then a file, then `DELTACROWN_*` variables, then options of the command line.
//!
//! Nothing is needed to run. Every wrong value is refused with its name, where it came from,
//! what it was and what is allowed; a value that may hold a secret is never shown.

use std::{
    collections::BTreeMap,
    fmt,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use seadrift::run::DatabaseUrl;
use thiserror::Error;

/// Where the database is when nobody says otherwise.
pub const DEFAULT_DATABASE: &str = "sqlite://var/deltacrown.db";

/// How strict a start is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// On one's own machine: plain HTTP is fine.
    Development,
    /// For other people: insecure settings are refused.
    Production,
}

/// Who may read `/metrics`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metrics {
    /// Only callers on this machine.
    Local,
    /// Everybody.
    Public,
    /// Nobody.
    Off,
}

/// All settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the database is.
    pub database: DatabaseUrl,
    /// Address that the server listens on.
    pub bind: SocketAddr,
    /// How strict the start is.
    pub environment: Environment,
    /// The address that browsers use, without a path; decides whether cookies are `Secure`.
    pub public_url: String,
    /// Who may read `/metrics`.
    pub metrics: Metrics,
    /// Least severe level that is logged.
    pub log: tracing::Level,
}

/// One setting: its name, what may be said, and whether it may hold a secret.
struct Setting {
    name: &'static str,
    allowed: &'static str,
    secret: bool,
}

const SETTINGS: &[Setting] = &[
    Setting { name: "database", allowed: "sqlite://PATH or postgres://USER:PASSWORD@HOST:PORT/NAME", secret: true },
    Setting { name: "bind", allowed: "ADDRESS:PORT, such as 127.0.0.1:8000 or [::]:8000", secret: false },
    Setting { name: "environment", allowed: "development or production", secret: false },
    Setting { name: "public_url", allowed: "http://HOST or https://HOST, without a path", secret: false },
    Setting { name: "metrics", allowed: "local, public or off", secret: false },
    Setting { name: "log", allowed: "error, warn, info, debug or trace", secret: false },
];

/// Variables of the same family that are not settings: where the settings file is, and those of the tests.
fn is_no_setting(name: &str) -> bool {
    name == "DELTACROWN_CONFIG" || name.starts_with("DELTACROWN_TEST_")
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nobody said anything.
    Default,
    /// The file.
    File(PathBuf),
    /// An environment variable.
    Variable(String),
    /// The command line.
    Option(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("the default"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::Option(name) => write!(f, "option {name}"),
        }
    }
}

/// Why the settings are refused.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// A value is not allowed.
    #[error("setting {name} = {value} ({origin}) is not allowed; allowed: {allowed}")]
    Value {
        /// The setting.
        name: &'static str,
        /// The value, or stars when it may hold a secret.
        value: String,
        /// Where it came from.
        origin: Source,
        /// What is allowed.
        allowed: &'static str,
    },
    /// There is no such setting.
    #[error("{origin}: there is no setting {name:?}; settings: {known}")]
    Unknown {
        /// The name.
        name: String,
        /// Where it came from.
        origin: Source,
        /// The names there are.
        known: String,
    },
    /// The file cannot be read.
    #[error("settings file {}: {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Production refuses this.
    #[error("environment = production refuses {name} = {value}: {reason}")]
    Insecure {
        /// The setting.
        name: &'static str,
        /// Its value.
        value: String,
        /// Why, and what to set instead.
        reason: &'static str,
    },
}

/// The values that were said, the strongest last word for each.
#[derive(Debug, Default)]
pub struct Said(BTreeMap<&'static str, (String, Source)>);

impl Said {
    /// What the file says. Without a path, `deltacrown.toml` is read if it is there.
    ///
    /// # Errors
    /// When a file that was asked for is missing, or a file is not understood.
    pub fn file(mut self, path: Option<&Path>) -> Result<Self, ConfigError> {
        let file = path.unwrap_or(Path::new("deltacrown.toml"));
        let failed = |reason: String| ConfigError::File { path: file.to_owned(), reason };
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && path.is_none() => return Ok(self),
            Err(error) => return Err(failed(error.to_string())),
        };
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| failed(e.to_string()))?;
        for (key, value) in table {
            let origin = Source::File(file.to_owned());
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            self.say(&key, text, origin)?;
        }
        Ok(self)
    }

    /// What the environment says: `DATABASE_URL` and `DELTACROWN_*`.
    ///
    /// # Errors
    /// When a `DELTACROWN_*` variable is no setting.
    pub fn environment(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, ConfigError> {
        let mut variables: Vec<_> = variables.into_iter().collect();
        // DATABASE_URL sorts before DELTACROWN_DATABASE, which is the more particular word.
        variables.sort();
        for (name, value) in variables {
            let origin = Source::Variable(name.clone());
            if name == "DATABASE_URL" {
                self.say("database", value, origin)?;
            } else if let Some(key) = name.strip_prefix("DELTACROWN_")
                && !is_no_setting(&name)
            {
                self.say(&key.to_lowercase(), value, origin)?;
            }
        }
        Ok(self)
    }

    /// What an option of the command line says.
    ///
    /// # Errors
    /// When there is no such setting.
    pub fn option(mut self, name: &str, value: Option<String>) -> Result<Self, ConfigError> {
        if let Some(value) = value {
            self.say(name, value, Source::Option(format!("--{}", name.replace('_', "-"))))?;
        }
        Ok(self)
    }

    fn say(&mut self, name: &str, value: String, origin: Source) -> Result<(), ConfigError> {
        let Some(setting) = SETTINGS.iter().find(|s| s.name == name) else {
            let known = SETTINGS.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
            return Err(ConfigError::Unknown { name: name.to_owned(), origin, known });
        };
        self.0.insert(setting.name, (value, origin));
        Ok(())
    }

    fn get<T>(
        &self,
        name: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, ConfigError> {
        let unsaid = (default.to_owned(), Source::Default);
        let (value, origin) = self.0.get(name).unwrap_or(&unsaid);
        let setting = SETTINGS.iter().find(|s| s.name == name);
        parse(value.trim()).ok_or_else(|| ConfigError::Value {
            name,
            value: match setting {
                Some(Setting { secret: true, .. }) => redacted(value),
                _ => format!("{value:?}"),
            },
            origin: origin.clone(),
            allowed: setting.map_or("", |s| s.allowed),
        })
    }
}

/// A value that may hold a password: only its scheme is shown.
fn redacted(value: &str) -> String {
    match value.split_once("://") {
        Some((scheme, _)) => format!("\"{scheme}://***\""),
        None => "\"***\"".to_owned(),
    }
}

fn origin_only(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let host = rest.strip_suffix('/').unwrap_or(rest);
    let plain = !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']);
    plain.then(|| url.strip_suffix('/').unwrap_or(url).to_owned())
}

impl Config {
    /// The settings that follow from what was said.
    ///
    /// # Errors
    /// Names the first setting that is refused.
    pub fn from(said: &Said) -> Result<Self, ConfigError> {
        let bind: SocketAddr = said.get("bind", "127.0.0.1:8000", |text| text.parse().ok())?;
        let config = Self {
            database: said.get("database", DEFAULT_DATABASE, |text| text.parse().ok())?,
            bind,
            environment: said.get("environment", "development", |text| match text {
                "development" => Some(Environment::Development),
                "production" => Some(Environment::Production),
                _ => None,
            })?,
            public_url: said.get("public_url", &format!("http://{bind}"), origin_only)?,
            metrics: said.get("metrics", "local", |text| match text {
                "local" => Some(Metrics::Local),
                "public" => Some(Metrics::Public),
                "off" => Some(Metrics::Off),
                _ => None,
            })?,
            log: said.get("log", "info", |text| match text {
                "error" | "warn" | "info" | "debug" | "trace" => text.parse().ok(),
                _ => None,
            })?,
        };
        config.refuse_insecure()?;
        Ok(config)
    }

    /// Whether strangers rely on it.
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }

    /// Whether browsers reach the server over TLS, so that cookies can be `Secure`.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    fn refuse_insecure(&self) -> Result<(), ConfigError> {
        if self.environment != Environment::Production {
            return Ok(());
        }
        let insecure = |name, value: String, reason| Err(ConfigError::Insecure { name, value, reason });
        if !self.secure() {
            let reason = "cookies would travel in clear; set public_url to the https:// address that browsers use";
            return insecure("public_url", self.public_url.clone(), reason);
        }
        if self.metrics == Metrics::Public {
            let reason = "strangers would read the server's figures; set metrics to local or off";
            return insecure("metrics", "public".to_owned(), reason);
        }
        if matches!(self.log, tracing::Level::TRACE | tracing::Level::DEBUG) {
            let reason = "statements with people's data would be logged; set log to info, warn or error";
            return insecure("log", self.log.to_string().to_lowercase(), reason);
        }
        let url = self.database.secret();
        if url.contains("sslmode=disable") && !is_local(url) {
            let reason = "the password would travel in clear; use sslmode=require or verify-full";
            return insecure("database", "sslmode=disable".to_owned(), reason);
        }
        Ok(())
    }
}

/// Whether a PostgreSQL URL leads to this machine.
fn is_local(url: &str) -> bool {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = if host.starts_with('[') {
        host.split(']').next().unwrap_or_default().trim_start_matches('[')
    } else {
        host.split(':').next().unwrap_or_default()
    };
    host.is_empty() || host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let variables = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        Config::from(&Said::default().environment(variables)?)
    }

    #[test]
    fn nothing_is_needed() {
        let config = config(&[("DELTACROWN_TEST_POSTGRES", "x"), ("DELTACROWN_CONFIG", "y")]).unwrap();
        assert_eq!(config.database.secret(), DEFAULT_DATABASE);
        assert_eq!(config.bind.to_string(), "127.0.0.1:8000");
        assert_eq!(config.public_url, "http://127.0.0.1:8000");
        assert!(!config.secure());
    }

    #[test]
    fn wrong_values_are_refused_by_name_value_and_what_is_allowed() {
        for (name, value, parts) in [
            ("DELTACROWN_BIND", "here", &["bind", "\"here\"", "variable DELTACROWN_BIND", "ADDRESS:PORT"][..]),
            ("DELTACROWN_ENVIRONMENT", "prod", &["\"prod\"", "development or production"]),
            ("DELTACROWN_PUBLIC_URL", "https://x/y", &["public_url", "without a path"]),
            ("DELTACROWN_LOG", "loud", &["log", "error, warn, info, debug or trace"]),
            ("DELTACROWN_METRICS", "yes", &["local, public or off"]),
            ("DELTACROWN_BINDD", "x", &["no setting \"bindd\"", "bind, environment"]),
            ("DATABASE_URL", "mysql://ann:s3cret@db/x", &["database", "mysql://***", "sqlite://PATH"]),
        ] {
            let error = config(&[(name, value)]).unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{name}={value}: {error:?} lacks {part:?}");
            }
            assert!(!error.contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn the_particular_word_wins_over_the_general_one() {
        let said = Said::default()
            .environment([
                ("DELTACROWN_DATABASE".to_owned(), "sqlite://b.db".to_owned()),
                ("DATABASE_URL".to_owned(), "sqlite://a.db".to_owned()),
            ])
            .unwrap();
        assert_eq!(Config::from(&said).unwrap().database.secret(), "sqlite://b.db");
        let said = said.option("database", Some("sqlite://c.db".to_owned())).unwrap();
        assert_eq!(Config::from(&said).unwrap().database.secret(), "sqlite://c.db");
    }

    #[test]
    fn production_refuses_what_is_insecure() {
        let safe = [("DELTACROWN_ENVIRONMENT", "production"), ("DELTACROWN_PUBLIC_URL", "https://cup.example")];
        assert!(config(&safe).unwrap().secure());
        for (name, value, part) in [
            ("DELTACROWN_PUBLIC_URL", "http://cup.example", "https://"),
            ("DELTACROWN_METRICS", "public", "local or off"),
            ("DELTACROWN_LOG", "debug", "info, warn or error"),
            ("DATABASE_URL", "postgres://ann:s3cret@db.example/x?sslmode=disable", "sslmode=require"),
        ] {
            let said: Vec<_> = safe.iter().copied().filter(|(n, _)| *n != name).chain([(name, value)]).collect();
            let error = config(&said).unwrap_err().to_string();
            assert!(error.contains(part) && !error.contains("s3cret"), "{name}: {error}");
        }
        let local = ("DATABASE_URL", "postgres://ann:pw@127.0.0.1/x?sslmode=disable");
        assert!(config(&[safe[0], safe[1], local]).is_ok());
    }

    #[test]
    fn a_file_is_read_and_named_in_errors() {
        let folder = std::env::temp_dir().join(format!("deltacrown-config-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("settings.toml");
        std::fs::write(&file, "bind = \"127.0.0.1:9000\"\n").unwrap();
        let said = Said::default().file(Some(&file)).unwrap();
        assert_eq!(Config::from(&said).unwrap().bind.port(), 9000);
        std::fs::write(&file, "bind = 9000\n").unwrap();
        let error = Config::from(&Said::default().file(Some(&file)).unwrap()).unwrap_err().to_string();
        assert!(error.contains("settings.toml") && error.contains("9000"), "{error}");
        std::fs::write(&file, "bind = \n").unwrap();
        let error = Said::default().file(Some(&file)).unwrap_err().to_string();
        assert!(error.contains("settings.toml") && error.contains("line 1"), "{error}");
        let error = Said::default().file(Some(&folder.join("none.toml"))).unwrap_err().to_string();
        assert!(error.contains("none.toml"), "{error}");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
