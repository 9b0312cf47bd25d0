//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Bindable, Config, Spanned};
use crate::rules::hostname::{Flaw, address, dissect, flaw, is_loopback};
use crate::rules::masked::stands_in;
use crate::rules::registries::buckets;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::source::Span;

declare_rule! {
    /// What is written is no host: no name and no address, or that of whoever asks.
    ///
    /// ## Why
    ///
    /// It is handed on as it is. Machines register at `https://HOST:6443`, certificates name it, DNS records point at it, and Gitpod
    /// connects to it: with a scheme, a port or a character that no name has, each of them fails on its own, late. `localhost` is another
    /// machine to each of them.
    ///
    /// Source: RFC 1123, section 2.1; k3s docs, `--server` and `--tls-san`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {api: {host: "https://k3s.acme.dev:6443"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {api: {host: k3s.acme.dev}}
    /// ```
    "host-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

/// A place that takes a host.
struct Place {
    span: Span,
    text: String,
    /// Whether a scheme, a port and the like are reported here; elsewhere another rule sees to it.
    bare: bool,
    /// Whether it may stand for many hosts.
    many: bool,
    /// Whether it may stand for the machine itself.
    itself: bool,
}

fn check(config: &Config, report: &mut Report<'_>) {
    for place in hosts(config) {
        let Place { span, text, .. } = &place;
        // What only Terraform knows may be the whole name.
        if text.contains(stands_in) {
            continue;
        }
        let written = dissect(text);
        let extras = place.bare && !written.is_bare();
        match mistake(written.host, &place) {
            Some(why) => {
                let finding = report.found(*span, format!("`{}` is no host: it {why}", text.trim()));
                report.push(finding.help("write a name, such as `k3s.acme.dev`, or an address"));
            }
            None if extras => {
                let message = format!("`{text}` is no host: it has {} beside the name", written.extras());
                let finding = report
                    .found(*span, message)
                    .help(format!("write `{}`", written.host));
                // Of ports only that of HTTPS and that of the API go without saying.
                let port = written.port.is_none_or(|port| matches!(port, "443" | "6443"));
                let lossless = port && written.userinfo.is_none() && matches!(written.path, "" | "/");
                let how = match lossless {
                    true => Applicability::Safe,
                    false => Applicability::Unsafe,
                };
                let fix = edit::write(report, *span, written.host, how);
                report.push(edit::attach(finding, fix));
            }
            None => {}
        }
    }
}

/// Every place that takes a host, but for those that only Terraform knows.
fn hosts(config: &Config) -> Vec<Place> {
    let of = |host: &Spanned<Bindable>, bare, many, itself| {
        host.value.as_known().map(|text| Place {
            span: host.span,
            text: text.to_owned(),
            bare,
            many,
            itself,
        })
    };
    let mut places = Vec::new();
    if let Some(api) = config.cluster.get().and_then(|cluster| cluster.api.get()) {
        // On a machine alone it may be its own; otherwise another rule says so.
        places.extend(api.host.spanned().and_then(|host| of(host, true, false, true)));
        places.extend(api.sans.items().filter_map(|host| of(host, true, true, true)));
    }
    let ingress = config.ingress.get().and_then(|ingress| ingress.address.spanned());
    places.extend(ingress.and_then(|host| of(host, true, false, false)));
    let database = config.database.get().and_then(|database| database.external.get());
    let registry = config.registry.get().and_then(|registry| registry.external.get());
    let buckets = buckets::buckets(config).into_iter();
    let others = database
        .and_then(|database| database.host.spanned())
        .into_iter()
        .chain(registry.and_then(|registry| registry.url.spanned()))
        .chain(buckets.filter_map(|bucket| bucket.endpoint));
    places.extend(others.filter_map(|host| of(host, false, false, false)));
    let providers = config.auth_providers.items();
    let git = providers.filter_map(|provider| provider.value.host.spanned());
    places.extend(git.map(|host| Place {
        span: host.span,
        text: host.value.clone(),
        bare: false,
        many: false,
        itself: false,
    }));
    places
}

/// Why a text is neither a name nor an address that others could use, after "it".
fn mistake(host: &str, place: &Place) -> Option<String> {
    match flaw(host) {
        Some(Flaw::Wildcard) if place.many => None,
        // Elsewhere than in Gitpod's own domain any last part will do, but one of digits is half an address.
        Some(Flaw::Tld(tld)) if tld.bytes().all(|b| b.is_ascii_digit()) => {
            Some("looks like an address, and is none".to_owned())
        }
        Some(flaw) if !matches!(flaw, Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) => {
            Some(flaw.clause())
        }
        _ if address(host).is_some_and(|address| address.is_unspecified()) => {
            Some("stands for all addresses of a machine".to_owned())
        }
        _ if !place.itself && is_loopback(host) => {
            Some("is whoever asks: each machine and each pod reaches itself there".to_owned())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn names_of_the_api() {
        check(
            r#"
cluster: {api: {host: "https://k3s.acme.dev:6443", sans: [k3s.acme.dev/, k3s_1.acme.dev, 203.0.113.300, "${a.b}:1", 2001:db8::1]}}
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[host-invalid]: `https://k3s.acme.dev:6443` is no host: it has a scheme and a port beside the name
#                                                         ^^^^^^^^^^^^^ error[host-invalid]: `k3s.acme.dev/` is no host: it has a slash beside the name
#                                                                        ^^^^^^^^^^^^^^ error[host-invalid]: `k3s_1.acme.dev` is no host: it has a `_`, which no host name may have
#                                                                                        ^^^^^^^^^^^^^ error[host-invalid]: `203.0.113.300` is no host: it looks like an address, and is none
"#,
        );
        check(
            r#"
cluster: {api: {host: "*.acme.dev", sans: [0.0.0.0]}}
#                     ^^^^^^^^^^^^ error[host-invalid]: `*.acme.dev` is no host: it has a wildcard
#                                          ^^^^^^^ error[host-invalid]: `0.0.0.0` is no host: it stands for all addresses of a machine
ingress: {address: 127.0.0.1}
#                  ^^^^^^^^^ error[host-invalid]: `127.0.0.1` is no host: it is whoever asks: each machine and each pod reaches itself there
"#,
        );
        check("cluster: {api: {host: k3s, sans: ['*.acme.dev', 10.0.0.1, localhost]}}\n");
        check_fix(
            "host-invalid",
            "cluster: {api: {host: \"https://k3s.acme.dev:6443/\"}}\n",
            "cluster: {api: {host: \"k3s.acme.dev\"}}\n",
        );
    }

    #[test]
    fn names_that_gitpod_connects_to() {
        check(
            r"
authProviders: [{id: a, type: GitLab, host: git lab.acme.dev, clientId: b, clientSecret: {env: C}}]
#                                           ^^^^^^^^^^^^^^^^ error[host-invalid]: `git lab.acme.dev` is no host: it has a blank in it
database: {external: {host: db..acme.dev, username: u, password: {env: P}}}
#                           ^^^^^^^^^^^^ error[host-invalid]: `db..acme.dev` is no host: it has nothing between two dots, or before the first
",
        );
        check(
            r"
database: {external: {host: localhost, username: u, password: {env: P}}}
#                           ^^^^^^^^^ error[host-invalid]: `localhost` is no host: it is whoever asks: each machine and each pod reaches itself there
",
        );
        check(
            "authProviders: [{id: a, type: GitLab, host: \"gitlab.acme.dev:8443\", clientId: b, clientSecret: {env: C}}]\n",
        );
    }
}
