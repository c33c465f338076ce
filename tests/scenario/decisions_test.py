#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The compiled index against the second reading of the documentation (oracle.py):
random rule files and random incidents, every decision compared.

Usage: decisions_test.py TOCSIN GAZETTEER [DECISIONS [SEED]]; TOCSIN is the command.
"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

import oracle
import random_rules

INCIDENTS = 500  # of one rule file
SENT = "2024-08-05T00:00:00Z"  # before every clock


def regions_of(rows):
    """What a rule may name: a code with its name, and alone where it is one row."""
    codes = [row["P-Code"] for row in rows]
    regions = [f"{row['P-Code']} {row['Name']}" for row in rows]
    regions += [code for code in codes if codes.count(code) == 1]
    return regions + ["ML", "BF", "NE", "SD", "HT"]


def places_of(rows, chance, gazetteer):
    codes = [row["P-Code"] for row in rows]
    places = [{"country": "ML"}, {"country": "CM"}, {"country": "ML", "pcode": "ML99"}]
    for row in rows:
        place = {"pcode": row["P-Code"]}
        if codes.count(row["P-Code"]) > 1:
            place["pcode_version"] = row["Valid from date"][: chance.choice([4, 7, 10])]
        if chance.maybe(0.5):
            place["country"] = gazetteer.alpha2[row["Location"]]
        places.append(place)
    return places


def said(answer):
    """What the command says, in the oracle's form."""
    deliveries = {}
    for one in answer["deliveries"]:
        deliveries[one["audience"]] = {
            "rules": one["rules"],
            "held_by": one["held_by"],
            "qos": one["qos"],
            "open": one["open"],
            "topics": one["topics"],
        }
    keys = {"routing": answer["routing"], "rules": answer["fired"], "held_by": answer["held_by"]}
    return {**keys, "topics": answer["topics"], "deliveries": deliveries}


def meant(decision):
    deliveries = {}
    for name, one in decision["deliveries"].items():
        deliveries[name] = {key: one[key] for key in ("rules", "held_by", "qos", "open")}
        deliveries[name]["topics"] = [one["topic"]]
    keys = {key: decision[key] for key in ("routing", "rules", "held_by")}
    return {**keys, "topics": len(deliveries), "deliveries": deliveries}


def compare(command, gazetteer_file, seed, folder):
    """One rule file. Returns decisions compared; raises on the first difference."""
    chance = random_rules.Chance(seed)
    with open(gazetteer_file, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    count = chance.choice([1, 3, 10, 30, 100])
    tree = random_rules.random_rules(chance, regions_of(rows), [str(gazetteer_file)], count)
    rules_file = folder / "rules.yaml"
    rules_file.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), "utf-8")
    rules = oracle.Rules(rules_file)
    places = places_of(rows, chance, rules.gazetteer)
    cases = []
    for _ in range(INCIDENTS):
        incident = random_rules.random_incident(chance, places, SENT)
        sender = chance.choice(random_rules.SENDERS)
        clock = random_rules.random_clock(chance)
        cases.append({"sender": sender, "incident": incident, "at": clock})
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    run = subprocess.run(
        [command, "explain", str(rules_file), "-", "--json", "--lines"],
        input=lines, capture_output=True, text=True, check=False,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(cases), f"seed {seed}: {len(answers)} answers; {run.stderr}"
    compared = 0
    for case, answer in zip(cases, answers):
        if answer["verdict"] != "accepted":
            continue
        compared += 1
        wanted = meant(oracle.decide(rules, case["incident"], case["sender"], case["at"]))
        assert said(answer) == wanted, (
            f"seed {seed}, rules in {rules_file}\nincident {json.dumps(case)}\n"
            f"command  {json.dumps(said(answer))}\noracle   {json.dumps(wanted)}"
        )
    return compared


def main():
    command, gazetteer_file = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    done = files = 0
    with tempfile.TemporaryDirectory(prefix="tocsin-decisions-") as folder:
        while done < wanted:
            done += compare(command, gazetteer_file, seed, pathlib.Path(folder))
            seed, files = seed + 1, files + 1
    print(f"{done} decisions agree, over {files} rule files")


if __name__ == "__main__":
    main()
