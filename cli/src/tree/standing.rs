//! A tree as it stands on disk: what the last write put there, and what others did.

use crate::claim::Claim;
use crate::known::{self, Known};
use crate::{Claimed, Error, FORMAT, File, INDEX, is_inside, system};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A tree as it stands on disk.
pub struct Tree {
    root: Utf8PathBuf,
    /// The entries of the index: path to the whole entry. `None` where there is no index.
    locked: Option<Entries>,
    /// By what its files are known.
    pub(crate) known: Known,
    /// What the last write did not put there, in order.
    pub(crate) others: Vec<Other>,
    /// Files of the last write that a killed run had moved aside.
    pub(crate) aside: Vec<String>,
}

/// The entries of an index, by path.
pub(crate) type Entries = BTreeMap<String, serde_json::Value>;

/// Something of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Other {
    /// Its path within the tree.
    pub path: PathBuf,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    /// A file, a link, a pipe: anything but a folder.
    File,
    /// A folder with nothing in it.
    EmptyFolder,
    /// A folder that something is mounted on, which nobody looks into.
    Mount,
}

/// What is added to the name of a file of ours that somebody changed.
pub(crate) const EDITED: &str = gkc_core::artifact::EDITED;

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

    pub(crate) fn list(root: &Utf8Path) -> Result<Tree, Error> {
        let failed = |error| Error::io("read", root, error);
        let path = root.as_std_path();
        let index = system::read(&path.join(INDEX)).map_err(failed)?;
        let locked = match &index {
            Some(bytes) => Some(entries(bytes).ok_or_else(|| Error::NotAnIndex(root.join(INDEX)))?),
            None => None,
        };
        let private = known::read_private(path).map_err(failed)?;
        let known = match (&locked, &index) {
            (Some(locked), Some(index)) => Known::new(locked, &private).with_index(index),
            _ => Known::default(),
        };
        let mut tree = Tree {
            root: root.to_owned(),
            locked,
            known,
            others: Vec::new(),
            aside: Vec::new(),
        };
        if system::look(path).map_err(failed)?.is_some() {
            tree.walk(Path::new("")).map_err(failed)?;
        }
        Ok(tree)
    }

    /// Lists what others have below a folder of the tree.
    fn walk(&mut self, folder: &Path) -> std::io::Result<()> {
        let root = self.root.clone().into_std_path_buf();
        let entries = system::list(&root.join(folder))?;
        let is_empty = entries.is_empty();
        for (name, kind) in entries {
            let path = folder.join(name);
            if kind.is_dir() {
                match system::is_mount(&root.join(&path))? {
                    true => self.others.push(Other {
                        path,
                        what: What::Mount,
                    }),
                    false => self.walk(&path)?,
                }
                continue;
            }
            let text = path.to_str();
            if text.is_some_and(|path| self.owns(path)) {
                continue;
            }
            if let Some(text) = text
                && self.known.is_ours_or_aside(text, &root.join(text))?
            {
                self.aside.push(text.to_owned());
                continue;
            }
            self.others.push(Other {
                path,
                what: What::File,
            });
        }
        if is_empty && folder != Path::new("") {
            self.others.push(Other {
                path: folder.to_owned(),
                what: What::EmptyFolder,
            });
        }
        Ok(())
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
        self.known.has(path)
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

    /// The bytes of a regular file; `None` where it cannot be read.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        system::read(self.root.join(path).as_std_path()).ok()?
    }

    /// Whether just that file stands at its path.
    pub fn has(&self, file: &File<'_>) -> bool {
        self.bytes(file.path).as_deref() == Some(file.bytes)
            && self.mode(file.path).is_none_or(|mode| mode == file.mode)
    }

    /// The permissions of a file, where the system has them.
    pub fn mode(&self, path: &str) -> Option<u32> {
        let meta = system::look(self.root.join(path).as_std_path()).ok()??;
        system::mode(&meta).map(|mode| mode & 0o777)
    }

    /// What the last write did not put there, as far as names are text; folders without anything in them, and those that something
    /// is mounted on, end in `/`.
    pub fn foreign(&self) -> Vec<String> {
        let shown = |other: &Other| {
            let path = other.path.to_string_lossy();
            match other.what {
                What::File => path.into_owned(),
                What::EmptyFolder | What::Mount => format!("{path}/"),
            }
        };
        self.others.iter().map(shown).collect()
    }
}

/// The folder itself where a symbolic link leads to it.
fn resolve(root: &Utf8Path) -> Result<Utf8PathBuf, Error> {
    let looked = system::look(root.as_std_path()).map_err(|error| Error::io("read", root, error))?;
    let Some(meta) = looked else {
        return Ok(root.to_owned());
    };
    let resolved = match meta.is_symlink() {
        true => root
            .canonicalize_utf8()
            .map_err(|error| Error::io("follow the link", root, error))?,
        false => root.to_owned(),
    };
    match system::look(resolved.as_std_path()) {
        Ok(Some(meta)) if meta.is_dir() => Ok(resolved),
        Ok(_) => Err(Error::NotAFolder(root.to_owned())),
        Err(error) => Err(Error::io("read", root, error)),
    }
}

/// The entries of an index; `None` where it is none, or names anything outside of its tree.
pub(crate) fn entries(bytes: &[u8]) -> Option<Entries> {
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
