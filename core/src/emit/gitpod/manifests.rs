//! Gitpod's manifests, and the lines that apply them in an order that works.

use super::{NAMESPACE, backup, isolation};
use crate::emit::certificates::{self, Order};
use crate::emit::data::Data;
use crate::emit::kubernetes::{CERT_MANAGER_NAMESPACE, apply_line, namespace};
use crate::plan::Plan;
use crate::plan::platform::gitpod::Gitpod;

/// The manifests, each with the stem of its file.
pub(super) fn manifests(plan: &Plan, gitpod: &Gitpod, order: &Order<'_>) -> Vec<(&'static str, Vec<Data>)> {
    let mut manifests = vec![("gkc-00-namespaces", namespace_objects())];
    manifests.extend(certificates::manifests(plan, order));
    manifests.push(("gkc-30-network-policy", vec![isolation::policy(plan)]));
    if let Some(backup) = &gitpod.database_backup {
        manifests.push(("gkc-40-database-backup", vec![backup::cron_job(plan, backup)]));
    }
    manifests
}

/// What secrets need to be there.
pub(super) fn prepare() -> Vec<String> {
    vec![apply_line(&["gkc-00-namespaces"])]
}

/// What comes after the secrets.
pub(super) fn apply(gitpod: &Gitpod, order: &Order<'_>) -> Vec<String> {
    let mut lines = certificates::apply(order);
    lines.push(apply_line(&["gkc-30-network-policy"]));
    if gitpod.database_backup.is_some() {
        lines.push(apply_line(&["gkc-40-database-backup"]));
    }
    lines
}

fn namespace_objects() -> Vec<Data> {
    let gitpod = namespace(NAMESPACE, Some("privileged"));
    vec![
        namespace(CERT_MANAGER_NAMESPACE, None),
        gitpod.commented("ws-daemon is privileged and mounts host paths."),
    ]
}
