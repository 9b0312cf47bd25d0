//! What the README of a tree says about Gitpod.

mod backups;
mod images;
mod rotations;
mod steps;

use super::installer::{SEED, release_word};
use crate::emit::certificates::Order;
use crate::emit::parts::Guide;
use crate::plan::platform::gitpod::{Database, Gitpod, Registry, Storage};
use crate::plan::{Plan, shown};

pub(super) fn guide(plan: &Plan, gitpod: &Gitpod, domain: &str, order: &Order<'_>) -> Guide {
    let release = release_word(gitpod.release);
    let title = (
        format!("Gitpod at {domain}"),
        format!("Gitpod, {release}, on the k3s cluster `{}`", plan.name),
    );
    Guide {
        title: Some(title),
        steps: steps::steps(plan, gitpod, domain, order),
        chart: None,
        images: Vec::new(),
        mirrored: images::mirrored(plan, gitpod),
        backups: backups::backups(gitpod),
        rotations: rotations::rotations(),
        remains: remains(gitpod),
        kept: vec![SEED],
    }
}

/// What holds data outside the cluster.
fn remains(gitpod: &Gitpod) -> Vec<String> {
    let mut remains = Vec::new();
    match &gitpod.database {
        Database::InCluster => {}
        Database::External(external) => remains.push(format!("the database at `{}`", shown(&external.host))),
        Database::CloudSql(cloud) => remains.push(format!("the database `{}`", shown(&cloud.instance))),
    }
    if let Some(backup) = &gitpod.database_backup {
        remains.push(format!(
            "the bucket `{}` with copies of the database",
            shown(&backup.s3.bucket)
        ));
    }
    match &gitpod.storage {
        Storage::InCluster => {}
        Storage::S3(s3) => remains.push(format!("the bucket `{}` with workspaces", shown(&s3.bucket))),
        Storage::Gcs { project, .. } => {
            remains.push(format!(
                "the buckets with workspaces in the project `{}`",
                shown(project)
            ));
        }
    }
    match &gitpod.registry {
        Registry::InCluster => {}
        Registry::External { url, .. } => remains.push(format!("workspace images in `{}`", shown(url))),
        Registry::S3(s3) => remains.push(format!(
            "the bucket `{}` with workspace images",
            shown(&s3.bucket)
        )),
    }
    let providers = gitpod.auth_providers.iter();
    remains.extend(
        providers.map(|provider| format!("the OAuth application `{}` at {}", provider.id, provider.host)),
    );
    remains
}
