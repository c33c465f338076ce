# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The hub's clock is set while it runs: that is said, and what it closed is not lost."""

import contextlib
import sqlite3
import unittest

import messages
from hub import BrokerTest

DAYS = 3 * 24 * 3600
OPEN = 'tocsin/v1/to/partners/open/ML/ML05/#'


class Clock(BrokerTest):
    def test_a_wrong_clock_is_said_and_mended_by_a_restart(self):
        hub = self.make_hub(journal=True)
        clock = hub.folder / 'clock'
        hub.environment['TOCSIN_CLOCK'] = str(clock)

        def set_ahead(seconds):
            fresh = hub.folder / 'clock.new'
            fresh.write_text(f'{seconds}\n')
            fresh.replace(clock)

        hub.start()
        watch = hub.client('agency').subscribe(OPEN)
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        watch.wait(lambda message: message.payload)
        set_ahead(DAYS)
        watch.wait(lambda message: not message.payload)
        hub.log(rf"tocsin: this machine's clock went forward by ({DAYS - 1}|{DAYS}) s .*restart the broker")
        set_ahead(0)
        hub.stop()
        hub.start()
        late = hub.client('late').subscribe(OPEN)
        late.wait(lambda message: message.payload)

    def test_what_came_by_a_wrong_year_does_not_stand_until_then(self):
        hub = self.make_hub(journal=True)
        clock = hub.folder / 'clock'
        hub.environment['TOCSIN_CLOCK'] = str(clock)
        clock.write_text(f'{400 * 24 * 3600}\n')
        hub.start()
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        hub.stop()
        clock.write_text('0\n')
        hub.start()
        hub.log("tocsin: 1 of what is open came while this machine's clock was ahead")
        old = hub.client('early').subscribe(OPEN).wait(lambda message: message.payload)
        hub.stop()
        # As if it had run for more than the day that the rules say.
        with contextlib.closing(sqlite3.connect(hub.journal_file)) as journal, journal:
            changed = journal.execute("UPDATE meta SET value = ? WHERE name = 'misdated_ran_ms'",
                                      (26 * 3600 * 1000,))
            self.assertEqual(changed.rowcount, 1)
        for start in range(2):
            hub.start()
            if start == 0:
                hub.log('tocsin: 1 of what came while .* left open/')
            field = hub.client('mopti-17')
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
            field.wait_topic(messages.box('mopti-17', 'receipt'))
            late = hub.client('late').subscribe(OPEN)
            late.wait(lambda message: message.payload)
            self.assertNotIn(old.topic, [message.topic for message in late.messages if message.payload])
            hub.stop()

    def test_small_steps_are_nobody_s_trouble(self):
        hub = self.make_hub()
        clock = hub.folder / 'clock'
        hub.environment['TOCSIN_CLOCK'] = str(clock)
        clock.write_text('0\n')
        hub.start()
        fresh = hub.folder / 'clock.new'
        fresh.write_text('50\n')
        fresh.replace(clock)
        hub.reload()
        hub.log('tocsin: loaded', 2)
        fresh.write_text('-50\n')
        fresh.replace(clock)
        hub.log(r"tocsin: this machine's clock was set back by (99|100) s")
        self.assertFalse([line for line in hub.lines if 'went forward' in line])


if __name__ == '__main__':
    unittest.main()
