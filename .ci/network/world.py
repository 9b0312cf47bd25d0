"""The network that a tree's machines are in, built once and given other addresses and rules for each tree.

Machines have a public interface, one in the node network and one in the tailnet. Each of the three networks is a bridge in a namespace of
its own, which is also the router between the machines' public range and everybody else.
"""

import contextlib
import ipaddress
import os
import shutil
import tempfile
from pathlib import Path

import policy
from k3s import NODE, PUBLIC, TAILNET, Cluster, Node, merged
from spaces import Space

INTERFACES = {PUBLIC: "eth0", NODE: "eth1", TAILNET: "tailscale0"}
MACHINES = "203.0.113"
OUTSIDERS = {"operators": "198.51.100", "clients": "192.0.2"}
ADMIN = "100.64.0.200"
# The node network is what the first server looks for. Where it looks for none, machines have one nevertheless.
NODE_NETWORK = "10.2.0.0/16"
CONFIG = "/etc/rancher/k3s"

# What the machine's script calls, beside the real `ip`. The API answers: so servers write where they would join.
STUBS = {
    "tailscale": '[ "$*" = "ip -4" ] && echo "$TAILNET_ADDRESS"',
    "curl": "printf pong",
    "systemctl": ":",
    "sleep": ":",
}
# The machine's own /etc and /var/lib are the only ones that its script sees.
BEHIND = 'mount --bind "$ROOT/etc" /etc && mount --bind "$ROOT/var/lib" /var/lib && exec sh "$ROOT/script"'


class World:
    def __init__(self):
        self.tag = f"gkc{os.getpid() % 100000}"
        self.spaces, self.machines = [], []
        self.folder = Path(tempfile.mkdtemp(prefix="gkc-network-"))
        self.stubs = self.folder / "stubs"
        self.stubs.mkdir()
        for name, body in STUBS.items():
            (self.stubs / name).write_text(f"#!/bin/sh\n{body}\n")
            (self.stubs / name).chmod(0o755)
        try:
            self.build()
        except BaseException:
            self.close()
            raise

    def space(self, name):
        space = Space(f"{self.tag}-{name}")
        self.spaces.append(space)
        # Rejections have to be as frequent as the connections that they answer.
        space.set(icmp_ratelimit=0, icmp_msgs_per_sec=1000000, icmp_msgs_burst=1000000)
        return space

    def build(self):
        self.router = self.space("router")
        self.router.set(ip_forward=1)
        for interface in INTERFACES.values():
            self.router.ip(f"link add {interface} type bridge", f"link set {interface} up")
        self.router.ip(f"addr add {MACHINES}.1/24 dev {INTERFACES[PUBLIC]}")
        self.outsiders = {"admins": self.space("admins")}
        self.plug(self.outsiders["admins"], TAILNET, "admins")
        self.outsiders["admins"].ip(f"addr add {ADMIN}/10 dev {INTERFACES[TAILNET]}")
        for party, network in OUTSIDERS.items():
            space = self.outsiders[party] = self.space(party)
            space.ip(
                f"link add eth0 type veth peer name {party} netns {self.router.name}",
                f"addr add {network}.10/24 dev eth0",
                "link set eth0 up",
                f"route add default via {network}.1",
            )
            self.router.ip(f"addr add {network}.1/24 dev {party}", f"link set {party} up")

    def plug(self, space, network, port):
        """Connects a namespace to a network."""
        interface = INTERFACES[network]
        space.ip(f"link add {interface} type veth peer name {port} netns {self.router.name}", f"link set {interface} up")
        self.router.ip(f"link set {port} master {interface}", f"link set {port} up")

    def machine(self, number):
        """The namespace of a machine, made when the first tree needs that many."""
        if number == len(self.machines):
            space = self.space(f"m{number}")
            for place, network in enumerate(INTERFACES):
                self.plug(space, network, f"m{number}n{place}")
            self.machines.append(space)
        return self.machines[number]

    @contextlib.contextmanager
    def cluster(self, tree):
        """The machines of a tree, with addresses, firewall and the configuration that their scripts wrote."""
        kinds = [kind for kind in tree.kinds for _ in range(kind.count)]
        network = ipaddress.ip_network(kinds[0].data.variable("node_network") or NODE_NETWORK)
        nodes = [self.node(tree, network, number, kind) for number, kind in enumerate(kinds)]
        try:
            scripts = [self.start_script(node) for node in nodes]
            for node in nodes:
                node.space.filter(firewall(tree, node, nodes))
            results = [script.wait(60) for script in scripts]
            for node, result in zip(nodes, results):
                self.configure(node, result)
            yield Cluster(tree, nodes)
        finally:
            for node in nodes:
                shutil.rmtree(self.root(node), ignore_errors=True)

    def node(self, tree, network, number, kind):
        addresses = {PUBLIC: f"{MACHINES}.{10 + number}", NODE: str(network[10 + number])}
        if tree.policy is not None:
            addresses[TAILNET] = f"100.64.0.{10 + number}"
        node = Node(f"{kind.name}-{number}", kind, self.machine(number), addresses)
        lines = [f"addr flush dev {interface}" for interface in INTERFACES.values()]
        lines += [
            f"addr add {addresses[PUBLIC]}/24 dev {INTERFACES[PUBLIC]}",
            f"addr add {addresses[NODE]}/{network.prefixlen} dev {INTERFACES[NODE]}",
            f"route replace default via {MACHINES}.1",
        ]
        if TAILNET in addresses:
            interface = INTERFACES[TAILNET]
            lines += [f"addr add {addresses[TAILNET]}/32 dev {interface}", f"route replace 100.64.0.0/10 dev {interface}"]
        node.space.ip(*lines)
        return node

    def root(self, node):
        return self.folder / node.name

    def start_script(self, node):
        """Starts what the machine's early commands do for sshd, and the parts of its script that decide addresses."""
        root, data = self.root(node), node.kind.data
        for folder in ("etc", "var/lib"):
            (root / folder).mkdir(parents=True)
        for path, text in data.files.items():
            if path.startswith("/etc/"):
                file = root / path.removeprefix("/")
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
        early = [command[2] for command in data.early if command[:2] == ["sh", "-c"] and "sshd_config.d" in command[2]]
        script = data.part("address in", "address on", "initialize or join the cluster")
        (root / "script").write_text("\n".join([*(f"({command})" for command in early), script]))
        environment = {
            "PATH": f"{self.stubs}:{os.environ['PATH']}",
            "ROOT": str(root),
            "TAILNET_ADDRESS": node.addresses.get(TAILNET, ""),
        }
        (root / "output").touch()
        with open(root / "output", "w", encoding="utf-8") as output:
            return node.space.start(["unshare", "--mount", "sh", "-c", BEHIND], env=environment, stdout=output, stderr=output)

    def configure(self, node, result):
        root = self.root(node)
        if result:
            raise RuntimeError(f"{node.name}: {(root / 'output').read_text()}")
        folder = root / CONFIG.removeprefix("/")
        files = [folder / "config.yaml", *sorted((folder / "config.yaml.d").glob("*.yaml"))]
        node.config = merged(file.read_text() for file in files if file.exists())
        node.sshd = sshd_ports(root / "etc/ssh/sshd_config.d")

    def close(self):
        for space in self.spaces:
            space.close()
        shutil.rmtree(self.folder)


def sshd_ports(folder):
    lines = [line.split() for file in sorted(folder.glob("*.conf")) for line in file.read_text().splitlines()]
    return [int(words[1]) for words in lines if words[:1] == ["Port"]] or [22]


def firewall(tree, node, nodes):
    """The machine's own filter, the cloud's firewall, and on the tailnet's interface the policy. What is refused is refused at once, so
    that nobody waits."""
    lines = [
        "iif lo accept",
        # The overlay's packets were judged outside of it.
        f"iifname != {{ {', '.join(INTERFACES.values())} }} accept",
        "ct state established,related accept",
        "meta l4proto { icmp, ipv6-icmp } accept",
    ]
    if tree.policy is not None:
        machines = [policy.Device(other.addresses[TAILNET], policy.TAGS[other.role]) for other in nodes]
        to = machines[nodes.index(node)]
        for sources, protocol, first, last in policy.admitted(tree.policy, [*machines, policy.Device(ADMIN)], to):
            lines.append(f"iifname {INTERFACES[TAILNET]} ip saddr {{ {', '.join(sources)} }} {protocol} dport {first}-{last} accept")
    lines.append(f"iifname {INTERFACES[TAILNET]} reject with icmpx admin-prohibited")
    for rule in tree.rules:
        if rule.to in ("nodes", node.role):
            for source in rule.sources:
                family = "ip6" if ":" in source else "ip"
                lines.append(f"{family} saddr {source} {rule.protocol} dport {rule.first}-{rule.last} accept")
    lines.append("reject with icmpx admin-prohibited")
    text = "\n    ".join(lines)
    own = node.kind.data.files.get("/etc/gkc/guard.nft", "")
    return f"{own}\ntable inet cloud {{\n  chain input {{\n    type filter hook input priority filter; policy drop;\n    {text}\n  }}\n}}\n"
