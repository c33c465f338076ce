# SPDX-License-Identifier: EPL-2.0 OR BSD-3-Clause
"""tocsin init --add: who is added to a hub that init made gets in with what was handed out,
as what was said and as nothing else; and what is refused changes not one byte."""

import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

import mqtt
from command import TOCSIN, environment, run
from hub import Hub
from init_command_test import ATTACK, NAMES, Running, init

AWAY = [word.replace('ML0503', 'ML0701') for word in ATTACK]


def add(folder, name, role, *words, **more):
    return run('init', str(folder), '--add', name, '--as', role, *words, **more)


class Added(Running):
    def add(self, hub, name, role, *words):
        done = add(hub.folder, name, role, *words)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done

    def read_again(self, hub, rules=2):
        hub.reload()
        hub.log('tocsin: loaded 6 rules', rules)
        mqtt.knock(hub.port)

    def add_people(self, hub):
        self.add(hub, 'gao-4', 'sender', '--places', 'ML05')
        self.add(hub, 'irc-duty', 'member:partners')
        self.add(hub, 'press', 'member:public')
        self.read_again(hub)

    def check_added(self, hub, port):
        watch = self.watch(hub, 'irc-duty', port)
        done = run('report', *hub.handed('gao-4'), *ATTACK)
        self.assertEqual(done.returncode, 0, done.stderr)
        code, text = watch.end()
        self.assertEqual(code, 0, watch.errors)
        self.assertIn('"audience":"partners"', text.replace(' ', ''))
        done = run('report', *hub.handed('gao-4'), *AWAY)
        self.assertEqual(done.returncode, 1)
        self.assertIn('sender.region', done.stdout + done.stderr)
        done = run('report', *hub.handed('irc-duty'), *ATTACK)
        self.assertEqual(done.returncode, 1)
        self.assertIn('sender.unknown', done.stdout + done.stderr)
        for name in ('gao-4', 'irc-duty', 'press'):
            done = run('silence', 'list', *hub.handed(name))
            self.assertEqual((done.returncode, done.stdout), (1, ''))

    def check_admin(self, hub, file='tocsin'):
        done = self.add(hub, 'chief2', 'admin')
        self.assertIn('\nStart the broker again: it reads who its admins are at its start alone.\n', done.stdout)
        hub.stop()
        Hub._start(hub)
        for name in ('chief', 'chief2'):
            done = run('silence', 'list', *hub.handed(name, file))
            self.assertEqual((done.returncode, done.stdout), (0, 'No silences.\n'), done.stderr)

    def check_sound(self, hub):
        done = run('doctor', str(hub.folder / 'mosquitto.conf'))
        self.assertNotRegex(done.stdout, r'(?m)^(FAIL|warn) +(rules|acl|access)')
        acl = (hub.folder / 'acl').read_text()
        words = acl.splitlines()[0].removeprefix('# Made by: ').split()
        self.assertEqual(run(*words[1:]).returncode, 0)
        self.assertEqual((hub.folder / 'acl').read_text(), acl)

    def test_passwords_over_tls(self):
        hub = self.make()
        before = (hub.folder / 'rules/rules.yaml').read_text()
        hashes = (hub.folder / 'passwords').read_text()
        self.add_people(hub)
        self.check_added(hub, hub.served)
        self.assertEqual(run('report', *hub.handed('mopti-17'), *ATTACK).returncode, 0)
        self.check_admin(hub)
        self.check_sound(hub)
        self.assertEqual((hub.folder / 'rules/rules.yaml').read_text(), before.replace(
            'members: [msf-duty, nrc-duty]', 'members: [msf-duty, nrc-duty, irc-duty]').replace(
            'public: {max_sensitivity: low, ', 'public: {max_sensitivity: low, members: [press], ').replace(
            'senders:\n', 'senders:\n  gao-4: {regions: [ML05], max_rate: 60/min}\n'))
        self.assertTrue((hub.folder / 'passwords').read_text().startswith(hashes))
        self.turned_away(*hub.handed('gao-4'), '-P', 'guessed')

    def test_certificates(self):
        hub = self.make('--login', 'certificate')
        self.add_people(hub)
        self.check_added(hub, hub.served)
        # Only admins have a password, for this machine.
        self.assertEqual((hub.folder / 'passwords').read_text().count('\n'), 1)
        self.check_admin(hub)
        self.check_admin_here(hub)
        self.check_sound(hub)

    def check_admin_here(self, hub):
        done = run('silence', 'list', *hub.handed('chief2', 'local'))
        self.assertEqual((done.returncode, done.stdout), (0, 'No silences.\n'), done.stderr)

    def test_without_tls(self):
        hub = self.make('--login', 'no-tls')
        self.add(hub, 'gao-4', 'sender', '--places', 'ML05', '--address', 'localhost')
        self.add(hub, 'irc-duty', 'member:partners', '--address', 'localhost')
        self.add(hub, 'press', 'member:public', '--address', 'localhost')
        self.read_again(hub)
        self.check_added(hub, hub.port)


class Files(unittest.TestCase):
    def setUp(self):
        above = tempfile.TemporaryDirectory(prefix='tocsin-init-')
        self.addCleanup(above.cleanup)
        self.above = pathlib.Path(os.path.realpath(above.name))
        self.folder = self.above / 'hub'

    def make(self, *words):
        self.assertEqual(init(self.folder, *NAMES, *words).returncode, 0)

    def picture(self):
        return {str(path.relative_to(self.above)): (path.stat().st_mode, path.is_file() and path.read_bytes())
                for path in self.above.rglob('*')}

    def refused(self, said, *words, code=1, folder=None, last=False):
        before = self.picture()
        done = run('init', str(folder or self.folder), *words)
        self.assertEqual((done.returncode, done.stdout), (code, ''), (words, done.stderr))
        self.assertEqual(done.stderr.splitlines()[-1 if last else 0], f'tocsin init: {said}')
        self.assertEqual(self.picture(), before)

    def refuses(self, said, name, role, *words, **more):
        self.refused(said, '--add', name, '--as', role, *words, **more)

    def change(self, name, old, new):
        file = self.folder / name
        text = file.read_text()
        self.assertIn(old, text)
        file.write_text(text.replace(old, new))

    def test_what_is_made(self):
        self.make('--login', 'certificate')
        done = add(self.folder, 'gao-4', 'sender', '--places', 'ML07,ML0503')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertEqual(done.stdout, f'''\
gao-4 is added to the hub bamako.
  {self.folder}/secrets/gao-4  what it takes to log in: hand it out, then take it off this machine

Then let the broker read it all: kill -HUP its process.
''')
        modes = {path.name: oct(stat.S_IMODE(path.stat().st_mode))[2:]
                 for path in (self.folder / 'secrets/gao-4').iterdir()}
        self.assertEqual(modes, {'tocsin': '600', 'ca.crt': '644', 'gao-4.crt': '644', 'gao-4.key': '600'})
        self.assertEqual(stat.S_IMODE((self.folder / 'secrets/gao-4').stat().st_mode), 0o700)
        for name in ('acl', 'passwords', 'mosquitto.conf', 'rules/rules.yaml'):
            self.assertEqual(stat.S_IMODE((self.folder / name).stat().st_mode), 0o600)
        self.assertIn('-h localhost\n-p 8883\n-u gao-4\n', (self.folder / 'secrets/gao-4/tocsin').read_text())
        self.assertIn('Puis faites tout relire au broker', add(
            self.folder, 'irc', 'member:partners', LC_ALL='fr_FR.UTF-8').stdout)

    def test_secrets_that_were_taken_away(self):
        self.make()
        shutil.rmtree(self.folder / 'secrets')
        self.assertEqual(add(self.folder, 'irc', 'member:partners').returncode, 0)
        self.assertEqual([path.name for path in (self.folder / 'secrets').iterdir()], ['irc'])
        self.assertEqual(stat.S_IMODE((self.folder / 'secrets').stat().st_mode), 0o700)

    def test_without_a_list_of_senders(self):
        self.make('--senders', '-')
        rules = (self.folder / 'rules/rules.yaml').read_text()
        self.refuses('gao-4: every account may report here, from everywhere: leave --places out, or list senders in '
                     'the rules first', 'gao-4', 'sender', '--places', 'ML')
        self.assertEqual(add(self.folder, 'gao-4', 'sender').returncode, 0)
        self.assertEqual((self.folder / 'rules/rules.yaml').read_text(), rules)
        self.assertIn('gao-4:', (self.folder / 'passwords').read_text())

    def test_the_first_admin(self):
        self.make('--admins', '-')
        self.assertEqual(add(self.folder, 'chief', 'admin').returncode, 0)
        conf = (self.folder / 'mosquitto.conf').read_text()
        self.assertIn('plugin_opt_hub bamako\n# User names that may steer it by $CONTROL.\nplugin_opt_admins chief\n'
                      '# Wills', conf)
        self.assertIn('--admins chief -o', (self.folder / 'acl').read_text())
        self.assertEqual(add(self.folder, 'second', 'admin').returncode, 0)
        self.assertIn('\nplugin_opt_admins chief,second\n', (self.folder / 'mosquitto.conf').read_text())

    def test_the_first_admin_where_nobody_has_a_password(self):
        self.make('--admins', '-', '--login', 'certificate')
        self.assertEqual(add(self.folder, 'chief', 'admin').returncode, 0)
        self.assertFalse((self.folder / 'passwords').exists())
        self.assertEqual(sorted(path.name for path in (self.folder / 'secrets/chief').iterdir()),
                         ['ca.crt', 'chief.crt', 'chief.key', 'tocsin'])

    def test_names_that_exist(self):
        self.make()
        rules, conf = self.folder / 'rules/rules.yaml', self.folder / 'mosquitto.conf'
        for name, role, file, *words in (('mopti-17', 'sender', rules), ('mopti-17', 'sender', rules, '--places', 'ML'),
                                         ('coord', 'member:coordination', rules), ('nrc-duty', 'member:partners', rules),
                                         ('chief', 'admin', conf)):
            self.refuses(f'{name} is there already, in {file}: change it by hand, as man tocsin-init says',
                         name, role, *words)
        (self.folder / 'secrets/old').mkdir()
        self.refuses(f'{self.folder}/secrets/old is there without an account: take it away, and type this again',
                     'old', 'admin')

    def test_an_account_gets_one_role_more(self):
        self.make()
        with (self.folder / 'passwords').open('a') as passwords:
            passwords.write('late:$7$101$x$y')
        accounts = (self.folder / 'passwords').read_text()
        secrets = sorted((self.folder / 'secrets').rglob('*'))
        for name, role, *words in (('mopti-17', 'member:partners'), ('nrc-duty', 'sender', '--places', 'ML05'),
                                   ('late', 'admin')):
            done = add(self.folder, name, role, *words)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertIn('It logs in as before: no new secret is made.\n', done.stdout)
        self.assertEqual((self.folder / 'passwords').read_text(), accounts)
        self.assertEqual(sorted((self.folder / 'secrets').rglob('*')), secrets)
        rules = (self.folder / 'rules/rules.yaml').read_text()
        self.assertIn('members: [msf-duty, nrc-duty, mopti-17]', rules)
        self.assertIn('  nrc-duty: {regions: [ML05], max_rate: 60/min}\n', rules)
        self.assertIn('user mopti-17\ntopic read tocsin/v1/to/partners/#\n', (self.folder / 'acl').read_text())
        self.assertIn('plugin_opt_admins chief,late\n', (self.folder / 'mosquitto.conf').read_text())
        # What was added by hand without an end of line stays whole.
        self.assertEqual(add(self.folder, 'lat', 'admin').returncode, 0)
        self.assertIn('\nlate:$7$101$x$y\nlat:$7$', (self.folder / 'passwords').read_text())

    def test_who_has_a_role_gets_an_account(self):
        self.make()
        self.change('rules/rules.yaml', 'nrc-duty]', 'nrc-duty, irc]')
        self.change('rules/rules.yaml', 'senders:\n', 'senders:\n  gao-9: {regions: [ML07]}\n')
        rules = (self.folder / 'rules/rules.yaml').read_text()
        for name, role in (('irc', 'member:partners'), ('gao-9', 'sender')):
            done = add(self.folder, name, role)
            self.assertEqual((done.returncode, done.stderr), (0, ''))
            self.assertIn('It had this role before, without an account: that stays as it is.\n', done.stdout)
            self.assertIn(f'\n{name}:$7$', (self.folder / 'passwords').read_text())
            self.assertTrue((self.folder / 'secrets' / name / 'tocsin').exists())
        self.assertEqual((self.folder / 'rules/rules.yaml').read_text(), rules)
        self.assertIn('user irc\n', (self.folder / 'acl').read_text())

    def test_no_second_certificate_for_a_name(self):
        """Whoever has it keeps it; another would be let in as the same person."""
        self.make('--login', 'certificate')
        shutil.rmtree(self.folder / 'secrets/nrc-duty')
        done = add(self.folder, 'nrc-duty', 'sender', '--places', 'ML')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        self.assertIn('It logs in as before', done.stdout)
        self.assertFalse((self.folder / 'secrets/nrc-duty').exists())

    def kill_at(self, file, *words):
        """Kills the command where it has the file's new text on disk, not yet in its place."""
        (self.above / 'faults').write_text('sync hang\n')
        preload = [os.environ.get('TOCSIN_PRELOAD', os.environ.get('LD_PRELOAD')), os.environ['TOCSIN_DISK_FAULTS']]
        process = subprocess.Popen(
            [TOCSIN, 'init', str(self.folder), *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
            env=environment(LD_PRELOAD=':'.join(filter(None, preload)), TOCSIN_FAULTS=str(self.above / 'faults'),
                            TOCSIN_FAULTS_ON=str(self.folder / file)))
        try:
            self.assertIn('fault: sync hang', process.stderr.readline())
        finally:
            process.kill()
            process.communicate()

    def test_a_kill_on_the_way_is_made_good_by_the_same_command(self):
        for login in ('password', 'certificate'):
            self.folder = self.above / login
            self.make('--login', login)
            for role, last in (('member:partners', 'rules/rules.yaml'), ('admin', 'mosquitto.conf')):
                for file in ('passwords', 'acl', last):
                    name = f'{role[:3]}-{pathlib.Path(file).stem}'
                    self.kill_at(file, '--add', name, '--as', role)
                    secrets = self.folder / 'secrets' / name
                    if file == 'passwords' and (login, role) != ('certificate', 'member:partners'):
                        self.refuses(f'{secrets} is there without an account: take it away, and type this again',
                                     name, role)
                        shutil.rmtree(secrets)
                    done = add(self.folder, name, role)
                    self.assertEqual((done.returncode, done.stderr), (0, ''), (login, role, file))
                    self.assertTrue((secrets / 'tocsin').exists())
                    self.assertEqual((self.folder / 'passwords').read_text().count(f'\n{name}:'),
                                     int(login == 'password' or role == 'admin'))
                    self.assertIn(f'user {name}\n', (self.folder / 'acl').read_text())
                    self.assertIn(name, (self.folder / last).read_text())
                    self.assertEqual(add(self.folder, name, role).returncode, 1)

    def test_what_the_rules_do_not_know(self):
        self.make()
        self.refuses('the rules have no audience donors; they have coordination, partners, public', 'x', 'member:donors')
        self.refuses('x: --places says from which regions a sender may report, such as ML05,ML0701', 'x', 'sender')
        self.refuses('x: --places is for a sender', 'x', 'admin', '--places', 'ML')
        before = self.picture()
        done = add(self.folder, 'x', 'sender', '--places', 'XX99')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertRegex(done.stderr, f'^{self.folder}/rules/rules.yaml:[0-9]+:[0-9]+: error: .*XX99')
        self.assertEqual(self.picture(), before)

    def test_places_in_files_of_their_own(self):
        self.make()
        by_hand = 'the place for this name is not found in it: add it by hand, as man tocsin-init says'
        rules = self.folder / 'rules/rules.yaml'
        text = rules.read_text()
        begin, end = text.index('senders:\n'), text.index('rules:\n')
        (self.folder / 'rules/more.yaml').write_text(text[begin:end])
        rules.write_text(text[:begin] + 'include: [more.yaml]\n' + text[end:])
        self.refuses(f'{rules}: {by_hand}', 'x', 'sender', '--places', 'ML')
        self.assertEqual(add(self.folder, 'x', 'member:partners').returncode, 0)

    def test_a_hub_that_is_none_of_ours(self):
        by_hand = "add the person by hand, as man tocsin-init says"
        conf = self.folder / 'mosquitto.conf'
        self.refuses(f'{self.folder}: No such file or directory', 'x', 'admin')
        self.folder.mkdir()
        self.refuses(f'{conf}: No such file or directory', 'x', 'admin')
        conf.write_text('listener 1883\n')
        self.refuses(f"{conf}: was not made by 'tocsin init': {by_hand}", 'x', 'admin')
        shutil.rmtree(self.folder)
        self.make()
        moved = self.above / 'moved'
        shutil.copytree(self.folder, moved)
        said = r'no longer as'
        before = self.picture()
        done = add(moved, 'x', 'admin')
        self.assertEqual((done.returncode, done.stdout), (1, ''))
        self.assertRegex(done.stderr, f"^tocsin init: {moved}/mosquitto.conf:[0-9]+: acl_file is {said} 'tocsin init' "
                                      f'wrote it: {by_hand}\n$')
        self.assertEqual(self.picture(), before)
        for key, old, new in (('plugin_opt_topic_root', 'plugin_opt_hub', 'plugin_opt_topic_root x\nplugin_opt_hub'),
                              ('plugin_opt_rules_file', 'rules/rules.yaml', 'rules/other.yaml'),
                              ('password_file', f'{self.folder}/passwords', '/elsewhere'),
                              ('plugin_opt_admins', 'admins chief', 'admins ch/ief')):
            text = conf.read_text()
            self.change('mosquitto.conf', old, new)
            before = self.picture()
            done = add(self.folder, 'x', 'admin')
            self.assertEqual((done.returncode, done.stdout), (1, ''), key)
            self.assertRegex(done.stderr, f'^tocsin init: {conf}:[0-9]+: {key} is no longer')
            self.assertEqual(self.picture(), before)
            conf.write_text(text)
        self.change('mosquitto.conf', 'plugin ', '# plugin ')
        self.refuses(f"{conf}: lacks lines that 'tocsin init' wrote: {by_hand}", 'x', 'admin')

    def test_rules_that_do_not_load(self):
        self.make()
        self.change('rules/rules.yaml', 'version: 1', 'version: 2')
        before = self.picture()
        self.assertEqual(add(self.folder, 'x', 'admin').returncode, 1)
        self.assertEqual(self.picture(), before)

    def test_the_key_that_signs(self):
        self.make('--login', 'certificate')
        key = self.folder / 'secrets/ca.key'
        text = key.read_text()
        key.unlink()
        self.refuses(f'{key}: No such file or directory: it signs the certificate; bring it back for as long as this '
                     'takes', 'x', 'admin')
        key.write_text((self.folder / 'tls/server.key').read_text())
        self.refuses(f'{self.folder}: tls/ca.crt and secrets/ca.key are no certificate and its key', 'x', 'admin')
        key.write_text(text)
        (self.folder / 'tls/ca.crt').write_text('')
        self.refuses(f'{self.folder}: tls/ca.crt and secrets/ca.key are no certificate and its key', 'x', 'admin')

    @unittest.skipIf(os.geteuid() == 0, 'root writes everywhere')
    def test_a_folder_that_cannot_be_written(self):
        self.make()
        (self.folder / 'rules').chmod(0o500)
        self.addCleanup((self.folder / 'rules').chmod, 0o700)
        self.refuses(f'{self.folder}/rules/rules.yaml: Permission denied', 'x', 'member:partners')

    def test_a_disk_that_fails_by_the_third_file(self):
        """Accounts and permissions are written by then, and go back."""
        self.make('--login', 'certificate')
        (self.above / 'faults').write_text('sync EIO\n')
        preload = [os.environ.get('TOCSIN_PRELOAD', os.environ.get('LD_PRELOAD')), os.environ['TOCSIN_DISK_FAULTS']]
        before = self.picture()
        for name, role, file in (('irc', 'member:partners', 'rules/rules.yaml'), ('chief2', 'admin', 'mosquitto.conf'),
                                 ('mopti-17', 'member:partners', 'rules/rules.yaml')):
            done = add(self.folder, name, role, LD_PRELOAD=':'.join(filter(None, preload)),
                       TOCSIN_FAULTS=str(self.above / 'faults'), TOCSIN_FAULTS_ON=str(self.folder / file))
            self.assertEqual((done.returncode, done.stdout), (1, ''))
            self.assertIn(f'tocsin init: {self.folder}/{file}: Input/output error\n', done.stderr)
            self.assertEqual(self.picture(), before)

    def test_words_that_do_not_go_together(self):
        self.make()
        alone = '--add goes with --as, --places and --address alone: the rest the hub knows'
        for said, *words in (('--add wants --as: sender, member:AUDIENCE or admin', '--add', 'x'),
                             ('--as and --places go with --add', '--as', 'admin'),
                             ('--as and --places go with --add', '--places', 'ML'),
                             (alone, '--add', 'x', '--as', 'admin', '--hub', 'gao'),
                             (alone, '--add', 'x', '--as', 'admin', '--answers', 'x'),
                             ("--add: wants one user name of A-Z, a-z, 0-9, '_' and '-', 64 at most", '--add', 'a b'),
                             ('--as: wants sender, member:AUDIENCE or admin', '--as', 'boss'),
                             ('--places: wants codes of regions with commas between them, such as ML05,ML0701',
                              '--places', 'ML]')):
            self.refused(said, *words, code=2)
        answers = self.above / 'answers'
        answers.write_text('--add x\n--as admin\n')
        done = run('init', str(self.above / 'new'), '--answers', str(answers))
        self.assertEqual((done.returncode, done.stderr),
                         (2, f'{answers}: --add, --as and --places are no answers\n'))


if __name__ == '__main__':
    unittest.main()
