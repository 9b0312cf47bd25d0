//! Machines without public addresses: the way out that their user-data makes, run by a shell.

use crate::support::{Case, Given, text, tree};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

const CONFIG: &str = "\
apiVersion: gitpod-k3s/v1
platform: none
domain: k.acme.dev
tailscale: {use: access, admins: [ada@acme.dev]}
cluster:
  provider: hetzner
  network: {gateway: 10.2.0.1}
  pools: [{name: main, autoscale: {min: 1, max: 3}, machineType: cx53}]
  autoscaler: {hetzner: {token: {env: HCLOUD_TOKEN}, network: net, firewall: wall}}
";

fn case() -> Case {
    let vars = ["K3S_TOKEN", "K3S_AGENT_TOKEN", "TS_AUTHKEY", "HCLOUD_TOKEN"];
    let vars = vars.map(|name| (name.to_owned(), format!("{name}-0123456789abcdef")));
    Case::of(
        CONFIG,
        Given {
            vars: vars.into(),
            ..Given::default()
        },
    )
}

/// The second command of `bootcmd`.
fn command() -> Vec<String> {
    let artifacts = tree(&case());
    let user_data: Value = serde_yaml::from_str(text(&artifacts, "cloud-init/server-init.yaml")).unwrap();
    serde_json::from_value(user_data["bootcmd"][1].clone()).unwrap()
}

/// A program of that name which logs how it is called, and then does what its script says.
fn program(folder: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    std::fs::write(
        &path,
        format!(
            "#!/bin/sh\necho \"{name} $*\" >>{0}/log\n{script}\n",
            folder.display()
        ),
    )
    .unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// What the command calls where the interface takes that many tries to come up, and the folder that it takes for `/etc`.
fn calls(tries: u32) -> (Vec<String>, PathBuf) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("way-out-{tries}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let at = folder.display();
    program(
        &folder,
        "ip",
        &format!(
            "case \"$*\" in\n\
             *show*) [ ! -e {at}/route ] || echo 'default via 10.2.0.1 dev enp7s0 proto static';;\n\
             *) [ \"$(grep -c add {at}/log)\" -gt {tries} ] && touch {at}/route;;\nesac"
        ),
    );
    for name in ["sleep", "systemctl"] {
        program(&folder, name, "");
    }
    let command = command();
    let script = command[2].replace("/etc/", &format!("{at}/"));
    let path = format!("{at}:{}", std::env::var("PATH").unwrap());
    let status = Command::new(&command[0])
        .args([&command[1], &script])
        .env("PATH", path)
        .status();
    assert!(status.unwrap().success());
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    (log.lines().map(str::to_owned).collect(), folder)
}

#[test]
fn the_route_is_tried_until_the_interface_is_there_and_resolvers_follow() {
    let (calls, etc) = calls(2);
    let of = |what: &str| calls.iter().filter(|call| call.contains(what)).count();
    assert_eq!(of("ip -4 route add default via 10.2.0.1"), 3, "{calls:#?}");
    assert_eq!(of("sleep 1"), 2, "{calls:#?}");
    let written = |path: &str| std::fs::read_to_string(etc.join(path)).unwrap();
    assert_eq!(
        written("systemd/resolved.conf.d/10-gkc.conf"),
        "[Resolve]\nDNS=185.12.64.1 185.12.64.2\n"
    );
    assert_eq!(
        written("resolv.conf"),
        "nameserver 185.12.64.1\nnameserver 185.12.64.2\n"
    );
}

#[test]
fn a_machine_without_a_network_does_not_wait_for_ever() {
    let (calls, _) = calls(u32::MAX >> 1);
    let waits = calls.iter().filter(|call| *call == "sleep 1").count();
    assert_eq!(waits, 60, "{calls:#?}");
}

// kubernetes/autoscaler cluster-autoscaler/cloudprovider/hetzner/README.md: the default is a public address.
#[test]
fn the_autoscaler_gives_its_machines_no_public_address() {
    let artifacts = tree(&case());
    let texts: Vec<_> = artifacts
        .iter()
        .filter(|artifact| artifact.path.contains("autoscaler"))
        .map(|artifact| String::from_utf8_lossy(&artifact.bytes).into_owned())
        .collect();
    assert!(
        texts.concat().contains("HCLOUD_PUBLIC_IPV4: \"false\""),
        "{texts:?}"
    );
}
