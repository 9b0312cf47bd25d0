//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::masked::stands_in;
use crate::rules::registries::buckets;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::source::Span;

declare_rule! {
    /// What is written is no host: no name and no address.
    ///
    /// ## Why
    ///
    /// It is handed on as it is. Machines register at `https://HOST:6443`, certificates name it, DNS records point at it, and Gitpod
    /// connects to it: with a scheme, a port or a character that no name has, each of them fails on its own, late.
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

/// What may stand beside a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    /// Nothing: what does is reported here.
    Nothing,
    /// Whatever it is: another rule sees to it.
    Anything,
}

fn check(config: &Config, report: &mut Report<'_>) {
    for (span, text, beside) in hosts(config) {
        // What only Terraform knows may be the whole name.
        if text.contains(stands_in) {
            continue;
        }
        let written = dissect(&text);
        let extras = beside == Beside::Nothing && !written.is_bare();
        match mistake(written.host) {
            Some(why) => {
                let finding = report.found(span, format!("`{}` is no host: it {why}", text.trim()));
                report.push(finding.help("write a name, such as `k3s.acme.dev`, or an address"));
            }
            None if extras => {
                let message = format!("`{text}` is no host: it has {} beside the name", written.extras());
                let finding = report
                    .found(span, message)
                    .help(format!("write `{}`", written.host));
                // Of ports only that of HTTPS and that of the API go without saying.
                let port = written.port.is_none_or(|port| matches!(port, "443" | "6443"));
                let lossless = port && written.userinfo.is_none() && matches!(written.path, "" | "/");
                let how = match lossless {
                    true => Applicability::Safe,
                    false => Applicability::Unsafe,
                };
                let fix = edit::write(report, span, written.host, how);
                report.push(edit::attach(finding, fix));
            }
            None => {}
        }
    }
}

/// Every place that takes a host, with its text.
fn hosts(config: &Config) -> Vec<(Span, String, Beside)> {
    let mut hosts = Vec::new();
    let cluster = config.cluster.get();
    let api = cluster.and_then(|cluster| cluster.api.get());
    let ingress = config.ingress.get();
    let alone = api
        .into_iter()
        .flat_map(|api| api.host.spanned().into_iter().chain(api.sans.items()))
        .chain(ingress.and_then(|ingress| ingress.address.spanned()));
    for host in alone {
        hosts.extend(
            host.value
                .as_known()
                .map(|text| (host.span, text.to_owned(), Beside::Nothing)),
        );
    }
    let database = config.database.get().and_then(|database| database.external.get());
    let registry = config.registry.get().and_then(|registry| registry.external.get());
    let others = database
        .and_then(|database| database.host.spanned())
        .into_iter()
        .chain(registry.and_then(|registry| registry.url.spanned()))
        .chain(
            buckets::buckets(config)
                .into_iter()
                .filter_map(|bucket| bucket.endpoint),
        );
    for host in others {
        hosts.extend(
            host.value
                .as_known()
                .map(|text| (host.span, text.to_owned(), Beside::Anything)),
        );
    }
    for provider in config.auth_providers.items() {
        let host = provider.value.host.spanned();
        hosts.extend(host.map(|host| (host.span, host.value.clone(), Beside::Anything)));
    }
    hosts
}

/// Why a text is neither a name nor an address, after "it".
fn mistake(host: &str) -> Option<String> {
    match flaw(host) {
        None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Wildcard) => None,
        // Elsewhere than in Gitpod's own domain any last part will do, but one of digits is half an address.
        Some(Flaw::Tld(tld)) => {
            let number = tld.bytes().all(|b| b.is_ascii_digit());
            number.then(|| "looks like an address, and is none".to_owned())
        }
        Some(flaw) => Some(flaw.clause()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn names_of_the_api() {
        check(
            "host-invalid",
            r#"
cluster: {api: {host: "https://k3s.acme.dev:6443", sans: [k3s.acme.dev/, k3s_1.acme.dev, 203.0.113.300, "${a.b}:1", 2001:db8::1]}}
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: `https://k3s.acme.dev:6443` is no host: it has a scheme and a port beside the name
#                                                         ^^^^^^^^^^^^^ error: `k3s.acme.dev/` is no host: it has a slash beside the name
#                                                                        ^^^^^^^^^^^^^^ error: `k3s_1.acme.dev` is no host: it has a `_`, which no host name may have
#                                                                                        ^^^^^^^^^^^^^ error: `203.0.113.300` is no host: it looks like an address, and is none
"#,
        );
        check(
            "host-invalid",
            "cluster: {api: {host: k3s, sans: ['*.acme.dev', 10.0.0.1]}}\n",
        );
        check_fix(
            "host-invalid",
            "cluster: {api: {host: \"https://k3s.acme.dev:6443/\"}}\n",
            "cluster: {api: {host: \"k3s.acme.dev\"}}\n",
        );
    }

    #[test]
    fn names_that_gitpod_connects_to() {
        check(
            "host-invalid",
            r#"
authProviders: [{id: a, type: GitLab, host: git lab.acme.dev, clientId: b, clientSecret: {env: C}}]
#                                           ^^^^^^^^^^^^^^^^ error: `git lab.acme.dev` is no host: it has a blank in it
database: {external: {host: db..acme.dev, username: u, password: {env: P}}}
#                           ^^^^^^^^^^^^ error: `db..acme.dev` is no host: it has nothing between two dots
"#,
        );
        check(
            "host-invalid",
            "authProviders: [{id: a, type: GitLab, host: \"gitlab.acme.dev:8443\", clientId: b, clientSecret: {env: C}}]\n",
        );
    }
}
