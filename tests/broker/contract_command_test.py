# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What scripts may rely on: the shape of every --json, by clients/schema and proto/schema,
and every exit code, of real commands against a real hub."""

import copy
import json
import os
import pathlib
import re
import unittest

import jsonschema
from command import lines, run, to
from hub import RULES, BrokerTest

SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])
CORPUS = SOURCE / 'tests/corpus'
REPORT = ('--event', 'battles', '--severity', 'severe', '--certainty', 'observed', '--country', 'ML', '--pcode',
          'ML0503', '--sensitivity', 'moderate')
BROKEN = RULES.replace('min_severity: severe', 'min_severity: sever').replace('region: ML05 Mopti', 'region: ML55')
SCENARIO = '''\
rules: rules.yaml
start: 2024-08-07T19:00:00Z
steps:
  - publish:
      sender: mopti-17
      incident:
        event: {type: battles}
        severity: severe
        certainty: observed
        location: {country: ML, pcode: ML0503}
        sensitivity: moderate
    expect:
      receipt: {verdict: %s}
'''


def schema(name):
    for folder in ('clients/schema', 'proto/schema'):
        file = SOURCE / folder / f'{name}.schema.json'
        if file.exists():
            return jsonschema.Draft7Validator(json.loads(file.read_text()))
    raise FileNotFoundError(name)


class Contract(BrokerTest):
    def start(self, **more):
        return self.hub(journal=True, options={'admins': 'chief'}, **more)

    def judge(self, name, done, code=0, count=1):
        """Each line by the schema; the lines."""
        self.assertEqual(done.returncode, code, done.stderr)
        found = lines(done.stdout)
        self.assertGreaterEqual(len(found), count, name)
        validator = schema(name)
        for value in found:
            for error in validator.iter_errors(value):
                self.fail(f'{name}: {list(error.path)}: {error.message}')
        return found

    def file(self, hub, name, text):
        (hub.folder / name).write_text(text)
        return str(hub.folder / name)

    # JSON

    def test_the_schemas_are_schemas(self):
        files = sorted((SOURCE / 'clients/schema').glob('*.schema.json'))
        self.assertGreater(len(files), 10)
        for file in files:
            jsonschema.Draft7Validator.check_schema(json.loads(file.read_text()))

    def test_every_command_with_json_has_one(self):
        names = re.findall(r'^  ([a-z]+)  ', run('--help').stdout.split('\nUsage: ')[1], re.MULTILINE)
        with_json = [name for name in names if ' --json ' in run(name, '--help-all').stdout.split('\nUsage: ')[1]]
        other = {'report': 'receipt', 'watch': 'alert', 'replay': 'replay_end'}
        self.assertEqual(set(with_json), {'report', 'watch', 'replay', 'displacement', 'check', 'explain', 'rehearse',
                                          'diff', 'reload', 'review', 'silence', 'journal', 'quarantine', 'status', 'doctor'})
        for name in with_json:
            schema(other.get(name, name))
        text = (SOURCE / 'clients/json.md').read_text()
        for file in (SOURCE / 'clients/schema').glob('*.schema.json'):
            self.assertIn(f'(schema/{file.name})', text)

    def test_field(self):
        hub = self.start()
        state = {'XDG_STATE_HOME': str(hub.folder / 'state')}
        words = ['report', *to(hub, 'mopti-17'), *REPORT, '--json']
        first = self.judge('receipt', run(*words, **state))[0]
        self.judge('receipt', run(*words, '--status', 'exercise', **state))
        self.judge('receipt', run('report', 'update', first['incident_id'], *to(hub, 'mopti-17'), '--severity',
                                  'extreme', '--json', **state))
        self.judge('receipt', run(*words, '--lat', '99', '--lon', '3', '--check', **state), 1)
        self.judge('receipt', run(*words, '--lat', '99', '--lon', '3', '--no-validate', **state), 1)
        self.assertEqual(run(*words, '--later', '--headline', 'x', **state).returncode, 0)
        states = {row['state'] for row in self.judge('report-list', run('report', '--list', '--json', **state))}
        self.assertEqual(states, {'recorded', 'refused', 'waiting'})
        for row in lines(run('report', '--list', '--json', **state).stdout):
            if 'receipt' in row:
                schema('receipt').validate(row['receipt'])

    def test_agency(self):
        hub = self.start()
        for more in ([], ['--displaced', '120'], ['--cause', 'conflict']):
            self.assertEqual(run('report', *to(hub, 'mopti-17'), *REPORT, *more).returncode, 0)
        self.judge('alert', run('watch', *to(hub, 'agency'), '--count', '3', '--for', '30', '--json'), count=3)
        done = run('replay', *to(hub, 'agency'), '--from', '1h', '--json')
        alerts, end = done.stdout.splitlines()[:-1], done.stdout.splitlines()[-1]
        self.assertEqual((done.returncode, len(alerts)), (0, 3), done.stderr)
        for line in alerts:
            schema('alert').validate(json.loads(line))
        schema('replay_end').validate(json.loads(end))
        told = self.judge('displacement', run('displacement', *to(hub, 'agency'), '--once', '--json'))
        self.assertEqual(told[0]['series'][0]['current']['people'], 120)
        decoded = run('encode', '-', text=json.dumps(json.loads((CORPUS / 'incidents/01-kouakourou.json').read_text())))
        self.judge('incident', run('decode', '--type', 'incident', data=decoded.out))

    def test_displacement_of_the_corpus(self):
        files = [word for file in sorted((CORPUS / 'incidents').glob('*.json')) for word in ('--from', str(file))]
        told = self.judge('displacement', run('displacement', *files, '--json'))[0]
        self.assertTrue(told['series'] and told['totals'] and told['corridors'])

    def test_offline(self):
        hub = self.make_hub()
        rules = str(hub.rules_file)
        self.judge('check', run('check', rules, '--json'))
        self.judge('check', run('check', str(SOURCE / 'rules/sahel.yaml'), '--json', '-q'))
        bad = self.file(hub, 'bad.yaml', BROKEN)
        self.assertEqual(self.judge('check', run('check', bad, '--json'), 1)[0]['errors'], 2)
        throttled = self.file(hub, 'new.yaml', RULES.replace(
            'min_severity: severe', 'min_severity: moderate').replace(
            '    alert: [{audience: partners', '    throttle: {per: [region], max: 5, in: 1h}\n'
            '    corroborate: {reports: 2, within: 6h}\n    alert: [{audience: partners'))
        self.judge('diff', run('diff', rules, throttled, '--json'))
        self.judge('diff', run('diff', throttled, rules, '--json', '--against', str(CORPUS / 'incidents')))
        for file in sorted((CORPUS / 'incidents').glob('*.json')):
            for words in (('explain', str(CORPUS / 'rules/corpus.yaml')), ('explain', throttled)):
                done = run(*words, str(file), '--json')
                told = self.judge('explain', done, done.returncode)[0]
                self.assertEqual(done.returncode, 0 if told['verdict'] == 'accepted' else 1)
                for delivery in told['deliveries']:
                    schema('alert').validate(delivery['alert'])
        both = json.dumps(json.loads((CORPUS / 'incidents/01-kouakourou.json').read_text())) + '\n{"sender": 1, "incident": {}}\n'
        self.judge('explain-lines', run('explain', rules, '-', '--lines', '--json', text=both), 1, 2)
        self.judge('rehearse', run('rehearse', str(SOURCE / 'rules/sahel.yaml'), '--json'))
        self.judge('rehearse', run('rehearse', self.file(hub, 'x.rehearsal.yaml', SCENARIO % 'rejected'), '--json'), 1)
        broken = self.file(hub, 'y.rehearsal.yaml', 'steps: 1\n')
        self.judge('rehearse', run('rehearse', broken, '--json'), 1)

    def test_operator(self):
        hub = self.start()
        chief = to(hub, 'chief')
        run('report', *to(hub, 'mopti-17'), *REPORT, '--instruction', 'Stay away')
        run('report', *to(hub, 'mopti-17'), *REPORT, '--lat', '99', '--lon', '3', '--no-validate')
        for where in (chief, [str(hub.journal_file)]):
            self.judge('journal', run('journal', *where, '--json'), count=2)
            self.judge('quarantine', run('quarantine', 'list', *where, '--json'))
        reported, = [row['incident_id'] for row in lines(run('journal', *chief, '--json').stdout)
                     if row['verdict'] == 'accepted']
        self.judge('review-list', run('review', *chief, '--json'))
        self.judge('review', run('review', reported, *chief, '--json'))
        self.judge('review', run('review', reported, *chief, '--json', '--yes'))
        self.judge('quarantine-retry', run('quarantine', 'retry', '--all', *chief, '--json'), 1)
        self.judge('silence', run('silence', 'add', '-r', 'ML05', '-a', 'partners', '--until', '+4h', '--reason', 'x',
                                  '--json', *chief))
        self.judge('silence', run('silence', 'list', '--json', *chief))
        self.judge('silence', run('silence', 'end', 'silence-1', '--json', *chief))
        self.judge('silence', run('silence', 'end', 'silence-1', '--json', *chief), 1)
        new = self.file(hub, 'new.yaml', RULES.replace('min_severity: severe', 'min_severity: moderate'))
        self.judge('reload', run('reload', new, '--json', '--dry-run', *chief))
        self.judge('reload', run('reload', self.file(hub, 'bad.yaml', BROKEN), '--json', *chief), 1)
        self.judge('reload', run('reload', new, '--json', *to(hub, 'mopti-17')), 1, 0)
        self.judge('reload', run('reload', new, '--json', *chief))
        told = self.judge('status', run('status', '--json', *chief))[0]
        self.assertTrue(told['last_reload']['ok'])
        self.judge('status', run('status', '--json', *to(hub, 'agency')))
        told = self.judge('doctor', run('doctor', str(hub.folder / 'mosquitto.conf'), *to(hub, 'agency'), '--json'), 1)[0]
        self.assertEqual({'ok', 'warn', 'fail', 'unseen'} - {finding['mark'] for finding in told['findings']}, {'unseen'})

    def test_a_schema_can_refuse(self):
        hub = self.start()
        told = self.judge('check', run('check', str(hub.rules_file), '--json'))[0]
        for change in ({'ok': 'yes'}, {'errors': -1}, {'more': 1}, {'version': 'abc'}, {'diagnostics': [{}]}):
            self.assertFalse(schema('check').is_valid({**told, **change}), change)
        without = copy.copy(told)
        del without['ok']
        self.assertFalse(schema('check').is_valid(without))

    # Exit codes

    def test_0_done(self):
        hub = self.start()
        rules, chief, agency = str(hub.rules_file), to(hub, 'chief'), to(hub, 'agency')
        self.assertEqual(run('report', *to(hub, 'mopti-17'), *REPORT).returncode, 0)
        incident = str(CORPUS / 'incidents/01-kouakourou.json')
        for words in (['--help'], ['--version'], ['check', rules], ['explain', str(CORPUS / 'rules/corpus.yaml'), incident],
                      ['diff', rules, rules], ['topics', rules], ['encode', incident], ['status', *chief],
                      ['rehearse', str(SOURCE / 'rules/sahel.yaml')],
                      ['silence', 'list', *chief], ['journal', *chief], ['quarantine', 'list', *chief],
                      ['reload', rules, *chief], ['undo', rules, '--list'], ['replay', *agency, '--from', '1h'],
                      ['displacement', *agency, '--once'], ['watch', *agency, '--count', '1', '--for', '30'],
                      ['watch', *agency, '--for', '1'], ['edit', rules, '--editor', 'true']):
            done = run(*words)
            self.assertEqual(done.returncode, 0, (words, done.stderr))

    def test_1_refused(self):
        hub = self.start()
        bad, nobody, chief = self.file(hub, 'bad.yaml', BROKEN), to(hub, 'mopti-17'), to(hub, 'chief')
        rules = str(hub.rules_file)
        not_met = self.file(hub, 'x.rehearsal.yaml', SCENARIO % 'rejected')
        for words in (['check', bad], ['check', '/nonexistent'], ['explain', bad, '/nonexistent'],
                      ['diff', bad, bad], ['topics', bad], ['rehearse', not_met], ['decode', rules], ['encode', rules],
                      ['journal', '/nonexistent'], ['journal', 'forget', '/nonexistent', '--sender', 'x', '--yes'],
                      ['quarantine', 'list', '/nonexistent'], ['displacement', '--from', '/nonexistent'],
                      ['silence', 'list', *nobody], ['journal', *nobody], ['quarantine', 'list', *nobody],
                      ['review', 'x', *chief], ['review', 'x', *nobody], ['review', *nobody],
                      ['reload', rules, *nobody], ['replay', *nobody, '--from', '1h'], ['undo', bad, '--yes'],
                      ['report', *nobody, *REPORT, '--lat', '99', '--lon', '3']):
            done = run(*words)
            self.assertEqual(done.returncode, 1, (words, done.stdout, done.stderr))
            self.assertNotEqual(done.stdout + done.stderr, '', words)

    def test_2_usage(self):
        names = re.findall(r'^  ([a-z]+)  ', run('--help').stdout.split('\nUsage: ')[1], re.MULTILINE)
        for words in [[], ['nosuch'], *([name, '--nosuch'] for name in names), ['check'], ['diff', 'x'], ['reload'],
                      ['silence'], ['review', '--yes'], ['quarantine'], ['replay'], ['report', '--severity', 'nosuch'], ['edit'],
                      ['journal', 'forget', 'x'], ['watch', '-p', '0'],
                      ['watch', '--rules', str(SOURCE / 'rules/sahel.yaml'), '--region', 'XX99']]:
            done = run(*words)
            self.assertEqual((done.returncode, done.stdout), (2, ''), (words, done.stderr))
            self.assertIn('tocsin', done.stderr, words)

    def test_3_cannot_connect(self):
        nobody = ['-h', '127.0.0.1', '-p', '1']
        for words in (['report', *REPORT], ['watch', '--for', '5'], ['replay', '--from', '1h'], ['displacement', '--once'],
                      ['relay'], ['silence', 'list'], ['journal'], ['review'], ['review', 'x'], ['quarantine', 'list'], ['status'],
                      ['reload', str(SOURCE / 'rules/sahel.yaml')]):
            done = run(*words, *nobody, '-u', 'mopti-17')
            self.assertEqual(done.returncode, 3, (words, done.stderr))
            self.assertIn('cannot connect', done.stderr, words)

    def test_4_timed_out(self):
        bare = self.hub(plugin=False)
        words = to(bare, 'chief')
        self.assertEqual(run('report', *words, *REPORT, '--timeout', '1').returncode, 4)
        self.assertEqual(run('watch', *words, '--count', '1', '--for', '1').returncode, 4)
        self.assertEqual(run('status', *words).returncode, 4)


if __name__ == '__main__':
    unittest.main()
