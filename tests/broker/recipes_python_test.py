# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""clients/recipes/python, as they stand, against a real hub."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

import messages
from command import TIMEOUT, lines
from hub import BrokerTest

FOLDER = pathlib.Path(os.environ['TOCSIN_SOURCE'], 'clients/recipes/python')


class Watching:
    """watch.py, once it is subscribed."""

    def __init__(self, hub, *words):
        self.process = subprocess.Popen([sys.executable, str(FOLDER / 'watch.py'), '--port', str(hub.port), '--host',
                                         '127.0.0.1', '--user', 'agency', *words], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        if line != 'watching\n':
            self.process.kill()
            raise AssertionError(line + self.process.stderr.read())

    def end(self, stop=None):
        if stop:
            self.process.send_signal(stop)
        out, err = self.process.communicate(timeout=TIMEOUT)
        return self.process.returncode, out.splitlines(), err


class Python(BrokerTest):
    def report(self, hub, incident, *words, user='mopti-17'):
        text = incident if isinstance(incident, str) else json.dumps(incident)
        return subprocess.run([sys.executable, str(FOLDER / 'report.py'), '-', '--host', '127.0.0.1', '--port',
                               str(hub.port if hub else 1), '--user', user, *words], input=text, capture_output=True,
                              text=True, check=False, timeout=2 * TIMEOUT)

    def test_both_directions(self):
        hub = self.hub(journal=True)
        watch = Watching(hub, '--region', 'ML/ML05', '--count', '1')
        incident = messages.kouakourou_json()
        done = self.report(hub, incident)
        self.assertEqual(done.returncode, 0, done.stderr)
        receipt = lines(done.stdout)[0]
        self.assertEqual((receipt['verdict'], receipt['incident_id'], receipt['durable']),
                         ('accepted', incident['id'], True))
        code, told, err = watch.end()
        self.assertEqual((code, len(told)), (0, 1), err)
        self.assertIn('SEVERE battles', told[0])

    def test_again_is_a_duplicate(self):
        hub = self.hub(journal=True)
        incident = messages.kouakourou_json()
        verdicts = [lines(self.report(hub, incident).stdout)[0]['verdict'] for _ in range(2)]
        self.assertEqual(verdicts, ['accepted', 'duplicate'])

    def test_refused_with_every_reason(self):
        hub = self.hub()
        incident = {**messages.kouakourou_json(), 'severity': 'dreadful'}
        incident['location'] = {'country': 'ML', 'pcode': 'not a code'}
        done = self.report(hub, incident)
        self.assertEqual(done.returncode, 1, done.stderr)
        for check in ('severity', 'location.pcode.form'):
            self.assertIn(check, done.stderr)

    def test_what_is_missing_is_filled_in(self):
        hub = self.hub()
        incident = messages.kouakourou_json()
        for key in ('id', 'sent', 'status', 'msg_type'):
            del incident[key]
        done = self.report(hub, incident)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_nobody_there_and_no_answer(self):
        self.assertEqual(self.report(None, messages.kouakourou_json()).returncode, 3)
        bare = self.hub(plugin=False)
        done = self.report(bare, messages.kouakourou_json(), '--timeout', '1')
        self.assertEqual(done.returncode, 4)
        self.assertIn('send it again', done.stderr)

    def test_what_was_filled_in_is_shown_to_be_sent_again(self):
        incident = messages.kouakourou_json()
        for key in ('id', 'sent'):
            del incident[key]
        done = self.report(self.hub(plugin=False), incident, '--timeout', '1')
        shown = done.stderr.splitlines()[-1]
        self.assertEqual({**json.loads(shown), **incident}, json.loads(shown))
        hub = self.hub(journal=True)
        verdicts = [lines(self.report(hub, shown).stdout)[0]['verdict'] for _ in range(2)]
        self.assertEqual(verdicts, ['accepted', 'duplicate'])

    def test_the_password_comes_from_a_file(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            passwords = pathlib.Path(folder, 'passwords')
            subprocess.run(['mosquitto_passwd', '-c', '-b', str(passwords), 'mopti-17', 'hush'], check=True,
                           capture_output=True)
            passwords.chmod(0o644)
            hub = self.hub(authentication=f'allow_anonymous false\npassword_file {passwords}')
            file = pathlib.Path(folder, 'password')
            file.write_text('hush\n')
            done = self.report(hub, messages.kouakourou_json(), '--password-file', str(file))
            self.assertEqual(done.returncode, 0, done.stderr)
            file.write_text('wrong\n')
            self.assertEqual(self.report(hub, messages.kouakourou_json(), '--password-file', str(file)).returncode, 3)

    def test_repeats_and_exercises_are_dropped(self):
        hub = self.hub(journal=True)
        with tempfile.TemporaryDirectory() as folder:
            words = ['--memory', f'{folder}/ids']
            watch = Watching(hub, *words, '--count', '2')
            first, second = messages.kouakourou_json(), messages.kouakourou_json()
            self.assertEqual(self.report(hub, {**messages.kouakourou_json(), 'status': 'exercise'}).returncode, 0)
            self.assertEqual(self.report(hub, first).returncode, 0)
            # Each comes twice, as an alert and as what is open.
            self.assertEqual(self.report(hub, second).returncode, 0)
            code, told, err = watch.end()
            self.assertEqual((code, len(told)), (0, 2), err)
            before = pathlib.Path(folder, 'ids').read_text().split()
            self.assertEqual([line.split('[')[1] for line in told], [f'{alert_id}]' for alert_id in before])
            # Started again, what is open and known is not acted on again; what is new is.
            watch = Watching(hub, *words, '--count', '1')
            self.assertEqual(self.report(hub, messages.kouakourou_json()).returncode, 0)
            code, told, err = watch.end()
            self.assertEqual((code, len(told)), (0, 1), err)
            self.assertNotIn(told[0].split('[')[1].rstrip(']'), before)

    def test_what_is_no_alert_does_not_end_it(self):
        bare = self.hub(plugin=False)
        watch = Watching(bare, '--count', '1')
        hub = bare.client('x')
        topic = 'tocsin/v1/to/partners/alert-json/severe/battles/ML'
        for payload in (b'', b'{', b'[]', b'{"id": "1", "status": "exercise"}', b'{"id": "2", "status": "actual"}'):
            hub.publish(topic, payload)
        code, told, err = watch.end()
        self.assertEqual((code, len(told)), (0, 1), err)
        self.assertEqual(err.count('not an alert'), 2)
        self.assertIn('[2]', told[0])

    def test_ctrl_c_is_no_traceback(self):
        hub = self.hub()
        code, told, err = Watching(hub).end(signal.SIGINT)
        self.assertEqual((code, told, err), (0, [], ''))


if __name__ == '__main__':
    unittest.main()
