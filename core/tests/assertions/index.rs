//! README, lock file, .gitignore, Terraform module and manifests: what holds for every tree.

use crate::support::JUDGED;
use crate::tree::{Tree, assert_order, documents, keys};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

// A lock: per artifact path, bytes, mode, consumer, sensitive; sha256 unless sensitive.
#[test]
fn the_lock_lists_every_artifact_and_the_digest_of_none_that_is_sensitive() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let lock = tree.lock();
        let entries = lock["artifacts"].as_array().unwrap();
        assert_eq!(entries.len() + 1, tree.artifacts.len(), "{case}: all but itself");
        for artifact in tree.artifacts.iter().filter(|a| a.path != "gkc.lock.json") {
            let entry = entries.iter().find(|e| e["path"] == artifact.path).unwrap();
            let at = format!("{case}: {}", artifact.path);
            assert_eq!(entry["bytes"], artifact.bytes.len(), "{at}");
            assert_eq!(entry["mode"], format!("{:04o}", artifact.mode), "{at}");
            assert_eq!(entry["consumer"], artifact.consumer().as_str(), "{at}");
            assert_eq!(entry["sensitive"], artifact.sensitive, "{at}");
            let digest = (!artifact.sensitive).then(|| Value::from(sha256(&artifact.bytes)));
            assert_eq!(entry.get("sha256"), digest.as_ref(), "{at}");
        }
    }
}

// A lock: CIDRs, datastore; no secret, no time, no machine path.
#[test]
fn the_lock_has_what_is_irreversible_and_nothing_of_this_machine() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let lock = tree.lock();
        assert_eq!(
            keys(&lock),
            ["format", "gkc", "input", "resolved", "oneWay", "artifacts"],
            "{case}"
        );
        for range in ["pods", "services", "dns", "datastore", "k3s", "encryptionKeys"] {
            assert!(lock["oneWay"].get(range).is_some(), "{case}: {range}");
        }
        let text = tree.text("gkc.lock.json");
        assert!(!text.contains("golden-"), "{case}");
        assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "{case}");
    }
}

// A .gitignore: the sensitive paths; and the seed that render.sh keeps (G 1.1, end).
#[test]
fn git_ignores_every_sensitive_file() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let ignored: BTreeSet<&str> = tree
            .text(".gitignore")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .collect();
        for artifact in &tree.artifacts {
            let listed = ignored.contains(format!("/{}", artifact.path).as_str());
            assert_eq!(listed, artifact.sensitive, "{case}: {}", artifact.path);
        }
        let renders = tree
            .artifacts
            .iter()
            .any(|artifact| artifact.path == "gitpod/render.sh");
        assert_eq!(ignored.contains("/gitpod/render-seed"), renders, "{case}");
    }
}

// A tree: secrets and user-data 0600, scripts executable, those with tokens only to their owner.
#[test]
fn modes_follow_from_what_is_inside() {
    for case in JUDGED {
        for artifact in Tree::of(case).artifacts {
            let expected = match artifact.path.as_str() {
                path if path.starts_with("cloud-init/") || path.starts_with("secrets/") => 0o600,
                path if path.starts_with("machines/") => 0o700,
                path if path.ends_with(".sh") => 0o755,
                _ => 0o644,
            };
            assert_eq!(artifact.mode, expected, "{case}: {}", artifact.path);
            assert_eq!(
                artifact.sensitive,
                expected & 0o077 == 0,
                "{case}: {}",
                artifact.path
            );
        }
    }
}

// A terraform: one output per thing; whatever touches a secret is sensitive.
#[test]
fn every_output_is_there_and_those_with_secrets_are_sensitive() {
    let listed = [
        "cloud_init_server_init",
        "cloud_init_server_join",
        "cloud_init_pools",
        "manifests",
        "secrets",
        "gitpod_config",
        "tailscale_policy",
        "pools",
        "firewall_rules",
        "ingress_ports",
        "dns_records",
    ];
    for case in JUDGED {
        let tree = Tree::of(case);
        let module = tree.module();
        for name in listed {
            let output = tree.output(name);
            assert!(output.get("value").is_some(), "{case}: {name}");
            assert!(output["description"].is_string(), "{case}: {name}");
        }
        for (name, output) in module["output"].as_object().unwrap() {
            let text = output["value"].to_string();
            let touches = tree
                .artifacts
                .iter()
                .any(|a| a.sensitive && text.contains(&format!("/../{}", a.path)));
            let sensitive = output.get("sensitive").is_some_and(|s| s == true);
            assert_eq!(sensitive, touches, "{case}: {name}");
        }
    }
}

// A terraform: files are read relative to the module, so that a call from anywhere finds them; each exists.
#[test]
fn the_module_reads_files_of_the_tree_by_its_own_path() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let text = tree.text("terraform/main.tf.json");
        let mut found = 0;
        for part in text.split("file(\\\"").skip(1) {
            let path = part.split("\\\"").next().unwrap();
            let path = path.strip_prefix("${path.module}/../").unwrap();
            assert!(tree.artifacts.iter().any(|a| a.path == path), "{case}: {path}");
            found += 1;
        }
        assert!(found >= 3, "{case}");
        assert_eq!(tree.module().get("provider"), None, "{case}: no provider needed");
    }
}

// A tree, K 2.17: the AddOn's name is the file's stem up to the first dot: unique, RFC 1123, none of the packaged ones.
#[test]
fn manifests_have_addon_names_of_their_own() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let mut names = BTreeSet::new();
        for artifact in &tree.artifacts {
            let Some(file) = artifact.plain_path().strip_prefix("k3s/manifests/") else {
                continue;
            };
            let name = file.split('.').next().unwrap();
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            assert!(name.chars().all(fits), "{case}: {name}");
            assert!(name.starts_with("gkc-") && !file.contains('/'), "{case}: {file}");
            assert_eq!(file, format!("{name}.yaml"), "{case}: one dot");
            assert!(names.insert(name.to_owned()), "{case}: {name} twice");
        }
    }
}

// K 6 pitfalls, 7: duplicate keys are taken silently, the last wins. serde_yaml refuses them, as nothing else does.
#[test]
fn every_yaml_file_reads_without_duplicate_keys() {
    for case in JUDGED {
        for artifact in Tree::of(case).artifacts {
            if artifact.path.ends_with(".yaml") {
                assert!(
                    !documents(artifact.text()).is_empty(),
                    "{case}: {}",
                    artifact.path
                );
            }
        }
    }
}

// A README: the steps in an order that works: machines, names, waiting, kubeconfig, charts and secrets, Gitpod.
#[test]
fn the_readme_s_steps_are_in_an_order_that_works() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let readme = tree.text("README.md");
        let machines = [
            if case == "rpi-tailscale" {
                "Write a card"
            } else {
                "Create the machines"
            },
            "Wait until every machine reports `finished`",
            "Copy the kubeconfig",
        ];
        assert_order(readme, &machines);
        if case == "rpi-tailscale" {
            assert!(!readme.contains("apply.sh") && !readme.contains("DNS records"));
        } else {
            assert_order(
                readme,
                &[
                    "Create the machines",
                    "Create these DNS records",
                    "Copy the kubeconfig",
                    "./k3s/apply.sh",
                    "./gitpod/render.sh",
                    "kubectl apply --server-side",
                ],
            );
        }
        for chapter in readme.split("\n## ") {
            let steps: Vec<_> = chapter
                .lines()
                .filter_map(|line| line.split_once(". ")?.0.parse::<usize>().ok())
                .collect();
            assert_eq!(steps, (1..=steps.len()).collect::<Vec<_>>(), "{case}");
        }
    }
}

// L late-bound values: what Terraform makes is needed by later steps, so Terraform comes first where a file is a template.
#[test]
fn terraform_comes_first_where_a_file_needs_it() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let needs = tree.artifacts.iter().any(|a| a.template);
        let readme = tree.text("README.md");
        let (_, steps) = readme.split_once("\n## Steps\n").unwrap();
        let steps = steps.split("\n## ").next().unwrap();
        assert_eq!(steps.contains("terraform apply"), needs, "{case}");
        if needs {
            assert_order(steps, &["terraform apply", "Create the machines", "apply.sh"]);
        }
    }
}

// A README: every machine's user-data is named, and every file with a secret.
#[test]
fn the_readme_names_each_machine_s_file_and_each_secret_one() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let (machines, secrets) = tree.text("README.md").split_once("## Secrets").unwrap();
        for artifact in tree.artifacts.iter().filter(|a| a.path != ".gitignore") {
            let quoted = format!("`{}`", artifact.path);
            if artifact.path.starts_with("cloud-init/") {
                assert!(machines.contains(&quoted), "{case}: {quoted}");
            }
            assert_eq!(secrets.contains(&quoted), artifact.sensitive, "{case}: {quoted}");
        }
        assert!(secrets.contains("Back up the server token"), "K 4: {case}");
    }
}

// A k3s/apply.sh, render.sh; G 6.3.1, 6.3.4: no eval, nothing secret in arguments, failures stop the script.
#[test]
fn scripts_are_strict_and_take_no_secret_as_an_argument() {
    for case in JUDGED {
        let tree = Tree::of(case);
        for artifact in tree.artifacts.iter().filter(|a| a.path.ends_with(".sh")) {
            let text = artifact.text();
            let at = format!("{case}: {}", artifact.path);
            assert!(text.starts_with("#!/bin/sh\nset -eu\n"), "{at}");
            if artifact.path.starts_with("machines/") {
                // They are as secret as user-data, and judged by running them.
                continue;
            }
            for banned in [
                "eval ",
                "--from-literal",
                "|| true",
                "golden-",
                "curl",
                "replace --force",
            ] {
                assert!(!text.contains(banned), "{at}: {banned}");
            }
        }
    }
}

// A k3s/apply.sh: it applies every manifest and every secret, and nothing that is not there.
#[test]
fn apply_applies_every_file_once() {
    for case in JUDGED.into_iter().filter(|case| *case != "rpi-tailscale") {
        let tree = Tree::of(case);
        let script = tree.text("k3s/apply.sh");
        for artifact in &tree.artifacts {
            let path = artifact.plain_path();
            if path.starts_with("k3s/manifests/") || path.starts_with("secrets/") {
                let quoted = format!("\"$here/{path}\"");
                assert_eq!(script.matches(&quoted).count(), 1, "{case}: {path}");
            }
        }
        for part in script.split("\"$here/").skip(1) {
            let path = part.split('"').next().unwrap();
            assert!(tree.has(path), "{case}: {path}");
        }
    }
}
