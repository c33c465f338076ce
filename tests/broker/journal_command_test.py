# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin journal, quarantine, replay and status --prometheus, against a hub that runs."""

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import threading
import unittest

import messages
from command import lines, run, to
from hub import GAZETTEER, BrokerTest
from tocsin.v1 import enums_pb2

MARKER = 'what-the-marker-saw'
SAMPLE = re.compile(r'(?P<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?P<labels>[^}]*)\})? (?P<value>[0-9.eE+-]+)')


class JournalCommand(BrokerTest):
    def start(self, **more):
        return self.hub(journal=True, options={'admins': 'chief'}, **more)

    def report(self, hub, user='mopti-17', **changes):
        """The incident and its receipt."""
        field = hub.client(user)
        incident = messages.kouakourou(**{key: value for key, value in changes.items() if key != 'pcode'})
        if 'pcode' in changes:
            incident.location.pcode = changes['pcode']
            incident.location.ClearField('country')
        field.publish(messages.box(user), incident.SerializeToString())
        answer = messages.receipt(field.wait_topic(messages.box(user, 'receipt')).payload)
        messages.pass_by(answer)
        field.close()
        return incident, answer

    def report_many(self, hub, count, user='mopti-17', **changes):
        field = hub.client(user)
        for _ in range(count):
            field.publish(messages.box(user), messages.kouakourou(**changes).SerializeToString(), wait=False)
        answers = field.wait_topic(messages.box(user, 'receipt'), count)
        self.assertEqual({messages.verdict(answer.payload) for answer in answers}, {'VERDICT_ACCEPTED'})
        field.close()

    def rows(self, *words):
        done = run('journal', *words, '--json')
        self.assertEqual(done.returncode, 0, done.stderr)
        return lines(done.stdout)

    # journal

    def test_a_file_and_a_hub_say_the_same(self):
        hub = self.start()
        first, _ = self.report(hub)
        second, _ = self.report(hub, user='gao-3', severity=enums_pb2.SEVERITY_MINOR)
        refused, _ = self.report(hub, severity=0)
        update = messages.kouakourou(msg_type=2)
        update.references.add(sender='mopti-17', id=first.id)
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'), update.SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        for words, wanted in (
                ([], [update, refused, second, first]),
                (['--oldest'], [first, second, refused, update]),
                (['--from', '1h'], [update, refused, second, first]),
                (['--to', '1h'], []),
                (['--from', '2024-08-07', '--to', '2024-08-07T19:00Z'], []),
                (['--region', 'ML05'], [update, second, first]),
                (['--region', 'ML/ML05/ML0503', '--sender', 'gao-3'], [second]),
                (['--region', 'ML07'], []),
                (['--sender', 'mopti-17', '--verdict', 'rejected'], [refused]),
                (['--verdict', 'accepted', '-n', '1'], [update]),
                (['--rule', 'mopti-violence', '--oldest'], [first, update]),
                (['--incident', first.id.upper()], [update, first]),
                (['--status', 'exercise'], [])):
            with self.subTest(words=words):
                by_file = self.rows(str(hub.journal_file), *words)
                self.assertEqual([row['incident_id'] for row in by_file], [one.id for one in wanted])
                self.assertEqual(self.rows(*to(hub, 'chief'), *words), by_file)
        row = self.rows(str(hub.journal_file), '--oldest')[0]
        self.assertEqual((row['verdict'], row['sender'], row['routing'], row['rules'], row['region'], row['severity']),
                         ('accepted', 'mopti-17', 'routed', ['mopti-violence'], 'ML/ML05/ML0503', 'severe'))
        self.assertEqual([alert['topic'] for alert in row['alerts']], [messages.KOUAKOUROU])
        self.assertEqual(row['size'], len(first.SerializeToString()))

    def test_for_people_and_for_spreadsheets(self):
        hub = self.start()
        self.report(hub)
        self.report(hub, severity=0)
        self.report(hub, severity=enums_pb2.SEVERITY_MINOR)
        done = run('journal', str(hub.journal_file), '--oldest')
        self.assertEqual(done.returncode, 0, done.stderr)
        head, *table = done.stdout.splitlines()
        self.assertEqual(head.split(), 'received from what where what became of it'.split())
        self.assertRegex(table[0], r'^\d{4}-\d\d-\d\d \d\d:\d\d UTC  mopti-17 +severe battles +ML/ML05/ML0503 +'
                                   r'sent to partners, by mopti-violence$')
        self.assertRegex(table[1], r'mopti-17 +- +- +refused: severity: .* \[severity\.required\]$')
        self.assertRegex(table[2], r'minor battles +ML/ML05/ML0503 +by default to coordination$')
        done = run('journal', *to(hub, 'chief'), '--csv', '--limit', '0')
        self.assertEqual(done.returncode, 0, done.stderr)
        head, tags, *table = csv.reader(io.StringIO(done.stdout))
        self.assertTrue(all(re.fullmatch(r'#[a-z0-9]+(\+[a-z]+)*', tag) for tag in tags), tags)
        self.assertEqual([len(row) for row in table], [len(head)] * 3)
        oldest = dict(zip(head, table[2]))
        self.assertEqual((oldest['country'], oldest['adm1'], oldest['adm2'], oldest['place'], oldest['audiences']),
                         ('ML', 'ML05', 'ML0503', 'ML0503', 'partners'))
        self.assertEqual(dict(zip(head, table[1]))['violations'], 'severity.required')
        self.assertEqual(run('journal', str(hub.journal_file), '--sender', 'nobody').stdout, 'No such incident.\n')

    def test_more_than_one_answer(self):
        hub = self.start()
        self.report_many(hub, 1010)
        for source in ([str(hub.journal_file)], to(hub, 'chief')):
            rows = self.rows(*source, '--limit', '0')
            self.assertEqual([int(row['journal_id']) for row in rows], list(range(1010, 0, -1)))
            self.assertEqual(len(self.rows(*source)), 100)
            self.assertEqual(len(self.rows(*source, '-n', '1005')), 1005)
        self.assertIn('100 shown; there may be more', run('journal', str(hub.journal_file)).stderr)

    def test_mistakes(self):
        hub = self.start()
        file = str(hub.journal_file)
        for words, code, said in (
                ([file, 'other'], 2, 'takes one file'),
                ([file, '-h', 'localhost'], 2, 'takes a file or a hub (-h), not both'),
                ([file, '--json', '--csv'], 2, '--json and --csv exclude each other'),
                ([file, '--from', '1h', '--to', '2h'], 2, '--to must be later than --from'),
                ([file, '--from', 'yesterday'], 2, '--from: wants a span such as 2h or 7d'),
                ([file, '--from', '2024-08-07T19:00'], 2, '--from: must say its zone'),
                ([file, '--region', 'Mopti'], 2, '--region: wants a code such as ML05'),
                ([file, '--region', 'ML//ML05'], 2, '--region: wants a code such as ML05'),
                ([file, '--verdict', 'deferred'], 2, '--verdict: knows accepted and rejected'),
                ([file, '--status', 'draft'], 2, '--status: knows actual, exercise and test'),
                ([file, '--limit', '-1'], 2, '--limit: wants a number, 0 or more'),
                ([file, '--sender', ''], 2, '--sender: is empty or too long'),
                ([file, '--rule', 'x' * 300], 2, '--rule: is empty or too long'),
                ([file, '--verdict', 'rejected', '--region', 'ML05'], 2, 'of what was rejected region'),
                ([file + '.none'], 1, 'No such file or directory'),
                ([str(hub.rules_file)], 1, 'file is not a database'),
                (to(hub, 'nobody'), 1, 'not permitted')):
            with self.subTest(words=words):
                done = run('journal', *words)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(said, done.stderr)
                self.assertEqual(done.stdout, '')

    # forget

    def holds(self, hub, text):
        """Files of the journal in which a text stands."""
        return [path.name for path in sorted(hub.folder.glob('journal.db*'))
                if path.is_file() and text.encode() in path.read_bytes()]

    def test_forget_beside_a_hub_that_runs(self):
        hub = self.start()
        for number in range(30):
            self.report(hub, user='marked-sender', headline=f'{MARKER} {number}', description=MARKER * 50)
            self.report(hub, user='other-sender', headline='other')
        own, _ = self.report(hub, user='marked-sender', headline=MARKER)
        self.report(hub, user='marked-sender', headline=MARKER, severity=0)
        self.assertTrue(self.holds(hub, MARKER) and self.holds(hub, 'marked-sender'))
        done = run('journal', 'forget', str(hub.journal_file), '--sender', 'marked-sender', text='no\n')
        self.assertEqual((done.returncode, done.stdout.splitlines()[0]),
                         (1, 'Sender marked-sender: 31 accepted, 1 refused.'))
        self.assertIn('Nothing was changed.', done.stdout)
        self.assertTrue(self.holds(hub, MARKER))

        # Beside a sender that goes on: it never waits, and is never put off.
        field, stop, verdicts = hub.client('other-sender'), threading.Event(), []

        def go_on():
            while not stop.is_set():
                field.clear()
                field.publish(messages.box('other-sender'), messages.kouakourou().SerializeToString())
                verdicts.append(messages.verdict(field.wait_topic(messages.box('other-sender', 'receipt')).payload))
        busy = threading.Thread(target=go_on)
        busy.start()
        done = run('journal', 'forget', str(hub.journal_file), '--sender', 'marked-sender', '--yes')
        stop.set()
        busy.join()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(set(verdicts), {'VERDICT_ACCEPTED'})
        self.assertIn('what 31 incidents said and who sent them, the texts of 31 alerts', done.stdout)
        self.assertIn('The hub that runs still knows them in its memory', done.stdout)
        self.assertEqual(self.holds(hub, MARKER), [])
        self.assertEqual(self.holds(hub, 'marked-sender'), [])

        rows = self.rows(str(hub.journal_file), '--incident', own.id)
        self.assertEqual([(row.get('sender'), row['bytes_kept'], row['severity']) for row in rows], [(None, False, 'severe')])
        self.assertIn('its text is no longer kept', run('journal', str(hub.journal_file), '--incident', own.id).stdout)
        self.assertEqual(len(self.rows(str(hub.journal_file), '--sender', 'other-sender', '-n', '0')), 30 + len(verdicts))
        hub.stop()
        hub.start(same_port=True)
        # It is known all the same, and what is sent again is sent without it.
        field = hub.client('marked-sender')
        field.publish(messages.box('marked-sender'), own.SerializeToString())
        self.assertEqual(messages.verdict(field.wait_topic(messages.box('marked-sender', 'receipt')).payload),
                         'VERDICT_DUPLICATE')
        done = run('replay', *to(hub, 'agency'), '--after', '0', '--json')
        self.assertEqual(done.returncode, 1, done.stderr)
        *alerts, end = lines(done.stdout)
        self.assertEqual((len(alerts), end['complete'], end['reason']), (30 + len(verdicts), True, 'replay.partial'))
        self.assertNotIn(MARKER, done.stdout)
        database = sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True)
        self.assertEqual(database.execute('PRAGMA integrity_check').fetchall(), [('ok',)])
        database.close()

    def test_forget_an_incident(self):
        hub = self.start()
        first, _ = self.report(hub, headline=MARKER)
        self.report(hub, headline='another')
        field = hub.client('mopti-17')
        update = messages.kouakourou(msg_type=2, headline=f'{MARKER} more')
        update.references.add(sender='mopti-17', id=first.id)
        field.publish(messages.box('mopti-17'), update.SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'))
        done = run('journal', 'forget', str(hub.journal_file), '--incident', first.id, '--yes')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f'Incident {first.id}: 2 accepted, 0 refused.', done.stdout)
        self.assertEqual(self.holds(hub, MARKER), [])
        hub.kill()
        hub.start(same_port=True)
        field = hub.client('mopti-17')
        later = messages.kouakourou(msg_type=2, headline='later')
        later.references.add(sender='mopti-17', id=first.id)
        field.publish(messages.box('mopti-17'), later.SerializeToString())
        self.assertEqual(messages.verdict(field.wait_topic(messages.box('mopti-17', 'receipt')).payload),
                         'VERDICT_ACCEPTED')

    def test_forget_mistakes(self):
        hub = self.start()
        file = str(hub.journal_file)
        for words, code, said in (
                ([], 2, "wants the journal's file"),
                ([file], 2, 'wants --sender or --incident'),
                ([file, '--sender', 'a', '--incident', 'b'], 2, 'the one or the other'),
                ([file, '--sender', 'a b'], 2, "is no sender's name"),
                ([file, '--incident', 'x' * 99], 2, "is no incident's id"),
                ([file, '--sender', 'a', '-h', 'localhost'], 2, 'forget'),
                ([file + '.none', '--sender', 'a', '--yes'], 1, 'No such file or directory'),
                ([str(hub.rules_file), '--sender', 'a', '--yes'], 1, 'file is not a database')):
            with self.subTest(words=words):
                done = run('journal', 'forget', *words)
                self.assertEqual(done.returncode, code, done.stderr + done.stdout)
                self.assertIn(said, done.stderr)

    # quarantine

    def test_quarantine(self):
        hub = self.start()
        new, _ = self.report(hub, pcode='ML0506')
        self.report(hub, user='gao-3', severity=0)
        self.assertEqual(run('quarantine', 'list', *to(hub, 'chief')).stdout,
                         run('quarantine', 'list', str(hub.journal_file)).stdout)
        listed = lines(run('quarantine', 'list', *to(hub, 'chief'), '--json').stdout)
        self.assertEqual(lines(run('quarantine', 'list', str(hub.journal_file), '--json').stdout), listed)
        self.assertEqual([entry['sender'] for entry in listed], ['gao-3', 'mopti-17'])
        self.assertEqual(listed[1]['incident_id'], new.id)
        self.assertIn('location.pcode.unplaced', [violation['check'] for violation in listed[1]['violations']])
        one = run('quarantine', 'list', str(hub.journal_file), '--sender', 'mopti-17').stdout
        self.assertRegex(one, rf'mopti-17 +{new.id}, \d+ bytes\n(.*\n)*.*\[location\.pcode\.unplaced\]')
        self.assertEqual(len(lines(run('quarantine', 'list', *to(hub, 'chief'), '--json', '-n', '1').stdout)), 1)
        self.assertEqual(run('quarantine', 'list', *to(hub, 'chief'), '--sender', 'x').stdout, 'Nothing is in quarantine.\n')

        done = run('quarantine', 'retry', *to(hub, 'chief'), '--all')
        self.assertEqual((done.returncode, done.stdout),
                         (1, '2 tried again: 0 accepted, 2 still refused, 0 put off.\n'))
        (hub.folder / 'places.csv').write_text(GAZETTEER + 'MLI,2,ML0506,Mopti,ML05,2020-10-01\n')
        hub.reload()
        hub.log('tocsin: loaded', count=2)
        done = run('quarantine', 'retry', *to(hub, 'chief'), '--incident', new.id)
        self.assertEqual((done.returncode, done.stdout),
                         (0, '1 tried again: 1 accepted, 0 still refused, 0 put off.\n'))
        done = run('quarantine', 'retry', *to(hub, 'chief'), '--sender', 'gao-3', '--json')
        self.assertEqual(done.returncode, 1)
        self.assertEqual(json.loads(done.stdout)['rejected'], 1)
        self.assertEqual(len(lines(run('quarantine', 'list', *to(hub, 'chief'), '--json').stdout)), 1)

    def test_quarantine_mistakes(self):
        hub = self.start()
        file = str(hub.journal_file)
        for words, code, said in (
                ([], 2, 'wants list or retry'),
                (['drop'], 2, 'wants list or retry'),
                (['list', file, '--all'], 2, 'list takes neither'),
                (['list', file, '-h', 'localhost'], 2, 'not both'),
                (['list', file + '.none'], 1, 'No such file or directory'),
                (['retry', *to(hub, 'chief')], 2, 'wants one of --sender, --incident and --all'),
                (['retry', *to(hub, 'chief'), '--all', '--sender', 'x'], 2, 'wants one of'),
                (['retry', file, '--all'], 2, 'it takes no file'),
                (['retry', *to(hub, 'chief'), '--all', '-n', '3'], 2, 'takes no --limit'),
                (['retry', *to(hub, 'nobody'), '--all'], 1, 'not permitted'),
                (['list', *to(hub, 'nobody')], 1, 'not permitted')):
            with self.subTest(words=words):
                done = run('quarantine', *words)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(said, done.stderr)

    # replay

    def test_replay(self):
        hub = self.start()
        self.report_many(hub, 12)
        watcher = hub.client('agency').subscribe(messages.KOUAKOUROU)
        self.report(hub)
        newest = messages.alert(watcher.wait_topic(messages.KOUAKOUROU).payload)
        self.assertEqual(newest.sequence, 13)
        *alerts, end = lines(run('replay', *to(hub, 'agency'), '--after', '0', '--json').stdout)
        self.assertEqual([alert['sequence'] for alert in alerts], list(range(1, 14)))
        self.assertEqual((alerts[-1]['id'], alerts[-1]['text']), (newest.id, newest.text))
        self.assertEqual(end, {'audience': 'partners', 'count': 13, 'last_sequence': 13, 'complete': True})
        *alerts, end = lines(run('replay', *to(hub, 'agency'), '--after', '9', '--limit', '2', '--json').stdout)
        self.assertEqual([alert['sequence'] for alert in alerts], [10, 11])
        self.assertEqual((end['count'], end.get('complete')), (2, None))
        *alerts, end = lines(run('replay', *to(hub, 'agency'), '--from', '1h', '--json').stdout)
        self.assertEqual(len(alerts), 13)
        *alerts, end = lines(run('replay', *to(hub, 'agency'), '--from', '2h', '--to', '1h', '--json').stdout)
        self.assertEqual((alerts, end['complete']), ([], True))
        *alerts, end = lines(run('replay', *to(hub, 'agency'), '--after', '11', '--json', '--filter',
                                 'tocsin/v1/to/partners/alert-json/#').stdout)
        self.assertEqual([alert['sequence'] for alert in alerts], [12, 13])
        done = run('replay', *to(hub, 'agency'), '--after', '12')
        self.assertEqual(done.returncode, 0)
        self.assertIn('SEVERE', done.stdout)
        self.assertEqual(done.stderr, '1 alert, up to sequence 13: that is all\n')
        self.assertEqual(run('replay', *to(hub, 'agency'), '--after', '13', '-q').stderr, '')

    def test_replay_in_parts(self):
        """More than the hub sends at once."""
        hub = self.start()
        self.report_many(hub, 2500)
        *alerts, end = lines(run('replay', *to(hub, 'agency'), '--after', '0', '--json').stdout)
        self.assertEqual([alert['sequence'] for alert in alerts], list(range(1, 2501)))
        self.assertEqual((end['count'], end['complete']), (2500, True))
        *alerts, end = lines(run('replay', *to(hub, 'agency'), '--from', '1h', '--json').stdout)
        self.assertEqual([alert['sequence'] for alert in alerts], list(range(1, 2501)))

    def test_replay_refused(self):
        hub = self.start()
        self.report(hub)
        for words, code, said in (
                ([*to(hub, 'mopti-17'), '--after', '0'], 1, 'not a member of that audience [replay.forbidden]'),
                ([*to(hub, 'agency'), '--after', '0', '-a', 'nobody'], 1, '[replay.forbidden]'),
                ([*to(hub, 'agency')], 2, 'wants --after or --from'),
                ([*to(hub, 'agency'), '--after', '1', '--from', '1h'], 2, 'the one or the other'),
                ([*to(hub, 'agency'), '--after', '1', '--to', '1h'], 2, '--to goes with --from'),
                ([*to(hub, 'agency'), '--from', '1h', '--to', '2h'], 2, '--to must be later than --from'),
                ([*to(hub, 'agency'), '--after', '-1'], 2, '--after: wants a sequence'),
                ([*to(hub, 'agency'), '--after', '1', '--filter', 'a/#/b'], 2, '--filter: is no MQTT topic filter'),
                ([*to(hub, 'agency'), '--after', '1', '-a', 'a/b'], 2, "--audience: is no audience's name"),
                ([*to(hub, 'agency'), '--after', '1', '--limit', '0'], 2, '--limit: wants a number, 1 or more')):
            with self.subTest(words=words):
                done = run('replay', *words)
                self.assertEqual(done.returncode, code, done.stderr)
                self.assertIn(said, done.stderr)
                self.assertEqual(done.stdout, '')
        without = self.hub()
        done = run('replay', *to(without, 'agency'), '--after', '0')
        self.assertEqual(done.returncode, 1)
        self.assertIn('[replay.unavailable]', done.stderr)

    # status --prometheus

    def parse(self, text):
        """Strictly: HELP and TYPE before the samples of each metric, each once, no two
        samples alike (prometheus.io/docs/instrumenting/exposition_formats)."""
        helps, types, samples, current = {}, {}, {}, None
        self.assertTrue(text.endswith('\n'))
        for line in text.splitlines():
            if line.startswith('# HELP '):
                _, _, current, help_text = line.split(' ', 3)
                self.assertNotIn(current, helps)
                helps[current] = help_text
            elif line.startswith('# TYPE '):
                _, _, name, kind = line.split(' ')
                self.assertEqual(name, current)
                self.assertIn(kind, ('counter', 'gauge'))
                self.assertEqual(name.endswith('_total'), kind == 'counter', name)
                types[name] = kind
            else:
                match = SAMPLE.fullmatch(line)
                self.assertIsNotNone(match, line)
                self.assertEqual(match['name'], current)
                self.assertTrue(match['name'].startswith('tocsin_'))
                labels = tuple(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', match['labels'] or ''))
                self.assertTrue({name for name, _ in labels} <= {'audience', 'state'}, line)
                self.assertNotIn((current, labels), samples)
                samples[current, labels] = float(match['value'])
        self.assertEqual(set(helps), set(types))
        self.assertEqual({name for name, _ in samples}, set(types))
        promtool = shutil.which('promtool')
        if promtool:
            checked = subprocess.run([promtool, 'check', 'metrics'], input=text.encode(), capture_output=True, check=False)
            self.assertEqual((checked.returncode, checked.stderr), (0, b''))
        return samples

    def test_prometheus(self):
        hub = self.start()
        self.report(hub)
        self.report(hub, severity=enums_pb2.SEVERITY_MINOR)
        self.report(hub, severity=0)
        done = run('status', *to(hub, 'chief'), '--prometheus')
        self.assertEqual(done.returncode, 0, done.stderr)
        samples = self.parse(done.stdout)
        for name, value in (('tocsin_up', 1), ('tocsin_incidents_received_total', 3),
                            ('tocsin_incidents_accepted_total', 2), ('tocsin_incidents_rejected_total', 1),
                            ('tocsin_incidents_routed_total', 1), ('tocsin_incidents_defaulted_total', 1),
                            ('tocsin_rules', 1), ('tocsin_silences', 0)):
            self.assertEqual(samples[name, ()], value, name)
        self.assertEqual(samples['tocsin_journal_state', (('state', 'ok'),)], 1)
        self.assertEqual(samples['tocsin_journal_state', (('state', 'failing'),)], 0)
        self.assertEqual(samples['tocsin_rules_state', (('state', 'ok'),)], 1)
        self.assertEqual(samples['tocsin_audience_sequence', (('audience', 'partners'),)], 1)
        self.assertNotIn('mopti-17', done.stdout)
        # Whoever is no operator sees what everybody may.
        samples = self.parse(run('status', *to(hub, 'agency'), '--prometheus').stdout)
        self.assertEqual((samples['tocsin_up', ()], samples['tocsin_rules_state', (('state', 'ok'),)]), (1, 1))
        self.assertEqual(run('status', *to(hub, 'chief'), '--prometheus', '--json').returncode, 2)

    def test_prometheus_without_a_hub(self):
        done = run('status', *to(self.hub(plugin=False), 'chief'), '--prometheus')
        self.assertEqual((done.returncode, self.parse(done.stdout)), (4, {('tocsin_up', ()): 0.0}))
        hub = self.start()
        hub.stop()
        done = run('status', *to(hub, 'chief'), '--prometheus')
        self.assertEqual((done.returncode, self.parse(done.stdout)), (3, {('tocsin_up', ()): 0.0}))


if __name__ == '__main__':
    unittest.main()
