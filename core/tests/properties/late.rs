//! A value that only Terraform knows makes the tree that the written value makes.

use crate::support::{Case, Given, tree};
use gkc_core::emit::Artifact;
use std::collections::BTreeMap;

/// Every key that may be late-bound, as a configuration with `@` for its value, and a value: the language's table of them is the
/// type `Bindable` in `core/src/model`.
const POSITIONS: [(&str, &str, &str); 28] = [
    (
        "cluster.api.host",
        "cluster: {api: {host: \"@\"}}",
        "k3s.other.dev",
    ),
    (
        "cluster.api.sans",
        "cluster: {api: {sans: [\"@\", 203.0.113.9]}}",
        "203.0.113.8",
    ),
    ("ingress.address", "ingress: {address: \"@\"}", "203.0.113.7"),
    (
        "database.external.host",
        "database: {external: {host: \"@\", username: u, password: {env: S}, caCert: {env: PEM}}}",
        "db.acme.dev",
    ),
    (
        "database.external.username",
        "database: {external: {host: db.acme.dev, username: \"@\", password: {env: S}, caCert: {env: PEM}}}",
        "gitpod@acme \\\"$'é",
    ),
    (
        "database.cloudSql.instance",
        "database: {cloudSql: {instance: \"@\", serviceAccount: {env: J}, username: u, password: {env: S}}}",
        "acme:europe-west1:gitpod",
    ),
    (
        "database.cloudSql.username",
        "database: {cloudSql: {instance: \"a:b:c\", serviceAccount: {env: J}, username: \"@\", password: {env: S}}}",
        "yes",
    ),
    (
        "registry.external.url",
        "registry: {external: {url: \"@\", username: acme, password: {env: S}}}",
        "acme.azurecr.io/path",
    ),
    (
        "registry.external.username",
        "registry: {external: {url: acme.azurecr.io, username: \"@\", password: {env: S}}}",
        "acme'\\\"$",
    ),
    (
        "registry.s3.bucket",
        "registry: {s3: {bucket: \"@\", region: eu-west-1, endpoint: s3.eu-west-1.amazonaws.com, accessKeyId: {env: S}, \
         secretAccessKey: {env: S}}}",
        "acme-registry",
    ),
    (
        "registry.s3.endpoint",
        "registry: {s3: {bucket: acme-registry, region: eu-west-1, endpoint: \"@\", accessKeyId: {env: S}, secretAccessKey: {env: S}}}",
        "s3.eu-west-1.amazonaws.com",
    ),
    (
        "storage.s3.endpoint",
        "storage: {s3: {endpoint: \"@\", region: eu-west-1, bucket: acme-gitpod, accessKeyId: {env: S}, secretAccessKey: {env: S}}}",
        "s3.eu-west-1.amazonaws.com",
    ),
    (
        "storage.s3.bucket",
        "storage: {s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: \"@\", accessKeyId: {env: S}, \
         secretAccessKey: {env: S}}}",
        "acme-gitpod",
    ),
    (
        "storage.gcs.project",
        "storage: {gcs: {project: \"@\", region: europe-west1, serviceAccount: {env: J}}}",
        "123456",
    ),
    (
        "k3s.snapshots.s3.bucket",
        "k3s: {snapshots: {s3: {bucket: \"@\", accessKey: {env: S}, secretKey: {env: S}}}}",
        "acme-etcd",
    ),
    (
        "k3s.snapshots.s3.endpoint",
        "k3s: {snapshots: {s3: {bucket: acme-etcd, endpoint: \"@\", region: eu-west-1, accessKey: {env: S}, secretKey: {env: S}}}}",
        "s3.eu-west-1.amazonaws.com",
    ),
    (
        "cluster.autoscaler.hetzner.network",
        "cluster: {provider: hetzner, size: large, firewall: {api: [203.0.113.0/24]}, autoscaler: {hetzner: {token: {env: S}, network: \"@\", firewall: agents}}}",
        "4711",
    ),
    (
        "cluster.autoscaler.hetzner.firewall",
        "cluster: {provider: hetzner, size: large, firewall: {api: [203.0.113.0/24]}, autoscaler: {hetzner: {token: {env: S}, network: acme, firewall: \"@\"}}}",
        "acme-agents",
    ),
    (
        "cluster.autoscaler.hetzner.sshKey",
        "cluster: {provider: hetzner, size: large, firewall: {api: [203.0.113.0/24]}, autoscaler: {hetzner: {token: {env: S}, network: acme, firewall: agents, sshKey: \"@\"}}}",
        "4712",
    ),
    (
        "cluster.autoscaler.azure.subscription",
        "cluster: {provider: azure, size: large, firewall: {api: [203.0.113.0/24]}, autoscaler: {azure: {subscription: \"@\", resourceGroup: acme}}}",
        "00000000-0000-4000-8000-000000000001",
    ),
    (
        "cluster.autoscaler.azure.resourceGroup",
        "cluster: {provider: azure, size: large, firewall: {api: [203.0.113.0/24]}, autoscaler: {azure: {subscription: 00000000-0000-4000-8000-000000000001, resourceGroup: \"@\"}}}",
        "acme_(prod)",
    ),
    (
        "cluster.autoscaler.gcp.project",
        "cluster: {provider: gcp, size: large, firewall: {api: [203.0.113.0/24]}, autoscaler: {gcp: {project: \"@\", zones: [europe-west1-b]}}}",
        "acme-prod",
    ),
    ("a token", "k3s: {token: @}", "late-server-token-0123456789"),
    (
        "a secret of one's own",
        "secrets: {mine: {key: @}}",
        "line\\n\\\"$'\\\\é",
    ),
    (
        "a database password",
        "database: {external: {host: db.acme.dev, username: u, password: @, caCert: {env: PEM}}}",
        "pa$$w\\\"ord'",
    ),
    (
        "database.external.host of PostgreSQL",
        "platform: coder\ndatabase: {external: {host: \"@\", username: u, password: {env: S}}}",
        "db.acme.dev",
    ),
    (
        "database.external.username of PostgreSQL",
        "platform: coder\ndatabase: {external: {host: db.acme.dev, username: \"@\", password: {env: S}}}",
        "coder@acme /+%é\\\"$'",
    ),
    (
        "a password of PostgreSQL",
        "platform: coder\ndatabase: {external: {host: db.acme.dev, username: u, password: @}}",
        "p@ss/1?#+ %\\\"ord'",
    ),
];

/// A configuration with something at `@`.
fn case(template: &str, value: &str, late: &[(&str, &str)]) -> Case {
    let of_gitpod = match template.starts_with("platform: ") {
        true => "",
        false => "gitpod: {repository: registry.acme.dev/gitpod}\n",
    };
    let text = format!(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n{of_gitpod}{}\n",
        template.replacen('@', value, 1)
    );
    let vars = [
        ("CODER_DATABASE_PASSWORD", "a-database-password"),
        ("CODER_OWNER_PASSWORD", "an-owner-password"),
        ("K3S_TOKEN", "a-server-token-0123456789"),
        ("K3S_AGENT_TOKEN", "an-agent-token-0123456789"),
        ("S", "some-secret-value"),
        (
            "PEM",
            include_str!("../../../golden/check/tls-cert-san-mismatch/short.crt"),
        ),
        ("J", "{\"type\":\"service_account\",\"client_email\":\"a@b\"}"),
        (
            "GITPOD_ENCRYPTION_KEY",
            "Z29sZGVuLWVuY3J5cHRpb24ta2V5LTMyLWJ5dGVzISE=",
        ),
    ];
    let given = Given {
        vars: vars.map(|(name, value)| (name.into(), value.into())).into(),
        late: late
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()))
            .collect(),
        ..Given::default()
    };
    Case::of(&text, given)
}

/// Files that tell how a value came, and so differ: who reads them is told, not the cluster.
fn tells(artifact: &Artifact) -> bool {
    let path = artifact.plain_path();
    path.starts_with("terraform/") || matches!(path, "README.md" | "gkc.lock.json" | ".gitignore")
}

fn bytes(artifacts: &[Artifact]) -> BTreeMap<&str, (&str, u32, bool)> {
    let kept = artifacts.iter().filter(|artifact| !tells(artifact));
    kept.map(|a| (a.path.as_str(), (a.text(), a.mode, a.sensitive)))
        .collect()
}

/// How each position is written: literal, whole late, or late with text around it.
fn written(template: &str, value: &str) -> (String, String) {
    if template.contains("\"@\"") {
        return (value.to_owned(), "${module.x.value}".to_owned());
    }
    (format!("\"{value}\""), "{terraform: module.x.value}".to_owned())
}

fn unescaped(value: &str) -> String {
    serde_json::from_str(&format!("\"{value}\"")).unwrap()
}

#[test]
fn a_known_late_value_builds_what_the_written_value_builds() {
    for (key, template, value) in POSITIONS {
        let (literal, late) = written(template, value);
        let known = unescaped(value);
        let plain = tree(&case(template, &literal, &[]));
        let bound = tree(&case(template, &late, &[("module_x_value", &known)]));
        assert_eq!(bytes(&plain), bytes(&bound), "{key}");
    }
}

#[test]
fn text_around_a_late_value_is_kept() {
    let (_, template, _) = POSITIONS[3];
    let plain = tree(&case(template, "a-b.mysql.acme.dev", &[]));
    let late = [("module_x_a", "a"), ("module_x_b", "b")];
    let bound = tree(&case(
        template,
        "${module.x.a}-${module.x.b}.mysql.acme.dev",
        &late,
    ));
    assert_eq!(bytes(&plain), bytes(&bound));
}

#[test]
fn an_unknown_late_value_changes_the_names_of_templates_alone() {
    for (key, template, value) in POSITIONS {
        let (_, late) = written(template, value);
        let known = unescaped(value);
        let bound = tree(&case(template, &late, &[("module_x_value", &known)]));
        let open = tree(&case(template, &late, &[]));
        let shape = |artifacts: &[Artifact]| -> Vec<(String, u32, bool)> {
            let kept = artifacts.iter();
            kept.map(|a| (a.plain_path().to_owned(), a.mode, a.sensitive))
                .collect()
        };
        assert_eq!(shape(&bound), shape(&open), "{key}");
        for (bound, open) in bound.iter().zip(&open) {
            assert!(!bound.template, "{key}: {}", bound.path);
            assert_eq!(
                open.template,
                open.path.ends_with(".tftpl"),
                "{key}: {}",
                open.path
            );
            // What does not depend on it is the same; what does waits for it, by name.
            if !tells(open) {
                assert_eq!(open.template, bound.bytes != open.bytes, "{key}: {}", open.path);
                assert_eq!(open.template, !open.late.is_empty(), "{key}: {}", open.path);
            }
        }
        // Somebody uses it: a file, or the module's DNS records.
        let used = open.iter().any(|a| a.template)
            || crate::support::text(&open, "terraform/main.tf.json").contains("var.module_x_value}");
        assert!(used, "{key}");
    }
}

/// Terraform's escapes: what a shell script or a value has of `${` and `%{` stands doubled in a template.
#[test]
fn a_template_escapes_what_terraform_would_read() {
    let template = "cluster: {api: {host: \"@\"}}\ncloudInit: {beforeK3s: [\"echo ${HOME} %{x}\"]}";
    let open = tree(&case(template, "${module.x.value}", &[]));
    let machine = open
        .iter()
        .find(|a| a.path == "cloud-init/server-init.yaml.tftpl");
    let text = machine.unwrap().text();
    assert!(text.contains("echo $${HOME} %%{x}"), "{text}");
    let bound = tree(&case(
        template,
        "${module.x.value}",
        &[("module_x_value", "k3s.other.dev")],
    ));
    let machine = bound.iter().find(|a| a.path == "cloud-init/server-init.yaml");
    assert!(machine.unwrap().text().contains("echo ${HOME} %{x}"));
}

#[test]
fn every_bindable_key_of_the_language_is_in_the_table() {
    let keys = crate::canary::keys_of_type("Bindable");
    let bindable = POSITIONS
        .iter()
        .filter(|(_, template, _)| template.contains("\"@"));
    assert!(bindable.count() >= keys.len(), "{keys:?}");
    for key in &keys {
        let name = key.split_once('.').unwrap().1;
        let named = |(position, _, _): &(&str, &str, &str)| position.ends_with(&format!(".{name}"));
        assert!(POSITIONS.iter().any(named), "{key} is in no row");
    }
}
