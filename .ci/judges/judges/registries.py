"""registries.yaml inside cloud-config, by the reader that k3s has: a key that does not come back is one that it ignores."""

import functools
import json
import os
import tempfile

from .common import CACHE, Missing, Skipped, run
from .readers import load
from .shell import written

PATH = "/etc/rancher/k3s/registries.yaml"
PROGRAM = CACHE / "registries"


def judge(tree, _):
    found, findings = {}, []
    for name, config, error in load(tree, r"cloud-init/[^/]*\.yaml", "cloud-init file"):
        if error or not isinstance(config, dict):
            continue
        for _, path, text in written(name, config, findings):
            if path == PATH:
                found.setdefault(text, name)
    if not found and not findings:
        raise Skipped("no machine of the tree has a registries.yaml")
    for text, name in found.items():
        findings += [f"{name}: {finding}" for finding in read(text)]
    return findings


@functools.cache
def read(text):
    """What the reader refuses or ignores."""
    import yaml

    if not PROGRAM.is_file():
        raise Missing("the reader of registries.yaml is not built: see install")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        done = run([str(PROGRAM), file.name], env={"PATH": os.environ["PATH"]})
    if done.returncode:
        return [done.stderr.strip().splitlines()[-1][:240]]
    return [f"the reader ignores {path}" for path in ignored(yaml.safe_load(text), json.loads(done.stdout))]


def ignored(before, after, path=""):
    """What did not come back. What is empty may be left out."""
    if isinstance(before, dict):
        for key, value in before.items():
            where = f"{path}/{key}"
            if not isinstance(after, dict) or key not in after:
                if value:
                    yield where
            else:
                yield from ignored(value, after[key], where)
    elif before != after:
        yield path
