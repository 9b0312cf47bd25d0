//! Operating systems of the machines.
//!
//! Source: real boots (`.ci/machines/boot`; cloud-init 22.4.2 and 26.2, 2026-11).

use super::providers::Provider;
use schemars::JsonSchema;
use serde::Deserialize;

/// The machines' operating system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
pub enum Os {
    /// Ubuntu 20.04 LTS, which starts with cgroup v1.
    #[serde(rename = "ubuntu-20.04")]
    Ubuntu2004,
    /// Ubuntu 22.04 LTS.
    #[serde(rename = "ubuntu-22.04")]
    Ubuntu2204,
    /// Ubuntu 24.04 LTS.
    #[serde(rename = "ubuntu-24.04")]
    Ubuntu2404,
    /// Ubuntu 26.04 LTS.
    #[serde(rename = "ubuntu-26.04")]
    Ubuntu2604,
    /// Debian 12, and Raspberry Pi OS made from it.
    #[serde(rename = "debian-12")]
    Debian12,
    /// Debian 13, and Raspberry Pi OS made from it.
    #[serde(rename = "debian-13")]
    Debian13,
}

impl Os {
    /// Every operating system.
    pub const ALL: [Os; 6] = [
        Os::Ubuntu2004,
        Os::Ubuntu2204,
        Os::Ubuntu2404,
        Os::Ubuntu2604,
        Os::Debian12,
        Os::Debian13,
    ];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Os::Ubuntu2004 => "ubuntu-20.04",
            Os::Ubuntu2204 => "ubuntu-22.04",
            Os::Ubuntu2404 => "ubuntu-24.04",
            Os::Ubuntu2604 => "ubuntu-26.04",
            Os::Debian12 => "debian-12",
            Os::Debian13 => "debian-13",
        }
    }

    /// The name as its maker writes it, for messages.
    pub fn label(self) -> &'static str {
        match self {
            Os::Ubuntu2004 => "Ubuntu 20.04",
            Os::Ubuntu2204 => "Ubuntu 22.04",
            Os::Ubuntu2404 => "Ubuntu 24.04",
            Os::Ubuntu2604 => "Ubuntu 26.04",
            Os::Debian12 => "Debian 12",
            Os::Debian13 => "Debian 13",
        }
    }
}

/// Where the kernel settings of every machine stand.
/// Programs that hooks run and a Debian or Ubuntu server has or commonly gets, and words of the shell: those of five letters and more, since
/// shorter ones are near to too much.
pub const COMMANDS: [&str; 88] = [
    "adduser",
    "apt-cache",
    "apt-get",
    "apt-key",
    "apt-mark",
    "basename",
    "bridge",
    "chgrp",
    "chmod",
    "chown",
    "chroot",
    "cloud-init",
    "command",
    "continue",
    "crontab",
    "deluser",
    "depmod",
    "dirname",
    "dmesg",
    "dpkg-reconfigure",
    "egrep",
    "ethtool",
    "export",
    "fallocate",
    "false",
    "findmnt",
    "fstrim",
    "getent",
    "groupadd",
    "growpart",
    "gunzip",
    "hostname",
    "hostnamectl",
    "install",
    "ip6tables",
    "iptables",
    "journalctl",
    "kubectl",
    "local",
    "localectl",
    "logger",
    "losetup",
    "lsblk",
    "mkdir",
    "mkswap",
    "mktemp",
    "modprobe",
    "mount",
    "mountpoint",
    "netplan",
    "nslookup",
    "partprobe",
    "passwd",
    "pgrep",
    "pkill",
    "printf",
    "python3",
    "readlink",
    "reboot",
    "resize2fs",
    "resolvectl",
    "return",
    "rmdir",
    "rmmod",
    "rsync",
    "service",
    "sha256sum",
    "shift",
    "shutdown",
    "sleep",
    "source",
    "swapoff",
    "swapon",
    "sysctl",
    "systemctl",
    "systemd-run",
    "tailscale",
    "timedatectl",
    "timeout",
    "touch",
    "truncate",
    "umount",
    "unset",
    "update-ca-certificates",
    "update-grub",
    "useradd",
    "usermod",
    "wipefs",
];

/// gkc's own file of kernel settings.
pub const SYSCTL_FILE: &str = "/etc/sysctl.d/90-gkc.conf";
/// The kernel settings of every machine: workspaces and k3s watch many files.
pub const SYSCTL: [(&str, u64); 4] = [
    ("fs.inotify.max_user_instances", 8192),
    ("fs.inotify.max_user_watches", 1_048_576),
    ("net.ipv4.ip_forward", 1),
    ("net.ipv6.conf.all.forwarding", 1),
];

/// What differs between operating systems.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// The code name, as package archives use it.
    pub codename: &'static str,
    /// The archive's family: `ubuntu` or `debian`.
    pub family: &'static str,
    /// Whether the system starts with cgroup v2 only, which k3s needs.
    pub cgroup_v2: bool,
    /// Whether the standard kernel has shiftfs, which workspaces need for Docker.
    pub shiftfs: bool,
}

/// Whether the kernel that machines start with has shiftfs. The images of Azure and Google Cloud follow Ubuntu's newest kernels for a
/// release (`linux-azure`, `linux-gcp`: 6.8 in those of 22.04 since 2024), and from 6.5 on there is none (Ubuntu bug 2038522).
pub const fn starts_with_shiftfs(os: Os, provider: Provider) -> bool {
    host(os).shiftfs && !matches!(provider, Provider::Azure | Provider::Gcp)
}

/// The facts of an operating system.
pub const fn host(os: Os) -> Host {
    match os {
        Os::Ubuntu2004 => Host {
            codename: "focal",
            family: "ubuntu",
            cgroup_v2: false,
            shiftfs: true,
        },
        Os::Ubuntu2204 => Host {
            codename: "jammy",
            family: "ubuntu",
            cgroup_v2: true,
            shiftfs: true,
        },
        Os::Ubuntu2404 => Host {
            codename: "noble",
            family: "ubuntu",
            cgroup_v2: true,
            shiftfs: false,
        },
        Os::Ubuntu2604 => Host {
            codename: "resolute",
            family: "ubuntu",
            cgroup_v2: true,
            shiftfs: false,
        },
        Os::Debian12 => Host {
            codename: "bookworm",
            family: "debian",
            cgroup_v2: true,
            shiftfs: false,
        },
        Os::Debian13 => Host {
            codename: "trixie",
            family: "debian",
            cgroup_v2: true,
            shiftfs: false,
        },
    }
}

/// Where Tailscale's package is, below it the family's name.
pub const TAILSCALE_ARCHIVE: &str = "https://pkgs.tailscale.com/stable";

/// Packages of Debian and Ubuntu, and of Docker's own archive, that run a containerd.
pub const BRINGS_CONTAINERD: [&str; 4] = ["containerd", "containerd.io", "docker-ce", "docker.io"];

/// Modules of the kernel that clusters load.
///
/// Source: Linux 6.1 and 6.12 of Debian 12 and 13, `modules.builtin` and `modules.dep`.
pub const MODULES: [&str; 44] = [
    "8021q",
    "bonding",
    "br_netfilter",
    "bridge",
    "ceph",
    "cls_bpf",
    "configfs",
    "dm_crypt",
    "dm_snapshot",
    "dm_thin_pool",
    "fuse",
    "geneve",
    "ip6_tables",
    "ip6table_filter",
    "ip6table_nat",
    "ip_set",
    "ip_tables",
    "ip_vs",
    "ip_vs_lc",
    "ip_vs_rr",
    "ip_vs_sh",
    "ip_vs_wlc",
    "ip_vs_wrr",
    "ipip",
    "iptable_filter",
    "iptable_mangle",
    "iptable_nat",
    "iptable_raw",
    "iscsi_tcp",
    "nbd",
    "nf_conntrack",
    "nf_nat",
    "nf_tables",
    "nfs",
    "nfsd",
    "overlay",
    "rbd",
    "sch_fq",
    "tcp_bbr",
    "tun",
    "vfio_pci",
    "vxlan",
    "wireguard",
    "xt_conntrack",
];

/// Programs that neither Debian nor Ubuntu has, or that come from elsewhere, and what to do on these machines.
///
/// Source: packages.debian.org and packages.ubuntu.com, "Contents"; k3s docs, "Cluster Access".
pub const FOREIGN_COMMANDS: [(&str, &str); 17] = [
    (
        "apk",
        "use `apt-get`, or list the packages in `cloudInit.packages`",
    ),
    ("chkconfig", "use `systemctl enable`"),
    (
        "dnf",
        "use `apt-get`, or list the packages in `cloudInit.packages`",
    ),
    ("docker", "k3s brings containerd: use `k3s crictl` or `k3s ctr`"),
    ("docker-compose", "run it on the cluster, or install Docker first"),
    ("firewall-cmd", "use `cluster.firewall`: no machine has firewalld"),
    ("getenforce", "remove it: the machines have AppArmor, not SELinux"),
    (
        "helm",
        "use a `HelmChart` in k3s's folder of manifests, or install Helm first",
    ),
    ("kubeadm", "k3s is the whole cluster: use its own keys"),
    ("nerdctl", "use `k3s crictl` or `k3s ctr`"),
    (
        "pacman",
        "use `apt-get`, or list the packages in `cloudInit.packages`",
    ),
    ("restorecon", "remove it: the machines have AppArmor, not SELinux"),
    (
        "rpm",
        "use `apt-get`, or list the packages in `cloudInit.packages`",
    ),
    ("setenforce", "remove it: the machines have AppArmor, not SELinux"),
    ("setsebool", "remove it: the machines have AppArmor, not SELinux"),
    (
        "yum",
        "use `apt-get`, or list the packages in `cloudInit.packages`",
    ),
    (
        "zypper",
        "use `apt-get`, or list the packages in `cloudInit.packages`",
    ),
];
