# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin watch, and what it did not see come: --since, gaps, a line that broke, a hub that is silent."""

import re
import signal
import unittest

import messages
from command import Watch, lines, run, to
from hub import RULES
from link import Link
from witness import WitnessTest

# Its queue holds 100 alerts, and 20 more are on their way.
SMALL_QUEUE = 'max_queued_messages 100\nmax_inflight_messages 20\n'


class Missed(WitnessTest):
    def start(self, **more):
        hub = self.hub(journal=True, **more)
        self.join(hub)
        return hub

    def ids(self, text):
        return [alert['id'] for alert in lines(text)]

    def watch(self, hub, *words, **more):
        watch = Watch(hub, '--json', *words, **more)
        self.addCleanup(lambda: watch.process.poll() is None and watch.end(signal.SIGKILL))
        return watch

    def test_since_then_live_and_none_twice(self):
        hub = self.start()
        before = self.report(30)
        watch = self.watch(hub, '--since', '24h', '--count', '32', '--for', '30')
        watch.said('30 alerts for partners came since then')
        after = self.report(2)
        code, text = watch.end()
        self.assertEqual(code, 0)
        self.assertEqual(self.ids(text), before + after)

    def test_since_a_time_and_for_a_region(self):
        hub = self.start()
        before = self.report(2)
        elsewhere = messages.kouakourou()
        elsewhere.location.pcode = 'ML0501'
        self.witness.clear()
        self.field.publish(messages.box('mopti-17'), elsewhere.SerializeToString())
        self.witness.wait(lambda message: message.topic.endswith('ML0501'))
        watch = self.watch(hub, '--since', '2024-08-07', '--region', 'ML/ML05/ML0503', '--count', '2', '--for', '30')
        code, text = watch.end()
        self.assertEqual((code, self.ids(text)), (0, before))
        watch = self.watch(hub, '--no-open', '--since', '2099-01-01')
        watch.said('0 alerts for partners came since then')
        self.assertEqual(watch.interrupt(), (0, ''))

    def test_more_than_one_answer_holds(self):
        """The hub sends 500 at a time; what comes meanwhile waits for its turn."""
        hub = self.start()
        before = self.report(620)
        watch = self.watch(hub, '--no-open', '--since', '1h', '--count', '620', '--for', '60')
        code, text = watch.end()
        self.assertEqual((code, self.ids(text)), (0, before))

    def test_since_is_refused(self):
        hub = self.start()
        watch = self.watch(hub, '--since', '24h', '--count', '1', '--for', '30', user='coord')
        watch.said('what came before for partners cannot be shown: '
                   'this user is not a member of that audience [replay.forbidden]')
        self.report(1)
        self.assertEqual(watch.end()[0], 0)
        bare = self.hub()
        watch = self.watch(bare, '--since', '24h')
        watch.said('it keeps no journal, or cannot read it now [replay.unavailable]')
        watch.interrupt()
        done = run('watch', *to(hub), '--since', 'tomorrowish')
        self.assertEqual(done.returncode, 2)
        self.assertIn('--since', done.stderr)

    def test_a_broken_line_is_caught_up_with(self):
        hub = self.start()
        link = Link(hub).up()
        self.addCleanup(link.end)
        first = self.report(1)
        watch = self.watch(hub, '-L', f'mqtt://agency@127.0.0.1:{link.port}', '--no-open', '--since', '1h',
                           '--count', '5', '--for', '60')
        # A live alert may still be on its way to a watch when others have it.
        watch.said('1 alert for partners came since then')
        link.down()
        watch.said('the line broke')
        missed = self.report(3)
        link.up()
        watch.said('connected again')
        watch.said('3 alerts for partners came meanwhile; the hub sent them again')
        last = self.report(1)
        code, text = watch.end()
        self.assertEqual((code, self.ids(text)), (0, first + missed + last))

    def test_what_cannot_be_caught_up_with_is_said(self):
        hub = self.hub()
        link = Link(hub).up()
        self.addCleanup(link.end)
        watch = self.watch(hub, '-L', f'mqtt://agency@127.0.0.1:{link.port}')
        link.down()
        watch.said('the line broke')
        link.up()
        watch.said('what came meanwhile for partners cannot be asked for and may be missed: '
                   'this hub cannot replay: it keeps no journal, or cannot read it now [replay.unavailable]')
        watch.interrupt()

    def gap(self, hub, *words, count=150):
        """A watch whose queue at the broker ran over while it could not read."""
        watch = self.watch(hub, '--no-open', '--format', 'protobuf', *words)
        before = self.report(1)
        watch.process.send_signal(signal.SIGSTOP)
        flood = self.report(count)
        watch.process.send_signal(signal.SIGCONT)
        return watch, before + flood

    def test_a_queue_that_ran_over(self):
        hub = self.start(sample=SMALL_QUEUE)
        watch, came = self.gap(hub, '--count', '152', '--for', '60')
        # Only the next alert on the topic shows it.
        came += self.report(1)
        watch.said('GAP: ')
        gap = next(line for line in watch.errors if 'GAP: ' in line)
        missing = int(re.search(r'GAP: (\d+) alerts are missing on ' + messages.KOUAKOUROU, gap).group(1))
        self.assertGreaterEqual(missing, 10)
        code, text = watch.end()
        self.assertEqual((code, sorted(self.ids(text))), (0, sorted(came)))
        self.assertEqual(len(set(came)), 152)

    def test_a_gap_that_nobody_fills(self):
        hub = self.start(sample=SMALL_QUEUE, rules=RULES.replace('members: [agency]', 'members: [other]'))
        watch, _ = self.gap(hub)
        self.report(1)
        watch.said(f'alerts stay missing on {messages.KOUAKOUROU}: this user is not a member of that audience')
        code, text = watch.interrupt()
        self.assertEqual(code, 0)
        self.assertLess(len(lines(text)), 152)

    def test_other_topics_are_no_gap(self):
        """The audience's count goes on for what the filter leaves out."""
        hub = self.start()
        watch = self.watch(hub, '--no-open', '--region', 'ML/ML05/ML0501', '--count', '2', '--for', '30')
        near = messages.kouakourou()
        near.location.pcode = 'ML0501'
        for number in range(2):
            self.report(3)
            self.witness.clear()
            near.id = messages.kouakourou().id
            self.field.publish(messages.box('mopti-17'), near.SerializeToString())
            self.witness.wait(lambda message: message.topic.endswith('ML0501'))
        code, text = watch.end()
        self.assertEqual((code, len(lines(text))), (0, 2))
        self.assertEqual([line for line in watch.errors if line and 'GAP' in line], [])

    def test_a_silent_hub_and_its_return(self):
        """The hub gives a sign every 30 s, and one when it is told to read its rules."""
        hub = self.start()
        watch = self.watch(hub, '--heartbeat-patience', '1s')
        watch.said('THE HUB IS SILENT: last sign of life for partners')
        hub.reload()
        watch.said('the hub is back: signs of life for partners again')
        watch.interrupt()

    def test_no_hub_at_all(self):
        broker = self.hub(plugin=False)
        watch = self.watch(broker, '--heartbeat-patience', '1s')
        watch.said('NO SIGN OF LIFE from a hub for partners: alerts may not be coming. Is there such an audience, ')
        watch.interrupt()


if __name__ == '__main__':
    unittest.main()
