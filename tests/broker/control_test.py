# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""$CONTROL/tocsin/v1: what operators may ask and change, and nobody else."""

import datetime
import itertools
import json
import os
import unittest

import messages
import mqtt
from hub import RULES, BrokerTest
from tocsin.v1 import enums_pb2

REQUEST = '$CONTROL/tocsin/v1'
ANSWER = '$CONTROL/tocsin/v1/response'
MODERATE = RULES.replace('min_severity: severe', 'min_severity: moderate')
BROKEN = RULES.replace('min_severity: severe', 'min_severty: severe').replace(
    'alert: [{audience: partners, open', 'alert: [{audience: partner, open')
WITHOUT_ARGUMENTS = {
    'queryJournal': 'there is no journal',
    'listQuarantine': 'there is no journal',
    'retryQuarantine': 'one of sender, incident (texts) and all (true) must be given',
    'cancelIncident': 'incident must be given, as a text',
    'reviewIncident': 'incident must be given, as a text',
    'replayFor': 'user must be given, as a text',
}
_numbers = itertools.count(1)


def until(**span):
    end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**span)
    return end.strftime('%Y-%m-%dT%H:%M:%SZ')


def ask(client, command, **arguments):
    """Its response."""
    number = f'ask-{next(_numbers)}'
    request = {'commands': [{'command': command, 'correlationData': number, **arguments}]}
    client.publish(REQUEST, json.dumps(request))

    def answers(message):
        return message.topic == ANSWER and number in message.payload.decode()

    answer = json.loads(client.wait(answers, f'the answer to {command}').payload)
    assert list(answer) == ['responses'] and len(answer['responses']) == 1, answer
    response = answer['responses'][0]
    assert response['command'] == command and response['correlationData'] == number, response
    return response


class Control(BrokerTest):
    def start(self, **more):
        hub = self.hub(options={'admins': 'chief, deputy'}, **more)
        return hub, hub.client('chief')

    def routing(self, hub, severity=enums_pb2.SEVERITY_MODERATE):
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'),
                      messages.kouakourou(severity=severity).SerializeToString())
        answer = field.wait_topic(messages.box('mopti-17', 'receipt'))
        field.close()
        self.assertEqual(messages.verdict(answer.payload), 'VERDICT_ACCEPTED')
        return enums_pb2.Routing.Name(messages.receipt(answer.payload).routing)

    def test_status(self):
        hub, chief = self.start(journal=True)
        self.assertEqual(self.routing(hub), 'ROUTING_DEFAULTED')
        data = ask(chief, 'getStatus')['data']
        self.assertEqual((data['rules_state'], data['rules'], data['rules_errors']), ('ok', 1, 0))
        self.assertRegex(data['rules_version'], '^[0-9a-f]{16}$')
        self.assertEqual(data['journal_state'], 'ok')
        self.assertEqual((data['ledger']['received'], data['ledger']['defaulted']), (1, 1))
        self.assertEqual(data['last_reload'], None)
        self.assertEqual(data['silences'], 0)
        self.assertGreaterEqual(data['uptime_seconds'], 0)
        self.assertIn({'name': 'coordination', 'sequence': 1}, data['audiences'])

    def test_sighup_shows_in_the_status(self):
        hub, chief = self.start()
        hub.rules_file.write_text(BROKEN)
        hub.reload()
        hub.log('tocsin: the rules of before')
        data = ask(chief, 'getStatus')['data']
        self.assertEqual((data['rules_state'], data['rules_errors'], data['reloads_failed']), ('stale', 2, 1))
        self.assertFalse(data['last_reload']['ok'])
        self.assertEqual([item['line'] for item in data['diagnostics']], [12, 14])

    def test_get_rules(self):
        hub, chief = self.start()
        data = ask(chief, 'getRules')['data']
        self.assertEqual(data['text'], RULES)
        self.assertEqual(data['file'], str(hub.rules_file))
        self.assertEqual(data['files'], [str(hub.rules_file), str(hub.folder / 'places.csv')])
        self.assertEqual(data['version'], ask(chief, 'getStatus')['data']['rules_version'])
        # As it runs, not as somebody left it on the disk.
        hub.rules_file.write_text(BROKEN)
        self.assertEqual(ask(chief, 'getRules')['data']['text'], RULES)

    def test_set_rules(self):
        for journal in (False, True):
            with self.subTest(journal=journal):
                hub, chief = self.start(journal=journal)
                os.chmod(hub.rules_file, 0o640)
                version = ask(chief, 'getRules')['data']['version']
                self.assertEqual(self.routing(hub), 'ROUTING_DEFAULTED')
                response = ask(chief, 'setRules', text=MODERATE, expectedVersion=version)
                self.assertNotIn('error', response)
                self.assertEqual(response['data']['previous_version'], version)
                self.assertEqual(self.routing(hub), 'ROUTING_ROUTED')
                self.assertEqual(hub.rules_file.read_text(), MODERATE)
                self.assertEqual(hub.rules_file.stat().st_mode & 0o777, 0o640)
                present = ask(chief, 'getRules')['data']
                self.assertEqual((present['version'], present['text'], present['state']),
                                 (response['data']['version'], MODERATE, 'ok'))
                self.assertEqual(sorted(path.name for path in hub.folder.glob('rules.yaml*')), ['rules.yaml'])
                hub.stop()
                if journal:
                    hub.rules_file.write_text(BROKEN)
                hub.start()
                self.assertEqual(self.routing(hub), 'ROUTING_ROUTED')

    def test_two_operators_cannot_overwrite_each_other(self):
        hub, chief = self.start()
        deputy = hub.client('deputy')
        version = ask(chief, 'getRules')['data']['version']
        first = ask(chief, 'setRules', text=MODERATE, expectedVersion=version)
        second = ask(deputy, 'setRules', text=RULES + '# mine\n', expectedVersion=version)
        self.assertIn(first['data']['version'], second['error'])
        self.assertEqual(second['data'], {'version': first['data']['version']})
        self.assertEqual(hub.rules_file.read_text(), MODERATE)
        for arguments in ({}, {'expectedVersion': 5}, {'expectedVersion': ''}):
            self.assertIn('error', ask(deputy, 'setRules', text=RULES, **arguments))
        self.assertEqual(hub.rules_file.read_text(), MODERATE)

    def test_an_edit_on_the_disk_is_not_lost(self):
        hub, chief = self.start()
        version = ask(chief, 'getRules')['data']['version']
        hub.rules_file.write_text(RULES + '# somebody else is at it\n')
        response = ask(chief, 'setRules', text=MODERATE, expectedVersion=version)
        self.assertIn('not loaded yet', response['error'])
        self.assertEqual(hub.rules_file.read_text(), RULES + '# somebody else is at it\n')
        # Known to be broken, it is to be replaced.
        hub.rules_file.write_text(BROKEN)
        hub.reload()
        hub.log('tocsin: the rules of before')
        self.assertNotIn('error', ask(chief, 'setRules', text=MODERATE, expectedVersion=version))
        self.assertEqual(ask(chief, 'getStatus')['data']['rules_state'], 'ok')

    def test_broken_text(self):
        hub, chief = self.start(journal=True)
        version = ask(chief, 'getRules')['data']['version']
        for command in ('checkRules', 'setRules'):
            response = ask(chief, command, text=BROKEN, expectedVersion=version)
            self.assertRegex(response['error'], r'rules\.yaml:12:\d+: error: .*min_severity')
            self.assertRegex(response['error'], r'rules\.yaml:14:\d+: error: .*partners')
            self.assertEqual((response['data']['ok'], response['data']['errors']), (False, 2))
            self.assertEqual([item['line'] for item in response['data']['diagnostics']], [12, 14])
        self.assertEqual(hub.rules_file.read_text(), RULES)
        data = ask(chief, 'getStatus')['data']
        self.assertEqual((data['rules_state'], data['rules_version']), ('ok', version))
        for text in (None, 7, ['version: 1'], '', 'version: 1'):
            self.assertIn('error', ask(chief, 'setRules', text=text, expectedVersion=version))
        self.assertEqual(hub.rules_file.read_text(), RULES)

    def test_check_rules_tells_the_impact(self):
        hub, chief = self.start()
        self.assertEqual(ask(chief, 'checkRules', text=MODERATE)['data']['impact']['incidents'], 0)
        for _ in range(3):
            self.routing(hub)
        data = ask(chief, 'checkRules', text=MODERATE)['data']
        self.assertTrue(data['ok'])
        self.assertNotEqual(data['version'], data['previous_version'])
        impact = data['impact']
        self.assertEqual((impact['incidents'], impact['gained'], impact['loses']), (3, 3, False))
        self.assertEqual(impact['lost'], 3)
        self.assertTrue(impact['lines'])
        self.assertEqual(hub.rules_file.read_text(), RULES)
        self.assertEqual(self.routing(hub), 'ROUTING_DEFAULTED')
        data = ask(chief, 'checkRules')['data']
        self.assertEqual(data['version'], data['previous_version'])
        self.assertEqual(data['impact']['changed'], 0)

    def test_only_files_that_run(self):
        hub, chief = self.start()
        (hub.folder / 'other.csv').write_text((hub.folder / 'places.csv').read_text())
        version = ask(chief, 'getRules')['data']['version']
        for foreign in ('other.csv', '/etc/passwd', '../../etc/passwd', 'none.csv',
                        '/usr/share/zoneinfo/../../../etc/passwd'):
            text = RULES.replace('gazetteer: [places.csv]', f'gazetteer: [{foreign}]')
            for command in ('checkRules', 'setRules'):
                response = ask(chief, command, text=text, expectedVersion=version)
                self.assertIn('may name only files that the running rules already use', response['error'])
                self.assertNotIn('root:', json.dumps(response))
        self.assertEqual(ask(chief, 'getStatus')['data']['rules_state'], 'ok')

    def test_a_folder_that_cannot_be_written(self):
        hub, chief = self.start()
        version = ask(chief, 'getRules')['data']['version']
        # Nobody, root included, renames a file over a folder.
        hub.rules_file.unlink()
        hub.rules_file.mkdir()
        response = ask(chief, 'setRules', text=MODERATE, expectedVersion=version)
        self.assertIn('cannot be written', response['error'])
        self.assertEqual(ask(chief, 'getRules')['data']['version'], version)
        self.assertEqual(self.routing(hub), 'ROUTING_DEFAULTED')
        hub.rules_file.rmdir()
        hub.rules_file.write_text(RULES)

    def test_a_link_is_followed(self):
        hub = self.make_hub(options={'admins': 'chief'})
        real = hub.folder / 'real.yaml'
        hub.rules_file.rename(real)
        hub.rules_file.symlink_to(real)
        hub.start()
        chief = hub.client('chief')
        version = ask(chief, 'getRules')['data']['version']
        self.assertNotIn('error', ask(chief, 'setRules', text=MODERATE, expectedVersion=version))
        self.assertTrue(hub.rules_file.is_symlink())
        self.assertEqual(real.read_text(), MODERATE)

    def test_strangers_learn_nothing(self):
        hub, chief = self.start()
        everyone = hub.client('watch').subscribe('$CONTROL/#', '#')
        for version in (mqtt.V311, mqtt.V5):
            for user in (None, 'mopti-17', 'Chief', 'chief ', 'chief,'):
                stranger = hub.client(user, version=version)
                for command in ('getStatus', 'getRules', 'setRules', 'listSilences', 'nonsense'):
                    response = ask(stranger, command, text=MODERATE)
                    self.assertEqual(set(response), {'command', 'correlationData', 'error'})
                    self.assertEqual(response['error'], 'not permitted')
                stranger.publish(REQUEST, b'{')
                self.assertEqual(stranger.disconnects, 0)
        self.assertGreaterEqual(ask(chief, 'getStatus')['data']['control_refused'], 50)
        mqtt.barrier(chief, everyone)
        self.assertEqual(everyone.topics('$CONTROL'), [])
        self.assertEqual(hub.rules_file.read_text(), RULES)

    def test_without_admins_nobody_is_heard(self):
        hub = self.hub()
        chief = hub.client('chief')
        chief.publish(REQUEST, json.dumps({'commands': [{'command': 'getStatus'}]}), qos=0)
        mqtt.barrier(hub.client('other'), hub.client('another'))
        # From 2.1 on the broker itself says that nobody listens there.
        for message in chief.messages:
            self.assertIn(b'endpoint not available', message.payload)
        self.assertEqual(self.routing(hub), 'ROUTING_DEFAULTED')

    def test_correlation_data_of_mqtt_5(self):
        hub, _ = self.start()
        chief = hub.client('chief', version=mqtt.V5)
        chief.publish(REQUEST, json.dumps({'commands': [{'command': 'getStatus'}]}),
                      properties=mqtt.publish_properties(CorrelationData=b'\x00\x01'))
        answer = chief.wait_topic(ANSWER)
        self.assertEqual(answer.properties.CorrelationData, b'\x00\x01')
        self.assertEqual(answer.properties.ContentType, 'application/json')
        self.assertEqual(answer.qos, 1)
        self.assertNotIn('correlationData', json.loads(answer.payload)['responses'][0])

    def test_hostile_requests(self):
        # More than the 2 MB that Mosquitto 2.1 takes where nothing is said.
        hub, chief = self.start(before='max_packet_size 20000000')
        deep = '{"commands":' + '[' * 5000 + ']' * 5000 + '}'
        many = json.dumps({'commands': [{'command': 'getStatus'}] * 65})
        bad = [b'', b'{', b'[]', b'null', b'{"commands":{}}', b'{"commands":1}', deep.encode(), many.encode(),
               b'\xff\xfe', b'{"commands":[],"commands":[]}', b'{"commands":[{"command":"getStatus","command":"x"}]}',
               b'x' * (9 * 1024 * 1024), b'{"a":"' + b'y' * 100000]
        for payload in bad:
            chief.clear()
            chief.publish(REQUEST, payload)
            responses = json.loads(chief.wait_topic(ANSWER).payload)['responses']
            self.assertEqual(list(responses[0]), ['error'], payload[:40])
        for command in (None, 5, {}, 'getstatus', 'nonsense', ''):
            chief.clear()
            chief.publish(REQUEST, json.dumps({'commands': [{'command': command}, 'word', 7]}))
            responses = json.loads(chief.wait_topic(ANSWER).payload)['responses']
            self.assertEqual(len(responses), 3)
            self.assertTrue(all('error' in response and 'data' not in response for response in responses))
        chief.clear()
        chief.publish(REQUEST, json.dumps({'commands': []}))
        self.assertEqual(json.loads(chief.wait_topic(ANSWER).payload), {'responses': []})
        large = ask(chief, 'checkRules', text='#' * (4 * 1024 * 1024 + 1))
        self.assertIn('at most', large['error'])
        self.assertEqual(chief.disconnects, 0)
        for command, error in WITHOUT_ARGUMENTS.items():
            self.assertEqual(ask(chief, command)['error'], error)

    def test_several_commands_in_order(self):
        hub, chief = self.start()
        version = ask(chief, 'getRules')['data']['version']
        chief.clear()
        chief.publish(REQUEST, json.dumps({'commands': [
            {'command': 'setRules', 'text': MODERATE, 'expectedVersion': version},
            {'command': 'getStatus'},
            {'command': 'setRules', 'text': RULES, 'expectedVersion': version}]}))
        first, second, third = json.loads(chief.wait_topic(ANSWER).payload)['responses']
        self.assertEqual(second['data']['rules_version'], first['data']['version'])
        self.assertIn('error', third)

    def test_many_at_once(self):
        hub, chief = self.start()
        for number in range(100):
            chief.publish(REQUEST, json.dumps({'commands': [
                {'command': 'checkRules', 'text': MODERATE, 'correlationData': str(number)}]}), wait=False)
        answers = chief.wait_topic(ANSWER, 100)
        errors = [json.loads(answer.payload)['responses'][0].get('error') for answer in answers]
        self.assertLessEqual(set(errors), {None, 'busy'})
        self.assertGreaterEqual(errors.count(None), 32)

    def test_stopped_in_the_middle(self):
        rule = ('  - id: rule-%d\n    match: {sub_type: [kind-%d]}\n    alert: [{audience: partners}]\n')
        many = RULES.replace('default:\n', ''.join(rule % (n, n) for n in range(5000)) + 'default:\n')
        hub, chief = self.start(journal=True)
        version = ask(chief, 'getRules')['data']['version']
        for command in ('setRules', 'checkRules', 'explain', 'getRules'):
            for _ in range(20):
                chief.publish(messages.box('chief'), messages.kouakourou().SerializeToString(), wait=False)
            chief.publish(REQUEST, json.dumps({'commands': [{
                'command': command, 'text': many, 'expectedVersion': version,
                'incident': messages.kouakourou_json()}]}))
        hub.stop()
        # Old or new, it is whole.
        self.assertIn(hub.rules_file.read_text(), (RULES, many))
        hub.start()
        self.assertEqual(ask(hub.client('chief'), 'getStatus')['data']['rules_state'], 'ok')

    def test_explain(self):
        hub, chief = self.start()
        incident = dict(messages.kouakourou_json(), severity='moderate')
        data = ask(chief, 'explain', incident=incident, sender='mopti-17')['data']
        self.assertEqual(data['verdict'], 'accepted')
        self.assertEqual(data['routing'], 'defaulted')
        rule = data['rules'][0]
        self.assertEqual((rule['id'], rule['matched'], rule['clause']), ('mopti-violence', False, 'min_severity'))
        data = ask(chief, 'explain', incident=messages.kouakourou_json())['data']
        self.assertEqual((data['routing'], data['fired']), ('routed', ['mopti-violence']))
        self.assertEqual([delivery['audience'] for delivery in data['deliveries']], ['partners'])
        data = ask(chief, 'explain', incident={'id': 'x'})['data']
        self.assertEqual(data['verdict'], 'rejected')
        self.assertTrue(data['violations'])
        for wrong in (None, 5, 'text', []):
            self.assertIn('error', ask(chief, 'explain', incident=wrong))
        self.assertIn('error', ask(chief, 'explain', incident=incident, sender=5))
        self.assertEqual(ask(chief, 'getStatus')['data']['ledger']['received'], 0)

    def test_explain_knows_who_may_report(self):
        hub, chief = self.start(rules=RULES.replace('open_senders: true', 'senders: {mopti-17: {regions: [ML07]}}'))
        for sender, check in (('someone', 'sender.unknown'), ('mopti-17', 'sender.region')):
            data = ask(chief, 'explain', incident=messages.kouakourou_json(), sender=sender)['data']
            self.assertEqual(data['verdict'], 'rejected')
            self.assertEqual([item['check'] for item in data['violations']], [check])
            self.assertNotIn('rules', data)
        data = ask(chief, 'explain', incident=messages.kouakourou_json())['data']
        self.assertEqual(data['verdict'], 'accepted')

    def test_explain_tells_what_a_throttle_let_pass(self):
        rules = RULES.replace('    alert: [{audience: partners, open: true, expires: 24h}]\n',
                              '    alert: [{audience: partners}]\n'
                              '    throttle: {per: [region], max: 2, in: 1h}\n')
        hub, chief = self.start(rules=rules)
        for _ in range(2):
            self.assertEqual(self.routing(hub, enums_pb2.SEVERITY_SEVERE), 'ROUTING_ROUTED')
        data = ask(chief, 'explain', incident=messages.kouakourou_json(), sender='x')['data']
        throttle = data['rules'][0]['throttle']
        self.assertEqual((throttle['max'], throttle['passed'], throttle['full']), (2, 2, True))

    def test_a_reload_that_ends_a_silence_says_so(self):
        hub, chief = self.start()
        answer = ask(chief, 'addSilence', match={}, audiences=['public'], reason='drill',
                     until=until(hours=1))
        self.assertIn('id', answer['data'])
        line = '  public: {max_sensitivity: low, format: [json]}\n'
        self.assertIn(line, RULES)
        hub.rules_file.write_text(RULES.replace(line, ''))
        hub.reload()
        hub.log('no longer know what a silence names: it has ended .1 so far')
        self.assertEqual(ask(chief, 'listSilences')['data'], {'silences': []})

    def test_silences(self):
        hub, chief = self.start()
        self.assertEqual(ask(chief, 'listSilences')['data'], {'silences': []})
        form = {'match': {'region': 'ML05'}, 'audiences': ['partners'], 'reason': 'drill', 'until': until(hours=4)}
        first = ask(chief, 'addSilence', **form)
        self.assertNotIn('error', first)
        second = ask(hub.client('deputy'), 'addSilence', silence={**form, 'author': 'the duty officer'})
        silences = ask(chief, 'listSilences')['data']['silences']
        self.assertEqual([item['id'] for item in silences], [first['data']['id'], second['data']['id']])
        self.assertEqual([item['author'] for item in silences], ['chief', 'the duty officer'])
        self.assertEqual(silences[0]['reason'], 'drill')
        self.assertEqual(silences[0]['until'], form['until'])
        self.assertEqual(silences[0]['match'], {'region': 'ML05'})
        self.assertEqual(silences[0]['held'], 0)
        self.assertEqual(self.routing(hub, enums_pb2.SEVERITY_SEVERE), 'ROUTING_HELD')
        self.assertEqual(self.routing(hub, enums_pb2.SEVERITY_EXTREME), 'ROUTING_ROUTED')
        data = ask(chief, 'explain', incident=messages.kouakourou_json())['data']
        self.assertEqual([item['id'] for item in data['silences']], [first['data']['id'], second['data']['id']])
        held = [item['held'] for item in ask(chief, 'listSilences')['data']['silences']]
        self.assertGreaterEqual(max(held), 1)
        for item in silences:
            self.assertNotIn('error', ask(chief, 'deleteSilence', id=item['id']))
        self.assertEqual(ask(chief, 'listSilences')['data'], {'silences': []})
        self.assertEqual(self.routing(hub, enums_pb2.SEVERITY_SEVERE), 'ROUTING_ROUTED')
        self.assertIn('error', ask(chief, 'deleteSilence', id=first['data']['id']))
        self.assertIn('error', ask(chief, 'deleteSilence'))

    def test_silences_that_are_refused(self):
        hub, chief = self.start()
        good = {'match': {'region': 'ML05'}, 'reason': 'drill', 'until': until(hours=4)}
        for changes in ({'until': None}, {'until': until(days=31)}, {'until': until(hours=-1)}, {'reason': ''},
                        {'match': {'region': 'ML99'}}, {'match': {'regoin': 'ML05'}}, {'audiences': ['nobody']},
                        {'colour': 'red'}, {'match': 'ML05'}):
            form = {key: value for key, value in {**good, **changes}.items() if value is not None}
            with self.subTest(changes=changes):
                self.assertIn('error', ask(chief, 'addSilence', **form))
        self.assertIn('error', ask(chief, 'addSilence', silence=5))
        self.assertEqual(ask(chief, 'listSilences')['data'], {'silences': []})


if __name__ == '__main__':
    unittest.main()
