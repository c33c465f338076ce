# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Two hundred reloads, half of them broken, under a steady load: nothing is lost,
nothing waits, and each broken one is answered with its lines."""

import json
import os
import threading
import time
import unittest

import messages
import mqtt
from control_test import BROKEN, MODERATE, ask
from hub import RULES, BrokerTest

ROUNDS = int(os.environ.get('TOCSIN_TEST_RELOADS', '200'))
LONGEST_S = 1.0
LINES = (r'rules.yaml:12:', r'rules.yaml:14:')


class Load:
    """Publishes incidents one after the other, and measures what a bystander's
    messages take."""

    def __init__(self, hub):
        self.field = hub.client('mopti-17')
        self.bystander = hub.client('bystander').subscribe('other/#')
        self.stop = threading.Event()
        self.sent = 0
        self.longest_s = 0.0
        self.longest_receipt_s = 0.0
        self.error = None
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self):
        try:
            while not self.stop.is_set():
                began = time.monotonic()
                self.bystander.publish('other/thing', str(self.sent), qos=1)
                self.bystander.wait(lambda m, text=str(self.sent).encode(): m.payload == text)
                self.longest_s = max(self.longest_s, time.monotonic() - began)
                self.bystander.clear()
                began = time.monotonic()
                self.field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
                self.sent += 1
                self.field.wait_topic(messages.box('mopti-17', 'receipt'), self.sent)
                self.longest_receipt_s = max(self.longest_receipt_s, time.monotonic() - began)
        except Exception as error:  # pylint: disable=broad-except
            self.error = error

    def end(self):
        self.stop.set()
        self.thread.join()
        if self.error:
            raise self.error


class ReloadLoad(BrokerTest):
    def check_end(self, hub, load, watch, rounds):
        load.end()
        receipts = load.field.wait_topic(messages.box('mopti-17', 'receipt'), load.sent)
        self.assertEqual({messages.verdict(receipt.payload) for receipt in receipts}, {'VERDICT_ACCEPTED'})
        mqtt.barrier(load.bystander, watch)
        alerts = [messages.alert(message.payload).id for message in watch.messages
                  if message.topic.startswith('tocsin/v1/to/partners/alert/')]
        self.assertEqual((len(alerts), len(set(alerts))), (load.sent, load.sent))
        self.assertEqual(hub.process.poll(), None)
        print(f'{rounds} reloads, {load.sent} incidents; longest wait of a bystander {load.longest_s * 1000:.1f} ms, '
              f'for a receipt {load.longest_receipt_s * 1000:.1f} ms')
        self.assertLess(load.longest_s, LONGEST_S)
        self.assertLess(load.longest_receipt_s, LONGEST_S)
        self.assertEqual(hub.stop()['received'], load.sent)

    def test_control(self):
        hub = self.hub(options={'admins': 'chief'}, journal=True)
        chief = hub.client('chief')
        watch = hub.client('agency').subscribe('tocsin/v1/to/+/alert/#')
        version = ask(chief, 'getRules')['data']['version']
        load = Load(hub)
        for number in range(ROUNDS):
            if number % 2:
                response = ask(chief, 'setRules', text=BROKEN, expectedVersion=version)
                for line in LINES:
                    self.assertIn(line, response['error'])
            else:
                response = ask(chief, 'setRules', text=RULES + f'# {number}\n', expectedVersion=version)
                self.assertNotIn('error', response)
                version = response['data']['version']
            chief.clear()
        status = ask(chief, 'getStatus')['data']
        self.assertEqual((status['reloads'], status['reloads_failed']), (ROUNDS, ROUNDS // 2))
        self.assertEqual(status['rules_version'], version)
        self.check_end(hub, load, watch, ROUNDS)

    def test_sighup_then_a_restart_on_the_broken_file(self):
        hub = self.hub(options={'admins': 'chief'}, journal=True)
        chief = hub.client('chief')
        watch = hub.client('agency').subscribe('tocsin/v1/to/+/alert/#')
        load = Load(hub)
        good = None
        for number in range(ROUNDS):
            hub.rules_file.write_text(BROKEN if number % 2 else RULES + f'# {number}\n')
            hub.reload()
            hub.log('tocsin: the rules of before' if number % 2 else 'tocsin: loaded 1 rules',
                    number // 2 + (1 if number % 2 else 2))
            status = ask(chief, 'getStatus')['data']
            chief.clear()
            if number % 2:
                self.assertEqual([item['line'] for item in status['diagnostics']], [12, 14])
                self.assertEqual((status['rules_state'], status['rules_version']), ('stale', good))
            else:
                self.assertEqual(status['rules_state'], 'ok')
                good = status['rules_version']
        self.check_end(hub, load, watch, ROUNDS)
        hub.start()
        status = ask(hub.client('chief'), 'getStatus')['data']
        self.assertEqual((status['rules_state'], status['rules_version'], status['rules_errors']),
                         ('last_good', good, 2))
        data = ask(hub.client('chief'), 'getRules')['data']
        self.assertTrue(data['text'].startswith(RULES))

    def test_many_rules(self):
        """Ten thousand rules are compiled aside."""
        rule = ('  - id: rule-%d\n    match: {region: ML05, min_severity: severe, sub_type: [kind-%d]}\n'
                '    alert: [{audience: partners, expires: %dh}]\n')
        many = RULES.replace('default:\n', ''.join(rule % (n, n, n % 99 + 1) for n in range(10000)) + 'default:\n')
        hub = self.hub(options={'admins': 'chief'}, journal=True)
        chief = hub.client('chief')
        watch = hub.client('agency').subscribe('tocsin/v1/to/+/alert/#')
        version = ask(chief, 'getRules')['data']['version']
        load = Load(hub)
        rounds = 6
        for number in range(rounds):
            text = many + f'# {number}\n' if number % 2 == 0 else MODERATE
            response = ask(chief, 'setRules', text=text, expectedVersion=version)
            self.assertNotIn('error', response)
            version = response['data']['version']
            self.assertEqual(response['data']['rules'], 10001 if number % 2 == 0 else 1)
            got = ask(chief, 'getRules')['data']
            self.assertEqual(got['text'], text)
            broken = ask(chief, 'setRules', text=text.replace('region: ML05,', 'regin: ML05,'),
                         expectedVersion=version)
            if number % 2 == 0:
                self.assertIn('errors', json.dumps(broken))
                self.assertIn('error', broken)
            else:
                version = broken['data']['version']
            chief.clear()
        self.check_end(hub, load, watch, rounds)


if __name__ == '__main__':
    unittest.main()
