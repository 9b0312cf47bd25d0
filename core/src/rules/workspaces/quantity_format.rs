//! See [`RULE`].

use crate::diagnostic::{Applicability, Severity};
use crate::facts::go::{is_quantity, whole_quantity};
use crate::model::{Config, Spanned, WorkspaceAmounts};
use crate::rules::yaml::yaml_ambiguous_scalar;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// An amount of CPU, memory or storage is not a Kubernetes quantity.
    ///
    /// ## Why
    ///
    /// Kubernetes accepts a number with an optional unit such as `m`, `k`, `M`, `G`, `Ki`, `Mi` or `Gi`, spelled exactly so:
    /// `500m`, `2Gi`. It starts no workspace with another one. `storage.blobQuota` is written in bytes, as a whole number of 63 bits.
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
    "quantity-format", Error, since "0.1.0", fix Safe, always, Reads::Model(check), silences yaml_ambiguous_scalar::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let WorkspaceAmounts {
        requests,
        limits,
        disk,
    } = config.workspace_amounts();
    for of in [requests, limits] {
        match (of.cpu, of.memory) {
            (Some(cpu), Some(memory)) if is_swapped(cpu, memory) => say_swapped(cpu, memory, report),
            (cpu, memory) => {
                cpu.into_iter().for_each(|cpu| check_cpu(cpu, report));
                memory.into_iter().for_each(|memory| check_memory(memory, report));
            }
        }
    }
    if let Some(disk) = disk
        && is_amount(disk, "`10Gi`", report)
    {
        match whole_quantity(&disk.value) {
            Some(bytes) if bytes < LEAST_DISK => {
                doubt(disk, "bytes of disk", &with_unit(&disk.value), report)
            }
            Some(bytes) if bytes > MOST_DISK => too_much(disk, "larger than any volume", report),
            _ => {}
        }
    }
    let storage = config.storage.get();
    if let Some(quota) = storage.and_then(|storage| storage.blob_quota.spanned())
        && check_one(quota, "`5Gi`", "the Installer requires a number of bytes", report)
    {
        match whole_quantity(&quota.value) {
            None => {
                let message = format!("quantity `{}` is out of range (0-{})", quota.value, i64::MAX);
                let finding = report.found(quota.span, message);
                report.push(finding.help("use an amount such as `5Gi`"));
            }
            Some(bytes) if (1..LEAST_BYTES).contains(&bytes) => {
                doubt(quota, "bytes of storage", &with_unit(&quota.value), report);
            }
            Some(_) => {}
        }
    }
}

fn check_cpu(cpu: &Spanned<String>, report: &mut Report<'_>) {
    if is_bytes(&cpu.value) {
        let message = format!("expected a number of CPUs, found `{}`", cpu.value);
        let help = "use a number such as `\"2\"` or `500m`: this is an amount of memory";
        report.push(report.found(cpu.span, message).help(help));
    } else if is_amount(cpu, "`\"1\"` or `500m`", report)
        && whole_quantity(&cpu.value).is_some_and(|cores| cores > MOST_CORES)
    {
        // Thousandths of a core without their unit.
        doubt(cpu, "cores", &format!("{}m", cpu.value), report);
    }
}

fn check_memory(memory: &Spanned<String>, report: &mut Report<'_>) {
    if !is_amount(memory, "`2Gi`", report) {
        return;
    }
    match whole_quantity(&memory.value) {
        Some(bytes) if bytes < LEAST_BYTES => {
            doubt(memory, "bytes of memory", &with_unit(&memory.value), report);
        }
        Some(bytes) if bytes > MOST_BYTES => too_much(memory, "more memory than any machine has", report),
        _ => {}
    }
}

/// What follows from an amount that Kubernetes refuses.
const NO_WORKSPACE: &str = "Kubernetes rejects it, and no workspace starts";

/// More than any machine has.
const MOST_CORES: i64 = 512;

/// Less than any program starts with.
const LEAST_BYTES: i64 = 1 << 20;

/// More than the machines that workspaces share have: a few of each cloud's types, for databases, have more.
const MOST_BYTES: i64 = 1 << 40;

/// More than a volume of any of the providers can have.
const MOST_DISK: i64 = 64 << 40;

/// Less than a home directory needs for one checkout.
const LEAST_DISK: i64 = 256 << 20;

/// Whether a number of CPUs is one that somebody may mean.
pub(super) fn is_plausible_cpu(text: &str) -> bool {
    !is_bytes(text) && whole_quantity(text).is_some_and(|cores| cores <= MOST_CORES)
}

/// The same for memory.
pub(super) fn is_plausible_memory(text: &str) -> bool {
    whole_quantity(text).is_some_and(|bytes| (LEAST_BYTES..=MOST_BYTES).contains(&bytes))
}

/// Whether each of the two is an amount of the other.
fn is_swapped(cpu: &Spanned<String>, memory: &Spanned<String>) -> bool {
    is_bytes(&cpu.value)
        && is_plausible_memory(&cpu.value)
        && !is_plausible_memory(&memory.value)
        && is_plausible_cpu(&memory.value)
}

fn say_swapped(cpu: &Spanned<String>, memory: &Spanned<String>, report: &mut Report<'_>) {
    let message = format!("expected a number of CPUs, found `{}`", cpu.value);
    let finding = report
        .found(cpu.span, message)
        .and(memory.span, "and this is a number of CPUs");
    report.push(finding.help("swap the two values"));
}

/// Whether an amount has a unit of bytes.
fn is_bytes(text: &str) -> bool {
    is_quantity(text) && text.ends_with(['i', 'k', 'M', 'G', 'T', 'P'])
}

/// The digits of an amount with the unit that was probably meant.
fn with_unit(text: &str) -> String {
    let number: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let unit = if text.ends_with('m') { "Mi" } else { "Gi" };
    format!("{number}{unit}")
}

/// The same number of the next smaller unit.
fn with_less(text: &str) -> String {
    ["Pi", "Ti", "Gi", "Mi"]
        .windows(2)
        .find_map(|units| Some(format!("{}{}", text.strip_suffix(units[0])?, units[1])))
        .unwrap_or_else(|| with_unit(text))
}

/// An amount that Kubernetes reads, and nobody means: in the unit in which it is read.
fn doubt(written: &Spanned<String>, unit: &str, better: &str, report: &mut Report<'_>) {
    let Some(amount) = whole_quantity(&written.value) else {
        return;
    };
    doubt_that(written, &format!("{amount} {unit}"), better, report);
}

fn too_much(written: &Spanned<String>, what: &str, report: &mut Report<'_>) {
    doubt_that(written, what, &with_less(&written.value), report);
}

fn doubt_that(written: &Spanned<String>, is: &str, better: &str, report: &mut Report<'_>) {
    let mut finding = report.found(written.span, format!("quantity `{}` is {is}", written.value));
    finding.severity = Severity::Warning;
    let fix = edit::write(report, written.span, better, Applicability::Unsafe);
    report.push(edit::attach(
        finding.help(format!("did you mean `{better}`?")),
        fix,
    ));
}

/// Whether an amount of a workspace is one that Kubernetes takes; if not, it is reported.
fn is_amount(written: &Spanned<String>, such_as: &str, report: &mut Report<'_>) -> bool {
    if !check_one(written, such_as, NO_WORKSPACE, report) {
        return false;
    }
    let Some(positive) = written.value.strip_prefix('-') else {
        return true;
    };
    let message = format!("quantity `{}` is less than nothing", written.value);
    let finding = report.found(written.span, message);
    report.push(finding.help(format!("use `{positive}`")).note(NO_WORKSPACE));
    false
}

/// Whether a text is a quantity; if not, it is reported.
fn check_one(written: &Spanned<String>, such_as: &str, why: &'static str, report: &mut Report<'_>) -> bool {
    let text = written.value.as_str();
    if is_quantity(text) {
        return true;
    }
    let finding = report
        .found(written.span, format!("invalid quantity `{text}`"))
        .note(why);
    let Some(near) = meant(text) else {
        report.push(finding.help(format!("use a number with a unit, such as {such_as}")));
        return false;
    };
    report.push(match near.decimal {
        None => edit::respelt(report, finding, written.span, &near.amount),
        Some(decimal) => {
            let fix = edit::write(report, written.span, &near.amount, Applicability::Unsafe);
            let help = format!("use `{}`, or `{decimal}` for a power of ten", near.amount);
            edit::attach(finding.help(help), fix)
        }
    });
    false
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
    fn amounts_that_nobody_means() {
        check(
            r#"
platform: coder
coder: {workspaces: {homeSize: 60Mi, requests: {cpu: 3Gi, memory: 750m}, limits: {cpu: "6000", memory: "-4Gi"}}}
#                              ^^^^ warning[quantity-format]: quantity `60Mi` is 62914560 bytes of disk
#                                                    ^^^ error[quantity-format]: expected a number of CPUs, found `3Gi`
#                                                                                      ^^^^^^ warning[quantity-format]: quantity `6000` is 6000 cores
#                                                                                                      ^^^^^^ error[quantity-format]: quantity `-4Gi` is less than nothing
"#,
        );
        check(
            r#"
platform: coder
coder: {workspaces: {homeSize: 100Ti, requests: {cpu: 3Gi, memory: 4Gi}, limits: {cpu: "4", memory: 8Ti}}}
#                              ^^^^^ warning[quantity-format]: quantity `100Ti` is larger than any volume
#                                                     ^^^ error[quantity-format]: expected a number of CPUs, found `3Gi`
#                                                                                                   ^^^ warning[quantity-format]: quantity `8Ti` is more memory than any machine has
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
