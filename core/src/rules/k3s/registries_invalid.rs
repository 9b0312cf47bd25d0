//! See [`RULE`].

use crate::model::{Config, Mirror, Registries, RegistryAccess, Spanned};
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A mirror, or what logs in to one, would never be used.
    ///
    /// ## Why
    ///
    /// k3s compares the names under `mirrors` with the first part of an image's name (`docker.io`, `ghcr.io`, or `*` for all), and those
    /// under `configs` with the host of an endpoint: with a scheme or a path none of them fits, and images are pulled from where
    /// they always were. An endpoint is an `http` or `https` URL, and a user takes a password or a token.
    ///
    /// Source: k3s docs, "Private Registry Configuration"; k3s-io/k3s `pkg/agent/containerd/config.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {"https://docker.io": {endpoint: ["https://mirror.acme.dev"]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {docker.io: {endpoint: ["https://mirror.acme.dev"]}}
    /// ```
    "registries-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let k3s = config.k3s.get();
    let Some(registries) = k3s.and_then(|k3s| k3s.registries.get()) else {
        return;
    };
    for (span, message, help) in mistakes(registries) {
        let finding = report.found(span, message).help(help);
        report.push(finding.note("images are pulled as if this were not there"));
    }
}

type Mistake = (Span, String, String);

fn mistakes(registries: &Registries) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (name, mirror) in registries.mirrors.entries() {
        if name.value != "*" {
            found.extend(not_a_host(name, "a registry"));
        }
        found.extend(endpoints(&mirror.value));
    }
    for (name, access) in registries.configs.entries() {
        if name.value != "*" {
            found.extend(not_a_host(name, "an endpoint"));
        }
        found.extend(half_a_login(&access.value));
    }
    found
}

fn not_a_host(name: &Spanned<String>, of: &str) -> Option<Mistake> {
    let written = dissect(&name.value);
    let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
    let host = format!("{}{port}", written.host);
    let extras = written.scheme.is_some() || written.userinfo.is_some() || !written.path.is_empty();
    match flaw(written.host) {
        None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) if !extras => None,
        None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) => Some((
            name.span,
            format!("`{}` is no host of {of}", name.value),
            format!("write `{host}`"),
        )),
        Some(flaw) => Some((
            name.span,
            format!("`{}` is no host of {of}: it {}", name.value, flaw.clause()),
            "write `host` or `host:port`".to_owned(),
        )),
    }
}

fn endpoints(mirror: &Mirror) -> impl Iterator<Item = Mistake> {
    mirror.endpoint.items().filter_map(|endpoint| {
        let written = dissect(&endpoint.value);
        // Without a scheme it is taken for HTTPS.
        let scheme = written.scheme.is_none_or(|scheme| {
            scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
        });
        let host = matches!(flaw(written.host), None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)));
        let rest = written.userinfo.is_none() && written.port != Some("") && !written.path.contains(['?', '#']);
        (!(scheme && host && rest)).then(|| {
            (
                endpoint.span,
                match written.userinfo {
                    Some(_) => "an endpoint takes no login in its URL".to_owned(),
                    None => format!("`{}` is no URL of an endpoint", endpoint.value),
                },
                match written.userinfo {
                    Some(_) => "write it under `configs`, with the host's name: `auth: {username: …, password: {env: NAME}}`".to_owned(),
                    None => "write `https://host`, with a port and a path where it has them".to_owned(),
                },
            )
        })
    })
}

fn half_a_login(access: &RegistryAccess) -> Option<Mistake> {
    let auth = access.auth.get()?;
    if auth.token.is_written() || auth.username.is_written() == auth.password.is_written() {
        return None;
    }
    let (place, lacks) = match auth.username.spanned() {
        Some(user) => (user.key, "password"),
        None => (auth.password.spanned()?.key, "username"),
    };
    let message = format!("this login has no `{lacks}`");
    Some((
        place,
        message,
        format!("add `{lacks}`, or write a `token` instead of both"),
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_that_fit_nothing() {
        check(
            r#"
k3s:
  registries:
    mirrors:
      https://docker.io: {endpoint: ["https://mirror.acme.dev/v2"]}
#     ^^^^^^^^^^^^^^^^^ error[registries-invalid]: `https://docker.io` is no host of a registry
      ghcr.io/acme: {endpoint: [mirror.acme.dev]}
#     ^^^^^^^^^^^^ error[registries-invalid]: `ghcr.io/acme` is no host of a registry
      "*": {endpoint: ["http://10.0.0.9:5000"]}
      localhost:5000: {}
    configs:
      "mirror.acme.dev:5000": {auth: {username: u, password: {env: P}}}
      "my registry": {tls: {insecure_skip_verify: true}}
#     ^^^^^^^^^^^^^ error[registries-invalid]: `my registry` is no host of an endpoint: it has a blank in it
"#,
        );
    }

    #[test]
    fn endpoints_and_logins() {
        check(
            r#"
k3s:
  registries:
    mirrors:
      docker.io: {endpoint: ["http:/mirror", "ftp://mirror.acme.dev", "https://u:p@mirror.acme.dev"]}
#                            ^^^^^^^^^^^^^^ error[registries-invalid]: `http:/mirror` is no URL of an endpoint
#                                            ^^^^^^^^^^^^^^^^^^^^^^^ error[registries-invalid]: `ftp://mirror.acme.dev` is no URL of an endpoint
#                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registries-invalid]: An endpoint takes no login in its URL
    configs:
      a.acme.dev: {auth: {username: u}}
#                         ^^^^^^^^ error[registries-invalid]: This login has no `password`
      b.acme.dev: {auth: {token: {env: T}}}
"#,
        );
    }
}
