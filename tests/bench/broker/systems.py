# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What is compared: a broker as it is, with a plugin, or with a client beside it, all with
the same configuration. Environment: TOCSIN_BENCH (the build's tests/bench/broker) and what
tests/broker/hub.py wants."""

import dataclasses
import json
import os
import pathlib
import subprocess
import tempfile

import hub
import messages

BENCH = pathlib.Path(os.environ['TOCSIN_BENCH'])
INTAKE = 'tocsin/v1/from/%s/incident'
RAW = 'tocsin/v1/from/+/incident'
ALERTS = 'tocsin/v1/to/+/alert/#'
ALERTS_JSON = 'tocsin/v1/to/+/alert-json/#'
PLACES = 16  # publishers report from different places
MARK = 'bec4c0de-0000-4000-8000-'

CONFIGURATION = '''\
per_listener_settings false
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_queued_messages 100000
log_dest stderr
log_type error
log_type warning
log_type notice
log_type information
connection_messages false
'''
RULES = '''\
version: 1
gazetteer: [places.csv]
audiences:
  coordination: {{max_sensitivity: severe, format: [{formats}]}}
open_senders: true
rules:
  - id: violence
    match: {{region: ML, min_severity: moderate, event: [battles, violence_against_civilians]}}
    alert: [{{audience: coordination}}]
default:
  alert: [{{audience: coordination}}]
'''


@dataclasses.dataclass(frozen=True)
class System:
    name: str
    plugin: str = None    # baseline, tocsin
    properties: bool = False  # the baseline's messages have those of ours
    formats: str = 'protobuf'
    journal: bool = False
    beside: bool = False

    @property
    def filters(self):
        if not (self.plugin or self.beside):
            return [RAW]
        return [ALERTS] + ([ALERTS_JSON] if 'json' in self.formats else [])

    @property
    def receipts(self):
        return bool(self.plugin or self.beside)


PLAIN = System('plain broker, no receipts')
BASELINE = System('baseline plugin', plugin='baseline')
PROPERTIES = System('baseline plugin, with our properties', plugin='baseline', properties=True)
OFF = System('Tocsin, no journal', plugin='tocsin')
OFF_JSON = System('Tocsin, no journal, and JSON', plugin='tocsin', formats='protobuf, json')
ON = System('Tocsin, journal', plugin='tocsin', journal=True)
ON_JSON = System('Tocsin, journal, and JSON', plugin='tocsin', formats='protobuf, json', journal=True)
BESIDE = System('client beside, no journal', beside=True)


class Broker(hub.Hub):
    """A real broker for one system; everything of it is gone after remove()."""

    def __init__(self, system, **more):
        super().__init__(rules=RULES.format(formats=system.formats), journal=system.journal, **more)
        rows = [f'MLI,2,ML05{place:02},Cercle {place},ML05,2020-10-01\n' for place in range(1, PLACES + 1)]
        (self.folder / 'places.csv').write_text(
            hub.HEADER + 'MLI,1,ML05,Mopti,MLI,2020-10-01\n' + ''.join(rows))
        self.system = system
        self.client_beside = None
        self.next = 0  # number of the next incident

    def configuration(self):
        lines = [CONFIGURATION.format(port=self.port)]
        if os.geteuid() == 0:
            lines.append('user root\n')
        if self.system.plugin == 'baseline':
            lines.append(f'plugin {BENCH / "baseline.so"}\n')
        if self.system.properties:
            lines.append('plugin_opt_properties true\n')
        if self.system.plugin == 'tocsin':
            lines.append(f'plugin {hub.PLUGIN}\n')
            lines += [f'plugin_opt_{key} {value}\n' for key, value in self.options.items()]
        return ''.join(lines)

    def __enter__(self):
        self.plugin = self.system.plugin == 'tocsin'
        self.start()
        if self.system.beside:
            self.client_beside = subprocess.Popen(
                [BENCH / 'bench_beside', str(self.port), str(self.rules_file)], stdout=subprocess.PIPE, text=True)
            if self.client_beside.stdout.readline() != 'ready\n':
                raise RuntimeError('the client beside the broker does not start')
        return self

    def __exit__(self, kind, _error, _trace):
        try:
            if kind is None:
                self.end()
        finally:
            self.remove()

    def remove(self):
        if self.client_beside:
            self.client_beside.kill()
            self.client_beside.wait()
            self.client_beside.stdout.close()
            self.client_beside = None
        super().remove()

    def end(self):
        """Each incident was accepted, or what was measured is something else."""
        ledger = self.stop()
        if ledger and ledger['accepted'] != self.next:
            raise RuntimeError(f'not all of {self.next} incidents were accepted: {ledger}')

    def cpu_ns(self):
        """Time on a processor since the start: of the broker's own thread, and of all that
        it takes to run the system."""
        tasks = {int(task.name): int((task / 'schedstat').read_text().split()[0])
                 for task in pathlib.Path(f'/proc/{self.process.pid}/task').iterdir()}
        beside = 0
        if self.client_beside:
            beside = int(pathlib.Path(f'/proc/{self.client_beside.pid}/schedstat').read_text().split()[0])
        return tasks[self.process.pid], sum(tasks.values()) + beside


class Payloads:
    """Incidents of about so many bytes, one for each place, as files for the load."""

    def __init__(self, size):
        self.folder = tempfile.TemporaryDirectory(prefix='tocsin-bench-')
        self.files = []
        for place in range(1, PLACES + 1):
            incident = messages.kouakourou(id=MARK + '0' * 12)
            incident.location.pcode = f'ML05{place:02}'
            self._grow(incident, size)
            path = pathlib.Path(self.folder.name) / f'{place}.pb'
            path.write_bytes(incident.SerializeToString())
            self.files.append(path)
        self.size = len(self.files[0].read_bytes())

    @staticmethod
    def _grow(incident, size):
        """A longer report has more text; figures would be published as such, beside the alert."""
        if size <= 300:
            incident.ClearField('casualty_claims')
        room = size - incident.ByteSize() - 3
        if room > 0:
            text = 'Des tirs sont signales aux abords du poste, la population se deplace. '
            incident.description = (text * (room // len(text) + 1))[:room]

    def arguments(self):
        return [argument for path in self.files for argument in ('--payload', str(path))]


def load(broker, payloads, count, publishers=8, window=64, subscribers=1, qos=1, nap=100, **more):
    """One run; returns what the load says, with CPU times in microseconds an incident."""
    system = broker.system
    command = [BENCH / 'bench_load', '--port', str(broker.port), '--topic', INTAKE, '--count', str(count),
               '--first', str(broker.next), '--publishers', str(publishers), '--window', str(window),
               '--subscribers', str(subscribers), '--qos', str(qos), '--nap', str(nap)]
    command += payloads.arguments()
    for one in system.filters:
        command += ['--filter', one]
    if system.receipts:
        command.append('--receipts')
    if system.beside:
        command.append('--subscribes')
    for key, value in more.items():
        command += [f'--{key}', str(value)]
    broker.next += count
    before = broker.cpu_ns()
    result = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    after = broker.cpu_ns()
    result['rate'] = count / result['seconds']
    result['loop_us'] = (after[0] - before[0]) / 1000 / count
    result['cpu_us'] = (after[1] - before[1]) / 1000 / count
    return result
