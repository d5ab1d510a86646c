//! What happens when a program that a test needs is not installed: one policy for all of them.
//!
//! Not here: how each program is looked for.

use std::io::Write as _;
use std::sync::Mutex;

/// A program that tests need and this machine lacks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Missing {
    /// What cannot be tested, in the plural: "PostgreSQL tests".
    pub what: &'static str,
    /// What was looked for, and how to get it.
    pub remedy: &'static str,
}

impl Missing {
    /// Says once a process, past the capture of test output, that tests are skipped.
    ///
    /// # Panics
    /// Where the environment variable `CI` is set: there a skip is a failure.
    pub fn skip(self) {
        let text = format!("SKIPPED: {} did not run: {}", self.what, self.remedy);
        if is_ci(std::env::var("CI").ok().as_deref()) {
            panic!("{text} (a skip is a failure because CI is set)");
        }
        static SAID: Mutex<Vec<&str>> = Mutex::new(Vec::new());
        let mut said = SAID.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if !said.contains(&self.what) {
            said.push(self.what);
            // `eprintln!` would be swallowed with the output of a passing test.
            let _ = writeln!(std::io::stderr(), "\n{text}\n");
        }
    }
}

fn is_ci(value: Option<&str>) -> bool {
    !matches!(value, None | Some("" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::is_ci;

    #[test]
    fn ci_is_a_switch() {
        for (value, expected) in [
            (None, false),
            (Some(""), false),
            (Some("0"), false),
            (Some("false"), false),
            (Some("true"), true),
            (Some("1"), true),
        ] {
            assert_eq!(is_ci(value), expected, "CI={value:?}");
        }
    }
}
