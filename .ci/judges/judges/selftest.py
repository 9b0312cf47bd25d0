"""Judges the judges: the good tree must pass each of them, and each defect of fixtures/defects.json must not."""

import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from .common import HERE, Context, Missing, Skipped, Tree
from .table import JUDGES, Tally
from .templates import TemplateError

FIXTURES = HERE / "fixtures"


def context_for(name, folder):
    """The good tree's second half: the values and the tree that was built with them."""
    if name in ("templates", "terraform-plan", "terraform-templates"):
        return values(), Context(values(), folder / "bound")
    return None, Context(ours=json.loads((folder / "ours.json").read_text()) if name == "yaml-readers" else None)


def values():
    return json.loads((FIXTURES / "values.tfvars.json").read_text())


def seeded(defect, folder):
    """A copy of the fixtures with one text replaced, which must have been there exactly once."""
    shutil.copytree(FIXTURES, folder, dirs_exist_ok=True)
    path = folder / defect["file"]
    text = path.read_bytes().decode()
    if text.count(defect["replace"]) != 1:
        raise SystemExit(f"{defect['name']}: {defect['replace']!r} is not once in {defect['file']}")
    path.write_bytes(text.replace(defect["replace"], defect["with"]).encode())


def verdict(name, folder):
    given, context = context_for(name, folder)
    try:
        return JUDGES[name](Tree(folder / "good", given), context)
    except TemplateError as error:
        return [str(error)]


def main():
    strict = "--strict" in sys.argv[1:]
    waived = os.environ.get("GKC_WAIVE")
    defects = json.loads((FIXTURES / "defects.json").read_text())
    tally = Tally()
    for name in JUDGES:
        cases = [None, *(defect for defect in defects if defect["judge"] == name)]
        for defect in cases:
            what = f"{name}: {defect['name'] if defect else 'the good tree'}"
            try:
                one_case(name, defect, what, tally)
            except (Missing, Skipped) as reason:
                if strict and name.split("-")[0] != waived:
                    tally.failed(what, [str(reason)])
                else:
                    tally.skipped(what, f"{'WAIVED: ' if waived else ''}{reason}")
        if len(cases) == 1:
            tally.failed(name, ["no defect is seeded for this judge"])
    return tally.summary()


def one_case(name, defect, what, tally):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        if defect is None:
            shutil.copytree(FIXTURES, folder, dirs_exist_ok=True)
        else:
            seeded(defect, folder)
        findings = verdict(name, folder)
    if defect is None and findings:
        tally.failed(what, findings)
    elif defect is not None and not findings:
        tally.failed(what, ["accepted"])
    elif defect is not None and not any(defect["says"] in finding for finding in findings):
        tally.failed(what, [f"rejected, but not for {defect['says']!r}", *findings])
    else:
        tally.passed()


sys.exit(main())
