//! See [`RULE`].

use super::buckets::buckets;
use crate::model::Config;
use crate::rules::masked::{Masked, stands_in};
use crate::rules::{Reads, Report, declare_rule};
use std::net::Ipv4Addr;

declare_rule! {
    /// A bucket's name is none that S3 allows.
    ///
    /// ## Why
    ///
    /// Names have 3 to 63 small letters, digits, hyphens and dots, begin and end with a letter or digit, and are no IP address.
    /// A name with a dot works, but certificates of S3 do not cover it, so clients have to fall back to another form of URL.
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
    for bucket in buckets(config).iter().filter_map(|bucket| bucket.bucket) {
        let Some(masked) = Masked::new(&bucket.value) else {
            continue;
        };
        let Some(clause) = flaw(&masked) else { continue };
        let shown = masked.spelt(&masked.text);
        report.push(
            report
                .found(bucket.span, format!("`{shown}` {clause}"))
                .help("write the bucket's name alone: 3 to 63 small letters, digits and hyphens")
                .note("no bucket can have such a name, so every backup fails"),
        );
    }
}

/// What is wrong with a name, as far as it is known.
fn flaw(masked: &Masked<'_>) -> Option<String> {
    let name = masked.text.as_str();
    let allowed =
        |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.') || stands_in(*c);
    if let Some(c) = name.chars().find(|c| !allowed(c)) {
        return Some(match c {
            'A'..='Z' => "has capital letters, which no bucket's name has".to_owned(),
            c if c.is_whitespace() => "has a blank in it".to_owned(),
            c => format!("has a `{c}`, which no bucket's name has"),
        });
    }
    let edges = [name.chars().next(), name.chars().next_back()];
    if edges.iter().flatten().any(|c| matches!(c, '-' | '.')) {
        return Some("begins or ends with something else than a letter or digit".to_owned());
    }
    if name.contains("..") {
        return Some("has two dots in a row".to_owned());
    }
    let known = name.chars().filter(|c| !stands_in(*c)).count();
    if known > 63 || (!masked.is_late() && known < 3) {
        return Some(format!("has {known} characters; a bucket's name has 3 to 63"));
    }
    (name.parse::<Ipv4Addr>().is_ok()).then(|| "looks like an IP address".to_owned())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_are_judged_as_far_as_they_are_known() {
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: Acme
#             ^^^^ error[bucket-name-invalid]: `Acme` has capital letters, which no bucket's name has
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: acme_gitpod
#             ^^^^^^^^^^^ error[bucket-name-invalid]: `acme_gitpod` has a `_`, which no bucket's name has
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: büro
#             ^^^^ error[bucket-name-invalid]: `büro` has a `ü`, which no bucket's name has
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: ab
#             ^^ error[bucket-name-invalid]: `ab` has 2 characters; a bucket's name has 3 to 63
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: -acme
#             ^^^^^ error[bucket-name-invalid]: `-acme` begins or ends with something else than a letter or digit
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: ac..me
#             ^^^^^^ error[bucket-name-invalid]: `ac..me` has two dots in a row
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: 192.0.2.1
#             ^^^^^^^^^ error[bucket-name-invalid]: `192.0.2.1` looks like an IP address
",
        );
        check(
            r#"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: "s3://${a.b}"
#             ^^^^^^^^^^^^^ error[bucket-name-invalid]: `s3://${a.b}` has a `:`, which no bucket's name has
"#,
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: acme-gitpod
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: acme.gitpod
",
        );
        check(
            r#"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: "${a.b}"
"#,
        );
        check(
            r#"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: "x${a.B_C}"
"#,
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      accessKey: {env: A}
      secretKey: {env: S}
      bucket: {terraform: a.b}
",
        );
    }
}
