//! Each point of the layout, as a text before and after.

use super::{Unformatted, format};
use crate::source::{FileId, SourceFile};

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text)
}

#[track_caller]
fn formatted(text: &str) -> String {
    match format(&file(text)) {
        Ok(text) => text,
        Err(why) => panic!("{why:?}"),
    }
}

/// The text becomes another, which then stays as it is.
#[track_caller]
fn becomes(before: &str, after: &str) {
    let got = formatted(before);
    assert_eq!(got, after, "\n--- got\n{got}\n--- wanted\n{after}");
    assert_eq!(formatted(after), after, "formatted twice");
}

#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

/// Why a text is left alone.
#[track_caller]
fn refused(text: &str) -> String {
    match format(&file(text)) {
        Ok(text) => panic!("formatted to:\n{text}"),
        Err(Unformatted::Invalid(found)) => found.first().unwrap().message.clone(),
        Err(Unformatted::Unsupported { what, .. }) => what.to_owned(),
    }
}

#[test]
fn blocks_are_indented_by_two() {
    becomes(
        "cluster:\n    servers:\n        count: 3\n    firewall:\n      ssh:\n      - 10.0.0.0/8\n      api:\n          -   10.0.0.0/8\n",
        "cluster:\n  servers:\n    count: 3\n  firewall:\n    ssh:\n      - 10.0.0.0/8\n    api:\n      - 10.0.0.0/8\n",
    );
    becomes("  a: 1\n  b:\n   c: 2\n", "a: 1\nb:\n  c: 2\n");
    becomes("- a\n-   - b\n    - c\n", "- a\n- - b\n  - c\n");
}

#[test]
fn an_item_begins_behind_its_dash() {
    becomes(
        "authProviders:\n-\n    id: a\n    type: GitHub\n-   id: b\n    type: GitLab\n",
        "authProviders:\n  - id: a\n    type: GitHub\n  - id: b\n    type: GitLab\n",
    );
    becomes("x:\n  -\n    - a\n  -\n", "x:\n  - - a\n  -\n");
}

#[test]
fn an_item_with_an_anchor_a_tag_or_a_comment_begins_below_its_dash() {
    stays(
        "x:\n  - &a\n    b: 1\n  - !!map\n    c: 2\n  - # about d\n    d: 3\n  -\n    # about e\n    e: 4\n",
    );
}

#[test]
fn one_space_follows_a_colon() {
    becomes("a:    1\nb:\t2\n\"c\"  :  3\n", "a: 1\nb: 2\n\"c\": 3\n");
    becomes("a:   \nb:   # c\n", "a:\nb: # c\n");
}

#[test]
fn keys_and_scalars_keep_their_spelling() {
    stays("'a': \"1\"\n\"b\": '2'\nc: ~\nd: null\ne: 0x1F\nf: \"\\u00e9\"\ng: it's # fine\n");
}

#[test]
fn lines_end_with_a_line_feed_and_no_blanks() {
    becomes("a: 1  \r\nb: 2\t\r\n", "a: 1\nb: 2\n");
    becomes("a: 1\rb: 2", "a: 1\nb: 2\n");
    becomes("\u{feff}a: 1", "a: 1\n");
    becomes("\u{feff}# x\na: 1", "# x\na: 1\n");
    becomes("a: 1\n\n\n", "a: 1\n");
}

#[test]
fn a_file_without_values_keeps_its_comments() {
    becomes("", "");
    becomes("\n\n", "");
    becomes("\n  # a\n\n\n# b\n\n", "# a\n\n# b\n");
    stays("---\n# a\n");
}

#[test]
fn marks_of_the_document_stay() {
    becomes(
        "# x\n---   # y\n\na: 1\n...\n# z\n",
        "# x\n--- # y\na: 1\n...\n# z\n",
    );
}

#[test]
fn a_backslash_keeps_blanks_between_double_quotes_only() {
    becomes("{a\\\t\n# c\n}\n", "{a\\\n# c\n}\n");
    becomes("[\"a\\ \n  b\", c\\ \n]\n", "[\"a\\ \n  b\", c\\\n]\n");
}

#[test]
fn text_that_begins_with_a_tab_keeps_its_indentation_indicator() {
    stays("- |2\n  \t\n");
    stays("- |2\n  \tx\n");
}

#[test]
fn an_empty_text_with_a_comment_loses_the_blanks_behind_it() {
    becomes("a: | # c \n", "a: | # c\n");
    becomes("- |\t#\n", "- | #\n");
}

#[test]
fn blank_lines_are_at_most_one() {
    becomes(
        "\n\na: 1\n\n\n\nb:\n\n  c: 1\n\n\n  d: 2\n\n\n\ne:\n\n\n  - x\n\n\n  - y\n\n",
        "a: 1\n\nb:\n  c: 1\n\n  d: 2\n\ne:\n  - x\n\n  - y\n",
    );
}

#[test]
fn comments_keep_their_text_and_follow_their_entry() {
    becomes(
        "#a\na:    1     #  b\n   # c\nb:   #d\n      # e\n   c: 1\n   # f\n\n   #g\n# h\nd: 1\n #i\n",
        "#a\na: 1 #  b\n  # c\nb: #d\n  # e\n  c: 1\n  # f\n\n  #g\n# h\nd: 1\n  #i\n",
    );
}

#[test]
fn comments_at_the_end_of_a_block_are_told_by_their_indentation() {
    becomes(
        "a:\n    b:\n        - c\n        # of b\n\n    # of a\n# of d\nd:\n- 1\n# of e\ne: 1\n# end\n",
        "a:\n  b:\n    - c\n    # of b\n\n  # of a\n# of d\nd:\n  - 1\n# of e\ne: 1\n# end\n",
    );
    // An item that is commented out belongs to its sequence, also where that is indented like its key.
    becomes(
        "a:\n- b: 1\n# - b: 2\n#   c: 3\n\n# of d\nd: 1\n",
        "a:\n  - b: 1\n  # - b: 2\n  #   c: 3\n\n# of d\nd: 1\n",
    );
    // What is commented out below an empty key stays below it.
    becomes(
        "a:\n    # b: 1\n    # c: 2\nd: 1\n",
        "a:\n  # b: 1\n  # c: 2\nd: 1\n",
    );
}

#[test]
fn a_header_stays_on_top_and_other_comments_move() {
    becomes(
        "# The header\n\n# about the domain\ndomain: a.dev # ours\n\n# the version\napiVersion: gitpod-k3s/v1\n",
        "# The header\n\n# the version\napiVersion: gitpod-k3s/v1\n# about the domain\ndomain: a.dev # ours\n",
    );
}

#[test]
fn keys_are_in_the_order_of_the_model() {
    becomes(
        "cluster:\n  pools:\n    - count: 1\n      name: a\n  name: acme\ndomain: a.dev\napiVersion: gitpod-k3s/v1\n",
        "apiVersion: gitpod-k3s/v1\ndomain: a.dev\ncluster:\n  name: acme\n  pools:\n    - name: a\n      count: 1\n",
    );
    becomes(
        "authProviders: [{type: GitHub, id: a}]\nssh: {user: b, port: 22}\n",
        "authProviders: [{id: a, type: GitHub}]\nssh: {port: 22, user: b}\n",
    );
}

#[test]
fn unknown_keys_stay_behind_the_key_that_they_follow() {
    becomes(
        "x: 1\ndomain: a.dev\ny: 2\napiVersion: gitpod-k3s/v1\nz: 3\n",
        "x: 1\napiVersion: gitpod-k3s/v1\nz: 3\ndomain: a.dev\ny: 2\n",
    );
}

#[test]
fn names_of_the_user_and_passed_through_sections_keep_their_order() {
    stays(
        "gitpod:\n  configPatch:\n    z: 1\n    a: {z: 1, b: 2}\nsecrets:\n  b: {z: {env: Z}, a: {env: A}}\n  a: {}\nk3s:\n  serverConfig:\n    z: 1\n    a: 2\n",
    );
}

#[test]
fn order_is_kept_where_it_may_matter() {
    stays("domain: &d a.dev\napiVersion: gitpod-k3s/v1\n");
    stays(
        "ssh:\n  user: a\n  port: 22\n  <<: *x\n"
            .replace("*x", "{}")
            .as_str(),
    );
    stays("x: &x {a: 1}\nssh:\n  user: *x\n  port: 22\n");
    // Elsewhere it is not.
    becomes(
        "x: &x 1\nssh:\n  user: a\n  port: 22\n",
        "x: &x 1\nssh:\n  port: 22\n  user: a\n",
    );
    // The blank lines below would belong to the value.
    stays("domain: |+\n  a\n\n\napiVersion: gitpod-k3s/v1\n");
    // The comment would belong to the whole item.
    stays("cluster:\n  pools:\n    - count: 1\n      # the name\n      name: a\n");
}

#[test]
fn suppression_comments_cover_what_they_covered() {
    stays("authProviders:\n  - {type: GitHub, id: a} # gkc: ignore[x]\n");
    becomes(
        "ssh:\n  user: a\n    # gkc: ignore[x]\n  port: 22\n",
        "ssh:\n  # gkc: ignore[x]\n  port: 22\n  user: a\n",
    );
    becomes(
        "# gkc: ignore[x]\n\ndomain: a.dev\napiVersion: gitpod-k3s/v1\n",
        "apiVersion: gitpod-k3s/v1\n# gkc: ignore[x]\n\ndomain: a.dev\n",
    );
    becomes(
        "# gkc: ignore-file[x]\n\ndomain: a.dev\napiVersion: gitpod-k3s/v1\n",
        "# gkc: ignore-file[x]\n\napiVersion: gitpod-k3s/v1\ndomain: a.dev\n",
    );
}

#[test]
fn brackets_of_one_line_are_spaced() {
    becomes(
        "a: {  b:   1 ,c: [ x,y , z, ], e , \"f\":1 }   # g\nh: [ ]\ni: {  }\n",
        "a: {b: 1, c: [x, y, z], e, \"f\": 1} # g\nh: []\ni: {}\n",
    );
    becomes(
        "a: &a [ 1 ]\nb: [  *a , !!str 1,  c: d ]\n",
        "a: &a [1]\nb: [*a, !!str 1, c: d]\n",
    );
    // What is rare is left as it is.
    stays("a: [ ? b : c ]\nd: { e: , f: g }\n");
    becomes("  {  a: 1 } # b\n", "{a: 1} # b\n");
}

#[test]
fn brackets_of_several_lines_keep_them() {
    becomes(
        "a:\n    b: [  # c\n        x,   y,\n\n        # d\n        z\n    ]   # e\n    f:   {\n      g: 1 }\n",
        "a:\n  b: [  # c\n      x,   y,\n\n      # d\n      z\n  ] # e\n  f: {\n    g: 1 }\n",
    );
    becomes("a:\n      [b,\n       c]\n", "a:\n  [b,\n   c]\n");
}

#[test]
fn scalars_of_several_lines_keep_them() {
    becomes(
        "a:\n     b:   one\n        two  \n\n\n        three\n     c: \"x  \n           y\\\n     \\ z\"  # d\n     e:\n        long\n",
        "a:\n  b: one\n    two\n\n\n    three\n  c: \"x\n    y\\\n    \\ z\" # d\n  e:\n    long\n",
    );
}

#[test]
fn block_scalars_keep_the_indentation_of_their_lines() {
    becomes(
        "a:\n    b: |   # c\n          x\n            y  \n\n          z\n\n\n    d: >-\n        e\n    f: |+\n     g\n\n\n    h: |\n",
        "a:\n  b: | # c\n    x\n      y  \n\n    z\n\n  d: >-\n    e\n  f: |+\n    g\n\n\n  h: |\n",
    );
    becomes("- |\n   a\n-  - >\n      b\n", "- |\n  a\n- - >\n    b\n");
}

#[test]
fn an_indentation_indicator_stays_where_it_is_needed() {
    becomes("a: |4-\n    x\n", "a: |-\n  x\n");
    becomes("a: |-4\n      x\n    y\n", "a: |-2\n    x\n  y\n");
    becomes("a:\n    - >1\n      x\n      y\n", "a:\n  - >2\n     x\n     y\n");
}

#[test]
fn comments_below_block_scalars_stay_comments() {
    becomes(
        "a:\n    b: |\n        x\n  # c\nd: 1\n",
        "a:\n  b: |\n    x\n  # c\nd: 1\n",
    );
    becomes("a: |\n    x\n  # b\nc: 1\n", "a: |\n  x\n# b\nc: 1\n");
}

#[test]
fn aliases_anchors_and_tags_stay() {
    becomes(
        "a:   &a\n    b: 1\nc:   *a\nd:\n    <<:   *a\ne:   !!str   1\nf:   &f   !!str  x\n",
        "a: &a\n  b: 1\nc: *a\nd:\n  <<: *a\ne: !!str 1\nf: &f !!str x\n",
    );
}

#[test]
fn a_file_with_mistakes_is_left_alone() {
    assert_eq!(refused("a: [1\nb: 2\n"), "unclosed `[`");
    assert_eq!(refused("a: 1\na: 2\n"), "duplicate key `a`");
    assert_eq!(refused("a: 1\n---\nb: 2\n"), "more than one YAML document");
}

#[test]
fn rare_constructs_are_left_alone() {
    assert_eq!(
        refused("? a\n: b\n"),
        "a key that is not a single value on one line"
    );
    assert_eq!(
        refused("[a]: b\n"),
        "a key that is not a single value on one line"
    );
    assert_eq!(refused("%YAML 1.2\n---\na: 1\n"), "a directive");
    assert_eq!(refused("--- {a: 1}\n"), "a tag or an anchor of the document");
    assert_eq!(refused("text\n"), "a document that is a single value");
}

#[test]
fn values_are_formatted_as_deep_as_the_reader_goes() {
    let deep = |depth: usize| {
        let block: String = (0..depth).map(|i| format!("{}a:\n", " ".repeat(3 * i))).collect();
        let brackets = format!("a: {}{}\n", "[ ".repeat(depth), "] ".repeat(depth));
        [block, brackets]
    };
    for text in deep(crate::syntax::limits::MAX_DEPTH - 1) {
        formatted(&text);
    }
    for text in deep(crate::syntax::limits::MAX_DEPTH + 1) {
        refused(&text);
    }
}
