//! The third-party images that the registry must have.

use crate::emit::gitpod::backup;
use crate::emit::page::Page;
use crate::facts::gitpod::images::{BITNAMI, Image, Needed, images};
use crate::plan::Plan;
use crate::plan::platform::gitpod::{Database, Gitpod, Registry, Storage};

/// With `repository` the Installer takes them from there too.
pub(super) fn list(gitpod: &Gitpod, out: &mut Page) {
    let Some(repository) = &gitpod.repository else {
        return;
    };
    let known = images(gitpod.release).filter(|_| !drops_folders(gitpod));
    let Some(images) = known else {
        out.line("They include third-party images, such as MySQL and Redis: the Installer takes them from there too.");
        return;
    };
    let images = images.iter().filter(|image| is_needed(image.needed, gitpod));
    let images: Vec<&Image> = images.collect();
    out.line("They include third-party images, which the Installer takes from there too:");
    out.line("");
    for image in &images {
        out.line(format!(
            "- `{repository}/{}`, a copy of `{}`",
            image.path,
            image.source()
        ));
    }
    let (now, before) = BITNAMI;
    if images.iter().any(|image| image.from == now) {
        out.line("");
        out.line(format!(
            "The command still names `{before}`, but these tags are now in `{now}`: copy them from there."
        ));
    }
}

/// Those that are gkc's choice, where they come from there too.
pub(super) fn of_backups(plan: &Plan, gitpod: &Gitpod, out: &mut Page) {
    if gitpod.database_backup.is_none() || gitpod.repository.is_none() || plan.k3s.airgap.is_none() {
        return;
    }
    out.line("");
    out.line("The backup of the database needs two more images there:");
    out.line("");
    for (image, published) in backup::images(plan) {
        out.line(format!("- `{image}`, a copy of `{published}`"));
    }
}

/// Whether a patch drops the folders of image names, so that the paths are others.
fn drops_folders(gitpod: &Gitpod) -> bool {
    let patch = gitpod.config_patch.as_ref();
    patch.is_some_and(|patch| patch.value.get("dropImageRepo").is_some())
}

fn is_needed(needed: Needed, gitpod: &Gitpod) -> bool {
    match needed {
        Needed::Always => true,
        Needed::Database => matches!(gitpod.database, Database::InCluster),
        Needed::DatabaseElsewhere => !matches!(gitpod.database, Database::InCluster),
        Needed::CloudSql => matches!(gitpod.database, Database::CloudSql(_)),
        Needed::Storage => matches!(gitpod.storage, Storage::InCluster),
        Needed::Registry => !matches!(gitpod.registry, Registry::External { .. }),
        Needed::WorkspaceImage => gitpod.workspace.image.is_none(),
    }
}
