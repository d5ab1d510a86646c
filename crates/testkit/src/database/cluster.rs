//! The PostgreSQL server for tests: a given one, or a private one that all test processes share.
//!
//! The private server lives in a well-known directory, so that a run with a process for each test pays for one
//! start. `keeper.sh` runs it, counts its users by a lock that the kernel frees however a process ends, and removes
//! server and directory when there were none for [`GRACE_SECONDS`]. The locks are explained there.
//!
//! Not here: databases.

use std::cmp::Reverse;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash as _, Hasher as _};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use sea_orm::sqlx::{Connection as _, PgConnection};
use url::Url;

use super::{place, postgres, wait_for};
use crate::missing::Missing;

/// The URL of a database of an existing server, from which others can be created.
const SERVER: &str = "DELTACROWN_TEST_POSTGRES";
/// The directory of PostgreSQL's programs; looked for where it is not set.
const PROGRAMS: &str = "DELTACROWN_TEST_POSTGRES_BIN";
/// How long the private server waits for the next test.
const GRACE_SECONDS: u32 = 10;
const START_TIMEOUT: Duration = Duration::from_secs(60);
const KEEPER: &str = include_str!("keeper.sh");
/// The keeper's exit code where another try would not help.
const CANNOT_START: i32 = 3;

const MISSING: Missing = Missing {
    what: "the PostgreSQL half of the tests",
    remedy: "found neither `initdb` and `postgres` (in DELTACROWN_TEST_POSTGRES_BIN, /usr/lib/postgresql/*/bin or \
             PATH) with `flock` (and, for root, `setpriv`), nor DELTACROWN_TEST_POSTGRES, the URL of a database of a \
             server that others may be created on. On Debian: `apt-get install postgresql util-linux`",
};

/// A server that answers, for as long as this process lives.
pub(super) struct Server {
    url: Url,
    /// The lock that the keeper of the private server counts.
    user: Option<File>,
}

impl Server {
    /// The URL of a database from which others are created.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether it was started for the tests alone.
    pub fn is_private(&self) -> bool {
        self.user.is_some()
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&shown(&self.url))
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({self})")
    }
}

/// A URL without its password.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    if url.password().is_some() {
        let _ = url.set_password(Some("***"));
    }
    url.into()
}

/// The server, found or started at the first call of a process.
///
/// # Panics
/// If there is one that does not start or answer.
pub(super) fn server() -> Result<&'static Server, Missing> {
    static SERVER_OF_PROCESS: OnceLock<Result<Server, Missing>> = OnceLock::new();
    SERVER_OF_PROCESS
        .get_or_init(|| {
            if let Some(text) = variable(SERVER) {
                let url = Url::parse(&text).unwrap_or_else(|error| panic!("{SERVER} is not a URL: {error}"));
                let server = Server { url, user: None };
                postgres::sweep(&server);
                return Ok(server);
            }
            Ok(join(&Cluster::new(&programs().ok_or(MISSING)?)))
        })
        .as_ref()
        .map_err(|missing| *missing)
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The newest installed programs.
fn programs() -> Option<PathBuf> {
    let search: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    let has = |name| search.iter().any(|directory| directory.join(name).is_file());
    if !has("flock") || (rustix::process::geteuid().is_root() && !has("setpriv")) {
        return None;
    }
    let candidates = if let Some(directory) = variable(PROGRAMS) {
        vec![PathBuf::from(directory)]
    } else {
        let mut installed: Vec<PathBuf> =
            fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        installed.sort_by_key(|path| Reverse(version(path)));
        installed.into_iter().map(|path| path.join("bin")).chain(search).collect()
    };
    candidates.into_iter().find(|directory| ["initdb", "postgres"].iter().all(|name| directory.join(name).is_file()))
}

/// The version of a directory such as `/usr/lib/postgresql/15`.
fn version(path: &Path) -> Option<u32> {
    path.file_name()?.to_str()?.parse().ok()
}

/// Where the private server lives and whom it runs as.
#[derive(Debug)]
struct Cluster {
    programs: PathBuf,
    directory: PathBuf,
    /// User and group of the server, where they differ from ours: PostgreSQL refuses to run as root.
    owner: Option<(u32, u32)>,
}

impl Cluster {
    fn new(programs: &Path) -> Self {
        let user = rustix::process::geteuid().as_raw();
        let mut hasher = DefaultHasher::new();
        (programs, KEEPER).hash(&mut hasher);
        // Short, because the path of a socket may have no more than about 100 bytes.
        let name = format!("testkit-pg-{user}-{:08x}", hasher.finish() as u32);
        Self {
            programs: programs.to_owned(),
            directory: place::directory().join(name),
            owner: (user == 0).then(unprivileged),
        }
    }

    fn url(&self) -> Url {
        let socket = self.directory.join("socket");
        let encode = |byte: &u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(*byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        let host: String = socket.as_os_str().as_bytes().iter().map(encode).collect();
        Url::parse(&format!("postgres://testkit@{host}/postgres")).expect("an encoded path is a host")
    }

    /// Makes the directory where it is missing; refuses one that another user put there.
    fn make_directory(&self) -> std::io::Result<()> {
        // The server, which may be another user's, must be able to reach its own directories in it.
        match DirBuilder::new().mode(0o711).create(&self.directory) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let found = fs::symlink_metadata(&self.directory)?;
        if found.is_dir() && found.uid() == rustix::process::geteuid().as_raw() {
            return Ok(());
        }
        Err(std::io::Error::new(ErrorKind::PermissionDenied, "it belongs to somebody else; remove it or set TMPDIR"))
    }

    fn open(&self, name: &str) -> std::io::Result<File> {
        OpenOptions::new().create(true).append(true).mode(0o600).open(self.directory.join(name))
    }

    /// The lock under which one process at a time joins; `None` if the directory was removed meanwhile.
    fn enter(&self) -> std::io::Result<Option<File>> {
        self.make_directory()?;
        let start = self.open("start.lock")?;
        start.lock()?;
        let (locked, named) = (start.metadata()?, fs::metadata(self.directory.join("start.lock"))?);
        Ok((locked.ino() == named.ino() && locked.dev() == named.dev()).then_some(start))
    }

    fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    fn keep(&self) -> std::io::Result<Child> {
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER, "testkit-keeper"]).arg(&self.programs).arg(&self.directory);
        command.arg(GRACE_SECONDS.to_string());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        // Out of the group that a test runner ends with its test.
        command.process_group(0);
        if let Some((user, group)) = self.owner {
            command.args([user.to_string(), group.to_string()]);
        }
        command.spawn()
    }
}

/// User and group of `postgres`, or else of `nobody`.
fn unprivileged() -> (u32, u32) {
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let fields: Vec<&str> =
            users.lines().map(|line| line.split(':').collect()).find(|f: &Vec<&str>| f[0] == name)?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).unwrap_or((65_534, 65_534))
}

/// Becomes a user of the private server; starts it where nobody has.
fn join(cluster: &Cluster) -> Server {
    let fail = |error| -> ! { panic!("cannot share a PostgreSQL server in {}: {error}", cluster.directory.display()) };
    let start = loop {
        match cluster.enter() {
            Ok(Some(start)) => break start,
            Ok(None) => {}
            // The keeper removed the directory between two steps.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => fail(error),
        }
    };
    let user = cluster.open("users.lock").unwrap_or_else(|error| fail(error));
    user.lock_shared().unwrap_or_else(|error| fail(error));
    wait_until_ready(cluster).unwrap_or_else(|error| fail(error));
    drop(start);
    Server { url: cluster.url(), user: Some(user) }
}

/// Waits until the server answers; starts a keeper whenever there is none.
fn wait_until_ready(cluster: &Cluster) -> std::io::Result<()> {
    let started = Instant::now();
    let url = cluster.url();
    let mut keeper: Option<Child> = None;
    loop {
        let is_kept = cluster.open("keeper.lock")?.try_lock().is_err();
        let ended = keeper.as_mut().map_or(Ok(None), Child::try_wait)?;
        if is_kept {
            let Err(error) = wait_for(PgConnection::connect(url.as_str())) else { return Ok(()) };
            assert!(started.elapsed() < START_TIMEOUT, "{error}, in {START_TIMEOUT:?}\n{}", cluster.log());
        } else if ended.is_some_and(|status| status.code() == Some(CANNOT_START)) {
            panic!("{} does not start a server:\n{}", cluster.programs.display(), cluster.log());
        } else if keeper.is_none() || ended.is_some() {
            keeper = Some(cluster.keep()?);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        for (url, expected) in [
            ("postgres://ada:secret@host:5432/postgres?x=y", "postgres://ada:***@host:5432/postgres?x=y"),
            ("postgres://ada@host/postgres", "postgres://ada@host/postgres"),
        ] {
            let server = Server { url: Url::parse(url).expect("a URL"), user: None };
            assert_eq!(server.to_string(), expected);
            assert_eq!(format!("{server:?}"), format!("Server({expected})"));
        }
    }

    #[test]
    fn versions_are_numbers() {
        let mut paths = ["9", "15", "old", "100"].map(|name| Path::new("/usr/lib/postgresql").join(name));
        paths.sort_by_key(|path| Reverse(version(path)));
        assert_eq!(paths.map(|path| version(&path)), [Some(100), Some(15), Some(9), None]);
    }

    #[test]
    fn only_a_directory_of_ours_is_used() {
        let parent = tempfile::tempdir().expect("a directory");
        let cluster =
            |name: &str| Cluster { directory: parent.path().join(name), ..Cluster::new(Path::new("/programs")) };
        cluster("new").make_directory().expect("it can be made");
        cluster("new").make_directory().expect("it is there");
        // Whoever makes the link could lead us anywhere.
        std::os::unix::fs::symlink(parent.path().join("new"), parent.path().join("link")).expect("a link");
        let error = cluster("link").make_directory().expect_err("a link is none");
        assert!(error.to_string().contains("belongs to somebody else"), "{error}");
    }

    #[test]
    fn the_url_names_the_socket() {
        let cluster = Cluster { directory: "/tmp/some where".into(), ..Cluster::new(Path::new("/programs")) };
        assert_eq!(cluster.url().as_str(), "postgres://testkit@%2Ftmp%2Fsome%20where%2Fsocket/postgres");
    }
}
