# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin report: what waits for one broker does not go to another unasked, be it a training hub."""

import unittest

from command import run
from laptop import FLAGS, Laptop, LaptopTest, journal


class Hosts(LaptopTest):
    def setUp(self):
        self.real = self.hub(journal=True)
        self.training = self.hub(journal=True)
        self.laptop = Laptop(self, self.real)
        self.host = f'127.0.0.1:{self.laptop.link.port}'

    def train(self, *words, **more):
        return run('report', '-h', '127.0.0.1', '-p', str(self.training.port), '-u', 'mopti-17', '--outbox',
                   str(self.laptop.outbox), *words, **more)

    def counts(self):
        return len(journal(self.real)), len(journal(self.training))

    def test_a_report_takes_along_only_its_own_kind(self):
        self.laptop.report(*FLAGS, '--killed', '1', '--later')
        self.assertEqual(self.only(self.laptop)['host'], self.host)
        done = self.train(*FLAGS, '--killed', '2')
        self.assertEqual(done.returncode, 0, done.stderr)
        held = f"1 in the outbox waits for {self.host}: not sent to 127.0.0.1:{self.training.port} " \
               "('tocsin report --send --yes' does)\n"
        self.assertIn(held, done.stderr)
        self.assertNotIn('waiting, too', done.stderr)
        self.assertEqual(self.counts(), (0, 1))
        # The same words there are a report of their own, and what has arrived there is not here.
        for _ in range(2):
            self.assertEqual(self.train(*FLAGS, '--killed', '1').returncode, 0)
        self.assertEqual(self.counts(), (0, 3))
        done = self.train('--send', '-q')
        self.assertEqual((done.returncode, done.stderr), (0, f'tocsin report: {held}'))
        self.assertEqual(self.laptop.count('waiting'), 1)
        listed = run('report', '--list', '--outbox', str(self.laptop.outbox)).stdout
        self.assertRegex(listed, rf'waiting, written at \d\d:\d\d UTC for {self.host}\n')
        self.laptop.link.up()
        self.assertEqual(self.laptop.report('--send').returncode, 0)
        self.assertEqual(self.counts(), (1, 3))
        self.assertEqual(self.laptop.count('recorded'), 4)

    def test_the_same_file_to_both(self):
        """Byte for byte: what the training hub has recorded is not yet reported."""
        text = '{"id":"3f1f1c52-6d3a-4e0b-9a53-0d3c2b1a4f5e","status":"actual","msg_type":"alert",' \
            '"sent":"2024-08-07T19:00:00Z","event":{"type":"battles"},"severity":"severe","certainty":"observed",' \
            '"location":{"country":"ML","pcode":"ML0503"},"sensitivity":"moderate"}'
        for _ in range(2):
            self.assertEqual(self.train('--as', 'json', '-', text=text).returncode, 0)
            done = self.laptop.report('--as', 'json', '-', text=text)
            self.assertEqual(done.returncode, 3, done.stderr)
        self.assertEqual(self.counts(), (0, 1))
        self.laptop.link.up()
        self.assertEqual(self.laptop.report('--send').returncode, 0)
        self.assertEqual(self.counts(), (1, 1))

    def test_elsewhere_where_that_is_meant(self):
        """A bridge in place of the hub, say."""
        for number in range(2):
            self.laptop.report(*FLAGS, '--killed', str(number), '--later')
        done = self.train('--send', '--yes')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('not sent', done.stderr)
        self.assertEqual(self.counts(), (0, 2))
        self.assertEqual(self.laptop.count('recorded'), 2)

    def test_written_for_none_it_goes_to_any(self):
        done = run('report', '-u', 'mopti-17', '--outbox', str(self.laptop.outbox), *FLAGS, '--later')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('host', self.only(self.laptop))
        # So do those of older versions, which did not note it.
        self.laptop.report(*FLAGS, '--killed', '1', '--later')
        for path in self.laptop.outbox.iterdir():
            if '@' in path.name:
                path.rename(path.with_name(path.name.replace(f'@{self.host}', '')))
        self.assertEqual([row.get('host') for row in self.laptop.list()], [None, None])
        self.assertEqual(self.train('--send').returncode, 0)
        self.assertEqual(self.counts(), (0, 2))

    def test_a_later_version_waits_with_the_first(self):
        self.laptop.report(*FLAGS, '--later')
        first = self.only(self.laptop)['id']
        done = run('report', 'update', first, '-h', '127.0.0.1', '-p', str(self.training.port), '-u', 'mopti-17',
                   '--outbox', str(self.laptop.outbox), '--severity', 'extreme', '--timeout', '5')
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn(f'waits for {self.host}', done.stderr)
        self.assertEqual(self.counts(), (0, 0))
        self.assertEqual(self.train('--send', '--yes').returncode, 0)
        self.assertEqual([revision for _, revision in journal(self.training)], [1, 2])


if __name__ == '__main__':
    unittest.main()
