//! Quoted words, read by sh itself.

use std::process::Command;

use gkc_core::emit::shell::{assign, command, quote};
use gkc_core::text::Text;
use proptest::prelude::*;

use crate::awkward::AWKWARD;
use crate::support::{Known, rendered, string, value};

/// What sh makes of a script; `None`, said aloud, where there is no sh.
fn sh(script: &str) -> Option<String> {
    match Command::new("sh").args(["-c", script]).output() {
        Ok(output) => {
            assert!(
                output.status.success(),
                "{script:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            Some(String::from_utf8(output.stdout).unwrap())
        }
        Err(error) => {
            println!("skipped: sh cannot be run: {error}");
            None
        }
    }
}

fn words_survive(words: &[String]) {
    let words: Vec<Text> = words
        .iter()
        .map(|word| Text::lit(word.replace('\0', "")))
        .collect();
    let nothing = Known::new(&[], false);
    let quoted = rendered(&command(&words), &nothing).unwrap();
    let Some(read) = sh(&format!("printf '%s\\001' {quoted}")) else {
        return;
    };
    let meant: String = words
        .iter()
        .map(|word| format!("{}\u{1}", word.as_lit().unwrap()))
        .collect();
    assert_eq!(read, meant, "{quoted:?}");
}

#[test]
fn every_awkward_string_survives_as_a_word() {
    for words in AWKWARD.chunks(40) {
        words_survive(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn any_words_survive(words in prop::collection::vec(string(), 1..20)) {
        words_survive(&words);
    }

    #[test]
    fn a_hole_gives_its_value_on_one_line(value in value(), literal in value()) {
        let value = value.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "");
        let literal = literal.replace(|c: char| c.is_control() && c != '\n' && c != '\t', "");
        let known = Known::new(std::slice::from_ref(&value), false);
        let text = Text::concat([&Text::lit(literal.clone()), &Text::late("v0", false)]);
        let word = rendered(&quote(&text), &known).unwrap();
        let meant: String = crate::support::meaning(&text, &known).replace('\n', " ");
        prop_assert!(!word.contains('\n'));
        if let Some(read) = sh(&format!("x={word}; printf %s \"$x\"")) {
            prop_assert_eq!(read, meant);
        }
    }
}

#[test]
fn words_stay_readable_where_they_can() {
    let cases: [(Text, &str); 10] = [
        ("k3s".into(), "k3s"),
        ("--flag=a/b:c".into(), "--flag=a/b:c"),
        ("a=b".into(), "'a=b'"),
        ("".into(), "''"),
        ("it's".into(), "'it'\\''s'"),
        ("a\nb".into(), "'a\nb'"),
        ("~".into(), "'~'"),
        ("if".into(), "'if'"),
        (Text::bindable("k3s"), "'k3s'"),
        (Text::late("v0", false), "'x y'"),
    ];
    let known = Known::new(&["x\ny".to_owned()], false);
    for (text, meant) in cases {
        assert_eq!(rendered(&quote(&text), &known).unwrap(), meant);
    }
    assert_eq!(rendered(&assign("A", &"b c".into()), &known).unwrap(), "A='b c'");
}
