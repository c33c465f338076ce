# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""A field laptop, and what the hub really has."""

import contextlib
import pathlib
import sqlite3
import subprocess
import tempfile

from command import TOCSIN, environment, lines, run
from hub import RULES, BrokerTest
from link import Link
from tocsin.v1 import incident_pb2

FLAGS = ['--event', 'battles', '--severity', 'severe', '--certainty', 'observed', '--country', 'ML',
         '--pcode', 'ML0503', '--sensitivity', 'moderate']
SENDERS = '''\
senders:
  mopti-17: {max_rate: %s}
  gao-3: {}
rules:
'''


def with_rate(rate):
    """Everything goes to coordination, which sees true ids."""
    rules = RULES.replace('open_senders: true\n', '').replace('rules:\n', SENDERS % rate)
    return rules.replace('audience: partners', 'audience: coordination')


class Laptop:
    """A field laptop: its outbox, its account, and the link to the hub."""

    def __init__(self, test, hub, user='mopti-17'):
        self.hub = hub
        self.user = user
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='tocsin-laptop-'))
        self.outbox = self.folder / 'state' / 'outbox'
        self.link = Link(hub)
        self.processes = []
        test.addCleanup(self.end)

    def words(self, *words):
        return ['report', '-h', '127.0.0.1', '-p', str(self.link.port),
                *(['-u', self.user] if self.user else []), '--outbox', str(self.outbox), *words]

    def verb(self, verb, *words):
        return run('report', verb, *self.words(*words)[1:])

    def report(self, *words, **more):
        return run(*self.words(*words), **more)

    def start(self, *words):
        """In the background; its standard error is a file."""
        output = tempfile.TemporaryFile('w+')
        process = subprocess.Popen([TOCSIN, *self.words(*words)], stdin=subprocess.DEVNULL,
                                   stdout=output, stderr=output, env=environment())
        process.output = output
        self.processes.append(process)
        return process

    def list(self):
        done = run('report', '--list', '--json', '--outbox', str(self.outbox))
        assert done.returncode == 0, done.stderr
        return lines(done.stdout)

    def states(self):
        """State by id; an id in two states at once is a fault."""
        reports = self.list()
        states = {report['id']: report['state'] for report in reports}
        assert len(states) == len(reports), 'a report is in two states at once'
        return states

    def count(self, state):
        return sum(1 for one in self.states().values() if one == state)

    def files(self):
        return sorted(path.name for path in self.outbox.iterdir()) if self.outbox.exists() else []

    def end(self):
        for process in self.processes:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.output.close()
        self.link.end()
        subprocess.run(['rm', '-rf', str(self.folder)], check=True)


def journal(hub):
    """(incident id, revision) of all that the hub has on disk."""
    with contextlib.closing(sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True)) as file:
        return file.execute('SELECT incident_id, revision FROM incident').fetchall()


def journalled(hub):
    with contextlib.closing(sqlite3.connect(f'file:{hub.journal_file}?mode=ro', uri=True)) as file:
        return [incident_pb2.Incident.FromString(row[0]) for row in
                file.execute('SELECT bytes FROM incident ORDER BY journal_id')]


def process_output(process):
    process.output.seek(0)
    return process.output.read()


class LaptopTest(BrokerTest):
    """Tests with laptops whose link is up."""

    def laptop(self, hub, **more):
        laptop = Laptop(self, hub, **more)
        laptop.link.up()
        return laptop

    def only(self, laptop):
        reports = laptop.list()
        self.assertEqual(len(reports), 1, reports)
        return reports[0]
