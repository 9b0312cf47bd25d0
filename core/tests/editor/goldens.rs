//! The configurations of this repository.

use crate::laws::{Outcome, file, hold};
use crate::support::golden;
use gkc_core::inputs::NoInputs;
use std::path::{Path, PathBuf};

/// Every configuration, with its path.
pub fn configurations() -> Vec<(String, String)> {
    let mut paths = Vec::new();
    yaml_files(&golden("check"), &mut paths);
    yaml_files(&golden("../examples"), &mut paths);
    for folder in std::fs::read_dir(golden("build")).unwrap() {
        paths.push(folder.unwrap().path().join("gitpod-k3s.yaml"));
    }
    paths.sort();
    paths
        .into_iter()
        .filter_map(|path| Some((path.display().to_string(), std::fs::read_to_string(&path).ok()?)))
        .collect()
}

fn yaml_files(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            yaml_files(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            paths.push(path);
        }
    }
}

#[test]
fn every_valid_configuration_is_formatted() {
    let (mut formatted, mut invalid) = (0, 0);
    for (path, text) in configurations() {
        match hold(&text) {
            Ok(Outcome::Formatted(_)) => formatted += 1,
            Ok(Outcome::Invalid) => invalid += 1,
            Ok(Outcome::Unsupported(what)) => panic!("{path}: {what}"),
            Err(why) => panic!("{path}: {why}"),
        }
    }
    println!("{formatted} formatted, {invalid} invalid");
    assert!(formatted > 500, "{formatted}");
}

#[test]
fn findings_stay_the_same() {
    for (path, text) in configurations() {
        if let Ok(Outcome::Formatted(after)) = hold(&text)
            && after != text
        {
            assert_eq!(rules(&text), rules(&after), "{path}");
        }
    }
}

/// The names of the rules that find something, once for each finding.
pub fn rules(text: &str) -> Vec<&'static str> {
    let checked = gkc_core::check(&file(text), &NoInputs);
    let mut rules: Vec<&str> = checked.diagnostics.iter().map(|found| found.rule.name).collect();
    rules.sort_unstable();
    rules
}
