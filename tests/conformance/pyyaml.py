#!/usr/bin/env python3
"""Whether PyYAML, a reader of YAML 1.1, reads what this project's own reader (of YAML 1.2) reads.

usage: pyyaml.py YAML JSON [YAML JSON]...

Each YAML file is read with PyYAML's SafeLoader and compared with the JSON that the own reader read from it: a list of the stream's
documents. Types count: 1, 1.0, true and '1' are four values. A key that stands twice in a mapping counts as a failure, because
PyYAML keeps silent about it. Prints "N passed, N failed" and exits 1 if one failed, 2 if it was called wrongly.
"""

import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)


def difference(ours, theirs, place=""):
    """Where and how two values differ, or None."""
    if type(ours) is not type(theirs):
        return f"{place or '/'}: {ours!r} here is {theirs!r} to PyYAML"
    if isinstance(ours, dict):
        if list(ours) != list(theirs):
            return f"{place or '/'}: the keys {list(ours)!r} here are {list(theirs)!r} to PyYAML"
        return first(difference(ours[key], theirs[key], f"{place}/{key}") for key in ours)
    if isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"{place or '/'}: {len(ours)} entries here are {len(theirs)} to PyYAML"
        return first(difference(a, b, f"{place}/{at}") for at, (a, b) in enumerate(zip(ours, theirs)))
    return None if ours == theirs else f"{place or '/'}: {ours!r} here is {theirs!r} to PyYAML"


def first(differences):
    return next((found for found in differences if found is not None), None)


def compare(yaml_path, json_path):
    with open(json_path, encoding="utf-8") as file:
        ours = json.load(file)
    try:
        with open(yaml_path, "rb") as file:
            theirs = list(yaml.load_all(file, Loader=Loader))
    except yaml.YAMLError as error:
        return f"PyYAML refuses it: {error}"
    return difference(ours, theirs)


def main(paths):
    if not paths or len(paths) % 2:
        print(__doc__, file=sys.stderr)
        return 2
    failed = 0
    for yaml_path, json_path in zip(paths[::2], paths[1::2]):
        found = compare(yaml_path, json_path)
        if found is not None:
            failed += 1
            print(f"{yaml_path}: {found}")
    print(f"{len(paths) // 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
