# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A journal that somebody or something has overwritten: it is kept aside, everybody is
told, and the hub goes on with a new one."""

import contextlib
import json
import sqlite3
import unittest

import messages
import mqtt
from disk import STATE, DiskTest, Field

PAGE = 8192


def spoil(path, first, pages):
    with open(path, 'r+b') as file:
        file.seek(first * PAGE)
        file.write(b'\xff' * (pages * PAGE))


def leaves(path, name):
    """Pages of a table or an index that hold its rows, in their order."""
    with contextlib.closing(sqlite3.connect(path)) as journal:
        return [row[0] for row in journal.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (name,))]


def write_beside(hub):
    """As another process: all goes to the file, and into the log a page that nobody
    needs to open it. The hub must read its pages anew."""
    with contextlib.closing(sqlite3.connect(hub.journal_file)) as journal:
        busy = journal.execute('PRAGMA wal_checkpoint(TRUNCATE)').fetchone()[0]
        assert busy == 0, 'the log is in use'
        journal.execute('UPDATE probe SET at = at + 1')
        journal.commit()


class Corrupt(DiskTest):
    def kept(self, hub):
        return sorted(file.name for file in hub.folder.iterdir() if '.corrupt-' in file.name)

    def test_while_it_runs(self):
        hub = self.hub(journal=True)
        field = Field(hub)
        watch = self.signs(hub)
        known = messages.kouakourou()
        self.assert_accepted(field.send(known))
        for number in (1, 2):
            write_beside(hub)
            spoil(hub.journal_file, 0, hub.journal_file.stat().st_size // PAGE)
            refused = self.provoke(field)
            self.await_state(watch, 'failing')
            hub.log(r'tocsin: the journal is failing: SQLite: ', number)
            hub.log(rf'tocsin: journal \S+: WAS CORRUPTED. It is kept as \S+/journal.db.corrupt-{number}; a new one')
            self.await_state(watch, 'ok')
            state = json.loads([m for m in watch.messages if m.topic == STATE][-1].payload)
            self.assertIn(f'.corrupt-{number}', state['journal_error'])
            self.assertIn(f'journal.db.corrupt-{number}', self.kept(hub))
            self.assert_accepted(field.send(refused))
            self.assertEqual(self.journalled(hub), [refused.id])
            # What was accepted before is known for as long as the broker runs.
            self.assert_verdict(field.send(known), 'DUPLICATE')
        self.assert_alerts(watch, 3)
        hub.kill()
        self.assertEqual(self.journalled(hub), [refused.id])
        hub.start()
        field.connect()
        self.assert_verdict(field.send(refused), 'DUPLICATE')

    def test_at_the_start_after_a_kill(self):
        """The log lies beside it, and goes with it."""
        hub = self.hub(journal=True)
        field = Field(hub)
        self.assert_accepted(field.send(messages.kouakourou()))
        write_beside(hub)
        hub.kill()
        spoil(hub.journal_file, 0, 1)
        file, log = hub.journal_file.read_bytes(), (hub.folder / 'journal.db-wal').read_bytes()
        self.assertGreater(len(log), PAGE)
        # As if the broker had been killed in the middle of moving them, once before.
        (hub.folder / 'journal.db.corrupt-1-wal').write_bytes(b'precious')
        hub.start()
        hub.log(r'tocsin: journal \S+: WAS CORRUPTED. It is kept as \S+/journal.db.corrupt-2; a new one was begun')
        self.assertEqual((hub.folder / 'journal.db.corrupt-1-wal').read_bytes(), b'precious')
        self.assertEqual((hub.folder / 'journal.db.corrupt-2').read_bytes(), file)
        self.assertEqual((hub.folder / 'journal.db.corrupt-2-wal').read_bytes(), log)
        watch = self.signs(hub)
        self.assertIn('WAS CORRUPTED', self.await_state(watch, 'ok')['journal_error'])
        field.connect()
        fresh = messages.kouakourou()
        self.assert_accepted(field.send(fresh))
        self.assertEqual(self.journalled(hub), [fresh.id])

    def filled(self):
        """A hub that ended, and the incidents that it accepted."""
        hub = self.hub(journal=True)
        client = hub.client('mopti-17')
        incidents = [messages.kouakourou(description='x' * 3000) for _ in range(200)]
        for incident in incidents:
            client.publish(messages.box('mopti-17'), incident.SerializeToString(), wait=False)
        for receipt in client.wait_topic(messages.box('mopti-17', 'receipt'), len(incidents)):
            self.assert_accepted(messages.receipt(receipt.payload))
        hub.stop()
        return hub, incidents

    def begins_anew(self, hub):
        """It starts with a new file, says so, and takes what comes."""
        hub.start()
        hub.log(r'tocsin: journal \S+: WAS CORRUPTED. It is kept as \S+/journal.db.corrupt-1; a new one was begun')
        self.assertIn('journal.db.corrupt-1', self.kept(hub))
        field = Field(hub)
        fresh = messages.kouakourou()
        receipt = field.send(fresh)
        self.assert_accepted(receipt)
        self.assertEqual(self.journalled(hub), [fresh.id])
        return field, receipt

    def test_at_the_start_in_the_last_leaf(self):
        """How far it has come is asked before anything else; what stands before the break
        is still known, and still open."""
        hub, incidents = self.filled()
        spoil(hub.journal_file, leaves(hub.journal_file, 'incident')[-1] - 1, 1)
        field, receipt = self.begins_anew(hub)
        self.assertGreater(int(receipt.journal_id), len(incidents))
        self.assert_verdict(field.send(incidents[0]), 'DUPLICATE')
        agency = hub.client('agency').subscribe('tocsin/v1/to/partners/open/#')
        mqtt.barrier(agency, agency)
        self.assertEqual(len(agency.topics('tocsin/v1/to/partners/open/')), len(incidents) + 1)

    def test_at_the_start_where_topics_are_counted(self):
        hub, incidents = self.filled()
        spoil(hub.journal_file, leaves(hub.journal_file, 'sqlite_autoindex_counter_1')[-1] - 1, 1)
        _, receipt = self.begins_anew(hub)
        self.assertGreater(int(receipt.journal_id), len(incidents))

    def test_at_the_start_where_audiences_are_counted(self):
        hub, incidents = self.filled()
        for leaf in leaves(hub.journal_file, 'alert_by_sequence'):
            spoil(hub.journal_file, leaf - 1, 1)
        _, receipt = self.begins_anew(hub)
        self.assertEqual(int(receipt.journal_id), len(incidents) + 1)

    def test_at_the_start_in_the_last_quarter(self):
        hub, _ = self.filled()
        pages = hub.journal_file.stat().st_size // PAGE
        spoil(hub.journal_file, pages * 3 // 4, pages - pages * 3 // 4)
        self.begins_anew(hub)

    def test_at_the_start_in_the_middle(self):
        """What stands before the break is still known."""
        hub, incidents = self.filled()
        pages = hub.journal_file.stat().st_size // PAGE
        self.assertGreater(pages, 100)
        spoil(hub.journal_file, pages // 2, pages // 4)
        file = hub.journal_file.read_bytes()
        hub.start()
        hub.log(r'tocsin: journal \S+: WAS CORRUPTED. It is kept as \S+/journal.db.corrupt-1; a new one was begun')
        kept = (hub.folder / 'journal.db.corrupt-1').read_bytes()
        # A start leaves its mark on a page or two before it comes to what is broken.
        changed = sum(kept[at:at + PAGE] != file[at:at + PAGE] for at in range(0, len(file), PAGE))
        self.assertEqual(len(kept), len(file))
        self.assertLess(changed, 4)
        watch = self.signs(hub)
        self.assertIn('WAS CORRUPTED', self.await_state(watch, 'ok')['journal_error'])
        field = Field(hub)
        self.assert_verdict(field.send(incidents[0]), 'DUPLICATE')
        self.assert_accepted(field.send(messages.kouakourou()))
        self.assertEqual(self.journalled(hub), list(field.accepted))


if __name__ == '__main__':
    unittest.main()
