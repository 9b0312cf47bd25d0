//! See [`RULE`].

use crate::diagnostic::Sink;
use crate::facts::netplan::NETPLAN;
use crate::model::{Config, Raw, Spanned};
use crate::rules::contents::{MOST_FAULTS, place_in};
use crate::rules::pods::{Fault, faults};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::{FileId, SourceFile};
use crate::syntax;
use crate::words::nearest;
use std::collections::BTreeSet;

declare_rule! {
    /// A network description has a key or a value that netplan refuses, or names an interface that it does not describe.
    ///
    /// ## Why
    ///
    /// netplan applies nothing of a file with a mistake. At the next boot the machine has no network, and nobody reaches it.
    ///
    /// Source: netplan docs, "YAML configuration".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/netplan/60-bond.yaml
    ///       mode: "0600"
    ///       content: |
    ///         network:
    ///           version: 2
    ///           ethernets: {eno1: {}, eno2: {}}
    ///           bonds: {bond0: {interfaces: [eno1, eno2], parameters: {mode: 802.3.ad}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit:
    ///   files:
    ///     - path: /etc/netplan/60-bond.yaml
    ///       mode: "0600"
    ///       content: |
    ///         network:
    ///           version: 2
    ///           ethernets: {eno1: {}, eno2: {}}
    ///           bonds: {bond0: {interfaces: [eno1, eno2], parameters: {mode: 802.3ad}}}
    /// ```
    "netplan-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// Kinds of interfaces, each with a mapping of them.
const KINDS: [&str; 9] = [
    "bonds",
    "bridges",
    "dummy-devices",
    "ethernets",
    "modems",
    "tunnels",
    "vlans",
    "vrfs",
    "wifis",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let read = |path: &str| path.starts_with("/etc/netplan/") && path.ends_with(".yaml");
    let mut described = BTreeSet::new();
    let mut complete = true;
    for (path, content) in config.files().filter(|(path, _)| read(&path.value)) {
        let file = SourceFile::new(FileId::CONFIG, path.value.as_str(), content.value);
        let mut sink = Sink::new();
        let tree = syntax::parse(&file, &mut sink);
        let Some(root) = tree.root().filter(|_| !sink.has_errors()) else {
            // Another rule says what is wrong with its YAML.
            complete = false;
            continue;
        };
        let value = Raw::of(&tree, root);
        let mut found = faults("network", &value, &NETPLAN);
        let own = names(&value);
        found.extend(undescribed(&value, &own));
        described.extend(own.into_iter().map(str::to_owned));
        for Fault { at, message, help } in found.into_iter().take(MOST_FAULTS) {
            let range = at.start as usize..at.end as usize;
            let part = content.value.get(range.clone()).unwrap_or_default();
            let finding = report.found(place_in(report, &content, range.start, part), message);
            report.push(finding.help(help).note("netplan applies nothing of the file"));
        }
    }
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let Some(interface) = network.and_then(|network| network.interface.spanned()) else {
        return;
    };
    // Those that netplan does not describe may come from elsewhere.
    let name = interface.value.as_str();
    if !complete || described.contains(name) {
        return;
    }
    let kin = |known: &&String| stem(known) == stem(name) && stem(name).len() > 1 && !known.starts_with("e");
    if let Some(near) = described.iter().find(kin) {
        let finding = report.found(
            interface.span,
            format!("netplan's files have no interface `{name}`"),
        );
        report.push(
            finding
                .help(format!("did you mean `{near}`?"))
                .note("machines wait for the interface and fail with `failed at: address`"),
        );
    }
}

/// A name without the number at its end.
fn stem(name: &str) -> &str {
    name.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// The interfaces that a file describes.
fn names(value: &Spanned<Raw>) -> BTreeSet<&str> {
    let Some(network) = value.value.get("network") else {
        return BTreeSet::new();
    };
    let kinds = KINDS.iter().filter_map(|kind| network.value.get(kind));
    let names = kinds.flat_map(|devices| match &devices.value {
        Raw::Map(entries) => entries.as_slice(),
        _ => &[],
    });
    crate::sorted::set(names.map(|(name, _)| name.value.as_str()))
}

/// Members of bonds and bridges, and what carries a VLAN, that are not described.
fn undescribed(value: &Spanned<Raw>, described: &BTreeSet<&str>) -> Vec<Fault> {
    let mut found = Vec::new();
    let Some(network) = value.value.get("network") else {
        return found;
    };
    for kind in ["bonds", "bridges", "vlans"] {
        let Some(Raw::Map(devices)) = network.value.get(kind).map(|devices| &devices.value) else {
            continue;
        };
        for (_, device) in devices {
            let members = match device.value.get("interfaces").map(|members| &members.value) {
                Some(Raw::List(members)) => members.as_slice(),
                _ => &[],
            };
            for member in members.iter().chain(device.value.get("link")) {
                let Raw::Text(name) = &member.value else { continue };
                if described.contains(name.as_str()) {
                    continue;
                }
                found.push(Fault {
                    at: member.span,
                    message: format!("the interface `{name}` is not described"),
                    help: match nearest(name, described.iter().copied().take(MOST_FAULTS)) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("add `{name}: {{}}` to `ethernets`"),
                    },
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_netplan_refuses() {
        check(
            r#"
cluster: {network: {interface: bond1}}
#                              ^^^^^ error[netplan-invalid]: netplan's files have no interface `bond1`
cloudInit:
  files:
    - path: /etc/netplan/60-bond.yaml
      mode: "0600"
      content: |
        network:
          version: 2
          ethernets:
            eno1: {dhcp4: sure}
#                         ^^^^ error[netplan-invalid]: `dhcp4` requires `true` or `false`
            eno2: {adresses: [10.0.0.2/24]}
#                  ^^^^^^^^ error[netplan-invalid]: unknown key `adresses`
          bonds:
            bond0:
              interfaces: [eno1, eno3]
#                                ^^^^ error[netplan-invalid]: the interface `eno3` is not described
              addresses: 10.0.0.1/24
#                        ^^^^^^^^^^^ error[netplan-invalid]: `addresses` requires a list
              parameters: {mode: 802.3.ad, lacp-rate: fast}
#                                ^^^^^^^^ error[netplan-invalid]: invalid value `802.3.ad` for `mode`
          vlans: {vlan7: {id: 7000, link: bond0}}
#                             ^^^^ error[netplan-invalid]: `id` must be between 0 and 4094, found 7000
"#,
        );
        check(
            r#"
cluster: {network: {interface: enp7s0}}
cloudInit:
  files:
    - path: /etc/netplan/60-a.yaml
      content: |
        network: {version: 2, renderer: networkd, ethernets: {eth1: {dhcp4: true, match: {macaddress: "0a:00:00:00:00:01"}, set-name: lan}}}
"#,
        );
    }
}
