//! What the README of a tree says about Gitpod.

use super::installer::{SEED, release_word};
use super::{NAMESPACE, OWN_CA};
use crate::emit::certificates::Order;
use crate::emit::page::Page;
use crate::emit::parts::Guide;
use crate::plan::platform::gitpod::Gitpod;
use crate::plan::{Certificate, Plan};

pub(super) fn guide(plan: &Plan, gitpod: &Gitpod, domain: &str, order: &Order<'_>) -> Guide {
    let release = release_word(gitpod.release);
    let title = (
        format!("Gitpod at {domain}"),
        format!("Gitpod, {release}, on the k3s cluster `{}`", plan.name),
    );
    Guide {
        title: Some(title),
        install: Some(install(gitpod, order)),
        chapters: match gitpod.database_backup {
            Some(_) => backups(),
            None => String::new(),
        },
        kept: vec![SEED],
    }
}

fn install(gitpod: &Gitpod, order: &Order<'_>) -> (String, String) {
    let mut out = Page::default();
    out.command("./gitpod/render.sh >gitpod.yaml && kubectl apply --server-side -f gitpod.yaml");
    if gitpod.certificate == Certificate::SelfSigned {
        out.line(
            "   The certificate is signed by the cluster's own CA. Browsers warn until they trust that CA:",
        );
        out.command(&format!(
            "kubectl -n {} get secret {OWN_CA} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d >gitpod-ca.crt",
            order.ca_namespace()
        ));
    }
    for provider in &gitpod.auth_providers {
        out.line(format!(
            "   In the OAuth application `{1}` at {0}, set the redirect URL to `{2}`.",
            provider.host, provider.id, provider.callback_url
        ));
    }
    let step = "Install Gitpod. The Installer of this release must be in the `PATH` as `gitpod-installer`:";
    (step.to_owned(), out.text())
}

fn backups() -> String {
    let mut out = Page::default();
    out.line("## Database backups");
    out.line("");
    out.line("Take a backup now, and restore one (stop Gitpod first; `BACKUP` is an unpacked file from the bucket):");
    out.line("");
    out.line("```sh");
    out.line(format!(
        "kubectl -n {NAMESPACE} create job --from=cronjob/gkc-database-backup database-backup-now"
    ));
    out.line(format!("kubectl -n {NAMESPACE} exec -i mysql-0 -- sh -c 'mysql --user=root --password=\"$MYSQL_ROOT_PASSWORD\"' <BACKUP"));
    out.line("```");
    out.line("");
    out.text()
}
