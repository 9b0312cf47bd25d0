//! The Installer's config for the release that is aimed at, and the script that renders with it.
//!
//! The Installer parses strictly, so only keys that the release knows are written; `inCluster: false` stands wherever
//! something external is set, since `true` is its default and wins (gitpod-io/gitpod `pkg/components/database/objects.go`).

use super::{HTTPS_CERTIFICATES, NAMESPACE, OWN_CA, secrets};
use crate::emit::data::{Data, Kind, entry, map, map_of, opt, seq};
use crate::emit::document::{Document, DocumentKind};
use crate::emit::k3s::from_json;
use crate::emit::written::Written;
use crate::emit::yaml;
use crate::facts::gitpod::{self as facts, Release};
use crate::model::Platform;
use crate::origin::Origin;
use crate::plan::platform::gitpod::{Database, Gitpod, Registry, Storage};
use crate::plan::{Certificate, Plan, S3};
use crate::text::Text;

/// The Installer's config.
pub(super) const CONFIG: &str = "gitpod/installer-config.yaml";
/// What `render.sh` makes passwords from, and keeps.
pub(super) const SEED: &str = "gitpod/render-seed";

/// `installer-config.yaml` and `render.sh`.
pub(super) fn documents(plan: &Plan, gitpod: &Gitpod, domain: &str) -> Vec<Document> {
    let config = Document::new(
        DocumentKind::PlatformConfig(Platform::Gitpod),
        CONFIG,
        yaml::write_one(&config(plan, gitpod, domain)),
    );
    let script = Document::new(
        DocumentKind::PlatformScript(Platform::Gitpod),
        "gitpod/render.sh",
        render_script(gitpod),
    );
    vec![config, script]
}

fn reference(name: &str) -> Data {
    map([("kind", Data::from("secret")), ("name", Data::from(name))])
}

fn config(plan: &Plan, gitpod: &Gitpod, domain: &str) -> Data {
    let list = |items: Vec<Data>| (!items.is_empty()).then(|| seq(items));
    let pull_secrets = gitpod
        .image_pull_secrets
        .iter()
        .map(|name| reference(name))
        .collect();
    let providers = gitpod
        .auth_providers
        .iter()
        .map(|p| reference(&secrets::auth_provider_name(p)))
        .collect();
    let mut data = map_of([
        entry("apiVersion", "v1"),
        entry("kind", "Full"),
        entry("domain", domain),
        entry("metadata", metadata(gitpod)),
        opt("repository", gitpod.repository.as_deref()),
        entry("observability", map([("logLevel", Data::from(gitpod.log_level))])),
        entry("database", database(&gitpod.database)),
        entry("objectStorage", object_storage(&gitpod.storage)),
        entry("containerRegistry", container_registry(gitpod)),
        entry("certificate", reference(HTTPS_CERTIFICATES)),
        opt("customCACert", custom_ca(gitpod).map(reference)),
        opt(
            "httpProxy",
            plan.proxy.as_ref().map(|_| reference(secrets::PROXY)),
        ),
        opt("imagePullSecrets", list(pull_secrets)),
        entry("workspace", workspace(gitpod)),
        entry("openVSX", map([("url", Data::from(&gitpod.open_vsx_url))])),
        opt("authProviders", list(providers)),
        entry("blockNewUsers", block_new_users(gitpod)),
        opt(
            "sshGatewayHostKey",
            gitpod
                .ssh_gateway
                .as_ref()
                .map(|_| reference(secrets::SSH_GATEWAY)),
        ),
        opt("experimental", experimental(gitpod)),
    ]);
    if let Some(patch) = &gitpod.config_patch {
        merge(
            &mut data,
            &from_json(&patch.value).with_origin(Origin::Config(patch.span)),
        );
    }
    data.commented(format!(
        "Made by gkc for the Gitpod Installer, release {}: do not edit, build again.",
        gitpod.release
    ))
}

fn metadata(gitpod: &Gitpod) -> Data {
    map([
        ("region", Data::from(&gitpod.region)),
        ("shortname", Data::from(&gitpod.shortname)),
    ])
}

fn block_new_users(gitpod: &Gitpod) -> Data {
    map([
        ("enabled", Data::from(gitpod.block_new_users)),
        ("passlist", seq(gitpod.passlist.iter().map(String::as_str))),
    ])
}

fn custom_ca(gitpod: &Gitpod) -> Option<&'static str> {
    match (&gitpod.custom_ca, &gitpod.certificate) {
        (Some(_), _) => Some(secrets::CUSTOM_CA),
        (None, Certificate::SelfSigned) => Some(OWN_CA),
        (None, _) => None,
    }
}

fn in_cluster(is: bool) -> Data {
    map([("inCluster", Data::from(is))])
}

fn database(database: &Database) -> Data {
    let mut data = in_cluster(matches!(database, Database::InCluster));
    match database {
        Database::InCluster => {}
        Database::External(external) => {
            data.insert("external", map([("certificate", reference(secrets::DATABASE))]));
            if external.ca.is_some() {
                data.insert("ssl", map([("caCert", reference(secrets::DATABASE_CA))]));
            }
        }
        Database::CloudSql(cloud) => {
            let cloud_sql = [
                ("serviceAccount", reference(secrets::CLOUD_SQL)),
                ("instance", Data::from(cloud.instance.clone())),
            ];
            data.insert("cloudSQL", map(cloud_sql));
        }
    }
    data
}

fn object_storage(storage: &Storage) -> Data {
    let mut data = in_cluster(matches!(storage, Storage::InCluster));
    match storage {
        Storage::InCluster => {}
        Storage::S3(s3) => data.insert("s3", s3_storage(s3)),
        Storage::Gcs { project, .. } => {
            let gcs = [
                ("serviceAccount", reference(secrets::STORAGE_GCS)),
                ("project", Data::from(project.clone())),
            ];
            data.insert("cloudStorage", map(gcs));
        }
    }
    // MinIO's; required by the Installer's validation whichever storage is used.
    data.insert(
        "resources",
        map([("requests", map([("memory", Data::from("2Gi"))]))]),
    );
    data
}

fn s3_storage(s3: &S3) -> Data {
    map([
        ("endpoint", Data::from(s3.endpoint.clone())),
        ("bucket", Data::from(s3.bucket.clone())),
        ("credentials", reference(secrets::STORAGE_S3)),
    ])
}

fn container_registry(gitpod: &Gitpod) -> Data {
    let mut data = in_cluster(!matches!(gitpod.registry, Registry::External { .. }));
    match &gitpod.registry {
        Registry::InCluster => {}
        Registry::External { url, .. } => {
            let external = [
                ("url", Data::from(url.clone())),
                ("certificate", reference(secrets::REGISTRY)),
            ];
            data.insert("external", map(external));
        }
        Registry::S3(s3) => {
            let storage = [
                ("bucket", Data::from(s3.bucket.clone())),
                ("region", Data::from(&s3.region)),
                ("endpoint", Data::from(s3.endpoint.clone())),
                ("certificate", reference(secrets::REGISTRY_S3)),
            ];
            data.insert("s3storage", map(storage));
        }
    }
    if !gitpod.allowed_base_images.is_empty() {
        data.insert(
            "privateBaseImageAllowList",
            seq(gitpod.allowed_base_images.iter().map(String::as_str)),
        );
    }
    data
}

fn workspace(gitpod: &Gitpod) -> Data {
    let directory = gitpod.release >= facts::CONTAINERD_SOCKET_DIR;
    let socket = if directory {
        "containerdSocketDir"
    } else {
        "containerdSocket"
    };
    let path = match directory {
        true => facts::CONTAINERD_SOCKET_DIR_PATH.to_owned(),
        false => format!("{}/containerd.sock", facts::CONTAINERD_SOCKET_DIR_PATH),
    };
    let runtime = map([
        ("fsShiftMethod", Data::from("shiftfs")),
        ("containerdRuntimeDir", Data::from(facts::CONTAINERD_RUNTIME_DIR)),
        (socket, Data::from(path)),
    ]);
    let requests = map([
        ("cpu", Data::from(&gitpod.workspace.requests.cpu)),
        ("memory", Data::from(&gitpod.workspace.requests.memory)),
    ]);
    map_of([
        entry("runtime", runtime.with_origin(Origin::Fact("gitpod"))),
        entry("resources", map([("requests", requests)])),
        entry("maxLifetime", gitpod.workspace.max_lifetime.as_str()),
        opt("timeoutDefault", gitpod.workspace.timeout.as_deref()),
    ])
}

/// Only where it says something: the Installer drops the section unless it is told not to.
fn experimental(gitpod: &Gitpod) -> Option<Data> {
    let cidr = gitpod.workspace.cidr.to_string();
    (cidr != facts::WORKSPACE_CIDR).then(|| map([("workspace", map([("workspaceCIDR", Data::from(cidr))]))]))
}

/// Maps are merged key by key; everything else of `patch` takes the place of what was there.
fn merge(data: &mut Data, patch: &Data) {
    let (Kind::Map(entries), Kind::Map(patches)) = (&mut data.kind, &patch.kind) else {
        *data = patch.clone();
        return;
    };
    // A map has a key once, so only what was there before can be meant.
    let known = entries.len();
    for (key, value) in patches {
        match entries.iter_mut().take(known).find(|(k, _)| k == key) {
            Some((_, old)) => merge(old, value),
            None => entries.push((key.clone(), value.clone())),
        }
    }
}

fn render_script(gitpod: &Gitpod) -> Written {
    let mut script = String::from("#!/bin/sh\nset -eu\n");
    script.push_str(include_str!("render.sh"));
    let patched = gitpod
        .config_patch
        .as_ref()
        .is_some_and(|patch| patch.value.get("experimental").is_some());
    let flag = if patched || experimental(gitpod).is_some() {
        " --use-experimental-config"
    } else {
        ""
    };
    script.push_str(&format!(
        "\"$installer\" render --config \"$config\" --namespace {NAMESPACE}{flag} --seed \"$(cat \"$seed\")\"\n"
    ));
    Written::of(Text::lit(script), None)
}

/// What a document says of the release.
pub(super) fn release_word(release: Release) -> String {
    match release {
        Release::Main => "the newest release".into(),
        dated @ Release::Dated { .. } => format!("release {dated}"),
    }
}
