"""A built tree, as those who use it read it: the module's outputs, the user-data of the machines, the tailnet's policy."""

import base64
import gzip
import json
import re
from pathlib import Path
from typing import NamedTuple

import yaml


class Rule(NamedTuple):
    """A rule of the cloud's firewall."""

    protocol: str
    first: int
    last: int
    to: str
    sources: tuple


class Kind(NamedTuple):
    """Machines that are alike, and how many of them the judge makes."""

    name: str
    role: str
    count: int
    data: "UserData"


class UserData:
    """The user-data of a machine: its files, its script, and the commands of early boot."""

    def __init__(self, text):
        data = yaml.safe_load(text)
        self.files = {file["path"]: content(file) for file in data.get("write_files", [])}
        self.early = data.get("bootcmd", [])
        self.script = self.files["/usr/local/sbin/gkc-node"]

    def part(self, *titles):
        """The script with those sections alone whose titles begin so. A section goes from one `begin` to the next."""
        head, *sections = re.split(r"^(?=begin ['\"])", self.script, flags=re.MULTILINE)
        chosen = [section for section in sections if section[len("begin '"):].startswith(titles)]
        return head + "".join(chosen)

    def variable(self, name):
        """The value of a variable of the script."""
        found = re.search(rf"^{name}='?([^'\n]*)'?$", self.script, flags=re.MULTILINE)
        return found and found[1]


def content(file):
    text = file["content"]
    encoding = file.get("encoding", "text/plain")
    if encoding in ("b64", "base64"):
        return base64.b64decode(text).decode()
    if encoding in ("gz+b64", "gzip+base64"):
        return gzip.decompress(base64.b64decode(text)).decode()
    return text


class Tree:
    """What the judge takes from a tree. `flows` are the verdicts of gkc's proof, which nothing here is derived from."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.name = self.folder.name
        output = json.loads(self.read("terraform/main.tf.json"))["output"]
        self.module = {name: value["value"] for name, value in output.items()}
        self.flows = json.loads(self.read("flows.json"))
        policy = self.folder / "tailscale/policy.json"
        self.policy = json.loads(policy.read_text()) if policy.exists() else None
        self.rules = [
            Rule(rule["protocol"], rule["from_port"], rule["to_port"], rule["to"], tuple(rule["sources"]))
            for rule in self.module["firewall_rules"]
        ]
        self.kinds = list(self.machines())

    def read(self, path):
        return (self.folder / path).read_text()

    def data(self, name):
        return UserData(self.read(f"cloud-init/{name}.yaml"))

    def machines(self):
        """Two machines of each kind stand for all of them, and three servers for any quorum."""
        if self.module["cloud_init_nodes"]:
            raise ValueError(f"{self.name}: named machines are not judged")
        (servers,) = self.module["servers"].values()
        yield Kind("server-init", "servers", 1, self.data("server-init"))
        if servers["count"] > 1:
            yield Kind("server-join", "servers", min(servers["count"], 3) - 1, self.data("server-join"))
        for name, pool in self.module["pools"].items():
            count = pool["count"] if pool["count"] is not None else pool["max"]
            yield Kind(f"pool-{name}", "agents", min(count, 2), self.data(f"pool-{name}"))

    def record(self, host):
        """What the DNS record of that name points to, if the tree has one."""
        targets = [record["target"] for record in self.module["dns_records"] if record["name"] == host]
        return targets[0] if targets else None
