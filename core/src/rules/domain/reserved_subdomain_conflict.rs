//! See [`RULE`].

use crate::model::{Bindable, Config, Spanned};
use crate::plan::Plan;
use crate::rules::public::bare_domain;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A host of the cluster uses a name that belongs to the platform's proxy.
    ///
    /// ## Why
    ///
    /// A platform's DNS records are the domain and all names below it, and they point at its proxy. A record for a single name
    /// overrides the wildcard: with the Kubernetes API at `api.`, for example, the platform's public API is unreachable. A record
    /// that points at a name it covers itself never resolves.
    ///
    /// Source: RFC 4592, "The Role of Wildcards in the Domain Name System".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain: dev.acme.dev
    /// cluster: {api: {host: api.dev.acme.dev}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain: dev.acme.dev
    /// cluster: {api: {host: k3s.dev.acme.dev}}
    /// ```
    "reserved-subdomain-conflict", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned().filter(|_| !plan.needs.names.is_empty()) else {
        return;
    };
    let host = config
        .cluster
        .get()
        .and_then(|cluster| cluster.api.get())
        .and_then(|api| api.host.spanned());
    let address = config.ingress.get().and_then(|ingress| ingress.address.spanned());
    let name = bare_domain(&domain.value).to_lowercase();
    // An address in place of the domain is reported there.
    if name.parse::<std::net::IpAddr>().is_ok() {
        return;
    }
    if let Some((host, below)) = host.and_then(|host| Some((host, below(&host.value, &name)?))) {
        let first = below.rsplit('.').next().unwrap_or("");
        if below.is_empty() || plan.needs.reserved_labels.contains(&first) {
            let message = format!("this name belongs to {}'s proxy", plan.needs.product);
            push(host, &message, domain.span, report);
        }
    }
    if let Some(address) = address.filter(|address| below(&address.value, &name).is_some()) {
        push(
            address,
            "the DNS record of this name would point at itself",
            domain.span,
            report,
        );
    }
}

/// The part before the domain, empty for the domain itself; none for other names.
fn below(host: &Bindable, domain: &str) -> Option<String> {
    let host = host.as_known()?.trim_end_matches('.').to_lowercase();
    let before = host.strip_suffix(domain)?;
    match before.strip_suffix('.') {
        Some(before) => Some(before.to_owned()),
        None => before.is_empty().then(String::new),
    }
}

fn push(at: &Spanned<Bindable>, message: &str, domain: crate::source::Span, report: &mut Report<'_>) {
    let finding = report
        .found(at.span, message)
        .and(domain, "covered by this domain's records")
        .help("use a name outside the domain, or `k3s.` plus the domain for the API");
    report.push(finding.note(
        "an exact DNS record overrides the wildcard, so the service behind the wildcard becomes unreachable",
    ));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_of_the_proxy() {
        check(
            r"
domain: gitpod.acme.dev
cluster: {api: {host: api.gitpod.acme.dev}}
#                     ^^^^^^^^^^^^^^^^^^^ warning[reserved-subdomain-conflict]: this name belongs to Gitpod's proxy
",
        );
        check(
            r"
domain: gitpod.acme.dev
cluster: {api: {host: k3s.ws.gitpod.acme.dev}}
#                     ^^^^^^^^^^^^^^^^^^^^^^ warning[reserved-subdomain-conflict]: this name belongs to Gitpod's proxy
",
        );
        check(
            r"
domain: gitpod.acme.dev
ingress: {address: lb.Gitpod.acme.dev}
#                  ^^^^^^^^^^^^^^^^^^ warning[reserved-subdomain-conflict]: the DNS record of this name would point at itself
",
        );
        check(
            r#"
domain: gitpod.acme.dev
ingress: {address: lb.acme.dev}
cluster: {api: {host: k3s.gitpod.acme.dev}}
"#,
        );
        check(
            r#"
domain: gitpod.acme.dev
cluster: {api: {host: api.acme.dev}}
"#,
        );
    }
}
