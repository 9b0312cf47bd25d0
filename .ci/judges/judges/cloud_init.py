"""cloud-init's own schema validation, of Debian 12's release and Debian 13's, called in the unpacked package.

Its command line would write below /run, so its function is called instead, in one process for all trees.
"""

import functools
import subprocess
import sys
import tempfile

from .common import CACHE, Missing

# Reads paths; answers each with its findings and a line with a dot.
DRIVER = """
import sys, warnings
warnings.simplefilter("ignore")
from cloudinit.config.schema import get_schema, validate_cloudconfig_file
schema = get_schema()
if not schema.get("properties") and not schema.get("allOf"):
    sys.exit("the schema is empty: a Python package that cloud-init needs is missing")
for line in sys.stdin:
    try:
        validate_cloudconfig_file(line.strip(), schema)
    except Exception as error:
        print("found: " + " ".join(str(error).split())[:300])
    print(".", flush=True)
"""


@functools.cache
def driver(release):
    package = CACHE / f"cloud-init-{release}/usr/lib/python3/dist-packages"
    if not (package / "cloudinit").is_dir():
        raise Missing(f"cloud-init {release} is not unpacked: run install")
    environment = {"PYTHONPATH": str(package), "PATH": "/usr/bin:/bin"}
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER], env=environment, cwd="/", text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


@functools.cache
def judge_text(release, text):
    """What is wrong with one file; None where cloud-init ended without an answer."""
    running = driver(release)
    findings = []
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(text.encode())
        file.flush()
        try:
            print(file.name, file=running.stdin, flush=True)
        except BrokenPipeError:
            return None
        for line in running.stdout:
            if line == ".\n":
                return tuple(findings)
            if line.startswith("found: "):
                findings.append(line.removeprefix("found: ").strip())
    return None


def judge(release):
    def judge_release(tree, _):
        findings = []
        for name, text in tree.need(r"cloud-init/[^/]*\.yaml", "cloud-init file"):
            found = judge_text(release, text)
            if found is None:
                return [*findings, f"{name}: cloud-init {release} did not run"]
            findings += [f"{name}: {finding}" for finding in found]
        return findings

    return judge_release
