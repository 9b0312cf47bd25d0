//! Terraform itself at work on the roots, with stand-ins for what providers make.

use crate::providers::Providers;
use crate::root::{Content, Root};
use crate::{Built, ROOTS, provider, stand_ins};
use gkc_core::plan::Count;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn terraform_applies_the_roots() {
    for name in ROOTS {
        let built = Built::of(name);
        let folder = written(name, &built, &built.root, &[]);
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
        let said = match apply(&written(&format!("{name}-defect"), &built, &root, &[])) {
            None => return,
            Some(Ok(())) => panic!("{name}: {from}: nothing was found wrong"),
            Some(Err(said)) => said,
        };
        assert!(said.contains(words), "{name}: {from}: {said}");
    }
}

/// Machines without public IPv4 addresses reach the internet through one that has one.
#[test]
fn hetzner_machines_can_go_without_public_addresses() {
    let changes = [
        (
            "network: {nodes: 10.2.0.0/16}",
            "network: {nodes: 10.2.0.0/16, gateway: 10.2.0.1}",
        ),
        ("[203.0.113.0/24]", "[10.2.0.0/16]"),
    ];
    let built = Built::with("hetzner", &changes);
    assert_eq!(built.problems(), Vec::<String>::new());
    let given = [
        ("public_ipv4", Value::Bool(false)),
        ("gateway_sources", serde_json::json!(["203.0.113.0/24"])),
        (
            "gateway_keys",
            serde_json::json!(["ssh-ed25519 AAAA ops@acme.dev"]),
        ),
    ];
    let folder = written("hetzner-gateway", &built, &built.root, &given);
    match apply(&folder) {
        None => return,
        Some(said) => said.unwrap(),
    }
    let state = std::fs::read(folder.join("terraform.tfstate")).unwrap();
    let state: Value = serde_json::from_slice(&state).unwrap();
    let route = &resources(&state, "hcloud_network_route__out")[0];
    let gateway = &resources(&state, "hcloud_server__gateway")[0];
    assert_eq!(route["destination"], "0.0.0.0/0");
    assert_eq!(route["gateway"], gateway["network"][0]["ip"]);
    for name in ["hcloud_server__server", "hcloud_server__pool"] {
        let machines = resources(&state, name);
        assert_eq!(machines.len(), 3, "{name}");
        for machine in machines {
            assert_eq!(machine["public_net"][0]["ipv4_enabled"], false, "{name}");
        }
    }
    // Nothing but sshd, for those who are listed.
    let opened = resources(&state, "hcloud_firewall__gateway")[0]["rule"].clone();
    assert_eq!(opened.as_array().unwrap().len(), 1, "{opened}");
    assert_eq!(opened[0]["source_ips"], serde_json::json!(["203.0.113.0/24"]));
    let data = gateway["user_data"].as_str().unwrap();
    let data: Value = serde_yaml::from_str(data.strip_prefix("#cloud-config\n").unwrap()).unwrap();
    for at in ["bootcmd", "runcmd"] {
        let script = data[at][0][2].as_str().unwrap();
        assert!(script.contains("net.ipv4.ip_forward=1"), "{script}");
        assert!(
            script.contains("-s 10.2.0.0/16 ! -d 10.2.0.0/16 -j MASQUERADE"),
            "{script}"
        );
    }
}

/// Hetzner's firewalls filter public addresses, and the load balancers use private ones.
#[test]
fn hetzner_machines_open_no_port_beside_the_load_balancers() {
    let built = Built::of("hetzner");
    let folder = written("hetzner-firewall", &built, &built.root, &[]);
    match apply(&folder) {
        None => return,
        Some(said) => said.unwrap(),
    }
    let state = std::fs::read(folder.join("terraform.tfstate")).unwrap();
    let state: Value = serde_json::from_slice(&state).unwrap();
    for name in ["hcloud_firewall__servers", "hcloud_firewall__agents"] {
        let firewall = &resources(&state, name)[0];
        let rules = firewall["rule"].as_array().unwrap();
        assert!(!rules.is_empty(), "{name}");
        for rule in rules {
            let sources = rule["source_ips"].as_array().unwrap();
            assert!(
                !sources.iter().any(|source| source == "0.0.0.0/0"),
                "{name}: {rule}"
            );
        }
    }
}

/// A rule whose sources are all of a family that the network lacks is left out and said, never sent without sources.
#[test]
fn firewalls_do_not_open_where_no_source_is_left() {
    for (name, kind, ssh) in [
        (
            "azure",
            "azurerm_network_security_group__nodes",
            "ssh: [10.2.0.0/16]",
        ),
        ("gcp", "google_compute_firewall__gkc", "ssh: [10.100.0.0/20]"),
    ] {
        let built = Built::with(name, &[(ssh, "ssh: [\"2001:db8::/48\"]")]);
        let said = match apply(&written(&format!("{name}-ipv6"), &built, &built.root, &[])) {
            None => return,
            Some(said) => said.unwrap_err(),
        };
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains("have only IPv6 sources: ssh"), "{name}: {said}");
        // Without the precondition, too.
        let root = built.root.replace(
            "condition     = length(local.unreachable) == 0",
            "condition     = var.name != \"\"",
        );
        assert_ne!(root, built.root, "{name}");
        let folder = written(&format!("{name}-ipv6-left-out"), &built, &root, &[]);
        apply(&folder).unwrap().unwrap();
        let state = std::fs::read(folder.join("terraform.tfstate")).unwrap();
        let state: Value = serde_json::from_slice(&state).unwrap();
        let groups = resources(&state, kind);
        let rules: Vec<Value> = match name {
            "gcp" => groups,
            _ => groups[0]["security_rule"].as_array().unwrap().clone(),
        };
        assert!(rules.len() > 3, "{name}: {rules:#?}");
        // Azure's own last rules admit the whole network and its peers.
        let closed =
            |rule: &Value| rule["access"] == "Deny" && rule["source_address_prefix"] == "VirtualNetwork";
        assert!(name == "gcp" || rules.iter().any(closed), "{name}: {rules:#?}");
        for rule in rules {
            let key = if name == "gcp" {
                "source_ranges"
            } else {
                "source_address_prefixes"
            };
            let opened = rule["access"] != "Deny" && rule["source_address_prefix"].is_null();
            let sources = rule[key].as_array();
            assert!(
                !opened || sources.is_some_and(|sources| !sources.is_empty()),
                "{name}: {rule}"
            );
        }
    }
}

/// The arguments of all resources of a stand-in's name.
fn resources(state: &Value, name: &str) -> Vec<Value> {
    let resources = state["resources"].as_array().into_iter().flatten();
    resources
        .filter(|resource| resource["name"] == name)
        .flat_map(|resource| resource["instances"].as_array().into_iter().flatten())
        .map(|instance| instance["attributes"]["output"]["value"].clone())
        .collect()
}

/// A folder with the tree that was built and the root over stand-ins.
fn written(name: &str, built: &Built, root: &str, given: &[(&str, Value)]) -> PathBuf {
    let folder =
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("terraform-root-{}", name.replace('/', "-")));
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
        .chain(
            given
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone())),
        )
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
    let (agents_wanted, sizes_wanted) = match provider(name) {
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
