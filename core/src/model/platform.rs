//! `platform`: what runs on the cluster, and which keys it uses.

use super::Config;
use super::field::Field;
pub(super) use super::gitpod::{CALLED_HERE, CALLED_IN};
use crate::diagnostic::Sink;
use crate::diagnostic::stages::{self, CONFLICTING_KEYS};
use crate::source::Span;
use schemars::JsonSchema;
use serde::Deserialize;

/// What runs on the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Gitpod, self-hosted.
    Gitpod,
    /// Only the cluster, on any architecture.
    None,
    /// Coder. Not supported yet.
    Coder,
}

impl Platform {
    /// Every platform that is compiled.
    pub const ALL: [Platform; 2] = [Platform::Gitpod, Platform::None];

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
}

/// A key that not every platform uses.
pub(super) struct Key {
    /// Its path from the top; [`ITEMS`] stands for every item of a list.
    pub path: &'static [&'static str],
    /// The platforms that use it.
    pub users: &'static [Platform],
    /// The first place of the key, where it holds something.
    written: fn(&Config) -> Option<Span>,
}

/// Every item of a list.
pub(super) const ITEMS: &str = "[]";

fn key_of<T>(field: &Field<T>) -> Option<Span> {
    field.spanned().map(|written| written.key)
}

/// Every such key: with another platform it is an error. The rest of the language belongs to the cluster.
pub(super) static KEYS: [Key; 14] = {
    const fn key(path: &'static [&'static str], written: fn(&Config) -> Option<Span>) -> Key {
        Key {
            path,
            users: &[Platform::Gitpod],
            written,
        }
    }
    [
        key(&["authProviders"], |config| key_of(&config.auth_providers)),
        key(&["blockNewUsers"], |config| key_of(&config.block_new_users)),
        key(&["certificate"], |config| key_of(&config.certificate)),
        key(&["cluster", "nodes", ITEMS, "workloads"], |config| {
            let nodes = config.cluster.get()?.nodes.items();
            nodes.into_iter().find_map(|node| key_of(&node.value.workloads))
        }),
        key(&["cluster", "pools", ITEMS, "workloads"], |config| {
            let pools = config.cluster.get()?.pools.items();
            pools.into_iter().find_map(|pool| key_of(&pool.value.workloads))
        }),
        key(&["database"], |config| key_of(&config.database)),
        key(&["domainPasslist"], |config| {
            key_of(&config.domain_passlist_alias)
        }),
        key(&["domain_passlist"], |config| key_of(&config.domain_passlist)),
        key(&["gitpod"], |config| key_of(&config.gitpod)),
        key(&["ingress"], |config| key_of(&config.ingress)),
        key(&["registry"], |config| key_of(&config.registry)),
        key(&["secrets"], |config| key_of(&config.secrets)),
        key(&["ssh", "workspaceGateway"], |config| {
            config.ssh.get().and_then(|ssh| key_of(&ssh.workspace_gateway))
        }),
        key(&["storage"], |config| key_of(&config.storage)),
    ]
};

/// The one list of keys that decode but are not compiled yet. `docs/not-compiled.md` shows the same.
pub const NOT_COMPILED: &[(&str, &str)] = &[(
    "platform: coder",
    "Coder is not supported yet, only `gitpod` and `none` are",
)];

/// Reports a platform that is not compiled yet, or the keys that it does not use.
pub(super) fn check(config: &Config, sink: &mut Sink) {
    let Some(platform) = config.platform.spanned() else {
        return;
    };
    if platform.value == Platform::Coder {
        for (key, message) in NOT_COMPILED {
            let finding = stages::NOT_COMPILED.at(platform.span, *message);
            sink.push(finding.help(format!("remove `{key}`")));
        }
        return;
    }
    let word = platform.value.as_str();
    for key in KEYS.iter().filter(|key| !key.users.contains(&platform.value)) {
        let Some(at) = (key.written)(config) else {
            continue;
        };
        let path = key.path.join(".").replace(".[]", "[]");
        let users: Vec<String> = key
            .users
            .iter()
            .map(|user| format!("`platform: {}`", user.as_str()))
            .collect();
        let finding = CONFLICTING_KEYS.at(at, format!("`platform: {word}` does not use `{path}`"));
        sink.push(
            finding
                .and(platform.span, "platform set here")
                .help(format!("remove `{path}`, or use {}", crate::words::or(&users))),
        );
    }
}

impl Config {
    /// What runs on the cluster.
    pub fn platform(&self) -> Platform {
        self.platform.copied_or(Platform::Gitpod)
    }
}
