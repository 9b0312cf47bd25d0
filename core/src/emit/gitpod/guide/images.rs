//! The third-party images that the registry must have.

use crate::emit::gitpod::backup;
use crate::emit::page::Page;
use crate::facts::gitpod::images::{BITNAMI, Image, Needed, images};
use crate::plan::Plan;
use crate::plan::platform::gitpod::{Database, Gitpod, Registry, Storage};
use crate::words::and;

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

/// What the registry has to have of Gitpod: the Installer knows its own, the others are gkc's choice, and come from there, too.
pub(super) fn mirrored(plan: &Plan, gitpod: &Gitpod) -> Vec<String> {
    let mut lines = vec![
        "The registry must have Gitpod's images, which the Installer lists: the step that gets it has the command.".to_owned(),
    ];
    if gitpod.database_backup.is_some() && gitpod.repository.is_some() {
        let copies = backup::images(plan)
            .map(|(image, published)| format!("`{image}` must be a copy of `{published}`"));
        lines.push(format!("For the backup of the database, {}.", and(&copies)));
    }
    lines
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
