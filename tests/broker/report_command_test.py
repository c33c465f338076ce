# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin report, against a real hub."""

import json
import socket
import unittest

import messages
from command import run, to
from hub import BrokerTest

FLAGS = ['--event', 'battles', '--severity', 'severe', '--certainty', 'observed', '--country', 'ML',
         '--pcode', 'ML0503', '--sensitivity', 'moderate']


class ReportCommand(BrokerTest):
    def test_flags_are_recorded_and_routed(self):
        for version in ('311', 'mqttv5'):
            for form in ('protobuf', 'json'):
                with self.subTest(version=version, form=form):
                    hub = self.hub()
                    watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
                    done = run('report', *to(hub, 'mopti-17', version), '--as', form, *FLAGS,
                               '--not-reported', 'killed', '--claimant-class', 'official')
                    self.assertEqual(done.returncode, 0, done.stderr)
                    self.assertRegex(done.stdout, r'^accepted at \d\d:\d\d UTC \(the hub keeps no journal: '
                                                  r'keep your copy\), routed to 1 topic by mopti-violence\n')
                    self.assertIn('waiting: report ', done.stderr)
                    self.assertIn('sent, not confirmed yet', done.stderr)
                    alert = messages.alert(watch.wait_topic(messages.KOUAKOUROU).payload)
                    self.assertTrue(alert.casualty_claims[0].not_reported)
                    self.assertIsNone(alert.casualty_claims[0].WhichOneof('low_presence'))

    def test_a_journal_makes_it_recorded(self):
        hub = self.hub(journal=True)
        done = run('report', *to(hub, 'mopti-17'), *FLAGS)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r'^recorded at \d\d:\d\d UTC, routed to 1 topic by mopti-violence\n')

    def test_files_standard_input_and_protobuf(self):
        hub = self.hub()
        text = json.dumps(messages.kouakourou_json())
        file = hub.folder / 'incident.json'
        file.write_text(text)
        done = run('report', *to(hub, 'mopti-17'), '--file', str(file), '--as', 'json', '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        receipt = json.loads(done.stdout)
        self.assertEqual(receipt['verdict'], 'accepted')
        self.assertEqual(receipt['incident_id'], json.loads(text)['id'])
        self.assertEqual(done.stderr, '')
        again = run('report', *to(hub, 'mopti-17'), '-', '--as', 'json', text=text)
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertTrue(again.stdout.startswith('already accepted at '), again.stdout)
        incident = messages.kouakourou()
        binary = hub.folder / 'incident.pb'
        binary.write_bytes(incident.SerializeToString())
        done = run('report', *to(hub, 'mopti-17'), '--protobuf', str(binary), '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)['incident_id'], incident.id)

    def test_what_is_wrong_is_refused_here_and_there_alike(self):
        hub = self.hub()
        flags = [word if word != 'ML0503' else 'ML-5' for word in FLAGS] + ['--killed', '9-3']
        here = run('report', *to(hub, 'mopti-17'), *flags)
        self.assertEqual(here.returncode, 1)
        self.assertTrue(here.stdout.startswith('not sent: the hub would refuse it\n'), here.stdout)
        there = run('report', *to(hub, 'mopti-17'), *flags, '--no-validate')
        self.assertEqual(there.returncode, 1)
        self.assertTrue(there.stdout.startswith('refused\n'), there.stdout)
        self.assertEqual(here.stdout.splitlines()[1:], there.stdout.splitlines()[1:])
        self.assertIn('location.pcode: ', here.stdout)
        self.assertIn('[location.pcode.form]', here.stdout)
        self.assertIn('[casualty_claims.order]', here.stdout)
        self.assertEqual(hub.stop()['rejected'], 1)

    def test_the_rules_gazetteer_is_asked_first(self):
        hub = self.hub()
        flags = [word if word != 'ML' else 'BF' for word in FLAGS]
        done = run('report', *to(hub, 'mopti-17'), *flags, '--rules', str(hub.rules_file))
        self.assertEqual(done.returncode, 1)
        self.assertIn('[location.pcode.country]', done.stdout)
        self.assertEqual(hub.stop()['received'], 0)

    def test_update_and_cancel(self):
        hub = self.hub()
        watch = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        first = json.loads(run('report', *to(hub, 'mopti-17'), *FLAGS, '--json').stdout)
        update = run('report', *to(hub, 'mopti-17'), *FLAGS, '--update', first['incident_id'], '--killed',
                     '21-40')
        self.assertEqual(update.returncode, 0, update.stdout + update.stderr)
        cancel = run('report', *to(hub, 'mopti-17'), '--cancel', first['incident_id'], '--close-cause', 'error')
        self.assertEqual(cancel.returncode, 0, cancel.stdout + cancel.stderr)
        alerts = [messages.alert(message.payload)
                  for message in watch.wait(lambda message: message.payload, count=3)]
        self.assertEqual([alert.revision for alert in alerts], [1, 2, 3])
        self.assertEqual(len({alert.incident_id for alert in alerts}), 1)

    def test_without_a_user_the_client_id_is_the_sender(self):
        hub = self.hub()
        done = run('report', *to(hub), *FLAGS)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        done = run('report', *to(hub), '-i', 'not a level', *FLAGS)
        self.assertEqual(done.returncode, 2)

    def test_no_receipt_in_time(self):
        hub = self.hub(plugin=False)
        done = run('report', *to(hub, 'mopti-17'), *FLAGS, '--timeout', '1')
        self.assertEqual(done.returncode, 4)
        self.assertRegex(done.stderr, r'report [-0-9a-f]{36}: 1 sent but not confirmed: kept in the outbox')
        self.assertEqual(done.stdout, '')
        done = run('report', *to(hub, 'mopti-17'), *FLAGS, '--timeout', '1', '--json')
        self.assertEqual(done.returncode, 4)
        self.assertNotIn('verdict', json.loads(done.stdout))
        done = run('report', *to(hub, 'mopti-17'), *FLAGS, '--timeout', '0')
        self.assertEqual(done.returncode, 0)
        self.assertIn('sent, not confirmed', done.stderr)

    def test_nobody_there(self):
        with socket.socket() as held:
            held.bind(('127.0.0.1', 0))
            done = run('report', '-h', '127.0.0.1', '-p', str(held.getsockname()[1]), '-u', 'me',
                       '-P', 'hidden-word', *FLAGS)
        self.assertEqual(done.returncode, 3)
        self.assertIn('cannot connect', done.stderr)
        self.assertNotIn('hidden-word', done.stderr)


if __name__ == '__main__':
    unittest.main()
