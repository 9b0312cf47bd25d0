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
        "a:\n\tb: 1\n^ A tab is used for indentation, which YAML does not allow\n\tc: 2\nd: 1\n",
        &["Replace each tab by spaces, as many as the lines around have"],
    );
    check(
        "a: 1\n\tb: 1\n^ A tab is used for indentation, which YAML does not allow\n",
        &["Replace each tab by spaces, as many as the lines around have"],
    );
}

#[test]
fn quotes() {
    check(
        r##"a:
  b: "one
#    ^ This `"` is never closed
  c: "two"
d: 'one
#  ^ This `'` is never closed
e: 'it's'
#     ^ An apostrophe inside single quotes ends the text
f: "a" b
#      ^ The value ended with the closing quote before this text
g: "a"#c
#     ^ A comment needs a space before its `#`
h: "\d \x4z"
#   ^^ This `\` begins no escape that double quotes know
i: ["\x4z"]
#    ^^^ This `\x` is not followed by the code of a character
"##,
        &[
            "Write another `\"` at the end of the value",
            "Write another `'` at the end of the value",
            "Write it twice, `''`, or use double quotes around the text",
            "Put the whole value in one pair of quotes, or remove what follows them",
            "Write a space before the `#`",
            "Write `\\\\` for a backslash, or put the text in single quotes",
            "Write two hexadecimal digits after `\\x`, four after `\\u`, eight after `\\U`; or `\\\\` for a backslash",
        ],
    );
}

#[test]
fn brackets() {
    check(
        r##"a: [1, 2
#  ^ This `[` is never closed
b:
  - c: {d: 1
#      ^ This `{` is never closed
    e: 1
f: [1]]
#     ^ This `]` closes nothing
g: {h: [1}
#        ^ `[` is closed by `}` here
i: {j: 1 k: 2}
#         ^ There is no `,` before this in the mapping
k: [1,, 2]
#     ^ There is nothing before this `,`
l: [
#  ^ This `[` is never closed
  - m
"##,
        &[
            "Write `]` where the list ends",
            "Write `}` where the mapping ends",
            "Remove it, or write `[` where the list or mapping begins",
            "Write `]`, or close the inner bracket first",
            "Write `,` between the parts, and `}` at the end; quote a value that holds `,`, `:` or brackets",
            "Remove it, or write what belongs before it",
            "Write `]` where the list ends",
        ],
    );
}

#[test]
fn colons() {
    check(
        r##"a:1
#^ There is no space after the `:` of `a`
b: one: two # c
#  ^^^^^^^^ A `: ` inside a value without quotes makes YAML read it as another key
c:
  d:2
#  ^ There is no space after the `:` of `d`
  e: 1
f
^ This line has no `:`, so it is neither a key nor part of a value
g: "a": b
#     ^ The value ends before this `:`, and only one value can follow a key
"##,
        &[
            "Write `a: ` with a space",
            "Put the whole value in double quotes",
            "Write `d: ` with a space",
            "Write a `:` and a space after the key; or indent the line, if it belongs to the value before it",
            "Write what follows as a key of its own, on its own line",
        ],
    );
}

#[test]
fn indentation() {
    check(
        r##"a:
  b: 1
 c: 2
#^ The indentation of `c`, 1 space, matches no line before it
d:
  e: 1
    f: 2
#   ^ `f` is indented deeper than `e`, which has a value already
g: 1
  h: 2
# ^ `h` is indented deeper than `g`, which has a value already
i:
  - j: 1
     k: 2
#    ^ `k` is indented deeper than `j`, which has a value already
  - l: 1
   m: 2
#  ^ The indentation of `m`, 3 spaces, matches no line before it
n:
  - o
  p: 1
# ^ `p` stands among list items, but has no `-`
q: - r
#  ^ A list cannot begin on the line of its key `q`
"##,
        &[
            "Indent it by 2 spaces, or not at all",
            "Indent `f` by 2 spaces, as `e` is; or remove the value of `e` if `f` is a part of it",
            "Remove the spaces before `h`; or remove the value of `g` if `h` is a part of it",
            "Indent `k` by 4 spaces, as `j` is; or remove the value of `j` if `k` is a part of it",
            "Indent it by 4 spaces, or by 2",
            "Write `- ` before it, or indent it as part of the item before it",
            "Write the item on the next line, indented, or in brackets: `q: [...]`",
        ],
    );
}

#[test]
fn text_that_needs_quotes() {
    check(
        r##"a: %x # c
#  ^^ A value without quotes cannot begin with `%`
b: @x
#  ^^ A value without quotes cannot begin with `@`
c: `x`
#  ^^^ A value without quotes cannot begin with a backtick
d: *.example.com
#  ^^^^^^^^^^^^^ This alias refers to an anchor that is not defined above
e: , x
#  ^^^ A value without quotes cannot begin with `,`
"##,
        &[
            "Put the whole value in double quotes",
            "Put the whole value in double quotes",
            "Put the whole value in double quotes",
            "Put it in double quotes: without them a `*` at the start of a value repeats an anchor",
            "Put the whole value in double quotes",
        ],
    );
}

#[test]
fn anchors_tags_and_merges() {
    check(
        r##"a: *b
#  ^^ This alias refers to an anchor that is not defined above
c: &d
#  ^^ This anchor names nothing
e: !Ref f
#  ^^^^ A value that begins with `!` is read as a tag, and gkc knows none
g: !!int h
#  ^^^^^ The value does not fit its tag `!!int`
i:
  <<: 1
#     ^ `<<` can merge only mappings
j:
  <<: [{k: 1}, 2]
#              ^ `<<` can merge only mappings
"##,
        &[
            "Write `&` and its name before the value to repeat; or quote it, if the `*` is part of a text",
            "Write the value after it on the same line, or quote it if the `&` is part of a text",
            "Remove the tag, or quote the whole value if the `!` belongs to it",
            "Remove the tag, or write a value of its type",
            "Give it an alias of a mapping, `<<: *name`, or a list of those",
            "Give it an alias of a mapping, `<<: *name`, or a list of those",
        ],
    );
}

#[test]
fn keys_written_twice() {
    let help = "Remove one of the two, or rename it; only the first is read";
    check(
        r##"a: 1
^ first written here
b: {c: 1, "c": 2}
#   ^ first written here
#         ^^^ `c` is written twice in this mapping
'a': 2
^^^ `a` is written twice in this mapping
"##,
        &[help, help],
    );
}

#[test]
fn more_than_one_document() {
    let help = "Keep one document: remove this line, or move what follows into a file of its own";
    check(
        "---\na: 1\n---\n^^^ A second document begins here\nb: 2\n",
        &[help],
    );
    check("a: 1\n...\nb: 2\n^^^^ A second document begins here\n", &[help]);
}

#[test]
fn conflicts_left_by_git() {
    let text = "a: 1\n<<<<<<< HEAD\n^^^^^^^^^^^^ A conflict that git could not merge was left in the file\nb: 1\n=======\nc: 2\n>>>>>>> theirs\nd: 1\n";
    let help = "Keep one of the two sides, and delete the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
    check(text, &[help]);
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
            !message.ends_with('.') && message.starts_with(|c: char| !c.is_lowercase()),
            "{message}"
        );
        for word in ["scalar", "token", "flow", "simple key", "unexpected", "while "] {
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
