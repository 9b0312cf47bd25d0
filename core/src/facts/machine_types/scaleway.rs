//! Scaleway.

use super::{MachineSize, among};

/// Types of the lines whose names do not tell their sizes: DEV1, GP1, PLAY2, PRO2.
const TYPES: [(&str, u32, u32); 17] = [
    ("dev1-s", 2, 2),
    ("dev1-m", 3, 4),
    ("dev1-l", 4, 8),
    ("dev1-xl", 4, 12),
    ("gp1-xs", 4, 16),
    ("gp1-s", 8, 32),
    ("gp1-m", 16, 64),
    ("gp1-l", 32, 128),
    ("gp1-xl", 48, 256),
    ("play2-pico", 1, 2),
    ("play2-nano", 2, 4),
    ("play2-micro", 4, 8),
    ("pro2-xxs", 2, 8),
    ("pro2-xs", 4, 16),
    ("pro2-s", 8, 32),
    ("pro2-m", 16, 64),
    ("pro2-l", 32, 128),
];

/// Types whose names do not tell their sizes.
pub(super) fn names() -> Vec<String> {
    TYPES.map(|(name, ..)| name.to_ascii_uppercase()).to_vec()
}

/// Lines whose names tell their sizes, as in `BASIC3-X4C-16G`.
const TELLING: [&str; 8] = [
    "basic2-a",
    "basic3-x",
    "standard2-a",
    "standard3-x",
    "compute3-x",
    "pop2-",
    "pop2-hc-",
    "pop2-hm-",
];

/// Lines that have reached their end of life.
const GONE: [&str; 5] = ["start1-", "vc1", "x64-", "ent1-", "coparm1-"];

/// CPUs and memory of a type: `basic3-x4c-16g` has them after the line.
pub(super) fn size(name: &str) -> Option<MachineSize> {
    let told = |line: &&str| {
        let (cpus, memory) = name.strip_prefix(line)?.split_once('-')?;
        Some(MachineSize {
            cpus: cpus.strip_suffix('c')?.parse().ok()?,
            memory: memory.strip_suffix('g')?.parse().ok()?,
        })
    };
    among(&TYPES, name).or_else(|| TELLING.iter().find_map(told))
}

/// Whether a type may be sold: of the lines whose types are all listed, whether it is one of those.
pub(super) fn is_plausible(name: &str) -> bool {
    let Some((line, _)) = name.split_once('-') else {
        return false;
    };
    let listed = TYPES
        .iter()
        .any(|(known, ..)| known.split_once('-').is_some_and(|(of, _)| of == line));
    !listed || size(name).is_some()
}

/// The type that a name of none probably means, as it is written.
pub(super) fn meant(name: &str) -> Option<String> {
    crate::words::nearest(name, TYPES.map(|(known, ..)| known)).map(str::to_uppercase)
}

/// Whether a type's line has reached its end of life; none has one successor.
pub(super) fn is_gone(name: &str) -> bool {
    GONE.iter().any(|line| name.starts_with(line))
}
