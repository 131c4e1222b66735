#!/usr/bin/env python3
"""Writes schemas/argo/4.1.json: what the API takes, as facts only (names, types, limits), without any description text.

The facts come from compiled validators in three npm packages (see schemas/README.md), which `npm pack` brings into a
temporary directory; corrections.toml beside this file says where they are wrong or too old. Run it from anywhere:

    python3 schemas/argo/reduce.py
"""

import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
VERSION = "4.1"
KINDS = ["ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowTemplate"]

ARGO = "@kubernetes-models/argo-workflows"
CORE = "kubernetes-models"
MACHINERY = "@kubernetes-models/apimachinery"
PACKAGES = {ARGO: "2.0.0", CORE: "5.1.0", MACHINERY: "3.0.2"}

# A definition's name is the package's own with the long Go path cut short; both directions are needed.
PREFIXES = [
    ("ComGithubArgoprojArgoWorkflowsV4PkgApisWorkflowV1alpha1", "", ARGO),
    ("IoK8sApiCoreV1", "core.v1.", CORE),
    ("IoK8sApiPolicyV1", "policy.v1.", CORE),
    ("IoK8sApimachineryPkgApisMetaV1", "meta.v1.", MACHINERY),
    ("IoK8sApimachineryPkgUtilIntstr", "intstr.", MACHINERY),
    ("IoK8sApimachineryPkgApiResource", "resource.", MACHINERY),
]

PROPERTY = re.compile(r'void 0!==data(?:\.([\w$]+)|\["([^"]+)"\])&&\(?(validate\d+)\(data')
LIMIT = re.compile(r'keyword:"(maxItems|minItems|maxLength|minLength)",params:\{limit:(\d+)\}')
BOUND = re.compile(r'keyword:"(maximum|minimum)",params:\{comparison:"[<>]=",limit:(-?\d+)\}')
PATTERN = re.compile(r'keyword:"pattern",params:\{pattern:("(?:[^"\\]|\\.)*")\}')
INT32 = {"maximum": 2**31 - 1, "minimum": -(2**31)}


def unpack(directory):
    """Fetches the packages and returns the folder of each one's validators."""
    folders = {}
    for name, version in PACKAGES.items():
        packed = subprocess.run(
            ["npm", "pack", "--silent", f"{name}@{version}"], cwd=directory, check=True, capture_output=True, text=True
        )
        folder = Path(directory) / name.replace("/", "-")
        with tarfile.open(Path(directory) / packed.stdout.split()[-1]) as archive:
            archive.extractall(folder, filter="data")
        folders[name] = folder / "package" / "_schemas"
    return folders


def short(module):
    """`IoK8sApiCoreV1Container` -> `core.v1.Container`."""
    for long, brief, _ in PREFIXES:
        if module.startswith(long):
            return brief + module.removeprefix(long)
    sys.exit(f"reduce.py: no short name for {module}; add its prefix to PREFIXES")


def validator_file(name, folders):
    """The file that a definition comes from, or None where only the corrections define it."""
    for long, brief, package in reversed(PREFIXES):
        if name.startswith(brief):
            file = folders[package] / f"{long}{name.removeprefix(brief)}.js"
            return file if file.exists() else None
    return None


class Module:
    """One file of compiled validators: functions that check one level each and call each other for the next."""

    def __init__(self, text, enums_count):
        self.enums_count = enums_count
        self.imports = {
            local: Path(path).name.removesuffix(".js")
            for local, path in re.findall(r'import\{validate as (validate\d+)\}from"([^"]+)"', text)
        }
        self.enums = {
            name: json.loads(values) for name, values in re.findall(r"(schema\d+_enum)=(\[[^\]]*\])", text)
        }
        pieces = re.split(r"function (validate\d+)\(data,", text)
        self.functions = dict(zip(pieces[1::2], pieces[2::2]))
        self.entry = re.search(r"export const validate=(validate\d+)", text).group(1)

    def schema(self, function=None):
        """The schema that a function checks."""
        function = function or self.entry
        if function in self.imports:
            return {"$ref": "#/definitions/" + short(self.imports[function])}
        body = self.functions[function]
        types = [json.loads(found) for found in re.findall(r'keyword:"type",params:\{type:("[^"]+")\}', body)]
        schema = {"type": types[0]} if types else {}
        if schema.get("type") == "object":
            schema |= self.object(body)
        same = [self.schema(check) for check in re.findall(r"(validate\d+)\(data,\{instancePath,parentData", body)]
        if same and "properties" in schema:
            schema["embedded"] = same
        elif same:
            return same[0]
        item = re.search(r"(validate\d+)\(data\[i\d+\],", body)
        if item:
            schema["items"] = self.schema(item.group(1))
        return schema | self.limits(body)

    def object(self, body):
        """Properties, or the values of a map. The API closes every object, so one with neither is an empty struct."""
        value = re.search(r"(validate\d+)\(data\[key\d+\],", body)
        if value:
            return {"additionalProperties": self.schema(value.group(1))}
        properties = {dotted or quoted: self.schema(check) for dotted, quoted, check in PROPERTY.findall(body)}
        required = sorted(set(re.findall(r'missingProperty:"([^"]+)"', body)))
        found = {"additionalProperties": False, "properties": properties}
        return found | ({"required": required} if required else {})

    def limits(self, body):
        """Sizes, bounds, patterns and enums."""
        found = {keyword: int(limit) for keyword, limit in LIMIT.findall(body)}
        if 'format:"int32"' in body:
            found |= INT32
        found |= {keyword: int(limit) for keyword, limit in BOUND.findall(body)}
        for pattern in PATTERN.findall(body):
            found["pattern"] = json.loads(pattern)
        enum = re.search(r"allowedValues:(schema\d+_enum)", body)
        # A CRD made from Go types does not carry the enums of Kubernetes' own types (`+enum` is no marker of its maker).
        if enum and self.enums_count:
            found["enum"] = self.enums[enum.group(1)]
        return found


def references(schema):
    """The definitions that a schema names."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix("#/definitions/")
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def correct(name, schema, corrections):
    """Applies the corrections of one definition: each sets, or takes away, what stands at a JSON pointer."""
    document = {"definitions": {name: schema}}
    for correction in corrections:
        *path, last = [part.replace("~1", "/").replace("~0", "~") for part in correction["at"].split("/")[1:]]
        if [*path, last][1] != name:
            continue
        place = document
        for part in path:
            place = place.setdefault(part, {})
        before = place.pop(last, None)
        if "absent" not in correction:
            place[last] = correction["set"]
        if place.get(last) == before:
            sys.exit(f"reduce.py: the correction at {correction['at']} says what the packages say already")
        correction["used"] = True
    return document["definitions"][name]


def flatten(schema, load):
    """Puts the fields of an embedded Go struct where the JSON has them: in the object itself."""
    for embedded in schema.pop("embedded", []):
        other = load(embedded["$ref"].removeprefix("#/definitions/")) if "$ref" in embedded else embedded
        schema["properties"] = other.get("properties", {}) | schema["properties"]
        if "additionalProperties" not in other:
            del schema["additionalProperties"]
        required = {*schema.get("required", []), *other.get("required", [])}
        schema |= {"required": sorted(required)} if required else {}
    return schema


def reduce(folders, corrections):
    """Every definition that can be reached from the kinds, corrected."""

    def load(name):
        file = validator_file(name, folders)
        schema = Module(file.read_text(), file.parent == folders[ARGO]).schema() if file else None
        schema = correct(name, flatten(schema, load) if schema else None, corrections)
        if schema is None:
            sys.exit(f"reduce.py: {name} is named but neither the packages nor corrections.toml define it")
        return schema

    definitions, waiting = {}, list(KINDS)
    while waiting:
        name = waiting.pop()
        if name not in definitions:
            definitions[name] = load(name)
            waiting.extend(references(definitions[name]))
    for correction in corrections:
        if "used" not in correction:
            sys.exit(f"reduce.py: the correction at {correction['at']} changes nothing that is reachable")
    return definitions


def print_schema(definitions):
    """One definition a line, keys sorted: a difference reads well."""
    lines = [f"{json.dumps(name)}:{json.dumps(schema, sort_keys=True, separators=(',', ':'))}"
             for name, schema in sorted(definitions.items())]
    draft = '"$schema":"http://json-schema.org/draft-07/schema#"'
    return "{" + draft + ',\n"definitions":{\n' + ",\n".join(lines) + "\n}}\n"


def main():
    corrections = tomllib.loads((HERE / "corrections.toml").read_text())["correction"]
    with tempfile.TemporaryDirectory() as directory:
        definitions = reduce(unpack(directory), corrections)
    target = HERE / f"{VERSION}.json"
    target.write_text(print_schema(definitions))
    print(f"{target}: {len(definitions)} definitions, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
