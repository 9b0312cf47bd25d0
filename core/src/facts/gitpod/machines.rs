//! What the pods of a release do to the machines that run workspaces: the ports that they take, and whom they have containerd trust.
//!
//! Source: gitpod-io/gitpod `install/installer/pkg/components/registry-facade` and `ws-daemon`, at the commits named below.

use super::Release;

/// The name below the domain of registry-facade, which workspace images are pulled from. Its pods write it to the `/etc/hosts` of their
/// machine, with an address of loopback (`registry-facade/daemonset.go`, `components/registry-facade/cmd/setup.go`).
pub const REGISTRY_LABEL: &str = "reg";

/// The ports that a release takes on a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// registry-facade's.
    pub registry: u16,
    /// ws-daemon's, where it takes one.
    pub daemon: Option<u16>,
}

/// The ports that releases take, from the first of these releases on; the newest first.
const PORTS: [(Release, Ports); 2] = [
    // A NodePort since 329e56580e of 2023-02-24, and the same number as a host port since c6f0571cc3 of 2024-05-14.
    (
        Release::month(2023, 3),
        Ports {
            registry: 31750,
            daemon: None,
        },
    ),
    // Host ports, by 29f2c2356f of 2022-03-04.
    (
        Release::month(2022, 3),
        Ports {
            registry: 20000,
            daemon: Some(8080),
        },
    ),
];

/// The same in the releases before.
const FIRST_PORTS: Ports = Ports {
    registry: 30000,
    daemon: Some(8080),
};

/// The ports that a release takes on a machine.
pub fn ports(release: Release) -> Ports {
    let known = PORTS.iter().find(|(since, _)| release >= *since);
    known.map_or(FIRST_PORTS, |(_, ports)| *ports)
}

/// The releases whose registry-facade is a Service with that port on every machine, which the API server refuses outside of its range: the
/// first and the last, by the commits above.
const NODE_PORT: (Release, Release) = (Release::month(2023, 3), Release::month(2024, 4));

/// The port of registry-facade's Service on every machine, where the release has one.
pub fn registry_node_port(release: Release) -> Option<u16> {
    let (first, last) = NODE_PORT;
    (first..=last).contains(&release).then(|| ports(release).registry)
}

/// From this release on, registry-facade has a certificate of the cluster's own CA, and an init container that puts that CA and a
/// `hosts.toml` into containerd's folder on the machine (fe52cba27d of 2023-03-07, cb2c14857f of 2023-03-27). Before, it has the site's
/// certificate, and from 2022.04 on the CA in `customCACert` is put there, if there is one (3c3530e6da of 2022-04-25).
pub const REGISTRY_WITH_OWN_CA: Release = Release::month(2023, 3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_move_with_the_release() {
        let of = |text: &str| {
            let Ports { registry, daemon } = ports(Release::parse(text).unwrap());
            (registry, daemon)
        };
        assert_eq!(of("2022.02"), (30000, Some(8080)));
        assert_eq!(of("2022.03"), (20000, Some(8080)));
        assert_eq!(of("2022.11.4"), (20000, Some(8080)));
        assert_eq!(of("2023.03"), (31750, None));
        assert_eq!(of("main"), (31750, None));
        let node_port = |text: &str| registry_node_port(Release::parse(text).unwrap());
        assert_eq!(node_port("2022.11.4"), None);
        assert_eq!(node_port("2023.03"), Some(31750));
        assert_eq!(node_port("2024.04"), Some(31750));
        assert_eq!(node_port("main"), None);
    }
}
