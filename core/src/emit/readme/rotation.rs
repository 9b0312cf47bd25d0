//! How each secret of the plan gets a new value: from where the tree has it, so that no place is left with the old one.

use super::{Tree, infrastructure};
use crate::emit::document::{Document, DocumentKind};
use crate::emit::machine::{File, MIRROR_CA};
use crate::emit::page::{Page, Steps};
use crate::emit::parts::Rotation;
use crate::model::Provider;
use crate::plan::{Autoscaler, Role, SecretNeed, SecretSource};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The order that works, then what each secret needs.
pub(super) fn chapter(out: &mut Page, tree: &Tree<'_>) {
    let plan = tree.plan;
    out.line("## Rotating secrets");
    out.line("");
    let mut steps = Steps::new(out);
    steps.step("Create the new value, next to the old one where its issuer allows two. Put it where the old one is (`gkc secrets list`");
    steps.line("names the place), and build again. Where several keys name the place, follow the list below for each of them.");
    terraform(&mut steps, tree);
    steps.step("Do what the list says. Machines read user-data only once: on every machine that exists, also on those that an autoscaler");
    steps.line("made, change the file that is named, then restart k3s one machine at a time, servers first (`sudo systemctl restart k3s`, on");
    steps.line("agents `k3s-agent`).");
    steps.step("Check that everything still works, then revoke the old value.");
    steps.end();
    let places = places(tree);
    let (on_machines, own) = (on_machines(tree), in_cluster());
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for secret in &plan.secrets {
        let Some(places) = places.get(secret.name.as_str()) else {
            continue;
        };
        let in_cluster = tree.guide.rotations.iter().chain(&own);
        let then = places.then(&secret.name, &on_machines, in_cluster);
        let group = *known.entry(then.clone()).or_insert(groups.len());
        match groups.get_mut(group) {
            Some((_, names)) => names.push(name(secret)),
            None => groups.push((then, vec![name(secret)])),
        }
    }
    for (then, names) in groups {
        out.line(format!("- {}: {then}", names.join(", ")));
    }
    out.line("");
    if plan.k3s.secrets_encryption {
        out.line("k3s encrypts Kubernetes' secrets in its datastore with a key of its own. To rotate it, run this on one server, repeat the status");
        out.line("until it is `reencrypt_finished`, and restart k3s there, then on the other servers:");
        out.line("");
        out.block("sudo k3s secrets-encrypt rotate-keys\nsudo k3s secrets-encrypt status");
    }
}

/// What Terraform has of the tree: the user-data of machines that come later, and files with its own values.
fn terraform(steps: &mut Steps<'_>, tree: &Tree<'_>) {
    let provider = tree.plan.provider;
    let templates = tree.emission.documents().iter();
    let templates: Vec<&Document> = templates.filter(|document| document.is_template()).collect();
    match templates.is_empty() {
        true if provider == Provider::RaspberryPi => return,
        true => steps.step("Where Terraform makes the machines, run `terraform apply`: new ones start with the new value then."),
        false => steps.step("Run `terraform apply`: what it makes from now on has the new value."),
    }
    steps.line("Read its plan first: it must not replace machines that exist.");
    if !infrastructure::fetched(provider, &templates).is_empty() {
        steps.line("Then write the rendered files again, with `terraform output` as in the steps above.");
    }
}

/// A secret by its key, with the variable or file that has its value.
fn name(secret: &SecretNeed) -> String {
    match &secret.source {
        SecretSource::Env(place) | SecretSource::File(place) => format!("`{}` (`{place}`)", secret.name),
        SecretSource::Terraform(_) => format!("`{}` (Terraform)", secret.name),
        SecretSource::Literal => format!("`{}`", secret.name),
    }
}

/// Where the tree has a secret.
#[derive(Default)]
struct Places<'t> {
    /// The files on machines, with those who have them.
    files: BTreeMap<&'t str, Who>,
    /// Whether the cluster gets it.
    in_cluster: bool,
    /// Whether it gets it otherwise than as the user-data of pools, which is in a Secret of this namespace.
    elsewhere: bool,
}

/// The namespace of the autoscaler.
const SYSTEM: &str = "kube-system";

/// Machines that have a file.
#[derive(Default, Clone, Copy)]
struct Who {
    servers: bool,
    agents: bool,
    /// Those that the cluster makes.
    pools: bool,
}

impl Who {
    fn and(self, other: Who) -> Who {
        Who {
            servers: self.servers || other.servers,
            agents: self.agents || other.agents,
            pools: self.pools || other.pools,
        }
    }

    fn word(self) -> &'static str {
        match (self.servers, self.agents) {
            (true, true) => "machine",
            (true, false) => "server",
            (false, _) => "agent",
        }
    }
}

impl Places<'_> {
    /// What to do once the tree is built with the new value.
    fn then<'r>(
        &self,
        secret: &str,
        on_machines: &[Rotation],
        mut in_cluster: impl Iterator<Item = &'r Rotation>,
    ) -> String {
        let is_for = |rotation: &&Rotation| secret.starts_with(rotation.secrets);
        let pools = self.files.values().any(|who| who.pools);
        let mut parts = Vec::new();
        if !self.files.is_empty() {
            let known = on_machines.iter().find(is_for);
            parts.push(known.map_or_else(|| self.change(), |rotation| rotation.then.clone()));
        }
        if self.in_cluster {
            let known = in_cluster.find(is_for).map(|rotation| rotation.then.clone());
            let unknown = (self.elsewhere || !pools)
                .then(|| "`./k3s/apply.sh`, then restart the pods that use it.".to_owned());
            let then = if parts.is_empty() { "" } else { "Then " };
            parts.extend(known.or(unknown).map(|cluster| format!("{then}{cluster}")));
        }
        if pools {
            parts.push(
                "New machines of autoscaled pools start with it once `./k3s/apply.sh` has run.".to_owned(),
            );
        }
        parts.join(" ")
    }

    /// The files, one sentence for all.
    fn change(&self) -> String {
        let files: Vec<String> = self
            .files
            .iter()
            .map(|(path, who)| format!("`{path}` on every {}", who.word()))
            .collect();
        let read_by_k3s = |path: &&str| path.starts_with(K3S_FOLDER);
        let then = match self.files.keys().all(read_by_k3s) {
            true => "",
            false => ", and restart what reads it",
        };
        format!("change it in {}{then}.", files.join(" and "))
    }
}

/// The folder of what k3s reads.
const K3S_FOLDER: &str = "/etc/rancher/k3s/";

/// Where the secrets of the plan are, by their names. What machines or documents have in common is looked at once.
fn places<'t>(tree: &Tree<'t>) -> BTreeMap<&'t str, Places<'t>> {
    let makes_machines = tree
        .plan
        .autoscaler
        .as_ref()
        .is_some_and(Autoscaler::makes_machines);
    let mut files: BTreeMap<*const File, (&File, Who)> = BTreeMap::new();
    for machine in tree.machines {
        let has = Who {
            servers: machine.set.role == Role::Server,
            agents: machine.set.role == Role::Agent,
            pools: makes_machines && machine.set.is_autoscaled(),
        };
        for file in &machine.files {
            let (_, who) = files.entry(Rc::as_ptr(file)).or_insert((file, Who::default()));
            *who = who.and(has);
        }
    }
    let mut places: BTreeMap<&str, Places<'_>> = BTreeMap::new();
    for (file, has) in files.into_values() {
        for secret in file.content.secrets() {
            let who = places
                .entry(&secret.0)
                .or_default()
                .files
                .entry(&file.path)
                .or_default();
            *who = who.and(has);
        }
    }
    for document in tree.emission.documents() {
        match document.kind {
            DocumentKind::UserData(_) | DocumentKind::MachineScript => continue,
            _ => {}
        }
        let of_system = document.kind == DocumentKind::Secrets && document.stem() == SYSTEM;
        for secret in document
            .sections
            .iter()
            .flat_map(|section| section.text.secrets())
        {
            let places = places.entry(&secret.0).or_default();
            places.in_cluster = true;
            places.elsewhere |= !of_system;
        }
    }
    places
}

/// What takes more than a changed file on machines.
fn on_machines(tree: &Tree<'_>) -> Vec<Rotation> {
    let config = "`/etc/rancher/k3s/config.yaml`";
    let tailscaled = match tree.plan.tailnet {
        Some(_) => " Restart tailscaled, too: `sudo systemctl restart tailscaled`.",
        None => "",
    };
    vec![
        Rotation::new(
            "k3s.token",
            format!(
                "on one server, `sudo k3s token rotate --token OLD --new-token NEW`; then change `token` in {config} on every server and \
                 restart it. Keep the old value: snapshots from before need it."
            ),
        ),
        Rotation::new(
            "k3s.agentToken",
            format!(
                "change `agent-token` in {config} on every server and restart it, then `token` in the same file on every agent."
            ),
        ),
        Rotation::new(
            "k3s.airgap.caCert",
            format!("replace `{MIRROR_CA}` on every machine, and run `sudo update-ca-certificates` there."),
        ),
        Rotation::new(
            "tailscale.authKey",
            "only new machines use it. Revoking a key removes no machine from the tailnet.",
        ),
        Rotation::new(
            "proxy.",
            format!(
                "change `/etc/gkc/proxy.env`, `/etc/apt/apt.conf.d/90-gkc-proxy` and `/etc/systemd/system/k3s*.service.env` on every machine.{tailscaled}"
            ),
        ),
    ]
}

/// The cluster's own.
fn in_cluster() -> Vec<Rotation> {
    vec![
        Rotation::new(
            "certificate.acme.",
            "`./k3s/apply.sh`; cert-manager uses it from the next renewal on.",
        ),
        Rotation::new(
            "cluster.autoscaler.",
            "`./k3s/apply.sh`, which restarts the autoscaler.",
        ),
        Rotation::new(
            "k3s.airgap.caCert",
            "`./k3s/apply.sh`; a chart uses it the next time that it changes.",
        ),
        Rotation::new("k3s.snapshots.", "`./k3s/apply.sh`; the next snapshot uses it."),
    ]
}
