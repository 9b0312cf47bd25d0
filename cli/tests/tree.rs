//! The writer of trees by itself: what it refuses, it refuses before anything is changed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so by panicking"
)]

use camino::Utf8PathBuf;
use gkc_tree::{Change, Error, File, INDEX, Tree, index};
use std::fs;

const FILE: File<'_> = File {
    path: "a",
    bytes: b"a",
    mode: 0o644,
};

/// A folder with `out` in it, where nothing is yet.
fn folder() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().join("out")).unwrap();
    (folder, root)
}

/// Writes files with an index of them.
fn write(root: &Utf8PathBuf, files: &[File<'_>]) -> Result<Change, Error> {
    let index = index(files);
    let index = File {
        path: INDEX,
        bytes: &index,
        mode: 0o644,
    };
    let files: Vec<File<'_>> = files.iter().copied().chain([index]).collect();
    Tree::claim(root, |_| ())?.write(&files)
}

#[test]
fn a_path_that_is_no_file_of_the_tree_is_refused() {
    let (folder, root) = folder();
    for path in [
        "",
        ".",
        "..",
        "../a",
        "a/../../a",
        "/a",
        "a/",
        "./a",
        "a//b",
        "a\0",
    ] {
        let wrong = write(&root, &[File { path, ..FILE }]);
        assert!(matches!(wrong, Err(Error::NotAFile(_))), "{path:?}");
    }
    for files in [
        [FILE, FILE],
        [FILE, File { path: "a/b", ..FILE }],
        [
            FILE,
            File {
                path: "b",
                mode: 0o4755,
                ..FILE
            },
        ],
        [FILE, File { path: INDEX, ..FILE }],
    ] {
        let wrong = write(&root, &files);
        assert!(matches!(wrong, Err(Error::NotAFile(_))), "{files:?}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn files_without_an_index_of_just_them_are_refused() {
    let (_folder, root) = folder();
    let names_less = index(&[]);
    let names_more = index(&[FILE, File { path: "b", ..FILE }]);
    let indexes: [Option<&[u8]>; 4] = [None, Some(b"{}"), Some(&names_less), Some(&names_more)];
    for bytes in indexes {
        let index = bytes.map(|bytes| File {
            path: INDEX,
            bytes,
            mode: 0o644,
        });
        let files: Vec<File<'_>> = [FILE].into_iter().chain(index).collect();
        let wrong = Tree::claim(&root, |_| ()).unwrap().write(&files);
        assert!(matches!(wrong, Err(Error::NotIndexed)), "{bytes:?}");
    }
    assert!(!root.exists());
}

#[test]
fn what_is_in_the_way_stays() {
    let (_folder, root) = folder();
    fs::create_dir_all(root.join("a/empty")).unwrap();
    let wrong = write(&root, &[FILE]).unwrap_err();
    assert_eq!(wrong.to_string(), format!("`{root}/a/empty` is in the way"));
    assert!(root.join("a/empty").exists());
    let change = write(&root, &[File { path: "b", ..FILE }]).unwrap();
    assert_eq!(change.foreign, ["a/empty/"]);
    let change = write(&root, &[File { path: "c", ..FILE }]).unwrap();
    assert_eq!(change.removed, ["b"]);
}

#[test]
fn a_folder_without_a_name_is_refused() {
    for root in ["/", ".", ".."] {
        let wrong = Tree::claim(root.into(), |_| ()).err();
        assert!(matches!(wrong, Some(Error::NoName(_))), "{root}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_the_same_bytes_is_not_the_file() {
    let (folder, root) = folder();
    write(&root, &[FILE]).unwrap();
    let elsewhere = folder.path().join("elsewhere");
    fs::rename(root.join("a"), &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, root.join("a")).unwrap();
    assert!(write(&root, &[FILE]).unwrap().written);
    assert!(!root.join("a").is_symlink());
    assert_eq!(fs::read(elsewhere).unwrap(), b"a");
}
