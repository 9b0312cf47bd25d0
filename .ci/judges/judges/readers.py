"""YAML, JSON and HuJSON, read by readers that are not ours; duplicate keys are an error in each."""

import functools
import json

import json5
import ruamel.yaml
import yaml


class Strict(yaml.CSafeLoader):
    """PyYAML by libyaml, which lets duplicate keys pass."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key.value!r}", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=True)


Strict.add_constructor("tag:yaml.org,2002:map", lambda loader, node: loader.construct_mapping(node, deep=True))


@functools.cache
def documents(text):
    """What PyYAML, a reader of YAML 1.1, makes of a file."""
    return list(yaml.load_all(text, Strict))


@functools.cache
def documents_12(text):
    """What ruamel.yaml makes of it, told that it is YAML 1.2."""
    reader = ruamel.yaml.YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    reader.allow_duplicate_keys = False
    return list(reader.load_all(text))


def judge_yaml(tree, context):
    findings = []
    for name, text in tree.need(r".*\.ya?ml", "YAML file"):
        try:
            old, new = documents(text), documents_12(text)
        except (yaml.YAMLError, ruamel.yaml.error.YAMLError) as error:
            findings.append(f"{name}: {first_line(error)}")
            continue
        findings += [f"{name}: {where} is no JSON data" for where in not_json(old, "")]
        findings += [f"{name}: YAML 1.1 and 1.2 differ at {where}" for where in differences(old, new, "")]
        if context.ours is not None and name in context.ours:
            findings += [f"{name}: we read something else at {where}" for where in differences(old, context.ours[name], "")]
    if context.ours is not None:
        findings += [f"{name}: we read it, and the tree has no such file" for name in context.ours if name not in tree.files]
    return findings


def judge_json(tree, _):
    findings = []
    for name, text in tree.need(r".*\.(json|hujson)", "JSON file"):
        try:
            read_json(name, text)
        except ValueError as error:
            findings.append(f"{name}: {first_line(error)}")
    pair = [tree.files.get(f"tailscale/policy.{end}") for end in ("json", "hujson")]
    if not findings and all(pair):
        plain, commented = read_json("policy.json", pair[0]), read_json("policy.hujson", pair[1])
        findings += [f"policy.json and policy.hujson differ at {where}" for where in differences(plain, commented, "")]
    return findings


def read_json(name, text):
    if name.endswith(".hujson"):
        return json5.loads(text, allow_duplicate_keys=False)
    return json.loads(text, object_pairs_hook=without_duplicates, parse_constant=refuse_constant)


def without_duplicates(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"duplicate key {key!r}")
    return dict(pairs)


def refuse_constant(name):
    raise ValueError(f"{name} is no JSON")


def not_json(data, where):
    """Where data is of a kind that JSON has not, such as a date."""
    if isinstance(data, dict):
        for key, value in data.items():
            if not isinstance(key, str):
                yield f"{where}/{key} (its key)"
            yield from not_json(value, f"{where}/{key}")
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from not_json(value, f"{where}/{i}")
    elif data is not None and type(data) not in (str, int, float, bool):
        yield f"{where} ({type(data).__name__})"


def differences(one, other, where):
    """Where two readings differ; 1, 1.0 and true are three things."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in [*one, *(k for k in other if k not in one)]:
            if key not in one or key not in other:
                yield f"{where}/{key}"
            else:
                yield from differences(one[key], other[key], f"{where}/{key}")
    elif isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            yield f"{where} (lengths {len(one)} and {len(other)})"
        for i, pair in enumerate(zip(one, other)):
            yield from differences(*pair, f"{where}/{i}")
    elif type(one) is not type(other) or one != other:
        yield f"{where or '/'} ({type(one).__name__} and {type(other).__name__})"


def first_line(error):
    return " ".join(str(error).split())[:300]


def load(tree, pattern, what):
    """Each document of the matching YAML files that can be read, with its file; judge_yaml reports the others."""
    for name, text in tree.need(pattern, what):
        try:
            read = documents(text)
        except yaml.YAMLError as error:
            yield name, None, first_line(error)
            continue
        for document in read:
            if document is not None:
                yield name, document, None


