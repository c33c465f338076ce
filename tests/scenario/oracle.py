# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A second reading of the rule language, written from the documentation alone.

It is slow and plain on purpose: no index, no masks, no sharing with the C code.
Given a rule file, the gazetteer lists and an incident in Tocsin JSON it says which
rules fire, what each audience gets, the routing and what was held.
"""
import csv
import datetime
import json
import os
import zoneinfo

import yaml

SCALES = {
    "severity": ["unknown", "minor", "moderate", "severe", "extreme"],
    "certainty": ["unknown", "unlikely", "possible", "likely", "observed"],
    "urgency": ["unknown", "past", "future", "expected", "immediate"],
}
SENSITIVITY = ["low", "moderate", "high", "severe"]
DEPTH = {"severe": 99, "high": 3, "moderate": 2, "low": 1}
SPANS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
COUNTRIES = "/usr/share/iso-codes/json/iso_3166-1.json"


def listed(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def span_ms(text):
    return int(text[:-1]) * SPANS[text[-1]]


class Gazetteer:
    """Rows are (code, valid from); a country is a row without a date."""

    def __init__(self, paths):
        with open(COUNTRIES, encoding="utf-8") as file:
            entries = json.load(file)["3166-1"]
        self.alpha2 = {entry["alpha_3"]: entry["alpha_2"] for entry in entries}
        self.countries = set(self.alpha2.values())
        self.rows = {}  # code -> [row]
        self.successors = {}  # retired code -> [row]
        rows = []
        for path in paths:
            with open(path, encoding="utf-8-sig", newline="") as file:
                rows += list(csv.DictReader(file))
        for source in rows:
            row = {
                "code": source["P-Code"],
                "name": source["Name"],
                "from": source["Valid from date"],
                "level": int(source["Admin Level"]),
                "country": self.alpha2[source["Location"]],
                "parent_code": source["Parent P-Code"],
                "household": source.get("Household size"),
            }
            self.rows.setdefault(row["code"], []).append(row)
            for old in (source.get("Replaces") or "").split():
                self.successors.setdefault(old, []).append(row)
        for same in self.rows.values():
            for row in same:
                row["parent"] = self.parent_of(row)

    def parent_of(self, row):
        candidates = self.rows.get(row["parent_code"], [])
        if not candidates or row["parent_code"] in self.alpha2:
            return None
        older = [one for one in candidates if one["from"] <= row["from"]]
        if older:
            return max(older, key=lambda one: one["from"])
        return min(candidates, key=lambda one: one["from"])

    def path(self, row):
        """Identities of the row and its ancestors, then the country."""
        found, country = [], row["country"]
        while row is not None:
            found.append((row["code"], row["from"]))
            row = row["parent"]
        return found + [(country, "")]

    def find(self, code, version):
        """("one", path), ("several", None), or ("none", None)."""
        same = self.rows.get(code, [])
        if len(same) == 1:
            return "one", self.path(same[0])
        if len(same) > 1:
            fits = [row for row in same if version and row["from"].startswith(version)]
            return ("one", self.path(fits[0])) if len(fits) == 1 else ("several", None)
        heirs = self.successors.get(code, [])
        if not heirs:
            return "none", None
        paths = [self.path(row) for row in heirs]
        if len(paths) == 1:
            return "one", paths[0]
        for index, step in enumerate(paths[0]):
            if index and all(step in other for other in paths[1:]):
                return "one", paths[0][index:]
        return "none", None

    def locate(self, location):
        code, country = location.get("pcode"), location.get("country")
        if code:
            how, path = self.find(code, location.get("pcode_version"))
            if how == "one":
                return path
        return [(country, "")] if country in self.countries else []

    def of_rule(self, text):
        """A region in a rule: a code, and a name that picks among its rows."""
        code, _, name = text.partition(" ")
        if code in self.countries:
            return (code, "")
        same = self.rows[code]
        if len(same) > 1:
            same = [row for row in same if row["name"] == name]
        return (same[0]["code"], same[0]["from"])


class Rules:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.tree = yaml.load(file, Loader=yaml.BaseLoader)
        folder = os.path.dirname(os.path.abspath(path))
        lists = [os.path.join(folder, name) for name in listed(self.tree.get("gazetteer"))]
        self.gazetteer = Gazetteer(lists)
        self.audiences = self.tree["audiences"]
        self.rules = self.tree["rules"] or []
        self.default = self.tree["default"]["alert"]


def severity_of(incident):
    value = incident.get("severity", "unspecified")
    return "unknown" if value == "unspecified" and may_omit(incident) else value


def certainty_of(incident):
    value = incident.get("certainty", "unspecified")
    return "unknown" if value == "unspecified" and may_omit(incident) else value


def may_omit(incident):
    kind = incident.get("event", {}).get("type")
    figures = any("figure" in entry for entry in incident.get("displacement", []))
    return kind in ("displacement", "food") and figures


def people(entry, household):
    if "figure" not in entry:
        return None
    if entry.get("unit") == "household":
        return entry["figure"] * entry.get("household_size", household)
    return entry["figure"] if entry.get("unit") == "person" else None


def displaced(incident, household):
    entries = incident.get("displacement", [])
    recommended = [entry for entry in entries if entry.get("role") == "recommended"]
    figures = [people(entry, household) for entry in (recommended or entries)]
    figures = [figure for figure in figures if figure is not None]
    return max(figures) if figures else None


def killed(incident):
    found = []
    for claim in incident.get("casualty_claims", []):
        if claim.get("kind") == "killed" and ("high" in claim or "low" in claim):
            found.append(claim["high"] if "high" in claim else claim["low"])
    return max(found) if found else None


def value_of(key, incident, sender):
    """The incident's value for a key that compares with a list."""
    if key == "severity":
        return severity_of(incident)
    if key == "certainty":
        return certainty_of(incident)
    if key == "sensitivity":
        value = incident.get("sensitivity", "unspecified")
        return "severe" if value == "unspecified" else value
    if key == "event":
        return incident.get("event", {}).get("type", "unspecified")
    if key == "cause":
        return incident.get("event", {}).get("cause", "unspecified")
    if key == "sub_type":
        return incident.get("event", {}).get("sub_type", "").lower() or "unspecified"
    if key == "language":
        return incident.get("language", "").split("-")[0].lower() or "unspecified"
    if key == "sender":
        return sender
    return incident.get(key, "unspecified")


MANY = {
    "category": lambda incident: incident.get("event", {}).get("category", []),
    "need": lambda incident: incident.get("needs", []),
    "impact": lambda incident: incident.get("impacts", []),
}


def minutes(text):
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def time_holds(wanted, clock):
    """Start included, end not; past midnight it is still the day on which it began."""
    wall = datetime.datetime.fromisoformat(clock.replace("Z", "+00:00")).astimezone(
        zoneinfo.ZoneInfo(wanted["tz"])
    )
    minute, day = wall.hour * 60 + wall.minute, wall.weekday()
    if "between" in wanted:
        start, end = (minutes(part) for part in wanted["between"].split("-"))
        if start <= end and not start <= minute < end:
            return False
        if start > end and end <= minute < start:
            return False
        if start > end and minute < end:
            day = (day - 1) % 7
    days = [DAYS.index(one.lower()) for one in listed(wanted.get("days"))]
    return not days or day in days


def clause_holds(key, wanted, incident, sender, gazetteer):
    if key == "time":
        return time_holds(wanted, incident["received"])
    if key == "region":
        path = gazetteer.locate(incident.get("location", {}))
        return any(gazetteer.of_rule(one) in path for one in listed(wanted))
    if key.startswith("min_") and key[4:] in SCALES:
        scale, value = SCALES[key[4:]], value_of(key[4:], incident, sender)
        known = value in scale and value != "unknown"
        return known and scale.index(value) >= scale.index(wanted.lower())
    if key == "min_displaced":
        figure = displaced(incident, 5)
        return figure is not None and figure >= int(wanted)
    if key == "min_killed":
        figure = killed(incident)
        return figure is not None and figure >= int(wanted)
    options = listed(wanted)
    if key != "sender":
        options = [one.lower() for one in options]
    if key in MANY:
        return any(value in options for value in MANY[key](incident))
    value = value_of(key, incident, sender)
    return value != "unspecified" and value in options


def match_holds(match, incident, sender, gazetteer):
    return all(
        clause_holds(key, wanted, incident, sender, gazetteer)
        for key, wanted in (match or {}).items()
        if key != "not"
    )


def fires(rule, incident, sender, gazetteer):
    if rule.get("enabled", "true").lower() == "false":
        return False
    match = rule.get("match") or {}
    if not match_holds(match, incident, sender, gazetteer):
        return False
    return not ("not" in match and match_holds(match["not"], incident, sender, gazetteer))


def visible_depth(audience, incident):
    level = audience["max_sensitivity"].lower()
    if level == "low":
        deeper = audience.get("detail", "").lower() == "adm2"
        return 2 if deeper and value_of("sensitivity", incident, "") == "low" else 1
    return DEPTH[level]


def topic(root, name, audience, incident, gazetteer):
    tree = {"actual": "alert", "exercise": "exercise", "test": "test"}[incident["status"]]
    path = gazetteer.locate(incident.get("location", {}))
    codes = [code for code, _ in reversed(path)][: 1 + visible_depth(audience, incident)]
    parts = [root, "to", name, tree, severity_of(incident), incident["event"]["type"]]
    return "/".join(parts + codes)


def decide(rules, incident, sender, clock, root="tocsin/v1"):
    """What becomes of an Alert that passed validation, received at clock."""
    incident = {**incident, "received": clock}
    fired = []
    for rule in rules.rules:
        if fires(rule, incident, sender, rules.gazetteer):
            fired.append(rule)
            if rule.get("stop", "false").lower() == "true":
                break
    wanted = SENSITIVITY.index(value_of("sensitivity", incident, sender))
    got, out = {}, []

    def send(outputs, rule_id):
        sent = False
        for output in listed(outputs):
            audience = rules.audiences[output["audience"]]
            most = SENSITIVITY.index(audience["max_sensitivity"].lower())
            if wanted > most and output.get("downgrade", "false").lower() != "true":
                continue
            sent = True
            one = got.setdefault(
                output["audience"], {"rules": [], "qos": 0, "open": False, "expires_ms": 0}
            )
            if rule_id is not None and rule_id not in one["rules"]:
                one["rules"].append(rule_id)
            one["qos"] = max(one["qos"], int(output.get("qos", "1")))
            wants_open = output.get("open", "false").lower() == "true"
            one["open"] |= wants_open and incident["status"] == "actual"
            one["expires_ms"] = max(one["expires_ms"], span_ms(output.get("expires", "72h")))
        return sent

    for rule in fired:
        if send(rule["alert"], rule["id"]):
            out.append(rule["id"])
    held = [rule["id"] for rule in fired if rule["id"] not in out]
    routing = "routed"
    if not out:
        routing = "defaulted"
        send(rules.default, None)
    for name, one in got.items():
        one["topic"] = topic(root, name, rules.audiences[name], incident, rules.gazetteer)
        one["held_by"] = held if routing == "defaulted" else []
    return {
        "routing": routing,
        "rules": [rule["id"] for rule in fired],
        "held_by": held,
        "deliveries": got,
    }
