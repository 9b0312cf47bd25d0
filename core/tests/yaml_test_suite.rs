//! The official YAML test cases as judge of the reader: see `golden/yaml-test-suite/ORIGIN.md`.
//!
//! Every valid case reads without an error, and to its JSON where it has one; every invalid one is refused. What is
//! excepted stands in one list with its reason, and an exception that passes fails the test.

use gkc_core::diagnostic::Sink;
use gkc_core::source::{FileId, SourceFile};
use gkc_core::syntax::parse_stream;
use serde::Deserialize;
use serde_json::Value;

const CASES: &str = include_str!("../../golden/yaml-test-suite/cases.jsonl");

/// Cases that are read otherwise than the suite wants, and why.
const EXCEPTIONS: &[(&str, &str)] = &[
    (
        "2JQS",
        "two empty keys in one mapping are valid syntax, but to us a key written twice is an error",
    ),
    (
        "9C9N",
        "items of a list in brackets that stand at the margin are against the letter of YAML, but people write \
         them, and PyYAML takes them",
    ),
];

#[derive(Deserialize)]
struct Case {
    id: String,
    yaml: String,
    #[serde(default)]
    fail: bool,
    json: Option<String>,
}

#[test]
fn the_official_cases_are_read_as_they_should_be() {
    let (mut passed, mut failed, mut excepted) = (0, 0, 0);
    for line in CASES.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let exception = EXCEPTIONS.iter().find(|(id, _)| *id == case.id);
        match (judge(&case), exception) {
            (Ok(()), None) => passed += 1,
            (Err(_), Some((id, reason))) => {
                excepted += 1;
                println!("{id} excepted: {reason}");
            }
            (Ok(()), Some(_)) => {
                failed += 1;
                println!("{} passes, but is listed as an exception", case.id);
            }
            (Err(why), None) => {
                failed += 1;
                println!("{}: {why}\n{}\n", case.id, case.yaml);
            }
        }
    }
    println!("{passed} passed, {failed} failed, {excepted} excepted");
    assert_eq!(passed + excepted + failed, 402);
    assert_eq!(failed, 0);
}

fn judge(case: &Case) -> Result<(), String> {
    let file = SourceFile::new(FileId::CONFIG, case.id.clone(), case.yaml.clone());
    let mut sink = Sink::new();
    let tree = parse_stream(&file, &mut sink);
    if case.fail {
        let refused = sink.has_errors();
        return if refused {
            Ok(())
        } else {
            Err("accepted though invalid".to_owned())
        };
    }
    if sink.has_errors() {
        return Err(format!("refused though valid: {:#?}", sink.finish()));
    }
    let Some(json) = &case.json else { return Ok(()) };
    let wanted: Vec<Value> = serde_json::Deserializer::from_str(json)
        .into_iter()
        .collect::<Result<_, _>>()
        .map_err(|e| e.to_string())?;
    let got: Vec<Value> = tree.roots().iter().map(|root| tree.to_json(*root)).collect();
    let equal = got.len() == wanted.len() && got.iter().zip(&wanted).all(|(a, b)| same(a, b));
    if equal {
        Ok(())
    } else {
        Err(format!("read as {got:?}, wanted {wanted:?}"))
    }
}

/// Equal, numbers by value: the suite writes `450.00` for what YAML reads as `450.0`.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}
