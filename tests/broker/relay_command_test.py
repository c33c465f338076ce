# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin relay, against a real hub: CAP and GeoJSON for whoever subscribes."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

import messages
import mqtt
from command import Relay, run, to
from hub import BrokerTest

CAP = pathlib.Path(os.environ['TOCSIN_SOURCE']) / 'tests' / 'scenario' / 'cap'
sys.path.insert(0, str(CAP))
import check  # noqa: E402

PLACE = 'severe/battles/ML/ML05/ML0503'
TOPIC = f'tocsin-cap/partners/alert/{PLACE}'


def report(hub, *more, severity='severe', pcode='ML0503', event='battles'):
    done = run('report', *to(hub, 'mopti-17'), '--event', event, '--severity', severity, '--certainty', 'observed',
               '--country', 'ML', '--pcode', pcode, '--sensitivity', 'moderate', '--json', *more)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return json.loads(done.stdout)


def cancel(hub, incident_id):
    done = run('report', *to(hub, 'mopti-17'), '--cancel', incident_id, '--close-cause', 'error')
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)


class Document:
    def __init__(self, message):
        self.topic = message.topic
        self.bytes = message.payload
        self.root = check.ElementTree.fromstring(message.payload)

    def __getattr__(self, name):
        return check.text_of(self.root, name)

    def referred(self):
        return [triplet.split(',')[1] for triplet in (self.references or '').split()]


class RelayCommand(BrokerTest):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.memory = f'{self.folder.name}/relayed'

    def relay(self, hub, *words, **more):
        relay = Relay(hub, '--memory', self.memory, *words, **more)
        self.addCleanup(lambda: relay.process.poll() is None and relay.end(9))
        return relay

    def reader(self, hub, *filters):
        return hub.client('reader', version=mqtt.V5).subscribe(*(filters or ('tocsin-cap/#',)))

    def documents(self, reader, count):
        """The first documents, in the order they came, each without a fault."""
        found = reader.wait(lambda message: True, count=count)
        documents = [Document(message) for message in (found if count > 1 else [found])]
        for document in documents:
            errors, _ = check.check(document.bytes)
            # web is an operator's to give.
            self.assertEqual([fault for fault in errors if fault[0] != 'web.missing'], [])
            path = f'{self.folder.name}/document.xml'
            pathlib.Path(path).write_bytes(document.bytes)
            subprocess.run(['xmllint', '--noout', '--nonet', '--schema', CAP / 'cap-1.2.xsd', path], check=True,
                           stderr=subprocess.DEVNULL)
        return documents

    def test_an_alert_goes_out_once_as_cap(self):
        hub = self.hub()
        agency = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        reader = self.reader(hub)
        relay = self.relay(hub, '--sender', 'hub@example.org', '--web', 'https://example.org/')
        # It comes four times: alert and open, in both forms.
        report(hub, '--not-reported', 'killed', '--claimant-class', 'official')
        report(hub, pcode='ML0501')
        first, second = self.documents(reader, 2)
        self.assertEqual((first.topic, second.topic), (TOPIC, TOPIC[:-4] + '0501'))
        alert = messages.alert(agency.wait_topic(messages.KOUAKOUROU).payload)
        self.assertEqual((first.identifier, first.sender), (alert.id, 'hub@example.org'))
        self.assertEqual((first.status, first.msgType, first.scope), ('Actual', 'Alert', 'Restricted'))
        self.assertEqual(check.check(first.bytes)[0], [])
        self.assertEqual(relay.interrupt(), (0, ''))
        mqtt.barrier(reader, reader)
        self.assertEqual(reader.topics('tocsin-cap'), [first.topic, second.topic])

    def test_what_mqtt_says_beside_it(self):
        hub = self.hub()
        reader = self.reader(hub)
        self.relay(hub)
        report(hub)
        message = reader.wait_topic(TOPIC)
        properties = message.properties
        self.assertEqual((message.qos, message.retain), (1, False))
        self.assertEqual(properties.ContentType, 'application/cap+xml')
        self.assertEqual(properties.PayloadFormatIndicator, 1)
        self.assertGreater(properties.MessageExpiryInterval, 23 * 3600)
        self.assertLessEqual(properties.MessageExpiryInterval, 25 * 3600)
        self.assertEqual(properties.UserProperty, [('severity', 'severe'), ('msg-type', 'alert')])

    def test_geojson(self):
        hub = self.hub()
        reader = self.reader(hub, 'maps/#')
        self.relay(hub, '--format', 'geojson', '--to', 'maps/tocsin')
        report(hub, '--lat', '14.2222', '--lon', '-4.4933')
        message = reader.wait_topic(f'maps/tocsin/partners/alert/{PLACE}')
        feature = json.loads(message.payload)
        self.assertEqual(feature['geometry'], {'type': 'Point', 'coordinates': [-4.49, 14.22]})
        self.assertEqual(feature['properties']['severity'], 'severe')
        self.assertEqual(message.properties.ContentType, 'application/geo+json')

    def test_later_versions_follow_to_each_topic(self):
        hub = self.hub()
        reader = self.reader(hub)
        self.relay(hub)
        first = report(hub)
        (alert,) = self.documents(reader, 1)
        report(hub, '--update', first['incident_id'], pcode='ML0501')
        updates = self.documents(reader, 3)[1:]
        self.assertEqual({update.topic for update in updates}, {TOPIC, TOPIC[:-4] + '0501'})
        self.assertEqual({update.identifier for update in updates}, {updates[0].identifier})
        for update in updates:
            self.assertEqual((update.msgType, update.referred()), ('Update', [alert.identifier]))
            self.assertEqual(update.references.split(',')[2], alert.sent)
        cancel(hub, first['incident_id'])
        cancels = self.documents(reader, 5)[3:]
        self.assertEqual({document.topic for document in cancels}, {TOPIC, TOPIC[:-4] + '0501'})
        for document in cancels:
            self.assertEqual((document.msgType, document.note), ('Cancel', 'error'))
            self.assertEqual(document.referred(), [alert.identifier, updates[0].identifier])

    def test_exercises_stay_among_exercises(self):
        hub = self.hub()
        reader = self.reader(hub)
        quiet = self.relay(hub)
        report(hub, '--status', 'exercise')
        report(hub, '--status', 'test')
        report(hub)
        (real,) = self.documents(reader, 1)
        self.assertEqual((real.topic, real.status), (TOPIC, 'Actual'))
        self.assertEqual(quiet.interrupt(), (0, ''))
        self.relay(hub, '--exercises')
        report(hub, '--status', 'exercise')
        report(hub, '--status', 'test')
        drills = self.documents(reader, 3)[1:]
        self.assertEqual([(drill.topic, drill.status) for drill in drills], [
            (f'tocsin-cap/partners/exercise/{PLACE}', 'Exercise'), (f'tocsin-cap/partners/test/{PLACE}', 'Test')])

    def test_it_begins_with_what_is_open(self):
        hub = self.hub()
        report(hub)
        reader = self.reader(hub)
        relay = self.relay(hub, '--no-open')
        report(hub, pcode='ML0501')
        self.assertEqual(reader.wait(lambda message: True).topic, TOPIC[:-4] + '0501')
        relay.interrupt()
        self.relay(hub)
        self.assertEqual(reader.wait(lambda message: True, count=2)[1].topic, TOPIC)

    def test_a_restart_forgets_nothing_and_repeats_nothing(self):
        hub = self.hub()
        reader = self.reader(hub)
        relay = self.relay(hub)
        first = report(hub)
        self.documents(reader, 1)
        self.assertEqual(relay.interrupt(), (0, ''))
        report(hub, pcode='ML0501')
        relay = self.relay(hub)
        cancel(hub, first['incident_id'])
        alert, missed, ended = self.documents(reader, 3)
        self.assertEqual(missed.topic, TOPIC[:-4] + '0501')
        self.assertEqual((ended.msgType, ended.referred()), ('Cancel', [alert.identifier]))
        self.assertEqual(relay.interrupt(), (0, ''))
        mqtt.barrier(reader, reader)
        self.assertEqual(reader.topics('tocsin-cap'), [TOPIC, missed.topic, TOPIC])

    def test_many_wait_for_it(self):
        hub = self.hub()
        reader = self.reader(hub)
        self.relay(hub).interrupt()
        field = hub.client('mopti-17').subscribe(messages.box('mopti-17', 'receipt'))
        for _ in range(300):
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString(), wait=False)
        field.wait(lambda message: True, 'receipts', 300)
        relay = self.relay(hub)
        found = reader.wait(lambda message: True, 'documents', 300)
        self.assertEqual(len({Document(message).identifier for message in found}), 300)
        self.assertEqual(relay.interrupt(), (0, ''))
        mqtt.barrier(reader, reader)
        self.assertEqual(reader.topics('tocsin-cap'), [TOPIC] * 300)

    def test_killed_while_busy(self):
        """What is open comes all the same; nothing that was remembered comes twice."""
        hub = self.hub()
        reader = self.reader(hub)
        relay = self.relay(hub)
        for number in range(40):
            report(hub)
            if number % 10 == 5:
                relay.end(9)
                relay = self.relay(hub)
        wanted = {message.payload for message in
                  hub.client('agency').subscribe('tocsin/v1/to/partners/open/#').wait(lambda message: True, count=40)}
        wanted = {messages.alert(payload).id for payload in wanted}

        def all_there():
            return {Document(message).identifier for message in reader.messages} >= wanted

        reader.wait(lambda message: all_there(), 'all documents')
        self.assertEqual({Document(message).identifier for message in reader.messages}, wanted)

    def test_without_memory_it_says_so(self):
        hub = self.hub()
        reader = self.reader(hub)
        first = report(hub)
        second = report(hub, pcode='ML0501')
        relay = Relay(hub, '--no-open')
        relay.said('nothing is remembered over a restart')
        # To its readers an Update is the first they hear, and a Cancel ends nothing.
        report(hub, '--update', first['incident_id'])
        cancel(hub, second['incident_id'])
        relay.said('left out a Cancel')
        (update,) = self.documents(reader, 1)
        self.assertEqual((update.msgType, update.references), ('Alert', None))
        self.assertEqual(relay.interrupt(), (0, ''))

    def test_the_usual_memory(self):
        hub = self.hub()
        relay = Relay(hub, XDG_STATE_HOME=f'{self.folder.name}/state')
        report(hub)
        self.reader(hub)
        self.assertEqual(relay.interrupt()[0], 0)
        kept = pathlib.Path(self.folder.name) / 'state' / 'tocsin' / 'tocsin-relay-cap-partners'
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        again = run('relay', *to(hub), '--memory', f'{self.folder.name}/no/folder')
        self.assertEqual(again.returncode, 1)
        self.assertIn('No such file', again.stderr)

    def test_one_relay_a_memory(self):
        hub = self.hub()
        self.relay(hub)
        second = run('relay', *to(hub, 'agency'), '-i', 'other', '--memory', self.memory)
        self.assertEqual(second.returncode, 1)
        self.assertIn('another relay is using it', second.stderr)

    def test_it_outlives_the_broker(self):
        hub = self.hub()
        relay = self.relay(hub)
        port = hub.port
        hub.stop()
        relay.said('the line broke')
        with unittest.mock.patch('hub.free_port', return_value=port):
            hub.start()
        relay.said('connected again')
        reader = self.reader(hub)
        report(hub)
        self.documents(reader, 1)
        self.assertEqual(relay.interrupt(), (0, ''))

    def test_mqtt_3(self):
        hub = self.hub()
        reader = self.reader(hub)
        relay = self.relay(hub, '-V', '311')
        report(hub)
        self.documents(reader, 1)
        relay.interrupt()
        report(hub, pcode='ML0501')
        self.relay(hub, '-V', '311')
        self.assertEqual(self.documents(reader, 2)[1].topic, TOPIC[:-4] + '0501')

    def test_it_may_not_write_there(self):
        hub = self.make_hub()
        acl = hub.folder / 'acl'
        acl.write_text('pattern readwrite tocsin/v1/from/%u/#\nuser agency\ntopic read tocsin/v1/to/#\n')
        hub.sample += f'acl_file {acl}\n'
        hub.start()
        report(hub)
        done = run('relay', *to(hub, 'agency'), '--memory', self.memory)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f'the broker refuses to take {TOPIC}', done.stderr)

    def test_nobody_there(self):
        done = run('relay', '-h', '127.0.0.1', '-p', '1', '--memory', self.memory)
        self.assertEqual(done.returncode, 3)
        self.assertIn('cannot connect', done.stderr)

    def test_usage(self):
        for words, said in (
                (['--format', 'kml'], 'knows cap and geojson'),
                (['--to', 'tocsin/v1'], 'the hub takes nothing beneath tocsin/v1'),
                (['--to', 'tocsin/v1/cap'], 'the hub takes nothing beneath tocsin/v1'),
                (['--to', 'tocsin', '--audience', 'v1'], 'the hub takes nothing beneath tocsin/v1'),
                (['--to', 'x', '--topic-root', 'x/partners'], 'the hub takes nothing beneath x/partners'),
                (['--to', 'a/#'], 'without wildcards'),
                (['--to', '/a'], 'without wildcards'),
                (['--to', 'a/'], 'without wildcards'),
                (['--to', '$SYS/a'], 'without wildcards'),
                (['--to', ''], 'without wildcards'),
                (['--to', 'a' * 201], 'without wildcards'),
                (['--audience', 'a b'], "is no audience's name"),
                (['--sender', 'a,b'], 'must be a word'),
                (['--web', 'example.org'], 'must be a whole http or https address'),
                (['more'], 'one argument too many'),
        ):
            with self.subTest(words=words):
                done = run('relay', '-h', '127.0.0.1', '-p', '1', *words)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(said, done.stderr)
        helped = run('relay', '--help')
        self.assertEqual(helped.returncode, 0)
        self.assertIn('\n\n  tocsin relay -h ', helped.stdout)


if __name__ == '__main__':
    unittest.main()
