"""Changes of what the proof says and of what was built: the judge has to find those that are defects, and no others."""

import contextlib
import json
import shutil
import tempfile
from pathlib import Path

from tree import Tree


@contextlib.contextmanager
def changed(path):
    """A JSON document that is written back."""
    document = json.loads(path.read_text())
    yield document
    path.write_text(json.dumps(document))


def flow_of(flows, service, source):
    return next(flow for flow in flows if (flow["service"], flow["from"]) == (service, source))


def flipped(service, source):
    def seed(folder):
        with changed(folder / "flows.json") as flows:
            flow = flow_of(flows, service, source)
            flow["result"] = {"open": "blocked", "blocked": "open"}[flow["result"]]

    return seed


def at_another_address(folder):
    with changed(folder / "flows.json") as flows:
        flow_of(flows, "kubelet", "machines")["address"] = "public"


def forgotten(folder):
    with changed(folder / "flows.json") as flows:
        flows.remove(flow_of(flows, "etcd", "servers"))


def without_rule(name):
    def seed(folder):
        with changed(folder / "terraform/main.tf.json") as module:
            rules = module["output"]["firewall_rules"]["value"]
            rules.remove(next(rule for rule in rules if rule["name"] == name))

    return seed


def wide_open(folder):
    with changed(folder / "terraform/main.tf.json") as module:
        for rule in module["output"]["firewall_rules"]["value"]:
            rule["sources"] = ["0.0.0.0/0"]


def without_grant(service):
    def seed(folder):
        with changed(folder / "tailscale/policy.json") as policy:
            policy["grants"] = [grant for grant in policy["grants"] if grant["ip"] != [service]]

    return seed


def with_acls(folder):
    """The policy in the older form, which admits the same."""
    with changed(folder / "tailscale/policy.json") as policy:
        policy["acls"] = [
            {"action": "accept", "src": grant["src"], "proto": protocol, "dst": [f"{target}:{ports}" for target in grant["dst"]]}
            for grant in policy.pop("grants")
            for protocol, ports in (service.split(":") for service in grant["ip"])
        ]


def other_network(folder):
    file = folder / "cloud-init/pool-main.yaml"
    file.write_text(file.read_text().replace("node_network=10.", "node_network=11."))


def other_join(folder):
    for file in (folder / "cloud-init").iterdir():
        file.write_text(file.read_text().replace('server: "https://k3s.', 'server: "https://elsewhere.'))


REAL = "the real one"
OPEN, BLOCKED = "the proof says open", "the proof says blocked"
NODE = "(node network)"
# What is changed: in the tree whose name ends so, how, and words of complaints that it has to cause.
CHANGES = {
    "a verdict on etcd is wrong": (
        "medium-access",
        flipped("etcd", "servers"),
        [f"etcd from servers to servers {NODE}: {BLOCKED}", f"etcd: {BLOCKED}, {REAL} is open"],
    ),
    "a verdict on sshd is wrong": (
        "medium-access",
        flipped("ssh", "operators"),
        ["ssh from operators to machines", f"ssh: {BLOCKED}, {REAL} is open"],
    ),
    "a flow has another address": (
        "medium-access",
        at_another_address,
        ["kubelet from machines to machines (public): the judge goes to the node network address"],
    ),
    "a flow is missing": ("medium-access", forgotten, ["the flows do not have etcd from servers to servers"]),
    "the firewall lacks a rule": ("medium-access", without_rule("kubelet"), [f"kubelet from machines to machines {NODE}: {OPEN}"]),
    "the firewall lacks the overlay": (
        "medium-access",
        without_rule("pods-vxlan"),
        [f"pods-vxlan from machines to machines {NODE}: {OPEN}", f"pods from pods to pods (pod network): {OPEN}"],
    ),
    "the firewall admits everybody": (
        "medium-access",
        wide_open,
        ["clients to kubelet of", "operators to kubelet of", "clients to pods-vxlan of"],
    ),
    "the policy lacks a grant": (
        "medium-pods",
        without_grant("tcp:10250"),
        [f"kubelet from machines to machines (tailnet): {OPEN}"],
    ),
    "the policy has acls instead of grants": ("medium-pods", with_acls, []),
    "agents look for another network": ("medium-alone", other_network, ["no address in 11."]),
    "machines join at an unknown name": ("medium-alone", other_join, [f"kubernetes-api from agents to servers {NODE}: {OPEN}"]),
}


def run(folders, judge):
    """The changes, each with what is wrong with the judge. One that causes no complaint is one that changes nothing."""
    for name, (ending, seed, wanted) in CHANGES.items():
        original = next(folder for folder in sorted(folders) if folder.name.endswith(ending))
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / original.name
            shutil.copytree(original, copy)
            seed(copy)
            # Debian's programs take long to show what cannot be reached, so only those defects have them that are about them.
            complaints = judge(Tree(copy), any(REAL in words for words in wanted))
        missed = [words for words in wanted if not any(words in complaint for complaint in complaints)]
        yield name, [f"not found: {words}" for words in missed] + (complaints if missed or not wanted else [])
