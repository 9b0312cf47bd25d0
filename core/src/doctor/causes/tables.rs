//! `policy-routing`, by routes of other tables than the main one.

use super::{Case, Told};
use crate::doctor::cause::POLICY_ROUTING;
use crate::doctor::facts::{Machine, Route};
use crate::doctor::matrix::Pair;
use crate::doctor::ways::DNS;
use crate::source::Span;

/// How tunnels of VPNs begin.
const TUNNELS: [&str; 6] = ["tailscale", "wg", "tun", "tap", "ppp", "utun"];

/// The backend of flannel that sends pods' packets through the tailnet on purpose.
const TAILNET_BACKEND: &str = "tailscale";

/// A route that takes packets for pods into a tunnel.
struct Taken<'a> {
    route: &'a Route,
    table: &'a str,
    owner: &'a Machine,
}

impl Taken<'_> {
    fn shown(&self) -> (Span, String) {
        let words = format!(
            "table {} has the pods of `{}`, through {}",
            self.table, self.owner.name, self.route.device
        );
        (self.route.at, words)
    }

    /// The first packet to those pods that was lost, where none got there.
    fn lost(&self, case: &Case<'_>) -> Option<(Span, String)> {
        let way = (self.route.node.clone(), self.owner.name.clone());
        // A packet to the machine's own pods does not leave it, so that only those of the machine itself take a route.
        let from_pods = case.matrix.pods.get(&way).filter(|_| way.0 != way.1);
        let pairs = case.matrix.to_pods.get(&way).into_iter().chain(from_pods);
        let (at, outcome) = pairs.filter(|pair| pair.is_dead()).find_map(Pair::bad)?;
        Some((at, format!("pods on `{}`: {}", way.1, outcome.as_str())))
    }
}

/// Routes to pods in tables of VPNs, a machine's own pods first. Those of flannel's own tailnet are meant.
fn taken<'a>(case: &Case<'a>) -> Vec<Taken<'a>> {
    let facts = case.facts;
    let mut found = Vec::new();
    for (route, table) in facts.tables.iter().take(MAX_ROUTES) {
        if !TUNNELS.iter().any(|tunnel| route.device.starts_with(tunnel)) {
            continue;
        }
        let covered = |machine: &&Machine| {
            let mut nets = machine.pods.iter().map(|(net, _)| net);
            nets.any(|net| route.net.contains(net) || net.contains(&route.net))
        };
        let meant = |machine: &&Machine| {
            machine.name != route.node && machine.backend.as_deref() == Some(TAILNET_BACKEND)
        };
        let owners = facts
            .machines
            .values()
            .take(MAX_MACHINES)
            .filter(covered)
            .filter(|machine| !meant(machine));
        found.extend(owners.take(MAX_OWNERS).map(|owner| Taken { route, table, owner }));
    }
    crate::sorted::sort_by_key(&mut found, |taken| taken.route.node != taken.owner.name);
    found
}

/// Each route is held against each machine: no more than these, so that a huge report does not take its square.
const MAX_ROUTES: usize = 10_000;
const MAX_MACHINES: usize = 1_000;

/// Machines whose pods one route covers: more of them show nothing new.
const MAX_OWNERS: usize = 16;

/// Where the report shows such routes.
pub fn evidence(case: &Case<'_>) -> Vec<(Span, String)> {
    taken(case).iter().map(Taken::shown).collect()
}

/// Such a route, on a machine that does not reach those pods.
pub fn tables(case: &mut Case<'_>) {
    if case.has(&POLICY_ROUTING) || case.unreachable {
        return;
    }
    let harmful: Vec<(Taken<'_>, (Span, String))> = taken(case)
        .into_iter()
        .filter_map(|taken| {
            let lost = taken.lost(case)?;
            Some((taken, lost))
        })
        .collect();
    let Some((first, _)) = harmful.first() else {
        return;
    };
    let (node, owner) = (&first.route.node, &first.owner.name);
    let whose = match node == owner {
        true => "its own pods".to_owned(),
        false => format!("pods on `{owner}`"),
    };
    let dns_is_lost = case
        .nodes
        .get(node)
        .is_some_and(|measured| measured.dead() & DNS != 0);
    let (range, inside) = (first.route.net, if node == owner { "cni0" } else { "flannel.1" });
    let fix = format!(
        "ip rule; ip route show table {}; ip route get ADDRESS-OF-A-POD-ON-{owner}   # on {node}: must say `dev {inside}`\n\
         {}\n\
         another cluster or subnet router behind {} that has {range}, too: one of the two needs another range",
        first.table,
        match first.route.device.starts_with("tailscale") {
            true => format!(
                "tailscale set --accept-routes=false   # on {node}, if it needs no route of the tailnet; the admin console shows who advertises {range}"
            ),
            false => format!(
                "remove {range} from what {} takes on {node} (AllowedIPs of WireGuard, routes that the VPN pushes)",
                first.route.device
            ),
        },
        first.route.device
    );
    let told = Told::new(format!(
        "routing table {} of `{node}` sends packets for {whose} to {}",
        first.table, first.route.device
    ))
    .all(harmful.iter().flat_map(|(taken, lost)| [taken.shown(), lost.clone()]))
    .fix(fix)
    .why("a rule that comes before the main table asks that table first, so the packets never reach cni0 or flannel");
    case.error(&POLICY_ROUTING, told);
    case.unreachable |= dns_is_lost && case.has(&POLICY_ROUTING);
}
