# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Random rule files and incidents over a gazetteer list, from a seed."""
import random
import uuid

SEVERITY = ["unknown", "minor", "moderate", "severe", "extreme"]
CERTAINTY = ["unknown", "unlikely", "possible", "likely", "observed"]
URGENCY = ["unknown", "past", "future", "expected", "immediate"]
EVENT = """battles explosions_remote_violence violence_against_civilians protests riots
strategic_developments displacement disaster food health access other""".split()
CATEGORY = "geo met safety security rescue fire health env transport infra cbrne other".split()
CAUSE = ["conflict", "disaster", "other"]
NEED = "food water shelter health protection education cash nfi".split()
IMPACT = "food_shortage fear access_blocked looting market_closed school_closed".split()
SENSITIVITY = ["low", "moderate", "high", "severe"]
STATUS = ["actual", "actual", "actual", "exercise", "test"]
SENDERS = ["mopti-17", "gao-2", "elder_5"]
SUB_TYPES = ["armed clash", "attack", "mob violence"]
LANGUAGES = ["fr", "en", "ff"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
ZONES = ["Africa/Bamako", "Africa/Khartoum", "Europe/Paris", "America/Port-au-Prince"]
HOURS = ["18:00-06:00", "06:00-18:00", "00:00-12:00", "22:30-01:15", "09:05-09:06"]


class Chance(random.Random):
    def some(self, values, most=3):
        picked = self.choices(values, k=self.randint(1, most))
        return picked[0] if len(picked) == 1 and self.random() < 0.7 else picked

    def maybe(self, likelihood):
        return self.random() < likelihood


def spelled(chance, value):
    """Enum values are read without regard to case."""
    if isinstance(value, list):
        return [spelled(chance, one) for one in value]
    return value.upper() if chance.maybe(0.1) else value


def random_match(chance, regions, likelihood):
    match = {}

    def put(key, values, most=3):
        if chance.maybe(likelihood):
            match[key] = spelled(chance, chance.some(values, most))

    if chance.maybe(0.7):
        match["region"] = chance.some(regions)
    put("severity", SEVERITY)
    put("certainty", CERTAINTY)
    put("urgency", URGENCY)
    put("event", EVENT, 5)
    put("category", CATEGORY, 5)
    put("cause", CAUSE)
    put("need", NEED, 4)
    put("impact", IMPACT, 4)
    put("sensitivity", SENSITIVITY)
    put("status", STATUS[2:])
    put("msg_type", ["alert", "update"])
    if chance.maybe(likelihood):
        match["sender"] = chance.some(SENDERS)
    if chance.maybe(likelihood / 2):
        match["sub_type"] = chance.some(SUB_TYPES)
    if chance.maybe(likelihood / 2):
        match["language"] = chance.some(LANGUAGES)
    for key, scale in (("severity", SEVERITY), ("certainty", CERTAINTY), ("urgency", URGENCY)):
        if chance.maybe(likelihood):
            match["min_" + key] = chance.choice(scale[1:])
    if chance.maybe(likelihood):
        match["min_displaced"] = chance.choice([0, 1, 50, 500, 5000])
    if chance.maybe(likelihood):
        match["min_killed"] = chance.choice([0, 1, 10])
    if chance.maybe(likelihood):
        match["time"] = random_time(chance)
    return match


def random_time(chance):
    time = {"tz": chance.choice(ZONES)}
    if chance.maybe(0.5):
        time["days"] = chance.some(DAYS, 4)
    if chance.maybe(0.7) or "days" not in time:
        time["between"] = chance.choice(HOURS)
    return time


def random_clock(chance):
    """Some instant of one week, often on a boundary."""
    minute = chance.choice([0, 5, 6, 15, 30, 59])
    hour = chance.choice([0, 1, 4, 5, 6, 9, 12, 16, 17, 18, 20, 22, 23])
    return f"2024-08-{chance.randint(5, 11):02d}T{hour:02d}:{minute:02d}:00Z"


def random_output(chance, audiences):
    output = {"audience": chance.choice(audiences)}
    if chance.maybe(0.3):
        output["open"] = chance.choice([True, False])
    if chance.maybe(0.5):
        output["expires"] = chance.choice(["30m", "24h", "14d", "100h"])
    if chance.maybe(0.2):
        output["qos"] = chance.choice([0, 1, 2])
    if chance.maybe(0.15):
        output["downgrade"] = chance.choice([True, False])
    return output


def random_rules(chance, regions, gazetteer, count):
    audiences = {"coordination": {"max_sensitivity": "severe"}}
    for index, level in enumerate(SENSITIVITY):
        audiences[f"aud-{index}"] = {"max_sensitivity": spelled(chance, level)}
        if level == "low" and chance.maybe(0.5):
            audiences[f"aud-{index}"]["detail"] = "adm2"
    names = list(audiences)
    rules = []
    for number in range(count):
        rule = {"id": f"rule-{number}"}
        match = random_match(chance, regions, 0.12)
        if chance.maybe(0.15):
            match["not"] = random_match(chance, regions, 0.2) or {"status": "test"}
        if match or chance.maybe(0.5):
            rule["match"] = match
        rule["alert"] = [random_output(chance, names) for _ in range(chance.randint(1, 3))]
        if chance.maybe(0.05):
            rule["stop"] = True
        if chance.maybe(0.05):
            rule["enabled"] = False
        rules.append(rule)
    default = [{"audience": "coordination", "open": True}]
    return {
        "version": 1,
        "gazetteer": gazetteer,
        "audiences": audiences,
        "rules": rules,
        "default": {"alert": default},
    }


def random_claims(chance):
    claims = []
    for _ in range(chance.randint(1, 3)):
        claim = {"kind": chance.choice(["killed", "killed", "injured"])}
        if chance.maybe(0.2):
            claim["not_reported"] = True
        else:
            low = chance.choice([0, 1, 9, 10, 50])
            if chance.maybe(0.7):
                claim["low"] = low
            if chance.maybe(0.5):
                claim["high"] = low + chance.choice([0, 5, 100])
        claims.append(claim)
    return claims


def random_displacement(chance, codes):
    entries = []
    for number in range(chance.randint(1, 3)):
        entry = {"operation": f"op-{number}"}
        if chance.maybe(0.9):
            entry["unit"] = chance.choice(["person", "household"])
        if chance.maybe(0.9):
            entry["figure"] = chance.choice([0, 9, 49, 99, 100, 499, 500, 1000, 5000])
        if entry.get("unit") == "household" and chance.maybe(0.5):
            entry["household_size"] = chance.choice([3.6, 5, 6.8])
        if chance.maybe(0.4):
            entry["role"] = chance.choice(["recommended", "triangulation"])
        if chance.maybe(0.3):
            entry["pcode"] = chance.choice(codes)
        entries.append(entry)
    return entries


def random_incident(chance, places, sent):
    """places: list of location objects."""
    incident = {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "status": chance.choice(STATUS),
        "msg_type": "alert",
        "sent": sent,
        "event": {"type": chance.choice(EVENT)},
        "severity": chance.choice(SEVERITY),
        "certainty": chance.choice(CERTAINTY),
        "location": dict(chance.choice(places)),
    }
    event = incident["event"]
    if chance.maybe(0.3):
        event["sub_type"] = chance.choice(["Armed clash", "Attack", "attack ", "Looting"])
    if chance.maybe(0.4):
        event["category"] = chance.choices(CATEGORY, k=chance.randint(1, 3))
    if chance.maybe(0.4):
        event["cause"] = chance.choice(CAUSE)
    if chance.maybe(0.6):
        incident["urgency"] = chance.choice(URGENCY)
    if chance.maybe(0.8):
        incident["sensitivity"] = chance.choice(SENSITIVITY)
    if chance.maybe(0.4):
        incident["needs"] = chance.choices(NEED, k=chance.randint(1, 3))
    if chance.maybe(0.4):
        incident["impacts"] = chance.choices(IMPACT, k=chance.randint(1, 3))
    if chance.maybe(0.4):
        incident["language"] = chance.choice(["fr", "fr-ML", "en", "FF"])
    if chance.maybe(0.4):
        incident["casualty_claims"] = random_claims(chance)
    if chance.maybe(0.4):
        codes = [place["pcode"] for place in places if "pcode" in place]
        incident["displacement"] = random_displacement(chance, codes)
    figures = any("figure" in entry for entry in incident.get("displacement", []))
    if event["type"] in ("displacement", "food") and figures and chance.maybe(0.5):
        del incident["severity"], incident["certainty"]
    return incident
