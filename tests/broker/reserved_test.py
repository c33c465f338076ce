# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What clients may not write: everything beneath the root but their own intake."""

import json
import unittest

import messages
import mqtt
from hub import BrokerTest

NOT_AUTHORISED = 0x87
RESERVED = [
    messages.KOUAKOUROU,
    messages.KOUAKOUROU_JSON,
    'tocsin/v1/to/partners/heartbeat',
    'tocsin/v1/to/partners/open/ML/ML05/x',
    'tocsin/v1/to/partners/digest',
    'tocsin/v1/to',
    'tocsin/v1/ops/quarantine/mopti-17',
    'tocsin/v1/ops',
    'tocsin/v1/from',
    'tocsin/v1/from/mopti-17',
    'tocsin/v1/from/mopti-17/receipt',
    'tocsin/v1/from/mopti-17/receipt-json',
    'tocsin/v1/from/mopti-17/replayed/alert',
    'tocsin/v1/from/mopti-17/incident/',
    'tocsin/v1/from/mopti-17/incident/x',
    'tocsin/v1/from/mopti-17/Incident',
    'tocsin/v1/from/mopti-17/incident-xml',
    'tocsin/v1/from//incident',
    'tocsin/v1/from/another/incident',
    'tocsin/v1/from/another/incident-json',
    'tocsin/v1/from/another/replay',
    'tocsin/v1/from/another/receipt',
    'tocsin/v1/from/MOPTI-17/incident',
    'tocsin/v1/anything',
    'tocsin/v1/',
]


class Reserved(BrokerTest):
    def test_denied_counted_and_the_connection_stays(self):
        hub = self.hub()
        spy = hub.client('spy').subscribe('tocsin/v1/#', qos=2)
        payload = messages.kouakourou().SerializeToString()
        sent = 0
        for version in (mqtt.V311, mqtt.V5):
            for qos in (0, 1, 2):
                field = hub.client('mopti-17', version=version)
                for topic in RESERVED:
                    field.publish(topic, payload, qos, retain=True)
                    sent += 1
                field.publish(messages.box('mopti-17'),
                              messages.kouakourou().SerializeToString(), qos)
                field.wait_topic(messages.box('mopti-17', 'receipt'))
                self.assertEqual(field.disconnects, 0)
                self.assertEqual(field.topics(), [messages.box('mopti-17', 'receipt')])
                mqtt.barrier(field, spy)
        late = hub.client('late').subscribe('tocsin/v1/#')
        mqtt.barrier(late, spy, late)
        for client in (spy, late):
            for message in client.messages:
                self.assertNotEqual(message.payload, payload, message.topic)
            self.assertFalse(set(client.topics()) & (set(RESERVED) - {
                messages.KOUAKOUROU, messages.KOUAKOUROU_JSON,
                'tocsin/v1/to/partners/heartbeat'}))
        self.assertEqual(len(spy.topics(messages.KOUAKOUROU)), 6)
        ledger = hub.stop()
        self.assertEqual(ledger['reserved'], sent)
        self.assertEqual(ledger['received'], 6)

    def test_reason_code_in_mqtt_5(self):
        hub = self.hub()
        field = mqtt.Bare(hub.port, 'mopti-17')
        field.publish('tocsin/v1/from/another/incident', b'x', 1, 1)
        self.assertEqual(field.answer(0x40), NOT_AUTHORISED)
        field.publish(messages.KOUAKOUROU, b'x', 2, 2)
        self.assertEqual(field.answer(0x50), NOT_AUTHORISED)
        # What a receipt answers is not denied, however wrong it is.
        field.publish(messages.box('mopti-17'), b'x', 1, 3)
        self.assertIn(field.answer(0x40), (0x00, 0x10))
        field.publish(messages.box('mopti-17'), b'', 2, 4)
        self.assertIn(field.answer(0x50), (0x00, 0x10))
        field.close()

    def test_topics_beside_the_root_are_nobodys_business(self):
        hub = self.hub()
        watch = hub.client('watch').subscribe('#')
        beside = ['tocsin', 'tocsin/v10/from/x/incident', 'tocsin/v2/to/partners', 'xtocsin/v1/to',
                  'Tocsin/v1/to', '/tocsin/v1/to', 'tocsin//v1/to']
        other = hub.client('other')
        for topic in beside:
            other.publish(topic, b'mine')
            self.assertEqual(watch.wait_topic(topic).payload, b'mine')
        self.assertEqual(hub.stop()['reserved'], 0)

    def test_own_root(self):
        hub = self.hub(options={'topic_root': 'relief/mali/tocsin'})
        watch = hub.client('agency').subscribe('relief/#', 'tocsin/#')
        field = hub.client('mopti-17')
        field.publish('relief/mali/tocsin/to/partners/x', b'x')
        field.publish('tocsin/v1/to/partners/x', b'free')
        field.publish('relief/mali/tocsin/from/mopti-17/incident',
                      messages.kouakourou().SerializeToString())
        field.wait_topic('relief/mali/tocsin/from/mopti-17/receipt')
        watch.wait_topic(messages.KOUAKOUROU.replace('tocsin/v1', 'relief/mali/tocsin'))
        mqtt.barrier(field, watch)
        self.assertIn('tocsin/v1/to/partners/x', watch.topics())
        self.assertNotIn('relief/mali/tocsin/to/partners/x', watch.topics())
        self.assertEqual(hub.stop()['reserved'], 1)

    def test_response_topics_stay_in_the_box(self):
        hub = self.hub()
        spy = hub.client('spy').subscribe('#', '$SYS/broker/tocsin/#')
        field = hub.client('mopti-17', version=mqtt.V5)
        usual = messages.box('mopti-17', 'receipt')
        abuses = ['tocsin/v1/to/partners/alert/x', 'tocsin/v1/from/another/receipt', 'elsewhere',
                  '$SYS/broker/tocsin/ledger', '$CONTROL/dynamic-security/v1',
                  'tocsin/v1/from/mopti-17', 'tocsin/v1/from/mopti-170/x',
                  'tocsin/v1/from/mopti-17/../x/receipt']
        for topic in abuses:
            field.clear()
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString(),
                          properties=mqtt.publish_properties(
                              ResponseTopic=topic, CorrelationData=b'\x00\xff' + b'c' * 100))
            message = field.wait(lambda m: '/receipt' in m.topic or m.topic in abuses)
            self.assertIn(message.topic, (usual, 'tocsin/v1/from/mopti-17/../x/receipt'), topic)
            self.assertEqual(message.properties.CorrelationData, b'\x00\xff' + b'c' * 100)
        mqtt.barrier(field, spy)
        for message in spy.messages:
            if message.topic in abuses:
                # The plugin's own, not a receipt.
                self.assertEqual(message.topic, '$SYS/broker/tocsin/ledger')
                self.assertIn('received', json.loads(message.payload))
        # Inside the box it is honoured.
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString(),
                      properties=mqtt.publish_properties(
                          ResponseTopic=messages.box('mopti-17', 'answers/7'),
                          CorrelationData=b'7'))
        message = field.wait_topic(messages.box('mopti-17', 'answers/7'))
        self.assertEqual(message.properties.CorrelationData, b'7')

    def test_wildcards_and_long_correlation_data(self):
        hub = self.hub()
        spy = hub.client('spy').subscribe('#')
        payload = messages.kouakourou().SerializeToString()

        def properties(topic, correlation):
            return (b'\x08' + len(topic).to_bytes(2, 'big') + topic +
                    b'\x09' + len(correlation).to_bytes(2, 'big') + correlation)

        # 2.0.11 lets wildcards through to the plugin, later brokers close.
        for topic in (b'tocsin/v1/from/mopti-17/#', b'tocsin/v1/from/mopti-17/+/x'):
            field = mqtt.Bare(hub.port, 'mopti-17', 'wild')
            field.publish(messages.box('mopti-17'), payload, 1, 1,
                          properties=properties(topic, b'c'))
            try:
                kind, body = field.read()
                while kind & 0xf0 != 0x30:
                    kind, body = field.read()
                size = int.from_bytes(body[:2], 'big')
                self.assertEqual(body[2:2 + size].decode(), messages.box('mopti-17', 'receipt'))
            except ConnectionError:
                self.assertGreater(hub.version(), (2, 0, 11))
            field.close()
        field = mqtt.Bare(hub.port, 'mopti-17', 'long')
        field.publish(messages.box('mopti-17'), payload, 1, 1,
                      properties=properties(b'x', b'c' * 60000))
        kind, body = field.read()
        while kind & 0xf0 != 0x30:
            kind, body = field.read()
        self.assertLess(len(body), 4096)
        field.close()
        marker = hub.client('marker')
        mqtt.barrier(marker, spy)
        self.assertNotIn('x', spy.topics())


if __name__ == '__main__':
    unittest.main()
