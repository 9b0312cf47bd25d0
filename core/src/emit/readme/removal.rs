//! Taking away one machine, or everything.

use super::{Tree, autoscaling};
use crate::emit::page::{Page, Steps};
use crate::facts::autoscaler::CLUSTER_AUTOSCALER;
use crate::model::Provider;
use crate::plan::{Autoscaler, Datastore, Plan, shown};

/// One machine, then all.
pub(super) fn chapters(out: &mut Page, tree: &Tree<'_>) {
    one(out, tree.plan);
    all(out, tree);
}

fn one(out: &mut Page, plan: &Plan) {
    out.line("## Replacing a machine");
    out.line("");
    out.line("Find the node's name by its address (`kubectl get nodes -o wide`), and delete the node before the machine:");
    out.line("");
    out.block("kubectl drain NODE --ignore-daemonsets --delete-emptydir-data\nkubectl delete node NODE");
    let etcd = plan.k3s.datastore == Datastore::Etcd && plan.server_count() > 1;
    if etcd {
        out.line("This also removes a server from etcd: without it, etcd refuses the new server. Replace one server at a time, and only while all");
        out.line("others are `Ready`. Then create the machine anew, with its own user-data.");
    } else if plan.k3s.datastore == Datastore::Etcd || plan.k3s.datastore == Datastore::Sqlite {
        out.line("Then create the machine anew, with its own user-data. The only server has the cluster's state: make a backup first, and restore");
        out.line("it on the new one.");
    } else {
        out.line("Then create the machine anew, with its own user-data.");
    }
    if plan.tailnet.is_some() {
        out.line("Delete the old machine's device in the tailnet, too: the new one has a name and an address of its own there.");
    }
    out.line("");
}

fn all(out: &mut Page, tree: &Tree<'_>) {
    let plan = tree.plan;
    out.line("## Taking it down");
    out.line("");
    let mut steps = Steps::new(out);
    steps.step("Make a last backup, and keep the secrets that it needs (see Backups).");
    if let Some(Autoscaler::Hetzner { .. }) = &plan.autoscaler {
        autoscaled(&mut steps, plan);
    }
    machines(&mut steps, plan);
    let mut remains = Vec::new();
    if let Some(tailnet) = &plan.tailnet {
        remains.push("the machines' devices and auth keys in the tailnet".to_owned());
        remains.push(match &tailnet.policy {
            Some(own) => format!(
                "this cluster's rules in the tailnet's policy (apply `{}` again)",
                own.path
            ),
            None => "the tailnet's policy (apply `policy-before.hujson` again)".to_owned(),
        });
    }
    if !plan.dns.is_empty() {
        remains.push("the DNS records".to_owned());
    }
    if let Some(s3) = plan.k3s.snapshot_bucket() {
        remains.push(format!("the bucket `{}` with snapshots", shown(&s3.bucket)));
    }
    remains.extend(tree.guide.remains.iter().cloned());
    let revoke = "Revoke the tokens and keys that only this cluster used.";
    steps.step(match remains.is_empty() {
        true => revoke.to_owned(),
        false => format!(
            "Delete what is left and not needed: {}. {revoke}",
            remains.join("; ")
        ),
    });
    steps.end();
}

fn autoscaled(steps: &mut Steps<'_>, plan: &Plan) {
    steps.step("Stop the autoscaler, then delete the servers that it created:");
    let mut commands = vec![format!(
        "kubectl -n {} scale deployment {} --replicas=0",
        CLUSTER_AUTOSCALER.namespace, CLUSTER_AUTOSCALER.name
    )];
    commands.extend(autoscaling::pools(plan).map(|set| {
        format!(
            "hcloud server list -o noheader -o columns=name -l hcloud/node-group={} | xargs -r -n 1 hcloud server delete",
            plan.group_name(set)
        )
    }));
    steps.command(&commands.join("\n"));
}

fn machines(steps: &mut Steps<'_>, plan: &Plan) {
    match plan.provider {
        Provider::Hetzner | Provider::Azure | Provider::Gcp | Provider::Scaleway => {
            steps.step(
                "Delete the machines, load balancers, firewall and network; with Terraform, run `terraform destroy`. It stops at",
            );
            steps.line(
                "what is protected against deletion, such as databases, and at buckets that are not empty.",
            );
        }
        Provider::Generic | Provider::RaspberryPi => {
            steps.step("Uninstall k3s, on agents first:");
            steps.command("sudo k3s-agent-uninstall.sh   # agents\nsudo k3s-uninstall.sh         # servers");
            steps.line("This deletes the cluster's data. The user, sshd's port, packages and the files in `/etc/gkc` and `/var/lib/gkc` stay.");
        }
    }
}
