//! See [`RULE`].

use super::buckets;
use crate::model::Config;
use crate::rules::masked::{Masked, stands_in};
use crate::rules::{Reads, Report, declare_rule};
use std::net::Ipv4Addr;

declare_rule! {
    /// A bucket name is invalid.
    ///
    /// ## Why
    ///
    /// Bucket names have 3 to 63 lower-case letters, digits, hyphens and dots, start and end with a letter or digit, and do not
    /// look like an IP address. A name with a dot works, but S3's certificates do not cover it, so clients fall back to path-style
    /// URLs.
    ///
    /// Source: Amazon S3 User Guide, "General purpose bucket naming rules".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: Acme_Gitpod, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-gitpod, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    "bucket-name-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for bucket in buckets(config) {
        let Some(name) = bucket.bucket else { continue };
        let Some(masked) = Masked::new(&name.value) else {
            continue;
        };
        let host = bucket.endpoint.and_then(|endpoint| endpoint.value.as_known());
        // cloud.google.com/storage/docs/buckets, "Bucket names".
        let with_underscore = host == Some("storage.googleapis.com");
        let in_host = host.and_then(|host| masked.text.strip_suffix(host)?.strip_suffix('.'));
        let with_host = in_host.map(|_| "contains the endpoint".to_owned());
        let Some(clause) = flaw(&masked, with_underscore).or(with_host) else {
            continue;
        };
        let shown = masked.spelt(&masked.text);
        report.push(
            report
                .found(name.span, format!("invalid bucket name `{shown}`: {clause}"))
                .help("use only the bucket's name, of 3 to 63 lower-case letters, digits and hyphens")
                .note("no bucket can have such a name, so every upload fails"),
        );
    }
}

/// What is wrong with a name, as far as it is known.
fn flaw(masked: &Masked<'_>, with_underscore: bool) -> Option<String> {
    let name = masked.text.as_str();
    let allowed = |c: &char| {
        c.is_ascii_lowercase()
            || c.is_ascii_digit()
            || matches!(c, '-' | '.')
            || stands_in(*c)
            || *c == '_' && with_underscore
    };
    if let Some(c) = name.chars().find(|c| !allowed(c)) {
        return Some(match c {
            'A'..='Z' => "contains upper-case letters".to_owned(),
            c if c.is_whitespace() => "contains a space".to_owned(),
            c => format!("contains `{c}`"),
        });
    }
    let edges = [name.chars().next(), name.chars().next_back()];
    if edges.iter().flatten().any(|c| matches!(c, '-' | '.')) {
        return Some("must start and end with a letter or digit".to_owned());
    }
    if name.contains("..") {
        return Some("contains two dots in a row".to_owned());
    }
    let known = name.chars().filter(|c| !stands_in(*c)).count();
    if known > 63 || (!masked.is_late() && known < 3) {
        return Some(format!("length {known} is out of range (3-63)"));
    }
    (name.parse::<Ipv4Addr>().is_ok()).then(|| "looks like an IP address".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    /// A configuration with a bucket of that name, and what is said of it.
    fn with(name: &str, says: &str) -> String {
        let config = "
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
";
        let says = match says {
            "" => String::new(),
            says => {
                let carets = "^".repeat(name.chars().count());
                let bare = name.trim_matches('"');
                format!(
                    "#             {carets} error[bucket-name-invalid]: invalid bucket name `{bare}`: {says}\n"
                )
            }
        };
        format!("{config}      bucket: {name}\n{says}")
    }

    #[test]
    fn invalid_names_as_far_as_they_are_known() {
        for (name, says) in [
            ("Acme", "contains upper-case letters"),
            ("acme_gitpod", "contains `_`"),
            ("büro", "contains `ü`"),
            ("ab", "length 2 is out of range (3-63)"),
            ("-acme", "must start and end with a letter or digit"),
            ("ac..me", "contains two dots in a row"),
            ("192.0.2.1", "looks like an IP address"),
            ("\"s3://${a.b}\"", "contains `:`"),
            ("acme-gitpod", ""),
            ("acme.gitpod", ""),
            ("\"${a.b}\"", ""),
            ("\"x${a.B_C}\"", ""),
            ("{terraform: a.b}", ""),
        ] {
            check(&with(name, says));
        }
    }
}
