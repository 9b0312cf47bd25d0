//! See [`RULE`].

use crate::diagnostic::{Applicability, Severity};
use crate::facts::go::{is_quantity, whole_quantity};
use crate::model::{Config, Spanned};
use crate::rules::yaml::yaml_ambiguous_scalar;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// An amount of CPU, memory or storage is not a Kubernetes quantity.
    ///
    /// ## Why
    ///
    /// Kubernetes accepts a number with an optional unit such as `m`, `k`, `M`, `G`, `Ki`, `Mi` or `Gi`, spelled exactly so:
    /// `500m`, `2Gi`. The Installer writes the amounts of workspaces unchanged, and ws-manager does not start. `storage.blobQuota` is
    /// written in bytes, as a whole number of 63 bits.
    ///
    /// Source: Kubernetes docs, "Resource Management for Pods and Containers"; `apimachinery/pkg/api/resource/quantity.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {workspace: {requests: {memory: 2gb}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {workspace: {requests: {memory: 2Gi}}}
    /// ```
    "quantity-format", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod, silences yaml_ambiguous_scalar::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let workspace = config.gitpod.get().and_then(|gitpod| gitpod.workspace.get());
    let requests = workspace.and_then(|workspace| workspace.requests.get());
    let limits = workspace.and_then(|workspace| workspace.limits.get());
    let cpus = [requests.map(|of| &of.cpu), limits.map(|of| &of.cpu)];
    let memories = [requests.map(|of| &of.memory), limits.map(|of| &of.memory)];
    let unchanged = "the Installer writes it unchanged, and ws-manager does not start";
    for (amounts, such_as) in [(cpus, "`\"1\"` or `500m`"), (memories, "`2Gi`")] {
        for written in amounts.into_iter().flatten().filter_map(|field| field.spanned()) {
            check_one(written, such_as, unchanged, report);
        }
    }
    for written in cpus.into_iter().flatten().filter_map(|field| field.spanned()) {
        // Thousandths of a core without their unit.
        if whole_quantity(&written.value).is_some_and(|cores| cores > MOST_CORES) {
            doubt(written, "cores", &format!("{}m", written.value), report);
        }
    }
    for written in memories.into_iter().flatten().filter_map(|field| field.spanned()) {
        if whole_quantity(&written.value).is_some_and(|bytes| bytes < LEAST_BYTES) {
            let number: String = written.value.chars().take_while(char::is_ascii_digit).collect();
            let unit = if written.value.ends_with('m') { "Mi" } else { "Gi" };
            doubt(written, "bytes of memory", &format!("{number}{unit}"), report);
        }
    }
    let storage = config.storage.get();
    if let Some(quota) = storage.and_then(|storage| storage.blob_quota.spanned()) {
        check_one(quota, "`5Gi`", "the Installer requires a number of bytes", report);
        if is_quantity(&quota.value) && whole_quantity(&quota.value).is_none() {
            let message = format!("quantity `{}` is out of range (0-{})", quota.value, i64::MAX);
            report.push(
                report
                    .found(quota.span, message)
                    .help("use an amount such as `5Gi`"),
            );
        }
    }
}

/// More than any machine has.
const MOST_CORES: i64 = 512;

/// Less than any program starts with.
const LEAST_BYTES: i64 = 1 << 20;

/// An amount that Kubernetes reads, and nobody means.
fn doubt(written: &Spanned<String>, unit: &str, better: &str, report: &mut Report<'_>) {
    let Some(amount) = whole_quantity(&written.value) else {
        return;
    };
    let mut finding = report.found(
        written.span,
        format!("quantity `{}` is {amount} {unit}", written.value),
    );
    finding.severity = Severity::Warning;
    let fix = edit::write(report, written.span, better, Applicability::Unsafe);
    report.push(edit::attach(
        finding.help(format!("did you mean `{better}`?")),
        fix,
    ));
}

fn check_one(written: &Spanned<String>, such_as: &str, why: &'static str, report: &mut Report<'_>) {
    let text = written.value.as_str();
    if is_quantity(text) {
        return;
    }
    let finding = report
        .found(written.span, format!("invalid quantity `{text}`"))
        .note(why);
    let Some(near) = meant(text) else {
        report.push(finding.help(format!("use a number with a unit, such as {such_as}")));
        return;
    };
    report.push(match near.decimal {
        None => edit::respelt(report, finding, written.span, &near.amount),
        Some(decimal) => {
            let fix = edit::write(report, written.span, &near.amount, Applicability::Unsafe);
            let help = format!("use `{}`, or `{decimal}` for a power of ten", near.amount);
            edit::attach(finding.help(help), fix)
        }
    });
}

/// What an amount may mean in Kubernetes' units.
struct Meant {
    /// With a binary unit, as memory mostly has it.
    amount: String,
    /// The other reading of a unit such as `GB`: up to a tenth less.
    decimal: Option<String>,
}

fn meant(text: &str) -> Option<Meant> {
    let lower = text.to_lowercase().replace(' ', "");
    let end = lower.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = lower.split_at(end);
    let (unit, decimal) = match unit {
        "ki" | "kib" => ("Ki", None),
        "mi" | "mib" => ("Mi", None),
        "gi" | "gib" => ("Gi", None),
        "ti" | "tib" => ("Ti", None),
        "k" | "kb" => ("Ki", Some("k")),
        "m" | "mb" => ("Mi", Some("M")),
        "g" | "gb" => ("Gi", Some("G")),
        "t" | "tb" => ("Ti", Some("T")),
        "cpu" | "cpus" | "core" | "cores" => ("", None),
        _ => return None,
    };
    let meant = Meant {
        amount: format!("{number}{unit}"),
        decimal: decimal.map(|unit| format!("{number}{unit}")),
    };
    is_quantity(&meant.amount).then_some(meant)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn units_of_kubernetes() {
        check(
            r#"
gitpod: {workspace: {requests: {cpu: "a few", memory: 2gb}}, repository: registry.acme.dev/gitpod}
#                                    ^^^^^^^ error[quantity-format]: invalid quantity `a few`
#                                                     ^^^ error[quantity-format]: invalid quantity `2gb`
"#,
        );
        check(
            r"
gitpod: {workspace: {requests: {cpu: 500m, memory: 2G}}, repository: registry.acme.dev/gitpod}
",
        );
    }

    #[test]
    fn limits_and_the_quota_are_quantities_too() {
        check(
            r#"
gitpod: {workspace: {limits: {cpu: "4 cores", memory: 8gb}}, repository: registry.acme.dev/gitpod}
#                                  ^^^^^^^^^ error[quantity-format]: invalid quantity `4 cores`
#                                                     ^^^ error[quantity-format]: invalid quantity `8gb`
storage: {blobQuota: 5 gigabytes}
#                    ^^^^^^^^^^^ error[quantity-format]: invalid quantity `5 gigabytes`
"#,
        );
        check(
            r#"
gitpod: {repository: registry.acme.dev/gitpod}
storage: {blobQuota: "-5Gi"}
#                    ^^^^^^ error[quantity-format]: quantity `-5Gi` is out of range (0-9223372036854775807)
"#,
        );
    }

    #[test]
    fn the_fix_uses_kubernetes_units() {
        check_fix(
            "quantity-format",
            "gitpod: {workspace: {requests: {cpu: 2 cores, memory: \"512MB\"}}}\n",
            "gitpod: {workspace: {requests: {cpu: \"2\", memory: \"512Mi\"}}}\n",
        );
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "quantity-format",
            &[
                ("gitpod: {workspace: {requests: {memory: \"4 gib\"}}}\n", "safe"),
                ("gitpod: {workspace: {requests: {memory: \"4GB\"}}}\n", "unsafe"),
                ("gitpod: {workspace: {requests: {memory: \"4g\"}}}\n", "unsafe"),
                ("gitpod: {workspace: {requests: {memory: \"512MB\"}}}\n", "unsafe"),
            ],
        );
    }
}
