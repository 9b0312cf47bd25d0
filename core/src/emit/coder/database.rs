//! PostgreSQL: its objects in the cluster, copies of it, and the URL that leads to it.

use super::{node_selector, restricted, restricted_pod};
use crate::emit::backup::{self, Job};
use crate::emit::data::{Data, map, seq};
use crate::emit::isolation::pods;
use crate::emit::kubernetes::{metadata, mount, object, secret_variable, variable};
use crate::facts::coder::{
    NAMESPACE, POSTGRES, POSTGRES_DATA, POSTGRES_DIGESTS, POSTGRES_IMAGE, POSTGRES_PORT, POSTGRES_USER,
};
use crate::facts::releases::{RCLONE, RCLONE_IMAGE};
use crate::model::Size;
use crate::plan::Plan;
use crate::plan::platform::Backup;
use crate::plan::platform::coder::{Coder, Database};
use crate::text::Text;

/// Its objects.
pub(super) const NAME: &str = crate::facts::coder::POSTGRES_SERVICE;
/// The secret with its password, and the key.
pub(super) const SECRET: &str = "postgres";
/// See [`SECRET`].
pub(super) const PASSWORD: &str = "password";
/// The database, and its user in the cluster.
const DATABASE: &str = crate::plan::platform::coder::DATABASE_NAME;
/// The secret with the CA of a database elsewhere, and where the server finds it.
pub(super) const CA_SECRET: &str = "database-ca";
/// See [`CA_SECRET`].
pub(super) const CA_FOLDER: &str = "/etc/ssl/database";
/// The key of a CA in a secret.
pub(super) const CA_KEY: &str = "ca.crt";
/// The labels of its pod, and of those that use it beside the server.
const LABELS: &[(&str, &str)] = &[("app.kubernetes.io/name", NAME)];
/// See [`LABELS`].
pub(super) const CLIENT: &[(&str, &str)] = &[("gkc.dev/database-client", "true")];

/// The URL that the server reads (coder/coder docs/admin/setup/index.md): every part is encoded, but the host, which may not be. The driver
/// guesses where it cannot read one (#15954, #16319).
pub(super) fn url(plan: &Plan, database: &Database) -> Text {
    let part = |text: &Text| text.clone().url();
    match database {
        Database::InCluster { password } => {
            let host = format!("{NAME}.{NAMESPACE}.svc.{}", plan.k3s.cluster_domain());
            Text::concat([
                &Text::lit(format!("postgres://{DATABASE}:")),
                &part(password),
                &Text::lit(format!("@{host}:{POSTGRES_PORT}/{DATABASE}?sslmode=disable")),
            ])
        }
        Database::External(external) => {
            let mut query = format!("?sslmode={}", external.ssl_mode);
            if external.ca.is_some() {
                query.push_str(&format!("&sslrootcert={CA_FOLDER}/{CA_KEY}"));
            }
            Text::concat([
                &Text::lit("postgres://"),
                &part(&external.username),
                &Text::lit(":"),
                &part(&external.password),
                &Text::lit("@"),
                &host(&external.host),
                &Text::lit(format!(":{}/", external.port)),
                &part(&Text::lit(external.name.clone())),
                &Text::lit(query),
            ])
        }
    }
}

/// An IPv6 address stands in brackets.
fn host(host: &Text) -> Text {
    let shown = crate::plan::shown(host);
    match shown.parse::<std::net::Ipv6Addr>() {
        Ok(_) => Text::bindable(format!("[{shown}]")),
        Err(_) => host.clone(),
    }
}

/// The image by its digest, so that nobody can give it another content.
pub(super) fn image(plan: &Plan) -> String {
    let tag = plan.releases.of(&POSTGRES);
    let digest = POSTGRES_DIGESTS.iter().find(|(release, _)| *release == tag);
    format!(
        "{POSTGRES_IMAGE}:{tag}{}",
        digest.map_or("", |(_, digest)| digest)
    )
}

/// The size of its volume: templates, builds and their logs of one person, of a team, of many.
fn volume(size: Size) -> &'static str {
    match size {
        Size::Small => "10Gi",
        Size::Medium => "20Gi",
        Size::Large => "50Gi",
    }
}

/// The service and the pod with its volume.
pub(super) fn objects(plan: &Plan) -> Vec<Data> {
    let port = map([("name", Data::from(NAME)), ("port", Data::from(POSTGRES_PORT))]);
    let service = map([("selector", labels()), ("ports", seq([port]))]);
    let claim = map([
        ("metadata", metadata("data", None)),
        (
            "spec",
            map([
                ("accessModes", seq(["ReadWriteOnce"])),
                (
                    "resources",
                    map([("requests", map([("storage", Data::from(volume(plan.size)))]))]),
                ),
            ]),
        ),
    ]);
    let set = map([
        ("serviceName", Data::from(NAME)),
        ("replicas", Data::from(1)),
        ("selector", pods(LABELS)),
        (
            "template",
            map([("metadata", map([("labels", labels())])), ("spec", pod(plan))]),
        ),
        ("volumeClaimTemplates", seq([claim])),
    ]);
    vec![
        object(
            "v1",
            "Service",
            metadata(NAME, Some(NAMESPACE)),
            [("spec", service)],
        ),
        object(
            "apps/v1",
            "StatefulSet",
            metadata(NAME, Some(NAMESPACE)),
            [("spec", set)],
        ),
    ]
}

fn labels() -> Data {
    map(LABELS.iter().map(|(key, value)| (*key, Data::from(*value))))
}

fn pod(plan: &Plan) -> Data {
    let amounts = |cpu: Option<&str>, memory: &str| {
        let cpu = cpu.map(|cpu| ("cpu", Data::from(cpu)));
        map(cpu.into_iter().chain([("memory", Data::from(memory))]))
    };
    let probe = seq([
        "pg_isready",
        "--host=127.0.0.1",
        "--username=coder",
        "--dbname=coder",
    ]);
    let container = map([
        ("name", Data::from(NAME)),
        ("image", Data::from(image(plan))),
        (
            "env",
            seq([
                variable("POSTGRES_USER", DATABASE),
                variable("POSTGRES_DB", DATABASE),
                secret_variable("POSTGRES_PASSWORD", SECRET, PASSWORD),
                // The root of a volume may hold `lost+found`, and belongs to another user.
                variable("PGDATA", format!("{POSTGRES_DATA}/pgdata")),
            ]),
        ),
        (
            "ports",
            seq([map([("containerPort", Data::from(POSTGRES_PORT))])]),
        ),
        (
            "readinessProbe",
            map([
                ("exec", map([("command", probe)])),
                ("periodSeconds", Data::from(5)),
            ]),
        ),
        (
            "resources",
            map([
                ("requests", amounts(Some("250m"), "512Mi")),
                ("limits", amounts(None, "2Gi")),
            ]),
        ),
        ("securityContext", restricted()),
        (
            "volumeMounts",
            seq([mount("data", POSTGRES_DATA), mount("memory", "/dev/shm")]),
        ),
    ]);
    let memory = map([
        ("name", Data::from("memory")),
        (
            "emptyDir",
            map([
                ("medium", Data::from("Memory")),
                ("sizeLimit", Data::from("256Mi")),
            ]),
        ),
    ])
    .commented("Parallel queries need more than the 64 MiB of a container.");
    map([
        ("automountServiceAccountToken", Data::from(false)),
        ("nodeSelector", node_selector()),
        ("securityContext", restricted_pod(POSTGRES_USER)),
        ("terminationGracePeriodSeconds", Data::from(120)),
        ("containers", seq([container])),
        ("volumes", seq([memory])),
    ])
}

/// The job that copies it.
pub(super) fn backup(plan: &Plan, backup: &Backup) -> Data {
    let env = vec![
        variable("PGHOST", NAME),
        variable("PGUSER", DATABASE),
        variable("PGDATABASE", DATABASE),
        secret_variable("PGPASSWORD", SECRET, PASSWORD),
    ];
    let rclone = format!("{RCLONE_IMAGE}:{}", plan.releases.of(&RCLONE));
    let job = Job {
        namespace: NAMESPACE,
        backup,
        dump: (image(plan), include_str!("backup_dump.sh"), env),
        upload: (rclone, include_str!("backup_upload.sh")),
        labels: CLIENT,
        security: Some((restricted_pod(POSTGRES_USER), restricted())),
    };
    backup::cron_job(plan, &job)
}

/// The volume and the mount with the CA of a database elsewhere.
pub(super) fn ca_volume(coder: &Coder) -> Option<(Data, Data)> {
    let Database::External(external) = &coder.database else {
        return None;
    };
    external.ca.as_ref()?;
    let secret = map([("secretName", Data::from(CA_SECRET))]);
    let volume = map([("name", Data::from(CA_SECRET)), ("secret", secret)]);
    Some((volume, read_only(CA_SECRET, CA_FOLDER)))
}

/// A volume that a container only reads.
pub(super) fn read_only(name: &str, path: &str) -> Data {
    let mut mount = mount(name, path);
    mount.insert("readOnly", true);
    mount
}
