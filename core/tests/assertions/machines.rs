//! What cloud-init and sshd need of every machine's user-data, and what its script may do.

use crate::support::JUDGED;
use crate::tree::{Machine, SCRIPT, Tree, keys, strings};

/// Every machine of every judged case, with a name for messages.
pub fn every() -> Vec<(String, Machine)> {
    let all = every_of(&JUDGED);
    assert_eq!(all.len(), 15, "machines of the judged cases");
    all
}

/// Every machine of these cases, with a name for messages.
pub fn every_of(cases: &[&str]) -> Vec<(String, Machine)> {
    let of = |case: &&str| {
        let case = (*case).to_owned();
        let machines = Tree::of(&case).machines().into_iter();
        machines.map(move |(name, machine)| (format!("{case}/{name}"), machine))
    };
    cases.iter().flat_map(of).collect()
}

// A cloud-init; K 6: without the header in the first line cloud-init takes user-data for something else.
#[test]
fn user_data_starts_with_its_header() {
    for (name, machine) in every() {
        assert!(machine.text.starts_with("#cloud-config\n"), "{name}");
        assert!(!machine.text.contains('\r'), "{name}: CRLF breaks scripts (K 7)");
    }
}

// K 6: later MIME parts replace keys of earlier ones, so there is one part; jinja clashes with `{{` of charts.
#[test]
fn user_data_is_one_part_without_templates() {
    for (name, machine) in every() {
        assert!(!machine.text.contains("Content-Type:"), "{name}");
        assert!(!machine.text.contains("## template:"), "{name}");
    }
}

// K 6: 23.4 and newer refuse unknown keys at the top; these are in its schema.
#[test]
fn only_modules_of_cloud_init_stand_at_the_top() {
    let known = [
        "hostname",
        "timezone",
        "users",
        "package_update",
        "packages",
        "bootcmd",
        "write_files",
        "runcmd",
        "power_state",
    ];
    for (name, machine) in every() {
        for key in keys(&machine.data) {
            assert!(known.contains(&key), "{name}: {key}");
        }
    }
}

// K 6: "target <= 12 KiB raw", which fits every provider.
#[test]
fn user_data_fits_every_provider() {
    for (name, machine) in every() {
        assert!(machine.text.len() <= 12 * 1024, "{name}: {}", machine.text.len());
    }
}

// K 6, SSH port: variant E is the only one that works: a drop-in that is written, not appended, then daemon-reload.
#[test]
fn bootcmd_moves_sshd_by_a_drop_in_that_is_overwritten() {
    for (name, machine) in every() {
        let commands = bootcmd(&machine);
        assert!(commands.contains(">/etc/ssh/sshd_config.d/10-gkc.conf"), "{name}");
        assert!(
            !commands.contains(">>"),
            "{name}: bootcmd runs at every boot, so nothing is appended"
        );
        assert!(commands.contains("Port 2244"), "{name}");
        assert!(commands.contains("systemctl daemon-reload"), "{name}");
    }
}

// K 6, variants C and D: restarting ssh in bootcmd is a deadlock with cloud-init's Before=sshd.service.
#[test]
fn bootcmd_never_waits_for_a_service() {
    for (name, machine) in every() {
        let commands = bootcmd(&machine).replace("systemctl enable --now --no-block ssh", "");
        for verb in [
            "restart",
            "start ",
            "stop ",
            "enable",
            "service ssh",
            "reload ssh",
        ] {
            assert!(!commands.contains(verb), "{name}: {verb}");
        }
    }
}

// K 6: a bad owner stops all further files; a mode that YAML reads as a number is no mode in the schema.
#[test]
fn written_files_have_absolute_paths_text_modes_and_no_strange_owner() {
    for (name, machine) in every() {
        for file in machine.files() {
            assert!(file["path"].as_str().unwrap().starts_with('/'), "{name}");
            let mode = file["permissions"].as_str().unwrap();
            assert!(mode.len() == 4 && mode.starts_with('0'), "{name}: {mode}");
            assert!(file.get("owner").is_none_or(|o| o == "root:root"), "{name}");
            assert!(!file["path"].as_str().unwrap().starts_with("/tmp"), "{name}");
        }
    }
}

// K 6: runcmd items are one shell script without `set -e`; a list entry that calls one strict script is not.
#[test]
fn runcmd_calls_one_strict_script() {
    for (name, machine) in every() {
        assert_eq!(machine.data["runcmd"], serde_json::json!([[SCRIPT]]), "{name}");
        assert_eq!(machine.entry(SCRIPT)["permissions"], "0700", "{name}");
        assert!(machine.script().starts_with("#!/bin/sh\n"), "{name}");
        assert!(machine.commands().contains(&"set -eu"), "{name}");
    }
}

// K 4: install.sh never reads config.yaml; the role is its first argument.
#[test]
fn the_install_script_gets_its_role_by_name() {
    for (name, machine) in every() {
        let role = if machine.is_server() {
            "role=server"
        } else {
            "role=agent"
        };
        assert!(machine.commands().contains(&role), "{name}");
        assert!(machine.script().contains("/install-k3s.sh\" \"$role\""), "{name}");
        let unit = if machine.is_server() {
            "unit=k3s"
        } else {
            "unit=k3s-agent"
        };
        assert!(machine.commands().contains(&unit), "{name}: K 4, units");
    }
}

// K 2.20: the channel server gives later nodes another version. K 4: the script itself is not verified by anybody else.
#[test]
fn version_and_install_script_are_pinned() {
    for (name, machine) in every() {
        let script = machine.script();
        let version = script.split("INSTALL_K3S_VERSION=").nth(1).unwrap();
        let version = version.split('\'').next().unwrap();
        assert!(version.starts_with("v1.") && version.contains("+k3s"), "{name}");
        assert!(!script.contains("INSTALL_K3S_CHANNEL"), "{name}");
        assert!(!script.contains("get.k3s.io"), "{name}: serves the newest script");
        let sum = script.split("installer_sha256=").nth(1).unwrap();
        let sum = sum.lines().next().unwrap();
        assert!(
            sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit()),
            "{name}"
        );
        assert!(script.contains("sha256sum -c"), "{name}");
    }
}

// A cloud-init: downloads are retried with bounds; G 6.3.18: curl without -f pipes an error page to sh.
#[test]
fn downloads_fail_on_http_errors_and_are_retried_with_bounds() {
    for (name, machine) in every() {
        let script = machine.script();
        for line in machine.commands() {
            if line.contains("curl ") && !line.contains("/ping") {
                assert!(line.contains("curl -fsS"), "{name}: {line}");
                assert!(line.contains(" --max-time "), "{name}: {line}");
            }
            assert!(
                !line.contains("| sh ") && !line.ends_with("| sh") && !line.contains("|sh"),
                "{name}: {line}"
            );
            assert!(!line.contains("while true"), "{name}: {line}");
        }
        assert!(script.contains("retry 20 15 fetch_installer"), "{name}");
        assert!(script.contains("retry 20 15 install_k3s"), "{name}");
    }
}

// K 4: K3S_* variables and arguments end up in the unit and its environment file; the token belongs in config.yaml only.
#[test]
fn nothing_secret_is_in_arguments_or_environment() {
    for (name, machine) in every() {
        let outside: String = machine
            .files()
            .iter()
            .filter(|file| {
                let path = file["path"].as_str().unwrap();
                // `tailscale up` reads it as a file, since arguments are seen by all.
                !path.starts_with("/etc/rancher/k3s/") && path != "/etc/gkc/tailscale-key"
            })
            .map(|file| file["content"].as_str().unwrap())
            .collect();
        assert!(!outside.contains("golden-"), "{name}");
        for variable in [
            "K3S_TOKEN",
            "K3S_AGENT_TOKEN",
            "K3S_URL",
            "K3S_VPN_AUTH",
            "INSTALL_K3S_EXEC",
        ] {
            assert!(!outside.contains(variable), "{name}: {variable}");
        }
        assert!(!bootcmd(&machine).contains("golden-"), "{name}");
        assert!(machine.text.contains("golden-"), "{name}: has secrets at all");
    }
}

// K 1, A cloud-init: config.yaml holds tokens.
#[test]
fn files_with_tokens_are_readable_by_root_only() {
    for (name, machine) in every() {
        for file in machine.files() {
            if file["content"].as_str().unwrap().contains("golden-") {
                assert_eq!(file["permissions"], "0600", "{name}: {}", file["path"]);
            }
        }
    }
}

// A cloud-init: joining is left to systemd, which retries for ever: cloud-init does not wait for it.
#[test]
fn starting_k3s_does_not_block_cloud_init() {
    for (name, machine) in every() {
        assert!(machine.script().contains("INSTALL_K3S_SKIP_START=true"), "{name}");
        assert!(
            machine.script().contains("systemctl start --no-block \"$unit\""),
            "{name}"
        );
    }
}

// K 6 Secrets, G 6.1 (169.254.169.254 hands the join token to every pod): the machine itself keeps pods and users from it, and
// DNS, which clouds answer at that address, stays open.
#[test]
fn the_metadata_service_is_root_s_alone() {
    for (name, machine) in every() {
        let rules = machine
            .files()
            .iter()
            .find(|file| file["path"] == "/etc/gkc/guard.nft");
        let Some(rules) = rules else {
            assert!(
                name.starts_with("rpi-tailscale/"),
                "{name}: at home there is none"
            );
            continue;
        };
        let rules = rules["content"].as_str().unwrap();
        for hook in ["forward", "output"] {
            assert!(rules.contains(&format!("type filter hook {hook}")), "{name}");
        }
        assert!(rules.contains("169.254.169.254"), "{name}");
        assert_eq!(
            rules.contains("168.63.129.16"),
            name.starts_with("azure-"),
            "{name}"
        );
        assert!(rules.contains("th dport 53 return"), "{name}");
        // The distribution's own unit flushes every rule there is, k3s's included.
        assert!(!machine.text.contains("nftables.service"), "{name}");
    }
}

// G 2 servicelb: klipper opens 9500, 9546 and 9547 on every node beside 80 and 443.
#[test]
fn ports_that_servicelb_opens_for_nobody_are_closed() {
    for (name, machine) in every() {
        let gitpod = !name.starts_with("rpi-tailscale/");
        assert_eq!(
            machine.text.contains("tcp dport { 9500, 9546, 9547 } drop"),
            gitpod,
            "{name}"
        );
    }
}

// I 4: the same steps for machines that are there already.
#[test]
fn every_machine_has_a_script_with_the_same_files() {
    for case in JUDGED {
        let tree = Tree::of(case);
        for (name, machine) in tree.machines() {
            let script = tree.text(&format!("machines/{name}.sh"));
            for file in machine.files() {
                let path = file["path"].as_str().unwrap();
                let mode = file["permissions"].as_str().unwrap();
                let put = [
                    format!("put {path} {mode} "),
                    format!("put_base64 {path} {mode} "),
                ];
                assert!(
                    put.iter().any(|put| script.contains(put)),
                    "{case}/{name}: {path}"
                );
            }
            let last = script.lines().rfind(|line| !line.starts_with("say_")).unwrap();
            assert_eq!(last, SCRIPT, "{case}/{name}");
        }
    }
}

fn bootcmd(machine: &Machine) -> String {
    let commands = machine.data["bootcmd"].as_array().unwrap();
    let words = commands.iter().flat_map(strings);
    words.collect::<Vec<_>>().join(" ")
}

// Gitpod's registry has a certificate that only the cluster knows, and k3s's containerd does not read /etc/containerd/certs.d, where its pods
// write the CA (gitpod `components/registry-facade/cmd/setup.go`; k3s `pkg/agent/config/config.go`).
#[test]
fn machines_for_workspaces_link_the_trust_in_the_registry() {
    let registry = "reg.gitpod.acme.dev:31750";
    for (case, name, data) in [
        ("quickstart", "pool-main", Some("/var/lib/rancher/k3s")),
        ("quickstart", "server-init", Some("/var/lib/rancher/k3s")),
        ("gcp-large", "pool-workspaces", Some("/mnt/disks/k3s")),
        ("gcp-large", "pool-services", None),
        ("gcp-large", "server-init", None),
        (
            "azure-external-db",
            "pool-workspaces",
            Some("/var/lib/rancher/k3s"),
        ),
        ("rpi-tailscale", "node-rpi-node-3", None),
        // A public certificate, in a release that uses the site's.
        ("hetzner-medium", "pool-workers", None),
    ] {
        let machines = Tree::of(case).machines();
        let commands = machines[name].commands();
        let links = commands
            .iter()
            .any(|line| line.starts_with("ln -sfn \"/etc/containerd/certs.d/"));
        assert_eq!(links, data.is_some(), "{case}/{name}");
        if let Some(data) = data {
            let assigned = [
                format!("data_dir={data}"),
                format!("registry={registry}"),
                "registries=agent/etc/containerd/certs.d".to_owned(),
            ];
            for line in assigned {
                assert!(commands.contains(&line.as_str()), "{case}/{name}: {line}");
            }
        }
    }
}
