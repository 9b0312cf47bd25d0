"""kubectl's own Go readers, without a cluster.

`label --local` reads YAML as kubectl does and wants apiVersion, kind and metadata; `kustomize` rejects duplicate
keys and duplicate objects; `set env --local` decodes the built-in kinds into their types. A field of a
pod-carrying kind that is gone after that decoding was not known to its type.
"""

import json
import re
import tempfile
from pathlib import Path

from .common import program, run
from .kubernetes import OBJECTS

BUILT_IN = re.compile(r"v1$|apps/|batch/|policy/|autoscaling/|[a-z.]+\.k8s\.io/")
# What was found in a file's text: trees have much in common.
JUDGED = {}
BAD_DECODE = re.compile(r"unable to decode|cannot unmarshal|illegal|must match|parsing|no kind|strict decoding")


def judge(tree, _):
    kubectl = program("kubectl", "kubectl/usr/bin/kubectl")
    findings = []
    files = tree.need(OBJECTS, "Kubernetes object")
    with tempfile.TemporaryDirectory() as folder:
        environment = {"KUBECONFIG": "/dev/null", "HOME": folder, "PATH": "/usr/bin:/bin"}

        def kubectl_says(*arguments):
            return run([kubectl, *arguments], env=environment, cwd=folder)

        for i, (name, text) in enumerate(files):
            Path(folder, f"{i}.yaml").write_bytes(text.encode())
            if text not in JUDGED:
                JUDGED[text] = judge_file(kubectl_says, folder, f"{i}.yaml")
            findings += [f"{name}: {said}" for said in JUDGED[text]]
        resources = "".join(f"- {i}.yaml\n" for i in range(len(files)))
        Path(folder, "kustomization.yaml").write_text("resources:\n" + resources)
        done = kubectl_says("kustomize", folder)
        if done.returncode:
            findings.append("kustomize: " + " ".join(done.stderr.replace(folder, "").split())[:300])
    return findings


def judge_file(kubectl_says, folder, file):
    done = kubectl_says("label", "--local", "--overwrite", "-f", file, "judged=yes", "-o", "json")
    if done.returncode:
        return ["label: " + " ".join(done.stderr.split())[:300]]
    objects = [o for o in json_objects(done.stdout) if BUILT_IN.match(o.get("apiVersion", ""))]
    if not objects:
        return []
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    Path(folder, "typed.json").write_text(json.dumps(listed))
    done = kubectl_says("set", "env", "--local", "-f", "typed.json", "JUDGED=yes", "-o", "json")
    findings = {f"typed: {line[:300]}" for line in done.stderr.splitlines() if BAD_DECODE.search(line)}
    typed = {identity(o): set(paths(o)) for o in json_objects(done.stdout)}
    for one in objects:
        kept = typed.get(identity(one))
        if kept is not None:
            findings |= {f"{'/'.join(identity(one)[:2])}: unknown field {'/'.join(p)}" for p in set(paths(one)) - kept}
    return sorted(findings)


def json_objects(text):
    """The objects of a stream of JSON; lists of objects are opened."""
    decoder, at = json.JSONDecoder(), 0
    while at < len(text) and text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        one, at = decoder.raw_decode(text, at)
        yield from one["items"] if one.get("kind") == "List" else [one]


def identity(one):
    metadata = one.get("metadata") or {}
    return one.get("kind", ""), metadata.get("name", ""), metadata.get("namespace", "")


def paths(data, at=()):
    """The way to each scalar that says something; a type leaves out what is empty."""
    if isinstance(data, (dict, list)):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from paths(value, (*at, str(key)))
    elif data not in (None, "", 0, False):
        yield at
