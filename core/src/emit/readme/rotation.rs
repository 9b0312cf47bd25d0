//! How each secret of the plan gets a new value.

use super::Tree;
use crate::emit::document::DocumentKind;
use crate::emit::page::{Page, Steps};
use crate::emit::parts::Rotation;
use crate::facts::autoscaler::HETZNER_CONTROLLER;
use crate::plan::{SecretNeed, SecretSource};

/// The order that works, then what each secret needs.
pub(super) fn chapter(out: &mut Page, tree: &Tree<'_>) {
    let plan = tree.plan;
    out.line("## Rotating secrets");
    out.line("");
    let mut steps = Steps::new(out);
    steps.step("Create the new value, next to the old one where its issuer allows two. Put it where the old one is (`gkc secrets list`");
    steps.line("names the place), and build again.");
    steps.step("Do what the list below says. Machines read user-data only once: on running machines, change the file that is named,");
    steps.line("then restart k3s one machine at a time, servers first (`sudo systemctl restart k3s`, on agents `k3s-agent`).");
    steps.step("Check that everything still works, then revoke the old value.");
    steps.end();
    let rotations: Vec<Rotation> = own(tree);
    let rotations: Vec<&Rotation> = tree.guide.rotations.iter().chain(&rotations).collect();
    let mut groups: Vec<(Option<&str>, Vec<&SecretNeed>)> = Vec::new();
    for secret in &plan.secrets {
        let known = rotations
            .iter()
            .find(|rotation| secret.name.starts_with(rotation.secrets));
        let then = known.map(|rotation| rotation.then.as_str());
        match groups.iter_mut().find(|(of, _)| *of == then) {
            Some((_, secrets)) => secrets.push(secret),
            None => groups.push((then, vec![secret])),
        }
    }
    for (then, secrets) in groups {
        let names: Vec<String> = secrets.into_iter().map(name).collect();
        let then = then.unwrap_or("`./k3s/apply.sh`, then restart the pods that use it.");
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

/// A secret by its key, with the variable or file that has its value.
fn name(secret: &SecretNeed) -> String {
    match &secret.source {
        SecretSource::Env(place) | SecretSource::File(place) => format!("`{}` (`{place}`)", secret.name),
        SecretSource::Terraform(_) => format!("`{}` (Terraform)", secret.name),
        SecretSource::Literal => format!("`{}`", secret.name),
    }
}

/// The cluster's own.
fn own(tree: &Tree<'_>) -> Vec<Rotation> {
    let plan = tree.plan;
    let rotation = |secrets: &'static str, then: &str| Rotation {
        secrets,
        then: then.to_owned(),
    };
    let config = "`/etc/rancher/k3s/config.yaml`";
    let mut rotations = vec![
        rotation(
            "k3s.token",
            &format!(
                "on one server, `sudo k3s token rotate --token OLD --new-token NEW`; then change `token` in {config} on every server and \
                 restart it. Keep the old value: snapshots from before need it."
            ),
        ),
        rotation(
            "k3s.agentToken",
            &format!(
                "change `agent-token` in {config} on every server and restart it, then `token` in the same file on every agent."
            ),
        ),
        rotation(
            "k3s.datastore.endpoint",
            &format!("change `datastore-endpoint` in {config} on every server."),
        ),
        rotation(
            "k3s.datastore.caCert",
            "replace `/etc/rancher/k3s/datastore-ca.pem` on every server.",
        ),
        rotation(
            "k3s.registries.",
            "change `/etc/rancher/k3s/registries.yaml` on every machine.",
        ),
        rotation(
            "tailscale.authKey",
            "nothing to apply: only new machines use it. Revoking a key removes no machine from the tailnet.",
        ),
        rotation(
            "certificate.acme.",
            "`./k3s/apply.sh`; cert-manager uses it from the next renewal on.",
        ),
        rotation(
            "cluster.autoscaler.",
            &format!(
                "`./k3s/apply.sh`, then `kubectl -n {} rollout restart deployment {}`.",
                HETZNER_CONTROLLER.namespace, HETZNER_CONTROLLER.name
            ),
        ),
    ];
    let by_secret = plan.k3s.snapshot_bucket().is_some_and(|s3| s3.by_secret);
    rotations.push(match by_secret {
        true => rotation("k3s.snapshots.", "`./k3s/apply.sh`."),
        false => rotation(
            "k3s.snapshots.",
            &format!("change `etcd-s3-access-key` and `etcd-s3-secret-key` in {config} on every server."),
        ),
    });
    let applied = match tree.emission.of(DocumentKind::ApplyScript) {
        Some(_) => " Then `./k3s/apply.sh`, and restart the pods that use it.",
        None => "",
    };
    rotations.push(rotation(
        "proxy.",
        &format!(
            "change `/etc/gkc/proxy.env`, `/etc/apt/apt.conf.d/90-gkc-proxy` and `/etc/systemd/system/k3s*.service.env` on every machine.{applied}"
        ),
    ));
    rotations
}
