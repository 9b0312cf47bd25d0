//! What a machine gets to become a node: packages, files, and the script that does the work. cloud-init's user-data and the
//! scripts for machines that are there already are both written from it.

use super::guard;
use super::k3s::{self, Standing};
use super::node_script::{modules, script};
use super::shell;
use super::written::Written;
use crate::facts::hosts;
use crate::origin::Origin;
use crate::plan::{Datastore, NodeSet, Plan, Proxy, Role};
use crate::text::Text;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

/// Where the script that does the work is put.
pub(crate) const SCRIPT: &str = "/usr/local/sbin/gkc-node";
/// Where sshd's settings are put.
pub(crate) const SSHD_DROP_IN: &str = "/etc/ssh/sshd_config.d/10-gkc.conf";

/// Where the CA of the mirror's certificate is put: `update-ca-certificates` takes it from there.
pub(crate) const MIRROR_CA: &str = "/usr/local/share/ca-certificates/gkc-mirror.crt";

/// A kind of machine, with what it gets.
pub(crate) struct Machine<'p> {
    /// The stem of its files' names: `server-init`, `server-join`, `pool-NAME`, `node-NAME`.
    pub name: String,
    /// The machines that it is meant for.
    pub set: &'p NodeSet,
    /// Where it stands in the cluster.
    pub standing: Standing,
    /// Packages of the operating system.
    pub packages: Rc<[String]>,
    /// Files in the order in which they are written; the last is [`SCRIPT`]. Machines share those that are equal.
    pub files: Vec<Rc<File>>,
}

/// A file on a machine.
pub(crate) struct File {
    /// Where.
    pub path: String,
    /// Its mode, octal with a leading zero.
    pub mode: String,
    /// `user:group`, where somebody asks for it; else root's.
    pub owner: Option<String>,
    /// What is in it.
    pub content: Text,
    /// Whether the content may be no text, and so is carried in base64.
    pub base64: bool,
    /// Where it comes from.
    pub origin: Option<Origin>,
    /// Its part of user-data, once it is written.
    pub user_data: OnceCell<Arc<Written>>,
    /// Its line of a script, once it is written.
    pub script_line: OnceCell<Arc<Written>>,
}

impl Machine<'_> {
    /// Where its user-data is in the tree, but for the ending of a template.
    pub fn user_data_path(&self) -> String {
        user_data_path(&self.name)
    }

    /// What it is, for people.
    pub fn what(&self) -> &'static str {
        match self.standing {
            Standing::First => "the first server",
            Standing::Joining => "a further server",
            Standing::Agent => "an agent",
        }
    }
}

/// Where the user-data of a set's machines is in the tree, but for the endings of templates.
pub(super) fn user_data_paths(plan: &Plan, set: &NodeSet) -> Vec<String> {
    let founds = plan
        .servers()
        .next()
        .is_some_and(|first| std::ptr::eq(first, set));
    let kinds = kinds(set, founds).into_iter();
    kinds.map(|(name, _)| user_data_path(&name)).collect()
}

fn user_data_path(name: &str) -> String {
    format!("cloud-init/{name}.yaml")
}

/// The kinds of machines in a set, by what their files are called; `founds` for the set whose first machine founds the cluster.
fn kinds(set: &NodeSet, founds: bool) -> Vec<(String, Standing)> {
    match (set.named, set.role, founds) {
        (true, Role::Server, true) => vec![(format!("node-{}", set.name), Standing::First)],
        (true, Role::Server, false) => vec![(format!("node-{}", set.name), Standing::Joining)],
        (true, Role::Agent, _) => vec![(format!("node-{}", set.name), Standing::Agent)],
        (false, Role::Agent, _) => vec![(format!("pool-{}", set.name), Standing::Agent)],
        (false, Role::Server, _) => {
            let first = ("server-init".to_owned(), Standing::First);
            let joining = ("server-join".to_owned(), Standing::Joining);
            let count = if set.count.least() > 1 { 2 } else { 1 };
            [first, joining].into_iter().take(count).collect()
        }
    }
}

/// Every kind of machine: servers first, then agents.
pub(crate) fn machines(plan: &Plan) -> Vec<Machine<'_>> {
    let mut machines = Vec::new();
    let mut shared = Shared {
        plan,
        packages: packages(plan).into(),
        files: BTreeMap::new(),
        particular: BTreeMap::new(),
    };
    let mut founded = false;
    for set in &plan.nodes {
        let founds = set.role == Role::Server && !founded;
        founded |= founds;
        let mut add = |name: String, standing: Standing| {
            machines.push(Machine {
                name,
                set,
                standing,
                packages: Rc::clone(&shared.packages),
                files: shared.files(set, standing),
            });
        };
        for (name, standing) in kinds(set, founds) {
            add(name, standing);
        }
    }
    machines
}

/// What kinds of machines have in common, made once for all of them.
struct Shared<'p> {
    plan: &'p Plan,
    packages: Rc<[String]>,
    files: BTreeMap<Variant, Common>,
    particular: BTreeMap<Particular<'p>, Rc<File>>,
}

/// All that the configuration of one kind of machine depends on, the plan aside: pools often differ in nothing but their name.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Particular<'p> {
    standing: Standing,
    name: Option<&'p str>,
    labels: &'p [(String, String)],
    taints: &'p [String],
}

/// All that the common files of a kind of machine depend on, the plan aside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Variant {
    standing: Standing,
    runs_workspaces: bool,
    is_autoscaled: bool,
}

/// The files of a variant: all but those with what is particular to one kind of machine.
struct Common {
    config: Rc<File>,
    others: Vec<Rc<File>>,
    /// The script of machines without an address of their own.
    script: Rc<File>,
}

impl<'p> Shared<'p> {
    /// Those of the files that are needed, in the order of their use.
    fn files(&mut self, set: &'p NodeSet, standing: Standing) -> Vec<Rc<File>> {
        let plan = self.plan;
        let variant = Variant {
            standing,
            runs_workspaces: set.runs_workspaces(),
            is_autoscaled: set.is_autoscaled(),
        };
        let common = self.files.entry(variant).or_insert_with(|| Common {
            config: Rc::new(file(
                "/etc/rancher/k3s/config.yaml",
                "0600",
                k3s::config(plan, standing),
            )),
            others: common_files(plan, set, standing)
                .into_iter()
                .map(Rc::new)
                .collect(),
            script: Rc::new(file(SCRIPT, "0700", script(plan, set, standing, None))),
        });
        let particular = Particular {
            standing,
            name: set.named.then_some(set.name.as_str()),
            labels: &set.labels,
            taints: &set.taints,
        };
        let own = self.particular.entry(particular).or_insert_with(|| {
            let config = k3s::node_config(plan, set, standing);
            Rc::new(file(
                "/etc/rancher/k3s/config.yaml.d/10-node.yaml",
                "0600",
                config,
            ))
        });
        let mut files = Vec::with_capacity(common.others.len() + 3);
        files.extend([Rc::clone(&common.config), Rc::clone(own)]);
        files.extend(common.others.iter().cloned());
        files.push(match &set.address {
            None => Rc::clone(&common.script),
            Some(address) => Rc::new(file(SCRIPT, "0700", script(plan, set, standing, Some(address)))),
        });
        files
    }
}

fn packages(plan: &Plan) -> Vec<String> {
    let mut packages = vec!["ca-certificates".to_owned(), "curl".to_owned()];
    if guard::is_needed(plan) {
        packages.push("nftables".into());
    }
    let own = packages.iter().cloned();
    let mut known: BTreeSet<String> = crate::sorted::set(own);
    let further = plan.host.packages.iter();
    packages.extend(
        further
            .filter(|package| known.insert((*package).clone()))
            .cloned(),
    );
    packages
}

/// What the drop-in says to sshd.
pub(crate) fn sshd_settings(port: u16) -> String {
    format!("Port {port}\nPasswordAuthentication no\n")
}

fn file(path: &str, mode: &str, content: impl Into<Text>) -> File {
    File {
        path: path.to_owned(),
        mode: mode.to_owned(),
        owner: None,
        content: content.into(),
        base64: false,
        origin: None,
        user_data: OnceCell::new(),
        script_line: OnceCell::new(),
    }
}

/// What every machine of a variant gets beside its configuration of k3s and the script.
fn common_files(plan: &Plan, set: &NodeSet, standing: Standing) -> Vec<File> {
    let mut files = Vec::new();
    if let Some(registries) = k3s::registries(plan) {
        files.push(file("/etc/rancher/k3s/registries.yaml", "0600", registries));
    }
    if let (Datastore::External { ca: Some(ca), .. }, false) =
        (&plan.k3s.datastore, standing == Standing::Agent)
    {
        files.push(File {
            base64: true,
            ..file(k3s::DATASTORE_CA, "0600", ca.clone())
        });
    }
    if let Some(ca) = plan.k3s.mirror_ca() {
        files.push(File {
            base64: true,
            ..file(MIRROR_CA, "0644", ca.clone())
        });
    }
    files.extend(tailnet_files(plan, set.role));
    if let Some(proxy) = &plan.proxy {
        files.extend(proxy_files(proxy, plan.tailnet.is_some()));
    }
    files.push(file(hosts::SYSCTL_FILE, "0644", sysctl()));
    let modules = modules(plan, set).join("\n") + "\n";
    files.push(file("/etc/modules-load.d/gkc.conf", "0644", modules));
    if guard::is_needed(plan) {
        files.push(file(guard::RULES, "0600", guard::rules(plan)));
        files.push(file(guard::UNIT, "0644", guard::UNIT_FILE));
    }
    files.extend(plan.host.files.iter().map(|extra| File {
        owner: Some(extra.owner.clone()),
        // A file that is referred to may be no text.
        base64: extra.content.has_hole(),
        origin: plan.host.origin.clone(),
        ..file(&extra.path, &extra.mode, extra.content.clone())
    }));
    files.extend(hooks(plan));
    files
}

/// The key that the machine joins with and, where its address in the tailnet is the node's, what makes k3s wait for that.
fn tailnet_files(plan: &Plan, role: Role) -> Vec<File> {
    let Some(tailnet) = &plan.tailnet else {
        return Vec::new();
    };
    let key = match role {
        Role::Server => &tailnet.auth_keys.server,
        Role::Agent => &tailnet.auth_keys.agent,
    };
    let mut files = vec![file("/etc/gkc/tailscale-key", "0600", key.clone())];
    if tailnet.carries_pods {
        let path = format!("/etc/systemd/system/{}.service.d/10-gkc.conf", role.unit());
        files.push(file(&path, "0644", AFTER_TAILNET));
    }
    files
}

/// k3s stops at an interface without an address, and tailscaled sets its own some time after it starts. The wait is bounded, so that the
/// unit's log says why it is not there yet. Flannel's interface goes with tailscaled's, and only k3s makes it again (k3s#12436, #14142).
const AFTER_TAILNET: &str = "\
[Unit]
Wants=tailscaled.service
After=tailscaled.service
PartOf=tailscaled.service

[Service]
ExecStartPre=/usr/bin/timeout 120 /bin/sh -c 'until ip -4 -o address show dev tailscale0 | grep -q inet; do sleep 1; done'
";

/// The proxy for what the script runs and k3s inherits, for apt, and for tailscaled.
fn proxy_files(proxy: &Proxy, tailnet: bool) -> Vec<File> {
    let mut environment = Text::new();
    let values = [
        ("http_proxy", &proxy.http),
        ("https_proxy", &proxy.https),
        ("no_proxy", &proxy.no_proxy),
    ];
    for (name, value) in values {
        // curl reads the small ones, Go's programs either.
        for name in [name.to_uppercase(), name.to_owned()] {
            environment.append(&shell::assign(&name, value));
            environment.push_str("\n");
        }
    }
    let mut apt = Text::new();
    for (protocol, url) in [("http", &proxy.http), ("https", &proxy.https)] {
        apt.push_str(&format!("Acquire::{protocol}::Proxy \""));
        apt.append(url);
        apt.push_str("\";\n");
    }
    let mut files = vec![
        file("/etc/gkc/proxy.env", "0600", environment),
        file("/etc/apt/apt.conf.d/90-gkc-proxy", "0600", apt),
    ];
    if tailnet {
        let unit = "[Service]\nEnvironmentFile=/etc/gkc/proxy.env\n";
        files.push(file(
            "/etc/systemd/system/tailscaled.service.d/10-gkc.conf",
            "0644",
            unit,
        ));
    }
    files
}

fn sysctl() -> String {
    hosts::SYSCTL
        .map(|(key, value)| format!("{key} = {value}\n"))
        .concat()
}

fn hooks(plan: &Plan) -> impl Iterator<Item = File> {
    let hooks = [
        ("before-k3s", &plan.host.before_k3s),
        ("after-k3s", &plan.host.after_k3s),
    ];
    let written = hooks.into_iter().filter(|(_, commands)| !commands.is_empty());
    written.map(|(name, commands)| {
        let content = format!("#!/bin/sh\nset -eu\n{}\n", commands.join("\n"));
        File {
            origin: plan.host.origin.clone(),
            ..file(&format!("/usr/local/lib/gkc/{name}.sh"), "0700", content)
        }
    })
}
