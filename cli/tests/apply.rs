//! What `k3s/apply.sh` asks before the autoscaler may make machines, with a cluster and a provider that are scripts.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use support::Sandbox;

const CONFIG: &str = "\
apiVersion: gitpod-k3s/v1
platform: none
cluster:
  name: acme
  provider: hetzner
  size: large
  api: {host: k3s.acme.dev}
  firewall: {ssh: [203.0.113.0/24], api: [203.0.113.0/24]}
  autoscaler: {hetzner: {token: a-token, network: acme, firewall: acme-agents}}
";

/// The secret of the autoscaler, as kubectl prints it.
const KUBECTL: &str = r#"#!/bin/sh
echo "kubectl $*" >>"$LOG"
case $* in
*'{.data.token}'*) printf 'a-token' | base64 ;;
*'{.data.network}'*) printf '%s' "$NETWORK" | base64 ;;
*'{.data.firewall}'*) printf 'acme-agents' | base64 ;;
esac
"#;

/// Hetzner's API: a network with a number and a name, a firewall, and a token that it knows.
const CURL: &str = r#"#!/bin/sh
read -r token
case $* in *a-token*) echo 'the token is among the arguments' >&2; exit 1 ;; esac
case $token in
*'Bearer a-token"') ;;
*) echo '{"error": {"code": "unauthorized"}}'; exit ;;
esac
case $* in
*name=acme\ *) echo '{"networks": [{"id": 4711, "name": "acme"}]}' ;;
*name=other\ *) echo '{"networks": []}' ;;
*/v1/networks/4711 | */v1/networks) echo '{"networks": [{"id": 4711, "name": "acme"}]}' ;;
*/v1/firewalls) [ -n "$FIREWALL" ] && echo '{"firewalls": [{"id": 1}]}' || echo '{"firewalls": []}' ;;
*) echo '{"error": {"code": "not_found"}}' ;;
esac
"#;

/// Whether the autoscaler is applied, and what the script says.
fn applied(network: &str, firewall: &str) -> (bool, String) {
    let sandbox = Sandbox::with(CONFIG);
    sandbox.gkc(&["build", "--generate-secrets"]).exits(0);
    for (name, script) in [("kubectl", KUBECTL), ("curl", CURL)] {
        sandbox.write(&format!("bin/{name}"), script);
        fs::set_permissions(
            sandbox.path(&format!("bin/{name}")),
            fs::Permissions::from_mode(0o755),
        )
        .unwrap();
    }
    let path = format!(
        "{}:{}",
        sandbox.path("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new("sh")
        .arg(sandbox.path("build/k3s/apply.sh"))
        .env("PATH", path)
        .env("LOG", sandbox.path("log"))
        .env("NETWORK", network)
        .env("FIREWALL", firewall)
        .output()
        .unwrap();
    let log = sandbox.read("log");
    let said = String::from_utf8(output.stderr).unwrap();
    (log.contains("gkc-50-autoscaler.yaml"), said)
}

#[test]
fn machines_are_made_only_with_a_network_and_a_firewall() {
    for network in ["4711", "acme"] {
        let (applied, said) = applied(network, "there");
        assert!(applied, "{network}: {said}");
    }
    let (applied_without, said) = applied("other", "there");
    assert!(!applied_without, "{said}");
    assert!(
        said.ends_with(
            "gkc: the Hetzner project has no 'other' among its networks: create it, or change cluster.autoscaler.hetzner.network\n"
        ),
        "{said}"
    );
    let (applied_without, said) = applied("acme", "");
    assert!(
        !applied_without && said.contains("no 'acme-agents' among its firewalls"),
        "{said}"
    );
}
