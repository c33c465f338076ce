# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Every case of tests/corpus through the broker: verdict, violations, topics.

The broker's clock is the real one, so all times in a JSON case are moved by the span
between the time at which the case was received and now. Bytes are published as they
are: there the checks of the clock may warn as well. Cases marked `clock: fake` need
time to pass and are left to the engine's tests."""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

import messages
import mqtt
from hub import BrokerTest

CORPUS = pathlib.Path(os.environ['TOCSIN_SOURCE']) / 'tests' / 'corpus'
TIME = re.compile(rb'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))"')
OF_THE_CLOCK = {'sent.clock', 'expires.past'}


def moved(payload, span):
    def move(match):
        text = match.group(1).decode()
        time = datetime.datetime.fromisoformat(text.replace('Z', '+00:00')) + span
        return f'"{time.isoformat()}"'.replace('+00:00', 'Z').encode()

    return TIME.sub(move, payload)


class Corpus(BrokerTest):
    @classmethod
    def setUpClass(cls):
        cls.expect = yaml.safe_load((CORPUS / 'expect.yaml').read_text())
        cls.cases = {case['name']: dict(cls.expect['defaults'], **case)
                     for case in cls.expect['cases']}
        cls.large = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.large.cleanup)
        subprocess.run([sys.executable, str(CORPUS / 'make_bytes.py'), '--large', cls.large.name],
                       check=True)

    def corpus_hub(self, journal):
        return self.hub(journal=journal,
                        options={'rules_file': str(CORPUS / self.expect['rules'])})

    def span(self, case):
        """From the time at which a case was received to now."""
        received = datetime.datetime.fromisoformat(case['received'].replace('Z', '+00:00'))
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        return now - received

    def payload(self, case, span):
        folder = pathlib.Path(self.large.name) if case.get('generated') else CORPUS
        data = (folder / case['file']).read_bytes()
        if not case['file'].endswith('.json'):
            return data
        return moved(data, span)

    def publish(self, hub, case, span):
        """Publishes one and returns its receipt as Tocsin JSON would have it."""
        field = hub.client(case['sender'])
        as_json = case['form'] == 'json'
        field.publish(messages.box(case['sender'], 'incident-json' if as_json else 'incident'),
                      self.payload(case, span))
        if as_json:
            answer = json.loads(field.wait_topic(
                messages.box(case['sender'], 'receipt-json')).payload)
        else:
            answer = self.as_json(field.wait_topic(
                messages.box(case['sender'], 'receipt')).payload)
        field.close()
        return answer

    @staticmethod
    def as_json(payload):
        receipt = messages.receipt(payload)

        def lower(kind, value):
            return type(receipt).DESCRIPTOR.fields_by_name[kind].enum_type.values_by_number[
                value].name.split('_', 1)[1].lower()

        return {
            'verdict': lower('verdict', receipt.verdict),
            'routing': lower('routing', receipt.routing),
            'rules': list(receipt.rules), 'held_by': list(receipt.held_by),
            'topics': receipt.topics,
            'violations': [{'field': v.field, 'check': v.check, 'level': v.level}
                           for v in receipt.violations],
        }

    def check_receipt(self, case, answer):
        self.assertEqual(answer['verdict'], case['verdict'], answer)
        got = [(v['check'], v.get('field', ''), v['level']) for v in answer.get('violations', [])]
        wanted = [(v['check'], v['field'], v['level']) for v in case['violations']]
        if not case['file'].endswith('.json'):
            got = [v for v in got if v in wanted or v[0] not in OF_THE_CLOCK]
        self.assertEqual(sorted(got), sorted(wanted))
        if case['verdict'] not in ('accepted', 'duplicate'):
            self.assertIn(answer.get('routing', ''), ('', 'unspecified'))
            return
        self.assertEqual(answer['routing'], case['routing'])
        self.assertEqual(answer.get('rules', []), case['rules'])
        self.assertEqual(answer.get('held_by', []), case['held_by'])

    def sent(self, watch, *kinds):
        pattern = re.compile(r'tocsin/v1/to/[a-z]+/(%s)/' % '|'.join(kinds))
        return sorted({message.topic for message in watch.messages
                       if pattern.match(message.topic) and message.payload})

    def check_topics(self, case, watch):
        wanted = sorted(topic for topics in case.get('topics', {}).values() for topic in topics)
        alerts = self.sent(watch, 'alert', 'exercise', 'test')
        twins = self.sent(watch, 'alert-json', 'exercise-json', 'test-json')
        # An audience with JSON alone is expected by its JSON topic.
        self.assertEqual(alerts, [topic for topic in wanted if '-json/' not in topic])
        self.assertEqual(sorted(re.sub(r'/(alert|exercise|test)-json/', r'/\1/', t) for t in twins),
                         sorted(re.sub(r'/(alert|exercise|test)-json/', r'/\1/', t)
                                for t in wanted))
        opened = self.sent(watch, 'open', 'open-json')
        for prefix in case.get('open', {}).values():
            self.assertTrue(any(topic.startswith(prefix) for topic in opened), (prefix, opened))
        if 'figures' in case:
            figures = sorted(t for topics in case['figures'].values() for t in topics)
            self.assertEqual(self.sent(watch, 'figure'),
                             [t for t in figures if '-json/' not in t])
        if case['verdict'] != 'accepted':
            self.assertEqual(self.sent(watch, 'open', 'open-json', 'figure', 'figure-json'), [])

    def run_case(self, hub, watch, case):
        span = self.span(case)
        for name in case.get('after', []):
            self.publish(hub, self.cases[name], span)
        mqtt.barrier(watch, watch)
        watch.clear()
        answer = self.publish(hub, case, span)
        mqtt.barrier(watch, watch)
        self.check_receipt(case, answer)
        self.check_topics(case, watch)

    def run_all(self, journal):
        shared = self.corpus_hub(journal)
        watch = shared.client('coord-duty').subscribe('tocsin/v1/to/#')
        for case in self.cases.values():
            if case.get('clock') == 'fake':
                continue
            with self.subTest(case=case['name']):
                if not case.get('after') and not case.get('figures'):
                    self.run_case(shared, watch, case)
                    continue
                # A hub of its own: another case's chain or newer figure would count.
                hub = self.corpus_hub(journal)
                self.run_case(hub, hub.client('coord-duty').subscribe('tocsin/v1/to/#'), case)
                hub.stop()

    def test_without_journal(self):
        self.run_all(False)

    def test_with_journal(self):
        self.run_all(True)


if __name__ == '__main__':
    unittest.main()
