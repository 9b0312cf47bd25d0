//! What is left of a file with mistakes.

use serde_json::{Value, json};

use super::*;

fn read(text: &str) -> (Value, usize) {
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (tree, found) = parse_any(&file);
    (
        tree.root().map_or(Value::Null, |root| tree.to_json(root)),
        found.len(),
    )
}

#[test]
fn a_mistake_costs_its_line_and_nothing_else() {
    let cases = [
        "b: [1, 2",
        "b: \"x",
        "b: 'x",
        "b: x: y",
        "b: @x",
        "b: ]",
        "b: {c: [}",
        "b:2",
        "b",
        "\tb: 1",
        "  b: 1",
        "- b",
        "b: \"\\q\"",
        "b: *",
        "b: |x",
        "b: - c",
        "}",
        "b: !<x",
        "\"b: 1",
        "b: \"x\" y",
        "%b",
        "b: %c",
    ];
    for case in cases {
        let (value, errors) = read(&format!("a: 1\n{case}\nc: {{d: 2}}\ne:\n  - f\n"));
        let Value::Object(mut map) = value else {
            panic!("{case}")
        };
        map.remove("b");
        assert_eq!(
            Value::Object(map),
            json!({"a": 1, "c": {"d": 2}, "e": ["f"]}),
            "{case}"
        );
        assert_eq!(errors, 1, "{case}");
    }
}

#[test]
fn a_mistake_deep_inside_costs_its_line_and_nothing_else() {
    for case in ["x: [1", "x: \"y", "x: y: z", "x: @", "x:1", "x", "x: ]"] {
        let text = format!("a:\n  b:\n    - c: 1\n      {case}\n      d: 2\n    - e: 3\n  f: 4\ng: 5\n");
        let (mut value, errors) = read(&text);
        if let Some(Value::Object(item)) = value.pointer_mut("/a/b/0") {
            item.remove("x");
        }
        assert_eq!(
            value,
            json!({"a": {"b": [{"c": 1, "d": 2}, {"e": 3}], "f": 4}, "g": 5}),
            "{case}"
        );
        assert_eq!(errors, 1, "{case}");
    }
}

#[test]
fn several_mistakes_are_all_reported() {
    let (value, errors) = read("a: @x\nb: 1\nc:\n  d: \"e\n  f: 2\n  g: [\nh: 3\ni:4\nj: {k: 1\nl: 5\n");
    assert_eq!(errors, 5);
    assert_eq!(
        value,
        json!({"a": null, "b": 1, "c": {"d": null, "f": 2, "g": null}, "h": 3, "j": null, "l": 5})
    );
}

#[test]
fn aliases_reach_over_a_damaged_block() {
    let (value, errors) = read("a: &x {k: 1}\nb: [\nc: *x\nd:\n  <<: *x\n  e: @\nf: *x\n");
    assert_eq!(errors, 2);
    assert_eq!(
        value,
        json!({"a": {"k": 1}, "b": null, "c": {"k": 1}, "d": {"e": null, "k": 1}, "f": {"k": 1}})
    );
}

#[test]
fn half_a_value_is_broken_and_not_a_value() {
    for text in ["a: x @y: z\n", "a: \"b\n", "a: [1\n", "a: b: c\n"] {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let (tree, _) = parse_any(&file);
        let entry = tree.get(tree.root().unwrap(), "a").unwrap();
        assert_eq!(tree.node(entry.value).kind, Kind::Broken, "{text}");
    }
}

#[test]
fn damage_is_known_where_something_may_have_been_lost() {
    let text = "a:\n  b: 1\n  c 2\nd:\n  e: 1\nf:\n  g: @x\nh:\n  - i: 1\n    j 2\n  - k: 1\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (tree, found) = parse_any(&file);
    assert_eq!(found.len(), 3, "{found:#?}");
    let damaged: Vec<&str> = tree.damaged().iter().map(|span| file.slice(*span)).collect();
    assert_eq!(damaged, ["c 2", "@x", "j 2"]);
    let touched = |pointer: &str| tree.touches_damage(tree.span(tree.locate(pointer).unwrap()));
    for (pointer, wanted) in [
        ("/a", true),
        ("/d", false),
        ("/f", true),
        ("/h/0", true),
        ("", true),
    ] {
        assert_eq!(touched(pointer), wanted, "{pointer}");
    }
}

#[test]
fn a_lost_line_at_the_margin_belongs_to_no_indented_mapping() {
    let text = "a:\n  b: 1\nlost\nc:\n  d: 1\n";
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (tree, _) = parse_any(&file);
    assert!(!tree.touches_damage(tree.span(tree.locate("/a").unwrap())));
    assert!(tree.touches_damage(tree.span(tree.root().unwrap())));
}

#[test]
fn offsets_after_a_mistake_are_those_of_the_file() {
    check_all("a: \"größe\nb: ü\n#  ^ scalar ü\nc: [ß,\nd: x\n#  ^ scalar x\n");
}

fn check_all(annotated: &str) {
    let fixture = Fixture::new(annotated);
    let (tree, _) = parse_any(&fixture.file);
    fixture.check(
        places(&tree)
            .into_iter()
            .filter(|(_, label)| label.starts_with("scalar")),
    );
}

#[test]
fn a_list_or_a_scalar_at_the_top_is_read_too() {
    assert_eq!(read("- a\n- [b\n- c\n").0, json!(["a", null, "c"]));
    assert_eq!(read("just text\n").0, json!("just text"));
    assert_eq!(read("{a: 1, b: 2}\n").0, json!({"a": 1, "b": 2}));
}

#[test]
fn two_mistakes_side_by_side_are_two() {
    let text = "a:\n  - name: x\n    args: [\"--a\", \"--b]\n    env: {A: 1\n  - name: y\nb: 1\n";
    let value = json!({"a": [{"name": "x", "args": null, "env": null}, {"name": "y"}], "b": 1});
    assert_eq!(read(text), (value, 2));
}

#[test]
fn a_text_that_is_not_indented_is_one_mistake() {
    let text = "a: 1\nkey:\n-----BEGIN KEY-----\nMIIabc\nMIIdef\n-----END KEY-----\nb: 1\n";
    assert_eq!(read(text), (json!({"a": 1, "key": null, "b": 1}), 1));
}

#[test]
fn what_stands_before_one_mistake_too_many_is_kept() {
    let lines: String = (0..40).map(|i| format!("  k{i}: 1\n  b{i}: @x\n")).collect();
    let (value, _) = read(&format!("a:\n{lines}"));
    assert_eq!(value["a"]["k20"], 1);
    assert_eq!(value["a"].get("k21"), None);
}
