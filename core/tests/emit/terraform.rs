//! Terraform itself renders our templates. One run judges a few hundred of them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use gkc_core::emit::filled::{Rendered, render};
use gkc_core::emit::{hcl, yaml};
use gkc_core::text::Text;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::awkward::AWKWARD;
use crate::support::{Known, NAMES, rendered, text, tree, values};

/// How many texts and how many trees one run judges.
const TEXTS: usize = 500;
const TREES: usize = 200;

/// A template, the values for it and what must come out.
struct Case {
    template: Vec<u8>,
    values: Vec<String>,
    meant: String,
}

/// Different templates, the same in every run, so that a failure can be looked at again.
fn cases() -> Vec<Case> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let trees = tree(text()).prop_map(|node| yaml::write_one(&node).text);
    let mut seen = BTreeSet::new();
    let mut all: Vec<Case> = Vec::new();
    for (strategy, wanted) in [(text(), TEXTS), (trees.boxed(), TREES)] {
        let wanted = all.len() + wanted;
        while all.len() < wanted {
            let pair = (strategy.clone(), values())
                .new_tree(&mut runner)
                .unwrap()
                .current();
            let secrets_late = all.len().is_multiple_of(2);
            all.extend(case(&pair.0, pair.1, secrets_late).filter(|case| seen.insert(case.template.clone())));
        }
    }
    all
}

/// `None` where nothing in the text is late, or its values cannot stand where it puts them.
fn case(text: &Text, values: Vec<String>, secrets_late: bool) -> Option<Case> {
    let late: Rendered = render(
        text,
        &Known {
            secrets_late,
            ..Known::new(&values, true)
        },
    )
    .ok()?;
    let meant = rendered(text, &Known::new(&values, false)).ok()?;
    late.template.then_some(Case {
        template: late.bytes,
        values,
        meant,
    })
}

fn terraform(folder: &Path, args: &[&str]) -> Option<Vec<u8>> {
    let run = Command::new("terraform")
        .args(args)
        .current_dir(folder)
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("CHECKPOINT_DISABLE", "1")
        .output();
    match run {
        Ok(run) => {
            let said = format!(
                "{}{}",
                String::from_utf8_lossy(&run.stdout),
                String::from_utf8_lossy(&run.stderr)
            );
            assert!(run.status.success(), "terraform {args:?}: {said}");
            Some(run.stdout)
        }
        Err(error) => {
            println!("skipped: terraform cannot be run: {error}");
            None
        }
    }
}

fn write_module(folder: &Path, cases: &[Case]) {
    let mut outputs = Map::new();
    let mut defaults = Map::new();
    for (i, case) in cases.iter().enumerate() {
        std::fs::write(folder.join(format!("{i}.tftpl")), &case.template).unwrap();
        let values: Map<String, Value> = NAMES
            .iter()
            .zip(&case.values)
            .map(|(name, value)| ((*name).to_owned(), json!(value)))
            .collect();
        defaults.insert(i.to_string(), Value::Object(values));
        let call = format!("${{templatefile(\"${{path.module}}/{i}.tftpl\", var.values[\"{i}\"])}}");
        outputs.insert(format!("o{i}"), json!({ "value": call }));
    }
    for (i, text) in AWKWARD.iter().enumerate() {
        outputs.insert(format!("literal{i}"), json!({ "value": hcl::literal(text) }));
        outputs.insert(
            format!("quoted{i}"),
            json!({ "value": format!("${{{}}}", hcl::quoted(text)) }),
        );
    }
    let module = json!({ "variable": { "values": { "type": "map(map(string))" } }, "output": outputs });
    std::fs::write(folder.join("main.tf.json"), module.to_string()).unwrap();
    std::fs::write(
        folder.join("terraform.tfvars.json"),
        json!({ "values": defaults }).to_string(),
    )
    .unwrap();
}

#[test]
fn terraform_renders_what_is_written_when_the_values_are_known() {
    let cases = cases();
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("templates");
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    write_module(&folder, &cases);
    if terraform(&folder, &["plan", "-input=false", "-no-color", "-out=plan.bin"]).is_none() {
        return;
    }
    let Some(shown) = terraform(&folder, &["show", "-json", "plan.bin"]) else {
        return;
    };
    let shown: Value = serde_json::from_slice(&shown).unwrap();
    for (i, case) in cases.iter().enumerate() {
        let template = String::from_utf8_lossy(&case.template);
        let read = shown["planned_values"]["outputs"][format!("o{i}")]["value"].as_str();
        assert_eq!(
            read,
            Some(case.meant.as_str()),
            "case {i}: {template:?} with {:?}",
            case.values
        );
    }
    for (i, text) in AWKWARD.iter().enumerate() {
        let normal: String = text.nfc().collect();
        for form in ["literal", "quoted"] {
            let read = shown["planned_values"]["outputs"][format!("{form}{i}")]["value"].as_str();
            assert_eq!(read, Some(normal.as_str()), "{form} of {text:?}");
        }
    }
    println!("terraform rendered {} different templates", cases.len());
}
