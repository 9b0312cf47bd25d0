//! Every kind of thing has its exact bytes.

use super::*;

#[test]
fn keys_and_plain_and_quoted_scalars() {
    check_places(
        r#"domain: Acme Inc. # c
^^^^^^ key domain
#       ^^^^^^^^^ scalar Acme Inc.
"quoted key" : 'it''s'
^^^^^^^^^^^^ key quoted key
#              ^^^^^^^ scalar it's
'k':    "a\tb"
^^^ key k
#       ^^^^^^ scalar a	b
ключ: größe 😀x
^^^^ key ключ
#     ^^^^^^^^ scalar größe 😀x
? explicit
# ^^^^^^^^ key explicit
: value
# ^^^^^ scalar value
"#,
        &["key", "scalar"],
    );
}

#[test]
fn scalars_over_several_lines() {
    check_places(
        r#"a: one
#  ^^^ scalar one two ...
  two   # c
b: "one
#  ^^^^ scalar one two ...
  two"
c: 'one
#  ^^^^ scalar one\ntwo ...

  two'
"#,
        &["scalar"],
    );
}

#[test]
fn block_scalars_with_and_without_indicators() {
    let text = "a: |\n  one\n  two\n\nb: >-  # c\n  one\n\n# after\nc: |2+\n    x\n\n\nd: |\ne: !!str >\n  x  \n- no\n";
    let text = text.trim_end_matches("- no\n");
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let tree = parse_clean(&file);
    let slices: Vec<(&str, &str)> = tree
        .entries(tree.root().unwrap())
        .iter()
        .map(|e| {
            (
                file.slice(tree.span(e.value)),
                tree.scalar(e.value).unwrap().text.as_ref(),
            )
        })
        .collect();
    assert_eq!(
        slices,
        [
            ("|\n  one\n  two", "one\ntwo\n"),
            (">-  # c\n  one", "one"),
            ("|2+\n    x", "  x\n\n\n"),
            ("|", ""),
            (">\n  x  ", "x  \n"),
        ]
    );
}

#[test]
fn collections_reach_from_their_first_part_to_their_last() {
    check_places(
        r#"a:
^^ map ...
  b: 1
# ^^^^ map ...
  c:
  - x
# ^^^ seq ...
  -   y: 1
#     ^^^^ map
  d: [1, {e: f}, g: h]
#    ^^^^^^^^^^^^^^^^^ seq
#        ^^^^^^ map
#                ^^^^ map
e: {
#  ^ map ...
  x: [ ]
#    ^^^ seq
  }
"#,
        &["map", "seq"],
    );
}

#[test]
fn anchors_aliases_tags_and_merge_keys() {
    check_places(
        r#"a: &one !!str x
#  ^^^^ anchor
#       ^^^^^ tag
b: *one
#  ^^^^ alias -> x
c: &two
#  ^^^^ anchor
  k: 1
d:
  <<: *two
# ^^ merge
#     ^^^^ alias -> k: 1
  "<<": 2
e: [&three x, *three]
#   ^^^^^^ anchor
#             ^^^^^^ alias -> x
"#,
        &["anchor", "tag", "alias", "merge"],
    );
}

#[test]
fn what_is_not_written_stands_after_its_indicator() {
    let text = "a:\nb: # c\n  # d\nc: {x, y: , z:}\nd:\n  -\n  - 1\n? e\nf: ~\ng: null # x\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let tree = parse_clean(&file);
    let nulls: Vec<(usize, &str)> = places(&tree)
        .into_iter()
        .filter(|(_, label)| label == "null")
        .map(|(span, _)| (span.start as usize, file.slice(span)))
        .collect();
    let behind = |needle: &str| text.find(needle).unwrap() + needle.len();
    let wanted = [
        (behind("a:"), ""),
        (behind("\nb:"), ""),
        (behind("{x"), ""),
        (behind("y:"), ""),
        (behind("z:"), ""),
        (behind("  -"), ""),
        (behind("? e"), ""),
        (behind("f: "), "~"),
        (behind("g: "), "null"),
    ];
    assert_eq!(nulls, wanted);
}

#[test]
fn comments_know_whether_they_stand_alone() {
    check_places(
        "# one\n^^^^^ comment\na: x # two\n     ^^^^^ comment\n  # three  \n  ^^^^^^^^^ comment\nb: '#' #\n       ^ comment\nc: |\n  # text\n",
        &["comment"],
    );
    let text = "\u{feff}# a\nb: 1 # c\n\t# d\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let own: Vec<bool> = parse_clean(&file).comments().iter().map(|c| c.own_line).collect();
    assert_eq!(own, [true, false, true]);
}

#[test]
fn line_breaks_and_a_byte_order_mark_change_no_slice() {
    let text = "a: 1 # c\nb:\n  - x\n  - \"y z\"\n# d\nc: |\n  one\n  two\nd: &e {f: g}\nh: *e\ni: p\n  q\n";
    let slices = |text: &str| -> Vec<(String, String)> {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let tree = parse_clean(&file);
        places(&tree)
            .into_iter()
            .map(|(span, label)| (file.slice(span).replace("\r\n", "\n").replace('\r', "\n"), label))
            .collect()
    };
    let plain = slices(text);
    assert_eq!(slices(&text.replace('\n', "\r\n")), plain);
    assert_eq!(slices(&text.replace('\n', "\r")), plain);
    assert_eq!(slices(&format!("\u{feff}{text}")), plain);
    assert_eq!(slices(&format!("---\n{text}")), plain);
}

#[test]
fn text_is_borrowed_where_it_stands_in_the_source() {
    let text = "a: plain\nb: 'quoted'\nc: \"also\"\nd: \"esc\\n\"\ne: 'it''s'\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let tree = parse_clean(&file);
    let borrowed: Vec<bool> = tree
        .entries(tree.root().unwrap())
        .iter()
        .map(|e| matches!(tree.scalar(e.value).unwrap().text, std::borrow::Cow::Borrowed(_)))
        .collect();
    assert_eq!(borrowed, [true, true, true, false, false]);
}

#[test]
fn merged_entries_follow_the_order_of_precedence() {
    let text = "a: &a {x: 1, y: 1}\nb: &b {<<: *a, y: 2, z: 2}\nc:\n  <<: [*b, {z: 9, w: 9}]\n  x: 0\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let tree = parse_clean(&file);
    let c = tree.locate("/c").unwrap();
    assert_eq!(
        tree.to_json(c),
        serde_json::json!({"x": 0, "y": 2, "z": 2, "w": 9})
    );
    assert_eq!(
        tree.get(c, "w").map(|e| tree.file().slice(tree.span(e.value))),
        Some("9")
    );
}

#[test]
fn an_empty_file_has_no_root() {
    for text in ["", "\n\n", "# only a comment\n", "\u{feff}"] {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        assert_eq!(parse_clean(&file).root(), None, "{text:?}");
    }
}
