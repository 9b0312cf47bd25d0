//! The folder that a tree stands in, kept from other runs, and rid of what a killed run left.

use crate::Error;
use camino::{Utf8Path, Utf8PathBuf};
use std::fs;

/// Keeps other runs out of the folder that a tree stands in, until it is dropped or the process ends.
pub struct Claim {
    /// The parent folder, locked. `None` where the system does not lock folders.
    _parent: Option<fs::File>,
}

impl Claim {
    /// Waits for its turn, telling of the folder if that takes long, then clears up what a killed run left.
    pub fn new(root: &Utf8Path, waiting: impl FnOnce(&Utf8Path)) -> Result<Claim, Error> {
        let (parent, name) = parent_and_name(root)?;
        fs::create_dir_all(&parent).map_err(|error| Error::io("create", &parent, error))?;
        let claim = Claim {
            _parent: lock(&parent, waiting),
        };
        recover(root, &parent, &name)?;
        Ok(claim)
    }
}

#[cfg(unix)]
fn lock(parent: &Utf8Path, waiting: impl FnOnce(&Utf8Path)) -> Option<fs::File> {
    use rustix::fs::{FlockOperation, flock};
    use rustix::io::Errno;
    let folder = fs::File::open(parent).ok()?;
    let mut taken = flock(&folder, FlockOperation::NonBlockingLockExclusive);
    if taken == Err(Errno::WOULDBLOCK) {
        waiting(parent);
        while {
            taken = flock(&folder, FlockOperation::LockExclusive);
            taken == Err(Errno::INTR)
        } {}
    }
    taken.is_ok().then_some(folder)
}

#[cfg(not(unix))]
fn lock(_: &Utf8Path, _: impl FnOnce(&Utf8Path)) -> Option<fs::File> {
    None
}

/// Undoes what a killed run left: brings an old tree back where there is no other, and removes what is half written.
fn recover(root: &Utf8Path, parent: &Utf8Path, name: &str) -> Result<(), Error> {
    let prefix = prefix(name);
    let old = parent.join(format!("{prefix}old"));
    if old.is_dir() && !root.exists() {
        fs::rename(&old, root).map_err(|error| Error::io("recover", root, error))?;
    }
    let Ok(entries) = parent.read_dir_utf8() else {
        return Ok(());
    };
    for entry in entries.flatten() {
        if entry.file_name().starts_with(&prefix) {
            remove(entry.path());
        }
    }
    Ok(())
}

/// The folder that a tree stands in, and the tree's name.
pub(super) fn parent_and_name(root: &Utf8Path) -> Result<(Utf8PathBuf, String), Error> {
    let name = root.file_name().ok_or_else(|| Error::NoName(root.to_owned()))?;
    let parent = root
        .parent()
        .filter(|parent| !parent.as_str().is_empty())
        .map_or_else(|| ".".into(), Utf8Path::to_owned);
    Ok((parent, name.to_owned()))
}

/// What temporary names beside a tree begin with.
pub(super) fn prefix(name: &str) -> String {
    format!(".{name}.gkc-")
}

/// What cannot be removed now is removed by the next run.
pub(super) fn remove(folder: &Utf8Path) {
    if fs::remove_dir_all(folder).is_err() && folder.exists() {
        open_up(folder);
        let _ = fs::remove_dir_all(folder);
    }
}

/// Lets the owner into every folder, so that what is in there can be removed.
fn open_up(folder: &Utf8Path) {
    let _ = set_mode(folder, 0o700);
    for entry in folder.read_dir_utf8().into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(entry.path());
        }
    }
}

#[cfg(unix)]
pub(super) fn set_mode(path: &Utf8Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn set_mode(_: &Utf8Path, _: u32) -> std::io::Result<()> {
    Ok(())
}
