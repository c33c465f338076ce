# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin report over a link that comes and goes: what is written is kept, what is kept
arrives, nothing arrives twice, and the officer can see what has arrived."""

import unittest

from command import TIMEOUT
from hub import BrokerTest
from laptop import FLAGS, Laptop, journal, process_output, with_rate


class BadLink(BrokerTest):
    def check_list(self, hub, laptop, written, running):
        """Whatever moment it is, the list is right: recorded is recorded, and what the
        hub has is never said to be waiting or refused."""
        states = laptop.states()
        arrived = {row[0] for row in journal(hub)}
        self.assertEqual(set(states), written)
        for incident, state in states.items():
            if state == 'recorded':
                self.assertIn(incident, arrived)
            elif state == 'waiting' and not running:
                self.assertNotIn(incident, arrived)
            else:
                self.assertIn(state, ('waiting', 'sent'))

    def test_fifty_reports(self):
        hub = self.hub(with_rate('10/s'), journal=True)
        duty = hub.client('coord').subscribe('tocsin/v1/to/coordination/alert/#')
        laptop = Laptop(self, hub)
        written = set()
        for number in range(50):
            done = laptop.report(*FLAGS, '--killed', str(number))
            self.assertEqual(done.returncode, 3, done.stderr)
            self.assertIn('kept in the outbox', done.stderr)
            written |= set(laptop.states())
            self.assertEqual(len(written), number + 1)
        self.assertEqual(laptop.count('waiting'), 50)
        self.check_list(hub, laptop, written, running=False)

        # Twice it is killed in the middle of a spell, at no moment of its choosing.
        arrived = 0
        for more in (3, 6):
            process = laptop.start('--send', '--stay')
            laptop.link.up()
            arrived += more
            duty.wait(lambda message: True, 'alerts', arrived)
            process.kill()
            process.wait(TIMEOUT)
            self.check_list(hub, laptop, written, running=False)
            laptop.link.down()
            arrived = len(journal(hub))
            self.assertLess(arrived, 50)

        # Then short spells, each ended in the middle of things.
        process = laptop.start('--send', '--stay')
        while arrived < 50:
            laptop.link.up()
            arrived = min(50, arrived + 12)
            duty.wait(lambda message: True, 'alerts', arrived)
            self.check_list(hub, laptop, written, running=True)
            laptop.link.down()
            arrived = max(arrived, len(journal(hub)))
            self.check_list(hub, laptop, written, running=True)
        laptop.link.up()
        self.assertEqual(process.wait(TIMEOUT), 0, process_output(process))

        self.assertEqual(sorted(journal(hub)), sorted((incident, 1) for incident in written))
        self.assertEqual(laptop.states(), {incident: 'recorded' for incident in written})
        self.assertEqual([name for name in laptop.files() if name[0].isdigit()], [])
        ledger = hub.stop()
        self.assertEqual((ledger['accepted'], ledger['rejected']), (50, 0))
        self.assertGreater(ledger['deferred'], 0)

    def test_the_broker_is_killed_meanwhile(self):
        hub = self.hub(journal=True)
        laptop = Laptop(self, hub)
        for number in range(10):
            laptop.report(*FLAGS, '--killed', str(number), '--later')
        process = laptop.start('--send', '--stay')
        laptop.link.up()
        while len(journal(hub)) < 4 and process.poll() is None:
            self.assertLessEqual(laptop.count('recorded'), 10)
        hub.kill()
        hub.start()
        self.assertEqual(process.wait(TIMEOUT), 0, process_output(process))
        self.assertEqual(len(journal(hub)), 10)
        self.assertEqual(len({row[0] for row in journal(hub)}), 10)
        self.assertEqual(laptop.count('recorded'), 10)

    def test_a_dead_link_that_never_broke(self):
        hub = self.hub(journal=True)
        laptop = Laptop(self, hub)
        laptop.report(*FLAGS, '--later')
        laptop.link.up().freeze()
        process = laptop.start('--send', '--stay', '--timeout', '8')
        laptop.link.wait(lambda link: link.swallowed > 0)
        # It has connected into nothing. It gives that up and finds the link when it is back.
        laptop.link.up()
        self.assertEqual(process.wait(TIMEOUT), 0, process_output(process))
        self.assertEqual(laptop.count('recorded'), 1)

    def test_frozen_in_the_middle(self):
        hub = self.hub(with_rate('2/s'), journal=True)
        laptop = Laptop(self, hub)
        duty = hub.client('coord').subscribe('tocsin/v1/to/coordination/alert/#')
        for number in range(8):
            laptop.report(*FLAGS, '--killed', str(number), '--later')
        laptop.link.up()
        process = laptop.start('--send', '--stay', '--timeout', '8')
        duty.wait(lambda message: True, 'alerts', 2)
        laptop.link.freeze()
        before = laptop.link.accepted
        laptop.link.wait(lambda link: link.accepted > before)
        laptop.link.up()
        self.assertEqual(process.wait(TIMEOUT), 0, process_output(process))
        self.assertIn('no sign of the broker', process_output(process))
        self.assertEqual(len(journal(hub)), 8)
        self.assertEqual(laptop.count('recorded'), 8)


if __name__ == '__main__':
    unittest.main()
