# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""per_listener_settings true: Mosquitto up to 2.0.14 then gives plugins no ticks."""

import json
import unittest

import messages
import mqtt
from hub import BrokerTest

NO_TICKS = (2, 0, 15)


class Listeners(BrokerTest):
    def test_everything_is_answered_all_the_same(self):
        for journal in (False, True):
            with self.subTest(journal=journal):
                self.check(journal)

    def check(self, journal):
        hub = self.hub(journal=journal, per_listener=True)
        watch = hub.client('agency').subscribe('tocsin/v1/to/#')
        field = hub.client('mopti-17', version=mqtt.V5)
        without_ticks = hub.version() < NO_TICKS
        count = 0
        if without_ticks:
            # The plugin learns of it after a second in which messages came.
            while not any('gives plugins no ticks' in line for line in hub.lines):
                field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
                count += 1
                self.assertLess(count, 100000)
        for qos in (0, 1, 2):
            incident = messages.kouakourou()
            field.publish(messages.box('mopti-17'), incident.SerializeToString(), qos)
            answer = field.wait(lambda m, sent=incident.id: m.topic.endswith('/receipt') and
                                messages.receipt(m.payload).incident_id == sent)
            self.assertEqual(messages.verdict(answer.payload), 'VERDICT_ACCEPTED')
            self.assertEqual(messages.receipt(answer.payload).durable, journal)
            count += 1
        watch.wait_topic(messages.KOUAKOUROU, count)
        beat = json.loads(watch.wait_topic('tocsin/v1/to/partners/heartbeat').payload)
        self.assertEqual(beat['journal_state'], 'ok' if journal else 'none')
        self.assertEqual(hub.stop()['accepted'], count)
        warnings = [line for line in hub.lines if 'gives plugins no ticks' in line]
        self.assertEqual(len(warnings), 1 if without_ticks else 0)


if __name__ == '__main__':
    unittest.main()
