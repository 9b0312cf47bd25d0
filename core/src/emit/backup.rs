//! Copies of a platform's database: a job that dumps it and brings the dump to a bucket.

use super::data::{Data, entry, map, map_of, opt, seq};
use super::kubernetes::{metadata, mount, object, scratch, secret_variable, variable};
use super::secrets::{proxy_data, proxy_variables};
use crate::origin::Origin;
use crate::plan::platform::Backup;
use crate::plan::{Plan, S3};
use crate::text::Text;

/// The job, and its secret.
pub(super) const NAME: &str = "gkc-database-backup";
/// See [`NAME`].
pub(super) const SECRET: &str = "database-backup-s3";
/// Where the dump is while it is brought away.
pub(super) const FOLDER: &str = "/copy";

/// What differs between platforms.
pub(super) struct Job<'p> {
    /// Its namespace.
    pub namespace: &'static str,
    /// When, and where to.
    pub backup: &'p Backup,
    /// The container that leaves a dump in [`FOLDER`]: its image, script and variables.
    pub dump: (String, &'static str, Vec<Data>),
    /// The image with rclone, and the script that brings the dump to the bucket.
    pub upload: (String, &'static str),
    /// What the pod's labels are.
    pub labels: &'static [(&'static str, &'static str)],
    /// What the pod and each of its containers may do; absent: anything.
    pub security: Option<(Data, Data)>,
}

/// The cron job.
pub(super) fn cron_job(plan: &Plan, job: &Job<'_>) -> Data {
    let (image, script, env) = &job.dump;
    let dump = container(job, "dump", image, script, env.clone());
    let upload = container(job, "upload", &job.upload.0, job.upload.1, store(plan, job));
    let pod = map_of([
        entry("restartPolicy", "Never"),
        entry("automountServiceAccountToken", false),
        opt(
            "securityContext",
            job.security.as_ref().map(|(pod, _)| pod.clone()),
        ),
        entry("initContainers", seq([dump])),
        entry("containers", seq([upload])),
        entry("volumes", seq([scratch("copy")])),
    ]);
    let labels = job.labels.iter().map(|(key, value)| (*key, Data::from(*value)));
    let labels = (!job.labels.is_empty()).then(|| map([("labels", map(labels))]));
    let template = map_of([opt("metadata", labels), entry("spec", pod)]);
    let run = map([
        ("backoffLimit", Data::from(2)),
        // Longer than any dump takes, shorter than a day, so that one that hangs does not hold up the next.
        ("activeDeadlineSeconds", Data::from(6 * 3600)),
        ("template", template),
    ]);
    let spec = map([
        ("schedule", Data::from(&job.backup.schedule)),
        ("timeZone", Data::from("Etc/UTC")),
        ("concurrencyPolicy", Data::from("Forbid")),
        ("successfulJobsHistoryLimit", Data::from(1)),
        ("failedJobsHistoryLimit", Data::from(3)),
        ("jobTemplate", map([("spec", run)])),
    ]);
    let meta = metadata(NAME, Some(job.namespace));
    object("batch/v1", "CronJob", meta, [("spec", spec)]).with_origin(Origin::Default("database.backup"))
}

fn container(job: &Job<'_>, name: &str, image: &str, script: &str, env: Vec<Data>) -> Data {
    map_of([
        entry("name", name),
        entry("image", image),
        entry("command", seq(["sh", "-euc", script])),
        entry("env", seq(env)),
        opt(
            "securityContext",
            job.security.as_ref().map(|(_, container)| container.clone()),
        ),
        entry("volumeMounts", seq([mount("copy", FOLDER)])),
    ])
}

/// rclone takes its remote named STORE from these (rclone.org/docs, "Config file by environment variables").
fn store(plan: &Plan, job: &Job<'_>) -> Vec<Data> {
    let Backup {
        retention_days,
        folder,
        s3,
        ..
    } = job.backup;
    let mut endpoint = Text::lit("https://");
    endpoint.append(&s3.endpoint);
    let store = |key: &str| format!("RCLONE_CONFIG_STORE_{key}");
    let mut env: Vec<Data> = proxy_variables(plan)
        .map(|(name, key)| secret_variable(name, SECRET, key))
        .collect();
    env.extend([
        variable("BUCKET", s3.bucket.clone()),
        variable("FOLDER", folder.as_str()),
        variable("DAYS", retention_days.to_string()),
        variable(&store("TYPE"), "s3"),
        variable(&store("PROVIDER"), "Other"),
        variable(&store("NO_CHECK_BUCKET"), "true"),
        variable(&store("ENDPOINT"), endpoint),
        variable(&store("REGION"), s3.region.as_str()),
        secret_variable(&store("ACCESS_KEY_ID"), SECRET, "accessKeyId"),
        secret_variable(&store("SECRET_ACCESS_KEY"), SECRET, "secretAccessKey"),
    ]);
    env
}

/// The secret of the job: the bucket's credentials, and the proxy.
pub(super) fn secret_data(plan: &Plan, s3: &S3) -> Vec<(&'static str, Text)> {
    let mut data = vec![
        ("accessKeyId", s3.access_key_id.clone()),
        ("secretAccessKey", s3.secret_access_key.clone()),
    ];
    data.extend(proxy_data(plan));
    data
}
