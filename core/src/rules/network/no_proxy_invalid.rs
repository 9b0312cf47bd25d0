//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// An entry of `noProxy` fits no host.
    ///
    /// ## Why
    ///
    /// It is compared with the host that is asked for: a name (with those below it), an address, a range of addresses, each with a port where
    /// it should count. A URL, several in one entry or a pattern fits nothing, and the proxy is asked for what it does not know.
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
            .found(entry.span, format!("`{text}` fits no host"))
            .help(help);
        report.push(finding.note("the proxy is asked for it all the same"));
    }
}

/// What to write instead.
fn mistake(text: &str) -> Option<String> {
    if text == "*" || text.parse::<IpNet>().is_ok() {
        return None;
    }
    if text.contains([',', ' ', ';']) {
        return Some("write an entry for each".to_owned());
    }
    let written = dissect(text);
    if written.scheme.is_some() || written.path.len() > 1 && written.path.parse::<u8>().is_err() {
        return Some(
            match written.path.contains(|c: char| c != '/') && written.scheme.is_none() {
                true => "write a range such as `10.0.0.0/8`, or a name".to_owned(),
                false => format!("write `{}`", written.host),
            },
        );
    }
    let host = written.host.strip_prefix('.').unwrap_or(written.host);
    match flaw(host) {
        None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) => None,
        Some(Flaw::Wildcard) => Some(match host.strip_prefix("*.") {
            Some(rest) if !rest.contains('*') => format!("write `.{rest}`"),
            _ => "write a name without `*`: those below it are meant with it".to_owned(),
        }),
        Some(_) => Some("write a name, an address or a range".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_is_compared_in_vain() {
        check(
            r#"
proxy:
  http: {env: PROXY}
#       ^^^^^^^^^^^^ error[proxy-url-invalid]: The value of `proxy.http` is no URL of a proxy
  noProxy:
    - https://registry.acme.dev
#     ^^^^^^^^^^^^^^^^^^^^^^^^^ warning[no-proxy-invalid]: `https://registry.acme.dev` fits no host
    - "*.corp.acme.dev"
#     ^^^^^^^^^^^^^^^^^ warning[no-proxy-invalid]: `*.corp.acme.dev` fits no host
    - a.dev, b.dev
#     ^^^^^^^^^^^^ warning[no-proxy-invalid]: `a.dev, b.dev` fits no host
    - 10.0.0.0/33
#     ^^^^^^^^^^^ warning[no-proxy-invalid]: `10.0.0.0/33` fits no host
    - .acme.dev
    - db:5432
    - 10.0.0.0/8
    - 2001:db8::1
"#,
        );
    }
}
