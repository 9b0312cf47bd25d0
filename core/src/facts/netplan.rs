//! What netplan reads.
//!
//! Source: netplan docs, "YAML configuration", 1.1.

use super::pods::Shape::{self, Any, Between, Devices, Flag, List, Object, Text, Words};

const TEXTS: Shape = List(&Text);

const ROUTES: Shape = List(&Object(&[
    ("from", Text),
    ("metric", Between(0, u32::MAX as i64)),
    ("mtu", Any),
    ("on-link", Flag),
    ("scope", Words(&["global", "link", "host"])),
    ("table", Any),
    ("to", Text),
    ("type", Text),
    ("via", Text),
]));

const DEVICE: Shape = Object(&[
    ("accept-ra", Flag),
    ("access-points", Any),
    ("activation-mode", Words(&["manual", "off"])),
    ("addresses", List(&Any)),
    ("critical", Flag),
    ("dhcp-identifier", Text),
    ("dhcp4", Flag),
    ("dhcp4-overrides", Any),
    ("dhcp6", Flag),
    ("dhcp6-overrides", Any),
    ("gateway4", Text),
    ("gateway6", Text),
    ("id", Between(0, 4094)),
    ("ignore-carrier", Flag),
    ("interfaces", TEXTS),
    ("ipv6-privacy", Flag),
    ("key", Any),
    ("link", Text),
    ("link-local", TEXTS),
    ("local", Text),
    ("macaddress", Text),
    (
        "match",
        Object(&[("driver", Any), ("macaddress", Text), ("name", Text)]),
    ),
    ("mode", Any),
    ("mtu", Between(68, 65_536)),
    (
        "nameservers",
        Object(&[("addresses", List(&Any)), ("search", TEXTS)]),
    ),
    ("optional", Flag),
    (
        "parameters",
        Object(&[
            ("ad-select", Words(&["stable", "bandwidth", "count"])),
            ("down-delay", Any),
            ("fail-over-mac-policy", Words(&["none", "active", "follow"])),
            ("forward-delay", Any),
            ("lacp-rate", Words(&["slow", "fast"])),
            ("mii-monitor-interval", Any),
            ("min-links", Any),
            (
                "mode",
                Words(&[
                    "balance-rr",
                    "active-backup",
                    "balance-xor",
                    "broadcast",
                    "802.3ad",
                    "balance-tlb",
                    "balance-alb",
                    "balance-tcp",
                    "balance-slb",
                ]),
            ),
            ("primary", Text),
            ("primary-reselect-policy", Words(&["always", "better", "failure"])),
            ("stp", Flag),
            (
                "transmit-hash-policy",
                Words(&[
                    "layer2",
                    "layer3+4",
                    "layer2+3",
                    "encap2+3",
                    "encap3+4",
                    "vlan+srcmac",
                ]),
            ),
            ("up-delay", Any),
        ]),
    ),
    ("peers", Any),
    ("port", Any),
    ("ports", Any),
    ("remote", Text),
    ("renderer", Words(&["networkd", "NetworkManager", "sriov"])),
    ("routes", ROUTES),
    ("routing-policy", Any),
    ("set-name", Text),
    ("table", Any),
    ("ttl", Any),
    ("wakeonlan", Flag),
]);

/// A file of netplan.
pub const NETPLAN: Shape = Object(&[(
    "network",
    Object(&[
        ("bonds", Devices(&DEVICE)),
        ("bridges", Devices(&DEVICE)),
        ("dummy-devices", Devices(&DEVICE)),
        ("ethernets", Devices(&DEVICE)),
        ("modems", Any),
        ("nm-devices", Any),
        ("openvswitch", Any),
        ("renderer", Words(&["networkd", "NetworkManager"])),
        ("tunnels", Devices(&DEVICE)),
        ("version", Between(2, 2)),
        ("vlans", Devices(&DEVICE)),
        ("vrfs", Devices(&DEVICE)),
        ("wifis", Devices(&DEVICE)),
    ]),
)]);
