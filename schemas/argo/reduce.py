#!/usr/bin/env python3
"""Writes schemas/argo/{3.7,4.0,4.1}.json: what an API server with Argo's full CRDs takes, as facts only, without any text.

The facts are the openAPIV3Schema of the CRDs in Argo's Go module, which `go mod download` brings, checks against the sum
below and keeps in a temporary directory. A CRD repeats every Go type wherever it is used; the JSON schema of the same module
names the type at each place, so that equal parts are written once, under that name. corrections.toml beside this file says
what differs from the CRDs, and why. Run it from anywhere:

    python3 schemas/argo/reduce.py
"""

import collections
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
KINDS = ["ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowTemplate"]

# Which module each version is made from. Argo 4.1's own could not be had: it is 4.0's and what corrections.toml adds.
V3 = ("github.com/argoproj/argo-workflows/v3@v3.7.18", "h1:B8v2GIBCqUATiqrI3NaLGDplT2Id18bIruebwSXkFZI=")
V4 = ("github.com/argoproj/argo-workflows/v4@v4.0.7", "h1:O76Plk/nYI+gFax3vvE7elvA3BNAp0r0aJ24VmjsjLE=")
VERSIONS = {"3.7": V3, "4.0": V4, "4.1": V4}

# A definition's name is the JSON schema's with the long Go path cut short.
PREFIXES = [
    ("io.argoproj.workflow.v1alpha1.", ""),
    ("io.k8s.api.core.v1.", "core.v1."),
    ("io.k8s.api.policy.v1.", "policy.v1."),
    ("io.k8s.apimachinery.pkg.apis.meta.v1.", "meta.v1."),
    ("io.k8s.apimachinery.pkg.util.intstr.", "intstr."),
    ("io.k8s.apimachinery.pkg.api.resource.", "resource."),
]

# What is kept as it stands. Left out are texts, and what matters to a server-side apply alone (which lists and maps are atomic).
KEPT = [
    "type", "format", "enum", "pattern", "default", "required", "maxItems", "minItems", "maxLength", "minLength", "maximum",
    "minimum", "x-kubernetes-int-or-string", "x-kubernetes-list-map-keys", "x-kubernetes-preserve-unknown-fields",
]
KNOWN = {*KEPT, "properties", "items", "additionalProperties", "description", "x-kubernetes-validations",
         "x-kubernetes-list-type", "x-kubernetes-map-type"}
INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]


def download(module, directory):
    """Fetches a module, pinned by version and sum, and returns its folder."""
    name, pinned = module
    environment = os.environ | {"GOMODCACHE": str(directory), "GOFLAGS": "-modcacherw"}
    done = subprocess.run(
        ["go", "mod", "download", "-json", name], cwd=directory, env=environment, check=True, capture_output=True, text=True
    )
    said = json.loads(done.stdout)
    if said["Sum"] != pinned:
        sys.exit(f"reduce.py: {name} has the sum {said['Sum']}, not {pinned}")
    return Path(said["Dir"])


class Types:
    """The module's JSON schema: which Go type stands where. Of its other claims none is used, but for metadata."""

    def __init__(self, folder):
        self.definitions = json.loads((folder / "api/jsonschema/schema.json").read_text())["definitions"]

    def resolve(self, node):
        """The short name of the type at a node, where it has one, and the node that describes it."""
        name = None
        while node and "$ref" in node:
            long = node["$ref"].removeprefix("#/definitions/")
            name, node = short(long), self.definitions[long]
        return name, node or {}


def short(long):
    """`io.k8s.api.core.v1.Container` -> `core.v1.Container`."""
    for prefix, brief in PREFIXES:
        if long.startswith(prefix):
            return brief + long.removeprefix(prefix)
    sys.exit(f"reduce.py: no short name for {long}; add its prefix to PREFIXES")


class Reducer:
    """One version's definitions. Where two places of one type differ, the rarer ones are told apart by their owner."""

    def __init__(self, types):
        self.types = types
        self.variants = collections.defaultdict(dict)

    def schema(self, crd, typed, owner):
        """The facts of a part of a CRD; a reference where the part is an object of a named type."""
        name, typed = self.types.resolve(typed)
        unknown = set(crd) - KNOWN - {"anyOf"}
        if unknown or crd.get("anyOf", INT_OR_STRING) != INT_OR_STRING:
            sys.exit(f"reduce.py: {owner}: no reading for {sorted(unknown) or crd['anyOf']}")
        facts = {keyword: crd[keyword] for keyword in KEPT if keyword in crd}
        inner = name or owner
        if "properties" in crd:
            below = typed.get("properties", {})
            facts["properties"] = {
                field: self.schema(part, below.get(field), f"{inner}.{field}")
                for field, part in crd["properties"].items()
            }
        for keyword in ("items", "additionalProperties"):
            if keyword in crd:
                facts[keyword] = self.schema(crd[keyword], typed.get(keyword), inner)
        if "x-kubernetes-validations" in crd:
            facts["x-kubernetes-validations"] = [digest(rule["rule"]) for rule in crd["x-kubernetes-validations"]]
        free = facts.keys() <= {"type", "x-kubernetes-preserve-unknown-fields"} and len(facts) > 1
        return self.named(name, facts, owner) if name and not free else facts

    def named(self, name, facts, owner):
        """Notes a variant of a named type and refers to it."""
        text = json.dumps(facts, sort_keys=True)
        variant = self.variants[name].setdefault(text, {"facts": facts, "uses": 0, "owner": owner})
        variant["uses"] += 1
        return {"$ref": (name, text)}

    def settle(self):
        """Gives every variant its name, and every reference the name of its variant."""
        names = {}
        for name, variants in self.variants.items():
            ranked = sorted(variants.items(), key=lambda item: rank(item[1]))
            for place, (text, variant) in enumerate(ranked):
                names[name, text] = name if place == 0 else f"{name} of {variant['owner']}"
        return {names[name, text]: rename(variant["facts"], names)
                for name, variants in self.variants.items() for text, variant in variants.items()}


def rank(variant):
    """Which variant takes the plain name: the one with the most fields, and of those the most used."""
    return -len(variant["facts"].get("properties", [])), -variant["uses"], variant["owner"]


def rename(facts, names):
    """The same facts with settled names in their references."""
    if isinstance(facts, list):
        return [rename(part, names) for part in facts]
    if not isinstance(facts, dict):
        return facts
    return {key: names[part] if key == "$ref" else rename(part, names) for key, part in facts.items()}


def digest(rule):
    """A CEL rule by the beginning of its SHA-256: a changed rule shows, and its text stays where it is."""
    return hashlib.sha256(rule.encode()).hexdigest()[:12]


def metadata(reducer):
    """An object's own metadata, which a CRD leaves to the API server: the fields and types of ObjectMeta, closed."""

    def structural(node):
        name, node = reducer.types.resolve(node)
        facts = {keyword: node[keyword] for keyword in ("type", "format", "required") if keyword in node}
        if "properties" in node:
            facts["properties"] = {field: structural(part) for field, part in node["properties"].items()}
        for keyword in ("items", "additionalProperties"):
            if keyword in node:
                facts[keyword] = structural(node[keyword])
        if facts.get("type") == "object" and len(facts) == 1:
            facts["x-kubernetes-preserve-unknown-fields"] = True
        return reducer.named(name, facts, name) if name else facts

    return structural({"$ref": "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"})


def reduce(folder):
    """Every definition that can be reached from the kinds, and the kinds themselves."""
    reducer, kinds = Reducer(Types(folder)), {}
    for kind in KINDS:
        crd = yaml.load((folder / f"manifests/base/crds/full/argoproj.io_{kind.lower()}s.yaml").read_text(), yaml.CSafeLoader)
        versions = crd["spec"]["versions"]
        if [version["name"] for version in versions] != ["v1alpha1"]:
            sys.exit(f"reduce.py: {kind} has other versions than v1alpha1")
        schema = versions[0]["schema"]["openAPIV3Schema"]
        typed = {"$ref": f"#/definitions/io.argoproj.workflow.v1alpha1.{kind}"}
        kinds[kind] = reducer.schema(schema, typed, kind)["$ref"]
        reducer.variants[kind][kinds[kind][1]]["facts"]["properties"]["metadata"] = metadata(reducer)
    return reducer.settle()


def correct(definitions, corrections, version):
    """Applies the corrections of one version: each sets, or takes away, what stands at a JSON pointer."""
    document = {"definitions": definitions}
    for correction in corrections:
        if version not in correction.get("versions", VERSIONS):
            continue
        *path, last = [part.replace("~1", "/").replace("~0", "~") for part in correction["at"].split("/")[1:]]
        place = document
        for part in path:
            if part not in place:
                sys.exit(f"reduce.py: the correction at {correction['at']} stands nowhere in {version}")
            place = place[part]
        before = place.pop(last, None)
        if "absent" not in correction:
            place[last] = correction["set"]
        if place.get(last) == before:
            sys.exit(f"reduce.py: the correction at {correction['at']} says what the CRDs of {version} say already")


def reachable(definitions):
    """The definitions that the kinds lead to: a correction may have cut some off."""

    def references(part):
        if isinstance(part, dict):
            for key, value in part.items():
                yield from [value] if key == "$ref" else references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    found, waiting = {}, list(KINDS)
    while waiting:
        name = waiting.pop()
        if name not in definitions:
            sys.exit(f"reduce.py: {name} is referred to and defined nowhere")
        if name not in found:
            found[name] = definitions[name]
            waiting.extend(references(definitions[name]))
    return found


def print_facts(version, module, definitions):
    """One definition a line, keys sorted: a difference reads well."""
    lines = [f"{json.dumps(name)}:{json.dumps(facts, sort_keys=True, separators=(',', ':'), ensure_ascii=False)}"
             for name, facts in sorted(definitions.items())]
    head = f'"argo":{json.dumps(version)},"module":{json.dumps(module[0])},"sum":{json.dumps(module[1])}'
    return "{" + head + ',\n"definitions":{\n' + ",\n".join(lines) + "\n}}\n"


def main():
    corrections = tomllib.loads((HERE / "corrections.toml").read_text())["correction"]
    with tempfile.TemporaryDirectory() as directory:
        for version, module in VERSIONS.items():
            definitions = reduce(download(module, directory))
            correct(definitions, corrections, version)
            definitions = reachable(definitions)
            target = HERE / f"{version}.json"
            target.write_text(print_facts(version, module, definitions))
            print(f"{target}: {len(definitions)} definitions, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
