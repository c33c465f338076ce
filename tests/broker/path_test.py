# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Incident in, alert out: another protobuf implementation, other MQTT clients."""

import hashlib
import itertools
import json
import subprocess
import unittest

import messages
import mqtt
from hub import BrokerTest
from tocsin.v1 import enums_pb2


class Path(BrokerTest):
    def check_alert(self, alert):
        self.assertEqual(alert.severity, enums_pb2.SEVERITY_SEVERE)
        self.assertEqual(alert.event.type, enums_pb2.EVENT_TYPE_BATTLES)
        self.assertEqual(alert.audience, 'partners')
        self.assertEqual(list(alert.rules), ['mopti-violence'])
        self.assertEqual(list(alert.area.pcodes), ['ML05', 'ML0503'])
        self.assertEqual(alert.revision, 1)
        self.assertEqual(len(alert.casualty_claims), 1)
        claim = alert.casualty_claims[0]
        self.assertTrue(claim.not_reported)
        self.assertIsNone(claim.WhichOneof('low_presence'))
        self.assertIsNone(claim.WhichOneof('high_presence'))

    def check_receipt(self, receipt, payload, incident_id):
        self.assertEqual(receipt.incident_id, incident_id)
        self.assertEqual(receipt.verdict, enums_pb2.VERDICT_ACCEPTED)
        self.assertEqual(receipt.routing, enums_pb2.ROUTING_ROUTED)
        self.assertEqual(list(receipt.rules), ['mopti-violence'])
        self.assertEqual(receipt.topics, 1)
        self.assertFalse(receipt.durable)
        self.assertEqual(receipt.payload_sha256, hashlib.sha256(payload).hexdigest())

    def test_protobuf_over_every_version_and_qos(self):
        hub = self.hub()
        watch = hub.client('agency').subscribe('tocsin/v1/to/#', qos=2)
        for version, qos in itertools.product((mqtt.V311, mqtt.V5), (0, 1, 2)):
            with self.subTest(version=version, qos=qos):
                incident = messages.kouakourou()
                payload = incident.SerializeToString()
                field = hub.client('mopti-17', version=version)
                field.publish(messages.box('mopti-17'), payload, qos)
                answer = field.wait_topic(messages.box('mopti-17', 'receipt'))
                self.check_receipt(messages.receipt(answer.payload), payload, incident.id)
                message = watch.wait_topic(messages.KOUAKOUROU)
                self.check_alert(messages.alert(message.payload))
                self.assertEqual(message.qos, 1)
                self.assertFalse(message.retain)
                self.assertNotIn(b'reporter-marker-0815', message.payload)
                twin = json.loads(watch.wait_topic(messages.KOUAKOUROU_JSON).payload)
                self.assertEqual(twin['id'], messages.alert(message.payload).id)
                self.assertEqual(twin['severity'], 'severe')
                self.assertEqual(twin['event'], {'type': 'battles'})
                self.assertTrue(twin['casualty_claims'][0]['not_reported'])
                self.assertNotIn('low', twin['casualty_claims'][0])
                mqtt.barrier(field, watch, field)
                self.assertEqual(watch.topics('tocsin/v1/to/partners/alert/'),
                                 [messages.KOUAKOUROU])
                self.assertEqual(watch.topics('tocsin/v1/to/partners/alert-json/'),
                                 [messages.KOUAKOUROU_JSON])
                self.assertEqual(field.topics(), [messages.box('mopti-17', 'receipt')])
                field.close()
                watch.clear()

    def test_json_over_every_version_and_qos(self):
        hub = self.hub()
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#', qos=2)
        for version, qos in itertools.product((mqtt.V311, mqtt.V5), (0, 1, 2)):
            with self.subTest(version=version, qos=qos):
                incident = messages.kouakourou_json()
                payload = json.dumps(incident).encode()
                field = hub.client('mopti-17', version=version)
                field.publish(messages.box('mopti-17', 'incident-json'), payload, qos)
                answer = json.loads(
                    field.wait_topic(messages.box('mopti-17', 'receipt-json')).payload)
                self.assertEqual(answer['verdict'], 'accepted')
                self.assertEqual(answer['incident_id'], incident['id'])
                self.assertEqual(answer['payload_sha256'], hashlib.sha256(payload).hexdigest())
                self.check_alert(messages.alert(watch.wait_topic(messages.KOUAKOUROU).payload))
                mqtt.barrier(field, watch, field)
                self.assertEqual(field.topics(), [messages.box('mopti-17', 'receipt-json')])
                field.close()
                watch.clear()

    def test_mosquitto_pub(self):
        hub = self.hub()
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        file = hub.folder / 'incident.bin'
        file.write_bytes(messages.kouakourou().SerializeToString())
        subprocess.run(['mosquitto_pub', '-h', '127.0.0.1', '-p', str(hub.port), '-u', 'mopti-17', '-q', '1', '-t',
                        messages.box('mopti-17'), '-f', str(file)], check=True)
        self.check_alert(messages.alert(watch.wait_topic(messages.KOUAKOUROU).payload))

    def test_same_alert_id_for_both_forms_and_after_a_restart(self):
        hub = self.hub()
        incident = messages.kouakourou()
        seen = []
        for _ in range(2):
            watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
            field = hub.client('mopti-17')
            field.publish(messages.box('mopti-17'), incident.SerializeToString())
            seen.append(messages.alert(watch.wait_topic(messages.KOUAKOUROU).payload).id)
            hub.stop()
            hub.start()
        self.assertEqual(seen[0], seen[1])

    def test_open_is_retained_for_those_who_come_late(self):
        hub = self.hub()
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        late = hub.client('agency').subscribe('tocsin/v1/to/partners/open/#')
        message = late.wait(lambda m: m.topic.startswith('tocsin/v1/to/partners/open/ML/ML05/'))
        self.assertTrue(message.retain)
        alert = messages.alert(message.payload)
        self.assertEqual(message.topic, f'tocsin/v1/to/partners/open/ML/ML05/{alert.incident_id}')
        self.check_alert(alert)

    def test_exercise_stays_in_its_own_tree(self):
        hub = self.hub()
        watch = hub.client('agency').subscribe('tocsin/v1/to/#')
        field = hub.client('mopti-17')
        incident = messages.kouakourou(status=enums_pb2.STATUS_EXERCISE)
        field.publish(messages.box('mopti-17'), incident.SerializeToString())
        watch.wait_topic('tocsin/v1/to/partners/exercise/severe/battles/ML/ML05/ML0503')
        mqtt.barrier(field, watch)
        for topic in watch.topics():
            self.assertRegex(topic, r'^tocsin/v1/to/[a-z]+/(exercise|exercise-json|heartbeat)(/|$)')


if __name__ == '__main__':
    unittest.main()
