//! Whoever follows the README's entry for a secret brings its new value to every place that the tree has the old one in.

use crate::canary::{Form, Planted, found, templates};
use gkc_core::emit::Artifact;
use serde_yaml::Value;
use std::collections::BTreeSet;

/// Machines that the cluster makes, and every kind of secret that they have.
const AUTOSCALED: (&str, &str) = (
    "autoscaled",
    "\
cluster:
  provider: hetzner
  location: nbg1
  firewall: {ssh: [203.0.113.0/24], api: [203.0.113.0/24]}
  api: {host: k3s.acme.dev}
  pools: [{name: workspaces, autoscale: {min: 1, max: 8}}]
  autoscaler:
    hetzner:
      network: acme
      firewall: acme
      token: @T
k3s:
  token: @L
  agentToken: @L
  serverConfig:
    etcd-s3-session-token: @L
  registries:
    configs:
      mirror.acme.dev:
        auth:
          username: k3s
          password: @L
tailscale:
  use: pods
  authKey:
    server: @T
    agent: @T
  admins: [ada@acme.dev]
proxy:
  http: @U
cloudInit:
  files:
    - path: /etc/acme.conf
      content: @W
",
);

/// Machines alone: there is nothing to apply.
const BARE: (&str, &str) = (
    "bare",
    "\
cluster:
  provider: generic
  api: {host: 10.2.0.5}
  pools: [{name: work, count: 2}]
  firewall: {ssh: [203.0.113.0/24], api: [203.0.113.0/24]}
k3s:
  token: @L
  agentToken: @L
  agentConfig:
    resolv-conf: @T
cloudInit:
  files:
    - path: /etc/acme.conf
      content: @W
",
);

/// The same with `cluster` from the template.
fn with_cluster(template: (&str, &str), platform: &str, form: Form) -> Planted {
    let mut planted = Planted::new(template, form);
    let (_, own) = planted.text.split_once("\ncluster:\n  provider:").unwrap();
    planted.text = format!("apiVersion: gitpod-k3s/v1\n{platform}cluster:\n  provider:{own}");
    planted
}

fn every() -> impl Iterator<Item = Planted> {
    [Form::Env, Form::File].into_iter().flat_map(|form| {
        let gitpod = "domain: gitpod.acme.dev\ngitpod: {repository: registry.acme.dev/gitpod}\n";
        let own = [
            with_cluster(AUTOSCALED, gitpod, form),
            with_cluster(AUTOSCALED, "platform: none\n", form),
            with_cluster(BARE, "platform: none\n", form),
        ];
        let all = templates(form).map(move |template| Planted::new(template, form));
        all.chain(own)
    })
}

/// The entry of a canary.
#[track_caller]
fn entry(readme: &str, number: usize) -> &str {
    let (_, chapter) = readme.split_once("\n## Rotating secrets\n").unwrap();
    let chapter = chapter.split("\n## ").next().unwrap();
    let mut named = chapter.lines().filter(|line| {
        let place = |word: &str| line.contains(&format!("(`{word}-{number}`)"));
        place("file") || line.contains(&format!("(`CANARY_{number}`)"))
    });
    named.next().unwrap_or_else(|| panic!("{number}:\n{chapter}"))
}

/// The files of user-data, by their paths.
fn files(user_data: &str) -> Vec<(String, String)> {
    let user_data: Value = serde_yaml::from_str(user_data).unwrap();
    let files = user_data["write_files"].as_sequence().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    files
        .map(|file| (text(&file["path"]), text(&file["content"])))
        .collect()
}

fn is_applied(artifact: &Artifact) -> bool {
    artifact.path.starts_with("secrets/") || artifact.path.starts_with("k3s/manifests/")
}

#[test]
fn every_place_of_a_secret_is_in_its_steps() {
    for planted in every() {
        let name = &planted.name;
        let checked = planted.case().checked();
        let built = checked
            .build(None)
            .unwrap_or_else(|refused| panic!("{name}: {refused}: {:#?}", checked.diagnostics));
        let readme = built.iter().find(|a| a.path == "README.md").unwrap().text();
        let mut applied = BTreeSet::new();
        for artifact in &built {
            let at = format!("{name}: {}", artifact.path);
            if let Some(kind) = artifact.path.strip_prefix("cloud-init/") {
                let role = if kind.starts_with("server") {
                    "server"
                } else {
                    "agent"
                };
                for (path, content) in files(artifact.text()) {
                    for number in found(&content, planted.count) {
                        let entry = entry(readme, number);
                        let by_name = entry.contains(&format!("`{path}`"))
                            && (entry.contains(&format!("every {role}")) || entry.contains("every machine"));
                        let joined = path == "/etc/gkc/tailscale-key";
                        assert!(
                            by_name || joined && entry.contains("only new machines use it"),
                            "{at}: {path}: {entry}"
                        );
                    }
                }
                continue;
            }
            if artifact.path.starts_with("machines/") {
                // The same files as in user-data.
                continue;
            }
            for number in found(artifact.text(), planted.count) {
                let entry = entry(readme, number);
                let step = match artifact.path.as_str() {
                    _ if is_applied(artifact) => "./k3s/apply.sh",
                    "gitpod/installer-config.yaml" => "./gitpod/render.sh",
                    other => panic!("{name}: {number} is in {other}"),
                };
                assert!(entry.contains(step), "{at}: {entry}");
                applied.extend(is_applied(artifact).then_some(number));
            }
        }
        for number in 0..planted.count {
            let entry = entry(readme, number);
            assert_eq!(
                entry.contains("apply.sh"),
                applied.contains(&number),
                "{name}: {entry}"
            );
        }
    }
}

// Machines that are made later have no other place to get the value from.
#[test]
fn new_machines_get_the_new_value() {
    let planted = with_cluster(AUTOSCALED, "platform: none\n", Form::Env);
    let built = planted.case().checked().build(None).unwrap();
    let text = |path: &str| built.iter().find(|a| a.path == path).unwrap().text();
    let secrets = text("secrets/kube-system.yaml");
    let user_data = found(text("cloud-init/pool-workspaces.yaml"), planted.count);
    assert!(user_data.len() > 4, "{user_data:?}");
    for number in user_data {
        assert!(found(secrets, planted.count).contains(&number), "{number}");
        let entry = entry(text("README.md"), number);
        assert!(entry.contains("New machines of autoscaled pools"), "{entry}");
    }
    let bare = with_cluster(BARE, "platform: none\n", Form::Env);
    let built = bare.case().checked().build(None).unwrap();
    let readme = built.iter().find(|a| a.path == "README.md").unwrap().text();
    assert!(readme.contains("run `terraform apply`: new ones start with the new value"));
    assert!(!readme.contains("apply.sh"), "nothing is applied:\n{readme}");
}
