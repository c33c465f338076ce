# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin watch, against a real hub."""

import csv
import io
import json
import pathlib
import subprocess
import tempfile
import unittest
import unittest.mock

import messages
from command import TIMEOUT, TOCSIN, Watch, environment, lines, run, to
from hub import BrokerTest


def report(hub, severity='severe', pcode='ML0503', event='battles', *more):
    done = run('report', *to(hub, 'mopti-17'), '--event', event, '--severity', severity, '--certainty',
               'observed', '--country', 'ML', '--pcode', pcode, '--sensitivity', 'moderate', '--json', *more)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)
    return json.loads(done.stdout)


def look(hub, *words):
    """What is open already: it ends before it says that it is watching."""
    return run('watch', *to(hub, 'agency'), '--count', '1', '--for', '30', *words)


class WatchCommand(BrokerTest):
    def test_a_block_for_a_person(self):
        hub = self.hub()
        watch = Watch(hub, '--region', 'ML05', '--count', '1', '--for', '30')
        report(hub, 'severe', 'ML0503', 'battles', '--not-reported', 'killed', '--claimant-class', 'official')
        code, text = watch.end()
        self.assertEqual(code, 0)
        self.assertIn('[### ] SEVERE battles\n', text)
        self.assertIn('(ML0503)', text)
        self.assertIn('killed: not reported, says official\n', text)
        self.assertIn('why: rule mopti-violence\n', text)
        self.assertNotIn('\033', text)

    def test_the_payload_decides(self):
        hub = self.hub()
        watch = Watch(hub, '--audience', 'coordination', '--audience', 'partners', '--region', 'ML05',
                      '--min-severity', 'severe', '--event', 'battles', '--json', '--count', '2', '--for', '30')
        report(hub, 'severe', 'ML07')
        report(hub, 'moderate')
        report(hub, 'severe', 'ML0503', 'food')
        unknown = report(hub, 'unknown', 'ML0501')
        severe = report(hub, 'severe')
        code, text = watch.end()
        self.assertEqual(code, 0)
        shown = lines(text)
        self.assertEqual([alert['severity'] for alert in shown], ['unknown', 'severe'])
        self.assertEqual(shown[0]['incident_id'], unknown['incident_id'])
        self.assertEqual(shown[1]['rules'], severe['rules'])

    def test_open_first_and_repeats_once(self):
        hub = self.hub()
        report(hub)
        done = look(hub)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('open since before', done.stdout)
        # Live it comes four times: alert and open, in both forms.
        watch = Watch(hub, '--no-open', '--count', '2', '--for', '30', '--json')
        report(hub, 'severe', 'ML0501')
        report(hub, 'extreme', 'ML0501')
        code, text = watch.end()
        self.assertEqual(code, 0)
        self.assertEqual([alert['severity'] for alert in lines(text)], ['severe', 'extreme'])

    def test_later_versions_are_shown_even_outside_the_filter(self):
        hub = self.hub()
        watch = Watch(hub, '--min-severity', 'severe', '--region', 'ML/ML05', '--count', '3', '--for', '30')
        first = report(hub)
        report(hub, 'severe', 'ML0501', 'battles', '--update', first['incident_id'])
        done = run('report', *to(hub, 'mopti-17'), '--cancel', first['incident_id'], '--close-cause', 'error')
        self.assertEqual(done.returncode, 0, done.stdout)
        code, text = watch.end()
        self.assertEqual(code, 0)
        self.assertIn('UPDATE (version 2): SEVERE', text)
        self.assertIn('[----] CANCELLED (error): SEVERE', text)

    def test_exercises_only_on_request(self):
        hub = self.hub()
        quiet = Watch(hub, '--json', '--count', '1', '--for', '30')
        loud = Watch(hub, '--exercises', '--count', '1', '--for', '30')
        report(hub, 'severe', 'ML0503', 'battles', '--status', 'exercise')
        code, text = loud.end()
        self.assertEqual(code, 0)
        self.assertIn('EXERCISE SEVERE', text)
        report(hub)
        self.assertEqual([alert['status'] for alert in lines(quiet.end()[1])], ['actual'])

    def test_an_audience_that_is_sent_json_alone(self):
        hub = self.hub()
        watch = Watch(hub, '--audience', 'public', '--region', 'ML0503', '--rules', str(hub.rules_file))
        watch.said('lies deeper than this audience is shown: watching ML05')
        self.assertEqual(watch.interrupt(), (0, ''))

    def test_it_ends_in_time(self):
        hub = self.hub()
        watch = Watch(hub, '--for', '1')
        self.assertEqual(watch.end(), (0, ''))
        watch = Watch(hub, '--for', '1', '--count', '1')
        self.assertEqual(watch.end(), (4, ''))

    def test_a_reader_that_leaves_ends_it_silently(self):
        hub = self.hub()
        with subprocess.Popen([TOCSIN, 'watch', *to(hub, 'agency'), '--json', '-q'], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment()) as watch:
            watch.stdout.close()
            self.assertEqual(watch.wait(TIMEOUT), 0)
            self.assertEqual(watch.stderr.read(), b'')

    def test_it_outlives_the_broker(self):
        hub = self.hub()
        watch = Watch(hub, '--count', '1', '--for', '60')
        port = hub.port
        hub.stop()
        watch.said('the line broke')
        with unittest.mock.patch('hub.free_port', return_value=port):
            hub.start()
        watch.said('connected again')
        report(hub)
        code, text = watch.end()
        self.assertEqual(code, 0)
        self.assertIn('SEVERE battles', text)

    def test_also_as_cap_and_geojson(self):
        hub = self.hub()
        with tempfile.TemporaryDirectory() as folder:
            words = ['--cap', folder, '--geojson', f'{folder}/map.geojson', '--json', '--count', '2', '--for', '30']
            watch = Watch(hub, *words)
            first = report(hub)
            report(hub, 'severe', 'ML0501', 'battles', '--update', first['incident_id'])
            code, text = watch.end()
            self.assertEqual(code, 0)
            alert, update = lines(text)
            # What is open comes again, and changes nothing.
            self.assertEqual(look(hub, *words[:4]).returncode, 0)
            self.assertEqual(sorted(path.name for path in pathlib.Path(folder).iterdir()),
                             sorted([f'{alert["id"]}.xml', f'{update["id"]}.xml', 'map.geojson']))
            document = pathlib.Path(folder, f'{update["id"]}.xml').read_text()
            self.assertIn('<msgType>Update</msgType>', document)
            self.assertRegex(document, f'<references>hub,{alert["id"]},[0-9T:-]*-00:00</references>')
            features = json.loads(pathlib.Path(folder, 'map.geojson').read_text())['features']
            self.assertEqual([feature['id'] for feature in features], [alert['id'], update['id']])
            # It is still seen where it cannot be written.
            done = look(hub, '--cap', f'{folder}/no', '--geojson', f'{folder}/{alert["id"]}.xml')
            self.assertEqual(done.returncode, 0)
            self.assertIn(f'{folder}/no: No such file', done.stderr)
            self.assertIn('.xml: is there already, and not made by this command', done.stderr)

    def test_as_csv(self):
        hub = self.hub()
        watch = Watch(hub, '--csv', '--count', '2', '--for', '30')
        report(hub, 'severe', 'ML0503', 'battles', '--killed', '21-40', '--claimant', '=RFI', '--claimant-class', 'media')
        report(hub, 'extreme', 'ML0501')
        code, text = watch.end()
        self.assertEqual(code, 0)
        names, tags, *rows = csv.reader(io.StringIO(text, newline=''))
        self.assertTrue(all(tag.startswith('#') for tag in tags))
        self.assertEqual({len(row) for row in rows}, {len(names)})
        first, second = (dict(zip(names, row)) for row in rows)
        self.assertEqual([first['severity'], second['severity']], ['severe', 'extreme'])
        self.assertEqual((first['place'], first['killed'], first['disputed']), ('ML0503', '21-40 (=RFI)', 'false'))
        done = run('watch', *to(hub), '--csv', '--json')
        self.assertEqual(done.returncode, 2)

    def test_nobody_there(self):
        done = run('watch', '-h', '127.0.0.1', '-p', '1', '--for', '5')
        self.assertEqual(done.returncode, 3)
        self.assertIn('cannot connect', done.stderr)

    def test_the_alert_is_the_hubs_own(self):
        hub = self.hub()
        agency = hub.client('agency').subscribe('tocsin/v1/to/partners/alert/#')
        watch = Watch(hub, '--count', '1', '--for', '30', '--json')
        report(hub)
        alert = messages.alert(agency.wait_topic(messages.KOUAKOUROU).payload)
        self.assertEqual(lines(watch.end()[1])[0]['id'], alert.id)


if __name__ == '__main__':
    unittest.main()
