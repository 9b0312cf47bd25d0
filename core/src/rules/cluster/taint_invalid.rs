//! See [`RULE`].

use super::labels::{is_dns_name, is_name};
use super::written::sets;
use crate::diagnostic::Fix;
use crate::facts::k3s::TAINT_EFFECTS;
use crate::model::{Config, Spanned};
use crate::rules::edit::scalar;
use crate::rules::{Reads, Report, declare_rule};
use std::collections::BTreeMap;

declare_rule! {
    /// A taint does not read `key=value:Effect`, or is there twice.
    ///
    /// ## Why
    ///
    /// The kubelet takes `key=value:Effect` and `key:Effect`, where the effect is `NoSchedule`, `PreferNoSchedule` or `NoExecute`, in
    /// these letters. It exits on anything else, and on two with the same key and effect; the machine never joins.
    ///
    /// Source: k3s docs, `--node-taint`; Kubernetes docs, "Taints and Tolerations"; kubernetes `pkg/util/taints/taints.go`, ParseTaints.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main, taints: ["dedicated=web:noschedule"]}, {name: more}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main, taints: ["dedicated=web:NoSchedule"]}, {name: more}]}
    /// ```
    "taint-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for set in sets(config) {
        for taint in set.taints.items() {
            check_taint(taint, report);
        }
        check_twice(set.taints.items(), report);
    }
}

fn check_twice<'a>(taints: impl Iterator<Item = &'a Spanned<String>>, report: &mut Report<'_>) {
    let mut seen: BTreeMap<(&str, &str), &Spanned<String>> = BTreeMap::new();
    for taint in taints.filter(|taint| mistake(&taint.value).is_none()) {
        let (what, effect) = taint.value.rsplit_once(':').unwrap_or((&taint.value, ""));
        let key = what.split_once('=').map_or(what, |(key, _)| key);
        let Some(first) = seen.get(&(key, effect)) else {
            seen.insert((key, effect), taint);
            continue;
        };
        let finding = report
            .found(
                taint.span,
                format!("there is a taint `{key}` with `{effect}` already"),
            )
            .and(first.span, "first here")
            .help("leave one out: a machine has one value for a key and an effect")
            .note("the kubelet exits on it, and the machine never joins");
        report.push(finding);
    }
}

fn check_taint(taint: &Spanned<String>, report: &mut Report<'_>) {
    let Some(why) = mistake(&taint.value) else { return };
    let message = format!("`{}` is no taint: {why}", taint.value);
    let finding = report
        .found(taint.span, message)
        .help("write `key=value:Effect`, where the effect is `NoSchedule`, `PreferNoSchedule` or `NoExecute`")
        .note("the kubelet exits on it, and the machine never joins");
    let Some(better) = respelt(&taint.value) else {
        report.push(finding);
        return;
    };
    let finding = finding.help(format!("write `{better}`"));
    match scalar(report, taint.span, &better) {
        Some(text) => report.push(finding.fix(Fix::safe(format!("write `{better}`"), taint.span, text))),
        None => report.push(finding),
    }
}

fn mistake(taint: &str) -> Option<&'static str> {
    let Some((what, effect)) = taint.rsplit_once(':') else {
        return Some("it has no effect after a `:`");
    };
    if !TAINT_EFFECTS.contains(&effect) {
        return Some("its effect is not known");
    }
    let (key, value) = what.split_once('=').unwrap_or((what, ""));
    let name = key.split_once('/').map_or(key, |(_, name)| name);
    let prefix_fits = key.split_once('/').is_none_or(|(prefix, _)| is_dns_name(prefix));
    if !is_name(name) || !prefix_fits {
        Some("its key is not one that a label could have")
    } else if !value.is_empty() && !is_name(value) {
        Some("its value is not one that a label could have")
    } else {
        None
    }
}

/// The taint with its effect in the right letters, where nothing else is wrong.
fn respelt(taint: &str) -> Option<String> {
    let (what, effect) = taint.rsplit_once(':')?;
    let folded = effect.trim().to_lowercase().replace(['-', '_'], "");
    let known = TAINT_EFFECTS
        .iter()
        .find(|known| known.to_lowercase() == folded)?;
    Some(format!("{what}:{known}")).filter(|better| mistake(better).is_none())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn effect_key_and_value() {
        check(
            r#"
cluster:
  pools:
    - name: main
      taints: [dedicated, "dedicated=web", "a=b:noschedule", "a=b:Never", "a b=c:NoExecute", "a=c/d:NoExecute"]
#              ^^^^^^^^^ error[taint-invalid]: `dedicated` is no taint: it has no effect after a `:`
#                         ^^^^^^^^^^^^^^^ error[taint-invalid]: `dedicated=web` is no taint: it has no effect after a `:`
#                                          ^^^^^^^^^^^^^^^^ error[taint-invalid]: `a=b:noschedule` is no taint: its effect is not known
#                                                            ^^^^^^^^^^^ error[taint-invalid]: `a=b:Never` is no taint: its effect is not known
#                                                                         ^^^^^^^^^^^^^^^^^ error[taint-invalid]: `a b=c:NoExecute` is no taint: its key is not one that a label could have
#                                                                                            ^^^^^^^^^^^^^^^^^ error[taint-invalid]: `a=c/d:NoExecute` is no taint: its value is not one that a label could have
"#,
        );
    }

    #[test]
    fn with_and_without_a_value() {
        check(
            "cluster: {servers: {taints: [\"a:NoSchedule\", \"acme.dev/a=b:PreferNoSchedule\", \"a=:NoExecute\"]}}\n",
        );
    }

    #[test]
    fn one_for_a_key_and_an_effect() {
        check(
            r#"
cluster: {servers: {taints: ["a=b:NoSchedule", "a=b:NoExecute", "a=c:NoSchedule"]}}
#                                                               ^^^^^^^^^^^^^^^^ error[taint-invalid]: There is a taint `a` with `NoSchedule` already
"#,
        );
    }

    #[test]
    fn the_effect_is_respelt() {
        check_fix(
            "taint-invalid",
            "cluster: {servers: {taints: [\"a=b:noschedule\", 'a:no-execute']}}\n",
            "cluster: {servers: {taints: [\"a=b:NoSchedule\", 'a:NoExecute']}}\n",
        );
    }
}
