//! See [`RULE`].

use crate::facts::k3s::DEFAULT_VERSION;
use crate::model::{Airgap, Config, K3s, Spanned};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A machine could not install k3s from the mirror that is named.
    ///
    /// ## Why
    ///
    /// The mirror's folder is named like the release, so a channel has none; what is no URL cannot be fetched; and a checksum that is not
    /// one refuses every download. All of it shows on the machine only, after the retries.
    ///
    /// Source: k3s docs, "Air-Gap Install"; the release assets `sha256sum-amd64.txt`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s:
    ///   version: v1.33.4+k3s1
    ///   airgap: {url: mirror.acme.dev/k3s}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   version: v1.33.4+k3s1
    ///   airgap: {url: https://mirror.acme.dev/k3s}
    /// ```
    "airgap-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

/// Hexadecimal digits of a SHA-256.
const DIGITS: usize = 64;

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(k3s) = config.k3s.get() else { return };
    let Some(airgap) = k3s.airgap.spanned() else {
        return;
    };
    channel(k3s, airgap, report);
    if let Some(url) = airgap.value.url.spanned().filter(|url| !is_url(&url.value)) {
        let finding = report.found(url.span, format!("`{}` is no URL that can be fetched", url.value));
        report.push(finding.help("write `https://`, the host and the folder, without blanks, `?` or `#`"));
    }
    let is_sum = |text: &str| text.len() == DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(sum) = airgap.value.checksum.spanned().filter(|sum| !is_sum(&sum.value)) {
        let finding = report.found(sum.span, format!("`{}` is no SHA-256", sum.value));
        report.push(
            finding
                .help("write what `sha256sum sha256sum-amd64.txt` prints: 64 hexadecimal digits")
                .note("every download would be refused"),
        );
    }
}

fn channel(k3s: &K3s, airgap: &Spanned<Airgap>, report: &mut Report<'_>) {
    let Some(channel) = k3s.channel.spanned() else {
        return;
    };
    let finding = report
        .found(channel.span, "a mirror has releases, and no channel")
        .and(airgap.key, "the mirror")
        .help(format!("write `version: {DEFAULT_VERSION}` instead of `channel`"));
    report.push(finding);
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let host = rest.split('/').next().unwrap_or("");
        !host.is_empty()
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "?#\"'<>\\".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_mirror_is_a_url_with_releases() {
        check(
            r"
k3s: {version: v1.33.4+k3s1, airgap: {url: mirror/k3s}}
#                                          ^^^^^^^^^^ error[airgap-invalid]: `mirror/k3s` is no URL that can be fetched
",
        );
        check(
            r#"
k3s: {channel: stable, airgap: {url: "https://m/k3s"}}
#              ^^^^^^ error[airgap-invalid]: A mirror has releases, and no channel
#              ^^^^^^ warning[k3s-version-unpinned]: `stable` is another version on another day
"#,
        );
        check(
            r#"
k3s: {version: v1.33.4+k3s1, airgap: {url: "https://m/k3s", checksum: abc}}
#                                                                     ^^^ error[airgap-invalid]: `abc` is no SHA-256
"#,
        );
        check(
            r#"
k3s: {version: v1.33.4+k3s1, airgap: {url: "http://10.0.0.1:8080/k3s/", checksum: 0123456789abcdefABCDEF0123456789abcdef0123456789abcdef0123456789}}
"#,
        );
    }
}
