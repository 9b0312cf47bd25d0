//! Two builds of the same input are equal, byte for byte.

use crate::support::{CASES, Case, tree};
use gkc_core::source::{FileId, SourceFile};

#[test]
fn two_builds_are_byte_equal() {
    for name in CASES {
        assert!(
            tree(&Case::load(name)) == tree(&Case::load(name)),
            "{name}: paths, bytes, modes and origins"
        );
    }
}

#[test]
fn the_path_of_the_file_is_nowhere_in_the_tree() {
    for name in CASES {
        let here = Case::load(name);
        let mut there = Case::load(name);
        let path = "/somewhere else/über/config.yml";
        there.file = SourceFile::new(FileId::CONFIG, path, here.file.text());
        let built = tree(&there);
        assert!(tree(&here) == built, "{name}");
        for artifact in built {
            assert!(!artifact.text().contains("somewhere else"), "{}", artifact.path);
        }
    }
}

/// The library reads neither locale nor environment: what a build depends on comes through `Inputs`. So a build in a process with
/// another locale, home and time zone is the same.
#[test]
fn a_process_with_another_environment_builds_the_same() {
    let digest = |envs: &[(&str, &str)]| {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["repeatable::print_digests", "--exact", "--ignored", "--nocapture"]);
        child.env_clear().envs(envs.iter().copied()).current_dir("/");
        let output = child.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<String> = text
            .lines()
            .filter_map(|line| line.split_once("digest ").map(|(_, digest)| digest.to_owned()))
            .collect();
        assert_eq!(lines.len(), CASES.len(), "{text}");
        lines
    };
    let turkish = [
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANG", "tr_TR.UTF-8"),
        ("TZ", "Pacific/Apia"),
        ("HOME", "/nonexistent"),
        ("K3S_TOKEN", "from-the-environment"),
    ];
    assert_eq!(digest(&[("LC_ALL", "C")]), digest(&turkish));
}

#[test]
#[ignore = "prints what the test above compares, in a process of its own"]
fn print_digests() {
    use sha2::{Digest, Sha256};
    for name in CASES {
        let mut hash = Sha256::new();
        for artifact in tree(&Case::load(name)) {
            hash.update(artifact.path.as_bytes());
            hash.update(artifact.mode.to_be_bytes());
            hash.update(&artifact.bytes);
        }
        let hex: String = hash.finalize().iter().map(|b| format!("{b:02x}")).collect();
        println!("\ndigest {name} {hex}");
    }
}
