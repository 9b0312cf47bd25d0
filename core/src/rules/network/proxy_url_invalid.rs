//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::hostname::{dissect, is_loopback};
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A proxy is not a URL that every program reads the same way.
    ///
    /// ## Why
    ///
    /// apt, curl and k3s each parse the value themselves, and an incomplete URL works with only some of them. In a password, `@`,
    /// `/` and `:` must be percent-encoded. Without a port curl uses 1080 and k3s 80 or 443, which is a warning. So is `localhost`,
    /// because the platform's pods get the same value.
    ///
    /// Source: k3s docs, "Configuring an HTTP proxy"; Go's `net/http`, `ProxyFromEnvironment`; curl(1), `--proxy`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// proxy: {http: "proxy.acme.dev:3128"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// proxy: {http: "http://proxy.acme.dev:3128"}
    /// ```
    "proxy-url-invalid", Error, since "0.1.0", fix None, always, Reads::Secrets(check)
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let proxies = plan.secrets.iter().filter(|need| need.name.starts_with("proxy."));
    for need in proxies {
        let Some(value) = store.get(&need.name) else {
            continue;
        };
        let name = &need.name;
        let Some(url) = value.expose_text().filter(|text| is_proxy(text)) else {
            let finding = report.found(need.span, format!("invalid proxy URL in `{name}`"));
            report.push(
                finding
                    .help("use `http://host:port`, with an optional percent-encoded `user:password@` before the host")
                    .note("apt, curl and k3s each read it differently"),
            );
            continue;
        };
        let written = dissect(url);
        let mut finding = if written.port.is_none() {
            report
                .found(need.span, format!("missing port in `{name}`"))
                .help("use `http://host:port`")
                .note("without a port curl uses 1080, and k3s 80 or 443")
        } else if !plan.platform.is_none() && is_loopback(written.host) {
            report
                .found(need.span, format!("proxy in `{name}` is on loopback"))
                .help("use a name or address that pods can reach too")
                .note(format!(
                    "{}'s pods get the same value, and have no proxy on their loopback interface",
                    plan.needs.product
                ))
        } else {
            continue;
        };
        finding.severity = Severity::Warning;
        report.push(finding);
    }
}

fn is_proxy(text: &str) -> bool {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    let Some(rest) = rest.map(|rest| rest.strip_suffix('/').unwrap_or(rest)) else {
        return false;
    };
    let (login, host) = rest.rsplit_once('@').unwrap_or(("", rest));
    let plain = |text: &str, more: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || more.as_bytes().contains(&b))
    };
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port),
        _ => (host, "1"),
    };
    !name.is_empty()
        && plain(name, ".-_[]:")
        && port.parse::<u16>().is_ok_and(|port| port > 0)
        && plain(login, "-._~%:!$&*+=;,")
        && login.matches(':').count() <= 1
}

#[cfg(test)]
mod tests {
    use super::is_proxy;
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn complete_urls() {
        for good in [
            "http://proxy:3128",
            "http://u:p%40ss@10.0.0.1:8080/",
            "https://proxy.acme.dev",
            "http://[fd00::1]:3128",
        ] {
            assert!(is_proxy(good), "{good}");
        }
        for bad in [
            "proxy:3128",
            "http://",
            "http://p:x",
            "http://u:a:b@p:1",
            "http://p:3128/path",
            "socks5://p:1",
            "http://p:1\n",
            "http://u:\"@p:1",
        ] {
            assert!(!is_proxy(bad), "{bad}");
        }
    }

    #[test]
    fn what_no_file_can_hold_is_said_at_its_own_place_and_once() {
        for value in [
            "http://a\u{7}.acme.dev:3128",
            "http://a\u{1b}.acme.dev:3128",
            "http://a\u{7f}.acme.dev:3128",
            "http://a\u{feff}.acme.dev:3128",
            "http://a\u{2028}.acme.dev:3128",
        ] {
            let inputs = TestInputs {
                vars: vec![("PROXY", value), ("K3S_TOKEN", "a-token-0123456789\u{7f}")],
                ..Default::default()
            };
            check_given(
                r"
k3s: {token: {env: K3S_TOKEN}}
#            ^^^^^^^^^^^^^^^^ error[invalid-value]: the value of `k3s.token` holds a control character that YAML cannot hold; leave it out
proxy: {http: {env: PROXY}}
#             ^^^^^^^^^^^^ error[proxy-url-invalid]: invalid proxy URL in `proxy.http`
",
                &inputs,
            );
        }
    }

    #[test]
    fn the_value_is_not_shown() {
        let inputs = TestInputs {
            vars: vec![("PROXY", "u:hunter2@proxy")],
            ..Default::default()
        };
        check_given(
            r"
proxy: {http: {env: PROXY}}
#             ^^^^^^^^^^^^ error[proxy-url-invalid]: invalid proxy URL in `proxy.http`
",
            &inputs,
        );
    }

    #[test]
    fn values_that_programs_read_differently() {
        let given = |url| TestInputs {
            vars: vec![("PROXY", url)],
            ..Default::default()
        };
        check_given(
            r"
proxy: {http: {env: PROXY}}
#             ^^^^^^^^^^^^ warning[proxy-url-invalid]: missing port in `proxy.http`
",
            &given("http://proxy.acme.dev"),
        );
        check_given(
            r"
proxy: {http: {env: PROXY}}
#             ^^^^^^^^^^^^ warning[proxy-url-invalid]: proxy in `proxy.http` is on loopback
",
            &given("http://localhost:3128"),
        );
        check_given(
            r"
platform: none
proxy: {http: {env: PROXY}}
cluster: {api: {host: k3s.acme.dev}}
",
            &given("http://localhost:3128"),
        );
    }
}
