#!/usr/bin/env python3
# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Runs bench_engine and shows what it measured, with the budget beside it.

Usage: engine.py BENCH_ENGINE [--quick] [--only WHAT] [--instructions]
                 [--markdown | --json] [--svg FILE]

Times are processor time of one thread. --instructions counts them, too, with
valgrind's callgrind: they do not drift from run to run.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import tempfile

import growth

AXES = ("rules", "regions", "senders", "open incidents", "remembered ids", "silences")
ONE_WALK = ("decode + validate + decide", "600 B", "rules")


def key_of(line):
    return line["step"], line["variant"], line["axis"], line["at"]


def run(words):
    text = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [json.loads(line) for line in text.splitlines()]


def measure(program, options):
    with tempfile.TemporaryDirectory() as folder:
        return run([program, folder] + options)


def counted(program, options):
    """Instructions of one call, by key: callgrind writes one file a measurement."""
    with tempfile.TemporaryDirectory() as folder:
        tool = ["valgrind", "-q", "--tool=callgrind", "--instr-atstart=no",
                f"--callgrind-out-file={folder}/dump"]
        lines = run(tool + [program, folder] + options)
        calls = {"/".join(map(str, key_of(line))): line["calls"] for line in lines if "calls" in line}
        counts = {}
        for path in pathlib.Path(folder).glob("dump.*"):
            text = path.read_text()
            label = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.M)
            total = re.search(r"^totals: (\d+)", text, re.M)
            if label and total and label[1] in calls:
                counts[label[1]] = int(total[1]) / calls[label[1]]
        return counts


def machine():
    model = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    return (f"{os.cpu_count()} × {model[1] if model else platform.machine()},"
            f" Linux {platform.release()}, load {os.getloadavg()[0]:.1f}")


def figures_of(lines, counts):
    """One row a measurement: what a person and a plot need."""
    rows = []
    for line in lines:
        if line["step"] == "about":
            continue
        row = {name: line[name] for name in ("step", "variant", "axis", "at")}
        if "unit" in line:
            row["bytes"] = line["value"]
        else:
            row["ns"] = {"min": min(line["ns"]), "median": statistics.median(line["ns"]),
                         "max": max(line["ns"])}
            row["instructions"] = counts.get("/".join(map(str, key_of(line))))
        rows.append(row)
    return rows


def find(rows, step, variant, axis, at, name):
    for row in rows:
        if (row["step"], row["variant"], row["axis"], row["at"]) == (step, variant, axis, at):
            value = row.get(name)
            return value["min"] if isinstance(value, dict) else value
    return None


def ratio(above, below):
    return above / below if above and below else None


def budget(rows):
    """(what, figure, limit, unit) of the promises that this program can judge."""
    few = find(rows, *ONE_WALK, 1000, "ns")
    load = find(rows, "load", "and free, with 32,767 regions", "rules", 100000, "ns")
    found = [
        ("decode + validate + decide, 600 bytes, 1,000 rules", few, 2000, "ns"),
        ("the same at 100,000 rules, against 1,000: time",
         ratio(find(rows, *ONE_WALK, 100000, "ns"), few), 1.5, "×"),
        ("the same: instructions", ratio(find(rows, *ONE_WALK, 100000, "instructions"),
                                         find(rows, *ONE_WALK, 1000, "instructions")), 1.5, "×"),
        ("load 100,000 rules and 32,767 regions, and free them", load and load / 1e6, 1000, "ms"),
        ("memory of a rule, of 100,000",
         find(rows, "memory", "a rule", "rules", 100000, "bytes"), 300, "bytes"),
        ("memory of a remembered id, of 1,000,000",
         find(rows, "memory", "a remembered id", "remembered ids", 1000000, "bytes"), 200, "bytes"),
    ]
    return [row for row in found if row[1] is not None]


def cell(value):
    return "n/a" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:,.2f}"


def budget_table(rows):
    yield "what", "measured", "limit"
    for what, figure, limit, unit in budget(rows):
        yield what, f"{cell(figure)} {unit}", f"{limit:,} {unit}"


def time_table(rows):
    yield "step", "of", "at", "ns: min", "median", "max", "instructions"
    for row in rows:
        if "ns" in row:
            yield (row["step"], row["variant"], f"{row['at']:,} {row['axis']}",
                   *(cell(row["ns"][name]) for name in ("min", "median", "max")),
                   cell(row["instructions"]))


def memory_table(rows):
    yield "memory of", "at", "bytes"
    for row in rows:
        if "bytes" in row:
            yield row["variant"], f"{row['at']:,} {row['axis']}", cell(row["bytes"])


def as_markdown(table):
    head, *body = table
    lines = [head, ["---"] * 1 + ["---:"] * (len(head) - 1)] + body
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def as_text(table):
    lines = list(table)
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join(
        "  ".join(word.ljust(width) if i < 1 else word.rjust(width)
                  for i, (word, width) in enumerate(zip(line, widths))).rstrip() for line in lines)


def show(about, rows, lay_out):
    print(f"Machine: {about['machine']}\nBuilt by {about['compiler']}, with {about['libraries']}")
    for table in (budget_table, time_table, memory_table):
        body = list(table(rows))
        if len(body) > 1:
            print(f"\n{lay_out(body)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--quick", action="store_true", help="small: whether it works at all")
    parser.add_argument("--only", metavar="WHAT",
                        help="what begins so, as in 'submit/one alert/rules'")
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--svg", metavar="FILE", help="what a submission costs as things grow")
    words = parser.parse_args()
    options = (["--quick"] if words.quick else []) + (["--only", words.only] if words.only else [])
    lines = measure(words.program, options)
    counts = counted(words.program, options) if words.instructions else {}
    about = {**lines[0], "machine": machine()}
    del about["step"]
    rows = figures_of(lines, counts)
    if words.json:
        json.dump({"about": about, "rows": rows}, sys.stdout, indent=1)
        print()
    else:
        show(about, rows, as_markdown if words.markdown else as_text)
    if words.svg:
        series = {axis: [row for row in rows if row["step"] == "submit" and row["axis"] == axis
                         and row["variant"] in ("one alert", "with open/")
                         and (axis != "rules" or row["variant"] == "one alert")] for axis in AXES}
        pathlib.Path(words.svg).write_text(growth.plot(series), encoding="utf-8")


if __name__ == "__main__":
    main()
