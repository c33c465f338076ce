# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""The manual pages: one a command, every option in it, and no complaint of those who
format and index them."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

TOCSIN = os.environ['TOCSIN_COMMAND']
SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])
MADE = pathlib.Path(os.environ['TOCSIN_MANUAL'])
PLAIN = dict(os.environ, LC_ALL='C', LANGUAGE='', MANWIDTH='80', MANROFFOPT='', MAN_KEEP_FORMATTING='')
VERBS = [('report', 'update'), ('report', 'cancel'), ('journal', 'forget')]


def run(*words, **more):
    return subprocess.run(words, env=PLAIN, capture_output=True, text=True, check=False, timeout=60, **more)


def told(*words):
    done = run(TOCSIN, *words)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return done.stdout


def commands():
    found = re.findall(r'^  ([a-z]+)  ', told('--help'), re.MULTILINE)
    return [name for name in found if name != 'tocsin']


def listed(*words):
    """What stands behind the examples."""
    return told(*words, '--help-all').split('\nUsage: ')[1]


def options(*words):
    """The first cells of all options in a help text, such as '-h, --host HOST'."""
    return re.findall(r'^  ((?:-.,|   ) --[a-z-]+(?: [^ \n]+)?)(?=  |$)', listed(*words), re.MULTILINE)


def pages():
    return sorted(MADE.glob('man[157]/*'))


def source(name):
    return next(MADE.glob(f'man*/{name}')).read_text()


def plain(roff):
    """Text of a page's source, without fonts and escapes."""
    text = re.sub(r'\\f[BIR]', '', roff)
    for escape, letter in (('\\-', '-'), ('\\(ti', '~'), ('\\(aq', "'"), ('\\(ha', '^'), ('\\(ga', '`'), ('\\e', '\\')):
        text = text.replace(escape, letter)
    return text


class Pages(unittest.TestCase):
    maxDiff = None

    def test_one_for_each_command_and_three_more(self):
        names = commands()
        self.assertIn('report', names)
        self.assertIn('status', names)
        expected = [f'tocsin-{name}.1' for name in names] + ['tocsin.1', 'tocsin-rules.5', 'mosquitto-tocsin.7']
        self.assertEqual(sorted(page.name for page in pages()), sorted(expected))
        listed = plain(source('tocsin.1'))
        for name in names:
            self.assertIn(f'.BR tocsin-{name} (1)', listed)

    def test_every_option_stands_in_its_page(self):
        for words in [(name,) for name in commands()] + VERBS:
            page = plain(source(f'tocsin-{words[0]}.1')).splitlines()
            found = options(*words)
            self.assertGreater(len(found), 0, words)
            for option in found:
                self.assertIn(option.strip(), page, words)
            self.assertEqual(len(re.findall(r'^  (?:-.,|   ) --', listed(*words), re.MULTILINE)),
                             len(found), 'an option in a layout that this test does not know')

    def test_an_example_comes_first_and_each_exit_code_is_named(self):
        for name in commands():
            page = plain(source(f'tocsin-{name}.1'))
            heads = re.findall(r'^\.SH (.*)', page, re.MULTILINE)
            self.assertEqual(heads[:3], ['NAME', 'EXAMPLE', 'SYNOPSIS'], name)
            self.assertIn(f'tocsin {name}', page.split('.SH EXAMPLE')[1].split('.SH SYNOPSIS')[0])
            codes = re.findall(r'^([0-4])$', page.split('.SH EXIT STATUS')[1], re.MULTILINE)
            self.assertEqual(codes, sorted(codes), name)
            self.assertEqual(codes[:3], ['0', '1', '2'], name)
            # Who connects can fail to.
            self.assertEqual('3' in codes, any('--host' in option for option in options(name)), name)

    def test_keys_and_plugin_options_are_all_there(self):
        rules = plain(source('tocsin-rules.5')).splitlines()
        keys = (SOURCE / 'rules/README.md').read_text().split('<!-- keys -->')[1].split('<!-- /keys -->')[0]
        found = re.findall(r'^\| `([a-z_]+)` \|', keys, re.MULTILINE)
        self.assertGreater(len(found), 60)
        for key in found:
            self.assertIn(key, rules)
        plugin = plain(source('mosquitto-tocsin.7')).splitlines()
        table = (SOURCE / 'broker-plugin/mosquitto/options.c').read_text()
        found = re.findall(r'^\t\{"([a-z_]+)", read_', table, re.MULTILINE)
        self.assertGreater(len(found), 8)
        for option in found:
            self.assertIn(f'plugin_opt_{option}', plugin)

    @unittest.skipUnless(shutil.which('groff'), 'no groff')
    def test_groff_has_nothing_to_say(self):
        for page in pages():
            done = run('groff', '-K', 'utf8', '-T', 'utf8', '-man', '-ww', '-z', str(page))
            self.assertEqual((done.returncode, done.stderr), (0, ''), page.name)

    @unittest.skipUnless(shutil.which('groff'), 'no groff')
    def test_groff_would_have(self):
        with tempfile.NamedTemporaryFile('w', suffix='.1') as broken:
            broken.write('.TH X 1\n.SH NAME\nx \\- y\n.NOSUCH\n\\fQ\n')
            broken.flush()
            self.assertNotEqual(run('groff', '-T', 'utf8', '-man', '-ww', '-z', broken.name).stderr, '')

    @unittest.skipUnless(shutil.which('man'), 'no man')
    def test_man_has_nothing_to_say(self):
        for page in pages():
            done = run('man', '--warnings', '-E', 'UTF-8', '-l', str(page))
            self.assertEqual((done.returncode, done.stderr), (0, ''), page.name)
            self.assertIn('EXAMPLE', done.stdout)

    @unittest.skipUnless(shutil.which('lexgrog'), 'no lexgrog')
    def test_apropos_finds_them(self):
        for page in pages():
            done = run('lexgrog', str(page))
            self.assertEqual(done.returncode, 0, page.name)
            self.assertIn(f'"{page.stem} - ', done.stdout)

    def test_help_fits_a_screen_with_an_example_first(self):
        self.assertEqual(re.findall(r'^([A-Z][a-z]+)$', told('--help'), re.MULTILINE), ['Field', 'Agency', 'Operator'])
        for name in commands():
            text = told(name, '--help')
            self.assertLessEqual(len(text.splitlines()), 36, name)
            self.assertRegex(text.split('\n\n')[1], f'^  .*tocsin {name}', name)
            self.assertEqual('--help-all' in text, '--host' in told(name, '--help-all'), name)
            self.assertNotIn('--host', text)

    def test_no_help_is_no_table(self):
        for text in ('', 'Usage: nothing\n', 'a line\n'):
            done = run('awk', '-f', str(SOURCE / 'clients/manual/table.awk'), input=text)
            self.assertEqual(done.returncode, 1, text)
            self.assertIn('no help to read', done.stderr)

    def test_no_rows_are_no_page(self):
        with tempfile.TemporaryDirectory() as folder:
            readme, page = pathlib.Path(folder, 'README.md'), pathlib.Path(folder, 'page.roff')
            readme.write_text('# Nothing\n')
            page.write_text('.SH KEYS\n@TABLES@\n')
            done = run('awk', '-f', str(SOURCE / 'clients/manual/tables.awk'), str(readme), str(page))
            self.assertEqual(done.returncode, 1)

    def test_they_are_installed(self):
        with tempfile.TemporaryDirectory() as folder:
            build = MADE.parent
            done = run('cmake', '--install', str(build), '--prefix', folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            share = pathlib.Path(folder, 'share')
            installed = {str(path.relative_to(share)) for path in share.rglob('*') if path.is_file()}
            self.assertEqual(installed, {f'man/{page.parent.name}/{page.name}' for page in pages()} |
                             {'bash-completion/completions/tocsin', 'zsh/site-functions/_tocsin'})


if __name__ == '__main__':
    unittest.main()
