//! cloud-init user-data: what turns a fresh machine into a node.
//!
//! Upstream's demands and the trials behind the order of things are in reference/k3s-cloud-init.md: sshd is moved in
//! `bootcmd` by writing a drop-in (never restarting it there), the role is given to the install script by name, and nothing
//! waits for the API, since systemd retries for ever.

use super::artifact::{Consumer, Document, PUBLIC};
use super::k3s::{self, Place};
use super::node::{Node, entry, map, map_of, opt, seq};
use super::shell;
use super::text::Text;
use super::yaml;
use crate::facts::{self, hosts};
use crate::model::{Provider, Workload};
use crate::origin::Origin;
use crate::plan::{Datastore, Install, Interface, NodeSet, Plan, Role, Tailnet};

/// Where the script that does the work is put.
const SCRIPT: &str = "/usr/local/sbin/gkc-node";

/// The user-data of every kind of machine.
pub(crate) fn documents(plan: &Plan) -> Vec<Document> {
    let mut documents = Vec::new();
    let mut founded = false;
    for set in &plan.nodes {
        let founds = set.role == Role::Server && !founded;
        founded |= founds;
        let mut add = |name: String, place: Place| {
            let written = yaml::write(&[user_data(plan, set, place)], CLOUD_CONFIG);
            documents.push(Document {
                path: format!("cloud-init/{name}.yaml"),
                written,
                mode: PUBLIC,
                consumer: Consumer::CloudInit,
            });
        };
        match (set.named, set.role, founds) {
            (true, Role::Server, true) => add(format!("node-{}", set.name), Place::First),
            (true, Role::Server, false) => add(format!("node-{}", set.name), Place::Joining),
            (true, Role::Agent, _) => add(format!("node-{}", set.name), Place::Agent),
            (false, Role::Agent, _) => add(format!("pool-{}", set.name), Place::Agent),
            (false, Role::Server, _) => {
                add("server-init".into(), Place::First);
                if set.count.least() > 1 {
                    add("server-join".into(), Place::Joining);
                }
            }
        }
    }
    documents
}

const CLOUD_CONFIG: yaml::Style = yaml::Style {
    quote_all_strings: false,
    first_line: Some("#cloud-config"),
};

fn user_data(plan: &Plan, set: &NodeSet, place: Place) -> Node {
    let host = &plan.host;
    let mut packages = vec!["ca-certificates".to_owned(), "curl".to_owned()];
    packages.extend(
        host.packages
            .iter()
            .filter(|p| !["ca-certificates", "curl"].contains(&p.as_str()))
            .cloned(),
    );
    let reboot = plan.provider == Provider::RaspberryPi;
    let what = match place {
        Place::First => "the first server",
        Place::Joining => "a further server",
        Place::Agent => "an agent",
    };
    map_of([
        opt("hostname", set.named.then(|| set.name.clone())),
        entry("timezone", host.timezone.as_str()),
        entry("users", users(plan)),
        entry("package_update", true),
        entry("packages", seq(packages)),
        entry("bootcmd", seq([bootcmd(host.ssh_port)])),
        entry("write_files", seq(files(plan, set, place))),
        entry("runcmd", seq([seq([SCRIPT])])),
        opt("power_state", reboot.then(power_state)),
    ])
    .commented(format!(
        "Made by gkc for {what} of {}: do not edit, build again.",
        plan.name
    ))
    .from_origin(set.origin.clone())
}

fn users(plan: &Plan) -> Node {
    let mut users = vec![Node::from("default")];
    if !plan.host.authorized_keys.is_empty() {
        users.push(map_of([
            entry("name", plan.host.ssh_user.as_str()),
            entry("groups", seq(["sudo"])),
            entry("shell", "/bin/bash"),
            entry("sudo", "ALL=(ALL) NOPASSWD:ALL"),
            entry("lock_passwd", true),
            entry(
                "ssh_authorized_keys",
                seq(plan.host.authorized_keys.iter().map(String::as_str)),
            ),
        ]));
    }
    seq(users).from_origin(Origin::Default("ssh.user"))
}

/// Before sshd starts, at every boot, without waiting for anything: the drop-in is replaced, and `daemon-reload` has
/// Ubuntu's generator for `ssh.socket` read it. Restarting ssh here would hang the boot for ever, and so might `ssh_pwauth`,
/// which has cloud-init restart it; so passwords are turned off here too.
fn bootcmd(port: u16) -> Node {
    let drop_in = "/etc/ssh/sshd_config.d/10-gkc.conf";
    let write = format!("printf 'Port {port}\\nPasswordAuthentication no\\n' >{drop_in}");
    let script = format!("mkdir -p /etc/ssh/sshd_config.d && {write} && systemctl daemon-reload");
    seq(["sh".to_owned(), "-c".to_owned(), script]).from_origin(Origin::Default("ssh.port"))
}

/// A Raspberry Pi needs one more start before it has the memory cgroup.
fn power_state() -> Node {
    map([
        ("mode", Node::from("reboot")),
        ("message", Node::from("gkc: starting with the memory cgroup")),
        ("condition", Node::from("test -e /run/gkc-reboot")),
    ])
}

fn file(path: &str, mode: &str, content: impl Into<Node>) -> Node {
    map([
        ("path", Node::from(path)),
        ("permissions", Node::from(mode)),
        ("content", content.into()),
    ])
}

/// Runs whichever of the needed files, in the order of their use.
fn files(plan: &Plan, set: &NodeSet, place: Place) -> Vec<Node> {
    let mut files = vec![
        file("/etc/rancher/k3s/config.yaml", "0600", k3s::config(plan, place)),
        file(
            "/etc/rancher/k3s/config.yaml.d/10-node.yaml",
            "0600",
            k3s::node_config(plan, set, place),
        ),
    ];
    if let Some(registries) = k3s::registries(plan) {
        files.push(file("/etc/rancher/k3s/registries.yaml", "0600", registries));
    }
    if let (Datastore::External { ca: Some(ca), .. }, false) = (&plan.k3s.datastore, place == Place::Agent) {
        let content = map([
            ("path", Node::from(k3s::DATASTORE_CA)),
            ("permissions", Node::from("0600")),
            ("encoding", Node::from("b64")),
            ("content", Node::from(ca.clone().base64())),
        ]);
        files.push(content);
    }
    files.extend(tailnet_files(plan, set.role));
    files.push(file("/etc/sysctl.d/90-gkc.conf", "0644", sysctl()));
    let modules = modules(plan, set).join("\n") + "\n";
    files.push(file("/etc/modules-load.d/gkc.conf", "0644", modules));
    for extra in &plan.host.files {
        let owner = extra.owner.as_str();
        let mut node = file(&extra.path, &extra.mode, extra.content.as_str());
        // Users of the file's owner may be made later than files are written (a bad owner ends all the rest).
        node.insert("owner", owner);
        if owner != "root:root" {
            node.insert("defer", true);
        }
        files.push(match &plan.host.origin {
            Some(origin) => node.from_origin(origin.clone()),
            None => node,
        });
    }
    files.extend(hooks(plan));
    files.push(file(SCRIPT, "0700", script(plan, set, place)));
    files
}

fn tailnet_files(plan: &Plan, role: Role) -> Option<Node> {
    let tailnet = plan.tailnet.as_ref()?;
    let key = match role {
        Role::Server => &tailnet.auth_keys.server,
        Role::Agent => &tailnet.auth_keys.agent,
    };
    if !tailnet.carries_pods {
        return Some(file("/etc/gkc/tailscale-key", "0600", key.clone()));
    }
    // k3s splits this at `,` and `=`, and takes extraArgs to the end (k3s pkg/vpn/vpn.go).
    let mut auth = Text::lit("name=tailscale,joinKey=");
    auth.append(key);
    if let Some(url) = &tailnet.control_server_url {
        auth.push_str(&format!(",controlServerURL={url}"));
    }
    let extra = extra_args(tailnet);
    if !extra.is_empty() {
        auth.push_str(&format!(",extraArgs={}", extra.join(" ")));
    }
    Some(file(k3s::VPN_AUTH_FILE, "0600", auth))
}

/// Workspaces and k3s watch many files (gitpod components/ws-daemon, eks-guide's 99-defaults).
fn sysctl() -> &'static str {
    "fs.inotify.max_user_instances = 8192\nfs.inotify.max_user_watches = 1048576\nnet.ipv4.ip_forward = 1\nnet.ipv6.conf.all.forwarding = 1\n"
}

fn runs_workspaces(set: &NodeSet) -> bool {
    set.workloads
        .iter()
        .any(|w| matches!(w, Workload::Regular | Workload::Headless))
}

fn modules(plan: &Plan, set: &NodeSet) -> Vec<&'static str> {
    let mut modules = vec!["br_netfilter", "overlay"];
    if runs_workspaces(set) && hosts::host(plan.os).shiftfs {
        modules.push("shiftfs");
    }
    modules
}

fn hooks(plan: &Plan) -> Vec<Node> {
    let hook = |name: &str, commands: &[String]| {
        let path = format!("/usr/local/lib/gkc/{name}.sh");
        let content = format!("#!/bin/sh\nset -eu\n{}\n", commands.join("\n"));
        (!commands.is_empty()).then(|| file(&path, "0700", content))
    };
    let hooks = [
        hook("before-k3s", &plan.host.before_k3s),
        hook("after-k3s", &plan.host.after_k3s),
    ];
    let origin = |node: Node| match &plan.host.origin {
        Some(origin) => node.from_origin(origin.clone()),
        None => node,
    };
    hooks.into_iter().flatten().map(origin).collect()
}

/// The script that cloud-init runs once: what depends on the plan as variables, then the parts that are needed.
fn script(plan: &Plan, set: &NodeSet, place: Place) -> Text {
    let tailnet = plan.tailnet.as_ref();
    let over_tailnet = tailnet.is_some_and(|t| t.carries_pods);
    let founds = place == Place::First && plan.k3s.datastore == Datastore::Etcd;
    let mut script = Text::lit(
        "#!/bin/sh\n# Makes this machine a node of the cluster. cloud-init runs it once.\nset -eu\n",
    );
    for (name, value) in variables(plan, set, place) {
        script.append(&shell::assign(name, &value));
        script.push_str("\n");
    }
    let mut parts = vec![include_str!("scripts/common.sh"), include_str!("scripts/host.sh")];
    if plan.provider == Provider::RaspberryPi {
        parts.push(include_str!("scripts/pi.sh"));
    }
    if runs_workspaces(set) {
        parts.push(include_str!("scripts/workspaces.sh"));
    }
    if !over_tailnet {
        parts.push(match plan.networks.interface {
            Interface::Auto => include_str!("scripts/address.sh"),
            Interface::Named(_) => include_str!("scripts/interface.sh"),
        });
    }
    if tailnet.is_some() {
        parts.push(include_str!("scripts/tailscale.sh"));
    }
    push_parts(&mut script, &parts);
    if !over_tailnet && let Some(tailnet) = tailnet {
        push_parts(&mut script, &[include_str!("scripts/tailscale_up.sh")]);
        script.append(&tailscale_up(tailnet));
    }
    if !plan.host.before_k3s.is_empty() {
        script.push_str("begin 'before-k3s'\n/usr/local/lib/gkc/before-k3s.sh\n");
    }
    if founds {
        push_parts(&mut script, &[include_str!("scripts/found.sh")]);
    }
    push_parts(
        &mut script,
        &[include_str!("scripts/k3s.sh"), include_str!("scripts/start.sh")],
    );
    if !plan.host.after_k3s.is_empty() {
        script.push_str("begin 'after-k3s'\n/usr/local/lib/gkc/after-k3s.sh\n");
    }
    script.push_str("say 'finished'\n");
    script
}

fn push_parts(script: &mut Text, parts: &[&str]) {
    for part in parts {
        script.push_str(part);
    }
}

/// The arguments of `tailscale up` that the configuration asks for. Tags come from the key that a machine joins with.
fn extra_args(tailnet: &Tailnet) -> Vec<String> {
    let mut args = tailnet.extra_args.clone();
    if tailnet.ssh.is_some() && !args.iter().any(|arg| arg.starts_with("--ssh")) {
        args.insert(0, "--ssh".into());
    }
    args
}

fn tailscale_up(tailnet: &Tailnet) -> Text {
    let mut words: Vec<Text> = ["retry", "5", "10", "join_tailnet"]
        .into_iter()
        .map(Text::lit)
        .collect();
    if let Some(url) = &tailnet.control_server_url {
        words.push(Text::lit(format!("--login-server={url}")));
    }
    words.extend(extra_args(tailnet).into_iter().map(Text::lit));
    let mut line = shell::command(&words);
    line.push_str("\n");
    line
}

fn variables(plan: &Plan, set: &NodeSet, place: Place) -> Vec<(&'static str, Text)> {
    let providers = facts::providers::facts(plan.provider);
    let host = hosts::host(plan.os);
    let release = match &plan.k3s.install {
        Install::Version(version) => format!("INSTALL_K3S_VERSION={version}"),
        Install::Channel(channel) => format!("INSTALL_K3S_CHANNEL={channel}"),
    };
    let (role, unit) = match set.role {
        Role::Server => ("server", "k3s"),
        Role::Agent => ("agent", "k3s-agent"),
    };
    let mut variables = vec![
        ("role", Text::lit(role)),
        ("unit", Text::lit(unit)),
        ("k3s_release", Text::lit(release)),
        ("installer", Text::lit(facts::k3s::INSTALL_SCRIPT_URL)),
        ("installer_sha256", Text::lit(facts::k3s::INSTALL_SCRIPT_SHA256)),
        ("modules", Text::lit(modules(plan, set).join(" "))),
    ];
    let over_tailnet = plan.tailnet.as_ref().is_some_and(|t| t.carries_pods);
    if !over_tailnet {
        let network = set
            .address
            .clone()
            .unwrap_or_else(|| plan.networks.nodes.to_string());
        match &plan.networks.interface {
            Interface::Auto => {
                variables.push(("node_network", Text::lit(network)));
                let required = if providers.late_network || set.address.is_some() {
                    "yes"
                } else {
                    "no"
                };
                variables.push(("network_required", Text::lit(required)));
            }
            Interface::Named(name) => variables.push(("interface", Text::lit(name.clone()))),
        }
        // Five minutes for a network that is attached after the machine starts.
        variables.push((
            "network_tries",
            Text::lit(if providers.late_network { "60" } else { "6" }),
        ));
    }
    if plan.tailnet.is_some() {
        variables.push(("family", Text::lit(host.family)));
        variables.push(("codename", Text::lit(host.codename)));
        variables.push(("tailscale_version", Text::lit(hosts::TAILSCALE_VERSION)));
    }
    if place == Place::First && plan.k3s.datastore == Datastore::Etcd {
        variables.push(("api_host", plan.api.host.clone()));
    }
    variables
}
