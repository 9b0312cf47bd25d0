//! The vectors in `golden/tailscale/vectors`: every check of high and medium confidence passes.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use gkc_core::tailnet::suite::{self, CheckResult, Confidence};

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../golden/tailscale/vectors")
}

fn results() -> Vec<CheckResult> {
    let mut files: Vec<PathBuf> = fs::read_dir(vectors())
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 9);
    let run = |file: &PathBuf| suite::run(&suite::read(&fs::read_to_string(file).unwrap()).unwrap());
    files.iter().flat_map(run).collect()
}

#[test]
fn every_vector_passes() {
    let results = results();
    let mut by_kind: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for result in results.iter().filter(|r| r.confidence == Confidence::Counts) {
        let counts = by_kind.entry(&result.kind).or_default();
        counts.0 += usize::from(result.passed);
        counts.1 += usize::from(!result.passed);
    }
    println!("{by_kind:#?}");
    for r in results.iter().filter(|r| !r.passed) {
        println!(
            "{} ({:?}): {}: expected {}, found {}",
            r.vector, r.confidence, r.check, r.expected, r.found
        );
    }
    let failed = results.iter().filter(|r| r.fails()).count();
    assert_eq!(failed, 0, "{}", suite::summary(&results));
}

#[test]
fn the_reason_classes_agree() {
    let differing: Vec<CheckResult> = results()
        .into_iter()
        .filter(|r| r.check == "the reason class" && !r.passed)
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn a_wrong_expectation_is_noticed() {
    for (file, right, wrong) in [
        ("k3s-reach.json", "\"expect\": \"allow\"", "\"expect\": \"deny\""),
        ("ssh.json", "\"expect\": \"accept\"", "\"expect\": \"check\""),
        ("claim.json", "\"holds\": true", "\"holds\": false"),
        ("valid.json", "\"valid\": true", "\"valid\": false"),
    ] {
        let text = fs::read_to_string(vectors().join(file)).unwrap();
        assert!(text.contains(right), "{file}");
        let suite = suite::read(&text.replace(right, wrong)).unwrap();
        assert!(suite::run(&suite).iter().any(CheckResult::fails), "{file}");
    }
}

#[test]
fn what_is_no_suite_is_said_so() {
    assert!(suite::read("[]").is_err());
    assert!(
        suite::read(r#"{"schema": "other/1", "vectors": []}"#)
            .unwrap_err()
            .0
            .contains("other/1")
    );
}
