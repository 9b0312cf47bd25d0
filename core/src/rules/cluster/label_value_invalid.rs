//! See [`RULE`].

use super::labels::is_name;
use super::written::sets;
use crate::model::{Config, Spanned};
use crate::rules::hostname::is_object_name;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A label has an invalid key or value.
    ///
    /// ## Why
    ///
    /// A value has at most 63 letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit. A key is the same,
    /// after an optional prefix that is a DNS name. The kubelet exits on anything else, and the machine never joins.
    ///
    /// Source: Kubernetes docs, "Labels and Selectors", syntax and character set.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {servers: {labels: {owner: ops@acme.dev}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {servers: {labels: {owner: ops.acme.dev}}}
    /// ```
    "label-value-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

const GRAMMAR: &str =
    "at most 63 letters, digits, `-`, `_` and `.`, starting and ending with a letter or digit";

fn check(config: &Config, report: &mut Report<'_>) {
    for set in sets(config) {
        let written = set.labels.get().into_iter().flat_map(|labels| &labels.0);
        for (key, _) in written.filter(|(_, value)| value.is_missing()) {
            without_value(key, report);
        }
        for (key, value) in set.labels.entries() {
            check_key(key, report);
            if !value.value.is_empty() && !is_name(&value.value) {
                let message = format!("invalid label value `{}`", value.value);
                push(report, value, message, GRAMMAR);
            }
        }
    }
}

/// A label that would be left out: `a:b`, where YAML sees a key without a value, or `a:`.
fn without_value(key: &Spanned<String>, report: &mut Report<'_>) {
    let name = key.value.as_str();
    let (message, help) = match name.split_once(':') {
        Some((name, value)) => (
            format!("label `{name}:{value}` has no space after the colon"),
            format!("use `{name}: {value}`"),
        ),
        None => (
            format!("label `{name}` has no value"),
            format!("use `{name}: \"\"`, or add a value"),
        ),
    };
    report.push(report.found(key.span, message).help(help));
}

fn check_key(key: &Spanned<String>, report: &mut Report<'_>) {
    let (prefix, name) = match key.value.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key.value.as_str()),
    };
    if !is_name(name) {
        let message = match key.value.is_empty() {
            true => "empty label key".to_owned(),
            false => format!("invalid label key `{}`", key.value),
        };
        push(report, key, message, GRAMMAR);
    } else if prefix.is_some_and(|prefix| !is_object_name(prefix)) {
        let message = format!("invalid label key `{}`: the prefix is not a DNS name", key.value);
        push(
            report,
            key,
            message,
            "a prefix of lower-case letters, digits, `-` and `.`, such as `acme.dev/`",
        );
    }
}

fn push(report: &mut Report<'_>, at: &Spanned<String>, message: String, grammar: &str) {
    let finding = report
        .found(at.span, message)
        .help(format!("use {grammar}"))
        .note("the kubelet exits on an invalid label, and the machine never joins");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn invalid_keys_and_values() {
        check(
            r#"
cluster:
  servers: {labels: {owner: ops@acme.dev, a/b/c: x, "": y, Acme.dev/x: z, _x: "-"}}
#                           ^^^^^^^^^^^^ error[label-value-invalid]: invalid label value `ops@acme.dev`
#                                         ^^^^^ error[label-value-invalid]: invalid label key `a/b/c`
#                                                   ^^ error[label-value-invalid]: empty label key
#                                                       ^ warning[yaml-ambiguous-scalar]: `y` is a boolean to YAML 1.1
#                                                          ^^^^^^^^^^ error[label-value-invalid]: invalid label key `Acme.dev/x`: the prefix is not a DNS name
#                                                                         ^^ error[label-value-invalid]: invalid label key `_x`
#                                                                             ^^^ error[label-value-invalid]: invalid label value `-`
"#,
        );
    }

    #[test]
    fn valid_labels() {
        check("cluster: {servers: {labels: {acme.dev/owner_1: Ops-1.x, empty: \"\", disk: ssd}}}\n");
    }

    #[test]
    fn labels_without_a_value() {
        check(
            r"
cluster:
  provider: generic
  nodes:
    - {name: a, role: server, address: 10.2.0.4, labels: {acme.dev/disk:ssd, zone: }}
#                                                         ^^^^^^^^^^^^^^^^^ error[label-value-invalid]: label `acme.dev/disk:ssd` has no space after the colon
#                                                                            ^^^^ error[label-value-invalid]: label `zone` has no value
",
        );
    }
}
