# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What the hub says about itself, and the MQTT 5 properties of what goes out."""

import datetime
import json
import unittest

import messages
import mqtt
from hub import BrokerTest, check_ledger


class Signs(BrokerTest):
    def test_heartbeats_from_the_start(self):
        for journal in (False, True):
            with self.subTest(journal=journal):
                hub = self.hub(journal=journal, options={'hub': 'bamako'})
                watch = hub.client('agency').subscribe('tocsin/v1/to/+/heartbeat')
                for audience in ('coordination', 'partners', 'public'):
                    message = watch.wait_topic(f'tocsin/v1/to/{audience}/heartbeat')
                    beat = json.loads(message.payload)
                    self.assertEqual(beat['hub'], 'bamako')
                    self.assertEqual(beat['audience'], audience)
                    self.assertEqual(beat['sequence'], 0)
                    self.assertRegex(beat['rules_version'], '^[0-9a-f]{16}$')
                    self.assertEqual(beat['rules_state'], 'ok')
                    self.assertEqual(beat['journal_state'], 'ok' if journal else 'none')
                    time = datetime.datetime.fromisoformat(beat['time'].replace('Z', '+00:00'))
                    age = datetime.datetime.now(datetime.timezone.utc) - time
                    self.assertLess(abs(age.total_seconds()), 60)
                late = hub.client('late').subscribe('tocsin/v1/to/partners/heartbeat')
                self.assertTrue(late.wait_topic('tocsin/v1/to/partners/heartbeat').retain)

    def test_heartbeat_comes_again_with_the_sequence(self):
        hub = self.hub()
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/heartbeat')
        watch.wait_topic('tocsin/v1/to/partners/heartbeat')
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        hub.reload()
        watch.wait(lambda m: json.loads(m.payload)['sequence'] == 1)

    def test_ledger_is_kept_at_a_slow_pace(self):
        hub = self.hub()
        watch = hub.client('ops').subscribe('$SYS/broker/tocsin/#')
        first = json.loads(watch.wait_topic('$SYS/broker/tocsin/ledger').payload)
        self.assertEqual(first['received'], 0)
        field = hub.client('mopti-17', version=mqtt.V5)
        incident = messages.kouakourou().SerializeToString()
        for payload in (incident, incident, b'x', messages.kouakourou(
                severity=1).SerializeToString()):
            field.publish(messages.box('mopti-17'), payload)
        field.publish('tocsin/v1/to/x', b'')
        message = watch.wait(lambda m: m.topic.endswith('/ledger') and
                             json.loads(m.payload)['received'] == 4)
        ledger = json.loads(message.payload)
        check_ledger(ledger)
        self.assertEqual({key: ledger[key] for key in ledger}, {
            'received': 4, 'accepted': 2, 'rejected': 1, 'duplicate': 1, 'deferred': 0,
            'pending': 0, 'routed': 1, 'defaulted': 1, 'held': 0, 'alerts': 2, 'reserved': 1,
            'guarded': 0,
        })
        self.assertEqual(len(watch.topics('$SYS/broker/tocsin/ledger')), 2)
        late = hub.client('late').subscribe('$SYS/broker/tocsin/#')
        self.assertTrue(late.wait_topic('$SYS/broker/tocsin/ledger').retain)
        state = json.loads(late.wait_topic('$SYS/broker/tocsin/state').payload)
        self.assertEqual(state['rules'], 1)
        for lost in ('refused_unsent', 'figures_left_out', 'silences_lost', 'quarantine_lost'):
            self.assertEqual(state[lost], 0)

    def check_properties(self, message, form, schema, expires=None):
        properties = message.properties
        json_form = form == 'json'
        self.assertEqual(properties.ContentType, f'application/{form}')
        self.assertEqual(getattr(properties, 'PayloadFormatIndicator', 0), 1 if json_form else 0)
        users = dict(getattr(properties, 'UserProperty', []))
        self.assertEqual(users.get('schema'), schema)
        if expires is None:
            self.assertFalse(hasattr(properties, 'MessageExpiryInterval'))
        else:
            low, high = expires
            self.assertTrue(low <= properties.MessageExpiryInterval <= high,
                            properties.MessageExpiryInterval)
        return users

    def test_properties(self):
        hub = self.hub()
        watch = hub.client('agency', version=mqtt.V5).subscribe('tocsin/v1/to/partners/#')
        field = hub.client('mopti-17', version=mqtt.V5)
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString(),
                      properties=mqtt.publish_properties(CorrelationData=b'\x00ask'))
        # Partners are told the end of the hour.
        day = (24 * 3600 - 60, 25 * 3600)
        seen = {
            'alert/': ('protobuf', 'tocsin.v1.Alert'),
            'alert-json/': ('json', 'tocsin.v1.Alert'),
            'open/': ('protobuf', 'tocsin.v1.Alert'),
            'open-json/': ('json', 'tocsin.v1.Alert'),
        }
        for kind, (form, schema) in seen.items():
            message = watch.wait(lambda m, k=kind: m.topic.startswith(f'tocsin/v1/to/partners/{k}'))
            users = self.check_properties(message, form, schema, day)
            self.assertEqual(users, {'severity': 'severe', 'msg-type': 'alert', 'schema': schema})
        answer = field.wait_topic(messages.box('mopti-17', 'receipt'))
        self.check_properties(answer, 'protobuf', 'tocsin.v1.Receipt')
        self.assertEqual(answer.properties.CorrelationData, b'\x00ask')
        beat = watch.wait_topic('tocsin/v1/to/partners/heartbeat')
        self.assertEqual(beat.properties.ContentType, 'application/json')

    def test_what_has_expired_is_not_published_but_answered(self):
        hub = self.hub()
        watch = hub.client('agency', version=mqtt.V5).subscribe('tocsin/v1/to/#')
        field = hub.client('mopti-17', version=mqtt.V5)
        incident = messages.kouakourou()
        incident.expires.FromSeconds(incident.sent.seconds + 1)
        field.publish(messages.box('mopti-17'), incident.SerializeToString())
        answer = field.wait_topic(messages.box('mopti-17', 'receipt'))
        self.assertEqual(messages.verdict(answer.payload), 'VERDICT_ACCEPTED')
        mqtt.barrier(field, watch)
        for message in watch.messages:
            if message.payload and 'heartbeat' not in message.topic:
                self.assertGreaterEqual(message.properties.MessageExpiryInterval, 1)


if __name__ == '__main__':
    unittest.main()
