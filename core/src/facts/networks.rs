//! Address ranges with a meaning of their own.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{Ipv4Addr, Ipv6Addr};

const fn v4(a: u8, b: u8, prefix: u8) -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(a, b, 0, 0), prefix))
}

/// What a tailnet gives its devices, and shared address space for everybody else (RFC 6598).
pub const TAILNET: IpNet = v4(100, 64, 10);

/// The part of [`TAILNET`] that Tailscale leaves to ChromeOS (tailscale/tailscale `net/tsaddr/tsaddr.go`).
pub const TAILNET_EXCEPT: IpNet = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(100, 115, 92, 0), 23));

/// Ranges that anybody may use within their own network: RFC 1918, RFC 6598, RFC 2544 (which clouds give to pods), RFC 4193.
pub const PRIVATE: [IpNet; 6] = [
    v4(10, 0, 8),
    v4(172, 16, 12),
    v4(192, 168, 16),
    TAILNET,
    v4(198, 18, 15),
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7)),
];

/// Hosts on the Internet that pods of most clusters use, and that every name server knows.
pub const PUBLIC_HOSTS: [&str; 3] = ["bitbucket.org", "github.com", "gitlab.com"];

/// Whether all of a range is private.
pub fn is_private(net: IpNet) -> bool {
    PRIVATE.iter().any(|private| private.contains(&net))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_is_all_of_it() {
        let private = |text: &str| text.parse().is_ok_and(is_private);
        for yes in [
            "10.0.0.0/8",
            "172.31.0.0/16",
            "192.168.4.0/22",
            "100.127.0.0/16",
            "fd00:42::/56",
        ] {
            assert!(private(yes), "{yes}");
        }
        for no in [
            "172.168.0.0/16",
            "10.0.0.0/7",
            "172.32.0.0/16",
            "2001:db8::/32",
            "0.0.0.0/0",
        ] {
            assert!(!private(no), "{no}");
        }
        assert!(TAILNET.contains(&TAILNET_EXCEPT));
    }
}
