//! See [`RULE`].

use crate::model::{Config, Mirror, Registries, RegistryAccess, Spanned};
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A registry mirror or login is never used.
    ///
    /// ## Why
    ///
    /// k3s compares the names under `mirrors` with the first part of an image name (`docker.io`, `ghcr.io`, or `*` for all), and
    /// those under `configs` with the host of an endpoint. A name with a scheme or path never matches, and images are pulled from
    /// the original registry. An endpoint is an `http` or `https` URL, and a username requires a password or token.
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
        report.push(finding.note("k3s ignores it when it pulls images"));
    }
}

type Mistake = (Span, String, String);

fn mistakes(registries: &Registries) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (name, mirror) in registries.mirrors.entries() {
        if name.value != "*" {
            found.extend(not_a_host(name, "mirrors"));
        }
        found.extend(endpoints(&mirror.value));
    }
    for (name, access) in registries.configs.entries() {
        if name.value != "*" {
            found.extend(not_a_host(name, "configs"));
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
        let host = matches!(
            flaw(written.host),
            None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_))
        );
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
    if auth.token.is_written() || auth.username.is_written() == auth.password.is_written() {
        return None;
    }
    let (place, lacks) = match auth.username.spanned() {
        Some(user) => (user.key, "password"),
        None => (auth.password.spanned()?.key, "username"),
    };
    let message = format!("missing `{lacks}` in this login");
    Some((
        place,
        message,
        format!("add `{lacks}`, or use a `token` in place of both"),
    ))
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
      b.acme.dev: {auth: {token: {env: T}}}
"#,
        );
    }
}
