//! What upstream demands, as dated data: each table says where its facts come from and which releases they hold for.
//!
//! Rules and emitters read these tables; a literal of upstream's in a rule is a bug.

pub mod autoscaler;
pub mod charts;
pub mod coder;
pub mod coredns;
pub mod cron;
pub mod dns;
pub mod gitpod;
pub mod go;
pub mod headscale;
pub mod hosts;
pub mod k3s;
pub mod k3s_flags;
pub mod k3s_keys;
pub mod leaked;
pub mod locations;
pub mod machine_types;
pub mod mail;
pub mod names;
pub mod netplan;
pub mod networks;
pub mod object_stores;
pub mod objects;
pub mod placeholders;
pub mod platforms;
pub mod pods;
pub mod providers;
pub mod public_suffix;
pub mod registries;
pub mod releases;
pub mod sshd;
pub mod sysctls;
pub mod systemd;
pub mod tailscale;
pub mod timezones;
pub mod workloads;

#[cfg(test)]
mod tests {
    use super::releases::{K3S, K3S_FIXES, PRODUCTS};
    use super::{k3s::Version, platforms};
    use std::path::{Path, PathBuf};

    fn files(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }

    /// Whether a line of code has a string that is a release: digits, dots, and a `v` in front or not.
    fn names_a_release(line: &str) -> bool {
        line.split('"').skip(1).step_by(2).any(|text| {
            let numbers = text.strip_prefix('v').unwrap_or(text);
            let numbers: Vec<&str> = numbers
                .split(['+', '-'])
                .next()
                .unwrap_or("")
                .split('.')
                .collect();
            numbers.len() == 3
                && numbers
                    .iter()
                    .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        })
    }

    fn is_dated(docs: &str) -> bool {
        let years = docs
            .match_indices("20")
            .filter_map(|(at, _)| docs.get(at..at + 7));
        years
            .into_iter()
            .any(|day| day[2..4].bytes().all(|b| b.is_ascii_digit()) && day[4..5] == *"-")
    }

    #[test]
    fn a_fact_that_names_a_release_has_a_source_and_a_date() {
        let mut all = Vec::new();
        files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/facts"), &mut all);
        let mut without = Vec::new();
        for path in all {
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let of_file: String = text.lines().filter(|line| line.starts_with("//!")).collect();
            for item in text.split("\n\n") {
                let code = item.lines().filter(|line| !line.trim_start().starts_with("//"));
                // A product says it by its fields.
                if item.contains("read: day(") || !code.into_iter().any(names_a_release) {
                    continue;
                }
                let docs: String = item.lines().filter(|line| line.starts_with("///")).collect();
                let sourced = [&docs, &of_file]
                    .into_iter()
                    .any(|docs| docs.contains("ource") || docs.contains("http"));
                if !sourced || ![&docs, &of_file].into_iter().any(|docs| is_dated(docs)) {
                    without.push(format!(
                        "{}: {}",
                        path.display(),
                        item.lines().last().unwrap_or("")
                    ));
                }
            }
        }
        assert!(without.is_empty(), "no source or no date: {without:#?}");
    }

    #[test]
    fn the_releases_of_a_product_are_in_order() {
        for product in PRODUCTS.into_iter().chain(platforms::products()) {
            let ends: Vec<u32> = product
                .lines
                .iter()
                .filter_map(|line| Some(line.kubernetes?.1))
                .collect();
            assert!(ends.is_sorted(), "{}", product.name);
            assert!(
                !product.lines.is_empty() && !product.source.is_empty(),
                "{}",
                product.name
            );
            for line in product.lines {
                assert!(
                    line.released.is_none_or(|day| day <= product.read),
                    "{} {}",
                    product.name,
                    line.version
                );
                assert_eq!(
                    product.line_of(line.version),
                    Some(line),
                    "{} {}",
                    product.name,
                    line.version
                );
            }
        }
    }

    #[test]
    fn the_newest_patches_have_all_fixes() {
        for line in K3S.lines {
            let version = Version::parse(line.version).unwrap();
            assert_eq!(line.kubernetes, Some((version.minor, version.minor)));
            for fixed in &K3S_FIXES {
                assert!(!fixed.is_in(&version), "{version} {}", fixed.id);
            }
        }
    }

    #[test]
    fn the_release_that_is_made_for_a_kubernetes_is_chosen() {
        let chosen = |minor| super::releases::CERT_MANAGER.line(minor).map(|line| line.version);
        assert_eq!(chosen(36), Some("v1.21.2"));
        assert_eq!(chosen(32), Some("v1.20.4"));
        assert_eq!(
            chosen(37),
            Some("v1.21.2"),
            "the nearest where none is made for it"
        );
        assert_eq!(chosen(24), Some("v1.17.4"));
    }
}
