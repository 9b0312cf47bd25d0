"""What k3s makes of its configuration: where its parts listen, and which addresses they use of each other.

From k3s's sources: the order of configuration files (`pkg/configfilearg/parser.go`), addresses of etcd (`pkg/etcd/etcd.go`), of the API's
endpoints (`pkg/cli/server/server.go`), of flannel (`pkg/agent/flannel/flannel.go`), and the embedded registry (`pkg/spegel`).
"""

import ipaddress
from typing import NamedTuple
from urllib.parse import urlsplit

import yaml

PUBLIC, NODE, TAILNET = "public", "node network", "tailnet"
EVERYWHERE = "0.0.0.0"
VXLAN, WIREGUARD = 8472, 51820
ETCD = (2379, 2380)


class Listener(NamedTuple):
    """Something of a machine that listens."""

    service: str
    protocol: str
    address: str
    port: int


def merged(texts):
    """The configuration of k3s from its files in order: a later value replaces an earlier one, or is added with `+`."""
    config = {}
    for text in texts:
        for key, value in (yaml.safe_load(text) or {}).items():
            if key.endswith("+"):
                key = key.removesuffix("+")
                config[key] = as_list(config.get(key)) + as_list(value)
            else:
                config[key] = value
    return config


def as_list(value):
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False


def first(value):
    """The first of addresses that are a list, or a text with commas."""
    values = as_list(value)
    return str(values[0]).split(",")[0] if values else None


class Node:
    """A machine of the cluster with its effective configuration."""

    def __init__(self, name, kind, space, addresses):
        self.name, self.kind, self.role = name, kind, kind.role
        self.space, self.addresses = space, addresses
        self.config, self.sshd = {}, []

    def is_in(self, party):
        return party in ("machines", self.role)

    @property
    def ip(self):
        """The address that k3s registers: without `node-ip` that of the default route's interface."""
        return first(self.config.get("node-ip")) or self.addresses[PUBLIC]

    @property
    def api(self):
        return int(self.config.get("https-listen-port") or 6443)

    @property
    def kubelet(self):
        return int(self.argument("port") or 10250)

    def kind_of(self, address):
        """Which of the machine's addresses one is."""
        return next((kind for kind, own in self.addresses.items() if own == address), None)

    def argument(self, flag):
        """A flag among the kubelet's arguments; the last one wins."""
        arguments = [str(argument).lstrip("-").partition("=") for argument in as_list(self.config.get("kubelet-arg"))]
        return next((value for name, _, value in reversed(arguments) if name == flag), None)


class Cluster:
    """The machines, and what only all of them together say."""

    def __init__(self, tree, nodes):
        self.tree, self.nodes = tree, nodes
        self.servers = [node for node in nodes if node.role == "servers"]
        # Agents get these from the servers.
        self.config = self.servers[0].config
        self.backend = self.config.get("flannel-backend", "vxlan")

    def party(self, name):
        return [node for node in self.nodes if node.is_in(name)]

    def listeners(self, node):
        """Everything that listens on a machine once k3s runs."""
        config = node.config
        for port in node.sshd:
            yield Listener("ssh", "tcp", EVERYWHERE, port)
        if node.role == "servers":
            yield Listener("kubernetes-api", "tcp", config.get("bind-address") or EVERYWHERE, node.api)
            if len(self.servers) > 1 and "datastore-endpoint" not in config:
                for port in ETCD:
                    yield Listener("etcd", "tcp", node.ip, port)
        yield Listener("kubelet", "tcp", node.argument("address") or EVERYWHERE, node.kubelet)
        if self.backend == "vxlan":
            yield Listener("pods-vxlan", "udp", EVERYWHERE, VXLAN)
        if self.backend == "wireguard-native":
            yield Listener("pods-wireguard", "udp", EVERYWHERE, WIREGUARD)
        if self.config.get("embedded-registry"):
            yield Listener("images-peers", "tcp", EVERYWHERE, 5001)
            if node.role == "agents":
                yield Listener("images", "tcp", EVERYWHERE, self.servers[0].api)
        if "servicelb" not in as_list(self.config.get("disable")):
            # The platform's own proxy or Traefik, on every machine.
            for service, port in (("http", 80), ("https", 443)):
                yield Listener(service, "tcp", EVERYWHERE, port)
        if self.tree.policy and self.tree.policy.get("ssh") and 22 not in node.sshd:
            yield Listener("tailscale-ssh", "tcp", node.addresses[TAILNET], 22)

    def registration(self, node):
        """Where a machine registers: (server, kind of address, address, port) of each server that the name may lead to."""
        url = urlsplit(node.config["server"])
        kind = {"servers": NODE, "servers-tailnet": TAILNET, "servers-public": PUBLIC}.get(self.tree.record(url.hostname))
        if kind:
            return [(server, kind, server.addresses.get(kind), url.port) for server in self.servers]
        return self.at(url.hostname if is_address(url.hostname) else None, url.port)

    def advertised(self):
        """The endpoints of the API that servers advertise, which machines and pods use once the machine has joined."""
        found = []
        for server in self.servers:
            # Without an address to advertise, k3s takes the external one.
            given = first(server.config.get("advertise-address")) or first(server.config.get("node-external-ip"))
            address, port = given or server.ip, server.config.get("advertise-port") or server.api
            found += [place for place in self.at(address, int(port)) if place not in found]
        return found

    def at(self, address, port):
        """The server with an address."""
        owners = address and [(server, kind, address, port) for server in self.servers if (kind := server.kind_of(address))]
        return owners or [(None, None, address, port)]

    def needs(self):
        """The connections between machines without which the cluster does not form: (service, from, to)."""
        agents, several = self.party("agents"), len(self.servers) > 1
        if agents:
            yield "kubernetes-api", "agents", "servers"
        if several:
            yield "kubernetes-api", "servers", "servers"
        if len(self.nodes) > 1:
            if len({node.kubelet for node in self.nodes}) == 1:
                yield "kubelet", "machines", "machines"
            else:
                yield "kubelet", "machines", "servers"
                yield "kubelet-agents", "machines", "agents"
            if self.backend in ("vxlan", "wireguard-native"):
                yield "pods-vxlan" if self.backend == "vxlan" else "pods-wireguard", "machines", "machines"
        if several and "datastore-endpoint" not in self.config:
            yield "etcd", "servers", "servers"
