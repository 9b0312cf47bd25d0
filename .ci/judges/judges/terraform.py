"""Terraform itself, offline, on a copy of the tree: the module is valid, plans, and renders what building writes."""

import json
import os
import shutil
import tempfile
from pathlib import Path

from . import templates
from .common import Skipped, Tree, program, run


def call(folder, *arguments):
    environment = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(folder),
        "TF_CLI_CONFIG_FILE": "/dev/null",
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
    }
    return run([program("terraform"), *arguments], cwd=folder, env=environment)


def said(done):
    lines = [line.strip(" │╷╵\t") for line in (done.stdout + done.stderr).splitlines()]
    return " ".join(line for line in lines if line)[:600]


def copied(tree, folder):
    """A copy of the tree, since init writes into the module's folder; the module refers to files beside it."""
    if not tree.matching(r"terraform/[^/]*\.tf(\.json)?"):
        raise Skipped("the tree has no Terraform module")
    program("terraform")
    shutil.copytree(tree.folder, folder / "tree", ignore=shutil.ignore_patterns(".terraform", "*.tfstate*"))
    return folder / "tree" / "terraform"


def judge_validate(tree, _):
    with tempfile.TemporaryDirectory() as folder:
        module = copied(tree, Path(folder))
        for arguments in (["init", "-backend=false", "-input=false", "-no-color"], ["validate", "-no-color"]):
            done = call(module, *arguments)
            if done.returncode:
                return [f"terraform {arguments[0]}: {said(done)}"]
    return []


def plan(module, values):
    """The planned outputs, by name; a string is what is wrong."""
    (module / "judge.auto.tfvars.json").write_text(json.dumps(values))
    for arguments in (
        ["init", "-backend=false", "-input=false", "-no-color"],
        ["plan", "-input=false", "-no-color", "-out=judge.plan"],
    ):
        done = call(module, *arguments)
        if done.returncode:
            return f"terraform {arguments[0]}: {said(done)}"
    shown = call(module, "show", "-json", "judge.plan")
    outputs = json.loads(shown.stdout).get("planned_values", {}).get("outputs", {})
    return {name: output.get("value") for name, output in outputs.items()}


def judge_plan(tree, context):
    """The module plans. With values and a tree built with them: its outputs hold that tree's files."""
    with tempfile.TemporaryDirectory() as folder:
        module = copied(tree, Path(folder))
        outputs = plan(module, context.values or dummies(module))
    if isinstance(outputs, str):
        return [outputs]
    if context.expect is None:
        return []
    produced = set(strings(outputs))
    expected = Tree(context.expect)
    findings = [
        f"{name}: no output of the module is this file, rendered with the values"
        for name in tree.templates
        if expected.files.get(name) not in produced
    ]
    return findings


def dummies(module):
    """A value for each variable of the module that needs one."""
    values = templates.Dummies()
    variables = {}
    for path in module.glob("*.tf.json"):
        variables |= json.loads(path.read_text()).get("variable", {})
    kinds = {"number": 1, "bool": False}
    return {
        name: kinds.get(variable.get("type"), values[name])
        for name, variable in variables.items()
        if "default" not in variable
    }


def strings(data):
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for value in data.values():
            yield from strings(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings(value)


def rendered(templates_by_name, values):
    """What `templatefile` makes of each template: a dict, or a string that says what is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        outputs = {}
        for i, (_, text) in enumerate(templates_by_name.items()):
            (folder / f"{i}.tftpl").write_bytes(text.encode())
            outputs[f"o{i}"] = {"value": f'${{templatefile("${{path.module}}/{i}.tftpl", var.values)}}'}
        module = {"variable": {"values": {"type": "map(string)"}}, "output": outputs}
        (folder / "main.tf.json").write_text(json.dumps(module))
        produced = plan(folder, {"values": values})
    if isinstance(produced, str):
        return produced
    return {name: produced[f"o{i}"] for i, name in enumerate(templates_by_name)}


def judge_templates_without(tree, context):
    """The same by the judges' own reader of templates, for machines without Terraform."""
    if not tree.templates:
        raise Skipped("the tree has no template")
    # That each template can be read at all was found when the tree was read.
    expected = None if context.expect is None else Tree(context.expect)
    return [
        f"{name}: rendered with the values it is not the file that was built with them"
        for name in tree.templates
        if expected is not None and tree.files[name] != expected.files.get(name)
    ]


def judge_templates(tree, context):
    """Each template renders; as our reader renders it; and with the values, to what the other tree holds."""
    if not tree.templates:
        raise Skipped("the tree has no template")
    program("terraform")
    names = sorted({name for text in tree.templates.values() for name in templates.variables(text)})
    given = templates.Dummies(context.values)
    produced = rendered(tree.templates, {name: given[name] for name in names})
    if isinstance(produced, str):
        return [produced]
    expected = None if context.expect is None else Tree(context.expect)
    findings = []
    for name, text in produced.items():
        if text != templates.render(tree.templates[name], given):
            findings.append(f"{name}: Terraform renders it otherwise than the judges' own reader")
        if expected is not None and text != expected.files.get(name):
            findings.append(f"{name}: rendered with the values it is not the file that was built with them")
    return findings
