#!/usr/bin/env python3
"""Holds `lint --format sarif` against the published JSON schema of SARIF 2.1.0.

    sarif.py PROGRAM PATH...

Each path is linted by itself. The schema is the one that OASIS publishes, taken from the crate serde-sarif, which carries it whole:
cargo fetches that, so no address has to be known here. Needs cargo, and Python's jsonschema.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

CRATE, VERSION = "serde-sarif", "0.8.0"


def published_schema():
    """The schema as the crate holds it."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        manifest = folder / "Cargo.toml"
        manifest.write_text(
            f'[package]\nname = "schema"\nversion = "0.0.0"\nedition = "2024"\n'
            f'[lib]\npath = "lib.rs"\n[dependencies]\n{CRATE} = "={VERSION}"\n'
        )
        (folder / "lib.rs").write_text("")
        command = ["cargo", "metadata", "--quiet", "--format-version", "1", "--manifest-path", str(manifest)]
        packages = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["packages"]
        crate = next(package for package in packages if package["name"] == CRATE)
        return json.loads((pathlib.Path(crate["manifest_path"]).parent / "src/schema.json").read_text())


def log(program, path):
    """What the program prints for a path; exit 3 comes with a log too."""
    run = subprocess.run([program, "lint", "--format", "sarif", path], capture_output=True)
    if run.returncode not in (0, 1, 3):
        sys.exit(f"{path}: lint ends with {run.returncode}: {run.stderr.decode()}")
    return json.loads(run.stdout)


def main():
    program, *paths = sys.argv[1:]
    schema = published_schema()
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    wrong, results, rules = 0, 0, set()
    for path in paths:
        made = log(program, path)
        for error in validator(schema).iter_errors(made):
            wrong += 1
            print(f"{path}: {error.json_path}: {error.message}")
        for run in made["runs"]:
            results += len(run["results"])
            rules |= {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    print(f"{len(paths)} logs with {results} results of {len(rules)} rules, {wrong} errors against the schema of SARIF 2.1.0")
    sys.exit(wrong > 0 or results == 0)


main()
