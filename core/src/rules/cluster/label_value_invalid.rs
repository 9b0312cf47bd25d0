//! See [`RULE`].

use super::labels::{is_dns_name, is_name};
use super::written::sets;
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A label has a key or a value that Kubernetes does not take.
    ///
    /// ## Why
    ///
    /// A value has at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends; a key is the same, after a
    /// prefix that is a DNS name where it has one. The kubelet exits on anything else, and the machine never joins.
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

const GRAMMAR: &str = "at most 63 letters, digits, `-`, `_` and `.`, with a letter or a digit at both ends";

fn check(config: &Config, report: &mut Report<'_>) {
    for set in sets(config) {
        for (key, value) in set.labels.entries() {
            check_key(key, report);
            if !value.value.is_empty() && !is_name(&value.value) {
                let message = format!("`{}` cannot be the value of a label", value.value);
                push(report, value, message, GRAMMAR);
            }
        }
    }
}

fn check_key(key: &Spanned<String>, report: &mut Report<'_>) {
    let (prefix, name) = match key.value.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key.value.as_str()),
    };
    if !is_name(name) {
        let message = match key.value.is_empty() {
            true => "the key of a label is empty".to_owned(),
            false => format!("`{}` cannot be the key of a label", key.value),
        };
        push(report, key, message, GRAMMAR);
    } else if prefix.is_some_and(|prefix| !is_dns_name(prefix)) {
        let message = format!(
            "`{}` cannot be the key of a label: its prefix is no DNS name",
            key.value
        );
        push(
            report,
            key,
            message,
            "a prefix of small letters, digits, `-` and `.`, such as `acme.dev/`",
        );
    }
}

fn push(report: &mut Report<'_>, at: &Spanned<String>, message: String, grammar: &str) {
    let finding = report
        .found(at.span, message)
        .help(format!("use {grammar}"))
        .note("the kubelet exits on it, and the machine never joins");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn keys_and_values_have_a_grammar() {
        check(
            r#"
cluster:
  servers: {labels: {owner: ops@acme.dev, a/b/c: x, "": y, Acme.dev/x: z, _x: "-"}}
#                           ^^^^^^^^^^^^ error[label-value-invalid]: `ops@acme.dev` cannot be the value of a label
#                                         ^^^^^ error[label-value-invalid]: `a/b/c` cannot be the key of a label
#                                                   ^^ error[label-value-invalid]: The key of a label is empty
#                                                       ^ warning[yaml-ambiguous-scalar]: `y` is a boolean to YAML 1.1
#                                                          ^^^^^^^^^^ error[label-value-invalid]: `Acme.dev/x` cannot be the key of a label: its prefix is no DNS name
#                                                                         ^^ error[label-value-invalid]: `_x` cannot be the key of a label
#                                                                             ^^^ error[label-value-invalid]: `-` cannot be the value of a label
"#,
        );
    }

    #[test]
    fn what_kubernetes_takes_is_fine() {
        check("cluster: {servers: {labels: {acme.dev/owner_1: Ops-1.x, empty: \"\", disk: ssd}}}\n");
    }
}
