//! Puts a set of files in place of a folder at once: a reader, a crash or a full disk sees the old tree or the new one.
//!
//! A tree is a folder with an index in it, [`INDEX`], that names the files of its last write. Only those are replaced, and only while
//! they have the bytes that were written. What others put there or changed stays, or is in the way and is an error; it is never
//! overwritten or removed.
//!
//! ```
//! use gkc_tree::{File, Tree, index};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let root = camino::Utf8Path::from_path(folder.path()).ok_or("not UTF-8")?.join("out");
//!
//! let files = [File { path: "etc/motd", bytes: b"hello\n", mode: 0o644 }];
//! let index = index(&files);
//! let with_index = [files[0], File { path: gkc_tree::INDEX, bytes: &index, mode: 0o644 }];
//! let change = Tree::claim(&root, |_| ())?.write(&with_index)?;
//! assert!(change.written);
//!
//! // Somebody else's file stays, and a second write of the same has nothing to do.
//! std::fs::write(root.join("notes"), "mine")?;
//! let change = Tree::claim(&root, |_| ())?.write(&with_index)?;
//! assert!(!change.written);
//! assert_eq!(change.foreign, ["notes"]);
//! # Ok(())
//! # }
//! ```
//!
//! While a tree is written, a folder of the name `.NAME.gkc-NUMBER` is beside it. What a killed run leaves of that the next one
//! finishes.

mod claim;
mod error;
mod known;
mod settle;
mod standing;
mod swap;
mod sweep;
mod system;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]
mod tests;

pub use claim::lock;
pub use error::Error;
pub use standing::Tree;
pub use swap::{Change, Claimed};
#[cfg(any(test, feature = "faults"))]
pub use system::{Call, faults};
pub use system::{is_same as is_same_file, make_folders, open_regular};

use standing::Entries;
use std::collections::BTreeSet;

/// Where the index of a tree stands in it.
pub const INDEX: &str = gkc_core::artifact::LOCK;

/// Where the digests of files stand that the index has none of. Only the owner may read it.
pub const PRIVATE: &str = gkc_core::artifact::PRIVATE;

/// What an index says of itself.
const FORMAT: &str = gkc_core::artifact::LOCK_FORMAT;

/// A file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct File<'a> {
    /// Its path within the tree: names with `/` between them.
    pub path: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Its permissions, as far as the system has them: at most `0o777`.
    pub mode: u32,
}

/// The smallest index of these files, for those who have no more to say of them.
///
/// An index is JSON: an object with `format`, which is `gkc-lock/1`, and `artifacts`, objects with at least a `path` each. Whatever
/// else is in it is its writer's, and is read back with [`Tree::entry`].
pub fn index(files: &[File<'_>]) -> Vec<u8> {
    let entries = files.iter().map(|file| serde_json::json!({"path": file.path}));
    let index = serde_json::json!({"format": FORMAT, "artifacts": entries.collect::<Vec<_>>()});
    format!("{index:#}\n").into_bytes()
}

/// Whether a path names a file within a tree, and in the one way that there is to write it.
fn is_inside(path: &str) -> bool {
    let name = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(is_foreign_to_names);
    path.split('/').all(name)
}

/// What separates names, or ends them, on one system or another.
fn is_foreign_to_names(c: char) -> bool {
    c == '\0' || cfg!(windows) && matches!(c, '\\' | ':')
}

/// The entries of the index among these files, where they can stand beside each other and it names just the others.
fn check(files: &[File<'_>]) -> Result<Entries, Error> {
    let mut paths = BTreeSet::new();
    for file in files {
        let is_taken = file.path == PRIVATE || !paths.insert(file.path);
        if !is_inside(file.path) || file.mode > 0o777 || is_taken {
            return Err(Error::NotAFile(file.path.to_owned()));
        }
    }
    let below_another = |path: &&&str| {
        let slashes = path.match_indices('/');
        slashes
            .map(|(at, _)| &path[..at])
            .any(|above| paths.contains(above))
    };
    if let Some(path) = paths.iter().find(below_another) {
        return Err(Error::NotAFile((*path).to_owned()));
    }
    let index = files.iter().find(|file| file.path == INDEX);
    let named = index.and_then(|index| standing::entries(index.bytes));
    paths.remove(INDEX);
    named
        .filter(|named| named.keys().map(String::as_str).eq(paths))
        .ok_or(Error::NotIndexed)
}
