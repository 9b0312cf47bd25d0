//! What each common mistake is called, and where it is shown.

use super::*;

/// The text's carets must point at the primary and secondary places, labelled with the message, and the help must be
/// as given.
fn check(annotated: &str, helps: &[&str]) {
    let fixture = Fixture::new(annotated);
    let (_, found) = parse_any(&fixture.file);
    let places = found.iter().flat_map(|d| {
        assert!(d.rule == "syntax" || d.rule == "duplicate-key", "{d:?}");
        let second = d.labels.iter().map(|l| (l.span, l.message.clone()));
        std::iter::once((d.span, d.message.clone())).chain(second)
    });
    fixture.check(places);
    let given: Vec<&str> = found.iter().filter_map(|d| d.help.as_deref()).collect();
    assert_eq!(given, helps);
}

#[test]
fn tabs() {
    check(
        "a:\n\tb: 1\n^ tab used for indentation\n\tc: 2\nd: 1\n",
        &["replace tabs with spaces, aligned with the lines around"],
    );
    check(
        "a: 1\n\tb: 1\n^ tab used for indentation\n",
        &["replace tabs with spaces, aligned with the lines around"],
    );
}

#[test]
fn quotes() {
    check(
        r##"a:
  b: "one
#    ^ unclosed `"`
  c: "two"
d: 'one
#  ^ unclosed `'`
e: 'it's'
#     ^ unescaped apostrophe in single quotes
f: "a" b
#      ^ unexpected text after the closing quote
g: "a"#c
#     ^ missing space before `#`
h: "\d \x4z"
#   ^^ unknown escape in double quotes
i: ["\x4z"]
#    ^^^ invalid escape: `\x` without a character code
"##,
        &[
            "add a `\"` at the end of the value",
            "add a `'` at the end of the value",
            "double it, `''`, or put the text in double quotes",
            "put the whole value in one pair of quotes, or remove the text after them",
            "add a space before the `#`",
            "use `\\\\` for a backslash, or put the text in single quotes",
            "use two hexadecimal digits after `\\x`, four after `\\u`, eight after `\\U`, or `\\\\` for a backslash",
        ],
    );
}

#[test]
fn brackets() {
    check(
        r##"a: [1, 2
#  ^ unclosed `[`
b:
  - c: {d: 1
#      ^ unclosed `{`
    e: 1
f: [1]]
#     ^ unmatched `]`
g: {h: [1}
#        ^ mismatched brackets: `[` closed by `}`
i: {j: 1 k: 2}
#         ^ missing `,` in the mapping
k: [1,, 2]
#     ^ missing value before `,`
l: [
#  ^ unclosed `[`
  - m
"##,
        &[
            "add `]` where the list ends",
            "add `}` where the mapping ends",
            "remove it, or add `[` where the list or mapping starts",
            "use `]`, or close the inner bracket first",
            "add `,` between entries and `}` at the end, and quote values that contain `,`, `:` or brackets",
            "remove the `,`, or add the value before it",
            "add `]` where the list ends",
        ],
    );
}

#[test]
fn colons() {
    check(
        r##"a:1
#^ missing space after `a:`
b: one: two # c
#  ^^^^^^^^ unquoted value contains `: `, which YAML reads as another key
c:
  d:2
#  ^ missing space after `d:`
  e: 1
f
^ expected `key: value`, found a line without `:`
g: "a": b
#     ^ unexpected `:` after the end of the value
"##,
        &[
            "use `a: ` with a space",
            "put the whole value in double quotes",
            "use `d: ` with a space",
            "add a `:` and a space after the key, or indent the line if it belongs to the value before it",
            "move what follows to its own line as a separate key",
        ],
    );
}

#[test]
fn indentation() {
    check(
        r##"a:
  b: 1
 c: 2
#^ indentation of `c`, 1 space, does not match any line before it
d:
  e: 1
    f: 2
#   ^ `f` is indented deeper than `e`, which already has a value
g: 1
  h: 2
# ^ `h` is indented deeper than `g`, which already has a value
i:
  - j: 1
     k: 2
#    ^ `k` is indented deeper than `j`, which already has a value
  - l: 1
   m: 2
#  ^ indentation of `m`, 3 spaces, does not match any line before it
n:
  - o
  p: 1
# ^ missing `-` before `p` in a list
q: - r
#  ^ list item on the line of its key `q`
"##,
        &[
            "indent it by 2 spaces, or remove the indentation",
            "indent `f` by 2 spaces, like `e`, or remove the value of `e` if `f` belongs under it",
            "remove the spaces before `h`, or remove the value of `g` if `h` belongs under it",
            "indent `k` by 4 spaces, like `j`, or remove the value of `j` if `k` belongs under it",
            "indent it by 4 spaces, or by 2",
            "add `- ` before it, or indent it as part of the item before it",
            "move the item to the next line and indent it, or use brackets: `q: [...]`",
        ],
    );
}

#[test]
fn text_that_needs_quotes() {
    check(
        r##"a: %x # c
#  ^^ unquoted value starts with `%`
b: @x
#  ^^ unquoted value starts with `@`
c: `x`
#  ^^^ unquoted value starts with a backtick
d: *.example.com
#  ^^^^^^^^^^^^^ unknown alias: no anchor of this name above
e: , x
#  ^^^ unquoted value starts with `,`
f: */30 * * * *
#  ^^^^^^^^^^^^ unquoted value starts with `*`
g: [] // x
#     ^^^^ unexpected text after a list
h: {i: *}
#      ^ unquoted value starts with `*`
"##,
        &[
            "put the whole value in double quotes",
            "put the whole value in double quotes",
            "put the whole value in double quotes",
            "put it in double quotes; an unquoted value that starts with `*` is an alias",
            "put the whole value in double quotes",
            "put the whole value in double quotes",
            "start comments with `#`",
            "put the whole value in double quotes",
        ],
    );
}

#[test]
fn a_star_that_is_no_alias() {
    check(
        r##"a:
  - */mnt true
#   ^^^^^^^^^^ unquoted value starts with `*`
b:
  *: c
# ^ unquoted value starts with `*`
d:
  - {e: *}
#       ^ unquoted value starts with `*`
"##,
        &[
            "put the whole value in double quotes",
            "put the key in double quotes",
            "put the whole value in double quotes",
        ],
    );
}

#[test]
fn what_is_missing_between_brackets_costs_nothing() {
    let text = "{\n  \"a\": {\"b\": 1,\n  \"c\": true\n  \"d\": 2\n}\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (tree, found) = parse_any(&file);
    let said: Vec<&str> = found.iter().map(|found| found.message.as_str()).collect();
    assert_eq!(said, ["unclosed `{`", "missing `,` in the mapping"]);
    let keys = tree.entries(tree.root().unwrap());
    let keys: Vec<_> = keys.iter().map(|entry| tree.key_text(entry.key)).collect();
    assert_eq!(keys, [Some("a"), Some("c"), Some("d")]);
    assert!(tree.damaged().is_empty());
}

#[test]
fn an_alias_of_an_anchor_that_was_lost_is_not_said_twice() {
    check(
        r##"a: & b {c: 1}
#  ^^^^^^^^^^ unquoted value starts with `&`
d: *b
"##,
        &["put the whole value in double quotes"],
    );
}

#[test]
fn lines_that_lost_their_place_to_a_tab_are_left_out() {
    check(
        "a:\n  - b\n \t- c\n#^ tab used for indentation\n  - d\n",
        &["replace tabs with spaces, aligned with the lines around"],
    );
}

#[test]
fn sections_of_toml() {
    check(
        r##"[a]
^^^ brackets without a key: YAML has no sections like TOML's
  b: 1
c: 2
"##,
        &["use `key:` instead of `[key]`, and indent what belongs to it"],
    );
}

#[test]
fn anchors_tags_and_merges() {
    check(
        r##"a: *b
#  ^^ unknown alias: no anchor of this name above
c: &d
#  ^^ anchor without a value
e: !Ref f
#  ^^^^ unknown tag: a value that starts with `!` is a YAML tag
g: !!int h
#  ^^^^^ value does not match its tag `!!int`
i:
  <<: 1
#     ^ expected a mapping to merge with `<<`
j:
  <<: [{k: 1}, 2]
#              ^ expected a mapping to merge with `<<`
"##,
        &[
            "add `&` and the name before the value to repeat, or quote it if the `*` is part of the text",
            "add the value after it on the same line, or quote it if the `&` is part of the text",
            "remove the tag, or quote the whole value if the `!` is part of it",
            "remove the tag, or use a value of its type",
            "use an alias of a mapping, `<<: *name`, or a list of those",
            "use an alias of a mapping, `<<: *name`, or a list of those",
        ],
    );
}

#[test]
fn keys_written_twice() {
    let help = "remove one of the two, or rename it; only the first is read";
    check(
        r##"a: 1
^ first defined here
b: {c: 1, "c": 2}
#   ^ first defined here
#         ^^^ duplicate key `c`
'a': 2
^^^ duplicate key `a`
"##,
        &[help, help],
    );
}

#[test]
fn more_than_one_document() {
    let help = "keep one document: remove this line, or move what follows to its own file";
    check("---\na: 1\n---\n^^^ more than one YAML document\nb: 2\n", &[help]);
    check("a: 1\n...\nb: 2\n^^^^ more than one YAML document\n", &[help]);
}

#[test]
fn conflicts_left_by_git() {
    let text = "a: 1\n<<<<<<< HEAD\n^^^^^^^^^^^^ unresolved merge conflict\nb: 1\n=======\nc: 2\n>>>>>>> theirs\nd: 1\n";
    let help = "keep one of the two sides, and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
    check(text, &[help]);
}

#[test]
fn tabs_become_spaces_only_where_lines_can_be_deeper() {
    for (text, fixed) in [
        ("a:\n\tb:\n\t\t- c\n\td: 1\n", Some("a:\n  b:\n    - c\n  d: 1\n")),
        ("a: # x\n\t# y\n\n\tb: 1\n", Some("a: # x\n\t# y\n\n  b: 1\n")),
        (
            "a: |\n\tb\n\t\tc\nd:\n\te: 1\n",
            Some("a: |\n  b\n    c\nd:\n  e: 1\n"),
        ),
        ("a: {\n\tb: 1,\n\t\tc: 2}\n", Some("a: {\n  b: 1,\n    c: 2}\n")),
        ("a: x\n\tb: 1\n", None),
        ("a:\n\tb: 1\n\t\tc: 2\n", None),
    ] {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let (_, found) = parse_any(&file);
        let fixes: Vec<_> = found.iter().flat_map(|d| &d.fixes).collect();
        let (after, _) = crate::diagnostic::apply(FileId::CONFIG, text, fixes.iter().copied());
        assert_eq!(after, fixed.unwrap_or(text), "{text}");
        assert!(fixed.is_some() || fixes.is_empty(), "{text}");
    }
}

#[test]
fn safe_fixes_leave_a_text_without_mistakes() {
    let text = "a:1\nb: @x\nc: one: two\nd: *.example.com\ne: it: \"x\"\nf: %\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (_, found) = parse_any(&file);
    let fixes = found.iter().flat_map(|d| &d.fixes);
    let (fixed, count) = crate::diagnostic::apply(FileId::CONFIG, text, fixes);
    assert_eq!(count, 6);
    let file = SourceFile::new(FileId::CONFIG, "x", fixed);
    let tree = parse_clean(&file);
    assert_eq!(
        tree.to_json(tree.root().unwrap()),
        serde_json::json!({"a": 1, "b": "@x", "c": "one: two", "d": "*.example.com", "e": "it: \"x\"", "f": "%"})
    );
}

#[test]
fn no_message_is_the_parsers_own() {
    let texts = [
        "a: >3x\n  x\n",
        "a: !x!y z\n",
        "%YAML 1.2\na: 1\n",
        "a: 1\n%x\n",
        "a: x\u{0}y\n",
        "a: [a]b\n",
    ];
    for text in texts {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let (_, found) = parse_any(&file);
        assert_eq!(found.len(), 1, "{text:?} {found:#?}");
        let message = &found[0].message;
        assert!(
            !message.ends_with('.') && message.starts_with(|c: char| !c.is_uppercase()),
            "{message}"
        );
        for word in ["scalar", "token", "flow", "simple key", "while "] {
            assert!(!message.contains(word), "{message}");
        }
    }
}

#[test]
fn no_value_is_repeated() {
    let values = [
        "@hunter2",
        "%hunter2",
        "`hunter2",
        "hunter2: x",
        "x: hunter2",
        "*hunter2",
        "*.hunter2",
        "&hunter2",
        "!hunter2",
        "\"hunter2",
        "'hunter2",
        "\"a\" hunter2",
        "'a'hunter2",
        "[hunter2",
        "{hunter2",
        "- hunter2",
        "\"\\hunter2\"",
        "]hunter2",
        "[a: b: hunter2]",
        "|hunter2",
        "!!int hunter2",
        "\n  x: 1\n hunter2",
        "\n  - hunter2\n  hunter2",
        "x\nhunter2",
        "x\n- hunter2",
        "x\n-hunter2",
        "x\n\thunter2",
        "\"\\xhunter2\"",
        ",hunter2",
        "hunter2\u{0}",
        "|\n    x\n  hunter2",
        "x # c\n  hunter2",
        "<<: hunter2",
        "{<<: hunter2}",
    ];
    for value in values {
        let text = format!("a: 1\npassword: {value}\nb: 2\n");
        let file = SourceFile::new(FileId::CONFIG, "x", text.as_str());
        let (_, found) = parse_any(&file);
        assert!(!found.is_empty(), "{text}");
        assert!(!format!("{found:?}").contains("hunter2"), "{text} {found:#?}");
    }
}
