# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""zsh completion, in a real zsh (capture.zsh)."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

TOCSIN = os.environ['TOCSIN_COMMAND']
FOLDER = os.environ['TOCSIN_MANUAL']
CAPTURE = pathlib.Path(__file__).with_name('capture.zsh')


def complete(line, **environment):
    done = subprocess.run(['zsh', '-f', str(CAPTURE), FOLDER, line], capture_output=True, text=True, check=False,
                          timeout=120, env={'PATH': os.environ['PATH'], 'HOME': '/nonexistent', 'TERM': 'vt100',
                                            'LC_ALL': 'C.UTF-8', **environment})
    if done.returncode != 0 or done.stderr:
        raise AssertionError((done.returncode, done.stdout, done.stderr))
    return re.findall(r'^hit<(.*)>$', done.stdout, re.MULTILINE)


class Zsh(unittest.TestCase):
    maxDiff = None

    def test_it_can_be_read(self):
        done = subprocess.run(['zsh', '-f', '-n', f'{FOLDER}/_tocsin'], capture_output=True, text=True, check=False,
                              timeout=60)
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_commands_and_verbs(self):
        self.assertEqual(complete('tocsin re'), ['report', 'replay', 'relay', 'rehearse', 'reload', 'review'])
        self.assertEqual(complete('tocsin help sil'), ['silence'])
        self.assertEqual(complete('tocsin silence '), ['add', 'list', 'end'])
        self.assertEqual(complete('tocsin nosuch --'), [])

    def test_every_option(self):
        for words in ('report', 'watch', 'silence', 'check', 'journal forget'):
            text = subprocess.run([TOCSIN, *words.split(), '--help-all'], capture_output=True, text=True, check=True,
                                  timeout=60, env=dict(os.environ, LC_ALL='C', LANGUAGE='')).stdout
            expected = re.findall(r'^  (?:-.,|   ) (--[a-z-]+)', text.split('\nUsage: ')[1], re.MULTILINE)
            self.assertEqual(set(complete(f'tocsin {words} --')), {*expected, '--help', '--help-all'}, words)

    def test_values(self):
        self.assertEqual(complete('tocsin report --severity '), ['unknown', 'minor', 'moderate', 'severe', 'extreme'])
        self.assertEqual(complete('tocsin report --severity=s'), ['severe'])
        self.assertEqual(complete('tocsin silence add -s m'), ['minor', 'moderate'])
        self.assertEqual(complete('tocsin report cancel x --cause '), ['resolved', 'error', 'merged'])
        self.assertEqual(complete('tocsin watch -P '), [])

    def test_files_and_audiences(self):
        with tempfile.TemporaryDirectory() as folder:
            rules = pathlib.Path(folder, 'rules.yaml')
            rules.write_text('version: 1\naudiences:\n  partners: {max_sensitivity: high}\n  public:\n'
                             '    max_sensitivity: low\nrules: []\n')
            self.assertEqual(complete(f'tocsin check {folder}/ru'), ['rules.yaml'])
            self.assertEqual(complete(f'tocsin watch --rules {rules} --audience '), ['partners', 'public'])
            self.assertEqual(complete('tocsin watch -a '), [])


if __name__ == '__main__':
    if not shutil.which('zsh'):
        print('no zsh: nothing to try')
        sys.exit(77)
    unittest.main()
