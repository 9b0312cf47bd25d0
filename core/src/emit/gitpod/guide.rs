//! What the README of a tree says of Gitpod.

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
            "   The certificate is signed by the cluster's own CA, so browsers warn until they trust it:",
        );
        out.command(&format!(
            "kubectl -n {} get secret {OWN_CA} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d >gitpod-ca.crt",
            order.ca_namespace()
        ));
    }
    for provider in &gitpod.auth_providers {
        out.line(format!(
            "   At {}, the OAuth application `{}` must send people back to `{}`.",
            provider.host, provider.id, provider.callback_url
        ));
    }
    let step = "Install Gitpod, with the Installer of its release as `gitpod-installer` on the path:";
    (step.to_owned(), out.text())
}

fn backups() -> String {
    let mut out = Page::default();
    out.line("## Copies of the database");
    out.line("");
    out.line("One now, and one back (`COPY` is a file of the bucket, unpacked; stop Gitpod first):");
    out.line("");
    out.line("```sh");
    out.line(format!(
        "kubectl -n {NAMESPACE} create job --from=cronjob/gkc-database-backup database-backup-now"
    ));
    out.line(format!("kubectl -n {NAMESPACE} exec -i mysql-0 -- sh -c 'mysql --user=root --password=\"$MYSQL_ROOT_PASSWORD\"' <COPY"));
    out.line("```");
    out.line("");
    out.text()
}
