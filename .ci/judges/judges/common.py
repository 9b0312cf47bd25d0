"""What every judge shares: the tree to judge, where the judges' programs are, and the ways a judge can end."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import templates

HERE = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("GKC_JUDGES") or HERE / "../../target/judges").resolve()


class Missing(Exception):
    """The judge's program or data is not on this machine."""


class Skipped(Exception):
    """There is nothing for the judge to look at, or nobody to judge it."""


class Context:
    """What the command line asked for."""

    def __init__(self, values=None, expect=None, ours=None, kubernetes=("1.32",)):
        self.values = values
        self.expect = expect
        self.ours = ours
        self.kubernetes = kubernetes


class Tree:
    """A directory that `gkc build` wrote, with its templates rendered."""

    def __init__(self, folder, values=None):
        self.folder = Path(folder)
        if not self.folder.is_dir():
            raise SystemExit(f"{folder} is no directory")
        self.values = values
        self.files = {}
        self.templates = {}
        for path in sorted(p for p in self.folder.rglob("*") if p.is_file()):
            name = path.relative_to(self.folder).as_posix()
            if "/.terraform/" in f"/{name}":
                continue
            text = path.read_bytes().decode("utf-8")
            if name.endswith(".tftpl"):
                name = name.removesuffix(".tftpl")
                self.templates[name] = text
                text = templates.render(text, templates.Dummies(values))
            self.files[name] = text

    def matching(self, pattern):
        """The files whose whole path matches, as (path, text)."""
        return [(name, text) for name, text in self.files.items() if re.fullmatch(pattern, name)]

    def need(self, pattern, what):
        found = self.matching(pattern)
        if not found:
            raise Skipped(f"the tree has no {what}")
        return found


def program(name, cached=None):
    """A program's path, the cache's before the machine's."""
    if cached and (CACHE / cached).is_file():
        return str(CACHE / cached)
    found = shutil.which(name)
    if not found:
        raise Missing(f"{name} is not on this machine")
    return found


def run(command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)


@functools.cache
def run_on(command, text):
    """Of a program that reads standard input and nothing else: trees have much in common, so each text is judged once."""
    return run(command, input=text)
