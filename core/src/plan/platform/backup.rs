//! Copies of the database that a platform has in the cluster.

use crate::model::{Config, Field};
use crate::plan::bucket::{S3, bucket};
use crate::plan::values::Names;
use serde::Serialize;

/// Copies of the database in the cluster.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Backup {
    /// When, as a cron expression in UTC.
    pub schedule: String,
    /// For how many days a copy is kept; 0 for ever.
    pub retention_days: u32,
    /// The folder in the bucket.
    pub folder: String,
    /// The bucket.
    pub s3: S3,
}

/// The copies that are asked for, in a folder of the platform's own by default; a database elsewhere is somebody else's to copy.
pub(super) fn backup(config: &Config, folder: &str, names: &mut Names) -> Option<Backup> {
    let backup = config.database.get()?.backup.get()?;
    let s3 = backup.s3.get()?;
    let text = |field: &Field<String>, default: &str| field.text().unwrap_or(default).to_owned();
    Some(Backup {
        schedule: text(&backup.schedule, "0 3 * * *"),
        retention_days: backup.retention_days.copied_or(14),
        folder: text(&backup.folder, folder),
        s3: bucket("database.backup.s3", s3, names),
    })
}
