//! See [`RULE`].

use super::node_ports::node_ports;
use super::passthrough::{Passed, passed};
use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::facts::go;
use crate::facts::k3s::NODE_PORTS;
use crate::facts::k3s_keys::{Key, REMOVED, ValueType};
use crate::model::{Config, Raw, names_a_secret};
use crate::rules::edit::{double_quoted, scalar};
use crate::rules::hostname::{dissect, host_flaw};
use crate::rules::{Reads, Report, declare_rule};
use crate::words::nearest;

declare_rule! {
    /// A k3s key has a value of the wrong type or an unknown value.
    ///
    /// ## Why
    ///
    /// k3s turns each key into a flag and exits if the value is invalid, so the machine never joins.
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
                .get_or_insert_with(|| "k3s exits on it on startup".to_owned());
            report.push(finding);
        }
    }
}

fn wrong_type(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let value = &passed.value.value;
    let wanted = match key.kind {
        // k3s takes each of them as a text, and this one is not known here.
        _ if matches!(value, Raw::Reference(_)) => return None,
        ValueType::Bool if !is_bool(value) => "`true` or `false`",
        ValueType::Int if !is_int(value) => "an integer",
        ValueType::Duration if !is_duration(value) => "a duration such as `5m`",
        ValueType::Text if !is_scalar(value) => "a string",
        ValueType::List if !is_list(value) => "a list of strings",
        _ => return mode_without_quotes(passed, key, report),
    };
    let message = match value {
        Raw::Text(text) if !names_a_secret(key.key) => {
            format!("expected {wanted} for `{}`, found `{text}`", key.key)
        }
        _ => format!("expected {wanted} for `{}`", key.key),
    };
    let wrong = match value {
        Raw::List(items) => items.iter().find(|item| !is_scalar(&item.value)),
        _ => None,
    };
    let finding = report.found(wrong.map_or(passed.value.span, |item| item.span), message);
    let yes_or_no = match value {
        Raw::Text(text) => match text.to_lowercase().as_str() {
            "yes" | "on" | "y" => Some("true"),
            "no" | "off" | "n" => Some("false"),
            _ => None,
        },
        _ => None,
    };
    Some(match yes_or_no.filter(|_| key.kind == ValueType::Bool) {
        Some(word) => finding.help(format!("use `{word}`")).fix(Fix::safe(
            format!("use `{word}`"),
            passed.value.span,
            word,
        )),
        None => finding.help(format!("use {wanted}")),
    })
}

/// An unquoted file mode is a number that depends on the reader: k3s reads `0o640` as the mode 416.
fn mode_without_quotes(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let Raw::Int(number) = passed.value.value else {
        return None;
    };
    if key.key != "write-kubeconfig-mode" {
        return None;
    }
    let written = report.text(passed.value.span).trim().to_owned();
    let mode = written.replacen("0o", "0", 1);
    let octal = mode.bytes().all(|digit| matches!(digit, b'0'..=b'7'));
    if !octal {
        let message = format!("file mode `{written}` is not octal");
        let finding = report.found(passed.value.span, message);
        return Some(finding.help("use octal digits in quotes, such as `\"0640\"`"));
    }
    let text = double_quoted(&mode);
    let mut finding = report
        .found(
            passed.value.span,
            format!("file mode `{written}` requires quotes"),
        )
        .help(format!("use `{text}`"))
        .note("YAML readers disagree on which number this is, and k3s reads its digits as octal");
    if mode.trim_start_matches('0') == number.to_string() {
        finding.severity = Severity::Warning;
    }
    Some(finding.fix(Fix::safe(format!("use `{text}`"), passed.value.span, text)))
}

fn unknown_word(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let (Raw::Text(text), words) = (&passed.value.value, key.words) else {
        return None;
    };
    if words.is_empty() || words.contains(&text.as_str()) {
        return None;
    }
    let pair = format!("{}={text}", key.key);
    let gone = REMOVED.iter().find(|removed| removed.key == pair);
    let message = match gone {
        Some(_) => format!("`{}: {text}` was removed from k3s", key.key),
        None => format!("unknown value `{text}` for `{}`", key.key),
    };
    let finding = report.found(passed.value.span, message);
    let replacement = gone.and_then(|gone| gone.replacement.rsplit(": ").next());
    let near = replacement
        .filter(|word| words.contains(word))
        .or_else(|| nearest(text, words.iter().copied()));
    let known: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    let Some(near) = near else {
        return Some(finding.help(format!("use one of {}", known.join(", "))));
    };
    let finding = finding.help(format!(
        "did you mean `{near}`? The values are {}",
        known.join(", ")
    ));
    Some(match scalar(report, passed.value.span, near) {
        Some(new) => finding.fix(Fix::risky(format!("use `{near}`"), passed.value.span, new)),
        None => finding,
    })
}

/// Strings with their own syntax.
fn wrong_text(passed: &Passed<'_>, key: &Key, report: &Report<'_>) -> Option<Diagnostic> {
    let Raw::Text(text) = &passed.value.value else {
        return None;
    };
    let name = |text: &str| host_flaw(text).is_none();
    let (fits, what, help) = match key.key {
        "service-node-port-range" => (
            node_ports(text).is_some_and(|ports| !ports.is_empty()),
            "port range",
            format!("use the lowest and highest port, as in `{NODE_PORTS}`"),
        ),
        "system-default-registry" => {
            let written = dissect(text);
            let fits = written.scheme.is_none() && written.path.is_empty() && name(written.host);
            (fits, "registry", "use `host` or `host:port`".to_owned())
        }
        "data-dir" | "default-local-storage-path" => {
            (text.starts_with('/'), "path", "start it with `/`".to_owned())
        }
        "cluster-domain" => (
            name(text),
            "domain",
            "use a name such as `cluster.local`".to_owned(),
        ),
        _ => return None,
    };
    let finding = || {
        report
            .found(passed.value.span, format!("invalid {what} `{text}`"))
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
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn strings_with_a_syntax() {
        check(
            r#"
k3s:
  serverConfig:
    service-node-port-range: 32767-30000
#                            ^^^^^^^^^^^ error[k3s-value-invalid]: invalid port range `32767-30000`
    system-default-registry: https://registry.acme.dev
#                            ^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-value-invalid]: invalid registry `https://registry.acme.dev`
    cluster-domain: acme local
#                   ^^^^^^^^^^ error[cluster-domain-changed]: unsupported cluster domain `acme local`: Gitpod requires `cluster.local`
#                   ^^^^^^^^^^ error[k3s-value-invalid]: invalid domain `acme local`
    default-local-storage-path: data
#                               ^^^^ error[k3s-value-invalid]: invalid path `data`
  agentConfig: {system-default-registry: "registry.acme.dev:5000"}
#               ^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-unknown-key]: key `system-default-registry` is for servers, not for agents
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
#          ^^^ error[k3s-value-invalid]: expected `true` or `false` for `debug`, found `yes`
    etcd-expose-metrics: "true"
    https-listen-port: high
#   ^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: unsupported API port: gkc requires 6443
#                      ^^^^ error[k3s-value-invalid]: expected an integer for `https-listen-port`, found `high`
    etcd-s3-timeout: 5 minutes
#                    ^^^^^^^^^ error[k3s-value-invalid]: expected a duration such as `5m` for `etcd-s3-timeout`, found `5 minutes`
    cluster-domain: [a]
#                   ^^^ error[k3s-value-invalid]: expected a string for `cluster-domain`
    kube-apiserver-arg: {a: b}
#                       ^^^^^^ error[k3s-value-invalid]: expected a list of strings for `kube-apiserver-arg`
    flannel-backend: ipsec
#                    ^^^^^ error[k3s-value-invalid]: `flannel-backend: ipsec` was removed from k3s
    egress-selector-mode: agents
#                         ^^^^^^ error[k3s-value-invalid]: unknown value `agents` for `egress-selector-mode`
    write-kubeconfig-mode: 0o644
#                          ^^^^^ error[k3s-value-invalid]: file mode `0o644` requires quotes
"#,
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        check(
            r"
k3s: {serverConfig: {etcd-s3-session-token: [hunter2]}}
#                                           ^^^^^^^^^ error[k3s-value-invalid]: expected a string for `etcd-s3-session-token`
#                                            ^^^^^^^ warning[secret-literal]: secret `k3s.serverConfig.etcd-s3-session-token.0` in plain text
",
        );
    }

    #[test]
    fn valid_values() {
        check(
            "k3s: {serverConfig: {v: 4, etcd-s3-timeout: 5m, kube-apiserver-arg: profiling=false, snapshotter: zfs, lb-server-port: \"6444\"}}\n",
        );
    }

    #[test]
    fn other_words_for_booleans_and_quotes() {
        check_fix(
            "k3s-value-invalid",
            "k3s: {serverConfig: {debug: yes, flannel-backend: 'wireguard', write-kubeconfig-mode: 0640}}\n",
            "k3s: {serverConfig: {debug: true, flannel-backend: 'wireguard-native', write-kubeconfig-mode: \"0640\"}}\n",
        );
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "k3s-value-invalid",
            &[
                ("k3s: {serverConfig: {write-kubeconfig-mode: 0o640}}\n", "safe"),
                ("k3s: {serverConfig: {write-kubeconfig-mode: 0x1a0}}\n", "none"),
            ],
        );
    }
}
