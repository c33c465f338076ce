# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""clients/recipes/mqttwarn: the file read as mqttwarn reads it, its functions called as
mqttwarn calls them, with what a real hub sends. mqttwarn itself is not here."""

import ast
import configparser
import importlib.util
import json
import os
import pathlib
import re
import string
import tempfile
import unittest
import unittest.mock

import messages
from command import run, to
from hub import BrokerTest
from paho.mqtt.client import topic_matches_sub

FOLDER = pathlib.Path(os.environ['TOCSIN_SOURCE'], 'clients/recipes/mqttwarn')


def value_of(config, section, key):
    """True, False and None in any case, Python's literals, else the text."""
    text = config.get(section, key)
    special = {'TRUE': True, 'FALSE': False, 'NONE': None}
    if text.upper() in special:
        return special[text.upper()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


class Mqttwarn:
    """Its way from a message to what each target gets."""

    def __init__(self, seen):
        self.config = configparser.RawConfigParser()
        self.config.read_string((FOLDER / 'mqttwarn.ini').read_text())
        self.srv = unittest.mock.Mock()
        with unittest.mock.patch.dict(os.environ, TOCSIN_SEEN=str(seen)):
            spec = importlib.util.spec_from_file_location(
                'tocsin_functions', FOLDER / value_of(self.config, 'defaults', 'functions'))
            self.functions = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(self.functions)
        self.sent = []

    def sections(self):
        return [name for name in self.config.sections() if name not in ('defaults', 'cron', 'failover') and
                not name.startswith('config:')]

    def call(self, section, option, *arguments):
        name = re.fullmatch(r'([a-z_]+)\(\)', self.config.get(section, option)).group(1)
        return getattr(self.functions, name)(*arguments)

    def take(self, topic, payload):
        for section in self.sections():
            if not topic_matches_sub(self.config.get(section, 'topic'), topic):
                continue
            if self.call(section, 'filter', topic, payload, section, self.srv):
                continue
            data = {'topic': topic, 'payload': payload}
            data.update(self.call(section, 'alldata', topic, dict(data), self.srv))
            data.update(json.loads(payload))
            formatted = {key: string.Formatter().format(self.config.get(section, key), **data)
                         for key in ('title', 'format') if self.config.has_option(section, key)}
            for target in self.config.get(section, 'targets').split(','):
                self.sent.append((target.strip(), formatted))
        return self

    def targets(self):
        return [target for target, _ in self.sent]


class Recipe(BrokerTest):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.seen = pathlib.Path(self.folder.name, 'seen.json')

    def alerts(self, *reports):
        """What a hub sends on the JSON topics for reports with these options."""
        rules = ('version: 1\ngazetteer: [places.csv]\naudiences: {partners: {max_sensitivity: severe}}\n'
                 'open_senders: true\nrules: []\ndefault: {alert: [{audience: partners, open: true}]}\n')
        hub = self.hub(rules=rules, journal=True)
        agency = hub.client('agency').subscribe('tocsin/v1/to/partners/#')
        last = None
        for words in reports:
            if words[0] in ('update', 'cancel'):
                words = ['--' + words[0], last, *words[1:]]
            done = run('report', *to(hub, 'mopti-17'), '--json', *words)
            if done.returncode != 0:
                raise AssertionError(done.stdout + done.stderr)
            last = json.loads(done.stdout)['incident_id']
        ended = lambda message: '-json/' in message.topic and '/open' not in message.topic
        found = agency.wait(ended, 'alerts', len(reports))
        return [(message.topic, message.payload.decode()) for message in
                (found if isinstance(found, list) else [found])]

    def report(self, severity, *more):
        return ['--event', 'violence_against_civilians', '--severity', severity, '--certainty', 'observed', '--country',
                'ML', '--pcode', 'ML0503', '--occurred', '2024-08-07T18:30Z', '--sensitivity', 'moderate', *more]

    def test_the_file(self):
        mqttwarn = Mqttwarn(self.seen)
        config = mqttwarn.config
        self.assertEqual(mqttwarn.sections(), ['tocsin-mail', 'tocsin-sms'])
        self.assertIs(value_of(config, 'defaults', 'cleansession'), False)
        self.assertIsNone(value_of(config, 'defaults', 'lwt'))
        launched = [name.strip() for name in config.get('defaults', 'launch').split(',')]
        for section in [*mqttwarn.sections(), 'failover']:
            for target in config.get(section, 'targets').split(','):
                service, name = target.strip().split(':')
                self.assertIn(service, launched)
                self.assertIn(name, value_of(config, f'config:{service}', 'targets'))
            if section != 'failover':
                self.assertEqual(config.get(section, 'qos'), '1')
        # The mail service wants each of these keys.
        for key in ('server', 'sender', 'starttls', 'username', 'password'):
            self.assertTrue(config.has_option('config:smtp', key), key)

    def test_mail_and_sms(self):
        mqttwarn = Mqttwarn(self.seen)
        for message in self.alerts(self.report('severe'), self.report('moderate'), self.report('unknown')):
            mqttwarn.take(*message)
        self.assertEqual(mqttwarn.targets(),
                         ['smtp:duty', 'pipe:sms-duty', 'smtp:duty', 'smtp:duty', 'pipe:sms-duty'])
        mail, sms = mqttwarn.sent[0][1], mqttwarn.sent[1][1]
        self.assertEqual(mail['title'], '[Tocsin] SEVERE violence against civilians, Djenne, Mopti, Mali')
        for part in ('certainty: observed', 'occurred: 2024-08-07T18:', 'alert: ', 'incident: ', 'holds until: 20'):
            self.assertIn(part, mail['format'])
        self.assertLessEqual(len(sms['format']), 160)
        self.assertTrue(sms['format'].startswith('SEVERE violence against civilians, Djenne'))

    def test_repeats_and_exercises(self):
        first, drill, trial = self.alerts(self.report('severe'), self.report('extreme', '--status', 'exercise'),
                                          self.report('extreme', '--status', 'test'))
        mqttwarn = Mqttwarn(self.seen)
        for _ in range(3):
            mqttwarn.take(*first).take(*drill).take(*trial)
        # A drill on the tree of the real ones is none either.
        mqttwarn.take(first[0], drill[1])
        self.assertEqual(mqttwarn.targets(), ['smtp:duty', 'pipe:sms-duty'])
        # Nor after a restart; a lost file is said, and nothing is kept back for it.
        self.assertEqual(Mqttwarn(self.seen).take(*first).targets(), [])
        self.seen.write_text('not JSON')
        self.assertEqual(len(Mqttwarn(self.seen).take(*first).targets()), 2)
        nowhere = Mqttwarn(self.seen / 'no' / 'folder').take(*first)
        self.assertEqual(len(nowhere.targets()), 2)
        self.assertTrue(nowhere.srv.logging.warning.called)

    def test_later_versions_are_news(self):
        mqttwarn = Mqttwarn(self.seen)
        for message in self.alerts(self.report('severe'), ['update', *self.report('extreme')],
                                   ['cancel', '--close-cause', 'error']):
            mqttwarn.take(*message)
        titles = [formatted['title'] for target, formatted in mqttwarn.sent if target == 'smtp:duty']
        self.assertEqual([title.split(' ')[1] for title in titles], ['SEVERE', 'UPDATE:', 'CANCELLED:'])

    def test_the_corpus_has_words_for_all(self):
        mqttwarn = Mqttwarn(self.seen)
        for file in sorted((FOLDER.parents[2] / 'tests/corpus/incidents').glob('*.json')):
            # An incident reads as an alert without what the hub adds.
            mqttwarn.take(messages.KOUAKOUROU_JSON, file.read_text())
        self.assertGreater(len(mqttwarn.sent), 20)
        for _, formatted in mqttwarn.sent:
            self.assertNotIn('\n', formatted.get('title', ''))

    def test_what_is_no_alert_is_not_sent(self):
        mqttwarn = Mqttwarn(self.seen)
        for payload in ('', '{', '[]', 'null', '1', '{}', '{"id": 1, "status": "actual"}', '{"id": "a"}',
                        '{"id": "a", "status": "draft"}'):
            for name in ('not_for_mail', 'not_for_sms'):
                self.assertIs(getattr(mqttwarn.functions, name)('t', payload, 's', mqttwarn.srv), True, payload)
            self.assertIn('mail_title', mqttwarn.functions.words('t', {'payload': payload}))
        # Braces and line ends of a message stay what they are.
        odd = {'id': 'a', 'status': 'actual', 'area': {'name': 'x\r\nBcc: all {0}'}, 'text': '{payload}'}
        mqttwarn.take(messages.KOUAKOUROU_JSON, json.dumps(odd))
        self.assertEqual(mqttwarn.sent[0][1]['title'], '[Tocsin] UNKNOWN event unknown, x Bcc: all {0}')
        self.assertTrue(mqttwarn.sent[0][1]['format'].startswith('{payload}'))


if __name__ == '__main__':
    unittest.main()
