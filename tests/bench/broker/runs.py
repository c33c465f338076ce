# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What is measured: rates and latencies of all systems in turns, so that whatever else the
machine does hits all alike; then the journal alone."""

import contextlib
import json
import shutil
import statistics
import subprocess
import time

import many
from systems import (
    BASELINE, BENCH, BESIDE, OFF, OFF_JSON, ON, ON_JSON, PLAIN, PROPERTIES, Broker, Payloads, load)

ALL = [PLAIN, BASELINE, PROPERTIES, OFF, OFF_JSON, ON, ON_JSON, BESIDE]
FEW = [PLAIN, BASELINE, OFF, ON, BESIDE]


class Spread:
    """Of some rounds: least, median, most."""

    def __init__(self, values):
        self.low, self.mid, self.high = min(values), statistics.median(values), max(values)


def rounds(systems, payloads, how_many, count, **more):
    """The results of each system, one a round, after one round that warms up."""
    results = {system: [] for system in systems}
    with contextlib.ExitStack() as stack:
        brokers = [stack.enter_context(Broker(system)) for system in systems]
        for number in range(how_many + 1):
            for broker in brokers:
                result = load(broker, payloads, count, **more)
                if number > 0:
                    results[broker.system].append(result)
    return results


def rates(systems, payload_bytes, how_many, count, reference=BASELINE, **more):
    """Rows of a table: rate, ratio to the reference of the same round, and how much of a
    processor the broker's own thread takes for an incident."""
    results = rounds(systems, Payloads(payload_bytes), how_many, count, **more)
    rows = []
    for system, runs in results.items():
        against = results[reference]
        rows.append({
            'system': system.name,
            'rate': Spread([run['rate'] for run in runs]),
            'ratio': Spread([run['rate'] / other['rate'] for run, other in zip(runs, against)]),
            'work': Spread([other['loop_us'] / run['loop_us'] for run, other in zip(runs, against)]),
            'loop_us': Spread([run['loop_us'] for run in runs]),
            'cpu_us': Spread([run['cpu_us'] for run in runs]),
        })
    return rows


def latencies(how_many, count):
    """One publisher with one incident under way, so that nothing waits for another."""
    results = rounds(ALL, Payloads(600), how_many, count, publishers=1, window=1, nap=0)
    rows = []
    for system, runs in results.items():
        row = {'system': system.name}
        for what in ('alert_us', 'receipt_us'):
            if what in runs[0]:
                row[what] = {key: statistics.median(run[what][key] for run in runs) for key in runs[0][what]}
        row['added_us'] = Spread([run['alert_us']['p50'] - other['alert_us']['p50']
                                  for run, other in zip(runs, results[PLAIN])])
        rows.append(row)
    return rows


def journal_rates(how_many, count):
    """How many incidents a second are on disk, by how many are under way at a time."""
    rows = []
    for publishers, window in ((1, 1), (8, 1), (8, 8), (8, 64)):
        runs = rounds([ON], Payloads(600), how_many, max(50, count * min(64, publishers * window) // 64),
                      publishers=publishers, window=window, nap=0)[ON]
        rows.append({'under_way': publishers * window, 'rate': Spread([run['rate'] for run in runs]),
                     'receipt_ms': Spread([run['receipt_us']['p50'] / 1000 for run in runs])})
    return rows


class SlowDisk(Broker):
    """A journal on a disk that takes its time."""

    def __init__(self):
        super().__init__(ON, faults=True)


def bystander(broker, seconds):
    """Messages of clients that have nothing to do with incidents, 200 a second: begun."""
    note = broker.folder / 'note'
    note.write_bytes(b'bec4c0de-0000-4000-8000-' + b'0' * 12)
    return subprocess.Popen(
        [BENCH / 'bench_load', '--port', str(broker.port), '--topic', 'office/clock', '--filter', 'office/clock',
         '--payload', str(note), '--count', str(int(200 * seconds)), '--rate', '200', '--window', '100',
         '--prefix', 'clerk'], stdout=subprocess.PIPE, text=True)


def slow_disk(seconds):
    """The longest delay of a bystander while 500 incidents come at once, again and again;
    first on a disk that is well, then on one that takes 200 ms for each sync."""
    rows = []
    payloads = Payloads(600)
    with SlowDisk() as broker:
        load(broker, payloads, 100)
        for name, fault in (('as it is', []), ('200 ms for each sync', ['sync delay 200'])):
            broker.fault(*fault)
            clerk = bystander(broker, seconds)
            bursts = []
            while clerk.poll() is None:
                bursts.append(load(broker, payloads, 500, publishers=5, window=100)['seconds'])
            delays = json.loads(clerk.stdout.read())['alert_us']
            clerk.stdout.close()
            rows.append({'disk': name, 'bursts': len(bursts), 'burst_s': Spread(bursts),
                         'p50_ms': delays['p50'] / 1000, 'p99_ms': delays['p99'] / 1000,
                         'max_ms': delays['max'] / 1000})
        broker.fault()
    return rows


def soak(minutes, system):
    """At half the peak rate for so long; a row a slice. The first fill the engine's memory of
    a million ids. What comes within a day stays in a journal, so that it ends early where
    the disk has no room for another slice."""
    payloads = Payloads(600)
    with Broker(system) as broker:
        peak = statistics.median(load(broker, payloads, 30000)['rate'] for _ in range(3))
        half = int(peak / 2)
        end = time.monotonic() + 60 * minutes
        slice_s = max(5, min(60, 6 * minutes))
        free = shutil.disk_usage(broker.folder).free
        while time.monotonic() < end:
            result = load(broker, payloads, int(half * slice_s), nap=0, rate=half)
            before, free = free, shutil.disk_usage(broker.folder).free
            yield {'accepted': broker.next, 'rate': result['rate'], 'receipt_us': result['receipt_us'],
                   'loop_us': result['loop_us'], 'resident_mib': broker.resident_bytes() / 2 ** 20,
                   'free_gib': free / 2 ** 30}
            if free < 3 * (before - free):
                break


def start_up(count):
    """How long a broker takes to start on a journal of so many incidents."""
    with Broker(ON) as broker:
        load(broker, Payloads(600), 1)
        broker.stop()
        broker.next = 0
        many.fill(broker.journal_file, count, 25)
        began = time.monotonic()
        broker.start()
        return {'incidents': count, 'seconds': time.monotonic() - began,
                'journal_mib': broker.journal_file.stat().st_size / 2 ** 20,
                'resident_mib': broker.resident_bytes() / 2 ** 20}
