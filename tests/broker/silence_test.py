# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A reporter's bytes go no further than the plugin."""

import json
import unittest

import messages
import mqtt
from hub import BrokerTest

MARKER = b'reporter-marker-0815'


class Silence(BrokerTest):
    def files_hold(self, hub):
        hub.stop()
        return [file.name for file in hub.folder.iterdir() if MARKER in file.read_bytes()]

    def assert_silent(self, *watchers):
        for watch in watchers:
            for message in watch.messages:
                self.assertNotIn(MARKER, message.payload, message.topic)
                if message.topic.startswith('tocsin/v1/from/'):
                    self.assertEqual(message.payload, b'', message.topic)
                    self.assertFalse(message.retain, message.topic)

    def test_subscribers_without_any_acl(self):
        hub = self.hub(options={'max_payload_bytes': '65536'})
        all_topics = hub.client('spy-1').subscribe('#', qos=2)
        box = hub.client('spy-2', version=mqtt.V5).subscribe('tocsin/v1/from/#', qos=2)
        shared = hub.client('spy-3', version=mqtt.V5).subscribe('$share/x/tocsin/v1/from/+/+')
        away = hub.client('spy-4', 'away', clean=False).subscribe('tocsin/v1/from/#', qos=2)
        away.close()
        for version in (mqtt.V311, mqtt.V5):
            field = hub.client('mopti-17', version=version)
            for qos in (0, 1, 2):
                for retain in (False, True):
                    # Accepted, refused, broken and JSON alike.
                    payloads = [
                        ('incident', messages.kouakourou().SerializeToString()),
                        ('incident', messages.kouakourou(id='x').SerializeToString()),
                        ('incident', MARKER * 20),
                        ('incident', MARKER * 4000),
                        ('incident-json',
                         json.dumps(dict(messages.kouakourou_json(),
                                         reporter_ref=MARKER.decode())).encode()),
                        ('replay', MARKER),
                        ('receipt', MARKER),
                        ('incident/more', MARKER),
                    ]
                    for leaf, payload in payloads:
                        field.publish(messages.box('mopti-17', leaf), payload, qos, retain)
            field.publish(messages.box('another'), MARKER, 1, True)
            mqtt.barrier(field, all_topics, box, shared)
            self.assertEqual(field.disconnects, 0)
        self.assertIn(messages.box('mopti-17'), box.topics())
        late = hub.client('late').subscribe('tocsin/v1/from/#', 'tocsin/v1/+/+/receipt')
        back = hub.client('spy-4', 'away', clean=False)
        mqtt.barrier(back, late, back)
        self.assertEqual(late.topics('tocsin/v1/from/'), [])
        self.assertIn(messages.box('mopti-17'), back.topics())
        self.assert_silent(all_topics, box, shared, back)
        self.assertEqual(self.files_hold(hub), [])

    def test_qos_2_with_dup_is_taken_once_and_stays_silent(self):
        hub = self.hub()
        spy = hub.client('spy').subscribe('#', qos=2)
        incident = messages.kouakourou()
        payload = incident.SerializeToString()
        for qos, kind in ((1, 0x40), (2, 0x50)):
            field = mqtt.Bare(hub.port, 'mopti-17', f'field-{qos}')
            field.publish(messages.box('mopti-17'), payload, qos, mid=7)
            self.assertIn(field.answer(kind), (0x00, 0x10))
            field.publish(messages.box('mopti-17'), payload, qos, mid=7, dup=True, retain=True)
            self.assertIn(field.answer(kind), (0x00, 0x10))
            if qos == 2:
                field.send(0x62, b'\x00\x07')
                self.assertEqual(field.answer(0x70), 0)
            field.ping()
            field.close()
        marker = hub.client('marker')
        mqtt.barrier(marker, spy)
        self.assert_silent(spy)
        self.assertEqual(spy.topics('tocsin/v1/to/partners/alert/'), [messages.KOUAKOUROU])
        ledger = hub.stop()
        self.assertEqual((ledger['received'], ledger['accepted'], ledger['duplicate']), (4, 1, 3))


if __name__ == '__main__':
    unittest.main()
