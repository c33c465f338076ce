# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""What `cmake --install` puts where, and that the installed command finds the rest of it
beside itself, whatever the prefix."""

import os
import pathlib
import pwd
import subprocess
import tempfile
import unittest

import command
import terminal

BUILD = pathlib.Path(os.environ['TOCSIN_BUILD'])
SOURCE = pathlib.Path(os.environ['TOCSIN_SOURCE'])
PREFIX = 'opt/anywhere'


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix='installed-', dir=BUILD)
        cls.addClassCleanup(folder.cleanup)
        cls.stage = pathlib.Path(os.path.realpath(folder.name))
        subprocess.run(['cmake', '--install', str(BUILD), '--prefix', f'/{PREFIX}'], check=True, capture_output=True,
                       env=dict(os.environ, DESTDIR=str(cls.stage)))
        cls.root = cls.stage / PREFIX
        for module in (command, terminal):
            cls.addClassCleanup(setattr, module, 'TOCSIN', module.TOCSIN)
            module.TOCSIN = str(cls.root / 'bin/tocsin')

    def test_what_is_there(self):
        self.assertEqual(list(self.stage.iterdir()), [self.stage / 'opt'])
        there = {str(path.relative_to(self.root)) for path in self.root.rglob('*') if path.is_file()}
        regions = {f'share/tocsin/regions/{path.name}' for path in (SOURCE / 'rules/regions').iterdir()}
        protos = {f'share/doc/tocsin/proto/tocsin/v1/{path.name}' for path in (SOURCE / 'proto/tocsin/v1').iterdir()}
        rules = {f'share/tocsin/{name}' for name in ('sahel.yaml', 'sahel.rehearsal.yaml', 'rules.schema.json')}
        wanted = regions | protos | rules | {
            'bin/tocsin', 'lib/tocsin/mosquitto_tocsin.so', 'share/doc/tocsin/LICENSE',
            'share/doc/tocsin/systemd/tocsin.conf', 'share/man/man1/tocsin.1', 'share/man/man7/mosquitto-tocsin.7'}
        self.assertEqual(wanted - there, set())
        others = {path for path in there - wanted
                  if not path.startswith(('share/man/', 'share/bash-completion/', 'share/zsh/'))}
        self.assertEqual(others, set())

    def test_the_installed_rules(self):
        rules = str(self.root / 'share/tocsin/sahel.yaml')
        for words in (['check', '-q', rules], ['rehearse', rules]):
            done = command.run(*words)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_init_finds_plugin_and_places(self):
        above = tempfile.TemporaryDirectory(prefix='tocsin-init-')
        self.addCleanup(above.cleanup)
        hub = pathlib.Path(os.path.realpath(above.name), 'hub')
        done = command.run('init', str(hub), '--countries', 'ML', '--address', 'localhost', '--yes', '--broker-user',
                           pwd.getpwuid(os.geteuid()).pw_name)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f'\nplugin {self.root}/lib/tocsin/mosquitto_tocsin.so\n', (hub / 'mosquitto.conf').read_text())
        self.assertEqual((hub / 'rules/regions/ml.csv').read_bytes(),
                         (self.root / 'share/tocsin/regions/ml.csv').read_bytes())

    def test_report_finds_the_places(self):
        asked = terminal.Terminal('report', '--check', '--outbox', '/nonexistent/outbox')
        self.addCleanup(asked.kill)
        asked.expect('Where?').expect('> ').line('Kouakourou')
        asked.expect('Kouakourou -> Djenné (ML0503), Mopti. Right?')


if __name__ == '__main__':
    unittest.main()
