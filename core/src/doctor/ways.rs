//! The ways through a cluster that are measured, as sets.

/// A set of ways.
pub type Ways = u16;

/// From a pod to CoreDNS on the same machine, past the service address.
pub const LOCAL: Ways = 1;
/// From pods to pods of other machines.
pub const ACROSS: Ways = 1 << 1;
/// The same with ICMP echoes.
pub const ECHO: Ways = 1 << 2;
/// From a machine to its own pods.
pub const HOST: Ways = 1 << 3;
/// From a machine to other machines.
pub const HOSTS: Ways = 1 << 4;
/// From a machine to the pods of others.
pub const FAR: Ways = 1 << 5;
/// From pods to the cluster's DNS at its service address.
pub const SERVICE: Ways = 1 << 6;
/// The same from a machine.
pub const HOST_SERVICE: Ways = 1 << 7;
/// From pods to the API at its service address.
pub const API: Ways = 1 << 8;
/// Names outside of the cluster, through CoreDNS.
pub const OUTSIDE: Ways = 1 << 9;
/// Names outside of the cluster, from a machine's own name servers.
pub const RESOLVER: Ways = 1 << 10;
/// Names that somebody asked to be tried.
pub const NAMES: Ways = 1 << 11;
/// Large packets between pods of different machines.
pub const LARGE: Ways = 1 << 12;
/// What the probe does not measure, so that no measurement speaks against it.
pub const REST: Ways = 1 << 15;

/// All that names need.
pub const DNS: Ways = SERVICE | OUTSIDE | NAMES;
