# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""No edit of the rules can stop the hub."""

import json
import re
import subprocess
import unittest

import messages
from hub import RULES, BrokerTest
from tocsin.v1 import enums_pb2

MODERATE = RULES.replace('min_severity: severe', 'min_severity: moderate')
BROKEN = RULES.replace('min_severity: severe', 'min_severty: severe').replace(
    'alert: [{audience: partners, open', 'alert: [{audience: partner, open')
BROKEN_LINES = [r'rules\.yaml:12:\d+: error: .*min_severty.*min_severity',
                r'rules\.yaml:14:\d+: error: .*partner.*partners']


class Reload(BrokerTest):
    def report(self, hub, severity=enums_pb2.SEVERITY_MODERATE):
        """Publishes one and returns its routing."""
        field = hub.client('mopti-17')
        field.publish(messages.box('mopti-17'),
                      messages.kouakourou(severity=severity).SerializeToString())
        answer = field.wait_topic(messages.box('mopti-17', 'receipt'))
        field.close()
        self.assertEqual(messages.verdict(answer.payload), 'VERDICT_ACCEPTED')
        return enums_pb2.Routing.Name(messages.receipt(answer.payload).routing)

    def heartbeat(self, watch, holds):
        message = watch.wait(
            lambda m: m.topic == 'tocsin/v1/to/coordination/heartbeat' and
            holds(json.loads(m.payload)), 'a heartbeat')
        return json.loads(message.payload)

    def check_reloads(self, hub):
        watch = hub.client('watch').subscribe('tocsin/v1/to/+/heartbeat',
                                              '$SYS/broker/tocsin/state')
        first = self.heartbeat(watch, lambda beat: beat['rules_state'] == 'ok')
        self.assertEqual(self.report(hub), 'ROUTING_DEFAULTED')

        hub.rules_file.write_text(MODERATE)
        hub.reload()
        second = self.heartbeat(
            watch, lambda beat: beat['rules_version'] != first['rules_version'])
        self.assertEqual(second['rules_state'], 'ok')
        self.assertEqual(self.report(hub), 'ROUTING_ROUTED')

        hub.rules_file.write_text(BROKEN)
        hub.reload()
        third = self.heartbeat(watch, lambda beat: beat['rules_state'] != 'ok')
        self.assertEqual(third['rules_state'], 'stale')
        self.assertEqual(third['rules_version'], second['rules_version'])
        self.assertEqual(self.report(hub), 'ROUTING_ROUTED')
        for pattern in BROKEN_LINES:
            hub.log('tocsin: .*' + pattern)
        state = watch.wait(lambda m: m.topic == '$SYS/broker/tocsin/state' and
                           json.loads(m.payload)['reloads_failed'] == 1)
        self.assertEqual(json.loads(state.payload)['rules_errors'], 2)

        hub.rules_file.write_text(RULES)
        watch.clear()
        hub.reload()
        fourth = self.heartbeat(watch, lambda beat: beat['rules_state'] == 'ok')
        self.assertEqual(fourth['rules_version'], first['rules_version'])
        self.assertEqual(self.report(hub), 'ROUTING_DEFAULTED')

    def test_without_journal(self):
        self.check_reloads(self.hub())

    def test_with_journal(self):
        self.check_reloads(self.hub(journal=True))

    def test_a_reload_throws_nobody_out(self):
        passwords = self.make_hub()
        # Made by mosquitto_passwd; the password is "tocsin".
        file = passwords.folder / 'passwords'
        subprocess.run(['mosquitto_passwd', '-b', '-c', str(file), 'mopti-17', 'tocsin'],
                       check=True)
        passwords.authentication = f'password_file {file}'
        passwords.start()
        before = passwords.client('mopti-17', password='tocsin')
        for text in (BROKEN, RULES):
            passwords.rules_file.write_text(text)
            seen = len([line for line in passwords.lines
                        if re.search('tocsin: (loaded|the rules of before)', line)])
            passwords.reload()
            passwords.log('tocsin: (loaded|the rules of before)', seen + 1)
            after = passwords.client('mopti-17', password='tocsin')
            after.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
            after.wait_topic(messages.box('mopti-17', 'receipt'))
            with self.assertRaises(ConnectionError):
                passwords.client('mopti-17', password='wrong')
        self.assertEqual(before.disconnects, 0)

    def test_many_reloads_under_load(self):
        hub = self.hub()
        watch = hub.client('agency').subscribe('tocsin/v1/to/+/alert/#')
        field = hub.client('mopti-17')
        rounds = 40
        for number in range(rounds):
            hub.rules_file.write_text(BROKEN if number % 2 else RULES + f'# {number}\n')
            hub.reload()
            field.publish(messages.box('mopti-17'), messages.kouakourou().SerializeToString())
        field.wait_topic(messages.box('mopti-17', 'receipt'), rounds)
        self.assertEqual(len(watch.wait_topic(messages.KOUAKOUROU, rounds)), rounds)
        self.assertEqual(hub.stop()['routed'], rounds)

    def test_audience_that_goes_loses_its_heartbeat(self):
        hub = self.hub()
        watch = hub.client('watch').subscribe('tocsin/v1/to/+/heartbeat')
        watch.wait_topic('tocsin/v1/to/public/heartbeat')
        hub.rules_file.write_text(re.sub(r'  public:.*\n', '', RULES))
        watch.clear()
        hub.reload()
        watch.wait(lambda m: m.topic == 'tocsin/v1/to/public/heartbeat' and not m.payload)
        late = hub.client('late').subscribe('tocsin/v1/to/+/heartbeat')
        late.wait_topic('tocsin/v1/to/partners/heartbeat')
        late.wait_topic('tocsin/v1/to/coordination/heartbeat')
        self.assertNotIn('tocsin/v1/to/public/heartbeat', late.topics())

    def test_restart_on_a_broken_file_runs_on_the_last_good_rules(self):
        hub = self.hub(rules=MODERATE, journal=True)
        self.assertEqual(self.report(hub), 'ROUTING_ROUTED')
        hub.stop()
        hub.rules_file.write_text(BROKEN)
        hub.start()
        for pattern in BROKEN_LINES:
            hub.log('tocsin: .*' + pattern)
        hub.log('tocsin: running on the last good rules')
        watch = hub.client('watch').subscribe('tocsin/v1/to/+/heartbeat')
        self.heartbeat(watch, lambda beat: beat['rules_state'] == 'last_good')
        self.assertEqual(self.report(hub), 'ROUTING_ROUTED')
        hub.rules_file.write_text(RULES)
        hub.reload()
        self.heartbeat(watch, lambda beat: beat['rules_state'] == 'ok')
        self.assertEqual(self.report(hub), 'ROUTING_DEFAULTED')
        hub.stop()
        # A file that is gone is broken too, and what was reloaded is the last good.
        hub.rules_file.unlink()
        hub.start()
        self.assertEqual(self.report(hub), 'ROUTING_DEFAULTED')

    def test_broken_gazetteer_is_a_broken_rule_file(self):
        hub = self.hub(journal=True)
        hub.stop()
        (hub.folder / 'places.csv').write_text('not,a,gazetteer\n')
        hub.start()
        hub.log('tocsin: running on the last good rules')
        self.assertEqual(self.report(hub), 'ROUTING_DEFAULTED')

    def test_never_any_good_rules(self):
        for journal in (False, True):
            with self.subTest(journal=journal):
                self.assert_refused(self.make_hub(rules=BROKEN, journal=journal), *BROKEN_LINES)

    def test_without_journal_a_broken_file_stops_the_start(self):
        hub = self.hub()
        hub.stop()
        hub.rules_file.write_text(BROKEN)
        self.assert_refused(hub, 'tocsin: without a journal no good rules are kept',
                            *BROKEN_LINES)


if __name__ == '__main__':
    unittest.main()
