# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin check, explain, topics, decode and encode: without a broker, and explain
against one, since it may never say anything else than the hub does."""

import json
import os
import pathlib
import re
import tempfile
import unittest

import messages
from command import lines, run, to
from hub import RULES, BrokerTest

SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])


class OfflineCommand(BrokerTest):
    def files(self, rules=RULES):
        hub = self.hub()
        hub.rules_file.write_text(rules)
        return hub

    def test_check(self):
        hub = self.files()
        done = run('check', '-q', str(hub.rules_file))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r'^OK: 1 rule, 3 audiences, 4 regions, version [0-9a-f]{16}\n$')
        told = json.loads(run('check', str(hub.rules_file), '--json').stdout)
        self.assertEqual((told['ok'], told['rules'], told['regions'], told['diagnostics']), (True, 1, 4, []))

    def test_check_tells_all_mistakes(self):
        hub = self.files(RULES.replace('min_severity: severe', 'min_severity: sever')
                         .replace('region: ML05 Mopti', 'region: ML55').replace('open: true, expires', 'opn: true, expires'))
        done = run('check', str(hub.rules_file), '--json')
        self.assertEqual(done.returncode, 1)
        told = json.loads(done.stdout)
        self.assertFalse(told['ok'])
        self.assertEqual(told['errors'], 3)
        for item in told['diagnostics']:
            self.assertEqual(item['level'], 'error')
            self.assertIn(f"{item['file']}:{item['line']}:{item['column']}: error: ", done.stderr)

    def test_topics(self):
        hub = self.files()
        words = ['topics', str(hub.rules_file), '--region', 'ML05', '--min-severity', 'severe']
        done = run(*words, '-q')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stdout.splitlines(),
                         [f'tocsin/v1/to/partners/alert/{level}/+/ML/ML05/#'
                          for level in ('extreme', 'severe', 'unknown')])
        told = run(*words).stdout
        self.assertIn('# severity unknown: it might be severe or worse', told)
        done = run(*words, '-q', '--audience', 'public', '--region', 'ML0503', '--open')
        self.assertIn('tocsin/v1/to/public/alert-json/severe/+/ML/ML05/#', done.stdout)
        self.assertIn('tocsin/v1/to/public/open-json/ML/ML05/+', done.stdout)
        self.assertNotIn('ML0503', done.stdout)
        self.assertEqual(run('topics', str(hub.rules_file), '--region', 'XX99').returncode, 1)
        self.assertEqual(run('topics', str(hub.rules_file), '--audience', 'nobody').returncode, 1)
        self.assertEqual(run('topics', str(hub.rules_file), '--min-severity', 'sever').returncode, 2)

    def explain(self, hub, incident, *more):
        done = run('explain', str(hub.rules_file), '-', '--json', *more, text=json.dumps(incident))
        return done.returncode, json.loads(done.stdout)

    def test_explain_says_what_the_hub_does(self):
        hub = self.hub()
        for changes in ({}, {'severity': 'minor'}, {'sensitivity': 'severe'}, {'status': 'test'},
                        {'event': {'type': 'food'}}, {'sensitivity': None}):
            with self.subTest(changes=changes):
                incident = {key: value for key, value in {**messages.kouakourou_json(), **changes}.items()
                            if value is not None}
                code, told = self.explain(hub, incident, '--sender', 'mopti-17')
                self.assertEqual(code, 0)
                agency = hub.client('agency').subscribe('tocsin/v1/to/+/alert/#', 'tocsin/v1/to/+/test/#')
                done = run('report', *to(hub, 'mopti-17'), '-', '--json', text=json.dumps(incident))
                receipt = json.loads(done.stdout)
                self.assertEqual(told['routing'], receipt['routing'])
                self.assertEqual(told['fired'], receipt.get('rules', []))
                self.assertEqual(told['held_by'], receipt.get('held_by', []))
                self.assertEqual(told['topics'], receipt['topics'])
                topics = sorted(topic for delivery in told['deliveries'] for topic in delivery['topics'])
                for topic in topics:
                    agency.wait_topic(topic)
                self.assertEqual(sorted(agency.topics()), topics)
                agency.close()

    def test_explain_gives_the_clause_that_failed(self):
        hub = self.hub()
        incident = dict(messages.kouakourou_json(), severity='moderate')
        code, told = self.explain(hub, incident)
        self.assertEqual(code, 0)
        rule = told['rules'][0]
        self.assertEqual((rule['id'], rule['matched'], rule['clause']), ('mopti-violence', False, 'min_severity'))
        self.assertIn('severe', rule['wanted'])
        self.assertIn('moderate', rule['actual'])
        self.assertEqual(told['routing'], 'defaulted')
        self.assertEqual([delivery['audience'] for delivery in told['deliveries']], ['coordination'])
        text = run('explain', str(hub.rules_file), '-', text=json.dumps(incident)).stdout
        self.assertIn('mopti-violence  no: min_severity: ', text)

    def test_explain_what_a_running_hub_has_journalled(self):
        hub = self.hub(journal=True)
        receipts = []
        for severity in ('severe', 'moderate'):
            incident = dict(messages.kouakourou_json(), severity=severity)
            done = run('report', *to(hub, 'mopti-17'), '-', '--json', text=json.dumps(incident))
            self.assertEqual(done.returncode, 0, done.stderr)
            receipts.append(json.loads(done.stdout))
        rules, journal = str(hub.rules_file), f'journal:{hub.journal_file}'
        for receipt in receipts:
            for name in (receipt['journal_id'], receipt['incident_id']):
                done = run('explain', rules, f'{journal}#{name}', '--json')
                self.assertEqual(done.returncode, 0, done.stderr)
                told = json.loads(done.stdout)
                self.assertEqual((told['routing'], told['fired'], told['topics']),
                                 (receipt['routing'], receipt.get('rules', []), receipt['topics']))
        text = run('explain', rules, f'{journal}#last').stdout
        self.assertRegex(text, rf"^Journal {receipts[1]['journal_id']}: incident {receipts[1]['incident_id']} "
                               r'from mopti-17, received \d{4}-\d\d-\d\d \d\d:\d\d UTC')
        self.assertIn('Region: Djenne (ML0503) > Mopti (ML05) > ', text)
        strict = hub.folder / 'strict.yaml'
        strict.write_text(RULES.replace('open_senders: true', 'senders: {mopti-18: {}}'))
        for more, code in (((), 1), (('--sender', 'mopti-18'), 0)):
            self.assertEqual(run('explain', str(strict), f'{journal}#1', *more).returncode, code)
        for name, code, said in ((f'{journal}#77', 1, 'holds no incident 77'),
                                 (f'{journal}.no#1', 1, 'No such file'),
                                 (f'journal:{rules}#1', 1, 'not a database'),
                                 (journal, 2, 'a journal wants an id'), (f'{journal}#', 2, 'a journal wants an id')):
            done = run('explain', rules, name)
            self.assertEqual((done.returncode, done.stdout), (code, ''))
            self.assertIn(said, done.stderr)
        done = run('explain', rules, f'{journal}#1', '--lines')
        self.assertEqual(done.returncode, 2)

    def test_explain_refuses_as_the_hub_does(self):
        hub = self.hub()
        incident = dict(messages.kouakourou_json(), severity='unspecified')
        code, told = self.explain(hub, incident)
        self.assertEqual(code, 1)
        self.assertEqual(told['verdict'], 'rejected')
        self.assertIn('severity.required', [violation['check'] for violation in told['violations']])
        self.assertEqual(told['deliveries'], [])

    def test_a_sender_that_the_rules_do_not_admit(self):
        hub = self.files(RULES.replace('open_senders: true', 'senders: {mopti-17: {regions: [ML07]}}'))
        incident = messages.kouakourou_json()
        self.assertEqual(self.explain(hub, incident)[0], 0)
        code, told = self.explain(hub, incident, '--sender', 'someone')
        self.assertEqual((code, [item['check'] for item in told['violations']]), (1, ['sender.unknown']))
        code, told = self.explain(hub, incident, '--sender', 'mopti-17')
        self.assertEqual((code, [item['check'] for item in told['violations']]), (1, ['sender.region']))

    def test_decode_and_encode(self):
        incident = messages.kouakourou()
        done = run('decode', '--type', 'incident', data=incident.SerializeToString())
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(lines(done.stdout)[0]['id'], incident.id)
        back = run('encode', text=done.stdout)
        self.assertEqual(back.returncode, 0, back.stderr)
        self.assertEqual(type(incident).FromString(back.out), incident)
        self.assertEqual(run('decode', data=b'\xff\xff').returncode, 1)
        done = run('encode', text='{"id": 5, "colour": "red"}')
        self.assertEqual((done.returncode, done.out), (1, b''))
        self.assertIn('[colour.unknown_field]', done.stderr)

    def test_the_rehearsal_of_the_readme(self):
        readme = (SOURCE / 'clients/README.md').read_text()
        scenario = re.search(r'```yaml\n(rules: sahel\.yaml.*?)```', readme, re.DOTALL).group(1)
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, 'readme.rehearsal.yaml')
            file.write_text(scenario)
            done = run('rehearse', str(SOURCE / 'rules/sahel.yaml'), str(file))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_usage(self):
        done = run('--version')
        self.assertRegex(done.stdout, r'^tocsin \d+\.\d+\.\d+\n$')
        done = run('--help')
        self.assertEqual(done.returncode, 0)
        self.assertLessEqual(len(done.stdout.splitlines()), 40)
        self.assertTrue(all(len(line) <= 80 for line in done.stdout.splitlines()))
        for group in ('Field', 'Agency', 'Operator'):
            self.assertIn(f'\n{group}\n', done.stdout)
        for command in ('report', 'watch', 'replay', 'journal', 'quarantine', 'check', 'explain', 'rehearse', 'diff', 'edit', 'undo', 'reload', 'silence',
                        'status', 'topics', 'decode', 'encode'):
            told = run(command, '--help')
            self.assertEqual((told.returncode, told.stderr), (0, ''))
            self.assertIn(f'tocsin {command} ', told.stdout)
            self.assertIn(f'  {command} ', done.stdout)
            wrong = run(command, '--jsn')
            self.assertEqual(wrong.returncode, 2)
            self.assertIn('unknown option --jsn', wrong.stderr)
        self.assertEqual(run().returncode, 2)
        done = run('wacth')
        self.assertEqual(done.returncode, 2)
        self.assertIn('did you mean watch?', done.stderr)

    def test_the_configuration_file(self):
        hub = self.hub()
        home = pathlib.Path(hub.folder) / 'home'
        (home / '.config').mkdir(parents=True)
        file = home / '.config' / 'tocsin'
        file.write_text(f'# the hub\n-h 127.0.0.1\n-p {hub.port}\n-u mopti-17\n')
        words = ['report', '-', '--as', 'json', '-q']
        text = json.dumps(messages.kouakourou_json())
        self.assertEqual(run(*words, text=text, HOME=str(home)).returncode, 0)
        file.write_text('-h 127.0.0.1\n--prt 1883\n')
        done = run(*words, text=text, HOME=str(home))
        self.assertEqual(done.returncode, 2)
        self.assertIn(':2: --prt: unknown option; did you mean --port?', done.stderr)


if __name__ == '__main__':
    unittest.main()
