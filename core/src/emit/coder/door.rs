//! The first user, and the Ingress that comes after it: whoever comes first to a server without users owns it, even where sign-ups are
//! blocked (coder/coder coderd/userauth.go, #5067).

use super::secrets::{OWNER, SERVER, URL};
use super::{TLS, database, restricted, restricted_pod};
use crate::emit::data::{Data, map, seq};
use crate::emit::kubernetes::{apply_line, metadata, object, secret_variable, variable};
use crate::facts::coder::NAMESPACE;
use crate::plan::Plan;
use crate::plan::platform::coder::Coder;

/// The job that makes the first user.
pub(super) const JOB: &str = "coder-owner";
/// The user of the server's image (helm/coder/values.yaml, `securityContext`).
const USER: u32 = 1000;

/// The server's image with its tag.
pub(super) fn image(plan: &Plan, coder: &Coder) -> String {
    format!("{}:v{}", coder.image, plan.coder_version())
}

/// The job, which goes to the database directly (coder/coder cli/server_createadminuser.go).
pub(super) fn owner(plan: &Plan, coder: &Coder) -> Data {
    let ca = database::ca_volume(coder);
    let mut container = map([
        ("name", Data::from("owner")),
        ("image", Data::from(image(plan, coder))),
        ("command", seq(["sh", "-euc", include_str!("owner.sh")])),
        (
            "env",
            seq([
                secret_variable("CODER_PG_CONNECTION_URL", SERVER, URL),
                variable("CODER_EMAIL", coder.owner.email.as_str()),
                variable("CODER_USERNAME", coder.owner.username.as_str()),
                secret_variable("CODER_PASSWORD", OWNER, "password"),
            ]),
        ),
        ("securityContext", restricted()),
    ]);
    let mut pod = map([
        ("restartPolicy", Data::from("Never")),
        ("automountServiceAccountToken", Data::from(false)),
        ("securityContext", restricted_pod(USER)),
    ]);
    let pull_secrets = pull_secrets(coder);
    if !pull_secrets.is_empty() {
        pod.insert("imagePullSecrets", seq(pull_secrets));
    }
    if let Some((volume, mount)) = ca {
        container.insert("volumeMounts", seq([mount]));
        pod.insert("volumes", seq([volume]));
    }
    pod.insert("containers", seq([container]));
    let labels = database::CLIENT
        .iter()
        .map(|(key, value)| (*key, Data::from(*value)));
    let template = map([("metadata", map([("labels", map(labels))])), ("spec", pod)]);
    let spec = map([("backoffLimit", Data::from(4)), ("template", template)]);
    object(
        "batch/v1",
        "Job",
        metadata(JOB, Some(NAMESPACE)),
        [("spec", spec)],
    )
}

/// The secrets that the server's image is pulled with.
pub(super) fn pull_secrets(coder: &Coder) -> Vec<Data> {
    let own = coder.image_pull_secrets.iter().map(String::as_str);
    let registry = coder.registry.iter().map(|_| super::secrets::REGISTRY);
    own.chain(registry).map(|name| metadata(name, None)).collect()
}

/// The way in: both names, by one certificate.
pub(super) fn ingress(domain: &str) -> Data {
    let hosts = [domain.to_owned(), format!("*.{domain}")];
    let service = map([
        ("name", Data::from("coder")),
        ("port", map([("name", Data::from("http"))])),
    ]);
    let path = map([
        ("path", Data::from("/")),
        ("pathType", Data::from("Prefix")),
        ("backend", map([("service", service)])),
    ]);
    let rule = |host: &String| {
        map([
            ("host", Data::from(host)),
            ("http", map([("paths", seq([path.clone()]))])),
        ])
    };
    let tls = map([
        ("hosts", seq(hosts.iter().map(String::as_str))),
        ("secretName", Data::from(TLS)),
    ]);
    let spec = map([
        ("ingressClassName", Data::from("traefik")),
        ("tls", seq([tls])),
        ("rules", seq(hosts.iter().map(rule))),
    ]);
    object(
        "networking.k8s.io/v1",
        "Ingress",
        metadata("coder", Some(NAMESPACE)),
        [("spec", spec)],
    )
    .commented("After the first user: without one, the first visitor would own the installation.")
}

/// The lines of `apply.sh`: the server, its first user, the door. A server that runs reads its secrets once, so it is restarted; a job
/// cannot be changed, and makes the first user once.
pub(super) fn apply() -> Vec<String> {
    let server = format!("kubectl -n {NAMESPACE} rollout status deploy/coder --timeout=10s");
    let mut lines = vec![
        format!("runs=$(kubectl -n {NAMESPACE} get deploy/coder --ignore-not-found -o name)"),
        apply_line(&["gkc-50-coder"]),
        format!("if [ -n \"$runs\" ]; then kubectl -n {NAMESPACE} rollout restart deploy/coder; fi"),
        format!("wait_until 'Coder' {server}"),
        format!("namespace={NAMESPACE}"),
        format!("job={JOB}"),
    ];
    lines.extend(include_str!("first_user.sh").lines().map(str::to_owned));
    lines.push(apply_line(&["gkc-60-ingress"]));
    lines
}
