# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Free text below severe: only what a person has read and released, to whom it may go,
over restarts, and no longer than it says the same."""

import contextlib
import json
import sqlite3
import unittest

import messages
import mqtt
from command import run
from control_test import ask
from hub import BrokerTest
from tocsin.v1 import enums_pb2, incident_pb2

RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
  partners: {max_sensitivity: high, members: [agency]}
  network: {max_sensitivity: moderate}
  public: {max_sensitivity: low, format: [json]}
open_senders: true
rules:
  - id: all
    match: {region: ML05}
    alert:
      - {audience: coordination, open: true}
      - {audience: partners, open: true}
      - {audience: network, open: true, downgrade: true}
      - {audience: public, open: true, downgrade: true}
default:
  alert: [{audience: coordination, open: true}]
'''
TEXT = 'Three pick-ups from the north, zqtext.'
ADVICE = 'Stay off the road to Sofara, zqadvice.'
TOPIC = messages.KOUAKOUROU


def text_of(alert):
    return alert.description, alert.instruction


class Review(BrokerTest):
    def start(self, **more):
        hub = self.hub(rules=RULES, journal=True, options={'admins': 'chief'}, **more)
        self.connect(hub)
        return hub

    def connect(self, hub):
        self.chief, self.field = hub.client('chief'), hub.client('mopti-17')
        self.watch = hub.client('agency').subscribe('tocsin/v1/to/#')

    def report(self, earlier=None, text=TEXT, advice=ADVICE, **changes):
        incident = messages.kouakourou(description=text, instruction=advice, **changes)
        if earlier is not None:
            incident.msg_type = enums_pb2.MSG_TYPE_UPDATE
            incident.references.add(sender='mopti-17', id=earlier.id)
        before = len(self.field.topics(messages.box('mopti-17', 'receipt')))
        self.field.publish(messages.box('mopti-17'), incident.SerializeToString())
        answers = self.field.wait(lambda m: m.topic.endswith('/receipt'), 'a receipt', before + 1)
        answer = answers[-1] if isinstance(answers, list) else answers
        self.assertEqual(messages.verdict(answer.payload), 'VERDICT_ACCEPTED')
        return incident

    def look(self, incident, **more):
        answer = ask(self.chief, 'reviewIncident', incident=incident.id, **more)
        return answer.get('error') or answer['data']

    def release(self, incident, **more):
        return self.look(incident, version=incident.id, **more)

    def alerts(self, audience='partners'):
        mqtt.barrier(self.chief, self.watch)
        prefix = f'tocsin/v1/to/{audience}/alert/'
        return [messages.alert(m.payload) for m in self.watch.messages if m.topic.startswith(prefix)]

    def test_read_and_released(self):
        self.start()
        incident = self.report()
        first = self.alerts()[0]
        self.assertEqual(text_of(first), ('', ''))
        self.assertEqual(text_of(self.alerts('coordination')[0]), (TEXT, ADVICE))
        told = self.look(incident)
        self.assertEqual({key: told[key] for key in told if key != 'received'}, {
            'version': incident.id, 'reviewed': False, 'audiences': ['partners'], 'sender': 'mopti-17',
            'severity': 'severe', 'event': 'battles', 'region': 'ML/ML05/ML0503', 'language': 'fr',
            'headline': incident.headline, 'description': TEXT, 'instruction': ADVICE})
        self.assertEqual(len(self.alerts()), 1)  # nothing has happened yet
        others = {name: len(self.alerts(name)) for name in ('coordination', 'network', 'public')}

        answer = self.release(incident)
        self.assertEqual((answer['audiences'], answer['reviewed']), (['partners'], True))
        second = self.alerts()[1]
        self.assertEqual(text_of(second), (TEXT, ADVICE))
        self.assertEqual((second.msg_type, second.revision, list(second.references), second.incident_id),
                         (enums_pb2.MSG_TYPE_UPDATE, 2, [first.id], first.incident_id))
        self.assertEqual((second.headline, list(second.rules), second.expires, second.language),
                         (first.headline, ['all'], first.expires, 'fr'))
        self.assertEqual((second.sequence, second.topic_sequence), (2, 2))
        self.assertTrue(second.text.startswith('UPDATE · SEVERE battles'), second.text)
        twin = json.loads(self.watch.wait_topic(messages.KOUAKOUROU_JSON, 2)[-1].payload)
        self.assertEqual((twin['id'], twin['description']), (second.id, TEXT))
        opened = [m for m in self.watch.messages if m.topic.startswith('tocsin/v1/to/partners/open/')]
        self.assertEqual([text_of(messages.alert(m.payload)) for m in opened], [('', ''), (TEXT, ADVICE)])
        self.assertEqual({name: len(self.alerts(name)) for name in others}, others)
        for message in self.watch.messages:
            if b'zqtext' in message.payload or b'zqadvice' in message.payload:
                self.assertRegex(message.topic, '^tocsin/v1/to/(coordination|partners)/')

        self.assertEqual(self.release(incident), {'audiences': [], 'reviewed': True})
        self.assertEqual(self.look(incident)['reviewed'], True)
        self.assertEqual(len(self.alerts()), 2)
        row, = ask(self.chief, 'queryJournal', incident=answer['id'])['data']['rows']
        self.assertEqual((row['sender'], row['msg_type'], row['revision'], row['chain'], row['reason']),
                         ('chief', 'update', 2, incident.id, 'review'))
        self.assertEqual([alert['audience'] for alert in row['alerts']], ['partners'])

    def test_holds_for_these_texts_alone(self):
        self.start()
        first = self.report()
        self.release(first, author='protection-officer')
        same = self.report(first, severity=enums_pb2.SEVERITY_EXTREME)
        self.assertEqual(text_of(self.alerts()[-1]), (TEXT, ADVICE))
        self.assertEqual(self.release(first), 'a newer version came: read that one')
        self.assertTrue(self.look(first)['reviewed'])
        other = self.report(same, text='Their names are zqname.')
        self.assertEqual(text_of(self.alerts()[-1]), ('', ''))
        told = self.look(first)
        self.assertEqual((told['version'], told['reviewed']), (other.id, False))
        self.assertEqual(self.release(same), 'a newer version came: read that one')
        self.assertEqual(self.release(other)['audiences'], ['partners'])
        self.assertEqual(text_of(self.alerts()[-1]), ('Their names are zqname.', ADVICE))
        rows = ask(self.chief, 'queryJournal', sender='protection-officer')['data']['rows']
        self.assertEqual([row['reason'] for row in rows], ['review'])

    def test_refused(self):
        hub = self.start()
        for arguments, error in (({'incident': 'no-id'}, 'there is no such incident'),
                                 ({}, 'incident must be given, as a text'),
                                 ({'incident': 'x', 'version': 3}, 'version must be given, as a text'),
                                 ({'incident': 'x', 'author': 3}, 'author must be given, as a text')):
            self.assertIn(error, ask(self.chief, 'reviewIncident', **arguments)['error'])
        bare = self.report(text='', advice='')
        for answer in (self.look(bare), self.release(bare)):
            self.assertEqual(answer, 'it has neither description nor instruction')
        elsewhere = self.report(sensitivity=enums_pb2.SENSITIVITY_SEVERE)
        elsewhere_told = self.look(elsewhere)
        self.assertEqual(elsewhere_told['audiences'], [])
        self.assertEqual(self.release(elsewhere), 'no audience that would be shown the texts was sent it')
        over = self.report()
        self.cancel(over)
        for answer in (self.look(over), self.release(over)):
            self.assertEqual(answer, 'the incident is over: cancelled, or expired')
        stranger = hub.client('mopti-17')
        self.assertEqual(ask(stranger, 'reviewIncident', incident=bare.id)['error'], 'not permitted')
        self.assertFalse([a for a in self.alerts() if a.description])

    def test_outlives_a_kill(self):
        hub = self.start()
        incident = self.report()
        self.release(incident)
        released = self.alerts()[-1]
        hub.kill()
        hub.start()
        self.connect(hub)
        opened = self.watch.wait(lambda m: m.topic.startswith('tocsin/v1/to/partners/open/') and m.payload)
        self.assertEqual(messages.alert(opened.payload).id, released.id)
        self.assertEqual(text_of(messages.alert(opened.payload)), (TEXT, ADVICE))
        self.assertEqual(self.release(incident), {'audiences': [], 'reviewed': True})
        self.report(incident)
        last = self.watch.wait(lambda m: m.topic == TOPIC and messages.alert(m.payload).revision == 3)
        self.assertEqual(text_of(messages.alert(last.payload)), (TEXT, ADVICE))
        self.assertEqual(messages.alert(last.payload).references[-1], released.id)

    def test_from_the_command_line(self):
        hub = self.start()
        incident = self.report(text=f'{TEXT}\nSecond line \x1b[31m.'.replace('\x1b[31m', '\u202e'))
        where = ['-h', '127.0.0.1', '-p', str(hub.port), '-u', 'chief']
        done = run('review', incident.id, *where, text='n\n')
        self.assertEqual((done.returncode, done.stderr), (1, ''))
        self.assertIn(f'{incident.id}, from mopti-17, ', done.stdout)
        self.assertIn('\nsevere battles, ML/ML05/ML0503\n', done.stdout)
        self.assertIn(f'Description\n  {TEXT}\n  Second line <U+202E>.\n\nInstruction\n  {ADVICE}\n', done.stdout)
        self.assertIn('\nThey go, as they stand, to: partners\n', done.stdout)
        self.assertIn('Nothing was released.', done.stdout)
        self.assertEqual(len(self.alerts()), 1)
        done = run('review', incident.id, *where, text='oui\n', LC_ALL='fr_FR.UTF-8')
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertIn('Communiqué à : partners', done.stdout)
        self.assertEqual(text_of(self.alerts()[-1])[1], ADVICE)
        for more in ([], ['--yes']):
            done = run('review', incident.id, *where, *more)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn('These texts are released already.', done.stdout)
        other = self.report()
        done = run('review', other.id, *where, '--yes', '--author', 'protection')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn('Released to: partners\n', done.stdout)
        self.assertEqual(len(self.alerts()), 4)
        done = run('journal', *where)
        self.assertRegex(done.stdout, r'protection +severe battles, texts released +ML/ML05/ML0503 +sent to partners\n')
        done = run('review', 'x', *where)
        self.assertEqual((done.returncode, done.stderr),
                         (1, 'tocsin review: the hub refuses: there is no such incident\n'))

    def waiting(self, **more):
        answer = ask(self.chief, 'queryJournal', review='waiting', **more)
        self.assertIsNone(answer.get('error'))
        for row in answer['data']['rows']:
            told = self.look(incident_pb2.Incident(id=row['incident_id']))
            self.assertEqual((told['version'], told['reviewed'], told['audiences']),
                             (row['incident_id'], False, row['audiences']))
            self.assertEqual([told[key] for key in ('received', 'sender', 'severity', 'event', 'region')],
                             [row[key] for key in ('received', 'sender', 'severity', 'event', 'region')])
        return [row['incident_id'] for row in answer['data']['rows']]

    def cancel(self, incident):
        cancel = incident_pb2.Incident(id=messages.kouakourou().id, status=incident.status,
                                       msg_type=enums_pb2.MSG_TYPE_CANCEL, sent=messages.now())
        cancel.references.add(sender='mopti-17', id=incident.id)
        self.field.publish(messages.box('mopti-17'), cancel.SerializeToString())
        self.field.wait(lambda m: m.topic.endswith('/receipt') and
                        messages.receipt(m.payload).incident_id == cancel.id)

    def test_what_waits(self):
        hub = self.start()
        self.assertEqual(self.waiting(), [])
        first = self.report()
        self.report(text='', advice='')
        self.report(sensitivity=enums_pb2.SENSITIVITY_SEVERE)
        second = self.report(text='')
        self.assertEqual(self.waiting(), [second.id, first.id])
        self.assertEqual(self.waiting(order='oldest'), [first.id, second.id])
        self.assertEqual(self.waiting(limit=1), [second.id])
        self.assertEqual(self.waiting(incident=first.id), [first.id])
        self.assertEqual(self.waiting(region='BF'), [])
        self.assertEqual(self.waiting(verdict='rejected'), [])
        self.release(first)
        self.assertEqual(self.waiting(), [second.id])
        same = self.report(first, severity=enums_pb2.SEVERITY_EXTREME)
        self.assertEqual(self.waiting(), [second.id])
        other = self.report(same, text='Their names are zqname.')
        self.assertEqual(self.waiting(), [other.id, second.id])
        hub.kill()
        hub.start()
        self.connect(hub)
        self.assertEqual(self.waiting(), [other.id, second.id])
        self.cancel(second)
        self.assertEqual(self.waiting(), [other.id])
        for value in ('done', 3, ['waiting']):
            self.assertEqual(ask(self.chief, 'queryJournal', review=value)['error'], 'review must be waiting')
        self.assertEqual(ask(hub.client('mopti-17'), 'queryJournal', review='waiting')['error'], 'not permitted')

    def test_who_may_see_is_of_the_rules_that_run(self):
        self.start()
        incident = self.report()
        other = RULES.replace('network: {max_sensitivity: moderate}', 'network: {max_sensitivity: high}').replace(
            'partners: {max_sensitivity: high,', 'partners: {max_sensitivity: moderate,')
        version = ask(self.chief, 'getRules')['data']['version']
        self.assertIsNone(ask(self.chief, 'setRules', text=other, expectedVersion=version).get('error'))
        rows = ask(self.chief, 'queryJournal', review='waiting')['data']['rows']
        self.assertEqual([(row['incident_id'], row['audiences']) for row in rows], [(incident.id, ['network'])])
        self.assertEqual(self.look(incident)['audiences'], ['network'])

    def test_listed_from_the_command_line(self):
        hub = self.start()
        where = ['-h', '127.0.0.1', '-p', str(hub.port), '-u', 'chief']
        done = run('review', *where)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, 'Nothing of the last 30 days waits for a review.\n', ''))
        self.assertEqual(run('review', *where, '--json').stdout, '')
        first, second = self.report(), self.report(status=enums_pb2.STATUS_EXERCISE)
        done = run('review', *where)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertRegex(done.stdout, (
            f'^{second.id}, from mopti-17, [-0-9]+ [:0-9]+ UTC\nsevere battles, exercise, ML/ML05/ML0503\n'
            f'would go to: partners\n\n{first.id}, from mopti-17, [-0-9]+ [:0-9]+ UTC\n'
            'severe battles, ML/ML05/ML0503\nwould go to: partners\n$'))
        self.assertNotIn('zq', done.stdout)
        done = run('review', *where, '-n', '1', LC_ALL='fr_FR.UTF-8')
        self.assertIn(f'{second.id}, de mopti-17, ', done.stdout)
        self.assertIn('serait communiqué à : partners\n', done.stdout)
        self.assertNotIn(first.id, done.stdout)
        self.assertIn('--limit 0', done.stderr)
        rows = [json.loads(line) for line in run('review', *where, '--json').stdout.splitlines()]
        self.assertEqual([(row['incident_id'], row['audiences']) for row in rows],
                         [(second.id, ['partners']), (first.id, ['partners'])])
        self.assertEqual(run('review', *where, '--from', '0s', '--json').stdout, '')
        self.assertEqual(run('review', *where, '--from', '0s').stdout,
                         'Nothing that came since then waits for a review.\n')
        for words, why in ((['--yes'], '--yes and --author want the id of an incident'),
                           (['--author', 'x'], '--yes and --author want the id of an incident'),
                           ([first.id, '-n', '3'], '--from and --limit go without an id: they are about the list'),
                           ([first.id, second.id], 'takes the id of one incident')):
            done = run('review', *where, *words)
            self.assertEqual((done.returncode, done.stderr.splitlines()[0]), (2, f'tocsin review: {why}'))

    def test_not_listed(self):
        hub = self.start()
        where = ['-h', '127.0.0.1', '-p', str(hub.port), '-u']
        self.report()
        done = run('review', *where, 'agency')
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (1, '', 'tocsin review: the hub refuses: not permitted\n'))
        hub.stop()
        bare = self.hub(rules=RULES, options={'admins': 'chief'})
        done = run('review', '-h', '127.0.0.1', '-p', str(bare.port), '-u', 'chief')
        self.assertEqual((done.returncode, done.stdout, done.stderr),
                         (1, '', 'tocsin review: the hub refuses: there is no journal\n'))

    def test_forgotten_with_who_wrote_it(self):
        hub = self.start()
        incident = self.report()
        self.release(incident)
        hub.stop()
        done = run('journal', 'forget', str(hub.journal_file), '--sender', 'mopti-17', '--yes')
        self.assertEqual(done.returncode, 0, done.stderr)
        with contextlib.closing(sqlite3.connect(hub.journal_file)) as journal:
            left, = journal.execute('SELECT count(*) FROM alert WHERE bytes IS NOT NULL').fetchone()
            acts = journal.execute('SELECT sender FROM incident WHERE sender <> ""').fetchall()
        self.assertEqual((left, acts), (0, [('chief',)]))
        self.assertNotIn(b'zqtext', hub.journal_file.read_bytes())


if __name__ == '__main__':
    unittest.main()
