//! Azure.

use super::{MachineSize, among};

/// Burstable types; the others say their CPUs in their names.
const BURSTABLE: [(&str, u32, u32); 7] = [
    ("b1ls", 1, 0),
    ("b1s", 1, 1),
    ("b1ms", 1, 2),
    ("b2s", 2, 4),
    ("b2ms", 2, 8),
    ("b4ms", 4, 16),
    ("b8ms", 8, 32),
];

/// Burstable types.
pub(super) fn names() -> Vec<String> {
    let name = |(name, ..): (&str, u32, u32)| format!("Standard_{}", name.replacen('b', "B", 1));
    BURSTABLE.map(name).to_vec()
}

/// CPUs and memory of a type: of D, E and F, the third to the fifth version.
pub(super) fn size(name: &str) -> Option<MachineSize> {
    let size = name.strip_prefix("standard_")?;
    among(&BURSTABLE, size).or_else(|| told_size(size))
}

/// `d4s_v5`: a letter for the ratio, the CPUs, letters for features, the version.
fn told_size(size: &str) -> Option<MachineSize> {
    let (type_, version) = size.split_once('_')?;
    let version: u32 = version.strip_prefix('v')?.parse().ok()?;
    let line = type_.get(..1)?;
    let digits = type_.get(1..)?;
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    let cpus: u32 = digits
        .get(..end)?
        .parse()
        .ok()
        .filter(|cpus| (1..=128).contains(cpus))?;
    // With `l` there is half the memory.
    let each = match (line, version, digits.get(end..)?.contains('l')) {
        ("d", 3..=5, false) => 4,
        ("d", 5, true) => 2,
        ("e", 3..=5, false) => 8,
        ("f", 2, false) => 2,
        _ => return None,
    };
    Some(MachineSize {
        cpus,
        memory: cpus * each,
    })
}

/// The highest version of the series so far (learn.microsoft.com, "Sizes for virtual machines in Azure", November 2026), and room for more.
const LATEST_VERSION: u32 = 9;

/// Whether a type may be one: `Standard_` or `Basic_`, a letter, a number of CPUs, and a version that there may be.
pub(super) fn is_plausible(name: &str) -> bool {
    let Some(size) = name.strip_prefix("standard_").or(name.strip_prefix("basic_")) else {
        return false;
    };
    // `d4s_v5`, `nc24ads_a100_v4`: what begins with `v` and a digit is the version.
    let is_version = |part: &&str| {
        let number = part.strip_prefix('v');
        number.is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
    };
    let fits = |part: &str| {
        let number = part.get(1..).and_then(|number| number.parse::<u32>().ok());
        number.is_some_and(|number| (1..=LATEST_VERSION).contains(&number))
    };
    size.starts_with(|c: char| c.is_ascii_lowercase())
        && size.contains(|c: char| c.is_ascii_digit())
        && size.split('_').filter(is_version).all(fits)
}

/// Whether a type has an Arm processor: `p` after the number of CPUs says so (learn.microsoft.com, "Azure VM sizes naming conventions").
pub(super) fn is_arm(name: &str) -> bool {
    let size = name.strip_prefix("standard_").unwrap_or(name);
    let features = size.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let features = features.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    features.split('_').next().unwrap_or("").contains('p')
}

/// Whether a type has ended: the A types did in August 2024 (learn.microsoft.com, "Av1-series retirement"). Those that are only announced
/// for retirement can still be ordered, most of them until 2028.
pub(super) fn is_gone(name: &str) -> bool {
    let size = name.strip_prefix("standard_a").or(name.strip_prefix("basic_a"));
    size.is_some_and(|size| size.bytes().all(|b| b.is_ascii_digit()))
}
