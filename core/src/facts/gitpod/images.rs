//! The third-party images that the Installer takes from `repository` once that is set, for the releases whose images were looked at.
//!
//! Source: gitpod-io/gitpod `install/installer/pkg/common/common.go`, `ThirdPartyContainerRepo`, and its callers; `render` and `mirror list` of
//! 2022.11.2, the main branch at the end of 2023-03, and 4f45d02 (2026-07-24), run on 2026-11-28. bitnami/containers#83267: Docker Hub has had
//! the tags of `bitnami` as `bitnamilegacy` since 2025-09-29.

use super::Release;

/// Where Bitnami's old tags are now, and where `mirror list` still looks for them.
pub const BITNAMI: (&str, &str) = ("docker.io/bitnamilegacy", "docker.io/bitnami");

/// An image of somebody else's.
#[derive(Debug, Clone, Copy)]
pub struct Image {
    /// Its path below `repository`, with its tag or digest.
    pub path: &'static str,
    /// The registry or the folder that it comes from, for all but the last part of its name.
    pub from: &'static str,
    /// What runs with it.
    pub needed: Needed,
}

/// When an image is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// Always.
    Always,
    /// With the database in the cluster.
    Database,
    /// With a database elsewhere.
    DatabaseElsewhere,
    /// With Cloud SQL.
    CloudSql,
    /// With the object storage in the cluster.
    Storage,
    /// With a registry in the cluster, wherever its data is.
    Registry,
    /// Unless workspaces have an image of their own.
    WorkspaceImage,
}

const fn image(path: &'static str, from: &'static str, needed: Needed) -> Image {
    Image { path, from, needed }
}

const HUB: &str = "docker.io/library";

const SHELL: Image = image(
    "bitnami/bitnami-shell:11-debian-11-r60",
    BITNAMI.0,
    Needed::Database,
);
const MINIO: Image = image(
    "bitnami/minio:2022.12.12-debian-11-r0",
    BITNAMI.0,
    Needed::Storage,
);
const MYSQL_5_7: Image = image("bitnami/mysql:5.7.34-debian-10-r55", BITNAMI.0, Needed::Database);
const RABBITMQ: Image = image("bitnami/rabbitmq:3.11.5-debian-11-r2", BITNAMI.0, Needed::Always);
const RBAC_PROXY: Image = image("brancz/kube-rbac-proxy:v0.12.0", "quay.io/brancz", Needed::Always);
const SQL_PROXY: Image = image(
    "cloudsql-docker/gce-proxy:1.11",
    "b.gcr.io/cloudsql-docker",
    Needed::CloudSql,
);
const WORKSPACE: Image = image(
    "gitpod/workspace-full:latest",
    "docker.io/gitpod",
    Needed::WorkspaceImage,
);
const ALPINE: Image = image("library/alpine:3.16", HUB, Needed::Always);
const MYSQL_CLIENT: Image = image("library/mysql:5.7.34", HUB, Needed::DatabaseElsewhere);
const OPEN_VSX_REDIS: Image = image("library/redis:6.2", HUB, Needed::Always);
const REGISTRY: Image = image("library/registry:2.8.1", HUB, Needed::Registry);

const MAIN: &[Image] = &[
    SHELL,
    MINIO,
    image("bitnami/mysql:8.0.33-debian-11-r24", BITNAMI.0, Needed::Database),
    image("brancz/kube-rbac-proxy:v0.19.0", "quay.io/brancz", Needed::Always),
    image(
        "chainguard/redis@sha256:0e7bcb5e7f87bd6521a48561b9fa904b457301dc3ac239c0f2b22a3f6405ab5b",
        "cgr.dev/chainguard",
        Needed::Always,
    ),
    image(
        "cloudsql-docker/gce-proxy:1.33.8-alpine",
        "b.gcr.io/cloudsql-docker",
        Needed::CloudSql,
    ),
    WORKSPACE,
    ALPINE,
    MYSQL_CLIENT,
    OPEN_VSX_REDIS,
    REGISTRY,
    image(
        "oliver006/redis_exporter@sha256:9e19fc77b9c5cb138a9ec9335b8bbcbbed620c4df54f7eb29329cdd8db148f1d",
        "quay.io/oliver006",
        Needed::Always,
    ),
];

const MIDDLE: &[Image] = &[
    SHELL,
    MINIO,
    MYSQL_5_7,
    RABBITMQ,
    RBAC_PROXY,
    SQL_PROXY,
    WORKSPACE,
    ALPINE,
    MYSQL_CLIENT,
    OPEN_VSX_REDIS,
    image("library/redis:7.0.8", HUB, Needed::Always),
    REGISTRY,
    image(
        "oliver006/redis_exporter:v1.48.0",
        "docker.io/oliver006",
        Needed::Always,
    ),
];

const EARLY: &[Image] = &[
    SHELL,
    MINIO,
    MYSQL_5_7,
    RABBITMQ,
    RBAC_PROXY,
    SQL_PROXY,
    WORKSPACE,
    ALPINE,
    MYSQL_CLIENT,
    OPEN_VSX_REDIS,
    REGISTRY,
    image("library/ubuntu:20.04", HUB, Needed::Always),
];

/// The images of a release, in the order of their paths; absent for releases whose images were not looked at.
pub fn images(release: Release) -> Option<&'static [Image]> {
    const MARCH: Release = Release::month(2023, 3);
    const LAST_TAG: Release = Release::Dated {
        year: 2022,
        month: 11,
        patch: 2,
    };
    match release {
        Release::Main => Some(MAIN),
        MARCH => Some(MIDDLE),
        LAST_TAG => Some(EARLY),
        Release::Dated { .. } => None,
    }
}

impl Image {
    /// Where it is pulled from upstream.
    pub fn source(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        format!("{}/{name}", self.from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_release_lists_its_images_in_order() {
        for release in ["main", "2023.03", "2022.11.2"] {
            let images = Release::parse(release).and_then(images).unwrap();
            let paths: Vec<&str> = images.iter().map(|image| image.path).collect();
            assert!(paths.is_sorted(), "{release}: {paths:?}");
        }
        assert!(Release::parse("2024.01").and_then(images).is_none());
    }

    #[test]
    fn an_image_comes_from_its_own_registry() {
        assert_eq!(REGISTRY.source(), "docker.io/library/registry:2.8.1");
        assert_eq!(
            MINIO.source(),
            "docker.io/bitnamilegacy/minio:2022.12.12-debian-11-r0"
        );
    }
}
