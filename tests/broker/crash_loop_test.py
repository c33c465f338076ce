# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A broker that falls again and again: what it publishes again after each start must not
pile up in the queue of who is away, since the broker drops what is too much."""

import collections
import contextlib
import sqlite3
import threading
import time
import unittest

import messages
from hub import TIMEOUT, BrokerTest

LIVES = 12
REPORTS = 10  # in each life
# What was handed over just before a save may be sent again once or twice. It may not be
# sent again in each further life, which would be LIVES / 2 on the average.
MOST = 3
GRAIN_MS = 100  # a note as young as the store is not believed (journal/floor.h)


class CrashLoop(BrokerTest):
    def noted(self, hub):
        """Waits for the hub's note of what it had handed over when it was up again."""
        deadline = time.monotonic() + TIMEOUT
        while time.monotonic() < deadline:
            with contextlib.closing(sqlite3.connect(hub.journal_file)) as journal:
                if journal.execute('SELECT count(*) FROM handed WHERE at_ms < ?',
                                   (time.time() * 1000 - GRAIN_MS,)).fetchone()[0]:
                    return
            threading.Event().wait(0.01)
        raise TimeoutError('no note of what was handed over')

    def live(self, hub, end):
        hub.start()
        field = hub.client('mopti-17')
        for _ in range(REPORTS):
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString(), wait=False)
        field.wait_topic(messages.box('mopti-17', 'receipt'), REPORTS)
        self.assertEqual({messages.verdict(message.payload) for message in field.messages},
                         {'VERDICT_ACCEPTED'})
        self.noted(hub)
        end(hub)

    def queued(self, end):
        """How often each alert came to one who was away in all these lives."""
        hub = self.hub(journal=True)
        agency = hub.client('agency', 'agency', clean=False)
        agency.subscribe('tocsin/v1/to/+/alert/#')
        hub.save()
        agency.close()
        hub.stop()
        for _ in range(LIVES):
            self.live(hub, end)
        hub.start()
        agency = hub.client('agency', 'agency', clean=False)
        agency.until(lambda: len({messages.alert(message.payload).id for message in agency.messages})
                     == LIVES * REPORTS, 'every alert')
        counts = collections.Counter(messages.alert(message.payload).id for message in agency.messages)
        hub.stop()
        return counts

    def test_saved_and_killed(self):
        def end(hub):
            hub.save()
            hub.kill()

        counts = self.queued(end)
        self.assertLessEqual(sum(counts.values()), MOST * len(counts), counts)

    def test_stopped_at_once(self):
        counts = self.queued(lambda hub: hub.stop())
        self.assertLessEqual(sum(counts.values()), MOST * len(counts), counts)


if __name__ == '__main__':
    unittest.main()
