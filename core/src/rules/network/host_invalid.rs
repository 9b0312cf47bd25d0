//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Bindable, Config, Spanned};
use crate::rules::hostname::{Flaw, Written, address, dissect, flaw, is_loopback};
use crate::rules::masked::{Masked, stands_in};
use crate::rules::storage::buckets;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::source::Span;

declare_rule! {
    /// A host is neither a valid name nor a reachable address.
    ///
    /// ## Why
    ///
    /// gkc passes the host on unchanged: machines register at `https://HOST:6443`, certificates and DNS records include it, and
    /// the platform connects to it. A scheme, a port or an invalid character makes each of them fail, late. `localhost` is a different
    /// machine for each client.
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

/// HTTPS's, and the API's.
const IMPLIED_PORTS: [&str; 2] = ["443", "6443"];

/// A key whose value is a host.
struct HostField {
    span: Span,
    text: String,
    /// Whether a scheme, port and the like are reported here rather than by another rule.
    bare: bool,
    /// Whether a wildcard is allowed.
    many: bool,
    /// Whether loopback is allowed.
    itself: bool,
}

fn check(config: &Config, report: &mut Report<'_>) {
    for field in hosts(config) {
        let HostField { span, text, .. } = &field;
        let written = dissect(text);
        // A Terraform expression may be the whole name, but not the rest of a URL.
        if text.contains(stands_in) {
            // Other numbers may be the end of an IPv6 address.
            let has_port = written.port.is_some_and(|port| IMPLIED_PORTS.contains(&port));
            if field.bare && (written.scheme.is_some() || !written.path.is_empty() || has_port) {
                let message = format!(
                    "expected a host, found a Terraform expression with {}",
                    written.extras()
                );
                report.push(
                    report
                        .found(*span, message)
                        .help("use the expression alone: it has to be a name or an address"),
                );
            }
            continue;
        }
        if let Some((what, better)) = dressed(&field, &written) {
            let finding = report.found(*span, format!("invalid host `{text}`: {what}"));
            let fix = edit::write(report, *span, &better, Applicability::Safe);
            report.push(edit::attach(finding.help(format!("use `{better}`")), fix));
            continue;
        }
        let extras = field.bare && !written.is_bare();
        match mistake(written.host, &field) {
            Some(why) => {
                let finding = report.found(*span, format!("invalid host `{}`: {why}", text.trim()));
                report.push(finding.help("use a name such as `k3s.acme.dev`, or an address"));
            }
            None if extras => {
                let message = format!("expected a host, found `{text}` with {}", written.extras());
                let finding = report
                    .found(*span, message)
                    .help(format!("use `{}`", written.host));
                let port = written.port.is_none_or(|port| IMPLIED_PORTS.contains(&port));
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

/// Every key with a host.
fn hosts(config: &Config) -> Vec<HostField> {
    let of = |host: &Spanned<Bindable>, bare, many, itself| {
        Masked::new(&host.value).map(|masked| HostField {
            span: host.span,
            text: masked.text,
            bare,
            many,
            itself,
        })
    };
    let mut fields = Vec::new();
    if let Some(api) = config.cluster.get().and_then(|cluster| cluster.api.get()) {
        // A single machine may use loopback; otherwise another rule reports it.
        fields.extend(api.host.spanned().and_then(|host| of(host, true, false, true)));
        fields.extend(api.sans.items().filter_map(|host| of(host, true, true, true)));
    }
    let ingress = config.ingress.get().and_then(|ingress| ingress.address.spanned());
    fields.extend(ingress.and_then(|host| of(host, true, false, false)));
    let buckets = buckets(config).into_iter();
    let others = config
        .service_hosts()
        .chain(buckets.filter_map(|bucket| bucket.endpoint));
    fields.extend(others.filter_map(|host| of(host, false, false, false)));
    let providers = config.auth_providers.items();
    let git = providers.filter_map(|provider| provider.value.host.spanned());
    fields.extend(git.map(|host| HostField {
        span: host.span,
        text: host.value.clone(),
        bare: false,
        many: false,
        itself: false,
    }));
    fields
}

/// A host with a dot at its end, which certificates do not have, or an address in the brackets that a URL needs: what is wrong, and the host
/// without it.
fn dressed(field: &HostField, written: &Written<'_>) -> Option<(&'static str, String)> {
    let (host, whole) = (written.host, field.text.as_str());
    let name = host
        .strip_suffix('.')
        .filter(|name| name.contains('.') && flaw(name).is_none());
    if let Some(name) = name {
        return Some(("ends with a dot", whole.replacen(host, name, 1)));
    }
    let inner = host.strip_prefix('[')?.strip_suffix(']')?;
    (field.bare && written.is_bare() && address(inner).is_some())
        .then(|| ("an address in brackets", inner.to_owned()))
}

/// Why a text is neither a valid name nor a reachable address.
fn mistake(host: &str, field: &HostField) -> Option<String> {
    match flaw(host) {
        // It stands for the whole first label (RFC 6125, section 6.4.3).
        Some(Flaw::Wildcard) if field.many => {
            match host.strip_prefix("*.").is_some_and(|rest| !rest.contains('*')) {
                true => None,
                false => Some("a wildcard that is not a whole label".to_owned()),
            }
        }
        // Any top-level domain is fine here, but one of digits is a truncated address.
        Some(Flaw::Tld(tld)) if tld.bytes().all(|b| b.is_ascii_digit()) => {
            Some("not a valid address".to_owned())
        }
        Some(flaw) if !matches!(flaw, Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) => {
            Some(flaw.clause())
        }
        _ if address(host).is_some_and(|address| address.is_unspecified()) => {
            Some("an unspecified address".to_owned())
        }
        _ if !field.itself && is_loopback(host) => {
            Some("loopback, where each machine reaches only itself".to_owned())
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
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[host-invalid]: expected a host, found `https://k3s.acme.dev:6443` with a scheme and a port
#                                                         ^^^^^^^^^^^^^ error[host-invalid]: expected a host, found `k3s.acme.dev/` with a slash
#                                                                        ^^^^^^^^^^^^^^ error[host-invalid]: invalid host `k3s_1.acme.dev`: contains `_`
#                                                                                        ^^^^^^^^^^^^^ error[host-invalid]: invalid host `203.0.113.300`: not a valid address
"#,
        );
        check(
            r#"
cluster: {api: {host: "*.acme.dev", sans: [0.0.0.0]}}
#                     ^^^^^^^^^^^^ error[host-invalid]: invalid host `*.acme.dev`: contains a wildcard
#                                          ^^^^^^^ error[host-invalid]: invalid host `0.0.0.0`: an unspecified address
ingress: {address: "${a.b}:443"}
#                  ^^^^^^^^^^^^ error[host-invalid]: expected a host, found a Terraform expression with a port
"#,
        );
        check(
            r#"
ingress: {address: 127.0.0.1}
#                  ^^^^^^^^^ error[host-invalid]: invalid host `127.0.0.1`: loopback, where each machine reaches only itself
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
    fn what_surrounds_a_host() {
        check(
            r#"
cluster: {api: {host: "https://${module.lb.ip}", sans: ["k3s-*.acme.dev", "*.acme.dev"]}}
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^ error[host-invalid]: expected a host, found a Terraform expression with a scheme
#                                                       ^^^^^^^^^^^^^^^^ error[host-invalid]: invalid host `k3s-*.acme.dev`: a wildcard that is not a whole label
ingress: {address: "[2001:db8::80]"}
#                  ^^^^^^^^^^^^^^^^ error[host-invalid]: invalid host `[2001:db8::80]`: an address in brackets
database: {external: {host: db.acme.dev., username: u, password: {env: P}}}
#                           ^^^^^^^^^^^^ error[host-invalid]: invalid host `db.acme.dev.`: ends with a dot
"#,
        );
    }

    #[test]
    fn names_that_gitpod_connects_to() {
        check(
            r"
authProviders: [{id: a, type: GitLab, host: git lab.acme.dev, clientId: b, clientSecret: {env: C}}]
#                                           ^^^^^^^^^^^^^^^^ error[host-invalid]: invalid host `git lab.acme.dev`: contains a space
database: {external: {host: db..acme.dev, username: u, password: {env: P}}}
#                           ^^^^^^^^^^^^ error[host-invalid]: invalid host `db..acme.dev`: contains an empty label
",
        );
        check(
            r"
database: {external: {host: localhost, username: u, password: {env: P}}}
#                           ^^^^^^^^^ error[host-invalid]: invalid host `localhost`: loopback, where each machine reaches only itself
",
        );
        check(
            "authProviders: [{id: a, type: GitLab, host: \"gitlab.acme.dev:8443\", clientId: b, clientSecret: {env: C}}]\n",
        );
    }
}
