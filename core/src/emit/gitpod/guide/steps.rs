//! The steps from the cluster to a login.

use super::images;
use crate::emit::certificates::Order;
use crate::emit::gitpod::installer::CONFIG;
use crate::emit::gitpod::isolation::{INSTALLERS_POLICY, POLICY};
use crate::emit::gitpod::secrets::ADMIN;
use crate::emit::gitpod::{HTTPS_CERTIFICATES, NAMESPACE};
use crate::emit::page::{Page, ssh};
use crate::facts::gitpod::config_keys::has;
use crate::facts::gitpod::{NO_FIRST_ADMIN, Release};
use crate::facts::k3s::REGISTRIES;
use crate::plan::platform::gitpod::Gitpod;
use crate::plan::{Certificate, Plan};
use crate::words::or;

/// What installs Gitpod, and changes it.
pub(super) const INSTALL: &str =
    "(umask 077 && ./gitpod/render.sh >gitpod.yaml) && kubectl apply --server-side -f gitpod.yaml";

/// Each with its first line and the lines after it.
pub(super) fn steps(plan: &Plan, gitpod: &Gitpod, domain: &str, order: &Order<'_>) -> Vec<(String, String)> {
    vec![
        certificate(gitpod, order),
        installer(gitpod),
        install(plan, gitpod),
        login(gitpod, domain),
    ]
}

fn step(title: &str, out: Page) -> (String, String) {
    (title.to_owned(), out.text())
}

fn certificate(gitpod: &Gitpod, order: &Order<'_>) -> (String, String) {
    let mut out = Page::default();
    match &gitpod.certificate {
        Certificate::Provided { .. } => out.block(&format!(
            "kubectl -n {NAMESPACE} get secret {HTTPS_CERTIFICATES} -o jsonpath='{{.data.tls\\.crt}}' | base64 -d | openssl x509 -noout -enddate -ext subjectAltName"
        )),
        Certificate::Acme { .. } => {
            out.block(&format!("kubectl -n {NAMESPACE} get certificate {HTTPS_CERTIFICATES}"));
            out.line("While it is not, `kubectl -n gitpod describe challenges` says why.");
            out.line("");
        }
        Certificate::SelfSigned => {
            out.block(&format!("kubectl -n {NAMESPACE} get certificate {HTTPS_CERTIFICATES}"));
            out.line("The cluster's own CA signs it. Browsers warn until they trust that CA:");
            out.block(&format!(
                "kubectl -n {} get secret {} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d >gitpod-ca.crt",
                order.ca_namespace(),
                order.own_ca
            ));
        }
    }
    let title = match &gitpod.certificate {
        Certificate::Provided { .. } => "Check the certificate: its names and its last day.",
        Certificate::Acme { .. } | Certificate::SelfSigned => {
            "Check the certificate: `READY` must be `True`."
        }
    };
    step(title, out)
}

/// Where the Installer comes from: `/app/installer` in its image (gitpod-io/gitpod `install/installer/leeway.Dockerfile`).
fn installer(gitpod: &Gitpod) -> (String, String) {
    let mut out = Page::default();
    let registry = gitpod.repository.as_deref();
    let image = registry.unwrap_or("REGISTRY");
    if registry.is_none() {
        out.line("Gitpod's own images are not public: `REGISTRY` is the registry with your copies. Name it in `gitpod.repository`, and build again.");
    }
    out.line(format!(
        "`TAG` is the tag of {} in that registry.",
        tagged(gitpod.release)
    ));
    out.block(&format!(
        "docker create --platform linux/amd64 --name gitpod-installer {image}/installer:TAG\n\
         sudo docker cp gitpod-installer:/app/installer /usr/local/bin/gitpod-installer\n\
         docker rm gitpod-installer\n\
         gitpod-installer mirror list --config {CONFIG}"
    ));
    out.line("The last command lists the images that the registry must have.");
    images::list(gitpod, &mut out);
    out.line("");
    step(
        "Get the Installer of this release, a program for Linux on amd64, from its image.",
        out,
    )
}

fn tagged(release: Release) -> String {
    match release {
        Release::Main => "the build of Gitpod's main branch that you copied".to_owned(),
        dated @ Release::Dated { .. } => format!("release {dated}"),
    }
}

fn install(plan: &Plan, gitpod: &Gitpod) -> (String, String) {
    let mut out = Page::default();
    out.block(&format!("{INSTALL}\nkubectl -n {NAMESPACE} get pods"));
    out.line(
        "After some minutes, all pods must be `Running` or `Completed`. `gitpod.yaml` contains secrets.",
    );
    out.line("");
    isolate(gitpod, &mut out);
    trust(plan, &mut out);
    step("Install Gitpod:", out)
}

/// What keeps workspaces from the machines where the Installer's config cannot: a merge replaces the list.
fn isolate(gitpod: &Gitpod, out: &mut Page) {
    if has(gitpod.release, &["experimental", "overrides"]) {
        return;
    }
    out.line("This release lets workspaces connect to the machines. After each installation, replace what its own network policy allows:");
    out.block(&format!(
        "kubectl -n {NAMESPACE} get networkpolicy {POLICY} -o json | jq '{{spec: {{egress: .spec.egress}}}}' >egress.json\n\
         kubectl -n {NAMESPACE} patch networkpolicy {INSTALLERS_POLICY} --type merge --patch-file egress.json"
    ));
}

/// How to see that containerd trusts the registry that workspace images come from: with the CA where containerd looks for it.
fn trust(plan: &Plan, out: &mut Page) {
    let workers = plan.nodes.iter().find(|set| set.runs_workspaces());
    let (Some(workers), Some(registry)) = (workers, &plan.needs.trusted_registry) else {
        return;
    };
    let folder = format!("{}/{REGISTRIES}/{registry}", plan.k3s.data_dir(workers.role));
    out.line("On each machine that runs workspaces, containerd must trust Gitpod's own registry: this must print `{}`.");
    out.block(&format!(
        "{} sudo curl -sS --cacert {folder}/ca.crt https://{registry}/v2/",
        ssh(plan, "MACHINE")
    ));
}

fn login(gitpod: &Gitpod, domain: &str) -> (String, String) {
    let mut out = Page::default();
    if gitpod.admin_link.is_some() {
        out.line(format!(
            "The link is `https://{domain}/api/login/ots/admin/TOKEN`, with the value of `gitpod.adminLink.token` for `TOKEN`: by default \
             `GITPOD_ADMIN_TOKEN` in the file with your secrets."
        ));
        out.line("It is as good as the admin's password, and can be used until it expires: a week after `gkc secrets generate` made it. Set up the organization and its Git integration, then delete the link:");
        out.block(&format!("kubectl -n {NAMESPACE} delete secret {ADMIN}"));
        out.line("For a new link, remove `GITPOD_ADMIN_TOKEN` and `GITPOD_ADMIN_EXPIRY` from that file, then `gkc secrets generate`, `gkc build` and `./k3s/apply.sh`. Gitpod reads the secret at each login.");
        out.line("");
        if gitpod.auth_providers.is_empty() {
            let title = "Log in as the admin, by a link that expires. No auth provider is configured, so there is no other way in.";
            return step(title, out);
        }
    } else if gitpod.auth_providers.is_empty() && gitpod.release >= NO_FIRST_ADMIN {
        out.line("Nobody can log in yet: add your Git host to `authProviders`, or run `gkc secrets generate`, which makes the values of a link for the admin. Then `gkc build` and `./k3s/apply.sh`.");
        out.line("");
        return step("Set up a way to log in.", out);
    }
    for provider in &gitpod.auth_providers {
        out.line(format!(
            "In the OAuth application `{1}` at {0}, set the redirect URL to `{2}`.",
            provider.host, provider.id, provider.callback_url
        ));
    }
    let hosts: Vec<&str> = gitpod.auth_providers.iter().map(|p| p.host.as_str()).collect();
    match hosts.is_empty() {
        true => out.line("The first visitor sets up the login and becomes the admin."),
        false => out.line(format!("Then log in with an account at {}.", or(&hosts))),
    }
    out.line("");
    step(&format!("Open `https://{domain}`."), out)
}
