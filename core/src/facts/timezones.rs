//! The time zones that the machines' systems have.
//!
//! Sources: the packages `tzdata` and `tzdata-legacy` of Ubuntu 24.04 (2026e) and `tzdata` of Debian 12 (2026b), which has the same names in
//! one package, as does Ubuntu 22.04; what an old name stands for is in the latter's `tzdata.zi`.

use super::hosts::Os;

/// Names that every system has, one a line.
const NAMES: &str = include_str!("timezones.txt");
/// Old names, each with the name that it stands for.
const OLD: &str = include_str!("timezones_old.txt");

/// Every name that no system lacks.
pub fn names() -> impl Iterator<Item = &'static str> {
    NAMES.lines()
}

/// The name that an old one stands for.
pub fn instead_of(old: &str) -> Option<&'static str> {
    OLD.lines()
        .filter_map(|line| line.split_once(' '))
        .find(|(name, _)| *name == old)
        .map(|(_, instead)| instead)
}

/// Whether machines with that system know the name as they are installed.
pub fn is_known(os: Os, name: &str) -> bool {
    // Ubuntu has the old names in a package of their own since 23.10.
    names().any(|known| known == name) || os != Os::Ubuntu2404 && instead_of(name).is_some()
}

/// Whether a program with a whole database of its own, old names included, knows the name.
pub fn is_zone(name: &str) -> bool {
    matches!(name, "UTC" | "Local" | "") || names().any(|known| known == name) || instead_of(name).is_some()
}

/// What to do about a name that is not even near to one.
pub const WHERE_TO_LOOK: &str =
    "use a place such as `Europe/Berlin`, or `UTC`; `timedatectl list-timezones` lists all";

/// What to do about a name that no system knows.
pub fn instead(name: &str) -> String {
    match crate::words::nearest(name, names()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => WHERE_TO_LOOK.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_stand_for_known_ones() {
        for (old, instead) in OLD.lines().filter_map(|line| line.split_once(' ')) {
            assert!(is_known(Os::Ubuntu2404, instead), "{old}");
            assert!(
                !is_known(Os::Ubuntu2404, old) && is_known(Os::Debian12, old),
                "{old}"
            );
        }
        assert!(is_known(Os::Ubuntu2404, "Europe/Berlin") && !is_known(Os::Debian12, "europe/berlin"));
    }
}
