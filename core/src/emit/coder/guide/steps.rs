//! The steps from the cluster to a workspace.

use crate::emit::certificates::Order;
use crate::emit::coder::template::FOLDER;
use crate::emit::coder::{OWN_CA, TLS, door};
use crate::emit::page::Page;
use crate::facts::coder::{NAMESPACE, PROVIDERS};
use crate::model::TemplateKind;
use crate::plan::platform::coder::Coder;
use crate::plan::{Certificate, Plan};
use crate::tokens::hidden;
use crate::words::and;

/// Each with its first line and the lines after it.
pub(super) fn steps(coder: &Coder, domain: &str, order: &Order<'_>) -> Vec<(String, String)> {
    let mut steps = vec![certificate(coder, order)];
    steps.extend(callbacks(coder, domain));
    steps.push(login(coder, domain));
    steps.extend(template(coder, domain));
    steps
}

fn step(title: impl Into<String>, out: Page) -> (String, String) {
    (title.into(), out.text())
}

/// What the mirror has to have for Terraform, which a workspace is made with.
pub(super) fn mirrored(plan: &Plan) -> Vec<String> {
    let Some(mirror) = &plan.k3s.airgap else {
        return Vec::new();
    };
    let providers: Vec<String> = PROVIDERS.iter().map(|(name, _)| format!("`{name}`")).collect();
    vec![format!(
        "`{}/providers/` must have the Terraform providers {}: run `terraform providers mirror` in `{FOLDER}`.",
        hidden(&mirror.url),
        and(&providers)
    )]
}

fn certificate(coder: &Coder, order: &Order<'_>) -> (String, String) {
    let mut out = Page::default();
    match &coder.certificate {
        Certificate::Provided { .. } => out.block(&format!(
            "kubectl -n {NAMESPACE} get secret {TLS} -o jsonpath='{{.data.tls\\.crt}}' | base64 -d | openssl x509 -noout -enddate -ext subjectAltName"
        )),
        Certificate::Acme { .. } => {
            out.block(&format!("kubectl -n {NAMESPACE} get certificate {TLS}"));
            out.line(format!(
                "While it is not, `kubectl -n {NAMESPACE} describe challenges` says why."
            ));
            out.line("");
        }
        Certificate::SelfSigned => {
            out.block(&format!("kubectl -n {NAMESPACE} get certificate {TLS}"));
            out.line("The cluster's own CA signs it. Browsers and the `coder` command warn until they trust that CA:");
            out.block(&format!(
                "kubectl -n {} get secret {OWN_CA} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d >coder-ca.crt",
                order.ca_namespace(),
            ));
        }
    }
    let title = match &coder.certificate {
        Certificate::Provided { .. } => "Check the certificate: its names and its last day.",
        Certificate::Acme { .. } | Certificate::SelfSigned => {
            "Check the certificate: `READY` must be `True`."
        }
    };
    step(title, out)
}

/// Where OAuth applications send people back to; nothing where there are none.
fn callbacks(coder: &Coder, domain: &str) -> Option<(String, String)> {
    let url = |path: &str| format!("https://{domain}{path}");
    let mut rows = Vec::new();
    if let Some(oidc) = &coder.login.oidc {
        rows.push((
            format!("the client `{}` at {}", oidc.client_id, oidc.issuer_url),
            url("/api/v2/users/oidc/callback"),
        ));
    }
    if let Some(github) = &coder.login.github {
        rows.push((
            format!("the application `{}` at GitHub", github.client_id),
            url("/api/v2/users/oauth2/github/callback"),
        ));
    }
    for git in &coder.git {
        rows.push((
            format!("the application of `{}`", git.id),
            url(&format!("/external-auth/{}/callback", git.id)),
        ));
    }
    if rows.is_empty() {
        return None;
    }
    let mut out = Page::default();
    out.line("");
    out.line("| where | callback URL |");
    out.line("|---|---|");
    for (whose, url) in rows {
        out.line(format!("| {whose} | `{url}` |"));
    }
    out.line("");
    Some(step("Set these callback URLs:", out))
}

fn login(coder: &Coder, domain: &str) -> (String, String) {
    let mut out = Page::default();
    out.line(format!(
        "The password is the value of `coder.owner.password`: by default `CODER_OWNER_PASSWORD` in the file with your secrets. `apply.sh` made \
         this user before it exposed the server, since the first user owns the installation: `kubectl -n {NAMESPACE} logs job/{}` says more.",
        door::JOB
    ));
    if coder.is_licensed {
        out.line("Add your license under Deployment, Licenses.");
    }
    out.line("The server must report that it is healthy, also to a pod that uses its public name:");
    out.block(&format!(
        "kubectl -n {NAMESPACE} get pods\n\
         curl -fsS https://{domain}/healthz && curl -fsS https://{domain}/api/v2/buildinfo\n\
         kubectl -n {NAMESPACE} exec deploy/coder -- wget -qO- https://{domain}/healthz"
    ));
    if coder.agents_stay_inside() {
        out.line("The last command fails where the pod does not trust the certificate. Workspaces do not use that name: they call the server within the cluster.");
        out.line("");
    }
    let title = format!(
        "Open `https://{domain}` and log in as `{}`, the first user.",
        coder.owner.email
    );
    step(title, out)
}

fn template(coder: &Coder, domain: &str) -> Option<(String, String)> {
    let name = match coder.workspaces.template {
        TemplateKind::Kubernetes => "kubernetes",
        TemplateKind::Envbox => "envbox",
        TemplateKind::None => return None,
    };
    let mut out = Page::default();
    out.block(&format!(
        "curl -fsSL https://{domain}/bin/coder-linux-amd64 -o coder && chmod +x coder\n\
         ./coder login https://{domain}\n\
         ./coder templates push {name} --directory {FOLDER} --yes"
    ));
    out.line(
        "`coder login` opens a page with a token to paste. The programs for other systems have other names, such as `coder-darwin-arm64`.",
    );
    out.line("Workspaces contain what their image contains: if it has code-server, the template offers it as an app.");
    out.line("");
    Some(step(
        "Push the first template, then create a workspace from it:",
        out,
    ))
}
