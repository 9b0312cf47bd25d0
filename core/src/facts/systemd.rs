//! Units of systemd, and the settings of its daemons: sections, the keys in them and what they take.
//!
//! `systemd_keys.txt` is what `systemd --dump-configuration-items` prints in Debian 12 (252) and 13 (257), read on 2026-11-30. The keys of
//! `[process]` are those that services, sockets and mounts have in common; those of `[Journal]`, `[Resolve]` and `[Time]` are from
//! journald.conf(5), resolved.conf(5) and timesyncd.conf(5) of Debian 13.

/// What a key takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A boolean.
    Boolean,
    /// A span of time, in seconds where no unit is given.
    Seconds,
    /// What a timer waits for: a span, or for `OnCalendar` times.
    Span,
    /// A number, a size or `infinity`.
    Limit,
    /// A program with its arguments.
    Command,
    /// Names of units.
    Units,
    /// Something else.
    Other,
}

const KEYS: &str = include_str!("systemd_keys.txt");

/// Sections whose units run processes.
const OF_PROCESSES: [&str; 5] = ["Service", "Socket", "Mount", "Swap", "Slice"];

/// The sections of all units. Those that start with `X-` are for others.
pub const SECTIONS: [&str; 15] = [
    "Unit",
    "Install",
    "Service",
    "Socket",
    "Mount",
    "Automount",
    "Swap",
    "Timer",
    "Path",
    "Slice",
    "Scope",
    "Device",
    "Journal",
    "Resolve",
    "Time",
];

/// The ends of units' names.
pub const SUFFIXES: [&str; 11] = [
    "service",
    "timer",
    "socket",
    "target",
    "mount",
    "automount",
    "path",
    "slice",
    "swap",
    "scope",
    "device",
];

/// Every key with its section and what it takes.
fn keys() -> impl Iterator<Item = (&'static str, &'static str, Takes)> {
    let mut section = "";
    KEYS.lines().filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            return None;
        }
        let (key, takes) = line.split_once(' ').unwrap_or((line, ""));
        let takes = match takes {
            "boolean" => Takes::Boolean,
            "seconds" => Takes::Seconds,
            "span" => Takes::Span,
            "limit" => Takes::Limit,
            "command" => Takes::Command,
            "units" => Takes::Units,
            _ => Takes::Other,
        };
        Some((section, key, takes))
    })
}

fn has(section: &str, known: &str) -> bool {
    known == section || known == "process" && OF_PROCESSES.contains(&section)
}

/// What a key of a section takes; none where the section does not have it.
pub fn takes(section: &str, key: &str) -> Option<Takes> {
    let found = keys().find(|(known, name, _)| *name == key && has(section, known));
    found.map(|(_, _, takes)| takes)
}

/// The keys of a section.
pub fn keys_of(section: &str) -> impl Iterator<Item = &'static str> {
    keys()
        .filter(move |(known, ..)| has(section, known))
        .map(|(_, key, _)| key)
}

/// The section that has a key; of those that run processes the one of services.
pub fn section_of(key: &str) -> Option<&'static str> {
    let (section, ..) = keys().find(|(_, name, _)| *name == key)?;
    Some(if section == "process" { "Service" } else { section })
}

/// Keys with a fixed set of values, besides booleans where those say so, each with its section.
///
/// Source: systemd.service(5), systemd.kill(5), journald.conf(5), resolved.conf(5).
pub const WORDS: [(&str, &str, &[&str]); 10] = [
    ("Journal", "Storage", &["volatile", "persistent", "auto", "none"]),
    (
        "Resolve",
        "DNSOverTLS",
        &[
            "yes",
            "no",
            "opportunistic",
            "true",
            "false",
            "1",
            "0",
            "on",
            "off",
        ],
    ),
    (
        "Resolve",
        "DNSSEC",
        &[
            "yes",
            "no",
            "allow-downgrade",
            "true",
            "false",
            "1",
            "0",
            "on",
            "off",
        ],
    ),
    (
        "Resolve",
        "LLMNR",
        &["yes", "no", "resolve", "true", "false", "1", "0", "on", "off"],
    ),
    (
        "Resolve",
        "MulticastDNS",
        &["yes", "no", "resolve", "true", "false", "1", "0", "on", "off"],
    ),
    (
        "Service",
        "Type",
        &[
            "simple",
            "exec",
            "forking",
            "oneshot",
            "dbus",
            "notify",
            "notify-reload",
            "idle",
        ],
    ),
    (
        "Service",
        "Restart",
        &[
            "no",
            "on-success",
            "on-failure",
            "on-abnormal",
            "on-watchdog",
            "on-abort",
            "always",
        ],
    ),
    (
        "Service",
        "KillMode",
        &["control-group", "mixed", "process", "none"],
    ),
    ("Service", "NotifyAccess", &["none", "main", "exec", "all"]),
    ("Service", "OOMPolicy", &["continue", "stop", "kill"]),
];

/// Keys that take a whole number between two.
///
/// Source: systemd.exec(5), systemd.resource-control(5).
pub const BOUNDS: [(&str, i64, i64); 4] = [
    ("CPUWeight", 1, 10_000),
    ("IOWeight", 1, 10_000),
    ("Nice", -20, 19),
    ("OOMScoreAdjust", -1000, 1000),
];

/// Keys that take a number of bytes, with a letter for its unit.
///
/// Source: journald.conf(5).
pub const SIZES: [&str; 6] = [
    "RuntimeKeepFree",
    "RuntimeMaxFileSize",
    "RuntimeMaxUse",
    "SystemKeepFree",
    "SystemMaxFileSize",
    "SystemMaxUse",
];

/// Limits that are numbers of something, without a unit (systemd.exec(5), "Process Properties").
pub const COUNTS: [&str; 5] = [
    "LimitLOCKS",
    "LimitNOFILE",
    "LimitNPROC",
    "LimitRTPRIO",
    "LimitSIGPENDING",
];

/// Whether a text is a number of bytes: `64M`, `1.5G`, `1G 512M` (systemd `parse_size`).
pub fn is_size(text: &str) -> bool {
    let mut rest = text.trim();
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if behind.len() == rest.len() {
            return false;
        }
        let behind = behind.trim_start();
        rest = behind
            .strip_prefix(['B', 'K', 'M', 'G', 'T', 'P', 'E'])
            .unwrap_or(behind)
            .trim_start();
    }
    true
}

/// The name that a mount unit has for its path, without the suffix (systemd.unit(5), "String Escaping for Inclusion in Unit Names").
pub fn escaped_path(path: &str) -> String {
    let path = path.trim_matches('/');
    if path.is_empty() {
        return "-".to_owned();
    }
    let mut name = String::new();
    for (at, byte) in path.bytes().enumerate() {
        match byte {
            b'/' => name.push('-'),
            b'.' if at == 0 => name.push_str("\\x2e"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'_' | b'.' => name.push(char::from(byte)),
            other => name.push_str(&format!("\\x{other:02x}")),
        }
    }
    name
}

/// What systemd takes for a boolean (`parse_boolean`), in any case.
pub const BOOLEANS: [&str; 12] = [
    "1", "yes", "y", "true", "t", "on", "0", "no", "n", "false", "f", "off",
];

/// The files with settings of daemons, each with its section.
pub const DAEMONS: [(&str, &str); 3] = [
    ("/etc/systemd/journald.conf", "Journal"),
    ("/etc/systemd/resolved.conf", "Resolve"),
    ("/etc/systemd/timesyncd.conf", "Time"),
];

/// Units of time (systemd.time(7)).
const TIMES: [&str; 34] = [
    "ns", "nsec", "us", "usec", "µs", "μs", "ms", "msec", "s", "sec", "second", "seconds", "m", "min",
    "minute", "minutes", "h", "hr", "hour", "hours", "d", "day", "days", "w", "week", "weeks", "M", "month",
    "months", "y", "year", "years", "infinity", "",
];

/// Whether a text is a span of time: `5min 20s`, `1.5h`, `300`, `infinity`.
pub fn is_span(text: &str) -> bool {
    if text == "infinity" {
        return true;
    }
    let mut rest = text.trim();
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        if digits.len() == rest.len() {
            return false;
        }
        let digits = digits.trim_start();
        let unit = digits.find(|c: char| !c.is_alphabetic()).unwrap_or(digits.len());
        let (unit, after) = digits.split_at(unit);
        if !TIMES.contains(&unit) {
            return false;
        }
        rest = after.trim_start();
    }
    true
}

/// Events of a calendar with a name (systemd.time(7)).
const EVENTS: [&str; 9] = [
    "minutely",
    "hourly",
    "daily",
    "weekly",
    "monthly",
    "yearly",
    "annually",
    "quarterly",
    "semiannually",
];

/// What is wrong with an event of a calendar: that it is one of cron, or a time that no day has.
pub fn calendar_fault(text: &str) -> Option<&'static str> {
    /// The minutes, hours, days, months and weekdays of cron.
    const OF_CRON: usize = 5;
    /// Hours, minutes and seconds.
    const MOST: [u32; 3] = [23, 59, 59];
    let fields: Vec<&str> = text.split_whitespace().collect();
    if EVENTS.contains(&text) {
        return None;
    }
    let timed = fields.iter().any(|field| field.contains(':'));
    if !timed && fields.len() == OF_CRON {
        return Some("is of cron");
    }
    let time = fields.iter().find(|field| field.contains(':'))?;
    let numbers = |part: &str| -> Vec<u32> {
        let parts = part.split([',', '.']).filter_map(|one| one.split('/').next());
        parts.filter_map(|one| one.parse().ok()).collect()
    };
    let past = time
        .split(':')
        .zip(MOST)
        .any(|(part, most)| numbers(part).iter().any(|number| *number > most));
    past.then_some("is a time that no day has")
}

/// Targets that units are installed into or ordered by, and units that are on every machine.
///
/// Source: systemd.special(7); the k3s installer; cloud-init's units.
pub const UNITS: [&str; 38] = [
    "basic.target",
    "cloud-config.target",
    "cloud-final.service",
    "cloud-init.service",
    "cloud-init.target",
    "cron.service",
    "default.target",
    "getty.target",
    "graphical.target",
    "k3s-agent.service",
    "k3s.service",
    "local-fs-pre.target",
    "local-fs.target",
    "multi-user.target",
    "network-online.target",
    "network-pre.target",
    "network.target",
    "nss-lookup.target",
    "paths.target",
    "reboot.target",
    "remote-fs.target",
    "shutdown.target",
    "sleep.target",
    "snapd.service",
    "sockets.target",
    "ssh.service",
    "ssh.socket",
    "sshd.service",
    "sysinit.target",
    "systemd-journald.service",
    "systemd-networkd.service",
    "systemd-resolved.service",
    "systemd-sysctl.service",
    "systemd-timesyncd.service",
    "tailscaled.service",
    "time-sync.target",
    "timers.target",
    "umount.target",
];

/// Units of packages that people install on machines, without `.service`.
///
/// Source: the file lists of Debian 12's and 13's packages.
pub const UNITS_OF_PACKAGES: [&str; 47] = [
    "apparmor",
    "apt-daily-upgrade.timer",
    "apt-daily.timer",
    "auditd",
    "blk-availability",
    "chrony",
    "chronyd",
    "containerd",
    "docker",
    "docker.socket",
    "e2scrub_all.timer",
    "fail2ban",
    "fstrim",
    "fstrim.timer",
    "fwupd-refresh.timer",
    "haproxy",
    "haveged",
    "irqbalance",
    "iscsi",
    "iscsid",
    "iscsid.socket",
    "keepalived",
    "lldpd",
    "logrotate.timer",
    "multipathd",
    "multipathd.socket",
    "netfilter-persistent",
    "networking",
    "nfs-client.target",
    "nfs-server",
    "nftables",
    "nginx",
    "ntpsec",
    "nvmf-autoconnect",
    "open-iscsi",
    "open-vm-tools",
    "prometheus-node-exporter",
    "qemu-guest-agent",
    "rpcbind",
    "rpcbind.socket",
    "rsyslog",
    "smartd",
    "smartmontools",
    "thermald",
    "ufw",
    "unattended-upgrades",
    "watchdog",
];

/// Commands of `systemctl` (systemctl(1)).
pub const VERBS: [&str; 40] = [
    "cancel",
    "cat",
    "clean",
    "condrestart",
    "daemon-reexec",
    "daemon-reload",
    "disable",
    "edit",
    "enable",
    "freeze",
    "get-default",
    "is-active",
    "is-enabled",
    "is-failed",
    "is-system-running",
    "isolate",
    "kill",
    "link",
    "list-timers",
    "list-unit-files",
    "list-units",
    "mask",
    "poweroff",
    "preset",
    "reboot",
    "reenable",
    "reload",
    "reload-or-restart",
    "reset-failed",
    "restart",
    "revert",
    "set-default",
    "set-property",
    "show",
    "start",
    "status",
    "stop",
    "thaw",
    "try-restart",
    "unmask",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_belong_to_sections() {
        assert_eq!(takes("Service", "ExecStart"), Some(Takes::Command));
        assert_eq!(takes("Service", "LimitNOFILE"), Some(Takes::Limit));
        assert_eq!(takes("Unit", "LimitNOFILE"), None);
        assert_eq!(section_of("RemainAfterExit"), Some("Service"));
        assert_eq!(section_of("Description"), Some("Unit"));
    }

    #[test]
    fn sizes_and_names_of_mounts() {
        for size in ["64M", "1.5G", "1G 512M", "4096", "10 K"] {
            assert!(is_size(size), "{size}");
        }
        for other in ["64MB", "", "M", "1 GiB"] {
            assert!(!is_size(other), "{other}");
        }
        assert_eq!(escaped_path("/mnt/ssd"), "mnt-ssd");
        assert_eq!(escaped_path("/var/lib/my-data/"), "var-lib-my\\x2ddata");
        assert_eq!(escaped_path("/"), "-");
    }

    #[test]
    fn spans_and_calendars() {
        for span in [
            "5min 20s", "1.5h", "300", "infinity", "2 days", "1h30min", "500ms",
        ] {
            assert!(is_span(span), "{span}");
        }
        for other in ["15 mins.", "14dayz", "", "soon", "5 m in"] {
            assert!(!is_span(other), "{other}");
        }
        for calendar in [
            "daily",
            "*-*-* 04:00:00",
            "Mon..Fri 22:30",
            "*:0/15",
            "Sat *-*-1..7 18:00",
            "02,14:00",
        ] {
            assert_eq!(calendar_fault(calendar), None, "{calendar}");
        }
        assert!(calendar_fault("30 4 * * *").is_some());
        assert!(calendar_fault("*-*-* 24:30:00").is_some());
    }
}
