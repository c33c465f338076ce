# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin displacement, against a real hub."""

import csv
import datetime
import io
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import unittest.mock
import uuid

import messages
import mqtt
from command import TIMEOUT, TOCSIN, environment, run, to
from hub import BrokerTest

CORPUS = pathlib.Path(os.environ['TOCSIN_SOURCE']) / 'tests' / 'corpus'
DYNAMIC_SECURITY = next(pathlib.Path('/usr/lib').glob('*/mosquitto_dynamic_security.so'))
STAMP = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)Z"')
FIGURES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
  partners: {max_sensitivity: high, members: [agency]}
  public: {max_sensitivity: low, format: [json]}
open_senders: true
rules:
  - id: displaced
    match: {event: displacement}
    alert: [{audience: coordination, open: true}, {audience: partners, open: true}, {audience: public}]
default:
  alert: [{audience: coordination, open: true}]
'''


def day(back):
    """A date some days ago, at midnight."""
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=back)
    return moment.strftime('%Y-%m-%dT00:00:00Z')


def incident(*figures, pcode='ML0503', **more):
    return {
        'id': str(uuid.uuid4()), 'status': 'actual', 'msg_type': 'alert',
        'sent': datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ'),
        'event': {'type': 'displacement'}, 'location': {'country': 'ML', 'pcode': pcode},
        'sensitivity': 'low', 'sources': [{'name': 'IOM DTM', 'kind': 'un'}],
        'displacement': [{'unit': 'person', 'population': 'idp', 'flow_or_stock': 'stock', 'operation': 'mali',
                          'role': 'recommended', **figure} for figure in figures],
        **more,
    }


class Displacement:
    """`tocsin displacement` in the background, from the moment that it has all that the
    hub keeps."""

    def __init__(self, hub, *words, **more):
        self.news = threading.Condition()
        self.output, self.errors = [], []
        self.process = subprocess.Popen([TOCSIN, 'displacement', *to(hub, 'agency'), *words],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=environment(**more), text=True)
        self.readers = [threading.Thread(target=self._read, args=pair, daemon=True)
                        for pair in ((self.process.stdout, self.output), (self.process.stderr, self.errors))]
        for reader in self.readers:
            reader.start()
        self.said('all that the hub keeps is here')

    def _read(self, stream, told):
        for line in stream:
            with self.news:
                told.append(line.rstrip('\n'))
                self.news.notify_all()
        with self.news:
            told.append(None)
            self.news.notify_all()

    def _wait(self, what, told):
        with self.news:
            if not self.news.wait_for(lambda: what() is not None or None in told, TIMEOUT) or what() is None:
                raise TimeoutError(f'never came: {self.output} {self.errors}')
            return what()

    def said(self, part):
        self._wait(lambda: next((line for line in self.errors if line and part in line), None), self.errors)

    def shown(self, fits):
        """The first table in JSON that fits."""
        return self._wait(lambda: next((table for table in (json.loads(line) for line in self.output if line)
                                        if fits(table)), None), self.output)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(TIMEOUT)
        for reader in self.readers:
            reader.join()
        self.process.stdout.close()
        self.process.stderr.close()
        return code


def current(table):
    return {one['place']['code']: one['current']['people'] for one in table['series'] if one['current']}


class DisplacementCommand(BrokerTest):
    def report(self, hub, *incidents, sender='iom'):
        """Each recorded before the next is sent."""
        field = hub.client(sender)
        for one in incidents:
            field.publish(messages.box(sender, 'incident-json'), json.dumps(one).encode())
            answer = json.loads(field.wait_topic(messages.box(sender, 'receipt-json')).payload)
            self.assertEqual(answer['verdict'], 'accepted', answer)
            field.clear()
        field.close()

    def once(self, hub, *words):
        done = run('displacement', *to(hub, 'agency'), '--once', '-q', *words)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done.stdout

    def table(self, hub, *words):
        return json.loads(self.once(hub, '--json', *words))

    def test_once_shows_what_the_hub_keeps(self):
        hub = self.hub(FIGURES)
        self.assertEqual(current(self.table(hub)), {})
        self.report(hub, incident({'figure': 4200, 'as_of': day(8)}), incident({'figure': 4300, 'as_of': day(1)}),
                    incident({'figure': 900, 'unit': 'household', 'as_of': day(1)}, pcode='ML0501'))
        table = self.table(hub)
        self.assertEqual(current(table), {'ML0503': 4300, 'ML0501': 4500})
        djenne = next(one for one in table['series'] if one['place']['code'] == 'ML0503')
        self.assertEqual(djenne['place'], {'code': 'ML0503', 'name': 'Djenne', 'path': ['ML', 'ML05', 'ML0503']})
        # The retained figure is the newest alone; the open incident still tells of the first.
        self.assertEqual([point['people'] for point in djenne['windows'][0]['points']], [4200, 4300])
        self.assertEqual(djenne['current']['hub'], table['series'][0]['current']['hub'])
        self.assertEqual([one['people'] for one in table['totals']], [8800])
        text = self.once(hub)
        self.assertIn('Displacement, partners, ', text)
        self.assertIn('900 households x 5 (assumed: nobody says)', text)
        rows = list(csv.reader(io.StringIO(self.once(hub, '--csv'))))
        self.assertEqual(rows[1][0], '#id+code')
        self.assertEqual(len(rows), 5)

    def test_news_as_they_come(self):
        hub = self.hub(FIGURES)
        monitor = Displacement(hub, '--json')
        first = incident({'figure': 4200, 'as_of': day(1)})
        self.report(hub, first)
        monitor.shown(lambda table: current(table) == {'ML0503': 4200})
        update = incident({'figure': 4000, 'as_of': day(1)}, msg_type='update',
                          references=[{'id': first['id'], 'sent': first['sent']}])
        self.report(hub, update)
        table = monitor.shown(lambda table: current(table) == {'ML0503': 4000})
        point = table['series'][0]['current']
        self.assertEqual((point['revision'], point['was_people']), (2, 4200))
        self.assertEqual(table['not_counted']['superseded'], 1)
        # A Cancel for another reason leaves a figure that was true.
        other = incident({'figure': 7, 'as_of': day(1)}, pcode='ML0501')
        self.report(hub, other, {**incident(), 'msg_type': 'cancel', 'close': {'cause': 'resolved'},
                                 'references': [{'id': other['id'], 'sent': other['sent']}]})
        monitor.shown(lambda table: [one['current'].get('closed') for one in table['series']] == ['resolved', None])
        # One as an error takes it back, on the hub and here.
        cancel = {**incident(), 'msg_type': 'cancel', 'close': {'cause': 'error'},
                  'references': [{'id': first['id'], 'sent': first['sent']}]}
        self.report(hub, cancel)
        table = monitor.shown(lambda table: current(table) == {'ML0501': 7})
        self.assertEqual(table['not_counted']['withdrawn'], 2)
        self.assertEqual(monitor.interrupt(), 0)
        self.assertEqual(current(self.table(hub)), {'ML0501': 7})

    def test_a_place_that_is_corrected_does_not_count_twice(self):
        hub = self.hub(FIGURES)
        wrong = incident({'figure': 3000, 'as_of': day(1)}, pcode='ML0501')
        self.report(hub, wrong, incident({'figure': 3000, 'as_of': day(1)}, msg_type='update',
                                         references=[{'id': wrong['id'], 'sent': wrong['sent']}]))
        self.assertEqual(current(self.table(hub)), {'ML0503': 3000})

    def test_what_each_audience_may_see(self):
        hub = self.hub(FIGURES)
        self.report(hub, incident({'figure': 4237, 'qualifier': 'exact', 'as_of': day(1)},
                                  {'figure': 4000, 'role': 'triangulation', 'as_of': day(1)}))
        partners = self.table(hub)['series'][0]
        self.assertEqual(current(self.table(hub)), {'ML0503': 4237})
        self.assertNotIn('sources', partners['current'])
        self.assertEqual([one['people'] for one in partners['triangulation']], [4000])
        public = self.table(hub, '--audience', 'public')['series'][0]
        self.assertEqual((public['place']['code'], public['current']['people'], public['current']['qualifier'],
                          public['current']['rounded']), ('ML05', 4200, 'approximately', True))
        severe = self.table(hub, '--audience', 'coordination')['series'][0]
        self.assertEqual((severe['current']['sources'], severe['current']['sender']), ('IOM DTM (un)', 'iom'))
        self.assertIn('rounded to hundreds', self.once(hub, '--audience', 'public').replace('\n', ' '))

    def test_regions(self):
        hub = self.hub(FIGURES)
        self.report(hub, incident({'figure': 1, 'as_of': day(1)}), incident({'figure': 2, 'as_of': day(1)}, pcode='ML07'),
                    # In another place than its incident, and in another country.
                    incident({'figure': 3, 'as_of': day(1), 'pcode': 'ML0501'}, pcode='ML07'))
        for region, wanted in (('ML', {'ML0503': 1, 'ML07': 2, 'ML0501': 3}), ('ML05', {'ML0503': 1, 'ML0501': 3}),
                               ('ML/ML05/ML0501', {'ML0501': 3}), ('ML07', {'ML07': 2}), ('BF', {})):
            self.assertEqual(current(self.table(hub, '--region', region)), wanted, region)
        named = self.table(hub, '--region', 'Djenne', '--rules', str(hub.rules_file))
        self.assertEqual(current(named), {'ML0503': 1})

    def test_the_corpus_through_a_hub(self):
        """What partners are shown live is what the messages say, but for what is hidden
        from them."""
        hub = self.hub(options={'rules_file': str(CORPUS / 'rules' / 'corpus.yaml')})
        monitor = Displacement(hub, '--json', '--audience', 'partners')
        told = {}
        # All times moved by one span, so that nothing has expired.
        newest = datetime.datetime(2025, 4, 16, 12)
        span = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None, microsecond=0) - newest
        span = datetime.timedelta(days=span.days)

        def move(match):
            moment = datetime.datetime.fromisoformat(match.group(1)) + span
            return f'"{moment.isoformat()}Z"'

        for path in sorted((CORPUS / 'incidents').glob('*.json'), key=lambda one: json.loads(one.read_text())['sent']):
            one = json.loads(STAMP.sub(move, path.read_text()))
            if 'displacement' not in one:
                continue
            told[path.name] = one
            self.report(hub, one, sender='corpus')
        wanted = {'SD02114': 400000, 'SD02': 40000, 'SD03143': 4985, 'SD03153': 530, 'SD04121': 2170, 'HT0112': 5178,
                  'HT0133': 1940, 'HT0531': 6270, 'ML': 854956, 'CD5405': 35000, 'CD6103': 120000, 'CD6101': 110000}
        table = monitor.shown(lambda table: current(table) == wanted)
        self.assertEqual(monitor.interrupt(), 0)
        offline = tempfile.NamedTemporaryFile('w', suffix='.jsonl')
        with offline:
            offline.write('\n'.join(map(json.dumps, told.values())))
            offline.flush()
            of_messages = json.loads(run('displacement', '--from', offline.name, '--json').stdout)

        def shape(whole):
            return [(one.get('operation'), one['population'], one['measure'], one['place']['code'],
                     one['current'] and (one['current']['people'], one['current'].get('qualifier'),
                                         one['current'].get('was_people'), one['current'].get('change'),
                                         one['current'].get('household_size_source')),
                     [[point['people'] for point in window['points']] for window in one['windows']],
                     [entry['people'] for entry in one['triangulation']])
                    for one in whole['series']]

        self.assertEqual(shape(table), shape(of_messages))
        self.assertEqual([(one['people'], one.get('qualifier'), one['places'], one['places_with_a_figure'])
                          for one in table['totals']],
                         [(one['people'], one.get('qualifier'), one['places'], one['places_with_a_figure'])
                          for one in of_messages['totals']])
        # Who starts now sees the same newest figures.
        self.assertEqual(current(self.table(hub)), wanted)

    def test_all_that_is_kept_comes_before_once_ends(self):
        """More retained figures than the broker has in flight at a time."""
        hub = self.hub(FIGURES.replace(', open: true', ''))
        monitor = hub.client('agency').subscribe('tocsin/v1/to/partners/figure/#')
        self.report(hub, incident(*[{'figure': number, 'as_of': day(1), 'operation': f'operation-{number}'}
                                    for number in range(1, 251)]))
        mqtt.barrier(monitor, monitor)
        self.assertEqual(len(monitor.messages), 250)
        table = self.table(hub)
        self.assertEqual(sorted(one['current']['people'] for one in table['series']), list(range(1, 251)))

    def test_a_terminal_is_redrawn_in_place(self):
        hub = self.hub(FIGURES)
        self.report(hub, incident({'figure': 4200, 'as_of': day(1)}))
        master, slave = pty.openpty()
        shown = subprocess.Popen([TOCSIN, 'displacement', *to(hub, 'agency')], stdin=subprocess.DEVNULL, stdout=slave,
                                 stderr=slave, env=environment(TERM='xterm'))
        os.close(slave)
        text = b''

        def until(part):
            nonlocal text
            deadline = time.monotonic() + TIMEOUT
            while part not in text:
                self.assertTrue(select.select([master], [], [], max(0, deadline - time.monotonic()))[0], text)
                text += os.read(master, 65536)

        until(b'4,200')
        self.report(hub, incident({'figure': 5100, 'as_of': day(0)}))
        until(b'5,100')
        shown.send_signal(signal.SIGINT)
        self.assertEqual(shown.wait(TIMEOUT), 0)
        os.close(master)
        self.assertIn(b'\033[H', text)
        self.assertIn(b'\033[1m', text)
        self.assertNotIn(b'all that the hub keeps', text)

    def test_it_outlives_the_broker(self):
        hub = self.hub(FIGURES, journal=True)
        self.report(hub, incident({'figure': 4200, 'as_of': day(1)}))
        monitor = Displacement(hub, '--json')
        port = hub.port
        hub.stop()
        monitor.said('the line broke')
        with unittest.mock.patch('hub.free_port', return_value=port):
            hub.start()
        monitor.said('connected again')
        self.report(hub, incident({'figure': 4400, 'as_of': day(0)}))
        monitor.shown(lambda table: current(table) == {'ML0503': 4400})
        self.assertEqual(monitor.interrupt(), 0)

    def test_a_chart_of_a_hub(self):
        hub = self.hub(FIGURES)
        self.report(hub, incident({'figure': 4200, 'as_of': day(1)}))
        with tempfile.TemporaryDirectory() as folder:
            picture = pathlib.Path(folder) / 'chart.svg'
            self.assertIn('4,200', self.once(hub, '--plot', str(picture)))
            self.assertIn('ML0503 Djenne, Mopti', picture.read_text())

    def test_cron(self):
        """No terminal, no locale, no home."""
        hub = self.hub(FIGURES)
        self.report(hub, incident({'figure': 4200, 'as_of': day(1)}))
        done = run('displacement', *to(hub, 'agency'), '--once', LC_ALL='C', LANG='C', TERM='')
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stdout.encode(errors='replace'), done.stdout.encode('ascii'))
        self.assertIn('4,200', done.stdout)

    def test_a_reader_that_leaves(self):
        hub = self.hub(FIGURES)
        with subprocess.Popen([TOCSIN, 'displacement', *to(hub, 'agency'), '-q'], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=environment()) as shown:
            shown.stdout.close()
            self.assertEqual(shown.wait(TIMEOUT), 0)
            self.assertEqual(shown.stderr.read(), b'')

    def test_an_account_that_may_not_read(self):
        """The broker's own security plugin refuses subscriptions; others only never send."""
        with tempfile.TemporaryDirectory() as folder:
            config = pathlib.Path(folder) / 'security.json'
            config.write_text(json.dumps({'defaultACLAccess': {
                'publishClientSend': False, 'publishClientReceive': True, 'subscribe': False, 'unsubscribe': True}}))
            os.chmod(folder, 0o755)
            hub = self.hub(FIGURES, after=f'plugin {DYNAMIC_SECURITY}\nplugin_opt_config_file {config}')
            for words in (['--once'], ['--once', '--json'], []):
                done = run('displacement', *to(hub), *words)
                self.assertEqual((done.returncode, done.stdout), (1, ''), done.stderr)
                self.assertIn('the broker refused 7 of 7 subscriptions', done.stderr)

    def test_nobody_there(self):
        done = run('displacement', '-h', '127.0.0.1', '-p', '1', '--once')
        self.assertEqual((done.returncode, done.stdout), (3, ''))
        self.assertIn('cannot connect', done.stderr)


if __name__ == '__main__':
    unittest.main()
