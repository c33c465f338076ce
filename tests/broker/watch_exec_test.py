# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin watch --exec: a command for each alert, beside the line to the broker."""

import json
import os
import pathlib
import signal
import tempfile
import time
import unittest

import messages
from command import TIMEOUT, Watch
from hub import BrokerTest


class Exec(BrokerTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.gate = self.folder / 'gate'
        # No longer than the test, and not on its standard error: nobody waits for it there.
        self.wait = f'(while test -d {self.folder} && ! test -e {self.gate}; do sleep 0.05; done) >/dev/null 2>&1'

    def start(self, **more):
        hub = self.hub(journal=True, **more)
        self.witness = hub.client('agency', client_id='witness').subscribe(
            'tocsin/v1/to/partners/alert/#', 'tocsin/v1/to/partners/exercise/#')
        self.field = hub.client('mopti-17')
        return hub

    def report(self, count=1, **changes):
        self.witness.clear()
        for _ in range(count):
            self.field.publish(messages.box('mopti-17'), messages.kouakourou(**changes).SerializeToString(), wait=False)
        found = self.witness.wait(lambda message: True, count=count)
        return [messages.alert(message.payload).id for message in (found if count > 1 else [found])]

    def watch(self, hub, command, *words, **more):
        watch = Watch(hub, '--json', '--exec', command, *words, XDG_STATE_HOME=str(self.folder), **more)
        self.addCleanup(lambda: watch.process.poll() is None and watch.end(signal.SIGKILL))
        self.addCleanup(self.gate.touch)
        return watch

    def wait_shown(self, watch, count):
        deadline = time.monotonic() + TIMEOUT
        while os.pread(watch.output.fileno(), 1 << 20, 0).count(b'\n') < count:
            self.assertLess(time.monotonic(), deadline)

    def wait_ran(self, watch, count):
        """Commands that say so."""
        with watch.news:
            self.assertTrue(watch.news.wait_for(lambda: watch.errors.count('ran') >= count, TIMEOUT), watch.errors)

    def test_once_an_alert_in_order(self):
        hub = self.start()
        out = self.folder / 'out'
        watch = self.watch(hub, f'printf "%s %s %s %s %s %s " $TOCSIN_ALERT_ID $TOCSIN_SEVERITY $TOCSIN_STATUS '
                           f'$TOCSIN_MSG_TYPE $TOCSIN_EVENT $TOCSIN_CAME >> {out}; cat >> {out}; echo >> {out}; '
                           f'echo said on standard output', '--count', '5', '--for', '30')
        ids = self.report(5)
        code, text = watch.end()
        self.assertEqual(code, 0)
        shown = [json.loads(line) for line in text.splitlines()]
        told = [line.split(' ', 6) for line in out.read_text().splitlines()]
        self.assertEqual([words[0] for words in told], ids)
        self.assertEqual({tuple(words[1:6]) for words in told}, {('severe', 'actual', 'alert', 'battles', 'live')})
        self.assertEqual([json.loads(words[6]) for words in told], shown)
        self.assertIn('said on standard output', watch.errors)

    def test_exercises_are_told_apart(self):
        hub = self.start()
        out = self.folder / 'out'
        watch = self.watch(hub, f'echo $TOCSIN_STATUS $TOCSIN_TOPIC >> {out}', '--exercises', '--count', '1', '--for', '30')
        self.report(status=messages.enums_pb2.STATUS_EXERCISE)
        self.assertEqual(watch.end()[0], 0)
        self.assertEqual(out.read_text(), f'exercise {messages.KOUAKOUROU.replace("/alert/", "/exercise/")}\n')

    def test_a_failing_command_is_said(self):
        hub = self.start()
        watch = self.watch(hub, 'exit 7')
        first, second = self.report(2)
        watch.said(f'the command for alert {first} failed with exit status 7')
        watch.said(f'the command for alert {second} failed with exit status 7')
        self.assertEqual(watch.interrupt()[0], 0)
        watch = self.watch(hub, 'kill -TERM $$', '--no-open')
        (third,) = self.report()
        watch.said(f'the command for alert {third} was ended by signal 15')
        self.assertEqual(watch.interrupt()[0], 0)

    def test_a_slow_command_holds_up_nothing(self):
        """The first waits until the last alert was shown."""
        hub = self.start()
        out = self.folder / 'out'
        watch = self.watch(hub, f'{self.wait}; echo $TOCSIN_ALERT_ID >> {out}; echo went on')
        ids = self.report(4)
        self.wait_shown(watch, 4)
        self.gate.touch()
        with watch.news:
            watch.news.wait_for(lambda: watch.errors.count('went on') == 4 or None in watch.errors, 30)
        self.assertEqual(out.read_text().split(), ids)
        code, text = watch.interrupt()
        self.assertEqual((code, [json.loads(line)['id'] for line in text.splitlines()]), (0, ids))

    def test_interrupted_it_waits_for_the_one_that_runs(self):
        hub = self.start()
        watch = self.watch(hub, f'echo it runs; {self.wait}; echo it went on')
        self.report(3)
        self.wait_shown(watch, 3)
        watch.said('it runs')
        watch.process.send_signal(signal.SIGINT)
        watch.said('2 alerts were not given to the command any more')
        self.gate.touch()
        watch.said('it went on')
        self.assertEqual(watch.end()[0], 0)
        self.assertEqual(watch.errors.count('it runs'), 1)

    def test_a_second_signal_ends_it(self):
        hub = self.start()
        watch = self.watch(hub, f'echo it runs; {self.wait}')
        first, _ = self.report(2)
        self.wait_shown(watch, 2)
        watch.said('it runs')
        watch.process.send_signal(signal.SIGINT)
        watch.said('1 alert was not given')
        code, _ = watch.interrupt()
        self.assertEqual(code, 0)
        self.assertIn(f'tocsin watch: the command for alert {first} was ended by signal 9', watch.errors)

    def test_too_many_wait(self):
        hub = self.start()
        watch = self.watch(hub, f'{self.wait}')
        self.report(260)
        self.wait_shown(watch, 260)
        watch.said('is not given to the command: 256 wait for it already')
        watch.process.send_signal(signal.SIGINT)
        watch.said('255 alerts were not given to the command any more')
        watch.interrupt()

    def test_killed_before_its_commands_ran(self):
        """With --keep they run after the restart: an alert is done once its command was."""
        hub = self.start()
        out = self.folder / 'out'
        words = ['--keep', '-i', 'duty', '--no-open', '--for', '60']
        watch = self.watch(hub, f'echo it runs; exec >/dev/null 2>&1; {self.wait}', *words)
        ids = self.report(3)
        watch.said('it runs')
        watch.end(signal.SIGKILL)
        # Without a count: what the broker brings at once could end it before it is ready.
        again = self.watch(hub, f'echo $TOCSIN_ALERT_ID >> {out}; echo ran', *words)
        hub.reload()  # the next heartbeat says how far the hub is
        self.wait_ran(again, 3)
        again.interrupt()
        self.assertEqual(sorted(out.read_text().split()), sorted(ids))

    def test_killed_with_its_command_and_more_came_meanwhile(self):
        """The broker brings what came meanwhile, and was told to be done with the one before."""
        hub = self.start()
        out = self.folder / 'out'
        words = ['--keep', '-i', 'duty', '--no-open', '--for', '60']
        watch = self.watch(hub, f'echo it runs; exec >/dev/null 2>&1; {self.wait}', *words)
        ids = self.report()
        watch.said('it runs')
        watch.end(signal.SIGKILL)
        ids += self.report(2)
        again = self.watch(hub, f'echo $TOCSIN_ALERT_ID >> {out}; echo ran', *words)
        self.wait_shown(again, 2)
        hub.reload()
        self.wait_ran(again, 3)
        again.interrupt()
        self.assertEqual(sorted(out.read_text().split()), sorted(ids))


if __name__ == '__main__':
    unittest.main()
