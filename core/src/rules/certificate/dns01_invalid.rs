//! See [`RULE`].

use crate::model::{AzureDns, Config, Field, Rfc2136, Spanned};
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule};
use crate::words::is_uuid;
use std::net::SocketAddr;

declare_rule! {
    /// cert-manager cannot solve the DNS-01 challenge with this configuration.
    ///
    /// ## Why
    ///
    /// cert-manager writes a record into the domain's zone. An Azure zone is found by name, so it must contain the domain; a name
    /// server is a host with an optional port; and cert-manager supports four TSIG algorithms. Otherwise the issuer is rejected, or
    /// it becomes ready and no order ever completes. The servers in `nameservers` are IP addresses with a port, or URLs.
    ///
    /// Source: cert-manager `internal/apis/certmanager/validation/issuer.go`, `pkg/issuer/acme/dns/rfc2136/rfc2136.go`,
    /// `pkg/issuer/acme/dns/azuredns/azuredns.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate:
    ///   acme:
    ///     email: ops@acme.dev
    ///     dns01: {rfc2136: {nameserver: "https://ns1.acme.dev", tsigKeyName: acme, tsigSecret: {env: TSIG}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate:
    ///   acme:
    ///     email: ops@acme.dev
    ///     dns01: {rfc2136: {nameserver: "ns1.acme.dev:53", tsigKeyName: acme, tsigSecret: {env: TSIG}}}
    /// ```
    "dns01-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

/// What cert-manager accepts, case-insensitively (`pkg/issuer/acme/dns/rfc2136/rfc2136.go`, supportedAlgorithms).
const ALGORITHMS: [&str; 4] = ["HMACMD5", "HMACSHA1", "HMACSHA256", "HMACSHA512"];

fn check(config: &Config, report: &mut Report<'_>) {
    let acme = config
        .certificate
        .get()
        .and_then(|certificate| certificate.acme.get());
    for server in acme.into_iter().flat_map(|acme| acme.nameservers.items()) {
        check_nameserver(server, report);
    }
    let Some(dns01) = acme.and_then(|acme| acme.dns01.get()) else {
        return;
    };
    if let Some(route53) = dns01.route53.get() {
        if let Some(zone) = route53.hosted_zone_id.spanned() {
            check_zone_id(zone, report);
        }
        if let Some(region) = route53.region.spanned() {
            check_region(region, report);
        }
    }
    if let Some(project) = dns01.cloud_dns.get().and_then(|cloud| cloud.project.spanned()) {
        check_project(project, report);
    }
    if let Some(azure) = dns01.azure_dns.get() {
        for id in [&azure.subscription_id, &azure.tenant_id, &azure.client_id] {
            check_uuid(id, report);
        }
        check_ids(azure, report);
        check_azure(config, azure, report);
    }
    if let Some(rfc2136) = dns01.rfc2136.get() {
        check_rfc2136(rfc2136, report);
    }
}

/// The port of DNS over TLS (RFC 7858).
const DNS_OVER_TLS: u16 = 853;

/// `address:port`, or a URL (cert-manager `internal/apis/config/controller/validation/validation.go`).
fn check_nameserver(server: &Spanned<String>, report: &mut Report<'_>) {
    let written = dissect(&server.value);
    let address = server.value.parse::<SocketAddr>();
    if address
        .as_ref()
        .is_ok_and(|address| address.port() == DNS_OVER_TLS)
    {
        let finding = report.found(
            server.span,
            format!("`{}` is the port of DNS over TLS", server.value),
        );
        report.push(
            finding
                .help("use port 53, or the `https` URL of DNS over HTTPS")
                .note("cert-manager asks in plain DNS, gets no answer, and orders no certificate"),
        );
        return;
    }
    let fits = match written.scheme {
        Some(scheme) => scheme == "https" && !written.host.is_empty(),
        None => address.is_ok(),
    };
    if fits {
        return;
    }
    let finding = report
        .found(server.span, format!("invalid name server `{}`", server.value))
        .help("use an IP address with a port, such as `8.8.8.8:53`, or the `https` URL of DNS over HTTPS");
    report.push(finding.note("cert-manager exits on startup, and no certificate is ordered"));
}

/// Route 53 API reference, "HostedZone": capitals and digits, with or without the path that the API puts in front.
fn check_zone_id(zone: &Spanned<String>, report: &mut Report<'_>) {
    const LONGEST: usize = 32;
    let id = zone.value.strip_prefix("/hostedzone/").unwrap_or(&zone.value);
    let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    if !id.is_empty() && id.len() <= LONGEST && id.chars().all(is_part) {
        return;
    }
    let finding = report
        .found(zone.span, format!("invalid hosted zone ID `{}`", zone.value))
        .help("use the ID of the zone, such as `Z0123456789ABCDEFGHIJ`, or remove it: cert-manager finds the zone by its name");
    report.push(finding.note("Route 53 rejects every change, and no certificate is issued"));
}

/// The region that requests are signed for, such as `eu-west-1`. Route 53 itself has none.
fn check_region(region: &Spanned<String>, report: &mut Report<'_>) {
    let text = region.value.as_str();
    if is_region(text) {
        return;
    }
    let zone = text
        .strip_suffix(|c: char| c.is_ascii_lowercase())
        .filter(|region| is_region(region));
    let (message, help) = match zone {
        Some(region) => (
            format!("`{text}` is an availability zone, not a region"),
            format!("use `{region}`"),
        ),
        None => (
            format!("unknown AWS region `{text}`"),
            "use a region such as `eu-west-1`".to_owned(),
        ),
    };
    report.push(
        report
            .found(region.span, message)
            .help(help)
            .note("AWS rejects every request, and no certificate is issued"),
    );
}

/// `eu-west-1`, `us-gov-east-1` (AWS General Reference, "Regional endpoints").
fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [area, middle @ .., number] = parts.as_slice() else {
        return false;
    };
    let word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    area.len() <= 3
        && word(area)
        && !middle.is_empty()
        && middle.iter().all(word)
        && matches!(number.parse(), Ok(1..=9u8))
}

/// What a project's ID may have (cloud.google.com/resource-manager docs, "Creating and managing projects"); old ones have a domain in front.
fn is_project(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.');
    text.bytes().all(inner)
}

fn check_project(project: &Spanned<String>, report: &mut Report<'_>) {
    let text = project.value.as_str();
    if is_project(text) {
        return;
    }
    let finding = report.found(project.span, format!("invalid Google Cloud project ID `{text}`"));
    let bare = text.strip_prefix("projects/").filter(|bare| is_project(bare));
    let finding = match bare {
        Some(bare) => finding.help(format!("use `{bare}`")),
        None => finding.help("use the project's ID, which `gcloud projects list` prints, not its name"),
    };
    report.push(finding.note("Google Cloud rejects every request, and no certificate is issued"));
}

fn check_uuid(id: &Field<String>, report: &mut Report<'_>) {
    let Some(id) = id.spanned() else { return };
    if is_uuid(&id.value) {
        return;
    }
    let finding = report
        .found(id.span, format!("invalid ID `{}`: not a UUID", id.value))
        .help("use the ID that Azure shows, such as `00000000-0000-4000-8000-000000000001`");
    report.push(finding.note("Azure rejects the login, and no certificate is issued"));
}

/// The ID of one thing for another: what each names is made on its own.
fn check_ids(azure: &AzureDns, report: &mut Report<'_>) {
    let Some(tenant) = azure.tenant_id.spanned() else {
        return;
    };
    for (id, what) in [
        (&azure.subscription_id, "subscription"),
        (&azure.client_id, "client"),
    ] {
        if let Some(id) = id
            .spanned()
            .filter(|id| id.value.eq_ignore_ascii_case(&tenant.value))
        {
            let finding = report
                .found(id.span, format!("`{}` is the tenant, not the {what}", id.value))
                .and(tenant.span, "the same ID");
            report.push(
                finding
                    .help(format!("use the ID of the {what}"))
                    .note("Azure refuses every change, and no certificate is issued"),
            );
        }
    }
}

fn check_azure(config: &Config, azure: &AzureDns, report: &mut Report<'_>) {
    if let Some(group) = azure
        .resource_group
        .spanned()
        .filter(|group| group.value.contains('/'))
    {
        let last = group.value.rsplit('/').next().unwrap_or_default();
        let finding = report.found(group.span, "expected the name of a resource group, found a path");
        report.push(
            finding
                .help(format!("use `{last}`"))
                .note("Azure finds no such group, and no certificate is issued"),
        );
    }
    if let Some(zone) = azure
        .hosted_zone
        .spanned()
        .filter(|zone| zone.value.ends_with('.'))
    {
        let bare = zone.value.trim_end_matches('.');
        let finding = report.found(zone.span, format!("zone `{}` ends with a dot", zone.value));
        report.push(
            finding
                .help(format!("use `{bare}`"))
                .note("Azure finds no such zone, and no certificate is issued"),
        );
        return;
    }
    let (Some(zone), Some(domain)) = (azure.hosted_zone.spanned(), config.domain.spanned()) else {
        return;
    };
    // Of a domain that is none, no zone is right.
    if flaw(&domain.value).is_some_and(|flaw| !matches!(flaw, Flaw::Unicode)) {
        return;
    }
    let name = |text: &str| format!(".{}", text.trim_matches('.').to_ascii_lowercase());
    if name(&domain.value).ends_with(&name(&zone.value)) {
        return;
    }
    let message = format!(
        "zone `{1}` does not contain the domain `{0}`",
        domain.value, zone.value
    );
    let finding = report
        .found(zone.span, message)
        .and(domain.span, "domain set here")
        .help("use the zone that contains the domain");
    report.push(finding.note("the authority does not find the record, and no certificate is issued"));
}

const REFUSED: &str = "cert-manager rejects the issuer, and no certificate is ordered";

fn check_rfc2136(rfc2136: &Rfc2136, report: &mut Report<'_>) {
    if let Some(key) = rfc2136
        .tsig_key_name
        .spanned()
        .filter(|key| key.value.contains(char::is_whitespace))
    {
        let finding = report.found(
            key.span,
            format!("invalid TSIG key name `{}`: contains a space", key.value),
        );
        report.push(
            finding
                .help("use the name that the server knows the key by")
                .note(REFUSED),
        );
    }
    if let Some(server) = rfc2136.nameserver.spanned() {
        let written = dissect(server.value.trim());
        let host = matches!(flaw(written.host), None | Some(Flaw::Address | Flaw::SingleLabel));
        if written.scheme.is_some() || !written.path.is_empty() || !host || written.wrong_port().is_some() {
            let finding = report
                .found(server.span, format!("invalid name server `{}`", server.value))
                .help(
                    "use `host` or `host:port`, such as `ns1.acme.dev:53`, with an IPv6 address in brackets",
                );
            report.push(finding.note(REFUSED));
        }
    }
    let Some(algorithm) = rfc2136.tsig_algorithm.spanned() else {
        return;
    };
    let folded = algorithm.value.to_ascii_uppercase();
    if ALGORITHMS.contains(&folded.as_str()) {
        return;
    }
    let plain: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    let meant = ALGORITHMS.into_iter().find(|known| known.ends_with(&plain));
    let finding = report
        .found(
            algorithm.span,
            format!("unknown TSIG algorithm `{}`", algorithm.value),
        )
        .help(match meant.filter(|_| !plain.is_empty()) {
            Some(meant) => format!("use `{meant}`"),
            None => format!("use one of `{}`", ALGORITHMS.join("`, `")),
        });
    report.push(finding.note(REFUSED));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn name_servers_and_algorithms() {
        check(
            r#"
certificate:
  acme:
    email: ops@acme.dev
    dns01:
      rfc2136:
        nameserver: "ns1.acme.dev:99999"
#                   ^^^^^^^^^^^^^^^^^^^^ error[dns01-invalid]: invalid name server `ns1.acme.dev:99999`
        tsigKeyName: k
        tsigSecret: {env: T}
        tsigAlgorithm: hmac-sha256
#                      ^^^^^^^^^^^ error[dns01-invalid]: unknown TSIG algorithm `hmac-sha256`
"#,
        );
        check(
            r#"
certificate:
  acme:
    email: ops@acme.dev
    dns01: {rfc2136: {nameserver: "[2001:db8::53]:53", tsigKeyName: k, tsigSecret: {env: T}, tsigAlgorithm: hmacsha512}}
"#,
        );
    }

    #[test]
    fn resolvers_have_a_port_or_a_url() {
        check(
            r#"
certificate:
  acme:
    nameservers: ["10.0.0.53:53", "[2001:db8::53]:53", "https://dns.acme.dev/dns-query", 10.0.0.53, "ns.acme.dev:53", "udp://10.0.0.53:53"]
#                                                                                        ^^^^^^^^^ error[dns01-invalid]: invalid name server `10.0.0.53`
#                                                                                                   ^^^^^^^^^^^^^^^^ error[dns01-invalid]: invalid name server `ns.acme.dev:53`
#                                                                                                                     ^^^^^^^^^^^^^^^^^^^^ error[dns01-invalid]: invalid name server `udp://10.0.0.53:53`
    dns01: {cloudflare: {apiToken: {env: T}}}
"#,
        );
    }

    #[test]
    fn the_azure_zone() {
        check(
            r"
domain: gitpod.acme.dev
certificate: {acme: {email: o@acme.dev, dns01: {azureDNS: {hostedZone: cme.dev, subscriptionID: a, tenantID: b, clientID: c, clientSecret: {env: S}, resourceGroup: g}}}}
#                                                                      ^^^^^^^ error[dns01-invalid]: zone `cme.dev` does not contain the domain `gitpod.acme.dev`
#                                                                                               ^ error[dns01-invalid]: invalid ID `a`: not a UUID
#                                                                                                            ^ error[dns01-invalid]: invalid ID `b`: not a UUID
#                                                                                                                         ^ error[dns01-invalid]: invalid ID `c`: not a UUID
",
        );
        check(
            r"
domain: gitpod.acme.dev
certificate: {acme: {email: o@acme.dev, dns01: {azureDNS: {hostedZone: acme.dev, subscriptionID: a, tenantID: b, clientID: c, clientSecret: {env: S}, resourceGroup: g}}}}
#                                                                                                ^ error[dns01-invalid]: invalid ID `a`: not a UUID
#                                                                                                             ^ error[dns01-invalid]: invalid ID `b`: not a UUID
#                                                                                                                          ^ error[dns01-invalid]: invalid ID `c`: not a UUID
",
        );
        check(
            r"
domain: gitpod.acme.dev
certificate: {acme: {email: o@acme.dev, dns01: {azureDNS: {hostedZone: Acme.dev., subscriptionID: a, tenantID: b, clientID: c, clientSecret: {env: S}, resourceGroup: g}}}}
#                                                                      ^^^^^^^^^ error[dns01-invalid]: zone `Acme.dev.` ends with a dot
#                                                                                                 ^ error[dns01-invalid]: invalid ID `a`: not a UUID
#                                                                                                              ^ error[dns01-invalid]: invalid ID `b`: not a UUID
#                                                                                                                           ^ error[dns01-invalid]: invalid ID `c`: not a UUID
",
        );
        check(
            r"
domain: gitpod.acme.dev
certificate: {acme: {email: o@acme.dev, dns01: {azureDNS: {hostedZone: gitpod.acme.dev, subscriptionID: a, tenantID: b, clientID: c, clientSecret: {env: S}, resourceGroup: g}}}}
#                                                                                                       ^ error[dns01-invalid]: invalid ID `a`: not a UUID
#                                                                                                                    ^ error[dns01-invalid]: invalid ID `b`: not a UUID
#                                                                                                                                 ^ error[dns01-invalid]: invalid ID `c`: not a UUID
",
        );
    }

    #[test]
    fn names_that_clouds_do_not_know() {
        check(
            r"
certificate:
  acme:
    email: ops@acme.dev
    dns01: {route53: {region: eu-west-1a, accessKeyId: {env: A}, secretAccessKey: {env: S}}}
#                             ^^^^^^^^^^ error[dns01-invalid]: `eu-west-1a` is an availability zone, not a region
",
        );
        check(
            r"
certificate:
  acme:
    email: ops@acme.dev
    dns01: {route53: {region: Paris, accessKeyId: {env: A}, secretAccessKey: {env: S}}}
#                             ^^^^^ error[dns01-invalid]: unknown AWS region `Paris`
",
        );
        check(
            r"
certificate:
  acme:
    email: ops@acme.dev
    dns01: {cloudDNS: {project: projects/acme-dns, serviceAccount: {env: J}}}
#                               ^^^^^^^^^^^^^^^^^ error[dns01-invalid]: invalid Google Cloud project ID `projects/acme-dns`
#                                                                  ^^^^^^^^ error[service-account-not-json]: invalid service account key in `certificate.acme.dns01.cloudDNS.serviceAccount`: not valid JSON
",
        );
        for region in [
            "eu-west-1",
            "us-gov-east-1",
            "ap-southeast-2",
            "il-central-1",
            "cn-north-1",
        ] {
            check(&format!(
                "certificate: {{acme: {{email: ops@acme.dev, dns01: {{route53: {{region: {region}, accessKeyId: {{env: A}}, secretAccessKey: {{env: S}}}}}}}}}}\n"
            ));
        }
    }
}
