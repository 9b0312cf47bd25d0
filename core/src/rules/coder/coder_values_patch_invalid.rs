//! See [`RULE`].
use crate::diagnostic::{Applicability, Fix};
use crate::facts::coder::minor;
use crate::facts::coder::values::{CALLED, Key, Kind, VALUES};
use crate::model::{Config, Raw, Spanned};
use crate::plan::Plan;
use crate::rules::cluster::labels::is_name;
use crate::rules::pods::{Fault, faults};
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::{nearest, or, quoted};
use std::collections::BTreeSet;

declare_rule! {
    /// `valuesPatch` has a key that the chart does not read, or that gkc writes.
    ///
    /// ## Why
    ///
    /// The chart has no schema of its values: Helm accepts any misspelt key in silence, and the setting has no effect. What gkc writes itself, a patch
    /// would replace as a whole.
    ///
    /// Source: coder/coder `helm/coder/values.yaml`, `helm/coder/templates`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {valuesPatch: {coder: {nodeselector: {disk: ssd}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {valuesPatch: {coder: {nodeSelector: {disk: ssd}}}}
    /// ```
    "coder-values-patch-invalid", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check), for Coder
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let patch = config.coder.get().and_then(|coder| coder.values_patch.spanned());
    let Some(patch) = patch else { return };
    if !matches!(patch.value, Raw::Map(_)) {
        let finding = report.found(patch.span, "expected a mapping of values");
        report.push(finding.help("use `valuesPatch: {coder: {…}}`"));
    }
    keys(patch, VALUES, minor(plan.coder_version()), report);
    selector(patch, plan, report);
}

fn keys(value: &Spanned<Raw>, table: &'static [Key], version: Option<(u32, u32)>, report: &mut Report<'_>) {
    let Raw::Map(entries) = &value.value else { return };
    for (name, value) in entries {
        let Some(key) = table.iter().find(|key| key.name == name.value) else {
            unknown(name, table, report);
            continue;
        };
        if let Some(instead) = key.owned {
            let message = format!("`{}` is managed by gkc", name.value);
            report.push(report.found(name.span, message).help(instead));
            continue;
        }
        if let Some((major, minor)) = key.since.filter(|since| version < Some(*since)) {
            let message = format!("`{}` requires Coder {major}.{minor}", name.value);
            report.push(
                report
                    .found(name.span, message)
                    .help("remove it, or use a newer `coder.version`"),
            );
        }
        match key.kind {
            kind if !kind.takes(&value.value.to_json()) => {
                let message = format!("expected {} for `{}`", key.kind.words(), name.value);
                let finding = report.found(value.span, message);
                report.push(match value.value {
                    Raw::Reference(_) => {
                        finding.help("a mapping of this one key refers to a secret: add another key")
                    }
                    _ => finding.help("the chart does not render with another type"),
                });
            }
            Kind::Object(table) => keys(value, table, version, report),
            Kind::Texts => texts(value, report),
            Kind::Labels => {
                texts(value, report);
                labels(value, report);
            }
            Kind::Pod(shape) => {
                for Fault { at, message, help } in faults(&name.value, value, &shape) {
                    let finding = report.found(at, message).help(help);
                    report.push(finding.note("the API server refuses the pod, or ignores the key"));
                }
            }
            _ => {}
        }
    }
}

/// Labels, annotations and selectors, whose values the API takes as strings only.
fn texts(value: &Spanned<Raw>, report: &mut Report<'_>) {
    let Raw::Map(entries) = &value.value else { return };
    for (name, value) in entries {
        if !matches!(value.value, Raw::Bool(_) | Raw::Int(_) | Raw::Float(_)) {
            continue;
        }
        let finding = report.found(value.span, format!("expected a text for `{}`", name.value));
        let quoted = format!("\"{}\"", report.text(value.span));
        let fix = Fix::safe(format!("use `{quoted}`"), value.span, quoted.clone());
        report.push(
            finding
                .help(format!("use `{quoted}`"))
                .note("the API server refuses the object")
                .fix(fix),
        );
    }
}

/// Labels whose values the API does not take.
fn labels(value: &Spanned<Raw>, report: &mut Report<'_>) {
    let Raw::Map(entries) = &value.value else { return };
    for (_, value) in entries {
        if let Raw::Text(text) = &value.value
            && !text.is_empty()
            && !is_name(text)
        {
            let finding = report.found(value.span, format!("invalid label value `{text}`"));
            report.push(
                finding
                    .help(
                        "use up to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at each end",
                    )
                    .note("the API server refuses the object"),
            );
        }
    }
}

/// A selector for a label that machines have with other values.
fn selector(patch: &Spanned<Raw>, plan: &Plan, report: &mut Report<'_>) {
    let coder = patch.value.get("coder");
    let Some(Raw::Map(labels)) = coder
        .and_then(|coder| coder.value.get("nodeSelector"))
        .map(|labels| &labels.value)
    else {
        return;
    };
    for (name, value) in labels {
        let Raw::Text(wanted) = &value.value else { continue };
        let values: BTreeSet<&str> = crate::sorted::set(
            plan.nodes
                .iter()
                .flat_map(|set| &set.labels)
                .filter(|(label, _)| *label == name.value)
                .map(|(_, value)| value.as_str()),
        );
        if values.is_empty() || values.contains(wanted.as_str()) {
            continue;
        }
        let known = quoted(values.iter().copied());
        let finding = report.found(
            value.span,
            format!("no machine has the label `{}={wanted}`", name.value),
        );
        report.push(
            finding
                .help(format!("use {}", or(&known)))
                .note("the server's pod stays Pending"),
        );
    }
}

fn unknown(name: &Spanned<String>, table: &'static [Key], report: &mut Report<'_>) {
    let text = name.value.as_str();
    let finding = report
        .found(name.span, format!("the chart does not read `{text}`"))
        .note("Helm silently ignores unknown values");
    let called = CALLED.iter().find(|(other, _)| *other == text);
    let near = nearest(text, table.iter().map(|key| key.name));
    report.push(match (called, near) {
        (Some((_, called)), _) if *called != text => finding.help(format!("the chart calls it `{called}`")),
        (_, Some(near)) => {
            let fix = edit::write(report, name.span, near, Applicability::Unsafe);
            edit::attach(finding.help(format!("did you mean `{near}`?")), fix)
        }
        _ if table.iter().all(|key| key.name != "env") => {
            finding.help("the server's values are below `coder`")
        }
        _ => finding.help("remove it"),
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn values_that_helm_takes_in_silence() {
        check(
            r"
platform: coder
coder:
  valuesPatch:
    replicaCount: 3
#   ^^^^^^^^^^^^ error[coder-values-patch-invalid]: the chart does not read `replicaCount`
    coder:
      replicas: 3
#     ^^^^^^^^ error[coder-values-patch-invalid]: the chart does not read `replicas`
      tolerations: {key: a}
#                  ^^^^^^^^ error[coder-values-patch-invalid]: expected a list for `tolerations`
#                        ^ warning[secret-literal]: secret `coder.valuesPatch.coder.tolerations.key` in plain text
      podLabel: {a: b}
#     ^^^^^^^^ error[coder-values-patch-invalid]: the chart does not read `podLabel`
      podLabels: {acme.dev/app: coder prod}
#                               ^^^^^^^^^^ error[coder-values-patch-invalid]: invalid label value `coder prod`
      hostAliases: []
#     ^^^^^^^^^^^ error[coder-values-patch-invalid]: `hostAliases` requires Coder 2.36
      env: [{name: A, value: b}]
#     ^^^ error[coder-values-patch-invalid]: `env` is managed by gkc
      image: {tag: v2.30.0, pullPolicy: Always}
#             ^^^ error[coder-values-patch-invalid]: `tag` is managed by gkc
      readinessProbe: {initialDelaySeconds: soon}
#                                           ^^^^ error[coder-values-patch-invalid]: expected a whole number for `initialDelaySeconds`
      affinity: {nodeAffinity: {}, podAntiaffinity: {}}
#                                  ^^^^^^^^^^^^^^^ error[coder-values-patch-invalid]: unknown key `podAntiaffinity`
      topologySpreadConstraints:
        - {maxSkew: 0, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyways}
#                   ^ error[coder-values-patch-invalid]: `maxSkew` must be at least 1, found 0
#                                                                              ^^^^^^^^^^^^^^^ error[coder-values-patch-invalid]: invalid value `ScheduleAnyways` for `whenUnsatisfiable`
      lifecycle: {preStop: {exec: {command: sleep 10}}}
#                                           ^^^^^^^^ error[coder-values-patch-invalid]: `command` requires a list
      securityContext: {runAsUser: coder}
#                                  ^^^^^ error[coder-values-patch-invalid]: `runAsUser` requires a whole number
      nodeSelector: {env: PROD}
#                   ^^^^^^^^^^^ error[coder-values-patch-invalid]: expected a mapping for `nodeSelector`
",
        );
    }
}
