#!/usr/bin/python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Random rules with throttles and corroborations, random silences, and a stream of
incidents in time, against holds.py; and that whatever reached nobody is in a digest.

Usage: holds_test.py STREAM GAZETTEER [DECISIONS [SEED]]
"""
import csv
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import yaml

import holds
import oracle
import random_rules
from decisions_test import places_of, regions_of

INCIDENTS = 300  # of one stream
EPOCH_MS = 1722816000000  # 2024-08-05T00:00:00Z
DAY_MS = 86_400_000


def text_of(at_ms):
    at = datetime.datetime.fromtimestamp(at_ms / 1000, datetime.timezone.utc)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def hold_back(chance, tree):
    """Gives some rules a throttle or a corroboration, and takes most clauses away, so
    that a stream meets them often."""
    for rule in tree["rules"]:
        kept = chance.some(["region", "event", "severity", "min_severity", "time", "not"], 2)
        match = {key: one for key, one in rule.get("match", {}).items() if key in kept}
        rule["match"] = match
        if chance.maybe(0.5):
            per = chance.sample(["region", "adm1", "event", "sender", "severity"], chance.randint(0, 2))
            rule["throttle"] = {"max": chance.randint(1, 3), "in": chance.choice(["10m", "1h", "1d"])}
            if per:
                rule["throttle"]["per"] = per
        if chance.maybe(0.25):
            within = chance.choice(["30m", "6h", "2d"])
            rule["corroborate"] = {"reports": chance.randint(2, 3), "independent": "sender", "within": within}
    return tree


def random_silence(chance, audiences, now):
    form = {
        "match": random_rules.random_match(chance, ["ML", "ML05"], 0.1),
        "author": "duty",
        "reason": "drill",
        "until": text_of(now + chance.choice([3_600_000, DAY_MS, 3 * DAY_MS])),
    }
    form["match"].pop("time", None)
    if chance.maybe(0.6):
        form["audiences"] = chance.sample(audiences, chance.randint(1, len(audiences)))
    if chance.maybe(0.3):
        form["include_extreme"] = True
    return form


def a_stream(chance, rules, places, audiences):
    now, lines = EPOCH_MS + DAY_MS, []
    for _ in range(INCIDENTS):
        now += chance.choice([0, 1000, 61_000, 599_000, 3_599_000, 7_201_000]) + chance.randint(1, 500)
        now -= now % 1000
        if chance.maybe(0.03):
            lines.append({"at_ms": now, "silence": random_silence(chance, audiences, now)})
            continue
        sent = text_of(now - chance.choice([0, 3_600_000, 20 * 3_600_000]))
        incident = random_rules.random_incident(chance, places, sent)
        incident["msg_type"] = "alert"
        incident.pop("displacement", None)
        for key in ("severity", "certainty"):
            incident.setdefault(key, "unknown")
        lines.append({"at_ms": now, "sender": chance.choice(random_rules.SENDERS), "incident": incident})
    return lines + [{"at_ms": now + 40 * DAY_MS}]


def said(happened):
    receipt = happened["receipt"]
    audiences = {one["audience"]: one["alert"].get("rules", []) for one in happened["alerts"]}
    return {
        "routing": receipt["routing"],
        "rules": receipt.get("rules", []),
        "held_by": receipt.get("held_by", []),
        "audiences": audiences,
    }


def compare(program, gazetteer_file, seed, folder):
    chance = random_rules.Chance(seed)
    with open(gazetteer_file, encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["P-Code"].startswith("ML05")]
    tree = random_rules.random_rules(chance, regions_of(rows)[:-4], [str(gazetteer_file)], chance.randint(1, 8))
    hold_back(chance, tree)
    rules_file = folder / "rules.yaml"
    rules_file.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), "utf-8")
    rules = oracle.Rules(rules_file)
    places = chance.sample(places_of(rows, chance, rules.gazetteer), 4)
    places = [place for place in places if place.get("country", "ML") == "ML" and place.get("pcode") != "ML99"]
    places = places or [{"country": "ML"}]
    lines = a_stream(chance, rules, places, list(tree["audiences"]))
    run = subprocess.run(
        [program, str(rules_file)], input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True, text=True, check=False,
    )
    assert run.returncode == 0, f"seed {seed}: exit {run.returncode}: {run.stderr}"
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(lines), f"seed {seed}: {len(answers)} answers"
    hub, compared, unseen, told = holds.Hub(rules), 0, 0, 0
    for line, happened in zip(lines, answers):
        told += sum(digest.get("count", 0) for digest in happened["digests"])
        now = line["at_ms"]
        if "silence" in line:
            until = datetime.datetime.fromisoformat(line["silence"]["until"].replace("Z", "+00:00"))
            hub.silence(line["silence"], now, int(until.timestamp() * 1000))
        if "incident" not in line:
            continue
        incident = line["incident"]
        if happened["receipt"]["verdict"] != "accepted":
            raise AssertionError(f"seed {seed}: {happened['receipt']} for {json.dumps(incident)}")
        sent = datetime.datetime.fromisoformat(incident["sent"].replace("Z", "+00:00"))
        incident["start_ms"] = int(sent.timestamp() * 1000)
        wanted = hub.take(incident, line["sender"], now, text_of(now))
        unseen += not happened["alerts"]
        compared += 1
        assert said(happened) == wanted, (
            f"seed {seed}, rules in {rules_file}\nincident {json.dumps(line)}\n"
            f"engine {json.dumps(said(happened))}\noracle {json.dumps(wanted)}"
        )
    assert told >= unseen, f"seed {seed}: {unseen} reached nobody, digests tell of {told}"
    return compared, unseen


def main():
    program, gazetteer_file = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    wanted = int(sys.argv[3]) if len(sys.argv) > 3 else 100_000
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    done = held = streams = 0
    with tempfile.TemporaryDirectory(prefix="tocsin-holds-") as folder:
        while done < wanted:
            compared, unseen = compare(program, gazetteer_file, seed, pathlib.Path(folder))
            done, held, seed, streams = done + compared, held + unseen, seed + 1, streams + 1
    print(f"{done} decisions agree over {streams} streams; {held} reached nobody, all in digests")


if __name__ == "__main__":
    main()
