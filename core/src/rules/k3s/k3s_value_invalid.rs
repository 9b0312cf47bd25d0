//! See [`RULE`].

use super::node_ports::node_ports;
use super::passthrough::{Passed, passed};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::facts::go;
use crate::facts::k3s::{self, Key, NODE_PORTS};
use crate::model::{Config, Raw, names_a_secret};
use crate::words::nearest;
use crate::rules::edit::{double_quoted, scalar};
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A k3s key has a value of another type than k3s takes, or one that it does not know.
    ///
    /// ## Why
    ///
    /// k3s turns each key into a flag and exits when the flag does not take the value, so the machine never joins.
    ///
    /// Source: k3s-io/k3s `pkg/cli/cmds`; k3s docs, "k3s server" and "k3s agent".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: wireguard}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: wireguard-native}}
    /// ```
    "k3s-value-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for passed in passed(config) {
        let Some(key) = passed.known().filter(|_| passed.managed().is_none()) else {
            continue;
        };
        let found = wrong_type(&passed, key, report)
            .or_else(|| unknown_word(&passed, key, report))
            .or_else(|| wrong_text(&passed, key, report));
        if let Some(mut finding) = found {
            finding
                .note
                .get_or_insert_with(|| "k3s exits on it at its start".to_owned());
            report.push(finding);
        }
    }
}

fn wrong_type(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let value = &passed.value.value;
    let wanted = match key.kind.as_str() {
        "bool" if !is_bool(value) => "`true` or `false`",
        "int" if !is_int(value) => "a whole number",
        "duration" if !is_duration(value) => "a duration such as `5m`",
        "string" if !is_scalar(value) => "one string",
        "stringSlice" if !is_list(value) => "a list of strings",
        _ => return mode_without_quotes(passed, key, report),
    };
    let message = match value {
        Raw::Text(text) if !names_a_secret(&key.key) => format!("`{}` takes {wanted}, not `{text}`", key.key),
        _ => format!("`{}` takes {wanted}", key.key),
    };
    let finding = report.found(passed.value.span, message);
    let yes_or_no = match value {
        Raw::Text(text) => match text.to_lowercase().as_str() {
            "yes" | "on" | "y" => Some("true"),
            "no" | "off" | "n" => Some("false"),
            _ => None,
        },
        _ => None,
    };
    Some(match yes_or_no.filter(|_| key.kind == "bool") {
        Some(word) => finding.help(format!("write `{word}`")).fix(Fix::safe(
            format!("write `{word}`"),
            passed.value.span,
            word,
        )),
        None => finding.help(format!("write {wanted}")),
    })
}

/// A file mode without quotes is a number, and which one depends on the reader: `0o640` arrives at k3s as the mode 416.
fn mode_without_quotes(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let Raw::Int(number) = passed.value.value else {
        return None;
    };
    if key.key != "write-kubeconfig-mode" {
        return None;
    }
    let written = report.text(passed.value.span).to_owned();
    let mode = written.replacen("0o", "0", 1);
    let text = double_quoted(&mode);
    let mut finding = report
        .found(
            passed.value.span,
            format!("the mode `{written}` is a number without quotes"),
        )
        .help(format!("write `{text}`"))
        .note("readers of YAML disagree on which number that is, and k3s reads its digits as octal");
    if mode.trim_start_matches('0') == number.to_string() {
        finding.severity = Severity::Warning;
    }
    Some(finding.fix(Fix::safe(format!("write `{text}`"), passed.value.span, text)))
}

fn unknown_word(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let (Raw::Text(text), words) = (&passed.value.value, key.words()) else {
        return None;
    };
    if words.is_empty() || words.contains(&text.as_str()) {
        return None;
    }
    let pair = format!("{}={text}", key.key);
    let gone = k3s::removed().iter().find(|removed| removed.key == pair);
    let message = match gone {
        Some(_) => format!("k3s no longer has `{}: {text}`", key.key),
        None => format!("`{text}` is no `{}` that k3s knows", key.key),
    };
    let finding = report.found(passed.value.span, message);
    let replacement = gone.and_then(|gone| gone.replacement.rsplit(": ").next());
    let near = replacement
        .filter(|word| words.contains(word))
        .or_else(|| nearest(text, words.iter().copied()));
    let known: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let Some(near) = near else {
        return Some(finding.help(format!("known are {}", known.join(", "))));
    };
    let finding = finding.help(format!("write `{near}`; known are {}", known.join(", ")));
    Some(match scalar(report, passed.value.span, near) {
        Some(new) => finding.fix(Fix::risky(format!("write `{near}`"), passed.value.span, new)),
        None => finding,
    })
}

/// Texts with a form of their own.
fn wrong_text(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let Raw::Text(text) = &passed.value.value else {
        return None;
    };
    let name = |text: &str| {
        matches!(
            flaw(text),
            None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_))
        )
    };
    let (fits, what, help) = match key.key.as_str() {
        "service-node-port-range" => (
            node_ports(text).is_some_and(|ports| !ports.is_empty()),
            "range of ports",
            format!("write it from the least to the greatest, as in `{NODE_PORTS}`"),
        ),
        "system-default-registry" => {
            let written = dissect(text);
            let fits = written.scheme.is_none() && written.path.is_empty() && name(written.host);
            (fits, "registry", "write `host` or `host:port`".to_owned())
        }
        "data-dir" | "default-local-storage-path" => (
            text.starts_with('/'),
            "absolute path",
            "begin it with `/`".to_owned(),
        ),
        "cluster-domain" => (
            name(text),
            "domain",
            "write a name, such as `cluster.local`".to_owned(),
        ),
        _ => return None,
    };
    let finding = || {
        report
            .found(passed.value.span, format!("`{text}` is no {what}"))
            .help(help)
    };
    (!fits).then(finding)
}

fn is_bool(value: &Raw) -> bool {
    match value {
        Raw::Bool(_) | Raw::Int(0 | 1) => true,
        Raw::Text(text) => matches!(
            text.as_str(),
            "true" | "false" | "True" | "False" | "TRUE" | "FALSE"
        ),
        _ => false,
    }
}

fn is_int(value: &Raw) -> bool {
    match value {
        Raw::Int(_) => true,
        Raw::Text(text) => text.parse::<i64>().is_ok(),
        _ => false,
    }
}

fn is_duration(value: &Raw) -> bool {
    matches!(value, Raw::Text(text) if go::duration(text).is_some()) || matches!(value, Raw::Int(0))
}

fn is_scalar(value: &Raw) -> bool {
    !matches!(value, Raw::List(_) | Raw::Map(_))
}

fn is_list(value: &Raw) -> bool {
    match value {
        Raw::List(items) => items.iter().all(|item| is_scalar(&item.value)),
        Raw::Map(_) => false,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn texts_with_a_form() {
        check(
            r#"
k3s:
  serverConfig:
    service-node-port-range: 32767-30000
#                            ^^^^^^^^^^^ error[k3s-value-invalid]: `32767-30000` is no range of ports
    system-default-registry: https://registry.acme.dev
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-value-invalid]: `https://registry.acme.dev` is no registry
    cluster-domain: acme local
#                   ^^^^^^^^^^ error[cluster-domain-changed]: Gitpod's services are looked for under `cluster.local`, not under `acme local`
#                   ^^^^^^^^^^ error[k3s-value-invalid]: `acme local` is no domain
    default-local-storage-path: data
#                               ^^^^ error[k3s-value-invalid]: `data` is no absolute path
  agentConfig: {system-default-registry: "registry.acme.dev:5000"}
#               ^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: `system-default-registry` is a key of servers, not of agents
"#,
        );
        check("k3s: {serverConfig: {service-node-port-range: 20000+100}}\n");
    }

    #[test]
    fn types_and_words() {
        check(
            r#"
k3s:
  serverConfig:
    debug: yes
#          ^^^ error[k3s-value-invalid]: `debug` takes `true` or `false`, not `yes`
    etcd-expose-metrics: "true"
    https-listen-port: high
#   ^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: The rest of the tree is made for the API's port 6443
#                      ^^^^ error[k3s-value-invalid]: `https-listen-port` takes a whole number, not `high`
    etcd-s3-timeout: 5 minutes
#                    ^^^^^^^^^ error[k3s-value-invalid]: `etcd-s3-timeout` takes a duration such as `5m`, not `5 minutes`
    cluster-domain: [a]
#                   ^^^ error[k3s-value-invalid]: `cluster-domain` takes one string
    kube-apiserver-arg: {a: b}
#                       ^^^^^^ error[k3s-value-invalid]: `kube-apiserver-arg` takes a list of strings
    flannel-backend: ipsec
#                    ^^^^^ error[k3s-value-invalid]: K3s no longer has `flannel-backend: ipsec`
    egress-selector-mode: agents
#                         ^^^^^^ error[k3s-value-invalid]: `agents` is no `egress-selector-mode` that k3s knows
    write-kubeconfig-mode: 0o644
#                          ^^^^^ error[k3s-value-invalid]: The mode `0o644` is a number without quotes
"#,
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        check(
            r"
k3s: {serverConfig: {etcd-s3-session-token: [hunter2]}}
#                                           ^^^^^^^^^ error[k3s-value-invalid]: `etcd-s3-session-token` takes one string
#                                            ^^^^^^^ warning[secret-literal]: The secret `k3s.serverConfig.etcd-s3-session-token.0` is written in plain text
",
        );
    }

    #[test]
    fn what_k3s_reads_is_fine() {
        check(
            "k3s: {serverConfig: {v: 4, etcd-s3-timeout: 5m, kube-apiserver-arg: a=b, snapshotter: zfs, lb-server-port: \"6444\"}}\n",
        );
    }

    #[test]
    fn words_of_other_languages_and_quotes() {
        check_fix(
            "k3s-value-invalid",
            "k3s: {serverConfig: {debug: yes, flannel-backend: 'wireguard', write-kubeconfig-mode: 0640}}\n",
            "k3s: {serverConfig: {debug: true, flannel-backend: 'wireguard-native', write-kubeconfig-mode: \"0640\"}}\n",
        );
    }
}
