//! Copies of the database in the cluster: a job that dumps it and brings the dump to a bucket.

use super::NAMESPACE;
use crate::emit::data::{Data, entry, map, map_of, seq};
use crate::emit::kubernetes::metadata;
use crate::emit::secrets::{proxy_data, proxy_variables};
use crate::facts::gitpod::{
    INCLUSTER_DATABASE, INCLUSTER_DATABASE_ROOT, INCLUSTER_DATABASE_ROOT_KEY, MYSQL, MYSQL_IMAGE, RCLONE,
    RCLONE_IMAGE,
};
use crate::facts::releases::Product;
use crate::origin::Origin;
use crate::plan::Plan;
use crate::plan::platform::gitpod::Backup;
use crate::text::Text;

/// The job's secret.
pub(super) const SECRET: &str = "database-backup-s3";

/// The cron job.
pub(super) fn cron_job(plan: &Plan, backup: &Backup) -> Data {
    let pod = map([
        ("restartPolicy", Data::from("Never")),
        ("automountServiceAccountToken", Data::from(false)),
        ("initContainers", seq([dump(plan)])),
        ("containers", seq([upload(plan, backup)])),
        (
            "volumes",
            seq([map([("name", Data::from("copy")), ("emptyDir", map::<&str>([]))])]),
        ),
    ]);
    let job = map([
        ("backoffLimit", Data::from(2)),
        // Longer than any dump takes, shorter than a day, so that one that hangs does not hold up the next.
        ("activeDeadlineSeconds", Data::from(6 * 3600)),
        ("template", map([("spec", pod)])),
    ]);
    let spec = map([
        ("schedule", Data::from(&backup.schedule)),
        ("timeZone", Data::from("Etc/UTC")),
        ("concurrencyPolicy", Data::from("Forbid")),
        ("successfulJobsHistoryLimit", Data::from(1)),
        ("failedJobsHistoryLimit", Data::from(3)),
        ("jobTemplate", map([("spec", job)])),
    ]);
    map([
        ("apiVersion", Data::from("batch/v1")),
        ("kind", Data::from("CronJob")),
        ("metadata", metadata("gkc-database-backup", Some(NAMESPACE))),
        ("spec", spec),
    ])
    .with_origin(Origin::Default("database.backup"))
}

fn container(name: &str, image: &str, script: &str, env: Vec<Data>) -> Data {
    let mount = map([("name", Data::from("copy")), ("mountPath", Data::from("/copy"))]);
    map_of([
        entry("name", name),
        entry("image", image),
        entry("command", seq(["sh", "-euc", script])),
        entry("env", seq(env)),
        entry("volumeMounts", seq([mount])),
    ])
}

/// The images of the job, each with where it is published.
pub(super) fn images(plan: &Plan) -> [(String, String); 2] {
    [(MYSQL_IMAGE, &MYSQL), (RCLONE_IMAGE, &RCLONE)].map(|(published, product)| {
        let tag = plan.releases.of(product);
        (image(published, plan, product), format!("{published}:{tag}"))
    })
}

/// Without the world outside, it is beside the platform's own images.
fn image(published: &str, plan: &Plan, product: &'static Product) -> String {
    let repository = plan.gitpod().and_then(|gitpod| gitpod.repository.as_deref());
    let repository = repository.filter(|_| plan.k3s.airgap.is_some());
    let name = published.rsplit('/').next().unwrap_or(published);
    let copy = repository.map(|repository| format!("{repository}/{name}"));
    format!(
        "{}:{}",
        copy.as_deref().unwrap_or(published),
        plan.releases.of(product)
    )
}

fn variable(name: &str, value: impl Into<Data>) -> Data {
    map([("name", Data::from(name)), ("value", value.into())])
}

fn from_secret(name: &str, secret: &str, key: &str) -> Data {
    let reference = map([("name", Data::from(secret)), ("key", Data::from(key))]);
    map([
        ("name", Data::from(name)),
        ("valueFrom", map([("secretKeyRef", reference)])),
    ])
}

fn dump(plan: &Plan) -> Data {
    container(
        "dump",
        &image(MYSQL_IMAGE, plan, &MYSQL),
        include_str!("backup_dump.sh"),
        vec![
            from_secret("DB_HOST", INCLUSTER_DATABASE, "host"),
            from_secret("DB_PORT", INCLUSTER_DATABASE, "port"),
            from_secret("MYSQL_PWD", INCLUSTER_DATABASE_ROOT, INCLUSTER_DATABASE_ROOT_KEY),
        ],
    )
}

fn upload(plan: &Plan, backup: &Backup) -> Data {
    let s3 = &backup.s3;
    let mut endpoint = Text::lit("https://");
    endpoint.append(&s3.endpoint);
    // rclone takes its remote named STORE from these (rclone.org/docs, "Config file by environment variables").
    let store = |key: &str| format!("RCLONE_CONFIG_STORE_{key}");
    let mut env: Vec<Data> = proxy_variables(plan)
        .map(|(name, key)| from_secret(name, SECRET, key))
        .collect();
    env.extend([
        variable("BUCKET", s3.bucket.clone()),
        variable("FOLDER", backup.folder.as_str()),
        variable("DAYS", backup.retention_days.to_string()),
        variable(&store("TYPE"), "s3"),
        variable(&store("PROVIDER"), "Other"),
        variable(&store("NO_CHECK_BUCKET"), "true"),
        variable(&store("ENDPOINT"), endpoint),
        variable(&store("REGION"), s3.region.as_str()),
        from_secret(&store("ACCESS_KEY_ID"), SECRET, "accessKeyId"),
        from_secret(&store("SECRET_ACCESS_KEY"), SECRET, "secretAccessKey"),
    ]);
    let script = include_str!("backup_upload.sh");
    container("upload", &image(RCLONE_IMAGE, plan, &RCLONE), script, env)
}

/// The secret of the job: the bucket's credentials, and the proxy.
pub(super) fn secret_data(plan: &Plan, backup: &Backup) -> Vec<(&'static str, Text)> {
    let mut data = vec![
        ("accessKeyId", backup.s3.access_key_id.clone()),
        ("secretAccessKey", backup.s3.secret_access_key.clone()),
    ];
    data.extend(proxy_data(plan));
    data
}
