//! A server program: started on a port of its own choice, awaited, used, stopped.
//!
//! Not here: what is asked of it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use url::{Host, Url};

use super::transcript::Transcript;
use super::{Output, code, wait};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const STOP_TIMEOUT: Duration = Duration::from_secs(20);

/// A running server, ended when dropped: asked by SIGTERM, then killed.
///
/// What it printed is shown if the test panics.
#[derive(Debug)]
pub struct Served {
    child: Child,
    address: SocketAddr,
    transcript: Arc<Transcript>,
}

impl Served {
    /// Starts a server and waits until it accepts connections.
    ///
    /// It must print a line with its address, `http://HOST:PORT`, on either output; so it can be told to listen on
    /// port 0 and tests need not agree on ports.
    ///
    /// # Panics
    /// If it cannot be started, ends, or does not listen within a minute; the text shows what it printed.
    pub fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("cannot start {command:?}: {error}"));
        let transcript = Arc::new(Transcript::default());
        transcript.follow(child.stdout.take().expect("stdout is piped"));
        transcript.follow(child.stderr.take().expect("stderr is piped"));
        let started = Instant::now();
        let address = transcript.wait_for(START_TIMEOUT, address);
        // From here a panic ends the process, too.
        let mut served = Self { child, address: address.unwrap_or(SocketAddr::from(([0, 0, 0, 0], 0))), transcript };
        if address.is_none() {
            panic!("{command:?} ended or printed no line with http://HOST:PORT in {START_TIMEOUT:?}");
        }
        while let Err(error) = TcpStream::connect_timeout(&served.address, Duration::from_secs(1)) {
            let ended = served.child.try_wait().expect("a child can be waited for");
            if ended.is_some() || started.elapsed() > START_TIMEOUT {
                panic!("{command:?} does not listen on {}: {error}", served.address);
            }
            thread::sleep(Duration::from_millis(10));
        }
        served
    }

    /// Where it listens: the address it printed, with the loopback address for an unspecified one.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of a path on it, for instance `/teams/`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it has printed so far, both outputs.
    pub fn printed(&self) -> String {
        self.transcript.text()
    }

    /// Waits until a text stands in what it printed.
    ///
    /// # Panics
    /// If it does not within the timeout.
    pub fn wait_for_print(&self, text: &str, timeout: Duration) {
        let found = self.transcript.wait_for(timeout, |printed| printed.contains(text).then_some(()));
        assert!(found.is_some(), "the server did not print {text:?} within {timeout:?}");
    }

    /// Asks it to end (SIGTERM) and waits for it; both outputs are in [`Output::stdout`].
    ///
    /// # Panics
    /// If it has not ended after 20 seconds.
    pub fn stop(mut self) -> Output {
        self.signal(Signal::TERM);
        let status = wait(&mut self.child, STOP_TIMEOUT)
            .unwrap_or_else(|| panic!("the server did not end within {STOP_TIMEOUT:?} of SIGTERM"));
        self.transcript.wait_for_end(Duration::from_secs(1));
        Output { code: code(status), stdout: self.transcript.text(), stderr: String::new() }
    }

    /// Ends it at once (SIGKILL), as a crash would.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    fn signal(&mut self, signal: Signal) {
        // While it was not waited for, its id is nobody else's.
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process has an id");
            let _ = kill_process(id, signal);
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        if wait(&mut self.child, STOP_TIMEOUT).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        if thread::panicking() {
            self.transcript.wait_for_end(Duration::from_secs(1));
            eprintln!("--- the server printed\n{}---", self.transcript.text());
        }
    }
}

/// The first `http://HOST:PORT` of a text whose line is complete.
fn address(printed: &str) -> Option<SocketAddr> {
    printed.split_inclusive('\n').filter(|line| line.ends_with('\n')).find_map(|line| {
        let start = line.find("http://")?;
        let end = line[start..].find(|c: char| c.is_whitespace() || "\"'<>,\u{1b}".contains(c))?;
        let url = Url::parse(&line[start..start + end]).ok()?;
        let port = url.port_or_known_default()?;
        let ip = match url.host()? {
            Host::Ipv4(ip) if ip.is_unspecified() => IpAddr::from(Ipv4Addr::LOCALHOST),
            Host::Ipv4(ip) => IpAddr::from(ip),
            Host::Ipv6(ip) if ip.is_unspecified() => IpAddr::from(Ipv6Addr::LOCALHOST),
            Host::Ipv6(ip) => IpAddr::from(ip),
            Host::Domain("localhost") => IpAddr::from(Ipv4Addr::LOCALHOST),
            Host::Domain(_) => return None,
        };
        Some(SocketAddr::new(ip, port))
    })
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_found_in_what_a_server_prints() {
        for (printed, expected) in [
            ("", None),
            ("starting\n", None),
            ("listening on http://127.0.0.1:80", None),
            ("listening on http://127.0.0.1:8080\n", Some("127.0.0.1:8080")),
            ("see http://example.org/docs\nopen http://localhost:1234/ now\n", Some("127.0.0.1:1234")),
            ("url=\"http://0.0.0.0:99/\" ready\n", Some("127.0.0.1:99")),
            ("\u{1b}[1mhttp://[::]:4000\u{1b}[0m\n", Some("[::1]:4000")),
            ("http://[::1]:4000, press ctrl-c\n", Some("[::1]:4000")),
            ("http://127.0.0.1\n", Some("127.0.0.1:80")),
        ] {
            assert_eq!(address(printed).map(|found| found.to_string()).as_deref(), expected, "{printed:?}");
        }
    }
}
