//! The tree's README: what was built, and the steps in an order that works, each with its command.

use super::autoscaler::group_name;
use super::document::{Document, DocumentKind, Emission};
use super::k3s::API_PORT;
use super::page::Page;
use super::parts::Guide;
use super::written::Written;
use crate::facts::k3s::{UPGRADE_CONTROLLER, UPGRADE_NAMESPACE};
use crate::facts::providers::facts;
use crate::model::Provider;
use crate::plan::{Autoscaler, Count, NodeSet, Peer, Plan, RecordTarget, Role, shown};
use crate::product::RENDERED_OUTPUT;
use crate::text::Text;

/// The README of a finished tree.
pub(super) fn document(plan: &Plan, guide: &Guide, emission: &Emission) -> Document {
    let mut out = Page::default();
    heading(&mut out, plan, guide);
    machines(&mut out, plan, emission);
    steps(&mut out, plan, guide, emission);
    out.push(&guide.chapters);
    upgrading(&mut out, plan);
    secrets(&mut out, plan, guide, emission);
    let text = out.text();
    let written = Written::of(Text::lit(text), None);
    Document::new(DocumentKind::Readme, "README.md", written)
}

fn heading(out: &mut Page, plan: &Plan, guide: &Guide) {
    match &guide.title {
        Some((title, what)) => {
            out.line(format!("# {title}"));
            out.line("");
            out.line(format!("{what} {}.", place(plan)));
        }
        None => {
            out.line(format!("# The k3s cluster {}", plan.name));
            out.line("");
            out.line(format!("A k3s cluster {}, without anything on it.", place(plan)));
        }
    }
    out.line("Made by gkc. Do not edit what is in this folder: change the configuration and build again.");
    out.line("");
}

/// Where the machines are, in words.
fn place(plan: &Plan) -> &'static str {
    match plan.provider {
        Provider::Generic => "on machines of your own",
        Provider::Hetzner => "at Hetzner",
        Provider::Azure => "on Azure",
        Provider::Gcp => "on Google Cloud",
        Provider::Scaleway => "at Scaleway",
        Provider::RaspberryPi => "on Raspberry Pis",
    }
}

fn machines(out: &mut Page, plan: &Plan, emission: &Emission) {
    out.line("## Machines");
    out.line("");
    out.line(format!("All of them run {}.", plan.os.as_str()));
    out.line("");
    out.line("| machines | count | type | user-data |");
    out.line("|---|---|---|---|");
    for set in &plan.nodes {
        let count = match set.count {
            Count::Fixed(count) => count.to_string(),
            Count::Autoscaled { min, max } if plan.autoscaler.is_some() => {
                format!("{min} to {max}, by the cluster's autoscaler")
            }
            Count::Autoscaled { min, max } => format!("{min} to {max}"),
        };
        let needed = plan.needs.machine.map(|need| {
            let (cpus, memory) = need.good;
            format!("{cpus} vCPU, {} GB", memory.next_multiple_of(2))
        });
        let kind = set.machine_type.clone().or(needed);
        let kind = kind.as_deref().unwrap_or("any");
        out.line(format!(
            "| {} | {count} | {kind} | {} |",
            set.name,
            user_data_of(set, emission)
        ));
    }
    out.line("");
    if let Some(limit) = facts(plan.provider).user_data_limit {
        out.line(format!(
            "{} takes user-data of up to {limit} bytes; `gkc.lock.json` has the sizes.",
            plan.provider.as_str()
        ));
        out.line("");
    }
}

fn user_data_of(set: &NodeSet, emission: &Emission) -> String {
    let paths: Vec<String> = match (set.named, set.role) {
        (true, _) => vec![format!("cloud-init/node-{}.yaml", set.name)],
        (false, Role::Agent) => vec![format!("cloud-init/pool-{}.yaml", set.name)],
        (false, Role::Server) => vec![
            "cloud-init/server-init.yaml".into(),
            "cloud-init/server-join.yaml".into(),
        ],
    };
    let there = paths.iter().filter_map(|path| emission.at(path));
    there
        .map(|document| format!("`{}`", document.file_path()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn steps(out: &mut Page, plan: &Plan, guide: &Guide, emission: &Emission) {
    out.line("## Steps");
    out.line("");
    let mut number = 0;
    let mut step = |out: &mut Page, text: &str| {
        number += 1;
        out.line(format!("{number}. {text}"));
    };
    if let Some(tailnet) = &plan.tailnet {
        step(
            out,
            "Apply the tailnet's policy, before any machine starts: routes are approved when they are first advertised.",
        );
        if tailnet.control_server_url.is_some() {
            out.line("   On the Headscale server:");
            out.command("headscale policy set --file tailscale/policy.hujson");
        } else {
            out.line("   Put `tailscale/policy.hujson` in place of the policy in the admin console, or:");
            out.command(
                "curl -fsS -u \"$TAILSCALE_API_KEY:\" --data-binary @tailscale/policy.hujson \\\n  https://api.tailscale.com/api/v2/tailnet/-/acl",
            );
        }
        let tags: Vec<String> = tailnet.tags().iter().map(|tag| format!("`{tag}`")).collect();
        out.line(format!(
            "   The keys that machines join with must be reusable and carry their tag: {}.",
            tags.join(", ")
        ));
        out.line("");
    }
    let templates: Vec<&Document> = emission
        .documents()
        .iter()
        .filter(|document| document.is_template())
        .collect();
    if !templates.is_empty() {
        step(
            out,
            "Some files depend on values that only Terraform knows (their names end in `.tftpl`). Call the module as",
        );
        out.line("   `terraform/module.tf.example` shows, from your own Terraform code:");
        out.command("terraform init && terraform apply");
    }
    let fetched: Vec<&str> = templates
        .iter()
        .filter(|document| {
            !matches!(
                document.kind,
                DocumentKind::UserData(_) | DocumentKind::MachineScript
            )
        })
        .map(|document| document.path.as_str())
        .collect();
    if !fetched.is_empty() {
        step(
            out,
            "Fetch what the cluster needs of them, from the same place; `BUILD` is this folder:",
        );
        let fetch = |path: &&str| {
            format!("terraform output -json {RENDERED_OUTPUT} | jq -r '.\"{path}\"' >\"$BUILD/{path}\"")
        };
        let commands: Vec<String> = fetched.iter().map(fetch).collect();
        out.command(&format!("umask 077\n{}", commands.join("\n")));
    }
    step(
        out,
        "Make the machines, each with its user-data from the table above, the first server first.",
    );
    out.line("   On a machine that is there already, run the script of the same name in `machines` as root instead.");
    out.line("");
    if let Some(autoscaler) = &plan.autoscaler {
        autoscaled(out, plan, autoscaler);
    }
    firewall(out, plan);
    if !plan.dns.is_empty() {
        step(out, "Make these DNS records:");
        records(out, plan);
    }
    step(out, "Wait until the machines say `finished`:");
    out.command(&format!(
        "ssh -p {} {}@SERVER tail -n 3 /var/lib/gkc/status",
        plan.host.ssh_port, plan.host.ssh_user
    ));
    step(
        out,
        "Fetch the kubeconfig from the first server, and let it point at the API's address:",
    );
    let host = shown(&plan.api.host);
    out.command(&format!(
        "ssh -p {} {}@SERVER sudo cat /etc/rancher/k3s/k3s.yaml |\n  sed 's#https://127.0.0.1:{API_PORT}#https://{host}:{API_PORT}#' >kubeconfig && chmod 600 kubeconfig\nexport KUBECONFIG=$PWD/kubeconfig",
        plan.host.ssh_port, plan.host.ssh_user
    ));
    if emission.of(DocumentKind::ApplyScript).is_some() {
        step(
            out,
            "Apply namespaces, secrets and charts. Running it again changes nothing:",
        );
        out.command("./k3s/apply.sh");
    }
    if let Some((title, body)) = &guide.install {
        step(out, title);
        out.push(body);
    }
    out.line("");
}

fn upgrading(out: &mut Page, plan: &Plan) {
    out.line("## Upgrading k3s");
    out.line("");
    out.line("Change `k3s.version`, by one minor version at most, and build again. Machines that are made from then on start with it;");
    out.line("those that are there are upgraded by the system-upgrade-controller, servers first:");
    out.line("");
    out.line("```sh");
    out.line("# once");
    out.line(format!(
        "kubectl apply -f {UPGRADE_CONTROLLER}/crd.yaml -f {UPGRADE_CONTROLLER}/system-upgrade-controller.yaml"
    ));
    out.line(format!("kubectl apply -f {}", super::upgrade::PATH));
    out.line(format!("kubectl -n {UPGRADE_NAMESPACE} get plans,jobs -o wide"));
    out.line("```");
    out.line("");
    if plan.tailnet.as_ref().is_some_and(|tailnet| tailnet.carries_pods) {
        out.line("Stopping k3s takes its machine off the tailnet: have another way in.");
        out.line("");
    }
}

/// What the autoscaler finds, and may, at the provider.
fn autoscaled(out: &mut Page, plan: &Plan, autoscaler: &Autoscaler) {
    let pools: Vec<&NodeSet> = plan.agents().filter(|set| set.is_autoscaled()).collect();
    let listed = |word: &dyn Fn(&NodeSet) -> String| {
        let words: Vec<String> = pools.iter().map(|set| format!("`{}`", word(set))).collect();
        words.join(", ")
    };
    let names = listed(&|set| set.name.clone());
    let groups = listed(&|set| group_name(plan, set));
    let text = match autoscaler {
        Autoscaler::Hetzner { .. } => {
            format!("Make none for {names}: the cluster's autoscaler does.")
        }
        Autoscaler::Azure { resource_group, .. } => format!(
            "For {names} make scale sets that the cluster's autoscaler finds: {groups}, in the resource group `{}`. Give the servers an \
             identity with the role Virtual Machine Contributor there, as which the autoscaler acts.",
            shown(resource_group)
        ),
        Autoscaler::Gcp { project, zones } => format!(
            "For {names} make managed instance groups that the cluster's autoscaler finds, one of the same name in each of {}: {groups}. \
             Give the servers a service account with the role `roles/compute.instanceAdmin.v1` in the project `{}`, as which the \
             autoscaler acts.",
            zones.join(", "),
            shown(project)
        ),
    };
    out.line(format!("   {text}"));
    out.line("");
}

fn firewall(out: &mut Page, plan: &Plan) {
    out.line("   Let their firewall in what stands here, and nothing else:");
    out.line("");
    out.line("   | what | ports | from |");
    out.line("   |---|---|---|");
    for rule in &plan.firewall {
        let (first, last) = rule.ports;
        let ports = if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        };
        let source = |peer: &Peer| match peer {
            Peer::Range(range) => range.clone(),
            Peer::NodeNetwork => {
                let ranges: Vec<String> = plan.networks.nodes.iter().map(ToString::to_string).collect();
                format!("{} (the machines)", ranges.join(" and "))
            }
        };
        let sources: Vec<String> = rule.sources.iter().map(source).collect();
        out.line(format!(
            "   | {} | {ports}/{} | {} |",
            rule.name,
            rule.protocol.as_str(),
            sources.join(", ")
        ));
    }
    out.line("");
}

fn records(out: &mut Page, plan: &Plan) {
    out.line("");
    out.line("   | name | points at | for |");
    out.line("   |---|---|---|");
    for record in &plan.dns {
        let target = match &record.target {
            RecordTarget::Address(address) => format!("`{}`", shown(address)),
            RecordTarget::Nodes => "the public addresses of the machines that take web traffic".into(),
            RecordTarget::Servers => "the addresses of the servers".into(),
        };
        out.line(format!(
            "   | `{}` | {target} | {} |",
            shown(&record.name),
            record.why
        ));
    }
    out.line("");
}

fn secrets(out: &mut Page, plan: &Plan, guide: &Guide, emission: &Emission) {
    let files: Vec<String> = emission
        .documents()
        .iter()
        .filter(|document| document.holes.sensitive)
        .map(Document::file_path)
        .collect();
    if files.is_empty() {
        return;
    }
    out.line("## Secrets");
    out.line("");
    out.line("These files hold secrets; `.gitignore` keeps them out of Git:");
    out.line("");
    for file in files {
        out.line(format!("- `{file}`"));
    }
    out.line("");
    let keys = if plan.needs.encryption_keys.is_empty() {
        ""
    } else {
        ", the database's encryption keys"
    };
    let kept: String = guide
        .kept
        .iter()
        .map(|path| format!(" and, once it is there, `{path}`"))
        .collect();
    out.line(format!(
        "Back up the server token{keys}{kept}: what they protect cannot be had without them."
    ));
}
