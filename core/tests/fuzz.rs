//! The claims that are fuzzed, about the seeds and about what a few thousand changes make of them. `.ci/slow` fuzzes with coverage.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../../fuzz/claims/mod.rs"]
mod claims;

use proptest::prelude::Rng;
use proptest::test_runner::{Config, RngSeed, TestRng, TestRunner};
use std::path::{Path, PathBuf};

/// Changes of each seed. All of this file is to take some seconds.
const CHANGES: usize = 60;

/// Longer pieces are rarely understood.
const LONGEST: usize = 12;

/// The texts in a folder, of which some are in folders of their own.
fn seeds(folder: &str) -> Vec<String> {
    let mut open = vec![
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../fuzz/seeds")
            .join(folder),
    ];
    let mut seeds = Vec::new();
    while let Some(path) = open.pop() {
        match path.is_dir() {
            true => open.extend(inside(&path)),
            false => seeds.push(std::fs::read_to_string(&path).unwrap()),
        }
    }
    assert!(!seeds.is_empty(), "{folder}");
    seeds
}

fn inside(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
}

/// A text in which a piece of another replaces something.
fn spliced(text: &str, other: &str, random: &mut TestRng) -> String {
    let mut pick = |text: &str| {
        let places: Vec<usize> = text
            .char_indices()
            .map(|(at, _)| at)
            .chain([text.len()])
            .collect();
        let mut below = |most: usize| usize::try_from(random.next_u64() % (most as u64 + 1)).unwrap();
        let start = below(places.len() - 1);
        let end = (start + below(LONGEST)).min(places.len() - 1);
        places[start]..places[end]
    };
    let (at, from) = (pick(text), pick(other));
    format!("{}{}{}", &text[..at.start], &other[from], &text[at.end..])
}

fn hold_of(folder: &str, claim: fn(&str)) {
    let config = Config {
        rng_seed: RngSeed::Fixed(15),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let seeds = seeds(folder);
    for (index, seed) in seeds.iter().enumerate() {
        claim(seed);
        let mut text = seed.clone();
        for change in 0..CHANGES {
            // A text that nobody understands any more shows little: begin again.
            if change % 6 == 0 {
                text.clone_from(seed);
            }
            text = spliced(&text, &seeds[(index + change) % seeds.len()], runner.rng());
            claim(&text);
        }
    }
}

#[test]
fn configurations() {
    for claim in [
        claims::parse::hold,
        claims::check::hold,
        claims::fix::hold,
        claims::compile::hold,
    ] {
        hold_of("config", claim);
    }
}

#[test]
fn policies() {
    for claim in [
        claims::hujson::hold,
        claims::policy::hold,
        claims::merge::hold,
        claims::evaluate::hold,
    ] {
        hold_of("policy", claim);
    }
}

#[test]
fn reports() {
    hold_of("doctor", claims::doctor::hold);
}
