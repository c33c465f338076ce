#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The committed JSON Schemas are what the descriptors give, they are draft-07,
and incident.schema.json takes the corpus and refuses what it can say is wrong.

  schema_test.py TOCSIN_JSON_SCHEMA SOURCE_DIR
"""

import filecmp
import glob
import json
import os
import subprocess
import sys
import tempfile

from jsonschema import Draft7Validator

# Written in spellings that input takes and the schema, which documents the
# canonical form, does not.
OTHER_SPELLING = {"protojson.json"}
# What one schema can say; the rest needs the gazetteer, the clock, other fields
# or the state of the hub.
SCHEMA_REFUSES = {
    "claim-order.json": False,
    "country-alpha3.json": True,
    "description-too-long.json": True,
    "enum-number.json": True,
    "enum-unknown.json": True,
    "figure-fraction.json": True,
    "figure-negative.json": True,
    "figure-too-large.json": True,
    "headline-too-long.json": True,
    "household-size-below-one.json": True,
    "household-size-too-large.json": True,
    "household-size-zero.json": True,
    "id-upper-case.json": True,
    "id-version-1.json": True,
    "latitude-range.json": True,
    "longitude-range.json": True,
    "pcode-iso.json": True,
    "required-all.json": True,
    "text-too-long.json": True,
    "too-many-claims.json": True,
    "too-many-needs.json": True,
    "unknown-field.json": True,
    "wrong-type.json": True,
}

faults = []


def check(holds, what):
    if not holds:
        faults.append(what)


def compare_committed(program, committed):
    with tempfile.TemporaryDirectory() as made:
        subprocess.run([program, made], check=True)
        names = sorted(os.listdir(made))
        check(len(names) == 6, "six schemas are written")
        check(names == sorted(os.listdir(committed)), "the same files are committed")
        for name in names:
            same = filecmp.cmp(
                os.path.join(made, name), os.path.join(committed, name), shallow=False
            )
            check(same, "%s is not what tocsin-json-schema writes" % name)


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main(program, source):
    committed = os.path.join(source, "proto/schema")
    corpus = os.path.join(source, "tests/corpus")
    compare_committed(program, committed)
    for path in glob.glob(os.path.join(committed, "*.json")):
        Draft7Validator.check_schema(load(path))
    incident = Draft7Validator(load(os.path.join(committed, "incident.schema.json")))
    taken = 0
    for folder in ("incidents", "accepted", "warned"):
        for path in sorted(glob.glob(os.path.join(corpus, folder, "*.json"))):
            if os.path.basename(path) in OTHER_SPELLING:
                continue
            taken += 1
            for error in incident.iter_errors(load(path)):
                check(False, "%s: %s" % (path, error.message))
    check(taken > 40, "the corpus was found")
    for name, refuses in SCHEMA_REFUSES.items():
        valid = incident.is_valid(load(os.path.join(corpus, "refused", name)))
        check(valid != refuses, "refused/%s: valid is %s" % (name, valid))
    for fault in faults:
        print(fault)
    print("%d incidents, %d refusals, %d faults" % (taken, len(SCHEMA_REFUSES), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
