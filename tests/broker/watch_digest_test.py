# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin watch and relay: what a throttle held is seen, once, and a drill's as a drill's."""

import json
import os
import pathlib
import re
import signal
import tempfile
import unittest

import jsonschema

import messages
from command import Relay, Watch, lines
from hub import RULES, BrokerTest

THROTTLED = RULES.replace('default:', '    throttle: {per: [event], max: 1, in: 2s}\ndefault:')
SCHEMA = pathlib.Path(os.environ['TOCSIN_SOURCE']) / 'proto/schema/digest.schema.json'


class WatchDigest(BrokerTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self):
        hub = self.hub(rules=THROTTLED)
        self.reader = hub.client('agency').subscribe('tocsin/v1/to/partners/digest-json')
        self.field = hub.client('mopti-17')
        return hub

    def report(self, severity='severe', event='battles', status='actual'):
        incident = messages.kouakourou(severity=messages.enums_pb2.Severity.Value(f'SEVERITY_{severity.upper()}'),
                                       status=messages.enums_pb2.Status.Value(f'STATUS_{status.upper()}'))
        incident.event.type = messages.enums_pb2.EventType.Value(f'EVENT_TYPE_{event.upper()}')
        self.field.publish(messages.box('mopti-17'), incident.SerializeToString(), wait=False)

    def watch(self, hub, *words, **more):
        watch = Watch(hub, *words, '--for', '60', **more)
        self.addCleanup(lambda: watch.process.poll() is None and watch.end(signal.SIGKILL))
        return watch

    def hold(self, **how):
        """Of two incidents one is held, and told in both forms."""
        self.reader.clear()
        self.report(**how)
        self.report(**how)
        return json.loads(self.reader.wait_topic('tocsin/v1/to/partners/digest-json').payload)

    def test_a_person_sees_it_once(self):
        hub = self.start()
        watch = self.watch(hub, '--region', 'ML05', '--count', '2')
        elsewhere = self.watch(hub, '--region', 'ML07', '--json')
        protests = self.watch(hub, '--event', 'protests', '--json')
        self.hold()
        # No throttle holds it: what is behind the digest is there once this is.
        self.report('extreme')
        code, text = watch.end()
        self.assertEqual(code, 0)
        self.assertEqual(len(re.findall('HELD BACK', text)), 1, text)
        self.assertRegex(text, r'\n\[\.{4}\] HELD BACK: 1 incident \(throttle, rule mopti-violence\), \d{4}-.*\n'
                         r' +1 battles, Mali \(ML05\), highest severity severe\n\n')
        self.assertLess(text.index('SEVERE'), text.index('HELD BACK'))
        self.assertEqual(elsewhere.interrupt(), (0, ''))
        self.assertEqual(protests.interrupt(), (0, ''))

    def test_a_program_reads_it_as_it_came(self):
        hub = self.start()
        watches = [self.watch(hub, '--json', '--format', form, '--count', '2') for form in ('both', 'json', 'protobuf')]
        digest = self.hold()
        jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(digest)
        self.assertEqual((digest['status'], digest['redaction']), ('actual', 'high'))
        self.report('extreme')
        for watch in watches:
            code, text = watch.end()
            self.assertEqual(code, 0)
            shown = lines(text)
            self.assertEqual([line for line in shown if 'reason' in line], [digest])
            self.assertEqual(len(shown), 3)

    def test_a_drill_only_on_request(self):
        hub = self.start()
        quiet, loud = self.watch(hub, '--count', '1'), self.watch(hub, '--exercises', '--count', '2')
        self.assertEqual(self.hold(status='exercise')['status'], 'exercise')
        self.report('extreme')
        self.assertNotIn('HELD BACK', quiet.end()[1])
        self.assertIn('[....] EXERCISE HELD BACK: 1 incident', loud.end()[1])

    def test_a_table_has_no_row_for_it(self):
        hub = self.start()
        watch = self.watch(hub, '--csv', '--count', '2')
        self.hold()
        watch.said('HELD BACK: 1 incident (throttle, rule mopti-violence)')
        self.report('extreme')
        code, text = watch.end()
        self.assertEqual((code, len(text.splitlines())), (0, 4))
        self.assertNotIn('HELD BACK', text)

    def test_the_command_gets_it(self):
        hub = self.start()
        out = self.folder / 'out'
        watch = self.watch(hub, '--count', '2', '--exec',
                           f'echo $TOCSIN_KIND "$TOCSIN_ALERT_ID" $TOCSIN_SEVERITY $TOCSIN_STATUS $TOCSIN_AUDIENCE '
                           f'$TOCSIN_TOPIC $TOCSIN_CAME >> {out}; cat >> {out}; echo >> {out}')
        digest = self.hold()
        self.report('extreme')
        self.assertEqual(watch.end()[0], 0)
        told = out.read_text().splitlines()
        self.assertEqual([line.split()[0] for line in told[::2]], ['alert', 'digest', 'alert'])
        self.assertEqual(told[2], 'digest  severe actual partners tocsin/v1/to/partners/digest live')
        self.assertEqual(json.loads(told[3]), digest)

    def test_a_failing_command_is_said(self):
        hub = self.start()
        watch = self.watch(hub, '--exec', 'test $TOCSIN_KIND = alert')
        self.hold()
        watch.said('the command for a digest of mopti-violence failed with exit status 1')

    def test_kept_and_not_twice(self):
        hub = self.start()
        keep = ['--keep', '-i', 'duty', '--json', '--count']
        watch = self.watch(hub, *keep, '2', XDG_STATE_HOME=str(self.folder))
        first = self.hold()
        self.report('extreme')
        self.assertEqual([line for line in lines(watch.end()[1]) if 'reason' in line], [first])
        away = self.hold(event='violence_against_civilians')
        self.report('extreme')
        watch = self.watch(hub, *keep, '3', XDG_STATE_HOME=str(self.folder))
        self.report('extreme')
        self.assertEqual([line for line in lines(watch.end()[1]) if 'reason' in line], [away])

    def test_a_relay_says_that_it_does_not_pass_it_on(self):
        hub = self.start()
        taken = hub.client('reader').subscribe('tocsin-cap/#')
        relay = Relay(hub, '--memory', str(self.folder / 'relayed'))
        self.addCleanup(lambda: relay.process.poll() is None and relay.end(signal.SIGKILL))
        self.hold()
        relay.said('not relayed, since it is no alert, to partners: HELD BACK: 1 incident (throttle, rule')
        self.report('extreme')
        taken.wait(lambda message: '/extreme/' in message.topic)
        self.assertEqual(len(taken.topics('tocsin-cap/')), 2)
        self.assertEqual(relay.interrupt()[0], 0)
        self.assertEqual(len([line for line in relay.errors if line and 'not relayed' in line]), 1)


if __name__ == '__main__':
    unittest.main()
