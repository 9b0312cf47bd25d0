//! See [`RULE`].

use super::written::sets;
use crate::diagnostic::Fix;
use crate::model::{Config, Spanned};
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The name of a pool, a machine or the cluster cannot be part of a host name.
    ///
    /// ## Why
    ///
    /// Names of nodes are DNS names (RFC 1123): small letters, digits and `-`, no more than 63, with a letter or a digit at both
    /// ends. The kubelet does not register under another, and the machine never joins.
    ///
    /// Source: Kubernetes docs, "Object Names and IDs"; k3s docs, `--node-name`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {pools: [{name: My_Pool}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {pools: [{name: my-pool}]}
    /// ```
    "node-name-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

/// The longest label of a host name.
const LABEL: usize = 63;

/// The cluster's name, the pool's and a number make a node's name, so neither may fill it.
const PART: usize = 40;

fn check(config: &Config, report: &mut Report<'_>) {
    if let Some(name) = config.cluster.get().and_then(|cluster| cluster.name.spanned()) {
        check_name(name, "cluster", report);
    }
    for set in sets(config) {
        if let (Some(kind), Some(name)) = (set.kind, set.name) {
            check_name(name, kind, report);
        }
    }
}

fn check_name(name: &Spanned<String>, kind: &str, report: &mut Report<'_>) {
    let whole = kind == "machine";
    let Some(why) = mistake(&name.value, whole) else {
        return;
    };
    let message = format!("`{}` cannot be the name of a {kind}: {why}", name.value);
    let finding = report
        .found(name.span, message)
        .note("it becomes part of a node's name, and the kubelet registers under a DNS name (RFC 1123) only");
    let lower = name.value.to_ascii_lowercase();
    let better = cleaned(&name.value);
    if mistake(&better, whole).is_some() {
        report.push(finding.help("use small letters, digits and `-`, such as `workspaces`"));
        return;
    }
    let finding = finding.help(format!("write `{better}`"));
    let Some(text) = scalar(report, name.span, &better) else {
        report.push(finding);
        return;
    };
    let title = format!("write `{better}`");
    // k3s would write it in small letters itself.
    let fix = match lower == better {
        true => Fix::safe(title, name.span, text),
        false => Fix::risky(title, name.span, text),
    };
    report.push(finding.fix(fix));
}

/// What is wrong with a name; `whole` where it is all of the node's name, which may have dots.
fn mistake(name: &str, whole: bool) -> Option<&'static str> {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || (whole && c == '.');
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let most = if whole { LABEL } else { PART };
    if name.is_empty() {
        Some("it is empty")
    } else if name.chars().any(|c| c.is_ascii_uppercase()) {
        Some("it has capital letters")
    } else if !name.chars().all(inner) {
        Some("only small letters, digits and `-` are allowed")
    } else if !name
        .split('.')
        .all(|label| edge(label.chars().next()) && edge(label.chars().next_back()))
    {
        Some("it has to begin and end with a letter or a digit")
    } else if name.len() > most {
        Some(if whole {
            "it is longer than 63 characters"
        } else {
            "it is longer than 40 characters"
        })
    } else {
        None
    }
}

/// The nearest name that is allowed.
fn cleaned(name: &str) -> String {
    let dash = |c: char| {
        if matches!(c, '_' | ' ' | '.') {
            '-'
        } else {
            c.to_ascii_lowercase()
        }
    };
    let all: String = name.trim().chars().map(dash).collect();
    all.trim_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn capitals_underscores_and_edges() {
        check(
            r#"
cluster:
  name: Acme
#       ^^^^ error[node-name-invalid]: `Acme` cannot be the name of a cluster: it has capital letters
  pools: [{name: my_pool}, {name: "-x"}, {name: größe}, {name: fine-1}]
#                ^^^^^^^ error[node-name-invalid]: `my_pool` cannot be the name of a pool: only small letters, digits and `-` are allowed
#                                 ^^^^ error[node-name-invalid]: `-x` cannot be the name of a pool: it has to begin and end with a letter or a digit
#                                               ^^^^^ error[node-name-invalid]: `größe` cannot be the name of a pool: only small letters, digits and `-` are allowed
"#,
        );
        check(
            r"
cluster:
  nodes: [{name: rack1.acme.dev, role: server}, {name: rack1., role: agent}]
#                                                      ^^^^^^ error[node-name-invalid]: `rack1.` cannot be the name of a machine: it has to begin and end with a letter or a digit
",
        );
    }

    #[test]
    fn quotes_are_kept() {
        check_fix(
            "node-name-invalid",
            "cluster: {name: 'Acme', pools: [{name: \"my_pool\"}]}\n",
            "cluster: {name: 'acme', pools: [{name: \"my-pool\"}]}\n",
        );
    }
}
