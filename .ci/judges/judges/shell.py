"""Every script of the tree, those inside cloud-config too: parsed by sh and dash, and read by shellcheck."""

import base64
import gzip
import os
import re

from .common import program, run_on
from .readers import load

SHEBANG = re.compile(r"#! ?/(?:usr/)?bin/(?:env )?(sh|bash|dash)\b")


def scripts(tree):
    """Each script as (where, shell, text), and what cannot even be decoded."""
    found, findings = [], []
    for name, text in tree.matching(r".*\.sh"):
        match = SHEBANG.match(text)
        if not match:
            findings.append(f"{name}: does not begin with a #! of a shell")
        found.append((name, match[1] if match else "sh", text))
    if tree.matching(r"cloud-init/.*\.yaml"):
        for name, config, error in load(tree, r"cloud-init/[^/]*\.yaml", "cloud-init file"):
            if error or not isinstance(config, dict):
                findings.append(f"{name}: {error or 'no mapping'}")
                continue
            found += commands(name, config)
            for where, _, text in written(name, config, findings):
                match = SHEBANG.match(text)
                if match:
                    found.append((where, match[1], text))
    return found, findings


def commands(name, config):
    for key in ("bootcmd", "runcmd"):
        for i, command in enumerate(config.get(key) or []):
            where = f"{name} {key}/{i}"
            if isinstance(command, str):
                yield where, "sh", "#!/bin/sh\n" + command + "\n"
            elif isinstance(command, list) and len(command) > 2 and re.fullmatch(r"-[a-z]*c", str(command[1])):
                shell = os.path.basename(str(command[0]))
                if shell in ("sh", "bash", "dash"):
                    yield where, shell, f"#!/bin/{shell}\n{command[2]}\n"


def written(name, config, findings):
    """The files of a cloud-config, each as (where it is written, path, text)."""
    for i, file in enumerate(config.get("write_files") or []):
        path = file.get("path")
        where = f"{name} write_files/{i} {path}"
        encoding, text = str(file.get("encoding") or ""), file.get("content") or ""
        try:
            if "64" in encoding:
                text = base64.b64decode(text, validate=True)
            if encoding.startswith("gz"):
                text = gzip.decompress(text)
            yield where, path, text.decode() if isinstance(text, bytes) else text
        except (ValueError, OSError, EOFError, AttributeError):
            findings.append(f"{where}: cannot be decoded")


def judge_with(command_of):
    """A judge that gives each script on standard input to the command for its shell."""

    def judge(tree, _):
        found, findings = scripts(tree)
        for where, shell, text in found:
            command = command_of(shell)
            done = run_on(tuple(command), text)
            if done.returncode:
                said = (done.stdout + done.stderr).strip().splitlines()
                findings += [f"{where}: {line[:240]}" for line in said[:5]] or [f"{where}: {command[0]} says no"]
        return findings

    return judge


def shellcheck(shell):
    # Files that are sourced are not here (SC1091), and gkc means a `$` in single quotes as it stands (SC2016).
    return [program("shellcheck"), "--norc", "-S", "info", "-e", "SC1091,SC2016", "-s", shell, "-f", "gcc", "-"]


def dash(shell):
    """sh's own parser; bash's for what says it is bash's."""
    return [program("bash" if shell == "bash" else "dash"), "-n"]


def sh(shell):
    return [program("bash" if shell == "bash" else "sh"), "-n"]
