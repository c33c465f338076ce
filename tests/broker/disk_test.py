# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A disk that refuses: DEFERRED and never a lie, seen by everybody, felt by no other
client, nothing accepted lost by a kill, and well again by itself."""

import contextlib
import os
import pathlib
import sqlite3
import subprocess
import tempfile
import time
import unittest

import messages
import mqtt
from control_test import ask, until
from disk import Bystander, DiskTest, Field

# A machine that is busy with other things takes its time as well.
LONGEST_MS = 500


class Disk(DiskTest):
    def check_trouble(self, hub, begin, end, error):
        """All that must hold from begin(), which breaks the disk, to end() and on."""
        field = Field(hub)
        watch = self.signs(hub)
        bystander = Bystander(hub)
        before = messages.kouakourou()
        self.assert_accepted(field.send(before))
        with bystander:
            self.trouble(hub, field, watch, (begin, end), error)
        bystander.say(self.id())
        self.assertLess(bystander.worst(), LONGEST_MS)
        self.assert_verdict(field.send(before), 'DUPLICATE')
        self.kill_in_trouble(hub, field, watch, (begin, end))
        self.assertEqual(hub.stop()['received'], 1)

    def trouble(self, hub, field, watch, disk, error):
        begin, end = disk
        begin()
        refused = self.provoke(field)
        hub.log(f'tocsin: the journal is failing: {error}')
        self.assertRegex(self.await_state(watch, 'failing')['journal_error'], error)
        # What needs no disk is answered as ever.
        first = next(iter(field.accepted))
        self.assertTrue(field.accepted[first].durable)
        self.assert_verdict(field.send(messages.kouakourou(severity=0)), 'REJECTED')
        end()
        self.await_state(watch, 'ok')
        hub.log('tocsin: the journal takes writes again')
        self.assert_accepted(field.send(refused))
        self.assert_verdict(field.send(refused), 'DUPLICATE')
        self.assert_accepted(field.send(messages.kouakourou()))
        self.assert_alerts(watch, len(field.accepted))

    def kill_in_trouble(self, hub, field, watch, disk):
        begin, end = disk
        begin()
        refused = self.provoke(field)
        mqtt.barrier(field.client, watch)
        self.assert_alerts(watch, len(field.accepted))
        for client in hub.clients:
            client.close()
        hub.kill()
        end()
        self.assertEqual(self.journalled(hub), list(field.accepted))
        hub.start()
        field.connect()
        self.assert_accepted(field.send(refused))
        self.assertEqual(self.journalled(hub), list(field.accepted))

    def check_fault(self, error, *lines):
        hub = self.hub(journal=True, faults=True)
        self.check_trouble(hub, lambda: hub.fault(*lines), hub.fault, error)

    def test_full(self):
        self.check_fault('SQLite: database or disk is full', 'write ENOSPC')

    def test_read_only(self):
        self.check_fault('SQLite: disk I/O error', 'write EROFS', 'open EROFS')

    def test_error_on_write(self):
        self.check_fault('SQLite: disk I/O error', 'write EIO')

    def test_error_on_sync(self):
        self.check_fault('SQLite: disk I/O error', 'sync EIO')

    def test_error_on_everything(self):
        self.check_fault('SQLite: disk I/O error', 'sync EIO', 'write EIO', 'read EIO', 'open EIO')

    def test_locked_by_another_process(self):
        hub = self.hub(journal=True)
        holder = []

        def begin():
            holder.append(sqlite3.connect(hub.journal_file, isolation_level=None))
            holder[-1].execute('BEGIN EXCLUSIVE')

        self.check_trouble(hub, begin, lambda: holder.pop().close(), 'SQLite: database is locked')

    def test_folder_away(self):
        """As a volume that was taken out and put back."""
        hub = self.make_hub()
        place = hub.folder / 'volume'
        place.mkdir()
        hub.options['journal_file'] = str(place / 'journal.db')
        hub.start()
        away = hub.folder / 'away'
        self.check_trouble(hub, lambda: place.rename(away), lambda: away.rename(place),
                           '(it is no longer the file that was opened|cannot be opened for|its lock file cannot be)')

    def mount(self):
        """A filesystem of two megabytes."""
        if os.geteuid() != 0:
            self.skipTest('only root may mount a small filesystem to fill')
        place = pathlib.Path(tempfile.mkdtemp(prefix='tocsin-full-'))
        self.addCleanup(place.rmdir)
        mounted = subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=2m', 'tocsin-test', place],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            self.skipTest(f'no filesystem can be mounted here: {mounted.stderr.strip()}')
        self.addCleanup(subprocess.run, ['umount', place], check=True)
        return place

    def test_filesystem_that_is_full(self):
        place = self.mount()
        hub = self.hub(options={'journal_file': str(place / 'journal.db')})
        filler = place / 'filler'

        def begin():
            with open(filler, 'wb', buffering=0) as file:
                try:
                    while file.write(bytes(4096)):
                        pass
                except OSError:
                    pass

        self.check_trouble(hub, begin, filler.unlink, 'SQLite: database or disk is full')
        before = self.journalled(hub)
        begin()
        hub.start()
        hub.log('tocsin: the journal is failing: .*(No space left on device|disk is full)')
        field = Field(hub)
        watch = self.signs(hub)
        refused = self.provoke(field)
        self.assertEqual(field.accepted, {})
        filler.unlink()
        self.await_state(watch, 'ok')
        self.assert_accepted(field.send(refused))
        self.assertEqual(self.journalled(hub), before + [refused.id])

    def check_start(self, *lines):
        """What was accepted before is known, and nothing new is taken until it can be."""
        hub = self.hub(journal=True, faults=True)
        field = Field(hub)
        before = messages.kouakourou()
        self.assert_accepted(field.send(before))
        hub.kill()
        hub.fault(*lines)
        hub.start()
        field.connect()
        watch = self.signs(hub)
        said = self.await_state(watch, 'failing')['journal_error']
        hub.log('tocsin: the journal is failing: ')
        self.assert_verdict(field.send(before), 'DUPLICATE')
        refused = messages.kouakourou()
        self.assert_deferred(field.send(refused))
        hub.fault()
        self.await_state(watch, 'ok')
        self.assert_accepted(field.send(refused))
        hub.kill()
        self.assertEqual(self.journalled(hub), list(field.accepted))
        return said

    def test_start_on_a_full_disk(self):
        self.assertRegex(self.check_start('write ENOSPC'),
                         r'can only be read for now. SQLite: .*: No space left on device$')

    def test_start_on_a_disk_that_syncs_nothing(self):
        self.assertIn('SQLite: disk I/O error', self.check_start('sync EIO'))

    def test_start_with_a_new_journal_on_a_full_disk_is_refused(self):
        hub = self.make_hub(journal=True, faults=True)
        hub.fault('write ENOSPC')
        self.assert_refused(hub, r'tocsin: journal \S+: SQLite: ')

    def test_start_on_a_disk_that_cannot_be_read_is_refused(self):
        hub = self.hub(journal=True, faults=True)
        field = Field(hub)
        self.assert_accepted(field.send(messages.kouakourou()))
        hub.stop()
        for lines, reason in ((['read EIO'], r'SQLite: .*: Input/output error'),
                              (['write EROFS', 'open EROFS'], 'Read-only file system')):
            hub.fault(*lines)
            self.assert_refused(hub, rf'tocsin: journal \S+: .*{reason}')
        hub.fault()
        hub.start()
        self.assertEqual(self.journalled(hub), list(field.accepted))

    def test_start_while_another_process_holds_the_lock(self):
        hub = self.hub(journal=True)
        field = Field(hub)
        before = messages.kouakourou()
        self.assert_accepted(field.send(before))
        hub.kill()
        holder = sqlite3.connect(hub.journal_file, isolation_level=None)
        holder.execute('BEGIN EXCLUSIVE')
        hub.start()
        field.connect()
        watch = self.signs(hub)
        self.assert_verdict(field.send(before), 'DUPLICATE')
        refused = self.provoke(field)
        self.await_state(watch, 'failing')
        holder.close()
        self.await_state(watch, 'ok')
        self.assert_accepted(field.send(refused))

    def test_the_main_file_alone_refuses(self):
        """What is committed is safe in the log, which grows: that must be said."""
        hub = self.hub(journal=True, faults=True)
        field = Field(hub)
        hub.fault('write EIO journal.db')
        self.assert_accepted(field.send(messages.kouakourou()))
        hub.log(r'tocsin: journal \S+: what is committed is safe in its -wal, which grows')
        self.assert_accepted(field.send(messages.kouakourou()))
        watch = self.signs(hub)
        self.assertIn('-wal, which grows', self.await_state(watch, 'ok')['journal_error'])
        hub.kill()
        self.assertEqual(self.journalled(hub), list(field.accepted))

    def silences(self, hub):
        """Numbers of those that a restart would know of."""
        with contextlib.closing(sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True)) as journal:
            return [row[0] for row in journal.execute(
                'SELECT id FROM silence WHERE ended_ms = 0 AND NOT over ORDER BY id')]

    def add_silence(self, chief):
        return ask(chief, 'addSilence', match={'region': 'ML05'}, reason='market day', until=until(hours=1))

    def test_a_silence_that_cannot_be_kept(self):
        """It holds, and its operator is told what a restart would do; nobody waits for it."""
        hub = self.hub(journal=True, faults=True, options={'admins': 'chief'})
        chief = hub.client('chief')
        field = Field(hub)
        watch = self.signs(hub)
        self.assertNotIn('error', self.add_silence(chief))
        with Bystander(hub) as bystander:
            hub.fault('write ENOSPC')
            # Its own commit fails, then nothing is taken any more.
            for number in (2, 3):
                answer = self.add_silence(chief)
                self.assertRegex(answer['error'], f'^silence-{number} is as you say, but the disk refuses to keep it')
                self.assertEqual(answer['data'], {'id': f'silence-{number}'})
            self.assertIn('the disk refuses', ask(chief, 'deleteSilence', id='silence-1')['error'])
            self.await_state(watch, 'failing')
            refused = self.provoke(field)
            self.assertEqual([entry['id'] for entry in ask(chief, 'listSilences')['data']['silences']],
                             ['silence-2', 'silence-3'])
            self.assertEqual(self.silences(hub), [1])
            hub.fault()
            self.await_state(watch, 'ok')
        bystander.say('silences on a full disk')
        self.assertLess(bystander.worst(), LONGEST_MS)
        deadline = time.monotonic() + mqtt.TIMEOUT
        while self.silences(hub) != [2, 3]:
            self.assertLess(time.monotonic(), deadline, 'they are not kept')
            mqtt.knock(hub.port)
        self.assert_accepted(field.send(refused))
        hub.kill()
        hub.start()
        self.assertEqual([entry['id'] for entry in ask(hub.client('chief'), 'listSilences')['data']['silences']],
                         ['silence-2', 'silence-3'])

    def test_refusals_do_not_keep_it_from_healing(self):
        hub = self.hub(journal=True, faults=True)
        field = Field(hub)
        noise = hub.client('gao-3')
        hub.fault('write EIO')
        refused = self.provoke(field)
        hub.fault()
        deadline = time.monotonic() + mqtt.TIMEOUT
        while field.send(refused).verdict != 1:
            self.assertLess(time.monotonic(), deadline, 'it has not healed')
            for _ in range(50):
                noise.clear()
                noise.publish(messages.box('gao-3'), b'noise')
                noise.wait_topic(messages.box('gao-3', 'receipt'))
        self.assertEqual(self.journalled(hub), [refused.id])


if __name__ == '__main__':
    unittest.main()
