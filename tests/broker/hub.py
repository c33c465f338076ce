# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A real Mosquitto with the plugin, on a port of its own, for one test.

Environment: TOCSIN_PLUGIN (the built module), MOSQUITTO (default /usr/sbin/mosquitto),
TOCSIN_PRELOAD (a sanitizer's library for the broker process), TOCSIN_DISK_FAULTS and
TOCSIN_CLOCK_FAULTS (the libraries of faults/disk.c and faults/clock.c).
"""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import mqtt

MOSQUITTO = os.environ.get('MOSQUITTO', '/usr/sbin/mosquitto')
PLUGIN = os.environ['TOCSIN_PLUGIN']
TIMEOUT = float(os.environ.get('TOCSIN_TEST_TIMEOUT', '30'))
LEAKS = pathlib.Path(__file__).with_name('leaks.supp')
HEADER = 'Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date\n'
GAZETTEER = HEADER + '''\
MLI,1,ML05,Mopti,MLI,2020-10-01
MLI,2,ML0501,Bandiagara,ML05,2020-10-01
MLI,2,ML0503,Djenne,ML05,2020-10-01
MLI,1,ML07,Gao,MLI,2020-10-01
'''
RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {max_sensitivity: severe, members: [coord]}
  partners: {max_sensitivity: high, members: [agency]}
  public: {max_sensitivity: low, format: [json]}
open_senders: true
rules:
  - id: mopti-violence
    match:
      region: ML05 Mopti
      min_severity: severe
      event: [battles, violence_against_civilians, explosions_remote_violence]
    alert: [{audience: partners, open: true, expires: 24h}]
default:
  alert: [{audience: coordination, open: true}]
'''


class StartFailed(Exception):
    """The broker ended before it was running; .log holds its lines."""

    def __init__(self, code, log):
        super().__init__(f'the broker ended with {code}')
        self.code = code
        self.log = log


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


class Hub:
    """Files of one hub in a folder of its own; start() and stop() as often as liked."""

    def __init__(self, rules=RULES, journal=False, plugin=True, options=None, before='', after='',
                 authentication='allow_anonymous true', sample=None, per_listener=False, faults=False,
                 environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='tocsin-broker-'))
        self.rules_file = self.folder / 'rules.yaml'
        self.rules_file.write_text(rules)
        (self.folder / 'places.csv').write_text(GAZETTEER)
        self.plugin = plugin
        self.options = {
            'rules_file': str(self.rules_file),
            'journal_file': str(self.journal_file) if journal else 'none',
        }
        if not journal:
            self.options['id_key_file'] = str(self.folder / 'hub.key')
        self.options.update(options or {})
        self.before = before
        self.after = after
        self.authentication = authentication
        self.sample = sample or '''\
set_tcp_nodelay true
max_queued_messages 100000
autosave_on_changes true
autosave_interval 1000
'''
        self.per_listener = per_listener
        self.faults = faults
        self.environment = environment or {}
        self.port = None
        self.process = None
        self.lines = []
        self.ended = False
        self.news = threading.Condition()
        self.reader = None
        self.clients = []

    @property
    def journal_file(self):
        return self.folder / 'journal.db'

    def configuration(self):
        lines = [f'per_listener_settings {str(self.per_listener).lower()}', self.before, f'listener {self.port} 127.0.0.1',
                 self.authentication, self.sample, 'persistence true',
                 f'persistence_location {self.folder}/', 'log_dest stderr', 'log_type error', 'log_type warning',
                 'log_type notice', 'log_type information',
                 'connection_messages true']
        if os.geteuid() == 0:
            lines.append('user root')
        if self.plugin:
            lines.append(f'plugin {PLUGIN}')
            lines += [f'plugin_opt_{key} {value}' for key, value in self.options.items()
                      if value is not None]
        lines.append(self.after)
        return '\n'.join(lines) + '\n'

    def start(self, same_port=False):
        for attempt in range(5):
            if not (same_port and self.port and attempt == 0):
                self.port = free_port()
            try:
                return self._start()
            except StartFailed as failed:
                # Another process took the port between the probe and the broker.
                if not any('Address already in use' in line for line in failed.log):
                    raise
        raise RuntimeError('no free port')

    def _start(self):
        file = self.folder / 'mosquitto.conf'
        file.write_text(self.configuration())
        environment = dict(os.environ, LC_ALL='C.UTF-8', **self.environment)
        # A sanitizer must come first.
        preload = [os.environ.get('TOCSIN_PRELOAD', os.environ.get('LD_PRELOAD'))]
        if self.faults:
            preload.append(os.environ['TOCSIN_DISK_FAULTS'])
            environment['TOCSIN_FAULTS'] = str(self.folder / 'faults')
            environment['TOCSIN_FAULTS_ON'] = self.options['journal_file']
        if 'TOCSIN_CLOCK' in environment:
            preload.append(os.environ['TOCSIN_CLOCK_FAULTS'])
        environment['LD_PRELOAD'] = ':'.join(filter(None, preload))
        if os.environ.get('TOCSIN_PRELOAD'):
            # Little is kept back after free, so that memory can be seen to stay flat.
            environment.setdefault('ASAN_OPTIONS', 'quarantine_size_mb=4')
            environment.setdefault('LSAN_OPTIONS', f'suppressions={LEAKS}:print_suppressions=0')
        self.lines = []
        self.ended = False
        self.process = subprocess.Popen([MOSQUITTO, '-c', str(file)], stderr=subprocess.PIPE,
                                        stdout=subprocess.DEVNULL, env=environment, text=True,
                                        errors='backslashreplace')
        self.reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self.reader.start()
        try:
            self.log(r'mosquitto version \S+ running')
        except EOFError:
            self.reader.join()
            code = self.process.wait(TIMEOUT)
            self.process.stderr.close()
            self.process = None
            raise StartFailed(code, self.lines) from None
        mqtt.knock(self.port)
        return self

    def fault(self, *lines):
        """What the journal's disk does from now on, as faults/disk.c reads it; nothing:
        it is well."""
        fresh = self.folder / 'faults.new'
        fresh.write_text(''.join(f'{line}\n' for line in lines))
        fresh.replace(self.folder / 'faults')

    def _read(self, process):
        for line in process.stderr:
            with self.news:
                self.lines.append(line.rstrip('\n'))
                self.news.notify_all()
        with self.news:
            self.ended = True
            self.news.notify_all()

    def log(self, pattern, count=1):
        """Waits until count lines of the log hold pattern, and returns them."""
        deadline = time.monotonic() + TIMEOUT
        with self.news:
            while True:
                found = [line for line in self.lines if re.search(pattern, line)]
                if len(found) >= count:
                    return found
                if self.ended:
                    raise EOFError(f'the broker ended without {pattern!r}')
                if not self.news.wait(deadline - time.monotonic()):
                    raise TimeoutError(f'no log line with {pattern!r}')

    def version(self):
        line = self.log(r'mosquitto version \S+ starting')[0]
        return tuple(int(part) for part in re.search(r'version (\d+)\.(\d+)\.(\d+)', line).groups())

    def client(self, user=None, client_id=None, **more):
        client = mqtt.Client(self.port, user, client_id, **more)
        self.clients.append(client)
        return client

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def resident_bytes(self):
        for line in pathlib.Path(f'/proc/{self.process.pid}/status').read_text().splitlines():
            if line.startswith('VmRSS:'):
                return int(line.split()[1]) * 1024
        raise RuntimeError('no VmRSS')

    def save(self):
        """The broker saves its store, as it does now and then; returns once it has."""
        before = sum('Saving in-memory database' in line for line in self.lines)
        self.process.send_signal(signal.SIGUSR1)
        self.log('Saving in-memory database', before + 1)
        # It says so before it does; its loop answers after.
        mqtt.knock(self.port)

    def running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """As a power loss would: no goodbye, no last commit. Its clients are closed, lest
        they go on knocking."""
        self.process.kill()
        for client in self.clients:
            client.close()
        self.clients = []
        self._ended()

    def stop(self):
        """Ends the broker as systemd would, and returns the last ledger."""
        for client in self.clients:
            client.close()
        self.clients = []
        self.process.terminate()
        code = self._ended()
        if code != 0:
            raise AssertionError(f'the broker ended with {code}')
        if not self.plugin:
            return None
        ledger = [line for line in self.lines if 'tocsin: ledger ' in line][-1]
        ledger = json.loads(ledger.split('tocsin: ledger ', 1)[1])
        check_ledger(ledger)
        if ledger['pending'] != 0:
            raise AssertionError(f'pending after the last commit: {ledger}')
        return ledger

    def _ended(self):
        code = self.process.wait(TIMEOUT)
        self.reader.join()
        self.process.stderr.close()
        self.process = None
        return code

    def remove(self):
        for client in self.clients:
            client.close()
        self.clients = []
        if self.process is not None:
            self.process.kill()
            self._ended()
        shutil.rmtree(self.folder)


def check_ledger(ledger):
    came = sum(ledger[key] for key in ('accepted', 'rejected', 'duplicate', 'deferred', 'pending'))
    went = sum(ledger[key] for key in ('routed', 'defaulted', 'held'))
    if ledger['received'] != came or ledger['accepted'] != went:
        raise AssertionError(f'the ledger does not add up: {ledger}')


class BrokerTest(unittest.TestCase):
    """Hubs made with self.hub() are stopped at the end, their ledger must add up, and
    their log is shown where the test fails."""

    maxDiff = None

    def run(self, result=None):
        self.hubs = []
        before = len(result.errors) + len(result.failures) if result is not None else 0
        returned = super().run(result)
        if result is not None and len(result.errors) + len(result.failures) > before:
            for hub in self.hubs:
                print(f'--- log of {self.id()}')
                print('\n'.join(hub.lines[-60:]))
        return returned

    def make_hub(self, *args, **more):
        hub = Hub(*args, **more)
        self.hubs.append(hub)
        self.addCleanup(self.end_hub, hub)
        return hub

    def hub(self, *args, **more):
        return self.make_hub(*args, **more).start()

    def end_hub(self, hub):
        try:
            if hub.running():
                hub.stop()
        finally:
            hub.remove()

    def assert_refused(self, hub, *patterns):
        """The broker does not start, and its log says why."""
        with self.assertRaises(StartFailed) as caught:
            hub.start()
        log = '\n'.join(caught.exception.log)
        self.assertNotEqual(caught.exception.code, 0)
        for pattern in patterns:
            self.assertRegex(log, pattern)
