"""The kernel's own VXLAN between the machines, as flannel sets it up, and a pod on each machine."""

import functools
import os

from k3s import VXLAN
from spaces import Space

DEVICE = "flannel.1"
PORT = 8080


def gateway(number):
    """The address of flannel's interface on a machine."""
    return f"10.42.{number}.0"


def pod(number):
    return f"10.42.{number}.2"


def hardware(number):
    return f"02:42:00:00:00:{number:02x}"


@functools.cache
def exists():
    """Whether the kernel has it."""
    space = Space(f"gkc{os.getpid() % 100000}-try")
    try:
        space.ip(f"link add {DEVICE} type vxlan id 1 dstport {VXLAN}")
        return True
    except RuntimeError:
        return False
    finally:
        space.close()


def up(cluster, sockets):
    """Connects the machines: routes, neighbours and forwarding entries of every other machine, as flannel has them."""
    for number, node in enumerate(cluster.nodes):
        others = [(other, peer) for other, peer in enumerate(cluster.nodes) if peer is not node]
        ends = f"local {node.ip} dev {interface(node)} dstport {VXLAN}"
        node.space.ip(
            f"link add {DEVICE} address {hardware(number)} type vxlan id 1 {ends} nolearning",
            f"addr add {gateway(number)}/32 dev {DEVICE}",
            f"link set {DEVICE} up",
            f"addr replace {pod(number)}/32 dev lo",
            *[f"route add 10.42.{other}.0/24 via {gateway(other)} dev {DEVICE} onlink" for other, _ in others],
            *[f"neigh add {gateway(other)} lladdr {hardware(other)} dev {DEVICE}" for other, _ in others],
        )
        node.space.bridge(*[f"fdb append {hardware(other)} dev {DEVICE} dst {peer.ip}" for other, peer in others])
        sockets.listen(node.space, "tcp", pod(number), PORT)


def interface(node):
    return node.config.get("flannel-iface", "eth0")


def down(cluster):
    for node in cluster.nodes:
        node.space.ip(f"link del {DEVICE}")
