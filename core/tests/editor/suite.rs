//! The official YAML test cases: each is formatted to the same data, or left alone.

use crate::laws::{Outcome, hold};
use serde_json::Value;

const CASES: &str = include_str!("../../../golden/yaml-test-suite/cases.jsonl");

#[test]
fn the_official_cases_keep_their_data() {
    let (mut formatted, mut invalid, mut unsupported) = (0, 0, 0);
    let mut wrong = Vec::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text = case["yaml"].as_str().unwrap();
        match hold(text) {
            Ok(Outcome::Formatted(_)) => formatted += 1,
            Ok(Outcome::Invalid) => invalid += 1,
            Ok(Outcome::Unsupported(what)) => {
                println!("{}: {what}", case["id"]);
                unsupported += 1;
            }
            Err(why) => wrong.push(format!("{}: {why}\n{text}", case["id"])),
        }
    }
    println!("{formatted} formatted, {invalid} invalid, {unsupported} left alone");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(formatted > 100, "{formatted}");
}
