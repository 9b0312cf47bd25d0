//! Takes a folder beside a tree apart. Only names of files end that are in the tree too, or that gkc wrote and nobody changed; all else
//! moves into the tree.

use crate::known::Known;
use crate::settle::{move_aside, parents};
use crate::system::{self, Identity};
use std::collections::BTreeMap;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

/// How often a folder is looked into again because something came while it was emptied.
const MAX_ROUNDS: usize = 10;

struct Sweep<'a> {
    from: &'a Path,
    root: &'a Path,
    /// The writes that made files of either.
    known: [&'a Known; 2],
    /// The files that got a second name in the copy.
    linked: &'a BTreeMap<PathBuf, Identity>,
    /// What could not be moved into the tree, and is where it was.
    left: Vec<String>,
}

/// Empties `from` into the tree `root` and removes it. Returns what had to stay.
pub(crate) fn sweep(
    from: &Path,
    root: &Path,
    known: [&Known; 2],
    linked: &BTreeMap<PathBuf, Identity>,
) -> Vec<String> {
    let mut sweep = Sweep {
        from,
        root,
        known,
        linked,
        left: Vec::new(),
    };
    sweep.folder(Path::new(""));
    sweep.left
}

impl Sweep<'_> {
    fn stays(&mut self, path: &Path) {
        self.left
            .push(self.from.join(path).to_string_lossy().into_owned());
    }

    /// Empties a folder and removes it.
    fn folder(&mut self, folder: &Path) {
        let at = self.from.join(folder);
        let mode = system::look(&at)
            .ok()
            .flatten()
            .and_then(|meta| system::mode(&meta));
        if !self.is_emptied(folder, &at) {
            // It may have been closed, and was opened.
            let now = system::look(&at)
                .ok()
                .flatten()
                .and_then(|meta| system::mode(&meta));
            if let Some(mode) = mode.filter(|mode| now.is_some_and(|now| now != *mode)) {
                let _ = system::set_mode(&at, mode);
            }
        }
    }

    /// Whether a folder is empty and gone; else what is left in it was said.
    fn is_emptied(&mut self, folder: &Path, at: &Path) -> bool {
        for _ in 0..MAX_ROUNDS {
            let entries = match system::list(at) {
                Ok(entries) => entries,
                // A folder that others closed to its owner.
                Err(_) if system::set_mode(at, 0o700).is_ok() => continue,
                Err(_) => break,
            };
            let before = self.left.len();
            for (name, kind) in entries {
                let path = folder.join(name);
                let moved = match kind.is_dir() {
                    true => self.subfolder(&path),
                    false => self.file(&path).map(|()| true),
                };
                match moved {
                    Ok(true) => {}
                    Ok(false) | Err(_) => self.stays(&path),
                }
            }
            if self.left.len() > before {
                return false;
            }
            match system::remove_folder(at) {
                Ok(true) => return true,
                Ok(false) => {}
                Err(_) => {
                    let opened = at
                        .parent()
                        .is_some_and(|above| system::set_mode(above, 0o700).is_ok());
                    if !opened || !matches!(system::remove_folder(at), Ok(true)) {
                        break;
                    }
                    return true;
                }
            }
        }
        self.stays(folder);
        false
    }

    /// Whether a folder is gone, or what is left in it was said.
    fn subfolder(&mut self, path: &Path) -> io::Result<bool> {
        let (at, to) = (self.from.join(path), self.root.join(path));
        if system::is_mount(&at)? {
            return Ok(false);
        }
        let is_ours = path
            .to_str()
            .is_some_and(|path| self.known.iter().any(|known| known.is_within(path)));
        match system::look(&to)? {
            None if !is_ours => {
                parents(self.root, path)?;
                system::rename(&at, &to)?;
            }
            Some(meta) if !meta.is_dir() && !is_ours => self.aside(path)?,
            _ => self.folder(path),
        }
        Ok(true)
    }

    fn file(&mut self, path: &Path) -> io::Result<()> {
        let (at, to) = (self.from.join(path), self.root.join(path));
        if system::is_same(&at, &to)? {
            return system::remove_file(&at);
        }
        let text = path.to_str();
        for known in self.known {
            if let Some(text) = text
                && known.is_ours_or_aside(text, &at)?
            {
                return system::remove_file(&at);
            }
        }
        // One of ours that somebody changed must not be read in the place of a new one.
        let was_ours = text.is_some_and(|text| self.known.iter().any(|known| known.has(text)));
        match system::look(&to)? {
            Some(_) if was_ours && system::is_equal(&at, &to)? => system::remove_file(&at),
            _ if was_ours => self.aside(path),
            None => {
                parents(self.root, path)?;
                system::rename(&at, &to)
            }
            Some(there) => self.replaced(path, &there),
        }
    }

    /// Two files of somebody else's have the same path.
    fn replaced(&mut self, path: &Path, there: &Metadata) -> io::Result<()> {
        let (at, to) = (self.from.join(path), self.root.join(path));
        let here = system::look(&at)?;
        let linked = self.linked.get(path);
        // Whoever replaced the second name meant the first: that one is gone by their will.
        let is_superseded = linked.is_some() && system::identity(there).as_ref() == linked;
        let is_newer = match here.map(|here| here.modified()) {
            Some(Ok(here)) => there.modified().is_ok_and(|there| here > there),
            _ => false,
        };
        if !is_superseded && !is_newer {
            return self.aside(path);
        }
        match system::exchange(&at, &to) {
            Ok(()) => {}
            Err(_) => return self.aside(path),
        }
        let is_superseded = is_superseded
            && system::look(&at)?
                .and_then(|meta| system::identity(&meta))
                .as_ref()
                == linked;
        match is_superseded {
            true => system::remove_file(&at),
            false => self.aside(path),
        }
    }

    /// Moves something into the tree under another name than its own, which is taken.
    fn aside(&mut self, path: &Path) -> io::Result<()> {
        let Some(text) = path.to_str() else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let aside = move_aside(self.from, text)?;
        parents(self.root, path)?;
        let mut free = Path::new(&aside).to_owned();
        while system::look(&self.root.join(&free))?.is_some() {
            // Numbers go up until both folders have none of it.
            let next = move_aside(self.from, free.to_str().unwrap_or(text))?;
            free = PathBuf::from(next);
        }
        system::rename(&self.from.join(&free), &self.root.join(&free))
    }
}
