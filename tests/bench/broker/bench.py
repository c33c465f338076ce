# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The plugin against the broker itself, against the least that a plugin can do, and against
a client beside the broker that does the same work; and what a disk does to it.

    bench.py [--quick | --smoke | --soak MINUTES [--no-journal]] [--markdown] [PART...]

Parts: rates, qos, fan-out, payload, latency, journal, disk, start; all of them unless named.
--quick takes about a minute, for a first look; --smoke seconds, only to see that it runs."""

import argparse
import dataclasses
import time

import runs
from paper import Paper, machine, spread
from systems import OFF, ON


@dataclasses.dataclass
class Size:
    rounds: int
    count: int       # incidents a round
    latencies: int   # one after the other, a round
    disk_s: float
    many: int        # incidents in the journal at a start


SIZES = {
    'full': Size(rounds=5, count=20000, latencies=1000, disk_s=10, many=1000000),
    'quick': Size(rounds=3, count=8000, latencies=200, disk_s=4, many=50000),
    'smoke': Size(rounds=1, count=200, latencies=10, disk_s=1, many=1000),
}


def show_rates(paper, title, rows):
    paper.heading(title)
    paper.table(['system', 'incidents/s', '× baseline', 'µs of the loop', '× baseline, by work', 'µs in all'],
                [[row['system'], spread(row['rate']), spread(row['ratio'], 2), spread(row['loop_us'], 1),
                  spread(row['work'], 2), f'{row["cpu_us"].mid:.1f}'] for row in rows])


def part_rates(paper, size):
    show_rates(paper, 'Rates: 600 bytes, QoS 1, one subscriber',
               runs.rates(runs.ALL, 600, size.rounds, size.count))


def part_qos(paper, size):
    show_rates(paper, 'The same at QoS 0', runs.rates(runs.FEW, 600, size.rounds, size.count, qos=0))


def part_fan_out(paper, size):
    for subscribers in (3, 10):
        show_rates(paper, f'{subscribers} subscribers', runs.rates(
            runs.FEW, 600, size.rounds, max(100, size.count // subscribers), subscribers=subscribers))


def part_payload(paper, size):
    for payload in (300, 4096):
        show_rates(paper, f'{payload} bytes', runs.rates(runs.FEW, payload, size.rounds, size.count))


def part_latency(paper, size):
    paper.heading('Latency in µs: one incident at a time')
    rows = []
    for row in runs.latencies(size.rounds, size.latencies):
        cells = [row['system']]
        for what in ('alert_us', 'receipt_us'):
            cells += [f'{row[what][key]:,.0f}' if what in row else '' for key in ('p50', 'p90', 'p99', 'max')]
        rows.append(cells + [spread(row['added_us'])])
    paper.table(['system', 'alert p50', 'p90', 'p99', 'max', 'receipt p50', 'p90', 'p99', 'max',
                 'added to the plain broker (p50)'], rows)


def part_journal(paper, size):
    paper.heading('On disk, by how many incidents are under way')
    paper.table(['under way', 'incidents/s', 'ms to the receipt (p50)'],
                [[str(row['under_way']), spread(row['rate']), spread(row['receipt_ms'], 1)]
                 for row in runs.journal_rates(size.rounds, size.count // 4)])


def part_disk(paper, size):
    paper.heading('What others notice of the disk: bursts of 500 incidents, 200 messages a second beside them')
    paper.table(['disk', 'bursts', 's until all receipts', 'ms p50', 'p99', 'longest'],
                [[row['disk'], str(row['bursts']), spread(row['burst_s'], 2),
                  f'{row["p50_ms"]:.1f}', f'{row["p99_ms"]:.1f}', f'{row["max_ms"]:.1f}']
                 for row in runs.slow_disk(size.disk_s)])


def part_start(paper, size):
    paper.heading('A start')
    row = runs.start_up(size.many)
    paper.say(f'{row["incidents"]:,} incidents in the journal ({row["journal_mib"]:,.0f} MiB): '
              f'{row["seconds"]:.2f} s, {row["resident_mib"]:,.0f} MiB resident.')


def part_soak(paper, minutes, system):
    paper.heading(f'{minutes:g} minutes at half the peak rate: {system.name}')
    began = time.monotonic()
    paper.row_by_row(
        ['accepted so far', 'incidents/s', 'ms to the receipt (p50)', 'p99', 'µs of the loop', 'MiB resident',
         'GiB free on disk'],
        ([f'{row["accepted"]:,}', f'{row["rate"]:,.0f}', f'{row["receipt_us"]["p50"] / 1000:.1f}',
          f'{row["receipt_us"]["p99"] / 1000:.1f}', f'{row["loop_us"]:.1f}', f'{row["resident_mib"]:.0f}',
          f'{row["free_gib"]:.0f}'] for row in runs.soak(minutes, system)))
    took = (time.monotonic() - began) / 60
    if took < minutes:
        paper.say(f'The disk had room for {took:.0f} minutes.')
    paper.say('Each incident had its receipt and its alert, and the ledger added up.')


PARTS = {'rates': part_rates, 'qos': part_qos, 'fan-out': part_fan_out, 'payload': part_payload,
         'latency': part_latency, 'journal': part_journal, 'disk': part_disk, 'start': part_start}


def main():
    parser = argparse.ArgumentParser(prog='bench', description='Measures the plugin in a real broker.')
    parser.add_argument('--markdown', action='store_true', help='tables for a README')
    parser.add_argument('--quick', dest='size', action='store_const', const='quick', help='about a minute')
    parser.add_argument('--smoke', dest='size', action='store_const', const='smoke', help='seconds, no use as figures')
    parser.add_argument('--soak', type=float, metavar='MINUTES', help='this alone: at half the peak rate, an hour say')
    parser.add_argument('--no-journal', action='store_true', help='the soak without one: it takes no disk')
    parser.add_argument('parts', nargs='*', metavar='PART', help=', '.join(PARTS))
    arguments = parser.parse_args()
    for name in arguments.parts:
        if name not in PARTS:
            parser.error(f'no such part: {name}; there are {", ".join(PARTS)}')
    paper = Paper(arguments.markdown)
    paper.say(machine())
    paper.say('Where three figures stand they are least / median / most of the rounds.')
    if arguments.soak:
        part_soak(paper, arguments.soak, OFF if arguments.no_journal else ON)
        return
    for name in arguments.parts or PARTS:
        PARTS[name](paper, SIZES[arguments.size or 'full'])


if __name__ == '__main__':
    main()
