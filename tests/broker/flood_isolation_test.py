# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A sender that floods at ten times its rate is told to wait, and keeps nobody else
waiting: another's extreme alert takes as long as ever, but for a turn or two of the
broker's loop."""

import select
import statistics
import threading
import time
import unittest
import uuid

import messages
import mqtt
from hub import RULES, TIMEOUT, BrokerTest
from tocsin.v1 import enums_pb2

MAX_RATE = 50
FLOOD_RATE = 10 * MAX_RATE
CONNECTIONS = 4
PACE_S = 0.01
ALERTS = 25
# Mosquitto 2.0 turns its loop at least every 100 ms. Slower machines have longer time limits.
TURN_S = 0.1 * TIMEOUT / 30
LIMITED = RULES.replace('open_senders: true\n', f'''\
senders:
  mopti-17: {{regions: [ML05], max_rate: {MAX_RATE}/s}}
  gao-3: {{regions: [ML07]}}
''')
EXTREME = 'tocsin/v1/to/coordination/alert/extreme/battles/ML/ML07'


class Flood:
    """Incidents of one sender over several connections, at both qualities of service.
    It reads what comes and confirms none of it."""

    def __init__(self, port):
        self.template = messages.kouakourou(id=str(uuid.UUID(int=0))).SerializeToString()
        self.links = [mqtt.Bare(port, 'mopti-17', f'flood-{number}') for number in range(CONNECTIONS)]
        self.sent = 0
        self.error = None
        self.stop = threading.Event()
        self.under_way = threading.Event()  # more than the sender may
        self.began = time.monotonic()
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _send_one(self):
        payload = self.template.replace(str(uuid.UUID(int=0)).encode(), str(uuid.uuid4()).encode())
        link = self.links[self.sent % CONNECTIONS]
        link.publish(messages.box('mopti-17'), payload, qos=self.sent % 2, mid=self.sent % 65535 + 1)
        self.sent += 1

    def _drain(self):
        for ready in select.select([link.socket for link in self.links], [], [], 0)[0]:
            if not ready.recv(65536):
                raise ConnectionError('the flood was thrown out')

    def _run(self):
        try:
            while not self.stop.wait(PACE_S):
                while self.sent < (time.monotonic() - self.began) * FLOOD_RATE:
                    self._send_one()
                self._drain()
                if self.sent > 2 * MAX_RATE:
                    self.under_way.set()
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def end(self):
        """Incidents a second, over all of its time."""
        self.stop.set()
        self.thread.join()
        if self.error:
            raise self.error
        rate = self.sent / (time.monotonic() - self.began)
        for link in self.links:
            link.ping()
            link.close()
        return rate


class FloodIsolation(BrokerTest):
    def latencies(self, field, agency):
        """Seconds from publish to alert, of one extreme incident after the other."""
        taken = []
        agency.clear()
        for number in range(ALERTS):
            incident = messages.kouakourou(severity=enums_pb2.SEVERITY_EXTREME)
            incident.location.pcode = 'ML07'
            began = time.monotonic()
            field.publish(messages.box('gao-3'), incident.SerializeToString(), wait=False)
            agency.wait_topic(EXTREME, number + 1)
            taken.append(time.monotonic() - began)
        return sorted(taken)

    def isolation(self, journal):
        hub = self.hub(rules=LIMITED, journal=journal)
        field = hub.client('gao-3')
        agency = hub.client('coord').subscribe('tocsin/v1/to/coordination/alert/extreme/#')
        quiet = self.latencies(field, agency)
        flood = Flood(hub.port)
        self.assertTrue(flood.under_way.wait(TIMEOUT))
        flooded = self.latencies(field, agency)
        rate = flood.end()
        worst = ALERTS * 95 // 100
        print(f'journal {journal}: {rate:.0f} incidents a second beside it; publish to alert, median '
              f'{statistics.median(quiet) * 1000:.1f} ms without, {statistics.median(flooded) * 1000:.1f} ms with; '
              f'95th of 100 {quiet[worst] * 1000:.1f} and {flooded[worst] * 1000:.1f} ms')
        self.assertEqual((field.disconnects, agency.disconnects), (0, 0))
        self.assertLess(statistics.median(flooded), statistics.median(quiet) + TURN_S)
        self.assertLess(flooded[worst], quiet[worst] + 2 * TURN_S)
        receipts = field.wait_topic(messages.box('gao-3', 'receipt'), 2 * ALERTS)
        self.assertEqual({messages.verdict(receipt.payload) for receipt in receipts}, {'VERDICT_ACCEPTED'})
        ledger = hub.stop()
        self.assertEqual(ledger['received'], 2 * ALERTS + flood.sent)
        self.assertGreater(ledger['deferred'], ledger['accepted'] - 2 * ALERTS, ledger)

    def test_without_a_journal(self):
        self.isolation(False)

    def test_with_a_journal(self):
        self.isolation(True)


if __name__ == '__main__':
    unittest.main()
