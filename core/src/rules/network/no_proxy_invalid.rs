//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::{Flaw, dissect, host_flaw};
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// An entry of `noProxy` never matches.
    ///
    /// ## Why
    ///
    /// An entry is compared with the requested host: a name (which includes its subdomains), an address or a range, each with an
    /// optional port. A URL, a comma-separated list or a pattern never matches, and requests go to a proxy that cannot serve them.
    ///
    /// Source: golang.org/x/net/http/httpproxy, `Config.NoProxy`; curl(1), `--noproxy`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// proxy: {http: "http://proxy.acme.dev:3128", noProxy: ["https://registry.acme.dev", "*.corp.acme.dev"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// proxy: {http: "http://proxy.acme.dev:3128", noProxy: [registry.acme.dev, .corp.acme.dev]}
    /// ```
    "no-proxy-invalid", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let entries = config
        .proxy
        .get()
        .into_iter()
        .flat_map(|proxy| proxy.no_proxy.items());
    for entry in entries {
        let text = entry.value.trim();
        let Some(help) = mistake(text) else { continue };
        let finding = report
            .found(entry.span, format!("invalid `noProxy` entry `{text}`"))
            .help(help);
        report.push(finding.note("the entry never matches, so requests still go to the proxy"));
    }
}

/// What to write instead.
fn mistake(text: &str) -> Option<String> {
    if text == "*" || text.parse::<IpNet>().is_ok() {
        return None;
    }
    if text.contains([',', ' ', ';']) {
        return Some("list each separately".to_owned());
    }
    let written = dissect(text);
    if written.scheme.is_some() || written.path.len() > 1 && written.path.parse::<u8>().is_err() {
        return Some(
            match written.path.contains(|c: char| c != '/') && written.scheme.is_none() {
                true => "use a range such as `10.0.0.0/8`, or a name".to_owned(),
                false => format!("use `{}`", written.host),
            },
        );
    }
    let host = written.host.strip_prefix('.').unwrap_or(written.host);
    match host_flaw(host) {
        None => None,
        Some(Flaw::Wildcard) => Some(match host.strip_prefix("*.") {
            Some(rest) if !rest.contains('*') => format!("use `.{rest}`"),
            _ => "use a name without `*`: it includes its subdomains".to_owned(),
        }),
        Some(_) => Some("use a name, an address or a range".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn entries_that_never_match() {
        check(
            r#"
proxy:
  http: {env: PROXY}
#       ^^^^^^^^^^^^ error[proxy-url-invalid]: invalid proxy URL in `proxy.http`
  noProxy:
    - https://registry.acme.dev
#     ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[no-proxy-invalid]: invalid `noProxy` entry `https://registry.acme.dev`
    - "*.corp.acme.dev"
#     ^^^^^^^^^^^^^^^^^ warning[no-proxy-invalid]: invalid `noProxy` entry `*.corp.acme.dev`
    - a.dev, b.dev
#     ^^^^^^^^^^^^ warning[no-proxy-invalid]: invalid `noProxy` entry `a.dev, b.dev`
    - 10.0.0.0/33
#     ^^^^^^^^^^^ warning[no-proxy-invalid]: invalid `noProxy` entry `10.0.0.0/33`
    - .acme.dev
    - db:5432
    - 10.0.0.0/8
    - 2001:db8::1
"#,
        );
    }
}
