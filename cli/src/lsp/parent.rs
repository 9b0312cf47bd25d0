//! The process that the client says has started the server: the server does not outlive it.

use std::time::Duration;

/// So often the server looks whether that process is there.
pub const INTERVAL: Duration = Duration::from_secs(5);

/// That process.
pub struct Parent {
    #[cfg(unix)]
    process: rustix::process::Pid,
}

#[cfg(unix)]
impl Parent {
    /// The process of that number. `None` where there is none: the client's number can be one of another container or machine.
    pub fn of(id: i32) -> Option<Parent> {
        // Negative numbers name groups of processes.
        let process = rustix::process::Pid::from_raw(id.max(0))?;
        Some(Parent { process }).filter(|parent| !parent.is_gone())
    }

    /// Whether the process has ended. One that may not be sent signals is there.
    pub fn is_gone(&self) -> bool {
        rustix::process::test_kill_process(self.process) == Err(rustix::io::Errno::SRCH)
    }
}

/// Elsewhere the end of the input has to do.
#[cfg(not(unix))]
impl Parent {
    /// The process of that number.
    pub fn of(_: i32) -> Option<Parent> {
        None
    }

    /// Whether the process has ended.
    pub fn is_gone(&self) -> bool {
        false
    }
}
