//! A tree as it stands on disk: what the last write put there, and what others did.

use crate::claim::Claim;
use crate::{Claimed, Error, FORMAT, File, INDEX, is_inside};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// A tree as it stands on disk.
pub struct Tree {
    root: Utf8PathBuf,
    /// The entries of the index: path to the whole entry. `None` where there is no index.
    locked: Option<BTreeMap<String, serde_json::Value>>,
    /// Every other file, by path.
    files: BTreeSet<String>,
}

impl Tree {
    /// Looks at a folder and changes nothing; one that is not there is empty.
    ///
    /// # Errors
    /// Where no folder stands there, its index is not one, or the system refuses.
    pub fn read(root: &Utf8Path) -> Result<Tree, Error> {
        Tree::list(&resolve(root)?)
    }

    /// Looks at a folder that is going to be changed. Other runs wait until what comes back is written or dropped, and what a
    /// killed one left is cleared up. `waiting` is told of the parent folder where this run has to wait itself.
    ///
    /// Runs wait for each other where the system locks folders; Windows does not.
    ///
    /// # Errors
    /// As [`Tree::read`], and where the folder has no name or its parent cannot be made.
    pub fn claim(root: &Utf8Path, waiting: impl FnOnce(&Utf8Path)) -> Result<Claimed, Error> {
        let root = resolve(root)?;
        let claim = Claim::new(&root, waiting)?;
        Ok(Claimed::new(Tree::list(&root)?, claim))
    }

    fn list(root: &Utf8Path) -> Result<Tree, Error> {
        let mut files = BTreeSet::new();
        if root.exists() {
            walk(root, root, &mut files)?;
        }
        let locked = match fs::read(root.join(INDEX)) {
            Ok(bytes) => Some(entries(&bytes).ok_or_else(|| Error::NotAnIndex(root.join(INDEX)))?),
            Err(_) => None,
        };
        Ok(Tree {
            root: root.to_owned(),
            locked,
            files,
        })
    }

    /// Where it is, symbolic links resolved.
    pub fn root(&self) -> &Utf8Path {
        &self.root
    }

    /// Whether there is an index.
    pub fn is_ours(&self) -> bool {
        self.locked.is_some()
    }

    /// Whether the last write put the file at `path` there.
    pub fn owns(&self, path: &str) -> bool {
        path == INDEX && self.locked.is_some()
            || self
                .locked
                .as_ref()
                .is_some_and(|locked| locked.contains_key(path))
    }

    /// The entry of the index for `path`, with whatever its writer put there.
    pub fn entry(&self, path: &str) -> Option<&serde_json::Value> {
        self.locked.as_ref()?.get(path)
    }

    /// The paths that the index names, in order.
    pub fn owned(&self) -> impl Iterator<Item = &str> {
        self.locked
            .iter()
            .flat_map(|locked| locked.keys())
            .map(String::as_str)
    }

    /// The bytes of a file; `None` where it cannot be read.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// Whether just that file stands at its path.
    pub fn has(&self, file: &File<'_>) -> bool {
        let meta = fs::symlink_metadata(self.root.join(file.path));
        meta.is_ok_and(|meta| meta.is_file())
            && self.bytes(file.path).as_deref() == Some(file.bytes)
            && self.mode(file.path) == Some(file.mode)
    }

    /// The permissions of a file, where the system has them.
    pub fn mode(&self, path: &str) -> Option<u32> {
        let meta = fs::metadata(self.root.join(path)).ok()?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            Some(meta.permissions().mode() & 0o777)
        }
        #[cfg(not(unix))]
        {
            let _ = meta;
            None
        }
    }

    /// What the last write did not put there; folders without anything in them end in `/`.
    pub fn foreign(&self) -> Vec<String> {
        self.files
            .iter()
            .filter(|path| !self.owns(path))
            .cloned()
            .collect()
    }
}

/// The folder itself where a symbolic link leads to it.
fn resolve(root: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let Ok(meta) = fs::symlink_metadata(root) else {
        return Ok(root.to_owned());
    };
    let resolved = match meta.is_symlink() {
        true => root
            .canonicalize_utf8()
            .map_err(|error| Error::io("follow the link", root, error))?,
        false => root.to_owned(),
    };
    match resolved.is_dir() {
        true => Ok(resolved),
        false => Err(Error::NotAFolder(root.to_owned())),
    }
}

/// The entries of an index; `None` where it is none, or names anything outside of its tree.
pub(crate) fn entries(bytes: &[u8]) -> Option<BTreeMap<String, serde_json::Value>> {
    let index: serde_json::Value = serde_json::from_slice(bytes).ok()?;
    if index.get("format")?.as_str()? != FORMAT {
        return None;
    }
    let artifacts = index.get("artifacts")?.as_array()?;
    artifacts
        .iter()
        .map(|entry| {
            let path = entry.get("path")?.as_str()?;
            is_inside(path).then(|| (path.to_owned(), entry.clone()))
        })
        .collect()
}

/// Every file and every symbolic link below `folder`, and folders without anything in them.
fn walk(root: &Utf8Path, folder: &Utf8Path, files: &mut BTreeSet<String>) -> Result<(), Error> {
    let entries = folder
        .read_dir_utf8()
        .map_err(|error| Error::io("read", folder, error))?;
    let mut any = false;
    for entry in entries {
        let entry = entry.map_err(|error| Error::io("read", folder, error))?;
        any = true;
        let kind = entry
            .file_type()
            .map_err(|error| Error::io("read", entry.path(), error))?;
        if kind.is_dir() {
            walk(root, entry.path(), files)?;
        } else if let Ok(path) = entry.path().strip_prefix(root) {
            files.insert(path.as_str().to_owned());
        }
    }
    if !any
        && folder != root
        && let Ok(path) = folder.strip_prefix(root)
    {
        files.insert(format!("{path}/"));
    }
    Ok(())
}
