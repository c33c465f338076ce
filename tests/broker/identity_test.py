# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Who may report, and that answers find their way whatever a client is called."""

import unittest

import messages
import mqtt
from hub import RULES, BrokerTest

CLOSED = RULES.replace('open_senders: true\n', '')
LISTED = CLOSED.replace('rules:\n', 'senders:\n  mopti-17: {regions: [ML05]}\nrules:\n', 1)


class Identity(BrokerTest):
    def answer(self, client, box, incident=None):
        incident = incident or messages.kouakourou()
        client.publish(messages.box(box), incident.SerializeToString())
        return client.wait_topic(messages.box(box, 'receipt')).payload

    def test_without_a_user_name(self):
        hub = self.hub()
        field = hub.client(None, 'phone-7')
        self.assertEqual(messages.verdict(self.answer(field, 'phone-7')), 'VERDICT_ACCEPTED')
        field.publish(messages.box('phone-8'), messages.kouakourou().SerializeToString())
        mqtt.barrier(field, field)
        self.assertEqual(hub.stop()['reserved'], 1)

    def test_without_a_user_name_where_that_is_closed(self):
        hub = self.hub(rules=CLOSED)
        field = hub.client(None, 'phone-7')
        answer = self.answer(field, 'phone-7')
        self.assertEqual(messages.verdict(answer), 'VERDICT_REJECTED')
        self.assertIn('sender.unknown', messages.checks(answer))
        named = hub.client('anyone')
        self.assertEqual(messages.verdict(self.answer(named, 'anyone')), 'VERDICT_ACCEPTED')

    def test_listed_senders(self):
        hub = self.hub(rules=LISTED)
        listed = hub.client('mopti-17')
        self.assertEqual(messages.verdict(self.answer(listed, 'mopti-17')), 'VERDICT_ACCEPTED')
        other = hub.client('gao-3')
        answer = self.answer(other, 'gao-3')
        self.assertEqual(messages.verdict(answer), 'VERDICT_REJECTED')
        self.assertIn('sender.unknown', messages.checks(answer))

    def test_a_client_id_stands_for_no_name_of_the_rules(self):
        hub = self.hub(rules=LISTED.replace('rules:\n', 'open_senders: true\nrules:\n', 1))
        for name in ('mopti-17', 'agency'):
            answer = self.answer(hub.client(None, name), name)
            self.assertEqual(messages.verdict(answer), 'VERDICT_REJECTED', name)
            self.assertEqual(messages.checks(answer), ['sender.unknown'])
            named = hub.client(name)
            self.assertEqual(messages.verdict(self.answer(named, name)), 'VERDICT_ACCEPTED', name)
        self.assertEqual(messages.verdict(self.answer(hub.client(None, 'phone-7'), 'phone-7')),
                         'VERDICT_ACCEPTED')

    def test_the_user_name_counts_and_not_the_client_id(self):
        hub = self.hub()
        field = hub.client('gao-3', 'mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        self.assertEqual(messages.verdict(self.answer(field, 'gao-3')), 'VERDICT_ACCEPTED')
        self.assertEqual(field.topics(), [messages.box('gao-3', 'receipt')])
        self.assertEqual(hub.stop()['reserved'], 1)

    def test_client_ids_of_any_form(self):
        hub = self.hub()
        for client_id in ('a/b', 'a+b', '#', '+', '/', 'tocsin/v1/to/partners/#', '$SYS/x',
                          'é' * 100, 'x' * 60000):
            with self.subTest(client_id=client_id[:40]):
                field = hub.client('mopti-17', client_id, version=mqtt.V5)
                answer = self.answer(field, 'mopti-17')
                self.assertEqual(messages.verdict(answer), 'VERDICT_ACCEPTED')
                field.close()

    def test_names_that_are_no_topic_level_cannot_report(self):
        hub = self.hub()
        for name in ('mopti.17', 'mopti 17', 'x' * 65, 'Kidal-é'):
            with self.subTest(name=name):
                field = hub.client(name)
                answer = self.answer(field, name)
                self.assertEqual(messages.verdict(answer), 'VERDICT_REJECTED')
                self.assertIn('sender.name', messages.checks(answer))
        for name in ('a/b', '#', '+', 'a/../b', '$x/y', 'x' * 60000):
            with self.subTest(name=name[:40]):
                field = hub.client(name)
                topic = messages.box(name)
                if '#' in topic or '+' in topic or len(topic) > 65000:
                    topic = messages.box('mopti-17')
                field.publish(topic, messages.kouakourou().SerializeToString())
                mqtt.barrier(field, field)
                self.assertEqual(field.topics(), [])
                self.assertEqual(field.disconnects, 0)
        self.assertEqual(hub.stop()['accepted'], 0)

    def test_receipt_goes_to_the_publishing_client_alone(self):
        hub = self.hub()
        same_user = hub.client('mopti-17').subscribe('tocsin/v1/from/mopti-17/#')
        field = hub.client('mopti-17')
        self.assertEqual(messages.verdict(self.answer(field, 'mopti-17')), 'VERDICT_ACCEPTED')
        mqtt.barrier(field, same_user)
        self.assertEqual([m.payload for m in same_user.messages], [b''])

    def test_receipt_waits_for_a_persistent_session(self):
        for journal in (False, True):
            for version in (mqtt.V311, mqtt.V5):
                with self.subTest(journal=journal, version=version):
                    hub = self.hub(journal=journal)
                    watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
                    field = mqtt.Bare(hub.port, 'mopti-17', 'phone-7', version, clean=False)
                    incident = messages.kouakourou()
                    field.publish(messages.box('mopti-17'), incident.SerializeToString(), 1)
                    field.leave()
                    watch.wait_topic(messages.KOUAKOUROU)
                    back = hub.client('mopti-17', 'phone-7', version=version, clean=False,
                                      session_expiry=3600)
                    answer = back.wait_topic(messages.box('mopti-17', 'receipt'))
                    self.assertEqual(messages.receipt(answer.payload).incident_id, incident.id)
                    mqtt.barrier(back, back)
                    self.assertEqual(len(back.messages), 1)

    def test_receipt_of_a_client_that_is_gone_disturbs_nobody(self):
        hub = self.hub(journal=True)
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        for number in range(20):
            field = mqtt.Bare(hub.port, 'mopti-17', f'phone-{number}')
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString(), 1)
            field.close()
        watch.wait_topic(messages.KOUAKOUROU, 20)
        self.assertEqual(hub.stop()['accepted'], 20)


if __name__ == '__main__':
    unittest.main()
