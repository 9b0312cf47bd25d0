//! See [`RULE`].

use crate::facts::k3s::DEFAULT_VERSION;
use crate::model::{Airgap, Config, K3s, Spanned};
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// k3s cannot be installed from the configured mirror.
    ///
    /// ## Why
    ///
    /// The mirror's folder is named after a release, so a channel does not work; an invalid URL cannot be fetched; and an invalid
    /// checksum rejects every download. All of this shows only on the machine, after its retries.
    ///
    /// Source: k3s docs, "Air-Gap Install"; the release assets `sha256sum-amd64.txt`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s:
    ///   version: v1.36.5+k3s1
    ///   airgap: {url: mirror.acme.dev/k3s}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   version: v1.36.5+k3s1
    ///   airgap: {url: https://mirror.acme.dev/k3s}
    /// ```
    "airgap-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

/// The number of hexadecimal digits in a SHA-256.
const DIGITS: usize = 64;

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(k3s) = config.k3s.get() else { return };
    let Some(airgap) = k3s.airgap.spanned() else {
        return;
    };
    channel(k3s, airgap, report);
    mirrors(k3s, airgap, report);
    if let Some(url) = airgap.value.url.spanned().filter(|url| !is_url(&url.value)) {
        let finding = report.found(url.span, format!("invalid mirror URL `{}`", url.value));
        report.push(
            finding.help("use `https://`, the host and the folder, in ASCII and without spaces, `?` or `#`"),
        );
    }
    let is_sum = |text: &str| text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(sum) = airgap.value.checksum.spanned().filter(|sum| !is_sum(&sum.value)) {
        let finding = report.found(sum.span, format!("invalid SHA-256 checksum `{}`", sum.value));
        report.push(
            finding
                .help("use the 64 hexadecimal digits that `sha256sum sha256sum-amd64.txt` prints")
                .note("machines reject every download with this checksum"),
        );
    }
}

fn channel(k3s: &K3s, airgap: &Spanned<Airgap>, report: &mut Report<'_>) {
    // With a version beside it, it is one of two that conflict.
    let Some(channel) = k3s.channel.spanned().filter(|_| k3s.version.is_missing()) else {
        return;
    };
    let finding = report
        .found(
            channel.span,
            "`channel` conflicts with the mirror, which has only releases",
        )
        .and(airgap.key, "mirror set here")
        .help(format!("use `version: {DEFAULT_VERSION}` in place of `channel`"));
    report.push(finding);
}

/// Mirrors that are the registries themselves.
fn mirrors(k3s: &K3s, airgap: &Spanned<Airgap>, report: &mut Report<'_>) {
    let registries = k3s.registries.get();
    let mirrors = registries
        .into_iter()
        .flat_map(|registries| registries.mirrors.entries());
    for endpoint in mirrors.flat_map(|(_, mirror)| mirror.value.endpoint.items()) {
        let host = dissect(&endpoint.value).host;
        if PUBLIC.contains(&host) {
            let finding = report
                .found(
                    endpoint.span,
                    format!("`{host}` is out of reach of machines without the internet"),
                )
                .and(airgap.key, "mirror of k3s set here")
                .help("use a registry within your network");
            report.push(finding.note("no image is pulled, and nothing starts"));
        }
    }
}

/// Registries on the internet.
const PUBLIC: [&str; 8] = [
    "docker.io",
    "gcr.io",
    "ghcr.io",
    "index.docker.io",
    "mirror.gcr.io",
    "quay.io",
    "registry-1.docker.io",
    "registry.k8s.io",
];

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split('/').next().unwrap_or("");
        !host.is_empty() && !rest.contains(|c: char| !c.is_ascii_graphic() || "?#\"'<>\\".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn invalid_mirrors() {
        check(
            r"
k3s: {version: v1.36.5+k3s1, airgap: {url: mirror/k3s}}
#                                          ^^^^^^^^^^ error[airgap-invalid]: invalid mirror URL `mirror/k3s`
",
        );
        check(
            r"
k3s: {version: v1.36.5+k3s1, airgap: {url: https://mirror.acme.dev/é}}
#                                          ^^^^^^^^^^^^^^^^^^^^^^^^^ error[airgap-invalid]: invalid mirror URL `https://mirror.acme.dev/é`
",
        );
        check(
            r#"
k3s: {channel: stable, airgap: {url: "https://m/k3s"}}
#              ^^^^^^ error[airgap-invalid]: `channel` conflicts with the mirror, which has only releases
#              ^^^^^^ warning[k3s-version-unpinned]: channel `stable` does not pin a version
"#,
        );
        check(
            r#"
k3s: {version: v1.36.5+k3s1, airgap: {url: "https://m/k3s", checksum: abc}}
#                                                                     ^^^ error[airgap-invalid]: invalid SHA-256 checksum `abc`
"#,
        );
        check(
            r#"
k3s:
  airgap: {url: "https://mirror.acme.dev/k3s"}
  registries: {mirrors: {docker.io: {endpoint: ["https://registry-1.docker.io", "https://reg.acme.dev"]}}}
#                                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[airgap-invalid]: `registry-1.docker.io` is out of reach of machines without the internet
"#,
        );
        check(
            r#"
k3s: {version: v1.36.5+k3s1, airgap: {url: "http://10.0.0.1:8080/k3s/", checksum: 0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789}}
"#,
        );
    }
}
