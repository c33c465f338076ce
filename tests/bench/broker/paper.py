# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""Tables for a terminal, or in Markdown, and what they were measured on."""

import pathlib
import platform
import sqlite3
import subprocess

import hub


class Paper:
    def __init__(self, markdown):
        self.markdown = markdown

    def heading(self, text):
        print(f'\n### {text}\n' if self.markdown else f'\n{text}\n{"-" * len(text)}', flush=True)

    def say(self, text):
        print(f'{text}\n' if self.markdown else text, flush=True)

    def table(self, names, rows):
        """The first column is text, the others are numbers."""
        rows = list(rows)
        self._rows(names, rows, [max(map(len, column)) for column in zip(names, *rows)])

    def row_by_row(self, names, rows):
        """The same for rows that take their time: each is printed when it comes."""
        self._rows(names, rows, [max(len(name), len('100,000,000')) for name in names])

    def _rows(self, names, rows, widths):
        if self.markdown:
            print('| ' + ' | '.join(names) + ' |')
            print('| --- |' + ' ---: |' * (len(names) - 1))
        else:
            self._plain(names, widths)
        for row in rows:
            if self.markdown:
                print('| ' + ' | '.join(row) + ' |', flush=True)
            else:
                self._plain(row, widths)
        print(flush=True)

    @staticmethod
    def _plain(row, widths):
        print('  '.join(cell.ljust(width) if place == 0 else cell.rjust(width)
                        for place, (cell, width) in enumerate(zip(row, widths))), flush=True)


def spread(values, digits=0):
    """least / median / most"""
    return ' / '.join(f'{value:,.{digits}f}' for value in (values.low, values.mid, values.high))


def machine():
    """Processor, system, and the versions that matter; the load tells how noisy it was."""
    model = next((line.split(':', 1)[1].strip() for line in pathlib.Path('/proc/cpuinfo').read_text().splitlines()
                  if line.startswith('model name')), platform.machine())
    cores = pathlib.Path('/proc/cpuinfo').read_text().count('processor\t')
    broker = subprocess.run([hub.MOSQUITTO, '-h'], stdout=subprocess.PIPE, text=True, check=False).stdout
    kernel = '.'.join(platform.release().split('.')[:2])
    return (f'{model}, {cores} cores, Linux {kernel}; {broker.splitlines()[0]}; '
            f'SQLite {sqlite3.sqlite_version}; load average at the start '
            f'{pathlib.Path("/proc/loadavg").read_text().split()[0]}')
