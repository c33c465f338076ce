# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""plugin_opt_guard where the broker is set up in other ways."""

import unittest

import messages
import mqtt
from hub import BrokerTest
from intruder import LISTED, MARK, OTHER, SELF, Scene, forged
from tocsin.v1 import enums_pb2


class Guard(BrokerTest):
    def test_a_session_that_cannot_be_taken(self):
        hub = self.make_hub(rules=LISTED, journal=True)
        hub.sample += 'use_username_as_clientid true\n'
        scene = Scene(hub, 'alone')
        for version in (mqtt.V311, mqtt.V5):
            scene.bare(client_id=OTHER, version=version).leave()
        self.assertEqual(scene.lies(), [])
        _, receipt = scene.report()
        self.assertEqual(enums_pb2.Verdict.Name(receipt.verdict), 'VERDICT_ACCEPTED')

    def test_a_mount_point_leads_nowhere_else(self):
        """What a client there calls its topic is not what counts."""
        hub = self.make_hub(rules=LISTED, options={'guard': 'alone'})
        hub.authentication += '\nmount_point tocsin/v1/'
        hub.start()
        client = hub.client(SELF)
        client.publish('to/partners/alert/x', MARK)
        client.publish(f'from/{OTHER}/incident', forged())
        client.publish(f'from/{SELF}/incident', messages.kouakourou().SerializeToString())
        answer = client.wait(lambda m: m.topic.endswith(f'from/{SELF}/receipt')).payload
        self.assertEqual(messages.verdict(answer), 'VERDICT_ACCEPTED')
        client.publish('tocsin/v1/to/partners/alert/x', b'beneath its own root')
        mqtt.Bare(hub.port, SELF, will=('to/partners/alert/x', MARK, 1, False)).close()
        reader = mqtt.Bare(hub.port, SELF, 'reader')
        for topic_filter in ('to/partners/#', f'from/{OTHER}/receipt', 'ops/#'):
            self.assertGreaterEqual(reader.ask_for(topic_filter), 0x80, topic_filter)
        reader.close()
        ledger = hub.stop()
        self.assertEqual((ledger['reserved'], ledger['guarded']), (4, 3))

    def test_a_log_that_goes_to_a_topic(self):
        """Each line asks the guard again for each of its readers; it says nothing itself."""
        hub = self.make_hub(rules=LISTED, options={'guard': 'alone'})
        hub.sample += 'log_dest topic\nlog_type all\n'
        hub.start()
        spy = hub.client(SELF).subscribe('#', '$SYS/#')
        field = hub.client(OTHER)
        field.publish(messages.box(SELF), forged())
        field.publish(messages.box(OTHER), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box(OTHER, 'receipt'))
        spy.wait(lambda m: m.topic.startswith('$SYS/broker/log/'))
        self.assertEqual(spy.topics(messages.box(OTHER, '')), [])
        self.assertEqual(hub.stop()['reserved'], 1)

    def test_beside_nobody(self):
        """2.0 denies what all of its checks leave to each other."""
        hub = self.hub(rules=LISTED, options={'guard': 'beside'})
        field = mqtt.Bare(hub.port, OTHER)
        field.publish(messages.box(OTHER), messages.kouakourou().SerializeToString(), 1)
        denied = field.answer(0x40) == 0x87
        field.close()
        self.assertEqual(denied, hub.version() < (2, 1))
        self.assertEqual(hub.stop()['reserved'], 0)

    def test_audiences_that_nobody_reads_are_named(self):
        hub = self.hub(options={'guard': 'alone'})
        hub.log('tocsin: audience public names no members: with plugin_opt_guard alone nobody can')
        self.assertFalse([line for line in hub.lines if 'audience partners names no' in line])

    def test_without_the_guard_a_will_is_a_forgery(self):
        """Which is what it is for."""
        hub = self.hub(rules=LISTED)
        agency = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        mqtt.Bare(hub.port, SELF, will=(messages.KOUAKOUROU, MARK, 1, False)).close()
        self.assertEqual(agency.wait_topic(messages.KOUAKOUROU).payload, MARK)


if __name__ == '__main__':
    unittest.main()
