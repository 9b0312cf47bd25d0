//! Whole trees: golden ones byte for byte, and what must hold for any.
//!
//! `UPDATE=1 cargo test -p gkc-core --test build` rewrites the golden trees; explain a change in its commit.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use gkc_core::emit::{Artifact, Consumer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use support::{CASES, Case, golden, tree};

#[test]
fn golden_trees_are_byte_equal() {
    for name in CASES {
        let built = tree(&Case::load(name));
        let out = golden("build").join(name).join("out");
        if std::env::var_os("UPDATE").is_some() {
            rewrite(&out, &built);
        }
        let stored = read_all(&out);
        let paths: Vec<&String> = stored.keys().collect();
        assert_eq!(paths, built.iter().map(|a| &a.path).collect::<Vec<_>>(), "{name}");
        for artifact in &built {
            let text = String::from_utf8_lossy(&artifact.bytes);
            let golden = String::from_utf8_lossy(&stored[&artifact.path]);
            assert!(
                text == golden,
                "{name}/out/{} differs; built:\n{text}",
                artifact.path
            );
        }
    }
}

#[test]
fn golden_plans_are_equal() {
    for name in CASES {
        let plan = Case::load(name)
            .checked()
            .analysis
            .plan()
            .unwrap()
            .to_ron()
            .unwrap();
        let file = golden("plan").join(format!("{name}.ron"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &plan).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap_or_default(), plan, "{name}");
    }
}

#[test]
fn a_plan_is_valid_ron() {
    for name in CASES {
        let text = Case::load(name)
            .checked()
            .analysis
            .plan()
            .unwrap()
            .to_ron()
            .unwrap();
        let value: Result<ron::Value, _> = ron::from_str(&text);
        assert!(value.is_ok(), "{name}: {value:?}");
    }
}

#[test]
fn user_data_of_every_golden_stays_small() {
    for name in CASES {
        for artifact in tree(&Case::load(name))
            .iter()
            .filter(|a| a.path.starts_with("cloud-init/"))
        {
            let size = artifact.bytes.len();
            assert!(size < 12 * 1024, "{name}: {} has {size} bytes", artifact.path);
        }
    }
}

#[test]
fn servers_share_one_config_byte_for_byte() {
    for name in ["hetzner-medium", "gcp-large"] {
        let built = tree(&Case::load(name));
        let config = |path: &str| {
            let text = built.iter().find(|a| a.path == path).unwrap().text();
            let start = text.find("  - path: /etc/rancher/k3s/config.yaml\n").unwrap();
            let end = text.find("  - path: /etc/rancher/k3s/config.yaml.d").unwrap();
            text[start..end].to_owned()
        };
        assert_eq!(
            config("cloud-init/server-init.yaml"),
            config("cloud-init/server-join.yaml"),
            "{name}"
        );
    }
}

#[test]
fn every_line_has_an_origin_slot() {
    for name in CASES {
        for artifact in tree(&Case::load(name)) {
            assert_eq!(
                artifact.line_origins.len(),
                artifact.text().lines().count(),
                "{name}: {}",
                artifact.path
            );
        }
    }
}

/// Under its own name it would keep the golden files out of this repository.
const STORED_IGNORE: &str = "dot-gitignore";

fn read_all(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut pending: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let name = path
                    .strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace(STORED_IGNORE, ".gitignore");
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

fn rewrite(root: &Path, artifacts: &[Artifact]) {
    let _ = std::fs::remove_dir_all(root);
    for artifact in artifacts {
        let path = root.join(artifact.path.replace(".gitignore", STORED_IGNORE));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &artifact.bytes).unwrap();
    }
}

/// Late values for the golden cases, awkward ones among them: quotes, templates, HTML.
fn late_values(case: &Case) -> BTreeMap<String, String> {
    let plan = case.checked().analysis.plan_data().unwrap().clone();
    let value = |name: &str| match name {
        "hcloud_load_balancer_web_ipv4" => "203.0.113.77".to_owned(),
        _ if name.ends_with("password") => "pa'ss\"wo${rd} %{x} <&>\\ é".to_owned(),
        _ => format!("late-{}", name.len()),
    };
    plan.late
        .iter()
        .map(|late| (late.variable.clone(), value(&late.variable)))
        .collect()
}

#[test]
fn building_with_the_values_changes_nothing_but_the_values() {
    for name in CASES {
        let mut case = Case::load(name);
        let late = tree(&case);
        case.given.late = late_values(&case);
        let bound = tree(&case);
        let plain: Vec<&str> = late.iter().map(|a| a.plain_path()).collect();
        assert_eq!(
            plain,
            bound.iter().map(|a| a.path.as_str()).collect::<Vec<_>>(),
            "{name}"
        );
        assert!(bound.iter().all(|a| !a.template), "{name}");
        leave_for_the_judges(name, &late, &bound, &case.given.late);
    }
}

/// With `GKC_TREES_OUT=DIR`, the gate has programs that are not ours judge these trees: `<case>/late`, `<case>/bound` and
/// `<case>/values.tfvars.json`.
fn leave_for_the_judges(
    name: &str,
    late: &[Artifact],
    bound: &[Artifact],
    values: &BTreeMap<String, String>,
) {
    let Some(out) = std::env::var_os("GKC_TREES_OUT") else {
        return;
    };
    let folder = PathBuf::from(out).join(name);
    for (kind, artifacts) in [("late", late), ("bound", bound)] {
        let root = folder.join(kind);
        let _ = std::fs::remove_dir_all(&root);
        for artifact in artifacts {
            let path = root.join(&artifact.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &artifact.bytes).unwrap();
        }
    }
    std::fs::write(
        folder.join("values.tfvars.json"),
        serde_json::to_vec(values).unwrap(),
    )
    .unwrap();
}

/// `--only` leaves out, and changes nothing: what a consumer gets holds the same secrets.
#[test]
fn a_part_is_what_the_whole_has() {
    for name in CASES {
        let case = Case::load(name);
        let checked = case.checked();
        let whole = tree(&case);
        for consumer in Consumer::named() {
            let part = checked.build(Some(consumer)).unwrap();
            let of = |artifacts: &[Artifact]| -> Vec<Artifact> {
                let mine = artifacts
                    .iter()
                    .filter(|artifact| artifact.consumer() == consumer);
                mine.cloned().collect()
            };
            assert!(of(&part) == of(&whole), "{name}: {}", consumer.as_str());
        }
    }
}
