//! What holds whichever call fails, whenever the process is killed, and whatever others do in the meantime.

use super::faults::{Fault, with};
use super::{Call, Change, Error, File, INDEX, PRIVATE, Tree, index};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The files of a version of the tree. Some are the same in both, some go, some come.
fn version(number: u8) -> Vec<(&'static str, Vec<u8>)> {
    let text = |name: &str| format!("{name} {number}").into_bytes();
    let mut files = vec![
        ("README", text("README")),
        ("same", b"same".to_vec()),
        ("secrets/token", text("token")),
        ("terraform/main", text("main")),
        ("terraform/nested/deep", text("deep")),
    ];
    files.push(match number {
        1 => ("only/old", text("old")),
        _ => ("fresh/new", text("new")),
    });
    files
}

fn write(root: &Utf8Path, number: u8) -> Result<Change, Error> {
    let contents = version(number);
    let mut files: Vec<File<'_>> = Vec::new();
    for (path, bytes) in &contents {
        files.push(File {
            path,
            bytes,
            mode: 0o644,
        });
    }
    let index = index(&files);
    files.push(File {
        path: INDEX,
        bytes: &index,
        mode: 0o644,
    });
    Tree::claim(root, |_| ())?.write(&files)
}

/// Every file below a folder.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            if meta.is_dir() {
                open.push(path);
                continue;
            }
            let bytes = match meta.is_symlink() {
                true => fs::read_link(&path)
                    .unwrap()
                    .into_os_string()
                    .into_encoded_bytes(),
                false => fs::read(&path).unwrap(),
            };
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            found.insert(name, bytes);
        }
    }
    found
}

struct Folder {
    _folder: tempfile::TempDir,
    parent: Utf8PathBuf,
    root: Utf8PathBuf,
}

impl Folder {
    fn empty() -> Folder {
        let folder = tempfile::tempdir().unwrap();
        let parent = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
        Folder {
            root: parent.join("out"),
            parent,
            _folder: folder,
        }
    }

    /// The first version, and what others put there.
    fn full() -> Folder {
        let place = Folder::empty();
        write(&place.root, 1).unwrap();
        for (path, bytes) in OTHERS {
            fs::create_dir_all(place.root.join(path).parent().unwrap()).unwrap();
            fs::write(place.root.join(path), bytes).unwrap();
        }
        fs::write(place.root.join("README"), "edited").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::ffi::OsStrExt;
            let name = std::ffi::OsStr::from_bytes(b"not-\xff-text");
            fs::write(place.root.as_std_path().join(name), "mine").unwrap();
            std::os::unix::fs::symlink("nowhere", place.root.join("only/link")).unwrap();
        }
        place
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        files(self.root.as_std_path())
    }

    /// Whether the files of a version are there, and those of the other are not.
    fn has(&self, number: u8) -> bool {
        let found = self.files();
        let other = match number {
            1 => "fresh/new",
            _ => "only/old",
        };
        // Where the old version is, its changed file is too.
        let is_there = |(path, bytes): &(&str, Vec<u8>)| {
            found.get(*path) == Some(bytes) || (number == 1 && *path == "README")
        };
        version(number).iter().all(is_there) && !found.contains_key(other)
    }

    /// What is beside the tree.
    fn beside(&self) -> Vec<String> {
        let names = fs::read_dir(&self.parent).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
        names.filter(|name| name != "out").collect()
    }
}

const OTHERS: [(&str, &[u8]); 4] = [
    ("terraform/terraform.tfstate", b"state"),
    ("terraform/.terraform/providers/p", b"binary"),
    ("only/mine", b"mine"),
    ("notes/a/b", b"note"),
];

/// Everything of others is at its path, and the changed file somewhere in `all`.
fn nothing_is_lost(place: &Folder, all: &Utf8Path, when: &str) {
    let found = place.files();
    for (path, bytes) in OTHERS {
        assert_eq!(found.get(path).map(Vec::as_slice), Some(bytes), "{path} {when}");
    }
    let edited = files(all.as_std_path()).into_values();
    assert!(edited.filter(|bytes| bytes == b"edited").count() > 0, "{when}");
    if cfg!(unix) {
        assert!(found.contains_key("only/link"), "{when}");
        assert!(found.keys().any(|path| path.starts_with("not-")), "{when}");
    }
}

/// How many calls it takes to write the second version.
fn calls() -> u32 {
    with(None, || write(&Folder::full().root, 2).unwrap()).1
}

/// The numbers of the folders and files of others: who is another file has another owner, other permissions and other ACLs.
fn numbers(place: &Folder) -> BTreeMap<&'static str, Option<u64>> {
    let paths = ["terraform", "terraform/.terraform/providers", "notes/a", "only"];
    let paths = paths.into_iter().chain(OTHERS.map(|(path, _)| path));
    paths
        .map(|path| (path, super::system::test_number(&place.root.join(path))))
        .collect()
}

/// The tree is the old one or the new one, and after one more run the new one, with all that others have.
fn is_whole_after(faults: impl Iterator<Item = Fault>) {
    let (mut old, mut new) = (0, 0);
    for fault in faults {
        let place = Folder::full();
        let before = numbers(&place);
        let (result, _) = with(Some(fault), || write(&place.root, 2));
        let when = format!(
            "{fault:?} {result:?} {:?} {:?}",
            place.files().keys(),
            place.beside()
        );
        match (place.has(1), place.has(2)) {
            (true, false) => old += 1,
            (false, true) => new += 1,
            _ => panic!("a mix: {when}"),
        }
        assert!(result.is_err() || place.has(2), "{when}");
        // Where the old folders could not be brought back, the next run does that, and this one says so.
        if result.is_ok() || place.beside().is_empty() {
            assert_eq!(numbers(&place), before, "{when}");
        }
        nothing_is_lost(&place, &place.parent, &when);
        let again = write(&place.root, 2).unwrap();
        assert!(place.has(2), "again: {when}");
        nothing_is_lost(&place, &place.root, &format!("again: {when}"));
        assert_eq!(numbers(&place), before, "again: {when}");
        assert_eq!(place.beside(), [""; 0], "again: {when}");
        assert_eq!(again.left, [""; 0], "again: {when}");
        let asides = |found: &BTreeMap<String, Vec<u8>>| {
            let asides = found.iter().filter(|(path, _)| path.contains(".gkc-edited"));
            asides.map(|(_, bytes)| bytes.clone()).collect::<Vec<_>>()
        };
        assert_eq!(asides(&place.files()), [b"edited".to_vec()], "again: {when}");
        assert!(!write(&place.root, 2).unwrap().written, "a third time: {when}");
    }
    assert!(old > 0 && new > 0, "{old} old, {new} new");
}

#[test]
fn a_call_that_fails_leaves_the_old_tree_or_the_new_one() {
    is_whole_after((0..calls()).map(Fault::Once));
}

#[test]
fn a_kill_at_any_call_leaves_the_old_tree_or_the_new_one() {
    is_whole_after((0..calls()).map(Fault::From));
}

#[test]
fn a_kind_of_calls_that_fails_leaves_the_old_tree_or_the_new_one() {
    let kinds = [
        Call::Look,
        Call::List,
        Call::Read,
        Call::Make,
        Call::Link,
        Call::Rename,
        Call::Exchange,
        Call::Remove,
        Call::Mode,
    ];
    is_whole_after(kinds.into_iter().map(Fault::All));
}

#[test]
fn a_system_without_second_names_or_exchange_writes_the_same_tree() {
    let expected = {
        let place = Folder::full();
        write(&place.root, 2).unwrap();
        place.files()
    };
    for kind in [Call::Link, Call::Exchange] {
        let place = Folder::full();
        let (result, _) = with(Some(Fault::All(kind)), || write(&place.root, 2));
        assert_eq!(result.unwrap().left, [""; 0]);
        assert_eq!(place.files(), expected, "{kind:?}");
        assert_eq!(place.beside(), [""; 0], "{kind:?}");
    }
}

#[cfg(unix)]
#[test]
fn folders_and_files_of_others_are_the_ones_that_they_were() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let place = Folder::full();
    let numbers = || {
        [
            "",
            "terraform",
            "terraform/.terraform",
            "terraform/terraform.tfstate",
            "notes/a/b",
            "only",
        ]
        .map(|path| fs::symlink_metadata(place.root.join(path)).unwrap().ino())
    };
    fs::set_permissions(place.root.join("terraform"), fs::Permissions::from_mode(0o3775)).unwrap();
    let before = numbers();
    write(&place.root, 2).unwrap();
    assert_eq!(numbers(), before);
    let mode = fs::metadata(place.root.join("terraform"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o7777, 0o3775);
}

#[test]
fn what_somebody_changed_is_kept_under_a_name_that_nothing_reads() {
    let place = Folder::full();
    fs::write(place.root.join("only/old"), "edited too").unwrap();
    fs::write(place.root.join("secrets/token"), "my own").unwrap();
    fs::write(place.root.join("README.gkc-edited"), "an earlier one").unwrap();
    let change = write(&place.root, 2).unwrap();
    assert_eq!(change.unknown, [""; 0]);
    assert_eq!(
        change.edited,
        [
            "README.gkc-edited-2",
            "only/old.gkc-edited",
            "secrets/token.gkc-edited"
        ]
    );
    assert_eq!(change.removed, [""; 0]);
    let found = place.files();
    assert_eq!(found["README.gkc-edited-2"], b"edited");
    assert_eq!(found["secrets/token.gkc-edited"], b"my own");
    assert_eq!(found["only/old.gkc-edited"], b"edited too");
    assert!(place.has(2));
}

#[test]
fn what_somebody_changed_stays_theirs_when_it_is_kept_as_it_is() {
    for fault in [
        None,
        Some(Fault::All(Call::Link)),
        Some(Fault::All(Call::Exchange)),
    ] {
        let place = Folder::full();
        let mut tree = Tree::claim(&place.root, |_| ()).unwrap();
        let readme = tree.keep("README").unwrap();
        assert_eq!(readme, b"edited");
        let new = [("README", readme), ("fresh/new", b"new".to_vec())];
        let files: Vec<File<'_>> = new
            .iter()
            .map(|(path, bytes)| File {
                path,
                bytes,
                mode: 0o644,
            })
            .collect();
        let index = index(&files);
        let index = [File {
            path: INDEX,
            bytes: &index,
            mode: 0o644,
        }];
        let change = with(fault, || tree.write(&[&files[..], &index].concat()))
            .0
            .unwrap();
        assert_eq!(change.edited, [""; 0], "{fault:?}");
        assert_eq!(place.files()["README"], b"edited", "{fault:?}");
        assert!(!place.files().contains_key("README.gkc-edited"), "{fault:?}");
        let change = write(&place.root, 2).unwrap();
        assert_eq!(change.edited, ["README.gkc-edited"], "{fault:?}");
        nothing_is_lost(&place, &place.root, "at the end");
    }
}

#[test]
fn a_file_without_a_digest_is_taken_for_somebodys() {
    let without: [fn(&Utf8Path); 3] = [
        |digests| fs::remove_file(digests).unwrap(),
        |digests| fs::write(digests, "").unwrap(),
        |digests| {
            let huge = fs::File::options().write(true).open(digests).unwrap();
            huge.set_len(100 << 20).unwrap();
        },
    ];
    for (how, without) in without.iter().enumerate() {
        let place = Folder::full();
        write(&place.root, 2).unwrap();
        fs::write(place.root.join("secrets/token"), "edited too").unwrap();
        fs::write(place.root.join("gkc.lock.json.gkc-edited"), "edited once").unwrap();
        without(&place.root.join(PRIVATE));
        let change = write(&place.root, 1).unwrap();
        // The first was set aside before, and of the index there is no doubt.
        let unknown: Vec<&String> = change
            .edited
            .iter()
            .filter(|path| *path != "gkc.lock.json.gkc-edited-2")
            .collect();
        assert_eq!(change.unknown.iter().collect::<Vec<_>>(), unknown, "{how}");
        assert!(
            change.unknown.contains(&"README.gkc-edited-2".to_owned()),
            "{how}: {change:?}"
        );
        let found = place.files();
        assert!(place.has(1), "{how}");
        assert_eq!(found["README.gkc-edited"], b"edited", "{how}");
        assert_eq!(found["secrets/token.gkc-edited"], b"edited too", "{how}");
        assert_eq!(found["gkc.lock.json.gkc-edited"], b"edited once", "{how}");
        // What is the same in both, and the index.
        for path in ["same.gkc-edited", "gkc.lock.json.gkc-edited-2"] {
            assert!(!found.contains_key(path), "{how}, {path}");
        }
        let again = write(&place.root, 2).unwrap();
        assert_eq!(again.edited, [""; 0], "{how}");
    }
}

#[test]
fn a_folder_of_somebody_with_a_name_like_ours_stays() {
    let place = Folder::full();
    let names = [
        ".out.gkc-notes",
        ".out.gkc-1",
        ".out.gkc-2-exchanged",
        ".out.gkc-3-file-by-file",
        ".out.gkc-new-abcdef",
        ".out.gkc-old",
    ];
    for name in names {
        fs::create_dir(place.parent.join(name)).unwrap();
        fs::write(place.parent.join(name).join("mine"), "mine").unwrap();
    }
    write(&place.root, 2).unwrap();
    for name in names {
        assert_eq!(
            fs::read(place.parent.join(name).join("mine")).unwrap(),
            b"mine",
            "{name}"
        );
    }
    assert_eq!(place.beside().len(), names.len());
}

/// Somebody makes files and replaces one while the tree is written again and again.
#[test]
fn what_others_write_meanwhile_is_all_there_at_the_end() {
    const WRITES: u8 = 100;
    const MOST: usize = 500;
    let place = Folder::full();
    let done = std::sync::atomic::AtomicBool::new(false);
    let so_far = std::sync::atomic::AtomicUsize::new(0);
    let made = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let (mut made, mut state) = (Vec::new(), 0);
            // Not without an end: each write sees to all of them.
            while made.len() < MOST && !done.load(std::sync::atomic::Ordering::Relaxed) {
                let number = made.len();
                let path = format!("terraform/late-{number}");
                if fs::write(place.root.join(&path), number.to_string()).is_ok() {
                    made.push(path);
                    so_far.store(made.len(), std::sync::atomic::Ordering::Relaxed);
                }
                let fresh = place.root.join(format!("terraform/.state-{number}"));
                let replaced = fs::write(&fresh, number.to_string())
                    .and_then(|()| fs::rename(&fresh, place.root.join("terraform/terraform.tfstate")));
                if replaced.is_ok() {
                    state = number;
                }
                std::thread::sleep(std::time::Duration::from_millis(1));
            }
            (made, state)
        });
        // On a busy machine the other may be slower: then more trees are written, so that there is something to lose.
        let enough = |number: &u8| {
            let made = so_far.load(std::sync::atomic::Ordering::Relaxed);
            *number < WRITES || made <= usize::from(WRITES)
        };
        let written: Vec<_> = (0..u8::MAX)
            .take_while(enough)
            .map(|number| write(&place.root, 1 + number % 2))
            .collect();
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        let made = writer.join().unwrap();
        for change in written {
            assert_eq!(change.unwrap().left, [""; 0]);
        }
        made
    });
    // What came last may have come beside the tree.
    write(&place.root, 1).unwrap();
    let found = place.files();
    let (made, state) = made;
    assert!(made.len() > usize::from(WRITES), "{}", made.len());
    for (number, path) in made.iter().enumerate() {
        let bytes = found.get(path).map(Vec::as_slice);
        assert_eq!(bytes, Some(number.to_string().as_bytes()), "{path}");
    }
    assert_eq!(found["terraform/terraform.tfstate"], state.to_string().as_bytes());
    assert_eq!(place.beside(), [""; 0]);
}

#[test]
fn digests_are_for_the_owner_alone_and_only_of_what_the_index_has_none() {
    let place = Folder::empty();
    write(&place.root, 1).unwrap();
    let text = fs::read_to_string(place.root.join(PRIVATE)).unwrap();
    assert_eq!(text.lines().count(), version(1).len() + 1);
    assert!(text.ends_with(&format!("  {INDEX}\n")));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(place.root.join(PRIVATE))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
