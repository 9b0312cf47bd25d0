//! See [`RULE`].

use crate::model::{Config, Size};
use crate::plan::Plan;
use crate::plan::platform::gitpod::Storage;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A cluster for production has its object storage in the cluster.
    ///
    /// ## Why
    ///
    /// The in-cluster storage, MinIO, keeps what people have in their workspaces on the disk of one machine, without copies. Losing that machine
    /// loses every stopped workspace.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/components/minio/incluster`, `install/installer/docs/overview.md`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {size: medium}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {size: medium}
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-gitpod, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    "storage-incluster-production", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let in_cluster = plan
        .gitpod()
        .is_some_and(|gitpod| gitpod.storage == Storage::InCluster);
    let size = config.cluster.get().and_then(|cluster| cluster.size.spanned());
    let Some(size) = size.filter(|size| size.value != Size::Small && in_cluster) else {
        return;
    };
    // Whoever writes `storage` has decided, and an invalid one was meant to be another.
    if config.storage.is_written() || report.is_damaged() {
        return;
    }
    let message =
        "the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production";
    report.push(
        report
            .found(size.span, message)
            .help("use `storage: {s3: …}` or `storage: {gcs: …}`")
            .note("losing that machine loses every stopped workspace"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn sizes_beyond_a_trial() {
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
database: {external: {host: db.acme.dev, username: g, password: {env: P}}}
",
        );
        check(
            r"
cluster: {size: medium}
database: {external: {host: db.acme.dev, username: g, password: {env: P}}}
storage: {inCluster: true}
",
        );
    }
}
