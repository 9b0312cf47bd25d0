//! See [`RULE`].

use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The folder in a bucket is a URL, or names the bucket again.
    ///
    /// ## Why
    ///
    /// The folder is put in front of each object's name as it is written. With a URL, backups are stored under a name that nobody looks for,
    /// and a restore that is given the right folder finds none.
    ///
    /// Source: k3s docs, "etcd-snapshot", "S3 Compatible Object Store Support"; rclone docs, "Amazon S3".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {snapshots: {s3: {bucket: acme-etcd, folder: "s3://acme-etcd/prod", accessKey: {env: A}, secretKey: {env: S}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {snapshots: {s3: {bucket: acme-etcd, folder: prod, accessKey: {env: A}, secretKey: {env: S}}}}
    /// ```
    "bucket-folder-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let backup = config.database.get().and_then(|database| database.backup.get());
    let snapshots = config.k3s.get().and_then(|k3s| k3s.snapshots.get());
    let folders = [
        backup.and_then(|backup| backup.folder.spanned()),
        snapshots
            .and_then(|snapshots| snapshots.s3.get())
            .and_then(|s3| s3.folder.spanned()),
    ];
    for folder in folders.into_iter().flatten() {
        let Some(path) = path(folder) else { continue };
        let finding = report.found(
            folder.span,
            format!("expected a folder, found the URL `{}`", folder.value),
        );
        report.push(finding.help(match path {
            "" => "remove it".to_owned(),
            path => format!("use `{path}`"),
        }));
    }
}

/// What is behind the bucket in a URL.
fn path(folder: &Spanned<String>) -> Option<&str> {
    let (_, rest) = folder.value.split_once("://")?;
    Some(
        rest.split_once('/')
            .map_or("", |(_, path)| path.trim_matches('/')),
    )
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn urls_in_place_of_folders() {
        check(
            r#"
k3s: {snapshots: {s3: {bucket: acme-etcd, folder: "s3://acme-etcd/prod/", accessKey: {env: A}, secretKey: {env: S}}}}
#                                                 ^^^^^^^^^^^^^^^^^^^^^^ error[bucket-folder-invalid]: expected a folder, found the URL `s3://acme-etcd/prod/`
database: {backup: {folder: prod/gitpod, s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-db, accessKeyId: {env: B}, secretAccessKey: {env: C}}}}
"#,
        );
    }
}
