//! A database URL, understood: which kind, where, and a name for it that holds no password.
//!
//! Not here: connecting.

use std::fmt;
use std::path::{Path, PathBuf};

use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::SqliteConnectOptions;

use super::open::OpenError;

/// Which database is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DbKind {
    /// One file, one writer.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl fmt::Display for DbKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// What a URL points at.
pub(super) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<PgConnectOptions>),
}

impl Target {
    /// Reads a URL. Its errors repeat the scheme and the names of parameters, nothing else: any
    /// other part may hold a password.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let Some((scheme, rest)) = url.split_once("://") else {
            return Err(malformed("it has no \"://\""));
        };
        match scheme {
            "sqlite" => parse_sqlite(url, rest),
            "postgres" | "postgresql" => parse_postgres(url),
            other if is_scheme(other) => Err(OpenError::UnknownScheme { scheme: other.to_owned() }),
            _ => Err(malformed("what stands before \"://\" is no scheme")),
        }
    }

    /// `sqlite://var/deltacrown.db` or `postgres://user@host:5432/name`: for logs and errors.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Sqlite(path) => sqlite_label(path),
            Self::Postgres(options) => {
                let host = match options.get_socket() {
                    Some(folder) => folder.display().to_string(),
                    None => format!("{}:{}", options.get_host(), options.get_port()),
                };
                let user = options.get_username();
                let database = options.get_database().unwrap_or(user);
                format!("postgres://{user}@{host}/{database}")
            }
        }
    }
}

fn sqlite_label(path: &Path) -> String {
    format!("sqlite://{}", path.display())
}

fn malformed(reason: &str) -> OpenError {
    OpenError::Malformed { reason: reason.to_owned() }
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn parse_sqlite(url: &str, rest: &str) -> Result<Target, OpenError> {
    if rest.is_empty() {
        return Err(malformed("it names no file"));
    }
    if rest.contains(":memory:") {
        return Err(malformed("readers and the writer cannot share a database in memory; name a file"));
    }
    if rest.contains(['?', '#']) {
        return Err(malformed("a SQLite URL takes no parameters; write ? as %3F and # as %23 in a file name"));
    }
    let options: SqliteConnectOptions =
        url.parse().map_err(|_| malformed("the file name is not UTF-8 after its %-escapes are read"))?;
    Ok(Target::Sqlite(options.get_filename().to_owned()))
}

/// The parameters that the driver knows; it would log the value of any other one, and a misspelt
/// `password` is among the likely ones.
const POSTGRES_PARAMETERS: &[&str] = &[
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

fn parse_postgres(url: &str) -> Result<Target, OpenError> {
    let query = url.split_once('?').map_or("", |(_, query)| query);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, _)) = pair.split_once('=') else {
            return Err(malformed("a parameter after ? has no \"=\""));
        };
        if !POSTGRES_PARAMETERS.contains(&name) && !name.starts_with("options[") {
            return Err(OpenError::UnknownParameter { name: name.to_owned(), known: POSTGRES_PARAMETERS.join(", ") });
        }
    }
    let options: PgConnectOptions = url.parse().map_err(|_| {
        malformed(
            "it does not read as postgres://user:password@host:port/database; a special character \
             in the password is written as a %-escape, for example @ as %40",
        )
    })?;
    Ok(Target::Postgres(Box::new(options)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "hunter2";

    fn refusal(url: &str) -> String {
        match Target::parse(url) {
            Ok(target) => panic!("{url} was taken as {}", target.label()),
            Err(error) => {
                let text = format!("{error} {error:?}");
                assert!(!text.contains(SECRET), "{url} gave away the password: {text}");
                text
            }
        }
    }

    #[test]
    fn good_urls_get_a_label_without_password() {
        let cases = [
            ("sqlite://var/deltacrown.db", "sqlite://var/deltacrown.db"),
            ("sqlite:///srv/a%20b.db", "sqlite:///srv/a b.db"),
            ("sqlite:///srv/what%3F.db", "sqlite:///srv/what?.db"),
            ("postgres://ann:hunter2@db.example:6000/cups", "postgres://ann@db.example:6000/cups"),
            ("postgresql://ann@db.example/cups", "postgres://ann@db.example:5432/cups"),
            ("postgres://ann:hunter2@localhost:5432/cups?sslmode=disable", "postgres://ann@localhost:5432/cups"),
            ("postgres://ann@localhost:5432/cups?password=hunter2", "postgres://ann@localhost:5432/cups"),
            ("postgres:///cups?host=/run/postgresql&user=ann", "postgres://ann@/run/postgresql/cups"),
        ];
        for (url, label) in cases {
            match Target::parse(url) {
                Ok(target) => assert_eq!(target.label(), label, "{url}"),
                Err(error) => panic!("{url}: {error}"),
            }
        }
    }

    #[test]
    fn an_unknown_scheme_is_named_with_the_allowed_ones() {
        let text = refusal("mysql://ann:hunter2@localhost/cups");
        for part in ["mysql", "sqlite://PATH", "postgres://"] {
            assert!(text.contains(part), "{part} is missing in: {text}");
        }
    }

    #[test]
    fn a_bad_url_is_explained_without_its_password() {
        let cases = [
            ("", "no \"://\""),
            ("sqlite:var/x.db", "no \"://\""),
            ("ann:hunter2@localhost/cups", "no \"://\""),
            ("ann:hunter2@://localhost", "no scheme"),
            ("sqlite://", "names no file"),
            ("sqlite://:memory:", "memory"),
            ("sqlite://x.db?key=hunter2", "no parameters"),
            ("sqlite://x%FF.db", "UTF-8"),
            ("postgres://ann:hunter2@localhost:port/cups", "%-escape"),
            ("postgres://ann:hunter2@local host/cups", "%-escape"),
            ("postgres://ann@localhost/cups?pasword=hunter2", "pasword"),
            ("postgres://ann@localhost/cups?hunter2", "no \"=\""),
            ("postgres://ann@localhost/cups?sslmode=hunter2", "%-escape"),
        ];
        for (url, part) in cases {
            let text = refusal(url);
            assert!(text.contains(part), "{url}: {part:?} is missing in: {text}");
        }
    }
}
