//! Hetzner Cloud.

use super::{MachineSize, among};
use crate::facts::providers::Provider;
use crate::facts::providers::facts;

/// Locations by what is sold there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Market {
    /// CX, CAX, CCX and the second generation of CPX.
    Europe,
    /// CCX and the second generation of CPX.
    Singapore,
    /// CCX and the first generation of CPX.
    America,
    /// A location that is not known here.
    Unknown,
}

/// The locations (docs.hetzner.com, "Locations").
pub const LOCATIONS: [&str; 6] = ["fsn1", "nbg1", "hel1", "ash", "hil", "sin"];

/// What is sold at a location.
fn market(location: Option<&str>) -> Market {
    match location.or(facts(Provider::Hetzner).location) {
        Some("fsn1" | "nbg1" | "hel1") => Market::Europe,
        Some("sin") => Market::Singapore,
        Some("ash" | "hil") => Market::America,
        _ => Market::Unknown,
    }
}

/// The types: CX and CPX (shared), CCX (dedicated), each generation by itself.
const TYPES: [(&str, u32, u32); 36] = [
    ("cx11", 1, 2),
    ("cx21", 2, 4),
    ("cx31", 2, 8),
    ("cx41", 4, 16),
    ("cx51", 8, 32),
    ("cx22", 2, 4),
    ("cx32", 4, 8),
    ("cx42", 8, 16),
    ("cx52", 16, 32),
    ("cx23", 2, 4),
    ("cx33", 4, 8),
    ("cx43", 8, 16),
    ("cx53", 16, 32),
    ("cpx11", 2, 2),
    ("cpx21", 3, 4),
    ("cpx31", 4, 8),
    ("cpx41", 8, 16),
    ("cpx51", 16, 32),
    ("cpx12", 1, 2),
    ("cpx22", 2, 4),
    ("cpx32", 4, 8),
    ("cpx42", 8, 16),
    ("cpx52", 12, 24),
    ("cpx62", 16, 32),
    ("ccx12", 2, 8),
    ("ccx22", 4, 16),
    ("ccx32", 8, 32),
    ("ccx42", 16, 64),
    ("ccx52", 32, 128),
    ("ccx62", 48, 192),
    ("ccx13", 2, 8),
    ("ccx23", 4, 16),
    ("ccx33", 8, 32),
    ("ccx43", 16, 64),
    ("ccx53", 32, 128),
    ("ccx63", 48, 192),
];

/// The types with Arm processors.
const ARM: [&str; 4] = ["cax11", "cax21", "cax31", "cax41"];

/// Types that are sold nowhere, each with the type of its line's next generation that has the same memory.
const GONE: [(&str, &str); 15] = [
    ("cx11", "cx23"),
    ("cx21", "cx23"),
    ("cx31", "cx33"),
    ("cx41", "cx43"),
    ("cx51", "cx53"),
    ("cx22", "cx23"),
    ("cx32", "cx33"),
    ("cx42", "cx43"),
    ("cx52", "cx53"),
    ("ccx12", "ccx13"),
    ("ccx22", "ccx23"),
    ("ccx32", "ccx33"),
    ("ccx42", "ccx43"),
    ("ccx52", "ccx53"),
    ("ccx62", "ccx63"),
];

/// The first generation of CPX, which is sold in America alone since January 2026. The smallest gets what Hetzner's own provider for
/// Terraform took instead (its pull request 1233): `cpx12` has one CPU.
const AMERICAN: [(&str, &str); 5] = [
    ("cpx11", "cpx22"),
    ("cpx21", "cpx22"),
    ("cpx31", "cpx32"),
    ("cpx41", "cpx42"),
    ("cpx51", "cpx62"),
];

/// The machine types that are ordered unless the configuration says: a worker's and a server's.
pub(super) fn defaults(location: Option<&str>) -> (&'static str, &'static str) {
    match market(location) {
        Market::America => ("cpx41", "cpx31"),
        Market::Europe | Market::Singapore | Market::Unknown => ("cpx42", "cpx32"),
    }
}

/// CPUs and memory of a type.
pub(super) fn size(name: &str) -> Option<MachineSize> {
    among(&TYPES, name)
}

/// Every type that there is or was.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, ..)| *name).chain(ARM)
}

/// What to order instead of a type that is no longer sold at the location. A successor is named only where it is sold.
pub(super) fn retired(location: Option<&str>, name: &str) -> Option<&'static str> {
    let among = |list: &[(&str, &'static str)]| {
        let found = list.iter().find(|(gone, _)| *gone == name);
        found.map(|&(_, instead)| instead)
    };
    let market = market(location);
    if let Some(instead) = among(&GONE) {
        let sold = market == Market::Europe || instead.starts_with("ccx");
        return Some(if sold { instead } else { "" });
    }
    match market {
        Market::Europe | Market::Singapore => among(&AMERICAN),
        Market::America | Market::Unknown => None,
    }
}

/// Whether a type that is known is sold, but not at this location.
pub(super) fn sold_elsewhere(location: Option<&str>, name: &str) -> bool {
    let begins = |lines: &[&str]| lines.iter().any(|line| name.starts_with(line));
    match market(location) {
        Market::Europe | Market::Unknown => false,
        Market::Singapore => begins(&["cx", "cax"]),
        Market::America => begins(&["cx", "cax"]) || name.starts_with("cpx") && name.ends_with('2'),
    }
}

#[cfg(test)]
mod tests {
    use super::{AMERICAN, GONE, retired, size, sold_elsewhere};

    #[test]
    fn locations_sell_different_types() {
        let elsewhere = |location, name| sold_elsewhere(Some(location), name);
        for name in ["cx43", "cax21"] {
            assert!(elsewhere("ash", name) && elsewhere("sin", name) && !elsewhere("fsn1", name));
        }
        assert!(elsewhere("hil", "cpx32") && !elsewhere("sin", "cpx32"));
        for name in ["cpx31", "ccx23"] {
            assert!(!elsewhere("ash", name), "{name}");
        }
        assert!(!elsewhere("mars1", "cx43") && !sold_elsewhere(None, "cx43"));
    }

    #[test]
    fn what_is_gone_depends_on_the_location() {
        for (location, name, instead) in [
            (None, "cx42", Some("cx43")),
            (None, "cpx31", Some("cpx32")),
            (Some("fsn1"), "cpx51", Some("cpx62")),
            (Some("sin"), "cpx31", Some("cpx32")),
            (Some("sin"), "cx42", Some("")),
            (Some("ash"), "cpx31", None),
            (Some("ash"), "cx42", Some("")),
            (Some("ash"), "ccx22", Some("ccx23")),
            (Some("elsewhere"), "cpx31", None),
            (None, "cx43", None),
            (None, "cax31", None),
        ] {
            assert_eq!(retired(location, name), instead, "{name} in {location:?}");
        }
    }

    #[test]
    fn every_successor_is_sold_and_has_the_memory() {
        for (gone, instead) in GONE.into_iter().chain(AMERICAN) {
            assert!(
                size(gone).unwrap().memory <= size(instead).unwrap().memory,
                "{gone}"
            );
            assert_eq!(retired(None, instead), None, "{instead}");
        }
    }
}
