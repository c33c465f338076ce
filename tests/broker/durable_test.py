# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""ACCEPTED means: on disk."""

import sqlite3
import stat
import time
import unittest

import messages
import mqtt
from hub import BrokerTest


class Durable(BrokerTest):
    def holds(self, hub, incident):
        """True when the journal, as a power loss would leave it, holds the bytes."""
        payload = incident.SerializeToString()
        with sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True) as journal:
            names = [row[0] for row in journal.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'")]
            for name in names:
                for row in journal.execute(f'SELECT * FROM "{name}"'):
                    if payload in [bytes(v) for v in row if isinstance(v, bytes)]:
                        return True
        return False

    def report(self, hub, incident, user='mopti-17', **more):
        field = hub.client(user, **more)
        field.publish(messages.box(user), incident.SerializeToString())
        return messages.receipt(field.wait_topic(messages.box(user, 'receipt')).payload)

    def test_killed_right_after_the_receipt(self):
        hub = self.hub(journal=True)
        for _ in range(5):
            incident = messages.kouakourou()
            first = self.report(hub, incident)
            hub.kill()
            self.assertEqual(first.verdict, 1)
            self.assertTrue(first.durable)
            self.assertNotEqual(first.journal_id, '')
            self.assertTrue(self.holds(hub, incident))
            hub.start()
            again = self.report(hub, incident)
            self.assertEqual(messages.verdict(again.SerializeToString()), 'VERDICT_DUPLICATE')
            self.assertTrue(again.durable)
            self.assertEqual(again.journal_id, first.journal_id)
            self.assertEqual(again.routing, first.routing)
            self.assertEqual(again.rules, first.rules)
        ledger = hub.stop()
        self.assertEqual((ledger['received'], ledger['duplicate']), (1, 1))

    def test_a_receipt_does_not_wait_for_the_loop(self):
        """A loop without packets sleeps for 100 ms; the commit wakes it. Of so many one is
        answered at once, however busy machine and disk are."""
        hub = self.hub(journal=True)
        field = hub.client('mopti-17')
        waits = []
        for _ in range(20):
            began = time.monotonic()
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
            field.wait_topic(messages.box('mopti-17', 'receipt'))
            waits.append(time.monotonic() - began)
            field.clear()
        print('receipts after ' + ', '.join(f'{1000 * wait:.1f}' for wait in sorted(waits)) + ' ms')
        self.assertLess(min(waits), 0.05)

    def test_alert_and_receipt_leave_together(self):
        hub = self.hub(journal=True)
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        ids = set()
        field = hub.client('mopti-17', version=mqtt.V5)
        count = 300
        for number in range(count):
            incident = messages.kouakourou()
            ids.add(incident.id)
            field.publish(messages.box('mopti-17'), incident.SerializeToString(),
                          qos=number % 3, wait=False)
        answers = field.wait_topic(messages.box('mopti-17', 'receipt'), count)
        self.assertEqual({messages.receipt(m.payload).incident_id for m in answers}, ids)
        self.assertTrue(all(messages.receipt(m.payload).durable for m in answers))
        alerts = [messages.alert(m.payload) for m in watch.wait_topic(messages.KOUAKOUROU, count)]
        self.assertEqual([alert.sequence for alert in alerts], list(range(1, count + 1)))
        self.assertEqual([alert.topic_sequence for alert in alerts], list(range(1, count + 1)))
        self.assertEqual(len({alert.id for alert in alerts}), count)
        ledger = hub.stop()
        self.assertEqual((ledger['accepted'], ledger['alerts']), (count, count))

    def test_sequences_and_chains_go_on_after_a_restart(self):
        hub = self.hub(journal=True)
        first = messages.kouakourou()
        self.report(hub, first)
        hub.stop()
        hub.start()
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        update = messages.kouakourou(msg_type=2)
        update.references.add(sender='mopti-17', id=first.id).sent.CopyFrom(first.sent)
        self.assertEqual(self.report(hub, update).verdict, 1)
        alert = messages.alert(watch.wait_topic(messages.KOUAKOUROU).payload)
        self.assertEqual((alert.sequence, alert.revision), (2, 2))
        self.assertEqual(len(alert.references), 1)

    def test_re_send_and_reused_id(self):
        hub = self.hub(journal=True)
        incident = messages.kouakourou()
        self.assertEqual(self.report(hub, incident).verdict, 1)
        self.assertEqual(messages.verdict(self.report(hub, incident).SerializeToString()),
                         'VERDICT_DUPLICATE')
        changed = messages.kouakourou(id=incident.id, headline='other')
        answer = self.report(hub, changed)
        self.assertEqual(messages.checks(answer.SerializeToString()), ['incident.id_reused'])
        taken = self.report(hub, messages.kouakourou(id=incident.id), user='gao-3')
        self.assertEqual(messages.checks(taken.SerializeToString()), ['incident.id_taken'])

    def test_files_are_closed_to_others(self):
        hub = self.hub(journal=True)
        self.report(hub, messages.kouakourou())
        for file in hub.folder.iterdir():
            if file.is_file() and file.name.startswith('journal.db'):
                self.assertEqual(stat.S_IMODE(file.stat().st_mode) & 0o077, 0, file.name)

    def test_refused_bytes_are_quarantined_and_told_to_operators(self):
        hub = self.hub(journal=True)
        watch = hub.client('coord').subscribe('tocsin/v1/ops/quarantine/#', 'tocsin/v1/to/#')
        incident = messages.kouakourou(severity=0)
        answer = self.report(hub, incident)
        self.assertEqual(messages.verdict(answer.SerializeToString()), 'VERDICT_REJECTED')
        self.assertFalse(answer.durable)
        message = watch.wait_topic('tocsin/v1/ops/quarantine/mopti-17')
        self.assertIn(incident.id.encode(), message.payload)
        self.assertNotIn(b'reporter-marker-0815', message.payload)
        self.assertEqual([t for t in watch.topics() if '/alert' in t], [])
        hub.stop()
        self.assertFalse(self.holds(hub, incident))
        payload = incident.SerializeToString()
        holders = [file.name for file in hub.folder.iterdir()
                   if file.is_file() and payload in file.read_bytes()]
        self.assertNotEqual(holders, [])
        self.assertTrue(all('quarantine' in name for name in holders), holders)

    def test_second_broker_on_the_same_journal_is_refused(self):
        hub = self.hub(journal=True)
        other = self.make_hub(options={'journal_file': str(hub.journal_file)})
        self.assert_refused(other, 'tocsin: journal .*')
        self.assertTrue(hub.running())

    def test_corrupted_journal_is_moved_aside(self):
        hub = self.hub(journal=True)
        self.report(hub, messages.kouakourou())
        hub.stop()
        for ending in ('-wal', '-shm'):
            (hub.folder / f'journal.db{ending}').unlink(missing_ok=True)
        broken = b'this is no database at all ' * 1000
        hub.journal_file.write_bytes(broken)
        hub.start()
        self.assertTrue(self.report(hub, messages.kouakourou()).durable)
        kept = [file for file in hub.folder.iterdir() if file.is_file()
                and file.name.startswith('journal.db') and file.read_bytes() == broken]
        self.assertEqual(len(kept), 1)


if __name__ == '__main__':
    unittest.main()
