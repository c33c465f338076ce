# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The JSON Schema that editors use agrees with the loader on every sample.

usage: schema_test.py SOURCE

A good sample satisfies the schema, a bad one does not. What a schema cannot know, such
as which regions there are, is excepted by the sample itself: its last line then is
"# beyond the schema: WHAT", and the schema has to accept it, so that no exception
outlives its reason. A text that is no YAML, or YAML that only the loader refuses, is
marked the same way, or is refused by the reader here.
"""

import json
import pathlib
import re
import sys

import jsonschema
import yaml

MARK = re.compile(r"^# beyond the schema: .+$")


class Loader(yaml.SafeLoader):
    """Plain scalars as YAML 1.2 has them: NO is a text, 18:00-06:00 as well."""


Loader.yaml_implicit_resolvers = {}
Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|)$"), None)
Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(true|True|TRUE|false|False|FALSE)$"), None
)
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(0|[1-9][0-9]*)$"), None)
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+(\.[0-9]+|e[0-9]+)$"), None)


def is_accepted(validator, path):
    try:
        document = yaml.load(path.read_bytes(), Loader=Loader)
    except (yaml.YAMLError, ValueError):
        return False, "no YAML"
    error = jsonschema.exceptions.best_match(validator.iter_errors(document))
    return error is None, error.message[:200] if error else ""


def is_marked(path):
    lines = path.read_text(encoding="utf-8", errors="replace").rstrip("\n").split("\n")
    return MARK.match(lines[-1]) is not None


def check(validator, folder, good):
    wrong = []
    paths = sorted(p for p in folder.glob("*.y*ml") if not p.match("*.rehearsal.yaml"))
    for path in paths:
        accepted, why = is_accepted(validator, path)
        wanted = good or is_marked(path)
        if accepted != wanted:
            verb = "refuses" if wanted else "accepts"
            wrong.append(f"{path.parent.name}/{path.name}: the schema {verb} it {why}")
    return len(paths), wrong


def main():
    rules = pathlib.Path(sys.argv[1]) / "rules"
    samples = pathlib.Path(sys.argv[1]) / "tests/unit/rules/samples"
    schema = json.loads((rules / "rules.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    whole = jsonschema.Draft7Validator(schema)
    part = jsonschema.Draft7Validator(
        {"$ref": "#/definitions/included", "definitions": schema["definitions"]}
    )
    wrong, total = [], 0
    for validator, folder, good in (
        (whole, samples / "good", True),
        (whole, samples / "bad", False),
        (part, samples / "good/more.d", True),
        (part, samples / "good/rest.d", True),
        (part, samples / "bad/more.d", False),
        (whole, rules, True),
    ):
        count, found = check(validator, folder, good)
        if count == 0:
            found.append(f"{folder}: no samples")
        total += count
        wrong += found
    print("\n".join(wrong) if wrong else f"{total} samples: loader and schema agree")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
