# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The command on a terminal of its own, typed at by a test."""

import os
import pty
import select
import signal
import time

from command import TIMEOUT, TOCSIN, environment


class Terminal:
    """A process whose standard streams are a pseudo-terminal, its controlling one."""

    def __init__(self, *words, term='dumb', **more):
        self.text = ''
        self.read_to = 0
        self.code = None
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.execve(TOCSIN, [TOCSIN, *words], environment(TERM=term, **more))

    def _more(self, deadline):
        ready, _, _ = select.select([self.end], [], [], max(0, deadline - time.monotonic()))
        if not ready:
            raise TimeoutError(f'never came; last was: {self.text[-600:]}')
        try:
            data = os.read(self.end, 65536)
        except OSError:
            data = b''
        self.text += data.decode(errors='replace').replace('\r\n', '\n')
        return bool(data)

    def expect(self, part):
        """Waits for part in what came after the part expected before."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            at = self.text.find(part, self.read_to)
            if at >= 0:
                self.read_to = at + len(part)
                return self
            if not self._more(deadline):
                raise EOFError(f'ended without {part!r}; last was: {self.text[-600:]}')

    def type(self, text):
        os.write(self.end, text.encode())
        return self

    def line(self, text=''):
        return self.type(text + '\n')

    def wait(self):
        """Reads to the end; returns the exit code."""
        deadline = time.monotonic() + TIMEOUT
        while self._more(deadline):
            pass
        return self._reap()

    def _reap(self):
        if self.code is None:
            _, status = os.waitpid(self.pid, 0)
            self.code = os.waitstatus_to_exitcode(status)
            os.close(self.end)
        return self.code

    def kill(self):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            self._reap()
