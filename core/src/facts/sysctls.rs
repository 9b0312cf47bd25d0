//! Settings of the kernel.
//!
//! `sysctls.txt`: what people set, of what `sysctl -a` names on Linux 6.18 with the modules that k3s loads, of Debian's and Ubuntu's kernels and of
//! older ones that guides name. Interfaces are written as `all`.

/// The names of all known settings.
pub fn names() -> impl Iterator<Item = &'static str> {
    include_str!("sysctls.txt").lines()
}

/// The name in that list of a setting of an interface or of all of them.
pub fn general(name: &str) -> String {
    let parts: Vec<&str> = name.split('.').collect();
    match parts.as_slice() {
        ["net", family, "conf", _, setting] => format!("net.{family}.conf.all.{setting}"),
        ["net", family, "neigh", _, setting] => format!("net.{family}.neigh.default.{setting}"),
        _ => name.to_owned(),
    }
}

/// Settings that are one number, with the least and the largest that the kernel takes.
///
/// Source: Linux `Documentation/admin-guide/sysctl` and `Documentation/networking/ip-sysctl.rst`.
pub const BOUNDS: [(&str, u64, u64); 20] = [
    ("fs.aio-max-nr", 0, u64::MAX),
    ("fs.inotify.max_queued_events", 0, 2_147_483_647),
    ("fs.inotify.max_user_instances", 0, 2_147_483_647),
    ("fs.inotify.max_user_watches", 0, 2_147_483_647),
    ("fs.protected_hardlinks", 0, 1),
    ("fs.protected_symlinks", 0, 1),
    ("kernel.dmesg_restrict", 0, 1),
    ("kernel.kptr_restrict", 0, 2),
    ("kernel.pid_max", 301, 4_194_304),
    ("kernel.randomize_va_space", 0, 2),
    ("net.core.somaxconn", 0, 2_147_483_647),
    ("net.ipv4.conf.all.rp_filter", 0, 2),
    ("net.ipv4.ip_forward", 0, 1),
    ("net.ipv4.ip_unprivileged_port_start", 0, 65_535),
    ("vm.dirty_background_ratio", 0, 100),
    ("vm.dirty_ratio", 0, 100),
    ("vm.max_map_count", 0, 2_147_483_647),
    ("vm.overcommit_memory", 0, 2),
    ("vm.panic_on_oom", 0, 2),
    ("vm.swappiness", 0, 200),
];

/// A range of ports, the lower one first.
pub const PORT_RANGE: &str = "net.ipv4.ip_local_port_range";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_of_known_settings() {
        for (name, least, most) in BOUNDS {
            assert!(names().any(|known| known == name), "{name}");
            assert!(least < most, "{name}");
        }
        assert_eq!(
            general("net.ipv4.conf.eth0.rp_filter"),
            "net.ipv4.conf.all.rp_filter"
        );
    }
}
