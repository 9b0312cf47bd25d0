//! What is written is read back as what was meant, by readers that are not ours.

use gkc_core::emit::data::{Data, Kind, map, seq};
use gkc_core::emit::written::Written;
use gkc_core::emit::yaml::Style;
use gkc_core::emit::{hujson, json, yaml};
use gkc_core::text::{Hole, Part, Text};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::awkward::AWKWARD;
use crate::support::{Known, data, rendered, string, text, tree, values};

fn literal_text() -> BoxedStrategy<Text> {
    string().prop_map(Text::lit).boxed()
}

fn nothing() -> Known {
    Known::new(&[], false)
}

fn lines_have_origins(written: &Written, file: &str) {
    assert_eq!(written.line_origins.len(), file.matches('\n').count(), "{file:?}");
    assert!(file.ends_with('\n'));
}

fn yaml_is_read_back(node: &Data, style: Style, known: &Known) {
    let written = yaml::write(std::slice::from_ref(node), style);
    // Whether a value can be carried at all is the renderer's to say.
    let Ok(file) = rendered(&written.text, known) else {
        return;
    };
    let read: serde_json::Value = serde_yaml::from_str(&file).unwrap_or_else(|e| panic!("{e}:\n{file:?}"));
    assert_eq!(read, data(node, known), "{file:?}");
    lines_have_origins(&written, &file);
}

#[test]
fn every_awkward_string_survives_yaml_as_key_value_item_and_document() {
    for text in AWKWARD {
        for quote_all_strings in [false, true] {
            let style = Style {
                quote_all_strings,
                first_line: Some("#cloud-config"),
            };
            yaml_is_read_back(&Data::from(*text), style, &nothing());
            let nested = map([(*text, seq([map([(*text, Data::from(*text))]), Data::from(*text)]))]);
            yaml_is_read_back(&nested, style, &nothing());
        }
    }
}

/// Leaves what was written, and what we read in it, to readers of other languages: `.ci/judges/run --only
/// yaml-readers --ours target/tmp/yaml.json target/tmp/yaml`.
#[test]
fn written_yaml_is_left_for_outside_readers() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("yaml");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &[5; 32]),
    );
    let awkward = AWKWARD
        .iter()
        .map(|text| map([(*text, seq([map([(*text, Data::from(*text))])]))]));
    let random = (0..300).map(|_| tree(literal_text()).new_tree(&mut runner).unwrap().current());
    let mut ours = serde_json::Map::new();
    for (i, node) in awkward.chain(random).enumerate() {
        let style = Style {
            quote_all_strings: i % 4 == 3,
            first_line: None,
        };
        let file = rendered(&yaml::write(std::slice::from_ref(&node), style).text, &nothing()).unwrap();
        let read: serde_json::Value = serde_yaml::from_str(&file).unwrap();
        ours.insert(format!("{i}.yaml"), serde_json::Value::Array(vec![read]));
        std::fs::write(folder.join(format!("{i}.yaml")), file).unwrap();
    }
    std::fs::write(
        folder.with_extension("json"),
        serde_json::Value::Object(ours).to_string(),
    )
    .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn yaml_reads_back(node in tree(literal_text()), quote_all_strings: bool) {
        yaml_is_read_back(&node, Style { quote_all_strings, first_line: None }, &nothing());
    }

    #[test]
    fn yaml_with_holes_reads_back(node in tree(text()), values in values(), quote_all_strings: bool) {
        yaml_is_read_back(&node, Style { quote_all_strings, first_line: None }, &Known::new(&values, false));
    }

    #[test]
    fn several_documents_read_back(nodes in prop::collection::vec(tree(literal_text()), 1..4)) {
        let written = yaml::write(&nodes, Style::default());
        let file = rendered(&written.text, &nothing()).unwrap();
        let read: Vec<serde_json::Value> = serde_yaml::Deserializer::from_str(&file)
            .map(|document| serde::Deserialize::deserialize(document).unwrap())
            .collect();
        let meant: Vec<serde_json::Value> = nodes.iter().map(|node| data(node, &nothing())).collect();
        prop_assert_eq!(read, meant, "{:?}", file);
        lines_have_origins(&written, &file);
    }

    #[test]
    fn bound_looks_as_late_does(node in tree(text()), values in values(), quote_all_strings: bool) {
        let known = Known::new(&values, false);
        let bound = with_texts(&node, &|text| bind(text, &known));
        let yaml = |node: &Data| yaml::write(std::slice::from_ref(node), Style { quote_all_strings, first_line: None });
        let writers: [&dyn Fn(&Data) -> Text; 3] =
            [&|node| yaml(node).text, &|node| json::pretty(node).text, &|node| hujson::write(node).text];
        for write in writers {
            if let Ok(late) = rendered(&write(&node), &known) {
                prop_assert_eq!(rendered(&write(&bound), &known).unwrap(), late);
            }
        }
    }

    #[test]
    fn json_reads_back(node in tree(text()), values in values()) {
        let known = Known::new(&values, false);
        let written = json::pretty(&node);
        if let Ok(file) = rendered(&written.text, &known) {
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&file).unwrap(), &data(&node, &known));
            lines_have_origins(&written, &file);
            let compact = rendered(&json::compact(&node), &known).unwrap();
            prop_assert_eq!(serde_json::from_str::<serde_json::Value>(&compact).unwrap(), data(&node, &known));
            prop_assert!(!compact.contains('\n'));
        }
    }

    #[test]
    fn hujson_reads_back(node in tree(text()), values in values()) {
        let known = Known::new(&values, false);
        let written = hujson::write(&node);
        if let Ok(file) = rendered(&written.text, &known) {
            let plain = standard_json(&file);
            let read: serde_json::Value = serde_json::from_str(&plain).unwrap_or_else(|e| panic!("{e}:\n{file}"));
            prop_assert_eq!(read, data(&node, &known));
            lines_have_origins(&written, &file);
        }
    }
}

/// The text with every late value written in as a bound one.
fn bind(text: &Text, known: &Known) -> Text {
    let mut all = Text::new();
    for part in text.parts() {
        let part = match part {
            Part::Hole(Hole::Late(late)) => Part::Bound(known.values[&late.variable].clone()),
            Part::Hole(Hole::Json(inner)) => Part::Hole(Hole::Json(bind(inner, known))),
            Part::Hole(Hole::Base64(inner)) => Part::Hole(Hole::Base64(bind(inner, known))),
            Part::Hole(Hole::Shell(inner)) => Part::Hole(Hole::Shell(bind(inner, known))),
            part => part.clone(),
        };
        all.append(&Text::of(part));
    }
    all
}

fn with_texts(node: &Data, change: &dyn Fn(&Text) -> Text) -> Data {
    let mut node = node.clone();
    match &mut node.kind {
        Kind::Text(text) => *text = change(text),
        Kind::Seq(items) => items.iter_mut().for_each(|item| *item = with_texts(item, change)),
        Kind::Map(entries) => entries
            .iter_mut()
            .for_each(|(_, child)| *child = with_texts(child, change)),
        _ => {}
    }
    node
}

/// HuJSON without its comments and trailing commas.
fn standard_json(file: &str) -> String {
    let mut out = String::new();
    let mut chars = file.chars().peekable();
    let mut in_string = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            '"' => in_string = !in_string,
            '/' if !in_string && chars.peek() == Some(&'/') => {
                for c in chars.by_ref() {
                    if c == '\n' {
                        break;
                    }
                }
                continue;
            }
            ']' | '}' if !in_string => {
                let kept = out.trim_end().trim_end_matches(',').len();
                out.truncate(kept);
            }
            _ => {}
        }
        out.push(c);
    }
    out
}
