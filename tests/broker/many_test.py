# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A journal of many incidents: the hub starts as fast, takes as little memory, answers as
soon, and lets go of the oldest without a stall.

Environment: TOCSIN_MANY, how many (30,000 unless told; the figures that are promised are
for 1,000,000). Times are printed; what is asserted is far from them, since machines differ.
"""

import os
import pathlib
import sqlite3
import statistics
import time
import unittest

import messages
import mqtt
from control_test import ask
from disk import Bystander
from hub import BrokerTest
from many import fill
from tocsin.v1 import enums_pb2

MANY = int(os.environ.get('TOCSIN_MANY', '30000'))
DAY_MS = 24 * 3600 * 1000
SCALE = MANY / 1000000
# The broker writes and syncs its own store in its loop, which is no wait of ours.
SAMPLE = 'set_tcp_nodelay true\nmax_queued_messages 100000\nautosave_interval 0\n'


def cool(hub):
    """Whoever wants a page of the journal now has to fetch it from the disk."""
    for path in (hub.journal_file, pathlib.Path(f'{hub.journal_file}-wal')):
        with open(path, 'rb') as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_by_the_loop(hub):
    """Bytes that the broker's own thread had to fetch from a disk since its start."""
    task = pathlib.Path(f'/proc/{hub.process.pid}/task/{hub.process.pid}/io')
    return dict(line.split(': ') for line in task.read_text().splitlines())['read_bytes']


class Many(BrokerTest):
    def begin(self, days=25, sample=None, faults=False, **options):
        hub = self.hub(journal=True, sample=sample, faults=faults, options={'admins': 'chief', **options})
        self.report(hub)
        self.alone = hub.resident_bytes()
        hub.stop()
        fill(hub.journal_file, MANY, days)
        started = time.monotonic()
        hub.start()
        self.took = time.monotonic() - started
        return hub

    def report(self, hub, by=None):
        field = by or hub.client('mopti-17')
        field.clear()
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        answer = messages.receipt(field.wait_topic(messages.box('mopti-17', 'receipt')).payload)
        if not by:
            field.close()
        self.assertEqual(answer.verdict, 1)
        return answer

    def test_start_memory_and_query(self):
        hub = self.begin()
        print(f'{MANY} incidents: start {self.took:.2f} s', flush=True)
        self.assertLess(self.took, 3 + 2 * SCALE)
        self.assertEqual(self.report(hub).journal_id, str(MANY + 1))
        grown = (hub.resident_bytes() - self.alone) / 2 ** 20
        print(f'memory beside an empty hub: {grown:.0f} MiB', flush=True)
        self.assertLess(grown, 100)
        chief = hub.client('chief')
        times = []
        for query in ({'region': 'ML05'}, {'sender': 'mopti-17'}, {'rule': 'mopti-violence'},
                      {'incident': '00000000-0000-4000-8000-000000000000'}, {}):
            asked = time.monotonic()
            answer = ask(chief, 'queryJournal', limit=20, **query)['data']
            times.append(time.monotonic() - asked)
            self.assertEqual(len(answer['rows']), 0 if 'incident' in query else 20)
        print('queries over $CONTROL, up to two ticks of 100 ms each included: '
              + ', '.join(f'{1000 * one:.0f} ms' for one in times), flush=True)
        # An id from long ago is still known.
        with sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True) as journal:
            old = journal.execute('SELECT incident_id FROM incident WHERE journal_id = 2').fetchone()[0]
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou(id=old).SerializeToString())
        answer = field.wait_topic(messages.box('mopti-17', 'receipt')).payload
        self.assertEqual(messages.checks(answer), ['incident.id_reused'])

    def test_what_lies_on_a_hung_disk_waits_for_it_alone(self):
        """Re-sends and updates of what memory no longer has."""
        hub = self.begin(faults=True, sample=SAMPLE)
        hub.log('published again after the start')
        with sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True) as journal:
            old = [row[0] for row in journal.execute('SELECT incident_id FROM incident WHERE journal_id in (2, 3)')]
        field = hub.client('mopti-17')
        again, update, new = (messages.kouakourou(**changes) for changes in ({'id': old[0]}, {}, {}))
        update.msg_type = enums_pb2.MSG_TYPE_UPDATE
        update.references.add(id=old[1])
        with Bystander(hub) as bystander:
            hub.fault('read hang')
            for incident in (again, update, new):
                field.publish(messages.box('mopti-17'), incident.SerializeToString())
            hub.log('^fault: read hang: ')
            mqtt.barrier(field, field)
            self.assertEqual(field.topics(messages.box('mopti-17', 'receipt')), [])
            hub.fault()
            receipts = [messages.receipt(message.payload) for message in field.wait(
                lambda message: message.topic == messages.box('mopti-17', 'receipt'), count=3)]
        bystander.say('what memory no longer has, reads hang')
        self.assertEqual([(one.incident_id, one.verdict) for one in receipts], [
            (again.id, enums_pb2.VERDICT_REJECTED), (update.id, enums_pb2.VERDICT_ACCEPTED),
            (new.id, enums_pb2.VERDICT_ACCEPTED)])
        self.assertEqual([one.check for one in receipts[0].violations], ['incident.id_reused'])
        self.assertEqual([one.check for one in receipts[1].violations], [])
        self.assertLess(bystander.worst(0.99), 50)
        # A disk that never answers costs the sender a DEFERRED, and nobody else anything.
        hub.fault('read hang')
        update.id = messages.kouakourou().id
        update.references[0].id = old[0]
        field.clear()
        field.publish(messages.box('mopti-17'), update.SerializeToString())
        answer = messages.receipt(field.wait_topic(messages.box('mopti-17', 'receipt')).payload)
        self.assertEqual((answer.verdict, answer.reason), (enums_pb2.VERDICT_DEFERRED, 'disk'))
        hub.fault()

    def test_the_oldest_half_goes_without_a_stall(self):
        hub = self.begin(days=60, sample=SAMPLE, keep_bytes_days='30', keep_decisions_days='30')
        hub.log('published again after the start')
        cool(hub)
        read_before = read_by_the_loop(hub)
        ears = hub.client('listener').subscribe('elsewhere')
        mouth, field = hub.client('speaker'), hub.client('mopti-17')
        waits, rounds = [], 0
        with sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True) as journal:
            left = MANY
            while left > MANY * 0.55 and rounds < 20000:
                rounds += 1
                self.report(hub, field)
                said = time.monotonic()
                mouth.publish('elsewhere', str(rounds))
                ears.wait(lambda message: message.payload == str(rounds).encode())
                waits.append(time.monotonic() - said)
                left = journal.execute('SELECT count(*) FROM incident').fetchone()[0] \
                    if rounds % 10 == 0 else left
        self.assertLessEqual(left, MANY * 0.55 + rounds)
        print(f'while the oldest half went ({rounds} reports): a bystander waited '
              f'{1000 * statistics.median(waits):.1f} ms (median), '
              f'{1000 * max(waits):.1f} ms (longest)', flush=True)
        self.assertLess(statistics.median(waits), 0.05)
        # However busy the disk: who never reads from it never waits for it.
        self.assertEqual(read_by_the_loop(hub), read_before)
        answer = self.report(hub)
        self.assertEqual(answer.verdict, 1)
        agency = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        self.report(hub)
        alert = messages.alert(agency.wait_topic(messages.KOUAKOUROU).payload)
        self.assertEqual(alert.sequence, alert.topic_sequence)
        self.assertGreater(alert.sequence, MANY)
        mqtt.barrier(mouth, ears)


if __name__ == '__main__':
    unittest.main()
