//! See [`RULE`].

use super::labels::is_name;
use super::written::sets;
use crate::diagnostic::Fix;
use crate::facts::k3s::TAINT_EFFECTS;
use crate::model::{Config, Spanned};
use crate::rules::edit::scalar;
use crate::rules::hostname::is_object_name;
use crate::rules::{Reads, Report, declare_rule};
use std::collections::BTreeMap;

declare_rule! {
    /// A taint is invalid or duplicated.
    ///
    /// ## Why
    ///
    /// The kubelet accepts `key=value:Effect` and `key:Effect` with the effects `NoSchedule`, `PreferNoSchedule` and `NoExecute`,
    /// spelled exactly so. It exits on anything else, and on two taints with the same key and effect, so the machine never joins.
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
                format!("duplicate taint `{key}` with effect `{effect}`"),
            )
            .and(first.span, "first defined here")
            .help("remove one: a node has one value for each key and effect")
            .note("the kubelet exits on this taint, and the machine never joins");
        report.push(finding);
    }
}

fn check_taint(taint: &Spanned<String>, report: &mut Report<'_>) {
    let Some(why) = mistake(&taint.value) else { return };
    let message = format!("invalid taint `{}`: {why}", taint.value);
    let finding = report
        .found(taint.span, message)
        .help("use `key=value:Effect` with the effect `NoSchedule`, `PreferNoSchedule` or `NoExecute`")
        .note("the kubelet exits on this taint, and the machine never joins");
    let Some(better) = respelt(&taint.value) else {
        report.push(finding);
        return;
    };
    let finding = finding.help(format!("use `{better}`"));
    match scalar(report, taint.span, &better) {
        Some(text) => report.push(finding.fix(Fix::safe(format!("use `{better}`"), taint.span, text))),
        None => report.push(finding),
    }
}

fn mistake(taint: &str) -> Option<&'static str> {
    let Some((what, effect)) = taint.rsplit_once(':') else {
        return Some("missing effect");
    };
    if !TAINT_EFFECTS.contains(&effect) {
        return Some("unknown effect");
    }
    let (key, value) = what.split_once('=').unwrap_or((what, ""));
    let name = key.split_once('/').map_or(key, |(_, name)| name);
    let prefix_fits = key
        .split_once('/')
        .is_none_or(|(prefix, _)| is_object_name(prefix));
    if !is_name(name) || !prefix_fits {
        Some("invalid key")
    } else if !value.is_empty() && !is_name(value) {
        Some("invalid value")
    } else {
        None
    }
}

/// The taint with its effect spelled correctly, if nothing else is wrong.
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
    fn invalid_effects_keys_and_values() {
        check(
            r#"
cluster:
  pools:
    - name: main
      taints: [dedicated, "dedicated=web", "a=b:noschedule", "a=b:Never", "a b=c:NoExecute", "a=c/d:NoExecute"]
#              ^^^^^^^^^ error[taint-invalid]: invalid taint `dedicated`: missing effect
#                         ^^^^^^^^^^^^^^^ error[taint-invalid]: invalid taint `dedicated=web`: missing effect
#                                          ^^^^^^^^^^^^^^^^ error[taint-invalid]: invalid taint `a=b:noschedule`: unknown effect
#                                                            ^^^^^^^^^^^ error[taint-invalid]: invalid taint `a=b:Never`: unknown effect
#                                                                         ^^^^^^^^^^^^^^^^^ error[taint-invalid]: invalid taint `a b=c:NoExecute`: invalid key
#                                                                                            ^^^^^^^^^^^^^^^^^ error[taint-invalid]: invalid taint `a=c/d:NoExecute`: invalid value
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
    fn duplicates() {
        check(
            r#"
cluster: {servers: {taints: ["a=b:NoSchedule", "a=b:NoExecute", "a=c:NoSchedule"]}}
#                                                               ^^^^^^^^^^^^^^^^ error[taint-invalid]: duplicate taint `a` with effect `NoSchedule`
"#,
        );
    }

    #[test]
    fn the_fix_spells_the_effect() {
        check_fix(
            "taint-invalid",
            "cluster: {servers: {taints: [\"a=b:noschedule\", 'a:no-execute']}}\n",
            "cluster: {servers: {taints: [\"a=b:NoSchedule\", 'a:NoExecute']}}\n",
        );
    }
}
