# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin replay where the hub has not all of it any more, or no time just now."""

import contextlib
import sqlite3
import subprocess
import unittest

from command import TIMEOUT, TOCSIN, Watch, environment, lines, run, to
from link import Link
from witness import WitnessTest

GONE = 'the hub has not all of it any more [replay.partial]'
# More than the hub looks at for one answer.
MANY = 5500


class Replay(WitnessTest):
    def start(self, **more):
        hub = self.hub(journal=True, **more)
        self.join(hub)
        return hub

    @contextlib.contextmanager
    def journal(self, hub):
        """Its journal, while it is stopped."""
        hub.stop()
        with contextlib.closing(sqlite3.connect(hub.journal_file)) as file, file:
            yield file
        hub.start()

    def replay(self, hub, *words):
        done = run('replay', *to(hub, 'agency'), *words)
        shown = lines(done.stdout) if '--json' in words else done.stdout
        return done.returncode, shown, done.stderr

    def test_what_is_gone_is_said(self):
        hub = self.start()
        self.report(4)
        with self.journal(hub) as journal:
            journal.execute("UPDATE alert SET bytes = NULL WHERE audience = 'partners' AND sequence = 2")
        code, (*alerts, end), said = self.replay(hub, '--after', '0', '--json')
        self.assertEqual([alert['sequence'] for alert in alerts], [1, 3, 4])
        self.assertEqual(end, {'audience': 'partners', 'count': 3, 'last_sequence': 4, 'complete': True,
                               'reason': 'replay.partial'})
        self.assertEqual((code, said), (1, f'3 alerts, up to sequence 4: {GONE}\n'))
        # However quiet it is to be; and what lies behind it is whole.
        self.assertEqual(self.replay(hub, '--after', '1', '-q')[::2], (1, f'2 alerts, up to sequence 4: {GONE}\n'))
        self.assertEqual(self.replay(hub, '--after', '2')[::2], (0, '2 alerts, up to sequence 4: that is all\n'))
        with self.journal(hub) as journal:
            journal.execute('UPDATE alert SET bytes = NULL')
        self.assertEqual(self.replay(hub, '--after', '0'), (1, '', f'0 alerts, up to sequence 4: {GONE}\n'))

    def test_what_lies_behind_it_comes(self):
        """An answer of which nothing is left is not the end."""
        hub = self.start()
        self.report(1)
        with self.journal(hub) as journal:
            journal.execute(
                'WITH RECURSIVE gone(at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM gone WHERE at < ?)'
                ' INSERT INTO alert(row, audience, sequence, topic, topic_sequence, alert_id, expires_ms, qos,'
                ' formats) SELECT row + at, audience, sequence + at, topic, topic_sequence + at, at, 0, 1, formats'
                " FROM gone, alert WHERE audience = 'partners'", (MANY,))
        self.join(hub)
        self.report(3)
        for after in ('0', '1'):
            code, (*alerts, end), said = self.replay(hub, '--after', after, '--json')
            self.assertEqual([alert['sequence'] for alert in alerts],
                             [*([1] if after == '0' else []), *range(MANY + 2, MANY + 5)], said)
            self.assertEqual((code, end['count'], end['complete'], end['reason']),
                             (1, len(alerts), True, 'replay.partial'))
            self.assertIn(GONE, said)

    def test_asked_again_while_the_hub_is_still_at_it(self):
        """The line broke; for the hub the first request is not over."""
        hub = self.start(faults=True, after='log_type debug')
        self.report(3)
        link = Link(hub).up()
        self.addCleanup(link.end)
        hub.fault('read hang')
        process = subprocess.Popen([TOCSIN, 'replay', '-h', '127.0.0.1', '-p', str(link.port), '-u', 'agency',
                                    '--after', '0', '--json'], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment(), text=True)
        self.addCleanup(process.kill)
        asked = r"Received PUBLISH from .*'tocsin/v1/from/agency/replay'"
        hub.log(asked)
        hub.log('^fault: read hang: ')
        link.down()
        link.up()
        hub.log(asked, 2)
        hub.fault()
        out, said = process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, 0, said)
        *alerts, end = lines(out)
        self.assertEqual([alert['sequence'] for alert in alerts], [1, 2, 3])
        self.assertEqual((end['count'], end['complete'], end.get('reason')), (3, True, None))

    def test_a_watch_says_so_too(self):
        hub = self.start()
        self.report(3)
        with self.journal(hub) as journal:
            journal.execute('UPDATE alert SET bytes = NULL WHERE sequence = 2')
        watch = Watch(hub, '--no-open', '--since', '1h')
        watch.said('the hub has not all of what came for partners any more: 2 alerts shown of it')
        self.assertEqual(watch.interrupt()[0], 0)


if __name__ == '__main__':
    unittest.main()
