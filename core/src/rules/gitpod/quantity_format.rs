//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::go::is_quantity;
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// An amount of CPU or memory is not a Kubernetes quantity.
    ///
    /// ## Why
    ///
    /// Kubernetes accepts a number with an optional unit such as `m`, `k`, `M`, `G`, `Ki`, `Mi` or `Gi`, spelled exactly so:
    /// `500m`, `2Gi`. The Installer writes the value unchanged, and ws-manager does not start.
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
    "quantity-format", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let workspace = config.gitpod.get().and_then(|gitpod| gitpod.workspace.get());
    let Some(requests) = workspace.and_then(|workspace| workspace.requests.get()) else {
        return;
    };
    if let Some(cpu) = requests.cpu.spanned() {
        check_one(cpu, "`\"1\"` or `500m`", report);
    }
    if let Some(memory) = requests.memory.spanned() {
        check_one(memory, "`2Gi`", report);
    }
}

fn check_one(written: &Spanned<String>, such_as: &str, report: &mut Report<'_>) {
    let text = written.value.as_str();
    if is_quantity(text) {
        return;
    }
    let finding = report
        .found(written.span, format!("invalid quantity `{text}`"))
        .note("the Installer writes it unchanged, and ws-manager does not start");
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
