"""Every connection that k3s, people and the platform's users make, tried; and those that nobody may make."""

from typing import NamedTuple

import overlay
from k3s import PUBLIC, TAILNET
from spaces import REACHED, SILENT, Attempt

PODS = "pod network"
# Over which of a machine's addresses those come who are not machines.
OUTSIDERS = {"operators": PUBLIC, "clients": PUBLIC, "admins": TAILNET}
# Connections to what a machine registers as its address.
BY_NODE_IP = ("kubelet", "kubelet-agents", "pods-vxlan", "pods-wireguard", "etcd", "images", "images-peers")
MOST_PORTS = 4


class Try(NamedTuple):
    """One connection of a flow, from and to whom, and over which kind of address."""

    source: str
    target: str
    kind: str | None
    attempt: Attempt

    def __str__(self):
        address = self.attempt.address or "an address that it does not have"
        return f"{self.source} to {self.target} at {address}, {self.attempt.protocol}/{self.attempt.port}"


class Finding(NamedTuple):
    """What the judge found of a flow, and why."""

    is_open: bool
    why: str


def places(cluster, flow, source, target):
    """Where at the target the source goes to for a flow: (kind of address, address, port)."""
    service, ports = flow["service"], ports_of(flow)
    if flow["from"] in OUTSIDERS:
        kind = OUTSIDERS[flow["from"]]
        places = [(kind, target.addresses.get(kind))]
    elif service == "kubernetes-api":
        for server, *place in [*cluster.registration(source), *cluster.advertised()]:
            if server in (target, None):
                yield tuple(place)
        return
    elif service in BY_NODE_IP:
        places = [(target.kind_of(target.ip), target.ip)]
        # The API goes to the port that the kubelet tells it.
        ports = [target.kubelet] if service.startswith("kubelet") else ports
    else:
        raise ValueError(f"the judge does not know who connects for {service}")
    if len(ports) > MOST_PORTS:
        raise ValueError(f"{service} has too many ports to try them all")
    yield from ((*place, port) for place in places for port in ports)


def tries(cluster, world, flow):
    """The connections of a flow, whatever kind of address they go to."""
    carried = cluster.backend == "vxlan" and overlay.exists()
    if flow["address"] == PODS or flow["service"] == "pods-vxlan" and carried:
        yield from over_pods(cluster, flow) if carried else ()
        return
    outsider = world.outsiders.get(flow["from"])
    sources = [None] if outsider else cluster.party(flow["from"])
    for source in sources:
        for target in cluster.party(flow["to"]):
            if source is target:
                continue
            space, name = (source.space, source.name) if source else (outsider, flow["from"])
            for kind, address, port in dict.fromkeys(places(cluster, flow, source, target)):
                yield Try(name, target.name, kind, Attempt(space, flow["protocol"], address, port))


def over_pods(cluster, flow):
    """Connections that only the overlay carries: from a machine, or from a pod of it, to a pod."""
    for number, source in enumerate(cluster.nodes):
        for other, target in enumerate(cluster.nodes):
            if number != other:
                sender = overlay.pod(number) if flow["from"] == "pods" else overlay.gateway(number)
                kind = PODS if flow["address"] == PODS else target.kind_of(target.ip)
                attempt = Attempt(source.space, "tcp", overlay.pod(other), overlay.PORT, sender)
                yield Try(source.name, f"a pod of {target.name}", kind, attempt)


def closed(cluster, world):
    """What no outsider may reach: everything that listens, unless the flows name it. With the names of both."""
    for party, kind in OUTSIDERS.items():
        if party == "admins" and cluster.tree.policy is None:
            continue
        for node in cluster.nodes:
            may = {(flow["protocol"], port) for flow in open_to(cluster, party, node) for port in ports_of(flow)}
            for listener in cluster.listeners(node):
                if (listener.protocol, listener.port) not in may:
                    attempt = Attempt(world.outsiders[party], listener.protocol, node.addresses[kind], listener.port)
                    yield Try(party, f"{listener.service} of {node.name}", None, attempt)


def open_to(cluster, party, node):
    parties = (party, "clients") if OUTSIDERS[party] == PUBLIC else (party,)
    return [flow for flow in cluster.tree.flows if flow["from"] in parties and flow["ports"] and node.is_in(flow["to"])]


def ports_of(flow):
    return range(flow["ports"][0], flow["ports"][1] + 1)


def judge(cluster, world, sockets):
    """What the judge has against the proof of a tree, in lines; and what it found of each flow."""
    asked = [list(tries(cluster, world, flow)) for flow in cluster.tree.flows]
    shut = list(closed(cluster, world))
    outcomes = sockets.connect([one.attempt for some in [*asked, shut] for one in some], limit=0.8)
    complaints = [f"the flows do not have {service} from {source} to {target}" for service, source, target in missing(cluster)]
    findings = [finding(flow, some, outcomes) for flow, some in zip(cluster.tree.flows, asked)]
    carried = [found for flow, found in zip(cluster.tree.flows, findings) if flow["service"].startswith("pods-")]
    for place, flow in enumerate(cluster.tree.flows):
        if flow["address"] == PODS and not asked[place] and carried:
            # A kernel without the overlay's driver: pods are where its packets are.
            findings[place] = carried[0]
        complaints += differences(cluster, flow, asked[place], findings[place])
    complaints += [f"{one} is not closed: {outcomes[one.attempt]}" for one in shut if outcomes[one.attempt] in (REACHED, SILENT)]
    return complaints, findings


def finding(flow, some, outcomes):
    """Whether all connections of a flow are reached, those to the kind of address that the flow is about."""
    mine = [one for one in some if one.kind in (flow["address"], None)]
    for one in mine:
        if outcomes[one.attempt] != REACHED:
            return Finding(False, f"{one}: {outcomes[one.attempt]}")
    return Finding(bool(mine), f"{len(mine)} connections reached" if mine else "nothing connects to such an address")


def differences(cluster, flow, some, found):
    """Where the proof says something else about a flow."""
    what = name(flow)
    kinds = {one.kind for one in some} - {None}
    named = {other["address"] for other in cluster.tree.flows if who(other) == who(flow)}
    for kind in sorted(kinds - named):
        yield f"{what}: the judge goes to the {kind} address"
    if flow["result"] == "unknown":
        return
    if found.is_open != (flow["result"] == "open"):
        yield f"{what}: the proof says {flow['result']}, the judge says {'open' if found.is_open else 'blocked'}: {found.why}"


def name(flow):
    return f"{flow['service']} from {flow['from']} to {flow['to']} ({flow['address']})"


def who(flow):
    return flow["service"], flow["from"], flow["to"]


def missing(cluster):
    known = [who(flow) for flow in cluster.tree.flows]
    return [need for need in cluster.needs() if need not in known]
