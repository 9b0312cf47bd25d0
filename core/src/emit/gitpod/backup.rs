//! Copies of the database in the cluster.

use super::NAMESPACE;
use crate::emit::backup::{self, Job};
use crate::emit::data::Data;
use crate::emit::kubernetes::secret_variable;
use crate::facts::gitpod::{
    INCLUSTER_DATABASE, INCLUSTER_DATABASE_ROOT, INCLUSTER_DATABASE_ROOT_KEY, MYSQL, MYSQL_IMAGE,
};
use crate::facts::releases::{Product, RCLONE, RCLONE_IMAGE};
use crate::plan::Plan;
use crate::plan::platform::Backup;

/// The cron job.
pub(super) fn cron_job(plan: &Plan, backup: &Backup) -> Data {
    let env = vec![
        secret_variable("DB_HOST", INCLUSTER_DATABASE, "host"),
        secret_variable("DB_PORT", INCLUSTER_DATABASE, "port"),
        secret_variable("MYSQL_PWD", INCLUSTER_DATABASE_ROOT, INCLUSTER_DATABASE_ROOT_KEY),
    ];
    let job = Job {
        namespace: NAMESPACE,
        backup,
        dump: (
            image(MYSQL_IMAGE, plan, &MYSQL),
            include_str!("backup_dump.sh"),
            env,
        ),
        upload: (
            image(RCLONE_IMAGE, plan, &RCLONE),
            include_str!("backup_upload.sh"),
        ),
        labels: &[],
        security: None,
    };
    backup::cron_job(plan, &job)
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
