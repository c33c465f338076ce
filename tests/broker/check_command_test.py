# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin check: rules as sentences, and lint; tocsin explain: many incidents, each as if
it were the only one."""

import json
import os
import pathlib
import unittest

import messages
from command import lines, run
from hub import RULES, BrokerTest

SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])
SAHEL = SOURCE / 'rules/sahel.yaml'
MOPTI = ('In Mopti (ML05, 2 cercles), severe or worse, battles, explosions/remote violence or violence against '
         'civilians: partners, for 24 h, kept open.')
MOPTI_FRENCH = ('Zone Mopti (ML05, 2 cercles), niveau grave ou pire, combats, explosions/violences à distance ou '
                'violences contre les civils : partners, pendant 24 h, gardée ouverte.')
EXTREME = '''\
  - id: extreme
    match: {severity: extreme}
    alert: [{audience: partners}, {audience: public}]
'''
HOLDS = '''\
  - id: corroborated
    match: {event: food}
    alert: [{audience: partners}]
    corroborate: {reports: 2, independent: sender, within: 6h}
  - id: throttled
    match: {event: riots}
    alert: [{audience: partners}]
    throttle: {max: 1, in: 1h}
'''


def with_rules(more):
    return RULES.replace('default:', more + 'default:')


class CheckCommand(BrokerTest):
    def rules(self, text=RULES):
        hub = self.hub()
        hub.rules_file.write_text(text)
        return str(hub.rules_file)

    def test_reads_the_rules_back_in_the_language_of_the_reader(self):
        rules = self.rules()
        for place, french in (({'LC_ALL': 'C.UTF-8', 'LANG': 'fr_ML.UTF-8'}, False),
                              ({'LC_ALL': 'fr_ML.UTF-8', 'LANG': 'C'}, True),
                              ({'LC_ALL': '', 'LC_MESSAGES': 'fr_BF', 'LANG': 'C'}, True),
                              ({'LC_ALL': '', 'LC_MESSAGES': '', 'LANG': 'fr'}, True),
                              ({'LC_ALL': '', 'LC_MESSAGES': 'en', 'LANG': 'fr'}, False),
                              ({'LC_ALL': '', 'LC_MESSAGES': '', 'LANG': ''}, False)):
            with self.subTest(place=place):
                done = run('check', rules, **place)
                self.assertEqual(done.returncode, 0, done.stderr)
                said = done.stdout.splitlines()
                self.assertEqual(said[0], f'mopti-violence : {MOPTI_FRENCH}' if french else f'mopti-violence: {MOPTI}')
                self.assertRegex(said[1], '^default : Ce qu' if french else '^default: Whatever no rule sends')
                self.assertRegex(said[-1], '^OK\u00a0: 1 règle, ' if french else '^OK: 1 rule, ')
                self.assertEqual(len(said), 3)
        self.assertIn(MOPTI_FRENCH, run('check', rules, '--language', 'fr').stdout)
        self.assertEqual(run('check', rules, '--language', 'de').returncode, 2)
        self.assertRegex(run('check', rules, '-q').stdout, r'^OK: [^\n]*\n$')

    def test_lint_tells_where_and_what_to_do(self):
        rules = self.rules(with_rules('''\
  - id: all-of-mali
    stop: true
    match: {region: ML}
    alert: [{audience: partners}]
  - id: gao
    match: {region: ML07 Gao, event: riots}
    alert: [{audience: partners}]
  - id: ended
    match: {msg_type: cancel}
    alert: [{audience: partners}]
'''))
        text = pathlib.Path(rules).read_text().splitlines()
        done = run('check', rules)
        self.assertEqual(done.returncode, 0)
        for rule, check in (('gao', 'rule.shadowed'), ('ended', 'rule.impossible')):
            line = text.index(f'  - id: {rule}') + 1
            self.assertRegex(done.stderr, rf'(?m)^{rules}:{line}: warning: .*\[{check}\]$')
        line = next(at for at, part in enumerate(text, 1) if part.startswith('  public:'))
        self.assertRegex(done.stderr, rf'(?m)^{rules}:{line}: warning: .*\[audience.unused\]$')
        strict = run('check', rules, '--strict')
        self.assertEqual(strict.returncode, 1)
        self.assertIn('refused by --strict', strict.stderr)
        self.assertNotIn('OK:', strict.stdout)
        told = json.loads(run('check', rules, '--json').stdout)
        self.assertTrue(told['ok'])
        shadowed = [item for item in told['lint'] if item['check'] == 'rule.shadowed']
        self.assertEqual([(item['rule'], item['level'], item['file']) for item in shadowed], [('gao', 'warning', rules)])
        self.assertTrue(shadowed[0]['message'] and shadowed[0]['advice'] and shadowed[0]['line'])
        self.assertEqual([item['rule'] for item in told['sentences']],
                         ['mopti-violence', 'all-of-mali', 'gao', 'ended', None])
        strict = run('check', rules, '--strict', '--json')
        self.assertEqual((strict.returncode, json.loads(strict.stdout)['ok']), (1, False))

        self.assertIn("la règle 'gao' ne peut jamais s'appliquer", run('check', rules, LC_ALL='fr_ML.UTF-8').stderr)

    def test_thousands_of_rules(self):
        places = ('ML', 'ML05', 'ML0501', 'ML0503', 'ML07')
        kinds = ('battles', 'riots', 'food', 'health', 'access')
        many = ''.join(f'''\
  - id: r{number}
    stop: true
    match: {{region: {places[number % 5]}, event: {kinds[number // 5 % 5]}, min_displaced: {20000 - number}}}
    alert: [{{audience: partners}}]
''' for number in range(10000))
        last = '''\
  - id: last
    match: {region: ML0503, event: riots, min_displaced: 20000}
    alert: [{audience: partners}]
'''
        rules = self.rules(with_rules(many + last))
        done = run('check', rules, '-q')
        self.assertEqual(done.returncode, 0)
        self.assertNotIn('lint.budget', done.stderr)
        self.assertRegex(done.stderr, r"rule 'last' can never fire: rule 'r[0-9]+' in line [0-9]+ fires")
        self.assertIn('[extreme.default]', done.stderr)

    def test_a_set_that_misses_nothing_is_strictly_fine(self):
        done = run('check', self.rules(with_rules(EXTREME)), '--strict')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn('warning', done.stderr)

    def test_extremes_that_reach_only_the_default(self):
        done = run('check', self.rules(), '--json')
        found = [item['message'] for item in json.loads(done.stdout)['lint'] if item['check'] == 'extreme.default']
        self.assertIn('extreme incidents of any kind, everywhere, of sensitivity severe (or not stated), '
                      'reach only coordination', found)
        self.assertTrue(any('in Gao (ML07)' in message or 'Gao (ML07), ' in message for message in found), found)

    def test_shipped_rules(self):
        done = run('check', str(SAHEL), '--strict', '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual({(item['check'], item['level']) for item in json.loads(done.stdout)['lint']},
                         {('extreme.default', 'note')})
        for rules in sorted((SOURCE / 'tests/corpus/rules').glob('*.yaml')):
            self.assertEqual(run('check', str(rules)).returncode, 0, rules)


class ExplainLines(BrokerTest):
    FIELDS = ['verdict', 'violations', 'routing', 'fired', 'held_by', 'topics', 'deliveries']

    def explain(self, rules, incidents, *more, code=0):
        text = ''.join((item if isinstance(item, str) else json.dumps(item)) + '\n' for item in incidents)
        done = run('explain', rules, '-', '--lines', '--json', *more, text=text)
        self.assertEqual(done.returncode, code, done.stderr)
        return lines(done.stdout)

    def rules(self, text=RULES):
        hub = self.hub()
        hub.rules_file.write_text(text)
        return str(hub.rules_file)

    def test_says_what_explain_says(self):
        at = '2024-08-07T20:00:00Z'
        incidents = [json.loads(file.read_text()) for file in
                     sorted((SOURCE / 'tests/corpus/incidents').glob('*.json'))]
        told = self.explain(str(SAHEL), [{'sender': 'mopti-17', 'incident': item, 'at': at} for item in incidents])
        self.assertEqual(len(told), len(incidents))
        for incident, line in zip(incidents, told):
            alone = json.loads(run('explain', str(SAHEL), '-', '--json', '--sender', 'mopti-17', '--at', at,
                                   text=json.dumps(incident)).stdout)
            for field in ('verdict', 'violations', 'routing', 'fired', 'held_by', 'topics'):
                self.assertEqual(line.get(field), alone.get(field), field)
            for ours, theirs in zip(line['deliveries'], alone['deliveries'], strict=True):
                for field in ('audience', 'topics', 'qos', 'open', 'rules', 'held_by', 'expires'):
                    self.assertEqual(ours.get(field), theirs.get(field), field)

    def test_each_line_finds_an_empty_memory(self):
        rules = self.rules(with_rules(HOLDS).replace('rules:\n', 'senders:\n  mopti-17: {max_rate: 1/h}\nrules:\n', 1)
                           .replace('1/h}', '1/min}'))
        one = messages.kouakourou_json()
        kinds = [one, {**one, 'event': {'type': 'riots'}}, {**one, 'event': {'type': 'food'}},
                 {**one, 'msg_type': 'update', 'references': [{'id': '1b4e28ba-2fa1-41d2-883f-0016d3cca427'}]}]
        told = self.explain(rules, kinds * 4, '--sender', 'mopti-17')
        for at, line in enumerate(told):
            self.assertEqual(line, told[at % len(kinds)])
            self.assertEqual(line['verdict'], 'accepted')
        self.assertEqual([line['routing'] for line in told[:4]], ['routed', 'routed', 'defaulted', 'routed'])
        self.assertEqual(told[2]['held_by'], ['corroborated'])
        self.assertEqual(told[2]['deliveries'][0]['held_by'], ['corroborated'])

    def test_wrapped_and_bare_lines(self):
        rules = self.rules(RULES.replace('open_senders: true\n', 'senders:\n  gao-1: {regions: [ML07]}\n'))
        one = messages.kouakourou_json()
        told = self.explain(rules, [one, {'incident': one}, {'sender': 'gao-1', 'incident': one},
                                    {'sender': 'stranger', 'incident': one}, one, '',
                                    {'at': '2024-08-08T00:00Z', 'incident': one}, '{"id": ', '[]'])
        self.assertEqual([line['verdict'] for line in told],
                         ['accepted', 'accepted', 'rejected', 'rejected', 'accepted', 'accepted', 'rejected', 'rejected'])
        self.assertEqual([line['violations'][0]['check'] for line in told[2:4]], ['sender.region', 'sender.unknown'])
        self.assertEqual(told[5]['deliveries'][0]['expires'], '2024-08-09T00:00:00Z')
        self.assertEqual(list(told[0]), self.FIELDS)

    def test_lines_that_are_neither(self):
        one = messages.kouakourou_json()
        wrong = [{'incident': one, 'sender': 'a b'}, {'incident': one, 'at': 'soon'}, {'incident': one, 'who': 'x'},
                 '{"incident": {}, "incident": {}}', '{"incident": {}} trailing']
        told = self.explain(self.rules(), [one, *wrong, one], code=1)
        self.assertEqual(['error' in line for line in told], [False, *[True] * len(wrong), False])
        self.assertEqual([line['line'] for line in told[1:-1]], [2, 3, 4, 5, 6])
        told = self.explain(self.rules(), [one], '--sender-field', code=1)
        self.assertIn('error', told[0])
        self.assertEqual(run('explain', self.rules(), '-', '--sender-field').returncode, 2)
        self.assertEqual(run('explain', self.rules(), '/nonexistent', '--lines').returncode, 1)


class ExplainCommand(BrokerTest):
    def test_names_the_region_and_what_may_hold_it(self):
        hub = self.hub()
        hub.rules_file.write_text(with_rules(HOLDS))
        incident = {**messages.kouakourou_json(), 'event': {'type': 'riots'}}
        told = json.loads(run('explain', str(hub.rules_file), '-', '--json', text=json.dumps(incident)).stdout)
        self.assertEqual([(place['code'], place['level']) for place in told['region']],
                         [('ML0503', 2), ('ML05', 1), ('ML', 0)])
        rule = told['rules'][2]
        self.assertEqual((rule['id'], rule['matched'], rule['throttle']), ('throttled', True, {'per': [], 'max': 1, 'in': '1h'}))
        self.assertEqual(rule['outputs'], [{'audience': 'partners', 'too_sensitive': False}])
        said = run('explain', str(hub.rules_file), '-', text=json.dumps(incident)).stdout
        self.assertIn('Region: Djenne (ML0503) > Mopti (ML05) > Mali (ML)', said)
        self.assertIn('would count toward its throttle of 1 in 1h', said)
        incident['sensitivity'] = 'severe'
        said = run('explain', str(hub.rules_file), '-', text=json.dumps(incident)).stdout
        self.assertIn('too sensitive for partners', said)


if __name__ == '__main__':
    unittest.main()
