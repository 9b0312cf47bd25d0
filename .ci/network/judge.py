"""Holds the verdicts of gkc's proof against networks of namespaces. See README.md.

usage: judge.py --parts FOLDER [--sample N] [--verbose] [--selftest] TREE...
"""

import argparse
import collections
import contextlib
import sys
import time
from pathlib import Path

import flows
import overlay
import selftest
from k3s import EVERYWHERE
from parts import Parts
from spaces import Sockets
from tree import Tree
from world import World


def sample(folders, number):
    """That many trees, spread evenly: a fault of each kind before a second, and in turn with each provider, size, tailnet and key.

    Trees are named PROVIDER-SIZE-TAILNET[-KEY][-without-WHAT].
    """
    kinds, used, chosen = collections.defaultdict(list), collections.Counter(), []
    for folder in sorted(folders):
        setting, _, closed = folder.name.partition("-without-")
        words = [*setting.split("-"), "no key"][:4]
        kinds[closed.rstrip("-0123456789") or words[3]].append((words, folder))
    while len(chosen) < min(number, len(folders)):
        for _, trees in sorted(kinds.items()):
            if trees and len(chosen) < number:
                tree = min(trees, key=lambda tree: sum(used[word] for word in tree[0]))
                trees.remove(tree)
                used.update(tree[0])
                chosen.append(tree[1])
    return sorted(chosen)


@contextlib.contextmanager
def listening(cluster):
    """Everything that listens on the machines of a cluster, while it is judged."""
    sockets = Sockets()
    carried = cluster.backend == "vxlan" and overlay.exists()
    if carried:
        overlay.up(cluster, sockets)
    for node in cluster.nodes:
        for listener in cluster.listeners(node):
            if listener.service == "pods-vxlan" and carried:
                continue
            # A datagram is answered from the address that it was sent to.
            every = listener.protocol == "udp" and listener.address == EVERYWHERE
            for address in node.addresses.values() if every else [listener.address]:
                sockets.listen(node.space, listener.protocol, address, listener.port)
    try:
        yield sockets
    finally:
        sockets.close()
        if carried:
            overlay.down(cluster)


def judge(world, tree, parts=None):
    """What the judge has against the proof of a tree, and what it found of each flow."""
    try:
        with world.cluster(tree) as cluster:
            with listening(cluster) as sockets:
                complaints, findings = flows.judge(cluster, world, sockets)
            return complaints + list(parts.judge(cluster, world) if parts else []), findings
    except (RuntimeError, ValueError) as error:
        # A machine whose script fails, or a tree that the judge cannot read.
        return [str(error)], []


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", type=Path, required=True)
    parser.add_argument("--sample", type=int)
    parser.add_argument("--selftest", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("trees", nargs="+", type=Path, metavar="TREE")
    return parser.parse_args()


class Tally:
    """What was judged: a line for each disagreement, and the last lines."""

    def __init__(self):
        self.began, self.passed, self.failed, self.flows, self.stopped = time.monotonic(), 0, 0, 0, 0

    def add(self, name, complaints, findings):
        self.passed, self.failed = self.passed + (not complaints), self.failed + bool(complaints)
        self.flows += len(findings)
        self.stopped += sum(not found.is_open for found in findings)
        if complaints:
            print(f"FAILED  {name}", *complaints, sep="\n        ", flush=True)

    def summary(self, parts):
        if self.flows:
            real = ", ".join(f"{name} {count} times" for name, count in parts.judged.items())
            print(f"{self.flows} flows, {self.stopped} of them stopped; {real}; {time.monotonic() - self.began:.0f} s")
        print(f"{self.passed} passed, {self.failed} failed, 0 skipped")
        return self.failed > 0


def main():
    asked = arguments()
    folders = [folder for folder in asked.trees if (folder / "flows.json").exists()]
    if not folders:
        sys.exit("no folder has a flows.json")
    tally, parts = Tally(), Parts(asked.parts)
    with contextlib.closing(World()) as world:
        if asked.selftest:
            for name, complaints in selftest.run(folders, lambda tree, real: judge(world, tree, Parts(asked.parts) if real else None)[0]):
                tally.add(name, complaints, [])
        else:
            for folder in sample(folders, asked.sample or len(folders)):
                tree = Tree(folder)
                complaints, findings = judge(world, tree, parts)
                tally.add(tree.name, complaints, findings)
                if asked.verbose:
                    print(tree.name)
                    for flow, found in zip(tree.flows, findings):
                        print(f"    {flows.name(flow)}: {flow['result']}; {found.why}")
    return tally.summary(parts)


if __name__ == "__main__":
    sys.exit(main())
