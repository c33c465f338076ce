# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin watch --keep: over restarts, kills and lost sessions nothing is missed and nothing is seen twice."""

import fcntl
import json
import os
import pathlib
import signal
import struct
import subprocess
import tempfile
import termios
import threading
import time
import unittest

from command import TIMEOUT, TOCSIN, Watch, environment, lines, run, to
from witness import WitnessTest

SMALL_QUEUE = 'max_queued_messages 100\nmax_inflight_messages 20\n'
KEEP = ['--keep', '-i', 'duty', '--json']


class Keep(WitnessTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = folder.name

    def start(self, **more):
        hub = self.hub(journal=True, **more)
        self.join(hub)
        return hub

    def watch(self, hub, *words, **more):
        watch = Watch(hub, *KEEP, *words, **{'XDG_STATE_HOME': self.state, **more})
        self.addCleanup(lambda: watch.process.poll() is None and watch.end(signal.SIGKILL))
        return watch

    def ids(self, text):
        return [alert['id'] for alert in lines(text)]

    def test_a_restart(self):
        for version in ('mqttv5', 'mqttv311'):
            with self.subTest(version=version):
                hub = self.start()
                words = ['-i', f'duty-{version}', '-V', version, '--for', '30']
                first = self.watch(hub, *words, '--count', '3')
                seen = self.report(3)
                self.assertEqual(self.ids(first.end()[1]), seen)
                away = self.report(4)
                second = self.watch(hub, *words, '--count', '5')
                live = self.report(1)
                self.assertEqual(self.ids(second.end()[1]), away + live)

    def test_killed_at_any_moment(self):
        """Also without a journal: what was not shown was not acknowledged."""
        for journal in (True, False):
            with self.subTest(journal=journal):
                hub = self.hub(journal=journal)
                self.join(hub)
                self.kill_it(hub, f'killed-{journal}', 300, 12)

    def kill_it(self, hub, name, count, kills):
        came, reported, part = [], [], count // (kills + 1)
        reporter = threading.Thread(target=lambda: reported.extend(self.report(count)))
        self.assertEqual(self.watch(hub, '-i', name).interrupt(), (0, ''))
        reporter.start()
        for turn in range(kills + 1):
            process = subprocess.Popen([TOCSIN, 'watch', *to(hub, 'agency'), *KEEP, '-i', name], stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, env=environment(XDG_STATE_HOME=self.state), text=True)
            guard = threading.Timer(2 * TIMEOUT, process.kill)
            guard.start()
            if turn < kills:
                while len(set(came)) < (turn + 1) * part:
                    came.append(json.loads(process.stdout.readline())['id'])
                process.kill()
                # A line that was not written to its end was not shown.
                came += [json.loads(line)['id'] for line in process.stdout if line.endswith('\n')]
            else:
                while len(set(came)) < count:
                    came.append(json.loads(process.stdout.readline())['id'])
                process.send_signal(signal.SIGINT)
            process.wait(TIMEOUT)
            process.stdout.close()
            guard.cancel()
        reporter.join()
        self.assertEqual(set(came), set(reported))
        self.assertLessEqual(len(came) - len(set(came)), kills)

    def test_killed_while_it_shows(self):
        """No journal, nothing open: what is acknowledged to the broker and not shown would be lost."""
        hub = self.hub()
        self.join(hub)
        words = ['--no-open', '--format', 'protobuf', '-i', 'full']
        self.assertEqual(self.watch(hub, *words).interrupt(), (0, ''))
        reported = self.report(20)
        came = []
        for turn in range(3):
            near, far = os.pipe()
            size = fcntl.fcntl(far, fcntl.F_SETPIPE_SZ, 4096)
            process = subprocess.Popen([TOCSIN, 'watch', *to(hub, 'agency'), *KEEP, *words], stdout=far,
                                       stderr=subprocess.DEVNULL, env=environment(XDG_STATE_HOME=self.state))
            os.close(far)
            with open(near, 'rb') as reader:
                if turn < 2:
                    self.wait_full(process, near, size)  # it hangs in the midst of an alert
                    process.kill()
                    whole = reader.read().rpartition(b'\n')[0].splitlines()
                    came += [json.loads(line)['id'] for line in whole]
                else:
                    guard = threading.Timer(TIMEOUT, process.kill)
                    guard.start()
                    while len(set(came)) < len(reported):
                        came.append(json.loads(reader.readline())['id'])
                    guard.cancel()
                    process.send_signal(signal.SIGINT)
            process.wait(TIMEOUT)
        self.assertEqual(set(came), set(reported))
        self.assertLessEqual(len(came) - len(reported), 2)  # a kill may fall between showing and remembering

    def wait_full(self, process, pipe, size):
        """Until it sleeps before a pipe that takes no further alert."""
        deadline = time.monotonic() + TIMEOUT
        before, waiting, state = -1, 0, b'R'
        while not (waiting == before and waiting > size // 2 and state == b'S'):
            self.assertLess(time.monotonic(), deadline)
            before = waiting
            state = pathlib.Path(f'/proc/{process.pid}/stat').read_bytes().rpartition(b') ')[2][:1]
            waiting = struct.unpack('i', fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)))[0]

    def test_a_session_that_the_broker_lost(self):
        hub = self.start()
        first = self.watch(hub, '--count', '2', '--for', '30')
        seen = self.report(2)
        self.assertEqual(self.ids(first.end()[1]), seen)
        away = self.report(3)
        hub.stop()
        (hub.folder / 'mosquitto.db').unlink()
        hub.start()
        self.join(hub)
        # What is open came by itself; the hub knows it all.
        second = self.watch(hub, '--no-open', '--count', '4', '--for', '30')
        second.said('3 alerts for partners came meanwhile; the hub sent them again')
        live = self.report(1)
        self.assertEqual(self.ids(second.end()[1]), away + live)

    def test_more_than_the_broker_kept(self):
        hub = self.start(sample=SMALL_QUEUE)
        words = ['--no-open', '--format', 'protobuf', '--for', '60']
        first = self.watch(hub, *words, '--count', '1')
        seen = self.report(1)
        self.assertEqual(self.ids(first.end()[1]), seen)
        away = self.report(150)
        second = self.watch(hub, *words, '--count', '150')
        hub.reload()  # the next heartbeat says how far the hub is
        code, text = second.end()
        self.assertEqual((code, sorted(self.ids(text))), (0, sorted(away)))

    def test_it_wants_a_name(self):
        hub = self.start()
        done = run('watch', *to(hub, 'agency'), '--keep')
        self.assertEqual(done.returncode, 2)
        self.assertIn('--keep: wants -i ID', done.stderr)

    def test_one_watch_a_memory(self):
        hub = self.start()
        watch = self.watch(hub)
        done = run('watch', *to(hub, 'agency'), *KEEP, XDG_STATE_HOME=self.state)
        self.assertEqual(done.returncode, 1)
        self.assertIn('another watch is using it', done.stderr)
        kept = pathlib.Path(self.state) / 'tocsin' / 'watch-duty'
        self.assertEqual(kept.stat().st_mode & 0o777, 0o600)
        self.assertEqual(watch.interrupt(), (0, ''))

    def test_no_place_for_a_memory(self):
        hub = self.start()
        watch = self.watch(hub, XDG_STATE_HOME='/nonexistent/state')
        watch.said('nothing is remembered over a restart')
        self.report(1)
        self.assertEqual(watch.interrupt()[0], 0)


if __name__ == '__main__':
    unittest.main()
