//! Addresses, prefixes and sets of both, read strictly: no leading zeros, no zones, no guesses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ranges::Ranges;

/// An address with a prefix length, host bits kept as written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Prefix {
    /// The address.
    pub addr: IpAddr,
    /// How many leading bits name the network.
    pub bits: u8,
}

impl Prefix {
    /// The prefix of a single address.
    pub fn host(addr: IpAddr) -> Prefix {
        Prefix {
            addr,
            bits: width(addr),
        }
    }

    /// True where a bit beyond the prefix length is set.
    pub fn has_host_bits(self) -> bool {
        self.network() != self
    }

    /// The same network without host bits.
    pub fn network(self) -> Prefix {
        let addr = number_to_addr(self.low(), self.addr.is_ipv6());
        Prefix { addr, ..self }
    }

    /// True for `0.0.0.0/0` and `::/0`.
    pub fn is_default_route(self) -> bool {
        self.bits == 0
    }

    /// True where every address of `other` lies in this prefix.
    pub fn covers(self, other: Prefix) -> bool {
        self.addr.is_ipv6() == other.addr.is_ipv6()
            && self.low() <= other.low()
            && other.high() <= self.high()
    }

    /// True where `addr` lies in this prefix.
    pub fn contains(self, addr: IpAddr) -> bool {
        self.covers(Prefix::host(addr))
    }

    /// The lowest address as a number.
    pub fn low(self) -> u128 {
        addr_to_number(self.addr) & !self.host_mask()
    }

    /// The highest address as a number.
    pub fn high(self) -> u128 {
        self.low() | self.host_mask()
    }

    fn host_mask(self) -> u128 {
        let free = u32::from(width(self.addr).saturating_sub(self.bits));
        if free >= 128 {
            u128::MAX
        } else {
            (1u128 << free) - 1
        }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.addr, self.bits)
    }
}

impl FromStr for Prefix {
    type Err = String;

    /// Reads `address/length`; says in words what is wrong.
    fn from_str(text: &str) -> Result<Prefix, String> {
        let Some((addr, bits)) = text.split_once('/') else {
            return Err(format!("missing prefix length in `{text}`"));
        };
        let addr: IpAddr = addr.parse().map_err(|_| format!("invalid IP address `{addr}`"))?;
        let digits = !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit());
        let canonical = digits && (bits == "0" || !bits.starts_with('0'));
        match bits.parse::<u8>() {
            Ok(bits) if canonical && bits <= width(addr) => Ok(Prefix { addr, bits }),
            _ => Err(format!(
                "prefix length `/{bits}` is out of range (0-{})",
                width(addr)
            )),
        }
    }
}

impl Serialize for Prefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Prefix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Prefix, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// How many bits an address of this family has.
fn width(addr: IpAddr) -> u8 {
    if addr.is_ipv6() { 128 } else { 32 }
}

/// The address as a number within its family.
pub fn addr_to_number(addr: IpAddr) -> u128 {
    match addr {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    }
}

/// The address of a family with that number; numbers beyond IPv4 wrap, which no caller passes.
pub fn number_to_addr(number: u128, ipv6: bool) -> IpAddr {
    if ipv6 {
        IpAddr::V6(Ipv6Addr::from(number))
    } else {
        IpAddr::V4(Ipv4Addr::from(u32::try_from(number).unwrap_or(u32::MAX)))
    }
}

/// A set of IPv4 and IPv6 addresses.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct IpSet {
    /// The IPv4 part.
    pub(crate) v4: Ranges,
    /// The IPv6 part.
    pub(crate) v6: Ranges,
}

impl IpSet {
    /// The empty set.
    pub fn new() -> IpSet {
        IpSet::default()
    }

    /// Every address there is.
    pub fn all() -> IpSet {
        IpSet {
            v4: Ranges::from_range(0, u128::from(u32::MAX)),
            v6: Ranges::from_range(0, u128::MAX),
        }
    }

    /// The union of prefixes.
    pub fn from_prefixes(prefixes: impl IntoIterator<Item = Prefix>) -> IpSet {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for p in prefixes {
            let side = if p.addr.is_ipv6() { &mut v6 } else { &mut v4 };
            side.push((p.low(), p.high()));
        }
        IpSet {
            v4: Ranges::from_intervals(v4),
            v6: Ranges::from_intervals(v6),
        }
    }

    /// The set of single addresses.
    pub fn from_addrs(addrs: impl IntoIterator<Item = IpAddr>) -> IpSet {
        IpSet::from_prefixes(addrs.into_iter().map(Prefix::host))
    }

    /// The addresses from `low` to `high`; empty where they differ in family or order.
    pub fn from_range(low: IpAddr, high: IpAddr) -> IpSet {
        let mut set = IpSet::new();
        if low.is_ipv6() == high.is_ipv6() {
            let range = Ranges::from_range(addr_to_number(low), addr_to_number(high));
            *(if low.is_ipv6() { &mut set.v6 } else { &mut set.v4 }) = range;
        }
        set
    }

    /// The union of prefixes written as text; what does not parse is left out.
    pub fn from_facts(prefixes: &[&str]) -> IpSet {
        IpSet::from_prefixes(prefixes.iter().filter_map(|p| p.parse().ok()))
    }

    /// True where the set holds nothing.
    pub fn is_empty(&self) -> bool {
        self.v4.is_empty() && self.v6.is_empty()
    }

    /// True where `addr` is a member.
    pub fn contains(&self, addr: IpAddr) -> bool {
        let side = if addr.is_ipv6() { &self.v6 } else { &self.v4 };
        side.contains(addr_to_number(addr))
    }

    /// Some member, the lowest IPv4 one first.
    pub fn first(&self) -> Option<IpAddr> {
        let v4 = self.v4.first().map(|n| number_to_addr(n, false));
        v4.or_else(|| self.v6.first().map(|n| number_to_addr(n, true)))
    }

    /// True where the sets share an address.
    pub fn overlaps(&self, other: &IpSet) -> bool {
        self.v4.overlaps(&other.v4) || self.v6.overlaps(&other.v6)
    }

    /// True where every address of `other` is in this set.
    pub fn contains_all(&self, other: &IpSet) -> bool {
        self.v4.contains_all(&other.v4) && self.v6.contains_all(&other.v6)
    }

    /// The addresses of either set.
    pub fn union(&self, other: &IpSet) -> IpSet {
        IpSet {
            v4: self.v4.union(&other.v4),
            v6: self.v6.union(&other.v6),
        }
    }

    /// The addresses of any of the sets, built in one pass.
    pub fn union_of<'a>(sets: impl IntoIterator<Item = &'a IpSet>) -> IpSet {
        let (mut v4, mut v6) = (Vec::new(), Vec::new());
        for set in sets {
            v4.extend_from_slice(set.v4.intervals());
            v6.extend_from_slice(set.v6.intervals());
        }
        IpSet {
            v4: Ranges::from_intervals(v4),
            v6: Ranges::from_intervals(v6),
        }
    }

    /// The addresses of both sets.
    pub fn intersect(&self, other: &IpSet) -> IpSet {
        IpSet {
            v4: self.v4.intersect(&other.v4),
            v6: self.v6.intersect(&other.v6),
        }
    }

    /// The addresses of this set that are not in `other`.
    pub fn subtract(&self, other: &IpSet) -> IpSet {
        IpSet {
            v4: self.v4.subtract(&other.v4),
            v6: self.v6.subtract(&other.v6),
        }
    }

    /// The part of one family.
    pub fn family(&self, ipv6: bool) -> IpSet {
        let mut out = IpSet::new();
        if ipv6 {
            out.v6 = self.v6.clone();
        } else {
            out.v4 = self.v4.clone();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn prefixes_are_read_strictly() {
        for bad in [
            "10.0.0.0",
            "010.0.0.0/8",
            "10.0.0.0/33",
            "10.0.0.0/08",
            "10.0.0.0/+8",
            "fe80::1%eth0/64",
            "::/129",
            "/8",
            "a/8",
        ] {
            assert!(bad.parse::<Prefix>().is_err(), "{bad}");
        }
        assert!(prefix("10.1.2.3/8").has_host_bits());
        assert_eq!(prefix("10.1.2.3/8").network(), prefix("10.0.0.0/8"));
        assert!(!prefix("::/0").has_host_bits());
        assert_eq!(prefix("fd00::/8").to_string(), "fd00::/8");
    }

    #[test]
    fn the_families_stay_apart() {
        let all4 = IpSet::from_facts(&["0.0.0.0/0"]);
        assert!(!all4.contains("::ffff:1.2.3.4".parse().unwrap()));
        assert!(!prefix("::/0").covers(prefix("10.0.0.0/8")));
        assert!(IpSet::all().contains_all(&all4));
        let range = IpSet::from_range("10.0.0.9".parse().unwrap(), "10.0.0.3".parse().unwrap());
        assert!(range.is_empty());
    }
}
