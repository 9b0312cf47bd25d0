//! Why a tree could not be read or written.

use camino::{Utf8Path, Utf8PathBuf};
use std::fmt;
use std::path::PathBuf;

/// Why a tree could not be read or written. It stands as it stood before.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The folder has no name, as `/`, `.` and `..` have none, so that no other can be put in its place.
    NoName(Utf8PathBuf),
    /// Something that is no folder stands where the tree should be.
    NotAFolder(Utf8PathBuf),
    /// The index is not one, or names what is outside of the tree.
    NotAnIndex(Utf8PathBuf),
    /// A file or folder of somebody else's stands where a file has to be.
    InTheWay(Utf8PathBuf),
    /// The path does not name a file within the tree, names it twice, or below another file; or its mode is none.
    NotAFile(String),
    /// No index is among the files, or it does not list exactly the others.
    NotIndexed,
    /// The path is not UTF-8.
    NotUtf8(PathBuf),
    /// The system refused.
    Io {
        /// What could not be done: a verb, as in "write".
        doing: &'static str,
        /// To what.
        path: Utf8PathBuf,
        /// Why.
        error: std::io::Error,
    },
}

impl Error {
    pub(crate) fn io(doing: &'static str, path: impl AsRef<Utf8Path>, error: std::io::Error) -> Error {
        Error::Io {
            doing,
            path: path.as_ref().to_owned(),
            error,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoName(path) => write!(
                f,
                "`{path}` has no name of its own, so nothing can be put in its place"
            ),
            Error::NotAFolder(path) => write!(f, "`{path}` is a file"),
            Error::NotAnIndex(path) => write!(f, "`{path}` is not an index"),
            Error::InTheWay(path) => write!(f, "`{path}` is in the way"),
            Error::NotAFile(path) => write!(f, "`{path}` cannot be a file of the tree"),
            Error::NotIndexed => write!(f, "the index does not list exactly the other files"),
            Error::NotUtf8(path) => write!(f, "`{}` is not UTF-8", path.display()),
            Error::Io { doing, path, .. } => write!(f, "cannot {doing} `{path}`"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { error, .. } => Some(error),
            _ => None,
        }
    }
}
