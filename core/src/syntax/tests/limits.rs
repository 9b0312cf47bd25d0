//! A small file cannot ask for much, and a large one only for what it holds.

use super::*;
use crate::syntax::limits::*;

/// The one `limit` diagnostic of a text; what is read of it beside.
fn limit(text: &str) -> (String, Vec<String>) {
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (tree, found) = parse_any(&file);
    let limits: Vec<&Diagnostic> = found.iter().filter(|d| d.rule == "limit").collect();
    assert_eq!(
        limits.len(),
        1,
        "{:#?}",
        found.iter().map(|d| &d.message).collect::<Vec<_>>()
    );
    let keys = tree
        .root()
        .map_or(Vec::new(), |root| tree.entries(root).into_owned());
    let keys = keys
        .iter()
        .filter_map(|e| tree.key_text(e.key))
        .map(str::to_owned);
    (limits[0].message.clone(), keys.collect())
}

#[test]
fn depth_is_bounded_in_every_style() {
    let deep = "values are nested more than 200 levels deep";
    let many = 100_000;
    for text in ["[", "{a: ", "- ", "? ", "[{a: ", "[[a]: "] {
        assert_eq!(limit(&text.repeat(many)).0, deep, "{text}");
        let keyed = format!("a: 1\nb:\n  {}\nc: 1\n", text.repeat(many));
        assert_eq!(
            limit(&keyed),
            (deep.to_owned(), vec!["a".into(), "b".into(), "c".into()]),
            "{text}"
        );
    }
    let closed = format!("a: {}{}\nb: 1\n", "[".repeat(many), "]".repeat(many));
    assert_eq!(limit(&closed).0, deep);
    let indented: String = (0..MAX_DEPTH + 1)
        .map(|i| format!("{}a:\n", " ".repeat(i)))
        .collect();
    assert_eq!(limit(&indented).0, deep);
}

#[test]
fn depth_up_to_the_bound_is_read() {
    let text = format!("a: {}{}\n", "[".repeat(MAX_DEPTH - 1), "]".repeat(MAX_DEPTH - 1));
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    parse_clean(&file);
}

#[test]
fn nodes_are_bounded() {
    let text = format!("a: 1\nb: [{}]\nc: 1\n", "1,".repeat(MAX_NODES));
    let (message, keys) = limit(&text);
    assert_eq!(message, "file has more than 500000 values");
    assert_eq!(keys, ["a", "b"]);
}

#[test]
fn aliases_cannot_mean_more_than_a_file_may() {
    for (open, close, each) in [("[", "]", ""), ("{<<: [", "]}", ""), ("[", "]", "\n ")] {
        let mut text = format!("a0: &a0 {open}{{x: 1}}{close}\n");
        for i in 1..30 {
            let aliases = vec![format!("{each}*a{}", i - 1); 9].join(",");
            text.push_str(&format!("a{i}: &a{i} {open}{aliases}{close}\n"));
        }
        let (message, keys) = limit(&text);
        assert_eq!(message, "aliases expand to more than 100000 values");
        assert_eq!(keys.len(), 30);
    }
}

#[test]
fn aliases_cannot_nest_deeper_than_a_file_may() {
    let mut text = "a0: &a0 [x]\n".to_owned();
    for i in 1..300 {
        text.push_str(&format!("a{i}: &a{i} [*a{}]\n", i - 1));
    }
    assert_eq!(
        limit(&text).0,
        "alias `*a198` nests values more than 200 levels deep"
    );
}

#[test]
fn a_value_that_holds_itself_never_ends() {
    for text in [
        "a: &a [*a]\n",
        "a: &a\n  b: {c: *a}\n",
        "a: &a\n  <<: [*a, *a]\n",
        "a: &a\n  <<: *a\n",
    ] {
        assert_eq!(limit(text).0, "recursive alias `*a`", "{text}");
    }
}

#[test]
fn keys_are_bounded() {
    for length in [MAX_KEY_BYTES + 1, MAX_KEY_LOOKAHEAD + 1, 100_000] {
        for before in ["", "? "] {
            let colon = if before.is_empty() { ": 1" } else { "\n: 1" };
            let text = format!("a: 1\n{before}{}{colon}\nb: 1\n", "k".repeat(length));
            let (message, keys) = limit(&text);
            assert_eq!(message, "key is longer than 1024 bytes");
            assert!(
                keys.contains(&"a".to_owned()) && keys.contains(&"b".to_owned()),
                "{keys:?}"
            );
        }
    }
}

#[test]
fn errors_are_bounded() {
    for line in [
        "k{}: @x\n",
        "k{}: *x\n",
        "k{}: &x\n",
        "k{}: !x y\n",
        "k{}: [\n",
        "k{}:\n\t- x\n",
        "k: x\n",
    ] {
        let text: String = (0..200).map(|i| line.replace("{}", &i.to_string())).collect();
        let file = SourceFile::new(FileId::CONFIG, "x", text.as_str());
        let (_, found) = parse_any(&file);
        assert_eq!(found.len(), MAX_SYNTAX_ERRORS + 1, "{line}");
        assert_eq!(found.iter().filter(|d| d.rule == "limit").count(), 1, "{line}");
        limit(&text);
    }
}
