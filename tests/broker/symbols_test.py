# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The module exports its three entry points, and asks of the broker only what every
broker from 2.0.11 on has, or libmosquitto, which it is linked with."""

import os
import pathlib
import subprocess
import unittest

PLUGIN = os.environ['TOCSIN_PLUGIN']
ALLOWED = pathlib.Path(__file__).with_name('mosquitto_symbols.txt')
ENTRY_POINTS = ['mosquitto_plugin_cleanup', 'mosquitto_plugin_init', 'mosquitto_plugin_version']


def symbols(*options):
    out = subprocess.run(['nm', '-D', *options, PLUGIN], check=True, capture_output=True, text=True)
    return sorted(line.split()[-1].split('@')[0] for line in out.stdout.splitlines())


class Symbols(unittest.TestCase):
    @unittest.skipIf(os.environ.get('TOCSIN_PRELOAD'), 'sanitizers export names of their own')
    def test_exported(self):
        self.assertEqual(symbols('--defined-only'), ENTRY_POINTS)

    def test_asked_of_the_broker(self):
        lines = [line.split('#')[0].strip() for line in ALLOWED.read_text().splitlines()]
        allowed = sorted(line for line in lines if line)
        asked = [name for name in symbols('--undefined-only') if name.startswith('mosquitto')]
        self.assertEqual(asked, allowed)

    def test_linked_with_libmosquitto(self):
        out = subprocess.run(['readelf', '-d', PLUGIN], check=True, capture_output=True, text=True)
        needed = [line for line in out.stdout.splitlines() if '(NEEDED)' in line]
        self.assertTrue(any('libmosquitto' in line for line in needed), needed)


if __name__ == '__main__':
    unittest.main()
