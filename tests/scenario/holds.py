# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The second reading of what holds an alert back: throttle, corroborate, silence.

Like oracle.py it is written from the documentation alone, and keeps everything it
ever saw instead of windows that slide.
"""
import oracle
from oracle import SCALES, SENSITIVITY, listed, span_ms

SEVERITY = SCALES["severity"]


def place_key(path):
    """The admin-2 of a path, else its own shallower code."""
    return path[-3] if len(path) >= 3 else path[0]


class Group:
    def __init__(self, kind, place, start, now):
        self.kind, self.place, self.start, self.opened = kind, place, start, now
        self.senders, self.alerted = set(), None


class Hub:
    """Rules with a memory. Alerts only: an Update is never held."""

    def __init__(self, rules):
        self.rules = rules
        self.passed = {}  # (rule, key) -> [(time, severity)]
        self.groups = {}  # rule -> [Group]
        self.silences = []

    def silence(self, form, from_ms, until_ms):
        self.silences.append((form, from_ms, until_ms))

    def silenced(self, audience, incident, sender, now):
        for form, from_ms, until_ms in self.silences:
            if not from_ms <= now < until_ms or audience not in form.get("audiences", [audience]):
                continue
            if oracle.severity_of(incident) == "extreme" and not form.get("include_extreme"):
                continue
            if oracle.fires({"match": form.get("match", {})}, incident, sender, self.rules.gazetteer):
                return True
        return False

    def throttle_key(self, rule, incident, sender, path):
        parts = {
            "region": path[0],
            "adm1": path[-2] if len(path) >= 2 else path[0],
            "event": incident["event"]["type"],
            "sender": sender,
            "severity": oracle.severity_of(incident),
        }
        names = sorted(listed(rule["throttle"].get("per")))
        return (rule["id"], incident["status"], tuple(parts[name] for name in names))

    def throttled(self, rule, incident, sender, path, now):
        if "throttle" not in rule:
            return False
        key = self.throttle_key(rule, incident, sender, path)
        span, most = span_ms(rule["throttle"]["in"]), int(rule["throttle"]["max"])
        window = [one for one in self.passed.get(key, []) if now - span < one[0] <= now]
        severity = SEVERITY.index(oracle.severity_of(incident))
        above = all(severity > one[1] for one in window)
        if len(window) >= most and not above and severity != SEVERITY.index("extreme"):
            return True
        self.passed.setdefault(key, []).append((now, severity))
        return False

    def waits(self, rule, incident, sender, path, now):
        """(held, the group): whether corroboration keeps it back."""
        if "corroborate" not in rule:
            return False, None
        wanted = rule["corroborate"]
        within, start = span_ms(wanted["within"]), incident["start_ms"]
        kind = (incident["event"]["type"], incident["status"])
        groups = self.groups.setdefault(rule["id"], [])
        found = None
        for group in groups:
            alive = now < group.opened + within
            near = abs(start - group.start) <= span_ms("24h")
            if alive and near and group.kind == kind and group.place == place_key(path):
                found = group
                break
        if found is None:
            found = Group(kind, place_key(path), start, now)
            groups.append(found)
        found.senders.add(sender)
        severity = SEVERITY.index(oracle.severity_of(incident))
        if found.alerted is not None:
            return severity <= found.alerted, found
        return len(found.senders) < int(wanted["reports"]), found

    def outputs_of(self, rule, incident, sender, path, now):
        """Outputs that go out, and why others do not."""
        wanted = SENSITIVITY.index(oracle.value_of("sensitivity", incident, sender))
        left, why = [], set()
        for output in listed(rule["alert"]):
            audience = self.rules.audiences[output["audience"]]
            most = SENSITIVITY.index(audience["max_sensitivity"].lower())
            if wanted > most and output.get("downgrade", "false").lower() != "true":
                why.add("sensitivity")
            else:
                left.append(output)
        if not left:
            return [], why
        held, group = self.waits(rule, incident, sender, path, now)
        if held:
            return [], why | {"corroborate"}
        heard = [one for one in left if not self.silenced(one["audience"], incident, sender, now)]
        if len(heard) < len(left):
            why.add("silence")
        if heard and self.throttled(rule, incident, sender, path, now):
            return [], why | {"throttle"}
        if heard and group is not None:
            group.alerted = max(group.alerted or 0, SEVERITY.index(oracle.severity_of(incident)))
        return heard, why

    def take(self, incident, sender, now, clock):
        incident = {**incident, "received": clock}
        path = self.rules.gazetteer.locate(incident["location"])
        fired, out, audiences, reasons = [], [], {}, set()
        for rule in self.rules.rules:
            if not oracle.fires(rule, incident, sender, self.rules.gazetteer):
                continue
            fired.append(rule["id"])
            heard, why = self.outputs_of(rule, incident, sender, path, now)
            reasons |= why
            if heard:
                out.append(rule["id"])
            for output in heard:
                rules = audiences.setdefault(output["audience"], [])
                if rule["id"] not in rules:
                    rules.append(rule["id"])
            if rule.get("stop", "false").lower() == "true":
                break
        held = [rule for rule in fired if rule not in out]
        routing = "routed"
        if not out and fired and not reasons & {"sensitivity", "corroborate"}:
            routing = "held"
        elif not out:
            for output in listed(self.rules.default):
                if not self.silenced(output["audience"], incident, sender, now):
                    audiences.setdefault(output["audience"], [])
            routing = "defaulted" if audiences else "held"
        return {"routing": routing, "rules": fired, "held_by": held, "audiences": audiences}
