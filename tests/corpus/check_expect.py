#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""expect.yaml is whole: every file of the corpus has a case, every check id is
in the table of checks with that level, every rule and audience is in the rule
set, and every topic has the contract's form.

  check_expect.py SOURCE_DIR
"""

import os
import re
import sys

import yaml

KEYS = {
    "name", "file", "trap", "form", "sender", "clock", "generated", "received", "after",
    "verdict", "routing", "violations", "rules", "held_by", "topics", "figures", "open",
    "follows",
}  # fmt: skip
LEVEL = r"[A-Za-z0-9_-]{1,64}"
ALERT = re.compile(
    r"tocsin/v1/to/%(l)s/(alert|exercise|test)(-json)?/"
    r"(unknown|minor|moderate|severe|extreme)/%(l)s/[A-Z]{2}(/[A-Z0-9]{1,20})*" % {"l": LEVEL}
)
FIGURE = re.compile(
    r"tocsin/v1/to/%(l)s/figure(-json)?/[A-Z]{2}/%(l)s/%(l)s/%(l)s/[a-z]+/(flow|stock)"
    % {"l": LEVEL}
)
OPEN = re.compile(r"tocsin/v1/to/%(l)s/open(-json)?/[A-Z]{2}/%(l)s/" % {"l": LEVEL})

faults = []


def check(holds, case, what):
    if not holds:
        faults.append("%s: %s" % (case, what))


def read_table(source):
    """Check ids with their levels; those that start with a dot are suffixes."""
    with open(os.path.join(source, "proto/check.inc"), encoding="utf-8") as file:
        rows = re.findall(r'CHECK\(\s*\w+,\s*"([^"]+)",\s*(\w+),', file.read())
    return {check_id: level.lower() for check_id, level in rows}


def known(table, violation):
    path = re.sub(r"\[\d+\]", "", violation["field"])
    whole = violation["check"]
    for check_id in (whole, whole[len(path) :] if whole.startswith(path + ".") else ""):
        if table.get(check_id) == violation["level"]:
            return True
    return False


def check_topics(case, name, audiences):
    kinds = (("topics", ALERT), ("figures", FIGURE))
    for key, form in kinds:
        for audience, topics in case.get(key, {}).items():
            check(audience in audiences, name, "unknown audience %s" % audience)
            for topic in topics:
                check(form.fullmatch(topic), name, "form of %s" % topic)
                check(topic.split("/")[3] == audience, name, "audience of %s" % topic)
    for audience, topic in case.get("open", {}).items():
        check(OPEN.fullmatch(topic), name, "form of %s" % topic)
        check(audience in case["topics"], name, "open without alert")


def check_case(case, seen, table, rules):
    name = case["name"]
    check(not set(case) - KEYS, name, "unknown keys %s" % (set(case) - KEYS))
    check(name not in seen, name, "is there twice")
    for earlier in case.get("after", []):
        check(earlier in seen, name, "%s does not stand before it" % earlier)
    for violation in case["violations"]:
        check(known(table, violation), name, "no such check: %s" % violation)
    errors = any(violation["level"] == "error" for violation in case["violations"])
    check(errors == (case["verdict"] == "rejected"), name, "verdict and violations disagree")
    ids = [rule["id"] for rule in rules["rules"]]
    for rule in case.get("rules", []) + case.get("held_by", []):
        check(rule in ids, name, "unknown rule %s" % rule)
    check(case.get("rules", []) == [i for i in ids if i in case.get("rules", [])], name, "order")
    check_topics(case, name, rules["audiences"])


def main(source):
    corpus = os.path.join(source, "tests/corpus")
    with open(os.path.join(corpus, "expect.yaml"), encoding="utf-8") as file:
        expect = yaml.safe_load(file)
    with open(os.path.join(corpus, expect["rules"]), encoding="utf-8") as file:
        rules = yaml.safe_load(file)
    table = read_table(source)
    seen = set()
    for case in expect["cases"]:
        check_case(case, seen, table, rules)
        seen.add(case["name"])
        there = os.path.exists(os.path.join(corpus, case["file"]))
        check(there != case.get("generated", False), case["name"], "its file is there: %s" % there)
    listed = {case["file"] for case in expect["cases"]}
    for folder in ("incidents", "accepted", "warned", "refused"):
        for name in sorted(os.listdir(os.path.join(corpus, folder))):
            check("%s/%s" % (folder, name) in listed, name, "has no case")
    for fault in faults:
        print(fault)
    print("%d cases, %d faults" % (len(expect["cases"]), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
