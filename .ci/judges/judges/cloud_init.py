"""cloud-init's own schema validation, of Debian 12's release and Debian 13's, called in the unpacked package.

Its command line would write below /run, so its function is called instead.
"""

import sys
import tempfile
from pathlib import Path

from .common import CACHE, Missing, run

DRIVER = """
import sys, warnings
warnings.simplefilter("ignore")
from cloudinit.config.schema import get_schema, validate_cloudconfig_file
schema = get_schema()
if not schema.get("properties") and not schema.get("allOf"):
    sys.exit("the schema is empty: a Python package that cloud-init needs is missing")
for path in sys.argv[1:]:
    try:
        validate_cloudconfig_file(path, schema)
    except Exception as error:
        print(path.rsplit("/", 1)[1] + ": " + " ".join(str(error).split())[:300])
"""


def judge(release):
    def judge_release(tree, _):
        package = CACHE / f"cloud-init-{release}/usr/lib/python3/dist-packages"
        if not (package / "cloudinit").is_dir():
            raise Missing(f"cloud-init {release} is not unpacked: run install")
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for name, text in tree.need(r"cloud-init/[^/]*\.yaml", "cloud-init file"):
                path = Path(folder, name.removeprefix("cloud-init/"))
                path.write_bytes(text.encode())
                paths.append(str(path))
            environment = {"PYTHONPATH": str(package), "PATH": "/usr/bin:/bin"}
            done = run([sys.executable, "-c", DRIVER, *paths], env=environment, cwd=folder)
        findings = [line for line in done.stdout.splitlines() if ": " in line and not line.startswith("Cloud config")]
        if done.returncode:
            findings.append(f"cloud-init {release} did not run: {done.stderr.strip()[-300:]}")
        return findings

    return judge_release
