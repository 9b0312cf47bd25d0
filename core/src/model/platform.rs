//! `platform`: what runs on the cluster, and which keys it uses.

use super::Config;
use super::field::{Field, Spanned};
pub(super) use super::gitpod::{CALLED_HERE, CALLED_IN};
use super::raw::Raw;
use super::secrets::SecretMap;
use crate::diagnostic::stages::{self, CONFLICTING_KEYS, UNKNOWN_KEY};
use crate::diagnostic::{Diagnostic, Fix, Sink};
use crate::source::{SourceFile, Span};
use crate::syntax::entry_extent;
use schemars::JsonSchema;
use serde::Deserialize;

/// What runs on the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Platform {
    /// Gitpod, self-hosted.
    Gitpod,
    /// Only the cluster, on any architecture.
    None,
    /// Coder.
    Coder,
}

impl Platform {
    /// The one that is meant where none is written.
    pub const DEFAULT: Platform = Platform::Gitpod;

    /// Every platform.
    pub const ALL: [Platform; 3] = [Platform::Gitpod, Platform::None, Platform::Coder];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Platform::Gitpod => "gitpod",
            Platform::None => "none",
            Platform::Coder => "coder",
        }
    }

    /// What people call it; only the cluster has no name.
    pub fn title(self) -> &'static str {
        match self {
            Platform::Gitpod => "Gitpod",
            Platform::None => "the cluster",
            Platform::Coder => "Coder",
        }
    }

    /// Whether it reads the key at a path, where `[]` stands for every item of a list. All of them read what belongs to the cluster.
    pub fn reads(self, path: &[&str]) -> bool {
        let key = KEYS.iter().find(|key| key.path == path);
        key.is_none_or(|key| key.users.contains(&self))
    }

    /// The same at the beginning of a message.
    fn subject(self) -> &'static str {
        match self {
            Platform::None => "`platform: none`",
            Platform::Gitpod | Platform::Coder => self.title(),
        }
    }
}

/// A key that not every platform uses.
pub(super) struct Key {
    /// Its path from the top; [`ITEMS`] stands for every item of a list.
    pub path: &'static [&'static str],
    /// The platforms that use it.
    pub users: &'static [Platform],
    /// Why others do not, where more is to say than that they have no such thing.
    why: &'static str,
    /// Every place where it holds something.
    written: fn(&Config) -> Vec<KeyAndValue>,
}

/// The platforms that read a key, by its path from the top; `None` where all do.
pub(crate) fn users_of(path: &[&str]) -> Option<&'static [Platform]> {
    let key = KEYS.iter().find(|key| path.starts_with(key.path))?;
    (key.users.len() < Platform::ALL.len()).then_some(key.users)
}

/// The key of an entry, and its value.
type KeyAndValue = (Span, Span);

/// The lists whose items are names of `secrets`.
pub(crate) const PULL_SECRETS: [[&str; 2]; 2] =
    [["gitpod", "imagePullSecrets"], ["coder", "imagePullSecrets"]];

/// Every item of a list.
pub(crate) const ITEMS: &str = "[]";

fn place_of<T>(field: &Field<T>) -> Vec<KeyAndValue> {
    field
        .spanned()
        .map(|written| (written.key, written.span))
        .into_iter()
        .collect()
}

/// The places of a field of each item.
fn places_of<'c, T: 'c, F: 'c>(
    items: impl Iterator<Item = &'c Spanned<T>>,
    field: impl Fn(&'c T) -> &'c Field<F>,
) -> Vec<KeyAndValue> {
    items.flat_map(|item| place_of(field(&item.value))).collect()
}

/// The places of a field within a mapping.
fn within<T, F>(mapping: Option<&T>, field: impl Fn(&T) -> &Field<F>) -> Vec<KeyAndValue> {
    mapping.map_or_else(Vec::new, |mapping| place_of(field(mapping)))
}

const GITPOD: &[Platform] = &[Platform::Gitpod];
const CODER: &[Platform] = &[Platform::Coder];
const BOTH: &[Platform] = &[Platform::Gitpod, Platform::Coder];

/// Coder builds no images, so it needs no registry to push to.
const NO_IMAGES: &str = "Coder builds no images: `registry.external` is for pulling those of workspaces";

/// Every such key: with another platform it is an error. The rest of the language belongs to the cluster.
pub(super) static KEYS: [Key; 23] = {
    const fn key(
        path: &'static [&'static str],
        users: &'static [Platform],
        written: fn(&Config) -> Vec<KeyAndValue>,
    ) -> Key {
        Key {
            path,
            users,
            why: "",
            written,
        }
    }
    const fn because(key: Key, why: &'static str) -> Key {
        Key { why, ..key }
    }
    [
        key(&["authProviders"], BOTH, |config| {
            place_of(&config.auth_providers)
        }),
        because(
            key(&["authProviders", ITEMS, "settingsUrl"], GITPOD, |config| {
                places_of(config.auth_providers.items(), |provider| &provider.settings_url)
            }),
            "Coder shows users a page of its own",
        ),
        key(&["blockNewUsers"], BOTH, |config| {
            place_of(&config.block_new_users)
        }),
        key(&["certificate"], BOTH, |config| place_of(&config.certificate)),
        key(&["cluster", "nodes", ITEMS, "workloads"], BOTH, |config| {
            let cluster = config.cluster.get();
            places_of(cluster.into_iter().flat_map(|c| c.nodes.items()), |node| {
                &node.workloads
            })
        }),
        key(&["cluster", "pools", ITEMS, "workloads"], BOTH, |config| {
            let cluster = config.cluster.get();
            places_of(cluster.into_iter().flat_map(|c| c.pools.items()), |pool| {
                &pool.workloads
            })
        }),
        key(&["coder"], CODER, |config| place_of(&config.coder)),
        key(&["database"], BOTH, |config| place_of(&config.database)),
        because(
            key(
                &["database", "external", "encryptionKeys", ITEMS, "name"],
                GITPOD,
                |config| places_of(encryption_keys(config), |key| &key.name),
            ),
            ONLY_MATERIAL,
        ),
        because(
            key(
                &["database", "external", "encryptionKeys", ITEMS, "version"],
                GITPOD,
                |config| places_of(encryption_keys(config), |key| &key.version),
            ),
            ONLY_MATERIAL,
        ),
        key(&["database", "external", "name"], CODER, |config| {
            within(external_database(config), |database| &database.name)
        }),
        key(&["database", "external", "sslMode"], CODER, |config| {
            within(external_database(config), |database| &database.ssl_mode)
        }),
        key(&["domainPasslist"], BOTH, |config| {
            place_of(&config.domain_passlist_alias)
        }),
        key(&["domain_passlist"], BOTH, |config| {
            place_of(&config.domain_passlist)
        }),
        key(&["gitpod"], GITPOD, |config| place_of(&config.gitpod)),
        key(&["ingress"], BOTH, |config| place_of(&config.ingress)),
        key(&["registry"], BOTH, |config| place_of(&config.registry)),
        because(
            key(&["registry", "allowedBaseImages"], GITPOD, |config| {
                within(config.registry.get(), |registry| &registry.allowed_base_images)
            }),
            NO_IMAGES,
        ),
        because(
            key(&["registry", "inCluster"], GITPOD, |config| {
                within(config.registry.get(), |registry| &registry.in_cluster)
            }),
            NO_IMAGES,
        ),
        because(
            key(&["registry", "s3"], GITPOD, |config| {
                within(config.registry.get(), |registry| &registry.s3)
            }),
            NO_IMAGES,
        ),
        key(&["secrets"], BOTH, |config| place_of(&config.secrets)),
        because(
            key(&["ssh", "workspaceGateway"], GITPOD, |config| {
                within(config.ssh.get(), |ssh| &ssh.workspace_gateway)
            }),
            "Coder's SSH runs through the server's HTTPS",
        ),
        because(
            key(&["storage"], GITPOD, |config| place_of(&config.storage)),
            "with Coder, home directories are volumes and everything else is in PostgreSQL",
        ),
    ]
};

/// Coder's keys have neither.
const ONLY_MATERIAL: &str = "Coder's keys have no names: the first one encrypts, and all of them decrypt";

fn external_database(config: &Config) -> Option<&super::ExternalDatabase> {
    config.database.get()?.external.get()
}

fn encryption_keys(config: &Config) -> impl Iterator<Item = &Spanned<super::EncryptionKey>> {
    let database = external_database(config);
    database
        .into_iter()
        .flat_map(|database| database.encryption_keys.items())
}

/// The one list of keys that decode but are not compiled yet. `docs/not-compiled.md` shows the same.
pub const NOT_COMPILED: &[(&str, &str)] = &[(
    "database.cloudSql",
    "Cloud SQL's proxy with Coder is not supported yet",
)];

/// Reports what of a platform is not compiled yet, and the keys that it does not use. Returns whether the section of another platform
/// seems to be its own under a wrong name, so that nothing in there is known.
pub(super) fn check(config: &Config, file: &SourceFile, sink: &mut Sink) -> bool {
    if matches!(config.platform, Field::Bad) {
        return false;
    }
    let platform = config.platform();
    if platform == Platform::Coder {
        let cloud_sql = within(config.database.get(), |database| &database.cloud_sql);
        for ((key, message), (at, _)) in NOT_COMPILED.iter().zip(cloud_sql) {
            let finding = stages::NOT_COMPILED.at(at, *message);
            sink.push(finding.help(format!(
                "remove `{key}`, and use `database.external` with the instance's address"
            )));
        }
    }
    let mut is_misnamed = false;
    let unread = || KEYS.iter().filter(|key| !key.users.contains(&platform));
    for key in unread() {
        // What is in a mapping that is not read was said with that.
        let is_said = |other: &Key| other.path.len() < key.path.len() && key.path.starts_with(other.path);
        if unread().any(is_said) {
            continue;
        }
        for place in (key.written)(config) {
            let (_, value) = place;
            let held_unknown =
                sink.forget(|found| found.rule.name == UNKNOWN_KEY.name && value.contains(found.span));
            is_misnamed |= held_unknown && is_in_place_of_own(key, config);
            sink.push(unused(key, place, config, file));
        }
    }
    is_misnamed
}

/// Whether a key is the section of another platform, and that of this one is missing.
fn is_in_place_of_own(key: &Key, config: &Config) -> bool {
    let platform = config.platform();
    let is_section = Platform::ALL
        .iter()
        .any(|other| *other != platform && key.path == [other.as_str()]);
    is_section
        && match platform {
            Platform::Gitpod => config.gitpod.is_missing(),
            Platform::Coder => config.coder.is_missing(),
            Platform::None => false,
        }
}

/// The finding on a key that the platform does not use.
fn unused(key: &Key, (at, value): KeyAndValue, config: &Config, file: &SourceFile) -> Diagnostic {
    let path = key.path.join(".").replace(".[]", "[]");
    let users: Vec<String> = key
        .users
        .iter()
        .map(|user| format!("`platform: {}`", user.as_str()))
        .collect();
    let platform = config.platform();
    let message = format!("{} does not read `{path}`", platform.subject());
    let mut finding = CONFLICTING_KEYS
        .at(at, message)
        .help(match is_in_place_of_own(key, config) {
            true => format!("use `{}`, or {}", platform.as_str(), crate::words::or(&users)),
            false => format!("remove `{path}`, or use {}", crate::words::or(&users)),
        });
    if let Some(written) = config.platform.spanned() {
        finding = finding.and(written.span, "platform set here");
    }
    if platform == Platform::Coder && !key.why.is_empty() {
        finding = finding.note(key.why);
    }
    let extent = entry_extent(file.text(), at, value);
    let removed = file.slice(extent);
    // What has an anchor may be used elsewhere.
    match removed.contains('&') {
        true => finding,
        false => finding.fix(Fix::risky(format!("remove `{path}`"), extent, "")),
    }
}

/// Amounts of CPU and memory, as far as they are written.
#[derive(Debug, Clone, Copy, Default)]
pub struct Resources<'c> {
    /// CPUs.
    pub cpu: Option<&'c Spanned<String>>,
    /// Memory.
    pub memory: Option<&'c Spanned<String>>,
}

/// What a workspace gets, as far as it is written.
#[derive(Debug, Clone, Copy, Default)]
pub struct WorkspaceAmounts<'c> {
    /// What it reserves.
    pub requests: Resources<'c>,
    /// The most it may use.
    pub limits: Resources<'c>,
    /// The size of its disk.
    pub disk: Option<&'c Spanned<String>>,
}

impl Config {
    /// What each workspace gets.
    pub fn workspace_amounts(&self) -> WorkspaceAmounts<'_> {
        fn of<'c>(cpu: Option<&'c Field<String>>, memory: Option<&'c Field<String>>) -> Resources<'c> {
            Resources {
                cpu: cpu.and_then(Field::spanned),
                memory: memory.and_then(Field::spanned),
            }
        }
        match self.platform() {
            Platform::Gitpod => {
                let workspace = self.gitpod.get().and_then(|gitpod| gitpod.workspace.get());
                let requests = workspace.and_then(|workspace| workspace.requests.get());
                let limits = workspace.and_then(|workspace| workspace.limits.get());
                WorkspaceAmounts {
                    requests: of(requests.map(|of| &of.cpu), requests.map(|of| &of.memory)),
                    limits: of(limits.map(|of| &of.cpu), limits.map(|of| &of.memory)),
                    disk: None,
                }
            }
            Platform::Coder => {
                let workspaces = self.coder.get().and_then(|coder| coder.workspaces.get());
                let requests = workspaces.and_then(|workspaces| workspaces.requests.get());
                let limits = workspaces.and_then(|workspaces| workspaces.limits.get());
                WorkspaceAmounts {
                    requests: of(requests.map(|of| &of.cpu), requests.map(|of| &of.memory)),
                    limits: of(limits.map(|of| &of.cpu), limits.map(|of| &of.memory)),
                    disk: workspaces.and_then(|workspaces| workspaces.home_size.spanned()),
                }
            }
            Platform::None => WorkspaceAmounts::default(),
        }
    }

    /// The Kubernetes secrets of the user's own, wherever they are put.
    pub fn secret_maps(&self) -> impl Iterator<Item = &Field<SecretMap>> {
        let coder = self.coder.get().filter(|_| self.platform() == Platform::Coder);
        let workspaces = coder.and_then(|coder| coder.workspaces.get());
        [
            Some(&self.secrets),
            workspaces.map(|workspaces| &workspaces.secrets),
        ]
        .into_iter()
        .flatten()
    }

    /// The URLs of web services that the platform or its users open.
    pub fn urls(&self) -> Vec<&Spanned<String>> {
        let providers = self.auth_providers.items();
        let settings = providers.filter_map(|provider| provider.value.settings_url.spanned());
        match self.platform() {
            Platform::Gitpod => {
                let gitpod = self.gitpod.get();
                let tracing = gitpod.and_then(|gitpod| gitpod.tracing.get());
                let extensions = gitpod.and_then(|gitpod| gitpod.open_vsx_url.spanned());
                let collector = tracing.and_then(|tracing| tracing.endpoint.spanned());
                extensions.into_iter().chain(collector).chain(settings).collect()
            }
            Platform::Coder => {
                let login = self.coder.get().and_then(|coder| coder.login.get());
                let github = login.and_then(|login| login.github.get());
                let enterprise = github.and_then(|github| github.enterprise_url.spanned());
                enterprise.into_iter().collect()
            }
            Platform::None => Vec::new(),
        }
    }

    /// The images that the platform is told of, each with whether it has a tag.
    pub fn images(&self) -> Vec<(&Spanned<String>, bool)> {
        let images = match self.platform() {
            Platform::Gitpod => {
                let workspace = self.gitpod.get().and_then(|gitpod| gitpod.workspace.get());
                [workspace.map(|workspace| (&workspace.image, true)), None]
            }
            Platform::Coder => {
                let coder = self.coder.get();
                let workspaces = coder.and_then(|coder| coder.workspaces.get());
                [
                    coder.map(|coder| (&coder.image, false)),
                    workspaces.map(|workspaces| (&workspaces.image, true)),
                ]
            }
            Platform::None => [None, None],
        };
        let written = images.into_iter().flatten();
        written
            .filter_map(|(image, has_tag)| Some((image.spanned()?, has_tag)))
            .collect()
    }

    /// What runs on the cluster; where that cannot be read, what the keys say that only one platform has.
    pub fn platform(&self) -> Platform {
        match self.platform {
            Field::Bad if self.coder.is_written() => Platform::Coder,
            Field::Bad if self.gitpod.is_missing() && self.auth_providers.is_missing() => Platform::None,
            _ => self.platform.copied_or(Platform::DEFAULT),
        }
    }

    /// What is handed through to the platform as it is written, with the key's path.
    pub fn platform_passthrough(&self) -> Option<(&'static str, &Spanned<Raw>)> {
        match self.platform() {
            Platform::Gitpod => {
                let patch = self.gitpod.get()?.config_patch.spanned()?;
                Some(("gitpod.configPatch", patch))
            }
            Platform::Coder => {
                let patch = self.coder.get()?.values_patch.spanned()?;
                Some(("coder.valuesPatch", patch))
            }
            Platform::None => None,
        }
    }
}
