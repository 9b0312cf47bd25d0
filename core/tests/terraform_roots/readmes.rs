//! What the roots' READMEs tell people to type.

use crate::root::Root;
use crate::{Built, ROOTS, files, folder};
use gkc_core::plan::Autoscaler;

fn readme(name: &str) -> String {
    std::fs::read_to_string(folder(name).join("README.md")).unwrap()
}

/// What follows each place of a text, up to a character that ends it.
fn after<'t>(text: &'t str, start: &str, end: &[char]) -> Vec<&'t str> {
    let found = text.match_indices(start).map(|(at, _)| &text[at + start.len()..]);
    found.map(|rest| rest.split(end).next().unwrap_or(rest)).collect()
}

/// `terraform apply -replace='TYPE.NAME["KEY"]'` is a machine of the root.
#[test]
fn machines_to_replace_are_those_of_the_root() {
    for name in ROOTS {
        let Built { root, plan, .. } = Built::of(name);
        let root = Root::parse(&root).unwrap();
        let text = readme(name);
        let replaced = after(&text, "-replace='", &['\'']);
        assert!(!replaced.is_empty(), "{name}");
        for address in replaced {
            let (resource, key) = address.split_once("[\"").unwrap();
            assert!(root.block(resource).is_some(), "{name}: {address}");
            let machine = key.trim_end_matches("\"]");
            let sets = plan.agents().map(|set| set.name.as_str()).chain(["server"]);
            let starts: Vec<String> = sets.map(|set| format!("{}-{set}-", plan.name)).collect();
            assert!(
                starts.iter().any(|start| machine.starts_with(start)),
                "{name}: {machine}"
            );
        }
        // A node has an ID behind its machine's name: `acme-workers-1` alone would find `acme-workers-10`, too.
        for pattern in after(&text, "get nodes -o name | grep ", &['\n']) {
            assert!(
                pattern.starts_with("/acme-") && pattern.ends_with('-'),
                "{name}: {pattern}"
            );
        }
        // One server at a time: the member of etcd goes with the node.
        for words in ["kubectl delete node NODE", "never", "etcd"] {
            assert!(text.contains(words), "{name}: {words}");
        }
    }
}

#[test]
fn everything_can_be_taken_down() {
    let protections = [
        ("azure", "prevent_destroy = true"),
        ("azure/coder", "prevent_destroy = true"),
        ("gcp", "deletion_protection = true"),
        ("gcp/coder", "deletion_protection = true"),
    ];
    for name in ROOTS {
        let text = readme(name);
        let (_, down) = text.split_once("## Taking it down").unwrap();
        assert!(down.contains("terraform destroy"), "{name}");
    }
    for (name, protection) in protections {
        let spaced = files(name, ".tf")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(spaced.contains(protection), "{name}");
        let (_, down) = readme(name)
            .split_once("## Taking it down")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        let (key, _) = protection.split_once(" = ").unwrap();
        assert!(down.contains(key), "{name}: {key}");
    }
}

/// The autoscaler owns every server with this label, whichever cluster's: commands name the value, never the key alone.
#[test]
fn labels_have_values_where_machines_are_deleted() {
    for name in ROOTS {
        let text = readme(name);
        for value in after(&text, "hcloud/node-group", &[' ', '`', '\n']) {
            assert!(
                value.starts_with("=acme-workspaces") || value.starts_with("=<cluster.name>-<pool>"),
                "{name}: {value}"
            );
        }
    }
    for name in ["hetzner", "hetzner/coder"] {
        assert!(readme(name).contains("one Hetzner project per cluster"), "{name}");
    }
}

/// Google Cloud's APIs are off in a new project. Each resource type's, by the start of its name.
#[test]
fn google_apis_are_listed() {
    let apis = [
        ("google_compute_", "compute.googleapis.com"),
        ("google_dns_", "dns.googleapis.com"),
        ("google_project_iam_", "cloudresourcemanager.googleapis.com"),
        ("google_service_account", "iam.googleapis.com"),
        ("google_service_networking_", "servicenetworking.googleapis.com"),
        ("google_sql_", "sqladmin.googleapis.com"),
    ];
    for name in ["gcp", "gcp/coder"] {
        let text = readme(name);
        for (address, kind, _) in Root::parse(&Built::of(name).root).unwrap().resources() {
            if kind.starts_with("google_") {
                let api = apis.iter().find(|(start, _)| kind.starts_with(start));
                let (_, api) = api.unwrap_or_else(|| panic!("{address}: no API is known"));
                assert!(text.contains(api), "{name}, {address}: {api}");
            }
        }
        assert!(text.contains("iam.disableServiceAccountKeyCreation"), "{name}");
    }
    let built = Built::of("gcp");
    let text = readme("gcp");
    // Gitpod creates its buckets, and the autoscaler sets the groups' sizes.
    assert!(text.contains("storage.googleapis.com"));
    assert!(matches!(built.plan.autoscaler, Some(Autoscaler::Gcp { .. })));
}

/// On Google Cloud, user-data is no secret to whoever may look at the project.
#[test]
fn google_user_data_is_called_readable() {
    for name in ["gcp", "gcp/coder"] {
        assert!(readme(name).contains("compute.instances.get"), "{name}");
    }
}

/// Azure's database servers have certificates of either CA.
#[test]
fn azure_databases_are_trusted_with_either_authority() {
    for name in ["azure", "azure/coder"] {
        let text = readme(name);
        for authority in [
            "DigiCertGlobalRootG2",
            "Microsoft%20RSA%20Root%20Certificate%20Authority%202017",
        ] {
            assert!(text.contains(authority), "{name}: {authority}");
        }
    }
}
