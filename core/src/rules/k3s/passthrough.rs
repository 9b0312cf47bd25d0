//! The passthrough keys of k3s's `config.yaml`, and those that gkc manages.

use crate::facts::k3s;
use crate::facts::k3s_keys::Key;
use crate::model::{Config, Raw, Spanned, managed_key};

/// A key of `serverConfig` or `agentConfig`.
pub(in crate::rules) struct Passed<'a> {
    /// `server` or `agent`.
    pub role: &'static str,
    /// The key as it is written.
    pub key: &'a Spanned<String>,
    /// Its value.
    pub value: &'a Spanned<Raw>,
}

impl<'a> Passed<'a> {
    /// The key without the dashes of a flag and the `+` of an addition.
    pub fn name(&self) -> &'a str {
        let name = self.key.value.trim_start_matches('-');
        name.strip_suffix('+').unwrap_or(name)
    }

    /// The facts about it.
    pub fn known(&self) -> Option<&'static Key> {
        k3s::key(self.name())
    }

    /// Its value, if it is a string.
    pub fn text(&self) -> Option<&'a str> {
        match &self.value.value {
            Raw::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The arguments that it passes to a Kubernetes component, each with its place; none unless it is an `…-arg` key.
    pub fn arguments(&self) -> impl Iterator<Item = (&'a str, &'a Spanned<Raw>)> {
        let hands_on = self.name().ends_with("-arg");
        texts(self.value).filter(move |_| hands_on)
    }

    /// Whether it is a switch that is on.
    pub fn is_on(&self) -> bool {
        match &self.value.value {
            Raw::Bool(on) => *on,
            Raw::Text(text) => text.eq_ignore_ascii_case("true"),
            Raw::Int(number) => *number == 1,
            _ => false,
        }
    }

    /// The key to use in its place, if gkc manages it.
    pub fn managed(&self) -> Option<&'static str> {
        managed_key(self.known().map_or(self.name(), |key| key.key))
    }
}

/// The keys of that name: of servers, then of agents.
pub(in crate::rules) fn named<'a>(
    config: &'a Config,
    name: &'static str,
) -> impl Iterator<Item = Passed<'a>> {
    passed(config)
        .into_iter()
        .filter(move |passed| passed.name() == name)
}

/// The server key of that name, if any.
pub(in crate::rules) fn of_servers<'a>(config: &'a Config, name: &'static str) -> Option<Passed<'a>> {
    named(config, name).find(|passed| passed.role == "server")
}

/// The key that disables Flannel.
pub(in crate::rules) fn without_flannel(config: &Config) -> Option<Passed<'_>> {
    of_servers(config, "flannel-backend").filter(|backend| backend.text() == Some("none"))
}

/// The server switch of that name, if it is on.
pub(in crate::rules) fn turned_on<'a>(config: &'a Config, name: &'static str) -> Option<Passed<'a>> {
    of_servers(config, name).filter(Passed::is_on)
}

/// The value of a flag in the `KEY=VALUE` items of a server `…-arg` key: the last one wins, as in Kubernetes.
pub(in crate::rules) fn flag<'a>(
    config: &'a Config,
    component: &'static str,
    flag: &str,
) -> Option<(&'a str, &'a Spanned<Raw>)> {
    flag_of(of_servers(config, component)?.value, flag)
}

/// The value of a flag in `KEY=VALUE` items.
pub(in crate::rules) fn flag_of<'a>(
    arguments: &'a Spanned<Raw>,
    flag: &str,
) -> Option<(&'a str, &'a Spanned<Raw>)> {
    let said = texts(arguments).filter_map(|(text, value)| {
        let (name, set) = text.split_once('=')?;
        (name.trim_start_matches('-') == flag).then_some((set, value))
    });
    said.last()
}

/// The strings of a list or of a single item, each with its place.
fn texts(list: &Spanned<Raw>) -> impl Iterator<Item = (&str, &Spanned<Raw>)> {
    let items = match &list.value {
        Raw::List(items) => items.as_slice(),
        _ => std::slice::from_ref(list),
    };
    items.iter().filter_map(|item| match &item.value {
        Raw::Text(text) => Some((text.as_str(), item)),
        _ => None,
    })
}

/// Whether the user's commands after k3s or manifests may install a replacement.
pub(in crate::rules) fn brings_its_own(config: &Config) -> bool {
    let Some(cloud_init) = config.cloud_init.get() else {
        return false;
    };
    let manifests = |path: Option<&str>| path.is_some_and(|path| path.starts_with(k3s::MANIFESTS));
    cloud_init.after_k3s.items().next().is_some()
        || cloud_init
            .files
            .items()
            .any(|file| manifests(file.value.path.text()))
}

/// All passthrough keys, servers first.
pub(in crate::rules) fn passed(config: &Config) -> Vec<Passed<'_>> {
    let Some(k3s) = config.k3s.get() else {
        return Vec::new();
    };
    let of = |role, (key, value)| Passed { role, key, value };
    let servers = k3s.server_config.entries().map(|entry| of("server", entry));
    let agents = k3s.agent_config.entries().map(|entry| of("agent", entry));
    servers.chain(agents).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MANAGED;

    #[test]
    fn what_gkc_writes_is_known_to_k3s() {
        for (name, _) in MANAGED {
            assert!(k3s::key(name).is_some_and(|key| key.key == name), "{name}");
        }
    }
}
