# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What a reporter wrote, looked for in all that a subscriber can read.

Every text, number, code, point and time of a report is one that occurs nowhere else. Each
audience reads everything that its ACL lets through, live, retained, replayed and after a
restart, and so does one who may read $SYS alone. What is found there must be what the
table below says, no more and no less; and nothing is found in disguise: hashed, encoded,
reversed, or in another case. tests/unit/engine/leak_test.c covers what leaves no mark,
such as an enum or a bit."""

import base64
import hashlib
import json
import re
import struct
import unittest
import uuid

import messages
import mqtt
from google.protobuf import json_format
from hub import BrokerTest
from tocsin.v1 import alert_pb2, digest_pb2, enums_pb2, incident_pb2, replay_pb2

# Each name's initial stands for it below; detail is low with `detail: adm2`.
AUDIENCES = {'S': 'severe', 'H': 'high', 'M': 'moderate', 'L': 'low', 'D': 'detail'}
ALL = 'SHMLD'
SENDER = 'zqsender-mopti-17'
PHONE = 'zqphone-3571'

OUTPUTS = ''.join(f'''\
      - {{audience: {name}, open: true, expires: 7d, downgrade: {'false' if name == 'severe' else 'true'}}}
''' for name in AUDIENCES.values())
RULES = f'''\
version: 1
gazetteer: [places.csv]
hub: plain
audiences:
  severe: {{max_sensitivity: severe, members: [reads-severe]}}
  high: {{max_sensitivity: high, members: [reads-high]}}
  moderate: {{max_sensitivity: moderate, members: [reads-moderate]}}
  low: {{max_sensitivity: low, members: [reads-low]}}
  detail: {{max_sensitivity: low, detail: adm2, members: [reads-detail]}}
senders:
  {SENDER}: {{}}
rules:
  - id: some
    match: {{event: riots}}
    stop: true
    alert:
{OUTPUTS}    throttle: {{max: 1, in: 3s}}
  - id: everything
    alert:
{OUTPUTS}default:
  alert: [{{audience: severe}}]
'''

# A branch of the gazetteer for each field that holds a code, with who may read its codes
# from admin-1 down to admin-4. What is no path but one code shows only the deepest.
BRANCHES = {
    'location.pcode': ('41', ALL, 'SHMD', 'SH', 'S'),
    'displacement.pcode': ('52', ALL, 'SHMD', 'SH', 'S'),
    'displacement.origin_pcode': ('63', 'L', 'MD', 'H', 'S'),
    'displacement.destination_pcode': ('74', '', 'M', 'H', 'S'),
}


def branch(number):
    """Codes from admin-1 to admin-4, and their names."""
    return [(f'ML{number}' + '17' * depth, f'Zqplace{number}{"abcd"[depth]}') for depth in range(4)]


def gazetteer():
    lines = ['Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date']
    for number, *_ in BRANCHES.values():
        above = 'MLI'
        for depth, (code, name) in enumerate(branch(number)):
            lines.append(f'MLI,{depth + 1},{code},{name},{above},2020-10-01')
            above = code
    return '\n'.join(lines) + '\n'


# Texts that are free: who may read them as they are.
TEXTS = {
    'event.sub_type': 'SH',
    'location.pcode_scheme': '',
    'location.locality': 'S',
    'actors.name': 'SH',
    'actors.attribution.statement': 'S',
    'actors.attribution.claimant': 'S',
    'casualty_claims.claimant': 'S',
    'displacement.operation': ALL,
    'displacement.reason': 'S',
    'sources.name': 'S',
    'sources.url': 'S',
    'headline': 'S',
    'description': 'S',
    'instruction': 'S',
    'correlation_key': 'S',
    'reporter_ref': '',
    'close.note': 'S',
}
# Numbers: as written, then what they may be cut to; 1.23* is that and any more digits.
NUMBERS = {
    'casualty_claims.low': [('73129', ALL)],
    'casualty_claims.high': [('84131', ALL)],
    'displacement.figure': [('61543', 'SH'), ('61500', 'MLD')],
    'displacement.round': [('90217', ALL)],
    'displacement.household_size': [('4.7391', ALL)],
    'location.point.latitude': [('14.123457', 'S'), ('14.123*', 'S'), ('14.12', 'H')],
    'location.point.longitude': [('-4.765432', 'S'), ('4.765*', 'S'), ('-4.77', 'H')],
}
# Times to the second: who may know the second, minute, hour and day.
TIMES = {
    'sent': ('2023-05-03T03:41:13Z', '', '', '', ''),
    'references.sent': ('2023-05-04T04:43:17Z', '', '', '', ''),
    'occurred.start': ('2023-05-05T05:47:19Z', '', 'S', 'SH', ALL),
    'occurred.end': ('2023-05-06T06:53:23Z', '', 'S', 'SH', 'SH'),
    'displacement.cumulative_since': ('2023-05-07T07:59:29Z', '', 'S', 'SH', ALL),
    'displacement.as_of': ('2023-05-08T08:41:31Z', '', 'S', 'SH', ALL),
    'sources.published': ('2023-05-09T09:43:37Z', 'S', 'S', 'S', 'S'),
    'expires': ('2091-05-10T10:47:41Z', '', '', '', ''),  # later than the rules' own
}
# They are told below or, having no mark of their own, in the unit test.
ELSEWHERE = {
    'id', 'status', 'msg_type', 'references.sender', 'references.id', 'occurred.precision', 'event.type',
    'event.category', 'event.cause', 'urgency', 'severity', 'certainty', 'location.country',
    'location.pcode_version', 'location.geo_precision', 'actors.actor_class', 'actors.role',
    'actors.attribution.claimant_class', 'actors.attribution.reliability', 'actors.attribution.credibility',
    'casualty_claims.kind', 'casualty_claims.group', 'casualty_claims.qualifier',
    'casualty_claims.claimant_class', 'casualty_claims.official', 'casualty_claims.verified',
    'casualty_claims.not_reported', 'displacement.unit', 'displacement.qualifier', 'displacement.term',
    'displacement.flow_or_stock', 'displacement.population', 'displacement.assessment', 'displacement.role',
    'needs', 'impacts', 'sources.kind', 'sources.reliability', 'sources.credibility', 'sensitivity',
    'language', 'close.cause',
}


def fields(descriptor, path=''):
    """Paths of all that holds a value."""
    for field in descriptor.fields:
        name = path + field.name
        if field.message_type and field.message_type.full_name != 'google.protobuf.Timestamp':
            yield from fields(field.message_type, name + '.')
        else:
            yield name


class Marks:
    """What one report holds: text of each mark, and who may read it."""

    def __init__(self, number):
        self.number = number
        self.texts = {path: f'Zq{number}{index:02d}{path.rsplit(".", 1)[-1].replace("_", "")[:4]}x'
                      for index, path in enumerate(TEXTS)}
        self.texts['sources.url'] = 'https://zq.example/' + self.texts['sources.url']

    def fill(self, message, path=''):
        """Plants the marks, in two entries of each list."""
        for field in message.DESCRIPTOR.fields:
            name = path + field.name
            if name in ('references', 'close'):
                continue
            if field.message_type and field.message_type.full_name != 'google.protobuf.Timestamp':
                repeated = field.label == field.LABEL_REPEATED
                for inside in [getattr(message, field.name).add() for _ in range(2)] \
                        if repeated else [getattr(message, field.name)]:
                    self.fill(inside, name + '.')
            elif name in self.texts:
                setattr(message, field.name, self.texts[name])
            elif name in BRANCHES:
                setattr(message, field.name, branch(BRANCHES[name][0])[-1][0])
            elif name in NUMBERS:
                as_written = NUMBERS[name][0][0]
                setattr(message, field.name, float(as_written) if '.' in as_written else int(as_written))
            elif name in TIMES:
                getattr(message, field.name).FromJsonString(TIMES[name][0])
        return message

    def incident(self, msg_type=enums_pb2.MSG_TYPE_ALERT, earlier=None):
        incident = self.fill(incident_pb2.Incident())
        incident.id = str(uuid.uuid4())
        incident.status, incident.msg_type = enums_pb2.STATUS_ACTUAL, msg_type
        incident.severity, incident.certainty = enums_pb2.SEVERITY_SEVERE, enums_pb2.CERTAINTY_LIKELY
        incident.sensitivity = enums_pb2.SENSITIVITY_LOW
        incident.event.type = enums_pb2.EVENT_TYPE_DISPLACEMENT
        incident.location.country = 'ML'
        incident.occurred.precision = enums_pb2.TIME_PRECISION_MINUTE
        for claim, kind in zip(incident.casualty_claims, (enums_pb2.CLAIM_KIND_KILLED, enums_pb2.CLAIM_KIND_INJURED)):
            claim.kind, claim.claimant_class = kind, enums_pb2.SOURCE_KIND_WITNESS
        for entry, population in zip(incident.displacement, (enums_pb2.POPULATION_IDP, enums_pb2.POPULATION_REFUGEE)):
            entry.unit, entry.population = enums_pb2.DISPLACEMENT_UNIT_PERSON, population
            entry.flow_or_stock = enums_pb2.FLOW_OR_STOCK_STOCK
        if earlier is not None:
            reference = incident.references.add(sender=SENDER, id=earlier.id)
            reference.sent.FromJsonString(TIMES['references.sent'][0])
        return incident

    def cancel(self, earlier):
        incident = incident_pb2.Incident(id=str(uuid.uuid4()), status=enums_pb2.STATUS_ACTUAL,
                                         msg_type=enums_pb2.MSG_TYPE_CANCEL)
        incident.sent.FromJsonString(TIMES['sent'][0])
        incident.references.add(sender=SENDER, id=earlier.id)
        incident.close.cause = enums_pb2.CLOSE_CAUSE_ERROR
        incident.close.note = self.texts['close.note']
        return incident

    def readable(self):
        """(text as it would be read, who may read it) of each mark."""
        for path, text in self.texts.items():
            yield path, text, TEXTS[path]
        for path, (number, *levels) in BRANCHES.items():
            for depth, ((code, name), may) in enumerate(zip(branch(number), levels)):
                yield f'{path} admin-{depth + 1}', code, may
                if path == 'location.pcode':
                    yield f'{path} name of admin-{depth + 1}', name, may
        for path, cuts in NUMBERS.items():
            for text, may in cuts:
                yield f'{path} as {text}', text, may
        for path, (text, *levels) in TIMES.items():
            for length, may in zip((19, 16, 13, 10), levels):
                yield f'{path} as {text[:length]}', text[:length], may


class Seen:
    """All that one client could read, as bytes and in words, without regard to case."""

    def __init__(self):
        self.parts = []
        self.alerts = []

    def add(self, message):
        self.parts.append(message.topic.encode())
        self.parts.append(message.payload)
        properties = getattr(message, 'properties', None)
        self.parts.append(repr(vars(properties) if properties else '').encode())
        kind = re.search(r'/(alert|exercise|test|open|figure|digest)/?', message.topic)
        if kind and message.payload and '-json' not in message.topic:
            type_of = digest_pb2.Digest if kind.group(1) == 'digest' else alert_pb2.Alert
            inside = type_of.FromString(message.payload)
            self.parts.append(json_format.MessageToJson(inside, ensure_ascii=False).encode())
            if type_of is alert_pb2.Alert:
                self.alerts.append(inside)

    def close(self):
        self.bytes = b'\n'.join(self.parts).lower()
        return self

    def reads(self, text):
        """The text, not as a part of a longer word or number."""
        word = re.escape(text.lower().removesuffix('*').encode())
        if text[0].isdigit() or text[0] == '-':
            more = b'' if text.endswith('*') else rb'(?!\d)'
            return re.search(rb'(?<![\w.])' + word + more, self.bytes) is not None
        if text.startswith('ML'):
            return re.search(rb'(?<!\w)' + word + rb'(?!\w)', self.bytes) is not None
        return text.lower().encode() in self.bytes

    def uuids(self):
        return set(re.findall(rb'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', self.bytes))


def disguises(text):
    """What could be told of a text without telling it."""
    raw = text if isinstance(text, bytes) else text.encode()
    for form in {raw, raw.lower(), raw.upper()}:
        yield 'reversed', form[::-1]
        yield 'hexadecimal', form.hex().encode()
        yield 'base64', base64.b64encode(form).rstrip(b'=')
        yield 'base64', base64.urlsafe_b64encode(form).rstrip(b'=')
        for name in ('md5', 'sha1', 'sha256', 'sha512'):
            digest = hashlib.new(name, form).digest()
            yield name, digest
            yield name, digest.hex().encode()[:16]
            yield name, base64.b64encode(digest)[:16]


def varint(value):
    out = bytearray()
    while value > 0x7f:
        out.append(value & 0x7f | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


class Leak(BrokerTest):
    def start_hub(self):
        hub = self.make_hub(rules=RULES, journal=True)
        (hub.folder / 'places.csv').write_text(gazetteer())
        acl = hub.folder / 'acl'
        lines = ['pattern readwrite tocsin/v1/from/%u/#', 'pattern readwrite barrier/#', 'user reads-sys',
                 'topic read $SYS/broker/tocsin/#']
        for name in AUDIENCES.values():
            lines += [f'user reads-{name}', f'topic read tocsin/v1/to/{name}/#', 'topic read $SYS/broker/tocsin/#']
        acl.write_text('\n'.join(lines) + '\n')
        hub.after = f'acl_file {acl}\nlog_type debug\nlog_type subscribe\n'
        self.seen = {level: Seen() for level in [*AUDIENCES, 'sys']}
        return hub.start()

    def readers(self, hub):
        made = {level: hub.client(f'reads-{name}', version=mqtt.V5)
                for level, name in [*AUDIENCES.items(), ('sys', 'sys')]}
        for reader in made.values():
            reader.subscribe('#', '$SYS/#', '$SYS/broker/tocsin/#')
        return made

    def gather(self, readers):
        for level, reader in readers.items():
            for message in list(reader.messages):
                self.seen[level].add(message)
            reader.close()

    def report(self, field, incident, as_json=False):
        if as_json:
            payload = json_format.MessageToJson(incident, preserving_proto_field_name=True).encode()
        else:
            payload = incident.SerializeToString()
        leaf = '-json' if as_json else ''
        before = len(field.topics(messages.box(SENDER, 'receipt' + leaf)))
        field.publish(messages.box(SENDER, 'incident' + leaf), payload)
        topic = messages.box(SENDER, 'receipt' + leaf)
        field.until(lambda: len(field.topics(topic)) > before, topic)
        answer = [m for m in field.messages if m.topic == topic][-1].payload
        told = json.loads(answer)['verdict'] if as_json else messages.verdict(answer)
        self.sent.append(payload)
        return told.lower().removeprefix('verdict_')

    def hold(self, field, reader):
        """Riots, until the window holds one, and the digest that tells of it."""
        topic = messages.box(SENDER, 'receipt')
        held = enums_pb2.ROUTING_HELD
        while held not in (messages.receipt(m.payload).routing for m in field.messages if m.topic == topic):
            incident = self.marks.incident()
            incident.event.type = enums_pb2.EVENT_TYPE_RIOTS
            self.assertEqual(self.report(field, incident), 'accepted')
        reader.wait_topic('tocsin/v1/to/low/digest')

    def replay(self, readers):
        for level, name in AUDIENCES.items():
            reader = readers[level]
            wish = replay_pb2.ReplayRequest(audience=name).SerializeToString()
            reader.publish(messages.box(f'reads-{name}', 'replay'), wish)
            end = reader.wait_topic(messages.box(f'reads-{name}', 'replay-end'))
            self.assertTrue(replay_pb2.ReplayEnd.FromString(end.payload).count)

    def story(self):
        """Reports of all kinds, live and again; what everybody saw."""
        hub = self.start_hub()
        self.marks, as_json = Marks(31), Marks(47)
        del as_json.texts['close.note']  # it is never cancelled
        self.sent = []
        readers = self.readers(hub)
        field = hub.client(SENDER, PHONE, version=mqtt.V5)
        self.first = self.marks.incident()
        self.update = self.marks.incident(enums_pb2.MSG_TYPE_UPDATE, self.first)
        self.cancelled = self.marks.incident()
        self.end = self.marks.cancel(self.cancelled)
        self.twin = as_json.incident()
        self.drill = self.marks.incident()
        self.drill.status = enums_pb2.STATUS_EXERCISE
        self.refused = self.marks.incident()
        self.refused.location.country = 'BF'
        for incident in (self.first, self.update, self.cancelled, self.end, self.drill):
            self.assertEqual(self.report(field, incident), 'accepted')
        self.assertEqual(self.report(field, self.twin, as_json=True), 'accepted')
        self.assertEqual(self.report(field, self.first), 'duplicate')
        self.assertEqual(self.report(field, self.refused), 'rejected')
        field.publish(f'tocsin/v1/to/low/{self.marks.texts["headline"]}', self.marks.texts['headline'])
        self.hold(field, readers['L'])
        self.replay(readers)
        mqtt.barrier(field, *readers.values())
        self.receipts = [m for m in field.messages if m.topic.startswith(messages.box(SENDER, 'receipt'))]
        self.gather(readers)
        field.close()
        lines = list(hub.lines)
        hub.stop()
        lines += hub.lines
        hub.start()
        readers = self.readers(hub)
        for level, name in AUDIENCES.items():
            readers[level].wait(lambda m, n=name: m.topic.startswith(f'tocsin/v1/to/{n}/figure-json/'))
        field = hub.client(SENDER, PHONE, version=mqtt.V5)
        mqtt.barrier(field, *readers.values())
        self.gather(readers)
        # At its debug level the broker itself writes topics down, in quotes, with who
        # was sent what. That is for who keeps the hub; SECURITY.md says so.
        self.log = re.sub(r"'[^']*'", "''", '\n'.join(lines + hub.lines)).lower()
        for seen in self.seen.values():
            seen.close()
        return [self.marks, as_json]

    def phone(self):
        """What who seizes the phone holds, and the level that is shown it."""
        for incident, may in ((self.first, 'S'), (self.update, ''), (self.cancelled, 'S'), (self.end, ''),
                              (self.twin, 'S'), (self.drill, 'S'), (self.refused, '')):
            yield 'id', incident.id, may
        yield 'sender', SENDER, 'S'
        yield 'client id', PHONE, ''
        for payload in self.sent:
            yield 'hash of the payload', hashlib.sha256(payload).hexdigest(), ''

    def find(self, what, text, may):
        """Whoever reads it must be allowed to, and who is allowed must read it."""
        for level, seen in self.seen.items():
            if seen.reads(text) != (level in may):
                self.wrong.append(f'{what} ({text}) is {"missing" if level in may else "shown"} at {level}')

    def find_disguised(self, what, text):
        for how, form in disguises(text):
            for level, seen in self.seen.items():
                if form.lower() in seen.bytes:
                    self.wrong.append(f'{what} ({text}) is shown {how} at {level}')
            if form.decode(errors='replace').lower() in self.log:
                self.wrong.append(f'{what} ({text}) is logged {how}')

    def test_each_sees_what_the_matrix_says(self):
        self.wrong = []
        for marks in self.story():
            for what, text, may in marks.readable():
                self.find(what, text, may)
                if text.lower() in self.log and len(text) > 6 and not text.startswith('2023-'):
                    self.wrong.append(f'{what} ({text}) is logged')
                if what in TEXTS or 'pcode' in what and 'admin-4' in what:
                    self.find_disguised(what, text)
        for what, text, may in self.phone():
            self.find(what, text, may)
            self.find_disguised(what, text)
        self.raw_bytes()
        self.pseudonyms()
        self.when_it_came()
        self.assertEqual(self.wrong, [])

    def when_it_came(self):
        """Nothing below severe is to the minute: not when it came, and so not when it ends."""
        for level, unit in {'S': 60, 'H': 3600, 'M': 86400, 'L': 86400, 'D': 86400}.items():
            self.assertTrue(self.seen[level].alerts)
            for alert in self.seen[level].alerts:
                if alert.sent.ToMilliseconds() % (unit * 1000):
                    self.wrong.append(f'sent {alert.sent.ToJsonString()} at {level}')
                if level != 'S' and alert.expires.ToMilliseconds() % (unit * 1000):
                    self.wrong.append(f'expires {alert.expires.ToJsonString()} at {level}')

    def raw_bytes(self):
        """Numbers, points and ids as protobuf and machines write them."""
        for path in ('location.point.latitude', 'location.point.longitude'):
            for level, seen in self.seen.items():
                if level != 'S' and struct.pack('<d', float(NUMBERS[path][0][0])).lower() in seen.bytes:
                    self.wrong.append(f'{path} is shown raw at {level}')
        for path, (text, may, *_) in TIMES.items():
            stamp = incident_pb2.Incident()
            stamp.sent.FromJsonString(text)
            for level, seen in self.seen.items():
                if level not in may and (b'\x08' + varint(stamp.sent.seconds)).lower() in seen.bytes:
                    self.wrong.append(f'{path} is shown raw at {level}')
                if str(stamp.sent.seconds).encode() in seen.bytes:
                    self.wrong.append(f'{path} is shown as a number at {level}')
        for what, text, _ in self.phone():
            if what == 'id':
                for level, seen in self.seen.items():
                    if uuid.UUID(text).bytes.lower() in seen.bytes or uuid.UUID(text).hex.encode() in seen.bytes:
                        self.wrong.append(f'{what} {text} is shown raw at {level}')

    def pseudonyms(self):
        """No two audiences share an id, and nothing that answers the phone is in a feed."""
        uuids = {level: seen.uuids() for level, seen in self.seen.items()}
        for level, ids in uuids.items():
            self.assertEqual(bool(ids), level != 'sys')
            for other, others in uuids.items():
                if level < other and ids & others:
                    self.wrong.append(f'{level} and {other} share {ids & others}')
        for level, seen in self.seen.items():
            for name in (b'journal_id', b'payload_sha256', b'reporter_ref', b'journalid', b'payloadsha256'):
                if name in seen.bytes:
                    self.wrong.append(f'{name} is shown at {level}')
            for answer in self.receipts:
                if answer.payload in seen.parts:
                    self.wrong.append(f'a receipt is shown at {level}')

    def test_nobody_forgot_a_field(self):
        decided = {*TEXTS, *BRANCHES, *NUMBERS, *TIMES, *ELSEWHERE}
        self.assertEqual(set(fields(incident_pb2.Incident.DESCRIPTOR)), decided)


if __name__ == '__main__':
    unittest.main()
