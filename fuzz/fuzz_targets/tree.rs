//! Whatever is to be put into a folder and whatever others did there, with a kill on the way: what was written is there and nothing of
//! others is lost, or an error changed nothing; and nothing beside the folder is touched.
#![no_main]

use gkc_tree::faults::{Fault, with};
use gkc_tree::{Error, File, INDEX, PRIVATE, Tree, index};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

/// A part of a path: few names, so that paths often meet, and what no name may be.
#[derive(Arbitrary, Debug)]
enum Part<'a> {
    A,
    B,
    Secrets,
    Index,
    Up,
    Here,
    Nothing,
    /// The folder that nothing may be written to, from the root of the file system.
    Absolute,
    Other(&'a str),
}

/// A part of a path that somebody chose who writes to the folder alone.
#[derive(Arbitrary, Debug)]
enum Name {
    A,
    B,
    Secrets,
    Index,
}

#[derive(Arbitrary, Debug)]
struct Wanted<'a> {
    path: Vec<Part<'a>>,
    bytes: &'a [u8],
    mode: Option<u16>,
}

#[derive(Arbitrary, Debug)]
enum Kind<'a> {
    File(&'a [u8]),
    Folder,
    Link(&'a str),
}

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    /// What an earlier run wrote.
    earlier: Vec<Wanted<'a>>,
    /// What somebody did to the folder since then.
    others: Vec<(Vec<Name>, Kind<'a>)>,
    wanted: Vec<Wanted<'a>>,
    /// From which call on nothing works, as after a kill.
    kill: Option<u8>,
    /// An index other than the right one.
    wrong_index: Option<&'a [u8]>,
}

/// All below a folder: its mode, and its bytes or the target of a link; nothing for folders.
type Snapshot = BTreeMap<String, (u32, Option<Vec<u8>>)>;

fn snapshot(root: &Path) -> Snapshot {
    let mut found = Snapshot::new();
    let mut open = vec![root.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("a folder that can be listed").path();
            let meta = fs::symlink_metadata(&path).expect("what is listed is there");
            let bytes = if meta.is_symlink() {
                let target = fs::read_link(&path).expect("a link");
                Some(target.into_os_string().into_encoded_bytes())
            } else if meta.is_dir() {
                open.push(path.clone());
                None
            } else {
                Some(fs::read(&path).expect("a file"))
            };
            let name = path.strip_prefix(root).expect("below the root");
            let name = name.to_str().expect("UTF-8, as it was written").to_owned();
            found.insert(name, (meta.permissions().mode() & 0o777, bytes));
        }
    }
    found
}

fn joined(parts: &[Part<'_>], outside: &str) -> String {
    let words: Vec<&str> = parts
        .iter()
        .map(|part| match part {
            Part::A => "a",
            Part::B => "b",
            Part::Secrets => "secrets",
            Part::Index => INDEX,
            Part::Up => "..",
            Part::Here => ".",
            Part::Nothing => "",
            Part::Absolute => outside,
            Part::Other(text) => text,
        })
        .collect();
    words.join("/")
}

/// Claims the folder and writes the files with an index of them.
fn write(root: &camino::Utf8Path, wanted: &[Wanted<'_>], wrong: Option<&[u8]>, outside: &str) -> Result<Snapshot, Error> {
    let paths: Vec<String> = wanted.iter().map(|wanted| joined(&wanted.path, outside)).collect();
    let mut files: Vec<File<'_>> = wanted
        .iter()
        .zip(&paths)
        .map(|(wanted, path)| File { path, bytes: wanted.bytes, mode: wanted.mode.map_or(0o644, u32::from) })
        .collect();
    let index = wrong.map_or_else(|| index(&files), <[u8]>::to_vec);
    files.push(File { path: INDEX, bytes: &index, mode: 0o644 });
    let change = Tree::claim(root, |_| panic!("nobody else is there"))?.write(&files)?;
    let again = Tree::claim(root, |_| panic!("nobody else is there"))?.write(&files)?;
    assert!(!again.written, "a second write has nothing to do");
    assert_eq!(again.foreign, change.foreign);
    assert_eq!(change.left, [""; 0]);
    let written = files.iter().map(|file| (file.path.to_owned(), (file.mode, Some(file.bytes.to_vec()))));
    Ok(written.collect())
}

fuzz_target!(|case: Case<'_>| {
    let sandbox = tempfile::tempdir().expect("a temporary folder");
    let sandbox = camino::Utf8Path::from_path(sandbox.path()).expect("a name that is text");
    let (outside, parent) = (sandbox.join("outside"), sandbox.join("parent"));
    fs::create_dir_all(&parent).expect("a folder");
    fs::create_dir_all(outside.join("a")).expect("a folder");
    fs::write(outside.join("b"), "mine").expect("a file");
    fs::write(parent.join("b"), "mine").expect("a file");
    let root = parent.join("out");
    let beside = || {
        let mut all = snapshot(sandbox.as_std_path());
        all.retain(|path, _| path != "parent/out" && !path.starts_with("parent/out/"));
        all
    };
    let around = beside();

    let earlier = write(&root, &case.earlier, None, outside.as_str()).unwrap_or_default();
    assert_eq!(beside(), around);
    for (names, kind) in &case.others {
        let mut path = root.clone();
        path.extend(names.iter().map(|name| match name {
            Name::A => "a",
            Name::B => "b",
            Name::Secrets => "secrets",
            Name::Index => INDEX,
        }));
        if path == root {
            continue;
        }
        // Through a link of somebody's own it would be somewhere else.
        let folder = path.parent().expect("it is in the root");
        let linked = |above: &camino::Utf8Path| above.starts_with(&root) && above.is_symlink();
        if path.ancestors().any(linked) || fs::create_dir_all(folder).is_err() {
            continue;
        }
        let _ = match kind {
            Kind::File(bytes) => fs::write(&path, bytes),
            Kind::Folder => fs::create_dir(&path),
            Kind::Link(target) => symlink(target, &path),
        };
    }

    // Whatever others wrote or changed, which is all that is not as it was written.
    let theirs: Vec<(String, Vec<u8>)> = snapshot(root.as_std_path())
        .into_iter()
        .filter_map(|(path, (_, bytes))| Some((path, bytes?)))
        .filter(|(path, bytes)| earlier.get(path).is_none_or(|(_, was)| was.as_ref() != Some(bytes)))
        .filter(|(path, _)| path != PRIVATE)
        .collect();
    let is_there = |found: &Snapshot, path: &str, wanted: &Vec<u8>| {
        let mut found = found.iter().filter(|(_, (_, bytes))| bytes.as_ref() == Some(wanted));
        found.any(|(found, _)| found.contains(path))
    };
    let before = snapshot(root.as_std_path());
    let (killed, _) = with(case.kill.map(|call| Fault::From(call.into())), || {
        write(&root, &case.wanted, case.wrong_index, outside.as_str())
    });
    let all = snapshot(sandbox.as_std_path());
    for (path, bytes) in &theirs {
        assert!(is_there(&all, path, bytes), "{path} is lost");
    }
    let result = write(&root, &case.wanted, case.wrong_index, outside.as_str());
    assert_eq!(beside(), around, "nothing beside the folder is touched");
    let after = snapshot(root.as_std_path());
    for (path, bytes) in &theirs {
        assert!(is_there(&after, path, bytes), "{path} is lost");
    }
    match result {
        Err(_) if killed.is_err() && case.kill.is_none() => assert_eq!(after, before, "an error changes nothing"),
        Err(_) => {}
        Ok(wanted) => {
            for (path, entry) in &wanted {
                assert_eq!(after.get(path), Some(entry), "{path}");
            }
            for path in earlier.keys().filter(|path| !wanted.contains_key(*path)) {
                let is_theirs = theirs.iter().any(|(theirs, _)| theirs == path);
                assert!(is_theirs || !after.contains_key(path), "{path} is no longer wanted");
            }
        }
    }
});
