use super::*;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, SourceFile};

fn read(text: &str) -> (Document, Vec<Diagnostic>) {
    parse(&SourceFile::new(FileId(7), "policy.hujson", text))
}

fn messages(text: &str) -> Vec<String> {
    let (_, errors) = read(text);
    for e in &errors {
        assert!(text.get(e.span.range()).is_some(), "{text:?}: {e:?}");
    }
    errors.into_iter().map(|e| e.message).collect()
}

#[test]
fn what_hujson_allows_is_read_without_a_word() {
    let good = [
        "{}",
        "\u{feff}{}\r\n",
        "[1, -0.5e+3, 0,]",
        "{/*a*/\"k\"/*b*/:/*c*/[/*d*/],/*e*/}//f\n",
        "{\"a\": \"\\u00e9\\ud83d\\ude80\\n\\/\", \"b\": null, \"c\": true,}",
        "// only\n{\"a\": {\"a\": 1}}",
        "\"\\ud800\"",
    ];
    for text in good {
        assert_eq!(messages(text), Vec::<String>::new(), "{text:?}");
    }
}

#[test]
fn what_hujson_does_not_allow_is_an_error() {
    let bad = [
        "",
        " ",
        "{} //x",
        "{'acls': []}",
        "{acls: []}",
        "{\"a\": 01}",
        "{\"a\": 0x10}",
        "{\"a\": +1}",
        "{\"a\": .5}",
        "{\"a\": 1.}",
        "{\"a\": NaN}",
        "{\"a\": True}",
        "{\"a\": [1,,]}",
        "{\"a\": [,]}",
        "{,}",
        "{\"a\" 1}",
        "{\"a\": }",
        "{\"a\": 1 \"b\": 2}",
        "[1 2]",
        "{\"a\": [}",
        "{",
        "[",
        "}",
        "{\"a\": \"x\ny\"}",
        "{\"a\": \"x\ty\"}",
        "{\"a\": \"\\x\"}",
        "{\"a\": \"\\u12g4\"}",
        "{\"a\": 1, \"a\": 2}",
        "# c\n{}",
        "{/* open }",
        "{}{}",
        "{} x",
        "{\"a\": \"open}",
        "{\u{a0}}",
        "{\"a\": 1e}",
        "{\"a\": -}",
        "[1}",
        "{]",
        "{\"a\": \"x\\",
        "{\"a\"::1}",
        "{[1]:2}",
    ];
    for text in bad {
        assert!(!messages(text).is_empty(), "{text:?}");
    }
}

#[test]
fn several_mistakes_come_in_one_run_each_once() {
    let text = "{\n 'a': 01,\n b: [1 2],\n \"c\": \"\\q\", # x\n \"c\": 3,\n}\n";
    let found = messages(text);
    assert_eq!(found.len(), 7, "{found:#?}");
}

#[test]
fn an_unclosed_list_is_reported_once_and_where_it_shows() {
    let (_, errors) = read("{\"acls\": [}");
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert_eq!(errors[0].span.range(), 10..11);
    assert_eq!(errors[0].labels[0].span.range(), 9..10);
}

#[test]
fn deep_and_long_texts_end_in_one_error() {
    let deep = "[".repeat(100_000);
    assert!(messages(&deep).iter().any(|m| m.contains("ested")));
    let long = "[".to_owned() + &",".repeat(100_000);
    assert_eq!(messages(&long).len(), MAX_ERRORS);
}

#[test]
fn spans_tile_the_text() {
    let text = "\u{feff}// h\r\n{\"a\": [1, \"é\",], /*x*/ \"b\": {\"c\": null}}\r\n";
    let (document, errors) = read(text);
    assert!(errors.is_empty());
    let mut leaves: Vec<Span> = document.comments.clone();
    collect(document.root.as_ref().unwrap(), &mut leaves);
    leaves.sort();
    let mut from = 0;
    for leaf in leaves {
        let gap = &text[from..leaf.start as usize];
        assert!(
            gap.chars().all(|c| " \t\r\n\u{feff}{}[],:".contains(c)),
            "{gap:?}"
        );
        from = leaf.end as usize;
    }
}

fn collect(value: &Value, out: &mut Vec<Span>) {
    match &value.kind {
        Kind::Array(a) => a.items.iter().for_each(|v| collect(v, out)),
        Kind::Object(o) => o.members.iter().for_each(|m| {
            out.push(m.key_span);
            collect(&m.value, out);
        }),
        _ => out.push(value.span),
    }
}

#[test]
fn a_part_of_a_string_is_found_unless_it_was_escaped() {
    let span = Span::new(FileId(0), 10, 18);
    assert_eq!(part_of(span, "a:bcde", 2..3).range(), 13..14);
    assert_eq!(part_of(span, "a:b", 2..3), span);
}
