# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A field app as the contract wants it: it keeps each incident until a receipt says
that it is on disk, whatever becomes of its connection and of the broker."""

import collections
import heapq
import itertools
import json

import messages
import mqtt
from google.protobuf import json_format
from tocsin.v1 import enums_pb2

WINDOW = 8          # incidents that are asked for at a time; the broker takes 20 packets
LONGEST_WAIT = 0.1  # seconds that are waited where a receipt says longer
AGAIN = 0.15        # of the incidents are sent twice in a row

Answer = collections.namedtuple('Answer', 'life verdict journal_id routing rules sha256 durable')


class Kept:
    """An incident that the app made, and what came of it."""

    def __init__(self, incident, payload, audiences):
        self.incident, self.payload, self.audiences = incident, payload, audiences
        self.id = incident.id
        self.mid = None   # packet id of the last publish, for a DUP
        self.answers = []  # those that say that it is on disk


def _read_receipt(payload, form):
    if form == 'incident':
        receipt = messages.receipt(payload)
        fields = {name: getattr(receipt, name) for name in (
            'incident_id', 'journal_id', 'retry_after', 'payload_sha256', 'durable')}
        fields['verdict'] = enums_pb2.Verdict.Name(receipt.verdict).removeprefix('VERDICT_').lower()
        fields['routing'] = enums_pb2.Routing.Name(receipt.routing).removeprefix('ROUTING_').lower()
        fields['rules'] = list(receipt.rules)
        fields['checks'] = [violation.check for violation in receipt.violations]
        return fields
    fields = json.loads(payload)
    fields['checks'] = [violation['check'] for violation in fields.get('violations', [])]
    return fields


class Field:
    """One sender. version, qos and form ('incident' or 'incident-json') are its own;
    resend says how it asks again: 'dup' repeats the packet with its packet id, 'new'
    publishes anew, 'both' does either."""

    def __init__(self, name, source, version=mqtt.V5, qos=1, form='incident', clean=True,
                 resend='both'):
        # A broker that died may remember packet ids of QoS 2 that its client has done
        # with: such a session would fill up.
        assert clean or qos < 2
        assert qos > 0 or resend != 'dup'
        self.name, self.source, self.version, self.qos = name, source, version, qos
        self.form, self.clean, self.resend = form, clean, resend
        self.bare = None
        self.life = 0
        self.kept = {}                      # by id: all that it ever made
        self.open = {}                      # those without a receipt, oldest first
        self.waiting = collections.deque()  # to be published
        self.asked = set()                  # published on this connection, no receipt yet
        self.later = []                     # heap of (when, id): deferred
        self.mids = itertools.cycle(range(1, 65536))
        self.counts = collections.Counter()

    def make(self, incident, audiences):
        if self.form == 'incident':
            payload = incident.SerializeToString()
        else:
            payload = json.dumps(json_format.MessageToDict(
                incident, preserving_proto_field_name=True)).encode()
        kept = Kept(incident, payload, audiences)
        self.kept[kept.id] = self.open[kept.id] = kept
        self.waiting.append(kept.id)

    def connect(self, port, life):
        self.life = life
        self.bare = mqtt.Bare(port, self.name, self.name, self.version, self.clean)
        self.waiting = collections.deque(self.open)
        self.asked, self.later = set(), []

    def close(self):
        self.bare.close()
        self.bare = None

    def cut(self):
        """Loses the connection in the middle of a publish."""
        if self.open:
            packet = self._compose(self.source.choice(list(self.open.values())))
            self.bare.socket.sendall(packet[:self.source.randrange(1, len(packet))])
            self.counts['cut'] += 1
        self.close()

    def pump(self, now):
        """Publishes what may be; returns how many."""
        sent = 0
        while self.later and self.later[0][0] <= now:
            self.waiting.append(heapq.heappop(self.later)[1])
        while self.waiting and len(self.asked) < WINDOW:
            kept = self.open.get(self.waiting.popleft())
            if kept is None:
                continue
            self.asked.add(kept.id)
            for _ in range(2 if self.source.random() < AGAIN else 1):
                self.bare.socket.sendall(self._compose(kept))
                sent += 1
        return sent

    def _compose(self, kept):
        dup = kept.mid is not None and (
            self.resend == 'dup' or self.resend == 'both' and self.source.random() < 0.5)
        if self.qos and not dup:
            kept.mid = next(self.mids)
        self.counts['dup' if dup else 'publish'] += 1
        return self.bare.publish_packet(
            messages.box(self.name, self.form), kept.payload, self.qos, kept.mid, dup)

    def take(self, kind, body, now):
        """A packet from the broker; True where it was a receipt."""
        if kind & 0xf0 == 0x50:
            self.bare.reply(0x62, int.from_bytes(body[:2], 'big'))
        if kind & 0xf0 != 0x30:
            assert kind & 0xf0 in (0x40, 0x50, 0x70), hex(kind)
            return False
        publish = mqtt.Publish(kind, body, self.version)
        assert publish.topic == messages.box(self.name, self.form.replace('incident', 'receipt'))
        self._answered(_read_receipt(publish.payload, self.form), now)
        # Only what the app has understood is acknowledged.
        self.bare.reply(0x40, publish.mid)
        return True

    def _answered(self, receipt, now):
        kept = self.kept[receipt['incident_id']]
        verdict = receipt['verdict']
        self.counts[verdict] += 1
        if verdict == 'deferred':
            if kept.id in self.asked:
                self.asked.remove(kept.id)
                kept.mid = None
                heapq.heappush(self.later, (now + min(receipt['retry_after'], LONGEST_WAIT), kept.id))
            return
        assert verdict in ('accepted', 'duplicate'), (self.name, verdict, receipt['checks'])
        kept.answers.append(Answer(
            self.life, verdict, receipt['journal_id'], receipt.get('routing'),
            tuple(receipt.get('rules', ())), receipt['payload_sha256'], receipt['durable']))
        self.open.pop(kept.id, None)
        self.asked.discard(kept.id)
