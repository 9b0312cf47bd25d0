"""Terraform with providers from a folder of binaries: nothing is downloaded, and the pins of a root must admit what is there."""

import os
import platform
import re
from pathlib import Path

from .common import program, run

NAMESPACES = {"hcloud": "hetznercloud", "cloudflare": "cloudflare"}
HOST = "registry.terraform.io"
MACHINES = {"x86_64": "amd64", "aarch64": "arm64"}


def mirrored(binaries, folder):
    """A configuration of Terraform in `folder` that knows only `terraform-provider-NAME_vX.Y.Z` of `binaries`, and their versions."""
    versions = {}
    target = f"linux_{MACHINES[platform.machine()]}"
    for binary in sorted(Path(binaries).iterdir()):
        found = re.fullmatch(r"terraform-provider-(\w+)_v([\d.]+)", binary.name)
        if found:
            name, version = found.groups()
            place = folder / "mirror" / HOST / NAMESPACES.get(name, "hashicorp") / name / version / target
            place.mkdir(parents=True)
            (place / binary.name).symlink_to(binary.resolve())
            versions[name] = version
    configuration = folder / "terraform.rc"
    configuration.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{folder / "mirror"}"\n  }}\n}}\n')
    return configuration, versions


def terraform(folder, configuration, *arguments, environment=None):
    given = {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "HOME": str(configuration.parent),
        "TF_CLI_CONFIG_FILE": str(configuration),
        "TF_IN_AUTOMATION": "1",
        "CHECKPOINT_DISABLE": "1",
    }
    return run([program("terraform"), *arguments], cwd=folder, env={**given, **(environment or {})})
