//! The steps from the cluster to a login.

use crate::emit::certificates::Order;
use crate::emit::gitpod::installer::CONFIG;
use crate::emit::gitpod::{HTTPS_CERTIFICATES, NAMESPACE, OWN_CA};
use crate::emit::page::{Page, ssh};
use crate::facts::gitpod::Release;
use crate::facts::k3s::REGISTRIES;
use crate::plan::platform::gitpod::Gitpod;
use crate::plan::{Certificate, Plan};
use crate::words::or;

/// Each with its first line and the lines after it.
pub(super) fn steps(plan: &Plan, gitpod: &Gitpod, domain: &str, order: &Order<'_>) -> Vec<(String, String)> {
    vec![
        certificate(gitpod, order),
        installer(gitpod),
        install(plan),
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
                "kubectl -n {} get secret {OWN_CA} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d >gitpod-ca.crt",
                order.ca_namespace()
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

fn install(plan: &Plan) -> (String, String) {
    let mut out = Page::default();
    out.block(&format!(
        "(umask 077 && ./gitpod/render.sh >gitpod.yaml) && kubectl apply --server-side -f gitpod.yaml\n\
         kubectl -n {NAMESPACE} get pods"
    ));
    out.line(
        "After some minutes, all pods must be `Running` or `Completed`. `gitpod.yaml` contains secrets.",
    );
    out.line("");
    trust(plan, &mut out);
    step("Install Gitpod:", out)
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
    if gitpod.auth_providers.is_empty() && gitpod.release == Release::Main {
        // gitpod-io/gitpod `components/server/src/user/user-controller.ts`, since 2023-05-25.
        out.block(&format!(
            "token=$(openssl rand -hex 20)\n\
             hash=$(printf %s \"$token\" | sha512sum | cut -d ' ' -f 1)\n\
             printf '{{\"tokenHash\":\"%s\",\"algo\":\"sha512\",\"expiresAt\":%s}}' \"$hash\" \"$(($(date +%s) + 3600))\" |\n  \
             kubectl -n {NAMESPACE} create secret generic admin-credentials --from-file=admin.json=/dev/stdin\n\
             kubectl -n {NAMESPACE} rollout restart deployment server\n\
             echo \"https://{domain}/api/login/ots/admin/$token\""
        ));
        out.line("The address works for one hour. Add an auth provider in the settings, then delete the secret `admin-credentials`.");
        out.line("");
        return step(
            "Log in as the admin. No auth provider is configured, so this takes a one-time address:",
            out,
        );
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
