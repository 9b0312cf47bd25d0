//! See [`RULE`].

use super::registries::{dialled, login_of, registries};
use crate::model::{Config, Mirror, Registries, RegistryAccess, RegistryTls, Spanned};
use crate::rules::hostname::{dissect, host_flaw};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeSet;

declare_rule! {
    /// A registry mirror or login is never used.
    ///
    /// ## Why
    ///
    /// k3s compares the names under `mirrors` with the first part of an image name (`docker.io`, `ghcr.io`, or `*` for all), and
    /// those under `configs` with the host of an endpoint. A name with a scheme or path never matches, and images are pulled from
    /// the original registry. An endpoint is an `http` or `https` URL, and a username requires a password.
    ///
    /// containerd sends a login only to the host that it is for, exactly as written: not for `*`, and not for `docker.io`, whose images come
    /// from `registry-1.docker.io`.
    ///
    /// The patterns in `rewrite` are Go's regular expressions, without look-arounds; k3s ignores what is none. It writes them into TOML as
    /// they are: with a backslash or a quotation mark in one, containerd reads nothing of that registry's settings.
    ///
    /// Source: k3s docs, "Private Registry Configuration"; k3s-io/k3s `pkg/agent/containerd/config.go` and `pkg/agent/templates`, #3937,
    /// #12438; containerd `internal/cri/server/images/image_pull.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {"https://docker.io": {endpoint: ["https://mirror.acme.dev"]}}
    /// ```
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     configs: {docker.io: {auth: {username: acme, password: {env: HUB_TOKEN}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     mirrors: {docker.io: {endpoint: ["https://mirror.acme.dev"]}}
    /// ```
    ///
    /// ```yaml
    /// k3s:
    ///   registries:
    ///     configs: {registry-1.docker.io: {auth: {username: acme, password: {env: HUB_TOKEN}}}}
    /// ```
    "registries-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), silences super::registry_endpoint_path::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(registries) = registries(config) else {
        return;
    };
    for (span, message, help) in mistakes(registries) {
        let finding = report.found(span, message).help(help);
        report.push(finding.note("k3s ignores it when it pulls images"));
    }
    for (span, message, help) in registries
        .mirrors
        .entries()
        .flat_map(|(_, mirror)| unreadable(&mirror.value))
    {
        let finding = report.found(span, message).help(help);
        report.push(finding.note(
            "containerd cannot read the file that k3s writes for this registry, and ignores its mirror",
        ));
    }
}

type Mistake = (Span, String, String);

fn mistakes(registries: &Registries) -> Vec<Mistake> {
    let mut found = Vec::new();
    let with_tls = registries.configs.entries();
    let with_tls = with_tls.filter(|(_, access)| access.value.tls.get().is_some());
    let with_tls: BTreeSet<&str> = crate::sorted::set(with_tls.map(|(name, _)| name.value.as_str()));
    for (name, mirror) in registries.mirrors.entries() {
        if name.value != "*" {
            found.extend(not_a_host(name, "mirrors"));
            found.extend(alias(name));
        }
        found.extend(endpoints(&mirror.value));
        found.extend(no_patterns(&mirror.value));
        found.extend(lost_groups(&mirror.value));
        found.extend(unused_tls(&mirror.value, &with_tls));
    }
    for (name, access) in registries.configs.entries() {
        match name.value == "*" {
            true => found.extend(login_for_all(&access.value)),
            false => found.extend(not_a_host(name, "configs")),
        }
        found.extend(login_under_alias(name, &access.value));
        found.extend(half_a_login(&access.value));
        found.extend(relative(&access.value));
    }
    found
}

/// TLS settings of an endpoint that is asked without TLS.
fn unused_tls(mirror: &Mirror, with_tls: &BTreeSet<&str>) -> Vec<Mistake> {
    let mut found = Vec::new();
    for endpoint in mirror.endpoint.items() {
        let Some(host) = endpoint.value.strip_prefix("http://") else {
            continue;
        };
        let host = host.split('/').next().unwrap_or(host);
        if with_tls.contains(host) {
            found.push((
                endpoint.span,
                format!(
                    "`{}` is reached without TLS, but `configs` sets `tls` for it",
                    endpoint.value
                ),
                format!("use `https://{host}`, or remove its `tls`"),
            ));
        }
    }
    found
}

/// Files that containerd looks for in whatever folder it runs in.
fn relative(access: &RegistryAccess) -> Vec<Mistake> {
    let files = access.tls.get().into_iter().flat_map(RegistryTls::files);
    let relative = files.filter(|file| !file.value.starts_with('/'));
    relative
        .map(|file| {
            (
                file.span,
                format!("path `{}` is not absolute", file.value),
                format!(
                    "use the path on the machines, such as `/etc/ssl/certs/{}`",
                    file.value
                ),
            )
        })
        .collect()
}

fn login_for_all(access: &RegistryAccess) -> Option<Mistake> {
    let (span, message) = (login_of(access)?, "a login under `*` is never sent");
    Some((
        span,
        message.to_owned(),
        "move it to the host that it is for, such as `ghcr.io`".to_owned(),
    ))
}

/// A mirror of Docker Hub under a name that images do not have: containerd asks for `docker.io`.
fn alias(name: &Spanned<String>) -> Option<Mistake> {
    const ALIASES: [&str; 4] = [
        "index.docker.io",
        "registry-1.docker.io",
        "registry.hub.docker.com",
        "hub.docker.com",
    ];
    ALIASES.contains(&name.value.as_str()).then(|| {
        (
            name.span,
            format!("no image is of the registry `{}`", name.value),
            "use `docker.io`".to_owned(),
        )
    })
}

/// Names of Docker Hub that nothing is pulled from.
fn login_under_alias(name: &Spanned<String>, access: &RegistryAccess) -> Option<Mistake> {
    login_of(access)?;
    let host = dialled(&name.value);
    (host != name.value).then(|| {
        (
            name.span,
            format!("no images are pulled from `{}`", name.value),
            format!("use `{host}`"),
        )
    })
}

/// What k3s does not take for a pattern. Without backslashes, Go's patterns and Rust's are the same.
fn no_patterns(mirror: &Mirror) -> impl Iterator<Item = Mistake> {
    mirror.rewrite.entries().filter_map(|(pattern, _)| {
        let text = &pattern.value;
        (!text.contains('\\') && regex_syntax::parse(text).is_err()).then(|| {
            (
                pattern.span,
                format!("invalid pattern `{text}`"),
                "use a regular expression of Go, which has no look-arounds: `^library/(.*)`".to_owned(),
            )
        })
    })
}

/// Replacements that name a group which their pattern does not have: Go writes nothing in its place.
fn lost_groups(mirror: &Mirror) -> impl Iterator<Item = Mistake> {
    mirror.rewrite.entries().filter_map(|(pattern, replacement)| {
        let text = &pattern.value;
        if text.contains('\\') || regex_syntax::parse(text).is_err() {
            return None;
        }
        let groups = text.match_indices('(').filter(|(at, _)| {
            let follows = &text[at + 1..];
            !follows.starts_with('?') || follows.starts_with("?P<") || follows.starts_with("?<")
        });
        let groups = groups.count();
        let named = replacement.value.split('$').skip(1);
        let mut numbers = named.filter_map(|rest| {
            let rest = rest.strip_prefix('{').unwrap_or(rest);
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            rest[..end].parse::<usize>().ok()
        });
        let lost = numbers.find(|number| *number > groups)?;
        Some((
            replacement.span,
            format!("`${lost}` refers to a group that `{text}` does not have"),
            "use `$1` for the first group, and `(…)` in the pattern for each".to_owned(),
        ))
    })
}

fn unreadable(mirror: &Mirror) -> impl Iterator<Item = Mistake> {
    let texts = mirror.rewrite.entries().flat_map(|(pattern, replacement)| {
        [
            (pattern.span, &pattern.value),
            (replacement.span, &replacement.value),
        ]
    });
    texts.filter_map(|(span, text)| {
        let found = text.chars().find(|c| matches!(c, '\\' | '"') || c.is_control())?;
        let (what, help) = match found {
            '\\' => ("a backslash", "use `[.]` for a dot, `[0-9]` for a digit"),
            '"' => ("a quotation mark", "remove it"),
            _ => ("a control character", "remove it"),
        };
        Some((span, format!("{what} in a rewrite"), help.to_owned()))
    })
}

fn not_a_host(name: &Spanned<String>, of: &str) -> Option<Mistake> {
    let written = dissect(&name.value);
    let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
    let host = format!("{}{port}", written.host);
    let extras = written.scheme.is_some() || written.userinfo.is_some() || !written.path.is_empty();
    match host_flaw(written.host) {
        None if !extras => None,
        None => Some((
            name.span,
            format!("invalid host `{}` in `{of}`", name.value),
            format!("use `{host}`"),
        )),
        Some(flaw) => Some((
            name.span,
            format!("invalid host `{}` in `{of}`: {}", name.value, flaw.clause()),
            "use `host` or `host:port`".to_owned(),
        )),
    }
}

fn endpoints(mirror: &Mirror) -> impl Iterator<Item = Mistake> {
    mirror.endpoint.items().filter_map(|endpoint| {
        let written = dissect(&endpoint.value);
        // Without a scheme it means HTTPS.
        let scheme = written
            .scheme
            .is_none_or(|scheme| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"));
        let host = host_flaw(written.host).is_none();
        let rest =
            written.userinfo.is_none() && written.port != Some("") && !written.path.contains(['?', '#']);
        (!(scheme && host && rest)).then(|| {
            (
                endpoint.span,
                match written.userinfo {
                    Some(_) => "endpoint URL contains a login".to_owned(),
                    None => format!("invalid endpoint URL `{}`", endpoint.value),
                },
                match written.userinfo {
                    Some(_) => {
                        "move it to `configs`, under the host: `auth: {username: …, password: {env: NAME}}`"
                            .to_owned()
                    }
                    None => "use `https://host`, with an optional port and path".to_owned(),
                },
            )
        })
    })
}

fn half_a_login(access: &RegistryAccess) -> Option<Mistake> {
    let auth = access.auth.get()?;
    let other = auth.auth.is_written() || auth.identity_token.is_written();
    if let (true, Some(second)) = (auth.auth.is_written(), auth.password.spanned()) {
        let message = "`auth` and `password` are two logins".to_owned();
        return Some((
            second.key,
            message,
            "keep one: `auth` has the user's name and the password".to_owned(),
        ));
    }
    if other || auth.username.is_written() == auth.password.is_written() {
        return None;
    }
    let (place, lacks) = match auth.username.spanned() {
        Some(user) => (user.key, "password"),
        None => (auth.password.spanned()?.key, "username"),
    };
    let message = format!("missing `{lacks}` in this login");
    Some((place, message, format!("add `{lacks}`")))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_that_never_match() {
        check(
            r#"
k3s:
  registries:
    mirrors:
      https://docker.io: {endpoint: ["https://mirror.acme.dev/v2"]}
#     ^^^^^^^^^^^^^^^^^ error[registries-invalid]: invalid host `https://docker.io` in `mirrors`
      ghcr.io/acme: {endpoint: [mirror.acme.dev]}
#     ^^^^^^^^^^^^ error[registries-invalid]: invalid host `ghcr.io/acme` in `mirrors`
      "*": {endpoint: ["http://10.0.0.9:5000"]}
      localhost:5000: {}
    configs:
      "mirror.acme.dev:5000": {auth: {username: u, password: {env: P}}}
#     ^^^^^^^^^^^^^^^^^^^^^^ warning[registry-login-unused]: no endpoint is at `mirror.acme.dev:5000`
      "my registry": {tls: {insecure_skip_verify: true}}
#     ^^^^^^^^^^^^^ error[registries-invalid]: invalid host `my registry` in `configs`: contains a space
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
#                            ^^^^^^^^^^^^^^ error[registries-invalid]: invalid endpoint URL `http:/mirror`
#                                            ^^^^^^^^^^^^^^^^^^^^^^^ error[registries-invalid]: invalid endpoint URL `ftp://mirror.acme.dev`
#                                                                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registries-invalid]: endpoint URL contains a login
    configs:
      a.acme.dev: {auth: {username: u}}
#                         ^^^^^^^^ error[registries-invalid]: missing `password` in this login
      b.acme.dev: {auth: {identity_token: {env: T}}}
      c.acme.dev: {auth: {auth: {env: A}}}
"#,
        );
    }

    #[test]
    fn a_login_is_for_the_host_that_is_asked() {
        check(
            r#"
k3s:
  registries:
    configs:
      "*": {auth: {username: u, password: {env: P}}}
#           ^^^^ error[registries-invalid]: a login under `*` is never sent
      docker.io: {auth: {username: u, password: {env: P}}}
#     ^^^^^^^^^ error[registries-invalid]: no images are pulled from `docker.io`
      index.docker.io: {auth: {identity_token: {env: P}}}
#     ^^^^^^^^^^^^^^^ error[registries-invalid]: no images are pulled from `index.docker.io`
      registry-1.docker.io: {auth: {username: u, password: {env: P}}}
"#,
        );
        check(
            r#"
k3s: {registries: {configs: {"*": {tls: {insecure_skip_verify: true}}, docker.io: {tls: {ca_file: /etc/ssl/certs/ca.pem}}}}}
"#,
        );
    }

    #[test]
    fn patterns_are_those_of_go() {
        check(
            r#"
k3s:
  registries:
    mirrors:
      docker.io:
        endpoint: ["https://mirror.acme.dev"]
        rewrite:
          "^library/(.*)": "hub/$1"
          "(?P<rest>.*)": "hub/$rest"
          "^(.*)/(?:x)$": "$2/${1}"
#                         ^^^^^^^^^ error[registries-invalid]: `$2` refers to a group that `^(.*)/(?:x)$` does not have
          "a(?!b)": x
#         ^^^^^^^^ error[registries-invalid]: invalid pattern `a(?!b)`
          "(a": x
#         ^^^^ error[registries-invalid]: invalid pattern `(a`
          '^acme\.dev/(.*)': "$1"
#         ^^^^^^^^^^^^^^^^^ error[registries-invalid]: a backslash in a rewrite
          c: 'a"b'
#            ^^^^^ error[registries-invalid]: a quotation mark in a rewrite
"#,
        );
    }
}
