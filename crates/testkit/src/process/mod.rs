//! Programs under test: a command run to its end, and a server that is started, used and stopped.
//!
//! A program is given as a [`Command`], made of the path that cargo knows (`env!("CARGO_BIN_EXE_name")`).
//! What it prints is kept and shown when something fails.
//!
//! Not here: talking to a server (`http`, `browser`).

mod served;
pub(crate) mod transcript;

pub use served::Served;

use std::fmt;
use std::io::{Read, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long a command may run; far more than any test needs, so that a hanging one is named and not just late.
const TIMEOUT: Duration = Duration::from_secs(120);

/// What a command did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The exit code; 128 and the signal's number where a signal ended it, as shells count.
    pub code: i32,
    /// What it wrote to standard output; broken UTF-8 is replaced.
    pub stdout: String,
    /// What it wrote to standard error; broken UTF-8 is replaced.
    pub stderr: String,
}

impl Output {
    /// The same, if the exit code is this one.
    ///
    /// # Panics
    /// If it is another; the text shows all output.
    #[track_caller]
    #[must_use]
    pub fn expect_code(self, code: i32) -> Self {
        assert!(self.code == code, "expected exit code {code}: {self}");
        self
    }

    /// The same, if the exit code is 0; see [`Self::expect_code`].
    #[track_caller]
    pub fn success(self) -> Self {
        self.expect_code(0)
    }
}

impl fmt::Display for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, stdout, stderr } = self;
        write!(f, "exit code {code}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---")
    }
}

/// Runs a command to its end with nothing on its standard input.
///
/// # Panics
/// If it cannot be started or runs longer than two minutes.
pub fn run(command: &mut Command) -> Output {
    run_with_input(command, "")
}

/// Runs a command to its end with a text on its standard input.
///
/// # Panics
/// If it cannot be started or runs longer than two minutes.
pub fn run_with_input(command: &mut Command, input: &str) -> Output {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        let stdout = scope.spawn(|| read(stdout));
        let stderr = scope.spawn(|| read(stderr));
        // A command that does not read its input closes it; that is its right.
        let _ = stdin.expect("stdin is piped").write_all(input.as_bytes());
        let status = wait(&mut child, TIMEOUT);
        if status.is_none() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let [stdout, stderr] = [stdout, stderr].map(|reader| reader.join().expect("a reader does not panic"));
        let Some(status) = status else {
            panic!("{command:?} ran longer than {TIMEOUT:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}\n---");
        };
        Output { code: code(status), stdout, stderr }
    })
}

fn read(source: Option<impl Read>) -> String {
    let mut bytes = Vec::new();
    let _ = source.expect("output is piped").read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Waits for the end of a process; `None` if it still runs after the timeout.
fn wait(child: &mut Child, timeout: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + timeout;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn code(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).unwrap_or(-1)
}
