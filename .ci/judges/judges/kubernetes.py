"""Kubernetes' own JSON schemas, strict, all errors; from PyPI's kubernetes-validate."""

import base64
import functools
import json
import re
from pathlib import Path

import jsonschema
import kubernetes_validate
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from .common import Missing
from .readers import load

OBJECTS = r"(k3s/manifests|secrets)/[^/]*\.yaml"

# No schema of these is published where it could be had offline, independently of us.
CUSTOM = re.compile(r"helm\.cattle\.io/|cert-manager\.io/|trust\.cert-manager\.io/")


@functools.cache
class Schemas:
    def __init__(self, release):
        data = Path(kubernetes_validate.__file__).parent / "kubernetes-json-schema"
        self.folder = data / f"v{release}.0-local-strict"
        if not self.folder.is_dir():
            raise Missing(f"kubernetes-validate has no schemas of Kubernetes {release}")
        definitions = json.loads((self.folder / "_definitions.json").read_text())
        resource = Resource.from_contents(definitions, default_specification=DRAFT202012)
        self.registry = Registry().with_resource("_definitions.json", resource).crawl()
        self.validators = {}

    def validator(self, version, kind):
        group = re.sub(r"^([^./]*)(?:[.][^/]*)?/", r"\1-", version)
        path = self.folder / f"{kind.lower()}-{group}.json"
        if path not in self.validators:
            schema = json.loads(path.read_text()) if path.is_file() else None
            self.validators[path] = schema and jsonschema.Draft202012Validator(schema, registry=self.registry)
        return self.validators[path]


def judge(tree, context):
    findings = []
    for release in context.kubernetes:
        schemas = Schemas(release)
        for name, document, error in load(tree, OBJECTS, "Kubernetes object"):
            said = [error] if error else judge_object(schemas, document)
            findings += [f"{name}: {finding} (Kubernetes {release})" for finding in said]
    return findings


def judge_object(schemas, document):
    if not isinstance(document, dict):
        return ["no object"]
    version, kind = str(document.get("apiVersion")), str(document.get("kind"))
    name = (document.get("metadata") or {}).get("name", "")
    who = f"{kind}/{name}"
    if CUSTOM.match(version):
        return []
    validator = schemas.validator(version, kind)
    if validator is None:
        return [f"{who}: Kubernetes has no {version} {kind}"]
    said = []
    for error in validator.iter_errors(document):
        # A secret's value must not reach a log.
        message = "does not fit" if kind == "Secret" and "data" in str(error.absolute_path) else error.message[:160]
        said.append(f"{who}: /{'/'.join(map(str, error.absolute_path))}: {message}")
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?", str(name)):
        said.append(f"{who}: metadata.name is no DNS subdomain")
    return said + judge_secret(who, document)


def judge_secret(who, document):
    """What no schema says: data is base64, and a registry login is JSON inside."""
    if document.get("kind") != "Secret":
        return []
    said = []
    for key, value in (document.get("data") or {}).items():
        try:
            decoded = base64.b64decode(value, validate=True)
            if key == ".dockerconfigjson" and "auths" not in json.loads(decoded):
                said.append(f"{who}: {key} has no auths")
        except (ValueError, TypeError):
            said.append(f"{who}: data/{key} is not what it should be")
    return said


def unjudged(tree, _):
    """The kinds that nobody outside can judge."""
    kinds = set()
    for _, document, _ in load(tree, OBJECTS, "Kubernetes object"):
        if isinstance(document, dict) and CUSTOM.match(str(document.get("apiVersion"))):
            kinds.add(f"{document.get('kind')} ({document.get('apiVersion')})")
    return sorted(kinds)
