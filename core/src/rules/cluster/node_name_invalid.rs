//! See [`RULE`].

use super::names::mistake;
use super::written::sets;
use crate::diagnostic::Fix;
use crate::model::{Config, Spanned};
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The name of the cluster, a pool or a machine is not valid in a host name.
    ///
    /// ## Why
    ///
    /// Node names are DNS names (RFC 1123): lower-case letters, digits and `-`, at most 63 characters, starting and ending with a
    /// letter or digit. The kubelet does not register under any other name, and the machine never joins.
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
    "node-name-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check), silences super::cloud_name_invalid::RULE.rule
}

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
    let message = format!("invalid {kind} name `{}`: {why}", name.value);
    let finding = report
        .found(name.span, message)
        .note("node names include it, and the kubelet registers only under a DNS name (RFC 1123)");
    let lower = name.value.to_ascii_lowercase();
    let better = cleaned(&name.value);
    if mistake(&better, whole).is_some() {
        report.push(finding.help("use lower-case letters, digits and `-`, such as `workspaces`"));
        return;
    }
    let finding = finding.help(format!("use `{better}`"));
    let Some(text) = scalar(report, name.span, &better) else {
        report.push(finding);
        return;
    };
    let title = format!("use `{better}`");
    // k3s lower-cases it anyway.
    let fix = match lower == better {
        true => Fix::safe(title, name.span, text),
        false => Fix::risky(title, name.span, text),
    };
    report.push(finding.fix(fix));
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
#       ^^^^ error[node-name-invalid]: invalid cluster name `Acme`: contains upper-case letters
  pools: [{name: my_pool}, {name: "-x"}, {name: größe}, {name: fine-1}]
#                ^^^^^^^ error[node-name-invalid]: invalid pool name `my_pool`: only lower-case letters, digits and `-` are allowed
#                                 ^^^^ error[node-name-invalid]: invalid pool name `-x`: must start and end with a letter or digit
#                                               ^^^^^ error[node-name-invalid]: invalid pool name `größe`: only lower-case letters, digits and `-` are allowed
"#,
        );
        check(
            r"
cluster:
  nodes: [{name: rack1.acme.dev, role: server}, {name: rack1., role: agent}]
#                                                      ^^^^^^ error[node-name-invalid]: invalid machine name `rack1.`: must start and end with a letter or digit
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
