//! Exit codes; `docs/exit-codes.md` has the table, and each is tested.

use std::fmt;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing to complain about.
    Clean,
    /// Findings at or above `--fail-on`, or a stale tree.
    Findings,
    /// Wrong usage, or a file that cannot be read or written.
    Failure,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> ExitCode {
        ExitCode::from(match status {
            Status::Clean => 0,
            Status::Findings => 1,
            Status::Failure => 2,
        })
    }
}

/// Why a command could not do its work: a sentence for people.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Failure {
    /// A failure in words.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure(message.into())
    }

    /// A file that could not be handled.
    pub fn file(what: &str, path: impl fmt::Display, error: &std::io::Error) -> Failure {
        Failure(format!("cannot {what} `{path}`: {}", io_words(error)))
    }
}

impl From<gkc_tree::Error> for Failure {
    fn from(error: gkc_tree::Error) -> Failure {
        use gkc_tree::Error;
        const ELSEWHERE: &str = "move it, or use another directory with --out";
        Failure(match error {
            Error::NoName(path) => {
                format!("cannot build into `{path}`: use a directory of its own, such as `--out build`")
            }
            Error::NotAFolder(path) => format!("`{path}` is a file: {ELSEWHERE}"),
            Error::NotAnIndex(path) => format!("`{path}` is not a lock file of gkc: {ELSEWHERE}"),
            Error::InTheWay(path) => format!("`{path}` was not written by gkc: {ELSEWHERE}"),
            Error::Io { doing, path, error } => return Failure::file(doing, path, &error),
            other => other.to_string(),
        })
    }
}

/// What went wrong, without the system's error number.
pub fn io_words(error: &std::io::Error) -> String {
    use std::io::ErrorKind;
    let words = match error.kind() {
        ErrorKind::NotFound => "no such file",
        ErrorKind::PermissionDenied => "permission denied",
        ErrorKind::IsADirectory => "is a directory",
        ErrorKind::NotADirectory => "a parent of the path is a file",
        ErrorKind::AlreadyExists => "file exists",
        ErrorKind::StorageFull => "disk is full",
        ErrorKind::QuotaExceeded => "disk quota exceeded",
        ErrorKind::ReadOnlyFilesystem => "read-only file system",
        ErrorKind::ResourceBusy => "in use, or a mount point",
        ErrorKind::InvalidData => "not UTF-8 text",
        _ => {
            let words = error.to_string();
            return match words.split_once(" (os error ") {
                Some((words, _)) => words.to_lowercase(),
                None => words,
            };
        }
    };
    words.to_owned()
}
