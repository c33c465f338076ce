# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A link between a field laptop and the hub that comes and goes."""

import os
import selectors
import socket
import struct
import threading

CHUNK = 65536
AT_ONCE = struct.pack('ii', 1, 0)  # SO_LINGER: closing resets
TIMEOUT = float(os.environ.get('TOCSIN_TEST_TIMEOUT', '30'))


class Link:
    """Passes TCP connections on to the hub while it is up. Down it refuses them, as a
    modem without a carrier; frozen it takes everything and passes on nothing, as a
    satellite behind a mountain."""

    def __init__(self, hub):
        self.hub = hub
        self.frozen = False
        self.pairs = {}
        self.accepted = 0   # connections
        self.rude = 0       # so many are reset as soon as they are there
        self.swallowed = 0  # bytes
        self.lock = threading.RLock()
        self.news = threading.Condition(self.lock)
        self.listener = None
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.selector = selectors.DefaultSelector()
        self.wake, self.woken = socket.socketpair()
        self.selector.register(self.woken, selectors.EVENT_READ)
        self.ended = False
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def up(self):
        with self.lock:
            if self.listener is None:
                listener = socket.socket()
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(('127.0.0.1', self.port))
                listener.listen()
                self.listener = listener
                self.selector.register(listener, selectors.EVENT_READ)
            self.frozen = False
        self.wake.send(b'.')
        return self

    def freeze(self):
        self.frozen = True
        return self

    def down(self):
        with self.lock:
            if self.listener is not None:
                self.selector.unregister(self.listener)
                self.listener.close()
                self.listener = None
            for end in list(self.pairs):
                self._close(end)
        return self

    def reset(self):
        """Down, and the laptop is told so at once: its connection is reset."""
        with self.lock:
            for end in self.pairs:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            return self.down()

    def end(self):
        self.down()
        self.ended = True
        self.wake.send(b'.')
        self.thread.join()
        self.selector.close()
        self.wake.close()
        self.woken.close()

    def _close(self, end):
        other = self.pairs.pop(end, None)
        if other is None:
            return
        del self.pairs[other]
        for one in (end, other):
            self.selector.unregister(one)
            one.close()

    def wait(self, holds):
        """Until holds(link)."""
        with self.news:
            if not self.news.wait_for(lambda: holds(self), TIMEOUT):
                raise TimeoutError(f'{self.accepted} connections, {self.swallowed} bytes swallowed')

    def _accept(self):
        near, _ = self.listener.accept()
        self.accepted += 1
        if self.rude > 0:
            self.rude -= 1
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            near.close()
            return
        try:
            far = socket.create_connection(('127.0.0.1', self.hub.port))
        except OSError:
            near.close()
            return
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.selector.register(one, selectors.EVENT_READ)
        self.pairs[near], self.pairs[far] = far, near

    def _pass_on(self, end):
        try:
            data = end.recv(CHUNK)
            if self.frozen:
                self.swallowed += len(data)
            elif data:
                self.pairs[end].sendall(data)
        except OSError:
            data = b''
        if not data:
            self._close(end)

    def _run(self):
        while not self.ended:
            ready = self.selector.select()
            with self.lock:
                for key, _ in ready:
                    if key.fileobj is self.woken:
                        self.woken.recv(CHUNK)
                    elif key.fileobj is self.listener:
                        self._accept()
                    elif key.fileobj in self.pairs:
                        self._pass_on(key.fileobj)
                self.news.notify_all()
