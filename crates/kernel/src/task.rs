//! Others' code runs in tasks of its own; here is what to say of one that broke.

use tokio::task::JoinError;

/// The text of the task's panic, or that the program is going down.
pub(crate) fn describe_broken(task: JoinError) -> String {
    match task.try_into_panic() {
        Ok(panic) => {
            let text = panic
                .downcast_ref::<&str>()
                .map(ToString::to_string)
                .or_else(|| panic.downcast_ref::<String>().cloned());
            format!("panicked: {}", text.as_deref().unwrap_or("without a text"))
        }
        Err(_) => "stopped: the program is shutting down".to_owned(),
    }
}
