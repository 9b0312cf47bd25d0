//! Google Cloud.

use super::{MachineSize, among};

/// Shared-core types.
const SHARED: [(&str, u32, u32); 5] = [
    ("e2-micro", 2, 1),
    ("e2-small", 2, 2),
    ("e2-medium", 2, 4),
    ("f1-micro", 1, 0),
    ("g1-small", 1, 1),
];

/// Types of the lines whose sizes are known.
pub(super) fn names() -> Vec<String> {
    let lines = ["e2", "n2", "n2d", "n1"].into_iter();
    let kinds = lines.flat_map(|line| ["standard", "highmem", "highcpu"].map(|kind| (line, kind)));
    let named = kinds.flat_map(|(line, kind)| {
        let counts = counts(line, kind).unwrap_or_default();
        counts.iter().map(move |count| format!("{line}-{kind}-{count}"))
    });
    named.chain(SHARED.map(|(name, ..)| name.to_owned())).collect()
}

/// CPUs and memory of a type.
pub(super) fn size(name: &str) -> Option<MachineSize> {
    among(&SHARED, name).or_else(|| told_size(name))
}

/// `n2d-standard-4`: the memory follows from the line and the kind.
fn told_size(name: &str) -> Option<MachineSize> {
    let mut parts = name.split('-');
    let (line, kind, cpus) = (parts.next()?, parts.next()?, parts.next()?);
    let cpus: u32 = cpus.parse().ok().filter(|cpus| (1..=416).contains(cpus))?;
    if !counts(line, kind)?.contains(&cpus) {
        return None;
    }
    // Hundredths of a GB for each CPU.
    let each = match (line, kind) {
        ("n1", "standard") => 375,
        ("n1", "highmem") => 650,
        ("n1", "highcpu") => 90,
        ("e2" | "n2" | "n2d", "standard") => 400,
        ("e2" | "n2" | "n2d", "highmem") => 800,
        ("e2" | "n2" | "n2d", "highcpu") => 100,
        _ => return None,
    };
    parts.next().is_none().then_some(MachineSize {
        cpus,
        memory: cpus * each / 100,
    })
}

/// The numbers of CPUs that a line has of a kind (cloud.google.com, "General-purpose machine family for Compute Engine", November 2026).
fn counts(line: &str, kind: &str) -> Option<&'static [u32]> {
    Some(match (line, kind) {
        ("n1", "standard") => &[1, 2, 4, 8, 16, 32, 64, 96],
        ("n1", "highmem" | "highcpu") => &[2, 4, 8, 16, 32, 64, 96],
        ("e2", "standard" | "highcpu") => &[2, 4, 8, 16, 32],
        ("e2", "highmem") => &[2, 4, 8, 16],
        ("n2", "standard" | "highmem") => &[2, 4, 8, 16, 32, 48, 64, 80, 96, 128],
        ("n2", "highcpu") => &[2, 4, 8, 16, 32, 48, 64, 80, 96],
        ("n2d", "standard" | "highcpu") => &[2, 4, 8, 16, 32, 48, 64, 80, 96, 128, 224],
        ("n2d", "highmem") => &[2, 4, 8, 16, 32, 48, 64, 80, 96],
        ("t2d", "standard") => &[1, 2, 4, 8, 16, 32, 48, 60],
        ("t2a", "standard") => &[1, 2, 4, 8, 16, 32, 48],
        _ => return None,
    })
}

/// The type of the same line and kind with the number of CPUs that is nearest.
pub(super) fn nearest_size(name: &str) -> Option<String> {
    let (group, cpus) = name.rsplit_once('-')?;
    let (line, kind) = group.split_once('-')?;
    let cpus: u32 = cpus.parse().ok()?;
    let near = counts(line, kind)?
        .iter()
        .min_by_key(|count| count.abs_diff(cpus))?;
    Some(format!("{group}-{near}"))
}

/// Whether a name has the form of a type: the line, which has a digit behind its letter, then the kind, as in `c3-highcpu-22`.
/// `custom-4-8192` is of the line N1 (cloud.google.com, "Create a VM with a custom machine type").
pub(super) fn is_plausible(name: &str) -> bool {
    let Some((line, kind)) = name.split_once('-') else {
        return false;
    };
    let mut letters = line.chars();
    let is_line = letters.next().is_some_and(|c| c.is_ascii_lowercase())
        && letters.next().is_some_and(|c| c.is_ascii_digit());
    let number = kind
        .split_once('-')
        .and_then(|(kind, cpus)| Some((counts(line, kind)?, cpus.parse::<u32>().ok()?)));
    if number.is_some_and(|(counts, cpus)| !counts.contains(&cpus)) {
        return false;
    }
    let counted = !matches!(kind, "standard" | "highmem" | "highcpu");
    (is_line || line == "custom") && counted && !kind.is_empty()
}
