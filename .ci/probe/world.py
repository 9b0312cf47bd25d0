"""A cluster of two machines in network namespaces, with a fault in it.

usage: world.py GKC [SCENARIO...]
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROBE = HERE.parent.parent / "cli" / "probe" / "probe.sh"
NODES = {"a": "10.2.0.2", "b": "10.2.0.3"}
RANGE = {"a": "10.42.0", "b": "10.42.1"}
ACROSS = [("b", "10.42.0.0/24"), ("b", "10.43.0.10/32"), ("a", "10.42.1.0/24")]

# What is broken: routes and rules on a machine, what the cluster's DNS does, what the machines' files say; and the causes that
# have to be named.
SCENARIOS = {
    "healthy": dict(says=[]),
    "everything between the machines is dropped": dict(
        rules=[(node, f"ip route replace blackhole {to} metric 0") for node, to in ACROSS], says=["overlay-blocked"]
    ),
    "only echoes get between the machines": dict(
        rules=[(node, f"ip rule add ipproto {proto} to {to} pref 50 blackhole") for node, to in ACROSS for proto in ("udp", "tcp")],
        says=["checksum-offload"],
    ),
    "there is no Service": dict(dns=["no-service"], says=["service-missing"]),
    "a line in /etc/hosts is to cure that": dict(dns=["no-service"], hosts="10.2.0.9 kotsadm-postgres\n", says=["hosts-file"]),
    "the machines ask loopback": dict(dns=["no-upstream"], resolver="127.0.0.53", says=["loopback-resolver"]),
    "the machines ask MagicDNS": dict(dns=["servfail"], resolver="100.100.100.100", says=["magicdns"]),
    "name servers outside do not answer": dict(dns=["servfail"], says=["upstream-unreachable"]),
    "the API is not reached by pods": dict(rules=[("b", "ip route replace blackhole 10.43.0.1/32 metric 0")], says=["api-not-reached"]),
    "the machines do not forward": dict(rules=[(node, "sysctl -qw net.ipv4.ip_forward=0") for node in NODES], says=["ip-forward"]),
    "a machine's rules send packets for its own pods elsewhere": dict(
        rules=[("b", "ip rule add iif lo to 10.42.1.7/32 pref 50 blackhole")], says=["policy-routing"]
    ),
    "a VPN's table has the pods of a machine": dict(
        rules=[
            ("b", words)
            for words in (
                "ip link add tailscale0 type veth peer name tailscale1",
                "ip link set tailscale0 up",
                "ip link set tailscale1 up",
                "ip route add 10.42.1.0/24 dev tailscale0 table 52",
                "ip rule add iif lo pref 5270 lookup 52",
            )
        ],
        says=["policy-routing"],
    ),
    "pods get no answer from a public address that the machines reach": dict(url="192.0.2.53", says=["hairpin"]),
    "large packets are lost": dict(rules=[("lan", "ip link set port-b mtu 1200")], says=["mtu"]),
    "a machine rejects what pods send": dict(
        rules=[("b", f"ip rule add iif vethpod to {to} pref 50 unreachable") for to in ("10.42.0.0/24", "10.43.0.0/24")],
        says=["reject-rules"],
    ),
    "a search domain has a wildcard record": dict(dns=["wildcard"], search="lab.example.net", says=["search-wildcard"]),
    "name servers have IPv6 addresses": dict(dns=["servfail"], resolver="2001:db8::53", says=["ipv6-nameservers"]),
    "ufw drops what pods of one machine send": dict(
        rules=[("b", f"ip rule add iif vethpod ipproto {proto} pref 50 blackhole") for proto in ("udp", "tcp", "icmp")],
        ufw=True,
        says=["host-firewall"],
    ),
}


class World:
    def __init__(self, index, scenario, folder):
        self.tag, self.scenario, self.folder = f"gkc{os.getpid() % 10000}x{index}", scenario, pathlib.Path(folder)
        self.spaces, self.running = [], []

    def space(self, name):
        return f"{self.tag}-{name}"

    def ip(self, words):
        subprocess.run(["ip", *shlex.split(words)], check=True, stdout=subprocess.DEVNULL)

    def inside(self, name, words):
        subprocess.run(["ip", "netns", "exec", self.space(name), *shlex.split(words)], check=True, stdout=subprocess.DEVNULL)

    def start(self, name, *words):
        command = ["ip", "netns", "exec", self.space(name), sys.executable, str(HERE / "stub.py"), *words]
        self.running.append(subprocess.Popen(command))

    def link(self, one, device, other, peer):
        self.ip(f"link add {device} netns {self.space(one)} type veth peer name {peer} netns {self.space(other)}")
        for name, end in ((one, device), (other, peer)):
            self.inside(name, f"ip link set {end} up")

    def build(self):
        for name in ("lan", "a", "b", "pod-a", "pod-b", "dns"):
            self.ip(f"netns add {self.space(name)}")
            self.spaces.append(name)
            self.inside(name, "ip link set lo up")
            self.inside(name, "sysctl -qw net.ipv4.ip_forward=1")
        self.inside("lan", "ip link add bridge type bridge")
        self.inside("lan", "ip link set bridge up")
        for node, address in NODES.items():
            self.link(node, "eth0", "lan", f"port-{node}")
            self.inside("lan", f"ip link set port-{node} master bridge")
            self.inside(node, f"ip addr add {address}/24 dev eth0")
            self.pod(node, f"pod-{node}", "vethpod", f"{RANGE[node]}.7")
        self.inside("lan", "ip addr add 10.2.0.1/24 dev bridge")
        self.inside("lan", "ip addr add 192.0.2.53/32 dev lo")
        self.pod("a", "dns", "vethdns", "10.42.0.3")
        for address in ("10.43.0.10", "10.43.0.1"):
            self.inside("dns", f"ip addr add {address}/32 dev lo")
            self.inside("a", f"ip route add {address}/32 via 10.42.0.3 dev vethdns onlink")
        for node, other in (("a", "b"), ("b", "a")):
            self.inside(node, f"ip route add {RANGE[other]}.0/24 via {NODES[other]} dev eth0")
            self.inside(node, "ip route add default via 10.2.0.1")
        self.inside("b", "ip route add 10.43.0.0/24 via 10.2.0.2 dev eth0")
        self.serve()
        for name, address, port in (("dns", "10.43.0.1", 8443), ("dns", "10.43.0.10", 53), ("lan", "192.0.2.53", 53),
                                    ("pod-a", "10.42.0.7", 8080), ("pod-b", "10.42.1.7", 8080)):
            self.await_port(name, address, port)
        for node, rule in self.scenario.get("rules", []):
            self.inside(node, rule)

    def await_port(self, name, address, port):
        for _ in range(100):
            tried = subprocess.run(["ip", "netns", "exec", self.space(name), "nc", "-z", "-w", "1", address, str(port)], check=False)
            if tried.returncode == 0:
                return
            time.sleep(0.1)
        raise TimeoutError(f"nobody listens at {address}:{port}")

    def pod(self, node, name, device, address):
        self.link(node, device, name, "eth0")
        self.inside(name, f"ip addr add {address}/32 dev eth0")
        self.inside(name, f"ip route add {NODES[node]}/32 dev eth0")
        self.inside(name, f"ip route add default via {NODES[node]} dev eth0")
        self.inside(node, f"ip route add {address}/32 dev {device}")

    def serve(self):
        meta = lambda name: {"name": name}
        pod = lambda name, node, ip: {"metadata": meta(name), "spec": {"nodeName": node}, "status": {"podIP": ip}}
        machine = lambda node: {
            "metadata": {
                "name": node,
                "annotations": {
                    "flannel.alpha.coreos.com/backend-type": "vxlan",
                    "flannel.alpha.coreos.com/public-ip": NODES[node],
                    "k3s.io/node-args": '["server","--cluster-cidr","10.42.0.0/16"]',
                },
            },
            "spec": {"podCIDRs": [f"{RANGE[node]}.0/24"]},
            "status": {"addresses": [{"type": "InternalIP", "address": NODES[node]}, {"type": "Hostname", "address": node}]},
        }
        slices = lambda ends: {"items": [{"endpoints": [{"addresses": end, "conditions": {"ready": True}} for end in ends]}]}
        answers = {
            "/api/v1/nodes": {"items": [machine(node) for node in NODES]},
            "/api/v1/namespaces/kube-system/services": {
                "items": [{"metadata": meta("kube-dns"), "spec": {"clusterIP": "10.43.0.10", "clusterIPs": ["10.43.0.10"]}}]
            },
            "/api/v1/namespaces/kube-system/pods": {"items": [pod("coredns-1", "a", "10.42.0.3")]},
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices": slices([[self.scenario.get("api", NODES["a"])]]),
            "/apis/discovery.k8s.io/v1/namespaces/kube-system/endpointslices": slices([["10.42.0.3"]]),
            "/api/v1/namespaces/gkc-probe/pods": {"items": [pod(f"probe-{node}", node, f"{RANGE[node]}.7") for node in NODES]},
        }
        (self.folder / "api.json").write_text(json.dumps(answers))
        self.start("dns", "dns", "10.43.0.10,10.42.0.3", *self.scenario.get("dns", []))
        self.start("dns", "api", "10.43.0.1", str(self.folder / "api.json"))
        self.start("lan", "dns", "192.0.2.53", "outside")
        (self.folder / "web.json").write_text(json.dumps({"/": ["here"]}))
        self.start("lan", "api", "192.0.2.53", str(self.folder / "web.json"))
        self.start("a", "api", NODES["a"], str(self.folder / "web.json"))
        for node in NODES:
            self.start(f"pod-{node}", "echo", f"{RANGE[node]}.7")

    def probe(self, node, net):
        root, share = self.folder / node / "root", self.folder / node / "share"
        for folder in (root / "etc" / "ufw", share, self.folder / "config"):
            folder.mkdir(parents=True, exist_ok=True)
        (root / "etc" / "resolv.conf").write_text(f"nameserver {self.scenario.get('resolver', '192.0.2.53')}\n")
        (root / "etc" / "hosts").write_text("127.0.0.1 localhost\n" + self.scenario.get("hosts", ""))
        if self.scenario.get("ufw"):
            (root / "etc" / "ufw" / "ufw.conf").write_text("ENABLED=yes\n")
        (self.folder / "config" / "names").write_text("kotsadm-postgres\n")
        (self.folder / "config" / "external").write_text("github.com\n")
        (self.folder / "config" / "urls").write_text(f"http://{self.scenario.get('url', NODES['a'])}:8443/\n")
        resolv = self.folder / "resolv.conf"
        resolv.write_text("nameserver 10.43.0.10\nsearch gkc-probe.svc.cluster.local svc.cluster.local cluster.local " + self.scenario.get("search", "") + "\n")
        # From a machine k3s itself is asked last; here that is the same stub.
        api = "http://10.43.0.1:8443"
        env = dict(
            os.environ, NODE=node, NET=net, HOST_ROOT=str(root), SHARE=str(share), CONFIG=str(self.folder / "config"), TIMEOUT="1",
            POD_RESOLV=str(resolv), GKC_API=api, KUBERNETES_SERVICE_HOST="10.43.0.1",
        )
        name = node if net == "host" else f"pod-{node}"
        shell = os.environ.get("PROBE_SHELL", "sh")
        command = ["ip", "netns", "exec", self.space(name), *shlex.split(shell), str(PROBE)]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def close(self):
        for process in self.running:
            process.kill()
            process.wait()
        for name in self.spaces:
            subprocess.run(["ip", "netns", "delete", self.space(name)], check=False)


def run(index, name, gkc):
    scenario = SCENARIOS[name]
    with tempfile.TemporaryDirectory() as folder:
        world = World(index, scenario, folder)
        try:
            world.build()
            probes = [world.probe(node, net) for net in ("host", "pod") for node in NODES]
            said = [probe.communicate(timeout=120) for probe in probes]
        except (OSError, subprocess.SubprocessError) as error:
            return name, ["no report"], "", str(error)
        finally:
            world.close()
        report = pathlib.Path(folder) / "report.txt"
        report.write_text("".join(out for out, _ in said))
        complaints = "".join(err for _, err in said)
        keep = os.environ.get("GKC_PROBE_OUT")
        if keep:
            pathlib.Path(keep).mkdir(parents=True, exist_ok=True)
            (pathlib.Path(keep) / f"{name.replace('/', '-').replace(' ', '-')}.txt").write_text(report.read_text())
        told = subprocess.run([gkc, "doctor", "--format", "json", str(report)], capture_output=True, text=True)
        human = subprocess.run([gkc, "doctor", str(report)], capture_output=True, text=True)
        try:
            files = json.loads(told.stdout)["files"]
        except ValueError:
            return name, [told.stderr], human.stderr, complaints
        return name, sorted(found["rule"] for file in files for found in file["diagnostics"]), human.stderr, complaints


def main():
    gkc, wanted = sys.argv[1], sys.argv[2:] or list(SCENARIOS)
    passed = failed = 0
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        for name, found, human, complaints in pool.map(lambda pair: run(*pair, gkc), enumerate(wanted)):
            ok = found == sorted(SCENARIOS[name]["says"]) and not complaints
            passed, failed = passed + ok, failed + (not ok)
            print(f"{'ok    ' if ok else 'FAILED'}  {name}: {', '.join(found) or 'nothing wrong found'}", flush=True)
            if not ok:
                print(f"expected {SCENARIOS[name]['says']}\n{human}{complaints}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    sys.exit(failed > 0)


main()
