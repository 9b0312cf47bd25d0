//! Every call to the file system that writing a tree makes, so that tests can let any of them fail.

use camino::Utf8Path;
use std::ffi::OsString;
use std::fs::{self, FileType, Metadata};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;

/// Kinds of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// Metadata of a path.
    Look,
    /// The names in a folder.
    List,
    /// The bytes of a file.
    Read,
    /// A new file or folder, with what is in it.
    Make,
    /// A second name for a file.
    Link,
    /// Another name for a file or folder.
    Rename,
    /// Two folders or files in each other's place.
    Exchange,
    /// The end of a name.
    Remove,
    /// Permissions.
    Mode,
}

/// The largest file that is read back to see whether it is still as it was written. Artifacts are far smaller.
const MAX_READ: u64 = 64 * 1024 * 1024;

/// What makes two names one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Identity(u64, u64);

/// What is at a path itself, not behind a link; `None` where nothing is.
pub(crate) fn look(path: &Path) -> io::Result<Option<Metadata>> {
    step(Call::Look)?;
    match fs::symlink_metadata(path) {
        Ok(meta) => Ok(Some(meta)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
pub(crate) fn identity(meta: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some(Identity(meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
pub(crate) fn identity(_: &Metadata) -> Option<Identity> {
    None
}

/// The number of a folder, by which a name beside the tree says which one it was made for.
pub(crate) fn number(path: &Path) -> io::Result<Option<u64>> {
    let meta = look(path)?.filter(Metadata::is_dir);
    Ok(meta.and_then(|meta| identity(&meta)).map(|identity| identity.1))
}

#[cfg(test)]
pub(crate) fn test_number(path: &Utf8Path) -> Option<u64> {
    let meta = fs::symlink_metadata(path).ok()?;
    identity(&meta).map(|identity| identity.1)
}

/// Whether two paths are one file or folder, no link followed. Where a system cannot tell, they are not.
///
/// # Errors
/// Where the system refuses to look.
pub fn is_same(a: &Path, b: &Path) -> io::Result<bool> {
    let (Some(a), Some(b)) = (look(a)?, look(b)?) else {
        return Ok(false);
    };
    Ok(identity(&a).is_some() && identity(&a) == identity(&b))
}

/// Permissions, the sticky bit and its like.
#[cfg(unix)]
pub(crate) fn mode(meta: &Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(meta.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
pub(crate) fn mode(_: &Metadata) -> Option<u32> {
    None
}

/// Whether something else is mounted on a folder.
#[cfg(target_os = "linux")]
pub(crate) fn is_mount(folder: &Path) -> io::Result<bool> {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    step(Call::Look)?;
    match statx(CWD, folder, AtFlags::SYMLINK_NOFOLLOW, StatxFlags::BASIC_STATS) {
        Ok(found) if found.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT) => {
            Ok(found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
        }
        Ok(_) | Err(rustix::io::Errno::NOSYS) => is_other_device(folder),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn is_mount(folder: &Path) -> io::Result<bool> {
    is_other_device(folder)
}

/// What shows a mount where the system does not say; a part of the same device mounted there is not seen.
fn is_other_device(folder: &Path) -> io::Result<bool> {
    let device = |path| {
        let found = look(path)?.and_then(|meta| identity(&meta));
        io::Result::Ok(found.map(|identity| identity.0))
    };
    let above = folder.parent().map_or(Ok(None), device)?;
    let here = device(folder)?;
    Ok(above.is_some() && here.is_some() && above != here)
}

/// The names in a folder and what they are, in order.
pub(crate) fn list(folder: &Path) -> io::Result<Vec<(OsString, FileType)>> {
    step(Call::List)?;
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        found.push((entry.file_name(), entry.file_type()?));
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(found)
}

/// Opens a regular file, behind a link only if `through_links`. Waits for nobody: a pipe may have come in its place since somebody looked,
/// and some files below /proc wait for more.
///
/// # Errors
/// Where it is no regular file, and where the system refuses.
pub fn open_regular(path: &Path, through_links: bool) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt;
        let links = if through_links {
            OFlags::empty()
        } else {
            OFlags::NOFOLLOW
        };
        options.custom_flags((OFlags::NONBLOCK | links).bits().cast_signed());
    }
    #[cfg(not(unix))]
    let _ = through_links;
    let file = options.open(path)?;
    match file.metadata()? {
        meta if meta.is_file() => Ok(file),
        meta if meta.is_dir() => Err(ErrorKind::IsADirectory.into()),
        _ => Err(io::Error::other("not a regular file")),
    }
}

/// The bytes of a regular file; `None` where it is none, or larger than any artifact. Waits for no writer.
pub(crate) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    step(Call::Read)?;
    let meta = match fs::symlink_metadata(path) {
        Ok(meta) => meta,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    if !meta.is_file() || meta.len() > MAX_READ {
        return Ok(None);
    }
    let file = open_regular(path, false)?;
    let mut bytes = Vec::new();
    file.take(MAX_READ + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MAX_READ).then_some(bytes))
}

/// Whether two regular files have the same bytes.
pub(crate) fn is_equal(a: &Path, b: &Path) -> io::Result<bool> {
    let bytes = read(a)?;
    Ok(bytes.is_some() && bytes == read(b)?)
}

/// Writes a file where none is, through to the disk.
pub(crate) fn make_file(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    step(Call::Make)?;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let mut file = options.open(path)?;
    // The process's mask may have taken bits away.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    #[cfg(not(unix))]
    let _ = mode;
    file.write_all(bytes)?;
    sync(&file)
}

/// Makes a folder with these permissions, whatever the process's mask; `false` where one is already.
pub(crate) fn make_folder(path: &Path, mode: u32) -> io::Result<bool> {
    step(Call::Make)?;
    match fs::create_dir(path) {
        Ok(()) => set_mode(path, mode).map(|()| true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// Makes a folder, and those that it is in, where they are missing: for everybody to read, whatever the process's mask.
///
/// # Errors
/// Where something else is in the way, and where the system refuses.
pub fn make_folders(path: &Utf8Path) -> io::Result<()> {
    let missing = path.ancestors().take_while(|folder| !folder.is_dir());
    let missing: Vec<&Utf8Path> = missing.filter(|folder| !folder.as_str().is_empty()).collect();
    for folder in missing.into_iter().rev() {
        make_folder(folder.as_std_path(), 0o755)?;
    }
    // What is in the way is an error here.
    fs::create_dir_all(path)
}

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    step(Call::Mode)?;
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

/// A second name for a file or a symbolic link, where there is none of that name.
pub(crate) fn link(from: &Path, to: &Path) -> io::Result<()> {
    step(Call::Link)?;
    fs::hard_link(from, to)
}

/// Another name for a file or folder, where there is none of that name.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step(Call::Rename)?;
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Err(error) if lacks_flags(error) => {}
            other => return other.map_err(io::Error::from),
        }
    }
    // Not in one call here; runs of ours keep out of each other's way.
    match fs::symlink_metadata(to) {
        Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(from, to),
        Err(error) => Err(error),
        Ok(_) => Err(ErrorKind::AlreadyExists.into()),
    }
}

/// Puts two files or folders in each other's place, in one step.
///
/// # Errors
/// Of the kind [`ErrorKind::Unsupported`] where the system cannot do that, or not there.
pub(crate) fn exchange(a: &Path, b: &Path) -> io::Result<()> {
    step(Call::Exchange)?;
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE).map_err(|error| match error {
            // Something is mounted there, as in a container, or it is in a layer below.
            Errno::BUSY | Errno::XDEV => ErrorKind::Unsupported.into(),
            error if lacks_flags(error) => ErrorKind::Unsupported.into(),
            error => error.into(),
        })
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (a, b);
        Err(ErrorKind::Unsupported.into())
    }
}

/// Ends a name of something that is no folder.
pub(crate) fn remove_file(path: &Path) -> io::Result<()> {
    step(Call::Remove)?;
    fs::remove_file(path)
}

/// Removes a folder with nothing in it; `false` where something is.
pub(crate) fn remove_folder(path: &Path) -> io::Result<bool> {
    step(Call::Remove)?;
    match fs::remove_dir(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => Ok(false),
        Err(error) => Err(error),
    }
}

/// Best effort: some file systems cannot sync folders.
pub(crate) fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = sync(&folder);
    }
}

/// Waits until a file is on the disk. Not in tests, which cannot see that and would take minutes.
fn sync(file: &fs::File) -> io::Result<()> {
    match cfg!(any(test, feature = "faults")) {
        true => Ok(()),
        false => file.sync_all(),
    }
}

/// Whether a file system, or an old kernel, knows no flags of `renameat2` (rename(2)).
#[cfg(target_os = "linux")]
fn lacks_flags(error: rustix::io::Errno) -> bool {
    use rustix::io::Errno;
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP)
}

#[cfg(not(any(test, feature = "faults")))]
fn step(_: Call) -> io::Result<()> {
    Ok(())
}

#[cfg(any(test, feature = "faults"))]
use faults::step;

/// Lets calls of this thread fail, as a worn disk or a kill does.
#[cfg(any(test, feature = "faults"))]
pub mod faults {
    use super::Call;
    use std::cell::Cell;
    use std::io;

    /// Which calls fail.
    #[derive(Debug, Clone, Copy)]
    pub enum Fault {
        /// The one of this number, from 0.
        Once(u32),
        /// That and all later ones, as after a kill.
        From(u32),
        /// All of a kind.
        All(Call),
    }

    thread_local! {
        static FAULT: Cell<Option<Fault>> = const { Cell::new(None) };
        static CALLS: Cell<u32> = const { Cell::new(0) };
    }

    /// Runs something with a fault; also says how many calls there were.
    pub fn with<T>(fault: Option<Fault>, run: impl FnOnce() -> T) -> (T, u32) {
        FAULT.set(fault);
        CALLS.set(0);
        let result = run();
        FAULT.set(None);
        (result, CALLS.get())
    }

    pub(super) fn step(call: Call) -> io::Result<()> {
        let at = CALLS.replace(CALLS.get().saturating_add(1));
        let fails = match FAULT.get() {
            None => false,
            Some(Fault::Once(number)) => at == number,
            Some(Fault::From(number)) => at >= number,
            Some(Fault::All(kind)) => kind == call,
        };
        match (fails, FAULT.get()) {
            // A system that cannot.
            (true, Some(Fault::All(Call::Exchange))) => Err(io::ErrorKind::Unsupported.into()),
            (true, _) => Err(io::Error::other("made to fail")),
            (false, _) => Ok(()),
        }
    }
}
