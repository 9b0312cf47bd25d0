//! What the network probe asks for on behalf of a platform: names and URLs, never a secret.

use crate::facts::networks::PUBLIC_HOSTS;
use crate::text::{Part, Text};
use std::net::IpAddr;

/// What a platform reaches, and is reached at.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reached {
    /// Names that pods have to resolve: `service.namespace`, or a host name.
    pub names: Vec<String>,
    /// Names on the Internet, which every name server knows.
    pub external: Vec<String>,
    /// What has to answer.
    pub urls: Vec<Reach>,
}

/// A URL that has to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The URL, without a login.
    pub url: String,
    /// Whether everybody trusts its certificate; the CA of another one is not in the probe's image.
    pub is_trusted: bool,
}

impl Reached {
    /// A Service of the platform.
    pub fn service(&mut self, name: &str, namespace: &str) {
        push(&mut self.names, format!("{name}.{namespace}"));
    }

    /// The names that the platform answers at: a wildcard answers to any name.
    pub fn served<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        for name in names {
            push(&mut self.names, name.replacen('*', ANY_LABEL, 1));
        }
    }

    /// A host elsewhere, as a name, `host:port`, a URL, or an image; nothing where only Terraform or a secret knows it.
    pub fn host(&mut self, written: &Text) {
        if let Some(text) = known(written) {
            self.host_of(&text);
        }
    }

    /// A registry elsewhere, as `host/path`: its API answers even to somebody without a login (opencontainers/distribution-spec).
    pub fn registry(&mut self, written: &Text, is_trusted: bool) {
        let Some(text) = known(written) else {
            return;
        };
        self.host_of(&text);
        let server = text.split('/').next().unwrap_or_default();
        if host(server).is_some() && !server.ends_with(DOCKER_HUB) {
            self.url(format!("https://{server}/v2/"), is_trusted);
        }
    }

    /// The same of a text.
    pub fn host_of(&mut self, written: &str) {
        let Some(host) = host(written) else {
            return;
        };
        match PUBLIC_HOSTS.contains(&host.as_str()) {
            true => push(&mut self.external, host),
            false => push(&mut self.names, host),
        }
    }

    /// A URL that has to answer.
    pub fn url(&mut self, url: String, is_trusted: bool) {
        if is_plain(&url) && !self.urls.iter().any(|known| known.url == url) {
            self.urls.push(Reach { url, is_trusted });
        }
    }
}

/// Docker Hub's names: its API is at another one.
const DOCKER_HUB: &str = "docker.io";

/// The label asked for in place of the `*` of a wildcard record.
const ANY_LABEL: &str = "gkc-probe";

/// A text of which nothing is a secret or Terraform's.
fn known(text: &Text) -> Option<String> {
    let part = |part: &Part| match part {
        Part::Lit(text) | Part::Bound(text) => Some(text.clone()),
        Part::Hole(_) => None,
    };
    text.parts().iter().map(part).collect()
}

fn push(names: &mut Vec<String>, name: String) {
    if !name.is_empty() && is_plain(&name) && !names.contains(&name) {
        names.push(name);
    }
}

/// The host name in `scheme://user:password@host:port/path`, of which any part may be missing. An address has nothing to resolve.
fn host(written: &str) -> Option<String> {
    let rest = written.split_once("://").map_or(written, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split(':').next()?.trim_end_matches('.').to_lowercase();
    let is_name = host.contains('.') && host.parse::<IpAddr>().is_err();
    is_name.then_some(host)
}

/// Whether a text has only what names and plain URLs consist of, so that it is a line of its own in a list.
fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/".contains(&byte);
    !text.is_empty() && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_without_logins() {
        for (written, wanted) in [
            ("db.acme.dev", Some("db.acme.dev")),
            ("registry.acme.dev:5000/gitpod", Some("registry.acme.dev")),
            ("https://ada:hunter22@id.acme.dev/realms/x", Some("id.acme.dev")),
            ("https://ID.acme.dev.", Some("id.acme.dev")),
            ("10.0.0.5", None),
            ("https://[fd00::5]:8443/", None),
            ("localhost", None),
            ("", None),
        ] {
            assert_eq!(host(written).as_deref(), wanted, "{written}");
        }
    }

    #[test]
    fn only_known_and_plain_texts_are_asked_for() {
        let mut reached = Reached::default();
        reached.host(&Text::lit("db.acme.dev"));
        reached.host(&Text::secret("database.host"));
        reached.host_of("github.com");
        reached.host_of("db.acme.dev/a\nb");
        reached.host_of("a b.acme.dev");
        reached.url("https://acme.dev/?token=x".to_owned(), true);
        assert_eq!(reached.names, ["db.acme.dev"]);
        assert_eq!(reached.external, ["github.com"]);
        assert!(reached.urls.is_empty());
    }
}
