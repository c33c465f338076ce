# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""bash completion: what stands in COMPREPLY after a line, in a real bash; and that
whatever it offers is taken by the command."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOCSIN = os.environ['TOCSIN_COMMAND']
SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])
FILE = pathlib.Path(os.environ['TOCSIN_MANUAL']) / 'tocsin.bash'
SCRIPT = '''
set -u
. "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
COMPREPLY=()
_tocsin
((${#COMPREPLY[@]} == 0)) || printf '%s\\n' "${COMPREPLY[@]}"
'''


def complete(*words, folder='/', **environment):
    """words as readline cuts them: --name=va is three."""
    done = subprocess.run(['bash', '--norc', '-c', SCRIPT, str(FILE), 'tocsin', *words], capture_output=True,
                          text=True, check=False, timeout=60, cwd=folder,
                          env={'PATH': os.environ['PATH'], 'HOME': '/nonexistent', **environment})
    if done.returncode != 0 or done.stderr:
        raise AssertionError((done.returncode, done.stderr))
    return done.stdout.splitlines()


def told(*words):
    return subprocess.run([TOCSIN, *words], capture_output=True, text=True, check=True, timeout=60,
                          env=dict(os.environ, LC_ALL='C', LANGUAGE='')).stdout


def names_of(*words):
    text = told(*words, '--help-all').split('\nUsage: ')[1]
    return re.findall(r'^  (?:-.,|   ) --([a-z-]+)', text, re.MULTILINE)


class Commands(unittest.TestCase):
    def test_all_of_them(self):
        names = re.findall(r'^  ([a-z]+)  ', told('--help').split('\nUsage: ')[1], re.MULTILINE)
        self.assertEqual(complete(''), names + ['help', '--help', '--version'])

    def test_by_their_beginning(self):
        self.assertEqual(complete('re'), ['report', 'replay', 'relay', 'rehearse', 'reload', 'review'])
        self.assertEqual(complete('wat'), ['watch'])
        self.assertEqual(complete('--v'), ['--version'])
        self.assertEqual(complete('zz'), [])

    def test_after_help(self):
        self.assertEqual(complete('help', 'sil'), ['silence'])
        self.assertEqual(complete('help', 'silence', ''), [])

    def test_verbs(self):
        self.assertEqual(complete('silence', ''), ['add', 'list', 'end'])
        self.assertEqual(complete('quarantine', 'r'), ['retry'])
        self.assertEqual(complete('report', 'u'), ['update'])
        self.assertEqual(complete('journal', 'for'), ['forget'])


class Options(unittest.TestCase):
    def test_every_option_of_every_command(self):
        names = re.findall(r'^  ([a-z]+)  ', told('--help').split('\nUsage: ')[1], re.MULTILINE)
        for words in [(name,) for name in names] + [('report', 'update'), ('report', 'cancel'), ('journal', 'forget')]:
            expected = set(names_of(*words)) | {'help', 'help-all'}
            self.assertEqual({word[2:] for word in complete(*words, '--')}, expected, words)

    def test_letters_come_with_a_dash(self):
        self.assertIn('-h', complete('watch', '-'))
        self.assertNotIn('-h', complete('check', '-'))

    def test_a_verb_has_its_own(self):
        self.assertEqual(complete('journal', 'forget', 'x.db', '--i'), ['--incident'])
        self.assertEqual(complete('journal', '--o'), ['--oldest'])
        self.assertEqual(complete('journal', 'forget', '--o'), [])

    def test_an_unknown_command_has_none(self):
        self.assertEqual(complete('nosuch', '--'), [])


class Values(unittest.TestCase):
    def test_enumerations(self):
        levels = ['unknown', 'minor', 'moderate', 'severe', 'extreme']
        self.assertEqual(complete('report', '--severity', ''), levels)
        self.assertEqual(complete('silence', 'add', '-s', 'm'), ['minor', 'moderate'])
        self.assertEqual(complete('watch', '--min-severity', ''), levels[1:])
        self.assertEqual(complete('report', '--certainty', 'l'), ['likely'])
        self.assertEqual(complete('watch', '-e', 'd'), ['displacement', 'disaster'])
        self.assertEqual(complete('watch', '--format', ''), ['protobuf', 'json', 'both'])
        self.assertEqual(complete('relay', '--format', ''), ['cap', 'geojson'])
        self.assertEqual(complete('init', 'x', '--as', ''), ['sender', 'member', 'admin'])
        self.assertEqual(complete('report', '--as', ''), ['protobuf', 'json'])
        self.assertEqual(complete('report', '--cause', ''), ['conflict', 'disaster', 'other'])
        self.assertEqual(complete('report', 'cancel', 'abc', '--cause', ''), ['resolved', 'error', 'merged'])

    def test_with_an_equals_sign(self):
        self.assertEqual(complete('report', '--severity', '=', 'se'), ['severe'])
        self.assertEqual(complete('report', '--severity', '='), complete('report', '--severity', ''))

    def test_the_last_of_a_list(self):
        self.assertEqual(complete('report', '--need', 'food,wa'), ['food,water'])

    def test_nothing_for_what_is_free(self):
        self.assertEqual(complete('watch', '--host', ''), [])
        self.assertEqual(complete('watch', '-P', ''), [])

    def test_audiences_of_the_rule_file(self):
        with tempfile.TemporaryDirectory() as folder:
            rules = pathlib.Path(folder, 'rules.yaml')
            rules.write_text('version: 1\naudiences:\n  # who\n  partners: {max_sensitivity: high}\n'
                             '  public:\n    max_sensitivity: low\nrules:\n  - id: x\n')
            self.assertEqual(complete('watch', '--rules', str(rules), '--audience', ''), ['partners', 'public'])
            self.assertEqual(complete('topics', str(rules), '-a', 'pu'), ['public'])
            self.assertEqual(complete('watch', '-a', '', TOCSIN_RULES=str(rules)), ['partners', 'public'])
            self.assertEqual(complete('watch', '-a', ''), [])
            self.assertEqual(complete('watch', '--rules', f'{folder}/none.yaml', '-a', ''), [])

    def test_files_and_folders(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, 'rules.yaml').touch()
            pathlib.Path(folder, 'regions').mkdir()
            pathlib.Path(folder, 'two words.yaml').touch()
            self.assertEqual(sorted(complete('check', '', folder=folder)), ['regions', 'rules.yaml', 'two words.yaml'])
            self.assertEqual(complete('watch', '--cap', 'r', folder=folder), ['regions'])
            self.assertEqual(complete('watch', '--cafile', 'ru', folder=folder), ['rules.yaml'])
            self.assertEqual(complete('check', '--', folder=folder)[0], '--strict')

    def test_the_command_takes_whatever_is_offered(self):
        state = {'PATH': os.environ['PATH'], 'HOME': '/nonexistent'}
        # These belong to an entry that another option opens.
        opens = {'claimant-class': ['--killed', '1'], 'group': ['--killed', '1'], 'qualifier': ['--killed', '1'],
                 'population': ['--displaced', '1'], 'term': ['--displaced', '1'],
                 'figure-qualifier': ['--displaced', '1'], 'assessment': ['--displaced', '1'],
                 'source-kind': ['--source', 'x'], 'actor-class': ['--actor', 'x'], 'actor-role': ['--actor', 'x']}
        tried = 0
        rows = (FILE.parent / 'options').read_text().splitlines()
        for command, _, name, _, _, kind, words in (row.split('\t') for row in rows):
            if command != 'report' or kind != 'word' or name == 'protocol-version':
                continue
            for word in words.split():
                line = ['report', '--check', '--headline', 'x', *opens.get(name, []), f'--{name}', word]
                done = subprocess.run([TOCSIN, *line], capture_output=True, text=True, check=False, timeout=60,
                                      env=state)
                self.assertNotEqual(done.returncode, 2, (line, done.stderr))
                tried += 1
            line = ['report', '--check', '--headline', 'x', *opens.get(name, []), f'--{name}', 'nosuch']
            done = subprocess.run([TOCSIN, *line], capture_output=True, text=True, check=False, timeout=60, env=state)
            self.assertEqual(done.returncode, 2, (line, done.stderr))
        self.assertGreater(tried, 100)

    def test_an_enumeration_that_is_not_there(self):
        with tempfile.TemporaryDirectory() as folder:
            values = pathlib.Path(folder, 'values')
            values.write_text('event enum Nosuch\n')
            done = subprocess.run(['awk', '-f', str(SOURCE / 'clients/manual/values.awk'), '-v', 'command=report',
                                   str(SOURCE / 'proto/tocsin/v1/enums.proto'), str(values),
                                   str(FILE.parent / 'tables/report')],
                                  capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn('no such enum: Nosuch', done.stderr)


class Shell(unittest.TestCase):
    @unittest.skipUnless(shutil.which('shellcheck'), 'no shellcheck')
    def test_shellcheck_finds_nothing(self):
        done = subprocess.run(['shellcheck', str(FILE)], capture_output=True, text=True, check=False, timeout=120)
        self.assertEqual(done.stdout, '')


if __name__ == '__main__':
    unittest.main()
