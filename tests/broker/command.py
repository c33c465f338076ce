# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The built `tocsin` command (TOCSIN_COMMAND), run as a person or a script would."""

import json
import os
import signal
import subprocess
import tempfile
import threading

TOCSIN = os.environ['TOCSIN_COMMAND']
TIMEOUT = float(os.environ.get('TOCSIN_TEST_TIMEOUT', '30'))


def environment(**more):
    """Nothing of the person who runs the tests."""
    kept = {key: value for key, value in os.environ.items()
            if key in ('PATH', 'ASAN_OPTIONS', 'UBSAN_OPTIONS', 'LSAN_OPTIONS')}
    return {**kept, 'HOME': '/nonexistent', 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8', **more}


def run(*words, text=None, data=None, **more):
    """Runs to the end; .stdout and .stderr are text, .out is bytes. Without another
    XDG_STATE_HOME its outbox is as new, and gone after it."""
    with tempfile.TemporaryDirectory(prefix='tocsin-state-') as state:
        more.setdefault('XDG_STATE_HOME', state)
        done = subprocess.run([TOCSIN, *words],
                              input=data if data is not None else (text or '').encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment(**more), timeout=2 * TIMEOUT, check=False)
    done.out = done.stdout
    done.stdout = done.stdout.decode(errors='backslashreplace')
    done.stderr = done.stderr.decode(errors='backslashreplace')
    return done


def to(hub, user=None, version=None):
    """Connection options."""
    words = ['-h', '127.0.0.1', '-p', str(hub.port)]
    if user:
        words += ['-u', user]
    if version:
        words += ['-V', version]
    return words


class Watch:
    """`tocsin watch` in the background, from the moment that it is subscribed."""

    command = 'watch'
    ready = 'watch: watching'

    def __init__(self, hub, *words, user='agency', **more):
        self.errors = []
        self.news = threading.Condition()
        # A file, so that an unread pipe never holds it up.
        self.output = tempfile.TemporaryFile()
        self.process = subprocess.Popen([TOCSIN, self.command, *to(hub, user), *words],
                                        stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.PIPE, env=environment(**more), text=True)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        try:
            self.said(self.ready)
        except (EOFError, TimeoutError):
            self.process.kill()
            self.end()
            raise

    def _read(self):
        for line in self.process.stderr:
            with self.news:
                self.errors.append(line.rstrip('\n'))
                self.news.notify_all()
        with self.news:
            self.errors.append(None)
            self.news.notify_all()

    def said(self, part):
        """Waits for a line on stderr."""
        with self.news:
            if not self.news.wait_for(lambda: any(line and part in line for line in self.errors)
                                      or None in self.errors, TIMEOUT):
                raise TimeoutError(f'{self.command} never said {part!r}: {self.errors}')
            if not any(line and part in line for line in self.errors):
                raise EOFError(f'{self.command} ended without {part!r}: {self.errors}')

    def end(self, stop=None):
        """Waits for its end, after a signal where one is given: (code, stdout)."""
        if stop:
            self.process.send_signal(stop)
        try:
            code = self.process.wait(TIMEOUT)
        finally:
            self.process.kill()
            self.process.wait()
            self.reader.join()
            self.process.stderr.close()
        self.output.seek(0)
        text = self.output.read().decode()
        self.output.close()
        return code, text

    def interrupt(self):
        return self.end(signal.SIGINT)


class Relay(Watch):
    """`tocsin relay` in the background, likewise."""

    command = 'relay'
    ready = 'relay: relaying'


def lines(text):
    return [json.loads(line) for line in text.splitlines()]
