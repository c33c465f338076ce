# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""clients/recipes/node-red: the code of its function nodes on what a real hub sends, where
there is node; and the flow in a real Node-RED where TOCSIN_NODE_RED names its red.js."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

import messages
from command import TIMEOUT, run, to
from hub import BrokerTest

FLOW = pathlib.Path(os.environ['TOCSIN_SOURCE'], 'clients/recipes/node-red/flow.json')
RUNNER = pathlib.Path(__file__).with_name('run_function.js')
NODE_RED = os.environ.get('TOCSIN_NODE_RED')
REPORT = ('--event', 'battles', '--certainty', 'observed', '--country', 'ML', '--pcode', 'ML0503', '--sensitivity',
          'moderate')


def function(name, *inputs):
    text = ''.join(json.dumps(one) + '\n' for one in inputs)
    done = subprocess.run(['node', str(RUNNER), str(FLOW), f'tocsin-{name}'], input=text, capture_output=True,
                          text=True, check=False, timeout=2 * TIMEOUT)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


class Flow(unittest.TestCase):
    def test_it_holds_together(self):
        nodes = {node['id']: node for node in json.loads(FLOW.read_text())}
        self.assertEqual(len(nodes), len(json.loads(FLOW.read_text())))
        for node in nodes.values():
            for wires in node.get('wires', []):
                for target in wires:
                    self.assertIn(target, nodes)
            for key in ('broker', 'tls'):
                if node['type'] != 'mqtt-broker' or key == 'tls':
                    self.assertIn(node.get(key, 'tocsin-hub'), nodes)
            self.assertNotIn('credentials', node)
            if node['type'] == 'function':
                self.assertEqual(len(node['wires']), node['outputs'])
            if node['type'] in ('mqtt in', 'mqtt out'):
                self.assertEqual(node['qos'], '1')
        self.assertFalse(nodes['tocsin-hub']['cleansession'])

    def test_what_is_no_alert(self):
        topic = messages.KOUAKOUROU_JSON
        for payload, warned in (('', 0), ('{', 1), ('[]', 1), ('null', 1), ('{"id": 1}', 1),
                                ('{"id": "a"}', 0), ('{"id": "a", "status": "exercise"}', 0)):
            told = function('once', {'topic': topic, 'payload': payload})[0]
            self.assertEqual((told['out'], len(told['warned'])), ([None], warned), payload)

    def test_a_receipt_that_is_none(self):
        told = function('receipt', {'payload': '{'})[0]
        self.assertEqual((told['out'], told['warned']), ([None], ['not a receipt']))


class Functions(BrokerTest):
    def alerts(self, hub, *severities):
        agency = hub.client('agency').subscribe('tocsin/v1/to/+/+/#')
        for severity in severities:
            done = run('report', *to(hub, 'mopti-17'), *REPORT, '--severity', severity)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        found = agency.wait(lambda message: '/alert-json/' in message.topic, 'alerts', len(severities))
        found = found if isinstance(found, list) else [found]
        return [{'topic': message.topic, 'payload': message.payload.decode()} for message in found]

    def test_each_once(self):
        first, second = self.alerts(self.hub(), 'severe', 'extreme')
        drill = {**first, 'payload': first['payload'].replace('"actual"', '"exercise"')}
        told = function('once', first, drill, first, second, second)
        self.assertEqual([bool(one['out'][0]) for one in told], [True, False, False, True, False])
        self.assertEqual(told[0]['out'][0]['alert'], json.loads(first['payload']))

    def test_words(self):
        hub = self.hub()
        rules = hub.rules_file.read_text().replace('min_severity: severe\n', '')
        hub.rules_file.write_text(rules)
        hub.reload()
        hub.log('rules')
        incident = function('once', *self.alerts(hub, 'severe'))[0]['out'][0]
        told = function('words', incident, {**incident, 'alert': {**incident['alert'], 'severity': 'minor'}},
                        {'alert': {'id': 'x', 'msg_type': 'cancel'}})
        self.assertEqual(told[0]['out'][0]['topic'], 'SEVERE battles, Djenne, Mopti, Mali')
        self.assertIn(incident['alert']['id'], told[0]['out'][0]['payload'])
        self.assertEqual(told[0]['out'][1], told[0]['out'][0])
        self.assertIsNone(told[1]['out'][1])
        self.assertEqual(told[2]['out'][1]['topic'], 'CANCELLED: UNKNOWN event unknown, place unknown')

    def test_a_report_and_its_receipt(self):
        hub = self.hub(journal=True)
        field = hub.client('msf-duty')
        for more, verdict, output in (({}, 'accepted', 0), ({'severity': 'dreadful'}, 'rejected', 1)):
            made = function('incident', {'payload': more})[0]['out'][0]
            field.clear()
            field.publish('tocsin/v1/from/msf-duty/incident-json', made['payload'])
            receipt = field.wait_topic('tocsin/v1/from/msf-duty/receipt-json')
            told = function('receipt', {'payload': receipt.payload.decode()})[0]['out']
            self.assertIsNone(told[1 - output])
            self.assertTrue(told[output]['payload'].startswith(f'{verdict} {json.loads(made["payload"])["id"]}'))
        self.assertIn('severity', told[1]['payload'])


@unittest.skipUnless(NODE_RED, 'TOCSIN_NODE_RED names no red.js')
class Real(BrokerTest):
    def test_the_flow_runs(self):
        hub = self.hub(journal=True, after='log_type subscribe')
        nodes = json.loads(FLOW.read_text())
        # The button is pressed by a message, once the line stands.
        alerts = next(node for node in nodes if node['id'] == 'tocsin-alerts')
        nodes.append({**alerts, 'id': 'press', 'topic': 'press', 'wires': [['tocsin-incident']]})
        for node in nodes:
            if node['type'] == 'mqtt-broker':
                node.update(broker='127.0.0.1', port=str(hub.port), usetls=False, tls='', clientid='node-red')
            if node['type'] == 'debug':
                node['console'] = True
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'flows.json').write_text(json.dumps(nodes))
            pathlib.Path(folder, 'flows_cred.json').write_text(
                json.dumps({'tocsin-hub': {'user': 'msf-duty', 'password': 'any'}}))
            pathlib.Path(folder, 'settings.js').write_text(
                'module.exports = {flowFile: "flows.json", uiHost: "127.0.0.1", uiPort: 0, httpAdminRoot: false,\n'
                'credentialSecret: false, functionExternalModules: true};\n')
            process = subprocess.Popen(['node', NODE_RED, '-u', folder, '-s', f'{folder}/settings.js'],
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                       env={'PATH': os.environ['PATH'], 'HOME': folder})
            said, news = [], threading.Condition()

            def read():
                for line in process.stdout:
                    with news:
                        said.append(line)
                        news.notify_all()

            reader = threading.Thread(target=read, daemon=True)
            reader.start()

            def until(pattern):
                with news:
                    if not news.wait_for(lambda: re.search(pattern, ''.join(said)), 2 * TIMEOUT):
                        raise TimeoutError(f'{pattern}: {"".join(said)}')

            try:
                for topic in ('press', 'receipt-json', 'alert-json', 'open-json'):
                    hub.log(f'node-red 1 .*{topic}')
                hub.client('person').publish('press', b'x')
                # The button's report, and its receipt: an exercise, so no alert of it is shown.
                until(r'debug:recorded\][\s\S]*accepted [0-9a-f-]{36}')
                done = run('report', *to(hub, 'mopti-17'), *REPORT, '--severity', 'severe')
                self.assertEqual(done.returncode, 0)
                until(r'debug:all alerts: your system here\][\s\S]*Djenne')
                until(r'debug:urgent: SMS, siren\][\s\S]*Djenne')
            finally:
                process.terminate()
                process.wait(TIMEOUT)
                reader.join()
                process.stdout.close()
            # Once, though it came as an alert and as what is open.
            self.assertEqual(''.join(said).count('debug:all alerts'), 1, ''.join(said))


if __name__ == '__main__':
    if not shutil.which('node'):
        print('no node: nothing to try')
        sys.exit(77)
    unittest.main()
