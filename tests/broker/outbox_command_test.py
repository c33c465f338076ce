# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin report: what an officer sees of the outbox, and does to it."""

import signal
import subprocess
import unittest

from command import TIMEOUT, TOCSIN, environment, run
from laptop import FLAGS, Laptop, LaptopTest, journal, process_output, with_rate


class Outbox(LaptopTest):
    def test_three_states_and_a_refusal_in_words(self):
        hub = self.hub(with_rate('60/min'), journal=True)
        laptop = self.laptop(hub, user='gao-3')
        self.assertEqual(laptop.report(*FLAGS, '--killed', '1').returncode, 0)
        laptop.user = 'nobody-here'
        done = laptop.report(*FLAGS, '--killed', '2')
        self.assertEqual(done.returncode, 1)
        self.assertIn('[sender.unknown]', done.stdout)
        self.assertIn('--edit', done.stderr)
        laptop.link.down()
        self.assertEqual(laptop.report(*FLAGS, '--locality', 'Sy').returncode, 3)
        listed = run('report', '--list', '--outbox', str(laptop.outbox)).stdout.splitlines()
        self.assertEqual(listed[0], '1 waiting, 0 sent but not confirmed, 1 refused, 1 recorded')
        self.assertRegex(listed[1], r'^[0-9a-f]{8} severe battles, ML0503: refused at \d\d:\d\d UTC$')
        self.assertEqual(listed[2], '    the rules do not admit this sender [sender.unknown]')
        self.assertRegex(listed[3], r'^[0-9a-f]{8} severe battles, Sy \(ML0503\): waiting, written at \d\d:\d\d UTC '
                                    rf'for 127\.0\.0\.1:{laptop.link.port}$')
        self.assertRegex(listed[4], r'^[0-9a-f]{8} severe battles, ML0503: recorded at \d\d:\d\d UTC$')

    def test_sent_but_not_confirmed(self):
        hub = self.hub(plugin=False)
        laptop = self.laptop(hub)
        done = laptop.report(*FLAGS, '--timeout', '1')
        self.assertEqual(done.returncode, 4)
        self.assertEqual(self.only(laptop)['state'], 'sent')
        self.assertIn('sent at ', run('report', '--list', '--outbox', str(laptop.outbox)).stdout)
        # It may have arrived: nobody may change it now.
        short = self.only(laptop)['id'][:6]
        done = laptop.report('--edit', short, '--yes')
        self.assertEqual(done.returncode, 1)
        self.assertIn('may have arrived', done.stderr)
        # Written again in doubt, it is still one report.
        done = laptop.report(*FLAGS, '--timeout', '1')
        self.assertEqual(done.returncode, 4)
        self.assertIn('not written a second time', done.stderr)
        self.only(laptop)
        self.assertEqual(laptop.report(*FLAGS, '--again', '--later').returncode, 0)
        self.assertEqual(len(laptop.list()), 2)

    def test_put_off_until_the_hub_says(self):
        hub = self.hub(with_rate('1/h'), journal=True)
        laptop = self.laptop(hub)
        self.assertEqual(laptop.report(*FLAGS, '--killed', '1').returncode, 0)
        done = laptop.report(*FLAGS, '--killed', '2')
        self.assertEqual(done.returncode, 4)
        self.assertIn('not recorded (rate): keep it, ask again in', done.stderr)
        self.assertIn('1 put off by the hub: kept in the outbox', done.stderr)
        report = [one for one in laptop.list() if one['state'] == 'waiting'][0]
        self.assertEqual(report['receipt']['reason'], 'rate')
        self.assertGreater(report['retry_at'], report['since'])
        # Until then nobody even connects.
        laptop.link.down()
        done = laptop.report('--send', '--json')
        self.assertEqual(done.returncode, 4)
        self.assertNotIn('cannot connect', done.stderr)
        received = hub.stop()['received']
        self.assertEqual(received, 2)

    def test_a_hub_without_a_journal(self):
        hub = self.hub()
        laptop = self.laptop(hub)
        done = laptop.report(*FLAGS)
        self.assertEqual(done.returncode, 0)
        self.assertIn('kept in the outbox, since the hub keeps no journal: 1', done.stderr)
        self.assertEqual(self.only(laptop)['state'], 'accepted')
        # It is not sent by itself once more, but when told to.
        self.assertEqual(laptop.report('--send').stdout, '')
        again = laptop.report('--send', '--again')
        self.assertIn('already accepted at', again.stdout)
        self.assertEqual(self.only(laptop)['state'], 'accepted')
        self.assertEqual(laptop.report('--send', '--again', '--accept-undurable').returncode, 0)
        self.assertEqual([name for name in laptop.files() if name[0].isdigit()], [])
        self.assertEqual(self.only(laptop)['state'], 'accepted')

    def test_one_sends_the_other_only_keeps(self):
        hub = self.hub(journal=True)
        laptop = Laptop(self, hub)
        laptop.report(*FLAGS, '--killed', '1', '--later')
        laptop.link.up().freeze()
        process = laptop.start('--send', '--stay', '--timeout', '8')
        laptop.link.wait(lambda link: link.swallowed > 0)
        done = laptop.report(*FLAGS, '--killed', '2')
        self.assertEqual(done.returncode, 4)
        self.assertIn(f'another tocsin (process {process.pid}) is sending', done.stderr)
        self.assertEqual(laptop.count('waiting'), 2)
        first = laptop.list()[0]['id']
        for words in (('--edit', first, '--yes'), ('--drop', first, '--yes')):
            done = laptop.report(*words)
            self.assertEqual(done.returncode, 1)
            self.assertIn('another tocsin is sending from it', done.stderr)
        laptop.link.up()
        self.assertEqual(process.wait(TIMEOUT), 0, process_output(process))
        self.assertEqual(len(journal(hub)), 2)
        self.assertEqual(laptop.count('recorded'), 2)

    def test_wipe(self):
        hub = self.hub()
        laptop = Laptop(self, hub)
        laptop.report(*FLAGS, '--headline', 'marker-in-the-report', '--later')
        self.assertEqual(laptop.report('--wipe').returncode, 1)
        self.assertEqual(laptop.count('waiting'), 1)
        # Whoever is sending is asked to end: it may be needed at once.
        laptop.link.up().freeze()
        process = laptop.start('--send', '--stay')
        laptop.link.wait(lambda link: link.swallowed > 0)
        done = laptop.report('--wipe', '--yes')
        self.assertEqual(done.returncode, 0, done.stderr)
        # While it connects, a signal ends it without a word.
        self.assertIn(process.wait(TIMEOUT), (4, -signal.SIGTERM))
        self.assertFalse(laptop.outbox.exists())
        self.assertEqual(laptop.list(), [])

    def test_an_outbox_that_cannot_be_used(self):
        hub = self.hub(journal=True)
        laptop = self.laptop(hub)
        laptop.outbox.mkdir(parents=True, mode=0o755)
        done = laptop.report(*FLAGS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('others could read it', done.stderr)
        self.assertIn('keep your own', done.stderr)
        self.assertEqual(len(journal(hub)), 1)
        self.assertEqual(laptop.files(), [])
        for words in (('--list',), ('--send',), ('--wipe', '--yes'), ('--edit', '1234')):
            self.assertEqual(laptop.report(*words).returncode, 1)
        laptop.link.down()
        done = laptop.report(*FLAGS)
        self.assertEqual(done.returncode, 3)
        self.assertIn('not kept here: keep your copy', done.stderr)
        laptop.outbox.chmod(0o700)
        self.assertEqual(laptop.report(*FLAGS).returncode, 3)
        self.only(laptop)

    def test_a_full_disk_does_not_keep_a_report_from_leaving(self):
        hub = self.hub(journal=True)
        laptop = self.laptop(hub)
        # No bytes can be written to any file, as on a full disk.
        done = subprocess.run(['sh', '-c', 'ulimit -f 0; trap "" XFSZ; exec "$@"', 'sh', TOCSIN,
                               *laptop.words(*FLAGS)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, env=environment(), check=False)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn(b'sent without a copy', done.stdout)
        self.assertEqual(len(journal(hub)), 1)

        # Without a line either it says how many of them are nowhere.
        table = laptop.folder / 'week.csv'
        rows = ['#adm2+code,#event+type,#severity,#certainty,#affected+killed\n',
                *(f'ML0503,battles,severe,observed,{number}\n' for number in range(3))]
        table.write_text(''.join(rows))
        laptop.link.down()
        words = laptop.words('--csv', str(table), '--country', 'ML', '--sensitivity', 'moderate')
        done = subprocess.run(['sh', '-c', 'ulimit -f 0; trap "" XFSZ; exec "$@"', 'sh', TOCSIN, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment(), check=False)
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn(b'tocsin report: 3 not confirmed, and not kept here: keep your copies', done.stdout)

    def test_a_sender_without_a_user_name_stays_the_same(self):
        hub = self.hub(journal=True)
        laptop = Laptop(self, hub, user=None)
        laptop.report(*FLAGS, '--later')
        laptop.link.up()
        process = laptop.start('--send', '--stay')
        self.assertEqual(process.wait(TIMEOUT), 0, process_output(process))
        report = self.only(laptop)
        self.assertRegex(report['sender'], r'^tocsin-[0-9a-f]{16}$')
        done = laptop.verb('update', report['id'], '--severity', 'extreme')
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertEqual([revision for _, revision in journal(hub)], [1, 2])

    def test_reports_of_another_account_stay(self):
        hub = self.hub(journal=True)
        laptop = self.laptop(hub)
        laptop.report(*FLAGS, '--later')
        laptop.user = 'gao-3'
        done = laptop.report('--send')
        self.assertEqual(done.returncode, 0)
        self.assertIn('1 in the outbox are of another sender (mopti-17): not sent', done.stderr)
        self.assertEqual(journal(hub), [])
        laptop.user = 'mopti-17'
        self.assertEqual(laptop.report('--send').returncode, 0)
        self.assertEqual(self.only(laptop)['state'], 'recorded')
        done = laptop.report('--send')
        self.assertEqual(done.returncode, 0)
        self.assertIn('nothing waits', done.stderr)

    def test_the_broker_says_no(self):
        """An ACL that lets nobody report: no receipt explains it, and the report stays."""
        hub = self.make_hub(plugin=False)
        acl = hub.folder / 'acl'
        acl.write_text('topic read nothing\n')
        hub.after = f'acl_file {acl}'
        hub.start()
        laptop = self.laptop(hub)
        done = laptop.report(*FLAGS, '--timeout', '20')
        self.assertEqual(done.returncode, 1)
        self.assertIn('the broker refused the publish to tocsin/v1/from/mopti-17/incident: Not authorized',
                      done.stderr)
        self.assertEqual(self.only(laptop)['state'], 'waiting')

        # One that was sent before may have arrived then: no broker can say that it has not.
        hub.stop()
        hub.after = ''
        hub.start()
        self.assertEqual(laptop.report('--send', '--timeout', '1').returncode, 4)
        hub.stop()
        hub.after = f'acl_file {acl}'
        hub.start()
        self.assertEqual(laptop.report('--send', '--timeout', '20').returncode, 1)
        self.assertEqual(self.only(laptop)['state'], 'sent')

        # By the name of the topic that it was.
        self.assertEqual(laptop.report('--drop', self.only(laptop)['id'], '--yes').returncode, 0)
        done = laptop.report(*FLAGS, '--as', 'json', '--timeout', '20')
        self.assertIn('the broker refused the publish to tocsin/v1/from/mopti-17/incident-json: Not authorized',
                      done.stderr)

    def test_the_brokers_word_is_enough(self):
        """Receipts that come meanwhile end nothing."""
        hub = self.hub(journal=True)
        laptop = self.laptop(hub)
        for number in range(40):
            laptop.report(*FLAGS, '--killed', str(number), '--later')
        done = laptop.report('--send', '--timeout', '0')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('sent, not confirmed', done.stderr)
        self.assertEqual(hub.stop()['accepted'], 40)

    def test_too_large_for_the_broker(self):
        hub = self.hub(plugin=False, after='max_packet_size 200')
        laptop = self.laptop(hub)
        done = laptop.report(*FLAGS, '--description', 'x' * 1000, '--timeout', '5')
        self.assertEqual(done.returncode, 4)
        self.assertIn('cannot be published', done.stderr)
        self.assertEqual(self.only(laptop)['state'], 'waiting')

    def test_one_thing_at_a_time(self):
        for words in (('--send', '--list'), ('--send', *FLAGS), ('--edit', '1234', '--wipe'),
                      ('--csv', 'a', '--file', 'b'), ('--list', '-'), ('update',), ('update', 'a', '--send'),
                      ('cancel', 'a', '--cause', 'conflict'), ('update', 'aaaa', 'bbbb')):
            with self.subTest(words=words):
                self.assertEqual(run('report', *words).returncode, 2)

    def test_help_fits_a_screen(self):
        for words in ((), ('update',), ('cancel',)):
            short = run('report', *words, '--help').stdout.splitlines()
            self.assertLessEqual(len(short), 24)
            self.assertTrue(all(len(line) <= 80 for line in short), short)
            # An example comes first.
            self.assertTrue(short[2].startswith('  tocsin report'), short)
            whole = run('report', *words, '--help-all').stdout
            self.assertIn('--pcode CODE', whole)
            self.assertIn('--cafile FILE', whole)


if __name__ == '__main__':
    unittest.main()
