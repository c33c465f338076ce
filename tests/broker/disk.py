# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What the tests of a disk in trouble have in common: a field app that keeps account of
its receipts, the signs that others see, and a bystander whose messages are timed."""

import contextlib
import json
import sqlite3
import threading
import time

import messages
from hub import BrokerTest

STATE = '$SYS/broker/tocsin/state'
PACE_S = 0.005
HEARTBEAT = 'tocsin/v1/to/partners/heartbeat'


class Bystander:
    """Two clients that have nothing to do with incidents: one publishes, one listens,
    and each message is timed."""

    def __init__(self, hub):
        self.sender = hub.client('clerk')
        self.listener = hub.client('clerk').subscribe('office/#')
        self.times_ms = []
        self.error = None
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_exception):
        self.ending.set()
        self.thread.join()
        if self.error:
            raise self.error

    def _run(self):
        number = 0
        try:
            while not self.ending.wait(PACE_S):
                number += 1
                payload = b'%d' % number
                began = time.monotonic()
                self.sender.publish('office/clock', payload, wait=False)
                self.listener.wait(lambda m, wanted=payload: m.payload == wanted)
                self.times_ms.append((time.monotonic() - began) * 1000)
                self.listener.clear()
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def worst(self, share=1.0):
        """The longest of that share of all messages, in milliseconds."""
        ordered = sorted(self.times_ms)
        return ordered[int(share * (len(ordered) - 1))]

    def say(self, what):
        print(f'{what}: {len(self.times_ms)} messages of a bystander, the longest took {self.worst():.1f} ms, '
              f'99 % at most {self.worst(0.99):.1f} ms')


class Field:
    """Publishes incidents, and remembers what it was told of each."""

    def __init__(self, hub, user='mopti-17'):
        self.hub = hub
        self.user = user
        self.client = None
        self.accepted = {}
        self.connect()

    def connect(self):
        self.client = self.hub.client(self.user)

    def send(self, incident):
        """The receipt, which names this incident and comes after this publish."""
        topic = messages.box(self.user, 'receipt')

        def told(message):
            return message.topic == topic and messages.receipt(message.payload).incident_id == incident.id

        before = sum(told(message) for message in list(self.client.messages))
        self.client.publish(messages.box(self.user), incident.SerializeToString())
        found = self.client.wait(told, f'a receipt for {incident.id}', before + 1)
        receipt = messages.receipt((found[-1] if before else found).payload)
        if messages.verdict(receipt.SerializeToString()) == 'VERDICT_ACCEPTED':
            assert incident.id not in self.accepted, 'accepted twice'
            self.accepted[incident.id] = receipt
        return receipt


class DiskTest(BrokerTest):
    def assert_verdict(self, receipt, verdict):
        self.assertEqual(messages.verdict(receipt.SerializeToString()), f'VERDICT_{verdict}')

    def assert_accepted(self, receipt):
        self.assert_verdict(receipt, 'ACCEPTED')
        self.assertTrue(receipt.durable)
        self.assertNotEqual(receipt.journal_id, '')

    def assert_deferred(self, receipt):
        self.assert_verdict(receipt, 'DEFERRED')
        self.assertEqual((receipt.reason, receipt.retry_after), ('disk', 30))
        self.assertEqual((receipt.durable, receipt.journal_id, receipt.topics), (False, '', 0))
        self.assertEqual(list(receipt.rules), [])

    def provoke(self, field, most=1000):
        """The first incident that the disk refuses; until its space is used up it may
        well take some."""
        for _ in range(most):
            incident = messages.kouakourou()
            receipt = field.send(incident)
            if receipt.verdict != 1:
                self.assert_deferred(receipt)
                return incident
            self.assert_accepted(receipt)
        raise AssertionError(f'the disk took {most} incidents')

    def signs(self, hub):
        return hub.client('agency').subscribe(STATE, HEARTBEAT, 'tocsin/v1/to/partners/alert/#')

    def await_state(self, watch, state):
        """$SYS and the heartbeat come to say it; returns what $SYS says."""
        said = {}
        for topic in (STATE, HEARTBEAT):
            def latest(message, topic=topic):
                return message is [m for m in watch.messages if m.topic == topic][-1] and \
                    json.loads(message.payload)['journal_state'] == state

            said[topic] = watch.wait(lambda m, topic=topic, latest=latest: m.topic == topic and latest(m),
                                     f'{topic} with journal state {state}')
        return json.loads(said[STATE].payload)

    def journalled(self, hub, path=None):
        """Incident ids of the file as a power loss would leave it, oldest first."""
        name = f'file:{path or hub.options["journal_file"]}?mode=ro'
        with contextlib.closing(sqlite3.connect(name, uri=True)) as journal:
            return [row[0] for row in journal.execute('SELECT incident_id FROM incident ORDER BY journal_id')]

    def assert_alerts(self, watch, count):
        """Each sequence once, none missing: what was deferred took no number with it."""
        found = watch.wait(lambda m: m.topic == messages.KOUAKOUROU, 'alerts', count)
        alerts = [messages.alert(message.payload) for message in (found if count > 1 else [found])]
        self.assertEqual([alert.sequence for alert in alerts], list(range(1, count + 1)))
        self.assertEqual([alert.topic_sequence for alert in alerts], list(range(1, count + 1)))
        self.assertEqual(len({alert.id for alert in alerts}), count)
