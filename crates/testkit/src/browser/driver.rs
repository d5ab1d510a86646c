//! The two programs of a browser test: found, started, and ended however the test ends.
//!
//! Not here: driving them.

use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;

use crate::process::transcript::Transcript;

const START_TIMEOUT: Duration = Duration::from_secs(30);

/// Runs chromedriver until its own standard input ends, which it does when the test is done, fails or is killed;
/// then ends the whole process group, which Chromium belongs to (it outlives a chromedriver that is ended alone).
const LIFELINE: &str = r#"
profile=$1; shift
"$@" </dev/null &
cat >/dev/null
trap '' TERM
kill -TERM 0
wait
# What is left of the group: Chromium's processes, which may write until their end. The shell is the last to go.
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    rm -rf "$profile" && break
    sleep 0.1
done 2>/dev/null
kill -KILL 0
"#;

/// Where the programs are.
#[derive(Debug)]
pub(super) struct Programs {
    pub chromium: PathBuf,
    pub chromedriver: PathBuf,
}

impl Programs {
    pub fn find() -> Option<Self> {
        let search: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
        let find = |names: &[&str]| {
            let candidates = names.iter().flat_map(|name| search.iter().map(move |directory| directory.join(name)));
            candidates.into_iter().find(|path| path.is_file())
        };
        Some(Self {
            chromium: find(&["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"])?,
            chromedriver: find(&["chromedriver"])?,
        })
    }
}

/// A running chromedriver.
#[derive(Debug)]
pub(super) struct Driver {
    shell: Child,
    lifeline: Option<ChildStdin>,
    transcript: Arc<Transcript>,
    port: u16,
    profile: TempDir,
}

impl Driver {
    pub fn start(programs: &Programs) -> Self {
        let profile = tempfile::Builder::new().prefix("testkit-browser-").tempdir();
        let profile = profile.expect("the temporary directory is writable");
        let mut command = Command::new("sh");
        command.args(["-c", LIFELINE, "testkit-browser"]).arg(profile.path());
        command.arg(&programs.chromedriver).arg("--port=0");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut shell =
            command.process_group(0).spawn().unwrap_or_else(|error| panic!("cannot start a shell: {error}"));
        let transcript = Arc::new(Transcript::default());
        transcript.follow(shell.stdout.take().expect("stdout is piped"));
        transcript.follow(shell.stderr.take().expect("stderr is piped"));
        let lifeline = shell.stdin.take();
        let mut driver = Self { shell, lifeline, transcript, port: 0, profile };
        let port = driver.transcript.wait_for(START_TIMEOUT, port);
        driver.port = port.unwrap_or_else(|| panic!("chromedriver does not start:\n{}", driver.printed()));
        driver
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The path of the directory of cookies, cache and settings.
    pub fn profile(&self) -> &str {
        self.profile.path().to_str().expect("the path of the temporary directory is UTF-8")
    }

    pub fn printed(&self) -> String {
        self.transcript.text()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ = self.shell.wait();
    }
}

/// The port in "ChromeDriver was started successfully on port 12345."
fn port(printed: &str) -> Option<u16> {
    let (_, rest) = printed.split_once("started successfully on port ")?;
    rest.split_once('.')?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn the_port_is_found_in_what_chromedriver_prints() {
        for (printed, expected) in [
            ("Starting ChromeDriver 156.0.1 (abc) on port 0\n", None),
            ("ChromeDriver was started successfully on port 431", None),
            (
                "Starting ChromeDriver 156.0.1 on port 0\nChromeDriver was started successfully on port 43113.\n",
                Some(43_113),
            ),
            ("ChromeDriver was started successfully on port 70000.\n", None),
        ] {
            assert_eq!(port(printed), expected, "{printed:?}");
        }
    }
}
