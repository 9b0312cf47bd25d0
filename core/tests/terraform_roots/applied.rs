//! Terraform itself at work on the roots, with stand-ins for what providers make.

use crate::providers::Providers;
use crate::root::{Content, Root};
use crate::{Built, ROOTS, stand_ins};
use gkc_core::plan::Count;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn terraform_applies_the_roots() {
    for name in ROOTS {
        let built = Built::of(name);
        let folder = written(name, &built, &built.root);
        match apply(&folder) {
            None => return,
            Some(Err(said)) => panic!("{name}: {said}"),
            Some(Ok(())) => {}
        }
        let state = std::fs::read(folder.join("terraform.tfstate")).unwrap();
        machines(name, &built, &serde_json::from_slice(&state).unwrap());
    }
}

#[test]
fn terraform_refuses_roots_with_defects() {
    let defects = [
        (
            "hetzner",
            "cidrhost(var.node_network, -16)",
            "hcloud_server.server[\"acme-server-1\"].ipv4_address",
            "Cycle",
        ),
        (
            "azure",
            "for record in module.gkc.dns_records : record.name => record",
            "for record in module.gkc.dns_records : coalesce(record.value, record.name) => record",
            "Invalid for_each argument",
        ),
        (
            "gcp",
            "  google_compute_address_web_address                          = google_compute_address.web.address\n",
            "",
            "Missing required argument",
        ),
    ];
    for (name, from, to, words) in defects {
        let built = Built::of(name);
        let root = built.root.replace(from, to);
        assert_ne!(root, built.root, "{name}: {from}");
        let said = match apply(&written(&format!("{name}-defect"), &built, &root)) {
            None => return,
            Some(Ok(())) => panic!("{name}: {from}: nothing was found wrong"),
            Some(Err(said)) => said,
        };
        assert!(said.contains(words), "{name}: {from}: {said}");
    }
}

/// A folder with the tree that was built and the root over stand-ins.
fn written(name: &str, built: &Built, root: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("terraform-root-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    for artifact in &built.tree {
        let path = folder.join("build").join(&artifact.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &artifact.bytes).unwrap();
    }
    let providers = Providers::load();
    let stand_in = stand_ins::root(root, |kind| providers.gives(kind));
    std::fs::write(folder.join("main.tf"), stand_in).unwrap();
    let values: serde_json::Map<String, Value> = Root::parse(root)
        .unwrap()
        .items
        .iter()
        .filter_map(|(address, content)| match content {
            Content::Block(block) if !block.body.has_attribute("default") => address.strip_prefix("var."),
            _ => None,
        })
        .map(|variable| (variable.to_owned(), "made-up".into()))
        .collect();
    std::fs::write(
        folder.join("terraform.tfvars.json"),
        Value::Object(values).to_string(),
    )
    .unwrap();
    folder
}

/// Every machine that the configuration asks for is there once, and one server founds.
fn machines(name: &str, built: &Built, state: &Value) {
    let mut founding = 0;
    let mut servers = 0;
    let mut agents = 0;
    // What the groups are made with, where machines are made by groups.
    let mut sizes = 0;
    for instance in state["resources"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|resource| resource["instances"].as_array().into_iter().flatten())
    {
        let arguments = &instance["attributes"]["output"]["value"];
        let size = arguments["instances"]
            .as_u64()
            .or_else(|| arguments["target_size"].as_u64());
        sizes += size.unwrap_or(0);
        let data = ["user_data", "custom_data", "metadata"]
            .iter()
            .filter_map(|key| {
                arguments[key]
                    .as_str()
                    .or_else(|| arguments[key]["user-data"].as_str())
            })
            .find(|data| *data != stand_ins::MADE_UP);
        let Some(data) = data else {
            continue;
        };
        let data = match data.starts_with('#') {
            true => data.to_owned(),
            false => {
                String::from_utf8(base64::Engine::decode(&base64::prelude::BASE64_STANDARD, data).unwrap())
                    .unwrap()
            }
        };
        assert!(data.starts_with("#cloud-config\n"), "{name}: {data}");
        match data.contains("role=server\n") {
            true => servers += 1,
            false => agents += 1,
        }
        founding += u32::from(data.contains("cluster-init: true"));
    }
    let pools = built.plan.agents().map(|pool| match pool.count {
        Count::Fixed(count) | Count::Autoscaled { min: count, .. } => count,
    });
    let machines: u32 = pools.sum();
    // A group has its machines' user-data once.
    let (agents_wanted, sizes_wanted) = match name {
        "hetzner" => (machines, 0),
        _ => (u32::try_from(built.plan.agents().count()).unwrap(), machines),
    };
    assert_eq!(
        (servers, founding, agents, sizes),
        (
            built.plan.server_count(),
            1,
            agents_wanted,
            u64::from(sizes_wanted)
        ),
        "{name}"
    );
}

/// `None` where there is no Terraform.
fn apply(folder: &Path) -> Option<Result<(), String>> {
    for args in [["init", "-backend=false"], ["apply", "-auto-approve"]] {
        let run = Command::new("terraform")
            .args(args)
            .args(["-input=false", "-no-color"])
            .current_dir(folder)
            .env("TF_CLI_CONFIG_FILE", "/dev/null")
            .env("CHECKPOINT_DISABLE", "1")
            .output();
        match run {
            Ok(run) if run.status.success() => {}
            Ok(run) => return Some(Err(String::from_utf8_lossy(&run.stderr).into_owned())),
            Err(error) => {
                println!("skipped: terraform cannot be run: {error}");
                return None;
            }
        }
    }
    Some(Ok(()))
}
