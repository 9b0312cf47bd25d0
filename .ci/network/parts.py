"""etcd and OpenSSH from Debian, where sockets stand for them otherwise.

Trees that agree in everything that decides whether they are reached have them judged once.
"""

import os
import shutil
import subprocess
import time

from k3s import ETCD, PUBLIC

# Seconds that they have to be reached where the proof says so, and to show that they are not where it does not.
FORMS, STAYS_APART = 30, 6
ANSWERS, STAYS_SILENT = 10, 2

# The machine's own settings, in Debian's file, with a user that Debian's package would make.
SSHD = """
mount --bind "$ROOT/etc" /etc
mount -t tmpfs tmpfs /run
mkdir /run/sshd
echo root:x:0:0:root:/root:/bin/sh >/etc/passwd
echo sshd:x:100:65534::/run/sshd:/usr/sbin/nologin >>/etc/passwd
mkdir -p /etc/ssh
cp "$PARTS/usr/share/openssh/sshd_config" /etc/ssh/sshd_config
"$PARTS/usr/bin/ssh-keygen" -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
exec "$PARTS/usr/sbin/sshd" -D -e
"""


class Parts:
    """The programs, and the situations in which they were judged."""

    def __init__(self, folder):
        self.folder = folder.resolve()
        self.seen, self.judged = set(), {"etcd": 0, "sshd": 0}

    def judge(self, cluster, world):
        """Where a program finds something else than the proof says."""
        for flow in cluster.tree.flows:
            services = {("etcd", "servers"): self.etcd, ("ssh", "operators"): self.sshd}
            judge = services.get((flow["service"], flow["from"]))
            if judge and self.is_new(cluster.tree, flow):
                is_open, why = judge(cluster, world, flow["result"] == "open")
                if is_open != (flow["result"] == "open"):
                    yield f"{flow['service']}: the proof says {flow['result']}, the real one is {'open' if is_open else 'blocked'}: {why}"

    def is_new(self, tree, flow):
        """Whether this is the first tree with that address, those rules and that verdict."""
        first, last = flow["ports"]
        rules = [(rule.to, len(rule.sources)) for rule in tree.rules if rule.first <= last and first <= rule.last]
        situation = flow["service"], flow["address"], flow["result"], str(rules)
        known = situation in self.seen
        self.seen.add(situation)
        return not known

    def etcd(self, cluster, world, expected):
        """Whether the servers form a quorum that each of them uses at the address of each other one, and why not.

        Without TLS: no certificate is judged here.
        """
        self.judged["etcd"] += 1
        client, peer = ETCD
        members = {server: f"http://{server.ip}" for server in cluster.servers}
        initial = ",".join(f"{server.name}={url}:{peer}" for server, url in members.items())
        folder = world.folder / "etcd"
        running = []
        try:
            for server, url in members.items():
                options = {
                    "name": server.name, "data-dir": folder / server.name, "initial-cluster": initial, "initial-cluster-state": "new",
                    "listen-peer-urls": f"{url}:{peer}", "initial-advertise-peer-urls": f"{url}:{peer}",
                    "listen-client-urls": f"{url}:{client}", "advertise-client-urls": f"{url}:{client}", "log-level": "error",
                }
                command = [self.folder / "usr/bin/etcd", *(f"--{name}={value}" for name, value in options.items())]
                running.append(server.space.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            asked = [(server, f"{url}:{client}") for server in members for url in members.values()]
            return until(lambda: all_of(self.asks_etcd(server, url) for server, url in asked), FORMS if expected else STAYS_APART)
        finally:
            stop(running)
            shutil.rmtree(folder, ignore_errors=True)

    def asks_etcd(self, server, url):
        """A read that only a quorum answers."""
        command = [self.folder / "usr/bin/etcdctl", f"--endpoints={url}", "--dial-timeout=1s", "--command-timeout=2s", "get", "gkc"]
        return ask(server.space, command, lambda _: True)

    def sshd(self, cluster, world, expected):
        """Whether OpenSSH with a machine's own settings exchanges keys with a person who comes to its public address, and why not."""
        self.judged["sshd"] += 1
        node = cluster.nodes[-1]
        root, log = world.root(node), world.folder / "sshd.log"
        library = next(self.folder.rglob("libwrap.so.0")).parent
        environment = dict(os.environ, ROOT=str(root), PARTS=str(self.folder), LD_LIBRARY_PATH=str(library))
        with open(log, "w", encoding="utf-8") as output:
            running = node.space.start(["unshare", "--mount", "sh", "-euc", SSHD], env=environment, stdout=output, stderr=output)
        try:
            scan = [self.folder / "usr/bin/ssh-keyscan", "-T", "2", "-t", "ed25519", "-p", str(node.sshd[0]), node.addresses[PUBLIC]]
            person = world.outsiders["operators"]
            is_open, why = until(lambda: ask(person, scan, lambda said: "ssh-ed25519" in said), ANSWERS if expected else STAYS_SILENT)
            return is_open, f"{why} {log.read_text()}".strip()
        finally:
            stop([running])


def all_of(answers):
    return next((answer for answer in answers if not answer[0]), (True, ""))


def until(answer, limit):
    """The answer, once it is yes or the time is over."""
    end = time.monotonic() + limit
    while True:
        found = answer()
        if found[0] or time.monotonic() > end:
            return found
        time.sleep(0.2)


def ask(space, command, is_right):
    """Whether a program is content with the answer that it got, and what it said where not."""
    asking = space.start(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said, complaint = asking.communicate()
    return asking.returncode == 0 and is_right(said), complaint.strip()[-300:]


def stop(processes):
    for process in processes:
        process.kill()
        process.wait()
