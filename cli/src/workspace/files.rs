//! Reading without end or wait, and writing so that a crash leaves the old file or the new one.

use crate::exit::Failure;
use camino::{Utf8Path, Utf8PathBuf};
use gkc_tree::open_regular;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};

/// The bytes of a regular file, at most one more than `most`. A pipe or a device is an error: neither is opened.
pub fn read_regular(path: &Utf8Path, most: u64) -> io::Result<Vec<u8>> {
    // Opening a device can do something already.
    let meta = fs::metadata(path)?;
    if !meta.is_file() && !meta.is_dir() {
        return Err(io::Error::other("not a regular file"));
    }
    read_bounded(open_regular(path.as_std_path(), true)?, most)
}

/// The text of a regular file of at most `most` bytes; `None` where no file is.
pub fn read_text(path: &Utf8Path, most: u64) -> io::Result<Option<String>> {
    let bytes = match read_regular(path, most) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("larger than {most} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
    Ok(Some(text))
}

/// One byte more than allowed is enough to know.
pub fn read_bounded(from: impl Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The mode that an ordinary document is made with: the process's mask takes bits away, as its owner wants it.
#[cfg(unix)]
const DOCUMENT: u32 = 0o666;

/// The mode of what may hold secrets, and that of every file until it has its own.
#[cfg(unix)]
const OWNER_ONLY: u32 = 0o600;

/// Gives a file its mode, whatever the process's mask was when it was made.
#[cfg(unix)]
pub fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
pub fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Writes a document where none is, with the permissions that the process's mask leaves. One that is there stays as it is, and is an error.
pub fn create(path: &Utf8Path, bytes: &[u8]) -> Result<(), Failure> {
    let new = fs::OpenOptions::new().write(true).create_new(true).open(path);
    let written = new.and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| Failure::file("write", path, &error))
}

/// Puts a file in the place of another, or where none is, with a mode, or the permissions of the other, or of a new document. A symbolic
/// link stays one.
pub fn replace(path: &Utf8Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    let path = &target(path)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_str().is_empty())
        .unwrap_or(Utf8Path::new("."));
    let fresh = folder.join(fresh_name(path));
    // Of a run that was killed. Two runs at once keep out of each other's way by a lock, or the later one wins.
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    write(folder, &fresh, path, bytes, mode).inspect_err(|_| {
        let _ = fs::remove_file(&fresh);
    })
}

/// The name that a file has for a moment before it gets its own.
pub fn fresh_name(path: &Utf8Path) -> String {
    format!(".{}.gkc-new", path.file_name().unwrap_or("file"))
}

fn write(
    folder: &Utf8Path,
    fresh: &Utf8Path,
    path: &Utf8Path,
    bytes: &[u8],
    mode: Option<u32>,
) -> io::Result<()> {
    let old = fs::metadata(path).ok();
    let is_document = mode.is_none() && old.is_none();
    // Without a name while it is written, where the system can: a kill leaves nothing.
    let mut file = unnamed(folder, is_document)?;
    match (mode, old) {
        (Some(mode), _) => set_mode(&file, mode)?,
        (_, Some(old)) => file.set_permissions(old.permissions())?,
        (_, None) => {}
    }
    file.write_all(bytes)?;
    file.sync_all()?;
    if !name(&file, fresh) {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(
            &mut options,
            if is_document { DOCUMENT } else { OWNER_ONLY },
        );
        let mut named = options.open(fresh)?;
        named.write_all(bytes)?;
        if !is_document {
            named.set_permissions(file.metadata()?.permissions())?;
        }
        named.sync_all()?;
    }
    fs::rename(fresh, path)
}

/// A file without a name in a folder: for its owner alone, or as documents are.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Utf8Path, is_document: bool) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let mode = Mode::from_raw_mode(if is_document { DOCUMENT } else { OWNER_ONLY });
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    match openat(CWD, folder.as_std_path(), flags, mode) {
        Ok(file) => Ok(file.into()),
        // A file system without such files.
        Err(_) => tempfile::tempfile_in(folder),
    }
}

#[cfg(not(target_os = "linux"))]
fn unnamed(folder: &Utf8Path, _: bool) -> io::Result<File> {
    tempfile::tempfile_in(folder)
}

/// Gives a file without a name one (linkat(2)).
#[cfg(target_os = "linux")]
fn name(file: &File, path: &Utf8Path) -> bool {
    use rustix::fs::{AtFlags, CWD, linkat};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    linkat(CWD, open, CWD, path.as_std_path(), AtFlags::SYMLINK_FOLLOW).is_ok()
}

#[cfg(not(target_os = "linux"))]
fn name(_: &File, _: &Utf8Path) -> bool {
    false
}

/// As many symbolic links as Linux follows.
const MAX_LINKS: usize = 40;

/// The file that a path means, through symbolic links, also where it does not exist yet: a link is never replaced by a file.
pub fn target(path: &Utf8Path) -> io::Result<Utf8PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match path.read_link_utf8() {
            // A path in a link is relative to its folder.
            Ok(to) => path = path.parent().unwrap_or(Utf8Path::new("")).join(to),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let at = |name: &str| folder.join(name);
        symlink("two", at("one")).unwrap();
        symlink(at("real"), at("two")).unwrap();
        replace(&at("one"), b"A=1\n", None).unwrap();
        replace(&at("one"), b"B=2\n", None).unwrap();
        assert_eq!(fs::read_to_string(at("real")).unwrap(), "B=2\n");
        assert!(at("one").is_symlink() && at("two").is_symlink());
        symlink("nowhere/file", at("lost")).unwrap();
        assert!(replace(&at("lost"), b"A=1\n", None).is_err() && at("lost").is_symlink());
        symlink("loop", at("loop")).unwrap();
        assert!(replace(&at("loop"), b"A=1\n", None).is_err());
        assert_eq!(fs::read_dir(folder).unwrap().count(), 5);
        let mode = |path: &str| {
            let meta = fs::metadata(at(path)).unwrap();
            std::os::unix::fs::PermissionsExt::mode(&meta.permissions()) & 0o777
        };
        fs::set_permissions(at("real"), std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        replace(&at("real"), b"C=3\n", None).unwrap();
        assert_eq!(mode("real"), 0o640);
        replace(&at("real"), b"C=3\n", Some(0o600)).unwrap();
        assert_eq!(mode("real"), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_is_not_opened() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Utf8Path::from_path(folder.path()).unwrap();
        let pipe = folder.join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for path in [pipe.as_path(), Utf8Path::new("/dev/zero"), folder] {
            assert!(read_regular(path, 10).is_err(), "{path}");
        }
        assert_eq!(
            read_regular(Utf8Path::new("/proc/self/maps"), 10).unwrap().len(),
            11
        );
        assert_eq!(read_text(&folder.join("none"), 10).unwrap(), None);
    }
}
